"""When nothing is done to the site any more: is everything as if nothing had been?"""
import contextlib
import re

from test_430_steering import post, state
from wlmtest import wait_until
from wlmtest.client import shares

from .site import WEIGHTS

ROUNDS = 50


def busy(server):
    """Counts that are 0 when nobody asks for anything, and are not."""
    text = server.client.get("/server-status?auto").body.decode()
    rows = re.findall(r"^(WLM\S+(?:InFlight|Retrying|Queued|Waiting)): (\d+)$", text, re.M)
    assert rows, "the status page has no such counts any more"
    return {key: value for key, value in rows if value != "0"}


def settle(site):
    """All members are told to work, and have the time that they need for it."""
    site.write(site.text())
    wait_until(lambda: post(site.server, action="reload").status == 200, "the last file to be taken up", 30)
    for cluster in ("app", "ws"):
        wait_until(lambda c=cluster: post(site.server, action="enable", cluster=c).status == 200, "all to be enabled", 30)
    wait_until(lambda: {m["state"] for m in state(site.server).values()} == {"up"}, "all members to be up", 60)


def what_remains(site):
    problems = []
    try:
        settle(site)
        wait_until(lambda: not busy(site.server), "nothing to be in flight", 60)
        total = ROUNDS * sum(WEIGHTS.values())
        got = shares(site.server.client.load(total, 8))
        wanted = {name: ROUNDS * weight for name, weight in WEIGHTS.items()}
        if any(abs(got[name] - n) > 1 for name, n in wanted.items()):
            problems.append(f"shares of {total} new sessions: {dict(got)}, not {wanted}")
    except AssertionError as e:
        problems.append(f"it does not become quiet: {e}; {busy(site.server)}")
    return problems


def reports(log):
    """What a sanitizer has to say, as blocks. httpd's own crash at a restart without grace is not ours: in none of its frames
    is our code."""
    found = []
    for match in re.finditer(r"(?:ERROR: AddressSanitizer|AddressSanitizer:DEADLYSIGNAL|runtime error:)", log):
        block = log[max(0, match.start() - 200):match.start() + 6000]
        if "SEGV" not in block or "mod_wlm" in block:
            found.append(block)
    return found


def what_the_log_says(server):
    log = server.log()
    with contextlib.suppress(FileNotFoundError):
        log += (server.path / "stderr").read_text(errors="replace")
    problems = reports(log)
    for line in server.check_log():
        if "exit signal Killed" not in line and "Sanitizer" not in line and "runtime error" not in line:
            problems.append(line)
    return problems

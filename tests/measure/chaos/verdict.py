"""After the faults: the site must become what it was before, and the log must be free of crashes and sanitizer reports."""
import contextlib
import re

from wlmtest import wait_until
from wlmtest.client import shares
from wlmtest.status import post, state

from .site import WEIGHTS

ROUNDS = 50


def counts_in_use(server):
    """Counts that must be 0 without requests, and are not."""
    text = server.client.get("/server-status?auto").body.decode()
    rows = re.findall(r"^(WLM\S+(?:(?<!Peak)InFlight|Retrying|Queued|Waiting)): (\d+)$", text, re.M)
    assert rows, "the status page has no such counts any more"
    return {key: value for key, value in rows if value != "0"}


def enable_all(site):
    """The process that is asked may not have the last file yet, and so not know of a member that has come back."""
    for cluster in ("app", "ws"):
        assert post(site.server, action="enable", cluster=cluster).status == 200
    return {m["admin_state"] for m in state(site.server).values()} == {"enabled"}


def restore_members(site):
    """Enable all members, and wait until they are up."""
    site.write(site.text())
    wait_until(lambda: post(site.server, action="reload").status == 200, "the last file to be loaded", 30)
    wait_until(lambda: enable_all(site), "all to be enabled", 30)
    wait_until(lambda: {m["state"] for m in state(site.server).values()} == {"up"}, "all members to be up", 60)


def shares_are_exact(server):
    """Of new sessions; as long as a process has the file before, they are not."""
    got = shares(server.client.load(ROUNDS * sum(WEIGHTS.values()), 8))
    return all(abs(got[name] - ROUNDS * weight) <= 1 for name, weight in WEIGHTS.items())


def what_remains(site):
    problems = []
    try:
        restore_members(site)
        wait_until(lambda: not counts_in_use(site.server), "nothing to be in flight", 60)
        wait_until(lambda: shares_are_exact(site.server), "the shares of new sessions to be exact in all processes", 120)
    except AssertionError as e:
        problems.append(f"it does not become quiet: {e}; {counts_in_use(site.server)}")
    return problems


def sanitizer_reports(log):
    """Reports of a sanitizer, as blocks of the log. httpd's own crash at a restart without grace is not ours: in none of its frames
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
    problems = sanitizer_reports(log)
    for line in server.check_log():
        if "exit signal Killed" not in line and "Sanitizer" not in line and "runtime error" not in line:
            problems.append(line)
    return problems

"""Stories of the person on call, who has a terminal."""
import json
import os
import pty
import re
import signal
import subprocess
import termios
import threading
import time

import pytest

from wlmtest import BUILD, ROOT, meanwhile, wait_until
from wlmtest.client import shares
from wlmtest.completion import offered
from wlmtest.ctl import abc, command, wlmctl  # noqa: F401
from wlmtest.httpd import ENGINE
from wlmtest.plugincfg import Cluster, Route, plugin_cfg
from wlmtest.status import LOCATION, everything, steer


def rows(text):
    """{(cluster, member): the other words of its line}"""
    found, cluster = {}, None
    for line in text.splitlines():
        heading = re.match(r"cluster (\w+): ", line)
        cluster = heading.group(1) if heading else cluster if line else None
        words = line.split()
        words = words[1:] if words[:1] == ["!"] else words
        if cluster and not heading and words and words[0] != "MEMBER":
            found[cluster, words[0]] = words[1:]
    return found


def admin(server, name, *fields):
    """What a person has decided about a member of the first cluster, or other fields of it."""
    member = next(m for m in everything(server)["clusters"][0]["members"] if m["name"] == name)
    return [member[field] for field in fields or ("admin_state", "admin_until", "comment")]


# -- status ------------------------------------------------------------------------------------------

def test_440_01_status_shows_who_is_ill(abc):
    server, m = abc()
    m["b"].kill()
    server.client.load(20, 2)
    r = wlmctl(server, "status")
    assert (r.returncode, r.stderr) == (0, "")
    found = rows(r.stdout)
    assert set(found) == {("shop", "a"), ("shop", "b"), ("shop", "c"), ("other", "a")}
    assert found["shop", "b"][:3] == [f"127.0.0.1:{m['b'].port}", "primary", "down"] and "not-connected:" in found["shop", "b"]
    engine = "\n\nrequests that wait hold a thread each: WLMEngine is Off; 0 tunnels\n" if ENGINE == "Off" \
        else "\n\n0 requests are parked, tunnels among them 0; "
    assert engine in r.stdout
    assert "50.0%" in found["shop", "a"] and "cluster shop: Round Robin, 2 of 3 members" in r.stdout
    assert [line.split()[1] for line in r.stdout.splitlines() if line.startswith("!")] == ["b"] and "\033" not in r.stdout
    assert set(rows(wlmctl(server, "status", "other").stdout)) == {("other", "a")}
    assert json.loads(wlmctl(server, "status", "--json").stdout)["clusters"][0]["name"] == "shop"
    r = wlmctl(server, "status", "unknown")
    assert r.returncode == 1 and "no cluster unknown" in r.stderr


def test_440_02_status_for_monitoring(abc):
    server, m = abc()
    assert wlmctl(server, "status", "--check").returncode == 0
    m["b"].kill()
    server.client.load(20, 2)
    assert wlmctl(server, "status", "--check").returncode == 1
    assert wlmctl(server, "status", "--check", "other").returncode == 0
    m["a"].kill()
    m["c"].kill()
    server.client.load(10, 2)
    assert wlmctl(server, "status", "--check", "shop").returncode == 2


def test_440_03_a_refused_file_is_shown(abc):
    server, _ = abc()
    server.expect("WLM0001", "WLM0046")
    (server.path / "plugin-cfg.xml").write_text("<Config>")
    assert wlmctl(server, "reload").returncode == 1
    r = wlmctl(server, "status", "--check")
    assert r.returncode == 1 and "plugin-cfg.xml is refused since 0s: " in r.stdout


@pytest.mark.parametrize("text, reasons", [
    ('<Config RefreshInterval="x"/>', ['RefreshInterval="x"']),
    ('<Config RefreshInterval="x" IISPluginPriority="y">\n<ServerCluster Name="c" RetryInterval="z"/>\n</Config>',
     ['RefreshInterval="x"', 'RetryInterval="z"']),
    ("<Config/>", ["no request would have a route"]), (None, ["it is not there"]),
], ids=["an error", "two errors", "no route", "no file"])
def test_440_04_a_refused_reload_prints_each_reason_once(abc, text, reasons):
    server, _ = abc()
    server.expect("WLM0001", "WLM0046")
    path = server.path / "plugin-cfg.xml"
    path.unlink()
    if text:
        path.write_text(text)
    r = wlmctl(server, "reload")
    assert (r.returncode, r.stdout) == (1, "")
    assert r.stderr.startswith(f"wlmctl: {path}: refused, the version before stays in use")
    assert [r.stderr.count(reason) for reason in reasons] == [1] * len(reasons), r.stderr


# -- steering -----------------------------------------------------------------------------------------

def test_440_10_drain_disable_enable_weight(abc):
    server, _ = abc()
    r = wlmctl(server, "drain", "a", "--cluster", "shop", "--comment", "kernel", "--for", "120min")
    assert (r.returncode, r.stdout) == (0, "member a of cluster shop: draining for 120min\n")
    found = " ".join(rows(wlmctl(server, "status").stdout)["shop", "a"])
    assert ("draining 2h" in found or "draining 119m" in found) and " kernel; drained: " in found
    assert shares(server.client.load(20, 2)) == {"b": 10, "c": 10}
    assert wlmctl(server, "enable", "a").stdout.count("as configured") == 2
    assert wlmctl(server, "weight", "4", "b", "c").stdout.count("weight 4") == 2
    assert shares(server.client.load(50, 2)) == {"a": 10, "b": 20, "c": 20}
    assert wlmctl(server, "disable", "--all", "--cluster", "shop").stdout.count("disabled") == 3
    assert server.client.get().status == 503
    assert wlmctl(server, "enable", "--all", "--host", "127.0.0.1").stdout.count("as configured") == 4
    assert shares(server.client.load(30, 2)) == {"a": 10, "b": 10, "c": 10}


def test_440_11_up_down_reset(abc):
    server, _ = abc()
    assert "marked down" in wlmctl(server, "down", "b").stdout
    assert shares(server.client.load(20, 2)) == {"a": 10, "c": 10}
    assert wlmctl(server, "up", "b").returncode == 0
    assert shares(server.client.load(30, 2)) == {"a": 10, "b": 10, "c": 10}
    assert wlmctl(server, "reset", "--all", "--cluster", "shop").returncode == 0
    assert {r[8] for (c, _), r in rows(wlmctl(server, "status").stdout).items() if c == "shop"} == {"0"}


def test_440_12_all_or_none(abc):
    server, _ = abc()
    r = wlmctl(server, "disable", "a", "z")
    assert r.returncode == 1 and "no member z" in r.stderr and "nothing was done" in r.stderr
    assert server.status()["a"]["AdminState"] == "enabled"
    assert wlmctl(server, "disable", "--all", "--cluster", "none").returncode == 1
    assert wlmctl(server, "disable", "a", "--host", "192.0.2.1").returncode == 1


@pytest.fixture
def namesakes(httpd, member):
    """Servers of one name in several clusters: s is three servers, t one that two clusters have."""
    one, two, three = (member(name) for name in ("one", "two", "three"))
    clusters = [Cluster(name, [("s", m.port, {}), ("t", two.port, {"host": host})])
                for name, m, host in (("c1", one, "localhost"), ("c2", two, "LocalHost"), ("c3", three, "localhost"))]
    return httpd(plugin_cfg(*clusters, routes=[Route(c.name, [f"/{c.name}/*"]) for c in clusters]), LOCATION), one, two


def admin_states(server):
    state = json.loads(wlmctl(server, "status", "--json").stdout)
    return {(c["name"], m["name"]): m["admin_state"] for c in state["clusters"] for m in c["members"]}


@pytest.mark.parametrize("words", [["drain"], ["disable"], ["enable"], ["weight", "3"], ["up"], ["down"], ["reset"]],
                         ids=lambda words: words[0])
def test_440_17_one_name_that_means_several_servers_needs_the_cluster(namesakes, words):
    server, one, two = namesakes
    assert wlmctl(server, "disable", "s", "--cluster", "c3").returncode == 0  # so that enable would change something
    before = server.lasting(), admin_states(server)
    for names in (["s"], ["t", "s"]):
        r = wlmctl(server, *words, *names)
        assert r.returncode == 1 and not r.stdout
        assert "member s is in several clusters, at different addresses:\n" in r.stderr
        assert f"\n    cluster c1: 127.0.0.1:{one.port}\n    cluster c2: 127.0.0.1:{two.port}\n    cluster c3: " in r.stderr
        assert "nothing was done" in r.stderr and "--cluster" in r.stderr and "member t" not in r.stderr
    assert (server.lasting(), admin_states(server)) == before
    for narrow in (["--cluster", "c2"], ["--host", f"127.0.0.1:{one.port}"]):
        r = wlmctl(server, *words, "s", *narrow)
        assert (r.returncode, r.stdout.count("member s of cluster")) == (0, 1), r.stderr


def test_440_18_one_server_in_several_clusters_is_one(namesakes):
    server, _, _ = namesakes
    r = wlmctl(server, "drain", "t")
    assert r.returncode == 0 and r.stdout.count(": draining\n") == 3
    assert {name for name, state in admin_states(server).items() if state == "draining"} == {(f"c{n}", "t") for n in (1, 2, 3)}
    r = wlmctl(server, "disable", "--all", "--host", "127.0.0.1")  # what is on a host is meant as a whole
    assert r.returncode == 0 and r.stdout.count("member s of cluster") == 3


def test_440_13_drain_waits_for_requests(abc):
    server, _ = abc()
    slow = threading.Thread(target=lambda: server.client.get("/app/?delay=2500", Cookie="JSESSIONID=0000id:a"))
    slow.start()
    wait_until(lambda: server.status()["a"]["InFlight"] == "1" or json.loads(
        server.client.get("/wlm-status?format=json").body)["clusters"][0]["members"][0]["in_flight"] == 1, "the request")
    begun = time.monotonic()
    r = wlmctl(server, "drain", "a", "--cluster", "shop", "--wait")
    slow.join(0.5)
    assert r.returncode == 0 and "no request is with the members" in r.stdout and not slow.is_alive()
    assert time.monotonic() - begun > 1
    slow.join()


def test_440_14_drain_waits_for_sessions_to_end(abc):
    server, _ = abc()
    with meanwhile(lambda: server.client.get(Cookie="JSESSIONID=0000id:a"), pause=0.3):
        r = wlmctl(server, "drain", "a", "--cluster", "shop", "--wait", "--idle", "2s", "--timeout", "3s")
        assert r.returncode == 1 and "stay as they are: draining" in r.stderr
        waiting = subprocess.Popen(command(server, "drain", "a", "--cluster", "shop", "--wait", "--idle", "2s"),
                                   stdout=subprocess.PIPE, text=True)
    assert waiting.wait(20) == 0
    waiting.stdout.close()


def test_440_15_an_interrupted_wait_says_what_is(abc):
    server, _ = abc()
    waiting = subprocess.Popen(command(server, "drain", "a", "--wait", "--idle", "1h"), stderr=subprocess.PIPE, text=True,
                               stdout=subprocess.DEVNULL)
    wait_until(lambda: server.status()["a"]["AdminState"] == "draining", "the drain")
    wait_until(lambda: (waiting.send_signal(signal.SIGINT), waiting.poll() is not None)[1], "the end", 5)
    assert waiting.returncode == 1 and "interrupted" in waiting.stderr.read()
    waiting.stderr.close()
    assert server.status()["a"]["AdminState"] == "draining"


def test_440_16_somebody_else_ends_the_drain(abc):
    server, _ = abc()
    waiting = subprocess.Popen(command(server, "drain", "a", "--wait", "--idle", "1h"), stderr=subprocess.PIPE, text=True,
                               stdout=subprocess.DEVNULL)
    wait_until(lambda: server.status()["a"]["AdminState"] == "draining", "the drain")
    wlmctl(server, "enable", "a")
    assert waiting.wait(10) == 1 and "not all members are draining any more" in waiting.stderr.read()
    waiting.stderr.close()


def test_440_19_wait_only_looks(abc):
    server, _ = abc()
    r = wlmctl(server, "wait", "a", "--cluster", "shop")
    assert r.returncode == 1 and "not all members are drained or disabled" in r.stderr
    wlmctl(server, "drain", "a", "--cluster", "shop", "--for", "2h", "--comment", "kernel")
    before = admin(server, "a")
    slow = threading.Thread(target=lambda: server.client.get("/app/?delay=5000", Cookie="JSESSIONID=0000id:a"))
    slow.start()
    wait_until(lambda: admin(server, "a", "in_flight") == [1], "the request")
    assert wlmctl(server, "wait", "a", "--cluster", "shop", "--timeout", "1s").returncode == 1
    r = wlmctl(server, "wait", "a", "--cluster", "shop")
    assert (r.returncode, r.stdout) == (0, "no request is with the members\n")
    slow.join()
    assert wlmctl(server, "drain", "a", "--cluster", "shop", "--wait").returncode == 0
    assert admin(server, "a") == before


# -- events and top ---------------------------------------------------------------------------------------

def test_440_20_events(abc):
    server, m = abc()
    m["b"].kill()
    server.client.load(10, 2)
    wlmctl(server, "drain", "a", "--cluster", "shop")
    lines = wlmctl(server, "events").stdout.splitlines()
    assert [line.split("  ", 2)[1:] for line in lines] == [
        ["shop/b", "marked down: not-connected: Connection refused"], ["shop/a", "draining"]]
    assert [line.split()[1] for line in wlmctl(server, "events", "b").stdout.splitlines()] == ["shop/b"]
    r = wlmctl(server, "events", "a", "z")
    assert r.returncode == 1 and not r.stdout and "no member z" in r.stderr


def test_440_25_events_for_programs_and_of_late(abc):
    server, _ = abc()
    wlmctl(server, "drain", "a", "--cluster", "shop", "--comment", 'a "word"')
    drained = time.monotonic()
    got = [json.loads(line) for line in wlmctl(server, "events", "--json").stdout.splitlines()]
    assert [{k: v for k, v in event.items() if k != "at"} for event in got] == [
        {"cluster": "shop", "member": "a", "text": 'draining: a "word"'}]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", got[0]["at"]) and list(got[0])[0] == "at"
    assert wlmctl(server, "events", "--since", "1h").stdout.count("draining") == 1
    wait_until(lambda: time.monotonic() > drained + 3.1, "three seconds to be over")
    wlmctl(server, "enable", "a", "--cluster", "shop")
    late = wlmctl(server, "events", "--since", "3s").stdout
    assert "as configured" in late and "draining" not in late
    following = subprocess.Popen(command(server, "events", "--follow", "--json", "--since", "1h"), stdout=subprocess.PIPE, text=True)
    assert [json.loads(following.stdout.readline())["text"] for _ in range(2)] == ['draining: a "word"', "as configured"]
    following.send_signal(signal.SIGINT)
    assert following.wait(5) == 0
    following.stdout.close()


def test_440_24_times_are_those_of_the_page(abc, monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    server, _ = abc()
    wlmctl(server, "drain", "a", "--cluster", "shop")
    monkeypatch.setenv("TZ", "America/New_York")
    at = wlmctl(server, "events").stdout.split()[0]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+05:30", at)
    assert f">{at[11:19]}</time>" in server.client.get("/wlm-status?cluster=shop&member=a").body.decode()


def test_440_21_events_as_they_come(abc):
    server, _ = abc()
    following = subprocess.Popen(command(server, "events", "--follow"), stdout=subprocess.PIPE, text=True)
    for action in ("drain", "enable"):
        wlmctl(server, action, "a", "--cluster", "shop")
        line = following.stdout.readline()
        assert "shop/a" in line and ("draining" in line) == (action == "drain")
    following.send_signal(signal.SIGINT)
    assert following.wait(5) == 0
    following.stdout.close()


def test_440_22_top_for_a_pipe(abc):
    server, m = abc()
    m["c"].kill()
    server.client.load(10, 2)
    with meanwhile(lambda: server.client.load(20, 2)):
        r = wlmctl(server, "top", "--interval", "1s", "shop")
    lines = [line.split() for line in r.stdout.splitlines()]
    assert r.returncode == 0 and lines[1][:4] == ["!", "shop", "c", "down"] and "\033" not in r.stdout
    assert wlmctl(server, "top", "none").returncode == 1
    rates = {line[1]: float(line[3]) for line in lines[2:]}
    assert set(rates) == {"a", "b"} and min(rates.values()) > 5


def on_terminal(server, *words, columns=80, until=b"", keys=b""):
    """What wlmctl prints on a terminal of so many columns; the keys are pressed when it has printed this."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, columns))
    process = subprocess.Popen(command(server, *words), stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
    os.close(theirs)
    guard = threading.Timer(30, process.kill)
    guard.start()
    seen = b""
    try:
        while True:
            seen += os.read(ours, 4096)
            if keys and until in seen:
                os.write(ours, keys)
                keys = b""
    except OSError:
        pass  # its end
    guard.cancel()
    os.close(ours)
    assert process.wait() == 0
    return seen


def test_440_23_top_on_a_terminal(abc):
    server, _ = abc()
    seen = on_terminal(server, "top", "--interval", "1s", until=b"shop", keys=b"q")
    assert b"\033[?1049h" in seen and seen.rstrip().endswith(b"\033[?1049l")


def lines_of(seen):
    """Without what steers a terminal."""
    return re.sub(r"\033\[[0-9;?]*[A-Za-z]", "", seen.decode()).replace("\r", "").split("\n")


@pytest.mark.parametrize("columns", [100, 80, 60])
def test_440_36_the_tables_fit_a_terminal(httpd, member, columns):
    names = ["a", "Default_Node_with_a_long_name_02_appserver_in_the_second_cell"]
    members = [member("m", clone_id=f"m{i}") for i in range(2)]
    server = httpd(plugin_cfg(Cluster("a_cluster_that_has_a_long_name", [
        (name, m.port, {"CloneID": m.clone_id}) for name, m in zip(names, members)])), LOCATION, children=2)
    server.expect("WLM0030", "WLM0035", "WLM0036")
    steer(server, "disable", member="a", for_="2h", comment="a comment, of which the beginning is seen")
    members[1].kill()
    server.client.load(2, 1)
    piped = wlmctl(server, "status").stdout
    assert all(heading in piped for heading in ("ADDRESS", "TIER", "P95 MS", "REQUESTS")) and names[1] in piped
    for words, until in ((("status",), b""), (("top", "--interval", "1s"), b" of 2 by ")):
        lines = lines_of(on_terminal(server, *words, columns=columns, until=until, keys=b"q" if until else b""))
        assert max(len(line) for line in lines) <= columns, lines
        head = next(line for line in lines if "MEMBER" in line)
        assert "STATE" in head and "ADMIN" in head and "ADDRESS" not in head
        assert ("REQ/S" in head) == (until != b"")  # not left out for a long name
        down = next(line for line in lines if line.startswith("!  ") and " down " in line)
        assert names[1] in down or ("\u2026" in down and "Default_Nod" in down)
    if columns == 100:
        status = lines_of(on_terminal(server, "status", columns=columns))
        assert any("disabled" in line and "a comment, of" in line for line in status), status
        assert any("not-connected" in line for line in status)


# -- the call -----------------------------------------------------------------------------------------------

@pytest.mark.parametrize("words", [
    ["status", "a", "b"], ["status", "--json", "shop"], ["drain"], ["drain", "--for", "2h"], ["drain", "a", "--for", "soon"],
    ["drain", "a", "--idle", "5m"], ["drain", "a", "--timeout", "5m"], ["drain", "a", "--wait", "--idle", "x"],
    ["enable", "a", "--for", "5m"], ["enable", "a", "--force"], ["up", "a", "--comment", "x"], ["weight"], ["weight", "5"], ["weight", "65536", "a"],
    ["weight", "4x", "a"], ["weight", "a", "4"], ["weight", "", "a"], ["top", "a", "b"], ["top", "--interval", "0"],
    ["top", "--interval", "2h"], ["events", "--since", "soon"], ["events", "--since", "0"], ["disable", "a", "--wait", "--idle", "5m"],
    ["disable", "--cluster", "shop"], ["disable", "--host", "127.0.0.1"], ["disable", "--all"], ["disable", "a", "--cluster", ""],
    ["disable", "--all", "--cluster", ""], ["disable", "a", "--all", "--cluster", "shop"], ["disable", "a", "--host", ""],
    ["wait"], ["wait", "a", "--for", "5m"], ["wait", "a", "--wait"], ["help", "stattus"], ["help", "status", "drain"], ["help", "--json"],
    ["disable", "--all", "--host", "80"], ["disable", "--all", "--host", "a:99999"], ["events", "--cluster", ""],
], ids=" ".join)
def test_440_30_a_wrong_call_is_told_apart(abc, words):
    server, _ = abc()
    r = wlmctl(server, *words)
    assert r.returncode == 2 and not r.stdout and "--help" in r.stderr
    assert {m["AdminState"] for m in server.status().values()} == {"enabled"}


def help_of(*words):
    r = subprocess.run([f"{BUILD}/wlmctl", *words], capture_output=True, text=True, timeout=20, check=False)
    assert (r.returncode, r.stderr) == (0, "")
    return r.stdout


@pytest.mark.parametrize("words", [["help"], ["--help"], ["--url", "http://x/", "help"], ["--url", "x", "--help"]], ids=" ".join)
def test_440_33_help_for_all(words):
    assert "wlmctl status [--json]" in help_of(*words) and "wlmctl drain" in help_of(*words)


@pytest.mark.parametrize("words", [["help", "NAME"], ["NAME", "--help"], ["--url", "http://x/", "help", "NAME"]], ids=" ".join)
@pytest.mark.parametrize("name, options", [
    ("status", {"--json", "--check"}), ("top", {"--interval"}), ("reload", set()), ("help", set()),
    ("drain", {"--all", "--cluster", "--host", "--for", "--comment", "--force", "--wait", "--idle", "--timeout"}),
    ("up", {"--all", "--cluster", "--host"}), ("events", {"--cluster", "--host", "--json", "--since", "--follow"}),
])
def test_440_34_help_for_one_command(words, name, options):
    text = help_of(*(name if word == "NAME" else word for word in words))
    assert text.startswith(f"Usage: wlmctl {name}") and text.count("wlmctl " + name) == 1 and "Exit status: 0" in text
    assert set(re.findall("^  (--[a-z]+) ", text, re.M)) - {"--url", "--socket", "--netrc", "--cacert", "--help", "--version"} == options
    assert re.findall("^  ([a-z]+) ", text, re.M) == [name] and ("TARGET: " in text) == ("TARGET\n" in text or "[TARGET]" in text)
    assert all(line in help_of("--help") or line.startswith("Usage: ") for line in text.splitlines())


@pytest.mark.parametrize("words", [["status"], ["events"], ["top"], ["drain", "a"]], ids=" ".join)
def test_440_31_no_such_server(words):
    r = subprocess.run([f"{BUILD}/wlmctl", *words, "--url", "http://127.0.0.1:1/"], capture_output=True, text=True, timeout=20,
                       check=False)
    assert r.returncode == 3 and not r.stdout and r.stderr.count("\n") == 1


@pytest.mark.parametrize("shell", ["bash", "zsh"])
@pytest.mark.parametrize("words, wanted, unwanted", [
    ([""], {"status", "drain", "reload", "--url"}, {"--json"}), (["dr"], {"drain"}, {"status"}),
    (["drain", "--"], {"--force", "--for", "--comment", "--wait", "--idle", "--url"}, {"--json", "--follow"}),
    (["drain", ""], {"a", "b", "c"}, {"shop"}), (["drain", "a", "--cluster", ""], {"shop", "other"}, {"a"}),
    (["status", ""], {"shop", "other"}, {"a"}), (["help", ""], {"status", "drain"}, {"a", "--json"}),
], ids=lambda value: " ".join(sorted(value)))
def test_440_32_completion(abc, shell, words, wanted, unwanted):
    server, _ = abc()
    got = offered(shell, ["wlmctl", *words], WLMCTL_URL=f"http://127.0.0.1:{server.port}/wlm-status")
    assert wanted <= got and not unwanted & got


@pytest.mark.parametrize("shell", ["bash", "zsh"])
@pytest.mark.parametrize("words, wanted", [
    (["--url", "URL", "status", ""], {"shop", "other"}), (["drain", "--url", "URL", "b"], {"b"}),
    (["--url", "'URL'", "drain", "b"], {"b"}), (["--url", "http://127.0.0.1:1/", "drain", "--url", "\"URL\"", "b"], {"b"}),
    (["--url", "URL", "--socket", "/no/such/socket", "drain", "b"], set()), (["--socket", "/no/such/socket", "drain", "b"], set()),
], ids=lambda value: " ".join(value if isinstance(value, list) else sorted(value)))
def test_440_35_completion_asks_the_server_that_is_named(abc, shell, words, wanted):
    server, _ = abc()
    url = f"http://127.0.0.1:{server.port}/wlm-status"
    got = offered(shell, ["wlmctl", *(word.replace("URL", url) for word in words)],
                  WLMCTL_URL="http://127.0.0.1:1/" if "--url" in words else url)
    assert wanted <= got and (wanted or got <= {""})

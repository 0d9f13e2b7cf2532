"""Stories of a plugin-cfg.xml that changes while requests run."""
import os
import re
import threading
import time

import pytest

from wlmtest import meanwhile, wait_until
from wlmtest.client import shares
from wlmtest.ctl import wlmctl
from wlmtest.module import load
from wlmtest.plugincfg import Cluster, Route, plugin_cfg
from wlmtest.status import LOCATION


def text_of(servers, **config):
    """servers: (name, port, weight)"""
    return plugin_cfg(Cluster("c", [(n, p, {"LoadBalanceWeight": w}) for n, p, w in servers]),
                      **{"RefreshInterval": 1, **config})


def write(server, text):
    """As careful generators do: another file takes its place."""
    new = server.path / "plugin-cfg.new"
    new.write_text(text)
    new.chmod(0o644)
    new.rename(server.path / "plugin-cfg.xml")


def change(server, text):
    """Write a file, and wait until all processes have it."""
    taken, followed = server.count("WLM0047"), server.count("WLM0051")
    write(server, text)
    wait_until(lambda: server.count("WLM0047") > taken, "the file to be loaded")
    wait_until(lambda: server.count("WLM0051") - followed >= server.children - 1, "all processes to follow")


def times_of(server, messages):
    """When they were logged, in seconds of the day."""
    pattern = rf"^\[\w+ \w+ +\d+ (\d\d):(\d\d):(\d\d\.\d+) \d+\] .*(?:{messages}):"
    return [int(h) * 3600 + int(m) * 60 + float(s) for h, m, s in re.findall(pattern, server.log(), re.M)]


def file_status(server):
    lines = server.client.get("/server-status?auto").body.decode().splitlines()
    return next(line.split(": ", 1)[1] for line in lines if line.startswith("WLMFile[0]Refused"))


@pytest.fixture
def abc(httpd, member):
    """Members a, b, c; an httpd with a and b. Returns (httpd, {name: member})."""
    def make(extra="", children=3, **config):
        members = {name: member(name) for name in "abc"}
        text = text_of([(n, members[n].port, 1) for n in "ab"], **config)
        server = httpd(text, extra, children=children)
        server.expect("WLM0172")  # members come and go
        return server, members
    return make


def test_400_01_weights_and_members_change(abc):
    server, m = abc("WLMSlowStart 0")
    assert shares(server.client.load(20, 4)) == {"a": 10, "b": 10}
    change(server, text_of([("a", m["a"].port, 1), ("b", m["b"].port, 3)]))
    counts = shares(server.client.load(40, 4))
    assert abs(counts["a"] - 10) <= 2 and abs(counts["b"] - 30) <= 2
    change(server, text_of([("b", m["b"].port, 1), ("c", m["c"].port, 1)]))
    counts = shares(server.client.load(40, 4))
    assert abs(counts["b"] - 20) <= 2 and abs(counts["c"] - 20) <= 2
    assert list(server.status()) == ["b", "c"]


def test_400_02_a_member_that_stays_keeps_health_counters_and_connections(abc):
    server, m = abc(children=1)
    server.expect("WLM0030", "WLM0035")
    m["a"].kill()
    server.client.load(10, 1)
    before = server.lasting()
    assert before["a"]["State"] == "down"
    kept = int(server.client.fields()["connection"])
    change(server, text_of([("c", m["c"].port, 1), ("b", m["b"].port, 1), ("a", m["a"].port, 1)]))
    status = server.lasting()
    assert status["a"] == before["a"] | {"Weight": "1", "ConfiguredWeight": "1"}
    assert int(status["b"]["Requests"]) == int(before["b"]["Requests"]) + 1
    later = [f for f in (server.client.fields() for _ in range(4)) if f["member"] == "b"]
    assert int(later[0]["connection"]) == kept + 1
    assert server.count("WLM0035") == 1


def test_400_03_a_bad_file_changes_nothing(abc):
    server, m = abc()
    server.expect("WLM0001", "WLM0046")
    write(server, text_of([("a", m["a"].port, 1)]).replace("</Config>", "</Konfig>"))
    server.wait_for_log("WLM0046")
    assert shares(server.client.load(20, 4)) == {"a": 10, "b": 10}
    assert "plugin-cfg.xml:" in file_status(server) and "since" in file_status(server)
    time.sleep(2.5)
    assert server.count("WLM0046") == 1  # told once
    change(server, text_of([("a", m["a"].port, 1)]))
    assert shares(server.client.load(10, 4)) == {"a": 10}
    assert file_status(server) == "no"


def test_400_04_a_file_that_is_gone_changes_nothing(abc):
    server, m = abc()
    server.expect("WLM0001", "WLM0046")
    (server.path / "plugin-cfg.xml").unlink()
    server.wait_for_log("WLM0046")
    assert shares(server.client.load(20, 4)) == {"a": 10, "b": 10}
    change(server, text_of([("b", m["b"].port, 1)]))
    assert shares(server.client.load(10, 4)) == {"b": 10}


def test_400_05_a_file_that_is_being_written_is_not_refused(abc):
    server, m = abc()
    text = text_of([("c", m["c"].port, 1)])
    path = server.path / "plugin-cfg.xml"
    for part in range(1, 9):
        path.write_text(text[:len(text) * part // 8])
        time.sleep(0.4)
    server.wait_for_log("WLM0047")
    wait_until(lambda: shares(server.client.load(6, 3)) == {"c": 6}, "all processes to follow")
    assert server.count("WLM0046") == 0


def test_400_06_refresh_interval_0_never_looks(abc):
    server, m = abc(RefreshInterval=0)
    write(server, text_of([("c", m["c"].port, 1)]))
    time.sleep(3)
    assert shares(server.client.load(10, 2)) == {"a": 5, "b": 5}


def test_400_07_requests_in_flight_end_where_they_are_and_sessions_move(abc):
    server, m = abc()
    answers = []
    slow = threading.Thread(target=lambda: answers.append(
        server.client.get("/app/?delay=5000", Cookie="JSESSIONID=0000id:a")))
    slow.start()
    wait_until(lambda: server.status()["a"]["InFlight"] == "1", "the slow request")
    change(server, text_of([("b", m["b"].port, 1)]))
    fields = server.client.fields(Cookie="JSESSIONID=0000id:a")
    assert fields["member"] == "b"
    slow.join()
    assert (answers[0].status, answers[0].headers["X-Member"]) == (200, "a")


def test_400_08_a_link_that_leads_elsewhere(abc):
    server, m = abc()
    (server.path / "other.xml").write_text(text_of([("c", m["c"].port, 1)]))
    before = server.count("WLM0047")
    os.symlink("other.xml", server.path / "link")
    (server.path / "link").rename(server.path / "plugin-cfg.xml")
    wait_until(lambda: server.count("WLM0047") > before, "the file to be loaded")
    wait_until(lambda: shares(server.client.load(6, 3)) == {"c": 6}, "all processes to follow")


def test_400_09_more_members_than_slots(abc):
    server, m = abc("WLMSlots 3")
    server.expect("WLM0001", "WLM0046")
    servers = [(f"m{i}", m["c"].port, 1) for i in range(4)]
    write(server, text_of(servers))
    server.wait_for_log("WLM0046")
    assert "4 members are new, and of 3 slots for members the files in use have 2: a larger number in WLMSlots" in server.log()
    assert shares(server.client.load(10, 2)) == {"a": 5, "b": 5}
    server.expect("WLM0172", "WLM0173")
    server.restart("graceful")  # makes room: a file that others write does not end httpd
    assert shares(server.client.load(10, 2)) == {"c": 10}
    assert list(server.status()) == [name for name, _, _ in servers] and server.count("WLM0173") == 1


def test_400_26_a_start_has_slots_for_what_is_there(httpd, member):
    server = httpd(text_of([(name, member(name).port, 1) for name in "abc"], RefreshInterval=0), LOCATION + "WLMSlots 2 1", start=False)
    server.expect("WLM0173")
    assert server.test_config().returncode == 0
    server.start()
    assert shares(server.client.load(12, 2)) == {"a": 4, "b": 4, "c": 4}
    assert "WLM0173: WLMSlots has 2 for members, and the files have 3" in server.log() and server.count("WLM0173") == 1


def test_400_10_recycled_children_have_the_new_version(abc):
    server, m = abc("MaxConnectionsPerChild 20", children=2)
    change(server, text_of([("c", m["c"].port, 1)]))
    before = set(server.children_pids())
    assert shares(server.client.load(80, 4)) == {"c": 80}
    wait_until(lambda: before.isdisjoint(server.children_pids()), "other children")
    assert shares(server.client.load(10, 2)) == {"c": 10}


def test_400_11_many_changes_under_load_cost_no_request_and_leave_nothing_behind(abc):
    server, m = abc("WLMSlots 8")
    server.client.load(40, 8)
    with meanwhile(lambda: server.client.load(40, 8)) as loads:
        for i in range(12):  # names that were never there before: their slots must be free again
            change(server, text_of([("a", m["a"].port, 1 + i % 3), (f"x{i}", m["b"].port, 1), (f"y{i}", m["c"].port, 2)]))
    answers = [answer for load in loads for answer in load]
    assert [a for a in answers if a.status != 200 or a.error] == []
    assert len(answers) > 200
    assert {s["InFlight"] for s in server.status().values()} == {"0"}
    assert all(len(os.listdir(f"/proc/{pid}/fd")) < 60 for pid in server.children_pids())


def test_400_12_health_checks_follow(httpd, member):
    a, b = member("a"), member("b")
    server = httpd(text_of([("a", a.port, 1)]), "WLMHealthCheck path=/health interval=200ms rise=1 fall=2")
    server.expect("WLM0042", "WLM0172")
    wait_until(lambda: a.requests() > 2, "checks of a")
    change(server, text_of([("b", b.port, 1)]))
    count = a.requests()
    wait_until(lambda: b.requests() > 5, "checks of b")
    assert a.requests() <= count + 1
    b.kill()
    wait_until(lambda: server.status()["b"]["State"] == "checked-out", "b to be taken out")


def test_400_13_all_processes_move_within_a_second(abc):
    server, m = abc(children=6)
    for weight in (2, 3, 4):
        change(server, text_of([("a", m["a"].port, weight), ("c", m["c"].port, 1)]))
    times = times_of(server, "WLM0047|WLM0051")
    assert len(times) == 3 * 6
    assert all(max(turn) - min(turn) < 1 for turn in (times[0:6], times[6:12], times[12:18]))


def test_400_14_a_new_process_begins_with_the_good_version_although_the_file_is_bad_by_now(abc):
    server, m = abc("MaxConnectionsPerChild 20", children=2)
    server.expect("WLM0001", "WLM0046")
    change(server, text_of([("c", m["c"].port, 1)]))
    write(server, "<Config>")
    server.wait_for_log("WLM0046")
    before = set(server.children_pids())
    assert shares(server.client.load(80, 4)) == {"c": 80}
    wait_until(lambda: before.isdisjoint(server.children_pids()), "other children")
    assert shares(server.client.load(10, 2)) == {"c": 10}


@pytest.mark.parametrize("how", ["graceful", "restart"])
def test_400_15_a_restart_with_a_bad_file_goes_on_with_the_version_from_before(abc, how):
    server, m = abc()
    server.expect("WLM0001", "WLM0046", "WLM0050")
    change(server, text_of([("c", m["c"].port, 1)]))
    write(server, text_of([("a", m["a"].port, "many")]))
    server.wait_for_log("WLM0046")
    for _ in range(2):
        server.restart(how, by_signal=True)
        assert shares(server.client.load(10, 2)) == {"c": 10}
        assert "many" in file_status(server)
    assert server.count("WLM0050") == 2
    change(server, text_of([("b", m["b"].port, 1)]))
    assert shares(server.client.load(10, 4)) == {"b": 10}
    assert file_status(server) == "no"
    assert server.test_config().returncode == 0
    server.restart(how)
    assert shares(server.client.load(10, 4)) == {"b": 10}


def test_400_16_a_new_member_starts_slowly(abc):
    server, m = abc("WLMSlowStart 1000")
    change(server, text_of([(n, m[n].port, 1) for n in "abc"]))
    counts = shares(server.client.load(120, 2))
    assert counts["c"] <= 6 and abs(counts["a"] - counts["b"]) <= 20


# -- a bad file and `httpd -k` -----------------------------------------------------------------------------

DAMAGES = {
    "cut off": lambda path: path.write_text("<Config>"),
    "a wrong number": lambda path: path.write_text(path.read_text().replace('LoadBalanceWeight="1"', 'LoadBalanceWeight="x"')),
    "gone": lambda path: path.unlink(),
    "unreadable": lambda path: (path.unlink(), path.mkdir()),
}


def damage(server, how):
    server.expect("WLM0001", "WLM0046", "WLM0050")
    DAMAGES[how](server.path / "plugin-cfg.xml")
    assert server.test_config().returncode == 1


@pytest.mark.parametrize("how", DAMAGES)
@pytest.mark.parametrize("action", ["graceful", "restart"])
def test_400_17_a_restart_is_made_and_the_version_before_stays(abc, action, how):
    server, _ = abc()
    damage(server, how)
    for turn in range(2):
        server.restart(action)
        assert shares(server.client.load(10, 2)) == {"a": 5, "b": 5}
        assert server.count("WLM0050") == turn + 1
        assert file_status(server) != "no"


@pytest.mark.parametrize("how", DAMAGES)
@pytest.mark.parametrize("action", ["stop", "graceful-stop"])
def test_400_18_a_bad_file_keeps_nobody_from_stopping(abc, action, how):
    server, _ = abc()
    damage(server, how)
    server.wait_until_idle()
    result = server.run("-k", action)
    assert result.returncode == 0, result.stderr
    assert server.process.wait(30) == 0
    wait_until(lambda: not server.children_pids(), "the children to end")
    server.group = None


@pytest.mark.parametrize("action", ["graceful", "restart"])
def test_400_19_a_file_that_was_never_good_does_not_end_a_running_httpd(abc, action):
    server, m = abc()
    server.expect("WLM0001", "WLM0046", "WLM0171")
    (server.path / "new.xml").write_text("<Config RefreshInterval='1'>")
    server.configure(server.path.joinpath("plugin-cfg.xml").read_text(), f"""
<VirtualHost *:{server.port}>
    ServerName first
</VirtualHost>
<VirtualHost *:{server.port}>
    ServerName second
    WLMConfig new.xml
</VirtualHost>
<Location /wlm-status>
    SetHandler wlm-status
    WLMAdmin Unauthenticated
    Require local
</Location>
""")
    for _ in range(2):
        server.restart(action)
        assert server.client.member(Host="first") in ("a", "b")
        assert server.client.get(Host="second").status == 404
    assert server.count("WLM0171") == 2 and server.count("WLM0050") == 0
    (server.path / "new.xml").write_text(text_of([("c", m["c"].port, 1)]))
    assert server.client.send("POST", "/wlm-status", b"action=reload", {
        "X-WLM-Admin": "1", "Content-Type": "application/x-www-form-urlencoded"}).status == 200

    def have_it():
        """How many processes have taken it up: the first that has seen it, or one that follows."""
        return len(re.findall(r"WLM0047: \S*new\.xml|WLM0051: .*new\.xml", server.log()))
    wait_until(lambda: have_it() == server.children, "all processes to have the good file")
    assert server.client.member(Host="second") == "c"


# -- what a change takes away ---------------------------------------------------------------------------------

# what becomes of members a and b with routes /app/* and /other/* -> what is told of it
LOSSES = {
    "a member": ("a", ["/app/*", "/other/*"], "cluster c, member b: removed"),
    "a URI": ("ab", ["/app/*"], "routes: cluster c -> nowhere, host *:*: /other/*"),
    "a URI that is covered": ("ab", ["/*"], None),
    "nothing": ("abc", ["/app/*", "/other/*", "/more"], None),
}


@pytest.fixture
def losing(abc):
    """Members and URIs -> the text of a file; an httpd with a and b, and two URIs."""
    server, m = abc(LOCATION, RefreshInterval=0)

    def text(names="ab", uris=("/app/*", "/other/*"), **config):
        return plugin_cfg(Cluster("c", [(n, m[n].port, {}) for n in names]), routes=[Route("c", uris)], RefreshInterval=0, **config)
    write(server, text())
    assert wlmctl(server, "reload").stdout.endswith("loaded: 1 cluster, 2 members\n")
    return server, text


@pytest.mark.parametrize("how", LOSSES)
def test_400_20_what_a_change_takes_away_is_told(losing, how):
    server, text = losing
    names, uris, told = LOSSES[how]
    write(server, text(names, uris))
    r = wlmctl(server, "reload")
    assert (r.returncode, r.stderr) == (0, "")
    path, lines = server.path / "plugin-cfg.xml", r.stdout.splitlines()
    members = f"{len(names)} member" + "s" * (len(names) != 1)
    if told:
        assert lines == [f"{path}: loaded: 1 cluster, {members}; 1 warning", f"{path} takes away: {told}"]
        assert f"WLM0172: {path} takes away: {told}\n" in server.log()
    else:
        assert lines == [f"{path}: loaded: 1 cluster, {members}"]
    assert server.count("WLM0172") == bool(told)  # by one process, once


@pytest.mark.parametrize("how", LOSSES)
def test_400_21_also_over_a_restart(losing, how):
    server, text = losing
    names, uris, told = LOSSES[how]
    write(server, text(names, uris))
    for _ in range(2):
        server.restart("graceful")
        assert server.count("WLM0172") == bool(told)
    assert not told or f"takes away: {told}\n" in server.log()


def test_400_22_findings_are_told_at_a_reload_as_at_a_start(losing):
    server, text = losing
    server.expect("WLM0001", "WLM0046")
    path = server.path / "plugin-cfg.xml"
    write(server, text(Surprise=1))
    r = wlmctl(server, "reload")
    assert r.returncode == 0 and "loaded: 1 cluster, 2 members; 1 warning\n" in r.stdout
    finding = next(line for line in r.stdout.splitlines() if line.startswith(f"{path}:2: warning: ") and "Surprise" in line)
    assert server.log().count(f"WLM0001: {finding}\n") == 1
    write(server, text().replace('ConnectTimeout="2"', 'ConnectTimeout="x"').replace('RetryInterval="60"', 'RetryInterval="y"'))
    r = wlmctl(server, "reload")
    errors = re.findall(rf"^{path}:\d+: error: .*$", r.stderr, re.M)  # the first one is the reason of the refusal
    assert r.returncode == 1 and len(errors) == 2 and server.log().count(": error: ") == 3
    assert all(server.log().count(f"WLM0001: {error}\n") == 1 for error in errors)


# what leaves no route: elements that are gone
EMPTY = {
    "the cluster, so its routes dangle": lambda text: re.sub(r"<ServerCluster.*</ServerCluster>", "", text, flags=re.S),
    "the routes": lambda text: re.sub(r"<Route .*/>", "", text),
    "everything": lambda text: "<Config/>",
}


@pytest.mark.parametrize("how", EMPTY)
def test_400_23_a_file_that_leaves_no_route_is_refused(losing, how):
    server, text = losing
    server.expect("WLM0001", "WLM0046", "WLM0050")
    write(server, EMPTY[how](text()))
    assert server.test_config().returncode == 0  # who starts with it may mean it
    r = wlmctl(server, "reload")
    assert r.returncode == 1 and "no request would have a route" in r.stderr and "WLMRefuseEmpty Off" in r.stderr
    assert "dangling-route" in r.stderr or "dangle" not in how
    for turn in range(2):
        server.restart("graceful")
        assert server.count("WLM0050") == turn + 1
        assert shares(server.client.load(10, 2)) == {"a": 5, "b": 5}
        assert "no request would have a route" in file_status(server)
    write(server, text("ab", ["/app/*"]))
    assert wlmctl(server, "reload").returncode == 0 and file_status(server) == "no"


@pytest.mark.parametrize("how", EMPTY)
def test_400_24_unless_that_is_meant(losing, how):
    server, text = losing
    server.expect("WLM0001", "WLM0005")
    server.configure(text(), LOCATION + "WLMRefuseEmpty Off\n")
    server.restart("graceful")
    write(server, EMPTY[how](text()))
    r = wlmctl(server, "reload")
    assert r.returncode == 0
    assert "takes away: routes: cluster c -> nowhere, host *:*: /app/* /other/*\n" in r.stdout
    wait_until(lambda: {server.client.get().status for _ in range(6)} == {404}, "all processes to follow")
    write(server, text())
    assert wlmctl(server, "reload").stdout.endswith("loaded: 1 cluster, 2 members\n")


def test_400_25_a_file_without_routes_may_follow_one_without(httpd):
    server = httpd(plugin_cfg(RefreshInterval=0), LOCATION)
    write(server, plugin_cfg(RefreshInterval=3600))
    r = wlmctl(server, "reload")
    assert r.returncode == 0 and "loaded: 0 clusters, 0 members\n" in r.stdout


def test_400_27_a_finding_about_the_whole_file_names_no_line(httpd):
    server = httpd(plugin_cfg(RefreshInterval=0), LOCATION)
    server.expect("WLM0001")
    write(server, plugin_cfg(extra="<IntelligentManagement/>", RefreshInterval=3600))
    r = wlmctl(server, "reload")
    assert r.returncode == 0 and "plugin-cfg.xml: warning: the file has no Route" in r.stdout
    assert "plugin-cfg.xml: warning: the file has no Route" in server.log()


def test_400_28_a_process_is_ready_before_its_periodic_work_begins(httpd):
    """mod_watchdog starts its threads, which look for changed files, in the same hook."""
    server = httpd(plugin_cfg(Cluster("c", [("a", 1, {})])),
                   load("info") + '<Location "/server-info">\nSetHandler server-info\nWLMEnable Off\n</Location>\n')
    hooks = server.client.get("/server-info?hooks").body.decode()
    begin = hooks[hooks.index("Child Init:"):hooks.index("Request Hooks")]
    assert begin.index("mod_wlm.c") < begin.index("mod_watchdog.c")


def test_400_29_a_rotation_goes_on_over_a_changed_file(httpd, member):
    port, names = member("m").port, [f"m{i}" for i in range(30)]
    server = httpd(text_of([(name, port, 1) for name in names]))
    assert server.client.get().status == 200
    change(server, text_of([(name, port, 2) for name in names]))
    assert {a.status for a in server.client.load(29, 1)} == {200}
    assert {m["Requests"] for m in server.status().values()} == {"1"}

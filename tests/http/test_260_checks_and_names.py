"""Stories of active health checks, and of host names that change."""
import glob
import os
import selectors
import signal
import socket
import threading
import time

import pytest

from wlmtest import wait_until
from wlmtest.client import shares
from wlmtest.plugincfg import Cluster, plugin_cfg

FAST = "interval=100ms timeout=1s rise=2 fall=2"


class Checked:
    """A scripted member whose health is .answer, and that answers all else with 200."""

    def __init__(self, scripted, name):
        self.name, self.answer, self.checks, self.times = name, b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", [], []
        self.member = scripted(self._script, name)
        self.port = self.member.port

    def _script(self, c):
        while head := c.read_head():
            if b"/health" in head.split(b"\r\n")[0] or b"health check" in head:
                self.checks.append(head.decode())
                self.times.append(time.monotonic())
                if self.answer is None:
                    return c.wait_for_close()
                c.send(self.answer)
            else:
                c.send(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Member: %s\r\n\r\n" % self.name.encode())

    def set_answer(self, status, body=b""):
        self.answer = b"HTTP/1.1 %d X\r\nX-Load: low\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body)


@pytest.fixture
def checked(httpd, scripted):
    """x and y with health checks. Returns (httpd, x, y)."""
    def make(rule, children=1, **options):
        x, y = Checked(scripted, "x"), Checked(scripted, "y")
        server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {}), ("y", y.port, {})], **options)),
                       f"WLMHealthCheck {rule}\nWLMSlowStart 0", children=children)
        server.expect("WLM0042")
        wait_until(lambda: x.checks and y.checks, "the first checks")
        return server, x, y
    return make


def wait_for_state(server, name, state):
    wait_until(lambda: server.status()[name]["State"] == state, f"{name} to be {state}")


def test_260_01_checks_take_out_and_bring_back(checked):
    server, x, _ = checked(f"path=/health {FAST}", children=3)
    assert shares(server.client.load(20, 2)) == {"x": 10, "y": 10}
    x.set_answer(500)
    wait_for_state(server, "x", "checked-out")
    assert shares(server.client.load(20, 2)) == {"y": 20}
    assert "is taken out by health checks: status 500" in server.log()
    x.set_answer(200)
    wait_for_state(server, "x", "up")
    assert shares(server.client.load(20, 2)) == {"x": 10, "y": 10}
    assert server.count("WLM0042") == server.count("WLM0043") == 1


def test_260_02_one_process_checks(checked):
    server, x, _ = checked(f"path=/health {FAST}", children=3)
    wait_until(lambda: len(x.times) > 20, "twenty checks")
    assert x.times[20] - x.times[0] > 1.6  # three processes would need 0.7 s
    assert server.count("WLM0042") == 0


def test_260_03_another_process_goes_on(checked):
    server, x, _ = checked(f"path=/health {FAST}", children=2)
    for victim in server.children_pids():
        os.kill(victim, signal.SIGKILL)
        count = len(x.checks)
        wait_until(lambda count=count: len(x.checks) > count + 2, "checks by another process")
    assert server.client.get().status == 200


def test_260_04_a_member_is_missed_and_found_without_requests(httpd, member):
    a = member("a")
    server = httpd(plugin_cfg(Cluster("c", [("a", a.port, {}), ("b", member("b").port, {})])),
                   f"WLMHealthCheck path=/health {FAST}\nWLMSlowStart 0")
    server.expect("WLM0030", "WLM0035", "WLM0042")
    a.kill()
    wait_for_state(server, "a", "checked-out")
    assert shares(server.client.load(10, 2)) == {"b": 10}
    assert "is taken out by health checks: Connection refused" in server.log()
    a.start()
    wait_for_state(server, "a", "up")  # RetryInterval is a minute
    assert shares(server.client.load(10, 2)) == {"a": 5, "b": 5}


def test_260_05_good_checks_end_a_mark_down(httpd, member):
    a = member("a")
    server = httpd(plugin_cfg(Cluster("c", [("a", a.port, {}), ("b", member("b").port, {})])),
                   "WLMHealthCheck interval=200ms rise=2 fall=1000")
    server.expect("WLM0030", "WLM0035")
    a.kill()
    wait_until(lambda: server.client.get() and server.status()["a"]["State"] == "down", "a to be marked down")
    a.start()
    wait_for_state(server, "a", "up")
    assert "is brought back by health checks" in server.log()


@pytest.mark.parametrize("rule,request_line,host", [
    ("path=/health?deep=1", "GET /health?deep=1 HTTP/1.1", None),
    ("method=HEAD path=/health", "HEAD /health HTTP/1.1", None),
    ("method=OPTIONS path=* host=shop.example", "OPTIONS * HTTP/1.1", "shop.example"),
    ("On", "GET / HTTP/1.1", None),
])
def test_260_06_what_is_asked(checked, rule, request_line, host):
    server, x, _ = checked(f"{rule} interval=100ms")
    lines = x.checks[0].split("\r\n")
    assert lines[0] == request_line
    assert f"Host: {host or f'127.0.0.1:{x.port}'}" in lines
    assert server.count("WLM0042") == 0


@pytest.mark.parametrize("rule,status,body,good", [
    ("status=200", 204, b"", False),
    ("status=200-299", 204, b"", True),
    ("status=503", 503, b"", True),
    ("", 302, b"", True),
    ("", 404, b"", False),
    ("\"expr=%{REQUEST_STATUS} -eq 200 && resp('X-Load') == 'low'\"", 200, b"", True),
    ("\"expr=resp('X-Load') == 'high'\"", 200, b"", False),
    ("\"expr=note('body') =~ /all is well/\"", 200, b"and all is well.", True),
    ("\"expr=note('body') =~ /all is well/\"", 200, b"help", False),
])
def test_260_07_what_is_a_good_answer(checked, rule, status, body, good):
    server, x, _ = checked(f"path=/health {FAST} {rule}")
    x.set_answer(status, body)
    if good:
        count = len(x.checks)
        wait_until(lambda: len(x.checks) > count + 3, "more checks")
    else:
        wait_for_state(server, "x", "checked-out")
    assert server.status()["x"]["State"] == ("up" if good else "checked-out")


def test_260_08_a_member_that_hangs_does_not_delay_the_other_checks(checked):
    server, x, y = checked(f"path=/health interval=100ms timeout=2s rise=2 fall=1")
    x.answer = None
    count = len(y.checks)
    wait_for_state(server, "x", "checked-out")
    assert len(y.checks) > count + 10
    assert "is taken out by health checks: no answer in time" in server.log()
    x.set_answer(200)
    wait_for_state(server, "x", "up")


class Many:
    """So many listeners. The first half answers checks, on one thread, and keeps the times; the others never answer."""

    def __init__(self, n):
        self.sockets = [socket.create_server(("127.0.0.1", 0), backlog=128) for _ in range(n)]
        self.times = [[] for _ in range(n // 2)]
        self.stopped = False
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def ports(self):
        return [s.getsockname()[1] for s in self.sockets]

    def _run(self):
        with selectors.DefaultSelector() as selector:
            for times, listener in zip(self.times, self.sockets):
                selector.register(listener, selectors.EVENT_READ, times)
            while not self.stopped:
                for key, _ in selector.select(0.1):
                    if key.data is None:
                        selector.unregister(key.fileobj)
                        with key.fileobj:
                            key.fileobj.recv(4096)
                            key.fileobj.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                    else:
                        key.data.append(time.monotonic())
                        selector.register(key.fileobj.accept()[0], selectors.EVENT_READ, None)

    def stop(self):
        self.stopped = True
        self.thread.join()
        for s in self.sockets:
            s.close()


@pytest.fixture
def many(httpd):  # httpd ends before they do
    made = []

    def make(n, rule):
        made.append(Many(n))
        rows = [(f"m{i}", port, {}) for i, port in enumerate(made[0].ports())]
        server = httpd(plugin_cfg(Cluster("c", rows)), f"WLMHealthCheck {rule}\nWLMSlowStart 0")
        server.expect("WLM0042")
        return made[0], server
    yield make
    for each in made:
        each.stop()


@pytest.mark.alone
def test_260_19_however_many_hang_all_checks_are_on_time(many):
    begin, (members, server) = time.monotonic(), many(300, "interval=2s timeout=4s rise=1 fall=2")
    wait_until(lambda: sum(m["State"] == "checked-out" for m in server.status().values()) == 150, "the others to be out", 60)
    assert time.monotonic() - begin < 2 * (2 + 4) + 8  # a thread for each of 32 would take half a minute
    wait_until(lambda: min(map(len, members.times)) >= 6, "six checks of each", 60)
    gaps = [b - a for times in members.times for a, b in zip(times, times[1:])]
    assert 1.5 < sum(gaps) / len(gaps) < 2.5 and max(gaps) < 5, max(gaps)
    second = [times[1] for times in members.times]
    assert max(second) - min(second) > 1  # they are spread over the interval
    assert {m["State"] for name, m in server.status().items() if int(name[1:]) < 150} == {"up"}


def test_260_20_one_check_serves_all_clusters_with_equal_settings(httpd, scripted):
    x = Checked(scripted, "x")
    clusters = [Cluster(f"c{n}", [(f"m{n}", x.port, {})]) for n in range(20)]
    other = "\n".join(f"<WLMCluster c{n}>\nWLMHealthCheck path=/health/{n % 2} interval=500ms\n</WLMCluster>" for n in (18, 19))
    rule = "path=/health interval=500ms timeout=1s rise=1 fall=1"
    server = httpd(plugin_cfg(*clusters), f"WLMHealthCheck {rule} expr=true\n{other}")
    server.expect("WLM0042")
    wait_until(lambda: len(x.checks) >= 30, "thirty checks")
    assert x.times[29] - x.times[0] > 3  # ten of each of three; twenty clusters would make so many in less than a second
    assert {c.split(" ")[1] for c in x.checks} == {"/health", "/health/0", "/health/1"}
    x.set_answer(500)
    wait_until(lambda: {m["State"] for m in server.status().values()} == {"checked-out"}, "all to be out")
    assert server.count("WLM0042") == 20
    x.set_answer(200)
    wait_until(lambda: {m["State"] for m in server.status().values()} == {"up"}, "all to be back")


def test_260_21_a_check_under_way_goes_on_when_the_file_changes(httpd, scripted):
    x, y, gone = (Checked(scripted, name) for name in ("x", "y", "gone"))

    def text(*members):
        return plugin_cfg(Cluster("c", [(m.name, m.port, {}) for m in members]), RefreshInterval=1)
    server = httpd(text(x, gone), "WLMHealthCheck path=/health interval=300ms timeout=8s rise=1 fall=1\nWLMSlowStart 0")
    server.expect("WLM0042", "WLM0172")
    wait_until(lambda: x.checks and gone.checks, "the first checks")
    x.answer = gone.answer = None
    asked = len(x.checks)
    wait_until(lambda: len(x.checks) > asked and len(gone.member.open) == 1, "checks that hang")
    asked = len(x.checks)
    new = server.path / "plugin-cfg.new"
    new.write_text(text(x, y))
    new.chmod(0o644)
    new.rename(server.path / "plugin-cfg.xml")
    wait_until(lambda: y.checks, "the member that is new to be checked")
    assert server.count("WLM0042") == 0
    wait_until(lambda: not gone.member.open, "the check of the one that is gone to end")
    wait_for_state(server, "x", "checked-out")
    assert len(x.checks) == asked
    assert server.count("WLM0042") == 1


def test_260_09_when_all_are_taken_out_requests_are_served_all_the_same(checked):
    server, x, y = checked(f"path=/health {FAST}")
    for member in (x, y):
        member.set_answer(500)
        wait_for_state(server, member.name, "checked-out")
    assert server.client.get().status == 200


def test_260_18_a_member_that_starts_is_not_brought_back_by_a_request(checked):
    """Requests have marked it down; then it answers, requests and checks, with 404: its application is not there yet."""
    server, x, y = checked("path=/health interval=200ms rise=2 fall=1000", RetryInterval=1)
    server.expect("WLM0030", "WLM0035")
    script = x.member.script
    x.member.script = lambda c: c.read_head() and None  # takes connections, and closes them
    for sock in list(x.member.open):
        sock.shutdown(socket.SHUT_RDWR)
    wait_until(lambda: server.client.get() and server.status()["x"]["State"] == "down", "x to be marked down")
    assert "is marked down, until health checks are good" in server.log()
    x.set_answer(404)
    x.member.script = script
    checks = len(x.checks)
    wait_until(lambda: len(x.checks) > checks + 10, "ten checks, which take two RetryIntervals")
    assert shares(server.client.load(20, 2)) == {"y": 20}
    assert server.status()["x"]["State"] == "down"
    x.set_answer(200)
    wait_for_state(server, "x", "up")
    assert shares(server.client.load(20, 2)) == {"x": 10, "y": 10}


@pytest.mark.parametrize("rule,words", [
    ("path=health", "the path begins with /"),
    ("path=/a method=", "the method \"\" is empty"),
    ("\"path=/a b\"", "has blanks"),
    ("status=99", "\"99\" is not a number from 200"),
    ("status=300-200", "\"200\" is not a number from 300"),
    ("rise=0", "\"0\" is not a number from 1"),
    ("interval=1ms", "interval is at least 100ms"),
    ("expr=%{", "WLMHealthCheck takes"),
    ("every=5", "\"every\" is no key"),
])
def test_260_10_wrong_checks_are_refused(httpd, rule, words):
    server = httpd(plugin_cfg(Cluster("c", [("a", 1, {})])), f"WLMHealthCheck {rule}", start=False)
    result = server.test_config()
    assert result.returncode != 0
    assert words in result.stderr


# -- idle connections -----------------------------------------------------------------------------------

def test_260_11_idle_connections_are_closed_without_traffic(httpd, scripted):
    closed = threading.Event()

    def script(c):
        while c.read_head():
            c.ok()
        closed.set()
    x = scripted(script)
    text = plugin_cfg(Cluster("c", [("x", x.port, {})])).replace("<Transport ", "<Transport ConnectionTTL=\"1\" ")
    server = httpd(text)
    assert server.client.get().body == b"ok"
    assert closed.wait(5)


def test_260_17_all_processes_close_them_again_and_again(httpd, member):
    """A process without the lease does not look at members of which it keeps no connection; once it keeps one, it does within a second,
    and not only with the look at all members each 10 s."""
    x = member("x", delay=200)
    text = plugin_cfg(Cluster("c", [("x", x.port, {})])).replace("<Transport ", "<Transport ConnectionTTL=\"3\" ")
    server = httpd(text, children=4, mpm="prefork")  # a process has one connection at the most
    for _ in range(3):
        assert {answer.status for answer in server.client.load(16, 4)} == {200}
        wait_until(lambda: int(server.status()["x"]["Idle"]) > 2, "connections of several processes to be counted", 4)
        wait_until(lambda: server.status()["x"]["Idle"] == "0", "all to be closed")


# -- names ------------------------------------------------------------------------------------------------

@pytest.fixture
def names(folder, monkeypatch):
    """A hosts file of httpd's own. Returns a function that writes it."""
    library = glob.glob("/usr/lib/*/libnss_wrapper.so") + glob.glob("/usr/lib*/libnss_wrapper.so")
    if not library:
        pytest.skip("libnss-wrapper is not installed")
    hosts = folder / "hosts"

    def write(**addresses):
        new = folder / "hosts.new"
        new.write_text("".join(f"{address} {name}\n" for name, all in addresses.items() for address in all.split()))
        new.chmod(0o644)
        new.rename(hosts)
    write(localhost="127.0.0.1")
    monkeypatch.setenv("LD_PRELOAD", library[0])
    monkeypatch.setenv("NSS_WRAPPER_HOSTS", str(hosts))
    return write


def two_on_one_port(member):
    """The same port on two addresses."""
    a = member("a", host="127.0.7.1")
    b = member("b", host="127.0.7.2", port=a.port)
    return a, b


def test_260_12_a_name_that_changes_is_followed(httpd, member, names):
    a, b = two_on_one_port(member)
    names(moving="127.0.7.1")
    server = httpd(plugin_cfg(Cluster("c", [("m", a.port, {"host": "moving"})])), "WLMResolveInterval 1", children=2)
    assert shares(server.client.load(10, 2)) == {"a": 10}
    names(moving="127.0.7.2")
    wait_until(lambda: server.count("WLM0041") == 1, "the name to have moved")  # one process tells all
    wait_until(lambda: shares(server.client.load(20, 4)) == {"b": 20}, "both children to follow")
    before = b.requests()
    assert shares(server.client.load(20, 2)) == {"b": 20} and b.requests() == before + 20  # on no kept connection either
    assert "moving is now 127.0.7.2" in server.log()


def test_260_13_all_addresses_are_tried(httpd, member, names):
    a, _ = two_on_one_port(member)
    names(several="127.0.7.9 127.0.7.1")
    server = httpd(plugin_cfg(Cluster("c", [("m", a.port, {"host": "several"})])))
    assert shares(server.client.load(5, 1)) == {"a": 5}
    assert server.status()["m"]["Failures"] == "0"


def test_260_14_a_name_that_is_gone_keeps_its_addresses(httpd, member, names):
    a = member("a")
    names(fading="127.0.0.1")
    server = httpd(plugin_cfg(Cluster("c", [("m", a.port, {"host": "fading"})])), "WLMResolveInterval 1")
    assert server.client.member() == "a"
    names(other="127.0.0.1")
    start = time.monotonic()
    wait_until(lambda: server.client.get().status == 200 and time.monotonic() - start > 2.5, "two intervals")
    assert server.count("WLM0041") == 0


def test_260_15_a_name_that_appears_is_used(httpd, member, names):
    a = member("a")
    server = httpd(plugin_cfg(Cluster("c", [("m", a.port, {"host": "newcomer"})], RetryInterval=0)))
    server.expect("WLM0005", "WLM0030", "WLM0035", "WLM0036")
    assert server.client.get().status == 503
    names(newcomer="127.0.0.1")
    wait_until(lambda: server.client.get().status == 200, "the name to be known")
    assert server.client.member() == "a"


def test_260_16_ipv6(httpd, member):
    a = member("a", host="[::1]")
    server = httpd(plugin_cfg(Cluster("c", [("m", a.port, {"host": "::1"})])))
    assert server.client.member() == "a"
    assert server.status()["m"]["Address"] == f"[::1]:{a.port}"

"""Stories of members that die, come back, are busy or full."""
import os
import signal
import threading
import time

import pytest

from wlmtest import meanwhile, wait_until
from wlmtest.client import shares
from wlmtest.members import BlackHole, refusing_port
from wlmtest.plugincfg import Cluster, Route, plugin_cfg


@pytest.fixture
def two(httpd, member):
    """Members a and b; returns (httpd, a, b)."""
    def make(delay=0, attrs=None, children=3, extra="", **options):
        a, b = member("a", delay=delay), member("b", delay=delay)
        cluster = Cluster("c", [(m.name, m.port, attrs or {}) for m in (a, b)], **{"RetryInterval": 60, **options})
        return httpd(plugin_cfg(cluster), extra, children=children), a, b
    return make


def test_200_01_killed_under_load_loses_no_get(two):
    server, a, _ = two(delay=200)
    server.expect("WLM0030", "WLM0035")
    killer = threading.Event()

    def on_request(number):
        if number == 150:
            killer.set()
            a.kill()
    answers = server.client.load(480, 48, on_request=on_request)
    assert killer.is_set()
    assert [a for a in answers if a.status != 200 or a.error] == []
    # what it had sent before it died may be read when it has been marked down: it is up then, until it is tried once more
    assert server.count("WLM0035") == server.count("WLM0034") + 1


def test_200_02_a_member_that_is_back_gets_its_share(two):
    server, a, _ = two(RetryInterval=1, extra="WLMSlowStart 0")
    server.expect("WLM0030", "WLM0035")
    a.kill()
    assert shares(server.client.load(10, 2)) == {"b": 10}
    assert server.status()["a"]["State"] == "down"
    a.start()
    wait_until(lambda: server.client.member() == "a", "a to be tried again")
    assert server.status()["a"]["State"] == "up"
    assert shares(server.client.load(40, 4)) == {"a": 20, "b": 20}


def test_200_03_a_mark_down_is_known_to_all_children_at_once(httpd, member, scripted):
    b = member("b")
    a = scripted(lambda c: None)  # takes connections, and closes them
    server = httpd(plugin_cfg(Cluster("c", [("a", a.port, {}), ("b", b.port, {})])), children=3)
    server.expect("WLM0030", "WLM0035")
    answers = server.client.load(4, 1)
    assert a.connections == 1
    answers += server.client.load(100, 10)
    assert shares(answers) == {"b": 104}
    assert a.connections == 1
    assert server.count("WLM0035") == 1


def test_200_04_one_request_probes(httpd, member, scripted):
    """The probe hangs; the others are not touched by it."""
    hang, alive = threading.Event(), threading.Event()

    def script(c):
        if not alive.is_set():
            return
        while c.read_head():
            hang.wait(10)
            c.ok()
    a, b = scripted(script), member("b")
    server = httpd(plugin_cfg(Cluster("c", [("a", a.port, {}), ("b", b.port, {})], RetryInterval=1)), children=3)
    server.expect("WLM0030", "WLM0035")
    server.client.load(4, 1)
    alive.set()
    probe = threading.Thread(target=lambda: wait_until(lambda: server.client.get().body == b"ok", "the probe"))
    probe.start()
    wait_until(lambda: a.heads, "the probe to reach the member")
    assert server.status()["a"]["State"] == "probing"
    assert shares(server.client.load(50, 10)) == {"b": 50}
    assert len(a.heads) == 1
    hang.set()
    probe.join()
    assert server.status()["a"]["State"] == "up"


# -- the last one, and all of them -----------------------------------------------------------

def test_200_05_the_only_member_is_never_shut_out(httpd, member):
    a = member("a")
    server = httpd(plugin_cfg(Cluster("c", [("a", a.port, {})], RetryInterval=60)), children=3)
    server.expect("WLM0030", "WLM0035", "WLM0036")
    assert server.client.member() == "a"
    a.kill()
    answer = server.client.get()
    assert answer.status == 503
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    a.start()
    assert server.client.member() == "a"  # at once, not after a minute
    assert "Connection refused" in server.log()


def test_200_06_a_cluster_that_comes_back_is_used_with_the_first_request(two):
    server, a, b = two()
    server.expect("WLM0030", "WLM0035", "WLM0036")
    a.kill()
    b.kill()
    assert server.client.get().status == 503
    b.start()
    assert server.client.member() == "b"
    a.start()
    assert server.status()["a"]["State"] == "down"  # its time has not come, and b is there
    assert shares(server.client.load(5, 1)) == {"b": 5}


def test_200_07_black_holes_cost_one_connect_timeout_each(httpd):
    holes = [BlackHole(), BlackHole()]
    try:
        server = httpd(plugin_cfg(Cluster("c", [(f"h{i}", h.port, {"ConnectTimeout": 1}) for i, h in enumerate(holes)])))
        server.expect("WLM0030", "WLM0035", "WLM0036")
        assert server.client.get().status == 503
        assert server.count("WLM0030") == 2
        assert server.client.get().status == 503  # all are down: one of them is tried, not both
        assert server.count("WLM0030") == 3
        assert "no connection within ConnectTimeout" in server.log()
    finally:
        for hole in holes:
            hole.stop()


def test_200_08_a_black_hole_beside_a_good_member(httpd, member):
    b, hole = member("b"), BlackHole()
    server = httpd(plugin_cfg(Cluster("c", [("h", hole.port, {"ConnectTimeout": 1}), ("b", b.port, {})])))
    server.expect("WLM0030", "WLM0035")
    assert shares(server.client.load(20, 4)) == {"b": 20}
    hole.stop()


# -- busy and full ----------------------------------------------------------------------------

def busy(c):
    while head := c.read_head():
        c.read_body(head)
        c.send(b"HTTP/1.1 503 Busy\r\nContent-Length: 4\r\nX-Member: x\r\nRetry-After: 7\r\n\r\nbusy")


def test_200_09_a_503_goes_on_to_another_member_and_marks_nothing_down(httpd, member, scripted):
    x, b = scripted(busy), member("b")
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {}), ("b", b.port, {})])), "WLMDefaults Original")
    assert shares(server.client.load(10, 2)) == {"b": 10}
    assert shares(server.client.load(4, 1, method="POST", body=b"small")) == {"b": 4}
    status = server.status()
    assert (status["x"]["State"], status["x"]["Failures"]) == ("up", "0")
    assert int(status["x"]["Busy"]) >= 5
    assert server.count("WLM0031") == int(status["x"]["Busy"])


def test_200_10_a_503_of_all_reaches_the_client(httpd, scripted):
    x, y = scripted(busy), scripted(busy)
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {}), ("y", y.port, {})])))
    answer = server.client.get()
    assert (answer.status, answer.body, answer.headers["Retry-After"]) == (503, b"busy", "7")
    assert len(x.heads) == len(y.heads) == 1
    assert {m["InFlight"] for m in server.status().values()} == {"0"}


def test_200_11_a_503_to_a_request_that_cannot_be_repeated_reaches_the_client(httpd, member, scripted):
    x, b = scripted(busy), member("b")
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {}), ("b", b.port, {})], PostBufferSize=0)), "WLMDefaults Original")
    counts = shares(server.client.load(10, 1, method="POST", body=b"small"))
    assert counts == {"x": 5, "b": 5}


def test_200_12_max_connections_over_all_children(two):
    server, a, b = two(delay=300, attrs={"MaxConnections": 3})
    server.expect("WLM0036")
    answers = server.client.load(12, 12)
    statuses = sorted(x.status for x in answers)
    assert statuses == [200] * 6 + [503] * 6
    assert shares(x for x in answers if x.status == 200) == {"a": 3, "b": 3}
    status = server.status()
    assert {status[m]["State"] for m in "ab"} == {"up"}
    assert {status[m]["InFlight"] for m in "ab"} == {"0"}
    assert a.requests() + b.requests() == 6


# -- what may be sent again ------------------------------------------------------------------------

def dies_after_request(c):
    head = c.read_head()
    if head:
        c.read_body(head)  # and closes


def test_200_13_a_small_post_is_repeated_when_it_is_kept(httpd, member, scripted):
    x, b = scripted(dies_after_request), member("b")
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {}), ("b", b.port, {})], PostBufferSize=64)), "WLMDefaults Original")
    server.expect("WLM0030", "WLM0035")
    answers = server.client.load(2, 1, method="POST", body=b"x" * 1000)
    assert shares(answers) == {"b": 2}
    assert all(b"body_bytes=1000" in a.body for a in answers)
    assert len(x.heads) == 1


@pytest.mark.parametrize("buffer_kib,size", [(0, 10), (1, 5000)])
def test_200_14_a_post_that_is_not_kept_is_never_sent_twice(httpd, member, scripted, buffer_kib, size):
    x, b = scripted(dies_after_request), member("b")
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {}), ("b", b.port, {})], PostBufferSize=buffer_kib)),
                   "WLMDefaults Original")
    server.expect("WLM0030", "WLM0035", "WLM0038")
    answers = server.client.load(2, 1, method="POST", body=b"x" * size)
    assert sorted(a.status for a in answers) == [200, 502]
    assert len(x.heads) + b.requests() == 2


def test_200_15_a_post_that_is_not_kept_goes_elsewhere_when_nothing_was_sent(httpd, member):
    b = member("b")
    server = httpd(plugin_cfg(Cluster("c", [("x", refusing_port(), {}), ("b", b.port, {})], PostBufferSize=0)), "WLMDefaults Original")
    server.expect("WLM0030", "WLM0035")
    answers = server.client.load(4, 1, method="POST", body=b"x" * 100000)
    assert shares(answers) == {"b": 4}
    assert all(b"body_bytes=100000" in a.body for a in answers)


def test_200_16_a_kept_connection_that_the_member_closed_harms_nobody(httpd, scripted):
    closing = threading.Event()

    def script(c):
        while c.read_head():
            c.ok()
            if closing.is_set():
                return
    x = scripted(script)
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {})])))
    closing.set()
    for _ in range(20):
        assert server.client.get().body == b"ok"
    assert server.status()["x"]["Failures"] == "0"


def test_200_17_a_kept_connection_that_dies_under_the_request_is_replaced(httpd, scripted):
    def script(c):
        if c.read_head():
            c.ok()
        c.read_head()  # the second request on the connection gets no answer
    x = scripted(script)
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {})])))
    for _ in range(10):
        assert server.client.get().body == b"ok"
    assert server.count("WLM0020") == 9  # all but the first met a connection that died
    status = server.status()["x"]
    assert (status["State"], status["Failures"]) == ("up", "0")


# -- httpd's own processes -------------------------------------------------------------------------

def test_200_18_a_killed_child_takes_its_requests_with_it(httpd, scripted):
    all_are_there = threading.Event()

    def script(c):
        while c.read_head():
            all_are_there.wait(30)
            c.ok()
    members = [(name, scripted(script, name).port, {}) for name in "ab"]
    server = httpd(plugin_cfg(Cluster("c", members)), children=2)
    clients = [threading.Thread(target=server.client.get) for _ in range(12)]
    for client in clients:
        client.start()
    wait_until(lambda: sum(int(m["InFlight"]) for m in server.status().values()) == 12, "12 in flight")
    for victim in server.children_pids():  # both: one of them may have all the requests
        os.kill(victim, signal.SIGKILL)
    server.wait_for_log("WLM0007")
    all_are_there.set()
    for client in clients:
        client.join()
    wait_until(lambda: {m["InFlight"] for m in server.status().values()} == {"0"}, "all counts to be back at 0")


@pytest.mark.parametrize("mpm", ["event", "prefork"])
def test_200_30_killed_children_leave_exact_numbers(httpd, member, mpm):
    """Limits, retries, the queue and the records of a changing file: whatever the children do when they are killed."""
    members = {name: member(name, delay=2) for name in "ab"}
    refusing = refusing_port()  # no process listens there: requests are repeated
    servers = [(name, m.port, {"MaxConnections": 2}) for name, m in members.items()]

    def text(n):
        return plugin_cfg(Cluster("c", [*servers, ("gone", refusing, {})], RetryInterval=1), Cluster(f"d{n % 3}", servers),
                          routes=[Route("c", ["/app/*"])], RefreshInterval=1)
    server = httpd(text(0), "WLMQueue 20 2s\nWLMRetryBudget 50% 10", children=3, mpm=mpm)
    server.expect("WLM0030", "WLM0035", "WLM0036", "WLM0037", "WLM0038", "WLM0172")
    with meanwhile(lambda: server.client.get(timeout=5), threads=16):
        for n in range(25):
            (server.path / "plugin-cfg.xml").write_text(text(n))
            children = server.children_pids()
            if children:
                os.kill(children[n % len(children)], signal.SIGKILL)
            time.sleep(0.15)  # the pace of the killing; nothing is waited for
    wait_until(lambda: server.client.get("/index.html").status == 200, "a new process")
    wait_until(lambda: {m["InFlight"] for m in server.status().values()} == {"0"}, "all counts to be back at 0")
    lines = server.client.get("/server-status?auto").body.decode().splitlines()
    counts = [line for line in lines if "Retrying: " in line or "Waiting: " in line]
    assert len(counts) == 5 and all(line.endswith(": 0") for line in counts), counts  # two clusters, and all of them
    # a request that tries the one that is gone goes to another one at random
    (server.path / "plugin-cfg.xml").write_text(plugin_cfg(Cluster("c", servers), RefreshInterval=1))
    wait_until(lambda: "gone" not in server.status(), "the file without it")
    # each process takes the file up by itself
    wait_until(lambda: shares(server.client.load(40, 2)) == {"a": 20, "b": 20}, "exact shares")


def test_200_19_the_probe_of_a_killed_child_is_taken_over(httpd, member, scripted):
    """The probe hangs in a child that is killed: the member is not "being probed" for ever."""
    well, probes = threading.Event(), []

    def script(c):
        while c.read_head():
            if not well.is_set():
                return
            probes.append(c)
            if len(probes) == 1:
                return c.wait_for_close()
            c.ok()
    a, b = scripted(script), member("b")
    server = httpd(plugin_cfg(Cluster("c", [("a", a.port, {}), ("b", b.port, {})], RetryInterval=1)), children=2)
    server.expect("WLM0030", "WLM0035")
    server.client.load(4, 1)
    well.set()
    probe = threading.Thread(target=lambda: wait_until(lambda: server.client.get() and probes, "a probe"))
    probe.start()
    wait_until(lambda: probes, "the probe to reach the member")
    for victim in server.children_pids():
        os.kill(victim, signal.SIGKILL)
    probe.join()
    wait_until(lambda: server.client.get().body == b"ok", "another probe")
    status = server.status()["a"]
    assert (status["State"], status["InFlight"]) == ("up", "0")


@pytest.mark.parametrize("mpm", ["event", "worker", "prefork"])
def test_200_20_all_mpms(httpd, member, mpm):
    a, b = member("a"), member("b")
    server = httpd(plugin_cfg(Cluster("c", [("a", a.port, {"LoadBalanceWeight": 1}),
                                            ("b", b.port, {"LoadBalanceWeight": 2})])), mpm=mpm, children=3)
    server.expect("WLM0030", "WLM0035")
    counts = shares(server.client.load(120, 8))
    assert abs(counts["a"] - 40) <= 2 and abs(counts["b"] - 80) <= 2
    b.kill()
    assert shares(server.client.load(30, 8)) == {"a": 30}
    body = b"z" * 200000
    assert server.client.send("POST", "/app/?echo=1", body).body == body


# -- whose fault is it, the member's or the request's? --------------------------------------------

DEATHS = {
    "closes": lambda c: None,
    "resets": lambda c: c.reset(),
    "half a head": lambda c: c.send(b"HTTP/1.1 200 OK\r\nConte"),
    "no HTTP": lambda c: c.send(b"\x00\x01 what?\r\n\r\n"),
    "hangs": lambda c: c.wait_for_close(),
}


def dies_of(death):
    """Answers all but requests for /app/death."""
    def script(c):
        while head := c.read_head():
            c.read_body(head)
            if b"/app/death" in head:
                DEATHS[death](c)
                return
            c.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Member: %s\r\n\r\nok" % c.member.name.encode())
    return script


def with_session(server, name):
    return server.client.get("/app/", Cookie=f"JSESSIONID=0000x:{name}").headers["X-Member"]


@pytest.mark.parametrize("method,buffer", [("GET", 64), ("POST", 64), ("POST", 0)])
@pytest.mark.parametrize("death", DEATHS)
def test_200_21_a_request_that_each_member_dies_of_takes_none_of_them_out(httpd, scripted, death, method, buffer):
    members = [scripted(dies_of(death), name) for name in "xyz"]
    server = httpd(plugin_cfg(Cluster("c", [(m.name, m.port, {"ServerIOTimeout": -1}) for m in members], PostBufferSize=buffer)),
                   "WLMDefaults Original", children=3)
    server.expect("WLM0030", "WLM0037", "WLM0038", "WLM0143")
    for _ in range(2 if death == "hangs" else 5):
        assert [with_session(server, name) for name in "xyz"] == list("xyz")
        answer = server.client.send(method, "/app/death", b"body" if method == "POST" else None)
        assert answer.status in (502, 504)
    assert [with_session(server, name) for name in "xyz"] == list("xyz")
    assert {(m["State"], m["InFlight"]) for m in server.status().values()} == {("up", "0")}
    assert server.count("WLM0035") == 0
    if buffer:
        assert f"{method} /app/death: 3 members of cluster c have taken it and not answered; the request is taken to be" in server.log()


@pytest.mark.parametrize("death", DEATHS)
def test_200_22_a_member_that_answers_nobody_is_out_as_soon_as_another_has_answered(httpd, member, scripted, death):
    def script(c):
        if head := c.read_head():
            c.read_body(head)
            DEATHS[death](c)
    x, b = scripted(script), member("b")
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {"ServerIOTimeout": -1}), ("b", b.port, {})])), children=3)
    server.expect("WLM0030", "WLM0035")
    assert shares(server.client.load(6, 1)) == {"b": 6}
    assert len(x.heads) == 1 and server.status()["x"]["State"] == "down"
    assert server.count("WLM0035") == 1


def test_200_23_posts_that_go_to_nobody_else_are_not_lost_one_after_the_other(httpd, scripted):
    """The member has answered just before, and then no POST any more. One is lost; after RetryInterval one tries it again, and
    the third marks it down."""
    bad = threading.Event()

    def script(c):
        while head := c.read_head():
            c.read_body(head)
            if bad.is_set():
                return
            c.ok()
    x, y = scripted(script, "x"), scripted(lambda c: [c.ok() for _ in iter(c.read_head, None)], "y")
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {}), ("y", y.port, {})], PostBufferSize=0, RetryInterval=2)))
    server.expect("WLM0030", "WLM0035", "WLM0038")
    server.client.load(2, 1)
    bad.set()

    def lost():
        return sum(a.status == 502 for a in server.client.load(10, 1, method="POST", body=b"12345"))
    assert lost() == 1
    assert server.status()["x"]["State"] == "up"
    for i in range(2):
        wait_until(lambda: lost() == 1, "another one to try x")
    assert server.status()["x"]["State"] == "down"


def test_200_24_a_request_of_death_by_many_at_once(httpd, scripted):
    """Three at a time are several that agree; but what they agree about is over with the next answer to any request."""
    members = [scripted(dies_of("closes"), name) for name in "xyz"]
    server = httpd(plugin_cfg(Cluster("c", [(m.name, m.port, {}) for m in members], RetryInterval=1)), children=3)
    server.expect("WLM0030", "WLM0035", "WLM0036", "WLM0037", "WLM0038", "WLM0143")
    server.client.load(30, 10, target="/app/death")
    for name in "xyz":
        wait_until(lambda n=name: with_session(server, n) == n, "the session to be with its member")


def never_answers(kind):
    """Takes requests and ends the connection, as a proxy before a member that is gone; or has no room for any client."""
    def script(c):
        while head := c.read_head():
            c.read_body(head)
            if kind == "gone":
                return
            c.send(b"HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy")
    return script


@pytest.mark.parametrize("others", [(), ("busy",)], ids=["alone", "beside one that is busy"])
def test_200_25_several_requests_agree_that_members_answer_nobody(httpd, scripted, others):
    members = [scripted(never_answers(kind), f"{kind}{i}") for i, kind in enumerate(("gone", "gone", *others))]
    server = httpd(plugin_cfg(Cluster("c", [(m.name, m.port, {}) for m in members])), children=3)
    server.expect("WLM0030", "WLM0035", "WLM0036", "WLM0037", "WLM0038", "WLM0143")
    assert {server.client.get(f"/app/{i}").status for i in range(4)} <= {502, 503}
    states = {name: m["State"] for name, m in server.status().items()}
    assert states == {m.name: "down" if m.name.startswith("gone") else "up" for m in members}


def test_200_26_a_client_that_repeats_its_request_does_not_agree_with_itself(httpd, scripted):
    """There is no other request whose answers could show that the members are well."""
    members = [scripted(dies_of("closes"), name) for name in "xy"]
    server = httpd(plugin_cfg(Cluster("c", [(m.name, m.port, {}) for m in members])), "WLMOutlier Off", children=3)
    server.expect("WLM0030", "WLM0037", "WLM0143")
    for i in range(6):
        assert server.client.get(f"/app/death?again={i}").status == 502
    assert [with_session(server, name) for name in "xy"] == ["x", "y"]
    assert server.count("WLM0035") == 0


def test_200_27_a_session_that_its_member_dies_of_takes_out_no_member_that_answers_others(httpd, scripted):
    """The other one does not know the session, and so answers what the first one dies of."""
    def script(c):
        while head := c.read_head():
            if b"/app/death" in head and b":%s" % c.member.name.encode() in head:
                return
            c.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Member: %s\r\n\r\nok" % c.member.name.encode())
    members = [scripted(script, name) for name in "xy"]
    server = httpd(plugin_cfg(Cluster("c", [(m.name, m.port, {}) for m in members])), children=3)
    server.expect("WLM0030")
    for name in "xyxy":
        assert [with_session(server, name) for name in "xy"] == ["x", "y"]
        assert server.client.get("/app/death", Cookie=f"JSESSIONID=0000mine:{name}").status == 200
    assert [with_session(server, name) for name in "xy"] == ["x", "y"]
    assert server.count("WLM0035") == 0

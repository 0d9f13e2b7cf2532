"""Stories of WLMHedge: a request that its member does not answer goes to a second one, too; who answers first has it."""
import socket
import threading
import time

import pytest

from wlmtest import wait_until
from wlmtest.client import shares
from wlmtest.http2 import request
from wlmtest.members import BlackHole
from wlmtest.module import load
from wlmtest.plugincfg import Cluster, plugin_cfg
from wlmtest.status import LOCATION, everything, state
from wlmtest.tls import Authority, TlsMember, server_context

LOG = 'LogFormat "%>s %{{WLM_OUTCOME}}e %{{WLM_ATTEMPTS}}e %{{WLM_HEDGE}}e %{{WLM_MEMBER}}e" t\nCustomLog {log} t\n'
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
BUSY = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"
HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"


class Race:
    """What two members do with one request: the first one that gets it, and the second one, whichever they are."""

    def __init__(self, *actions):
        self.actions, self.lock, self.names = iter(actions), threading.Lock(), []
        self.both, self.goes_on = threading.Event(), threading.Event()  # the second has it; for actions that wait
        self.closed = {}  # the member's name: its connection has been closed by the other side

    def script(self, name):
        self.closed[name] = threading.Event()

        def run(c):
            while c.read_head() is not None:
                with self.lock:
                    self.names.append(name)
                    action = next(self.actions, lambda c, race: c.send(OK))
                    if len(self.names) == 2:
                        self.both.set()
                action(c, self)
        def run_to_end(c):
            try:
                run(c)
            finally:
                self.closed[name].set()
        return run_to_end


def answers(c, race):
    c.send(OK)


def hangs(c, race):
    assert not c.sock.recv(1)  # an end, or a reset
    raise ConnectionResetError


def when_both_have_it(answer, then=None):
    def run(c, race):
        assert race.both.wait(20)
        c.send(answer)
        if then:
            then(c, race)
    return run


def dies(c, race):
    assert race.both.wait(20)
    c.reset()
    raise ConnectionResetError


def when_told(answer):
    def run(c, race):
        assert race.goes_on.wait(20)
        c.send(answer)
    return run


@pytest.fixture(params=["On", "Off"])
def serve(request, httpd, folder):
    """An httpd with these members; .log() has the lines of the access log."""
    def make(members, hedge="50ms", extra="", children=1, **attrs):
        log = folder / "access"
        servers = [m if isinstance(m, tuple) else (m.name, m.port, {}) for m in members]
        server = httpd(plugin_cfg(Cluster("c", servers, **attrs)), f"WLMEngine {request.param}\nWLMHedge {hedge}\n"
                       + LOCATION + extra + LOG.format(log=log), children=children)
        server.lines = lambda: [line for line in log.read_text().splitlines() if " no-member " not in line and "- -" not in line]
        return server
    return make


def pair(scripted, *actions):
    race = Race(*actions)
    return race, [scripted(race.script(name), name) for name in "xy"]


def counts(server, *names):
    """Sums over the members."""
    members = state(server).values()
    return [sum(m[name] for m in members) for name in names]


def is_quiet(server):
    return all(m["in_flight"] == 0 for m in state(server).values())


def test_257_01_a_slow_member_is_not_waited_for(serve, scripted):
    race, members = pair(scripted, hangs, answers)
    server = serve(members)
    assert server.client.get().body == b"ok"
    slow, quick = race.names
    assert {slow, quick} == {"x", "y"}
    assert race.closed[slow].wait(10)
    wait_until(lambda: f"200 delivered 2 won {quick}" in server.lines(), "the access log")
    by_name = state(server)
    assert (by_name[quick]["hedges"], by_name[quick]["hedges_won"], by_name[slow]["superseded"]) == (1, 1, 1)
    assert (by_name[slow]["hedges"], by_name[quick]["superseded"]) == (0, 0)
    assert by_name[slow]["state"] == "up" and by_name[slow]["failures"] == 0
    assert counts(server, "requests", "in_flight") == [2, 0] and everything(server)["clusters"][0]["retries"] == 0
    metrics = server.client.get("/wlm-status?format=openmetrics").body.decode()
    for line in [f'hedges_total{{cluster="c",member="{quick}"', f'superseded_total{{cluster="c",member="{slow}"']:
        assert any(line.split("{")[0] in row and line.split('member=')[1] in row and row.endswith(" 1")
                   for row in metrics.splitlines()), line
    assert server.status()[quick]["HedgesWon"] == server.status()[slow]["Superseded"] == "1"
    assert server.count("WLM0260") == server.count("WLM0261") == 1


def test_257_02_the_first_one_may_still_be_quicker(serve, scripted):
    race, members = pair(scripted, when_both_have_it(OK), hangs)
    server = serve(members)
    assert server.client.get().body == b"ok"
    first, second = race.names
    assert race.closed[second].wait(10) and not race.closed[first].is_set()
    wait_until(lambda: f"200 delivered 2 lost {first}" in server.lines(), "the access log")
    assert counts(server, "hedges", "hedges_won", "superseded", "failures") == [1, 0, 1, 0]
    assert server.client.get().body == b"ok"  # on connections that are in order


def test_257_03_a_member_that_is_not_reached_is_none_that_answers(serve, scripted):
    """No connection to it comes about, so nothing is sent to it."""
    hole, y = BlackHole(), scripted(Race(answers, answers).script("y"), "y")
    try:
        server = serve([("z", hole.port, {"ConnectTimeout": 20}), y])
        for _ in range(2):
            assert server.client.get().body == b"ok"
        assert counts(server, "hedges", "superseded", "failures", "in_flight") == [1, 1, 0, 0]
    finally:
        hole.stop()


@pytest.mark.parametrize("name", ["POST", "a session", "a GET with a body", "PUT", "must run to its end", "a cookie of ours"])
def test_257_04_what_must_not_be_twice_is_not(serve, member, name):
    a, b = member("a", delay=300), member("b", delay=300)
    extra = {"must run to its end": "WLMClientGone Finish\n", "a cookie of ours": "WLMAffinity Cookie OURS\n"}.get(name, "")
    server = serve([a, b], hedge="20ms", extra=extra)
    request = {"POST": ("POST", "x", {}), "PUT": ("PUT", "x", {}), "a GET with a body": ("GET", "x", {}),
               "a session": ("GET", None, {"Cookie": "JSESSIONID=0000x:a"}),
               "a cookie of ours": ("GET", None, {"Cookie": "OURS=from-elsewhere"}),
               "must run to its end": ("GET", None, {})}[name]
    assert server.client.send(request[0], "/app/", request[1], request[2]).status == 200
    assert counts(server, "requests", "hedges") == [1, 0] and a.requests() + b.requests() == 1


def test_257_05_it_is_off_where_nobody_says_so(httpd, member):
    a, b = member("a", delay=300), member("b", delay=300)
    server = httpd(plugin_cfg(Cluster("c", [("a", a.port, {}), ("b", b.port, {})])), LOCATION)
    assert server.client.get().status == 200
    assert counts(server, "requests", "hedges") == [1, 0] and everything(server)["clusters"][0]["hedge_after"] == 0


def test_257_06_of_two_answers_at_once_one_is_passed_on(serve, scripted):
    length = 50000

    def answer(name):
        def run(c):
            while c.read_head() is not None:
                meets.wait(20)
                c.send(b"HTTP/1.1 200 OK\r\nX-From: %s\r\nContent-Length: %d\r\n\r\n" % (name.encode(), length)
                       + name.encode() * length)
        return run
    meets = threading.Barrier(2)
    server = serve([scripted(answer(name), name) for name in "xy"], hedge="20ms budget=100")
    connection = server.client.connect()
    for _ in range(20):
        connection.request("GET", "/app/")
        one = server.client.read(connection)
        assert not one.error and one.body == one.headers["X-From"].encode() * length
    connection.close()
    wait_until(lambda: is_quiet(server), "the end of the last one")
    assert counts(server, "hedges", "superseded", "failures") == [20, 20, 0]


@pytest.mark.parametrize("first, second, logged, failures", [
    (dies, when_told(OK), "200 delivered 2 won", 1),
    (when_told(OK), dies, "200 delivered 2 lost", 1),
    (when_both_have_it(BUSY), when_told(OK), "200 delivered 2 won", 0),
    (when_told(OK), when_both_have_it(BUSY), "200 delivered 2 lost", 0),
    (dies, dies, "502 no-response 2 failed", 2),
], ids=["the first dies", "the second dies", "the first is busy", "the second is busy", "both die"])
def test_257_07_one_that_fails_leaves_it_to_the_other(serve, scripted, first, second, logged, failures):
    race, members = pair(scripted, first, second)
    server = serve(members)
    server.expect("WLM0030", "WLM0035", "WLM0037", "WLM0143")
    result = []
    client = threading.Thread(target=lambda: result.append(server.client.get()))
    client.start()
    assert race.both.wait(10)
    if failures < 2:
        wait_until(lambda: sum(counts(server, "failures", "busy")) == 1, "the end of one of them")
    race.goes_on.set()
    client.join()
    assert result[0].status == int(logged[:3])
    wait_until(lambda: any(line.startswith(logged) for line in server.lines()), "the access log")
    assert counts(server, "failures", "superseded") == [failures, 0] and is_quiet(server)


def test_257_08_a_client_that_leaves_ends_both(serve, scripted):
    race, members = pair(scripted, hangs, hangs)
    server = serve(members)
    with socket.create_connection(("127.0.0.1", server.port)) as sock:
        sock.sendall(b"GET /app/ HTTP/1.1\r\nHost: h\r\n\r\n")
        assert race.both.wait(10)
    for name in "xy":
        assert race.closed[name].wait(10)
    wait_until(lambda: any(line.startswith("499 client-gone 2 failed") for line in server.lines()), "the access log")
    assert counts(server, "hedges", "superseded", "failures", "in_flight") == [1, 0, 0, 0]


def test_257_09_what_the_client_has_got_something_of_is_the_answer(serve, scripted):
    """A 103 of one member must not be followed by the response of the other."""
    race, members = pair(scripted, when_both_have_it(HINTS, when_told(OK)), hangs)
    server = serve(members)
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as sock:
        sock.sendall(b"GET /app/ HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        assert race.both.wait(10)
        first, second = race.names
        assert race.closed[second].wait(10)
        race.goes_on.set()
        answer = b"".join(iter(lambda: sock.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 103 ") and answer.count(b"HTTP/1.1 200 OK") == 1 and answer.endswith(b"ok")
    assert counts(server, "hedges", "superseded") == [1, 1]


def test_257_10_members_with_tls(serve, folder):
    authority, race, members = Authority(folder), Race(hangs, answers, when_both_have_it(OK), hangs), []
    try:
        for name in "xy":
            members.append(TlsMember(name, race.script(name), server_context(authority.sign(name))))
        keyring = {"properties": {"keyring": str(authority.pem)}}
        server = serve([(m.name, None, {"https": m.port, **keyring}) for m in members])
        assert server.client.get().body == b"ok"
        assert race.closed[race.names[0]].wait(10)
        assert counts(server, "hedges", "hedges_won", "superseded", "failures") == [1, 1, 1, 0]
        assert server.client.get().body == b"ok"
    finally:
        for m in members:
            m.stop()


def test_257_11_a_budget_bounds_it(serve, member):
    members = [member("a", delay=400), member("b", delay=400)]
    server = serve(members, hedge="20ms budget=1")
    assert len(server.client.load(14, 14)) == 14
    assert counts(server, "hedges", "requests") == [10, 24]  # 1 percent of 14 requests are none
    assert everything(server)["clusters"][0]["hedges_refused"] == 4


def test_257_12_no_second_member_that_is_full_or_down(serve, scripted):
    race, (x, y) = pair(scripted, when_told(OK), when_told(OK))
    server = serve([("x", x.port, {"MaxConnections": 1}), ("y", y.port, {"MaxConnections": 1})])
    clients = [threading.Thread(target=server.client.get) for _ in range(2)]
    for client in clients:
        client.start()
    assert race.both.wait(10)
    wait_until(lambda: server.client.get("/wlm-status?format=json").status == 200, "the status")
    race.goes_on.wait(0.3)  # longer than both wait for
    race.goes_on.set()
    for client in clients:
        client.join()
    assert counts(server, "requests", "hedges") == [2, 0]


def test_257_13_the_time_is_found_from_answers(serve, scripted):
    race, members = pair(scripted)
    server = serve(members, hedge="p95 min=30ms")
    cluster = everything(server)["clusters"][0]
    assert cluster["hedge_after"] == 0  # too few
    assert shares(server.client.load(200, 4)).total() == 200
    wait_until(lambda: everything(server)["clusters"][0]["hedge_after"] >= 0.03, "the time to be found")
    before = counts(server, "hedges")[0]
    race.names.clear()
    race.both.clear()
    race.actions = iter([hangs, answers])
    assert server.client.get().body == b"ok"
    assert counts(server, "hedges")[0] == before + 1 and counts(server, "superseded")[0] >= 1


def test_257_14_a_tunnel_is_no_request(serve, scripted):
    heads = []

    def tunnels(c):
        heads.append(c.read_head())
        goes_on.wait(20)
        c.send(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n")
        c.wait_for_close()
    goes_on = threading.Event()
    server = serve([scripted(tunnels, name) for name in "xy"], hedge="20ms")
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as sock:
        sock.sendall(b"GET /app/ HTTP/1.1\r\nHost: h\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n")
        wait_until(lambda: heads, "the member to have it")
        goes_on.wait(0.3)  # longer than it would be waited for
        goes_on.set()
        assert sock.recv(1000).startswith(b"HTTP/1.1 101 ")
    assert len(heads) == 1 and counts(server, "hedges") == [0]


@pytest.mark.parametrize("attempts, status, logged", [(3, 200, "200 delivered 3 failed"), (2, 502, "502 no-response 2 failed")])
def test_257_15_when_both_fail_it_is_repeated_as_ever(serve, scripted, attempts, status, logged):
    """Two members have taken it by then."""
    race = Race(dies, dies, answers)
    server = serve([scripted(race.script(name), name) for name in "xyz"], extra=f"WLMRetryBudget 100 attempts={attempts}\n")
    server.expect("WLM0030", "WLM0035", "WLM0038", "WLM0143")
    assert server.client.get().status == status
    wait_until(lambda: any(line.startswith(logged) for line in server.lines()), "the access log")
    assert counts(server, "requests", "hedges", "failures", "in_flight") == [attempts, 1, 2, 0]
    assert everything(server)["clusters"][0]["retries"] == attempts - 2


def test_257_16_the_time_for_all_attempts_ends_both(serve, scripted):
    race, members = pair(scripted, hangs, hangs)
    server = serve(members, extra="WLMTotalTimeout 500ms\n")
    server.expect("WLM0039")
    assert server.client.get().status == 504
    for name in "xy":
        assert race.closed[name].wait(10)
    wait_until(lambda: any(line.startswith("504 out-of-time 2 failed") for line in server.lines()), "the access log")
    assert counts(server, "hedges", "superseded", "failures", "in_flight") == [1, 0, 0, 0]


@pytest.mark.parametrize("kills", [0, 1])
def test_257_17_a_child_ends_while_both_have_it(serve, scripted, kills):
    race, members = pair(scripted, when_told(OK), when_told(OK))
    server = serve(members, children=2 - kills)
    before, result = set(server.children_pids()), []
    client = threading.Thread(target=lambda: result.append(server.client.get()))
    client.start()
    assert race.both.wait(10)
    if kills:
        server.kill_child()
    else:
        assert server.run("-k", "graceful").returncode == 0
    wait_until(lambda: set(server.children_pids()) - before, "the new child")
    race.goes_on.set()
    client.join()
    assert result[0].status == (0 if kills else 200)
    wait_until(lambda: is_quiet(server), "what the child before had in flight", seconds=20)
    assert counts(server, "hedges", "failures") == [1, 0]


def test_257_18_streams_of_http2(httpd, scripted, folder):
    """They are no requests that the engine parks."""
    race, members = pair(scripted, hangs, answers)
    server = httpd(plugin_cfg(Cluster("c", [(m.name, m.port, {}) for m in members])),
                   load("http2") + f"Protocols h2c http/1.1\nWLMHedge 50ms\n{LOCATION}")
    answer = request(server.port, "GET", "/app/")
    assert answer.status == 200 and answer.body == b"ok"
    assert race.closed[race.names[0]].wait(10)
    assert counts(server, "hedges", "hedges_won", "superseded", "failures", "in_flight") == [1, 1, 1, 0, 0]


def asks_until(server, name, wanted):
    """Each request is answered, whatever becomes of the member."""
    def is_so():
        assert server.client.get().status == 200
        return state(server)[name]["state"] == wanted
    wait_until(is_so, f"{name} to be {wanted}", seconds=30)


@pytest.mark.parametrize("io_timeout, out", [(-1, "down"), (1, "left-out")])
def test_257_19_a_member_that_hangs_is_taken_out_and_comes_back(serve, member, io_timeout, out):
    """Others answer all that it gets, so no time-out is waited for."""
    a, b = member("a"), member("b")
    server = serve([(m.name, m.port, {"ServerIOTimeout": io_timeout}) for m in (a, b)], hedge="20ms budget=100", RetryInterval=1)
    server.expect("WLM0030", "WLM0034", "WLM0035", "WLM0040")
    assert shares(server.client.load(10, 1)).keys() == {"a", "b"}
    a.pause()
    asks_until(server, "a", out)
    broken = state(server)["a"]
    assert broken["superseded"] >= 2 and broken["last_error"].startswith("timed-out: no answer to any request for ServerIOTimeout")
    a.resume()
    asks_until(server, "a", "up")
    assert state(server)["b"]["failures"] == 0


def test_257_20_a_member_that_cannot_be_reached_is_taken_out(serve, member):
    hole, b = BlackHole(), member("b")
    try:
        server = serve([("z", hole.port, {"ConnectTimeout": 1}), (b.name, b.port, {})], hedge="20ms budget=100")
        server.expect("WLM0030", "WLM0035")
        asks_until(server, "z", "down")
        assert state(server)["z"]["last_error"].startswith("not-connected: no connection for any request for ConnectTimeout")
    finally:
        hole.stop()


def test_257_21_a_member_that_is_only_slower_stays(serve, member):
    """It answers requests that are with it alone: those of its session."""
    a, b = member("a", delay=60), member("b")
    server = serve([(m.name, m.port, {"ServerIOTimeout": -1}) for m in (a, b)], hedge="20ms budget=100")
    begun = time.monotonic()
    while time.monotonic() < begun + 3 or state(server)["a"]["superseded"] < 10:
        assert server.client.get().status == 200
        assert server.client.send("GET", "/app/", None, {"Cookie": "JSESSIONID=0000x:a"}).status == 200
    assert state(server)["a"]["state"] == "up" and counts(server, "failures") == [0]

"""Stories of how members are limited, left out, preferred and brought back."""
import os
import signal
import socket
import struct
import threading
import time

import h2.connection
import pytest

from wlmtest import wait_until
from wlmtest.client import shares
from wlmtest.httpd import ports_of_connections
from wlmtest.plugincfg import Cluster, plugin_cfg


def cluster_status(server):
    lines = server.client.get("/server-status?auto").body.decode().splitlines()
    return dict(line.removeprefix("WLMCluster[0]").split(": ", 1) for line in lines if line.startswith("WLMCluster[0]"))


def answers_with(status, fields=b""):
    def script(c):
        while head := c.read_head():
            c.read_body(head)
            c.send(b"HTTP/1.1 %d X\r\nContent-Length: 1\r\nX-Member: x\r\n%s\r\nx" % (status, fields))
    return script


# -- the queue ------------------------------------------------------------------------------------

class Crowd:
    """Requests that are sent one after the other, each when the one before waits."""

    def __init__(self, server):
        self.server, self.answers, self.threads = server, {}, []

    def send(self, name):
        def run():
            start = time.monotonic()
            answer = self.server.client.get("/app/", X_Request_Id=name)
            self.answers[name] = answer._replace(headers={"seconds": time.monotonic() - start})
        self.threads.append(threading.Thread(target=run))
        self.threads[-1].start()

    def wait_for(self, waiting):
        wait_until(lambda: cluster_status(self.server)["Waiting"] == str(waiting), f"{waiting} to wait")

    def join(self):
        for thread in self.threads:
            thread.join()
        return [self.answers[name].status for name in sorted(self.answers)]


def test_250_01_who_came_first_is_served_first(httpd, member):
    a = member("a", delay=400)
    server = httpd(plugin_cfg(Cluster("c", [("a", a.port, {"MaxConnections": 1})])), "WLMQueue 10 20", children=3)
    crowd = Crowd(server)
    crowd.send("0")
    wait_until(lambda: server.status()["a"]["InFlight"] == "1", "the first to be with the member")
    for i in range(1, 6):
        crowd.send(str(i))
        crowd.wait_for(i)
    assert crowd.join() == [200] * 6
    assert [line.split()[-1] for line in a.log.read_text().splitlines()] == [str(i) for i in range(6)]
    assert server.status()["a"]["InFlight"] == cluster_status(server)["Waiting"] == "0"


def test_250_02_many_wait_and_all_are_served(httpd, member):
    a, b = member("a", delay=20), member("b", delay=20)
    servers = [(m.name, m.port, {"MaxConnections": 2}) for m in (a, b)]
    server = httpd(plugin_cfg(Cluster("c", servers)), "WLMQueue 100 20", children=3)
    answers = server.client.load(240, 40)
    assert {a.status for a in answers} == {200}
    counts = shares(answers)
    assert counts["a"] + counts["b"] == 240 and min(counts.values()) > 80
    assert cluster_status(server)["Waiting"] == "0"


def test_250_03_a_full_queue_and_one_that_takes_too_long(httpd, member):
    a = member("a", delay=3000)
    server = httpd(plugin_cfg(Cluster("c", [("a", a.port, {"MaxConnections": 1})])), "WLMQueue 1 500ms")
    server.expect("WLM0036")
    crowd = Crowd(server)
    crowd.send("0")
    wait_until(lambda: server.status()["a"]["InFlight"] == "1", "the first to be with the member")
    crowd.send("1")
    crowd.wait_for(1)
    crowd.send("2")
    assert crowd.join() == [200, 503, 503]
    assert 0.4 < crowd.answers["1"].headers["seconds"] < 2  # has waited
    assert crowd.answers["2"].headers["seconds"] < crowd.answers["1"].headers["seconds"]  # found no place
    assert a.requests() == 1


def test_250_04_a_child_that_dies_leaves_the_queue(httpd, member):
    a = member("a", delay=1500)
    server = httpd(plugin_cfg(Cluster("c", [("a", a.port, {"MaxConnections": 1})])), "WLMQueue 100 20", children=2)
    clients = [threading.Thread(target=server.client.get) for _ in range(10)]
    for client in clients:
        client.start()
    wait_until(lambda: cluster_status(server)["Waiting"] == "9", "nine to wait")
    for victim in server.children_pids():  # both, so those that wait and the one that does not
        os.kill(victim, signal.SIGKILL)
    for client in clients:
        client.join()
    wait_until(lambda: server.children_pids() and cluster_status(server)["Waiting"] == "0", "the queue to be empty")
    assert server.client.member() == "a"
    assert server.status()["a"]["InFlight"] == "0"


def leave_by_closing(server):
    sock = socket.create_connection(("127.0.0.1", server.port))
    sock.sendall(b"GET /app/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
    return sock.close


def leave_by_resetting(server):
    sock = socket.create_connection(("127.0.0.1", server.port))
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.sendall(b"POST /app/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello")
    return sock.close


def leave_by_resetting_a_stream(server):
    client = h2.connection.H2Connection()
    sock = socket.create_connection(("127.0.0.1", server.port))
    client.initiate_connection()
    client.send_headers(1, [(":method", "GET"), (":scheme", "http"), (":authority", "localhost"), (":path", "/app/")], end_stream=True)
    sock.sendall(client.data_to_send())

    def leave():
        client.reset_stream(1)
        sock.sendall(client.data_to_send())
        leave.sock = sock  # the connection stays
    return leave


@pytest.mark.parametrize("kind", [leave_by_closing, leave_by_resetting, leave_by_resetting_a_stream])
def test_250_09_a_client_that_has_gone_leaves_the_queue(httpd, member, folder, kind):
    """Its place is another's, and no member works for a client that has left."""
    log = folder / "access"
    a = member("a", delay=2500)
    server = httpd(plugin_cfg(Cluster("c", [("a", a.port, {"MaxConnections": 1})])),
                   f'WLMQueue 3 20\nLogFormat "%>s %{{WLM_OUTCOME}}e %{{WLM_ATTEMPTS}}e" t\nCustomLog {log} t')
    crowd = Crowd(server)
    crowd.send("0")
    wait_until(lambda: server.status()["a"]["InFlight"] == "1", "the first to be with the member")
    leaves = [kind(server) for _ in range(3)]
    crowd.wait_for(3)
    for leave in leaves:
        leave()
    wait_until(lambda: cluster_status(server)["Waiting"] == "0", "the queue to be empty", 1)
    crowd.send("1")
    crowd.wait_for(1)
    assert crowd.join() == [200, 200]
    assert a.requests() == 2
    wait_until(lambda: log.read_text().count("client-gone") == 3, "the access log")
    assert log.read_text().count("499 client-gone 0\n") == 3 and server.count("WLM0150") == 3


@pytest.mark.parametrize("engine", ["On", "Off"])
def test_250_33_the_places_of_clients_that_leave_are_free_at_once(httpd, scripted, folder, engine):
    """Also where others wait before and behind them: as many as have left find a place."""
    log, goes_on = folder / "access", threading.Event()

    def script(c):
        while c.read_head() is not None:
            assert goes_on.wait(60)
            c.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")

    a = scripted(script)
    server = httpd(plugin_cfg(Cluster("c", [("a", a.port, {"MaxConnections": 1})])),
                   f'WLMQueue 6 60\nWLMEngine {engine}\nLogFormat "%>s %{{WLM_OUTCOME}}e %{{WLM_ATTEMPTS}}e" t\nCustomLog {log} t',
                   children=2)
    sockets = []

    def send():
        sockets.append(socket.create_connection(("127.0.0.1", server.port), timeout=60))
        sockets[-1].sendall(b"GET /app/ HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")

    def wait_for(waiting):
        wait_until(lambda: cluster_status(server)["Waiting"] == str(waiting), f"{waiting} to wait")

    server.expect("WLM0036")
    send()
    wait_until(lambda: server.status()["a"]["InFlight"] == "1", "the first to be with the member")
    for waiting in range(1, 7):
        send()
        wait_for(waiting)
    for left in sockets[2:6]:  # the first and the last one of the queue stay
        left.close()
    wait_for(2)
    for waiting in range(3, 7):
        send()
        wait_for(waiting)
    assert server.client.get().status == 503  # no further place
    wait_until(lambda: log.read_text().count("499 client-gone 0\n") == 4, "the access log")
    assert server.count("WLM0150") == 4 and a.connections == 1
    goes_on.set()
    for sock in sockets[:2] + sockets[6:]:
        assert b"".join(iter(lambda: sock.recv(65536), b"")).startswith(b"HTTP/1.1 200 ")


# -- kept connections ---------------------------------------------------------------------------------

def counts_bodies(c):
    while head := c.read_head():
        if b"100-continue" in head:
            c.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        c.ok(b"%d" % len(c.read_body(head)))


@pytest.mark.parametrize("attrs,uses_kept", [
    ({}, False), ({"MaxConnections": 50}, False), ({"ExtendedHandshake": "true"}, True), ({"WaitForContinue": "true"}, True),
])
def test_250_22_posts_that_cannot_be_repeated_leave_no_heap_of_connections(httpd, scripted, attrs, uses_kept):
    """A POST that is not kept takes no kept connection, unless the member has just shown that it is alive."""
    x = scripted(counts_bodies)
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, attrs)], PostBufferSize=0)), "WLMDefaults Original")
    for _ in range(40):
        assert server.client.send("POST", "/app/", b"small").body == b"5"
    wait_until(lambda: len(x.open) <= 1, "all but one connection to be closed")
    assert x.connections == (1 if uses_kept else 40)
    assert server.client.get().body == b"0"  # on the one that was kept
    assert x.connections == (1 if uses_kept else 40)


def test_250_23_no_more_connections_are_kept_than_were_in_use_at_once(httpd, scripted):
    x = scripted(counts_bodies)
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {})], PostBufferSize=0)))
    server.client.load(100, 4, method="POST", body=b"small", keep=True)
    wait_until(lambda: len(x.open) <= 4, "at most four connections to be open")


@pytest.mark.parametrize("attrs", [{"ExtendedHandshake": "true"}, {"WaitForContinue": "true"}])
def test_250_24_a_post_meets_a_kept_connection_that_has_died(httpd, scripted, attrs):
    """The member ends each connection when the second request begins; no POST is lost, or executed twice."""
    executed = []

    def script(c):
        head = c.read_head()
        while head and head.startswith(b"OPTIONS"):
            c.ok()
            head = c.read_head()
        if head:
            c.send(b"HTTP/1.1 100 Continue\r\n\r\n" if b"100-continue" in head else b"")
            executed.append(c.read_body(head))
            c.ok()
        c.read_head()
    x = scripted(script)
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, attrs)], PostBufferSize=0)))
    for n in range(10):
        assert server.client.send("POST", "/app/", b"%d" % n).status == 200
    assert executed == [b"%d" % n for n in range(10)]
    assert server.status()["x"]["State"] == "up"


# -- httpd itself is short of descriptors ----------------------------------------------------------------

@pytest.fixture
def limited(httpd):
    """An httpd whose processes may open so many files."""
    def make(files, *args, **options):
        server = httpd(*args, start=False, **options)
        server.under = ("prlimit", f"--nofile={files}:{files}")
        server.expect("WLM0142")
        server.start()
        assert server.count("WLM0142") == 1
        assert f"and may open {files}: raise the limit of open files" in server.log()
        return server
    return make


def descriptors(server):
    return len(os.listdir(f"/proc/{server.children_pids()[0]}/fd"))


def fill(server, files, left=0):
    """Clients that idle, until so many descriptors of httpd's process are left."""
    clients = []
    while descriptors(server) < files - left:
        clients.append(server.client.connect())
        clients[-1].request("GET", "/index.html")
        clients[-1].getresponse().read()
    return clients


IDLE = "KeepAliveTimeout 60\nMaxKeepAliveRequests 0"


def test_250_25_kept_connections_leave_descriptors_for_clients(limited, scripted):
    members = [scripted(counts_bodies, f"x{i}") for i in range(60)]
    server = limited(60, plugin_cfg(Cluster("c", [(m.name, m.port, {}) for m in members])), threads=4)
    assert {server.client.get().status for _ in range(180)} == {200}
    assert {m["State"] for m in server.status().values()} == {"up"}
    assert all(len(m.heads) == 3 for m in members)
    wait_until(lambda: sum(len(m.open) for m in members) < 45, "some connections not to be kept")


def test_250_26_a_kept_connection_is_closed_where_a_new_one_is_wanted(limited, scripted):
    members = [scripted(counts_bodies, f"x{i}") for i in range(8)]
    server = limited(60, plugin_cfg(Cluster("c", [(m.name, m.port, {}) for m in members], PostBufferSize=0)), IDLE)
    assert {server.client.get().status for _ in range(8)} == {200}
    wait_until(lambda: server.port not in ports_of_connections(), "httpd to have closed its connections to clients")
    clients = fill(server, 60, left=1)
    answer = server.client.send("POST", "/app/", b"12345")
    assert (answer.status, answer.body) == (200, b"5")
    assert sum(m.connections for m in members) == 9
    wait_until(lambda: sum(len(m.open) for m in members) < 9, "a kept connection to be closed")
    for client in clients:
        client.close()
    assert [m["State"] for m in server.status().values()] == ["up"] * 8


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_250_27_who_gets_no_descriptor_gets_503_and_no_member_is_blamed(limited, member, host):
    a, b = member("a"), member("b")
    server = limited(60, plugin_cfg(Cluster("c", [(m.name, m.port, {"host": host}) for m in (a, b)])), IDLE)
    server.expect("WLM0140", "WLM0005")
    wait_until(lambda: server.port not in ports_of_connections(), "httpd to have closed its connections to clients")
    clients = []
    for _ in range(3):  # of the connection before, and of what httpd itself has had open for a moment, nothing is left
        wait_until(lambda: clients.extend(fill(server, 60, left=1)) or descriptors(server) == 59, "one descriptor to be left")
        answer = server.client.get()
        assert (answer.status, answer.headers["Retry-After"]) == (503, "1")
    assert server.count("WLM0140") == 3
    assert "answered with 503. The member is not to blame: raise the limit of open files" in server.log()
    for client in clients:
        client.close()
    assert {server.client.member() for _ in range(4)} == {"a", "b"}
    assert {(m["State"], m["Failures"], m["InFlight"]) for m in server.status().values()} == {("up", "0", "0")}


def test_250_28_health_checks_conclude_nothing_from_that(limited, scripted):
    x = scripted(counts_bodies)
    server = limited(60, plugin_cfg(Cluster("c", [("x", x.port, {})])),
                     IDLE + "\nWLMHealthCheck path=/ interval=300ms rise=1 fall=1")
    server.expect("WLM0141")
    wait_until(lambda: x.heads, "the first check: health checks have begun, and have the descriptors that this takes")
    clients = []
    wait_until(lambda: clients.extend(fill(server, 60)) or server.count("WLM0141"), "a check that cannot be made")
    assert "nothing is concluded about members from that" in server.log()
    checks = len(x.heads)
    for client in clients:
        client.close()
    wait_until(lambda: len(x.heads) > checks + 2, "checks to be made again")
    assert server.status()["x"]["State"] == "up"
    assert server.count("WLM0042") == 0


def test_250_34_nor_does_a_question_to_an_agent(limited, scripted, member):
    agent, x = scripted(lambda c: c.send(b"up 50%\n")), member("x")
    server = limited(60, plugin_cfg(Cluster("c", [("x", x.port, {})])),
                     IDLE + f"\nWLMLoadReport Agent port={agent.port} interval=300ms")
    server.expect("WLM0141")
    wait_until(lambda: agent.connections, "the first question: asking has begun, and has the descriptors that this takes")
    clients = []
    wait_until(lambda: clients.extend(fill(server, 60)) or server.count("WLM0141"), "a question that cannot be asked")
    asked = agent.connections
    for client in clients:
        client.close()
    wait_until(lambda: agent.connections > asked + 2, "the agent to be asked again")
    assert server.count("WLM0206") == 0


def test_250_35_checks_of_members_that_hang_leave_descriptors_for_clients(limited):
    listeners = [socket.create_server(("127.0.0.1", 0), backlog=128) for _ in range(150)]  # nobody accepts
    rows = [(f"m{i}", s.getsockname()[1], {}) for i, s in enumerate(listeners)]
    rule = "WLMHealthCheck interval=1s timeout=5s rise=1 fall=1"
    server = limited(160, plugin_cfg(Cluster("c", rows)), f"{IDLE}\n{rule}", threads=20)
    server.expect("WLM0042", "WLM0141")
    wait_until(lambda: server.count("WLM0141"), "checks that are not made", 20)
    clients = fill(server, 145)
    assert len(clients) > 5
    for client in clients:
        client.close()
    wait_until(lambda: server.count("WLM0042") > 32, "members to be taken out", 20)
    for s in listeners:
        s.close()


# -- a member that hangs ------------------------------------------------------------------------------

def p99(seconds):
    return sorted(seconds)[int(len(seconds) * 0.99)]


@pytest.mark.alone
def test_250_05_a_hung_member_takes_only_its_share_of_the_workers(httpd, member):
    """One of four hangs: it holds a quarter of the workers at the most, and the others' requests do not wait."""
    members = [member(name, delay=20) for name in "abcd"]
    servers = [(m.name, m.port, {"ServerIOTimeout": 60}) for m in members]
    server = httpd(plugin_cfg(Cluster("c", servers)), "WLMMemberShare 25%", threads=20)

    def load(requests):
        seconds = []

        def one():
            start = time.monotonic()
            answer = server.client.send("GET", "/app/", timeout=60)
            if answer.status == 200:
                seconds.append(time.monotonic() - start)
        for _ in range(requests // 12):
            clients = [threading.Thread(target=one, daemon=True) for _ in range(12)]
            for client in clients:
                client.start()
            for client in clients:
                client.join(1)  # those that hang stay behind
        return seconds
    healthy = load(60)
    assert len(healthy) == 60
    members[3].pause()
    beside = load(240)
    assert server.status()["d"]["InFlight"] == "5"
    assert len(beside) == 235  # all but the five that wait for d
    assert p99(beside) < max(0.5, 10 * p99(healthy))
    members[3].resume()
    wait_until(lambda: server.status()["d"]["InFlight"] == "0", "the hung requests to end")


# -- budget and backoff -------------------------------------------------------------------------------

def dies_after_request(c):
    head = c.read_head()
    if head:
        c.read_body(head)  # and closes


def test_250_06_the_retry_budget(httpd, member, scripted):
    x, b = scripted(dies_after_request), member("b")
    cluster = Cluster("c", [("x", x.port, {}), ("b", b.port, {})], RetryInterval=0)
    server = httpd(plugin_cfg(cluster), "WLMRetryBudget 0 0")
    server.expect("WLM0030", "WLM0035", "WLM0038", "WLM0040")
    statuses = [server.client.get().status for _ in range(10)]
    assert statuses.count(502) == len(x.heads) >= 4
    assert "the cluster's WLMRetryBudget is used up" in server.log()
    x.stop()  # now it refuses: nothing is sent, so nothing is repeated
    assert [server.client.get().status for _ in range(6)] == [200] * 6


def test_250_20_a_client_that_reads_slowly_holds_no_retry(httpd, member, scripted):
    x, b = scripted(dies_after_request), member("b")
    cluster = Cluster("c", [("x", x.port, {}), ("b", b.port, {})])
    server = httpd(plugin_cfg(cluster), "WLMRetryBudget 0 1\nSendBufferSize 4096")
    server.expect("WLM0030", "WLM0035")
    with socket.socket() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        slow.connect(("127.0.0.1", server.port))
        slow.sendall(b"GET /app/?bytes=50000 HTTP/1.1\r\nHost: h\r\nCookie: JSESSIONID=0000a:x\r\n\r\n")
        server.wait_for_log("WLM0030")
        wait_until(lambda: server.status()["b"]["BytesReceived"] == "50000", "the response")
        wait_until(lambda: cluster_status(server)["Retrying"] == "0", "the retry to end with the member's work")
        assert len(slow.recv(65536, socket.MSG_PEEK)) < 50000, "the client was not slow"


@pytest.mark.alone
def test_250_08_the_retry_interval_grows(httpd, scripted, member):
    x, b = scripted(lambda c: None), member("b")
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {}), ("b", b.port, {})], RetryInterval=1)), "WLMRetryBackoff 3")
    server.expect("WLM0030", "WLM0035")
    times = []

    def probed(n):
        assert server.client.get().status == 200
        if x.connections == n:
            times.append(time.monotonic())
        return x.connections >= n
    for n in (1, 2, 3, 4):
        wait_until(lambda n=n: probed(n), f"attempt {n}")
    assert 0.9 < times[1] - times[0] < 1.75 < times[2] - times[1] < 2.65 < times[3] - times[2] < 4  # 1, 2 and 3, the latter +- 10 %
    assert "tried again in 1.0 s" in server.log()


# -- busy ----------------------------------------------------------------------------------------------

def test_250_09_other_statuses_that_mean_busy(httpd, member, scripted):
    x, b = scripted(answers_with(429)), member("b")
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {}), ("b", b.port, {})])), "WLMBusyStatus 503 429")
    assert shares(server.client.load(6, 1)) == {"b": 6}
    assert server.status()["x"]["Busy"] == str(len(x.heads)) == "3"


@pytest.mark.parametrize("directive,fields,heads", [
    ("WLMBusyTime 0", b"Retry-After: 60\r\n", 10),
    ("WLMBusyTime 60", b"", 1),
    ("WLMBusyTime RetryAfter", b"Retry-After: 60\r\n", 1),
    ("WLMBusyTime RetryAfter", b"Retry-After: Fri, 31 Dec 2100 23:59:59 GMT\r\n", 1),
    ("WLMBusyTime RetryAfter", b"Retry-After: Fri, 31 Dec 1999 23:59:59 GMT\r\n", 10),
    ("WLMBusyTime RetryAfter", b"", 10),
    ("WLMBusyTime RetryAfter 0", b"Retry-After: 60\r\n", 10),
])
def test_250_10_a_busy_member_is_left_out(httpd, member, scripted, directive, fields, heads):
    x, b = scripted(answers_with(503, fields)), member("b")
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {}), ("b", b.port, {})])), directive)
    assert shares(server.client.load(20, 1)) == {"b": 20}
    assert len(x.heads) == heads
    assert server.status()["x"]["State"] == ("busy" if heads == 1 else "up")


def test_250_11_a_busy_member_keeps_its_sessions_and_comes_back(httpd, member, scripted):
    busy = threading.Event()
    busy.set()

    def script(c):
        while c.read_head():
            if busy.is_set():
                c.send(b"HTTP/1.1 503 X\r\nContent-Length: 0\r\nRetry-After: 1\r\n\r\n")
            else:
                c.send(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Member: x\r\n\r\n")
    x, b = scripted(script), member("b")
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {}), ("b", b.port, {})])), "WLMBusyTime RetryAfter")
    wait_until(lambda: server.client.get() and x.heads, "x to be tried")
    busy.clear()
    assert server.client.get("/app/", Cookie="JSESSIONID=0000id:x").headers["X-Member"] == "x"
    wait_until(lambda: server.status()["x"]["State"] == "up", "the time to be over")
    assert shares(server.client.load(10, 1)) == {"x": 5, "b": 5}


# -- outliers --------------------------------------------------------------------------------------------

def lies_now(c):
    """A head that could be read in two ways is no reason for a mark-down."""
    c.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok")


def lies(c):
    if c.read_head():
        lies_now(c)


@pytest.mark.parametrize("directive,script,heads", [
    ("WLMOutlier failures=3", lies, 3),
    ("WLMOutlier failures=3", answers_with(500), 20),
    ("WLMOutlier failures=3 5xx=on", answers_with(500), 3),
    ("WLMOutlier failures=3 5xx=on", answers_with(404), 20),
    ("WLMOutlier share=50 requests=6", lies, 6),
    ("WLMOutlier failures=3 share=50 requests=5", lies, 3),
    ("WLMOutlier Off", lies, 20),
])
def test_250_12_a_member_that_fails_too_often_is_left_out(httpd, member, scripted, directive, script, heads):
    x, b = scripted(script), member("b")
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {}), ("b", b.port, {})])), directive)
    server.expect("WLM0030", "WLM0040")
    server.client.load(40, 1)
    assert len(x.heads) == heads
    assert server.status()["x"]["State"] == ("left-out" if heads < 20 else "up")
    assert server.count("WLM0040") == (heads < 20)


def test_250_13_no_more_than_a_part_of_the_cluster_is_left_out(httpd, member, scripted):
    x, y, b = scripted(lies), scripted(lies), member("b")
    servers = [("x", x.port, {}), ("y", y.port, {}), ("b", b.port, {})]
    server = httpd(plugin_cfg(Cluster("c", servers)), "WLMOutlier failures=2 max=50")
    server.expect("WLM0030", "WLM0040")
    assert {a.status for a in server.client.load(60, 1)} == {200}
    assert sorted(m["State"] for m in server.status().values()) == ["left-out", "up", "up"]


def test_250_14_what_was_left_out_comes_back(httpd, member, scripted):
    well = threading.Event()

    def script(c):
        while c.read_head():
            if not well.is_set():
                return lies_now(c)
            c.send(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Member: x\r\n\r\n")
    x, b = scripted(script), member("b")
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {}), ("b", b.port, {})], RetryInterval=1)), "WLMOutlier failures=2\nWLMSlowStart 0")
    server.expect("WLM0030", "WLM0040")
    wait_until(lambda: server.client.get() and server.status()["x"]["State"] == "left-out", "x to be left out")
    well.set()
    wait_until(lambda: server.status()["x"]["State"] == "up", "x to be back")
    assert shares(server.client.load(10, 1)) == {"x": 5, "b": 5}


# -- coming back, and being preferred ------------------------------------------------------------------------

def test_250_15_slow_start(httpd, member):
    a, b = member("a"), member("b")
    server = httpd(plugin_cfg(Cluster("c", [(m.name, m.port, {}) for m in (a, b)], RetryInterval=1)), "WLMSlowStart 1000")
    server.expect("WLM0030", "WLM0035")
    assert shares(server.client.load(20, 1)) == {"a": 10, "b": 10}  # no member is slow that was never away
    a.kill()
    server.client.load(4, 1)
    a.start()
    wait_until(lambda: server.client.get() and server.status()["a"]["State"] == "up", "a to be back")
    assert shares(server.client.load(100, 1))["a"] <= 10
    b.kill()
    assert shares(server.client.load(20, 1)) == {"a": 20}  # it is the only one


def test_250_16_all_down_fail(httpd, member):
    a, b = member("a"), member("b")
    server = httpd(plugin_cfg(Cluster("c", [(m.name, m.port, {}) for m in (a, b)])), "WLMAllDown Fail")
    server.expect("WLM0030", "WLM0035", "WLM0036")
    a.kill()
    b.kill()
    assert server.client.get().status == 503
    a.start()
    answer = server.client.get()
    assert (answer.status, server.count("WLM0030")) == (503, 2)
    assert 1 <= int(answer.headers["Retry-After"]) <= 60


def test_250_17_all_down_balance(httpd, member):
    a, b = member("a"), member("b")
    server = httpd(plugin_cfg(Cluster("c", [(m.name, m.port, {}) for m in (a, b)])), "WLMAllDown Balance")
    server.expect("WLM0030", "WLM0035", "WLM0036")
    a.kill()
    b.kill()
    assert server.client.get().status == 503
    assert server.count("WLM0030") == 2
    assert server.client.get().status == 503
    assert server.count("WLM0030") == 4  # both again
    b.start()
    assert server.client.member() == "b"


@pytest.mark.parametrize("directive,first", [
    ("WLMPreferLocal Host", "near"),
    ("WLMPreferLocal 127.0.9.*", "far"),
    ("WLMPreferLocal zone7-*", None),
    ("WLMPreferLocal zone7-* n*r", "near"),
    ("WLMPreferLocal Off", None),
])
def test_250_18_prefer_local(httpd, member, directive, first):
    near, far = member("near"), member("far")
    far.kill()
    far = member("far", host="127.0.9.1")
    server = httpd(plugin_cfg(Cluster("c", [("near", near.port, {}), ("far", far.port, {"host": "127.0.9.1"})])), directive)
    server.expect("WLM0030", "WLM0035")
    assert shares(server.client.load(20, 2)) == ({first: 20} if first else {"near": 10, "far": 10})
    if first:
        {"near": near, "far": far}[first].kill()
        other = {"near": "far", "far": "near"}[first]
        assert shares(server.client.load(20, 2)) == {other: 20}


@pytest.mark.parametrize("extra,words", [
    ("WLMQueue 5 soon", "\"soon\" is not a time"),
    ("WLMQueue -1", "\"-1\" is not a number from 0"),
    ("WLMMemberShare 0", "\"0\" is not a number from 1 to 100"),
    ("WLMRetryBudget 120%", "\"120\" is not a number from 0 to 100"),
    ("WLMRetryBudget 20 -1", "\"-1\" is not a number from 0"),
    ("WLMRetryBudget 20 10 3", "\"3\" is no key=value"),
    ("WLMRetryBudget 20 attempts=0", "\"0\" is not a number from 1 to 32"),
    ("WLMRetryBudget 20 10 retries=3", "\"retries\" is no key of it"),
    ("WLMRetryBackoff 10 x%", "\"x\" is not a number"),
    ("WLMBusyStatus 200", "\"200\" is not a number from 400"),
    ("WLMBusyTime 5 6", "MAX goes with RetryAfter"),
    ("WLMHedge p100", "\"p100\" is no percentile from p50 to p99"),
    ("WLMHedge p95 budget=0", "\"0\" is not a number from 1 to 100"),
    ("WLMHedge p95 colour=red", "\"colour\" is no key of a percentile"),
    ("WLMHedge 50ms min=1ms", "\"min\" is no key of a time"),
    ("WLMHedge 0", "the time is at least 1ms"),
    ("WLMHedge soon", "\"soon\" is not a time"),
    ("WLMHedge Off budget=5", "Off has no keys"),
    ("WLMOutlier share=50 colour=red", "\"colour\" is no key"),
    ("WLMOutlier requests=50", "failures= or share= is needed"),
    ("WLMOutlier often", "\"often\" is no key=value"),
    ("WLMOutlier share=50 window=0", "window is at least 1 s"),
    ("WLMAllDown Pray", "\"Pray\" is none of Oldest, Balance, Fail"),
    ("WLMClientGone Stay", "WLMClientGone takes Abort or Finish, not \"Stay\""),
    ("WLMSlowStart 5x", "\"5x\" is not a time"),
    ("WLMSlowStart 1.5s", "\"1.5s\" is not a time"),
    ("WLMAffinity Magic", "\"Magic\" is none of these"),
    ("WLMAffinity Cookie", "\"\" is no name of a cookie"),
    ("WLMAffinity Cookie a=b", "\"a=b\" is no name of a cookie"),
    ("WLMAffinity Cookie ID path=app", "the path begins with /"),
    ("WLMAffinity Cookie ID path=/a;b", "the path \"/a;b\" is empty, or has blanks"),
    ("WLMAffinity Cookie ID domain=", "the domain \"\" is empty"),
    ("WLMAffinity Cookie ID max-age=0", "max-age is at least 1 s"),
    ("WLMAffinity Cookie ID samesite=Maybe", "\"Maybe\" is none of Off, Lax, Strict, None"),
    ("WLMAffinity Cookie ID colour=red", "\"colour\" is no attribute"),
    ("WLMAffinity Cookie ID secure", "\"secure\" is no key=value"),
    ("WLMAffinity Cookie ID\nWLMAffinity Cookie ID", "ID is used by another WLMAffinity"),
    ("\n".join(f"WLMAffinity Cookie ID{n}" for n in range(9)), "there are 8 already"),
    ("WLMAffinity Cookie ID samesite=None secure=off", "browsers refuse a cookie with samesite=None and secure=off"),
    ("WLMAffinity Wrap", "Wrap takes header:NAME or cookie:NAME"),
    ("WLMAffinity Wrap Session", "\"Session\" is neither header:NAME nor cookie:NAME"),
    ("WLMAffinity Wrap header:", "\"header:\" is neither header:NAME nor cookie:NAME"),
    ("WLMAffinity Wrap header:a b", "Wrap takes header:NAME or cookie:NAME"),
    ("WLMAffinity Wrap header:host", "host is a field of HTTP or of this module"),
    ("WLMAffinity Wrap header:$WSRA", "$WSRA is a field of HTTP or of this module"),
    ("WLMAffinity Wrap header:x\nWLMAffinity Wrap header:X", "X is used by another WLMAffinity"),
    ("WLMAffinity Learn", "WLMAffinity takes Off, Cookie NAME [KEY=VALUE...], Wrap PLACE, or Learn PLACE [PLACE]"),
    ("WLMAffinity Learn body:x", "\"body:x\" is none of header:NAME, cookie:NAME, query:NAME, path:NUMBER and expr:EXPRESSION"),
    ("WLMAffinity Learn header:location path:2", "of Location a part is learned, by query:NAME, path:NUMBER or expr:EXPRESSION"),
    ("WLMAffinity Learn path:0", "\"0\" is not a number from 1 to 100"),
    ("WLMAffinity Learn header:x query:", "\"query:\" is none of header:NAME"),
    ("WLMAffinityOwner a:b", "\"a:b\" is no name of a field"),
    ("WLMAffinityOwner content-length", "content-length is a field of HTTP or of this module"),
    ("WLMAffinityOwner X-A X-B", "WLMAffinityOwner takes Off, or the name of a response field"),
    ("WLMAffinityTable 1K", "the size is from 4K to 1G"),
    ("WLMAffinityTable 1M 5", "the time is from 1m to 7d"),
    ("WLMAffinityTable much", "\"much\" is"),
    ("WLMAffinityKey nowhere/key", "cannot be read: No such file"),
    ("WLMAffinityKey /dev/null", "has 0 bytes; make it by \"openssl rand -out"),
    ("WLMStrictAffinity 403", "WLMStrictAffinity takes Off, On, 404 or 410, not \"403\""),
    pytest.param("WLMPreferLocal" + " zone1-*" * 70, "at most 63 patterns", id="70 patterns"),
])
def test_250_19_wrong_directives_are_refused(httpd, extra, words):
    server = httpd(plugin_cfg(Cluster("c", [("a", 1, {})])), extra, start=False)
    result = server.test_config()
    assert result.returncode != 0
    assert words in result.stderr


def test_250_70_times_are_written_alike_everywhere(httpd):
    times = ["30", "500ms", "30s", "30m", "30min", "1h", "2d"]
    server = httpd(plugin_cfg(Cluster("c", [("a", 1, {})])), "".join(f"WLMSlowStart {time}\n" for time in times), start=False)
    assert server.test_config().returncode == 0

"""Stories of clients that leave while a member works for them: no member works for them any more, and none is blamed."""
import socket
import ssl
import struct
import threading

import pytest

from wlmtest import free_port, wait_until
from wlmtest.plugincfg import Cluster, plugin_cfg
from wlmtest.status import LOCATION, everything
from wlmtest.tls import Authority, https_site

LOG = 'LogFormat "%>s %{{WLM_OUTCOME}}e %{{WLM_ATTEMPTS}}e" t\nCustomLog {log} t\n'


class Slow:
    """A member that sends some bytes at most, and then works until its connection ends."""

    def __init__(self, first_bytes=b""):
        self.first_bytes, self.has_request, self.has_end = first_bytes, threading.Event(), threading.Event()

    def __call__(self, c):
        if c.read_head() is None:
            return
        c.send(self.first_bytes)
        self.has_request.set()
        try:
            c.wait_for_close()
        except ConnectionResetError:
            pass
        self.has_end.set()


def close(sock):
    sock.close()


def reset(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


PART = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbeginning"
CASES = {
    "a GET": (b"GET /app/ HTTP/1.1\r\nHost: h\r\n\r\n", b"", "499 client-gone 1"),
    "a POST": (b"POST /app/ HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello", b"", "499 client-gone 1"),
    "in the midst of the response": (b"GET /app/ HTTP/1.1\r\nHost: h\r\n\r\n", PART, "200 client-gone 1"),
    "after a part of the head": (b"GET /app/ HTTP/1.1\r\nHost: h\r\n\r\n", PART[:30], "499 client-gone 1"),
}


@pytest.mark.parametrize("leave", [close, reset])
@pytest.mark.parametrize("name", CASES)
def test_165_01_the_members_connection_ends_with_the_clients(httpd, scripted, folder, name, leave):
    request, first_bytes, logged = CASES[name]
    script, log = Slow(first_bytes), folder / "access"
    x = scripted(script)
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {})])), LOG.format(log=log))
    sock = socket.create_connection(("127.0.0.1", server.port))
    sock.sendall(request)
    assert script.has_request.wait(5)
    if first_bytes == PART:
        assert sock.recv(1000)  # passed on, when the member pauses
    leave(sock)
    assert script.has_end.wait(5)
    wait_until(lambda: logged in log.read_text().splitlines(), "the access log")
    status = server.status()["x"]
    assert (status["State"], status["InFlight"], status["Failures"]) == ("up", "0", "0")
    assert x.connections == 1 and server.count("WLM0180") == (0 if first_bytes == PART else 1)


def test_165_02_also_over_tls(httpd, scripted, folder):
    script, log, port = Slow(), folder / "access", free_port()
    x = scripted(script)
    both = Authority(folder).sign("both")
    httpd(plugin_cfg(Cluster("c", [("x", x.port, {})])), https_site(port, both) + LOG.format(log=log))
    sock = ssl._create_unverified_context().wrap_socket(socket.create_connection(("127.0.0.1", port)))
    sock.sendall(CASES["a GET"][0])
    assert script.has_request.wait(5)
    sock.close()
    assert script.has_end.wait(5)
    wait_until(lambda: "499 client-gone 1" in log.read_text().splitlines(), "the access log")


def test_165_03_one_that_asks_for_the_next_thing_has_not_left(httpd, member):
    """Two requests come together: the second one makes the client's connection readable while the first one waits."""
    a = member("a", delay=300)
    server = httpd(plugin_cfg(Cluster("c", [("a", a.port, {})])))
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as sock:
        sock.sendall(CASES["a GET"][0] + b"GET /app/ HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        answer = b"".join(iter(lambda: sock.recv(65536), b""))
    assert answer.count(b"HTTP/1.1 200") == 2 and a.requests() == 2


# -- an application that must run to its end ------------------------------------------------------------------------

def half_close(sock):
    sock.shutdown(socket.SHUT_WR)


class Working:
    """A member that answers each request when it is told to, in two parts."""

    def __init__(self, length=2):
        self.length, self.answers = length, 0
        self.has_request, self.goes_on, self.ends = (threading.Event() for _ in range(3))

    def __call__(self, c):
        while c.read_head() is not None:
            self.has_request.set()
            assert self.goes_on.wait(20)
            c.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n1" % self.length)
            assert self.ends.wait(20)
            self.answers += 1
            c.send(b"2" * (self.length - 1))


FINISH = "WLMClientGone Abort\n<Location /app/>\nWLMClientGone Finish\n</Location>\n"


@pytest.mark.parametrize("leave", [close, reset, half_close])
@pytest.mark.parametrize("name", ["a GET", "a POST"])
def test_165_04_the_application_runs_to_its_end(httpd, scripted, folder, name, leave):
    """One that has closed its sending side alone gets its answer."""
    script, log = Working(), folder / "access"
    x = scripted(script)
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {})])), LOG.format(log=log) + FINISH)
    sock = socket.create_connection(("127.0.0.1", server.port), timeout=20)
    sock.sendall(CASES[name][0])
    assert script.has_request.wait(5)
    leave(sock)
    assert server.status()["x"]["InFlight"] == "1"
    script.goes_on.set()
    script.ends.set()
    wait_until(lambda: "200 delivered 1" in log.read_text().splitlines(), "the access log")
    if leave == half_close:
        assert b"".join(iter(lambda: sock.recv(65536), b"")).endswith(b"\r\n\r\n12")
    assert server.client.get().body == b"12" and (x.connections, script.answers) == (1, 2)
    status = server.status()["x"]
    assert (status["State"], status["InFlight"], status["Failures"]) == ("up", "0", "0")
    assert not server.count("WLM0180")


def test_165_05_what_a_client_does_not_take_is_read_all_the_same(httpd, scripted, folder):
    script, log = Working(8 << 20), folder / "access"
    x = scripted(script)
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {})])), LOG.format(log=log) + FINISH)
    sock = socket.create_connection(("127.0.0.1", server.port), timeout=20)
    sock.sendall(CASES["a GET"][0])
    script.goes_on.set()
    assert sock.recv(1000)
    reset(sock)
    assert server.status()["x"]["InFlight"] == "1"
    script.ends.set()
    wait_until(lambda: "200 client-gone 1" in log.read_text().splitlines(), "the access log")
    assert len(server.client.get().body) == 8 << 20 and (x.connections, script.answers) == (1, 2)
    status = server.status()["x"]
    assert (status["State"], status["InFlight"], status["Failures"]) == ("up", "0", "0")
    assert "the rest of the response was read, and discarded" in server.log()


def test_165_06_within_the_times_that_a_member_has(httpd, scripted, folder):
    script, log = Working(), folder / "access"
    x = scripted(script)
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {"ServerIOTimeout": 1})])), LOG.format(log=log) + FINISH)
    sock = socket.create_connection(("127.0.0.1", server.port), timeout=20)
    sock.sendall(CASES["a POST"][0])
    assert script.has_request.wait(5)
    sock.close()
    wait_until(lambda: "504 timed-out 1" in log.read_text().splitlines(), "the access log")
    script.goes_on.set()
    script.ends.set()
    assert server.status()["x"]["InFlight"] == "0"
    server.expect("WLM0030", "WLM0038")


def test_165_07_also_when_it_waits_in_the_queue_first(httpd, scripted):
    script = Working()
    x = scripted(script)
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {"MaxConnections": 1})])), "WLMQueue 5 20s\n" + FINISH + LOCATION)
    socks = []
    for _ in range(2):
        socks.append(socket.create_connection(("127.0.0.1", server.port), timeout=20))
        socks[-1].sendall(CASES["a GET"][0])
        assert script.has_request.wait(5)
    wait_until(lambda: everything(server)["clusters"][0]["waiting"] == 1, "the second one to wait")
    half_close(socks[1])
    script.goes_on.set()
    script.ends.set()
    assert b"".join(iter(lambda: socks[1].recv(65536), b"")).endswith(b"\r\n\r\n12")
    socks[0].close()

"""Stories of clients that leave while a member works for them: nobody works for nobody, and no member is blamed."""
import socket
import ssl
import struct
import threading

import pytest

from wlmtest import free_port, wait_until
from wlmtest.plugincfg import Cluster, plugin_cfg
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

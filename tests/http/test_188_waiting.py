"""Stories of many that wait with the engine: what ends them all at once."""
import os
import select
import signal
import socket
import threading
import time

from wlmtest import wait_until
from wlmtest.ctl import wlmctl
from wlmtest.plugincfg import Cluster, Route, plugin_cfg
from wlmtest.status import LOCATION, state, steer
from wlmtest.status import everything as read
from wlmtest.upgrade import Peer, echo

ENGINE = "WLMEngine On\nAsyncRequestWorkerFactor 1000\n" + LOCATION


def tunnels(httpd, scripted, count, **options):
    server = httpd(plugin_cfg(Cluster("c", [("x", scripted(echo).port, {})])), ENGINE, threads=4, **options)
    peers = [Peer(server) for _ in range(count)]
    assert state(server)["x"]["in_flight"] == count
    return server, peers


def test_188_01_an_order_ends_silent_tunnels(httpd, scripted):
    server, peers = tunnels(httpd, scripted, 50, children=2)
    for number in (1, 2):
        steer(server, "drain", member="x", force="1")
        assert all(peer.is_closed() for peer in peers)
        wait_until(lambda: state(server)["x"]["in_flight"] == 0, "the tunnels to end")
        assert server.count("WLM0018") == 50 * number
        steer(server, "enable", member="x")
        peers = [Peer(server) for _ in range(50)]
    for peer in peers:
        peer.sock.close()


def test_188_02_silent_tunnels_of_an_old_child_make_room(httpd, scripted):
    """Where there is no place for a new child otherwise; the test library's httpd has as many places as children."""
    server, peers = tunnels(httpd, scripted, 20)
    before = set(server.children_pids())
    os.kill(server.group, signal.SIGUSR1)
    assert all(peer.is_closed() for peer in peers)
    wait_until(lambda: server.children_pids() and not before & set(server.children_pids()), "a new child")
    assert server.log().count("has ended: restart;") == 20


class Waits:
    """A member that answers when it is told to; it notices when its connection ends."""

    def __init__(self):
        self.goes_on, self.ended = threading.Event(), 0

    def __call__(self, c):
        while c.read_head() is not None:
            while not self.goes_on.is_set():
                if select.select([c.sock], [], [], 0.05)[0]:
                    self.ended += 1
                    return
            c.send(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone")


def ask(server, target):
    sock = socket.create_connection(("127.0.0.1", server.port), 20)
    sock.sendall(f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    return sock


def everything(sock):
    with sock:
        return b"".join(iter(lambda: sock.recv(65536), b""))


def test_188_03_an_old_process_has_so_much_time(httpd, scripted, folder):
    """For what waits in it; but for what must run to its end. It holds a place of ServerLimit until then."""
    log, script = folder / "access", Waits()
    x, ws = scripted(script), scripted(echo, "ws")
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {})]), Cluster("w", [("ws", ws.port, {})]),
                              routes=[Route("c"), Route("w", ["/app/ws"])]),
                   ENGINE + f"WLMGracefulTimeout 2\nServerLimit 2\nLogFormat \"%>s %{{WLM_TUNNEL}}e\" t\nCustomLog {log} t\n"
                   '<Location "/app/finish">\nWLMClientGone Finish\n</Location>\n', threads=4)
    old = server.children_pids()
    peers = [Peer(server) for _ in range(3)]
    waiting, last = [ask(server, "/app/") for _ in range(5)], ask(server, "/app/finish")
    wait_until(lambda: state(server)["x"]["in_flight"] == 6, "the requests")
    begun = time.monotonic()
    os.kill(server.group, signal.SIGUSR1)
    wait_until(lambda: set(server.children_pids()) - set(old), "a new process")
    wait_until(lambda: read(server)["engine"]["ending"] == 1, "the old one to be told")
    wait_until(lambda: read(server)["engine"]["parked_earlier"] == 9 == read(server)["engine"]["parked"], "what waits in it")
    assert "9 requests are parked, tunnels among them 3, 9 in processes that end; " in wlmctl(server, "status").stdout
    assert all(peer.is_closed() for peer in peers) and not any(everything(sock) for sock in waiting)
    assert 2 <= time.monotonic() - begun < 8
    wait_until(lambda: script.ended == 5, "the ends of the members' connections")
    assert server.count("WLM0195") == 1 and old[0] in server.children_pids()
    wait_until(lambda: read(server)["engine"]["parked_earlier"] == 1, "the last one")
    script.goes_on.set()
    last.settimeout(20)
    assert last.recv(1000).startswith(b"HTTP/1.1 200 ")
    last.close()
    wait_until(lambda: old[0] not in server.children_pids(), "the old process to end")
    wait_until(lambda: read(server)["engine"]["parked_earlier"] == read(server)["engine"]["parked"] == 0, "its parent to know that")
    lines = log.read_text().splitlines()
    assert (lines.count("101 restart"), lines.count("499 -")) == (3, 5)

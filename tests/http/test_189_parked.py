"""Stories of who wants to know what waits: which driver is at work and why, how much is parked, and what httpd allows."""
import os
import re
import signal
import socket

import pytest

from wlmtest import wait_until
from wlmtest.ctl import wlmctl
from wlmtest.plugincfg import Cluster, Route, plugin_cfg
from wlmtest.status import LOCATION, everything
from wlmtest.upgrade import Peer, echo

ENGINE = "WLMEngine On\nAsyncRequestWorkerFactor %s\n" + LOCATION


def ask(server, target="/app/", fields=""):
    sock = socket.create_connection(("127.0.0.1", server.port), 20)
    sock.sendall(f"GET {target} HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n".encode())
    return sock


def engine(server):
    return everything(server)["engine"]


def counts(server):
    return tuple(engine(server)[name] for name in ("parked", "tunnels", "owned", "kept"))


def wait_for(server, *expected):
    wait_until(lambda: counts(server) == expected, f"{expected} parked, tunnels, owned, kept")


# -- which driver, and why -----------------------------------------------------------------------------------------

DRIVERS = {
    "off": ("event", "WLMEngine Off", "a thread of httpd each: WLMEngine is Off"),
    "another MPM": ("worker", "WLMEngine On", "a thread of httpd each: only httpd's event MPM can suspend requests"),
    "no threshold": ("event", "WLMEngine On\nFlushMaxThreshold 0",
                     "a thread of httpd each: with FlushMaxThreshold 0 httpd waits for each client"),
    "on": ("event", "WLMEngine On", "no thread: by ThreadsPerChild 4 and AsyncRequestWorkerFactor 2 a process takes 12 connections, "
           "and by MaxRequestWorkers 8 all processes together 24; ServerLimit 2 leaves room for 0 more that are about to end"),
    "a fraction, which httpd cuts off": ("event", "WLMEngine On\n<IfModule mpm_event_module>\nAsyncRequestWorkerFactor 3.9\n</IfModule>",
                                         "AsyncRequestWorkerFactor 3 a process takes 16 connections, and by "
                                         "MaxRequestWorkers 8 all processes together 32"),
    "the last one counts, and less than 1 is 1": (
        "event", "AsyncRequestWorkerFactor 7\nWLMEngine On\nAsyncRequestWorkerFactor \"0.5\"",
        "AsyncRequestWorkerFactor 1 a process takes 8 connections"),
}


@pytest.mark.parametrize("case", DRIVERS)
def test_189_01_a_test_and_a_start_say_which_driver_is_at_work(httpd, case):
    mpm, extra, expected = DRIVERS[case]
    server = httpd(plugin_cfg(Cluster("c", [("x", 1, {})])), extra + "\n" + LOCATION, start=False, mpm=mpm, threads=4,
                   children=2)
    r = server.test_config()
    assert (r.returncode, r.stderr.count("WLM0193")) == (0, 1) and r.stderr.endswith("Syntax OK\n")
    assert expected in r.stderr
    assert "WLM0193" not in server.run("-S").stderr
    server.start()
    assert expected in next(line for line in server.log().splitlines() if "WLM0190" in line)
    found, why = engine(server), re.search(r"each: (.*)", expected)
    assert (found["driver"], found["why"]) == (("threads", why.group(1)) if why else ("engine", None))
    assert found["connections_max"] == (0 if why else int(re.search(r"takes (\d+) conn", expected).group(1)) * 2)
    assert (why.group(1) if why else "it holds no thread (WLMEngine)") in server.client.get("/wlm-status").body.decode()


# -- how much is parked --------------------------------------------------------------------------------------------

def test_189_02_what_is_parked_is_shown_everywhere(httpd, member, scripted):
    slow = member("a", delay=1500)
    ws = scripted(echo, "ws")
    server = httpd(plugin_cfg(Cluster("c", [("a", slow.port, {})]), Cluster("w", [("ws", ws.port, {})]),
                              routes=[Route("c"), Route("w", ["/app/ws"])]), ENGINE % 100, threads=4)
    wait_for(server, 0, 0, 0, 0)
    peers = [Peer(server) for _ in range(3)]
    wait_for(server, 3, 3, 3, 0)
    asked = [ask(server) for _ in range(5)]
    wait_for(server, 8, 3, 8, 0)
    lines = server.client.get("/server-status?auto").body.decode()
    assert "\nWLMEngineDriver: engine\nWLMEngineWhy: -\nWLMEngineParked: 8\nWLMEngineParkedEarlier: 0\nWLMEngineTunnels: 3\nWLMEngineOwned: 8\n" in lines
    metrics = server.client.get("/wlm-status?format=openmetrics").body.decode()
    assert "\nwlm_engine_parked_requests 8\n" in metrics and "\nwlm_engine_tunnels 3\n" in metrics
    page = server.client.get("/wlm-status").body.decode()
    assert "Parked requests: <b>8</b>; tunnels among them: 3." in page and "404 that AsyncRequestWorkerFactor 100 allows" in page
    assert re.search(r"\n8 requests are parked, tunnels among them 3; \d+ of 404 connections\n", wlmctl(server, "status").stdout)
    wait_for(server, 3, 3, 8, 5)  # they have been answered, and are kept
    for sock in asked + [peer.sock for peer in peers]:
        sock.close()
    wait_for(server, 0, 0, 0, 0)


def test_189_03_what_a_killed_process_had_is_gone(httpd, scripted):
    server = httpd(plugin_cfg(Cluster("c", [("x", scripted(echo).port, {})])), ENGINE % 100, threads=4)
    peers = [Peer(server) for _ in range(3)]
    wait_for(server, 3, 3, 3, 0)
    os.kill(server.children_pids()[0], signal.SIGKILL)
    assert all(peer.is_closed() for peer in peers)
    server.expect("WLM0007")
    wait_for(server, 0, 0, 0, 0)


def test_189_04_nothing_is_counted_that_is_gone(httpd, member, scripted):
    """Whatever the clients do: leave, ask once, ask twice, tunnel, send no whole body."""
    slow = member("a", delay=100)
    server = httpd(plugin_cfg(Cluster("c", [("a", slow.port, {"MaxConnections": 5})]), Cluster("w", [("ws", scripted(echo, "ws").port, {})]),
                              routes=[Route("c"), Route("w", ["/app/ws"])]), "WLMQueue 100 20s\n" + ENGINE % 100, threads=4)
    leaving, once, twice = ([ask(server) for _ in range(10)] for _ in range(3))
    peers = [Peer(server) for _ in range(5)]
    half = [ask(server, fields="Content-Length: 9\r\n") for _ in range(5)]
    wait_until(lambda: engine(server)["parked"] > 5, "requests in the queue")
    for sock in leaving + half + [peer.sock for peer in peers]:
        sock.close()
    for sock in once + twice:
        assert is_answered(sock, 20)
    for sock in twice:
        sock.sendall(b"GET /app/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert b"HTTP/1.1 200 " in b"".join(iter(lambda sock=sock: sock.recv(65536), b""))
    for sock in once + twice:
        sock.close()
    wait_for(server, 0, 0, 0, 0)


def test_189_05_tunnels_without_the_engine(httpd, scripted):
    server = httpd(plugin_cfg(Cluster("c", [("x", scripted(echo).port, {})])), "WLMEngine Off\n" + LOCATION, threads=6)
    peers = [Peer(server) for _ in range(3)]
    wait_for(server, 0, 3, 0, 0)
    assert "Each holds a thread of httpd: WLMEngine is Off. Tunnels: 3." in server.client.get("/wlm-status").body.decode()
    for peer in peers:
        peer.sock.close()
    wait_for(server, 0, 0, 0, 0)


# -- what httpd allows ---------------------------------------------------------------------------------------------

def is_answered(sock, seconds):
    sock.settimeout(seconds)
    try:
        return sock.recv(100).startswith(b"HTTP/1.1 200 ")
    except TimeoutError:
        return False


def test_189_06_a_process_takes_as_many_connections_as_the_page_says(httpd, scripted):
    """And there is a warning when they are near that. The last two may find the thread that has accepted the one before still busy."""
    server = httpd(plugin_cfg(Cluster("c", [("x", scripted(echo).port, {})])), ENGINE % 2.5, threads=4)
    assert engine(server)["connections_max"] == 12
    peers = [Peer(server) for _ in range(10)]
    server.wait_for_log("WLM0194", 15)
    server.expect("WLM0194")
    assert ("10 connections, of them 10 with a parked request and 0 that the engine keeps idle, are 83 % of the 12 that "
            "AsyncRequestWorkerFactor 2 allows; 5 allows twice as many") in server.log()
    more = [ask(server, target="/index.html") for _ in range(3)]  # with these that are kept
    assert not all([is_answered(sock, 1) for sock in more])
    for peer in peers:
        peer.sock.close()
    assert is_answered(more[-1], 20)
    for sock in more:
        sock.close()


@pytest.mark.parametrize("mpm, on, clients, in_use", [("event", "On", 404, 404), ("event", "Off", 404, 4), ("worker", "On", 4, 4)])
@pytest.mark.parametrize("spool", ["0", "1M"])
def test_189_07_the_files_that_a_process_may_open(httpd, member, mpm, on, clients, in_use, spool):
    """A warning tells when they are fewer than the configured factor lets it need: with those of bodies in files, of a transport
    and of httpd itself."""
    needed = clients + in_use * (1 if spool == "0" else 2)
    for files, count in ((needed + 32, 1), (needed + 33, 0)):
        server = httpd(plugin_cfg(Cluster("c", [("a", member("a").port, {})])),
                       f"WLMEngine {on}\nWLMBodySpool {spool}\n<IfModule mpm_event_module>\nAsyncRequestWorkerFactor 100\n</IfModule>", start=False,
                       mpm=mpm, threads=4)
        server.under = ("prlimit", f"--nofile={files}:{files}")
        server.start()
        assert server.count("WLM0142") == count
        assert not count or f"a process of httpd may need {needed + 33} file descriptors (" in server.log()
        server.stop()

"""Stories of many that wait with the engine: what ends them all at once."""
import os
import signal

from wlmtest import wait_until
from wlmtest.plugincfg import Cluster, plugin_cfg
from wlmtest.status import LOCATION, state, steer
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

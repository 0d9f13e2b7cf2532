"""Stories of limits that are found while members serve (WLMConcurrency), and of what is refused when too much comes."""
import threading
import time

import pytest

from wlmtest import wait_until
from wlmtest.client import Client
from wlmtest.plugincfg import Cluster, plugin_cfg
from wlmtest.status import LOCATION, everything, state
from wlmtest.upgrade import Peer, echo


def cluster(server):
    return everything(server)["clusters"][0]


def in_background(function):
    thread = threading.Thread(target=function)
    thread.start()
    return thread


class Rush:
    """So many clients, each of which sends its next request when it has the answer to the one before."""

    def __init__(self, server, clients):
        self.server, self.is_over, self.answers = server, False, []
        self.threads = [in_background(self._run) for _ in range(clients)]

    def _run(self):
        while not self.is_over:
            self.answers.append(self.server.client.get())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.is_over = True
        for thread in self.threads:
            thread.join()


def learn_usual_time(server, clients=1):
    with Rush(server, clients):
        wait_until(lambda: state(server)["a"]["usual_time"] > 0, "the usual time to be known", 20)


def test_255_01_the_limit_of_a_member_is_found_and_follows(httpd, member):
    """Two workers do what two can do; four do more. What is above the limit waits; children that come later know it, too."""
    a = member("a", delay=50, options=("--workers", "2"))
    server = httpd(plugin_cfg(Cluster("c", [("a", a.port, {})])), "WLMConcurrency Adaptive 2 500\n" + LOCATION, children=2)
    server.expect("WLM0212")
    assert state(server)["a"]["found_limit"] == 500 == state(server)["a"]["max_connections"]
    learn_usual_time(server)
    assert 0.03 < state(server)["a"]["usual_time"] < 0.2
    with Rush(server, 60) as rush:
        wait_until(lambda: state(server)["a"]["found_limit"] <= 16 and cluster(server)["waiting"], "the limit to be found", 30)
        wait_until(lambda: state(server)["a"]["in_flight"] <= 16, "what is above it to be answered")
        assert Client(a.port).get("/?workers=30").status == 200
        wait_until(lambda: state(server)["a"]["found_limit"] >= 24, "the limit to follow", 60)
    assert {answer.status for answer in rush.answers} <= {200, 503}
    assert state(server)["a"]["in_flight"] == cluster(server)["waiting"] == 0


def test_255_02_what_finds_no_place_is_refused_and_told_once(httpd, member):
    a = member("a", delay=1500)
    server = httpd(plugin_cfg(Cluster("c", [("a", a.port, {"MaxConnections": 1})])),
                   "WLMConcurrency Adaptive\nWLMQueue 1 10s\n" + LOCATION, children=2)
    server.expect("WLM0212")
    assert state(server)["a"]["max_connections"] == 1  # bounds what is found
    first = in_background(server.client.get)
    wait_until(lambda: state(server)["a"]["in_flight"] == 1, "the first to be with the member")
    second = in_background(server.client.get)
    wait_until(lambda: cluster(server)["waiting"] == 1, "the second to wait")
    refused = [server.client.get() for _ in range(20)]
    assert {answer.status for answer in refused} == {503}
    seconds = {int(answer.headers["retry-after"]) for answer in refused}
    assert len(seconds) > 1 and seconds <= {1, 2, 3, 4}
    assert (cluster(server)["refused_no_place"], cluster(server)["unserved"]) == (20, 20)
    assert server.count("WLM0212") == 1 and server.count("WLM0213") == 20
    first.join()
    second.join()
    assert a.requests() == 2


def test_255_03_in_an_overload_nobody_waits_in_vain(httpd, member):
    """A queue that was not empty for half of its time refuses who has waited for a quarter, and serves the newest first."""
    a = member("a", delay=3000)
    server = httpd(plugin_cfg(Cluster("c", [("a", a.port, {"MaxConnections": 1})])),
                   "WLMConcurrency Adaptive\nWLMQueue 10 4s\n" + LOCATION)
    server.expect("WLM0212")
    first = in_background(server.client.get)
    wait_until(lambda: state(server)["a"]["in_flight"] == 1, "the first to be with the member")
    begun, ended = time.monotonic(), {}

    def wait(name):
        answer = server.client.get(X_Request_Id=name)
        ended[name] = answer.status, time.monotonic() - begun

    threads = [in_background(lambda: wait("early"))]
    wait_until(lambda: time.monotonic() - begun > 1.7, "the queue to be overloaded soon")
    for n, name in enumerate(("late", "latest")):
        threads.append(in_background(lambda name=name: wait(name)))
        wait_until(lambda n=n: cluster(server)["waiting"] >= n + 1 or "early" in ended, "it to wait")
    for thread in [first, *threads]:
        thread.join()
    assert ended["early"][0] == 503 and 1.5 < ended["early"][1] < 3.5  # it has waited for more than 1 s by then, and for less than 4
    assert cluster(server)["refused_overload"] >= 1 and cluster(server)["refused_waited"] == 0


def test_255_04_tunnels_hold_no_place_of_the_limit(httpd, scripted):
    x = scripted(echo)
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {})])), "WLMConcurrency Adaptive 1 1\nWLMQueue 0\n" + LOCATION)
    peers = [Peer(server) for _ in range(3)]
    assert [peer.echo(b"hello") for peer in peers] == [b"hello"] * 3
    assert state(server)["x"]["in_flight"] == 3 and state(server)["x"]["found_limit"] == 1
    for peer in peers:
        peer.sock.close()
    wait_until(lambda: state(server)["x"]["in_flight"] == 0, "nothing to be in flight")


@pytest.mark.parametrize("extra,words", [
    ("WLMConcurrency On", "\"On\" is neither Off nor Adaptive"),
    ("WLMConcurrency Off 5", "MIN and MAX go with Adaptive"),
    ("WLMConcurrency Adaptive 0", "\"0\" is not a number from 1"),
    ("WLMConcurrency Adaptive 20 10", "\"10\" is not a number from 20"),
    ("WLMConcurrency Adaptive 5 x", "\"x\" is not a number"),
])
def test_255_05_wrong_words_are_refused(httpd, extra, words):
    server = httpd(plugin_cfg(Cluster("c", [("a", 1, {})])), extra, start=False)
    result = server.test_config()
    assert result.returncode != 0
    assert words in result.stderr

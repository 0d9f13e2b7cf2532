"""Stories of registered nodes under load: one that is killed, one that is new, and two web servers with the same ones."""
import json
import math
import threading
import time

import pytest

from wlmtest import wait_until
from wlmtest.client import shares
from wlmtest.mcmp import Node, registry  # noqa: F401 (a fixture)
from wlmtest.status import LOCATION, everything


def view(server):
    return {m["name"]: m for c in everything(server)["clusters"] for m in c["members"]}


def ask(server, times=8):
    return shares(server.client.load(times, 2, "/app/"))


class Load:
    """GETs on four connections, without an end: (when it was sent, the answer)."""

    def __init__(self, server):
        self.server, self.answers, self.over = server, [], threading.Event()
        self.threads = [threading.Thread(target=self.run) for _ in range(4)]

    def run(self):
        while not self.over.is_set():
            sent = time.monotonic()
            self.answers.extend((sent, answer) for answer in self.server.client.load(5, 1, "/app/"))

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()

    def statuses(self):
        return {answer.status for _, answer in self.answers}

    def more(self, n=200):
        """Waits for so many further answers."""
        before = len(self.answers)
        wait_until(lambda: len(self.answers) > before + n, "answers", 30)


def test_464_01_a_node_that_is_killed_costs_no_get(registry):
    server, node = registry("WLMSlowStart 0\n" + LOCATION)
    server.expect("WLM0030", "WLM0031", "WLM0033", "WLM0035")
    a, b = node("a").register(), node("b").register()
    wait_until(lambda: set(ask(server)) == {"a", "b"}, "both to get requests")
    with Load(server) as load:
        for _ in range(3):
            load.more()
            b.member.kill()
            wait_until(lambda: view(server)["b"]["state"] == "down", "b to be down")
            load.more()
            b.member.start()
            b.register()
            wait_until(lambda: view(server)["b"]["state"] == "up", "b to be back at once", 5)  # RetryInterval is 10 s
            wait_until(lambda: "b" in ask(server), "b to get requests")
    assert load.statuses() == {200}
    assert a.status() and server.count("WLM0287") == 3


def test_464_02_a_new_node_has_its_slow_start_share_at_the_most(registry):
    time_of_start = 6
    server, node = registry(f"WLMSlowStart {time_of_start}\n" + LOCATION)
    node("a").register()
    wait_until(lambda: ask(server) == {"a": 8} and view(server)["a"]["warmth"] == 100, "a to be warm", 30)
    b = node("b")
    b.config()
    with Load(server) as load:
        load.more(20)
        begun = time.monotonic()  # it begins to warm up later, if anything
        b.app("ENABLE")
        wait_until(lambda: view(server)["b"]["warmth"] > 70, "b to warm up", 30)
    assert load.statuses() == {200}
    for seconds in (1, 2, 3, 4):
        among = [answer for sent, answer in load.answers if begun <= sent < begun + seconds]
        got, n = shares(among).get("b", 0), len(among)
        warmth = (seconds + 1) / time_of_start  # of a request that was sent in time and served within a second
        share = warmth / (1 + warmth)
        assert got <= n * share + 5 * math.sqrt(n * share) + 1, (seconds, got, n)
    assert shares([answer for _, answer in load.answers]).get("b", 0) > 0


@pytest.fixture
def two(registry):
    """Two web servers, and a function that makes a node with both of them in its proxyList."""
    servers = [registry("WLMSlowStart 0\n" + LOCATION) for _ in range(2)]

    def node(name):
        first = servers[0][1](name)
        port = servers[1][1].registration
        return [first, Node(servers[1][0], port, first.member)]
    return [server for server, _ in servers], node


def test_464_03_two_web_servers_with_the_same_nodes(two):
    servers, node = two
    for server in servers:
        server.expect("WLM0030", "WLM0031", "WLM0033", "WLM0035")
    a, b = node("a"), node("b")
    for at in a + b:
        at.register()
    for server in servers:
        wait_until(lambda s=server: set(ask(s)) == {"a", "b"}, "both nodes")
        assert {server.client.member("/app/", Cookie="JSESSIONID=x.b") for _ in range(4)} == {"b"}
    registered = [json.loads(s.client.get("/wlm-status?format=registry").body)["nodes"] for s in servers]
    assert registered[0] == registered[1]
    with Load(servers[0]) as one, Load(servers[1]) as other:
        one.more(50)
        servers[0].restart("graceful")
        b[0].member.kill()
        for server in servers:
            wait_until(lambda s=server: view(s)["b"]["state"] == "down", "b to be down at both", 30)
        one.more(), other.more()
        for at in b:
            at.must("REMOVE-APP", "/*")
        one.more(50), other.more(50)
    assert one.statuses() == other.statuses() == {200}
    servers[0].stop()
    assert ask(servers[1]) == {"a": 8}
    servers[0].start()
    assert ask(servers[0]) == {"a": 8}

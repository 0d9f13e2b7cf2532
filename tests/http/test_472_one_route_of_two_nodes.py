"""Stories of a JVMRoute that a node at another address claims: who has it is there, or is not."""
import pytest

from wlmtest import wait_until
from wlmtest.client import shares
from wlmtest.mcmp import Beat, all_answered, regular, registry  # noqa: F401 (a fixture)
from wlmtest.status import LOCATION

PLAIN = "WLMSlowStart 0\n" + LOCATION


def ask(server, times=8):
    return shares(server.client.load(times, 2, "/app/"))


@pytest.fixture
def two(registry):
    """(an httpd, a node that says STATUS regularly, one that was not registered and has the same route)"""
    def make(more="", **options):
        server, node = registry(PLAIN + more, **options)
        a = node("a").register()
        wait_until(lambda: ask(server) == {"a": 8}, "a to be in use")
        regular(server, a)
        return server, a, node("b", route="a")
    return make


def claim(node):
    return node.send("CONFIG", Host="127.0.0.1", Port=node.member.port, Type="http")


def test_472_01_a_node_that_is_there_keeps_its_route(two):
    server, a, twin = two()
    server.expect("WLM0246")
    before = a.must("DUMP")
    with all_answered(server):
        for _ in range(3):
            answer = claim(twin)
            assert answer.status == 500 and answer.headers["Type"] == "MEM"
            assert f"that of the node at 127.0.0.1:{a.member.port}, which sends STATUS and accepts" in answer.headers["Mess"]
    assert a.must("DUMP") == before and ask(server) == {"a": 8} and server.count("WLM0246") == 3
    assert claim(a).status == 200 and a.must("DUMP") == before  # it may say again what it is


def test_472_02_one_that_was_killed_and_is_elsewhere_has_it_at_once(two):
    server, a, twin = two()
    a.member.kill()
    twin.register()
    wait_until(lambda: ask(server) == {"b": 8}, "b")
    assert "another one now, without contexts" in server.log() and twin.must("INFO").count("Node:") == 1


def test_472_03_one_that_has_left_has_it_elsewhere(two):
    server, a, twin = two()
    a.must("REMOVE-APP", "/*")
    twin.register()
    wait_until(lambda: ask(server) == {"b": 8}, "b")


def test_472_04_without_status_a_route_is_free_after_a_while(two):
    """Something else may have the address of a node that is gone: it accepts connections, and says no STATUS."""
    server, a, twin = two("WLMRegistrySilence 1 5\n")
    server.expect("WLM0246", "WLM0280")
    with Beat(a):
        assert claim(twin).status == 500
    wait_until(lambda: claim(twin).status == 200, "the route to be free")
    twin.app("ENABLE")
    wait_until(lambda: ask(server) == {"b": 8}, "b")


def test_472_05_where_nodes_are_not_watched_the_later_one_has_it(registry):
    server, node = registry("WLMRegistrySilence Off\n" + PLAIN)
    a, twin = node("a").register(), node("b", route="a")
    for _ in range(5):
        a.status()
    twin.register()
    wait_until(lambda: ask(server) == {"b": 8}, "b")


def test_472_06_a_restart_does_not_forget_who_is_there(two):
    server, a, twin = two()
    server.expect("WLM0246")
    server.restart("graceful")
    assert claim(twin).status == 500
    assert a.must("INFO").count("Node:") == 1 and ask(server) == {"a": 8}

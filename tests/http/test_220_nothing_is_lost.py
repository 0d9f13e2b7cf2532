"""Stories of what a fault must not cost: requests are lost only where that cannot be avoided, and what is executed twice is
counted. The building blocks are those of tests/measure/run faults, which measures all the rest."""
import contextlib
import threading

import pytest

from faults.cell import executions, settle
from faults.fault_list import FAULTS
from faults.faulty import FaultyMember
from faults.kinds import KINDS
from faults.load import Load, Result, ask, verdicts
from wlmtest import wait_until
from wlmtest.plugincfg import Cluster, plugin_cfg

FAULT = {f.name: f for f in FAULTS}
KIND = {k.name: k for k in KINDS}


@pytest.fixture
def two(httpd, member):
    """Member a, which gets a fault, and b, both answer after 200 ms. Returns (httpd, a, b)."""
    def make(extra="", server_io_timeout=10, faulty=False, children=3):
        a = FaultyMember("a") if faulty else member("a", delay=200)
        stops.callback(a.stop)
        b = member("b", delay=200)
        cluster = Cluster("c", [(m.name, m.port, {"ServerIOTimeout": server_io_timeout}) for m in (a, b)])
        server = httpd(plugin_cfg(cluster), extra, children=children)
        server.expect("WLM0030", "WLM0035", "WLM0038")
        return server, a, b
    with contextlib.ExitStack() as stops:
        yield make


def run(server, a, b, kind, fault):
    """Results of the load, and how many requests were executed more than once."""
    results = Load(server.port, KIND[kind], FAULT[fault], a).run()
    settle(a)
    return results, sum(times > 1 for times in executions(results, [a, b]))


@pytest.mark.parametrize("kind", ["GET", "POST 1 KiB", "POST chunked", "POST Expect", "HTTP/2 GET", "HTTP/2 POST"])
@pytest.mark.alone
def test_220_01_killed_under_48_clients_loses_nothing(two, kind):
    server, a, b = two("WLMDefaults Original")
    results, twice = run(server, a, b, kind, "kill")
    assert verdicts(results) == {"2xx": 192}, [r for r in results if r.verdict() != "2xx"]
    assert 0 < twice <= 48  # what the dead member had begun
    assert max(r.seconds for r in results) < 2
    # an answer that was complete before the member died may be taken for a sign of life behind the first failure
    assert server.count("WLM0035") == server.count("WLM0034") + 1


def test_220_02_large_bodies_are_not_lost_when_they_are_spooled(two):
    server, a, b = two("WLMDefaults Original\nWLMBodySpool 64M")
    results, _ = run(server, a, b, "POST 10 MiB", "kill")
    assert verdicts(results) == {"2xx": 24}, [r for r in results if r.verdict() != "2xx"]


@pytest.mark.parametrize("fault", ["kill", "reset", "half a head"])
def test_220_03_a_strict_policy_executes_no_post_twice(two, fault):
    server, a, b = two("WLMRetryPolicy Idempotent", faulty=fault != "kill")
    results, twice = run(server, a, b, "POST 1 KiB", fault)
    counts = verdicts(results)
    assert twice == 0
    assert counts["2xx"] + counts["5xx"] == 192  # every client is told, none hangs or gets half an answer
    received = set(a.received_ids() + b.received_ids())
    assert {r.request_id for r in results if r.verdict() == "2xx"} <= received


@pytest.mark.parametrize("kind", ["GET", "POST 1 KiB"])
def test_220_04_a_stopped_member_costs_a_time_out_and_no_request(two, kind):
    server, a, b = two("WLMDefaults Original", server_io_timeout=2)
    results, twice = run(server, a, b, kind, "stop")
    assert verdicts(results) == {"2xx": 192}, [r for r in results if r.verdict() != "2xx"]
    assert max(r.seconds for r in results) < 2 + 0.2 + 1.5  # the time-out, the answer, and what a busy machine adds
    assert twice > 0  # it went on, and read what others had answered meanwhile


def test_220_05_a_refusing_member_costs_nothing(two):
    server, a, b = two(faulty=True)
    results, twice = run(server, a, b, "POST 10 MiB", "refuse")
    assert verdicts(results) == {"2xx": 24}
    assert twice == 0


@pytest.mark.parametrize("kind", ["GET", "POST 1 KiB", "HTTP/2 GET"])
def test_220_09_a_small_answer_that_breaks_off_is_had_from_the_other_member(two, kind):
    server, a, b = two("WLMDefaults Original", faulty=True)
    results, _ = run(server, a, b, kind, "half a body")
    assert verdicts(results) == {"2xx": 192}, [r for r in results if r.verdict() != "2xx"]


# -- the measuring itself ------------------------------------------------------------------------

def test_220_06_executed_twice_is_counted_exactly(two):
    """One request after the other: a resets each that it reads, so with RetryInterval 60 it is one that is repeated."""
    server, a, b = two("WLMDefaults Original", faulty=True)
    a.begin("reset")
    results = [ask(server.port, KIND["POST 1 KiB"]) for _ in range(6)]
    assert verdicts(results) == {"2xx": 6}
    assert (len(a.received_ids()), len(b.received_ids())) == (1, 6)
    assert sorted(executions(results, [a, b])) == [1, 1, 1, 1, 1, 2]
    assert set(a.received_ids()) < set(b.received_ids())


def test_220_07_a_killed_member_has_noted_what_it_had_begun(member):
    a = member("a", delay=60000)
    kinds = ("GET", "POST 1 KiB", "POST chunked")
    clients = [threading.Thread(target=ask, args=(a.port, KIND[kind])) for kind in kinds]
    for client in clients:
        client.start()
    wait_until(lambda: len(a.received_ids()) == 3, "three requests to be noted")
    a.kill()
    for client in clients:
        client.join()
    assert len(set(a.received_ids())) == 3
    assert a.requests() == 0  # none was answered


def test_220_08_what_counts_as_an_answer():
    assert Result("i", 200, 0.1).verdict() == "2xx"
    assert Result("i", 200, 0.1, "not the answer to this request").verdict() == "other"
    assert Result("i", 502, 0.1).verdict() == "5xx"
    assert Result("i", 404, 0.1).verdict() == "other"
    assert Result("i", None, 0.1, "IncompleteRead").verdict() == "broken"

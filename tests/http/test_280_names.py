"""Stories of members that are given by host names, and of a name service that does not answer."""
import contextlib
import json
import socket
import threading
import time

import pytest

from wlmtest import wait_until
from wlmtest.client import shares
from wlmtest.status import LOCATION
from wlmtest.names import Names, host
from wlmtest.plugincfg import Cluster, plugin_cfg


@pytest.fixture
def names(folder):
    return Names(folder)


@pytest.fixture
def named(httpd, names):
    """An httpd that asks that name service."""
    def make(text, extra="", start=True, **options):
        server = names.preload_into(httpd(text, LOCATION + extra, start=False, **options))
        return server.start() if start else server
    return make


def members_of(server):
    view = json.loads(server.client.get("/wlm-status?format=json").body)
    return {m["name"]: m for c in view["clusters"] for m in c["members"]}


def took(action):
    begun = time.monotonic()
    result = action()
    return result, time.monotonic() - begun


def cluster_of(a, *silent, **attrs):
    """Member a, before it those whose names are silent."""
    dead = [(name, a.port, {"host": host(name), "ConnectTimeout": 1}) for name in silent]
    return Cluster("c", [*dead, ("a", a.port, {})], **attrs)


SILENT = ("one", "two", "three", "four")


@contextlib.contextmanager
def unreachable(address="127.0.9.1", port=0):
    """A port at which connections neither come about nor are refused, as behind a firewall: its queue is full."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server((address, port), backlog=0))
        for _ in range(4):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


# -- no request waits for a name service -------------------------------------------------------------------------

def test_280_01_neither_start_nor_restart_waits_for_names(named, names, member):
    a = member("a")
    names.set(**dict.fromkeys(SILENT, "silent"))
    server = named(plugin_cfg(cluster_of(a, *SILENT)), start=False)
    server.expect("WLM0005", "WLM0030", "WLM0035")
    _, seconds = took(server.start)
    assert seconds < 3
    _, seconds = took(lambda: server.restart("graceful"))
    assert seconds < 3
    assert server.client.get("/index.html").status == 200


@pytest.mark.parametrize("how", ["graceful", "restart"])
def test_280_02_a_restart_leaves_no_gap_while_names_are_silent(named, names, member, how):
    """What was known before is known after it, in all processes."""
    a = member("a")
    names.set(moving="127.0.0.1")
    server = named(plugin_cfg(Cluster("c", [("m", a.port, {"host": host("moving")})])), children=2)
    assert server.client.member() == "a"
    names.set(moving="silent")
    server.restart(how)
    assert shares(server.client.load(20, 4)) == {"a": 20}
    assert server.count("WLM0005") == 0


def test_280_03_a_stop_and_start_asks_anew(named, names, member):
    """Addresses of a file may be old: another server may be there now."""
    a = member("a", host="127.0.7.1")
    b = member("b", host="127.0.7.2", port=a.port)
    names.set(moving="127.0.7.1")
    server = named(plugin_cfg(Cluster("c", [("m", a.port, {"host": host("moving")})])), "WLMStateFile state\n")
    assert server.client.member() == "a"
    server.stop()
    names.set(moving="127.0.7.2")
    server.start()
    assert shares(server.client.load(5, 1)) == {"b": 5} and b.requests() == 5


@pytest.mark.alone
def test_280_04_requests_do_not_wait_and_the_members_are_down(named, names, member):
    a = member("a")
    names.set(**dict.fromkeys(SILENT, "silent"))
    server = named(plugin_cfg(cluster_of(a, *SILENT)), "WLMTotalTimeout 4\n", children=2)
    server.expect("WLM0005", "WLM0030", "WLM0035")
    wait_until(lambda: all(members_of(server)[name]["state"] == "down" for name in SILENT), "all of them to be down", 5)
    view = members_of(server)["one"]
    assert "has not answered" in view["last_error"] and "one.invalid" in view["last_error"]
    assert "marked down: host name one.invalid" in view["events"][0]["text"]
    answers, seconds = took(lambda: server.client.load(20, 4))
    assert shares(answers) == {"a": 20} and seconds < 2
    assert members_of(server)["a"]["state"] == "up"


def test_280_05_the_first_request_waits_for_all_names_at_once(named, names, member):
    """Before anything is known of them."""
    a = member("a")
    names.set(**dict.fromkeys(SILENT, "silent"))
    server = named(plugin_cfg(cluster_of(a, *SILENT)), "WLMTotalTimeout 6\n")
    server.expect("WLM0005", "WLM0030", "WLM0035")
    answers, seconds = took(lambda: server.client.load(10, 10))
    assert [x.status for x in answers] == [200] * 10 and seconds < 5


def test_280_06_names_are_asked_for_side_by_side(named, names, member):
    a = member("a")
    many = [f"n{i}" for i in range(20)]
    names.set(**dict.fromkeys(many, "silent"))
    server = named(plugin_cfg(cluster_of(a, *many)))
    server.expect("WLM0005", "WLM0030", "WLM0035")
    wait_until(lambda: len(names.asked()) == 20, "all questions to be under way", 5)


@pytest.mark.parametrize("mpm", ["event", "worker", "prefork"])
def test_280_07_an_end_does_not_wait_for_names_either(named, names, member, mpm):
    """Nor does the process crash when it unloads its modules while a question is under way."""
    a = member("a")
    names.set(**dict.fromkeys(SILENT, "silent"))
    server = named(plugin_cfg(cluster_of(a, *SILENT)), mpm=mpm, children=2)
    server.expect("WLM0005", "WLM0030", "WLM0035")
    wait_until(lambda: len(names.asked()) == 4, "all questions to be under way")
    _, seconds = took(lambda: server.restart("graceful"))  # the children end by themselves
    assert seconds < 5
    server.client.load(10, 4)
    wait_until(lambda: len(server.children_pids()) >= 2 and sum(names.asked().values()) >= 8, "the new ones to ask, too", 8)
    _, seconds = took(server.stop)
    assert seconds < 5
    assert not server.check_log()


# -- names that come and go ------------------------------------------------------------------------------------

@pytest.mark.parametrize("before", ["silent", None], ids=["silent", "gone"])
def test_280_08_a_member_is_back_as_soon_as_its_name_is(named, names, member, before):
    a, b = member("a"), member("b")
    names.set(late=before)
    server = named(plugin_cfg(Cluster("c", [("m", a.port, {"host": host("late")}), ("b", b.port, {})])), "WLMSlowStart 0\n", children=2)
    server.expect("WLM0005", "WLM0030", "WLM0035")
    wait_until(lambda: members_of(server)["m"]["state"] == "down", "m to be down", 5)
    assert server.count("WLM0005") == 1 and f"host name {host('late')} cannot be resolved" in server.log()
    assert shares(server.client.load(10, 2)) == {"b": 10}
    names.set(late="127.0.0.1")
    wait_until(lambda: members_of(server)["m"]["state"] == "up", "m to be up", 15)  # RetryInterval is a minute
    assert shares(server.client.load(20, 4)) == {"a": 10, "b": 10}
    assert "is now 127.0.0.1; it is up again" in server.log()


def test_280_09_a_name_that_moves_while_a_connection_is_tried(named, names, member):
    """Who connects has his own copy of the addresses."""
    with unreachable() as port:
        b = member("b", host="127.0.9.2", port=port)
        names.set(moving="127.0.9.1 127.0.9.1")
        server = named(plugin_cfg(Cluster("c", [("m", port, {"host": host("moving"), "ConnectTimeout": 4})])),
                       "WLMResolveInterval 1s\n")
        server.expect("WLM0030", "WLM0035", "WLM0036", "WLM0037")
        answers = []
        threads = [threading.Thread(target=lambda: answers.append(server.client.get())) for _ in range(5)]
        for thread in threads:
            thread.start()
        wait_until(lambda: members_of(server)["m"]["in_flight"] == 5, "all to be on their way")
        for i in range(3):
            names.set(moving=f"127.0.9.{2 + i % 2}")
            wait_until(lambda i=i: server.count("WLM0041") > i, "the name to have moved", 8)
        names.set(moving="127.0.9.2")
        for thread in threads:
            thread.join()
        assert len(answers) == 5 and {x.status for x in answers} <= {200, 503}
        assert "exit signal" not in server.log()
        assert b.requests() >= 0


def test_280_10_two_processes_have_the_same_addresses(named, names, member):
    a = member("a")
    names.set(same="127.0.0.1")
    server = named(plugin_cfg(Cluster("c", [("m", a.port, {"host": host("same")})])), "WLMResolveInterval 1s\n", children=3)
    server.client.load(30, 6)
    before = names.asked()[host("same")]
    begun = time.monotonic()
    wait_until(lambda: names.asked()[host("same")] >= before + 3, "three more questions", 8)
    assert time.monotonic() - begun > 1.5  # one process asks, once a second


# -- one deadline ------------------------------------------------------------------------------------------------

def test_280_11_all_addresses_together_have_connect_timeout(named, names):
    with unreachable() as port:
        names.set(many=" ".join(["127.0.9.1"] * 8))
        server = named(plugin_cfg(Cluster("c", [("m", port, {"host": host("many"), "ConnectTimeout": 2})])))
        server.expect("WLM0030", "WLM0035", "WLM0036", "WLM0037")
        answer, seconds = took(server.client.get)
        assert answer.status == 503 and 1.5 < seconds < 3.5


def test_280_12_a_silent_address_leaves_time_for_the_next(named, names, member):
    with unreachable() as port:
        b = member("b", host="127.0.9.2", port=port)
        names.set(several="127.0.9.1 127.0.9.2")
        server = named(plugin_cfg(Cluster("c", [("m", port, {"host": host("several"), "ConnectTimeout": 2})])))
        answer, seconds = took(server.client.get)
        assert answer.status == 200 and 0.5 < seconds < 2 and b.requests() == 1
        assert members_of(server)["m"]["failures"] == 0


def test_280_13_total_timeout_below_connect_timeout_marks_down_all_the_same(httpd, member):
    """And the request is answered: half of its time is another member's."""
    a = member("a")
    with unreachable() as port:
        server = httpd(plugin_cfg(Cluster("c", [("x", port, {"host": "127.0.9.1", "ConnectTimeout": 5}), ("a", a.port, {})])),
                       LOCATION + "WLMTotalTimeout 3\n")
        server.expect("WLM0030", "WLM0035")
        for _ in range(2):
            answer, seconds = took(server.client.get)
            assert answer.status == 200 and seconds < 2.9
        assert members_of(server)["x"]["state"] == "down" and members_of(server)["a"]["state"] == "up"
        assert "within half of WLMTotalTimeout" in server.log()


def test_280_14_who_has_little_time_left_marks_nobody_down(httpd, scripted):
    """x takes most of the request's time, so that a member that is not reached in the rest has not been tried well."""
    def script(c):
        c.read_head()
        time.sleep(2.2)  # how slow x is: of the 3 s of WLMTotalTimeout 0.8 s are left
        c.reset()
    x = scripted(script)
    with unreachable() as port:
        server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {}), ("y", port, {"host": "127.0.9.1", "ConnectTimeout": 5})])),
                       LOCATION + "WLMTotalTimeout 3\n")
        server.expect("WLM0030", "WLM0035", "WLM0039")
        answer, seconds = took(lambda: server.client.get(Cookie="JSESSIONID=0000id:x"))
        assert answer.status == 504 and seconds < 4
        assert {n: m["state"] for n, m in members_of(server).items()} == {"x": "down", "y": "up"}

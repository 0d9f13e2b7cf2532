"""Stories of slots: a changed file gets those of the versions before as soon as nothing uses them any more."""
import contextlib
import os
import signal
import threading

import pytest

from wlmtest import wait_until
from wlmtest.client import shares
from wlmtest.plugincfg import Cluster, plugin_cfg
from wlmtest.status import LOCATION, everything, post, steer


def text_of(members, cluster="c", **config):
    """members: {name: port}, or {name: (port, attributes)}"""
    servers = [(name, *(port if isinstance(port, tuple) else (port, {}))) for name, port in members.items()]
    return plugin_cfg(Cluster(cluster, servers), **{"RefreshInterval": 0, **config})


def write(server, text):
    new = server.path / "plugin-cfg.new"
    new.write_text(text)
    new.chmod(0o644)
    new.rename(server.path / "plugin-cfg.xml")


def change(server, text):
    """By an administrator, in whichever process the request comes to."""
    write(server, text)
    return steer(server, "reload")


def change_everywhere(server, text):
    """And wait until all processes have it."""
    followed = server.count("WLM0051")
    change(server, text)
    wait_until(lambda: server.count("WLM0051") - followed >= server.children - 1, "all processes to follow")


def used(server):
    """Slots of members and of clusters."""
    auto = server.client.get("/server-status?auto").body.decode()
    return tuple(int(line.split()[1]) for line in auto.splitlines() if line.startswith("WLMSlots"))


def kept(server):
    """What a member's record keeps, and what does not change by itself."""
    return {name: {key: member[key] for key in ("State", "Requests", "Address")} for name, member in server.status().items()}


@pytest.fixture
def made(httpd):
    def make(members, extra="", children=3, **config):
        server = httpd(text_of(members, **config), LOCATION + extra, children=children)
        server.expect("WLM0001", "WLM0046", "WLM0056", "WLM0172")
        return server
    return make


def test_402_01_slots_for_two_versions_are_enough_for_any_number(made):
    """Members come and go all at once, without a pause, in a table with room for two versions."""
    def version(number):
        return {f"m{number}-{i}": 1000 + 10 * (number % 2) + i for i in range(10)}
    server = made(version(0), "WLMSlots 20 2")
    for number in range(1, 60):
        assert "loaded: 1 cluster, 10 members" in change(server, text_of(version(number), f"c{number}"))
    wait_until(lambda: used(server) == (10, 1), "the slots of all versions before to be free")
    assert server.count("WLM0046") == 0


def test_402_02_a_member_goes_on_when_its_cluster_or_itself_gets_another_name(made, member):
    """What is at its address, with its clone id, is the same server: it needs no slot, and keeps its state."""
    a, b = member("a"), member("b")
    server = made({"a": a.port, "b": b.port}, "WLMSlots 2 1")
    server.expect("WLM0030", "WLM0035")
    b.kill()
    server.client.load(10, 1)
    server.wait_until_idle()
    before = kept(server)
    assert before["b"]["State"] == "down" and int(before["a"]["Requests"]) == 10
    change_everywhere(server, text_of({"a": a.port, "b": b.port}, "other"))
    assert kept(server) == before and used(server) == (2, 1)
    change_everywhere(server, text_of({"A": (a.port, {"CloneID": "a"}), "B": (b.port, {"CloneID": "b"})}, "third"))
    assert kept(server) == {name.upper(): values for name, values in before.items()}
    assert shares(server.client.load(6, 2)) == {"a": 6}
    server.wait_until_idle()
    after = kept(server)
    server.restart("graceful")  # by its new name
    assert {name: s["State"] for name, s in kept(server).items()} == {"A": "up", "B": "down"}
    assert kept(server)["A"]["Requests"] == after["A"]["Requests"]


def test_402_03_another_clone_id_at_the_same_address_is_another_member(made, member):
    a = member("a")
    server = made({"a": a.port})
    server.client.load(5, 1)
    change_everywhere(server, text_of({"x": a.port}))
    assert int(kept(server)["x"]["Requests"]) == 0


def test_402_04_members_that_swap_their_names_keep_those(made, member):
    """A name is stronger than an address, and two members never have one slot."""
    a, b = member("a"), member("b")
    server = made({"a": a.port, "b": b.port})
    for _ in range(3):
        server.client.fields(Cookie="JSESSIONID=0000x:a")
    before = kept(server)
    assert (before["a"]["Requests"], before["b"]["Requests"]) == ("3", "0")
    change_everywhere(server, text_of({"b": (a.port, {"CloneID": "a"}), "a": (b.port, {"CloneID": "b"})}))
    after = kept(server)
    assert (after["a"]["Requests"], after["b"]["Requests"]) == ("3", "0") and used(server) == (2, 1)


@contextlib.contextmanager
def slow_request(server, target):
    """One that is in flight until `target` is told to go on; its answer is 200."""
    answers = []
    thread = threading.Thread(target=lambda: answers.append(server.client.get("/app/?delay=%d" % target)))
    thread.start()
    wait_until(lambda: any(s["InFlight"] == "1" for s in server.status().values()), "the slow request")
    yield
    thread.join()
    assert answers[0].status == 200


def test_402_05_what_waits_for_requests_is_loaded_when_they_have_ended(made, member):
    """The refusal says what makes room; nobody has to touch the file again."""
    a, b, c = member("a"), member("b"), member("c")
    server = made({"a": a.port}, "WLMSlots 2", RefreshInterval=1)
    with slow_request(server, 8000):
        change_everywhere(server, text_of({"b": b.port}, RefreshInterval=1))
        write(server, text_of({"c": c.port}, RefreshInterval=1))
        answer = post(server, action="reload")
        assert answer.status == 409
        assert (b"1 member is new, and of 2 slots for members 0 are free; requests that began with earlier versions of files have 1."
                in answer.body)
        assert shares(server.client.load(4, 2)) == {"b": 4}
    wait_until(lambda: shares(server.client.load(4, 2)) == {"c": 4}, "the file to be loaded by itself")
    assert server.count("WLM0047") == 2


def test_402_06_where_waiting_is_in_vain_a_larger_table_is_asked_for(made):
    server = made({"a": 1001, "b": 1002, "c": 1003}, "WLMSlots 5")
    write(server, text_of({"x": 1004, "y": 1005, "z": 1006}))
    answer = post(server, action="reload")
    assert answer.status == 409 and (b"3 members are new, and of 5 slots for members the files in use have 3: a larger number in "
                                     b"WLMSlots and a graceful restart make room") in answer.body
    change_everywhere(server, text_of({"a": 1001, "y": 1005, "z": 1006}))
    assert used(server)[0] >= 3


def test_402_07_a_new_process_uses_none_of_the_parents_slots(made, member):
    """The parent has the version of the start for ever; its slots are other members' by now."""
    m = {name: member(name) for name in "abcdef"}
    server = made({n: m[n].port for n in "ab"}, "WLMSlowStart 0\nWLMSlots 4 2", children=1)
    for pair in ("cd", "ef"):
        change_everywhere(server, text_of({n: m[n].port for n in pair}))
    assert shares(server.client.load(10, 2)) == {"e": 5, "f": 5}
    before = kept(server)
    for _ in range(2):  # also when no process at all has been there for a moment
        child = server.children_pids()[0]
        os.kill(child, signal.SIGKILL)
        wait_until(lambda: child not in server.children_pids() and server.children_pids(), "another child")
        assert kept(server) == before
    assert shares(server.client.load(10, 2)) == {"e": 5, "f": 5}
    assert used(server) == (2, 1)
    change_everywhere(server, text_of({n: m[n].port for n in "ab"}))
    assert shares(server.client.load(10, 2)) == {"a": 5, "b": 5}


def test_402_08_a_process_that_is_killed_keeps_no_slot(made, member):
    a, b = member("a"), member("b")
    server = made({"a": a.port}, "WLMSlots 2", children=2)
    server.expect("WLM0007")
    thread = threading.Thread(target=lambda: server.client.get("/app/?delay=60000", timeout=70), daemon=True)
    thread.start()
    wait_until(lambda: server.status()["a"]["InFlight"] == "1", "the slow request")
    change_everywhere(server, text_of({"b": b.port}))
    for child in server.children_pids():
        os.kill(child, signal.SIGKILL)
    wait_until(lambda: server.count("WLM0007"), "the parent to see that it has died")
    wait_until(lambda: used(server) == (1, 1), "its slot to be free")
    change_everywhere(server, text_of({"c": a.port}))
    assert [c["name"] for c in everything(server)["clusters"]] == ["c"] and server.count("WLM0046") == 0


def test_402_09_several_files_share_the_slots(httpd):
    """Each is replaced as often as it likes, in a table with room for one version more than there are."""
    names = ("one", "two")
    server = httpd(None, LOCATION + "WLMSlots 6 3\n" + "".join(f"<VirtualHost *>\nServerName {n}\nWLMConfig {n}.xml\n</VirtualHost>\n"
                                                               for n in names), start=False, children=2)
    server.expect("WLM0172", "WLM0056")

    def put(name, number):
        (server.path / f"{name}.new").write_text(text_of({f"{name}{number}-{i}": 1000 + 10 * (number % 2) + i for i in range(2)},
                                                         f"{name}{number}"))
        (server.path / f"{name}.new").rename(server.path / f"{name}.xml")
    for name in names:
        put(name, 0)
    server.start()
    for number in range(1, 12):
        for name in names:
            put(name, number)
            assert "loaded: 1 cluster, 2 members" in steer(server, "reload")
    wait_until(lambda: used(server) == (4, 2), "the slots of all versions before to be free")

"""Stories of members that register themselves by mod_cluster's protocol. The node is a fake one, which sends what Tomcat's
listener sends, and behind it is a wlm-member."""
import json
import os
import signal
import threading
import time

import pytest

from wlmtest import am_root, free_port, wait_until
from wlmtest.client import shares
from wlmtest.mcmp import PLACE, Node, all_answered, folder_of, registry  # noqa: F401 (a fixture)
from wlmtest.status import LOCATION, everything


def ask(server, times=8):
    return shares(server.client.load(times, 2, "/app/"))


def ask_in_session(server, times=8):
    return {server.client.member(Cookie="JSESSIONID=4E1D7C.a") for _ in range(times)}


def statuses(server, times=8):
    return {answer.status for answer in server.client.load(times, 2, "/app/")}


def test_460_01_a_node_registers_and_leaves(registry):
    server, node = registry()
    assert statuses(server) == {404}
    a = node("a")
    a.client.send("INFO", "/")
    a.config()
    assert statuses(server) == {404}
    assert a.app("ENABLE") == ""
    begin = time.monotonic()
    assert ask(server) == {"a": 8}
    assert time.monotonic() - begin < 3
    assert a.status().startswith("Type=STATUS-RSP&JVMRoute=a&State=OK&id=")
    assert "Node: [1],Name: a,Balancer: mycluster," in a.must("INFO")
    assert "Context: [1:1:1], Context: /app, Status: ENABLED" in a.must("INFO")
    a.app("DISABLE")
    assert a.app("STOP").endswith("&Requests=0")
    assert statuses(server) == {503}
    a.app("REMOVE")
    assert statuses(server) == {404}
    assert a.must("REMOVE-APP", "/*") == ""
    assert a.must("INFO") == ""
    assert server.count("WLM0245") == 6


def test_460_02_a_disabled_context_keeps_its_sessions_only(registry):
    server, node = registry()
    a, b = node("a").register(), node("b").register()
    wait_until(lambda: set(ask(server)) == {"a", "b"}, "both to get requests")
    a.app("DISABLE")
    assert set(ask(server)) == {"b"}
    assert ask_in_session(server) == {"a"}
    a.app("STOP")
    assert ask_in_session(server) == {"b"}
    a.app("ENABLE")
    wait_until(lambda: set(ask(server)) == {"a", "b"}, "both to get requests")


def test_460_03_stop_tells_what_is_in_flight(registry):
    server, node = registry()
    a = node("a").register()
    answers = []
    slow = threading.Thread(target=lambda: answers.append(server.client.get("/app/?delay=5000")))
    assert statuses(server) == {200}
    slow.start()
    wait_until(lambda: server.status()["a"]["InFlight"] == "1", "the slow request")
    assert a.app("STOP").endswith("&Requests=1")
    wait_until(lambda: a.app("STOP").endswith("&Requests=0"), "the slow request to end")
    slow.join()
    assert answers[0].status == 200
    a.app("REMOVE")
    assert statuses(server) == {404}


def test_460_04_no_request_fails_while_nodes_come_and_go(registry):
    server, node = registry()
    a, b = node("a").register(), node("b")
    assert statuses(server) == {200}
    with all_answered(server):
        for _ in range(3):
            b.register()
            wait_until(lambda: "b" in ask(server), "b to get requests")
            b.app("DISABLE")
            assert set(ask(server)) == {"a"}
            b.app("STOP")
            b.app("REMOVE")
            b.must("REMOVE-APP", "/*")
    assert a.status().endswith(server_id(a))


def server_id(node):
    return node.must("PING").rsplit("&", 1)[1]


def test_460_05_restarts_keep_what_is_registered(registry):
    server, node = registry()
    a = node("a").register()
    assert statuses(server) == {200}
    before = (server.path / "registry" / "nodes.xml").read_text()
    with all_answered(server):
        server.restart("graceful")
    server.stop()
    server.start()
    assert statuses(server) == {200}
    assert a.status().startswith("Type=STATUS-RSP&JVMRoute=a&State=OK")
    assert (server.path / "registry" / "nodes.xml").read_text() == before


def test_460_06_a_killed_node_costs_no_request(registry):
    server, node = registry()
    server.expect("WLM0030", "WLM0031", "WLM0035")
    a, b = node("a").register(), node("b").register()
    wait_until(lambda: set(ask(server)) == {"a", "b"}, "both to get requests")
    b.member.kill()
    assert statuses(server, 40) == {200}
    assert ask(server) == {"a": 8}
    assert a.member.process.poll() is None


def test_460_07_processes_that_are_killed_lose_nothing(registry):
    server, node = registry()
    server.expect("WLM0007")
    a = node("a").register()
    assert statuses(server) == {200}
    for pid in list(server.children_pids()):
        server.kill_child(pid)
    assert statuses(server) == {200}
    b = node("b").register()
    wait_until(lambda: set(ask(server)) == {"a", "b"}, "both to get requests")
    assert a.must("DUMP") == b.must("DUMP")


def test_460_08_refused(registry):
    server, node = registry("", "WLMRegistryRoutes a b\nWLMRegistryHosts 127.*\nWLMRegistryContexts /app\nWLMSlots 1 1\n")
    server.expect("WLM0246", "WLM0046")
    a, b, c = node("a"), node("b"), node("c")

    def refused(answer, kind, why):
        assert (answer.status, answer.headers["Type"]) == (500, kind) and why in answer.headers["Mess"], dict(answer.headers)
    refused(a.send("STATUS", Load=1), "MEM", "not known")
    refused(a.send("CONFIG", Host="127.0.0.1"), "SYNTAX", "no Port")
    refused(a.send("CONFIG", Host="10.0.0.1", Port=1, Type="http"), "SYNTAX", "Host 10.0.0.1")
    refused(c.send("CONFIG", Host="127.0.0.1", Port=1, Type="http"), "SYNTAX", "JVMRoute c")
    refused(a.send("INFO", x="y" * 20000), "SYNTAX", "16384 bytes")
    a.config(), b.config()
    a.app("ENABLE", "/app")
    a.app("ENABLE", "/manager")  # no error, since a listener ends everything at the first one
    assert "/manager" not in a.must("INFO")
    before = a.must("DUMP")
    refused(b.send("ENABLE-APP", Context="/app"), "MEM", "slot")
    assert a.must("DUMP") == before
    assert ask(server) == {"a": 8}
    assert a.send("GET").status == 405


def test_460_09_who_may_register(httpd, member):
    server, port = httpd(start=False), free_port()
    server.expect("WLM0248")
    folder_of(server)
    server.configure(extra="WLMRegistry registry/nodes.xml\nWLMConfig registry/nodes.xml\n"
                     + PLACE.format(port=port).replace("WLMRegistration On\n", ""))
    server.start()
    a = Node(server, port, member("a"))
    assert a.send("INFO").status == 403 and server.count("WLM0248") == 1
    server.configure(extra="WLMRegistry registry/nodes.xml\nWLMConfig registry/nodes.xml\n"
                     + PLACE.format(port=port).replace("Require ip 127.0.0.1", "Require ip 192.0.2.1"))
    server.restart("graceful")
    assert a.send("INFO").status == 403 and server.count("WLM0248") == 1


def test_460_10_aliases_are_hosts_where_they_may_be(registry):
    server, node = registry("", "WLMRegistryAliases *.example\n")
    a, b = node("a", alias="localhost,shop.example").register(), node("b", alias="localhost,b.example").register()
    assert "localhost" not in a.must("INFO")
    wait_until(lambda: shares([server.client.get("/app/", Host="shop.example") for _ in range(6)]) == {"a": 6}, "a's host")
    wait_until(lambda: shares([server.client.get("/app/", Host="b.example") for _ in range(6)]) == {"b": 6}, "b's host")
    assert statuses(server) == {404}
    assert b.status()


def test_460_11_a_registry_that_cannot_be_written(registry):
    server, node = registry()
    server.expect("WLM0246", "WLM0247", "WLM0249")
    a = node("a")
    folder, file = server.path / "registry", server.path / "registry" / "nodes.xml"
    file.write_text("<Config/>")
    answer = a.send("CONFIG", Host="127.0.0.1", Port=a.member.port, Type="http")
    assert answer.status == 500 and "damaged" in answer.headers["Mess"]
    file.unlink()
    folder.rename(server.path / "away")
    answer = a.send("CONFIG", Host="127.0.0.1", Port=a.member.port, Type="http")
    assert answer.status == 500 and "cannot be locked" in answer.headers["Mess"]
    (server.path / "away").rename(folder)
    a.register()
    assert ask(server) == {"a": 8}


WRONG = [
    ("WLMConfig registry/nodes.xml\nWLMRegistry registry/nodes.xml\n", "must stand before the WLMConfig"),
    ("WLMRegistry no/such/folder/nodes.xml\nWLMConfig no/such/folder/nodes.xml\n", "cannot be made"),
]


@pytest.mark.parametrize("text, why", WRONG)
def test_460_12_wrong_directives(httpd, text, why):
    server = httpd(start=False)
    (folder_of(server) / "nodes.xml").write_text("<Config/>")
    server.configure(extra=text)
    result = server.test_config()
    assert result.returncode != 0 and why in result.stderr, result.stderr


def test_460_13_a_test_of_the_configuration_writes_nothing(httpd):
    server = httpd(start=False)
    folder_of(server)
    server.configure(extra="WLMRegistry registry/nodes.xml\nWLMConfig registry/nodes.xml\n")
    assert server.test_config().returncode == 0
    assert not (server.path / "registry" / "nodes.xml").exists()


def test_460_14_what_holds_for_a_cluster_that_comes_later(registry):
    server, node = registry("", '<WLMCluster "mycluster/app">\nWLMAffinity Cookie OWN\n</WLMCluster>\n')
    node("a").register()
    assert statuses(server) == {200}
    assert any("OWN=" in value for name, value in server.client.get("/app/").headers.items() if name == "Set-Cookie")


LIFE = [  # what Tomcat's listener sends in a life, all on one connection, and how the answer begins
    ("INFO", "/", "", ""),
    ("CONFIG", "/", "JVMRoute=t&Host=127.0.0.1&Port={port}&StickySessionForce=No&Type=http", ""),
    ("ENABLE-APP", "/", "JVMRoute=t&Alias=localhost%2Cshop.example&Context=%2F", ""),
    ("ENABLE-APP", "/", "JVMRoute=t&Alias=localhost%2Cshop.example&Context=%2Fapp", ""),
    ("STATUS", "/", "JVMRoute=t&Load=100", "Type=STATUS-RSP&JVMRoute=t&State=OK&id="),
    ("DISABLE-APP", "/", "JVMRoute=t&Alias=localhost%2Cshop.example&Context=%2Fapp", ""),
    ("STOP-APP", "/", "JVMRoute=t&Alias=localhost%2Cshop.example&Context=%2Fapp", "Type=STOP-APP-RSP&JvmRoute=t&"),
    ("REMOVE-APP", "/", "JVMRoute=t&Alias=localhost%2Cshop.example&Context=%2Fapp", ""),
    ("STATUS", "/", "JVMRoute=t&Load=100", "Type=STATUS-RSP&JVMRoute=t&State=OK&id="),
    ("DISABLE-APP", "/", "JVMRoute=t&Alias=localhost%2Cshop.example&Context=%2F", ""),
    ("STOP-APP", "/", "JVMRoute=t&Alias=localhost%2Cshop.example&Context=%2F", "Type=STOP-APP-RSP&JvmRoute=t&"),
    ("REMOVE-APP", "/", "JVMRoute=t&Alias=localhost%2Cshop.example&Context=%2F", ""),
    ("REMOVE-APP", "/*", "JVMRoute=t", ""),
]


@pytest.mark.parametrize("engine", ["On", "Off"])
def test_460_15_a_listener_keeps_its_connection(registry, engine):
    server, node = registry("", f"WLMEngine {engine}\nKeepAliveTimeout 20\n")
    t = node("t")
    connection = t.client.connect()
    for method, path, body, begins in LIFE:
        connection.request(method, path, body.format(port=t.member.port), {"User-Agent": "ClusterListener/1.0"})
        socket = connection.sock
        answer = t.client.read(connection)
        assert answer.status == 200 and answer.body.decode().startswith(begins), (method, body, answer)
        assert connection.sock is socket  # it is still open
    connection.close()
    assert t.must("INFO") == ""


def test_460_16_many_nodes_at_once(registry):
    server, node = registry(children=3)
    a = node("a")
    answers = []

    def register(number):
        n = Node(server, a.client.port, a.member, route=f"n{number}")
        for method, fields in [("CONFIG", {"Host": f"127.0.1.{number + 1}", "Port": 80, "Type": "http"}),
                               ("ENABLE-APP", {"Context": "/app"}), ("ENABLE-APP", {"Context": f"/{number}"})]:
            answers.append(n.send(method, **fields))
    threads = [threading.Thread(target=register, args=(i,)) for i in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status for answer in answers} == {200} and len(answers) == 36
    info = a.must("INFO")
    assert info.count("Node: ") == 12 and info.count("Context: /app,") == 12 and info.count("Status: ENABLED") == 24
    wait_until(lambda: len(server.status()) == 24 or sorted(server.status()) == sorted(f"n{i}" for i in range(12)), "the members")


@pytest.mark.skipif(not am_root(), reason="httpd has no other User")
def test_460_17_a_folder_that_user_may_not_write_to(httpd, member):
    server, port = httpd(start=False), free_port()
    server.expect("WLM0251", "WLM0246", "WLM0247")
    (server.path / "registry").mkdir()
    server.configure(extra="WLMRegistry registry/nodes.xml\nWLMConfig registry/nodes.xml\n" + PLACE.format(port=port))
    server.start()
    assert server.count("WLM0251") == 1
    answer = Node(server, port, member("a")).send("CONFIG", Host="127.0.0.1", Port=1, Type="http")
    assert (answer.status, answer.headers["Type"]) == (500, "MEM")


def kill_all(server):
    """As if the machine had gone down, but for its disk."""
    os.killpg(server.group, signal.SIGKILL)
    server.process.wait()
    wait_until(lambda: not server.children_pids(), "all processes to be gone")
    server.group = server.process = None


def test_460_18_what_was_answered_is_there_after_a_crash(registry):
    server, node = registry()
    a = node("a").register()
    for number in range(30):
        assert a.send("ENABLE-APP", Context=f"/c{number}").status == 200
    kill_all(server)
    with open(server.path / "registry" / "nodes.xml.journal", "a", encoding="ascii") as journal:
        journal.write("ENABLE-APP JVMRoute=a&Context=%2Fhal")  # it was never answered
    server.start()
    assert a.send("INFO").body.decode().count("Status: ENABLED") == 31
    wait_until(lambda: server.client.get("/c29/").status == 200, "the last context")
    assert a.send("ENABLE-APP", Context="/more").status == 200
    wait_until(lambda: server.client.get("/more/").status == 200, "one that comes behind half a line")
    assert "hal" not in a.must("DUMP")


def test_460_19_a_file_that_was_removed_begins_anew(registry):
    server, node = registry()
    a = node("a").register()
    server.stop()
    (server.path / "registry" / "nodes.xml").unlink()
    server.start()
    assert a.must("INFO") == "" and statuses(server) == {404}
    a.register()
    assert ask(server) == {"a": 8}


def test_460_20_weights_follow_the_load_of_status(registry):
    server, node = registry("", "WLMLoadReport Status\nWLMSlowStart 0\n" + LOCATION)
    a, b = node("a"), node("b")
    for one in a, b:
        one.config()
        one.app("ENABLE", "/app")
        one.app("ENABLE", "/b")
    wait_until(lambda: sum(len(c["members"]) for c in everything(server)["clusters"]) == 4, "all members")

    def percents():
        return {(c["name"], m["name"]): m["weight_percent"] for c in everything(server)["clusters"] for m in c["members"]}
    a.status(100)
    b.status(20)
    clusters = ["mycluster/app", "mycluster/b"]
    wait_until(lambda: percents() == {(c, m): p for c in clusters for m, p in [("a", 100), ("b", 20)]}, "the weights to follow", 30)
    assert ask(server, 60) == {"a": 50, "b": 10}


def test_460_21_without_the_directive_they_do_not(registry):
    server, node = registry("", "WLMSlowStart 0\n")
    a, b = node("a").register(), node("b").register()
    a.status(100)
    b.status(20)
    wait_until(lambda: server.status().get("b", {}).get("State") == "up", "b")
    assert server.status()["b"]["WeightPercent"] == "100" and b.status(20)


def test_460_22_whichever_process_answers_a_node_knows_what_it_has_said(registry):
    server, node = registry(LOCATION, children=3)
    a = node("a").register()

    def state():
        return json.loads(server.client.get("/wlm-status?format=registry").body)["nodes"][0]["state"]
    for _ in range(15):
        for load, expected in [(0, "standby"), (50, "ready"), (50, "ready"), (-1, "broken"), (7, "ready")]:
            assert a.send("STATUS", Load=load).status == 200
            assert state() == expected

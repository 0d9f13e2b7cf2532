"""Stories of the person on call who looks at the registry, and adds members to it by hand."""
import json
import subprocess
import threading
import time

from wlmtest import BUILD, wait_until
from wlmtest.client import shares
from wlmtest.ctl import wlmctl
from wlmtest.mcmp import registry  # noqa: F401 (a fixture)
from wlmtest.status import LOCATION


def ask(server, times=8, path="/app/"):
    return shares(server.client.load(times, 2, path))


def statuses(server, path="/app/"):
    return {answer.status for answer in server.client.load(8, 2, path)}


def done(server, *words):
    result = wlmctl(server, *words)
    assert (result.returncode, result.stderr) == (0, ""), result
    return result.stdout


def refused(server, *words):
    before = done(server, "registry", "--json")
    result = wlmctl(server, *words)
    assert result.returncode == 1 and result.stdout == "", result
    assert done(server, "registry", "--json") == before  # nothing has changed
    return result.stderr


def test_462_01_what_has_registered(registry, tmp_path):
    server, node = registry(LOCATION, "WLMRegistryAliases *.example\n")
    assert done(server, "registry").endswith("/registry/nodes.xml: 0 nodes\n")
    a, b = node("a").register("/app", "/b"), node("b")
    b.config()
    a.app("DISABLE", "/b")
    text = done(server, "registry")
    rows = [line.split() for line in text.splitlines()[2:]]
    assert rows == [
        ["a", f"http://127.0.0.1:{a.member.port}", "ready", "/app", "enabled", "mycluster:shop.example/app", "shop.example", "-", "-"],
        ["a", f"http://127.0.0.1:{a.member.port}", "ready", "/b", "disabled", "mycluster:shop.example/b", "shop.example", "-", "-"],
        ["b", f"http://127.0.0.1:{b.member.port}", "ready", "-", "-", "-", "-", "-", "-"]]
    seen = json.loads(done(server, "registry", "--json"))
    assert [n["name"] for n in seen["nodes"]] == ["a", "b"] and seen["nodes"][0]["by_hand"] is False
    assert seen["nodes"][0]["contexts"][1] == {"context": "/b", "state": "disabled", "cluster": "mycluster:shop.example/b",
                                               "aliases": ["shop.example"]}
    file = tmp_path / "nodes.xml"
    file.write_text(done(server, "registry", "--xml"))
    explained = subprocess.run([f"{BUILD}/wlmcfg", "explain", file, "http://shop.example/app/x"], capture_output=True, text=True,
                               check=False)
    assert "mycluster:shop.example/app" in explained.stdout, explained


def test_462_02_added_and_removed(registry, member):
    server, node = registry(LOCATION)
    m = member("spare")
    text = done(server, "add", "spare", f"127.0.0.1:{m.port}", "/app", "/b", "--comment", 'sale, "50 %" <off>')
    assert "node spare of balancer mycluster registers as http://127.0.0.1:" in text and "/app /b is enabled" in text
    wait_until(lambda: statuses(server) == {200} and statuses(server, "/b/") == {200}, "the member to be used")
    one = json.loads(done(server, "registry", "--json"))["nodes"][0]
    assert (one["by_hand"], one["note"], one["until"]) == (True, 'sale, "50 %" <off>', None)
    assert 'sale, "50 %" <off>' in done(server, "registry")
    assert "WLM0055" in server.log() and "add: node spare of balancer mycluster registers" in server.log()
    assert "as before" in done(server, "add", "spare", f"127.0.0.1:{m.port}", "/app", "--comment", 'sale, "50 %" <off>')
    done(server, "remove", "spare", "/b", "--comment", "over")
    wait_until(lambda: statuses(server, "/b/") == {404}, "/b to be gone")
    assert ask(server) == {"spare": 8}
    server.restart("graceful")
    server.stop()
    server.start()
    assert ask(server) == {"spare": 8}
    assert json.loads(done(server, "registry", "--json"))["nodes"][0]["note"] == 'sale, "50 %" <off>'
    done(server, "remove", "spare")
    wait_until(lambda: statuses(server) == {404}, "it to be gone in all processes")
    assert "remove: node spare of balancer mycluster: the whole node is removed" in server.log()
    assert node  # nobody has registered itself


def test_462_03_beside_nodes_that_register_themselves(registry, member):
    server, node = registry(LOCATION + "WLMSlowStart 0\n")
    a, m = node("a").register(), member("b")
    done(server, "add", "b", f"127.0.0.1:{m.port}", "/app")
    wait_until(lambda: set(ask(server)) == {"a", "b"}, "both to get requests")
    assert "registered itself" in refused(server, "add", "a", f"127.0.0.1:{a.member.port}", "/app")
    assert "remove it first" in refused(server, "add", "c", f"127.0.0.1:{m.port}", "/app")
    assert "remove it first" in refused(server, "add", "b", "127.0.0.1:9", "/app")
    b = type(a)(server, a.client.port, m)
    b.register()
    one = [n for n in json.loads(done(server, "registry", "--json"))["nodes"] if n["name"] == "b"][0]
    assert one["by_hand"] is False and len(one["contexts"]) == 1
    assert set(ask(server)) == {"a", "b"}


def test_462_04_until_its_time_is_over(registry, member):
    server, node = registry(LOCATION)
    a, m = node("a").register(), member("b")
    done(server, "add", "b", f"127.0.0.1:{m.port}", "/app", "--until", "3s", "--comment", "short")
    one = json.loads(done(server, "registry", "--json"))["nodes"][1]
    assert one["until"].endswith("Z")
    wait_until(lambda: server.count("WLM0283"), "it to be removed", 20)
    wait_until(lambda: set(ask(server)) == {"a"}, "it to get nothing")
    assert len(json.loads(done(server, "registry", "--json"))["nodes"]) == 1
    result = wlmctl(server, "add", "b", f"127.0.0.1:{m.port}", "/app", "--until", "2001-01-01T00:00")
    assert result.returncode == 2 and "a time to come" in result.stderr
    done(server, "add", "b", f"127.0.0.1:{m.port}", "/app", "--until", "2199-12-24T18:00:00Z")
    one = json.loads(done(server, "registry", "--json"))["nodes"][1]
    assert one["until"] == "2199-12-24T18:00:00.000Z"
    assert a.must("DUMP").count("Until=") == 1


def test_462_05_the_same_bounds(registry, member):
    server, node = registry(LOCATION, "WLMRegistryRoutes b c\nWLMRegistryHosts 127.*\nWLMRegistryContexts /app /b\nWLMSlots 2 2\n")
    at = f"127.0.0.1:{member('b').port}"
    assert "JVMRoute x is not one" in refused(server, "add", "x", at, "/app")
    assert "Host 10.0.0.1" in refused(server, "add", "b", "10.0.0.1:80", "/app")
    assert "not all may be registered" in refused(server, "add", "b", at, "/app", "/manager")
    assert "HOST:PORT" in refused(server, "add", "b", "127.0.0.1", "/app")
    assert "begins with /" in refused(server, "add", "b", at, "app")
    assert "1 to 80 letters" in refused(server, "add", "a b", at, "/app")
    assert "not registered" in refused(server, "remove", "b")
    done(server, "add", "b", at, "/app")
    assert "no such context" in refused(server, "remove", "b", "/b")
    assert "slots" in refused(server, "add", "c", "127.0.0.1:9", "/app", "/b")
    assert node


def test_462_06_a_node_cannot_say_that_it_was_added_by_hand(registry):
    server, node = registry(LOCATION)
    a = node("a")
    a.config(Note="boss", Until="99999999999")
    one = json.loads(done(server, "registry", "--json"))["nodes"][0]
    assert (one["by_hand"], one["note"], one["until"]) == (False, None, None)


def test_462_07_who_may(registry, member):
    server, node = registry('<Location "/wlm-status">\nSetHandler wlm-status\n</Location>\n')
    server.expect("WLM0056")
    result = wlmctl(server, "add", "b", f"127.0.0.1:{member('b').port}", "/app")
    assert result.returncode == 1 and "WLMAdmin is off" in result.stderr
    assert "0 nodes" in done(server, "registry") and node


def test_462_08_without_a_registry(httpd, member):
    server = httpd(extra=LOCATION)
    result = wlmctl(server, "registry")
    assert result.returncode == 3 and "404" in result.stderr
    result = wlmctl(server, "add", "b", f"127.0.0.1:{member('b').port}", "/app")
    assert result.returncode == 1 and "no WLMConfig names the file of WLMRegistry" in result.stderr


def test_462_09_wrong_calls(httpd):
    server = httpd(extra=LOCATION)
    for words in [("add",), ("add", "a", "h:1"), ("remove",), ("registry", "x"), ("registry", "--json", "--xml")]:
        assert wlmctl(server, *words).returncode == 2, words


def test_462_10_many_at_once(registry, member):
    server, node = registry(LOCATION)
    m = member("m")
    calls = [threading.Thread(target=wlmctl, args=(server, "add", f"n{i}", f"127.0.1.{i + 1}:{m.port}", "/app")) for i in range(6)]
    for call in calls:
        call.start()
    for call in calls:
        call.join()
    assert len(json.loads(done(server, "registry", "--json"))["nodes"]) == 6 and node


def test_462_11_a_damaged_registry_is_told_once(registry):
    server, node = registry(LOCATION)
    server.expect("WLM0249")
    a = node("a").register()
    file = server.path / "registry" / "nodes.xml"
    file.write_text(file.read_text().replace("CONFIG JVMRoute", "CONFIX JVMRoute"))
    for pid in list(server.children_pids()):
        server.kill_child(pid)
    server.expect("WLM0007")
    wait_until(lambda: server.count("WLM0249"), "it to be told", 20)
    told = server.count("WLM0249")
    looks = time.monotonic() + 5  # each of which would tell it again
    while time.monotonic() < looks:
        assert server.client.get("/app/").status == 200  # what was in use stays in use
        time.sleep(0.2)
    assert server.count("WLM0249") <= told + 1 and a.route == "a"  # by the other process, if the lease has moved


def in_parallel(calls):
    """What each of the calls of wlmctl has returned; all are made at once."""
    results = [None] * len(calls)

    def run(i):
        results[i] = wlmctl(*calls[i])
    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def nodes_of(server):
    return {n["name"]: n for n in json.loads(done(server, "registry", "--json"))["nodes"]}


def test_462_12_of_two_operators_none_loses_a_change(registry):
    """Both add the same node: at one address all contexts are there; at two one of both is refused, and the other has what it said."""
    server, node = registry(LOCATION)
    for i in range(8):
        name, at = f"n{i}", f"127.0.1.{i + 1}:80"
        results = in_parallel([(server, "add", name, at, f"/c{k}") for k in range(4)])
        assert {r.returncode for r in results} == {0}, results
        assert {c["context"] for c in nodes_of(server)[name]["contexts"]} == {"/c0", "/c1", "/c2", "/c3"}
    for i in range(8):
        name = f"m{i}"
        results = in_parallel([(server, "add", name, f"127.0.{2 + k}.{i + 1}:80", f"/d{k}") for k in range(4)])
        done_by = [k for k, r in enumerate(results) if r.returncode == 0]
        assert len(done_by) == 1 and all("remove it first" in r.stderr for r in results if r.returncode), results
        one = nodes_of(server)[name]
        assert (one["host"], [c["context"] for c in one["contexts"]]) == (f"127.0.{2 + done_by[0]}.{i + 1}", [f"/d{done_by[0]}"])
    assert node


def test_462_13_what_is_refused_takes_nothing_with_it(registry):
    """One adds to a node what is refused, while others add what is not: their contexts stay."""
    server, node = registry(LOCATION, "WLMRegistryContexts /good*\n")
    for i in range(6):
        name, at = f"n{i}", f"127.0.1.{i + 1}:80"
        results = in_parallel([(server, "add", name, at, "/bad"), (server, "add", name, at, f"/good{i}"), (server, "add", name, at, "/bad")])
        assert [r.returncode for r in results] == [1, 0, 1], results
        assert [c["context"] for c in nodes_of(server)[name]["contexts"]] == [f"/good{i}"]
    assert "not all may be registered" in refused(server, "add", "other", "127.0.9.9:80", "/bad", "/good")
    assert "other" not in nodes_of(server) and node


def test_462_14_a_node_keeps_what_is_not_said_again(registry):
    server, node = registry(LOCATION)
    done(server, "add", "n", "127.0.1.1:80", "/a", "--until", "2199-12-24T18:00:00Z", "--comment", "sale")
    before = nodes_of(server)["n"]
    done(server, "add", "n", "127.0.1.1:80", "/b")
    one = nodes_of(server)["n"]
    assert (one["until"], one["note"]) == (before["until"], before["note"]) and len(one["contexts"]) == 2
    done(server, "add", "n", "127.0.1.1:80", "/b", "--comment", "longer", "--until", "2199-12-25T18:00:00Z")
    one = nodes_of(server)["n"]
    assert one["until"].startswith("2199-12-25") and "longer" in one["note"] and len(one["contexts"]) == 2
    assert "remove it first" in refused(server, "add", "n", "127.0.1.1:80", "/c", "--https")
    assert "in balancer mycluster: remove it first" in refused(server, "add", "n", "127.0.1.1:80", "/c", "--balancer", "other")
    assert nodes_of(server)["n"] == one and node

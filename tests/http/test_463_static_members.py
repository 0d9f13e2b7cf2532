"""Stories of clusters that have members of a file beside registered ones (WLMRegistryStatic)."""

from wlmtest import wait_until
from wlmtest.client import shares
from wlmtest.mcmp import PLACE, all_answered, folder_of, registry  # noqa: F401 (a fixture)
from wlmtest.plugincfg import Cluster, Route, plugin_cfg

BEFORE = "WLMRegistryStatic static.xml\n"


def static_of(*servers, name="mycluster/app"):
    return plugin_cfg(Cluster(name, [(s, m.port, {"LoadBalanceWeight": 20}) for s, m in servers]), routes=[Route(name, ["/app/*"])])


def ask(server, times=8):
    return shares(server.client.load(times, 2, "/app/"))


def start(registry, text, more="WLMSlowStart 0\n"):
    return registry(more, BEFORE, prepare=lambda server: (server.path / "static.xml").write_text(text))


def test_463_01_both_are_in_one_cluster(registry, member):
    s = member("s")
    server, node = start(registry, static_of(("s", s)))
    assert ask(server) == {"s": 8}
    a = node("a").register()
    wait_until(lambda: ask(server, 12) == {"s": 6, "a": 6}, "both to have their share")
    assert {server.client.member("/app/", Cookie="JSESSIONID=x.a") for _ in range(8)} == {"a"}
    a.app("DISABLE")
    wait_until(lambda: ask(server) == {"s": 8}, "a to drain")
    a.must("REMOVE-APP", "/*")
    assert ask(server) == {"s": 8}


def test_463_02_what_both_have_is_told_and_the_file_counts(registry, member):
    s, t = member("s"), member("t")
    server, node = start(registry, static_of(("s", s)))
    server.expect("WLM0284")
    b = node("b").register()
    wait_until(lambda: set(ask(server)) == {"s", "b"}, "b")
    assert server.count("WLM0284") == 0
    twin = type(b)(server, b.client.port, t, route="s")
    twin.register()
    wait_until(lambda: server.count("WLM0284"), "it to be told")
    assert "member s of cluster mycluster/app has registered, and is left out there: member s of WLMRegistryStatic has the same name" \
        in server.log()
    assert set(ask(server, 12)) == {"s", "b"}
    same = type(b)(server, b.client.port, s, route="other")
    same.register()
    wait_until(lambda: "has the same address" in server.log(), "the address to be told")
    assert set(ask(server, 12)) == {"s", "b"}
    other = twin.must("ENABLE-APP", Context="/elsewhere")
    wait_until(lambda: server.client.member("/elsewhere/") == "t", "it to serve what the file does not have")
    assert other == ""


def test_463_03_the_file_may_change(registry, member):
    s, t = member("s"), member("t")
    server, node = start(registry, static_of(("s", s)))
    server.expect("WLM0285")
    node("a").register()
    wait_until(lambda: set(ask(server)) == {"s", "a"}, "both")
    (server.path / "static.xml").write_text(static_of(("s", s), ("t", t)))
    wait_until(lambda: set(ask(server, 12)) == {"s", "a", "t"}, "the new member of the file", 15)
    (server.path / "static.xml").write_text("<Config><oops")
    wait_until(lambda: server.count("WLM0285"), "the bad file to be told", 15)
    assert set(ask(server, 12)) == {"s", "a", "t"}
    server.restart("graceful")
    node("b").register()
    wait_until(lambda: set(ask(server, 12)) == {"s", "a", "t", "b"}, "one that comes after it")
    (server.path / "static.xml").write_text(static_of(("s", s)))
    wait_until(lambda: set(ask(server, 12)) == {"s", "a", "b"}, "the good file", 15)


def test_463_04_no_request_fails_meanwhile(registry, member):
    s = member("s")
    server, node = start(registry, static_of(("s", s)))
    with all_answered(server):
        a = node("a").register()
        wait_until(lambda: "a" in ask(server), "a")
        a.must("REMOVE-APP", "/*")


def test_463_05_slots_of_the_file_are_not_for_nodes(registry, member):
    s = member("s")
    server, node = start(registry, static_of(("s", s)), "WLMSlots 2 2\n")
    server.expect("WLM0246")
    node("a").register()
    b = node("b")
    b.config()
    answer = b.send("ENABLE-APP", Context="/app")
    assert answer.status == 500 and "slots for 1 registered members" in answer.headers["Mess"]


def test_463_06_of_many_the_first_are_told_and_how_many_others_there_are(registry, member):
    s, t = member("s"), member("t")
    names = [f"mycluster/c{i}" for i in range(13)]
    server, node = start(registry, plugin_cfg(*[Cluster(name, [("s", s.port, {})]) for name in names],
                                              routes=[Route(name, [f"/{name.split('/')[1]}/*"]) for name in names]))
    server.expect("WLM0284")
    a = node("a")
    twin = type(a)(server, a.client.port, t, route="s")
    twin.config()
    assert twin.send("ENABLE-APP", Context=",".join(f"/c{i}" for i in range(13))).status == 200
    wait_until(lambda: "3 more members or clusters have registered and are left out, because WLMRegistryStatic has them" in server.log(),
               "the number of the others")
    assert server.count("WLM0284") == 11
    assert server.log().count("WLMRegistryStatic has the same name") == 10


def test_463_07_wrong(httpd):
    server = httpd(start=False)
    folder_of(server)
    (server.path / "static.xml").write_text("<oops/>")
    for text, why in [("WLMRegistry registry/nodes.xml\n" + BEFORE, "not Config"),
                      ("WLMRegistry registry/nodes.xml\nWLMConfig registry/nodes.xml\n" + BEFORE, "must stand before")]:
        server.configure(extra=text + PLACE.format(port=9))
        result = server.test_config()
        assert result.returncode != 0 and why in result.stderr, result.stderr
    assert not (server.path / "registry" / "nodes.xml.static").exists()

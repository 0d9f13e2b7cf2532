"""Stories of members that Consul or Kubernetes knows, and wlm-discover tells httpd. Both are fakes (wlmtest/discovery.py)."""
import json
import os
import signal
import socket
import subprocess
import threading
import time

import pytest

from wlmtest import BUILD, free_port, wait_until
from wlmtest.client import shares
from wlmtest.completion import offered
from wlmtest.ctl import wlmctl
from wlmtest.discovery import Consul, Discover, Kubernetes
from wlmtest.mcmp import registry  # noqa: F401 (a fixture)
from wlmtest.status import LOCATION, state, steer
from wlmtest.tls import Authority, server_context

MARK = "wlm-discover shop"


@pytest.fixture
def fake():
    fakes = []

    def make(kind, **options):
        fakes.append(kind(**options))
        return fakes[-1]
    yield make
    for f in fakes:
        f.stop()


@pytest.fixture
def discover(folder):
    started = []

    def make(server, source, *words, kind=None, **options):
        urls = [f"--to=http://127.0.0.1:{s.port}/wlm-status" for s in (server if isinstance(server, list) else [server])]
        name = kind or ("consul" if isinstance(source, Consul) else "kubernetes")
        started.append(Discover(folder, name, "shop", "--source", source.url, "--context=/app", *urls, "--interval=1s",
                                *(["--namespace=default"] if name == "kubernetes" else []), *words, **options))
        return started[-1]
    yield make
    for d in started:
        if d.process.poll() is None:
            assert d.stop() == 0, d.log()
        assert "Sanitizer" not in d.log() and "runtime error" not in d.log(), d.log()


@pytest.fixture
def site(registry):  # noqa: F811
    """An httpd of one child process, so that what one request sees the next one sees, too."""
    def make(**options):
        server, _ = registry(LOCATION + "WLMSlowStart 0\n", children=1, **options)
        return server
    return make


def nodes(server):
    return {n["name"]: n for n in json.loads(wlmctl(server, "registry", "--json").stdout)["nodes"]}


def ask(server, times=8):
    return shares(server.client.load(times, 2, "/app/"))


def wait_for_nodes(server, *names, seconds=15):
    wait_until(lambda: set(nodes(server)) == set(names), f"nodes {names}", seconds)


def wait_for_shares(server, *names):
    wait_until(lambda: set(ask(server)) == set(names), f"requests at {names}", 15)


# -- Consul --------------------------------------------------------------------------------------------------------------------


def test_471_01_members_appear_and_vanish(site, member, fake, discover):
    server, consul = site(), fake(Consul)
    a, b = member("a"), member("b")
    consul.put("a", a.port)
    d = discover(server, consul)
    wait_for_shares(server, "a")
    assert nodes(server)["a"]["note"] == MARK
    consul.put("b", b.port)
    wait_for_shares(server, "a", "b")
    consul.remove("a")
    wait_for_nodes(server, "b")
    wait_for_shares(server, "b")
    assert "node a of balancer mycluster registers as http://127.0.0.1:" in d.log() and "the whole node is removed" in d.log()
    assert f"{MARK}; node a of balancer mycluster: /app is enabled" in d.log()
    consul.put("b", b.port, status="critical")
    consul.put("a", a.port)
    wait_for_nodes(server, "a")
    wait_for_shares(server, "a")
    assert d.stop() == 0
    assert ask(server) == {"a": 8}  # members stay as they are


def test_471_02_weights_and_maintenance(site, member, fake, discover):
    server, consul = site(), fake(Consul)
    a, b = member("a"), member("b")
    consul.put("a", a.port, weights={"Passing": 3, "Warning": 2})
    consul.put("b", b.port)
    discover(server, consul)
    wait_until(lambda: {n: m["weight"] for n, m in state(server).items()} == {"a": 60, "b": 20}, "weights 3:1", 15)
    assert state(server)["a"]["comment"] == MARK
    assert ask(server, 40) == {"a": 30, "b": 10}
    consul.put("a", a.port, status="warning", weights={"Passing": 3, "Warning": 2})
    wait_until(lambda: state(server)["a"]["weight"] == 40, "the weight of a warning", 15)
    consul.put("a", a.port, status="critical", check="_service_maintenance:a")
    wait_until(lambda: state(server)["a"]["admin_state"] == "draining", "a to be drained", 15)
    assert ask(server) == {"b": 8}
    assert server.client.member("/app/", Cookie="JSESSIONID=0000x:a") == "a"  # its sessions stay
    consul.put("a", a.port)
    wait_until(lambda: (state(server)["a"]["admin_state"], state(server)["a"]["weight"]) == ("enabled", 20), "a to be back", 15)
    assert not state(server)["a"]["comment"]


def test_471_03_only_what_it_has_added_itself(site, member, fake, discover):
    server, consul = site(), fake(Consul)
    a, b, c = member("a"), member("b"), member("c")
    assert wlmctl(server, "add", "b", f"127.0.0.1:{b.port}", "/app", "--comment", "boss").returncode == 0
    consul.put("a", a.port)
    consul.put("b", b.port, weights={"Passing": 9, "Warning": 9})
    d = discover(server, consul)
    wait_for_nodes(server, "a", "b")
    d.wait_for("node b is there, and was not added as")
    wait_for_shares(server, "a", "b")
    steer(server, "drain", member="a", comment="boss: update")
    consul.remove("b")
    consul.put("c", c.port)
    wait_for_nodes(server, "a", "b", "c")
    wait_until(lambda: set(ask(server)) == {"b", "c"}, "c to be in use", 15)
    consul.put("d", free_port())  # two more looks, at least, have changed nothing about a and b
    wait_for_nodes(server, "a", "b", "c", "d")
    consul.remove("d")
    wait_for_nodes(server, "a", "b", "c")
    assert (state(server)["a"]["comment"], state(server)["a"]["admin_state"]) == ("boss: update", "draining")
    assert nodes(server)["b"]["note"] == "boss" and state(server)["b"]["weight"] == 20
    assert d.log().count("node b is there") == 1


def test_471_04_reconciles_at_its_start(site, member, fake, discover):
    server, consul = site(), fake(Consul)
    a, b = member("a"), member("b")
    consul.put("a", a.port)
    consul.put("b", b.port)
    discover(server, consul).wait_for("b of balancer mycluster: /app is enabled")
    consul.stop()
    other = fake(Consul)
    other.put("b", a.port)  # at another address, which another name had
    discover(server, other)
    wait_until(lambda: {n: v["port"] for n, v in nodes(server).items()} == {"b": a.port}, "b at the address of a", 15)
    wait_for_shares(server, "a")  # the member's name is its own, not the node's


def test_471_05_an_empty_answer_removes_nothing(site, member, fake, discover):
    server, consul = site(), fake(Consul)
    a, b = member("a"), member("b")
    consul.put("a", a.port)
    consul.put("b", b.port)
    d = discover(server, consul)
    wait_for_shares(server, "a", "b")
    consul.remove("a", "b")
    d.wait_for("fewer members for new sessions than --min (1): the 2 that would be removed or drained stay")
    assert set(nodes(server)) == {"a", "b"} and set(ask(server)) == {"a", "b"}
    consul.put("a", a.port)
    d.wait_for("as --min (1) again")
    wait_for_nodes(server, "a")
    assert d.log().count("fewer members") == 1


def test_471_06_an_empty_answer_may_be_meant(site, member, fake, discover):
    server, consul = site(), fake(Consul)
    consul.put("a", member("a").port)
    discover(server, consul, "--min=0")
    wait_for_shares(server, "a")
    consul.remove("a")
    wait_for_nodes(server)


@pytest.mark.parametrize("fault, told", [
    (lambda h, q: h.tell(500, {"x": 1}), "it answers with status 500"),
    (lambda h, q: h.tell(401, b""), "it answers with status 401: the token is not accepted"),
    (lambda h, q: h.tell(403, b"Permission denied"), "it answers with status 403: this may not be read"),
    (lambda h, q: h.tell(200, b"<html>login</html>"), "the answer is no JSON"),
    (lambda h, q: h.tell(200, b"[{\"Service\""), "the answer is no JSON"),
    (lambda h, q: h.tell(200, b"{}"), "it is no list of instances"),
    (lambda h, q: h.tell(200, [{}]), "an instance has no Service"),
    (lambda h, q: h.tell(200, b"[]", X_Consul_Results_Filtered_By_ACLs="true"), "the token does not let it see all"),
    (lambda h, q: h.tell(302, b"", Location="/elsewhere"), "it answers with status 302"),
    (lambda h, q: h.connection.shutdown(socket.SHUT_RDWR), ""),
], ids=["500", "401", "403", "html", "cut", "object", "no-service", "filtered", "redirect", "closed"])
def test_471_07_an_answer_that_is_none_changes_nothing(site, member, fake, discover, fault, told):
    server, consul = site(), fake(Consul)
    consul.put("a", member("a").port)
    d = discover(server, consul)
    wait_for_shares(server, "a")
    consul.set_fault(fault)
    consul.break_off()
    d.wait_for(f"{told}")
    d.wait_for("what is known of the service stays in use")
    asked = consul.count()
    wait_until(lambda: consul.count() > asked, "it to be asked again", 20)
    assert ask(server) == {"a": 8}
    consul.set_fault(None)
    d.wait_for("all right again", seconds=30)
    assert d.log().count("stays in use") == 1  # told once


def test_471_08_a_huge_answer(site, member, fake, discover):
    server, consul = site(), fake(Consul)
    consul.put("a", member("a").port)
    d = discover(server, consul)
    wait_for_shares(server, "a")
    consul.set_fault(lambda h, q: h.tell(200, b"[" + b" " * (65 * 1024 * 1024) + b"]"))
    consul.break_off()
    d.wait_for("the answer has more than 64 MiB", seconds=30)
    assert ask(server) == {"a": 8}
    with open(f"/proc/{d.process.pid}/status", encoding="ascii") as status:
        peak = [int(line.split()[1]) for line in status if line.startswith("VmHWM")][0]
    assert peak < 300 * 1024


def test_471_09_the_source_is_away_at_the_start(site, member, fake, discover):
    server, port = site(), free_port()
    a = member("a")
    away = fake(Consul, port=port)
    away.stop()
    d = discover(server, away)
    d.wait_for("what is known of the service stays in use")
    assert not nodes(server)
    away.put("a", a.port)
    away.start()
    wait_for_shares(server, "a")
    d.wait_for("all right again")


def test_471_10_the_token_is_read_anew(site, member, fake, discover, tmp_path):
    server, consul, token = site(), fake(Consul), tmp_path / "token"
    consul.put("a", member("a").port)
    consul.token = "first-secret"
    token.write_text("first-secret\n")
    d = discover(server, consul, "--token", str(token))
    wait_for_shares(server, "a")
    with open(f"/proc/{d.process.pid}/cmdline", "rb") as cmdline:
        assert b"secret" not in cmdline.read()
    consul.token = "second-secret"
    consul.break_off()
    d.wait_for("status 403")
    token.write_text("second-secret")
    consul.put("b", member("b").port)
    wait_for_shares(server, "a", "b")
    d.wait_for("all right again")
    for text, told in [("", "has no token alone"), ("two words", "has no token alone"), ("caf\u00e9", "bytes that no header field has")]:
        times, again = d.log().count(told), d.log().count("all right again")
        token.write_text(text)
        consul.break_off()
        d.wait_for(told, times + 1)
        token.write_text("second-secret")
        d.wait_for("all right again", again + 1, 30)
    token.unlink()
    consul.break_off()
    d.wait_for("cannot be read: No such file")
    assert "secret" not in d.log()


def test_471_11_httpd_is_restarted_and_has_lost_its_registry(site, member, fake, discover):
    server, consul = site(), fake(Consul)
    consul.put("a", member("a").port)
    d = discover(server, consul)
    wait_for_shares(server, "a")
    server.stop()
    d.wait_for("its members stay as they are")
    for file in (server.path / "registry").iterdir():
        file.unlink()
    server.start()
    wait_for_nodes(server, "a", seconds=30)
    wait_for_shares(server, "a")
    d.wait_for("all right again")


def test_471_12_two_httpds_one_of_them_away(site, member, fake, discover):
    one, two, consul = site(), site(), fake(Consul)
    consul.put("a", member("a").port)
    d = discover([one, two], consul)
    wait_for_shares(one, "a")
    wait_for_shares(two, "a")
    two.stop()
    d.wait_for("its members stay as they are")
    consul.put("b", member("b").port)
    wait_for_shares(one, "a", "b")
    two.start()
    wait_for_nodes(two, "a", "b", seconds=30)
    assert set(nodes(one)) == set(nodes(two))


def test_471_13_httpd_refuses(site, member, fake, discover):
    server, consul = site(before="WLMRegistryRoutes a c\n"), fake(Consul)
    consul.put("a", member("a").port)
    consul.put("b", member("b").port)
    d = discover(server, consul)
    wait_for_shares(server, "a")
    d.wait_for(": b: JVMRoute b is not one")
    consul.put("c", member("c").port)
    wait_for_shares(server, "a", "c")
    consul.remove("b")
    d.wait_for("all right again")
    assert d.log().count("is tried again") == 1


def test_471_21_it_may_read_but_not_change(registry, member, fake, discover):  # noqa: F811
    server, _ = registry(LOCATION + "<Location \"/wlm-status\">\n<Limit POST>\nRequire all denied\n</Limit>\n</Location>\n")
    consul = fake(Consul)
    consul.put("a", member("a").port)
    d = discover(server, consul)
    d.wait_for("answers with status 403: httpd does not let you pass")
    asked = server.log().count("AH01630")
    wait_until(lambda: server.log().count("AH01630") >= asked + 2, "two more attempts", 30)
    assert d.log().count("\n") == 1 and not nodes(server)  # told once


def test_471_22_httpd_lets_nobody_change_anything(registry, member, fake, discover):  # noqa: F811
    server, _ = registry('<Location "/wlm-status">\nSetHandler wlm-status\n</Location>\n')
    server.expect("WLM0056")
    consul = fake(Consul)
    consul.put("a", member("a").port)
    d = discover(server, consul)
    d.wait_for(": a: refused: WLMAdmin is off here")
    assert not nodes(server)


def test_471_18_an_answer_that_does_not_come(site, member, fake, discover):
    server, consul = site(), fake(Consul)
    consul.put("a", member("a").port)
    d = discover(server, consul, "--wait=1s")
    wait_for_shares(server, "a")
    over = threading.Event()
    consul.set_fault(lambda h, q: over.wait(60))
    d.wait_for("stays in use", seconds=40)  # 1 s, and 15 s for the answer
    assert ask(server) == {"a": 8}
    consul.set_fault(None)
    over.set()
    d.wait_for("all right again", seconds=30)


def test_471_19_a_httpd_that_does_not_answer_delays_no_other(site, scripted, member, fake, discover):
    server, consul = site(), fake(Consul)
    hangs = scripted(lambda c: c.hold())
    consul.put("a", member("a").port)
    d = discover(server, consul, f"--to=http://127.0.0.1:{hangs.port}/wlm-status")
    wait_for_shares(server, "a")
    consul.put("b", member("b").port)
    wait_for_shares(server, "a", "b")
    consul.remove("a")
    wait_for_nodes(server, "b")
    assert d.stop() == 0  # at once, though it waits for an answer


def test_471_20_two_of_them_with_the_same(site, member, fake, discover):
    server, consul = site(), fake(Consul)
    both = [discover(server, consul) for _ in range(2)]
    m = member("m")
    for i in range(10):
        consul.put(f"n{i}", m.port, host=f"127.0.3.{i + 1}", weights={"Passing": 2, "Warning": 1})
    wait_for_nodes(server, *(f"n{i}" for i in range(10)), seconds=30)
    consul.remove(*(f"n{i}" for i in range(5)))
    wait_for_nodes(server, *(f"n{i}" for i in range(5, 10)), seconds=30)
    wait_until(lambda: {m["weight"] for m in state(server).values()} == {40}, "their weights", 15)
    assert all(d.process.poll() is None for d in both)


def test_471_14_two_of_them_with_services_of_their_own(site, member, fake, discover):
    server, consul, other = site(), fake(Consul), fake(Consul)
    consul.put("a", member("a").port)
    other.put("b", member("b").port)
    discover(server, consul, "--owner=first")
    discover(server, other, "--owner=second")
    wait_for_shares(server, "a", "b")
    consul.put("c", member("c").port)
    consul.remove("a")
    wait_for_nodes(server, "b", "c")
    assert {n: v["note"] for n, v in nodes(server).items()} == {"b": "second", "c": "first"}


def test_471_15_what_cannot_be_used_is_left_out_and_told_once(site, member, fake, discover):
    server, consul = site(), fake(Consul)
    consul.put("a", member("a").port)
    consul.put("b", 0)
    consul.put("c", 0)
    d = discover(server, consul)
    wait_for_shares(server, "a")
    d.wait_for("2 left out: b: it has no port from 1 to 65535, and others")
    consul.put("d", member("d").port)
    wait_for_shares(server, "a", "d")
    assert d.log().count("left out") == 1


def test_471_16_no_busy_loop(site, member, fake, discover):
    """A Consul whose index changes with each answer, and one that answers at once."""
    server, consul = site(), fake(Consul)
    consul.put("a", member("a").port)
    d = discover(server, consul)
    wait_for_shares(server, "a")
    index = iter(range(5000, 100000))
    consul.set_fault(lambda h, q: h.tell(200, list(consul.instances.values()), X_Consul_Index=next(index)))
    consul.break_off()
    wait_until(lambda: consul.count(index="5001"), "an answer", 20)
    begun, before = time.monotonic(), consul.count()
    wait_until(lambda: consul.count() >= before + 3, "three more", 20)
    assert time.monotonic() - begun > 1.9
    assert d.process.poll() is None


def test_471_17_passing_and_datacenter(site, member, fake, discover):
    server, consul = site(), fake(Consul)
    consul.put("a", member("a").port)
    consul.put("b", member("b").port, status="warning")
    discover(server, consul, "--passing", "--datacenter=dc 1")
    wait_for_shares(server, "a")
    assert set(nodes(server)) == {"a"} and consul.count(passing="1", dc="dc 1") == consul.count()


def test_471_23_an_address_of_ipv6_in_another_spelling_is_the_same(site, fake, discover):
    server, consul = site(), fake(Consul)
    consul.put("a", 8080, host="2001:DB8:0::1")
    d = discover(server, consul)
    wait_for_nodes(server, "a")
    assert nodes(server)["a"]["host"] == "2001:db8::1"
    consul.put("b", 8081, host="2001:db8::0001")  # each of these is another look
    wait_for_nodes(server, "a", "b")
    consul.remove("b")
    wait_for_nodes(server, "a")
    assert d.log().count("node a of balancer") == 2  # it registers, and has a context


# -- Kubernetes ------------------------------------------------------------------------------------------------------------------


def test_471_30_pods_come_drain_and_go(site, member, fake, discover):
    server, cluster = site(), fake(Kubernetes)
    a, b = member("shop-0"), member("shop-1")
    cluster.put("shop-0", a.port)
    d = discover(server, cluster)
    wait_for_shares(server, "shop-0")
    cluster.put("shop-1", b.port)
    wait_for_shares(server, "shop-0", "shop-1")
    cluster.put("shop-0", a.port, ready=False, serving=True, terminating=True)
    wait_until(lambda: state(server)["shop-0"]["admin_state"] == "draining", "shop-0 to be drained", 15)
    assert ask(server) == {"shop-1": 8}
    assert server.client.member("/app/", Cookie="JSESSIONID=0000x:shop-0") == "shop-0"
    cluster.put("shop-0", a.port, ready=False, serving=False, terminating=True)
    wait_for_nodes(server, "shop-1")
    cluster.put("shop-0", a.port)
    wait_for_shares(server, "shop-0", "shop-1")
    cluster.remove("shop-0")
    wait_for_nodes(server, "shop-1")
    assert cluster.count(watch="1") == 1 and "again" not in d.log()
    assert cluster.count(allowWatchBookmarks="true", timeoutSeconds="300") == 1


def test_471_31_a_watch_goes_on_where_it_has_ended(site, member, fake, discover):
    server, cluster = site(), fake(Kubernetes)
    cluster.put("a", member("a").port)
    discover(server, cluster, "--wait=1s")
    wait_for_shares(server, "a")
    cluster.bookmark()
    version = str(cluster.version)
    wait_until(lambda: cluster.count(watch="1", resourceVersion=version) > 1, "two watches from the bookmark", 15)
    cluster.put("b", member("b").port)
    wait_for_shares(server, "a", "b")
    assert len([1 for _, q, _ in cluster.seen if "watch" not in q]) == 1  # one list


def test_471_32_a_watch_that_is_broken_off(site, member, fake, discover):
    server, cluster = site(), fake(Kubernetes)
    cluster.put("a", member("a").port)
    d = discover(server, cluster)
    wait_for_shares(server, "a")
    cluster.break_off()
    wait_until(lambda: cluster.count(watch="1") == 2, "another watch", 15)
    cluster.put("b", member("b").port)
    wait_for_shares(server, "a", "b")
    assert "stays in use" not in d.log()  # it happens to a healthy server
    cluster.stop()
    d.wait_for("stays in use")
    cluster.start()
    d.wait_for("all right again", seconds=30)


def test_471_33_a_version_that_is_too_old(site, member, fake, discover):
    server, cluster = site(), fake(Kubernetes)
    cluster.put("a", member("a").port)
    cluster.put("b", member("b").port)
    d = discover(server, cluster, "--wait=1s")
    wait_for_shares(server, "a", "b")
    lists = len([1 for _, q, _ in cluster.seen if "watch" not in q])
    with cluster.changed:  # nobody hears of it: the event is gone, too
        del cluster.slices["shop-a"]
        cluster.oldest = cluster.version = cluster.version + 5
    wait_for_nodes(server, "b", seconds=30)
    assert len([1 for _, q, _ in cluster.seen if "watch" not in q]) > lists and "stays in use" not in d.log()
    cluster.set_fault(lambda h, q: h.tell(410, {"kind": "Status", "code": 410}) if "watch" in q
                      else cluster.answer(h, "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices", q))
    wait_until(lambda: len([1 for _, q, _ in cluster.seen if "watch" not in q]) > lists + 2, "more lists", 30)
    cluster.set_fault(None)
    cluster.put("a", member("a2").port)
    wait_for_nodes(server, "a", "b", seconds=30)


@pytest.mark.parametrize("line, told", [
    (b"garbage\n", "a line of the watch is no event"), (b"{\"type\":\"ODD\"}\n", "a line of the watch is no event"),
    ({"type": "ERROR", "object": {"kind": "Status", "code": 500, "message": "etcd"}}, "ended with error 500: etcd"),
    (b"x" * (17 * 1024 * 1024), "the answer has more than 16 MiB"),
], ids=["garbage", "no-object", "error", "endless"])
def test_471_34_a_line_that_is_no_event(site, member, fake, discover, line, told):
    server, cluster = site(), fake(Kubernetes)
    cluster.put("a", member("a").port)
    d = discover(server, cluster)
    wait_for_shares(server, "a")
    wait_until(lambda: cluster.count(watch="1"), "a watch")
    cluster.say(line)
    d.wait_for(told, seconds=30)
    d.wait_for("all right again", seconds=30)
    cluster.put("b", member("b").port)
    wait_for_shares(server, "a", "b")


@pytest.mark.parametrize("status, told", [(401, "the token is not accepted"), (403, "this may not be read with the token"),
                                          (404, "there is no such place"), (503, "status 503")])
def test_471_35_the_list_is_refused(site, member, fake, discover, status, told):
    server, cluster = site(), fake(Kubernetes)
    cluster.put("a", member("a").port)
    cluster.set_fault(lambda h, q: h.tell(status, {"kind": "Status", "code": status}))
    d = discover(server, cluster)
    d.wait_for(told)
    assert not nodes(server)
    cluster.set_fault(None)
    wait_for_shares(server, "a")
    d.wait_for("all right again")


def test_471_39_it_may_list_but_not_watch(site, member, fake, discover):
    server, cluster = site(), fake(Kubernetes)
    cluster.put("a", member("a").port)
    path = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices"
    cluster.set_fault(lambda h, q: h.tell(403, {"kind": "Status", "code": 403}) if "watch" in q else cluster.answer(h, path, q))
    d = discover(server, cluster)
    wait_for_shares(server, "a")
    wait_until(lambda: cluster.count(watch="1") > 2, "three attempts", 30)
    cluster.put("b", member("b").port)
    wait_for_shares(server, "a", "b")
    assert d.log().count("status 403") == 1 and "again" not in d.log()
    cluster.set_fault(None)
    d.wait_for("all right again", seconds=30)


def test_471_36_https_with_a_token_and_an_authority(site, member, fake, discover, tmp_path):
    server, authority, token = site(), Authority(tmp_path), tmp_path / "token"
    token.write_text("pod-token")
    cluster = fake(Kubernetes, context=server_context(authority.sign("api")))
    cluster.token = "Bearer pod-token"
    cluster.put("a", member("a").port)
    d = discover(server, cluster, "--token", str(token), "--source-cacert", str(authority.pem))
    wait_for_shares(server, "a")
    d.stop()
    stranger = discover(server, cluster, "--token", str(token))
    stranger.wait_for("stays in use")
    assert "ertificate" in stranger.log()
    assert all(t == "Bearer pod-token" for _, _, t in cluster.seen)


def test_471_37_as_a_pod(site, member, fake, folder):
    """The address of the API server comes from the environment; a token and a namespace that are not there are told."""
    server = site()
    d = Discover(folder, "kubernetes", "shop", "--context=/app", f"--to=http://127.0.0.1:{server.port}/wlm-status",
                 env={"KUBERNETES_SERVICE_HOST": "127.0.0.1", "KUBERNETES_SERVICE_PORT": "1"})
    d.wait_for("https://127.0.0.1:1: the token's file /var/run/secrets/kubernetes.io/serviceaccount/token cannot be read")
    assert d.stop(signal.SIGINT) == 0


def test_471_38_many_changes_at_once(site, member, fake, discover):
    server, cluster = site(), fake(Kubernetes)
    m = member("m")
    for i in range(60):
        cluster.put(f"p{i}", m.port, host=f"127.0.1.{i + 1}")
    d = discover(server, cluster)
    wait_for_nodes(server, *(f"p{i}" for i in range(60)), seconds=60)
    for i in range(60):
        cluster.put(f"p{i}", m.port, host=f"127.0.2.{i + 1}")
    wait_until(lambda: {n["host"] for n in nodes(server).values()} == {f"127.0.2.{i + 1}" for i in range(60)}, "new addresses", 60)
    assert "is tried again" not in d.log()


# -- the call --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words, told", [
    ([], "Usage: "), (["zookeeper", "shop"], "consul or kubernetes"), (["consul", "--context=/a"], "which service?"),
    (["consul", "shop", "other", "--context=/a"], "one service"), (["consul", "shop"], "--context"),
    (["consul", "shop", "--context=app"], "begins with /"), (["consul", "shop", "--context=/a", "--to=h"], "--to: it takes a URL"),
    (["consul", "shop", "--context=/a", "--source=h:1"], "--source: it takes a URL"),
    (["consul", "shop", "--context=/a", "--min=x"], "--min"), (["consul", "shop", "--context=/a", "--interval=0"], "--interval"),
    (["consul", "shop", "--context=/a", "--wait=1d"], "--wait"), (["consul", "shop", "--context=/a", "--port=http"], "for kubernetes"),
    (["kubernetes", "shop", "--context=/a", "--passing"], "for consul"), (["kubernetes", "shop", "--context=/a"], "no pod"),
    (["consul", "shop", "--context=/a", "--cacert=/no/such"], "cannot be read"), (["consul", "shop", "--odd"], "odd"),
    (["consul", "shop", "--context=/a", "--owner", "x" * 61], "1 to 60 bytes"),
], ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "")
def test_471_50_wrong_calls(words, told):
    env = {k: v for k, v in os.environ.items() if not k.startswith("KUBERNETES")}
    r = subprocess.run([f"{BUILD}/wlm-discover", *words], capture_output=True, text=True, timeout=20, env=env, check=False)
    assert r.returncode == 2 and told in r.stderr and not r.stdout, r


def test_471_51_help_and_version():
    for word, text in [("--help", "Usage: wlm-discover consul"), ("--version", "wlm-discover ")]:
        r = subprocess.run([f"{BUILD}/wlm-discover", word], capture_output=True, text=True, timeout=20, check=False)
        assert r.returncode == 0 and r.stdout.startswith(text) and not r.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh"])
@pytest.mark.parametrize("words, wanted, unwanted", [
    ([""], {"consul", "kubernetes"}, {"--port"}), (["consul", "--"], {"--to", "--passing", "--min"}, {"--port", "--namespace"}),
    (["kubernetes", "--"], {"--to", "--port"}, {"--passing"}),
], ids=lambda value: " ".join(sorted(value)))
def test_471_52_completion(shell, words, wanted, unwanted):
    got = offered(shell, ["wlm-discover", *words])
    assert wanted <= got and not unwanted & got

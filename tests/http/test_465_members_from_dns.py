"""Stories of members that a name service has (WLMMembers)."""
import time

import pytest

from wlmtest import free_port, wait_until
from wlmtest.client import Client, shares
from wlmtest.dns import NXDOMAIN, SERVFAIL, TYPES, dns  # noqa: F401 (a fixture)
from wlmtest.mcmp import PLACE, Node, folder_of
from wlmtest.plugincfg import Cluster, plugin_cfg
from wlmtest.status import LOCATION, everything

NAME = "shop.test.example"
ALLOW = "WLMRegistryHosts 127.* *.test.example\nWLMSlowStart 0\n"


class Pods:
    """Members at addresses of their own, 127.77.0.N, all at one port."""

    def __init__(self, member):
        self.port, self._member, self.there = free_port(), member, {}

    def add(self, *numbers):
        for n in numbers:
            self.there[n] = self._member(f"m{n}", host=f"127.77.0.{n}", port=self.port)
        return self

    def addresses(self, *numbers):
        return [f"127.77.0.{n}" for n in numbers]

    def name(self, n):
        return f"127.77.0.{n}:{self.port}"


@pytest.fixture
def pods(member):
    return Pods(member)


@pytest.fixture
def shop(httpd, dns):
    """An httpd whose cluster "c" has what the name service has."""
    def make(source, *servers, extra="", hosts="", waits=True, more=lambda server: "", **options):
        server = httpd(start=False, **options)
        dns.used_by(server, hosts)
        (server.path / "plugin-cfg.xml").write_text(plugin_cfg(Cluster("c", list(servers))))
        server.configure(extra=ALLOW + f"WLMMembers c {source}\n" + extra + "WLMConfig plugin-cfg.xml\n" + more(server)).start()
        if waits:
            wait_until(lambda: "WLM0290" in server.log(), "the first answer", 20)
            wait_until(lambda: server.count("WLM0051") == server.children - 1, "all processes to follow")
        return server
    return make


def ask(server, times=12):
    return shares(server.client.load(times, 2, "/app/"))


def test_465_01_all_addresses_are_members(shop, dns, pods):
    pods.add(1, 2, 3)
    dns.set(NAME, "A", *pods.addresses(1, 2, 3))
    server = shop(f"a:{NAME}:{pods.port}", children=2)
    wait_until(lambda: len(server.status()) == 3, "the members")
    wait_until(lambda: ask(server) == {"m1": 4, "m2": 4, "m3": 4}, "each to have its share")
    status = server.status()
    assert set(status) == {pods.name(n) for n in (1, 2, 3)}
    assert status[pods.name(1)]["CloneID"] == f"127-77-0-1-{pods.port}"
    assert status[pods.name(1)]["Source"] == f"a:{NAME}:{pods.port}"


def test_465_02_they_follow_the_answers(shop, dns, pods):
    pods.add(1, 2, 3)
    dns.set(NAME, "A", *pods.addresses(1, 2))
    server = shop(f"a:{NAME}:{pods.port}", children=2, extra=LOCATION)
    wait_until(lambda: set(ask(server)) == {"m1", "m2"}, "the members")
    session = {"Cookie": f"JSESSIONID=x:127-77-0-2-{pods.port}"}

    def members_of_session():
        return {server.client.member("/app/", **session) for _ in range(6)}
    wait_until(lambda: members_of_session() == {"m2"}, "both processes to know the members")
    dns.set(NAME, "A", *pods.addresses(1, 3))
    wait_until(lambda: set(ask(server)) == {"m1", "m3"}, "the new one in place of one that has vanished")
    wait_until(lambda: server.status()[pods.name(2)]["Source"] == f"a:{NAME}:{pods.port} leaving", "both processes to follow")
    page = wait_until(lambda: next((text for text in [server.client.get("/wlm-status").body.decode()] if " leaving</div>" in text), None),
                      "the process that answers to follow")
    assert page.count(f"<div>From a:{NAME}:{pods.port}</div>") == 2 and f"<div>From a:{NAME}:{pods.port} leaving</div>" in page
    assert members_of_session() == {"m2"}
    text = f"3 members of a:{NAME}:{pods.port}; new: {pods.name(3)}; has vanished"
    wait_until(lambda: everything(server)["clusters"][0]["events"][0]["text"].startswith(text), "the event, which comes after the members")
    dns.set(NAME, "A", *pods.addresses(3, 2, 1))
    wait_until(lambda: set(ask(server)) == {"m1", "m2", "m3"}, "it to be back")
    wait_until(lambda: server.count("WLM0290") == 3, "the line of the log, which comes after the members")


@pytest.mark.alone
def test_465_03_one_that_has_vanished_is_removed_after_30_s(shop, dns, pods):
    pods.add(1, 2)
    dns.set(NAME, "A", *pods.addresses(1, 2))
    server = shop(f"a:{NAME}:{pods.port}")
    wait_until(lambda: set(ask(server)) == {"m1", "m2"}, "the members")
    dns.set(NAME, "A", *pods.addresses(1))
    wait_until(lambda: set(ask(server)) == {"m1"}, "it to get no new requests")
    dns.is_silent = True  # it goes without another answer
    server.expect("WLM0291")
    begun = time.monotonic()
    wait_until(lambda: set(server.status()) == {pods.name(1)}, "it to be removed", 40)
    assert time.monotonic() - begun > 20


@pytest.mark.parametrize("failure", ["servfail", "nxdomain", "empty", "silent", "slow", "malformed", "loopback"])
def test_465_04_a_name_that_fails_keeps_its_members(shop, dns, pods, failure):
    pods.add(1, 2)
    dns.set(NAME, "A", *pods.addresses(1, 2))
    server = shop(f"a:{NAME}:{pods.port}")
    server.expect("WLM0291", "WLM0293")
    wait_until(lambda: set(ask(server)) == {"m1", "m2"}, "the members")
    if failure in ("servfail", "nxdomain"):
        dns.fail(NAME, {"servfail": SERVFAIL, "nxdomain": NXDOMAIN}[failure])
    elif failure == "silent":
        dns.is_silent = True
    elif failure == "slow":
        dns.delay = 10
    else:
        dns.set(NAME, "A", *{"empty": [], "malformed": [b"\1\2"], "loopback": ["10.1.2.3"]}[failure])
    if failure != "slow":
        server.wait_for_log("WLM0291", 20)
    dns.asked.clear()
    wait_until(lambda: dns.times(NAME), "another question", 20)
    assert set(ask(server)) == {"m1", "m2"} and server.count("WLM0290") == 1
    assert server.count("WLM0291") <= 1
    dns.is_silent, dns.delay = False, 0
    for kind in TYPES:
        dns.answers.pop((NAME, kind), None)
    dns.set(NAME, "A", *pods.addresses(2))
    wait_until(lambda: set(ask(server)) == {"m2"}, "the next good answer", 25)
    assert server.count("WLM0292") == server.count("WLM0291")


def test_465_05_a_restart_and_a_start_need_no_name_service(shop, dns, pods):
    pods.add(1, 2)
    dns.set(NAME, "A", *pods.addresses(1, 2))
    server = shop(f"a:{NAME}:{pods.port}", extra="WLMStateFile run/state\n")
    server.expect("WLM0291")
    wait_until(lambda: set(ask(server)) == {"m1", "m2"}, "the members")
    dns.is_silent = True
    for how in ("graceful", "restart"):
        server.restart(how)
        assert set(ask(server)) == {"m1", "m2"}
    server.stop()
    with open(server.path / "run/state.members", "a", encoding="ascii") as file:  # lines that are none do no harm
        source = f"a:{NAME}:{pods.port}"
        file.write(f"c\t{source}\nother\t{source}\tx\tx\t10.0.0.1\t1\t1\t0\t{source}\nc\t{source}\tx\tx\t<&\t1\t1\t0\t{source}\n"
                   f"c\t{source}\tx\tx\t10.0.0.1\t99999\t1\t0\t{source}\n\t\t\n")
    server.start()
    assert set(ask(server)) == {"m1", "m2"}
    assert server.status()[pods.name(1)]["CloneID"] == f"127-77-0-1-{pods.port}"
    dns.is_silent = False
    dns.set(NAME, "A", *pods.addresses(1))
    wait_until(lambda: set(ask(server)) == {"m1"}, "the name service to be followed again", 25)


def test_465_06_nothing_is_known_as_yet(shop, dns, pods):
    pods.add(1)
    dns.is_silent = True
    server = shop(f"a:{NAME}:{pods.port}", waits=False)
    server.expect("WLM0291", "WLM0036")
    assert server.client.get("/app/").status == 503  # the route is there, not httpd's own 404
    assert "nothing is known as yet of its members (WLMMembers)" in server.log()
    assert server.client.get("/elsewhere").status == 404
    server.wait_for_log("WLM0291", 20)
    dns.is_silent = False
    dns.set(NAME, "A", *pods.addresses(1))
    wait_until(lambda: server.client.get("/app/").status == 200, "the first answer", 20)
    assert server.count("cluster-without-member") == 0


def test_465_07_beside_members_of_the_file(shop, dns, pods, member):
    s = member("s")
    pods.add(1)
    dns.set(NAME, "A", *pods.addresses(1))
    server = shop(f"a:{NAME}:{pods.port}", ("s", s.port, {"LoadBalanceWeight": 20}))
    wait_until(lambda: ask(server) == {"s": 6, "m1": 6}, "both")
    (server.path / "plugin-cfg.xml").write_text(plugin_cfg(Cluster("c", [("s", s.port, {"LoadBalanceWeight": 40})]), RefreshInterval=1))
    server.run("-k", "graceful")
    wait_until(lambda: ask(server) == {"s": 8, "m1": 4}, "the changed file, with the same members", 15)


@pytest.mark.parametrize("dot", ["", "."])
def test_465_08_a_server_is_the_pattern(shop, dns, pods, dot):
    pods.add(1, 2)
    dns.set(NAME, "A", *pods.addresses(1, 2))
    server = shop(f"a:{NAME}{dot}", ("all", pods.port, {"host": NAME, "MaxConnections": 7, "LoadBalanceWeight": 3}))
    wait_until(lambda: set(server.status()) == {"127.77.0.1", "127.77.0.2"}, "the members in place of their pattern")
    wait_until(lambda: ask(server) == {"m1": 6, "m2": 6}, "both")
    assert {(m["MaxConnections"], m["ConfiguredWeight"]) for m in server.status().values()} == {("7", "3")}


def test_465_09_names_of_etc_hosts(shop, dns, pods):
    pods.add(1, 2)
    server = shop(f"a:{NAME}:{pods.port}", hosts="".join(f"127.77.0.{n} {NAME}\n" for n in (1, 2)), extra="WLMResolveInterval 1\n")
    wait_until(lambda: ask(server) == {"m1": 6, "m2": 6}, "both", 20)


def test_465_10_wrong(httpd, member):
    server = httpd(start=False)
    (server.path / "plugin-cfg.xml").write_text(plugin_cfg(Cluster("c", [])))
    for words, why in [("c", "takes two arguments"), ("c mx:x", "is neither a:NAME[:PORT] nor srv:NAME"), ("c a:10.0.0.1", "is an address"),
                       ("c a:x:0", "is no port"), ("c a:x:65536", "is no port"), ("c a:x:8o", "is no port"), ("c a:", "is no name"),
                       ("c a:x..y", "is no name"), ("c a:ü", "is no name"), ("c srv:x:80", "the ports of srv:NAME"),
                       ("c a:x\nWLMMembers c a:x:80", "has a:x already")]:
        server.configure(extra=f"WLMMembers {words}\nWLMConfig plugin-cfg.xml\n")
        result = server.test_config()
        assert result.returncode != 0 and why in result.stderr and "httpd.conf" in result.stderr, result.stderr
    server.configure(extra="WLMConfig plugin-cfg.xml\nWLMMembers c a:x\n")
    assert "must stand before each WLMConfig" in server.test_config().stderr
    server.configure(extra="WLMMembers other a:x\nWLMMembers c a:x\nWLMConfig plugin-cfg.xml\n")
    result = server.test_config()
    assert result.returncode == 0 and "WLM0295" in result.stderr and "other a:x" in result.stderr, result.stderr
    assert "cluster-without-member" not in result.stderr


def test_465_11_hundreds_over_tcp(shop, dns):
    dns.set(NAME, "A", *[f"127.77.{i // 200}.{i % 200 + 1}" for i in range(600)])
    server = shop(f"a:{NAME}:9", extra="WLMSlots 2000\n")
    wait_until(lambda: len(server.status()) == 600, "all of them")


def test_465_12_more_than_there_is_room_for(shop, dns, pods):
    pods.add(1)
    dns.set(NAME, "A", *pods.addresses(1))
    server = shop(f"a:{NAME}:{pods.port}", extra="WLMSlots 3\n")
    server.expect("WLM0291")
    wait_until(lambda: set(ask(server)) == {"m1"}, "the member")
    dns.set(NAME, "A", *pods.addresses(1, 2, 3, 4, 5))
    server.wait_for_log("a larger number in WLMSlots")
    dns.asked.clear()
    wait_until(lambda: len(dns.times(NAME)) > 2, "more answers")
    assert set(ask(server)) == {"m1"} and server.count("WLM0291") == 1
    dns.set(NAME, "A", *pods.addresses(1, 2))
    wait_until(lambda: len(server.status()) == 2, "what there is room for")


def test_465_13_srv(shop, dns, pods):
    pods.add(1, 2, 3)
    for n in (1, 2, 3):
        dns.set(f"m{n}.test.example", "A", f"127.77.0.{n}", ttl=60)
    name = "_http._tcp.shop.test.example"
    dns.set(name, "SRV", *[(10, 0 if n == 3 else n, pods.port, f"m{n}.test.example") for n in (1, 2)],
            (20, 0, pods.port, "M3.test.example"))
    server = shop(f"srv:{name}", extra="WLMResolveInterval 1\n")
    wait_until(lambda: len(server.status()) == 3, "the members")
    wait_until(lambda: ask(server) == {"m1": 4, "m2": 8}, "shares by weight")
    status = server.status()
    assert {n: m["Tier"] for n, m in status.items()} == {
        f"m1.test.example:{pods.port}": "primary", f"m2.test.example:{pods.port}": "primary",
        f"m3.test.example:{pods.port}": "backup"}
    assert status[f"m1.test.example:{pods.port}"]["CloneID"] == f"m1-test-example-{pods.port}"
    dns.set(name, "SRV", (20, 0, pods.port, "m3.test.example"))
    wait_until(lambda: set(ask(server)) == {"m3"}, "the backup to be the primary")


def test_465_14_records_that_are_no_members(shop, dns, pods):
    pods.add(1)
    dns.set("m1.test.example", "A", "127.77.0.1", ttl=60)
    name = "_http._tcp.shop.test.example"
    bad = [(1, 1, 0, "m1.test.example"), (1, 1, 80, "a\"b<c.test.example"), (1, 1, 80, "evil.elsewhere"), (1, 1, 80, "")]
    dns.set(name, "SRV", *bad, (1, 1, pods.port, "m1.test.example"))
    server = shop(f"srv:{name}")
    server.expect("WLM0293")
    wait_until(lambda: set(server.status()) == {f"m1.test.example:{pods.port}"}, "the only good one")
    wait_until(lambda: set(ask(server)) == {"m1"}, "it to serve")
    assert "4 records cannot be used" in server.log()


def test_465_15_ttl(shop, dns, pods):
    pods.add(1)
    dns.set(NAME, "A", *pods.addresses(1), ttl=3)
    server = shop(f"a:{NAME}:{pods.port}")
    wait_until(lambda: set(ask(server)) == {"m1"}, "the member")
    wait_until(lambda: len(dns.times(NAME)) > 2, "three questions", 15)
    first, second, third = dns.times(NAME)[:3]
    assert 2.5 < third - second < 5, (first, second, third)
    dns.set(NAME, "A", *pods.addresses(1), ttl=0)
    wait_until(lambda: len(dns.times(NAME)) > 6, "more", 15)
    times = dns.times(NAME)[4:7]
    assert all(0.9 < b - a < 3 for a, b in zip(times, times[1:])), times


def test_465_16_one_process_asks(shop, dns, pods):
    pods.add(1)
    dns.set(NAME, "A", *pods.addresses(1), ttl=1)
    server = shop(f"a:{NAME}:{pods.port}", children=3)
    wait_until(lambda: set(ask(server)) == {"m1"}, "the member")
    dns.asked.clear()
    wait_until(lambda: len(dns.times(NAME)) > 3, "four questions")
    times = dns.times(NAME)
    assert times[3] - times[0] > 2.5
    for _ in range(3):
        server.kill_child()
    dns.set(NAME, "A", *pods.addresses(1, 2), ttl=1)
    wait_until(lambda: len(server.status()) == 2, "another process to ask", 20)
    server.expect("WLM0030", "WLM0035")


@pytest.mark.parametrize("what", ["bad", "gone"])
def test_465_17_they_are_followed_while_the_file_cannot_be_used(shop, dns, pods, what):
    pods.add(1, 2)
    dns.set(NAME, "A", *pods.addresses(1))
    server = shop(f"a:{NAME}:{pods.port}", ("all", pods.port, {"host": NAME, "MaxConnections": 7}))
    server.expect("WLM0001", "WLM0046", "WLM0050")
    file = server.path / "plugin-cfg.xml"
    text = file.read_text()
    if what == "bad":
        file.write_text("<Config><oops")
    else:
        file.unlink()
    dns.set(NAME, "A", *pods.addresses(1, 2))
    wait_until(lambda: set(ask(server)) == {"m1", "m2"}, "the new member")
    assert {m["MaxConnections"] for m in server.status().values()} == {"7"}
    server.restart("graceful", by_signal=True)
    assert set(ask(server)) == {"m1", "m2"}
    dns.set(NAME, "A", *pods.addresses(2))
    wait_until(lambda: set(ask(server)) == {"m2"}, "the next answer")
    file.write_text(text.replace('"7"', '"8"'))
    server.restart("graceful")
    wait_until(lambda: {m["MaxConnections"] for m in server.status().values()} == {"8"}, "the good file")
    assert set(ask(server)) == {"m2"}


def test_465_18_nothing_waits_for_a_name_service_that_hangs(shop, dns, pods):
    pods.add(1)
    dns.set(NAME, "A", *pods.addresses(1))
    server = shop(f"a:{NAME}:{pods.port}", extra="WLMStateFile run/state\n")
    dns.delay = 30
    dns.asked.clear()
    wait_until(lambda: dns.times(NAME), "a question that is not answered")
    begun = time.monotonic()
    server.restart("graceful")
    assert set(ask(server)) == {"m1"}
    wait_until(lambda: len(dns.times(NAME)) > 1, "a question by the new process")
    assert set(ask(server)) == {"m1"}
    assert time.monotonic() - begun < 10
    server.wait_until_idle()
    assert server.terminate() < 5


def test_465_19_in_a_cluster_that_nodes_register_in(httpd, dns, member, pods):
    pods.add(1)
    dns.set(NAME, "A", *pods.addresses(1))
    server, port = httpd(start=False), free_port()
    dns.used_by(server)
    folder_of(server)
    server.configure(extra=ALLOW + "WLMRegistry registry/nodes.xml\nWLMRegistryHosts 127.*\n"
                     f"WLMMembers mycluster/app a:{NAME}:{pods.port}\nWLMConfig registry/nodes.xml\n" + PLACE.format(port=port)).start()
    node = Node(server, port, member("n")).register()
    wait_until(lambda: set(ask(server)) == {"n", "m1"}, "both", 15)
    node.app("DISABLE")
    wait_until(lambda: set(ask(server)) == {"m1"}, "the node to drain")
    dns.set(NAME, "A", *pods.addresses(1, 2))
    node.app("ENABLE")
    pods.add(2)
    wait_until(lambda: set(ask(server)) == {"n", "m1", "m2"}, "all", 15)
    server.restart("graceful")
    assert set(ask(server)) == {"n", "m1", "m2"}


def test_465_20_clusters_of_one_name_in_two_files(shop, dns, pods):
    pods.add(1)
    dns.set(NAME, "A", *pods.addresses(1))
    port = free_port()

    def add_file(server):
        (server.path / "other.xml").write_text(plugin_cfg(Cluster("c", [])))
        return f"Listen 127.0.0.1:{port}\n<VirtualHost 127.0.0.1:{port}>\nWLMConfig other.xml\n</VirtualHost>\n"

    server = shop(f"a:{NAME}:{pods.port}", more=add_file)
    other = Client(port)
    wait_until(lambda: other.member("/app/") == "m1" and server.client.member("/app/") == "m1", "both to have the member")


@pytest.mark.parametrize("policy", ["LoadBalance", "RoundRobin", "Random", "LeastBusy", "PeakEWMA"])
def test_465_21_a_cluster_that_has_no_member_as_yet(shop, dns, policy):
    dns.is_silent = True
    server = shop(f"a:{NAME}:80", waits=False, extra=f"WLMPolicy {policy}\nWLMHealthCheck interval=1\nWLMQueue 5 1\nWLMHedge 10ms\n"
                  "WLMPreferLocal Host\nWLMConcurrency Adaptive\nWLMAffinity Cookie WLM\nWLMAffinity Learn cookie:SID\nWLMOutlier failures=2\n")
    server.expect("WLM0291", "WLM0036")
    pids = set(server.children_pids())
    for headers in ({}, {"Cookie": "JSESSIONID=x:y; WLM=z; SID=s"}):
        assert server.client.get("/app/", **headers).status == 503
    assert server.status() == {} and set(server.children_pids()) == pids


def test_465_22_a_pattern_of_srv_records(shop, dns, pods):
    pods.add(1)
    dns.set("m1.test.example", "A", "127.77.0.1", ttl=60)
    name = "_http._tcp.shop.test.example"
    dns.set(name, "SRV", (1, 1, pods.port, "m1.test.example"))
    server = shop(f"srv:{name}", ("all", 1, {"host": name, "MaxConnections": 7}))
    wait_until(lambda: {n: m["MaxConnections"] for n, m in server.status().items()} == {f"m1.test.example:{pods.port}": "7"}, "the member")
    wait_until(lambda: set(ask(server)) == {"m1"}, "it to serve")


def test_465_23_addresses_of_both_families(shop, dns, pods, member):
    pods.add(1)
    member("six", host="[::1]", port=pods.port)
    dns.set(NAME, "A", *pods.addresses(1))
    dns.set(NAME, "AAAA", "::1")
    server = shop(f"a:{NAME}:{pods.port}", extra="WLMRegistryHosts ::1\n")
    wait_until(lambda: set(ask(server)) == {"m1", "six"}, "both")
    assert server.status()[f"[::1]:{pods.port}"]["CloneID"] == f"--1--{pods.port}"
    dns.answers[NAME, "AAAA"] = SERVFAIL
    pods.add(2)
    dns.set(NAME, "A", *pods.addresses(2))
    wait_until(lambda: set(ask(server)) == {"m2", "six"}, "the family that there are answers for to be followed", 20)


def test_465_24_a_name_that_is_an_alias_of_an_alias(shop, dns, pods):
    """The shortest TTL of the chain counts, whichever record has it, and an alias that leads nowhere is a name that fails."""
    pods.add(1, 2, 3)
    dns.set(NAME, "CNAME", "lb.test.example", ttl=60)
    dns.set("lb.test.example", "CNAME", "blue.test.example", ttl=1)
    dns.set("blue.test.example", "A", *pods.addresses(1, 2), ttl=60)
    dns.set("green.test.example", "A", *pods.addresses(3), ttl=60)
    server = shop(f"a:{NAME}:{pods.port}")
    server.expect("WLM0291")
    wait_until(lambda: ask(server) == {"m1": 6, "m2": 6}, "the members")
    assert server.status()[pods.name(1)]["CloneID"] == f"127-77-0-1-{pods.port}"
    assert server.status()[pods.name(1)]["Source"] == f"a:{NAME}:{pods.port}"
    dns.set("lb.test.example", "CNAME", "green.test.example", ttl=1)
    wait_until(lambda: set(ask(server)) == {"m3"}, "the other end of the chain")
    for target in ("nowhere.test.example", NAME):  # it ends, or it is a circle
        before = server.count("WLM0291")
        dns.set("lb.test.example", "CNAME", target, ttl=1)
        wait_until(lambda: server.count("WLM0291") > before, "it to be told", 20)
        assert set(ask(server)) == {"m3"}
        dns.set("lb.test.example", "CNAME", "green.test.example", ttl=1)
        wait_until(lambda: server.count("WLM0292") > before, "it to be good again", 20)
    assert set(ask(server)) == {"m3"}


@pytest.mark.parametrize("mpm", ["prefork", "worker"])
def test_465_25_with_other_mpms(shop, dns, pods, mpm):
    pods.add(1, 2, 3)
    dns.set(NAME, "A", *pods.addresses(1, 2))
    server = shop(f"a:{NAME}:{pods.port}", mpm=mpm, children=3, threads=4, extra="WLMStateFile run/state\n")
    wait_until(lambda: set(ask(server)) == {"m1", "m2"}, "the members")
    dns.set(NAME, "A", *pods.addresses(1, 3))
    wait_until(lambda: set(ask(server)) == {"m1", "m3"}, "the new one in place of one that has vanished")
    wait_until(lambda: server.count("WLM0290") == 2, "the line of the log, which comes after the members")
    dns.is_silent = True
    server.expect("WLM0291")
    for how in ("graceful", "restart"):
        server.restart(how)
        assert set(ask(server)) == {"m1", "m3"}
    server.stop()
    server.start()
    assert set(ask(server)) == {"m1", "m3"}


def test_465_26_of_many_that_the_file_has_the_first_are_told_and_how_many_others_there_are(shop, dns, pods):
    pods.add(1)
    numbers = range(1, 15)
    dns.set(NAME, "A", *pods.addresses(*numbers))
    server = shop(f"a:{NAME}:{pods.port}", *[(f"s{n}", pods.port, {"host": f"127.77.0.{n}"}) for n in numbers if n != 1])
    wait_until(lambda: "3 more members of WLMMembers are left out, because the file has them" in server.log(), "the number of the others")
    assert server.log().count("of the file has the same address") == 10 and server.count("WLM0294") == 11
    assert set(server.status()) == {pods.name(1), *(f"s{n}" for n in numbers if n != 1)}

"""Stories of shares: who gets new sessions, over three httpd processes and many clients at once."""
import pytest

from wlmtest import wait_until
from wlmtest.client import shares
from wlmtest.plugincfg import Cluster, Route, plugin_cfg

CHILDREN = 3


def serve(httpd, members, weights, attrs=None, **options):
    servers = [(m.name, m.port, {"LoadBalanceWeight": w, **(attrs or {})}) for m, w in zip(members, weights)]
    return httpd(plugin_cfg(Cluster("c", servers, **options)), children=CHILDREN)


def check_shares(server, members, weights, requests=400, within=2, threads=16):
    counts = shares(server.client.load(requests, threads))
    for m, weight in zip(members, weights):
        wanted = requests * weight / sum(weights)
        assert abs(counts[m.name] - wanted) <= within, (counts, weights)
    assert sum(counts.values()) == requests


def test_120_01_one_and_two(httpd, member):
    members = [member("a"), member("b")]
    server = serve(httpd, members, [1, 2])
    check_shares(server, members, [1, 2])


def test_120_02_one_two_one_then_one_down(httpd, member):
    members = [member("a"), member("b"), member("c")]
    server = serve(httpd, members, [1, 2, 1])
    check_shares(server, members, [1, 2, 1])
    members[0].kill()
    server.expect("WLM0030", "WLM0035")
    server.client.load(4, 1)  # one of them finds out
    assert server.count("WLM0035") == 1
    check_shares(server, members, [0, 2, 1])
    pids = {line.split("[pid ")[1].split(":")[0] for line in server.log().splitlines() if "WLM0033" in line}
    assert len(pids) == CHILDREN


@pytest.mark.parametrize("weights", [[20, 20, 20], [20, 20, 19], [7, 1, 3], [1, 0, 1], [10, 20, 30]])
def test_120_03_any_weights(httpd, member, weights):
    members = [member("a"), member("b"), member("c")]
    check_shares(serve(httpd, members, weights), members, weights, 200)


def test_120_04_a_beginning_of_any_length_is_fair(httpd, member):
    members = [member("a"), member("b"), member("c")]
    server = serve(httpd, members, [1, 2, 1])
    answers = server.client.load(40, 1)
    for n in range(1, 41):
        counts = shares(answers[:n])
        for m, weight in zip(members, [1, 2, 1]):
            assert abs(counts[m.name] - n * weight / 4) < 2


def test_120_05_members_without_weight_are_equal(httpd, member):
    members = [member("a"), member("b")]
    server = httpd(plugin_cfg(Cluster("c", [(m.name, m.port, {}) for m in members])), children=CHILDREN)
    check_shares(server, members, [1, 1], 100)


def test_120_06_random_by_weight(httpd, member):
    members = [member("a"), member("b")]
    server = serve(httpd, members, [1, 3], LoadBalance="Random")
    check_shares(server, members, [1, 3], 400, within=45)  # 5 standard deviations


def test_120_07_weight_0_keeps_its_sessions_only(httpd, member):
    members = [member("a"), member("b")]
    server = serve(httpd, members, [0, 1])
    check_shares(server, members, [0, 1], 50, within=0)
    assert server.client.member(Cookie="JSESSIONID=0000x:a") == "a"


def test_120_08_backups_in_their_order_while_no_primary_can(httpd, member):
    a, x, y = member("a"), member("x"), member("y")
    server = httpd(plugin_cfg(Cluster("c", [(m.name, m.port, {}) for m in (y, x, a)], primaries=["a"],
                                      backups=["x", "y"], RetryInterval=1)), children=CHILDREN)
    server.expect("WLM0030", "WLM0035")
    assert shares(server.client.load(10, 1)) == {"a": 10}
    a.kill()
    assert shares(server.client.load(10, 1)) == {"x": 10}
    x.kill()
    assert shares(server.client.load(10, 1)) == {"y": 10}
    assert server.client.member(Cookie="JSESSIONID=0000s:y") == "y"
    a.start()
    wait_until(lambda: server.client.member() == "a", "the primary to be used again")
    assert shares(server.client.load(10, 1)) == {"a": 10}
    assert server.client.member(Cookie="JSESSIONID=0000s:y") == "y"  # its sessions stay


def test_120_09_affinity_requests_count_when_they_are_not_ignored(httpd, member):
    members = [member("a"), member("b")]
    server = serve(httpd, members, [1, 1], IgnoreAffinityRequests="false")
    for _ in range(30):
        assert server.client.member(Cookie="JSESSIONID=0000x:a") == "a"
    assert shares(server.client.load(30, 1)) == {"b": 30}
    check_shares(server, members, [1, 1], 50)


def test_120_10_two_clusters_with_servers_of_one_name_do_not_mix(httpd, member):
    a, other, b = member("a"), member("other"), member("b")
    server = httpd(plugin_cfg(Cluster("c1", [("s", a.port, {}), ("t", b.port, {})]), Cluster("c2", [("s", other.port, {})]),
                              routes=[Route("c1", ["/one/*"]), Route("c2", ["/two/*"])]))
    server.expect("WLM0030", "WLM0035")
    a.kill()
    assert shares(server.client.load(6, 1, "/one/")) == {"b": 6}
    assert shares(server.client.load(6, 1, "/two/")) == {"other": 6}


def rotation(server, names, requests):
    """The places in the rotation, in which members stand in the order of the file, of so many requests by one client."""
    places = []
    for _ in range(requests):
        before = {n: int(m["Requests"]) for n, m in server.status().items()}
        assert server.client.get().status == 200
        places += [names.index(n) for n, m in server.status().items() if int(m["Requests"]) > before[n]]
    return places


def test_120_11_web_servers_begin_anywhere_in_the_rotation_and_it_is_exact_all_the_same(httpd, member):
    port, names = member("m").port, [f"m{i}" for i in range(40)]
    servers = [httpd(plugin_cfg(Cluster("c", [(name, port, {}) for name in names]))) for _ in range(6)]
    begins = [rotation(server, names, 1)[0] for server in servers]
    assert len(set(begins)) > 1, begins  # all the same by chance: once in 40^5 runs
    servers[0].client.load(39, 1)
    assert {m["Requests"] for m in servers[0].status().values()} == {"1"}

"""Stories of sessions: they stay, and move only when they must."""
import re

import pytest

from wlmtest import wait_until
from wlmtest.client import shares
from wlmtest.plugincfg import Cluster, Route, plugin_cfg


@pytest.fixture
def three(httpd, member):
    """Members s1, s2, s3; returns (httpd, members by name)."""
    def make(extra="", routes=None, attrs=None, **options):
        members = {n: member(n) for n in ("s1", "s2", "s3")}
        cluster = Cluster("c", [(n, m.port, attrs or {}) for n, m in members.items()], **options)
        return httpd(plugin_cfg(cluster, routes=routes), extra, children=3), members
    return make


def test_130_01_a_session_stays_over_all_children(three):
    server, _ = three()
    answer = server.client.get()
    cookie = answer.headers["Set-Cookie"].split(";")[0]
    name = answer.headers["X-Member"]
    for hits in range(2, 32):
        fields = server.client.fields(Cookie=cookie)
        assert (fields["member"], fields["hits"], fields["fo"]) == (name, str(hits), "-")


COOKIES = [
    ("JSESSIONID=0000abc:s2", "s2"), ("JSESSIONID=abc.s3", "s3"), ("JSESSIONID=0000abc:s3:s2", "s3"),
    ("JSESSIONID=0000abc:gone:s2", "s2"), ("a=b; JSESSIONID=\"0000abc:s2\"; c=d", "s2"),
    ("JSESSIONID=0000abc:gone; JSESSIONID=0000def:s3", "s3"), ("OTHER=1; JSESSIONID=0000abc:s1", "s1"),
    ("JSESSIONID=vF3kQ.s2.s3.s1", "s2"), ("JSESSIONID=vF3kQ.gone.s3", "s3"),
]


@pytest.mark.parametrize("cookie,name", COOKIES)
def test_130_02_cookies_of_all_kinds(three, cookie, name):
    server, _ = three()
    assert {server.client.member(Cookie=cookie) for _ in range(4)} == {name}


def test_130_03_several_cookie_headers(three):
    server, _ = three()
    head = b"GET /app/ HTTP/1.1\r\nHost: h\r\nConnection: close\r\nCookie: a=b\r\nCookie: JSESSIONID=0000x:s3\r\n\r\n"
    for _ in range(3):
        assert b"X-Member: s3" in server.client.raw(head)


@pytest.mark.parametrize("target,name", [
    ("/app/x;jsessionid=0000abc:s2", "s2"), ("/app/x;jsessionid=0000abc%3As3?q=;jsessionid=0:s1", "s3"),
    ("/app;jsessionid=abc.s1/page", "s1"),
])
def test_130_04_sessions_in_the_url(three, target, name):
    server, _ = three()
    assert {server.client.member(target) for _ in range(4)} == {name}


def test_130_05_a_cookie_comes_before_the_url(three):
    server, _ = three()
    assert server.client.member("/app/;jsessionid=0000x:s1", Cookie="JSESSIONID=0000x:s2") == "s2"


def test_130_06_names_are_those_of_the_uri_that_won(three):
    server, _ = three(routes=[Route("c", ["/app/*", ("/app/special/*", {"AffinityCookie": "SID",
                                                                          "AffinityURLIdentifier": "sid"})])])
    assert {server.client.member("/app/special/", Cookie="JSESSIONID=0:s1; SID=0:s2") for _ in range(4)} == {"s2"}
    assert {server.client.member("/app/special/;sid=0:s3") for _ in range(4)} == {"s3"}
    assert {server.client.member("/app/", Cookie="JSESSIONID=0:s1; SID=0:s2") for _ in range(4)} == {"s1"}


def test_130_07_plus_separates_with_clone_separator_change(three):
    server, _ = three(CloneSeparatorChange="true")
    assert {server.client.member(Cookie="JSESSIONID=0000abc+s2+s3") for _ in range(4)} == {"s2"}
    assert len({server.client.member(Cookie="JSESSIONID=0000abc:s2") for _ in range(6)}) == 3


def test_130_08_other_separators(three):
    server, _ = three(extra='WLMCloneSeparators "!"\n')
    assert {server.client.member(Cookie="JSESSIONID=abc!s2!s3") for _ in range(4)} == {"s2"}


def test_130_09_an_unknown_clone_id_is_balanced(three):
    server, _ = three()
    answers = [server.client.get(Cookie="JSESSIONID=0000abc:gone") for _ in range(30)]
    assert set(shares(answers).values()) == {10}
    assert all(b"fo=-" in a.body for a in answers)


def test_130_10_sessions_of_a_dead_member_spread_and_others_stay(three):
    server, members = three(PostBufferSize=0)
    server.expect("WLM0030", "WLM0035")
    members["s2"].kill()
    answers = [server.client.get(Cookie="JSESSIONID=0000abc:s2") for _ in range(40)]
    counts = shares(answers)
    assert counts["s1"] + counts["s3"] == 40
    assert abs(counts["s1"] - counts["s3"]) <= 2  # the one that met the dead member was drawn at random
    assert all(b"fo=true" in a.body for a in answers)
    for _ in range(5):
        fields = server.client.fields(Cookie="JSESSIONID=0000abc:s3")
        assert (fields["member"], fields["fo"]) == ("s3", "-")


def test_130_17_sessions_of_a_dead_member_spread_by_weight(httpd, member):
    members = [member(name) for name in ("gone", "small", "large")]
    weights = (3, 1, 2)
    servers = [(m.name, m.port, {"LoadBalanceWeight": w}) for m, w in zip(members, weights)]
    server = httpd(plugin_cfg(Cluster("c", servers)), children=3)
    server.expect("WLM0030", "WLM0035")
    members[0].kill()
    answers = [server.client.get(Cookie=f"JSESSIONID=0000abc{i}:gone") for i in range(60)]
    counts = shares(answers)
    assert abs(counts["small"] - 20) <= 2 and abs(counts["large"] - 40) <= 2, counts


def test_130_11_the_next_in_the_list_takes_over_and_is_told(three):
    server, members = three(RetryInterval=1)
    server.expect("WLM0030", "WLM0035")
    members["s1"].kill()
    for _ in range(5):
        fields = server.client.fields(Cookie="JSESSIONID=0000abc:s1:s3")
        assert (fields["member"], fields["fo"]) == ("s3", "true")
    members["s1"].start()
    wait_until(lambda: server.client.member(Cookie="JSESSIONID=0000abc:s1:s3") == "s1", "the way back")


def test_130_18_ranked_routes_move_to_the_next_in_the_list(three):
    server, members = three(RetryInterval=1)
    server.expect("WLM0030", "WLM0035")
    members["s1"].kill()
    for cookie in ("JSESSIONID=vF3kQ.s1.s3", "JSESSIONID=vF3kQ.s1.s3.s2"):
        fields = server.client.fields(Cookie=cookie)
        assert (fields["member"], fields["fo"]) == ("s3", "true")
    assert server.client.member("/app/;jsessionid=vF3kQ.s1.s3") == "s3"
    members["s1"].start()
    wait_until(lambda: server.client.member(Cookie="JSESSIONID=vF3kQ.s1.s3") == "s1", "the way back")


def test_130_19_a_route_with_dots_is_one_before_it_is_several(httpd, member):
    whole, part = member("whole"), member("part")
    server = httpd(plugin_cfg(Cluster("c", [("part", part.port, {"CloneID": "node1"}),
                                            ("whole", whole.port, {"CloneID": "node1.example"})])))
    assert {server.client.member(Cookie="JSESSIONID=abc.node1.example") for _ in range(4)} == {"whole"}
    assert {server.client.member(Cookie="JSESSIONID=abc.node1.other") for _ in range(4)} == {"part"}


def test_130_12_strict_affinity_rather_fails(three):
    server, members = three(extra="WLMStrictAffinity On\n")
    server.expect("WLM0030", "WLM0035", "WLM0036")
    members["s2"].kill()
    answer = server.client.get(Cookie="JSESSIONID=0000abc:s2")
    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) >= 1
    assert server.client.get().status == 200
    assert server.client.get(Cookie="JSESSIONID=0000abc:gone").status == 200


def test_130_13_the_access_log_tells(three):
    server, members = three(extra='LogFormat "%{WLM_CLUSTER}e %{WLM_MEMBER}e %{WLM_AFFINITY}e %{WLM_ATTEMPTS}e '
                            '%{WAS}e %{RH}e %U" wlm\nCustomLog access_log wlm\n')
    server.expect("WLM0030", "WLM0035")
    server.client.get("/app/kept", Cookie="JSESSIONID=0000abc:s2")
    server.client.get("/app/new")
    members["s2"].kill()
    server.client.get("/app/moved", Cookie="JSESSIONID=0000abc:s2")
    server.client.get("/index.html")
    server.stop()
    lines = {line.split()[-1]: line.split()[:-1] for line in (server.path / "access_log").read_text().splitlines()}
    assert lines["/app/kept"] == ["c", "s2", "kept", "1", f"127.0.0.1:{members['s2'].port}", "httpd/mod_wlm.c"]
    assert lines["/app/new"][2:4] == ["new", "1"]
    assert lines["/app/moved"][2:4] == ["moved", "2"]
    assert re.match(r"s[13]$", lines["/app/moved"][1])
    assert lines["/index.html"] == ["-"] * 6


def test_130_14_without_clone_ids_nothing_is_kept(httpd, member):
    members = [member("s1"), member("s2")]
    server = httpd(plugin_cfg(Cluster("c", [(m.name, m.port, {"CloneID": None}) for m in members])),
                   'LogFormat "%{WLM_AFFINITY}e" wlm\nCustomLog access_log wlm\n')
    assert shares([server.client.get(Cookie="JSESSIONID=0000abc:s1") for _ in range(10)]) == {"s1": 5, "s2": 5}
    server.stop()
    assert (server.path / "access_log").read_text().count("none\n") == 10


def test_130_15_a_session_outlives_a_restart(three):
    server, _ = three()
    server.stop()
    server.start()
    assert {server.client.member(Cookie="JSESSIONID=0000abc:s3") for _ in range(4)} == {"s3"}
    before = set(server.children_pids())
    assert server.run("-k", "graceful").returncode == 0
    wait_until(lambda: server.children_pids() and not before & set(server.children_pids()), "new children")
    assert {server.client.member(Cookie="JSESSIONID=0000abc:s3") for _ in range(4)} == {"s3"}

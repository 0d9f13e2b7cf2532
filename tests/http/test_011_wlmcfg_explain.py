"""wlmcfg explain: what it says of a request, and that httpd does the same."""

import json
import random
import re
import subprocess
import xml.etree.ElementTree as ET

import pytest

from wlmtest import BUILD, each_sample
from wlmtest.plugincfg import Cluster, Route, plugin_cfg

PROGRAM = BUILD / "wlmcfg"

SHOP = """<Config>
  <VirtualHostGroup Name="shop"><VirtualHost Name="shop.example:443"/><VirtualHost Name="*:80"/></VirtualHostGroup>
  <VirtualHostGroup Name="admin"><VirtualHost Name="admin.example:*"/></VirtualHostGroup>
  <ServerCluster Name="web" RetryInterval="30">
    <Server Name="a" CloneID="c1" LoadBalanceWeight="3"><Transport Hostname="a" Port="9080"/></Server>
    <Server Name="b" CloneID="c2" LoadBalanceWeight="1"><Transport Hostname="b" Port="9080"/></Server>
    <Server Name="z" CloneID="c3" LoadBalanceWeight="0"><Transport Hostname="z" Port="9080"/></Server>
    <Server Name="t" CloneID="c4"><Transport Hostname="t" Port="9443" Protocol="https"><Property Name="keyring" Value="k.kdb"/></Transport></Server>
    <Server Name="r" CloneID="c5"><Transport Hostname="r" Port="9080"/></Server>
    <PrimaryServers><Server Name="a"/><Server Name="b"/><Server Name="z"/><Server Name="t"/></PrimaryServers>
    <BackupServers><Server Name="r"/></BackupServers>
  </ServerCluster>
  <ServerCluster Name="rest"><Server Name="o"><Transport Hostname="o" Port="1"/></Server></ServerCluster>
  <ServerCluster Name="empty">
    <Server Name="e" LoadBalanceWeight="0"><Transport Hostname="e" Port="1"/></Server>
  </ServerCluster>
  <UriGroup Name="shop_URIs">
    <Uri Name="/shop/*"/><Uri Name="/shop/cart"/><Uri Name="/own/*" AffinityCookie="OWN" AffinityURLIdentifier="own"/>
  </UriGroup>
  <UriGroup Name="admin_URIs"><Uri Name="/shop/admin/*"/></UriGroup>
  <UriGroup Name="star_URIs"><Uri Name="/shop/car*t"/></UriGroup>
  <UriGroup Name="empty_URIs"><Uri Name="/empty"/></UriGroup>
  <Route ServerCluster="web" UriGroup="shop_URIs" VirtualHostGroup="shop"/>
  <Route ServerCluster="rest" UriGroup="admin_URIs" VirtualHostGroup="admin"/>
  <Route ServerCluster="rest" UriGroup="shop_URIs"/>
  <Route ServerCluster="rest" UriGroup="star_URIs"/>
  <Route ServerCluster="empty" UriGroup="empty_URIs"/>
  <Route ServerCluster="empty" UriGroup="empty_URIs"/>
</Config>
"""
NOTHING = {"virtual_host_group": None, "uri": None, "cluster": None,
           "affinity": {"source": None, "clone_ids": [], "member": None, "bindings": []}, "candidates": [], "directives": [], "second_member": False}


@pytest.fixture
def shop(tmp_path):
    path = tmp_path / "shop.xml"
    path.write_text(SHOP)
    return path


def wlmcfg(*args):
    return subprocess.run([PROGRAM, *args], capture_output=True, text=True, timeout=20, check=False)


def explain(*args):
    """The steps: {heading: [line without indent]}."""
    r = wlmcfg("explain", *args)
    assert (r.returncode, r.stderr) == (0, "")
    steps = {}
    for line in r.stdout.splitlines():
        if line.startswith(" "):
            steps[heading].append(line.strip())
        else:
            heading = line.split(" ")[0]
            steps[heading] = []
    return steps


def explain_json(*args):
    r = wlmcfg("explain", "--json", *args)
    assert (r.returncode, r.stderr) == (0, "")
    return json.loads(r.stdout)


def words(value):
    """The name of a case: what is asked for."""
    return " ".join(value) if isinstance(value, list) else ""


def headers(*fields):
    return [word for field in fields for word in ("--header", field)]


def down(*names):
    return [word for name in names for word in ("--down", name)]


# -- the call --------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("args", [
    [], ["FILE"], ["FILE", "GET", "/", "x"], ["--strict", "FILE", "/"], ["FILE", "shop"], ["FILE", ""], ["FILE", "*"],
    ["FILE", "ftp://x/"], ["FILE", "http://"], ["FILE", "http:///x"], ["FILE", "http://x:0/"],
    ["FILE", "http://x:65536/"], ["FILE", "http://x:y/"], ["FILE", "http://a,b/"], ["FILE", "/a b"], ["FILE", "/a\nb"],
    ["FILE", "G T", "/"], ["FILE", "", "/"], ["FILE", "/", "--header", "x"], ["FILE", "/", "--header", "Host: a/b"],
    ["FILE", "/", "--header", "Host: x:65536"], ["FILE", "/", "--header", "Host: ."], ["FILE", "/", "--header"],
    ["FILE", "/", "--header", "Cookie: a\nb"], ["FILE", "/", "--down", "nobody"], ["FILE", "/", "--down"],
], ids=" ".join)
def test_a_wrong_call_is_told_apart(shop, args):
    r = wlmcfg("explain", *[shop if word == "FILE" else word for word in args])
    assert r.returncode == 2 and not r.stdout and "--help" in r.stderr


@pytest.mark.parametrize("args", [["check", "--header", "a: b"], ["show", "--down", "a"], ["schema", "--down", "a"]])
def test_other_commands_do_not_have_its_options(shop, args):
    assert wlmcfg(*args, shop).returncode == 2


def test_a_file_with_errors_is_not_explained(tmp_path):
    path = tmp_path / "x.xml"
    path.write_text(SHOP.replace('RetryInterval="30"', 'RetryInterval="x"'))
    for args in (["/shop/"], ["--json", "/shop/"]):
        r = wlmcfg("explain", path, *args)
        assert (r.returncode, r.stdout) == (1, "") and "[bad-number]" in r.stderr


def test_output_that_cannot_be_written_is_no_success(shop):
    with open("/dev/full", "w") as full:
        for args in ([], ["--json"]):
            r = subprocess.run([PROGRAM, "explain", shop, "/", *args], stdout=full, stderr=subprocess.PIPE, text=True,
                               timeout=20, check=False)
            assert r.returncode == 2 and "written" in r.stderr


# -- the route ---------------------------------------------------------------------------------------------------------

# what is asked for -> cluster, URI, group of hosts
WINNERS = [
    (["https://shop.example/shop/cart"], ("web", "/shop/cart", "shop")),
    (["https://SHOP.example:443/shop/x"], ("web", "/shop/*", "shop")),
    (["https://other.example/shop/x"], ("rest", "/shop/*", None)),
    (["http://other.example/shop/x"], ("web", "/shop/*", "shop")),
    (["http://other.example:81/shop/x"], ("rest", "/shop/*", None)),
    (["/shop"], ("web", "/shop/*", "shop")),
    (["/shop", *headers("Host: x:81")], ("rest", "/shop/*", None)),
    (["https://x/shop", *headers("Host: shop.example")], ("web", "/shop/*", "shop")),
    (["http://admin.example:7/shop/admin/x"], ("rest", "/shop/admin/*", "admin")),
    (["http://admin.example:7/x/../%73hop//admin;v=1/x?q#f"], ("rest", "/shop/admin/*", "admin")),
    (["POST", "//shop/cart"], ("web", "/shop/cart", "shop")),
    (["http://user:word@shop.example:443/shop/"], ("web", "/shop/*", "shop")),
    (["http://[::1]:80/shop/"], ("web", "/shop/*", "shop")),
]


@pytest.mark.parametrize("args, wanted", WINNERS, ids=words)
def test_the_route_that_wins(shop, args, wanted):
    told = explain_json(shop, *args)
    assert (told["cluster"], told["uri"], told["virtual_host_group"]) == wanted
    assert not told["declined"] and not told["refused"]
    steps = explain(shop, *args)
    assert steps["route"][0] == "wins" and steps["route"][1].endswith("cluster " + wanted[0])
    assert steps["result"][0].startswith("cluster " + wanted[0])


def test_compat_keeps_the_port_of_the_url(tmp_path):
    path = tmp_path / "x.xml"
    path.write_text(SHOP.replace("<Config>", '<Config VHostMatchingCompat="true">'))
    assert explain_json(path, "http://x:81/shop/", *headers("Host: shop.example:443"))["cluster"] == "rest"
    assert explain_json(path, "http://x:443/shop/", *headers("Host: shop.example:81"))["cluster"] == "web"


# what is asked for -> what is said of the others: (how it ends, line of the Route)
LOSERS = [
    (["https://shop.example/shop/cart"],
     [("wins", 23), ("loses: less exact host", 25), ("loses: wildcard instead of exact URI", 26),
      ("loses: shorter URI: 6 characters without *, the winner's has 10", 23),
      ("loses: shorter URI: 6 characters without *, the winner's has 10", 25)]),
    (["http://x/shop/admin/"], [("wins", 23), ("loses: less exact host", 25), ("not for this host", 24)]),
    (["/empty"], [("wins", 27), ("loses: later in the file", 28)]),
]


@pytest.mark.parametrize("args, wanted", LOSERS, ids=["cart", "admin", "empty"])
def test_what_nearly_won_and_why_not(shop, args, wanted):
    route = explain(shop, *args)["route"]
    lines = [int(re.match(r"line (\d+), cluster", line)[1]) for line in route[1::4]]
    assert list(zip(route[0::4], lines)) == wanted


def test_hosts_and_uris_of_a_route_are_named(shop):
    route = explain(shop, "http://x/shop/admin/")["route"]
    assert route[2:4] == ["host *:80, of shop", "URI /shop/*, of shop_URIs"]
    assert route[6:8] == ["every host", "URI /shop/*, of shop_URIs"]
    assert route[10:12] == ["hosts admin.example:*, of admin", "URI /shop/admin/*, of admin_URIs"]


# -- no member ---------------------------------------------------------------------------------------------------------

# what is asked for -> declined, refused, a word of the result
ASIDE = [
    (["/nowhere"], 1, 0, "no route matches"),
    (["TRACE", "/shop/"], 1, 0, "TRACE"),
    (["CONNECT", "/shop/"], 1, 0, "CONNECT"),
    (["/shop/..;/x"], 0, 1, "ambiguous"),
    (["/x/..;/shop/"], 0, 1, "ambiguous"),
    (["/shop/..%2Fx"], 0, 1, "ambiguous"),
    (["/shop;%2F..%2Fx"], 0, 1, "ambiguous"),
    (["/x/..;/y"], 1, 0, "no route matches"),
    (["/../shop/"], 0, 1, "above"),
    (["/shop/%zz"], 0, 1, "escape"),
    (["/shop/%00"], 0, 1, "escape"),
]


@pytest.mark.parametrize("args, declined, refused, word", ASIDE, ids=words)
def test_what_goes_to_no_member(shop, args, declined, refused, word):
    assert explain_json(shop, *args) == {**NOTHING, "declined": bool(declined), "refused": bool(refused)}
    (result,) = explain(shop, *args)["result"]
    assert result.startswith("declined" if declined else "refused") and word in result


def test_a_route_for_other_hosts_only_is_declined_and_told(tmp_path):
    path = tmp_path / "x.xml"
    route = Route("app", hosts=["a.example:80", "b.example:*"])
    path.write_text(plugin_cfg(Cluster("app", [("a", 1, {})]), routes=[route]))
    steps = explain(path, "http://c.example/app/x")
    assert steps["route"][0] == "not for this host" and steps["route"][2].startswith("hosts a.example:80 b.example:*")
    assert "for this host" in steps["result"][0]


def test_a_file_without_routes_declines_all(tmp_path):
    path = tmp_path / "x.xml"
    path.write_text("<Config/>")
    assert explain_json(path, "/x") == {**NOTHING, "declined": True, "refused": False}
    assert explain(path, "/x")["route"] == ["the file has no routes"]


def test_an_encoded_slash_is_told(shop):
    assert any("AllowEncodedSlashes" in line for line in explain(shop, "/shop/a%2Fb")["request"])
    assert not any("AllowEncodedSlashes" in line for line in explain(shop, "/shop/a%252Fb")["request"])


# -- the session -------------------------------------------------------------------------------------------------------

# what is asked for -> source, clone ids, member
SESSIONS = [
    (["/shop/"], (None, [], None)),
    (["/shop/", *headers("Cookie: JSESSIONID=0000x:c2")], ("cookie", ["c2"], "b")),
    (["/shop/", *headers("cookie: a=b; JSESSIONID=0000x:c9:c2:c1")], ("cookie", ["c9", "c2", "c1"], "b")),
    (["/shop/", *headers("Cookie: JSESSIONID=0000x:c9", "Cookie: JSESSIONID=0000y:c1")], ("cookie", ["c9", "c1"], "a")),
    (["/shop/", *headers("Cookie: JSESSIONID=0000x")], ("cookie", [], None)),
    (["/shop/", *headers("Cookie: JSESSIONID=0000x:c9")], ("cookie", ["c9"], None)),
    (["/shop/", *headers("Cookie: JSESSIONID=x.c1")], ("cookie", ["c1"], "a")),
    (["/shop/", *headers("Cookie: JSESSIONID=x.c2.c1")], ("cookie", ["c2.c1", "c2", "c1"], "b")),
    (["/shop/", *headers("Cookie: JSESSIONID=x.c2.c1"), *down("b")], ("cookie", ["c2.c1", "c2", "c1"], "a")),
    (["/shop/", *headers("Cookie: OWN=0000x:c1")], (None, [], None)),
    (["/own/", *headers("Cookie: OWN=0000x:c1")], ("cookie", ["c1"], "a")),
    (["/shop/;jsessionid=0000x:c2"], ("url", ["c2"], "b")),
    (["/own/x;own=0000x:c2?q"], ("url", ["c2"], "b")),
    (["/shop/;jsessionid=0000x:c2", *headers("Cookie: JSESSIONID=0000x:c1")], ("cookie", ["c1"], "a")),
    (["/shop/", *headers("Cookie: JSESSIONID=0000x:c3")], ("cookie", ["c3"], "z")),  # weight 0 keeps its sessions
    (["/shop/", *headers("Cookie: JSESSIONID=0000x:c5")], ("cookie", ["c5"], "r")),  # and so does a backup
    (["/shop/", *headers("Cookie: JSESSIONID=0000x:c4")], ("cookie", ["c4"], None)),
    (["/shop/", *headers("Cookie: JSESSIONID=0000x:c1:c2"), *down("a")], ("cookie", ["c1", "c2"], "b")),
    (["/shop/", *headers("Cookie: JSESSIONID=0000x:c1"), *down("a")], ("cookie", ["c1"], None)),
    (["/empty", *headers("Cookie: JSESSIONID=0000x:c1")], ("cookie", ["c1"], None)),
]


@pytest.mark.parametrize("args, wanted", SESSIONS, ids=words)
def test_the_member_of_a_session(shop, args, wanted):
    told = explain_json(shop, *args)
    assert tuple(told["affinity"].values()) == (*wanted, [])
    if wanted[2]:
        assert explain(shop, *args)["result"] == [f"cluster web, member {wanted[2]}"]


def test_what_is_said_of_a_session(shop):
    assert explain(shop, "/shop/", *headers("Cookie: JSESSIONID=0000x:c9:c1:c2"), *down("a"))["session"] == [
        "from cookie JSESSIONID", "clone id c9: no member has it", "clone id c1: member a", "clone id c2: member b",
        "goes to b, for the members named before it cannot serve"]
    assert explain(shop, "/shop/", *headers("Cookie: JSESSIONID=x.c2.c9"))["session"] == [
        "from cookie JSESSIONID", "clone id c2.c9: no member has it as a whole", "clone id c2: member b",
        "clone id c9: no member has it", "goes to b"]
    assert explain(shop, "/shop/")["session"] == [
        "none: no cookie JSESSIONID, no path parameter jsessionid", "it goes where a new session goes"]
    assert "keeps no sessions" in explain(shop, "/empty")["session"][-1]


# -- the members -------------------------------------------------------------------------------------------------------

# marked down -> who gets new sessions
SHARES = [
    ([], {"a": 75, "b": 25}),
    (["b"], {"a": 100}),
    (["z", "t", "r"], {"a": 75, "b": 25}),
    (["a", "b"], {"r": 100}),
    (["a", "b", "r"], {"a": 100}),      # the last resort
]


@pytest.mark.parametrize("names, wanted", SHARES, ids=str)
def test_shares_of_new_sessions(shop, names, wanted):
    candidates = explain_json(shop, "/shop/", *down(*names))["candidates"]
    assert {c["name"]: c["share"] for c in candidates} == wanted


def test_why_a_member_has_no_share(shop):
    assert explain(shop, "/shop/", *down("a", "r"))["members"] == [
        "0.0 %  a, a:9080", "down, tried again after 30 s", "100.0 %  b, b:9080",
        "0.0 %  z, z:9080", "weight 0: it has no new sessions",
        "0.0 %  t, -", "its https transport is not used, for OpenSSL cannot read the keyring k.kdb (unless WLMTLSTrust is given)",
        "0.0 %  r, r:9080", "backup: it serves while no primary can", "down, tried again after 30 s"]
    assert "the last resort, for no member is up" in explain(shop, "/shop/", *down("a", "b", "r"))["members"]


def test_a_cluster_without_weight_cannot_serve_new_sessions(shop):
    told = explain_json(shop, "/empty")
    assert (told["cluster"], told["candidates"], told["declined"]) == ("empty", [], False)
    assert "503" in explain(shop, "/empty")["members"][-1]


def test_shares_are_told_to_a_millionth(tmp_path):
    path = tmp_path / "x.xml"
    path.write_text(plugin_cfg(Cluster("app", [(n, 1, {}) for n in "abc"])))
    assert [c["share"] for c in explain_json(path, "/app/")["candidates"]] == [33.3333] * 3


# -- the same as httpd -------------------------------------------------------------------------------------------------

PIECES = ["/", "/", "a", "b", "..", ".", "//", ";v=1", ";", "%61", "%2e", "%2F", "%3B", "%25", "x.jsp", "%20"]


def targets(count):
    dice = random.Random(11)
    fixed = ["/", "/a", "/a/", "/a/b", "/a/..;/b", "/x.jsp", "/a/x.jsp;v", "/..", "/a/../..", "/a/../../b", "//..",
             "/%zz"]
    return fixed + ["/" + "".join(dice.choices(PIECES, k=dice.randint(1, 6))) for _ in range(count)]


def test_011_01_httpd_does_what_is_told(httpd, member):
    members = {name: member(name) for name in ("a", "b", "c")}
    server = httpd(plugin_cfg(*[Cluster(name, [(name, m.port, {})]) for name, m in members.items()], routes=[
        Route("a", ["/a/*", "/a/b", "*.jsp"], hosts=["*:80", "*:8080"]),
        Route("b", ["/a/*", "/b*", "/a/*/b"], hosts=["www.example:*"]),
        Route("c", ["/a*a", "/*.jsp", "/.*"], hosts=None)]), "AllowEncodedSlashes On\n")
    server.expect("WLM0009", "WLM0001")     # "/.*" is meant as it stands, though it looks like a regular expression
    hosts = ["www.example", "WWW.example:8080", "other.example:80", "other.example:1", "www.example.:80"]
    dice, kinds = random.Random(12), set()
    for target in targets(300):
        host = dice.choice(hosts)
        told = explain_json(server.path / "plugin-cfg.xml", target, *headers(f"Host: {host}"))
        answer = server.client.get(target, Host=host)
        done = answer.headers.get("X-Member") or ("refused" if answer.status == 400 else "declined")
        assert (told["cluster"] or ("refused" if told["refused"] else "declined")) == done, (target, host)
        kinds.add(done)
    assert kinds == {"a", "b", "c", "refused", "declined"}


def test_011_02_sessions_go_where_is_told(httpd, member):
    a, b = member("a"), member("b")
    server = httpd(plugin_cfg(Cluster("app", [("a", a.port, {}), ("b", b.port, {})])))
    for cookie in ("0000x:a", "0000x:b", "0000x:q:b:a", "x.a"):
        told = explain_json(server.path / "plugin-cfg.xml", "/app/", *headers(f"Cookie: JSESSIONID={cookie}"))
        assert told["affinity"]["member"] == server.client.member("/app/", Cookie=f"JSESSIONID={cookie}")


# -- the client's scheme -----------------------------------------------------------------------------------------------

@pytest.mark.parametrize("url,config,members", [
    ("http://x/", "", ["a, h:1", "b, h:3"]), ("https://x/", "", ["a, h:2", "b, -"]),
    ("https://x/", ' UseInsecure="true"', ["a, h:2", "b, h:3"]),
])
def test_members_are_those_for_the_clients_scheme(tmp_path, url, config, members):
    server = ('<Server Name="%s"><Transport Hostname="h" Port="%d"/><Transport Hostname="h" Port="%d" Protocol="https">'
              '<Property Name="keyring" Value="/nowhere/k.%s"/></Transport></Server>')
    path = tmp_path / "plugin-cfg.xml"
    path.write_text(f"<Config{config}><ServerCluster Name=\"c\">{server % ('a', 1, 2, 'pem')}{server % ('b', 3, 4, 'kdb')}</ServerCluster>"
                    '<UriGroup Name="u"><Uri Name="/*"/></UriGroup><Route ServerCluster="c" UriGroup="u"/></Config>')
    told = wlmcfg("explain", path, url).stdout
    assert [m in told for m in members] == [True, True], told


@pytest.mark.parametrize("config, url, told, shown", [
    ("", "http://x/", "100.0 %  s, h:1", "100.0 % of new sessions of http clients, 0.0 % of https clients"),
    ("", "https://x/", "its http transport is not for https clients, unless UseInsecure is true", "0.0 % of https clients"),
    (' UseInsecure="true"', "https://x/", "100.0 %  s, h:1", "weight 2, 100.0 % of new sessions, no clone id"),
])
def test_a_keyring_that_cannot_be_read_is_told_and_has_no_share(tmp_path, config, url, told, shown):
    path = tmp_path / "plugin-cfg.xml"
    path.write_text(f'<Config{config}><ServerCluster Name="c"><Server Name="s"><Transport Hostname="h" Port="1"/><Transport Hostname="h" '
                    'Port="2" Protocol="https"><Property Name="keyring" Value="/nowhere/k.kdb"/></Transport></Server></ServerCluster>'
                    '<Route ServerCluster="c"/></Config>')
    explained = wlmcfg("explain", path, url).stdout
    assert told in explained and "the keyring /nowhere/k.kdb" in explained
    tree = wlmcfg("show", path).stdout
    assert shown in tree and "https://h:2 (not used, for OpenSSL cannot read the keyring /nowhere/k.kdb" in tree


LOST = ('<Config><VirtualHostGroup Name="v"><VirtualHost Name="*:80"/></VirtualHostGroup><UriGroup Name="u"><Uri Name="/a/*"/></UriGroup>\n'
        "%s</Config>")
GOOD_ROUTE = ('\n<ServerCluster Name="good"><Server Name="s"><Transport Hostname="h" Port="1"/></Server></ServerCluster>'
              '<Route ServerCluster="good" UriGroup="u"/>')


@pytest.mark.parametrize("routes, url, lines, result", [
    ('<Route ServerCluster="c" UriGroup="u" VirtualHostGroup="v"/>', "http://x/a/b",
     ["has no effect, but would match", "line 2, cluster c", 'ServerCluster "c" is not in the file'],
     'the route in line 2 would match, but has no effect: ServerCluster "c" is not in the file'),
    ('<Route ServerCluster="c" UriGroup="u" VirtualHostGroup="v"/>', "http://x/b", ["no route of the file has an effect"],
     "no route of the file has an effect"),
    ('<Route ServerCluster="c" UriGroup="w"/>', "http://x/b", ["has no effect, but may be meant"], "would match, but has no effect"),
    ('<ServerCluster Name="c"/><Route ServerCluster="c" UriGroup="u"/>', "http://x/a",
     ["has no effect, but would match", 'cluster "c" has no member that can be reached'], "would match, but has no effect"),
    ('<Route ServerCluster="c" UriGroup="u"/>' + GOOD_ROUTE, "http://x/a", ["wins", "has no effect, but would match"],
     "cluster good, member s"),
    ("", "http://x/a", ["the file has no routes"], "no route matches: the file has no routes"),
])
def test_routes_without_effect_are_told(tmp_path, routes, url, lines, result):
    path = tmp_path / "plugin-cfg.xml"
    path.write_text(LOST % routes)
    told = [line.strip() for line in wlmcfg("explain", path, url).stdout.splitlines()]
    assert [line for line in lines if line not in told] == [], told
    assert result in told[-1]


def test_show_has_routes_without_effect(tmp_path):
    path = tmp_path / "plugin-cfg.xml"
    path.write_text(LOST % ('<Route ServerCluster="c" UriGroup="u" VirtualHostGroup="w"/>\n<ServerCluster Name="e"/>'
                            '<Route ServerCluster="e"/>' + GOOD_ROUTE))
    assert wlmcfg("show", path).stdout.endswith("""
routes without effect
    to cluster c (line 2): ServerCluster "c" is not in the file
        hosts of VirtualHostGroup w, which is not in the file
        URIs (u):
            /a/*
    to cluster e (line 3): cluster "e" has no member that can be reached
        every host
        every URI
""")
    assert json.loads(wlmcfg("show", "--json", path).stdout)["lost_routes"] == [
        {"line": 2, "cluster": "c", "uri_group": "u", "virtual_host_group": "w", "why": 'ServerCluster "c" is not in the file'},
        {"line": 3, "cluster": "e", "uri_group": None, "virtual_host_group": None,
         "why": 'cluster "e" has no member that can be reached'}]


# -- real files --------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("path", each_sample())
def test_every_uri_of_real_files_leads_to_a_cluster_that_a_route_names(path):
    root = ET.fromstring(path.read_bytes().strip())
    routed = {r.get("ServerCluster") for r in root.findall("Route")}
    hosts = {g.get("Name"): [h.get("Name") for h in g] for g in root.findall("VirtualHostGroup")}
    for route in root.findall("Route"):
        group = next(g for g in root.findall("UriGroup") if g.get("Name") == route.get("UriGroup"))
        if route.get("VirtualHostGroup") not in hosts:
            continue  # the route leads to nothing, and is a finding
        host = hosts[route.get("VirtualHostGroup")][0].replace("*", "any.example", 1)
        for uri in group:
            target = re.sub(r"^\*", "/*", uri.get("Name").strip()).replace("*", "x")
            told = explain_json(path, target, *headers("Host: " + host))
            assert told["cluster"] in routed
            assert sum(c["share"] for c in told["candidates"]) == pytest.approx(100, abs=0.001)
            assert explain(path, target, *headers("Host: " + host))["route"][0] == "wins"


# -- directives of httpd ----------------------------------------------------------------------------------------------

KEY = bytes(range(32))


@pytest.fixture
def keyed(httpd, member, tmp_path):
    """An httpd with WLMAffinity, whose key is known; (httpd, its plugin-cfg.xml, a function that makes its lines)"""
    key = tmp_path / "key"
    key.write_bytes(KEY)
    lines = ["WLMAffinity Cookie WLMID", "WLMAffinity Wrap header:X-Session", "WLMAffinity Learn query:job", f"WLMAffinityKey {key}"]
    members = [member(name) for name in ("s1", "s2", "s3")]
    server = httpd(plugin_cfg(Cluster("c", [(m.name, m.port, {"CloneID": None}) for m in members])), "\n".join(lines) + "\n")
    return server, server.path / "plugin-cfg.xml", lines


def given(lines):
    return [word for line in lines for word in ("--directive", line)]


def test_a_cookie_is_opened_by_the_key(keyed):
    """And names the member that httpd chooses; without the key, or for another cluster, it names none."""
    server, path, lines = keyed
    for _ in range(3):
        answer = server.client.get()
        cookie = next(c.split(";")[0] for c in answer.headers.get_all("Set-Cookie") if c.startswith("WLMID="))
        name = answer.headers["X-Member"]
        told = explain_json(path, "/app/", "--header", f"Cookie: {cookie}", *given(lines))
        assert told["affinity"]["member"] == name == server.client.member("/app/", Cookie=cookie)
        assert told["affinity"]["bindings"] == [
            {"affinity": "Cookie WLMID", "value": cookie[6:], "state": "member", "member": name},
            {"affinity": "Wrap header:X-Session", "value": None, "state": "none", "member": None},
            {"affinity": "Learn query:job", "value": None, "state": "none", "member": None}]
        steps = explain(path, "/app/", "--header", f"Cookie: {cookie}", *given(lines))
        assert steps["session"][0] == f"WLMAffinity Cookie WLMID: {cookie[6:]} names member {name}"
        assert steps["result"] == [f"cluster c, member {name}"]
        told = explain_json(path, "/app/", "--header", f"Cookie: {cookie}", *given(lines[:3]))
        assert told["affinity"]["member"] is None and told["affinity"]["bindings"][0]["state"] == "sealed"
        forged = explain_json(path, "/app/", "--header", f"Cookie: WLMID={'A' * 22}", *given(lines))
        assert forged["affinity"]["bindings"][0]["state"] == "foreign"
    down = explain_json(path, "/app/", "--header", f"Cookie: {cookie}", "--down", name, *given(lines))
    assert down["affinity"]["member"] is None and down["affinity"]["bindings"][0]["member"] == name


def test_only_the_server_knows_what_it_has_learned(keyed):
    _, path, lines = keyed
    steps = explain(path, "/app/?a=1&job=4711", *given(lines))
    assert steps["session"][2] == "WLMAffinity Learn query:job: 4711: only the server's table knows its member"
    assert steps["session"][-1].startswith("otherwise ")
    assert steps["result"] == ["cluster c, the member that only the server knows; otherwise one of its members by share"]


def test_a_file_of_directives(shop, tmp_path):
    conf = tmp_path / "wlm.conf"
    conf.write_text("Listen 80\n<WLMCluster web>\n  WLMAffinity Wrap header:X\n</WLMCluster>\nWLMAffinity Cookie W\nWLMPolicy LeastBusy\n")
    told = {url: explain_json(shop, url, "--httpd-conf", conf) for url in ("http://a/shop/x", "http://a/shop/car-t")}
    assert [b["affinity"] for b in told["http://a/shop/x"]["affinity"]["bindings"]] == ["Wrap header:X"]
    assert [b["affinity"] for b in told["http://a/shop/car-t"]["affinity"]["bindings"]] == ["Cookie W"]
    shown = wlmcfg("show", shop, "--httpd-conf", conf).stdout
    assert shown.count("WLMPolicy LeastBusy") == 3 and shown.count("WLMAffinity Wrap header:X") == 1
    clusters = json.loads(wlmcfg("show", "--json", shop, "--httpd-conf", conf).stdout)["clusters"]
    assert clusters[0]["directives"] == ["WLMPolicy LeastBusy", "WLMAffinity Wrap header:X", "WLMAffinityOwner WLM-Owner"]
    conf.write_text("\nWLMAffinity Stick\n")
    for command in (["explain", shop, "/"], ["show", shop], ["diff", shop, shop]):
        r = wlmcfg(*command, "--httpd-conf", conf)
        assert (r.returncode, r.stdout) == (2, "") and f"{conf}:2: WLMAffinity: \"Stick\" is none" in r.stderr
    assert wlmcfg("show", shop, "--httpd-conf", tmp_path / "none").returncode == 2


LOAD = ["WLMPolicy PeakEWMA", "WLMConcurrency Adaptive 4 50", "WLMClass vip 'expr=%{HTTP:X} == \"1\"' goal=1 priority=9", "WLMHedge p95"]


@pytest.mark.parametrize("method, fields, why_not", [
    ("GET", [], None), ("HEAD", [], None), ("POST", [], "its method is neither GET nor HEAD"),
    ("GET", ["Cookie: JSESSIONID=0000x:a1"], "it has a session, or may have one"), ("GET", ["Content-Length: 1"], "it has a body"),
    ("GET", ["Upgrade: websocket"], "it asks for another protocol")])
def test_what_directives_do_under_load(shop, method, fields, why_not):
    request = shop, *([] if method == "GET" else [method]), "http://a/shop/x", *headers(*fields), *given(LOAD)
    steps, told = explain(*request), explain_json(*request)
    assert steps["load"][:5] == [
        "WLMPolicy: these are the shares while members are equally fast and busy", "WLMConcurrency Adaptive 4 50",
        "it waits while each member has as many requests as httpd has found that it can have",
        'WLMClass vip "expr=%{HTTP:X} == "1"" goal=1s priority=9',
        "httpd decides by the expressions when the request comes: the first class that fits, or none"]
    assert steps["load"][5:] == ["WLMHedge p95 budget=5 min=20ms", f"it is with one member only: {why_not}" if why_not else
                                 "it goes to a second member, too, when its member has not answered by then"]
    assert told["second_member"] == (why_not is None) and told["directives"][-1] == "WLMHedge p95 budget=5 min=20ms"
    assert [line for line in told["directives"] if not line.startswith("WLMAffinity")] == \
        [line.strip() for line in wlmcfg("show", shop, *given(LOAD)).stdout.splitlines() if line.strip().startswith(
            ("WLMPolicy", "WLMConcurrency", "WLMClass", "WLMHedge"))][:4]


def test_without_directives_nothing_is_said_of_load(shop):
    assert "load" not in explain(shop, "http://a/shop/x") and "load" not in explain(shop, "http://a/shop/x", *given(["WLMHedge Off"]))
    assert explain_json(shop, "http://a/shop/x")["directives"] == []


def test_diff_tells_what_becomes_of_bound_sessions(tmp_path):
    files = []
    for name, text in (("from", SHOP), ("to", SHOP.replace('"b"', '"b2"').replace('Hostname="z" Port="9080"', 'Hostname="y" Port="9080"'))):
        files.append(tmp_path / f"{name}.xml")
        files[-1].write_text(text)
    told = wlmcfg("diff", *files, "--directive", "WLMAffinity Cookie W").stdout
    assert "cluster web: member b is gone, the sessions that WLMAffinity binds to it go where new ones go" in told
    assert re.search(r"cluster web: WLMAffinity names member z at y:9080 instead of z at z:9080: its sessions are there only if", told)
    plain = wlmcfg("diff", *files).stdout
    assert "WLMAffinity" not in plain
    sessions = json.loads(wlmcfg("diff", "--json", *files, "--directive", "WLMAffinity Cookie W").stdout)["sessions"]
    assert {(s["by"], s["loss"], s["from_member"]) for s in sessions} >= {("WLMAffinity", "gone", "b"), ("WLMAffinity", "elsewhere", "z")}

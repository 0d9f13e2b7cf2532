"""wlmcfg diff: what it says of two files, and that it is all that differs."""

import json
import random
import re
import subprocess

import pytest

from wlmtest import BUILD, SAMPLES, each_sample
from wlmtest.plugincfg import Cluster, Route, plugin_cfg

PROGRAM = BUILD / "wlmcfg"

SHOP = """<Config RefreshInterval="10">
  <VirtualHostGroup Name="shop"><VirtualHost Name="shop.example:443"/><VirtualHost Name="*:80"/></VirtualHostGroup>
  <VirtualHostGroup Name="admin"><VirtualHost Name="admin.example:*"/></VirtualHostGroup>
  <ServerCluster Name="web" RetryInterval="30">
    <Server Name="a" CloneID="c1" LoadBalanceWeight="3"><Transport Hostname="a" Port="9080"/></Server>
    <Server Name="b" CloneID="c2" LoadBalanceWeight="1"><Transport Hostname="b" Port="9080"/></Server>
    <Server Name="r" CloneID="c3"><Transport Hostname="r" Port="9080"/></Server>
    <Server Name="q" CloneID="c4"><Transport Hostname="q" Port="9080"/></Server>
    <PrimaryServers><Server Name="a"/><Server Name="b"/></PrimaryServers>
    <BackupServers><Server Name="r"/><Server Name="q"/></BackupServers>
  </ServerCluster>
  <ServerCluster Name="rest"><Server Name="o"><Transport Hostname="o" Port="1"/></Server></ServerCluster>
  <UriGroup Name="shop_URIs"><Uri Name="/shop/*"/><Uri Name="/own/*" AffinityCookie="OWN"/></UriGroup>
  <UriGroup Name="rest_URIs"><Uri Name="/rest/*"/><Uri Name="*.jsp"/></UriGroup>
  <Route ServerCluster="web" UriGroup="shop_URIs" VirtualHostGroup="shop"/>
  <Route ServerCluster="rest" UriGroup="shop_URIs" VirtualHostGroup="admin"/>
  <Route ServerCluster="rest" UriGroup="rest_URIs"/>
</Config>
"""
ROUTE_TO_WEB, ROUTE_TO_REST, ROUTE_TO_ALL = re.findall(" *<Route.*\n", SHOP)
WEB = SHOP[SHOP.index("  <ServerCluster"):SHOP.index('  <ServerCluster Name="rest"')]
REST = re.search('  <ServerCluster Name="rest".*\n', SHOP)[0]
A, B, R, Q = re.findall(r"    <Server Name=.*<Transport.*\n", WEB)
SAME = {"changed": False, "settings": [], "clusters": [], "routes": [], "sessions": []}


def edited(edits, text=SHOP):
    """The text with each old replaced by new; an old that is not there would make a test of nothing."""
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    return text


@pytest.fixture
def files(tmp_path):
    """Writes two files and gives their paths."""

    def write(before, after):
        paths = tmp_path / "before.xml", tmp_path / "after.xml"
        for path, text in zip(paths, (before, after)):
            path.write_text(text)
        return paths

    return write


def wlmcfg(*args, **kwargs):
    return subprocess.run([PROGRAM, *args], capture_output=True, text=True, timeout=60, check=False, **kwargs)


def diff(*args):
    r = wlmcfg("diff", *args)
    assert (r.returncode, r.stderr) == (0, "")
    return r.stdout


def diff_json(*args):
    return json.loads(diff("--json", *args))


def changes(item):
    return {c["name"]: (c["from"], c["to"]) for c in item["changes"]}


def cluster_changes(told):
    """{cluster or cluster/member: (status, {name: (from, to)})}"""
    found = {}
    for cluster in told["clusters"]:
        found[cluster["name"]] = status_of(cluster), changes(cluster)
        for member in cluster["members"]:
            found[f"{cluster['name']}/{member['name']}"] = status_of(member), changes(member)
    return found


def status_of(item):
    assert (item["status"] == "renamed") == (item["was"] is not None)
    return item["status"] + (f" from {item['was']}" if item["was"] else "")


def route_changes(told):
    return [(r["uri"], r["hosts"] and " ".join(r["hosts"]), r["from"], r["to"]) for r in told["routes"]]


def session_changes(told):
    return [(s["loss"], s["from"], s["to"], s["clone_id"], s["from_member"], s["to_member"]) for s in told["sessions"]]


# -- the call ----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("args", [[], ["FILE"], ["FILE"] * 3, ["--strict", "FILE", "FILE"]], ids=" ".join)
def test_a_wrong_call_is_told_apart(files, args):
    path, _ = files(SHOP, SHOP)
    r = wlmcfg("diff", *[path if word == "FILE" else word for word in args])
    assert r.returncode == 2 and not r.stdout and "--help" in r.stderr


@pytest.mark.parametrize("option", [[], ["--exit-code"], ["--json"]], ids=" ".join)
def test_files_with_errors_are_trouble_and_all_are_told(files, option):
    before, after = files(edited([('"30"', '"x"')]), edited([('"3"', '"y"')]))
    r = wlmcfg("diff", *option, before, after)
    assert (r.returncode, r.stdout) == (2, "")
    assert re.findall(r"(\w+)\.xml:(\d+): error", r.stderr) == [("before", "4"), ("after", "5")]
    assert wlmcfg("diff", *option, before.with_name("absent.xml"), after).returncode == 2


@pytest.mark.parametrize("after, code", [(SHOP, 0), (edited([('"30"', '"31"')]), 1)], ids=["same", "different"])
def test_the_exit_status_tells_only_who_asks(files, after, code):
    paths = files(SHOP, after)
    assert wlmcfg("diff", *paths).returncode == 0
    for option in ([], ["--json"]):
        r = wlmcfg("diff", "--exit-code", *option, *paths)
        assert (r.returncode, r.stderr) == (code, "")


def test_output_that_cannot_be_written_is_no_success(files):
    paths = files(SHOP, edited([('"30"', '"31"')]))
    with open("/dev/full", "w") as full:
        for args in ([], ["--json"], ["--exit-code"]):
            r = subprocess.run([PROGRAM, "diff", *args, *paths], stdout=full, stderr=subprocess.PIPE, timeout=20,
                               check=False)
            assert r.returncode == 2


# -- the same ----------------------------------------------------------------------------------------------------------

NO_CHANGE = {
    "nothing": [],
    "groups renamed": [("shop_URIs", "other_URIs"), ('"admin"', '"operators"')],
    "clusters in another order": [(REST, ""), (WEB, REST + WEB)],
    "members in another order": [(A + B, B + A)],
    "routes in another order": [(ROUTE_TO_WEB + ROUTE_TO_REST, ROUTE_TO_REST + ROUTE_TO_WEB)],
    "a group in two parts": [('<Uri Name="/own/*"', '</UriGroup><UriGroup Name="own_URIs"><Uri Name="/own/*"'),
                             (ROUTE_TO_WEB, ROUTE_TO_WEB + ROUTE_TO_WEB.replace("shop_URIs", "own_URIs")),
                             (ROUTE_TO_REST, ROUTE_TO_REST + ROUTE_TO_REST.replace("shop_URIs", "own_URIs"))],
    "defaults written": [('Name="web"', 'Name="web" LoadBalance="Round Robin" PostBufferSize="64"'),
                         ('Port="1"', 'Port="1" Protocol="http" ConnectionTTL="28"')],
    "what has no effect": [("<Config ", '<Config ASDisableNagle="true" '),
                           ('Name="web"', 'Name="web" GetDWLMTable="true"')],
    "every host in other words": [('<Route ServerCluster="rest" UriGroup="rest_URIs"/>',
                                   '<VirtualHostGroup Name="all"><VirtualHost Name="*:*"/></VirtualHostGroup>'
                                   '<Route ServerCluster="rest" UriGroup="rest_URIs" VirtualHostGroup="all"/>')],
    "hosts in another case": [("shop.example", "Shop.EXAMPLE")],
    "hosts and URIs that nothing can match": [('Name="*:80"/>', 'Name="*:80"/><VirtualHost Name="*.x:80"/>'),
                                              ('Name="/rest/*"/>', 'Name="/rest/*"/><Uri Name="rest"/>')],
    "URIs that another one covers": [('Name="/rest/*"/>', 'Name="/rest/*"/><Uri Name="/rest/x"/><Uri Name="/rest"/>')],
    "stars in a row": [("/rest/*", "/rest/**")],
    "a cookie of a cluster without sessions": [('Name="/rest/*"', 'Name="/rest/*" AffinityCookie="REST"')],
    "a group that no route names": [("</Config>", '<UriGroup Name="u"><Uri Name="/u"/></UriGroup></Config>')],
}


@pytest.mark.parametrize("edits", NO_CHANGE.values(), ids=NO_CHANGE)
def test_what_means_the_same_is_no_change(files, edits):
    paths = files(SHOP, edited(edits))
    for pair in (paths, paths[::-1]):
        assert diff(*pair) == "no change\n"
        assert diff_json(*pair) == SAME


# -- settings, clusters and members ------------------------------------------------------------------------------------

def test_settings_of_the_file(files):
    after = edited([('RefreshInterval="10"', 'VHostMatchingCompat="true" AppServerPortPreference="WebserverPort"')])
    told = diff_json(*files(SHOP, after))
    assert changes({"changes": told["settings"]}) == {
        "RefreshInterval": (10, 60), "AppServerPortPreference": ("HostHeader", "WebserverPort"),
        "VHostMatchingCompat": (False, True)}
    assert {**told, "settings": [], "changed": False} == SAME


# edits -> what changes
ITEMS = {
    "settings of a cluster": ([('RetryInterval="30"', 'LoadBalance="Random"')],
                              {
        "web": ("changed", {"LoadBalance": ("Round Robin", "Random"), "RetryInterval": (30, 60)})}),
    "a weight": ([('LoadBalanceWeight="3"', 'LoadBalanceWeight="1"')], {
        "web": ("changed", {}),
        "web/a": ("changed", {"LoadBalanceWeight": (3, 1), "share": (75, 50)}),
        "web/b": ("changed", {"share": (25, 50)})}),
    "limits": ([('Name="a" ', 'Name="a" MaxConnections="7" ConnectTimeout="5" ServerIOTimeout="-9" '),
                ('Name="a" ', 'Name="a" WaitForContinue="true" ')], {
        "web": ("changed", {}),
        "web/a": ("changed", {"MaxConnections": (-1, 7), "ConnectTimeout": (0, 5), "ServerIOTimeout": (0, -9),
                              "WaitForContinue": (False, True)})}),
    "an address": ([('Hostname="a" Port="9080"', 'Hostname="::1" Port="9081"')], {
        "web": ("changed", {}), "web/a": ("changed", {"address": ("a:9080", "[::1]:9081")})}),
    "time to live": ([('Hostname="a"', 'Hostname="a" ConnectionTTL="5"')], {
        "web": ("changed", {}), "web/a": ("changed", {"ConnectionTTL": (28, 5)})}),
    "another protocol": ([('Hostname="a"', 'Hostname="a" Protocol="https"')], {
        "web": ("changed", {}), "web/a": ("changed", {"address": ("a:9080", None), "https address": (None, "a:9080")})}),
    "an https transport": ([('Port="9080"/></Server>\n    <Server Name="b"',
                             'Port="9080"/><Transport Hostname="a" Port="9443" Protocol="https" ConnectionTTL="5"><Property '
                             'Name="keyring" Value="k.pem"/></Transport></Server>\n    <Server Name="b"')], {
        "web": ("changed", {}), "web/a": ("changed", {"https address": (None, "a:9443"), "ConnectionTTL": (None, 5),
                                                      "keyring": (None, "k.pem")})}),
    "a clone id": ([('CloneID="c2"', '')], {"web": ("changed", {}), "web/b": ("changed", {"CloneID": ("c2", None)})}),
    "tiers": ([('<Server Name="b"/></PrimaryServers>', '</PrimaryServers>'),
               ("<BackupServers>", '<BackupServers><Server Name="b"/>')], {
        "web": ("changed", {}), "web/a": ("changed", {"share": (75, 100)}),
        "web/b": ("changed", {"tier": ("primary", "backup"), "share": (25, 0)})}),
    "order of the backups": ([('<Server Name="r"/><Server Name="q"/>', '<Server Name="q"/><Server Name="r"/>')], {
        "web": ("changed", {"BackupServers": (["r", "q"], ["q", "r"])})}),
    "a member more": ([(B, B + B.replace('"b"', '"n"').replace("c2", "c5")),
                       ('<Server Name="b"/>', '<Server Name="b"/><Server Name="n"/>')], {
        "web": ("changed", {}), "web/a": ("changed", {"share": (75, 60)}), "web/b": ("changed", {"share": (25, 20)}),
        "web/n": ("added", {"address": (None, "n:9080"), "tier": (None, "primary"), "share": (None, 20),
                            "LoadBalanceWeight": (None, 1), "CloneID": (None, "c5")})}),
    "a backup less": ([(R, ""), ('<Server Name="r"/>', "")], {
        "web": ("changed", {}),
        "web/r": ("removed", {"address": ("r:9080", None), "tier": ("backup", None), "share": (0, None),
                              "CloneID": ("c3", None)})}),
    "a cluster with another name": ([('"rest"', '"other"')], {"other": ("renamed from rest", {})}),
    "a cluster with other names and servers": ([('"rest"', '"other"'), ('Hostname="o"', 'Hostname="n"')], {
        "other": ("added", {}), "rest": ("removed", {}),
        "other/o": ("added", {"address": (None, "n:1"), "tier": (None, "primary"), "share": (None, 100)}),
        "rest/o": ("removed", {"address": ("o:1", None), "tier": ("primary", None), "share": (100, None)})}),
    "members with other names": ([('Name="a"', 'Name="n1_a"'), ('Name="r"', 'Name="n2_r"')], {
        "web": ("changed", {}), "web/n1_a": ("renamed from a", {}), "web/n2_r": ("renamed from r", {})}),
    "a member with another name and weight": ([('Name="b"', 'Name="n"'), ('LoadBalanceWeight="1"', 'LoadBalanceWeight="3"')], {
        "web": ("changed", {}), "web/a": ("changed", {"share": (75, 50)}),
        "web/n": ("renamed from b", {"share": (25, 50), "LoadBalanceWeight": (1, 3)})}),
}


@pytest.mark.parametrize("edits, wanted", ITEMS.values(), ids=ITEMS)
def test_clusters_and_members(files, edits, wanted):
    told = diff_json(*files(SHOP, edited(edits)))
    assert told["changed"] and not told["settings"]
    assert cluster_changes(told) == wanted


# -- routes ------------------------------------------------------------------------------------------------------------

ROUTES = {
    "for other hosts": ([(ROUTE_TO_WEB, ROUTE_TO_WEB.replace(' VirtualHostGroup="shop"', ""))], [
        ("/shop/*", "*:*", None, "web"), ("/own/*", "*:*", None, "web"),
        ("/shop/*.jsp", "*:*", "rest", "web"), ("/own/*.jsp", "*:*", "rest", "web")]),
    "to another cluster": ([(ROUTE_TO_REST, ROUTE_TO_REST.replace('"rest"', '"web"'))], [
        ("/shop/*", "admin.example:*", "rest", "web"), ("/own/*", "admin.example:*", "rest", "web")]),
    "for every host": ([(ROUTE_TO_ALL, "")], [("/rest/*", None, "rest", None), ("*.jsp", None, "rest", None)]),
    "for every URI": ([(ROUTE_TO_ALL, ROUTE_TO_ALL.replace('UriGroup="rest_URIs"', ""))], [
        ("/shop/*", "*:*", None, "rest"), ("/own/*", "*:*", None, "rest"), ("*", None, None, "rest")]),
    "for a URI more": ([('<Uri Name="/shop/*"/>', '<Uri Name="/shop/*"/><Uri Name="/more"/>')], [
        ("/more", "shop.example:443 *:80", None, "web"), ("/more", "admin.example:*", None, "rest")]),
    "for an exact URI": ([('<Uri Name="*.jsp"/>', '<Uri Name="*.jsp"/><Uri Name="/shop/admin"/>')], [
        ("/shop/admin", "shop.example:443 *:80", "web", "rest"), ("/shop/admin", "*:*", None, "rest")]),
}


@pytest.mark.parametrize("edits, wanted", ROUTES.values(), ids=ROUTES)
def test_where_requests_go(files, edits, wanted):
    told = diff_json(*files(SHOP, edited(edits)))
    assert route_changes(told) == wanted and not told["clusters"]


# routes before -> routes after -> what changes; where only requests that match two URIs, or two hosts, go elsewhere
OVERLAPS = {
    "beginning and end of one length": (
        [Route("x", ["/ap*"], None), Route("y", ["*.js"], None)],
        [Route("y", ["*.js"], None), Route("x", ["/ap*"], None)],
        [("/ap*.js", None, "x", "y")]),
    "end in the beginning": (
        [Route("x", ["/.js*"], None), Route("y", ["*/.js"], None)],
        [Route("y", ["*/.js"], None), Route("x", ["/.js*"], None)],
        [("/.js*/.js", None, "x", "y"), ("/.js", None, "x", "y")]),
    "without the slash": (
        [Route("x", ["/a/*"], None), Route("y", ["/*a"], None)],
        [Route("y", ["/*a"], None), Route("x", ["/a/*"], None)],
        [("/a", None, "x", "y")]),
    "host of one and port of another": (
        [Route("x", ["/a"], ["h:*"]), Route("y", ["/a"], ["*:80"])],
        [Route("x", ["/a"], ["h:*"]), Route("y", ["/a"], ["*:80", "h:80"])],
        [("/a", "h:80", "x", "y")]),
}


@pytest.mark.parametrize("before, after, wanted", OVERLAPS.values(), ids=OVERLAPS)
def test_what_only_overlaps_show(files, before, after, wanted):
    clusters = [Cluster(name, [(name, 1, {"CloneID": None})]) for name in "xy"]
    told = diff_json(*files(plugin_cfg(*clusters, routes=before), plugin_cfg(*clusters, routes=after)))
    assert route_changes(told) == wanted


# -- sessions ----------------------------------------------------------------------------------------------------------

SESSIONS = {
    "a member less": ([(B, ""), ('<Server Name="b"/>', "")], [("gone", "web", "web", "c2", "b", None)]),
    "another clone id": ([("c2", "c9")], [("gone", "web", "web", "c2", "b", None)]),
    "clone ids exchanged": ([("c1", "cx"), ("c2", "c1"), ("cx", "c2")], [
        ("elsewhere", "web", "web", "c1", "a", "b"), ("elsewhere", "web", "web", "c2", "b", "a")]),
    "another address": ([('Hostname="a"', 'Hostname="a2"')], [("elsewhere", "web", "web", "c1", "a", "a")]),
    "another name": ([('"a"', '"a2"'), ('Hostname="a2"', 'Hostname="A"')], []),
    "another protocol": ([('Hostname="a"', 'Hostname="a" Protocol="https"')], []),
    "another separator": ([('Name="web"', 'Name="web" CloneSeparatorChange="true"')], [
        ("separator", "web", "web", None, None, None)]),
    "a separator in a cluster without sessions": ([('Name="rest"', 'Name="rest" CloneSeparatorChange="true"')], []),
    "another cluster": ([(ROUTE_TO_WEB, ROUTE_TO_WEB.replace('"web"', '"rest"'))], [
        ("gone", "web", "rest", f"c{i}", name, None) for i, name in enumerate("abrq", 1)]),
    "another cluster with the same servers": ([("</Config>", WEB.replace('"web"', '"web2"') + "</Config>"),
                                               (ROUTE_TO_WEB, ROUTE_TO_WEB.replace('"web"', '"web2"'))], []),
}


@pytest.mark.parametrize("edits, wanted", SESSIONS.values(), ids=SESSIONS)
def test_sessions_that_move(files, edits, wanted):
    assert session_changes(diff_json(*files(SHOP, edited(edits)))) == wanted


def test_sessions_of_a_cluster_without_routes_are_nobodys(files):
    before = edited([(ROUTE_TO_WEB, "")])
    assert not diff_json(*files(before, before.replace("c2", "c9")))["sessions"]


def test_names_by_which_sessions_are_found(files):
    told = diff_json(*files(SHOP, edited([('AffinityCookie="OWN"', 'AffinityURLIdentifier="own"')])))
    (route,) = told["routes"]
    assert route_changes(told) == [("/own/*", "shop.example:443 *:80", "web", "web")]
    assert changes(route) == {"AffinityCookie": ("OWN", "JSESSIONID"), "AffinityURLIdentifier": ("jsessionid", "own")}


# -- the words ---------------------------------------------------------------------------------------------------------

def test_the_words(files):
    after = edited([("<Config RefreshInterval=\"10\">", "<Config>"), ('RetryInterval="30"', ""), ("c2", "c9"),
                    ('Hostname="a"', 'Hostname="a2"'), ('LoadBalanceWeight="3"', ''), ('"OWN"', '"MINE"'),
                    (ROUTE_TO_REST, ""), (R, ""), ('<Server Name="r"/>', ""),
                    (REST, REST + REST.replace('"rest"', '"new"'))])
    assert diff(*files(SHOP, after)) == """\
Config
    RefreshInterval: 10 -> 60
cluster web
    RetryInterval: 30 -> 60
    member a
        address: a:9080 -> a2:9080 (its health and counters stay, its connections do not)
        share of new sessions: 75.0 % -> 66.7 %
        LoadBalanceWeight: 3 -> 2
    member b
        share of new sessions: 25.0 % -> 33.3 %
        CloneID: c2 -> c9
    member r: removed
        address: r:9080
        tier: backup
        share of new sessions: 0.0 %
        CloneID: c3
cluster new: added
    member o: added (the first file has its address in cluster rest, as member o)
        address: o:1
        tier: primary
        share of new sessions: 100.0 %
routes
    cluster rest -> nowhere, host admin.example:*
        /shop/*
        /own/*
    cluster rest -> cluster web, host admin.example:80
        /shop/*
        /own/*
sessions
    /own/*, hosts shop.example:443 *:80: AffinityCookie OWN -> MINE: sessions that have begun are not found by it
    cluster web: clone id c1 names member a at a2:9080 instead of a at a:9080: its sessions are there only if the server \
itself has moved
    cluster web: clone id c2 of member b is gone, its sessions go where new ones go
    cluster web: clone id c3 of member r is gone, its sessions go where new ones go
"""


def test_a_merged_file_with_other_names_is_not_another_one(files, tmp_path):
    before, after = files(SHOP, SHOP)
    more = tmp_path / "more.xml"
    more.write_text(edited([('"web"', '"web2"'), ('"a"', '"m"'), ('"b"', '"n"'), ("c1", "c5"), ("c2", "c6"), ('"r"', '"x"'), ('"q"', '"y"'),
                            ("c3", "c7"), ("c4", "c8"), ('"o"', '"p"')]))
    assert wlmcfg("merge", "--numbered", "-o", after, before, more).returncode == 0
    told = diff_json(before, after)
    items = cluster_changes(told)
    assert [name for name, (status, _) in items.items() if "/" not in name and status != "added"]
    assert not [name for name, (status, _) in items.items() if status == "removed"], items
    assert not told["routes"] and not told["sessions"]


def test_the_words_for_other_names(files):
    after = edited([('"web"', '"shop"'), ('Name="a"', 'Name="n1_a"'), ('Hostname="b"', 'Hostname="b2"')])
    assert diff(*files(SHOP, after)).startswith("""\
cluster shop: was web (its members' health and counters begin anew)
    member n1_a: was a
    member b
        address: b:9080 -> b2:9080
sessions
    cluster web, now shop: clone id c2 names member b at b2:9080""")
    assert diff(*files(SHOP, edited([('Name="a"', 'Name="n1_a"')]))) == """\
cluster web
    member n1_a: was a (its health and counters begin anew)
"""


def test_a_server_that_is_in_another_cluster_now_is_told(files):
    before = plugin_cfg(Cluster("c1", [("a", 1, {})]), Cluster("c2", [("b", 2, {})]), routes=[Route("c1", ["/1"]), Route("c2", ["/2"])])
    after = plugin_cfg(Cluster("all", [("n_a", 1, {}), ("n_b", 2, {})]), routes=[Route("all", ["/1", "/2"])])
    told = diff(*files(before, after))
    assert "cluster all: was c1 (its members' health and counters begin anew)\n    member n_a: was a\n" in told
    assert "    member n_b: added (the first file has its address in cluster c2, as member b)\n" in told
    assert "cluster c2: removed\n    member b: removed (the second file has its address in cluster all, as member n_b)\n" in told


def test_a_wrong_server_is_named(files):
    told = diff(*files(SHOP, edited([("c1", "cx"), ("c2", "c1"), ("cx", "c2")])))
    assert "clone id c1 names member b at b:9080 instead of a at a:9080: its sessions go to a wrong server\n" in told


# -- nothing is missed -------------------------------------------------------------------------------------------------

PATTERNS = ["/*", "*", "/a/*", "/a/b/*", "/a*", "/a", "/a/", "/b*", "*.js", "*b", "/a/b", "*/b", "*a/b", "/a/*.js",
            "/b/*/a"]
HOSTS = ["h:80", "h:*", "*:80", "*:*", "h:443", "i:80", "i:*"]
PATHS = ["/", "/a", "/a/", "/a/b", "/a/b/", "/a/b/c", "/a/x.js", "/a.js", "/b", "/bb", "/b/x/a", "/x.js", "/a/b/a/b",
         "/b.js/b"]
ASKED = ["h:80", "h:443", "h:1", "i:80", "i:443", "j:80", "j:1"]


def random_routes(dice):
    return [Route(dice.choice("xyz"), dice.sample(PATTERNS, dice.randint(1, 4)),
                  dice.choice([None, dice.sample(HOSTS, dice.randint(1, 3))])) for _ in range(dice.randint(1, 4))]


def cluster_for(path, host, target):
    r = wlmcfg("explain", "--json", path, target, "--header", f"Host: {host}")
    assert r.returncode == 0, r.stderr
    return json.loads(r.stdout)["cluster"]


def covers(route, host, target):
    pattern = re.escape(route["uri"]).replace(r"\*", ".*")
    matches = re.fullmatch(pattern, target) or (pattern.endswith("/.*") and re.fullmatch(pattern[:-3], target))
    name, port = host.split(":")
    return matches and (route["hosts"] is None
                        or {host, f"{name}:*", f"*:{port}", "*:*"} & set(route["hosts"]))


@pytest.mark.parametrize("seed", range(15))
def test_what_differs_is_told_and_what_is_told_differs(files, seed):
    dice = random.Random(seed)
    clusters = [Cluster(name, [(name, 1, {"CloneID": None})]) for name in "xyz"]
    before = random_routes(dice)
    after = dice.choice([random_routes(dice), before[::-1], before + random_routes(dice)[:1]])
    paths = files(plugin_cfg(*clusters, routes=before), plugin_cfg(*clusters, routes=after))
    told = diff_json(*paths)["routes"]
    for _ in range(20):
        request = dice.choice(ASKED), dice.choice(PATHS)
        ways = [cluster_for(path, *request) for path in paths]
        if ways[0] != ways[1]:
            assert [r for r in told if [r["from"], r["to"]] == ways and covers(r, *request)], (request, ways)
    for route in told:
        host, port = dice.choice(route["hosts"] or ["*:*"]).split(":")
        path = re.sub(r"^\*", "/q", route["uri"]).replace("*", "q")
        request = f"{host.replace('*', 'q')}:{port.replace('*', '7')}", path
        assert [cluster_for(file, *request) for file in paths] == [route["from"], route["to"]]


# -- real files --------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("path", each_sample())
def test_real_files(path):
    assert diff(path, path) == "no change\n"
    other = SAMPLES[SAMPLES.index(path) - 1]
    there, back = diff_json(other, path), diff_json(path, other)
    assert there["changed"] and back["changed"]
    assert {c["name"] for c in there["clusters"]} == {c["was"] or c["name"] for c in back["clusters"]}
    assert ({(r["uri"], r["from"], r["to"]) for r in there["routes"]}
            == {(r["uri"], r["to"], r["from"]) for r in back["routes"]})


@pytest.mark.parametrize("directives, is_told", [
    ([], True), (["WLMPolicy LoadBalance"], True), (["WLMHedge p95"], True), (["WLMPolicy PeakEWMA"], False),
    (["<WLMCluster web>", "WLMPolicy LeastBusy", "</WLMCluster>"], False),
    (["<WLMCluster other>", "WLMPolicy LeastBusy", "</WLMCluster>"], True)])
def test_the_load_balance_of_the_file_counts_where_no_policy_is_given(tmp_path, directives, is_told):
    paths = [tmp_path / name for name in ("from.xml", "to.xml")]
    for path, value in zip(paths, ("Round Robin", "Random")):
        path.write_text(edited([('Name="web"', f'Name="web" LoadBalance="{value}"')]))
    r = wlmcfg("diff", "--exit-code", *paths, *(word for line in directives for word in ("--directive", line)))
    assert ("LoadBalance: Round Robin -> Random" in r.stdout, r.returncode) == (is_told, int(is_told)), r.stdout

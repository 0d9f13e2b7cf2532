"""wlmcfg merge: one file of several, and that requests go where they went before."""

import functools
import itertools
import json
import os
import pathlib
import random
import re
import subprocess
import xml.etree.ElementTree as ET
from xml.sax.saxutils import quoteattr

import pytest

from wlmtest import BUILD, SAMPLES, each_sample
from wlmtest.plugincfg import Cluster, Route, plugin_cfg

PROGRAM = BUILD / "wlmcfg"


@pytest.fixture
def files(tmp_path):
    """Writes a.xml, b.xml ... and gives their paths."""

    def write(*texts):
        paths = [tmp_path / f"{name}.xml" for name, _ in zip("abcdefgh", texts)]
        for path, text in zip(paths, texts):
            path.write_text(text)
        return paths

    return write


def wlmcfg(*args, **kwargs):
    return subprocess.run([PROGRAM, *args], capture_output=True, text=True, timeout=60, check=False, **kwargs)


def merged(*args):
    """The merged file's text, and what was said."""
    r = wlmcfg("merge", *args)
    assert r.returncode == 0, r.stderr
    return r.stdout, r.stderr


def one(name, port=1, uris=("/app/*",), hosts=("*:80",), servers=None, **attrs):
    """A file with one cluster and one route."""
    servers = servers or [(f"{name}1", port, {"CloneID": f"{name}{port}", "host": f"{name}.example"})]
    return plugin_cfg(Cluster(name, servers, **attrs), routes=[Route(name, uris, hosts)])


def told(stderr, severity="warning"):
    """(file, line, text) of what is told with a severity, without the reader's findings."""
    found = re.findall(rf"^(\S+?):(\d+): {severity}: (.*)$", stderr, re.M)
    return [(pathlib.Path(f).name, int(line), text) for f, line, text in found if not re.search(r" \[[a-z-]+\]$", text)]


def servers(text, cluster):
    """{name: (host, port)}, [names of primaries], [names of backups]"""
    (element,) = [c for c in ET.fromstring(text).findall("ServerCluster") if c.get("Name") == cluster]
    lists = [[s.get("Name") for s in element.findall(f"{tier}/Server")] for tier in ("PrimaryServers", "BackupServers")]
    return ({s.get("Name"): int(s.find("Transport").get("Port")) for s in element.findall("Server")}, *lists)


def clusters(text):
    return [c.get("Name") for c in ET.fromstring(text).findall("ServerCluster")]


# -- the call --------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("args", [
    [], ["--backup", "FILE"], ["FILE", "FILE"], ["FILE", "--backup", "FILE"], ["FILE", "--json"], ["FILE", "--backup"],
    ["FILE", "--first", "--backup", "x"], ["FILE", "-o"],
], ids=" ".join)
def test_a_wrong_call_is_told_apart(files, args):
    (path,) = files(one("a"))
    r = wlmcfg("merge", *[path if word == "FILE" else word for word in args])
    assert r.returncode == 2 and not r.stdout and "--help" in r.stderr


@pytest.mark.parametrize("bad, word", [
    (one("b").replace('RetryInterval="60"', 'RetryInterval="x"'), "[bad-number]"),
    ("<Config>", "[not-well-formed]"),
    ("", "[empty]"),
    (one("b").replace("</Config>", "<IntelligentManagement/></Config>"), "IntelligentManagement cannot be merged"),
    (None, "[unreadable]"),
], ids=["error", "broken", "empty", "intelligent", "missing"])
@pytest.mark.parametrize("bad_first", [0, 1])
def test_a_file_with_errors_is_refused_and_nothing_is_written(files, tmp_path, bad, word, bad_first):
    paths = files(*([bad or "", one("a")] if bad_first else [one("a"), bad or ""]))
    if bad is None:
        paths[not bad_first].unlink()
    out = tmp_path / "out.xml"
    out.write_text("old")
    before = sorted(tmp_path.iterdir())
    r = wlmcfg("merge", *paths, "-o", out)
    assert (r.returncode, r.stdout) == (1, "") and word in r.stderr
    assert out.read_text() == "old" and sorted(tmp_path.iterdir()) == before


def test_a_merged_file_that_could_not_be_read_is_not_written(files, tmp_path):
    """Each of them is less than 16 MiB, both together are more."""
    uri = "/" + "x" * 8000
    paths = files(*[one(c, uris=[f"{uri}{c}{i}" for i in range(1100)]) for c in "ab"])
    out = tmp_path / "out.xml"
    r = wlmcfg("merge", *paths, "-o", out)
    assert r.returncode == 1 and "[too-large]" in r.stderr and not out.exists()


# -- the output ------------------------------------------------------------------------------------------------------

def test_the_same_input_gives_the_same_bytes(files, tmp_path):
    a, b = files(one("a"), one("b"))
    out = tmp_path / "out.xml"
    texts = [merged(a, b)[0] for _ in range(2)]
    texts.append(merged(a, b, "--output", "-")[0])
    for _ in range(2):
        assert merged("-o", out, a, b)[0] == ""
        texts.append(out.read_text())
    assert len(set(texts)) == 1
    assert texts[0].splitlines()[1] == "<!-- Merged by wlmcfg from a.xml, b.xml -->"
    assert all(line == line.rstrip() for line in texts[0].splitlines())


def test_attributes_come_in_the_order_of_the_alphabet(files):
    (a,) = files('<Config z="1" RefreshInterval="5" IISDisableNagle="true"><Property Value="true" Name="ESIEnable"/>'
                 "</Config>")
    assert '<Config IISDisableNagle="true" RefreshInterval="5" z="1">\n  <Property Name="ESIEnable" Value="true"/>\n' \
        in merged(a)[0]


def test_odd_names_of_files_make_a_good_comment(files, tmp_path):
    files(one("a"))
    odd = [tmp_path / name for name in ("x--y-", "\n", "\udcff.xml", "ü.xml")]
    for number, path in enumerate(odd):
        path.write_text(one(f"c{number}"))
    r = subprocess.run([PROGRAM, "merge", *odd], capture_output=True, timeout=20, check=True)
    ET.fromstring(r.stdout)
    assert "from x-_y-, ?, ?.xml, ??.xml" in r.stdout.decode()


def test_a_file_is_replaced_and_keeps_its_permissions(files, tmp_path):
    (a,) = files(one("a"))
    out, link = tmp_path / "out.xml", tmp_path / "link.xml"
    out.write_text("old")
    out.chmod(0o640)
    link.symlink_to("out.xml")
    inode = out.stat().st_ino
    merged(a, "-o", link)
    assert link.is_symlink() and out.read_text() == merged(a)[0]
    assert out.stat().st_mode & 0o777 == 0o640 and out.stat().st_ino != inode
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("mask", [0o022, 0o027])
def test_a_new_file_has_the_usual_permissions(files, tmp_path, mask):
    (a,) = files(one("a"))
    wlmcfg("merge", a, "-o", "new.xml", cwd=tmp_path, preexec_fn=lambda: os.umask(mask))
    assert (tmp_path / "new.xml").stat().st_mode & 0o777 == 0o666 & ~mask


def test_an_input_can_be_replaced(files):
    a, b = files(one("a"), one("b"))
    wanted = merged(a, b)[0]
    merged(a, b, "-o", a)
    assert a.read_text() == wanted


@pytest.mark.parametrize("out", ["missing/x.xml", ".", "dangling", "new/", "/dev/null", "a.xml/x", ""])
def test_output_that_cannot_be_written_is_no_success(files, tmp_path, out):
    (a,) = files(one("a"))
    (tmp_path / "dangling").symlink_to("nowhere")
    before = sorted(tmp_path.iterdir())
    r = wlmcfg("merge", "a.xml", "-o", out, cwd=tmp_path)
    assert r.returncode == 2 and "cannot be written" in r.stderr
    assert sorted(tmp_path.iterdir()) == before and pathlib.Path("/dev/null").is_char_device()


def test_a_full_disk_is_no_success(files):
    (a,) = files(one("a"))
    with open("/dev/full", "w") as full:
        r = subprocess.run([PROGRAM, "merge", a], stdout=full, stderr=subprocess.PIPE, text=True, timeout=20,
                           check=False)
    assert r.returncode == 2 and "written" in r.stderr


# -- what is in it ---------------------------------------------------------------------------------------------------

def test_an_application_of_two_files_has_the_servers_of_both(files):
    a, b = files(one("web", servers=[("s", 1, {"CloneID": "ca"})]), one("web", servers=[("s", 2, {"CloneID": "cb"})]))
    text, said = merged(a, b)
    assert said == "" and clusters(text) == ["web"]
    assert servers(text, "web") == ({"s": 1, "s_2": 2}, ["s", "s_2"], [])
    text, said = merged(a, b, "--numbered")
    assert clusters(text) == ["Shared_2_Cluster_0"]
    assert servers(text, "Shared_2_Cluster_0") == ({"s_0": 1, "s_1": 2}, ["s_0", "s_1"], [])
    assert '"/cell/sharedCell_2/vHostGroup/shared_host_0"' in text and '"/cell/sharedCell_2/application/uris0"' in text


def test_what_is_in_one_file_only_stays_as_it_is(files):
    a, b = files(one("web", 1, ["/a/*", "/both/*"]), one("web", 2, ["/b/*", "/both/*"]))
    text, _ = merged(a, b)
    assert clusters(text) == ["web", "web_3", "web_2"]     # /a/*, /both/*, /b/*
    assert servers(text, "web_3")[0] == {"web1": 1, "web1_2": 2}
    text, _ = merged(a, b, "--numbered")
    assert clusters(text) == ["web_0", "Shared_2_Cluster_0", "web_1"]


def test_a_file_alone_keeps_all_its_names(files):
    (a,) = files(plugin_cfg(Cluster("c1", [("s", 1, {})]), Cluster("c2", [("s", 2, {})]), routes=[
        Route("c1", ["/1", "/2/*"], ["a:1", "b:*"]), Route("c2", None, ["*:*"]), Route("c2", ["/x"], None)]))
    before = wlmcfg("show", "--json", a).stdout
    a.write_text(merged(a)[0])
    assert wlmcfg("show", "--json", a).stdout == before


def test_the_first_file_gives_all_that_is_not_merged(files):
    head = ('<Config RefreshInterval="{0}" Own="{0}"><!-- {0} --><Log Name="log{0}"/>'
            '<Property Name="PluginInstallRoot" Value="root{0}"/><Odd x="{0}">text{0}<Odder/></Odd>')
    a, b = files(one("a").replace("<Config>", head.format(1)), one("b").replace("<Config>", head.format(2)))
    text, said = merged(a, b)
    root = ET.fromstring(text)
    assert root.attrib == {"RefreshInterval": "1", "Own": "1"} and "log2" not in text and "root2" not in text
    assert [e.tag for e in root][:3] == ["Log", "Property", "Odd"]
    assert "text1<Odder/>" in text and "<!-- 1 -->" not in text
    assert [t for _, _, t in told(said)] == [
        f'Config has {x}="2"; the merged file has {x}="1", as {a}:2 has it' for x in ("RefreshInterval", "Own")]


def test_opaque_and_unknown_parts_of_a_cluster_are_carried_over(files):
    texts = [one("web", p, RetryInterval=30).replace("</ServerCluster>", "<ClusterAddress><Transport Port='%d'/>"
                                                     "</ClusterAddress><Odd/></ServerCluster>" % p) for p in (1, 2)]
    a, b = files(*texts)
    text, said = merged(a, b)
    (cluster,) = ET.fromstring(text).findall("ServerCluster")
    assert [t.get("Port") for t in cluster.findall("ClusterAddress/Transport")] == ["1"]
    assert [e.tag for e in cluster] == ["ClusterAddress", "Odd", "Server", "Server", "PrimaryServers"]
    assert [t.split(" of ")[0] for _, _, t in told(said)] == ["ClusterAddress", "Odd"]


def test_special_characters_survive(files):
    odd = 'ü<&>"\'\t'
    a, b = files(*[one("c", i, uris=["/<&ü"]).replace('"c"', quoteattr("ü<&>\"'")).replace(
        "</Server>", f"<X y={quoteattr(odd)}/></Server>") for i in (1, 2)])
    text, _ = merged(a, b)
    assert clusters(text) == ["ü<&>\"'"] and '"/&lt;&amp;ü"' in text


def test_names_in_another_case_and_old_elements_are_understood(files):
    old = one("web", 1).replace("ServerCluster", "ServerGroup").replace("<Route ServerGroup", "<Route servercluster")
    a, b = files(old.replace("<Server Name", "<server name").replace("</Server>", "</server>"), one("web", 2))
    text, said = merged(a, b)
    assert "name-case" in said and len(ET.fromstring(text).findall("ServerGroup/*")) == 3
    a.write_text(text)
    after = json.loads(wlmcfg("show", "--json", a).stdout)
    assert [m["name"] for m in after["clusters"][0]["members"]] == ["web1", "web1_2"]


# -- conflicts -------------------------------------------------------------------------------------------------------

# attributes of the first and of the second cluster -> what is told
CONFLICTS = [
    ({"PostBufferSize": 0}, {"PostBufferSize": 64}, ['PostBufferSize="64"; the merged file has PostBufferSize="0"']),
    ({"PostSizeLimit": 5}, {}, ['no PostSizeLimit, which means "-1"; the merged file has PostSizeLimit="5"']),
    ({}, {"PostSizeLimit": 5}, ['PostSizeLimit="5"; the merged file has no PostSizeLimit, which means "-1"']),
    ({}, {"PostSizeLimit": -1, "LoadBalance": "round robin"}, []),
    ({}, {"Own": "x"}, ['Own="x"; the merged file has no Own,']),
    ({"RetryInterval": 1}, {"RetryInterval": 2, "CloneSeparatorChange": "true"},
     ['RetryInterval="2"', 'CloneSeparatorChange="true"; the merged file has no CloneSeparatorChange, which means']),
]


@pytest.mark.parametrize("first, second, wanted", CONFLICTS, ids=str)
def test_different_attributes_of_a_cluster_are_told(files, first, second, wanted):
    a, b = files(one("web", 1, **first), one("web", 2, **second).replace("<Server Name", "\n<Server Name"))
    text, said = merged(a, b)
    told_all = told(said)
    assert len(told_all) == len(wanted)
    for (file, line, text), part in zip(told_all, wanted):
        assert (file, line) == ("b.xml", 3) and f'ServerCluster "web" has {part}' in text and f"{a}:3" in text


def test_different_session_names_of_a_uri_are_told(files):
    a, b = files(one("a"), one("b", uris=[("/app/*", {"AffinityCookie": "OWN"})]))
    text, said = merged(a, b)
    assert told(said) == [("b.xml", 7, 'Uri "/app/*" has AffinityCookie="OWN"; the merged file has no AffinityCookie, '
                                       f'which means "JSESSIONID", as {a}:7 has it')]
    assert "OWN" not in text


def test_a_conflict_is_told_once(files):
    """The clusters of a and b meet in two: for /1 alone, for /2 with that of c."""
    paths = files(*[one("w", n, uris, RetryInterval=min(n, 2)) for n, uris in ((1, ["/1", "/2"]), (2, ["/1", "/2"]),
                                                                              (3, ["/2"]))])
    text, said = merged(*paths)
    assert len(clusters(text)) == 2
    assert [f for f, _, t in told(said) if "RetryInterval" in t] == ["b.xml", "c.xml"]


# the second server beside ("s", port 1, CloneID "c") -> names and ports, what is told
TWINS = [
    (("s", 1, {"CloneID": "c"}), {"s": 1}, []),
    (("s", 1, {"CloneID": "c", "LoadBalanceWeight": 7}), {"s": 1}, ['Server "s" has LoadBalanceWeight="7"']),
    (("s", 2, {"CloneID": "c"}), {"s": 1, "s_2": 2}, ['server "s" has CloneID "c"']),
    (("t", 1, {"CloneID": "c"}), {"s": 1, "t": 1}, ['server "t" has CloneID "c"']),
    (("s", 1, {"CloneID": "d"}), {"s": 1, "s_2": 1}, ['server "s" with CloneID d is at the address of server "s"']),
    (("t", 1, {"CloneID": "d"}), {"s": 1, "t": 1}, ['server "t" with CloneID d is at the address of server "s"']),
    (("t", 2, {"CloneID": "d"}), {"s": 1, "t": 2}, []),
    (("s", 1, {"CloneID": "c", "host": "127.0.0.2"}), {"s": 1, "s_2": 1}, ['server "s" has CloneID "c"']),
    (("s", 1, {"CloneID": None}), {"s": 1, "s_2": 1}, ['server "s" with no CloneID is at the address of server "s"']),
]


@pytest.mark.parametrize("twin, names, wanted", TWINS, ids=str)
def test_a_server_of_two_files_is_one_when_all_that_it_is_known_by_is_the_same(files, twin, names, wanted):
    a, b = files(one("w", servers=[("s", 1, {"CloneID": "c"})]), one("w", servers=[twin]))
    text, said = merged(a, b)
    assert servers(text, "w")[0] == names and servers(text, "w")[1] == list(names)
    told_all = told(said)
    assert len(told_all) == len(wanted)
    for (file, _, text), part in zip(told_all, wanted):
        assert file == "b.xml" and text.startswith(part) and f"{a}:4" in text


def test_other_keys_and_another_tier_of_the_same_server_are_told(files):
    texts = [one("w", servers=[("s", 1, {}), ("t", 2, {})], primaries=["t"] + ["s"] * i, backups=["s"] * (1 - i))
             for i in (0, 1)]
    a, b = files(*[text.replace('Protocol="http"/>', f'ConnectionTTL="{i}"><Property Name="keyring" Value="{i}"/>'
                                "</Transport>") for i, text in enumerate(texts)])
    text, said = merged(a, b)
    assert servers(text, "w")[1:] == (["t"], ["s"])
    kinds = ["Transport has ConnectionTTL", "Transport of server", 'server "s" is a primary; in the merged file it is a b']
    counts = [sum(t.startswith(kind) for _, _, t in told(said)) for kind in kinds]
    assert counts == [2, 2, 1] and len(told(said)) == 5


# -- roles and precedence --------------------------------------------------------------------------------------------

def test_roles_are_kept(files):
    a, b = files(*[one("w", servers=[(f"{n}{i}", i, {}) for i in (1, 2, 3)], primaries=[f"{n}3", f"{n}1"],
                       backups=[f"{n}2"]) for n in "ab"])
    text, _ = merged(a, b)
    assert servers(text, "w")[1:] == (["a3", "a1", "b3", "b1"], ["a2", "b2"])


def test_servers_of_a_backup_file_are_backups_of_what_is_shared(files):
    a, b, c = files(one("a", 1), one("b", 2, ["/app/*", "/own/*"]), one("c", 3))
    text, _ = merged("--backup", b, a, "--backup", c)
    assert "from a.xml, b.xml (backup), c.xml (backup)" in text
    assert servers(text, "a")[1:] == (["a1"], ["b1", "c1"])
    assert servers(text, "b")[1:] == ([], []) and "/own/*" in text


def test_what_only_backup_files_share_has_primaries(files):
    a, b, c = files(one("a", 1, ["/a"]), one("b", 2), one("c", 3))
    assert servers(merged(a, "--backup", b, "--backup", c)[0], "b")[1:] == (["b1", "c1"], [])


def test_precedence_gives_what_is_shared_to_the_first_file(files):
    a, b = files(one("a", 1), one("b", 2, ["/app/*", "/own/*"]))
    text, _ = merged("--first", a, b)
    assert servers(text, "a")[0] == {"a1": 1} and servers(text, "b")[0] == {"b1": 2}
    assert [u.get("Name") for u in ET.fromstring(text).iter("Uri")] == ["/app/*", "/own/*"]


# -- what is the same ------------------------------------------------------------------------------------------------

def named(name, group, uris):
    return one(name).replace("hosts0", group).replace("uris0", uris)


# options, group of hosts and of URIs in the second file (in the first: g, /cell/c1/application/shop) -> is it shared?
SAMES = [
    ([], "other", "other", True),
    (["--sort"], "other", "other", False),
    (["--sort"], "g", "other", True),
    (["--app"], "other", "/cell/c2/application/shop", True),
    (["--app"], "other", "/cell/c1/application/bank", False),
    (["--app"], "other", "/cell/c1/vHostGroup/shop", False),
    (["--app", "--sort"], "other", "/cell/c2/application/shop", False),
]


@pytest.mark.parametrize("options, group, uris, shared", SAMES, ids=str)
def test_what_counts_as_shared(files, options, group, uris, shared):
    a, b = files(named("a", "g", "/cell/c1/application/shop"), named("b", group, uris))
    text, said = merged(*options, a, b)
    assert len(clusters(text)) == 2 - shared
    hidden = [t for t in told(said) if "gets the requests" in t[2]]
    assert len(hidden) == (not shared) and all(t[:2] == ("b.xml", 8) and f"{a}:8" in t[2] for t in hidden)


@pytest.mark.parametrize("first, second, shared", [
    ("Shop.example:80", "shop.EXAMPLE:80", True), ("[::1]:80", "[::1]:80", True), ("a:80", "a:81", False),
    ("*:80", "*:*", False), ("*:*", None, False), (None, None, True), ("a:*", "a", True),
], ids=str)
def test_hosts_are_the_same_when_they_match_the_same(files, first, second, shared):
    a, b = files(*[one(n, hosts=h and [h]) for n, h in (("a", first), ("b", second))])
    assert len(clusters(merged(a, b)[0])) == 2 - shared


@pytest.mark.parametrize("first, second, shared", [
    ("/a/*", "/a/**", True), ("/a/*", "/a*", False), ("/a", "/A", False), ("*", None, True), ("/*", None, False),
], ids=str)
def test_uris_are_the_same_when_they_match_the_same(files, first, second, shared):
    a, b = files(*[one(n, uris=u and [u]) for n, u in (("a", first), ("b", second))])
    assert len(clusters(merged(a, b)[0])) == 2 - shared


def test_a_host_that_another_file_covers_is_told(files):
    a, b = files(one("a", hosts=["*:80", "x:1"]), one("b", hosts=["www:80", "*:81", "x:2"]))
    (file, line, text), = told(merged(a, b)[1], "note")
    assert (file, line) == ("b.xml", 8) and text.startswith(
        f'/app/* on www:80 leads to cluster "b", which has no server of {a}, though *:80 there (line 6)')


def test_groups_that_are_the_same_are_written_once(files):
    a, b = files(one("a", uris=["/a"]), one("b", uris=["/b"]))
    assert len(ET.fromstring(merged(a, b)[0]).findall("VirtualHostGroup")) == 1


# -- what the original stumbles over ---------------------------------------------------------------------------------

def test_a_route_to_a_missing_cluster_is_left_out_and_told(files):
    a, b = files(one("a"), '<Config><UriGroup Name="u"><Uri Name="/app/*"/></UriGroup>'
                           '<Route ServerCluster="none" UriGroup="u"/></Config>')
    text, said = merged(a, b)
    assert "[dangling-route]" in said and len(ET.fromstring(text).findall("Route")) == 1
    assert merged(b, a)[0].count("<Route") == 1


def test_several_routes_to_one_uri_group_all_count(files):
    text = plugin_cfg(Cluster("c1", [("s", 1, {})]), Cluster("c2", [("t", 2, {})]), routes=[
        Route("c1", ["/u"], ["a:80"]), Route("c2", ["/v"], ["b:80"])]).replace('UriGroup="uris1"', 'UriGroup="uris0"')
    a, b = files(text, one("z", 3, ["/u"], ["c:80"]))
    routes = {(r.get("ServerCluster"), r.get("UriGroup")) for r in ET.fromstring(merged(a, b)[0]).findall("Route")}
    assert routes == {("c1", "uris0"), ("c2", "uris0"), ("z", "uris0")}


def test_hosts_that_overlap_in_part(files):
    """Four servers in two groups of two; only one virtual host and some of the URIs are common to all."""
    files4 = [one(f"{g}{n}_Cluster", n, [f"/app-{g}/*", "/mgmt/*", "/api/*"],
                  [f"{g}1:{p}", f"{g}2:{p}", f"*:{p}", "*:9091"], servers=[(f"node_{g}{n}", p + 10 * n, {})])
              for g, p in (("a", 9081), ("b", 9082)) for n in (1, 2)]
    text, said = merged(*files(*files4))
    assert said == ""
    members = {c: set(servers(text, c)[0]) for c in clusters(text)}
    assert sorted(map(sorted, members.values())) == [
        ["node_a1", "node_a2"], ["node_a1", "node_a2", "node_b1", "node_b2"], ["node_b1", "node_b2"]]
    every = next(c for c in members if len(members[c]) == 4)
    (route,) = [r for r in ET.fromstring(text).findall("Route") if r.get("ServerCluster") == every]
    hosts = ET.fromstring(text).find(f"VirtualHostGroup[@Name='{route.get('VirtualHostGroup')}']")
    uris = ET.fromstring(text).find(f"UriGroup[@Name='{route.get('UriGroup')}']")
    assert [h.get("Name") for h in hosts] == ["*:9091"] and [u.get("Name") for u in uris] == ["/mgmt/*", "/api/*"]


def test_uris_that_may_tie_stay_in_their_order(files):
    """/x.jsp matches *.jsp and /x.j* equally well; the first in the file wins, also when the other one is shared."""
    routes = [Route("c", ["/p/*", "*.jsp", "/x.j*", "/q/*"])]
    for shared in (["/x.j*"], ["*.jsp"], ["/p/*", "/x.j*"], ["*.jsp", "/q/*"]):
        a, b = files(plugin_cfg(Cluster("c", [("s", 1, {})]), routes=routes), one("d", 2, shared, ["*:*"]))
        text, _ = merged(a, b)
        a.write_text(text)
        r = wlmcfg("explain", "--json", a, "/x.jsp")
        assert json.loads(r.stdout)["uri"] == "*.jsp"


# -- requests go where they went -------------------------------------------------------------------------------------

HOSTS = ["*:80", "*:443", "www.x:80", "WWW.x:80", "www.x:*", "*:*", "b.x:80", "b.x:443"]
URIS = ["/a/*", "/a/b/*", "/*", "/b", "/b/*", "*.js", "/a*", "*s", "/a/**", "/a/*/c", "/a/b", "/b*"]
ASKED_HOSTS = ["www.x:80", "www.x:443", "www.x:81", "b.x:80", "b.x:443", "z:80", "z:443", "z:1"]
ASKED_PATHS = ["/", "/a", "/a/", "/a/b", "/a/b/", "/a/b/c", "/b", "/b/x", "/a/x.js", "/b.js", "/bs", "/as", "/z"]


def random_file(dice, number):
    names = [f"c{i}" for i in range(dice.randint(1, 3))]
    taken = itertools.count(100 * number + 1)
    members = [Cluster(n, [(f"s{i}", next(taken), {"CloneID": f"{number}{n}{i}"}) for i in range(dice.randint(1, 3))])
               for n in names]
    routes = [Route(dice.choice([*names, *names, *names, "missing"]),
                    dice.choice([None] + 6 * [dice.sample(URIS, dice.randint(1, 5))]),
                    dice.choice([None] + 6 * [dice.sample(HOSTS, dice.randint(1, 4))]))
              for _ in range(dice.randint(1, 4))]
    text = plugin_cfg(*members, routes=routes)
    for i in range(1, len(routes)):
        if dice.random() < 0.3:                              # several routes to one group
            for kind, name in (("UriGroup", "uris"), ("VirtualHostGroup", "hosts")):
                if f'"{name}0"' in text:
                    text = re.sub(f'(<Route.* {kind}="){name}{i}"', rf'\g<1>{name}0"', text)
    return text


class Model:
    """A file as the reference tells it: pairs of URI and host -> servers, each a (host, port)."""

    def __init__(self, text):
        root = ET.fromstring(text)
        self.servers = {c.get("Name"): {(t.get("Hostname"), t.get("Port")) for t in c.iter("Transport")}
                        for c in root.findall("ServerCluster")}
        groups = {kind: {g.get("Name"): [child.get("Name") for child in g] for g in root.findall(kind)}
                  for kind in ("UriGroup", "VirtualHostGroup")}
        self.pairs = {}
        for route in root.findall("Route"):
            if route.get("ServerCluster") in self.servers:
                uris = groups["UriGroup"].get(route.get("UriGroup"), ["*"])
                hosts = groups["VirtualHostGroup"].get(route.get("VirtualHostGroup"), [None])
                for uri, host in itertools.product(uris, hosts):
                    key = (re.sub(r"\*+", "*", uri), host and host.lower())
                    self.pairs.setdefault(key, self.servers[route.get("ServerCluster")])


def host_rank(host, asked):
    """None: does not match."""
    if host is None:
        return 4
    (name, port), (asked_name, asked_port) = host.rsplit(":", 1), asked.rsplit(":", 1)
    if name not in ("*", asked_name) or port not in ("*", asked_port):
        return None
    return 2 * (name == "*") + (port == "*")


def uri_length(uri, path):
    """None: does not match."""
    literal = len(uri.replace("*", ""))
    for pattern, length in ((uri, literal), (uri[:-2] if uri.endswith("/*") and len(uri) > 2 else None, literal - 1)):
        if pattern is not None and re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), path):
            return length
    return None


def winner(models, host, path):
    """The pair that wins when the routes of all stand in one file, one behind the other."""
    found = []
    for order, (uri, name) in enumerate(pair for m in models for pair in m.pairs):
        rank, length = host_rank(name, host), uri_length(uri, path)
        if rank is not None and length is not None:
            found.append(((-length, "*" in uri, rank, order), (uri, name)))
    return min(found)[1] if found else None


def served_by(file, host, path):
    """By the module's own routing: the servers behind a request."""
    explained = json.loads(wlmcfg("explain", "--json", file, path, "--header", f"Host: {host}").stdout)
    return members_of(file).get(explained["cluster"], set())


@functools.lru_cache
def members_of(file):
    return {c["name"]: {(t["host"], str(t["port"])) for m in c["members"] for t in m["transports"]}
            for c in json.loads(wlmcfg("show", "--json", file).stdout)["clusters"]}


def check_requests(paths, out, requests, first_only=False):
    """Each request finds in the merged file the servers of every file that has the pair which wins."""
    models = [Model(p.read_bytes().strip()) for p in paths]
    kinds = set()
    for host, path in requests:
        pair = winner(models, host, path)
        those = [m.pairs[pair] for m in models if pair in m.pairs]
        wanted = set().union(*(those[:1] if first_only else those))
        assert served_by(out, host, path) == wanted, (host, path, pair)
        for file, model in zip(paths, models):               # and the reference above is right
            alone = winner([model], host, path)
            assert served_by(file, host, path) == (model.pairs[alone] if alone else set()), (file, host, path)
        kinds.add(len(those))
    return kinds


# what files say of each other: a route of one may win over that of another
BETWEEN_FILES = {"route-without-effect", "uri-without-effect", "overlapping-routes"}


def check_is_clean(paths, out):
    """The merged file has no error, and no warning about itself that none of the files has."""
    ours, theirs = (set(re.findall(r": (?:warning|error): .* \[([a-z-]+)\]$", wlmcfg("check", *f).stdout, re.M))
                    for f in ([out], paths))
    assert ours - BETWEEN_FILES <= theirs and wlmcfg("check", out).returncode == 0


@pytest.mark.parametrize("options", [[], ["--numbered"], ["--first"]], ids=str)
@pytest.mark.parametrize("seed", range(8))
def test_requests_go_where_they_went(files, tmp_path, seed, options):
    dice = random.Random(seed)
    paths = files(*[random_file(dice, n) for n in range(dice.randint(3, 5))])
    out = tmp_path / "out.xml"
    merged(*options, *paths, "-o", out)
    check_is_clean(paths, out)
    requests = dice.sample(list(itertools.product(ASKED_HOSTS, ASKED_PATHS)), 104)
    models = [Model(p.read_text()) for p in paths]
    shared = [r for r in requests if sum(winner(models, *r) in m.pairs for m in models) > 1]
    requests = requests[:12] + shared[:4]
    assert len(check_requests(paths, out, requests, "--first" in options)) > 1
    again = tmp_path / "again.xml"
    merged(out, "-o", again)                                 # what is merged can be merged, and is the same
    assert ET.canonicalize(again.read_text()) == ET.canonicalize(out.read_text())


# -- real files ------------------------------------------------------------------------------------------------------

def with_the_next(path):
    pair = path, SAMPLES[(SAMPLES.index(path) + 1) % len(SAMPLES)]
    return pytest.param(pair, id=f"{pair[0].name[:2]}+{pair[1].name[:2]}")


@pytest.mark.parametrize("pair", each_sample(with_the_next))
def test_real_files_two_by_two(pair, tmp_path):
    out = tmp_path / "out.xml"
    merged(*pair, "-o", out)
    check_is_clean(pair, out)
    models = [Model(p.read_bytes().strip()) for p in pair]
    requests = [((host or "*:80").replace("*", "any", 1), re.sub(r"^\*", "/*", uri.strip()).replace("*", "x"))
                for m in models for uri, host in m.pairs]
    check_requests(pair, out, random.Random(1).sample(requests, min(len(requests), 8)))


def test_all_real_files_at_once(tmp_path):
    if not SAMPLES:
        pytest.skip("../shared/plugin-cfg-samples is not there")
    out = tmp_path / "out.xml"
    for order in (SAMPLES, SAMPLES[::-1]):
        merged(*order, "-o", out)
        check_is_clean(order, out)

"""wlmcfg graph: what is in the picture, that names stay names, and where it goes."""

import os
import re
import subprocess
import xml.etree.ElementTree as ET
from xml.sax.saxutils import quoteattr

import pytest

from wlmtest import BUILD, each_sample

PROGRAM = BUILD / "wlmcfg"
SVG = "{http://www.w3.org/2000/svg}"

SHOP = """<Config>
  <VirtualHostGroup Name="shop"><VirtualHost Name="shop.example:443"/><VirtualHost Name="*:80"/></VirtualHostGroup>
  <VirtualHostGroup Name="admin"><VirtualHost Name="admin.example:*"/></VirtualHostGroup>
  <ServerCluster Name="web" LoadBalance="Random">
    <Server Name="a" LoadBalanceWeight="3"><Transport Hostname="a.example" Port="9080"/></Server>
    <Server Name="b" LoadBalanceWeight="1"><Transport Hostname="::1" Port="9081"/></Server>
    <Server Name="t"><Transport Hostname="t" Port="9443" Protocol="https"/></Server>
    <Server Name="r"><Transport Hostname="r" Port="9082"/></Server>
    <PrimaryServers><Server Name="a"/><Server Name="b"/><Server Name="t"/></PrimaryServers>
    <BackupServers><Server Name="r"/></BackupServers>
  </ServerCluster>
  <ServerCluster Name="rest"><Server Name="o"><Transport Hostname="o" Port="1"/></Server></ServerCluster>
  <ServerCluster Name="alone"><Server Name="l"><Transport Hostname="l" Port="2"/></Server></ServerCluster>
  <UriGroup Name="uris"><Uri Name="/shop/*"/><Uri Name="/cart"/></UriGroup>
  <Route ServerCluster="web" UriGroup="uris" VirtualHostGroup="shop"/>
  <Route ServerCluster="rest" UriGroup="uris" VirtualHostGroup="admin"/>
  <Route ServerCluster="rest" VirtualHostGroup="admin"/>
  <Route ServerCluster="rest" UriGroup="uris"/>
  <Route ServerCluster="rest" UriGroup="uris"/>
</Config>
"""

# each of them means something to Graphviz, XML or a shell
NASTY = ['a"b', "<script>x</script>", "<!--", "-->", "]]>", "\\l", "x\\N", "\\\\G", "\\", "end\\", "&lt;", "&amp;#65;",
         "&", "{a|<p> b}", "]; evil -> x [", "$(id) `id`", "'; id", "%s%n", "Grüße", "日本", "=", "a\tb"]


@pytest.fixture
def shop(tmp_path):
    path = tmp_path / "shop.xml"
    path.write_text(SHOP)
    return path


def wlmcfg(*args, **kwargs):
    return subprocess.run([PROGRAM, *args], capture_output=True, text=True, timeout=60, check=False, **kwargs)


def graph(*args):
    r = wlmcfg("graph", *args)
    assert (r.returncode, r.stderr) == (0, "")
    return r.stdout


def picture(svg):
    """The tables {node: [text]} and the edges [(from, to, is_dashed)]."""
    tables, edges = {}, []
    for g in ET.fromstring(svg.encode()).iter(SVG + "g"):
        title = g.findtext(SVG + "title")
        if g.get("class") == "node":
            tables[title] = [text.text.replace("\u00a0", " ") for text in g.iter(SVG + "text")]
        elif g.get("class") == "edge":
            edges.append((*title.split("->"), "stroke-dasharray" in ET.tostring(g, encoding="unicode")))
    return tables, edges


# -- the call ----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("args", [[], ["FILE", "FILE"], ["--format", "png", "FILE"], ["--format"], ["-o"],
                                  ["--json", "FILE"]], ids=" ".join)
def test_a_wrong_call_is_told_apart(shop, args):
    r = wlmcfg("graph", *[shop if word == "FILE" else word for word in args])
    assert r.returncode == 2 and not r.stdout and "--help" in r.stderr


def test_a_file_with_errors_is_not_drawn(tmp_path):
    path, out = tmp_path / "x.xml", tmp_path / "out"
    path.write_text(SHOP.replace('Port="1"', 'Port="x"'))
    r = wlmcfg("graph", "-o", out, path)
    assert (r.returncode, r.stdout) == (1, "") and "[bad-number]" in r.stderr and not out.exists()


# -- the picture -------------------------------------------------------------------------------------------------------

def test_all_is_in_the_picture(shop):
    tables, edges = picture(graph(shop))
    assert tables == {
        "hosts0": ["shop", "shop.example:443", "*:80"], "hosts1": ["admin", "admin.example:*"],
        "every_host": ["every host"], "every_uri_to1": ["every URI"],
        "uris0_to0": ["uris", "/shop/*", "/cart"], "uris0_to1": ["uris", "/shop/*", "/cart"],
        "cluster0": ["web", "Random"], "cluster1": ["rest", "Round Robin"],
        "cluster2": ["alone", "Round Robin", "no route leads here"],
        "primaries_of_cluster0": ["primary: shares of new sessions", "a", "a.example:9080", "weight 3", "50.0 %",
                                  "b", "[::1]:9081", "weight 1", "16.7 %",
                                  "t", "https://t:9443", "weight 2", "33.3 %"],
        "backups_of_cluster0": ["backup: tried in this order while no primary can serve", "r", "r:9082", "weight 2"],
        "primaries_of_cluster1": ["primary: shares of new sessions", "o", "o:1", "weight 2", "100.0 %"],
        "primaries_of_cluster2": ["primary: shares of new sessions", "l", "l:2", "weight 2", "100.0 %"]}
    assert sorted(edges) == sorted([
        ("hosts0", "uris0_to0", False), ("uris0_to0", "cluster0", False), ("hosts1", "uris0_to1", False),
        ("hosts1", "every_uri_to1", False), ("every_host", "uris0_to1", False), ("uris0_to1", "cluster1", False),
        ("every_uri_to1", "cluster1", False), ("cluster0", "primaries_of_cluster0", False),
        ("cluster0", "backups_of_cluster0", True), ("cluster1", "primaries_of_cluster1", False),
        ("cluster2", "primaries_of_cluster2", False)])


def test_names_stay_names(tmp_path):
    servers = "".join(f"<Server Name={quoteattr(n)}><Transport Hostname={quoteattr('h' + n)} Port='1'/></Server>"
                      for n in NASTY)
    clusters = "".join(f"<ServerCluster Name={quoteattr('c' + n)}>{servers}</ServerCluster>"
                       f"<VirtualHostGroup Name={quoteattr('v' + n)}><VirtualHost Name={quoteattr('w' + n + ':1')}/>"
                       f"</VirtualHostGroup><UriGroup Name={quoteattr('g' + n)}><Uri Name={quoteattr('/' + n)}/>"
                       f"</UriGroup><Route ServerCluster={quoteattr('c' + n)} UriGroup={quoteattr('g' + n)}"
                       f" VirtualHostGroup={quoteattr('v' + n)}/>" for n in NASTY)
    path = tmp_path / "x.xml"
    path.write_text(f"<Config>{clusters}</Config>")
    tables, edges = picture(graph(path))
    names = [n.replace("\t", " ") for n in NASTY]
    for i, name in enumerate(names):
        assert tables[f"hosts{i}"] == ["v" + name, f"w{name}:1"]
        assert tables[f"uris{i}_to{i}"] == ["g" + name, "/" + name]
        assert tables[f"cluster{i}"] == ["c" + name, "Round Robin"]
        members = tables[f"primaries_of_cluster{i}"][1:]
        assert (members[0::4], members[1::4]) == (names, [f"h{n}:1" for n in names])
    assert len(tables) == 4 * len(names) and len(edges) == 3 * len(names)


@pytest.mark.parametrize("n", [1, 10, 100])
def test_members_stand_below_each_other(tmp_path, n):
    path = tmp_path / "x.xml"
    path.write_text("<Config><ServerCluster Name='c'>" + "".join(
        f"<Server Name='m{i}'><Transport Hostname='h' Port='{i + 1}'/></Server>" for i in range(n))
        + "</ServerCluster></Config>")
    svg = ET.fromstring(graph(path).encode())
    places = {t.text: (float(t.get("x")), float(t.get("y"))) for t in svg.iter(SVG + "text")}
    rows = [places[f"m{i}"] for i in range(n)]
    assert len({x for x, _ in rows}) == 1 and rows == sorted(rows) and len(set(rows)) == n
    assert float(svg.get("width").removesuffix("pt")) < 600


def test_text_for_graphviz_makes_the_same_picture(shop):
    dot = graph("--format", "dot", shop)
    svg = subprocess.run(["dot", "-Tsvg"], input=dot, capture_output=True, text=True, timeout=60, check=True).stdout
    assert dot.startswith("digraph") and svg == graph("--format", "svg", shop)


@pytest.mark.parametrize("path", each_sample())
def test_real_files_have_all_clusters_and_routed_uris(path):
    root = ET.fromstring(path.read_bytes().strip())
    clusters = {c.get("Name") for c in root.findall("ServerCluster")}
    routed = {r.get("UriGroup") for r in root.findall("Route") if r.get("ServerCluster") in clusters
              and r.get("VirtualHostGroup") in {g.get("Name") for g in root.findall("VirtualHostGroup")}}
    uris = {u.get("Name").strip() for g in root.findall("UriGroup") if g.get("Name") in routed for u in g}
    tables, _ = picture(graph(path))
    assert clusters | uris <= {text for table in tables.values() for text in table}


# -- where it goes -----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("option", ["-o", "--output"])
def test_output_goes_to_a_file(shop, tmp_path, option):
    out = tmp_path / "out.svg"
    out.write_text("before")
    out.chmod(0o640)
    assert graph(option, out, shop) == ""
    assert out.read_text() == graph(shop) and out.stat().st_mode & 0o777 == 0o640
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out.svg", "shop.xml"]


def test_a_new_file_has_the_usual_rights_and_a_link_stays_one(shop, tmp_path):
    out, link = tmp_path / "out.svg", tmp_path / "link"
    link.symlink_to(out)
    subprocess.run(["sh", "-c", 'umask 027; exec "$@"', "sh", PROGRAM, "graph", "-o", out, shop], timeout=60, check=True)
    assert out.stat().st_mode & 0o777 == 0o640
    out.write_text("before")
    assert graph("-o", link, shop) == "" and link.is_symlink() and out.read_text() == graph(shop)


def test_output_that_cannot_be_written_is_no_success(shop, tmp_path):
    for out in (tmp_path, tmp_path / "absent" / "out", "/dev/full"):
        r = wlmcfg("graph", "-o", out, shop)
        assert (r.returncode, r.stdout) == (2, "") and f"{out} cannot be written" in r.stderr
    with open("/dev/full", "w") as full:
        r = subprocess.run([PROGRAM, "graph", shop], stdout=full, stderr=subprocess.PIPE, timeout=60, check=False)
    assert r.returncode == 2
    assert [p.name for p in tmp_path.iterdir()] == ["shop.xml"]


# -- Graphviz ----------------------------------------------------------------------------------------------------------

def test_without_graphviz_the_package_is_named(shop, tmp_path):
    out = tmp_path / "out.svg"
    r = wlmcfg("graph", "-o", out, shop, env={"PATH": str(tmp_path)})
    assert (r.returncode, r.stdout) == (2, "") and not out.exists()
    assert re.fullmatch(r"wlmcfg: .*\bpackage: graphviz\b.*\n", r.stderr)
    assert wlmcfg("graph", "--format", "dot", shop, env={"PATH": str(tmp_path)}).stdout.startswith("digraph")


@pytest.mark.parametrize("does", ["exit 1", "cat >/dev/null; echo '<svg'; exit 3", "kill -9 $$"])
def test_when_graphviz_fails_nothing_is_written(shop, tmp_path, does):
    shop.write_text(SHOP.replace('<Uri Name="/cart"/>', "".join(f'<Uri Name="/{i}"/>' for i in range(9999))))
    out, dot = tmp_path / "out.svg", tmp_path / "dot"
    dot.write_text(f"#!/bin/sh\n{does}\n")
    dot.chmod(0o755)
    r = wlmcfg("graph", "-o", out, shop, env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"})
    assert (r.returncode, r.stdout, r.stderr) == (2, "", "wlmcfg: dot has failed\n") and not out.exists()

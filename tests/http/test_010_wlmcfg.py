"""wlmcfg: exit codes and what is printed. Drives build/wlmcfg directly; needs no httpd."""

import json
import re
import resource
import subprocess
import xml.etree.ElementTree as ET

import pytest

from wlmtest import BUILD, ROOT, each_sample
from wlmtest.completion import offered, zsh_terminal

PROGRAM = BUILD / "wlmcfg"
FINDING = re.compile(r"(?P<file>.*?)(?::(?P<line>[1-9]\d*))?: (?P<severity>error|warning|note): (?P<text>.+) \[(?P<id>[a-z-]+)\]")

GOOD = """<?xml version="1.0" encoding="UTF-8"?>
<Config>
  <VirtualHostGroup Name="hosts"><VirtualHost Name="*:80"/><VirtualHost Name="Shop.example:*"/></VirtualHostGroup>
  <ServerCluster Name="shop" LoadBalance="Random" RetryInterval="15" PostSizeLimit="2048" PostBufferSize="0">
    <Server Name="a" CloneID="ca" LoadBalanceWeight="3" ConnectTimeout="5" ServerIOTimeout="-900" MaxConnections="7">
      <Transport Hostname="a.example" Port="9080" Protocol="http"/>
      <Transport Hostname="a.example" Port="9443" Protocol="https"><Property Name="keyring" Value="k"/></Transport>
    </Server>
    <Server Name="b" CloneID="cb" LoadBalanceWeight="1"><Transport Hostname="[::1]" Port="9081"/></Server>
    <Server Name="c" CloneID="cc" LoadBalanceWeight="4"><Transport Hostname="c" Port="9082"/></Server>
    <PrimaryServers><Server Name="a"/><Server Name="b"/></PrimaryServers>
    <BackupServers><Server Name="c"/></BackupServers>
  </ServerCluster>
  <ServerCluster Name="all"><Server Name="a"><Transport Hostname="d" Port="80"/></Server></ServerCluster>
  <UriGroup Name="uris">
    <Uri Name="/shop/*" AffinityCookie="SHOP" AffinityURLIdentifier="shopid"/><Uri Name="/s&#xfc;&#xdf;"/>
  </UriGroup>
  <Route ServerCluster="shop" UriGroup="uris" VirtualHostGroup="hosts"/>
  <Route ServerCluster="all"/>
</Config>
"""
# ... and nothing that `check` has to say
CLEAN = (GOOD.replace(' LoadBalance="Random"', "").replace(' AffinityCookie="SHOP" AffinityURLIdentifier="shopid"', "")
         .replace('"all"><Server Name="a">', '"all"><Server Name="d">').replace('CloneID="cb"', 'CloneID="cb" ConnectTimeout="5"').replace('CloneID="cc"', 'CloneID="cc" ConnectTimeout="5"'))
WITH_WARNING = CLEAN.replace("<Config>", '<Config Colour="red">')
WITH_ERROR = GOOD.replace('RetryInterval="15"', 'RetryInterval="abc"')


@pytest.fixture
def file(tmp_path):
    """Writes a file and gives its path."""

    def write(text, name="plugin-cfg.xml"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def wlmcfg(*args, **kwargs):
    return subprocess.run([PROGRAM, *args], capture_output=True, text=True, timeout=20, **kwargs)


def findings(text):
    """Every line must be a finding: (file, line, severity, id) of each."""
    matches = [FINDING.fullmatch(line) for line in text.splitlines()]
    assert all(matches), text
    return [(m["file"], int(m["line"] or 0), m["severity"], m["id"]) for m in matches]


# -- the call ------------------------------------------------------------------------------------

@pytest.mark.parametrize("args", [["--help"], ["help"]])
def test_help_goes_to_standard_output(args):
    r = wlmcfg(*args)
    assert r.returncode == 0 and not r.stderr
    assert all(word in r.stdout for word in ("check", "show", "schema", "--strict", "--json", "--version"))


def test_version_is_one_line():
    r = wlmcfg("--version")
    assert r.returncode == 0 and re.fullmatch(r"wlmcfg \d+\.\d+\.\d+\n", r.stdout)


@pytest.mark.parametrize("args", [
    [], ["check"], ["show"], ["chek", "x"], ["check", "--strikt", "x"], ["show", "x", "y"], ["check", "--json", "x"],
    ["show", "--strict", "x"], ["check", "--explain", "x"], ["check", "--explain"], ["check", "--explain", "text", "x"],
    ["check", "--strict", "--explain", "text"], ["show", "--explain", "text"], ["schema", "x"], ["schema", "--json"],
    ["--json"], ["check", "--strict=1", "x"], [""],
], ids=" ".join)
def test_a_wrong_call_is_told_apart(args):
    r = wlmcfg(*args)
    assert r.returncode == 2 and not r.stdout and "--help" in r.stderr


def test_output_that_cannot_be_written_is_no_success(file):
    good, odd = file(GOOD, "good.xml"), file(WITH_WARNING, "odd.xml")
    with open("/dev/full", "w") as full:
        for args in (["check", odd], ["show", good], ["show", "--json", good], ["schema"], ["help"], ["--version"]):
            r = subprocess.run([PROGRAM, *args], stdout=full, stderr=subprocess.PIPE, text=True, timeout=20)
            assert r.returncode == 2 and "written" in r.stderr


# what has been typed behind "wlmcfg", the last word unfinished -> some of what is offered, some of what is not
COMPLETIONS = [
    ([""], {"check", "show", "explain", "schema", "--version"}, set()),
    (["sh"], {"show"}, {"check"}),
    (["check", "--"], {"--strict", "--explain", "--help"}, {"--json", "--down"}),
    (["explain", "--"], {"--json", "--header", "--down", "--help"}, {"--strict", "--explain"}),
    (["check", "--explain", "bad-"], {"bad-number", "bad-host"}, {"text", "all"}),
    (["explain", "FILE", "--down", ""], {"a", "b", "$(false) `x`"}, {"shop", "/shop/*"}),
    (["check", "--strict", "FILE"], {"FILE"}, {"check"}),
    (["diff", "FILE", "--"], {"--json", "--exit-code"}, {"--strict", "--format"}),
    (["graph", "--format", ""], {"svg", "dot"}, {"FILE"}),
    (["graph", "-o", "FILE"], {"FILE"}, {"svg"}),
    (["simulate", "--"], {"--requests-per-session", "--kill", "--json"}, {"--down"}),
    (["simulate", "FILE", "--policy", ""], {"RoundRobin", "PeakEWMA"}, {"a", "--json"}),
    (["simulate", "FILE", "--slow", ""], {"a=", "b="}, {"a@"}),
    (["simulate", "FILE", "--sessions", "5", "--kill", ""], {"a@", "b@", "$(false) `x`@"}, {"shop@"}),
    (["simulate", "FILE", "--cluster", ""], {"shop"}, {"a", "/shop/*"}),
]


@pytest.mark.parametrize("shell", ["bash", "zsh"])
@pytest.mark.parametrize("words, wanted, unwanted", COMPLETIONS, ids=lambda value: " ".join(value)
                         if isinstance(value, list) else "")
def test_completion(file, shell, words, wanted, unwanted):
    path = str(file(GOOD.replace('Server Name="c"', 'Server Name="$(false) `x`"')))
    got = {word.replace(path, "FILE") for word in offered(shell, ["wlmcfg", *(path if word == "FILE" else word for word in words)])}
    assert wanted <= got and not unwanted & got


def test_completion_in_a_zsh(tmp_path):
    zsh_terminal(tmp_path, "wlmcfg", "wlmcfg sim\t", "wlmcfg simulate ")


# -- check ---------------------------------------------------------------------------------------

def test_check_of_a_good_file_prints_nothing(file):
    r = wlmcfg("check", file(CLEAN))
    assert (r.returncode, r.stdout) == (0, "")
    assert r.stderr == "1 file: 0 errors, 0 warnings, 0 notes\n"


def test_check_names_file_line_and_id(file):
    path = file(WITH_ERROR)
    r = wlmcfg("check", path)
    assert r.returncode == 1
    assert findings(r.stdout) == [(str(path), 4, "error", "bad-number")]
    assert '"abc"' in r.stdout


def test_a_warning_is_an_error_only_when_strict(file):
    path = file(WITH_WARNING)
    r = wlmcfg("check", path)
    assert r.returncode == 0 and findings(r.stdout) == [(str(path), 2, "warning", "unknown-attribute")]
    for args in (["check", "--strict", path], ["check", path, "--strict"]):
        r = wlmcfg(*args)
        assert r.returncode == 1 and findings(r.stdout) == [(str(path), 2, "error", "unknown-attribute")]
        assert "1 error, 0 warnings" in r.stderr


def test_a_note_is_no_error_when_strict(file):
    r = wlmcfg("check", "--strict", file("<Config/>"))
    assert r.returncode == 0 and [f[2:] for f in findings(r.stdout)] == [("note", "no-routes")]


def test_all_files_are_checked_whatever_their_order(file):
    good, bad, odd = file(CLEAN, "good.xml"), file(WITH_ERROR, "bad.xml"), file(WITH_WARNING, "odd.xml")
    for order in ([good, bad, odd], [bad, odd, good]):
        r = wlmcfg("check", *order)
        assert r.returncode == 1
        assert [f[0] for f in findings(r.stdout)] == [str(p) for p in order if p != good]
        assert r.stderr.startswith("3 files: 1 error, 1 warning,")


def test_behind_two_hyphens_all_are_files(tmp_path):
    (tmp_path / "--strict").write_text(WITH_WARNING)
    r = wlmcfg("check", "--", "--strict", cwd=tmp_path)
    assert r.returncode == 0 and findings(r.stdout) == [("--strict", 2, "warning", "unknown-attribute")]


LOST_ROUTE = CLEAN.replace("</Config>", '  <Route ServerCluster="all"/>\n</Config>')


def test_what_follows_from_the_whole_file_is_told_in_the_order_of_lines(file):
    path = file(LOST_ROUTE.replace('LoadBalanceWeight="3"', 'LoadBalanceWeight="3000"')
                .replace("  <Route", '  <Route Colour="red"', 1))
    r = wlmcfg("check", path)
    assert r.returncode == 0
    assert findings(r.stdout) == [(str(path), *rest) for rest in (
        (9, "warning", "little-weight"), (18, "warning", "unknown-attribute"), (20, "note", "route-without-effect"))]
    assert wlmcfg("check", "--strict", path).returncode == 1


def test_of_a_file_with_errors_nothing_is_told_that_may_not_be_so(file):
    path = file(LOST_ROUTE)
    assert [f[3] for f in findings(wlmcfg("check", path).stdout)] == ["route-without-effect"]
    path = file(LOST_ROUTE.replace('RetryInterval="15"', 'RetryInterval="abc"'))
    assert [f[3] for f in findings(wlmcfg("check", path).stdout)] == ["bad-number"]


@pytest.mark.parametrize("backups, told", [('<BackupServers><Server Name="c"/></BackupServers>', "go to a backup"),
                                           ("", "refused with 503")])
def test_of_primaries_without_weight_it_is_told_where_new_sessions_go(file, backups, told):
    text = CLEAN.replace('<BackupServers><Server Name="c"/></BackupServers>', backups)
    r = wlmcfg("check", file(re.sub(r'LoadBalanceWeight="[13]"', 'LoadBalanceWeight="0"', text)))
    (line,) = [line for line in r.stdout.splitlines() if line.endswith("[no-weight]")]
    assert told in line


def test_a_large_file_takes_little_time(file):
    """10,000 URIs, 1,000 routes, and 10,000 URIs that are lost to them; in seconds of the processor."""
    def route(n, uris):
        return (f'<ServerCluster Name="{n}"><Server Name="s" CloneID="{n}"><Transport Hostname="h" Port="80"/></Server>'
                f'</ServerCluster>\n<UriGroup Name="{n}">' + "\n".join(f'<Uri Name="/{uri}/*"/>' for uri in uris)
                + f'</UriGroup>\n<Route ServerCluster="{n}" UriGroup="{n}"/>\n')

    text = "".join(route(n, range(10 * n, 10 * n + 10)) for n in range(1000)) + route("last", ["x", *range(10000)])
    r = wlmcfg("check", file(f"<Config>{text}</Config>"),
               preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (2, 2)))
    assert r.returncode == 0 and r.stderr == "1 file: 0 errors, 1000 warnings, 0 notes\n"
    assert all(line.endswith("[uri-without-effect]") for line in r.stdout.splitlines())


@pytest.mark.parametrize("text, line, id", [
    (b"", 0, "empty"),
    (b"<Config>\n</Konfig>\n", 2, "not-well-formed"),
    (b"<web-app/>", 1, "not-a-plugin-cfg"),
    (b'<!DOCTYPE Config [<!ENTITY a "b">]>\n<Config Name="&a;"/>', 1, "doctype"),
    (b"<Config>\n<!-- \xff -->\n</Config>", 2, "not-well-formed"),
    (b"\x00\x01\x02", None, "not-well-formed"),
], ids=lambda value: value if isinstance(value, str) else "")
def test_what_is_no_plugin_cfg_is_an_error(file, text, line, id):
    r = wlmcfg("check", file(text))
    assert r.returncode == 1
    (found,) = findings(r.stdout)
    assert found[2:] == ("error", id) and line in (None, found[1])
    assert r.stderr.count("\n") == 1, "the XML parser wrote something of its own"


def test_what_cannot_be_read_is_an_error(tmp_path):
    for path in (tmp_path / "absent.xml", tmp_path):
        r = wlmcfg("check", path)
        assert r.returncode == 1 and findings(r.stdout) == [(str(path), 0, "error", "unreadable")]


def test_a_hyphen_is_standard_input(file):
    path = file(WITH_WARNING)
    for args in (["check", "-"], ["check", "--", "-"]):
        r = wlmcfg(*args, input=WITH_WARNING)
        assert r.returncode == 0 and findings(r.stdout) == [("standard input", 2, "warning", "unknown-attribute")]
    assert wlmcfg("check", "-", input="").returncode == 1
    shown = wlmcfg("show", "-", input=GOOD).stdout
    assert shown.splitlines()[1:] == wlmcfg("show", file(GOOD, "good.xml")).stdout.splitlines()[1:]
    assert wlmcfg("diff", "-", path, input=WITH_WARNING).stdout == "no change\n"
    assert "cluster shop" in wlmcfg("explain", "-", "http://x/shop/a", input=GOOD).stdout


def test_a_finding_about_the_whole_file_has_no_line(file):
    path = file("<Config/>")
    assert wlmcfg("check", path).stdout.startswith(f"{path}: note: the file has no Route")


def test_a_finding_is_explained(file):
    (found,) = findings(wlmcfg("check", file(WITH_ERROR)).stdout)
    r = wlmcfg("check", "--explain", found[3])
    assert r.returncode == 0 and not r.stderr
    title, meaning, remedy = r.stdout.splitlines()
    assert title == "bad-number: error, warning" and "number" in meaning and "range" in remedy


def test_all_findings_are_explained_each_once():
    told = wlmcfg("check", "--explain", "all").stdout
    titles = re.findall(r"^([a-z-]+): ((?:error|warning|note)(?:, \w+)?)$", told, re.M)
    assert len(titles) > 50 and len(dict(titles)) == len(titles)


# -- show ----------------------------------------------------------------------------------------

def settings(robust_kib, original_kib):
    """What holds without a directive."""
    return {"Robust": f"WLMRetryPolicy IdempotencyKey, WLMRetryBudget 20 10 attempts=3, WLMPostBufferSize {robust_kib}, WLMBodySpool 32M, "
                      "WLMOutlier failures=5 share=50 requests=20 window=10 max=50, WLMSlowStart 30",
            "Original": f"WLMRetryPolicy Original, WLMRetryBudget 100 attempts=32, WLMPostBufferSize {original_kib}, WLMBodySpool 0, WLMOutlier Off, WLMSlowStart 0"}


GOOD_JSON = {
    "clusters": [
        {"name": "shop", "load_balance": "Random", "retry_interval": 15, "post_size_limit": 2048,
         "post_buffer_size": 0, "members": [
             {"name": "a", "clone_id": "ca", "weight": 3, "tier": "primary", "connect_timeout": 5,
              "server_io_timeout": -900, "max_connections": 7, "transports": [
                  {"protocol": "http", "host": "a.example", "port": 9080},
                  {"protocol": "https", "host": "a.example", "port": 9443}]},
             {"name": "b", "clone_id": "cb", "weight": 1, "tier": "primary", "connect_timeout": 0,
              "server_io_timeout": 0, "max_connections": -1,
              "transports": [{"protocol": "http", "host": "::1", "port": 9081}]},
             {"name": "c", "clone_id": "cc", "weight": 4, "tier": "backup", "connect_timeout": 0,
              "server_io_timeout": 0, "max_connections": -1,
              "transports": [{"protocol": "http", "host": "c", "port": 9082}]}], "settings": settings(64, 0)},
        {"name": "all", "load_balance": "Round Robin", "retry_interval": 60, "post_size_limit": -1,
         "post_buffer_size": 64, "members": [
             {"name": "a", "clone_id": None, "weight": 2, "tier": "primary", "connect_timeout": 0,
              "server_io_timeout": 0, "max_connections": -1,
              "transports": [{"protocol": "http", "host": "d", "port": 80}]}], "settings": settings(64, 64)}],
    "virtual_host_groups": [{"name": "hosts", "hosts": ["*:80", "Shop.example:*"]}],
    "uri_groups": [{"name": "uris", "uris": [
        {"name": "/shop/*", "affinity_cookie": "SHOP", "affinity_url_identifier": "shopid"},
        {"name": "/süß", "affinity_cookie": "JSESSIONID", "affinity_url_identifier": "jsessionid"}]}],
    "routes": [{"cluster": "shop", "uri_group": "uris", "virtual_host_group": "hosts"},
               {"cluster": "all", "uri_group": None, "virtual_host_group": None}],
    "lost_routes": [],
    "findings": [],
}


def test_json_has_exactly_these_keys_in_this_order(file):
    r = wlmcfg("show", "--json", file(GOOD))
    assert r.returncode == 0 and not r.stderr
    assert json.loads(r.stdout) == GOOD_JSON
    assert json.dumps(json.loads(r.stdout)) == json.dumps(GOOD_JSON)


def test_json_has_the_findings(file):
    r = wlmcfg("show", "--json", file(GOOD.replace("<Config>", '<Config Colour="red">')))
    assert r.returncode == 0 and not r.stderr
    shown = json.loads(r.stdout)
    (finding,) = shown.pop("findings")
    message = finding.pop("message")
    assert finding == {"severity": "warning", "line": 2, "id": "unknown-attribute"} and "Colour" in message
    assert shown == {key: value for key, value in GOOD_JSON.items() if key != "findings"}


def test_a_file_with_errors_shows_its_findings_and_no_half_topology(file):
    path = file(WITH_ERROR)
    r = wlmcfg("show", "--json", path)
    assert r.returncode == 1 and findings(r.stderr) == [(str(path), 4, "error", "bad-number")]
    shown = json.loads(r.stdout)
    assert list(shown) == list(GOOD_JSON)
    assert [f["id"] for f in shown.pop("findings")] == ["bad-number"] and not any(shown.values())
    r = wlmcfg("show", path)
    assert (r.returncode, r.stdout) == (1, "") and findings(r.stderr)


@pytest.mark.parametrize("content", [None, b"", b"<Config>\n<!-- \xff -->\n</Config>"])
def test_json_is_json_also_of_what_cannot_be_read(tmp_path, content):
    path = tmp_path / "x.xml"
    if content is not None:
        path.write_bytes(content)
    r = wlmcfg("show", "--json", path)
    assert r.returncode == 1 and json.loads(r.stdout)["findings"] and findings(r.stderr)


def test_the_tree_tells_what_leads_where_and_the_shares(file):
    r = wlmcfg("show", file(GOOD))
    assert r.returncode == 0 and not r.stderr
    lines = [line.strip() for line in r.stdout.splitlines()]
    for expected in ("hosts (hosts): *:80 Shop.example:*", "every host", "every URI",
                     "/shop/*  sessions: cookie SHOP, path ;shopid=", "/süß",
                     "a: primary, weight 3, 75.0 % of new sessions, clone id ca",
                     "b: primary, weight 1, 25.0 % of new sessions, clone id cb",
                     "c: backup, weight 4, while no primary can serve, clone id cc",
                     "a: primary, weight 2, 100.0 % of new sessions, no clone id",
                     "http://a.example:9080", "https://a.example:9443", "http://[::1]:9081"):
        assert lines.count(expected) == 1, expected


@pytest.mark.parametrize("weight", [65535, 0])
def test_shares_of_more_weight_than_an_int_holds_and_of_none(file, weight):
    server = '<Server Name="s%d" LoadBalanceWeight="%d"><Transport Hostname="h" Port="1"/></Server>'
    servers = "".join(server % (i, weight) for i in range(40000))
    r = wlmcfg("show", file('<Config><ServerCluster Name="c">%s</ServerCluster></Config>' % servers))
    assert r.returncode == 0
    assert r.stdout.count(": primary, weight %d, 0.0 %% of new sessions" % weight) == 40000


# -- schema --------------------------------------------------------------------------------------

def test_schema_is_markdown_with_a_row_for_each_attribute():
    r = wlmcfg("schema")
    assert r.returncode == 0 and not r.stderr
    rows = [line for line in r.stdout.splitlines() if line.startswith("| `")]
    assert len(rows) > 60 and all(row.count("|") == 6 for row in rows)
    assert any(row.startswith("| `LoadBalanceWeight` | 0 to 65535 | `2` | yes |") for row in rows)


# -- real files ----------------------------------------------------------------------------------

@pytest.mark.parametrize("path", each_sample())
def test_real_files_are_read_completely_and_with_few_findings(path):
    r = wlmcfg("check", path)
    assert r.returncode == 0, r.stdout
    assert len(findings(r.stdout)) <= 2, r.stdout
    assert wlmcfg("show", path).returncode == 0

    shown = json.loads(wlmcfg("show", "--json", path).stdout)
    root = ET.fromstring(path.read_bytes().strip())     # another reader's view of the same file
    members = [m for c in shown["clusters"] for m in c["members"]]
    servers = root.findall("ServerCluster/Server")
    assert [c["name"] for c in shown["clusters"]] == [c.get("Name") for c in root.findall("ServerCluster")]
    assert [m["name"] for m in members] == [s.get("Name") for s in servers]
    assert [m["clone_id"] for m in members] == [s.get("CloneID") for s in servers]
    assert [m["weight"] for m in members] == [int(s.get("LoadBalanceWeight", 2)) for s in servers]
    assert ([(t["protocol"], t["host"], t["port"]) for m in members for t in m["transports"]]
            == [(t.get("Protocol", "http"), t.get("Hostname"), int(t.get("Port"))) for s in servers
                for t in s.findall("Transport")])
    assert ([h for g in shown["virtual_host_groups"] for h in g["hosts"]]
            == [h.get("Name") for h in root.findall("VirtualHostGroup/VirtualHost")])
    assert ([u["name"] for g in shown["uri_groups"] for u in g["uris"]]
            == [u.get("Name").strip() for u in root.findall("UriGroup/Uri")])
    assert ([(r["cluster"], r["uri_group"], r["virtual_host_group"]) for r in shown["routes"]]
            == [(r.get("ServerCluster"), r.get("UriGroup"), r.get("VirtualHostGroup")) for r in root.findall("Route")])

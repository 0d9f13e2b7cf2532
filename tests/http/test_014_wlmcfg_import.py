"""wlmcfg import: what becomes of mod_jk's, mod_proxy_balancer's and Tomcat's configuration, and what is told of the rest."""

import json
import pathlib
import random
import re
import stat
import subprocess

import pytest

from wlmtest import BUILD

PROGRAM = BUILD / "wlmcfg"
FINDING = re.compile(r"(?P<file>.*?)(?::(?P<line>[1-9]\d*))?: (?P<severity>error|warning|note): (?P<text>.+) \[(?P<id>[a-z-]+)\]")

WORKERS = """\
# two nodes and a standby
shop.port = 8009
worker.list=shop,status
worker.list=admin
worker.status.type=status
worker.shop.type=lb
worker.shop.balance_workers=node1,node2
worker.shop.balance_workers=node3
worker.shop.recover_time=30
worker.shop.session_cookie=SID
worker.shop.session_path=;sid
worker.node1.reference=worker.template
worker.node1.host=app1.example
worker.node1.lbfactor=3
worker.node1.redirect=node3
worker.node2.reference=worker.template
worker.node2.host=app2.example:8109
worker.node2.route=tc2
worker.node3.reference=worker.template
worker.node3.host=app3.example
worker.node3.activation=disabled
worker.template.type=ajp13
worker.template.port=$(shop.port)
worker.template.socket_connect_timeout=4500
worker.template.reply_timeout=60000
worker.admin.host=[::1]   # no balancer
worker.admin.mount=/admin|/* *.do
"""
MAP = """\
/shop|/*=shop
/*.jsp = shop
!/shop/static|/*=shop
!*.html=*
-/old=shop
/status=status
"""
JK_PORTS = ["--port", "8009=8080", "--port", "app2.example:8109=8180"]

HTTPD = """\
Define APP1 app1.example
Timeout 120
CustomLog ${APACHE_LOG_DIR}/access.log combined
<IfModule mod_proxy_balancer.c>
<Proxy "balancer://Shop">
    BalancerMember "http://${APP1}:8080" route=node1 loadfactor=1.5 retry=30 \\
        connectiontimeout=2500ms
    BalancerMember http://app2.example:8080/ route=node2 retry=30 timeout=7
    BalancerMember http://app3.example:8080 route=node3 retry=30 status=+H
    BalancerMember http://app4.example:8080 route=node4 retry=30 status=D
    ProxySet stickysession=SID|sid
</Proxy>
</IfModule>
<VirtualHost *:80 *:443>
    ServerAlias www.shop.example
    ServerName https://shop.example:8443
    ProxyPass /shop/static !
    ProxyPass /shop balancer://shop/shop
    ProxyPassMatch "^/(.*\\.do)$" balancer://shop/$1
    RewriteRule ^/rw/(.*)$ balancer://shop/rw/$1 [P,L]
    <Location /one/>
        ProxyPass http://single.example/one/
    </Location>
</VirtualHost>
<VirtualHost *:80>
    ServerName two.example
    <Proxy balancer://shop>
      BalancerMember ajp://t1:8009 route=a
      BalancerMember ajp://t2 route=b lbset=1
    </Proxy>
    ProxyPass / balancer://shop/ stickysession=OTHER
</VirtualHost>
"""

CLUSTER = """\
Maxcontext 1000
UseAlias On
Listen 10.0.0.1:6666
<VirtualHost 10.0.0.1:6666>
    EnableMCMPReceive
    ErrorLog "logs/nodes log"
    <Location /mod_cluster-manager>
        SetHandler mod_cluster-manager
        Require ip 10
    </Location>
    Require ip 10.0.0
</VirtualHost>
ProxyPass /static !
ModProxyClusterHCTemplate hcmethod=GET hcuri=/health
"""

TOMCAT = """\
<?xml version='1.0' encoding='utf-8'?>
<Server port="8005" shutdown="SHUTDOWN">
  <Service name="Catalina">
    <Connector port="8009" protocol="AJP/1.3"/>
    <Connector port="8080" protocol="HTTP/1.1" connectionTimeout="20000" redirectPort="8443"/>
    <Connector port="8443" protocol="org.apache.coyote.http11.Http11NioProtocol" SSLEnabled="true"/>
    <Engine name="Catalina" defaultHost="localhost" jvmRoute="ROUTE">
      <Host name="localhost" appBase="webapps"/>
    </Engine>
  </Service>
</Server>
"""


@pytest.fixture
def folder(tmp_path):
    """Writes files by name and gives their paths."""

    def write(**texts):
        paths = []
        for name, text in texts.items():
            path = tmp_path / name
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
            paths.append(path)
        return paths

    return write


def wlmcfg(*args):
    return subprocess.run([PROGRAM, *map(str, args)], capture_output=True, text=True, timeout=60, check=False)


class Imported:
    """The result, and what was told: list of (file's name, line, severity, id), texts."""

    def __init__(self, out, *args):
        self.out = out
        r = wlmcfg("import", "-o", out, *args)
        assert r.returncode == 0 and r.stdout == "", r.stderr
        matches = [FINDING.fullmatch(line) for line in r.stderr.splitlines()]
        assert all(matches), r.stderr
        self.told = [(pathlib.Path(m["file"]).name, int(m["line"] or 0), m["severity"], m["id"]) for m in matches]
        self.text = r.stderr
        checked = wlmcfg("check", out)
        assert checked.returncode == 0, checked.stdout
        self.check = checked.stdout
        show = json.loads(wlmcfg("show", "--json", out).stdout)
        self.routes = show["routes"]
        self.hosts = {g["name"]: g["hosts"] for g in show["virtual_host_groups"]}
        self.uris = {g["name"]: g["uris"] for g in show["uri_groups"]}
        self.clusters = {c["name"]: c for c in show["clusters"]}

    def members(self, cluster):
        return {m["name"]: m for m in self.clusters[cluster]["members"]}

    def patterns(self, cluster):
        groups = [r["uri_group"] for r in self.routes if r["cluster"] == cluster]
        return [u["name"] for g in groups for u in self.uris[g]]

    def explain(self, *args):
        return json.loads(wlmcfg("explain", "--json", self.out, *args).stdout)

    def is_told(self, line, word):
        return any(f":{line}: " in text and word in text for text in self.text.splitlines())


def address(member):
    t = member["transports"][0]
    return t["host"], t["port"]


# -- the call ------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("args", [
    [], ["mod_jk"], ["nginx", "x"], ["mod_jk", "a", "b", "c"], ["mod_jk", "--uri", "/x", "a"], ["tomcat", "--uri", "x", "a"],
    ["mod_proxy_balancer", "--cluster", "c", "a"], ["mod_jk", "--port", "8009", "a"], ["mod_jk", "--port", "x=80", "a"],
    ["mod_jk", "--port", "8009=65536", "a"], ["mod_jk", "--define", "x", "a"], ["mod_jk", "--colour", "a"],
])
def test_a_wrong_call_is_told(args):
    r = wlmcfg("import", *args)
    assert r.returncode == 2 and r.stdout == "" and "--help" in r.stderr


def test_without_a_file_it_goes_to_standard_output_and_is_always_the_same(folder, tmp_path):
    files = folder(workers=WORKERS, map=MAP)
    first, second = (wlmcfg("import", "mod_jk", *files) for _ in range(2))
    assert first.returncode == 0 and first.stdout == second.stdout and first.stdout.endswith("</Config>\n")
    assert first.stderr == second.stderr
    Imported(tmp_path / "o.xml", "mod_jk", *files)
    assert (tmp_path / "o.xml").read_text() == first.stdout


def test_an_error_changes_no_file(folder, tmp_path):
    (workers,) = folder(workers=WORKERS.replace("lbfactor=3", "lbfactor=-3"))
    out = tmp_path / "o.xml"
    out.write_text("old")
    r = wlmcfg("import", "mod_jk", workers, "-o", out)
    assert r.returncode == 1 and f"{workers}:14: error: lbfactor" in r.stderr and out.read_text() == "old"
    assert wlmcfg("import", "mod_jk", workers).stdout == ""


def test_a_file_is_replaced_as_a_whole(folder, tmp_path):
    files = folder(workers=WORKERS, map=MAP)
    real, out = tmp_path / "real.xml", tmp_path / "o.xml"
    real.write_text("old")
    real.chmod(0o640)
    out.symlink_to(real)
    before = real.stat().st_ino
    Imported(out, "mod_jk", *files)
    assert out.is_symlink() and real.read_text().startswith("<?xml") and real.stat().st_ino != before
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert sorted(p.name for p in tmp_path.iterdir()) == ["map", "o.xml", "real.xml", "workers"]
    r = wlmcfg("import", "mod_jk", *files, "-o", tmp_path / "none" / "o.xml")
    assert r.returncode == 2 and "cannot be written" in r.stderr


def test_names_are_escaped(folder, tmp_path):
    (workers,) = folder(workers="worker.list=b\nworker.b.type=lb\nworker.b.balance_workers=a,c\nworker.b.mount=/a&b/\"<*\n"
                        "worker.a.host=h1\nworker.a.route=r&\"1\nworker.c.host=h2\n")
    done = Imported(tmp_path / "o--x.xml", "mod_jk", workers)
    assert done.members("b")["a"]["clone_id"] == 'r&"1' and done.patterns("b") == ['/a&b/"<*']


# -- mod_jk --------------------------------------------------------------------------------------------------------------

@pytest.fixture
def jk(folder, tmp_path):
    return Imported(tmp_path / "o.xml", "mod_jk", *JK_PORTS, *folder(workers=WORKERS, map=MAP))


def test_jk_balancers_become_clusters(jk):
    assert list(jk.clusters) == ["shop", "admin"] and jk.clusters["shop"]["retry_interval"] == 30
    members = jk.members("shop")
    assert {n: (address(m), m["weight"], m["clone_id"], m["tier"]) for n, m in members.items()} == {
        "node1": (("app1.example", 8080), 3, "node1", "primary"),
        "node2": (("app2.example", 8180), 1, "tc2", "primary"),
        "node3": (("app3.example", 8080), 1, "node3", "backup")}
    assert {(m["connect_timeout"], m["server_io_timeout"]) for m in members.values()} == {(5, -60)}
    assert address(jk.members("admin")["admin"]) == ("::1", 8080) and jk.members("admin")["admin"]["clone_id"] is None


def test_jk_rules_become_routes(jk):
    assert jk.explain("/shop")["cluster"] == "shop" and jk.explain("/shop/x")["uri"] == "/shop/*"
    assert jk.explain("/x.jsp")["cluster"] == "shop" and jk.explain("/admin")["cluster"] == "admin"
    assert jk.explain("/x.do")["cluster"] == "admin" and jk.explain("/old")["declined"]
    session = jk.explain("/shop/;sid=0.tc2")["affinity"]
    assert (session["source"], session["member"]) == ("url", "node2")
    assert jk.explain("/shop/", "--header", "Cookie: SID=0.node1")["affinity"]["member"] == "node1"


def test_jk_what_is_left_is_told_and_the_result_is_clean(jk):
    assert jk.check == ""
    assert jk.told == [("workers", 5, "note", "not-carried-over"), ("workers", 23, "warning", "twice"),
                       ("workers", 24, "note", "changed"),
                       ("map", 3, "warning", "exclusion"), ("map", 4, "warning", "exclusion"), ("map", 5, "note", "left-out"),
                       ("map", 6, "note", "not-carried-over")]
    assert jk.is_told(3, '<Location "/shop/static">, WLMEnable Off, </Location>')
    assert jk.is_told(4, '<LocationMatch "^.*\\.html$">, WLMEnable Off, </LocationMatch>')


def test_jk_ajp_ports_are_told_for_each_member(folder, tmp_path):
    done = Imported(tmp_path / "o.xml", "mod_jk", *folder(workers=WORKERS, map=MAP))
    assert [t[1] for t in done.told if t[3] == "ajp-port"] == [13, 17, 20, 26]
    assert done.is_told(13, "--port 8009=HTTPPORT") and done.is_told(17, "app2.example:8109=HTTPPORT")
    assert (tmp_path / "o.xml").read_text().count("<!--8") == 4 and done.check == ""


def lb(*lines, members="worker.a.host=a\nworker.b.host=b\n"):
    return ("worker.list=lb\nworker.lb.type=lb\nworker.lb.balance_workers=a b\nworker.lb.mount=/*\n" + members
            + "\n".join(lines) + "\n")


# lines beside those of lb(), which has 7 -> what the result has, or a word that is told of line 7
JK_CASES = [
    (["worker.lb.sticky_session=0"], lambda d: [m["clone_id"] for m in d.members("lb").values()] == [None, None]),
    (["worker.lb.sticky_session_force=1"], "WLMStrictAffinity"),
    (["worker.lb.method=Session"], lambda d: "IgnoreAffinity" not in d.out.read_text()),
    (["worker.lb.method=R"], lambda d: 'IgnoreAffinityRequests="false"' in d.out.read_text()),
    (["worker.lb.method=Busyness"], "WLMPolicy LeastBusy"),
    (["worker.lb.retries=3"], "WLMRetryPolicy"),
    (["worker.lb.max_reply_timeouts=3"], "WLMOutlier"),
    (["worker.lb.error_escalation_time=0"], "WLMOutlier"),
    (["worker.lb.set_session_cookie=1"], "put <WLMCluster lb>, WLMAffinity Cookie WLMID, </WLMCluster> into"),
    (["worker.lb.set_session_cookie=1", "worker.lb.session_cookie_path=/shop"], "WLMAffinity Cookie WLMID path=/shop, </WLMCluster>"),
    (["worker.lb.set_session_cookie=0", "worker.lb.session_cookie_path=/shop"], lambda d: "WLMAffinity" not in d.text),
    (["worker.lb.colour=red"], "not known"),
    (["worker.a.colour=red"], "not known"),
    (["worker.maintain=10"], "WLMHealthCheck"),
    (["worker.a.activation=d"], lambda d: d.members("lb")["a"]["weight"] == 0),
    (["worker.a.disabled=true"], lambda d: d.members("lb")["a"]["weight"] == 0),
    (["worker.a.activation=Stopped"], lambda d: list(d.members("lb")) == ["b"] and "a was stopped" in d.out.read_text()),
    (["worker.a.distance=1"], lambda d: [m["tier"] for m in d.members("lb").values()] == ["backup", "primary"]),
    (["worker.a.redirect=b"], "balanced over all others"),
    (["worker.a.redirect=q"], "no effect"),
    (["worker.a.domain=d"], "cluster of each domain"),
    (["worker.a.socket_timeout=9"], lambda d: d.members("lb")["a"]["server_io_timeout"] == 9),
    (["worker.a.socket_timeout=9"], lambda d: d.members("lb")["a"]["connect_timeout"] == 9),
    (["worker.a.connect_timeout=1000"], lambda d: d.members("lb")["a"]["connect_timeout"] == 1),
    (["worker.a.ping_mode=C"], lambda d: d.members("lb")["a"]["connect_timeout"] == 10),
    (["worker.a.prepost_timeout=1000"], lambda d: 'ExtendedHandshake="true"' in d.out.read_text()),
    (["worker.a.ping_mode=I"], "WLMHealthCheck"),
    (["worker.a.busy_limit=5"], lambda d: d.members("lb")["a"]["max_connections"] == 5),
    (["worker.a.fail_on_status=500,503"], "WLMBusyStatus"),
    (["worker.a.recovery_options=3"], "WLMRetryPolicy"),
    (["worker.a.connection_pool_timeout=600"], "ConnectionTTL"),
    (["worker.a.connection_pool_size=10"], "WLMMemberShare"),
    (["worker.a.secret=s"], "HTTP port"),
    (["worker.a.lbfactor=100000", "worker.b.lbfactor=50000"],
     lambda d: [m["weight"] for m in d.members("lb").values()] == [65535, 32767]),
    (["worker.z.host=z"], "left out"),
    (["worker.a.route=" + "x" * 30], lambda d: d.members("lb")["a"]["clone_id"] == "x" * 30),
    (["worker.lb.recover_time=\\", "5"], "joins lines"),
]


@pytest.mark.parametrize("lines, wanted", JK_CASES, ids=lambda v: v[0] if isinstance(v, list) else "")
def test_jk_properties(folder, tmp_path, lines, wanted):
    done = Imported(tmp_path / "o.xml", "mod_jk", "--port", "8009=80", *folder(workers=lb(*lines)))
    assert done.is_told(7, wanted) if isinstance(wanted, str) else wanted(done), done.text


# lines beside those of lb() -> which line has an error, and a word of it
JK_ERRORS = [
    ("worker.a.lbfactor=0", 7, "1 to"), ("worker.a.lbfactor=1.5", 7, "number"), ("worker.a.lbfactor= 2x", 7, "number"),
    ("worker.a.port=70000", 7, "65535"), ("worker.a.port=-1", 7, "65535"), ("worker.a.distance=99999999999999999999", 7, "number"),
    ("worker.lb.recover_time=1m", 7, "seconds"), ("worker.a.reply_timeout=99999999999", 7, "milliseconds"),
    ("worker.a.activation=q", 7, "Active"), ("worker.lb.sticky_session=maybe", 7, "on or off"),
    ("worker.lb.balance_workers=q", 3, "no worker"), ("worker.list=q", 1, "nothing is said"),
    ("worker.a.reference=worker.q", 7, "no such worker"), ("worker.a.reference=b", 7, "worker.NAME"),
    ("worker.a.reference=worker.b\nworker.b.reference=worker.a", 7, "ring"), ("worker.a.host=$(nowhere)", 7, "--define"),
    ("rubbish", 7, "NAME=VALUE"), ("worker.a.type=jni", 7, "ajp13"), ("worker.a.route=\xff", 7, "UTF-8"),
    ("worker.a.route=\x01", 7, "control"), ("worker.a.route=\0", 7, "NUL"), ("worker.a.host=:80", 7, "host name"),
    ("worker.lb.mount=x", 4, "begins neither"),
]


@pytest.mark.parametrize("line, number, word", JK_ERRORS, ids=lambda v: repr(v)[:40])
def test_jk_errors(folder, line, number, word):
    r = wlmcfg("import", "mod_jk", *folder(workers=lb(line).encode("latin-1")))
    assert r.returncode == 1 and r.stdout == ""
    assert any(f"workers:{number}: error: " in text and word in text for text in r.stderr.splitlines()), r.stderr


def test_jk_variables_that_double_each_other_fill_no_memory(folder):
    lines = ["v0=xxxxxxxxxx"] + [f"v{i}=$(v{i - 1})$(v{i - 1})" for i in range(1, 60)]
    r = wlmcfg("import", "mod_jk", *folder(workers=lb(*lines)))
    assert r.returncode == 1 and "characters" in r.stderr


# rules -> a word that is told of line 1, or the patterns that result
JK_RULES = [
    ("/a?c=lb", "only wildcard"), ("/a=lb;reply_timeout=5", "ServerIOTimeout"), ("/a=lb;stopped=a", "second one"),
    ("/a=lb;use_server_errors=400", "error pages"), ("/a=lb;colour=red", "not known"), ("/a|/b=lb", ["/a/b", "/*", "/a"]),
    ("/a|/*=lb", ["/a/*", "/*"]), ("-!/a=lb", "disabled"), ("!/a=*", "^/a$"), ("!/*=lb", 'Location "/"'),
]


@pytest.mark.parametrize("rule, wanted", JK_RULES, ids=lambda v: v if isinstance(v, str) else "")
def test_jk_rules(folder, tmp_path, rule, wanted):
    done = Imported(tmp_path / "o.xml", "mod_jk", *folder(workers=lb(), map=rule))
    assert done.is_told(1, wanted) if isinstance(wanted, str) else sorted(done.patterns("lb")) == sorted(wanted)


def test_jk_order_that_differs_is_told(folder, tmp_path):
    workers = "worker.list=a,b\nworker.a.host=a\nworker.b.host=b\n"
    done = Imported(tmp_path / "o.xml", "mod_jk", *folder(workers=workers, map="/x/*=a\n*.longextension=b\n/y/*=b\n"))
    assert [t for t in done.told if t[3] == "order"] == [("map", 2, "warning", "order")]
    assert done.explain("/x/a.longextension")["cluster"] == "b"


def test_jk_without_rules_is_told(folder, tmp_path):
    done = Imported(tmp_path / "o.xml", "mod_jk", *folder(workers="worker.list=a\nworker.a.host=a\n"))
    assert ("uriworkermap.properties", 0, "warning", "no-rules") in done.told and "no-routes" in done.check


# -- mod_proxy_balancer ------------------------------------------------------------------------------------------------

@pytest.fixture
def proxy(folder, tmp_path):
    return Imported(tmp_path / "o.xml", "mod_proxy_balancer", "--port", "8009=8090", *folder(conf=HTTPD))


def test_proxy_balancers_become_clusters(proxy):
    assert list(proxy.clusters) == ["shop", "shop_2", "single.example"]
    assert {n: (address(m), m["weight"], m["clone_id"], m["tier"], m["connect_timeout"], m["server_io_timeout"])
            for n, m in proxy.members("shop").items()} == {
        "node1": (("app1.example", 8080), 3, "node1", "primary", 3, 120),
        "node2": (("app2.example", 8080), 2, "node2", "primary", 7, 7),
        "node3": (("app3.example", 8080), 2, "node3", "backup", 120, 120)}
    assert proxy.clusters["shop"]["retry_interval"] == 30
    assert {n: (address(m), m["tier"]) for n, m in proxy.members("shop_2").items()} == {
        "a": (("t1", 8090), "primary"), "b": (("t2", 8090), "backup")}
    assert address(proxy.members("single.example")["single.example_80"]) == ("single.example", 80)


def test_proxy_hosts_and_passes_become_routes(proxy):
    assert proxy.hosts["shop.example_hosts"] == ["shop.example:8443", "shop.example:80", "shop.example:443",
                                                 "www.shop.example:80", "www.shop.example:443"]
    for url, cluster in [("http://shop.example/shop", "shop"), ("https://www.shop.example/shop/x", "shop"),
                         ("http://shop.example/x.do", "shop"), ("http://shop.example/rw/x", "shop"),
                         ("http://shop.example/one/x", "single.example"), ("http://two.example/shop", "shop_2"),
                         ("http://shop.example/", None), ("http://other.example/shop", None)]:
        assert proxy.explain(url)["cluster"] == cluster, url
    assert proxy.explain("http://shop.example/shop/", "--header", "Cookie: SID=x.node2")["affinity"]["member"] == "node2"
    assert proxy.explain("http://shop.example/shop/;sid=x.node2")["affinity"]["member"] == "node2"
    assert proxy.explain("http://two.example/", "--header", "Cookie: OTHER=x.a")["affinity"]["member"] == "a"


def test_proxy_what_is_left_is_told_and_the_result_is_clean(proxy):
    # Timeout 120 and retry=30 contradict each other, there as here
    assert set(re.findall(r"\[([a-z-]+)\]$", proxy.check, re.M)) == {"retry-before-timeout"}
    assert proxy.told == [("conf", 6, "note", "changed"), ("conf", 10, "warning", "left-out"), ("conf", 14, "note", "changed"),
                          ("conf", 17, "warning", "exclusion")]


def balancer(*lines, params="", extra=""):
    return (f"<Proxy balancer://b>\nBalancerMember http://h1:80 route=r1 {params}\nBalancerMember http://h2:80 route=r2\n"
            f"ProxySet stickysession=S {extra}\n</Proxy>\n" + "\n".join(lines) + "\nProxyPass / balancer://b/\n")


# parameters of the first member -> what the result has, or a word that is told of line 2
MEMBER_PARAMS = [
    ("loadfactor=2.25", lambda d: [m["weight"] for m in d.members("b").values()] == [9, 4]),
    ("loadfactor=100", lambda d: [m["weight"] for m in d.members("b").values()] == [100, 1]),
    ("status=+N", lambda d: [m["weight"] for m in d.members("b").values()] == [0, 1]),
    ("status=+H-H", lambda d: d.members("b")["r1"]["tier"] == "primary"),
    ("status=S", lambda d: list(d.members("b")) == ["r2"]),
    ("status=+R", "hot spare"), ("status=I", "ignored"), ("lbset=2", lambda d: d.members("b")["r1"]["tier"] == "backup"),
    ("ttl=5", lambda d: 'ConnectionTTL="5"' in d.out.read_text()),
    ("ping=5", lambda d: 'WaitForContinue="true"' in d.out.read_text()),
    ("connectiontimeout=1min", lambda d: d.members("b")["r1"]["connect_timeout"] == 60),
    ("retry=0", lambda d: d.clusters["b"]["retry_interval"] == 0), ("retry=5", "differ"), ("max=20", "WLMMemberShare"),
    ("acquire=20", "WLMQueue"), ("disablereuse=On", "ConnectionTTL"), ("hcmethod=GET", "WLMHealthCheck"),
    ("upgrade=websocket", "WebSocket"), ("secret=x", "HTTP port"), ("colour=red", "not known"), ("redirect=r2", "balanced"),
    ("addressttl=9", "WLMResolveInterval"),
]


@pytest.mark.parametrize("params, wanted", MEMBER_PARAMS, ids=lambda v: v if isinstance(v, str) else "")
def test_proxy_parameters_of_members(folder, tmp_path, params, wanted):
    done = Imported(tmp_path / "o.xml", "mod_proxy_balancer", *folder(conf=balancer(params=params)))
    line = 3 if wanted == "differ" else 2
    assert done.is_told(line, wanted) if isinstance(wanted, str) else wanted(done), done.text


BALANCER_PARAMS = [
    ("stickysession=ROUTEID", "WLMAffinity Cookie WLMID into"),
    ("nofailover=On", "WLMStrictAffinity"), ("lbmethod=byrequests", None), ("lbmethod=bytraffic", "by requests"),
    ("lbmethod=bybusyness", "WLMPolicy LeastBusy"),
    ("timeout=3", "WLMQueue"), ("maxattempts=3", "WLMRetryBudget"), ("failonstatus=503", "WLMBusyStatus"),
    ("forcerecovery=Off", "WLMAllDown"), ("stickysessionsep=/", "WLMCloneSeparators"), ("colour=red", "not known"),
    ("failontimeout=On", lambda d: {m["server_io_timeout"] for m in d.members("b").values()} == {-60}),
    ("stickysession=", lambda d: {m["clone_id"] for m in d.members("b").values()} == {None}),
]


@pytest.mark.parametrize("params, wanted", BALANCER_PARAMS, ids=lambda v: v if isinstance(v, str) else "")
def test_proxy_parameters_of_balancers(folder, tmp_path, params, wanted):
    done = Imported(tmp_path / "o.xml", "mod_proxy_balancer", *folder(conf=balancer(extra=params)))
    if wanted is None:
        assert done.told == []
    else:
        assert done.is_told(4, wanted) if isinstance(wanted, str) else wanted(done), done.text


# a line 6 -> what is told of it, or what the result has
PROXY_LINES = [
    ("ProxyPass /a fcgi://h/a", "mod_proxy"), ("ProxyPass /a http://h1:80/b", "context root"),
    ("ProxyPassMatch ^/(a|b)$ balancer://b", "only wildcard"), ("ProxyPassMatch ^/x[0-9]$ !", "LocationMatch"),
    ("ProxyVia On", "WLMVia"), ("ProxyAddHeaders Off", "WLMForwardedHeaders"), ("ProxyFancy On", "nothing that does the same"),
    ("ProxyHCExpr ok {%{REQUEST_STATUS} =~ /2/}", "WLMHealthCheck"), ("JkMount /x/* lb", "mod_jk"),
    ("SSLProxyEngine On", "WLMTLSTrust"), ("ProxyPassReverse / balancer://b/", "redirects"), ("ProxyPreserveHost Off", "Host"),
    ('Header add Set-Cookie "R=.%{BALANCER_WORKER_ROUTE}e; path=/" env=BALANCER_ROUTE_CHANGED', "WLMAffinity Cookie WLMID path=/ into"),
    ('Header always set Set-Cookie "R=.%{BALANCER_WORKER_ROUTE}e;Secure; Path=/a;HttpOnly"', "WLMAffinity Cookie WLMID path=/a into"),
    ('Header set Set-Cookie R=.%{BALANCER_WORKER_ROUTE}e', "WLMAffinity Cookie WLMID into"),
    ('Header set X-Route "%{BALANCER_WORKER_ROUTE}e"', "jvmRoute"),
    ("Include none/*.conf", "command line"), ("SetHandler balancer-manager", "server-status"),
    ("ProxySet http://h1 timeout=9", lambda d: [m["server_io_timeout"] for m in d.members("b").values()] == [9, 60]),
    ("ProxySet http://h9 timeout=9", "no such member"), ("IncludeOptional none/*.conf", None), ("DocumentRoot ${X}", None),
    ("ProxyTimeout 7", lambda d: {m["server_io_timeout"] for m in d.members("b").values()} == {7}),
    ("RewriteCond %{X} y\nRewriteRule ^/c balancer://b/c [P]", "RewriteCond"),
    ("RewriteRule ^/c balancer://b/c [P,NC]", "with case"), ("RewriteRule ^/c /d [PT]", None),
    ("<If \"true\">\nProxyPass /c balancer://b\n</If>", "no conditions"),
    ("<IfDefine X>\nProxyPass /c balancer://b\n</IfDefine>", "--define X=1"),
    ("<IfDefine !X>\nProxyPass /c/ http://h3/c/\n</IfDefine>", lambda d: d.explain("/c/x")["cluster"] == "h3"),
    ("ProxyPass /ws/ ws://h3/ws/", lambda d: d.explain("/ws/x")["cluster"] == "h3"),
    ("<Location ~ \"^/r/.*\">\nProxyPass http://h3\n</Location>", lambda d: d.explain("/r/x")["cluster"] == "h3"),
    ("ProxyPass /c http://[::1]:99/c", lambda d: address(d.members("::1_99")["::1_99"]) == ("::1", 99)),
    ("<Directory /x>\nRewriteRule ^c balancer://b/c [P]\n</Directory>", "Directory"),
    ("# ProxyPass /c \\\nProxyPass /c http://h3/c", None),
]


@pytest.mark.parametrize("lines, wanted", PROXY_LINES, ids=lambda v: v[:30] if isinstance(v, str) else "")
def test_proxy_directives(folder, tmp_path, lines, wanted):
    done = Imported(tmp_path / "o.xml", "mod_proxy_balancer", *folder(conf=balancer(lines)))
    if wanted is None:
        assert done.told == [] and list(done.clusters) == ["b"]
    elif isinstance(wanted, str):
        assert done.is_told(6, wanted) or done.is_told(7, wanted), done.text
    else:
        assert wanted(done), done.text


# regular expression -> pattern; None: it is left out
REGEXES = [
    ("^/app(/.*)?$", "/app/*"), ("^/app/(.*)$", "/app/*"), ("^/app", "/app*"), (r"^(/.*\.jsp)$", "/*.jsp"), (r"\.gif$", "*.gif"),
    ("^/a(?:/(.*))$", "/a/*"), (r"^/a\.b/.*", "/a.b/*"), ("^/ab?$", None), ("^/a+$", None), ("^/[ab]$", None), (r"^/\d$", None),
    ("^/a.b$", None), ("^/a(/b)?$", None), ("^/(a$", None), ("^/a)$", None), ("^/a{2}$", None), ("^/(?=a)", None), ("^/a$b", None),
]


@pytest.mark.parametrize("regex, pattern", REGEXES)
def test_proxy_regular_expressions(folder, tmp_path, regex, pattern):
    conf = f'ProxyPassMatch "{regex}" http://h\n'
    done = Imported(tmp_path / "o.xml", "mod_proxy_balancer", *folder(conf=conf))
    assert done.patterns("h") == ([pattern] if pattern else [])
    assert done.told == [] if pattern else done.is_told(1, "only wildcard")


# destination, path of the members -> do members get the same path?
PATHS = [("/app", "", True), ("/app/", "", True), ("", "/app", True), ("/", "/app/", True), ("/other", "", False),
         ("/app", "/app", False), ("", "", False), ("/app?x=", "", False)]


@pytest.mark.parametrize("to, prefix, is_same", PATHS)
def test_proxy_changed_paths_are_told(folder, tmp_path, to, prefix, is_same):
    conf = f"<Proxy balancer://b>\nBalancerMember http://h{prefix}\n</Proxy>\nProxyPass /app balancer://b{to}\n"
    done = Imported(tmp_path / "o.xml", "mod_proxy_balancer", *folder(conf=conf))
    assert [t[3] for t in done.told] == ([] if is_same else ["path"])


def test_proxy_what_never_had_an_effect_is_left_out(folder, tmp_path):
    conf = "ProxyPass /a http://a/a\nProxyPass /a/b http://b/a/b\nProxyPass /a/c !\nProxyPass / !\nProxyPass /z http://z/z\n"
    done = Imported(tmp_path / "o.xml", "mod_proxy_balancer", *folder(conf=conf))
    assert [t[1:] for t in done.told if t[3] in ("order", "exclusion")] == [
        (2, "warning", "order"), (3, "warning", "order"), (4, "warning", "exclusion"), (5, "warning", "order")]
    assert done.explain("/a/b")["cluster"] == "a" and done.explain("/z")["declined"]


def test_proxy_includes_are_followed(folder, tmp_path):
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "conf.d" / "b.conf").write_text("ProxyPass /b http://${NAME}/b\n")
    (tmp_path / "conf.d" / "a.conf").write_text("Define NAME h\n")
    (conf,) = folder(conf="Include conf.d/*.conf\n")
    done = Imported(tmp_path / "o.xml", "mod_proxy_balancer", conf)
    assert done.explain("/b")["cluster"] == "h" and done.told == []
    done = Imported(tmp_path / "o.xml", "mod_proxy_balancer", "--define", "NAME=g", conf)
    assert done.explain("/b")["cluster"] == "g"
    conf.write_text("Include conf\n")
    r = wlmcfg("import", "mod_proxy_balancer", conf)
    assert r.returncode == 1 and "include each other" in r.stderr


PROXY_ERRORS = [
    ("ProxyPass", "argument"), ("ProxyPass /a", "path and a URL"), ("ProxyPass /a nowhere", "no URL"),
    ("ProxyPass /a balancer://q", "no <Proxy balancer://q>"), ("ProxyPass /a http://h:0/", "no URL"),
    ("ProxyPass /a http://h:99999/", "no URL"), ("ProxyPass /a http://${Q}/", "--define Q"), ("BalancerMember h", "no URL"),
    ("BalancerMember balancer://b h", "no URL"), ("</Proxy>", "no section"), ("<Proxy balancer://c>", "not closed"),
    ("ProxyTimeout -1", "seconds"), ("ProxyTimeout 5q", "seconds"), ("<VirtualHost *:99999>\n</VirtualHost>", "65535"),
    ("<VirtualHost :80>\n</VirtualHost>", "no host"), ("ProxySet balancer://b failontimeout=perhaps", "on or off"),
    ("BalancerMember balancer://b http://h loadfactor=101", "1 to 100"), ("ProxyPass /\x01 http://h", "control"),
    ("BalancerMember balancer://b http://h loadfactor=1.234", "two decimals"), ("ProxyPass /\xff http://h", "UTF-8"),
    ("BalancerMember balancer://b http://h status=+Q", "letters"), ("BalancerMember balancer://b http://h lbset=100", "0 to 99"),
    ("BalancerMember balancer://b http://h ttl=4000000000", "seconds"),
]


@pytest.mark.parametrize("line, word", PROXY_ERRORS, ids=lambda v: repr(v)[:40])
def test_proxy_errors(folder, line, word):
    r = wlmcfg("import", "mod_proxy_balancer", *folder(conf=balancer(line).encode("latin-1")))
    assert r.returncode == 1 and r.stdout == ""
    assert any("conf:6: error: " in text and word in text for text in r.stderr.splitlines()), r.stderr


# -- Tomcat --------------------------------------------------------------------------------------------------------------

def tomcat(route="t1", engine="", connectors=""):
    text = TOMCAT.replace("ROUTE", route).replace("</Engine>", engine + "</Engine>")
    return text.replace("    <Engine", connectors + "    <Engine")


def test_tomcat_servers_become_members(folder, tmp_path):
    a, b = folder(a=tomcat("${node}1"), b=tomcat("${none:-t2}").replace('"8080"', '"9080"'))
    done = Imported(tmp_path / "o.xml", "tomcat", f"h1={a}", f"[::1]={b}", "--define", "node=n", "--cluster", "shop",
                    "--uri", "/shop/*", "--uri", "*.jsp")
    assert {n: (m["clone_id"], [(t["protocol"], t["host"], t["port"]) for t in m["transports"]])
            for n, m in done.members("shop").items()} == {
        "n1": ("n1", [("http", "h1", 8080), ("https", "h1", 8443)]),
        "t2": ("t2", [("http", "::1", 9080), ("https", "::1", 8443)])}
    assert done.patterns("shop") == ["/shop/*", "*.jsp"] and done.told == [("o.xml", 7, "note", "https-without-keyring")]
    assert 'ConnectionTTL="19"' in done.out.read_text()


def test_tomcat_hosts_and_contexts_become_routes(folder, tmp_path):
    (a,) = folder(a=tomcat(engine="""<Host name="two.example"><Alias> www.two.example </Alias><Alias>*.x</Alias>
        <Context path="/app" sessionCookieName="SID"/><Context docBase="x"/></Host>"""))
    done = Imported(tmp_path / "o.xml", "tomcat", f"h={a}")
    assert done.hosts == {"two.example_hosts": ["two.example:*", "www.two.example:*"]}
    assert done.explain("http://two.example/app")["virtual_host_group"] == "two.example_hosts"
    assert done.explain("/other")["cluster"] == "Catalina"
    assert done.explain("http://two.example/app/", "--header", "Cookie: SID=x.t1")["affinity"]["member"] == "t1"
    assert [t[3] for t in done.told] == ["not-carried-over", "contexts", "not-carried-over", "https-without-keyring"]


TOMCAT_CASES = [
    (lambda t: t.replace('port="8080"', 'address="10.0.0.1" port="8080"'), "", "10.0.0.1"),
    (lambda t: t.replace('port="8080"', 'address="10.0.0.1" port="8080"'), "h=", "listens on 10.0.0.1 only"),
    (lambda t: t, "", "HOST="),
    (lambda t: t.replace(' jvmRoute="t1"', ""), "h=", "no jvmRoute"),
    (lambda t: t.replace('protocol="HTTP/1.1"', 'SSLEnabled="true"'), "h=", "https Connector only"),
    (lambda t: re.sub(r'<Connector port="8(08|44).*', "", t), "h=", "--port 8009=HTTPPORT"),
    (lambda t: t.replace('port="8443"', 'port="-1"'), "h=", "no port"),
    (lambda t: t.replace('SSLEnabled="true"', ""), "h=", "that of line 5"),
    (lambda t: t.replace('<Host', '<Valve className="x.LoadBalancerDrainingValve"/><Host'), "h=", "LoadBalanceWeight"),
    (lambda t: t.replace("</Server>", t[t.index("<Service"):].replace("Catalina", "Two").replace("t1", "t2")), "h=", "by its port"),
]


@pytest.mark.parametrize("change, host, word", TOMCAT_CASES, ids=[str(i) for i in range(len(TOMCAT_CASES))])
def test_tomcat_oddities_are_told(folder, tmp_path, change, host, word):
    (a,) = folder(a=change(tomcat()))
    done = Imported(tmp_path / "o.xml", "tomcat", f"{host}{a}")
    assert word in done.text or word in done.out.read_text(), done.text


def test_tomcat_port_offset_is_added(folder, tmp_path):
    (a,) = folder(a=tomcat().replace("<Server ", '<Server portOffset="100" '))
    assert address(Imported(tmp_path / "o.xml", "tomcat", f"h={a}").members("Catalina")["t1"]) == ("h", 8180)


TOMCAT_ERRORS = [
    ("", 1, "well-formed"), ("<Server>", 1, "well-formed"), ("<Config/>", 1, "server.xml"), ("<Server/>", 1, "no <Service>"),
    (tomcat().replace("<Connector", "<Con"), 3, "no Connector"), (tomcat().replace('"8080"', '"${p}"'), 5, "--define p"),
    (tomcat().replace('"8080"', '"80800"'), 5, "65535"), (tomcat().replace('"20000"', '"soon"'), 5, "number"),
    (tomcat().replace("<Server ", '<Server portOffset="60000" '), 5, "more than"),
    (tomcat().replace("<Server ", '<!DOCTYPE Server [<!ENTITY x "y">]><Server '), 0, "xmllint"),
    (tomcat(engine='<Host name="x"><Context path="a"/></Host>'), 9, "begins with /"),
    ("<Server><Service name='x'/></Server>", 1, "no <Engine>"),
]


@pytest.mark.parametrize("text, line, word", TOMCAT_ERRORS, ids=[str(i) for i in range(len(TOMCAT_ERRORS))])
def test_tomcat_errors(folder, text, line, word):
    r = wlmcfg("import", "tomcat", *folder(a=text))
    assert r.returncode == 1 and r.stdout == ""
    assert any(f"a{f':{line}' * (line > 0)}: error: " in t and word in t for t in r.stderr.splitlines()), r.stderr


# -- whatever it is -------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("kind", ["mod_jk", "mod_proxy_balancer", "mod_proxy_cluster", "tomcat"])
def test_files_that_cannot_be_read_are_told(tmp_path, kind):
    for path in (tmp_path / "none", tmp_path, "/dev/zero"):
        r = wlmcfg("import", kind, path)
        assert r.returncode == 1 and r.stdout == "" and f"{path}: error: " in r.stderr


@pytest.mark.parametrize("kind, text", [("mod_jk", WORKERS), ("mod_proxy_balancer", HTTPD), ("mod_proxy_cluster", CLUSTER),
                                        ("tomcat", TOMCAT)], ids=lambda value: value if len(value) < 20 else "")
def test_broken_files_end_with_a_result_or_a_reason(folder, kind, text):
    dice = random.Random(14)
    for _ in range(60):
        data = bytearray(text.encode())
        for _ in range(dice.randint(1, 4)):
            at = dice.randrange(len(data))
            data[at:at + dice.choice([0, 1, 20])] = dice.choice([b"", b"\0", b"\xff", b"${", b"<", b"=", b"-1", b"\\\n", b'"'])
        r = subprocess.run([PROGRAM, "import", kind, *folder(x=bytes(data))], capture_output=True, timeout=60, check=False)
        assert r.returncode in (0, 1) and bool(r.stdout) == (r.returncode == 0)
        assert (b": error: " in r.stderr) == (r.returncode == 1)

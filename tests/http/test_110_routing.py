"""Stories of routing: which requests go to a cluster, which stay httpd's, and what cannot be hidden from a route."""
import pytest

from wlmtest.plugincfg import Cluster, Route, plugin_cfg


@pytest.fixture
def two(httpd, member):
    """Clusters "app" (member a) and "other" (member o)."""
    def make(app_route, other_route=None, extra="", **config):
        a, o = member("a"), member("o")
        routes = [app_route] + ([other_route] if other_route else [])
        return httpd(plugin_cfg(Cluster("app", [("a", a.port, {})]), Cluster("other", [("o", o.port, {})]),
                                routes=routes, **config), extra)
    return make


def test_110_01_what_matches_goes_what_does_not_stays(two):
    client = two(Route("app", ["/app/*"])).client
    assert client.member("/app/x") == "a"
    assert client.member("/app/") == "a"
    assert client.member("/app") == "a"
    assert client.member("/app?x=1") == "a"
    assert client.get("/apple").status == 404
    assert client.get("/index.html").body == b"httpd's own page\n"


def test_110_02_the_longest_uri_of_all_routes_wins(two):
    client = two(Route("app", ["/*"]), Route("other", ["/a/b/*", "/exact", "*.jsp"])).client
    assert client.member("/a/x") == "a"
    assert client.member("/a/b/x") == "o"
    assert client.member("/a/b") == "o"
    assert client.member("/exact") == "o"
    assert client.member("/exact/x") == "a"
    assert client.member("/x/y.jsp") == "o"


def test_110_03_hosts_and_ports(two):
    client = two(Route("app", ["/*"], hosts=["app.example:80", "*:8080"]),
                 Route("other", ["/*"], hosts=["App.Example:8080", "other.example:*"])).client
    assert client.member("/", Host="app.example") == "a"
    assert client.member("/", Host="APP.example:80") == "a"
    assert client.member("/", Host="any.example:8080") == "a"
    assert client.member("/", Host="app.example:8080") == "o"
    assert client.member("/", Host="other.example:1234") == "o"
    assert client.get("/app/", Host="any.example").status == 404


@pytest.mark.parametrize("written", ["[2001:db8::1]", "[2001:db8:0::1]", "[2001:0DB8:0:0:0:0:0:1]", "[2001:db8:0:0::1]:80"])
def test_110_14_an_address_is_one_host_however_it_is_written(two, written):
    client = two(Route("app", ["/*"], hosts=["[2001:db8:0::1]:80"]), Route("other", ["/*"], hosts=["*:*"])).client
    assert client.member("/", Host=written) == "a"
    assert client.member("/", Host="[2001:db8::2]") == "o"


def test_110_04_compat_matches_the_port_of_the_connection(two):
    server = two(Route("app", ["/app/*"], hosts=["*:1"]), Route("other", ["/o/*"]), VHostMatchingCompat="true")
    assert server.client.get("/app/", Host="x:1").status == 404
    text = (server.path / "plugin-cfg.xml").read_text().replace("*:1\"", f"*:{server.port}\"")
    server.stop()
    server.configure(text).start()
    assert server.client.member("/app/", Host="x:1") == "a"


def test_110_05_no_host_group_is_every_host(two):
    client = two(Route("app", ["/app/*"], hosts=None)).client
    assert client.member("/app/", Host="whatever:5") == "a"
    assert client.raw(b"GET /app/ HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 200")


# what is asked for -> the member that answers, or the status
WAYS = [
    ("/x/../app/y", "a"), ("//app//y", "a"), ("/%61pp/y", "a"), ("/app;v=1/y", "a"), ("/app;jsessionid=0000x:q", "a"),
    ("/./app/y", "a"), ("/app/../other/y", "o"), ("/app/%2e%2e/other/y", "o"), ("/app/.%2E/other/y", "o"),
    ("/app/..;/other/y", 400), ("/app/..;x=1/other", 400), ("/app/.;/y", 400), ("/nobody/..;/app/y", 400),
    ("/app/..%2fother/y", 404), ("/app%2fy", 404), ("/app/%00", 404), ("/app/%zz", 400),
    ("/nobody/..;/index.html", 404), ("/app/%252e%252e/other", "a"), ("/app/%5c../other", "a"),
]


@pytest.mark.parametrize("target,wanted", WAYS)
def test_110_06_a_route_is_neither_reached_nor_dodged_by_writing_the_path_otherwise(two, target, wanted):
    server = two(Route("app", ["/app/*"]), Route("other", ["/other/*"]))
    server.expect("WLM0009")
    if isinstance(wanted, str):
        assert server.client.member(target) == wanted
    else:
        assert server.client.get(target).status == wanted
        assert server.count("WLM0009") == (wanted == 400 and "%zz" not in target)


def test_110_07_encoded_slashes_that_are_allowed_do_not_hide_dot_segments(two):
    server = two(Route("app", ["/app/*"]), Route("other", ["/other/*"]), extra="AllowEncodedSlashes On\n")
    server.expect("WLM0009")
    assert server.client.get("/app/..%2fother/y").status == 400
    assert server.client.fields("/app/a%2Fb")["path"] == "/app/a%2Fb"


@pytest.mark.parametrize("target", [
    "/app/a%20b?q=a%2Fb&r=%3C", "/app/a%3Bb", "/app/%25", "/app/%C3%A9?%C3%A9", "/app/x;v=1/y;w=2?z", "/app/?", "/app/+:@&=$,!'()*",
    "/app/%3Fx?y",
])
def test_110_08_path_and_query_reach_the_member_as_they_came(two, target):
    assert two(Route("app", ["/app/*"])).client.fields(target)["path"] == target


def test_110_09_mod_rewrite_feeds_a_route(two):
    client = two(Route("app", ["/app/*"]), extra="""
RewriteEngine On
RewriteRule "^/old/(.*)$" "/app/$1" [PT]
RewriteRule "^/params$" "/app/a b;v=1?x=2" [PT]
""").client
    assert client.fields("/old/a%20b?q=1")["path"] == "/app/a%20b?q=1"
    assert client.fields("/params")["path"] == "/app/a%20b;v=1?x=2"


def test_110_10_disabled_locations_stay_httpds(two):
    client = two(Route("app", ["/*"]), extra="<Location /private>\nWLMEnable Off\n</Location>\n").client
    assert client.get("/private/x").status == 404
    assert client.member("/public") == "a"
    assert b"Total Accesses" in client.get("/server-status?auto").body


def test_110_11_httpds_own_access_control_applies(two):
    client = two(Route("app", ["/app/*"]), extra="<Location /app/secret>\nRequire all denied\n</Location>\n").client
    assert client.get("/app/secret/x").status == 403
    assert client.member("/app/x") == "a"


def test_110_12_trace_is_not_routed(two):
    answer = two(Route("app", ["/*"]), extra="TraceEnable off\n").client.send("TRACE", "/app/")
    assert answer.status == 405


def test_110_13_an_alias_does_not_hide_a_route_and_types_are_not_guessed(two):
    client = two(Route("app", ["/app/*"]), extra="Alias /app htdocs\nAddType text/x-wrong .txt\n").client
    answer = client.get("/app/index.html")
    assert answer.headers["X-Member"] == "a"
    assert client.get("/app/x.txt").headers["Content-Type"].startswith("text/plain")


# configuration, path and Host -> what the log says of a request that goes to no member
ASIDE = [
    ("", "/App/x", "x", "no route for host x port 80 path /App/x: URI /app/* (line 4) differs by upper and lower case"),
    ("", "/app;v=1/x", "y:8080", "no route for host y port 8080 path /app/x: URI /app/* (line 4) matches, but is for hosts x:80 only"),
    ("", "/apple", "x", "no route for host x port 80 path /apple: URI /app/* (line 4) has the longest beginning in common"),
    ("", "/nothing", "x", "no route for host x port 80 path /nothing: no URI is like it"),
    ("RewriteEngine On\nRewriteRule ^/app/(.*) /ap/$1 [PT]\n", "/app/x", "x", "no route for host x port 80 path /ap/x: URI /app/*"),
    ("WLMEnable Off\n", "/app/x", "x", "/app/x is not looked up among the routes: WLMEnable is Off here"),
    ("RewriteEngine On\nRewriteRule . - [E=skipwas:1]\n", "/app/x", "x", "the environment has skipwas"),
    ("<Location /app/x>\nWLMEnable Off\n</Location>\n", "/app/x;v=1/y", "x", "not for a member: /app/x/y, which is the same path"),
]


@pytest.mark.parametrize("extra, target, host, line", ASIDE)
def test_110_14_the_log_tells_why_a_request_goes_to_no_member(two, extra, target, host, line):
    server = two(Route("app", ["/app/*"], hosts=["x:80"]), extra=extra + "LogLevel wlm:debug\n")
    assert server.client.get(target, Host=host).status == 404
    text = line.replace("(line 4)", f"(line {uri_line(server)})")
    assert text in server.log()


def test_110_16_a_virtual_host_without_a_file_is_told(httpd, member):
    server = httpd(plugin_cfg(Cluster("app", [("a", member("a").port, {})])), "<VirtualHost *>\n</VirtualHost>\n", start=False)
    conf = server.path / "httpd.conf"
    conf.write_text(conf.read_text().replace("WLMConfig plugin-cfg.xml\n<VirtualHost *>\n", "<VirtualHost *>\n")
                    .replace("</VirtualHost>\n", "</VirtualHost>\n<VirtualHost *>\nServerName x\nWLMConfig plugin-cfg.xml\n</VirtualHost>\n"))
    server.start()
    assert server.client.get("/app/x").status == 404 and server.client.member("/app/x", Host="x") == "a"
    assert "/app/x is not looked up among the routes: this server or virtual host has no WLMConfig" in server.log()


def uri_line(server):
    lines = (server.path / "plugin-cfg.xml").read_text().splitlines()
    return next(n for n, line in enumerate(lines, 1) if '<Uri Name="/app/*"' in line)


def test_110_15_it_does_so_only_when_it_is_asked_to(two):
    server = two(Route("app", ["/app/*"]), extra="LogLevel wlm:info\n")
    assert server.client.get("/App/x").status == 404
    assert "no route for" not in server.log()

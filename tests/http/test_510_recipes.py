"""docs/recipes.md: the modules and the configuration of each recipe are taken out of the page, and work."""
import re
import ssl
import subprocess

import pytest

from wlmtest import ROOT, config_value, free_port, wait_until
from wlmtest.client import Client
from wlmtest.httpd import MODULES
from wlmtest.plugincfg import Cluster, Route, plugin_cfg
from wlmtest.status import LOCATION, steer
from wlmtest.tls import Authority, TlsMember, server_context

PAGE = (ROOT / "docs/recipes.md").read_text()
ALSO_LOADED = {"lua": (), "ssl": ("socache_shmcb",)}  # what a2enmod enables besides


class Recipe:
    """A section of the page. Paths in it are replaced by those of the test."""

    def __init__(self, title, folder, page=PAGE):
        self.text = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", page, re.M | re.S).group(1)
        self.folder = folder

    def block(self, language, number=0):
        return re.findall(rf"^```{language}\n(.*?)^```", self.text, re.M | re.S)[number]

    def modules(self):
        names = [name for line in re.findall(r"^    a2enmod (.*)$", self.text, re.M) for name in line.split()]
        names += [more for name in names for more in ALSO_LOADED.get(name, ())]
        libexec = config_value("HTTPD_LIBEXECDIR")
        return "".join(f"LoadModule {name}_module {libexec}/mod_{name}.so\n" for name in names if name not in MODULES.split())

    def conf(self, number=0, **paths):
        """paths: what stands in the page, with _ for each character that cannot stand in a name, is replaced by a path"""
        text = self.block("apache", number)
        for there, here in paths.items():
            found = {word for word in re.findall(r"/[\w./-]+", text) if re.sub(r"\W", "_", word).strip("_") == there}
            assert found, f"{there} is not in the page"
            for word in found:
                text = text.replace(word, str(here))
        return text


@pytest.fixture
def recipe(folder):
    return lambda title: Recipe(title, folder)


def shop(*members, uris=("/shop/*",), **attrs):
    return plugin_cfg(Cluster("shop", [(m.name, m.port, {}) for m in members], **attrs), routes=[Route("shop", list(uris))])


def cookies(answer):
    return answer.headers.get_all("Set-Cookie") or []


# -- WLMAffinity --------------------------------------------------------------------------------------------------------------

@pytest.fixture
def key(folder):
    """What the page makes by openssl."""
    path = folder / "key"
    make, = re.findall(r"^openssl rand -out \S+ (\d+)$", PAGE, re.M)
    subprocess.run(["openssl", "rand", "-out", path, make], check=True)
    return path


def without_clone_ids(name, *members, path):
    return plugin_cfg(Cluster(name, [(m.name, m.port, {"CloneID": None}) for m in members]), routes=[Route(name, [path])])


def test_510_01_sessions_for_an_application_that_has_none(httpd, member, recipe, key):
    this = recipe("Sessions for an application that has none")
    a, b = member("a"), member("b")
    server = httpd(without_clone_ids("shop", a, b, path="/shop/*"), this.conf(etc_apache2_wlm_affinity_key=key))
    server.expect("WLM0030", "WLM0035")
    for _ in range(2):
        first = server.client.get("/shop/?nosession=1")
        cookie, = cookies(first)
        assert re.fullmatch(r"WLMID=[\w-]{22}; Path=/shop; HttpOnly; SameSite=Lax", cookie)
        again = [server.client.get("/shop/?nosession=1", Cookie=cookie.split(";")[0]) for _ in range(6)]
        assert {x.headers["X-Member"] for x in again} == {first.headers["X-Member"]}
        assert not any(cookies(x) for x in again)
    assert {server.client.get("/shop/?nosession=1").headers["X-Member"] for _ in range(6)} == {"a", "b"}  # without the cookie
    {"a": a, "b": b}[first.headers["X-Member"]].kill()
    moved = server.client.get("/shop/?nosession=1", Cookie=cookie.split(";")[0])
    assert moved.headers["X-Member"] != first.headers["X-Member"] and cookies(moved)[0].startswith("WLMID=")


def test_510_02_sessions_that_a_response_field_names(httpd, member, recipe, key):
    this = recipe("Sessions that a response field names")
    a, b = member("a"), member("b")
    server = httpd(without_clone_ids("mcp", a, b, path="/mcp"), this.conf(etc_apache2_wlm_affinity_key=key))
    server.expect("WLM0030", "WLM0035", "WLM0209")
    first = server.client.send("POST", "/mcp?nosession=1&header-Mcp-Session-Id=1868a90c")
    session = {"Mcp-Session-Id": first.headers["Mcp-Session-Id"]}
    for method in ("POST", "GET", "DELETE") * 4:
        assert server.client.send(method, "/mcp", headers=session).headers["X-Member"] == first.headers["X-Member"]
    assert b"Mcp-Session-Id: 1868a90c\n" in server.client.send("GET", "/mcp?headers=1", headers=session).body
    {"a": a, "b": b}[first.headers["X-Member"]].kill()
    assert server.client.send("POST", "/mcp", headers=session).status == 404


@pytest.mark.parametrize("cluster,path,target,fields", [
    ("notify", "/notify/*", "/notify/manager?sub=4711", {}), ("mcp", "/mcp", "/mcp", {"Mcp-Session-Id": "1868a90c"}),
])
def test_510_22_resources_that_move(httpd, scripted, folder, recipe, cluster, path, target, fields):
    this = recipe("Resources that move")
    answer = this.block("http").replace("\n", "\r\n") + "\r\n"

    def elsewhere(c):
        while c.read_head() is not None:
            c.send(answer.encode())

    def owner(c):
        while (head := c.read_head()) is not None:
            c.ok(c.read_body(head))
    s1, s2 = scripted(elsewhere, name="s1"), scripted(owner, name="s2")
    conf = this.conf(0) if cluster == "notify" else this.conf(1, var_lib_apache2_wlm_state=folder / "state")
    server = httpd(without_clone_ids(cluster, s1, s2, path=path), conf)
    if cluster == "notify":
        server.expect("WLM0220")
    answers = [server.client.send("POST", target, b"<Envelope/>", fields) for _ in range(6)]
    assert {(a.status, a.body) for a in answers} == {(200, b"<Envelope/>")}
    assert (len(s1.heads), len(s2.heads)) == (1, 6)


# -- mod_cache ----------------------------------------------------------------------------------------------------------------

@pytest.fixture
def store(folder):
    path = folder / "store"
    path.mkdir()
    path.chmod(0o777)
    return path


def cacheable(path, seconds=60, more=""):
    return f"{path}?header-Cache-Control=max-age%3D{seconds}{more}"


def test_510_10_a_cache_in_front_of_the_members(httpd, member, recipe, store):
    this = recipe("A cache in front of the members")
    a = member("a")
    log = 'LogFormat "%U %{WLM_MEMBER}e" member\nCustomLog members member\n'
    server = httpd(shop(a), this.modules() + log + this.conf(var_cache_apache2_mod_cache_disk=store))
    first = server.client.get(cacheable("/shop/catalogue/shoes"))
    second = server.client.get(cacheable("/shop/catalogue/shoes"))
    assert (first.status, second.status, first.body) == (200, 200, second.body)
    assert "HIT" in second.headers["X-Cache"] and "MISS" in first.headers["X-Cache"]
    assert a.requests() == 1
    assert cookies(first) and not cookies(second)  # the first one's session is not given to others
    wait_until(lambda: "shoes -\n" in (server.path / "members").read_text(), "the line of the second in the log")
    server.client.get(cacheable("/shop/cart"))
    server.client.get(cacheable("/shop/cart"))
    assert a.requests() == 3  # nothing else is stored


def test_510_11_without_that_line_a_session_is_given_to_others(httpd, member, recipe, store):
    """What the page warns of is so: if it were not, the line could go."""
    this = recipe("A cache in front of the members")
    conf = this.conf(var_cache_apache2_mod_cache_disk=store).replace("CacheIgnoreHeaders Set-Cookie\n", "")
    server = httpd(shop(member("a")), this.modules() + conf)
    first = server.client.get(cacheable("/shop/catalogue/shoes"))
    assert cookies(server.client.get(cacheable("/shop/catalogue/shoes"))) == cookies(first) != []


def test_510_12_a_popular_page_that_has_expired_costs_one_request(httpd, member, recipe, store):
    this = recipe("A cache in front of the members")
    a = member("a")
    server = httpd(shop(a), this.modules() + this.conf(var_cache_apache2_mod_cache_disk=store))
    page = cacheable("/shop/catalogue/shoes", 1, "&delay=500")
    server.client.get(page)
    before = a.requests()
    wait_until(lambda: "HIT" not in server.client.get(page).headers["X-Cache"], "the page to expire")
    assert a.requests() == before + 1
    server.client.load(8, 8, page)
    assert a.requests() <= before + 2


# -- fragments ----------------------------------------------------------------------------------------------------------------

def pages(fragment):
    """A member that has a page, and a fragment whose number rises with each request."""
    seen = []

    def script(c):
        while head := c.read_head():
            path = head.split(b" ")[1].decode()
            seen.append((path, head.decode()))
            body, more = fragment, ""
            if "/fragments/" in path:
                body, more = f"news {len([p for p, _ in seen if p == path])}", "Cache-Control: max-age=60\r\n"
            c.send(f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Member: {c.member.name}\r\n{more}"
                   f"Content-Length: {len(body)}\r\n\r\n{body}".encode())
    script.seen = seen
    return script


def test_510_20_pages_of_fragments(httpd, scripted, recipe, store):
    this = recipe("Pages of fragments")
    script = pages(this.block("html"))
    x, y = scripted(script, "x"), scripted(script, "y")
    server = httpd(shop(x, y), this.modules() + this.conf(var_cache_apache2_mod_cache_disk=store) + LOCATION)
    page = server.client.get("/shop/pages/start", Cookie="JSESSIONID=0000s:y", Accept_Encoding="gzip")
    assert page.status == 200 and page.body == b"<p>Hello!</p>\nnews 1\n"
    assert server.client.get("/shop/pages/start").body == page.body  # the fragment comes from the store
    assert [path for path, _ in script.seen].count("/shop/fragments/news") == 1
    assert [path for path, _ in script.seen].count("/shop/pages/start") == 2
    first_two = script.seen[:2]
    assert len(y.heads) >= 2 and all("JSESSIONID=0000s:y" in head for _, head in first_two)  # both with the session
    assert not any("accept-encoding" in head.lower() for _, head in first_two)  # what they send must be readable


def test_510_21_a_directive_cannot_run_programs(httpd, scripted, recipe, store):
    this = recipe("Pages of fragments")
    x = scripted(pages('<!--#exec cmd="echo ran" -->'), "x")
    server = httpd(shop(x), this.modules() + this.conf(var_cache_apache2_mod_cache_disk=store))
    assert b"ran" not in server.client.get("/shop/pages/start").body


# -- a maintenance page -------------------------------------------------------------------------------------------------------

def test_510_30_a_maintenance_page(httpd, member, recipe, folder):
    this = recipe("A maintenance page")
    flag, page = folder / "maintenance", folder / "maintenance.html"
    page.write_text("We are back soon.\n")
    a = member("a")
    allowed = f'<Directory "{folder}">\nRequire all granted\n</Directory>\n'
    server = httpd(shop(a, uris=["/*"]), this.modules() + allowed + LOCATION + this.conf(
        etc_apache2_maintenance=flag, var_www_html_maintenance_html=page))
    server.expect("WLM0036")

    def answer(path="/shop/"):
        got = server.client.get(path)
        return got.status, got.body == page.read_bytes(), got.headers["Retry-After"]
    assert answer() == (200, False, None)
    before = a.requests()
    flag.touch()
    assert answer() == (503, True, "300") == answer("/else")
    assert server.client.get("/wlm-status").status == 200
    assert a.requests() == before
    flag.unlink()
    assert answer() == (200, False, None)
    steer(server, "disable", cluster="shop", all="1")
    assert answer()[:2] == (503, True)


# -- a member's own error page ------------------------------------------------------------------------------------------------

def test_510_40_an_error_page_in_place_of_a_members_own(httpd, member, recipe, folder):
    this = recipe("An error page in place of a member's own")
    script = folder / "sorry.lua"
    script.write_text(this.block("lua"))
    server = httpd(shop(member("a")), this.modules() + this.conf(etc_apache2_sorry_lua=script))
    for size in "0", "10", "1000000":
        got = server.client.get(f"/shop/?status=503&bytes={size}&header-ETag=x")
        assert (got.status, got.error) == (503, None)
        assert got.body.endswith(b"The shop is closed for the moment.</p>\n") and got.body.startswith(b"<!DOCTYPE html>")
        assert got.headers["Content-Type"] == "text/html; charset=utf-8" and "ETag" not in got.headers
    for status in 200, 404, 500:  # others are passed on
        got = server.client.get(f"/shop/?status={status}&bytes=100000")
        assert (got.status, len(got.body), got.headers["Content-Type"]) == (status, 100000, "application/octet-stream")


# -- logins of a connection ---------------------------------------------------------------------------------------------------

def logs_in(c):
    """Knows its user by the connection."""
    user = None
    while head := c.read_head():
        login = re.search(rb"^authorization: NTLM (\w+)", head, re.I | re.M)
        user = login.group(1) if login else user
        if user:
            c.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(user), user))
        else:
            c.send(b"HTTP/1.1 401 Who\r\nContent-Length: 0\r\nWWW-Authenticate: NTLM\r\n\r\n")


def test_510_50_logins_that_hold_for_a_connection(httpd, scripted, recipe):
    this = recipe("Logins that hold for a connection")
    server = httpd(shop(scripted(logs_in, "x"), scripted(logs_in, "y")), LOCATION + f"<VirtualHost *:*>\n{this.conf()}</VirtualHost>")
    clients = {name: server.client.connect() for name in ("alice", "bob")}

    def ask(name, **headers):
        clients[name].request("GET", "/shop/", headers=headers)
        return Client.read(clients[name])
    for name in clients:
        assert ask(name).status == 401
        assert ask(name, Authorization=f"NTLM {name}").body == name.encode()
    for _ in range(120):  # more than httpd's default of MaxKeepAliveRequests
        for name in clients:
            assert ask(name).body == name.encode()
    steer(server, "drain", cluster="shop", all="1")
    assert ask("alice").body == b"alice"  # a drained member keeps the logins that it has
    for connection in clients.values():
        connection.close()
    assert "Upgrade" not in server.client.get("/index.html").headers  # which offers h2c otherwise


# -- who ends TLS -------------------------------------------------------------------------------------------------------------

def site_with_tls(httpd, folder, this, cfg, more=""):
    """An httpd that ends TLS as the page has it; and the ports of http and https."""
    authority = Authority(folder, "web")
    both = authority.sign("shop.example", "DNS:shop.example,IP:127.0.0.1")
    plain, secure = free_port(), free_port()
    conf = this.conf(0, etc_ssl_shop_example_pem=both, etc_ssl_private_shop_example_key=both)
    conf = conf.replace("*:80>", f"127.0.0.1:{plain}>").replace("*:443>", f"127.0.0.1:{secure}>")
    listen = f"Listen 127.0.0.1:{plain}\nListen 127.0.0.1:{secure}\n"
    server = httpd(cfg, this.modules() + listen + more + conf)
    http, https = Client(plain), Client(secure)
    https.context = ssl._create_unverified_context()
    return server, http, https


def test_510_60_httpd_ends_tls(httpd, member, recipe, folder):
    this = recipe("Where TLS ends")
    _, http, https = site_with_tls(httpd, folder, this, shop(member("a")))
    moved = http.get("/shop/cart", Host="shop.example")
    assert (moved.status, moved.headers["Location"]) == (301, "https://shop.example/shop/cart")
    answer = https.get("/shop/?headers=1", Host="shop.example")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert b"X-Forwarded-Proto: https" in answer.body and b"$WSSC: https" in answer.body


def test_510_61_and_begins_it_anew(httpd, recipe, folder):
    this = recipe("Where TLS ends")
    members_ca = Authority(folder)

    def echo(c):
        while head := c.read_head():
            c.ok(head)
    x = TlsMember("x", echo, server_context(members_ca.sign("x")))
    cfg = plugin_cfg(Cluster("shop", [("x", None, {"https": x.port})]), routes=[Route("shop", ["/shop/*"])])
    try:
        trust = this.conf(1, etc_apache2_members_ca_pem=members_ca.pem)
        _, _, https = site_with_tls(httpd, folder, this, cfg, trust)
        answer = https.get("/shop/", Host="shop.example")
        assert answer.status == 200 and b"X-Forwarded-Proto: https" in answer.body and len(x.seen) == 1
    finally:
        x.stop()


def test_510_62_a_load_balancer_ends_tls(httpd, member, recipe):
    this = recipe("Where TLS ends")
    conf = this.conf(2)
    assert "192.0.2.7" in conf
    server = httpd(shop(member("a")), conf.replace("192.0.2.7", "127.0.0.1"))
    told = server.client.get("/shop/?headers=1", X_Forwarded_Proto="https", Host="shop.example").body
    assert b"$WSSC: https" in told and b"$WSSP: 443" in told and b"X-Forwarded-Proto: https" in told


# -- the page -----------------------------------------------------------------------------------------------------------------

def test_510_90_each_recipe_has_a_test():
    titles = set(re.findall(r"^## (.*)$", PAGE, re.M))
    tested = set(re.findall(r'recipe\("(.*?)"\)', (ROOT / "tests/http/test_510_recipes.py").read_text()))
    assert titles == tested - {"(.*?)"}


# -- docs/migration.md: What AJP carried -------------------------------------------------------------------------------------

CLAIMED = {"X-Remote-User": "root", "X-Tenant": "all", "SSL_CLIENT_CERT": "forged", "SSL_CIPHER": "none"}


def told_by(answer):
    assert answer.status == 200, answer
    fields = dict(line.split(": ", 1) for line in answer.body.decode().splitlines() if ": " in line)
    return {name.lower(): value for name, value in fields.items() if name.lower() in {claimed.lower() for claimed in CLAIMED}}


def test_510_70_what_ajp_carried(httpd, member, folder):
    this = Recipe("What AJP carried", folder, (ROOT / "docs/migration.md").read_text())
    authority, secure = Authority(folder, "web"), free_port()
    pem, alice = authority.sign("shop.example", "DNS:shop.example"), authority.sign("alice")
    libexec = config_value("HTTPD_LIBEXECDIR")
    modules = "".join(f"LoadModule {m}_module {libexec}/mod_{m}.so\n" for m in ("ssl", "socache_shmcb", "headers", "setenvif")
                      if m not in MODULES.split())
    (folder / "users").write_text("me:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=\n")
    server = httpd(shop(member("a")), f"""{modules}{this.block('apache')}
        SetEnvIf X-Key ^k1$ TENANT=one
        <Location /shop/in>\nAuthType Basic\nAuthName x\nAuthUserFile {folder}/users\nRequire valid-user\n</Location>
        Listen 127.0.0.1:{secure}
        <VirtualHost *:{secure}>\nSSLEngine on\nSSLCertificateFile {pem}\nSSLCertificateKeyFile {pem}
        SSLVerifyClient optional\nSSLCACertificateFile {authority.pem}\n</VirtualHost>""")
    assert told_by(server.client.send("GET", "/shop/?headers=1", headers=CLAIMED)) == {}
    assert told_by(server.client.send("GET", "/shop/in/?headers=1", headers={
        **CLAIMED, "X-Key": "k1", "Authorization": "Basic bWU6cGFzc3dvcmQ="})) == {"x-remote-user": "me", "x-tenant": "one"}
    https = Client(secure)
    https.context = ssl._create_unverified_context()
    https.context.load_cert_chain(alice)
    told = told_by(https.send("GET", "/shop/?headers=1", headers=CLAIMED))
    assert told.pop("ssl_cipher").startswith(("TLS_", "ECDHE")) and "BEGIN CERTIFICATE" in told.pop("ssl_client_cert") and not told

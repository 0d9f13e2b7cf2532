"""Stories of WLMAffinity with the programs that it is for: a browser, Tomcats that write no route, and those that set a cookie of the
route before."""
import re
import subprocess
import tempfile

import pytest

from wlmtest import BUILD, free_port, wait_until
from wlmtest.browser import Browser
from wlmtest.client import parse_fields
from wlmtest.plugincfg import Cluster, plugin_cfg
from wlmtest.tls import Authority, https_site
from wlmtest.tomcat import COUNT_JSP, Tomcat, is_installed

COOKIE = "WLMAffinity Cookie WLMID\n"


@pytest.fixture
def browser():
    """One for each test: its connections end before httpd, which would wait for those that it has opened in advance."""
    with tempfile.TemporaryDirectory() as profile:
        browser = Browser(profile, trusting=True)
        yield browser
        browser.stop()


def page(name):
    """A member's: its name, and the cookies that it gets."""
    def script(c):
        while head := c.read_head():
            cookies = [line[8:] for line in head.decode().split("\r\n") if line.lower().startswith("cookie: ")]
            text = f"<!DOCTYPE html><title>x</title><p>{name}</p><q>{'; '.join(cookies)}</q>"
            c.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nCache-Control: no-store\r\nSet-Cookie: app=1; Path=/\r\n"
                   b"Content-Length: %d\r\n\r\n%s" % (len(text), text.encode()))
    return script


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_137_01_a_browser_keeps_its_member_by_the_cookie(httpd, scripted, folder, browser, scheme):
    members = {name: scripted(page(name), name=name) for name in ("s1", "s2", "s3")}
    port = free_port()
    server = httpd(plugin_cfg(Cluster("c", [(n, m.port, {"CloneID": None}) for n, m in members.items()])),
                   COOKIE + https_site(port, Authority(folder).sign("both")), children=3)
    url = f"https://localhost:{port}/app/" if scheme == "https" else f"http://localhost:{server.port}/app/"
    seen = set()
    for _ in range(3):  # without its cookie it begins anew each time: in turn
        name = browser.open(url).text("p")
        stored = browser.cookie("WLMID")
        assert (stored["httpOnly"], stored["secure"], stored["sameSite"]) == (True, scheme == "https", "Lax")
        for _ in range(6):
            assert browser.open(url).text("p") == name
        assert browser.text("q") == "app=1"  # the member gets its own cookie only
        assert browser.run("return document.cookie") == "app=1"  # and so do scripts
        assert browser.cookie("WLMID")["value"] == stored["value"]
        seen.add(name)
        browser.forget_cookies()
    assert seen == {"s1", "s2", "s3"}


@pytest.fixture
def tomcats(folder):
    if not is_installed():
        pytest.skip("Debian's tomcat10-common is not installed")
    servers = [Tomcat(name, folder / name, "count", COUNT_JSP, has_route=False) for name in ("t1", "t2")]
    for server in servers:
        wait_until(server.is_ready, f"Tomcat {server.name}", 120)
    yield servers
    for server in servers:
        server.kill()


class Visitor:
    """A client with the cookies that it was given."""

    def __init__(self, server):
        self.server, self.cookies = server, {}

    def visit(self, target="/app/count.jsp"):
        """The fields of the page."""
        sent = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = self.server.client.get(target, **({"Cookie": sent} if sent else {}))
        for field in answer.headers.get_all("Set-Cookie", []):
            name, value = field.split(";")[0].split("=", 1)
            self.cookies[name] = value
        return parse_fields(answer.body)


def test_137_02_tomcats_without_a_route_keep_their_sessions(httpd, tomcats):
    t1, _ = tomcats
    server = httpd(plugin_cfg(Cluster("c", [(t.name, t.port, {"CloneID": None}) for t in tomcats])), COOKIE, children=3)
    server.expect("WLM0030", "WLM0035")
    visitors = [Visitor(server) for _ in range(10)]
    owners = [visitor.visit()["member"] for visitor in visitors]
    assert owners.count("t1") == owners.count("t2") == 5
    for turn in range(2, 8):
        for visitor, owner in zip(visitors, owners):
            fields = visitor.visit()
            assert (fields["member"], fields["count"]) == (owner, str(turn))
            assert "." not in fields["session"]

    t1.kill()
    for visitor, owner in zip(visitors, owners):
        fields = visitor.visit()
        assert (fields["member"], fields["count"]) == ("t2", "8" if owner == "t2" else "1")
    for visitor, owner in zip(visitors, owners):  # those that have moved are the other one's now
        fields = visitor.visit()
        assert (fields["member"], fields["count"]) == ("t2", "9" if owner == "t2" else "2")


RECIPE = """\
Header add Set-Cookie "ROUTEID=.%{{BALANCER_WORKER_ROUTE}}e; path=/app" env=BALANCER_ROUTE_CHANGED
<Proxy "balancer://c">
    BalancerMember "http://127.0.0.1:{s1}" route=r1
    BalancerMember "http://127.0.0.1:{s2}" route=r2
    ProxySet stickysession=ROUTEID
</Proxy>
ProxyPass "/app" "balancer://c/app"
"""
JK = """\
worker.list=c
worker.c.type=lb
worker.c.balance_workers=r1,r2
worker.c.session_cookie=ROUTEID
worker.c.set_session_cookie=1
worker.c.session_cookie_path=/app
worker.c.mount=/app|/*
worker.r1.type=ajp13
worker.r1.port={s1}
worker.r2.type=ajp13
worker.r2.port={s2}
"""


@pytest.mark.parametrize("kind, conf", [("mod_proxy_balancer", RECIPE), ("mod_jk", JK)], ids=["mod_proxy_balancer", "mod_jk"])
def test_137_03_who_came_from_a_cookie_of_the_route_keeps_all_sessions(httpd, member, folder, kind, conf):
    """With what wlmcfg import makes and says: sessions of before stay, and new ones do."""
    s1, s2 = (member(n) for n in ("s1", "s2"))
    source, made = folder / "before", folder / "made.xml"
    source.write_text(conf.format(s1=s1.port, s2=s2.port))
    ports = [word for m in (s1, s2) for word in ("--port", f"{m.port}={m.port}")] if kind == "mod_jk" else []
    told = subprocess.run([BUILD / "wlmcfg", "import", *ports, "-o", made, kind, source], capture_output=True, text=True, check=False)
    line = re.search(r"WLMAffinity Cookie WLMID path=/app", told.stdout + told.stderr)
    assert told.returncode == 0 and line, told
    server = httpd(made.read_text(), line.group() + "\n", children=3)
    for route, name in (("r1", "s1"), ("r2", "s2")):
        visitor = Visitor(server)
        visitor.cookies["ROUTEID"] = f".{route}"
        for _ in range(4):
            assert visitor.visit("/app/")["member"] == name
        assert "WLMID" in visitor.cookies
        visitor.cookies.pop("ROUTEID")
        assert {visitor.visit("/app/")["member"] for _ in range(4)} == {name}
    visitor = Visitor(server)
    assert len({visitor.visit("/app/")["member"] for _ in range(4)}) == 1

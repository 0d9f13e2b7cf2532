"""Stories of steering: who may, and what happens."""
import base64
import os
import stat
import subprocess

import pytest

from wlmtest import BUILD, wait_until
from wlmtest.client import shares
from wlmtest.plugincfg import Cluster, Route, plugin_cfg

LOCATION = '<Location "/wlm-status">\nSetHandler wlm-status\n%s\n</Location>'
USERS = 'AuthType Basic\nAuthName members\nAuthUserFile users\nRequire valid-user'
# alice:secret
PASSWORDS = "alice:$apr1$TpEuYGZU$ZG.T1FjvBv7s003spB7Bh0\n"


def text_of(members, **weights):
    """All requests, also those for /wlm-status, would go to the cluster."""
    servers = [(name, members[name].port, {"LoadBalanceWeight": w}) for name, w in weights.items()]
    return plugin_cfg(Cluster("c", servers), routes=[Route("c", ["/*"])], RefreshInterval=3600)


@pytest.fixture
def steered(httpd, member):
    def make(rights="WLMAdmin Unauthenticated", extra="", **options):
        members = {name: member(name) for name in "abc"}
        server = httpd(text_of(members, a=1, b=1), LOCATION % rights + extra, start=False, **options)
        (server.path / "users").write_text(PASSWORDS)
        server.expect("WLM0001", "WLM0046", "WLM0056", "WLM0058", "WLM0172")
        return server.start(), members
    return make


def wlmctl(server, *words, url=None, env=None):
    url = url or f"http://127.0.0.1:{server.port}/wlm-status"
    return subprocess.run([f"{BUILD}/wlmctl", "--url", url, *words], capture_output=True, text=True, timeout=20, check=False,
                          env={**os.environ, "HOME": str(server.path), **(env or {})})


def netrc(server, password):
    path = server.path / "netrc"
    path.write_text(f"machine 127.0.0.1 login alice password {password}\n")
    path.chmod(stat.S_IRUSR)
    return str(path)


def post(server, body="action=reload", **fields):
    return server.client.send("POST", "/wlm-status", body, {
        "Content-Type": "application/x-www-form-urlencoded", "X-WLM-Admin": "1",
        **{k.replace("_", "-"): v for k, v in fields.items()}})


# -- reload -----------------------------------------------------------------------------------------

def test_410_01_reload_takes_a_changed_file_up_at_once(steered):
    server, m = steered(children=3)
    r = wlmctl(server, "reload")
    assert (r.returncode, r.stderr) == (0, "") and r.stdout.endswith("plugin-cfg.xml: not changed\n")
    (server.path / "plugin-cfg.xml").write_text(text_of(m, c=1))
    r = wlmctl(server, "reload")
    assert r.returncode == 0 and r.stdout.splitlines() == [
        f"{server.path}/plugin-cfg.xml: loaded: 1 cluster, 1 member; 1 warning",
        f"{server.path}/plugin-cfg.xml takes away: cluster c, members a b: removed"]
    wait_until(lambda: server.count("WLM0051") == 2, "the other processes", 1)
    assert shares(server.client.load(12, 4)) == {"c": 12}
    assert "admin: anonymous from 127.0.0.1: reload: " in server.log()


def test_410_02_reload_of_a_bad_file_says_why(steered):
    server, m = steered()
    (server.path / "plugin-cfg.xml").write_text(text_of(m, c="x"))
    r = wlmctl(server, "reload")
    assert r.returncode == 1 and not r.stdout
    assert "plugin-cfg.xml:" in r.stderr and "bad-number" in r.stderr and "stays in use" in r.stderr
    assert shares(server.client.load(10, 2)) == {"a": 5, "b": 5}
    (server.path / "plugin-cfg.xml").write_text(text_of(m, c=1))
    assert wlmctl(server, "reload").returncode == 0
    assert shares(server.client.load(10, 2)) == {"c": 10}


# -- who may ----------------------------------------------------------------------------------------

def test_410_03_nobody_may_without_the_directive(steered):
    server, _ = steered("Require local")
    r = wlmctl(server, "reload")
    assert r.returncode == 1 and "WLMAdmin is off here" in r.stderr and server.count("WLM0056") == 1


def test_410_04_on_wants_an_authenticated_user(steered):
    server, _ = steered("WLMAdmin On\nRequire local")
    r = wlmctl(server, "reload")
    assert r.returncode == 1 and "authenticated user" in r.stderr and server.count("WLM0056") == 1


def test_410_05_httpds_own_authentication_decides(steered):
    server, _ = steered("WLMAdmin On\n" + USERS)
    assert wlmctl(server, "reload").returncode == 3
    assert wlmctl(server, "--netrc", netrc(server, "wrong"), "reload").returncode == 3
    assert server.count("WLM0055") == 0 and "user alice: authentication failure" in server.log()  # httpd's own message
    (server.path / "netrc").unlink()
    r = wlmctl(server, "--netrc", netrc(server, "secret"), "reload")
    assert (r.returncode, r.stderr) == (0, "") and "not changed" in r.stdout
    assert "admin: alice from 127.0.0.1: reload: " in server.log()


@pytest.mark.parametrize("fields", [
    {"X_WLM_Admin": None}, {"Sec_Fetch_Site": "cross-site"}, {"Sec_Fetch_Site": "same-site"},
], ids=str)
def test_410_06_a_browser_cannot_be_tricked_into_it(steered, fields):
    server, _ = steered()
    headers = {"Content_Type": "application/x-www-form-urlencoded", "X_WLM_Admin": "1", **fields}
    answer = server.client.send("POST", "/wlm-status", "action=reload",
                                {k.replace("_", "-"): v for k, v in headers.items() if v})
    assert answer.status == 403 and server.count("WLM0056") == 1 and server.count("WLM0055") == 0


OURS = """
<VirtualHost *>
ServerName one.example.com
ServerAlias two.example.com *.apps.example.com *
</VirtualHost>"""
HOSTS = [
    ("127.0.0.1", 1), ("127.0.0.1:{port}", 1), ("[::1]:{port}", 1), ("localhost", 1), ("LocalHost.:{port}", 1), ("x.localhost", 1),
    ("one.example.com", 1), ("ONE.example.com:{port}", 1), ("two.example.com", 1), ("shop.apps.example.com", 1),
    ("evil.example.org", 0), ("evil.example.org:{port}", 0), ("one.example.com.evil.org", 0), ("apps.example.com", 0),
    ("127.0.0.1.evil.org", 0), ("localhost.evil.org", 0), ("notlocalhost", 0),
]


def test_410_13_a_name_that_somebody_else_has_pointed_here_does_not_steer(steered):
    """A page of evil.example.org, whose name leads to this machine by now, is "same-origin" for the browser: it can send each
    field, and read each answer. What it cannot do is name another host."""
    server, _ = steered("WLMAdmin Unauthenticated\nRequire all granted", extra=OURS)
    results = []
    for host, ours in HOSTS:
        host = host.format(port=server.port)
        posted = post(server, Host=host, Sec_Fetch_Site="same-origin")
        page = server.client.send("GET", "/wlm-status", headers={"Host": host, "Accept": "text/html"})
        results.append((host, posted.status, page.status, b'name="token"' in page.body))
        assert ours or b"WLMAdmin" in posted.body and b"ServerAlias" in posted.body
    assert results == [(h.format(port=server.port), 200 if ours else 403, 200, bool(ours)) for h, ours in HOSTS]


def test_410_14_who_is_authenticated_may_use_any_name(steered):
    """That page has no password of the user: a browser keeps it for the name that it was given for."""
    server, _ = steered("WLMAdmin On\n" + USERS)
    login = "Basic " + base64.b64encode(b"alice:secret").decode()
    assert post(server, Host="status.internal", Authorization=login).status == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_410_07_no_other_method_changes_anything(steered, method):
    server, m = steered()
    (server.path / "plugin-cfg.xml").write_text(text_of(m, c=1))
    server.client.send(method, "/wlm-status?action=reload", "action=reload",
                       {"Content-Type": "application/x-www-form-urlencoded", "X-WLM-Admin": "1"})
    assert server.count("WLM0055") == 0 and shares(server.client.load(10, 2)) == {"a": 5, "b": 5}
    assert server.count("WLM0058") == 1


@pytest.mark.parametrize("body, status, why", [
    ("", 400, b"no field"), ("action=", 400, b"no field"), ("action=%00reload", 400, b""),
    ("action=rel%3Cscript%3E", 400, b'no action "rel<script>"'), ("a=1&action=reload&b=2", 200, b"not changed"),
    ("x=" + "y" * 20000, 413, b""),
], ids=lambda value: str(value)[:20])
def test_410_08_forms(steered, body, status, why):
    server, _ = steered()
    answer = post(server, body)
    assert answer.status == status and why in answer.body
    assert answer.headers.get("Content-Type", "").startswith("text/plain" if why else "text/")


def test_410_09_other_types_of_bodies(steered):
    server, _ = steered()
    assert post(server, '{"action":"reload"}', Content_Type="application/json").status == 415


# -- the tool ----------------------------------------------------------------------------------------

@pytest.mark.parametrize("words", [[], ["relod"], ["reload", "x"], ["--speed", "reload"], ["--url"]], ids=" ".join)
def test_410_10_a_wrong_call_is_told_apart(steered, words):
    server, _ = steered()
    r = wlmctl(server, *words)
    assert r.returncode == 2 and not r.stdout and "wlmctl" in r.stderr


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://127.0.0.1:{port}/index.html", "file:///etc/passwd", "x y",
                                 "http://no-such-host.invalid/"])
def test_410_11_no_such_server(steered, url):
    server, _ = steered()
    r = wlmctl(server, "reload", url=url.format(port=server.port))
    assert r.returncode == 3 and not r.stdout and r.stderr.count("\n") == 1


def test_410_12_the_address_may_come_from_the_environment(steered):
    server, _ = steered()
    r = subprocess.run([f"{BUILD}/wlmctl", "reload"], capture_output=True, text=True, timeout=20, check=False,
                       env={"WLMCTL_URL": f"http://127.0.0.1:{server.port}/wlm-status"})
    assert r.returncode == 0 and "not changed" in r.stdout

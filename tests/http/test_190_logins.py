"""Stories of logins that hold for a connection (NTLM, Negotiate): no user is answered as another one."""
import re
import subprocess

import pytest

from wlmtest import wait_until
from wlmtest.client import Client
from wlmtest.plugincfg import Cluster, plugin_cfg

CHALLENGES = {
    "NTLM": (b"WWW-Authenticate: NTLM\r\n", "NTLM"),
    "Negotiate": (b"WWW-Authenticate: negotiate\r\n", "Negotiate"),
    "one of several": (b"WWW-Authenticate: Basic realm=\"x\", NTLM\r\n", "NTLM"),
    "in a second field": (b"WWW-Authenticate: Basic realm=\"x\"\r\nWWW-Authenticate: Negotiate\r\n", "Negotiate"),
}


def remembers_logins(challenge, at_once=False):
    """As servers do it: 401, a message and another 401, then a message with a name; from then on each request is that user's."""
    def script(c):
        user, begun = None, at_once
        while head := c.read_head():
            c.read_body(head)
            login = re.search(rb"^authorization: (?:NTLM|Negotiate) (\w+)", head, re.I | re.M)
            if login and login.group(1) == b"begin":
                begun, user = True, None
            elif login and begun:
                user = login.group(1)
            if user:
                c.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nX-Member: %s\r\n\r\n%s" % (
                    len(user), c.member.name.encode(), user))
            else:
                c.send(b"HTTP/1.1 401 Who?\r\nContent-Length: 0\r\n" + challenge + b"\r\n")
    return script


def ask(connection, login=None, method="GET", body=None):
    connection.request(method, "/app/", body, {"Authorization": login} if login else {})
    return Client.read(connection)


def log_in(connection, scheme, name, method="GET", body=None):
    assert ask(connection).status == 401
    assert ask(connection, f"{scheme} begin").status == 401
    return ask(connection, f"{scheme} {name}", method, body)


@pytest.fixture
def site(httpd, scripted):
    def make(challenge=CHALLENGES["NTLM"][0], names="xy", attrs=None, at_once=False, **options):
        members = [scripted(remembers_logins(challenge, at_once), name) for name in names]
        cluster = Cluster("c", [(m.name, m.port, attrs or {}) for m in members], **options)
        return httpd(plugin_cfg(cluster, RefreshInterval=1)), members
    return make


@pytest.mark.parametrize("name", CHALLENGES)
def test_190_01_nobody_is_answered_as_somebody_else(site, name):
    challenge, scheme = CHALLENGES[name]
    server, _ = site(challenge)
    alice = server.client.connect()
    answers = [log_in(alice, scheme, "alice"), *(ask(alice) for _ in range(5))]
    assert {(a.status, a.body) for a in answers} == {(200, b"alice")}
    assert len({a.headers["X-Member"] for a in answers}) == 1  # the login holds nowhere else
    assert {server.client.get().status for _ in range(10)} == {401}
    bob = server.client.connect()
    assert log_in(bob, scheme, "bob").body == b"bob"
    assert [ask(alice).body, ask(bob).body] == [b"alice", b"bob"]
    alice.close()
    bob.close()
    assert {server.client.get().status for _ in range(10)} == {401}


def test_190_02_a_connection_ends_with_its_clients(site):
    server, (x,) = site(names="x")
    alice = server.client.connect()
    log_in(alice, "NTLM", "alice")
    assert len(x.open) == 1
    alice.close()
    wait_until(lambda: not x.open, "the connection to the member to be closed")


def test_190_03_a_login_without_a_challenge_before(site):
    """A client that knows the way begins by itself."""
    server, _ = site(names="x")
    alice = server.client.connect()
    ask(alice, "Negotiate begin")
    assert ask(alice, "Negotiate alice").body == b"alice"
    assert {server.client.get().status for _ in range(5)} == {401}
    assert ask(alice).body == b"alice"
    alice.close()


@pytest.mark.parametrize("attrs", [{}, {"ExtendedHandshake": "true"}])
def test_190_04_a_post_that_is_not_kept_goes_with_its_login(site, attrs):
    server, _ = site(attrs=attrs, PostBufferSize=0)
    alice = server.client.connect()
    assert log_in(alice, "NTLM", "alice", "POST", b"some body").body == b"alice"
    assert ask(alice, None, "POST", b"some more").body == b"alice"
    alice.close()


def test_190_05_other_logins_share_connections(site):
    server, (x,) = site(b"WWW-Authenticate: Basic realm=\"x\"\r\n", names="x")
    for _ in range(10):
        assert server.client.get(Authorization="Basic QWxpY2U6eA==").status == 401
    assert x.connections == 1


def test_190_06_a_connection_that_the_member_has_ended(site):
    """The login is lost, and the client is asked again; nothing else is."""
    server, (x,) = site(names="x")
    alice = server.client.connect()
    assert log_in(alice, "NTLM", "alice").body == b"alice"
    for sock in list(x.open):
        sock.shutdown(2)
    wait_until(lambda: not x.open, "the member's connection to end")
    assert ask(alice).status == 401
    assert log_in(alice, "NTLM", "alice").body == b"alice"
    alice.close()


def test_190_07_a_session_goes_before_a_login(site):
    server, members = site()
    alice = server.client.connect()
    here = log_in(alice, "NTLM", "alice").headers["X-Member"]
    other = next(m for m in members if m.name != here)
    heads = len(other.heads)
    alice.request("GET", "/app/", None, {"Cookie": f"JSESSIONID=0000x:{other.name}"})
    assert Client.read(alice).status == 401 and len(other.heads) == heads + 1
    alice.close()


def test_190_08_a_changed_file_keeps_logins(site):
    server, members = site()
    alice = server.client.connect()
    here = log_in(alice, "NTLM", "alice").headers["X-Member"]
    change(server, "LoadBalance=\"Round Robin\"", "LoadBalance=\"Random\"")
    assert ask(alice).body == b"alice"
    port = next(m for m in members if m.name == here).port
    change(server, f"Port=\"{port}\"", "Port=\"1\"")  # the member has moved: its connection serves no request any more
    server.expect("WLM0030", "WLM0035")
    assert {ask(alice).status for _ in range(4)} == {401}
    alice.close()
    assert {server.client.get().status for _ in range(4)} == {401}


def change(server, old, new):
    config = server.path / "plugin-cfg.xml"
    text = config.read_text()
    assert old in text
    taken_up = server.count("WLM0047")
    config.write_text(text.replace(old, new))
    wait_until(lambda: server.count("WLM0047") > taken_up, "the file to be loaded")


def test_190_09_with_http2_a_login_holds_for_nobody(site):
    server, (x,) = site(names="x", at_once=True)
    for _ in range(3):
        result = subprocess.run(["nghttp", "--no-dep", "-H", "authorization: Negotiate alice",
                                 f"http://127.0.0.1:{server.port}/app/"], capture_output=True, timeout=30, check=True)
        assert b"alice" in result.stdout
        wait_until(lambda: not x.open, "the connection to the member to be closed")
        assert server.client.get().status == 401

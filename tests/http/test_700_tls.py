"""Stories of https to members: real TLS, with certificates made for each story."""
import http.client
import socket
import ssl
import struct
import threading
import time

import pytest

from wlmtest import free_port, temporary_folder, wait_until
from wlmtest.client import shares
from wlmtest.plugincfg import Cluster, Route, plugin_cfg
from wlmtest.tls import Authority, TlsMember, answers, goodbye, https_site, openssl, server_context

MIB = 1024 * 1024


@pytest.fixture(scope="module")
def ca():
    with temporary_folder() as folder:
        authority = Authority(folder)
        authority.good = authority.sign("good")
        yield authority


@pytest.fixture
def tls():
    members = []

    def make(script, both, name="x", **options):
        members.append(TlsMember(name, script, server_context(both, **options)))
        return members[-1]

    yield make
    for m in members:
        m.stop()


def https(member, ca=None, name="x", **attrs):
    properties = {"keyring": ca.pem} if ca else {}
    return (name, None, {"https": member.port, "properties": properties, **attrs})


# -- it works -------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_700_01_a_request_by_https(httpd, tls, ca, version):
    x = tls(answers, ca.good, version=version)
    server = httpd(plugin_cfg(Cluster("c", [https(x, ca)])), "LogFormat \"%{WAS}e\" was\nCustomLog access was")
    for _ in range(3):
        assert server.client.get().body == b"GET 0"
    assert x.connections == 1  # kept
    assert x.seen[0].selected_alpn_protocol() == "http/1.1"
    assert x.names == [None]  # an address is no name to ask for
    assert "$WSIS: false" in x.heads[0] and "$WSSC: http\r\n" in x.heads[0]  # these are about the client
    wait_until(lambda: server.status()["x"]["TLS"] != "-", "the status to know")
    status = server.status()["x"]
    assert status["TLS"] == {ssl.TLSVersion.TLSv1_2: "TLSv1.2", ssl.TLSVersion.TLSv1_3: "TLSv1.3"}[version]
    expires = time.strptime(status["TLSExpires"][:10], "%Y-%m-%d")
    assert abs(time.mktime(expires) - time.time() - 300 * 86400) < 3 * 86400
    assert status["TLSOwnExpires"] == "-"
    assert status["Address"] == f"127.0.0.1:{x.port}"
    wait_until(lambda: f"127.0.0.1:{x.port}" in (server.path / "access").read_text(), "the access log")


def test_700_02_the_name_is_asked_for_and_checked(httpd, tls, ca):
    x = tls(answers, ca.good)
    server = httpd(plugin_cfg(Cluster("c", [https(x, ca, host="localhost")])))
    assert server.client.get().status == 200
    assert x.names == ["localhost"]


def test_700_03_another_name_by_directive(httpd, tls, ca):
    x = tls(answers, ca.sign("apps", "DNS:apps.example"))
    server = httpd(plugin_cfg(Cluster("c", [https(x, ca)])),
                   "<WLMCluster c>\nWLMTLSServerName apps.example\n</WLMCluster>")
    assert server.client.get().status == 200
    assert x.names == ["apps.example"]


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_700_04_sessions_are_resumed(httpd, tls, ca, version):
    def script(c):
        c.read_head()
        c.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
        goodbye(c)
    x = tls(script, ca.good, version=version)
    server = httpd(plugin_cfg(Cluster("c", [https(x, ca)])))
    for _ in range(4):
        assert server.client.get().body == b"ok"
    assert x.resumed == [False, True, True, True]


@pytest.mark.parametrize("kept,connections", [(-1, 1), (64, 2)], ids=["kept", "streamed"])
def test_700_05_large_bodies_both_ways(httpd, tls, ca, kept, connections):
    body = bytes(range(256)) * (10 * MIB // 256)

    def script(c):
        while c.read_head():
            received = [c.buffer]
            while sum(map(len, received)) < len(body):
                received.append(c.sock.recv(65536))
            c.buffer = b""
            c.ok(b"".join(received))
    x = tls(script, ca.good)
    server = httpd(plugin_cfg(Cluster("c", [https(x, ca)], PostBufferSize=kept)), "WLMDefaults Original")
    for _ in range(2):
        answer = server.client.send("POST", "/app/", body)
        assert answer.status == 200 and answer.body == body
    assert x.connections == connections  # what cannot be sent again gets a connection of its own


def test_700_06_many_at_once(httpd, tls, ca):
    x = tls(answers, ca.good)
    server = httpd(plugin_cfg(Cluster("c", [https(x, ca)])), children=2)
    assert {a.status for a in server.client.load(300, 8, keep=True)} == {200}
    assert len(x.heads) == 300
    assert x.connections <= 16


# -- who is refused ---------------------------------------------------------------------------------------------

def refused(httpd, x, b, ca, extra="", *more):
    """A server whose member x is not accepted, and b serves instead. @return it"""
    server = httpd(plugin_cfg(Cluster("c", [https(x, ca), https(b, ca, "b")])), extra)
    server.expect("WLM0030", "WLM0035", *more)
    for _ in range(3):
        assert server.client.get().headers["X-Member"] == "b"
    assert not x.heads  # nothing of a request has been seen
    assert server.status()["x"]["State"] == "down"
    assert server.count("WLM0030") == 1
    return server


@pytest.mark.parametrize("make,reason", [
    (lambda ca: ca.sign("other", "DNS:other.example"), "IP address mismatch"),
    (lambda ca: ca.sign("old", days=-1), "certificate has expired"),
    (lambda ca: Authority(ca.folder, "stranger").sign("strange"), "unable to get local issuer certificate"),
    (lambda ca: ca.self_signed("self"), "self-signed certificate"),
], ids=["wrong-name", "expired", "unknown-ca", "self-signed"])
def test_700_10_certificates_that_are_not_accepted(httpd, tls, ca, make, reason):
    x, b = tls(answers, make(ca)), tls(answers, ca.good, "b")
    server = refused(httpd, x, b, ca)
    line = next(line for line in server.log().splitlines() if "WLM0030" in line)
    assert reason in line and "not-connected" in line and str(ca.pem) in line and "wanted: 127.0.0.1" in line


NAMED = "<WLMCluster c>\nWLMTLSServerName apps.example\n%s</WLMCluster>\n"
ON = "WLMTLSCommonName On\n"


@pytest.mark.parametrize("names,settings,accepted", [
    (None, NAMED % "", False), (None, NAMED % "WLMTLSCommonName Off\n", False), (None, NAMED % ON, True),
    (None, ON + NAMED % "", True), (None, ON + NAMED % "WLMTLSCommonName Off\n", False),
    ("DNS:other.example", NAMED % ON, False),  # who says other names has said all of them
    ("IP:127.0.0.1", NAMED % "", False), ("email:a@b.example", NAMED % "", False),
    ("DNS:apps.example", NAMED % "", True), ("DNS:apps.example", NAMED % ON, True),
    (None, ON, False),  # an address is never looked for there
])
def test_700_19_a_certificate_without_alternative_names(httpd, tls, ca, names, settings, accepted):
    """Its subject's CN is the name that is wanted."""
    x, b = tls(answers, ca.sign("apps.example", names)), tls(answers, ca.sign("b", "DNS:apps.example,IP:127.0.0.1"), "b")
    if accepted:
        server = httpd(plugin_cfg(Cluster("c", [https(x, ca)])), settings)
        assert server.client.get().status == 200
        return
    server = refused(httpd, x, b, ca, settings)
    line = next(line for line in server.log().splitlines() if "WLM0030" in line)
    assert "mismatch" in line
    assert ("WLMTLSCommonName" in line) == (names != "DNS:other.example" and "ServerName" in settings)


def test_700_11_self_signed_and_trusted(httpd, tls, ca):
    both = ca.self_signed("liberty")
    x = tls(answers, both)
    server = httpd(plugin_cfg(Cluster("c", [https(x)])), f"WLMTLSTrust {ca.file('liberty')}")
    assert server.client.get().status == 200


def test_700_12_without_keyring_the_system_is_asked(httpd, tls, ca):
    x = tls(answers, ca.good)
    server = httpd(plugin_cfg(Cluster("c", [https(x)])))
    server.expect("WLM0030", "WLM0035", "WLM0036")
    assert server.client.get().status == 503
    assert "the authorities of the operating system" in server.log()


@pytest.mark.parametrize("verify,status", [("Full", 503), ("Chain", 200), ("Off", 200)])
def test_700_13_how_much_is_verified(httpd, tls, ca, verify, status):
    x = tls(answers, ca.sign("other", "DNS:other.example"))
    y = tls(answers, ca.self_signed("self"), "y")
    cluster = Cluster("c", [https(x, ca)]), Cluster("d", [https(y, ca, "y")])
    server = httpd(plugin_cfg(*cluster, routes=[Route("c"), Route("d", ("/d/*",))]), f"WLMTLSVerify {verify}")
    server.expect("WLM0030", "WLM0035", "WLM0036", "WLM0085")
    assert server.client.get().status == status
    assert server.client.get("/d/").status == (200 if verify == "Off" else 503)
    assert ("NOT verified" in server.log()) == (verify == "Off")


def test_700_14_old_protocols_are_not_spoken(httpd, tls, ca):
    x, b = tls(answers, ca.good, version=ssl.TLSVersion.TLSv1_1), tls(answers, ca.good, "b")
    server = refused(httpd, x, b, ca)
    assert "TLS handshake: " in server.log()


def test_700_15_protocols_by_directive(httpd, tls, ca):
    x, b = tls(answers, ca.good, version=ssl.TLSVersion.TLSv1_2), tls(answers, ca.good, "b")
    refused(httpd, x, b, ca, "WLMTLSProtocols TLSv1.3")
    wait_until(lambda: b.seen[0].version() == "TLSv1.3", "the other one")


def test_700_16_ciphers_by_directive(httpd, tls, ca):
    x = tls(answers, ca.good, version=ssl.TLSVersion.TLSv1_2)
    server = httpd(plugin_cfg(Cluster("c", [https(x, ca)])), "WLMTLSCiphers ECDHE-ECDSA-CHACHA20-POLY1305")
    assert server.client.get().status == 200
    assert x.seen[0].cipher()[0] == "ECDHE-ECDSA-CHACHA20-POLY1305"


# -- a certificate of our own ----------------------------------------------------------------------------------------

def peer_name(sock):
    return dict(pair[0] for pair in sock.getpeercert()["subject"])["commonName"]


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_700_20_a_client_certificate_in_the_keyring(httpd, tls, ca, version):
    keyring = ca.file("keyring", "pem")
    keyring.write_text(ca.sign("plugin").read_text() + ca.pem.read_text())
    keyring.chmod(0o644)
    x = tls(answers, ca.good, client_ca=ca.pem, version=version)
    server = httpd(plugin_cfg(Cluster("c", [("x", None, {"https": x.port, "properties": {"keyring": keyring}})])))
    assert server.client.get().status == 200
    assert peer_name(x.seen[0]) == "plugin"
    assert server.status()["x"]["TLSOwnExpires"] != "-"


def test_700_21_a_client_certificate_by_directive(httpd, tls, ca):
    ca.sign("plugin")
    x = tls(answers, ca.good, client_ca=ca.pem)
    server = httpd(plugin_cfg(Cluster("c", [https(x, ca)])),
                   f"WLMTLSCertificate {ca.file('plugin')} {ca.file('plugin', 'key')}")
    assert server.client.get().status == 200
    assert peer_name(x.seen[0]) == "plugin"


def test_700_22_pkcs12_with_password_and_label(httpd, tls, ca):
    ca.sign("plugin")
    p12, password = ca.file("plugin", "p12"), ca.file("password", "txt")
    openssl("pkcs12", "-export", "-in", ca.file("plugin"), "-inkey", ca.file("plugin", "key"), "-certfile", ca.pem,
            "-name", "default", "-out", p12, "-passout", "pass:secret")
    password.write_text("secret\n")
    p12.chmod(0o644)
    password.chmod(0o644)
    x = tls(answers, ca.good, client_ca=ca.pem)
    properties = {"keyring": p12, "stashfile": password, "certLabel": "default"}
    server = httpd(plugin_cfg(Cluster("c", [("x", None, {"https": x.port, "properties": properties})])))
    assert server.client.get().status == 200
    assert peer_name(x.seen[0]) == "plugin"


def test_700_23_one_of_several_by_label(httpd, tls, ca):
    keyring = ca.file("several", "pem")
    keyring.write_text("".join(p.read_text() for p in (ca.sign("one"), ca.sign("two"), ca.pem)) + "\ntext at the end\n")
    keyring.chmod(0o644)
    x, y, z = (tls(answers, ca.good, name, client_ca=ca.pem) for name in "xyz")
    servers = [(m.name, None, {"https": m.port, "properties": {"keyring": keyring, **label}})
               for m, label in ((x, {}), (y, {"certLabel": "two"}), (z, {"certLabel": "three"}))]
    server = httpd(plugin_cfg(Cluster("c", servers)))
    server.expect("WLM0080")
    assert shares(server.client.load(4, 1)) == {"x": 2, "y": 2}
    assert (peer_name(x.seen[0]), peer_name(y.seen[0])) == ("one", "two")
    assert "none of its certificates with keys (2) has the certLabel \"three\"" in server.log()
    assert server.status()["z"]["State"] == "unusable"


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_700_24_a_member_that_wants_one_is_not_given_requests_without(httpd, tls, ca, version):
    """With TLS 1.3 the request is on its way when the member refuses: it has not looked at it, so even a POST goes elsewhere."""
    x, b = tls(answers, ca.good, client_ca=ca.pem, version=version), tls(answers, ca.good, "b")
    server = httpd(plugin_cfg(Cluster("c", [https(x, ca), https(b, ca, "b")])), "WLMRetryPolicy Idempotent")
    server.expect("WLM0030", "WLM0035")
    for _ in range(3):
        assert server.client.send("POST", "/app/", b"x" * 100).headers["X-Member"] == "b"
    assert not x.heads and server.status()["x"]["State"] == "down"
    assert "alert certificate required" in server.log() or "alert handshake failure" in server.log()


# -- handshakes that fail otherwise ----------------------------------------------------------------------------------

def hello_then(act):
    """Reads a piece of the client's hello, then does something."""
    def script(c):
        c.sock.recv(20)
        act(c)
    return script


def hang(c):
    while c.sock.recv(65536):
        pass


def half(c):
    c.send(b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03")  # a ServerHello that breaks off
    hang(c)


@pytest.mark.parametrize("act,timed_out,words", [
    (hang, True, "no TLS handshake within ConnectTimeout"), (half, True, "no TLS handshake within ConnectTimeout"),
    (lambda c: c.reset(), False, "Connection reset by peer"), (lambda c: None, False, ""),
    (lambda c: c.send(b"HTTP/1.0 400 Bad Request\r\n\r\n"), False, "TLS handshake: wrong version number"),
], ids=["hangs", "half", "reset", "closed", "plain-http"])
@pytest.mark.alone
def test_700_30_other_members_serve(httpd, scripted, tls, ca, act, timed_out, words):
    x, b = scripted(hello_then(act)), tls(answers, ca.good, "b")
    server = httpd(plugin_cfg(Cluster("c", [https(x, ca, ConnectTimeout=1), https(b, ca, "b")])))
    server.expect("WLM0030", "WLM0035")
    start = time.monotonic()
    assert {server.client.get().headers["X-Member"] for _ in range(3)} == {"b"}
    assert (time.monotonic() - start > 0.9) == timed_out
    assert server.status()["x"]["State"] == "down"
    assert "not-connected" in server.log() and words in server.log()


def test_700_31_the_total_time_counts(httpd, scripted, ca):
    x = scripted(hello_then(hang))
    server = httpd(plugin_cfg(Cluster("c", [https(x, ca, ConnectTimeout=10)])), "WLMTotalTimeout 500ms")
    server.expect("WLM0030", "WLM0035", "WLM0036")
    start = time.monotonic()
    assert server.client.get().status == 503
    assert time.monotonic() - start < 3
    assert "no TLS handshake within half of WLMTotalTimeout" in server.log()


# -- the end of a connection --------------------------------------------------------------------------------------------

def reply(head, body, polite):
    def script(c):
        if c.read_head():
            c.send(head + b"\r\n" + body)
            if polite:
                goodbye(c)
    return script


def test_700_40_a_body_until_the_close_is_complete_with_a_goodbye(httpd, tls, ca):
    x = tls(reply(b"HTTP/1.1 200 OK\r\n", b"all of it", True), ca.good)
    server = httpd(plugin_cfg(Cluster("c", [https(x, ca)])))
    answer = server.client.get()
    assert (answer.status, answer.body, answer.error) == (200, b"all of it", None)


def test_700_41_and_cut_off_without(httpd, tls, ca):
    """Who is in between can close a connection, but not say goodbye for the member."""
    x = tls(reply(b"HTTP/1.1 200 OK\r\n", b"x" * 200000, False), ca.good)
    server = httpd(plugin_cfg(Cluster("c", [https(x, ca)])))
    server.expect("WLM0030")
    answer = server.client.get()
    assert answer.error or answer.status == 502
    assert server.status()["x"]["Failures"] == "1"
    assert "broken: TLS: connection closed without close_notify" in server.log()


def test_700_42_a_length_needs_no_goodbye(httpd, tls, ca):
    x = tls(reply(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n", b"hello", False), ca.good)
    server = httpd(plugin_cfg(Cluster("c", [https(x, ca)])))
    for _ in range(3):
        assert server.client.get().body == b"hello"


def test_700_43_a_kept_connection_that_has_ended(httpd, tls, ca):
    """With and without a goodbye: the next request is not lost, and says nothing about the member."""
    x = tls(reply(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n", b"hello", False), ca.good)
    y = tls(reply(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n", b"hello", True), ca.good, "y")
    server = httpd(plugin_cfg(Cluster("c", [https(x, ca), https(y, ca, "y")])))
    assert {a.status for a in server.client.load(40, 4)} == {200}
    assert [m["Failures"] for m in server.status().values()] == ["0", "0"]


def test_700_44_reset_before_the_answer(httpd, tls, ca):
    def script(c):
        c.read_head()
        c.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    x, b = tls(script, ca.good), tls(answers, ca.good, "b")
    server = httpd(plugin_cfg(Cluster("c", [https(x, ca), https(b, ca, "b")])))
    server.expect("WLM0030", "WLM0035")
    assert {server.client.get().headers["X-Member"] for _ in range(2)} == {"b"}
    assert "no-response" in server.log()


# -- bodies on their way -----------------------------------------------------------------------------------------------------

def test_700_50_a_slow_upload(httpd, tls, ca):
    """TLS 1.3 sends session tickets while the client still sends its body: they are no answer."""
    x = tls(answers, ca.good)
    server = httpd(plugin_cfg(Cluster("c", [https(x, ca, ServerIOTimeout=2)], PostBufferSize=0)))
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as s:
        s.sendall(b"POST /app/ HTTP/1.1\r\nHost: x\r\nContent-Length: 40\r\nConnection: close\r\n\r\n")
        for _ in range(4):
            time.sleep(0.7)  # the story: longer together than ServerIOTimeout
            s.sendall(b"0123456789")
        answer = b"".join(iter(lambda: s.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 200") and answer.endswith(b"POST 40")


def test_700_51_a_member_that_reads_slowly(httpd, tls, ca):
    body = b"x" * (8 * MIB)

    def script(c):
        head = c.read_head()
        time.sleep(0.5)  # the story: the socket's buffers are full meanwhile
        c.ok(b"%d" % len(c.read_body(head)))
    x = tls(script, ca.good)
    server = httpd(plugin_cfg(Cluster("c", [https(x, ca)], PostBufferSize=0)))
    assert server.client.send("POST", "/app/", body).body == b"%d" % len(body)


@pytest.mark.parametrize("before", [b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"], ids=["alone", "with-another"])
@pytest.mark.parametrize("protocol", ["http", "https"])
def test_700_52_wait_for_continue(httpd, tls, scripted, ca, protocol, before):
    early = []

    def script(c):
        while head := c.read_head():
            if b"Expect: 100-continue" in head:
                early.append(bool(c.buffer) or (protocol == "https" and c.sock.pending() > 0))
                c.send(before + b"HTTP/1.1 100 Continue\r\n\r\n")
            c.ok(b"%d" % len(c.read_body(head)))
    x = tls(script, ca.good) if protocol == "https" else scripted(script)
    one = https(x, ca, WaitForContinue="true") if protocol == "https" else ("x", x.port, {"WaitForContinue": "true"})
    server = httpd(plugin_cfg(Cluster("c", [one])))
    post = b"POST /app/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 50000\r\n\r\n" + b"x" * 50000
    for _ in range(2):
        assert server.client.raw(post).endswith(b"\r\n\r\n50000")
    assert early == [False, False]


def test_700_53_an_answer_before_the_body_was_sent(httpd, tls, ca):
    def script(c):
        c.read_head()
        c.send(b"HTTP/1.1 413 No\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno")
        goodbye(c)
    x = tls(script, ca.good)
    server = httpd(plugin_cfg(Cluster("c", [https(x, ca)], PostBufferSize=0)), "WLMDefaults Original")
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as s:
        s.sendall(b"POST /app/ HTTP/1.1\r\nHost: x\r\nContent-Length: 40000\r\n\r\n1234")
        assert s.recv(65536).startswith(b"HTTP/1.1 413")


def test_700_54_an_answer_that_comes_drop_by_drop(httpd, tls, ca):
    def script(c):
        c.read_head()
        c.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for piece in (b"one", b"two"):
            c.send(b"%x\r\n%s\r\n" % (len(piece), piece))
            c.member.go.wait(10)
            c.member.go.clear()
        c.send(b"0\r\n\r\n")
    x = tls(script, ca.good)
    x.go = threading.Event()
    server = httpd(plugin_cfg(Cluster("c", [https(x, ca)])))
    connection = server.client.connect()
    connection.request("GET", "/app/")
    response = connection.getresponse()
    assert response.read(3) == b"one"  # before the rest was sent
    x.go.set()
    assert response.read(3) == b"two"
    x.go.set()
    assert response.read() == b""
    connection.close()


def test_700_55_an_extended_handshake_and_health_checks(httpd, tls, ca):
    x = tls(answers, ca.good)
    server = httpd(plugin_cfg(Cluster("c", [https(x, ca, ExtendedHandshake="true")])),
                   "WLMHealthCheck interval=200ms path=/health")
    assert server.client.get().status == 200
    assert any(h.startswith("OPTIONS *") for h in x.heads)
    wait_until(lambda: any(h.startswith("GET /health") for h in x.heads), "a health check")
    assert server.status()["x"]["State"] == "up"


# -- files that change ---------------------------------------------------------------------------------------------------

def replace(path, text):
    draft = path.with_suffix(".draft")
    draft.write_text(text)
    draft.chmod(0o644)
    draft.rename(path)


def test_700_60_changed_files_are_taken_up(httpd, tls, ca, folder):
    other = Authority(ca.folder, "other-ca")
    keyring = folder / "keyring.pem"
    replace(keyring, ca.pem.read_text())
    x = tls(answers, ca.good)
    attrs = {"https": x.port, "properties": {"keyring": keyring}}
    server = httpd(plugin_cfg(Cluster("c", [("x", None, attrs)], RetryInterval=1)), children=2)
    assert server.client.get().status == 200

    replace(keyring, "this is no certificate\n")
    server.expect("WLM0082")
    wait_until(lambda: server.count("WLM0082") == 2, "both processes to have looked")  # one of them tells, the other at level debug
    assert "there is neither a certificate nor a key in it" in server.log()
    assert {a.status for a in server.client.load(20, 4)} == {200}

    replace(keyring, other.pem.read_text())
    server.expect("WLM0030", "WLM0035", "WLM0036")
    wait_until(lambda: server.count("WLM0081") == 2, "both processes to have taken it up")
    # kept connections are not used any more, and no session is resumed: who is not trusted now does not get requests
    wait_until(lambda: server.client.get().status == 503, "the member not to be trusted any more")

    replace(keyring, ca.pem.read_text() + other.pem.read_text())
    wait_until(lambda: {a.status for a in server.client.load(20, 4)} == {200}, "the member to be trusted again")

    def told():  # one of the processes tells
        lines = [line for line in server.log().splitlines() if "[wlm:notice]" in line or "[wlm:error]" in line]
        return [sum(m in line for line in lines) for m in ("WLM0081", "WLM0082")]
    wait_until(lambda: told() == [2, 1], "every change to be told once")


def test_700_61_what_expires_soon_is_told(httpd, tls, ca):
    x = tls(answers, ca.sign("soon", days=20), client_ca=ca.pem)
    ca.sign("plugin", days=10)
    server = httpd(plugin_cfg(Cluster("c", [https(x, ca)])),
                   f"WLMTLSCertificate {ca.file('plugin')} {ca.file('plugin', 'key')}")
    server.expect("WLM0083", "WLM0084")
    assert server.client.get().status == 200
    server.wait_for_log("WLM0083")
    server.wait_for_log("WLM0084")
    assert "the certificate of member x" in server.log() and str(ca.file("plugin")) in server.log()


# -- which transport --------------------------------------------------------------------------------------------------------

class Front:
    """An httpd that also speaks https to its clients."""

    def __init__(self, httpd, ca, text, extra=""):
        self.port, self.ca = free_port(), ca
        self.server = httpd(text, https_site(self.port, ca.good) + extra)

    def by_http(self):
        return self.server.client.get()

    def by_https(self):
        context = ssl.create_default_context(cafile=self.ca.pem)
        connection = http.client.HTTPSConnection("localhost", self.port, timeout=20, context=context)
        try:
            connection.request("GET", "/app/")
            return self.server.client.read(connection)
        finally:
            connection.close()


def test_700_70_the_clients_scheme_decides(httpd, scripted, tls, ca):
    plain, secret = scripted(answers, "plain"), tls(answers, ca.good, "secret")
    properties = {"keyring": ca.pem}
    front = Front(httpd, ca, plugin_cfg(Cluster("c", [("x", plain.port, {"https": secret.port, "properties": properties})])))
    for _ in range(2):
        assert front.by_http().headers["X-Member"] == "plain"
        assert front.by_https().headers["X-Member"] == "secret"
    assert (plain.connections, secret.connections) == (1, 1)  # two kinds of kept connections
    assert all("$WSIS: true" in h and "$WSSC: https" in h for h in secret.heads)
    assert all("$WSIS: false" in h for h in plain.heads)
    wait_until(lambda: front.server.status()["x"]["Idle"] == "2", "both to be counted")


def test_700_71_what_there_is_serves_both(httpd, scripted, tls, ca):
    plain, secret = scripted(answers, "plain"), tls(answers, ca.good, "secret")
    front = Front(httpd, ca, plugin_cfg(Cluster("c", [("x", plain.port, {}), https(secret, ca, "y")])))
    for call in (front.by_http, front.by_https):
        assert {call().headers["X-Member"] for _ in range(4)} == {"plain", "secret"}


@pytest.mark.parametrize("config,status", [({}, 503), ({"UseInsecure": "true"}, 200)])
def test_700_72_https_does_not_go_on_in_the_clear_unasked(httpd, scripted, ca, folder, config, status):
    plain = scripted(answers, "plain")
    attrs = {"https": free_port(), "properties": {"keyring": folder / "plugin-key.kdb", "stashfile": folder / "plugin-key.sth"}}
    front = Front(httpd, ca, plugin_cfg(Cluster("c", [("x", plain.port, attrs)]), **config))
    front.server.expect("WLM0080", "WLM0036")
    assert front.by_http().status == 200
    assert front.by_https().status == status
    assert "gskcapicmd" in next(line for line in front.server.log().splitlines() if "WLM0080" in line)
    assert ("no requests of https clients" in front.server.log()) == (status == 503)


def test_700_73_members_that_https_clients_cannot_have_are_passed_over(httpd, scripted, tls, ca, folder):
    plain, secret = scripted(answers, "plain"), tls(answers, ca.good, "secret")
    attrs = {"https": free_port(), "properties": {"keyring": folder / "plugin-key.kdb"}, "LoadBalanceWeight": 100}
    front = Front(httpd, ca, plugin_cfg(Cluster("c", [("x", plain.port, attrs), https(secret, ca, "y", LoadBalanceWeight=1)])))
    front.server.expect("WLM0080")
    assert {front.by_https().headers["X-Member"] for _ in range(5)} == {"secret"}
    assert front.by_http().headers["X-Member"] == "plain"


@pytest.mark.parametrize("how", ["beside", "trust"])
def test_700_74_a_kdb_with_what_replaces_it(httpd, tls, ca, folder, how):
    kdb = folder / "plugin-key.kdb"
    if how == "beside":
        replace(folder / "plugin-key.pem", ca.pem.read_text())
    x = tls(answers, ca.good)
    properties = {"keyring": kdb, "stashfile": folder / "plugin-key.sth"}
    server = httpd(plugin_cfg(Cluster("c", [("x", None, {"https": x.port, "properties": properties})])),
                   f"WLMTLSTrust {ca.pem}" if how == "trust" else "")
    assert server.client.get().status == 200


def test_700_75_a_changed_plugin_cfg_takes_other_files(httpd, tls, ca):
    other = Authority(ca.folder, "other-ca")
    x = tls(answers, ca.good)
    server = httpd(plugin_cfg(Cluster("c", [https(x, other)]), RefreshInterval=1))
    server.expect("WLM0030", "WLM0035", "WLM0036")
    assert server.client.get().status == 503
    (server.path / "plugin-cfg.xml").write_text(plugin_cfg(Cluster("c", [https(x, ca)]), RefreshInterval=1))
    server.wait_for_log("WLM0047")
    wait_until(lambda: server.client.get().status == 200, "the member to be trusted")


@pytest.mark.parametrize("how", ["graceful", "restart"])
def test_700_76_restarts(httpd, tls, ca, how):
    """OpenSSL stays, while mod_ssl and the module are unloaded and loaded again."""
    x = tls(answers, ca.good)
    front = Front(httpd, ca, plugin_cfg(Cluster("c", [https(x, ca)])))
    for _ in range(3):
        assert front.by_https().status == 200
        front.server.restart(how)
    assert front.by_https().status == 200


@pytest.mark.parametrize("name", ["a", "apps.example", "apps.example.", "under_score.example", "10.0.0.1", "::1", "fe80::1",
                                  "xn--nme-qla.example", "APPS.Example-1"])
def test_700_79_names_that_are_taken(httpd, name):
    server = httpd(plugin_cfg(Cluster("c", [("x", 1, {})])), f"WLMTLSServerName {name}", start=False)
    assert server.test_config().returncode == 0


# -- what directives do not take ---------------------------------------------------------------------------------------------

@pytest.mark.parametrize("line,words", [
    ("WLMTLSTrust nowhere.pem", "No such file"), ("WLMTLSTrust httpd.conf", "httpd.conf"),
    ("WLMTLSVerify Perhaps", "none of Full, Chain, Off"), ("WLMTLSProtocols TLSv1.1", "none of TLSv1.2, TLSv1.3"),
    ("WLMTLSCiphers NONSENSE", "no cipher match"), ("WLMTLSServerName https://x/", "neither"),
    ("WLMTLSServerName name:123", "neither"), ("WLMTLSServerName 127.0.0.1:9443", "neither"),
    ("WLMTLSServerName [::1]", "neither"), ("WLMTLSServerName [::1]:9443", "neither"), ("WLMTLSServerName a..b", "neither"),
    ("WLMTLSServerName .example", "neither"), ("WLMTLSServerName \"\"", "takes a host name"), ("WLMTLSServerName *.example", "neither"),
    ("WLMTLSServerName n\u00e4me", "neither"), ("WLMTLSCommonName Perhaps", "none of Off, On"),
    ("WLMTLSCertificate {ca}", "there is no private key in it"), ("WLMTLSCertificate {good} {ca_key}", "key values mismatch"),
    ("WLMTLSCertificate nowhere.pem", "No such file"),
])
def test_700_80_bad_values(httpd, ca, line, words):
    line = line.format(ca=ca.pem, good=ca.good, ca_key=ca.file("ca", "key"))
    server = httpd(plugin_cfg(Cluster("c", [("x", 1, {})])), line, start=False)
    result = server.test_config()
    assert result.returncode != 0 and line.split()[0] in result.stderr and words in result.stderr

"""Stories of what members learn about the client."""
import base64
import re
import ssl
import subprocess

import pytest

from wlmtest import config_value, free_port
from wlmtest.client import Client
from wlmtest.plugincfg import Cluster, plugin_cfg
from wlmtest.tls import https_site

SAID = {"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Host": "said", "X-Forwarded-Proto": "https", "Forwarded": "for=6.6.6.6",
        "$WSRA": "6.6.6.6", "$WSRH": "said", "$WSIS": "true", "$WSRU": "root"}


def groups(*names):
    return ("<TrustedProxyGroup>" + "".join(f'<TrustedProxy Name="{n}"/>' for n in names) + "</TrustedProxyGroup>")


@pytest.fixture
def fields_with(httpd, member):
    """What the member gets of a request in which a client says everything that it could."""
    def make(extra="", proxies=(), **config):
        a = member("a")
        text = plugin_cfg(Cluster("c", [("a", a.port, {})]), extra=groups(*proxies) if proxies else "", **config)
        server = httpd(text, extra)
        body = server.client.get("/app/?headers=1", **SAID).body.decode()
        lines = [line.split(": ", 1) for line in body.splitlines() if ": " in line]
        assert len({n.lower() for n, _ in lines}) == len(lines)
        return {n.lower(): v for n, v in lines}, server
    return make


def test_160_01_without_any_word_on_trust_ours_is_appended(fields_with):
    fields, _ = fields_with()
    assert fields["x-forwarded-for"] == "6.6.6.6, 127.0.0.1" and fields["x-forwarded-proto"] == "http"
    assert (fields["$wsra"], fields["$wsrh"], fields["$wsis"]) == ("127.0.0.1", "127.0.0.1", "false")
    assert fields["forwarded"] == "for=6.6.6.6" and "$wsru" not in fields


@pytest.mark.parametrize("extra, config", [
    ("WLMTrustedProxies 192.0.2.0/24", {}), ("", {"TrustedProxyEnable": "true"}),
    ("", {"TrustedProxyEnable": "true", "proxies": ["192.0.2.7"]}),
], ids=str)
def test_160_02_what_others_say_is_removed(fields_with, extra, config):
    fields, server = fields_with(extra, **config)
    assert fields["x-forwarded-for"] == "127.0.0.1" and fields["x-forwarded-host"] == f"127.0.0.1:{server.port}"
    assert fields["x-forwarded-proto"] == "http" and "forwarded" not in fields and fields["$wsra"] == "127.0.0.1"


@pytest.mark.parametrize("extra, config", [
    ("WLMTrustedProxies 192.0.2.7 127.0.0.0/8", {}),
    ("", {"TrustedProxyEnable": "true", "proxies": ["192.0.2.7", "127.0.0.1"]}),
    ("", {"TrustedProxyEnable": "true", "proxies": ["localhost"]}),
], ids=str)
def test_160_03_what_a_trusted_proxy_says_is_kept(fields_with, extra, config):
    fields, _ = fields_with(extra, **config)
    assert fields["x-forwarded-for"] == "6.6.6.6, 127.0.0.1" and fields["x-forwarded-proto"] == "https"
    assert (fields["$wsra"], fields["$wsrh"]) == ("6.6.6.6", "said")
    assert (fields["$wsis"], fields["$wssc"]) == ("true", "https") and "$wsru" not in fields  # no other party can name the user


def test_160_04_a_group_without_the_switch_has_no_effect(fields_with):
    fields, _ = fields_with(proxies=["127.0.0.1"])
    assert fields["$wsra"] == "127.0.0.1"


def test_160_05_a_name_that_is_none_trusts_nobody(fields_with):
    fields, server = fields_with(TrustedProxyEnable="true", proxies=["no-such-host.invalid"])
    server.expect("WLM0059")
    assert fields["$wsra"] == "127.0.0.1" and server.count("WLM0059") == 1


# -- TLS that ends before this server ------------------------------------------------------------------

TRUST = "WLMTrustedProxies 127.0.0.1\n"
# configuration, what the request says beside `Host: in.example` -> scheme, host and port that the member is told
BEFORE = [
    (TRUST, {}, ("http", "in.example", "80")),
    (TRUST, {"X-Forwarded-Proto": "https"}, ("https", "in.example", "443")),
    (TRUST, {"X-Forwarded-Proto": "https", "Host": "in.example:8080"}, ("https", "in.example", "8080")),
    (TRUST, {"X-Forwarded-Proto": "https", "X-Forwarded-Port": "8443"}, ("https", "in.example", "8443")),
    (TRUST, {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "shop.example"}, ("https", "shop.example", "443")),
    (TRUST, {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "shop.example:8443"}, ("https", "shop.example", "8443")),
    (TRUST, {"X-Forwarded-Host": "shop.example", "Host": "in.example:8080"}, ("http", "shop.example", "80")),
    (TRUST, {"X-Forwarded-Proto": "http, https"}, ("https", "in.example", "443")),
    (TRUST, {"X-Forwarded-Proto": "nonsense", "X-Forwarded-Port": "x", "X-Forwarded-Host": "a b"}, ("http", "in.example", "80")),
    (TRUST, {"Forwarded": 'for=1.2.3.4;proto=https;host="shop.example:8443"'}, ("https", "shop.example", "8443")),
    (TRUST, {"Forwarded": "proto=http, proto=https"}, ("https", "in.example", "443")),
    ("", {"X-Forwarded-Proto": "https", "X-Forwarded-Port": "8443"}, ("http", "in.example", "80")),
    ("WLMTrustedProxies 192.0.2.1\n", {"X-Forwarded-Proto": "https", "Forwarded": "proto=https"}, ("http", "in.example", "80")),
    ("SetEnv HTTPS on\n", {}, ("https", "in.example", "443")),
    ("SetEnv HTTPS On\n", {"Host": "in.example:8443"}, ("https", "in.example", "8443")),
    ("SetEnv HTTPS off\n", {}, ("http", "in.example", "80")),
    ("SetEnvIf X-Its-Tls . HTTPS=on\n", {"X-Its-Tls": "1"}, ("https", "in.example", "443")),
    ("SetEnvIf X-Its-Tls . HTTPS=on\n", {}, ("http", "in.example", "80")),
    ("SetEnv ihs-force-https\n", {}, ("https", "in.example", "443")),
    ("ServerName https://localhost\n", {}, ("https", "in.example", "443")),
    (TRUST + "SetEnv HTTPS on\n", {"X-Forwarded-Proto": "http"}, ("http", "in.example", "80")),
]


@pytest.mark.parametrize("extra, said, wanted", BEFORE)
def test_160_09_the_member_is_told_how_the_client_came_and_nothing_else_beside_it(httpd, member, extra, said, wanted):
    libexec = config_value("HTTPD_LIBEXECDIR")
    server = httpd(plugin_cfg(Cluster("c", [("a", member("a").port, {})])),
                   f"LoadModule setenvif_module {libexec}/mod_setenvif.so\n{extra}")
    body = server.client.send("GET", "/app/?headers=1", headers={"Host": "in.example", **said}).body.decode()
    fields = {n.lower(): v for n, v in (line.split(": ", 1) for line in body.splitlines() if ": " in line)}
    scheme, host, port = wanted
    assert (fields["$wssc"], fields["$wssn"], fields["$wssp"]) == wanted
    assert fields["$wsis"] == ("true" if scheme == "https" else "false") and fields["x-forwarded-proto"] == scheme
    assert fields["host"] == said.get("Host", "in.example")
    if "192.0.2.1" in extra:
        assert "x-forwarded-port" not in fields and "forwarded" not in fields


def test_160_10_the_port_that_the_file_prefers_counts_whatever_a_proxy_says(httpd, member):
    server = httpd(plugin_cfg(Cluster("c", [("a", member("a").port, {})]), AppServerPortPreference="WebserverPort"), TRUST)
    body = server.client.get("/app/?headers=1", X_Forwarded_Proto="https", X_Forwarded_Port="8443").body.decode()
    assert f"$WSSP: {server.port}".lower() in body.lower() and "$wssc: https" in body.lower()


def test_160_11_the_way_to_the_member_is_that_of_the_clients_own_connection_to_httpd(httpd, member):
    a, secure = member("a"), free_port()  # no process listens there
    server = httpd(plugin_cfg(Cluster("c", [("a", a.port, {"https": secure})])), TRUST + "WLMTLSVerify Off\nSetEnv HTTPS on\n")
    server.expect("WLM0085")
    assert server.client.get("/app/", X_Forwarded_Proto="https").status == 200


@pytest.mark.parametrize("value, forwarded, others", [
    ("RFC7239", 'for=6.6.6.6, for=127.0.0.1;host="127.0.0.1:{}";proto=http', "6.6.6.6"),
    ("Both", 'for=6.6.6.6, for=127.0.0.1;host="127.0.0.1:{}";proto=http', "6.6.6.6, 127.0.0.1"),
    ("Off", "for=6.6.6.6", "6.6.6.6"),
])
def test_160_06_forms(fields_with, value, forwarded, others):
    fields, server = fields_with(f"WLMForwardedHeaders {value}")
    assert fields["forwarded"] == forwarded.format(server.port) and fields["x-forwarded-for"] == others


@pytest.mark.parametrize("line, why", [
    ("WLMForwardedHeaders Some", "takes Off, On, RFC7239 or Both"), ("WLMTrustedProxies 10.0.0.0/99", "no address, network"),
    ("WLMTrustedProxies no-such-host.invalid", "no-such-host.invalid"),
])
def test_160_07_wrong_directives(httpd, line, why):
    server = httpd(plugin_cfg(Cluster("c", [("a", 1, {})])), line, start=False)
    result = server.test_config()
    assert result.returncode != 0 and why in result.stderr


# -- clients over TLS -----------------------------------------------------------------------------------

def openssl(folder, *words):
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True, timeout=20)


def make_certificate(folder, name):
    openssl(folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
            f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.crt")
    (folder / f"{name}.key").chmod(0o644)


def tls_client(port, folder, certificate=None):
    client = Client(port)
    client.context = ssl.create_default_context(cafile=str(folder / "localhost.crt"))
    client.context.check_hostname = False
    if certificate:
        client.context.load_cert_chain(folder / f"{certificate}.crt", folder / f"{certificate}.key")
    return client


def test_160_08_certificate_cipher_and_session(httpd, member, folder):
    make_certificate(folder, "localhost")
    make_certificate(folder, "alice")
    a, port = member("a"), free_port()
    httpd(plugin_cfg(Cluster("c", [("a", a.port, {})])), https_site(
        port, f"{folder}/localhost.crt", f"SSLCertificateKeyFile {folder}/localhost.key\nSSLVerifyClient optional\n"
        f"SSLCACertificateFile {folder}/alice.crt"))
    body = tls_client(port, folder, "alice").get("/app/?headers=1").body.decode()
    fields = {n.lower(): v for n, v in (line.split(": ", 1) for line in body.splitlines() if ": " in line)}
    pem = (folder / "alice.crt").read_text()
    assert fields["$wscc"] == "".join(pem.split("-----")[2].split())
    assert (fields["$wsis"], fields["$wssc"]) == ("true", "https") and fields["$wscs"].startswith("TLS_")
    assert "$WSCC" not in tls_client(port, folder).get("/app/?headers=1").body.decode()


# -- Client-Cert (RFC 9440) ---------------------------------------------------------------------------------

CERTS_SAID = {name: ":bWFkZSB1cA==:" for name in ("Client-Cert", "client_cert", "Client-Cert-Chain", "Client_Cert-Chain")}


def certs(answer):
    """The fields of these names that the member has got."""
    assert answer.status == 200 and not answer.error, answer
    lines = [line.split(": ", 1) for line in answer.body.decode().splitlines() if ": " in line]
    return {name.lower(): value for name, value in lines if name.lower().replace("_", "-").startswith("client-cert")}


def item(folder, name):
    return f":{''.join((folder / f'{name}.crt').read_text().split('-----')[2].split())}:"


@pytest.fixture
def certified(httpd, member, folder):
    """A site with TLS that asks for certificates, issued by ca or by inner, which ca has issued; the one named by large
    has 13,000 bytes. Returns its port; certified.server is the server."""
    def make(extra, verify="SSLVerifyClient optional\n", version="TLSv1.2 +TLSv1.3", large=None):
        padding = {large: "\nnsComment=" + "x" * 13000}
        make_certificate(folder, "localhost")
        make_certificate(folder, "ca")
        issue(folder, "inner", "ca", "basicConstraints=critical,CA:TRUE" + padding.get("inner", ""))
        issue(folder, "alice", "inner", "basicConstraints=CA:FALSE" + padding.get("alice", ""))
        make_certificate(folder, "mallory")
        (folder / "both.crt").write_text((folder / "alice.crt").read_text() + (folder / "inner.crt").read_text())
        (folder / "both.key").write_text((folder / "alice.key").read_text())
        a, port = member("a"), free_port()
        make.server = httpd(plugin_cfg(Cluster("c", [("a", a.port, {})])), https_site(
            port, f"{folder}/localhost.crt", f"SSLCertificateKeyFile {folder}/localhost.key\nSSLCACertificateFile {folder}/ca.crt\n"
            f"SSLVerifyDepth 3\nSSLProtocol {version}\n{verify}") + extra)
        return port
    return make


def issue(folder, name, by, extension):
    (folder / "extension").write_text(extension)
    openssl(folder, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}", "-keyout",
            f"{name}.key", "-out", f"{name}.csr")
    openssl(folder, "x509", "-req", "-in", f"{name}.csr", "-CA", f"{by}.crt", "-CAkey", f"{by}.key", "-CAcreateserial", "-days", "2",
            "-extfile", "extension", "-out", f"{name}.crt")


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
@pytest.mark.parametrize("how", ["Off", "On", "Chain"])
def test_160_20_the_certificate_by_the_standard(certified, folder, how, version):
    """What a client says itself does not count, whether it has shown a certificate or not."""
    port = certified(f"WLMClientCert {how}\n", version=version)
    told = {"Off": {}, "On": {"client-cert": item(folder, "alice")},
            "Chain": {"client-cert": item(folder, "alice"), "client-cert-chain": item(folder, "inner")}}[how]
    assert certs(tls_client(port, folder, "both").send("GET", "/app/?headers=1", headers=CERTS_SAID)) == told
    assert certs(tls_client(port, folder).send("GET", "/app/?headers=1", headers=CERTS_SAID)) == {}


def test_160_21_only_a_verified_one(certified, folder):
    port = certified("WLMClientCert Chain\n", "SSLVerifyClient optional_no_ca\n")
    answer = tls_client(port, folder, "mallory").get("/app/?headers=1")
    assert certs(answer) == {} and b"$WSCC" in answer.body
    assert certs(tls_client(port, folder, "both").get("/app/?headers=1")) != {}


def test_160_22_of_a_trusted_proxy(certified, folder):
    """Its client's certificate is the one that it names; the one that it shows is its own."""
    port = certified("WLMClientCert On\nWLMTrustedProxies 127.0.0.1\n")
    proxy = tls_client(port, folder, "both")
    assert certs(proxy.get("/app/?headers=1")) == {}
    assert certs(proxy.send("GET", "/app/?headers=1", headers=CERTS_SAID)) == {
        "client-cert": CERTS_SAID["Client-Cert"], "client-cert-chain": CERTS_SAID["Client-Cert-Chain"]}


@pytest.mark.parametrize("extra", ["", "WLMClientCert On\n", "WLMTrustedProxies 192.0.2.1\n"])
def test_160_23_a_client_without_tls_has_none(httpd, member, extra):
    server = httpd(plugin_cfg(Cluster("c", [("a", member("a").port, {})])), extra)
    assert certs(server.client.send("GET", "/app/?headers=1", headers=CERTS_SAID)) == {}


def test_160_24_asked_for_in_a_location(certified, folder):
    """TLS 1.2 does so by a renegotiation, in the middle of the request."""
    port = certified("WLMClientCert On\n", "<Location /app/in>\nSSLVerifyClient require\n</Location>\n", "TLSv1.2")
    client = tls_client(port, folder, "both")
    assert certs(client.get("/app/?headers=1")) == {}
    assert certs(client.get("/app/in/?headers=1")) == {"client-cert": item(folder, "alice")}


def test_160_25_over_http2(certified, folder):
    port = certified("WLMClientCert On\n", "SSLVerifyClient require\nProtocols h2 http/1.1\n")
    result = subprocess.run(["curl", "-s", "--http2", "-k", "--cert", folder / "both.crt", "--key", folder / "both.key", "-H",
                             "Client-Cert: :bWFkZSB1cA==:", "-w", "\nversion=%{http_version}",
                             f"https://127.0.0.1:{port}/app/?headers=1"], capture_output=True, text=True, timeout=20, check=True)
    assert result.stdout.endswith("version=2")
    assert [line for line in result.stdout.splitlines() if line.lower().startswith("client")] == [
        f"Client-Cert: {item(folder, 'alice')}"]


SENT = [  # certificates behind the client's own; how large they are; the fields that the member gets; messages about that
    (10, "", ["client-cert", "client-cert-chain"], []), (11, "", ["client-cert"], ["WLM0211"]),
    (3, "inner", ["client-cert"], ["WLM0200"]), (1, "alice", [], ["WLM0200"]),
]


@pytest.mark.parametrize("count, large, fields, messages", SENT)
def test_160_26_a_chain_is_sent_whole_or_not_at_all(certified, folder, count, large, fields, messages):
    """What is not sent is told once a connection."""
    port = certified("WLMClientCert Chain\nLogLevel wlm:info\n", large=large)
    inner = item(folder, "inner")
    (folder / "all.crt").write_text((folder / "alice.crt").read_text() + (folder / "inner.crt").read_text() * count)
    (folder / "all.key").write_text((folder / "alice.key").read_text())
    connection = tls_client(port, folder, "all").connect()
    for _ in range(2):
        connection.request("GET", "/app/?headers=1")
        told = certs(Client.read(connection))
        assert list(told) == fields and told.get("client-cert-chain", inner) in (inner, ", ".join([inner] * count))
    connection.close()
    assert re.findall("WLM02\\d\\d", certified.server.log()) == messages


LOGINS = {
    "Basic": "AuthType Basic\nAuthName x\nAuthUserFile users\nRequire valid-user\n",
    "Form": "AuthType Form\nAuthName x\nAuthFormProvider file\nAuthUserFile users\nSession On\nSessionCookieName s path=/\nRequire valid-user\n",
    "only me": "AuthType Basic\nAuthName x\nAuthUserFile users\nRequire user me\n",
}
INCLUDING = b'<html><!--#include virtual="/app/part"--></html>'


@pytest.mark.parametrize("inner", [False, True])
@pytest.mark.parametrize("name", LOGINS)
def test_160_12_a_user_whose_login_failed_is_none(httpd, scripted, name, inner):
    told = []

    def record(c):
        while head := c.read_head():
            lines = head.decode().lower().split("\r\n")
            told.append((lines[0].split()[1], [line.split(": ")[1] for line in lines if line.startswith("$wsru")],
                         [line for line in lines if line.startswith("$wsat")]))
            if "/closes" in lines[0]:
                return
            body = INCLUDING if "/refused" in lines[0] else b"ok"
            c.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

    server = httpd(plugin_cfg(Cluster("app", [("x", scripted(record).port, {})])),
                   "".join(f"LoadModule {m}_module {config_value('HTTPD_LIBEXECDIR')}/mod_{m}.so\n"
                           for m in ("session", "session_cookie", "request", "auth_form", "include"))
                   + f"<Location /app>\n{LOGINS[name]}Options +Includes\n{'SetOutputFilter INCLUDES' if inner else ''}\n</Location>\n"
                   + "ErrorDocument 401 /app/refused\nErrorDocument 502 /app/error\n")
    server.expect("WLM0030", "WLM0037")
    (server.path / "users").write_text("me:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=\nadmin:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=\n")

    def ask(path, user, password):
        del told[:]
        login = base64.b64encode(f"{user}:{password}".encode()).decode()
        return server.client.get(path, Authorization="Basic " + login, Cookie=f"s=x-user={user}&x-pw={password}").status

    for path in ["/app/x", "/app/x;v=1"]:
        ask(path, "admin", "password" if name == "only me" else "wrong")
        assert told == [("/app/refused", [], [])] + [("/app/part", [], [])] * inner, path
        assert ask(path, "me", "password") == 200  # and one whose login did not fail is one
        assert [(p, users) for p, users, _ in told] == [(path, ["me"])] and told[0][2]
    ask("/app/closes", "me", "password")  # was not refused, so its error document is for him
    assert told[-1][:2] == ("/app/error", ["me"])


@pytest.mark.parametrize("line, fields, wanted", [
    ("http://a/app/?headers=1 HTTP/1.0", "", "a"), ("http://a:81/app/?headers=1 HTTP/1.0", "", "a:81"),
    ("http://[::1]:81/app/?headers=1 HTTP/1.0", "", "[::1]:81"), ("http://a:81/app/?headers=1 HTTP/1.1", "Host: b:82\r\n", "a:81"),
    ("http://a/app/?headers=1 HTTP/1.0", "Host: b\r\n", "a"), ("/app/?headers=1 HTTP/1.0", "Host: b:82\r\n", "b:82"),
    ("http://a/nothing HTTP/1.0", "", "a")])
def test_160_13_the_host_that_the_route_is_for_is_the_one_that_the_member_is_told(httpd, member, line, fields, wanted):
    a = member("a")
    server = httpd(plugin_cfg(Cluster("c", [("a", a.port, {})])), "ErrorDocument 404 /app/?headers=1\n")
    answer = server.client.raw(f"GET {line}\r\n{fields}Connection: close\r\n\r\n".encode()).decode().replace("\r", "")
    told = dict(line.lower().split(": ", 1) for line in answer.split("\n\n", 1)[1].splitlines() if ": " in line)
    assert (told["host"], told["x-forwarded-host"]) == (wanted, wanted)
    assert told["$wssn"] == wanted.rsplit(":", 1)[0].strip("[]") or told["$wssn"] == wanted.rsplit(":", 1)[0]

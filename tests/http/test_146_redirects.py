"""Stories of internal redirects into a cluster: error documents and others. A request whose body has been read has no body."""
import contextlib

import pytest

from wlmtest import http2, module
from wlmtest.plugincfg import Cluster, Route, plugin_cfg

BODY = b"GET /err/SMUGGLED HTTP/1.1\r\nHost: h\r\n\r\n" * 8000  # 312,000 bytes
CONTENT = {"content-type": "text/plain", "content-encoding": "x-mine", "digest": "x"}


class Site:
    """An application that fails in the way that the path names, and one that has the pages for errors; both remember requests."""

    def __init__(self, scripted):
        self.pages, self.requests = [], []
        self.page_body = None  # None: the request line
        self.app, self.errors = scripted(self.fail, "app"), scripted(self.page, "errors")

    def read(self, c):
        head = c.read_head()
        if head is None:
            return None
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
        body = c.read_chunked() if b"transfer-encoding" in fields else c.read_body(head)
        return head.split(b" HTTP/")[0].decode(), fields, body

    def fail(self, c):
        with contextlib.suppress(AssertionError):  # the body was broken off
            while (request := self.read(c)) is not None:
                self.requests.append(request)
                if "closes" in request[0]:
                    return
                if "silent" in request[0]:
                    c.wait_for_close()
                c.ok(b"%d" % len(request[2]))

    def page(self, c):
        while (request := self.read(c)) is not None:
            self.pages.append(request)
            c.ok(request[0].encode() if self.page_body is None else self.page_body)


@pytest.fixture
def site(httpd, scripted):
    def make(extra="", kib=0, **options):
        site = Site(scripted)
        clusters = [Cluster("app", [("app", site.app.port, {"ServerIOTimeout": 1, "ConnectTimeout": 1})], PostBufferSize=kib,
                            PostSizeLimit=1000, RetryInterval=1),
                    Cluster("errors", [("errors", site.errors.port, {})]),
                    Cluster("none", [("none", 1, {"LoadBalanceWeight": 0})])]
        cfg = plugin_cfg(*clusters, routes=[Route("app"), Route("errors", ("/err/*",)), Route("none", ("/none/*",))], **options)
        server = httpd(cfg, extra + "".join(f"ErrorDocument {status} /err/{status}\n" for status in
                                            (400, 401, 403, 404, 405, 413, 500, 501, 502, 503, 504)))
        return site, server
    return make


def post(server, protocol, path, body, headers, chunked):
    pieces = [body[at:at + 50000] for at in range(0, len(body), 50000)]
    if protocol == "h2":
        length = [] if chunked else [("content-length", str(len(body)))]
        return http2.request(server.port, "POST", path, [*headers.items(), *length], pieces)
    if chunked:
        return server.client.send("POST", path, iter(pieces), {**headers, "Transfer-Encoding": "chunked"}, True)
    return server.client.send("POST", path, body, headers)


# where the error comes from: status, path, more fields
ERRORS = [
    (502, "/app/closes", {}),
    (504, "/app/silent", {}),
    (503, "/none/x", {}),
    (500, "/app/x", {"x-read": "some"}),
    (413, "/app/large", {}),
    (400, "/app/..;/x", {}),
    (403, "/forbidden", {}),
    (401, "/login", {}),
    (404, "/nowhere", {}),
]
PLACES = ("<Location /forbidden>\nRequire all denied\n</Location>\n<Location /login>\nAuthType Basic\nAuthName x\n"
          "AuthBasicProvider file\nAuthUserFile none\nRequire valid-user\n</Location>\n")


@pytest.mark.parametrize("protocol", ["http/1.1", "h2"])
@pytest.mark.parametrize("kib", [0, 1000])
def test_146_01_an_error_document_is_a_request_without_a_body(site, kib, protocol):
    pages, server = site(module.build("body_test") + PLACES, kib)
    server.expect("WLM0001", "WLM0009", "WLM0035", "WLM0030", "WLM0031", "WLM0036", "WLM0037", "WLM0038", "WLM0101")
    for status, path, headers in ERRORS:
        for chunked in (False, True):
            body = BODY * 4 if status == 413 else BODY
            post(server, protocol, path, body, {**CONTENT, **headers}, chunked)
            line, fields, content = pages.pages[-1]
            assert (line, content) == (f"GET /err/{status}", b""), (status, chunked)
            names = {b"content-length", b"transfer-encoding", b"content-type", b"content-encoding", b"digest", b"expect"}
            assert not names & set(fields), (status, chunked, fields)
            assert server.client.get("/err/next", Cookie="mine").body == b"GET /err/next"
    assert len(pages.pages) == 4 * len(ERRORS)
    assert server.status()["errors"]["State"] == "up"


@pytest.mark.parametrize("kib", [0, 1000])
def test_146_10_trailers_of_the_failed_request_do_not_go_with_its_error_document(site, kib):
    pages, server = site("LimitRequestFields 200\nErrorDocument 431 /err/431\n", kib)
    server.expect("WLM0001", "WLM0030", "WLM0035", "WLM0037", "WLM0038")
    for path, n, status in ((b"/app/x", 150, 431), (b"/app/closes", 1, 502)):
        section = b"".join(b"X-%d: v\r\n" % i for i in range(n))
        text = server.client.raw(b"POST " + path + b" HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                                 b"3\r\nabc\r\n0\r\n" + section + b"\r\n")
        assert text.endswith(b"GET /err/%d" % status), text
        assert pages.pages[-1][0] == f"GET /err/{status}" and b"x-0" not in pages.pages[-1][1]
        assert server.client.get("/err/next").body == b"GET /err/next"


@pytest.mark.parametrize("framing", ["Content-Length: 100000", "Transfer-Encoding: chunked"])
def test_146_11_who_waits_for_100_continue_gets_the_page_at_once(site, framing):
    pages, server = site(PLACES)
    server.expect("WLM0001", "WLM0036")
    for path, status in (("/forbidden", 403), ("/login", 401)):
        text = server.client.raw(f"POST {path} HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n{framing}\r\n\r\n".encode(), timeout=5)
        assert text.startswith(b"HTTP/1.1 200 ") and text.endswith(b"GET /err/%d" % status), text
        with http2.Http2(server.port, timeout=5) as client:
            client.begin("POST", path, [("expect", "100-continue"), ("content-length", "100000")])
            assert client.answer().body == b"GET /err/%d" % status and not client.interim


# -- redirects inside of httpd -----------------------------------------------------------------

HTDOCS = ("<Directory \"{htdocs}\">\nOptions All\nAllowOverride None\nRequire all granted\n{inside}\n</Directory>\n")


def made(site, tmp, inside, outside="", files=None, kib=0):
    htdocs = tmp / "site"
    htdocs.mkdir()
    htdocs.chmod(0o755)
    for name, text in (files or {}).items():
        path = htdocs / name
        path.write_text(text)
        path.chmod(0o755)
    extra = outside + f"Alias /site \"{htdocs}\"\n" + HTDOCS.format(htdocs=htdocs, inside=inside)
    pages, server = site(extra, kib)
    server.expect("WLM0001")
    return pages, server


@pytest.mark.parametrize("kib", [0, 1000])
@pytest.mark.parametrize("inside", [
    "RewriteEngine On\nRewriteRule ^unread$ /app/kept [L]",
    "Action to-app /app/kept virtual\nSetHandler to-app",
], ids=["mod_rewrite", "mod_actions"])
def test_146_02_a_redirect_before_the_body_is_read_takes_it_along(site, folder, inside, kib):
    pages, server = made(site, folder, inside, module.load("actions") if "Action" in inside else "", kib=kib)
    for protocol in ("http/1.1", "h2"):
        for chunked in (False, True):
            answer = post(server, protocol, "/site/unread", BODY, CONTENT, chunked)
            assert (answer.status, answer.body) == (200, b"%d" % len(BODY)), (protocol, chunked)
            line, fields, content = pages.requests[-1]
            assert line.startswith("POST /app/kept") and content == BODY
            assert (fields[b"content-encoding"], fields[b"content-type"]) == (b"x-mine", b"text/plain")


@pytest.mark.parametrize("chunked", [False, True])
def test_146_03_a_redirect_of_a_cgi_program_is_a_get_without_a_body(site, folder, chunked):
    script = "#!/bin/sh\ncat >/dev/null\nprintf 'Location: /err/after\\r\\n\\r\\n'\n"
    pages, server = made(site, folder, "SetHandler cgi-script", module.load("cgi"), {"program": script})
    answer = post(server, "http/1.1", "/site/program", BODY, CONTENT, chunked)
    assert (answer.status, answer.body) == (200, b"GET /err/after")
    assert not {b"content-length", b"transfer-encoding", b"content-type"} & set(pages.pages[-1][1])
    assert server.client.get("/err/next").body == b"GET /err/next"


def test_146_04_negotiation(site, folder):
    files = {"page.var": "URI: inside.html\nContent-Type: text/html\n"}
    pages, server = made(site, folder, "AddHandler type-map .var\nRewriteEngine On\nRewriteRule ^inside.html$ /err/negotiated [L]",
                         module.load("negotiation"), {**files, "inside.html": "x"})
    assert server.client.get("/site/page.var").body == b"GET /err/negotiated"
    post(server, "http/1.1", "/site/page.var", BODY, CONTENT, False)
    assert pages.pages[-1][2] in (b"", BODY)
    assert server.client.get("/err/next").body == b"GET /err/next"


def test_146_09_an_included_page_is_a_request_without_a_body(site, folder):
    pages, server = made(site, folder, "AddType text/html .shtml\nAddOutputFilter INCLUDES .shtml", module.load("include"),
                         {"page.shtml": '<!--#include virtual="/err/part" -->'})
    for method in ("GET", "POST"):
        for protocol in ("http/1.1", "h2"):
            body = BODY if method == "POST" else None
            if protocol == "h2":
                answer = http2.request(server.port, method, "/site/page.shtml", CONTENT.items(), body)
            else:
                answer = server.client.send(method, "/site/page.shtml", body, CONTENT)
            assert (answer.status, answer.body) == (200, b"GET /err/part") or method == "POST", answer
            assert server.client.get("/err/next").body == b"GET /err/next"
    parts = [request for request in pages.pages if request[0] == "GET /err/part"]
    assert len(parts) >= 2 and all(content == b"" and b"content-length" not in fields for _, fields, content in parts)


LOGIN = """<Location /app/form>
AuthType form
AuthFormProvider file
AuthUserFile "{folder}/users"
AuthName x
Require valid-user
Session On
SessionCookieName session path=/
{more}
</Location>
"""


@pytest.mark.parametrize("body, sent", [
    (b"httpd_username=me&httpd_password=secret", b""),
    (b"httpd_username=me&httpd_password=secret&httpd_method=POST&httpd_mimetype=text%2Fplain&httpd_body=mine", b"mine"),
], ids=["nothing", "what the form has kept"])
def test_146_05_a_login_form(site, folder, body, sent):
    (folder / "users").write_text("me:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n")  # secret
    modules = module.load("request", "session", "session_cookie", "auth_form")
    pages, server = site(modules + LOGIN.format(folder=folder, more=""), 0)
    server.expect("WLM0001")
    answer = server.client.send("POST", "/app/form", body, {"Content-Type": "application/x-www-form-urlencoded"})
    print(answer, server.log()[-3000:])
    line, fields, content = pages.requests[-1]
    assert (answer.status, content) == (200, sent), line
    assert b"secret" not in content
    assert server.client.get("/err/next").body == b"GET /err/next"


# -- framing of the answer by the method that was sent ----------------------------------------------

ATTACK = b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nattacked"


@pytest.mark.parametrize("protocol", ["http/1.1", "h2"])
@pytest.mark.parametrize("page", [ATTACK, b"<html>an error</html>"], ids=["crafted", "plain"])
def test_146_06_the_page_for_a_head_request_is_read_to_its_end(site, page, protocol):
    pages, server = site()
    server.expect("WLM0001")
    pages.page_body = page
    for n in range(10):
        if protocol == "h2":
            answer = http2.request(server.port, "HEAD", "/nowhere")
        else:
            answer = server.client.send("HEAD", "/nowhere")
        assert (answer.body, answer.error) == (b"", None)
        assert pages.pages[-1][0] == "GET /err/404"
        assert server.client.get(f"/err/next{n}").body == page
        assert len(pages.pages) == 2 * n + 2
    assert pages.errors.connections == 1
    assert server.status()["errors"]["State"] == "up"


def test_146_07_what_is_no_http_on_a_kept_connection_is_the_connection_s_fault(httpd, scripted):
    """The second request on each connection gets what an exchange before has left."""
    def script(c):
        if c.read_head() is not None:
            c.ok()
        if c.read_head() is not None:
            c.send(b"<html>left over</html>")
    m = scripted(script)
    server = httpd(plugin_cfg(Cluster("c", [("x", m.port, {})])))
    for _ in range(5):
        assert server.client.get().body == b"ok"
    assert (server.count("WLM0020"), m.connections) == (4, 5)
    assert (server.status()["x"]["State"], server.status()["x"]["Failures"]) == ("up", "0")


def test_146_08_what_is_no_http_on_a_new_connection_is_the_member_s_fault(httpd, scripted):
    def script(c):
        if c.read_head() is not None:
            c.send(b"<html>no server for HTTP</html>")
    server = httpd(plugin_cfg(Cluster("c", [("x", scripted(script).port, {})])))
    server.expect("WLM0030", "WLM0035", "WLM0037", "WLM0031")
    assert server.client.get().status in (502, 503)
    assert server.status()["x"]["State"] == "down"


@pytest.mark.parametrize("path, asked", [("/app/page", ["GET /app/page", "GET /app/part"]), ("/nothing", ["GET /app/error"])])
def test_146_12_what_is_asked_of_a_page_is_not_asked_of_others(httpd, scripted, path, asked):
    seen = []

    def answer(c):
        while head := c.read_head():
            line, *fields = head.decode().split("\r\n")
            seen.append((line.rsplit(" ", 1)[0], sorted(f for f in fields if f.startswith(("If-", "Range")))))
            body = b'<!--#include virtual="/app/part"-->' if "/page" in line else b"other"
            c.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

    server = httpd(plugin_cfg(Cluster("app", [("x", scripted(answer).port, {})])),
                   module.load("include") + "ErrorDocument 404 /app/error\n<Location /app/page>\nOptions +Includes\n"
                   "SetOutputFilter INCLUDES\n</Location>\n")
    conditions = {"If-Match": "*", "If-Modified-Since": "Sun, 06 Nov 1994 08:49:37 GMT", "If-None-Match": "*", "If-Range": '"x"',
                  "If-Unmodified-Since": "Sun, 06 Nov 1994 08:49:37 GMT", "Range": "bytes=0-0"}
    assert server.client.send("GET", path, headers=conditions).body == b"other"
    assert [line for line, _ in seen] == asked
    assert seen[-1][1] == [] and (len(seen) == 1 or seen[0][1] == [": ".join(item) for item in conditions.items()])

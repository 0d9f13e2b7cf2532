"""Stories of other modules of httpd beside requests that are suspended: with the engine each of them gives what it gives
without, also on connections that the engine owns, where its threads run the modules' hooks, filters and handlers.

Three threads of httpd, and more connections than that whose first request waits at a gate: only where requests that wait
hold no thread all of them come to the member. From then on the engine owns these connections."""
import concurrent.futures
import contextlib
import fcntl
import gzip
import os
import random
import re
import socket
import ssl
import struct
import termios
import threading
import time
import zlib

import pytest

from wlmtest import free_port, temporary_folder, wait_until
from wlmtest.httpd import states_of_threads, ticks, unread_connections
from wlmtest.module import load
from wlmtest.plugincfg import Cluster, Route, plugin_cfg
from wlmtest.tls import Authority, TlsMember, answers, server_context
from wlmtest.wire import Wire, request

THREADS, CLIENTS = 3, 8
MODULES = ("deflate", "filter", "logio", "remoteip", "ratelimit", "cache", "cache_disk", "proxy", "proxy_http", "cgid", "include",
           "substitute", "sed", "ext_filter", "setenvif", "reqtimeout", "ssl", "socache_shmcb")
SECURITY = "/usr/lib/apache2/modules/mod_security2.so"  # Debian's libapache2-mod-security2

# In each server, since rules of mod_rewrite are not inherited
REWRITE = """
RewriteEngine On
RewriteRule ^/rewritten/proxy/(.*) http://127.0.0.1:{backend}/app/$1 [P]
RewriteRule ^/rewritten/member/(.*) /app/$1 [PT]
"""
SITE = """
WLMEngine {engine}
AsyncRequestWorkerFactor 100
KeepAliveTimeout 20
WLMStay Off
TraceEnable Off
MaxKeepAliveRequests 0
RequestReadTimeout header=10-20,MinRate=500 body=10,MinRate=500
LogFormat "%<{{ID}}e %>s %I %O %S %B %{{WLM_OUTCOME}}e %X" all
CustomLog access all
Alias /files/ {folder}/files/
ScriptSock cgid.sock
ScriptAlias /cgi-bin/ {folder}/cgi-bin/
ProxyPass /proxied/ http://127.0.0.1:{backend}/app/
ExtFilterDefine louder mode=output cmd="/usr/bin/tr a-z A-Z"
CacheRoot {cache}
CacheEnable disk /app/cached
CacheHeader On
ErrorDocument 403 /app/refused?nosession=1&bytes=50
ErrorDocument 404 /files/missing.html
ErrorDocument 410 /cgi-bin/echo
Header set X-Set "by mod_headers"
RequestHeader set X-Asked "by mod_headers"
RequestHeader unset X-Id
SetEnvIf X-Id (.*) ID=$1
<Directory {folder}>
Require all granted
Options +Includes +ExecCGI
AddOutputFilter INCLUDES .shtml
</Directory>
<LocationMatch ^/(files|app)/private>
AuthType Basic
AuthName private
AuthUserFile {folder}/users
Require valid-user
</LocationMatch>
<LocationMatch ^/(files|app)/forbidden>
Require all denied
</LocationMatch>
RedirectMatch 410 ^/gone
<Location /app/deflated>
SetOutputFilter DEFLATE
</Location>
<Location /app/inflated>
SetInputFilter DEFLATE
</Location>
<Location /app/substituted>
SetOutputFilter SUBSTITUTE
Substitute "s/abc/ABCABC/"
</Location>
<Location /app/sed>
SetOutputFilter Sed
OutputSed "s/xyz/-/g"
</Location>
<Location /app/louder>
SetOutputFilter louder
</Location>
<Location /app/limited>
SetOutputFilter RATE_LIMIT
SetEnv rate-limit 400
</Location>
""" + REWRITE
SCRIPTS = {
    "echo": "#!/bin/sh\nprintf 'Content-Type: text/plain\\r\\n\\r\\n%s %s %s\\n' \"$REQUEST_METHOD\" \"$QUERY_STRING\" "
            "\"$CONTENT_LENGTH\"\ncat\n",
    "slow": "#!/bin/sh\nprintf 'Content-Type: text/plain\\r\\n\\r\\nfirst\\n'\nsleep 0.05\necho second\n",
    "fails": "#!/bin/sh\nprintf 'Status: 503\\r\\nContent-Type: text/plain\\r\\n\\r\\nbusy\\n'\n",
}
PATTERN = bytes(range(97, 123)) * 400
LOGIN = {"Authorization": "Basic dXNlcjpzZWNyZXQ="}  # user:secret

# name: (method, target, fields, body)
CATALOG = {
    "member": ("GET", "/app/x?bytes=100", {}, None),
    "member, slow": ("GET", "/app/x?bytes=100&delay=15", {}, None),
    "member, large": ("GET", "/app/x?bytes=700000", {}, None),
    "member, in chunks": ("GET", "/app/x?bytes=50000&chunked=1", {}, None),
    "member, in drops": ("GET", "/app/x?bytes=3000&chunked=1&drip=3&every=5", {}, None),
    "member, up to the close": ("GET", "/app/x?bytes=9000&until-close=1", {}, None),
    "member, HEAD": ("HEAD", "/app/x?bytes=100&delay=5", {}, None),
    "member, OPTIONS": ("OPTIONS", "/app/x?bytes=10", {}, None),
    "member, 304": ("GET", "/app/x?status=304&header-ETag=%22a%22", {"If-None-Match": '"a"'}, None),
    "member, 204": ("GET", "/app/x?status=204", {}, None),
    "member, 404": ("GET", "/app/x?status=404&bytes=70", {}, None),
    "member, early hints": ("GET", "/app/x?interim=2&bytes=70", {}, None),
    "member, range": ("GET", "/app/x?bytes=100", {"Range": "bytes=3-9"}, None),
    "member, fields": ("GET", "/app/x?headers=1", {"X-Forwarded-For": "192.0.2.7"}, None),
    "member, POST": ("POST", "/app/x?echo=1", {}, PATTERN),
    "member, POST in chunks": ("POST", "/app/x?bytes=80", {}, [PATTERN, PATTERN]),
    "member, POST large": ("POST", "/app/x?bytes=80", {}, PATTERN * 30),
    "member, POST inflated": ("POST", "/app/inflated?bytes=80", {"Content-Encoding": "gzip"}, gzip.compress(PATTERN)),
    "member by TLS": ("GET", "/tls/x", {}, None),
    "member by TLS, POST": ("POST", "/tls/x", {}, PATTERN),
    "file": ("GET", "/files/small.txt", {}, None),
    "file, large": ("GET", "/files/large.bin", {}, None),
    "file, HEAD": ("HEAD", "/files/small.txt", {}, None),
    "file, range": ("GET", "/files/large.bin", {"Range": "bytes=70000-170000"}, None),
    "file, ranges": ("GET", "/files/small.txt", {"Range": "bytes=9000-"}, None),
    "file, 304": ("GET", "/files/small.txt", {"If-None-Match": "*"}, None),
    "file, POST": ("POST", "/files/small.txt", {}, PATTERN),
    "script": ("GET", "/cgi-bin/echo?q", {}, None),
    "script, slow": ("GET", "/cgi-bin/slow", {}, None),
    "script, POST": ("POST", "/cgi-bin/echo", {}, PATTERN),
    "script, fails": ("GET", "/cgi-bin/fails", {}, None),
    "included": ("GET", "/files/page.shtml", {}, None),
    "missing": ("GET", "/files/nothing", {}, None),
    "missing, POST": ("POST", "/files/nothing", {}, PATTERN),
    "forbidden file": ("GET", "/files/forbidden", {}, None),
    "forbidden member": ("GET", "/app/forbidden", {}, None),
    "gone": ("GET", "/gone", {}, None),
    "not allowed": ("TRACE", "/files/small.txt", {}, None),
    "private file": ("GET", "/files/private.txt", LOGIN, None),
    "private file, no login": ("GET", "/files/private.txt", {}, None),
    "private member": ("GET", "/app/private?bytes=60", LOGIN, None),
    "private member, no login": ("GET", "/app/private?bytes=60", {}, None),
    "private member, POST, no login": ("POST", "/app/private?bytes=60", {}, PATTERN),
    "deflated": ("GET", "/app/deflated?bytes=100000", {"Accept-Encoding": "gzip"}, None),
    "deflated, in drops": ("GET", "/app/deflated?bytes=3000&chunked=1&drip=3&every=5", {"Accept-Encoding": "gzip"}, None),
    "substituted": ("GET", "/app/substituted?bytes=3000", {}, None),
    "sed": ("GET", "/app/sed?bytes=3000&delay=5", {}, None),
    "ext_filter": ("GET", "/app/louder?bytes=3000", {}, None),
    "limited": ("GET", "/app/limited?bytes=100000", {}, None),
    "cached": ("GET", "/app/cached/x?bytes=400&header-Cache-Control=max-age%3d600", {}, None),
    "cached, range": ("GET", "/app/cached/x?bytes=400&header-Cache-Control=max-age%3d600", {"Range": "bytes=5-9"}, None),
    "not cached": ("GET", "/app/cached/y?bytes=400&header-Cache-Control=no-store", {}, None),
    "proxied": ("GET", "/proxied/x?bytes=300&delay=5", {}, None),
    "proxied, POST": ("POST", "/proxied/x?echo=1", {}, PATTERN),
    "rewritten to the proxy": ("GET", "/rewritten/proxy/x?bytes=300", {}, None),
    "rewritten to the member": ("GET", "/rewritten/member/x?bytes=300", {}, None),
    "httpd as a whole": ("OPTIONS", "*", {}, None),
    "status": ("GET", "/server-status", {}, None),
}
for name, (method, target, fields, body) in CATALOG.items():
    if "?" in target and ("/app/" in target or "/member/" in target or "/prox" in target):
        CATALOG[name] = (method, target + "&nosession=1", fields, body)
# what is about the moment, or the server
PASSING = {"date", "age", "server", "x-cache", "upgrade", "connection", "transfer-encoding"}


# -- the site ------------------------------------------------------------------------------------------------------

class Gate:
    """A member that holds each request until it is opened."""

    def __init__(self):
        self.held, self.opened = 0, threading.Condition()

    def __call__(self, c):
        while (head := c.read_head()) is not None:
            c.read_body(head)
            with self.opened:
                self.held += 1
                self.opened.wait(30)
            c.ok(b"open")

    def open(self):
        with self.opened:
            self.held = 0
            self.opened.notify_all()


@pytest.fixture(scope="module")
def ca():
    with temporary_folder() as folder:
        authority = Authority(folder)
        authority.good = authority.sign("good")
        authority.client = authority.sign("client")
        yield authority


@pytest.fixture
def site(httpd, member, scripted, folder, ca):
    """site(engine, more): an httpd with everything; the members are the same for all of them."""
    fill(folder)
    gate, backend, secure = Gate(), member("backend"), TlsMember("t", answers, server_context(ca.good))
    held, a = scripted(gate), member("a")
    cfg = plugin_cfg(
        Cluster("c", [("a", a.port, {})]), Cluster("g", [("x", held.port, {"ServerIOTimeout": 30})]),
        Cluster("t", [("t", None, {"https": secure.port, "properties": {"keyring": ca.pem}})]),
        routes=[Route("c"), Route("g", ["/gate/*"]), Route("t", ["/tls/*"])])

    def make(engine, more=""):
        port = free_port()
        cache = folder / f"cache{engine}"
        cache.mkdir()
        cache.chmod(0o777)
        values = {"engine": engine, "folder": folder, "backend": backend.port, "cache": cache}
        server = httpd(cfg, load(*MODULES) + SITE.format(**values)
                       + more.replace("REWRITE", REWRITE.format(**values)).replace("PORT", str(port)),
                       start=False, threads=THREADS if engine == "On" else 20)
        leave_out_cgid(server)
        server.start()
        server.gate, server.a, server.other_port = gate, a, port
        return server

    yield make
    secure.stop()


def leave_out_cgid(server):
    """Its daemon has one thread, and ends with httpd's parent, not with the children."""
    children = server.children_pids
    server.children_pids = lambda: [pid for pid in children() if len(states_of_threads(pid)) > 1]


def fill(folder):
    for name in ("files", "cgi-bin"):
        (folder / name).mkdir()
        (folder / name).chmod(0o755)
    files = folder / "files"
    (files / "small.txt").write_bytes(PATTERN)
    (files / "private.txt").write_text("private\n")
    (files / "missing.html").write_text("there is no such thing\n")
    (files / "large.bin").write_bytes(random.Random(1).randbytes(1500000))
    (files / "page.shtml").write_text('begin <!--#include virtual="/app/part?bytes=40&nosession=1&delay=5" --> middle '
                                      '<!--#include virtual="/cgi-bin/echo?included" --> end\n')
    for path in files.iterdir():
        os.utime(path, (1e9, 1e9))  # a new file has a weak ETag
    (folder / "users").write_text("user:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n")  # secret
    for name, text in SCRIPTS.items():
        (folder / "cgi-bin" / name).write_text(text)
        (folder / "cgi-bin" / name).chmod(0o755)


@contextlib.contextmanager
def owned(server, count=CLIENTS, make=None):
    """So many connections that the engine owns: their first requests have been at the gate together."""
    with contextlib.ExitStack() as stack:
        wires = []
        for _ in range(count):  # the request at once: until it comes, httpd waits for it with a thread
            wires.append(stack.enter_context(make() if make else Wire(server.port)))
            wires[-1].send(request("GET", "/gate/first"))
        wait_until(lambda: server.gate.held == count, f"{count} requests at the gate, with {THREADS} threads")
        server.gate.open()
        for wire in wires:
            assert wire.reply().body == b"open"
        yield wires


def essence(name, reply):
    """What must be the same with the engine and without. Whether a body has a length is a matter of time."""
    fields, body = {n: v for n, v in reply.fields.items() if n not in PASSING}, reply.body
    if body:
        fields.pop("content-length", None)
    if fields.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
    body = re.sub(rb"\$WSSI: .*", b"", body)  # the session's id
    return (reply.status, closes(reply)), fields, b"" if name == "status" else body


def bytes_of(name, number="-"):
    method, target, fields, body = CATALOG[name]
    return request(method, target, {**fields, "X-Id": number}, body)


def final_reply(wire, name):
    """Behind interim ones, which count."""
    size, wire.asked = 0, name  # which a failure shows
    while (reply := wire.reply(CATALOG[name][0])).status < 200:
        size += reply.size
    return reply._replace(size=reply.size + size)


def reference(server, connect, names=CATALOG):
    """What these requests give, each on a connection of its own."""
    def get(name):
        with connect(server) as wire:
            wire.send(bytes_of(name))
            return essence(name, final_reply(wire, name))
    get("cached")  # from then on it is
    return dict(zip(names, in_threads(get, list(names), 4)))


def closes(reply):
    return "close" in reply.fields.get("connection", "")


def difference(name, expected, got):
    for what, one, other in zip(("status", "fields", "body"), expected, got):
        if one != other:
            if what == "body":
                one, other = (f"{len(b)} bytes, {b[:200]!r}" for b in (one, other))
            return f"{name}: {what} without the engine {one}, with {other}"
    return None


def in_threads(function, values, threads=None):
    """function(value) for all of them at once; their results."""
    with concurrent.futures.ThreadPoolExecutor(threads or len(values)) as pool:
        return list(pool.map(function, values))


# -- everything on the same connections --------------------------------------------------------------------------

def context(version=None, cert=None):
    made = ssl._create_unverified_context()
    if version:
        made.minimum_version = made.maximum_version = version
    if cert:
        made.load_cert_chain(cert)
    return made


def https(more=""):
    return ("Listen 127.0.0.1:PORT\n<VirtualHost 127.0.0.1:PORT>\nSSLEngine on\nSSLCertificateFile CERT\n"
            f"{more}REWRITE</VirtualHost>\n")


WITH_CERTIFICATE = """SSLCACertificateFile AUTHORITY
SSLVerifyClient require
Header set X-Client "%{SSL_CLIENT_S_DN_CN}s"
"""
# name: directives, and what a client does. A certificate: the client shows it
VARIANTS = {
    "as is": ("", lambda server, ca: Wire(server.port)),
    "TLS 1.3": (https(), lambda server, ca: Wire(server.other_port, context(ssl.TLSVersion.TLSv1_3))),
    "TLS 1.2, client certificates": (https(WITH_CERTIFICATE),
                                     lambda server, ca: Wire(server.other_port, context(ssl.TLSVersion.TLSv1_2, ca.client))),
    "PROXY protocol": ("Listen 127.0.0.1:PORT\n<VirtualHost 127.0.0.1:PORT>\nRemoteIPProxyProtocol On\n"
                       'Header set X-Client "%{REMOTE_ADDR}s"\nREWRITE</VirtualHost>\n',
                       lambda server, ca: Wire(server.other_port, before=b"PROXY TCP4 192.0.2.5 192.0.2.6 1234 80\r\n")),
    "mod_remoteip": ("RemoteIPHeader X-Forwarded-For\nRemoteIPInternalProxy 127.0.0.1\n", lambda server, ca: Wire(server.port)),
    "mod_dumpio": (load("dumpio") + "DumpIOInput On\nDumpIOOutput On\nLogLevel dumpio:trace7\n",
                   lambda server, ca: Wire(server.port)),
    "mod_security": (load("unique_id") + f"LoadModule security2_module {SECURITY}\nSecRuleEngine On\nSecRequestBodyAccess On\n"
                     "SecResponseBodyAccess On\nSecResponseBodyMimeType application/octet-stream text/plain\n"
                     "SecRequestBodyNoFilesLimit 1000000\nSecRequestBodyLimit 1000000\nSecResponseBodyLimit 2000000\n"
                     "SecDataDir /tmp\nSecTmpDir /tmp\n", lambda server, ca: Wire(server.port)),
}


def variant_or_skip(name):
    if name == "mod_security" and not os.path.exists(SECURITY):
        pytest.skip("libapache2-mod-security2 is not installed")
    return VARIANTS[name]


def prepared(more, ca):
    return more.replace("CERT", str(ca.good)).replace("AUTHORITY", str(ca.pem))


def run_mixed(server, connect, wire, expected, order, number):
    """One client: its requests in this order, each after the answer to the one before. @return what is wrong, and what the
    access log has to say"""
    wrong, logged = [], []
    for at, name in enumerate(order):
        mark, data = f"{number}.{at}", bytes_of(name, f"{number}.{at}")
        wire.send(data)
        reply = final_reply(wire, name)
        wrong.append(difference(name, expected[name], essence(name, reply)))
        logged.append((mark, reply.status, len(data), reply.size))
        if closes(reply):
            assert wire.rest() == b""
            wire.sock.close()
            wire = connect(server)  # where httpd's threads are all busy it closes those that it keeps, but not the engine's
            wire.ask("GET", "/app/x?bytes=1&nosession=1&delay=1")
    wire.sock.close()
    return [w for w in wrong if w], logged


@pytest.mark.parametrize("name", VARIANTS)
def test_187_01_all_of_them_on_the_same_connections(site, ca, name):
    more, client = variant_or_skip(name)
    off, on = (site(engine, prepared(more, ca)) for engine in ("Off", "On"))

    def connect(server):
        return client(server, ca)

    expected = reference(off, connect)
    assert sum(status[0] == 200 for status, _, _ in expected.values()) > len(CATALOG) / 2
    with connect(on) as wire:
        wire.send(bytes_of("cached"))
        wire.reply()
    with owned(on, make=lambda: connect(on)) as wires:
        def run(number):
            order = list(CATALOG)
            random.Random(number).shuffle(order)
            return run_mixed(on, connect, wires[number], expected, order[:len(CATALOG) if name == "as is" else 20], number)
        strangers = {number: list(CATALOG)[number::4] for number in range(4)}  # on threads of the MPM
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            others = pool.submit(in_threads, lambda number: reference(on, connect, strangers[number]), strangers)
            results = in_threads(run, range(CLIENTS))
        results += [([d for n in some if (d := difference(n, expected[n], some[n]))], []) for some in others.result()]
    wrong = [w for wrong, _ in results for w in wrong]
    assert not wrong, "\n".join(wrong)
    if name == "as is":
        check_access_log(on, {row[0]: row[1:] for _, logged in results for row in logged})
    if name == "mod_dumpio":
        assert "dumpio_out" in on.log()


def check_access_log(server, expected):
    """Status, %I, %O and their sum %S of each request are what the client has seen. mod_logio counts twice what httpd
    reads ahead, with the engine and without: a byte or two of the next request, the 24 bytes that could begin HTTP/2."""
    def lines():
        rows = [line.split() for line in (server.path / "access").read_text().splitlines()]
        return {row[0]: tuple(map(int, row[1:5])) for row in rows if "." in row[0]}
    lines_now = wait_until(lambda: (found := lines()).keys() == expected.keys() and found, "the access log")
    for mark, (status, sent, received) in expected.items():
        got = lines_now[mark]
        assert got in ((status, sent + more, received, sent + received + more) for more in (0, 1, 2, 24, 25)), (mark, got)


# -- what the MPM says about a connection -------------------------------------------------------------------------

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def connection_id(unique_id):
    """The number of its connection, which mod_unique_id puts into the last four bytes."""

    bits = "".join(f"{ALPHABET.index(letter):06b}" for letter in unique_id)
    return int(bits[:len(bits) // 8 * 8][-32:], 2)


def test_187_02_no_two_connections_have_the_same_number(site):
    """mod_cgid would end another connection's script, mod_unique_id make the same id twice."""
    server = site("On", load("unique_id") + 'Header set X-Unique "%{UNIQUE_ID}e"\n')
    with owned(server) as wires:
        numbers = [connection_id(wire.ask("GET", "/files/small.txt").fields["x-unique"]) for wire in wires]
        with Wire(server.port) as another:
            assert connection_id(another.ask("GET", "/files/small.txt").fields["x-unique"]) < THREADS
        assert len(set(numbers)) == CLIENTS and min(numbers) >= THREADS


def test_187_03_scripts_of_several_connections(site):
    server = site("On")
    with owned(server, CLIENTS) as wires:
        replies = in_threads(lambda wire: [wire.ask("GET", "/cgi-bin/slow").body for _ in range(4)], wires)
    assert replies == [[b"first\nsecond\n"] * 4] * CLIENTS


# -- many requests in one packet ---------------------------------------------------------------------------------

@pytest.mark.parametrize("name", ["as is", "TLS 1.3", "mod_security"])
def test_187_04_pipelined(site, ca, name):
    """All of a client's requests are sent together, those with bodies, too; the answers come in their order."""
    more, client = variant_or_skip(name)
    off, on = (site(engine, prepared(more, ca)) for engine in ("Off", "On"))

    def connect(server):
        return client(server, ca)

    expected = reference(off, connect)
    with connect(on) as wire:
        wire.send(bytes_of("cached"))
        wire.reply()
    with owned(on, make=lambda: connect(on)) as wires:
        def run(number):
            order = [name for name in CATALOG if not expected[name][0][1]]  # none that ends the connection
            random.Random(number).shuffle(order)
            return run_pipelined(wires[number], expected, order[:40])
        wrong = [w for some in in_threads(run, range(CLIENTS)) for w in some]
    assert not wrong, "\n".join(wrong)


def run_pipelined(wire, expected, order):
    wire.send_reading(b"".join(map(bytes_of, order)))
    got = {name: essence(name, final_reply(wire, name)) for name in order}
    return [d for name in order if (d := difference(name, expected[name], got[name]))]


def test_187_05_many_small_requests_in_one_packet(site):
    server = site("On")
    with owned(server) as wires:
        def run(wire):
            wire.send(request("GET", "/app/x?bytes=10&nosession=1&delay=1") * 5 + request("GET", "/files/private.txt") * 100
                      + request("GET", "/app/x?bytes=10&nosession=1") * 100)
            return [wire.reply().status for _ in range(205)]
        assert in_threads(run, wires) == [[200] * 5 + [401] * 100 + [200] * 100] * CLIENTS


# -- bytes that are no proper requests, and other versions ---------------------------------------------------------

LAST = b"GET /files/small.txt HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
GET = b"GET /app/x?bytes=20&nosession=1&delay=5 HTTP/1.1\r\nHost: h\r\n\r\n"
OLD = b"GET /app/x?bytes=20&nosession=1&delay=5 HTTP/1.0\r\n"
POST = b"POST /app/x?bytes=20&nosession=1 HTTP/1.1\r\nHost: h\r\n"
BYTES = {
    "HTTP/1.0": OLD + b"\r\n",
    "HTTP/1.0, kept": (OLD + b"Connection: keep-alive\r\n\r\n") * 3 + OLD + b"\r\n",
    "HTTP/1.0, in chunks from the member": b"GET /app/x?bytes=20&nosession=1&chunked=1&drip=2&every=60 HTTP/1.0\r\n\r\n",
    "HTTP/1.0, POST": b"POST /app/x?echo=1&nosession=1 HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello",
    "HTTP/1.0, HEAD": b"HEAD /app/x?bytes=20&nosession=1 HTTP/1.0\r\n\r\n",
    "garbage behind": GET + b"\x00\x16\x03\x01 what is this?\r\n\r\n" + GET,
    "a part of a request behind, and LAST": GET + b"\r\n\r\n" + LAST,
    "a method that is none": GET + b"G{T /app/x HTTP/1.1\r\nHost: h\r\n\r\n",
    "no Host": GET + b"GET /app/x HTTP/1.1\r\n\r\n" + LAST,
    "a head that is too large": GET + b"GET /app/x HTTP/1.1\r\nHost: h\r\nX: " + b"x" * 9000 + b"\r\n\r\n" + LAST,
    "a URI that is too long": GET + b"GET /app/" + b"x" * 9000 + b" HTTP/1.1\r\nHost: h\r\n\r\n" + LAST,
    "two lengths": GET + POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello" + LAST,
    "a chunk that is none": GET + POST + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\nhello\r\n0\r\n\r\n" + LAST,
    "a body that is too large": GET + b"POST /app/small HTTP/1.1\r\nHost: h\r\nContent-Length: 500\r\n\r\n" + b"x" * 500 + LAST,
    "a last request": GET * 3 + LAST + GET,
    "the member's last answer": GET + b"GET /app/x?bytes=20&nosession=1&close=1 HTTP/1.1\r\nHost: h\r\n\r\n" + LAST,
    "Expect": GET + POST + b"Expect: 100-continue\r\nContent-Length: 5\r\n\r\nhello" + LAST,
    "Expect what is unknown": GET + POST + b"Expect: the-unexpected\r\nContent-Length: 5\r\n\r\nhello" + LAST,
    "an upgrade to what is unknown": GET + b"GET /app/x?bytes=20&nosession=1 HTTP/1.1\r\nHost: h\r\nUpgrade: x\r\n"
                                           b"Connection: Upgrade\r\n\r\n" + LAST,
}


def moments_removed(data):
    """Dates, and the frames of chunks, whose number is a matter of time."""
    data = re.sub(rb"(?:Upgrade: h2c|Connection: Upgrade)\r\n", b"", data).replace(b"Connection: Upgrade, ", b"Connection: ")
    data = re.sub(rb"\r\n(?:Transfer-Encoding: chunked|Content-Length: \d+)(?=\r\n)", b"", data)
    data = re.sub(rb"(?<=\r\n)[0-9a-f]+\r\n((?:(?!\r\n).)*)\r\n0\r\n\r\n", rb"\1", data)
    return re.sub(rb"(?:Date|Server): [^\r]*", b"", data)


def test_187_06_the_same_bytes_give_the_same_bytes(site):
    more = "<Location /app/small>\nLimitRequestBody 100\n</Location>\n"
    off, on = site("Off", more), site("On", more)

    def without(name):
        with Wire(off.port) as wire:
            wire.send(request("GET", "/app/x?bytes=1&nosession=1"))
            wire.reply()
            wire.send(BYTES[name])
            return wire.rest()

    def with_engine(pair):
        name, wire = pair
        wire.send(BYTES[name])
        return wire.rest()

    expected = dict(zip(BYTES, in_threads(without, list(BYTES))))
    with owned(on, len(BYTES)) as wires:
        got = dict(zip(BYTES, in_threads(with_engine, list(zip(BYTES, wires)))))
    assert {n: moments_removed(b) for n, b in got.items()} == {n: moments_removed(b) for n, b in expected.items()}
    assert all(b.startswith(b"HTTP/1.1 ") for b in expected.values())


# -- how long a connection is kept ----------------------------------------------------------------------------------

def test_187_07_how_many_requests_a_connection_may_have(site):
    def run(wire):
        targets = ("/app/x?bytes=5&delay=5", "/files/small.txt", "/app/x?bytes=5", "/cgi-bin/echo")
        return [closes(wire.ask("GET", target)) for target in targets], wire.rest()

    for engine in ("Off", "On"):  # httpd allows one more than it says
        with owned(site(engine, "MaxKeepAliveRequests 4\n")) as wires:
            assert in_threads(run, wires) == [([False, False, False, True], b"")] * CLIENTS


@pytest.mark.parametrize("port", ["port", "other_port"])
def test_187_08_keep_alive_off(site, ca, port):
    server = site("On", "KeepAlive Off\n" + prepared(https(), ca))
    with contextlib.ExitStack() as stack:
        wires = []
        for _ in range(CLIENTS):
            wires.append(stack.enter_context(Wire(getattr(server, port), context() if port == "other_port" else None)))
            wires[-1].send(request("GET", "/gate/x"))
        wait_until(lambda: server.gate.held == CLIENTS, "all at the gate")
        server.gate.open()
        for wire in wires:
            reply = wire.reply()
            assert (reply.status, closes(reply), reply.body, wire.rest()) == (200, True, b"open", b"")


def test_187_09_a_connection_is_kept_for_its_time(site):
    server = site("On", "KeepAliveTimeout 1\n")
    with owned(server) as wires:
        begun = time.monotonic()
        wires[0].ask("GET", "/app/x?bytes=5")  # it has more time from here on
        assert wires[1].rest() == b""
        assert time.monotonic() - begun > 0.9
        assert in_threads(Wire.rest, wires) == [b""] * CLIENTS
        assert 0.9 < time.monotonic() - begun < 4


# -- slow clients, and such as stop --------------------------------------------------------------------------------------

def served_meanwhile(server):
    """Others have their answers at once."""
    for target in ("/app/x?bytes=10", "/files/small.txt"):
        begun = time.monotonic()
        assert server.client.get(target).status == 200
        assert time.monotonic() - begun < 2


def test_187_10_slow_uploads_hold_no_thread(site):
    """Byte by byte, more of them than there are threads: in memory and streamed, with a length and in chunks."""
    server = site("On", "RequestReadTimeout body=20\n")
    fields = [{"Content-Length": "10"}, {"Content-Length": "70000"}, {"Transfer-Encoding": "chunked"},
              {"Content-Length": "10", "Expect": "100-continue"}]
    with owned(server, 2 * len(fields)) as wires:
        for wire, more in zip(wires, fields * 2):
            wire.send(request("POST", "/app/x?nosession=1", more))
            if "Expect" in more:
                assert wire.reply().status == 100
        for wire, more in zip(wires, fields * 2):
            if "Transfer-Encoding" in more:
                wire.send(b"1\r\na\r\n")
            else:
                wire.send(b"a")
        for _ in range(5):
            served_meanwhile(server)
            for wire, more in zip(wires, fields * 2):
                wire.send(b"1\r\na\r\n" if "Transfer-Encoding" in more else b"a")
        for wire, more in zip(wires, fields * 2):
            wire.send(b"0\r\n\r\n" if "Transfer-Encoding" in more else b"a" * (int(more["Content-Length"]) - 6))
        for wire, more in zip(wires, fields * 2):
            length = more.get("Content-Length", "6")
            assert f"body_bytes={length}\n" in wire.reply().body.decode()
            assert wire.ask("GET", "/app/x?bytes=5").status == 200
    assert server.status()["a"]["InFlight"] == "0"


def broken_uploads():
    """What is sent before the client leaves."""
    yield request("POST", "/app/x?nosession=1", {"Content-Length": "70000"}) + b"a" * 100
    yield request("POST", "/app/x?nosession=1", {"Content-Length": "700000"}) + b"a" * 200000
    yield request("POST", "/app/x?nosession=1", {"Transfer-Encoding": "chunked"}) + b"5\r\nhello\r\n"
    yield request("POST", "/proxied/x?nosession=1", {"Content-Length": "10"}) + b"a"
    yield request("POST", "/cgi-bin/echo", {"Content-Length": "10"}) + b"a"
    yield request("POST", "/files/small.txt", {"Content-Length": "10"}) + b"a"


@pytest.mark.parametrize("how", ["closed", "half closed"])
def test_187_11_uploads_that_break_off(site, how):
    """What the access log says about them is what it says without the engine; no member is blamed or held."""
    logs = []
    for engine in ("Off", "On"):
        server = site(engine)
        uploads, log = list(broken_uploads()), server.path / "access"
        with owned(server, len(uploads)) as wires:
            wait_until(lambda log=log: log.read_text().count("\n") >= len(uploads) + 1, "the first requests in the access log")
            for wire, data in zip(wires, uploads):
                wire.send(data)
                if how == "closed":
                    wire.sock.close()
                else:
                    wire.sock.shutdown(socket.SHUT_WR)
                    wire.rest()
            wait_until(lambda log=log: log.read_text().count("\n") >= 2 * len(uploads) + 1, "the access log")
        served_meanwhile(server)
        status = server.status()["a"]
        assert (status["State"], status["InFlight"], status["Failures"]) == ("up", "0", "0")
        lines = log.read_text().splitlines()[1 + len(uploads):][:len(uploads)]
        logs.append(sorted(line.split()[1] + line.split()[-2] for line in lines))
    assert logs[0] == logs[1]


@pytest.mark.parametrize("port", ["port", "other_port"])
def test_187_12_a_head_that_does_not_come(site, ca, port):
    """mod_reqtimeout ends it, on a connection that was kept: the time counts from the head's first byte on."""
    server = site("On", "RequestReadTimeout header=1 body=1\n" + prepared(https(), ca))
    tls = context() if port == "other_port" else None
    with owned(server, make=lambda: Wire(getattr(server, port), tls)) as wires:
        time.sleep(1.2)  # longer than a head, or a body, may take: until a head begins nothing counts
        replies = [wire.ask("GET", "/files/small.txt") for wire in wires]
        assert [(reply.status, closes(reply)) for reply in replies] == [(200, False)] * CLIENTS
        time.sleep(1.2)
        begun = time.monotonic()
        for wire in wires:
            wire.send(b"GET /app/x?bytes=5 HTTP/1.1\r\nHost: h\r\n")
        assert [wire.reply().status for wire in wires] == [408] * CLIENTS
        assert 0.9 < time.monotonic() - begun < 1.0 * (CLIENTS // THREADS + 1) + 2
    served_meanwhile(server)


BEGUN = b"GET /app/x?bytes=5 HTTP/1.1\r\nHost: localhost\r\n"
# The answers that are due, and what has come of a head that does not end
SLOW_HEADS = {
    "blank lines": (0, b"\r\n\r\n"),
    "a head": (0, BEGUN),
    "behind blank lines": (0, b"\r\n\r\n" + BEGUN),
    "behind a request": (1, request("GET", "/files/small.txt") + BEGUN),
    "behind a request to a member": (1, request("GET", "/app/x?bytes=5&delay=20") + BEGUN),
    "behind a request and blank lines": (1, request("GET", "/files/small.txt") + b"\r\n\r\n" + BEGUN),
    "larger than a buffer": (0, BEGUN + b"".join(b"X-%d: %s\r\n" % (n, b"x" * 5000) for n in range(3))),
    "larger than what is looked at": (0, BEGUN + b"".join(b"X-%d: %s\r\n" % (n, b"x" * 4000) for n in range(18))),
}


def bytes_in_pieces(data, *ends):
    return [data[begin:end] for begin, end in zip((0, *ends), (*ends, len(data)))]


PAIR = request("GET", "/app/x?bytes=5") + request("GET", "/files/small.txt")
# The answers that are due, and what comes on the healthy connection, in pieces
WHOLE_REQUESTS = {
    "one by one": (1, [request("GET", "/app/x?bytes=5")]),
    "behind blank lines": (1, [b"\r\n\r\n" + request("GET", "/app/x?bytes=5")]),
    "blank lines alone first": (1, [b"\r\n", b"\r", b"\n\r\n", request("GET", "/files/small.txt")]),
    "in many pieces": (1, [bytes([byte]) for byte in request("GET", "/app/x?bytes=5&delay=10")]),
    "two at once": (2, [PAIR]),
    "two at once, with blank lines": (2, [PAIR.replace(b"\r\n\r\n", b"\r\n\r\n\r\n\r\n")]),
    "the second in pieces": (2, bytes_in_pieces(PAIR, len(PAIR) - 40, len(PAIR) - 3, len(PAIR) - 1)),
    "twenty at once": (20, [PAIR * 10]),
    "behind a body": (2, [request("POST", "/app/x", {}, b"x" * 9000) + request("GET", "/app/x?bytes=5")]),
    "behind the body of a file": (2, [request("POST", "/files/small.txt", {}, b"x" * 9000) + request("GET", "/files/small.txt")]),
    "larger than a buffer": (2, [request("GET", "/app/x?bytes=5", {f"X-{n}": "x" * 5000 for n in range(3)}) * 2]),
}


@pytest.mark.parametrize("port", ["port", "other_port"])
@pytest.mark.parametrize("slow", SLOW_HEADS)
def test_187_13_heads_that_do_not_come_hold_up_no_new_request(site, ca, port, slow):
    """On more kept connections than there are threads heads have begun; requests on another one are served long before these end,
    however their bytes come."""
    server = site("On", "RequestReadTimeout header=60\nKeepAliveTimeout 60\n" + prepared(https(), ca))
    tls = context() if port == "other_port" else None
    with owned(server, make=lambda: Wire(getattr(server, port), tls)) as (healthy, *others):
        due, data = SLOW_HEADS[slow]
        for wire in others:
            wire.send(data)
        for wire in others:
            assert all(wire.reply().status == 200 for _ in range(due))
        wait_until(lambda: unread_connections(getattr(server, port)) <= (CLIENTS if len(data) > 65536 else 0),
                   "the heads to be read")
        for healthy.asked, (count, pieces) in WHOLE_REQUESTS.items():
            for piece in pieces:
                healthy.send(piece)
            assert [healthy.reply().status for _ in range(count)] == [200] * count
        for wire in others:
            wire.send(b"\r\n" if BEGUN in data else BEGUN + b"\r\n")
        assert [wire.reply().status for wire in others] == [200] * len(others)


def test_187_24_heads_that_come_in_pieces(site):
    """Each of them is served when its last byte has come, whatever else waits for a thread."""
    server = site("On", "RequestReadTimeout header=8\n")
    with owned(server) as wires:
        data = b"GET /app/x?bytes=5 HTTP/1.1\r\nHost: h\r\n\r\n"
        for piece in (data[:10], data[10:-3], data[-3:-1]):
            for wire in wires:
                wire.send(piece)
        for wire in reversed(wires):
            wire.send(data[-1:])
            assert wire.reply().status == 200


def test_187_28_what_has_come_of_a_head_is_looked_at_once(site):
    """Each further byte costs the same, however much of a head there is."""
    server = site("On", "RequestReadTimeout header=60\nLimitRequestFields 0\n")
    used = []
    with owned(server) as (small, large, *others):
        for wire in others:  # as many as there are places
            wire.send(BEGUN)
        for wire, lines in ((small, 1), (large, 30000)):
            wire.send(BEGUN + b"a\n" * lines)
            wait_until(lambda: not unread_connections(server.port), "the heads to be read")
            before = ticks(server)
            for _ in range(3000):
                wire.send(b"a")
                time.sleep(0.0005)  # else many bytes come at once
            wait_until(lambda: not unread_connections(server.port), "all bytes to be read")
            used.append(ticks(server) - before)
    assert used[1] <= 3 * used[0] + 10, used


@pytest.mark.parametrize("length", [10, 700000])
def test_187_14_a_body_that_does_not_come(site, length):
    """As above; these hold no thread, so all of them end at the same time."""
    server = site("On", "RequestReadTimeout header=1 body=1\n")
    with owned(server) as wires:
        begun = time.monotonic()
        for wire in wires:
            wire.send(request("POST", "/app/x", {"Content-Length": length}) + b"a")
        served_meanwhile(server)
        assert [wire.reply().status for wire in wires] == [408] * CLIENTS
        assert 0.9 < time.monotonic() - begun < 3
    status = server.status()["a"]
    assert (status["State"], status["InFlight"], status["Failures"]) == ("up", "0", "0")


@pytest.mark.parametrize("engine", ["On", "Off"])
@pytest.mark.parametrize("port", ["port", "other_port"])
def test_187_15_clients_that_read_nothing(site, ca, port, engine):
    """After Timeout they are given up: the members are free, and the log has what happened, the same as without the engine."""
    server = site(engine, "Timeout 1\n" + prepared(https(), ca))
    tls = context() if port == "other_port" else None
    with owned(server, make=lambda: Wire(getattr(server, port), tls)) as wires:
        begun = time.monotonic()
        for wire in wires:
            wire.send(request("GET", "/app/x?bytes=50000000&nosession=1", {"X-Id": "lost"}))
        wait_until(lambda: server.status()["a"]["InFlight"] == str(CLIENTS), "all of them to begin")
        served_meanwhile(server)
        wait_until(lambda: server.status()["a"]["InFlight"] == "0", "the members to be free")
        assert 0.9 < time.monotonic() - begun < 6
        log = server.path / "access"
        wait_until(lambda: log.read_text().count("lost") == CLIENTS, "the access log")
        for line in log.read_text().splitlines():
            if line.startswith("lost"):
                _, status, _, sent, _, _, outcome, end = line.split()
                assert (status, outcome, end) == ("200", "client-gone", "X") and int(sent) < 50000000
        assert server.status()["a"]["State"] == "up"


# -- filters that hold back, sleep or stream --------------------------------------------------------------------------

@pytest.mark.parametrize("port", ["port", "other_port"])
def test_187_16_a_slow_client_gets_all_that_has_come_while_the_member_pauses(site, scripted, httpd, ca, port):
    size, go_on, other = 12000000, threading.Event(), free_port()

    def script(c):
        c.read_head()
        c.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (size + 4))
        for _ in range(size // 100000):
            c.send(b"x" * 100000)
        go_on.wait(20)
        c.send(b"last")

    m = scripted(script)
    server = httpd(plugin_cfg(Cluster("c", [("x", m.port, {"ServerIOTimeout": 30})])), load("ssl", "socache_shmcb")
                   + "WLMEngine On\n" + prepared(https(), ca).replace("PORT", str(other)).replace("REWRITE", ""))
    tls = context() if port == "other_port" else None
    with Wire(other if tls else server.port, tls, timeout=5) as wire:
        wire.send(request("GET", "/app/"))
        assert wire.head()[0] == 200
        wait_until(lambda: len(set(bytes_waiting(wire) for _ in range(20))) == 1, "no more to fit")
        assert wire._take(size) == b"x" * size
        go_on.set()
        assert wire._take(4) == b"last"


def bytes_waiting(wire):
    """That have come, and were not read."""
    time.sleep(0.01)
    return struct.unpack("i", fcntl.ioctl(wire.sock.fileno(), termios.FIONREAD, b"\0" * 4))[0]


class Events:
    """A member that sends one event each time that it is asked to."""

    def __init__(self):
        self.more = threading.Semaphore(0)

    def __call__(self, c):
        c.read_head()
        c.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        for number in range(5):
            assert self.more.acquire(timeout=10)
            c.send(b"9\r\ndata: %d\n\n\r\n" % number)
        c.send(b"0\r\n\r\n")


@pytest.mark.parametrize("port", ["port", "other_port"])
def test_187_17_events_reach_the_client_while_the_member_pauses(httpd, scripted, ca, port):
    """Through mod_deflate, to more clients than there are threads."""
    other = free_port()
    members = [scripted(Events(), f"x{number}") for number in range(CLIENTS)]
    server = httpd(plugin_cfg(*(Cluster(m.name, [(m.name, m.port, {})]) for m in members),
                              routes=[Route(m.name, [f"/{m.name}/*"]) for m in members]),
                   load("deflate", "filter", "ssl", "socache_shmcb") + "WLMEngine On\nAsyncRequestWorkerFactor 100\n"
                   "SetOutputFilter DEFLATE\n" + prepared(https(), ca).replace("PORT", str(other)).replace("REWRITE", ""),
                   threads=THREADS)
    with contextlib.ExitStack() as stack:
        wires = []
        for m in members:
            tls = context() if port == "other_port" else None
            wires.append(stack.enter_context(Wire(other if tls else server.port, tls)))
            wires[-1].send(request("GET", f"/{m.name}/events", {"Accept-Encoding": "gzip"}))
        inflate = [zlib.decompressobj(31) for _ in wires]
        for number in range(5):
            for m in members:
                m.script.more.release()
            for wire, inflater in zip(wires, inflate):
                if not number:
                    assert wire.head()[1]["content-encoding"] == "gzip"
                text = b""
                while len(text) < 9:
                    text += inflater.decompress(wire.chunk())
                assert text == b"data: %d\n\n" % number


@pytest.mark.parametrize("name", ["as is", "TLS 1.2, client certificates"])
def test_187_18_large_bodies(site, ca, name):
    """As they are and through mod_deflate, to clients that read slowly, and large uploads."""
    more, client = VARIANTS[name]
    server = site("On", prepared(more, ca))
    size = 6000000
    whole = (PATTERN[:26] * (size // 26 + 1))[:size]
    with owned(server, make=lambda: client(server, ca)) as wires:
        def run(pair):
            number, wire = pair
            if number % 3 == 0:
                return wire.ask("POST", "/app/x?echo=1&nosession=1", {}, whole[:1000000]).body == whole[:1000000]
            fields = {"Accept-Encoding": "gzip"} if number % 3 == 1 else {}
            wire.send(request("GET", f"/app/{'deflated' if fields else 'x'}?bytes={size}&nosession=1", fields))
            status, got = wire.head()
            body, left = [], int(got.get("content-length", 0))
            while left:
                body.append(wire._take(min(left, 400000)))
                left -= len(body[-1])
                time.sleep(0.002)  # a slow client
            body = b"".join(body or iter(wire.chunk, b""))
            return (gzip.decompress(body) if fields else body) == whole
        assert in_threads(run, list(enumerate(wires))) == [True] * CLIENTS


@pytest.mark.alone
def test_187_19_a_filter_that_sleeps(site):
    """mod_ratelimit sleeps in a thread of the engine; others go on in more of them."""
    server = site("On")
    with owned(server, THREADS - 1) as wires:
        begun = time.monotonic()
        for wire in wires:
            wire.send(request("GET", "/app/limited?bytes=300000&nosession=1"))  # 80 KiB each 200 ms
        served_meanwhile(server)
        assert time.monotonic() - begun < 0.6
        assert [len(wire.reply().body) for wire in wires] == [300000] * (THREADS - 1)
        assert time.monotonic() - begun > 0.55


# -- a client that sends no more ---------------------------------------------------------------------------------

@pytest.mark.parametrize("engine", ["On", "Off"])
@pytest.mark.parametrize("port", ["port", "other_port"])
def test_187_20_half_closed_while_the_member_works(site, ca, port, engine):
    """It looks like one that has closed, and is taken for that: its member is free, and others have what they want."""
    server = site(engine, prepared(https(), ca))
    tls = context() if port == "other_port" else None
    with owned(server, make=lambda: Wire(getattr(server, port), tls)) as wires:
        for wire in wires:
            wire.send(request("GET", "/gate/x", {"X-Id": "half"}))
        wait_until(lambda: server.gate.held == CLIENTS, "all at the gate")
        for wire in wires[::2]:
            socket.socket.shutdown(wire.sock, socket.SHUT_WR)  # without TLS' goodbye
        wait_until(lambda: server.status()["x"]["InFlight"] == str(CLIENTS // 2), "half of them to be given up")
        server.gate.open()
        assert [wire.reply().body for wire in wires[1::2]] == [b"open"] * (CLIENTS // 2)
        log = (server.path / "access").read_text
        wait_until(lambda: log().count("half 499") == log().count("half 200") == CLIENTS // 2, "the access log")


# -- TLS -----------------------------------------------------------------------------------------------------------

@pytest.mark.alone
def test_187_21_handshakes_that_stop_midway(site, ca):
    """They hold threads of httpd until Timeout; requests on connections that the engine owns do not need these."""
    server = site("On", "RequestReadTimeout handshake=2\n" + prepared(https(), ca))
    with owned(server, make=lambda: Wire(server.other_port, context())) as wires, contextlib.ExitStack() as stack:
        for _ in range(THREADS):
            stack.enter_context(Wire(server.other_port)).send(b"\x16\x03\x01\x02\x00\x01\x00")
        begun = time.monotonic()
        assert [wire.ask("GET", "/app/x?bytes=5&delay=50").status for wire in wires] == [200] * CLIENTS
        assert time.monotonic() - begun < 1.9
    served_meanwhile(server)


def test_187_22_a_certificate_that_is_asked_for_later(site, ca):
    """A location asks for it in the midst of the connection, on the engine's thread."""
    server = site("On", prepared(https("SSLCACertificateFile AUTHORITY\n<Location /app/certified>\nSSLVerifyClient require\n"
                                       "Header set X-Client %{SSL_CLIENT_S_DN_CN}s\n</Location>\n"), ca))
    made = context(cert=ca.client)
    made.post_handshake_auth = True
    with owned(server, make=lambda: Wire(server.other_port, made)) as wires:
        def run(wire):
            replies = [wire.ask("GET", f"/app/{name}?bytes=5&delay=5") for name in ("x", "certified", "x", "certified")]
            return [(r.status, r.fields.get("x-client")) for r in replies]
        assert in_threads(run, wires) == [[(200, None), (200, "client")] * 2] * CLIENTS


def test_187_23_a_client_that_says_goodbye(site, ca):
    """close_notify while its request is at the member, and the socket stays open: it gets its answer all the same."""
    server = site("On", prepared(https(), ca))
    with contextlib.ExitStack() as stack:
        clients = []
        for _ in range(CLIENTS):
            sock = stack.enter_context(socket.create_connection(("127.0.0.1", server.other_port), timeout=10))
            clients.append(Goodbye(sock))
            clients[-1].send(request("GET", "/gate/x"))
        wait_until(lambda: server.gate.held == CLIENTS, "all at the gate")
        for client in clients:
            client.say_goodbye()
        served_meanwhile(server)
        server.gate.open()
        assert all(client.rest().endswith(b"\r\n\r\nopen") for client in clients)
    assert server.status()["x"]["InFlight"] == "0"


@pytest.mark.parametrize("how", ["half a record", "half a head in a record"])
def test_187_27_heads_over_tls_that_do_not_come_hold_up_no_new_request(site, ca, how):
    """On more kept connections than there are threads; a request on another one is served at once. Of half a record nothing is
    known: then no thread waits for the rest."""
    server = site("On", "RequestReadTimeout header=8\n" + prepared(https(), ca))
    data = request("GET", "/app/x?bytes=5")

    def make():
        client = Goodbye(stack.enter_context(socket.create_connection(("127.0.0.1", server.other_port), timeout=10)))
        client.send(request("GET", "/app/x?bytes=5&delay=30"))
        client.read_until(b"\r\n\r\n")
        return client
    with contextlib.ExitStack() as stack:
        with owned(server, make=lambda: Wire(server.other_port, context())) as wires:
            slow = [make() for _ in range(CLIENTS)]
            rest = [client.send_half(data) if how == "half a record" else client.send(data[:-5]) or client.record(data[-5:])
                    for client in slow]
            wait_until(lambda: unread_connections(server.other_port) <= (0 if how == "half a record" else CLIENTS - THREADS + 1),
                       "the heads to be read")
            begun = time.monotonic()
            for target in ("/app/x?bytes=5", "/files/small.txt", "/app/x?bytes=5&delay=10"):
                assert [wire.ask("GET", target).status for wire in wires] == [200] * CLIENTS
            assert time.monotonic() - begun < 2
            for client, last in zip(slow, rest):
                client.sock.sendall(last)
                assert client.read_until(b"\r\n\r\n").startswith(b"HTTP/1.1 200 ")


class Goodbye:
    """A client of TLS whose records can be sent one by one."""

    def __init__(self, sock):
        self.sock, self.incoming, self.outgoing = sock, ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context(ssl.TLSVersion.TLSv1_3).wrap_bio(self.incoming, self.outgoing)
        self._until(self.tls.do_handshake)

    def _until(self, function):
        while True:
            try:
                return function()
            except ssl.SSLWantReadError:
                self.sock.sendall(self.outgoing.read())
                data = self.sock.recv(65536)
                self.incoming.write(data) if data else self.incoming.write_eof()
            finally:
                self.sock.sendall(self.outgoing.read())

    def send(self, data):
        self._until(lambda: self.tls.write(data))

    def record(self, data):
        """@return the bytes to send"""
        self.tls.write(data)
        return self.outgoing.read()

    def send_half(self, data):
        """@return the rest of the record"""
        record = self.record(data)
        self.sock.sendall(record[:-10])
        return record[-10:]

    def read_until(self, end):
        data = b""
        while end not in data:
            data += self._until(lambda: self.tls.read(65536))
        return data

    def say_goodbye(self):
        with contextlib.suppress(ssl.SSLWantReadError):
            self.tls.unwrap()
        self.sock.sendall(self.outgoing.read())

    def rest(self):
        pieces = []
        with contextlib.suppress(ssl.SSLError):
            while data := self._until(lambda: self.tls.read(65536)):
                pieces.append(data)
        return b"".join(pieces)


# -- the protocol changes, or ends ---------------------------------------------------------------------------------------

UPGRADE = {"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c", "HTTP2-Settings": "AAMAAABkAAQAAP__"}
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0"


def test_187_25_an_upgrade_to_http2(site):
    """The engine's threads run mod_http2's sessions, and go on with other connections."""
    server = site("On", "H2Upgrade on\n")
    with owned(server) as wires:
        upgraded = wires[:THREADS - 1]
        for wire in upgraded:
            wire.send(request("GET", "/files/small.txt", UPGRADE))
            status, fields = wire.head()
            assert (status, fields["upgrade"]) == (101, "h2c")
            wire.send(PREFACE)
            while len(wire.buffer) < len(PATTERN):  # the body is not compressed
                wire.buffer += wire.sock.recv(1 << 18)
        assert wires[-1].ask("GET", "/app/x?bytes=5").status == 200
        for wire in upgraded:
            wire.sock.close()
    served_meanwhile(server)


@pytest.mark.parametrize("data, status", [
    (b"GET /files/small.txt HTTP/1.0\r\n\r\n", 200), (b"GET /app/x?bytes=5&delay=5 HTTP/1.0\r\n\r\n", 200),
    (request("GET", "/files/small.txt", {"Connection": "close"}), 200), (request("GET", "/app/x", {"Connection": "close"}), 200),
    (b"GET /files/small.txt HTTP/1.1\r\n\r\n", 400), (b"nonsense\r\n\r\n", 400)])
def test_187_26_the_last_request(site, data, status):
    """Of a connection that the engine owns: it is answered, and the connection closed."""
    server = site("On")
    with owned(server) as wires:
        for wire in wires:
            wire.send(data)
        assert [wire.reply().status for wire in wires] == [status] * CLIENTS
        assert {wire.rest() for wire in wires} == {b""}

"""Stories of one request and one response: bodies, framing, fields, and what neither side may see."""
import http.client
import socket
import subprocess
import threading
import time

import pytest

from wlmtest import config_value, wait_until
from wlmtest.client import parse_fields
from wlmtest.plugincfg import Cluster, plugin_cfg

MIB = 1 << 20


@pytest.fixture
def one(httpd, member):
    """An httpd with one real member."""
    def make(extra="", **options):
        attrs = options.pop("attrs", {})
        m = member("a")
        return httpd(plugin_cfg(Cluster("c", [("a", m.port, attrs)], **options)), extra)
    return make


@pytest.fixture
def scripted_one(httpd, scripted):
    """An httpd with one scripted member; returns both."""
    def make(script, extra=""):
        m = scripted(script)
        return httpd(plugin_cfg(Cluster("c", [("x", m.port, {})])), extra), m
    return make


def pattern(size):
    letters = bytes(range(ord("a"), ord("z") + 1))
    return (letters * (size // 26 + 1))[:size]


# -- bodies -------------------------------------------------------------------------

@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"])
def test_140_01_methods(one, method):
    fields = parse_fields(one().client.send(method, "/app/m").body)
    assert (fields["method"], fields["path"]) == (method, "/app/m")


@pytest.mark.parametrize("buffer_kib", [0, 64])
@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("size", [0, 1, 8000, 65536, 65537, MIB])
def test_140_02_bodies_both_ways(one, size, chunked, buffer_kib):
    body = pattern(size)
    data = iter([body[:100], body[100:]]) if chunked and size > 100 else iter([body] if body else []) if chunked else body
    headers = {"Transfer-Encoding": "chunked"} if chunked else {}
    answer = one(PostBufferSize=buffer_kib).client.send("POST", "/app/?echo=1", data, headers, chunked)
    assert answer.status == 200 and not answer.error
    assert answer.body == body


@pytest.mark.parametrize("query", ["", "&chunked=1", "&until-close=1", "&close=1"])
@pytest.mark.parametrize("size", [0, 1, 100, 16384, 5 * MIB])
def test_140_03_responses_of_any_framing(one, size, query):
    answer = one().client.get(f"/app/?bytes={size}{query}")
    assert answer.status == 200 and not answer.error
    assert answer.body == pattern(size)


def test_140_04_head_has_the_length_and_no_body(one):
    client = one().client
    text = client.raw(b"HEAD /app/?bytes=1234 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    assert b"Content-Length: 1234" in text
    assert text.endswith(b"\r\n\r\n")


@pytest.mark.parametrize("status", [204, 304])
def test_140_05_responses_without_body(one, status):
    text = one().client.raw(f"GET /app/?status={status} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".encode())
    assert text.startswith(f"HTTP/1.1 {status} ".encode())
    assert text.endswith(b"\r\n\r\n")


@pytest.mark.alone
def test_140_06_a_gibibyte_each_way_in_flat_memory(one):
    server = one()
    client = server.client
    assert client.get("/app/?bytes=1000000").status == 200
    assert client.send("POST", "/app/", pattern(MIB)).status == 200
    before = server.memory_kib()
    connection = client.connect()
    connection.request("GET", f"/app/?bytes={1024 * MIB}")
    response, total, block = connection.getresponse(), 0, memoryview(bytearray(MIB))
    while (n := response.readinto(block)) > 0:
        total += n
    assert total == 1024 * MIB
    connection = client.connect(60)
    connection.putrequest("POST", "/app/")
    connection.putheader("Content-Length", str(1024 * MIB))
    connection.endheaders()
    zeros = bytes(MIB)
    for _ in range(1024):
        connection.send(zeros)
    fields = parse_fields(connection.getresponse().read())
    assert fields["body_bytes"] == str(1024 * MIB)
    assert server.memory_kib() - before < 20 * 1024


def test_140_07_post_size_limit(one):
    client = one(PostSizeLimit=10).client
    assert client.send("POST", "/app/", bytes(10 * 1024)).status == 200
    assert client.send("POST", "/app/", bytes(10 * 1024 + 1)).status == 413
    chunks = iter([bytes(6000)] * 2)
    assert client.send("POST", "/app/", chunks, {"Transfer-Encoding": "chunked"}, True).status == 413


def test_140_28_a_member_may_answer_while_it_reads(one):
    client = one(PostBufferSize=0).client
    received = []
    with socket.create_connection(("127.0.0.1", client.port), timeout=10) as s:
        s.sendall(b"POST /app/?echo=1 HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % (30 * MIB))
        reader = threading.Thread(target=lambda: received.extend(iter(lambda: s.recv(65536), b"")))
        reader.start()
        s.sendall(pattern(30 * MIB))
        reader.join()
    assert b"".join(received).endswith(b"\r\n\r\n" + pattern(30 * MIB))


# -- 1xx, trailers, early answers, pauses ------------------------------------------------

def test_140_08_early_hints_are_passed_on(one):
    text = one().client.raw(b"GET /app/?interim=2 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    heads = text.split(b"\r\n\r\n")
    assert heads[0].startswith(b"HTTP/1.1 103 ") and b"Link:" in heads[0]
    assert heads[1].startswith(b"HTTP/1.1 103 ")
    assert heads[2].startswith(b"HTTP/1.1 200 ") and b"Link:" not in heads[2]


def test_140_09_a_1xx_during_the_upload_does_not_end_it(scripted_one):
    def script(c):
        head = c.read_head()
        c.send(b"HTTP/1.1 102 Processing\r\n\r\n")
        c.ok(b"%d" % len(c.read_body(head)))
    server, _ = scripted_one(script)
    text = server.client.raw(b"POST /app/ HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % (3 * MIB)
                             + bytes(3 * MIB))
    assert text.startswith(b"HTTP/1.1 102 ")
    assert text.endswith(b"\r\n\r\n%d" % (3 * MIB))


def test_140_10_expect_continue(one):
    client = one().client
    with socket.create_connection(("127.0.0.1", client.port), timeout=10) as s:
        s.sendall(b"POST /app/ HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n")
        assert s.recv(1000).startswith(b"HTTP/1.1 100 ")
        s.sendall(b"hello")
        assert b"body_bytes=5" in b"".join(iter(lambda: s.recv(65536), b""))


def test_140_11_trailers_of_a_request_go_on_and_those_of_a_response_do_no_harm(scripted_one):
    seen = []

    def script(c):
        while c.read_head():
            while b"\r\n\r\n" not in c.buffer:
                c.buffer += c.sock.recv(65536)
            seen.append(c.buffer)
            c.buffer = b""
            c.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Trailer: done\r\n\r\n")
    server, m = scripted_one(script, "WLMDefaults Original")
    request = (b"POST /app/ HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\nConnection: close\r\n\r\n"
               b"3\r\nabc\r\n0\r\nX-Sum: 42\r\nContent-Length: 7\r\n$WSRU: root\r\n\r\n")
    for _ in range(2):
        text = server.client.raw(request)
        assert text.startswith(b"HTTP/1.1 200 ") and text.endswith(b"\r\n\r\nok")
    assert seen == [b"3\r\nabc\r\n0\r\nX-Sum: 42\r\n\r\n"] * 2
    assert m.connections == 1


def test_140_12_an_early_answer_ends_the_upload(one):
    client = one(PostBufferSize=0).client
    with socket.create_connection(("127.0.0.1", client.port), timeout=10) as s:
        s.sendall(b"POST /app/?early=413 HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000000\r\n\r\n" + bytes(100000))
        assert s.recv(4096).startswith(b"HTTP/1.1 413 ")


def test_140_13_what_has_come_is_passed_on_while_the_member_pauses(scripted_one):
    go_on = threading.Event()

    def script(c):
        c.read_head()
        c.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n")
        go_on.wait(10)
        c.send(b"4\r\nlast\r\n0\r\n\r\n")
    server, _ = scripted_one(script)
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as s:
        s.sendall(b"GET /app/ HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        text = b""
        while b"first" not in text:
            text += s.recv(65536)
        assert b"last" not in text
        go_on.set()
        assert b"last" in b"".join(iter(lambda: s.recv(65536), b""))


def test_140_14_a_client_that_leaves_frees_the_member(one):
    server = one()
    connection = server.client.connect()
    connection.request("GET", "/app/?bytes=10000000000")
    connection.getresponse().read(1000)
    assert server.status()["a"]["InFlight"] == "1"
    connection.close()
    wait_until(lambda: server.status()["a"]["InFlight"] == "0", "the request to end")
    assert server.status()["a"]["State"] == "up"


def test_140_15_a_client_that_leaves_in_its_upload_frees_the_member(one):
    server = one("WLMDefaults Original", PostBufferSize=0)
    with socket.create_connection(("127.0.0.1", server.port)) as s:
        s.sendall(b"POST /app/ HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\nabc")
        wait_until(lambda: server.status()["a"]["InFlight"] == "1", "the request to begin")
    wait_until(lambda: server.status()["a"]["InFlight"] == "0", "the request to end")
    assert server.status()["a"]["State"] == "up"


# -- fields ---------------------------------------------------------------------------------

def sent_fields(server, request):
    """What the member got, as a list of lower-case names and values."""
    text = server.client.raw(request).decode()
    body = text.split("\r\n\r\n", 1)[1]
    return [(n.lower(), v) for n, v in (line.split(": ", 1) for line in body.splitlines() if ": " in line)]


def test_140_16_fields_of_the_client_and_ours(one):
    server = one()
    fields = sent_fields(server, (
        b"GET /app/?headers=1 HTTP/1.1\r\nHost: shop.example:81\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: 3\r\n"
        b"TE: trailers\r\nUpgrade: websocket\r\nProxy-Authorization: x\r\n$WSRA: 6.6.6.6\r\n$wsis: true\r\n$WSXY: 1\r\n"
        b"_WS_HAPRT_WLMVERSION: 1\r\nSurrogate-Capabilities: x\r\nX-Mine: yes\r\nX-Forwarded-For: 1.1.1.1\r\n"
        b"X-Forwarded-Proto: https\r\n\r\n"))
    values = dict(fields)
    assert len(values) == len(fields)
    assert values.pop("x-mine") == "yes"
    assert values == {
        "host": "shop.example:81", "x-forwarded-for": "1.1.1.1, 127.0.0.1", "x-forwarded-host": "shop.example:81",
        "x-forwarded-proto": "http", "$wsis": "false", "$wssc": "http", "$wspr": "HTTP/1.1", "$wsra": "127.0.0.1",
        "$wsrh": "127.0.0.1", "$wssn": "shop.example", "$wssp": "81",
    }


def test_140_30_a_client_cannot_have_our_fields_removed(one):
    fields = dict(sent_fields(one(), (
        b"GET /app/?headers=1 HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 1.1.1.1\r\nX-Hop: 1\r\n"
        b"Connection: close, X-Hop, Host, X-Forwarded-For, $WSRA, $WSIS\r\n\r\n")))
    assert "x-hop" not in fields
    assert (fields["host"], fields["x-forwarded-for"].split(", ")[-1]) == ("h", "127.0.0.1")
    assert (fields["$wsra"], fields["$wsis"]) == ("127.0.0.1", "false")


def test_140_17_forwarded_headers_can_be_left_alone_and_via_added(one):
    server = one("WLMForwardedHeaders Off\nWLMVia On\n")
    values = dict(sent_fields(server, b"GET /app/?headers=1 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
                                      b"X-Forwarded-For: 1.1.1.1\r\nVia: 1.0 front\r\n\r\n"))
    assert values["x-forwarded-for"] == "1.1.1.1"
    assert "x-forwarded-proto" not in values
    assert values["via"] == "1.0 front, 1.1 localhost"
    assert server.client.get().headers["Via"] == "1.1 localhost"


def test_140_29_via_can_be_removed(scripted_one):
    def script(c):
        while c.read_head():
            c.send(b"HTTP/1.1 200 OK\r\nVia: 1.1 inner\r\nContent-Length: 2\r\n\r\nok")
    server, m = scripted_one(script, "WLMVia Block\n")
    assert "Via" not in server.client.get(Via="1.0 front").headers
    assert "Via:" not in m.heads[0]


def test_140_18_the_port_that_the_application_sees(httpd, member):
    a = member("a")
    server = httpd(plugin_cfg(Cluster("c", [("a", a.port, {})]), AppServerPortPreference="webserverport"))
    values = dict(sent_fields(server, b"GET /app/?headers=1 HTTP/1.1\r\nHost: h:81\r\nConnection: close\r\n\r\n"))
    assert values["$wssp"] == str(server.port)


def test_140_19_fields_of_the_member(scripted_one):
    def script(c):
        while c.read_head():
            c.send(b"HTTP/1.1 299 Odd Reason\r\nContent-Length: 2\r\n$WSEP: \r\n$wspt: 1\r\n_WS_HAPRT_WLMVERSION: 3\r\n"
                   b"Surrogate-Control: x\r\nConnection: keep-alive, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\n"
                   b"Proxy-Authenticate: x\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nX-Mine: yes\r\n"
                   b"Content-Type: text/odd\r\n\r\nok")
    server, _ = scripted_one(script)
    answer = server.client.get()
    assert (answer.status, answer.body) == (299, b"ok")
    assert answer.headers.get_all("Set-Cookie") == ["a=1", "b=2"]
    assert (answer.headers["X-Mine"], answer.headers["Content-Type"]) == ("yes", "text/odd")
    names = {n.lower() for n in answer.headers.keys()}
    assert not names & {"$wsep", "$wspt", "_ws_haprt_wlmversion", "surrogate-control", "x-hop", "keep-alive",
                        "proxy-authenticate"}


def test_140_20_error_pages_of_the_member_reach_the_client(one):
    answer = one("ErrorDocument 404 /index.html\n").client.get("/app/?status=404")
    assert (answer.status, answer.headers["X-Member"]) == (404, "a")


RANGED = b"0123456789"
# what a member answers to a request for a range
RANGE_ANSWERS = {
    "all of it":      b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n" + RANGED,
    "with a tag":     b"HTTP/1.1 200 OK\r\nETag: \"x\"\r\nContent-Length: 10\r\n\r\n" + RANGED,
    "no ranges":      b"HTTP/1.1 200 OK\r\nAccept-Ranges: none\r\nContent-Length: 10\r\n\r\n" + RANGED,
    "in chunks":      b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\n" + RANGED + b"\r\n0\r\n\r\n",
    "the range":      b"HTTP/1.1 206 Part\r\nContent-Range: bytes 2-4/10\r\nContent-Length: 3\r\n\r\n234",
    "not satisfied":  b"HTTP/1.1 416 No\r\nContent-Range: bytes */10\r\nContent-Length: 0\r\n\r\n",
}


@pytest.mark.parametrize("field", ["Range", "Request-Range"])
@pytest.mark.parametrize("method", ["GET", "DELETE", "POST"])
@pytest.mark.parametrize("name", RANGE_ANSWERS)
def test_140_31_the_member_decides_about_ranges(scripted_one, name, method, field):
    def script(c):
        while c.read_head():
            c.send(RANGE_ANSWERS[name])
    server, m = scripted_one(script)
    head, body = RANGE_ANSWERS[name].split(b"\r\n\r\n", 1)
    for value in ("bytes=2-4", "bytes=100-200", "bytes=0-0,2-2", "bytes=-3", "lines=1-2", "nonsense"):
        for more in ({}, {"If-Range": '"x"'}, {"If-Range": '"y"'}):
            answer = server.client.send(method, "/app/", headers={field: value, **more})
            assert answer.status == int(head.split()[1])
            assert answer.body == (RANGED if answer.status == 200 else body)
            assert f"\n{field}: {value}" in m.heads[-1]


def test_140_32_httpd_cuts_ranges_out_of_what_it_has_cached(scripted_one, folder):
    def script(c):
        while c.read_head():
            c.send(b"HTTP/1.1 200 OK\r\nCache-Control: max-age=600\r\nContent-Length: 10\r\n\r\n" + RANGED)
    mods, cache = config_value("HTTPD_LIBEXECDIR"), folder / "cache"
    cache.mkdir()
    cache.chmod(0o777)
    server, m = scripted_one(script, f"LoadModule cache_module {mods}/mod_cache.so\nLoadModule cache_disk_module "
                                     f"{mods}/mod_cache_disk.so\nCacheRoot {cache}\nCacheEnable disk /\n")
    assert server.client.get().body == RANGED
    answer = server.client.get(Range="bytes=2-4")
    assert (answer.status, answer.body, len(m.heads)) == (206, b"234", 1)


# -- connections to the member -----------------------------------------------------------------

def test_140_21_connections_are_kept_and_used_again(one):
    server = one()
    for n in range(1, 6):
        fields = server.client.fields()
        assert fields["connection"] == str(n)


def test_140_22_a_request_that_cannot_be_repeated_gets_a_connection_of_its_own(one):
    server = one("WLMDefaults Original", PostBufferSize=0)
    server.client.fields()
    assert parse_fields(server.client.send("POST", "/app/", b"x").body)["connection"] == "1"
    assert parse_fields(server.client.send("POST", "/app/", b"").body)["connection"] != "1"


# -- HTTP/2 --------------------------------------------------------------------------------------

def nghttp(server, *args):
    result = subprocess.run(["nghttp", "-v", "--no-dep", *args[:-1], f"http://127.0.0.1:{server.port}{args[-1]}"],
                            capture_output=True, timeout=20, check=False)
    return result.stdout


def test_140_23_http2_clients(one, folder):
    server = one()
    assert b"method=GET" in nghttp(server, "/app/x")
    upload = folder / "upload"
    upload.write_bytes(pattern(300000))
    assert b"body_bytes=300000" in nghttp(server, "-d", str(upload), "/app/x")
    for _ in range(20):  # whether mod_http2 has all of it at once or in parts is a matter of luck
        assert b"body_bytes=300000" in nghttp(server, "--no-content-length", "-d", str(upload), "/app/x")


def curl_http2(server, folder):
    """What curl has got as header fields, in the head and as trailers, and the body. It reads no further than a Content-Length
    says."""
    result = subprocess.run(["curl", "-s", "--http2-prior-knowledge", "-D", folder / "fields", "-o", "-",
                             f"http://127.0.0.1:{server.port}/app/"], capture_output=True, timeout=20, check=True)
    return (folder / "fields").read_bytes(), result.stdout


@pytest.mark.parametrize("pauses", [(), (0,), (1,), (0, 1)], ids=str)
@pytest.mark.parametrize("body", [b"", b"ok", pattern(100_000)], ids=len)
def test_140_24_http2_clients_get_trailers(scripted_one, folder, body, pauses):
    """However it comes: in one piece, with a pause behind the head, or before the last chunk."""
    pieces = [b"HTTP/1.1 200 OK\r\nTrailer: X-Trailer\r\nTransfer-Encoding: chunked\r\n\r\n",
              b"%x\r\n%s\r\n" % (len(body), body) if body else b"", b"0\r\nX-Trailer: done\r\n\r\n"]

    def script(c):
        while c.read_head():
            text = b""
            for n, piece in enumerate(pieces):
                text += piece
                if n in pauses:
                    c.send(text)
                    text = b""
                    time.sleep(0.2)  # the pause is what the story is about
            c.send(text)
    server, _ = scripted_one(script)
    assert b"x-trailer: done" in nghttp(server, "/app/")
    fields, received = curl_http2(server, folder)
    assert received == body
    assert fields.endswith(b"x-trailer: done\r\n")
    assert b"content-length" not in fields


def test_140_25_http2_clients_can_tell_a_broken_response(scripted_one):
    def script(c):
        c.read_head()
        c.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n")
        c.sock.shutdown(socket.SHUT_WR)
        c.wait_for_close()
    server, _ = scripted_one(script)
    server.expect("WLM0030")
    assert b"RST_STREAM" in nghttp(server, "/app/")


def test_140_26_http_1_0_clients(one):
    text = one().client.raw(b"GET /app/?bytes=100&chunked=1 HTTP/1.0\r\n\r\n")
    head, body = text.split(b"\r\n\r\n", 1)
    assert b"chunked" not in head.lower()
    assert body == pattern(100)


def test_140_27_many_requests_on_one_connection_get_their_own_answers(one):
    client = one().client
    connection = http.client.HTTPConnection("127.0.0.1", client.port, timeout=10)
    for n in range(50):
        connection.request("POST" if n % 2 else "GET", f"/app/{n}?echo={n % 2}", pattern(n) if n % 2 else None)
        body = connection.getresponse().read()
        assert body == pattern(n) if n % 2 else f"path=/app/{n}?".encode() in body

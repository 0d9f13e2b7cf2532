"""Stories of a request's body on its way to the member: what is declared is what is sent, whatever other modules make of it."""
import gzip
import socket
import ssl
import threading

import pytest

from wlmtest import free_port, http2, module, wait_until
from wlmtest.plugincfg import Cluster, plugin_cfg
from wlmtest.tls import Authority

# where the bodies of the table go: PostBufferSize, directives, size
PLACES = {
    "streamed": (0, "", 3000),
    "streamed behind what is kept": (16, "", 300000),
    "buffered": (1024, "", 300000),
    "spooled": (16, "WLMBodySpool 4M\n", 300000),
    "in memory without limit": (-1, "", 300000),
}
FILTERS = ("GROW", "SHRINK", "EMPTY", "HOLD", "ADD", "DEFLATE")


class Record:
    """A member that takes each byte for what its framing says, and remembers the requests."""

    def __init__(self):
        self.requests = []
        self.asked = threading.Event()  # who wants to be asked for the body: after that

    def __call__(self, c):
        while (head := c.read_head()) is not None:
            fields = [line.split(b": ", 1) for line in head.split(b"\r\n")[1:]]
            fields = [(n.decode().lower(), v.decode()) for n, v in fields]
            chunked = ("transfer-encoding", "chunked") in fields
            lengths = [v for n, v in fields if n == "content-length"]
            assert len(lengths) + chunked <= 1, head
            if "expect" in dict(fields):
                assert self.asked.wait(5)
                c.send(b"HTTP/1.1 100 Continue\r\n\r\n")
            try:
                body = c.read_chunked() if chunked else c.read_body(head)
                assert chunked or len(body) == sum(map(int, lengths)), "the body ends early"
            except AssertionError:
                return
            self.requests.append((head.split(b" HTTP/")[0].decode(), dict(fields), body))
            c.ok(b"%d" % len(body))

    def lines(self):
        return [line for line, _, _ in self.requests]


@pytest.fixture
def recorded(httpd, scripted):
    """An httpd whose one member remembers requests; returns both and the record."""
    def make(extra="", **options):
        record = Record()
        m = scripted(record)
        return httpd(plugin_cfg(Cluster("c", [("x", m.port, {})], **options)), "WLMDefaults Original\n" + extra), m, record
    return make


def filters_of(names):
    return (module.build("body_test") + module.load("deflate")
            + "".join(f"<Location /app/{name}>\nSetInputFilter {name}\n</Location>\n" for name in names))


def send(server, protocol, path, body, headers=None, chunked=False):
    """A POST; pieces of a body that is chunked have any size."""
    headers = dict(headers or {})
    pieces = [body[at:at + 10007] for at in range(0, len(body), 10007)]
    if protocol == "h2":
        own = list(headers.items()) + ([] if chunked else [("content-length", str(len(body)))])
        return http2.request(server.port, "POST", path, own, pieces)
    if chunked:
        return server.client.send("POST", path, iter(pieces), {**headers, "Transfer-Encoding": "chunked"}, True)
    return server.client.send("POST", path, body, headers)


def changed(name, body):
    """What a filter makes of it."""
    return {"GROW": lambda: len(body) * 2, "SHRINK": lambda: max(len(body) - 5, 0), "EMPTY": lambda: 0, "HOLD": lambda: len(body),
            "ADD": lambda: len(body) + 5, "DEFLATE": lambda: len(gzip.decompress(body)) if body else 0}[name]()


@pytest.mark.parametrize("protocol", ["http/1.1", "h2"])
@pytest.mark.parametrize("place", PLACES)
def test_145_01_what_filters_make_of_a_body_is_what_is_sent(recorded, place, protocol):
    kib, extra, size = PLACES[place]
    server, m, record = recorded(filters_of(FILTERS) + extra, PostBufferSize=kib)
    expected = []
    for name in FILTERS:
        # what has no end in itself would be a request, if it were taken for one
        plain = (b"GET /app/SMUGGLED HTTP/1.1\r\nHost: h\r\n$WSRU: admin\r\n\r\n" * 10000)[:size]
        body, headers = (gzip.compress(plain, 1), {"content-encoding": "gzip"}) if name == "DEFLATE" else (plain, {})
        for chunked in (False, True):
            for content in (body, b"", b"x") if name != "DEFLATE" else (body,):
                if protocol == "h2" and chunked and not content:
                    continue  # whether that is a body, or none, is a matter of luck
                answer = send(server, protocol, f"/app/{name}?{len(content)}", content, headers, chunked)
                length = changed(name, content)
                assert (answer.status, answer.body, answer.error) == (200, b"%d" % length, None), (name, chunked, len(content))
                expected.append((f"POST /app/{name}?{len(content)}", length))
                assert server.client.get("/app/next").body == b"0"
                expected.append(("GET /app/next", 0))
    assert [(line, len(body)) for line, _, body in record.requests] == expected
    assert not any("content-encoding" in fields for _, fields, _ in record.requests)
    assert server.status()["x"]["State"] == "up"


@pytest.mark.parametrize("protocol", ["http/1.1", "h2"])
@pytest.mark.parametrize("kib", [0, 400, 2000])
def test_145_02_a_filter_that_comes_late_cannot_send_more_than_was_declared(recorded, kib, protocol):
    server, m, record = recorded(filters_of([]), PostBufferSize=kib)
    server.expect("WLM0100")
    body = b"GET /app/SMUGGLED HTTP/1.1\r\nHost: h\r\n\r\n" * 10000
    answer = send(server, protocol, "/app/late", body, {"x-late": "yes"})
    assert server.client.get("/app/next").body == b"0"
    if kib == 0:  # the head was sent before it came
        assert answer.status in (0, 500) or answer.error
        assert (record.lines(), m.connections, server.count("WLM0100")) == (["GET /app/next"], 2, 1)
    else:
        assert len(body) < int(answer.body) <= 2 * len(body)
        assert (record.lines(), server.count("WLM0100")) == (["POST /app/late", "GET /app/next"], 0)


# what modules of httpd make of a body: directives outside and inside of <Location>, what comes out
REAL = {
    "sed": (module.load("sed"), "SetInputFilter Sed\nInputSed \"s/a/longer/g\"", lambda body: body.replace(b"a", b"longer")),
    "ext_filter": (module.load("ext_filter") + "ExtFilterDefine without mode=input cmd=\"/usr/bin/tr -d a\"\n",
                   "SetInputFilter without", lambda body: body.replace(b"a", b"")),
    "a request field": ("", "RequestHeader unset Content-Type", lambda body: body),
}


@pytest.mark.parametrize("kib", [0, 64])
@pytest.mark.parametrize("name", REAL)
def test_145_03_filters_of_httpd(recorded, name, kib):
    outside, inside, change = REAL[name]
    server, _, record = recorded(f"{outside}<Location /app>\n{inside}\n</Location>\n", PostBufferSize=kib)
    body = b"abc abc\n" * 20000
    for chunked in (False, True):
        answer = send(server, "http/1.1", "/app/x", body, {"content-type": "text/plain"}, chunked)
        assert (answer.status, answer.body) == (200, b"%d" % len(change(body)))
        assert server.client.get("/app/next").body == b"0"
    assert record.lines() == ["POST /app/x", "GET /app/next"] * 2
    assert record.requests[0][2] == change(body)


# -- a body that another module has read ------------------------------------------------------

@pytest.mark.parametrize("protocol", ["http/1.1", "h2"])
@pytest.mark.parametrize("kib", [0, 64])
def test_145_04_a_body_that_another_module_has_read_is_not_sent_as_an_empty_one(recorded, kib, protocol):
    server, _, record = recorded(module.build("body_test"), PostBufferSize=kib)
    server.expect("WLM0101")
    for read in ("some", "all"):
        for chunked in (False, True):
            answer = send(server, protocol, "/app/x", b"GET /app/SMUGGLED HTTP/1.1\r\n\r\n" * 1000, {"x-read": read}, chunked)
            assert answer.status == 500, (read, chunked)
            assert server.client.get("/app/next").body == b"0"
    assert record.lines() == ["GET /app/next"] * 4
    assert server.count("WLM0101") == 4
    assert server.client.get("/app/next", X_Read="all").status == 200  # where there is none, nothing is lost


def end_of(s):
    """All that comes until the server closes."""
    return b"".join(iter(lambda: s.recv(65536), b""))


HEAD = b"HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n"
CHUNKED = b"HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"

# how a client can break off its body: head, what comes first, what comes later and is the break
BREAKS = {
    "closed inside of a length": (HEAD, b"x" * 50000, b""),
    "closed inside of a chunk": (CHUNKED, b"20000\r\n" + b"x" * 50000, b""),
    "closed behind a chunk": (CHUNKED, b"5\r\nhello\r\n", b""),
    "a broken chunk": (CHUNKED, b"5\r\nhello\r\n", b"ZZ\r\n"),
    "a chunk that goes on": (CHUNKED, b"5\r\nhello", b"world\r\n0\r\n\r\n"),
    "a broken trailer": (CHUNKED, b"5\r\nhello\r\n", b"0\r\nno field\r\n\r\n"),
}


class BrokenUpload:
    """A member that answers at the beginning, perhaps, and takes all that comes."""

    def __init__(self, answers_early):
        self.answers_early, self.seen = answers_early, []

    def __call__(self, c):
        if c.read_head() is None:
            return
        try:
            if self.answers_early:
                c.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nearly\r\n")
            while data := c.sock.recv(65536):
                c.buffer += data
        finally:  # httpd may also reset the connection
            self.seen.append(c.buffer)


@pytest.mark.parametrize("answers_early", [False, True])
@pytest.mark.parametrize("name", BREAKS)
def test_145_05_a_body_that_broke_off_is_never_complete(httpd, scripted, name, answers_early):
    script = BrokenUpload(answers_early)
    m = scripted(script)
    filtered = module.build("body_test") + "<Location /app/filtered>\nSetInputFilter GROW\n</Location>\n"
    # a member answers early only where it gets a body as it comes
    server = httpd(plugin_cfg(Cluster("c", [("x", m.port, {})], PostBufferSize=0)),
                   filtered + ("WLMDefaults Original\n" if answers_early else ""))
    head, first, later = BREAKS[name]
    for number, path in enumerate((b"/app/x", b"/app/filtered"), 1):
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as s:
            s.sendall(b"POST " + path + b" " + head + first)
            answer = b""
            # (while a filter waits for the client the member's connection is not read)
            while answers_early and path == b"/app/x" and b"early" not in answer and (data := s.recv(65536)):
                answer += data
            s.sendall(later)
            s.shutdown(socket.SHUT_WR)
            answer += end_of(s)
        assert not (b"early" in answer and answer.endswith(b"0\r\n\r\n")), answer
        wait_until(lambda n=number: len(script.seen) >= n or m.connections < n, "the connection to the member to end")
    assert not any(body.endswith(b"0\r\n\r\n") or len(body) > 200000 for body in script.seen), script.seen
    assert server.status()["x"]["State"] == "up"


# -- 100 Continue ------------------------------------------------------------------------------

def waits_for_continue(server, record, path, chunked):
    """HTTP/1.1: nothing of the body is sent before the 100 is there. @return what comes behind it"""
    body = b"x" * 100000
    framing = b"Transfer-Encoding: chunked" if chunked else b"Content-Length: 100000"
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as s:
        s.sendall(b"POST " + path + b" HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nConnection: close\r\n" + framing + b"\r\n\r\n")
        got = b""
        while b"\r\n\r\n" not in got:
            got += s.recv(65536) or b"closed\r\n\r\n"
        interim, rest = got.split(b"\r\n\r\n", 1)
        assert interim.startswith(b"HTTP/1.1 100 "), interim
        record.asked.set()
        s.sendall(b"186a0\r\n" + body + b"\r\n0\r\n\r\n" if chunked else body)
        return rest + end_of(s)


@pytest.mark.parametrize("waits", ["false", "true"])
@pytest.mark.parametrize("kib", [0, 16, 1024])
@pytest.mark.parametrize("filtered", [False, True])
def test_145_06_a_client_that_waits_for_100_continue_gets_it(httpd, scripted, kib, waits, filtered):
    """Also before a member has agreed."""
    record = Record()
    m = scripted(record)
    extra = module.build("body_test") + ("<Location /app/x>\nSetInputFilter HOLD\n</Location>\n" if filtered else "")
    server = httpd(plugin_cfg(Cluster("c", [("x", m.port, {"WaitForContinue": waits})], PostBufferSize=kib)),
                   "WLMDefaults Original\n" + extra)
    for chunked in (False, True):
        record.asked.clear()
        assert waits_for_continue(server, record, b"/app/x", chunked).endswith(b"\r\n\r\n100000")
        record.asked.clear()
        with http2.Http2(server.port) as client:
            client.begin("POST", "/app/x", [("expect", "100-continue"), *([] if chunked else [("content-length", "100000")])])
            while not client.interim and client.receive():
                pass
            record.asked.set()
            client.send(b"x" * 100000)
            client.end()
            answer = client.answer()
        assert (answer.status, answer.body) == (200, b"100000")
        assert client.interim == ["100"]
    assert [len(body) for _, _, body in record.requests] == [100000] * 4


@pytest.mark.parametrize("head", [b"Content-Length: 2000000\r\n", b"Content-Length: 5\r\nTransfer-Encoding: gzip, chunked\r\n"])
def test_145_07_who_is_refused_by_the_head_alone_gets_no_100(recorded, head):
    server, _, record = recorded(PostBufferSize=0, PostSizeLimit=1000)
    text = server.client.raw(b"POST /app/x HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n" + head + b"\r\n")
    assert text.startswith((b"HTTP/1.1 413 ", b"HTTP/1.1 501 "))
    assert not record.requests


def test_145_08_a_request_without_a_body_gets_no_100(recorded):
    server, _, _ = recorded(PostBufferSize=0)
    text = server.client.raw(b"POST /app/x HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    assert text.startswith(b"HTTP/1.1 200 ")


# -- what a client can make us keep ---------------------------------------------------------------

def grows(server, action):
    """KiB by which the largest child grows."""
    before = server.memory_kib()
    action()
    return server.memory_kib() - before


def test_145_09_memory_for_a_body_grows_with_what_has_come(recorded):
    server, _, record = recorded("LimitRequestBody 0\n", PostBufferSize=-1)
    assert send(server, "http/1.1", "/app/x", b"x").body == b"1"
    children = server.children_pids()

    def promise():
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as s:
            s.sendall(b"POST /app/x HTTP/1.1\r\nHost: h\r\nContent-Length: 100000000000000\r\n\r\nx")
            s.shutdown(socket.SHUT_WR)
            end_of(s)
    assert grows(server, promise) < 2000
    assert server.children_pids() == children and len(record.requests) == 1
    body = b"0123456789" * 500000
    assert grows(server, lambda: send(server, "http/1.1", "/app/x", body)) < 8000  # once 5 MB, not as often as it has grown
    assert record.requests[-1][2] == body
    send(server, "http/1.1", "/app/x", body, chunked=True)
    assert record.requests[-1][2] == body


def test_145_10_a_list_of_protocols_costs_its_own_size(recorded):
    server, _, record = recorded()
    fields = b"Upgrade: " + b",".join([b"a"] * 4000) + b"\r\nConnection: Upgrade\r\n"
    assert server.client.get("/app/x").status == 200
    head = b"GET /app/x HTTP/1.1\r\nHost: h\r\n" + fields
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as s:
        def ask():
            s.sendall(head + b"\r\n")
            assert b"200 OK" in s.recv(65536)
        assert grows(server, ask) < 1000
    assert record.requests[-1][1]["upgrade"] == ", ".join(["a"] * 8)


@pytest.mark.parametrize("kib", [0, 64])
@pytest.mark.parametrize("count, size, status", [(100, 100, 200), (100, 150, 200), (101, 10, 431), (3, 8000, 431), (90, 8000, 431)])
def test_145_11_trailers_are_bounded(recorded, count, size, status, kib):
    server, m, record = recorded("LimitRequestFields 200\n", PostBufferSize=kib)
    assert server.client.get("/app/x").status == 200
    section = b"".join(b"X-%d: %s\r\n" % (n, b"v" * size) for n in range(count))
    request = (b"POST /app/x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n0\r\n"
               + section + b"\r\n")
    texts = []
    assert grows(server, lambda: texts.append(server.client.raw(request))) < 4000
    assert texts[0].startswith(b"HTTP/1.1 %d " % status), texts
    wait_until(lambda: len(record.requests) == (2 if status == 200 else 1), "what the member takes for a request")
    assert server.client.get("/app/x").status == 200


def test_145_12_a_head_that_goes_to_many_members_costs_its_size_once_more(httpd, scripted):
    members = [scripted(lambda c: c.read_head() and c.send(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"), f"m{n}")
               for n in range(30)]
    server = httpd(plugin_cfg(Cluster("c", [(m.name, m.port, {}) for m in members])), "WLMRetryBudget 100 attempts=32")
    fields = "".join(f"X-{n}: {'v' * 8000}\r\n" for n in range(90))
    small, large = (f"GET /app/ HTTP/1.1\r\nHost: h\r\nConnection: close\r\n{f}\r\n".encode() for f in ("", fields))
    assert server.client.raw(small).startswith(b"HTTP/1.1 503 ")
    assert grows(server, lambda: server.client.raw(large)) < 6000
    assert all(len(m.heads) == 2 and len(m.heads[1]) > 700000 for m in members)


def test_145_13_an_upgrade_that_is_left_out_is_told(recorded):
    server, _, record = recorded()
    answer = server.client.send("POST", "/app/x", b"abc", {"Connection": "Upgrade", "Upgrade": "mine"})
    assert answer.body == b"3" and "upgrade" not in record.requests[0][1]
    assert "asks for mine, but has a body" in server.log() and server.count("WLM0103") == 1


# -- what is declared and what comes, in HTTP/2 -------------------------------------------------------

@pytest.mark.parametrize("kib", [0, 64])
@pytest.mark.parametrize("declared, sent", [(10, 100000), (100000, 10), (100000, 99999), (10, 0)])
def test_145_14_http2_clients_that_lie_about_the_length(recorded, declared, sent, kib):
    server, m, record = recorded(PostBufferSize=kib)
    answer = http2.request(server.port, "POST", "/app/x", [("content-length", str(declared))],
                           (b"GET /app/SMUGGLED HTTP/1.1\r\nHost: h\r\n\r\n" * 10000)[:sent])
    assert answer.status != 200
    assert server.client.get("/app/next").body == b"0"
    assert record.lines() == ["GET /app/next"]


@pytest.mark.parametrize("protocol", ["http/1.1", "h2"])
@pytest.mark.parametrize("kib", [0, 16, 1024])
def test_145_15_without_filters_the_length_of_the_client_goes_on(recorded, kib, protocol):
    server, _, record = recorded(module.load("deflate", "reqtimeout", "request"), PostBufferSize=kib)
    assert send(server, protocol, "/app/x", b"x" * 300000).body == b"300000"
    assert record.requests[0][1]["content-length"] == "300000" and "transfer-encoding" not in record.requests[0][1]
    assert send(server, protocol, "/app/x", b"x" * 300000, chunked=True).body == b"300000"
    assert ("content-length" in record.requests[1][1]) == (kib == 1024)  # it is known when all of it has come


@pytest.mark.parametrize("protocol", ["http/1.1", "h2"])
@pytest.mark.parametrize("kib", [0, 16, 1024])
def test_145_16_what_a_filter_cannot_read_to_its_end_is_not_complete(recorded, kib, protocol):
    server, m, record = recorded(filters_of(["DEFLATE"]), PostBufferSize=kib)
    packed = gzip.compress(b"abc" * 100000, 1)
    for content in (packed[:-20], packed[:-1], packed + b"x", packed[:200] + b"\0" * 200):
        for chunked in (False, True):
            answer = send(server, protocol, "/app/DEFLATE", content, {"content-encoding": "gzip"}, chunked)
            assert answer.status in (0, 400), answer
            assert server.client.get("/app/next").body == b"0"
    assert record.lines() == ["GET /app/next"] * 8
    assert server.status()["x"]["State"] == "up"


@pytest.mark.parametrize("path", ["/app/x", "/app/GROW"])
@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize("kib", [0, 64])
def test_145_17_a_stream_that_is_reset_in_its_body_is_not_complete(recorded, kib, declared, path):
    server, m, record = recorded(filters_of(["GROW"]), PostBufferSize=kib)
    for ends in ("reset", "closed"):
        with http2.Http2(server.port) as client:
            client.begin("POST", path, [("content-length", "300000")] if declared else [])
            client.send(b"x" * 60000)
            if kib == 0:
                wait_until(lambda: server.status()["x"]["InFlight"] == "1", "the request to be with the member")
            if ends == "reset":
                client.h2.reset_stream(1)
                client.flush()
                wait_until(lambda: server.status()["x"]["InFlight"] == "0", "the request to end")
        wait_until(lambda: server.status()["x"]["InFlight"] == "0", "the request to end")
        assert server.client.get("/app/next").body == b"0"
    assert record.lines() == ["GET /app/next"] * 2
    assert server.status()["x"]["State"] == "up"


@pytest.mark.parametrize("how", ["prior knowledge", "TLS"])
def test_145_19_a_reset_at_any_moment_is_no_end(recorded, folder, how):
    """mod_http2 hands out the body's end before it marks the stream as reset; what it logs in between makes the time longer. A body
    that has its end is complete, whatever comes right behind it."""
    port, authority = free_port(), Authority(folder)
    server, m, record = recorded(f"{module.load('ssl', 'socache_shmcb')}LogLevel http2:trace2\nListen 127.0.0.1:{port}\n"
                                 f"<VirtualHost 127.0.0.1:{port}>\nSSLEngine on\nSSLCertificateFile {authority.sign('good')}\n"
                                 "Protocols h2 http/1.1\n</VirtualHost>\n", PostBufferSize=0)
    ports = (server.port, None) if how == "prior knowledge" else (port, ssl._create_unverified_context())
    for number in range(80):
        with http2.Http2(ports[0], context=ports[1]) as client:
            client.begin("POST", "/app/x")
            client.send(b"x" * 30000)
            if number % 4 == 3:
                client.end()
                assert client.answer().body == b"30000"
            else:
                wait_until(lambda: server.status()["x"]["InFlight"] == "1", "the request to be with the member")
                client.h2.reset_stream(1)
                client.flush()
                wait_until(lambda: server.status()["x"]["InFlight"] == "0", "the request to end")
    assert record.lines() == ["POST /app/x"] * 20


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("timeout, limits", [(30, "RequestReadTimeout header=20 body=1,MinRate=500\n"), (2, "")], ids=["mod_reqtimeout", "Timeout"])
def test_145_18_a_client_that_stalls_in_a_body_that_streams_keeps_no_member(httpd, scripted, timeout, limits, chunked):
    ended = threading.Event()

    def read(c):
        c.read_head()
        while c.sock.recv(65536):
            pass
        ended.set()

    server = httpd(plugin_cfg(Cluster("app", [("x", scripted(read).port, {})], PostBufferSize=0)),
                   f"WLMDefaults Original\n{module.load('reqtimeout')}RequestReadTimeout header=0 body=0\n{limits}Timeout {timeout}\n")
    with socket.create_connection(("127.0.0.1", server.port), timeout=12) as s:
        s.sendall(b"POST /app/ HTTP/1.1\r\nHost: x\r\n" + (b"Transfer-Encoding: chunked\r\n\r\n64\r\nhello" if chunked else
                                                          b"Content-Length: 90000\r\n\r\nhello"))
        assert s.recv(65536).split(b" ")[1] == b"408"
    assert ended.wait(10)

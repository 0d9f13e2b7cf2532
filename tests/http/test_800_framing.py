"""A bench for messages that two parties could read in two ways (RFC 9110, RFC 9112): raw bytes from a client and from a
member. Each line of the tables says what must come of it; what is expected was written down first."""
import http.client
import re
import socket

import pytest

from wlmtest.plugincfg import Cluster, Route, plugin_cfg

OK = b"HTTP/1.1 200 OK\r\n"


def head(*lines, status=OK):
    return status + b"".join(line + b"\r\n" for line in lines) + b"\r\n"


def chunked(body, *lines):
    return head(b"Transfer-Encoding: chunked", *lines) + body


# -- responses ----------------------------------------------------------------------------------------

KEPT, CLOSED = True, False
# name: what the member sends, (status, body) for the client, is the connection used again?
# "close" behind the bytes: the member closes the connection
REFUSED = (502, None)
BROKEN = "broken"  # the client can tell that the response is not complete
RESPONSES = {
    # 6.2, 6.3: lengths that are in order
    "length": (head(b"Content-Length: 2") + b"ok", (200, b"ok"), KEPT),
    "length 0": (head(b"Content-Length: 0"), (200, b""), KEPT),
    "length with zeros before": (head(b"Content-Length: 0002") + b"ok", (200, b"ok"), KEPT),
    "length with blanks around": (head(b"Content-Length: \t 2 \t") + b"ok", (200, b"ok"), KEPT),
    "no length, closed": (head(b"X: 1") + b"ok close", (200, b"ok"), CLOSED),
    "no length, Connection: close": (head(b"Connection: close") + b"ok close", (200, b"ok"), CLOSED),
    "HTTP/1.0 with a length": (head(b"Content-Length: 2", status=b"HTTP/1.0 200 OK\r\n") + b"ok", (200, b"ok"), CLOSED),
    "HTTP/1.0, closed": (head(status=b"HTTP/1.0 200 OK\r\n") + b"ok close", (200, b"ok"), CLOSED),
    "204": (head(status=b"HTTP/1.1 204 No Content\r\n"), (204, b""), KEPT),
    "304": (head(b"Content-Length: 5", status=b"HTTP/1.1 304 Not Modified\r\n"), (304, b""), KEPT),
    "Connection: close with a length": (head(b"Connection: close", b"Content-Length: 2") + b"ok", (200, b"ok"), CLOSED),
    "a newer minor version": (head(b"Content-Length: 2", status=b"HTTP/1.9 200 OK\r\n") + b"ok", (200, b"ok"), KEPT),
    # 6.3: lengths that are not
    "two lengths": (head(b"Content-Length: 2", b"Content-Length: 3") + b"ok!", REFUSED, CLOSED),
    "two lengths in one field": (head(b"Content-Length: 2, 3") + b"ok!", REFUSED, CLOSED),
    "length with a plus": (head(b"Content-Length: +2") + b"ok", REFUSED, CLOSED),
    "length with a minus": (head(b"Content-Length: -2") + b"ok", REFUSED, CLOSED),
    "length in hex": (head(b"Content-Length: 0x2") + b"ok", REFUSED, CLOSED),
    "length with a letter": (head(b"Content-Length: 2a") + b"ok", REFUSED, CLOSED),
    "length with a blank inside": (head(b"Content-Length: 1 0") + b"ok", REFUSED, CLOSED),
    "length with a point": (head(b"Content-Length: 2.0") + b"ok", REFUSED, CLOSED),
    "empty length": (head(b"Content-Length:") + b"ok", REFUSED, CLOSED),
    "length of 2^63": (head(b"Content-Length: 9223372036854775808") + b"ok", REFUSED, CLOSED),
    "length of 2^64 and 2": (head(b"Content-Length: 18446744073709551618") + b"ok", REFUSED, CLOSED),
    "short body": (head(b"Content-Length: 5") + b"ok close", REFUSED, CLOSED),
    "bytes behind the body": (head(b"Content-Length: 2") + b"ok" + head(b"Content-Length: 4") + b"evil", (200, b"ok"), CLOSED),
    "bytes behind a 204": (head(status=b"HTTP/1.1 204 No Content\r\n") + b"evil", (204, b""), CLOSED),
    # 6.1, 7.1: transfer codings
    "chunked": (chunked(b"2\r\nok\r\n0\r\n\r\n"), (200, b"ok"), KEPT),
    "chunked, several": (chunked(b"1\r\no\r\n1\r\nk\r\n0\r\n\r\n"), (200, b"ok"), KEPT),
    "chunk sizes in capitals, with zeros": (chunked(b"000A\r\n0123456789\r\n00\r\n\r\n"), (200, b"0123456789"), KEPT),
    "chunk extensions": (chunked(b"2;a=b;c=\"d\"\r\nok\r\n0;x\r\n\r\n"), (200, b"ok"), KEPT),
    "trailers": (chunked(b"2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n"), (200, b"ok"), KEPT),
    "trailers that frame": (chunked(b"2\r\nok\r\n0\r\nContent-Length: 7\r\n\r\n"), (200, b"ok"), KEPT),
    "coding in capitals": (head(b"Transfer-Encoding: CHUNKED") + b"2\r\nok\r\n0\r\n\r\n", (200, b"ok"), KEPT),
    "chunked and a length": (head(b"Content-Length: 2", b"Transfer-Encoding: chunked") + b"2\r\nok\r\n0\r\n\r\n", REFUSED, CLOSED),
    "a length and chunked": (head(b"Transfer-Encoding: chunked", b"Content-Length: 99") + b"2\r\nok\r\n0\r\n\r\n", REFUSED, CLOSED),
    "chunked twice": (head(b"Transfer-Encoding: chunked, chunked") + b"2\r\nok\r\n0\r\n\r\n", REFUSED, CLOSED),
    "chunked in two fields": (head(b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked") + b"2\r\nok\r\n0\r\n\r\n",
                              REFUSED, CLOSED),
    "chunked before gzip": (head(b"Transfer-Encoding: chunked, gzip") + b"2\r\nok\r\n0\r\n\r\n", REFUSED, CLOSED),
    "gzip before chunked": (head(b"Transfer-Encoding: gzip, chunked") + b"2\r\nok\r\n0\r\n\r\n", REFUSED, CLOSED),
    "identity": (head(b"Transfer-Encoding: identity") + b"ok close", REFUSED, CLOSED),
    "an unknown coding": (head(b"Transfer-Encoding: xchunked") + b"2\r\nok\r\n0\r\n\r\n", REFUSED, CLOSED),
    "a coding with a tab inside": (head(b"Transfer-Encoding: chun\tked") + b"2\r\nok\r\n0\r\n\r\n", REFUSED, CLOSED),
    "chunked with a vertical tab": (head(b"Transfer-Encoding: \x0bchunked") + b"2\r\nok\r\n0\r\n\r\n", REFUSED, CLOSED),
    "empty coding": (head(b"Transfer-Encoding:") + b"ok close", REFUSED, CLOSED),
    "chunked in HTTP/1.0": (head(b"Transfer-Encoding: chunked", status=b"HTTP/1.0 200 OK\r\n") + b"2\r\nok\r\n0\r\n\r\n",
                            REFUSED, CLOSED),
    "chunk size with 0x": (chunked(b"0x2\r\nok\r\n0\r\n\r\n"), BROKEN, CLOSED),
    "chunk size with a plus": (chunked(b"+2\r\nok\r\n0\r\n\r\n"), BROKEN, CLOSED),
    "chunk size with a minus": (chunked(b"-2\r\nok\r\n0\r\n\r\n"), BROKEN, CLOSED),
    "empty chunk size": (chunked(b"\r\nok\r\n0\r\n\r\n"), BROKEN, CLOSED),
    "blank before the chunk size": (chunked(b" 2\r\nok\r\n0\r\n\r\n"), BROKEN, CLOSED),
    "chunk size that overflows": (chunked(b"10000000000000002\r\nok\r\n0\r\n\r\n"), BROKEN, CLOSED),
    "chunk size of 2^63": (chunked(b"8000000000000000\r\nok\r\n0\r\n\r\n"), BROKEN, CLOSED),
    "chunk with a lone LF": (chunked(b"2\nok\r\n0\r\n\r\n"), BROKEN, CLOSED),
    "chunk data with a lone LF": (chunked(b"2\r\nok\n0\r\n\r\n"), BROKEN, CLOSED),
    "chunk longer than its size": (chunked(b"2\r\nokay\r\n0\r\n\r\n"), BROKEN, CLOSED),
    "chunk extension with a bare CR": (chunked(b"2;a\rb\r\nok\r\n0\r\n\r\n"), BROKEN, CLOSED),
    "chunk extension without end": (chunked(b"2;" + b"a" * 100000 + b"\r\nok\r\n0\r\n\r\n"), BROKEN, CLOSED),
    "closed before the last chunk": (chunked(b"2\r\nok\r\n close"), BROKEN, CLOSED),
    "closed in a chunk": (chunked(b"5\r\nok close"), BROKEN, CLOSED),
    "bytes behind the last chunk": (chunked(b"2\r\nok\r\n0\r\n\r\nevil"), (200, b"ok"), CLOSED),
    "trailer with a bare CR": (chunked(b"2\r\nok\r\n0\r\nX: a\rb\r\n\r\n"), BROKEN, CLOSED),
    # 4: status lines
    "status of two digits": (head(b"Content-Length: 2", status=b"HTTP/1.1 20 OK\r\n") + b"ok", REFUSED, CLOSED),
    "status of four digits": (head(b"Content-Length: 2", status=b"HTTP/1.1 2000 OK\r\n") + b"ok", REFUSED, CLOSED),
    "status with letters": (head(b"Content-Length: 2", status=b"HTTP/1.1 2x0 OK\r\n") + b"ok", REFUSED, CLOSED),
    "status 099": (head(b"Content-Length: 2", status=b"HTTP/1.1 099 OK\r\n") + b"ok", REFUSED, CLOSED),
    "no reason": (head(b"Content-Length: 2", status=b"HTTP/1.1 200 \r\n") + b"ok", (200, b"ok"), KEPT),
    "another protocol": (b"ICY 200 OK\r\nContent-Length: 2\r\n\r\nok", REFUSED, CLOSED),
    "HTTP/2 in text": (head(b"Content-Length: 2", status=b"HTTP/2 200 OK\r\n") + b"ok", REFUSED, CLOSED),
    "version without a minor": (head(b"Content-Length: 2", status=b"HTTP/1 200 OK\r\n") + b"ok", REFUSED, CLOSED),
    "HTTP/0.9": (b"ok close", REFUSED, CLOSED),
    "NUL in the reason": (head(b"Content-Length: 2", status=b"HTTP/1.1 200 O\0K\r\n") + b"ok", REFUSED, CLOSED),
    "bare CR in the reason": (head(b"Content-Length: 2", status=b"HTTP/1.1 200 O\rK\r\n") + b"ok", REFUSED, CLOSED),
    # 5: fields
    "folded field": (head(b"X: 1\r\n 2", b"Content-Length: 2") + b"ok", REFUSED, CLOSED),
    "first field folded": (head(b" X: 1", b"Content-Length: 2") + b"ok", REFUSED, CLOSED),
    "blank before the colon": (head(b"Content-Length : 2") + b"ok", REFUSED, CLOSED),
    "tab before the colon": (head(b"X\t: 2", b"Content-Length: 2") + b"ok", REFUSED, CLOSED),
    "field without a colon": (head(b"X", b"Content-Length: 2") + b"ok", REFUSED, CLOSED),
    "field without a name": (head(b": x", b"Content-Length: 2") + b"ok", REFUSED, CLOSED),
    "blank in a name": (head(b"X Y: 1", b"Content-Length: 2") + b"ok", REFUSED, CLOSED),
    "NUL in a value": (head(b"X: a\0b", b"Content-Length: 2") + b"ok", REFUSED, CLOSED),
    "bare CR in a value": (head(b"X: a\rContent-Length: 9", b"Content-Length: 2") + b"ok", REFUSED, CLOSED),
    "control character in a name": (head(b"X\x01: a", b"Content-Length: 2") + b"ok", REFUSED, CLOSED),
    "8 bit byte in a name": (head(b"X\xe4: a", b"Content-Length: 2") + b"ok", REFUSED, CLOSED),
    "too many fields": (head(*[b"X%d: 1" % i for i in range(400)], b"Content-Length: 2") + b"ok", REFUSED, CLOSED),
    "a head without end": (OK + b"X: " + b"a" * 3000000, REFUSED, CLOSED),
    # 15.2: interim responses
    "100 before the answer": (head(status=b"HTTP/1.1 100 Continue\r\n") + head(b"Content-Length: 2") + b"ok", (200, b"ok"), KEPT),
    "102 before the answer": (head(status=b"HTTP/1.1 102 Processing\r\n") + head(b"Content-Length: 2") + b"ok", (200, b"ok"), KEPT),
    "1xx with a length": (head(b"Content-Length: 5", status=b"HTTP/1.1 103 Early Hints\r\n") + head(b"Content-Length: 2")
                          + b"ok", REFUSED, CLOSED),
    "too many 1xx": (head(status=b"HTTP/1.1 103 Early Hints\r\n") * 200 + head(b"Content-Length: 2") + b"ok", REFUSED, CLOSED),
    "101 that nobody asked for": (head(b"Upgrade: x", b"Connection: Upgrade", status=b"HTTP/1.1 101 Switching\r\n") + b"evil",
                                  REFUSED, CLOSED),
}


@pytest.fixture
def raw_member(httpd, scripted):
    """A member that answers the first request of each connection with bytes, further ones with "next"."""
    def make(data):
        closes = data.endswith(b"close")
        data = data[:-5].rstrip(b" ") if closes else data

        def script(c):
            c.read_head()
            if "/next" in c.member.heads[-1].split("\r\n", 1)[0]:
                c.ok(b"next")
                return
            c.send(data)
            while not closes and c.read_head():
                c.ok(b"next")
        m = scripted(script)
        server = httpd(plugin_cfg(Cluster("c", [("x", m.port, {"ServerIOTimeout": 3})], RetryInterval=0)))
        server.expect("WLM0030", "WLM0035", "WLM0036", "WLM0037")
        return server, m
    return make


class Final(http.client.HTTPResponse):
    """Passes over all 1xx, not only 100."""

    def begin(self):
        while True:
            super().begin()
            if not 100 <= self.status < 200:
                return
            self.headers = self.msg = None


@pytest.mark.parametrize("name", RESPONSES)
def test_800_01_responses(raw_member, monkeypatch, name):
    monkeypatch.setattr(http.client.HTTPConnection, "response_class", Final)
    data, wanted, is_kept = RESPONSES[name]
    server, m = raw_member(data)
    answer = server.client.get("/app/")
    if wanted == BROKEN:
        assert answer.error or answer.status == 502, answer
    elif wanted is REFUSED:
        assert answer.status == 502 and b"evil" not in answer.body, answer
    else:
        assert (answer.status, answer.body, answer.error) == (*wanted, None)
    connections = m.connections
    assert server.client.get("/app/next").body == b"next"  # and not what is left of the answer before
    assert (m.connections == connections) == is_kept


# -- requests -------------------------------------------------------------------------------------------

def request(*lines, first=b"POST /app/one HTTP/1.1", host=b"Host: h"):
    return first + b"\r\n" + host + b"\r\n" + b"".join(line + b"\r\n" for line in lines) + b"\r\n"


GET = b"GET /app/smuggled HTTP/1.1\r\nHost: h\r\n\r\n"
# name: bytes of the client, how many requests the member may see; None: refused before. Bodies never become requests.
REQUESTS = {
    "length": (request(b"Content-Length: 2") + b"ok", 1),
    "chunked": (request(b"Transfer-Encoding: chunked") + b"2\r\nok\r\n0\r\n\r\n", 1),
    "two in a row": (request(b"Content-Length: 2") + b"ok" + GET, 2),
    "body that looks like a request": (request(b"Content-Length: %d" % len(GET)) + GET, 1),
    "chunk that looks like a request": (request(b"Transfer-Encoding: chunked") + b"%x\r\n" % len(GET) + GET + b"\r\n0\r\n\r\n", 1),
    "two lengths": (request(b"Content-Length: 2", b"Content-Length: 3") + b"ok!" + GET, None),
    "two lengths in one field": (request(b"Content-Length: 2, 3") + b"ok!", None),
    "length with a plus": (request(b"Content-Length: +2") + b"ok", None),
    "length with a minus": (request(b"Content-Length: -2") + b"ok", None),
    "length in hex": (request(b"Content-Length: 0x2") + b"ok", None),
    "length with a letter": (request(b"Content-Length: 2a") + b"ok", None),
    "length of 2^64 and 2": (request(b"Content-Length: 18446744073709551618") + b"ok", None),
    "blank before the colon of the length": (request(b"Content-Length : 2") + b"ok", None),
    "folded length": (request(b"Content-Length:\r\n 2") + b"ok", "one"),  # RFC 9112 5.2 lets a server unfold it
    "length and chunked": (request(b"Content-Length: 4", b"Transfer-Encoding: chunked") + b"0\r\n\r\n" + GET, "one"),
    "chunked and length": (request(b"Transfer-Encoding: chunked", b"Content-Length: 4") + b"0\r\n\r\n" + GET, "one"),
    "an unknown coding": (request(b"Transfer-Encoding: xchunked") + b"0\r\n\r\n" + GET, None),
    "chunked twice": (request(b"Transfer-Encoding: chunked, chunked") + b"0\r\n\r\n" + GET, None),
    "chunked before identity": (request(b"Transfer-Encoding: chunked, identity") + b"0\r\n\r\n" + GET, None),
    "a second coding field": (request(b"Transfer-Encoding: chunked", b"Transfer-Encoding: cow") + b"0\r\n\r\n" + GET, None),
    "coding with a vertical tab": (request(b"Transfer-Encoding: \x0bchunked") + b"0\r\n\r\n" + GET, None),
    "coding with a quote": (request(b"Transfer-Encoding: \"chunked\"") + b"0\r\n\r\n" + GET, None),
    "coding with a bare CR before": (request(b"X: y\rTransfer-Encoding: chunked", b"Content-Length: 2") + b"ok", None),
    "coding folded": (request(b"Transfer-Encoding:\r\n chunked") + b"0\r\n\r\n", "one"),
    "gzip before chunked": (request(b"Transfer-Encoding: gzip, chunked") + b"0\r\n\r\n" + GET, None),
    "name of the coding with a blank": (request(b"Transfer-Encoding : chunked") + b"0\r\n\r\n", None),
    "chunk size with 0x": (request(b"Transfer-Encoding: chunked") + b"0x2\r\nok\r\n0\r\n\r\n", None),
    "chunk size with a plus": (request(b"Transfer-Encoding: chunked") + b"+2\r\nok\r\n0\r\n\r\n", None),
    "chunk size with a minus": (request(b"Transfer-Encoding: chunked") + b"-2\r\nok\r\n0\r\n\r\n", None),
    "chunk size that overflows": (request(b"Transfer-Encoding: chunked") + b"10000000000000002\r\nok\r\n0\r\n\r\n", None),
    "chunk longer than its size": (request(b"Transfer-Encoding: chunked") + b"2\r\nokay\r\n0\r\n\r\n", None),
    "NUL in a value": (request(b"X: a\0b", b"Content-Length: 2") + b"ok", None),
    "bare CR in a value": (request(b"X: a\rb", b"Content-Length: 2") + b"ok", None),
    "blank in a name": (request(b"X Y: 1", b"Content-Length: 2") + b"ok", None),
    "folded field": (request(b"X: 1\r\n 2", b"Content-Length: 2") + b"ok", "one"),
    "no Host": (b"GET /app/one HTTP/1.1\r\n\r\n", None),
    "two Hosts": (request(first=b"GET /app/one HTTP/1.1", host=b"Host: a\r\nHost: b"), None),
    "Host with a comma": (request(first=b"GET /app/one HTTP/1.1", host=b"Host: a, b"), None),
    "Host with a path": (request(first=b"GET /app/one HTTP/1.1", host=b"Host: a/b"), None),
    "blank in the target": (request(first=b"GET /app/o ne HTTP/1.1"), None),
    "tab between the words": (request(first=b"GET\t/app/one\tHTTP/1.1"), None),
    "NUL in the target": (request(first=b"GET /app/o\0ne HTTP/1.1"), None),
    "encoded NUL in the target": (request(first=b"GET /app/o%00ne HTTP/1.1"), None),
    "HTTP/0.9": (b"GET /app/one\r\n", "one"),  # HttpProtocolOptions Require1.0 refuses it
    "HTTP/1.0 with a coding": (request(b"Transfer-Encoding: chunked", first=b"POST /app/one HTTP/1.0") + b"0\r\n\r\n" + GET, "one"),
    "HTTP/3.0": (request(first=b"GET /app/one HTTP/3.0"), "one"),
    "lower case protocol": (request(first=b"GET /app/one http/1.1"), None),
    "a method with a control character": (request(first=b"G\x01T /app/one HTTP/1.1"), None),
    "line breaks in an encoded target": (request(first=b"GET /app/one%0d%0aX:%20evil HTTP/1.1"), 1),
    "expectation that is unknown": (request(b"Expect: magic", b"Content-Length: 2") + b"ok", None),
    "hop by hop fields that name the framing": (request(b"Connection: Content-Length, close", b"Content-Length: 2") + b"ok", 1),
    "trailers that frame": (request(b"Transfer-Encoding: chunked") + b"2\r\nok\r\n0\r\nContent-Length: 9\r\n\r\n", 1),
}


@pytest.fixture
def seen_by_member(httpd, scripted):
    """Sends bytes, and tells what the client got, and what requests the member saw: (first line, body)."""
    seen = []

    def script(c):
        while (head := c.read_head()) is not None:
            text = head.decode("latin-1")
            is_chunked = re.search(r"^transfer-encoding: *chunked\r?$", text, re.I | re.M)
            seen.append((text.split("\r\n", 1)[0], c.read_chunked() if is_chunked else c.read_body(head), text))
            c.ok(b"fine")

    def send(data):
        m = scripted(script)
        server = httpd(plugin_cfg(Cluster("c", [("x", m.port, {"ServerIOTimeout": 3})]), routes=[Route("c", ["/app/*"])]))
        server.expect("WLM0009", "WLM0030", "WLM0035", "WLM0037", "WLM0038")
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as s:
            s.sendall(data)
            s.shutdown(socket.SHUT_WR)
            got = b"".join(iter(lambda: s.recv(65536), b""))
        return [int(x) for x in re.findall(rb"HTTP/1\.[01] (\d{3}) ", got)], seen
    return send


@pytest.mark.parametrize("name", REQUESTS)
def test_800_02_requests(seen_by_member, name):
    data, wanted = REQUESTS[name]
    statuses, seen = seen_by_member(data)
    lines = [line for line, _, _ in seen]
    if wanted is None:
        assert seen == [] and (not statuses or statuses[0] >= 400), (statuses, lines)
    elif wanted == "one":  # read in one way only, or refused: what follows is never a request of its own by accident
        assert len(seen) <= 1 and all("/app/one" in line for line in lines), lines
    else:
        assert len(seen) == wanted and statuses == [200] * wanted, (statuses, lines)
    for _, _, text in seen:
        assert len(re.findall(r"^(?:content-length|transfer-encoding):", text, re.I | re.M)) <= 1
        assert "evil" not in text.split("\r\n\r\n")[0].split("\r\n", 1)[1]


def test_800_03_the_bench_is_large_enough():
    assert len(RESPONSES) + len(REQUESTS) >= 120

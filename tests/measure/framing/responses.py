"""Responses of a member, and the results that are wanted."""
from .rows import BROKEN, CLOSED, KEPT, REFUSED, Response, fields

OK = b"HTTP/1.1 200 OK\r\n"
FULL = (200, b"ok")
EMPTY = (200, b"")


def head(*lines, status=OK):
    return status + fields(*lines) + b"\r\n"


def two(status):
    """Two bytes, with a length, behind this status line."""
    return head(b"Content-Length: 2", status=status + b"\r\n") + b"ok"


def beside(*lines):
    """Two bytes, with a length behind these fields."""
    return head(*lines, b"Content-Length: 2") + b"ok"


def chunked(body):
    return head(b"Transfer-Encoding: chunked") + body


def coded(*lines, status=OK):
    """A chunked body behind these fields."""
    return head(*lines, status=status) + b"2\r\nok\r\n0\r\n\r\n"


LENGTHS = [
    Response("length", "9112 6.2", head(b"Content-Length: 2") + b"ok", FULL, KEPT),
    Response("length 0", "9112 6.2", head(b"Content-Length: 0"), EMPTY, KEPT),
    Response("length with zeros before", "9110 8.6", head(b"Content-Length: 0002") + b"ok", FULL, KEPT),
    Response("length with blanks around", "9112 5.1", head(b"Content-Length: \t 2 \t") + b"ok", FULL, KEPT),
    Response("no length, closed", "9112 6.3", head(b"X: 1") + b"ok", FULL, CLOSED, closes=True),
    Response("no length, Connection: close", "9112 6.3", head(b"Connection: close") + b"ok", FULL, CLOSED, closes=True),
    Response("HTTP/1.0 with a length", "9112 9.3", two(b"HTTP/1.0 200 OK"), FULL, CLOSED),
    Response("HTTP/1.0, closed", "9112 6.3", head(status=b"HTTP/1.0 200 OK\r\n") + b"ok", FULL, CLOSED, closes=True),
    Response("204", "9110 15.3.5", head(status=b"HTTP/1.1 204 No Content\r\n"), (204, b""), KEPT),
    Response("304", "9110 15.4.5", head(b"Content-Length: 5", status=b"HTTP/1.1 304 Not Modified\r\n"), (304, b""), KEPT),
    Response("Connection: close with a length", "9112 9.6", beside(b"Connection: close"), FULL, CLOSED),
    Response("a newer minor version", "9110 2.5", two(b"HTTP/1.9 200 OK"), FULL, KEPT),
    Response("two lengths", "9112 6.3", head(b"Content-Length: 2", b"Content-Length: 3") + b"ok!", REFUSED, CLOSED),
    Response("two lengths in one field", "9112 6.3", head(b"Content-Length: 2, 3") + b"ok!", REFUSED, CLOSED),
    Response("length with a plus", "9110 8.6", head(b"Content-Length: +2") + b"ok", REFUSED, CLOSED),
    Response("length with a minus", "9110 8.6", head(b"Content-Length: -2") + b"ok", REFUSED, CLOSED),
    Response("length in hex", "9110 8.6", head(b"Content-Length: 0x2") + b"ok", REFUSED, CLOSED),
    Response("length with a letter", "9110 8.6", head(b"Content-Length: 2a") + b"ok", REFUSED, CLOSED),
    Response("length with a blank inside", "9110 8.6", head(b"Content-Length: 1 0") + b"ok", REFUSED, CLOSED),
    Response("length with a point", "9110 8.6", head(b"Content-Length: 2.0") + b"ok", REFUSED, CLOSED),
    Response("empty length", "9110 8.6", head(b"Content-Length:") + b"ok", REFUSED, CLOSED),
    Response("length of 2^63", "9110 8.6", head(b"Content-Length: 9223372036854775808") + b"ok", REFUSED, CLOSED),
    Response("length of 2^64 and 2", "9110 8.6", head(b"Content-Length: 18446744073709551618") + b"ok", REFUSED, CLOSED),
    Response("short body", "9112 8", head(b"Content-Length: 5") + b"ok", REFUSED, CLOSED, closes=True),
    Response("bytes behind the body", "9112 6.3", beside() + head(b"Content-Length: 4") + b"evil", FULL, CLOSED),
    Response("bytes behind a 204", "9110 15.3.5", head(status=b"HTTP/1.1 204 No Content\r\n") + b"evil", (204, b""), CLOSED),
]

CODINGS = [
    Response("coding in capitals", "9112 7", coded(b"Transfer-Encoding: CHUNKED"), FULL, KEPT),
    Response("chunked and a length", "9112 6.3", coded(b"Content-Length: 2", b"Transfer-Encoding: chunked"), REFUSED, CLOSED),
    Response("a length and chunked", "9112 6.3", coded(b"Transfer-Encoding: chunked", b"Content-Length: 99"), REFUSED, CLOSED),
    Response("chunked twice", "9112 6.1", coded(b"Transfer-Encoding: chunked, chunked"), REFUSED, CLOSED),
    Response("chunked in two fields", "9112 6.1", coded(b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked"),
             REFUSED, CLOSED),
    Response("chunked before gzip", "9112 6.3", coded(b"Transfer-Encoding: chunked, gzip"), REFUSED, CLOSED),
    Response("gzip before chunked", "9112 6.1", coded(b"Transfer-Encoding: gzip, chunked"), REFUSED, CLOSED),
    Response("identity", "9112 7", head(b"Transfer-Encoding: identity") + b"ok", REFUSED, CLOSED, closes=True),
    Response("an unknown coding", "9112 6.1", coded(b"Transfer-Encoding: xchunked"), REFUSED, CLOSED),
    Response("a coding with a tab inside", "9110 5.6.2", coded(b"Transfer-Encoding: chun\tked"), REFUSED, CLOSED),
    Response("chunked with a vertical tab", "9110 5.5", coded(b"Transfer-Encoding: \x0bchunked"), REFUSED, CLOSED),
    Response("empty coding", "9112 6.1", head(b"Transfer-Encoding:") + b"ok", REFUSED, CLOSED, closes=True),
    Response("chunked in HTTP/1.0", "9112 6.1", coded(b"Transfer-Encoding: chunked", status=b"HTTP/1.0 200 OK\r\n"),
             REFUSED, CLOSED),
]

CHUNKS = [
    Response("chunked", "9112 7.1", chunked(b"2\r\nok\r\n0\r\n\r\n"), FULL, KEPT),
    Response("chunked, several", "9112 7.1", chunked(b"1\r\no\r\n1\r\nk\r\n0\r\n\r\n"), FULL, KEPT),
    Response("chunk sizes in capitals, with zeros", "9112 7.1", chunked(b"000A\r\n0123456789\r\n00\r\n\r\n"),
             (200, b"0123456789"), KEPT),
    Response("chunk extensions", "9112 7.1.1", chunked(b"2;a=b;c=\"d\"\r\nok\r\n0;x\r\n\r\n"), FULL, KEPT),
    Response("trailers", "9112 7.1.2", chunked(b"2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n"), FULL, KEPT),
    Response("trailers that frame", "9110 6.5.1", chunked(b"2\r\nok\r\n0\r\nContent-Length: 7\r\n\r\n"), FULL, KEPT),
    Response("chunk size with 0x", "9112 7.1", chunked(b"0x2\r\nok\r\n0\r\n\r\n"), BROKEN, CLOSED),
    Response("chunk size with a plus", "9112 7.1", chunked(b"+2\r\nok\r\n0\r\n\r\n"), BROKEN, CLOSED),
    Response("chunk size with a minus", "9112 7.1", chunked(b"-2\r\nok\r\n0\r\n\r\n"), BROKEN, CLOSED),
    Response("empty chunk size", "9112 7.1", chunked(b"\r\nok\r\n0\r\n\r\n"), BROKEN, CLOSED),
    Response("blank before the chunk size", "9112 7.1", chunked(b" 2\r\nok\r\n0\r\n\r\n"), BROKEN, CLOSED),
    Response("chunk size that overflows", "9112 7.1", chunked(b"10000000000000002\r\nok\r\n0\r\n\r\n"), BROKEN, CLOSED),
    Response("chunk size of 2^63", "9112 7.1", chunked(b"8000000000000000\r\nok\r\n0\r\n\r\n"), BROKEN, CLOSED),
    Response("chunk with a lone LF", "9112 7.1", chunked(b"2\nok\r\n0\r\n\r\n"), BROKEN, CLOSED),
    Response("chunk data with a lone LF", "9112 7.1", chunked(b"2\r\nok\n0\r\n\r\n"), BROKEN, CLOSED),
    Response("chunk longer than its size", "9112 7.1", chunked(b"2\r\nokay\r\n0\r\n\r\n"), BROKEN, CLOSED),
    Response("chunk extension with a bare CR", "9112 2.2", chunked(b"2;a\rb\r\nok\r\n0\r\n\r\n"), BROKEN, CLOSED),
    Response("chunk extension without end", "9112 7.1.1", chunked(b"2;" + b"a" * 100000 + b"\r\nok\r\n0\r\n\r\n"), BROKEN, CLOSED),
    Response("closed before the last chunk", "9112 8", chunked(b"2\r\nok\r\n"), BROKEN, CLOSED, closes=True),
    Response("closed in a chunk", "9112 8", chunked(b"5\r\nok"), BROKEN, CLOSED, closes=True),
    Response("bytes behind the last chunk", "9112 6.3", chunked(b"2\r\nok\r\n0\r\n\r\nevil"), FULL, CLOSED),
    Response("trailer with a bare CR", "9112 2.2", chunked(b"2\r\nok\r\n0\r\nX: a\rb\r\n\r\n"), BROKEN, CLOSED),
]

STATUS_LINES = [
    Response("status of two digits", "9112 4", two(b"HTTP/1.1 20 OK"), REFUSED, CLOSED),
    Response("status of four digits", "9112 4", two(b"HTTP/1.1 2000 OK"), REFUSED, CLOSED),
    Response("status with letters", "9112 4", two(b"HTTP/1.1 2x0 OK"), REFUSED, CLOSED),
    Response("status 099", "9110 15", two(b"HTTP/1.1 099 OK"), REFUSED, CLOSED),
    Response("no reason", "9112 4", two(b"HTTP/1.1 200 "), FULL, KEPT),
    Response("another protocol", "9112 4", two(b"ICY 200 OK"), REFUSED, CLOSED),
    Response("HTTP/2 in text", "9112 2.3", two(b"HTTP/2 200 OK"), REFUSED, CLOSED),
    Response("version without a minor", "9112 2.3", two(b"HTTP/1 200 OK"), REFUSED, CLOSED),
    Response("HTTP/0.9", "9112 4", b"ok", REFUSED, CLOSED, closes=True),
    Response("NUL in the reason", "9112 4", two(b"HTTP/1.1 200 O\0K"), REFUSED, CLOSED),
    Response("bare CR in the reason", "9112 2.2", two(b"HTTP/1.1 200 O\rK"), REFUSED, CLOSED),
]

FIELDS = [
    Response("folded field", "9112 5.2", beside(b"X: 1\r\n 2"), REFUSED, CLOSED),
    Response("first field folded", "9112 2.2", beside(b" X: 1"), REFUSED, CLOSED),
    Response("blank before the colon", "9112 5.1", head(b"Content-Length : 2") + b"ok", REFUSED, CLOSED),
    Response("tab before the colon", "9112 5.1", beside(b"X\t: 2"), REFUSED, CLOSED),
    Response("field without a colon", "9112 5", beside(b"X"), REFUSED, CLOSED),
    Response("field without a name", "9110 5.1", beside(b": x"), REFUSED, CLOSED),
    Response("blank in a name", "9110 5.1", beside(b"X Y: 1"), REFUSED, CLOSED),
    Response("NUL in a value", "9110 5.5", beside(b"X: a\0b"), REFUSED, CLOSED),
    Response("bare CR in a value", "9112 2.2", beside(b"X: a\rContent-Length: 9"), REFUSED, CLOSED),
    Response("control character in a name", "9110 5.1", beside(b"X\x01: a"), REFUSED, CLOSED),
    Response("8 bit byte in a name", "9110 5.1", beside(b"X\xe4: a"), REFUSED, CLOSED),
    Response("too many fields", "9110 17.5", beside(*[b"X%d: 1" % i for i in range(400)]), REFUSED, CLOSED),
    Response("a head without end", "9110 17.5", OK + b"X: " + b"a" * 3000000, REFUSED, CLOSED),
]

EARLY = b"HTTP/1.1 103 Early Hints\r\n"
INTERIM = [
    Response("100 before the answer", "9110 15.2", head(status=b"HTTP/1.1 100 Continue\r\n") + beside(), FULL, KEPT),
    Response("102 before the answer", "9110 15.2", head(status=b"HTTP/1.1 102 Processing\r\n") + beside(), FULL, KEPT),
    Response("1xx with a length", "9110 8.6", head(b"Content-Length: 5", status=EARLY) + beside(), REFUSED, CLOSED),
    Response("too many 1xx", "9110 17.5", head(status=EARLY) * 200 + beside(), REFUSED, CLOSED),
    Response("101 that was not asked for", "9110 15.2.2",
             head(b"Upgrade: x", b"Connection: Upgrade", status=b"HTTP/1.1 101 Switching\r\n") + b"evil", REFUSED, CLOSED),
]

RESPONSES = LENGTHS + CODINGS + CHUNKS + STATUS_LINES + FIELDS + INTERIM

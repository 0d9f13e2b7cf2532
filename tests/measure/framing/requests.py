"""Requests of a client, and the results that are wanted. A connection ends with a refusal, since it is not known where the
next request begins."""
from .rows import AT_MOST_ONE, CLOSED, KEPT, REFUSED, Request, fields

FIRST = b"POST /app/one HTTP/1.1"
GET = b"GET /app/one HTTP/1.1"


def request(*lines, first=FIRST, host=b"Host: h"):
    return first + b"\r\n" + fields(host, *lines) + b"\r\n"


def refused(name, section, data):
    return Request(name, section, data, REFUSED, CLOSED)


def coded(body, *lines):
    """A body behind these fields, by default chunked."""
    return request(*(lines or [b"Transfer-Encoding: chunked"])) + body


SMUGGLED = request(first=b"GET /app/smuggled HTTP/1.1")
NOTHING = b"0\r\n\r\n"

LENGTHS = [
    Request("length", "9112 6.2", request(b"Content-Length: 2") + b"ok", 1, KEPT),
    Request("two in a row", "9112 9.3.2", request(b"Content-Length: 2") + b"ok" + SMUGGLED, 2, KEPT),
    Request("body that looks like a request", "9112 6.2", request(b"Content-Length: %d" % len(SMUGGLED)) + SMUGGLED, 1, KEPT),
    refused("two lengths", "9112 6.3", request(b"Content-Length: 2", b"Content-Length: 3") + b"ok!" + SMUGGLED),
    refused("two lengths in one field", "9112 6.3", request(b"Content-Length: 2, 3") + b"ok!"),
    refused("length with a plus", "9110 8.6", request(b"Content-Length: +2") + b"ok"),
    refused("length with a minus", "9110 8.6", request(b"Content-Length: -2") + b"ok"),
    refused("length in hex", "9110 8.6", request(b"Content-Length: 0x2") + b"ok"),
    refused("length with a letter", "9110 8.6", request(b"Content-Length: 2a") + b"ok"),
    refused("length of 2^64 and 2", "9110 8.6", request(b"Content-Length: 18446744073709551618") + b"ok"),
    refused("blank before the colon of the length", "9112 5.1", request(b"Content-Length : 2") + b"ok"),
    # a server may also unfold it
    Request("folded length", "9112 5.2", request(b"Content-Length:\r\n 2") + b"ok", AT_MOST_ONE, KEPT),
]

CODINGS = [
    # the coding counts, and the connection is closed behind the answer
    Request("length and chunked", "9112 6.3", coded(NOTHING + SMUGGLED, b"Content-Length: 4", b"Transfer-Encoding: chunked"),
            AT_MOST_ONE, CLOSED),
    Request("chunked and length", "9112 6.3", coded(NOTHING + SMUGGLED, b"Transfer-Encoding: chunked", b"Content-Length: 4"),
            AT_MOST_ONE, CLOSED),
    refused("an unknown coding", "9112 6.1", coded(NOTHING + SMUGGLED, b"Transfer-Encoding: xchunked")),
    refused("chunked twice", "9112 6.1", coded(NOTHING + SMUGGLED, b"Transfer-Encoding: chunked, chunked")),
    refused("chunked before identity", "9112 6.3", coded(NOTHING + SMUGGLED, b"Transfer-Encoding: chunked, identity")),
    refused("a second coding field", "9112 6.3",
            coded(NOTHING + SMUGGLED, b"Transfer-Encoding: chunked", b"Transfer-Encoding: cow")),
    refused("coding with a vertical tab", "9110 5.5", coded(NOTHING + SMUGGLED, b"Transfer-Encoding: \x0bchunked")),
    refused("coding with a quote", "9110 5.6.2", coded(NOTHING + SMUGGLED, b"Transfer-Encoding: \"chunked\"")),
    refused("coding with a bare CR before", "9112 2.2", request(b"X: y\rTransfer-Encoding: chunked", b"Content-Length: 2") + b"ok"),
    Request("coding folded", "9112 5.2", coded(NOTHING, b"Transfer-Encoding:\r\n chunked"), AT_MOST_ONE, KEPT),
    refused("gzip before chunked", "9112 6.1", coded(NOTHING + SMUGGLED, b"Transfer-Encoding: gzip, chunked")),
    refused("name of the coding with a blank", "9112 5.1", coded(NOTHING, b"Transfer-Encoding : chunked")),
    Request("HTTP/1.0 with a coding", "9112 6.1",
            request(b"Transfer-Encoding: chunked", first=b"POST /app/one HTTP/1.0") + NOTHING + SMUGGLED, AT_MOST_ONE, CLOSED),
]

CHUNKS = [
    Request("chunked", "9112 7.1", coded(b"2\r\nok\r\n" + NOTHING), 1, KEPT),
    Request("chunk that looks like a request", "9112 7.1", coded(b"%x\r\n" % len(SMUGGLED) + SMUGGLED + b"\r\n" + NOTHING), 1, KEPT),
    refused("chunk size with 0x", "9112 7.1", coded(b"0x2\r\nok\r\n" + NOTHING)),
    refused("chunk size with a plus", "9112 7.1", coded(b"+2\r\nok\r\n" + NOTHING)),
    refused("chunk size with a minus", "9112 7.1", coded(b"-2\r\nok\r\n" + NOTHING)),
    refused("chunk size that overflows", "9112 7.1", coded(b"10000000000000002\r\nok\r\n" + NOTHING)),
    refused("chunk longer than its size", "9112 7.1", coded(b"2\r\nokay\r\n" + NOTHING)),
    Request("trailers that frame", "9110 6.5.1", coded(b"2\r\nok\r\n0\r\nContent-Length: 9\r\n\r\n"), 1, KEPT),
]

FIELDS = [
    refused("NUL in a value", "9110 5.5", request(b"X: a\0b", b"Content-Length: 2") + b"ok"),
    refused("bare CR in a value", "9112 2.2", request(b"X: a\rb", b"Content-Length: 2") + b"ok"),
    refused("blank in a name", "9110 5.1", request(b"X Y: 1", b"Content-Length: 2") + b"ok"),
    Request("folded field", "9112 5.2", request(b"X: 1\r\n 2", b"Content-Length: 2") + b"ok", AT_MOST_ONE, KEPT),
    refused("no Host", "9112 3.2", GET + b"\r\n\r\n"),
    refused("two Hosts", "9112 3.2", request(first=GET, host=b"Host: a\r\nHost: b")),
    refused("Host with a comma", "9112 3.2", request(first=GET, host=b"Host: a, b")),
    refused("Host with a path", "9112 3.2", request(first=GET, host=b"Host: a/b")),
    refused("expectation that is unknown", "9110 10.1.1", request(b"Expect: magic", b"Content-Length: 2") + b"ok"),
    Request("hop by hop fields that name the framing", "9110 7.6.1",
            request(b"Connection: Content-Length, close", b"Content-Length: 2") + b"ok", 1, CLOSED),
]

REQUEST_LINES = [
    refused("blank in the target", "9112 3.2", request(first=b"GET /app/o ne HTTP/1.1")),
    refused("tab between the words", "9112 3", request(first=b"GET\t/app/one\tHTTP/1.1")),
    refused("NUL in the target", "9112 3.2", request(first=b"GET /app/o\0ne HTTP/1.1")),
    Request("encoded NUL in the target", "9110 17.4", request(first=b"GET /app/o%00ne HTTP/1.1"), REFUSED, KEPT),  # it has an end
    Request("HTTP/0.9", "9112 2.3", b"GET /app/one\r\n", AT_MOST_ONE, CLOSED),  # HttpProtocolOptions Require1.0 refuses it
    Request("HTTP/3.0", "9110 2.5", request(first=b"GET /app/one HTTP/3.0"), AT_MOST_ONE, KEPT),
    refused("lower case protocol", "9112 2.3", request(first=b"GET /app/one http/1.1")),
    refused("a method with a control character", "9110 9.1", request(first=b"G\x01T /app/one HTTP/1.1")),
    Request("line breaks in an encoded target", "9110 17.4", request(first=b"GET /app/one%0d%0aX:%20evil HTTP/1.1"), 1, KEPT),
]

REQUESTS = LENGTHS + CODINGS + CHUNKS + FIELDS + REQUEST_LINES

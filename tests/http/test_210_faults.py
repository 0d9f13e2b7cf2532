"""Stories of members that hang, lie or break off: each has its outcome, its log line and its answer, and costs no other client
anything."""
import socket
import threading

import pytest

from wlmtest import wait_until
from wlmtest.client import shares
from wlmtest.members import refusing_port
from wlmtest.plugincfg import Cluster, plugin_cfg

OVER = threading.Event()  # ends the hanging scripts when the module is through


@pytest.fixture(autouse=True, scope="module")
def over():
    yield
    OVER.set()


def answering(data, then="close"):
    """A script that reads a request, sends these bytes, and then closes, resets, or waits."""
    def script(c):
        while (head := c.read_head()) is not None:
            c.read_body(head)
            c.send(data)
            if then == "close":
                return
            if then == "reset":
                c.reset()
                return
            if then == "hang":
                OVER.wait(20)
                return
    return script


def endless_head(c):
    c.read_head()
    c.send(b"HTTP/1.1 200 OK\r\n")
    for _ in range(100):
        c.send((b"X-Filler: " + b"y" * 1000 + b"\r\n") * 1000)  # 100 MB in all


def endless_interim(c):
    c.read_head()
    while True:
        c.send(b"HTTP/1.1 100 Continue\r\n\r\n")  # Python's client knows no other


OK = b"HTTP/1.1 200 OK\r\n"
# name: script, outcome in the log, status for the client when no other member can answer
FAULTS = {
    "never answers":            (answering(b"", "hang"), "timed-out", 504),
    "closes":                   (answering(b""), "no-response", 502),
    "resets":                   (answering(b"", "reset"), "no-response", 502),
    "garbage":                  (answering(b"\x00\x01\x02 what?\r\n\r\n"), "not-http", 502),
    "another protocol":         (answering(b"SSH-2.0-OpenSSH_9.2\r\n", "hang"), "not-http", 502),
    "HTTP/2":                   (answering(b"HTTP/2 200\r\n\r\n"), "not-http", 502),
    "half a status line":       (answering(b"HTTP/1."), "no-response", 502),
    "half a head":              (answering(OK + b"Content-Length: 1"), "no-response", 502),
    "half a head, then reset":  (answering(OK + b"Content-Le", "reset"), "no-response", 502),
    "half a head, then hangs":  (answering(OK + b"Content-Length: 1", "hang"), "timed-out", 504),
    "100 MB of headers":        (endless_head, "head-refused", 502),
    "endless 1xx":              (endless_interim, "head-refused", 502),
    "too many fields":          (answering(OK + b"A: b\r\n" * 400 + b"\r\n"), "head-refused", 502),
    "two Content-Lengths":      (answering(OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nok"), "head-refused", 502),
    "length and chunked":       (answering(OK + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                                 "head-refused", 502),
    "unknown coding":           (answering(OK + b"Transfer-Encoding: gzip\r\n\r\nxx"), "head-refused", 502),
    "folded line":              (answering(OK + b"A: b\r\n c\r\nContent-Length: 0\r\n\r\n"), "head-refused", 502),
    "blank before the colon":   (answering(OK + b"Content-Length : 2\r\n\r\nok"), "head-refused", 502),
    "an upgrade that was not wanted": (answering(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
                                 "head-refused", 502),
    "bad chunk size":           (answering(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"), "broken", 502),
    "chunk longer than said":   (answering(OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nokay\r\n0\r\n\r\n"), "broken", 502),
    "short body":               (answering(OK + b"Content-Length: 10\r\n\r\nshort"), "broken", None),
    "short body, then hangs":   (answering(OK + b"Content-Length: 10\r\n\r\nshort", "hang"), "broken", None),
    "no last chunk":            (answering(OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n"), "broken", None),
}
EXPECTED = ("WLM0030", "WLM0035", "WLM0036", "WLM0037", "WLM0038")


@pytest.mark.parametrize("name", FAULTS)
def test_210_01_alone(httpd, scripted, name):
    script, outcome, status = FAULTS[name]
    x = scripted(script)
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {"ServerIOTimeout": 1})])))
    server.expect(*EXPECTED)
    answer = server.client.send("GET", "/app/")
    if status:
        assert answer.status == status and not answer.error
    else:
        # a part may have gone to the client: then it must be able to tell that the rest is missing
        assert answer.error if answer.status == 200 else answer.status == 502
    assert f"failed: {outcome}: " in server.log()
    assert server.status()["x"]["InFlight"] == "0"
    assert server.status()["x"]["Failures"] == "1"


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("name", [n for n in FAULTS if FAULTS[n][2]])
def test_210_02_beside_a_good_member(httpd, member, scripted, name, method):
    script, outcome, _ = FAULTS[name]
    x, b = scripted(script), member("b")
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {"ServerIOTimeout": 1}), ("b", b.port, {})])),
                   "WLMDefaults Original")
    server.expect(*EXPECTED)
    answers = server.client.load(4, 2, method=method, body=b"small body" if method == "POST" else None)
    assert shares(answers) == {"b": 4}
    assert f"failed: {outcome}: " in server.log()


def test_210_03_refused_alone_and_beside(httpd, member):
    server = httpd(plugin_cfg(Cluster("c", [("x", refusing_port(), {})])))
    server.expect(*EXPECTED)
    assert server.client.get().status == 503
    assert "failed: not-connected: Connection refused" in server.log()
    b = member("b")
    server = httpd(plugin_cfg(Cluster("c", [("x", refusing_port(), {}), ("b", b.port, {})])))
    server.expect(*EXPECTED)
    assert shares(server.client.load(4, 2)) == {"b": 4}


@pytest.mark.parametrize("name,state", [
    ("closes", "down"), ("resets", "down"), ("garbage", "down"), ("two Content-Lengths", "up"), ("short body", "up"),
    ("never answers", "up"),
])
def test_210_04_what_marks_a_member_down(httpd, scripted, name, state):
    x = scripted(FAULTS[name][0])
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {"ServerIOTimeout": 1})])))
    server.expect(*EXPECTED)
    server.client.get()
    assert server.status()["x"]["State"] == state


def test_210_05_a_negative_time_out_marks_down(httpd, scripted):
    x = scripted(FAULTS["never answers"][0])
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {"ServerIOTimeout": -1})])))
    server.expect(*EXPECTED)
    assert server.client.get().status == 504
    assert server.status()["x"]["State"] == "down"


def test_210_06_a_member_that_takes_no_request_body_times_out(httpd, scripted):
    x = scripted(lambda c: (c.read_head(), OVER.wait(20)))
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {"ServerIOTimeout": 1})], PostBufferSize=0)))
    server.expect(*EXPECTED)
    assert server.client.send("POST", "/app/", bytes(20_000_000)).status == 504


# -- one request's bytes never reach another ------------------------------------------------------------

def numbered(c):
    """Answers with the request's path, with something more behind it that was not asked for."""
    while (head := c.read_head()) is not None:
        path = head.split(b" ")[1]
        c.send(OK + b"Content-Length: %d\r\n\r\n%sHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nEVIL" % (len(path), path))


def test_210_07_bytes_behind_a_response_are_never_used(httpd, scripted):
    x = scripted(numbered)
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {})])))
    for n in range(20):
        assert server.client.get(f"/app/{n}").body == b"/app/%d" % n
    assert x.connections == 20


def test_210_08_bytes_on_an_idle_connection_are_never_used(httpd, scripted):
    sent = []

    def script(c):
        while (head := c.read_head()) is not None:
            c.ok(head.split(b" ")[1])
            c.send(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nEVIL")
            sent.append(1)
    x = scripted(script)
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {})])))
    for n in range(10):
        assert server.client.get(f"/app/{n}").body == b"/app/%d" % n
        wait_until(lambda: len(sent) == n + 1, "the unasked bytes")


def test_210_09_a_late_answer_is_never_used(httpd, scripted):
    late = threading.Event()

    def script(c):
        head = c.read_head()
        path = head.split(b" ")[1]
        if path == b"/app/slow":
            late.wait(10)
        c.ok(path)
        c.read_head()
    x = scripted(script)
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {"ServerIOTimeout": 1})])))
    server.expect(*EXPECTED)
    assert server.client.get("/app/slow").status == 504
    late.set()
    for n in range(10):
        assert server.client.get(f"/app/{n}").body == b"/app/%d" % n


def test_210_10_a_head_request_does_not_confuse_the_next(httpd, scripted):
    def script(c):
        while (head := c.read_head()) is not None:
            if head.startswith(b"HEAD"):
                c.send(OK + b"Content-Length: 1000\r\n\r\n")
            else:
                c.ok(head.split(b" ")[1])
    x = scripted(script)
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {})])))
    for n in range(5):
        answer = server.client.raw(b"HEAD /app/ HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        assert b"Content-Length: 1000" in answer
        assert server.client.get(f"/app/{n}").body == b"/app/%d" % n
    assert x.connections == 1


def test_210_11_smuggling_clients_are_refused_before_a_member_sees_them(httpd, member):
    a = member("a")
    server = httpd(plugin_cfg(Cluster("c", [("a", a.port, {})])))
    for framing in (b"Content-Length: 3\r\nContent-Length: 4", b"Content-Length: +3", b"Transfer-Encoding: xchunked",
                    b"Transfer-Encoding: chunked, identity"):
        text = server.client.raw(b"POST /app/ HTTP/1.1\r\nHost: h\r\nConnection: close\r\n" + framing + b"\r\n\r\nabcd")
        assert text.split(b" ")[1] in (b"400", b"501"), framing
    assert a.requests() == 0


def test_210_12_length_and_chunked_of_a_client_reach_the_member_as_one_framing(httpd, scripted):
    x = scripted(answering(OK + b"Content-Length: 0\r\n\r\n", "go on"))
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {})])))
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as s:
        s.sendall(b"POST /app/ HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
                  b"5\r\nhello\r\n0\r\n\r\n")
        s.recv(4096)
    framings = [line for line in x.heads[0].lower().splitlines() if line.startswith(("content-length", "transfer-"))]
    assert framings == ["content-length: 5"]

"""Stories of responses whose head is there before their body: the client gets the head, and what that means for fail-over."""
import contextlib
import gzip
import http.client
import socket
import threading
import time

import h2.events
import pytest

from wlmtest import config_value, wait_until
from wlmtest.client import shares
from wlmtest.http2 import Http2
from wlmtest.plugincfg import Cluster, plugin_cfg

BODY = b"data: first\n\n"
LATE = {
    "chunked":      (b"Transfer-Encoding: chunked\r\n\r\n", b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)),
    "until close":  (b"\r\n", BODY),
    "small length": (b"Content-Length: %d\r\n\r\n" % len(BODY), BODY),
    "large length": (b"Content-Length: 1000000\r\n\r\n", BODY + bytes(1_000_000 - len(BODY))),
}
FILTERS = {
    "":          "",
    "deflate":   "LoadModule filter_module {mods}/mod_filter.so\nLoadModule deflate_module {mods}/mod_deflate.so\n"
                 "SetOutputFilter DEFLATE\n",
    "substitute": "LoadModule substitute_module {mods}/mod_substitute.so\nSetOutputFilter SUBSTITUTE\n"
                  "Substitute s/something/else/\n",
}


class Member:
    """Sends the head of its answers, and the body when it is told to."""

    def __init__(self, framing, then=None):
        self.framing, self.then, self.go_on = framing, then, threading.Event()
        self.bodies = []

    def __call__(self, c):
        while (head := c.read_head()) is not None:
            self.bodies.append(c.read_body(head))
            fields, body = LATE[self.framing]
            c.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nX-Member: x\r\n" + fields)
            self.go_on.wait(20)
            if self.then:
                self.then(c)
            else:
                c.send(body)
            if self.then or self.framing == "until close":
                return


class Http1:
    """A client that reads the head, and then the rest."""

    def __init__(self, port, version):
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=5)
        self.sock.sendall(f"GET /app/ HTTP/{version}\r\nHost: h\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n".encode())
        self.response = http.client.HTTPResponse(self.sock)

    def status(self):
        self.response.begin()
        return self.response.status

    def rest(self):
        return self.response.read(), self.response.headers.get("Content-Encoding")


class Http2Get:
    """The same with HTTP/2."""

    def __init__(self, port, _):
        self.stream = Http2(port, timeout=5)
        self.sock = self.stream.sock
        self.stream.begin("GET", "/app/", [("accept-encoding", "gzip")], ended=True)

    def status(self):
        return int(dict(self.stream.wait_for(h2.events.ResponseReceived).headers)[":status"])

    def rest(self):
        answer = self.stream.answer()
        assert not answer.error
        return answer.body, answer.headers.get("content-encoding")


@pytest.mark.parametrize("client,version", [(Http1, "1.1"), (Http1, "1.0"), (Http2Get, "2")], ids=["1.1", "1.0", "2"])
@pytest.mark.parametrize("filters", FILTERS)
@pytest.mark.parametrize("framing", LATE)
def test_192_01_the_head_does_not_wait_for_the_body(httpd, scripted, framing, filters, client, version):
    member = Member(framing)
    x = scripted(member)
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {})])), FILTERS[filters].format(mods=config_value("HTTPD_LIBEXECDIR")))
    listener = client(server.port, version)
    with contextlib.closing(listener.sock):
        assert listener.status() == 200
        assert not member.go_on.is_set()
        member.go_on.set()
        body, coding = listener.rest()
    assert (gzip.decompress(body) if coding == "gzip" else body).startswith(BODY)


@pytest.mark.parametrize("framing", LATE)
def test_192_02_a_late_body_is_no_reason_to_ask_another_member(httpd, scripted, member, framing):
    """The head has gone to the client: from then on a time-out ends the response, and nothing is executed twice."""
    late = Member(framing)
    x, b = scripted(late), member("b")
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {"ServerIOTimeout": 1}), ("b", b.port, {})], PostBufferSize=64)))
    server.expect("WLM0030")
    answers = server.client.load(4, 2, method="POST", body=b"order")
    late.go_on.set()
    assert sorted(bool(a.error) for a in answers) == [False, False, True, True]
    assert {a.status for a in answers} == {200}
    assert late.bodies == [b"order"] * 2 and b.requests() == 2
    assert "failed: broken: no more of the response within ServerIOTimeout" in server.log()


def half(c):
    c.send(BODY[:5])


def later(c):
    until = time.monotonic() + 0.1
    wait_until(lambda: time.monotonic() > until, "a pause that is shorter than a small body is waited for")


@pytest.mark.parametrize("then", [lambda c: None, half, later], ids=["none of it", "half of it", "after a pause"])
@pytest.mark.parametrize("method,body", [("GET", None), ("POST", b"order")])
def test_192_03_a_small_response_that_breaks_off_soon_is_had_from_another_member(httpd, scripted, member, method, body, then):
    late = Member("small length", then)
    late.go_on.set()
    x, b = scripted(late), member("b")
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {}), ("b", b.port, {})])), "WLMDefaults Original")
    server.expect("WLM0030")
    answers = server.client.load(10, 2, method=method, body=body)
    assert shares(answers) == {"b": 10}
    assert not any(a.error for a in answers) and late.bodies


@pytest.mark.parametrize("framing", LATE)
def test_192_04_the_time_out_is_one_between_bytes(httpd, scripted, framing):
    """The response takes longer than ServerIOTimeout altogether."""
    fields, body = LATE[framing]
    pieces = [fields, body[:4], body[4:8], body[8:]]

    def script(c):
        c.read_head()
        c.send(b"HTTP/1.1 200 OK\r\n")
        for piece in pieces:
            c.send(piece)
            if piece is not pieces[-1]:
                time.sleep(0.6)  # the pause is what the story is about
    x = scripted(script)
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {"ServerIOTimeout": 1})])))
    answer = server.client.get()
    assert (answer.status, answer.error) == (200, None)
    assert answer.body.startswith(BODY)


def test_192_05_a_client_that_sends_on_gets_the_head_meanwhile(httpd, scripted):
    """Both sides go on when they have the other's head."""
    def script(c):
        head = c.read_head()
        c.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        body = c.read_body(head)
        c.send(b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))
    x = scripted(script)
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {})], PostBufferSize=0)), "WLMDefaults Original")
    connection = server.client.connect()
    connection.putrequest("POST", "/app/")
    connection.putheader("Content-Length", "6")
    connection.endheaders()
    connection.send(b"abc")
    response = connection.getresponse()
    connection.send(b"def")
    assert (response.status, response.read()) == (200, b"abcdef")
    connection.close()

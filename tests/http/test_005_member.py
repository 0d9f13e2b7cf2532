"""The demo member itself: what other stories take for granted about it. Drives build/wlm-member directly."""

import contextlib
import http.client
import re
import socket
import subprocess
import time

import pytest
from wlmtest import BUILD

PROGRAM = BUILD / "wlm-member"
READY = re.compile(r"^wlm-member (\S+) listening on (\S+):(\d+)$")
FNV_OF_NOTHING = "cbf29ce484222325"


class Member:
    """A running member; ask() gives (response, body), fields() the key=value lines of the default answer."""

    def __init__(self, name, *options):
        self.process = subprocess.Popen([PROGRAM, "--name", name, "--listen", "127.0.0.1:0", *options],
                                        stdout=subprocess.PIPE, text=True)
        match = READY.match(self.process.stdout.readline().rstrip("\n"))
        assert match and match[1] == name
        self.port = int(match[3])

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)

    def ask(self, target="/", method="GET", body=None, connection=None, **headers):
        c = connection or self.connect()
        names = {k.replace("_", "-"): v for k, v in headers.items()}
        c.request(method, target, body, names, encode_chunked=not isinstance(body, (bytes, type(None))))
        response = c.getresponse()
        data = response.read()
        if connection is None:
            c.close()
        return response, data

    def fields(self, *args, **kwargs):
        _, data = self.ask(*args, **kwargs)
        return dict(line.split("=", 1) for line in data.decode().splitlines())

    def raw(self, data):
        """Everything that comes until the member closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as s:
            s.sendall(data)
            return b"".join(iter(lambda: s.recv(65536), b""))

    def stop(self):
        self.process.terminate()
        status = self.process.wait(5)
        self.process.stdout.close()
        return status


@contextlib.contextmanager
def running(name, *options):
    member = Member(name, *options)
    try:
        yield member
    finally:
        member.stop()


@pytest.fixture(scope="module", name="m")
def the_member():
    with running("m1", "--clone-id", "c1") as member:
        yield member


def wait_for_lines(path, count):
    deadline = time.monotonic() + 10
    while path.read_text().count("\n") < count:
        assert time.monotonic() < deadline, f"{path.name} has not {count} lines"
        time.sleep(0.01)  # between two looks


def fnv1a(data):
    value = 0xcbf29ce484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001b3 % 2**64
    return f"{value:016x}"


def test_default_answer(m):
    response, _ = m.ask("/a/b?x=y")
    assert (response.status, response.version) == (200, 11)
    assert response.getheader("X-Member") == "m1"
    seen = m.fields("/a/b?x=y", Host="shop.example")
    assert (seen["member"], seen["clone_id"], seen["method"], seen["path"]) == ("m1", "c1", "GET", "/a/b?x=y")
    assert (seen["host"], seen["body_bytes"], seen["body_fnv"]) == ("shop.example", "0", FNV_OF_NOTHING)
    assert seen["fo"] == "-"
    assert m.fields("/", **{"$WSFO": "true"})["fo"] == "true"


def test_a_new_session_gets_a_cookie_and_is_counted(m):
    response, _ = m.ask("/")
    cookie = re.fullmatch(r"(JSESSIONID=0000([\w-]{23}):c1); Path=/", response.getheader("Set-Cookie"))
    assert cookie
    again, data = m.ask("/", Cookie=f"a=b; {cookie[1]}; c=d")
    assert again.getheader("Set-Cookie") is None
    assert f"session={cookie[2]}\nhits=2\nnew=0\n".encode() in data
    seen = m.fields(f"/x;jsessionid=0000{cookie[2]}:c1?a=b")
    assert (seen["session"], seen["hits"]) == (cookie[2], "3")


def test_a_session_from_elsewhere_is_taken_over(m):
    response, data = m.ask("/", Cookie="JSESSIONID=0000from-elsewhere:c2:c3")
    assert response.getheader("Set-Cookie") == "JSESSIONID=0000from-elsewhere:c2:c3:c1; Path=/"
    assert b"session=from-elsewhere\nhits=1\nnew=0\n" in data


@pytest.mark.parametrize("cookie", ["JSESSIONID=", "JSESSIONID=0000", "JSESSIONID=1234abc:c1",
                                    "JSESSIONID=0000a!b:c1", "XJSESSIONID=0000abc:c1",
                                    "JSESSIONID=0000" + "a" * 40])
def test_a_cookie_in_another_form_is_no_session(m, cookie):
    assert m.fields("/", Cookie=cookie)["new"] == "1"


def test_without_a_session(m):
    response, data = m.ask("/?nosession=1")
    assert response.getheader("Set-Cookie") is None
    assert b"session=-\nhits=0\nnew=0\n" in data


def test_request_bodies(m):
    body = bytes(range(256)) * 300
    for sent in (body, iter([body[:1], body[1:70000], body[70000:]])):
        seen = m.fields("/", "POST", sent)
        assert (seen["body_bytes"], seen["body_fnv"]) == (str(len(body)), fnv1a(body))


def test_echo(m):
    body = bytes(range(256)) * 2000
    response, data = m.ask("/?echo=1", "PUT", body, Content_Type="image/x-test")
    assert data == body
    assert response.getheader("Content-Length") == str(len(body))
    assert response.getheader("Content-Type") == "image/x-test"
    response, data = m.ask("/?echo=1", "PUT", iter([body[:5], body[5:]]))
    assert data == body
    assert response.getheader("Transfer-Encoding") == "chunked"


def test_connections_are_kept(m):
    c = m.connect()
    assert [m.fields("/", connection=c)["connection"] for _ in range(3)] == ["1", "2", "3"]
    assert m.fields("/?close=1", connection=c)["connection"] == "4"
    assert m.fields("/", connection=c)["connection"] == "1"  # http.client has connected anew
    c.close()


def test_bytes_in_every_framing(m):
    expected = (b"abcdefghijklmnopqrstuvwxyz" * 8000)[:200000]
    response, data = m.ask("/?bytes=200000")
    assert data == expected and response.getheader("Content-Length") == "200000"
    response, data = m.ask("/?bytes=200000&chunked=1")
    assert data == expected and response.getheader("Transfer-Encoding") == "chunked"
    response, data = m.ask("/?bytes=200000&until-close=1")
    assert data == expected and response.getheader("Content-Length") is None
    assert m.ask("/?bytes=0")[1] == b""


def test_head_has_no_body(m):
    for query in ("bytes=5", "bytes=5&chunked=1", "headers=1"):
        answer = m.raw(f"HEAD /?{query} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
        assert answer.startswith(b"HTTP/1.1 200 ") and answer.endswith(b"\r\n\r\n")
        assert answer.count(b"\r\n\r\n") == 1


def test_trailer_and_interim(m):
    answer = m.raw(b"GET /?chunked=1&trailer=1&bytes=3&interim=2&close=1 HTTP/1.1\r\n\r\n")
    assert answer.count(b"HTTP/1.1 103 ") == 2 and answer.count(b"\r\nLink: <") == 2
    assert answer.endswith(b"\r\n\r\n3\r\nabc\r\n0\r\nX-Trailer: done\r\n\r\n")


@pytest.mark.parametrize("status", [201, 204, 304, 404, 500, 503])
def test_status(m, status):
    c = m.connect()
    response, data = m.ask(f"/?status={status}", connection=c)
    assert response.status == status
    assert (data == b"") == (status in (204, 304))
    assert m.fields("/", connection=c)["connection"] == "2"
    c.close()


def test_headers_as_received(m):
    answer = m.raw(b"GET /?headers=1&close=1 HTTP/1.1\r\nX-b:  2 \r\nhost: q\r\nX-B:\r\n\r\n")
    assert answer.endswith(b"\r\n\r\nX-b: 2\nhost: q\nX-B: \n")


def test_requested_header(m):
    response, _ = m.ask("/?header-X-One=a%20b%2Cc&header-X-Two=d+e&header-Bad=%0d%0aX-Evil:%201")
    assert (response.getheader("X-One"), response.getheader("X-Two")) == ("a b,c", "d e")
    assert response.getheader("X-Evil") is None


def test_expect_continue(m):
    with socket.create_connection(("127.0.0.1", m.port), timeout=10) as s:
        s.sendall(b"POST /?close=1 HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        assert s.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        s.sendall(b"ab")
        assert b"body_bytes=2\n" in b"".join(iter(lambda: s.recv(65536), b""))


def test_early_answer_comes_before_the_body(m):
    head = b"POST /?early=413 HTTP/1.1\r\nContent-Length: 1000000\r\nExpect: 100-continue\r\n\r\n"
    answer = m.raw(head)
    assert answer.startswith(b"HTTP/1.1 413 ") and b"\r\nConnection: close\r\n" in answer
    assert m.raw(head + b"x" * 1000000).startswith(b"HTTP/1.1 413 ")


def test_delay_and_drip(m):
    begun = time.monotonic()
    m.ask("/?delay=200")
    assert time.monotonic() - begun >= 0.2
    begun = time.monotonic()
    _, data = m.ask("/?bytes=10&drip=4&every=50")
    assert data == b"abcdefghij" and time.monotonic() - begun >= 0.15


@pytest.mark.parametrize("head, status", [
    (b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na", 400),
    (b"POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    (b"POST / HTTP/1.1\r\nContent-Length: +1\r\n\r\na", 400),
    (b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
    (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400),
    (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", 400),
    (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\na\n0\n\n", 400),
    (b"GET / HTTP/1.1\r\nX : y\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nX: y\r\n z\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nX: y\nZ: a\r\n\r\n", 400),
    (b"GET /\r\n\r\n", 400),
    (b"GET / HTTP/2.0\r\n\r\n", 400),
    (b"GET /?delay=abc HTTP/1.1\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\n" + b"A:\r\n" * 501 + b"\r\n", 431),
    (b"GET / HTTP/1.1\r\nA: " + b"a" * 70000, 431),
])
def test_bad_requests_are_refused(m, head, status):
    assert m.raw(head).startswith(b"HTTP/1.1 %d " % status)


def test_log(tmp_path):
    log = tmp_path / "log"
    with running("m2", "--log", str(log)) as m:
        m.ask("/a?nosession=1", X_Request_Id="r-1")
        m.ask("/b", "POST", b"abc", Cookie="JSESSIONID=0000s:m1:m2")
    assert log.read_text().splitlines() == ["GET /a?nosession=1 - - 0 r-1", "POST /b s m1:m2 3 -"]


def test_received(tmp_path):
    """The line is there while the answer is still being waited for, and not before the body is complete."""
    received = tmp_path / "received"
    with running("m2", "--received", str(received), "--delay", "60000") as m:
        with socket.create_connection(("127.0.0.1", m.port), timeout=10) as s:
            s.sendall(b"POST /a HTTP/1.1\r\nX-Request-Id: r-1\r\nContent-Length: 3\r\n\r\nab")
            m_reads = m.raw(b"GET / HTTP/9\r\n\r\n")  # refused: no line
            assert m_reads.startswith(b"HTTP/1.1 400 ")
            assert received.read_text() == ""
            s.sendall(b"c")
            wait_for_lines(received, 1)
            assert m.process.poll() is None
    assert received.read_text() == "POST /a 3 r-1\n"


def test_received_of_an_echo_and_of_an_early_answer(tmp_path):
    received = tmp_path / "received"
    with running("m2", "--received", str(received)) as m:
        m.ask("/?echo=1", "POST", b"abcd", X_Request_Id="r-2")
        m.raw(b"POST /?early=413 HTTP/1.1\r\nContent-Length: 5\r\n\r\n")
        m.ask("/b?delay=1", X_Request_Id="r-3")
    assert received.read_text().splitlines() == ["POST /?echo=1 4 r-2", "GET /b?delay=1 0 r-3"]


def test_clients_that_leave_do_not_end_it(m):
    for _ in range(10):
        with socket.create_connection(("127.0.0.1", m.port), timeout=10) as s:
            s.sendall(b"GET /?bytes=100000000 HTTP/1.1\r\n\r\n")
            s.recv(10)
    assert m.ask("/")[0].status == 200


def test_ends_at_once_when_told():
    member = Member("m3", "--delay", "60000")
    with socket.create_connection(("127.0.0.1", member.port), timeout=10) as s:
        s.sendall(b"GET / HTTP/1.1\r\n\r\n")
        time.sleep(0.1)
        begun = time.monotonic()
        assert member.stop() == 0
        assert time.monotonic() - begun < 20, "it has waited for the answer's delay"


def test_options():
    def run(*options):
        return subprocess.run([PROGRAM, *options], capture_output=True, text=True, timeout=10, check=False)

    assert run("--version").stdout.startswith("wlm-member ")
    assert "--clone-id ID" in run("--help").stdout
    assert run().returncode == 2
    assert "--name" in run().stderr
    assert run("--name", "a b").returncode == 2
    assert run("--name", "a", "--listen", "nonsense").returncode == 2
    assert run("--name", "a", "--delay", "-1").returncode == 2
    assert run("--name", "a", "--log", "/nonexistent/log").returncode == 2
    assert run("--name", "a", "--received", "/nonexistent/log").returncode == 2

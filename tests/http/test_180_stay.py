"""Stories of workers that stay with a client's connection."""
import contextlib
import http.client
import re
import socket
import time

import pytest

from wlmtest import config_value, wait_until
from wlmtest.plugincfg import Cluster, plugin_cfg


@pytest.fixture
def logged(httpd, member, folder):
    """A server, and what it has logged: the thread of each request. Where the engine is at work no worker stays."""
    def make(stay, threads=8, mpm="event", extra=""):
        log = folder / "threads"
        a = member("a")
        server = httpd(plugin_cfg(Cluster("c", [("a", a.port, {})])), f"WLMEngine Off\nWLMStay {stay}\nLogFormat %{{tid}}P t\n"
                       f"CustomLog {log} t env=WLM_MEMBER\nKeepAliveTimeout 20\nMaxKeepAliveRequests 0\n{extra}",
                       threads=threads, mpm=mpm)
        return server, lambda: log.read_text().split() if log.exists() else []
    return make


@contextlib.contextmanager
def connected(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    try:
        yield lambda target="/app/": fetch(connection, target)
    finally:
        connection.close()


def fetch(connection, target):
    connection.request("GET", target)
    response = connection.getresponse()
    assert response.status == 200
    return response.read()


def http_answer(file):
    """Reads a response with a length from a connection's file. Its status."""
    status, length = int(file.readline().split()[1]), 0
    while (line := file.readline().strip()):
        name, value = line.split(b":", 1)
        length = int(value) if name.lower() == b"content-length" else length
    file.read(length)
    return status


def test_180_01_quick_requests_have_one_worker(logged):
    server, threads = logged("1s")
    with connected(server) as get:
        for _ in range(50):
            get()
    wait_until(lambda: len(threads()) == 50, "the access log")
    assert len(set(threads()[3:])) == 1


@pytest.mark.alone
def test_180_02_others_are_served_meanwhile(logged):
    """Four workers; two of them stay with two of three connections. All have what they need at once."""
    server, _ = logged("1s", threads=4)
    with contextlib.ExitStack() as stack:
        quick = [stack.enter_context(connected(server)) for _ in range(3)]
        begun = time.monotonic()
        for _ in range(4):
            for get in quick:
                get()
        for _ in range(2):
            with connected(server) as get:
                get()
        assert time.monotonic() - begun < 0.9, "a client has waited for a worker that waited for another one"


@pytest.mark.alone
def test_180_03_the_response_is_there_before_the_wait(logged):
    server, _ = logged("1s")
    with connected(server) as get:
        begun = time.monotonic()
        for size in (0, 1, 3000, 65536, 65537, 200000):
            for _ in range(4):
                assert len(get(f"/app/?bytes={size}")) == size
        assert time.monotonic() - begun < 0.9


@pytest.mark.parametrize("mpm", ["worker", "prefork"])
@pytest.mark.alone
def test_180_04_other_mpms_have_nothing_to_wait_for(logged, mpm):
    """A worker that stayed would keep a client waiting that closes and comes again."""
    server, _ = logged("1s", mpm=mpm, threads=1)
    begun = time.monotonic()
    with connected(server) as get:
        for _ in range(5):
            get()
    with connected(server) as get:
        get()
    assert time.monotonic() - begun < 0.9


@pytest.mark.alone
def test_180_06_what_the_client_has_sent_already_is_not_waited_for(logged):
    """Pipelining: the next request has come together with the one before, so the connection has nothing to read."""
    server, _ = logged("1s")
    request = b"GET /app/ HTTP/1.1\r\nHost: a\r\n\r\n"
    with contextlib.closing(socket.create_connection(("127.0.0.1", server.port), 20)) as client, \
            client.makefile("rb") as answers:
        begun = time.monotonic()
        for number in (1, 1, 1, 1, 5, 5):
            client.sendall(request * number)
            for _ in range(number):
                assert http_answer(answers) == 200
        assert time.monotonic() - begun < 0.9


def stays(server):
    """Does a worker stay? Then it says "K" to mod_status; a connection that has gone back to the listener has no worker."""
    def state():
        board = re.search(r"^Scoreboard: (.*)$", server.client.get("/server-status?auto").body.decode(), re.M).group(1)
        at_work = board.replace(".", "").replace("_", "").replace("W", "", 1)
        return {"K": "stays", "": "gone"}.get(at_work)
    return wait_until(state, "a worker to wait, or to go") == "stays"


def test_180_07_a_worker_goes_now_and_then(logged):
    """So that those who found no worker get one."""
    server, _ = logged("1s")
    with connected(server) as get:
        stayed = []
        for _ in range(135):
            get()
            stayed.append("+" if stays(server) else "-")
    assert re.fullmatch(r"-{2,3}\+{64}-\+{64}-\+*", "".join(stayed))


def test_180_08_a_pause_is_no_slow_request(logged):
    """mod_reqtimeout counts the time of a request's head, not the time before it, however long the client has waited there."""
    server, threads = logged("10ms", extra=f"LoadModule reqtimeout_module {config_value('HTTPD_LIBEXECDIR')}/mod_reqtimeout.so\n"
                                           "RequestReadTimeout header=1")
    with connected(server) as get:
        for _ in range(20):
            get()
        wait_until(lambda: len(threads()) == 20, "the access log")
        until = time.monotonic() + 1.5  # longer than a head may take
        wait_until(lambda: time.monotonic() > until, "a pause")
        get()


# What the client asks for in turn, on one connection; G: GET, H: HEAD, N: 204, M: 304, E: an empty body, C: chunked, L: a large body
CONVERSATIONS = ["GGHG", "GGNG", "GGMG", "HHHHHHHH", "NNNNNNNN", "MMMMMMMM", "GGEGHGNGMGCGLG", "EEEEEEEE", "CCCCCCCC", "LLLLHLHL",
                 "HGHGHGHG"]
TARGETS = {"N": "?status=204", "M": "?status=304", "E": "?bytes=0", "C": "?bytes=10&chunked=1", "L": "?bytes=200000"}


def converse(server, conversation):
    """Each request is sent the moment in which the response before it has come."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)) as connection:
        for letter in conversation:
            connection.request("HEAD" if letter == "H" else "GET", "/app/" + TARGETS.get(letter, ""))
            response = connection.getresponse()
            response.read()
            assert response.status == {"N": 204, "M": 304}.get(letter, 200)


@pytest.mark.parametrize("conversation", CONVERSATIONS)
def test_180_09_a_request_after_any_response_is_answered(logged, conversation):
    """Also when there was no body to flush, and the response went out after httpd had looked for the next request."""
    server, _ = logged("10ms")
    for _ in range(30):
        converse(server, conversation)


@pytest.mark.parametrize("conversation", ["HHHHHHHH", "NNNNNNNN"])
def test_180_10_a_worker_stays_after_responses_without_a_body(logged, conversation):
    server, threads = logged("1s")
    converse(server, conversation)
    wait_until(lambda: len(threads()) == len(conversation), "the access log")
    assert len(set(threads()[3:])) == 1


@pytest.mark.parametrize("time_", ["0", "-1ms", "2s", "soon", "1us"])
def test_180_05_wrong_times(httpd, time_):
    result = httpd(plugin_cfg(Cluster("c", [("a", 1, {})])), f"WLMStay {time_}", start=False).test_config()
    assert result.returncode != 0 and "WLMStay takes Off, or a time from 1ms to 1s" in result.stderr

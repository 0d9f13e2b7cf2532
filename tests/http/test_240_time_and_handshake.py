"""Stories of time limits, WaitForContinue and ExtendedHandshake."""
import threading
import time

import pytest

from wlmtest import wait_until
from wlmtest.client import shares
from wlmtest.members import BlackHole
from wlmtest.plugincfg import Cluster, plugin_cfg


def hangs(c):
    if c.read_head():
        c.wait_for_close()


def timed(call):
    start = time.monotonic()
    return call(), time.monotonic() - start


# -- the whole request ----------------------------------------------------------------------------

@pytest.mark.alone
def test_240_01_retries_end_with_the_total_time(httpd, scripted):
    members = [scripted(hangs) for _ in range(4)]
    server = httpd(plugin_cfg(Cluster("c", [(f"x{i}", m.port, {"ServerIOTimeout": 1}) for i, m in enumerate(members)])),
                   "WLMTotalTimeout 1500ms")
    server.expect("WLM0030", "WLM0039")
    answer, seconds = timed(server.client.get)
    assert answer.status == 504
    assert 1.4 < seconds < 3
    assert sum(len(m.heads) for m in members) == 2  # the second had half a second
    assert "is out of time after 2 attempt(s)" in server.log()
    # what ended by our own limit says nothing about the member
    assert sorted(m["Failures"] for m in server.status().values()) == ["0", "0", "0", "1"]


def test_240_02_connecting_counts(httpd):
    hole = BlackHole()
    server = httpd(plugin_cfg(Cluster("c", [("h", hole.port, {"ConnectTimeout": 10})])), "WLMTotalTimeout 1")
    server.expect("WLM0030", "WLM0035", "WLM0036")
    answer, seconds = timed(server.client.get)
    assert (answer.status, server.status()["h"]["State"]) == (503, "down")
    assert seconds < 3
    hole.stop()


def test_240_03_a_response_that_has_begun_may_take_longer(httpd, member):
    a = member("a")
    server = httpd(plugin_cfg(Cluster("c", [("a", a.port, {})])), "WLMTotalTimeout 300ms")
    answer = server.client.get("/app/?bytes=8&drip=8&every=100")
    assert (answer.status, answer.body) == (200, b"abcdefgh")


@pytest.mark.parametrize("limit,heads", [(-1, 3), (0, 1), (1, 2)])
def test_240_04_server_io_timeout_retry(httpd, scripted, limit, heads):
    members = [scripted(hangs) for _ in range(3)]
    servers = [(f"x{i}", m.port, {"ServerIOTimeout": 1}) for i, m in enumerate(members)]
    server = httpd(plugin_cfg(Cluster("c", servers, ServerIOTimeoutRetry=limit)))
    server.expect("WLM0030", "WLM0037", "WLM0038")
    assert server.client.get().status == 504
    assert sum(len(m.heads) for m in members) == heads
    assert ("ServerIOTimeoutRetry is reached" in server.log()) == (limit >= 0)


def test_240_05_server_io_timeout_retry_does_not_count_refusals(httpd, member):
    gone = [member("x"), member("y")]
    b = member("b")
    servers = [(m.name, m.port, {}) for m in (*gone, b)]
    server = httpd(plugin_cfg(Cluster("c", servers, ServerIOTimeoutRetry=0)))
    server.expect("WLM0030", "WLM0035")
    for m in gone:
        m.kill()
    assert shares(server.client.load(5, 1)) == {"b": 5}


# -- WaitForContinue ----------------------------------------------------------------------------------

def continuing(c):
    while head := c.read_head():
        if b"Expect: 100-continue" in head:
            c.member.early.append(bool(c.buffer))
            c.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = c.read_body(head)
        c.ok(b"%d" % len(body))


@pytest.mark.parametrize("wait", ["true", "false"])
def test_240_06_wait_for_continue(httpd, scripted, wait):
    x = scripted(continuing)
    x.early = []
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {"WaitForContinue": wait})])))
    assert server.client.send("POST", "/app/", b"x" * 5000).body == b"5000"
    assert server.client.get().body == b"0"
    assert x.early == ([False] if wait == "true" else [])  # no byte of the body was there before the 100


def test_240_07_a_member_that_does_not_want_the_body_does_not_get_it(httpd, scripted):
    def script(c):
        c.read_head()
        c.send(b"HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\nno")
        c.wait_for_close()
        c.member.rest = len(c.buffer)
    x = scripted(script)
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {"WaitForContinue": "true"})], PostBufferSize=0)))
    answer = server.client.send("POST", "/app/", b"x" * 500000)
    assert (answer.status, answer.body) == (401, b"no")
    wait_until(lambda: hasattr(x, "rest"), "the connection to be closed")
    assert x.rest == 0


def test_240_08_a_post_whose_body_was_not_wanted_yet_goes_elsewhere(httpd, member, scripted):
    """The member dies before it has asked for the body: a streamed POST is not lost, and not executed twice."""
    def script(c):
        c.read_head()
        c.reset()
    x, b = scripted(script), member("b")
    attrs = {"WaitForContinue": "true"}
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, attrs), ("b", b.port, attrs)], PostBufferSize=0)),
                   "WLMDefaults Original")
    server.expect("WLM0030", "WLM0035")
    answers = server.client.load(2, 1, method="POST", body=b"x" * 500000)
    assert shares(answers) == {"b": 2}
    assert all(b"body_bytes=500000" in a.body for a in answers)


# -- ExtendedHandshake -------------------------------------------------------------------------------

def answers_options(c):
    while head := c.read_head():
        body = c.read_body(head)
        c.ok(b"%d" % len(body))


def test_240_09_the_handshake_comes_first(httpd, scripted):
    x = scripted(answers_options)
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {"ExtendedHandshake": "true"})])))
    assert server.client.send("POST", "/app/", b"12345").body == b"5"
    assert [h.split("\r\n")[0] for h in x.heads] == ["OPTIONS * HTTP/1.1", "POST /app/ HTTP/1.1"]
    assert x.connections == 1


def test_240_10_behind_a_firewall_nothing_is_lost(httpd, member, scripted):
    """Connections are accepted for a dead member: a POST that could not be sent twice is not sent there at all."""
    x, b = scripted(lambda c: c.wait_for_close()), member("b")
    attrs = {"ExtendedHandshake": "true", "ConnectTimeout": 1, "ServerIOTimeout": 10}
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, attrs), ("b", b.port, attrs)], PostBufferSize=0)))
    server.expect("WLM0030", "WLM0035")
    answers = server.client.load(4, 1, method="POST", body=b"x" * 100)
    assert shares(answers) == {"b": 4}
    assert server.status()["x"]["State"] == "down"
    assert "extended handshake: no answer in time" in server.log()


@pytest.mark.parametrize("answer", [
    b"HTTP/1.1 405 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    b"HTTP/1.0 501 What\r\n\r\nwhat is OPTIONS?",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n4\r\nabcd\r\n0\r\n\r\n",
])
def test_240_11_any_answer_proves_life(httpd, scripted, answer):
    def script(c):
        head = c.read_head()
        if head and head.startswith(b"OPTIONS"):
            c.send(answer)
        elif head:
            c.ok()
    x = scripted(script)
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {"ExtendedHandshake": "true"})])))
    assert server.client.get().body == b"ok"
    assert x.connections == 2


def test_240_12_requests_beside_a_hanging_handshake_go_on(httpd, member, scripted):
    go_on = threading.Event()

    def script(c):
        while head := c.read_head():
            go_on.wait(10)
            c.ok()
    x, b = scripted(script), member("b")
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {"ExtendedHandshake": "true"}), ("b", b.port, {})])))
    clients = [threading.Thread(target=server.client.get) for _ in range(4)]
    for client in clients:
        client.start()
    wait_until(lambda: len(x.heads) == 2 and b.requests() == 2, "two handshakes, two requests beside them")
    go_on.set()
    for client in clients:
        client.join()

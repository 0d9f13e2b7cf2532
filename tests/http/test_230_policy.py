"""Stories of what may be sent again: the policy, and bodies that are kept."""
import resource
import threading

import pytest

from wlmtest import wait_until
from wlmtest.client import shares
from wlmtest.httpd import unread_bytes
from wlmtest.plugincfg import Cluster, plugin_cfg


def dies_after_request(c):
    head = c.read_head()
    if head:
        c.read_body(head)  # and closes


@pytest.fixture
def mortal(httpd, member, scripted):
    """x dies of every request that it has read, b answers. Returns (httpd, x, b)."""
    def make(extra="", **options):
        x, b = scripted(dies_after_request), member("b")
        server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {}), ("b", b.port, {})], **options)), extra)
        server.expect("WLM0030", "WLM0035", "WLM0038")
        return server, x, b
    return make


def statuses_of_two(server, method, headers=None, body=b"x" * 100):
    """One of the two requests meets x."""
    return sorted(server.client.send(method, "/app/", body, headers or {}).status for _ in range(2))


@pytest.mark.parametrize("policy,method,headers,again", [
    ("Original", "POST", {}, True),
    ("Original", "PATCH", {}, True),
    ("Idempotent", "POST", {}, False),
    ("Idempotent", "PATCH", {}, False),
    ("Idempotent", "POST", {"Idempotency-Key": "k"}, False),
    ("Idempotent", "PUT", {}, True),
    ("Idempotent", "GET", {}, True),
    ("Idempotent", "DELETE", {}, True),
    ("IdempotencyKey", "POST", {}, False),
    ("IdempotencyKey", "POST", {"Idempotency-Key": "k"}, True),
    ("IdempotencyKey", "GET", {}, True),
])
def test_230_01_the_policy(mortal, policy, method, headers, again):
    server, x, b = mortal(f"WLMRetryPolicy {policy}")
    assert statuses_of_two(server, method, headers) == ([200, 200] if again else [200, 502])
    assert len(x.heads) == 1
    assert b.requests() == (2 if again else 1)  # never twice
    assert ("WLMRetryPolicy does not allow" in server.log()) == (not again)


def test_230_02_a_post_that_was_not_sent_goes_on_under_every_policy(httpd, member):
    a, b = member("a"), member("b")
    server = httpd(plugin_cfg(Cluster("c", [("a", a.port, {}), ("b", b.port, {})])), "WLMRetryPolicy Idempotent")
    server.expect("WLM0030", "WLM0035")
    a.kill()
    assert shares(server.client.load(4, 1, method="POST", body=b"x")) == {"b": 4}


def test_230_03_a_post_is_not_sent_on_a_connection_that_may_be_closing(httpd, scripted):
    """Under a strict policy a POST gets a connection of its own: one that ends while idle would make it fail."""
    def script(c):
        while head := c.read_head():
            c.read_body(head)
            c.ok()
    x = scripted(script)
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {})])), "WLMRetryPolicy Idempotent")
    for _ in range(5):
        assert server.client.send("POST", "/app/", b"x").status == 200
    assert x.connections == 5


def test_230_04_a_cluster_of_its_own(httpd, member, scripted):
    x, b = scripted(dies_after_request), member("b")
    servers = [("x", x.port, {}), ("b", b.port, {})]
    text = plugin_cfg(Cluster("strict one", servers), Cluster("other", servers))
    server = httpd(text.replace("/app/*", "/strict/*", 1),
                   'WLMRetryPolicy Original\n<WLMCluster "strict one">\nWLMRetryPolicy Idempotent\n</WLMCluster>\n')
    server.expect("WLM0030", "WLM0035", "WLM0038")
    for path, wanted in (("/strict/", [200, 502]), ("/app/", [200, 200])):
        assert sorted(server.client.send("POST", path, b"x").status for _ in range(2)) == wanted


# -- bodies ----------------------------------------------------------------------------------------

@pytest.mark.parametrize("extra,size,again", [
    ("", 100, False),
    ("WLMPostBufferSize 64", 60000, True),
    ("WLMPostBufferSize 64", 70000, False),
    ("WLMPostBufferSize -1", 3000000, True),
    ("WLMBodySpool 1M", 1 << 20, True),
    ("WLMBodySpool 1M", (1 << 20) + 1, False),
    ("WLMPostBufferSize 64\nWLMBodySpool 3000k", 1500000, True),
])
@pytest.mark.parametrize("chunked", [False, True])
def test_230_05_bodies_are_kept(httpd, member, scripted, extra, size, again, chunked):
    def script(c):
        head = c.read_head()
        if head and b"chunked" in head:
            while b"\r\n0\r\n\r\n" not in c.buffer:
                c.buffer = c.buffer[-8:] + c.sock.recv(1 << 20)
        elif head:
            c.read_body(head)
    x, b = scripted(script), member("b")
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {}), ("b", b.port, {})], PostBufferSize=0)),
                   f"WLMDefaults Original\n{extra}")
    server.expect("WLM0030", "WLM0035", "WLM0038")
    body = bytes(i * 7 % 251 for i in range(1000)) * (size // 1000 + 1)
    body = body[:size]

    def send():
        pieces = (body[i:i + 50000] for i in range(0, size, 50000))
        return server.client.send("POST", "/app/?echo=1", pieces if chunked else body,
                                  {} if chunked else {"Content-Length": str(size)}, chunked=chunked)
    answers = [send(), send()]
    assert sorted(a.status for a in answers) == ([200, 200] if again else [200, 502])
    assert all(a.body == body for a in answers if a.status == 200)
    assert len(x.heads) == 1


def test_230_06_a_body_that_cannot_be_spooled_is_served_all_the_same(httpd, member):
    """httpd's files are limited to 1 MB: a disk that is full."""
    a = member("a")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, hard))
    try:
        server = httpd(plugin_cfg(Cluster("c", [("a", a.port, {})], PostBufferSize=0)), "WLMBodySpool 100M")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    server.expect("WLM0012")
    body = bytes(range(256)) * (3 << 12)
    answer = server.client.send("POST", "/app/?echo=1", body)
    assert (answer.status, answer.body == body) == (200, True)
    assert server.count("WLM0012") == 1


def test_230_07_a_slow_upload_holds_no_member_while_it_is_spooled(httpd, member):
    a = member("a")
    server = httpd(plugin_cfg(Cluster("c", [("a", a.port, {})], PostBufferSize=0)), "WLMBodySpool 1M")
    sent, go_on = threading.Event(), threading.Event()

    def pieces():
        yield b"x" * 100000
        sent.set()
        go_on.wait(10)
        yield b"y" * 100000
    answers = []
    client = threading.Thread(target=lambda: answers.append(server.client.send("POST", "/app/", pieces(), chunked=True)))
    client.start()
    assert sent.wait(10)
    wait_until(lambda: unread_bytes(server.port) == 0, "the upload to be read")
    assert server.status()["a"]["InFlight"] == "0"
    go_on.set()
    client.join()
    assert answers[0].status == 200 and b"body_bytes=200000" in answers[0].body


# -- wrong directives ---------------------------------------------------------------------------------

@pytest.mark.parametrize("extra,words", [
    ("WLMRetryPolicy Sometimes", "WLMRetryPolicy takes Original, Idempotent or IdempotencyKey; \"Sometimes\" is none of"),
    ("WLMRetryPolicy", "WLMRetryPolicy takes Original"),
    ("WLMPostBufferSize -2", "\"-2\" is not a number from -1"),
    ("WLMBodySpool 5X", "\"5X\" is not a size"),
    ("<VirtualHost *:80>\nWLMBodySpool 5M\n</VirtualHost>", "cannot occur within <VirtualHost> section"),
    ("<WLMCluster c>\nDocumentRoot /tmp\n</WLMCluster>", "DocumentRoot (line"),
    ("<WLMCluster a b>\n</WLMCluster>", "takes the name of one cluster"),
    ("<WLMCluster c>\nWLMVia On\n</WLMCluster>", "WLMVia (line"),
])
def test_230_08_wrong_directives_are_refused(httpd, extra, words):
    server = httpd(plugin_cfg(Cluster("c", [("a", 1, {})])), extra, start=False)
    result = server.test_config()
    assert result.returncode != 0
    assert words in result.stderr


PRIORITY = "WLMClass a expr=true priority=9\n"
COOKIE = "WLMAffinity Cookie %s\n"
LEARN = "WLMAffinity Learn cookie:ID\n"


@pytest.mark.parametrize("message,extra,right", [
    ("WLM0014", "<WLMCluster d>\n</WLMCluster>\n", "<WLMCluster c>\n</WLMCluster>\n"),
    ("WLM0218", PRIORITY, PRIORITY + "WLMConcurrency Adaptive\n"),
    ("WLM0218", PRIORITY + "WLMQueue 5\n", PRIORITY + "WLMQueue 5\nWLMMemberShare 50\n"),
    ("WLM0218", PRIORITY + "WLMMemberShare 50\n", "WLMClass a expr=true goal=1\n"),
    ("WLM0218", PRIORITY + "WLMConcurrency Adaptive\nWLMQueue 0\n", ""),
    ("WLM0219", COOKIE % "JSESSIONID", COOKIE % "WLMID"),
    ("WLM0219", COOKIE % "WLMID" + COOKIE % "JSESSIONID", COOKIE % "jsessionid"),
    ("WLM0220", LEARN, LEARN + "WLMStateFile state\n"),
    ("WLM0210", COOKIE % "WLMID", LEARN),
    ("WLM0221", "WLMAffinityTable 1M\n", LEARN + "WLMAffinityTable 1M\n"),
    ("WLM0221", "WLMAffinityKey httpd.conf\n", COOKIE % "WLMID" + "WLMAffinityKey httpd.conf\n"),
    ("WLM0221", LEARN + "WLMAffinityKey httpd.conf\n", ""),
    ("WLM0221", "WLMAffinityOwner X-Owner\n", LEARN + "WLMAffinityOwner X-Owner\n"),
    ("WLM0221", "<WLMCluster c>\nWLMAffinityKey httpd.conf\n</WLMCluster>\n",
     "WLMAffinityKey httpd.conf\n<WLMCluster c>\nWLMAffinity Wrap header:ID\n</WLMCluster>\n"),
])
def test_230_09_what_has_no_effect_is_told(httpd, member, message, extra, right):
    server = httpd(plugin_cfg(Cluster("c", [("a", member("a").port, {})])), extra)
    server.expect(message)
    assert server.count(message) == 1
    assert f"{message}: " in server.test_config().stderr
    right = httpd(plugin_cfg(Cluster("c", [("a", 1, {})])), right, start=False).test_config()
    assert right.returncode == 0 and message not in right.stderr

"""Stories of WLMPolicy: which member a new request goes to when members are not equally busy, or not equally fast."""
import contextlib
import socket
import threading
import time

import pytest

from wlmtest import wait_until
from wlmtest.client import shares
from wlmtest.plugincfg import Cluster, plugin_cfg
from wlmtest.status import LOCATION, everything, state
from wlmtest.upgrade import Peer, echo

pytestmark = pytest.mark.alone  # how fast the members are is what the policies go by
CHILDREN = 3
BY_LOAD = ["LeastBusy", "PeakEWMA"]


def serve(httpd, members, policy, weights=None, children=CHILDREN, extra="", **options):
    servers = [(m.name, m.port, {"LoadBalanceWeight": w}) for m, w in zip(members, weights or [1] * len(members))]
    return httpd(plugin_cfg(Cluster("c", servers, **options)), f"WLMPolicy {policy}\n{LOCATION}{extra}", children=children)


@pytest.mark.parametrize("extra, policies", [
    ("", ["Random", "Round Robin"]),
    ("WLMPolicy RoundRobin", ["Round Robin", "Round Robin"]),
    ("WLMPolicy Random", ["Random", "Random"]),
    ("WLMPolicy leastbusy", ["LeastBusy", "LeastBusy"]),
    ("WLMPolicy PeakEWMA", ["PeakEWMA", "PeakEWMA"]),
    ("<WLMCluster \"two\">\nWLMPolicy PeakEWMA\n</WLMCluster>", ["Random", "PeakEWMA"]),
    ("WLMPolicy PeakEWMA\n<WLMCluster \"one\">\nWLMPolicy LoadBalance\n</WLMCluster>", ["Random", "PeakEWMA"]),
])
def test_121_01_the_directive_is_stronger_than_the_file(httpd, member, extra, policies):
    a = member("a")
    server = httpd(plugin_cfg(Cluster("one", [("a", a.port, {})], LoadBalance="Random"), Cluster("two", [("b", a.port, {})])),
                   f"{extra}\n{LOCATION}")
    assert [c["policy"] for c in everything(server)["clusters"]] == policies
    metrics = server.client.get("/wlm-status?format=openmetrics").body.decode()
    for name, policy in zip(["one", "two"], policies):
        assert f',cluster="{name}",policy="{policy}"}} 1\n' in metrics


def test_121_02_members_that_are_equal_get_shares_by_weight(httpd, member):
    members = [member("a"), member("b"), member("c")]
    server = serve(httpd, members, "LeastBusy", [3, 2, 1])
    counts = shares(server.client.load(1200, 12, keep=True))
    for name, weight in zip("abc", [3, 2, 1]): # they are equal only as far as the machine lets them be; the unit tests are exact
        assert abs(counts[name] - 200 * weight) < 100 * weight, counts


@pytest.mark.parametrize("policy", BY_LOAD)
def test_121_03_a_member_that_hangs_is_seen_by_all_processes(httpd, member, scripted, policy):
    x, members = scripted(lambda c: (c.read_head(), c.hold())), [member("a"), member("b")]
    server = serve(httpd, [x, *members], policy)
    server.expect("WLM0030", "WLM0035", "WLM0038")
    waiting = threading.Thread(target=server.client.get, kwargs={"Cookie": "JSESSIONID=0000y:x"})
    waiting.start()
    wait_until(lambda: x.heads, "a request that hangs")
    answers = server.client.load(100, 1)
    x.stop()
    waiting.join()
    assert set(shares(answers)) == {"a", "b"}


def test_121_04_a_slow_member_gets_little_and_its_share_back_when_it_is_well(httpd, member):
    members = [member("a", delay=10), member("b", delay=10), member("c", delay=200)]
    server = serve(httpd, members, "PeakEWMA")
    counts = shares(server.client.load(1000, 8, keep=True))
    assert 0 < counts["c"] <= 30, counts
    averages = {name: m["response_average"] for name, m in state(server).items()}
    assert averages["c"] > 5 * averages["a"] > 0, averages
    members[2].delay = 10
    members[2].restart()

    def has_its_share():
        return shares(server.client.load(200, 8, keep=True))["c"] > 40
    wait_until(has_its_share, "the share of a member that is well again", seconds=15)


@pytest.mark.parametrize("policy, most", [("LeastBusy", 260), ("PeakEWMA", 60)])  # an equal share is 200, sigma 12
@pytest.mark.parametrize("status", [500, 503])
def test_121_05_quick_errors_attract_nothing(httpd, member, scripted, status, policy, most):
    def fails(c):
        while c.read_head():
            c.send(b"HTTP/1.1 %d Broken\r\nContent-Length: 0\r\nX-Member: x\r\n\r\n" % status)
    x, members = scripted(fails), [member("a", delay=10), member("b", delay=10)]
    server = serve(httpd, [x, *members], policy)
    server.client.load(600, 8, keep=True)
    assert 0 < len(x.heads) < most, len(x.heads)


def test_121_06_tunnels_are_no_load(httpd, scripted):
    def serves(name):
        def run(c):
            while b"\r\nUpgrade: echo\r\n" not in (head := c.read_head() or b"") + b"\r\n":
                if not head:
                    return
                c.send(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Member: %s\r\n\r\n" % name.encode())
            c.buffer = head + b"\r\n\r\n" + c.buffer
            echo(c)
        return scripted(run, name)
    members = [serves("a"), serves("b")]
    server = serve(httpd, members, "LeastBusy")
    with contextlib.ExitStack() as stack:
        for _ in range(12):
            peer = Peer(server, b"Cookie: JSESSIONID=0000x:a\r\n")
            stack.callback(peer.sock.close)
            assert peer.echo(b"x") == b"x"
        assert state(server)["a"]["in_flight"] == 12
        counts = shares(server.client.load(200, 1))
        assert 60 < counts["a"] < 140, counts
    wait_until(lambda: state(server)["a"]["in_flight"] == 0, "the tunnels to end")
    peer = Peer(server, b"Cookie: JSESSIONID=0000x:a\r\n")  # they have not been subtracted twice
    assert peer.echo(b"x") == b"x"
    peer.sock.close()


def test_121_07_the_page_shows_how_much_the_policy_decides_about(httpd, member):
    members = [member("a"), member("b")]
    server = serve(httpd, members, "PeakEWMA")
    for _ in range(6):
        assert server.client.member(Cookie="JSESSIONID=0000x:a") == "a"
    server.client.load(2, 1)
    assert everything(server)["clusters"][0]["balanced"] == 25
    page = server.client.get("/wlm-status").body.decode()
    assert "PeakEWMA, for 25.0 % of the requests" in page
    assert "average to the head: " in page


def test_121_19_what_part_of_the_load_can_be_balanced_at_all(httpd, member):
    """Of late: requests that are free, and those that their sessions bind."""
    members = [member("a"), member("b")]
    server = serve(httpd, members, "PeakEWMA")

    def of_late():
        cluster = everything(server)["clusters"][0]
        return cluster["recent_free"], cluster["recent_bound"]

    wait_until(lambda: server.client.get().status == 200 and of_late()[0] > 0, "the first sample")
    free, bound = of_late()
    for _ in range(6):
        assert server.client.member(Cookie="JSESSIONID=0000x:a") == "a"
    server.client.load(2, 1)
    assert of_late() == (free + 2, bound + 6)
    page = server.client.get("/wlm-status").body.decode()
    part = 100 * (free + 2) / (free + bound + 8)
    assert f"Of {free + bound + 8} requests of the last 15 min {part:.1f} % could be balanced" in page

def average_of(server, name):
    return state(server)[name]["response_average"]


@pytest.mark.parametrize("kept", [True, False])
def test_121_08_a_client_that_sends_slowly_makes_no_member_slow(httpd, member, kept):
    a = member("a")
    server = serve(httpd, [a], "PeakEWMA", extra="" if kept else "WLMPostBufferSize 0\nWLMBodySpool 0\n", PostBufferSize=0)
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as sock:
        sock.sendall(b"POST /app/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 3\r\n\r\n")
        for byte in b"abc":
            time.sleep(0.2)  # how slow it is
            sock.sendall(bytes([byte]))
        assert sock.recv(65536).startswith(b"HTTP/1.1 200")
    assert average_of(server, "a") < 0.2
    assert server.client.member() == "a"
    assert 0 < average_of(server, "a") < 0.2


def test_121_09_a_wait_that_its_client_gives_up_counts(httpd, member, scripted):
    x = scripted(lambda c: (c.read_head(), c.hold()))
    server = serve(httpd, [x], "PeakEWMA", children=1)
    sock = socket.create_connection(("127.0.0.1", server.port), timeout=20)
    sock.sendall(b"GET /app/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
    wait_until(lambda: x.heads, "the request at the member")
    begun = time.monotonic()
    time.sleep(0.3)  # how patient it is
    sock.close()
    wait_until(lambda: average_of(server, "x") > 0, "the wait to be counted")
    assert 0.3 <= average_of(server, "x") <= time.monotonic() - begun + 1


def test_121_10_a_member_that_refuses_or_dies_is_slow(httpd, member, scripted):
    x, a = scripted(lambda c: c.read_head()), member("a")
    server = serve(httpd, [x, a], "PeakEWMA", children=1)
    server.expect("WLM0030", "WLM0035", "WLM0038")
    assert server.client.get(Cookie="JSESSIONID=0000y:x").headers["X-Member"] == "a"
    assert average_of(server, "x") == pytest.approx(1, abs=0.01)
    assert 0 < average_of(server, "a") < 1

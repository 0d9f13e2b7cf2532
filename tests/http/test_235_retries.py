"""Stories of an outage: what members fail is not multiplied by requests that are sent again, and the log says it in a few
lines. Nor is anything lost that a member is left for."""
import re
import time

import pytest

from wlmtest import wait_until
from wlmtest.client import shares
from wlmtest.members import refusing_port
from wlmtest.plugincfg import Cluster, plugin_cfg

BUSY = b"HTTP/1.1 503 Busy\r\nContent-Length: 4\r\nX-Member: x\r\n\r\nbusy"


def says_503(c):
    while head := c.read_head():
        c.read_body(head)
        c.send(BUSY)


def breaks_off(c):
    if head := c.read_head():
        c.read_body(head)  # and closes


def requests_of(*members):
    return sum(len(m.heads) for m in members)


def cluster_of(members, backups=(), **attrs):
    servers = [(m.name, m.port, {}) for m in (*members, *backups)]
    tiers = {"primaries": [m.name for m in members], "backups": [m.name for m in backups]} if backups else {}
    return plugin_cfg(Cluster("c", servers, **tiers, **attrs))


def counter(server, key):
    text = server.client.get("/server-status?auto").body.decode()
    return int(re.search(rf"^WLMCluster\[0\]{key}: (\d+)$", text, re.M)[1])


def forty(scripted, script=says_503):
    return [scripted(script, f"m{i}") for i in range(40)]


@pytest.mark.parametrize("clients", [1, 8])
def test_235_01_an_outage_is_not_multiplied(httpd, scripted, clients):
    """200 requests, 40 members that all say 503. Each of the 200 may earn a fifth of an attempt, each second ten."""
    members = forty(scripted)
    server = httpd(cluster_of(members), children=3)
    begun = time.monotonic()
    assert {a.status for a in server.client.load(200, clients)} == {503}
    most = 200 + 200 * 0.2 + 10 * (1 + time.monotonic() - begun) + 2 * clients  # those that were under way when it was used up
    assert 200 < requests_of(*members) <= most
    assert requests_of(*members) == 200 + counter(server, "Retries")
    # all but those that were sent to a further member
    assert counter(server, "RetriesRefused") == 200


@pytest.mark.parametrize("attempts", [1, 2, 3, 5])
def test_235_02_so_many_members_take_a_request(httpd, scripted, attempts):
    members = forty(scripted)
    server = httpd(cluster_of(members), f"WLMRetryBudget 100 attempts={attempts}")
    for n in range(1, 6):
        assert server.client.get().status == 503
        assert requests_of(*members) == n * attempts


def test_235_03_as_the_original_does(httpd, scripted):
    members = forty(scripted)
    server = httpd(cluster_of(members), "WLMDefaults Original")
    assert server.client.get().status == 503
    assert requests_of(*members) == 32


def test_235_04_members_that_refuse_cost_no_attempt(httpd, member, scripted):
    """The first request ever, five primaries are dead, and the backup is alive."""
    z = member("z")
    dead = [(f"p{i}", refusing_port(), {}) for i in range(5)]
    cluster = Cluster("c", [*dead, ("z", z.port, {})], primaries=[name for name, *_ in dead], backups=["z"])
    server = httpd(plugin_cfg(cluster), "WLMRetryBudget 0 0 attempts=1")
    server.expect("WLM0030", "WLM0035")
    answer = server.client.get()
    assert (answer.status, answer.headers["X-Member"]) == (200, "z")
    assert server.count("WLM0035") == 5
    assert shares(server.client.load(20, 2)) == {"z": 20}
    assert counter(server, "RetriesRefused") == 0


@pytest.mark.parametrize("script,marked_down", [(says_503, False), (breaks_off, True)])
def test_235_05_a_backup_serves_what_no_primary_does(httpd, member, scripted, script, marked_down):
    """Also when the budget is used up: its load comes from nowhere else."""
    primaries, z = [scripted(script, f"p{i}") for i in range(5)], member("z")
    server = httpd(cluster_of(primaries, [z]))
    server.expect("WLM0030", "WLM0035")
    assert shares(server.client.load(100, 4)) == {"z": 100}
    assert requests_of(*primaries) <= 4 * 3 * 5 if marked_down else 100 <= requests_of(*primaries) < 200
    assert counter(server, "RetriesRefused") == 0


def test_235_06_a_backup_that_fails_too_is_the_last(httpd, scripted):
    primaries, backups = [scripted(says_503, f"p{i}") for i in range(5)], [scripted(says_503, f"z{i}") for i in range(3)]
    server = httpd(cluster_of(primaries, backups), "WLMRetryBudget 100")
    for n in range(1, 6):
        assert server.client.get().status == 503
        assert (requests_of(*primaries), requests_of(*backups)) == (3 * n, n)


def test_235_07_backups_that_refuse_cost_no_attempt_either(httpd, member, scripted):
    primaries, z = [scripted(says_503, f"p{i}") for i in range(5)], member("z")
    servers = [*((m.name, m.port, {}) for m in primaries), ("dead", refusing_port(), {}), ("z", z.port, {})]
    server = httpd(plugin_cfg(Cluster("c", servers, primaries=[m.name for m in primaries], backups=["dead", "z"])))
    server.expect("WLM0030", "WLM0035")
    assert shares(server.client.load(10, 1)) == {"z": 10}


def test_235_08_one_member_of_two_fails_for_long(httpd, member, scripted):
    """What the other one answers is not in vain."""
    x, b = scripted(says_503), member("b")
    server = httpd(cluster_of([x, b]), "WLMRetryBudget 0 1")
    assert shares(server.client.load(300, 8)) == {"b": 300}
    assert requests_of(x) >= 100


@pytest.mark.parametrize("method,status", [("GET", 502), ("PUT", 502)])
def test_235_09_the_log_says_why_a_request_was_given_up(httpd, scripted, method, status):
    members = [scripted(breaks_off, f"m{i}") for i in range(6)]
    server = httpd(cluster_of(members, RetryInterval=0), "WLMRetryBudget 0 2")
    server.expect("WLM0030", "WLM0035", "WLM0038", "WLM0143")
    assert server.client.send(method, "/app/1", b"x" if method == "PUT" else None).status == status
    assert "and as many members have taken it as WLMRetryBudget allows" in server.log()
    assert requests_of(*members) == 3
    for i in range(4):
        assert server.client.send(method, f"/app/{i}", b"x" if method == "PUT" else None).status == status
    assert "the cluster's WLMRetryBudget is used up" in server.log()


def test_235_10_no_member_is_blamed_for_a_request_that_the_budget_stops(httpd, scripted):
    """Whether others would answer it is not known: one client's request alone marks down none of them."""
    members = [scripted(breaks_off, f"m{i}") for i in range(3)]
    server = httpd(cluster_of(members), "WLMRetryBudget 0 0\nWLMOutlier Off")
    server.expect("WLM0030", "WLM0038")
    assert {server.client.get("/app/death").status for _ in range(8)} == {502}
    assert requests_of(*members) == 8
    assert {m["State"] for m in server.status().values()} == {"up"}


# -- the log -------------------------------------------------------------------------------------------

def told(server):
    """How many failures the lines at warn speak of: they, and those that they say were left out."""
    text = server.log()
    lines = re.findall(r"WLM0030: .*?(?: \(and (\d+) more [a-z-]+ of the cluster before.*)?$", text, re.M)
    return len(lines) + sum(int(n or 0) for n in lines) + sum(map(int, re.findall(r"WLM0223: (\d+) more", text)))


@pytest.mark.parametrize("mpm", ["event", "prefork"])
def test_235_11_a_storm_of_failures_is_a_few_lines(httpd, scripted, mpm):
    """All processes together write ten lines a second, and what they leave out is told when the storm is over."""
    members = [scripted(breaks_off, f"m{i}") for i in range(8)]
    server = httpd(cluster_of(members, RetryInterval=0), "WLMOutlier Off\nWLMRetryBudget 100 attempts=8", children=3, mpm=mpm)
    server.expect("WLM0030", "WLM0035", "WLM0037", "WLM0038", "WLM0143", "WLM0223")
    begun = time.monotonic()
    server.client.load(60, 6)
    seconds = time.monotonic() - begun

    def failures():
        return sum(int(m["Failures"]) for m in server.status().values())
    assert failures() > 20 * (seconds + 2), "this was no storm"
    wait_until(lambda: told(server) == failures(), "each failure to be told of")
    assert server.count("WLM0030") <= 10 * (seconds + 2)
    for _ in range(5):  # the last failure of a storm may have a line of its own, which tells of those before it
        if server.count("WLM0223"):
            break
        server.client.load(12, 6)
        wait_until(lambda: told(server) == failures(), "each failure of a further storm to be told of")
    assert server.count("WLM0223") >= 1


def test_235_12_level_info_has_each_failure(httpd, scripted):
    members = [scripted(breaks_off, f"m{i}") for i in range(8)]
    server = httpd(cluster_of(members, RetryInterval=0), "WLMOutlier Off\nWLMRetryBudget 100 attempts=8\nLogLevel wlm:info")
    server.expect("WLM0030", "WLM0035", "WLM0037", "WLM0038", "WLM0143", "WLM0223")
    server.client.load(20, 4)
    failures = sum(int(m["Failures"]) for m in server.status().values())
    assert server.count("WLM0030") + server.count("WLM0222") == failures
    assert server.count("WLM0222") >= 1

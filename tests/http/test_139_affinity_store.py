"""Stories of several web servers that share what WLMAffinity Learn has learned (WLMAffinityStore), with a real Redis."""
import concurrent.futures
import itertools
import re
import socket
import subprocess
import time

import pytest

from wlmtest import ROOT, free_port, wait_until
from wlmtest.module import load
from wlmtest.plugincfg import Cluster, plugin_cfg
from wlmtest.redis import Between, Redis
from wlmtest.status import LOCATION, everything

NO_ROUTE = {"CloneID": None}
LEARN = "WLMAffinity Learn header:Mcp-Session-Id\n"


@pytest.fixture
def redis(folder):
    server = Redis(folder)
    yield server
    server.stop()


@pytest.fixture(params=["On", "Off"], ids=["engine", "threads"])
def servers(request, httpd, member, folder):
    """Two web servers in front of the members s1, s2, s3 and with one store."""
    (folder / "key").write_bytes(bytes(range(32)))

    def make(port, timeout="500ms", names=("s1", "s2", "s3"), n=2, extra="", key="key"):
        members = {name: member(name) for name in names}
        cluster = plugin_cfg(Cluster("c", [(name, m.port, NO_ROUTE) for name, m in members.items()]))
        settings = (load("socache_redis") + f"WLMEngine {request.param}\nWLMAffinityStore redis:127.0.0.1:{port} {timeout}\n"
                    f"WLMAffinityKey {folder / key}\n" + LEARN + LOCATION + extra)
        return [httpd(cluster, settings, children=2) for _ in range(n)]
    return make


numbers = itertools.count()


def begin(server):
    """A session: (its member, its name)."""
    name = f"session-{next(numbers)}"
    return server.client.get(f"/app/?nosession=1&header-Mcp-Session-Id={name}").headers["X-Member"], name


def reached(server, session):
    return server.client.get("/app/?nosession=1", Mcp_Session_Id=session[1]).headers["X-Member"] == session[0]


def store(server):
    return everything(server)["affinity_store"]


def wait_for(server, **values):
    """Until the state of its store has them."""
    wait_until(lambda: {k: store(server)[k] for k in values} == values, f"{values}, not {store(server)}")


def stored(server, n):
    wait_for(server, stored=n)


def test_139_01_the_other_web_server_finds_the_owner(servers, redis):
    one, other = servers(redis.port)
    sessions = [begin(one) for _ in range(300)]
    stored(one, 300)
    assert sum(reached(other, session) for session in sessions) == 300
    state = store(other)
    assert (state["asked"], state["found"], state["stored"]) == (300, 300, 0)
    redis.kill()  # the table has them now
    assert sum(reached(other, session) for session in sessions) == 300
    assert store(other)["asked"] == 300


def test_139_02_what_is_stored_tells_no_value_and_no_other_cluster_finds_it(servers, redis):
    one, other = servers(redis.port)
    owner, name = begin(one)
    stored(one, 1)
    contents = redis.contents()
    assert len(contents) == 1
    key, value = contents.popitem()
    assert key.startswith(b"mod_wlm:") and len(key) == len(b"mod_wlm:") + 32 and value.endswith(b" " + owner.encode())
    assert name.encode() not in key + value
    assert 4 * 3600 < int(redis.command("TTL", key.decode())[1:]) <= 4 * 3600 + 256
    redis.command("SET", key.decode(), "0000000000000000 s1")  # not the answer to this question
    assert store(other)["found"] == 0
    reached(other, (owner, name))
    assert (store(other)["found"], store(other)["failed"]) == (0, 1)


def test_139_03_an_unknown_value_is_asked_for_once(servers, redis):
    one, other = servers(redis.port)
    for _ in range(3):
        one.client.get("/app/?nosession=1", Mcp_Session_Id="unknown")
    state = store(one)
    assert 1 <= state["asked"] <= 2 and state["unknown"] == state["asked"]  # each of two processes
    with concurrent.futures.ThreadPoolExecutor(16) as clients:
        list(clients.map(lambda n: other.client.get("/app/?nosession=1", Mcp_Session_Id=f"bot-{n}"), range(400)))
    state = store(other)
    assert (state["unknown"], state["found"], state["pauses"]) == (state["asked"], 0, 0)
    assert redis.contents() == {}  # and nothing is stored by requests
    session = begin(one)
    stored(one, 1)
    assert reached(other, session)


def open_breaker(server):
    """Requests with new values, until none waits any more."""
    def ask():
        server.client.get("/app/?nosession=1", Mcp_Session_Id=f"unknown-{next(numbers)}")
        return store(server)["pausing"] == 1
    wait_until(ask, "the breaker opens")


def close_breaker(server):
    def ask():
        server.client.get("/app/?nosession=1", Mcp_Session_Id=f"unknown-{next(numbers)}")
        return store(server)["pausing"] == 0
    wait_until(ask, "the breaker closes", seconds=100)


def goes_without(server):
    """Nobody waits while the breaker is open: nothing is asked, and all requests are answered by members."""
    before = store(server)
    for _ in range(50):
        assert server.client.get("/app/?nosession=1", Mcp_Session_Id=f"unknown-{next(numbers)}").status == 200
    after = store(server)
    assert (after["asked"], after["timed_out"]) == (before["asked"], before["timed_out"])
    assert after["not_asked"] == before["not_asked"] + 50


def pauses_once(server, messages=1):
    assert (server.count("WLM0272"), server.count("WLM0273")) == (messages, messages)


def test_139_10_a_redis_that_hangs_delays_three_requests_and_is_asked_again_when_it_goes_on(servers, redis):
    one, other = servers(redis.port, "50ms")
    other.expect("WLM0272")
    session, later = begin(one), begin(one)
    stored(one, 2)
    redis.pause()
    open_breaker(other)
    assert store(other)["timed_out"] == 3
    goes_without(other)
    assert "Does it fail?" not in other.client.get("/wlm-status").body.decode()
    redis.resume()
    close_breaker(other)
    assert reached(other, session) and reached(other, later)
    pauses_once(other)


@pytest.mark.alone
def test_139_24_a_request_waits_once_whatever_it_asks_for(servers, redis):
    """For three values, each of which the store is asked for; one after the other that would be 3 s."""
    one, = servers(redis.port, "1s", n=1, extra="WLMAffinity Learn header:X-Job\nWLMAffinity Learn query:sub\n")
    begin(one)
    stored(one, 1)
    redis.pause()
    try:
        begun = time.monotonic()
        assert one.client.get("/app/?nosession=1&sub=1", Mcp_Session_Id="unknown", X_Job="unknown").status == 200
        assert 0.9 < time.monotonic() - begun < 1.9
        assert store(one)["timed_out"] == 3 and store(one)["pausing"] == 1
    finally:
        redis.resume()
    one.expect("WLM0272")


def test_139_11_a_redis_that_is_killed_and_started_again(servers, redis):
    one, other = servers(redis.port)
    for server in (one, other):
        server.expect("WLM0272")
    known = begin(one)
    stored(one, 1)
    assert reached(other, known)
    redis.kill()
    open_breaker(other)
    goes_without(other)
    assert reached(other, known)
    kept = begin(one)
    redis.start()
    close_breaker(other)
    wait_until(lambda: len(redis.contents()) > 0 or not begin(one), "bindings are stored again", seconds=100)
    pauses_once(other)
    assert reached(one, kept)


@pytest.mark.parametrize("fault", ["slow", "cut"])
def test_139_12_a_store_that_is_slow_or_breaks_off_in_an_answer(servers, redis, fault):
    between = Between(redis.port)
    direct, = servers(redis.port, n=1)
    session = begin(direct)
    stored(direct, 1)
    one, = servers(between.port, "50ms", n=1)
    one.expect("WLM0272")
    between.delay, between.cut = (1, None) if fault == "slow" else (0, 1)
    open_breaker(one)
    goes_without(one)
    between.delay, between.cut = 0, None
    close_breaker(one)
    assert reached(one, session)
    pauses_once(one)
    between.stop()


def test_139_15_half_a_name_is_none(servers, redis):
    between = Between(redis.port)
    direct, = servers(redis.port, n=1)
    session = begin(direct)
    stored(direct, 1)
    one, = servers(between.port, n=1)
    one.expect("WLM0272")
    between.cut = len(b"$19\r\n0123456789abcdef s")
    assert one.client.get("/app/?nosession=1", Mcp_Session_Id=session[1]).status == 200
    state = store(one)
    assert (state["asked"], state["found"], state["failed"]) == (1, 0, 1)
    between.cut = None

    def finds_it():  # when connections that were broken off are used up
        assert one.client.get("/app/?nosession=1", Mcp_Session_Id=session[1]).status == 200
        return store(one)["found"] == 1
    wait_until(finds_it, "the whole name", seconds=100)
    assert reached(one, session)
    between.stop()


def test_139_13_processes_end_while_threads_hang_in_the_store(servers, redis):
    one, = servers(redis.port, "50ms", n=1)
    one.expect("WLM0272")
    session = begin(one)
    stored(one, 1)
    redis.pause()
    open_breaker(one)
    one.restart("graceful")
    assert reached(one, session)
    one.restart("restart")
    assert reached(one, session)
    with concurrent.futures.ThreadPoolExecutor(4) as clients:  # and while requests wait
        asked = clients.map(lambda n: one.client.get("/app/?nosession=1", Mcp_Session_Id=f"waits-{n}").status, range(4))
        one.restart("graceful")
        assert list(asked) == [200] * 4
    one.stop()  # httpd's log must have no process that ended by a signal
    redis.resume()


def test_139_14_sessions_are_found_after_a_stop_and_start(servers, redis):
    one, = servers(redis.port, n=1)
    sessions = [begin(one) for _ in range(20)]
    one.stop()  # what was told is stored before a process ends
    one.start()
    assert sum(reached(one, session) for session in sessions) == 20
    assert store(one)["found"] == 20


def accepts(port):
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def test_139_16_memcached(httpd, member, folder):
    port = free_port()
    process = subprocess.Popen(["memcached", "-l", "127.0.0.1", "-p", str(port), "-U", "0", "-u", "nobody"])
    try:
        wait_until(lambda: accepts(port), "memcached listens")
        (folder / "key").write_bytes(bytes(range(32)))
        members = {name: member(name) for name in ("s1", "s2", "s3")}
        one, other = (httpd(plugin_cfg(Cluster("c", [(name, m.port, NO_ROUTE) for name, m in members.items()])),
                            load("socache_memcache") + f"WLMAffinityStore memcache:127.0.0.1:{port} 500ms\n"
                            f"WLMAffinityKey {folder / 'key'}\n" + LEARN + LOCATION) for _ in range(2))
        for server in (one, other):
            server.expect("WLM0272")
        wait_until(lambda: begin(one) and store(one)["stored"] > 0, "memcached stores", seconds=100)
        sessions = [begin(one) for _ in range(50)]
        wait_until(lambda: store(one)["stored"] >= 51, "all are stored", seconds=100)
        assert sum(reached(other, session) for session in sessions) == 50
        assert store(other)["found"] == 50
        process.kill()
        process.wait()
        open_breaker(other)
        goes_without(other)
        assert sum(reached(other, session) for session in sessions) == 50
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("setting, says", [
    ("redis", "neither Off nor PROVIDER:HOST:PORT"), ("redis:", "neither Off nor"), (":1", "neither Off nor"),
    ("redis:h:1 2s", "no time from 1ms to 1s"), ("redis:h:1 0", "no time from 1ms to 1s"),
    ("other:h:1", "there is no such provider; load mod_socache_other"),
    ("shmcb:none:1", "use redis or memcache"), ("redis:h:nonsense", "neither Off nor"), ("redis:h:1,", "neither Off nor")])
def test_139_20_what_is_wrong_with_the_setting(httpd, setting, says):
    server = httpd(plugin_cfg(Cluster("c", [("a", 1, NO_ROUTE)])),
                   load("socache_redis", "socache_shmcb") + f"WLMAffinityStore {setting}\n" + LEARN, start=False)
    for result in (server.test_config(), server.run("-k", "start")):
        assert result.returncode != 0 and says in result.stderr


@pytest.mark.parametrize("host", ["127.0.0.1", "no-such-host.invalid"])
def test_139_23_who_starts_httpd_hears_of_a_store_that_is_not_there(httpd, member, folder, host):
    """Of each server of it; by httpd -t, and in the log when it starts, but not at a restart. It may come later."""
    s1, there = member("s1"), socket.create_server(("127.0.0.1", 0))
    with there:
        argument = f"redis:{host}:{free_port()},127.0.0.1:{there.getsockname()[1]}"
        (folder / "key").write_bytes(bytes(32))
        server = httpd(plugin_cfg(Cluster("c", [("s1", s1.port, NO_ROUTE)])),
                       load("socache_redis") + f"WLMAffinityStore {argument}\nWLMAffinityKey {folder / 'key'}\n" + LEARN, start=False)
        server.expect("WLM0274")
        tested = server.test_config()
        assert tested.returncode == 0 and len(re.findall(r"WLM0274: redis (\S+) of", tested.stderr)) == 1
        assert f"WLM0274: redis {host}:" in tested.stderr
        server.start()
        assert server.count("WLM0274") == 1 and server.client.get().status == 200
        server.restart("graceful")
        assert server.count("WLM0274") == 1


def test_139_21_a_cluster_without_a_key_does_not_use_it(httpd, redis, member):
    s1 = member("s1")
    server = httpd(plugin_cfg(Cluster("c", [("s1", s1.port, NO_ROUTE)])),
                   load("socache_redis") + f"WLMAffinityStore redis:127.0.0.1:{redis.port}\n" + LEARN + LOCATION, start=False)
    server.expect("WLM0270")
    server.start()
    assert reached(server, begin(server))
    assert (store(server)["asked"], store(server)["stored"], redis.contents()) == (0, 0, {})


def test_139_22_the_state_in_metrics_and_lines(servers, redis):
    one, = servers(redis.port, n=1)
    begin(one)
    stored(one, 1)
    metrics = one.client.get("/wlm-status?format=openmetrics").body.decode()
    documented = set(re.findall(r"`(wlm_affinity_store_\w+)`", (ROOT / "docs/status.md").read_text()))
    assert len(documented) == 12 and documented == set(re.findall(r"^(wlm_affinity_store_\w+) ", metrics, re.M))
    assert "\nwlm_affinity_store_stored_total 1\n" in metrics and "\nwlm_affinity_store_pausing 0\n" in metrics
    assert f"WLMAffinityStoreStore: redis:127.0.0.1:{redis.port}\n" in one.client.get("/server-status?auto").body.decode()

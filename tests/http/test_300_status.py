"""What is shown of the state: the section in mod_status' page, and the handler wlm-status for programs."""
import json
import re
import subprocess
import time
from pathlib import Path

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from wlmtest import BUILD, ROOT, wait_until
from wlmtest.ctl import wlmctl
from wlmtest.plugincfg import Cluster, plugin_cfg
from wlmtest.status import everything, moment, state


def test_300_01_for_people(httpd, member):
    a, b = member("a"), member("b")
    server = httpd(plugin_cfg(Cluster("shop <1>", [("a", a.port, {"LoadBalanceWeight": 3}), ("b", b.port, {})],
                                      primaries=["a"], backups=["b"])))
    server.client.get()
    page = server.client.get("/server-status").body.decode()
    row = "<tr><td>{}</td><td>127.0.0.1:{}</td><td>{}</td><td>up</td><td>enabled</td><td>{}</td><td>{}</td><td>0</td>"
    assert "<h3>Cluster shop &lt;1&gt;, Round Robin</h3>" in page
    assert row.format("a", a.port, "primary", 3, 1) in page
    assert row.format("b", b.port, "backup", 2, 0) in page


def test_300_02_for_programs(httpd, member):
    a, b = member("a"), member("b")
    server = httpd(plugin_cfg(Cluster("c", [("a", a.port, {}), ("b", b.port, {})], RetryInterval=60)), children=3)
    server.expect("WLM0030", "WLM0035")
    server.client.load(20, 4)
    for _ in range(5):
        server.client.get(Cookie="JSESSIONID=0000x:a")
    b.kill()
    server.client.load(2, 1)
    server.client.get(Cookie="JSESSIONID=0000x:b")
    status = server.status()
    assert status["a"] == status["a"] | {
        "Name": "a", "Address": f"127.0.0.1:{a.port}", "Tier": "primary", "State": "up", "Weight": "2",
        "Requests": "18", "InFlight": "0", "Failures": "0", "Busy": "0", "SessionsNew": "12", "SessionsKept": "5",
        "SessionsMoved": "1",
    }
    assert (status["b"]["State"], status["b"]["Failures"], status["b"]["Requests"]) == ("down", "1", "11")


# -- the handler wlm-status ----------------------------------------------------------------------------

LOCATION = '<Location "/wlm-status">\nSetHandler wlm-status\n</Location>'
NASTY = 'a"b\\c<script>\u00e4'


@pytest.fixture
def failing(httpd, member):
    """Members a, which answers, and one with a nasty name, which is down."""
    a, b = member("a"), member("b")
    server = httpd(plugin_cfg(Cluster("shop", [("a", a.port, {}), (NASTY, b.port, {"CloneID": "b"})])),
                   LOCATION + "\nWLMClass all expr=true goal=1\n", children=2)
    server.expect("WLM0030", "WLM0035")
    b.kill()
    server.client.load(40, 4)
    server.client.get(Cookie="JSESSIONID=0000x:b")
    return server


def test_300_03_json(failing):
    answer = failing.client.get("/wlm-status?format=json")
    assert answer.status == 200 and answer.headers["Content-Type"] == "application/json"
    view = json.loads(answer.body)
    assert (view["format"], view["slots"]["members"], len(view["files"])) == (1, 2, 1)
    assert view["files"][0]["generation"] == 1 and view["files"][0]["refused"] is None
    cluster = view["clusters"][0]
    assert (cluster["name"], cluster["policy"], cluster["usable"]) == ("shop", "Round Robin", 1)
    a, b = cluster["members"]
    assert (a["name"], a["state"], a["share"], a["failures"]) == ("a", "up", 100, 0)
    assert (b["name"], b["state"], b["share"]) == (NASTY, "down", 0)
    assert b["last_error"] == "not-connected: Connection refused" and b["failures"] >= 1
    assert b["failures_by"] == {"not-connected": b["failures"]}
    assert [e["text"] for e in b["events"]] == ["marked down: not-connected: Connection refused"]
    since, at = moment(b["since"]), moment(b["events"][0]["at"])
    assert abs(since - at) < 0.5 and b["since"] < b["next_retry"]  # of two clocks, read one after the other
    assert a["requests"] == sum(a["recent_requests"]) == 41 and a["sessions_moved"] >= 1
    assert 0 < a["p50"] <= a["p95"] <= a["p99"] < 5


def buckets(family, **labels):
    """{le: n} of a family that has one series with these labels."""
    return {s.labels["le"]: s.value for s in family.samples
            if s.name.endswith("_bucket") and labels.items() <= s.labels.items()}


def test_300_04_metrics_for_promtool(failing):
    answer = failing.client.get("/wlm-status?format=openmetrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    r = subprocess.run(["promtool", "check", "metrics"], input=answer.body, capture_output=True, timeout=20, check=False)
    assert (r.returncode, r.stdout, r.stderr) == (0, b"", b"")


def test_300_05_openmetrics_for_who_asks_for_it(failing):
    answer = failing.client.get("/wlm-status?format=openmetrics", Accept="application/openmetrics-text;version=1.0.0")
    assert answer.headers["Content-Type"].startswith("application/openmetrics-text; version=1.0.0")
    families = {f.name: f for f in text_string_to_metric_families(answer.body.decode())}
    values = {s.labels["member"]: s.value for s in families["wlm_member_requests"].samples}
    assert values["a"] == 41 and set(values) == {"a", NASTY}
    assert {s.name: s.value for s in families["wlm_member_response_seconds"].samples if s.labels["member"] == "a"
            }["wlm_member_response_seconds_count"] == 41
    assert families["wlm_member_response_seconds"].type == "summary"
    times = buckets(families["wlm_cluster_response_seconds"])
    assert times["+Inf"] == 41 and list(times.values()) == sorted(times.values())
    assert {"0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1.0", "2.5", "5.0", "10.0", "60.0"} <= set(times)


@pytest.mark.parametrize("accept", [{}, {"Accept": "application/openmetrics-text;version=1.0.0"}])
def test_300_09_histograms_of_members_by_choice(failing, accept):
    text = failing.client.get("/wlm-status?format=openmetrics", **accept).body.decode()
    more = failing.client.get("/wlm-status?format=openmetrics&members=histograms", **accept).body.decode()
    assert "wlm_member_response_seconds_bucket" not in text and "# TYPE wlm_member_response_seconds summary\n" in text
    assert "# TYPE wlm_member_response_seconds histogram\n" in more
    if accept:
        families = {f.name: f for f in text_string_to_metric_families(more)}
        times = buckets(families["wlm_member_response_seconds"], member="a")
        assert times == buckets(families["wlm_cluster_response_seconds"])  # the other member sends no responses
    r = subprocess.run(["promtool", "check", "metrics"], input=more.encode(), capture_output=True, timeout=20, check=False)
    assert accept or (r.returncode, r.stdout, r.stderr) == (0, b"", b"")


def test_300_11_metrics_without_members(failing):
    text = failing.client.get("/wlm-status?format=openmetrics&members=none").body.decode()
    assert "wlm_member_" not in text and "member=" not in text
    assert "\nwlm_cluster_response_seconds_bucket{" in text and "\nwlm_cluster_usable_members{" in text
    r = subprocess.run(["promtool", "check", "metrics"], input=text.encode(), capture_output=True, timeout=20, check=False)
    assert (r.returncode, r.stdout, r.stderr) == (0, b"", b"")


def test_300_10_a_response_is_in_the_buckets_of_its_time(httpd, member):
    """Each edge that is longer than the response took has it, none that is shorter than its delay."""
    a = member("a")
    server = httpd(plugin_cfg(Cluster("shop", [("a", a.port, {})])), LOCATION)
    begun = time.monotonic()
    assert server.client.get("/app/?delay=120").status == 200
    took = time.monotonic() - begun
    families = {f.name: f for f in text_string_to_metric_families(server.client.get(
        "/wlm-status?format=openmetrics", Accept="application/openmetrics-text;version=1.0.0").body.decode())}
    times = buckets(families["wlm_cluster_response_seconds"])
    assert all(n == 0 for edge, n in times.items() if float(edge) <= 0.1)
    assert all(n == 1 for edge, n in times.items() if float(edge) > took) and times["+Inf"] == 1


def test_300_12_threads_descriptors_and_memory(failing):
    """What a process may run out of, as of a second ago."""
    pid = failing.children_pids()[0]
    limit = int(re.search(r"Max open files +(\d+)", Path(f"/proc/{pid}/limits").read_text())[1])
    view = wait_until(lambda: (v := everything(failing))["engine"]["descriptors"] and (v["engine"]["threads"] or v["engine"]["why"]) and v,
                      "a process that has counted")
    engine, memory = view["engine"], view["memory"]
    assert engine["descriptors_max"] == limit and 3 < engine["descriptors"] < limit
    assert engine["threads_busy"] <= engine["threads"]
    assert memory["records"] > 10000 * view["slots"]["members_max"] and memory["texts"] > 0
    assert (memory["learned"], memory["learned_sessions"], memory["learned_sessions_max"]) == (0, 0, 0)
    auto = failing.client.get("/server-status?auto").body.decode()
    assert f"\nWLMEngineDescriptorsMax: {limit}\n" in auto and f"\nWLMMemoryRecords: {memory['records']}\n" in auto
    metrics = failing.client.get("/wlm-status?format=openmetrics").body.decode()
    assert f"\nwlm_engine_descriptors_max {limit}\n" in metrics
    assert f'\nwlm_memory_slots_max{{kind="members"}} {view["slots"]["members_max"]}\n' in metrics
    page = re.sub("<[^>]*>", "", failing.client.get("/wlm-status").body.decode())
    assert re.search(rf"Most file descriptors of a process: [\d,]+ of {limit:,}\.", page)
    assert re.search(r"Shared memory: \d+\.\d MiB", page)
    assert re.search(rf"\d+ of {limit} file descriptors at most in a process; 2 of \d+ slots for members", wlmctl(failing, "status").stdout)


def test_300_06_other_formats_are_refused(failing):
    assert failing.client.get("/wlm-status?format=yaml").status == 400
    answer = failing.client.get("/wlm-status?format=openmetrics&members=all")
    assert answer.status == 400


@pytest.mark.alone
def test_300_07_a_thousand_members(httpd, member):
    a = member("a")
    clusters = [Cluster(f"c{i}", [(f"m{k}", a.port, {}) for k in range(100)]) for i in range(10)]
    server = httpd(plugin_cfg(*clusters), LOCATION)
    body = server.client.get("/wlm-status?format=json").body
    assert [len(c["members"]) for c in json.loads(body)["clusters"]] == [100] * 10
    assert len(body) < 2_000 * 1000  # what it costs to make: make scale


@pytest.mark.alone
def test_300_09_rates_of_a_member_that_nobody_has_used_for_a_while(httpd, member):
    """While nothing changes nobody looks at it; then its rate is that of the last ten to eleven seconds all the same."""
    a, b = member("a"), member("b")
    server = httpd(plugin_cfg(Cluster("c", [("a", a.port, {"LoadBalanceWeight": 1}), ("b", b.port, {"LoadBalanceWeight": 0})])),
                   LOCATION, children=2)

    def rate():
        return state(server)["a"]["requests_per_second"]
    wait_until(lambda: server.client.get().status == 200 and rate() > 0, "the counters to be looked at")
    for _ in range(2):
        wait_until(lambda: rate() == 0, "ten seconds without a request", 30)
        server.client.load(44, 4)
        wait_until(lambda: 3.6 < rate() < 4.6, "44 requests in ten to eleven seconds", 5)


def test_300_08_the_metrics_are_those_of_the_documentation(failing):
    answer = failing.client.get("/wlm-status?format=openmetrics", Accept="application/openmetrics-text;version=1.0.0")
    names = {f.name + ("_total" if f.type == "counter" else "") for f in text_string_to_metric_families(answer.body.decode())}
    rows = [line for line in (ROOT / "docs/status.md").read_text().splitlines() if line.startswith("|")]
    documented = set(re.findall(r"`(wlm_\w+)`", "\n".join(rows)))
    assert names == {name for name in documented if not name.startswith("wlm_affinity_store_")}  # these: test_139_22


# -- of one thing ----------------------------------------------------------------------------------------

PLURAL_OF_ONE = re.compile(r"(?<![\d.,:-])1 (?:[a-z]+ )?(?:members|clusters|requests|failures|sessions|connections|tunnels|threads|"
                           r"processes|places|findings|warnings|errors|notes|files|routes|slots|minutes|attempts|transports|hosts|"
                           r"events|bytes|others|characters)\b")


def printed(program, *words):
    r = subprocess.run([BUILD / program, *words], capture_output=True, text=True, timeout=30, check=False)
    return f"$ {program} {words}\n{r.stdout}{r.stderr}"


def test_300_40_one_is_no_plural(httpd, scripted):
    """A cluster of one member, and one request that it does not answer: on the page, in the log and on the terminal."""
    a = scripted(lambda c: (c.read_head(), c.reset()))
    server = httpd(plugin_cfg(Cluster("shop", [("a", a.port, {})])), LOCATION, log_level="warn wlm:trace8")
    server.expect("WLM0030", "WLM0035", "WLM0037")
    path = str(server.path / "plugin-cfg.xml")
    assert server.client.get().status == 502
    pages = [server.client.get(url).body.decode()
             for url in ("/wlm-status", "/wlm-status?cluster=shop", "/wlm-status?cluster=shop&member=a", "/server-status")]
    pages[-1] = pages[-1][pages[-1].index("<h3>Cluster"):]  # what comes before is mod_status' own
    texts = [re.sub("<[^>]*>", "", page) for page in pages]
    texts += [f"$ wlmctl {words}\n" + wlmctl(server, *words).stdout for words in (["status"], ["status", "--check"], ["top", "--interval", "1s"], ["events"])]
    texts += [printed("wlmcfg", *words) for words in (
        ["check", path], ["show", path], ["explain", path, "http://h/a"], ["diff", path, path],
        ["simulate", "--sessions", "1", "--requests-per-session", "1", "--kill", "a@1ms", path])]
    texts += [server.test_config().stderr, server.log()]
    for text in texts:
        assert text.count("\n") > 1 and not PLURAL_OF_ONE.search(text), PLURAL_OF_ONE.findall(text) or text
    assert "0 of 1 member for new sessions" in "".join(texts) and "that was tried (1)" in texts[-1]

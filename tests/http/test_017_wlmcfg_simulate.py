"""wlmcfg simulate: shares, moved sessions and faults in simulated time, and that httpd does the same."""

import json
import os
import pathlib
import re
import subprocess
import xml.etree.ElementTree as ET

import pytest

from wlmtest import BUILD, each_sample
from wlmtest.client import shares
from wlmtest.plugincfg import Cluster, plugin_cfg

PROGRAM = pathlib.Path(os.environ.get("WLMCFG", BUILD / "wlmcfg"))
SVG = "{http://www.w3.org/2000/svg}"


def wlmcfg(*args):
    return subprocess.run([PROGRAM, *args], capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def file(tmp_path):
    """A file with a cluster c of members with these weights, called a, b ...; more attributes by name of the member."""

    def write(weights, attrs=None, **options):
        names = [chr(ord("a") + i) for i in range(len(weights))]
        servers = [(name, 80, {"LoadBalanceWeight": weight, **(attrs or {}).get(name, {})})
                   for name, weight in zip(names, weights)]
        path = tmp_path / "plugin-cfg.xml"
        path.write_text(plugin_cfg(Cluster("c", servers, **options)))
        return path

    return write


def simulate(path, *args):
    r = wlmcfg("simulate", "--json", path, *args)
    assert (r.returncode, r.stderr) == (0, "")
    return json.loads(r.stdout)


def per_member(result, key):
    return {m["name"]: m[key] for m in result["members"]}


def not_answered(result):
    """How many requests were not, by the reasons that there were."""
    return {why: n for why, n in result["not_answered"].items() if n}


def over_time(result, key, member):
    """{begin: value} of each interval."""
    return {i["from"]: m[key] for i in result["intervals"] for m in i["members"] if m["name"] == member}


# -- the call --------------------------------------------------------------------------------------------------------

LONG = "99999999999999999999"


@pytest.mark.parametrize("args, told", [
    ([], "one file"), (["FILE", "x"], "one file"), (["FILE", "--nope"], "--nope"),
    (["FILE", "--sessions", "0"], "1000000"), (["FILE", "--sessions", "1000001"], "1000000"),
    (["FILE", "--sessions", LONG], "1000000"), (["FILE", "--sessions", "-1"], "--sessions"),
    (["FILE", "--sessions", "+1"], "--sessions"), (["FILE", "--sessions", " 1"], "--sessions"),
    (["FILE", "--sessions", "1 "], "--sessions"), (["FILE", "--sessions", "0x10"], "--sessions"),
    (["FILE", "--sessions", ""], "--sessions"), (["FILE", "--requests-per-session", "0"], "--requests-per-session"),
    (["FILE", "--sessions", "1000000", "--requests-per-session", "101"], "100000000"),
    (["FILE", "--seed", "9223372036854775808"], "9223372036854775807"),
    (["FILE", "--duration", "0"], "--duration"), (["FILE", "--duration", "999ms"], "1s"),
    (["FILE", "--duration", "721h"], "720h"), (["FILE", "--duration", LONG + "s"], "720h"),
    (["FILE", "--duration", "10 m"], "--duration"), (["FILE", "--duration", "1.5m"], "--duration"),
    (["FILE", "--duration", "10M"], "--duration"), (["FILE", "--duration", "s"], "--duration"),
    (["FILE", "--response-time", "61m"], "--response-time"), (["FILE", "--response-time", "10m"], "--duration"),
    (["FILE", "--think-time", "1h"], "--duration"), (["FILE", "--slow-start", "x"], "--slow-start"),
    (["FILE", "--kill", "a"], "MEMBER@TIME"), (["FILE", "--kill", "a@"], "MEMBER@TIME"),
    (["FILE", "--kill", "a@-1"], "MEMBER@TIME"), (["FILE", "--kill", "b@1"], "no such member"),
    (["FILE", "--kill", "a@600"], "end of the simulation"), (["FILE", "--drain", "@1"], "no such member"),
    (["FILE", "--weight", "a@1"], "MEMBER=WEIGHT@TIME"), (["FILE", "--weight", "a=1"], "MEMBER=WEIGHT@TIME"),
    (["FILE", "--weight", "a=@1"], "65535"), (["FILE", "--weight", "a=65536@1"], "65535"),
    (["FILE", "--weight", "a=1x@1"], "65535"), (["FILE", "--cluster", "d"], "it has c"),
    (["FILE", "--web-servers", "0"], "100"), (["FILE", "--web-servers", "101"], "100"),
    (["FILE", "--workers", "0"], "10000"), (["FILE", "--workers", "a=2@1"], "all members"),
    (["FILE", "--workers", "4", "--workers", "a=0@1"], "10000"), (["FILE", "--workers", "4", "--workers", "a@1"], "MEMBER=WORKERS"),
    (["FILE", "--patience", "x"], "--patience"), (["FILE", "--concurrency", "4"], "neither Off nor Adaptive"), (["FILE", "--hedge", "p5"], "no percentile"),
    (["FILE", "--concurrency", ""], "Adaptive 4 1000"), (["FILE", "--concurrency", "Adaptive 0"], "1 to 100000"),
    (["FILE", "--concurrency", "Adaptive 9 8"], "9 to 100000"), (["FILE", "--queue", "10001"], "10000"),
    (["FILE", "--queue", "1 2s 3"], "100 2s"), (["FILE", "--class", "x"], "share=PERCENT"),
    (["FILE", "--class", "x goal=1"], "share=PERCENT"), (["FILE", "--class", "x share=101"], "1 to 100"),
    (["FILE", "--class", "x share=1 priority=10"], "0 to 9"), (["FILE", "--class", "x share=1 size=1"], "NAME share"),
    (["FILE", "--class", "x share=50", "--class", "x share=1"], "already"),
    (["FILE", "--class", "x share=50", "--class", "y share=51%"], "more than 100"),
    (["FILE"] + [w for i in range(9) for w in ("--class", f"x{i} share=1")], "at most 8"),
    (["FILE", "--json", "--svg", "-"], "standard output"), (["FILE"] + ["--kill", "a@1"] * 1001, "1000"),
], ids=lambda value: " ".join(value)[:60] if isinstance(value, list) else "")
def test_a_wrong_call_is_told_apart(file, args, told):
    r = wlmcfg("simulate", *[file([1]) if word == "FILE" else word for word in args])
    assert r.returncode == 2 and not r.stdout and told in r.stderr and "--help" in r.stderr


def test_of_several_clusters_one_must_be_named(tmp_path):
    path = tmp_path / "x.xml"
    path.write_text(plugin_cfg(Cluster("shop", [("a", 1, {})]), Cluster("mail", [("b", 1, {})])))
    r = wlmcfg("simulate", path)
    assert r.returncode == 2 and "it has shop, mail" in r.stderr
    assert per_member(simulate(path, "--cluster", "mail"), "requests") == {"b": 10000}


def test_a_file_without_clusters_is_told(tmp_path):
    path = tmp_path / "x.xml"
    path.write_text("<Config/>")
    r = wlmcfg("simulate", path)
    assert r.returncode == 2 and "it has no cluster" in r.stderr


def test_a_file_with_errors_is_not_simulated(file, tmp_path):
    r = wlmcfg("simulate", file([1], RetryInterval="x"), "--svg", tmp_path / "plot.svg")
    assert (r.returncode, r.stdout) == (1, "") and "[bad-number]" in r.stderr
    assert not (tmp_path / "plot.svg").exists()


def test_output_that_cannot_be_written_is_no_success(file, tmp_path):
    path = file([1])
    with open("/dev/full", "w") as full:
        for args in ([], ["--json"], ["--svg", "-"]):
            r = subprocess.run([PROGRAM, "simulate", path, *args], stdout=full, stderr=subprocess.PIPE, text=True,
                               timeout=20, check=False)
            assert r.returncode == 2 and "written" in r.stderr
    r = wlmcfg("simulate", path, "--svg", tmp_path / "no" / "plot.svg")
    assert r.returncode == 2 and not r.stdout and "written" in r.stderr


@pytest.mark.parametrize("word, seconds", [("90s", 90), ("90", 90), ("10m", 600), ("2h", 7200), ("2500ms", 2.5)])
def test_times(file, word, seconds):
    result = simulate(file([1]), "--duration", word, "--response-time", "0")
    assert result["plan"]["duration"] == seconds
    begins = [i["from"] for i in result["intervals"]]
    assert 12 <= len(begins) <= 20 and begins[0] == 0 and result["intervals"][-1]["to"] == seconds


# -- shares ----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("weights, wanted", [
    ([1, 2], [400, 800]), ([1, 2, 1], [300, 600, 300]), ([2, 0, 1], [800, 0, 400]), ([5, 5, 5], [400, 400, 400]),
    ([1] * 100, [12] * 100),
], ids=str)
def test_shares_are_exact(file, weights, wanted):
    result = simulate(file(weights), "--sessions", "1200")
    assert list(per_member(result, "sessions").values()) == wanted
    assert list(per_member(result, "requests").values()) == [10 * n for n in wanted]
    assert list(per_member(result, "got").values()) == pytest.approx([100 * w / sum(weights) for w in weights])
    assert result["imbalance"] == pytest.approx(0, abs=1e-6) and abs(result["deviation"]["by"]) < 1
    assert result["moved_sessions"] == result["repeated"] == 0
    assert not_answered(result) == {}


def test_the_longest_run_and_the_deviation_are_those_of_the_schedule(file):
    # a a b a a c a, and again: c is furthest off just before its turn. All parts of the time end with a whole cycle
    result = simulate(file([5, 1, 1]), "--sessions", "42000", "--requests-per-session", "1", "--response-time", "0")
    assert result["longest_run"] == {"length": 3, "member": "a"}
    assert (result["deviation"]["member"], result["deviation"]["by"]) == ("c", pytest.approx(-5 / 7))


def test_random_is_by_weight_but_not_smooth(file):
    path = file([1, 3], LoadBalance="Random")
    result = simulate(path, "--sessions", "40000", "--requests-per-session", "1")
    assert per_member(result, "got")["b"] == pytest.approx(75, abs=2)
    assert abs(result["deviation"]["by"]) > 2
    first, second, usual = (simulate(path, *args)["members"] for args in (["--seed", "1"], ["--seed", "2"], []))
    assert first == usual != second


def test_sessions_may_begin_at_random(file):
    path = file([1, 1])
    even, random = (over_time(simulate(path, *args), "sessions", "a") for args in ([], ["--poisson"]))
    assert max(list(even.values())[:13]) - min(list(even.values())[:13]) <= 2
    assert max(list(random.values())[:13]) - min(list(random.values())[:13]) > 5
    assert sum(even.values()) == sum(random.values()) == 500


@pytest.mark.parametrize("ignore, intervals", [("true", 10), ("false", 14)])
def test_affinity_requests_count_when_they_are_not_ignored(file, ignore, intervals):
    # a session begins every 54 s and lasts until 60 s later; an interval takes 40 s
    result = simulate(file([1, 1], IgnoreAffinityRequests=ignore), "--sessions", "10", "--requests-per-session", "100")
    assert sum(i["members"][0]["got"] is not None for i in result["intervals"]) == intervals


def test_members_without_clone_ids_keep_no_sessions(file):
    none = {"CloneID": None}
    result = simulate(file([1, 1], {"a": none, "b": none}), "--sessions", "10", "--requests-per-session", "101")
    assert per_member(result, "requests") == {"a": 505, "b": 505}
    assert result["moves"] == {"down": 0, "full": 0, "clone_id": result["moves"]["clone_id"]}
    assert result["moves"]["clone_id"] > 400 and result["moved_sessions"] == 10


@pytest.mark.parametrize("way", ["Cookie WLMID", "Wrap header:Mcp-Session-Id", "Learn path:2"])
def test_wlm_affinity_keeps_sessions_as_clone_ids_do(file, way):
    """Also over a fault, with drain and several web servers."""
    args = ["--sessions", "300", "--requests-per-session", "20", "--kill", "a@3m", "--revive", "a@5m", "--drain", "b@6m", "--web-servers", "2"]
    by_clone_ids = simulate(file([1, 1, 1]), *args)
    none = {"CloneID": None}
    path = file([1, 1, 1], {name: none for name in "abc"})
    by_affinity = simulate(path, *args, "--affinity", way)
    assert by_affinity["plan"].pop("affinity") == way and by_clone_ids["plan"].pop("affinity") is None
    assert by_affinity == by_clone_ids and by_affinity["moves"]["down"] > 0
    assert f"sessions are kept by WLMAffinity {way}\n" in wlmcfg("simulate", path, "--affinity", way).stdout
    assert simulate(path, "--affinity", "Off")["plan"]["affinity"] is None


@pytest.mark.parametrize("way, says", [("", "Off, or Cookie, Wrap or Learn"), ("Stick", '"Stick" is none'), ("Wrap path:1", "neither header:NAME nor cookie:NAME")])
def test_a_wlm_affinity_that_is_none(file, way, says):
    r = wlmcfg("simulate", file([1, 1]), "--affinity", way)
    assert (r.returncode, r.stdout) == (2, "") and "--affinity: " in r.stderr and says in r.stderr, r.stderr


def test_a_clone_id_that_another_member_has_moves_sessions_there(file):
    result = simulate(file([1, 1], {"b": {"CloneID": "a"}}))
    assert result["moves"] == {"down": 0, "full": 0, "clone_id": 500}
    assert per_member(result, "moved") == {"a": 500, "b": 0}


# -- faults ----------------------------------------------------------------------------------------------------------

def test_a_killed_member_loses_its_sessions_and_no_request(file):
    result = simulate(file([1, 2, 1]), "--kill", "b@200s")
    assert not_answered(result) == {}
    assert result["moves"] == {"down": result["moved_sessions"], "full": 0, "clone_id": 0}
    moved = per_member(result, "moved")
    assert moved["b"] == 0 and moved["a"] + moved["c"] == result["moved_sessions"]
    b = over_time(result, "requests", "b")
    # a session lasts 60 s, and every second one that began in the last 60 s is of b; those that are over do not move
    assert 40 < result["moved_sessions"] < 60
    assert b[160] > 0 and not any(n for begin, n in b.items() if begin >= 200)
    assert set(list(over_time(result, "state", "b").values())[5:]) == {"down"}
    # a request finds out at 200 s, then one in each RetryInterval; sessions end at 600 s
    assert per_member(result, "failed") == {"a": 0, "b": 6, "c": 0}
    assert result["repeated"] == per_member(result, "failed")["b"]


@pytest.mark.parametrize("weights, dead, left", [([1, 2, 1], "c", {"a": 1, "b": 2}), ([1, 2], "a", {"b": 1}),
                                                 ([2, 1, 4], "c", {"a": 2, "b": 1})], ids=str)
def test_the_others_share_by_weight_after_a_kill(file, weights, dead, left):
    result = simulate(file(weights), "--sessions", "6000", "--kill", f"{dead}@1s")
    last = {m["name"]: m for m in result["intervals"][10]["members"]}
    assert last[dead]["sessions"] == last[dead]["wanted"] == 0
    for name, weight in left.items():
        assert last[name]["wanted"] == pytest.approx(100 * weight / sum(left.values()))
        assert last[name]["got"] == pytest.approx(last[name]["wanted"], abs=0.5)


@pytest.mark.parametrize("interval", [10, 60, 150])
def test_a_revived_member_is_back_after_the_retry_interval(file, interval):
    result = simulate(file([1, 1], RetryInterval=interval), "--sessions", "6000", "--kill", "a@100", "--revive", "a@101",
                      "--slow-start", "0s")
    states = over_time(result, "state", "a")
    assert {begin for begin, state in states.items() if state == "down"} == \
        {begin for begin in states if 100 < begin + 40 <= 100 + interval}
    after = [begin for begin in states if begin >= 100 + interval and begin < 520]
    assert all(over_time(result, "got", "a")[begin] == pytest.approx(50, abs=1) for begin in after)
    assert per_member(result, "failed")["a"] <= 3  # that were under way
    before = over_time(result, "requests", "a")
    assert all(before[begin] == 0 for begin in states if begin > 100 and begin + 40 <= 100 + interval)


def test_a_member_that_is_back_starts_slowly(file):
    args = file([1, 1]), "--sessions", "6000", "--kill", "a@90", "--revive", "a@100"
    at_once, slowly = (over_time(simulate(*args, *more), "got", "a") for more in (["--slow-start", "0s"], ["--slow-start", "200s"]))
    assert at_once[160] > 40 and slowly[160] < 15
    assert slowly[160] < slowly[200] < slowly[240] < slowly[280] < slowly[320] and slowly[400] == pytest.approx(50, abs=1)


def test_requests_that_a_dying_member_answers_go_to_another(file):
    result = simulate(file([1, 1]), "--sessions", "600", "--requests-per-session", "2", "--response-time", "10s",
                      "--kill", "a@300s")
    assert per_member(result, "failed")["a"] > 10  # all that were under way, not one only
    assert not_answered(result) == {} and result["requests"] == 1200
    assert sum(per_member(result, "requests").values()) == 1200


def test_backups_serve_while_no_primary_does(file):
    result = simulate(file([1, 1, 1], primaries=["a"], backups=["b", "c"]), "--kill", "a@200", "--revive", "a@290",
                      "--kill", "b@240")
    sessions = {name: over_time(result, "sessions", name) for name in "abc"}
    assert sessions["a"][160] and not sessions["b"][160] and not sessions["c"][160]
    assert sessions["b"][200] and not sessions["c"][200]
    assert sessions["c"][240] and not sessions["a"][240] and not sessions["b"][240]
    assert sessions["a"][360] and not sessions["c"][360]
    assert over_time(result, "got", "c")[240] is None  # no weight decides that
    assert result["not_answered"]["unavailable"] == 0


def test_nobody_is_left(file):
    result = simulate(file([1, 1]), "--kill", "a@300", "--kill", "b@300")
    assert result["not_answered"]["unavailable"] == result["requests"] - sum(per_member(result, "requests").values()) > 4000
    assert result["requests"] == 10000


def test_full_members(file):
    path = file([1, 1], {"a": {"MaxConnections": "1"}})
    result = simulate(path, "--response-time", "1s", "--sessions", "1000", "--think-time", "500ms")
    assert result["moves"]["full"] > 0 == result["moves"]["down"] and result["not_answered"]["full"] == 0
    # one request of a second at a time; intervals have 40 s
    assert 20 < over_time(result, "requests", "a")[280] <= 40 < over_time(result, "requests", "b")[280]
    path = file([1], {"a": {"MaxConnections": "1"}})
    result = simulate(path, "--response-time", "1s", "--sessions", "1000", "--requests-per-session", "1")
    assert not_answered(result) == {"full": 500}  # they come every 0.6 s


def test_a_draining_member_keeps_its_sessions(file):
    result = simulate(file([1, 1]), "--drain", "a@200")
    assert result["moved_sessions"] == 0
    assert over_time(result, "sessions", "a")[200] == 0 < over_time(result, "requests", "a")[200]
    assert over_time(result, "requests", "a")[280] == 0 and over_time(result, "state", "a")[280] == "draining"


def test_another_weight_from_a_time_on(file):
    result = simulate(file([1, 1]), "--sessions", "6000", "--weight", "a=3@200", "--drain", "b@400", "--weight", "b=1@440")
    got = over_time(result, "got", "a")
    assert [got[begin] for begin in (160, 200, 360, 400, 440)] == pytest.approx([50, 75, 75, 100, 75], abs=0.3)


def test_what_is_changed_at_one_time_is_in_order(file):
    path = file([1, 1])
    weights = [word for weight in range(1, 10) for word in ("--weight", f"a={weight}@0")]
    assert per_member(simulate(path, *weights), "got")["a"] == pytest.approx(90, abs=0.1)
    assert simulate(path, "--revive", "a@0", "--kill", "a@0")["repeated"] == 0
    assert per_member(simulate(path, "--kill", "a@0"), "requests")["a"] == 0


# -- several web servers ---------------------------------------------------------------------------------------------

def test_each_web_server_finds_out_by_itself(file):
    """The one that has not had a request for a dead member takes it for up: each fails with it once, and once more with each probe."""
    path, args = file([1] * 4, RetryInterval=600), ("--sessions", "2000", "--requests-per-session", "1", "--kill", "b@200")
    alone, ten = simulate(path, *args), simulate(path, *args, "--web-servers", "10")
    assert per_member(alone, "failed")["b"] == 1 and per_member(ten, "failed")["b"] == 10
    assert not_answered(ten) == {} and ten["repeated"] == 10
    assert [w["failed"] for w in ten["web_servers"]] == [w["repeated"] for w in ten["web_servers"]] == [1] * 10
    assert sum(w["requests"] for w in ten["web_servers"]) == ten["requests"] == 2000
    assert alone["web_servers"] == [{"requests": 2000, "failed": 1, "repeated": 1}]
    up = over_time(ten, "up_at", "b")
    assert up[160] == 10 and up[560] == 0 and list(up.values()) == sorted(up.values(), reverse=True)
    assert per_member(ten, "up_at") == {"a": 10, "b": 0, "c": 10, "d": 10}
    assert ten["imbalance"] < 1.5 and ten["plan"]["web_servers"] == 10


def test_web_servers_share_what_a_member_can_do(file):
    args = file([1, 1]), "--workers", "4", "--patience", "2s", "--sessions", "3000", "--requests-per-session", "1", "--duration", "60s"
    for more in ((), ("--web-servers", "5")):
        assert not_answered(simulate(*args, "--response-time", "100ms", *more)).keys() <= {"unfinished"}
        assert simulate(*args, "--response-time", "400ms", *more)["not_answered"]["given_up"] > 500


def test_limits_are_those_of_each_web_server(file):
    args = file([1], {"a": {"MaxConnections": "1"}}), "--response-time", "1s", "--sessions", "1000", "--requests-per-session", "1"
    assert simulate(*args)["not_answered"]["full"] == 500  # they come every 0.6 s
    assert simulate(*args, "--web-servers", "50")["not_answered"]["full"] < 50


def test_queues_are_those_of_each_web_server(file):
    args = (file([1], {"a": {"MaxConnections": "1"}}), "--response-time", "100ms", "--sessions", "1200", "--requests-per-session", "1",
            "--duration", "60s", "--queue", "1000 1s")
    assert simulate(*args)["not_answered"]["waited"] > 400 and not_answered(simulate(*args, "--web-servers", "4")) == {}


def test_several_web_servers_in_the_table_and_the_plot(file, tmp_path):
    path, plot = file([1] * 4), tmp_path / "plot.svg"
    args = ("--kill", "b@200s", "--sessions", "100", "--requests-per-session", "2", "--web-servers", "20")
    text, result = wlmcfg("simulate", path, *args, "--svg", plot).stdout, simulate(path, *args)
    assert "20 web servers" in text
    rows = [line.split() for line in text.splitlines()]
    for i, web in enumerate(result["web_servers"]):
        assert [str(n) for n in (i + 1, web["requests"], web["failed"], web["repeated"])] in rows
    some = next(m for i in result["intervals"] for m in i["members"] if 0 < m["up_at"] < 20)
    assert some["state"] == "down" and f"  down at {20 - some['up_at']} of 20\n" in text
    lines = [p for p in ET.fromstring(plot.read_text()).iterfind(f"{SVG}path") if p.get("class") == "line"]
    assert [p.find(f"{SVG}title").text for p in lines] == list("abcd")
    alone = wlmcfg("simulate", path, *args[:-2], "--svg", plot).stdout
    assert "web server" not in alone and " of 1\n" not in alone
    assert not [p for p in ET.fromstring(plot.read_text()).iterfind(f"{SVG}path") if p.get("class") == "line"]


# -- more than the members can answer: 240 a second where 160 can be, by clients that give up after a second ---------

OVERLOAD = ["--requests-per-session", "1", "--duration", "60s", "--poisson", "--workers", "4", "--response-time", "100ms",
            "--random-times", "--patience", "1s", "--sessions"]
ADAPTIVE = ["--concurrency", "Adaptive"]
VIP = ["--class", "vip share=20% goal=600ms priority=9"]


def answered(result, begin):
    """A second, of all classes, from a time on."""
    (found,) = (i for i in result["intervals"] if i["from"] == begin)
    return sum(c["in_time"] for c in found["classes"]) / (found["to"] - found["from"])


def test_an_overload_with_and_without_limits(file):
    path = file([1] * 4)
    without, found = simulate(path, *OVERLOAD, "14400"), simulate(path, *OVERLOAD, "14400", *ADAPTIVE)
    assert answered(without, 40) < 16 and not without["not_answered"]["overload"]
    assert all(135 <= answered(found, begin) <= 170 for begin in range(12, 60, 4))
    assert all(4 <= limit <= 20 for begin, limit in over_time(found, "limit", "a").items() if begin >= 12)
    assert set(over_time(without, "limit", "a").values()) == {None}
    for result in (without, found):
        (one,) = result["classes"]
        assert one["name"] is None and one["requests"] == result["requests"] == 14400
        assert one["answered"] + sum(result["not_answered"].values()) == 14400
        assert one["given_up"] == result["not_answered"]["given_up"] > 0


def test_halved_capacity_is_found_within_ten_seconds(file):
    halved = [w for name in "abcd" for w in ("--workers", f"{name}=2@20s", "--workers", f"{name}=4@40s")]
    result = simulate(file([1] * 4), *OVERLOAD, "14400", *ADAPTIVE, *halved)
    assert all(68 <= answered(result, begin) <= 92 for begin in (28, 32, 36))
    assert all(135 <= answered(result, begin) <= 170 for begin in (48, 52, 56))
    assert result["plan"]["changes"][0]["workers"] == 2


def test_nine_tenths_of_the_capacity_are_not_refused(file):
    result = simulate(file([1] * 4), *OVERLOAD, "8640", *ADAPTIVE)
    assert set(not_answered(result)) <= {"unfinished"}


def test_a_class_keeps_its_goal(file):
    result = simulate(file([1] * 4), *OVERLOAD, "14400", *ADAPTIVE, *VIP)
    later = [c for i in result["intervals"] if i["from"] >= 12 for c in i["classes"] if c["name"] == "vip"]
    ended = sum(c["answered"] + c["refused"] + c["given_up"] for c in later)
    assert sum(c["in_time"] for c in later) >= 0.97 * ended > 1500
    assert result["classes"][0]["refused"] > 4000
    assert result["plan"]["classes"] == [{"name": "vip", "share": 20, "goal": 0.6, "priority": 9}]


def test_a_queue_has_places_and_a_time(file):
    path = file([1], {"a": {"MaxConnections": "1"}})
    args = path, "--response-time", "100ms", "--sessions", "1200", "--requests-per-session", "1", "--duration", "60s", "--queue"
    assert set(not_answered(simulate(*args, "5 10s"))) == {"full"}
    assert set(not_answered(simulate(*args, "1000 1s"))) == {"waited"}
    assert simulate(*args, "1000 1s")["classes"][0]["p99"] == pytest.approx(1.1, rel=0.2)


def test_a_member_that_dies_frees_its_workers(file):
    args = "--kill", "a@20s", "--revive", "a@21s", "--slow-start", "0s"
    result = simulate(file([1] * 4, RetryInterval=5), *OVERLOAD, "7200", *args)  # 120 a second: three can do it
    assert over_time(result, "requests", "a")[20] == 0 < over_time(result, "requests", "a")[40]
    assert result["classes"][0]["answered"] > 7000


def test_overload_in_the_table_and_the_plot(file, tmp_path):
    path, plot = file([1] * 4), tmp_path / "plot.svg"
    text = wlmcfg("simulate", path, *OVERLOAD, "14400", *ADAPTIVE, *VIP, "--svg", plot).stdout
    result = simulate(path, *OVERLOAD, "14400", *ADAPTIVE, *VIP)
    rows = [line.split() for line in text.splitlines()]
    vip = result["classes"][1]
    keys = ("name", "requests", "answered", "in_time", "failed", "refused", "given_up")
    assert [str(vip[key]) for key in keys] in [row[:7] for row in rows]
    assert f"{result['not_answered']['overload']} while the queue was overloaded" in text
    svg = ET.fromstring(plot.read_text())
    titles = {kind: [p.find(f"{SVG}title").text for p in svg.iterfind(f"{SVG}path") if p.get("class") == kind]
              for kind in ("area", "line")}
    assert titles == {"area": ["d", "c", "b", "a", "refused", "given up"], "line": ["a", "b", "c", "d", "no class", "vip"]}


# -- second members: 240 a second, and one of four members becomes ten times slower -----------------------------------

HEDGED = ["--requests-per-session", "1", "--sessions", "14400", "--duration", "60s", "--poisson", "--random-times", "--response-time",
          "20ms", "--slow", "a=10@20s", "--slow", "a=1@40s", "--hedge"]


def of_class(result, key, begin, end):
    """Of each interval between these times."""
    return [i["classes"][0][key] for i in result["intervals"] if begin <= i["from"] and i["to"] <= end]


def test_a_second_member_answers_for_a_slow_one(file):
    path = file([1] * 4)
    without, hedged = simulate(path, *HEDGED, "Off"), simulate(path, *HEDGED, "50ms budget=50")
    assert min(of_class(without, "p99", 20, 40)) > 0.2 and max(of_class(hedged, "p99", 20, 40)) < 0.15
    requests, asked = sum(of_class(hedged, "requests", 20, 40)), sum(of_class(hedged, "hedged", 20, 40))
    won = sum(of_class(hedged, "hedges_won", 20, 40))
    assert 0.1 * requests < asked < 0.3 * requests and 0.9 * asked < won <= asked  # at most a quarter comes to the slow one
    assert hedged["hedges_refused"] == 0 == without["classes"][0]["hedged"]
    for result in (without, hedged):
        assert result["requests"] == result["classes"][0]["answered"] == sum(per_member(result, "requests").values()) == 14400
    assert hedged["plan"]["hedge"] == "50ms budget=50" and without["plan"]["hedge"] is None


def test_the_budget_bounds_second_members(file):
    """10 at once, and 5 percent."""
    result = simulate(file([1] * 4), *HEDGED, "p95 budget=5")
    (one,) = result["classes"]
    assert 0.03 * 14400 < one["hedged"] <= 10 + 0.05 * 14400 and result["hedges_refused"] > 100
    assert 0 < one["hedges_won"] <= one["hedged"]


def test_sessions_have_no_second_member(file):
    args = [word if word != "14400" else "1440" for word in HEDGED]
    args[1] = "10"
    result = simulate(file([1] * 4), *args, "50ms budget=100")
    assert 0 < result["classes"][0]["hedged"] <= 1440 < result["requests"] == 14400


def test_a_member_dies_while_two_have_a_request(file):
    result = simulate(file([1] * 4, RetryInterval=5), *HEDGED, "30ms budget=100", "--kill", "a@30s", "--revive", "a@35s", "--kill", "b@45s",
                      "--workers", "8", "--patience", "2s")
    (one,) = result["classes"]
    assert one["answered"] + sum(result["not_answered"].values()) == one["requests"] == 14400
    assert one["answered"] > 14300 and per_member(result, "failed")["b"] > 0
    assert over_time(result, "requests", "b")[52] == 0 < over_time(result, "requests", "a")[52]


def test_second_members_in_the_table_and_the_plot(file, tmp_path):
    path, plot = file([1] * 4), tmp_path / "plot.svg"
    text, result = wlmcfg("simulate", path, *HEDGED, "p95", "--svg", plot).stdout, simulate(path, *HEDGED, "p95")
    one = result["classes"][0]
    (row,) = (line.split() for line in text.splitlines() if line.startswith("all "))
    assert [int(n) for n in row[-2:]] == [one["hedged"], one["hedges_won"]]
    assert "second members: p95 budget=5 min=20ms" in text and f"The budget refused {result['hedges_refused']} more" in text
    svg = ET.fromstring(plot.read_text())
    texts = [t.text for t in svg.iterfind(f"{SVG}text")]
    assert "% of the requests that went to a second member, too" in texts
    assert "ms within which 99 of 100 answered requests were answered" in texts
    assert [p.find(f"{SVG}title").text for p in svg.iterfind(f"{SVG}path") if p.get("class") == "line"] == ["all"] * 3
    assert "hedged" not in wlmcfg("simulate", path, *HEDGED, "Off").stdout


# -- what is printed -------------------------------------------------------------------------------------------------

FAULTS = ("--kill", "b@200s", "--revive", "b@5m", "--weight", "a=3@400", "--poisson")


LOADED = ["--poisson", "--sessions", "20000", "--requests-per-session", "1", "--duration", "100s"]


@pytest.mark.parametrize("policy, name, least, most", [
    ("LoadBalance", "Round Robin", 24.9, 25.1), ("LeastBusy", "LeastBusy", 1, 10), ("PeakEWMA", "PeakEWMA", 0.1, 3)])
def test_a_slow_member_by_policy(file, policy, name, least, most):
    result = simulate(file([1, 1, 1, 1]), *LOADED, "--policy", policy, "--slow", "a=10@20s", "--slow", "a=1@60s")
    assert result["plan"]["policy"] == name
    assert [(c["change"], c["member"], c["factor"], c["weight"]) for c in result["plan"]["changes"]] == [
        ("slow", "a", 10, None), ("slow", "a", 1, None)]
    got = over_time(result, "got", "a")
    assert all(least <= got[at] <= most for at in got if 25 <= at < 60), got
    assert all(got[at] > 20 for at in got if at < 20 or at >= 75), got


def test_weights_follow_what_members_report(file):
    """1:2:4 from 20 s on, and a nothing any more from 50 s on, which counts for 30 s."""
    result = simulate(file([1, 1, 1]), *LOADED, "--report", "a=15@20s", "--report", "b=30@20s", "--report", "c=60@20s",
                      "--report", "a=0@50s", "--concurrency", "Adaptive")
    for member, share in (("a", 400 / 7), ("b", 200 / 7), ("c", 100 / 7)):
        got = over_time(result, "got", member)
        assert all(abs(got[at] - 100 / 3) < 1 for at in got if at < 20), (member, got)
        assert all(abs(got[at] / share - 1) < 0.05 for at in got if 30 <= at < 75), (member, got)
    assert over_time(result, "got", "a")[90] < 45
    assert [(c["change"], c["utilization"], c["weight"]) for c in result["plan"]["changes"][-1:]] == [("report", 0, None)]
    plain = simulate(file([1, 1, 1]), *LOADED, "--web-servers", "3", "--report", "a=50@20s", "--report", "b=50@20s")
    assert all(abs(share - 100 / 3) < 2 for share in over_time(plain, "got", "c").values())  # one that reports nothing has its weight


def test_quick_errors_by_policy(file):
    shares_by = {}
    for policy in ("RoundRobin", "LeastBusy", "PeakEWMA"):
        result = simulate(file([1, 1, 1, 1]), *LOADED, "--policy", policy, "--fail", "b@20s", "--revive", "b@60s")
        shares_by[policy] = over_time(result, "got", "b")[40]
        failed = per_member(result, "failed")
        assert failed["b"] > 0 and failed["a"] == 0
        assert over_time(result, "got", "b")[90] > 20
    assert shares_by["PeakEWMA"] < 3 < 24 < shares_by["RoundRobin"] < 26
    assert shares_by["LeastBusy"] < 27


def test_the_same_call_prints_the_same_bytes(file, tmp_path):
    path = file([1, 2, 1])
    for args in ((), ("--json",)):
        first, second = (wlmcfg("simulate", path, *FAULTS, *args, "--svg", tmp_path / name) for name in "xy")
        assert first.stdout == second.stdout != ""
        assert (tmp_path / "x").read_bytes() == (tmp_path / "y").read_bytes()
    assert wlmcfg("simulate", path, *FAULTS, "--svg", "-").stdout == (tmp_path / "x").read_text()


def test_the_table_says_what_the_json_says(file):
    path = file([1, 2, 1])
    result, text = simulate(path, *FAULTS), wlmcfg("simulate", path, *FAULTS).stdout
    rows = [line.split() for line in text.splitlines()]
    assert "> 200 s: kill b" in text and "> 400 s: weight a 3" in text
    for m in result["members"]:
        assert [m["name"], m["tier"], str(m["weight"]), str(m["sessions"]), str(m["moved"]), str(m["requests"]),
                str(m["failed"]), f"{m['got']:.1f}", "%", f"{m['wanted']:.1f}", "%", m["state"]] in rows
    for m in result["intervals"][5]["members"]:
        assert [m["name"], str(m["sessions"]), str(m["requests"]), str(m["failed"]), f"{m['got']:.1f}", "%",
                f"{m['wanted']:.1f}", "%", m["state"]] in [row[2 if row[1:2] == ["s"] else 0:] for row in rows]
    assert f"moved sessions   {result['moved_sessions']};" in text
    assert f"repeated         {result['repeated']} " in text


def test_many_members_are_summed_up_over_time(file):
    text = wlmcfg("simulate", file([1] * 20), "--kill", "c@200").stdout
    assert "20 of 20" in text and "19 of 20" in text
    assert len(text.splitlines()) < 60
    assert max(len(line) for line in text.splitlines()[:40]) < 120


NASTY = ["a\"'<&>", "]]>", "x@y=1", "n\n\tn", "--", "%s%n", "é" * 60, "\u202e1"]


def test_names_may_be_anything(tmp_path):
    path = tmp_path / "x.xml"
    path.write_text(plugin_cfg(Cluster("<&\n>", [(name, 80, {"CloneID": f"k{i}"}) for i, name in enumerate(NASTY)])))
    args = [word for i, name in enumerate(NASTY) for word in ("--kill", f"{name}@{100 + i}", "--weight", f"{name}=2@50")]
    result = simulate(path, *args)
    names = [m["name"] for m in result["members"]]
    assert len(names) == len(NASTY) == len(set(names))
    assert [c["member"] for c in result["plan"]["changes"] if c["change"] == "kill"] == names
    text = wlmcfg("simulate", path, *args).stdout
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", text) and "é" * 39 + "…" in text and "é" * 40 not in text
    svg = ET.fromstring(wlmcfg("simulate", path, *args, "--svg", "-").stdout)
    assert [t.text for t in svg.iterfind(f"{SVG}path/{SVG}title")] == \
        [re.sub(r"[\x00-\x1f]", "?", name) for name in reversed(names)] + ["refused"]  # all of them are dead


def corners(path):
    """The points of an area."""
    return [tuple(map(float, point.split(","))) for point in path.get("d").strip("MZ ").split()]


@pytest.mark.parametrize("members, drawn", [(1, 1), (2, 2), (20, 20), (21, 20), (100, 20)])
def test_the_plot(file, members, drawn):
    r = wlmcfg("simulate", file([1 + i % 3 for i in range(members)]), "--kill", "a@200s", "--svg", "-", "--duration", "100m")
    assert (r.returncode, r.stderr) == (0, "")
    svg = ET.fromstring(r.stdout)
    assert svg.tag == SVG + "svg" and svg.find(SVG + "title").text and "After 200 s: kill a." in svg.find(SVG + "desc").text
    areas = svg.findall(SVG + "path")
    assert len(areas) == drawn + (members == 1)  # the only one is dead, and requests are refused
    for area in areas:
        assert re.fullmatch(r"M[0-9., ]+Z", area.get("d"))
        assert all(64 <= x <= 744 and 0 <= y <= 560 for x, y in corners(area))
    texts = [t.text for t in svg.iterfind(SVG + "text")]
    assert "kill a" in texts and ("81 others" in texts) == (members == 100) and ("2 others" in texts) == (members == 21)
    marks = [line for line in svg.iterfind(SVG + "line") if line.get("class") == "mark"]
    assert [float(m.get("x1")) for m in marks] == pytest.approx([64 + 680 * 200 / 6000], abs=0.1)
    assert not svg.findall(f".//{SVG}script") and "prefers-color-scheme: dark" in r.stdout


def test_the_plot_shows_the_requests(file):
    path = file([1, 3])
    a, b = (corners(area) for area in reversed(ET.fromstring(wlmcfg("simulate", path, "--svg", "-").stdout)
                                               .findall(SVG + "path")))
    n = len(b) // 4
    heights = [[points[4 * n - 1 - 2 * i][1] - points[2 * i][1] for i in range(n)] for points in (a, b)]
    assert sum(heights[1]) == pytest.approx(3 * sum(heights[0]), rel=0.02)
    assert all(a[4 * n - 1 - 2 * i][1] == b[2 * i][1] for i in range(n))  # a stands on b


def test_a_million_requests_take_little_time(file):
    result = simulate(file([1, 2, 1]), "--sessions", "100000", "--kill", "b@200")  # the time-out is that of wlmcfg()
    assert result["requests"] == 1000000


@pytest.mark.parametrize("path", each_sample())
def test_real_files(path):
    r = wlmcfg("show", "--json", path)
    if r.returncode:
        pytest.skip("a file with errors")
    for cluster in json.loads(r.stdout)["clusters"]:
        result = simulate(path, "--cluster", cluster["name"], "--sessions", "100")
        assert result["requests"] == 1000
        assert sum(per_member(result, "requests").values()) + sum(result["not_answered"].values()) == 1000


# -- and httpd -------------------------------------------------------------------------------------------------------

def test_httpd_does_the_same(httpd, member, tmp_path):
    members = [member(name) for name in "abc"]
    servers = [(m.name, m.port, {"LoadBalanceWeight": w}) for m, w in zip(members, [1, 2, 1])]
    text = plugin_cfg(Cluster("c", servers))
    path = tmp_path / "x.xml"
    path.write_text(text)
    # a session a second, of one request; after 40 of them b dies
    args = "--sessions", "64", "--requests-per-session", "1", "--duration", "64s", "--response-time", "0"
    first = simulate(path, *args[:1], "40", *args[2:])
    whole = simulate(path, *args, "--kill", "b@39500ms")
    server = httpd(text, children=3)
    server.expect("WLM0030", "WLM0035")
    before = shares(server.client.load(40, 1))
    assert before == per_member(first, "sessions")
    members[1].kill()
    after = shares(server.client.load(24, 1))
    # the one request that finds out goes to another member at random
    for name, sessions in per_member(whole, "sessions").items():
        assert abs(before[name] + after.get(name, 0) - sessions) <= 1
    assert server.count("WLM0030") == per_member(whole, "failed")["b"] == 1

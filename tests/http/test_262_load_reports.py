"""Stories of WLMLoadReport: what members report, in responses (ORCA) or by an agent (as HAProxy asks one), and their weights."""
import re
import socket
import subprocess
import sys
import textwrap
import time

import pytest

from wlmtest import ROOT, wait_until
from wlmtest.client import shares
from wlmtest.ctl import wlmctl
from wlmtest.members import refusing_port
from wlmtest.plugincfg import Cluster, plugin_cfg
from wlmtest.status import LOCATION, state

FIELD = "endpoint-load-metrics"


class Reporting:
    """A scripted member that answers with the fields of .report."""

    def __init__(self, scripted, name):
        self.name, self.report, self.trailers = name, [], []
        self.member = scripted(self._script, name)
        self.port = self.member.port

    def _script(self, c):
        while c.read_head():
            fields = "".join(f"{line}\r\n" for line in self.report)
            if self.trailers:
                trailers = "".join(f"{line}\r\n" for line in self.trailers)
                c.send(f"HTTP/1.1 200 OK\r\nX-Member: {self.name}\r\nTransfer-Encoding: chunked\r\n{fields}\r\n"
                       f"2\r\nok\r\n0\r\n{trailers}\r\n".encode())
            else:
                c.send(f"HTTP/1.1 200 OK\r\nX-Member: {self.name}\r\nContent-Length: 2\r\n{fields}\r\nok".encode())

    def says(self, *values):
        self.report = [f"{FIELD}: {value}" for value in values]
        return self


class Agent:
    """What listens on a member's agent port: says .line to each connection; None: nothing, and the connection stays open."""

    def __init__(self, scripted, line, host="127.0.0.1", port=0):
        self.line, self.asked = line, 0
        self.member = scripted(self._script, "agent", host=host, port=port)
        self.port = self.member.port

    def _script(self, c):
        self.asked += 1
        if self.line is None:
            return c.wait_for_close()
        c.send(self.line if isinstance(self.line, bytes) else self.line.encode() + b"\n")

    def wait_for_questions(self, n=2):
        """Until so many have come from now on; all but the last one are answered by then."""
        before = self.asked
        wait_until(lambda: self.asked >= before + n, "the agent to be asked")


QUICK = "interval=100ms timeout=500ms"


@pytest.fixture
def agents(scripted, member, httpd):  # httpd ends before the agents do
    """Members a and b with an agent each. Returns (httpd, members, agents)."""
    def make(*lines, keys=QUICK, children=1, extra="", **options):
        members = [member(name, host=f"127.0.9.{n}") for n, name in enumerate("ab", 1)]
        asked = [Agent(scripted, lines[0], "127.0.9.1")]
        asked.append(Agent(scripted, lines[-1], "127.0.9.2", asked[0].port))
        rows = [(m.name, m.port, {"host": m.host, **options}) for m in members]
        server = httpd(plugin_cfg(Cluster("c", rows)), f"WLMLoadReport Agent port={asked[0].port} {keys}\nWLMSlowStart 0\n{LOCATION}"
                       + extra, children=children)
        for agent in asked:
            agent.wait_for_questions()
        return server, members, asked
    return make


def percents(server):
    return {name: int(member["WeightPercent"]) for name, member in server.status().items()}


def wait_for_percents(server, **wanted):
    wait_until(lambda: percents(server) == wanted or server.client.load(6, 3) is None, f"{wanted} percent")


@pytest.fixture
def reporting(httpd, scripted):
    """Members a, b, ... with ORCA. Returns (httpd, members)."""
    def make(*reports, directive="WLMLoadReport ORCA", children=1, weights=None, extra=""):
        members = [Reporting(scripted, name).says(*report) for name, report in zip("abcdef", reports)]
        weights = weights or [1] * len(members)
        rows = [(m.name, m.port, {"LoadBalanceWeight": w}) for m, w in zip(members, weights)]
        return httpd(plugin_cfg(Cluster("c", rows)), f"{directive}\nWLMSlowStart 0\n{LOCATION}{extra}", children=children), members
    return make


# -- ORCA ------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("children", [1, 3])
def test_262_01_shares_are_the_inverse_of_what_is_reported(reporting, children):
    server, _ = reporting(*[[f"TEXT application_utilization={u}"] for u in (0.1, 0.2, 0.4)], children=children)
    wait_for_percents(server, a=200, b=100, c=50)
    assert shares(server.client.load(70, 4)) == {"a": 40, "b": 20, "c": 10}
    status = server.status()
    assert [status[m]["Reported"] for m in "abc"] == ["10.00", "20.00", "40.00"]
    assert {status[m]["Weight"] for m in "abc"} == {"1"}
    assert float(status["a"]["Share"]) == pytest.approx(57.14, abs=0.01)


def test_262_02_the_client_does_not_see_it(reporting):
    server, (a,) = reporting(["TEXT cpu_utilization=0.3"])
    a.report += [f"{FIELD}-bin: abc", f"{FIELD.title()}-JSON: {{}}", f"{FIELD}-other: stays"]
    headers = server.client.get().headers
    assert [name for name in headers if FIELD in name.lower()] == [f"{FIELD}-other"]
    wait_until(lambda: server.status()["a"]["Reported"] == "30.00", "the report")


def test_262_03_trailers_say_it_too(reporting):
    server, (a,) = reporting([])
    a.trailers = [f"{FIELD}: TEXT cpu_utilization=0.3", "X-Other: 1"]
    wait_until(lambda: server.client.get() and server.status()["a"]["Reported"] == "30.00", "the report")


def test_262_04_without_the_directive_the_field_passes(reporting):
    server, _ = reporting(["TEXT cpu_utilization=0.3"], directive="WLMLoadReport Off")
    assert server.client.get().headers[FIELD] == "TEXT cpu_utilization=0.3"
    assert server.status()["a"]["Reported"] == "0.00"


def test_262_05_answers_to_health_checks_say_it(reporting):
    server, members = reporting(*[[f"TEXT application_utilization={u}"] for u in (0.1, 0.2, 0.4)],
                                extra="WLMHealthCheck interval=200ms\n")
    wait_until(lambda: percents(server) == {"a": 200, "b": 100, "c": 50}, "weights, without any request")
    assert all("health check" in head for m in members for head in m.member.heads)


@pytest.mark.parametrize("report", [
    [], ["TEXT application_utilization=-0.1"], ["TEXT application_utilization=nan"], ["TEXT application_utilization=0"],
    ["BIN CZqZmZmZmdM/"], ["JSON {\"application_utilization\": 0.1"], ["TEXT rps_fractional=0.1"],
    ["TEXT application_utilization=0.1", "TEXT application_utilization=0.1"],
    ["TEXT application_utilization=0.1," + "x=1," * 2000 + "y=1"],
], ids=lambda value: str(value)[:60])
def test_262_06_what_says_nothing(reporting, report):
    server, (a, *_) = reporting(report, ["TEXT application_utilization=0.2"], ["TEXT application_utilization=0.4"])
    wait_for_percents(server, a=100, b=150, c=75)
    assert server.status()["a"]["Reported"] == "0.00"


@pytest.mark.parametrize("value,percent", [("0.0001", 1000), ("1e-300", 1000), ("1e300", 10), ("50", 10)])
def test_262_07_no_member_gets_more_than_the_tenfold(reporting, value, percent):
    server, _ = reporting([f"TEXT application_utilization={value}"], *[["TEXT application_utilization=0.5"]] * 2)
    wait_for_percents(server, a=percent, b=100, c=100)


def test_262_08_a_report_expires(reporting):
    server, (a, _) = reporting(["TEXT application_utilization=0.2"], ["TEXT application_utilization=0.6"],
                               directive="WLMLoadReport ORCA expiry=2", extra="LogLevel wlm:info\n")
    wait_for_percents(server, a=200, b=67)
    a.report = []
    wait_for_percents(server, a=100, b=100)
    server.wait_for_log("member a of cluster c has reported nothing for 2.0 s")
    assert server.count("WLM0207") == 1
    events = [event["text"] for event in state(server)["a"]["events"]]
    assert events == ["has reported nothing for too long: its weight is as configured",
                      "counts with 200 % of its weight, as reported"]


def test_262_09_a_metric_of_that_name(reporting):
    server, _ = reporting(['JSON {"cpuUtilization": 0.9, "namedMetrics": {"queue": 0.1}}'],
                          ["TEXT cpu_utilization=0.1,named_metrics.queue=0.3"],
                          directive="WLMLoadReport Off\n<WLMCluster c>\nWLMLoadReport ORCA metric=named_metrics.queue\n</WLMCluster>")
    wait_for_percents(server, a=200, b=67)


def test_262_10_weights_keep_their_meaning(reporting):
    server, _ = reporting(["TEXT application_utilization=0.1"], ["TEXT application_utilization=0.2"],
                          ["TEXT application_utilization=0.4"], weights=[0, 3, 2])
    server.client.get(Cookie="JSESSIONID=0000x:a")  # weight 0: only its sessions
    wait_for_percents(server, a=200, b=100, c=50)
    assert shares(server.client.load(40, 2)) == {"b": 30, "c": 10}


def test_262_11_an_administrator_decides(reporting):
    server, _ = reporting(["TEXT application_utilization=0.2"], ["TEXT application_utilization=0.6"])
    wait_for_percents(server, a=200, b=67)
    assert wlmctl(server, "weight", "1", "a").returncode == 0
    assert percents(server) == {"a": 100, "b": 67}
    assert state(server)["a"]["reported"] == 20
    assert wlmctl(server, "enable", "a").returncode == 0
    assert percents(server) == {"a": 200, "b": 67}


def test_262_12_weights_survive_a_restart(reporting):
    server, members = reporting(["TEXT application_utilization=0.2"], ["TEXT application_utilization=0.6"])
    wait_for_percents(server, a=200, b=67)
    for member in members:
        member.report = []
    server.restart("graceful")
    assert percents(server) == {"a": 200, "b": 67}
    assert shares(server.client.load(40, 2))["a"] in (29, 30, 31)


def test_262_13_another_process_goes_on(reporting):
    server, (a, _) = reporting(["TEXT application_utilization=0.2"], ["TEXT application_utilization=0.6"], children=2)
    wait_for_percents(server, a=200, b=67)
    for utilization, may_be in ((0.6, range(100, 150)), (0.2, range(151, 201))):
        for pid in server.children_pids():
            server.kill_child(pid)
        a.says(f"TEXT application_utilization={utilization}")
        wait_until(lambda may_be=may_be: server.client.load(8, 4) and percents(server)["a"] in may_be, "weights", 20)


# -- an agent -------------------------------------------------------------------------------------------------------

def test_262_20_an_agent_scales_the_weight(agents):
    server, _, (first, _) = agents("50%", "100%", children=3)
    wait_until(lambda: percents(server) == {"a": 50, "b": 100}, "weights")
    assert shares(server.client.load(60, 4)) == {"a": 20, "b": 40}
    assert (state(server)["a"]["weight"], state(server)["a"]["configured_weight"]) == (2, 2)
    first.line = "100%"
    wait_until(lambda: percents(server)["a"] > 80, "weights")


@pytest.mark.parametrize("line,back", [("drain", "ready"), ("0%", "100%"), ("drain up 100% maxconn:100", "ready")])
def test_262_21_drain(agents, line, back):
    server, _, (first, _) = agents("up")
    cookie = "JSESSIONID=0000x:a"
    assert server.client.member(Cookie=cookie) == "a"
    first.line = line
    server.wait_for_log("member a (127.0.9.1:")
    server.wait_for_log(f"gets no new sessions: its agent says \"{line}\"")
    assert shares(server.client.load(20, 2)) == {"b": 20}
    assert server.client.member(Cookie=cookie) == "a"
    member = server.status()["a"]
    assert (member["State"], member["ReportedState"], member["Attention"]) == ("up", "drain", "steered")
    first.line = back
    wait_until(lambda: shares(server.client.load(20, 2)) == {"a": 10, "b": 10}, "new sessions")
    assert server.count("WLM0203") == server.count("WLM0204") == 1


@pytest.mark.parametrize("line,not_yet,back", [
    ("maint", "up", "ready"), ("down", "ready", "up"), ("stopped", "100%", "up"), ("fail#no database", "ready", "ready,up"),
])
def test_262_22_out_by_the_agent(agents, line, not_yet, back):
    server, _, (first, _) = agents("up", children=2)
    server.expect("WLM0201")
    cookie = "JSESSIONID=0000x:a"
    first.line = line
    wait_until(lambda: server.status()["a"]["State"] == "reported-out", "a to be out")
    assert server.status()["a"]["Attention"] == ("steered" if line in ("maint", "stopped") else "out")
    assert state(server)["a"]["next_retry"] is None  # only its agent brings it back
    assert server.client.member(Cookie=cookie) == "b"
    assert shares(server.client.load(20, 2)) == {"b": 20}
    assert f"is taken out by its agent, which says \"{line}\"" in server.log()
    first.line = not_yet
    first.wait_for_questions()
    assert server.status()["a"]["State"] == "reported-out"
    first.line = back
    wait_until(lambda: shares(server.client.load(20, 2)) == {"a": 10, "b": 10}, "new sessions")
    assert server.count("WLM0201") == server.count("WLM0202") == 1


def test_262_23_an_agent_that_dies(agents):
    """Its numbers expire; what it has said of the member's state holds."""
    server, _, (first, second) = agents("50%", "drain 100%", keys=QUICK + " expiry=2")
    server.expect("WLM0206")
    wait_until(lambda: percents(server) == {"a": 50, "b": 100}, "weights")
    first.member.stop()
    second.member.stop()
    server.wait_for_log("the agent of member a of cluster c, on port")
    wait_until(lambda: percents(server) == {"a": 100, "b": 100}, "the configured weights")
    assert shares(server.client.load(20, 2)) == {"a": 20}
    wait_until(lambda: server.count("WLM0206") == server.count("WLM0207") == 2, "both agents' messages")
    assert wlmctl(server, "up", "b").returncode == 0
    assert shares(server.client.load(20, 2)) == {"a": 10, "b": 10}


@pytest.mark.parametrize("line,why", [
    (None, "no line in time"), (b"50%", "it has ended without a line"), (b"", "it has ended without a line"),
    (b"x" * 10000, "its line is longer than 512 bytes"), ("hello", "\"hello\""), ("", "\"\""), (b"\0\xff\n", "gives no answer"),
    (b"HTTP/1.1 400 Bad Request\r\n\r\n", "\"HTTP/1.1 400 Bad Request\""),
], ids=lambda value: str(value)[:30])
def test_262_24_an_agent_that_says_nothing(agents, line, why):
    server, _, (first, second) = agents("50%", "100%")
    server.expect("WLM0206")
    wait_until(lambda: percents(server)["a"] == 50, "weights")
    first.line = line
    server.wait_for_log("WLM0206")
    assert why in server.log()
    second.wait_for_questions(5)  # is asked all the same
    assert shares(server.client.load(30, 2)) == {"a": 10, "b": 20}
    first.line = "100%"
    wait_until(lambda: percents(server)["a"] > 60, "the agent's next answer")
    assert server.count("WLM0206") == 1


def test_262_25_hanging_agents_delay_no_health_check(scripted, member, httpd):
    """Each at an address of its own."""
    agent, m = Agent(scripted, None, host="0.0.0.0"), member("m", host="0.0.0.0")
    rows = [(f"s{n}", m.port, {"host": f"127.0.9.{n + 1}"}) for n in range(34)]
    server = httpd(plugin_cfg(Cluster("c", rows)), f"WLMLoadReport Agent port={agent.port} interval=100ms timeout=6s\nWLMSlowStart 0\n"
                   "WLMHealthCheck interval=200ms fall=1 rise=1\n")
    server.expect("WLM0042", "WLM0206")
    wait_until(lambda: agent.asked == 34, "the agents to be asked")
    m.kill()
    wait_until(lambda: server.status()["s33"]["State"] == "checked-out", "the check", 4)
    assert server.count("WLM0206") == 0  # all of them still hang
    assert server.status()["s33"]["ReportedState"] == "-"


def test_262_35_one_question_serves_all_clusters(scripted, member, httpd):
    agent, m = Agent(scripted, "drain 50%"), member("m")
    server = httpd(plugin_cfg(*[Cluster(f"c{n}", [(f"s{n}", m.port, {})]) for n in range(20)]),
                   f"WLMLoadReport Agent port={agent.port} interval=500ms timeout=400ms\nWLMSlowStart 0\n")
    server.expect("WLM0206")
    wait_until(lambda: all(s["ReportedState"] == "drain" for s in server.status().values()), "all to drain")
    begin, asked = time.monotonic(), agent.asked
    agent.wait_for_questions(6)
    assert agent.asked - asked <= (time.monotonic() - begin) / 0.5 + 2  # 20 for each half second, if each cluster asked
    agent.line = "nonsense"
    wait_until(lambda: server.count("WLM0206") == 20, "each member to be told of")


def test_262_33_a_changed_file(scripted, member, httpd):
    """Members that it brings are asked, too; the others keep what they have said."""
    agent, a, b = Agent(scripted, "drain 50%"), member("a"), member("b")
    server = httpd(plugin_cfg(Cluster("c", [("a", a.port, {})]), RefreshInterval=1),
                   f"WLMLoadReport Agent port={agent.port} {QUICK}\nWLMSlowStart 0\n", children=2)
    wait_until(lambda: server.status()["a"]["ReportedState"] == "drain", "a to drain")
    agent.line = "up"
    (server.path / "plugin-cfg.xml").write_text(
        plugin_cfg(Cluster("c", [("a", a.port, {}), ("b", b.port, {})]), RefreshInterval=1))
    wait_until(lambda: "b" in server.status(), "the changed file")
    assert server.status()["a"]["ReportedState"] == "drain"
    agent.line = "ready 100%"
    wait_until(lambda: server.status()["a"]["ReportedState"] == "ready", "a to drain no more")
    # either process may answer, and each takes the file up by itself
    wait_until(lambda: server.status().get("b", {}).get("Reported") == "100.00", "b to be asked")
    assert server.count("WLM0203") == server.count("WLM0204") == 1


@pytest.mark.parametrize("options,limit", [({}, 3), ({"MaxConnections": 2}, 2), ({"MaxConnections": 20}, 3)])
def test_262_26_an_agent_limits_requests(agents, options, limit):
    server, _, (first, _) = agents("maxconn:3", "maint", **options)
    server.expect("WLM0201", "WLM0036")
    member = server.status()["a"]
    assert (member["MaxConnections"], member["ReportedMaxConnections"]) == (str(limit), "3")
    answers = server.client.load(8, 8, "/app/?delay=1500")
    assert sum(answer.status == 200 for answer in answers) == limit
    first.line = "maxconn:0"
    wait_until(lambda: server.status()["a"]["MaxConnections"] == str(options.get("MaxConnections", 0)), "the limit to end")


def test_262_27_a_restart_keeps_what_an_agent_says(agents):
    server, _, (first, _) = agents("maint 50%", "up", children=2, keys="interval=1 timeout=1")
    server.expect("WLM0201")
    first.line = b""
    server.restart("graceful")
    server.expect("WLM0206")
    assert server.status()["a"]["State"] == "reported-out"
    assert shares(server.client.load(10, 2)) == {"b": 10}


def test_262_28_without_the_directive_nothing_is_left(agents):
    server, _, _ = agents("maint", "50%")
    server.expect("WLM0201")
    wait_until(lambda: percents(server)["b"] == 50, "weights")
    server.configure(None, server.extra.replace("WLMLoadReport Agent", "#"))
    server.restart("graceful")
    assert shares(server.client.load(20, 2)) == {"a": 10, "b": 10}
    assert (server.status()["a"]["State"], server.status()["a"]["ReportedState"]) == ("up", "-")


def test_262_29_a_port_counted_from_the_members(member, httpd, folder):
    """wlm-member as it is; its agent says what stands in a file."""
    line = folder / "a.agent"
    line.write_text("up 50%\n")
    port, agent_port = sorted([refusing_port(), refusing_port()])
    member("a", port=port, options=("--agent", str(agent_port), "--agent-file", str(line)))
    server = httpd(plugin_cfg(Cluster("c", [("a", port, {}), ("b", member("b").port, {})])),
                   f"WLMLoadReport Agent port=+{agent_port - port} {QUICK}\nWLMSlowStart 0\n{LOCATION}")
    server.expect("WLM0206")
    wait_until(lambda: percents(server) == {"a": 50, "b": 100}, "weights")
    line.write_text("drain\n")
    wait_until(lambda: server.status()["a"]["ReportedState"] == "drain", "a to drain")


def test_262_30_the_agent_of_a_socket(scripted, member, httpd, folder):
    agent = Agent(scripted, "50%")
    a = member("a", path=folder / "a.sock")
    server = httpd(plugin_cfg(Cluster("c", [("a", a.port, {}), ("b", member("b").port, {})])),
                   f"WLMLoadReport Agent port={agent.port} {QUICK}\nWLMSlowStart 0\n{LOCATION}")
    wait_until(lambda: percents(server) == {"a": 50, "b": 50}, "weights")


def test_262_31_all_of_it_is_visible(agents):
    server, _, _ = agents("50% drain", "100%")
    wait_until(lambda: state(server)["a"]["weight_percent"] == 50, "weights")
    a = state(server)["a"]
    assert (a["weight"], a["configured_weight"], a["reported"], a["reported_state"]) == (0, 2, 50, "drain")
    assert a["reported_at"]
    metrics = server.client.get("/wlm-status?format=openmetrics").body.decode()
    assert re.search(r'^wlm_member_weight_percent{.*cluster="c",member="a"} 50$', metrics, re.M)
    assert re.search(r"a .* agent: drain +0 x 50% ", wlmctl(server, "status").stdout)
    page = server.client.get("/wlm-status").body.decode()
    assert "of it, by reports: 50 %" in page and "reported: 50 %, drain" in page
    events = server.client.get("/wlm-status?cluster=c&member=a").body.decode()
    assert "drained by its agent: 50% drain" in events and "counts with 50 % of its weight, as reported" in events


def test_262_34_that_nothing_is_reported_is_visible(reporting):
    """A metric that the members do not have."""
    server, _ = reporting(["TEXT cpu_utilization=0.3"], directive="WLMLoadReport ORCA metric=named_metrics.queue")
    server.client.get()
    assert "reported: nothing" in server.client.get("/wlm-status").body.decode()
    server, _ = reporting(["TEXT cpu_utilization=0.3"], directive="WLMLoadReport Off")
    assert "reported:" not in server.client.get("/wlm-status").body.decode()


def test_262_32_the_agent_of_the_manual(member, httpd, folder):
    page = (ROOT / "docs/operations.md").read_text()
    program = textwrap.dedent(re.search(r"^  ```python\n(.*?)^  ```", page, re.M | re.S).group(1))
    port, drain = refusing_port(), folder / "drain"
    for there, here in (("9707", str(port)), ("/run/drain", str(drain))):
        assert there in program
        program = program.replace(there, here)
    drain.write_text("")
    with subprocess.Popen([sys.executable, "-c", program]) as agent:
        try:
            wait_until(lambda: not socket.socket().connect_ex(("127.0.0.1", port)), "the agent to listen")
            server = httpd(plugin_cfg(Cluster("c", [("a", member("a").port, {})])),
                           f"WLMLoadReport Agent port={port} {QUICK}\n")
            wait_until(lambda: server.status()["a"]["ReportedState"] == "drain", "a to drain")
            drain.unlink()
            wait_until(lambda: server.status()["a"]["ReportedState"] == "ready", "a to drain no more")
            assert 1 <= float(server.status()["a"]["Reported"]) <= 100
            server.stop()
        finally:
            agent.kill()


@pytest.mark.parametrize("value,words", [
    ("", "WLMLoadReport takes Off, ORCA"), ("Magic", "\"Magic\" is none of Off, ORCA, Agent"), ("Off expiry=3", "Off has no keys"),
    ("ORCA port=3", "\"port\" is no key of ORCA"), ("ORCA metric=", "\"\" is no name of a metric"),
    ("ORCA metric=eps", "eps is a rate"), ("ORCA metric=rps_fractional", "rps_fractional is a rate"),
    ("ORCA \"metric=a b\"", "\"a b\" is no name of a metric"), ("ORCA expiry=0", "expiry is from 1 s to a day"),
    ("ORCA now", "\"now\" is no key=value"), ("Agent", "Agent needs port=N"), ("Agent port=0", "\"0\" is not a number from 1"),
    ("Agent port=+70000", "\"70000\" is not a number from 1"), ("Agent port=80 metric=x", "\"metric\" is no key of Agent"),
    ("Agent port=80 interval=10ms", "interval is at least 100ms"), ("Agent port=80 timeout=0", "timeout at least 1ms"),
    ("Agent port=80 interval=20", "at least two intervals"), ("Status port=80", "\"port\" is no key of Status"),
    ("Status expiry=2d", "expiry is from 1 s to a day\n"), ("Magic", "or Status [expiry=TIME]"),
])
def test_262_40_wrong_directives_are_refused(httpd, value, words):
    server = httpd(plugin_cfg(Cluster("c", [("a", 1, {})])), f"WLMLoadReport {value}", start=False)
    result = server.test_config()
    assert result.returncode != 0
    assert words in result.stderr


def test_262_41_only_an_agent_has_intervals(httpd):
    """So expiry of the others may be as short as a second."""
    for value in ("ORCA expiry=1", "Status expiry=1"):
        server = httpd(plugin_cfg(Cluster("c", [("a", 1, {})])), f"WLMLoadReport {value}", start=False)
        assert server.test_config().returncode == 0, value

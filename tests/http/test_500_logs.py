"""Stories of what is told about requests: variables for access logs."""
import re
import socket
import threading
import time

import pytest

from wlmtest import ROOT, wait_until
from wlmtest.members import refusing_port
from wlmtest.plugincfg import Cluster, plugin_cfg

VARIABLES = "CLUSTER MEMBER ATTEMPTS AFFINITY OUTCOME TIME_CONNECT TIME_FIRST_BYTE TIME_TOTAL TIME_QUEUE".split()
MS = 1000


def access_log(name="access_log"):
    pairs = " ".join(f"{v}=%<{{WLM_{v}}}e" for v in VARIABLES)
    return f"LogFormat \"{pairs} STATUS=%>s D=%D BEGAN=%{{begin:usec}}t\" all\nCustomLog {name} all\n"


class Entry(dict):
    """A line of that log; times are numbers, in microseconds, or None."""

    def __init__(self, line):
        super().__init__(pair.split("=", 1) for pair in line.split())
        for key in self:
            if key.startswith("TIME_") or key == "D":
                self[key] = None if self[key] == "-" else int(self[key])


def entries(server, n):
    """The first n, when they have been written: that comes after the response, and so perhaps after that of the next request."""
    path = server.path / "access_log"
    wait_until(lambda: len(lines(path)) >= n, f"{n} lines in the access log")
    return sorted(map(Entry, lines(path)), key=lambda entry: entry["BEGAN"])[:n]


def lines(path):
    """Without those of requests that had no route."""
    return [line for line in path.read_text().splitlines() if not line.startswith("CLUSTER=- ")]


@pytest.fixture
def logging(httpd):
    """An httpd with one cluster c and an access log. servers: (name, port, attributes)"""
    def make(*servers, extra="", **attrs):
        return httpd(plugin_cfg(Cluster("c", servers, **attrs)), access_log() + extra)
    return make


# -- one member ---------------------------------------------------------------------------------

def test_500_01_a_new_connection_and_a_kept_one(logging, member):
    server = logging(("a", member("a").port, {}))
    for _ in range(2):
        assert server.client.get("/app/?delay=100").status == 200
    first, second = entries(server, 2)
    for entry in first, second:
        assert (entry["CLUSTER"], entry["MEMBER"], entry["ATTEMPTS"]) == ("c", "a", "1")
        assert (entry["OUTCOME"], entry["TIME_QUEUE"]) == ("delivered", 0)
        assert 100 * MS <= entry["TIME_FIRST_BYTE"] <= entry["TIME_TOTAL"] <= entry["D"]
    assert 0 < first["TIME_CONNECT"] < first["TIME_FIRST_BYTE"]
    assert second["TIME_CONNECT"] == 0


def test_500_02_the_first_byte_and_the_last(logging, member):
    server = logging(("a", member("a").port, {}))
    assert server.client.get("/app/?bytes=5&drip=5&every=100").body == b"abcde"
    entry, = entries(server, 1)
    assert entry["TIME_TOTAL"] - entry["TIME_FIRST_BYTE"] >= 300 * MS


def test_500_03_an_interim_response_is_not_the_response(logging, scripted):
    def hints_first(c):
        c.read_head()
        c.send(b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n")
        time.sleep(0.2)  # so slow is its answer
        c.ok()
    server = logging(("x", scripted(hints_first).port, {}))
    assert b" 200 OK" in server.client.raw(b"GET /app/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    entry, = entries(server, 1)
    assert entry["TIME_FIRST_BYTE"] >= 200 * MS


def test_500_04_a_kept_connection_that_had_ended_belongs_to_the_attempt(logging, scripted):
    def answers_once(c):
        c.read_head()
        c.ok()
        c.read_head()
    x = scripted(answers_once)
    server = logging(("x", x.port, {}))
    assert [server.client.get().status for _ in range(2)] == [200, 200]
    assert (x.connections, server.count("WLM0020")) == (2, 1)
    entry = entries(server, 2)[1]
    assert (entry["ATTEMPTS"], entry["OUTCOME"]) == ("1", "delivered")
    assert 0 < entry["TIME_CONNECT"] < entry["TIME_FIRST_BYTE"]


# -- several members -------------------------------------------------------------------------------

def test_500_05_the_last_attempt_and_the_sum_of_all(logging, scripted, member):
    def hangs(c):
        if c.read_head():
            c.wait_for_close()
    server = logging(("x", scripted(hangs).port, {"ServerIOTimeout": 1}), ("a", member("a").port, {}))
    server.expect("WLM0030")
    for _ in range(2):
        assert server.client.get().status == 200
    entry, = (e for e in entries(server, 2) if e["ATTEMPTS"] == "2")
    assert (entry["MEMBER"], entry["OUTCOME"]) == ("a", "delivered")
    assert entry["TIME_TOTAL"] >= 1000 * MS > entry["TIME_FIRST_BYTE"]


def test_500_06_a_busy_member_and_another_one(logging, scripted, member):
    def busy(c):
        while c.read_head():
            c.send(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")
    server = logging(("x", scripted(busy).port, {}), ("a", member("a").port, {}))
    for _ in range(2):
        assert server.client.get().status == 200
    entry, = (e for e in entries(server, 2) if e["ATTEMPTS"] == "2")
    assert (entry["MEMBER"], entry["OUTCOME"]) == ("a", "delivered")


def test_500_07_only_busy_members(logging, scripted):
    def busy(c):
        c.read_head()
        c.send(b"HTTP/1.1 503 Busy\r\nContent-Length: 2\r\n\r\n")
        time.sleep(0.2)  # so slow is the end of its answer
        c.send(b"no")
    server = logging(("x", scripted(busy).port, {}))
    assert server.client.get().body == b"no"
    entry, = entries(server, 1)
    assert (entry["STATUS"], entry["OUTCOME"]) == ("503", "delivered")
    assert entry["TIME_TOTAL"] >= 200 * MS
    assert entry["TIME_TOTAL"] > entry["TIME_FIRST_BYTE"]


def test_500_15_the_clone_id_of_the_member_that_was_tried_last(logging, scripted, member):
    def drops(c):
        c.read_head()
    server = logging(("x", scripted(drops).port, {"CloneID": "cx"}), ("a", member("a").port, {"CloneID": None}),
                     ("b", member("b").port, {"CloneID": "cb"}),
                     extra='LogFormat "%<{WLM_MEMBER}e=%<{WLM_CLONE_ID}e" clone\nCustomLog clone_log clone')
    server.expect("WLM0001", "WLM0030", "WLM0035")
    for _ in range(4):
        assert server.client.get().status == 200  # the first one that x gets goes on to another member
    path = server.path / "clone_log"
    wait_until(lambda: len([line for line in path.read_text().splitlines() if line[0] != "-"]) == 4, "the access log")
    assert {line for line in path.read_text().splitlines() if line[0] != "-"} == {"a=-", "b=cb"}


# -- no answer -----------------------------------------------------------------------------------------

def test_500_08_nobody_listens(logging):
    server = logging(("x", refusing_port(), {}))
    server.expect("WLM0030", "WLM0035", "WLM0036")
    assert server.client.get().status == 503
    entry, = entries(server, 1)
    assert (entry["MEMBER"], entry["ATTEMPTS"], entry["OUTCOME"]) == ("x", "1", "not-connected")
    assert entry["TIME_FIRST_BYTE"] is None
    assert 0 < entry["TIME_CONNECT"] <= entry["TIME_TOTAL"]


def test_500_09_no_member_can_be_had(logging, member):
    server = logging(("a", member("a").port, {"LoadBalanceWeight": 0}))
    server.expect("WLM0001", "WLM0036")
    assert server.client.get().status == 503
    entry, = entries(server, 1)
    assert (entry["CLUSTER"], entry["MEMBER"], entry["ATTEMPTS"], entry["OUTCOME"]) == ("c", "-", "0", "no-member")
    assert (entry["TIME_CONNECT"], entry["TIME_FIRST_BYTE"]) == (None, None)
    assert (entry["TIME_TOTAL"], entry["TIME_QUEUE"]) == (0, 0)


def test_500_10_also_behind_an_error_page_of_ones_own(logging):
    server = logging(("x", refusing_port(), {}), extra="ErrorDocument 503 /index.html")
    server.expect("WLM0030", "WLM0035", "WLM0036")
    assert b"own page" in server.client.get().body
    entry, = entries(server, 1)
    assert (entry["STATUS"], entry["OUTCOME"]) == ("503", "not-connected")


# -- the queue -----------------------------------------------------------------------------------------

def test_500_11_the_time_in_the_queue(logging, member):
    server = logging(("a", member("a").port, {"MaxConnections": 1}), extra="WLMQueue 5 10")
    first = threading.Thread(target=server.client.get, args=("/app/?delay=600",))
    first.start()
    wait_until(lambda: server.status()["a"]["InFlight"] == "1", "the first request to be with the member")
    assert server.client.get("/app/").status == 200
    first.join()
    before, after = sorted(entries(server, 2), key=lambda entry: entry["TIME_QUEUE"])  # they end at nearly the same time
    assert before["TIME_QUEUE"] == 0
    assert after["TIME_QUEUE"] > 0
    assert after["TIME_QUEUE"] + after["TIME_TOTAL"] <= after["D"]


def test_500_12_in_vain_in_the_queue(logging, member):
    server = logging(("a", member("a").port, {"MaxConnections": 1}), extra="WLMQueue 5 300ms")
    server.expect("WLM0036")
    first = threading.Thread(target=server.client.get, args=("/app/?delay=2000",))
    first.start()
    wait_until(lambda: server.status()["a"]["InFlight"] == "1", "the first request to be with the member")
    assert server.client.get("/app/").status == 503
    first.join()
    entry = entries(server, 2)[1]
    assert (entry["ATTEMPTS"], entry["OUTCOME"]) == ("0", "no-member")
    assert entry["TIME_QUEUE"] >= 300 * MS


# -- the client leaves ------------------------------------------------------------------------------------

def leave_after(server, data, wait_for=b""):
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as s:
        s.sendall(data)
        received = b""
        while wait_for not in received:
            received += s.recv(1000)


def test_500_13_while_it_reads(logging, member):
    server = logging(("a", member("a").port, {}))
    leave_after(server, b"GET /app/?bytes=1000000000 HTTP/1.1\r\nHost: localhost\r\n\r\n", b"abc")
    entry, = entries(server, 1)
    assert (entry["ATTEMPTS"], entry["OUTCOME"]) == ("1", "client-gone")
    assert 0 < entry["TIME_FIRST_BYTE"] < entry["TIME_TOTAL"]


@pytest.mark.parametrize("buffer,attempts,outcome", [(64, "-", "-"), (0, "1", "client-gone")])
def test_500_14_while_it_sends(logging, member, buffer, attempts, outcome):
    server = logging(("a", member("a").port, {}), extra="WLMDefaults Original", PostBufferSize=buffer)
    leave_after(server, b"POST /app/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc")
    entry, = entries(server, 1)
    assert (entry["CLUSTER"], entry["ATTEMPTS"], entry["OUTCOME"]) == ("c", attempts, outcome)
    assert entry["TIME_FIRST_BYTE"] is None


# -- trace context -----------------------------------------------------------------------------------------

TRACE = "0af7651916cd43dd8448eb211c80319c"
VALID = f"00-{TRACE}-b7ad6b7169203331-01"
STATE = "rojo=00f067aa0ba902b7"


def fields_at(member, name):
    return [line.split(": ", 1)[1] for line in member.heads[-1].split("\r\n") if line.lower().startswith(name + ":")]


def answers(c):
    while c.read_head():
        c.ok()


def traced(httpd, directive, *members):
    return httpd(plugin_cfg(Cluster("c", [(f"x{i}", m.port, {}) for i, m in enumerate(members)])),
                 f"{directive}\nLogFormat \"%{{WLM_TRACE_ID}}e %<{{traceparent}}i\" t\nCustomLog access_log t")


def logged(server, n):
    """The lines of n requests. In any order: a request is logged behind its response, and so perhaps behind the next one."""
    path = server.path / "access_log"
    wait_until(lambda: len(path.read_text().splitlines()) >= n, "the access log")
    return [line.split() for line in path.read_text().splitlines()]


@pytest.mark.parametrize("directive", ["", "WLMTraceparent On"])
def test_500_20_the_clients_is_passed_on(httpd, scripted, directive):
    x = scripted(answers)
    server = traced(httpd, directive, x)
    server.client.get(traceparent=VALID, tracestate=STATE)
    assert (fields_at(x, "traceparent"), fields_at(x, "tracestate")) == ([VALID], [STATE])
    assert [TRACE, VALID] in logged(server, 2)


@pytest.mark.parametrize("given", [None, VALID.upper(), VALID + "-", f"{VALID}, {VALID}", "ff" + VALID[2:]])
@pytest.mark.parametrize("directive,flags", [("On", "01"), ("Unsampled", "00")])
def test_500_21_one_is_made(httpd, scripted, given, directive, flags):
    x = scripted(answers)
    server = traced(httpd, f"WLMTraceparent {directive}", x)
    headers = {"tracestate": STATE} | ({"traceparent": given} if given else {})
    server.client.get(**headers)
    made, = fields_at(x, "traceparent")
    version, trace, parent, its_flags = made.split("-")
    assert re.fullmatch("[0-9a-f]{32}", trace) and re.fullmatch("[0-9a-f]{16}", parent)
    assert (version, its_flags, fields_at(x, "tracestate")) == ("00", flags, [])
    assert [trace, made] in logged(server, 2)
    server.client.get(**headers)
    assert fields_at(x, "traceparent")[0].split("-")[1] != trace


def test_500_22_off_makes_and_repairs_none(httpd, scripted):
    x = scripted(answers)
    server = traced(httpd, "", x)
    server.client.get()
    assert fields_at(x, "traceparent") == []
    server.client.get(traceparent="ours", tracestate=STATE)
    assert (fields_at(x, "traceparent"), fields_at(x, "tracestate")) == (["ours"], [STATE])
    assert ["-", "ours"] in logged(server, 3)


def test_500_23_all_attempts_carry_the_same(httpd, scripted):
    def drops(c):
        c.read_head()
    x, y = scripted(drops), scripted(drops)
    server = traced(httpd, "WLMTraceparent On", x, y)
    server.expect("WLM0030", "WLM0035", "WLM0037", "WLM0143")
    assert server.client.get().status == 502
    assert fields_at(x, "traceparent") == fields_at(y, "traceparent") != []


def test_500_24_a_virtual_host_has_its_own(httpd, scripted):
    x = scripted(answers)
    server = traced(httpd, "WLMTraceparent On\n<VirtualHost *:*>\nServerName plain\nWLMTraceparent Off\n</VirtualHost>\n"
                    "<VirtualHost *:*>\nServerName traced\n</VirtualHost>", x)
    server.client.get(Host="plain")
    assert fields_at(x, "traceparent") == []
    server.client.get(Host="traced")
    assert fields_at(x, "traceparent") != []


@pytest.mark.parametrize("directive,message", [
    ("WLMTraceparent Maybe", "WLMTraceparent takes Off, On or Unsampled, not \"Maybe\""),
    ("<VirtualHost *:*>\nWLMLog wlm.log\n</VirtualHost>", "WLMLog cannot occur within <VirtualHost>"),
])
def test_500_25_what_directives_do_not_take(httpd, directive, message):
    server = httpd(plugin_cfg(Cluster("c", [("x", refusing_port(), {})])), directive, start=False)
    result = server.test_config()
    assert result.returncode != 0
    assert message in result.stderr


def test_500_26_the_example_of_the_manual(httpd, scripted):
    x = scripted(answers)
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {})])), example_of("directives.md", "WLMTraceparent"), start=False)
    (server.path / "logs").mkdir()
    server.start().client.get()
    trace = fields_at(x, "traceparent")[0].split("-")[1]
    log = server.path / "logs" / "traced_log"
    wait_until(lambda: f"\"GET /app/ HTTP/1.1\" 200 x {trace}\n" in log.read_text(), "the access log")


# -- RequestMetrics of plugin-cfg.xml ------------------------------------------------------------------------

FILTERED = """<RequestMetrics rmEnabled="true" traceLevel="HOPS">
 <filters type="URI" enable="true"><filterValues value="/app/shop*" enable="true"/></filters>
 <filters type="SOURCE_IP" enable="true"><filterValues value="127.*" enable="true"/></filters>
</RequestMetrics>"""


def metrics_of(server):
    return re.findall(r"WLM0061: request metrics: (.*)", server.log())


def with_metrics(httpd, port, metrics, extra="", **attrs):
    return httpd(plugin_cfg(Cluster("c", [("a", port, attrs)]), extra=metrics), access_log() + extra)


def test_500_30_requests_that_pass_the_filters_are_logged(httpd, member):
    server = with_metrics(httpd, member("a").port, FILTERED)
    server.client.send("POST", "/app/shop/b%20c?delay=50&bytes=7", b"abc")
    server.client.get("/app/other")
    server.wait_for_log("WLM0061")
    line, = metrics_of(server)
    assert line.startswith('POST /app/shop/b c from 127.0.0.1: status=200 outcome=delivered cluster="c" member="a" attempts=1 ')
    values = dict(pair.split("=") for pair in line.split("attempts=1 ")[1].split())
    assert (values["bytesIn"], values["bytesOut"], values["queue"]) == ("3", "7", "0")
    assert 50 * MS <= int(values["firstByte"]) <= int(values["elapsed"])


def test_500_31_also_those_that_no_member_could_serve(httpd):
    server = with_metrics(httpd, refusing_port(), FILTERED.replace("/app/shop*", "/app/"))
    server.expect("WLM0030", "WLM0035", "WLM0036")
    server.client.get()
    server.wait_for_log("WLM0061")
    assert "status=503 outcome=not-connected" in metrics_of(server)[0] and "firstByte=0" in metrics_of(server)[0]


@pytest.mark.parametrize("metrics,extra", [(FILTERED, "LogLevel wlm:notice"), (FILTERED.replace("127.", "128."), "")])
def test_500_32_where_log_level_and_filters_allow_it(httpd, member, metrics, extra):
    server = with_metrics(httpd, member("a").port, metrics, extra)
    server.client.get("/app/shop")
    entries(server, 1)  # that comes after it
    assert metrics_of(server) == []


# -- a log of its own ------------------------------------------------------------------------------------------

def with_log(httpd, port, extra, log="", **options):
    return httpd(plugin_cfg(Cluster("c", [("x", port, {})]), extra=log), extra, **options)


def own_log(server, name="wlm.log"):
    path = server.path / name
    return path.read_text() if path.exists() else ""


def test_500_40_messages_go_to_a_file_too(httpd):
    server = with_log(httpd, refusing_port(), "WLMLog wlm.log\nLogLevel wlm:notice")
    server.expect("WLM0030", "WLM0035", "WLM0036")
    server.client.get()
    wait_until(lambda: "WLM0036" in own_log(server), "the last message")
    at = r"\[\w{3} \w{3} \d\d [\d:]{8}\.\d{6} \d{4}\] \[(\w+)\] \[pid \d+\] \[client 127\.0\.0\.1\] (WLM\d{4}): "
    start, defaults, *lines_of_it = own_log(server).splitlines()
    assert "[notice]" in start and "WLM0008" in start and "[notice]" in defaults and "WLM0064" in defaults
    assert [re.match(at, line).groups() for line in lines_of_it] == [
        ("warn", "WLM0030"), ("error", "WLM0035"), ("error", "WLM0036")]
    for line in lines_of_it:
        assert line[line.index("WLM00"):] in server.log()


@pytest.mark.parametrize("how", ["graceful", "restart"])
def test_500_41_a_restart_opens_it_anew(httpd, member, how):
    server = with_log(httpd, member("x").port, "WLMLog wlm.log", children=2)
    wait_until(lambda: "WLM0008" in own_log(server), "the message of the start")
    (server.path / "wlm.log").rename(server.path / "wlm.log.1")
    server.restart(how)
    server.client.get()
    wait_until(lambda: "WLM0033" in own_log(server), "the message of a request")
    assert own_log(server).count("WLM0008") == 1
    assert "WLM0033" not in own_log(server, "wlm.log.1")


def test_500_42_a_program(httpd, member, folder):
    server = with_log(httpd, member("x").port, f"WLMLog \"|/usr/bin/tee -a {folder}/httpd0/wlm.out\"")
    server.client.get()
    wait_until(lambda: "WLM0033" in own_log(server, "wlm.out"), "the program to write")
    server.restart("graceful")
    server.client.get()
    wait_until(lambda: own_log(server, "wlm.out").count("WLM0033") == 2, "the program to write after a restart")


@pytest.mark.parametrize("level,extra,ids", [
    ("Error", "", ["WLM0035", "WLM0036"]),
    ("Warn", "", ["WLM0030", "WLM0035", "WLM0036"]),
    ("Error", "LogLevel wlm:warn", ["WLM0030", "WLM0035", "WLM0036"]),
    ("Trace", "LogLevel wlm:error", ["WLM0035", "WLM0036"]),
])
def test_500_43_name_and_level_of_plugin_cfg(httpd, level, extra, ids):
    server = with_log(httpd, refusing_port(), f"WLMLog PluginCfg\n{extra}", f'<Log Name="wlm.log" LogLevel="{level}"/>',
                      log_level="warn")
    server.expect("WLM0030", "WLM0035", "WLM0036")
    server.client.get()
    wait_until(lambda: "WLM0036" in own_log(server), "the last message")
    for log in (own_log(server), server.log()):
        assert re.findall(r"WLM\d{4}", log) == ["WLM0008", "WLM0064", *ids]  # those of the start have no level that is too low


def test_500_44_the_level_counts_in_virtual_hosts_too(httpd, member):
    server = with_log(httpd, member("x").port, "WLMLog PluginCfg\n<VirtualHost *:*>\nServerName v\nLogLevel error\n"
                      "</VirtualHost>", '<Log Name="wlm.log" LogLevel="Debug"/>', log_level="warn")
    server.client.get(Host="v")
    wait_until(lambda: "[trace1]" in own_log(server) and "WLM0033" in own_log(server), "the message of a request")


@pytest.mark.parametrize("log,message", [
    ('<Log Name="/no/such/folder/http_plugin.log"/>', "WLM0062: WLMLog: /no/such/folder/http_plugin.log cannot be opened"),
    ('<Log Name="|/bin/touch touched"/>', "must not name programs to run"),
    ("", "WLM0063"),
])
def test_500_45_what_cannot_be_used_is_told(httpd, member, log, message):
    server = with_log(httpd, member("x").port, "WLMLog PluginCfg", log)
    server.expect("WLM0062", "WLM0063")
    assert server.client.get().status == 200
    assert message in server.log()
    assert not (server.path / "touched").exists()


def test_500_46_without_the_directive_nothing_of_it_counts(httpd):
    server = with_log(httpd, refusing_port(), "", '<Log Name="wlm.log" LogLevel="Error"/>')
    server.expect("WLM0030", "WLM0035", "WLM0036")
    server.client.get()
    server.wait_for_log("WLM0036")
    assert "WLM0030" in server.log()
    assert own_log(server) == ""


def test_500_47_nobody_writes_lines_of_his_own(httpd):
    server = with_log(httpd, refusing_port(), "WLMLog wlm.log")
    server.expect("WLM0030", "WLM0035", "WLM0036")
    server.client.get("/app/one%0d%0a%1b[31mWLM0036:%20forged")
    wait_until(lambda: "WLM0036" in own_log(server), "the message")
    for log in (server.log(), own_log(server)):
        line, = [line for line in log.splitlines() if "no member of cluster" in line]
        assert "/app/one\\r\\n\\x1b[31mWLM0036: forged" in line and "\x1b" not in log


# -- as the manual has it -------------------------------------------------------------------------------------

def example_of(page, heading):
    """The first example below a heading."""
    text = (ROOT / "docs" / page).read_text().split(f"\n## {heading}\n")[1]
    return re.search(r"```apache\n(.*?)```", text, re.S).group(1)


def test_500_15_the_examples_of_the_manual(httpd, member):
    a = member("a")
    server = httpd(plugin_cfg(Cluster("c", [("x", refusing_port(), {}), ("a", a.port, {})])),
                   example_of("operations.md", "Who served a request, and why"), start=False)
    (server.path / "logs").mkdir()
    server.start()
    server.expect("WLM0001", "WLM0030", "WLM0035")
    for _ in range(4):
        assert server.client.get().status == 200
    log, repeated = server.path / "logs" / "access_log", server.path / "logs" / "repeated_log"
    wait_until(lambda: log.read_text().count("/app/") == 4, "the access log")
    assert re.search(r'"GET /app/ HTTP/1.1" 200 \d+ c a new 1 delivered connect=\d+ first=\d+ total=\d+ queue=0 \d+\n',
                     log.read_text())
    assert repeated.read_text().count(" c a new 2 delivered ") == repeated.read_text().count("\n") == 1

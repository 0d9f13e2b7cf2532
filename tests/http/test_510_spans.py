"""Stories of the spans of requests (WLMSpans): one line for each request of a client, and what members are told of it."""
import os
import re
import signal
import socket
import subprocess
import threading
import time

import pytest

from wlmtest import am_root, config_value, http2, wait_until
from wlmtest.clock import Clock
from wlmtest.members import refusing_port
from wlmtest.otlp import Span
from wlmtest.plugincfg import Cluster, Route, plugin_cfg
from wlmtest.status import LOCATION, everything

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
MS = 1000_000


def answers(c):
    while c.read_head():
        c.ok()


def drops(c):
    c.read_head()


def context_at(member, number=-1):
    """(trace, parent, flags) of the traceparent in the request that the member has got."""
    value, = re.findall("^traceparent: (.*)$", member.heads[number], re.M | re.I)
    version, trace, parent, flags = value.strip().split("-")
    assert version == "00"
    return trace, parent, flags


def text_of(server, name="spans.json"):
    path = server.path / name
    return path.read_text() if path.exists() else ""


def spans_of(server, n, name="spans.json"):
    """So many lines, when they have been written, which is after the response; in the order of their beginnings."""
    wait_until(lambda: text_of(server, name).count("\n") >= n, f"{n} spans")
    spans = [Span(line) for line in text_of(server, name).splitlines()]
    assert len(spans) == n
    return sorted(spans, key=lambda span: span.begun)


def span_of(server):
    return spans_of(server, 1)[0]


@pytest.fixture
def traced(httpd):
    """An httpd with one cluster c and spans. servers: members, or (name, port, attributes)"""
    def make(*servers, extra="", spans="WLMSpans spans.json", options=None, **attrs):
        rows = [s if isinstance(s, tuple) else (s.name, s.port, {}) for s in servers]
        return httpd(plugin_cfg(Cluster("c", rows, **attrs)), f"{spans}\n{extra}", **(options or {}))
    return make


# -- one request ------------------------------------------------------------------------------------------

def test_510_01_what_a_line_says(traced, scripted):
    x = scripted(answers)
    server = traced(("x", x.port, {"CloneID": "x1"}))
    before = time.time_ns()
    server.client.get("/app/page;jsessionid=0000secret:x1?password=secret", Cookie="JSESSIONID=0000secret:x1",
                      User_Agent="curl/8")
    span = span_of(server)
    attempt = ("wlm.attempt", {"wlm.member": "x", "wlm.outcome": "delivered", "http.response.status_code": 200})
    (name, at, values), = span.events
    assert {k: values.pop(k) >= 0 for k in ("wlm.time.connect", "wlm.time.first_byte", "wlm.time.total")}
    assert (name, values) == attempt
    assert span.attributes == {
        "http.request.method": "GET", "http.route": "/app/*", "url.path": "/app/page", "url.scheme": "http",
        "http.response.status_code": 200, "server.address": "127.0.0.1", "server.port": server.port,
        "client.address": "127.0.0.1", "network.protocol.version": "1.1", "user_agent.original": "curl/8",
        "wlm.cluster": "c", "wlm.member": "x", "wlm.clone_id": "x1", "wlm.affinity": "kept", "wlm.outcome": "delivered",
        "wlm.attempts": 1}
    assert (span.name, span.parent, span.failed, span.dropped) == ("GET /app/*", None, False, 0)
    assert span.resource == {"service.name": "httpd", "host.name": socket.gethostname()}
    assert before - MS <= span.begun <= at <= span.ended <= time.time_ns()  # httpd has microseconds
    assert "secret" not in text_of(server)


@pytest.mark.parametrize("directive", ["Off", "On"])
def test_510_02_the_members_parent_is_the_span(traced, scripted, directive):
    x = scripted(answers)
    server = traced(("x", x.port, {}), extra=f"WLMTraceparent {directive}\n"
                    'LogFormat "%{WLM_TRACE_ID}e %{traceparent}i" t\nCustomLog access_log t')
    server.client.get(tracestate="a=b")
    span = span_of(server)
    assert context_at(x) == (span.trace, span.id, "01")
    assert span.parent is None and "tracestate" not in x.heads[0].lower()
    wait_until(lambda: f"{span.trace} 00-{span.trace}-{span.id}-01\n" in text_of(server, "access_log"), "the access log")
    server.client.get(traceparent=f"00-{TRACE}-{PARENT}-01", tracestate="a=b")
    span = spans_of(server, 2)[1]
    assert (span.trace, span.parent) == (TRACE, PARENT)
    assert context_at(x) == (TRACE, span.id, "01") and span.id != PARENT
    assert "tracestate: a=b" in x.heads[1].lower()


def test_510_03_who_is_not_sampled_has_no_line(traced, scripted):
    x = scripted(answers)
    server = traced(("x", x.port, {}))
    server.client.get(traceparent=f"00-{TRACE}-{PARENT}-00")
    assert context_at(x) == (TRACE, PARENT, "00")
    server.client.get("/app/second")
    assert span_of(server).attributes["url.path"] == "/app/second"


def test_510_04_unsampled_leaves_it_to_the_caller(traced, scripted):
    x = scripted(answers)
    server = traced(("x", x.port, {}), extra="WLMTraceparent Unsampled")
    server.client.get()
    assert context_at(x)[2] == "00"
    server.client.get(traceparent=f"00-{TRACE}-{PARENT}-01")
    assert span_of(server).parent == PARENT


def test_510_05_a_share_of_the_traces_that_begin_here(traced, scripted):
    x = scripted(answers)
    server = traced(("x", x.port, {}), spans="WLMSpans spans.json 40%")
    server.client.load(200, 4)
    sampled = {context_at(x, i)[0] for i in range(200) if context_at(x, i)[2] == "01"}
    spans = spans_of(server, len(sampled))
    assert {span.trace for span in spans} == sampled
    assert 40 < len(sampled) < 120, "that is 6 standard deviations away"
    server.client.load(20, 2, "/index.html")
    for _ in range(5):
        server.client.get(traceparent=f"00-{TRACE}-{PARENT}-01")
    spans_of(server, len(sampled) + 5)


def test_510_06_what_is_not_ours_has_none(traced, scripted):
    x = scripted(answers)
    server = traced(("x", x.port, {}))
    assert server.client.get("/index.html", traceparent=f"00-{TRACE}-{PARENT}-01").status == 200
    assert server.client.get("/none").status == 404
    server.client.get()
    assert span_of(server).attributes["url.path"] == "/app/"


BAD = b"/app/%01%ff\xff\xc3(\xe2\x82%22\\<"


@pytest.mark.parametrize("path", [BAD, b"/app/" + b"\xff" * 3000])
def test_510_07_a_line_is_valid_whatever_a_client_sends(traced, scripted, path):
    x = scripted(answers)
    server = traced(("x", x.port, {}))
    request = b"%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nUser-Agent: \xff\"\\\t%s\r\n\r\n" % (path, b"\xe4" * 3000)
    for method in b"GET", b"M-SEARCH":
        assert b" 200 OK" in server.client.raw(method + b" " + request)
    first, second = spans_of(server, 2)
    assert first.attributes["url.path"].startswith("/app/")
    assert first.attributes["user_agent.original"].startswith("\ufffd\"\\\t\ufffd")
    assert (second.attributes["http.request.method"], second.attributes["http.request.method_original"]) == ("_OTHER", "M-SEARCH")
    assert all(len(line) < 4096 for line in text_of(server).splitlines())


def test_510_08_http2(traced, member):
    server = traced(member("a"))
    assert http2.request(server.port, "GET", "/app/").status == 200
    assert span_of(server).attributes["network.protocol.version"] == "2"


# -- what has happened to it ---------------------------------------------------------------------------------

def test_510_10_each_attempt_is_an_event(traced, scripted):
    x, y = scripted(drops), scripted(drops)
    z = scripted(answers)
    server = traced(("x", x.port, {}), ("y", y.port, {"LoadBalanceWeight": 0, "CloneID": "y1"}), ("z", refusing_port(), {}),
                    ("b", z.port, {"CloneID": "b1"}), primaries=["x", "y", "z"], backups=["b"])
    server.expect("WLM0030", "WLM0035", "WLM0143")
    assert server.client.get(Cookie="JSESSIONID=0000abc:y1").status == 200
    span = span_of(server)
    got = [(values["wlm.member"], values["wlm.outcome"], values.get("http.response.status_code")) for _, _, values in span.events]
    assert span.names() == ["wlm.attempt"] * 4
    assert got[0] == ("y", "no-response", None)
    assert sorted(got[1:3]) == [("x", "no-response", None), ("z", "not-connected", None)]
    assert got[3] == ("b", "delivered", 200)
    assert [at for _, at, _ in span.events] == sorted(at for _, at, _ in span.events)
    assert (span.attributes["wlm.attempts"], span.attributes["wlm.member"], span.attributes["wlm.clone_id"]) == (4, "b", "b1")
    assert span.attributes["wlm.affinity"] == "moved" and not span.failed
    contexts = [context_at(m) for m in (x, y, z)]
    assert contexts == [(span.trace, span.id, "01")] * 3


def test_510_11_a_busy_member(traced, scripted):
    def busy(c):
        while c.read_head():
            c.send(b"HTTP/1.1 503 Busy\r\nContent-Length: 2\r\n\r\nno")
    server = traced(("x", scripted(busy).port, {}))
    assert server.client.get().status == 503
    span = span_of(server)
    (_, _, values), = span.events
    assert (values["wlm.outcome"], values["http.response.status_code"]) == ("busy", 503)
    assert (span.attributes["wlm.outcome"], span.attributes["error.type"], span.failed) == ("delivered", "503", True)


@pytest.mark.parametrize("extra", ["", "ErrorDocument 503 /index.html", "ErrorDocument 503 /app/sorry"])
def test_510_12_no_member(traced, extra):
    server = traced(("x", refusing_port(), {}), ("y", refusing_port(), {"LoadBalanceWeight": 0}), extra=extra)
    server.expect("WLM0030", "WLM0035", "WLM0036")
    assert server.client.get().status == 503
    span = span_of(server)
    assert (span.attributes["http.response.status_code"], span.attributes["error.type"]) == (503, "not-connected")
    assert span.failed and span.attributes["url.path"] == "/app/" and span.attributes["wlm.attempts"] == 1
    assert server.client.get().status == 503
    span = spans_of(server, 2)[1]
    assert span.failed and span.attributes["http.response.status_code"] == 503


def test_510_13_an_error_document_of_a_member_is_told_with_its_request(httpd, scripted):
    x = scripted(answers)
    cfg = plugin_cfg(Cluster("c", [("gone", refusing_port(), {})]), Cluster("d", [("x", x.port, {})]),
                     routes=[Route("c"), Route("d", ["/sorry"])])
    server = httpd(cfg, "WLMSpans spans.json\nErrorDocument 503 /sorry\nErrorDocument 404 /sorry")
    server.expect("WLM0030", "WLM0035", "WLM0036")
    server.client.get(traceparent=f"00-{TRACE}-{PARENT}-01")
    span = span_of(server)
    assert (span.attributes["wlm.cluster"], span.attributes["wlm.member"]) == ("c", "gone")
    assert (span.attributes["http.route"], span.attributes["url.path"]) == ("/app/*", "/app/")
    assert [(v.get("wlm.cluster"), v["wlm.member"]) for _, _, v in span.events] == [(None, "gone"), ("d", "x")]
    assert (span.trace, span.parent) == (TRACE, PARENT) and context_at(x) == (TRACE, span.id, "01")
    server.client.get("/none")  # it is ours by its error document alone
    span = spans_of(server, 2)[1]
    assert (span.attributes["wlm.cluster"], span.attributes["url.path"]) == ("d", "/none")


def test_510_14_a_page_of_several_parts_is_one_request(httpd, scripted):
    x = scripted(answers)
    cfg = plugin_cfg(Cluster("c", [("x", x.port, {})]), Cluster("d", [("y", x.port, {})]), routes=[Route("c", ["/one"]), Route("d", ["/two"])])
    server = httpd(cfg, f"LoadModule include_module {config_value('HTTPD_LIBEXECDIR')}/mod_include.so\nWLMSpans spans.json\n"
                   "<Location /page.html>\nOptions +Includes\nSetOutputFilter INCLUDES\n</Location>", start=False)
    (server.path / "htdocs" / "page.html").write_text('<!--#include virtual="/one" --> <!--#include virtual="/two" -->')
    server.start()
    assert server.client.get("/page.html").body == b"ok ok"
    span = span_of(server)
    assert span.attributes["url.path"] == "/page.html" and span.names() == ["wlm.attempt"] * 2
    assert [values.get("wlm.cluster") for _, _, values in span.events] == [None, "d"]
    assert (span.attributes["wlm.cluster"], span.attributes["wlm.member"], span.attributes["wlm.attempts"]) == ("c", "x", 1)
    assert [context_at(x, i) for i in (0, 1)] == [(span.trace, span.id, "01")] * 2


def test_510_15_the_wait_in_the_queue(traced, member):
    server = traced(("a", member("a").port, {"MaxConnections": 1}), extra="WLMQueue 5 10")
    first = threading.Thread(target=server.client.get, args=("/app/?delay=500",))
    first.start()
    wait_until(lambda: server.status()["a"]["InFlight"] == "1", "the first request to be with the member")
    assert server.client.get("/app/second").status == 200
    first.join()
    span, = (span for span in spans_of(server, 2) if span.attributes["url.path"] == "/app/second")
    assert span.names() == ["wlm.queue", "wlm.attempt"]
    (_, queued, values), (_, tried, _) = span.events
    assert tried - queued >= values["wlm.time.total"] * 1000 - MS > 0
    assert span.begun <= queued < tried < span.ended


def test_510_16_a_client_that_leaves_is_no_failure_of_ours(traced, scripted):
    x = scripted(lambda c: (c.read_head(), c.wait_for_close()))
    server = traced(("x", x.port, {}))
    with socket.create_connection(("127.0.0.1", server.port)) as s:
        s.sendall(b"GET /app/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
        wait_until(lambda: x.heads, "the request to be with the member")
    span = span_of(server)
    assert (span.attributes["wlm.outcome"], span.attributes["error.type"], span.failed) == ("client-gone", "client-gone", False)
    assert span.attributes["http.response.status_code"] == 499


def test_510_17_a_response_that_breaks_off_is_one(traced, scripted):
    begun = threading.Event()

    def breaks(c):
        c.read_head()
        c.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b"x" * 50000)
        begun.wait()
    server = traced(("x", scripted(breaks).port, {}), extra='LogFormat "%>s" t\nCustomLog access_log t')
    server.expect("WLM0030", "WLM0035")
    with socket.create_connection(("127.0.0.1", server.port)) as s:
        s.sendall(b"GET /app/ HTTP/1.1\r\nHost: a\r\n\r\n")
        assert b" 200 OK" in s.recv(1000)
        begun.set()
        while s.recv(65536):
            pass
    span = span_of(server)
    assert (span.attributes["error.type"], span.failed) == ("broken", True)
    assert span.events[0][2]["http.response.status_code"] == 200
    wait_until(lambda: text_of(server, "access_log").count("\n") == 2, "the access log")
    assert str(span.attributes["http.response.status_code"]) == text_of(server, "access_log").splitlines()[1]


def test_510_18_a_body_that_is_refused(traced, member):
    server = traced(member("a"))
    assert b" 400 " in server.client.raw(b"POST /app/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")
    span = span_of(server)
    assert (span.attributes["http.response.status_code"], span.attributes["wlm.attempts"]) == (400, 0)
    assert "wlm.outcome" not in span.attributes and span.events == []


def test_510_19_a_tunnel_has_its_line_when_it_ends(traced, scripted):
    def upgrades(c):
        c.read_head()
        c.send(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
        c.sock.recv(10)
    server = traced(("x", scripted(upgrades).port, {}), extra=LOCATION)
    with socket.create_connection(("127.0.0.1", server.port)) as s:
        s.sendall(b"GET /app/ HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                  b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
        assert b" 101 " in s.recv(1000)
        begun = time.monotonic()
        wait_until(lambda: everything(server)["engine"]["tunnels"] == 1, "the tunnel to be counted")
        assert text_of(server) == ""
        least = time.monotonic() - begun
        s.sendall(b"end")
        assert s.recv(10) == b""
    span = span_of(server)
    assert span.names() == ["wlm.attempt", "wlm.tunnel"] and span.attributes["http.response.status_code"] == 101
    assert span.events[0][2]["http.response.status_code"] == 101
    assert span.events[1][2]["wlm.tunnel"] == "member" and span.events[1][2]["wlm.time.total"] >= least * 1e6
    assert span.ended - span.begun >= least * 1e9


@pytest.mark.parametrize("ahead", [-3600, 3600])
def test_510_20_a_span_is_as_long_as_it_was(httpd, scripted, folder, ahead):
    clock, answer = Clock(folder), threading.Event()

    def waits(c):
        c.read_head()
        answer.wait()
        c.ok()
    x = scripted(waits)
    server = clock.preload_into(httpd(plugin_cfg(Cluster("c", [("x", x.port, {})])), "WLMSpans spans.json", start=False)).start()
    client = threading.Thread(target=server.client.get)
    client.start()
    wait_until(lambda: x.heads, "the request to be with the member")
    clock.set(ahead)
    answer.set()
    client.join()
    span = span_of(server)
    assert abs(span.begun / 1e9 - time.time()) < 600 and span.ended - span.begun < 600_000 * MS


# -- where lines go ---------------------------------------------------------------------------------------------

def test_510_30_off_changes_nothing(traced, scripted):
    x = scripted(answers)
    server = traced(("x", x.port, {}), spans="")
    server.client.get()
    assert "traceparent" not in x.heads[0].lower()
    server.client.get(traceparent=f"cc-{TRACE}-{PARENT}-0f-more")
    assert f"cc-{TRACE}-{PARENT}-0f-more" in x.heads[1]


def test_510_31_virtual_hosts(httpd, scripted):
    x = scripted(answers)
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {})])), """WLMSpans spans.json
<VirtualHost *:*>\nServerName same\n</VirtualHost>
<VirtualHost *:*>\nServerName own\nWLMSpans own.json\n</VirtualHost>
<VirtualHost *:*>\nServerName again\nWLMSpans spans.json 100%\n</VirtualHost>
<VirtualHost *:*>\nServerName none\nWLMSpans Off\n</VirtualHost>""")
    for host in ("same", "own", "again", "none"):
        server.client.get(Host=host)
    assert [s.attributes["server.address"] for s in spans_of(server, 2)] == ["same", "again"]
    assert [s.attributes["server.address"] for s in spans_of(server, 1, "own.json")] == ["own"]
    assert "traceparent" not in x.heads[3].lower()


def test_510_32_a_restart_opens_it_anew(traced, member):
    server = traced(member("a"))
    server.client.get("/app/one")
    span_of(server)
    (server.path / "spans.json").rename(server.path / "spans.json.1")
    server.restart("graceful")
    server.client.get("/app/two")
    assert span_of(server).attributes["url.path"] == "/app/two"
    assert spans_of(server, 1, "spans.json.1")[0].attributes["url.path"] == "/app/one"


def test_510_33_lines_of_several_processes_do_not_mix(traced, member, folder):
    server = traced(member("a"), spans=f'WLMSpans "|/usr/bin/tee -a {folder}/httpd0/out.json"', options={"children": 2})
    path = "/app/" + "x" * 400
    server.client.load(200, 8, path)
    assert {s.attributes["url.path"] for s in spans_of(server, 200, "out.json")} == {path}
    server.restart("graceful")
    server.client.get("/app/after")
    assert spans_of(server, 201, "out.json")[-1].attributes["url.path"] == "/app/after"


def test_510_34_a_program_that_reads_nothing_holds_up_no_request(traced, member):
    server = traced(member("a"), spans='WLMSpans "|/usr/bin/sleep 1000"')
    server.expect("WLM0199")
    path, n = "/app/" + "\x7f" * 100, 1500  # more than a pipe takes
    answers_of = server.client.load(n, 4, path.replace("\x7f", "%7F"))
    assert {answer.status for answer in answers_of} == {200}
    server.wait_for_log("WLM0199")
    assert server.count("WLM0199") == 1


def test_510_39_a_fifo_that_is_not_read_neither(traced, member, tmp_path):
    """As a file: /dev/stdout of a container is a pipe, too."""
    fifo = tmp_path / "spans"
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDWR)
    try:
        server = traced(member("a"), spans=f"WLMSpans {fifo}")
        server.expect("WLM0199")
        answers_of = server.client.load(1500, 4, "/app/" + "%7F" * 100)
        assert {answer.status for answer in answers_of} == {200}
        server.wait_for_log("WLM0199")
    finally:
        os.close(reader)


def test_510_35_a_disk_that_is_full_neither(traced, member):
    server = traced(member("a"), spans="WLMSpans /dev/full")
    server.expect("WLM0199")
    assert {server.client.get().status for _ in range(5)} == {200}
    server.wait_for_log("WLM0199")
    assert "No space left on device" in server.log() and server.count("WLM0199") == 1


def limit_files(pid, size):
    """How large a file may become by what this child writes. Without a right that root may lack, only its own user can."""
    user = {"user": "nobody", "group": "nogroup"} if am_root() else {}
    subprocess.run(["prlimit", f"--pid={pid}", f"--fsize={size}:"], check=True, timeout=10, **user)


@pytest.mark.parametrize("then", ["same process", "another process", "restart"])
def test_510_40_when_there_is_room_again_the_next_line_is_whole(httpd, member, then):
    """The limit of a file's size cuts a line as a full disk does. Other logs do not reach it."""
    server = httpd(plugin_cfg(Cluster("c", [("a", member("a").port, {})])), "WLMSpans spans.json", start=False)
    server.expect("WLM0199")
    spans = server.path / "spans.json"
    spans.write_text("x" * (1 << 20) + "\n")
    before = spans.stat().st_size
    server.start()
    child, = server.children_pids()
    limit_files(child, before + 100)
    for path in "/app/cut", "/app/lost":
        assert server.client.get(path).status == 200
    wait_until(lambda: spans.stat().st_size == before + 100, "a line that is cut")
    if then == "same process":
        limit_files(child, "unlimited")
    elif then == "another process":
        os.kill(child, signal.SIGKILL)
        server.expect("AH00052")
        wait_until(lambda: server.children_pids() not in ([child], []), "another child")
    else:
        server.restart("graceful")
    for path in "/app/next", "/app/last":
        assert server.client.get(path).status == 200
    wait_until(lambda: text_of(server).count("\n") >= 4, "two more lines")
    _, cut, *lines = text_of(server).splitlines()
    assert len(cut) == 100 and [Span(line).attributes["url.path"] for line in lines] == ["/app/next", "/app/last"]


def test_510_36_what_cannot_be_opened_is_told(traced, scripted):
    x = scripted(answers)
    server = traced(("x", x.port, {}), spans="WLMSpans /no/such/folder/spans.json")
    server.expect("WLM0198")
    server.client.get()
    assert "WLM0198: WLMSpans: /no/such/folder/spans.json cannot be opened" in server.log()
    assert "traceparent" not in x.heads[0].lower()


@pytest.mark.parametrize("directive,message", [
    ("WLMSpans spans.json 0%", "WLMSpans: \"0\" is not a number from 1 to 100"),
    ("WLMSpans spans.json some", "WLMSpans: \"some\" is not a number from 1 to 100"),
    ("WLMSpans Off 10%", "WLMSpans: Off has no percentage"),
    ("<Location />\nWLMSpans spans.json\n</Location>", "WLMSpans not allowed in <Location> context"),
])
def test_510_37_what_the_directive_does_not_take(httpd, directive, message):
    server = httpd(plugin_cfg(Cluster("c", [("x", refusing_port(), {})])), directive, start=False)
    result = server.test_config()
    assert result.returncode != 0
    assert message in result.stderr


def test_510_38_the_name_of_the_service(traced, member, monkeypatch):
    monkeypatch.setenv("OTEL_SERVICE_NAME", "shop front")
    server = traced(member("a"))
    server.client.get()
    assert span_of(server).resource["service.name"] == "shop front"

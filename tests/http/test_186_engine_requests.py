"""Stories of the engine with members: requests that wait for them, and the connections of clients that it owns."""
import contextlib
import concurrent.futures
import http.client
import os
import select
import signal
import socket
import threading
import time

import pytest

from wlmtest import wait_until
from wlmtest.httpd import ports_of_connections, unread_connections
from wlmtest.module import load
from wlmtest.plugincfg import Cluster, Route, plugin_cfg
from wlmtest.status import LOCATION, state
from wlmtest.status import everything as read_status
from wlmtest.upgrade import ASK, Peer, echo

ENGINE = "WLMEngine On\nAsyncRequestWorkerFactor 1000\nKeepAliveTimeout 20\nMaxKeepAliveRequests 0\n" + LOCATION


def ask(server, target="/app/", fields="Connection: close\r\n"):
    """Sends a request, and does not wait for its answer."""
    sock = socket.create_connection(("127.0.0.1", server.port), 20)
    sock.sendall(f"GET {target} HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n".encode())
    return sock


def everything(sock):
    with sock:
        return b"".join(iter(lambda: sock.recv(1 << 18), b""))


def took(function):
    begun = time.monotonic()
    function()
    return time.monotonic() - begun


def get(server, target="/app/"):
    reply = server.client.get(target)
    assert reply.status == 200 and not reply.error, (target, reply)
    return reply


def sleeper(seconds):
    """A member whose answers take that long, many at once."""
    def script(c):
        while c.read_head():
            time.sleep(seconds)
            c.ok()
    return script


def ok(c):
    while c.read_head():
        c.ok()


@pytest.mark.parametrize("threads", [4, 16])
def test_186_01_a_hung_member_does_not_hold_the_others_up(httpd, scripted, threads):
    """With more threads some of them wait for a moment before a request is suspended."""
    members = {"h": scripted(lambda c: c.hold()), "a": scripted(ok), "b": scripted(ok)}
    cluster = Cluster("c", [(name, member.port, {"ServerIOTimeout": 20}) for name, member in members.items()])
    server = httpd(plugin_cfg(cluster), ENGINE, threads=threads)
    waiting = []
    while len(waiting) < 50:  # round robin: each third one hangs
        sock = ask(server)
        sock.settimeout(0.5)
        try:
            assert sock.recv(65536).startswith(b"HTTP/1.1 200 ")
            sock.close()
        except TimeoutError:
            waiting.append(sock)
            sock.settimeout(20)
            if len(waiting) == 5:  # from here on no client waits for an answer
                waiting += [ask(server) for _ in range(150)]
    wait_until(lambda: state(server)["h"]["in_flight"] >= 50, "the hung ones")
    wait_until(lambda: state(server)["a"]["in_flight"] == 0 and state(server)["b"]["in_flight"] == 0, "the others to be answered")
    for sock in waiting:
        sock.close()
    wait_until(lambda: state(server)["h"]["in_flight"] == 0, "those to be forgotten whose clients have left")


@pytest.mark.alone
def test_186_02_slow_answers_come_together(httpd, scripted):
    server = httpd(plugin_cfg(Cluster("c", [("x", scripted(sleeper(1.5)).port, {})])), ENGINE, threads=3)
    begun = time.monotonic()
    waiting = [ask(server) for _ in range(150)]
    assert took(lambda: get(server, "/index.html")) < 1
    assert all(everything(sock).startswith(b"HTTP/1.1 200 ") for sock in waiting)
    assert time.monotonic() - begun < 4


def test_186_03_a_client_that_leaves(httpd, scripted):
    """The member's connection ends, nothing stays in flight, and it is no fault of the member."""
    x = scripted(lambda c: (c.read_head(), c.hold()))
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {})])), ENGINE, threads=3)
    waiting = [ask(server) for _ in range(30)]
    wait_until(lambda: state(server)["x"]["in_flight"] == 30, "all to wait")
    for sock in waiting:
        sock.close()
    wait_until(lambda: state(server)["x"]["in_flight"] == 0, "nothing to be in flight", 2)
    now = state(server)["x"]
    assert (now["state"], now["failures"]) == ("up", 0)
    wait_until(lambda: server.port not in ports_of_connections(), "the connections to be closed", 5)


@pytest.mark.parametrize("children", [1, 2])
def test_186_04_a_graceful_restart_answers_what_waits(httpd, scripted, children):
    server = httpd(plugin_cfg(Cluster("c", [("x", scripted(sleeper(1.5)).port, {})])), ENGINE, threads=4, children=children)
    waiting = [ask(server, fields="") for _ in range(100)]
    get(server, "/index.html")
    before = set(server.children_pids())
    os.kill(server.group, signal.SIGUSR1)
    assert all(everything(sock).startswith(b"HTTP/1.1 200 ") for sock in waiting)
    wait_until(lambda: not before & set(server.children_pids()), "the old children to end", 10)


def test_186_05_any_handler_on_one_connection(httpd, member, folder):
    script = folder / "hello"
    script.write_text("#!/bin/sh\nprintf 'Content-Type: text/plain\\n\\nhello\\n'\n")
    script.chmod(0o755)
    server = httpd(plugin_cfg(Cluster("c", [("a", member("a").port, {})])), ENGINE + load("cgid")
                   + f"ScriptSock cgid\nScriptAlias /cgi/ {folder}/\n<Location /cgi>\nWLMEnable Off\n</Location>\n", threads=25)
    targets = [("/app/?bytes=1000", 1000), ("/index.html", 17), ("/app/?bytes=500000", 500000), ("/cgi/hello", 6),
               ("/app/?bytes=0", 0), ("/server-status?auto", None), ("/app/?bytes=3000&chunked=1", 3000)]

    def talk(number):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        for n in range(40):
            target, length = targets[(number + n) % len(targets)]
            connection.request("GET", target)
            response = connection.getresponse()
            body = response.read()
            assert response.status == 200 and length in (None, len(body)), target
        connection.close()
        return True
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        assert all(pool.map(talk, range(40)))
    wait_until(lambda: server.port not in ports_of_connections(), "the connections to be closed", 5)


@pytest.mark.parametrize("number", [2, 40])
def test_186_06_pipelining(httpd, member, number):
    server = httpd(plugin_cfg(Cluster("c", [("a", member("a").port, {})])), ENGINE, threads=3)
    parts = ["/app/?bytes=%d" % (n * 997) if n % 3 else "/index.html" for n in range(number)]
    with contextlib.closing(socket.create_connection(("127.0.0.1", server.port), 20)) as sock, sock.makefile("rb") as file:
        sock.sendall(b"".join(b"GET %s HTTP/1.1\r\nHost: a\r\n\r\n" % part.encode() for part in parts))
        for n in range(number):
            assert file.readline().startswith(b"HTTP/1.1 200 ")
            head = dict(line.lower().strip().split(b": ", 1) for line in iter(file.readline, b"\r\n"))
            assert len(file.read(int(head[b"content-length"]))) == (n * 997 if n % 3 else 17)


@pytest.mark.alone
def test_186_07_slow_clients_of_large_responses(httpd, member):
    """They hold no thread, and of each response little is in memory."""
    size = 50_000_000
    server = httpd(plugin_cfg(Cluster("c", [("a", member("a").port, {})])), ENGINE, threads=4)
    get(server)
    before = server.memory_kib("VmRSS")
    slow = [ask(server, f"/app/?bytes={size}") for _ in range(20)]
    until = time.monotonic() + 2
    while time.monotonic() < until:
        assert took(lambda: get(server, "/app/?bytes=1000")) < 1
    assert server.memory_kib("VmRSS") - before < 20 * 1024
    for sock in slow[1:]:
        sock.close()
    assert len(everything(slow[0]).split(b"\r\n\r\n", 1)[1]) == size
    wait_until(lambda: state(server)["a"]["in_flight"] == 0, "nothing to be in flight")


def test_186_08_tunnels_hold_no_threads(httpd, scripted):
    server = httpd(plugin_cfg(Cluster("c", [("x", scripted(echo).port, {})])), ENGINE, threads=3)
    peers = [Peer(server) for _ in range(100)]
    assert state(server)["x"]["in_flight"] == 100
    for peer in peers:
        assert peer.echo(b"hello") == b"hello"
    get(server, "/index.html")
    for peer in peers:
        peer.sock.close()
    wait_until(lambda: state(server)["x"]["in_flight"] == 0, "the tunnels to end")


def test_186_09_uploads_that_come_slowly_hold_no_thread(httpd, member):
    server = httpd(plugin_cfg(Cluster("c", [("a", member("a").port, {})])), ENGINE, threads=3)
    socks = [socket.create_connection(("127.0.0.1", server.port), 20) for _ in range(30)]
    for sock in socks:
        sock.sendall(b"POST /app/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 300000\r\n\r\n" + b"x" * 100000)
    assert took(lambda: get(server)) < 2
    for _ in range(2):
        for sock in socks:
            sock.sendall(b"x" * 100000)
    assert all(everything(sock).startswith(b"HTTP/1.1 200 ") for sock in socks)


@pytest.mark.alone
def test_186_10_a_queue_holds_no_thread(httpd, scripted):
    busy, most = [0], [0]
    lock = threading.Lock()

    def script(c):
        while c.read_head():
            with lock:
                busy[0] += 1
                most[0] = max(most[0], busy[0])
            time.sleep(0.05)
            with lock:
                busy[0] -= 1
            c.ok()
    server = httpd(plugin_cfg(Cluster("c", [("x", scripted(script).port, {"MaxConnections": 3})])), "WLMQueue 100 20\n" + ENGINE,
                   threads=4)
    waiting = [ask(server) for _ in range(60)]
    assert took(lambda: get(server, "/index.html")) < 1
    assert all(everything(sock).startswith(b"HTTP/1.1 200 ") for sock in waiting)
    assert most[0] <= 3


def test_186_11_a_child_that_ends_at_once_gives_its_part_back(httpd, scripted):
    x = scripted(lambda c: (c.read_head(), c.hold()))
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {"MaxConnections": 1000})])), ENGINE, threads=4)
    waiting = [ask(server) for _ in range(30)]
    wait_until(lambda: state(server)["x"]["in_flight"] == 30, "all to wait")
    os.kill(server.group, signal.SIGHUP)
    for sock in waiting:
        with contextlib.suppress(ConnectionError):
            everything(sock)
    wait_until(lambda: state(server)["x"]["in_flight"] == 0, "nothing to be in flight", 15)


def ask_with_small_buffers(server, target):
    """What httpd passes on is with the client, or still with httpd."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.settimeout(15)
    sock.connect(("127.0.0.1", server.port))
    sock.sendall(f"GET {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
    return sock


def test_186_12_a_client_that_is_slow_but_reads_on(httpd, member):
    """Timeout is for each time that it takes nothing, not for all that it was given at once."""
    size = 200_000
    server = httpd(plugin_cfg(Cluster("c", [("a", member("a").port, {})])), ENGINE + "Timeout 2\nSendBufferSize 8192\n")
    with contextlib.closing(ask_with_small_buffers(server, f"/app/?bytes={size}")) as sock:
        got = 0
        while got < size:
            data = sock.recv(16384, socket.MSG_WAITALL)
            got += len(data)
            assert data, f"the response has ended after {got} bytes"
            time.sleep(0.4)  # this is how slow it is


def test_186_13_requests_whose_heads_come_slowly_do_not_hold_up_what_runs(httpd, scripted):
    """On kept connections, more of them than there are threads."""
    server = httpd(plugin_cfg(Cluster("c", [("x", scripted(sleeper(0.05)).port, {})]), Cluster("t", [("t", scripted(echo).port, {})]),
                              routes=[Route("c"), Route("t", ["/t/*"])]), ENGINE, threads=3)
    peer = Peer(server, ask=ASK.replace(b"/app/", b"/t/") % b"")
    kept = [ask(server, fields="") for _ in range(6)]
    for sock in kept:
        assert sock.recv(65536).startswith(b"HTTP/1.1 200 ")
        sock.sendall(b"GET /app/ HT")
    wait_until(lambda: unread_connections(server.port) <= 4, "two heads to hold up a thread each")
    for _ in range(20):
        assert took(lambda: peer.echo(b"hello")) < 2
    for sock in kept:
        sock.sendall(b"TP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert all(everything(sock).startswith(b"HTTP/1.1 200 ") for sock in kept)
    peer.sock.close()


BESIDE = {
    "cache": load("cache", "cache_disk") + "CacheEnable disk /app\nCacheRoot {folder}\nCacheQuickHandler {quick}\nCacheIgnoreNoLastMod On\n",
    "remoteip": load("remoteip") + "RemoteIPHeader X-Client\n",
    "headers": "Header set X-Extra yes\nRequestHeader set X-Asked yes\n",
    "deflate": load("filter", "deflate") + "SetOutputFilter DEFLATE\n",
    "proxy": load("proxy", "proxy_http") + "ProxyPass /other http://127.0.0.1:{member}/\n",
}


@pytest.mark.parametrize("how, status", [("first", 404), ("kept", 404), ("ended", 502)])
def test_186_14_error_documents_of_a_member_that_hangs(httpd, scripted, how, status):
    """They wait on threads, because httpd expects an internal redirect to be complete. Half of the threads at most do so;
    the clients of the others get httpd's own text at once, and nothing else is held up.

    The errors are those of first requests, on threads of the MPM; of later ones of a connection; of requests that were
    suspended, when they end."""
    held, come, die, go_on = [], threading.Semaphore(0), threading.Event(), threading.Event()

    def hang(c):
        while c.read_head():
            held.append(c)
            go_on.wait(20)
            c.ok(b"sorry")

    def gate(c):
        c.read_head()
        come.release()
        go_on.wait(20)
        c.ok(b"open")

    members = {"sorry": scripted(hang), "app": scripted(sleeper(0.02)), "gate": scripted(gate),
               "dies": scripted(lambda c: (c.read_head(), come.release(), die.wait(20)))}
    server = httpd(plugin_cfg(*(Cluster(name, [(name, m.port, {"ServerIOTimeout": 30})]) for name, m in members.items()),
                              routes=[Route(name, [f"/{name}/*"]) for name in members]),
                   ENGINE + "".join(f"ErrorDocument {n} /sorry/{n}\n" for n in (404, 502)), threads=4)
    server.expect("WLM0197", *(["WLM0030", "WLM0035", "WLM0037", "WLM0038"] if how == "ended" else []))
    running = [ask(server, "/gate/") for _ in range(3)]
    assert all(come.acquire(timeout=5) for _ in running)
    kept = [ask(server, fields="") for _ in range(3 + 50 * (how == "kept"))]
    for sock in kept:
        assert sock.recv(65536).startswith(b"HTTP/1.1 200 ")
    if how == "kept":
        failing, kept = kept[3:], kept[:3]
        for sock in failing:
            sock.sendall(b"GET /missing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    else:
        failing = [ask(server, "/missing" if how == "first" else "/dies/") for _ in range(50)]
    if how == "ended":
        assert all(come.acquire(timeout=5) for _ in failing)
        die.set()
    wait_until(lambda: held, "the member that hangs to be asked")
    assert took(lambda: get(server, "/index.html")) < 2
    for sock in kept:
        sock.settimeout(2)
        sock.sendall(b"GET /app/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert everything(sock).startswith(b"HTTP/1.1 200 ")
    wait_until(lambda: len(readable(failing)) == 48 and len(held) == 2, "all but two to be answered")
    answered = readable(failing)
    assert {everything(sock)[9:12] for sock in answered} == {b"%d" % status}
    go_on.set()
    assert all(everything(sock).endswith(b"sorry") for sock in set(failing) - answered)
    assert all(everything(sock).endswith(b"open") for sock in running)
    assert "WLM0197" in server.log()


def readable(socks):
    return set(select.select(socks, [], [], 0)[0])


@pytest.mark.parametrize("quick", ["On", "Off"])
@pytest.mark.parametrize("other", sorted(BESIDE))
def test_186_20_beside_other_modules(httpd, scripted, folder, other, quick):
    """Requests to a member, httpd's own files and the other module's, in turn on one connection."""
    def script(c):
        while c.read_head():
            time.sleep(0.02)
            c.send(b"HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Type: text/plain\r\nContent-Length: 5000\r\n\r\n" + b"x" * 5000)
    x = scripted(script)
    (folder / "cache").mkdir()
    (folder / "cache").chmod(0o777)
    extra = BESIDE[other].format(folder=folder / "cache", quick=quick, member=x.port)
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {})])), ENGINE + extra, threads=4)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    for target in ["/app/a", "/app/a", "/index.html", "/other/b" if other == "proxy" else "/app/b", "/app/b", "/app/a"] * 3:
        connection.request("GET", target, headers={"X-Client": "192.0.2.1"})
        response = connection.getresponse()
        assert response.status == 200
        assert len(response.read()) == (17 if target == "/index.html" else 5000)
    connection.close()
    if other == "cache":
        assert len(x.heads) == 2


# -- internal redirects ----------------------------------------------------------------------------------------------

REDIRECTS = {
    "rewrite": ("/old/page", b"", "RewriteRule ^old/(.*) /app/$1\n"),
    "script": ("/run", b"", "<Files run>\nOptions +ExecCGI\nSetHandler cgi-script\n</Files>\n"),
    "a body": ("/old/page", b"12345", "RewriteRule ^old/(.*) /app/$1\n"),
}


@pytest.mark.parametrize("how", ["first", "kept"])
@pytest.mark.parametrize("kind", REDIRECTS)
def test_186_15_internal_redirects_hold_no_thread(httpd, scripted, folder, kind, how):
    """Of a RewriteRule in <Directory>, and of a CGI program's Location; with a body they do."""
    come, begin, go_on = threading.Semaphore(0), threading.Event(), threading.Event()

    def gate(c):
        while head := c.read_head():
            body = c.read_body(head)
            if b"/first" in head:
                begin.wait(20)
            else:
                come.release()
                go_on.wait(20)
            c.ok(b"open to " + head.split()[1] + body)

    target, body, rule = REDIRECTS[kind]
    threads = 4 if body else 3  # while none is idle, httpd closes connections that are kept alive
    server = httpd(plugin_cfg(Cluster("c", [("x", scripted(gate).port, {})])), load("cgid") + ENGINE +
                   f"ScriptSock {folder}/cgid\nLogFormat \"%r %>s %B\" x\nCustomLog {folder}/access x\n"
                   f"<Directory {folder}/httpd0/htdocs>\nRewriteEngine On\n{rule}</Directory>\n",
                   threads=threads, start=False)
    script = server.path / "htdocs" / "run"
    script.write_text("#!/bin/sh\nprintf 'Location: /app/page\\n\\n'\n")
    script.chmod(0o755)
    server.start()
    fields, count = f"Content-Length: {len(body)}\r\n", 2 if body else 20
    socks = [ask(server, "/app/first", fields="") for _ in range(count)] if how == "kept" else []
    wait_until(lambda: read_status(server)["engine"]["parked"] == len(socks), "the engine to have the connections")
    begin.set()
    for sock in socks:
        assert sock.recv(65536).startswith(b"HTTP/1.1 200 ")
        sock.sendall(f"GET {target} HTTP/1.1\r\nHost: a\r\n{fields}\r\n".encode() + body)
    if how == "first":
        socks = [ask(server, target, fields) for _ in range(count)]
        for sock in socks:
            sock.sendall(body)
    assert all(come.acquire(timeout=10) for _ in socks)
    assert took(lambda: get(server, "/index.html")) < 2
    wait_until(lambda: read_status(server)["engine"]["parked"] == (0 if body else count), "all that can be to be parked")
    go_on.set()
    for sock in socks:
        assert read_until(sock, b"open to /app/page" + body).startswith(b"HTTP/1.1 200 ")
        sock.sendall(b"GET /index.html HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")  # the connection goes on
        assert everything(sock).endswith(b"page\n")
    log = (folder / "access").read_text()
    assert log.count(f"GET {target} HTTP/1.1 200 {17 + len(body)}\n") == count
    wait_until(lambda: read_status(server)["engine"]["owned"] == 0, "nothing to be owned")
    assert state(server)["x"]["in_flight"] == 0


def test_186_16_ends_of_requests_after_an_internal_redirect(httpd, scripted, folder):
    """The client leaves; the member dies, with an error document of a file and without; the answer is an error."""
    come, answer, die, ends = threading.Semaphore(0), threading.Event(), threading.Event(), []

    def script(c):
        head = c.read_head()
        come.release()
        if b"/gone" in head:
            c.wait_for_close()
            ends.append(head)
        elif b"/teapot" in head:
            answer.wait(20)
            c.send(b"HTTP/1.1 418 x\r\nContent-Length: 3\r\n\r\ntea")
        else:
            die.wait(20)

    server = httpd(plugin_cfg(Cluster("c", [("x", scripted(script).port, {})])), ENGINE + f"<Directory {folder}/httpd0/htdocs>\nRewriteEngine On\nRewriteRule ^old/(.*) /app/$1\n</Directory>\n"
                   "ErrorDocument 502 /index.html\n", threads=3)
    server.expect("WLM0030", "WLM0035", "WLM0037", "WLM0038")
    leaving, failing, answered = ([ask(server, f"/old/{what}") for _ in range(5)] for what in ("gone", "dies", "teapot"))
    assert all(come.acquire(timeout=10) for _ in range(15))
    wait_until(lambda: read_status(server)["engine"]["parked"] == 15, "all to be parked")
    answer.set()
    for sock in leaving:
        sock.close()
    wait_until(lambda: len(ends) == 5, "the member to see that they have gone")
    assert all(everything(sock).endswith(b"\r\n\r\ntea") for sock in answered)
    die.set()
    answers = [everything(sock) for sock in failing]
    assert all(data.startswith(b"HTTP/1.1 502 ") and data.endswith(b"page\n") for data in answers), answers
    wait_until(lambda: state(server)["x"]["in_flight"] == 0 and read_status(server)["engine"]["owned"] == 0, "all to have ended")


# -- memory ----------------------------------------------------------------------------------------------------------

def memory_kib(server):
    """What the only child has for itself: with malloc's and APR's free memory."""
    with open(f"/proc/{server.children_pids()[0]}/smaps_rollup", encoding="ascii") as sums:
        return next(int(line.split()[1]) for line in sums if line.startswith("Anonymous:"))


def half(c):
    """The beginning of a response, and no more."""
    c.read_head()
    c.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nbeginning")
    c.hold()


def read_until(sock, end):
    data = b""
    while not data.endswith(end):
        more = sock.recv(65536)
        assert more, data
        data += more
    return data


WAITS = {  # with what the client gets before; KiB for each, with the client's connection
    "for the head": (b"GET /silent/ HTTP/1.1\r\nHost: a\r\n\r\n", b"", 24.4),
    "for the rest of the body": (b"GET /half/ HTTP/1.1\r\nHost: a\r\n\r\n", b"beginning", 36.8),
    "for the client's body": (b"POST /silent/ HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nbeginning", b"", 28.3),
    "tunnel": (ASK.replace(b"/app/ws", b"/echo/") % b"", b"\r\n\r\n", 32.3),
}


@pytest.mark.parametrize("how", WAITS)
def test_186_22_memory_of_what_is_parked(httpd, descriptors, scripted, how):
    """A page more for each would be too much."""
    silent = socket.create_server(("127.0.0.1", 0), backlog=2000)  # the kernel accepts, nothing is answered
    ports = {"silent": silent.getsockname()[1], "half": scripted(half).port, "echo": scripted(echo).port}
    server = httpd(plugin_cfg(*(Cluster(name, [(name, port, {})]) for name, port in ports.items()),
                              routes=[Route(name, [f"/{name}/*"]) for name in ports]), ENGINE, threads=4)
    data, answer, expected = WAITS[how]

    def park(count):
        socks = [socket.create_connection(("127.0.0.1", server.port), 20) for _ in range(count)]
        for sock in socks:
            sock.sendall(data)
            read_until(sock, answer)
        wait_until(lambda: read_status(server)["engine"]["parked"] == count, "all to be parked", 20)
        return socks

    with contextlib.closing(silent):
        for sock in park(20):  # what the first ones cost once
            sock.close()
        wait_until(lambda: read_status(server)["engine"]["owned"] == 0, "them to be gone", 20)
        before = memory_kib(server)
        socks = park(500)
        each = (memory_kib(server) - before) / 500
        for sock in socks:
            sock.close()
        wait_until(lambda: read_status(server)["engine"]["owned"] == 0, "them to be gone", 20)
    assert expected / 2 < each < expected + 3, each

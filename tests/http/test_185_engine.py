"""Stories of suspended requests: the engine, with tasks that a test module makes of a request's query (mod_engine_test.c)."""
import concurrent.futures
import contextlib
import http.client
import os
import re
import signal
import socket
import ssl
import time

import pytest

from wlmtest import BUILD, free_port, wait_until
from wlmtest.http2 import Http2
from wlmtest.httpd import Httpd, ports_of_connections, states_of_threads
from wlmtest.module import build_file, load
from wlmtest.tls import Authority, https_site

LOCATIONS = """
WLMEngine On
<IfModule mpm_event_module>
AsyncRequestWorkerFactor 1000
</IfModule>
KeepAliveTimeout 20
MaxKeepAliveRequests 0
<Location /t>
SetHandler engine-test
</Location>
<Location /block>
SetHandler engine-block
</Location>
<Location /foreign>
SetHandler engine-foreign
</Location>
"""


class TestHttpd(Httpd):
    """mod_engine_test in place of mod_wlm."""
    __test__ = False

    def __init__(self, path, **options):
        super().__init__(path, **options)
        is_tsan = os.environ.get("WLM_TEST_FLAVOUR") == "tsan"  # make tsan
        room, libraries = (BUILD / "tsan", BUILD / "tsan") if is_tsan else (BUILD / "obj", BUILD)
        self.module = build_file("engine_test", *sorted((room / "mod_wlm" / "httpd" / "engine").glob("*.o")), libraries / "libwlm.a",
                                 libraries / "libbase.a", options=["-Wl,--wrap=apr_pool_destroy", *["-fsanitize=thread"] * is_tsan],
                                 folder=room / "tests" if is_tsan else BUILD / "tests")


@pytest.fixture
def engine(folder):
    servers = []

    def make(extra="", start=True, **options):
        path = folder / f"httpd{len(servers)}"
        path.mkdir()
        server = TestHttpd(path, **options).configure(None, LOCATIONS + extra)
        servers.append(server)
        return server.start() if start else server

    yield make
    with contextlib.ExitStack() as stack:
        for server in servers:
            stack.callback(server.stop)
    for server in servers:
        assert not server.check_log(), "undeclared messages:\n" + "\n".join(server.check_log())


def ask(server, target, more=b"", fields="Connection: close\r\n", port=None):
    """Sends a request, and does not wait for its answer."""
    sock = socket.create_connection(("127.0.0.1", port or server.port), 20)
    sock.sendall(f"GET {target} HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n".encode() + more)
    return sock


def everything(sock):
    with sock:
        return b"".join(iter(lambda: sock.recv(1 << 18), b""))


def all_answered(socks):
    return all(everything(sock).startswith(b"HTTP/1.1 200 ") for sock in socks)


def answer(file):
    """Reads an answer with a length, or in chunks. @return (status, body)"""
    status, length = int(file.readline().split()[1]), 0
    while (line := file.readline().strip()):
        name, value = line.lower().split(b":", 1)
        length = None if name == b"transfer-encoding" else int(value) if name == b"content-length" else length
    if length is not None:
        return status, file.read(length)
    body = b""
    while (size := int(file.readline(), 16)):
        body += file.read(size)
        file.readline()
    file.readline()
    return status, body


def took(function):
    begun = time.monotonic()
    function()
    return time.monotonic() - begun


def get(server, target):
    reply = server.client.get(target)
    assert reply.status == 200 and not reply.error, (target, reply.status, reply.error)
    return reply


# -- waiting -----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("how", ["", "&pair=1"])
@pytest.mark.alone
def test_185_01_requests_that_wait_hold_no_thread(engine, descriptors, how):
    server = engine(threads=3)
    begun = time.monotonic()
    count = 300 if how else 1000
    waiting = [ask(server, "/t?ms=2000&times=4" + how) for _ in range(count)]
    for target in ("/index.html", "/t", "/t?ms=1", "/server-status?auto"):
        assert took(lambda target=target: get(server, target)) < 1
    assert time.monotonic() - begun < 2, "the others had been answered by then"
    assert all_answered(waiting)
    assert 2 <= time.monotonic() - begun < 5


def test_185_02_all_stays_on_few_threads(engine):
    server = engine(threads=16)
    before = len(states_of_threads(server.children_pids()[0]))
    assert all_answered([ask(server, "/t?ms=300&times=10&bytes=1000") for _ in range(200)])
    # one for each processor that this process has for itself
    assert len(states_of_threads(server.children_pids()[0])) <= before + os.cpu_count()


def test_185_03_statuses_and_documents(engine):
    server = engine("ErrorDocument 404 /index.html\nErrorDocument 503 \"come again\"\nErrorDocument 502 /t?ms=50&bytes=7\n")
    for ms in ("0", "20"):
        for status, body in ((404, b"httpd's own page\n"), (503, b"come again"), (502, b"\0" * 7), (500, None), (403, None)):
            reply = server.client.get(f"/t?ms={ms}&status={status}")
            assert reply.status == status and body in (None, reply.body)


def test_185_04_a_client_that_leaves_is_noticed(engine):
    server = engine()
    socks = [ask(server, "/t?ms=20000&peer=1") for _ in range(20)]
    wait_until(lambda: server.port in ports_of_connections(), "the connections")
    for sock in socks:
        sock.close()
    wait_until(lambda: server.count("the client has gone") == 0 and server.log().count("the client has gone") == 20, "all", 5)
    wait_until(lambda: server.port not in ports_of_connections(), "the connections to be closed", 5)


@pytest.mark.parametrize("mpm", ["worker", "prefork"])
def test_185_05_other_mpms_wait_in_poll(engine, mpm):
    server = engine(mpm=mpm, threads=4)
    assert "WLM0190: requests that wait hold a thread of httpd each: only httpd's event MPM" in server.log()
    for how in ("", "&pair=1"):
        assert took(lambda how=how: get(server, "/t?ms=200&times=2&bytes=100" + how)) >= 0.2


def test_185_06_only_for_the_whole_server(engine):
    result = engine("<VirtualHost *:80>\nWLMEngine On\n</VirtualHost>\n", start=False).test_config()
    assert result.returncode != 0 and "WLMEngine cannot occur within <VirtualHost> section" in result.stderr


# -- kept connections ----------------------------------------------------------------------------------------------

TARGETS = [("/t?ms=5&bytes=100", 100), ("/t?bytes=70000", 70000), ("/index.html", 17), ("/t?ms=5", 0), ("/server-status?auto", None),
           ("/block?ms=1", 8), ("/t?ms=3&bytes=300000", 300000), ("/t?ms=20&times=4&pair=1&bytes=5", 5), ("/cgi/hello", 6),
           ("/t?ms=2&bytes=200000&flush=1&greedy=1", 200000)]


def with_cgi(server_path):
    script = server_path / "hello"
    script.write_text("#!/bin/sh\nprintf 'Content-Type: text/plain\\n\\nhello\\n'\n")
    script.chmod(0o755)


CGI = load("cgid") + "ScriptSock cgid\nScriptAlias /cgi/ {}/\n"


@pytest.mark.parametrize("pipelined", [1, 3, 25])
def test_185_10_any_handler_on_one_connection(engine, folder, pipelined):
    with_cgi(folder)
    server = engine(CGI.format(folder), threads=2)
    todo = TARGETS * 3
    with contextlib.closing(socket.create_connection(("127.0.0.1", server.port), 20)) as sock, sock.makefile("rb") as file:
        while todo:
            part, todo = todo[:pipelined], todo[pipelined:]
            sock.sendall(b"".join(b"GET %s HTTP/1.1\r\nHost: a\r\n\r\n" % target.encode() for target, _ in part))
            for target, length in part:
                status, body = answer(file)
                assert status == 200 and (length is None or len(body) == length), target


def test_185_11_many_clients_on_kept_connections(engine, folder):
    with_cgi(folder)
    server = engine(CGI.format(folder), threads=25)  # where all are busy the MPM closes kept connections that are its own

    def talk(number):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        for n in range(30):
            target, length = TARGETS[(number + n) % len(TARGETS)]
            connection.request("GET", target)
            response = connection.getresponse()
            body = response.read()
            assert response.status == 200 and (length is None or len(body) == length), target
        connection.close()
        return True
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        assert all(pool.map(talk, range(40)))
    wait_until(lambda: server.port not in ports_of_connections(), "the connections to be closed", 5)


def test_185_12_times_of_kept_connections(engine):
    server = engine("KeepAliveTimeout 1\nMaxKeepAliveRequests 3\n")
    with contextlib.closing(socket.create_connection(("127.0.0.1", server.port), 20)) as sock, sock.makefile("rb") as file:
        for may_follow in (True, True, True, False):
            sock.sendall(b"GET /t?ms=1 HTTP/1.1\r\nHost: a\r\n\r\n")
            head = b"".join(iter(file.readline, b"\r\n"))
            assert (b"close\r\n" not in head) == may_follow
        assert file.read() == b""
    with contextlib.closing(socket.create_connection(("127.0.0.1", server.port), 20)) as sock, sock.makefile("rb") as file:
        sock.sendall(b"GET /t?ms=1 HTTP/1.1\r\nHost: a\r\n\r\n")
        assert answer(file)[0] == 200
        assert 0.8 < took(lambda: file.read() == b"") < 3


@pytest.mark.alone
def test_185_13_a_closed_connection_does_not_hold_a_thread(engine):
    """Clients that do not close their side: the server reads on for a while."""
    server = engine(threads=2)
    socks = [ask(server, "/t?ms=50&bytes=10") for _ in range(50)]
    for sock in socks:
        while sock.recv(65536):
            pass
    assert took(lambda: get(server, "/t?ms=10")) < 1
    for sock in socks:
        sock.sendall(b"still here")
        sock.close()
    wait_until(lambda: server.port not in ports_of_connections(), "the connections to be closed", 5)


@pytest.mark.parametrize("number,how", [(6, ""), (3, "&spin=1")])
@pytest.mark.alone
def test_185_14_handlers_that_block_get_more_threads(engine, number, how):
    """On connections that the engine owns: a thread of the MPM does not stay with a request for so long."""
    server = engine(threads=8)
    with contextlib.ExitStack() as stack:
        socks = [stack.enter_context(contextlib.closing(socket.create_connection(("127.0.0.1", server.port), 20))) for _ in range(8)]
        files = [stack.enter_context(sock.makefile("rb")) for sock in socks]
        for sock, file in zip(socks, files):
            sock.sendall(b"GET /t?ms=20 HTTP/1.1\r\nHost: a\r\n\r\n")
            assert answer(file)[0] == 200
        begun = time.monotonic()
        for sock in socks[:number]:
            sock.sendall(f"GET /block?ms=1500{how} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        for sock, file in zip(socks[6:], files[6:]):
            sock.sendall(b"GET /t?ms=100 HTTP/1.1\r\nHost: a\r\n\r\n")
            assert answer(file)[0] == 200
        assert time.monotonic() - begun < 1.2
        for file in files[:number]:
            assert answer(file) == (200, b"blocked\n")
        assert time.monotonic() - begun < 2.8


@pytest.mark.alone
def test_185_15_error_documents_of_handlers_that_block(engine):
    """Of more requests that end suspended than the engine has threads: one is left for what waits."""
    server = engine("ErrorDocument 503 /block?ms=2000\n", threads=2)
    failing = [ask(server, "/t?ms=100&status=503") for _ in range(4)]
    assert took(lambda: everything(ask(server, "/t?ms=700&times=7"))) < 1.7
    assert all(everything(sock).startswith(b"HTTP/1.1 503 ") for sock in failing)


# -- slow clients -----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("how", ["", "&flush=1", "&greedy=1", "&flush=1&greedy=1"])
@pytest.mark.parametrize("limits", ["", "FlushMaxPipelined 0\nFlushMaxThreshold 1000\n"])
@pytest.mark.alone
def test_185_20_a_slow_client_holds_no_thread(engine, how, limits):
    """A thread that waited for one of them would have done so for longer than a second."""
    server = engine(limits, threads=4)
    size, until = 20_000_000, time.monotonic() + 1.5
    slow = [ask(server, f"/t?ms=1&bytes={size}" + how) for _ in range(3)]
    while time.monotonic() < until:
        assert took(lambda: get(server, "/t?ms=5&bytes=1000")) < 1
    for sock in slow:
        assert len(everything(sock).split(b"\r\n\r\n", 1)[1]) == size
    assert "a step has waited" not in server.log()


def test_185_21_a_client_that_takes_nothing(engine, folder):
    log = folder / "access"
    server = engine(f"Timeout 1\nCustomLog {log} \"%U %X\"\n", threads=4)
    begun = time.monotonic()
    socks = [ask(server, f"/t?ms=1&bytes=20000000{how}") for how in ("", "&greedy=1", "&flush=1&greedy=1")]
    wait_until(lambda: len(re.findall("^/t [X-]$", log.read_text(), re.M)) == 3, "the access log", 10)
    assert time.monotonic() - begun >= 1
    for sock in socks:
        sock.close()
    wait_until(lambda: server.port not in ports_of_connections(), "the connections to be closed", 5)


# -- the end of a child ---------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("children", [1, 2])
def test_185_30_a_graceful_restart_answers_what_waits(engine, children):
    server = engine(children=children, threads=4)
    kept = [ask(server, "/t?ms=1", fields="") for _ in range(10)]
    files = [sock.makefile("rb") for sock in kept]
    assert all(answer(file)[0] == 200 for file in files)
    waiting = [ask(server, "/t?ms=1500&bytes=1000", fields="") for _ in range(200)]
    get(server, "/t")  # the others before it have been accepted, and not by the new children
    before = set(server.children_pids())
    os.kill(server.group, signal.SIGUSR1)
    assert all(file.read() == b"" for file in files), "idle ones are closed"
    for sock in kept:
        sock.close()
    for sock in waiting:
        reply = everything(sock)
        assert reply.startswith(b"HTTP/1.1 200 ") and re.search(rb"\r\nConnection: (Upgrade, )?close\r\n", reply)
    wait_until(lambda: not before & set(server.children_pids()), "the old children to end", 8)


def test_185_31_a_child_that_ends_at_once_does_not_crash(engine):
    server = engine(threads=4)
    waiting = [ask(server, "/t?ms=5000&bytes=1000") for _ in range(100)]
    waiting += [ask(server, "/block?ms=200") for _ in range(2)]
    wait_until(lambda: server.port in ports_of_connections(), "the connections")
    before = set(server.children_pids())
    os.kill(server.group, signal.SIGHUP)
    wait_until(lambda: server.children_pids() and not before & set(server.children_pids()), "new children", 15)
    for sock in waiting:
        sock.close()
    get(server, "/t?ms=1")


def test_185_32_a_graceful_stop_answers_what_waits(engine, descriptors):
    server = engine("GracefulShutdownTimeout 0\n", threads=4)
    kept = [ask(server, "/t?ms=1", fields="") for _ in range(20)]
    files = [sock.makefile("rb") for sock in kept]
    assert all(answer(file)[0] == 200 for file in files)
    waiting = [ask(server, f"/t?ms=1500&times={1 + n % 3}&bytes=1000", fields="") for n in range(300)]
    get(server, "/t")  # the others before it have been accepted
    os.kill(server.group, signal.SIGWINCH)
    assert all(file.read() == b"" for file in files), "idle ones are closed"
    for sock in kept:
        sock.close()
    for sock in waiting:
        reply = everything(sock)
        assert reply.startswith(b"HTTP/1.1 200 ") and re.search(rb"\r\nConnection: (Upgrade, )?close\r\n", reply)
    assert server.process.wait(8) == 0
    server.group = None  # there is nothing left to stop


def test_185_33_a_child_that_has_had_its_connections(engine):
    """MaxConnectionsPerChild: what the engine has is answered, or closed while idle, and the child ends."""
    server = engine("MaxConnectionsPerChild 60\n", threads=4)
    first = server.children_pids()
    kept = [ask(server, "/t?ms=1", fields="") for _ in range(20)]
    files = [sock.makefile("rb") for sock in kept]
    assert all(answer(file)[0] == 200 for file in files) and server.children_pids() == first
    waiting = [ask(server, "/t?ms=1000&bytes=1000", fields="") for _ in range(100)]
    assert all(file.read() == b"" for file in files)
    for sock in kept:
        sock.close()
    with contextlib.ExitStack() as stack:
        files = [stack.enter_context(sock.makefile("rb")) for sock in waiting]
        assert [answer(file) for file in files] == [(200, b"\0" * 1000)] * len(waiting)
        wait_until(lambda: not set(first) & set(server.children_pids()), "the child to end", 8)
    for sock in waiting:
        sock.close()
    get(server, "/t?ms=1")


# -- beside other modules ----------------------------------------------------------------------------------------------------

def test_185_40_tls(engine, folder):
    (folder / "ca").mkdir(mode=0o755)
    ca = Authority(folder / "ca")
    both, port = ca.sign("both"), free_port()
    server = engine(https_site(port, both) + "GracefulShutdownTimeout 5\n", threads=2)
    context = ssl.create_default_context(cafile=ca.pem)

    def connect():
        return http.client.HTTPSConnection("localhost", port, timeout=20, context=context)

    def talk(_):
        connection = connect()
        for n in range(10):
            target, length = [t for t in TARGETS if t[1] and "cgi" not in t[0]][n % 7]
            connection.request("GET", target)
            assert len(connection.getresponse().read()) == length
        connection.close()
        return True
    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        assert all(pool.map(talk, range(20)))
    begun = time.monotonic()
    slow = connect()
    slow.request("GET", "/t?ms=1&bytes=20000000&flush=1&greedy=1")
    assert talk(0) and time.monotonic() - begun < 3
    assert len(slow.getresponse().read()) == 20000000
    slow.close()


OTHERS = {
    "deflate": (load("filter", "deflate") + "SetOutputFilter DEFLATE\n", "Accept-Encoding: gzip\r\n"),
    "dumpio": (load("dumpio") + "DumpIOInput On\nDumpIOOutput On\nLogLevel dumpio:trace7\n", ""),
    "reqtimeout": (load("reqtimeout") + "RequestReadTimeout header=1 body=1\n", ""),
    "ratelimit": (load("ratelimit") + "SetOutputFilter RATE_LIMIT\nSetEnv rate-limit 100000\n", ""),
    "logio": (load("logio") + "LogFormat \"%I %O %S\" x\nCustomLog io x\n", ""),
    "status": ("ExtendedStatus On\n", ""),
}


@pytest.mark.parametrize("other", sorted(OTHERS))
def test_185_41_other_modules(engine, other):
    extra, fields = OTHERS[other]
    server = engine(extra, threads=3)
    with contextlib.closing(socket.create_connection(("127.0.0.1", server.port), 20)) as sock, sock.makefile("rb") as file:
        for target in ("/t?ms=5&bytes=1000", "/index.html", "/t?ms=1300", "/t?bytes=100000"):
            sock.sendall(f"GET {target} HTTP/1.1\r\nHost: a\r\n{fields}\r\n".encode())
            assert answer(file)[0] == 200
    if other == "reqtimeout":
        with contextlib.closing(ask(server, "/t?ms=1", fields="")) as sock, sock.makefile("rb") as file:
            assert answer(file)[0] == 200
            sock.sendall(b"GET /t HTTP/1.1\r\nHo")
            assert 0.5 < took(lambda: answer(file)[0] == 408) < 4


def test_185_42_http2_waits_in_poll(engine):
    server = engine()
    with Http2(server.port) as client:
        client.begin("GET", "/t?ms=100&bytes=5", ended=True)
        reply = client.answer()
        assert (reply.status, reply.body) == (200, b"\0" * 5)


@pytest.mark.parametrize("whose", ["the MPM's", "the engine's"])
def test_185_43_a_module_that_suspends_requests_itself_is_told(engine, whose):
    """It gets the connection with its request, and another thread may go on from there."""
    server = engine(threads=3)
    with contextlib.ExitStack() as stack:
        socks = [stack.enter_context(contextlib.closing(socket.create_connection(("127.0.0.1", server.port), 5))) for _ in range(8)]
        files = [stack.enter_context(sock.makefile("rb")) for sock in socks]
        for sock, file in zip(socks, files):
            if whose == "the engine's":
                sock.sendall(b"GET /t?ms=20 HTTP/1.1\r\nHost: a\r\n\r\n")
                assert answer(file)[0] == 200
            sock.sendall(b"GET /foreign HTTP/1.1\r\nHost: a\r\n\r\n")
        for file in files:
            assert answer(file) == (200, b"told\n")
            assert file.read() == b""
    before = set(server.children_pids())
    os.kill(server.group, signal.SIGUSR1)
    wait_until(lambda: not before & set(server.children_pids()), "the child to end: httpd counts these connections", 8)
    assert "out of turn" not in server.log()


def test_185_44_modules_are_told_of_each_turn(engine, folder):
    """Whatever runs on an owned connection runs between resume_connection and suspend_connection."""
    with_cgi(folder)
    server = engine(CGI.format(folder) + "KeepAliveTimeout 1\n", threads=2)
    with contextlib.closing(socket.create_connection(("127.0.0.1", server.port), 20)) as sock, sock.makefile("rb") as file:
        for target, length in TARGETS:
            sock.sendall(b"GET %s HTTP/1.1\r\nHost: a\r\n\r\n" % target.encode())
            assert answer(file)[0] == 200
        sock.sendall(b"GET /t?ms=5&bytes=20000000 HTTP/1.1\r\nHost: a\r\n\r\n" * 2)
        assert [len(answer(file)[1]) for _ in range(2)] == [20000000] * 2
        assert file.read() == b""
    wait_until(lambda: server.port not in ports_of_connections(), "the connection to be closed", 5)
    assert "out of turn" not in server.log()


@pytest.mark.parametrize("since", ["the beginning", "a request of a connection that the engine owns"])
def test_185_45_a_filter_that_wants_a_thread_for_its_connection(engine, folder, since):
    """It sets clogging_input_filters, as filters may that read where they write: its connections' requests wait on a thread."""
    with_cgi(folder)
    server = engine(CGI.format(folder) + "KeepAliveTimeout 2\nEngineTestClog " + ("On\n" if since == "the beginning" else "Off\n"),
                    threads=8)

    def talk(number):
        with contextlib.closing(socket.create_connection(("127.0.0.1", server.port), 20)) as sock, sock.makefile("rb") as file:
            sock.sendall(b"GET /t?ms=60 HTTP/1.1\r\nHost: a\r\n\r\n")
            assert answer(file)[0] == 200
            sock.sendall(b"GET /t?ms=1 HTTP/1.1\r\nHost: a\r\nClog: 1\r\n\r\n")
            assert answer(file)[0] == 200
            for target, length in TARGETS[number:] + TARGETS[:number]:
                sock.sendall(b"GET %s HTTP/1.1\r\nHost: a\r\n\r\n" % target.encode() * 2)
                for _ in range(2):
                    status, body = answer(file)
                    assert status == 200 and (length is None or len(body) == length), target
            sock.sendall(b"GET /t?ms=5&bytes=5000000&flush=1 HTTP/1.1\r\nHost: a\r\n\r\n")
            assert len(answer(file)[1]) == 5000000
            return number % 2 or file.read() == b""  # half of them leave, the others are closed after KeepAliveTimeout
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        assert all(pool.map(talk, range(4)))
    wait_until(lambda: server.port not in ports_of_connections(), "the connections to be closed", 5)
    assert "out of turn" not in server.log()


@pytest.mark.parametrize("requests", [1, 4])
@pytest.mark.alone
def test_185_46_a_thread_that_is_slow_to_leave_a_suspended_connection(engine, monkeypatch, requests):
    """The connection goes on meanwhile, and ends. What the MPM's thread still writes to is there until it takes up another
    one; freed memory would be full of other bytes."""
    monkeypatch.setenv("MALLOC_PERTURB_", "165")
    server = engine(threads=4)
    for number in range(1, 13):
        with contextlib.closing(socket.create_connection(("127.0.0.1", server.port), 5)) as sock, sock.makefile("rb") as file:
            for n in range(requests):
                sock.sendall(b"GET /t?ms=5&bytes=10&hold=1 HTTP/1.1\r\nHost: a\r\n\r\n")
                assert answer(file) == (200, b"\0" * 10)
            assert server.log().count("held up") == number - 1
            assert took(lambda: get(server, "/t?ms=1")) < 1
        wait_until(lambda: server.log().count("held up") == number, "the thread to go on", 5)
    assert server.log().count("held up, well") == 12
    assert "out of turn" not in server.log()


def test_185_47_what_is_left_of_a_connection_is_freed(engine):
    """By the thread of the MPM that might still have written to it, when it takes up its next connection; there is only one."""
    server = engine(threads=1)
    for number in (1, 2):
        server.wait_until_idle()  # the end of an earlier connection would be what the thread takes up
        with contextlib.closing(socket.create_connection(("127.0.0.1", server.port), 5)) as sock, sock.makefile("rb") as file:
            sock.sendall(b"GET /t?ms=5&bytes=10&hold=1 HTTP/1.1\r\nHost: a\r\n\r\n")
            assert answer(file) == (200, b"\0" * 10)
        wait_until(lambda: server.log().count("held up, well") == number, "the thread to go on", 5)
        assert server.log().count("engine-test: freed") == number - 1
        get(server, "/t?ms=1")
        wait_until(lambda: server.log().count("freed by the thread that was held up") == number, "it to be freed", 5)
    assert "by another thread" not in server.log()

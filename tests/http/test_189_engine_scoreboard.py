"""What httpd tells about requests that the engine's threads run: mod_status' numbers and lines, and the error log."""
import contextlib
import os
import re
import select
import signal
import time

import pytest

from wlmtest import wait_until
from wlmtest.httpd import states_of_threads
from wlmtest.module import load
from wlmtest.plugincfg import Cluster, plugin_cfg
from wlmtest.status import LOCATION
from wlmtest.wire import Wire, request

THREADS, CLIENTS = 3, 8
CONF = LOCATION + load("logio", "cgid") + """
WLMEngine {engine}
AsyncRequestWorkerFactor 100
KeepAliveTimeout 20
MaxKeepAliveRequests 0
WLMStay Off
LogFormat "%O %D" all
CustomLog access all
ScriptSock cgid.sock
ScriptAlias /cgi-bin/ {folder}/
"""
SLOW = 0.1
MINE = ("W", "127.0.0.1", "GET /cgi-bin/slow?mine HTTP/1.1")
SCRIPT = """#!/bin/sh
printf 'Content-Type: text/plain\\r\\n\\r\\n'
while [ ! -e {folder}/open ]; do sleep 0.02; done
echo it is open
"""


def held(c):
    """Takes its time for each request; the answer to one of them breaks off."""
    while (head := c.read_head()) is not None:
        time.sleep(SLOW)
        if b"/broken" in head:
            c.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b"x" * 70000)
            return
        c.ok(b"open")


def status(server):
    """mod_status' own numbers, without the request that asks for them."""
    text = server.client.get("/server-status?auto").body.decode()
    return dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)


def numbers(server, *names):
    now = status(server)
    return tuple(int(now[name]) for name in names)


def rows(server):
    """mod_status' table: state, client, request of each slot that has had one."""
    page = server.client.get("/server-status").body.decode()
    found = []
    for row in re.findall(r"<tr><td><b>\d+-\d+</b>.*?</tr>", page, re.S):
        cells = [re.sub(r"<[^>]*>", "", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)(?=</td>)", row, re.S)]
        found.append((cells[3], cells[-4], cells[-1]))
    return found


@pytest.fixture
def site(httpd, scripted, folder):
    (folder / "slow").write_text(SCRIPT.format(folder=folder))
    (folder / "slow").chmod(0o755)

    def make(engine="On", more="", **options):
        cfg = plugin_cfg(Cluster("c", [("x", scripted(held).port, {})]))
        return httpd(cfg, CONF.format(engine=engine, folder=folder) + more, threads=options.pop("threads", THREADS),
                     **options)
    return make


@contextlib.contextmanager
def owned(server, count=CLIENTS):
    """So many connections whose requests have waited together: more than httpd has threads."""
    with contextlib.ExitStack() as stack:
        wires = [stack.enter_context(Wire(server.port)) for _ in range(count)]
        for wire in wires:
            wire.send(request("GET", "/app/first"))
        for wire in wires:
            assert wire.reply().body == b"open"
        yield wires


def logged(server):
    """Of each request in the access log: the bytes that it has sent, its time in us."""
    return [tuple(map(int, line.split())) for line in (server.path / "access").read_text().splitlines()]


def wait_until_idle(server):
    """Only the thread that answers this question is busy."""
    def is_idle():
        now = status(server)
        return ((now["BusyWorkers"], now["IdleWorkers"]) == ("1", str(THREADS * server.children - 1))
                and set(now["Scoreboard"]) <= set("_W."))
    wait_until(is_idle, "mod_status to show no more than its own request")


@pytest.mark.parametrize("engine", ["Off", "On"])
def test_189_01_mod_status_counts_each_request_once(site, engine):
    server = site(engine, threads=THREADS if engine == "On" else 20)
    with owned(server) as wires:
        for wire in wires:
            for target in ("/index.html", "/app/again", "/server-status?auto", "/missing"):
                wire.ask("GET", target)
    # the log first: the question itself is logged before its answer is read, or is not
    wait_until(lambda: len(logged(server)) == numbers(server, "Total Accesses")[0], "each request to be counted")
    before = numbers(server, "Total Accesses", "Total kBytes", "Total Duration")
    log = logged(server)[:before[0]]
    assert before[0] >= 5 * CLIENTS
    assert before[1] == pytest.approx(sum(size for size, _ in log) / 1024, rel=0.1)
    duration = sum(us for _, us in log) / 1000
    assert before[2] == pytest.approx(duration, rel=0.1) and duration >= 2 * CLIENTS * SLOW * 1000


def test_189_02_nothing_stays_busy(site):
    server = site()
    with owned(server):
        wait_until_idle(server)
    wait_until_idle(server)


@contextlib.contextmanager
def busy(server):
    """One of the engine's threads runs a script."""
    with owned(server) as wires:
        wires[0].send(request("GET", "/cgi-bin/slow?mine"))
        wait_until(lambda: MINE in rows(server), "the request in mod_status")
        # mod_cgid has asked its daemon for the script's pid: that dies of SIGPIPE where a process is killed before the answer
        wait_until(lambda: select.select([wires[0].sock], [], [], 0)[0], "the head of the script's answer")
        yield wires[0]


def test_189_03_the_running_request_is_shown(site, folder):
    server = site()
    with busy(server) as wire:
        wait_until(lambda: numbers(server, "BusyWorkers", "IdleWorkers") == (2, THREADS - 1), "no other to be busy")
        (folder / "open").touch()
        assert wire.reply().body == b"it is open\n"
        wait_until(lambda: (".", *MINE[1:]) in rows(server), "the request to be over")
        wait_until_idle(server)


def workers(server):
    """Without mod_cgid's daemon, which is the only child that has no listener among its descriptors."""
    return [pid for pid in server.children_pids() if len(states_of_threads(pid)) > 1]


def test_189_04_a_child_that_is_killed_leaves_nothing_busy(site):
    server = site()
    with busy(server) as wire:
        total = numbers(server, "Total Accesses")[0]
        for pid in workers(server):
            os.kill(pid, signal.SIGKILL)
        wire.rest()
    wait_until(lambda: workers(server) and server._answers(), "a new child")
    wait_until_idle(server)
    assert numbers(server, "Total Accesses")[0] > total
    assert MINE not in rows(server)


def test_189_05_a_graceful_restart(site, folder):
    """An old child still runs the script: its slot is shown until that ends."""
    server = site(children=2)
    with busy(server) as wire:
        total, old = numbers(server, "Total Accesses")[0], set(workers(server))
        os.kill(server.group, signal.SIGUSR1)
        wait_until(lambda: set(workers(server)) - old, "a new child")
        wait_until(lambda: MINE in rows(server), "the request in mod_status of the new child")
        (folder / "open").touch()
        assert wire.reply().body == b"it is open\n"
    wait_until(lambda: not old & set(workers(server)), "the old child to end")
    wait_until_idle(server)
    assert numbers(server, "Total Accesses")[0] > total


def log_of(server, target, message):
    """What the error log has about an owned connection's later request: how it names the client."""
    with owned(server) as wires:
        wires[0].send(request("GET", target))
        line = re.compile(r"\[(\w+) 127\.0\.0\.1:%d\] %s" % (wires[0].sock.getsockname()[1], message))
        wait_until(lambda: line.search(server.log()), f"{message} of the connection in the error log")
    return line.search(server.log()).group(1)


# of httpd itself in the midst of a handler, and of a request that goes on when its member has closed the connection
@pytest.mark.parametrize("target, message", [("/cgi-bin/missing", "AH01264"), ("/app/broken", "WLM0030")])
@pytest.mark.parametrize("extended", ["On", "Off"])
def test_189_06_the_error_log_names_the_client(site, target, message, extended):
    server = site(more=f"ExtendedStatus {extended}\n")
    server.expect("WLM0030", "WLM0037")
    assert log_of(server, target, message) == "client"


@pytest.mark.parametrize("extended, word", [("On", "remote"), ("Off", "client")])
def test_189_07_a_scoreboard_without_room(site, extended, word):
    """Nothing is written into slots of httpd's own threads."""
    server = site(more=f"ExtendedStatus {extended}\n", thread_limit=THREADS)
    server.expect("WLM0196")
    assert server.count("WLM0196") == 1 and ("[remote IP]" in server.log()) == (word == "remote")
    assert log_of(server, "/cgi-bin/missing", "AH01264") == word
    wait_until_idle(server)

"""Stories of wlmctl where it meets monitors, terminals, and servers that are not as they should be."""
import fcntl
import http.server
import json
import os
import pty
import re
import select
import signal
import socket
import struct
import subprocess
import termios
import threading

import pytest

from wlmtest import BUILD, ROOT, free_port, wait_until
from wlmtest.completion import need
from wlmtest.ctl import abc, command, wlmctl  # noqa: F401
from wlmtest.plugincfg import Cluster, plugin_cfg
from wlmtest.status import LOCATION
from wlmtest.tls import Authority, https_site

ALTERNATE, NORMAL = b"\033[?1049h", b"\033[?1049l"  # the terminal's screens


class Terminal:
    """A command on a terminal."""

    def __init__(self, words, columns=80, env=None, rows=24):
        self.pid, self.fd = pty.fork()
        if not self.pid:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.execve(words[0], words, {**os.environ, "TERM": "xterm", **(env or {})})
        self.seen, self.code = b"", None

    def read(self):
        """@return False at the end"""
        try:
            data = os.read(self.fd, 65536) if select.select([self.fd], [], [], 0.05)[0] else None
        except OSError:
            return False
        self.seen += data or b""
        return data != b""

    def expect(self, text):
        wait_until(lambda: (self.read(), text in self.seen)[1], f"{text!r} on the terminal")

    def press(self, keys):
        os.write(self.fd, keys)

    def resize(self, columns, rows):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def screen(self):
        """What top shows now: lines without colours, or None while it draws."""
        self.read()
        text = re.sub(r"\033\[[0-9;]*m", "", self.seen.decode(errors="replace").rsplit("\033[H\033[J", 1)[-1].replace("\r", ""))
        return text.splitlines() if re.search(r"\n\d+-\d+ of .*[)\u2026]$", text) else None

    def shows(self, wanted, told):
        """Wait for a screen for which wanted(lines) is true. @return its lines"""
        found = []
        wait_until(lambda: (lines := self.screen()) and wanted(lines) and (found.append(lines) or True), told)
        return found[-1]

    def end(self):
        """Wait for it. @return exit code"""
        if self.code is None:
            wait_until(lambda: not self.read(), "the end")
            self.code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
            os.close(self.fd)
        return self.code

    def kill(self):
        if self.code is None:
            os.killpg(self.pid, signal.SIGKILL)
            self.end()

    def settings(self):
        return termios.tcgetattr(self.fd)

    def lines(self):
        """What was printed, without colours."""
        return re.sub(r"\033\[[0-9;]*m", "", self.seen.decode()).splitlines()


@pytest.fixture
def terminal():
    opened = []

    def make(words, **options):
        opened.append(Terminal(words, **options))
        return opened[-1]

    yield make
    for one in opened:
        one.kill()


@pytest.fixture
def answers():
    """A server that gives these bodies, one after the other, the last one again and again."""
    servers = []

    def make(*bodies, status=200, fields=None):
        left = list(bodies)

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = (left.pop(0) if len(left) > 1 else left[0]).encode()
                self.send_response(status)
                for name, value in {"X-WLM-Admin": "1", "Content-Length": len(body), **(fields or {})}.items():
                    if value is not None:
                        self.send_header(name, str(value))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.port = server.server_port
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server

    yield make
    for server in servers:
        server.shutdown()
        server.server_close()


def state(**events):
    """The state of members that are up, with these events (time, text)."""
    members = [{"name": name, "state": "up", "attention": "none", "events": [{"at": at, "text": text} for at, text in of]}
               for name, of in events.items()]
    return json.dumps({"format": 1, "time": "2026-11-23T10:00:00.000Z", "files": [],
                       "clusters": [{"name": "shop", "usable": len(members), "members": members}]})


# -- monitors ------------------------------------------------------------------------------------------

def test_620_01_the_first_line_is_for_a_monitor(abc):
    server, m = abc()

    def check(*words):
        r = wlmctl(server, "status", "--check", *words)
        return r.returncode, r.stdout.splitlines()[0]
    assert check() == (0, "OK: 4 members in 2 clusters, 0 taken out on purpose")
    m["b"].kill()
    server.client.load(20, 2)
    code, line = check()
    assert code == 1 and re.match(r"WARNING: b of shop is down since \d+s; 4 members in 2 clusters", line)
    assert check("other")[0] == 0
    wlmctl(server, "disable", "a")
    code, line = check()
    assert code == 2 and line.startswith("CRITICAL: cluster other has no member for new sessions; b of shop is down")


def test_620_02_what_was_taken_out_gives_no_warning(abc):
    server, m = abc()
    m["b"].kill()
    server.client.load(20, 2)
    assert wlmctl(server, "status", "--check").returncode == 1
    wlmctl(server, "disable", "b")
    r = wlmctl(server, "status", "--check")
    assert r.returncode == 0 and r.stdout.startswith("OK: 4 members in 2 clusters, 1 taken out on purpose\n")
    assert not [line for line in r.stdout.splitlines() if line.startswith("!")]


def test_620_03_nothing_is_known(abc):
    server, _ = abc()
    r = wlmctl(server, "status", "--check", "none")
    assert (r.returncode, r.stdout) == (3, "UNKNOWN: there is no cluster none\n")
    nobody = f"http://127.0.0.1:{free_port()}/"
    r = subprocess.run([f"{BUILD}/wlmctl", "--url", nobody, "status", "--check"], capture_output=True, text=True, timeout=20, check=False)
    assert r.returncode == 3 and r.stdout.startswith(f"UNKNOWN: {nobody}?format=json: ") and r.stdout.count("\n") == 1
    r = wlmctl(server, "status", "none")
    assert (r.returncode, r.stdout) == (1, "")


# -- terminals -----------------------------------------------------------------------------------------

@pytest.mark.parametrize("columns", [40, 80, 132, 300])
def test_620_10_lines_fit_the_terminal(abc, terminal, columns):
    server, m = abc()
    m["b"].kill()
    server.client.load(20, 2)
    wlmctl(server, "drain", "c", "--comment", "a new kernel, which takes some time to install")
    screen = terminal(command(server, "status"), columns=columns)
    assert screen.end() == 0
    lines = [line for line in screen.lines() if line]
    assert max(map(len, lines)) <= columns
    b = next(line for line in lines if line.startswith("!"))
    assert "b" in b and "down" in b
    assert ("primary" in b) == (columns == 300) and ("ago: not-connected" in b) == (columns >= 80)
    assert columns < 80 or any(line.split()[0] == "c" and "draining" in line for line in lines)


@pytest.mark.parametrize("env, coloured", [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True)], ids=str)
def test_620_11_colours(abc, terminal, env, coloured):
    server, m = abc()
    m["b"].kill()
    server.client.load(20, 2)
    screen = terminal(command(server, "status"), env=env)
    assert screen.end() == 0 and (b"\033[1;31m!" in screen.seen) == coloured and coloured == (b"\033" in screen.seen)


@pytest.mark.parametrize("words", [["status"], ["events"]], ids=str)
def test_620_12_a_comment_does_not_steer_the_terminal(abc, terminal, words):
    server, _ = abc()
    wlmctl(server, "drain", "a", "--comment", "x\033]0;y\007\u009b2Jz\r")
    screen = terminal(command(server, *words), columns=200, env={"NO_COLOR": "1"})
    assert screen.end() == 0 and b"x?]0;y??2Jz?" in screen.seen and not {0x1b, 7, 0x9b} & set(screen.seen)


def test_620_18_the_defaults_steer_no_terminal(answers, terminal):
    view = {**json.loads(state(a=[])), "engine": {"parked": 0}, "defaults": "Ro\x1b]0;y\x07bust\n"}
    screen = terminal([f"{BUILD}/wlmctl", "--url", f"http://127.0.0.1:{answers(json.dumps(view)).port}/", "status"])
    assert screen.end() == 0 and b"WLMDefaults Ro?]0;y?bust?" in screen.seen and b"\x1b]" not in screen.seen


def test_620_19_bash_completes_a_name_in_quotes_and_does_not_run_it(answers):
    need("bash")
    view = json.loads(state(**{"x$(id)": []}))
    head, member = '{"name":"shop","policy":"Random","usable":1,"members":[', view["clusters"][0]["members"][0]
    body = '{"format":1,"time":"2026-11-23T10:00:00.000Z","files":[],"clusters":[\n' + head + "\n" \
        + json.dumps(member, separators=(",", ":")) + "\n]}]}\n"
    bash = Terminal(["/bin/bash", "--norc", "--noprofile", "-i"], columns=200, env={
        "PATH": f"{BUILD}:/usr/bin:/bin", "WLMCTL_URL": f"http://127.0.0.1:{answers(body).port}/", "PS1": "> ", "HISTFILE": ""})
    try:
        bash.press(f". {ROOT}/tools/completion/wlmctl; echo READY-$((1 + 1))\n".encode())
        bash.expect(b"READY-2")
        bash.press(b"wlmctl drain x\t")
        bash.expect(rb"x\$\(id\) ")
    finally:
        bash.kill()


@pytest.mark.parametrize("quote", ["", "'"])
def test_620_23_bash_asks_the_server_of_a_url(abc, quote):
    need("bash")
    server, _ = abc()
    bash = Terminal(["/bin/bash", "--norc", "--noprofile", "-i"], columns=200, env={
        "PATH": f"{BUILD}:/usr/bin:/bin", "WLMCTL_URL": "http://127.0.0.1:1/", "PS1": "> ", "HISTFILE": ""})
    try:
        bash.press(f". {ROOT}/tools/completion/wlmctl; echo READY-$((1 + 1))\n".encode())
        bash.expect(b"READY-2")
        bash.press(f"wlmctl --url {quote}http://127.0.0.1:{server.port}/wlm-status{quote} status sh\t".encode())
        bash.expect(b"status shop ")
    finally:
        bash.kill()


@pytest.mark.parametrize("key", [b"q", b"Q", b"\003"])
def test_620_13_top_leaves_the_terminal_as_it_was(abc, terminal, key):
    server, _ = abc()
    screen = terminal(["/bin/sh", "-c", 'read go; "$@"; code=$?; echo over; read go; exit $code', "sh",
                       *command(server, "top", "--interval", "1s")])
    before = screen.settings()
    screen.press(b"\n")
    screen.expect(b"shop")
    assert screen.settings() != before
    screen.press(b"x\032\034")  # no key that it knows, Ctrl-Z, Ctrl-\
    shown = screen.seen.count(b"MEMBER")
    wait_until(lambda: (screen.read(), screen.seen.count(b"MEMBER") > shown)[1], "the next interval")
    screen.press(key)
    screen.expect(NORMAL)
    if key != b"\003":  # which ends the shell, too
        screen.expect(b"over")
        assert screen.settings() == before
        screen.press(b"\n")
        assert screen.end() == 0


def test_620_14_top_goes_on_when_httpd_comes_back(abc, terminal):
    server, _ = abc()
    screen = terminal(command(server, "top", "--interval", "1s"))
    screen.expect(b"shop")
    server.stop()
    screen.expect(b"onnect")
    shown = screen.seen.count(b"MEMBER")
    server.start()
    wait_until(lambda: (screen.read(), screen.seen.count(b"MEMBER") > shown)[1], "the table")
    screen.press(b"q")
    assert screen.end() == 0


def test_620_15_top_says_where_it_can_be_read_that_nobody_answers(terminal):
    screen = terminal([f"{BUILD}/wlmctl", "top", "--url", f"http://127.0.0.1:{free_port()}/"])
    assert screen.end() == 3 and b"wlmctl: http" in screen.seen and ALTERNATE not in screen.seen


MANY = [f"m{i:03}" for i in range(1000)]


def many(time="10:00:00", busy=(), ill=()):
    """The state of 1,000 members of 10 clusters, some of which have got more requests."""
    clusters = [{"name": f"c{c}", "usable": 100, "waiting": 0, "serving": "primary", "members": [
        {"name": name, "state": "down" if name in ill else "up", "attention": "out" if name in ill else "none", "idle": 1, "share": 1,
         "requests": 500 if name in busy else 0, "failures": 0, "in_flight": 7 if name in busy else 0, "p95": 0.01,
         "admin_state": "enabled", "weight": 1, "configured_weight": 1} for name in MANY[100 * c:100 * c + 100]]} for c in range(10)]
    return json.dumps({"format": 1, "time": f"2026-11-23T{time}.000Z", "files": [], "clusters": clusters})


def members_of(lines):
    return re.findall(r"\bm\d{3}\b", "\n".join(lines))


def test_620_17_top_scrolls_and_sorts_a_thousand_members(answers, terminal):
    server = answers(many(), many("10:00:05", busy=["m777"], ill=["m500"]))
    top = terminal([f"{BUILD}/wlmctl", "--url", f"http://127.0.0.1:{server.port}/", "top", "--interval", "1s"], columns=100, rows=40)
    lines = top.shows(lambda lines: "100.0 requests/s" in lines[0], "rates")
    assert "1000 members, 1 ill" in lines[0] and len(lines) == 40 and max(map(len, lines)) <= 100
    assert re.match(r"! +c5 +100/100 +0.0", lines[2]) and re.match(r" +c7 +100/100 +100.0", lines[3])  # clusters
    assert members_of(lines)[:3] == ["m500", "m777", "m000"] and "of 1000 by attention" in lines[-1]
    room = len(members_of(lines))
    for keys, first in ((b"n", 0), (b"\033[B\033[B", 2), (b"\033[A", 1), (b"\033[6~", 1 + room), (b"\033[5~", 1), (b"\033[A\033[A", 0),
                        (b"\033[F", 1000 - room), (b"\033[6~", 1000 - room), (b"\033[5~", 1000 - 2 * room), (b"\033[H", 0)):
        top.press(keys)
        lines = top.shows(lambda lines: f"{first + 1}-{first + room} of 1000 by name" in lines[-1], f"{keys} to lead to {first}")
        assert members_of(lines) == MANY[first:first + room]
    top.press(b"i")
    assert members_of(top.shows(lambda lines: "by in flight" in lines[-1], "another order"))[0] == "m777"
    top.press(b"q")
    assert top.end() == 0


def test_620_22_top_is_drawn_again_at_once_with_what_has_room(answers, terminal):
    server = answers(many())
    top = terminal([f"{BUILD}/wlmctl", "--url", f"http://127.0.0.1:{server.port}/", "top", "--interval", "1h"], columns=132, rows=40)
    assert "CLUSTER  MEMBER  STATE  REQ/S  FAIL/S  INFLIGHT  IDLE  SHARE  P95 MS" in "".join(top.shows(lambda lines: len(lines) == 40, "it"))
    for columns, rows, headings in ((60, 20, "MEMBER STATE REQ/S FAIL/S INFLIGHT P95"), (44, 10, "MEMBER STATE REQ/S FAIL/S INFLIGHT"),
                                    (24, 10, "MEMBER STATE REQ/S"), (18, 5, "MEMBER STATE"), (100, 30, "MEMBER STATE REQ/S")):
        top.resize(columns, rows)
        lines = top.shows(lambda lines: len(lines) == rows and max(map(len, lines)) <= columns, f"{columns} x {rows}")
        assert headings in " ".join(" ".join(lines).split()), lines
        assert ("SERVED BY" in " ".join(lines)) == (rows > 12)
    top.press(b"q")
    assert top.end() == 0


def test_620_24_top_says_that_a_file_is_refused(answers, terminal):
    well = json.loads(state(a=[]))
    refused = {**well, "files": [{"path": "/etc/one.xml", "refused": "it is damaged"}, {"path": "/etc/two.xml", "refused": None}]}
    both = {**well, "files": [{"path": "/etc/one.xml", "refused": "it is damaged"}, {"path": "/etc/two.xml", "refused": "it is damaged"}]}
    for view, told in ((well, "1 member, 0 ill, 0.0 requests/s"), (refused, "1 member, 0 ill, 1 file refused, 0.0 requests/s"),
                       (both, "1 member, 0 ill, 2 files refused, 0.0 requests/s")):
        top = terminal([f"{BUILD}/wlmctl", "--url", f"http://127.0.0.1:{answers(json.dumps(view)).port}/", "top"], columns=60)
        top.shows(lambda lines, told=told: told in lines[0], told)
        top.press(b"q")
        assert top.end() == 0


def test_620_25_top_says_that_certificates_expire_soon(answers, terminal):
    view = json.loads(state(a=[]))
    view["time"], member = "2026-11-23T10:00:00.000Z", view["clusters"][0]["members"][0]
    for field, end, told in (("tls_expires", "2026-12-24T10:00:00.000Z", "0 ill, 0.0 requests/s"),
                             ("tls_expires", "2026-12-22T10:00:00.000Z", "0 ill, certificates of 1 member expire soon, 0.0"),
                             ("tls_own_expires", "2026-11-22T10:00:00.000Z", "0 ill, certificates of 1 member expire soon, 0.0")):
        member[field] = end
        top = terminal([f"{BUILD}/wlmctl", "--url", f"http://127.0.0.1:{answers(json.dumps(view)).port}/", "top"], columns=90)
        top.shows(lambda lines, told=told: told in lines[0], told)
        top.press(b"q")
        assert top.end() == 0
        member[field] = None


def test_620_16_waiting_shows_its_progress(abc, terminal):
    server, _ = abc()
    slow = threading.Thread(target=lambda: server.client.get("/app/?delay=1500", Cookie="JSESSIONID=0000id:a"))
    slow.start()
    try:
        wait_until(lambda: '"in_flight":1' in wlmctl(server, "status", "--json").stdout, "the request")
        screen = terminal(command(server, "disable", "a", "--wait"))
        screen.expect(b"1 request in flight")
        assert screen.end() == 0 and screen.lines()[-1].endswith("no request is with the members")
    finally:
        slow.join()


# -- waiting -------------------------------------------------------------------------------------------

def start_waiting(server, *words):
    waiting = subprocess.Popen(command(server, "drain", "a", "--wait", "--idle", "1h", *words), stderr=subprocess.PIPE, text=True,
                               stdout=subprocess.DEVNULL)
    wait_until(lambda: server.status()["a"]["AdminState"] == "draining", "the drain")
    return waiting


def test_620_20_the_time_of_the_drain_ends_before_the_wait(abc):
    server, _ = abc()
    server.expect("WLM0057")
    with start_waiting(server, "--for", "2s") as waiting:
        assert waiting.wait(10) == 1 and "their time is over" in waiting.stderr.read()


def test_620_21_httpd_ends_before_the_wait(abc):
    server, _ = abc()
    with start_waiting(server) as waiting:
        server.stop()
        assert waiting.wait(10) == 3 and "the members stay as they are: draining" in waiting.stderr.read()


# -- events --------------------------------------------------------------------------------------------

def test_620_30_events_of_the_same_moment_are_all_followed(answers, folder):
    at, later = "2026-11-23T10:00:00.000Z", "2026-11-23T10:00:00.500Z"
    server = answers(state(a=[(at, "one")], b=[]), state(a=[(later, "three"), (at, "one")], b=[(at, "two")]))
    with open(folder / "events", "wb") as out, subprocess.Popen(command(server, "events", "--follow"), stdout=out) as following:
        try:
            wait_until(lambda: "three" in (folder / "events").read_text(), "the last event")
        finally:
            following.send_signal(signal.SIGINT)
        assert following.wait(5) == 0
    assert (folder / "events").read_text() == f"{at}  shop/a  one\n{at}  shop/b  two\n{later}  shop/a  three\n"


# -- servers --------------------------------------------------------------------------------------------

@pytest.mark.parametrize("body, status, fields, why", [
    ("", 200, {}, "no state"), ("[]", 200, {}, "no state"), ('{"format": 2}', 200, {}, "no state"), ('{"format": 1', 200, {}, "no state"),
    (state(a=[]), 200, {"X-WLM-Admin": None}, "no answer of the handler"), (state(a=[]), 500, {}, "status 500"),
    (state(a=[]), 401, {"X-WLM-Admin": None}, "netrc"), ("x", 200, {"Content-Length": 5}, ""),
], ids=str)
@pytest.mark.parametrize("words", [["status"], ["events"], ["top"], ["drain", "a"]], ids=str)
def test_620_40_other_answers(answers, body, status, fields, why, words):
    server = answers(body, status=status, fields=fields)
    r = wlmctl(server, *words)
    assert r.returncode == 3 and not r.stdout and r.stderr.count("\n") == 1 and why in r.stderr


def test_620_41_a_netrc_file_that_is_not_there(abc):
    server, _ = abc()
    r = wlmctl(server, "--netrc", "/no/such/file", "status")
    assert r.returncode == 3 and "/no/such/file cannot be read" in r.stderr and not r.stdout


def test_620_42_a_unix_socket(abc, folder):
    server, _ = abc()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(folder / "httpd.sock"))
    listener.listen()

    def forward():
        client, _ = listener.accept()
        with client, socket.create_connection(("127.0.0.1", server.port)) as upstream:
            client.settimeout(10)
            request = client.recv(65536)
            upstream.sendall(request)
            while b"]}\n" not in (data := upstream.recv(65536)):
                client.sendall(data)
            client.sendall(data)
    threading.Thread(target=forward, daemon=True).start()
    r = subprocess.run([f"{BUILD}/wlmctl", "--url", "http://wlm.invalid/wlm-status", "--socket", folder / "httpd.sock", "status"],
                       capture_output=True, text=True, timeout=20, check=False)
    listener.close()
    assert r.returncode == 0 and "cluster shop" in r.stdout


def test_620_43_a_certificate_is_verified(httpd, member, folder):
    authority = Authority(folder)
    port, both = free_port(), authority.sign("httpd", "DNS:localhost")
    httpd(plugin_cfg(Cluster("shop", [("a", member("a").port, {})])), LOCATION + https_site(port, both))

    def ask(*words, host="localhost"):
        return subprocess.run([f"{BUILD}/wlmctl", "--url", f"https://{host}:{port}/wlm-status", *words], capture_output=True,
                              text=True, timeout=20, check=False)
    r = ask("disable", "a")
    assert r.returncode == 3 and "certificate" in r.stderr
    r = ask("--cacert", authority.pem, "status")
    assert r.returncode == 0 and "cluster shop" in r.stdout and "disabled" not in r.stdout
    assert ask("--cacert", authority.pem, "status", host="127.0.0.1").returncode == 3

"""Stories of connections that go over to another protocol: bytes both ways, and every way in which that ends."""
import base64
import contextlib
import hashlib
import os
import signal
import socket
import ssl
import threading
import time

import h2.config
import h2.connection
import h2.events
import h2.settings
import pytest
import websocket

from wlmtest import free_port, tomcat, wait_until
from wlmtest.ctl import wlmctl
from wlmtest.httpd import states_of_threads
from wlmtest.plugincfg import Cluster, plugin_cfg
from wlmtest.status import LOCATION, state, steer
from wlmtest.tls import Authority, TlsMember, https_site, server_context
from wlmtest.upgrade import AGREE, ASK, Peer, echo


@pytest.fixture
def echoing(httpd, scripted):
    def make(extra="", script=echo, children=1, mpm="event", **attributes):
        x = scripted(script)
        server = httpd(plugin_cfg(Cluster("c", [("x", x.port, attributes)])), LOCATION + extra, children=children, mpm=mpm)
        return server, x
    return make


def tunnel_ended(server, how):
    server.wait_for_log("WLM0018: the tunnel to member x (127.0.0.1:")
    line = [line for line in server.log().splitlines() if "WLM0018" in line][-1]
    assert f"has ended: {how};" in line, line
    wait_until(lambda: state(server)["x"]["in_flight"] == 0, "nothing to be in flight")
    return line


# -- bytes ---------------------------------------------------------------------------------------------

def test_170_01_bytes_go_both_ways(echoing, folder):
    log = folder / "access"
    server, x = echoing(f'LogFormat "%s %{{WLM_MEMBER}}e %{{WLM_OUTCOME}}e %{{WLM_TUNNEL}}e %B" t\nCustomLog {log} t')
    client = Peer(server)
    assert client.head.startswith(b"HTTP/1.1 101 ") and b"\r\nUpgrade: echo" in client.head
    assert b"\r\nConnection: Upgrade" in client.head and b"\r\nVia: " not in client.head
    for data in (b"a", b"\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", bytes(range(256)) * 1000):
        assert client.echo(data) == data
    assert (state(server)["x"]["in_flight"], state(server)["x"]["upgrades"]) == (1, 1)
    client.sock.close()
    line = tunnel_ended(server, "member")  # it closes when it has seen the client's end
    n = 1 + 23 + 256000
    assert f"{n} bytes to the member, {n} to the client" in line
    wait_until(lambda: "101" in log.read_text(), "the access log")
    assert f"101 x delivered member {n}\n" in log.read_text()
    assert "Upgrade: echo" in x.heads[0] and "keep-alive" not in x.heads[0]
    x = state(server)["x"]
    assert (x["state"], x["requests"], x["failures"]) == ("up", 1, 0) and x["bytes_received"] == n


def test_170_02_bytes_that_come_with_the_heads(echoing):
    server, _ = echoing(script=lambda c: echo(c, first=b"hello "))
    client = Peer(server, more=b"early")
    assert client.read(11) == b"hello early"


def test_170_03_both_sides_send_at_once(echoing):
    """Each sends 20 MB before it reads anything: one direction must not wait for the other."""
    size = 20_000_000

    def script(c):
        c.read_head()
        c.send(AGREE % b"")
        got = []
        reader = threading.Thread(target=lambda: got.append(sum(len(c.sock.recv(1 << 20)) for _ in iter(
            lambda: len(got) == 0 and c.sock.recv(1, socket.MSG_PEEK), b""))))
        reader.start()
        c.send(b"m" * size)
        c.sock.shutdown(socket.SHUT_WR)
        reader.join()
    server, _ = echoing(script=script)
    client = Peer(server)
    sender = threading.Thread(target=lambda: client.sock.sendall(b"c" * size))
    sender.start()
    sender.join(20)
    assert not sender.is_alive(), "the client's bytes wait for the member's"
    assert client.read(size) == b"m" * size and client.is_closed()


def test_170_04_the_session_decides_and_the_member_may_begin_one(httpd, scripted):
    scripts = {name: scripted(lambda c, name=name: echo(c, b"Set-Cookie: JSESSIONID=0000id:%s\r\n" % name.encode()))
               for name in "ab"}
    server = httpd(plugin_cfg(Cluster("c", [(n, m.port, {}) for n, m in scripts.items()])), LOCATION)
    for name in "ba":
        for _ in range(2):
            client = Peer(server, b"Cookie: JSESSIONID=0000id:%s\r\n" % name.encode())
            assert f":{name}".encode() in client.head and client.echo(b"x") == b"x"
    assert {n: m["sessions_kept"] for n, m in state(server).items()} == {"a": 2, "b": 2}


def test_170_05_https_on_both_sides(httpd, folder):
    """TLS has bytes that no poll sees, and records that are no data."""
    (folder / "ca").mkdir(mode=0o755)
    ca = Authority(folder / "ca")
    both, port = ca.sign("both"), free_port()
    x = TlsMember("x", echo, server_context(both))
    server = httpd(plugin_cfg(Cluster("c", [("x", None, {"https": x.port})])),
                   f"{LOCATION}WLMTLSTrust {ca.pem}\n{https_site(port, both)}")
    client = Peer(server, context=ssl.create_default_context(cafile=ca.pem), port=port)
    for data in (b"a", b"bc", bytes(range(256)) * 4000):
        assert client.echo(data) == data
    client.sock.close()
    tunnel_ended(server, "member")
    x.stop()


# -- how it ends --------------------------------------------------------------------------------------------

def test_170_10_the_member_ends(echoing):
    def script(c):
        c.read_head()
        c.send(AGREE % b"" + b"goodbye")
    server, _ = echoing(script=script)
    client = Peer(server)
    assert client.read(7) == b"goodbye" and client.is_closed()
    tunnel_ended(server, "member")


def test_170_11_a_client_that_has_said_all_still_hears(echoing):
    def script(c):
        c.read_head()
        c.send(AGREE % b"")
        said = b"".join(iter(lambda: c.sock.recv(65536), b""))
        c.send(b"heard " + said)
    server, _ = echoing(script=script)
    client = Peer(server)
    client.sock.sendall(b"all")
    client.sock.shutdown(socket.SHUT_WR)
    assert client.read(9) == b"heard all" and client.is_closed()


def test_170_12_a_client_that_resets(echoing):
    server, x = echoing()
    client = Peer(server)
    client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    client.sock.close()
    wait_until(lambda: "WLM0018" in server.log(), "the tunnel to end")
    wait_until(lambda: state(server)["x"]["in_flight"] == 0 and not x.open, "nothing to be open")


def test_170_13_nothing_moves(echoing):
    server, _ = echoing(wsServerIdleTimeout=1)
    client = Peer(server)
    assert client.echo(b"x") == b"x" and client.is_closed()
    tunnel_ended(server, "idle")


def test_170_14_the_member_takes_nothing(echoing):
    release = threading.Event()

    def script(c):
        c.read_head()
        c.send(AGREE % b"")
        release.wait(20)
    server, _ = echoing(script=script, wsServerIOTimeout=1, ServerIOTimeout=30)
    client = Peer(server)
    threading.Thread(target=client.sock.sendall, args=(b"x" * 50_000_000,), daemon=True).start()
    tunnel_ended(server, "member-timeout")
    release.set()


def test_170_15_the_client_takes_nothing(echoing):
    def script(c):
        c.read_head()
        c.send(AGREE % b"" + b"x" * 50_000_000)
    server, _ = echoing("Timeout 1", script=script)
    client = Peer(server)
    tunnel_ended(server, "client-timeout")
    client.sock.close()


@pytest.mark.parametrize("action", ["disable", "drain"])
def test_170_16_a_person_closes_them(echoing, action):
    server, _ = echoing()
    client = Peer(server)
    steer(server, action, member="x")
    assert client.echo(b"still there") == b"still there"
    assert "upgraded connections closed" in wlmctl(server, action, "x", "--force", "--wait", "--timeout", "10s").stdout
    assert client.is_closed()
    tunnel_ended(server, "closed")


def test_170_32_a_person_closes_one_that_never_pauses(echoing):
    def script(c):
        c.read_head()
        c.send(AGREE % b"")
        try:
            while True:
                c.send(b"x" * 1000000)
        except OSError:
            pass
    server, _ = echoing(script=script)
    client = Peer(server)

    def take():
        with contextlib.suppress(OSError):
            while client.sock.recv(1000000):
                pass
    taker = threading.Thread(target=take)
    taker.start()
    steer(server, "disable", member="x", force="1")
    taker.join(10)
    assert not taker.is_alive()
    tunnel_ended(server, "closed")


def test_170_17_a_graceful_restart_leaves_them_open(echoing):
    server, _ = echoing("ServerLimit 2")  # room for one that only keeps its tunnels
    client = Peer(server)
    assert server.run("-k", "graceful").returncode == 0
    wait_until(lambda: server.log().count("resuming normal operations") == 2, "the restart")
    assert client.echo(b"still there") == b"still there"
    client.sock.settimeout(5)  # the new process is there, and needs no further one
    with pytest.raises(TimeoutError):
        client.sock.recv(1)
    assert client.echo(b"still there") == b"still there"
    steer(server, "disable", member="x", force="1")
    assert client.is_closed()


def echo_or_answer(c):
    while head := c.read_head():
        if b"\r\nUpgrade: " in head:
            c.send(AGREE % b"" + c.buffer)
            while data := c.sock.recv(65536):
                c.send(data)
            return
        c.ok()


@pytest.mark.parametrize("engine", ["On", "Off"])
def test_170_33_nor_does_one_keep_other_connections(echoing, engine):
    """A process that is there for its tunnel only: connections for further requests, of which there are none, are closed."""
    server, x = echoing(f"ServerLimit 2\nWLMEngine {engine}", echo_or_answer)
    client = Peer(server)
    assert {a.status for a in server.client.load(40, 8)} == {200}
    assert len(x.open) > 1
    assert server.run("-k", "graceful").returncode == 0
    wait_until(lambda: len(x.open) == 1, "the old process's idle connections to be closed")
    assert client.echo(b"still there") == b"still there"


def test_170_27_they_do_not_keep_new_processes_from_being_made(echoing):
    """All places for processes are taken by ones that only keep their tunnels: none would serve until their clients go."""
    server, _ = echoing("ServerLimit 1")
    client = Peer(server)
    assert client.echo(b"x") == b"x"
    os.kill(server.group, signal.SIGUSR1)
    assert client.is_closed()
    tunnel_ended(server, "restart")
    wait_until(lambda: server.client.get("/index.html").status == 200, "a new process")


def stays_until_there_is_a_new_process(server, client):
    """Also when httpd makes no new one for as long as a tunnel waits for that."""
    os.kill(server.group, signal.SIGSTOP)
    client.sock.settimeout(6)
    try:
        with pytest.raises(TimeoutError):
            client.sock.recv(1)
    finally:
        os.kill(server.group, signal.SIGCONT)
    wait_until(lambda: server.client.get("/index.html").status == 200, "a new process")
    assert client.echo(b"still there") == b"still there"


def test_170_29_one_in_prefork_is_one_client_of_one_process(echoing):
    server, _ = echoing("ServerLimit 2\nMaxRequestWorkers 2", mpm="prefork")
    client = Peer(server)
    os.kill(server.group, signal.SIGUSR1)
    wait_until(lambda: server.log().count("resuming normal operations") == 2, "the restart")
    stays_until_there_is_a_new_process(server, client)


def test_170_43_worker_gives_the_place_of_a_process_that_only_ends_its_requests(echoing):
    """If one of its threads has ended behind the listener: those that end before it do not count for httpd."""
    threads = 25
    server, _ = echoing(f"ServerLimit 1\nMaxRequestWorkers {threads}", mpm="worker")
    client, other = Peer(server), Peer(server)
    pid, = server.children_pids()
    before = len(states_of_threads(pid))
    os.kill(server.group, signal.SIGUSR1)
    ended = threads - 2 + len(["the listener"])
    wait_until(lambda: len(states_of_threads(pid)) <= before - ended, "threads to end")
    other.sock.close()
    server.wait_for_log("WLM0018: the tunnel to member x")
    stays_until_there_is_a_new_process(server, client)


def test_170_44_worker_has_no_place_while_each_thread_of_the_process_has_a_tunnel(echoing):
    server, _ = echoing("ServerLimit 1\nThreadsPerChild 2\nMaxRequestWorkers 2", mpm="worker")
    clients = Peer(server), Peer(server)
    os.kill(server.group, signal.SIGUSR1)
    for client in clients:
        assert client.is_closed()
    tunnel_ended(server, "restart")
    wait_until(lambda: server.client.get("/index.html").status == 200, "a new process")


def hold(c):
    """Agrees, and keeps its side open whatever the client does."""
    c.read_head()
    c.send(AGREE % b"")
    c.wait_for_close()
    c.hold()


def hold_websocket(c):
    c.send(agreement_to_websocket(c.read_head()))
    c.wait_for_close()
    c.hold()


@pytest.mark.parametrize("kind", ["event", "worker", "prefork", "h2"])
def test_170_28_a_stop_ends_them_at_once(httpd, scripted, kind):
    """httpd closes its clients' connections itself; no client is left that waits for the member's last answer."""
    x = scripted(hold_websocket if kind == "h2" else hold)
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {})])), LOCATION + "\nH2WebSockets On", mpm="event" if kind == "h2" else kind)
    client = H2WebSocket(server.port) if kind == "h2" else Peer(server)
    assert server.terminate() < 4
    assert client.sock.fileno() >= 0  # as long as that it was there
    assert "AH00045" not in server.log() and "AH00046" not in server.log()  # a child had to be told twice, or killed


def test_170_18_they_count_as_connections(echoing):
    server, _ = echoing(MaxConnections=1)
    server.expect("WLM0036")
    client = Peer(server)
    assert server.client.get().status == 503
    client.sock.close()
    wait_until(lambda: state(server)["x"]["in_flight"] == 0, "room")
    assert Peer(server).echo(b"x") == b"x"


# -- what is no upgrade ----------------------------------------------------------------------------------------

@pytest.mark.parametrize("upgrade, allowed, forwarded", [
    ("echo", "On", "echo"), ("WebSocket", "websocket", "WebSocket"), ("x/1, echo", "echo", "echo"),
    ("echo", "Off", None), ("echo", "websocket", None), ("h2c", "On", None), ("TLS/1.0, HTTP/2.0", "On", None),
    ("h2c, echo/2", "echo", "echo/2"), ("websocket\x01", "On", None),
])
def test_170_20_what_may_be_asked_for(httpd, scripted, upgrade, allowed, forwarded):
    def script(c):
        while c.read_head():
            c.ok()
    x = scripted(script)
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {})])), f"WLMUpgrade {allowed}")
    client = Peer(server, ask=f"GET /app/ HTTP/1.1\r\nHost: l\r\nConnection: Upgrade\r\nUpgrade: {upgrade}\r\n\r\n".encode())
    if "\x01" in upgrade:
        assert client.head.startswith(b"HTTP/1.1 400 ") and not x.heads
        return
    assert client.head.startswith(b"HTTP/1.1 200 ") and client.read(2) == b"ok"
    fields = [line for line in x.heads[0].splitlines() if line.lower().startswith(("upgrade:", "connection:"))]
    assert fields == (["Connection: Upgrade", f"Upgrade: {forwarded}"] if forwarded else [])


@pytest.mark.parametrize("words, why", [
    ("", "takes"), ("On websocket", '"On" is no name'), ("web/socket", "is no name"), ("h2c", "is HTTP or TLS"),
    ("websocket TLS", "is HTTP or TLS"),
])
def test_170_26_wrong_directives(httpd, words, why):
    result = httpd(plugin_cfg(Cluster("c", [("a", 1, {})])), f"WLMUpgrade {words}", start=False).test_config()
    assert result.returncode != 0 and why in result.stderr


@pytest.mark.parametrize("ask", [
    b"GET /app/ HTTP/1.1\r\nHost: l\r\nUpgrade: echo\r\nConnection: close\r\n\r\n",
    b"GET /app/ HTTP/1.0\r\nHost: l\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n",
    b"POST /app/ HTTP/1.1\r\nHost: l\r\nConnection: Upgrade\r\nUpgrade: echo\r\nContent-Length: 1\r\n\r\nx",
], ids=["not-nominated", "http-1.0", "with-a-body"])
def test_170_21_requests_that_stay_requests(httpd, scripted, ask):
    def script(c):
        c.read_body(c.read_head())
        c.ok()
    x = scripted(script)
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {})])))
    assert b" 200 " in Peer(server, ask=ask).head.splitlines()[0]
    assert "upgrade" not in x.heads[0].lower()


@pytest.mark.parametrize("answer", [
    b"HTTP/1.1 101 S\r\nConnection: Upgrade\r\n\r\n", b"HTTP/1.1 101 S\r\nUpgrade: echo\r\n\r\n",
    b"HTTP/1.1 101 S\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n",
    b"HTTP/1.1 101 S\r\nConnection: Upgrade\r\nUpgrade: echo, other\r\n\r\n",
    b"HTTP/1.1 101 S\r\nConnection: Upgrade\r\nUpgrade: echo\r\nContent-Length: 5\r\n\r\n",
])
def test_170_22_a_member_that_does_not_agree_in_order(echoing, answer):
    def script(c):
        c.read_head()
        c.send(answer)
        c.wait_for_close()
    server, _ = echoing(script=script)
    server.expect("WLM0030", "WLM0036", "WLM0037")
    assert Peer(server).head.startswith(b"HTTP/1.1 502 ")
    assert state(server)["x"]["failures_by"]["head-refused"] == 1


def test_170_23_a_member_that_declines(echoing):
    def script(c):
        c.read_head()
        c.send(b"HTTP/1.1 426 Upgrade Required\r\nConnection: Upgrade\r\nUpgrade: other\r\nContent-Length: 2\r\n\r\nno")
        c.read_head()
        c.ok()
    server, x = echoing(script=script)
    client = Peer(server)
    assert client.head.startswith(b"HTTP/1.1 426 ") and client.read(2) == b"no"
    assert b"\r\nUpgrade: other" in client.head
    client.sock.sendall(b"GET /app/ HTTP/1.1\r\nHost: l\r\n\r\n")  # it is still HTTP, on both sides
    assert client.read(12) == b"HTTP/1.1 200"
    assert x.connections == 1


def test_170_24_another_member_may_agree(httpd, scripted):
    dead, x = free_port(), scripted(echo)
    server = httpd(plugin_cfg(Cluster("c", [("dead", dead, {"LoadBalanceWeight": 100}), ("x", x.port, {"LoadBalanceWeight": 1})])),
                   LOCATION)
    server.expect("WLM0030", "WLM0035")
    assert Peer(server).echo(b"x") == b"x"
    assert state(server)["dead"]["failures"] == 1


def test_170_25_a_tunnel_is_an_answer_for_the_members_health(httpd, scripted):
    """It is up again when it has agreed, not when the tunnel ends."""
    x = scripted(echo)
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {})], RetryInterval=1)), LOCATION)
    server.expect("WLM0030", "WLM0035", "WLM0036")
    x.stop()
    assert server.client.get().status == 503
    x.listen(x.port)
    client = []

    def agreed():
        peer = Peer(server)
        client.append(peer)
        return peer.head.startswith(b"HTTP/1.1 101 ")
    wait_until(agreed, "the member to be tried again")
    assert state(server)["x"]["state"] == "up" and client[-1].echo(b"x") == b"x"


# -- WebSocket ---------------------------------------------------------------------------------------------------

def agreement_to_websocket(head):
    key = next(line.split(b": ")[1] for line in head.split(b"\r\n") if line.startswith(b"Sec-WebSocket-Key: "))
    accept = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
    return b"HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + accept + b"\r\n\r\n"


def test_170_30_over_http2(echoing):
    """Extended CONNECT (RFC 8441), which mod_http2 makes an upgrade of."""
    def script(c):
        c.send(agreement_to_websocket(c.read_head()))
        while data := c.sock.recv(65536):
            c.send(data)
    server, _ = echoing("H2WebSockets On", script=script)
    client = H2WebSocket(server.port)
    assert client.status == "200"
    for data in (b"a", b"x" * 30000, b"b"):
        assert client.echo(data) == data
    client.end()
    tunnel_ended(server, "member")


class H2WebSocket:
    def __init__(self, port):
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.h2 = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8", validate_outbound_headers=False))
        self.h2.initiate_connection()
        self.events = []
        settings = self.wait_for(h2.events.RemoteSettingsChanged).changed_settings
        assert settings[h2.settings.SettingCodes.ENABLE_CONNECT_PROTOCOL].new_value == 1
        self.h2.send_headers(1, [(":method", "CONNECT"), (":protocol", "websocket"), (":scheme", "http"),
                                 (":authority", "localhost"), (":path", "/app/ws"), ("sec-websocket-version", "13")])
        self.status = dict(self.wait_for(h2.events.ResponseReceived).headers)[":status"]

    def wait_for(self, kind):
        self.sock.sendall(self.h2.data_to_send())
        while True:
            while self.events:
                event = self.events.pop(0)
                if isinstance(event, kind):
                    return event
            self.events = self.h2.receive_data(self.sock.recv(65536))
            self.sock.sendall(self.h2.data_to_send())

    def echo(self, data):
        for at in range(0, len(data), 10000):
            self.h2.send_data(1, data[at:at + 10000])
        got = b""
        while len(got) < len(data):
            event = self.wait_for(h2.events.DataReceived)
            self.h2.acknowledge_received_data(event.flow_controlled_length, 1)
            got += event.data
        return got

    def end(self):
        self.h2.end_stream(1)
        self.wait_for(h2.events.StreamEnded)


ECHO_JSP = """<%@ page import="jakarta.websocket.*, jakarta.websocket.server.*, java.util.*" %><%!
public static class Echo extends Endpoint {
    public void onOpen(Session session, EndpointConfig config) {
        session.addMessageHandler(String.class, new MessageHandler.Whole<String>() {
            public void onMessage(String text) {
                try { session.getBasicRemote().sendText("{name} heard " + text); }
                catch (java.io.IOException e) { throw new RuntimeException(e); }
            }
        });
    }
}
%><%
session.setAttribute("x", 1);
if (request.getHeader("Upgrade") == null) { return; }
ServerContainer container = (ServerContainer) application.getAttribute(ServerContainer.class.getName());
container.upgradeHttpToWebSocket(request, response, ServerEndpointConfig.Builder.create(Echo.class, "/ws").build(),
                                 Collections.<String, String>emptyMap());
%>"""


def test_170_31_tomcat(httpd, folder):
    if not tomcat.is_installed():
        pytest.skip("Debian's tomcat10-common is not installed")
    tomcats = [tomcat.Tomcat(name, folder / name, "ws", ECHO_JSP) for name in ("t1", "t2")]
    try:
        server = httpd(plugin_cfg(Cluster("c", [(t.name, t.port, {}) for t in tomcats])), LOCATION)
        for t in tomcats:
            wait_until(lambda t=t: t.is_ready(), f"Tomcat {t.name}", 60)
        url = f"ws://127.0.0.1:{server.port}/app/ws.jsp"
        for n in range(4):
            ws = websocket.create_connection(url, timeout=20)
            cookie = next(v for k, v in ws.headers.items() if k.lower() == "set-cookie").split(";")[0]
            name = cookie.rsplit(".", 1)[1]
            again = websocket.create_connection(url, timeout=20, cookie=cookie)
            for socket_ in (ws, again):
                socket_.send(f"number {n}")
                assert socket_.recv() == f"{name} heard number {n}"
                socket_.send("long " * 1000)
                assert socket_.recv() == f"{name} heard " + "long " * 1000
                socket_.close()
        assert {n: (m["sessions_new"], m["sessions_kept"]) for n, m in state(server).items()} == {"t1": (2, 2), "t2": (2, 2)}
    finally:
        for t in tomcats:
            t.kill()

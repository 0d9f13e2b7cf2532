"""Stories of members that are reached by a Unix domain socket: with both drivers, and with all that can be wrong with one."""
import json
import os
import socket
import subprocess
import threading

import pytest

from wlmtest import BUILD, wait_until
from wlmtest.client import shares
from wlmtest.ctl import wlmctl
from wlmtest.httpd import ENGINE, ticks
from wlmtest.members import FullBacklog, listen_on_path
from wlmtest.plugincfg import Cluster, Route, plugin_cfg
from wlmtest.status import LOCATION, state
from wlmtest.upgrade import Peer, echo


@pytest.fixture(params=[ENGINE] if ENGINE else ["On", "Off"])
def engine(request):
    """Each story with both drivers."""
    return f"WLMEngine {request.param}\n"


@pytest.fixture
def one(httpd, member, folder, engine):
    """Member a on a socket, b by TCP. Returns (httpd, a, b)."""
    def make(extra="", attrs=None, **options):
        a, b = member("a", path=folder / "a.sock"), member("b")
        cluster = Cluster("c", [("a", a.port, attrs or {}), ("b", b.port, {})], **options)
        return httpd(plugin_cfg(cluster), engine + LOCATION + extra), a, b
    return make


# -- what is the same as over TCP ------------------------------------------------------------------------

def test_290_01_requests_are_shared_and_connections_kept(one):
    server, a, _ = one()
    answers = server.client.load(200, 8)
    assert shares(answers) == {"a": 100, "b": 100}
    assert state(server)["a"]["address"] == f"unix:{a.path}"
    wait_until(lambda: state(server)["a"]["idle"] > 0, "kept connections")
    assert f"unix:{a.path}" in server.client.get("/wlm-status").body.decode()


def test_290_02_what_the_member_is_told(httpd, scripted, folder, engine):
    """The client's Host; one that has none is told a name that every server knows."""
    x = scripted(lambda c: [c.ok() for _ in iter(c.read_head, None)], path=folder / "x.sock")
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {"ExtendedHandshake": "true"})])), engine)
    assert server.client.get(Host="shop.example").status == 200
    assert x.heads[0].startswith("OPTIONS * HTTP/1.1\r\nHost: localhost")
    assert "\r\nHost: shop.example" in x.heads[1] and "\r\n$WSSN: shop.example" in x.heads[1]
    assert server.client.raw(b"GET /app/ HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 200")
    assert "\r\nHost: localhost\r\n" in x.heads[-1] and str(folder) not in "".join(x.heads)


def test_290_03_large_bodies_both_ways(one):
    server, _, _ = one()
    body = os.urandom(3_000_000)
    sums = {server.client.send("POST", "/app/", body).headers["X-Member"] for _ in range(2)}
    assert sums == {"a", "b"}
    for _ in range(2):
        answer = server.client.get("/app/?bytes=5000000")
        assert answer.status == 200 and len(answer.body) == 5_000_000 and not answer.error


def test_290_04_a_response_that_is_too_early(httpd, scripted, folder, engine):
    """The member refuses the body unread, and closes: what it has said arrives."""
    def script(c):
        if c.read_head():
            c.send(b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno")
    x = scripted(script, path=folder / "x.sock")
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {})])), engine)
    answer = server.client.send("POST", "/app/", b"x" * 2_000_000)
    assert (answer.status, answer.body) == (413, b"no")


def test_290_05_an_upgraded_connection(httpd, scripted, folder, engine):
    x = scripted(echo, path=folder / "x.sock")
    server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {})])), engine + LOCATION)
    client = Peer(server)
    for data in (b"a", bytes(range(256)) * 1000):
        assert client.echo(data) == data
    client.sock.close()
    wait_until(lambda: state(server)["x"]["in_flight"] == 0, "the tunnel to end")


def test_290_06_health_checks(one):
    server, a, _ = one("WLMSlowStart 0\nWLMHealthCheck path=/app/ interval=100ms timeout=1s rise=2 fall=2\n", RetryInterval=1)
    server.expect("WLM0042")
    a.kill()
    server.wait_for_log("is taken out by health checks: Connection refused")
    assert shares(server.client.load(10, 2)) == {"b": 10}
    a.start()
    server.wait_for_log("is brought back by health checks")
    assert shares(server.client.load(10, 2)) == {"a": 5, "b": 5}


def test_290_07_steering_and_restarts(one):
    """The member is found by its address; its state is that of its name, also over a restart."""
    server, a, _ = one(f"WLMStateFile {'run/state'}\n")
    result = wlmctl(server, "drain", "--all", "--host", f"unix:{a.path}")
    assert result.returncode == 0, result
    assert {name: m["admin_state"] for name, m in state(server).items()}["a"] == "draining"
    assert shares(server.client.load(10, 2)) == {"b": 10}
    server.restart("graceful")
    assert shares(server.client.load(10, 2)) == {"b": 10}
    assert wlmctl(server, "enable", "--all", "--host", f"unix:{str(a.path).upper()}").returncode != 0
    assert wlmctl(server, "enable", "--all", "--host", f"unix:{a.path}").returncode == 0
    assert shares(server.client.load(10, 2)) == {"a": 5, "b": 5}


def test_290_08_a_change_of_the_file_moves_the_member(httpd, member, folder, engine):
    a, other = member("a", path=folder / "a.sock"), member("other", path=folder / "b.sock")
    server = httpd(plugin_cfg(Cluster("c", [("a", a.port, {})]), RefreshInterval=1), engine)
    assert server.client.member() == "a"
    server.configure(plugin_cfg(Cluster("c", [("a", other.port, {})]), RefreshInterval=1), engine)
    wait_until(lambda: server.client.member() == "other", "the new file")


@pytest.mark.parametrize("pattern", ["Host", "unix:*"])
def test_290_09_a_socket_is_local(httpd, member, folder, engine, pattern):
    """The other one is an address that nothing has: it gets no request, and so has no fault."""
    a = member("a", path=folder / "a.sock")
    server = httpd(plugin_cfg(Cluster("c", [("a", a.port, {}), ("b", 80, {"host": "192.0.2.1"})])),
                   engine + f"WLMPreferLocal {pattern}\n")
    assert shares(server.client.load(10, 2)) == {"a": 10}


# -- faults -----------------------------------------------------------------------------------------------

def test_290_20_killed_under_load_and_back(one):
    server, a, _ = one("WLMSlowStart 0\n", RetryInterval=1)
    server.expect("WLM0030", "WLM0035")

    def on_request(number):
        if number == 100:
            a.kill()
    answers = server.client.load(300, 10, on_request=on_request)
    assert [answer for answer in answers if answer.status != 200 or answer.error] == []
    assert state(server)["a"]["state"] == "down" and f"(unix:{a.path})" in server.log()
    a.start()
    wait_until(lambda: server.client.member() == "a", "a to be tried again")
    assert shares(server.client.load(40, 4)) == {"a": 20, "b": 20}


def test_290_21_a_member_that_hangs(one):
    server, a, _ = one(attrs={"ServerIOTimeout": -1})
    server.expect("WLM0030", "WLM0035", "WLM0031")
    a.pause()
    answers = server.client.load(20, 10)
    a.resume()
    assert shares(answers) == {"b": 20} and state(server)["a"]["state"] == "down"


@pytest.mark.parametrize("fault, why", [("missing", "No such file or directory"), ("left", "Connection refused"),
                                        ("forbidden", "Permission denied for httpd's User (uid ")])
def test_290_22_a_socket_that_cannot_be_used(httpd, member, folder, engine, fault, why):
    path = folder / "a.sock"
    listener = None if fault == "missing" else listen_on_path(path)
    if fault == "left":
        listener.close()
    if fault == "forbidden":
        path.chmod(0)
    server = httpd(plugin_cfg(Cluster("c", [("a", path, {}), ("b", member("b").port, {})])), engine)
    server.expect("WLM0030", "WLM0035")
    assert shares(server.client.load(20, 5)) == {"b": 20}
    lines = [line for line in server.log().splitlines() if "WLM0030" in line]
    assert len(lines) >= 1 and all(f"unix:{path}" in line and why in line for line in lines), lines


def test_290_23_a_full_backlog(httpd, member, folder, engine):
    """Nothing says when it has room: it is asked again within ConnectTimeout, and not in a loop; then another one serves."""
    listener = listen_on_path(folder / "a.sock", 0)
    full = FullBacklog(listener)
    try:
        server = httpd(plugin_cfg(Cluster("c", [("a", folder / "a.sock", {"ConnectTimeout": 2}), ("b", member("b").port, {})])),
                       engine, threads=50)
        server.expect("WLM0030", "WLM0035")
        before = ticks(server)
        answers = server.client.load(60, 30)
        assert shares(answers) == {"b": 60} and ticks(server) - before < 100
        assert "its backlog is full: no connection within ConnectTimeout" in server.log()
    finally:
        full.stop()
        listener.close()


def test_290_24_a_burst_is_no_fault(httpd, folder, engine):
    """More come at once than the backlog holds, and the member takes them one by one."""
    listener, path = listen_on_path(folder / "a.sock", 1), folder / "a.sock"
    server = httpd(plugin_cfg(Cluster("c", [("a", path, {"ConnectTimeout": 20})])), engine + LOCATION, threads=50)
    goes_on = threading.Event()

    def serve():
        goes_on.wait(20)
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            with sock:
                while b"\r\n\r\n" not in sock.recv(65536):
                    pass
                sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
    thread = threading.Thread(target=serve)
    thread.start()
    loader = threading.Thread(target=lambda: answers.extend(server.client.load(40, 40)))
    answers = []
    loader.start()
    wait_until(lambda: state(server)["a"]["in_flight"] == 40, "all to be on their way")
    goes_on.set()
    loader.join()
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()
    assert {(answer.status, answer.body) for answer in answers} == {(200, b"ok")}
    assert state(server)["a"]["state"] == "up"


# -- what is read, and by what tools ------------------------------------------------------------------------

def test_290_40_a_path_that_is_too_long_is_refused(httpd, folder):
    server = httpd(plugin_cfg(Cluster("c", [("a", folder / ("a" * 110), {})])), start=False)
    result = server.test_config()
    assert result.returncode != 0 and "plugin-cfg.xml:4:" in result.stderr
    assert "and the system takes 107 at most" in result.stderr and "bad-socket" in result.stderr


def wlmcfg(*words):
    return subprocess.run([BUILD / "wlmcfg", *words], capture_output=True, text=True, timeout=30, check=False)


@pytest.fixture
def two_files(folder):
    texts = [plugin_cfg(Cluster("c", [("a", folder / name, {}), ("b", 9081, {})]), routes=[Route("c", [f"/{name}/*"])])
             for name in ("a.sock", "A.sock")]
    paths = [folder / "one.xml", folder / "two.xml"]
    for path, text in zip(paths, texts):
        path.write_text(text)
    return paths


def test_290_41_check_show_explain(two_files, folder):
    one = two_files[0]
    assert wlmcfg("check", one).returncode == 0
    assert f"unix:{folder}/a.sock" in wlmcfg("show", one).stdout
    shown = json.loads(wlmcfg("show", "--json", one).stdout)["clusters"][0]["members"]
    assert shown[0]["transports"] == [{"protocol": "http", "host": f"unix:{folder}/a.sock", "port": None}]
    assert f"a, unix:{folder}/a.sock" in wlmcfg("explain", one, "http://h/a.sock/").stdout
    for command in ("graph", "simulate"):
        assert wlmcfg(command, one).returncode == 0


def test_290_42_diff_and_merge(two_files, folder):
    one, two = two_files
    assert f"unix:{folder}/A.sock" in wlmcfg("diff", one, two).stdout  # another one: paths have a case
    merged = wlmcfg("merge", one, two)
    assert f'Hostname="unix:{folder}/a.sock"' in merged.stdout and 'Port="9081"' in merged.stdout
    (folder / "merged.xml").write_text(merged.stdout)
    assert wlmcfg("check", folder / "merged.xml").returncode == 0


def test_290_43_import_of_mod_proxy(folder):
    (folder / "httpd.conf").write_text("""\
<Proxy balancer://shop>
  BalancerMember unix:/run/shop/1.sock|http://localhost route=n1
  BalancerMember "UNIX:/run/shop/2.sock|http://localhost:8080" route=n2 status=D
  BalancerMember unix:/run/shop/3.sock|https://localhost route=n3
  BalancerMember http://app4.example:8080 route=n4
  ProxySet stickysession=SID
</Proxy>
<Proxy unix:/run/one.sock|http://one>
  ProxySet timeout=7
</Proxy>
ProxyPass /shop balancer://shop/shop
ProxyPass /one unix:/run/one.sock|http://one/one
ProxyPass /php unix:/run/php.sock|fcgi://localhost/php
""")
    result = wlmcfg("import", "mod_proxy_balancer", folder / "httpd.conf")
    assert result.stdout.count("<Transport ") == 3, result
    assert '<Transport Hostname="unix:/run/shop/1.sock" Protocol="http"/>' in result.stdout
    assert 'Name="one.sock" ServerIOTimeout="7"' in result.stdout
    assert '<Transport Hostname="unix:/run/one.sock" Protocol="http"/>' in result.stdout
    assert "member unix:/run/shop/2.sock is disabled" in result.stderr
    assert "member unix:/run/shop/3.sock|https://localhost is left out: mod_wlm does not speak TLS over a socket" in result.stderr
    (folder / "made.xml").write_text(result.stdout)
    assert wlmcfg("check", folder / "made.xml").returncode == 0


def test_290_44_import_of_a_relative_path(folder):
    (folder / "httpd.conf").write_text("ProxyPass /one unix:run/one.sock|http://one/one\n")
    result = wlmcfg("import", "mod_proxy_balancer", folder / "httpd.conf")
    assert result.returncode != 0 and 'no URL that can be passed to' in result.stderr

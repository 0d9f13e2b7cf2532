"""Messages that are malformed, too large, contradictory or forged: each is refused with a reason, and changes nothing; what is in use
goes on. What single values may be is a table of the unit test registry/message."""
import socket
import time

import pytest

from wlmtest import wait_until
from wlmtest.client import shares
from wlmtest.mcmp import registry  # noqa: F401 (a fixture)
from wlmtest.status import LOCATION, everything

NODE = "JVMRoute=z&Host=127.0.0.9&Port=1&Type=http"
ODD = ["%00", "%0A", "%0D%0AX:+y", "%22", "%27", "%3C", "%3E", "%26amp;", "--%3E", "%FF", "%C3", "%ED%A0%80", "%C3%28", "%", "%2"]

REFUSED = [  # command, path, body, the field Type of the answer, a part of its field Mess
    *[("CONFIG", "/", f"{NODE}&Balancer={odd}", "SYNTAX", "Balancer") for odd in ODD],
    *[("CONFIG", "/", f"JVMRoute={odd}&Host=h&Port=1&Type=http", "SYNTAX", "JVMRoute") for odd in ODD],
    *[("CONFIG", "/", f"JVMRoute=z&Host=127.0.0.9{odd}&Port=1&Type=http", "SYNTAX", "Host") for odd in ODD],
    *[("CONFIG", "/", f"{NODE}&StickySessionCookie={odd}", "SYNTAX", "StickySessionCookie") for odd in ODD],
    *[("CONFIG", "/", f"{NODE}&StickySessionPath={odd}", "SYNTAX", "StickySessionPath") for odd in ODD],
    *[("ENABLE-APP", "/", f"JVMRoute=a&Context=/x{odd}", "SYNTAX", "Context") for odd in ODD if odd not in ("%27", "%26amp;")],
    *[("ENABLE-APP", "/", f"JVMRoute=a&Context=/x&Alias=h{odd}", "SYNTAX", "Alias") for odd in ODD],
    ("CONFIG", "/", "JVMRoute=z&Host=unix:x&Port=1&Type=http", "SYNTAX", "Host"),
    ("CONFIG", "/", "JVMRoute=z&Host=[127.0.0.9]&Port=1&Type=http", "SYNTAX", "Host"),
    ("CONFIG", "/", "JVMRoute=z&Host=u%40127.0.0.9&Port=1&Type=http", "SYNTAX", "Host"),
    ("CONFIG", "/", "JVMRoute=z&Host=127.0.0.9:80&Port=1&Type=http", "SYNTAX", "Host"),
    *[("CONFIG", "/", f"JVMRoute=z&Host=h&Port={port}&Type=http", "SYNTAX", "Port") for port in (0, -1, 65536, 2**64 + 1, "", "8o")],
    *[("CONFIG", "/", f"JVMRoute=z&Host=h&Port=1&Type={kind}", "SYNTAX", "Type") for kind in ("ajp", "", "ftp")],
    *[("CONFIG", "/", f"JVMRoute={route}&Host=h&Port=1&Type=http", "SYNTAX", "JVMRoute") for route in ("a;b", "a,b", "", "n" * 81)],
    ("CONFIG", "/", f"{NODE}&JVMRoute=y", "SYNTAX", "twice"),
    ("CONFIG", "/", f"{NODE}&port=2", "SYNTAX", "twice"),
    ("CONFIG", "/", "JVMRoute=z", "SYNTAX", "no Host"),
    ("CONFIG", "/", "", "SYNTAX", "no JVMRoute"),
    *[("STATUS", "/", f"JVMRoute=a&Load={load}", "SYNTAX", "Load") for load in ("", -2, 101, 2**32, "1.5", "-", "9" * 400)],
    ("ENABLE-APP", "/", "JVMRoute=a&Context=/x&Alias=" + ",".join(f"h{i}" for i in range(2500)), "SYNTAX", "more than 64"),
    ("ENABLE-APP", "/", "JVMRoute=a&Context=/x&Alias=" + ",".join(f"h{i}.example" for i in range(10000)), "SYNTAX", "16384 bytes"),
    ("ENABLE-APP", "/", "JVMRoute=a&Context=" + ",".join(f"/c{i}" for i in range(65)), "SYNTAX", "more than 64"),
    ("ENABLE-APP", "/", "JVMRoute=a&Context=/" + "x" * 255, "SYNTAX", "Context"),
    ("ENABLE-APP", "/", "JVMRoute=z&Context=/before", "MEM", "CONFIG first"),
    ("DISABLE-APP", "/*", "JVMRoute=z", "MEM", "CONFIG first"),
    ("STOP-APP", "/", "JVMRoute=z&Context=/before", "MEM", "CONFIG first"),
    ("STATUS", "/", "JVMRoute=z&Load=1", "MEM", "CONFIG first"),
    ("INFO", "/", "x" * (1 << 20), "SYNTAX", "16384 bytes"),
    ("CONFIG", "/", NODE + "&x=" + "y" * (1 << 20), "SYNTAX", "16384 bytes"),
]


def ask(server, times=4):
    return shares(server.client.load(times, 2, "/app/"))


def test_467_01_each_is_refused_and_changes_nothing(registry):
    server, node = registry()
    server.expect("WLM0246")
    a = node("a").register()
    wait_until(lambda: ask(server) == {"a": 4}, "a")
    before, file = a.must("DUMP"), (server.path / "registry" / "nodes.xml").read_text()
    for command, path, body, kind, why in REFUSED:
        answer = a.client.send(command, path, body)
        assert (answer.status, answer.headers["Type"]) == (500, kind) and why in answer.headers["Mess"], (command, body[:200], answer)
        assert set(answer.headers["Mess"]) <= set(map(chr, range(32, 127)))
    assert a.must("DUMP") == before and (server.path / "registry" / "nodes.xml").read_text() == file
    assert ask(server) == {"a": 4} and server.count("WLM0246") == len(REFUSED)


def test_467_02_what_is_not_a_message(registry):
    server, node = registry()
    a = node("a").register()
    before = a.must("DUMP")
    for method in ("GET", "POST", "config", "CONFIGX", "PUT", "OPTIONS"):
        assert a.client.send(method, "/", NODE).status in (200, 405, 501), method
    head = b"CONFIG / HTTP/1.1\r\nHost: x\r\n"
    for data in (head + b"Content-Length: -1\r\n\r\n", head + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", head + b"Transfer-Encoding: gzip\r\n\r\n"):
        assert a.client.raw(data).split()[1] in (b"400", b"501"), data
    assert a.must("DUMP") == before


def test_467_03_a_body_that_comes_slowly_in_chunks(registry):
    server, node = registry()
    a = node("a").register()
    with socket.create_connection(("127.0.0.1", node.registration), timeout=20) as connection:
        connection.sendall(b"ENABLE-APP / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        for byte in b"JVMRoute=a&Context=%2Fslow":
            connection.sendall(b"1\r\n" + bytes([byte]) + b"\r\n")
            time.sleep(0.02)  # what is tested: a client that is slow
            assert "/slow" not in a.must("DUMP")
        connection.sendall(b"0\r\n\r\n")
        assert connection.recv(4096).startswith(b"HTTP/1.1 200 ")
    wait_until(lambda: server.client.get("/slow/").status == 200, "the context")


def test_467_04_a_body_that_ends_in_the_middle(registry):
    server, node = registry()
    a = node("a").register()
    before = a.must("DUMP")
    with socket.create_connection(("127.0.0.1", node.registration), timeout=20) as connection:
        connection.sendall(b"REMOVE-APP /* HTTP/1.1\r\nHost: x\r\nContent-Length: 40\r\n\r\nJVMRoute=a")
        connection.shutdown(socket.SHUT_WR)
        connection.recv(4096)
    assert a.must("DUMP") == before and ask(server) == {"a": 4}


@pytest.mark.parametrize("route", ["a.b", "a:b", "10.0.0.5:8080:Catalina", "a-b_c~d", ".", "a..b", "~"])
def test_467_05_sessions_of_any_route(registry, route):
    server, node = registry("WLMSlowStart 0\n")
    node("x").register(), node("m", route=route).register()
    wait_until(lambda: set(ask(server, 8)) == {"x", "m"}, "both")
    assert {server.client.member(Cookie=f"JSESSIONID=4E1D7C.{route}") for _ in range(6)} == {"m"}
    assert {server.client.member(f"/app/;jsessionid=4E1D7C.{route}") for _ in range(6)} == {"m"}


def test_467_06_one_route_from_two_hosts(registry):
    """The later one takes the place, without contexts, and this is in the log with both addresses."""
    server, node = registry()
    a, twin = node("a").register(), node("b", route="a")
    twin.config()
    assert "another one now, without contexts" in server.log() and f":{twin.member.port}" in server.log()
    assert "Context:" not in a.must("INFO") and a.must("INFO").count("Node:") == 1
    twin.app("ENABLE")
    assert ask(server) == {"b": 4}


def test_467_07_another_balancer_in_mid_life(registry):
    server, node = registry(LOCATION)
    a = node("a").register()
    a.config(Balancer="other")
    assert "Context:" not in a.must("INFO") and "Balancer: other," in a.must("INFO")
    a.app("ENABLE")
    wait_until(lambda: ask(server) == {"a": 4}, "a in its new balancer")
    assert [c["name"] for c in everything(server)["clusters"]] == ["other/app"]


def test_467_08_one_context_of_two_balancers(registry):
    server, node = registry()
    server.expect("WLM0300")
    a, b = node("a").register(), node("b")
    b.config(Balancer="other")
    b.app("ENABLE")
    assert server.count("WLM0300") == 1
    assert "node b has context /app in balancer other, and node a has it in balancer mycluster" in server.log()
    assert ask(server) == {"a": 4}
    b.app("ENABLE"), b.app("DISABLE"), b.app("ENABLE")
    assert server.count("WLM0300") == 1
    a.app("REMOVE")
    wait_until(lambda: ask(server) == {"b": 4}, "b to serve it instead")


def test_467_09_a_forged_sender_counts_by_access_control_only(registry):
    server, node = registry("", "WLMRegistryRoutes a\nWLMRegistryHosts 127.0.0.1\n")
    server.expect("WLM0246")
    a = node("a").register()
    before = a.must("DUMP")
    for fields in ({"JVMRoute": "b"}, {"Host": "10.0.0.1"}, {"Host": "127.0.0.1.evil.example"}, {"JVMRoute": "A"}):
        assert a.send("CONFIG", **{"Host": "127.0.0.1", "Port": 1, "Type": "http", **fields}).status == 500, fields
    assert a.must("DUMP") == before

"""A node's whole life, as it was recorded on the wire: each request is sent byte by byte, and what is registered after it is that of a
table. One record is ours; the other one, of a Tomcat with mod_cluster's listener, lies beside the sources where there is one."""
import ast
import re
import socket
import urllib.parse

import pytest

from wlmtest import ROOT
from wlmtest.mcmp import registry  # noqa: F401 (a fixture)

RECORD = ROOT.parent / "shared" / "reference" / "mcmp-wire.log"

# As a record has it: seconds, direction, the request line, fields, and the body, decoded
OWN = """\
# A node that is started, deploys an application later, takes that back, and ends.
0.10 > INFO / HTTP/1.1 {'host': '10.1.2.3:6666', 'user-agent': 'ClusterListener/1.0', 'connection': 'Keep-Alive'} \n\
0.11 <
0.12 > CONFIG / HTTP/1.1 {'host': '10.1.2.3:6666', 'connection': 'Keep-Alive'} JVMRoute=east-1&Host=127.0.0.9&Port=9080&Type=http
0.13 <
0.14 > ENABLE-APP / HTTP/1.1 {'host': '10.1.2.3:6666'} JVMRoute=east-1&Alias=cart.example,localhost&Context=/cart
0.15 <
0.20 > STATUS / HTTP/1.1 {'host': '10.1.2.3:6666'} JVMRoute=east-1&Load=97
0.21 < Type=STATUS-RSP&JVMRoute=east-1&State=OK&id=1
5.00 > ENABLE-APP / HTTP/1.1 {'host': '10.1.2.3:6666'} JVMRoute=east-1&Alias=cart.example,localhost&Context=/
5.01 <
9.00 > DISABLE-APP / HTTP/1.1 {'host': '10.1.2.3:6666'} JVMRoute=east-1&Alias=cart.example,localhost&Context=/cart
9.01 <
9.02 > STOP-APP / HTTP/1.1 {'host': '10.1.2.3:6666'} JVMRoute=east-1&Alias=cart.example,localhost&Context=/cart
9.03 <
9.04 > REMOVE-APP / HTTP/1.1 {'host': '10.1.2.3:6666'} JVMRoute=east-1&Alias=cart.example,localhost&Context=/cart
9.05 <
9.10 > REMOVE-APP /* HTTP/1.1 {'host': '10.1.2.3:6666'} JVMRoute=east-1
9.11 <
9.12 -- closed
"""
OWN_STATES = [
    "", "east-1 127.0.0.9:9080:", "east-1 127.0.0.9:9080: /cart=ENABLED", "east-1 127.0.0.9:9080: /cart=ENABLED",
    "east-1 127.0.0.9:9080: /cart=ENABLED /=ENABLED", "east-1 127.0.0.9:9080: /cart=DISABLED /=ENABLED",
    "east-1 127.0.0.9:9080: /cart=STOPPED /=ENABLED", "east-1 127.0.0.9:9080: /=ENABLED", "",
]
NODE = "node1 127.0.0.1:18080:"
RECORDED_STATES = [
    "", NODE, NODE + " /=ENABLED", NODE + " /=ENABLED /shop=ENABLED", NODE + " /=ENABLED /shop=ENABLED",
    NODE + " /=ENABLED /shop=ENABLED", NODE + " /=ENABLED /shop=DISABLED", NODE + " /=ENABLED /shop=STOPPED", NODE + " /=ENABLED",
    NODE + " /=ENABLED", NODE + " /=DISABLED", NODE + " /=STOPPED", NODE, "",
]
LINE = re.compile(r"[\d.]+ > (?P<method>\S+) (?P<path>\S+) HTTP/1\.1 (?P<fields>\{.*?\}) ?(?P<body>.*)")


def requests(text):
    """(method, path, the request's bytes) of each"""
    for line in text.splitlines():
        match = LINE.fullmatch(line)
        if match:
            pairs = [pair.split("=", 1) for pair in match["body"].split("&") if pair]
            body = "&".join(f"{name}={urllib.parse.quote(value, safe='')}" for name, value in pairs)
            fields = {**ast.literal_eval(match["fields"]), "content-length": len(body),
                      "content-type": "application/x-www-form-urlencoded"}
            head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
            yield match["method"], match["path"], f"{match['method']} {match['path']} HTTP/1.1\r\n{head}\r\n{body}".encode()


def read_answer(connection):
    """(status, body)"""
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(4096)
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(re.search(rb"(?i)content-length: (\d+)", head)[1])
    while len(body) < length:
        body += connection.recv(4096)
    return int(head.split()[1]), body.decode()


def state(node):
    """What INFO says, as "NODE HOST:PORT: CONTEXT=STATE ..."."""
    text, contexts = "", 0
    for line in node.send("INFO").body.decode().splitlines():
        match = re.fullmatch(r"Node: \[1\],Name: (.*?),.*Host: (.*),Port: (\d+),Type: http", line)
        if match:
            text = f"{match[1]} {match[2]}:{match[3]}:"
        match = re.fullmatch(rf"Context: \[1:\d+:{contexts + 1}\], Context: (.*), Status: (.*)", line)
        if match:
            contexts += 1
            text += f" {match[1]}={match[2]}"
    return text


def answer_of(method, route):
    """How an answer begins."""
    return {"STATUS": f"Type=STATUS-RSP&JVMRoute={route}&State=OK&id=",
            "STOP-APP": f"Type=STOP-APP-RSP&JvmRoute={route}&Alias="}.get(method, "")


@pytest.mark.parametrize("text, route, states, more", [
    (OWN, "east-1", OWN_STATES, ""), (OWN, "east-1", OWN_STATES, "WLMRegistryAliases *.example\n"),
    (None, "node1", RECORDED_STATES, ""), (None, "node1", RECORDED_STATES, "WLMRegistryAliases *.example\n"),
], ids=["own", "own-hosts", "recorded", "recorded-hosts"])
def test_469_01_a_life_byte_by_byte(registry, text, route, states, more):
    if text is None and not RECORD.exists():
        pytest.skip("../shared/reference/mcmp-wire.log is not there")
    server, node = registry("", more)
    watcher = node("w", route="nobody")
    sent = list(requests(text or RECORD.read_text(encoding="utf-8")))
    assert len(sent) == len(states)
    with socket.create_connection(("127.0.0.1", node.registration), timeout=20) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for (method, path, data), expected in zip(sent, states):
            for byte in data:
                connection.send(bytes([byte]))
            status, body = read_answer(connection)
            assert status == 200 and body.startswith(answer_of(method, route)), (method, path, status, body)
            assert body if method in ("STATUS", "STOP-APP") else not body or method == "INFO"
            assert state(watcher) == expected, (method, path)
    assert server.count("WLM0246") == 0

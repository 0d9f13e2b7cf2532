"""A name service of our own: UDP and TCP, at port 53 of an address of this machine. The httpd that is to ask it has a mount
namespace in which /etc/resolv.conf names it. That needs root."""
import os
import random
import socket
import socketserver
import struct
import subprocess
import threading
import time

import pytest

TYPES = {"A": 1, "CNAME": 5, "AAAA": 28, "SRV": 33}
NXDOMAIN, SERVFAIL = 3, 2
UDP_MOST = 512
ALIASES_MOST = 8


def encode(name):
    return b"".join(bytes([len(label)]) + label.encode("latin-1") for label in name.rstrip(".").split(".") if label) + b"\0"


def decode(message, at):
    labels = []
    while message[at]:
        labels.append(message[at + 1:at + 1 + message[at]].decode("latin-1"))
        at += 1 + message[at]
    return ".".join(labels).lower(), at + 1


def rdata(kind, value):
    if kind == "A":
        return socket.inet_aton(value)
    if kind == "AAAA":
        return socket.inet_pton(socket.AF_INET6, value)
    if kind == "SRV":
        priority, weight, port, target = value
        return struct.pack(">HHH", priority, weight, port) + encode(target)
    return encode(value)


class Dns:
    """.answers by (name, "A"): (ttl, [values]), or a number (an error). A value of bytes is a record's data. Where there is one by (name,
    "CNAME"), answers for other types have it and what its target has."""

    def __init__(self, folder):
        self.folder, self.answers, self.asked = folder, {}, []
        self.delay, self.is_silent = 0, False
        self.address = f"127.{random.randint(1, 254)}.{random.randint(0, 255)}.{random.randint(1, 254)}"
        self.servers = []
        self.start()

    def set(self, name, kind, *values, ttl=1):
        self.answers[name, kind] = (ttl, list(values))

    def fail(self, name, error):
        for kind in TYPES:
            self.answers[name, kind] = error

    def times(self, name, kind="A"):
        return [at for at, *what in self.asked if what == [name, kind]]

    # -- the service ---------------------------------------------------------------

    def start(self):
        dns = self

        class OverUdp(socketserver.BaseRequestHandler):
            def handle(self):
                data, sock = self.request
                answer = dns.answer(data, UDP_MOST)
                if answer:
                    sock.sendto(answer, self.client_address)

        class OverTcp(socketserver.StreamRequestHandler):
            def handle(self):
                while len(head := self.rfile.read(2)) == 2:
                    answer = dns.answer(self.rfile.read(struct.unpack(">H", head)[0]), 65535)
                    if answer:
                        self.wfile.write(struct.pack(">H", len(answer)) + answer)

        for base, handler in ((socketserver.ThreadingUDPServer, OverUdp), (socketserver.ThreadingTCPServer, OverTcp)):
            server = type("Server", (base,), {"allow_reuse_address": True, "daemon_threads": True, "block_on_close": False})(
                (self.address, 53), handler)
            self.servers.append(server)
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop(self):
        for server in self.servers:
            server.shutdown()
            server.server_close()
        self.servers = []

    def answer(self, query, most):
        name, at = decode(query, 12)
        number = struct.unpack(">H", query[at:at + 2])[0]
        kind = next((k for k, n in TYPES.items() if n == number), str(number))
        question = query[12:at + 4]
        self.asked.append((time.monotonic(), name, kind))
        if self.is_silent:
            return None
        time.sleep(self.delay)  # a slow service is what this stands for
        records, owner = self.aliases(name, kind)
        found = self.answers.get((owner, kind))
        if found is None:
            found = (1, []) if any(known == owner for known, _ in self.answers) else NXDOMAIN
        error, (ttl, values) = (found, (0, [])) if isinstance(found, int) else (0, found)
        for value in values:
            data = value if isinstance(value, bytes) else rdata(kind, value)
            records.append((b"\xc0\x0c" if owner == name else encode(owner)) + struct.pack(">HHIH", number, 1, ttl, len(data)) + data)
        if 12 + len(question) + sum(map(len, records)) > most:
            return query[:2] + struct.pack(">HHHHH", 0x8380, 1, 0, 0, 0) + question
        return query[:2] + struct.pack(">HHHHH", 0x8180 | error, 1, len(records), 0, 0) + question + b"".join(records)

    def aliases(self, name, kind):
        """The records of a name's aliases, one after the other, and the last name."""
        records = []
        while kind != "CNAME" and (name, "CNAME") in self.answers and len(records) < ALIASES_MOST:
            ttl, (target,) = self.answers[name, "CNAME"]
            data = encode(target)
            records.append(encode(name) + struct.pack(">HHIH", TYPES["CNAME"], 1, ttl, len(data)) + data)
            name = target
        return records, name

    # -- who asks it ----------------------------------------------------------------

    def used_by(self, server, hosts=""):
        """The httpd will have a namespace with this name service. Call it before the start."""
        resolv = self.folder / "resolv.conf"
        resolv.write_text(f"nameserver {self.address}\noptions timeout:1 attempts:2\n")
        (self.folder / "hosts").write_text("127.0.0.1 localhost\n" + hosts)
        for path in (resolv, self.folder / "hosts"):
            path.chmod(0o644)
        mount = f"mount --bind {resolv} /etc/resolv.conf && mount --bind {self.folder}/hosts /etc/hosts && exec \"$@\""
        server.under = ("unshare", "-m", "sh", "-c", mount, "sh", *server.under)
        return server


def why_not():
    """Why there can be no such name service here; "" when there can."""
    if os.geteuid() != 0:
        return "a name service at port 53, and a namespace that asks it, need root"
    result = subprocess.run(["unshare", "-m", "mount", "--bind", "/etc/hostname", "/etc/resolv.conf"], capture_output=True,
                            text=True, check=False)
    return f"no namespace of mounts can be had: {result.stderr}" if result.returncode else ""


@pytest.fixture
def dns(folder):
    why = why_not()
    if why:
        pytest.skip(why)
    service = Dns(folder)
    yield service
    service.stop()

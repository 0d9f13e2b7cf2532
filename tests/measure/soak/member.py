"""A member for a soak with everything: that of waiting/, which also says what it was asked for, writes down what it was sent, has
a transport with TLS, and can be told to fail (python3 -m soak.member NAME HOST PORT TLS-PORT CERTIFICATE FOLDER; port 0: any that is
free).

    /health              200; while it fails 503
    /fail?ms=N           from now on for so long half of the requests get 503, or the connection ends without an answer
    /anything?bytes=N    is answered with the target, over and over, so many bytes in all
"""
import asyncio
import random
import re
import ssl
import subprocess
import sys
import time

import waiting.member


def answer_to(target, size):
    """What a client must get."""
    return (f"{target}\n" * (size // len(target) + 1))[:size] if size else f"{target}\n"


def number_of(target, name):
    found = re.search(rf"[?&]{name}=(\d+)", target)
    return int(found.group(1)) if found else 0


class Everything(waiting.member.Served):
    received, fails_until, rng = None, 0, random.Random()

    def serve(self, head):
        method, self.target = head.split(b"\r\n", 1)[0].decode().split(" ")[:2]
        if self.target.startswith("/fail?"):
            Everything.fails_until = time.monotonic() + number_of(self.target, "ms") / 1000
            self.send("200 OK", "")
        elif self.target.startswith("/health"):
            self.send("503 Service Unavailable" if time.monotonic() < self.fails_until else "200 OK", "")
        elif method == "POST" and (mark := re.search(rb"\r\nX-Request-Id: (\S+)", head, re.I)):
            self.received.write(mark.group(1) + b"\n")
            self.serve_or_fail(head)
        else:
            self.serve_or_fail(head)

    def serve_or_fail(self, head):
        is_spared = self.target.startswith("/stats") or re.search(rb"\r\nUpgrade: ", head, re.I)
        if is_spared or time.monotonic() > self.fails_until or self.rng.random() < 0.5:
            super().serve(head)
        elif self.rng.random() < 0.5:
            self.send("503 Service Unavailable", "failing")
        else:
            self.transport.abort()

    def answer(self):
        self.timer = None
        self.stats.working -= 1
        self.stats.answered += 1
        self.send("200 OK", answer_to(self.target, number_of(self.target, "bytes")))
        self.data_received(b"")  # a request that has come meanwhile


class Member(waiting.member.Member):
    """.tls_port: of its other transport"""

    def __init__(self, name, host, certificate, folder):
        self.tls_port, self.certificate, self.file = 0, certificate, folder / f"{name}.received"
        super().__init__(name, host)

    def start(self):
        """Also after stop(): at the same ports."""
        self.process = subprocess.Popen([sys.executable, "-m", "soak.member", self.name, self.host, str(self.port), str(self.tls_port),
                                         self.certificate, self.file], stdout=subprocess.PIPE, text=True)
        self.port, self.tls_port = map(int, self.process.stdout.readline().split())

    def received(self):
        """The marks of all POSTs that it has had, whatever it made of them."""
        return self.file.read_text(encoding="ascii").splitlines() if self.file.exists() else []


async def serve(name, host, port, tls_port, certificate, received):
    Everything.name, loop = name, asyncio.get_running_loop()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.set_alpn_protocols(["http/1.1"])
    with open(received, "ab", buffering=0) as Everything.received:
        plain = await loop.create_server(Everything, host, port, backlog=4096)
        tls = await loop.create_server(Everything, host, tls_port, backlog=4096, ssl=context)
        print(*(server.sockets[0].getsockname()[1] for server in (plain, tls)), flush=True)
        await plain.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), *sys.argv[5:]))

"""A member that has thousands of requests at once: an asyncio server as a process of its own (python3 -m waiting.member NAME HOST
PORT; port 0: any that is free).

    /anything?ms=N   is answered after so many ms; with Upgrade, that is agreed to, and every byte is echoed
    /stats           what it has done so far, as JSON: see class Stats
"""
import asyncio
import dataclasses
import http.client
import json
import re
import signal
import subprocess
import sys
import time


@dataclasses.dataclass
class Stats:
    working: int = 0       # requests that are not answered yet
    answered: int = 0
    upgraded: int = 0      # connections that are open and echo
    broken_off: list = dataclasses.field(default_factory=list)  # when connections ended before the answer, by time.monotonic()


class Served(asyncio.Protocol):
    """One connection."""
    name, stats = "", Stats()

    def __init__(self):
        self.buffer, self.timer, self.is_upgraded, self.transport = b"", None, False, None

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        if self.is_upgraded:
            self.transport.write(data)
            return
        self.buffer += data
        if not self.timer and b"\r\n\r\n" in self.buffer:
            head, rest = self.buffer.split(b"\r\n\r\n", 1)
            length = re.search(rb"\r\nContent-Length: (\d+)", head, re.I)
            size = int(length.group(1)) if length else 0
            if len(rest) >= size:
                self.buffer = rest[size:]
                self.serve(head)

    def serve(self, head):
        if head.startswith(b"GET /stats "):
            self.send("200 OK", json.dumps(dataclasses.asdict(self.stats)))
        elif re.search(rb"\r\nUpgrade: ", head, re.I):
            self.upgrade()
        else:
            ms = re.search(rb"[?&]ms=(\d+)", head.split(b"\r\n", 1)[0])
            self.stats.working += 1
            self.timer = asyncio.get_running_loop().call_later(int(ms.group(1)) / 1000 if ms else 0, self.answer)

    def send(self, status, body):
        self.transport.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nX-Member: {self.name}\r\n\r\n{body}".encode())

    def answer(self):
        self.timer = None
        self.stats.working -= 1
        self.stats.answered += 1
        self.send("200 OK", "ok")
        self.data_received(b"")  # a request that has come meanwhile

    def upgrade(self):
        self.is_upgraded = True
        self.stats.upgraded += 1
        self.transport.write(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                             + f"X-Member: {self.name}\r\n\r\n".encode() + self.buffer)

    def connection_lost(self, exc):
        self.stats.upgraded -= self.is_upgraded
        if self.timer:
            self.timer.cancel()
            self.stats.working -= 1
            self.stats.broken_off.append(time.monotonic())


class Member:
    """Such a process; its clone id is its name."""

    def __init__(self, name, host="127.0.0.1"):
        self.name, self.host, self.port, self.process = name, host, 0, None
        self.start()

    def start(self):
        """Also after stop(): at the same port."""
        self.process = subprocess.Popen([sys.executable, "-m", "waiting.member", self.name, self.host, str(self.port)],
                                        stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def stats(self):
        connection = http.client.HTTPConnection(self.host, self.port, timeout=20)
        try:
            connection.request("GET", "/stats")
            return Stats(**json.loads(connection.getresponse().read()))
        finally:
            connection.close()

    def pause(self):
        """The kernel still accepts connections; nothing is answered."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


async def serve(name, host, port):
    Served.name = name
    server = await asyncio.get_running_loop().create_server(Served, host, port, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], sys.argv[2], int(sys.argv[3])))

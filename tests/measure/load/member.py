"""A member that can do so much and no more: a process of its own (python3 -m load.member NAME). It has a number of workers, each of
which works on one request at a time; further requests wait in their order. A request whose client has gone is worked on all the
same, as application servers do it.

    /control?mean=MS&least=MS&factor=N&tail=PERCENT&tail_ms=MS&workers=N&status=N&utilization=N
                    sets what is given, and answers with what the member has done so far, as JSON: see class Stats
    anything else   is answered after its work: `least` ms and an exponentially distributed time, `mean` ms together, times `factor`,
                    and `tail_ms` more for `tail` percent of the requests. With another status than 200: at once
"""
import asyncio
import collections
import dataclasses
import http.client
import json
import random
import re
import subprocess
import sys
import urllib.parse


@dataclasses.dataclass
class Settings:
    mean: float = 20.0
    least: float = 10.0
    factor: float = 1.0
    tail: float = 0.0
    tail_ms: float = 0.0
    workers: int = 4
    status: int = 200
    utilization: float = -1.0  # what it reports in endpoint-load-metrics; -1: nothing


@dataclasses.dataclass
class Stats:
    requests: int = 0          # that have come
    answered: int = 0


class Work:
    """What all connections of a member share."""

    def __init__(self, name):
        self.name, self.settings, self.stats = name, Settings(), Stats()
        self.waiting, self.working, self.random = collections.deque(), 0, random.Random(name)

    def time(self):
        """Seconds of the next request."""
        s = self.settings
        tail = s.tail_ms if s.tail and 100 * self.random.random() < s.tail else 0
        return ((s.least + self.random.expovariate(1 / max(s.mean - s.least, 1e-6))) * s.factor + tail) / 1000

    def begin(self, answer):
        """answer: is called when a request's work is done."""
        self.stats.requests += 1
        if self.settings.status != 200:
            asyncio.get_running_loop().call_later(0.001, self._answer, answer)
            return
        self.waiting.append(answer)
        self._go_on()

    def _go_on(self):
        while self.waiting and self.working < self.settings.workers:
            self.working += 1
            asyncio.get_running_loop().call_later(self.time(), self._end, self.waiting.popleft())

    def _end(self, answer):
        self.working -= 1
        self._go_on()
        self._answer(answer)

    def _answer(self, answer):
        self.stats.answered += 1
        answer()

    def fields(self):
        """Further ones of a response."""
        u = self.settings.utilization
        return "" if u < 0 else f"endpoint-load-metrics: TEXT application_utilization={u:.3f}\r\n"

    def control(self, query):
        """Set what the query says."""
        for key, value in urllib.parse.parse_qsl(query):
            setattr(self.settings, key, type(getattr(self.settings, key))(float(value)))
        self._go_on()
        return json.dumps(dataclasses.asdict(self.stats))


class Served(asyncio.Protocol):
    """One connection."""
    work = None

    def __init__(self):
        self.buffer, self.is_busy, self.transport = b"", False, None

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.buffer += data
        if not self.is_busy and b"\r\n\r\n" in self.buffer:
            head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
            self.is_busy = True
            if control := re.match(rb"GET /control\?(\S*) ", head):
                self.send(200, self.work.control(control[1].decode()))
            else:
                self.work.begin(lambda: self.send(self.work.settings.status, "ok", self.work.fields()))

    def send(self, status, body, fields=""):
        self.is_busy = False
        if not self.transport.is_closing():
            self.transport.write(f"HTTP/1.1 {status} Status\r\nContent-Length: {len(body)}\r\nX-Member: {self.work.name}\r\n"
                                 f"{fields}\r\n{body}".encode())
            self.data_received(b"")  # a request that has come meanwhile


class Member:
    """Such a process; its clone id is its name."""

    def __init__(self, name, **settings):
        self.name, self.process = name, subprocess.Popen([sys.executable, "-m", "load.member", name], stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())
        self.control(**settings)

    def control(self, **settings):
        """Change settings. @return Stats"""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", "/control?" + urllib.parse.urlencode(settings))
            return Stats(**json.loads(connection.getresponse().read()))
        finally:
            connection.close()

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


async def serve(name):
    Served.work = Work(name)
    server = await asyncio.get_running_loop().create_server(Served, "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))

"""The clients. That a request is not answered, or not with 200, is a problem, but for those that a member had when it died and that
may not be sent twice."""
import asyncio
import collections
import contextlib
import random
import select
import socket
import struct
import time

from common.client import FAILURES, UPGRADE, Client
IDLE_MAX = 240     # seconds between two requests of a client
RACE = 1.0         # seconds: a request on a kept connection that has failed so soon may have met its end. And what the clients
LAG = 3            # are late, so many times: httpd is, too, where the machine has no processor for all of it
LAGS = 300         # of the last 30 s
PIECES, PIECE = 8, b"x" * 8192
DATA = b"what is echoed" * 4


class Caller(Client):
    """A kept connection."""

    def is_open(self):
        """Closes it where httpd has done so."""
        if self.writer and not self.writer.is_closing():
            poll = select.poll()
            poll.register(self.writer.get_extra_info("socket").fileno(), select.POLLRDHUP)
            if not poll.poll(0):
                return True
        self.close()
        return False

    async def upload(self, target, pause, seconds):
        """A body in pieces. @return the status; 0: none"""
        try:
            await self._send(target, f"Content-Length: {PIECES * len(PIECE)}\r\n", "POST")
            for _ in range(PIECES):
                await pause(seconds / PIECES)
                self.writer.write(PIECE)
            async with asyncio.timeout(self.timeout):
                return (await self._read())[0]
        except FAILURES:
            self.close()
            return 0

    def reset(self):
        """Leave by RST."""
        if self.writer:
            self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()


class Clients:
    """counts: by kind and what came of it. problems: texts."""
    RAMP = 60                  # seconds from the first client to the last
    ANSWERS = {}               # of the kinds for which there is another one than 200
    SAMPLES = 10               # seconds between two of the figures
    GOOD = {"idle": "200", "poll": "200", "queued": "200", "short": "200", "upload": "200", "websocket": "echoed"}  # what each must get

    def __init__(self, site, seed, connections, longest):
        """longest: seconds that a WebSocket is open."""
        self.site, self.seed, self.longest, self.over = site, seed, longest, asyncio.Event()
        self.counts, self.problems, self.begun = collections.Counter(), [], time.monotonic()
        self.lags = collections.deque([0], LAGS)
        kinds = [(self.idle, 0.36), (self.poll, 0.30), (self.websocket, 0.30), (self.queued, 0.01), (self.short, 0.01),
                 (self.upload, 0.01), (self.leave, 0.01)]
        self.kinds = [(step, max(1, round(connections * share))) for step, share in kinds]

    async def run(self):
        await asyncio.gather(self._note_lags(), *(self._loop(step, number) for step, count in self.kinds for number in range(count)))

    async def _note_lags(self):
        """How late are things that are to happen at a time?"""
        while not self.over.is_set():
            begun = time.monotonic()
            await asyncio.sleep(30 / LAGS)  # its lateness is what is measured
            self.lags.append(time.monotonic() - begun - 30 / LAGS)

    async def _loop(self, step, number):
        rng = random.Random(f"{self.seed}/{step.__name__}/{number}")
        client = self.new_client(step, number)
        await self.pause(rng.uniform(0, self.RAMP))
        while not self.over.is_set():
            await step(client, rng)
        client.close()

    def new_client(self, _step, number):
        return self.site.client_of(number, Caller)

    async def pause(self, seconds):
        """Ends early when all is over."""
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self.over.wait(), seconds)

    def note(self, kind, what, is_good, excuse=False):
        self.counts[kind, what if is_good or not excuse else f"{what}, its member died"] += 1
        if not is_good and not excuse:
            self.problems.append(f"{time.monotonic() - self.begun:.1f} s: {kind}: {what}")

    async def _ask(self, kind, client, target):
        """On a kept connection where there is one. Where httpd has just closed that, it is sent again, as all clients do."""
        was_open, begun = client.is_open(), time.monotonic()
        status, _ = await client.get(target)
        if not status and was_open and time.monotonic() - begun < RACE + LAG * max(self.lags):
            self.counts[kind, "closed meanwhile, sent again"] += 1
            status, _ = await client.get(target)
        self.note(kind, str(status or f"no answer after {time.monotonic() - begun:.0f} s"), status in self.ANSWERS.get(kind, (200,)))

    async def idle(self, client, rng):
        await self.pause(rng.uniform(60, IDLE_MAX))
        await self._ask("idle", client, "/app/")

    async def poll(self, client, rng):
        await self._ask("poll", client, f"/app/?ms={rng.randint(1000, 30000)}")

    async def queued(self, client, _):
        await self._ask("queued", client, "/queued/?ms=1000")

    async def short(self, client, rng):
        """On a new connection each."""
        await self.pause(rng.uniform(2, 8))
        await self._ask("short", client, "/app/")
        client.close()

    async def upload(self, client, rng):
        begun = time.monotonic()
        status = await client.upload("/app/", self.pause, rng.uniform(5, 25))
        self.note("upload", str(status), status == 200, self.site.has_died_since(begun))
        client.close()

    async def websocket(self, client, rng):
        begun, is_open = time.monotonic(), await client.upgrade("/app/ws")
        self.note("websocket", "opened" if is_open else "not opened", is_open)
        until = begun + rng.uniform(0.2, 1) * self.longest
        while is_open and time.monotonic() < until and not self.over.is_set():
            await self.pause(rng.uniform(10, 40))
            is_open = await client.echo(DATA)
            self.note("websocket", "echoed" if is_open else f"closed by {client.fields['x-member']}", is_open,
                      self.site.has_died_since(begun, client.fields["x-member"]))
        client.close()

    async def leave(self, client, rng):
        """Goes away while it waits, uploads or has a WebSocket; by FIN or RST."""
        what = rng.choice([("GET", "/app/?ms=30000", ""), ("POST", "/app/", "Content-Length: 100000\r\n"), ("GET", "/app/ws", UPGRADE),
                           ("GET", "/queued/?ms=30000", "")])
        try:
            await client._send(what[1], what[2], what[0])  # pylint: disable=protected-access
            await self.pause(rng.uniform(0, 10))
        except OSError:
            self.note("leave", "no connection", False)
        rng.choice([client.close, client.reset])()
        self.counts["leave", what[1]] += 1


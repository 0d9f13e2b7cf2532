"""Clients, thousands of them in one thread: each is one connection."""
import asyncio
import contextlib
import time

TIMEOUT = 5.0      # seconds for an answer, where a case says nothing else
AT_ONCE = 500      # connections that are being opened; more would not fit into the listeners' backlogs

FAILURES = (OSError, EOFError, asyncio.TimeoutError, ValueError)
UPGRADE = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"


class Client:
    """Opened by the first request; after a failure by the next one. fields: of the last response, names and values in lower
    case."""

    def __init__(self, port, timeout=TIMEOUT, host="127.0.0.1", tls=None):
        """tls: an ssl.SSLContext"""
        self.port, self.timeout, self.host, self.tls, self.reader, self.writer, self.fields = port, timeout, host, tls, None, None, {}

    async def _send(self, target, fields, method="GET"):
        if not self.writer:
            self.reader, self.writer = await asyncio.open_connection(self.host, self.port, ssl=self.tls)
        self.writer.write(f"{method} {target} HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n".encode())

    async def _read(self):
        """(status, body); 101 has none."""
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        status = int(head.split(" ", 2)[1])
        self.fields = fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        if status == 101:
            return status, b""
        if "chunked" in fields.get("transfer-encoding", ""):
            body = await self._read_chunks()
        else:
            body = await self.reader.readexactly(int(fields["content-length"]))
        if "close" in fields.get("connection", ""):
            self.close()
        return status, body

    async def _read_chunks(self):
        body = b""
        while size := int(await self.reader.readuntil(b"\r\n"), 16):
            body += await self.reader.readexactly(size)
            await self.reader.readexactly(2)
        await self.reader.readexactly(2)
        return body

    async def get(self, target, session=None, fields=""):
        """(status, body); status 0: no complete answer in time. session: the clone id."""
        cookie = f"Cookie: JSESSIONID=0000x:{session}\r\n" if session else ""
        try:
            async with asyncio.timeout(self.timeout):
                await self._send(target, cookie + fields)
                return await self._read()
        except FAILURES:
            self.close()
            return 0, b""

    async def upgrade(self, target):
        """Is it a WebSocket now? (What it carries are plain bytes: no system between looks into the frames.)"""
        status, _ = await self.get(target, fields=UPGRADE)
        return status == 101

    async def echo(self, data):
        try:
            async with asyncio.timeout(self.timeout):
                self.writer.write(data)
                return await self.reader.readexactly(len(data)) == data
        except FAILURES:
            return False

    def close(self):
        if self.writer:
            self.writer.close()
        self.reader = self.writer = None


async def gather(calls):
    """The results of many coroutines, of which AT_ONCE run at a time."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def run(call):
        async with gate:
            return await call
    return await asyncio.gather(*map(run, calls))


@contextlib.contextmanager
def closing(clients):
    try:
        yield clients
    finally:
        for client in clients:
            client.close()


class Times:
    """Of requests that follow each other: seconds of those that succeeded, and how many did not."""

    def __init__(self):
        self.seconds, self.failed = [], 0

    async def note(self, call):
        """call: a coroutine that says whether it has succeeded."""
        begun = time.monotonic()
        if await call:
            self.seconds.append(time.monotonic() - begun)
        else:
            self.failed += 1

    def p99(self):
        """In ms; None: none has succeeded."""
        return 1000 * sorted(self.seconds)[len(self.seconds) * 99 // 100] if self.seconds else None


async def is_ok(client, target, session=None):
    return (await client.get(target, session))[0] == 200


async def wait_for(condition, seconds):
    """Until await condition() is true. @return how many seconds that took; None: too many"""
    begun = time.monotonic()
    while not await condition():
        if time.monotonic() - begun > seconds:
            return None
        await asyncio.sleep(0.01)  # between two checks of the condition
    return time.monotonic() - begun

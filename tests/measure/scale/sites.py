"""What the cases have running: an httpd, and members, of which one process has as many as are wanted."""
import asyncio
import contextlib
import dataclasses
import threading
import time

from wlmtest import free_port, temporary_folder
from wlmtest.httpd import Httpd
from wlmtest.status import LOCATION

CHILDREN = 4                   # processes of an httpd with several
RELOAD_TIMEOUT = 120           # seconds


@contextlib.contextmanager
def running_httpd(text, extra="", children=1):
    """An Httpd that has this file."""
    with temporary_folder() as folder:
        (folder / "httpd").mkdir()
        server = Httpd(folder / "httpd", children=children, log_level="warn")
        server.timeout = 60
        server.configure(text, LOCATION + extra)
        try:
            server.start()
            yield server
        finally:
            server.stop()


@dataclasses.dataclass(frozen=True)
class Reload:
    status: int        # 200, 409: refused
    text: str
    seconds: float     # until the process that was asked has loaded it


def reload(server, text):
    """By an administrator."""
    new = server.path / "plugin-cfg.new"
    new.write_text(text)
    new.chmod(0o644)
    new.rename(server.path / "plugin-cfg.xml")
    begun = time.monotonic()
    fields = {"Content-Type": "application/x-www-form-urlencoded", "X-WLM-Admin": "1"}
    answer = server.client.send("POST", "/wlm-status", "action=reload", fields, timeout=RELOAD_TIMEOUT)
    return Reload(answer.status, str(answer.error or answer.body), time.monotonic() - begun)


class Fleet:
    """Members in a thread, each with an address of its own. hang: so many of them take connections and answer nothing."""

    def __init__(self, n, hang=0, status=200):
        """status None: the connection ends without an answer"""
        self.n, self.hang, self.status, self.port = n, hang, status, free_port()
        self.asked = []            # (when, which member)
        self.open = set()          # of those that hang
        self.loop, self.is_ready = asyncio.new_event_loop(), threading.Event()
        self.thread = threading.Thread(target=self.loop.run_until_complete, args=(self._run(),))

    @staticmethod
    def host(i):
        return f"127.{1 + (i >> 14)}.{i >> 7 & 127}.{1 + (i & 127)}"

    def servers(self, **attributes):
        """For wlmtest.plugincfg.Cluster."""
        return [(f"m{i}", self.port, {"host": self.host(i), **attributes}) for i in range(self.n)]

    async def _run(self):
        self.over = asyncio.Event()
        servers = [await asyncio.start_server(self._serve(i), self.host(i), self.port, backlog=64) for i in range(self.n)]
        self.is_ready.set()
        await self.over.wait()
        for server in servers:
            server.close()
        connections = asyncio.all_tasks() - {asyncio.current_task()}
        for connection in connections:
            connection.cancel()
        await asyncio.gather(*connections, return_exceptions=True)

    def _serve(self, i):
        answer = f"HTTP/1.1 {self.status} x\r\nContent-Length: 0\r\n\r\n".encode()

        async def serve(reader, writer):
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                while True:
                    await reader.readuntil(b"\r\n\r\n")
                    self.asked.append((time.monotonic(), i))
                    if self.status is None:
                        break
                    if i >= self.hang:
                        writer.write(answer)
            writer.close()
        return serve

    def __enter__(self):
        self.thread.start()
        assert self.is_ready.wait(30), "the members do not listen"
        return self

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.over.set)
        self.thread.join()

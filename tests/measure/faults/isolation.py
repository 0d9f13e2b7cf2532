"""What a member that hangs costs the requests for the others: their latency with and without it, and with a limit."""
import pathlib
import tempfile
import threading
import time

from wlmtest.client import Client
from wlmtest.httpd import Httpd
from wlmtest.members import Member
from wlmtest.plugincfg import Cluster, plugin_cfg

DELAY_MS, SECONDS = 20, 6
WORKERS, CLIENTS_OF_OTHER, CLIENTS_OF_HUNG = 40, 6, 60
SETUPS = [("all members are well", False, []), ("one hangs", True, []), ("one hangs", True, ["WLMEngine Off"]),
          ("one hangs", True, ["WLMEngine Off", "WLMMemberShare 25"])]


class Clients:
    """Of one member's session: each sends the next request when the one before has ended. The latencies of those that
    were answered by the member itself."""

    def __init__(self, port, member, count):
        self.client, self.member, self.seconds, self.is_over = Client(port), member, [], threading.Event()
        self.threads = [threading.Thread(target=self._run, daemon=True) for _ in range(count)]
        for thread in self.threads:
            thread.start()

    def _run(self):
        while not self.is_over.is_set():
            begun = time.monotonic()
            answer = self.client.send("GET", "/app/", headers={"Cookie": f"JSESSIONID=0000x:{self.member}"}, timeout=30)
            if answer.status == 200 and answer.headers["X-Member"] == self.member:
                self.seconds.append(time.monotonic() - begun)

    def stop(self):
        self.is_over.set()


def percentile(values, percent):
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)]


def measure(hangs, directives):
    """Latencies of the requests for the three other members, in seconds."""
    with tempfile.TemporaryDirectory(prefix="wlm-") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        (folder / "httpd").mkdir()
        members = [Member(m, folder, delay=DELAY_MS) for m in "abcd"]
        cluster = Cluster("c", [(m.name, m.port, {"ServerIOTimeout": 10}) for m in members])
        server = Httpd(folder / "httpd", children=2, threads=WORKERS // 2).configure(
            plugin_cfg(cluster), "".join(d + "\n" for d in directives))
        try:
            server.start()
            if hangs:
                members[0].pause()
            first = Clients(server.port, "a", CLIENTS_OF_HUNG)
            others = [Clients(server.port, m.name, CLIENTS_OF_OTHER) for m in members[1:]]
            time.sleep(SECONDS)  # the length of the measurement
            for clients in (first, *others):
                clients.stop()
            members[0].resume()
            return [s for clients in others for s in clients.seconds]
        finally:
            for member in members:
                member.stop()
            server.stop()


def report():
    """A table."""
    lines = ["| | directives | requests for the others in %d s | p50 | p99 | longest |" % SECONDS,
             "|---|---|---|---|---|---|"]
    for text, hangs, directives in SETUPS:
        values = measure(hangs, directives)
        ms = [f"{1000 * v:.0f} ms" for v in (percentile(values, 50), percentile(values, 99), max(values))] if values \
            else ["-"] * 3
        lines.append(f"| {text} | {', '.join(f'`{d}`' for d in directives)} | {len(values)} | {' | '.join(ms)} |")
    return (f"Four members that answer after {DELAY_MS} ms, {WORKERS} workers of httpd; {CLIENTS_OF_HUNG} clients with\n"
            f"sessions on the first member, which is stopped (SIGSTOP), {CLIENTS_OF_OTHER} with sessions on each of the "
            "others.\n\n" + "\n".join(lines) + "\n")

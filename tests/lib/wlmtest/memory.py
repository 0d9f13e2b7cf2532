"""What memory httpd's children take, and files of many URIs that are loaded again and again."""
import os

from . import wait_until
from .plugincfg import Cluster, Route, plugin_cfg
from .status import steer


def rollup(pid):
    """/proc/PID/smaps_rollup in KiB."""
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        rows = [line.split() for line in file][1:]
    return {row[0].rstrip(":"): int(row[1]) for row in rows}


def resident(server):
    """{pid: KiB} of the children: what is in memory, without files and shared memory, whether their parent has it, too, or not."""
    return {pid: rollup(pid)["Anonymous"] for pid in server.children_pids()}


def many_uris(uris, number, refresh=0):
    """A file with so many URIs, all for one cluster. Its number-th version has another weight, and another last URI."""
    patterns = [f"/application{i // 50}/module{i}/*" for i in range(uris - 1)] + [f"/version{number}/*"]
    members = [(name, port, {"LoadBalanceWeight": 1 + number % 7}) for name, port in (("a", 1), ("b", 2))]
    return plugin_cfg(Cluster("c", members), routes=[Route("c", patterns)], RefreshInterval=refresh)


def replace(server, text):
    """As a careful program does: never is there half a file."""
    new = server.path / "plugin-cfg.new"
    new.write_text(text)
    new.chmod(0o644)
    os.replace(new, server.path / "plugin-cfg.xml")


class Reloads:
    """One after the other; each is waited for in all children."""

    def __init__(self, server, uris, refresh=0, seconds=60):
        self.server, self.uris, self.refresh, self.seconds = server, uris, refresh, seconds
        self.number = 0

    def __call__(self, asks=True):
        """asks: by an administrator, otherwise at the file's RefreshInterval."""
        followed, loaded = self.server.count("WLM0051"), self.server.count("WLM0047")
        self.number += 1
        replace(self.server, many_uris(self.uris, self.number, self.refresh))
        if asks:
            steer(self.server, "reload")
        wait_until(lambda: self.server.count("WLM0047") > loaded, "the file to be loaded", self.seconds)
        wait_until(lambda: self.server.count("WLM0051") - followed >= self.server.children - 1, "all children to follow", self.seconds)

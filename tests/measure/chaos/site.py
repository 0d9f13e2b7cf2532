"""An httpd whose module is instrumented, and its members."""
import os
import random
import subprocess
import threading

from wlmtest import BUILD, config_value
from wlmtest.httpd import Httpd
from wlmtest.members import Member, ScriptedMember
from wlmtest.plugincfg import Cluster, Route, plugin_cfg
from wlmtest.status import LOCATION
from wlmtest.upgrade import AGREE

WEIGHTS = {"a": 1, "b": 2, "c": 3, "well": 2}
GENERATIONS = 4  # of child processes that may be there at once: tunnels outlive restarts


def runtime(name):
    return subprocess.run([config_value("CC") or "cc", f"-print-file-name={name}"], capture_output=True, text=True,
                          check=True).stdout.strip()


def echo_or_answer(c):
    """For tunnels, and for health checks."""
    head = c.read_head()
    if head and b"\r\nUpgrade: " in head:
        c.send(AGREE % b"" + c.buffer)
        while data := c.sock.recv(65536):
            c.send(data)
    elif head:
        c.ok()


class SanitizedHttpd(Httpd):
    module = BUILD / "asan" / "mod_wlm.so"
    timeout = 60

    def __init__(self, path, **options):
        super().__init__(path, **options)
        # Leaks at a process' end are not searched for (make check-valgrind does that): APR's pools end as a whole.
        # httpd's own handlers of signals must not replace the sanitizer's, which print where it happened.
        self.under = ("env", f"LD_PRELOAD={runtime('libasan.so')}",
                      "ASAN_OPTIONS=detect_leaks=0:handle_segv=2:handle_sigbus=2:handle_sigfpe=2:handle_abort=2",
                      "UBSAN_OPTIONS=print_stacktrace=1")

    def _mpm_conf(self):
        limit = f"ServerLimit {self.children}"
        return [line.replace(limit, f"ServerLimit {self.children * GENERATIONS}") for line in super()._mpm_conf()]


class Site:
    """Members a, b and c get faults, `well` never: so one can always answer."""

    def __init__(self, folder, mpm):
        self.members = {name: Member(name, folder) for name in WEIGHTS}
        self.tunnels = {name: ScriptedMember(name, echo_or_answer) for name in "tu"}
        path = folder / "httpd"
        path.mkdir()
        self.server = SanitizedHttpd(path, mpm=mpm, children=3, threads=25, log_level="warn wlm:info")
        self.server.configure(self.text(), LOCATION + f"WLMHealthCheck interval=1s path=/app/\nWLMStateFile {folder}/state\n"
                              "WLMSlots 64 16\nWLMBodySpool 16M\n")
        self.server.expect(*(f"WLM{n:04}" for n in range(200)))  # what goes wrong for a client is seen by the clients
        self.server.start()

    def text(self, missing=(), weights=None):
        """A plugin-cfg.xml. missing: names of members that it leaves out"""
        attrs = {"ServerIOTimeout": 5, "ConnectTimeout": 2}
        servers = [(name, m.port, {**attrs, "LoadBalanceWeight": (weights or WEIGHTS)[name]})
                   for name, m in self.members.items() if name not in missing]
        tunnels = [(name, m.port, attrs) for name, m in self.tunnels.items()]
        return plugin_cfg(Cluster("app", servers, RetryInterval=1), Cluster("ws", tunnels, RetryInterval=1),
                          routes=[Route("app"), Route("ws", ["/ws/*"])], RefreshInterval=1)

    def write(self, text):
        new = self.server.path / "plugin-cfg.new"
        new.write_text(text)
        os.rename(new, self.server.path / "plugin-cfg.xml")

    def stop(self):
        try:
            self.server.stop()
        finally:
            for member in [*self.members.values(), *self.tunnels.values()]:
                member.stop()


def seeded(seed, name):
    """Each actor has its own sequence, so that what one does does not depend on how quickly others act."""
    return random.Random(f"{seed}/{name}")


class ThreadGroup:
    """Threads that run until stop()."""

    def __init__(self):
        self.over, self.threads = threading.Event(), []

    def start(self):
        for thread in self.threads:
            thread.start()

    def stop(self):
        self.over.set()
        for thread in self.threads:
            thread.join()

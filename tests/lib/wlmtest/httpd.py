"""An httpd with the module, in a folder of its own."""
import contextlib
import glob
import os
import re
import signal
import subprocess
import time

from . import BUILD, am_root, config_value, free_port, wait_until
from .client import Client

MODULES = "unixd watchdog authz_core authz_host authz_user authn_core authn_file auth_basic slotmem_shm status rewrite http2 alias dir mime log_config env headers"
ENGINE = os.environ.get("WLM_TEST_ENGINE")  # On, Off: which driver serves the requests of all tests; as is by default
BAD_LINE = re.compile(r"\[wlm:(?:warn|error|crit|alert|emerg)\].*?(WLM\d{4})|exit signal|Assertion"
                      r"|(?:Address|Leak|Thread)Sanitizer|runtime error:")


def parent_of(pid):
    """The parent of a process that is there and has not ended, otherwise None."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
            state, parent = stat.read().rsplit(")", 1)[1].split()[:2]
    except OSError:
        return None
    return None if state in "ZX" else int(parent)


def is_alive(pid):
    return parent_of(pid) is not None


def ticks(server):
    """The time of the processor that the children have used, in hundredths of a second."""
    used = 0
    for pid in server.children_pids():
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
            used += sum(map(int, stat.read().rsplit(")", 1)[1].split()[11:13]))
    return used * 100 // os.sysconf("SC_CLK_TCK")


def states_of_threads(pid):
    """The letter of each thread of a process: S sleeps, R runs or waits for a processor, D waits in the kernel."""
    states = []
    for path in glob.glob(f"/proc/{pid}/task/*/stat"):
        with contextlib.suppress(OSError), open(path, encoding="ascii", errors="replace") as stat:
            states.append(stat.read().rsplit(")", 1)[1].split()[0])
    return states


def ports_of_connections():
    """Local IPv4 ports of the connections that some process still has open."""
    with open("/proc/net/tcp", encoding="ascii") as table:
        rows = [line.split() for line in table][1:]
    listens = "0A"
    return {int(row[1].split(":")[1], 16) for row in rows if row[3] != listens and row[9] != "0"}


def unread_bytes(port):
    """What has come to this port over IPv4, and was not read yet."""
    with open("/proc/net/tcp", encoding="ascii") as table:
        rows = [line.split() for line in table][1:]
    established = "01"
    return sum(int(row[4].split(":")[1], 16) for row in rows if row[3] == established and int(row[1].split(":")[1], 16) == port)


def unread_connections(port):
    """How many IPv4 connections to a local port have bytes that its process has not read yet."""
    with open("/proc/net/tcp", encoding="ascii") as table:
        rows = [line.split() for line in table][1:]
    established = "01"
    return sum(1 for row in rows if row[3] == established and int(row[1].split(":")[1], 16) == port
               and int(row[4].split(":")[1], 16))


class Httpd:
    module = os.environ.get("WLM_TEST_MODULE", BUILD / "mod_wlm.so")
    under = tuple(os.environ.get("WLM_TEST_UNDER", "").split())  # a program that runs httpd, with its arguments
    timeout = 120 if under else 10  # seconds for each condition that is waited for

    def __init__(self, path, mpm="event", children=1, threads=25, log_level="warn wlm:trace2", umask=-1, thread_limit=64):
        self.path, self.mpm, self.children, self.threads = path, mpm, children, threads
        self.log_level, self.umask = log_level, umask  # -1: ours
        self.thread_limit = thread_limit
        self.port = free_port()
        self.client = Client(self.port)
        self.expected = {"WLM0142"}  # how many files a process may open is a matter of the machine
        self.extra = ""
        self.process = None
        self.group = None  # of all of httpd's processes; the parent's pid
        (path / "htdocs").mkdir()
        (path / "htdocs" / "index.html").write_text("httpd's own page\n")
        (path / "run").mkdir()
        for folder in (path, path / "run", path / "htdocs"):
            folder.chmod(0o755)

    # -- configuration ---------------------------------------------------------------

    def configure(self, plugin_cfg=None, extra=""):
        """Write httpd.conf and, when given, plugin-cfg.xml."""
        if plugin_cfg is not None:
            (self.path / "plugin-cfg.xml").write_text(plugin_cfg)
            extra = "WLMConfig plugin-cfg.xml\n" + extra
        self.extra = extra
        (self.path / "httpd.conf").write_text(self._conf())
        return self

    def _conf(self):
        libexec = config_value("HTTPD_LIBEXECDIR")
        lines = [f"ServerRoot \"{self.path}\"", "DefaultRuntimeDir run", "PidFile run/httpd.pid", "ErrorLog error_log",
                 "ServerName localhost", f"Listen 127.0.0.1:{self.port}", "DocumentRoot htdocs",
                 f"LoadModule mpm_{self.mpm}_module {libexec}/mod_mpm_{self.mpm}.so"]
        if am_root():
            lines += ["User nobody", "Group nogroup"]
        # what is not there as a file is built into httpd
        lines += [f"LoadModule {m}_module {libexec}/mod_{m}.so" for m in MODULES.split()
                  if os.path.exists(f"{libexec}/mod_{m}.so")]
        lines += [f"LoadModule wlm_module {self.module}", f"LogLevel {self.log_level}", "Protocols h2c http/1.1",
                  "TypesConfig /etc/mime.types", "Timeout 30", "GracefulShutdownTimeout 1", *self._mpm_conf(),
                  *([f"WLMEngine {ENGINE}"] if ENGINE else []),
                  "<Location \"/server-status\">\nSetHandler server-status\nWLMEnable Off\n</Location>", self.extra]
        return "\n".join(lines) + "\n"

    def _mpm_conf(self):
        if self.mpm == "prefork":
            return [f"StartServers {self.children}", f"ServerLimit {max(self.children, 20)}",
                    f"MaxRequestWorkers {max(self.children, 20)}", f"MinSpareServers {self.children}"]
        workers = self.children * self.threads
        return [f"StartServers {self.children}", f"ServerLimit {self.children}", f"ThreadsPerChild {self.threads}",
                f"ThreadLimit {max(self.thread_limit, self.threads)}", f"MaxRequestWorkers {workers}", f"MinSpareThreads {workers}",
                f"MaxSpareThreads {workers}"]

    # -- running -----------------------------------------------------------------------

    def run(self, *args):
        return subprocess.run([config_value("HTTPD"), "-f", self.path / "httpd.conf", *args], capture_output=True,
                              text=True, timeout=30, check=False)

    def test_config(self):
        return self.run("-t")

    def start(self):
        with open(self.path / "stderr", "ab") as stderr:
            self.process = subprocess.Popen([*self.under, config_value("HTTPD"), "-f", self.path / "httpd.conf",
                                             "-DFOREGROUND"], stdin=subprocess.DEVNULL, stdout=stderr, stderr=stderr,
                                            start_new_session=True, umask=self.umask)
        self.group = self.process.pid
        self._wait_until(lambda: self.pid() == self.group or self.process.poll() is not None, "httpd's pid file")
        assert self.process.poll() is None, (self.path / "stderr").read_text()
        self._wait_until(lambda: self.children_pids() and self._answers(), "httpd to answer")
        self._wait_until(lambda: len(self.children_pids()) >= self.children, "all children")
        return self

    def _wait_until(self, condition, what):
        return wait_until(condition, what, self.timeout)

    def restart(self, how, by_signal=False):
        """Read the configuration again ("graceful", or "restart": all connections end), and wait until only new children
        are there. httpd -k checks the configuration before it sends the signal."""
        before = set(self.children_pids())
        if how != "graceful":
            self.wait_until_idle()
        if by_signal:
            os.kill(self.group, signal.SIGUSR1 if how == "graceful" else signal.SIGHUP)
        else:
            result = self.run("-k", how)
            assert result.returncode == 0, result.stderr
        self._wait_until(lambda: self._are_all_new(before) and self._answers(), "new children")

    def wait_until_idle(self):
        self._wait_until(self._is_idle, "httpd's workers to be idle")

    def _is_idle(self):
        """No client's connection is there, and no thread is still at work on the end of one: told to end at once, httpd may
        crash there (see stop())."""
        return self.port not in ports_of_connections() and all(
            state == "S" for pid in self.children_pids() for state in states_of_threads(pid))

    def _are_all_new(self, before):
        now = set(self.children_pids())
        return len(now) >= self.children and not before & now

    def _answers(self):
        return self.client.send("GET", "/index.html", timeout=self.timeout / 2).status == 200

    def pid(self):
        try:
            return int((self.path / "run" / "httpd.pid").read_text())
        except (OSError, ValueError):
            return None

    def children_pids(self):
        if self.group is None:
            return []
        return [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if parent_of(pid) == self.group]

    def kill_child(self, pid=None):
        """End a child, any one by default, as a crash does; returns when another one is in its place."""
        victim = pid or self.children_pids()[0]
        os.kill(victim, signal.SIGKILL)
        self._wait_until(lambda: victim not in self.children_pids() and len(self.children_pids()) == self.children, "another child")

    def stop(self):
        """Whatever has happened, no process of this httpd is left; fails when it did not stop by itself."""
        group = self.group
        if group is None:
            return
        try:
            assert is_alive(group), "httpd's parent process has died"
            # First the children, gracefully: told to end at once, httpd's event MPM closes sockets that its workers are
            # about to free, and 3 of 100 children end by a segmentation fault, with or without mod_wlm (2.4.71).
            os.kill(group, signal.SIGWINCH)
            self._wait_until(lambda: not self.children_pids(), "httpd's children to end")
            with contextlib.suppress(ProcessLookupError):
                os.kill(group, signal.SIGTERM)  # ends the parent's pause of a second
            assert self.process.wait(self.timeout) == 0, "httpd's parent process has crashed at its end"
        finally:
            self.group = None
            with contextlib.suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)  # also children that a dead parent has left behind
            self.process.wait()

    def terminate(self):
        """At once, whatever clients there are, as `httpd -k stop` does. @return the seconds that it took"""
        begun = time.monotonic()
        os.kill(self.group, signal.SIGTERM)
        try:
            assert self.process.wait(self.timeout) == 0, "httpd's parent process has crashed at its end"
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.group, signal.SIGKILL)
            self.process.wait()
            self.group = None
        return time.monotonic() - begun

    def crash(self):
        """All processes end without a chance to do anything."""
        os.killpg(self.group, signal.SIGKILL)
        self.process.wait()
        wait_until(lambda: not self.children_pids(), "httpd's children to end", 10)
        self.group = None
        (self.path / "run" / "httpd.pid").unlink()

    def memory_kib(self, key="VmHWM"):
        """The largest of the children's values of /proc/PID/status."""
        values = []
        for pid in self.children_pids():
            with open(f"/proc/{pid}/status", encoding="ascii") as status:
                values += [int(line.split()[1]) for line in status if line.startswith(key + ":")]
        return max(values)

    # -- log and status ----------------------------------------------------------------------

    def log(self):
        try:
            return (self.path / "error_log").read_text(errors="replace")
        except FileNotFoundError:
            return ""

    def count(self, message):
        return self.log().count(message + ":")

    def wait_for_log(self, text, seconds=10):
        try:
            wait_until(lambda: text in self.log(), f"{text!r} in the error log", seconds)
        except AssertionError as e:
            raise AssertionError(f"{e}; it ends with\n{self.log()[-2000:]}") from None

    def expect(self, *messages):
        """These messages may be in the log. What is not logged one by one as WLM0030 is told as WLM0223, WLM0229 as WLM0266."""
        self.expected.update(messages, ["WLM0223"] if "WLM0030" in messages else [],
                             ["WLM0266"] if "WLM0229" in messages else [])

    def check_log(self):
        """Warnings and errors in the log that the test has not declared by expect()."""
        bad = []
        for line in self.log().splitlines():
            match = BAD_LINE.search(line)
            if match and match.group(1) not in self.expected:
                bad.append(line)
        return bad

    def status(self):
        """server-status?auto: {member name: {key: value}} over all clusters."""
        members = {}
        text = self.client.get("/server-status?auto").body.decode()
        rows = re.findall(r"^WLMCluster\[(\d+)\]Member\[(\d+)\](\w+): (.*)$", text, re.M)
        names = {(c, m): value for c, m, key, value in rows if key == "Name"}
        for c, m, key, value in rows:
            members.setdefault(names[c, m], {})[key] = value
        return members

    def lasting(self):
        """status() without the values that change by themselves, or that httpd notes once a second."""
        passing = {"Idle", "P50", "P95", "P99", "ShareGot", "RequestsPerSecond", "FailuresPerSecond", "ErrorsPerSecond", "TimeDown",
                   "LastRequest", "LastSessionRequest", "PeakInFlight"}
        return {name: {k: v for k, v in member.items() if k not in passing} for name, member in self.status().items()}

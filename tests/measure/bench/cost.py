"""CPU time, memory, context switches and system calls of a process tree so far."""
import dataclasses
import os
import re
import signal
import subprocess
import tempfile

from wlmtest import wait_until
from wlmtest.httpd import parent_of

TICK = os.sysconf("SC_CLK_TCK")


@dataclasses.dataclass(frozen=True)
class Cost:
    cpu: float         # seconds, of all processes that belong or belonged to the tree
    switches: int      # context switches of the threads that are there


def children_of(root):
    return [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if parent_of(pid) == root]


def lines_of(path):
    """Of a file of /proc, whose process may have ended."""
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return file.readlines()
    except OSError:
        return []


def cpu_of(pid, with_ended):
    for line in lines_of(f"/proc/{pid}/stat"):
        fields = line.rsplit(")", 1)[1].split()
        return sum(map(int, fields[11:15 if with_ended else 13])) / TICK  # utime stime cutime cstime
    return 0


def switches_of(pid):
    count = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        for line in lines_of(f"/proc/{pid}/task/{task}/status"):
            if "ctxt_switches" in line:
                count += int(line.split()[1])
    return count


def cost_of(root):
    """None: there is no process."""
    if root is None:
        return None
    children = children_of(root)
    return Cost(cpu_of(root, True) + sum(cpu_of(c, False) for c in children),
                sum(switches_of(pid) for pid in [root, *children]))


def status_of(pid, key):
    """A number of /proc/PID/status; 0 when the process has ended."""
    return next((int(line.split()[1]) for line in lines_of(f"/proc/{pid}/status") if line.startswith(key + ":")), 0)


@dataclasses.dataclass(frozen=True)
class Memory:
    """KiB of a process."""
    resident: float
    own: float         # what it shares with no other process: of what the parent has read, httpd's children share the pages


def memory_of(root):
    """The mean of the children, or of the process itself when it has none; None: there is no process. (Not the largest:
    that is the one that happened to get the most connections.)"""
    if root is None:
        return None
    resident, own, pids = 0, 0, children_of(root) or [root]
    for line in (line.split() for pid in pids for line in lines_of(f"/proc/{pid}/smaps_rollup")):
        if line[0] == "Rss:":
            resident += int(line[1])
        elif line[0].startswith("Private"):
            own += int(line[1])
    return Memory(resident / len(pids), own / len(pids))


def calls_by_name(root, run):
    """System calls that are made while run() makes requests; "total": all of them."""
    traced = children_of(root) or [root]
    with tempfile.NamedTemporaryFile("r", prefix="wlm-strace-") as out:
        command = ["strace", "-f", "-c", "-U", "calls,name", "-o", out.name, *(f"-p{pid}" for pid in traced)]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as tracer:
            try:
                wait_until(lambda: tracer.poll() is not None or all(map(is_traced, traced)), "strace", 30)
                assert tracer.poll() is None, "strace cannot trace: it needs root"
                run()
            finally:
                tracer.send_signal(signal.SIGINT)
        found = re.findall(r"^ *(\d+) +(\w+)$", out.read(), re.M)
    return {name: int(number) for number, name in found}


def is_traced(pid):
    """Are all of its threads?"""
    return all(status_of(f"{pid}/task/{task}", "TracerPid") for task in os.listdir(f"/proc/{pid}/task"))

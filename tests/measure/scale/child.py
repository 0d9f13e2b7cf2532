"""A program by itself: what it took."""
import dataclasses
import json
import signal
import subprocess
import sys

# It is started by a small process, since a process is said to have had what its parent had when it was made
LAUNCHER = """
import json, os, resource, sys
resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[1]), int(sys.argv[1]) + 5))
pid = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
_, status, used = os.wait4(pid, 0)
print(json.dumps([os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss]))
"""


@dataclasses.dataclass(frozen=True)
class Used:
    seconds: float     # of the processor
    mib: float         # resident, at most


def used_by(command, codes=(0,), most=20):
    """Used; None: more than `most` seconds."""
    call = [sys.executable, "-S", "-E", "-c", LAUNCHER, str(most), *map(str, command)]
    code, seconds, kib = json.loads(subprocess.run(call, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout)
    if code == -signal.SIGXCPU:
        return None
    assert code in codes, f"{command}: exit code {code}"
    return Used(seconds, kib / 1024)

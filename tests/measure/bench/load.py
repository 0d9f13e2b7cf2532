"""The clients: wrk, with the requests of load.lua, and h2load for HTTP/2."""
import dataclasses
import pathlib
import re
import statistics
import subprocess
import tempfile

SCRIPT = pathlib.Path(__file__).parent / "load.lua"


@dataclasses.dataclass(frozen=True)
class Answered:
    requests: int      # answered, with any status
    seconds: float
    p50: float         # of the latency, in ms
    p99: float
    failed: int        # without an answer 2xx or 3xx


@dataclasses.dataclass(frozen=True)
class Wrk:
    """requests: the arguments of load.lua; "{clone_ids}" is replaced by those of all members, "{sessions}" by fields of sessions"""
    requests: tuple = ("get", "/app/small")
    clients: int = 64

    def run(self, base, lists, seconds):
        """base: of the URLs; lists: what is replaced by what"""
        arguments = [word for r in self.requests for word in lists.get(r, [r])]
        command = ["wrk", "-t1", f"-c{self.clients}", f"-d{seconds}s", "--timeout", "30s", "-s", SCRIPT, base, "--",
                   *arguments]
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        values = {k: int(v) for k, v in re.findall(r"(\w+)=(\d+)", output[output.index("REPORT"):])}
        return Answered(values["requests"], values["microseconds"] / 1e6, values["p50"] / 1e3, values["p99"] / 1e3,
                        values["failed"])


@dataclasses.dataclass(frozen=True)
class H2load:
    """streams: requests at a time on each connection"""
    path: str = "/app/small"
    clients: int = 16
    streams: int = 4

    def run(self, base, _lists, seconds):
        with tempfile.NamedTemporaryFile("r", prefix="wlm-h2load-") as log:
            command = ["h2load", f"-c{self.clients}", f"-m{self.streams}", "-D", str(seconds), f"--log-file={log.name}",
                       base + self.path]
            output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            assert "Application protocol: h2\n" in output, output
            answers = [line.split() for line in log]  # microseconds since 1970, status, microseconds
        times = [int(a[2]) for a in answers]
        cuts = statistics.quantiles(times, n=100)
        return Answered(len(answers), seconds, cuts[49] / 1e3, cuts[98] / 1e3, sum(a[1][0] not in "23" for a in answers))

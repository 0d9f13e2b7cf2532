"""What the pure parts cost: build/bench-micro."""
import dataclasses
import subprocess

from wlmtest import BUILD

from .table import table


@dataclasses.dataclass(frozen=True)
class Call:
    name: str
    grows: str         # what the size is a number of
    size: int
    callers: str
    ns: float          # median of the batches
    low: float         # a tenth of them is faster
    high: float        # or slower


def measure_calls(*names):
    """All of them, or only the calls of one name."""
    output = subprocess.run([BUILD / "bench-micro", *names], capture_output=True, text=True, check=True).stdout
    calls = []
    for line in output.splitlines():
        name, grows, size, callers, *times = line.split("\t")
        calls.append(Call(name, grows, int(size), callers, *map(float, times)))
    return calls


def of_calls(calls):
    """Their table: a line for each size, a column for each kind of caller."""
    ways = list(dict.fromkeys(c.callers for c in calls))
    rows = {}
    for call in calls:
        rows.setdefault((call.name, f"{call.size} {call.grows}"), {})[call.callers] = (
            f"{call.ns:.0f} ({call.low:.0f}\u2013{call.high:.0f})")
    return "**micro**: nanoseconds for a call\n\n" + table(
        ["", "of", *ways], [[*key, *(cells.get(w, "") for w in ways)] for key, cells in rows.items()])

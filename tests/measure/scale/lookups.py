"""What a request costs to look up its route and choose its member, as there are more."""
from bench import micro
from bench.table import table

from .bounds import Bound, Case, Result
from .fit import slope

CALLERS = "1 thread"
NAMES = ("route", "route by a star inside", "select")
EXPONENT = 0.3                 # what is flat is a little more with more, since less of it is in the processor's caches


def measure():
    rows, bounds = [], []
    for name in NAMES:
        calls = [c for c in micro.measure_calls(name) if c.callers == CALLERS]
        rows += [[name, f"{c.size:,} {c.grows}", f"{c.ns:.0f}"] for c in calls]
        bounds.append(Bound(f"{name}: exponent of time, up to {max(c.size for c in calls):,} {calls[0].grows}", EXPONENT,
                            slope({c.size: c.ns for c in calls}), 2))
    return Result([table(["", "of", "ns"], rows)], bounds)


CASE = Case("lookups", "what a request costs to find its route (a path of 60 bytes) and its member (Round Robin), in one thread: "
            "`build/bench-micro`, of which `make bench` shows more.", measure)

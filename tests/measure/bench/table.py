"""The figures of the cases as tables."""
import math
import statistics

BASE = "mod_proxy_balancer"


def values_of(result, key):
    return [getattr(s, key) for s in result.samples]


def median(result, key):
    return statistics.median(values_of(result, key))


def spread(result, key):
    """Half of the distance between the best and the worst round, in percent of the median."""
    values = values_of(result, key)
    return (max(values) - min(values)) / 2 / statistics.median(values) * 100


def interval(values):
    """(middle, low, high) of the rounds' values: their median, and an interval that holds the true median with a probability of
    93 % or more (the order statistics of a sign test; fewer than 5 rounds do not suffice for that, then it is all of them)."""
    ordered, left_out = sorted(values), 0
    while 2 * sum(math.comb(len(ordered), k) for k in range(left_out + 2)) / 2 ** len(ordered) <= 0.07:
        left_out += 1
    return statistics.median(ordered), ordered[left_out], ordered[-1 - left_out]


class Ratio:
    """How two results compare: each round by itself, because what disturbs a round disturbs both. .middle, .low and .high are
    interval() of that."""

    def __init__(self, result, base, key):
        self.middle, self.low, self.high = interval(a / b for a, b in zip(values_of(result, key), values_of(base, key)))

    def __str__(self):
        return f"{self.middle:.2f} ({self.low:.2f}\u2013{self.high:.2f})"


class Results:
    """All that there are so far."""

    def __init__(self):
        self.all = []
        self.works = []        # work.Work

    def find(self, case, system, point=None):
        """The first that fits, or None."""
        return next((r for r in self.all if r.case == case and r.system == system and point in (None, r.point)), None)

    def base_of(self, result):
        """What it is compared with: mod_proxy_balancer at the same point of the case."""
        return self.find(result.case, BASE, result.point)

    def first_of(self, result):
        """The same system at the first point of the case."""
        return self.find(result.case, result.system)

    def of_case(self, case):
        return [r for r in self.all if r.case == case.name]


COLUMNS = ["", "CPU", "throughput", "CPU, to its own first", "CPU \u00b5s", "requests/s", "p50 ms", "p99 ms",
           "RSS MiB", "own MiB", "system calls", "switches"]


def row(result, results):
    """The cells of COLUMNS."""
    base, first = results.base_of(result), results.first_of(result)

    def ratio(other, key):
        return str(Ratio(result, other, key)) if other and other is not result else ""

    def with_spread(key, digits):
        return f"{median(result, key):.{digits}f} \u00b1{spread(result, key):.0f}%"

    name = result.system + (f", {result.point}" if result.point else "")
    speed = [with_spread("throughput", 0), f"{median(result, 'p50'):.2f}", f"{median(result, 'p99'):.2f}"]
    if result.idle is None:
        return [name, "", ratio(base, "throughput"), "", "", *speed, "", "", "", ""]
    return [name, ratio(base, "cpu"), ratio(base, "throughput"), ratio(first, "cpu"), with_spread("cpu", 1), *speed,
            *(f"{getattr(result.idle, kind) / 1024:.1f} \u2192 {getattr(result.after, kind) / 1024:.1f}"
              for kind in ("resident", "own")), f"{result.calls:.1f}", f"{median(result, 'switches'):.1f}"]


def table(head, rows):
    """As Markdown; empty columns are left out."""
    used = [i for i in range(len(head)) if any(r[i] for r in rows)]
    lines = [[head[i] for i in used], ["---"] + ["---:"] * (len(used) - 1), *([r[i] for i in used] for r in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def of_case(case, results):
    return f"**{case.name}**: {case.text}\n\n" + table(COLUMNS, [row(r, results) for r in results.of_case(case)])

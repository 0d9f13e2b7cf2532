"""What is to be reached, as ratios within one run."""
import dataclasses

from .table import BASE, Ratio, table

SMALL_SETUP, LARGE_SETUP = "2 members, 10 URIs", "1000 members, 10000 URIs"


@dataclasses.dataclass(frozen=True)
class Found:
    value: float
    low: float
    high: float
    text: str


def ratio(key, case, other, point=None, other_point=None):
    """Of mod_wlm to another system. A function that finds it, or None."""
    def find(results, _calls):
        mine, base = results.find(case, "mod_wlm", point), results.find(case, other, other_point)
        if not mine or not base:
            return None
        found = Ratio(mine, base, key)
        return Found(found.middle, found.low, found.high, str(found))
    return find


def growth(when, case, point, base_case, base_point):
    """How much more memory of its own a child has, in MiB."""
    def find(results, _calls):
        mine, base = results.find(case, "mod_wlm", point), results.find(base_case, "mod_wlm", base_point)
        if not mine or not base:
            return None
        more = (getattr(mine, when).own - getattr(base, when).own) / 1024
        return Found(more, more, more, f"{more:.1f} MiB")
    return find


def slowest(name, callers, size=None, key="ns"):
    """ns of a call, for any size or one. key: "high" where callers contend, because they do not in all batches"""
    def find(_results, calls):
        fitting = [c for c in calls if c.name == name and c.callers == callers and size in (None, c.size)]
        if not fitting:
            return None
        call = max(fitting, key=lambda c: getattr(c, key))
        value = getattr(call, key)
        return Found(value, call.low, call.high, f"{value:.0f} ns")
    return find


@dataclasses.dataclass(frozen=True)
class Goal:
    text: str
    sense: str         # "at most", "at least"
    limit: float
    find: object

    def verdict(self, found):
        at_most = self.sense == "at most"
        best = found.low if at_most else found.high

        def is_good(value):
            return value <= self.limit if at_most else value >= self.limit
        if is_good(found.value):
            return "reached"
        return "not reached, within the noise" if is_good(best) else "not reached"


GOALS = [
    Goal("small GET: CPU, to mod_proxy_balancer", "at most", 0.75, ratio("cpu", "small", BASE)),
    Goal("small GET: CPU, to httpd's floor", "at most", 1.55, ratio("cpu", "small", "floor")),
    Goal("small GET: throughput, to mod_proxy_balancer", "at least", 1.25, ratio("throughput", "small", BASE)),
    Goal(f"{LARGE_SETUP}: CPU, to {SMALL_SETUP}", "at most", 1.05,
         ratio("cpu", "uris", "mod_wlm", LARGE_SETUP, SMALL_SETUP)),
    Goal("1 MiB responses: throughput, to mod_proxy_balancer", "at least", 1, ratio("throughput", "1m", BASE)),
    Goal("1 MiB responses: CPU, to mod_proxy_balancer", "at most", 1, ratio("cpu", "1m", BASE)),
    Goal("4 MiB responses: memory of a child, more than with 1 MiB", "at most", 2,
         growth("after", "4m", None, "1m", None)),
    Goal("1,000 members: memory of an idle child, more than with 2", "at most", 2,
         growth("idle", "members", "1000 members", "members", "2 members")),
    Goal("select, any number of members", "at most", 60, slowest("select", "1 thread")),
    Goal("select, 2 processes contending, slower tenth", "at most", 250, slowest("select", "2 processes", key="high")),
    Goal("route, 60 bytes of path, 10,000 URIs", "at most", 400, slowest("route", "1 thread", 10000)),
    Goal("affinity, 1 KiB of Cookie", "at most", 250, slowest("affinity", "1 thread", 1024)),
]


def of_goals(results, calls):
    """The table of those whose figures were measured."""
    rows = []
    for goal in GOALS:
        found = goal.find(results, calls)
        if found:
            rows.append([goal.text, f"{goal.sense} {goal.limit:g}", found.text, goal.verdict(found)])
    return table(["", "to reach", "found", ""], rows) if rows else ""

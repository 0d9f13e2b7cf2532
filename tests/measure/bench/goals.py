"""What is to be reached, as ratios within one run."""
import dataclasses
import re

from .table import BASE, Ratio, median, table, values_of

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


def worst(key, other, point, *but):
    """The ratio to another system in that case in which it is above the limit most surely, without the points `but`.
    point: None, or only this one"""
    def find(results, _calls):
        found = []
        for mine in results.all:
            base = results.find(mine.case, other, mine.point) if mine.system == "mod_wlm" else None
            if base and mine.point not in but and point in (None, mine.point):
                of_point = Ratio(mine, base, key)
                name = mine.case + (f", {mine.point}" if mine.point else "")
                found.append(Found(of_point.middle, of_point.low, of_point.high, f"{of_point} in {name}"))
        return max(found, key=lambda f: f.low) if found else None
    return find


def absolute(key, case, unit):
    """Of mod_wlm, the median of the rounds."""
    def find(results, _calls):
        mine = results.find(case, "mod_wlm")
        if not mine:
            return None
        values = sorted(values_of(mine, key))
        return Found(median(mine, key), values[0], values[-1], f"{median(mine, key):.2f}{unit}")
    return find


def growth(when, kind, mine, base):
    """How much more memory a child has, in MiB. mine, base: (case, system, point)"""
    def find(results, _calls):
        found, other = results.find(*mine), results.find(*base)
        if not found or not other:
            return None
        more = (getattr(getattr(found, when), kind) - getattr(getattr(other, when), kind)) / 1024
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


def part_of_work(pattern):
    """Percent of a small GET's instructions in user space, in functions of mod_wlm with such names."""
    def find(results, _calls):
        functions = next((w.functions for w in results.works if w.system == "mod_wlm"), None)
        if not functions:
            return None
        those = sum(number for kind, name, number in functions if kind == "mod_wlm" and re.match(pattern, name))
        percent = 100 * those / sum(number for _, _, number in functions)
        return Found(percent, percent, percent, f"{percent:.2f}")
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


THREADS, ONE, MANY = "mod_wlm_threads", "1 client", "128 clients"

GOALS = [
    Goal("small GET: CPU, to mod_proxy_balancer", "at most", 0.40, ratio("cpu", "small", BASE)),
    Goal("small GET: CPU, to HAProxy", "at most", 1.9, ratio("cpu", "small", "haproxy")),
    Goal("small GET: CPU, to httpd's floor", "at most", 1.55, ratio("cpu", "small", "floor")),
    Goal("small GET: throughput, to mod_proxy_balancer", "at least", 2.5, ratio("throughput", "small", BASE)),
    Goal("small GET: context switches", "at most", 0.8, absolute("switches", "small", "")),
    Goal("small GET: p99, to HAProxy", "at most", 2, ratio("p99", "small", "haproxy")),
    Goal("1 client: CPU, to mod_wlm_threads", "at most", 1.1, ratio("cpu", "clients", THREADS, ONE, ONE)),
    Goal("1 client: p50, to mod_wlm_threads", "at most", 1.1, ratio("p50", "clients", THREADS, ONE, ONE)),
    Goal("a new connection for each request: CPU, to mod_proxy_balancer", "at most", 0.85, ratio("cpu", "newconn", BASE)),
    Goal("https, HTTP/1.1: CPU, to mod_proxy_balancer", "at most", 0.50, ratio("cpu", "tls", BASE)),
    Goal("https, HTTP/2: CPU, to mod_proxy_balancer", "at most", 0.80, ratio("cpu", "h2", BASE)),
    Goal("p99 where it compares worst, to mod_proxy_balancer", "at most", 1, worst("p99", BASE, None, MANY)),
    Goal("p99 with 128 clients, to mod_proxy_balancer", "at most", 1.6, worst("p99", BASE, MANY)),
    Goal(f"{LARGE_SETUP}: CPU, to {SMALL_SETUP}", "at most", 1.05,
         ratio("cpu", "uris", "mod_wlm", LARGE_SETUP, SMALL_SETUP)),
    Goal("1 MiB responses: throughput, to mod_proxy_balancer", "at least", 1.25, ratio("throughput", "1m", BASE)),
    Goal("1 MiB responses: CPU, to mod_proxy_balancer", "at most", 1, ratio("cpu", "1m", BASE)),
    Goal("1 MiB responses: memory of a child, more than mod_proxy_balancer", "at most", 2,
         growth("after", "resident", ("1m", "mod_wlm"), ("1m", BASE))),
    Goal("4 MiB responses: memory of a child, more than with 1 MiB", "at most", 2,
         growth("after", "own", ("4m", "mod_wlm"), ("1m", "mod_wlm"))),
    Goal("1,000 members: memory of an idle child, more than with 2", "at most", 2,
         growth("idle", "own", ("members", "mod_wlm", "1000 members"), ("members", "mod_wlm", "2 members"))),
    *(Goal(f"WLMAffinity {way}, small GET: CPU, to none", "at most", limit, ratio("cpu", "affinity", "mod_wlm", way, "none"))
      for way, limit in (("Cookie", 1.03), ("Wrap", 1.03), ("Learn", 1.05))),
    Goal("small GET: % of the instructions that are asking for WLMHedge, WLMClass, WLMConcurrency and WLMLoadReport, which are off",
         "at most", 1, part_of_work(r"wlm_(hedg|request_class|class|concurrency|found_limit|peak_average|load_report|reported|reports)")),
    Goal("select, any number of members", "at most", 60, slowest("select", "1 thread")),
    Goal("select, 2 processes contending, slower tenth", "at most", 250, slowest("select", "2 processes", key="high")),
    *(goal for policy in ("LeastBusy", "PeakEWMA") for goal in (
        Goal(f"select, {policy}, any number of members", "at most", 150, slowest(f"select, {policy}", "1 thread")),
        Goal(f"select, {policy}, 2 processes contending, slower tenth", "at most", 250,
             slowest(f"select, {policy}", "2 processes", key="high")))),
    Goal("route, 60 bytes of path, 10,000 URIs", "at most", 400, slowest("route", "1 thread", 10000)),
    Goal("route by a star inside, 60 bytes of path, 10,000 URIs", "at most", 500,
         slowest("route by a star inside", "1 thread", 10000)),
    Goal("affinity, 1 KiB of Cookie", "at most", 250, slowest("affinity", "1 thread", 1024)),
    Goal("learned sessions, look-up among 10^6", "at most", 150, slowest("learned_find", "1 thread", 1000000)),
    Goal("learned sessions, insertion among 10^6", "at most", 500, slowest("learned_put", "1 thread", 1000000)),
]


def of_goals(results, calls):
    """The table of those whose figures were measured."""
    rows = []
    for goal in GOALS:
        found = goal.find(results, calls)
        if found:
            rows.append([goal.text, f"{goal.sense} {goal.limit:g}", found.text, goal.verdict(found)])
    return table(["", "to reach", "found", ""], rows) if rows else ""

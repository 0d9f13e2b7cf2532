"""What is to be reached."""
from bench.goals import Found, Goal
from bench.table import interval, table


def find_growth(*states):
    """Of p99, in that state in which it is above the limit most surely."""
    def found(results, _calls):
        intervals = [(interval(f.values["more_of_rounds"]), f.system) for f in results if f.case == "store" and f.system in states]
        if not intervals:
            return None
        (middle, low, high), state = max(intervals, key=lambda i: i[0][1])
        return Found(middle, low, high, f"{middle:.2f} ({low:.2f}\u2013{high:.2f}), {state}")
    return found


def find(case, key, *states):
    """The value of the case in these states that is the worst; without states, that of the case."""
    def found(results, _calls):
        values = [f.values[key] for f in results if f.case == case and (not states or f.system in states) and key in f.values]
        if not values:
            return None
        worst = max(values) if key in ("waited", "failed", "evicted") else min(values)
        return Found(worst, worst, worst, f"{worst:,.{0 if worst % 1 == 0 else 2}f}")
    return found


GONE = ("hangs", "killed", "slow", "killed in the middle", "hangs in the middle")
GOALS = [
    Goal("Redis is gone: p99, ms more", "at most", 2, find_growth(*GONE)),
    Goal("for comparison: the same while it is there", "at most", 2, find_growth("there")),
    Goal("requests that wait for it in vain, %", "at most", 0.5, find("store", "waited", *GONE)),
    Goal("requests that fail", "at most", 0, find("store", "failed")),
    Goal("known sessions that stay with their member meanwhile, %", "at least", 100, find("store", "kept")),
    Goal("sessions of the other web server, at first, %", "at least", 99.9, find("store", "first")),
    Goal("the same, when this one knows them, %", "at least", 100, find("store", "again")),
    Goal("sessions in a MiB without an eviction", "at least", 50000, find("room", "learned")),
    Goal("requests of bots", "at least", 1000000, find("room", "bots")),
    Goal("sessions that these evict", "at most", 0, find("room", "evicted")),
]


def of_goals(results):
    """The table of those whose figures were measured."""
    rows = [[goal.text, f"{goal.sense} {goal.limit:,g}", found.text, goal.verdict(found)]
            for goal in GOALS if (found := goal.find(results, None))]
    return table(["", "to reach", "found", ""], rows) if rows else ""

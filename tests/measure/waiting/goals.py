"""What is to be reached with the engine."""
from bench.goals import Found, Goal
from bench.table import table

from .systems import ON


def find(case, function, point=None):
    """For Goal: function(values) of the case, where there are such figures."""
    def found(results, _calls):
        values = next((f.values for f in results if f.case == case and f.system == ON.name and point in (None, f.point)), None)
        value = None if values is None else function(values)
        return None if value is None else Found(value, value, value, f"{value:,.{0 if value % 1 == 0 else 2}f}")
    return found


def value(key):
    return lambda values: values.get(key)


GOALS = [
    Goal("300 requests on a member that hangs: failures of the others", "at most", 0, find("hang", value("failed"))),
    Goal("the others' p99, to that before", "at most", 2,
         find("hang", lambda v: v["p99"] / v["p99_before"] if v["p99"] else float("inf"))),
    Goal("10,000 WebSockets: open", "at least", 10000, find("websockets", value("open"), 10000)),
    Goal("echo p99, ms", "at most", 20, find("websockets", value("p99"), 10000)),
    Goal("echoes and other requests that fail", "at most", 0,
         find("websockets", lambda v: v["echoes_failed"] + v["others_failed"], 10000)),
    Goal("KiB of ours for each", "at most", 16, find("websockets", value("ours"), 10000)),
    Goal("clients leave: the last of the member's connections is closed after ms", "at most", 100, find("leaving", value("last"))),
    Goal("requests that the member works for to the end", "at most", 0, find("leaving", value("wasted"))),
    Goal("faults counted", "at most", 0, find("leaving", value("faults"))),
    Goal("300 requests of 3 s: answered", "at least", 300, find("burst", value("answered"))),
    Goal("s until all are answered", "at most", 4, find("burst", value("took"))),
    Goal("graceful restart with 1,000 requests that wait: answered", "at least", 1000, find("restart", value("answered"))),
    Goal("3,000 requests that wait: KiB for each, in all", "at most", 24, find("parked", value("kib"), 3000)),
]


def of_goals(results):
    """The table of those whose figures were measured."""
    rows = [[goal.text, f"{goal.sense} {goal.limit:,g}", found.text, goal.verdict(found)]
            for goal in GOALS if (found := goal.find(results, None))]
    return table(["", "to reach", "found", ""], rows) if rows else ""

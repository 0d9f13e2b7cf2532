"""What is to be reached."""
from bench.goals import Found, Goal
from bench.table import table

from . import reports, tail
from .classes import CLASSES
from .overload import ADAPTIVE
from .systems import LEAST_BUSY, PEAK_EWMA, ROUND_ROBIN


def values_of(results, case, system):
    return next((f.values for f in results if f.case == case and f.system == system), None)


def find(case, key, system=PEAK_EWMA.name):
    """For Goal: a figure of a case, with that system."""
    def found(results, _calls):
        values = values_of(results, case, system)
        if values is None:
            return None
        value = float("inf") if values[key] is None else values[key]
        return Found(value, value, value, f"{value:,.2f}".rstrip("0").rstrip("."))
    return found


def ratio(case, key, system, base):
    """For Goal: the same figure, to that of another system."""
    def found(results, _calls):
        values, others = values_of(results, case, system), values_of(results, case, base)
        if not values or not others:
            return None
        value = values[key] / others[key]
        return Found(value, value, value, f"{value:.2f}")
    return found


GOALS = [
    Goal("one member ten times slower: p99 ms", "at most", 250, find("slow", "p99")),
    Goal("% to that member", "at most", 3, find("slow", "share")),
    Goal("s until its share is back", "at most", 15, find("slow", "back")),
    Goal("equal members: p99 to RoundRobin's", "at most", 1.1, ratio("equal", "p99", PEAK_EWMA.name, ROUND_ROBIN.name)),
    Goal("... LeastBusy's to RoundRobin's", "at most", 1.1, ratio("equal", "p99", LEAST_BUSY.name, ROUND_ROBIN.name)),
    Goal("quick errors: % to that member", "at most", 25, find("quick errors", "share")),
    Goal("... by LeastBusy, which draws at random", "at most", 26.5, find("quick errors", "share", LEAST_BUSY.name)),
    Goal("overload: answered in time, a second", "at least", 135, find("overload", "in_time", ADAPTIVE.name)),
    Goal("half of the capacity is gone: s until that is found", "at most", 10, find("halved", "found", ADAPTIVE.name)),
    Goal("... is back", "at most", 10, find("halved", "back", ADAPTIVE.name)),
    Goal("nine tenths of the capacity: % refused", "at most", 0.1, find("nearly", "refused", ADAPTIVE.name)),
    Goal("utilisation reported 1:2:4: % off the inverse", "at most", 5, find("reports", "off", reports.SYSTEMS[0].name)),
    Goal("... swing of a share, %", "at most", 10, find("reports", "swing", reports.SYSTEMS[0].name)),
    Goal("a class of a fifth of an overload: % within its goal", "at least", 99, find("classes", "within", CLASSES.name)),
    Goal("a long tail: p99 with WLMHedge to that without", "at most", 0.5, ratio("tail", "p99", tail.HEDGED, tail.PLAIN)),
    Goal("... more requests for the members, %", "at most", tail.BUDGET, find("tail", "more", tail.HEDGED)),
    Goal("herding: in flight, largest to mean", "at most", 1.5, find("herding", "ratio")),
    Goal("... by LeastBusy", "at most", 1.5, find("herding", "ratio", LEAST_BUSY.name)),
]


def found_of(results):
    """[(goal, what was found)] of those whose figures were measured."""
    return [(goal, found) for goal in GOALS if (found := goal.find(results, None))]


def of_goals(results):
    """Their table."""
    rows = [[goal.text, f"{goal.sense} {goal.limit:,g}", found.text, goal.verdict(found)] for goal, found in found_of(results)]
    return table(["", "to reach", "found", ""], rows) if rows else ""


def missed(results):
    """A line for each that was not reached."""
    return [f"{goal.text}: {found.text}, {goal.sense} {goal.limit:,g}" for goal, found in found_of(results) if goal.verdict(found) != "reached"]

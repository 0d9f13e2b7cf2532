"""Three equal members report utilisations of 1 to 2 to 4 (WLMLoadReport): how near their shares come to the inverse, and whether they
stay there."""
import asyncio

from common.figures import Case, Column
from wlmtest import temporary_folder

from .generator import Generator, between, share_of
from .slow import RATE
from .systems import ModWlm, members

UTILIZATIONS = {"a": 0.15, "b": 0.3, "c": 0.6}
SETTLED, LAST, WINDOW = 30, 60, 5      # seconds
SYSTEMS = [ModWlm("mod_wlm, RoundRobin, ORCA", "WLMPolicy RoundRobin\nWLMLoadReport ORCA"),
           ModWlm("mod_wlm, PeakEWMA, ORCA", "WLMPolicy PeakEWMA\nWLMLoadReport ORCA")]


def inverse(name):
    """Percent of the requests."""
    return 100 / UTILIZATIONS[name] / sum(1 / u for u in UTILIZATIONS.values())


def largest_difference(answers, of=inverse):
    """Percent by which a member's share differs from what it should be."""
    return max(100 * abs((share_of(answers, name) or 0) / of(name) - 1) for name in UTILIZATIONS)


def measure(system, _point):
    with temporary_folder() as folder, members(len(UTILIZATIONS)) as three, system.running(folder, three) as ports:
        for member in three:
            member.control(utilization=UTILIZATIONS[member.name])
        answers = asyncio.run(Generator(ports[0]).open(RATE, LAST))
    settled = between(answers, SETTLED, LAST)
    windows = [between(answers, at, at + WINDOW) for at in range(SETTLED, LAST, WINDOW)]
    return {"off": largest_difference(settled), "swing": max(largest_difference(w, lambda n: share_of(settled, n)) for w in windows),
            **{name: share_of(settled, name) for name in UTILIZATIONS}, "failed": sum(a.status != 200 for a in answers)}


CASE = Case(
    "reports", f"{RATE} requests a second to three equal members that report utilisations of 1 to 2 to 4; after {SETTLED} s.",
    [*(Column(name, f"% to {name}, inverse {inverse(name):.1f}", 1) for name in UTILIZATIONS),
     Column("off", "largest difference from the inverse, %", 1),
     Column("swing", f"largest swing of a share over {WINDOW} s, %", 1), Column("failed", "failed")],
    measure)

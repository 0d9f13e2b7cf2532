"""Equal members, each of which is very slow for a few requests: what a second member for these is worth (WLMHedge), and what it costs."""
import asyncio

from common.figures import Case, Column
from wlmtest import temporary_folder

from .generator import Generator, between, percentile
from .slow import RATE
from .systems import ModWlm, members

BEGIN, LAST = 5, 30        # seconds: until then the time is found after which a second member is asked
TAIL = {"tail": 2, "tail_ms": 500}
BUDGET = 10                # percent
PLAIN, HEDGED = "mod_wlm, RoundRobin", "mod_wlm, RoundRobin, WLMHedge"
HEDGE = f"WLMHedge p95 budget={BUDGET}"
SYSTEMS = [ModWlm(PLAIN, "WLMPolicy RoundRobin"), ModWlm(HEDGED, f"WLMPolicy RoundRobin\n{HEDGE}"),
           ModWlm("mod_wlm, PeakEWMA", "WLMPolicy PeakEWMA"), ModWlm("mod_wlm, PeakEWMA, WLMHedge", f"WLMPolicy PeakEWMA\n{HEDGE}")]


def measure(system, _point):
    with temporary_folder() as folder, members(**TAIL) as four, system.running(folder, four) as ports:
        answers = asyncio.run(Generator(ports[0]).open(RATE, LAST))
        came = sum(m.control().requests for m in four)
    later = between(answers, BEGIN, LAST)
    return {"p50": percentile(later, 0.5), "p95": percentile(later, 0.95), "p99": percentile(later, 0.99),
            "more": 100 * (came / len(answers) - 1), "failed": sum(a.status != 200 for a in answers)}


CASE = Case(
    "tail", f"{RATE} requests a second to four equal members, each of which takes {TAIL['tail_ms']} ms more for {TAIL['tail']} % of its "
            f"requests; with `{HEDGE}` a second member gets what takes long.",
    [Column("p50", "p50 ms"), Column("p95", "p95 ms"), Column("p99", "p99 ms"), Column("more", "more requests for the members, %", 1),
     Column("failed", "failed")],
    measure)

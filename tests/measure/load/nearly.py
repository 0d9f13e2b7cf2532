"""Nine tenths of what the members can answer: nothing is to be refused."""
import asyncio

from common.figures import Case, Column
from wlmtest import temporary_folder

from .generator import Generator, percentile
from .overload import ADAPTIVE, CAPACITY, PATIENCE, SYSTEMS, WORK
from .systems import members

SECONDS, RATE = 60, 0.9 * CAPACITY


def measure(system, _point):
    with temporary_folder() as folder, members(**WORK) as four, system.running(folder, four) as ports:
        answers = asyncio.run(Generator(ports[0], timeout=PATIENCE).open(RATE, SECONDS))
    return {"refused": 100 * sum(a.status == 503 for a in answers) / len(answers),
            "late": 100 * sum(not a.status for a in answers) / len(answers), "p50": percentile(answers, 0.5),
            "p99": percentile(answers, 0.99)}


SYSTEMS = [s for s in SYSTEMS if s.name in (ADAPTIVE.name, "mod_wlm")]
CASE = Case("nearly", f"{RATE:.0f} requests a second, nine tenths of what the members can answer, for {SECONDS} s.",
            [Column("refused", "% refused", 2), Column("late", "% given up", 2), Column("p50", "p50 ms"), Column("p99", "p99 ms")],
            measure)

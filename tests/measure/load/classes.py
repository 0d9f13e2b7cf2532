"""In an overload a fifth of the requests is of a class: what others lose it keeps."""
import asyncio

from common.figures import Case, Column
from wlmtest import temporary_folder

from .generator import Generator, between, percentile
from .overload import BEFORE, PATIENCE, RATE, RATE_BEFORE, SECONDS, WORK
from .systems import ModWlm, members

GOAL = 0.6                 # seconds
FOUND = 10                 # seconds in which the limits are found
EACH = 5                   # one of so many requests is of the class
FIELD = "X-Class: vip\r\n"
CLASSES = ModWlm("mod_wlm, Adaptive, a class",
                 f"WLMConcurrency Adaptive\nWLMClass vip \"expr=%{{HTTP:X-Class}} == 'vip'\" goal={GOAL * 1000:.0f}ms priority=9")
SYSTEMS = [ModWlm("mod_wlm, Adaptive", "WLMConcurrency Adaptive"), CLASSES]


async def rush(port):
    """The answers of the class, and of the others."""
    await Generator(port, timeout=PATIENCE).open(RATE_BEFORE, BEFORE)
    vip, others = Generator(port, timeout=PATIENCE, seed=2), Generator(port, timeout=PATIENCE, seed=3)
    return await asyncio.gather(vip.open(RATE / EACH, SECONDS, fields=lambda _: FIELD), others.open(RATE - RATE / EACH, SECONDS))


def within(answers):
    """Percent of these that were answered within the goal."""
    return 100 * sum(a.status == 200 and a.ms <= 1000 * GOAL for a in answers) / len(answers)


def measure(system, _point):
    with temporary_folder() as folder, members(**WORK) as four, system.running(folder, four) as ports:
        vip, others = asyncio.run(rush(ports[0]))
    later = between(vip, FOUND, SECONDS)
    return {"within": within(later), "from_first": within(vip), "p99": percentile(later, 0.99),
            "others": 100 * sum(a.status == 200 for a in others) / len(others)}


CASE = Case("classes", f"In the same overload one of {EACH} requests is of a class with a priority, and with a goal of "
                       f"{1000 * GOAL:.0f} ms; {FOUND} s after its beginning, by which time the limits are found.",
            [Column("within", "% of the class within the goal", 1), Column("from_first", "... from the first second on", 1),
             Column("p99", "p99 ms of the class"),
             Column("others", "% of the others answered in time", 1)], measure)

"""One of four members becomes ten times slower, and recovers."""
import asyncio

from common.figures import Case, Column
from wlmtest import temporary_folder

from .generator import Generator, between, percentile, share_of
from .systems import members

RATE = 240                 # requests a second
BEGIN, END, LAST = 5, 25, 45   # seconds: when the member becomes slow, when it recovers, when all ends
FACTOR = 10
WINDOW = 2                 # seconds over which the share is taken when it comes back
BACK = 20                  # percent


def back_after(answers, member):
    """Seconds from the recovery until its share is above BACK percent; None: never."""
    steps = (END + s / 2 for s in range(2 * (LAST - END - WINDOW)))
    return next((at - END for at in steps if (share_of(between(answers, at, at + WINDOW), member) or 0) > BACK), None)


def measure(system, _point):
    with temporary_folder() as folder, members() as four, system.running(folder, four) as ports:
        changes = [(BEGIN, lambda: four[0].control(factor=FACTOR)), (END, lambda: four[0].control(factor=1))]
        answers = asyncio.run(Generator(ports[0]).open(RATE, LAST, changes))
    while_slow = between(answers, BEGIN, END)
    return {"p50": percentile(while_slow, 0.5), "p99": percentile(while_slow, 0.99), "share": share_of(while_slow, "a"),
            "back": back_after(answers, "a"), "failed": sum(a.status != 200 for a in answers),
            "by_second": [percentile(between(answers, s, s + 1), 0.99) for s in range(LAST)]}


CASE = Case(
    "slow", f"{RATE} requests a second without sessions, in an open loop, to four members, one of which is {FACTOR} times slower for "
            f"{END - BEGIN} s.",
    [Column("p50", "p50 ms"), Column("p99", "p99 ms"), Column("share", "% to the slow member", 1),
     Column("back", f"s until its share is above {BACK} %", 1), Column("failed", "failed")],
    measure)

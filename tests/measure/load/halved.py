"""In an overload half of what the members can do is gone, and comes back: how soon that is found."""
from common.figures import Case, Column
from wlmtest import temporary_folder

from .overload import ADAPTIVE, CAPACITY, SYSTEMS, WORK, in_time, rush
from .systems import members

HALVED, BACK, LAST = 15, 35, 60   # seconds
WINDOW = 3                        # seconds that are looked at
ENOUGH = 0.84                     # of what can be answered


def after(answers, begin, end, capacity):
    """Seconds from a change until enough is answered, and stays so for two windows; None: never."""
    steps = (begin + s / 2 for s in range(2 * (end - begin - 2 * WINDOW)))
    return next((at - begin for at in steps
                 if all(in_time(answers, t, t + WINDOW) >= ENOUGH * capacity for t in (at, at + WINDOW))), None)


def measure(system, _point):
    def workers(four, n):
        for member in four:
            member.control(workers=n)

    with temporary_folder() as folder, members(**WORK) as four, system.running(folder, four) as ports:
        changes = [(HALVED, lambda: workers(four, WORK["workers"] // 2)), (BACK, lambda: workers(four, WORK["workers"]))]
        answers = rush(ports[0], LAST, changes)
    return {"found": after(answers, HALVED, BACK, CAPACITY / 2), "back": after(answers, BACK, LAST, CAPACITY)}


SYSTEMS = [s for s in SYSTEMS if s.name == ADAPTIVE.name or "by hand" in s.name]
CASE = Case("halved", f"In that overload the members have half of their workers for {BACK - HALVED} s.",
            [Column("found", f"s until {100 * ENOUGH:.0f} % of what they can do then is answered in time", 1),
             Column("back", "s until that is so when they have all again", 1)], measure)

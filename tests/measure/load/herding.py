"""Do processes that choose at the same time all choose the same member?"""
import asyncio
import itertools

from common.figures import Case, Column
from wlmtest import temporary_folder

from .generator import Generator
from .systems import CHILDREN, members

CLIENTS, SECONDS = 24, 10


def max_over_mean(answers, names):
    """Of the members' requests in flight: the time average of the largest number, to that of the mean one."""
    changes = sorted(itertools.chain.from_iterable(((a.begun, 1, a.member), (a.ended, -1, a.member)) for a in answers if a.member))
    now, last, largest, mean = dict.fromkeys(names, 0), None, 0.0, 0.0
    for at, by, name in changes:
        if last is not None:
            largest += (at - last) * max(now.values())
            mean += (at - last) * sum(now.values()) / len(names)
        now[name] += by
        last = at
    return largest / mean


def measure(system, _point):
    with temporary_folder() as folder, members(workers=CLIENTS) as four, system.running(folder, four) as ports:
        answers = asyncio.run(Generator(ports[0]).closed(CLIENTS, SECONDS))
    return {"ratio": max_over_mean(answers, [m.name for m in four]), "rate": len(answers) / SECONDS,
            "failed": sum(a.status != 200 for a in answers)}


CASE = Case("herding", f"{CLIENTS} clients, each with one request after the other, to four equal members; httpd has {CHILDREN} children.",
            [Column("ratio", "in flight, largest to mean", 2), Column("rate", "requests/s"), Column("failed", "failed")], measure)

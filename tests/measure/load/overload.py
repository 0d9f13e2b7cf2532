"""More requests come than four members can answer, from clients that give up after a second."""
import asyncio

from common.figures import Case, Column
from wlmtest import temporary_folder

from .generator import Generator, between, percentile
from .systems import ModWlm, haproxy, members, nginx

WORK = {"mean": 100, "least": 50, "workers": 4}
CAPACITY = 160             # requests a second: four members with that
PATIENCE = 1               # seconds
BEFORE, RATE_BEFORE = 10, 80
SECONDS, RATE = 40, 240    # then

ADAPTIVE = ModWlm("mod_wlm, Adaptive", "WLMConcurrency Adaptive")
SYSTEMS = [ModWlm("mod_wlm", ""), ADAPTIVE,
           ModWlm("mod_wlm, by hand", "WLMConcurrency Adaptive 5 5\nWLMQueue 1000 1"),
           nginx("nginx, least_conn", "least_conn;"), haproxy("HAProxy, leastconn", "leastconn")]


def in_time(answers, begin, end):
    """Requests a second that were answered."""
    return sum(a.status == 200 for a in between(answers, begin, end)) / (end - begin)


def rush(port, seconds, changes=(), **generator):
    """The answers of a rush that follows a quiet time."""
    asyncio.run(Generator(port, timeout=PATIENCE).open(RATE_BEFORE, BEFORE))
    return asyncio.run(Generator(port, timeout=PATIENCE, **generator).open(RATE, seconds, changes))


def measure(system, _point):
    with temporary_folder() as folder, members(**WORK) as four, system.running(folder, four) as ports:
        answers = rush(ports[0], SECONDS)
    served = [a for a in answers if a.status == 200]
    return {"in_time": in_time(answers, 0, SECONDS), "first": in_time(answers, 0, 5),
            "refused": sum(a.status == 503 for a in answers) / SECONDS, "late": sum(not a.status for a in answers) / SECONDS,
            "p50": percentile(served, 0.5), "p99": percentile(served, 0.99)}


CASE = Case(
    "overload", f"{RATE} requests a second for {SECONDS} s, behind a quiet time, to four members that can answer {CAPACITY}; clients give "
                f"up after {PATIENCE} s. By hand: the limit is set to what is known of the members.",
    [Column("in_time", "answered in time, a second", 1), Column("first", "... in the first 5 s", 1),
     Column("refused", "refused, a second", 1), Column("late", "given up, a second", 1), Column("p50", "p50 ms"), Column("p99", "p99 ms")],
    measure)

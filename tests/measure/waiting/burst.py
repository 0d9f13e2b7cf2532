"""More requests at once than there are threads, each of which takes a while."""
import asyncio
import time

from common.client import Times, closing, is_ok
from common.figures import Case, Column

from .systems import CHILDREN, THREADS

REQUESTS, MS = 300, 3000


async def run(site):
    times = Times()
    with closing([site.client(timeout=120) for _ in range(REQUESTS)]) as clients:
        begun = time.monotonic()
        await asyncio.gather(*(times.note(is_ok(client, f"/app/?ms={MS}")) for client in clients))
        took = time.monotonic() - begun
    return {"answered": len(times.seconds), "failed": times.failed, "took": took, "left": await site.in_flight(),
            "faults": await site.faults()}


def measure(system, _point):
    with system.running(2) as site:
        return asyncio.run(run(site))


CASE = Case(
    "burst", f"{REQUESTS} requests of {MS // 1000} s each, all at once; there are {CHILDREN * THREADS} threads.",
    [Column("answered", "answered"), Column("failed", "failed"), Column("took", "s until all are answered", 2),
     Column("left", "in flight then"), Column("faults", "faults counted")],
    measure)

"""A graceful restart while requests wait."""
import asyncio
import os
import signal
import time

from common.client import Times, closing, is_ok, wait_for
from common.figures import Case, Column

from .systems import CHILDREN

REQUESTS, MS, TIMEOUT = 1000, 5000, 30


async def run(site):
    times, old = Times(), set(site.server.children_pids())

    async def are_all_there():
        return sum(m.stats().working for m in site.members) >= site.most(REQUESTS)
    with closing([site.client(timeout=TIMEOUT) for _ in range(REQUESTS)]) as clients:
        waiting = asyncio.gather(*(times.note(is_ok(client, f"/app/?ms={MS}")) for client in clients))
        await wait_for(are_all_there, 4)
        working, begun = sum(m.stats().working for m in site.members), time.monotonic()
        os.kill(site.server.group, signal.SIGUSR1)

        async def new_ones_answer():
            now = set(site.server.children_pids())
            return len(now - old) >= 1 and await is_ok(site.client(timeout=1), "/app/")
        new = await wait_for(new_ones_answer, TIMEOUT)
        await waiting
        answered = time.monotonic() - begun

    async def are_gone():
        return not old & set(site.server.children_pids())
    await wait_for(are_gone, 60)
    return {"working": working, "answered": len(times.seconds), "failed": times.failed, "new": new, "took": answered,
            "gone": time.monotonic() - begun if await are_gone() else None, "left": await site.in_flight(),
            "faults": await site.faults()}


def measure(system, _point):
    with system.running(2, 3 * CHILDREN) as site:
        return asyncio.run(run(site))


CASE = Case(
    "restart", f"a graceful restart (SIGUSR1) while {REQUESTS} requests of {MS // 1000} s wait. A client waits {TIMEOUT} s for an "
    "answer. Times are from the signal on.",
    [Column("working", "at the members then"), Column("answered", "answered"), Column("failed", "failed"),
     Column("new", "s until a new one is served", 2), Column("took", "s until the last answer", 2),
     Column("gone", "s until the old children have ended", 2), Column("left", "in flight then"), Column("faults", "faults counted")],
    measure)

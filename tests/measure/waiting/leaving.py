"""Clients leave while their member works: when does it notice?"""
import asyncio
import time

from common.client import closing, is_ok, wait_for
from common.figures import Case, Column

CLIENTS, WORK_MS = 100, 10000


async def run(site):
    member = site.members[0]
    faults_before = await site.faults()
    with closing([site.client(timeout=60) for _ in range(CLIENTS)]) as clients:
        waiting = [asyncio.ensure_future(is_ok(client, f"/app/?ms={WORK_MS}")) for client in clients]

        async def are_all_there():
            return member.stats().working >= site.most(CLIENTS)
        await wait_for(are_all_there, 9)
        working, left = member.stats().working, time.monotonic()
        for task in waiting:
            task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)

    async def is_idle():
        return await site.in_flight() == 0
    in_flight = await wait_for(is_idle, 60) if site.system.engine else None

    async def is_over():
        return not member.stats().working
    await wait_for(is_over, 60)
    stats, faults = member.stats(), await site.faults()
    ended = [1000 * (at - left) for at in stats.broken_off]
    return {"working": working, "broken_off": len(ended), "first": min(ended, default=None), "last": max(ended, default=None),
            "in_flight": None if in_flight is None else 1000 * in_flight, "wasted": stats.answered,
            "faults": None if faults is None else faults - faults_before}


def measure(system, _point):
    with system.running() as site:
        return asyncio.run(run(site))


CASE = Case(
    "leaving", f"{CLIENTS} clients leave while the member works for {WORK_MS // 1000} s for each of them. Where there were not enough "
    "threads, requests of clients that have left still get to the member afterwards.",
    [Column("working", "at the member then"), Column("broken_off", "its connections closed"), Column("first", "the first after ms"),
     Column("last", "the last after ms"), Column("wasted", "worked for to the end"), Column("in_flight", "in flight is 0 after ms"),
     Column("faults", "faults counted")],
    measure)

"""Memory of a request that waits."""
import asyncio

from common.client import closing, gather, is_ok, wait_for
from common.figures import Case, Column

from .systems import CHILDREN, THREADS

POINTS, MS = [1000, 3000], 60000


async def warm_up(site):
    """What the first requests of a process and of its threads cost once."""
    for _ in range(3):
        with closing([site.client() for _ in range(4 * CHILDREN * THREADS)]) as clients:
            assert all(await asyncio.gather(*(is_ok(client, "/app/?ms=50") for client in clients))), "requests fail"

    async def is_idle():
        return not await site.in_flight()
    assert await wait_for(is_idle, 10) is not None


async def keep(site, count):
    """KiB for each of so many kept connections, between two requests: what httpd itself has for a client."""
    base = site.memory_kib()
    with closing([site.client() for _ in range(count)]) as clients:
        assert all(await gather(is_ok(client, "/index.html") for client in clients)), "requests fail"
        return (site.memory_kib() - base) / count


async def park(site, count):
    """KiB for each of so many requests that wait, and how many of them are with a member."""
    base = site.memory_kib()
    with closing([site.client(timeout=60) for _ in range(count)]) as clients:
        waiting = [asyncio.ensure_future(is_ok(client, f"/app/?ms={MS}")) for client in clients]

        async def are_all_there():
            return sum(m.stats().working for m in site.members) == count
        await wait_for(are_all_there, 20)
        there, kib = sum(m.stats().working for m in site.members), (site.memory_kib() - base) / count
        for task in waiting:
            task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    return there, kib


def measure_new(system, run, count):
    """In an httpd of its own, which has not had so many before."""
    async def warmed(site):
        await warm_up(site)
        return await run(site, count)
    with system.running(2) as site:
        return asyncio.run(warmed(site))


def measure(system, point):
    kept = measure_new(system, keep, point)
    there, kib = measure_new(system, park, point)
    return {"there": there, "kept": kept, "kib": kib}


CASE = Case(
    "parked", "memory of requests that wait for a member: that of all children, with the client's connection, the request, and the "
    "member's connection. Beside it that of as many kept connections between two requests, which is httpd's own.",
    [Column("there", "with the members"), Column("kept", "KiB for a kept connection", 1), Column("kib", "KiB for a request that waits", 1)],
    measure, lambda system: POINTS if system.engine == "On" else [])

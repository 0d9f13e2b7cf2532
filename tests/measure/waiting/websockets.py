"""WebSockets that are open: what they cost, how quick they are, and what other requests notice."""
import asyncio
import random
import time

from common.client import Times, closing, gather, is_ok, wait_for
from common.figures import Case, Column

from .parked import keep, measure_new, warm_up
from .systems import CHILDREN, THREADS

POINTS = [CHILDREN * THREADS, 1000, 10000]
SPEAKERS, SECONDS, IDLE_SECONDS = 16, 5, 2
MANY = 1000        # with fewer of them their memory is less than its noise
DATA = b"what is echoed" * 4


async def speak(site, open_ones):
    """Some of them speak, chosen at random each time, while other requests are served. @return Times of both"""
    echoes, others, until = Times(), Times(), time.monotonic() + SECONDS
    silent = list(open_ones)
    random.shuffle(silent)

    async def echo():
        while time.monotonic() < until and silent:
            client = silent.pop(0)
            await echoes.note(client.echo(DATA))
            silent.append(client)

    async def request():
        while time.monotonic() < until:
            with closing([site.client()]) as (client,):
                await others.note(is_ok(client, "/app/"))
    await asyncio.gather(*(echo() for _ in range(SPEAKERS)), request())
    return echoes, others


async def idle_cpu(site):
    """Percent of a processor, while no bytes are sent."""
    before = site.cpu_seconds()
    await asyncio.sleep(IDLE_SECONDS)  # the length of the measurement
    return 100 * (site.cpu_seconds() - before) / IDLE_SECONDS


async def run(site, count):
    await warm_up(site)
    base = site.memory_kib()
    with closing([site.client(timeout=20) for _ in range(count)]) as clients:
        begun = time.monotonic()
        opened = await gather(client.upgrade("/app/ws") for client in clients)
        values = {"open": sum(opened), "opening": time.monotonic() - begun}
        if count >= MANY:
            values["kib"] = (site.memory_kib() - base) / count
        values["cpu"] = await idle_cpu(site)
        echoes, others = await speak(site, [c for c, is_open in zip(clients, opened) if is_open])
        values |= {"echoes": len(echoes.seconds) / SECONDS, "echoes_failed": echoes.failed, "p99": echoes.p99(),
                   "others": len(others.seconds), "others_failed": others.failed, "others_p99": others.p99()}
        if site.system.engine == "On":
            values["in_flight"] = await site.in_flight()

    async def are_closed():
        return not any(m.stats().upgraded for m in site.members) and not await site.in_flight()
    values["closing"] = await wait_for(are_closed, 20)
    return values | {"left": await site.in_flight(), "faults": await site.faults()}


def measure(system, point):
    with system.running(2) as site:
        values = asyncio.run(run(site, point))
    if point >= MANY:
        values["ours"] = values["kib"] - measure_new(system, keep, MANY)
    return values


CASE = Case(
    "websockets", f"open WebSockets; {SPEAKERS} at a time echo {len(DATA)} bytes, for {SECONDS} s, while other requests are sent "
    "one after the other, each on a new connection. Memory is that of all children, with the client's connection, the request, and "
    "the member's connection; ours is what that is more than a kept connection between two requests. CPU is that while all are "
    "silent.",
    [Column("open", "open"), Column("opening", "s to open all", 1), Column("kib", "KiB each", 1), Column("ours", "ours", 1),
     Column("cpu", "idle CPU %", 1),
     Column("echoes", "echoes/s"), Column("echoes_failed", "failed"), Column("p99", "echo p99 ms", 1),
     Column("others", f"other requests in {SECONDS} s"), Column("others_failed", "failed"), Column("others_p99", "p99 ms", 1),
     Column("in_flight", "in flight"), Column("closing", "s to close all", 2), Column("left", "in flight then"),
     Column("faults", "faults counted")],
    measure, lambda system: POINTS if system.engine == "On" else POINTS[:1])

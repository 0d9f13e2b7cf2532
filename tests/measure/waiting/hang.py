"""One of four members hangs with requests on it: what do the others' requests notice?"""
import asyncio
import time

from common.client import Times, closing, is_ok, wait_for
from common.figures import Case, Column

HUNG, CLIENTS, DELAY_MS = 300, 6, 20
SECONDS_BEFORE, SECONDS = 4, 10
TARGET = f"/app/?ms={DELAY_MS}"


async def load(site, seconds):
    """Clients with sessions on each of the healthy members; each sends the next request when the one before has ended."""
    times, until = Times(), time.monotonic() + seconds

    async def run(member):
        with closing([site.client()]) as (client,):
            while time.monotonic() < until:
                await times.note(is_ok(client, TARGET, member.name))
    await asyncio.gather(*(run(m) for m in site.members[1:] for _ in range(CLIENTS)))
    return times


def connections_to(port):
    """That are established, whether the process has accepted them or not."""
    with open("/proc/net/tcp", encoding="ascii") as table:
        rows = [line.split() for line in table][1:]
    return sum(row[3] == "01" and int(row[1].split(":")[1], 16) == port for row in rows)


async def run(site):
    await load(site, 1)
    before = await load(site, SECONDS_BEFORE)
    hung, member = [site.client(timeout=60) for _ in range(HUNG)], site.members[0]

    async def is_full():
        return connections_to(member.port) >= HUNG
    with closing(hung):
        member.pause()
        waiting = asyncio.gather(*(is_ok(client, "/app/", member.name) for client in hung))
        await wait_for(is_full, 3)
        values = {"hung": connections_to(member.port)}
        meanwhile = await load(site, SECONDS)
        member.resume()
        values["answered"] = sum(await waiting)
    return values | {
        "rate_before": len(before.seconds) / SECONDS_BEFORE, "rate": len(meanwhile.seconds) / SECONDS, "failed": meanwhile.failed,
        "failed_before": before.failed, "p99_before": before.p99(), "p99": meanwhile.p99(), "faults": await site.faults()}


def measure(system, _point):
    with system.running(4) as site:
        return asyncio.run(run(site))


CASE = Case(
    "hang", f"one of four members hangs (SIGSTOP) with {HUNG} requests of its sessions; {CLIENTS} clients with sessions on each of "
    f"the others, which answer after {DELAY_MS} ms, for {SECONDS} s. A client waits 5 s for an answer. Then the member goes on.",
    [Column("rate_before", "requests/s of the others, before"), Column("p99_before", "p99 ms, before", 1),
     Column("hung", "at the member that hangs"), Column("rate", "requests/s meanwhile"), Column("failed", "failed"),
     Column("p99", "p99 ms", 1), Column("answered", f"of the {HUNG} answered, when it goes on"), Column("faults", "faults counted")],
    measure)

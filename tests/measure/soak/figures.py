"""What the processes have, and what is in shared memory, all the time."""
import asyncio
import dataclasses
import os
import time

from bench.cost import children_of, lines_of, status_of
from waiting.hang import connections_to
from waiting.systems import IO_TIMEOUT


@dataclasses.dataclass(frozen=True)
class Process:
    private: int       # KiB that it shares with no other process
    resident: int      # KiB
    descriptors: int
    threads: int


@dataclasses.dataclass(frozen=True)
class Sample:
    at: float          # seconds since the beginning
    restarts: int      # before
    parent: Process
    children: dict     # Process by pid
    slots: dict        # as in the status; None: there was no answer
    in_flight: int
    waiting: int
    clients: int       # their connections

    def sum_of(self, key):
        return sum(getattr(p, key) for p in self.children.values())


def process_of(pid):
    """None: it has ended."""
    try:
        descriptors = len(os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        return None
    sizes = [line.split() for line in lines_of(f"/proc/{pid}/smaps_rollup")]
    return Process(sum(int(s[1]) for s in sizes if s[0].startswith("Private")), status_of(pid, "VmRSS"), descriptors,
                   status_of(pid, "Threads"))


def processes_of(group):
    """The parent, and the children that live."""
    children = {pid: p for pid in children_of(group) if (p := process_of(pid))}
    return process_of(group), children


class Figures:
    def __init__(self, site, seconds):
        """seconds: between two samples"""
        self.seconds = seconds
        self.site, self.begun, self.samples = site, time.monotonic(), []

    async def take(self):
        state = await self.site.status(IO_TIMEOUT)
        clusters = state["clusters"] if state else []
        restarts = self.site.counts["restarts"]
        parent, children = await asyncio.to_thread(processes_of, self.site.server.group)
        self.samples.append(Sample(
            time.monotonic() - self.begun, restarts, parent, children, state and state["slots"],
            sum(m["in_flight"] for c in clusters for m in c["members"]), sum(c["waiting"] for c in clusters),
            sum(map(connections_to, self.site.ports()))))
        return self.samples[-1]

    async def run(self, is_over):
        while not is_over():
            self.print(await self.take())
            await asyncio.sleep(self.seconds)  # the pace of the samples

    @staticmethod
    def print(sample):
        state = f"{sample.in_flight} in flight, {sample.waiting} in queues" if sample.slots else "no status"
        print(f"{sample.at:5.0f} s: {state}, {len(sample.children)} children with "
              f"{sample.sum_of('private')} KiB, {sample.sum_of('descriptors')} descriptors, {sample.sum_of('threads')} threads; "
              f"parent {sample.parent.private} KiB, {sample.parent.descriptors} descriptors; {sample.restarts} restarts", flush=True)

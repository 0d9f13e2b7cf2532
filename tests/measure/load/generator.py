"""Clients. An open loop: requests come when they come, however long the others take, as those of many people do; a closed one: so many
clients, each of which sends its next request when the last one is answered."""
import asyncio
import dataclasses
import random
import time

from common.client import Client

TARGET = "/app/"


@dataclasses.dataclass(frozen=True)
class Answer:
    begun: float       # seconds since the generator's start: when the request was due, not when there was a connection for it
    ended: float
    status: int        # 0: none in time
    member: str        # the name; "": none

    @property
    def ms(self):
        return 1000 * (self.ended - self.begun)


class Generator:
    """One run. answers: in the order in which they came."""

    def __init__(self, port, timeout=30.0, seed=1):
        self.port, self.timeout, self.random = port, timeout, random.Random(seed)
        self.answers, self._idle, self._start = [], [], None

    def now(self):
        return time.monotonic() - self._start

    async def _request(self, client, begun, fields=""):
        status, _ = await client.get(TARGET, fields=fields)
        self.answers.append(Answer(begun, self.now(), status, client.fields.get("x-member", "") if status else ""))

    async def _one(self, begun, fields):
        client = self._idle.pop() if self._idle else Client(self.port, timeout=self.timeout)
        await self._request(client, begun, fields)
        self._idle.append(client)

    async def _change(self, at, change):
        """change: a function, called at that time in a thread, since it waits."""
        await asyncio.sleep(max(0, at - self.now()))
        await asyncio.get_running_loop().run_in_executor(None, change)

    def _close(self):
        for client in self._idle:
            client.close()

    async def open(self, rate, seconds, changes=(), fields=lambda number: ""):
        """So many requests a second, at random times (a Poisson process). changes: (second, function). fields: of a request's number,
        further fields of it. Returns when all are answered, or given up."""
        self._start, due, number = time.monotonic(), 0.0, 0
        tasks = [asyncio.create_task(self._change(*c)) for c in changes]
        while (due := due + self.random.expovariate(rate)) < seconds:
            await asyncio.sleep(max(0, due - self.now()))
            tasks.append(asyncio.create_task(self._one(due, fields(number))))
            number += 1
        await asyncio.gather(*tasks)
        self._close()
        return self.answers

    async def closed(self, clients, seconds):
        self._start = time.monotonic()

        async def run():
            client = Client(self.port, timeout=self.timeout)
            while self.now() < seconds:
                await self._request(client, self.now())
            client.close()
        await asyncio.gather(*(run() for _ in range(clients)))
        return self.answers


def percentile(answers, share):
    """ms within which that share of the requests was answered; those that were given up count with their time."""
    times = sorted(a.ms for a in answers)
    return times[min(int(len(times) * share), len(times) - 1)] if times else None


def between(answers, begin, end):
    """Those whose requests were due then."""
    return [a for a in answers if begin <= a.begun < end]


def share_of(answers, member):
    """Percent of those that a member has answered."""
    known = [a for a in answers if a.member]
    return 100 * sum(a.member == member for a in known) / len(known) if known else None

"""What happens to the site, again and again."""
import asyncio
import os
import random
import signal

from .site import LASTS, MORTAL

BETWEEN_DEATHS, BETWEEN_CHANGES = 45, 20


class Actors:
    def __init__(self, site, seed, pause, restart_seconds):
        """pause: a coroutine function that waits so many seconds, or until all is over."""
        self.site, self.pause, self.rng, self.restart_seconds = site, pause, random.Random(f"{seed}/actors"), restart_seconds
        self.are_over, self.restarts_are_over = False, False

    async def run(self):
        await asyncio.gather(*(loop() for loop in self.loops()))
        self.site.write()

    def loops(self):
        return [self._restart, self._change, self._kill]

    async def _restart(self):
        while True:
            await self.pause(self.restart_seconds)
            if self.are_over or self.restarts_are_over:
                return
            os.kill(self.site.server.group, signal.SIGUSR1)
            self.site.counts["restarts"] += 1

    async def _change(self):
        while True:
            await self.pause(BETWEEN_CHANGES)
            if self.are_over:
                return
            weights = {LASTS: self.rng.randint(1, 9), **{name: self.rng.randint(0, 9) for name in MORTAL}}
            self.site.write(self.rng.sample(MORTAL, self.rng.randint(0, 1)), weights)
            self.site.counts["changes"] += 1

    async def _kill(self):
        while True:
            await self.pause(BETWEEN_DEATHS)
            if self.are_over:
                return
            member = self.rng.choice([m for m in self.site.members if m.name in MORTAL])
            self.site.note_death(member.name)
            member.stop()
            await self.pause(self.rng.uniform(2, 8))
            await asyncio.to_thread(member.start)
            self.site.counts["deaths"] += 1

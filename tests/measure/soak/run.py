"""One run from its beginning to its end."""
import asyncio
import dataclasses
import json
import time

from wlmtest import BUILD

from .actors import Actors
from .clients import Clients
from .everything import EverythingActors, EverythingClients, what_is_open
from .figures import Figures
from .verdict import what_grows, what_is_kept, what_remains, what_was_missing

WITH_RESTARTS = 2 / 3      # of the time; then the children stay, so that it is seen whether one of them grows
LONGEST = 1.6              # restarts that a WebSocket outlives: httpd has room for so many generations of children


async def run(site, options):
    """@return what is wrong, a list of texts"""
    clients_of, actors_of = (EverythingClients, EverythingActors) if options.everything else (Clients, Actors)
    clients = clients_of(site, options.seed, options.connections, LONGEST * options.restart)
    figures = Figures(site, clients.SAMPLES)
    actors = actors_of(site, options.seed, clients.pause, options.restart)
    begun = time.monotonic()
    tasks = [asyncio.ensure_future(clients.run()), asyncio.ensure_future(actors.run()),
             asyncio.ensure_future(figures.run(clients.over.is_set))]
    await asyncio.sleep(clients.RAMP + WITH_RESTARTS * 60 * options.minutes)  # the length of the measurement
    actors.restarts_are_over = True
    await asyncio.sleep(clients.RAMP + 60 * options.minutes - (time.monotonic() - begun))
    actors.are_over = True
    clients.over.set()
    await asyncio.gather(*tasks)
    print_counts(clients, site)
    problems = [*clients.problems, *what_was_missing(clients, site)]
    if options.everything:
        problems += [*clients.twice(), *what_is_open(figures.samples), *await what_remains(site)]
    else:
        problems += [*what_grows(figures.samples), *await what_remains(site), *what_is_kept(figures.samples, await figures.take())]
    save(figures, clients, problems)
    return problems


def print_counts(clients, site):
    print("\ndone:", ", ".join(f"{name} {n}" for name, n in site.counts.items()))
    for (kind, what), n in sorted(clients.counts.items()):
        print(f"  {kind:10} {what}: {n}")


def save(figures, clients, problems):
    (BUILD / "soak.json").write_text(json.dumps({
        "samples": [dataclasses.asdict(s) for s in figures.samples], "problems": problems,
        "counts": {f"{kind}: {what}": n for (kind, what), n in sorted(clients.counts.items())}}, indent=1))

"""The command line."""
import argparse
import asyncio
import contextlib
import sys

from common.limits import raise_limit
from wlmtest import temporary_folder

from .everything import EverythingSystem
from .run import run
from .site import SoakSystem
from .verdict import what_the_log_says


def options(arguments):
    parser = argparse.ArgumentParser(prog="tests/measure/run soak", description=__doc__)
    parser.add_argument("--everything", action="store_true", help="TLS, HTTP/2, checks, faults, steering and more, too (everything.py)")
    parser.add_argument("--minutes", type=float, help="how long it goes on (30; with everything 12)")
    parser.add_argument("--connections", type=int, help="of clients (10000; with everything 300)")
    parser.add_argument("--seed", type=int, default=1, help="of what happens when (%(default)s)")
    parser.add_argument("--restart", type=float, default=120, metavar="SECONDS", help="between two graceful restarts (%(default)s)")
    chosen = parser.parse_args(arguments)
    chosen.minutes = chosen.minutes or (12 if chosen.everything else 30)
    chosen.connections = chosen.connections or (300 if chosen.everything else 10000)
    return chosen


def main(arguments=None):
    chosen = options(arguments)
    raise_limit(max(4096, 2 * chosen.connections))
    with contextlib.ExitStack() as stack:
        system = EverythingSystem(stack.enter_context(temporary_folder())) if chosen.everything else SoakSystem()
        site = stack.enter_context(system.running())
        problems = asyncio.run(run(site, chosen))
        problems += what_the_log_says(site.server, chosen.everything)
    for problem in problems:
        print(problem)
    print(f"{len(problems)} problems; all figures: build/soak.json")
    sys.exit(bool(problems))

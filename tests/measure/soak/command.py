"""The command line."""
import argparse
import asyncio
import sys

from common.limits import raise_limit

from .run import run
from .site import SoakSystem
from .verdict import what_the_log_says


def options(arguments):
    parser = argparse.ArgumentParser(prog="tests/measure/run soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30, help="how long it goes on (%(default)s)")
    parser.add_argument("--connections", type=int, default=10000, help="of clients (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of what happens when (%(default)s)")
    parser.add_argument("--restart", type=float, default=120, metavar="SECONDS", help="between two graceful restarts (%(default)s)")
    return parser.parse_args(arguments)


def main(arguments=None):
    chosen = options(arguments)
    raise_limit(2 * chosen.connections)
    system = SoakSystem()
    with system.running() as site:
        problems = asyncio.run(run(site, chosen))
        problems += what_the_log_says(site.server)
    for problem in problems:
        print(problem)
    print(f"{len(problems)} problems; all figures: build/soak.json")
    sys.exit(bool(problems))

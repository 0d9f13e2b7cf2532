"""The command line: what is measured, and where the figures go."""
import argparse
import dataclasses
import json
import sys
import time

from bench.command import words_of
from bench.report import machine, revision
from common.figures import Figures, of_case
from common.limits import raise_limit
from common.output import write_into
from common.systems import httpd_version
from wlmtest import BUILD, ROOT

from . import burst, goals, hang, leaving, parked, restart, websockets
from .systems import CHILDREN, FACTOR, SYSTEMS, THREADS

CASES = [m.CASE for m in (hang, websockets, leaving, burst, restart, parked)]
DESCRIPTORS = 16000    # of each of httpd's children, the members, and the clients: 10,000 connections and their other ends


def options(arguments):
    cases, systems = [c.name for c in CASES], [s.name for s in SYSTEMS]
    parser = argparse.ArgumentParser(prog="tests/measure/run waiting", description="Measures what requests that wait cost the others, "
                                     "with the engine, without it, and with mod_proxy_balancer.")
    parser.add_argument("--cases", type=words_of(cases), default=cases, metavar="NAME,...", help=", ".join(cases))
    parser.add_argument("--system", action="append", choices=systems, metavar="NAME",
                        help=f"only this one (may be repeated): {'; '.join(systems)}")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/performance.md")
    chosen = parser.parse_args(arguments)
    if chosen.write and (chosen.cases != cases or chosen.system):
        parser.error("--write wants all figures, so nothing may be chosen")
    return chosen


def measure_all(cases, systems):
    """Each case is printed when it is there."""
    results = []
    for case in cases:
        for system, point in [(s, p) for s in systems for p in case.points(s)]:
            results.append(Figures(case.name, system.name, point, case.measure(system, point)))
            print(results[-1], file=sys.stderr, flush=True)
        print(of_case(case, results), flush=True)
    return results


def report(results, minutes):
    about = (f"{time.strftime('%Y-%m-%d')}, revision {revision()}, {machine()}, {httpd_version()} with {CHILDREN} children of {THREADS} "
             f"threads, AsyncRequestWorkerFactor {FACTOR}; {minutes:.0f} minutes in all.\n")
    return "\n".join([about, goals.of_goals(results), *(of_case(c, results) for c in CASES)])


def main(arguments=None):
    chosen, begun = options(arguments), time.monotonic()
    raise_limit(DESCRIPTORS)
    results = measure_all([c for c in CASES if c.name in chosen.cases],
                          [s for s in SYSTEMS if not chosen.system or s.name in chosen.system])
    (BUILD / "waiting.json").write_text(json.dumps([dataclasses.asdict(f) for f in results], indent=1))
    print(goals.of_goals(results))
    minutes = (time.monotonic() - begun) / 60
    print(f"{minutes:.0f} minutes; all figures: build/waiting.json")
    if chosen.write:
        write_into(ROOT / "docs" / "performance.md", {"waiting": report(results, minutes)})

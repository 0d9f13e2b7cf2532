"""The command line: what is measured, and where the figures go."""
import argparse
import dataclasses
import json
import sys
import time

from wlmtest import BUILD

from . import goals, micro, report, table
from .cases import CASES, SYSTEMS
from .rounds import measure

MICRO = "micro"


def words_of(known):
    """For argparse: words with commas between."""
    def chosen(text):
        words = text.split(",")
        unknown = [w for w in words if w not in known]
        if unknown:
            raise argparse.ArgumentTypeError(f"unknown: {', '.join(unknown)}; there are {', '.join(known)}")
        return words
    return chosen


def options(arguments):
    cases, systems = [*(c.name for c in CASES), MICRO], [s.name for s in SYSTEMS]
    parser = argparse.ArgumentParser(prog="tests/run-bench.sh", description="Measures what a request costs, in turn with "
                                     "other proxies. Fails when requests fail, or do not go where they belong.")
    parser.add_argument("--cases", type=words_of(cases), default=cases, metavar="NAME,...", help=", ".join(cases))
    parser.add_argument("--systems", type=words_of(systems), default=systems, metavar="NAME,...", help=", ".join(systems))
    parser.add_argument("--rounds", type=int, default=9, help="how often each is measured (%(default)s)")
    parser.add_argument("--seconds", type=int, default=2, help="how long each time (%(default)s)")
    parser.add_argument("--write", action="store_true", help="put the tables and the picture into docs/performance.md")
    chosen = parser.parse_args(arguments)
    if chosen.write and (chosen.cases != cases or chosen.systems != systems):
        parser.error("--write wants all figures, so nothing may be chosen")
    return chosen


def measure_all(chosen):
    """Results and calls; each case is printed when it is there."""
    results, calls = table.Results(), []
    for case in CASES:
        systems = [s for s in SYSTEMS if s.name in case.systems and s.name in chosen.systems]
        if case.name in chosen.cases and systems:
            results.all += measure(case, systems, chosen.rounds, chosen.seconds)
            print(table.of_case(case, results), flush=True)
    if MICRO in chosen.cases:
        calls = micro.measure_calls()
        print(micro.of_calls(calls))
    return results, calls


def save(results, calls):
    """All figures, for other programs."""
    BUILD.mkdir(exist_ok=True)
    figures = {"results": [dataclasses.asdict(r) for r in results.all], "calls": [dataclasses.asdict(c) for c in calls]}
    (BUILD / "bench.json").write_text(json.dumps(figures, indent=1))


def main(arguments=None):
    chosen, begun = options(arguments), time.monotonic()
    results, calls = measure_all(chosen)
    save(results, calls)
    print(goals.of_goals(results, calls))
    minutes = (time.monotonic() - begun) / 60
    print(f"{minutes:.0f} minutes; all figures: build/bench.json")
    if chosen.write:
        report.write(results, calls, chosen, minutes)
    wrong = [f"{r.case}, {r.system} {r.point}: {r.wrong}" for r in results.all if r.wrong]
    if wrong:
        sys.exit("\n".join(wrong))

"""The command line: what is measured, and where the figures go."""
import argparse
import dataclasses
import json
import sys
import time

from wlmtest import BUILD

from . import goals, micro, report, table, work
from .cases import CASES, SYSTEMS
from .rounds import measure

MICRO, WORK = "micro", "work"
WORKING = ("mod_wlm", "mod_proxy_balancer", "floor")


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
    cases, systems = [*(c.name for c in CASES), MICRO, WORK], [s.name for s in SYSTEMS]
    parser = argparse.ArgumentParser(prog="tests/measure/run bench", description="Measures what a request costs, in turn with "
                                     "other proxies. Fails when requests fail, or do not go where they belong.")
    parser.add_argument("--cases", type=words_of(cases), default=cases, metavar="NAME,...", help=", ".join(cases))
    parser.add_argument("--systems", type=words_of(systems), default=systems, metavar="NAME,...", help=", ".join(systems))
    parser.add_argument("--rounds", type=int, default=7, help="how often each is measured (%(default)s)")
    parser.add_argument("--seconds", type=int, default=2, help="how long each time (%(default)s)")
    parser.add_argument("--write", action="store_true", help="put the tables and the picture into docs/performance.md")
    chosen = parser.parse_args(arguments)
    if chosen.write and (chosen.cases != cases or chosen.systems != systems):
        parser.error("--write wants all figures, so nothing may be chosen")
    return chosen


def measure_all(chosen):
    """Results, calls and work; each case is printed when it is there."""
    results, calls, works = table.Results(), [], []
    for case in CASES:
        systems = [s for s in SYSTEMS if s.name in case.systems and s.name in chosen.systems]
        if case.name in chosen.cases and systems:
            results.all += measure(case, systems, chosen.rounds, chosen.seconds)
            print(table.of_case(case, results), flush=True)
    if MICRO in chosen.cases:
        calls = micro.measure_calls()
        print(micro.of_calls(calls), flush=True)
    if WORK in chosen.cases:
        works = results.works = work.measure_work([s for s in SYSTEMS if s.name in WORKING and s.name in chosen.systems])
        print(work.of_works(works))
    return results, calls, works


def save(results, calls, works):
    """All figures, for other programs."""
    BUILD.mkdir(exist_ok=True)
    figures = {name: [dataclasses.asdict(figure) for figure in those]
               for name, those in (("results", results.all), ("calls", calls), ("work", works))}
    (BUILD / "bench.json").write_text(json.dumps(figures, indent=1))


def main(arguments=None):
    chosen, begun = options(arguments), time.monotonic()
    results, calls, works = measure_all(chosen)
    save(results, calls, works)
    print(goals.of_goals(results, calls))
    minutes = (time.monotonic() - begun) / 60
    print(f"{minutes:.0f} minutes; all figures: build/bench.json")
    if chosen.write:
        report.write(results, calls, works, chosen, minutes)
    wrong = [f"{r.case}, {r.system} {r.point}: {r.wrong}" for r in results.all if r.wrong]
    if wrong:
        sys.exit("\n".join(wrong))

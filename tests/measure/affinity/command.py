"""The command line: what is measured, and where the figures go."""
import argparse
import dataclasses
import json
import statistics
import time

from bench.command import words_of
from bench.report import machine, revision
from common.figures import Figures, of_case
from common.output import write_into
from common.systems import httpd_version
from wlmtest import BUILD, ROOT

from . import goals, room, store

CASES = {"store": store.CASE, "room": room.CASE}


def options(arguments):
    parser = argparse.ArgumentParser(prog="tests/measure/run affinity", description="Measures what it costs that web servers share "
                                     "learned sessions in Redis, also when that is gone, and what their table holds.")
    parser.add_argument("--cases", type=words_of(list(CASES)), default=list(CASES), metavar="NAME,...", help=", ".join(CASES))
    parser.add_argument("--rounds", type=int, default=5, help="of each state of Redis (%(default)s)")
    parser.add_argument("--bots", type=int, default=1000000, help="how many requests of theirs (%(default)s)")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/performance.md")
    chosen = parser.parse_args(arguments)
    if chosen.write and chosen.cases != list(CASES):
        parser.error("--write wants all figures, so nothing may be chosen")
    return chosen


def measure_store(rounds):
    followed, taken = store.CASE.measure(rounds)
    results = [Figures("store", state, None, {key: statistics.median(r[state][key] for r in taken) for key in taken[0][state]})
               for state in store.STATES]
    for figures in results:  # what must not be at all is no matter of the median
        figures.values["failed"] = sum(r[figures.system]["failed"] for r in taken)
        figures.values["kept"] = min(r[figures.system]["kept"] for r in taken)
        figures.values["more_of_rounds"] = [r[figures.system]["more"] for r in taken]
    results[0].values.update(followed)
    return results


def measure_all(chosen):
    """Each case is printed when it is there."""
    results = []
    for name in chosen.cases:
        results += measure_store(chosen.rounds) if name == "store" else [Figures("room", "mod_wlm", None,
                                                                                 room.CASE.measure(chosen.bots))]
        print(of_case(CASES[name], results), flush=True)
    return results


def main(arguments=None):
    chosen, begun = options(arguments), time.monotonic()
    results = measure_all(chosen)
    (BUILD / "affinity.json").write_text(json.dumps([dataclasses.asdict(f) for f in results], indent=1))
    print(goals.of_goals(results))
    minutes = (time.monotonic() - begun) / 60
    print(f"{minutes:.0f} minutes; all figures: build/affinity.json")
    if chosen.write:
        about = f"{time.strftime('%Y-%m-%d')}, revision {revision()}, {machine()}, {httpd_version()}; {minutes:.0f} minutes in all.\n"
        write_into(ROOT / "docs" / "performance.md",
                   {"affinity": "\n".join([about, goals.of_goals(results), *(of_case(c, results) for c in CASES.values())])})

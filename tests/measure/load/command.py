"""The command line: what is measured, and where the figures go.

A case is a file of its own with a CASE (common/figures.py): its columns, and a function that measures a system and returns their
values. It is added to CASES below, and where it is about systems of its own, such as mod_wlm with other directives, to SYSTEMS_OF."""
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
from common.retry import twice_at_most
from common.systems import httpd_version, systems_of
from wlmtest import BUILD, ROOT

from . import classes, equal, goals, halved, herding, nearly, overload, plot, quick_errors, reports, slow, tail
from .systems import CHILDREN, OWN, PEERS, ModWlm

CASES = [m.CASE for m in (slow, equal, quick_errors, herding, overload, halved, nearly, classes, reports, tail)]
SYSTEMS_OF = {m.CASE.name: m.SYSTEMS for m in (overload, halved, nearly, classes, reports, tail)}  # case name: the systems with which it is measured
DESCRIPTORS = 8000     # one slow member of four, in turn: thousands of requests wait


def options(arguments):
    cases = [c.name for c in CASES]
    parser = argparse.ArgumentParser(prog="tests/measure/run load", description="Measures what slow members, errors and overload cost, "
                                     "with each policy of mod_wlm, and with other proxies.")
    parser.add_argument("--cases", type=words_of(cases), default=cases, metavar="NAME,...", help=", ".join(cases))
    parser.add_argument("--peers", action="store_true", help=f"also {', '.join(p.name for p in PEERS)}")
    parser.add_argument("--system", action="append", metavar="NAME", help="only this one (may be repeated)")
    parser.add_argument("--write", action="store_true", help="put tables and plot into docs/load.md")
    chosen = parser.parse_args(arguments)
    if chosen.write and (chosen.cases != cases or chosen.system or not chosen.peers):
        parser.error("--write wants all figures: with --peers, and nothing chosen")
    return chosen


def systems_for(case, chosen):
    """Its own, or those of most cases; without --peers no other proxies, with --system only the named ones."""
    if case.name not in SYSTEMS_OF:
        return systems_of(chosen, OWN, PEERS)
    return [s for s in SYSTEMS_OF[case.name] if s.name in (chosen.system or [s.name]) and (chosen.peers or isinstance(s, ModWlm))]


def measure_all(cases, chosen):
    """Each case is printed when it is there."""
    results = []
    for case in cases:
        for system in systems_for(case, chosen):
            values = twice_at_most(lambda s, c=case: c.measure(s, None), system)
            results.append(Figures(case.name, system.name, None, values))
            print(f"{case.name}, {system.name}: {({k: v for k, v in values.items() if not isinstance(v, list)})}", file=sys.stderr,
                  flush=True)
        print(of_case(case, results), flush=True)
    return results


def report(results, minutes):
    versions = ", ".join([httpd_version() + f" with {CHILDREN} children", *dict.fromkeys(p.version() for p in PEERS)])
    about = f"{time.strftime('%Y-%m-%d')}, revision {revision()}, {machine()}, {versions}; {minutes:.0f} minutes in all.\n"
    return "\n".join([about, goals.of_goals(results), *(of_case(c, results) for c in CASES)])


def main(arguments=None):
    chosen, begun = options(arguments), time.monotonic()
    raise_limit(DESCRIPTORS)
    results = measure_all([c for c in CASES if c.name in chosen.cases], chosen)
    (BUILD / "load.json").write_text(json.dumps([dataclasses.asdict(f) for f in results], indent=1))
    (BUILD / "load.svg").write_text(plot.svg(results), encoding="utf-8")
    print(goals.of_goals(results))
    minutes = (time.monotonic() - begun) / 60
    print(f"{minutes:.0f} minutes; all figures: build/load.json, plot: build/load.svg")
    if chosen.write:
        (ROOT / "docs" / "load.svg").write_text(plot.svg(results), encoding="utf-8")
        write_into(ROOT / "docs" / "load.md", {"load": report(results, minutes)})
    sys.exit("\n".join(goals.missed(results)) or 0)

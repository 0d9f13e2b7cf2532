"""The command line: what is measured, and where the figures go."""
import argparse
import sys
import time

from bench.command import words_of
from bench.report import machine, revision
from common.limits import raise_limit
from common.output import write_into
from common.systems import httpd_version
from wlmtest import ROOT

from . import changes, checks, loading, lookups, outage, probes, rotation, status, tools

CASES = [m.CASE for m in (tools, loading, changes, lookups, checks, status, outage, rotation, probes)]
DESCRIPTORS = 16000


def options(arguments):
    names = [c.name for c in CASES]
    parser = argparse.ArgumentParser(prog="tests/measure/run scale", description="Measures how what a site costs grows with it. Fails when "
                                     "something is above its bound.")
    parser.add_argument("--cases", type=words_of(names), default=names, metavar="NAME,...", help=", ".join(names))
    parser.add_argument("--write", action="store_true", help="put the tables of these cases into docs/scale.md")
    return parser.parse_args(arguments)


def measure(case, is_written):
    """What is above its bound, as texts; it is printed when it is there."""
    begun = time.monotonic()
    result = case.measure()
    about = (f"{time.strftime('%Y-%m-%d')}, revision {revision()}, {machine()}, {httpd_version()}; "
             f"{time.monotonic() - begun:.0f} s.\n")
    print(f"{case.name}: {case.section(result)}\n{about}", flush=True)
    if is_written:
        write_into(ROOT / "docs" / "scale.md", {case.name: f"{case.section(result)}\n{about}"})
    return [f"above its bound: {case.name}: {bound}" for bound in result.bounds if not bound.is_kept()]


def main(arguments=None):
    chosen, begun = options(arguments), time.monotonic()
    raise_limit(DESCRIPTORS)
    above = [text for case in CASES if case.name in chosen.cases for text in measure(case, chosen.write)]
    print(f"{(time.monotonic() - begun) / 60:.0f} minutes")
    sys.exit("\n".join(above) if above else 0)

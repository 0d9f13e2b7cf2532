"""The command line: which cells are measured, and where the tables go."""
import argparse
import concurrent.futures
import os
import pathlib
import time

from common.output import save, write_into
from common.systems import pick, systems_of
from wlmtest import BUILD, ROOT

from . import isolation, table
from .cell import measure
from .fault_list import FAULTS
from .kinds import KINDS
from .peers import PEERS
from .systems import DROP_IN, SYSTEMS

DOCS = ROOT / "docs" / "failover.md"


def options(arguments):
    parser = argparse.ArgumentParser(
        prog="tests/measure/run faults", description="Measures what a fault of a member costs the clients: without a "
        "choice all faults and kinds of request, with mod_wlm.")
    for what, things in (("system", SYSTEMS + PEERS), ("fault", FAULTS), ("kind", KINDS)):
        parser.add_argument(f"--{what}", action="append", choices=[t.name for t in things], metavar="NAME",
                            help=f"only this one (may be repeated): {', '.join(t.name for t in things)}")
    parser.add_argument("--peers", action="store_true", help="also other proxies (tools/setup.sh peers installs them)")
    parser.add_argument("--drop-in", metavar="FILE", type=pathlib.Path, default=DROP_IN.file,
                        help="a generated plugin-cfg.xml for the measurement without a directive (%(default)s)")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count()), help="cells at the same time (%(default)s)")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/failover.md")
    chosen = parser.parse_args(arguments)
    if chosen.write and (chosen.system or chosen.fault or chosen.kind):
        parser.error("--write wants the whole tables, so nothing may be chosen")
    return chosen


def measure_all(systems, faults, kinds, jobs):
    """All cells; each is printed when it is there."""
    todo = [(s, f, k) for s in systems for f in faults for k in kinds if s.supports(f, k)]
    cells = []
    with concurrent.futures.ProcessPoolExecutor(jobs) as pool:
        for number, cell in enumerate(pool.map(measure, *zip(*todo)), 1):
            cells.append(cell)
            print(f"{number:4}/{len(todo)}  {table.line(cell)}", flush=True)
    return cells


def main(arguments=None):
    chosen = options(arguments)
    DROP_IN.file = chosen.drop_in
    systems, faults, kinds = systems_of(chosen, SYSTEMS, PEERS), pick(FAULTS, chosen.fault), pick(KINDS, chosen.kind)
    begun = time.monotonic()
    cells = measure_all(systems, faults, kinds, chosen.jobs)
    save(cells, "faults.csv")
    report = table.Report(cells, systems, faults, kinds, chosen.jobs)
    whole = not (chosen.system or chosen.fault or chosen.kind)
    parts = {"drop-in": report.drop_in(), "faults": report.own()} | ({"isolation": isolation.report()} if whole else {})
    if len(systems) > len(SYSTEMS):
        parts["peers"] = report.comparison()
    for text in parts.values():
        print("\n" + text)
    print(f"{len(cells)} cells in {time.monotonic() - begun:.0f} s; all figures: {BUILD.relative_to(ROOT)}/faults.csv")
    if chosen.write:
        write_into(DOCS, parts)

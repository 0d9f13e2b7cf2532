"""The command line: with which systems the rows are played, and where the tables go."""
import argparse
import itertools

from common.output import save, write_into
from common.systems import systems_of
from wlmtest import BUILD, ROOT

from . import table
from .played import play
from .requests import REQUESTS
from .responses import RESPONSES
from .systems import PEERS, SYSTEMS

DOCS = ROOT / "docs" / "security.md"


def options(arguments):
    names = [s.name for s in SYSTEMS + PEERS]
    parser = argparse.ArgumentParser(
        prog="tests/measure/run framing", description="Plays requests and responses that can be read in two ways, without a choice "
        "with mod_wlm, and prints what the client got, what the member saw, and whether the connection was used again.")
    parser.add_argument("--system", action="append", choices=names, metavar="NAME",
                        help=f"only this one (may be repeated): {', '.join(names)}")
    parser.add_argument("--peers", action="store_true", help="also other proxies (tools/setup.sh peers installs them)")
    parser.add_argument("--row", metavar="TEXT", default="", help="only rows with this in their names")
    parser.add_argument("--write", action="store_true", help="put the comparison into docs/security.md (with --peers)")
    chosen = parser.parse_args(arguments)
    if chosen.write and (chosen.system or chosen.row or not chosen.peers):
        parser.error("--write wants the whole comparison: --peers, and nothing may be chosen")
    return chosen


def play_all(systems, rows):
    """Each is printed when it is there. One after the other: another system that got the port meanwhile would falsify it."""
    played = []
    for system, row in itertools.product(systems, rows):
        played.append(play(system, row))
        print(table.line(played[-1]), flush=True)
    return played


def report(played, systems):
    settings = [f"{s.name}:\n\n```\n{s.settings_text()}\n```\n" for s in systems]
    return "\n".join([table.sums(played, systems), table.differences(played, systems), "The settings:\n", *settings])


def main(arguments=None):
    chosen = options(arguments)
    systems = systems_of(chosen, SYSTEMS, PEERS)
    played = play_all(systems, [row for row in RESPONSES + REQUESTS if chosen.row in row.name])
    save(played, "framing.csv")
    print("\n" + report(played, systems))
    print(f"all that was seen: {(BUILD / 'framing.csv').relative_to(ROOT)}")
    if chosen.write:
        write_into(DOCS, {"framing": report(played, systems)})

"""The command line."""
import argparse
import sys

from wlmtest import temporary_folder

from .run import run


def main():
    parser = argparse.ArgumentParser(prog="tests/measure/run chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10, help="how long it goes on (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of what happens when (%(default)s)")
    parser.add_argument("--mpm", default="event", choices=["event", "worker", "prefork"])
    options = parser.parse_args()
    with temporary_folder() as folder:
        problems = run(folder, options)
    for problem in problems:
        print(problem)
    print(f"{len(problems)} problems")
    sys.exit(bool(problems))


main()

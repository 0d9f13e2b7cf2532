"""One run from its beginning to its end."""
import re
import subprocess
import time

from .actors import Actors
from .clients import Clients
from .site import Site
from .verdict import what_remains, what_the_log_says


def largest(server):
    """KiB of memory of the largest child process, as the sanitizer makes it."""
    sizes = [0]
    for pid in server.children_pids():
        try:
            with open(f"/proc/{pid}/status", encoding="ascii") as status:
                sizes.append(int(re.search(r"RssAnon:\s+(\d+)", status.read()).group(1)))
        except (OSError, AttributeError):
            pass  # it has just ended
    return max(sizes)


def print_counts(clients, actors):
    print("\ndone:", ", ".join(f"{name} {n}" for name, n in sorted(actors.deeds.items())))
    for (kind, what), n in sorted(clients.counts.items(), key=str):
        print(f"  {kind:10} {what}: {n}")


def run(folder, options):
    """@return what is wrong, a list of texts"""
    site = Site(folder, options.mpm)
    clients, actors, problems = Clients(site, options.seed), Actors(site, options.seed), []
    try:
        clients.start()
        actors.start()
        end = time.monotonic() + options.minutes * 60
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(left, 30))
            print(f"{max(0, end - time.monotonic()):.0f} s left, {sum(clients.counts.values())} requests, "
                  f"{len(clients.wrong)} wrong, largest child {largest(site.server)} KiB", flush=True)
        actors.stop()
        clients.stop()
        print_counts(clients, actors)
        problems += clients.wrong + actors.problems + what_remains(site)
    finally:
        try:
            site.stop()
        except (AssertionError, subprocess.TimeoutExpired) as e:
            problems.append(f"httpd does not stop as it should: {e}")
    return problems + what_the_log_says(site.server)

"""All members fail: how many attempts become of the requests?"""
import time

from bench.table import table
from wlmtest.plugincfg import Cluster, plugin_cfg

from .bounds import Bound, Case, Result
from .sites import Fleet, running_httpd

MEMBERS, REQUESTS, CLIENTS = 40, 200, 8
ATTEMPTS, PERCENT, FLOOR = 3, 20, 10   # WLMRetryBudget by default: of a request, of all requests, and a second
LINES = 20                     # of the log a second: ten for each outcome, and these end in two ways
UNLIMITED = "WLMRetryBudget 100 attempts=32"
POINTS = [("503", 503, ""), (f"503, `{UNLIMITED}`", 503, UNLIMITED), ("end of the connection", None, "")]


def measure_with(status, directive):
    """(attempts, lines in the log, seconds)"""
    with Fleet(MEMBERS, status=status) as fleet, running_httpd(plugin_cfg(Cluster("c", fleet.servers())), directive) as server:
        begun = time.monotonic()
        server.client.load(REQUESTS, CLIENTS)
        seconds = time.monotonic() - begun
        return len(fleet.asked), server.count("WLM0030"), seconds


def bounds_of(name, attempts, lines, seconds):
    """A second more, since the directives count by whole ones."""
    budget = REQUESTS * (1 + PERCENT / 100) + FLOOR * (seconds + 1)
    return [Bound(f"{name}: attempts for {REQUESTS} requests", ATTEMPTS * REQUESTS, attempts),
            Bound(f"{name}: attempts, to those that the budget allows", 1, attempts / budget, 2),
            Bound(f"{name}: lines of WLM0030 a second", LINES, lines / (seconds + 1), 1)]


def measure():
    found = {name: measure_with(status, directive) for name, status, directive in POINTS}
    rows = [[name, f"{attempts:,}", f"{attempts / REQUESTS:.2f}", f"{lines}", f"{seconds:.1f}"]
            for name, (attempts, lines, seconds) in found.items()]
    bounds = [bound for name, _, directive in POINTS if not directive for bound in bounds_of(name, *found[name])]
    return Result([table(["all answer by", "attempts", "for each request", "lines of WLM0030", "seconds"], rows)], bounds)


CASE = Case("outage", f"{MEMBERS} members that all fail; {REQUESTS} requests of {CLIENTS} clients.", measure)

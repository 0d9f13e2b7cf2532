"""Health checks on time, also when half of the members hang; an address of many clusters is checked once."""
import time

from bench.table import table
from wlmtest import wait_until
from wlmtest.plugincfg import Cluster, plugin_cfg
from wlmtest.status import everything

from .bounds import Bound, Case, Result
from .sites import Fleet, running_httpd

INTERVAL, TIMEOUT, FALL = 4, 2, 3
BEGINS, WINDOW = 4, 12         # seconds: until all are being checked, and in which checks are counted
OFF = 5                        # percent of the wanted
HALF_HANG = (300, 1000)        # members
MEMBERS, CLUSTERS = 100, 50


def count_checks(fleet, text):
    """(of a second, seconds until those that hang are out)"""
    extra = f"WLMHealthCheck interval={INTERVAL} timeout={TIMEOUT} fall={FALL}\n"
    with running_httpd(text, extra) as server:
        server.expect("WLM0042")
        begun = time.monotonic()
        time.sleep(BEGINS + WINDOW)  # the length of the measurement
        rate = fleet.asked_between(begun + BEGINS, begun + BEGINS + WINDOW) / WINDOW

        def are_out():
            states = {m["name"]: m["state"] for c in everything(server)["clusters"] for m in c["members"]}
            return all(states[f"m{i}"] != "up" for i in range(fleet.hang))
        if fleet.hang:
            wait_until(are_out, "members that hang to be taken out", 120)
        return rate, time.monotonic() - begun if fleet.hang else None


def of_rate(where, wanted, rate):
    return [Bound(f"{where}: % of the checks missing", OFF, 100 * (wanted - rate) / wanted, 1),
            Bound(f"{where}: % of the checks too many", OFF, 100 * (rate - wanted) / wanted, 1)]


def measure():
    rows, bounds = [], []
    for n in HALF_HANG:
        with Fleet(n, hang=n // 2) as fleet:
            rate, out = count_checks(fleet, plugin_cfg(Cluster("c", fleet.servers())))
        where = f"{n:,} members, of which half hang"
        rows.append([where, f"{n / INTERVAL:.1f}", f"{rate:.1f}", f"{out:.1f}"])
        bounds += of_rate(where, n / INTERVAL, rate)
        bounds.append(Bound(f"{where}: seconds until these are out", FALL * (INTERVAL + TIMEOUT) + 1, out, 1))
    with Fleet(MEMBERS) as fleet:
        rate, _ = count_checks(fleet, plugin_cfg(*(Cluster(f"c{i}", fleet.servers()) for i in range(CLUSTERS))))
    where = f"{MEMBERS} members, each in {CLUSTERS} clusters"
    rows.append([where, f"{MEMBERS / INTERVAL:.1f}", f"{rate:.1f}", "-"])
    bounds += of_rate(where, MEMBERS / INTERVAL, rate)
    return Result([table(["", "checks/s wanted", "checks/s", "s until those that hang are out"], rows)], bounds)


CASE = Case("checks", f"health checks (`WLMHealthCheck interval={INTERVAL} timeout={TIMEOUT} fall={FALL}`), counted by the members for "
            f"{WINDOW} s, from {BEGINS} s after the start on.", measure)

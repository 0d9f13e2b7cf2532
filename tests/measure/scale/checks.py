"""Health checks on time, whatever hangs, and spread over their interval; an address of many clusters is checked once for all of them."""
import collections
import dataclasses
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
PARTS = 10                     # of an interval; the busiest has at most so many times as many checks as its share:
BUSIEST = 1.5
DESCRIPTION = {0: "", 1: ", of which half hang", 2: ", which all hang"}
SITES = ((300, 1, 1), (1000, 1, 1), (1000, 2, 1), (100, 1, 50))    # members, how many halves of them hang, clusters that have all of them


@dataclasses.dataclass(frozen=True)
class Found:
    rate: float        # of a second
    busiest: float     # checks in the busiest part of an interval, to its share
    out: float         # seconds until those that hang are out


def busiest_of(times):
    """Of the parts of the interval, over all intervals of the window."""
    parts = collections.Counter(int(at % INTERVAL / INTERVAL * PARTS) for at in times)
    return max(parts.values()) / (len(times) / PARTS)


def count_checks(fleet, text):
    extra = f"WLMHealthCheck interval={INTERVAL} timeout={TIMEOUT} fall={FALL}\n"
    with running_httpd(text, extra) as server:
        server.expect("WLM0042")
        begun = time.monotonic()
        time.sleep(BEGINS + WINDOW)  # the length of the measurement
        times = [at for at, _ in fleet.asked if begun + BEGINS <= at < begun + BEGINS + WINDOW]

        def are_out():
            """In all clusters."""
            return all(m["state"] != "up" for c in everything(server)["clusters"] for m in c["members"]
                       if int(m["name"][1:]) < fleet.hang)
        wait_until(are_out, "members that hang to be taken out", 120)
        return Found(len(times) / WINDOW, busiest_of(times), time.monotonic() - begun)


def measure():
    rows, bounds = [], []
    for n, halves, clusters in SITES:
        with Fleet(n, hang=n * halves // 2) as fleet:
            found = count_checks(fleet, plugin_cfg(*(Cluster(f"c{i}", fleet.servers()) for i in range(clusters))))
        where = f"{n:,} members{DESCRIPTION[halves]}" + (f", each in {clusters} clusters" if clusters > 1 else "")
        wanted = n / INTERVAL
        rows.append([where, f"{wanted:.1f}", f"{found.rate:.1f}", f"{found.busiest:.2f}", f"{found.out:.1f}"])
        bounds += [Bound(f"{where}: % of the checks missing", OFF, 100 * (wanted - found.rate) / wanted, 1),
                   Bound(f"{where}: % of the checks too many", OFF, 100 * (found.rate - wanted) / wanted, 1),
                   Bound(f"{where}: checks in the busiest {PARTS}th of an interval, to its share", BUSIEST, found.busiest, 2),
                   Bound(f"{where}: seconds until those that hang are out", FALL * (INTERVAL + TIMEOUT) + 1, found.out, 1)]
    head = ["", "checks/s wanted", "checks/s", f"busiest {PARTS}th of an interval", "s until those that hang are out"]
    return Result([table(head, rows)], bounds)


CASE = Case("checks", f"health checks (`WLMHealthCheck interval={INTERVAL} timeout={TIMEOUT} fall={FALL}`), counted by the members for "
            f"{WINDOW} s, from {BEGINS} s after the start on; a member that hangs takes connections and answers nothing.", measure)

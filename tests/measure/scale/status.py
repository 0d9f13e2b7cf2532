"""The status with many members."""
from bench.cost import cost_of
from bench.table import table
from wlmtest.plugincfg import Cluster, Route, plugin_cfg

from .bounds import Bound, Case, Result
from .sites import running_httpd

SIZES, OF_A_CLUSTER = (100, 1000, 5000), 100
ROUNDS, ROUNDS_MAX = 5, 100
CPU = 0.3                      # seconds of all rounds together, since they are counted in hundredths
MS_OF_1000 = 50                # and in proportion
METRICS = "?format=openmetrics"
FORMATS = {"page": "", "JSON": "?format=json", "metrics": METRICS, "metrics with histograms of members": METRICS + "&members=histograms",
           "metrics without members": METRICS + "&members=none"}
PART = 0.6                     # of the metrics is there without these histograms, at most
KIB_WITHOUT_MEMBERS = 1000


def file_of(n):
    clusters = [Cluster(f"c{i}", [(f"m{i}_{j}", 9, {"CloneID": f"{i}_{j}"}) for j in range(OF_A_CLUSTER)])
                for i in range(n // OF_A_CLUSTER)]
    return plugin_cfg(*clusters, routes=[Route("c0")])


def cost_of_one(server, query):
    """(bytes, ms of the processor)"""
    server.client.get("/wlm-status" + query)  # which touches the records for the first time
    before, size = cost_of(server.group).cpu, 0
    for n in range(1, ROUNDS_MAX + 1):
        answer = server.client.get("/wlm-status" + query)
        assert answer.status == 200 and not answer.error, answer
        size, used = len(answer.body), cost_of(server.group).cpu - before
        if n >= ROUNDS and used >= CPU:
            break
    return size, 1000 * used / n


def measure():
    found = {name: {} for name in FORMATS}
    for n in SIZES:
        with running_httpd(file_of(n)) as server:
            for name, query in FORMATS.items():
                found[name][n] = cost_of_one(server, query)
    rows, bounds = [], []
    for name, of_size in found.items():
        rows.append([name, *(f"{size / 1024:,.0f}" for size, _ in of_size.values()), *(f"{ms:.1f}" for _, ms in of_size.values())])
        bounds += [Bound(f"{name} of {n:,} members: ms", MS_OF_1000 * n / 1000, of_size[n][1], 1) for n in SIZES[1:]]
    sizes = {name: of_size[SIZES[-1]][0] for name, of_size in found.items()}
    bounds += [Bound(f"metrics of {SIZES[-1]:,} members, to those with their histograms", PART,
                     sizes["metrics"] / sizes["metrics with histograms of members"], 2),
               Bound(f"metrics without members, of {SIZES[-1]:,}: KiB", KIB_WITHOUT_MEMBERS, sizes["metrics without members"] / 1024)]
    return Result([table(["", *(f"KiB, {n:,} members" for n in SIZES), *(f"ms, {n:,}" for n in SIZES)], rows)], bounds)


CASE = Case("status", f"the status page, JSON and metrics of members in clusters of {OF_A_CLUSTER}; times are of the processor, in httpd, "
            "each with a connection of its own. With thousands of members httpd gets the memory of each answer from the system anew, which "
            "costs about as much as the answer.", measure)

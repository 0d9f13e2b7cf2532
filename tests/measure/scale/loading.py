"""Large files in httpd: what a child takes for one, and after it was changed again and again."""
import sys
import time

from bench.cost import cost_of, memory_of
from bench.table import table

from .bounds import Bound, Case, Result
from .files import SHAPES, many_uris
from .fit import exponent, slope
from .sites import reload, running_httpd

URIS = (10, 1000, 10_000, 100_000)
RELOADS = 100
LARGE = ("members", "virtual hosts", "URIs with a star inside")    # at their largest, and a tenth of that
FEW = 5                        # reloads of these; ten times as many of a tenth, for as much work
KIB_OF_A_URI, GROWS = 0.6, 1.3
EXPONENT = 1.25                # what is in proportion is a little more with more, since less of it is in the processor's caches
STEADY, PERIOD = 1.01, 2.5      # times, seconds
SLOTS = "WLMSlots 60000 200\n"


def steady_memory(server):
    """KiB resident, when the work that is done each second does not touch more of the shared memory any more."""
    before = 0
    while (now := memory_of(server.group).resident) > before * STEADY:
        before = now
        time.sleep(PERIOD)     # over which it is compared
    return now


def measure_file(make, n, reloads, extra=""):
    """(KiB resident at the start, after the reloads, seconds of the processor for a reload)"""
    texts = [make(n, RefreshInterval=3600), make(n, RefreshInterval=3601)]
    with running_httpd(texts[0], extra) as server:
        server.client.get("/index.html")
        before, used = steady_memory(server), cost_of(server.group).cpu
        for i in range(reloads):
            answer = reload(server, texts[1 - i % 2])
            assert answer.status == 200, answer
        seconds = (cost_of(server.group).cpu - used) / reloads
        after = steady_memory(server)
        print(f"loading: {n:,}: {before:,} KiB, then {after:,}, {seconds:.3f} s", file=sys.stderr, flush=True)
        return before, after, seconds


def of_uris():
    found = {n: measure_file(many_uris, n, RELOADS) for n in URIS}
    base, largest = found[URIS[0]][0], URIS[-1]
    rows = [[f"{n:,} URIs", f"{before / 1024:.1f}", f"{(before - base) / n:.2f}" if n > URIS[0] else "", f"{RELOADS}",
             f"{after / 1024:.1f}", f"{after / before:.2f}", f"{seconds:.3f}"] for n, (before, after, seconds) in found.items()]
    bounds = [Bound(f"{n:,} URIs: memory after {RELOADS} reloads, to that at the start", GROWS, after / before, 2)
              for n, (before, after, _) in found.items()]
    bounds.append(Bound(f"{largest:,} URIs: KiB for each", KIB_OF_A_URI, (found[largest][0] - base) / largest, 2))
    grows = exponent({n: seconds for n, (_, _, seconds) in found.items()})
    if grows is not None:
        bounds.append(Bound("URIs: exponent of the time of a reload", EXPONENT, grows, 2))
    return rows, bounds


def of_others():
    rows, bounds = [], []
    for shape in LARGE:
        make, largest = SHAPES[shape]
        times = {}
        for n in (largest // 10, largest):
            reloads = FEW * largest // n
            before, after, times[n] = measure_file(make, n, reloads, SLOTS)
            rows.append([f"{n:,} {shape}", f"{before / 1024:.1f}", "", f"{reloads}", f"{after / 1024:.1f}", f"{after / before:.2f}",
                         f"{times[n]:.3f}"])
        bounds.append(Bound(f"{shape}: exponent of the time of a reload", EXPONENT, slope(times), 2))
    return rows, bounds


def measure():
    rows, bounds = of_uris()
    more, their_bounds = of_others()
    rows, bounds = rows + more, bounds + their_bounds
    head = ["", "MiB at the start", "KiB for each URI", "reloads", "MiB then", "to the start", "s of the processor for a reload"]
    return Result([table(head, rows)], bounds)


CASE = Case("loading", "resident memory of one child after the start, and after the file was changed and loaded again and again, by an "
            "administrator.", measure)

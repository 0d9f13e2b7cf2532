"""Large files in httpd: what a child takes for one, and after it was changed again and again."""
import sys
import time

from bench.cost import memory_of
from bench.table import table

from .bounds import Bound, Case, Result
from .files import SHAPES, many_uris
from .fit import exponent, slope
from .sites import running_httpd

URIS = (10, 1000, 10_000, 100_000)
LARGE = ("members", "virtual hosts", "URIs with a star inside")    # at their largest, and a tenth of that
RELOADS = {10: 100, 1000: 100, 10_000: 50, 100_000: 10}
FEW = 3
TIMEOUT = 120                  # seconds for a reload
KIB_OF_A_URI, GROWS = 0.6, 1.3
EXPONENT = 1.1
SLOTS = "WLMSlots 60000 200\n"


def reload(server, text):
    """Seconds until the process that was asked has loaded it."""
    new = server.path / "plugin-cfg.new"
    new.write_text(text)
    new.chmod(0o644)
    new.rename(server.path / "plugin-cfg.xml")
    begun = time.monotonic()
    fields = {"Content-Type": "application/x-www-form-urlencoded", "X-WLM-Admin": "1"}
    answer = server.client.send("POST", "/wlm-status", "action=reload", fields, timeout=TIMEOUT)
    assert answer.status == 200, answer
    return time.monotonic() - begun


def measure_file(make, n, reloads, extra=""):
    """(KiB resident at the start, after the reloads, seconds of the quickest reload)"""
    texts = [make(n, RefreshInterval=3600), make(n, RefreshInterval=3601)]
    with running_httpd(texts[0], extra) as server:
        server.client.get("/index.html")
        before = memory_of(server.group).resident
        seconds = min(reload(server, texts[1 - i % 2]) for i in range(reloads))
        print(f"loading: {n:,}: {before:,} KiB, {seconds:.2f} s", file=sys.stderr, flush=True)
        return before, memory_of(server.group).resident, seconds


def of_uris():
    found = {n: measure_file(many_uris, n, RELOADS[n]) for n in URIS}
    base, largest = found[URIS[0]][0], URIS[-1]
    rows = [[f"{n:,} URIs", f"{before / 1024:.1f}", f"{(before - base) / n:.2f}" if n > URIS[0] else "", f"{RELOADS[n]}",
             f"{after / 1024:.1f}", f"{after / before:.2f}", f"{seconds:.3f}"] for n, (before, after, seconds) in found.items()]
    bounds = [Bound(f"{n:,} URIs: memory after {RELOADS[n]} reloads, to that at the start", GROWS, after / before, 2)
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
            before, after, times[n] = measure_file(make, n, FEW, SLOTS)
            rows.append([f"{n:,} {shape}", f"{before / 1024:.1f}", "", f"{FEW}", f"{after / 1024:.1f}", f"{after / before:.2f}",
                         f"{times[n]:.3f}"])
        bounds.append(Bound(f"{shape}: exponent of the time of a reload", EXPONENT, slope(times), 2))
    return rows, bounds


def measure():
    rows, bounds = of_uris()
    more, their_bounds = of_others()
    rows, bounds = rows + more, bounds + their_bounds
    head = ["", "MiB at the start", "KiB for each URI", "reloads", "MiB then", "to the start", "s of a reload"]
    return Result([table(head, rows)], bounds)


CASE = Case("loading", "resident memory of one child after the start, and after the file was changed and loaded again and again, by an "
            "administrator; the quickest of these.", measure)

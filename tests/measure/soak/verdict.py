"""What must be so in the end: nothing is left, nothing has grown, the log has no more than what such a time brings with it."""
import statistics

from bench.table import table
from common.client import wait_for
from waiting.systems import CHILDREN

from .clients import IDLE_MAX

SETTLED = IDLE_MAX # seconds behind the last restart, until its children have what they need: each connection has had a request
KEPT, KEPT_KIB = 0.1, 4096     # of what they have had at most; and of their threads
QUIET = 90         # seconds for all to become quiet
# a member has failed, is marked down, has left the file; a POST that it had is not repeated (the clients judge which those are)
EXPECTED = ["WLM0030", "WLM0035", "WLM0172", "WLM0038"]


def what_was_missing(clients, site):
    """A kind of client that never got what it wanted, an actor that did nothing: then the run has shown nothing."""
    return ([f"no {kind}: {what}" for kind, what in clients.GOOD.items() if not clients.counts[kind, what]]
            + [f"no {name}" for name, n in site.counts.items() if not n])


def two_windows(samples, value):
    """The means of the first third and of the last."""
    third = max(1, len(samples) // 3)
    return statistics.mean(map(value, samples[:third])), statistics.mean(map(value, samples[-third:]))


def lasting(samples):
    """Those of the children that stay to the end, when they have what they need."""
    last = max(s.restarts for s in samples)
    begun = next(s.at for s in samples if s.restarts == last)
    return [s for s in samples if s.restarts == last and s.at > begun + SETTLED and len(s.children) == CHILDREN]


def generations(samples):
    """The last sample before each restart but the first two: the children are new, and as old as those of the others."""
    last = {s.restarts: s for s in samples}
    return [last[n] for n in sorted(last)[2:-1]]


ROWS = [  # title, samples, value of a sample, what it may grow by: of itself, and absolutely
    ("children's private KiB", lasting, lambda s: s.sum_of("private"), 0.1, 2048),     # see what_is_kept()
    ("children's descriptors", lasting, lambda s: s.sum_of("descriptors"), 0.03, 32),
    ("children's threads", lasting, lambda s: s.sum_of("threads"), 0, 4),
    ("new children's private KiB", generations, lambda s: s.sum_of("private"), 0.05, 2048),
    ("new children's descriptors", generations, lambda s: s.sum_of("descriptors"), 0.05, 32),
    ("threads of each", generations, lambda s: s.sum_of("threads") / len(s.children), 0, 2),
    ("children", generations, lambda s: len(s.children), 0, 1),
    ("parent's private KiB", generations, lambda s: s.parent.private, 0, 256),
    ("parent's descriptors", generations, lambda s: s.parent.descriptors, 0, 0),
    ("slots of members", generations, lambda s: s.slots["members"], 0, 0),
    ("slots of clusters", generations, lambda s: s.slots["clusters"], 0, 0),
]


def what_grows(samples):
    samples, problems, lines = [s for s in samples if s.slots], [], []
    for title, choose, value, part, absolute in ROWS:
        chosen = choose(samples)
        if len(chosen) < 3:
            problems.append(f"{title}: {len(chosen)} figures are too few; the run is too short")
            continue
        before, after = two_windows(chosen, value)
        grows = after > before * (1 + part) + absolute
        lines.append([title, f"{len(chosen)}", f"{before:,.0f}", f"{after:,.0f}", "grows" if grows else "-"])
        if grows:
            problems.append(f"{title}: {before:,.0f} in the beginning, {after:,.0f} in the end")
    print(table(["", "figures", "first third", "last third", ""], lines))
    return problems


def what_is_kept(samples, last):
    """By children whose clients have all gone. With each connection httpd keeps what its requests needed most, so a child grows for a
    while with as many connections; with the last of them all of that goes."""
    first, most = samples[0].sum_of("private"), max(s.sum_of("private") for s in samples)
    kept = last.sum_of("private")
    print(f"children's private KiB: {first:,} before the first client, {most:,} at most, {kept:,} when all have gone\n")
    limit = first + KEPT * (most - first) + KEPT_KIB
    return [] if kept <= limit else [f"children keep {kept:,} KiB, when all clients have gone"]


async def left(site):
    """What is there although all clients have gone, as text."""
    status = await site.status()
    if not status:
        return "no status"
    found = {f"{m['name']} in flight": m["in_flight"] for c in status["clusters"] for m in c["members"]}
    found |= {f"{c['name']} {key}": c[key] for c in status["clusters"] for key in ("waiting", "retrying")}
    for member in site.members:
        stats = member.stats()
        found |= {f"{member.name} works for": stats.working, f"{member.name}'s WebSockets": stats.upgraded}
    found["connections of clients that have left"] = half_closed(site.port)
    found["children too many"] = max(0, len(site.server.children_pids()) - site.server.children)
    return ", ".join(f"{what}: {n}" for what, n in found.items() if n)


def half_closed(port):
    """Connections that the client has closed, and httpd has not."""
    with open("/proc/net/tcp", encoding="ascii") as rows:
        return sum(row.split()[3] == "08" and int(row.split()[1].split(":")[1], 16) == port for row in list(rows)[1:])


async def what_remains(site):
    async def is_quiet():
        return not await left(site)
    quiet = await wait_for(is_quiet, QUIET)
    return [] if quiet is not None else [f"{QUIET} s after the last client has gone: {await left(site)}"]


def what_the_log_says(server, any_message=False):
    """any_message: of the module; what goes wrong for a client is seen by the clients."""
    server.expect(*([f"WLM{n:04}" for n in range(1000)] if any_message else EXPECTED))
    return server.check_log()

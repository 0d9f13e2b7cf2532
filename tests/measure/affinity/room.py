"""How many sessions the table holds, and what bots do to them."""
import math

from common.figures import Case, Column

from .site import FIELD, running

SESSIONS, TABLE = 50000, "1M"
CLIENTS, SECONDS, SAMPLE = 16, 5, 300


def begin_sessions(server):
    while server.members_sum("sessions_learned") < SESSIONS:
        server.load(1, CLIENTS, "get", "/app/begin")


def measure(bots):
    """bots: requests of those, each with a value of its own that no member has named"""
    with running(1, f"WLMAffinityTable {TABLE}\n", with_redis=False) as site:
        server, = site.servers
        sample = [server.begin() for _ in range(SAMPLE)]
        begin_sessions(server)
        learned, sent = server.status()["memory"]["learned_sessions"], 0
        while sent < bots:
            sent += server.load(SECONDS, CLIENTS, "unknown", "/app/owned", FIELD).requests
        return {"learned": learned, "bots": sent, "evicted": server.members_sum("sessions_evicted"),
                "left": server.status()["memory"]["learned_sessions"],
                "kept": 100 * math.fsum(server.reaches_owner(s) for s in sample) / len(sample)}


CASE = Case(
    "room", f"a table of {TABLE}: sessions that it has learned, then requests of bots, each with a value of its own that no member has "
    f"named; evicted sessions are counted from the start on. {SAMPLE} sessions that were learned first are used again at the end.",
    [Column("learned", "sessions learned"), Column("bots", "requests of bots"), Column("evicted", "evicted"),
     Column("left", "sessions at the end"), Column("kept", "% of the sample kept", 1)],
    measure)

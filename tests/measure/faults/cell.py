"""One measurement: a system, a fault, a kind of request."""
import collections
import contextlib
import dataclasses

from common.retry import twice_at_most
from wlmtest import temporary_folder
from wlmtest.client import Client

from .load import Load, verdicts
from .systems import make_members


@dataclasses.dataclass(frozen=True)
class Cell:
    system: str
    fault: str
    kind: str
    sent: int
    ok: int          # 2xx, and complete
    status_5xx: int
    other: int       # any other status, or an answer to something else
    broken: int      # no complete answer within the client's timeout
    twice: int       # requests that members began to execute more than once
    most: int        # times that a request was executed
    longest: float   # seconds
    notes: dict      # why answers were not complete: how often

    @property
    def lost(self):
        return self.sent - self.ok


def settle(member):
    """A stopped process still reads what waits in its sockets when it goes on. It has read that when it has answered
    a client that came later."""
    answer = Client(member.port).send("GET", "/app/fault", headers={"X-Request-Id": "settle"})
    assert answer.status == 200, f"member {member.name} is not good again: {answer}"


def executions(results, members):
    """How many times each request was executed."""
    counts = collections.Counter(i for m in members for i in m.received_ids())
    return [counts[r.request_id] for r in results]


def measure(system, fault, kind):
    return twice_at_most(measure_once, system, fault, kind)


def measure_once(system, fault, kind):
    with temporary_folder() as folder, contextlib.ExitStack() as stack:
        members = []
        for member in (system.make_members or make_members)(fault, folder):
            stack.callback(member.stop)
            members.append(member)
        with system.running(folder, members) as ports:
            results = Load(ports[kind.h2], kind, fault, members[0]).run()
        for member in members:
            settle(member)
        return summary(system, fault, kind, results, members)


def summary(system, fault, kind, results, members):
    counts, times = verdicts(results), executions(results, members)
    notes = collections.Counter(r.note or str(r.status) for r in results if r.verdict() != "2xx")
    return Cell(system.name, fault.name, kind.name, len(results), counts["2xx"], counts["5xx"], counts["other"],
                counts["broken"], sum(t > 1 for t in times), max(times), max(r.seconds for r in results), dict(notes))

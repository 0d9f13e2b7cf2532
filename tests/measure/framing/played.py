"""A row played with a system, and the result in words."""
import contextlib
import dataclasses

from common.retry import twice_at_most
from wlmtest import temporary_folder
from wlmtest.members import ScriptedMember

from . import bench
from .rows import AT_MOST_ONE, BROKEN, CLOSED, REFUSED, Response
from .verdict import is_own, objections
from .wire import Notes, request_doubts

PASSED = "passed on"


@dataclasses.dataclass(frozen=True)
class Played:
    system: str
    message: str             # Response or Request
    name: str
    section: str
    expected: str            # REFUSED, BROKEN, PASSED; AT_MOST_ONE
    outcome: str             # REFUSED, BROKEN, PASSED
    client_got: str
    member_saw: str
    was_kept: bool           # the member's connection (of a response), the client's (of a request) was used again
    is_kept_wrongly: bool
    doubts: str              # what about the requests that the member was given could be read in two ways
    crossed: int             # later requests that did not get their own answers
    objections: str          # "": as expected


def play(system, row):
    return twice_at_most(_play, system, row)


def _play(system, row):
    notes = Notes()
    with temporary_folder() as folder, contextlib.ExitStack() as stack:
        member = ScriptedMember("a", bench.script(row, notes))
        stack.callback(member.stop)
        with system.running(folder, [member]) as ports:
            result = bench.play(row, notes, ports[0])
    return _played(system, row, result)


def _played(system, row, result):
    is_response = isinstance(row, Response)
    found = [d for s in result.seen for d in request_doubts(s.head)]
    return Played(system.name, type(row).__name__, row.name, row.section, _expected(row),
                  _response_outcome(result) if is_response else _request_outcome(result), _answers(result), _seen(result),
                  result.is_kept, result.is_kept and row.is_kept == CLOSED, "; ".join(found),
                  sum(_is_anothers(p) for p in result.probes), "; ".join(objections(row, result)))


def _is_anothers(probe):
    """Bytes that are neither its own answer nor an error of the system between."""
    return not is_own(probe) and probe.body != b"" and (probe.status or 0) < 400


def _expected(row):
    return row.wanted if row.wanted in (REFUSED, BROKEN, AT_MOST_ONE) else PASSED


def _response_outcome(result):
    answer = result.answers[0] if result.answers else None
    if not answer or answer.flaw or answer.status is None:
        return BROKEN
    return REFUSED if answer.status >= 500 else PASSED


def _request_outcome(result):
    return PASSED if any(s.body is not None for s in result.seen) else BROKEN if result.seen else REFUSED


def _answers(result):
    return "; ".join(f"{a.status} {a.flaw or a.body[:40]!r}" for a in result.answers) or "nothing"


def _seen(result):
    return "; ".join(s.line + (" (broken off)" if s.body is None else f" with {len(s.body)} bytes") for s in result.seen) or "nothing"

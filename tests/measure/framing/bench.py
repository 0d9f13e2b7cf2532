"""Plays a row of the tables: a client, a member, and between them the system that listens on a port."""
import dataclasses

from . import wire
from .rows import Response

PROBE = b"GET /app/next HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"


@dataclasses.dataclass(frozen=True)
class Result:
    answers: list            # wire.Answer: what the client got
    seen: list               # wire.Seen: what the member saw
    is_kept: bool            # of a response: the member's connection; of a request: the client's
    probes: list             # wire.Answer: what the requests after that got, on this connection and on one of another client


def script(row, notes):
    """For wlmtest.members.ScriptedMember."""
    return (lambda c: _respond(c, row, notes)) if isinstance(row, Response) else (lambda c: _serve(c, notes))


def play(row, notes, port):
    return _play_response(notes, port) if isinstance(row, Response) else _play_request(row, notes, port)


def _own_answer(c, request):
    """Every answer contains the path of its request."""
    c.ok(request.path().encode("latin-1"))


def _serve(c, notes):
    while (request := notes.read_request(c)) is not None:
        _own_answer(c, request)


def _respond(c, row, notes):
    """The first request of a connection gets the bytes of the row; /app/next, and what comes later, gets an answer of its own."""
    request = notes.read_request(c)
    if request and "/next" not in request.path():
        c.send(row.data)
        if row.closes:
            return
        request = notes.read_request(c)
    while request is not None:
        _own_answer(c, request)
        request = notes.read_request(c)


def _probe_by_another(port):
    """What it got, at least one answer: one without a status when there was nothing."""
    other = wire.Client(port)
    other.send(PROBE)
    answers = other.answers()
    other.close()
    return answers or [wire.Answer(None, b"", "nothing")]


def _play_response(notes, port):
    client = wire.Client(port)
    client.send(b"GET /app/ HTTP/1.1\r\nHost: h\r\n\r\n")
    answer = client.answer()
    client.send(PROBE)
    probes = client.answers()
    client.close()
    probes += _probe_by_another(port)
    seen = [s for s in notes.seen if s.path() != "/app/next"]
    is_kept = len(notes.seen) > len(seen) and len({s.connection for s in notes.seen}) == 1
    return Result([answer] if answer else [], seen, is_kept, probes)


def _play_request(row, notes, port):
    client = wire.Client(port)
    client.send(row.data)
    answers = [client.answer()]
    client.send(PROBE)
    answers = [a for a in answers + client.answers() if a]
    client.close()
    is_kept = bool(answers) and answers[-1].body == b"/app/next"
    probes = answers[-1:] if is_kept else []
    seen = [s for s in notes.seen if s.path() != "/app/next"]
    return Result(answers[:len(answers) - len(probes)], seen, is_kept, probes + _probe_by_another(port))

"""Compares the result of a row with what is wanted."""
from .rows import AT_MOST_ONE, BROKEN, REFUSED, Response
from .wire import request_doubts


def objections(row, result):
    """In words; empty: it is what was expected."""
    found = list((_of_response if isinstance(row, Response) else _of_request)(row, result))
    found += [f"a later request got {p}" for p in result.probes if not is_own(p)]
    if result.is_kept and not row.is_kept:
        found.append("the connection was used again")
    if row.is_kept and not result.is_kept and result.seen:  # a system that refuses may close
        found.append("the connection was not used again")
    return found


def is_own(probe):
    """Has a request after the row got its own answer?"""
    return (probe.status, probe.body, probe.flaw) == (200, b"/app/next", "")


def _of_response(row, result):
    answer = result.answers[0] if result.answers else None
    if row.wanted == BROKEN:
        is_fine = not answer or answer.flaw or answer.status == 502
    elif row.wanted == REFUSED:
        is_fine = answer and answer.status == 502 and not answer.flaw and b"evil" not in answer.body
    else:
        is_fine = answer and (answer.status, answer.body, answer.flaw) == (*row.wanted, "")
    if not is_fine:
        yield f"the client got {answer}"


def _of_request(row, result):
    complete = [s for s in result.seen if s.body is not None]
    statuses = [a.status for a in result.answers]
    if row.wanted == REFUSED:
        is_fine = not result.seen and (not statuses or statuses[0] is not None and statuses[0] >= 400)
    elif row.wanted == AT_MOST_ONE:
        is_fine = len(result.seen) <= 1 and all(s.path() == "/app/one" for s in result.seen)
    else:
        is_fine = len(complete) == row.wanted and statuses == [200] * row.wanted
    if not is_fine:
        yield f"the client got {result.answers}, the member saw {[s.head for s in result.seen]}"
    for s in result.seen:
        yield from (f"the member was given in doubt: {d}" for d in request_doubts(s.head))
        if b"evil" in s.head.partition(b"\r\n")[2]:
            yield "an encoded line break has become a field"

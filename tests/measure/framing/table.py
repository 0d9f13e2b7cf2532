"""The results of the rows, as lines and as tables."""
from .played import PASSED
from .rows import BROKEN, REFUSED

SUMS = [
    ("rows that came out as expected", lambda p: not p.objections),
    ("responses to be refused or broken off, but passed on as complete",
     lambda p: p.message == "Response" and p.expected in (REFUSED, BROKEN) and p.outcome == PASSED),
    ("the member's connection was used again, but should not have been",
     lambda p: p.message == "Response" and p.is_kept_wrongly),
    ("requests to be refused, but passed on",
     lambda p: p.message == "Request" and p.expected == REFUSED and p.outcome == PASSED),
    ("what the member was given can be read in two ways", lambda p: p.doubts),
    ("messages that are in order, but were not passed on", lambda p: p.expected == PASSED and p.outcome != PASSED),
    ("later requests that got what was not their answer", lambda p: p.crossed),
]


def line(played):
    """For the terminal."""
    return (f"{played.system:20} {played.message:8} {played.name:40} {played.expected:11} {played.outcome:9} "
            f"{'used again' if played.was_kept else 'closed':10}  {played.objections and 'OTHERWISE: ' + played.objections}"[:240])


def table(heads, rows):
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [heads, ["---"] * len(heads), *rows]) + "\n"


def sums(played, systems):
    """How many rows of each kind there are."""
    count = len(played) // len(systems)
    rows = [[text, *(str(sum(bool(is_one(p)) for p in played if p.system == s.name)) for s in systems)] for text, is_one in SUMS]
    return table([f"of {count} rows", *(f"{s.name} ({s.version()})" for s in systems)], rows)


def differences(played, systems):
    """A table for each kind of message: the rows in which one system passes something on and another does not, or gives the member
    something in doubt; rows with equal outcomes are one line."""
    texts = []
    for kind, title in (("Response", "what the member sends"), ("Request", "what the client sends")):
        groups = {}
        for of_row in _by_row(played, kind):
            if len({p.outcome == PASSED for p in of_row}) > 1 or any(p.doubts for p in of_row):
                groups.setdefault(tuple(map(_cell, of_row)), []).append(f"{of_row[0].name} ({of_row[0].section})")
        texts.append(table([title, *(s.name for s in systems)], [["; ".join(names), *cells] for cells, names in groups.items()]))
    return "\n".join(texts)


def _by_row(played, kind):
    rows = {}
    for p in played:
        if p.message == kind:
            rows.setdefault(p.name, []).append(p)
    return rows.values()


def _cell(p):
    words = [p.outcome]
    if p.message == "Response" and p.is_kept_wrongly:
        words.append("connection kept")
    if p.doubts:
        words.append("in doubt")
    return ", ".join(words)

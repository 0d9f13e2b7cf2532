"""The figures as lines and as tables."""
import os

from . import DELAY_MS, CLIENT_TIMEOUT
from .systems import DROP_IN, SYSTEMS

NO_COMPLETE_ANSWER = f"not answered completely within {CLIENT_TIMEOUT:.0f} s"


def line(cell):
    """All figures of a cell, for the terminal."""
    notes = "; ".join(f"{count} x {note}" for note, count in sorted(cell.notes.items()))
    return (f"{cell.system:26} {cell.fault:14} {cell.kind:13} sent {cell.sent:4}  2xx {cell.ok:4}"
            f"  5xx {cell.status_5xx:3}  other {cell.other:3}  broken {cell.broken:3}  twice {cell.twice:3} (most {cell.most})"
            f"  longest {cell.longest:5.2f} s  {notes}")


def short(cell):
    """lost / executed twice / longest wait"""
    if cell is None:
        return "-"
    lost = "0"
    if cell.lost:
        lost = f"**{cell.status_5xx}+{cell.broken}" + (f"+{cell.other}" if cell.other else "") + "**"
    twice = f"{cell.twice}" + (f" (up to {cell.most} times)" if cell.most > 2 else "")
    return f"{lost} / {twice} / {cell.longest:.1f}"


class Report:
    def __init__(self, cells, systems, faults, kinds, jobs):
        self.cells = {(c.system, c.fault, c.kind): c for c in cells}
        self.systems, self.faults, self.kinds, self.jobs = systems, faults, kinds, jobs

    def own(self):
        """A table for each configuration of mod_wlm: faults by kinds of request."""
        own = [s for s in self.systems if s in SYSTEMS and s is not DROP_IN]
        return "\n".join([self._legend(), *map(self._of_system, own)])

    def drop_in(self):
        """The table of a generated file without a directive."""
        return self._of_system(DROP_IN) if DROP_IN in self.systems else ""

    def comparison(self):
        """A table for each kind of request: faults by systems."""
        settings = [f"{s.name} ({s.version()}):\n\n```\n{s.settings_text()}\n```\n" for s in self.systems]
        return "\n".join([*(self._of_kind(k) for k in self.kinds), "The settings:\n", *settings])

    def _table(self, columns, cell_of):
        """cell_of: a function of a fault and a column's number; None: there is no such cell."""
        lines = [f"| fault | {' | '.join(columns)} |", "|---|" + "---|" * len(columns)]
        for fault in self.faults:
            lines.append(f"| {fault.name} | {' | '.join(short(cell_of(fault, i)) for i in range(len(columns)))} |")
        return "\n".join(lines) + "\n"

    def _of_system(self, system):
        kinds = [k for k in self.kinds if any(system.supports(f, k) for f in self.faults)]
        title = f"**{system.name}**: {system.settings_text()}".replace("\n", "; ")
        return title + "\n\n" + self._table(
            [k.name for k in kinds], lambda fault, i: self.cells.get((system.name, fault.name, kinds[i].name)))

    def _of_kind(self, kind):
        systems = [s for s in self.systems if any(s.supports(f, kind) for f in self.faults)]
        return f"**{kind.name}**\n\n" + self._table(
            [s.name for s in systems], lambda fault, i: self.cells.get((systems[i].name, fault.name, kind.name)))

    def _legend(self):
        kinds = "\n".join(f"| {k.name} | {k.requests} | {k.clients} | {k.text} |" for k in self.kinds)
        faults = "\n".join(f"| {f.name} | {f.seconds} s | {f.text} |" for f in self.faults)
        return (f"| kind | requests | clients at once | |\n|---|---|---|---|\n{kinds}\n\n"
                f"| fault | lasts | |\n|---|---|---|\n{faults}\n\n"
                f"A member answers after {DELAY_MS} ms. Measured with {self.systems[0].version()}, "
                f"{os.cpu_count()} cores, {self.jobs} cells at a time. Each cell says\n\n"
                "    requests lost / requests executed twice / longest wait of a client in seconds\n\n"
                f"Lost are **answers with status 5xx + requests {NO_COMPLETE_ANSWER}**. Where a request was executed\n"
                "more than twice, it is told how often.\n")

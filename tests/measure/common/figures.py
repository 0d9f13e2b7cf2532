"""What a case has found, and how that is shown."""
import dataclasses

from bench.table import table


@dataclasses.dataclass(frozen=True)
class Figures:
    case: str
    system: str
    point: int         # how many of what the case is about
    values: dict       # by columns' keys; None: there is no such figure


@dataclasses.dataclass(frozen=True)
class Column:
    key: str
    title: str
    digits: int = 0

    def text(self, values):
        value = values.get(self.key)
        return "-" if value is None else f"{value:,.{self.digits}f}"


@dataclasses.dataclass(frozen=True)
class Case:
    name: str
    text: str
    columns: list
    measure: object    # a function of a system and a point; the values. It is called in one process, one call at a time
    points: object = lambda system: [None]     # a function of a system: what is measured with it, one after the other


def of_case(case, results):
    """Its table."""
    rows = [[f.system + (f", {f.point:,}" if f.point else ""), *(c.text(f.values) for c in case.columns)]
            for f in results if f.case == case.name]
    return f"**{case.name}**: {case.text}\n\n" + table(["", *(c.title for c in case.columns)], rows)

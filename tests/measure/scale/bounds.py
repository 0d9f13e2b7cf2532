"""What a case has found, and what is bounded of that."""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Bound:
    """At most `limit`; value None: there was no figure, which is above any bound."""
    text: str
    limit: float
    value: float
    digits: int = 0

    def is_kept(self):
        return self.value is not None and self.value <= self.limit

    def figure(self, value):
        return "-" if value is None else f"{value:,.{self.digits}f}"

    def __str__(self):
        return f"{self.text}: {self.figure(self.value)}, at most {self.figure(self.limit)}"


@dataclasses.dataclass(frozen=True)
class Result:
    tables: list       # Markdown
    bounds: list


@dataclasses.dataclass(frozen=True)
class Case:
    name: str
    text: str
    measure: object    # a function; Result

    def section(self, result):
        """In the manual."""
        above = [str(b) for b in result.bounds if not b.is_kept()]
        verdict = f"{len(result.bounds)} bounds, " + (f"of which {len(above)} not kept: {'; '.join(above)}." if above else "all kept.")
        return f"{self.text}\n\n" + "\n".join([*result.tables, verdict, ""])

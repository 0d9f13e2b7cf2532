"""Four members that are equal: what a policy costs when there is nothing to decide."""
import asyncio

from common.figures import Case, Column
from wlmtest import temporary_folder

from .generator import Generator, percentile, share_of
from .slow import RATE
from .systems import members

SECONDS = 20


def measure(system, _point):
    with temporary_folder() as folder, members() as four, system.running(folder, four) as ports:
        answers = asyncio.run(Generator(ports[0]).open(RATE, SECONDS))
    shares = [share_of(answers, m.name) for m in four]
    return {"p50": percentile(answers, 0.5), "p99": percentile(answers, 0.99), "least": min(shares), "most": max(shares),
            "failed": sum(a.status != 200 for a in answers)}


CASE = Case("equal", f"{RATE} requests a second to four equal members.",
            [Column("p50", "p50 ms"), Column("p99", "p99 ms"), Column("least", "smallest share, %", 1),
             Column("most", "largest share, %", 1), Column("failed", "failed")], measure)

"""One of four members fails quickly: each request gets 500 within a millisecond."""
import asyncio

from common.figures import Case, Column
from wlmtest import temporary_folder

from .generator import Generator, share_of
from .slow import RATE
from .systems import members

SECONDS = 15


def measure(system, _point):
    with temporary_folder() as folder, members() as four, system.running(folder, four) as ports:
        four[0].control(status=500)
        answers = asyncio.run(Generator(ports[0]).open(RATE, SECONDS))
    return {"share": share_of(answers, "a"), "failed": 100 * sum(a.status != 200 for a in answers) / len(answers)}


CASE = Case("quick errors", f"{RATE} requests a second to four members, one of which answers 500 at once.",
            [Column("share", "% to that member", 1), Column("failed", "% failed", 1)], measure)

"""A story of memory: a child has no more of it for the last version of a large file than for the first one."""
import pytest

from wlmtest import wait_until
from wlmtest.httpd import Httpd
from wlmtest.memory import Reloads, many_uris, resident
from wlmtest.status import LOCATION

URIS, ASKED, BY_ITSELF = 10000, 15, 2
MOST, SMALL = 1.3, 2048  # times the start, and KiB


@pytest.mark.skipif(bool(Httpd.under) or "san" in str(Httpd.module), reason="what checks memory keeps what was freed")
def test_404_01_reloads_of_a_large_file_leave_nothing(httpd):
    """By an administrator, in whichever process the request comes to, and at the file's RefreshInterval."""
    server = httpd(many_uris(URIS, 0, refresh=1), LOCATION, children=2, threads=10, log_level="warn wlm:debug")
    server.expect("WLM0172")
    before = resident(server)
    load = Reloads(server, URIS, refresh=1)
    for _ in range(ASKED):
        load()
    for _ in range(BY_ITSELF):
        load(asks=False)
    assert set(resident(server)) == set(before)  # no child has died
    # what a version has left free goes back a moment after its last request
    wait_until(lambda: all(kib <= MOST * before[pid] + SMALL for pid, kib in resident(server).items()),
               f"children of at most {MOST} times {before} KiB; now {resident(server)}")

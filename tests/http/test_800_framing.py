"""Messages that two parties could read in two ways (RFC 9110, RFC 9112): the tables of tests/measure/framing say what must come of
them, this holds the module to it."""
import pytest

from framing import bench
from framing.requests import REQUESTS
from framing.responses import RESPONSES
from framing.verdict import objections
from framing.wire import Notes
from wlmtest.plugincfg import Cluster, plugin_cfg


@pytest.mark.parametrize("row", RESPONSES + REQUESTS, ids=lambda row: f"{type(row).__name__} {row.name}")
def test_800_01_every_row_is_as_expected(httpd, scripted, row):
    notes = Notes()
    m = scripted(bench.script(row, notes))
    server = httpd(plugin_cfg(Cluster("c", [("x", m.port, {"ServerIOTimeout": 3})], RetryInterval=0)))
    server.expect("WLM0009", "WLM0030", "WLM0035", "WLM0036", "WLM0037", "WLM0038")
    assert objections(row, bench.play(row, notes, server.port)) == []


def test_800_02_the_bench_is_large_enough_and_its_rows_have_names_and_sections():
    assert len(RESPONSES) + len(REQUESTS) >= 120
    for table in (RESPONSES, REQUESTS):
        assert len({row.name for row in table}) == len(table)
        assert all(row.section.split()[0] in ("9110", "9112") for row in table)

"""Stories of nodes that have registered themselves and say STATUS no more (WLMRegistrySilence)."""
import time

import pytest

from wlmtest import wait_until
from wlmtest.clock import Clock
from wlmtest.client import shares
from wlmtest.mcmp import Beat, regular, registry  # noqa: F401 (a fixture)
from wlmtest.status import LOCATION, everything

SHORT = "WLMRegistrySilence 1 5\nWLMSlowStart 0\n" + LOCATION


def view(server):
    return {m["name"]: m for c in everything(server)["clusters"] for m in c["members"]}


def ask(server, times=8):
    return shares(server.client.load(times, 2, "/app/"))


def test_461_01_a_node_that_hangs_is_left_out_and_comes_back(registry):
    server, node = registry(SHORT)
    server.expect("WLM0280", "WLM0281", "WLM0282", "WLM0030", "WLM0031", "WLM0033", "WLM0034", "WLM0035")
    a, b = node("a").register(), node("b").register()
    wait_until(lambda: set(ask(server)) == {"a", "b"}, "both to get requests")
    regular(server, a, b)
    with Beat(b):
        a.member.pause()
        wait_until(lambda: view(server)["a"]["state"] == "silent", "a to be left out", 20)
        seen = view(server)
        assert seen["a"]["silent"] == 1 and seen["b"]["silent"] == 0 and seen["b"]["state"] == "up"
        assert seen["a"]["reason"] == "no STATUS, and no answer"
        assert ask(server) == {"b": 8}
        metrics = server.client.get("/wlm-status?format=openmetrics").body.decode()
        assert 'member="a"' in metrics and any(line.endswith(" 1") and "wlm_member_silent{" in line and 'member="a"' in line
                                               for line in metrics.splitlines())
        a.member.resume()
        assert server.count("WLM0282") == 0
        a.status()
        wait_until(lambda: set(ask(server)) == {"a", "b"}, "a to be back")
    assert (server.count("WLM0280"), server.count("WLM0281"), server.count("WLM0282")) == (1, 1, 1)
    assert "and gets requests again" in server.log()


def test_461_02_a_node_that_answers_stays_in_use(registry):
    server, node = registry(SHORT)
    server.expect("WLM0280", "WLM0282")
    a, b = node("a").register(), node("b").register()
    regular(server, a)
    wait_until(lambda: view(server)["a"]["silent"] == 1, "a to be silent", 20)
    assert view(server)["a"]["state"] == "up" and view(server)["a"]["reason"] == "no STATUS any more, but it answers"
    assert view(server)["b"]["silent"] == 0  # it has said STATUS once, so nothing is known of its interval
    assert set(ask(server)) == {"a", "b"}
    a.status()
    assert view(server)["a"]["silent"] == 0 and server.count("WLM0282") == 1
    assert b.member.process.poll() is None


def test_461_03_a_node_that_never_says_status_is_not_judged(registry):
    server, node = registry(SHORT)
    server.expect("WLM0280")
    a, b = node("a"), node("b").register()
    a.config()
    a.app("ENABLE")
    regular(server, b)
    wait_until(lambda: view(server)["b"]["silent"] == 1, "b to be silent", 20)
    assert view(server)["a"]["silent"] is None and server.count("WLM0280") == 1


def test_461_04_restarts_make_no_node_silent(registry):
    server, node = registry(SHORT)
    server.expect("WLM0280")
    a = node("a").register()
    regular(server, a)
    with Beat(a):
        server.restart("graceful")
        wait_until(lambda: view(server)["a"]["status_at"], "STATUS after it")
    assert server.count("WLM0280") == 0


@pytest.mark.parametrize("ahead", [-3600, 3600], ids=["back", "ahead"])
def test_461_05_nor_does_a_clock_that_is_set(registry, folder, ahead):
    clock = Clock(folder)
    server, node = registry(SHORT, prepare=clock.preload_into)
    a = node("a").register()
    regular(server, a)
    with Beat(a):
        begun = view(server)["a"]["requests"]
        clock.set(ahead)
        wait_until(lambda: a.status() and view(server)["a"]["status_at"], "STATUS after it")
        looks = time.monotonic() + 2  # ten looks
        while time.monotonic() < looks:
            assert view(server)["a"]["silent"] == 0
            time.sleep(0.1)
    assert begun == view(server)["a"]["requests"]
    assert server.count("WLM0280") == 0


def test_461_06_off(registry):
    server, node = registry(SHORT.replace("1 5", "Off"))
    a = node("a").register()
    for _ in range(4):
        a.status()
    assert view(server)["a"]["silent"] is None and view(server)["a"]["status_at"] is None


WRONG = [("Off 3", "Off has no times"), ("5", "two times"), ("500ms 5", "at least 1 s"), ("5 4", "not shorter"), ("x 4", "x")]


@pytest.mark.parametrize("value, why", WRONG)
def test_461_07_wrong_values(httpd, value, why):
    server = httpd(start=False)
    server.configure(extra=f"WLMRegistrySilence {value}\n")
    result = server.test_config()
    assert result.returncode != 0 and why in result.stderr, result.stderr

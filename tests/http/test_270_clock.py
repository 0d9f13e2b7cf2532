"""Stories of a time of day that is set while httpd runs: an hour back, as by who corrects it, and an hour ahead. What was to
happen in two seconds happens in two seconds."""
import threading
import time

import pytest

from wlmtest import wait_until
from wlmtest.clock import Clock
from wlmtest.plugincfg import Cluster, plugin_cfg
from wlmtest.status import LOCATION, everything, moment, state

HOUR = 3600
SET = pytest.mark.parametrize("ahead", [-HOUR, HOUR], ids=["an_hour_back", "an_hour_ahead"])


@pytest.fixture
def clock(folder):
    return Clock(folder)


@pytest.fixture
def timed(httpd, clock):
    """An httpd that can be started, with that clock."""
    def make(text, extra="", **options):
        server = clock.preload_into(httpd(text, LOCATION + extra, start=False, **options))
        return server.start()
    return make


def took(action):
    begun = time.monotonic()
    result = action()
    return result, time.monotonic() - begun


def silent(c):
    c.read_head()
    c.wait_for_close()


@SET
def test_270_01_a_member_that_is_down_is_tried_again_in_its_time(timed, clock, member, ahead):
    a, b = member("a"), member("b")
    server = timed(plugin_cfg(Cluster("c", [(m.name, m.port, {}) for m in (a, b)], RetryInterval=3)))
    server.expect("WLM0030", "WLM0035")
    a.kill()
    wait_until(lambda: server.client.get().status == 200 and state(server)["a"]["state"] == "down", "a to be down")
    begun = time.monotonic()
    a.start()
    clock.set(ahead)
    view = state(server)["a"]
    assert abs(moment(view["since"]) - clock.now()) < 2 and 0 < moment(view["next_retry"]) - clock.now() <= 3.1
    wait_until(lambda: server.client.member() == "a", "a to be used again", 8)
    assert 2 < time.monotonic() - begun < 6


@SET
def test_270_02_checks_go_on(timed, clock, member, ahead):
    a, b = member("a"), member("b")
    server = timed(plugin_cfg(Cluster("c", [(m.name, m.port, {}) for m in (a, b)])),
                   "WLMHealthCheck path=/health interval=200ms timeout=1s rise=1 fall=1", children=2)
    server.expect("WLM0042")
    wait_until(lambda: a.requests() > 1, "the first checks")
    clock.set(ahead)
    before = a.requests()
    _, seconds = took(lambda: wait_until(lambda: a.requests() > before + 4, "more checks", 5))
    assert seconds > 0.5  # nor do they come all at once
    a.kill()
    wait_until(lambda: state(server)["a"]["state"] == "checked-out", "a to be out", 5)
    event = state(server)["a"]["events"][0]
    assert "taken out" in event["text"] and abs(moment(event["at"]) - clock.now()) < 5


@SET
def test_270_03_a_changed_file_is_taken_up(timed, clock, member, ahead):
    a, b = member("a"), member("b")

    def text(port):
        return plugin_cfg(Cluster("c", [("x", port, {})]), RefreshInterval=1)
    server = timed(text(a.port), children=2)
    assert server.client.member() == "a"
    clock.set(ahead)
    (server.path / "plugin-cfg.xml").write_text(text(b.port))
    wait_until(lambda: server.count("WLM0047") and server.count("WLM0051"), "the file to be loaded", 6)
    assert server.client.member() == "b"


@SET
@pytest.mark.parametrize("limit, extra", [({"ServerIOTimeout": 2}, ""), ({}, "WLMTotalTimeout 2\n")],
                         ids=["ServerIOTimeout", "WLMTotalTimeout"])
def test_270_04_a_request_has_its_time(timed, clock, scripted, ahead, limit, extra):
    x = scripted(silent)
    server = timed(plugin_cfg(Cluster("c", [("x", x.port, limit)])), extra)
    server.expect("WLM0030", "WLM0035", "WLM0037", "WLM0038", "WLM0039")

    def set_it():
        wait_until(lambda: x.heads, "the request to be with the member")
        clock.set(ahead)
    setter = threading.Thread(target=set_it)
    setter.start()
    answer, seconds = took(lambda: server.client.send("POST", "/app/", "x"))
    setter.join()
    assert answer.status == 504 and 1.5 < seconds < 5, (answer, seconds)


@SET
def test_270_05_who_waits_in_the_queue_waits_for_his_time(timed, clock, scripted, ahead):
    x = scripted(silent)
    server = timed(plugin_cfg(Cluster("c", [("x", x.port, {"MaxConnections": 1})])), "WLMQueue 5 2\n")
    server.expect("WLM0036", "WLM0030", "WLM0035", "WLM0037", "WLM0038")
    first = threading.Thread(target=lambda: server.client.get())
    first.start()
    wait_until(lambda: x.heads, "the member to be full")

    def set_it():
        wait_until(lambda: everything(server)["clusters"][0]["waiting"] == 1,
                   "the second to wait")
        clock.set(ahead)
    setter = threading.Thread(target=set_it)
    setter.start()
    answer, seconds = took(lambda: server.client.get())
    setter.join()
    assert answer.status == 503 and 1.5 < seconds < 5, (answer, seconds)
    x.stop()
    first.join()


@SET
def test_270_06_what_a_person_has_decided_ends_in_its_time(timed, clock, member, ahead):
    a, b = member("a"), member("b")
    server = timed(plugin_cfg(Cluster("c", [(m.name, m.port, {}) for m in (a, b)])))
    server.expect("WLM0057")
    begun = time.monotonic()
    answer = server.client.send("POST", "/wlm-status", "action=disable&member=a&for=3s",
                                {"Content-Type": "application/x-www-form-urlencoded", "X-WLM-Admin": "1"})
    assert answer.status == 200
    clock.set(ahead)
    assert 0 < moment(state(server)["a"]["admin_until"]) - clock.now() <= 4.1
    wait_until(lambda: state(server)["a"]["admin_state"] == "enabled", "a to be enabled", 8)
    assert 2.5 < time.monotonic() - begun < 7


@SET
def test_270_07_connections_idle_for_their_time(timed, clock, member, ahead):
    a = member("a")
    server = timed(plugin_cfg(Cluster("c", [("a", a.port, {"ttl": 3})])))
    server.client.get()
    clock.set(ahead)
    begun = time.monotonic()
    assert server.client.fields()["connection"] == "2"  # the second request on the first one
    wait_until(lambda: state(server)["a"]["idle"] == 1, "it to be counted")
    wait_until(lambda: state(server)["a"]["idle"] == 0, "it to be closed", 10)
    assert time.monotonic() - begun > 2


@SET
@pytest.mark.parametrize("how", ["graceful", "stop and start"])
def test_270_08_a_restart_keeps_what_is_left_of_them(timed, clock, member, ahead, how):
    """Within one start of the machine the time of day does not count, whatever has been done to it meanwhile."""
    a, b = member("a"), member("b")
    server = timed(plugin_cfg(Cluster("c", [(m.name, m.port, {}) for m in (a, b)], RetryInterval=6)), "WLMStateFile state\n")
    server.expect("WLM0030", "WLM0035")
    a.kill()
    wait_until(lambda: server.client.get().status == 200 and state(server)["a"]["state"] == "down", "a to be down")
    begun = time.monotonic()
    a.start()
    if how == "graceful":
        clock.set(ahead)
        server.restart("graceful")
    else:
        server.stop()
        clock.set(ahead)
        server.start()
    view = state(server)["a"]
    assert view["state"] == "down" and 0 < moment(view["next_retry"]) - clock.now() <= 6.1
    wait_until(lambda: server.client.member() == "a", "a to be used again", 12)
    assert 5 < time.monotonic() - begun < 10

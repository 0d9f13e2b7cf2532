"""Stories of restarts: what is known of members outlives them."""
import os

import pytest

from wlmtest import wait_until
from wlmtest.client import shares
from wlmtest.plugincfg import Cluster, plugin_cfg
from wlmtest.status import LOCATION, everything, moment, post, steer


@pytest.mark.parametrize("how", ["graceful", "restart"])
def test_150_01_a_mark_down_and_counters_outlive_a_restart(httpd, member, how):
    a, b = member("a"), member("b")
    server = httpd(plugin_cfg(Cluster("c", [(m.name, m.port, {}) for m in (a, b)])), children=2)
    server.expect("WLM0030", "WLM0035")
    a.kill()
    server.client.load(20, 2)
    before = server.lasting()
    assert before["a"]["State"] == "down"
    for _ in range(2):
        server.restart(how)
    assert server.lasting() == before
    assert shares(server.client.load(20, 2)) == {"b": 20}
    assert server.count("WLM0030") == int(before["a"]["Failures"])  # it was not tried again
    assert int(server.status()["b"]["Requests"]) == int(before["b"]["Requests"]) + 20


@pytest.mark.parametrize("how", ["graceful", "restart", "stop"])
def test_150_19_events_of_files_and_clusters_outlive_it(httpd, member, folder, how):
    """What was told before is not told again; what has changed since is."""
    a, b = member("a"), member("b")
    text = plugin_cfg(Cluster("c", [("a", a.port, {}), ("b", b.port, {})], ["a"], ["b"], RetryInterval=3600))
    server = httpd(text, f"{LOCATION}WLMSlowStart 0\nWLMStateFile {folder}/state\n", children=2)
    server.expect("WLM0030", "WLM0035", "WLM0001", "WLM0046")

    def events():
        return everything(server)["files"][0]["events"], everything(server)["clusters"][0]["events"]
    (server.path / "plugin-cfg.xml").write_text("<Config>")
    assert post(server, action="reload").status == 409
    (server.path / "plugin-cfg.xml").write_text(text)
    assert post(server, action="reload").status == 200
    a.kill()
    server.client.load(4, 1)
    wait_until(lambda: events()[1], "the cluster's event")
    before = events()
    assert [e["text"].split(":")[0] for part in before for e in part] == ["loaded", "refused", "on backup"]
    for _ in range(2):
        if how == "stop":
            server.stop()
            server.start()
        else:
            server.restart(how)
    noted = everything(server)["time"]
    wait_until(lambda: moment(everything(server)["time"]) > moment(noted) + 3, "the state to be looked at")
    a.start()
    steer(server, "up", member="a")
    wait_until(lambda: len(events()[1]) != len(before[1]), "the end of that")
    assert (events()[0], events()[1][1:]) == before
    assert events()[1][0]["text"] == "primaries get new sessions again" and events()[1][0]["at"] > noted


def test_150_02_a_member_that_is_marked_down_comes_back_after_a_restart(httpd, member):
    a, b = member("a"), member("b")
    server = httpd(plugin_cfg(Cluster("c", [(m.name, m.port, {}) for m in (a, b)], RetryInterval=2)))
    server.expect("WLM0030", "WLM0035")
    a.kill()
    server.client.load(4, 1)
    a.start()
    server.restart("graceful")
    assert server.status()["a"]["State"] == "down"
    wait_until(lambda: server.client.member() == "a", "a to be tried again")


def test_150_03_members_come_and_go(httpd, member):
    """a is removed, b stays and has another place in the file, d is new."""
    a, b, d = member("a"), member("b"), member("d")
    server = httpd(plugin_cfg(Cluster("c", [("a", a.port, {}), ("b", b.port, {})])), "WLMSlowStart 1000")
    server.expect("WLM0030", "WLM0035")
    server.client.load(10, 1)
    b.kill()
    server.client.load(4, 1)
    requests = server.status()["b"]["Requests"]
    text = plugin_cfg(Cluster("c", [("d", d.port, {}), ("a2", a.port, {}), ("b", b.port, {})]))
    (server.path / "plugin-cfg.xml").write_text(text)
    server.restart("graceful")
    status = server.status()
    assert list(status) == ["d", "a2", "b"]
    assert (status["b"]["State"], status["b"]["Requests"]) == ("down", requests)
    assert (status["d"]["State"], status["d"]["Requests"]) == ("up", "0")


def test_150_04_a_new_member_starts_slowly(httpd, member):
    a, b, d = member("a"), member("b"), member("d")
    server = httpd(plugin_cfg(Cluster("c", [("a", a.port, {}), ("b", b.port, {})])), "WLMSlowStart 1000")
    servers = [(m.name, m.port, {}) for m in (a, b, d)]
    (server.path / "plugin-cfg.xml").write_text(plugin_cfg(Cluster("c", servers)))
    server.restart("graceful")
    counts = shares(server.client.load(120, 2))
    assert counts["d"] <= 6 and abs(counts["a"] - counts["b"]) <= 20


def test_150_05_a_recycled_child_changes_nothing(httpd, member):
    a, b = member("a"), member("b")
    server = httpd(plugin_cfg(Cluster("c", [(m.name, m.port, {}) for m in (a, b)])), "MaxConnectionsPerChild 15", children=2)
    before = set(server.children_pids())
    assert shares(server.client.load(60, 8)) == {"a": 30, "b": 30}
    wait_until(lambda: before.isdisjoint(server.children_pids()), "other children")
    assert {m["InFlight"] for m in server.status().values()} == {"0"}


def test_150_06_graceful_restarts_under_load_lose_nothing(httpd, member):
    a, b = member("a", delay=50), member("b", delay=50)
    server = httpd(plugin_cfg(Cluster("c", [(m.name, m.port, {}) for m in (a, b)])), children=2)

    def on_request(number):
        if number in (60, 150):
            server.run("-k", "graceful")
    answers = server.client.load(240, 12, on_request=on_request)
    assert [x for x in answers if x.status != 200 or x.error] == []
    wait_until(lambda: {m["InFlight"] for m in server.status().values()} == {"0"}, "all counts to be back at 0")


# -- over a stop and start --------------------------------------------------------------------------

STATE = "WLMStateFile state"


@pytest.fixture
def down(httpd, member):
    """An httpd with members a, which is down, and b; and a file for their state."""
    def make(extra=""):
        a, b = member("a"), member("b")
        server = httpd(plugin_cfg(Cluster("c", [(m.name, m.port, {}) for m in (a, b)])), STATE + "\n" + extra)
        server.expect("WLM0030", "WLM0035")
        a.kill()
        server.client.load(20, 2)
        assert server.status()["a"]["State"] == "down"
        return server
    return make


def test_150_10_a_stop_and_start_loses_nothing(down):
    server = down()
    before = server.lasting()
    server.stop()
    assert (server.path / "state").stat().st_mode & 0o777 == 0o600
    assert list(server.path.glob(".wlm-*")) == []
    server.start()
    assert server.lasting() == before
    assert shares(server.client.load(20, 2)) == {"b": 20}


def test_150_11_nor_does_a_crash_lose_more_than_seconds(down):
    server = down()
    before = server.lasting()
    state = server.path / "state"
    wait_until(lambda: state.exists() and "failures=" in state.read_text(), "the file to be written", 25)
    server.crash()
    server.start()
    assert server.lasting() == before


@pytest.mark.parametrize("damage, why", [
    (lambda text: text[:-10], "damaged"), (lambda text: text.replace("failures=1", "failures=2"), "damaged"),
    (lambda text: text.replace("state 2", "state 9"), "another version"), (lambda text: "", "no such file"),
])
def test_150_12_a_damaged_file_is_told_and_ignored(down, damage, why):
    server = down()
    server.expect("WLM0054")
    server.stop()
    state = server.path / "state"
    state.write_text(damage(state.read_text()))
    server.start()
    assert server.count("WLM0054") == 1 and why in server.log()
    assert {m["State"] for m in server.status().values()} == {"up"}
    server.stop()
    assert state.read_text().startswith("mod_wlm state 2\n")  # a good one has taken its place


def test_150_13_a_file_that_cannot_be_written_is_told_once(httpd, member):
    a = member("a")
    server = httpd(plugin_cfg(Cluster("c", [("a", a.port, {})])), "WLMStateFile no/such/folder/state")
    server.expect("WLM0052")
    server.wait_for_log("WLM0052", 25)
    server.stop()
    assert server.count("WLM0052") == 1


def test_150_14_without_the_directive_a_start_knows_nothing(down):
    server = down()
    server.stop()
    server.configure(extra="WLMConfig plugin-cfg.xml")
    server.start()
    assert {m["Requests"] for m in server.status().values()} == {"0"}


def test_150_15_checks_that_are_turned_off_leave_nobody_out(httpd, member):
    a, b = member("a"), member("b")
    server = httpd(plugin_cfg(Cluster("c", [(m.name, m.port, {}) for m in (a, b)])),
                   "WLMHealthCheck path=/?status=500 interval=200ms fall=1")
    server.expect("WLM0042")
    wait_until(lambda: server.status()["a"]["State"] == "checked-out", "a to be taken out")
    server.configure(extra="WLMConfig plugin-cfg.xml")
    server.restart("graceful")
    assert {m["State"] for m in server.status().values()} == {"up"}


@pytest.mark.parametrize("umask", [0, 0o22, 0o77])
def test_150_16_nobody_else_may_write_to_its_files_whatever_the_umask(httpd, member, umask):
    server = httpd(plugin_cfg(Cluster("c", [("a", member("a").port, {})])), STATE + "\nWLMLog wlm.log\n", umask=umask)
    server.stop()
    modes = {name: (server.path / name).stat().st_mode & 0o777 for name in ("state", "wlm.log")}
    assert modes == {"state": 0o600, "wlm.log": 0o644 & ~umask}


def test_150_17_links_in_its_folder_lead_nowhere(down):
    server = down()
    server.expect("WLM0054")
    server.stop()
    state, treasure = server.path / "state", server.path / "treasure"
    treasure.write_text("of another user\n")
    state.unlink()
    state.symlink_to(treasure)
    server.start()
    assert server.count("WLM0054") == 1 and "of another user" not in server.log()
    server.stop()
    assert treasure.read_text() == "of another user\n"
    assert not state.is_symlink() and state.read_text().startswith("mod_wlm state 2\n")


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_150_18_what_is_no_file_keeps_nobody_from_starting(httpd, member, make):
    server = httpd(plugin_cfg(Cluster("c", [("a", member("a").port, {})])), STATE, start=False)
    server.expect("WLM0052", "WLM0053")
    make(server.path / "state")
    server.start()
    assert server.count("WLM0053") == 1

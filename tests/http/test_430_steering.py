"""Stories of members that a person steers."""
import re

import pytest

from wlmtest import wait_until
from wlmtest.client import shares
from wlmtest.plugincfg import Cluster, Route, plugin_cfg
from wlmtest.status import LOCATION, post, state, steer


@pytest.fixture
def abc(httpd, member):
    def make(extra="", children=2, **config):
        members = {name: member(name) for name in "abc"}
        servers = [(name, m.port, {}) for name, m in members.items()]
        return httpd(plugin_cfg(Cluster("shop", servers), **config), LOCATION + extra, children=children), members
    return make


def kept(server, name):
    return server.client.member(Cookie=f"JSESSIONID=0000id:{name}")


def test_430_01_one_that_drains_keeps_its_sessions(abc):
    server, _ = abc()
    assert steer(server, "drain", member="a", comment="kernel") == "member a of cluster shop: draining\n"
    assert shares(server.client.load(20, 4)) == {"b": 10, "c": 10}
    assert kept(server, "a") == "a"
    a = state(server)["a"]
    assert (a["state"], a["admin_state"], a["weight"], a["configured_weight"]) == ("up", "draining", 0, 2)
    assert a["comment"] == "kernel" and a["events"][0]["text"] == "draining: kernel" and a["admin_since"]
    steer(server, "enable", member="a")
    assert shares(server.client.load(30, 4)) == {"a": 10, "b": 10, "c": 10}
    assert [state(server)["a"][name] for name in ("admin_state", "comment", "admin_since")] == ["enabled", None, None]
    steer(server, "drain", member="a")  # without a login or a reason
    a = state(server)["a"]
    assert a["comment"] is None and a["events"][0]["text"] == "draining" and a["admin_since"]


def test_430_02_one_that_is_disabled_gets_nothing(abc):
    server, m = abc()
    steer(server, "disable", member="a")
    assert shares(server.client.load(20, 4)) == {"b": 10, "c": 10}
    assert kept(server, "a") in "bc"
    steer(server, "disable", cluster="shop")
    server.expect("WLM0036")
    answer = server.client.get()
    assert answer.status == 503 and m["a"].requests() == 0


def test_430_03_a_weight_counts_at_once(abc):
    server, _ = abc()
    steer(server, "weight", member="a", weight=4)
    assert shares(server.client.load(80, 4)) == {"a": 40, "b": 20, "c": 20}
    steer(server, "weight", member="a", weight=0)
    assert shares(server.client.load(20, 4)) == {"b": 10, "c": 10}


def test_430_04_for_a_while(abc):
    server, _ = abc("WLMSlowStart 0\n")
    assert "disabled for 2s" in steer(server, "disable", member="a", for_="2s")
    assert state(server)["a"]["admin_until"]
    wait_until(lambda: state(server)["a"]["admin_state"] == "enabled", "the time to be over", 6)
    server.wait_for_log("WLM0057")
    assert shares(server.client.load(30, 4)) == {"a": 10, "b": 10, "c": 10}
    assert server.count("WLM0057") == 1


def test_430_05_marked_up_and_down(abc):
    server, m = abc("WLMSlowStart 0\n")
    server.expect("WLM0030", "WLM0035")
    m["a"].kill()
    server.client.load(10, 2)
    m["a"].start()
    assert state(server)["a"]["state"] == "down"
    steer(server, "up", member="a")
    assert shares(server.client.load(30, 4)) == {"a": 10, "b": 10, "c": 10}
    assert "tried again in 60 s" in steer(server, "down", member="b")
    assert shares(server.client.load(20, 4)) == {"a": 10, "c": 10}
    assert [e["text"].split(":")[0] for e in state(server)["a"]["events"]] == ["marked up", "marked down"]


def test_430_06_counters_begin_anew(abc):
    server, _ = abc()
    server.client.load(30, 4)
    steer(server, "reset", member="a")
    members = state(server)
    assert [members[name]["requests"] for name in "abc"] == [0, 10, 10]
    assert members["a"]["bytes_received"] == 0 and members["b"]["bytes_received"] > 0


def test_430_07_a_host_or_a_cluster_at_once(httpd, member):
    a, b, c = member("a"), member("b"), member("c")
    clusters = [Cluster("one", [("a", a.port, {}), ("b", b.port, {})]),
                Cluster("two", [("a", a.port, {}), ("c", c.port, {"host": "localhost"})])]
    server = httpd(plugin_cfg(*clusters, routes=[Route("one", ["/app/*"]), Route("two", ["/two/*"])]), LOCATION)
    assert steer(server, "drain", host=f"127.0.0.1:{a.port}").count("\n") == 2
    assert steer(server, "drain", host="localhost").startswith("member c of cluster two: draining\nwarning: cluster two has no")
    assert steer(server, "drain", host="127.0.0.1").count(": draining") == 3
    assert steer(server, "enable", cluster="two").count("\n") == 2
    assert steer(server, "enable", member="a", cluster="one") == "member a of cluster one: as configured\n"
    assert shares(server.client.load(10, 2)) == {"a": 10}


def test_430_23_an_address_is_one_host_however_it_is_written(httpd):
    server = httpd(plugin_cfg(Cluster("one", [("a", 1, {"host": "2001:db8:0::1"}), ("b", 1, {"host": "2001:db8::2"})])), LOCATION)
    for host in ("2001:db8::1", "[2001:0db8:0:0::1]:1"):
        assert steer(server, "drain", host=host) == "member a of cluster one: draining\n"
        steer(server, "enable", host=host)


@pytest.mark.parametrize("action, again, kept_end, comment, answer", [
    ("drain", {}, True, "kernel", "draining, as before, for "), ("disable", {}, True, "kernel", "disabled, as before, for "),
    ("drain", {"comment": "disk"}, True, "disk", "draining, as before, for "),
    ("drain", {"for_": "3h"}, False, "kernel", "draining for 3h"),
    ("drain", {"for_": "ever"}, False, "kernel", "draining for ever"),
    ("weight", {"weight": 5}, True, "kernel", "weight 5, as before, for "),
], ids=str)
def test_430_24_what_is_not_said_again_is_kept(abc, action, again, kept_end, comment, answer):
    server, _ = abc()
    first = {"weight": 3} if action == "weight" else {}
    steer(server, action, member="a", for_="2h", comment="kernel", **first)
    before = state(server)["a"]
    assert answer in steer(server, action, member="a", **again)
    after = state(server)["a"]
    assert after["comment"] == comment and after["admin_state"] == before["admin_state"]
    assert (after["admin_until"] == before["admin_until"]) == kept_end
    assert (after["admin_until"] is None) == (again.get("for_") == "ever")


def test_430_26_a_comment_is_kept_whole_or_refused(abc):
    server, _ = abc()
    longest = "\u00e4" * 39 + "b"  # 79 bytes
    answer = post(server, action="drain", member="a", comment=longest + "c")
    assert answer.status == 400 and '"comment" has 80 bytes, and 79 are kept' in answer.body.decode()
    assert state(server)["a"]["admin_state"] == "enabled"
    steer(server, "drain", member="a", comment=longest)
    a = state(server)["a"]
    assert a["comment"] == longest and a["events"][0]["text"].endswith("\u00e4\u2026")  # that of the event is cut, which is seen
    assert b'maxlength="79"' in server.client.get("/wlm-status").body


@pytest.mark.parametrize("backups, action, told", [
    (None, "drain", "warning: cluster shop has no member left for new sessions"),
    (None, "disable", "warning: cluster shop has no member left for new sessions"),
    (["c"], "drain", "warning: cluster shop is on backup now"),
])
def test_430_27_the_last_one_is_not_taken_out_without_a_word(httpd, member, backups, action, told):
    servers = [(name, member(name).port, {}) for name in "abc"]
    primaries = ["a", "b"] if backups else None
    server = httpd(plugin_cfg(Cluster("shop", servers, primaries, backups)), LOCATION + "WLMSlowStart 0\n")
    warning = b"It is the only member that gets new sessions"
    for name in "ac" if not backups else "a":
        assert "warning" not in steer(server, action, member=name)
        assert (warning in server.client.get("/wlm-status").body) == (name == "c" or bool(backups))
    assert told in steer(server, action, member="b")


@pytest.mark.parametrize("first, second", [("drain", "disable"), ("disable", "drain"), ("weight", "drain")])
def test_430_25_another_decision_begins_anew(abc, first, second):
    server, _ = abc()
    steer(server, first, member="a", for_="2h", comment="kernel", **({"weight": 3} if first == "weight" else {}))
    steer(server, second, member="a")
    assert (state(server)["a"]["admin_until"], state(server)["a"]["comment"]) == (None, None)


@pytest.mark.parametrize("how", ["graceful", "restart", "change", "recycle", "stop"])
def test_430_08_what_a_person_has_decided_holds(abc, how):
    server, m = abc("MaxConnectionsPerChild 15\n" * (how == "recycle") + "WLMStateFile state\n", RefreshInterval=1)
    steer(server, "drain", member="a", comment="kernel", for_="60min")
    steer(server, "weight", member="b", weight=6)
    before = {name: {k: v for k, v in x.items() if k in ("admin_state", "admin_until", "comment", "weight", "events")}
              for name, x in state(server).items()}
    if how in ("graceful", "restart"):
        server.restart(how)
    elif how == "recycle":
        pids = set(server.children_pids())
        server.client.load(60, 2)
        wait_until(lambda: pids.isdisjoint(server.children_pids()), "other children")
    elif how == "stop":
        server.stop()
        server.start()
    else:
        text = plugin_cfg(Cluster("shop", [(n, m[n].port, {}) for n in "cba"], RetryInterval=7), RefreshInterval=1)
        (server.path / "plugin-cfg.xml").write_text(text)
        server.wait_for_log("WLM0047")
        wait_until(lambda: server.count("WLM0051") == 1, "the other process")
    after = state(server)
    assert before == {name: {k: v for k, v in after[name].items() if k in before[name]} for name in after}
    assert shares(server.client.load(40, 4)) == {"b": 30, "c": 10}


@pytest.mark.parametrize("form, status, why", [
    ({"action": "drain"}, 400, "names no member"),
    ({"action": "drain", "member": "z"}, 404, "no member z"),
    ({"action": "drain", "member": "a", "cluster": "z"}, 404, "no member a in a cluster z"),
    ({"action": "drain", "host": "192.0.2.1"}, 404, "at 192.0.2.1"),
    ({"action": "drain", "host": "a:99999"}, 400, "is none of HOST, HOST:PORT and unix:/PATH"),
    ({"action": "drain", "member": "a", "for": "soon"}, 400, "takes a time"),
    ({"action": "drain", "member": "a", "weight": "3"}, 400, "no field"),
    ({"action": "enable", "member": "a", "for": "3h"}, 400, "no field"),
    ({"action": "weight", "member": "a"}, 400, "takes a number"),
    ({"action": "disable", "member": "a", "force": "0"}, 400, "takes 1"),
    ({"action": "enable", "member": "a", "force": "1"}, 400, "has no field"),
    ({"action": "weight", "member": "a", "weight": "65536"}, 400, "takes a number"),
    ({"action": "weight", "member": "a", "weight": "-1"}, 400, "takes a number"),
    ({"action": "weight", "member": "a", "weight": "3x"}, 400, "takes a number"),
    ({"action": "weight", "member": "a", "weight": "99999999999999999999"}, 400, "takes a number"),
], ids=str)
def test_430_09_a_wrong_form_changes_nothing(abc, form, status, why):
    server, _ = abc(children=1)
    answer = post(server, **form)
    assert answer.status == status and why in answer.body.decode()
    assert {m["admin_state"] for m in state(server).values()} == {"enabled"}


# -- browsers ------------------------------------------------------------------------------------------

def token_of(server):
    page = server.client.get("/wlm-status").body.decode()
    match = re.search(r'name="token" value="([0-9a-f]{16})"', page)
    return match and match.group(1)


def test_430_10_a_form_needs_the_pages_token(abc):
    server, _ = abc()
    server.expect("WLM0056")
    token = token_of(server)
    assert token
    for wrong in ("", "0" * 16, token[:-1], token + "0", token.upper() + "x"):
        assert post(server, {}, action="drain", member="a", token=wrong).status == 403
    assert state(server)["a"]["admin_state"] == "enabled" and server.count("WLM0056") == 5
    answer = post(server, {}, action="drain", member="a", token=token, back="1")
    assert answer.status == 303 and state(server)["a"]["admin_state"] == "draining"
    cookie = answer.headers["Set-Cookie"].split(";")[0]
    assert re.search(r"; Path=/wlm-status; Max-Age=\d+; HttpOnly; SameSite=Strict$", answer.headers["Set-Cookie"])
    page = server.client.get(answer.headers["Location"], Cookie=cookie)
    assert b"member a of cluster shop: draining" in page.body and "Max-Age=0" in page.headers["Set-Cookie"]
    for forged in ("wlm_result=" + "0" * 16 + ".all+is+well", cookie.replace("draining", "disabled"), "wlm_result=.", "wlm_result=x"):
        other = server.client.get("/wlm-status", Cookie=forged).body
        assert b"all is well" not in other and b'role="status"' not in other


def test_430_11_counters_add_up(abc):
    """Over a change of the file, a graceful restart and a killed child: what the clients have got is what members count."""
    server, m = abc("WLMStateFile state\n", RefreshInterval=1)
    server.expect("WLM0007")
    sent = len(server.client.load(60, 4))
    (server.path / "plugin-cfg.xml").write_text(plugin_cfg(
        Cluster("shop", [(n, m[n].port, {"LoadBalanceWeight": 1}) for n in "cba"]), RefreshInterval=1))
    server.wait_for_log("WLM0047")
    sent += len(server.client.load(60, 4))
    server.restart("graceful")
    sent += len(server.client.load(60, 4))
    server.kill_child()
    sent += len(server.client.load(60, 4))
    members = state(server)
    assert sum(x["requests"] for x in members.values()) == sent
    metrics = server.client.get("/wlm-status?format=openmetrics").body.decode()
    assert sum(int(n) for n in re.findall(r"^wlm_member_requests_total\{.*\} (\d+)$", metrics, re.M)) == sent
    assert sum(int(n) for n in re.findall(r"^wlm_member_response_seconds_count\{.*\} (\d+)$", metrics, re.M)) == sent


@pytest.mark.parametrize("sent, told", [
    ("caf\u00e9 \U0001f600 \ud7ff \uffff".encode(), "caf\u00e9 \U0001f600 \ud7ff \uffff"),
    ("caf\u00e9".encode("latin-1"), "caf\ufffd"), (b"\xff-\x80-\xc0\xaf", "\ufffd-\ufffd-\ufffd\ufffd"),
    (b"\xe0\x80\xaf.\xed\xa0\x80.\xf0\x80\x80\xaf", "\ufffd" * 3 + "." + "\ufffd" * 3 + "." + "\ufffd" * 4),
    (b"\xf4\x90\x80\x80 \xf5 \xe2\x82", "\ufffd" * 4 + " \ufffd \ufffd\ufffd"), (b'"\\</\x1b\x7f', '"\\</\x1b\x7f'),
], ids=str)
def test_430_12_no_comment_spoils_the_json(abc, sent, told):
    server, _ = abc(children=1)
    steer(server, "drain", member="a", comment=sent)
    a = state(server)["a"]
    assert a["comment"] == told and a["events"][0]["text"] == f"draining: {told}"

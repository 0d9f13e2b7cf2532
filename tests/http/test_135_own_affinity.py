"""Stories of sessions that the module itself keeps with their members (WLMAffinity): the members write no clone id."""
import concurrent.futures
import http.cookies
import os
import re
import struct
import threading
import urllib.parse

import pytest

from wlmtest import http2, wait_until
from wlmtest.client import shares
from wlmtest.plugincfg import Cluster, Route, plugin_cfg
from wlmtest.status import LOCATION, everything, state
from wlmtest.wire import Wire, request

NO_ROUTE = {"CloneID": None}


@pytest.fixture
def three(httpd, member):
    """Members s1, s2, s3 without clone ids, behind three processes; returns (httpd, members by name)."""
    def make(extra, **options):
        members = {n: member(n) for n in ("s1", "s2", "s3")}
        cluster = Cluster("c", [(n, m.port, NO_ROUTE) for n, m in members.items()], **options)
        return httpd(plugin_cfg(cluster), extra, children=3), members
    return make


def own_cookie(answer, name="WLMID"):
    """The attributes of the module's cookie in an answer; None: it has none."""
    for field in answer.headers.get_all("Set-Cookie", []):
        cookie = http.cookies.SimpleCookie(field)
        if name in cookie:
            return cookie[name]
    return None


def begin(server, target="/app/", **headers):
    """A new session: (its member, its cookie)."""
    answer = server.client.get(target, **headers)
    return answer.headers["X-Member"], "WLMID=" + own_cookie(answer).value


def test_135_01_a_cookie_keeps_sessions_of_members_without_a_route(three):
    server, _ = three("WLMAffinity Cookie WLMID\n")
    sessions = [begin(server) for _ in range(6)]
    assert {name for name, _ in sessions} == {"s1", "s2", "s3"}
    for name, cookie in sessions * 10:
        answer = server.client.get(Cookie=cookie)
        assert answer.headers["X-Member"] == name
        assert own_cookie(answer) is None  # nothing new is to be said


def received(server, target="/app/?headers=1", **headers):
    """(member, {field: value}): the fields that a request came with."""
    answer = server.client.get(target, **headers)
    return answer.headers["X-Member"], dict(line.split(": ", 1) for line in answer.body.decode().splitlines())


def test_135_02_the_member_does_not_see_it(three):
    server, _ = three("WLMAffinity Cookie WLMID\n")
    name, cookie = begin(server)
    for sent, seen in ((cookie, None), (f"a=1; {cookie}; b=2", "a=1; b=2"), (f"a=1; {cookie}", "a=1"),
                       (f"{cookie}; b=2", "b=2"), (f"WLMID=forged; b=2; {cookie}", "b=2"),
                       (f"XWLMID=1; {cookie}", "XWLMID=1"), (f'a="x"; WLMID={cookie[6:]} ;b', 'a="x"; b')):
        member, fields = received(server, Cookie=sent)
        assert (member, fields.get("Cookie")) == (name, seen), sent


def test_135_46_a_request_with_several_cookie_fields(three):
    """It is found in any of them, and taken out: httpd makes one of them, with commas between those of HTTP/1.1."""
    server, _ = three("WLMAffinity Cookie WLMID\n")
    name, cookie = begin(server)
    for fields in (["a=1", cookie, "b=2"], [cookie, "a=1", "b=2"], [f"a=1; {cookie}", "b=2"]):
        head = "".join(f"Cookie: {field}\r\n" for field in fields)
        one = server.client.raw(f"GET /app/?headers=1 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n{head}\r\n".encode()).decode()
        assert f"X-Member: {name}\r\n" in one and re.search("\nCookie: a=1[,;] b=2\n", one) and "WLMID" not in one
        two = http2.request(server.port, "GET", "/app/?headers=1", [("cookie", field) for field in fields])
        assert two.headers["x-member"] == name and b"\nCookie: a=1; b=2\n" in two.body and b"WLMID" not in two.body


def test_135_03_what_the_cookie_says_to_browsers(three):
    server, _ = three("WLMAffinity Cookie WLMID\n")
    cookie = own_cookie(server.client.get())
    assert (cookie["path"], cookie["httponly"], cookie["samesite"], cookie["secure"]) == ("/", True, "Lax", "")
    assert (cookie["domain"], cookie["max-age"]) == ("", "")
    assert re.fullmatch(r"[\w-]{22}", cookie.value)  # and nothing else


def test_135_04_the_attributes_are_configurable(three):
    server, _ = three("WLMAffinity Cookie my.id path=/app domain=example.com max-age=1h samesite=None httponly=off secure=on\n")
    cookie = own_cookie(server.client.get(), "my.id")
    assert (cookie["path"], cookie["domain"], cookie["max-age"]) == ("/app", "example.com", "3600")
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == ("", "None", True)


def test_135_05_it_is_secure_where_the_client_has_come_by_https(three):
    server, _ = three("WLMAffinity Cookie WLMID\nWLMTrustedProxies 127.0.0.1\n")
    assert own_cookie(server.client.get(X_Forwarded_Proto="https"))["secure"] is True
    assert own_cookie(server.client.get(X_Forwarded_Proto="http"))["secure"] == ""


def test_135_06_what_is_forged_or_foreign_binds_to_nobody(three):
    server, _ = three("WLMAffinity Cookie WLMID\n")
    name, cookie = begin(server)
    seal = cookie[6:]
    other = next(c[6:] for n, c in (begin(server) for _ in range(6)) if n != name)
    forged = ["s1", "", "A" * 22, seal[:-1], seal + "A", seal[::-1], seal[:11] + other[11:], other[:11] + seal[11:],
              seal.swapcase(), "=" * 22, "%00" * 7 + "A"]
    for value in forged:
        answers = [server.client.get("/app/?nosession=1", Cookie=f"WLMID={value}") for _ in range(6)]
        assert shares(answers) == {"s1": 2, "s2": 2, "s3": 2}, value
        assert all(own_cookie(a) for a in answers)  # each begins a session


@pytest.mark.parametrize("how", ["graceful", "restart"])
def test_135_07_sessions_outlive_a_restart_without_a_key_file(three, how):
    server, _ = three("WLMAffinity Cookie WLMID\n")
    name, cookie = begin(server)
    server.restart(how)
    assert {server.client.member(Cookie=cookie) for _ in range(6)} == {name}


def test_135_08_a_key_file_keeps_sessions_over_stop_and_start_and_several_servers(three, httpd, folder):
    key = folder / "affinity.key"
    key.write_bytes(bytes(range(48)))
    extra = f"WLMAffinity Cookie WLMID\nWLMAffinityKey {key}\n"
    server, members = three(extra)
    sessions = [begin(server) for _ in range(3)]
    server.stop()
    server.start()
    other = httpd(plugin_cfg(Cluster("c", [(n, m.port, NO_ROUTE) for n, m in reversed(members.items())])), extra)
    for name, cookie in sessions:
        assert {server.client.member(Cookie=cookie), other.client.member(Cookie=cookie)} == {name}


def test_135_09_keys_can_be_changed_without_losing_a_session(three, folder):
    old, new = folder / "old.key", folder / "new.key"
    old.write_bytes(b"o" * 32)
    new.write_bytes(b"n" * 32)
    server, _ = three(f"WLMAffinity Cookie WLMID\nWLMAffinityKey {old}\n")
    name, cookie = begin(server)
    conf = server.path / "httpd.conf"
    conf.write_text(conf.read_text().replace(f"WLMAffinityKey {old}", f"WLMAffinityKey {new} {old}"))
    server.restart("graceful")
    answer = server.client.get(Cookie=cookie)
    renewed = own_cookie(answer).value
    assert answer.headers["X-Member"] == name and renewed != cookie[6:]
    conf.write_text(conf.read_text().replace(f"WLMAffinityKey {new} {old}", f"WLMAffinityKey {new}"))
    server.restart("graceful")
    assert {server.client.member(Cookie=f"WLMID={renewed}") for _ in range(6)} == {name}
    assert len({server.client.member(Cookie=cookie) for _ in range(6)}) == 3


def test_135_10_a_session_whose_member_is_gone_moves_and_stays_there(three):
    server, members = three("WLMAffinity Cookie WLMID\n")
    server.expect("WLM0030", "WLM0035")
    name, cookie = begin(server)
    members[name].kill()
    answer = server.client.get(Cookie=cookie)
    moved = answer.headers["X-Member"]
    assert moved != name and b"fo=true" in answer.body
    members[name].start()
    again = "WLMID=" + own_cookie(answer).value
    assert {server.client.member(Cookie=again) for _ in range(6)} == {moved}


def test_135_11_with_strict_affinity_it_does_not_move(three):
    server, members = three("WLMAffinity Cookie WLMID\nWLMStrictAffinity On\n")
    server.expect("WLM0030", "WLM0035", "WLM0036")
    name, cookie = begin(server)
    members[name].kill()
    answer = server.client.get(Cookie=cookie)
    assert answer.status == 503 and not own_cookie(answer)
    assert server.client.get(Cookie="WLMID=forged").status == 200


CACHED = [("Cache-Control=public", False), ("Cache-Control=max-age%3D60", False), ("Cache-Control=s-maxage%3D60,private", True),
          ("Cache-Control=private,max-age%3D60", True), ("Cache-Control=no-store", True), ("Cache-Control=no-cache", True),
          ("Cache-Control=max-age%3D0", True), ("Expires=Thu,+01+Jan+2099+00:00:00+GMT", False),
          ("Last-Modified=Thu,+01+Jan+2015+00:00:00+GMT", False), ("CDN-Cache-Control=max-age%3D60", False)]


@pytest.mark.parametrize("field,is_set", CACHED)
def test_135_12_what_caches_may_store_does_not_carry_it(three, field, is_set):
    server, _ = three("WLMAffinity Cookie WLMID\n")
    assert bool(own_cookie(server.client.get(f"/app/?nosession=1&header-{field}"))) is is_set


def test_135_18_what_a_cache_adds_to_what_it_has_stored_does_not_carry_it(three):
    """A 304, which often has less than the response that the cache has stored."""
    server, _ = three("WLMAffinity Cookie WLMID\n")
    answer = server.client.get("/app/?status=304&nosession=1&header-ETag=%221%22")
    assert answer.status == 304 and not own_cookie(answer)


def test_135_13_it_comes_before_the_cookie_of_the_member_and_beside_it(httpd, member):
    members = {n: member(n) for n in ("s1", "s2", "s3")}
    server = httpd(plugin_cfg(Cluster("c", [(n, m.port, {}) for n, m in members.items()])), "WLMAffinity Cookie WLMID\n",
                   children=3)
    answer = server.client.get(Cookie="JSESSIONID=0000abc:s2")
    assert answer.headers["X-Member"] == "s2"  # as ever, without a cookie of the module
    cookie = "WLMID=" + own_cookie(answer).value
    name, fields = received(server, Cookie=f"JSESSIONID=0000abc:s1; {cookie}")
    assert (name, fields["Cookie"]) == ("s2", "JSESSIONID=0000abc:s1")


def test_135_14_for_one_cluster_or_for_all_but_one(httpd, member):
    a, b = member("a"), member("b")
    clusters = [Cluster("ca", [("a", a.port, NO_ROUTE)]), Cluster("cb", [("b", b.port, NO_ROUTE)])]
    routes = [Route("ca", ["/a/*"]), Route("cb", ["/b/*"])]
    one = httpd(plugin_cfg(*clusters, routes=routes), "<WLMCluster ca>\nWLMAffinity Cookie WLMID\n</WLMCluster>\n")
    assert own_cookie(one.client.get("/a/")) and not own_cookie(one.client.get("/b/"))
    rest = httpd(plugin_cfg(*clusters, routes=routes),
                 "WLMAffinity Cookie WLMID\nWLMAffinity Cookie SECOND\n<WLMCluster ca>\nWLMAffinity Off\n</WLMCluster>\n")
    assert not own_cookie(rest.client.get("/a/"))
    assert own_cookie(rest.client.get("/b/")) and own_cookie(rest.client.get("/b/"), "SECOND")


def test_135_19_clusters_that_share_the_name_keep_their_sessions_in_one_cookie(httpd, member):
    """A browser has one cookie of a name; the newest stand first, and there are at most eight."""
    numbers = range(9)
    members = {f"{c}-{m}": member(f"{c}-{m}") for c in numbers for m in range(2)}
    clusters = [Cluster(f"c{c}", [(f"{c}-{m}", members[f"{c}-{m}"].port, NO_ROUTE) for m in range(2)]) for c in numbers]
    server = httpd(plugin_cfg(*clusters, routes=[Route(f"c{c}", [f"/{c}/*"]) for c in numbers]), "WLMAffinity Cookie WLMID\n")
    value, names, lengths = "no seal", [], []
    for c in numbers:
        answer = server.client.get(f"/{c}/", Cookie=f"WLMID={value}")
        value = own_cookie(answer).value
        names.append(answer.headers["X-Member"])
        lengths.append(len(value.split(".")))
    assert lengths == [1, 2, 3, 4, 5, 6, 7, 8, 8]
    for c in numbers[1:]:
        for _ in range(3):
            member_name, fields = received(server, f"/{c}/?headers=1", Cookie=f"WLMID={value}")
            assert member_name == names[c] and "Cookie" not in fields
        assert own_cookie(server.client.get(f"/{c}/", Cookie=f"WLMID={value}")) is None
    moved = own_cookie(server.client.get("/0/", Cookie=f"WLMID={value}")).value
    assert moved.split(".")[1:] == value.split(".")[:7]


def test_135_15_the_access_log_and_the_counters_tell(three):
    server, members = three('WLMAffinity Cookie WLMID\nLogFormat "%{WLM_AFFINITY}e" wlm\nCustomLog access_log wlm '
                            f'"expr=%{{REQUEST_URI}} =~ m#^/app/#"\n{LOCATION}')
    server.expect("WLM0030", "WLM0035")
    name, cookie = begin(server)
    server.client.get(Cookie=cookie)
    members[name].kill()
    server.client.get(Cookie=cookie)
    counted = {what: sum(m[f"sessions_{what}"] for m in state(server).values()) for what in ("new", "kept", "moved")}
    assert counted == {"new": 1, "kept": 2, "moved": 1}  # the last request was tried on its member first
    server.stop()
    # each on a connection of its own: the line of one may come behind that of the next
    assert sorted((server.path / "access_log").read_text().split()) == ["kept", "moved", "new"]


@pytest.mark.parametrize("status", [404, 410])
def test_135_16_a_protocol_may_have_its_own_status_for_lost_sessions(three, status):
    server, members = three(f"WLMAffinity Cookie WLMID\nWLMStrictAffinity {status}\n")
    server.expect("WLM0030", "WLM0035", "WLM0209")
    name, cookie = begin(server)
    members[name].kill()
    answer = server.client.get(Cookie=cookie)
    assert (answer.status, answer.headers["Retry-After"]) == (status, None)


def test_135_17_the_log_says_what_it_means_to_have_no_key(three, folder):
    server, _ = three("WLMAffinity Cookie WLMID\n")
    assert server.count("WLM0210") == 1
    key = folder / "key"
    key.write_bytes(bytes(32))
    server, _ = three(f"WLMAffinity Cookie WLMID\nWLMAffinityKey {key}\n")
    assert server.count("WLM0210") == 0


# -- Wrap: values of the member's go out with its seal behind them ---------------------------------

WRAP = "WLMAffinity Wrap header:Mcp-Session-Id\n"


def begin_named(server, number):
    """A session that its member names in a response field: (the member, its name as the member knows it, as the client does)."""
    name = f"session-{number}"
    answer = server.client.get(f"/app/?nosession=1&header-Mcp-Session-Id={name}")
    return answer.headers["X-Member"], name, answer.headers["Mcp-Session-Id"]


def reach_their_owners(server, sessions):
    """How many follow-ups reach the member that has begun their session, which sees the name that it has given."""
    reached = 0
    for owner, name, known in sessions:
        member, fields = received(server, "/app/?headers=1&nosession=1", Mcp_Session_Id=known)
        reached += (member, fields["Mcp-Session-Id"]) == (owner, name)
    return reached


def test_135_20_sessions_that_a_response_field_names_reach_their_owners(three):
    server, _ = three(WRAP)
    server.expect("exit signal")
    sessions = [begin_named(server, number) for number in range(300)]
    assert {owner for owner, _, _ in sessions} == {"s1", "s2", "s3"}
    assert reach_their_owners(server, sessions) == 300
    server.restart("graceful")
    assert reach_their_owners(server, sessions) == 300
    server.kill_child()
    assert reach_their_owners(server, sessions) == 300


def test_135_21_what_is_not_wrapped_passes_as_it_is_and_binds_to_nobody(three):
    server, _ = three(WRAP)
    _, name, known = begin_named(server, 1)
    for value in (name, "x~", "~" + known[-22:], known[:-1], known + "A", f"x{known}", name + "~" + "A" * 22,
                  known.replace("session-1", "session-2"), known + "~" + "A" * 22):
        got = [received(server, "/app/?headers=1&nosession=1", Mcp_Session_Id=value) for _ in range(6)]
        assert len({member for member, _ in got}) == 3, value
        assert {fields["Mcp-Session-Id"] for _, fields in got} == {value}


def test_135_22_a_cookie_of_the_members_is_wrapped(three):
    server, _ = three("WLMAffinity Wrap cookie:SID\n")
    for sent, seen in (("abc", "abc"), ('"a b"', '"a b"'), ("", "")):
        answer = server.client.get(f"/app/?nosession=1&header-Set-Cookie=SID%3D{urllib.parse.quote(sent)}%3B+Path%3D/"
                                   "&header-Set-Cookie=OTHER%3D1")
        fields = answer.headers.get_all("Set-Cookie")
        wrapped = next(f for f in fields if f.startswith("SID="))
        assert wrapped.endswith("; Path=/") and "OTHER=1" in fields
        cookie = wrapped.split(";")[0]
        assert len(cookie) == len("SID=") + len(sent) + (23 if sent else 0)
        member, got = received(server, "/app/?headers=1&nosession=1", Cookie=f"a=1; {cookie}; b=2")
        assert got["Cookie"] == f"a=1; SID={seen}; b=2"
        assert not sent or member == answer.headers["X-Member"]
    _, got = received(server, "/app/?headers=1&nosession=1", Cookie="SID=foreign~x; b=2")
    assert got["Cookie"] == "SID=foreign~x; b=2"


def test_135_23_several_ways_are_asked_in_their_order(three):
    server, _ = three(WRAP + "WLMAffinity Cookie WLMID\n")
    first, _, known = begin_named(server, 1)
    answer = next(a for a in (server.client.get() for _ in range(6)) if a.headers["X-Member"] != first)
    cookie = f"WLMID={own_cookie(answer).value}"
    assert {server.client.member(Cookie=cookie, Mcp_Session_Id=known) for _ in range(6)} == {first}
    assert {server.client.member(Cookie=cookie) for _ in range(6)} == {answer.headers["X-Member"]}


def test_135_24_two_web_servers_one_behind_the_other(three, httpd):
    inner, _ = three(WRAP)
    outer = httpd(plugin_cfg(Cluster("o", [("inner", inner.port, NO_ROUTE)])), WRAP)
    owner, name, known = begin_named(outer, 1)
    assert len(known) == len(name) + 2 * 23
    assert reach_their_owners(outer, [(owner, name, known)] * 6) == 6


def test_135_25_a_switch_of_protocols_has_it_too(httpd, scripted):
    def switch(c):
        c.read_head()
        c.send(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSession: abc\r\n\r\n")
        c.hold()
    member = scripted(switch)
    server = httpd(plugin_cfg(Cluster("c", [("s1", member.port, NO_ROUTE)])),
                   "WLMAffinity Cookie WLMID\nWLMAffinity Wrap header:Session\n")
    with Wire(server.port) as wire:
        wire.send(request("GET", "/app/", {"Connection": "Upgrade", "Upgrade": "websocket"}))
        status, fields = wire.head()
    assert status == 101
    assert fields["set-cookie"].startswith("WLMID=") and fields["session"].startswith("abc~")


# -- Learn: a table of what members have answered ---------------------------------------------------

LEARN = "WLMAffinity Learn header:Mcp-Session-Id\n"


def test_135_30_sessions_that_a_response_field_names_are_learned(three):
    server, _ = three(LEARN)
    server.expect("exit signal")
    sessions = [begin_named(server, number) for number in range(300)]
    assert {owner for owner, _, _ in sessions} == {"s1", "s2", "s3"}
    assert all(name == known for _, name, known in sessions)
    assert reach_their_owners(server, sessions) == 300
    server.restart("graceful")
    assert reach_their_owners(server, sessions) == 300
    server.kill_child()
    assert reach_their_owners(server, sessions) == 300


def learned(server, what="learned"):
    return sum(m[f"sessions_{what}"] for m in state(server).values())


def test_135_31_only_responses_teach(three):
    server, _ = three(LEARN + LOCATION)
    for number in range(30):
        for _ in range(3):
            server.client.get("/app/?nosession=1", Mcp_Session_Id=f"bot-{number}")
    assert learned(server) == 0
    assert len({server.client.member(Mcp_Session_Id="bot-1") for _ in range(6)}) == 3
    begin_named(server, 1)
    begin_named(server, 2)
    assert (learned(server), learned(server, "evicted")) == (2, 0)


LEARNED = [
    ("cookie:SID", "header-Set-Cookie=SID%3Dabc%3B+Path%3D/", "/app/", {"Cookie": "x=1; SID=abc"}),
    ("cookie:SID query:sid", "header-Set-Cookie=SID%3Dabc", "/app/?x=1&sid=abc", {}),
    ("header:Session header:X-Session", "header-Session=abc", "/app/", {"X-Session": "abc"}),
    ("path:2", "header-Location=/app/abc&status=201", "/app/abc/more", {}),
    ("path:3 path:2", "header-Location=https%3A//example.com/v1/x/abc%3Fq&status=201", "/app/abc;v=1?x", {}),
    ("query:sid header:Sid", "header-Location=/app/page%3Fsid%3Dabc&status=302", "/app/", {"Sid": "abc"}),
]


@pytest.mark.parametrize("way,taught,target,fields", LEARNED)
def test_135_32_where_values_may_stand(three, way, taught, target, fields):
    server, _ = three(f"WLMAffinity Learn {way}\n")
    owner = server.client.get(f"/app/?nosession=1&{taught}").headers["X-Member"]
    assert {server.client.send("GET", target, headers=fields).headers["X-Member"] for _ in range(6)} == {owner}
    other = {name: value.replace("abc", "abd") for name, value in fields.items()}
    answers = [server.client.send("GET", target.replace("abc", "abd"), headers=other) for _ in range(6)]
    assert len({a.headers["X-Member"] for a in answers}) == 3


def test_135_33_a_member_that_takes_over_has_the_session_from_then_on(three):
    server, members = three(LEARN + LOCATION)
    server.expect("WLM0030", "WLM0035")
    owner, name, known = begin_named(server, 1)
    members[owner].kill()
    heir = server.client.get(f"/app/?nosession=1&header-Mcp-Session-Id={name}", Mcp_Session_Id=known).headers["X-Member"]
    assert heir != owner
    members[owner].start()
    assert {server.client.member(Mcp_Session_Id=known) for _ in range(6)} == {heir}
    assert learned(server) == 2


def test_135_34_learned_sessions_outlive_a_stop_and_start_with_a_state_file(three):
    server, _ = three(LEARN + "WLMStateFile state\n")
    sessions = [begin_named(server, number) for number in range(20)]
    server.stop()
    assert (server.path / "state.sessions").stat().st_mode & 0o777 == 0o600
    server.start()
    assert reach_their_owners(server, sessions) == 20
    server.stop()
    (server.path / "state.sessions").write_bytes(b"no table")
    server.start()
    assert reach_their_owners(server, sessions[:1] * 6) < 6
    assert server.count("WLM0215") == 1


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_135_42_what_is_no_file_keeps_nobody_from_starting(three, make):
    server, _ = three(LEARN + "WLMStateFile state\n")
    session = begin_named(server, 1)
    server.stop()
    server.expect("WLM0214")  # a directory cannot be replaced
    (server.path / "state.sessions").unlink()
    make(server.path / "state.sessions")
    server.start()
    assert server.count("WLM0215") == 1
    assert reach_their_owners(server, [session] * 6) < 6


def test_135_38_learned_sessions_that_are_too_old_begin_anew(three):
    """As old as the times of the table reach, in which a session that has ended long ago looks like one of now."""
    server, _ = three(LEARN + "WLMStateFile state\n")
    sessions = [begin_named(server, number) for number in range(3)]
    server.stop()
    path = server.path / "state.sessions"
    content = bytearray(path.read_bytes())
    now, day = struct.unpack_from("qq", content)
    struct.pack_into("qq40s", content, 0, now, day - (16 << 16) * 1_000_000, b"another start of the machine")
    path.write_bytes(content)
    server.start()
    assert reach_their_owners(server, sessions[:1] * 6) < 6
    server.stop()


def test_135_35_a_small_table_says_that_it_is_too_small(three):
    server, _ = three(LEARN + "WLMAffinityTable 4K 1h\n" + LOCATION)
    for number in range(800):
        begin_named(server, number)
    assert learned(server) == 800 and 200 < learned(server, "evicted") <= 800 - 400
    page = server.client.get("/wlm-status").body.decode()
    for what in ("learned", "evicted"):  # of each member
        shown = [int(n.replace("\u202f", "").replace(",", "")) for n in re.findall(rf"<small>{what}: ([^<]+)</small>", page)]
        assert len(shown) == 3 and sum(shown) == learned(server, what)


def test_135_36_sessions_keep_their_members_when_the_file_changes(three):
    server, members = three(LEARN)
    server.expect("WLM0172")
    sessions = [begin_named(server, number) for number in range(12)]
    names = [n for n in ("s3", "s2", "s1") if n != "s2"]
    cfg = server.path / "plugin-cfg.xml"
    cfg.write_text(plugin_cfg(Cluster("c", [(n, members[n].port, NO_ROUTE) for n in names])))
    server.restart("graceful")
    kept = [s for s in sessions if s[0] != "s2"]
    assert reach_their_owners(server, kept) == len(kept) == 8


@pytest.mark.parametrize("way", [LEARN, WRAP])
def test_135_45_a_member_that_drains_keeps_its_sessions_and_gets_no_new_ones(three, way):
    server, members = three(way)
    sessions = [begin_named(server, number) for number in range(12)]
    servers = [(n, m.port, {**NO_ROUTE, "LoadBalanceWeight": 0 if n == "s2" else 1}) for n, m in members.items()]
    (server.path / "plugin-cfg.xml").write_text(plugin_cfg(Cluster("c", servers)))
    server.restart("graceful")
    assert reach_their_owners(server, sessions) == 12
    assert {begin_named(server, number)[0] for number in range(12, 24)} == {"s1", "s3"}


@pytest.mark.parametrize("way", [LEARN, WRAP])
def test_135_37_under_load_each_session_stays(three, way):
    server, _ = three(way)

    def use(number):
        session = begin_named(server, number)
        return reach_their_owners(server, [session] * 10)

    with concurrent.futures.ThreadPoolExecutor(48) as clients:
        assert list(clients.map(use, range(96))) == [10] * 96


WAYS = {"JSESSIONID": "", "Cookie": "WLMAffinity Cookie WLMID\n", "Wrap": WRAP, "Learn": LEARN}


class Holding:
    """Members that answer at once, and begin a session in any way; a request for /app/hold is answered when .release(NAME) says so."""

    def __init__(self, scripted, way):
        self.way, self.held = way, {name: threading.Event() for name in ("s1", "s2")}
        self.members = {n: scripted(lambda c, n=n: self.serve(c, n), name=n) for n in self.held}

    def cluster(self):
        route = {} if self.way == "JSESSIONID" else NO_ROUTE
        return Cluster("c", [(n, m.port, {"MaxConnections": 1, **route}) for n, m in self.members.items()])

    def serve(self, connection, name):
        while (head := connection.read_head()) is not None:
            if head.startswith(b"GET /app/hold"):
                self.held[name].wait(20)
            session = ("" if not head.startswith(b"GET /app/begin") else
                       f"Set-Cookie: JSESSIONID=0000abc:{name}\r\nMcp-Session-Id: of-{name}\r\n")
            connection.send(f"HTTP/1.1 200 OK\r\nX-Member: {name}\r\n{session}Content-Length: 0\r\n\r\n".encode())

    def release(self, name):
        self.held[name].set()

    def begin(self, server):
        """Sessions of both: by member, the field of its requests."""
        sessions = {}
        while len(sessions) < 2:
            fields = server.client.get("/app/begin").headers
            sessions[fields["X-Member"]] = (
                {"Mcp_Session_Id": fields["Mcp-Session-Id"]} if self.way in ("Wrap", "Learn") else
                {"Cookie": next(f.split(";")[0] for f in fields.get_all("Set-Cookie")
                                if f.startswith("WLMID=" if self.way == "Cookie" else "JSESSIONID="))})
        return sessions


@pytest.fixture(params=WAYS)
def holding(request, httpd, scripted):
    """A function of WLMStrictAffinity: two members that each take one request at a time, the httpd, and a session of each."""
    def make(strict):
        members = Holding(scripted, request.param)
        server = httpd(plugin_cfg(members.cluster()), f"{WAYS[request.param]}WLMQueue 10 20s\nWLMStrictAffinity {strict}\n{LOCATION}",
                       children=2)
        return members, server, members.begin(server)
    return make


def hold(pool, server, session, name):
    pending = pool.submit(server.client.get, "/app/hold", **session)
    wait_until(lambda: state(server)[name]["in_flight"] == 1, f"{name} to have a request")
    return pending


def test_135_43_a_session_whose_member_is_full_moves_and_waits_only_when_all_are(holding):
    """The same by a clone id and by each of our own."""
    members, server, sessions = holding("Off")
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        first = hold(pool, server, sessions["s1"], "s1")
        answer = server.client.get("/app/", **sessions["s1"])
        assert (answer.status, answer.headers["X-Member"]) == (200, "s2")
        assert everything(server)["clusters"][0]["waiting"] == 0
        second = hold(pool, server, sessions["s2"], "s2")
        third = pool.submit(server.client.get, "/app/", **sessions["s1"])
        wait_until(lambda: everything(server)["clusters"][0]["waiting"] == 1, "the third to wait")
        members.release("s1")
        assert [p.result().headers["X-Member"] for p in (first, third)] == ["s1", "s1"]
        members.release("s2")
        assert second.result().status == 200


@pytest.mark.parametrize("strict", ["On", "404"])
def test_135_44_a_strict_session_whose_member_is_full_is_told_to_come_again(holding, strict):
    """At once, and by 503 whatever is said of sessions that are lost: this one is not."""
    members, server, sessions = holding(strict)
    server.expect("WLM0036")
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        first = hold(pool, server, sessions["s1"], "s1")
        answer = server.client.get("/app/", **sessions["s1"])
        assert answer.status == 503 and int(answer.headers["Retry-After"]) >= 1
        assert everything(server)["clusters"][0]["waiting"] == 0
        assert server.client.get("/app/", **sessions["s2"]).headers["X-Member"] == "s2"
        members.release("s1")
        assert first.result().headers["X-Member"] == "s1"
    assert server.client.get("/app/", **sessions["s1"]).headers["X-Member"] == "s1"


def test_135_40_a_cookie_that_browsers_refuse_is_told(httpd, member):
    """SameSite=None over http; once, not for each client."""
    s1 = member("s1")
    server = httpd(plugin_cfg(Cluster("c", [("s1", s1.port, NO_ROUTE)])), "WLMAffinity Cookie WLMID samesite=None\n", children=1)
    server.expect("WLM0267")
    for _ in range(3):
        assert own_cookie(server.client.get())["samesite"] == "None"
    assert server.count("WLM0267") == 1


def test_135_41_an_expression_says_what_is_learned_and_from_what(httpd, scripted):
    """Only a 201 teaches, by a field whose value is longer than what requests have."""
    def script(name):
        def answers(c):
            while head := c.read_head():
                status = "201 Created" if head.startswith(b"PUT ") else "200 OK"
                c.send(f"HTTP/1.1 {status}\r\nLink: </jobs/{head.split()[1].decode()[5:]}/state>\r\nX-Member: {name}\r\n"
                       "Content-Length: 0\r\n\r\n".encode())
        return answers
    members = [scripted(script(name), name=name) for name in ("s1", "s2", "s3")]
    server = httpd(plugin_cfg(Cluster("c", [(m.name, m.port, NO_ROUTE) for m in members])),
                   "WLMAffinity Learn \"expr:%{REQUEST_STATUS} == '201' && %{resp:Link} =~ m#</jobs/([^/>]+)/#\" "
                   "\"expr:%{req:X-Job} =~ /^job=(.+)$/\"\n", children=3)
    for job in ("a", "b", "c", "d"):
        owner = server.client.send("PUT", f"/app/{job}").headers["X-Member"]
        assert {server.client.get("/app/x", X_Job=f"job={job}").headers["X-Member"] for _ in range(6)} == {owner}
        assert len({server.client.get("/app/x", X_Job=job).headers["X-Member"] for _ in range(6)}) == 3
    server.client.get("/app/e")  # a 200
    assert len({server.client.get("/app/x", X_Job="job=e").headers["X-Member"] for _ in range(6)}) == 3

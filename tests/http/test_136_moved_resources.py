"""Stories of resources that have moved to another member (WLMAffinityOwner): who does not have one says 421, and who has it."""
import collections
import concurrent.futures
import re
import threading
import time

import pytest

from wlmtest import wait_until
from wlmtest.plugincfg import Cluster, plugin_cfg
from wlmtest.status import LOCATION, everything, state

NAMES = ("s1", "s2", "s3")
LEARN = "WLMAffinity Learn path:2\n"


class Resources:
    """Members that know who has which resource: /app/RESOURCE is answered by its owner, by others with 421 and its name."""

    def __init__(self, scripted, field="WLM-Owner"):
        self.owners, self.field, self.lock = {}, field, threading.Lock()
        self.seen = collections.defaultdict(list)  # by resource: (member, method, body)
        self.missed = {}  # by the query of its target: of the requests that were not answered by the owner at once, the resource
        self.says = {}  # by member: what it names in place of the owner
        self.members = {n: scripted(lambda c, n=n: self.serve(c, n), name=n) for n in NAMES}

    def cluster(self, **attributes):
        return Cluster("c", [(n, m.port, attributes.get(n, {"CloneID": None})) for n, m in self.members.items()])

    def serve(self, connection, name):
        while (head := connection.read_head()) is not None:
            method, target = head.decode().split()[:2]
            body = connection.read_body(head)
            resource, _, number = target.split("/")[2].partition("?")
            with self.lock:
                owner = self.owners.get(resource)
                self.seen[resource].append((name, method, body))
                if owner not in (None, name):
                    self.missed[number] = resource
            connection.send(self.answer(name, resource, self.says.get(name, owner), owner in (None, name)))

    def answer(self, name, resource, owner, is_here):
        names = f"{self.field}: {owner}\r\n" if owner else ""
        status = "200 OK" if is_here and name not in self.says else "421 Misdirected Request"
        return f"HTTP/1.1 {status}\r\n{names}X-Member: {name}\r\nContent-Length: {len(resource)}\r\n\r\n{resource}".encode()

    def path_of(self, resource):
        """The members that have seen it since it was last asked."""
        return [name for name, _, _ in self.seen.pop(resource, [])]


@pytest.fixture
def resources(httpd, scripted):
    def make(extra=LEARN, field="WLM-Owner", children=3, **attributes):
        made = Resources(scripted, field)
        return httpd(plugin_cfg(made.cluster(**attributes)), extra, children=children), made
    return make


def test_136_01_a_request_follows_the_resource_and_the_table_learns_it(resources):
    server, known = resources(LEARN + LOCATION)
    for number, owner in enumerate(NAMES[:1] * 12):  # a third of them by chance
        known.owners[f"r{number}"] = owner
        for _ in range(3):
            answer = server.client.get(f"/app/r{number}")
            assert (answer.status, answer.headers["X-Member"], answer.body) == (200, owner, b"r%d" % number)
            assert answer.headers["WLM-Owner"] is None  # it is for the module
        path = known.path_of(f"r{number}")
        assert path[-3:] == [owner] * 3 and len(path) <= 4, path  # at most one extra hop, and that once
    members = state(server)
    misdirected = sum(m["misdirected"] for m in members.values())
    assert misdirected > 0 and server.count("WLM0228") == misdirected
    assert all(m["failures"] == 0 and m["state"] == "up" for m in members.values())
    assert everything(server)["clusters"][0]["retries"] == 0


def test_136_02_a_resource_that_moves_is_followed(resources):
    server, known = resources()
    for owner in ("s1", "s2", "s3", "s1"):
        known.owners["r"] = owner
        assert {server.client.get("/app/r").headers["X-Member"] for _ in range(4)} == {owner}
        path = known.path_of("r")
        assert path[-4:] == [owner] * 4 and len(path) <= 5, path


def test_136_03_a_request_with_a_body_goes_there_whatever_its_method(resources):
    """421 says that nothing was done. A body that is not kept cannot be sent again."""
    server, known = resources("WLMRetryPolicy Idempotent\nWLMPostBufferSize 1\nWLMBodySpool 0\n" + LEARN)
    server.expect("WLM0229")
    for number, owner in enumerate(NAMES):
        known.owners[f"r{number}"] = owner
        answer = server.client.send("POST", f"/app/r{number}", b"x" * 1000)
        assert (answer.status, answer.headers["X-Member"]) == (200, owner)
        assert {body for _, _, body in known.seen[f"r{number}"]} == {b"x" * 1000}
    known.owners["large"] = "s1"
    statuses = [server.client.send("POST", "/app/large", b"x" * 100_000).status for _ in range(6)]
    assert 200 in statuses and set(statuses) <= {200, 421}
    path = known.path_of("large")
    assert len(path) == 6  # none was sent twice


def test_136_04_members_may_be_named_by_clone_id(resources):
    server, known = resources(s1={"CloneID": "c1"}, s2={"CloneID": "c2"}, s3={"CloneID": "c3"})
    known.says = {"s1": "c2", "s3": "c2"}
    assert {server.client.get("/app/r").headers["X-Member"] for _ in range(6)} == {"s2"}
    assert len(known.path_of("r")) <= 7


@pytest.mark.parametrize("name", ["nobody", "", "s1,s2", "S2", "../s2", "s%32"])
def test_136_05_a_name_that_nobody_has_is_not_followed(resources, name):
    server, known = resources()
    server.expect("WLM0229")
    known.says = {n: name or " " for n in NAMES}
    for _ in range(6):
        answer = server.client.get("/app/r")
        assert (answer.status, answer.headers["WLM-Owner"], answer.body) == (421, None, b"r")
    assert sorted(known.path_of("r")) == sorted(NAMES * 2)


def test_136_06_members_that_name_each_other_are_asked_once_each(resources):
    server, known = resources(LEARN + LOCATION)
    server.expect("WLM0229")
    known.says = {"s1": "s2", "s2": "s3", "s3": "s1"}
    answer = server.client.get("/app/r")
    assert answer.status == 421 and sorted(known.path_of("r")) == list(NAMES)
    known.says = {n: n for n in NAMES}
    answer = server.client.get("/app/q")
    assert answer.status == 421 and len(known.path_of("q")) == 1
    assert all(m["state"] == "up" for m in state(server).values())


def test_136_07_no_request_goes_further_than_two_members(httpd, scripted):
    def says(owner):
        def script(c):
            while c.read_head() is not None:
                c.send(b"HTTP/1.1 421 M\r\nWLM-Owner: %s\r\nContent-Length: 0\r\n\r\n" % owner)
        return script
    members = [scripted(says(b"m%d" % ((i + 1) % 5)), name=f"m{i}") for i in range(5)]
    server = httpd(plugin_cfg(Cluster("c", [(m.name, m.port, {"CloneID": None}) for m in members])), LEARN)
    server.expect("WLM0229")
    assert server.client.get("/app/r").status == 421
    assert sum(len(m.heads) for m in members) == 3


@pytest.mark.parametrize("strict, status", [("Off", 503), ("On", 503), ("404", 404), ("410", 410)])
def test_136_08_an_owner_that_is_down_is_not_followed_but_known(resources, strict, status):
    """The client hears that it may come again, or what its protocol has for that; 421 would be the same at once."""
    server, known = resources(f"{LEARN}{LOCATION}WLMStrictAffinity {strict}\n")
    server.expect("WLM0036", "WLM0209", "WLM0030", "WLM0035")
    known.owners["r"] = "s2"
    known.members["s2"].stop()
    while state(server)["s2"]["state"] == "up":
        server.client.get("/app/other")
    known.path_of("r")
    for _ in range(3):
        answer = server.client.get("/app/r")
        assert (answer.status, answer.headers["Retry-After"] is not None) == (status, status == 503)
    assert "s2" not in known.path_of("r")
    assert everything(server)["clusters"][0]["unserved_by"]["session-lost"] == 3


def test_136_09_any_response_names_the_owner(resources):
    """It was answered here, and is to go there from now on."""
    server, known = resources()
    first = server.client.get("/app/r").headers["X-Member"]
    heir = next(n for n in NAMES if n != first)
    known.owners["r"] = None
    known.says = {}
    known.answer = lambda name, *_: (f"HTTP/1.1 200 OK\r\nWLM-Owner: {heir}\r\nX-Member: {name}\r\nContent-Length: 0\r\n\r\n"
                                     .encode())
    server.client.get("/app/r")
    known.path_of("r")
    assert {server.client.get("/app/r").headers["X-Member"] for _ in range(6)} == {heir}
    assert known.path_of("r") == [heir] * 6


def test_136_10_errors_teach_nothing(resources):
    server, known = resources(LEARN + LOCATION)
    known.answer = lambda name, *_: b"HTTP/1.1 404 No\r\nWLM-Owner: s1\r\nContent-Length: 0\r\n\r\n"
    for _ in range(6):
        assert server.client.get("/app/bot").status == 404
    assert set(known.path_of("bot")) == set(NAMES)
    assert sum(m["sessions_learned"] for m in state(server).values()) == 0


@pytest.mark.parametrize("way", ["Cookie WLMID", "Wrap header:X-Session"])
def test_136_11_the_other_ways_name_the_owner_to_the_client(resources, way):
    server, known = resources(f"WLMAffinity {way}\n")
    known.answer = lambda name, *_: (f"HTTP/1.1 200 OK\r\nWLM-Owner: s2\r\nX-Session: abc\r\nX-Member: {name}\r\n"
                                     "Content-Length: 0\r\n\r\n").encode()
    answers = [server.client.get("/app/r") for _ in range(3)]
    for answer in answers:
        known_as = ({"Cookie": answer.headers["Set-Cookie"].split(";")[0]} if answer.headers["Set-Cookie"]
                    else {"X-Session": answer.headers["X-Session"]})
        assert server.client.send("GET", "/app/r", headers=known_as).headers["X-Member"] == "s2"


def test_136_12_the_field_is_configurable_and_can_be_off(resources):
    server, known = resources(LEARN + "WLMAffinityOwner X-Host\n", field="X-Host")
    known.owners["r"] = "s3"
    assert {server.client.get("/app/r").headers["X-Member"] for _ in range(6)} == {"s3"}
    server, known = resources(LEARN + "WLMAffinityOwner Off\n")
    known.owners["r"] = "s3"
    answers = [server.client.get("/app/r") for _ in range(6)]
    assert {(a.status, a.headers["WLM-Owner"]) for a in answers} == {(200, "s3"), (421, "s3")}


def test_136_13_the_access_log_tells(resources):
    server, known = resources(LEARN + 'LogFormat "%U %{WLM_ATTEMPTS}e %{WLM_HOPS}e %{WLM_AFFINITY}e %{WLM_OUTCOME}e" wlm\n'
                              "CustomLog access_log wlm \"expr=%{REQUEST_URI} =~ m#^/app/r#\"\n")
    paths = {}
    for number in range(3):  # in turn, so two of them go to another member first
        known.owners[f"r{number}"] = "s1"
        server.client.get(f"/app/r{number}")
        paths[f"/app/r{number}"] = known.path_of(f"r{number}")
    server.stop()
    lines = [line.split() for line in (server.path / "access_log").read_text().splitlines()]
    assert len(lines) == 3
    for target, attempts, hops, affinity, outcome in lines:
        moved = len(paths[target]) > 1
        assert (attempts, hops, affinity) == (("2", "1", "kept") if moved else ("1", "-", "new")), target
        assert outcome == "delivered"
    assert sorted(len(path) for path in paths.values()) == [1, 2, 2]


def test_136_14_under_load_nobody_sees_a_move(resources):
    """No request has more than one extra hop, and none has any that begins after the first of its resource has come back."""
    server, known = resources(LEARN + 'LogFormat "%s %{WLM_HOPS}e" wlm\nCustomLog access_log wlm "expr=%{REQUEST_URI} =~ m#^/app/#"\n')
    names = [f"r{number}" for number in range(12)]
    known.owners = {name: NAMES[number % 3] for number, name in enumerate(names)}
    for name in names:
        server.client.get(f"/app/{name}")
        known.path_of(name)
    stop, rounds, times = threading.Event(), collections.Counter(), {}

    def use(number):
        bad, n = [], 0
        while not stop.is_set() or n < 10:
            name, query, begun = names[(number + n) % len(names)], f"{number}-{n}", time.monotonic()
            answer = server.client.get(f"/app/{name}?{query}")
            times[query] = begun, time.monotonic()
            if (answer.status, answer.body) != (200, name.encode()):
                bad.append((name, answer.status))
            n += 1
            rounds[number] = n
        return bad

    def misses():
        """By resource, how often another member than its owner of that time was asked."""
        with known.lock:
            return {name: len([1 for member, _, _ in known.seen[name] if member != known.owners[name]]) for name in names}

    def wait_for_all():
        """What was on its way has ended, and all resources have been asked for since: no request meets two moves."""
        before = dict(rounds)
        wait_until(lambda: all(rounds[number] >= before.get(number, 0) + 3 for number in range(48)), "all clients to go on", 30)

    with concurrent.futures.ThreadPoolExecutor(48) as clients:
        pending = [clients.submit(use, number) for number in range(48)]
        moves = []
        try:
            for turn in range(3):
                wait_for_all()
                with known.lock:
                    moves.append(known.missed)
                    known.missed = {}
                    known.owners = {name: NAMES[(number + turn + 1) % 3] for number, name in enumerate(names)}
                    known.seen.clear()
            wait_for_all()
        finally:
            stop.set()
        assert [bad for p in pending if (bad := p.result())] == []
    # those on their way at the moment of the move miss, too; afterwards nobody does
    assert all(n <= 48 for n in misses().values())
    for missed in [*moves[1:], known.missed]:
        for name in names:
            of_resource = [times[query] for query, resource in missed.items() if resource == name]
            assert max((b for b, _ in of_resource), default=0) <= min((e for _, e in of_resource), default=0), name
    known.seen.clear()
    for name in names:
        assert server.client.get(f"/app/{name}").status == 200
    assert set(misses().values()) == {0}
    server.stop()
    lines = collections.Counter((server.path / "access_log").read_text().splitlines())
    assert set(lines) == {"200 -", "200 1"}, lines


def test_136_15_a_storm_is_told_in_ten_lines_a_second(resources):
    """And what was left out is counted: by the next line, or by one when it is over."""
    server, known = resources("LogLevel wlm:info\n" + LEARN)
    server.expect("WLM0229")
    known.says = {n: "nobody" for n in NAMES}
    sent = 0
    while not server.count("WLM0265"):
        assert {answer.status for answer in server.client.load(100, 6, "/app/r")} == {421}
        sent += 100
    left_out = server.count("WLM0265")
    assert server.count("WLM0229") + left_out == sent

    def told():
        return [int(n) for n in re.findall(r"and (\d+) more of the cluster before", server.log())
                + re.findall(r"WLM0266:? (\d+) more requests", server.log())]

    wait_until(lambda: sum(told()) == left_out, "all of them to be told")


def test_136_16_an_owner_that_is_full_has_room_again(resources):
    server, known = resources(f"{LEARN}{LOCATION}LogLevel wlm:info\n", s2={"CloneID": None, "MaxConnections": 1})
    server.expect("WLM0036")
    known.owners["r"] = "s2"
    go_on = threading.Event()

    def answer(name, resource, owner, is_here, usual=known.answer):
        if (name, resource) == ("s2", "slow"):
            go_on.wait(30)
        return usual(name, resource, owner, is_here)

    known.answer = answer
    known.owners["slow"] = "s2"
    with concurrent.futures.ThreadPoolExecutor(1) as other:
        slow = other.submit(server.client.get, "/app/slow")
        wait_until(lambda: state(server)["s2"]["in_flight"] == 1, "the owner to be full")
        answer = server.client.get("/app/r")
        assert (answer.status, answer.headers["Retry-After"]) == (503, "1")
        assert "s2" not in known.path_of("r")
        assert "says 421 and names s2, which has as many requests as it may have; answered with 503" in server.log()
        go_on.set()
        assert slow.result().status == 200
    assert {server.client.get("/app/r").headers["X-Member"] for _ in range(3)} == {"s2"}

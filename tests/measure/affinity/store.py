"""Latency and sessions of a web server, with its Redis there and gone."""
import re
import threading

from common.figures import Case, Column

from .site import FIELD, running

KNOWN, ELSEWHERE = 300, 1000   # sessions that the measured web server knows; that only the other one has begun
CLIENTS, SECONDS, THINK_MS = 16, 5, 10
OF_TEN = "1"                   # requests with a value that neither knows, so the store is asked for it
PAUSE_MS = 100                 # of the slow one: more than the 20 ms that a request waits
STATES = ["there", "hangs", "killed", "slow", "killed in the middle", "hangs in the middle"]


class Slow:
    """Redis answers each command up to PAUSE_MS late: CLIENT PAUSE, again and again."""

    def __init__(self, redis):
        self.redis, self.over = redis, threading.Event()
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self):
        while not self.over.wait(PAUSE_MS / 1000):
            self.redis.command("CLIENT", "PAUSE", str(PAUSE_MS))

    def stop(self):
        self.over.set()
        self.thread.join()


class State:
    """What Redis is, from the beginning or in the middle of a load; a context."""

    def __init__(self, redis, state):
        self.redis, self.state, self.undo, self.timer = redis, state, None, None

    def _set(self):
        if self.state.startswith("hangs"):
            self.redis.pause()
            self.undo = self.redis.resume
        elif self.state.startswith("killed"):
            self.redis.kill()
            self.undo = self.redis.start
        elif self.state == "slow":
            self.undo = Slow(self.redis).stop

    def __enter__(self):
        if self.state.endswith("in the middle"):
            self.timer = threading.Timer(SECONDS / 2, self._set)
            self.timer.start()
        else:
            self._set()

    def __exit__(self, *_):
        if self.timer:
            self.timer.join()
        if self.undo:
            self.undo()


def take_load(server, sessions):
    """Sessions that it knows, and one request in ten with a value that none knows."""
    return server.load(SECONDS, CLIENTS, "known", "/app/owned", FIELD, OF_TEN, str(THINK_MS), *sessions)


def take_round(site, known):
    """The figures of each state, each beside those of a Redis that is there, just before."""
    _, other = site.servers
    values = {}
    for state in STATES:
        before, lines, waited = take_load(other, known), len(wlm_lines(other)), other.store()["timed_out"]
        with State(site.redis, state):
            answered = take_load(other, known)
            waited = other.store()["timed_out"] - waited
            kept = sum(other.reaches_owner(session) for session in known)
        if state != "there":
            site.wait_until_asked_again(other)
        values[state] = {"p50": answered.p50, "p99": answered.p99, "more": answered.p99 - before.p99, "failed": answered.failed,
                         "requests": answered.requests, "waited": 100 * waited / answered.requests, "kept": 100 * kept / len(known), "lines": len(wlm_lines(other)) - lines}
    return values


def wlm_lines(server):
    return re.findall(r"\[wlm:(?:warn|error)\]", server.log())


def follow(site):
    """Follow-ups through the other web server, in percent: at first, when it has to ask, and again."""
    one, other = site.servers
    sessions = [one.begin() for _ in range(ELSEWHERE)]
    site.wait_until_stored(ELSEWHERE)
    first, again = (100 * sum(other.reaches_owner(s) for s in sessions) / len(sessions) for _ in range(2))
    return {"first": first, "again": again}, sessions[:KNOWN]


def measure(rounds):
    """(values of follow(), a list of the rounds' values by state)"""
    with running() as site:
        followed, known = follow(site)
        take_load(site.servers[1], known)  # to warm up
        return followed, [take_round(site, known) for _ in range(rounds)]


CASE = Case(
    "store", f"a web server with {CLIENTS} clients, of whose requests {OF_TEN} in ten has a value that no web server knows, so that Redis "
    f"is asked for it; the others have sessions that the web server knows. A client makes a pause of {THINK_MS} ms between two "
    f"requests. {SECONDS} s in each state, medians of the rounds; p99 more is "
    "the difference to the seconds just before, in which Redis was there. Slow: it answers up to "
    f"{PAUSE_MS} ms late. A request waits for 20 ms at most (the default).",
    [Column("requests", "requests"), Column("waited", "% that waited in vain", 2), Column("p50", "p50 ms", 2), Column("p99", "p99 ms", 2), Column("more", "p99 ms more", 2),
     Column("failed", "failed"), Column("kept", "% of known sessions kept", 1), Column("lines", "lines of the log")],
    measure)

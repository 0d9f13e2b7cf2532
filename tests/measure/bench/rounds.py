"""A case, measured: all systems are there with all setups, and get the load in turn."""
import contextlib
import dataclasses
import sys

from wlmtest import temporary_folder
from wlmtest.tls import Authority

from .cost import calls_by_name, cost_of, memory_of

WARM_UP = 2      # seconds, or as long as a round when that is shorter
TRIES = 4        # of a load that gets no answer
CALLS_FOR = 1    # seconds, during which system calls are counted
CALLS_CLIENTS = 8 # then: what has begun and is not over at the end is to be little


@dataclasses.dataclass(frozen=True)
class Sample:
    """One contestant in one round; None: there is no proxy."""
    throughput: float  # requests in a second
    p50: float         # ms
    p99: float
    failed: int        # requests
    cpu: float = None  # microseconds for each request
    switches: float = None # context switches for each request


@dataclasses.dataclass(frozen=True)
class Result:
    case: str
    point: str         # of the case
    system: str
    samples: list      # one for each round
    idle: object = None # Memory of a child, before the load
    after: object = None # and after it
    calls: float = None # system calls for each request
    wrong: str = None  # what must not be


class Contestant:
    """A system with a setup, that is running."""

    def __init__(self, system, point, load, running, clone_ids):
        self.system, self.point, self.load, self.running = system, point, load, running
        self.lists = {"{clone_ids}": clone_ids, "{sessions}": running.sessions}
        self.idle = memory_of(running.root)
        self.samples, self.answered = [], 0

    def run(self, load, seconds):
        """Once more where a machine that is busy with something else left the time without any answer."""
        for _ in range(TRIES):
            answered = load.run(self.running.base, self.lists, seconds)
            if answered.requests:
                self.answered += answered.requests
                return answered
        raise AssertionError(f"{self.system.name} answers nothing")

    def warm_up(self, seconds):
        self.run(self.load, min(WARM_UP, seconds))
        self.answered = 0
        if self.running.begin:
            self.running.begin()

    def take_sample(self, seconds):
        before = cost_of(self.running.root)
        answered = self.run(self.load, seconds)
        after = cost_of(self.running.root)
        sample = Sample(answered.requests / answered.seconds, answered.p50, answered.p99, answered.failed)
        if before:
            sample = dataclasses.replace(sample, cpu=(after.cpu - before.cpu) / answered.requests * 1e6,
                                         switches=(after.switches - before.switches) / answered.requests)
        self.samples.append(sample)

    def result(self, case):
        after, calls = memory_of(self.running.root), None
        if self.running.root:
            few, before = dataclasses.replace(self.load, clients=CALLS_CLIENTS), self.answered
            calls = calls_by_name(self.running.root, lambda: self.run(few, CALLS_FOR))["total"] / (self.answered - before)
        return Result(case.name, self.point, self.system.name, self.samples, self.idle, after, calls, self._wrong())

    def _wrong(self):
        failed = sum(s.failed for s in self.samples)
        if failed:
            return f"{failed} requests failed"
        return self.running.check and self.running.check(self.answered)


def enter(stack, folder, case, systems):
    """All contestants, started."""
    setups = [setup for setup, _ in case.points.values()]
    members = stack.enter_context(case.members(folder, max(s.members for s in setups)))
    certificate = Authority(folder).sign("bench") if any(s.tls for s in setups) else None
    contestants = []
    for point, (setup, load) in case.points.items():
        clone_ids = [m.clone_id for m in members[:setup.members]]
        for system in systems:
            path = folder / str(len(contestants))
            path.mkdir(mode=0o755)
            running = stack.enter_context(system.running(path, setup, members, certificate))
            contestants.append(Contestant(system, point, load, running, clone_ids))
    return contestants


def measure(case, systems, rounds, seconds):
    """Its Results. systems: those of the case that are chosen. When it cannot be set up, because a port was taken by another
    program between looking for a free one and using it, then once more."""
    try:
        return measure_once(case, systems, rounds, seconds)
    except (AssertionError, OSError) as e:
        print(f"once more: {case.name}: {e}", file=sys.stderr)
        return measure_once(case, systems, rounds, seconds)


def measure_once(case, systems, rounds, seconds):
    with temporary_folder() as folder, contextlib.ExitStack() as stack:
        contestants = enter(stack, folder, case, systems)
        for contestant in contestants:
            contestant.warm_up(seconds)
        for number in range(rounds):
            for contestant in turned(contestants, number):
                contestant.take_sample(seconds)
        return [contestant.result(case) for contestant in contestants]


def turned(things, number):
    """Another one begins each time."""
    number %= len(things)
    return things[number:] + things[:number]

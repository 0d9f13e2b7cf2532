"""The systems between clients and members: their base class, and the direct connection without any. Those within httpd are in
httpd_systems.py, others in programs.py."""
import contextlib
import dataclasses

DEAD_PORT = 1          # no process listens there
RETRY_SECONDS = 3600   # so that a member that is down is not tried again while it is measured


@dataclasses.dataclass(frozen=True)
class Setup:
    members: int = 2
    uris: int = 0          # applications /app00000/ and so on; 0: one, /app/
    children: int = 4      # of httpd
    threads: int = 80      # of each; more than clients, because a child that is short of threads closes idle connections
    mpm: str = "event"
    one_down: bool = False # one more member, which is not there
    tls: bool = False      # clients come by https
    sessions: bool = False # requests belong to sessions
    affinity: str = ""     # what follows WLMAffinity
    under: tuple = ()      # a program that runs httpd, with its arguments
    timeout: float = 10   # seconds that httpd has for starting and for stopping

    def applications(self):
        return [f"/app{i:05}/" for i in range(self.uris)] or ["/app/"]


@dataclasses.dataclass(frozen=True)
class Member:
    port: int
    ajp_port: int = 0

    @property
    def clone_id(self):
        return f"m{self.port}"


def ports_of(setup, members):
    return [m.port for m in members[:setup.members]] + ([DEAD_PORT] if setup.one_down else [])


@dataclasses.dataclass(frozen=True)
class Running:
    base: str              # of URLs
    root: int              # the process tree's; None: there is no proxy
    begin: object = None   # called when it has answered its first requests, and all of them are over
    check: object = None   # called at the end with the number of requests answered since: what is wrong, as text, or None
    sessions: tuple = ()   # the fields of requests of some, with | between, as load.lua has them


class System:
    """name: as it is chosen and shown."""

    def __init__(self, name):
        self.name = name

    def running(self, folder, setup, members, certificate):
        """A context: Running. members: at least setup.members of them; certificate: a file with the key, when setup.tls"""
        raise NotImplementedError


class Direct(System):
    @contextlib.contextmanager
    def running(self, folder, setup, members, certificate):
        yield Running(f"http://127.0.0.1:{members[0].port}", None)

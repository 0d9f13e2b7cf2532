"""The systems: mod_wlm with the engine and without, and mod_proxy_balancer, each within an httpd that has few threads."""
import contextlib
import json

from bench.cost import children_of, cost_of, status_of
from bench.httpd_systems import BenchHttpd
from bench.systems import Setup
from wlmtest import BUILD, config_value, temporary_folder
from wlmtest.plugincfg import Cluster, plugin_cfg

from common.client import TIMEOUT, Client, closing

from .member import Member

CHILDREN, THREADS, FACTOR = 2, 16, 1000
IO_TIMEOUT = 120   # seconds for an answer of a member: no case waits that long


class WaitingHttpd(BenchHttpd):
    """children_limit: with those that a graceful restart has left behind. httpd may make one more than it should where there is
    room."""

    def __init__(self, path, modules, setup, children_limit):
        super().__init__(path, modules, setup)
        self.children_limit = children_limit

    def _mpm_conf(self):
        """Clients come all at once."""
        return [*super()._mpm_conf(), f"ServerLimit {self.children_limit}", f"AsyncRequestWorkerFactor {FACTOR}",
                "ListenBacklog 4096"]


class Site:
    """One system that runs, with its members."""

    def __init__(self, system, server, members):
        self.system, self.server, self.members, self.port = system, server, members, server.port

    def most(self, requests):
        """How many of so many requests get to members at a time."""
        return requests if self.system.engine == "On" else min(requests, CHILDREN * THREADS)

    def client(self, **options):
        return Client(self.port, **options)

    def memory_kib(self):
        """Resident memory of all children."""
        return sum(status_of(pid, "VmRSS") for pid in children_of(self.server.group))

    def cpu_seconds(self):
        return cost_of(self.server.group).cpu

    async def status(self, timeout=TIMEOUT):
        """mod_wlm's own; None: there is none, or no answer within so many seconds."""
        if self.system.engine is None:
            return None
        with closing([self.client(timeout=timeout)]) as (client,):
            status, body = await client.get("/wlm-status?format=json")
        return json.loads(body) if status == 200 else None

    async def state(self):
        """The members in that."""
        status = await self.status()
        return status and [m for cluster in status["clusters"] for m in cluster["members"]]

    async def in_flight(self):
        members = await self.state()
        return None if members is None else sum(m["in_flight"] for m in members)

    async def faults(self):
        """Of members, as they were counted."""
        members = await self.state()
        return None if members is None else sum(sum(m["failures_by"].values()) for m in members)


class System:
    """engine: On, Off; None: it has no such directive."""
    make_site = Site

    def __init__(self, name, modules, engine=None):
        self.name, self.modules, self.engine = name, modules, engine

    def _configure(self, server, members):
        raise NotImplementedError

    def _make_member(self, name):
        return Member(name)

    @contextlib.contextmanager
    def running(self, count=1, children_limit=CHILDREN):
        """Site. count: of members, which are a, b, and so on."""
        libexec = config_value("HTTPD_LIBEXECDIR")
        files = {m: f"{libexec}/mod_{m}.so" for m in ("mpm_event", "authz_core", "slotmem_shm", *self.modules)}
        with temporary_folder() as folder, contextlib.ExitStack() as stack:
            members = []
            for name in "abcdefgh"[:count]:
                members.append(self._make_member(name))
                stack.callback(members[-1].stop)
            if self.engine:
                files["wlm"] = BUILD / "mod_wlm.so"
            (folder / "httpd").mkdir()
            setup = Setup(children=CHILDREN, threads=THREADS, timeout=40)
            server = WaitingHttpd(folder / "httpd", files, setup, children_limit)
            self._configure(server, members)
            stack.callback(server.stop)
            server.start()
            yield self.make_site(self, server, members)
            assert "exit signal" not in server.log(), server.log()


class ModWlm(System):
    def __init__(self, engine):
        super().__init__(f"mod_wlm, WLMEngine {engine}", (), engine)

    def _configure(self, server, members):
        attributes = {"ServerIOTimeout": IO_TIMEOUT}
        server.configure(plugin_cfg(Cluster("c", [(m.name, m.port, attributes) for m in members])),
                         f"WLMEngine {self.engine}\n<Location /wlm-status>\nSetHandler wlm-status\n</Location>\n")


class ModProxyBalancer(System):
    def __init__(self):
        super().__init__("mod_proxy_balancer", ("proxy", "proxy_balancer", "proxy_http", "lbmethod_byrequests"))

    def _configure(self, server, members):
        lines = [f"BalancerMember http://127.0.0.1:{m.port} route={m.name} timeout={IO_TIMEOUT} upgrade=websocket" for m in members]
        server.configure(extra="\n".join([
            "<Proxy balancer://c>", *lines, "ProxySet lbmethod=byrequests stickysession=JSESSIONID stickysessionsep=:", "</Proxy>",
            "ProxyPass /app/ balancer://c/app/"]))


ON = ModWlm("On")
SYSTEMS = [ON, ModWlm("Off"), ModProxyBalancer()]

"""The systems: mod_wlm with each policy, and other proxies with theirs for the same purpose."""
import contextlib

from bench.systems import Setup
from common.peers import HAPROXY_COMMAND, HAPROXY_DEFAULTS, HAPROXY_FRAME, NGINX_COMMAND, NGINX_FRAME, TIMES, Program
from common.systems import System
from waiting.systems import WaitingHttpd
from wlmtest import BUILD, config_value
from wlmtest.plugincfg import Cluster, plugin_cfg

from .member import Member

CHILDREN, THREADS = 3, 32
IO_TIMEOUT = 60    # seconds for an answer of a member: longer than any client waits


class ModWlm(System):
    """directives: of httpd's configuration. In a case of one's own: ModWlm("name", "WLMPolicy PeakEWMA\\nWLM...")"""

    def __init__(self, name, directives):
        super().__init__(name)
        self.directives = directives

    @contextlib.contextmanager
    def running(self, folder, members):
        libexec = config_value("HTTPD_LIBEXECDIR")
        files = {m: f"{libexec}/mod_{m}.so" for m in ("mpm_event", "authz_core", "slotmem_shm")}
        (folder / "httpd").mkdir()
        server = WaitingHttpd(folder / "httpd", {**files, "wlm": BUILD / "mod_wlm.so"},
                              Setup(children=CHILDREN, threads=THREADS, timeout=40), CHILDREN)
        cluster = Cluster("c", [(m.name, m.port, {"ServerIOTimeout": IO_TIMEOUT}) for m in members])
        server.configure(plugin_cfg(cluster), f"{self.directives}\n<Location /wlm-status>\nSetHandler wlm-status\n</Location>\n")
        try:
            server.start()
            yield [server.port]
        finally:
            server.stop()
        assert "exit signal" not in server.log(), server.log()


class Peer(Program):
    """method: how it balances. server: the line of a member, with %(name)s and %(port)d."""

    def __init__(self, name, package, command, frame, template, method, server):
        super().__init__(name, package, command, frame, template)
        self.method, self.server = method, server

    def settings(self, members):
        servers = "\n".join(self.server % {"name": m.name, "port": m.port} for m in members)
        return self.template % {**TIMES, "io": IO_TIMEOUT, "method": self.method, "servers": servers}


NGINX = """
    upstream members {
        zone members 64k;
        %(method)s
        %(servers)s
        keepalive 256;
    }
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_read_timeout %(io)ds;
"""

HAPROXY = HAPROXY_DEFAULTS + """\
        retries 3
    backend members
        balance %(method)s
        %(servers)s
"""


def nginx(name, method):
    return Peer(name, "nginx", NGINX_COMMAND, NGINX_FRAME, NGINX, method, "server 127.0.0.1:%(port)d;")


def haproxy(name, method):
    return Peer(name, "haproxy", HAPROXY_COMMAND, HAPROXY_FRAME, HAPROXY, method,
                "server %(name)s 127.0.0.1:%(port)d")


ROUND_ROBIN = ModWlm("mod_wlm, RoundRobin", "WLMPolicy RoundRobin")
LEAST_BUSY = ModWlm("mod_wlm, LeastBusy", "WLMPolicy LeastBusy")
PEAK_EWMA = ModWlm("mod_wlm, PeakEWMA", "WLMPolicy PeakEWMA")
OWN = [ROUND_ROBIN, LEAST_BUSY, PEAK_EWMA]
PEERS = [nginx("nginx, least_conn", "least_conn;"), nginx("nginx, random two", "random two least_conn;"),
         haproxy("HAProxy, leastconn", "leastconn"), haproxy("HAProxy, random(2)", "random(2)")]


@contextlib.contextmanager
def members(count=4, **settings):
    """So many that are equal; named a, b, and so on."""
    with contextlib.ExitStack() as stack:
        started = []
        for name in "abcdefgh"[:count]:
            started.append(Member(name, **settings))
            stack.callback(started[-1].stop)
        yield started

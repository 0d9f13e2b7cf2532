"""Two web servers, one Redis, and members that name the session in a field."""
import contextlib
import json

from bench.httpd_systems import BenchHttpd
from bench.load import Wrk
from bench.member import nginx_members
from bench.systems import Setup
from wlmtest import BUILD, config_value, temporary_folder, wait_until
from wlmtest.plugincfg import Cluster, plugin_cfg
from wlmtest.redis import Redis

MEMBERS, CHILDREN, THREADS = 3, 2, 32
FIELD = "Mcp-Session-Id"


class WebServer:
    def __init__(self, server):
        self.server, self.base = server, f"http://127.0.0.1:{server.port}"

    def begin(self):
        """A session, as its member names it."""
        return self.server.client.get("/app/begin").headers[FIELD]

    def reaches_owner(self, session):
        """Another member answers 409."""
        return self.server.client.send("GET", "/app/owned", headers={FIELD: session}).status == 200

    def status(self):
        return json.loads(self.server.client.get("/wlm-status?format=json").body)

    def store(self):
        return self.status()["affinity_store"]

    def members_sum(self, key):
        return sum(m[key] for m in self.status()["clusters"][0]["members"])

    def load(self, seconds, clients, *requests):
        """wrk with requests of load.lua."""
        return Wrk(requests, clients).run(self.base, {}, seconds)

    def log(self):
        return self.server.log()


class Site:
    def __init__(self, redis, servers):
        self.redis, self.servers = redis, servers

    def wait_until_stored(self, n):
        """So many bindings of all web servers."""
        wait_until(lambda: sum(s.store()["stored"] for s in self.servers) >= n, f"{n} bindings to be stored", 60)

    def wait_until_asked_again(self, server):
        """Requests ask the store again, which closes the breaker."""
        def asks():
            server.load(1, 1, "unknown", "/app/owned", FIELD)
            return server.store()["pausing"] == 0
        wait_until(asks, "the store to be asked again", 120)


@contextlib.contextmanager
def running(count=2, extra="", with_redis=True):
    """Site with so many web servers. extra: further directives; {redis} is its port."""
    libexec = config_value("HTTPD_LIBEXECDIR")
    names = ("mpm_event", "authz_core", "slotmem_shm", "socache_redis")
    files = {**{n: f"{libexec}/mod_{n}.so" for n in names}, "wlm": BUILD / "mod_wlm.so"}
    with temporary_folder() as folder, contextlib.ExitStack() as stack:
        members = stack.enter_context(nginx_members(folder, MEMBERS))
        (folder / "key").write_bytes(bytes(range(32)))
        redis, store = None, ""
        if with_redis:
            redis = Redis(folder)
            stack.callback(redis.stop)
            store = f"WLMAffinityStore redis:127.0.0.1:{redis.port}\nWLMAffinityKey {folder}/key\n"
        cluster = plugin_cfg(Cluster("c", [(f"m{m.port}", m.port, {"CloneID": None}) for m in members]))
        servers = []
        for number in range(count):
            path = folder / f"httpd{number}"
            path.mkdir()
            server = BenchHttpd(path, files, Setup(children=CHILDREN, threads=THREADS, timeout=40))
            server.configure(cluster, f"WLMAffinity Learn header:{FIELD}\n{store}{extra}"
                             "<Location /wlm-status>\nSetHandler wlm-status\n</Location>\n")
            stack.callback(server.stop)
            server.start()
            servers.append(WebServer(server))
        yield Site(redis, servers)
        for server in servers:
            assert "exit signal" not in server.log(), server.log()

"""Systems within httpd: mod_wlm, other modules, and httpd without a proxy (the floor)."""
import contextlib
import json

from wlmtest import BUILD, am_root, config_value, free_port, wait_until
from wlmtest.httpd import Httpd
from wlmtest.plugincfg import Cluster, Route, plugin_cfg

from .member import write_files
from .systems import DEAD_PORT, RETRY_SECONDS, Running, System, ports_of

class BenchHttpd(Httpd):
    """An httpd as one would run it for speed: no more modules than it needs, no access log."""

    def __init__(self, path, modules, setup):
        super().__init__(path, setup.mpm, setup.children, setup.threads, "warn")
        self.modules = modules  # name: file
        self.under, self.timeout = setup.under, setup.timeout

    def _conf(self):
        return "\n".join([
            f"ServerRoot \"{self.path}\"", "DefaultRuntimeDir run", "PidFile run/httpd.pid", "ErrorLog error_log",
            "ServerName localhost", f"Listen 127.0.0.1:{self.port}", "DocumentRoot htdocs",
            *(f"LoadModule {name}_module {file}" for name, file in self.modules.items()),
            *(["User nobody", "Group nogroup"] if am_root() else []),
            f"LogLevel {self.log_level}", "Timeout 60", "KeepAlive On", "MaxKeepAliveRequests 0", "KeepAliveTimeout 60",
            "GracefulShutdownTimeout 1", *self._mpm_conf(), self.extra, ""])


TLS = """
Listen 127.0.0.1:{port}
<VirtualHost 127.0.0.1:{port}>
    SSLEngine on
    SSLCertificateFile {certificate}
    Protocols h2 http/1.1
</VirtualHost>
"""


class HttpdSystem(System):
    """modules: those of httpd that it needs, besides what all need."""
    modules = ()

    def _files(self, setup):
        libexec = config_value("HTTPD_LIBEXECDIR")
        names = [f"mpm_{setup.mpm}", "authz_core", *self.modules, *(["ssl", "http2"] if setup.tls else [])]
        return {name: f"{libexec}/mod_{name}.so" for name in names}

    @contextlib.contextmanager
    def running(self, folder, setup, members, certificate):
        path = folder / "httpd"
        path.mkdir()
        server = BenchHttpd(path, self._files(setup), setup)
        base, extra = f"http://127.0.0.1:{server.port}", ""
        if setup.tls:
            port = free_port()
            base, extra = f"https://127.0.0.1:{port}", TLS.format(port=port, certificate=certificate)
        self.configure(server, setup, members, extra)
        try:
            server.start()
            yield self.make_running(base, server, setup)
        finally:
            server.stop()
        assert "exit signal" not in server.log(), server.log()

    def configure(self, server, setup, members, extra):
        raise NotImplementedError

    def make_running(self, base, server, _setup):
        return Running(base, server.group)


class Floor(HttpdSystem):
    """A file of httpd's own: no member is asked."""

    def configure(self, server, setup, members, extra):
        (server.path / "htdocs" / "app").mkdir()
        write_files(server.path / "htdocs" / "app")
        server.configure(extra=extra + "<Directory />\nOptions FollowSymLinks\nAllowOverride None\n</Directory>")


class ModWlm(HttpdSystem):
    """engine: On, or Off: a request that waits holds a thread."""
    modules = ("slotmem_shm",)

    def __init__(self, name, engine):
        super().__init__(name)
        self.engine = engine

    def _files(self, setup):
        return {**super()._files(setup), "wlm": BUILD / "mod_wlm.so"}

    def configure(self, server, setup, members, extra):
        attrs = {"ttl": 0}  # connections outlive the turns of the other systems, as those of mod_proxy_balancer do
        cluster = Cluster("c", [(f"m{port}", port, attrs) for port in ports_of(setup, members)], RetryInterval=RETRY_SECONDS)
        routes = [Route("c", uris=[a + "*" for a in setup.applications()])]
        server.configure(plugin_cfg(cluster, routes=routes),
                         extra + f"WLMEngine {self.engine}\nWLMAffinity {setup.affinity or 'Off'}\n"
                         "<Location /wlm-status>\nSetHandler wlm-status\n</Location>\n")

    def make_running(self, base, server, setup):
        counts = Counts(server.client, setup)
        return Running(base, server.group, counts.begin, counts.check, begin_sessions(server.client))


SESSIONS = 32


def begin_sessions(client):
    """Their requests have the same fields whichever WLMAffinity there is: of WLMID any value where it sets none."""
    sessions = []
    for _ in range(SESSIONS):
        fields = client.get("/app/begin").headers
        cookie = (fields["Set-Cookie"] or f"WLMID={'x' * 22}").split(";")[0]
        sessions.append(f"Cookie: {cookie}|Mcp-Session-Id: {fields['Mcp-Session-Id']}")
    return sessions


class Counts:
    """Of the requests that each member has got: is the distribution exact, and did each session keep its member?"""

    def __init__(self, client, setup):
        self.client, self.setup, self.before = client, setup, None

    def begin(self):
        self.before = self._now()

    def _now(self):
        """For each member that is there: its requests by what became of their sessions."""
        members = wait_until(self._at_rest, "the end of all requests", 40)
        return [{key: m[key] for key in ("sessions_new", "sessions_kept", "sessions_moved")} for m in members
                if not m["address"].endswith(f":{DEAD_PORT}")]

    def _at_rest(self):
        members = json.loads(self.client.get("/wlm-status?format=json").body)["clusters"][0]["members"]
        return members if not any(m["in_flight"] for m in members) else None

    def check(self, answered):
        counts = [{key: m[key] - b[key] for key in m} for m, b in zip(self._now(), self.before)]
        sums = {key: sum(c[key] for c in counts) for key in counts[0]}
        if sum(sums.values()) < answered:
            return f"{answered} requests were answered, but members got {sums}"
        if self.setup.sessions:
            strays = sums["sessions_new"] + sums["sessions_moved"]
            return f"{strays} requests did not go to the members of their sessions" if strays else None
        new = [c["sessions_new"] for c in counts]
        # a member is within one request of its share at any time, so within two of it between two times
        return f"the distribution is not exact: {new}" if max(new) - min(new) > 2 else None


class ModProxyBalancer(HttpdSystem):
    modules = ("slotmem_shm", "proxy", "proxy_balancer", "proxy_http", "lbmethod_byrequests")

    def configure(self, server, setup, members, extra):
        lines = [f"BalancerMember http://127.0.0.1:{port} route=m{port} retry={RETRY_SECONDS}"
                 for port in ports_of(setup, members)]
        sticky = " stickysession=JSESSIONID stickysessionsep=:" if setup.sessions else ""
        passes = [f"ProxyPass {a} balancer://c{a}" for a in setup.applications()]
        server.configure(extra="\n".join([extra, "<Proxy balancer://c>", *lines, f"ProxySet lbmethod=byrequests{sticky}",
                                          "</Proxy>", *passes]))


class ModJk(HttpdSystem):
    """Speaks AJP, so its members are Tomcats."""
    modules = ("jk",)

    def configure(self, server, setup, members, extra):
        names = [m.clone_id for m in members[:setup.members]]
        workers = ["worker.list=lb", "worker.lb.type=lb", f"worker.lb.balance_workers={','.join(names)}"]
        for member in members[:setup.members]:
            workers += [f"worker.{member.clone_id}.{key}={value}" for key, value in
                        (("type", "ajp13"), ("host", "127.0.0.1"), ("port", member.ajp_port))]
        (server.path / "workers.properties").write_text("\n".join(workers) + "\n")
        server.configure(extra=extra + "JkWorkersFile workers.properties\nJkShmFile run/jk.shm\nJkLogFile run/jk.log\n"
                                       "JkLogLevel error\nJkMount /app/* lb\n")

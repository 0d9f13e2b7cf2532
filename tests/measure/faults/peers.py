"""Other proxies, from Debian's packages, each as its manual recommends for members that may fail, with the time-outs of
mod_wlm. Their settings are shown in the docs as they stand here."""
import contextlib
import functools
import socket
import subprocess
import textwrap

from wlmtest import am_root, config_value, free_port, wait_until
from wlmtest.tomcat import is_installed

from .fault_tomcat import FaultTomcat
from .systems import CONNECT_TIMEOUT, IO_TIMEOUT, RETRY_INTERVAL, System, httpd_version, running_httpd

TIMES = {"connect": CONNECT_TIMEOUT, "io": IO_TIMEOUT, "retry": RETRY_INTERVAL}


class Peer(System):
    """template: the settings, with places for %(connect)d, %(io)d, %(retry)d (seconds), %(a)s and %(b)s (ports)."""

    def __init__(self, name, package, template):
        super().__init__(name)
        self.package, self.template = package, textwrap.dedent(template).strip() + "\n"

    def _package(self, what):
        return subprocess.run(["dpkg-query", "-W", "-f", what, self.package], capture_output=True, text=True,
                              check=False).stdout

    def version(self):
        return self._package("${Package} ${Version}")

    def is_there(self):
        return self._package("${db:Status-Status}") == "installed"

    def told(self):
        return (self.template % {**TIMES, "a": "PORT-A", "b": "PORT-B"}).strip()

    def settings(self, members):
        return self.template % {**TIMES, **dict(zip("ab", (m.port for m in members)))}


class ModProxyBalancer(Peer):
    CHILDREN = 3
    MODULES = ["proxy", "proxy_balancer", "proxy_http", "lbmethod_byrequests"]

    def version(self):
        return httpd_version()

    def running(self, folder, members):
        libexec = config_value("HTTPD_LIBEXECDIR")
        loads = "".join(f"LoadModule {m}_module {libexec}/mod_{m}.so\n" for m in self.MODULES)
        return running_httpd(folder, None, loads + self.settings(members), children=self.CHILDREN)


class ModJk(Peer):
    """Speaks AJP, to Tomcats. Only faults of a process can be made of a real Tomcat."""

    def is_there(self):
        return super().is_there() and is_installed()

    def takes(self, fault, _kind):
        return not fault.answer

    def make_members(self, fault, folder):
        for name in ("a", "b"):
            yield FaultTomcat(name, folder / name)

    def settings(self, members):
        return self.template % {**TIMES, "a": members[0].ajp_port, "b": members[1].ajp_port}

    def running(self, folder, members):
        (folder / "workers.properties").write_text(self.settings(members))
        lines = [f"LoadModule jk_module {config_value('HTTPD_LIBEXECDIR')}/mod_jk.so",
                 f"JkWorkersFile {folder}/workers.properties", f"JkShmFile {folder}/jk.shm",
                 f"JkLogFile {folder}/jk.log", "JkMount /app/* lb"]
        return running_httpd(folder, None, "\n".join(lines))


class Program(Peer):
    """A proxy of its own, in the foreground, with a port for HTTP/1.1 and one for HTTP/2. frame: what belongs around
    the settings, with places for {http}, {h2} (ports), {folder}, {user} and {settings}."""

    def __init__(self, name, package, command, frame, template):
        super().__init__(name, package, template)
        self.command, self.frame = command, textwrap.dedent(frame).lstrip()

    @contextlib.contextmanager
    def running(self, folder, members):
        ports = [free_port(), free_port()]
        user = "user nobody nogroup;" if am_root() else ""
        file = folder / "proxy.conf"
        file.write_text(self.frame.format(http=ports[0], h2=ports[1], folder=folder, user=user,
                                          settings=self.settings(members)))
        with open(folder / "proxy.out", "wb") as out:
            process = subprocess.Popen([*self.command, file], stdout=out, stderr=out)
        try:
            for port in ports:
                wait_until(functools.partial(self._listens, port), f"{self.name} to listen")
            yield ports
        finally:
            process.terminate()
            process.wait(20)

    @staticmethod
    def _listens(port):
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return True
        return False


BALANCER = """
    <Proxy balancer://c>
        BalancerMember http://127.0.0.1:%(a)s connectiontimeout=%(connect)d timeout=%(io)d retry=%(retry)d
        BalancerMember http://127.0.0.1:%(b)s connectiontimeout=%(connect)d timeout=%(io)d retry=%(retry)d
        ProxySet lbmethod=byrequests
    </Proxy>
    ProxyPass /app/ balancer://c/app/
"""

JK = """
    worker.list=lb
    worker.lb.type=lb
    worker.lb.balance_workers=a,b
    worker.lb.recover_time=%(retry)d
    worker.common.type=ajp13
    worker.common.host=127.0.0.1
    worker.common.socket_connect_timeout=%(connect)d000
    worker.common.socket_timeout=%(io)d
    worker.common.reply_timeout=%(io)d000
    worker.common.ping_mode=A
    worker.common.ping_timeout=%(connect)d000
    worker.a.reference=worker.common
    worker.a.port=%(a)s
    worker.b.reference=worker.common
    worker.b.port=%(b)s
"""

NGINX_FRAME = """
    daemon off;
    {user}
    worker_processes 2;
    pid {folder}/nginx.pid;
    error_log {folder}/nginx.log;
    events {{ worker_connections 1024; }}
    http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {settings}
    server {{ listen 127.0.0.1:{http}; location / {{ proxy_pass http://members; }} }}
    server {{ listen 127.0.0.1:{h2} http2; location / {{ proxy_pass http://members; }} }}
    }}
"""

NGINX = """
    upstream members {
        zone members 64k;
        server 127.0.0.1:%(a)s fail_timeout=%(retry)ds;
        server 127.0.0.1:%(b)s fail_timeout=%(retry)ds;
        keepalive 64;
    }
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_connect_timeout %(connect)ds;
    proxy_send_timeout %(io)ds;
    proxy_read_timeout %(io)ds;
    client_max_body_size 0;
    proxy_next_upstream error timeout invalid_header http_503;
"""

HAPROXY_FRAME = """
    global
        maxconn 1000
    {settings}
    frontend web
        bind 127.0.0.1:{http}
        bind 127.0.0.1:{h2} proto h2
        default_backend members
"""

HAPROXY_DEFAULTS = """
    defaults
        mode http
        timeout connect %(connect)ds
        timeout server %(io)ds
        timeout client 30s
"""

HAPROXY = HAPROXY_DEFAULTS + """\
        retries 3
        option redispatch 1
    backend members
        balance roundrobin
        retry-on conn-failure empty-response response-timeout junk-response 503
        http-request disable-l7-retry unless METH_GET
        default-server check inter 2s fall 3 rise 2
        server a 127.0.0.1:%(a)s
        server b 127.0.0.1:%(b)s
"""

NGINX_COMMAND = ["/usr/sbin/nginx", "-c"]
HAPROXY_COMMAND = ["/usr/sbin/haproxy", "-db", "-q", "-f"]

PEERS = [
    ModProxyBalancer("mod_proxy_balancer", "apache2-bin", BALANCER),
    ModJk("mod_jk", "libapache2-mod-jk", JK),
    Program("nginx", "nginx", NGINX_COMMAND, NGINX_FRAME, NGINX),
    Program("nginx, non_idempotent", "nginx", NGINX_COMMAND, NGINX_FRAME,
            NGINX.replace("http_503;", "http_503 non_idempotent;")),
    Program("HAProxy", "haproxy", HAPROXY_COMMAND, HAPROXY_FRAME, HAPROXY),
    Program("HAProxy, all methods", "haproxy", HAPROXY_COMMAND, HAPROXY_FRAME,
            HAPROXY.replace("http-request disable-l7-retry unless METH_GET", "option http-buffer-request")),
]

"""Other proxies, from Debian's packages, and the frames of their configurations."""
import contextlib
import functools
import socket
import subprocess
import textwrap

from wlmtest import am_root, config_value, free_port, wait_until

from .systems import CONNECT_TIMEOUT, IO_TIMEOUT, RETRY_INTERVAL, System, httpd_version, running_httpd

TIMES = {"connect": CONNECT_TIMEOUT, "io": IO_TIMEOUT, "retry": RETRY_INTERVAL}

NGINX_COMMAND = ["/usr/sbin/nginx", "-c"]
HAPROXY_COMMAND = ["/usr/sbin/haproxy", "-db", "-q", "-f"]

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


class Peer(System):
    """template: the settings, with %(connect)d, %(io)d, %(retry)d (seconds), %(a)s and %(b)s (ports)."""

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

    def settings_text(self):
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


class Program(Peer):
    """A proxy of its own, in the foreground, with a port for HTTP/1.1 and one for HTTP/2. frame: what belongs around
    the settings, with {http}, {h2} (ports), {folder}, {user} and {settings}."""

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

"""Proxies that are programs of their own: nginx, HAProxy."""
import contextlib
import subprocess

from common.peers import HAPROXY_COMMAND, NGINX_COMMAND
from wlmtest import am_root, free_port, wait_until

from .member import is_free, temp_paths
from .systems import RETRY_SECONDS, Running, System, ports_of


class Program(System):
    """In the foreground."""
    command = ()

    @contextlib.contextmanager
    def running(self, folder, setup, members, certificate):
        port = free_port()
        (folder / "proxy.conf").write_text(self.conf(folder, port, ports_of(setup, members), setup, certificate))
        with open(folder / "proxy.out", "wb") as out:
            process = subprocess.Popen([*self.command, folder / "proxy.conf"], stdout=out, stderr=out)
        try:
            wait_until(lambda: process.poll() is not None or not is_free(port), f"{self.name} to listen")
            assert process.poll() is None, (folder / "proxy.out").read_text()
            yield Running(f"http{'s' if setup.tls else ''}://127.0.0.1:{port}", process.pid)
        finally:
            process.terminate()
            process.wait(20)

    def conf(self, folder, port, ports, setup, certificate):
        raise NotImplementedError


NGINX = """
daemon off;
{user}
worker_processes auto;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 10000; }}
http {{
    access_log off;
    keepalive_requests 1000000000;
    client_max_body_size 0;
    client_body_buffer_size 128k;
{temp_paths}
    upstream members {{
        zone members 2m;
{members}
        keepalive 128;
    }}
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    server {{
        listen 127.0.0.1:{port}{tls};
        location / {{ proxy_pass http://members; }}
    }}
}}
"""


class Nginx(Program):
    command = NGINX_COMMAND

    def conf(self, folder, port, ports, setup, certificate):
        tls = f" ssl http2; ssl_certificate {certificate}; ssl_certificate_key {certificate}" if setup.tls else ""
        members = "\n".join(f"        server 127.0.0.1:{p} fail_timeout={RETRY_SECONDS}s;" for p in ports)
        return NGINX.format(user="user nobody nogroup;" if am_root() else "", folder=folder, port=port, members=members,
                            tls=tls, temp_paths=temp_paths(folder))


HAPROXY = """
global
    maxconn 4000
defaults
    mode http
    timeout connect 2s
    timeout server 60s
    timeout client 60s
    option redispatch 1
    http-reuse safe
frontend web
    bind 127.0.0.1:{port}{tls}
    default_backend members
backend members
    balance roundrobin
{members}
"""


class HaProxy(Program):
    command = HAPROXY_COMMAND

    def conf(self, folder, port, ports, setup, certificate):
        tls = f" ssl crt {certificate} alpn h2,http/1.1" if setup.tls else ""
        check = " check inter 2s fall 1" if setup.one_down else ""  # it knows what is down by checks only
        members = "\n".join(f"    server m{p} 127.0.0.1:{p}{check}" for p in ports)
        return HAPROXY.format(port=port, members=members, tls=tls)

"""The members: one nginx that listens on a port for each of them, or Tomcats."""
import contextlib
import socket
import subprocess

from wlmtest import am_root, wait_until
from wlmtest.tomcat import Tomcat

from .systems import Member

SMALL = 103     # bytes of a small response
MODULES = "/usr/lib/nginx/modules"

def temp_paths(folder):
    """Of an nginx that has a folder of its own."""
    names = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    return "\n".join(f"    {name}_temp_path {folder}/{name};" for name in names)


CONF = """
load_module {modules}/ngx_http_echo_module.so;
daemon off;
{user}
worker_processes 1;
worker_rlimit_nofile 100000;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 100000; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000000;
    keepalive_timeout 300s;
    client_max_body_size 0;
    client_body_buffer_size 128k;
{temp_paths}
    default_type text/plain;
    map "$server_port $http_mcp_session_id" $is_foreign {{
        default 0;
        "~^(?<own>[0-9]+) \w+-m(?P=own)$" 0;
        "~-m[0-9]+$" 1;
    }}
    map "$server_port $cookie_jsessionid" $is_wrong {{
        default 1;
        "~^(?<port>[0-9]+) [0-9A-Z]+:m(?P=port)$" 0;
    }}
    server {{
{listen}
        root {folder}/files;
        location / {{ return 200 "{small}"; }}
        location ~ ^/app/[0-9]+[km]$ {{ }}
        location = /app/post {{ echo_read_request_body; echo_exec /app/small; }}
        location = /app/slow {{ echo_sleep 0.1; echo_exec /app/small; }}
        # only for the member that the session names: clone ids are "m" and the port
        location = /app/session {{ if ($is_wrong) {{ return 409; }} return 200 "{small}"; }}
        # sessions that a field names: one begins, is named in each response, is only for the member that has begun it
        location = /app/begin {{ add_header Mcp-Session-Id $request_id-m$server_port; return 200 "{small}"; }}
        location = /app/named {{ add_header Mcp-Session-Id $http_mcp_session_id; return 200 "{small}"; }}
        location = /app/owned {{ if ($is_foreign) {{ return 409; }} return 200 "{small}"; }}
    }}
}}
"""


def is_free(port):
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_ports(count):
    """Below those that connections get by themselves."""
    ports = []
    for port in range(20000, 32000):
        if is_free(port):
            ports.append(port)
            if len(ports) == count:
                return ports
    raise AssertionError(f"there are no {count} free ports")


@contextlib.contextmanager
def nginx_members(folder, count):
    """A context: so many Members."""
    path = folder / "members"
    (path / "files" / "app").mkdir(parents=True)
    write_files(path / "files" / "app")
    ports = free_ports(count)
    (path / "nginx.conf").write_text(CONF.format(
        modules=MODULES, user="user nobody nogroup;" if am_root() else "", folder=path, small="x" * SMALL,
        temp_paths=temp_paths(path),
        listen="\n".join(f"        listen 127.0.0.1:{port};" for port in ports)))
    with open(path / "out", "wb") as out:
        process = subprocess.Popen(["/usr/sbin/nginx", "-c", path / "nginx.conf"], stdout=out, stderr=out)
    try:
        wait_until(lambda: process.poll() is not None or not is_free(ports[-1]), "the members to listen")
        assert process.poll() is None, (path / "out").read_text()
        yield [Member(port) for port in ports]
    finally:
        process.terminate()
        process.wait(20)


@contextlib.contextmanager
def tomcat_members(folder, count):
    """The same; /app/small.jsp is a small response."""
    page = "<%@ page contentType=\"text/plain\" session=\"false\" %>" + "x" * SMALL
    with contextlib.ExitStack() as stack:
        tomcats = []
        for number in range(count):
            tomcats.append(Tomcat(f"t{number}", folder / f"tomcat{number}", "small", page))
            stack.callback(tomcats[-1].kill)
        for tomcat in tomcats:
            wait_until(tomcat.is_ready, "a Tomcat", 60)
        yield [Member(t.port, t.ajp_port) for t in tomcats]


def write_files(path):
    """The responses that come from files."""
    for name, size in (("small", SMALL), ("64k", 2 ** 16), ("1m", 2 ** 20), ("4m", 2 ** 22)):
        (path / name).write_bytes(b"x" * size)

"""The systems between client and member: mod_wlm, and others as they are by default, with connections to members that are
kept (and shared by clients, where that is a setting). Each is one process, or one thread, so that a connection that could be used again is."""
from common.peers import (HAPROXY_COMMAND, HAPROXY_DEFAULTS, HAPROXY_FRAME, NGINX_COMMAND, NGINX_FRAME, ModProxyBalancer,
                          Program)
from common.systems import IO_TIMEOUT, System, httpd_version, running_httpd
from wlmtest.plugincfg import Cluster, plugin_cfg


class ModWlm(System):
    def version(self):
        return httpd_version()

    def running(self, folder, members):
        cluster = Cluster("c", [("a", members[0].port, {"ServerIOTimeout": IO_TIMEOUT})], RetryInterval=0)
        return running_httpd(folder, plugin_cfg(cluster), children=1)

    def settings_text(self):
        return f"plugin-cfg.xml: RetryInterval 0, ConnectTimeout 2, ServerIOTimeout {IO_TIMEOUT}, PostBufferSize 64"


class OneProcessOfModProxy(ModProxyBalancer):
    CHILDREN = 1


BALANCER = """
    <Proxy balancer://c>
        BalancerMember http://127.0.0.1:%(a)s timeout=%(io)d retry=0
    </Proxy>
    ProxyPass /app/ balancer://c/app/
"""

NGINX = """
    upstream members {
        server 127.0.0.1:%(a)s;
        keepalive 64;
    }
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_read_timeout %(io)ds;
"""

HAPROXY = HAPROXY_DEFAULTS + """\
    backend members
        http-reuse always
        server a 127.0.0.1:%(a)s
"""

SYSTEMS = [ModWlm("mod_wlm")]
PEERS = [
    OneProcessOfModProxy("mod_proxy_balancer", "apache2-bin", BALANCER),
    Program("nginx", "nginx", NGINX_COMMAND, NGINX_FRAME.replace("worker_processes 2", "worker_processes 1"), NGINX),
    Program("HAProxy", "haproxy", HAPROXY_COMMAND, HAPROXY_FRAME.replace("maxconn 1000", "nbthread 1"), HAPROXY),
]

"""Other proxies (common/peers.py), each as its manual recommends for members that may fail, with the time-outs of mod_wlm.
Their settings are shown in the docs as they stand here."""
from common.peers import (HAPROXY_COMMAND, HAPROXY_DEFAULTS, HAPROXY_FRAME, NGINX_COMMAND, NGINX_FRAME, TIMES, ModProxyBalancer,
                          Peer, Program)
from common.systems import running_httpd
from wlmtest import config_value
from wlmtest.tomcat import is_installed

from .fault_tomcat import FaultTomcat


class ModJk(Peer):
    """Speaks AJP, to Tomcats. Only faults of a process can be made of a real Tomcat."""

    def is_there(self):
        return super().is_there() and is_installed()

    def supports(self, fault, _kind):
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

"""wlmcfg import mod_proxy_cluster: its result is a configuration with which nodes register."""
import re
import subprocess

import pytest

from wlmtest import BUILD, free_port, wait_until
from wlmtest.client import shares
from wlmtest.mcmp import Node, folder_of

CONF = """\
LoadModule manager_module modules/mod_manager.so
MemManagerFile cache/mod_cluster
Maxnode 50
Maxcontext 600
UseAlias On
Listen 127.0.0.1:{port}
<VirtualHost 127.0.0.1:{port}>
    ServerName nodes.example
    EnableMCMPReceive
    ManagerBalancerName mycluster
    KeepAliveTimeout 300
    ServerAdvertise On
    AllowCmd On
    <Location />
        Require ip 127.0.0.1
    </Location>
    <Location /mod_cluster-manager>
        SetHandler mod_cluster-manager
        Require ip 127.0.0.1
    </Location>
</VirtualHost>
ModProxyClusterHCTemplate hcmethod=GET hcuri=/app/ hcinterval=60
ProxyPass /app/static !
"""
DENIED = re.compile(r"( +)# \S+: (Require .*)\n.*\n +Require all denied\n")


def imported(path, text, *options):
    path.write_text(text)
    return subprocess.run([BUILD / "wlmcfg", "import", "mod_proxy_cluster", path, *options], capture_output=True, text=True,
                          timeout=60, check=False)


def test_468_01_the_result_serves_nodes(httpd, member):
    server, port = httpd(start=False), free_port()
    folder = folder_of(server)
    result = imported(server.path / "cluster.conf", CONF.format(port=port))
    assert result.returncode == 0, result.stderr
    for line, word in [(1, "LoadModule manager_module: remove it"), (2, "MemManagerFile"), (3, "Maxnode"), (4, "Maxcontext"),
                       (5, "UseAlias"), (9, "EnableMCMPReceive"), (10, "ManagerBalancerName"), (12, "ServerAdvertise"),
                       (13, "AllowCmd"), (18, "mod_cluster-manager"), (23, "WLMEnable Off")]:
        assert any(f"cluster.conf:{line}: " in told and word in told for told in result.stderr.splitlines()), (line, result.stderr)
    text = result.stdout.replace("/var/lib/mod_wlm/registry", str(folder))
    server.configure(extra=text)
    server.expect("WLM0001", "WLM0036")
    server.start()
    a = Node(server, port, member("a"), alias="shop.example")
    assert a.send("INFO").status == 403  # nobody has access before somebody has looked
    text, n = DENIED.subn(r"\1\2\n", text)
    assert n == 2
    server.configure(extra=text + '<Location "/app/static">\nWLMEnable Off\n</Location>\n')
    server.restart("graceful")
    a.register()
    wait_until(lambda: shares([server.client.get("/app/", Host="shop.example") for _ in range(6)]) == {"a": 6}, "a's host")
    assert server.client.get("/app/static/x", Host="shop.example").status == 404
    assert server.client.get("/app/", Host="other.example").status == 404  # UseAlias
    page = a.client.get("/mod_cluster-manager?format=json")
    assert page.status == 200 and b"mycluster:shop.example/app" in page.body
    assert "KeepAliveTimeout 300" in text and "WLMSlots 600 600" in text


@pytest.mark.parametrize("options", [["--port", "8009=8080"], ["--cluster", "x"], ["--uri", "/x"]])
def test_468_02_options_of_other_formats(tmp_path, options):
    result = imported(tmp_path / "c", CONF, *options)
    assert result.returncode == 2 and result.stdout == ""


def test_468_03_an_error_writes_nothing(tmp_path):
    out = tmp_path / "out"
    out.write_text("old")
    result = imported(tmp_path / "c", CONF.format(port=1).replace("Maxnode 50", "Maxnode x"), "-o", out)
    assert result.returncode == 1 and "c:3: error: " in result.stderr and out.read_text() == "old"

"""Stories of starting: good files, bad files, missing files."""
import re
import subprocess

import pytest

from wlmtest import BUILD
from wlmtest.plugincfg import Cluster, plugin_cfg

GOOD = plugin_cfg(Cluster("c", [("a", 9080, {})]))
BAD = GOOD.replace('RetryInterval="60"', 'RetryInterval="abc"').replace('Port="9080"', 'Port="70000"')


def test_100_01_a_good_file_is_accepted(httpd):
    result = httpd(GOOD, start=False).test_config()
    assert result.returncode == 0, result.stderr
    assert "Syntax OK" in result.stderr


def test_100_02_errors_are_told_with_file_line_and_reason(httpd):
    server = httpd(BAD, start=False)
    result = server.test_config()
    assert result.returncode != 0
    check_told(server, result)
    assert "httpd.conf:\nWLMConfig: " in result.stderr  # httpd names the line of the directive


def check_told(server, result):
    """Each error has a line of its own, on the terminal."""
    lines = result.stderr.splitlines()
    for error in ('3: error: ServerCluster: RetryInterval="abc"', '4: error: Transport: Port="70000"'):
        assert sum(f"WLM0001: {server.path}/plugin-cfg.xml:{error}" in line for line in lines) == 1, result.stderr
    assert "\\n" not in result.stderr


@pytest.mark.parametrize("args", [["-k", "start"], ["-k", "graceful"], ["-k", "restart"], []], ids=" ".join)
def test_100_10_a_start_with_a_bad_file_fails_and_says_why_on_the_terminal(httpd, args):
    server = httpd(BAD, start=False)
    result = server.run(*args)  # graceful and restart start an httpd that is not there
    assert result.returncode == 1
    check_told(server, result)
    assert "WLM0170" in result.stderr and not (server.path / "run" / "httpd.pid").exists()


@pytest.mark.parametrize("args", [["-S"], ["-M"], ["-t", "-D", "DUMP_INCLUDES"]], ids=" ".join)
def test_100_11_a_bad_file_does_not_hide_what_httpd_shows_of_itself(httpd, args):
    server = httpd(BAD, start=False)
    result = server.run(*args)
    assert result.returncode == 0
    check_told(server, result)


@pytest.mark.parametrize("action", ["stop", "graceful-stop"])
def test_100_12_a_stop_of_nothing_asks_for_no_file(httpd, action):
    result = httpd(BAD, start=False).run("-k", action)
    assert (result.returncode, "not running" in result.stdout) == (0, True)


def test_100_03_warnings_are_told_and_accepted(httpd):
    server = httpd(GOOD.replace("<Config>", '<Config Surprise="1">'), start=False)
    result = server.test_config()
    assert result.returncode == 0
    assert f"WLM0001: {server.path}/plugin-cfg.xml:2: warning:" in result.stderr
    assert "Surprise" in result.stderr


def test_100_04_a_missing_file_is_told(httpd):
    server = httpd(None, "WLMConfig not-there.xml\n", start=False)
    result = server.test_config()
    assert result.returncode != 0
    assert f"{server.path}/not-there.xml: error: cannot be read: No such file" in result.stderr


def test_100_05_the_original_directive_works(httpd, member):
    server = httpd(start=False)
    a = member("a")
    (server.path / "p.xml").write_text(plugin_cfg(Cluster("c", [("a", a.port, {})])))
    server.configure(None, "WebSpherePluginConfig p.xml\n").start()
    assert server.client.member() == "a"


def test_100_06_without_shared_memory_it_says_what_to_load(httpd):
    server = httpd(GOOD, start=False)
    conf = server.path / "httpd.conf"
    conf.write_text("".join(line for line in conf.read_text().splitlines(True) if "slotmem" not in line))
    result = server.run("-k", "start")
    assert result.returncode != 0
    assert "LoadModule slotmem_shm_module" in result.stderr


def test_100_07_without_a_file_the_module_does_nothing(httpd):
    server = httpd()
    assert server.client.get("/app/").status == 404
    assert server.client.get("/index.html").status == 200


def test_100_08_a_name_that_does_not_resolve_keeps_nobody_from_starting(httpd, member):
    a = member("a")
    server = httpd(plugin_cfg(Cluster("c", [("a", a.port, {}), ("b", 1, {"host": "no-such-host.invalid"})])),
                   start=False)
    server.expect("WLM0005", "WLM0030", "WLM0035")
    server.start()
    assert {server.client.member() for _ in range(6)} == {"a"}


def test_100_09_virtual_hosts_have_files_of_their_own_or_share_one(httpd, member):
    a, b = member("a"), member("b")
    server = httpd(plugin_cfg(Cluster("c", [("a", a.port, {})])), start=False)
    (server.path / "other.xml").write_text(plugin_cfg(Cluster("c", [("b", b.port, {})])))
    server.configure(server.path.joinpath("plugin-cfg.xml").read_text(), f"""
<VirtualHost *:{server.port}>
    ServerName first
</VirtualHost>
<VirtualHost *:{server.port}>
    ServerName other
    WLMConfig other.xml
</VirtualHost>
<VirtualHost *:{server.port}>
    ServerName third
    WLMConfig plugin-cfg.xml
</VirtualHost>
""").start()
    assert server.client.member(Host="first") == "a"
    assert server.client.member(Host="other") == "b"
    assert server.client.member(Host="third") == "a"
    assert server.status()["a"]["Requests"] == "2"


def test_100_13_what_wlmcfg_import_says_to_exclude_is_a_configuration(httpd, tmp_path):
    workers, rules = tmp_path / "workers.properties", tmp_path / "uriworkermap.properties"
    workers.write_text("worker.list=w\nworker.w.type=ajp13\nworker.w.host=a\nworker.w.port=8009\n")
    rules.write_text("/*=w\n!/static/*=w\n!*.html=w\n")
    told = subprocess.run([BUILD / "wlmcfg", "import", "-o", tmp_path / "p.xml", "mod_jk", workers, rules],
                          capture_output=True, text=True, timeout=20, check=True).stderr
    lines = re.findall(r"these three lines into the httpd configuration: (.*) \[exclusion\]", told)
    assert len(lines) == 2, told
    result = httpd(GOOD, "\n".join(lines).replace(", ", "\n") + "\n", start=False).test_config()
    assert (result.returncode, "Syntax OK" in result.stderr) == (0, True), result.stderr


@pytest.mark.parametrize("lost", ['<ServerCluster Name="e"/><Route ServerCluster="e" UriGroup="later"/>', '<Route ServerCluster="e" UriGroup="later"/>',
                                  '<ServerCluster Name="e"><Server Name="s"/></ServerCluster><Route ServerCluster="e" UriGroup="later"/>'],
                         ids=["without server", "missing", "without transport"])
def test_100_14_a_cluster_without_member_does_not_keep_the_others_from_working(httpd, member, lost):
    a = member("a")
    text = plugin_cfg(Cluster("c", [("a", a.port, {})]))
    server = httpd(text.replace("</Config>", f'<UriGroup Name="later"><Uri Name="/later/*"/></UriGroup>{lost}</Config>'))
    server.expect("WLM0001")
    assert server.client.member("/app/") == "a"
    assert server.client.get("/later/").status == 404
    assert "no effect" in server.log()

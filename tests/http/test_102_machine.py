"""Stories of starting on a machine that lacks something: room in /dev/shm, the right to read a file."""
import shutil
import subprocess

import pytest

from wlmtest import am_root, config_value
from wlmtest.plugincfg import Cluster, plugin_cfg

GOOD = plugin_cfg(Cluster("c", [("a", 9080, {})]))
needs_root = pytest.mark.skipif(not am_root(), reason="only root can mount, and start httpd for another user")
in_own_mounts = ["unshare", "--mount", "sh", "-ec"]


def can_mount():
    return shutil.which("unshare") and subprocess.run(
        [*in_own_mounts, "mount -t tmpfs -o size=64k tmpfs /dev/shm"], capture_output=True, check=False).returncode == 0


@needs_root
@pytest.mark.parametrize("mount, message, said", [
    ("mount -t tmpfs -o size=64k tmpfs /dev/shm", "WLM0174", "of shared memory, and /dev/shm has only 65536 left"),
    ("mount -t tmpfs tmpfs /dev", "WLM0176", "of shared memory in /dev/shm, which is not there"),
], ids=["full", "missing"])
def test_102_01_shared_memory_without_room_is_told_before_it_is_used(httpd, mount, message, said):
    if not can_mount():
        pytest.skip("mounts are not allowed here")
    server = httpd(GOOD, start=False)
    keep_null = "touch /dev/null /dev/random /dev/urandom" if mount.endswith("/dev") else ":"
    result = subprocess.run([*in_own_mounts, f'{mount}; {keep_null}; exec "$@"', "sh", config_value("HTTPD"), "-f",
                             server.path / "httpd.conf", "-DFOREGROUND"],
                            capture_output=True, text=True, check=False, timeout=30)
    server.expect(message)
    assert result.returncode == 1, result
    assert f" bytes {said}" in server.log()
    assert server.count(message) == 1


@needs_root
def test_102_02_a_file_that_user_cannot_read_is_told(httpd):
    server = httpd(GOOD, start=False)
    (server.path / "plugin-cfg.xml").chmod(0o600)
    server.expect("WLM0175")
    server.start()
    assert f" cannot read {server.path}/plugin-cfg.xml: it is used as it is now" in server.log()


def test_102_03_a_file_that_user_can_read_is_no_matter(httpd):
    assert httpd(GOOD).count("WLM0175") == 0


@pytest.mark.parametrize("files, said", [
    ([Cluster("c", [("a", 1, {})])], "1 cluster, 1 member\n"),
    ([Cluster("c", [("a", 1, {}), ("b", 2, {})]), Cluster("d", [("e", 3, {})])], "2 clusters, 3 members\n"),
])
def test_102_04_the_start_is_told_whatever_loglevel_says(httpd, files, said):
    server = httpd(plugin_cfg(*files), log_level="crit")
    assert f"{server.path}/plugin-cfg.xml: {said}" in server.log()


def test_102_05_a_test_shows_the_warnings_of_a_virtual_host(httpd):
    server = httpd(None, "<VirtualHost *:80>\nWLMConfig p.xml\n</VirtualHost>\n", start=False)
    (server.path / "p.xml").write_text(GOOD.replace("<Config>", '<Config Surprise="1">'))
    result = server.test_config()
    assert result.returncode == 0
    assert "Surprise" in result.stderr

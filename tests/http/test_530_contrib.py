"""contrib/logrotate with a real logrotate, contrib/ansible with a real ansible-playbook, each with a real httpd."""
import json
import os
import re
import shutil
import subprocess

import pytest

from wlmtest import BUILD, ROOT, am_root, config_value, meanwhile, wait_until
from wlmtest.plugincfg import Cluster, plugin_cfg
from wlmtest.status import LOCATION, state, steer

ROTATION = ROOT / "contrib/logrotate/mod_wlm"
PLAY = ROOT / "contrib/ansible/rolling.yml"
LOGROTATE = shutil.which("logrotate", path=f"{os.environ['PATH']}:/usr/sbin")


# -- logrotate ----------------------------------------------------------------------------------------------------------------

@pytest.fixture
def rotated(httpd, member):
    """An httpd with a WLMLog as contrib/logrotate has it, and a function that runs logrotate."""
    if not LOGROTATE:
        pytest.skip("logrotate is not there: tools/setup.sh installs it")
    if not am_root():
        pytest.skip("logrotate gives logs to root, which only root can")
    server = httpd(plugin_cfg(Cluster("c", [("a", member("a").port, {})])), "WLMLog log/wlm.log\nWLMStateFile state", start=False)
    (server.path / "log").mkdir()
    server.start()
    text = ROTATION.read_text()
    (server.path / "envvars").write_text(f"export APACHE_PID_FILE={server.path}/run/httpd.pid\n")
    for name, here in (("/var/log/mod_wlm", f"{server.path}/log"), ("/etc/apache2/envvars", f"{server.path}/envvars"),
                       ("/usr/sbin/apache2", f"{config_value('HTTPD')} -f {server.path}/httpd.conf")):
        assert name in text
        text = text.replace(name, here)
    (server.path / "rotate").write_text(text)
    (server.path / "rotate").chmod(0o644)

    def logrotate(*options):
        return subprocess.run([LOGROTATE, "-s", server.path / "logrotate.state", *options, server.path / "rotate"],
                              capture_output=True, text=True, timeout=30, check=False)
    return server, logrotate


def starts(server, name):
    """How many starts and restarts a log has, by the message that each writes; compressed or not there: 0."""
    path = server.path / "log" / name
    return path.read_text().count("WLM0008") if path.exists() else 0


def test_530_01_logrotate_takes_the_file(rotated):
    _, logrotate = rotated
    result = logrotate("-d")
    assert result.returncode == 0 and "error" not in result.stderr, result.stderr
    assert "rotating pattern" in result.stderr


def test_530_02_after_a_rotation_messages_go_to_the_new_log(rotated):
    server, logrotate = rotated
    before = set(server.children_pids())
    result = logrotate("-f")
    assert result.returncode == 0 and not result.stderr, result.stderr
    wait_until(lambda: starts(server, "wlm.log") == 1, "the restart's message in the new log")
    assert starts(server, "wlm.log.1") == 1  # that of the start
    assert (server.path / "log" / "wlm.log").stat().st_mode & 0o777 == 0o640
    wait_until(lambda: server.children_pids() and not before & set(server.children_pids()), "new children")
    assert server.client.member() == "a"


def test_530_03_also_while_plugin_cfg_is_bad(rotated):
    server, logrotate = rotated
    server.expect("WLM0001", "WLM0046", "WLM0050")
    (server.path / "plugin-cfg.xml").write_text("<Config>")
    assert server.test_config().returncode != 0  # so `apachectl graceful` would do nothing
    assert logrotate("-f").returncode == 0
    wait_until(lambda: "WLM0050" in (server.path / "log" / "wlm.log").read_text(), "the restart's message in the new log")
    assert server.client.member() == "a"


# -- Ansible ------------------------------------------------------------------------------------------------------------------

@pytest.fixture
def play(httpd, member, folder):
    """A cluster of a and b, and a function that runs the playbook with these variables."""
    if not shutil.which("ansible-playbook"):
        pytest.skip("ansible-playbook is not there : make check-ansible installs it")
    members = {name: member(name) for name in "ab"}
    server = httpd(plugin_cfg(Cluster("shop", [(name, m.port, {}) for name, m in members.items()])), LOCATION)
    (folder / "inventory").write_text("[webservers]\nlocalhost ansible_connection=local ansible_python_interpreter=/usr/bin/python3\n")
    (folder / "hook.yml").write_text(
        "- name: What is to be seen meanwhile\n  ansible.builtin.shell:\n"
        f"    cmd: '{{{{ wlm_ctl }}}} --url {{{{ wlm_url }}}} status --json > {folder}/during-{{{{ wlm_member }}}}; "
        f"echo {{{{ wlm_address }}}} > {folder}/address-{{{{ wlm_member }}}}'\n")

    def run(*options, **variables):
        variables = {"wlm_cluster": "shop", "wlm_hook": str(folder / "hook.yml"), "wlm_ctl": f"{BUILD}/wlmctl", "wlm_idle": "1s",
                     "wlm_url": f"http://127.0.0.1:{server.port}/wlm-status", **variables}
        return subprocess.run(["ansible-playbook", "-i", folder / "inventory", PLAY, "-e", json.dumps(variables), *options],
                              capture_output=True, text=True, timeout=300, check=False,
                              env={**os.environ, "ANSIBLE_NOCOLOR": "1", "ANSIBLE_HOME": str(folder / "ansible"),
                                   "ANSIBLE_LOCALHOST_WARNING": "False", "LC_ALL": "C.UTF-8"})
    run.folder, run.server, run.members = folder, server, members
    return run


def during(play, name):
    view = json.loads((play.folder / f"during-{name}").read_text())
    return {m["name"]: (m["admin_state"], m["in_flight"]) for m in view["clusters"][0]["members"]}


def test_530_10_the_playbook_is_one(play):
    assert play("--syntax-check").returncode == 0


def test_530_11_members_are_replaced_one_after_the_other_while_clients_come(play):
    with meanwhile(lambda: play.server.client.get("/app/?delay=50").status) as statuses:
        result = play()
    assert result.returncode == 0, result.stdout + result.stderr
    assert during(play, "a")["a"] == ("disabled", 0) and during(play, "a")["b"][0] == "enabled"
    assert during(play, "b")["b"] == ("disabled", 0) and during(play, "b")["a"][0] == "enabled"
    assert (play.folder / "address-a").read_text().strip() == f"127.0.0.1:{play.members['a'].port}"
    assert {m["admin_state"] for m in state(play.server).values()} == {"enabled"}
    assert len(statuses) > 20 and set(statuses) == {200}


def test_530_12_a_member_is_not_taken_out_when_no_other_could_serve(play):
    steer(play.server, "disable", cluster="shop", member="b")
    result = play(wlm_members=["a"])
    assert result.returncode != 0 and "no other one could serve meanwhile" in re.sub(r"\s+", " ", result.stdout)
    assert state(play.server)["a"]["admin_state"] == "enabled" and not (play.folder / "during-a").exists()


def test_530_13_a_member_stays_out_when_the_hook_fails(play):
    (play.folder / "hook.yml").write_text("- name: It fails\n  ansible.builtin.command: /bin/false\n")
    assert play().returncode != 0
    assert {n: m["admin_state"] for n, m in state(play.server).items()} == {"a": "disabled", "b": "enabled"}


def test_530_14_a_wrong_cluster_is_named(play):
    result = play(wlm_cluster="shoq")
    assert result.returncode != 0 and "has no cluster shoq" in result.stdout

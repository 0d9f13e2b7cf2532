"""Runs wlmctl; and the site that most tests of it use."""
import subprocess

import pytest

from . import BUILD
from .plugincfg import Cluster, Route, plugin_cfg
from .status import LOCATION


@pytest.fixture
def abc(httpd, member):
    """Members a, b, c of cluster shop; a of cluster other, too."""
    def make(**options):
        members = {name: member(name, **options) for name in "abc"}
        servers = [(name, m.port, {}) for name, m in members.items()]
        clusters = [Cluster("shop", servers), Cluster("other", servers[:1])]
        server = httpd(plugin_cfg(*clusters, routes=[Route("shop"), Route("other", ["/other/*"])]),
                       LOCATION + "WLMSlowStart 0\n", children=2)
        server.expect("WLM0030", "WLM0035", "WLM0036")
        return server, members
    return make


def command(server, *words):
    return [f"{BUILD}/wlmctl", "--url", f"http://127.0.0.1:{server.port}/wlm-status", *words]


def wlmctl(server, *words):
    return subprocess.run(command(server, *words), capture_output=True, text=True, timeout=30, check=False)

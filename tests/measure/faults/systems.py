"""What stands between clients and members: mod_wlm in the configurations that are measured. Peers are in peers.py."""
import contextlib
import subprocess

from wlmtest import config_value
from wlmtest.httpd import Httpd
from wlmtest.members import Member
from wlmtest.plugincfg import Cluster, plugin_cfg

from . import DELAY_MS
from .faulty import FaultyMember

CONNECT_TIMEOUT, IO_TIMEOUT, RETRY_INTERVAL = 2, 3, 5  # seconds, of all systems


def httpd_version():
    said = subprocess.run([config_value("HTTPD"), "-v"], capture_output=True, text=True, check=True).stdout
    return said.split()[2]  # Server version: Apache/2.4.x (Debian)


class System:
    """What all systems have: members of wlm-member, of which the first gets the fault; all kinds of request."""

    def __init__(self, name):
        self.name = name

    def is_there(self):
        return True

    def takes(self, _fault, _kind):
        return True

    def make_members(self, fault, folder):
        """Two, one after the other."""
        yield FaultyMember("a") if fault.answer else Member("a", folder, delay=DELAY_MS)
        yield Member("b", folder, delay=DELAY_MS)


@contextlib.contextmanager
def running_httpd(folder, *configuration, children=3):
    """Its ports: [for HTTP/1.1, for HTTP/2 with prior knowledge]. mod_wlm is always there; without WLMConfig it does
    nothing."""
    path = folder / "httpd"
    path.mkdir()
    server = Httpd(path, children=children).configure(*configuration)
    try:
        server.start()
        yield [server.port, server.port]
    finally:
        server.stop()
    crashes = [line for line in server.log().splitlines() if "exit signal" in line]
    assert not crashes, crashes


class ModWlm(System):
    """only: the names of the kinds that are measured, None: all."""

    def __init__(self, name, settings, only=None):
        super().__init__(name)
        self.settings, self.only = settings, only

    def version(self):
        return httpd_version()

    def takes(self, _fault, kind):
        return self.only is None or kind.name in self.only

    def running(self, folder, members):
        attributes = {"ConnectTimeout": CONNECT_TIMEOUT, "ServerIOTimeout": IO_TIMEOUT}
        cluster = Cluster("c", [(m.name, m.port, attributes) for m in members], RetryInterval=RETRY_INTERVAL,
                          PostBufferSize=64)
        return running_httpd(folder, plugin_cfg(cluster), self.settings)

    def told(self):
        """The settings, for the docs."""
        return (f"plugin-cfg.xml: RetryInterval {RETRY_INTERVAL}, ConnectTimeout {CONNECT_TIMEOUT}, "
                f"ServerIOTimeout {IO_TIMEOUT}, PostBufferSize 64\n" + self.settings).strip()


SYSTEMS = [
    ModWlm("mod_wlm", ""),
    ModWlm("mod_wlm, bodies spooled", "WLMBodySpool 64M\n", only=["POST 10 MiB", "POST chunked"]),
    ModWlm("mod_wlm, outliers left out", "WLMOutlier failures=3\n", only=["GET", "POST 1 KiB"]),
    ModWlm("mod_wlm, idempotent only", "WLMRetryPolicy Idempotent\nWLMBodySpool 64M\n"),
]

"""mod_wlm in the configurations that are measured, and the members behind. Peers are in peers.py."""
from common.systems import CONNECT_TIMEOUT, IO_TIMEOUT, RETRY_INTERVAL, System, httpd_version, running_httpd
from wlmtest import dropin
from wlmtest.dropin import drop_in
from wlmtest.members import Member
from wlmtest.plugincfg import Cluster, plugin_cfg

from . import DELAY_MS
from .faulty import FaultyMember


def make_members(fault, folder):
    """Two, one after the other, of which the first gets the fault."""
    yield FaultyMember("a") if fault.answer else Member("a", folder, delay=DELAY_MS)
    yield Member("b", folder, delay=DELAY_MS)


class ModWlm(System):
    """only: the names of the kinds that are measured, None: all."""

    def __init__(self, name, settings, only=None):
        super().__init__(name)
        self.settings, self.only = settings, only

    def version(self):
        return httpd_version()

    def supports(self, _fault, kind):
        return self.only is None or kind.name in self.only

    def running(self, folder, members):
        attributes = {"ConnectTimeout": CONNECT_TIMEOUT, "ServerIOTimeout": IO_TIMEOUT}
        cluster = Cluster("c", [(m.name, m.port, attributes) for m in members], RetryInterval=RETRY_INTERVAL,
                          PostBufferSize=64)
        return running_httpd(folder, plugin_cfg(cluster), self.settings)

    def settings_text(self):
        """The settings, for the docs."""
        return (f"plugin-cfg.xml: RetryInterval {RETRY_INTERVAL}, ConnectTimeout {CONNECT_TIMEOUT}, "
                f"ServerIOTimeout {IO_TIMEOUT}, PostBufferSize 64\n" + self.settings).strip()


class DropIn(ModWlm):
    """A generated file as it is, and no directive. file: a path; its times and sizes count."""

    def __init__(self, name, file):
        super().__init__(name, "")
        self.file = file

    def running(self, folder, members):
        return running_httpd(folder, drop_in(self.file, members))

    def settings_text(self):
        return "plugin-cfg.xml as it was generated, with PostBufferSize=\"0\"; no directive but WLMConfig"


DROP_IN = DropIn("mod_wlm, a drop-in", dropin.DROP_IN)
SYSTEMS = [
    DROP_IN,
    ModWlm("mod_wlm, Original", "WLMDefaults Original\n"),
    ModWlm("mod_wlm, Original, bodies spooled", "WLMDefaults Original\nWLMBodySpool 64M\n", only=["POST 10 MiB", "POST chunked"]),
    ModWlm("mod_wlm, Original, outliers left out", "WLMDefaults Original\nWLMOutlier failures=3\n", only=["GET", "POST 1 KiB"]),
    ModWlm("mod_wlm, idempotent only", "WLMDefaults Original\nWLMRetryPolicy Idempotent\nWLMBodySpool 64M\n"),
]

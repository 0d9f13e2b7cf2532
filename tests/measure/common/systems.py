"""Systems between clients and members: the base class of all that are measured, and a running httpd."""
import contextlib
import subprocess
import sys

from wlmtest import config_value
from wlmtest.httpd import Httpd

CONNECT_TIMEOUT, IO_TIMEOUT, RETRY_INTERVAL = 2, 3, 5  # seconds, of all systems


def httpd_version():
    output = subprocess.run([config_value("HTTPD"), "-v"], capture_output=True, text=True, check=True).stdout
    return output.split()[2]  # Server version: Apache/2.4.x (Debian)


class System:
    """What all systems have."""
    make_members = None  # a function where a system has members of its own: faults/peers.py

    def __init__(self, name):
        self.name = name

    def is_there(self):
        return True

    def supports(self, _fault, _kind):
        return True


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


def pick(things, names):
    return [t for t in things if names is None or t.name in names]


def systems_of(chosen, own, peers):
    if chosen.system:
        return pick(own + peers, chosen.system)
    systems = own + (peers if chosen.peers else [])
    missing = [s.name for s in systems if not s.is_there()]
    if missing:
        sys.exit(f"not installed: {', '.join(missing)}; tools/setup.sh peers installs what is needed")
    return systems

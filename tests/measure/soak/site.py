"""The site: an httpd with few threads, and members of which one never dies."""
import os
import time

from common.client import Client
from waiting.member import Member
from waiting.systems import CHILDREN, IO_TIMEOUT, ModWlm, Site
from wlmtest.plugincfg import Cluster, Route, plugin_cfg

LASTS, MORTAL = "a", "bcd"
GENERATIONS = 4            # of children that may be there at once: tunnels outlive restarts
ADDRESSES = [f"127.0.0.{n}" for n in range(1, 5)]  # httpd's: each has its own ports for clients
ROOM = 10                  # requests that a member of the cluster with a queue takes at a time


def text(members, missing=(), weights=None):
    """A plugin-cfg.xml. missing: names of members that it leaves out. weights: by names"""
    there = [m for m in members if m.name not in missing]
    attrs = {"ServerIOTimeout": IO_TIMEOUT, "ConnectTimeout": 5}
    servers = [(m.name, m.port, {**attrs, "host": m.host, "https": getattr(m, "tls_port", None),
                                 "LoadBalanceWeight": weights[m.name] if weights else 2}) for m in there]
    queued = [("q" + m.name, m.port, {**attrs, "host": m.host, "MaxConnections": ROOM}) for m in there]
    return plugin_cfg(Cluster("c", servers, RetryInterval=2), Cluster("q", queued, RetryInterval=2),
                      routes=[Route("c"), Route("q", ["/queued/*"])], RefreshInterval=1)


class SoakSite(Site):
    def __init__(self, system, server, members):
        super().__init__(system, server, members)
        self.deaths = []       # (when, name of the member)
        self.counts = {"restarts": 0, "deaths": 0, "changes": 0}

    def write(self, *what):
        """What: as text() has it."""
        new = self.server.path / "plugin-cfg.new"
        new.write_text(text(self.members, *what))
        os.rename(new, self.server.path / "plugin-cfg.xml")

    def ports(self):
        """Of httpd."""
        return [self.port]

    def client_of(self, number, kind=Client):
        return kind(self.port, timeout=IO_TIMEOUT, host=ADDRESSES[number % len(ADDRESSES)])

    def note_death(self, name):
        self.deaths.append((time.monotonic(), name))

    def has_died_since(self, when, name=None):
        """Has this member, or any? A request may just get to one that has died shortly before."""
        return any(at >= when - 1 and name in (None, victim) for at, victim in self.deaths)


class SoakSystem(ModWlm):
    make_site = SoakSite

    def __init__(self):
        super().__init__("On")

    def running(self, count=1 + len(MORTAL), children_limit=GENERATIONS * CHILDREN):
        return super().running(count, children_limit)

    def _make_member(self, name):
        """Each has an address of its own: so its port is free when it comes back, and connections to it have ports of their own."""
        return Member(name, f"127.0.1.{1 + ord(name) - ord(LASTS)}")

    def _configure(self, server, members):
        listens = [f"Listen {address}:{server.port}" for address in ADDRESSES if address != "127.0.0.1"]
        server.configure(text(members), "\n".join([
            *listens, "KeepAliveTimeout 300", f"WLMEngine {self.engine}", "WLMQueue 2000 60s",
            "<Location /wlm-status>\nSetHandler wlm-status\n</Location>\n"]))

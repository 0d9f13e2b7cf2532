"""The first request of each web server."""
import collections
import contextlib

from bench.table import table
from wlmtest.plugincfg import Cluster, plugin_cfg

from .bounds import Bound, Case, Result
from .sites import Fleet, running_httpd

SERVERS, MEMBERS = 6, 40
SAME = 4                       # by chance, five or six are once in some 400,000 runs


def measure():
    with Fleet(MEMBERS) as fleet, contextlib.ExitStack() as stack:
        text = plugin_cfg(Cluster("c", fleet.servers()))
        for server in [stack.enter_context(running_httpd(text)) for _ in range(SERVERS)]:
            server.client.get()
        got = collections.Counter(member for _, member in fleet.asked)
    most = max(got.values())
    return Result([table(["web servers", "members", "different members that got a first one", "most of one member"],
                         [[f"{SERVERS}", f"{MEMBERS}", f"{len(got)}", f"{most}"]])],
                  [Bound(f"first requests of {SERVERS} web servers that went to one member", SAME, most)])


CASE = Case("rotation", f"{SERVERS} web servers that start with the same file; the first request of each.", measure)

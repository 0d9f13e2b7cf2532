"""A member fails, which several web servers find out at the same moment: when does each of them probe it?"""
import contextlib
import threading
import time

from bench.table import table
from wlmtest.plugincfg import Cluster, plugin_cfg

from .bounds import Bound, Case, Result
from .sites import Fleet, running_httpd

SERVERS, INTERVAL = 6, 2       # RetryInterval, seconds
BEGINS, WINDOW = 15, 20        # seconds after it has failed
PAUSE = 0.01                   # between two requests of a web server
NEAR = 0.1                     # seconds
DIRECTIVES = {"by default": "", "`WLMRetryBackoff 0 50`": "WLMRetryBackoff 0 50"}
MOST = 2                       # others near a probe; if all were at once it would be five


@contextlib.contextmanager
def asking(servers):
    """Each of them, all the time."""
    is_over = threading.Event()

    def ask(server):
        while not is_over.wait(PAUSE):
            server.client.get()
    threads = [threading.Thread(target=ask, args=(server,)) for server in servers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        is_over.set()
        for thread in threads:
            thread.join()


def probes_with(directive):
    """When they were, in seconds."""
    with Fleet(1) as good, Fleet(1) as bad, contextlib.ExitStack() as stack:
        members = [(name, *rest) for name, fleet in (("good", good), ("bad", bad)) for _, *rest in fleet.servers()]
        text = plugin_cfg(Cluster("c", members, RetryInterval=INTERVAL))
        servers = [stack.enter_context(running_httpd(text, directive)) for _ in range(SERVERS)]
        for server in servers:
            server.expect("WLM0030", "WLM0035", "WLM0223")
        with asking(servers):
            time.sleep(1)          # until all have used it
            bad.status = None
            begun = time.monotonic()
            time.sleep(BEGINS + WINDOW)  # the length of the measurement
        return [at for at, _ in bad.asked if at >= begun + BEGINS]


def others_near(times):
    """In the mean."""
    return sum(abs(a - b) < NEAR for a in times for b in times) / len(times) - 1


def measure():
    found = {name: probes_with(directive) for name, directive in DIRECTIVES.items()}
    rows = [[name, f"{len(times)}", f"{others_near(times):.1f}"] for name, times in found.items()]
    head = ["", f"probes in {WINDOW} s", f"others within {NEAR} s of a probe"]
    return Result([table(head, rows)], [Bound(f"{name}: others within {NEAR} s of a probe", MOST, others_near(times), 1)
                                        for name, times in found.items()])


CASE = Case("probes", f"{SERVERS} web servers with requests for two members, of which one fails at a moment; RetryInterval {INTERVAL}. "
            f"Their probes of it, from {BEGINS} s after that on.", measure)

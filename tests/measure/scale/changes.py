"""Live changes in quick succession, each with other members, where there are slots for two versions only."""
import threading
import time

from bench.table import table
from wlmtest.plugincfg import Cluster, plugin_cfg

from .bounds import Bound, Case, Result
from .sites import CHILDREN, Fleet, reload, running_httpd

MEMBERS, CHANGES, EVERY = 100, 300, 0.1    # EVERY: seconds from one to the next one, when that one is done by then
CLIENTS = 4
SLOTS = f"WLMSlots {2 * MEMBERS} 2\n"


def version(fleet, number):
    """The same addresses; by their names and clone ids all of its members are new, and so is the cluster."""
    members = [(f"v{number}_{name}", port, {**attributes, "CloneID": f"v{number}_{name}"}) for name, port, attributes in fleet.servers()]
    return plugin_cfg(Cluster(f"c{number}", members))


class Clients:
    """Ask for pages until the end."""

    def __init__(self, server):
        self.server, self.is_over = server, threading.Event()
        self.answers, self.wrong = 0, []
        self.threads = [threading.Thread(target=self._ask) for _ in range(CLIENTS)]

    def _ask(self):
        while not self.is_over.is_set():
            answer = self.server.client.get("/app/")
            self.answers += 1
            if answer.error or answer.status != 200:
                self.wrong.append(answer)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.is_over.set()
        for thread in self.threads:
            thread.join()


def change_all(server, fleet):
    """A Reload of each."""
    done, due = [], time.monotonic()
    for number in range(1, CHANGES + 1):
        time.sleep(max(0, due - time.monotonic()))     # the pace that is measured
        due = time.monotonic() + EVERY
        done.append(reload(server, version(fleet, number)))
    return done


def measure():
    with Fleet(MEMBERS) as fleet, running_httpd(version(fleet, 0), SLOTS, children=CHILDREN) as server:
        begun = time.monotonic()
        with Clients(server) as clients:
            done = change_all(server, fleet)
        took = time.monotonic() - begun
    refused, slowest = sum(change.status != 200 for change in done), max(change.seconds for change in done)
    rows = [[f"{CHANGES}", f"{refused}", f"{took:.0f}", f"{slowest:.2f}", f"{clients.answers:,}", f"{len(clients.wrong)}"]]
    head = ["changes", "refused", "s for all", "s of the slowest", "requests meanwhile", "wrong answers"]
    return Result([table(head, rows)], [Bound("changes that were refused", 0, refused),
                                        Bound("wrong answers meanwhile", 0, len(clients.wrong))])


CASE = Case("changes", f"{CHANGES} live changes by an administrator, {EVERY} s from one to the next one where the one before is done by "
            f"then, in {CHILDREN} processes with `{SLOTS.strip()}`: each has {MEMBERS} members and a cluster that the one before did not "
            f"have, so two versions fill the table. {CLIENTS} clients ask meanwhile.", measure)

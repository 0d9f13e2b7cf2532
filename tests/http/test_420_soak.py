"""Two hundred changes of the file in a minute, under load: no request is lost, and nothing grows."""
import os
import random
import re
import threading
import time

import pytest

from wlmtest.plugincfg import Cluster, Route, plugin_cfg
from wlmtest.status import LOCATION, steer

RELOADS, SECONDS, WARM = 200, 60, 50


def text_of(ports, number):
    """The number-th file: members in another order, with other weights; some come, some go, some are new for ever."""
    random_of = random.Random(number)
    names = random_of.sample(sorted(ports), random_of.randint(2, len(ports)))
    servers = [(name, ports[name], {"LoadBalanceWeight": random_of.randint(1, 9)}) for name in names]
    servers.append((f"new{number}", ports["a"], {}))
    clusters = [Cluster("c", servers), Cluster(f"other{number % 7}", servers[:1])]
    random_of.shuffle(clusters)
    return plugin_cfg(*clusters, routes=[Route("c"), Route(f"other{number % 7}", [f"/other{number}/*"])], RefreshInterval=1)


def reload(server, text):
    new = server.path / "plugin-cfg.new"
    new.write_text(text)
    new.rename(server.path / "plugin-cfg.xml")
    steer(server, "reload")


def figures(server):
    """What must not grow: {pid: (KiB of memory, descriptors)}, and slots in use."""
    sizes = {}
    for pid in server.children_pids():
        with open(f"/proc/{pid}/status", encoding="ascii") as status:
            sizes[pid] = (int(re.search(r"RssAnon:\s+(\d+)", status.read()).group(1)), len(os.listdir(f"/proc/{pid}/fd")))
    auto = server.client.get("/server-status?auto").body.decode()
    return sizes, [int(n) for n in re.findall(r"^WLMSlots\w+: (\d+) of", auto, re.M)]


class Load:
    """Clients that go on while the block runs; half of them keep a session."""

    def __init__(self, server, clients):
        self.server, self.over, self.done, self.failed = server, threading.Event(), 0, []
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self.run, args=(i % 2,)) for i in range(clients)]
    def run(self, keeps_session):
        headers = {}
        connection = self.server.client.connect()
        while not self.over.is_set():
            try:
                connection.request("GET", "/app/", headers=headers)
                answer = self.server.client.read(connection)
            except OSError as e:
                answer = e
                connection.close()
            cookie = getattr(answer, "headers", {}).get("Set-Cookie") if keeps_session else None
            if cookie:
                headers = {"Cookie": cookie.split(";")[0]}
            with self.lock:
                self.done += 1
                if getattr(answer, "status", 0) != 200 or answer.error:
                    self.failed.append(answer)
        connection.close()

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()


@pytest.mark.parametrize("mpm", ["event"])
@pytest.mark.alone
def test_420_01_two_hundred_reloads_in_a_minute(httpd, member, mpm, record_property):
    members = {name: member(name) for name in "abcdef"}
    ports = {name: m.port for name, m in members.items()}
    server = httpd(text_of(ports, 0), LOCATION, children=4, mpm=mpm)
    server.expect("WLM0172")
    with Load(server, 8) as load:
        begun = time.monotonic()
        for number in range(1, RELOADS + 1):
            time.sleep(max(0.0, begun + number * SECONDS / RELOADS - time.monotonic()))  # the pace of the story
            reload(server, text_of(ports, number))
            if number == WARM:
                before, _ = figures(server)
        seconds = time.monotonic() - begun
        after, slots = figures(server)
    record_property("soak", f"{load.done} requests, {len(load.failed)} failed; {seconds:.0f} s; KiB and descriptors of the "
                            f"children after {WARM} reloads {sorted(before.values())}, at the end {sorted(after.values())}; "
                            f"slots in use {slots}")
    print(f"\n{load.done} requests, {len(load.failed)} failed, {RELOADS} reloads in {seconds:.0f} s\n"
          f"children after {WARM} reloads {before}\nat the end {after}\nslots {slots}")
    assert load.failed == [] and load.done > 1000
    assert set(before) == set(after)  # no child has died
    assert all(after[pid][0] <= before[pid][0] + 2048 and after[pid][1] <= before[pid][1] + 16 for pid in before)
    assert slots[0] <= 2 * 8 * 2 and slots[1] <= 2 * 3

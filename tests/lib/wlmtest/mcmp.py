"""Servers that register themselves by mod_cluster's protocol: they send what Tomcat's listener sends, and behind each is a
wlm-member."""
import contextlib
import os
import pwd
import re
import threading
import urllib.parse

import pytest

from wlmtest import am_root, free_port, wait_until
from wlmtest.client import Client
from wlmtest.status import state

PLACE = """Listen 127.0.0.1:{port}
<VirtualHost 127.0.0.1:{port}>
    <Location "/">
        SetHandler wlm-mcmp
        WLMRegistration On
        Require ip 127.0.0.1
    </Location>
</VirtualHost>
"""


class Node:
    """What a server says to the proxy."""

    def __init__(self, server, registration, member, route=None, alias="localhost,shop.example"):
        self.server, self.client = server, Client(registration)
        self.member, self.route, self.alias = member, route or member.name, alias

    def send(self, method, path="/", **fields):
        return self.client.send(method, path, urllib.parse.urlencode({"JVMRoute": self.route, **fields}))

    def must(self, method, path="/", **fields):
        """A message that is accepted. Returns the answer when all processes have what it has changed."""
        before = len(self.server.log())
        answer = self.send(method, path, **fields)
        assert answer.status == 200, (answer, answer.headers and dict(answer.headers))
        if "WLM0245" in self.server.log()[before:]:
            wait_until(lambda: self.is_followed(before), "all processes to follow")
        return answer.body.decode()

    def is_followed(self, before):
        """Is there a line in the log, behind so many bytes, by each process, that it has a new version?"""
        pids = re.findall(r"\[pid (\d+).*?(?:WLM0047|WLM0051):", self.server.log()[before:])
        return set(self.server.children_pids()) <= set(map(int, pids))

    def config(self, **fields):
        return self.must("CONFIG", **{"Host": "127.0.0.1", "Port": self.member.port, "StickySessionForce": "No", "Type": "http",
                                      **fields})

    def app(self, what, context="/app"):
        return self.must(f"{what}-APP", Alias=self.alias, Context=context)

    def status(self, load=100):
        return self.must("STATUS", Load=load)

    def register(self, *contexts):
        self.client.send("INFO", "/")
        self.config()
        for context in contexts or ["/app"]:
            self.app("ENABLE", context)
        self.status()
        return self


class Beat:
    """A node that says STATUS each quarter of a second."""

    def __init__(self, node):
        self.node, self.over = node, threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self):
        while not self.over.wait(0.25):
            self.node.send("STATUS", Load=50)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()


def regular(server, *nodes):
    """Each has said STATUS often enough to be judged, and its interval is known, which is counted in tenths of a second."""
    def said():
        for node in nodes:
            node.status()
        now = state(server)
        return all(now[node.route]["status_interval"] > 0 for node in nodes)
    for _ in range(3):
        said()
    wait_until(said, "the intervals of STATUS to be known")


@contextlib.contextmanager
def all_answered(server):
    """Two clients ask meanwhile, and each request is answered with 200."""
    answers, over = [], threading.Event()

    def run():
        while not over.is_set():
            answers.extend(server.client.load(10, 2, "/app/"))
    clients = threading.Thread(target=run)
    clients.start()
    try:
        yield
    finally:
        over.set()
        clients.join()
    assert {answer.status for answer in answers} == {200}


def folder_of(server):
    """Where httpd's User may write."""
    path = server.path / "registry"
    path.mkdir()
    if am_root():
        os.chown(path, pwd.getpwnam("nobody").pw_uid, -1)
    return path


@pytest.fixture
def registry(httpd, member):
    """(an httpd with an empty registry, a function that makes nodes)"""
    def make(more="", before="", prepare=None, **options):
        port = free_port()
        server = httpd(start=False, **{"children": 2, **options})
        folder_of(server)
        server.configure(extra=f"WLMRegistry registry/nodes.xml\n{before}WLMConfig registry/nodes.xml\n"
                         + PLACE.format(port=port) + more)
        server.expect("WLM0001", "WLM0036")  # nodes are stopped
        if prepare:
            prepare(server)
        server.start()

        def node(name, **fields):
            return Node(server, port, member(name), **fields)
        node.registration = port
        return server, node
    return make

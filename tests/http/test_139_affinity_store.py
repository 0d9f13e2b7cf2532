"""Stories of several web servers that share what WLMAffinity Learn has learned (WLMAffinityStore), with a real Redis."""
import concurrent.futures
import itertools

import pytest

from wlmtest import wait_until
from wlmtest.module import load
from wlmtest.plugincfg import Cluster, plugin_cfg
from wlmtest.redis import Between, Redis
from wlmtest.status import LOCATION, everything

NO_ROUTE = {"CloneID": None}
LEARN = "WLMAffinity Learn header:Mcp-Session-Id\n"


@pytest.fixture
def redis(folder):
    server = Redis(folder)
    yield server
    server.stop()


@pytest.fixture(params=["On", "Off"], ids=["engine", "threads"])
def servers(request, httpd, member, folder):
    """Two web servers in front of the members s1, s2, s3 and with one store."""
    (folder / "key").write_bytes(bytes(range(32)))

    def make(port, timeout="500ms", names=("s1", "s2", "s3"), n=2, extra="", key="key"):
        members = {name: member(name) for name in names}
        cluster = plugin_cfg(Cluster("c", [(name, m.port, NO_ROUTE) for name, m in members.items()]))
        settings = (load("socache_redis") + f"WLMEngine {request.param}\nWLMAffinityStore redis:127.0.0.1:{port} {timeout}\n"
                    f"WLMAffinityKey {folder / key}\n" + LEARN + LOCATION + extra)
        return [httpd(cluster, settings, children=2) for _ in range(n)]
    return make


numbers = itertools.count()


def begin(server):
    """A session: (its member, its name)."""
    name = f"session-{next(numbers)}"
    return server.client.get(f"/app/?nosession=1&header-Mcp-Session-Id={name}").headers["X-Member"], name


def reached(server, session):
    return server.client.get("/app/?nosession=1", Mcp_Session_Id=session[1]).headers["X-Member"] == session[0]


def store(server):
    return everything(server)["affinity_store"]


def wait_for(server, **values):
    """Until the state of its store has them."""
    wait_until(lambda: {k: store(server)[k] for k in values} == values, f"{values}, not {store(server)}")


def stored(server, n):
    wait_for(server, stored=n)


def test_139_01_the_other_web_server_finds_the_owner(servers, redis):
    one, other = servers(redis.port)
    sessions = [begin(one) for _ in range(300)]
    stored(one, 300)
    assert sum(reached(other, session) for session in sessions) == 300
    state = store(other)
    assert (state["asked"], state["found"], state["stored"]) == (300, 300, 0)
    redis.kill()  # the table has them now
    assert sum(reached(other, session) for session in sessions) == 300
    assert store(other)["asked"] == 300

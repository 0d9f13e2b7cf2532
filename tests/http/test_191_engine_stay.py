"""Stories of requests that are not suspended with the engine: a thread of the MPM waits itself for what comes soon. The error
log says of each request that is suspended."""
import concurrent.futures
import contextlib
import http.client
import time

import pytest

from wlmtest import wait_until
from wlmtest.plugincfg import Cluster, Route, plugin_cfg

pytestmark = pytest.mark.alone
SLOW = 200  # ms; much longer than a thread waits


@pytest.fixture
def site(httpd, member):
    """A server, and a function: how many requests for an application have been suspended so far. /quick/ and /slow/ have a member
    each, which are equally quick as long as delay does not ask for something else."""
    def make(extra=""):
        clusters = [Cluster(name, [(name, member(name).port, {})]) for name in ("quick", "slow")]
        server = httpd(plugin_cfg(*clusters, routes=[Route(c.name, uris=[f"/{c.name}/*"]) for c in clusters]),
                       "WLMEngine On\nAsyncRequestWorkerFactor 1000\nMaxKeepAliveRequests 0\nKeepAliveTimeout 20\n"
                       f"LogLevel wlm:trace1\n{extra}", threads=16)
        return server, lambda name: server.log().count(f"is suspended: /{name}/")
    return make


@contextlib.contextmanager
def connected(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    try:
        yield lambda target: fetch(connection, target)
    finally:
        connection.close()


def fetch(connection, target):
    connection.request("GET", target)
    response = connection.getresponse()
    response.read()
    assert response.status == 200


def fetch_once(server, target):
    with connected(server) as get:
        get(target)


def fetch_slow(server, number):
    """All at once."""
    with concurrent.futures.ThreadPoolExecutor(number) as pool:
        list(pool.map(lambda _: fetch_once(server, f"/slow/?delay={SLOW}"), range(number)))


def test_191_01_a_connection_with_one_request_is_not_handed_over(site):
    server, suspended = site()
    for _ in range(30):
        fetch_once(server, "/quick/")
    fetch_slow(server, 3)
    assert suspended("quick") < 10, "the machine may be slow, too, but not always"
    assert suspended("slow") == 3


def test_191_02_a_member_that_is_slow_gets_no_thread(site):
    """After some waits in vain next to no request waits for that member; also what it answers soon is suspended."""
    server, suspended = site()
    for _ in range(5):
        fetch_slow(server, 40)
    for _ in range(15):
        fetch_once(server, "/slow/?delay=2")
        fetch_once(server, "/quick/?delay=2")
    assert suspended("slow") > 208, "an answer may come while the request is still being sent, but not always"
    assert suspended("quick") < 7, "the other member is not like that"


def test_191_03_one_client_alone_keeps_its_thread(site):
    server, suspended = site("WLMStay 1s")
    with connected(server) as get:
        for _ in range(50):
            get("/quick/?delay=1")
    assert suspended("quick") == 0


def test_191_04_a_client_that_is_not_waited_for_goes_to_the_engine(site):
    """From its second request on: each way through the MPM would cost more than to hand it over once."""
    server, suspended = site("WLMStay Off")
    with connected(server) as get:
        for _ in range(10):
            get("/quick/?delay=2")
    assert suspended("quick") > 6


def test_191_05_so_does_one_whose_requests_come_slowly(site):
    """One that comes late is forgiven."""
    server, suspended = site("WLMStay 1ms")
    with connected(server) as get:
        for _ in range(10):
            get("/quick/?delay=2")
            until = time.monotonic() + 0.02
            wait_until(lambda until=until: time.monotonic() > until, "a pause")
    assert suspended("quick") > 5


def test_191_06_several_busy_clients_go_to_the_engine(site):
    """Each of them would hold a thread all the time. In the end there may be one left that is alone."""
    server, suspended = site("WLMStay 1s")

    def talk(_):
        with connected(server) as get:
            for _ in range(40):
                get("/quick/?delay=5")
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        list(pool.map(talk, range(6)))
    assert suspended("quick") > 5 * 38

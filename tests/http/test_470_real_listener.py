"""Real Tomcats that register themselves by mod_cluster's listener, which Debian does not have: WLM_LISTENER_JARS is a folder
with the jar files of mod_cluster for Tomcat 10.1, JBoss Logging among them."""
import contextlib
import datetime
import os
import pathlib
import re
import time

import pytest

from wlmtest import free_port, meanwhile, wait_until
from wlmtest.client import parse_fields
from wlmtest.mcmp import PLACE, folder_of
from wlmtest.status import LOCATION, state
from wlmtest.tomcat import COUNT_JSP, Tomcat, is_installed

JARS = sorted(pathlib.Path(os.environ.get("WLM_LISTENER_JARS", "/nowhere")).glob("*.jar"))
pytestmark = [pytest.mark.skipif(not JARS, reason="WLM_LISTENER_JARS is not set"),
              pytest.mark.skipif(not is_installed(), reason="Debian's tomcat10-common is not installed")]

LISTENER = """<Listener className="org.jboss.modcluster.container.tomcat.ModClusterListener" advertise="false"
  proxyList="{proxies}" connectorPort="{{port}}" stopContextTimeout="5"/>"""
PAGE = "/app/count.jsp"


@pytest.fixture
def webs(httpd):
    """Two web servers, each with an empty registry that survives a stop."""
    servers = []
    for _ in range(2):
        server = httpd(start=False, children=2)
        folder_of(server)
        server.registration = free_port()
        server.configure(extra="WLMRegistry registry/nodes.xml\nWLMConfig registry/nodes.xml\nWLMStateFile state\nWLMSlowStart 0\n"
                         + PLACE.format(port=server.registration) + LOCATION)
        server.expect("WLM0001", "WLM0030", "WLM0031", "WLM0033", "WLM0035", "WLM0036")
        server.start()
        servers.append(server)
    return servers


@pytest.fixture
def tomcat(webs, folder):
    """A function that starts a Tomcat that registers itself with both."""
    started = []
    proxies = ",".join(f"127.0.0.1:{server.registration}" for server in webs)

    def make(name):
        started.append(Tomcat(name, folder / name, "count", COUNT_JSP, listener=LISTENER.format(proxies=proxies), jars=JARS))
        return started[-1]
    yield make
    for server in started:
        server.kill()


def owners(server, n=8):
    """The members of so many requests; None for one that has another answer than 200."""
    answers = server.client.load(n, 2, PAGE)
    return {parse_fields(a.body)["member"] if a.status == 200 else None for a in answers}


def wait_for(servers, *tomcats):
    wait_until(lambda: all(owners(s) == {t.name for t in tomcats} for s in servers), f"{len(tomcats)} Tomcats at all", 60)


@contextlib.contextmanager
def all_answered(servers):
    """Clients ask both web servers meanwhile, and each request is answered with 200. Yields a function that waits for more."""
    with contextlib.ExitStack() as stack:
        all_answers = [stack.enter_context(meanwhile(lambda s=s: s.client.get(PAGE), 2)) for s in servers]

        def more(n=100):
            ends = [len(answers) + n for answers in all_answers]
            wait_until(lambda: all(len(a) > end for a, end in zip(all_answers, ends)), "answers", 60)
        more()
        yield more
    for answers in all_answers:
        assert {(answer.status, answer.body) for answer in answers if answer.status != 200} == set()


def test_470_01_a_session_stays_with_its_tomcat(webs, tomcat):
    t1, t2 = tomcat("t1"), tomcat("t2")
    wait_for(webs, t1, t2)
    for server in webs:
        for _ in range(4):
            first = server.client.get(PAGE)
            cookie, owner = first.headers["Set-Cookie"].split(";")[0], parse_fields(first.body)["member"]
            assert cookie.endswith("." + owner)
            for other in webs:  # the registries are two, and know the same
                assert parse_fields(other.client.get(PAGE, Cookie=cookie).body)["member"] == owner


def enabled_at(server):
    """When ENABLE-APP came, by httpd's log; None: not yet."""
    line = re.search(r"^\[\w+ (\w+ \d+ [\d:.]+ \d+)\].*/app is enabled", server.log(), re.M)
    return line and datetime.datetime.strptime(line.group(1), "%b %d %H:%M:%S.%f %Y").timestamp()


def test_470_02_a_second_after_the_application_is_enabled_all_requests_go_there(webs, tomcat):
    with contextlib.ExitStack() as stack:
        all_answers = [stack.enter_context(meanwhile(lambda s=s: (time.time(), s.client.get(PAGE).status), 2)) for s in webs]
        wait_for(webs, tomcat("t1"))
    for server, answers in zip(webs, all_answers):
        assert {status for _, status in answers} == {200, 404}
        assert max(sent for sent, status in answers if status == 404) < enabled_at(server) + 1


@pytest.mark.parametrize("end, then", [(Tomcat.kill, "down"), (Tomcat.stop, "gone")], ids=["killed", "stopped"])
def test_470_03_a_tomcat_that_ends_and_comes_back(webs, tomcat, end, then):
    t1, t2 = tomcat("t1"), tomcat("t2")
    wait_for(webs, t1, t2)
    with all_answered(webs) as more:
        end(t2)
        wait_until(lambda: all(state(s).get("t2", {"state": "gone"})["state"] == then for s in webs), f"it to be {then}", 30)
        wait_for(webs, t1)
        more()
        t2.start()
        wait_for(webs, t1, t2)


def test_470_04_an_application_that_is_undeployed_and_deployed_again(webs, tomcat):
    """Tomcat says that it is there some milliseconds before it serves it, so what is answered in between is Tomcat's own 404."""
    t1, t2 = tomcat("t1"), tomcat("t2")
    wait_for(webs, t1, t2)
    with all_answered(webs) as more:
        away = t2.descriptor.rename(t2.base / "app.xml")
        wait_for(webs, t1)
        more()
    away.rename(t2.descriptor)
    wait_for(webs, t1, t2)
    with all_answered(webs):
        assert all(owners(s) == {"t1", "t2"} for s in webs)


def test_470_05_a_web_server_that_is_restarted_knows_them(webs, tomcat):
    t1, t2 = tomcat("t1"), tomcat("t2")
    wait_for(webs, t1, t2)
    with all_answered(webs) as more:
        for server in webs:
            server.restart("graceful")
            more()
    for server in webs:
        server.stop()
        server.start()
        assert owners(server) == {"t1", "t2"}
    wait_for(webs, t1, t2)

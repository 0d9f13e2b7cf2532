"""Stories of classes of requests (WLMClass): who is served first when all members are full, and what is counted."""
import pytest

from wlmtest import wait_until
from wlmtest.plugincfg import Cluster, plugin_cfg
from wlmtest.status import LOCATION, everything, state
from test_255_concurrency import cluster, in_background

CLASSES = """
WLMClass vip "expr=%{HTTP:X-Class} == 'vip'" goal=30 priority=9
WLMClass robots "expr=%{HTTP_USER_AGENT} =~ /bot/i" priority=0
"""


def classes(server):
    return {c["name"]: c for c in cluster(server)["classes"]}


def test_256_01_the_urgent_are_served_first(httpd, member, folder):
    log = folder / "access"
    a = member("a", delay=500)
    server = httpd(plugin_cfg(Cluster("c", [("a", a.port, {"MaxConnections": 1})])),
                   f'WLMQueue 20 20\n{CLASSES}LogFormat "%{{X-Request-Id}}i %{{WLM_CLASS}}e" t\nCustomLog {log} t\n{LOCATION}', children=2)
    requests = [("robot", {"User_Agent": "Bot/1"}), ("human", {}), ("vip-1", {"X_Class": "vip"}), ("vip-2", {"X_Class": "vip", "User_Agent": "bot"})]
    threads = [in_background(server.client.get)]
    wait_until(lambda: state(server)["a"]["in_flight"] == 1, "the first to be with the member")
    for n, (name, fields) in enumerate(requests):
        threads.append(in_background(lambda name=name, fields=fields: server.client.get(X_Request_Id=name, **fields)))
        wait_until(lambda n=n: cluster(server)["waiting"] == n + 1, f"{n + 1} to wait")
    for thread in threads:
        thread.join()
    assert [line.split()[-1] for line in a.log.read_text().splitlines()][1:] == ["vip-1", "vip-2", "human", "robot"]
    found = classes(server)
    assert list(found) == [None, "vip", "robots"]  # the first that fits
    assert {name: (c["requests"], c["in_time"], c["priority"]) for name, c in found.items()} == {
        None: (2, 2, 5), "vip": (2, 2, 9), "robots": (1, 1, 0)}
    wait_until(lambda: len(log.read_text().splitlines()) >= 5, "the access log")
    assert {"vip-1 vip", "vip-2 vip", "robot robots", "human -"} <= set(log.read_text().splitlines())


def test_256_02_what_is_less_urgent_takes_no_place_and_is_refused_first(httpd, member):
    a = member("a", delay=2000)
    server = httpd(plugin_cfg(Cluster("c", [("a", a.port, {"MaxConnections": 1})])), f"WLMQueue 1 20\n{CLASSES}{LOCATION}")
    server.expect("WLM0036")
    threads = [in_background(server.client.get)]
    wait_until(lambda: state(server)["a"]["in_flight"] == 1, "the first to be with the member")
    robot = {"User_Agent": "robot"}
    threads.append(in_background(lambda: server.client.get(**robot)))
    wait_until(lambda: cluster(server)["waiting"] == 1, "the robot to wait")
    assert server.client.get(**robot).status == 503
    threads.append(in_background(lambda: server.client.get(X_Class="vip")))
    wait_until(lambda: cluster(server)["waiting"] == 2, "the urgent one to wait, too")
    for thread in threads:
        thread.join()
    found = classes(server)
    assert (found["robots"]["refused_no_place"], found["vip"]["refused_no_place"], cluster(server)["refused_no_place"]) == (1, 0, 1)
    metrics = server.client.get("/wlm-status?format=openmetrics").body.decode()
    assert 'cluster="c",class="robots",reason="no-place"} 1\n' in metrics and 'cluster="c",class="vip"} 1\n' in metrics
    page = server.client.get("/wlm-status").body.decode()
    assert "Class robots, priority 0: 2 requests, 1 of them answered. Refused: 1 found no place" in page
    assert "Class vip, priority 9: 1 request, 1 of them answered within 30.0 s" in page


def test_256_03_nobody_waits_for_longer_than_the_goal(httpd, member):
    a = member("a", delay=3000)
    server = httpd(plugin_cfg(Cluster("c", [("a", a.port, {"MaxConnections": 1})])),
                   "WLMQueue 10 20\nWLMClass quick expr=true goal=300ms\n" + LOCATION)
    server.expect("WLM0036")
    first = in_background(server.client.get)
    wait_until(lambda: state(server)["a"]["in_flight"] == 1, "the first to be with the member")
    assert server.client.get().status == 503
    assert state(server)["a"]["in_flight"] == 1  # so it was refused before the member had room
    first.join()
    quick = classes(server)["quick"]
    assert (quick["requests"], quick["in_time"], quick["refused_waited"]) == (2, 0, 1)


def test_256_04_a_cluster_has_classes_of_its_own(httpd, member):
    a = member("a")
    server = httpd(plugin_cfg(Cluster("c", [("a", a.port, {})])), f"{CLASSES}<WLMCluster c>\nWLMClass own expr=true\n</WLMCluster>\n" + LOCATION)
    assert server.client.member() == "a"
    assert list(classes(server)) == [None, "own"] and classes(server)["own"]["requests"] == 1
    assert [c["name"] for c in everything(server)["clusters"]] == ["c"]


@pytest.mark.parametrize("extra,words", [
    ("WLMClass a", "WLMClass takes NAME expr=EXPRESSION [goal=TIME] [priority=N]"),
    ("WLMClass a goal=1 priority=9", "expr=EXPRESSION says which requests are of the class"),
    ("WLMClass a expr=(", "syntax error"),
    ("WLMClass a expr=true priority=10", "\"10\" is not a number from 0 to 9"),
    ("WLMClass a expr=true goal=soon", "\"soon\" is not a time"),
    ("WLMClass a expr=true colour=red", "\"colour\" is no key of it"),
    ("WLMClass 'a b' expr=true", "may have letters, digits"),
    ("WLMClass a expr=true\nWLMClass a expr=true", "there is a class \"a\" already"),
    ("\n".join(f"WLMClass c{n} expr=true" for n in range(9)), "at most 8 classes"),
])
def test_256_05_wrong_words_are_refused(httpd, extra, words):
    server = httpd(plugin_cfg(Cluster("c", [("a", 1, {})])), extra, start=False)
    result = server.test_config()
    assert result.returncode != 0
    assert words in result.stderr

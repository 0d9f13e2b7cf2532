"""The section in mod_status' page."""
from wlmtest.plugincfg import Cluster, plugin_cfg


def test_300_01_for_people(httpd, member):
    a, b = member("a"), member("b")
    server = httpd(plugin_cfg(Cluster("shop <1>", [("a", a.port, {"LoadBalanceWeight": 3}), ("b", b.port, {})],
                                      primaries=["a"], backups=["b"])))
    server.client.get()
    page = server.client.get("/server-status").body.decode()
    row = "<tr><td>{}</td><td>127.0.0.1:{}</td><td>{}</td><td>up</td><td>enabled</td><td>{}</td><td>{}</td><td>0</td>"
    assert "<h3>Cluster shop &lt;1&gt;, Round Robin</h3>" in page
    assert row.format("a", a.port, "primary", 3, 1) in page
    assert row.format("b", b.port, "backup", 2, 0) in page


def test_300_02_for_programs(httpd, member):
    a, b = member("a"), member("b")
    server = httpd(plugin_cfg(Cluster("c", [("a", a.port, {}), ("b", b.port, {})], RetryInterval=60)), children=3)
    server.expect("WLM0030", "WLM0035")
    server.client.load(20, 4)
    for _ in range(5):
        server.client.get(Cookie="JSESSIONID=0000x:a")
    b.kill()
    server.client.load(2, 1)
    server.client.get(Cookie="JSESSIONID=0000x:b")
    status = server.status()
    assert status["a"] == status["a"] | {
        "Name": "a", "Address": f"127.0.0.1:{a.port}", "Tier": "primary", "State": "up", "Weight": "2",
        "Requests": "18", "InFlight": "0", "Failures": "0", "Busy": "0", "SessionsNew": "12", "SessionsKept": "5",
        "SessionsMoved": "1",
    }
    assert (status["b"]["State"], status["b"]["Failures"], status["b"]["Requests"]) == ("down", "1", "11")

"""Stories with real Tomcats: two instances with jvmRoute, a page that counts in the session."""
import pytest

from wlmtest import wait_until
from wlmtest.client import parse_fields
from wlmtest.plugincfg import Cluster, plugin_cfg
from wlmtest.tomcat import COUNT_JSP, Tomcat, is_installed


@pytest.fixture
def tomcats(folder):
    if not is_installed():
        pytest.skip("Debian's tomcat10-common is not installed")
    servers = [Tomcat(name, folder / name, "count", COUNT_JSP) for name in ("t1", "t2")]
    for server in servers:
        wait_until(server.is_ready, f"Tomcat {server.name}", 60)
    yield servers
    for server in servers:
        server.kill()


def test_310_01_sessions_stay_and_only_those_of_a_dead_tomcat_move(httpd, tomcats):
    t1, t2 = tomcats
    server = httpd(plugin_cfg(Cluster("c", [(t.name, t.port, {}) for t in tomcats])), children=3)
    server.expect("WLM0030", "WLM0035")
    sessions = [None] * 20
    owners = [None] * 20
    for turn in range(1, 11):  # 200 requests of 20 sessions
        for i in range(20):
            answer = server.client.get("/app/count.jsp", **({"Cookie": sessions[i]} if sessions[i] else {}))
            fields = parse_fields(answer.body)
            if turn == 1:
                sessions[i] = answer.headers["Set-Cookie"].split(";")[0]
                owners[i] = fields["member"]
            assert (fields["member"], fields["count"]) == (owners[i], str(turn))
            assert fields["session"].endswith("." + owners[i])
    assert owners.count("t1") == owners.count("t2") == 10

    t1.kill()
    for i in range(20):
        answer = server.client.get("/app/count.jsp", Cookie=sessions[i])
        fields = parse_fields(answer.body)
        assert fields["member"] == "t2"
        if owners[i] == "t2":
            assert fields["count"] == "11"
        else:
            assert fields["count"] == "1"  # Tomcat without a session store begins a new one
            sessions[i] = answer.headers["Set-Cookie"].split(";")[0]
            assert parse_fields(server.client.get("/app/count.jsp", Cookie=sessions[i]).body)["count"] == "2"

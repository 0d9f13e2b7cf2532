"""Stories with real Tomcats: two instances with jvmRoute, a page that counts in the session."""
import os
import pathlib
import signal
import subprocess

import pytest

from wlmtest import free_port, wait_until
from wlmtest.client import Client, parse_fields
from wlmtest.plugincfg import Cluster, plugin_cfg

HOME = pathlib.Path("/usr/share/tomcat10")

SERVER_XML = """<Server port="-1">
 <Service name="Catalina">
  <Connector port="{port}" address="127.0.0.1" protocol="HTTP/1.1"/>
  <Engine name="Catalina" defaultHost="localhost" jvmRoute="{name}">
   <Host name="localhost" appBase="webapps" unpackWARs="false" autoDeploy="false" deployIgnore="none"/>
  </Engine>
 </Service>
</Server>
"""

# Debian's own is in the package tomcat10, which would start a service
WEB_XML = """<web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
 <servlet>
  <servlet-name>jsp</servlet-name>
  <servlet-class>org.apache.jasper.servlet.JspServlet</servlet-class>
 </servlet>
 <servlet-mapping><servlet-name>jsp</servlet-name><url-pattern>*.jsp</url-pattern></servlet-mapping>
</web-app>
"""

COUNT_JSP = """<%@ page contentType="text/plain" %><%
Integer count = (Integer) session.getAttribute("count");
count = count == null ? 1 : count + 1;
session.setAttribute("count", count);
%>member={name}
count=<%= count %>
session=<%= session.getId() %>
client=<%= request.getHeader("X-Forwarded-For") %>
"""


class Tomcat:
    def __init__(self, name, base):
        self.name, self.base, self.port = name, base, free_port()
        for folder in ("conf", "logs", "temp", "work", "webapps/app"):
            (base / folder).mkdir(parents=True)
        (base / "conf" / "server.xml").write_text(SERVER_XML.format(port=self.port, name=name))
        (base / "conf" / "web.xml").write_text(WEB_XML)
        (base / "webapps" / "app" / "count.jsp").write_text(COUNT_JSP.replace("{name}", name))
        self.start()

    def start(self):
        with open(self.base / "logs" / "out", "ab") as out:
            self.process = subprocess.Popen(
                [HOME / "bin" / "catalina.sh", "run"], stdout=out, stderr=out, start_new_session=True,
                env={**os.environ, "CATALINA_HOME": str(HOME), "CATALINA_BASE": str(self.base),
                     "CATALINA_OPTS": "-Xmx128m -XX:TieredStopAtLevel=1 -Djava.security.egd=file:/dev/urandom"})

    def is_ready(self):
        return Client(self.port).send("GET", "/app/count.jsp", timeout=30).status == 200

    def kill(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@pytest.fixture
def tomcats(folder):
    if not (HOME / "bin" / "catalina.sh").exists():
        pytest.skip("Debian's tomcat10-common is not installed")
    servers = [Tomcat(name, folder / name) for name in ("t1", "t2")]
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

"""Real Tomcats, from Debian's tomcat10-common: each an instance in a folder of its own."""
import os
import pathlib
import signal
import subprocess

from . import free_port
from .client import Client

HOME = pathlib.Path("/usr/share/tomcat10")

SERVER_XML = """<Server port="-1">
 {listener}
 <Service name="Catalina">
  <Connector port="{port}" address="127.0.0.1" protocol="HTTP/1.1"/>
  <Connector port="{ajp_port}" address="127.0.0.1" protocol="AJP/1.3" secretRequired="false"/>
  <Engine name="Catalina" defaultHost="localhost" backgroundProcessorDelay="{delay}"{route}>
   <Host name="localhost" appBase="webapps" unpackWARs="false" autoDeploy="{auto}" deployIgnore="none"/>
  </Engine>
 </Service>
</Server>
"""

# A page that counts in the session
COUNT_JSP = """<%@ page contentType="text/plain" %><%
Integer count = (Integer) session.getAttribute("count");
count = count == null ? 1 : count + 1;
session.setAttribute("count", count);
%>member={name}
count=<%= count %>
session=<%= session.getId() %>
client=<%= request.getHeader("X-Forwarded-For") %>
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


def is_installed():
    return (HOME / "bin" / "catalina.sh").exists()


class Tomcat:
    """page: the text of /app/PAGE_NAME.jsp, in which {name} is the Tomcat's name. .port is for HTTP, .ajp_port for
    AJP. has_route: session ids end with its name (jvmRoute). listener: an element of server.xml, in which {port} is that of
    HTTP, with classes out of jars; .descriptor is then the application's, with which it comes and goes."""

    def __init__(self, name, base, page_name, page, has_route=True, listener="", jars=()):
        self.name, self.base, self.port, self.ajp_port = name, base, free_port(), free_port()
        self.target = f"/app/{page_name}.jsp"
        self.descriptor = base / "conf" / "Catalina" / "localhost" / "app.xml"
        app = base / ("apps" if listener else "webapps") / "app"
        for folder in ("conf/Catalina/localhost", "lib", "logs", "temp", "work", "webapps", app):
            (base / folder).mkdir(parents=True, exist_ok=True)
        (base / "conf" / "server.xml").write_text(
            SERVER_XML.format(port=self.port, ajp_port=self.ajp_port,
                              route=f' jvmRoute="{name}"' if has_route else "",
                              listener=listener.format(port=self.port), auto="true" if listener else "false",
                              delay=1 if listener else 10))
        for jar in jars:
            (base / "lib" / jar.name).symlink_to(jar)
        (base / "conf" / "web.xml").write_text(WEB_XML)
        (app / f"{page_name}.jsp").write_text(page.replace("{name}", name))
        if listener:
            self.descriptor.write_text(f'<Context docBase="{app}"/>')
        self.start()

    def start(self):
        with open(self.base / "logs" / "out", "ab") as out:
            self.process = subprocess.Popen(
                [HOME / "bin" / "catalina.sh", "run"], stdout=out, stderr=out, start_new_session=True,
                env={**os.environ, "CATALINA_HOME": str(HOME), "CATALINA_BASE": str(self.base),
                     "CATALINA_OPTS": "-Xmx128m -XX:TieredStopAtLevel=1 -Djava.security.egd=file:/dev/urandom"})

    def is_ready(self):
        return Client(self.port).send("GET", self.target, timeout=30).status == 200

    def stop(self):
        """Lets it end as an administrator does."""
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(60)

    def kill(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def pause(self):
        os.killpg(self.process.pid, signal.SIGSTOP)

    def resume(self):
        os.killpg(self.process.pid, signal.SIGCONT)

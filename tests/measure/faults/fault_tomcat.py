"""A real Tomcat that notes, as the other members do, what it has received and begins to execute."""
from wlmtest import wait_until
from wlmtest.tomcat import Tomcat

from . import DELAY_MS

# The page is also at /app/fault, where the clients ask
APP_WEB_XML = """<web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
 <servlet><servlet-name>fault</servlet-name><jsp-file>/fault.jsp</jsp-file></servlet>
 <servlet-mapping><servlet-name>fault</servlet-name><url-pattern>/fault</url-pattern></servlet-mapping>
</web-app>
"""

FAULT_JSP = """<%@ page contentType="text/plain" session="false"
                 import="java.io.*, java.nio.file.*, static java.nio.file.StandardOpenOption.*" %><%
byte[] buffer = new byte[65536];
long length = 0;
InputStream in = request.getInputStream();
for (int n; (n = in.read(buffer)) >= 0; length += n) {
}
Files.write(Paths.get("RECEIVED"), (request.getHeader("X-Request-Id") + "\\n").getBytes(), CREATE, APPEND);
Thread.sleep(DELAY);
%>member={name}
body_bytes=<%= length %>
"""


class FaultTomcat(Tomcat):
    def __init__(self, name, base):
        self.received = base / "received"
        page = FAULT_JSP.replace("RECEIVED", str(self.received)).replace("DELAY", str(DELAY_MS))
        (base / "webapps" / "app" / "WEB-INF").mkdir(parents=True)
        (base / "webapps" / "app" / "WEB-INF" / "web.xml").write_text(APP_WEB_XML)
        super().__init__(name, base, "fault", page)

    def start(self):
        super().start()
        wait_until(self.is_ready, f"Tomcat {self.name}", 60)

    def received_ids(self):
        return self.received.read_text().splitlines()

    def stop(self):
        self.kill()

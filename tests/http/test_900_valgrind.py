"""httpd with the module under valgrind: nothing is read or freed that must not be, and nothing is lost. make check-valgrind"""
import json
import os
import re
import shutil

import pytest

from wlmtest import free_port
from wlmtest.httpd import Httpd
from wlmtest.module import load
from wlmtest.plugincfg import Cluster, Route, plugin_cfg
from wlmtest.status import LOCATION, post, steer
from wlmtest.tls import Authority, TlsMember, answers, server_context
from wlmtest.upgrade import ASK, Peer, echo

pytestmark = pytest.mark.skipif(not os.environ.get("WLM_VALGRIND"), reason="make check-valgrind runs it")


class Valgrind(Httpd):
    """Errors of every process, as valgrind tells them, lie in self.errors()."""
    timeout = 120  # everything takes 50 times as long

    def __init__(self, path, **options):
        super().__init__(path, **options)
        self.logs = path / "valgrind"
        self.logs.mkdir()
        self.logs.chmod(0o777)
        self.under = ("valgrind", "--trace-children=no", "--child-silent-after-fork=no", "--leak-check=full",
                      "--show-leak-kinds=definite", "--keep-debuginfo=yes", "--num-callers=30", f"--log-file={self.logs}/%p")

    def errors(self):
        """Blocks of valgrind's text that are about our code, or about memory that is misused."""
        found, summaries = [], 0
        for log in self.logs.iterdir():
            text = re.sub(r"^==\d+== ?", "", log.read_text(), flags=re.M)
            summaries += text.count("ERROR SUMMARY")
            found += [b for b in text.split("\n\n") if "mod_wlm" in b and (" lost " in b or " at 0x" in b)]
            found += [b for b in text.split("\n\n") if re.match("Invalid (read|write|free)", b.strip())]
        assert summaries >= 3, "there is no report of the parent and of two children"
        return found


@pytest.fixture
def valgrind(folder):
    path = folder / "httpd"
    path.mkdir()
    assert shutil.which("valgrind"), "valgrind is not installed"
    server = Valgrind(path, threads=8)
    yield server
    server.stop()


def use(server):
    """A request of each kind."""
    client = server.client
    assert {a.status for a in client.load(20, 2)} == {200}
    assert client.send("POST", "/app/", b"x" * 200_000).status == 200
    assert client.send("POST", "/app/", b"x" * 100_000, chunked=True).status == 200
    assert client.get("/app/?bytes=300000&chunked=1").status == 200
    assert client.get(Cookie="JSESSIONID=0000id:b").status == 200
    assert client.get("/secure/").status == 200
    assert client.get("/dead/").status == 503
    assert client.get("/app/..;/x").status == 400
    assert client.get("/long/").error, "a filter of httpd has failed"
    for form in ("", "?format=json", "?format=openmetrics", "?cluster=shop&member=a"):
        assert client.get("/wlm-status" + form).status == 200
    assert json.loads(client.get("/wlm-status?format=json").body)["clusters"][0]["members"][0]["requests"] > 0
    tunnel = Peer(server, ask=ASK.replace(b"/app/", b"/echo/") % b"")
    assert tunnel.echo(b"x" * 100_000) == b"x" * 100_000
    tunnel.sock.close()
    tunnel = Peer(server, ask=ASK.replace(b"/app/", b"/echo/") % b"")
    steer(server, "drain", member="e", force="1")
    assert tunnel.is_closed()
    steer(server, "enable", member="e")
    steer(server, "drain", member="a", comment="kernel", for_="1h")
    steer(server, "disable", member="b", force="1")
    steer(server, "enable", cluster="shop")


def long_line(c):
    """Behind short lines one that is too long for a filter of httpd."""
    body = b"short\n" * 60000 + b"x" * 50000 + b"\nshort" * 60000
    while c.read_head():
        c.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))


def test_900_01_start_use_reload_restart_stop(valgrind, member, scripted, folder):
    (folder / "ca").mkdir(mode=0o755)
    a, b, ca, dead = member("a"), member("b"), Authority(folder / "ca"), free_port()
    echoing = scripted(echo)
    long = scripted(long_line)
    secure = TlsMember("s", answers, server_context(ca.sign("good")))
    routes = [Route(name, [f"/{'app' if name == 'shop' else name}/*"]) for name in ("shop", "echo", "secure", "dead", "long")]

    def cfg(*more):
        return plugin_cfg(Cluster("shop", [("a", a.port, {}), ("b", b.port, {}), *more]),
                          Cluster("echo", [("e", echoing.port, {})]), Cluster("secure", [("s", None, {"https": secure.port})]),
                          Cluster("dead", [("d", dead, {})]), Cluster("long", [("l", long.port, {})]), routes=routes, RefreshInterval=0)
    valgrind.configure(cfg(), f"{LOCATION}\nWLMStateFile {folder}/state\nWLMTLSTrust {ca.pem}\nWLMSlots 8 8\n"
                       "WLMHealthCheck interval=1s path=/app/\n" + load("substitute") + "<Location /long/>\n"
                       "SetOutputFilter SUBSTITUTE\nSubstitute s/ABC/abc/\nSubstituteMaxLineLength 10000\n</Location>")
    valgrind.start()
    use(valgrind)
    for text, status in [(cfg(("c", a.port, {})), 200), ("<Config>", 409), (cfg(), 200)]:
        (valgrind.path / "plugin-cfg.xml").write_text(text)
        assert post(valgrind, action="reload").status == status
        assert {x.status for x in valgrind.client.load(10, 2)} == {200}
    valgrind.restart("graceful", by_signal=True)
    use(valgrind)
    valgrind.stop()
    secure.stop()
    assert valgrind.errors() == []

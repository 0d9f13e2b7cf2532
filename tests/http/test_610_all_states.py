"""One page with members, clusters and a file in all the states that there are, and with the forms of who may steer: held to HTML and
WCAG, and small enough for a telephone."""
import tempfile
import threading
from urllib.parse import quote

import pytest

from wlmtest import free_port, wait_until
from wlmtest.browser import Browser
from wlmtest.mcmp import PLACE, Node, folder_of, regular
from wlmtest.plugincfg import Cluster, Route, plugin_cfg
from wlmtest.rules import invalid_html, violations, with_rules
from wlmtest.status import LOCATION, everything, moment, post, state, steer
from wlmtest.tls import Authority, TlsMember, answers, server_context

LONG = "AppSrv01Node07Cell_WebContainerClusterMember01"
DIRECTIVES = """
WLMRegistry registry/nodes.xml
WLMRegistrySilence 1 5
<WLMCluster mixed>
WLMSlowStart 1h
WLMBusyTime 1h
WLMOutlier failures=3 5xx=on max=90
</WLMCluster>
<WLMCluster checked>
WLMHealthCheck path=/health interval=200ms timeout=1s fall=1
</WLMCluster>
<WLMCluster queue>
WLMQueue 5 60
</WLMCluster>
<WLMCluster none>
WLMAllDown Fail
</WLMCluster>
"""


class Site:
    """Members are named by their state."""

    def __init__(self, httpd, member, folder):
        self.real, self.slow, self.held = member("real"), member("slow"), []
        self.over = False
        authority, port, gone = Authority(folder), self.real.port, free_port()
        self.secure = TlsMember("secure", answers, server_context(authority.sign("secure", days=10)))
        held, long_ago = {"MaxConnections": 1, "ServerIOTimeout": 600}, {"RetryInterval": 3600}
        clusters = [
            Cluster("mixed", [(LONG, port, {}), ("down", gone, {}), *((name, port, {}) for name in ("draining", "disabled", "busy", "left-out", "slow-start")),
                              ("unusable", None, {"https": 9, "properties": {"keyring": "none.p12"}})], **long_ago),
            Cluster("tried", [("probing", self.slow.port, {"ServerIOTimeout": 600}), ("other", port, {})], RetryInterval=1),
            Cluster("checked", [("well", port, {}), ("checked-out", gone, {})]),
            Cluster("on-backup", [("primary", gone, {}), ("backup", port, {})], ["primary"], ["backup"], **long_ago),
            Cluster("full", [("held1", port, held)]), Cluster("queue", [("held2", port, held)]),
            Cluster("none", [("lost", gone, {})], **long_ago), Cluster("secure", [("expiring", None, {"https": self.secure.port})])]
        text = plugin_cfg(*clusters, routes=[Route(c.name, [f"/{c.name}/*"]) for c in clusters], RefreshInterval=3600)
        registration = free_port()
        place = PLACE.format(port=registration).replace("<Location", "WLMConfig registry/nodes.xml\n<Location")
        self.server = httpd(text, f"{LOCATION}WLMTLSTrust {authority.pem}\n{DIRECTIVES}{place}", start=False)
        folder_of(self.server)
        self.server.start()
        self.node = Node(self.server, registration, member("silent"))
        self.server.expect("WLM0001", "WLM0030", "WLM0035", "WLM0036", "WLM0037", "WLM0038", "WLM0040", "WLM0042", "WLM0046", "WLM0080",
                           "WLM0083", "WLM0143", "WLM0280", "WLM0281")
        self.url = f"http://127.0.0.1:{self.server.port}/wlm-status"

    def send(self, name, cluster="mixed", query=""):
        """A request of a session that is on this member."""
        return self.server.client.send("POST", f"/{cluster}/{query}", headers={"Cookie": f"JSESSIONID=0000id:{name}"}, timeout=600)

    def start(self, function, *arguments):
        self.held.append(threading.Thread(target=function, args=arguments, daemon=True))
        self.held[-1].start()

    def try_members(self):
        """Requests without a session, up to the one that the member holds that does not answer."""
        while self.server.client.send("GET", "/tried/", timeout=600).status and not self.over:
            pass

    def make(self):
        self.node.register()
        regular(self.server, self.node)
        self.node.member.pause()
        for cluster in ("mixed", "checked", "tried", "on-backup", "none", "secure"):
            self.server.client.load(20, 2, f"/{cluster}/")
        self.send("busy", query="?status=503")
        for _ in range(3):
            self.send("left-out", query="?status=500")
        for word in ("down", "up"):
            steer(self.server, word, member="slow-start")
        steer(self.server, "drain", member="draining", comment="a new kernel, as the board has decided last night", for_="30m")
        steer(self.server, "disable", member="disabled")
        for cluster, name in (("full", "held1"), ("queue", "held2"), ("queue", "held2")):
            self.start(self.send, name, cluster, "?delay=600000")
        self.slow.pause()
        steer(self.server, "down", member="probing")
        wait_until(lambda: moment(self.members()["probing"]["next_retry"]) < moment(everything(self.server)["time"]), "its next try")
        self.start(self.try_members)
        wait_until(lambda: self.members()["probing"]["state"] == "probing", "the request that tries it")
        wait_until(lambda: self.members()["silent"]["state"] == "silent", "the node that says nothing")
        wait_until(lambda: self.members()["checked-out"]["state"] == "checked-out", "the checks")
        wait_until(lambda: self.cluster("queue")["waiting"] == 1, "the request that waits")
        wait_until(lambda: self.cluster("on-backup")["events"], "the cluster's event")
        self.change('Name="down" ', 'Name="down" Weight="4" ')
        self.change('RetryInterval="3600"', 'RetryInterval="soon"')

    def change(self, old, new):
        """Another version of the file; what it says is the same for all requests."""
        path = self.server.path / "plugin-cfg.xml"
        path.write_text(path.read_text().replace(old, new))
        post(self.server, action="reload")

    def members(self):
        return state(self.server)

    def cluster(self, name):
        return next(c for c in everything(self.server)["clusters"] if c["name"] == name)

    def page(self, query="", cookie=None):
        return self.server.client.send("GET", "/wlm-status" + query, headers={"Cookie": cookie} if cookie else {})

    def end(self):
        self.over = True
        self.slow.resume()
        self.node.member.resume()
        for m in (self.real, self.slow, self.node.member):
            m.kill()
        for thread in self.held:
            thread.join()
        self.secure.stop()


@pytest.fixture
def site(httpd, member, folder):
    made = Site(httpd, member, folder)
    try:
        made.make()
        yield made
    finally:
        made.end()


@pytest.fixture
def browser():
    with tempfile.TemporaryDirectory() as profile:
        browser = Browser(profile)
        yield browser
        browser.stop()


def test_610_01_each_is_in_its_state(site):
    """So that the tests below are about what they say."""
    members = site.members()
    assert {name: m["state"] for name, m in members.items() if m["state"] != "up"} == {
        "primary": "down", "lost": "down", **{name: name for name in ("down", "busy", "left-out", "unusable", "probing", "checked-out", "silent")}}
    assert [members[name]["admin_state"] for name in ("draining", "disabled")] == ["draining", "disabled"]
    assert members["slow-start"]["warmth"] < 50 and members["expiring"]["tls_expires"]
    assert {c["name"]: c["serving"] for c in everything(site.server)["clusters"] if c["serving"] != "primary"} == {
        "on-backup": "backup", "full": "full", "queue": "full", "none": "none", "mycluster/app": "last-resort"}
    file, = [file for file in everything(site.server)["files"] if file["path"].endswith("plugin-cfg.xml")]
    assert file["refused"] and "attribute Weight is not known" in str(file["findings"])


@with_rules
def test_610_02_valid_html(site, folder):
    members = {quote(f"{c['name']}.{m['name']}", safe=""): f"?cluster={quote(c['name'])}&member={quote(m['name'])}"
               for c in everything(site.server)["clusters"] for m in c["members"]}
    pages = {name: site.page(query).body.decode() for name, query in {
        "all": "", "refreshed": "?refresh=60", "cluster": "?cluster=mixed", "found": "?find=down", **members}.items()}
    (folder / "pages").mkdir()
    assert len(pages) == 23 and invalid_html(pages, folder / "pages") == ""


@with_rules
@pytest.mark.parametrize("width, dark", [(390, True), (768, False), (1440, False), (1440, True)])
def test_610_03_wcag_with_forms_closed_and_open(site, browser, width, dark):
    for query in ("", "?cluster=mixed&member=draining", f"?cluster=mixed&member={LONG}", "?cluster=mixed&refresh=60"):
        browser.open(site.url + query, width, dark)
        for _ in range(2):
            assert (query, violations(browser), browser.pale_texts(), browser.is_too_wide()) == (query, [], [], False)
            browser.run("document.querySelectorAll('details').forEach(box => box.open = true)")
        assert query.endswith("refresh=60") or browser.all("[open] [name=comment]")


RESULTS = {
    "warning": ({"action": "disable", "cluster": "tried", "member": "other"},
                "member other of cluster tried: disabled warning: cluster tried has no member left for new sessions"),
    "wrong time": ({"action": "drain", "cluster": "tried", "member": "other", "for": "soon"}, "takes a time, such as 90s"),
    "refused file": ({"action": "reload"}, "RetryInterval=&quot;soon&quot; is not valid"),
}


@pytest.mark.parametrize("width", [390, 768, 1440])
def test_610_05_a_long_result_does_not_cover_its_row(site, browser, width):
    row = browser.open(site.url, width).find('[id="tried.other"]')
    row.find_element("css selector", "summary").click()
    browser.go(row.find_element("css selector", "[value=disable]").click)
    assert "no member left" in browser.text(".result")
    top = "return arguments[0].getBoundingClientRect().top"
    end = browser.run("return arguments[0].getBoundingClientRect().bottom", browser.find(".result"))
    assert end <= browser.run(top, browser.find('[id="tried.other"]')) < 450


@with_rules
@pytest.mark.parametrize("case", RESULTS)
def test_610_04_results_warnings_and_refusals(site, browser, folder, case):
    """What a form tells beforehand, and the page that a browser sees behind its button."""
    form, told = RESULTS[case]
    browser.open(site.url + "?cluster=tried", 390, dark=True)
    browser.run("document.querySelectorAll('details').forEach(box => box.open = true)")
    assert "It is the only member that gets new sessions." in browser.text('[id="tried.other"]')
    assert (violations(browser), browser.pale_texts(), browser.is_too_wide()) == ([], [], False)
    token = browser.find("[name=token]").get_attribute("value")
    answer = post(site.server, headers={}, token=token, back="cluster=tried", **form)
    assert answer.status == 303
    cookie = answer.headers["Set-Cookie"].split(";")[0]
    page = site.page("?cluster=tried", cookie).body.decode()
    assert told in page[page.index('class="result"'):page.index("</p>")]
    (folder / "pages").mkdir()
    assert invalid_html({"result": page}, folder / "pages") == ""
    name, value = cookie.split("=", 1)
    browser.driver.add_cookie({"name": name, "value": value})
    assert browser.open(site.url + "?cluster=tried").all(".result")
    assert (violations(browser), browser.pale_texts(), browser.is_too_wide()) == ([], [], False)

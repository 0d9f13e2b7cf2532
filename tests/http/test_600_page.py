"""The page of wlm-status, in a browser."""
import re
import tempfile
import xml.etree.ElementTree as ElementTree
from urllib.parse import quote, urlencode

import pytest
from selenium.webdriver.common.keys import Keys

from wlmtest.browser import Browser
from wlmtest.plugincfg import Cluster, Route, plugin_cfg
from wlmtest.rules import ARE_THERE, invalid_html, violations, with_rules

LOCATION = '<Location "/wlm-status">\nSetHandler wlm-status\n%s\n</Location>\nWLMSlots 1100 20'
ICON = '<link rel="icon" href="data:,">'
SCRIPT = "<script>alert('x')</script>"
HTML = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture(scope="module")
def browser():
    with tempfile.TemporaryDirectory() as profile:
        browser = Browser(profile)
        yield browser
        browser.stop()


class Site:
    """An httpd with members a, b and one whose name is a script, which does not speak HTTP."""

    def __init__(self, httpd, member, scripted, rights="WLMAdmin Unauthenticated"):
        self.a, self.b = member("a"), member("b")
        self.bad = scripted(lambda connection: (connection.read_head(), connection.send(b"<script>\r\n\r\n")))
        self.text = plugin_cfg(
            Cluster("shop", [("a", self.a.port, {}), ("b", self.b.port, {"MaxConnections": 40})]),
            Cluster("odd", [(SCRIPT, self.bad.port, {"CloneID": "x"}), ("c", self.a.port, {})]),
            routes=[Route("shop"), Route("odd", ["/odd/*"])], RefreshInterval=3600)
        self.httpd = httpd(self.text, LOCATION % rights)
        self.httpd.expect("WLM0030", "WLM0035", "WLM0001", "WLM0046", "WLM0056")
        self.url = f"http://127.0.0.1:{self.httpd.port}/wlm-status"

    def make_ill(self):
        self.b.kill()
        self.httpd.client.load(8, 2)
        self.httpd.client.load(4, 1, "/odd/")

    def post(self, **form):
        return self.httpd.client.send("POST", "/wlm-status", urlencode(form),
                                      {"Content-Type": "application/x-www-form-urlencoded", "X-WLM-Admin": "1"})

    def refuse_file(self):
        (self.httpd.path / "plugin-cfg.xml").write_text(self.text.replace('RetryInterval="60"', 'RetryInterval="&lt;b>"', 1))
        assert self.post(action="reload").status == 409

    def make_everything(self):
        self.make_ill()
        self.post(action="drain", member="a", comment="for <b>tea</b> & \"cake\"", **{"for": "30m"})
        self.refuse_file()

    def page(self, query=""):
        return self.httpd.client.get("/wlm-status" + query)

    def states(self):
        return {name: (m["State"], m["AdminState"]) for name, m in self.httpd.status().items()}


@pytest.fixture
def site(httpd, member, scripted):
    return Site(httpd, member, scripted)


@pytest.fixture
def watched(httpd, member, scripted):
    """No client may steer here."""
    return Site(httpd, member, scripted, "Require local")


MEMBER = "?cluster=odd&member=" + quote(SCRIPT)

# -- what it looks like -------------------------------------------------------------------------------


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_600_01_it_can_be_read(site, browser, width, dark):
    site.make_everything()
    for query in ("", MEMBER, "?find=a&refresh=60"):
        browser.open(site.url + query, width, dark)
        assert not browser.is_too_wide()
        browser.run("document.querySelectorAll('details').forEach(box => box.open = true)")
        assert browser.complaints() == [] and not browser.is_too_wide() and browser.pale_texts() == []


def test_600_02_what_needs_attention_is_said_first(site, browser):
    site.make_everything()
    verdict = browser.open(site.url).text("section")
    assert verdict == browser.text(".verdict") and verdict.startswith("A changed configuration is refused\nsince ")
    assert 'RetryInterval="<b>" is not valid' in verdict and "stays in use" in verdict
    assert "2 of 4 members need attention" in verdict
    assert re.search(r"^b of shop down\nsince \d\d:\d\d:\d\d \(\d+ s ago\)\n"
                     r"Last error: not-connected: Connection refused, \d\d:\d\d:\d\d \(\d+ s ago\)\n"
                     r"Next try: \d\d:\d\d:\d\d \(in \d+ s\)$", verdict, re.M)
    assert "Cluster shop: no member gets new sessions" in verdict and "1 steered by a person" in verdict
    assert browser.driver.title.startswith("(4) mod_wlm on ")
    rows = [row.text.split("\n")[0] for row in browser.all("tbody tr th")]
    assert rows == ["b", "a", SCRIPT, "c"]


def test_600_03_all_is_well(site, browser):
    assert browser.open(site.url).text(".verdict") == "No member needs attention: 4 in 2 clusters"
    assert browser.driver.title.startswith("mod_wlm on ")


def test_600_04_one_that_is_up_and_fails(httpd, scripted, browser):
    def half_a_response(connection):
        connection.read_head()
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")

    server = httpd(plugin_cfg(Cluster("c", [("f", scripted(half_a_response).port, {})])), LOCATION % "WLMAdmin Unauthenticated")
    server.expect("WLM0030", "WLM0037")
    server.client.load(3, 1)
    browser.open(f"http://127.0.0.1:{server.port}/wlm-status")
    assert "1 of 1 member needs attention\nf of c failing\n3 of 3 requests of the last 15 min failed" in browser.text(".verdict")
    assert "up" == server.status()["f"]["State"] and "3 broken" in browser.text("tr.failing")


def test_600_05_what_a_person_has_taken_out_needs_none(site, browser):
    site.make_ill()
    site.post(action="disable", host=f"127.0.0.1:{site.b.port}")
    assert browser.open(site.url).text(".verdict").startswith("1 of 4 members needs attention\n" + SCRIPT)
    assert row_of(browser, "b").get_attribute("class") == "quiet" and "down disabled" in row_of(browser, "b").text


def test_600_06_texts_are_texts(site, browser):
    site.make_everything()
    for query in ("", MEMBER, "?find=" + quote(SCRIPT)):
        browser.open(site.url + query)
        assert not browser.all("script") and not browser.all("td b:not([class])") and browser.complaints() == []
    assert SCRIPT in browser.open(site.url).text("tbody th") + browser.text(".verdict")
    assert "for <b>tea</b> & \"cake\"" in browser.text(".cluster")


@pytest.mark.parametrize("query", ["", MEMBER, "?find=%22%3E%3Cb%3E", "?cluster=shop&refresh=5", "?member=no%26&cluster=%3C"])
def test_600_07_it_is_well_formed_and_brings_everything_along(site, query):
    site.make_everything()
    answer = site.page(query)
    root = ElementTree.fromstring(answer.body)
    elements = list(root.iter())
    assert root.tag == HTML + "html" and {e.tag for e in elements} & {HTML + "script", HTML + "img", HTML + "iframe"} == set()
    assert not [e for e in elements if "style" in e.attrib or any(name.startswith("on") for name in e.attrib)]
    assert not [e for e in elements if re.match("https?:|//", e.get("src", "") + e.get("href", "") + e.get("action", ""))]
    fields = [e for e in elements if e.tag == HTML + "input" and e.get("type") != "hidden"]
    labelled = [e for label in root.iter(HTML + "label") for e in label.iter(HTML + "input")]
    assert fields and fields == labelled
    assert all(e.get("scope") in ("row", "col") for e in root.iter(HTML + "th"))
    assert all(e.find(HTML + "caption") is not None for e in root.iter(HTML + "table"))
    nonce = root.find(f".//{HTML}style").get("nonce")
    assert answer.headers["Content-Security-Policy"] == (
        f"default-src 'none'; style-src 'nonce-{nonce}'; img-src data:; form-action 'self'; frame-ancestors 'none'; "
        "base-uri 'none'") and len(nonce) == 32 and nonce not in site.page(query).body.decode()


def test_600_08_one_member(site, browser):
    site.make_ill()
    site.post(action="weight", member="b", weight="5", comment="less")
    browser.open(site.url)
    browser.go(browser.find("tr.out th a").click)
    assert "b, a member of cluster shop" in browser.text("h2") and "Connection refused" in browser.text(".member .error")
    events = [row.text for row in browser.all(".events tbody tr")]
    assert len(events) == 2 and events[0].endswith("weight 5: less")
    assert events[1].endswith("marked down: not-connected: Connection refused")
    values = dict(row.text.split(" ", 1) for row in browser.all(".values tbody tr"))
    assert values["weight"].startswith("5 ") and values["configured_weight"].startswith("2 ")
    assert values["failures_by"].startswith("1 not-connected")
    words = browser.find(".member svg title").get_attribute("textContent")
    assert re.fullmatch(r"Last 15 minutes: requests \d, failures 1; at most \d in 30 s", words)


def test_600_09_one_that_is_not_there(site):
    answer = site.page("?cluster=shop&member=x")
    assert answer.status == 404 and b"There is no such member." in answer.body


def test_600_10_it_is_loaded_again_only_when_asked_to(site, browser):
    assert not browser.open(site.url).all("meta[http-equiv]")
    browser.go(browser.open(site.url + "?find=a").driver.find_element("link text", "5 s").click)
    assert browser.find("meta[http-equiv=refresh]").get_attribute("content") == "5; url=?find=a&refresh=5"
    assert browser.text("[aria-current]") == "5 s"
    for query in ("?refresh=-1", "?refresh=x", "?refresh=999999"):
        assert not browser.open(site.url + query).all("meta[http-equiv]")


def test_600_11_find(site, browser):
    site.make_ill()
    field = browser.open(site.url).find("[role=search] input")
    browser.go(lambda: field.send_keys("DOWN" + Keys.ENTER))
    assert [row.text.split("\n")[0] for row in browser.all("tbody tr th")] == ["b", SCRIPT]
    assert "There is no such member." in browser.open(site.url + "?find=unknown+name").text("main")


# -- rules ---------------------------------------------------------------------------------------------

QUERIES = {"all": "", "member": MEMBER, "cluster": "?cluster=shop&refresh=60", "events": "?since=30d", "find": "?find=a",
           "closed": "?closed=odd&open=shop", "none": "?find=nothing"}


@with_rules
def test_600_28_the_rules_find_what_is_wrong(browser, folder):
    page = "<!DOCTYPE html><html><head><title>x</title></head><body><main><p><div>x</div></p><input name='a'></main></body></html>"
    told = invalid_html({"wrong": page}, folder)
    assert "no-implicit-close" in told or "close-order" in told, told
    browser.open((folder / "wrong.html").as_uri())
    found = violations(browser)
    assert {rule.split(":")[0] for rule in found} == {"html-has-lang", "label"}, found


@with_rules
@pytest.mark.parametrize("rights", ["WLMAdmin Unauthenticated", "Require local"], ids=["admin", "read only"])
def test_600_29_valid_html_and_wcag(httpd, member, scripted, browser, folder, rights):
    site = Site(httpd, member, scripted, rights)
    well = site.page().body.decode()
    site.make_ill()
    if "Admin" in rights:
        site.post(action="drain", member="a", comment="for tea")
        site.refuse_file()
    pages = {name: site.page(query).body.decode() for name, query in QUERIES.items()}
    (folder / "pages").mkdir()
    assert invalid_html({"well": well, **pages}, folder / "pages") == ""
    for query in ("", MEMBER):
        for width, dark, opened in ((1440, False, False), (390, True, True)):
            browser.open(site.url + query, width, dark)
            browser.run("document.querySelectorAll('details').forEach(box => box.open = arguments[0])", opened)
            assert (query, width, violations(browser)) == (query, width, [])


# -- what can be done -----------------------------------------------------------------------------------

def row_of(browser, name):
    return next(row for row in browser.all("tbody tr") if row.find_element("css selector", "th a").text == name)


def test_600_12_drain_by_clicking(site, browser):
    row = row_of(browser.open(site.url + "?cluster=shop"), "a")
    button = row.find_element("css selector", "[value=drain]")
    assert not browser.run("return arguments[0].checkVisibility()", button)
    row.find_element("css selector", "summary").click()
    row.find_element("name", "for").send_keys("30m")
    row.find_element("name", "comment").send_keys(SCRIPT)
    browser.go(button.click)
    assert browser.text(".result") == "member a of cluster shop: draining for 30m"
    assert browser.driver.current_url == site.url + "?cluster=shop#shop.a"
    assert site.states()["a"] == ("up", "draining") and site.states()["b"] == ("up", "enabled")
    state = row_of(browser, "a").text
    assert "up draining" in state and SCRIPT in state and re.search(r"\(in (29|30) min\)", state)
    browser.go(row_of(browser, "a").find_element("css selector", "[value=enable]").click)
    assert browser.text(".result") == "member a of cluster shop: as configured"
    assert site.states()["a"] == ("up", "enabled") and browser.complaints() == []


def test_600_23_what_is_typed_is_not_lost(site, browser):
    row = row_of(browser.open(site.url + "?refresh=60&cluster=shop"), "a")
    assert not browser.all("[name=comment]") and not browser.all("[name=host]")
    browser.go(row.find_element("css selector", "a.steer").click)
    assert not browser.all("meta[http-equiv=refresh]") and browser.all("[name=comment]")
    assert "member=a" in browser.driver.current_url and "refresh" not in browser.driver.current_url


def test_600_21_scroll_and_focus_stay_where_one_was_and_nothing_is_told_twice(site, browser):
    browser.open(site.url, width=390)
    row = row_of(browser, "c")
    row.find_element("css selector", "summary").click()
    browser.go(row.find_element("css selector", "[value=drain]").click)
    assert browser.run("return document.activeElement.id") == "odd.c"
    seen = "const box = arguments[0].getBoundingClientRect(); return box.top >= 0 && box.top < innerHeight"
    assert browser.run(seen, row_of(browser, "c")) and browser.run(seen, browser.find(".result"))
    browser.go(browser.driver.refresh)
    assert not browser.all(".result") and site.states()["c"] == ("up", "draining")


def fold(browser, cluster, word):
    links = browser.find(f'[id="{cluster}"]').find_elements("css selector", ".fold")
    browser.go(next(link for link in links if link.text.startswith(word)).click)


def closed(browser):
    return [section.get_attribute("id") for section in browser.all(".cluster.closed")]


def test_600_26_what_was_folded_stays_so(site, browser):
    browser.open(site.url)
    fold(browser, "odd", "Close")
    assert closed(browser) == ["odd"] and browser.driver.current_url == site.url + "?closed=odd#odd"
    assert browser.run("return document.activeElement.id") == "odd" and browser.complaints() == []
    fold(browser, "shop", "Close")
    assert closed(browser) == ["shop", "odd"] and not browser.all("tbody th a")
    fold(browser, "odd", "Open")
    assert closed(browser) == ["shop"]
    browser.go(browser.driver.find_element("link text", "5 s").click)
    assert closed(browser) == ["shop"]
    assert browser.find("meta[http-equiv=refresh]").get_attribute("content") == "5; url=?refresh=5&closed=shop&open=odd"
    browser.go(browser.driver.find_element("link text", "8h").click)
    assert closed(browser) == ["shop"] and browser.text(".events [aria-current]") == "8h"
    browser.go(browser.driver.find_element("link text", "off").click)
    row_of(browser, "c").find_element("css selector", "summary").click()
    browser.go(row_of(browser, "c").find_element("css selector", "[value=drain]").click)
    assert closed(browser) == ["shop"] and "draining" in browser.text(".result")
    browser.go(row_of(browser, "c").find_element("css selector", "th a").click)
    assert "c, a member of cluster odd" in browser.text("h2")
    browser.go(lambda: browser.find("[role=search] input").send_keys("127.0.0.1" + Keys.ENTER))
    assert not closed(browser) and len(browser.all("tbody th a")) == 4  # who looks for something sees it
    browser.go(browser.driver.find_element("link text", "Show everything").click)
    assert closed(browser) == ["shop"]


def test_600_27_clusters_that_are_not_there_are_not_kept(site):
    page = site.page("?closed=gone&open=%22%3E%3Cb%3E&closed=shop&refresh=5").body.decode()
    assert "url=?refresh=5&amp;closed=shop\"" in page and "gone" not in page


def test_600_22_on_paper_there_is_no_empty_column(site, browser):
    browser.open(site.url)
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert {browser.run("return arguments[0].checkVisibility()", cell) for cell in browser.all(".forms, form, .steer, .fold")} == {False}
    finally:
        browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_600_13_by_keyboard(site, browser):
    browser.open(site.url).find("td .steer summary").send_keys(Keys.ENTER)
    active = browser.driver.switch_to.active_element
    for name in ("for", "comment", "force", "action", "action"):
        active.send_keys(Keys.TAB)
        active = browser.driver.switch_to.active_element
        assert active.get_attribute("name") == name
    assert browser.run("return getComputedStyle(document.activeElement).outlineStyle") == "solid"
    browser.go(lambda: active.send_keys(Keys.ENTER))
    assert site.states()["a"] == ("up", "disabled")


@pytest.mark.parametrize("summary, fill, action, told", [
    ("Weight", {"weight": "7"}, "weight", "member a of cluster shop: weight 7"),
    ("Mark up or down", {}, "down", "member a of cluster shop: marked down, tried again in"),
    ("Mark up or down", {}, "up", "member a of cluster shop: marked up"),
    ("Reset counters", {}, "reset", "member a of cluster shop: counters are at 0"),
    ("Take out", {}, "disable", "member a of cluster shop: disabled"),
    ("Take out", {"force": None}, "disable", "member a of cluster shop: disabled, upgraded connections closed"),
])
def test_600_14_the_buttons_of_a_member(site, browser, summary, fill, action, told):
    browser.open(site.url + "?cluster=shop&member=a")
    box = next(e for e in browser.all(".steer") if e.text.startswith(summary))
    box.find_element("tag name", "summary").click()
    for name, value in fill.items():
        field = box.find_element("name", name)
        if value is None:
            field.click()
        else:
            field.clear()
            field.send_keys(value)
    browser.go(box.find_element("css selector", f"[value={action}]").click)
    assert browser.text(".result").startswith(told) and "member=a" in browser.driver.current_url


@pytest.mark.parametrize("selector, told", [
    (".about .steer", "member a of cluster shop: disabled member b of cluster shop: disabled "
     "warning: cluster shop has no member left for new sessions"),
    (".files .steer", "member a of cluster shop: disabled member c of cluster odd: disabled"),
], ids=["cluster", "host"])
def test_600_15_many_at_once(site, browser, selector, told):
    browser.open(site.url).find(selector + " summary").click()
    host = browser.all(selector + " [name=host]")
    if host:
        host[0].send_keys(f"127.0.0.1:{site.a.port}")
    browser.go(browser.find(selector + " [value=disable]").click)
    assert browser.text(".result") == told


def test_600_16_reload(site, browser):
    browser.go(browser.open(site.url).find("[value=reload]").click)
    assert browser.text(".result").endswith("plugin-cfg.xml: not changed")
    assert browser.complaints() == []


def test_600_17_who_may_not_has_no_buttons(watched, browser):
    watched.make_ill()
    for query in ("", MEMBER):
        browser.open(watched.url + query)
        assert not browser.all("form[method=post]") and not browser.all("[name=token]") and browser.complaints() == []


@pytest.mark.parametrize("field", ["", '<input name="token" value="0123456789abcdef">'])
def test_600_18_another_site_cannot_steer(site, browser, field):
    (site.httpd.path / "htdocs" / "forged.html").write_text(
        f'{ICON}<form method="post" action="{site.url}"><input name="action" value="disable"><input name="member" value="a">{field}'
        "<button>Win</button></form>")
    browser.open(site.url.replace("127.0.0.1", "localhost").replace("wlm-status", "forged.html"))
    browser.go(browser.find("button").click)
    assert "refused: the request comes from another site" in browser.text()
    assert site.states()["a"] == ("up", "enabled") and site.httpd.count("WLM0056") == 1


def test_600_19_it_cannot_be_framed(site, browser):
    (site.httpd.path / "htdocs" / "frame.html").write_text(f'{ICON}<iframe src="{site.url}"></iframe>')
    browser.open(site.url.replace("wlm-status", "frame.html"))
    assert any("frame-ancestors" in complaint for complaint in browser.complaints())


# -- many members -----------------------------------------------------------------------------------------

def test_600_25_twelve_members_on_a_telephone(httpd, member, browser):
    port = member("m").port
    server = httpd(plugin_cfg(Cluster("shop", [(f"AppSrv{i:02}_Node{i:02}_prod", port, {"CloneID": f"s{i}"}) for i in range(12)])),
                   LOCATION % "WLMAdmin Unauthenticated")
    server.client.load(30, 2)
    server.client.send("POST", "/wlm-status", "action=drain&cluster=shop&member=AppSrv03_Node03_prod&for=30m&comment=kernel",
                       {"Content-Type": "application/x-www-form-urlencoded", "X-WLM-Admin": "1"})
    browser.open(f"http://127.0.0.1:{server.port}/wlm-status", 390)
    assert len(browser.all("tbody tr[id]")) == 12 and not browser.is_too_wide() and browser.pale_texts() == []
    assert browser.run("return document.documentElement.scrollHeight") < 3000


def test_600_24_many_small_clusters_are_short(httpd, member, browser):
    port = member("m").port
    clusters = [Cluster(f"c{i}", [(f"m{i}_{j}", port, {"CloneID": f"{i}_{j}"}) for j in range(6)]) for i in range(20)]
    server = httpd(plugin_cfg(*clusters, routes=[Route("c0")]), LOCATION % "WLMAdmin Unauthenticated")
    server.client.send("POST", "/wlm-status", "action=drain&cluster=c3&member=m3_5",
                       {"Content-Type": "application/x-www-form-urlencoded", "X-WLM-Admin": "1"})
    browser.open(f"http://127.0.0.1:{server.port}/wlm-status", 390)
    assert [name.text for name in browser.all("tbody th a")] == ["m3_5"] and len(browser.all(".closed")) == 19
    assert not browser.is_too_wide()


def test_600_20_a_thousand_members(httpd, member, browser):
    port = member("m").port
    clusters = [Cluster(f"c{i}", [(f"m{i}_{j}", port, {"CloneID": f"{i}_{j}"}) for j in range(100)]) for i in range(10)]
    server = httpd(plugin_cfg(*clusters, routes=[Route("c0")]), LOCATION % "WLMAdmin Unauthenticated")
    server.client.send("POST", "/wlm-status", "action=down&cluster=c3&member=m3_50",
                       {"Content-Type": "application/x-www-form-urlencoded", "X-WLM-Admin": "1"})
    page = server.client.get("/wlm-status")
    assert len(page.body) < 50_000
    if ARE_THERE:
        (server.path / "pages").mkdir()
        opened = server.client.get("/wlm-status?open=c3").body.decode()
        assert invalid_html({"all": page.body.decode(), "opened": opened}, server.path / "pages") == ""
        browser.open(f"http://127.0.0.1:{server.port}/wlm-status")
        assert violations(browser) == []
    browser.open(f"http://127.0.0.1:{server.port}/wlm-status")
    assert "1 of 1000 members needs attention" in browser.text(".verdict") and browser.complaints() == []
    opened = browser.all(".cluster:not(.closed)")
    assert len(browser.all(".cluster")) == 10 and len(opened) == 1
    assert [name.text for name in opened[0].find_elements("css selector", "tbody th a")] == ["m3_50"]
    assert opened[0].find_element("css selector", ".more").text == "All 100 members of c3"
    assert len(browser.all(".cluster.closed")) == 9 and browser.pale_texts() == []
    assert len(browser.all("form[method=post]")) < 30
    assert len(server.client.get("/wlm-status?find=m3_50").body) < 20_000
    fold(browser, "c7", "Open")
    assert len(browser.all("tbody th a")) == 101 and len(browser.all("form[method=post]")) < 30
    assert len(server.client.get("/wlm-status?open=c7").body) < 150_000
    browser.go(browser.find(".closed a").click)
    assert len(browser.all("tbody th a")) == 100 and browser.driver.current_url.endswith("?cluster=c0&open=c7")

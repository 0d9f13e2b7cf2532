"""States of members, clusters and files, each made for real: the page, JSON, metrics, mod_status' lines, `wlmctl status`, its
--check, `top` and the events say what requests do."""
import json
import re
import threading
import time
from typing import Callable, NamedTuple

import pytest

from wlmtest import wait_until
from wlmtest.client import shares
from wlmtest.ctl import wlmctl
from wlmtest.mcmp import Beat, regular, registry  # noqa: F401 (a fixture)
from wlmtest.plugincfg import Cluster, plugin_cfg
from wlmtest.rules import ARE_THERE, invalid_html
from wlmtest.status import LOCATION, everything, moment, state, steer
from wlmtest.tls import Authority, TlsMember, answers, server_context


class Site:
    """Cluster shop: primaries a and b, backup c. folder: where a gets a certificate, if it is to have one."""

    def __init__(self, httpd, member, row, folder=None):
        self.members = {name: member(name) for name in "abc"}
        self.secure, trust = None, ""
        if row.expires:
            authority = Authority(folder)
            self.secure = TlsMember("a", answers, server_context(authority.sign("a", days=row.expires)))
            row, trust = row._replace(servers={"a": {"https": self.secure.port}}), f"WLMTLSTrust {authority.pem}\n"
        servers = [(name, None if "https" in row.servers.get(name, {}) else m.port, {"ServerIOTimeout": 100, **row.servers.get(name, {})})
                   for name, m in self.members.items()]
        text = plugin_cfg(Cluster("shop", servers, primaries=["a", "b"], backups=["c"], **{"RetryInterval": 3600, **row.cluster}))
        self.server = httpd(text, LOCATION + "WLMSlowStart 0\n" + trust + row.directives, children=row.children)
        self.server.expect("WLM0030", "WLM0038", "WLM0035", "WLM0036", "WLM0037", "WLM0040", "WLM0042", "WLM0001", "WLM0046", "WLM0080", "WLM0083",
                           "WLM0143")
        self.held = []

    def kill(self, *names):
        for name in names:
            self.members[name].kill()
        self.server.client.load(8, 1)

    def session(self, name, target="/app/"):
        """A request of a session that is on this member, which is not repeated elsewhere."""
        return self.server.client.send("POST", target, headers={"Cookie": f"JSESSIONID=0000id:{name}"}, timeout=100)

    def hold(self, name, seconds=90):
        """A request that is with this member for so long, or until the test is over."""
        thread = threading.Thread(target=self.session, args=(name, f"/app/?delay={seconds}000"))
        thread.start()
        self.held.append(thread)
        wait_until(lambda: state(self.server)[name]["in_flight"] == 1, f"a request with {name}")

    def rewrite(self, old, new):
        """Change the file, and have it loaded."""
        path = self.server.path / "plugin-cfg.xml"
        path.write_text(path.read_text().replace(old, new))
        wlmctl(self.server, "reload")

    def join(self):
        """Wait for the ends of all requests that are held."""
        for thread in self.held:
            thread.join()

    def end(self):
        for m in self.members.values():
            m.kill()
        self.join()
        if self.secure:
            self.secure.stop()


class Row(NamedTuple):
    make: Callable[[Site], None]
    serving: str                    # who gets new sessions
    gets: str                       # these members do
    states: dict = {}               # of members that are not just up
    check: tuple = (0, "")          # exit status of --check, and a reason that it names
    page: tuple = ()                # texts of the page
    status: tuple = ()              # texts of wlmctl status
    events: dict = {}               # how the newest event of a member begins
    directives: str = ""
    servers: dict = {}
    cluster: dict = {}
    json: dict = {}                 # {member: {field: value}}
    metrics: dict = {}              # {series without file=: value}
    also: Callable[[Site], None] = lambda site: None
    seldom: str = ""                # who gets fewer of them, down to none of a few
    children: int = 2               # httpd's processes
    expires: int = 0                # a is reached by https, and its certificate expires in so many days


def drain_all(site):
    steer(site.server, "drain", member="a")
    steer(site.server, "drain", member="b")


def probe(site):
    """A request tries a, which does not answer."""
    def ask():
        until = time.monotonic() + 10
        while time.monotonic() < until:
            site.server.client.get()  # until one is held by a
    site.members["a"].pause()
    steer(site.server, "down", member="a")
    wait_until(lambda: moment(state(site.server)["a"]["next_retry"]) < moment(everything(site.server)["time"]), "its next try",
               seconds=60)
    thread = threading.Thread(target=ask)
    thread.start()
    site.held.append(thread)
    wait_until(lambda: state(site.server)["a"]["state"] == "probing", "the request that tries it")


def wait_in_queue(site):
    for name in "abc":
        site.hold(name)
    thread = threading.Thread(target=site.server.client.get)
    thread.start()
    site.held.append(thread)
    wait_until(lambda: everything(site.server)["clusters"][0]["waiting"] == 1, "the request that waits")


def expect_less(site):
    a, b = (state(site.server)[name] for name in "ab")
    assert 0 < a["share"] < 20 and a["warmth"] < 50 and b["warmth"] == 100 and a["attention"] == "none"


def expect_refused(site):
    file, = everything(site.server)["files"]
    assert "RetryInterval" in file["refused"] and not file["findings"] and file["events"][0]["text"].startswith("refused: ")
    assert f"{file['path']} is refused since " in wlmctl(site.server, "status").stdout
    found = series(site.server)
    assert abs(found["wlm_file_refused_timestamp_seconds{}"] - time.time()) < 60
    assert found['wlm_file_findings{severity="warning"}'] == 0


def expect_findings(site):
    file, = everything(site.server)["files"]
    finding, = file["findings"]
    assert file["refused"] is None and finding["severity"] == "warning" and finding["line"] and "attribute Weight is not known" in finding["message"]
    assert file["events"][0]["text"] == "loaded: 1 cluster, 3 members; 1 warning"
    assert series(site.server)['wlm_file_findings{severity="warning"}'] == 1


def expect_next_check(site):
    view = everything(site.server)
    a = view["clusters"][0]["members"][0]
    assert a["checked_at"] and 0 < a["check_time"] < 1
    assert abs(moment(a["next_retry"]) - moment(view["time"])) < 1  # not in RetryInterval


def learn_certificate(site):
    site.server.client.load(8, 1)
    wait_until(lambda: state(site.server)["a"]["tls_expires"], "the certificate to be known")


def expect_certificate(site):
    expires = moment(state(site.server)["a"]["tls_expires"])
    assert 19.9 * 86400 < expires - time.time() < 20 * 86400
    assert series(site.server)['wlm_member_tls_expires_timestamp_seconds{cluster="shop",member="a"}'] == int(expires)
    assert "(1) mod_wlm on " in site.server.client.get("/wlm-status").body.decode()


ROWS = {
    "up": Row(lambda site: None, "primary", "ab", check=(0, "OK: 3 members in 1 cluster"),
              page=("No member needs attention: 3 in 1 cluster", "2 of 3 members get new sessions")),
    "down": Row(lambda site: site.kill("a"), "primary", "b", {"a": "down"}, (1, "a of shop is down since"),
                page=("1 of 3 members needs attention", "1 of 3 members gets new sessions"),
                events={"a": "marked down: not-connected"}),
    "on backup": Row(lambda site: site.kill("a", "b"), "backup", "c", {"a": "down", "b": "down"},
                     (1, "cluster shop is on backup"), page=("on backup: no primary gets new sessions",),
                     status=("1 of 3 members for new sessions, on backup",)),
    "on backup by drains": Row(drain_all, "backup", "c", check=(1, "cluster shop is on backup; 3 members in 1 cluster, 2 taken out"),
                               page=("on backup: no primary gets new sessions",), status=("on backup",)),
    "none": Row(lambda site: site.kill("a", "b", "c"), "last-resort", "", {"a": "down", "b": "down", "c": "down"},
                (2, "cluster shop has no member for new sessions"), page=("no member gets new sessions",)),
    "none, and no last resort": Row(lambda site: site.kill("a", "b", "c"), "none", "", {"a": "down", "b": "down", "c": "down"},
                                    (2, "cluster shop has no member for new sessions"), directives="WLMAllDown Fail\n",
                                    page=("no member gets new sessions",)),
    "draining": Row(lambda site: steer(site.server, "drain", member="a", comment="kernel"), "primary", "b", {"a": "draining"},
                    (0, "1 taken out on purpose"), page=("1 steered by a person", "kernel", "drained: nothing in flight, no session request so far"),
                    status=("drained: nothing in flight",), events={"a": "draining: kernel"}),
    "disabled": Row(lambda site: steer(site.server, "disable", member="a"), "primary", "b", {"a": "disabled"},
                    (0, "1 taken out on purpose"), page=("1 steered by a person",), events={"a": "disabled"}),
    "responses 5xx": Row(
        lambda site: [site.session("a", "/app/?status=500") for _ in range(20)], "primary", "ab",
        check=(1, "a of shop fails often: 20 of 26 requests of the last 15 min got a response 5xx"),
        page=("1 of 3 members needs attention", "20 of 26 requests of the last 15 min got a response 5xx", "5xx: 20"),
        json={"a": {"failures": 0, "attention": "failing", "responses": 26}},
        metrics={'wlm_member_responses_total{cluster="shop",member="a",code="5xx"}': 20,
                 'wlm_member_responses_total{cluster="shop",member="a",code="2xx"}': 6}),
    "left out": Row(lambda site: [site.session("a", "/app/?status=500") for _ in range(4)], "primary", "b", {"a": "left-out"},
                    (1, "a of shop is left-out since"), directives="WLMOutlier failures=3 5xx=on\n",
                    page=("1 of 3 members gets new sessions", "left-out"), events={"a": "left out: it has failed too often, last: status 500"},
                    json={"a": {"last_error": "status 500", "reason": "it has failed too often of late"}}),
    "busy": Row(lambda site: site.session("a", "/app/?status=503"), "primary", "b", {"a": "busy"}, (1, "a of shop is busy since"),
                directives="WLMBusyTime 1h\n", page=("it says so: no new sessions", "Next try: ", "(in 59 min)"),
                events={"a": "busy: it says 503; no new sessions for 3600.0 s"}, json={"a": {"reason": "it says so: no new sessions"}}),
    "all busy or left out": Row(
        lambda site: (site.session("a", "/app/?status=503"), [site.session("b", "/app/?status=500") for _ in range(4)]), "backup", "c",
        {"a": "busy", "b": "left-out"}, (1, "cluster shop is on backup"), directives="WLMOutlier failures=3 5xx=on max=90\nWLMBusyTime 1h\n"),
    "checked out": Row(lambda site: (site.members["a"].kill(),
                                     wait_until(lambda: state(site.server)["a"]["state"] == "checked-out"
                                                and state(site.server)["b"]["check_result"], "the checks of both")),
                       "primary", "b", {"a": "checked-out"}, (1, "a of shop is checked-out since"),
                       directives="WLMHealthCheck path=/health interval=200ms timeout=1s fall=1\n",
                       page=("health checks fail: Connection refused", "Last check: failed, ", "Next check: "),
                       status=("health checks fail: Connection refused",),
                       json={"a": {"check": "GET /health each 0.2 s", "check_result": "failed", "check_error": "Connection refused"},
                             "b": {"check_result": "good", "check_error": None}, },
                       also=expect_next_check, events={"a": "taken out by health checks: Connection refused"}),
    "full": Row(lambda site: (site.hold("a"), site.hold("b")), "backup", "c", check=(1, "cluster shop is on backup"),
                servers={name: {"MaxConnections": 1} for name in "ab"}, page=("in flight 2, waiting 0",)),
    "probing": Row(probe, "primary", "b", {"a": "probing"}, (1, "a of shop is probing since"), cluster={"RetryInterval": 20},
                   servers={"a": {"ServerIOTimeout": 100}}, page=("1 of 3 members needs attention", "one request tries it now"),
                   json={"a": {"next_retry": None}},
                   status=("one request tries it now",), events={"a": "marked down, tried again in 20 s"}),
    "unusable": Row(lambda site: None, "primary", "b", {"a": "unusable"},
                    (1, "a of shop is unusable: it has no Transport that can be used"),
                    servers={"a": {"https": 9, "properties": {"keyring": "none.p12"}}},
                    page=("1 of 3 members needs attention", "it has no Transport that can be used"),
                    status=("it has no Transport that can be used",)),
    "slow start": Row(lambda site: [steer(site.server, word, member="a") for word in ("down", "up")], "primary", "ab", seldom="a",
                      directives="WLMSlowStart 1h\n", page=("2 of 3 members get new sessions", "warms up: 0.", "% of its weight counts"),
                      status=("warms up: 0.",), events={"a": "marked up"}, also=expect_less,
                      metrics={'wlm_member_mark_downs_total{cluster="shop",member="a"}': 1}),
    "queueing": Row(wait_in_queue, "full", "", check=(1, "cluster shop is full"), directives="WLMQueue 1 60\n",
                    servers={name: {"MaxConnections": 1} for name in "abc"}, status=("new sessions, full, 1 request waits",),
                    page=("full: all members that are up have as many requests as they may have", "waiting 1 of 1."),
                    metrics={'wlm_cluster_waiting_requests{cluster="shop"}': 1}),
    "refused file": Row(lambda site: site.rewrite('RetryInterval="3600"', 'RetryInterval="soon"'), "primary", "ab",
                        check=(1, "is refused since"), also=expect_refused,
                        page=("A changed configuration is refused", 'RetryInterval="soon"'.replace('"', "&quot;"), "stays in use")),
    "file with warnings": Row(lambda site: site.rewrite('<Server Name="a" ', '<Server Name="a" Weight="4" '), "primary",
                              "ab", check=(0, "OK: 3 members in 1 cluster"), page=("No member needs attention", "Findings: 1"),
                              children=1,  # another one has the findings up to 200 ms later
                              also=expect_findings),
    "expiring certificate": Row(learn_certificate, "primary", "ab", expires=20, also=expect_certificate,
                                check=(1, "the certificate of a of shop expires in 19d"),
                                page=("Certificates expire within 30 days", "a of shop: its certificate: ", "(in 19 d 23 h)",
                                      "No member needs attention")),
    "all full": Row(lambda site: (site.hold("a"), site.hold("b"), site.hold("c")), "full", "", check=(1, "cluster shop is full"),
                    servers={name: {"MaxConnections": 1} for name in "abc"}, status=("0 of 3 members for new sessions, full\n",),
                    page=("full: all members that are up have as many requests as they may have", "in flight 3, capacity left 0 of 3, waiting 0"),
                    metrics={'wlm_cluster_capacity_left{cluster="shop"}': 0, 'wlm_cluster_limit{cluster="shop"}': 3}),
}


def series(server):
    """{name{labels without file}: value}"""
    lines = server.client.get("/wlm-status?format=openmetrics").body.decode().splitlines()
    found = (re.fullmatch(r'(\w+)(?:\{(.*)\})? (\S+)', line) for line in lines if not line.startswith("#"))
    return {m[1] + (("{" + re.sub(r'file="[^"]*",?', "", m[2]) + "}") if m[2] else ""): float(m[3]) for m in found}


def expect_requests(site, row):
    """What requests do is the truth that all others are held to."""
    got = shares(site.server.client.load(12, 1))
    assert set(row.gets) - set(row.seldom) <= set(got) - {"-"} <= set(row.gets), got
    assert all(2 * got.get(name, 0) < got["b"] for name in row.seldom), got
    assert ("-" in got) == (not row.gets)


def expect_state(site, row):
    view = everything(site.server)
    cluster = view["clusters"][0]
    assert (cluster["serving"], cluster["usable"]) == (row.serving, len(row.gets))
    assert {m["name"] for m in cluster["members"] if m["share"] > 0} == set(row.gets)
    for m in cluster["members"]:
        wanted = row.states.get(m["name"], "up")
        assert wanted == (m["admin_state"] if wanted in ("draining", "disabled") else m["state"])
        assert {k: m[k] for k in row.json.get(m["name"], {})} == row.json.get(m["name"], {})
    for name, text in row.events.items():
        assert state(site.server)[name]["events"][0]["text"].startswith(text)
    assert f"WLMCluster[0]Usable: {len(row.gets)}\n" in site.server.client.get("/server-status?auto").body.decode()


# The newest event of a cluster, by who gets new sessions
CLUSTER_EVENTS = {"backup": "on backup: no primary gets new sessions",
                  "last-resort": "no member gets new sessions: each request tries one that is not up",
                  "none": "no member gets new sessions", "full": "requests are refused with 503: as many requests wait as may"}


def expect_events(site, row):
    """Those of members and of the cluster, in JSON, on the page and by wlmctl."""
    cluster = CLUSTER_EVENTS.get(row.serving)
    if cluster:
        wait_until(lambda: [e for e in everything(site.server)["clusters"][0]["events"] if e["text"].startswith(cluster)], "the event")
    else:
        assert not everything(site.server)["clusters"][0]["events"]
    of = {f"shop/{name}": text for name, text in row.events.items()}
    told = wlmctl(site.server, "events").stdout
    page = site.server.client.get("/wlm-status").body.decode()
    for name, text in {**of, **({"shop": cluster} if cluster else {})}.items():
        assert re.search(rf"^\S+  {name}  {re.escape(text)}", told, re.M), told
        where = "cluster shop" if name == "shop" else f"{name[-1]}</a> of shop"
        assert f"<td>{text}" in "\n".join(line for line in page.splitlines() if f"{where}</td>" in line)


def expect_begins(site, row, begun):
    """Each state begins when it was made, whatever happens to the member later."""
    before = state(site.server)
    for name in row.states:
        away = before[name]["state"] != "up"
        at = before[name]["since"] if away else before[name]["admin_since"]
        if before[name]["state"] == "unusable":  # from the beginning on
            assert not at
            continue
        assert at and begun - 1 < moment(at) < time.time() + 1
        steer(site.server, "reset", member=name)  # an event more
        assert not away or state(site.server)[name]["since"] == at


def expect_metrics(site, row):
    found = series(site.server)
    assert found['wlm_cluster_usable_members{cluster="shop"}'] == len(row.gets)
    assert found['wlm_cluster_on_backup{cluster="shop"}'] == (row.serving == "backup")
    for tier in ("primary", "backup"):
        assert found[f'wlm_cluster_serving_members{{cluster="shop",tier="{tier}"}}'] == (len(row.gets) if tier == row.serving else 0)
    for name in "abc":
        assert found[f'wlm_member_up{{cluster="shop",member="{name}"}}'] == (row.states.get(name, "up") in ("up", "draining", "disabled"))
        states = {labels: value for labels, value in found.items() if labels.startswith(f'wlm_member_state{{cluster="shop",member="{name}"')}
        is_away = row.states.get(name, "up") not in ("draining", "disabled")
        assert [re.search('state="(.*?)"', labels)[1] for labels, value in states.items() if value] == [
            row.states.get(name, "up") if is_away else "up"] and len(states) == 9
        mark_downs = f'wlm_member_mark_downs_total{{cluster="shop",member="{name}"}}'
        assert found[mark_downs] == row.metrics.get(mark_downs, row.states.get(name) in ("down", "probing"))
    assert {k: found.get(k) for k in row.metrics} == row.metrics


def expect_html(site):
    if ARE_THERE:
        pages = {name: site.server.client.get(f"/wlm-status?{query}").body.decode()
                 for name, query in (("all", ""), ("a", "cluster=shop&member=a"))}
        (site.server.path / "pages").mkdir()
        assert invalid_html(pages, site.server.path / "pages") == ""


def expect_page(site, row):
    text = re.sub(r"(?s)<style.*?</style>|<[^>]*>", "", site.server.client.get("/wlm-status").body.decode())
    missing = [part for part in row.page if part not in text]
    assert not missing, text


def expect_wlmctl(site, row):
    check = wlmctl(site.server, "status", "--check")
    first, text = check.stdout.split("\n", 1)
    assert check.returncode == row.check[0] and row.check[1] in first, first
    assert f"cluster shop: Round Robin, {len(row.gets)} of 3 members for new sessions" in text
    assert [part for part in row.status if part not in text] == []
    top = wlmctl(site.server, "top", "--interval", "1s").stdout
    for name in "abc":
        for out in (text, top):
            line = next(line for line in out.splitlines() if re.match(rf"[! ]  (shop +)?{name} ", line))
            assert row.states.get(name, "up") in line, out


# -- requests that are not served, by the reason --------------------------------------------------------------------------------

def lose_session(site):
    site.members["a"].kill()
    site.session("a")


REFUSALS = {
    "no-place": (lambda site: (site.hold("a"), site.hold("b"), site.hold("c"), site.server.client.get()),
                 {"servers": {name: {"MaxConnections": 1} for name in "abc"}}),
    "waited": (lambda site: (site.hold("a"), site.hold("b"), site.hold("c"), site.server.client.get()),
               {"servers": {name: {"MaxConnections": 1} for name in "abc"}, "directives": "WLMQueue 5 1\n"}),
    "session-lost": (lose_session, {"directives": "WLMStrictAffinity On\n"}),
    "no-member": (lambda site: (steer(site.server, "disable", cluster="shop"), site.server.client.get()), {}),
    "down": (lambda site: ([steer(site.server, "down", member=name) for name in "abc"], site.server.client.get()),
             {"directives": "WLMAllDown Fail\n"}),
    "failed": (lambda site: ([m.kill() for m in site.members.values()], site.server.client.get()), {"directives": "WLMAllDown Fail\n"}),
    "not-repeatable": (lambda site: site.session("a", "/app/?delay=3000"), {"servers": {"a": {"ServerIOTimeout": 1}}}),
    "out-of-time": (lambda site: site.session("a", "/app/?delay=3000"), {"directives": "WLMTotalTimeout 1\n"}),
}


@pytest.mark.parametrize("reason", REFUSALS)
def test_450_02_who_was_not_served_is_counted_by_the_reason(httpd, member, reason):
    do, options = REFUSALS[reason]
    site = Site(httpd, member, ROWS["up"]._replace(**options))
    site.server.expect("WLM0038", "WLM0039", "WLM0010")
    try:
        do(site)
        by = everything(site.server)["clusters"][0]["unserved_by"]
        assert {k: v for k, v in by.items() if v} == {reason: 1}
        found = series(site.server)
        assert found[f'wlm_cluster_refused_requests_total{{cluster="shop",reason="{reason}"}}'] == 1
        assert found['wlm_cluster_unserved_requests_total{cluster="shop"}'] == 1
        assert found['wlm_cluster_queued_requests_total{cluster="shop"}'] == (reason == "waited")
        assert (found['wlm_cluster_queue_wait_seconds_total{cluster="shop"}'] >= 1) == (reason == "waited")
    finally:
        site.end()


def test_450_03_files_the_version_and_repeated_requests_have_metrics(httpd, member):
    site = Site(httpd, member, ROWS["up"])
    site.members["a"].kill()
    site.server.client.load(4, 1)
    found = series(site.server)
    assert found['wlm_cluster_retries_total{cluster="shop"}'] == 1
    assert [name for name in found if re.fullmatch(r'wlm_build_info\{version="[0-9.]+.*"\}', name)]
    assert abs(found["wlm_file_loaded_timestamp_seconds{}"] - time.time()) < 60
    assert "wlm_file_refused_timestamp_seconds{}" not in found and found['wlm_file_findings{severity="error"}'] == 0
    (site.server.path / "plugin-cfg.xml").write_text("<Config>")
    wlmctl(site.server, "reload")
    assert abs(series(site.server)["wlm_file_refused_timestamp_seconds{}"] - time.time()) < 60


def test_450_05_what_is_in_flight_the_capacity_that_is_left_and_rates(httpd, member):
    site = Site(httpd, member, ROWS["up"]._replace(servers={name: {"MaxConnections": 2} for name in "abc"}))
    try:
        assert "wlm_cluster_capacity_left" in "".join(series(site.server))
        for held, (name, left) in enumerate((("a", 5), ("b", 4), ("c", 3)), 1):
            site.hold(name, seconds=6)
            view = everything(site.server)
            for of in (view["all"], view["clusters"][0]):
                assert (of["in_flight"], of["limit"], of["capacity_left"]) == (held, 6, left)
            lines = site.server.client.get("/server-status?auto").body.decode()
            assert f"WLMAllCapacityLeft: {left}\n" in lines and f"WLMCluster[0]InFlight: {held}\n" in lines
            assert series(site.server)['wlm_cluster_capacity_left{cluster="shop"}'] == left
        steer(site.server, "drain", member="b")
        view = everything(site.server)["clusters"][0]
        assert (view["limit"], view["capacity_left"]) == (4, 2)
        assert re.fullmatch(r"draining: 1 in flight, last session request \d+ s ago", view["members"][1]["reason"])
        assert state(site.server)["a"]["peak_in_flight"] == 1
        site.join()
        wait_until(lambda: everything(site.server)["all"]["in_flight"] == 0, "the end of all")
        assert [m["peak_in_flight"] for m in state(site.server).values()] == [1, 1, 1]
    finally:
        site.end()


def test_450_06_rates_last_requests_and_the_time_down(httpd, member):
    site = Site(httpd, member, ROWS["up"])

    def rates(of):
        return of["requests_per_second"], of["failures_per_second"], of["errors_per_second"]

    wait_until(lambda: (site.session("c"), rates(everything(site.server)["all"])[0])[1], "the first look at the counters")
    wait_until(lambda: rates(everything(site.server)["all"]) == (0, 0, 0), "the seconds of the last look to be over", seconds=20)
    begun = time.time()
    site.members["a"].kill()
    for _ in range(22):
        site.session("b")
    for _ in range(11):
        site.session("b", "/app/?status=500")
    site.session("a")  # is repeated with b
    sent = time.time()
    view = everything(site.server)
    cluster, (a, b, c) = view["clusters"][0], view["clusters"][0]["members"]
    seconds = 35 / cluster["requests_per_second"]  # 34 requests and a repetition
    assert 1 <= seconds < 12
    assert rates(cluster) == pytest.approx((35 / seconds, 1 / seconds, 11 / seconds), abs=0.02)
    assert rates(view["all"]) == rates(cluster) and c["requests_per_second"] == 0 and moment(c["last_request"]) < begun
    assert rates(b) == pytest.approx((34 / seconds, 0, 11 / seconds), abs=0.1)
    assert begun - 1.1 < moment(b["last_session_request"]) <= moment(b["last_request"]) < sent + 1.2
    assert c["time_down"] == b["time_down"] == 0 and a["state"] == "down"
    wait_until(lambda: state(site.server)["a"]["time_down"] > 1.5, "the time that a is down")
    down = state(site.server)["a"]
    assert down["time_down"] < time.time() - moment(down["since"]) + 1.2
    assert moment(state(site.server)["b"]["last_request"]) < sent + 1.2


def events_of(site, *words):
    """What `wlmctl events` prints, as (of, text) of each line."""
    done = wlmctl(site.server, "events", *words)
    assert done.returncode == 0, done
    return [tuple(line.split("  ", 2)[1:]) for line in done.stdout.splitlines()]


def test_450_07_events_of_files_clusters_and_members_in_one_list(httpd, member):
    site = Site(httpd, member, ROWS["up"]._replace(servers={name: {"MaxConnections": 1} for name in "abc"}))
    path = site.server.path / "plugin-cfg.xml"
    good, file = path.read_text(), everything(site.server)["files"][0]["path"]
    try:
        for name in "abc":
            site.hold(name, seconds=5)
        assert site.server.client.get().status == 503  # no WLMQueue
        site.join()
        begun = time.time()
        site.kill("a", "b")
        wait_until(lambda: len(everything(site.server)["clusters"][0]["events"]) == 2, "the cluster's event")
        backup = everything(site.server)["clusters"][0]["events"][0]
        assert backup["text"] == "on backup: no primary gets new sessions" and begun - 0.2 < moment(backup["at"]) < time.time()
        path.write_text(good.replace("</Config>", ""))
        wlmctl(site.server, "reload")
        path.write_text(good.replace("<Config", "<Config ASDisableNagle='true'"))
        wlmctl(site.server, "reload")
        for name in "ab":
            steer(site.server, "up", member=name)
        wait_until(lambda: len(everything(site.server)["clusters"][0]["events"]) == 3, "the end of that")
    finally:
        site.end()
    view = everything(site.server)
    assert [e["text"] for e in reversed(view["clusters"][0]["events"])] == [
        "requests are refused with 503: as many requests wait as may", "on backup: no primary gets new sessions",
        "primaries get new sessions again"]
    loaded, refused = [e["text"] for e in view["files"][0]["events"]]
    assert loaded.startswith("loaded: 1 cluster, 3 members") and re.match(r"refused: \d+: ", refused)
    told = events_of(site)
    assert [text for of, text in told if of == "shop"] == [e["text"] for e in reversed(view["clusters"][0]["events"])]
    assert [text for of, text in told if of == file] == [refused, loaded]
    assert {of for of, text in told} == {file, "shop", "shop/a", "shop/b"}
    assert {of for of, text in events_of(site, "--cluster", "shop")} == {"shop", "shop/a", "shop/b"}
    assert {of for of, text in events_of(site, "a")} == {"shop/a"}
    lines = [json.loads(line) for line in wlmctl(site.server, "events", "--json").stdout.splitlines()]
    assert [e["at"] for e in lines] == sorted(e["at"] for e in lines) and len(lines) == len(told)
    page = site.server.client.get("/wlm-status?since=8h").body.decode()
    section = page[page.index("<h2>Events</h2>"):]
    places = [section.index(text) for text in ("requests are refused with 503", backup["text"], "refused: ", loaded.split(";")[0])]
    assert places[0] > places[1] > places[2] > places[3]  # the newest first
    assert "marked down: not-connected" in section and file in section
    wait_until(lambda: not json.loads(site.server.client.get("/wlm-status?format=json&since=1s").body)["clusters"][0]["events"],
               "a second without events")
    assert everything(site.server)["clusters"][0]["events"]
    for wrong in ("yesterday", "-1h", "1x"):
        for target in ("/wlm-status?", "/wlm-status?format=json&"):
            answer = site.server.client.get(f"{target}since={wrong}")
            assert answer.status == 400 and b"since is a time such as 30min, 8h or 2d" in answer.body


@pytest.mark.parametrize("theirs, ours, told", [
    (20, 300, ["the certificate of s of secure expires in 19d"]), (300, 10, ["the certificate that is shown to s of secure expires in 9d"]),
    (20, 10, ["the certificate of s of secure", "the certificate that is shown to s"]), (31, 32, []),
])
def test_450_04_a_certificate_that_expires_soon_is_told(httpd, folder, theirs, ours, told):
    authority = Authority(folder)
    secure = TlsMember("s", answers, server_context(authority.sign("secure", days=theirs)))
    server = httpd(plugin_cfg(Cluster("secure", [("s", None, {"https": secure.port})])),
                   f"WLMTLSTrust {authority.pem}\nWLMTLSCertificate {authority.sign('own', days=ours)}\n" + LOCATION)
    server.expect("WLM0083", "WLM0084")
    try:
        server.client.get()
        wait_until(lambda: state(server)["s"]["tls_expires"], "the certificate to be known")
        check = wlmctl(server, "status", "--check")
        assert check.returncode == bool(told) and [text for text in told if text not in check.stdout] == []
        assert ("Certificates expire within 30 days" in server.client.get("/wlm-status").body.decode()) == bool(told)
    finally:
        secure.stop()


def test_450_08_a_node_that_is_silent(registry):
    """As the rows below, of a member that has registered itself: only such a one can be silent."""
    server, node = registry("WLMRegistrySilence 1 5\nWLMSlowStart 0\n" + LOCATION)
    server.expect("WLM0280", "WLM0281", "WLM0282", "WLM0030")
    a, b = node("a").register(), node("b").register()
    regular(server, a, b)
    with Beat(b):
        a.member.pause()
        wait_until(lambda: state(server)["a"]["state"] == "silent", "a to be left out", 20)
        cluster, = everything(server)["clusters"]
        assert (cluster["serving"], cluster["usable"]) == ("primary", 1) and shares(server.client.load(8, 1, "/app/")) == {"b": 8}
        seen = state(server)["a"]
        assert (seen["attention"], seen["share"], seen["silent"], seen["reason"]) == ("out", 0, 1, "no STATUS, and no answer")
        assert time.time() - 20 < moment(seen["since"]) < time.time() + 1
        of = f'{{cluster="{cluster["name"]}",member="a"'
        found = series(server)
        states = {name: value for name, value in found.items() if name.startswith("wlm_member_state" + of)}
        assert [name for name, value in states.items() if value] == [f'wlm_member_state{of},state="silent"}}'] and len(states) == 9
        assert found[f"wlm_member_up{of}}}"] == 0 and found[f"wlm_member_silent{of}}}"] == 1
        page = re.sub(r"(?s)<style.*?</style>|<[^>]*>", "", server.client.get("/wlm-status").body.decode())
        assert [text for text in ("1 of 2 members needs attention", "no STATUS, and no answer", "1 of 2 members gets new sessions")
                if text not in page] == [], page
        check = wlmctl(server, "status", "--check")
        first, text = check.stdout.split("\n", 1)
        assert check.returncode == 1 and f"a of {cluster['name']} is silent since " in first
        top = wlmctl(server, "top", "--interval", "1s").stdout
        for out in (text, top):
            assert re.search(r"^! .*\ba\b.* silent ", out, re.M), out
        told = wlmctl(server, "events").stdout
        assert re.search(rf"^\S+  {cluster['name']}/a  {re.escape(seen['events'][0]['text'])}", told, re.M), told
        a.member.resume()


@pytest.mark.parametrize("name", ROWS)
def test_450_01_all_say_what_requests_do(httpd, member, folder, name):
    row = ROWS[name]
    site = Site(httpd, member, row, folder)
    try:
        begun = time.time()
        row.make(site)
        expect_requests(site, row)
        for expect in (expect_state, expect_metrics, expect_page, expect_wlmctl, expect_events):
            expect(site, row)
        row.also(site)
        expect_html(site)
        expect_begins(site, row, begun)
    finally:
        site.end()

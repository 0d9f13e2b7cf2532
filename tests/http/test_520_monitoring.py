"""contrib/prometheus and contrib/grafana: each alarm by promtool, once so that it fires and once so that it does not; and their
metrics are those that the module has."""
import json
import re
import shutil
import subprocess
import threading

import pytest

from wlmtest import ROOT, wait_until
from wlmtest.plugincfg import Cluster, Route, plugin_cfg
from wlmtest.status import LOCATION, everything, moment, steer
from wlmtest.tls import Authority, TlsMember, answers, server_context

RULES = ROOT / "contrib/prometheus/mod_wlm.rules.yml"
DASHBOARD = ROOT / "contrib/grafana/mod_wlm.json"
DAY = 24 * 60

pytestmark = pytest.mark.skipif(not shutil.which("promtool"), reason="promtool is not there: tools/setup.sh installs it")


def promtool(*args):
    return subprocess.run(["promtool", *map(str, args)], capture_output=True, text=True, timeout=300, check=False)


# -- the alarms: how long, the series that make it fire, those beside which it does not ---------------------------------------

WEB = 'instance="web1"'
CLUSTER = f'{WEB},file="f",cluster="shop"'
A, B = (f'{CLUSTER},member="{name}"' for name in "ab")


def limited(name, labels, value, limit):
    return {f"{name}{{{labels}}}": f"{value}x999", f"{name}_max{{{labels}}}": f"{limit}x999"}


def failing(failures, requests):
    return {f'wlm_member_failures_total{{{A},kind="timed-out"}}': f"0+{failures}x999",
            f'wlm_member_failures_total{{{A},kind="not-connected"}}': "0x999", f"wlm_member_requests_total{{{A}}}": f"0+{requests}x999"}


def errors(number, requests):
    return {f'wlm_member_responses_total{{{A},code="5xx"}}': f"0+{number}x999",
            f'wlm_member_responses_total{{{A},code="2xx"}}': f"0+{requests}x999", f"wlm_member_requests_total{{{A}}}": f"0+{requests}x999"}


def one(name, labels, values):
    return {f"{name}{{{labels}}}": values}


def refused(reason, values):
    return one("wlm_cluster_refused_requests_total", f'{CLUSTER},reason="{reason}"', values)


def capacity(values, usable, full):
    return {**one("wlm_cluster_capacity_left", CLUSTER, values), **one("wlm_cluster_usable_members", CLUSTER, f"{usable}x999"),
            **one("wlm_cluster_full_members", CLUSTER, f"{full}x999")}


def in_flight(number, limit):
    return {**one("wlm_member_in_flight", A, f"{number}x999"), **one("wlm_member_max_connections", A, f"{limit}x999")}


def down(enabled, values):
    return {**one("wlm_member_up", A, values), **one("wlm_member_enabled", A, f"{enabled}x999")}


# minutes, labels of the alarm, series with which it fires, lists of series with which it does not
ALARMS = {
    "WlmNoMember": (2, CLUSTER, one("wlm_cluster_usable_members", CLUSTER, "2 0x999"), [
        one("wlm_cluster_usable_members", CLUSTER, "1x999"), one("wlm_cluster_usable_members", CLUSTER, "1 1 1 1 0x9"),
        {**one("wlm_cluster_usable_members", CLUSTER, "0x999"), **one("wlm_cluster_full_members", CLUSTER, "2x999")}]),
    "WlmUnserved": (10, CLUSTER, one("wlm_cluster_unserved_requests_total", CLUSTER, "0+1x999"), [
        one("wlm_cluster_unserved_requests_total", CLUSTER, "5000x999"),
        one("wlm_cluster_unserved_requests_total", CLUSTER, "4x15 0x999")]),  # httpd was restarted
    "WlmOnlyBackups": (3, CLUSTER, one("wlm_cluster_on_backup", CLUSTER, "0 1x999"), [
        one("wlm_cluster_on_backup", CLUSTER, "0x999"), one("wlm_cluster_on_backup", CLUSTER, "1 1 0x999")]),
    "WlmMemberDown": (4, A, down(1, "1 0x999"), [down(1, "1x999"), down(0, "0x999"), down(1, "1 1 1 1 1 1 0x999")]),
    "WlmMemberFailing": (12, A, failing(3, 30), [failing(1, 30), failing(1, 1.5), failing(0, 30)]),
    "WlmMemberErrors": (12, f'{A},code="5xx"', errors(3, 30), [errors(1, 30), errors(1, 1.5), errors(0, 30)]),
    "WlmMemberFull": (7, A, in_flight(10, 10), [in_flight(9, 10), in_flight(10, 0)]),
    "WlmMemberForgotten": (DAY + 2, A, one("wlm_member_enabled", A, "0x3000"), [
        one("wlm_member_enabled", A, "1x3000"), one("wlm_member_enabled", A, "1x100 0x2900")]),
    "WlmQueueFull": (3, CLUSTER, limited("wlm_cluster_waiting_requests", CLUSTER, 80, 100), [
        limited("wlm_cluster_waiting_requests", CLUSTER, 79, 100), limited("wlm_cluster_waiting_requests", CLUSTER, 0, 0)]),
    "WlmRefused": (10, f'{CLUSTER},reason="overload"', refused("overload", "0+1x999"), [
        refused("overload", "5000x999"), refused("down", "0+100x999"),  # WlmUnserved is about these
        refused("waited", "4x15 0x999")]),  # httpd was restarted
    "WlmNoCapacity": (4, CLUSTER, capacity("3 0x999", 0, 2), [
        capacity("1x999", 2, 0), capacity("0x999", 0, 0),  # WlmNoMember is about this
        capacity("0 0 0 1 0 0 0 1 0 0", 1, 1)]),
    "WlmRetryBudget": (10, CLUSTER, one("wlm_cluster_retries_refused_total", CLUSTER, "0+2x999"), [
        one("wlm_cluster_retries_refused_total", CLUSTER, "5000x999"),
        one("wlm_cluster_retries_refused_total", CLUSTER, "4x15 0x999")]),  # httpd was restarted
    "WlmFileRefused": (3, f'{WEB},file="f"', one("wlm_file_refused", f'{WEB},file="f"', "0 1x999"), [
        one("wlm_file_refused", f'{WEB},file="f"', "0x999")]),
    "WlmWorkStopped": (3, f'{WEB},work="reload"', one("wlm_work_age_seconds", f'{WEB},work="reload"', "31+30x999"), [
        one("wlm_work_age_seconds", f'{WEB},work="reload"', "3x999")]),
    "WlmCertificateExpires": (12, A, one("wlm_member_tls_expires_timestamp_seconds", A, f"{13 * 86400}x999"), [
        one("wlm_member_tls_expires_timestamp_seconds", A, f"{15 * 86400}x999")]),
    "WlmOwnCertificateExpires": (12, A, one("wlm_member_tls_own_expires_timestamp_seconds", A, f"{13 * 86400}x999"), [
        one("wlm_member_tls_own_expires_timestamp_seconds", A, f"{15 * 86400}x999")]),
    "WlmConnectionsNearLimit": (4, WEB, limited("wlm_engine_connections", WEB, 970, 1200), [
        limited("wlm_engine_connections", WEB, 950, 1200), limited("wlm_engine_connections", WEB, 0, 0)]),
    "WlmDescriptorsNearLimit": (4, WEB, limited("wlm_engine_descriptors", WEB, 830, 1024), [
        limited("wlm_engine_descriptors", WEB, 810, 1024), limited("wlm_engine_descriptors", WEB, 5000, 0)]),
    "WlmNoMetrics": (7, "", {}, [one("wlm_file_generation", f'{WEB},file="f"', "1x999")]),
}


def rules():
    """{alarm: its text}"""
    return dict(re.findall(r"- alert: (\w+)\n(.*?)(?=\n\n|\Z)", RULES.read_text(), re.S))


def case(name, minutes, series, labels):
    """One test of promtool. labels None: the alarm must not fire."""
    samples = [] if labels is None else [{"labels": "{%s}" % labels, "value": 1}]
    alarm = f'sum without (alertname, alertstate, severity) (ALERTS{{alertname="{name}", alertstate="firing"}})'
    return {"interval": "30s", "input_series": [{"series": s, "values": v} for s, v in series.items()],
            "promql_expr_test": [{"expr": alarm, "eval_time": f"{minutes}m", "exp_samples": samples}]}


def run_tests(folder, *cases):
    path = folder / "tests.json"  # which is YAML, too
    path.write_text(json.dumps({"rule_files": [str(RULES)], "evaluation_interval": "30s", "tests": cases}))
    return promtool("test", "rules", path)


@pytest.mark.parametrize("name", ALARMS)
def test_520_01_each_alarm_fires_and_does_not(folder, name):
    minutes, labels, fires, quiet = ALARMS[name]
    result = run_tests(folder, case(name, minutes, fires, labels), *(case(name, minutes, series, None) for series in quiet))
    assert result.returncode == 0, result.stdout + result.stderr
    assert quiet


def test_520_02_a_wrong_expectation_is_noticed(folder):
    minutes, labels, fires, quiet = ALARMS["WlmFileRefused"]
    assert run_tests(folder, case("WlmFileRefused", minutes, fires, None)).returncode != 0
    assert run_tests(folder, case("WlmFileRefused", minutes, quiet[0], labels)).returncode != 0


def test_520_03_no_alarm_is_without_a_test():
    assert set(rules()) == set(ALARMS) and RULES.read_text().count("alert:") == len(ALARMS)
    assert promtool("check", "rules", RULES).returncode == 0


@pytest.mark.parametrize("name", ALARMS)
def test_520_04_its_texts_use_labels_that_it_has(name):
    used = set(re.findall(r"\$labels\.(\w+)", rules()[name]))
    assert used <= set(re.findall(r"(\w+)=", ALARMS[name][1])), name
    assert "severity: page" in rules()[name] or "severity: ticket" in rules()[name]


# -- the dashboard ------------------------------------------------------------------------------------------------------------

def expressions():
    """(title, expression) of each target of each panel, with Grafana's variables replaced as Grafana does."""
    found = []
    for panel in json.loads(DASHBOARD.read_text())["panels"]:
        for target in panel["targets"]:
            expr = target["expr"].replace("$__rate_interval", "1m").replace("$instance", ".*").replace("$cluster", ".*")
            found.append((panel["title"], expr))
    return found


def test_520_10_each_panel_has_an_expression_that_prometheus_takes(folder):
    assert len(expressions()) > 20
    groups = [{"name": "g", "rules": [{"record": f"panel{i}", "expr": expr} for i, (_, expr) in enumerate(expressions())]}]
    (folder / "panels.json").write_text(json.dumps({"groups": groups}))
    result = promtool("check", "rules", folder / "panels.json")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "$" not in "".join(expr for _, expr in expressions())


def test_520_11_panels_do_not_overlap():
    taken = set()
    for panel in json.loads(DASHBOARD.read_text())["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken and at["x"] + at["w"] <= 24, panel["title"]
        taken |= cells


# -- the metrics of a real httpd -----------------------------------------------------------------------------------------------

def names_in(text):
    return set(re.findall(r"\bwlm_[a-z0-9_]+", text))


def samples(server):
    """{name: {labels: value}} of what httpd prints."""
    found = {}
    for name, labels, value in re.findall(r"^(wlm_\w+)(?:\{(.*)\})? (\S+)$",
                                          server.client.get("/wlm-status?format=openmetrics").body.decode(), re.M):
        found.setdefault(name, {})[labels] = float(value)
    return found


@pytest.fixture
def site(httpd, member, folder):
    """Cluster shop with a primary that is down, and a backup; secure with a member that speaks TLS; full, whose only member has
    no room."""
    a, b, busy = member("a"), member("b"), member("busy")
    authority = Authority(folder)
    secure = TlsMember("s", answers, server_context(authority.sign("secure")))
    server = httpd(plugin_cfg(
        Cluster("shop", [("a", a.port, {}), ("b", b.port, {})], primaries=["a"], backups=["b"]),
        Cluster("secure", [("s", None, {"https": secure.port})]),
        Cluster("full", [("m", busy.port, {"MaxConnections": 1})]),
        routes=[Route("shop"), Route("secure", ["/secure/*"]), Route("full", ["/full/*"])]),
        f"WLMTLSTrust {authority.pem}\nWLMQueue 7 1s\nWLMTLSCertificate {authority.sign('own', days=90)}\n" + LOCATION)
    server.expect("WLM0030", "WLM0035", "WLM0036", "WLM0037", "WLM0056")
    a.kill()
    yield server
    secure.stop()


def wait_for_certificate(server):
    """The samples when they have the certificate of the member that was asked by https."""
    wait_until(lambda: "wlm_member_tls_expires_timestamp_seconds" in samples(server), "the time at which the certificate expires")
    return samples(server)


def test_520_20_rules_and_dashboard_have_only_metrics_that_there_are(site):
    site.client.get("/app/")
    site.client.get("/secure/")
    there = set(wait_for_certificate(site))
    for path in RULES, DASHBOARD:
        assert names_in(path.read_text().split("groups:")[-1]) <= there, path


def test_520_21_what_the_alarms_are_about_is_seen(site):
    assert site.client.get("/app/").headers["X-Member"] == "b"
    assert site.client.get("/secure/").status == 200
    now = wait_for_certificate(site)

    def value(name, cluster="shop", member=None):
        return next(v for k, v in now[name].items()
                    if f'cluster="{cluster}"' in k and (member is None or f'member="{member}"' in k))
    assert (value("wlm_member_backup", member="a"), value("wlm_member_backup", member="b")) == (0, 1)
    assert (value("wlm_member_up", member="a"), value("wlm_member_up", member="b")) == (0, 1)
    assert value("wlm_cluster_waiting_requests_max") == 7
    begun = everything(site)["time"]
    days = {name: (value(f"wlm_member_{name}_timestamp_seconds", "secure") - moment(begun)) / 86400
            for name in ("tls_expires", "tls_own_expires")}
    assert 299 < days["tls_expires"] < 301 and 89 < days["tls_own_expires"] < 91
    assert len(now["wlm_member_tls_expires_timestamp_seconds"]) == 1  # the others have none
    assert now["wlm_work_age_seconds"] == {'work="reload"': now["wlm_work_age_seconds"]['work="reload"'], 'work="checks"': 0}
    assert now["wlm_work_age_seconds"]['work="reload"'] <= 3


def test_520_22_requests_that_no_member_serves_are_counted(site):
    def unserved():
        return {c["name"]: c["unserved"] for c in everything(site)["clusters"]}
    assert site.client.get("/app/").status == 200 and site.client.get("/full/?status=503").status == 503
    assert unserved() == {"shop": 0, "secure": 0, "full": 0}  # a member sent that 503
    steer(site, "disable", cluster="shop", all="1")
    assert [site.client.get("/app/").status for _ in range(3)] == [503] * 3
    assert unserved() == {"shop": 3, "secure": 0, "full": 0}
    assert any(v == 3 for v in samples(site)["wlm_cluster_unserved_requests_total"].values())


def test_520_23_a_request_that_leaves_the_queue_in_vain_is_one(site):
    holds = threading.Thread(target=site.client.get, args=("/full/?delay=3000",))
    holds.start()
    wait_until(lambda: any('cluster="full"' in k and v == 1 for k, v in samples(site)["wlm_member_in_flight"].items()), "a full member")
    assert site.client.get("/full/").status == 503  # after a second
    assert {c["name"]: c["unserved"] for c in everything(site)["clusters"]}["full"] == 1
    holds.join()

"""What has registered, for wlmcfg: `wlmctl registry --xml` is a plugin-cfg.xml for each of its commands, and so is the file itself."""
import json
import subprocess

import pytest

from wlmtest import BUILD, wait_until
from wlmtest.client import shares
from wlmtest.mcmp import registry  # noqa: F401 (a fixture)
from wlmtest.status import LOCATION


def wlmcfg(*args, **options):
    return subprocess.run([BUILD / "wlmcfg", *map(str, args)], capture_output=True, text=True, timeout=60, check=False, **options)


def printed(server):
    """By wlmctl registry --xml."""
    result = subprocess.run([BUILD / "wlmctl", "registry", "--xml", "--url", f"http://127.0.0.1:{server.port}/wlm-status"],
                            capture_output=True, text=True, timeout=60, check=True)
    return result.stdout


def explained(file, *args):
    return json.loads(wlmcfg("explain", "--json", file, *args).stdout)


@pytest.fixture
def versions(registry, tmp_path):
    """A server with two nodes, and a function that keeps what is registered now under a name."""
    server, node = registry(LOCATION, "WLMRegistryAliases *.example\n")
    a = node("a", route="10.0.0.5:8080:Catalina", alias="shop.example").register("/shop", "/")
    b = node("b", alias="shop.example").register("/shop")

    def keep(name):
        file = tmp_path / f"{name}.xml"
        file.write_text(printed(server))
        return file
    return server, a, b, keep


def test_466_01_check_and_show(versions):
    server, a, b, keep = versions
    for change in (lambda: None, lambda: b.app("DISABLE", "/shop"), lambda: b.app("STOP", "/shop"), lambda: b.status(0),
                   lambda: b.status(-1), lambda: a.app("REMOVE", "/"), lambda: a.must("REMOVE-APP", "/*"),
                   lambda: b.must("REMOVE-APP", "/*")):
        change()
        file = keep("now")
        result = wlmcfg("check", file)  # warnings are about members that get nothing
        assert result.returncode == 0 and "[odd-clone-id]" not in result.stdout, result.stdout
        assert wlmcfg("check", "-", input=file.read_text()).returncode == 0
        assert wlmcfg("show", file).returncode == 0
    assert [c for c in json.loads(wlmcfg("show", "--json", file).stdout)["clusters"]] == []


def test_466_02_explain_says_what_httpd_does(versions):
    server, a, b, keep = versions
    file = keep("now")
    one = explained(file, "http://shop.example/shop/cart", "--header", "Cookie: JSESSIONID=x.10.0.0.5:8080:Catalina")
    assert (one["cluster"], one["affinity"]["member"]) == ("mycluster:shop.example/shop", "10.0.0.5:8080:Catalina")
    assert server.client.member("/shop/cart", Host="shop.example", Cookie="JSESSIONID=x.10.0.0.5:8080:Catalina") == "a"
    assert explained(file, "http://shop.example/other")["cluster"] == "mycluster:shop.example/"
    assert not explained(file, "http://other.example/shop/").get("cluster")
    assert server.client.get("/shop/", Host="other.example").status == 404
    b.app("DISABLE", "/shop")
    file = keep("disabled")
    assert explained(file, "http://shop.example/shop/", "--header", "Cookie: JSESSIONID=x.b")["affinity"]["member"] == "b"
    wait_until(lambda: shares([server.client.get("/shop/", Host="shop.example") for _ in range(4)]) == {"a": 4}, "b to drain")


def test_466_03_diff_says_what_has_changed(versions):
    server, a, b, keep = versions
    before = keep("before")
    b.status(100)
    assert wlmcfg("diff", "--exit-code", before, keep("same")).stdout == "no change\n"
    b.app("DISABLE", "/shop")
    disabled = keep("disabled")
    result = wlmcfg("diff", "--exit-code", before, disabled)
    assert result.returncode == 1 and "mycluster:shop.example/shop" in result.stdout and "b" in result.stdout, result.stdout
    assert "mycluster:shop.example/:" not in result.stdout
    b.must("REMOVE-APP", "/*")
    change = json.loads(wlmcfg("diff", "--json", disabled, keep("gone")).stdout)
    assert "b" in json.dumps(change) and "10.0.0.5" not in json.dumps(change.get("routes", "")), change
    a.must("REMOVE-APP", "/*")
    gone = wlmcfg("diff", before, keep("empty")).stdout
    assert "/shop/*" in gone and server


def test_466_04_graph_and_merge(versions):
    server, a, b, keep = versions
    file = keep("now")
    dot = wlmcfg("graph", "--format", "dot", file)
    assert dot.returncode == 0 and dot.stdout.startswith("digraph")
    for text in ("shop.example:*", "/shop/*", "10.0.0.5:8080:Catalina", f"127.0.0.1:{b.member.port}"):
        assert text in dot.stdout, text
    merged = wlmcfg("merge", file, server.path / "registry" / "nodes.xml")
    assert merged.returncode == 0 and a.route in merged.stdout, merged.stderr


def test_466_05_the_file_is_the_same(versions):
    server, a, b, keep = versions
    file = server.path / "registry" / "nodes.xml"
    wait_until(lambda: wlmcfg("diff", "--exit-code", keep("now"), file).returncode == 0, "all changes to be written")
    assert wlmcfg("check", file).returncode == 0 and a and b


def test_466_06_as_the_manual_has_it(versions):
    """Through pipes."""
    server, a, b, keep = versions
    before = keep("before")
    b.app("DISABLE", "/shop")
    diff = wlmcfg("diff", before, "-", input=printed(server))
    assert diff.returncode == 0 and "mycluster:shop.example/shop" in diff.stdout, diff.stderr
    explain = wlmcfg("explain", "-", "http://shop.example/shop/cart", input=printed(server))
    assert explain.returncode == 0 and "mycluster:shop.example/shop" in explain.stdout and a, explain.stderr

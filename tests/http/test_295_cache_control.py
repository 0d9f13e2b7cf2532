"""Stories of mod_cache that goes by a targeted field (RFC 9213), while clients get the member's own Cache-Control."""
import os

import pytest

from wlmtest import config_value
from wlmtest.plugincfg import Cluster, plugin_cfg

LIBEXEC = config_value("HTTPD_LIBEXECDIR")
pytestmark = pytest.mark.skipif(not os.path.exists(f"{LIBEXEC}/mod_cache_disk.so"), reason="mod_cache_disk is not there")


@pytest.fixture(params=["on", "off"])
def cached(httpd, scripted, folder, request):
    """A site with a cache, by both ways in which mod_cache works. fields: of the member's response, by path."""
    def make(fields, extra="WLMCacheControl CDN-Cache-Control\n", length=2):
        def script(c):
            while head := c.read_head():
                path = head.split()[1].decode()
                if b"If-None-Match" in head:
                    c.send(f"HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\n{fields[path + '#304']}\r\n".encode())
                    continue
                c.send(f"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nETag: \"1\"\r\n{fields[path]}\r\n".encode())
                c.send(b"ok" if length == 2 else b"x" * 100_000)
                if length != 2:
                    return
        x, root = scripted(script), folder / "cache"
        root.mkdir()
        root.chmod(0o777)
        server = httpd(plugin_cfg(Cluster("c", [("x", x.port, {})])), site(extra))
        server.member = x
        return server

    def site(extra):
        return (f"LoadModule cache_module {LIBEXEC}/mod_cache.so\nLoadModule cache_disk_module {LIBEXEC}/mod_cache_disk.so\n"
                f"CacheRoot {folder}/cache\nCacheEnable disk /app\nCacheQuickHandler {request.param}\n{extra}")
    make.site, make.quick = site, request.param
    return make


def told(answer):
    """What the client is told of caches; nothing of ours."""
    assert answer.status == 200 and answer.body == b"ok" and not answer.error, answer
    assert not [name for name in answer.headers if name.startswith("$") or "kept" in name.lower()], answer.headers.items()
    return answer.headers.get("Cache-Control"), answer.headers.get("Expires"), answer.headers.get("CDN-Cache-Control")


EXPIRED = "Thu, 01 Jan 1970 00:00:00 GMT"
STORED = [  # the member's fields; what the client gets of them, each time
    ("CDN-Cache-Control: max-age=60\r\nCache-Control: no-store\r\n", ("no-store", None, "max-age=60")),
    ("CDN-Cache-Control: max-age=60\r\n", (None, None, "max-age=60")),
    (f"CDN-Cache-Control: max-age=60\r\nExpires: {EXPIRED}\r\n", (None, EXPIRED, "max-age=60")),
    (f"CDN-Cache-Control: max-age=60\r\nCache-Control: private, max-age=5\r\nExpires: {EXPIRED}\r\n",
     ("private, max-age=5", EXPIRED, "max-age=60")),
    ("CDN-Cache-Control: s-maxage=60;x=1, no-store=?0\r\nCache-Control: no-cache\r\n",
     ("no-cache", None, "s-maxage=60;x=1, no-store=?0")),
    ("CDN-Cache-Control: max-age=60,,\r\nCache-Control: max-age=70\r\n", ("max-age=70", None, "max-age=60,,")),
    ("CDN-Cache-Control: max-age=60\r\nCache-Control: no-store\r\nPragma: no-cache\r\n", ("no-store", None, "max-age=60")),
]
NOT_STORED = [
    ("CDN-Cache-Control: no-store\r\nCache-Control: max-age=60\r\n", ("max-age=60", None, "no-store")),
    ("CDN-Cache-Control: private\r\nCache-Control: max-age=60\r\n", ("max-age=60", None, "private")),
    ("CDN-Cache-Control: max-age=60,,\r\nCache-Control: no-store\r\n", ("no-store", None, "max-age=60,,")),
]


def test_295_01_the_cache_and_the_client_are_told_different_things(cached):
    rows = [(row, 1) for row in STORED] + [(row, 2) for row in NOT_STORED]
    server = cached({f"/app/{i}": fields for i, ((fields, _), _) in enumerate(rows)})
    for i, ((fields, wanted), count) in enumerate(rows):
        before = len(server.member.heads)
        for _ in range(2):
            answer = server.client.get(f"/app/{i}")
            assert told(answer) == wanted, fields
            assert answer.headers.get("Pragma") == ("no-cache" if "Pragma" in fields else None), fields
        assert len(server.member.heads) - before == count, fields


def test_295_02_the_order_of_the_target_list(cached):
    server = cached({"/app/a": "CDN-Cache-Control: no-store\r\nExample-Cache-Control: max-age=60\r\n",
                     "/app/b": "CDN-Cache-Control: max-age=60\r\nExample-Cache-Control: ?\r\n"},
                    "WLMCacheControl Example-Cache-Control CDN-Cache-Control\n")
    for path in "ab":
        for _ in range(2):
            told(server.client.get(f"/app/{path}"))
    assert len(server.member.heads) == 2


def test_295_03_without_the_directive(cached):
    server = cached({"/app/a": STORED[0][0]}, "")
    for _ in range(2):
        assert told(server.client.get("/app/a")) == STORED[0][1]
    assert len(server.member.heads) == 2


def test_295_04_what_is_stored_outlives_the_directive(cached):
    """The kept fields stay in the cache, and reach no client."""
    server = cached({"/app/a": STORED[3][0]})
    assert told(server.client.get("/app/a")) == STORED[3][1]
    server.configure((server.path / "plugin-cfg.xml").read_text(), cached.site(""))
    server.restart("graceful")
    assert told(server.client.get("/app/a")) == STORED[3][1]
    assert len(server.member.heads) == 1


def test_295_05_a_revalidation(cached):
    """A 304 brings fields of its own, or leaves those that are stored."""
    server = cached({"/app/a": "CDN-Cache-Control: max-age=60\r\nCache-Control: max-age=1\r\n",
                     "/app/a#304": "CDN-Cache-Control: max-age=90\r\nCache-Control: max-age=2\r\n"})
    assert told(server.client.get("/app/a"))[0] == "max-age=1"
    assert told(server.client.get("/app/a", Cache_Control="max-age=0"))[0] == "max-age=2"
    assert "If-None-Match" in server.member.heads[-1]
    count = len(server.member.heads)
    assert told(server.client.get("/app/a"))[0] == "max-age=2" and len(server.member.heads) == count


def test_295_06_what_httpd_says_to_clients_counts(cached):
    server = cached({"/app/a": STORED[0][0]}, "WLMCacheControl CDN-Cache-Control\nHeader set Cache-Control \"max-age=3\"\n")
    for _ in range(2):
        assert told(server.client.get("/app/a"))[0] == "max-age=3"
    assert len(server.member.heads) == 1


def test_295_07_a_response_that_breaks_off_is_not_stored(cached):
    server = cached({"/app/a": STORED[0][0]}, length=200_000)
    server.expect("WLM0030", "WLM0037")
    for count in (1, 2):
        answer = server.client.get("/app/a")
        assert answer.error or answer.status == 502  # by how much of it had come when it broke off
        assert len(server.member.heads) == count


@pytest.mark.parametrize("word", ["Cache-Control", "a:b", '"a b"'])
def test_295_08_wrong_names(httpd, word):
    server = httpd(plugin_cfg(Cluster("c", [("x", 1, {})])), f"WLMCacheControl {word}\n", start=False)
    result = server.test_config()
    assert result.returncode != 0 and "WLMCacheControl" in result.stderr


@pytest.mark.parametrize("expires", [None, EXPIRED])
def test_295_09_a_304_of_the_cache_has_the_member_s_directives(cached, expires):
    """mod_cache answers a condition by a status alone, and httpd begins the response anew, without its filters."""
    fields = "CDN-Cache-Control: max-age=3600\r\nCache-Control: no-cache\r\n"
    server = cached({"/app/a": fields + (f"Expires: {expires}\r\n" if expires else "")})
    assert told(server.client.get("/app/a"))[:2] == ("no-cache", expires)
    for _ in range(2):
        answer = server.client.get("/app/a", If_None_Match='"1"')
        assert answer.status == 304 and len(server.member.heads) == 1
        assert (answer.headers.get("Cache-Control"), answer.headers.get("Expires")) == ("no-cache", expires)
        assert not [name for name in answer.headers if name.startswith("$")], answer.headers.items()


def test_295_10_a_page_that_includes_the_member_s(cached, folder):
    """A subrequest's response goes by the field as any other, and serves clients afterwards. The port is part of the
    cache's keys, and a subrequest does not know that of the Host field."""
    pages = folder / "pages"
    pages.mkdir()
    (pages / "page.shtml").write_text('<<!--#include virtual="/app/a" -->|<!--#include virtual="/app/b" -->>')
    server = cached({"/app/a": STORED[0][0], "/app/b": NOT_STORED[0][0]}, f"""\
WLMCacheControl CDN-Cache-Control
UseCanonicalPhysicalPort On
LoadModule include_module {LIBEXEC}/mod_include.so
Alias /pages {pages}
<Directory {pages}>
    Require all granted
    Options +Includes
    AddOutputFilter INCLUDES .shtml
</Directory>
""")
    for _ in range(2):
        answer = server.client.get("/pages/page.shtml")
        assert answer.status == 200 and answer.body == b"<ok|ok>", answer
        assert not [name for name in answer.headers if name.startswith("$")], answer.headers.items()
    assert sorted(head.split()[1] for head in server.member.heads) == ["/app/a", "/app/b", "/app/b"]
    assert told(server.client.get("/app/a")) == STORED[0][1]
    assert len(server.member.heads) == 3


def test_295_11_a_revalidation_for_a_client_with_a_condition(cached):
    """The 304 for the client is then made of what is stored and what the member's 304 has brought."""
    server = cached({"/app/a": "CDN-Cache-Control: max-age=60\r\nCache-Control: max-age=1\r\n",
                     "/app/a#304": "CDN-Cache-Control: max-age=90\r\nCache-Control: max-age=2\r\n"})
    assert told(server.client.get("/app/a"))[0] == "max-age=1"
    answer = server.client.get("/app/a", If_None_Match='"1"', Cache_Control="max-age=0")
    assert answer.status == 304 and answer.headers.get("Cache-Control") == "max-age=2" and len(server.member.heads) == 2
    answer = server.client.get("/app/a", If_None_Match='"1"')
    assert answer.status == 304 and answer.headers.get("Cache-Control") == "max-age=2" and len(server.member.heads) == 2


def test_295_12_a_cache_that_is_placed_before_the_filter(cached):
    """It stores the member's fields as they are; what is there of other times has the client's values all the same."""
    server = cached({"/app/a": STORED[0][0], "/app/b": STORED[0][0]})
    assert told(server.client.get("/app/a")) == STORED[0][1]
    server.configure((server.path / "plugin-cfg.xml").read_text(), cached.site(
        "WLMCacheControl CDN-Cache-Control\n<Location /app>\nSetOutputFilter CACHE\n</Location>\n"))
    server.restart("graceful")
    assert told(server.client.get("/app/a")) == STORED[0][1] and len(server.member.heads) == 1
    for _ in range(2):
        assert told(server.client.get("/app/b")) == STORED[0][1]
    assert len(server.member.heads) == (2 if cached.quick == "on" else 3)


# What mod_cache stores, and WLMAffinity takes for an answer to one client
FOR_ONE = {
    "a validator alone": "",
    "to be revalidated": "Cache-Control: no-cache\r\n",
    "for no time": "Cache-Control: max-age=0\r\n",
    "by a targeted field": "CDN-Cache-Control: max-age=60\r\nCache-Control: no-store\r\n",
    "by what httpd says": "X-By-Header: 1\r\n",
}


@pytest.mark.parametrize("why", FOR_ONE)
def test_295_13_the_cache_stores_no_cookie_of_the_module(cached, why):
    """Otherwise all clients would get that of the first one, and lose their sessions."""
    server = cached({"/app/a": FOR_ONE[why], "/app/a#304": FOR_ONE[why]},
                    "WLMCacheControl CDN-Cache-Control\nWLMAffinity Cookie WLMID\nWLMAffinity Cookie SECOND\n"
                    'Header set Cache-Control "max-age=60" "expr=resp(\'X-By-Header\') == \'1\'"\n')
    cookies = [field.split(";")[0] for field in server.client.get("/app/a").headers.get_all("Set-Cookie", [])]
    assert [cookie.split("=")[0] for cookie in cookies] == ["WLMID", "SECOND"]
    for _ in range(2):
        answer = server.client.get("/app/a", Cookie="; ".join(cookies))
        assert answer.status == 200 and answer.headers.get_all("Set-Cookie") is None
    assert list((server.path.parent / "cache").rglob("*.header"))


def test_295_14_where_nothing_is_stored_mod_headers_sees_that_cookie(cached):
    server = cached({"/app/b": ""}, "WLMAffinity Cookie WLMID\nCacheDisable /app/b\nHeader edit Set-Cookie ^WLMID= RENAMED=\n")
    assert server.client.get("/app/b").headers["Set-Cookie"].startswith("RENAMED=")

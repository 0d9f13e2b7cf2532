"""Stories of httpd's own rules beside routes: whatever way a path is written, the rules for what the member serves apply."""
import hashlib
import pathlib

import pytest

from wlmtest import config_value
from wlmtest.plugincfg import Cluster, Route, plugin_cfg

# ways to write /app/admin/secret, for a member that drops path parameters before it maps a path
WAYS = ["/app/admin/secret", "/app/admin;x/secret", "/app/admin;/secret", "/app/;/admin/secret", "/app/;x/admin/secret",
        "/app;v=1/admin/secret", "/app/admin/secret;", "/app/admin/secret;jsessionid=0000x:a", "/;/app/admin/secret",
        "//app//admin/secret", "/app/%61dmin/secret", "/app/./admin/secret", "/x/../app/admin/secret",
        "/app;x=%2F/admin/secret", "/app/admin;a=b;c=d/secret;e", "/app/;%61/admin/secret",
        "/app/admin%2Fsecret", "/app%2fadmin/secret", "/app/admin%2F;x/secret"]

# what keeps it from all clients -> the status
RULES = {
    "Location": ("<Location /app/admin>\nRequire all denied\n</Location>", 403),
    "LocationMatch": ("<LocationMatch ^/app/admin/secret$>\nRequire all denied\n</LocationMatch>", 403),
    "If": ("<If \"%{REQUEST_URI} =~ m#^/app/admin/#\">\nRequire all denied\n</If>", 403),
    "Location with If": ("<Location /app>\n<If \"%{REQUEST_URI} == '/app/admin/secret'\">\nRequire all denied\n</If>\n</Location>",
                         403),
    "Require expr": ("<Location />\nRequire expr %{REQUEST_URI} !~ m#^/app/admin/#\n</Location>", 403),
    "Require user": ("<Location /app/admin>\nAuthType Basic\nAuthName x\nAuthUserFile none\nRequire valid-user\n</Location>", 401),
    "RewriteRule F": ("RewriteEngine On\nRewriteRule ^/app/admin/ - [F]", 403),
    "RewriteCond": ("RewriteEngine On\nRewriteCond %{REQUEST_URI} ^/app/admin/\nRewriteRule . - [F]", 403),
    "RewriteRule G": ("RewriteEngine On\nRewriteRule ^/app/admin/secret$ - [G]", 410),
    "RewriteRule R": ("RewriteEngine On\nRewriteRule ^/app/admin/ http://elsewhere/ [R=307]", 307),
    "Redirect": ("Redirect permanent /app/admin http://elsewhere/new", 301),
    "RedirectMatch": ("RedirectMatch 404 ^/app/admin/secret$", 404),
    "Redirect gone": ("Redirect gone /app/admin/secret", 410),
    "Redirect in Location": ("<Location /app/admin>\nRedirect 303 http://elsewhere/\n</Location>", 303),
    "WLMEnable": ("<Location /app/admin>\nWLMEnable Off\n</Location>", 404),
    "WLMEnable in LocationMatch": ("<LocationMatch ^/app/admin/secret$>\nWLMEnable Off\n</LocationMatch>", 404),
    "RewriteRule to a file": ("RewriteEngine On\nRewriteRule ^/app/admin/ /nothing [L]", 404),
    "wlm-status": ("<Location /app/admin>\nSetHandler wlm-status\nRequire all denied\n</Location>", 403),
}


def load(*names):
    return "".join(f"LoadModule {name}_module {config_value('HTTPD_LIBEXECDIR')}/mod_{name}.so\n" for name in names)


@pytest.fixture
def app(httpd, member):
    def make(extra="", uris=("/app/*",), **options):
        return httpd(plugin_cfg(Cluster("app", [("a", member("a").port, {})]), routes=[Route("app", uris)]), extra, **options)
    return make


@pytest.mark.parametrize("slashes", ["AllowEncodedSlashes NoDecode", "AllowEncodedSlashes On",
                                     "AllowEncodedSlashes NoDecode\nMergeSlashes Off"])
@pytest.mark.parametrize("rule", RULES)
def test_115_01_no_way_to_write_a_path_dodges_a_rule(app, rule, slashes):
    text, wanted = RULES[rule]
    server = app(f"{slashes}\n{text}\n")
    got = {way: server.client.get(way).status for way in WAYS}
    also = {404} if rule == "wlm-status" else set()  # the page is at that path only
    assert {way: status for way, status in got.items() if status not in {wanted} | also} == {}
    assert server.client.member("/app/other;admin/x") == "a"  # and what is not meant is served


def test_115_02_what_follows_from_a_rule_is_the_same_for_each_way(app):
    server = app("Redirect permanent /app/old http://elsewhere/new\n<Location /app/page>\nHeader set X-Rule page\n</Location>\n")
    assert server.client.get("/app;v=1/old/x?q=1").headers["Location"] == "http://elsewhere/new/x?q=1"
    assert server.client.get("/app/page;jsessionid=0000x:a").headers["X-Rule"] == "page"
    assert server.client.get("/app/;x/page/sub").headers["X-Rule"] == "page"


def test_115_03_the_user_that_was_authenticated_is_the_one_whom_the_member_is_told(app):
    server = app("<Location /app/admin>\nAuthType Basic\nAuthName x\nAuthUserFile users\nRequire valid-user\n</Location>\n")
    (server.path / "users").write_text("me:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=\n")  # password
    answer = server.client.get("/app/admin;x/y?headers=1", Authorization="Basic bWU6cGFzc3dvcmQ=")
    assert answer.status == 200 and b"$WSRU: me\n" in answer.body.replace(b"$wsru", b"$WSRU").replace(b"\r", b"")


def test_115_04_parameters_reach_the_member_and_keep_the_session(app):
    server = app("<Location /app>\nRequire all granted\n</Location>\nRewriteEngine On\nRewriteRule ^/old/(.*) /app/$1 [PT]\n")
    for target in ["/app/x;v=1/y;jsessionid=0000x:a?q=1", "/app;v/x"]:
        assert server.client.fields(target)["path"] == target
    assert server.client.fields("/old/x;jsessionid=0000x:a/y")["path"] == "/app/x;jsessionid=0000x:a/y"


def test_115_05_a_rule_before_a_pass_through_cannot_be_dodged_either(app):
    server = app("RewriteEngine On\nRewriteRule ^/old/admin/ - [F]\nRewriteRule ^/old/(.*) /app/$1 [PT]\n")
    assert server.client.get("/old/admin/x").status == 403
    assert server.client.get("/old/admin;v=1/x").status == 403
    assert server.client.get("/old/;/admin/x").status == 403
    assert server.client.member("/old/other;v=1/x") == "a"


def test_115_06_rules_about_parameters_themselves_still_see_them(app):
    server = app("RewriteEngine On\nRewriteRule ^(.*);jsessionid=[^/]*$ $1 [R=301]\nRedirectMatch 403 ;blocked\n")
    assert server.client.get("/app/x;jsessionid=0000x:a").headers["Location"].endswith("/app/x")
    assert server.client.get("/app/x;blocked/y").status == 403


def test_115_07_a_cache_does_not_mix_up_what_differs_by_parameters(app, folder):
    (folder / "cache").mkdir()
    (folder / "cache").chmod(0o777)
    server = app("".join(f"LoadModule {m}_module {config_value('HTTPD_LIBEXECDIR')}/mod_{m}.so\n" for m in ("cache", "cache_disk"))
                 + f"CacheRoot {folder}/cache\nCacheEnable disk /app\nCacheQuickHandler Off\nCacheDefaultExpire 100\n"
                 "CacheIgnoreNoLastMod On\n")
    for target in ["/app/x;lang=de", "/app/x;lang=fr", "/app/x", "/app/x;lang=de"]:
        assert server.client.fields(target)["path"] == target


def test_115_08_other_peoples_paths_keep_their_parameters(app):
    server = app("RewriteEngine On\nRewriteRule ^/show/(.*) http://elsewhere/$1 [R]\n")
    assert server.client.get("/show/a;v=1/b").headers["Location"] == "http://elsewhere/a;v=1/b"
    (server.path / "htdocs" / "a;b").write_text("its name has a semicolon\n")
    assert server.client.get("/a;b").body == b"its name has a semicolon\n"


# a path below /app, and what the member must get of it, without and with a rewrite from /old to /app
SENT = [("a%3Bb", "a%3Bb"), ("a;v=1/b", "a;v=1/b"), ("a%2Fb", "a%2Fb"), ("a%252Fb", "a%252Fb"), ("a%25b", "a%25b"),
        ("a%20b", "a%20b"), ("%C3%A9", "%C3%A9"), ("a%3Bb%2Fc", "a%3Bb%2Fc"), ("a;v=%2F1", "a;v=%2F1"), ("+:@&=$,!'()*", "+:@&=$,!'()*")]


@pytest.mark.parametrize("sent, wanted", SENT)
def test_115_09_an_escape_means_the_same_with_a_rewrite_and_without(app, sent, wanted):
    server = app("AllowEncodedSlashes NoDecode\nRewriteEngine On\nRewriteRule ^/old/(.*) /app/$1 [PT]\n")
    assert server.client.fields("/app/" + sent)["path"] == "/app/" + wanted
    assert server.client.fields("/old/" + sent)["path"] == "/app/" + wanted


def test_115_20_dot_segments_that_a_rewrite_takes_away_do_not_hide_a_path_from_the_rules_before_it(app):
    server = app("RewriteEngine On\nRewriteRule ^/old/admin/ - [F]\nRewriteRule ^/old/.*/([^/]*)$ /app/$1 [PT]\n")
    server.expect("WLM0009")
    assert server.client.get("/old/x/..;/admin/y").status == 400
    assert server.client.get("/old/admin;v/y").status == 403
    assert server.client.fields("/old/x;v/y")["path"] == "/app/y"


@pytest.mark.parametrize("sent", ["a;v=1/b%3Bc", "a%2Fb%252Fc"])
def test_115_10_what_cannot_be_told_after_a_rewrite_is_refused(app, sent):
    server = app("AllowEncodedSlashes NoDecode\nRewriteEngine On\nRewriteRule ^/old/(.*) /app/$1 [PT]\n")
    server.expect("WLM0009")
    assert server.client.fields("/app/" + sent)["path"] == "/app/" + sent
    assert server.client.get("/old/" + sent).status == 400
    assert "which is which cannot be told" in server.log()


def test_115_11_redirects_of_a_virtual_host_win_over_its_routes(app):
    server = app("Redirect permanent /app/moved https://elsewhere/\nRedirectMatch ^/app/(old|older)/ https://elsewhere/$1/\n"
                 "Redirect gone /app/gone\nRedirect 404 /app/none\n")
    for target, status in {"/app/moved/x": 301, "/app/older/x": 302, "/app/gone": 410, "/app/none/x": 404, "/app/x": 200}.items():
        assert server.client.get(target).status == status


def test_115_15_a_virtual_host_that_only_redirects_does_so_with_an_inherited_file(app):
    server = app("<VirtualHost *>\nServerName other\n</VirtualHost>\n"
                 "<VirtualHost *>\nServerName plain\nRedirect permanent / https://elsewhere/\n</VirtualHost>\n")
    assert server.client.get("/app/login?x", Host="plain").headers["Location"] == "https://elsewhere/app/login?x"
    assert server.client.member("/app/login", Host="other") == "a"


@pytest.mark.parametrize("rule", [
    '<LocationMatch ";">\nRequire all denied\n</LocationMatch>', '<LocationMatch ";blocked/y">\nRequire all denied\n</LocationMatch>',
    '<If "%{REQUEST_URI} =~ /;/">\nRequire all denied\n</If>', "<Location />\nRequire expr %{REQUEST_URI} !~ /;/\n</Location>",
    '<If "%{THE_REQUEST} =~ /;/">\nRequire all denied\n</If>', "RewriteEngine On\nRewriteRule ; - [F]",
    "SetEnvIf Request_URI ; bad\n<Location />\n<RequireAll>\nRequire all granted\nRequire not env bad\n</RequireAll>\n</Location>"])
def test_115_16_a_rule_about_parameters_holds_too(app, rule):
    server = app(f"LoadModule setenvif_module {config_value('HTTPD_LIBEXECDIR')}/mod_setenvif.so\n{rule}\n")
    assert server.client.get("/app/x;blocked/y").status == 403
    assert server.client.member("/app/x/y") == "a"


def test_115_17_both_ways_to_write_a_path_may_want_a_login(app):
    server = app("<LocationMatch ;>\nAuthType Basic\nAuthName parameters\nAuthUserFile users\nRequire valid-user\n</LocationMatch>\n")
    (server.path / "users").write_text("me:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=\n")  # password
    answer = server.client.get("/app/x;v=1/y")
    assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, 'Basic realm="parameters"')
    assert server.client.get("/app/x;v=1/y", Authorization="Basic bWU6cGFzc3dvcmQ=").status == 200
    assert server.client.get("/app/x/y").status == 200


def digest(realm, user, password, method, uri, nonce):
    def md5(text):
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
    response = md5(f"{md5(f'{user}:{realm}:{password}')}:{nonce}:00000001:c:auth:{md5(f'{method}:{uri}')}")
    return (f'Digest username="{user}", realm="{realm}", nonce="{nonce}", uri="{uri}", qop=auth, nc=00000001, cnonce="c", '
            f'response="{response}"')


@pytest.mark.parametrize("target", ["/app/x", "/app/x;v=1/y?q", "/app;jsessionid=0000x:a", "//app/;/x"])
def test_115_18_a_login_by_digest_works_with_each_way_to_write_a_path(app, target):
    server = app(load("auth_digest") + "MergeSlashes Off\n<LocationMatch app>\nAuthType Digest\nAuthName x\nAuthUserFile users\n"
                 "Require valid-user\n</LocationMatch>\n")
    (server.path / "users").write_text("me:x:" + hashlib.md5(b"me:x:word", usedforsecurity=False).hexdigest() + "\n")
    answer = server.client.get(target)
    assert answer.status == 401
    nonce = answer.headers["WWW-Authenticate"].split('nonce="')[1].split('"')[0]
    assert server.client.get(target, Authorization=digest("x", "me", "word", "GET", target, nonce)).status == 200
    assert server.client.get(target, Authorization=digest("x", "me", "bad", "GET", target, nonce)).status == 401


@pytest.mark.parametrize("target", ["/app/x", "/app/x;v=1/y", "/app;jsessionid=0000x:a"])
def test_115_19_a_login_by_a_form_works_with_each_way_to_write_a_path(app, target):
    server = app(load("request", "session", "session_cookie", "auth_form") + """<LocationMatch ^/app>
AuthType form
AuthName x
AuthUserFile users
AuthFormProvider file
Session On
SessionCookieName session path=/
Require valid-user
</LocationMatch>
""")
    (server.path / "users").write_text("me:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=\n")  # password
    assert server.client.get(target).status == 401
    answer = server.client.get(target + "?headers=1", Cookie="session=x-user=me&x-pw=password")
    assert answer.status == 200 and b"$WSRU: me\n" in answer.body
    assert "private" in answer.headers["Cache-Control"]  # mod_session says so once for each request
    answer = server.client.send("POST", target, "httpd_username=me&httpd_password=password",
                                {"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status == 200 and answer.headers["X-Member"] == "a"


@pytest.mark.parametrize("alias", ["Alias /app htdocs", "AliasMatch ^/app htdocs", "ScriptAlias /app htdocs",
                                   "<Location /app>\nAlias htdocs\n</Location>"])
def test_115_12_an_alias_does_not_win_over_a_route(app, alias):
    server = app(alias.replace("htdocs", "elsewhere") + "\n<DirectoryMatch /elsewhere>\nRequire all denied\n</DirectoryMatch>\n")
    assert server.client.member("/app/index.html") == "a"
    assert server.client.fields("/app/x;v=1/y?q")["path"] == "/app/x;v=1/y?q"


def test_115_13_proxy_directives_and_rewrites_to_files_win_over_a_route(app, member):
    other = member("o")
    modules = "".join(f"LoadModule {m}_module {config_value('HTTPD_LIBEXECDIR')}/mod_{m}.so\n" for m in ("proxy", "proxy_http"))
    server = app(f"{modules}ProxyPass /app/proxied/not !\nProxyPass /app/proxied http://127.0.0.1:{other.port}/app/proxied\n"
                 "RewriteEngine On\nRewriteRule ^/app/file$ /index.html [L]\n")
    assert server.client.member("/app/proxied/x") == "o"
    assert server.client.member("/app/proxied/not/x") == "a"
    assert server.client.fields("/app/proxied/x;jsessionid=0000x:a")["path"] == "/app/proxied/x;jsessionid=0000x:a"
    assert server.client.get("/app/file").body == b"httpd's own page\n"
    assert server.client.get("/app/proxied;v=1/x").status == 404  # no way around ProxyPass, and none into it


def test_115_14_the_port_that_a_client_names_counts_for_subrequests_and_internal_redirects(httpd, member):
    a = member("a")
    server = httpd(plugin_cfg(Cluster("app", [("a", a.port, {})]), routes=[Route("app", hosts=["*:8080"])]),
                   "ErrorDocument 404 /app/error\n")
    assert server.client.member("/app/x;v=1/y", Host="x:8080") == "a"
    assert server.client.get("/nothing", Host="x:8080").headers["X-Member"] == "a"
    assert "X-Member" not in server.client.get("/nothing", Host="x").headers


NO_URI = b"\"<>[]{}|\\^`\x80\xc3\xa9\xff"


@pytest.mark.parametrize("options", ["Strict", "Unsafe"])
def test_115_21_what_no_uri_may_have_is_encoded_on_the_way_and_matched_as_if_it_had_been(app, options):
    server = app(f"HttpProtocolOptions {options}\n<Location '/app/{{no}}'>\nRequire all denied\n</Location>\n", uris=["/app/*", "/q|r/*"])
    encoded = "".join(f"%{byte:02X}" for byte in NO_URI)
    answer = server.client.raw(b"GET /app/" + NO_URI + b"?a[]=" + NO_URI + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert b" 200 " in answer.splitlines()[0]
    assert f"path=/app/{encoded}?a%5B%5D={encoded}\n".encode() in answer
    for way in ["/q|r/x", "/q%7Cr/x", "/q%7cr/x"]:
        answer = server.client.raw(f"GET {way} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        assert f"path={way.replace('|', '%7C')}\n".encode() in answer
    for way in ["/app/{no}/x", "/app/%7Bno%7D/x"]:
        answer = server.client.raw(f"GET {way} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        assert b" 403 " in answer.splitlines()[0]


SKIPWAS = ["SetEnvIf Request_URI ^/app/ours/ skipwas", "SetEnvIf Request_URI ^/app/ours/ skipwas=0", "SetEnvIfNoCase Host . skipwas=1",
           "<Location /app/ours>\nSetEnvIf Host . skipwas=1\n</Location>", "SetEnv skipwas", "SetEnv skipwas 1",
           "<Location /app/ours>\nSetEnv skipwas 1\n</Location>", "<If \"%{REQUEST_URI} =~ m#/ours/#\">\nSetEnv skipwas 1\n</If>",
           "RewriteEngine On\nRewriteRule ^/app/ours/ - [E=skipwas:1]", "RewriteEngine On\nRewriteRule ^/old/(.*) /app/$1 [PT,E=skipwas]",
           "<Location /app/ours>\nRewriteEngine On\nRewriteRule . - [E=skipwas:1]\n</Location>"]


@pytest.mark.parametrize("rule", SKIPWAS)
def test_115_22_skipwas_in_the_environment_leaves_a_request_to_httpd(app, rule):
    server = app(f"LoadModule setenvif_module {config_value('HTTPD_LIBEXECDIR')}/mod_setenvif.so\n{rule}\n"
                 "AliasMatch ^/app/ours/aliased index.html\n")
    (server.path / "htdocs" / "app" / "ours").mkdir(parents=True)
    (server.path / "htdocs" / "app" / "ours" / "index.html").write_text("our file\n")
    way = "/old/ours/" if "/old/" in rule else "/app/ours/"
    for name, body in {"index.html": b"our file\n", "": b"our file\n", "aliased": None, "index.html?q=1": b"our file\n"}.items():
        answer = server.client.get(way + name)
        assert "X-Member" not in answer.headers and (answer.status, answer.body) == (200, body) or body is None, name
    assert server.client.get(way + "none").status == 404
    answer = server.client.send("POST", way + "index.html", b"x" * 100000)
    assert answer.status in (200, 405) and "X-Member" not in answer.headers
    if "ours" in rule or "old" in rule:
        assert server.client.member("/app/theirs") == "a"


def test_115_23_access_rules_count_for_what_skipwas_leaves_to_httpd(app):
    server = app("<Location /app>\nSetEnv skipwas 1\n</Location>\n<DirectoryMatch /app/closed>\nRequire all denied\n</DirectoryMatch>\n"
                 "<Location /app/redirected>\nRedirect 303 http://elsewhere/\n</Location>\n")
    (server.path / "htdocs" / "app" / "closed").mkdir(parents=True)
    (server.path / "htdocs" / "app" / "closed" / "x").write_text("secret\n")
    assert server.client.get("/app/closed/x").status == 403
    answer = server.client.get("/app/redirected")
    assert answer.status == 303 and answer.headers["Location"] == "http://elsewhere/"


def test_115_24_without_it_the_request_goes_on_to_the_member(app):
    server = app("<Location /app>\nSetEnv skipwas 1\n</Location>\n<Location /app/theirs>\nUnsetEnv skipwas\n</Location>\n")
    assert server.client.member("/app/theirs/x") == "a"
    assert server.client.get("/app/x").status == 404


# -- other modules that want the request, or the response ----------------------------------------------------------------

@pytest.mark.parametrize("rule, status", [
    ("RewriteRule /admin - [F]", 403), ("RewriteRule /admin/x$ - [G]", 410), ("RewriteRule /admin http://elsewhere/ [R=303,L]", 303),
    ("RewriteRule /admin /index.html [L]", 200), ("RewriteCond %{REQUEST_URI} ^/app/admin\nRewriteRule . - [F]", 403),
])
def test_115_30_rewrite_rules_in_a_location(app, rule, status):
    server = app(f"<Location /app>\nRewriteEngine On\n{rule}\n</Location>\n")
    for way in ["/app/admin/x", "/app/admin;v=1/x"]:
        answer = server.client.get(way)
        assert answer.status == status and "X-Member" not in answer.headers, way
    assert server.client.member("/app/x") == "a"


def test_115_31_a_directory_index_does_not_lead_to_a_member(app):
    server = app("DirectoryIndex index.jsp /app/home other.html\n", uris=["/app/*", "*.jsp"])
    for name, file, text in [("both", "other.html", "other\n"), ("source", "index.jsp", "secret source\n")]:
        (server.path / "htdocs" / name).mkdir()
        (server.path / "htdocs" / name / file).write_text(text)
    (server.path / "htdocs" / "app").mkdir()
    assert server.client.get("/both/").body == b"other\n"
    assert server.client.get("/source/").status == 404  # and no client reads it
    assert server.client.member("/app/") == "a" and server.client.member("/app") == "a"  # no index and no redirect in a route


@pytest.mark.parametrize("rule", ["RewriteRule ^/$ /app/home [PT]", "RewriteRule ^/$ /app/home [PT,QSA]"])
def test_115_32_a_rewrite_rule_does_instead(app, rule):
    server = app(f"RewriteEngine On\n{rule}\n")
    assert server.client.fields("/?q=1")["path"] == "/app/home?q=1"


def test_115_33_a_fallback_resource_does_not_lead_to_a_member_and_does_not_keep_from_one(app):
    server = app("FallbackResource /app/fallback\n")
    assert server.client.get("/nothing").status == 404
    server = app("FallbackResource /index.html\nRewriteEngine On\nRewriteRule ^/app/ours - [E=skipwas:1]\n")
    assert server.client.member("/app/x") == "a"
    assert server.client.get("/nothing").body == server.client.get("/app/ours").body == b"httpd's own page\n"


def test_115_34_what_does_instead_of_it(app):
    server = app("ErrorDocument 404 /app/fallback\n")
    assert server.client.fields("/nothing")["path"] == "/app/fallback"
    server = app("RewriteEngine On\nRewriteCond %{DOCUMENT_ROOT}%{REQUEST_URI} !-f\nRewriteRule ^/(?!app/)(.*) /app/$1 [PT]\n")
    assert server.client.fields("/nothing?q=1")["path"] == "/app/nothing?q=1"
    assert server.client.get("/index.html").body == b"httpd's own page\n"


PAGE = b"<html><body><a href=\"http://inside/app/x\">x</a><!--#include virtual=\"/app/part\"--></body></html>"


@pytest.fixture
def page(httpd, scripted):
    def answer(c):
        while head := c.read_head():
            body = b"a part" if b"/app/part" in head.split(b"\r\n")[0] else PAGE
            c.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    def make(extra):
        return httpd(plugin_cfg(Cluster("app", [("x", scripted(answer).port, {})])), extra).client.get("/app/page")
    return make


@pytest.mark.skipif(not pathlib.Path(config_value("HTTPD_LIBEXECDIR"), "mod_proxy_html.so").exists(), reason="no mod_proxy_html")
def test_115_35_mod_proxy_html_changes_nothing(page):
    assert page(load("proxy", "xml2enc", "proxy_html") + "ProxyHTMLEnable On\nProxyHTMLLinks a href\nProxyHTMLURLMap http://inside /\n"
                ).body == PAGE


@pytest.mark.parametrize("how", ["SetOutputFilter SUBSTITUTE", "AddOutputFilterByType SUBSTITUTE text/html"])
def test_115_36_mod_substitute_does(page, how):
    answer = page(load("filter", "substitute") + f"<Location /app>\n{how}\nSubstitute s|http://inside/|/|n\n</Location>\n")
    assert answer.body == PAGE.replace(b"http://inside/", b"/")


def test_115_37_a_response_may_include_another_one(page):
    answer = page(load("include") + "<Location /app/page>\nOptions +Includes\nSetOutputFilter INCLUDES\n</Location>\n")
    assert b"</a>a part</body>" in answer.body


@pytest.mark.parametrize("target", ["/app/old", "/app/old;v=1", "/app/;/old"])
def test_115_38_a_redirect_to_the_same_server_keeps_its_port(app, target):
    server = app("RedirectMatch ^/app/old$ /app/new\n")
    assert server.client.get(target).headers["Location"] == f"http://127.0.0.1:{server.port}/app/new"


def test_115_39_a_redirect_to_parameters_looks_at_the_request_line(app):
    server = app("RewriteEngine On\nRewriteCond %{THE_REQUEST} !;v=\nRewriteRule ^/app/old$ /app/old;v=2 [R]\n")
    assert server.client.get("/app/old").headers["Location"] == f"http://127.0.0.1:{server.port}/app/old;v=2"
    assert server.client.get("/app/old;v=2").status == 200

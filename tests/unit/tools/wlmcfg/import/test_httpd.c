/* What becomes of mod_proxy_balancer's URLs, parameters and directives, and what is reported of odd input. */
#include "unit.h"
#include "plugin_cfg_unit.h"
#include "temp_folder.h"
#include "tools/wlmcfg/import/import_unit.h"
#include "tools/wlmcfg/import/httpd/httpd.h"
#include "tools/wlmcfg/import/httpd/members.h"
#include "tools/wlmcfg/import/httpd/pass.h"

char tool_name[] = "wlmcfg";       /* stands in its main()'s file */

static imported_t import_httpd(const char *conf)
{
    char name[] = "c", *words[] = { name };

    temp_folder_write(name, conf);
    return import_files(import_make(), wlmcfg_import_httpd, words, 1);
}

/* -- URLs and flags ------------------------------------------------------------------------------------------ */

static const struct {
    const char *text, *url;        /* "scheme host port path"; NULL: none */
} url_cases[] = {
    { "http://h", "http h 0 " }, { "http://h/", "http h 0 /" }, { "HTTP://Host:8080/App", "http host 8080 /App" },
    { "balancer://Shop/a", "balancer shop 0 /a" }, { "ws://h/a", "http h 0 /a" }, { "wss://h", "https h 0 " },
    { "http://[::1]:99/a", "http ::1 99 /a" }, { "http://[::1]", "http ::1 0 " }, { "http://h?a", "http h 0 ?a" },
    { "http://h$1", "http h 0 $1" }, { "http://h%{X}", "http h 0 %{X}" },
    { "h", NULL }, { "://h", NULL }, { "http://", NULL }, { "http:///a", NULL }, { "http://:80", NULL },
    { "http://h:", NULL }, { "http://h:0", NULL }, { "http://h:65536", NULL }, { "http://h:8x", NULL },
    { "http://h:+8", NULL }, { "http://u@h", NULL }, { "http://[::1", NULL }, { "http://[::1]x", NULL },
};

START_TEST(a_url_has_its_parts)
{
    httpd_url_t url;
    int is_url = wlmcfg_httpd_parse_url(&url, url_cases[_i].text, unit_pool);

    ck_assert_pstr_eq(is_url ? apr_psprintf(unit_pool, "%s %s %d %s", url.scheme, url.host, url.port, url.path) : NULL,
                      url_cases[_i].url);
}
END_TEST

static const struct {
    const char *flags;
    int has_proxy;
} flag_cases[] = {
    { "[P]", 1 }, { "[p]", 1 }, { "[proxy]", 1 }, { "[L,P]", 1 }, { "[P,L]", 1 }, { "[ L , P ]", 1 }, { "P", 1 },
    { "", 0 }, { "[]", 0 }, { "[PT]", 0 }, { "[L,PT]", 0 }, { "[QSA,NP]", 0 }, { "[L]P", 0 },
};

START_TEST(a_rewrite_rule_has_its_flags)
{
    ck_assert_int_eq(wlmcfg_httpd_has_flag(flag_cases[_i].flags, "P", "proxy"), flag_cases[_i].has_proxy);
}
END_TEST

/* -- parameters ---------------------------------------------------------------------------------------------- */

#define CONF(member, balancer, lines) "<Proxy balancer://b>\nBalancerMember http://h:80 route=r " member "\n" \
    "BalancerMember http://i:80 route=s\nProxySet stickysession=S " balancer "\n</Proxy>\n" lines \
    "ProxyPass / balancer://b/\n"
#define TWO_OF_R "BalancerMember balancer://b http://j:80 route=r\nBalancerMember balancer://b http://k:80 route=r\n"
#define S "s s http://i:80 1 60/60"

static const struct {
    const char *conf, *clusters, *findings; /* clusters: NULL when there are errors */
} param_cases[] = {
    { CONF("", "", ""), "b: r r http://h:80 1 60/60," S, "" },
    /* weights: hundredths, made whole by their common divisor */
    { CONF("loadfactor=2", "", ""), "b: r r http://h:80 2 60/60," S, "" },
    { CONF("loadfactor=1.5", "", ""), "b: r r http://h:80 3 60/60,s s http://i:80 2 60/60", "" },
    { CONF("loadfactor=2.25", "", ""), "b: r r http://h:80 9 60/60,s s http://i:80 4 60/60", "" },
    { CONF("loadfactor=100", "", ""), "b: r r http://h:80 100 60/60," S, "" },
    { CONF("loadfactor=0", "", ""), NULL, "2 error bad-value" },
    { CONF("loadfactor=0.99", "", ""), NULL, "2 error bad-value" },
    { CONF("loadfactor=100.01", "", ""), NULL, "2 error bad-value" },
    { CONF("loadfactor=1.", "", ""), NULL, "2 error bad-value" },
    { CONF("loadfactor=1.234", "", ""), NULL, "2 error bad-value" },
    { CONF("loadfactor=1x", "", ""), NULL, "2 error bad-value" },
    { CONF("loadfactor=", "", ""), NULL, "2 error bad-value" },
    /* tiers and states */
    { CONF("lbset=1", "", ""), "b: " S " | r r http://h:80 1 60/60", "" },
    { CONF("lbset=100", "", ""), NULL, "2 error bad-value" },
    { CONF("status=+H", "", ""), "b: " S " | r r http://h:80 1 60/60", "" },
    { CONF("status=H-H", "", ""), "b: r r http://h:80 1 60/60," S, "" },
    { CONF("status=R", "", ""), "b: " S " | r r http://h:80 1 60/60", "2 warning changed" },
    { CONF("status=N", "", ""), "b: r r http://h:80 0 60/60," S, "" },
    { CONF("status=D", "", ""), "b: " S, "2 warning left-out" },
    /* the name of one that is left out is free again; of equal ones the later ones get numbers */
    { CONF("status=D", "", TWO_OF_R),
      "b: " S ",r r http://j:80 1 60/60,r_2 r http://k:80 1 60/60", "2 warning left-out" },
    { CONF("", "", TWO_OF_R),
      "b: r r http://h:80 1 60/60," S ",r_2 r http://j:80 1 60/60,r_3 r http://k:80 1 60/60", "" },
    { CONF("status=+d-d", "", ""), "b: r r http://h:80 1 60/60," S, "" },
    { CONF("status=IE", "", ""), "b: r r http://h:80 1 60/60," S, "2 warning not-carried-over" },
    { CONF("status=Q", "", ""), NULL, "2 error bad-value" },
    /* times: the member's, the host's, the main server's */
    { CONF("timeout=7", "", ""), "b: r r http://h:80 1 7/7," S, "" },
    { CONF("timeout=7", "failontimeout=On", ""), "b: r r http://h:80 1 7/-7,s s http://i:80 1 60/-60", "" },
    { CONF("connectiontimeout=1500ms", "", ""), "b: r r http://h:80 1 2/60," S, "2 note changed" },
    { CONF("connectiontimeout=2min timeout=1h", "", ""), "b: r r http://h:80 1 120/3600," S, "" },
    { CONF("", "", "Timeout 9\n"), "b: r r http://h:80 1 9/9,s s http://i:80 1 9/9", "" },
    { CONF("", "", "Timeout 9\nProxyTimeout 5\n"), "b: r r http://h:80 1 5/5,s s http://i:80 1 5/5", "" },
    { CONF("timeout=1d", "", ""), NULL, "2 error bad-value" },
    { CONF("ttl=5", "", ""), "b: r r http://h:80(ttl 5) 1 60/60," S, "" },
    { CONF("ping=5", "", ""), "b: r r http://h:80 1 60/60 continue," S, "2 note changed" },
    { CONF("retry=5", "", ""), "b(retry 5): r r http://h:80 1 60/60," S, "3 note changed" },
    /* sessions */
    { CONF("", "stickysession=", ""),
      "b: r - http://h:80 1 60/60,s - http://i:80 1 60/60", "2 note changed, 3 note changed" },
    { CONF("route=", "", ""), "b: r - http://h:80 1 60/60," S, "" },
    /* set elsewhere, for the server of that URL */
    { CONF("", "", "ProxySet http://h:80 timeout=7\n"), "b: r r http://h:80 1 7/7," S, "" },
    { CONF("", "", "ProxySet http://h:81 timeout=7\n"), "b: r r http://h:80 1 60/60," S, "6 warning unused" },
    /* known but not carried over, and not known */
    { CONF("max=5 SMAX=3", "", ""), "b: r r http://h:80 1 60/60," S, "2 warning not-carried-over, 2 note not-needed" },
    { CONF("colour=red", "", ""), "b: r r http://h:80 1 60/60," S, "2 warning unknown" },
    { CONF("", "colour=red", ""), "b: r r http://h:80 1 60/60," S, "4 warning unknown" },
    { CONF("", "lbmethod=bybusyness nofailover=On", ""),
      "b: r r http://h:80 1 60/60," S, "4 warning changed, 4 warning not-carried-over" },
    { CONF("", "nofailover=perhaps", ""), NULL, "4 error bad-value" },
    /* other members */
    { CONF("", "", "BalancerMember balancer://b https://k\n"),
      "b: r r http://h:80 1 60/60," S ",k_443 - https://k:443 1 60/60", "6 note https" },
    { CONF("", "", "BalancerMember balancer://b ajp://k ping=1\n"),
      "b: r r http://h:80 1 60/60," S ",k_8009 - http://k:80 1 60/60 handshake", "6 note changed" },
    { CONF("", "", "BalancerMember balancer://b fcgi://k\n"), "b: r r http://h:80 1 60/60," S, "6 warning left-out" },
    { CONF("", "", "BalancerMember balancer://b k\n"), NULL, "6 error bad-value" },
};

START_TEST(parameters_become_attributes)
{
    imported_t imported = import_httpd(param_cases[_i].conf);

    ck_assert_pstr_eq(imported.cfg ? import_clusters(imported.cfg) : NULL, param_cases[_i].clusters);
    ck_assert_str_eq(imported.findings, param_cases[_i].findings);
}
END_TEST

/* -- what is passed ------------------------------------------------------------------------------------------ */

static const struct {
    const char *conf, *routes, *findings;
} pass_cases[] = {
    { "ProxyPass /a http://h/a\n", "all / /a/* -> h", "" },
    { "ProxyPass /a/ http://h/a/\n", "all / /a/* -> h", "" },
    { "ProxyPass / http://h/\n", "all / /* -> h", "" },
    { "ProxyPass /a http://h/b\n", "all / /a/* -> h", "1 warning path" },
    { "ProxyPass /a !\nProxyPass / http://h/\n", "all / /* -> h", "1 warning exclusion" },
    { "ProxyPass /a http://h/a\nProxyPass /a/b http://i/a/b\n", "all / /a/* -> h", "2 warning order" },
    /* the second line has never won, so the third one takes nothing away from it */
    { "ProxyPass /a http://h/a\nProxyPass /a/b http://i/a/b\nProxyPass /a/b/c http://h/a/b/c\n",
      "all / /a/* /a/b/c/* -> h", "2 warning order" },
    { "ProxyPass /a/b http://i/a/b\nProxyPass /a http://h/a\n", "all / /a/b/* -> i; all / /a/* -> h", "" },
    { "ProxyPassMatch ^(/.*\\.do)$ http://h$1\n", "all / /*.do -> h", "" },
    { "ProxyPassMatch ^/[ab]$ http://h\n", "", "1 warning not-carried-over" },
    { "RewriteRule ^/r/(.*)$ http://h/r/$1 [P]\n", "all / /r/* -> h", "" },
    { "RewriteRule ^/r/(.*)$ http://h%{REQUEST_URI} [P]\n", "all / /r/* -> h", "" },
    { "RewriteRule ^/r/(.*)$ /x [PT]\nProxyPass / http://h/\n", "all / /* -> h", "" },
    { "RewriteCond %{X} y\nRewriteRule ^/r http://h/r [P]\n", "", "0 warning no-rules, 2 warning not-carried-over" },
    /* <Location>s are tried from the last one, before the other lines */
    { "ProxyPass /a http://h/a\n<Location /a>\nProxyPass http://i/a\n</Location>\n",
      "all / /a/* -> i", "1 warning order" },
    { "<Location ~ ^/r/.*>\nProxyPass http://h\n</Location>\n", "all / /r/* -> h", "" },
    { "<VirtualHost *:80>\nServerName w\nServerAlias x\nProxyPass / http://h/\n</VirtualHost>\n",
      "w 80 x 80 / /* -> h", "1 note changed" },
    { "<VirtualHost *:80>\nServerName w:81\nProxyPass / http://h/\n</VirtualHost>\n",
      "w 81 w 80 / /* -> h", "1 note changed" },
    { "<VirtualHost *:80>\nServerAlias *.x\nServerName w\nProxyPass / http://h/\n</VirtualHost>\n",
      "w 80 / /* -> h", "1 note changed, 2 warning not-carried-over" },
    { "<If true>\nProxyPass /a http://h/a\n</If>\n", "", "0 warning no-rules, 2 warning not-carried-over" },
    { "Define X h\nProxyPass /a http://${X}/a\n", "all / /a/* -> h", "" },
    { "<IfDefine !X>\nProxyPass /a http://h/a\n</IfDefine>\n", "all / /a/* -> h", "" },
    { "Define X 1\n<IfDefine !X>\nProxyPass /a http://h/a\n</IfDefine>\n", "",
      "0 warning no-rules, 3 warning not-carried-over" },
    { "<IfDefine X>\nProxyPass /a http://h/a\n</IfDefine>\n", "",
      "0 warning no-rules, 2 warning not-carried-over" },
    { "<IfModule !x>\nProxyPass /a http://h/a\n</IfModule>\nProxyPass /b http://h/b\n",
      "all / /b/* -> h", "2 warning not-carried-over" },
    { "ProxyPass \"/a b\" 'http://h/a b'\n", "all / /a b/* -> h", "" },
    { "ProxyPass /a http://${X}/a\n", NULL, "0 warning no-rules, 1 error undefined" },
    { "ProxyPass /a\n", NULL, "0 warning no-rules, 1 error bad-line" },
    { "ProxyPass\n", NULL, "0 warning no-rules, 1 error bad-line" },
    { "ProxyPass /a h\n", NULL, "1 error bad-value" },
    { "ProxyPass /a balancer://none\n", NULL, "1 error unknown-balancer" },
    { "<Proxy balancer://b>\n", NULL, "0 warning no-rules, 1 error bad-line" },
    { "</Proxy>\n", NULL, "0 warning no-rules, 1 error bad-line" },
    { "<VirtualHost *:0>\n</VirtualHost>\n", NULL, "0 warning no-rules, 1 error bad-value" },
    { "Include c\n", NULL, "1 error not-followed, 0 warning no-rules" },
    { "ProxyPass /a fcgi://h/a\n", "", "1 warning not-carried-over" },
};

START_TEST(passes_become_routes)
{
    imported_t imported = import_httpd(pass_cases[_i].conf);

    ck_assert_pstr_eq(imported.cfg ? cfg_routes(imported.cfg) : NULL, pass_cases[_i].routes);
    ck_assert_str_eq(imported.findings, pass_cases[_i].findings);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("tools/wlmcfg/import/httpd");
    TCase *tc = unit_case(s, "words");

    tcase_add_loop_test(tc, a_url_has_its_parts, 0, UNIT_COUNT(url_cases));
    tcase_add_loop_test(tc, a_rewrite_rule_has_its_flags, 0, UNIT_COUNT(flag_cases));
    tc = unit_case(s, "files");
    tcase_add_checked_fixture(tc, temp_folder_setup, temp_folder_teardown);
    tcase_add_loop_test(tc, parameters_become_attributes, 0, UNIT_COUNT(param_cases));
    tcase_add_loop_test(tc, passes_become_routes, 0, UNIT_COUNT(pass_cases));
    return s;
}

UNIT_MAIN(suite)

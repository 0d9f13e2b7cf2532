/* Which clone ids a request names: cookies and URLs as they come from servers, browsers and worse. */
#include "unit.h"
#include "route/affinity.h"

#define NO_SESSION WLM_AFFINITY_NO_SESSION
#define COOKIE     WLM_AFFINITY_COOKIE
#define URL        WLM_AFFINITY_URL

static const struct {
    const char *name;
    const char *separators;        /* NULL: ":." */
    const char *cookies[3];
    const char *path;
    wlm_affinity_source_t source;
    const char *ids;               /* joined by a blank */
} cases[] = {
    { "nothing",                   NULL, { NULL }, "/app", NO_SESSION, "" },
    { "WebSphere",                 NULL, { "JSESSIONID=0000A2MB4IJozU_VM8IffsMNfdR:v544d0o0" }, NULL,
      COOKIE, "v544d0o0" },
    { "several clone ids",         NULL, { "JSESSIONID=0000abc:s1:s2:s3" }, NULL, COOKIE, "s1 s2 s3" },
    { "no clone id",               NULL, { "JSESSIONID=0000abc" }, NULL, COOKIE, "" },
    { "Tomcat",                    NULL, { "JSESSIONID=4E1D7C.route1" }, NULL, COOKIE, "route1" },
    { "a route with dots: the whole before its parts", NULL, { "JSESSIONID=4E1D7C.node1.example.com" }, NULL, COOKIE,
      "node1.example.com node1 example com" },
    { "ranked routes of WildFly",  NULL, { "JSESSIONID=vF3kQ.node1.node2.node3" }, NULL, COOKIE,
      "node1.node2.node3 node1 node2 node3" },
    { "ranked routes, two",        NULL, { "JSESSIONID=vF3kQ.node1.node2" }, NULL, COOKIE, "node1.node2 node1 node2" },
    { "ranked routes, one twice",  NULL, { "JSESSIONID=vF3kQ.node1.node1" }, NULL, COOKIE, "node1.node1 node1" },
    { "ranked routes, gaps",       NULL, { "JSESSIONID=vF3kQ..node1..node2." }, NULL, COOKIE,
      ".node1..node2. node1 node2" },
    { "ranked routes by another separator", ":", { "JSESSIONID=vF3kQ:node1:node2" }, NULL, COOKIE, "node1 node2" },
    { "ranked routes, plus",       "+.", { "JSESSIONID=vF3kQ.node1.node2" }, NULL, COOKIE, "node1.node2 node1 node2" },
    { "no dots among other separators", ":.", { "JSESSIONID=vF3kQ.x:node1.a:node2" }, NULL, COOKIE, "node1.a node2" },
    { "a clone id with dots",      NULL, { "JSESSIONID=0000abc:node1.example.com:n2" }, NULL, COOKIE,
      "node1.example.com n2" },
    { "plus",                      "+.", { "JSESSIONID=0000abc+s1+s2" }, NULL, COOKIE, "s1 s2" },
    { "a colon is no plus",        "+.", { "JSESSIONID=0000abc:s1" }, NULL, COOKIE, "" },
    { "exclamation mark",          "!", { "JSESSIONID=abc!s1!s2" }, NULL, COOKIE, "s1 s2" },
    { "dots only if asked for",    ":", { "JSESSIONID=abc.s1" }, NULL, COOKIE, "" },
    { "among others",              NULL, { "a=b; JSESSIONID=0000abc:s1; c=d" }, NULL, COOKIE, "s1" },
    { "no blank after semicolon",  NULL, { "a=b;JSESSIONID=0000abc:s1;c=d" }, NULL, COOKIE, "s1" },
    { "many blanks",               NULL, { " \t a=b ;  JSESSIONID = 0000abc:s1  ;" }, NULL, COOKIE, "s1" },
    { "quoted",                    NULL, { "JSESSIONID=\"0000abc:s1\"" }, NULL, COOKIE, "s1" },
    { "the name must match whole, at its beginning", NULL, { "XJSESSIONID=0000abc:s1" }, NULL, NO_SESSION,
      "" },
    { "the name must match whole, at its end", NULL, { "JSESSIONIDX=0000abc:s1" }, NULL, NO_SESSION, "" },
    { "the name is case sensitive", NULL, { "jsessionid=0000abc:s1" }, NULL, NO_SESSION, "" },
    { "the name inside a value",   NULL, { "a=JSESSIONID=0000abc:s1" }, NULL, NO_SESSION, "" },
    { "several of one name",       NULL, { "JSESSIONID=0000abc:s1; JSESSIONID=0000def:s2" }, NULL, COOKIE,
      "s1 s2" },
    { "several headers",           NULL, { "JSESSIONID=0000abc:s1", "JSESSIONID=0000def:s2:s1" }, NULL,
      COOKIE, "s1 s2" },
    { "headers joined by a comma", NULL, { "a=b, JSESSIONID=0000abc:s1, c=d:e" }, NULL, COOKIE, "s1" },
    { "an empty value",            NULL, { "JSESSIONID=" }, NULL, COOKIE, "" },
    { "an empty value, then another", NULL, { "JSESSIONID=; JSESSIONID=0000a:s1" }, NULL, COOKIE, "s1" },
    { "empty clone ids",           NULL, { "JSESSIONID=0000abc::s1:" }, NULL, COOKIE, "s1" },
    { "a clone id alone",          NULL, { "JSESSIONID=:s1" }, NULL, COOKIE, "s1" },
    { "a name without value",      NULL, { "JSESSIONID; a=b" }, NULL, NO_SESSION, "" },
    { "URL",                       NULL, { NULL }, "/app/page;jsessionid=0000abc:s1", URL, "s1" },
    { "URL, in the middle",        NULL, { NULL }, "/app;jsessionid=0000abc:s1:s2/page", URL, "s1 s2" },
    { "URL, among parameters",     NULL, { NULL }, "/app;v=1;jsessionid=0000abc:s1;w=2/x", URL, "s1" },
    { "URL, encoded colon",        NULL, { NULL }, "/app;jsessionid=0000abc%3As1%3as2", URL, "s1 s2" },
    { "URL, bad escape",           NULL, { NULL }, "/app;jsessionid=0000abc:s1%z", URL, "s1%z" },
    { "URL, without clone id",     NULL, { NULL }, "/app;jsessionid=0000abc", URL, "" },
    { "URL, not a parameter",      NULL, { NULL }, "/app/jsessionid=0000abc:s1", NO_SESSION, "" },
    { "URL, other case",           NULL, { NULL }, "/app;JSESSIONID=0000abc:s1", NO_SESSION, "" },
    { "cookie before URL",         NULL, { "JSESSIONID=0000abc:s1" }, "/app;jsessionid=0000abc:s2", COOKIE,
      "s1" },
    { "URL when the cookie is another", NULL, { "OTHER=0000abc:s1" }, "/app;jsessionid=0000abc:s2", URL,
      "s2" },
    { "attributes in dollars",     NULL, { "$Version=\"1\"; JSESSIONID=\"0000abc:s1\"; $Path=\"/\"" }, NULL,
      COOKIE, "s1" },
    { "a dollar is part of the name", NULL, { "$JSESSIONID=0000abc:s1" }, NULL, NO_SESSION, "" },
    { "the name after a blank",    NULL, { "a=b JSESSIONID=0000abc:s1" }, NULL, NO_SESSION, "" },
    { "the name after a comma",    NULL, { "a=b, JSESSIONID=0000abc:s1" }, NULL, COOKIE, "s1" },
    { "the name as value, then as name", NULL, { "a=JSESSIONID; JSESSIONID=0000abc:s1" }, NULL, COOKIE,
      "s1" },
    { "the name twice",            NULL, { "JSESSIONIDJSESSIONID=0000abc:s1" }, NULL, NO_SESSION, "" },
    { "the name in its own value", NULL, { "JSESSIONID=JSESSIONID=0000abc:s1" }, NULL, COOKIE, "s1" },
    { "no name at all",            NULL, { "=0000abc:s1" }, NULL, NO_SESSION, "" },
    { "quotes, empty",             NULL, { "JSESSIONID=\"\"" }, NULL, COOKIE, "" },
    { "one quote only",            NULL, { "JSESSIONID=\"" }, NULL, COOKIE, "" },
    { "a quote is not closed",     NULL, { "JSESSIONID=\"0000abc:s1" }, NULL, COOKIE, "s1" },
    { "a semicolon in quotes ends it", NULL, { "JSESSIONID=\"0000abc:s1;x\"" }, NULL, COOKIE, "s1" },
    { "blanks around quotes",      NULL, { "JSESSIONID= \"0000abc:s1\" ; a=b" }, NULL, COOKIE, "s1" },
    { "only semicolons",           NULL, { ";;; ;" }, NULL, NO_SESSION, "" },
    { "semicolons around",         NULL, { ";;JSESSIONID=0000abc:s1;;" }, NULL, COOKIE, "s1" },
    { "an empty header",           NULL, { "", "JSESSIONID=0000abc:s1" }, NULL, COOKIE, "s1" },
    { "only a separator",          NULL, { "JSESSIONID=:" }, NULL, COOKIE, "" },
    { "only a dot",                NULL, { "JSESSIONID=." }, NULL, COOKIE, "" },
    { "two kinds of separators",   ":+.", { "JSESSIONID=0000abc:s1+s2:s3" }, NULL, COOKIE, "s1 s2 s3" },
    { "a separator in another cookie", NULL, { "JSESSIONID=0000abc; a=b:s1" }, NULL, COOKIE, "" },
    { "one clone id begins another", NULL, { "JSESSIONID=0000abc:s1:s:s10" }, NULL, COOKIE, "s1 s s10" },
    { "an empty value hides the URL", NULL, { "JSESSIONID=" }, "/app;jsessionid=0000abc:s2", COOKIE, "" },
    { "URL, the name must match whole", NULL, { NULL }, "/app;xjsessionid=0:s1;jsessionidx=0:s2",
      NO_SESSION, "" },
    { "URL, in two segments",      NULL, { NULL }, "/a;jsessionid=0:s1/b;jsessionid=0:s2;x", URL, "s1 s2" },
    { "URL, without value",        NULL, { NULL }, "/app;jsessionid/x;jsessionid=", URL, "" },
    { "URL, encoded slash and NUL are no separators", NULL, { NULL }, "/a;jsessionid=0%2F%00:s1", URL, "s1" },
    { "URL, ranked routes of WildFly", NULL, { NULL }, "/a;jsessionid=vF3kQ.node1%2Enode2/x", URL,
      "node1.node2 node1 node2" },
    { "URL, Tomcat",               NULL, { NULL }, "/a;jsessionid=4E1D%2Eroute1", URL, "route1" },
};

static const char *joined(const wlm_affinity_t *affinity)
{
    char *text = "";
    int i;

    for (i = 0; i < affinity->nids; ++i) {
        text = apr_pstrcat(unit_pool, text, i ? " " : "",
                           apr_pstrmemdup(unit_pool, affinity->ids[i].id, affinity->ids[i].len), NULL);
    }
    return text;
}

START_TEST(clone_ids_are_as_in_the_table)
{
    const char *separators = cases[_i].separators ? cases[_i].separators : ":.";
    wlm_affinity_rule_t rule = { "JSESSIONID", "jsessionid", separators };
    wlm_affinity_t affinity = { WLM_AFFINITY_NO_SESSION };
    int n = 0;

    while (cases[_i].cookies[n]) {
        ++n;
    }
    wlm_affinity_read(&affinity, &rule, cases[_i].cookies, n, cases[_i].path, unit_pool);
    ck_assert_msg(strcmp(joined(&affinity), cases[_i].ids) == 0, "%s: %s", cases[_i].name, joined(&affinity));
    ck_assert_msg(affinity.source == cases[_i].source, "%s: source %d", cases[_i].name, affinity.source);
}
END_TEST

static const char flooders[] = { ':', '.' };

START_TEST(a_flood_of_clone_ids_is_bounded)
{
    wlm_affinity_rule_t rule = { "JSESSIONID", "jsessionid", ":." };
    wlm_affinity_t affinity = { WLM_AFFINITY_NO_SESSION };
    char *cookie = "JSESSIONID=x";
    int i;

    for (i = 0; i < 1000; ++i) {
        cookie = apr_psprintf(unit_pool, "%s%cs%d", cookie, flooders[_i], i);
    }
    wlm_affinity_read(&affinity, &rule, (const char *const *)&cookie, 1, NULL, unit_pool);
    ck_assert_int_eq(affinity.nids, WLM_AFFINITY_MAX_IDS);
}
END_TEST

static const char *const fillers[] = {
    "a=b; ", ";", "        ", "JSESSIONID", "JSESSIONID ", " JSESSIONID =x; ", "JSESSIONID=x:s:s:s:s:s; ", "="
};

/* 64 KiB of what is worst for a careless reader: it must find its way in no time, and to the last cookie */
START_TEST(long_headers_are_read_to_their_end)
{
    wlm_affinity_rule_t rule = { "JSESSIONID", "jsessionid", ":+." };
    const apr_size_t size = 65536;
    char *header = apr_palloc(unit_pool, size + 64);
    const char *cookies[1] = { header };
    apr_size_t len = 0, n = strlen(fillers[_i]);
    wlm_affinity_t affinity = { WLM_AFFINITY_NO_SESSION };

    for (; len + n < size; len += n) {
        memcpy(header + len, fillers[_i], n);
    }
    strcpy(header + len, "; JSESSIONID=0000abc:last");
    wlm_affinity_read(&affinity, &rule, cookies, 1, NULL, unit_pool);
    ck_assert_int_eq(affinity.source, WLM_AFFINITY_COOKIE);
    ck_assert_int_gt(affinity.nids, 0);
    ck_assert_int_eq(affinity.ids[affinity.nids - 1].len, 4);
    ck_assert(memcmp(affinity.ids[affinity.nids - 1].id, "last", 4) == 0);
}
END_TEST

START_TEST(a_rule_may_leave_out_cookies_or_url)
{
    wlm_affinity_rule_t rule = { NULL, NULL, ":." };
    const char *cookie = "JSESSIONID=x:s1";
    wlm_affinity_t affinity = { WLM_AFFINITY_NO_SESSION };

    wlm_affinity_read(&affinity, &rule, &cookie, 1, "/;jsessionid=x:s1", unit_pool);
    ck_assert_int_eq(affinity.source, WLM_AFFINITY_NO_SESSION);
    rule.cookie_name = rule.url_identifier = "";
    wlm_affinity_read(&affinity, &rule, &cookie, 1, "/;=x:s1", unit_pool);
    ck_assert_int_eq(affinity.source, WLM_AFFINITY_NO_SESSION);
}
END_TEST

START_TEST(the_rule_is_that_of_uri_cluster_and_directive)
{
    plugin_cfg_uri_t uri = { .affinity_cookie = "OWN", .affinity_url_identifier = "own" };
    plugin_cfg_cluster_t colon = { .clone_separator_change = 0 }, plus = { .clone_separator_change = 1 };

    ck_assert_str_eq(wlm_affinity_rule_of(&colon, &uri, NULL).cookie_name, "OWN");
    ck_assert_str_eq(wlm_affinity_rule_of(&colon, &uri, NULL).url_identifier, "own");
    ck_assert_str_eq(wlm_affinity_rule_of(&colon, NULL, NULL).cookie_name, "JSESSIONID");
    ck_assert_str_eq(wlm_affinity_rule_of(&colon, NULL, NULL).url_identifier, "jsessionid");
    ck_assert_str_eq(wlm_affinity_rule_of(&colon, NULL, NULL).separators, ":.");
    ck_assert_str_eq(wlm_affinity_rule_of(&plus, NULL, NULL).separators, "+.");
    ck_assert_str_eq(wlm_affinity_rule_of(&plus, NULL, "!").separators, "!");
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("route/affinity");
    TCase *tc = unit_case(s, "affinity");

    tcase_add_loop_test(tc, clone_ids_are_as_in_the_table, 0, UNIT_COUNT(cases));
    tcase_add_loop_test(tc, a_flood_of_clone_ids_is_bounded, 0, UNIT_COUNT(flooders));
    tcase_add_loop_test(tc, long_headers_are_read_to_their_end, 0, UNIT_COUNT(fillers));
    tcase_add_test(tc, a_rule_may_leave_out_cookies_or_url);
    tcase_add_test(tc, the_rule_is_that_of_uri_cluster_and_directive);
    return s;
}

UNIT_MAIN(suite)

/* What the review says of routes, and whether it is true, by all requests that there are. Routes are written in a small
 * language: "host,host|uri=cookie,uri>cluster; ..."; without hosts or URIs: without that group. */
#include "unit.h"
#include "tools/wlmcfg/check/review_unit.h"
#include "route/route.h"

/* Elements of the names in a list */
static const char *elements(const char *list, const char *name)
{
    const char *text = "";
    char *rest = apr_pstrdup(unit_pool, list), *last, *item;

    for (; (item = apr_strtok(rest, ",", &last)) != NULL; rest = NULL) {
        char *cookie = strchr(item, '=');
        if (cookie) {
            *cookie++ = '\0';
        }
        text = apr_psprintf(unit_pool, "%s<%s Name=\"%s\"%s/>", text, name, item,
                            cookie ? apr_psprintf(unit_pool, " AffinityCookie=\"%s\"", cookie) : "");
    }
    return text;
}

/* A Route and its groups, on one line */
static const char *route_line(const char *route, int n)
{
    char *hosts = apr_pstrdup(unit_pool, route + strspn(route, " ")), *uris = strchr(hosts, '|'),
                  *cluster = strchr(hosts, '>');

    *uris++ = '\0';
    *cluster++ = '\0';
    return apr_psprintf(unit_pool, "%s%s<Route ServerCluster=\"%s\"%s%s/>\n",
                        *hosts ? apr_psprintf(unit_pool, "<VirtualHostGroup Name=\"h%d\">%s</VirtualHostGroup>", n,
                                              elements(hosts, "VirtualHost")) : "",
                        *uris ? apr_psprintf(unit_pool, "<UriGroup Name=\"u%d\">%s</UriGroup>", n,
                                             elements(uris, "Uri"))
                              : "", cluster,
                        *hosts ? apr_psprintf(unit_pool, " VirtualHostGroup=\"h%d\"", n) : "",
                        *uris ? apr_psprintf(unit_pool, " UriGroup=\"u%d\"", n) : "");
}

/* The first route is on line 1 */
static plugin_cfg_t *review_routes(const char *routes)
{
    const char *text = "<Config>", *name;
    char *rest = apr_pstrdup(unit_pool, routes), *last, *route;
    int n = 0;

    for (; (route = apr_strtok(rest, ";", &last)) != NULL; rest = NULL) {
        text = apr_pstrcat(unit_pool, text, route_line(route, ++n), NULL);
    }
    for (name = "abcd"; *name; ++name) {
        char used[] = { '>', *name, '\0' };
        if (strstr(routes, used)) {
            text = apr_psprintf(unit_pool, "%s<ServerCluster Name=\"%c\"><Server Name=\"s-%c\" CloneID=\"id-%c\">"
                                "<Transport Hostname=\"%c\" Port=\"80\"/></Server></ServerCluster>\n", text, *name,
                                *name, *name, *name);
        }
    }
    return review(apr_pstrcat(unit_pool, text, "</Config>", NULL));
}

static const struct {
    const char *routes;
    const char *findings;
} route_cases[] = {
    { "*:80|/a/*,/a>a; *:80|/b/*>b", "" },
    /* one pair twice: the first wins */
    { "*:80|/a/*>a; *:80|/a/*>b", "2 warning route-without-effect" },
    { "*:80|/a/*>a; *:80|/a/*>a", "2 note route-without-effect" },
    { "*:80|/a/*=X>a; *:80|/a/*>a", "2 warning route-without-effect, 2 note mixed-session-names" },
    { "*:80|/a/*>a; *:80|/a/*,/b>b", "2 warning uri-without-effect" },
    { "*:80|/a/*>a; *:80|/a/*,/b>a", "2 note uri-without-effect" },
    { "*:80|/a/*,/b/*,/c>a; *:80|/a/*,/b/*,/d>b", "2 warning uri-without-effect" },
    { "*:80|/a/*>a; *:80|/b/*>b; *:80|/a/*,/b/*,/d>c", "3 warning uri-without-effect, 3 warning uri-without-effect" },
    { "*:80|/a/*>a; *:80|/a/**>b", "2 warning route-without-effect" },
    { "*:80|/a/*,/a/**>a", "1 note uri-without-effect" },
    { "*:80|/a/*=X,/a/**=Y>a", "1 warning uri-without-effect, 1 note mixed-session-names" },
    { "A:80|/a>a; a:80|/a>b", "2 warning route-without-effect" },
    /* the place in the file decides last of all */
    { "*:*|/a>a; *:80|/a>b", "" },
    { "*:80|/a>a; *:80|/A>b", "" },
    { "*:80|/*>a; *:80|/a/*>b", "" },
    { "*:80|/a/*>a; *:80|/a>b", "" },
    { "*:80|/a>a; *:80|/a/*>b", "" },
    { "*:80|/a/*>a; *:80|/a*>b", "" },
    /* some pairs twice */
    { "*:80,*:443|/a>a; *:80,*:81|/a>b", "2 warning overlapping-routes" },
    { "*:80,*:443|/a>a; *:80,*:81|/a>a", "" },
    { "*:80,*:443|/a,/b>a; *:80,*:81|/a,/b>b", "2 warning overlapping-routes" },
    { "*:80|/a>a; *:81|/a>b; *:80,*:81,*:82|/a>c", "3 warning overlapping-routes" },
    { "*:80|/a>a; *:81|/a>b; *:80,*:81|/a>c", "3 warning route-without-effect" },
    { "*:80,*:81|>a; *:80,*:82|>b", "2 warning overlapping-routes" },
    { "*:80|/*>a; *:80,*:82|*>b", "" },
    /* hosts that cover others: only the more exact one wins, but a host that is all is as much as no group */
    { "*:*|/a>a; |/a>b", "2 warning route-without-effect" },
    { "|/a>a; *:*|/a>b", "1 warning route-without-effect" },
    { "a:*|/a>a; |/a>b", "" },
    { "a:*,*:80|/a>a; *:*|/a>b", "" },
    /* a longer URI wins on hosts that cover others */
    { "|>a; |/*>b", "1 warning route-without-effect" },
    { "a:80|*>a; *:80|/*>b", "1 warning route-without-effect" },
    { "a:80|*>a; a:*|/*>b", "1 warning route-without-effect" },
    { "a:80|*>a; b:80|/*>b", "" },
    { "*:80|*>a; a:80|/*>b", "" },
    { "a:80|*>a; *:81|/*>b", "" },
    { "*:80|*.jsp>a; *:80|/*.jsp>b", "1 warning route-without-effect" },
    { "*:80|*.jsp>a; *:80|/*>b", "" },
    { "*:80|*/x>a; *:80|/*/x>b", "" },
    { "*:80|*/x>a; *:80|/*/x,/x>b", "1 warning route-without-effect" },
    { "*:80|*/x>a; *:80|/*/x>b; *:80|/x>c", "1 warning route-without-effect" },
    /* equal in length and host: the first, if it matches as much */
    { "*:80|/a*b*>a; *:80|/a*b>b", "2 warning route-without-effect" },
    { "*:80|/a*b>a; *:80|/a*b*>b", "" },
    /* a shorter path is what is left to it */
    { "*:80|/a/*/*>a; *:80|/a/*>b", "" },
    { "*:80|/a/*/*,/a>a; *:80|/a/*>b", "2 warning route-without-effect" },
    /* without its slash it loses to the exact URI, with it to the same URI */
    { "*:80|/a/*,/a>a; *:80|/a/*>b", "2 warning route-without-effect" },
    { "*:80|/a/**,/b>a; *:80|/a/*>b", "2 warning route-without-effect" },
    /* what matches nothing is not lost to another; the reader has its own word for it */
    { "*:80|a>a; *:80|a,/b>b", "1 warning uri-without-slash, 2 warning uri-without-slash" },
};

START_TEST(routes_that_always_lose_are_told)
{
    ck_assert_msg(strcmp(cfg_findings(review_routes(route_cases[_i].routes)), route_cases[_i].findings) == 0, "%s: %s",
                  route_cases[_i].routes, cfg_findings(review_routes(route_cases[_i].routes)));
}
END_TEST

/* -- the same by trying all requests ---------------------------------------------------------------- */

#define HOSTS 3
#define PORTS 3
#define PATH_MAX_LEN 6
static const char path_letters[] = "/abx";         /* x and x:3 are in no route: as good as any other */

static int is_asked(const plugin_cfg_route_t *route, const wlm_route_index_t *index, const char *path)
{
    static const char *const hosts[HOSTS] = { "p", "q", "x" };
    wlm_route_match_t match;
    int i;

    for (i = 0; i < HOSTS * PORTS; ++i) {
        if (wlm_route_find(&match, index, hosts[i / PORTS], i % PORTS + 1, path) && match.route == route) {
            return 1;
        }
    }
    return 0;
}

/* Does it win any path that begins so? */
static int wins(const plugin_cfg_route_t *route, const wlm_route_index_t *index, char *path, apr_size_t len)
{
    const char *letter;
    int found;

    path[len] = '\0';
    found = is_asked(route, index, path);
    for (letter = path_letters; !found && len < PATH_MAX_LEN && *letter; ++letter) {
        path[len] = *letter;
        found = wins(route, index, path, len + 1);
    }
    return found;
}

static unsigned seed;

static const char *any_of(const char *const *words, int n)
{
    seed = seed * 1103515245u + 12345u;
    return words[(seed >> 16) % (unsigned)n];
}

/* Routes of one URI and one or two hosts */
static const char *random_routes(void)
{
    static const char *const uris[] = {
        "/*", "*", "/a", "/a/*", "/a*", "*a", "*/a", "/*/a", "/*a", "/*a*", "/*/*", "*/*", "/a/b", "/a/*/*", "*/a/*",
        "/a*b", "/a*b*", "*b", "/**", "*a*", ""
    };
    static const char *const hosts[] = { "*:*", "p:1", "p:2", "p:*", "q:*", "*:1", "*:2", "p:1,p:*", "*:1,q:*", "" };
    static const char *const clusters[] = { "a", "b" };
    const char *text = "";
    int i;

    for (i = 0; i < 5; ++i) {
        const char *host = any_of(hosts, UNIT_COUNT(hosts)), *uri = any_of(uris, UNIT_COUNT(uris));
        text = apr_pstrcat(unit_pool, text, i ? ";" : "", host, "|", uri, ">", any_of(clusters, 2), NULL);
    }
    return text;
}

START_TEST(what_is_told_of_routes_is_true_and_all)
{
    int i, lost = 0, alive = 0;

    seed = (unsigned)_i + 1;
    for (i = 0; i < 100; ++i) {
        const char *text = random_routes(), *findings;
        plugin_cfg_t *cfg = review_routes(text);
        const wlm_route_index_t *index = wlm_route_index_make(cfg, unit_pool);
        int k;

        findings = apr_pstrcat(unit_pool, ", ", cfg_findings(cfg), NULL);
        for (k = 0; k < cfg->routes->nelts; ++k) {
            const plugin_cfg_route_t *route = APR_ARRAY_IDX(cfg->routes, k, plugin_cfg_route_t *);
            char path[PATH_MAX_LEN + 1] = "/";
            int is_told = strstr(findings, apr_psprintf(unit_pool, ", %d warning route-without-effect", k + 1))
                          || strstr(findings, apr_psprintf(unit_pool, ", %d note route-without-effect", k + 1));

            if (wins(route, index, path, 1) == is_told) {
                ck_abort_msg("%s: route %d is %s: %s", text, k + 1, is_told ? "told, and wins" : "not told", findings);
            }
            lost += is_told;
            alive += !is_told;
        }
    }
    ck_assert_int_gt(lost, 0);
    ck_assert_int_gt(alive, 0);
}
END_TEST

START_TEST(the_message_says_who_wins_and_where)
{
    const plugin_cfg_t *cfg = review_routes("*:80,*:81|/a/*>a; *:80|/a/*,/b,/a/*/x>b; *:81,*:82|/a/*>c");
    static const char *const expected[] = {
        "Uri \"/a/*\" of the Route of line 2 to cluster \"b\" gets no request: the Route of line 1 to cluster \"a\" "
        "always wins with Uri \"/a/*\" (line 1); remove one of the two",
        "Uri \"/a/*\" (line 3) on VirtualHost \"*:81\" is also in the Route of line 1 to cluster \"a\", which "
        "stands before this Route to cluster \"c\" and wins; take it out of one of them"
    };
    int i;

    ck_assert_int_eq(cfg->findings->nelts, UNIT_COUNT(expected));
    for (i = 0; i < UNIT_COUNT(expected); ++i) {
        ck_assert_str_eq(APR_ARRAY_IDX(cfg->findings, i, plugin_cfg_finding_t *)->message, expected[i]);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("tools/wlmcfg/check/review_routes");
    TCase *tc = unit_case(s, "routes");

    tcase_add_loop_test(tc, routes_that_always_lose_are_told, 0, UNIT_COUNT(route_cases));
    tcase_add_test(tc, the_message_says_who_wins_and_where);
    tc = unit_case(s, "all requests");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, what_is_told_of_routes_is_true_and_all, 0, 6);
    return s;
}

UNIT_MAIN(suite)

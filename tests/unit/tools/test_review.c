/* What the review says of files; of routes also whether it is true, by all requests that there are. */
#include "unit.h"
#include "plugin_cfg_unit.h"
#include "tools/wlmcfg/check/review.h"
#include "route/route.h"

static plugin_cfg_t *review(const char *text)
{
    plugin_cfg_t *cfg = cfg_read_text(text);
    apr_pool_t *ptemp;

    ck_assert_msg(strstr(cfg_findings(cfg), "error") == NULL, "%s", cfg_findings(cfg));
    apr_pool_create(&ptemp, unit_pool);
    wlm_review(cfg, ptemp);
    apr_pool_destroy(ptemp);       /* what has been found does not live there */
    cfg_check_invariants(cfg, APR_SUCCESS);
    return cfg;
}

/* -- routes, in a small language: "host,host|uri=cookie,uri>cluster; ..."; none: without that group -------- */

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

/* -- sessions: the cluster on line 1 is a, with a server h1:1 of the clone id c1; then cluster b ------------- */

static const struct {
    const char *servers;           /* of b, on line 2 */
    const char *routes;            /* b's on line 3, a's on line 4 */
    const char *findings;
} session_cases[] = {
#define SERVER(id, host, port) "<Server Name='" host "-" port "' CloneID='" id "'><Transport Hostname='" host \
    "' Port='" port "'/></Server>"
#define HOSTS_OF(name, host) "<VirtualHostGroup Name='" name "'><VirtualHost Name='" host "'/></VirtualHostGroup>"
#define URI_OF(name, attributes) "<UriGroup Name='" name "'><Uri Name='/" name "' " attributes "/></UriGroup>"
#define ROUTES(host_b, uri_b, host_a, uri_a) \
    HOSTS_OF("hb", host_b) URI_OF("ub", uri_b) "<Route ServerCluster='b' UriGroup='ub' VirtualHostGroup='hb'/>\n" \
    HOSTS_OF("ha", host_a) URI_OF("ua", uri_a) "<Route ServerCluster='a' UriGroup='ua' VirtualHostGroup='ha'/>\n"
    { SERVER("c2", "h2", "2"), ROUTES("*:80", "", "*:80", ""), "" },
    { SERVER("c1", "h2", "2"), ROUTES("*:80", "", "*:80", ""), "1 note shared-clone-id" },
    /* the same server, in two clusters */
    { SERVER("c1", "H1", "1"), ROUTES("*:80", "", "*:80", ""), "" },
    { SERVER("c1", "h1", "2"), ROUTES("*:80", "", "*:80", ""), "1 note shared-clone-id" },
    /* a cookie goes to one host, on all ports */
    { SERVER("c1", "h2", "2"), ROUTES("x:80", "", "y:80", ""), "" },
    { SERVER("c1", "h2", "2"), ROUTES("x:80", "", "X:81", ""), "1 note shared-clone-id" },
    { SERVER("c1", "h2", "2"), ROUTES("*:80", "", "x:81", ""), "1 note shared-clone-id" },
    { SERVER("c1", "h2", "2"), ROUTES("x:80", "", "*:81", ""), "1 note shared-clone-id" },
    { SERVER("c1", "h2", "2"), "<Route ServerCluster='b'/>\n" HOSTS_OF("h", "x:80") URI_OF("u", "")
      "<Route ServerCluster='a' UriGroup='u' VirtualHostGroup='h'/>\n", "1 note shared-clone-id" },
    /* cookies of other names are others */
    { SERVER("c1", "h2", "2"), ROUTES("*:80", "AffinityCookie='B'", "*:80", "AffinityCookie='A'"), "" },
    { SERVER("c1", "h2", "2"), ROUTES("*:80", "AffinityCookie='A'", "*:80", "AffinityCookie='A'"),
      "1 note shared-clone-id" },
    /* no requests, no sessions */
    { SERVER("c1", "h2", "2"), URI_OF("u", "") "<Route ServerCluster='a' UriGroup='u'/>\n", "2 note unused" },
    /* the names of one cluster's sessions */
    { SERVER("c2", "h2", "2"), ROUTES("*:80", "AffinityCookie='B'", "*:80", "")
      URI_OF("u3", "AffinityCookie='B'") "<Route ServerCluster='b' UriGroup='u3'/>\n"
      URI_OF("u4", "AffinityCookie='C'") "<Route ServerCluster='b' UriGroup='u4'/>\n"
      URI_OF("u5", "AffinityCookie='D'") "<Route ServerCluster='b' UriGroup='u5'/>\n", "6 note mixed-session-names" },
    { SERVER("c2", "h2", "2"), ROUTES("*:80", "AffinityURLIdentifier='B'", "*:80", "")
      "<Route ServerCluster='b'/>\n", "5 note mixed-session-names" },
    { SERVER("c2", "h2", "2"), ROUTES("*:80", "AffinityCookie='JSESSIONID'", "*:80", "") "<Route ServerCluster='b'/>\n",
      "" },
};

START_TEST(sessions_that_could_be_confused_are_told)
{
    const char *text = apr_pstrcat(unit_pool, "<Config><ServerCluster Name='a'>" SERVER("c1", "h1", "1")
                                   "</ServerCluster>\n" "<ServerCluster Name='b'>", session_cases[_i].servers,
                                   "</ServerCluster>\n", session_cases[_i].routes, "</Config>", NULL);

    ck_assert_msg(strcmp(cfg_findings(review(text)), session_cases[_i].findings) == 0, "%s: %s", text,
                  cfg_findings(review(text)));
}
END_TEST

/* -- clusters: on line 1, its servers from line 2 on ------------------------------------------------------ */

static const struct {
    const char *attributes;        /* of the cluster */
    const char *servers[4];        /* attributes of s0, s1, ... */
    const char *tiers;
    const char *findings;
} cluster_cases[] = {
#define T5 "ConnectTimeout='5' "
#define LAST_IS_BACKUP "<PrimaryServers><Server Name='s0'/></PrimaryServers><BackupServers><Server " \
    "Name='s1'/></BackupServers>"
    { "", { T5, T5 }, "", "" },
    /* weights */
    { "", { T5 "LoadBalanceWeight='1000'", T5 "LoadBalanceWeight='1'" }, "", "" },
    { "", { T5 "LoadBalanceWeight='1001'", T5 "LoadBalanceWeight='1'" }, "", "3 warning little-weight" },
    { "", { T5 "LoadBalanceWeight='1'", T5 "LoadBalanceWeight='2'", T5 "LoadBalanceWeight='65535'" }, "",
      "2 warning little-weight" },
    { "", { T5 "LoadBalanceWeight='65535'", T5 "LoadBalanceWeight='0'" }, "", "" },
    { "", { T5 "LoadBalanceWeight='0'" }, "", "1 warning no-weight" },
    { "", { T5 "LoadBalanceWeight='0'", T5 "LoadBalanceWeight='0'" }, "", "1 warning no-weight" },
    { "", { T5 "LoadBalanceWeight='5000'", T5 "LoadBalanceWeight='1'" }, LAST_IS_BACKUP, "" },
    { "", { T5 "LoadBalanceWeight='5'", T5 "LoadBalanceWeight='0'" }, LAST_IS_BACKUP,
      "1 warning backups-without-weight" },
    { "", { T5 "LoadBalanceWeight='0'", T5 "LoadBalanceWeight='1'" }, LAST_IS_BACKUP, "1 warning no-weight" },
    /* what the original ignores */
    { "LoadBalance='Random'", { T5, T5 }, "", "" },
    { "LoadBalance='Random'", { T5 "LoadBalanceWeight='1'", T5 "LoadBalanceWeight='2'" }, "",
      "1 note random-counts-more" },
    { "LoadBalance='Random' IgnoreAffinityRequests='false'", { T5, T5 }, "", "1 note random-counts-more" },
    { "IgnoreAffinityRequests='false'", { T5 "LoadBalanceWeight='1'", T5 "LoadBalanceWeight='2'" }, "", "" },
    /* times */
    { "RetryInterval='5'", { T5, T5 }, "", "" },
    { "RetryInterval='4'", { "ConnectTimeout='4'", T5 }, "", "3 warning retry-before-timeout" },
    { "RetryInterval='4'", { T5, T5 }, "", "2 warning retry-before-timeout" },
    { "RetryInterval='4'", { T5 }, "", "" },
    { "", { "" }, "", "" },
    { "", { T5, "" }, "", "3 note no-connect-timeout" },
    { "", { "ConnectTimeout='0'", "" }, "", "2 note no-connect-timeout" },
    { "ServerIOTimeoutRetry='1'", { T5 }, "", "1 warning retry-without-timeout" },
    { "ServerIOTimeoutRetry='1'", { T5, T5 "ServerIOTimeout='-9'" }, "", "" },
    { "ServerIOTimeoutRetry='1'", { T5 "ExtendedHandshake='true'" }, "", "" },
    { "ServerIOTimeoutRetry='0'", { T5 }, "", "" },
};

START_TEST(weights_and_times_that_contradict_each_other_are_told)
{
    const char *text = apr_psprintf(unit_pool, "<Config><Route ServerCluster='c'/><ServerCluster Name='c' %s>\n",
                                    cluster_cases[_i].attributes);
    int i;

    for (i = 0; i < 4 && cluster_cases[_i].servers[i]; ++i) {
        text = apr_psprintf(unit_pool, "%s<Server Name='s%d' CloneID='c%d' %s><Transport Hostname='h' "
                            "Port='%d'/></Server>\n", text, i, i, cluster_cases[_i].servers[i], i + 1);
    }
    text = apr_pstrcat(unit_pool, text, cluster_cases[_i].tiers, "</ServerCluster></Config>", NULL);
    ck_assert_msg(strcmp(cfg_findings(review(text)), cluster_cases[_i].findings) == 0, "%s: %s", text,
                  cfg_findings(review(text)));
}
END_TEST

/* -- servers: "server@host:port" of cluster a on lines 2 and on, then of cluster b ---------------------------- */

static const struct {
    const char *a, *b;
    const char *findings, *told;
} server_cases[] = {
    { "s@h:1 t@h:2", "u@i:1", "", NULL },
    /* one address twice in a cluster */
    { "s@h:1 t@H:1", "u@i:1", "3 warning shared-address",
      "server \"t\" of cluster \"a\" has an address of server \"s\" (line 2), h:1" },
    { "s@h:1 t@h:1 w@h:1 x@i:1", "u@i:1 v@i:1", "3 warning shared-address, 8 warning shared-address",
      "server \"t\" and 1 more of" },
    { "s@h:1,h:443 t@i:1,h:443", "u@i:1", "3 warning shared-address", "server \"t\"" },
    { "s@h:443,h:443 t@h:2", "u@i:1", "2 warning second-transport", NULL },
    { "s@2001:db8::1:1 t@2001:db8:0::1:1", "u@i:1", "3 warning shared-address", "[2001:db8::1]:1" },
    /* ... in two clusters is what a server with two applications has */
    { "s@h:1", "s@h:1", "", NULL },
    { "s@h:1", "t@h:1", "", NULL },
    /* one name, and several servers */
    { "s@h:1", "s@i:1", "4 note shared-server-name",
      "server \"s\" is at i:1 in cluster \"b\", but in cluster \"a\" (line 2) at h:1: these are different servers" },
    { "s@h:1 t@h:2", "s@i:1 t@i:2", "5 note shared-server-name",
      "at h:1 (and so for 1 more): these are different servers" },
    { "s@h:1,h:443", "s@h:2,h:443", "", NULL },
    { "s@h:1", "s@h:2", "4 note shared-server-name", "at h:2" },
};

/* "<Server ...>", a line each */
static const char *servers(const char *list, const char *cluster)
{
    char *rest = apr_pstrdup(unit_pool, list), *last, *last_address, *name, *at, *address;
    const char *text = "";

    for (; (name = apr_strtok(rest, " ", &last)) != NULL; rest = NULL) {
        at = strchr(name, '@');
        *at++ = '\0';
        text = apr_psprintf(unit_pool, "%s<Server Name='%s' CloneID='%s%s' ConnectTimeout='5'>", text, name, name,
                            cluster);
        for (; (address = apr_strtok(at, ",", &last_address)) != NULL; at = NULL) {
            char *port = strrchr(address, ':');
            *port++ = '\0';
            text = apr_psprintf(unit_pool, "%s<Transport Hostname='%s' Port='%s' Protocol='%s'><Property "
                                "Name='keyring' Value='k'/>" "</Transport>", text, address, port,
                                strcmp(port, "443") == 0 ? "https" : "http");
        }
        text = apr_pstrcat(unit_pool, text, "</Server>\n", NULL);
    }
    return text;
}

START_TEST(servers_with_something_in_common_are_told)
{
    const char *text = apr_pstrcat(unit_pool,
                                   "<Config><UriGroup Name='a'><Uri Name='/a'/></UriGroup><ServerCluster Name='a'>\n",
                                   servers(server_cases[_i].a, "A"), "</ServerCluster><ServerCluster Name='b'>\n",
                                   servers(server_cases[_i].b, "B"),
                                   "</ServerCluster><Route ServerCluster='a' UriGroup='a'/>"
                                   "<Route ServerCluster='b'/></Config>", NULL);
    const plugin_cfg_t *cfg = review(text);

    ck_assert_msg(strcmp(cfg_findings(cfg), server_cases[_i].findings) == 0, "%s: %s", text, cfg_findings(cfg));
    if (server_cases[_i].told) {
        const char *message = APR_ARRAY_IDX(cfg->findings, 0, plugin_cfg_finding_t *)->message;
        ck_assert_msg(strstr(message, server_cases[_i].told) != NULL, "%s", message);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("tools/review");
    TCase *tc = unit_case(s, "routes");

    tcase_add_loop_test(tc, routes_that_always_lose_are_told, 0, UNIT_COUNT(route_cases));
    tcase_add_test(tc, the_message_says_who_wins_and_where);
    tc = unit_case(s, "all requests");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, what_is_told_of_routes_is_true_and_all, 0, 6);
    tc = unit_case(s, "sessions");
    tcase_add_loop_test(tc, sessions_that_could_be_confused_are_told, 0, UNIT_COUNT(session_cases));
    tc = unit_case(s, "clusters");
    tcase_add_loop_test(tc, servers_with_something_in_common_are_told, 0, UNIT_COUNT(server_cases));
    tcase_add_loop_test(tc, weights_and_times_that_contradict_each_other_are_told, 0, UNIT_COUNT(cluster_cases));
    return s;
}

UNIT_MAIN(suite)

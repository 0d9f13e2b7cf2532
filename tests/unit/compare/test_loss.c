/* What a changed file no longer has, from two files as text. */
#include "unit.h"
#include "plugin_cfg_unit.h"
#include "compare/loss.h"

#define CLUSTER(name, servers) "<ServerCluster Name=\"" name "\">" servers "</ServerCluster>"
#define SERVER(name, host, port) \
    "<Server Name=\"" name "\"><Transport Hostname=\"" host "\" Port=\"" port "\"/></Server>"
#define TWO_WAYS(name, host, port, tls_port) \
    "<Server Name=\"" name "\"><Transport Hostname=\"" host "\" Port=\"" port "\"/>" \
    "<Transport Protocol=\"https\" Hostname=\"" host "\" Port=\"" tls_port "\"/></Server>"
#define HOSTS(name, hosts) "<VirtualHostGroup Name=\"" name "\">" hosts "</VirtualHostGroup>"
#define HOST(name) "<VirtualHost Name=\"" name "\"/>"
#define URIS(name, uris) "<UriGroup Name=\"" name "\">" uris "</UriGroup>"
#define URI(name) "<Uri Name=\"" name "\"/>"
#define ROUTE(cluster, rest) "<Route ServerCluster=\"" cluster "\" " rest "/>"

#define AB      CLUSTER("c", SERVER("a", "h1", "1") SERVER("b", "h2", "1"))
#define D       CLUSTER("d", SERVER("x", "h3", "1"))
#define WEB     HOSTS("v", HOST("*:80") HOST("www:443"))
#define SHOP    URIS("u", URI("/shop/*") URI("/cart"))
#define TO_SHOP ROUTE("c", "UriGroup=\"u\" VirtualHostGroup=\"v\"")
#define TO_D    ROUTE("d", "UriGroup=\"u\" VirtualHostGroup=\"v\"")

static const struct {
    const char *name, *from, *to;
    const char *lines;             /* joined by "; " */
} cases[] = {
    { "nothing", "", "", "" },
    { "nothing changes", AB WEB SHOP TO_SHOP, AB WEB SHOP TO_SHOP, "" },
    { "what comes is no loss", AB, AB D WEB SHOP TO_SHOP, "" },
    /* members */
    { "a member", AB, CLUSTER("c", SERVER("a", "h1", "1")), "cluster c, member b: removed" },
    { "all members but others come", AB, CLUSTER("c", SERVER("y", "h8", "1")), "cluster c, members a b: removed" },
    { "a cluster", AB D, D, "cluster c: removed" },
    { "the file is empty", AB WEB SHOP TO_SHOP, "",
      "cluster c: removed; routes: cluster c -> nowhere, hosts *:80 www:443: /shop/* /cart" },
    { "another address of one name", AB, CLUSTER("c", SERVER("a", "h1", "1") SERVER("b", "h9", "1")), "" },
    { "another name at one address", AB, CLUSTER("c", SERVER("a", "h1", "1") SERVER("B", "H2", "1")), "" },
    { "another name and another port", AB, CLUSTER("c", SERVER("a", "h1", "1") SERVER("B", "h2", "2")),
      "cluster c, member b: removed" },
    { "one of two addresses is enough",
      CLUSTER("c", TWO_WAYS("a", "h1", "1", "2")), CLUSTER("c", SERVER("A", "h1", "2")), "" },
    { "a cluster with another name", AB, CLUSTER("C", SERVER("a", "h1", "1") SERVER("b", "h2", "1")), "" },
    { "... and with fewer members", AB, CLUSTER("C", SERVER("a", "h1", "1")), "cluster c, member b: removed" },
    { "... and other servers of the same names", AB, CLUSTER("C", SERVER("a", "h8", "1") SERVER("b", "h9", "1")),
      "cluster c: removed" },
    { "a member that is in another cluster now", AB D, CLUSTER("c", SERVER("a", "h1", "1"))
      CLUSTER("d", SERVER("x", "h3", "1") SERVER("b", "h2", "1")), "cluster c, member b: removed" },
    /* routes */
    { "a route", AB WEB SHOP TO_SHOP, AB WEB SHOP, "routes: cluster c -> nowhere, hosts *:80 www:443: /shop/* /cart" },
    { "its cluster, so it dangles", AB D WEB SHOP TO_SHOP, D WEB SHOP TO_SHOP,
      "cluster c: removed; routes: cluster c -> nowhere, hosts *:80 www:443: /shop/* /cart" },
    { "a URI", AB WEB SHOP TO_SHOP, AB WEB URIS("u", URI("/shop/*")) TO_SHOP,
      "routes: cluster c -> nowhere, hosts *:80 www:443: /cart" },
    { "a URI that another one covers", AB WEB SHOP TO_SHOP, AB WEB URIS("u", URI("/*")) TO_SHOP, "" },
    { "a URI that is narrower now", AB WEB SHOP TO_SHOP, AB WEB URIS("u", URI("/shop/a*") URI("/cart")) TO_SHOP,
      "routes: cluster c -> nowhere, hosts *:80 www:443: /shop/*" },
    { "an ending", AB WEB URIS("u", URI("*.jsp")) TO_SHOP, AB WEB SHOP TO_SHOP,
      "routes: cluster c -> nowhere, hosts *:80 www:443: *.jsp" },
    { "a URI that matched nothing", AB WEB URIS("u", URI("shop") URI("/cart")) TO_SHOP,
      AB WEB URIS("u", URI("/cart")) TO_SHOP, "" },
    { "a host", AB WEB SHOP TO_SHOP, AB HOSTS("v", HOST("*:80")) SHOP TO_SHOP,
      "routes: cluster c -> nowhere, host www:443: /shop/* /cart" },
    { "a host that another one covers", AB WEB SHOP TO_SHOP, AB HOSTS("v", HOST("*:*")) SHOP TO_SHOP, "" },
    { "a host that is narrower now", AB WEB SHOP TO_SHOP, AB HOSTS("v", HOST("www:*")) SHOP TO_SHOP,
      "routes: cluster c -> nowhere, host *:80: /shop/* /cart" },
    { "every host and every URI", AB ROUTE("c", ""), AB, "routes: cluster c -> nowhere, every host: *" },
    { "a route to another cluster is there", AB D WEB SHOP TO_SHOP, AB D WEB SHOP TO_D, "" },
    { "of two routes the one that won", AB D WEB SHOP TO_D TO_SHOP, AB D WEB SHOP,
      "routes: cluster d -> nowhere, hosts *:80 www:443: /shop/* /cart" },
    { "the other route is still there", AB D WEB SHOP TO_D TO_SHOP, AB D WEB SHOP TO_SHOP, "" },
    { "each URI once", AB WEB SHOP TO_SHOP TO_SHOP, AB WEB SHOP,
      "routes: cluster c -> nowhere, hosts *:80 www:443: /shop/* /cart" },
};

static plugin_cfg_t *read_text(const char *elements)
{
    plugin_cfg_t *cfg = cfg_read_text(apr_pstrcat(unit_pool, "<Config>", elements, "</Config>", NULL));

    ck_assert_msg(strstr(cfg_findings(cfg), "error") == NULL, "%s", cfg_findings(cfg));
    return cfg;
}

static const char *losses(const char *from_text, const char *to_text)
{
    const plugin_cfg_t *from = read_text(from_text), *to = read_text(to_text);
    const apr_array_header_t *lines = wlm_loss_find(from, wlm_route_index_make(from, unit_pool), to,
                                                    wlm_route_index_make(to, unit_pool), unit_pool);
    const char *text = "";
    int i;

    for (i = 0; i < lines->nelts; ++i) {
        text = apr_pstrcat(unit_pool, text, i ? "; " : "", APR_ARRAY_IDX(lines, i, const char *), NULL);
    }
    return text;
}

START_TEST(what_is_lost_is_told)
{
    const char *lines = losses(cases[_i].from, cases[_i].to);

    ck_assert_msg(strcmp(lines, cases[_i].lines) == 0, "%s: %s", cases[_i].name, lines);
}
END_TEST

START_TEST(a_line_names_so_many_and_counts_the_rest)
{
    const char *uris = "", *wanted = "routes: cluster c -> nowhere, host *:80:";
    int i;

    for (i = 0; i < WLM_LOSS_MAX_NAMES + 5; ++i) {
        uris = apr_psprintf(unit_pool, "%s<Uri Name=\"/%d\"/>", uris, i);
        wanted = i < WLM_LOSS_MAX_NAMES ? apr_psprintf(unit_pool, "%s /%d", wanted, i) : wanted;
    }
    uris = apr_pstrcat(unit_pool, AB HOSTS("v", HOST("*:80")) "<UriGroup Name=\"u\">", uris,
                       "</UriGroup>" TO_SHOP, NULL);
    ck_assert_str_eq(losses(uris, AB), apr_pstrcat(unit_pool, wanted, " and 5 more", NULL));
}
END_TEST

/* -- is it true? By all requests that differ, of files at random ------------------------------------------ */

static const char *const all_hosts[] = { "*:*", "*:1", "*:2", "x:*", "x:1", "y:2" };
static const char *const all_uris[] = { "*", "/*", "/a/*", "/a", "/a*", "*.j", "/a/*.j", "/a/b", "*/b/*" };
/* "z" and port 3 are in no file, "q" is what a star alone matches */
static const char *const hosts[] = { "x", "y", "z" };
static const char *const paths[] = {
    "/", "/q", "/a", "/a/", "/a/q", "/aq", "/q.j", "/a/q.j", "/aq.j", "/a/b", "/q/b", "/q/b/q", "/a/b/q", "/a/b/q.j",
    "/a/b.j", "/a.j"
};

static unsigned next(unsigned *seed, unsigned n)
{
    *seed = *seed * 1103515245u + 12345u;
    return *seed / 65536u % n;
}

static const char *random_group(const char *group, const char *element, const char *const *names, unsigned n, int i,
                                unsigned *seed)
{
    const char *text = "";
    unsigned k, count = 1 + next(seed, 2);

    for (k = 0; k < count; ++k) {
        text = apr_psprintf(unit_pool, "%s<%s Name=\"%s\"/>", text, element, names[next(seed, n)]);
    }
    return apr_psprintf(unit_pool, "<%s Name=\"%d\">%s</%s>", group, i, text, group);
}

static const plugin_cfg_t *random_file(unsigned *seed)
{
    const char *text = AB D;
    int i, n = (int)next(seed, 4);

    for (i = 0; i < n; ++i) {
        int has_hosts = next(seed, 4) > 0, has_uris = next(seed, 6) > 0;

        text = apr_pstrcat(unit_pool, text,
                           random_group("VirtualHostGroup", "VirtualHost", all_hosts, UNIT_COUNT(all_hosts), i, seed),
                           random_group("UriGroup", "Uri", all_uris, UNIT_COUNT(all_uris), i, seed),
                           apr_psprintf(unit_pool, "<Route ServerCluster=\"%s\"", next(seed, 2) ? "c" : "d"),
                           has_hosts ? apr_psprintf(unit_pool, " VirtualHostGroup=\"%d\"", i) : "",
                           has_uris ? apr_psprintf(unit_pool, " UriGroup=\"%d\"", i) : "", "/>", NULL);
    }
    return read_text(text);
}

static int loses_a_request(const wlm_route_index_t *from, const wlm_route_index_t *to)
{
    wlm_route_match_t match;
    int h, port, i;

    for (h = 0; h < UNIT_COUNT(hosts); ++h) {
        for (port = 1; port <= 3; ++port) {
            for (i = 0; i < UNIT_COUNT(paths); ++i) {
                if (wlm_route_find(&match, from, hosts[h], port, paths[i])
                    && !wlm_route_find(&match, to, hosts[h], port, paths[i])) {
                    return 1;
                }
            }
        }
    }
    return 0;
}

START_TEST(a_loss_is_told_if_and_only_if_there_is_one)
{
    unsigned seed = (unsigned)_i;
    const plugin_cfg_t *from = random_file(&seed), *to = random_file(&seed);
    const wlm_route_index_t *from_index = wlm_route_index_make(from, unit_pool);
    const wlm_route_index_t *to_index = wlm_route_index_make(to, unit_pool);
    const apr_array_header_t *lines = wlm_loss_find(from, from_index, to, to_index, unit_pool);

    ck_assert_msg(loses_a_request(from_index, to_index) == (lines->nelts > 0), "seed %d: %s", _i,
                  lines->nelts ? APR_ARRAY_IDX(lines, 0, const char *) : "no line");
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("compare/loss");
    TCase *tc = unit_case(s, "loss");

    tcase_add_loop_test(tc, what_is_lost_is_told, 0, UNIT_COUNT(cases));
    tcase_add_loop_test(tc, a_loss_is_told_if_and_only_if_there_is_one, 0, 400);
    tcase_add_test(tc, a_line_names_so_many_and_counts_the_rest);
    return s;
}

UNIT_MAIN(suite)

/* What a change takes away, from two files as text. */
#include "unit.h"
#include "plugin_cfg_unit.h"
#include "wlm_loss.h"

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
    { "one of two addresses is enough", CLUSTER("c", TWO_WAYS("a", "h1", "1", "2")), CLUSTER("c", SERVER("A", "h1", "2")), "" },
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
    { "a URI that matched nothing", AB WEB URIS("u", URI("shop") URI("/cart")) TO_SHOP, AB WEB URIS("u", URI("/cart")) TO_SHOP,
      "" },
    { "a host", AB WEB SHOP TO_SHOP, AB HOSTS("v", HOST("*:80")) SHOP TO_SHOP,
      "routes: cluster c -> nowhere, host www:443: /shop/* /cart" },
    { "a host that another one covers", AB WEB SHOP TO_SHOP, AB HOSTS("v", HOST("*:*")) SHOP TO_SHOP, "" },
    { "a host that is narrower now", AB WEB SHOP TO_SHOP, AB HOSTS("v", HOST("www:*")) SHOP TO_SHOP,
      "routes: cluster c -> nowhere, host *:80: /shop/* /cart" },
    { "every host and every URI", AB ROUTE("c", ""), AB, "routes: cluster c -> nowhere, every host: *" },
    { "a route to another cluster is there", AB D WEB SHOP TO_SHOP, AB D WEB SHOP ROUTE("d", "UriGroup=\"u\" VirtualHostGroup=\"v\""),
      "" },
    { "of two routes the one that won", AB D WEB SHOP ROUTE("d", "UriGroup=\"u\" VirtualHostGroup=\"v\"") TO_SHOP, AB D WEB SHOP,
      "routes: cluster d -> nowhere, hosts *:80 www:443: /shop/* /cart" },
    { "the other route is still there", AB D WEB SHOP ROUTE("d", "UriGroup=\"u\" VirtualHostGroup=\"v\"") TO_SHOP,
      AB D WEB SHOP TO_SHOP, "" },
    { "each URI once", AB WEB SHOP TO_SHOP ROUTE("c", "UriGroup=\"u\" VirtualHostGroup=\"v\""), AB WEB SHOP,
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
    uris = apr_pstrcat(unit_pool, AB HOSTS("v", HOST("*:80")) "<UriGroup Name=\"u\">", uris, "</UriGroup>" TO_SHOP, NULL);
    ck_assert_str_eq(losses(uris, AB), apr_pstrcat(unit_pool, wanted, " and 5 more", NULL));
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("wlm_loss");
    TCase *tc = unit_case(s, "loss");

    tcase_add_loop_test(tc, what_is_lost_is_told, 0, UNIT_COUNT(cases));
    tcase_add_test(tc, a_line_names_so_many_and_counts_the_rest);
    return s;
}

UNIT_MAIN(suite)

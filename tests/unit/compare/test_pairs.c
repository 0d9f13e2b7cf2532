/* Which clusters and members of two files are the same. */
#include "unit.h"
#include "plugin_cfg_unit.h"
#include "compare/pairs.h"

/* A file of "cluster: server@host:port,host:port server@...; cluster: ..." */
static const plugin_cfg_t *make(const char *topology)
{
    const char *text = "<Config>";
    char *clusters = apr_pstrdup(unit_pool, topology), *last_cluster, *cluster, *last, *server, *at;
    char *last_address, *address;

    for (; (cluster = apr_strtok(clusters, ";", &last_cluster)) != NULL; clusters = NULL) {
        char *servers = strchr(cluster, ':');
        *servers++ = '\0';
        text = apr_psprintf(unit_pool, "%s<ServerCluster Name='%s'>", text, cluster + strspn(cluster, " "));
        for (; (server = apr_strtok(servers, " ", &last)) != NULL; servers = NULL) {
            at = strchr(server, '@');
            *at++ = '\0';
            text = apr_psprintf(unit_pool, "%s<Server Name='%s'>", text, server);
            for (; (address = apr_strtok(at, ",", &last_address)) != NULL; at = NULL) {
                char *port = strrchr(address, ':');
                *port++ = '\0';
                text = apr_psprintf(unit_pool, "%s<Transport Hostname='%s' Port='%s' Protocol='%s'/>", text, address,
                                    port, strcmp(port, "443") == 0 ? "https" : "http");
            }
            text = apr_pstrcat(unit_pool, text, "</Server>", NULL);
        }
        text = apr_pstrcat(unit_pool, text, "</ServerCluster>", NULL);
    }
    return cfg_read_text(apr_pstrcat(unit_pool, text, "</Config>", NULL));
}

/* "c>c(a>a b>-) d>-": for each cluster of the first file what it is in the second one, and its members */
static const char *pairs_as_text(const plugin_cfg_t *from, const wlm_pairs_t *pairs)
{
    const char *text = "";
    int i, k;

    for (i = 0; i < from->clusters->nelts; ++i) {
        const plugin_cfg_cluster_t *was = APR_ARRAY_IDX(from->clusters, i, plugin_cfg_cluster_t *);
        const plugin_cfg_cluster_t *is = wlm_pairs_later_cluster(pairs, was);
        text = apr_psprintf(unit_pool, "%s%s%s>%s(", text, i ? " " : "", was->name, is ? is->name : "-");
        ck_assert(!is || wlm_pairs_earlier_cluster(pairs, is) == was);
        for (k = 0; k < was->members->nelts; ++k) {
            const plugin_cfg_server_t *server = APR_ARRAY_IDX(was->members, k, plugin_cfg_server_t *);
            const plugin_cfg_server_t *now = wlm_pairs_later_member(pairs, server);
            text = apr_psprintf(unit_pool, "%s%s%s>%s", text, k ? " " : "", server->name, now ? now->name : "-");
            ck_assert(!now || wlm_pairs_earlier_member(pairs, now) == server);
        }
        text = apr_pstrcat(unit_pool, text, ")", NULL);
    }
    return text;
}

static const struct {
    const char *from, *to, *pairs;
} cases[] = {
    { "c: a@h:1 b@h:2", "c: a@h:1 b@h:2", "c>c(a>a b>b)" },
    /* the name goes first, as it does for the module */
    { "c: a@h:1", "c: a@i:1", "c>c(a>a)" },
    { "c: a@h:1 b@h:2", "c: a@h:2 b@h:1", "c>c(a>a b>b)" },
    { "c: a@h:1; d: b@i:1", "d: a@h:1; c: b@i:1", "c>c(a>-) d>d(b>-)" },
    /* then the address */
    { "c: a@h:1 b@h:2", "x: y@h:2 z@h:1", "c>x(a>z b>y)" },
    { "c: a@H:1", "c: x@h:1", "c>c(a>x)" },
    { "c: a@h:1 b@h:2", "c: b@h:1 x@h:2", "c>c(a>- b>b)" },
    { "c: a@h:1,h:443", "c: x@h:443", "c>c(a>x)" },
    { "c: a@h:1", "c: x@h:1 y@h:1", "c>c(a>x)" },
    { "c: a@h:1 b@h:1", "c: x@h:1", "c>c(a>x b>-)" },
    { "c: a@h:1", "c: x@h:2", "c>c(a>-)" },
    { "c: a@2001:db8:0::1:80", "c: x@2001:db8::1:80", "c>c(a>x)" },
    /* clusters without a name in common: most servers in common, and half of the smaller one at least */
    { "c: a@h:1 b@h:2 d@h:3", "x: a@h:1; y: a@h:2 b@h:3", "c>y(a>a b>b d>-)" },
    { "c: a@h:1; d: b@h:2", "all: n_a@h:1 n_b@h:2", "c>all(a>n_a) d>-(b>-)" },
    { "c: a@h:1 b@h:2 d@h:3", "x: a@h:1 p@i:1 q@i:2", "c>-(a>- b>- d>-)" },
    { "c: a@h:1 b@h:2", "x: a@h:1; c: p@i:1", "c>c(a>- b>-)" },
    { "c: a@h:1,h:443 b@h:2", "x: a@h:1,h:443 p@i:1 q@i:2", "c>x(a>a b>-)" },
    { "c: a@h:1", "", "c>-(a>-)" },
};

START_TEST(a_pair_is_found_by_name_and_then_by_address)
{
    const plugin_cfg_t *from = make(cases[_i].from), *to = make(cases[_i].to);

    ck_assert_str_eq(pairs_as_text(from, wlm_pairs_make(from, to, unit_pool)), cases[_i].pairs);
}
END_TEST

/* Looked up, not searched */
START_TEST(many_members_take_no_long_time)
{
    apr_array_header_t *parts = apr_array_make(unit_pool, 64, sizeof(char *));
    const plugin_cfg_t *from, *to;
    const plugin_cfg_cluster_t *cluster;
    wlm_pairs_t *pairs;
    int i, n = 20000;

    for (i = 0; i < n; ++i) {
        APR_ARRAY_PUSH(parts, char *) = apr_psprintf(
            unit_pool, "<Server Name='s%d'><Transport Hostname='h%d' Port='1'/></Server>", i, i);
    }
    from = cfg_read_text(apr_pstrcat(unit_pool, "<Config><ServerCluster Name='c'>",
                                     apr_array_pstrcat(unit_pool, parts, 0), "</ServerCluster></Config>", NULL));
    for (i = 0; i < n; ++i) {
        char *server = APR_ARRAY_IDX(parts, i, char *);

        server[14] = 'x';
    }
    to = cfg_read_text(apr_pstrcat(unit_pool, "<Config><ServerCluster Name='d'>",
                                   apr_array_pstrcat(unit_pool, parts, 0), "</ServerCluster></Config>", NULL));
    pairs = wlm_pairs_make(from, to, unit_pool);
    cluster = APR_ARRAY_IDX(from->clusters, 0, plugin_cfg_cluster_t *);
    ck_assert_str_eq(wlm_pairs_later_cluster(pairs, cluster)->name, "d");
    ck_assert_str_eq(wlm_pairs_later_member(pairs, APR_ARRAY_IDX(cluster->members, n - 1, plugin_cfg_server_t *))->name,
                     "x19999");
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("compare/pairs");
    TCase *tc = unit_case(s, "pairs");

    tcase_add_loop_test(tc, a_pair_is_found_by_name_and_then_by_address, 0, UNIT_COUNT(cases));
    tcase_add_test(tc, many_members_take_no_long_time);
    return s;
}

UNIT_MAIN(suite)

/* Two plugin-cfg.xml in one: whose servers, lists and routes count. */
#include "unit.h"
#include "plugin-cfg/join.h"
#include "plugin-cfg/plugin_cfg.h"

#define SERVER(name, id, port) \
    "<Server Name='" name "' CloneID='" id "'><Transport Hostname='h' Port='" port "' Protocol='http'/></Server>"
#define ROUTE(name) \
    "<VirtualHostGroup Name='" name "'><VirtualHost Name='*:*'/></VirtualHostGroup>" \
    "<UriGroup Name='" name "'><Uri Name='/" name "/*'/></UriGroup>" \
    "<Route ServerCluster='" name "' VirtualHostGroup='" name "' UriGroup='" name "'/>"
#define CLUSTER(name, servers) "<ServerCluster Name='" name "'>" servers "</ServerCluster>" ROUTE(name)
#define PRIMARIES(servers) "<PrimaryServers>" servers "</PrimaryServers>"
#define BACKUPS(servers) "<BackupServers>" servers "</BackupServers>"
#define ENTRY(name) "<Server Name='" name "'/>"

/* clusters with their members (backups with a b), then how many routes */
static const char *describe(const plugin_cfg_t *cfg)
{
    const char *text = "";
    int c, m;

    for (c = 0; c < cfg->clusters->nelts; ++c) {
        const plugin_cfg_cluster_t *cluster = APR_ARRAY_IDX(cfg->clusters, c, plugin_cfg_cluster_t *);

        text = apr_pstrcat(unit_pool, text, cluster->name, ":", NULL);
        for (m = 0; m < cluster->members->nelts; ++m) {
            const plugin_cfg_server_t *server = APR_ARRAY_IDX(cluster->members, m, plugin_cfg_server_t *);
            text = apr_pstrcat(unit_pool, text, " ", server->name,
                               server->tier == PLUGIN_CFG_BACKUP ? "/b" : "", NULL);
        }
        text = apr_pstrcat(unit_pool, text, "; ", NULL);
    }
    return apr_psprintf(unit_pool, "%s%d", text, cfg->routes->nelts);
}

static const struct {
    const char *first, *second, *joined, *clashes;
} files[] = {
    { "", "", "0", "" },
    { CLUSTER("c", SERVER("a", "A", "1")), "", "c: a; 1", "" },
    { "", CLUSTER("c", SERVER("a", "A", "1")), "c: a; 1", "" },
    { CLUSTER("c", SERVER("a", "A", "1")), CLUSTER("d", SERVER("a", "A", "1")), "c: a; d: a; 2", "" },
    { CLUSTER("c", SERVER("a", "A", "1")), CLUSTER("c", SERVER("b", "B", "2")), "c: a b; 1", "" },
    { CLUSTER("c", SERVER("a", "A", "1")), CLUSTER("c", SERVER("a", "B", "2") SERVER("b", "C", "3")), "c: a b; 1",
      "c/a=a by name " },
    { CLUSTER("c", SERVER("a", "A", "1")), CLUSTER("c", SERVER("b", "A", "2")), "c: a; 1", "c/b=a by CloneID " },
    { CLUSTER("c", SERVER("a", "A", "1")), CLUSTER("c", SERVER("b", "B", "1")), "c: a; 1", "c/b=a by address " },
    { CLUSTER("c", SERVER("a", "A", "1")),
      CLUSTER("c", SERVER("b", "B", "2") SERVER("x", "X", "3") PRIMARIES(ENTRY("b")) BACKUPS(ENTRY("x"))),
      "c: a b x/b; 1", "" },
    { CLUSTER("c", SERVER("a", "A", "1") SERVER("y", "Y", "9") PRIMARIES(ENTRY("a")) BACKUPS(ENTRY("y"))),
      CLUSTER("c", SERVER("b", "B", "2")), "c: a y/b b; 1", "" },
    { CLUSTER("c", SERVER("a", "A", "1")) "<UriGroup Name='d'><Uri Name='/x'/></UriGroup>",
      CLUSTER("d", SERVER("b", "B", "2")), "c: a; 1", "d/-=UriGroup by name " },
};

static const char *whole(const char *content)
{
    return apr_pstrcat(unit_pool, "<?xml version='1.0'?>\n<!-- x -->\n<Config>", content, "</Config>\n", NULL);
}

START_TEST(what_is_joined)
{
    apr_array_header_t *clashes = apr_array_make(unit_pool, 2, sizeof(plugin_cfg_clash_t));
    const char *text = plugin_cfg_join(clashes, whole(files[_i].first), whole(files[_i].second), unit_pool);
    const char *told = "";
    plugin_cfg_t *cfg;
    int i;

    ck_assert_ptr_nonnull(text);
    for (i = 0; i < clashes->nelts; ++i) {
        const plugin_cfg_clash_t *clash = &APR_ARRAY_IDX(clashes, i, plugin_cfg_clash_t);
        told = apr_pstrcat(unit_pool, told, clash->cluster, "/", clash->server ? clash->server : "-", "=",
                           clash->other, " by ", clash->by, " ", NULL);
    }
    ck_assert_str_eq(told, files[_i].clashes);
    ck_assert_msg(plugin_cfg_read_memory(&cfg, text, strlen(text), "joined", unit_pool) == APR_SUCCESS, "%s", text);
    ck_assert_str_eq(describe(cfg), files[_i].joined);
}
END_TEST

static const char *const others[] = { "", "<a", "<a/>", "<!DOCTYPE a [<!ENTITY b 'c'>]><Config Name='&b;'" };

START_TEST(what_is_no_such_file)
{
    apr_array_header_t *clashes = apr_array_make(unit_pool, 2, sizeof(plugin_cfg_clash_t));

    ck_assert_ptr_null(plugin_cfg_join(clashes, others[_i], whole(""), unit_pool));
    ck_assert_ptr_null(plugin_cfg_join(clashes, whole(""), others[_i], unit_pool));
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("plugin-cfg/join");
    TCase *tc = unit_case(s, "join");

    tcase_add_loop_test(tc, what_is_joined, 0, UNIT_COUNT(files));
    tcase_add_loop_test(tc, what_is_no_such_file, 0, UNIT_COUNT(others));
    return s;
}

UNIT_MAIN(suite)

/* Servers that are given to the clusters of a file. */
#include "unit.h"
#include "plugin-cfg/given.h"
#include "plugin-cfg/join.h"

#define ROUTE "<UriGroup Name='u'><Uri Name='/*'/></UriGroup><Route ServerCluster='c' UriGroup='u'/>"
#define CLUSTER(content) "<Config><ServerCluster Name='c'>" content "</ServerCluster>" ROUTE "</Config>"
#define SERVER(name, attributes, host, port) \
    "<Server Name='" name "'" attributes "><Transport Hostname='" host "' Port='" port "' Protocol='http'/></Server>"
#define PATTERN(attributes) SERVER("all", attributes, "Shop.", "7")
#define LIST(tier, name) "<" tier "><Server Name='" name "'/></" tier ">"

static plugin_cfg_given_server_t a = { "a", "A", "10.0.0.1", 0, -1, 0, "a:shop" },
    b = { "b", "B", "10.0.0.2", 81, 5, 1, "a:shop" }, c = { "c", "C", "10.0.0.3", 80, 0, 0, "a:shop leaving 7" };

/* name=weight@host:port/origin, b for a backup */
static const char *describe(const plugin_cfg_t *cfg)
{
    const plugin_cfg_cluster_t *cluster = plugin_cfg_find_cluster(cfg, "c");
    const char *text = "";
    int i, k;

    for (i = 0; i < cluster->members->nelts; ++i) {
        const plugin_cfg_server_t *server = APR_ARRAY_IDX(cluster->members, i, const plugin_cfg_server_t *);

        text = apr_psprintf(unit_pool, "%s%s%s=%d", text, i ? " " : "", server->name, server->weight);
        for (k = 0; k < server->transports->nelts; ++k) {
            const plugin_cfg_transport_t *its = APR_ARRAY_IDX(server->transports, k, const plugin_cfg_transport_t *);
            text = apr_psprintf(unit_pool, "%s@%s:%d", text, its->host, its->port);
        }
        text = apr_pstrcat(unit_pool, text, server->tier == PLUGIN_CFG_BACKUP ? "b" : "", "/",
                           server->from ? server->from : "", NULL);
    }
    return apr_psprintf(unit_pool, "%s; %d", text, cfg->routes->nelts);
}

static const struct {
    const char *file;
    plugin_cfg_given_server_t *servers[3];
    const char *members, *clashes;
} files[] = {
    { CLUSTER(""), { NULL }, "; 1", "" },
    { CLUSTER(""), { &a }, "a=20@10.0.0.1:80/a:shop; 1", "" },
    { CLUSTER(""), { &a, &b }, "a=20@10.0.0.1:80/a:shop b=5@10.0.0.2:81b/a:shop; 1", "" },
    { CLUSTER(""), { &a, &c }, "a=20@10.0.0.1:80/a:shop c=0@10.0.0.3:80/a:shop leaving 7; 1", "" },
    { CLUSTER(SERVER("s", "", "h", "1")), { &a }, "s=2@h:1/ a=20@10.0.0.1:80/a:shop; 1", "" },
    { CLUSTER(SERVER("s", "", "h", "1")), { &b }, "s=2@h:1/ b=5@10.0.0.2:81b/a:shop; 1", "" },
    { CLUSTER(SERVER("s", "", "10.0.0.1", "80")), { &a, &c }, "s=2@10.0.0.1:80/ c=0@10.0.0.3:80/a:shop leaving 7; 1",
      "a=s by address " },
    { CLUSTER(SERVER("a", "", "h", "1")), { &a }, "a=2@h:1/; 1", "a=a by name " },
    { CLUSTER(PATTERN("")), { NULL }, "all=2@Shop.:7/; 1", "" },
    { CLUSTER(PATTERN(" LoadBalanceWeight='9'")), { &a, &b, &c },
      "a=9@10.0.0.1:7/a:shop b=5@10.0.0.2:81b/a:shop c=0@10.0.0.3:80/a:shop leaving 7; 1", "" },
    { CLUSTER(PATTERN("") SERVER("s", "", "h", "1") LIST("PrimaryServers", "s") LIST("BackupServers", "all")), { &a },
      "s=2@h:1/ a=2@10.0.0.1:7b/a:shop; 1", "" },
    { CLUSTER(PATTERN("") LIST("PrimaryServers", "all")), { &a }, "a=2@10.0.0.1:7/a:shop; 1", "" },
    { CLUSTER("<Server Name='all'><Transport Hostname='shop' Port='7'/><Transport Hostname='shop' Port='8' "
              "Protocol='https'/></Server>"), { &a }, "a=2@10.0.0.1:7@10.0.0.1:8/a:shop; 1", "" },
    { CLUSTER("<Server Name='all'><Transport Hostname='shop' Port='7'/><Transport Hostname='other' Port='8' "
              "Protocol='https'/></Server>"), { &a }, "a=2@10.0.0.1:7/a:shop; 1", "" },
    { CLUSTER("<Server Name='all' LoadBalanceWeight='9'><!-- <?old?> --><Transport Hostname='shop' Port='7'><?x y?>"
              "<!-- ?> --></Transport></Server>"), { &a }, "a=9@10.0.0.1:7/a:shop; 1", "" },
    { CLUSTER(SERVER("all", "", "shop2", "7")), { &a }, "all=2@shop2:7/ a=20@10.0.0.1:80/a:shop; 1", "" },
};

static const char *give(apr_array_header_t *clashes, const char *text, plugin_cfg_given_server_t *const *servers)
{
    apr_array_header_t *given = apr_array_make(unit_pool, 1, sizeof(plugin_cfg_given_t *));
    apr_array_header_t *all = apr_array_make(unit_pool, 3, sizeof(plugin_cfg_given_server_t *));
    plugin_cfg_given_t its = { "c", "a:shop", "shop", all }, other = { "absent", "a:shop", "shop", all };
    int i;

    for (i = 0; i < 3 && servers[i]; ++i) {
        APR_ARRAY_PUSH(all, plugin_cfg_given_server_t *) = servers[i];
    }
    APR_ARRAY_PUSH(given, plugin_cfg_given_t *) = &its;
    APR_ARRAY_PUSH(given, plugin_cfg_given_t *) = &other;
    return plugin_cfg_give(clashes, text, given, unit_pool);
}

START_TEST(what_a_cluster_has_then)
{
    apr_array_header_t *clashes = apr_array_make(unit_pool, 2, sizeof(plugin_cfg_clash_t));
    const char *text = give(clashes, files[_i].file, files[_i].servers), *told = "";
    plugin_cfg_t *cfg;
    int i;

    ck_assert_ptr_nonnull(text);
    for (i = 0; i < clashes->nelts; ++i) {
        const plugin_cfg_clash_t *clash = &APR_ARRAY_IDX(clashes, i, plugin_cfg_clash_t);
        told = apr_pstrcat(unit_pool, told, clash->server, "=", clash->other, " by ", clash->by, " ", NULL);
    }
    ck_assert_str_eq(told, files[_i].clashes);
    ck_assert_msg(plugin_cfg_read_memory(&cfg, text, strlen(text), "given", unit_pool) == APR_SUCCESS, "%s", text);
    ck_assert_str_eq(describe(cfg), files[_i].members);
    ck_assert_str_eq(plugin_cfg_find_cluster(cfg, "c")->from, "a:shop");
}
END_TEST

static const char *read_as(const char *text)
{
    plugin_cfg_t *cfg;

    ck_assert_msg(plugin_cfg_read_memory(&cfg, text, strlen(text), "given", unit_pool) == APR_SUCCESS, "%s", text);
    return describe(cfg);
}

/* Whatever was given before, in the end it is what the file makes of the last ones */
START_TEST(others_are_given_instead)
{
    apr_array_header_t *clashes = apr_array_make(unit_pool, 2, sizeof(plugin_cfg_clash_t));
    plugin_cfg_given_server_t *const all[] = { &a, &b, &c }, *const one[] = { &b, NULL }, *const none[] = { NULL };
    const char *text = give(clashes, give(clashes, files[_i].file, all), files[_i].servers);

    ck_assert_str_eq(read_as(text), files[_i].members);
    text = give(clashes, give(clashes, give(clashes, text, one), none), files[_i].servers);
    ck_assert_str_eq(read_as(text), files[_i].members);
    ck_assert_str_eq(read_as(give(clashes, text, none)), read_as(give(clashes, files[_i].file, none)));
}
END_TEST

START_TEST(they_are_found_again)
{
    apr_array_header_t *clashes = apr_array_make(unit_pool, 2, sizeof(plugin_cfg_clash_t)), *found;
    plugin_cfg_given_server_t *const both[] = { &b, &c, NULL };
    const char *text = give(clashes, CLUSTER(SERVER("s", "", "h", "1")), both);
    const plugin_cfg_given_server_t *server;
    plugin_cfg_t *cfg;

    ck_assert_int_eq(plugin_cfg_read_memory(&cfg, text, strlen(text), "given", unit_pool), APR_SUCCESS);
    found = plugin_cfg_given_servers(plugin_cfg_find_cluster(cfg, "c"), "a:shop", unit_pool);
    ck_assert_int_eq(found->nelts, 2);
    server = APR_ARRAY_IDX(found, 1, void *);
    ck_assert_str_eq(server->from, "a:shop leaving 7");
    ck_assert_int_eq(plugin_cfg_given_servers(plugin_cfg_find_cluster(cfg, "c"), "a:sho", unit_pool)->nelts, 0);
    ck_assert_int_eq(plugin_cfg_given_servers(NULL, "a:shop", unit_pool)->nelts, 0);
}
END_TEST

START_TEST(what_two_origins_have_is_there_once)
{
    apr_array_header_t *given = apr_array_make(unit_pool, 2, sizeof(plugin_cfg_given_t *));
    apr_array_header_t *clashes = apr_array_make(unit_pool, 2, sizeof(plugin_cfg_clash_t));
    apr_array_header_t *all = apr_array_make(unit_pool, 1, sizeof(plugin_cfg_given_server_t *));
    plugin_cfg_given_t one = { "c", "a:shop", "shop", all }, other = { "c", "a:cart", "cart", all };

    APR_ARRAY_PUSH(all, plugin_cfg_given_server_t *) = &a;
    APR_ARRAY_PUSH(given, plugin_cfg_given_t *) = &one;
    APR_ARRAY_PUSH(given, plugin_cfg_given_t *) = &other;
    ck_assert_str_eq(read_as(plugin_cfg_give(clashes, CLUSTER(""), given, unit_pool)), "a=20@10.0.0.1:80/a:shop; 1");
    ck_assert_int_eq(clashes->nelts, 1);
}
END_TEST

START_TEST(what_is_no_such_file)
{
    ck_assert_ptr_null(give(apr_array_make(unit_pool, 2, sizeof(plugin_cfg_clash_t)), "<a/>", files[1].servers));
    ck_assert_ptr_null(give(apr_array_make(unit_pool, 2, sizeof(plugin_cfg_clash_t)), "<a", files[1].servers));
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("plugin-cfg/given");
    TCase *tc = unit_case(s, "given");

    tcase_add_loop_test(tc, what_a_cluster_has_then, 0, UNIT_COUNT(files));
    tcase_add_loop_test(tc, others_are_given_instead, 0, UNIT_COUNT(files));
    tcase_add_test(tc, they_are_found_again);
    tcase_add_test(tc, what_two_origins_have_is_there_once);
    tcase_add_test(tc, what_is_no_such_file);
    return s;
}

UNIT_MAIN(suite)

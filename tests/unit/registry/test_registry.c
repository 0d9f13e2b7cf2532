/* What messages do to a registry, and the plugin-cfg.xml that it is written as. */
#include "unit.h"
#include "plugin-cfg/plugin_cfg.h"
#include "registry/info.h"
#include "registry/plugin_cfg_text.h"

static wlm_registry_t *registry, *twin; /* the latter gets the messages without bounds */
static wlm_registry_change_t change;
static const wlm_registry_bounds_t *bounds;

static void setup(void)
{
    unit_setup();
    registry = wlm_registry_make(unit_pool);
    twin = wlm_registry_make(unit_pool);
    bounds = NULL;
}

/* @param line  "METHOD BODY", with "METHOD* BODY" for the whole node @return NULL, or "TYPE: why" it is refused */
static const char *say(const char *line)
{
    const char *space = strchr(line, ' ');
    int is_for_node = space[-1] == '*';
    char *method = apr_pstrmemdup(unit_pool, line, (apr_size_t)(space - line) - (apr_size_t)is_for_node);
    wlm_mcmp_message_t *message;
    const wlm_mcmp_error_t *error = wlm_mcmp_read(&message, wlm_mcmp_command(method), is_for_node ? "/*" : "/",
                                                  space + 1, strlen(space + 1), unit_pool);

    ck_assert_ptr_null(error);
    error = wlm_registry_apply(twin, message, NULL, &change, unit_pool);
    if (!bounds && change.applied && registry->nodes->nelts < 8) {
        char *text = apr_pstrcat(unit_pool, wlm_registry_line(change.applied, unit_pool), "\n", NULL);
        wlm_registry_t *third;
        ck_assert_ptr_null(wlm_registry_read(&third, wlm_registry_print(registry, unit_pool), unit_pool));
        ck_assert_ptr_null(wlm_registry_apply_lines(third, text, unit_pool));
        ck_assert_str_eq(wlm_registry_print(third, unit_pool), wlm_registry_print(twin, unit_pool));
    }
    error = wlm_registry_apply(registry, message, bounds, &change, unit_pool);
    return error ? apr_pstrcat(unit_pool, error->type, ": ", error->why, NULL) : NULL;
}

static void has_changed(const char *line, const char *what)
{
    const char *why = say(line);

    ck_assert_msg(!why, "%s: %s", line, why);
    ck_assert_msg(what ? change.what && strstr(change.what, what) != NULL : !change.what, "%s: %s", line, change.what);
}

static plugin_cfg_t *written(void)
{
    const char *text = wlm_registry_plugin_cfg(registry, unit_pool);
    wlm_registry_t *again;
    plugin_cfg_t *cfg;

    ck_assert_msg(plugin_cfg_read_memory(&cfg, text, strlen(text), "r.xml", unit_pool) == APR_SUCCESS, "%s", text);
    ck_assert_ptr_null(wlm_registry_of_plugin_cfg(&again, text, unit_pool));
    ck_assert_str_eq(wlm_registry_plugin_cfg(again, unit_pool), text);
    return cfg;
}

/* Name, weight, CloneID of each member, of each cluster */
static const char *members(void)
{
    const plugin_cfg_t *cfg = written();
    const char *text = "";
    int c, m;

    for (c = 0; c < cfg->clusters->nelts; ++c) {
        const plugin_cfg_cluster_t *cluster = APR_ARRAY_IDX(cfg->clusters, c, plugin_cfg_cluster_t *);
        text = apr_pstrcat(unit_pool, text, c ? " " : "", cluster->name, ":", NULL);
        for (m = 0; m < cluster->members->nelts; ++m) {
            const plugin_cfg_server_t *server = APR_ARRAY_IDX(cluster->members, m, plugin_cfg_server_t *);
            text = apr_psprintf(unit_pool, "%s %s=%d/%s%s", text, server->name, server->weight,
                                server->clone_id ? server->clone_id : "-",
                                server->tier == PLUGIN_CFG_BACKUP ? "b" : "");
        }
    }
    return text;
}

#define NODE(name, port) "CONFIG JVMRoute=" name "&Host=10.0.0.5&Port=" port "&Type=http"

START_TEST(a_life)
{
    has_changed(NODE("a", "80"), "node a of balancer mycluster registers as http://10.0.0.5:80");
    ck_assert_str_eq(members(), "");
    has_changed("ENABLE-APP JVMRoute=a&Context=/shop", "/shop is enabled");
    ck_assert_str_eq(members(), "mycluster/shop: a=20/a");
    has_changed("ENABLE-APP JVMRoute=a&Context=/shop/", NULL);
    has_changed("STATUS JVMRoute=a&Load=50", NULL);
    has_changed("DISABLE-APP JVMRoute=a&Context=/shop", "/shop is disabled");
    ck_assert_str_eq(members(), "mycluster/shop: a=0/a");
    has_changed("STOP-APP JVMRoute=a&Context=/shop", "/shop is stopped");
    ck_assert_str_eq(members(), "mycluster/shop: a=0/-");
    has_changed("REMOVE-APP JVMRoute=a&Context=/shop", "/shop is removed");
    ck_assert_str_eq(members(), "");
    has_changed("REMOVE-APP JVMRoute=a&Context=/shop", NULL);
    has_changed("REMOVE-APP* JVMRoute=a", "the whole node is removed");
    ck_assert_int_eq(registry->nodes->nelts, 0);
    has_changed("REMOVE-APP* JVMRoute=a", NULL);
}
END_TEST

START_TEST(a_node_that_is_not_known)
{
    ck_assert_str_eq(say("STATUS JVMRoute=a&Load=1"), "MEM: node a is not known; it has to register by CONFIG first");
    ck_assert_ptr_nonnull(say("ENABLE-APP JVMRoute=a&Context=/"));
    ck_assert_ptr_nonnull(say("DISABLE-APP* JVMRoute=a"));
}
END_TEST

START_TEST(each_context_is_a_cluster)
{
    has_changed(NODE("a", "80"), "registers");
    has_changed(NODE("b", "81"), "registers");
    has_changed("ENABLE-APP JVMRoute=a&Context=/,/shop", "/ /shop is enabled");
    has_changed("DISABLE-APP JVMRoute=b&Context=/shop", "/shop is disabled");
    ck_assert_str_eq(members(), "mycluster/: a=20/a mycluster/shop: a=20/a b=0/b");
    has_changed("STOP-APP* JVMRoute=a", "the whole node is stopped");
    has_changed("STOP-APP* JVMRoute=a", NULL);
    ck_assert_str_eq(members(), "mycluster/: a=0/- mycluster/shop: a=0/- b=0/b");
}
END_TEST

START_TEST(what_a_node_says_of_itself)
{
    has_changed(NODE("a", "80"), "registers");
    has_changed(NODE("b", "81"), "registers");
    has_changed("ENABLE-APP JVMRoute=a&Context=/x", "enabled");
    has_changed("ENABLE-APP JVMRoute=b&Context=/x", "enabled");
    has_changed("STATUS JVMRoute=b&Load=0", "is a standby");
    ck_assert_str_eq(members(), "mycluster/x: a=20/a b=20/bb");
    has_changed("STATUS JVMRoute=b&Load=0", NULL);
    has_changed("STATUS JVMRoute=a&Load=-1", "is broken");
    ck_assert_str_eq(members(), "mycluster/x: a=0/- b=20/bb");
    has_changed("STATUS JVMRoute=a&Load=0", "is a standby");
    ck_assert_str_eq(members(), "mycluster/x: a=20/a b=20/b"); /* of standbys alone none waits for others */
    has_changed("STATUS JVMRoute=a&Load=1", "takes part");
    has_changed(NODE("b", "81"), "registers again");
    ck_assert_str_eq(members(), "mycluster/x: a=20/a b=20/b");
}
END_TEST

START_TEST(a_node_that_registers_again)
{
    has_changed(NODE("a", "80"), "registers as");
    has_changed("ENABLE-APP JVMRoute=a&Context=/x", "enabled");
    has_changed(NODE("a", "80"), NULL);
    has_changed(NODE("a", "80") "&StickySessionCookie=SID", "registers again");
    ck_assert_str_eq(members(), "mycluster/x: a=20/a");
    has_changed(NODE("a", "81"), "is another one now");
    ck_assert_str_eq(members(), "");
    has_changed(NODE("b", "81"), "in place of node a");
    ck_assert_int_eq(registry->nodes->nelts, 1);
    ck_assert_str_eq(wlm_registry_info(registry, unit_pool),
                     "Node: [1],Name: b,Balancer: mycluster,LBGroup: ,Host: 10.0.0.5,Port: 81,Type: http\n");
}
END_TEST

#define A_LINE "Node: [1],Name: a,Balancer: mycluster,LBGroup: ,Host: 10.0.0.5,Port: 80,Type: http\n"
#define B_LINE "Node: [2],Name: b,Balancer: mycluster,LBGroup: ,Host: 10.0.0.5,Port: 81,Type: http\n"

/* A listener of Tomcat or WildFly that has to register again reads the answer first, and gives up at a context whose
 * host, or a host whose node, was not there before it. Of several hosts with the name of its own it takes one. */
static const struct {
    const char *said[5], *info;
} infos[] = {
    { { NULL }, "" },
    { { NODE("a", "80") }, A_LINE },
    { { NODE("a", "80"), "ENABLE-APP JVMRoute=a&Context=/x" },
      A_LINE "Vhost: [1:1:1], Alias: *\nContext: [1:1:1], Context: /x, Status: ENABLED\n" },
    { { NODE("a", "80"), "ENABLE-APP JVMRoute=a&Context=/x,/y", NODE("b", "81"), "STOP-APP JVMRoute=b&Context=/x" },
      A_LINE "Vhost: [1:1:1], Alias: *\nContext: [1:1:1], Context: /x, Status: ENABLED\n"
      "Context: [1:1:2], Context: /y, Status: ENABLED\n"
      B_LINE "Vhost: [2:1:1], Alias: *\nContext: [2:1:1], Context: /x, Status: STOPPED\n" },
    { { NODE("a", "80"), "ENABLE-APP JVMRoute=a&Alias=www,shop&Context=/x",
        "ENABLE-APP JVMRoute=a&Alias=mail&Context=/x", "DISABLE-APP JVMRoute=a&Alias=shop,www&Context=/y" },
      A_LINE "Vhost: [1:1:1], Alias: shop\nVhost: [1:1:2], Alias: www\n"
      "Context: [1:1:1], Context: /x, Status: ENABLED\n"
      "Vhost: [1:2:1], Alias: mail\nContext: [1:2:2], Context: /x, Status: ENABLED\n"
      "Context: [1:1:3], Context: /y, Status: DISABLED\n" },
};

START_TEST(what_info_has)
{
    int i;

    for (i = 0; i < (int)UNIT_COUNT(infos[0].said) && infos[_i].said[i]; ++i) {
        ck_assert_ptr_null(say(infos[_i].said[i]));
    }
    ck_assert_str_eq(wlm_registry_info(registry, unit_pool), infos[_i].info);
}
END_TEST

/* Other hosts of one node have contexts of the same path */
START_TEST(a_node_that_was_added_by_hand)
{
    const wlm_node_t *node;
    apr_array_header_t *over;

    has_changed(NODE("a", "80") "&Note=bob:%20a%26b%20--%20%3Cc%3E&Until=1700000000", "registers as");
    has_changed("ENABLE-APP JVMRoute=a&Context=/", "enabled");
    has_changed(NODE("b", "81") "&Note=bob&Until=0", "registers as");
    has_changed(NODE("c", "82"), "registers as");
    written();
    node = wlm_registry_node(registry, "a");
    ck_assert_str_eq(node->note, "bob: a&b -- <c>");
    ck_assert_int_eq(node->until, 1700000000);
    ck_assert_int_eq(wlm_registry_over(registry, 1699999999, unit_pool)->nelts, 0);
    over = wlm_registry_over(registry, 1700000000, unit_pool);
    ck_assert_int_eq(over->nelts, 1);
    ck_assert_str_eq(APR_ARRAY_IDX(over, 0, const char *), "a");
    has_changed(NODE("a", "80") "&Note=bob:%20a%26b%20--%20%3Cc%3E&Until=1700000000", NULL);
    has_changed(NODE("a", "80") "&Note=bob:%20a%26b%20--%20%3Cc%3E&Until=1700000001", "registers again");
    has_changed(NODE("a", "80"), "registers again"); /* the node itself */
    ck_assert_ptr_null(node->note);
    ck_assert_int_eq(node->apps->nelts, 1);
    ck_assert_int_eq(wlm_registry_over(registry, 1800000000, unit_pool)->nelts, 0);
}
END_TEST

START_TEST(aliases_are_hosts_of_routes)
{
    const plugin_cfg_t *cfg;
    const plugin_cfg_virtual_host_group_t *hosts;

    has_changed(NODE("a", "80"), "registers");
    has_changed("ENABLE-APP JVMRoute=a&Context=/&Alias=shop.example,b.example", "for b.example shop.example");
    has_changed("ENABLE-APP JVMRoute=a&Context=/&Alias=other.example", "/ is enabled");
    has_changed("ENABLE-APP JVMRoute=a&Context=/&Alias=b.example,c.example", "/ is enabled");
    ck_assert_str_eq(members(), "mycluster:b.example/: a=20/a mycluster:other.example/: a=20/a");
    cfg = written();
    hosts = APR_ARRAY_IDX(cfg->virtual_host_groups, 0, plugin_cfg_virtual_host_group_t *);
    ck_assert_int_eq(hosts->hosts->nelts, 2);
    ck_assert_str_eq(APR_ARRAY_IDX(hosts->hosts, 1, plugin_cfg_virtual_host_t *)->host, "c.example");
}
END_TEST

START_TEST(what_a_node_may_claim)
{
    static const char *const routes[] = { "app-*" }, *const hosts[] = { "10.0.0.*", "*.Internal" },
                      *const contexts[] = { "/shop", "/api/*" }, *const aliases[] = { "*.example" };
#define PATTERNS(list) { .elt_size = sizeof(char *), .nelts = UNIT_COUNT(list), .elts = (char *)(void *)list }
    const apr_array_header_t r = PATTERNS(routes), h = PATTERNS(hosts), c = PATTERNS(contexts), a = PATTERNS(aliases);
    const wlm_registry_bounds_t all = { &r, &h, &c, &a, 0, 0 },
                                without_aliases = { &r, &h, &c, NULL, 0, 0 };

    bounds = &all;
    ck_assert_str_eq(say(NODE("x", "80")), "SYNTAX: JVMRoute x is not one that may register here");
    ck_assert_ptr_nonnull(say("CONFIG JVMRoute=app-1&Host=169.254.169.254&Port=80&Type=http"));
    has_changed("CONFIG JVMRoute=app-1&Host=n1.internal&Port=80&Type=http", "registers");
    has_changed("ENABLE-APP JVMRoute=app-1&Context=/shop,/admin,/api/v1&Alias=localhost,shop.example",
                "/shop /api/v1 is enabled");
    ck_assert_ptr_nonnull(strstr(change.left_out, "not all may be registered"));
    ck_assert_str_eq(members(), "mycluster:shop.example/shop: app-1=20/app-1 "
                     "mycluster:shop.example/api/v1: app-1=20/app-1");
    has_changed("ENABLE-APP JVMRoute=app-1&Context=/api/v2&Alias=localhost", NULL);
    ck_assert_ptr_nonnull(strstr(change.left_out, "none of its aliases"));
    bounds = &without_aliases;
    has_changed("ENABLE-APP JVMRoute=app-1&Context=/api/v3&Alias=localhost", "/api/v3 is enabled");
    ck_assert_ptr_nonnull(strstr(members(), "mycluster/api/v3: app-1"));
}
END_TEST

START_TEST(what_needs_escapes)
{
    const plugin_cfg_t *cfg;

    has_changed("CONFIG JVMRoute=a--b:c~.d&Host=2001:db8::1&Port=80&Type=https&Balancer=x--y",
                "https://[2001:db8::1]:80");
    has_changed("ENABLE-APP JVMRoute=a--b:c~.d&Context=/a--b%26c'd%2B$!(e)=@:", "enabled");
    cfg = written();
    ck_assert_str_eq(APR_ARRAY_IDX(cfg->clusters, 0, plugin_cfg_cluster_t *)->name, "x--y/a--b&c'd+$!(e)=@:");
}
END_TEST

/* As in a session of WildFly or Tomcat, ID.ROUTE: the colon of a route must not divide it */
START_TEST(a_route_with_a_colon)
{
    plugin_cfg_t *cfg;

    has_changed("CONFIG JVMRoute=10.0.0.5:8080:Catalina&Host=h&Port=80&Type=http", "registers");
    has_changed("ENABLE-APP JVMRoute=10.0.0.5:8080:Catalina&Context=/a", "enabled");
    has_changed("CONFIG JVMRoute=n&Balancer=b&Host=i&Port=80&Type=http", "registers");
    has_changed("ENABLE-APP JVMRoute=n&Context=/b", "enabled");
    cfg = written();
    ck_assert_int_eq(APR_ARRAY_IDX(cfg->clusters, 0, plugin_cfg_cluster_t *)->clone_separator_change, 1);
    ck_assert_int_eq(APR_ARRAY_IDX(cfg->clusters, 1, plugin_cfg_cluster_t *)->clone_separator_change, 0);
    ck_assert_int_eq(cfg->findings->nelts, 0);
}
END_TEST

static const struct {
    const char *line;
    int is_shadowed;
} rivals[] = {
    { "ENABLE-APP JVMRoute=b&Context=/shop&Alias=b.example,shop.example", 1 },
    { "ENABLE-APP JVMRoute=b&Context=/x,/shop&Alias=shop.example", 1 },
    { "ENABLE-APP JVMRoute=b&Context=/shop&Alias=b.example", 0 },
    { "ENABLE-APP JVMRoute=b&Context=/shop/x&Alias=shop.example", 0 },
    { "DISABLE-APP JVMRoute=b&Context=/shop&Alias=shop.example", 0 },
    { "ENABLE-APP JVMRoute=c&Context=/shop&Alias=shop.example", 0 },
};

START_TEST(a_context_of_two_balancers)
{
    static const char *const all[] = { "*" };
    apr_array_header_t *aliases = apr_array_make(unit_pool, 1, sizeof(const char *));

    APR_ARRAY_PUSH(aliases, const char *) = all[0];
    bounds = &(wlm_registry_bounds_t){ .aliases = aliases };
    has_changed("CONFIG JVMRoute=a&Host=h&Port=1&Type=http", "registers");
    has_changed("ENABLE-APP JVMRoute=a&Context=/shop&Alias=shop.example", "enabled");
    has_changed("CONFIG JVMRoute=b&Host=h&Port=2&Type=http&Balancer=other", "registers");
    has_changed("CONFIG JVMRoute=c&Host=h&Port=3&Type=http", "registers");
    ck_assert_ptr_null(say(rivals[_i].line));
    ck_assert_int_eq(change.shadowed != NULL, rivals[_i].is_shadowed);
    ck_assert_ptr_null(say(rivals[_i].line)); /* once */
    ck_assert_ptr_null(change.shadowed);
}
END_TEST

START_TEST(there_is_room_for_so_many)
{
    int i;

    for (i = 0; i < WLM_REGISTRY_NODES_MAX; ++i) {
        ck_assert_ptr_null(say(apr_psprintf(unit_pool, "CONFIG JVMRoute=n%d&Host=h%d&Port=80&Type=http", i, i)));
    }
    ck_assert_ptr_nonnull(say("CONFIG JVMRoute=more&Host=more&Port=80&Type=http"));
    ck_assert_ptr_null(say("CONFIG JVMRoute=more&Host=h1&Port=80&Type=http")); /* in place of one */
    for (i = 0; i < WLM_REGISTRY_APPS_MAX; ++i) {
        ck_assert_ptr_null(say(apr_psprintf(unit_pool, "ENABLE-APP JVMRoute=n0&Context=/%d", i)));
    }
    ck_assert_ptr_nonnull(say("ENABLE-APP JVMRoute=n0&Context=/more"));
    ck_assert_ptr_null(say("DISABLE-APP JVMRoute=n0&Context=/1"));
    ck_assert_ptr_null(say("REMOVE-APP JVMRoute=n0&Context=/more"));
}
END_TEST

START_TEST(no_more_than_there_are_slots_for)
{
    const wlm_registry_bounds_t slots = { NULL, NULL, NULL, NULL, 3, 2 };

    bounds = &slots;
    has_changed(NODE("a", "1"), "registers");
    has_changed(NODE("b", "2"), "registers");
    has_changed("ENABLE-APP JVMRoute=a&Context=/x,/y", "enabled");
    ck_assert_str_eq(say("ENABLE-APP JVMRoute=b&Context=/z"),
                     "MEM: there are slots for 2 registered clusters, and it would need more: see WLMSlots");
    has_changed("ENABLE-APP JVMRoute=b&Context=/x", "enabled");
    ck_assert_str_eq(say("ENABLE-APP JVMRoute=b&Context=/y"),
                     "MEM: there are slots for 3 registered members, and it would need more: see WLMSlots");
    has_changed("DISABLE-APP JVMRoute=b&Context=/x", "disabled");
    has_changed("REMOVE-APP JVMRoute=a&Context=/y", "removed");
    has_changed("ENABLE-APP JVMRoute=b&Context=/z", "enabled");
    ck_assert_int_eq(wlm_registry_count_clusters(registry, unit_pool), 2);
}
END_TEST

START_TEST(what_of_a_journal_is_in_the_text)
{
    wlm_registry_position_t position;

    registry->journal = 1700000000000000;
    registry->position = 4711;
    registry->statics = 18446744073709551615u;
    ck_assert(wlm_registry_read_position(
                  &position,
                  apr_pstrndup(unit_pool, wlm_registry_plugin_cfg(registry, unit_pool), WLM_REGISTRY_BEGIN_SIZE)));
    ck_assert(position.journal == registry->journal && position.position == registry->position);
    ck_assert(position.statics == registry->statics);
    written();
    ck_assert(!wlm_registry_read_position(&position, "<Config/>"));
    ck_assert(wlm_registry_read_position(&position, "x\nmod_wlm registry 2 7 8\nCONFIG 9\n")); /* an older one */
    ck_assert(position.journal == 7 && position.position == 8 && position.statics == 0);
}
END_TEST

static const char *const damaged[] = {
    "<Config/>", "\nmod_wlm registry 1\n", "\nmod_wlm registry 2 0 0", "\nmod_wlm registry 2 0 0\nCONFIG\n",
    "\nmod_wlm registry 2 0 0\nGET x\n", "\nmod_wlm registry 2 0 0\nINFO x\n",
    "\nmod_wlm registry 2 0 0\nENABLE-APP JVMRoute=a&Context=/x\n",
    "\nmod_wlm registry 2 0 0\nCONFIG JVMRoute=a\n",
};

START_TEST(a_text_that_is_no_registry)
{
    const wlm_mcmp_error_t *error = wlm_registry_of_plugin_cfg(&registry, damaged[_i], unit_pool);

    ck_assert(error && strcmp(error->type, "MEM") == 0);
}
END_TEST

START_TEST(a_text_that_is_empty)
{
    ck_assert_ptr_null(wlm_registry_of_plugin_cfg(&registry, "", unit_pool));
    ck_assert_int_eq(registry->nodes->nelts, 0);
    ck_assert_int_eq(written()->routes->nelts, 0);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("registry/registry");
    TCase *tc = tcase_create("registry");

    tcase_add_checked_fixture(tc, setup, unit_teardown);
    suite_add_tcase(s, tc);
    tcase_add_test(tc, a_life);
    tcase_add_test(tc, a_node_that_is_not_known);
    tcase_add_test(tc, each_context_is_a_cluster);
    tcase_add_test(tc, what_a_node_says_of_itself);
    tcase_add_test(tc, a_node_that_registers_again);
    tcase_add_loop_test(tc, what_info_has, 0, UNIT_COUNT(infos));
    tcase_add_test(tc, a_node_that_was_added_by_hand);
    tcase_add_test(tc, aliases_are_hosts_of_routes);
    tcase_add_test(tc, what_a_node_may_claim);
    tcase_add_test(tc, what_needs_escapes);
    tcase_add_test(tc, a_route_with_a_colon);
    tcase_add_loop_test(tc, a_context_of_two_balancers, 0, UNIT_COUNT(rivals));
    tcase_add_test(tc, there_is_room_for_so_many);
    tcase_add_test(tc, no_more_than_there_are_slots_for);
    tcase_add_test(tc, what_of_a_journal_is_in_the_text);
    tcase_add_loop_test(tc, a_text_that_is_no_registry, 0, UNIT_COUNT(damaged));
    tcase_add_test(tc, a_text_that_is_empty);
    return s;
}

UNIT_MAIN(suite)

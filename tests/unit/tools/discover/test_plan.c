/* What a httpd is told, by what it has and what it should have. */
#include "answer_unit.h"
#include "json_unit.h"
#include "tools/discover/known.h"
#include "tools/discover/plan.h"

char tool_name[] = "wlm-discover"; /* stands in its main()'s file */

#define MARK "wlm-discover shop"
#define NODE_OF(name, host, port, balancer, protocol, note, contexts)                                                  \
    "{'name': '" name "', 'balancer': '" balancer "', 'host': '" host "', 'port': " port ", 'protocol': '" protocol    \
    "', 'note': " note ", 'contexts': [" contexts "]}"
#define AT(context) "{'context': '" context "', 'state': 'enabled', 'cluster': 'mycluster" context "', 'aliases': []}"
#define NODE(name, host) NODE_OF(name, host, "80", "mycluster", "http", "'" MARK "'", AT("/shop"))
#define NOTED(name, host, note) NODE_OF(name, host, "80", "mycluster", "http", note, AT("/shop"))

#define MEMBER(name, admin, weight, comment)                                                                           \
    "{'name': '" name "', 'admin_state': '" admin "', 'weight': " weight ", 'configured_weight': 20, 'comment': " \
    comment "}"
#define ENABLED(name) MEMBER(name, "enabled", "20", "null")
#define OURS "'" MARK "'"

static const struct {
    const char *wanted, *nodes, *members;
    int min;
    const char *actions;           /* one behind the other, as below */
    int nheld;
    const char *foreign;
    int is_awaited;
} plans[] = {
    { "", "", "", 0, "", 0, NULL, 0 },
    { "a=h:80/20", "", "", 1, "add a h:80 /shop", 0, NULL, 0 },
    { "a=h:80/20", NODE("a", "h"), ENABLED("a"), 1, "", 0, NULL, 0 },
    { "a=h:80/20", NODE("a", "h"), "", 1, "", 0, NULL, 1 },
    { "a=h:80/20 b=i:80/20", NODE("a", "h"), ENABLED("a"), 1, "add b i:80 /shop", 0, NULL, 0 },
    { "a=h:80/20", NODE("a", "h") "," NODE("b", "i"), ENABLED("a") "," ENABLED("b"), 1, "remove b", 0, NULL, 0 },
    /* another address, name, balancer, protocol: removed before anything is added */
    { "a=i:80/20", NODE("a", "h"), ENABLED("a"), 1, "remove a; add a i:80 /shop", 0, NULL, 0 },
    { "a=h:81/20", NODE("a", "h"), ENABLED("a"), 1, "remove a; add a h:81 /shop", 0, NULL, 0 },
    { "a=i:80/20 b=h:80/20", NODE("a", "h") "," NODE("b", "i"), "", 1,
      "remove a; remove b; add a i:80 /shop; add b h:80 /shop", 0, NULL, 0 },
    { "a=h:80/20", NODE_OF("a", "h", "80", "other", "http", OURS, AT("/shop")), "", 1, "remove a; add a h:80 /shop", 0,
      NULL,
      0 },
    { "a=h:80/20", NODE_OF("a", "h", "80", "mycluster", "https", OURS, AT("/shop")), "", 1,
      "remove a; add a h:80 /shop", 0,
      NULL, 0 },
    { "a=H:80/20", NODE("a", "h"), ENABLED("a"), 1, "", 0, NULL, 0 },
    /* contexts */
    { "a=h:80/20", NODE_OF("a", "h", "80", "mycluster", "http", OURS, ""), "", 1, "add a h:80 /shop", 0, NULL, 0 },
    { "a=h:80/20", NODE_OF("a", "h", "80", "mycluster", "http", OURS, AT("/shop") "," AT("/old")), ENABLED("a"), 1,
      "remove a /old", 0, NULL, 1 },
    /* nodes that are not ours */
    { "", NOTED("a", "h", "null"), ENABLED("a"), 0, "", 0, NULL, 0 },
    { "", NOTED("a", "h", "'boss: spare'"), ENABLED("a"), 0, "", 0, NULL, 0 },
    { "", NOTED("a", "h", "'" MARK "2'"), ENABLED("a"), 0, "", 0, NULL, 0 },
    { "", NOTED("a", "h", "'my" MARK "'"), ENABLED("a"), 0, "", 0, NULL, 0 },
    { "", NOTED("a", "h", "'bob: " MARK "'"), ENABLED("a"), 0, "remove a", 0, NULL, 0 },
    { "", NOTED("a", "h", "': " MARK "'"), ENABLED("a"), 0, "", 0, NULL, 0 },
    { "a=h:80/20", NOTED("a", "h", "null"), ENABLED("a"), 1, "", 0, "a", 0 },
    { "a=i:80/20-", NOTED("a", "h", "'boss'"), ENABLED("a"), 0, "", 0, "a", 0 },
    /* drained and back */
    { "a=h:80/20-", NODE("a", "h"), ENABLED("a"), 0, "drain a", 0, NULL, 0 },
    { "a=h:80/20-", NODE("a", "h"), MEMBER("a", "draining", "0", OURS), 0, "", 0, NULL, 0 },
    { "a=h:80/20-", NODE("a", "h"), MEMBER("a", "disabled", "0", "'boss'"), 0, "", 0, NULL, 0 },
    { "a=h:80/20", NODE("a", "h"), MEMBER("a", "draining", "0", OURS), 1, "enable a", 0, NULL, 0 },
    { "a=h:80/60", NODE("a", "h"), MEMBER("a", "draining", "0", "'bob: " MARK "'"), 1, "weight a 60", 0, NULL, 0 },
    { "a=h:80/20", NODE("a", "h"), MEMBER("a", "draining", "0", "'boss: update'"), 1, "", 0, NULL, 0 },
    { "a=h:80/20", NODE("a", "h"), MEMBER("a", "disabled", "0", "null"), 1, "", 0, NULL, 0 },
    /* a drained one that is not there yet is added first */
    { "a=h:80/20-", "", "", 0, "add a h:80 /shop", 0, NULL, 0 },
    /* weights */
    { "a=h:80/60", NODE("a", "h"), ENABLED("a"), 1, "weight a 60", 0, NULL, 0 },
    { "a=h:80/60", NODE("a", "h"), MEMBER("a", "enabled", "60", OURS), 1, "", 0, NULL, 0 },
    { "a=h:80/40", NODE("a", "h"), MEMBER("a", "enabled", "60", OURS), 1, "weight a 40", 0, NULL, 0 },
    { "a=h:80/20", NODE("a", "h"), MEMBER("a", "enabled", "60", OURS), 1, "enable a", 0, NULL, 0 },
    { "a=h:80/60", NODE("a", "h"), MEMBER("a", "enabled", "5", "'boss: slow'"), 1, "", 0, NULL, 0 },
    { "a=h:80/20", NODE("a", "h"), MEMBER("a", "enabled", "5", "null"), 1, "", 0, NULL, 0 },
    { "a=h:80/60", NODE("a", "h"), MEMBER("a", "enabled", "0", "null"), 1, "", 0, NULL, 0 },
    /* fewer than --min: what would be taken away stays, what is new comes */
    { "", NODE("a", "h") "," NODE("b", "i"), "", 1, "", 2, NULL, 0 },
    { "", NODE("a", "h") "," NODE("b", "i"), "", 0, "remove a; remove b", 0, NULL, 0 },
    { "a=h:80/20", NODE("a", "h") "," NODE("b", "i"), ENABLED("a"), 2, "", 1, NULL, 0 },
    { "c=j:80/20", NODE("a", "h") "," NODE("b", "i"), "", 2, "add c j:80 /shop", 2, NULL, 0 },
    { "a=h:80/20-", NODE("a", "h"), ENABLED("a"), 1, "", 1, NULL, 0 },
    { "a=h:80/20- b=i:80/20", NODE("a", "h") "," NODE("b", "i"), ENABLED("a") "," ENABLED("b"), 1, "drain a", 0, NULL,
      0 },
    /* ... but a name or an address that is needed */
    { "a=j:80/20", NODE("a", "h") "," NODE("b", "i"), "", 2, "remove a; add a j:80 /shop", 1, NULL, 0 },
    { "c=h:80/20", NODE("a", "h"), "", 2, "remove a; add c h:80 /shop", 0, NULL, 0 },
};

static const char *text_of(const discover_action_t *action)
{
    switch (action->what) {
    case DISCOVER_REMOVE:
        return apr_pstrcat(unit_pool, "remove ", action->member->name, action->contexts ? " " : "", action->contexts,
                           NULL);
    case DISCOVER_ADD:
        return apr_psprintf(unit_pool, "add %s %s:%d %s", action->member->name, action->member->host,
                            action->member->port, action->contexts);
    case DISCOVER_SET_WEIGHT:
        return apr_psprintf(unit_pool, "weight %s %d", action->member->name, action->member->weight);
    default:
        return apr_pstrcat(unit_pool, action->what == DISCOVER_DRAIN ? "drain " : "enable ", action->member->name,
                           NULL);
    }
}

static const char *actions_text(const discover_plan_t *plan)
{
    const char *text = "";
    int i;

    for (i = 0; i < plan->actions->nelts; ++i) {
        const discover_action_t *action = &APR_ARRAY_IDX(plan->actions, i, discover_action_t);

        if (action->what > DISCOVER_ADD) {
            ck_assert_str_eq(action->cluster, "mycluster/shop");
        }
        text = apr_pstrcat(unit_pool, text, i ? "; " : "", text_of(action), NULL);
    }
    return text;
}

START_TEST(a_httpd_is_told_what_differs)
{
    json_t *registry = json_of(apr_pstrcat(unit_pool, "{'nodes': [", plans[_i].nodes, "]}", NULL));
    json_t *state = json_of(apr_pstrcat(unit_pool, "{'clusters': [{'name': 'mycluster/shop', 'members': [",
                                        plans[_i].members, "]}]}", NULL));
    apr_array_header_t *contexts = apr_array_make(unit_pool, 1, sizeof(const char *));
    const discover_site_t site = { .balancer = "mycluster", .contexts = contexts, .min = plans[_i].min };
    const discover_plan_t *plan;

    APR_ARRAY_PUSH(contexts, const char *) = "/shop";
    plan = discover_plan_make(members_of(plans[_i].wanted), discover_known_nodes(registry, MARK, unit_pool),
                              discover_known_decisions(state, MARK, unit_pool), &site, unit_pool);
    ck_assert_str_eq(actions_text(plan), plans[_i].actions);
    ck_assert_int_eq(plan->nheld, plans[_i].nheld);
    ck_assert_pstr_eq(plan->foreign, plans[_i].foreign);
    ck_assert_int_eq(plan->is_awaited, plans[_i].is_awaited);
    json_decref(registry);
    json_decref(state);
}
END_TEST

static const char *const no_registries[] = { "{}", "[]", "{'nodes': {}}", "{'nodes': null}" };

START_TEST(what_is_no_registry_is_not_taken_for_an_empty_one)
{
    json_t *json = json_of(no_registries[_i]);

    ck_assert_ptr_null(discover_known_nodes(json, MARK, unit_pool));
    json_decref(json);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("tools/discover/plan");
    TCase *tc = unit_case(s, "plan");

    tcase_add_loop_test(tc, a_httpd_is_told_what_differs, 0, UNIT_COUNT(plans));
    tcase_add_loop_test(tc, what_is_no_registry_is_not_taken_for_an_empty_one, 0, UNIT_COUNT(no_registries));
    return s;
}

UNIT_MAIN(suite)

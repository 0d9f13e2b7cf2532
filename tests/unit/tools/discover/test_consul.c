/* What Consul answers, and the index of the next query. */
#include "answer_unit.h"
#include "json_unit.h"
#include "tools/discover/consul.h"

#define CHECK(status) "{'CheckID': 'c', 'Status': '" status "'}"
#define INSTANCE(id, address, port, more, checks)                                                                      \
    "{'Node': {'Node': 'n1', 'Address': '10.0.0.9'}, 'Service': {'ID': '" id "', 'Address': '" address "', 'Port': "   \
    port more "}, 'Checks': [" checks "]}"
#define ONE(checks) "[" INSTANCE("a", "10.0.0.1", "80", "", checks) "]"
#define WEIGHED(weights, checks) "[" INSTANCE("a", "10.0.0.1", "80", ", 'Weights': " weights, checks) "]"

static const struct {
    const char *json;
    int by_address;
    const char *members, *why;     /* members, or a part of the reason for which it is refused */
    int nleft_out;
} answers[] = {
    { "[]", 0, "", NULL, 0 },
    { ONE(CHECK("passing")), 0, "a=10.0.0.1:80/20", NULL, 0 },
    { ONE(""), 0, "a=10.0.0.1:80/20", NULL, 0 },
    { ONE(CHECK("passing") "," CHECK("warning")), 0, "a=10.0.0.1:80/20", NULL, 0 },
    { ONE(CHECK("critical") "," CHECK("passing")), 0, "", NULL, 0 },
    /* the node's address stands in for the service's */
    { "[" INSTANCE("a", "", "80", "", "") "]", 0, "a=10.0.0.9:80/20", NULL, 0 },
    { "[" INSTANCE("b", "10.0.0.2", "81", "", "") "," INSTANCE("a", "10.0.0.1", "80", "", "") "]", 0,
      "a=10.0.0.1:80/20 b=10.0.0.2:81/20", NULL, 0 },
    { ONE(""), 1, "10-0-0-1-80=10.0.0.1:80/20", NULL, 0 },
    /* an id that two agents have */
    { "[" INSTANCE("a", "10.0.0.2", "80", "", "") "," INSTANCE("a", "10.0.0.1", "80", "", "") "]", 0,
      "10-0-0-1-80=10.0.0.1:80/20 10-0-0-2-80=10.0.0.2:80/20", NULL, 0 },
    /* weights */
    { WEIGHED("{'Passing': 3, 'Warning': 2}", ""), 0, "a=10.0.0.1:80/60", NULL, 0 },
    { WEIGHED("{'Passing': 3, 'Warning': 2}", CHECK("warning")), 0, "a=10.0.0.1:80/40", NULL, 0 },
    { WEIGHED("{'Passing': 3, 'Warning': 0}", CHECK("warning")), 0, "a=10.0.0.1:80/0-", NULL, 0 },
    { WEIGHED("{'Passing': 65535}", ""), 0, "a=10.0.0.1:80/65535", NULL, 0 },
    { WEIGHED("{'Passing': 3276}", ""), 0, "a=10.0.0.1:80/65520", NULL, 0 },
    { WEIGHED("{'Passing': 3277}", ""), 0, "a=10.0.0.1:80/65535", NULL, 0 },
    { WEIGHED("{'Passing': -1}", ""), 0, "a=10.0.0.1:80/0-", NULL, 0 },
    { WEIGHED("{'Passing': '3'}", ""), 0, "a=10.0.0.1:80/20", NULL, 0 },
    { WEIGHED("null", ""), 0, "a=10.0.0.1:80/20", NULL, 0 },
    /* consul maint */
    { ONE("{'CheckID': '_node_maintenance', 'Status': 'critical'}," CHECK("passing")), 0, "a=10.0.0.1:80/20-", NULL,
      0 },
    { ONE("{'CheckID': '_service_maintenance:a', 'Status': 'critical'}"), 0, "a=10.0.0.1:80/20-", NULL, 0 },
    { ONE("{'CheckID': '_node_maintenance', 'Status': 'critical'}," CHECK("critical")), 0, "", NULL, 0 },
    /* values that cannot be used */
    { "[" INSTANCE("a", "10.0.0.1", "0", "", "") "," INSTANCE("b", "10.0.0.2", "80", "", "") "]", 0,
      "b=10.0.0.2:80/20", NULL, 1 },
    { "[" INSTANCE("a", "10.0.0.1", "'80'", "", "") "]", 0, "", NULL, 1 },
    { "[" INSTANCE("a", "10.0.0.1", "4294967376", "", "") "]", 0, "", NULL, 1 },
    { "[" INSTANCE("a", "10.0.0.1", "-4294967216", "", "") "]", 0, "", NULL, 1 },
    { "[" INSTANCE("a", "a b", "80", "", "") "]", 0, "", NULL, 1 },
    { "[" INSTANCE("", "10.0.0.1", "80", "", "") "]", 0, "10-0-0-1-80=10.0.0.1:80/20", NULL, 0 },
    /* no such answer: nothing of it counts */
    { "{}", 0, NULL, "no list", 0 }, { "[1]", 0, NULL, "no Service", 0 }, { "[{}]", 0, NULL, "no Service", 0 },
    { "[{'Service': {'ID': 'a'}}]", 0, NULL, "no Checks", 0 },
    { ONE(CHECK("odd")), 0, NULL, "instance a has a check", 0 }, { ONE("{}"), 0, NULL, "instance a has a check", 0 },
    { ONE("7"), 0, NULL, "instance a has a check", 0 },
};

START_TEST(instances_become_members)
{
    json_t *root = json_of(answers[_i].json);
    discover_answer_t *answer;
    const char *why = discover_consul_read(&answer, root, answers[_i].by_address, unit_pool);

    ck_assert_msg(!why == !answers[_i].why, "%s", why ? why : "it is taken");
    ck_assert_msg(!why || strstr(why, answers[_i].why), "%s", why);
    if (!why) {
        ck_assert_str_eq(members_text(answer->members), answers[_i].members);
        ck_assert_int_eq(answer->nleft_out, answers[_i].nleft_out);
    }
    json_decref(root);
}
END_TEST

static const struct {
    uint64_t before;
    const char *field;
    uint64_t next;
} indexes[] = {
    { 0, "17", 17 }, { 17, "17", 17 }, { 17, "18", 18 }, { 17, "18446744073709551615", UINT64_MAX },
    /* backwards, as after a restore */
    { 17, "16", 0 }, { 17, "1", 0 },
    /* none */
    { 17, "0", 0 }, { 0, "0", 0 }, { 17, NULL, 0 }, { 17, "", 0 }, { 17, "-1", 0 }, { 17, "18x", 0 }, { 17, " 18", 0 },
};

START_TEST(the_next_query_has_an_index)
{
    ck_assert_uint_eq(discover_consul_index(indexes[_i].before, indexes[_i].field), indexes[_i].next);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("tools/discover/consul");
    TCase *tc = unit_case(s, "consul");

    tcase_add_loop_test(tc, instances_become_members, 0, UNIT_COUNT(answers));
    tcase_add_loop_test(tc, the_next_query_has_an_index, 0, UNIT_COUNT(indexes));
    return s;
}

UNIT_MAIN(suite)

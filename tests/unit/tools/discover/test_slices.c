/* EndpointSlices: which endpoints are members, and what the events of a watch change. */
#include "answer_unit.h"
#include "json_unit.h"
#include "tools/discover/slices.h"

#define PORTS "[{'name': 'http', 'port': 8080}]"
#define POD(name, address, conditions)                                                                                 \
    "{'addresses': ['" address "'], 'targetRef': {'kind': 'Pod', 'name': '" name "'}, 'conditions': {" conditions "}}"
#define SLICE(name, version, family, ports, endpoints)                                                                 \
    "{'metadata': {'name': '" name "', 'resourceVersion': '" version "'}, 'addressType': '" family "', 'ports': "      \
    ports ", 'endpoints': [" endpoints "]}"
#define LIST(items) "{'metadata': {'resourceVersion': '17'}, 'items': [" items "]}"
#define ONE(conditions) LIST(SLICE("s", "5", "IPv4", PORTS, POD("a", "10.0.0.1", conditions)))
#define PORTED(ports) LIST(SLICE("s", "5", "IPv4", ports, POD("a", "10.0.0.1", "")))

static const struct {
    const char *json, *port;
    int by_address;
    const char *members;
    int nleft_out;
} lists[] = {
    { LIST(""), NULL, 0, "", 0 },
    /* conditions: ready, serving, terminating */
    { ONE(""), NULL, 0, "a=10.0.0.1:8080/20", 0 },
    { ONE("'ready': null, 'serving': null, 'terminating': null"), NULL, 0, "a=10.0.0.1:8080/20", 0 },
    { ONE("'ready': true, 'serving': true, 'terminating': false"), NULL, 0, "a=10.0.0.1:8080/20", 0 },
    { ONE("'ready': false, 'serving': true, 'terminating': true"), NULL, 0, "a=10.0.0.1:8080/20-", 0 },
    { ONE("'ready': false, 'serving': true, 'terminating': false"), NULL, 0, "a=10.0.0.1:8080/20-", 0 },
    { ONE("'ready': true, 'serving': true, 'terminating': true"), NULL, 0, "a=10.0.0.1:8080/20-", 0 },
    { ONE("'ready': false, 'serving': false, 'terminating': true"), NULL, 0, "", 0 },
    { ONE("'ready': false, 'serving': false, 'terminating': false"), NULL, 0, "", 0 },
    { ONE("'ready': true, 'serving': false"), NULL, 0, "", 0 },
    { ONE("'ready': false"), NULL, 0, "", 0 },
    /* ports */
    { PORTED("[{'name': 'http', 'port': 80}, {'name': 'admin', 'port': 81}]"), "admin", 0, "a=10.0.0.1:81/20", 0 },
    { PORTED("[{'name': 'http', 'port': 80}, {'name': 'admin', 'port': 81}]"), "80", 0, "a=10.0.0.1:80/20", 0 },
    { PORTED("[{'name': 'http', 'port': 80}, {'name': 'admin', 'port': 81}]"), NULL, 0, "", 1 },
    { PORTED("[{'name': 'http', 'port': 80}]"), "https", 0, "", 1 },
    { PORTED("[{'name': 'http', 'port': 80}]"), "81", 0, "", 1 },
    { PORTED("[{'name': '', 'port': null}]"), "81", 0, "a=10.0.0.1:81/20", 0 },
    { PORTED("[{'name': 'x', 'port': null}]"), "x", 0, "", 1 },
    { PORTED("[{'name': 'x', 'port': 4294967376}]"), NULL, 0, "", 1 },
    { PORTED("[{'name': 'x', 'port': -4294967216}]"), "x", 0, "", 1 },
    { PORTED("[{'name': 'x', 'port': 80}]"), "4294967376", 0, "", 1 },
    { PORTED("[{'name': 'x', 'port': 0}]"), "0", 0, "", 1 },
    { PORTED("[]"), NULL, 0, "", 1 }, { PORTED("null"), "http", 0, "", 1 },
    /* names */
    { ONE(""), NULL, 1, "10-0-0-1-8080=10.0.0.1:8080/20", 0 },
    { LIST(SLICE("s", "5", "IPv4", PORTS, "{'addresses': ['10.0.0.1']}")), NULL, 0, "10-0-0-1-8080=10.0.0.1:8080/20",
      0 },
    { LIST(SLICE("s", "5", "IPv4", PORTS, "{'addresses': ['10.0.0.1'], 'targetRef': {'kind': 'Node', 'name': 'n'}}")),
      NULL,
      0, "10-0-0-1-8080=10.0.0.1:8080/20", 0 },
    /* several slices: an endpoint that is moved is in both for a moment */
    { LIST(SLICE("s", "5", "IPv4", PORTS, POD("b", "10.0.0.2", "") "," POD("a", "10.0.0.1", "")) ","
           SLICE("t", "5", "IPv4", PORTS, POD("a", "10.0.0.1", "'ready': false, 'serving': true"))), NULL, 0,
      "a=10.0.0.1:8080/20 b=10.0.0.2:8080/20", 0 },
    /* families: a pod of both is one member */
    { LIST(SLICE("s", "5", "IPv6", PORTS, POD("a", "2001:db8::1", "")) ","
           SLICE("t", "5", "IPv4", PORTS, POD("a", "10.0.0.1", ""))), NULL, 0, "a=10.0.0.1:8080/20", 0 },
    { LIST(SLICE("s", "5", "IPv6", PORTS, POD("a", "2001:db8::1", "")) "," SLICE("t", "5", "IPv4", PORTS, "")), NULL, 0,
      "a=2001:db8::1:8080/20", 0 },
    { LIST(SLICE("s", "5", "FQDN", PORTS, POD("", "a.example", ""))), NULL, 0, "a-example-8080=a.example:8080/20", 0 },
    { LIST(SLICE("s", "5", "other", PORTS, POD("a", "x", ""))), NULL, 0, "", 0 },
    { LIST("{'metadata': {'name': 's'}, 'addressType': 'IPv4', 'ports': " PORTS ", 'endpoints': null}"), NULL, 0, "",
      0 },
    { LIST(SLICE("s", "5", "IPv4", PORTS, "{'addresses': []}")), NULL, 0, "", 1 },
};

START_TEST(endpoints_become_members)
{
    json_t *list = json_of(lists[_i].json);
    discover_answer_t *answer;
    discover_slices_t slices;

    discover_slices_init(&slices);
    ck_assert_ptr_null(discover_slices_list(&slices, list, unit_pool));
    json_decref(list);
    ck_assert_str_eq(slices.version, "17");
    ck_assert_ptr_null(discover_slices_members(&answer, &slices, lists[_i].port, lists[_i].by_address, unit_pool));
    ck_assert_str_eq(members_text(answer->members), lists[_i].members);
    ck_assert_int_eq(answer->nleft_out, lists[_i].nleft_out);
    discover_slices_destroy(&slices);
}
END_TEST

static const struct {
    const char *json, *why;
} bad_lists[] = {
    { "[]", "no list" }, { "{}", "no list" }, { "{'kind': 'Status', 'code': 500}", "no list" },
    { "{'items': {}, 'metadata': {'resourceVersion': '1'}}", "no list" },
    { "{'items': []}", "no resourceVersion" },
    { "{'items': [], 'metadata': {'resourceVersion': ''}}", "no resourceVersion" },
    { "{'items': [], 'metadata': {'resourceVersion': 18}}", "no resourceVersion" },
    { "{'items': [{}], 'metadata': {'resourceVersion': '18'}}", "no name" },
    { "{'items': [1], 'metadata': {'resourceVersion': '18'}}", "no name" },
};

START_TEST(what_is_no_list_changes_nothing)
{
    json_t *good = json_of(ONE("")), *bad = json_of(bad_lists[_i].json);
    discover_answer_t *answer;
    discover_slices_t slices;
    const char *why;

    discover_slices_init(&slices);
    ck_assert_ptr_null(discover_slices_list(&slices, good, unit_pool));
    why = discover_slices_list(&slices, bad, unit_pool);
    ck_assert_msg(why && strstr(why, bad_lists[_i].why), "%s", why ? why : "it is taken");
    ck_assert_str_eq(slices.version, "17");
    ck_assert_ptr_null(discover_slices_members(&answer, &slices, NULL, 0, unit_pool));
    ck_assert_str_eq(members_text(answer->members), "a=10.0.0.1:8080/20");
    json_decref(good);
    json_decref(bad);
    discover_slices_destroy(&slices);
}
END_TEST

static const char *const bad_slices[] = {
    LIST("{'metadata': {'name': 's'}, 'addressType': 'IPv4', 'ports': " PORTS ", 'endpoints': [7]}"),
    LIST("{'metadata': {'name': 's'}, 'addressType': 'IPv4', 'ports': " PORTS ", 'endpoints': [" POD("a", "h",
        "") ", 7]}"),
};

START_TEST(slices_that_are_none_are_refused_as_a_whole)
{
    json_t *list = json_of(bad_slices[_i]);
    discover_answer_t *answer;
    discover_slices_t slices;

    discover_slices_init(&slices);
    ck_assert_ptr_null(discover_slices_list(&slices, list, unit_pool));
    ck_assert_ptr_nonnull(discover_slices_members(&answer, &slices, NULL, 0, unit_pool));
    json_decref(list);
    discover_slices_destroy(&slices);
}
END_TEST

#define EVENT(type, object) "{'type': '" type "', 'object': " object "}"

static const struct {
    const char *json;
    discover_event_t event;
    const char *version, *members; /* behind a list of version 17 with slice s of pod a */
} events[] = {
    { EVENT("ADDED", SLICE("t", "18", "IPv4", PORTS, POD("b", "10.0.0.2", ""))), DISCOVER_EVENT_CHANGE, "18",
      "a=10.0.0.1:8080/20 b=10.0.0.2:8080/20" },
    { EVENT("MODIFIED", SLICE("s", "18", "IPv4", PORTS, POD("b", "10.0.0.2", ""))), DISCOVER_EVENT_CHANGE, "18",
      "b=10.0.0.2:8080/20" },
    /* what was missed is there none the less */
    { EVENT("MODIFIED", SLICE("t", "18", "IPv4", PORTS, POD("b", "10.0.0.2", ""))), DISCOVER_EVENT_CHANGE, "18",
      "a=10.0.0.1:8080/20 b=10.0.0.2:8080/20" },
    { EVENT("DELETED", SLICE("s", "18", "IPv4", PORTS, POD("a", "10.0.0.1", ""))), DISCOVER_EVENT_CHANGE, "18", "" },
    { EVENT("DELETED", SLICE("t", "18", "IPv4", PORTS, "")), DISCOVER_EVENT_CHANGE, "18", "a=10.0.0.1:8080/20" },
    { EVENT("BOOKMARK", "{'kind': 'EndpointSlice', 'metadata': {'resourceVersion': '99'}}"), DISCOVER_EVENT_BOOKMARK,
      "99",
      "a=10.0.0.1:8080/20" },
    { EVENT("ERROR", "{'kind': 'Status', 'code': 410, 'reason': 'Expired', 'message': 'too old'}"),
      DISCOVER_EVENT_EXPIRED,
      "17", "a=10.0.0.1:8080/20" },
    { EVENT("ERROR", "{'kind': 'Status', 'code': 500, 'message': 'x'}"), DISCOVER_EVENT_BAD, "17",
      "a=10.0.0.1:8080/20" },
    { EVENT("ERROR", "{}"), DISCOVER_EVENT_BAD, "17", "a=10.0.0.1:8080/20" },
    { EVENT("PATCHED", SLICE("s", "18", "IPv4", PORTS, "")), DISCOVER_EVENT_BAD, "18", "a=10.0.0.1:8080/20" },
    { EVENT("ADDED", "{'metadata': {'resourceVersion': '18'}}"), DISCOVER_EVENT_BAD, "18", "a=10.0.0.1:8080/20" },
    { EVENT("ADDED", "{'metadata': {'name': 's'}}"), DISCOVER_EVENT_BAD, "17", "a=10.0.0.1:8080/20" },
    { EVENT("ADDED", "7"), DISCOVER_EVENT_BAD, "17", "a=10.0.0.1:8080/20" },
    { "{}", DISCOVER_EVENT_BAD, "17", "a=10.0.0.1:8080/20" }, { "[]", DISCOVER_EVENT_BAD, "17", "a=10.0.0.1:8080/20" },
};

START_TEST(an_event_changes_the_slices)
{
    json_t *list = json_of(ONE("")), *event = json_of(events[_i].json);
    discover_answer_t *answer;
    discover_slices_t slices;
    const char *why;

    discover_slices_init(&slices);
    ck_assert_ptr_null(discover_slices_list(&slices, list, unit_pool));
    ck_assert_int_eq(discover_slices_event(&slices, event, &why, unit_pool), events[_i].event);
    ck_assert(!why == (events[_i].event <= DISCOVER_EVENT_BOOKMARK));
    json_decref(list);
    json_decref(event);
    ck_assert_str_eq(slices.version, events[_i].version);
    ck_assert_ptr_null(discover_slices_members(&answer, &slices, NULL, 0, unit_pool));
    ck_assert_str_eq(members_text(answer->members), events[_i].members);
    discover_slices_destroy(&slices);
}
END_TEST

START_TEST(a_line_that_is_no_json_is_no_event)
{
    discover_slices_t slices;
    const char *why = NULL;

    discover_slices_init(&slices);
    ck_assert_int_eq(discover_slices_event(&slices, NULL, &why, unit_pool), DISCOVER_EVENT_BAD);
    ck_assert_ptr_nonnull(why);
    discover_slices_destroy(&slices);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("tools/discover/slices");
    TCase *tc = unit_case(s, "slices");

    tcase_add_loop_test(tc, endpoints_become_members, 0, UNIT_COUNT(lists));
    tcase_add_loop_test(tc, what_is_no_list_changes_nothing, 0, UNIT_COUNT(bad_lists));
    tcase_add_loop_test(tc, slices_that_are_none_are_refused_as_a_whole, 0, UNIT_COUNT(bad_slices));
    tcase_add_loop_test(tc, an_event_changes_the_slices, 0, UNIT_COUNT(events));
    tcase_add_test(tc, a_line_that_is_no_json_is_no_event);
    return s;
}

UNIT_MAIN(suite)

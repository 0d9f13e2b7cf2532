/* Rates of members and clusters between two states, and the orders of rows. */
#include <string.h>
#include "unit.h"
#include "tools/wlmctl/rates.h"
#include "tools/wlmctl/state.h"

char tool_name[] = "wlmctl";       /* stands in its main()'s file */

static json_t *member(const char *name, int requests, int failures, int in_flight, double p95, const char *attention)
{
    return json_pack("{s:s, s:i, s:i, s:i, s:f, s:s}", "name", name, "requests", requests, "failures", failures,
                     "in_flight", in_flight, "p95", p95, "attention", attention);
}

/* Two clusters, which both have a member a */
static json_t *state(const char *time, json_t *a, json_t *b, json_t *other)
{
    return json_pack("{s:s, s:[{s:s, s:[o, o]}, {s:s, s:[o]}]}", "time", time, "clusters", "name", "shop", "members", a,
                     b, "name", "other", "members", other);
}

static json_t *then, *now;

static void setup(void)
{
    then = state("2026-11-23T10:00:00.000Z", member("a", 100, 0, 0, 0, "none"), member("b", 50, 50, 0, 0, "none"),
                 member("a", 7, 7, 0, 0, "none"));
    now = state("2026-11-23T10:00:02.000Z", member("a", 120, 1, 3, 0.1, "none"), member("b", 60, 55, 1, 0.5, "failing"),
                member("a", 3, 0, 9, 0.2, "steered")); /* its counters have begun anew */
}

static void teardown(void)
{
    json_decref(then);
    json_decref(now);
}

static const char *names(const apr_array_header_t *rows)
{
    const char *text = "";
    int i;

    for (i = 0; i < rows->nelts; ++i) {
        const wlmctl_rates_t *row = &APR_ARRAY_IDX(rows, i, wlmctl_rates_t);
        text = apr_pstrcat(unit_pool, text, i ? " " : "", wlmctl_text(row->cluster, "name"), row->member ? "." : "",
                           wlmctl_text(row->member, "name"), NULL);
    }
    return text;
}

static void expect(const wlmctl_rates_t *row, double requests, double failures, double in_flight, int ill)
{
    ck_assert_double_eq(row->requests, requests);
    ck_assert_double_eq(row->failures, failures);
    ck_assert_double_eq(row->in_flight, in_flight);
    ck_assert_int_eq(row->needs_attention, ill);
}

START_TEST(rates_are_those_of_the_same_member_between_two_states)
{
    apr_array_header_t *rows = wlmctl_rates_of_members(now, then, NULL, unit_pool);

    ck_assert_str_eq(names(rows), "shop.a shop.b other.a");
    expect(&APR_ARRAY_IDX(rows, 0, wlmctl_rates_t), 10, 0.5, 3, 0);
    expect(&APR_ARRAY_IDX(rows, 1, wlmctl_rates_t), 5, 2.5, 1, 1);
    expect(&APR_ARRAY_IDX(rows, 2, wlmctl_rates_t), 0, 0, 9, 0);
    ck_assert_str_eq(names(wlmctl_rates_of_members(now, then, "other", unit_pool)), "other.a");
}
END_TEST

START_TEST(the_same_state_twice_has_no_rates)
{
    wlmctl_rates_t sum = wlmctl_rates_sum(wlmctl_rates_of_members(now, now, NULL, unit_pool));

    expect(&sum, 0, 0, 13, 1);
}
END_TEST

START_TEST(a_member_that_was_not_there_has_no_rate)
{
    json_t *before = json_pack("{s:s, s:[]}", "time", "2026-11-23T10:00:00.000Z", "clusters");
    wlmctl_rates_t sum = wlmctl_rates_sum(wlmctl_rates_of_members(now, before, NULL, unit_pool));

    expect(&sum, 0, 0, 13, 1);
    json_decref(before);
}
END_TEST

START_TEST(a_cluster_has_the_sums_of_its_members)
{
    apr_array_header_t *rows = wlmctl_rates_of_clusters(wlmctl_rates_of_members(now, then, NULL, unit_pool), unit_pool);

    ck_assert_str_eq(names(rows), "shop other");
    expect(&APR_ARRAY_IDX(rows, 0, wlmctl_rates_t), 15, 3, 4, 1);
    expect(&APR_ARRAY_IDX(rows, 1, wlmctl_rates_t), 0, 0, 9, 0);
    ck_assert_int_eq(APR_ARRAY_IDX(rows, 0, wlmctl_rates_t).members, 2);
}
END_TEST

static const struct {
    char key;
    const char *names;
} orders[] = {
    { 'a', "shop.b shop.a other.a" }, { 'r', "shop.a shop.b other.a" }, { 'f', "shop.b shop.a other.a" },
    { 'i', "other.a shop.a shop.b" }, { 't', "shop.b other.a shop.a" }, { 'n', "other.a shop.a shop.b" },
};

START_TEST(rows_are_sorted)
{
    apr_array_header_t *rows = wlmctl_rates_of_members(now, then, NULL, unit_pool);

    ck_assert_int_eq(wlmctl_orders[_i].key, orders[_i].key);
    wlmctl_rates_sort(rows, &wlmctl_orders[_i]);
    ck_assert_str_eq(names(rows), orders[_i].names);
    ck_assert_int_eq(wlmctl_orders[UNIT_COUNT(orders)].key, 0);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("tools/wlmctl/rates");
    TCase *tc = unit_case(s, "rates");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, rates_are_those_of_the_same_member_between_two_states);
    tcase_add_test(tc, the_same_state_twice_has_no_rates);
    tcase_add_test(tc, a_member_that_was_not_there_has_no_rate);
    tcase_add_test(tc, a_cluster_has_the_sums_of_its_members);
    tcase_add_loop_test(tc, rows_are_sorted, 0, UNIT_COUNT(orders));
    return s;
}

UNIT_MAIN(suite)

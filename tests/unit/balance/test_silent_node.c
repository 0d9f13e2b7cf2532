/* Members whose node has fallen silent: out only when it does not answer either, and back with the next STATUS. */
#include "cluster_unit.h"
#include "balance/availability.h"
#include "balance/silent_node.h"

static const wlm_heartbeat_rule_t rule = { 15 * SEC, 300 * SEC };
static const member_spec_t two[] = { { "a", "A", 1, P, 0 }, { "b", "B", 1, P, 0 }, END };

/* @return a, which has said STATUS each ten seconds up to T0 */
static wlm_member_t *regular(wlm_cluster_t *cluster)
{
    wlm_member_t *a = &cluster->members[0];
    int i;

    for (i = 2; i >= 0; --i) {
        ck_assert_int_eq(wlm_silent_node_note_status(a, 0, T0 - i * 10 * SEC), WLM_SILENT_NODE_SAME);
    }
    return a;
}

static wlm_member_t *gone(wlm_cluster_t *cluster)
{
    wlm_member_t *a = regular(cluster);

    ck_assert_int_eq(wlm_silent_node_look(a, &rule, T0 + 31 * SEC), WLM_SILENT_NODE_BEGINS);
    ck_assert_int_eq(wlm_silent_node_note_answer(a, 0, T0 + 32 * SEC), WLM_SILENT_NODE_SAME);
    ck_assert_int_eq(wlm_silent_node_note_answer(a, 0, T0 + 33 * SEC), WLM_SILENT_NODE_OUT);
    return a;
}

START_TEST(one_that_answers_stays)
{
    wlm_cluster_t *cluster = make(two);
    wlm_member_t *a = regular(cluster);
    const double even[] = { 0.5, 0.5 };
    int i;

    ck_assert_int_eq(wlm_silent_node_look(a, &rule, T0 + 20 * SEC), WLM_SILENT_NODE_SAME);
    ck_assert_int_eq(wlm_silent_node_look(a, &rule, T0 + 31 * SEC), WLM_SILENT_NODE_BEGINS);
    ck_assert_int_eq(wlm_silent_node_look(a, &rule, T0 + 34 * SEC), WLM_SILENT_NODE_SAME);
    for (i = 0; i < 100; ++i) {
        ck_assert_int_eq(wlm_silent_node_note_answer(a, i % 2, T0 + (40 + i) * SEC), WLM_SILENT_NODE_SAME);
    }
    expect_shares(cluster, 200, even, 1);
    ck_assert_int_eq(wlm_silent_node_note_status(a, 0, T0 + 200 * SEC), WLM_SILENT_NODE_ENDS);
    ck_assert(!wlm_silent_node_is(a));
}
END_TEST

START_TEST(one_that_does_not_is_out_until_the_next_status)
{
    wlm_cluster_t *cluster = make(two);
    wlm_member_t *a = gone(cluster);
    const double out[] = { 0, 1 }, even[] = { 0.5, 0.5 };

    ck_assert_int_eq(wlm_availability_of(a, T0 + 34 * SEC), WLM_MEMBER_SILENT);
    ck_assert_str_eq(wlm_availability_name(WLM_MEMBER_SILENT), "silent");
    expect_shares(cluster, 100, out, 0);
    ck_assert_int_eq(wlm_silent_node_note_answer(a, 0, T0 + 36 * SEC), WLM_SILENT_NODE_SAME);
    ck_assert_int_eq(wlm_silent_node_note_answer(a, 1, T0 + 39 * SEC), WLM_SILENT_NODE_SAME);
    ck_assert_int_eq(wlm_availability_of(a, T0 + 40 * SEC), WLM_MEMBER_SILENT);
    ck_assert_int_eq(wlm_silent_node_note_status(a, 0, T0 + 41 * SEC), WLM_SILENT_NODE_BACK);
    ck_assert_int_eq(wlm_availability_of(a, T0 + 41 * SEC), WLM_MEMBER_USABLE);
    ck_assert_uint_eq(a->shared->up_since, (uint64_t)apr_time_as_msec(T0 + 41 * SEC)); /* for slow start */
    expect_shares(cluster, 200, even, 1);
}
END_TEST

START_TEST(good_health_checks_do_not_end_it_nor_begin_it)
{
    wlm_cluster_t *cluster = make(two);
    wlm_member_t *a = gone(cluster);

    ck_assert_int_eq(wlm_transition_check(a, 1, 1, 1, T0 + 35 * SEC), WLM_CHECK_SAME);
    ck_assert_int_eq(wlm_availability_of(a, T0 + 35 * SEC), WLM_MEMBER_SILENT);
    wlm_transition_check(a, 0, 1, 1, T0 + 36 * SEC);
    ck_assert_int_eq(wlm_availability_of(a, T0 + 36 * SEC), WLM_MEMBER_CHECKED_OUT);
    ck_assert_int_eq(wlm_silent_node_note_status(a, 0, T0 + 41 * SEC), WLM_SILENT_NODE_BACK);
    ck_assert_int_eq(wlm_availability_of(a, T0 + 41 * SEC), WLM_MEMBER_CHECKED_OUT);
    wlm_transition_check(a, 1, 1, 1, T0 + 42 * SEC);
    ck_assert_int_eq(wlm_availability_of(a, T0 + 42 * SEC), WLM_MEMBER_USABLE);
}
END_TEST

START_TEST(an_administrator_brings_it_back)
{
    wlm_cluster_t *cluster = make(two);
    wlm_member_t *a = gone(cluster);

    wlm_transition_mark_up(a, T0 + 35 * SEC);
    ck_assert_int_eq(wlm_availability_of(a, T0 + 35 * SEC), WLM_MEMBER_USABLE);
    /* it is not judged any more */
    ck_assert_int_eq(wlm_silent_node_look(a, &rule, T0 + 1000 * SEC), WLM_SILENT_NODE_SAME);
}
END_TEST

/* A process died between the two words */
START_TEST(a_change_that_was_left_half_done)
{
    wlm_cluster_t *cluster = make(two);
    wlm_member_t *a = gone(cluster);

    atomic_store(&a->shared->heartbeat, wlm_heartbeat_after(atomic_load(&a->shared->heartbeat), T0 + 40 * SEC));
    ck_assert_int_eq(wlm_availability_of(a, T0 + 41 * SEC), WLM_MEMBER_SILENT);
    ck_assert_int_eq(wlm_silent_node_note_status(a, 0, T0 + 50 * SEC), WLM_SILENT_NODE_BACK);
    ck_assert_int_eq(wlm_availability_of(a, T0 + 50 * SEC), WLM_MEMBER_USABLE);
}
END_TEST

START_TEST(a_context_that_is_new_is_judged_as_its_node)
{
    wlm_cluster_t *cluster = make(two);
    wlm_member_t *a = regular(cluster), *b = &cluster->members[1];

    wlm_silent_node_note_status(b, atomic_load(&a->shared->heartbeat), T0 + 10 * SEC);
    ck_assert_int_eq(wlm_silent_node_look(b, &rule, T0 + 41 * SEC), WLM_SILENT_NODE_BEGINS);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("balance/silent_node");
    TCase *tc = unit_case(s, "silent_node");

    tcase_add_test(tc, one_that_answers_stays);
    tcase_add_test(tc, one_that_does_not_is_out_until_the_next_status);
    tcase_add_test(tc, good_health_checks_do_not_end_it_nor_begin_it);
    tcase_add_test(tc, an_administrator_brings_it_back);
    tcase_add_test(tc, a_change_that_was_left_half_done);
    tcase_add_test(tc, a_context_that_is_new_is_judged_as_its_node);
    return s;
}

UNIT_MAIN(suite)

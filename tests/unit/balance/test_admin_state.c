/* What an administrator decides about a member, and which members get requests then. */
#include "balance/availability.h"
#include "balance/counters.h"
#include "balance/transition.h"
#include "cluster_unit.h"

static const struct {
    wlm_admin_mode_t state;
    int weight;
    apr_time_t until, until_read;
} words[] = {
    { WLM_ENABLED, -1, 0, 0 },
    { WLM_DRAINING, -1, 0, 0 },
    { WLM_DISABLED, 0, T0, T0 },
    { WLM_ENABLED, 65535, T0 + 1, T0 + SEC },
    { WLM_DISABLED, 7, APR_INT64_C(9999999999) * SEC, APR_INT64_C(9999999999) * SEC },
    { WLM_DISABLED, 7, APR_INT64_MAX, APR_INT64_MAX },
};

START_TEST(a_word_keeps_what_it_is_made_of)
{
    wlm_admin_state_t word = wlm_admin_state_make(words[_i].state, words[_i].weight, words[_i].until);

    ck_assert_int_eq(wlm_admin_state_mode(word), words[_i].state);
    ck_assert_int_eq(wlm_admin_state_weight(word), words[_i].weight);
    ck_assert_int_eq(wlm_admin_state_until(word), words[_i].until_read);
}
END_TEST

START_TEST(no_word_is_no_decision)
{
    ck_assert_uint_eq(wlm_admin_state_make(WLM_ENABLED, WLM_ADMIN_STATE_AS_CONFIGURED, 0), 0);
    ck_assert_int_eq(wlm_admin_state_weight(0), WLM_ADMIN_STATE_AS_CONFIGURED);
    ck_assert_int_eq(wlm_admin_state_apply(0, 5), 5);
}
END_TEST

START_TEST(a_damaged_word_takes_nobody_out)
{
    ck_assert_int_eq(wlm_admin_state_mode(3), WLM_ENABLED);
    ck_assert_int_eq(wlm_admin_state_weight(UINT64_MAX), WLM_ADMIN_STATE_AS_CONFIGURED);
    ck_assert_int_eq(wlm_admin_state_until(UINT64_MAX), APR_INT64_MAX);
}
END_TEST

static void set_state(wlm_cluster_t *cluster, int member, wlm_admin_mode_t state, int weight)
{
    wlm_transition_admin(&cluster->members[member], wlm_admin_state_make(state, weight, 0), T0);
}

START_TEST(one_that_drains_has_its_sessions_only)
{
    wlm_cluster_t *cluster = make(one_two_one);
    wlm_affinity_t b = session("B", NULL);

    set_state(cluster, 1, WLM_DRAINING, -1);
    expect_shares(cluster, 100, (const double[]){ 0.5, 0, 0.5 }, 1);
    ck_assert_int_eq(serve(cluster, &b), 1);
    set_state(cluster, 1, WLM_ENABLED, -1);
    expect_shares(cluster, 400, (const double[]){ 0.25, 0.5, 0.25 }, 2);
}
END_TEST

START_TEST(one_that_is_disabled_has_nothing)
{
    wlm_cluster_t *cluster = make(one_two_one);
    wlm_affinity_t b = session("B", NULL);

    set_state(cluster, 1, WLM_DISABLED, -1);
    expect_shares(cluster, 100, (const double[]){ 0.5, 0, 0.5 }, 1);
    ck_assert_int_ne(serve(cluster, &b), 1);
    ck_assert_str_eq(wlm_availability_name(wlm_availability_of(&cluster->members[1], T0)), "disabled");
    ck_assert_str_eq(wlm_availability_name(wlm_availability_without_admin(&cluster->members[1], T0)), "up");
}
END_TEST

START_TEST(a_disabled_one_is_no_last_resort)
{
    wlm_cluster_t *cluster = make(one_two_one);

    set_state(cluster, 0, WLM_DISABLED, -1);
    set_state(cluster, 1, WLM_DISABLED, -1);
    mark_down(cluster, 2, T0);
    mark_down(cluster, 0, T0 - 600 * SEC); /* longest ago, but disabled */
    ck_assert_int_eq(serve(cluster, &no_session), 2);
    set_state(cluster, 2, WLM_DISABLED, -1);
    ck_assert_int_eq(serve(cluster, &no_session), -1);
}
END_TEST

/* from a schedule of 4 places to one of 66,000, and back */
START_TEST(a_weight_counts_at_once)
{
    wlm_cluster_t *cluster = make(one_two_one);

    expect_shares(cluster, 400, (const double[]){ 0.25, 0.5, 0.25 }, 2);
    set_state(cluster, 0, WLM_ENABLED, 65533);
    expect_shares(cluster, 65536, (const double[]){ 65533.0 / 65536, 2.0 / 65536, 1.0 / 65536 }, 2);
    set_state(cluster, 0, WLM_ENABLED, 0);
    expect_shares(cluster, 300, (const double[]){ 0, 2.0 / 3, 1.0 / 3 }, 2);
    set_state(cluster, 0, WLM_ENABLED, 3);
    expect_shares(cluster, 600, (const double[]){ 0.5, 1.0 / 3, 1.0 / 6 }, 2);
}
END_TEST

START_TEST(backups_are_steered_too)
{
    static const member_spec_t specs[] = { { "a", "A", 1, P, 0 }, { "b", "B", 1, B, 0 }, { "c", "C", 1, B, 0 }, END };
    wlm_cluster_t *cluster = make(specs);
    wlm_affinity_t b = session("B", NULL);

    set_state(cluster, 0, WLM_DISABLED, -1);
    ck_assert_int_eq(serve(cluster, &no_session), 1);
    set_state(cluster, 1, WLM_DRAINING, -1);
    ck_assert_int_eq(serve(cluster, &no_session), 2);
    ck_assert_int_eq(serve(cluster, &b), 1);
}
END_TEST

START_TEST(a_decision_ends_with_its_time)
{
    wlm_cluster_t *cluster = make(one_two_one);
    wlm_member_t *b = &cluster->members[1];

    wlm_transition_admin(b, wlm_admin_state_make(WLM_DISABLED, -1, T0 + 30 * SEC), T0);
    ck_assert(!wlm_transition_end_admin(b, T0 + 29 * SEC));
    expect_shares(cluster, 100, (const double[]){ 0.5, 0, 0.5 }, 1);
    ck_assert(wlm_transition_end_admin(b, T0 + 30 * SEC));
    ck_assert(!wlm_transition_end_admin(b, T0 + 30 * SEC)); /* once only */
    expect_shares(cluster, 400, (const double[]){ 0.25, 0.5, 0.25 }, 2);
    set_state(cluster, 1, WLM_DRAINING, -1);
    ck_assert(!wlm_transition_end_admin(b, T0 + 1000000 * SEC)); /* for ever */
}
END_TEST

START_TEST(one_that_was_disabled_comes_back_slowly)
{
    wlm_cluster_t *cluster = make(one_two_one);
    wlm_member_t *b = &cluster->members[1];

    set_state(cluster, 1, WLM_DRAINING, -1);
    set_state(cluster, 1, WLM_ENABLED, -1);
    ck_assert_int_eq(wlm_availability_warmth(b, 10 * SEC, T0 + SEC), 1000);
    set_state(cluster, 1, WLM_DISABLED, -1);
    set_state(cluster, 1, WLM_ENABLED, -1);
    ck_assert_int_eq(wlm_availability_warmth(b, 10 * SEC, T0 + SEC), 100);
}
END_TEST

START_TEST(marked_up_by_a_person_is_up)
{
    wlm_cluster_t *cluster = make(one_two_one);
    wlm_member_t *b = &cluster->members[1];

    mark_down(cluster, 1, T0);
    wlm_transition_check(b, 0, 1, 1, T0);
    b->shared->out_until = UINT64_MAX;
    expect_shares(cluster, 100, (const double[]){ 0.5, 0, 0.5 }, 1);
    wlm_transition_mark_up(b, T0);
    expect_shares(cluster, 400, (const double[]){ 0.25, 0.5, 0.25 }, 2);
}
END_TEST

START_TEST(reset_leaves_health_alone)
{
    wlm_cluster_t *cluster = make(one_two_one);
    wlm_shared_member_t *b = cluster->members[1].shared;

    mark_down(cluster, 1, T0);
    b->requests = b->failures[3] = b->times[5] = b->sessions_kept = b->bytes_sent = 7;
    b->in_flight = 2;
    wlm_counters_reset(b);
    ck_assert_uint_eq(b->requests + wlm_counters_failures(b) + b->times[5] + b->sessions_kept + b->bytes_sent, 0);
    ck_assert_uint_eq(b->in_flight, 2);
    ck_assert_int_eq(wlm_availability_without_admin(&cluster->members[1], T0), WLM_MEMBER_DOWN);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("balance/admin_state");
    TCase *tc = unit_case(s, "steer");

    tcase_add_loop_test(tc, a_word_keeps_what_it_is_made_of, 0, UNIT_COUNT(words));
    tcase_add_test(tc, no_word_is_no_decision);
    tcase_add_test(tc, a_damaged_word_takes_nobody_out);
    tcase_add_test(tc, one_that_drains_has_its_sessions_only);
    tcase_add_test(tc, one_that_is_disabled_has_nothing);
    tcase_add_test(tc, a_disabled_one_is_no_last_resort);
    tcase_add_test(tc, a_weight_counts_at_once);
    tcase_add_test(tc, backups_are_steered_too);
    tcase_add_test(tc, a_decision_ends_with_its_time);
    tcase_add_test(tc, one_that_was_disabled_comes_back_slowly);
    tcase_add_test(tc, marked_up_by_a_person_is_up);
    tcase_add_test(tc, reset_leaves_health_alone);
    return s;
}

UNIT_MAIN(suite)

/* What balance/policies.h demands of each policy, for each value of WLMPolicy. */
#include "cluster_unit.h"
#include "balance/policies.h"

#define N 20000

static const member_spec_t specs[] = {
    { "a", "A", 3, P, 0 }, { "b", "B", 2, P, 0 }, { "c", "C", 1, P, 5 }, { "d", "D", 4, P, 0 }, { "s", "S", 9, B, 0 },
    END
};

static wlm_cluster_t *cluster;
static const wlm_policy_t *policy;
static uint64_t random_state;

static void set_up(int choice)
{
    wlm_options_t *options = unit_options();

    options->policy = (wlm_policy_choice_t)choice;
    cluster = cluster_with(make_cfg(specs), options);
    policy = cluster->policy;
    random_state = 1;
}

static int select_for(const wlm_tried_t *tried, wlm_limits_t *limits)
{
    wlm_member_t *member = policy->select(cluster, tried, limits, T0, &random_state);

    return member ? member->index : -1;
}

/* Of N selections, each allowed member gets its share by weight */
static void expect_by_weight(const wlm_tried_t *tried, int redraw, const int *weights)
{
    int counts[5] = { 0 }, sum = 0, i;

    for (i = 0; i < N; ++i) {
        wlm_limits_t limits = { .redraw = redraw };
        int m = select_for(tried, &limits);
        ck_assert_int_ge(m, 0);
        counts[m]++;
    }
    for (i = 0; i < 5; ++i) {
        sum += weights[i];
    }
    for (i = 0; i < 5; ++i) {
        double wanted = (double)N * weights[i] / sum;
        ck_assert_msg(weights[i] ? counts[i] > 0.9 * wanted && counts[i] < 1.1 * wanted : !counts[i],
                      "%s: member %d: %d, wanted %f", policy->name, i, counts[i], wanted);
    }
}

static const wlm_tried_t untried = { 0, { 0 } };

START_TEST(new_requests_go_by_weight)
{
    set_up(_i);
    expect_by_weight(&untried, 0, (const int[]){ 3, 2, 1, 4, 0 });
}
END_TEST

START_TEST(repeated_requests_go_by_weight_to_those_that_are_left)
{
    const wlm_tried_t tried = { 2, { 3, 2 } };

    set_up(_i);
    expect_by_weight(&tried, 0, (const int[]){ 3, 2, 0, 0, 0 });
}
END_TEST

START_TEST(a_second_selection_for_an_attempt_goes_by_weight)
{
    set_up(_i);
    expect_by_weight(&untried, 1, (const int[]){ 3, 2, 1, 4, 0 });
}
END_TEST

static void make_full(wlm_member_t *member)
{
    while (wlm_member_acquire(member)) {
    }
}

START_TEST(the_share_of_a_full_member_goes_to_the_others_by_weight)
{
    wlm_limits_t limits = { 0 };
    int i;

    set_up(_i);
    make_full(&cluster->members[2]);
    expect_by_weight(&untried, 0, (const int[]){ 3, 2, 0, 4, 0 });
    for (i = 0; i < 100; ++i) {
        select_for(&untried, &limits);
    }
    ck_assert_int_eq(limits.full, 1);
}
END_TEST

START_TEST(the_share_of_a_busy_member_goes_to_the_others_by_weight)
{
    set_up(_i);
    wlm_transition_busy_until(&cluster->members[3], T0 + SEC, T0);
    expect_by_weight(&untried, 0, (const int[]){ 3, 2, 1, 0, 0 });
}
END_TEST

START_TEST(the_share_of_a_doubted_member_goes_to_the_others_by_weight)
{
    int i;

    set_up(_i);
    wlm_transition_event(&cluster->members[3], WLM_EVENT_DOUBT, T0, NULL);
    expect_by_weight(&untried, 0, (const int[]){ 3, 2, 1, 4, 0 });
    for (i = 0; i < 1000; ++i) {
        wlm_limits_t limits = { .avoid_doubted = 1 };
        ck_assert_int_ne(select_for(&untried, &limits), 3);
    }
}
END_TEST

START_TEST(a_member_that_such_requests_cannot_reach_is_not_selected)
{
    set_up(_i);
    cluster->members[0].for_client[0] = NULL;
    expect_by_weight(&untried, 0, (const int[]){ 0, 2, 1, 4, 0 });
}
END_TEST

START_TEST(none_is_selected_when_none_is_allowed)
{
    const wlm_tried_t all = { 4, { 0, 1, 2, 3 } }, most = { 3, { 0, 1, 3 } };
    wlm_limits_t limits = { 0 };

    set_up(_i);
    ck_assert_int_eq(select_for(&all, &limits), -1);
    make_full(&cluster->members[2]);
    ck_assert_int_eq(limits.full, 0);
    ck_assert_int_eq(select_for(&most, &limits), -1);
    ck_assert_int_eq(limits.full, 1);
}
END_TEST

/* Selecting acquires nothing, and a repeated request moves no order on */
START_TEST(new_requests_stay_exact_whatever_is_repeated_in_between)
{
    const wlm_tried_t tried = { 1, { 3 } };
    int counts[4] = { 0 }, i;

    set_up(WLM_POLICY_ROUND_ROBIN);
    for (i = 0; i < 100; ++i) {
        wlm_limits_t limits = { 0 }, again = { .redraw = 1 };
        counts[select_for(&untried, &limits)]++;
        select_for(&tried, &limits);
        select_for(&untried, &again);
    }
    for (i = 0; i < 4; ++i) {
        ck_assert_int_eq(counts[i], 10 * specs[i].weight);
        ck_assert_uint_eq(wlm_member_in_flight(&cluster->members[i]), 0);
    }
}
END_TEST

START_TEST(the_policy_is_that_of_the_file_unless_the_directive_names_one)
{
    plugin_cfg_load_balance_t i;

    for (i = 0; i < PLUGIN_CFG_LOAD_BALANCES_COUNT; ++i) {
        ck_assert_str_eq(wlm_policies_of(WLM_POLICY_LOAD_BALANCE, i)->name, plugin_cfg_load_balance_name(i));
        ck_assert_str_eq(wlm_policies_of(WLM_POLICY_ROUND_ROBIN, i)->name, "Round Robin");
        ck_assert_str_eq(wlm_policies_of(WLM_POLICY_RANDOM, i)->name, "Random");
        ck_assert_str_eq(wlm_policies_of(WLM_POLICY_LEAST_BUSY, i)->name, "LeastBusy");
        ck_assert_str_eq(wlm_policies_of(WLM_POLICY_PEAK_EWMA, i)->name, "PeakEWMA");
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("balance/policies");
    TCase *tc = unit_case(s, "each policy");
    int all = WLM_POLICIES;

    tcase_add_loop_test(tc, new_requests_go_by_weight, 0, all);
    tcase_add_loop_test(tc, repeated_requests_go_by_weight_to_those_that_are_left, 0, all);
    tcase_add_loop_test(tc, a_second_selection_for_an_attempt_goes_by_weight, 0, all);
    tcase_add_loop_test(tc, the_share_of_a_full_member_goes_to_the_others_by_weight, 0, all);
    tcase_add_loop_test(tc, the_share_of_a_busy_member_goes_to_the_others_by_weight, 0, all);
    tcase_add_loop_test(tc, the_share_of_a_doubted_member_goes_to_the_others_by_weight, 0, all);
    tcase_add_loop_test(tc, a_member_that_such_requests_cannot_reach_is_not_selected, 0, all);
    tcase_add_loop_test(tc, none_is_selected_when_none_is_allowed, 0, all);
    tcase_add_test(tc, the_policy_is_that_of_the_file_unless_the_directive_names_one);
    tcase_add_test(tc, new_requests_stay_exact_whatever_is_repeated_in_between);
    return s;
}

UNIT_MAIN(suite)

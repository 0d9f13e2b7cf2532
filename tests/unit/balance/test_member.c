/* What makes a member unavailable, and which other one gets its requests then. */
#include "balance/availability.h"
#include "balance/left_out.h"
#include "balance/member.h"
#include "balance/pick.h"
#include "balance/transition.h"
#include "cluster_unit.h"

static const member_spec_t three[] = {
    { "a", "ca", 1, P, 0 }, { "b", "cb", 1, P, 0 }, { "c", "cc", 1, P, 0 }, END
};
static const member_spec_t two_and_backup[] = {
    { "a", "ca", 1, P, 0 }, { "b", "cb", 3, P, 0 }, { "z", "cz", 1, B, 0 }, END
};

/* The place of one that cannot be taken must not go to the one behind it in the rotation */
START_TEST(the_share_of_one_that_is_left_out_goes_to_all)
{
    wlm_cluster_t *cluster = make(three);
    const double even[] = { 0, 0.5, 0.5 };

    wlm_transition_busy_until(&cluster->members[0], T0 + 60 * SEC, T0);
    ck_assert_int_eq(wlm_availability_of(&cluster->members[0], T0), WLM_MEMBER_BUSY);
    expect_shares(cluster, 6000, even, 200);
    ck_assert_int_eq(wlm_availability_of(&cluster->members[0], T0 + 60 * SEC), WLM_MEMBER_USABLE);
}
END_TEST

START_TEST(retries_go_to_all_others)
{
    wlm_cluster_t *cluster = make(three);
    int counts[3] = { 0 }, i;

    for (i = 0; i < 6000; ++i) {
        wlm_pick_t pick;

        memset(&pick, 0, sizeof(pick));
        pick.now = T0;
        pick.random = (uint64_t)i * 77;
        ck_assert_int_eq(wlm_pick_member(&pick, cluster, &no_session), WLM_PICK_OK);
        wlm_member_release(pick.member);
        if (pick.member->index == 0) { /* fails, but is not marked down */
            ck_assert_int_eq(wlm_pick_member(&pick, cluster, &no_session), WLM_PICK_OK);
            wlm_member_release(pick.member);
            counts[0]++;
        }
        counts[pick.member->index]++;
    }
    ck_assert_int_eq(counts[0], 2000); /* exactly its share of first attempts */
    ck_assert_int_lt(abs(counts[1] - 3000), 150);
}
END_TEST

START_TEST(a_busy_member_keeps_its_sessions)
{
    wlm_cluster_t *cluster = make(three);
    wlm_affinity_t its = session("ca", NULL);

    wlm_transition_busy_until(&cluster->members[0], T0 + 60 * SEC, T0);
    ck_assert_int_eq(serve(cluster, &its), 0);
}
END_TEST

START_TEST(checks_take_out_and_bring_back)
{
    wlm_cluster_t *cluster = make(three);
    wlm_member_t *a = &cluster->members[0];
    wlm_affinity_t its = session("ca", NULL);
    const double without[] = { 0, 0.5, 0.5 }, with[] = { 1 / 3.0, 1 / 3.0, 1 / 3.0 };

    ck_assert_int_eq(wlm_transition_check(a, 0, 2, 2, T0), WLM_CHECK_SAME);
    ck_assert_int_eq(wlm_transition_check(a, 0, 2, 2, T0), WLM_CHECK_TAKEN_OUT);
    ck_assert_int_eq(wlm_availability_of(a, T0), WLM_MEMBER_CHECKED_OUT);
    expect_shares(cluster, 100, without, 1);
    ck_assert_int_ne(serve(cluster, &its), 0);
    wlm_transition_event(a, WLM_EVENT_ALIVE, T0, NULL); /* a late response does not overrule the checks */
    ck_assert_int_eq(wlm_availability_of(a, T0), WLM_MEMBER_CHECKED_OUT);
    ck_assert_int_eq(wlm_transition_check(a, 1, 2, 2, T0), WLM_CHECK_SAME);
    ck_assert_int_eq(wlm_transition_check(a, 1, 2, 2, T0), WLM_CHECK_BROUGHT_BACK);
    expect_shares(cluster, 99, with, 1);
}
END_TEST

START_TEST(it_is_known_when_a_member_has_answered)
{
    wlm_cluster_t *cluster = make(three);
    wlm_member_t *a = &cluster->members[0];

    ck_assert(!wlm_availability_has_answered_since(a, T0));
    wlm_transition_event(a, WLM_EVENT_DOUBT, T0, NULL);
    ck_assert(!wlm_availability_has_answered_since(a, T0));
    wlm_transition_event(a, WLM_EVENT_ALIVE, T0, NULL);
    ck_assert(wlm_availability_has_answered_since(a, T0 - SEC) && wlm_availability_has_answered_since(a, T0));
    ck_assert(!wlm_availability_has_answered_since(a, T0 + SEC));
}
END_TEST

/* A member that starts answers requests, with 404: where there are checks, they say when it is there */
START_TEST(where_there_are_checks_only_they_bring_back)
{
    wlm_options_t *with = unit_options();
    wlm_cluster_t *cluster;
    wlm_member_t *a;
    int i;

    with->check.method = "GET";
    cluster = cluster_with(make_cfg(three), with);
    a = &cluster->members[0];
    mark_down(cluster, 0, T0);
    for (i = 0; i < 30; ++i) {
        ck_assert_int_ne(serve_at(cluster, &no_session, T0 + 10 * INTERVAL * SEC + i), 0);
    }
    wlm_transition_event(a, WLM_EVENT_ALIVE, T0 + 20 * INTERVAL * SEC, NULL);
    wlm_transition_check(a, 0, 2, 2, T0);
    ck_assert_int_eq(wlm_availability_of(a, T0 + 20 * INTERVAL * SEC), WLM_MEMBER_DOWN);
    wlm_transition_check(a, 1, 2, 2, T0);
    ck_assert_int_eq(wlm_transition_check(a, 1, 2, 2, T0), WLM_CHECK_BROUGHT_BACK);
    ck_assert_int_eq(wlm_availability_of(a, T0), WLM_MEMBER_USABLE);
}
END_TEST

/* ... and without a usable member requests are tried all the same */
START_TEST(where_there_are_checks_the_last_resort_stays)
{
    wlm_options_t *with = unit_options();
    wlm_cluster_t *cluster;
    int i;

    with->check.method = "GET";
    cluster = cluster_with(make_cfg(three), with);
    for (i = 0; i < 3; ++i) {
        mark_down(cluster, i, T0 + i * SEC);
    }
    ck_assert_int_eq(serve_at(cluster, &no_session, T0 + 10 * SEC), 0);
}
END_TEST

START_TEST(a_person_brings_back_whatever_checks_say)
{
    wlm_options_t *with = unit_options();
    wlm_cluster_t *cluster;

    with->check.method = "GET";
    cluster = cluster_with(make_cfg(three), with);
    mark_down(cluster, 0, T0);
    wlm_transition_mark_up(&cluster->members[0], T0);
    ck_assert_int_eq(wlm_availability_of(&cluster->members[0], T0), WLM_MEMBER_USABLE);
}
END_TEST

START_TEST(good_checks_end_a_mark_down)
{
    wlm_cluster_t *cluster = make(three);

    mark_down(cluster, 0, T0);
    ck_assert_int_eq(wlm_transition_check(&cluster->members[0], 1, 2, 2, T0), WLM_CHECK_SAME);
    ck_assert_int_eq(wlm_transition_check(&cluster->members[0], 1, 2, 2, T0), WLM_CHECK_BROUGHT_BACK);
    ck_assert_int_eq(wlm_availability_of(&cluster->members[0], T0), WLM_MEMBER_USABLE);
}
END_TEST

START_TEST(outliers_are_left_out_for_the_interval_but_never_all)
{
    wlm_options_t *with = unit_options();
    wlm_cluster_t *cluster;
    int i;

    with->outlier.failures_in_row = 3;
    with->outlier.max_percent = 100;
    cluster = cluster_with(make_cfg(three), with);
    for (i = 0; i < 3; ++i) {
        wlm_left_out_count(&cluster->members[i], 1, T0);
        wlm_left_out_count(&cluster->members[i], 0, T0); /* not in a row */
        wlm_left_out_count(&cluster->members[i], 1, T0);
        wlm_left_out_count(&cluster->members[i], 1, T0);
        ck_assert_int_eq(wlm_left_out_count(&cluster->members[i], 1, T0), i < 2 ? T0 + INTERVAL * SEC : 0);
    }
    ck_assert_int_eq(wlm_availability_of(&cluster->members[0], T0), WLM_MEMBER_LEFT_OUT);
    ck_assert_int_eq(wlm_availability_back_at(&cluster->members[0], T0), T0 + INTERVAL * SEC);
    for (i = 0; i < 20; ++i) {
        ck_assert_int_eq(serve(cluster, &no_session), 2);
    }
    ck_assert_int_eq(wlm_availability_next_retry(cluster, T0), T0 + INTERVAL * SEC);
}
END_TEST

START_TEST(warmth_grows_evenly)
{
    static const struct {
        apr_interval_time_t after;
        int warmth;
    } cases[] = { { 0, 1 }, { 25 * SEC, 250 }, { 50 * SEC, 500 }, { 100 * SEC, 1000 }, { 500 * SEC, 1000 } };
    wlm_cluster_t *cluster = make(three);
    int i;

    ck_assert_int_eq(wlm_availability_warmth(&cluster->members[1], 100 * SEC, T0), 1000); /* was never away */
    mark_down(cluster, 0, T0);
    mark_up(cluster, 0);
    for (i = 0; i < UNIT_COUNT(cases); ++i) {
        int warmth = wlm_availability_warmth(&cluster->members[0], 100 * SEC, T0 + cases[i].after);
        ck_assert_msg(abs(warmth - cases[i].warmth) <= 1, "%d: %d", i, warmth);
    }
    ck_assert_int_eq(wlm_availability_warmth(&cluster->members[0], 0, T0), 1000);
}
END_TEST

START_TEST(local_members_first)
{
    wlm_options_t *with = unit_options();
    apr_array_header_t *patterns = apr_array_make(unit_pool, 1, sizeof(const char *));
    const double near_only[] = { 0, 0.5, 0.5 };
    wlm_cluster_t *cluster;

    APR_ARRAY_PUSH(patterns, const char *) = "[bc]";
    with->local = patterns;
    cluster = cluster_with(make_cfg(three), with);
    expect_shares(cluster, 100, near_only, 1);
    mark_down(cluster, 1, T0);
    ck_assert_int_eq(serve(cluster, &no_session), 2);
    mark_down(cluster, 2, T0);
    ck_assert_int_eq(serve(cluster, &no_session), 0);
    mark_up(cluster, 1);
    ck_assert_int_eq(serve(cluster, &no_session), 1);
}
END_TEST

static int last_resort(wlm_cluster_t *cluster, uint64_t random)
{
    wlm_pick_t pick;

    memset(&pick, 0, sizeof(pick));
    pick.now = T0 + SEC;
    pick.random = random;
    if (wlm_pick_member(&pick, cluster, &no_session) != WLM_PICK_OK) {
        return -1;
    }
    wlm_member_release(pick.member);
    return pick.member->index;
}

START_TEST(when_all_are_down_the_rule_decides)
{
    wlm_all_down_t rule = (wlm_all_down_t)_i;
    wlm_options_t *with = unit_options();
    wlm_cluster_t *cluster;
    int counts[4] = { 0 }, i;

    with->all_down = rule;
    cluster = cluster_with(make_cfg(two_and_backup), with);
    for (i = 0; i < 3; ++i) {
        mark_down(cluster, i, T0 + i);
    }
    for (i = 0; i < 4000; ++i) {
        counts[last_resort(cluster, (uint64_t)i * 31) + 1]++;
    }
    if (rule == WLM_ALL_DOWN_FAIL) {
        ck_assert_int_eq(counts[0], 4000);
    }
    else if (rule == WLM_ALL_DOWN_OLDEST) {
        ck_assert_int_eq(counts[1], 4000);
    }
    else { /* by weight 1 and 3; the backup only when the primaries have been tried */
        ck_assert_int_lt(abs(counts[1] - 1000), 150);
        ck_assert_int_eq(counts[1] + counts[2], 4000);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("balance/member");
    TCase *tc = unit_case(s, "availability");

    tcase_add_test(tc, the_share_of_one_that_is_left_out_goes_to_all);
    tcase_add_test(tc, retries_go_to_all_others);
    tcase_add_test(tc, a_busy_member_keeps_its_sessions);
    tcase_add_test(tc, checks_take_out_and_bring_back);
    tcase_add_test(tc, good_checks_end_a_mark_down);
    tcase_add_test(tc, where_there_are_checks_only_they_bring_back);
    tcase_add_test(tc, where_there_are_checks_the_last_resort_stays);
    tcase_add_test(tc, a_person_brings_back_whatever_checks_say);
    tcase_add_test(tc, it_is_known_when_a_member_has_answered);
    tcase_add_test(tc, outliers_are_left_out_for_the_interval_but_never_all);
    tc = unit_case(s, "preferences");
    tcase_add_test(tc, warmth_grows_evenly);
    tcase_add_test(tc, local_members_first);
    tcase_add_loop_test(tc, when_all_are_down_the_rule_decides, WLM_ALL_DOWN_OLDEST, WLM_ALL_DOWN_FAIL + 1);
    return s;
}

UNIT_MAIN(suite)

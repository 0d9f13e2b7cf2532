/* How often requests that members take may be sent to another one. */
#include "balance/limits.h"
#include "balance/retry_budget.h"
#include "cluster_unit.h"

#define MS (SEC / 1000)

static const member_spec_t three[] = {
    { "a", "ca", 1, P, 0 }, { "b", "cb", 1, P, 0 }, { "c", "cc", 1, P, 0 }, END
};

static wlm_cluster_t *with_budget(int percent, int floor, int attempts)
{
    wlm_options_t *with = unit_options();

    with->retry_budget = (wlm_retry_budget_t){ .percent = percent, .floor = floor, .attempts = attempts };
    return cluster_with(make_cfg(three), with);
}

/* So many requests have come, with one attempt each */
static void count_requests(wlm_cluster_t *cluster, int n)
{
    atomic_fetch_add(&cluster->members[n % 3].shared->requests, (uint64_t)n);
}

static wlm_retry_answer_t first_failure(wlm_cluster_t *cluster, apr_time_t now)
{
    wlm_retries_t retries = { .sent = 0 };
    wlm_retry_answer_t answer = wlm_retry_budget_ask(cluster, &retries, now);

    wlm_retry_budget_end(cluster, &retries);
    return answer;
}

/* A request that fails on two members. @return the answer after the second one */
static wlm_retry_answer_t fail_in_vain(wlm_cluster_t *cluster, apr_time_t now)
{
    wlm_retries_t retries = { .sent = 1 };
    wlm_retry_answer_t answer = wlm_retry_budget_ask(cluster, &retries, now);

    wlm_retry_budget_end(cluster, &retries);
    return answer;
}

/* As many as the budget has. @return how many */
static int use_up(wlm_cluster_t *cluster, apr_time_t now)
{
    int n = 0;

    while (first_failure(cluster, now) == WLM_RETRY_GRANTED && n < 10000) {
        fail_in_vain(cluster, now);
        ++n;
    }
    return n;
}

START_TEST(a_request_has_so_many_attempts)
{
    int attempts = _i, i;
    wlm_cluster_t *cluster = with_budget(100, 0, attempts);
    wlm_retries_t retries = { .sent = 0 };

    for (i = 1; i < attempts; ++i) {
        ck_assert_int_eq(wlm_retry_budget_ask(cluster, &retries, T0), WLM_RETRY_GRANTED);
        ck_assert_uint_eq(wlm_tally_number(&cluster->shared->retrying), 1);
    }
    ck_assert_int_eq(wlm_retry_budget_ask(cluster, &retries, T0), WLM_RETRY_NO_ATTEMPT);
    wlm_retry_budget_end(cluster, &retries);
    wlm_retry_budget_end(cluster, &retries);
    ck_assert_uint_eq(wlm_tally_number(&cluster->shared->retrying), 0);
}
END_TEST

START_TEST(what_the_next_member_answers_costs_nothing)
{
    wlm_cluster_t *cluster = with_budget(0, 1, 3);
    int i;

    for (i = 0; i < 1000; ++i) {
        ck_assert_int_eq(first_failure(cluster, T0), WLM_RETRY_GRANTED);
    }
}
END_TEST

START_TEST(without_a_limit_everything_may_be_in_vain)
{
    ck_assert_int_eq(use_up(with_budget(100, 0, 3), T0), 10000);
}
END_TEST

static const struct {
    int percent, floor;
    int at_first;                  /* so many may be in vain when nothing has been of late */
    int requests, ms;              /* that come then, and that pass */
    int later;                     /* so many more */
} budgets[] = {
    {  0,  0,  0, 1000, 60000,  0 },
    {  0,  1,  1, 1000,   900,  0 },
    {  0,  1,  1, 1000,  1000,  1 },
    {  0, 10, 10,    0,   100,  1 },
    {  0, 10, 10,    0,   500,  5 },
    {  0, 10, 10,    0, 60000, 10 },    /* no more than in a second */
    { 20,  0,  1,    4,   100,  0 },
    { 20,  0,  1,    5,   100,  1 },
    { 20, 10, 10,    5,   100,  2 },
    { 20, 10, 10,   20,   100,  5 },
    { 20, 10, 10, 5000,   100, 10 },
    { 20, 10, 10,    5,    99,  0 },    /* counted together with what comes next */
    {  1, 10, 10,  300,   100,  4 },
};

START_TEST(the_budget_is_a_share_of_requests_and_so_many_a_second)
{
    wlm_cluster_t *cluster = with_budget(budgets[_i].percent, budgets[_i].floor, 3);

    count_requests(cluster, 1000); /* from before anything failed */
    ck_assert_int_eq(use_up(cluster, T0), budgets[_i].at_first);
    ck_assert_int_eq(first_failure(cluster, T0), WLM_RETRY_NO_BUDGET);
    count_requests(cluster, budgets[_i].requests);
    ck_assert_int_eq(use_up(cluster, T0 + budgets[_i].ms * MS), budgets[_i].later);
}
END_TEST

/* Repeated attempts are no requests: otherwise they would earn more of them */
START_TEST(attempts_are_no_requests)
{
    wlm_cluster_t *cluster = with_budget(50, 0, 3);

    use_up(cluster, T0);
    count_requests(cluster, 10);
    atomic_fetch_add(&cluster->shared->retries, 10);
    ck_assert_int_eq(first_failure(cluster, T0 + SEC), WLM_RETRY_NO_BUDGET);
}
END_TEST

/* They were under way when the budget was used up. However many there were, ten seconds are enough */
START_TEST(a_debt_is_paid_within_ten_seconds)
{
    wlm_cluster_t *cluster = with_budget(0, 10, 3);
    int i, few = _i == 0;

    for (i = 0; i < (few ? 30 : 5000); ++i) {
        fail_in_vain(cluster, T0);
    }
    ck_assert_int_eq(first_failure(cluster, T0 + 2 * SEC), WLM_RETRY_NO_BUDGET);
    ck_assert_int_eq(first_failure(cluster, T0 + 2100 * MS), few ? WLM_RETRY_GRANTED : WLM_RETRY_NO_BUDGET);
    ck_assert_int_eq(first_failure(cluster, T0 + 10 * SEC), few ? WLM_RETRY_GRANTED : WLM_RETRY_NO_BUDGET);
    ck_assert_int_eq(first_failure(cluster, T0 + 10100 * MS), WLM_RETRY_GRANTED);
}
END_TEST

/* After a reload that takes a member away */
START_TEST(fewer_requests_than_before_take_nothing_away)
{
    wlm_cluster_t *cluster = with_budget(20, 10, 3);

    count_requests(cluster, 1000);
    use_up(cluster, T0);
    atomic_store(&cluster->members[1].shared->requests, 0);
    ck_assert_int_eq(use_up(cluster, T0 + 500 * MS), 5);
    count_requests(cluster, 10);
    ck_assert_int_eq(use_up(cluster, T0 + 600 * MS), 3);
}
END_TEST

static const member_spec_t with_backups[] = {
    { "a", "ca", 1, P, 0 }, { "b", "cb", 1, P, 0 }, { "y", "cy", 1, B, 0 }, { "z", "ca", 1, B, 0 }, END
};

static const struct {
    const char *session;
    int marked_down;               /* a member; -1: none */
    int first, second;             /* the backups, in this order */
} last_ones[] = {
    { NULL, -1, 2, 3 },
    { "cb", -1, 2, 3 },            /* the session's member has not been tried, but is a primary */
    { "ca", -1, 3, 2 },            /* the one that has its clone id */
    { NULL, 2, 3, -1 },            /* a last resort would be a further attempt */
    { NULL, 0, 2, 3 },
};

START_TEST(the_last_attempt_is_for_backups)
{
    wlm_cluster_t *cluster = make(with_backups);
    wlm_affinity_t its = last_ones[_i].session ? session(last_ones[_i].session, NULL) : no_session;
    wlm_pick_t pick = { .now = T0 + 3600 * SEC, .random = 7, .backups_only = 1 };
    const int expected[] = { last_ones[_i].first, last_ones[_i].second };
    int i;

    if (last_ones[_i].marked_down >= 0) { /* a primary is due for its probe */
        mark_down(cluster, last_ones[_i].marked_down, last_ones[_i].marked_down ? T0 + 3600 * SEC : T0);
    }
    for (i = 0; i < 2 && expected[i] >= 0; ++i) {
        ck_assert_int_eq(wlm_pick_member(&pick, cluster, &its), WLM_PICK_OK);
        ck_assert_int_eq(pick.member->index, expected[i]);
        wlm_member_release(pick.member);
    }
    ck_assert_int_ne(wlm_pick_member(&pick, cluster, &its), WLM_PICK_OK);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("balance/retry_budget");
    TCase *tc = unit_case(s, "budget");

    tcase_add_loop_test(tc, a_request_has_so_many_attempts, 1, WLM_TRIED_MAX + 1);
    tcase_add_test(tc, what_the_next_member_answers_costs_nothing);
    tcase_add_test(tc, without_a_limit_everything_may_be_in_vain);
    tcase_add_loop_test(tc, the_budget_is_a_share_of_requests_and_so_many_a_second, 0, UNIT_COUNT(budgets));
    tcase_add_test(tc, attempts_are_no_requests);
    tcase_add_loop_test(tc, a_debt_is_paid_within_ten_seconds, 0, 2);
    tcase_add_test(tc, fewer_requests_than_before_take_nothing_away);
    tc = unit_case(s, "backups");
    tcase_add_loop_test(tc, the_last_attempt_is_for_backups, 0, UNIT_COUNT(last_ones));
    return s;
}

UNIT_MAIN(suite)

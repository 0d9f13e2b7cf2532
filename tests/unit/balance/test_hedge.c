/* Which requests may be with two members at a time, after how long, how many, which member is the second one, and what
 * becomes of one that answers nothing. */
#include "balance/hedge.h"
#include "balance/outcome.h"
#include "cluster_unit.h"
#include "shared/queue.h"

#define MS (SEC / 1000)

static const member_spec_t three[] = {
    { "a", "ca", 1, P, 1 }, { "b", "cb", 1, P, 1 }, { "c", "cc", 1, P, 1 }, { "d", "cd", 1, B, 1 }, END
};

static wlm_cluster_t *with(wlm_hedge_rule_t rule)
{
    wlm_options_t *options = unit_options();

    options->hedge = rule;
    return cluster_with(make_cfg(three), options);
}

/* -- which ---------------------------------------------------------------------------------------- */

static const wlm_hedge_rule_t off = { .budget = 5 }, fixed = { .after = 50 * MS, .budget = 5 },
                              p95 = { .percentile = 95, .min = 20 * MS, .budget = 5 };

static const struct {
    const char *name;
    wlm_hedge_request_t request;
    int may;
} requests[] = {
    { "a GET",                       { .is_safe = 1 }, 1 },
    { "a POST",                      { .is_safe = 0 }, 0 },
    { "a body",                      { .is_safe = 1, .has_body = 1 }, 0 },
    { "a session",                   { .is_safe = 1, .has_session = 1 }, 0 },
    { "a login of the connection",   { .is_safe = 1, .has_login = 1 }, 0 },
    { "another protocol",            { .is_safe = 1, .upgrades = 1 }, 0 },
    { "one that runs to its end",    { .is_safe = 1, .finishes = 1 }, 0 },
    { "a probe",                     { .is_safe = 1, .is_probe = 1 }, 0 },
};

START_TEST(only_what_does_no_harm_twice)
{
    ck_assert_msg(wlm_hedge_may(&fixed, &requests[_i].request) == requests[_i].may, "%s", requests[_i].name);
    ck_assert_msg(wlm_hedge_may(&p95, &requests[_i].request) == requests[_i].may, "%s", requests[_i].name);
    ck_assert_msg(!wlm_hedge_may(&off, &requests[_i].request), "%s", requests[_i].name);
}
END_TEST

/* -- after how long ---------------------------------------------------------------------------------- */

static void note(wlm_cluster_t *cluster, int n, apr_interval_time_t time)
{
    for (; n > 0; --n) {
        wlm_hedge_note_time(cluster, time);
    }
}

START_TEST(a_given_time_is_that)
{
    ck_assert_int_eq(wlm_hedge_delay(with(fixed), T0), 50 * MS);
    ck_assert_int_eq(wlm_hedge_delay(with(off), T0), 0);
}
END_TEST

/* The histogram is off by less than a fifth */
static const struct {
    int quick, slow;               /* so many of 40 ms, of 400 ms */
    int percentile;
    int ms;                        /* at most a fifth more; 0: not known */
} times[] = {
    { 99, 0, 95, 0 }, { 100, 0, 95, 40 }, { 960, 40, 95, 40 }, { 940, 60, 95, 400 }, { 500, 500, 50, 40 },
    { 940, 60, 90, 40 }, { 0, 100, 95, 400 }, { 985, 15, 99, 400 },
};

START_TEST(a_percentile_is_found)
{
    wlm_cluster_t *cluster = with((wlm_hedge_rule_t){ .percentile = times[_i].percentile, .budget = 5 });
    apr_interval_time_t delay;

    note(cluster, times[_i].quick, 40 * MS);
    note(cluster, times[_i].slow, 400 * MS);
    delay = wlm_hedge_delay(cluster, T0);
    ck_assert_int_ge(delay, times[_i].ms * MS * 4 / 5);
    ck_assert_int_le(delay, times[_i].ms * MS * 6 / 5);
}
END_TEST

START_TEST(a_percentile_has_a_least_time)
{
    wlm_cluster_t *cluster = with(p95);

    note(cluster, 1000, MS);
    ck_assert_int_eq(wlm_hedge_delay(cluster, T0), 20 * MS);
}
END_TEST

START_TEST(it_is_looked_for_each_second_and_follows)
{
    wlm_cluster_t *cluster = with(p95);
    int i;

    note(cluster, 100000, 40 * MS);
    ck_assert_int_le(wlm_hedge_delay(cluster, T0), 48 * MS);
    note(cluster, 200000, 400 * MS);
    ck_assert_int_le(wlm_hedge_delay(cluster, T0 + SEC - MS), 48 * MS);
    ck_assert_int_ge(wlm_hedge_delay(cluster, T0 + SEC), 320 * MS);
    for (i = 2; i < 10; ++i) { /* the old ones lose their weight */
        note(cluster, 2000, 40 * MS);
        wlm_hedge_delay(cluster, T0 + i * SEC);
    }
    for (; i < 20; ++i) {
        note(cluster, 2000, 40 * MS);
        wlm_hedge_delay(cluster, T0 + i * SEC);
    }
    ck_assert_int_le(wlm_hedge_delay(cluster, T0 + i * SEC), 48 * MS);
}
END_TEST

START_TEST(nothing_is_counted_for_a_given_time)
{
    wlm_cluster_t *cluster = with(fixed);
    int i;

    note(cluster, 100, 40 * MS);
    for (i = 0; i < WLM_HISTOGRAM_BUCKETS; ++i) {
        ck_assert_uint_eq(cluster->shared->hedge.times[i], 0);
    }
}
END_TEST

/* -- how many ------------------------------------------------------------------------------------------- */

static int take_all(wlm_cluster_t *cluster, apr_time_t now)
{
    int n = 0;

    while (n < 1000 && wlm_hedge_take(cluster, now)) {
        atomic_fetch_add(&cluster->members[n % 3].shared->requests, 1);
        atomic_fetch_add(&cluster->members[n % 3].shared->hedges, 1);
        ++n;
    }
    return n;
}

static const struct {
    int percent, requests, ms, later;
} budgets[] = {
    { 5, 0, 60000, 0 }, { 5, 100, 1000, 5 }, { 5, 19, 1000, 0 }, { 5, 20, 1000, 1 }, { 5, 100000, 1000, 10 },
    { 100, 7, 20, 7 }, { 5, 100, 19, 0 }, { 1, 99, 1000, 0 },
};

START_TEST(it_is_a_share_of_the_requests)
{
    wlm_cluster_t *cluster = with((wlm_hedge_rule_t){ .after = MS, .budget = budgets[_i].percent });

    atomic_fetch_add(&cluster->members[0].shared->requests, 1000); /* from before the first one */
    ck_assert_int_eq(take_all(cluster, T0), 10);
    atomic_fetch_add(&cluster->members[1].shared->requests, (uint64_t)budgets[_i].requests);
    ck_assert_int_eq(take_all(cluster, T0 + budgets[_i].ms * MS), budgets[_i].later);
}
END_TEST

START_TEST(what_was_not_needed_is_given_back)
{
    wlm_cluster_t *cluster = with(fixed);

    ck_assert_int_eq(take_all(cluster, T0), 10);
    wlm_hedge_give_back(cluster);
    ck_assert_int_eq(take_all(cluster, T0), 1);
}
END_TEST

/* -- which member is the second one -------------------------------------------------------------------------- */

static void begin(wlm_pick_t *pick, wlm_cluster_t *cluster)
{
    *pick = (wlm_pick_t){ .now = T0, .random = 1 };
    ck_assert_int_eq(wlm_pick_member(pick, cluster, &no_session), WLM_PICK_OK);
}

START_TEST(each_primary_once_and_no_backup)
{
    wlm_cluster_t *cluster = with(fixed);
    wlm_pick_t pick;
    int seen = 0, i;

    begin(&pick, cluster);
    seen |= 1 << pick.member->index;
    for (i = 0; i < 2; ++i) {
        ck_assert(wlm_pick_second(&pick, cluster));
        ck_assert_uint_eq(wlm_member_in_flight(pick.member), 1);
        seen |= 1 << pick.member->index;
    }
    ck_assert_int_eq(seen, 7);
    ck_assert(!wlm_pick_second(&pick, cluster));
    ck_assert_int_eq(pick.tried.n, 3);
}
END_TEST

static void make_full(wlm_member_t *member)
{
    ck_assert(wlm_member_acquire(member));
}

static void doubt(wlm_member_t *member)
{
    int changed;

    wlm_transition_event(member, WLM_EVENT_DOUBT, T0 - 3600 * SEC, &changed); /* long ago, and no answer since */
}

static void take_out(wlm_member_t *member)
{
    mark_down(member->cluster, member->index, T0 - 3600 * SEC); /* due for a probe */
}

static const struct {
    const char *name;
    void (*spoil)(wlm_member_t *member);
} spoilt[] = { { "full", make_full }, { "in doubt", doubt }, { "down", take_out } };

START_TEST(none_that_is_not_well)
{
    wlm_cluster_t *cluster = with(fixed);
    wlm_member_t *first;
    wlm_pick_t pick;
    int i;

    begin(&pick, cluster);
    first = pick.member;
    for (i = 0; i < 3; ++i) {
        if (&cluster->members[i] != first) {
            spoilt[_i].spoil(&cluster->members[i]);
        }
    }
    ck_assert_msg(!wlm_pick_second(&pick, cluster), "%s", spoilt[_i].name);
    ck_assert_ptr_eq(pick.member, first);
    ck_assert_int_eq(pick.tried.n, 1);
    ck_assert_int_eq(pick.probe, 0);
}
END_TEST

START_TEST(none_while_requests_wait)
{
    wlm_cluster_t *cluster = with(fixed);
    wlm_queue_t *queue = shared(wlm_queue_size(1, 1));
    wlm_pick_t pick;
    uint32_t slot;

    wlm_queue_make(queue, 1, 1);
    begin(&pick, cluster);
    cluster->queue = queue;
    ck_assert(wlm_queue_enter(queue, &slot, 1, 0, 1, T0));
    ck_assert(!wlm_pick_second(&pick, cluster));
    wlm_queue_leave(queue, slot, 0);
    ck_assert(wlm_pick_second(&pick, cluster));
}
END_TEST

/* -- a member that answers nothing ------------------------------------------------------------------------- */

/* Three such attempts of 100 ms each, a second between their begins */
static const struct {
    const char *name;
    int io_timeout, connect_timeout, sent, answers; /* ... in between */
    wlm_outcome_t outcome;         /* of the third */
    wlm_health_event_t event;
} silences[] = {
    { "within ServerIOTimeout",        -3, 0, 1, 0, WLM_SUPERSEDED, WLM_EVENT_NONE },
    { "longer",                        -2, 0, 1, 0, WLM_TIMED_OUT, WLM_EVENT_DOUBT },
    { "a positive one marks not down",  2, 0, 1, 0, WLM_TIMED_OUT, WLM_EVENT_NONE },
    { "it answers another request",    -2, 0, 1, 1, WLM_SUPERSEDED, WLM_EVENT_NONE },
    { "there is no limit",              0, 1, 1, 0, WLM_SUPERSEDED, WLM_EVENT_NONE },
    { "within ConnectTimeout",         -1, 3, 0, 0, WLM_SUPERSEDED, WLM_EVENT_NONE },
    { "no connection for longer",       0, 2, 0, 0, WLM_NOT_CONNECTED, WLM_EVENT_FAULT },
    { "within the system's limit",      0, 0, 0, 0, WLM_SUPERSEDED, WLM_EVENT_NONE },
};

START_TEST(one_that_hangs_is_judged_as_by_a_time_out)
{
    wlm_cluster_t *cluster = with(fixed);
    wlm_member_t *member = &cluster->members[1];
    plugin_cfg_server_t *server = APR_ARRAY_IDX(cluster->cfg->members, 1, plugin_cfg_server_t *);
    wlm_attempt_t attempt;
    int i;

    server->server_io_timeout = silences[_i].io_timeout;
    server->connect_timeout = silences[_i].connect_timeout;
    for (i = 0; i < 3; ++i) {
        attempt = (wlm_attempt_t){ .begun = T0 + i * SEC, .elapsed = 100 * MS, .sent = silences[_i].sent,
                                   .time_out_marks_down = silences[_i].io_timeout < 0 };
        wlm_hedge_end_superseded(member, &attempt);
        if (i < 2) {
            ck_assert_msg(attempt.outcome == WLM_SUPERSEDED, "%s", silences[_i].name);
        }
        if (i == 1 && silences[_i].answers) {
            wlm_hedge_note_head(member);
        }
    }
    ck_assert_msg(attempt.outcome == silences[_i].outcome, "%s: %s", silences[_i].name,
                  wlm_outcome_name(attempt.outcome));
    ck_assert_msg(wlm_outcome_event(&attempt, 0) == silences[_i].event, "%s", silences[_i].name);
    ck_assert_ptr_nonnull(attempt.cause);
    ck_assert_uint_eq(cluster->members[0].shared->silence, 0);
}
END_TEST

START_TEST(what_was_before_it_came_back_does_not_count)
{
    wlm_cluster_t *cluster = with(fixed);
    wlm_member_t *member = &cluster->members[1];
    wlm_attempt_t attempt;
    int i;

    APR_ARRAY_IDX(cluster->cfg->members, 1, plugin_cfg_server_t *)->server_io_timeout = -1;
    for (i = 0; i < 4; ++i) {
        attempt = (wlm_attempt_t){ .begun = T0 + i * SEC, .elapsed = 100 * MS, .sent = 1 };
        wlm_hedge_end_superseded(member, &attempt);
        if (i == 2) {
            ck_assert_int_eq(attempt.outcome, WLM_TIMED_OUT);
            mark_down(cluster, 1, T0 + i * SEC);
            wlm_transition_event(member, WLM_EVENT_ALIVE, T0 + i * SEC + 500 * MS, NULL);
        }
    }
    ck_assert_int_eq(attempt.outcome, WLM_SUPERSEDED);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("balance/hedge");
    TCase *tc = unit_case(s, "hedge");

    tcase_add_loop_test(tc, only_what_does_no_harm_twice, 0, UNIT_COUNT(requests));
    tcase_add_test(tc, a_given_time_is_that);
    tcase_add_loop_test(tc, a_percentile_is_found, 0, UNIT_COUNT(times));
    tcase_add_test(tc, a_percentile_has_a_least_time);
    tcase_add_test(tc, it_is_looked_for_each_second_and_follows);
    tcase_add_test(tc, nothing_is_counted_for_a_given_time);
    tcase_add_loop_test(tc, it_is_a_share_of_the_requests, 0, UNIT_COUNT(budgets));
    tcase_add_test(tc, what_was_not_needed_is_given_back);
    tcase_add_test(tc, each_primary_once_and_no_backup);
    tcase_add_loop_test(tc, none_that_is_not_well, 0, UNIT_COUNT(spoilt));
    tcase_add_test(tc, none_while_requests_wait);
    tcase_add_loop_test(tc, one_that_hangs_is_judged_as_by_a_time_out, 0, UNIT_COUNT(silences));
    tcase_add_test(tc, what_was_before_it_came_back_does_not_count);
    return s;
}

UNIT_MAIN(suite)

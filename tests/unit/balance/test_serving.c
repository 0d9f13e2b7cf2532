/* Who gets a cluster's new requests, as the status tells it: it agrees with what the requests do. */
#include <string.h>
#include "cluster_unit.h"
#include "balance/serving.h"

#define REQUESTS 600
#define MEMBERS  4

static const member_spec_t specs[MEMBERS + 1] = { { "a", "A", 2, P, 0 }, { "b", "B", 1, P, 2 }, { "c", "C", 1, B, 2 },
                                                  { "d", "D", 1, B, 0 }, END };

/* What has happened to a member, a letter each: "." nothing, "d" down, "l" left out, "b" busy, "c" taken out by checks,
 * "s" drained, "x" disabled, "f" as many requests as it may have, "w" has warmed up by half */
static const struct {
    const char *states;
    wlm_all_down_t all_down;
    int local;                     /* a is preferred (WLMPreferLocal) */
    wlm_serving_t serving;
    int percents[MEMBERS];         /* of the new requests */
} cases[] = {
    { "....", WLM_ALL_DOWN_OLDEST, 0, WLM_SERVING_PRIMARY, { 67, 33, 0, 0 } },
    { ".d..", WLM_ALL_DOWN_OLDEST, 0, WLM_SERVING_PRIMARY, { 100, 0, 0, 0 } },
    { "l...", WLM_ALL_DOWN_OLDEST, 0, WLM_SERVING_PRIMARY, { 0, 100, 0, 0 } },
    { "b...", WLM_ALL_DOWN_OLDEST, 0, WLM_SERVING_PRIMARY, { 0, 100, 0, 0 } },
    { "c...", WLM_ALL_DOWN_OLDEST, 0, WLM_SERVING_PRIMARY, { 0, 100, 0, 0 } },
    { "s...", WLM_ALL_DOWN_OLDEST, 0, WLM_SERVING_PRIMARY, { 0, 100, 0, 0 } },
    { "x...", WLM_ALL_DOWN_OLDEST, 0, WLM_SERVING_PRIMARY, { 0, 100, 0, 0 } },
    { ".f..", WLM_ALL_DOWN_OLDEST, 0, WLM_SERVING_PRIMARY, { 100, 0, 0, 0 } },
    { "w...", WLM_ALL_DOWN_OLDEST, 0, WLM_SERVING_PRIMARY, { 50, 50, 0, 0 } },
    { "....", WLM_ALL_DOWN_OLDEST, 1, WLM_SERVING_PRIMARY, { 100, 0, 0, 0 } },
    { "d...", WLM_ALL_DOWN_OLDEST, 1, WLM_SERVING_PRIMARY, { 0, 100, 0, 0 } },
    { "l...", WLM_ALL_DOWN_OLDEST, 1, WLM_SERVING_PRIMARY, { 0, 100, 0, 0 } },
    { "dd..", WLM_ALL_DOWN_OLDEST, 0, WLM_SERVING_BACKUP, { 0, 0, 100, 0 } },
    { "lb..", WLM_ALL_DOWN_OLDEST, 0, WLM_SERVING_BACKUP, { 0, 0, 100, 0 } },
    { "ss..", WLM_ALL_DOWN_OLDEST, 0, WLM_SERVING_BACKUP, { 0, 0, 100, 0 } },
    { "df..", WLM_ALL_DOWN_OLDEST, 0, WLM_SERVING_BACKUP, { 0, 0, 100, 0 } },
    { "ddd.", WLM_ALL_DOWN_OLDEST, 0, WLM_SERVING_BACKUP, { 0, 0, 0, 100 } },
    { "ddf.", WLM_ALL_DOWN_OLDEST, 0, WLM_SERVING_BACKUP, { 0, 0, 0, 100 } },
    { "d..d", WLM_ALL_DOWN_OLDEST, 0, WLM_SERVING_PRIMARY, { 0, 100, 0, 0 } },
    { "ds.d", WLM_ALL_DOWN_OLDEST, 0, WLM_SERVING_BACKUP, { 0, 0, 100, 0 } },
    { "df.d", WLM_ALL_DOWN_OLDEST, 0, WLM_SERVING_BACKUP, { 0, 0, 100, 0 } },
    { "dfdd", WLM_ALL_DOWN_OLDEST, 0, WLM_SERVING_FULL, { 0, 0, 0, 0 } },
    { "ddfd", WLM_ALL_DOWN_OLDEST, 0, WLM_SERVING_FULL, { 0, 0, 0, 0 } },
    { "dddd", WLM_ALL_DOWN_OLDEST, 0, WLM_SERVING_LAST_RESORT, { 0, 0, 0, 0 } },
    { "dddd", WLM_ALL_DOWN_BALANCE, 0, WLM_SERVING_LAST_RESORT, { 0, 0, 0, 0 } },
    { "dddd", WLM_ALL_DOWN_FAIL, 0, WLM_SERVING_NONE, { 0, 0, 0, 0 } },
    { "xxxx", WLM_ALL_DOWN_OLDEST, 0, WLM_SERVING_NONE, { 0, 0, 0, 0 } },
};

static void bring_about(wlm_member_t *member, char state)
{
    wlm_shared_member_t *shared_record = member->shared;

    switch (state) {
    case 'd':
        wlm_transition_event(member, WLM_EVENT_FAULT, T0, NULL);
        break;
    case 'l':
        atomic_store(&shared_record->out_until, (uint64_t)apr_time_as_msec(T0 + SEC));
        break;
    case 'b':
        wlm_transition_busy_until(member, T0 + SEC, T0);
        break;
    case 'c':
        wlm_transition_check(member, 0, 1, 1, T0);
        break;
    case 's':
        wlm_transition_admin(member, wlm_admin_state_make(WLM_DRAINING, WLM_ADMIN_STATE_AS_CONFIGURED, 0), T0);
        break;
    case 'x':
        wlm_transition_admin(member, wlm_admin_state_make(WLM_DISABLED, WLM_ADMIN_STATE_AS_CONFIGURED, 0), T0);
        break;
    case 'f':
        while (wlm_member_acquire(member)) {
        }
        break;
    case 'w':
        atomic_store(&shared_record->up_since, (uint64_t)apr_time_as_msec(T0 - 5 * SEC));
        break;
    default:
        break;
    }
}

static wlm_cluster_t *cluster_in(int i)
{
    wlm_options_t *options = unit_options();
    wlm_cluster_t *cluster;
    int m;

    options->all_down = cases[i].all_down;
    options->slow_start = 10 * SEC;
    if (cases[i].local) {
        apr_array_header_t *names = apr_array_make(unit_pool, 1, sizeof(const char *));

        APR_ARRAY_PUSH(names, const char *) = "a";
        options->local = names;
    }
    cluster = cluster_with(make_cfg(specs), options);
    for (m = 0; m < MEMBERS; ++m) {
        bring_about(&cluster->members[m], cases[i].states[m]);
    }
    return cluster;
}

static void count_requests(wlm_cluster_t *cluster, int counts[MEMBERS])
{
    int i, m;

    for (i = 0; i < REQUESTS; ++i) {
        wlm_pick_t pick = { .now = T0, .random = (uint64_t)i + 1 };

        if (wlm_pick_member(&pick, cluster, &no_session) == WLM_PICK_OK) {
            m = pick.member->index;
            ++counts[m];
            wlm_member_release(pick.member);
        }
    }
}

START_TEST(it_is_told_as_requests_are_served)
{
    wlm_cluster_t *cluster = cluster_in(_i);
    int counts[MEMBERS] = { 0 }, m;
    uint64_t parts[MEMBERS];
    uint64_t sum;
    wlm_serving_t serving = wlm_serving_find(cluster, T0, parts, &sum, unit_pool);

    ck_assert_str_eq(wlm_serving_name(serving), wlm_serving_name(cases[_i].serving));
    for (m = 0; m < MEMBERS; ++m) {
        double percent = sum ? 100.0 * (double)parts[m] / (double)sum : 0;

        ck_assert_double_eq_tol(percent, cases[_i].percents[m], 0.5);
    }
    count_requests(cluster, counts);
    for (m = 0; sum && m < MEMBERS; ++m) {
        ck_assert_double_eq_tol(100.0 * counts[m] / REQUESTS, cases[_i].percents[m], 6);
    }
    if (serving == WLM_SERVING_FULL || serving == WLM_SERVING_NONE) {
        ck_assert_int_eq(counts[0] + counts[1] + counts[2] + counts[3], 0);
    }
    if (serving == WLM_SERVING_LAST_RESORT) {
        ck_assert_int_eq(counts[0] + counts[1] + counts[2] + counts[3], REQUESTS);
    }
}
END_TEST

/* Requests that are kept, until there is no room for one more */
START_TEST(so_many_requests_have_room)
{
    wlm_cluster_t *cluster = cluster_in(_i);
    wlm_serving_capacity_t capacity = wlm_serving_capacity(cluster, T0);
    int n;

    for (n = 0; cases[_i].serving != WLM_SERVING_LAST_RESORT && n < REQUESTS; ++n) {
        wlm_pick_t pick = { .now = T0, .random = (uint64_t)n + 1 };
        wlm_serving_capacity_t now = wlm_serving_capacity(cluster, T0);

        ck_assert(now.limit == capacity.limit);
        ck_assert(!capacity.is_limited || now.left + (uint64_t)n == capacity.left);
        if (wlm_pick_member(&pick, cluster, &no_session) != WLM_PICK_OK) {
            break;
        }
    }
    ck_assert_uint_eq((uint64_t)n, capacity.is_limited ? capacity.left : REQUESTS);
}
END_TEST

/* -- events over a restart ------------------------------------------------------------------------------------- */

#define REFUSED "requests are refused with 503: as many requests wait as may"
#define AGAIN   "primaries get new sessions again"

/* What was told before, the newest last; the states of now; and the event of that, "": it is told already */
static const struct {
    const char *before[3];
    const char *states, *event;
} restarts[] = {
    { { NULL }, "....", "" },
    { { NULL }, "dd..", "on backup: no primary gets new sessions" },
    { { "on backup: no primary gets new sessions", REFUSED, NULL }, "dd..", "" },
    { { "on backup: no primary gets new sessions", REFUSED, NULL }, "....", AGAIN },
    { { "on backup: no primary gets new sessions", NULL }, "xxxx", "no member gets new sessions" },
    { { "no member gets new sessions", NULL }, "xxxx", "" },
    /* the last resort, whose text has lost its end */
    { { "no member gets new sessions: each request tries one that is not up (WLM\xe2\x80\xa6", NULL }, "dddd", "" },
    { { "no member gets new sessions: each request tries one that is not up (WLM\xe2\x80\xa6", NULL }, "xxxx",
      "no member gets new sessions" },
    { { "on backup: no primary gets new sessions", AGAIN, NULL }, "....", "" },
    { { "on backup: no primary gets new sessions", AGAIN, NULL }, "dd..", "on backup: no primary gets new sessions" },
    { { REFUSED, NULL }, "....", "" },
};

START_TEST(what_was_told_before_a_restart_is_not_told_again)
{
    wlm_cluster_t *cluster = cluster_with(make_cfg(specs), unit_options());
    char text[WLM_SHARED_TEXT_SIZE];
    uint64_t at;
    int i, n;

    for (i = 0; i < MEMBERS; ++i) {
        bring_about(&cluster->members[i], restarts[_i].states[i]);
    }
    for (n = 0; restarts[_i].before[n]; ++n) {
        wlm_event_ring_add(&cluster->shared->events, (uint64_t)n + 1, restarts[_i].before[n]);
    }
    wlm_serving_resume(cluster->shared);
    for (i = 0; i < 5; ++i) {
        wlm_moment_t moment = { T0 + i * apr_time_from_msec(700), T0 };

        wlm_serving_look(cluster, &moment, unit_pool);
    }
    ck_assert(wlm_event_ring_get(&cluster->shared->events, 0, &at, text) == (n > 0 || *restarts[_i].event));
    if (*restarts[_i].event) {
        ck_assert_str_eq(text, restarts[_i].event);
        ++n;
    }
    ck_assert(!wlm_event_ring_get(&cluster->shared->events, n, &at, text));
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("balance/serving");

    TCase *tc = unit_case(s, "serving");

    tcase_add_loop_test(tc, it_is_told_as_requests_are_served, 0, UNIT_COUNT(cases));
    tcase_add_loop_test(tc, so_many_requests_have_room, 0, UNIT_COUNT(cases));
    tcase_add_loop_test(tc, what_was_told_before_a_restart_is_not_told_again, 0, UNIT_COUNT(restarts));
    return s;
}

UNIT_MAIN(suite)

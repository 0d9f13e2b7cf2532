/* Requests, an operator and a reader at the same time, in threads: for ThreadSanitizer (make check-tsan), and what must
 * be true at the end in whatever order the threads ran. */
#include <pthread.h>
#include <sched.h>
#include "balance/availability.h"
#include "balance/counters.h"
#include "balance/left_out.h"
#include "balance/member.h"
#include "balance/pick.h"
#include "balance/transition.h"
#include "cluster_unit.h"
#include "shared/close_orders.h"
#include "view/view.h"

#define REQUESTERS 3
#define REQUESTS   4000            /* of each */

static const member_spec_t three[] = { { "a", "a", 1, P, 0 }, { "b", "b", 2, P, 0 }, { "c", "c", 1, P, 40 }, END };

static wlm_cluster_t *cluster;
static wlm_close_orders_t *hangups;
static _Atomic int under_way;      /* requesters */
static _Atomic uint64_t picked;

typedef struct requester_t {
    pthread_t thread;
    uint64_t random;
    int faulty;                    /* members fail now and then, and requests have sessions */
} requester_t;

/* -- requests -------------------------------------------------------------------------- */

static void end_badly(wlm_member_t *member, uint64_t number, apr_time_t now)
{
    wlm_shared_text_put(&member->shared->error, (uint64_t)apr_time_as_msec(now), "no-response: connection reset");
    wlm_left_out_count(member, 1, now);
    wlm_transition_event(member, number % 3 ? WLM_EVENT_NONE : WLM_EVENT_FAULT, now, NULL);
    wlm_transition_note(member, "marked down");
    wlm_transition_busy_until(member, now + SEC / 1000, now);
}

static void request(const requester_t *requester, uint64_t number)
{
    wlm_affinity_t affinity = { .source = WLM_AFFINITY_NO_SESSION };
    apr_time_t now = T0 + (apr_time_t)number * SEC / 10;
    wlm_pick_t pick = { .now = now, .random = number + requester->random };
    wlm_member_t *member;

    if (requester->faulty && number % 4 == 0) {
        affinity = (wlm_affinity_t){ .source = WLM_AFFINITY_COOKIE, .nids = 1, .ids = { { "b", 1 } } };
    }
    if (wlm_pick_member(&pick, cluster, &affinity) != WLM_PICK_OK) {
        return;
    }
    member = pick.member;
    atomic_fetch_add(&picked, 1);
    atomic_fetch_add(&member->shared->requests, 1);
    if (requester->faulty && number % 7 == 0) {
        end_badly(member, number, now);
    }
    else {
        wlm_counters_add_time(member, (apr_interval_time_t)(number % 5000));
        wlm_left_out_count(member, 0, now);
        wlm_transition_event(member, WLM_EVENT_ALIVE, now, NULL);
    }
    wlm_member_release(member);
}

static void *run_requests(void *data)
{
    const requester_t *requester = data;
    uint64_t i;

    for (i = 0; i < REQUESTS; ++i) {
        request(requester, i);
    }
    atomic_fetch_sub(&under_way, 1);
    return NULL;
}

static void begin_requests(requester_t *requesters, int faulty)
{
    int i;

    atomic_store(&picked, 0);
    atomic_store(&under_way, REQUESTERS);
    for (i = 0; i < REQUESTERS; ++i) {
        requesters[i] = (requester_t){ .random = (uint64_t)i * 7919, .faulty = faulty };
        ck_assert_int_eq(pthread_create(&requesters[i].thread, NULL, run_requests, &requesters[i]), 0);
    }
}

static void end_requests(requester_t *requesters)
{
    uint64_t requests = 0;
    int i;

    for (i = 0; i < REQUESTERS; ++i) {
        pthread_join(requesters[i].thread, NULL);
    }
    for (i = 0; i < cluster->nmembers; ++i) {
        ck_assert_uint_eq(wlm_member_in_flight(&cluster->members[i]), 0);
        requests += atomic_load(&cluster->members[i].shared->requests);
    }
    ck_assert_uint_eq(requests, atomic_load(&picked));
}

/* -- beside them --------------------------------------------------------------------------- */

static void *operate(void *data)
{
    apr_time_t now = T0;

    (void)data;
    while (atomic_load(&under_way)) {
        wlm_member_t *member = &cluster->members[(now / SEC) % cluster->nmembers];

        now += SEC;
        wlm_transition_admin(member, wlm_admin_state_make(WLM_DRAINING, WLM_ADMIN_STATE_AS_CONFIGURED, now + SEC), now);
        wlm_shared_text_put(&member->shared->note, (uint64_t)apr_time_as_msec(now), "anonymous: kernel");
        wlm_close_orders_order(hangups, (uint64_t)now << 16);
        wlm_transition_check(member, now % 2 == 0, 1, 1, now);
        wlm_transition_mark_up(member, now);
        wlm_transition_admin(member, 0, now);
    }
    return NULL;
}

static void *read_all(void *data)
{
    const wlm_moment_t moment = { T0, T0 };
    uint64_t seen = 0;

    (void)data;
    while (atomic_load(&under_way)) {
        wlm_view_cluster_t view;
        apr_pool_t *p;

        apr_pool_create_unmanaged_ex(&p, NULL, NULL);
        wlm_view_read_cluster(&view, cluster, "plugin-cfg.xml", 0, &moment, p);
        wlm_close_orders_concern(hangups, 1, &seen);
        apr_pool_destroy(p);
    }
    return NULL;
}

/* -- stories ----------------------------------------------------------------------------------- */

static void setup(void)
{
    unit_setup();
    cluster = make(three);
    hangups = shared(sizeof(*hangups));
}

START_TEST(shares_are_exact)
{
    requester_t requesters[REQUESTERS];
    int i;

    begin_requests(requesters, 0);
    end_requests(requesters);
    ck_assert_uint_eq(atomic_load(&picked), REQUESTERS * REQUESTS);
    for (i = 0; i < cluster->nmembers; ++i) {
        ck_assert_uint_eq(atomic_load(&cluster->members[i].shared->requests),
                          (i == 1 ? 2 : 1) * REQUESTERS * REQUESTS / 4);
    }
}
END_TEST

START_TEST(everything_at_once)
{
    requester_t requesters[REQUESTERS];
    pthread_t operator, reader;

    begin_requests(requesters, 1);
    ck_assert_int_eq(pthread_create(&operator, NULL, operate, NULL), 0);
    ck_assert_int_eq(pthread_create(&reader, NULL, read_all, NULL), 0);
    end_requests(requesters);
    pthread_join(operator, NULL);
    pthread_join(reader, NULL);
}
END_TEST

/* Two members fail too often at the same moment, again and again, where one may be left out */
#define ROUNDS  20000
#define MEMBERS 100

static _Atomic int arrived;

/* Both threads go on within a fraction of a microsecond, if they have a processor each */
static void meet(int n)
{
    int turns = 0;

    atomic_fetch_add(&arrived, 1);
    while (atomic_load(&arrived) < 2 * n) {
        if (++turns % 1000 == 0) {
            sched_yield();
        }
    }
}

static int left_out(apr_time_t now)
{
    int m, out = 0;

    for (m = 0; m < cluster->nmembers; ++m) {
        out += wlm_availability_of(&cluster->members[m], now) == WLM_MEMBER_LEFT_OUT;
    }
    return out;
}

static void *fail_at_once(void *data)
{
    wlm_member_t *member = data;
    int i;

    for (i = 0; i < ROUNDS; ++i) {
        apr_time_t now = T0 + i * 100 * SEC;

        meet(3 * i + 1);
        wlm_left_out_count(member, 1, now);
        meet(3 * i + 2);
        ck_assert_int_le(left_out(now), 1);
        meet(3 * i + 3);
    }
    return NULL;
}

START_TEST(no_more_outliers_than_may_be_left_out)
{
    static member_spec_t many[MEMBERS + 1];
    plugin_cfg_cluster_t *cfg;
    wlm_options_t *options;
    pthread_t thread;
    int m;

    for (m = 0; m < MEMBERS; ++m) {
        many[m] = (member_spec_t){ apr_itoa(unit_pool, m), "x", 1, P, 0 };
    }
    cfg = make_cfg(many);
    options = unit_options();
    options->outlier.failures_in_row = 1;
    options->outlier.max_percent = 1;
    cluster = cluster_with(cfg, options);
    atomic_store(&arrived, 0);
    ck_assert_int_eq(pthread_create(&thread, NULL, fail_at_once, &cluster->members[0]), 0);
    fail_at_once(&cluster->members[1]);
    pthread_join(thread, NULL);
    ck_assert_int_eq(left_out(T0 + (ROUNDS - 1) * 100 * SEC), 1);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("balance/threads");
    TCase *tc = tcase_create("at once");

    suite_add_tcase(s, tc);
    tcase_add_checked_fixture(tc, setup, unit_teardown);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, shares_are_exact);
    tcase_add_test(tc, everything_at_once);
    tcase_add_test(tc, no_more_outliers_than_may_be_left_out);
    return s;
}

UNIT_MAIN(suite)

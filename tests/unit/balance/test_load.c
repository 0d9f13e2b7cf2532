/* Policies under load, in simulated time: requests come at random times, members work on them, and the policy sees what
 * it would see in httpd. What is expected are shares; a fixed seed makes each run the same. */
#include <math.h>
#include <stdlib.h>
#include "cluster_unit.h"
#include "balance/peak_average.h"
#include "balance/policies.h"
#include "base/random.h"

#define MS         1000
#define MEMBERS    4
#define WORKERS    4               /* of a member, unless it has one for each request */
#define WAITING    20000
#define WORK       (20 * MS)

static const member_spec_t equal[] = { { "a", "A", 1, P, 0 }, { "b", "B", 1, P, 0 }, { "c", "C", 1, P, 0 },
                                       { "d", "D", 1, P, 0 }, END };
static const member_spec_t weighted[] = { { "a", "A", 3, P, 0 }, { "b", "B", 2, P, 0 }, { "c", "C", 1, P, 0 },
                                          { "d", "D", 4, P, 0 }, END };

/* A request: when it has come, and when it will be answered */
typedef struct request_t {
    apr_time_t begun, end;
    int error;
} request_t;

typedef struct server_t {
    request_t in[WAITING];         /* in flight, in no order */
    int n, factor, fails;
    apr_time_t free_at[WORKERS];   /* when each worker has done what it was given */
} server_t;

static struct {
    wlm_cluster_t *cluster;
    server_t *servers;
    apr_time_t now;
    int workers;                   /* 0: one for each request */
    uint64_t random;
    long counts[MEMBERS];          /* requests since the last reset */
    long late;                     /* of these answered after more than 250 ms */
} w;

static void set_up(const member_spec_t *specs, wlm_policy_choice_t policy, int workers)
{
    wlm_options_t *options = unit_options();
    int m;

    options->policy = policy;
    free(w.servers);
    w.cluster = cluster_with(make_cfg(specs), options);
    w.servers = calloc(MEMBERS, sizeof(*w.servers));
    for (m = 0; m < MEMBERS; ++m) {
        w.servers[m].factor = 1;
    }
    w.now = T0;
    w.workers = workers;
    w.random = 7;
    memset(w.counts, 0, sizeof(w.counts));
    w.late = 0;
}

static double uniform(void)
{
    return (double)(wlm_random_next(&w.random) >> 11) / (double)(UINT64_C(1) << 53);
}

/* 10 ms at least; three of four take less than twice as long, and some much more */
static apr_interval_time_t work(void)
{
    double u = uniform();

    return WORK / 2 + (apr_interval_time_t)(WORK / 4 * (u / (1 - u * 0.98)));
}

static void answer(int m, const request_t *request)
{
    wlm_member_t *member = &w.cluster->members[m];

    if (member->cluster->policy->uses_times) {
        (request->error ? wlm_peak_average_add_error : wlm_peak_average_add)(&member->shared->response_average,
                                                                            request->end - request->begun, w.now);
    }
    w.late += request->end - request->begun > 250 * MS;
    wlm_member_release(member);
}

/* All that is answered until then */
static void go_on(apr_time_t until)
{
    int m, i;

    w.now = until;
    for (m = 0; m < MEMBERS; ++m) {
        server_t *server = &w.servers[m];

        for (i = 0; i < server->n;) {
            if (server->in[i].end > until) {
                ++i;
                continue;
            }
            answer(m, &server->in[i]);
            server->in[i] = server->in[--server->n];
        }
    }
}

static apr_time_t end_of(server_t *server)
{
    int i, best = 0;
    apr_time_t begin;

    if (!w.workers) {
        return w.now + work() * server->factor;
    }
    for (i = 1; i < w.workers; ++i) {
        best = server->free_at[i] < server->free_at[best] ? i : best;
    }
    begin = server->free_at[best] > w.now ? server->free_at[best] : w.now;
    return server->free_at[best] = begin + work() * server->factor;
}

static void request(void)
{
    wlm_pick_t pick = { .now = w.now, .random = wlm_random_next(&w.random) };
    server_t *server;
    int m;

    ck_assert_int_eq(wlm_pick_member(&pick, w.cluster, &no_session), WLM_PICK_OK);
    m = pick.member->index;
    server = &w.servers[m];
    ck_assert_int_lt(server->n, WAITING);
    server->in[server->n++] = server->fails ? (request_t){ w.now, w.now + MS, 1 }
                                            : (request_t){ w.now, end_of(server), 0 };
    ++w.counts[m];
}

/* @param rate  requests a second, at random times */
static void run(double rate, int seconds)
{
    apr_time_t end = w.now + seconds * SEC;

    memset(w.counts, 0, sizeof(w.counts));
    w.late = 0;
    for (;;) {
        apr_time_t next = w.now + (apr_interval_time_t)(2 * uniform() / rate * SEC);
        if (next > end) {
            break;
        }
        go_on(next);
        request();
    }
    go_on(end);
}

static double share_of(int m)
{
    long sum = w.counts[0] + w.counts[1] + w.counts[2] + w.counts[3];

    return 100.0 * (double)w.counts[m] / (double)sum;
}

static const wlm_policy_choice_t by_load[] = { WLM_POLICY_LEAST_BUSY, WLM_POLICY_PEAK_EWMA };

/* -- shares by weight --------------------------------------------------------------------------------- */

static const double rates[] = { 40, 240, 1000, 4000 }; /* 1 to 80 requests in flight */

START_TEST(equally_fast_members_get_shares_by_weight_whatever_the_load)
{
    double rate = rates[_i % 4], within = by_load[_i / 4] == WLM_POLICY_LEAST_BUSY ? 0.7 : 2; /* averages vary */
    int m;

    set_up(weighted, by_load[_i / 4], 0);
    run(rate, (int)(80000 / rate));
    for (m = 0; m < MEMBERS; ++m) {
        ck_assert_msg(fabs(share_of(m) - 10 * weighted[m].weight) < within, "%s, %g/s, %s: %.1f %%",
                      w.cluster->policy->name, rate, weighted[m].name, share_of(m));
    }
}
END_TEST

/* -- a slow member ------------------------------------------------------------------------------------- */

START_TEST(a_slow_member_gets_little_and_its_share_when_it_has_recovered)
{
    set_up(equal, WLM_POLICY_PEAK_EWMA, WORKERS);
    run(240, 10);
    w.servers[0].factor = 10;
    run(240, 60);
    ck_assert_msg(share_of(0) > 0 && share_of(0) <= 3, "%.2f %%", share_of(0));
    ck_assert_msg(w.late <= 240 * 60 / 100, "%ld requests took long", w.late); /* p99 */
    w.servers[0].factor = 1;
    run(240, 10);
    run(240, 5);
    ck_assert_msg(share_of(0) > 20, "%.2f %%", share_of(0));
}
END_TEST

/* What LeastBusy is better in than Random: it notices by what is not answered */
START_TEST(a_slow_member_gets_less_by_least_busy)
{
    set_up(equal, WLM_POLICY_LEAST_BUSY, WORKERS);
    w.servers[0].factor = 10;
    run(240, 60);
    ck_assert_msg(share_of(0) < 10, "%.2f %%", share_of(0));
}
END_TEST

START_TEST(a_member_that_stops_to_answer_is_seen_before_anything_is_known)
{
    set_up(equal, by_load[_i], 0);
    w.servers[0].factor = 100000;
    run(240, 60);
    ck_assert_msg(share_of(0) < 1, "%s: %.2f %%", w.cluster->policy->name, share_of(0));
}
END_TEST

/* -- a member that fails at once ------------------------------------------------------------------------- */

START_TEST(quick_errors_attract_nothing)
{
    set_up(equal, by_load[_i], WORKERS);
    run(240, 10);
    w.servers[0].fails = 1;
    run(240, 60);
    ck_assert_msg(share_of(0) > 0 && share_of(0) < 26.5, "%s: %.2f %%", w.cluster->policy->name, share_of(0));
    w.servers[0].fails = 0;
    run(240, 10);
    run(240, 5);
    ck_assert_msg(share_of(0) > 20, "%.2f %%", share_of(0));
}
END_TEST

/* -- limits ------------------------------------------------------------------------------------------------ */

START_TEST(a_member_that_warms_up_gets_no_more_than_its_part)
{
    wlm_options_t *options;
    wlm_member_t *member;

    set_up(equal, by_load[_i], WORKERS);
    options = (wlm_options_t *)w.cluster->options;
    options->slow_start = 100 * SEC;
    member = &w.cluster->members[0];
    run(240, 2);
    atomic_store(&member->shared->up_since, (uint64_t)apr_time_as_msec(w.now));
    run(240, 20); /* warmth 0 to 20 %, 10 % on average, of a quarter */
    ck_assert_msg(share_of(0) > 1 && share_of(0) < 3.5, "%s: %.2f %%", w.cluster->policy->name, share_of(0));
}
END_TEST

START_TEST(tunnels_do_not_count)
{
    int i;

    set_up(equal, by_load[_i], WORKERS);
    for (i = 0; i < 100; ++i) {
        ck_assert(wlm_member_acquire(&w.cluster->members[0]));
        wlm_member_begin_tunnel(&w.cluster->members[0]);
    }
    run(240, 60);
    ck_assert_msg(fabs(share_of(0) - 25) < 2, "%s: %.2f %%", w.cluster->policy->name, share_of(0));
    ck_assert_uint_ge(wlm_member_in_flight(&w.cluster->members[0]), 100);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("balance/load");
    TCase *tc = unit_case(s, "load");

    tcase_add_loop_test(tc, equally_fast_members_get_shares_by_weight_whatever_the_load, 0, 8);
    tcase_add_test(tc, a_slow_member_gets_little_and_its_share_when_it_has_recovered);
    tcase_add_test(tc, a_slow_member_gets_less_by_least_busy);
    tcase_add_loop_test(tc, a_member_that_stops_to_answer_is_seen_before_anything_is_known, 0, 2);
    tcase_add_loop_test(tc, quick_errors_attract_nothing, 0, 2);
    tcase_add_loop_test(tc, a_member_that_warms_up_gets_no_more_than_its_part, 0, 2);
    tcase_add_loop_test(tc, tunnels_do_not_count, 0, 2);
    return s;
}

UNIT_MAIN(suite)

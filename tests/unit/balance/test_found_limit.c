/* The limit that is found for a member, in its record: a server with so many workers is played in simulated time, a
 * millisecond at a time, with clients that come at random and give up after a second. */
#include <math.h>
#include "cluster_unit.h"
#include "balance/counters.h"
#include "balance/found_limit.h"
#include "base/random.h"

enum { PATIENCE = 1000, MOST = 5000, OVERLOADED_AFTER = 500, WAIT = 1000, WAIT_OVERLOADED = 250 };

/** How long a request is work. */
typedef enum { FIXED, EXPONENTIAL, FAST_OR_SLOW, SKEWED } work_t;

/* For `seconds` the server has so many workers, and work of so many ms on average; clients bring `load` of what four
 * workers with 100 ms could do */
typedef struct phase_t {
    int seconds, workers, ms;
    double load;
    /* expected over its last half */
    int least_limit, most_limit;   /* at its end, when a search may be under way */
    double answered;               /* of what can be answered in time, or of what comes, whichever is less, at least */
    double refused;                /* of what comes, at most */
} phase_t;

typedef struct request_t {
    int came, begun, left, given_up;
} request_t;

static struct {
    work_t kind;
    uint64_t random;
    wlm_member_t *member;
    int now, nwaiting, nserved, waiting_since;
    request_t waiting[MOST], served[MOST]; /* the server works on the first ones */
    /* what came of it */
    int came, answered, refused;
} w;

static apr_time_t at(int ms)
{
    return T0 + apr_time_from_msec(ms);
}

/* @param max  0: no limit is looked for */
static void begin(work_t kind, int min, int max)
{
    static const member_spec_t one[] = { { "a", "A", 1, P, 0 }, END };
    wlm_options_t *options = unit_options();

    options->concurrency = (wlm_concurrency_bounds_t){ min, max };
    memset(&w, 0, sizeof(w));
    w.kind = kind;
    w.random = 7;
    w.member = cluster_with(make_cfg(one), options)->members;
}

static double uniform(void)
{
    return ((double)(wlm_random_next(&w.random) % 1000000) + 0.5) / 1000000;
}

static int work(int ms)
{
    double factor = w.kind == EXPONENTIAL ? -log(uniform()) : w.kind == FAST_OR_SLOW ? (uniform() < 0.5 ? 0.1 : 1.9)
                  : w.kind == SKEWED ? exp(0.8 * sqrt(-2 * log(uniform())) * cos(2 * M_PI * uniform()) - 0.32) : 1;

    return (int)(factor * ms + 0.5);
}

/* -- requests ------------------------------------------------------------------------------------ */

static void arrive(double per_ms)
{
    double sum = -log(uniform());

    for (; sum < per_ms && w.nwaiting < MOST; sum -= log(uniform())) {
        w.waiting[w.nwaiting++] = (request_t){ .came = w.now };
        ++w.came;
    }
}

static int is_overloaded(void)
{
    return w.nwaiting && w.now - w.waiting_since > OVERLOADED_AFTER;
}

static void refuse(void)
{
    int most = is_overloaded() ? WAIT_OVERLOADED : WAIT, i, n = 0;

    for (i = 0; i < w.nwaiting; ++i) {
        if (w.now - w.waiting[i].came > most) {
            ++w.refused;
        }
        else {
            w.waiting[n++] = w.waiting[i];
        }
    }
    w.nwaiting = n;
}

static void admit(int ms)
{
    while (w.nwaiting && w.nserved < MOST && wlm_member_acquire(w.member)) {
        int which = is_overloaded() ? w.nwaiting - 1 : 0;
        request_t request = w.waiting[which];

        memmove(&w.waiting[which], &w.waiting[which + 1], sizeof(request) * (size_t)(--w.nwaiting - which));
        request.begun = w.now;
        request.left = work(ms);
        w.served[w.nserved++] = request;
    }
    w.waiting_since = w.nwaiting ? w.waiting_since : w.now;
}

/* Its client has gone; the server works on it all the same */
static void give_up(request_t *request)
{
    if (!request->given_up && w.now - request->came > PATIENCE) {
        request->given_up = 1;
        wlm_member_release(w.member);
        wlm_found_limit_give_up(w.member, apr_time_from_msec(w.now - request->begun));
    }
}

static void work_on(int workers)
{
    int i, n = 0;

    for (i = 0; i < w.nserved; ++i) {
        give_up(&w.served[i]);
        w.served[i].left -= i < workers;
        if (w.served[i].left > 0 || i >= workers) {
            w.served[n++] = w.served[i];
        }
        else if (!w.served[i].given_up) {
            ++w.answered;
            wlm_member_release(w.member);
            wlm_counters_add_time(w.member, apr_time_from_msec(w.now - w.served[i].begun));
        }
    }
    w.nserved = n;
}

/* -- stories -------------------------------------------------------------------------------------- */

static void play(const phase_t *phase)
{
    int end = w.now + 1000 * phase->seconds, half = w.now + 500 * phase->seconds;

    for (; w.now < end; ++w.now) {
        if (w.now == half) {
            w.came = w.answered = w.refused = 0;
        }
        arrive(phase->load * 4 / 100);
        refuse();
        admit(phase->ms);
        work_on(phase->workers);
        if (w.now % (int)apr_time_as_msec(WLM_FOUND_LIMIT_INTERVAL) == 0) {
            wlm_found_limit_look(w.member, at(w.now));
        }
    }
}

#define PHASES 3


/* What a phase of 20 s is to have in its last half is found within 10 s */
static const struct {
    const char *name;
    work_t kind;
    phase_t phases[PHASES];
} stories[] = {
    { "more comes than can be answered, from the start", FIXED, { { 60, 4, 100, 1.5, 4, 12, 0.95, 0.4 } } },
    { "... with requests of all kinds", EXPONENTIAL, { { 60, 4, 100, 1.5, 4, 20, 0.9, 0.5 } } },
    { "... with two kinds", FAST_OR_SLOW, { { 60, 4, 100, 1.5, 4, 20, 0.85, 0.5 } } },
    { "... with a few long ones", SKEWED, { { 60, 4, 100, 1.5, 4, 20, 0.9, 0.5 } } },
    { "a server with many workers", EXPONENTIAL, { { 60, 64, 100, 24, 40, 200, 0.9, 0.5 } } },
    { "nearly as much as can be answered", FIXED, { { 300, 4, 100, 0.9, 1000, 1000, 0.99, 0.001 } } },
    { "... by many workers", EXPONENTIAL, { { 300, 64, 100, 14.4, 1000, 1000, 0.99, 0.001 } } },
    { "a rush on a server that was well", EXPONENTIAL,
      { { 30, 16, 100, 2, 1000, 1000, 0.99, 0.001 }, { 20, 16, 100, 6, 10, 64, 0.9, 0.5 },
        { 30, 16, 100, 2, 10, 1000, 0.99, 0.01 } } },
    { "half of the workers are gone, and come back", FIXED,
      { { 40, 8, 100, 3, 8, 24, 0.9, 0.5 }, { 20, 4, 100, 3, 4, 20, 0.9, 0.75 }, { 20, 8, 100, 3, 5, 24, 0.9, 0.5 } } },
    { "the work takes twice as long, and then as long as before", FIXED,
      { { 40, 8, 100, 3, 8, 24, 0.9, 0.5 }, { 20, 8, 200, 3, 6, 24, 0.85, 0.75 },
        { 20, 8, 100, 3, 5, 24, 0.85, 0.5 } } }, /* 5: a step of a search below 8 */
    { "next to nothing comes after a rush: that lowers nothing", FIXED,
      { { 60, 16, 100, 6, 8, 50, 0.9, 0.5 }, { 100, 16, 100, 0.1, 16, 50, 0.98, 0 },
        { 20, 16, 100, 3.6, 16, 50, 0.98, 0.01 } } },
    { "nobody comes for a minute: what was found stays", FIXED,
      { { 60, 16, 100, 6, 8, 50, 0.9, 0.5 }, { 60, 16, 100, 0, 8, 50, 1, 0 }, { 20, 16, 100, 6, 8, 50, 0.9, 0.5 } } },
    { "few slow requests: there is nothing to find", EXPONENTIAL,
      { { 60, 16, 100, 0.2, 1000, 1000, 0.99, 0 }, { 60, 16, 400, 0.2, 1000, 1000, 0.85, 0 } } },
};

static void expect(const phase_t *phase, const char *name, int p)
{
    double possible = phase->workers * 1000.0 / phase->ms * phase->seconds / 2;
    double answered = w.came ? w.answered / fmin(possible, w.came) : 1;
    double refused = w.came ? (double)w.refused / w.came : 0;
    int limit = wlm_member_found_limit(w.member);

    ck_assert_msg(limit >= phase->least_limit && limit <= phase->most_limit && answered >= phase->answered
                  && refused <= phase->refused, "%s, phase %d: limit %d, %.1f %% answered, %.2f %% refused", name,
                  p + 1, limit, 100 * answered, 100 * refused);
}

START_TEST(the_limit_is_found)
{
    int p;

    begin(stories[_i].kind, 4, 1000);
    for (p = 0; p < PHASES && stories[_i].phases[p].seconds; ++p) {
        play(&stories[_i].phases[p]);
        expect(&stories[_i].phases[p], stories[_i].name, p);
    }
}
END_TEST

/* -- the record ------------------------------------------------------------------------------------ */

static const phase_t overload = { 60, 4, 100, 1.5, 4, 12, 0.95, 0.4 };

/* In windows that an administrator's reset has emptied nothing was answered: no limit holds anybody back there */
START_TEST(counters_may_be_reset)
{
    const phase_t a_second = { .seconds = 1, .workers = 4, .ms = 100, .load = 0.5 };
    int i;

    begin(FIXED, 4, 1000);
    for (i = 0; i < 60; ++i) {
        play(&a_second);
        wlm_counters_reset(w.member->shared);
        ck_assert_int_eq(wlm_member_found_limit(w.member), 1000);
    }
    play(&overload);
    expect(&overload, "after resets", 0);
}
END_TEST

/* So many that with them the largest limit would seem to be reached */
START_TEST(tunnels_take_no_part_of_it)
{
    const phase_t quiet = { .seconds = 60, .workers = 4, .ms = 100, .load = 0.5 };
    int i;

    begin(FIXED, 4, 60);
    for (i = 0; i < 50; ++i) {
        ck_assert(wlm_member_acquire(w.member));
        wlm_member_begin_tunnel(w.member);
    }
    play(&quiet);
    ck_assert_int_eq(wlm_member_found_limit(w.member), 60);
    ck_assert_int_eq(wlm_member_limit(w.member), 110);
    play(&overload);
    expect(&overload, "beside tunnels", 0);
}
END_TEST

START_TEST(nothing_is_known_at_first)
{
    begin(FIXED, 4, 1000);
    wlm_found_limit_look(w.member, T0);
    ck_assert_int_eq(wlm_member_found_limit(w.member), 1000);
    ck_assert_int_eq(wlm_found_limit_usual_time(w.member), 0);
    play(&(phase_t){ .seconds = 3, .workers = 4, .ms = 100, .load = 0.5 });
    ck_assert_int_eq(wlm_member_found_limit(w.member), 1000);
    ck_assert_int_ge(wlm_found_limit_usual_time(w.member), apr_time_from_msec(80)); /* the histogram is that coarse */
    ck_assert_int_le(wlm_found_limit_usual_time(w.member), apr_time_from_msec(125));
}
END_TEST

START_TEST(other_bounds_hold_at_once)
{
    wlm_options_t *options;

    begin(FIXED, 4, 1000);
    play(&overload);
    options = apr_pmemdup(unit_pool, w.member->cluster->options, sizeof(*options));
    w.member->cluster->options = options;
    options->concurrency = (wlm_concurrency_bounds_t){ 1, 3 };
    ck_assert_int_eq(wlm_member_found_limit(w.member), 3);
    options->concurrency = (wlm_concurrency_bounds_t){ 20, 30 };
    ck_assert_int_eq(wlm_member_found_limit(w.member), 20);
    options->concurrency = (wlm_concurrency_bounds_t){ 0, 0 };
    ck_assert_int_eq(wlm_member_found_limit(w.member), 0);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("balance/found_limit");
    TCase *tc = unit_case(s, "found_limit");

    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, the_limit_is_found, 0, UNIT_COUNT(stories));
    tcase_add_test(tc, counters_may_be_reset);
    tcase_add_test(tc, tunnels_take_no_part_of_it);
    tcase_add_test(tc, nothing_is_known_at_first);
    tcase_add_test(tc, other_bounds_hold_at_once);
    return s;
}

UNIT_MAIN(suite)

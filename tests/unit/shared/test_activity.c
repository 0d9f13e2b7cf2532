/* What a member does at the moment: rates, peaks, last requests and the time for which it was not up. */
#include "unit.h"
#include "shared/activity.h"

#define SEC APR_USEC_PER_SEC
#define T0  (1000000000 * SEC)

static wlm_activity_t activity;

static wlm_activity_counts_t counts_of(uint64_t n, int is_up)
{
    return (wlm_activity_counts_t){ .requests = n, .failures = n / 2, .errors = n / 4, .is_up = is_up };
}

/* So many requests in each second, with a look at its end */
static void go_on(int from, int to, uint64_t per_second)
{
    int i;

    for (i = from; i < to; ++i) {
        wlm_activity_counts_t counts = counts_of(atomic_load(&activity.requests) + per_second, 1);

        wlm_activity_look(&activity, &counts, T0 + i * SEC);
    }
}

static wlm_activity_view_t read_at(apr_time_t second, uint64_t more)
{
    wlm_activity_counts_t counts = counts_of(atomic_load(&activity.requests) + more, 1);

    return wlm_activity_read(&activity, &counts, T0 + second * SEC);
}

static void check(double is, double wanted)
{
    ck_assert_msg(is > wanted - 0.01 && is < wanted + 0.01, "%f instead of %f", is, wanted);
}

static const struct {
    int looks;                     /* one each second */
    int at;                        /* s: when it is read */
    int more;                      /* requests since the last look */
    double rate;
} rates[] = {
    { 0, 5, 40, 0 },               /* nobody has looked */
    { 1, 0, 40, 40 },              /* of less than a second: as of one */
    { 1, 4, 40, 10 },
    { 6, 5, 0, 100 },
    { 11, 10, 0, 100 }, { 40, 39, 0, 100 },
    { 40, 39, 100, 110 },          /* they count at once */
    { 40, 44, 0, 50 },             /* since then there were none */
    { 40, 49, 0, 0 },
    { 40, 89, 100, 10 },           /* nobody has looked since, because nothing had changed until now */
};

START_TEST(rates_are_of_the_last_seconds)
{
    wlm_activity_view_t view;

    memset((void *)&activity, 0, sizeof(activity));
    go_on(0, rates[_i].looks, 100);
    view = read_at(rates[_i].at, (uint64_t)rates[_i].more);
    check(view.requests, rates[_i].rate);
    ck_assert(view.failures >= view.requests / 2 - 0.1 && view.errors >= view.requests / 4 - 0.1);
}
END_TEST

START_TEST(a_reset_is_no_negative_rate_and_no_request)
{
    wlm_activity_counts_t counts = { .requests = 0, .is_up = 1 };
    wlm_activity_view_t view;

    memset((void *)&activity, 0, sizeof(activity));
    go_on(0, 20, 100);
    wlm_activity_look(&activity, &counts, T0 + 20 * SEC);
    view = wlm_activity_read(&activity, &counts, T0 + 25 * SEC);
    check(view.requests, 0);
    ck_assert_uint_eq(view.request_at, (uint64_t)apr_time_as_msec(T0 + 19 * SEC));
    counts.requests = 50;
    view = wlm_activity_read(&activity, &counts, T0 + 25 * SEC);
    check(view.requests, 5);
    ck_assert_uint_eq(view.request_at, (uint64_t)apr_time_as_msec(T0 + 25 * SEC));
}
END_TEST

START_TEST(the_last_request_and_the_last_one_of_a_session)
{
    wlm_activity_counts_t counts = { .requests = 3, .sessions_kept = 1, .in_flight = 7, .is_up = 1 };
    wlm_activity_view_t view;

    memset((void *)&activity, 0, sizeof(activity));
    view = wlm_activity_read(&activity, &(wlm_activity_counts_t){ .is_up = 1 }, T0);
    ck_assert(view.request_at == 0 && view.session_at == 0 && view.peak == 0);
    wlm_activity_look(&activity, &counts, T0 + SEC);
    counts.requests = 4;
    counts.in_flight = 2;
    wlm_activity_look(&activity, &counts, T0 + 2 * SEC);
    wlm_activity_look(&activity, &counts, T0 + 3 * SEC);
    view = wlm_activity_read(&activity, &counts, T0 + 9 * SEC);
    ck_assert_uint_eq(view.request_at, (uint64_t)apr_time_as_msec(T0 + 2 * SEC));
    ck_assert_uint_eq(view.session_at, (uint64_t)apr_time_as_msec(T0 + SEC));
    ck_assert_uint_eq(view.peak, 7);
    counts.in_flight = 8; /* more than any look has seen */
    ck_assert_uint_eq(wlm_activity_read(&activity, &counts, T0 + 9 * SEC).peak, 8);
    wlm_activity_reset(&activity);
    ck_assert_uint_eq(wlm_activity_read(&activity, &counts, T0 + 9 * SEC).peak, 8);
    ck_assert_uint_eq(wlm_activity_read(&activity, &(wlm_activity_counts_t){ .is_up = 1 }, T0).peak, 0);
}
END_TEST

START_TEST(the_time_for_which_it_was_not_up)
{
    wlm_activity_counts_t up = { .is_up = 1 }, down = { .is_up = 0 };

    memset((void *)&activity, 0, sizeof(activity));
    wlm_activity_look(&activity, &down, T0); /* since when is not known */
    ck_assert_uint_eq(wlm_activity_read(&activity, &down, T0 + 2 * SEC).time_down, 2000);
    wlm_activity_look(&activity, &down, T0 + 3 * SEC);
    wlm_activity_look(&activity, &up, T0 + 4 * SEC);
    wlm_activity_look(&activity, &up, T0 + 50 * SEC);
    ck_assert_uint_eq(wlm_activity_read(&activity, &up, T0 + 60 * SEC).time_down, 3000);
    /* it was not looked at while it was idle, and has gone down since the last second */
    ck_assert_uint_eq(wlm_activity_read(&activity, &down, T0 + 60 * SEC).time_down, 4000);
    wlm_activity_look(&activity, &down, T0 + 61 * SEC);
    ck_assert_uint_eq(wlm_activity_read(&activity, &down, T0 + 61 * SEC).time_down, 14000);
    wlm_activity_reset(&activity);
    ck_assert_uint_eq(wlm_activity_read(&activity, &up, T0 + 61 * SEC).time_down, 0);
}
END_TEST

/* Looks that are left out while nothing changes, for so many seconds behind 20 with requests: then the view is as if
 * there had been all of them */
START_TEST(looks_that_are_left_out)
{
    int left_out = _i, second = 20 + left_out + 9; /* of 9 idle ones with looks; requests come in the next */
    wlm_activity_counts_t idle, more;
    wlm_activity_view_t all = { .peak = 0 }, some;
    int with, i;

    for (with = 0; with < 2; ++with) {
        memset((void *)&activity, 0, sizeof(activity));
        go_on(0, 20, 100);
        idle = counts_of(2000, 1);
        more = counts_of(2055, 0);
        for (i = 20; i < second; ++i) {
            if (with || i < 29) {
                wlm_activity_look(&activity, &idle, T0 + i * SEC);
            }
        }
        wlm_activity_catch_up(&activity, T0 + (second - 1) * SEC);
        wlm_activity_look(&activity, &more, T0 + second * SEC);
        some = all;
        all = wlm_activity_read(&activity, &more, T0 + (second + 2) * SEC);
    }
    check(some.requests, all.requests);
    check(some.failures, all.failures);
    ck_assert(all.requests > 4 && all.requests < 60);
    ck_assert_uint_eq(some.request_at, all.request_at);
    ck_assert_uint_eq(some.time_down, all.time_down);
    ck_assert_uint_eq(all.time_down, 3000);
}
END_TEST

START_TEST(a_record_that_nobody_has_looked_at)
{
    wlm_activity_counts_t counts = counts_of(30, 1);

    memset((void *)&activity, 0, sizeof(activity));
    wlm_activity_catch_up(&activity, T0);
    wlm_activity_look(&activity, &counts, T0 + SEC);
    check(wlm_activity_read(&activity, &counts, T0 + 3 * SEC).requests, 3);
}
END_TEST

/* A look that was left half written is not used, and its place is the next one to be */
START_TEST(a_process_that_dies_in_a_look)
{
    int i;

    memset((void *)&activity, 0, sizeof(activity));
    go_on(0, 20, 100);
    for (i = 0; i < WLM_ACTIVITY_LOOKS; ++i) {
        if (atomic_load(&activity.looks[i].at) == (uint64_t)apr_time_as_msec(T0 + 4 * SEC)) {
            atomic_store(&activity.looks[i].at, 0);
            atomic_store(&activity.looks[i].requests, 999999);
        }
    }
    check(read_at(19, 0).requests, 100);
    go_on(20, 21, 100);
    check(read_at(20, 0).requests, 100);
    for (i = 0; i < WLM_ACTIVITY_LOOKS; ++i) {
        ck_assert(atomic_load(&activity.looks[i].at) != 0);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("shared/activity");
    TCase *tc = unit_case(s, "activity");

    tcase_add_loop_test(tc, rates_are_of_the_last_seconds, 0, UNIT_COUNT(rates));
    tcase_add_test(tc, a_reset_is_no_negative_rate_and_no_request);
    tcase_add_test(tc, the_last_request_and_the_last_one_of_a_session);
    tcase_add_test(tc, the_time_for_which_it_was_not_up);
    tcase_add_loop_test(tc, looks_that_are_left_out, 1, 40);
    tcase_add_test(tc, a_record_that_nobody_has_looked_at);
    tcase_add_test(tc, a_process_that_dies_in_a_look);
    return s;
}

UNIT_MAIN(suite)

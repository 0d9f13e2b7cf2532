/* Response times in a histogram, and what happened in the last quarter of an hour. */
#include "unit.h"
#include "shared/samples.h"

#define SEC APR_USEC_PER_SEC
#define T0  (3000000 * SEC)        /* a multiple of all intervals */

/* -- times ------------------------------------------------------------------------------------ */

#define MS  APR_TIME_C(1000)

static const struct { apr_interval_time_t time; int bucket; } buckets[] = {
    { APR_INT64_MIN, 0 }, { -5, 0 }, { 0, 0 }, { 1, 0 }, { 63, 0 }, { 64, 0 }, { 99, 0 }, { 100, 0 }, { 101, 1 },
    { 125, 1 }, { 127, 2 }, { 128, 2 }, { 150, 2 }, { 175, 3 }, { 200, 4 }, { 250, 5 }, { 300, 6 }, { 350, 7 },
    { 400, 8 }, { 500, 9 }, { 600, 10 }, { 700, 11 }, { 750, 12 }, { 751, 13 }, { 800, 13 }, { 900, 14 }, { 901, 15 },
    { MS, 15 }, { MS + 1, 16 }, { SEC, 60 }, { SEC + 1, 61 }, { 60 * SEC, 85 }, { 1000 * SEC - 1, 105 },
    { 1000 * SEC, 105 }, { 1000 * SEC + 1, 106 }, { APR_INT64_MAX, 106 },
};

START_TEST(a_time_has_a_bucket)
{
    ck_assert_int_eq(wlm_histogram_bucket(buckets[_i].time), buckets[_i].bucket);
}
END_TEST

START_TEST(each_end_is_the_last_time_of_its_bucket)
{
    apr_interval_time_t end = wlm_histogram_end(_i);

    ck_assert_int_eq(wlm_histogram_bucket(end - 1), _i);
    ck_assert_int_eq(wlm_histogram_bucket(end), _i);
    ck_assert_int_eq(wlm_histogram_bucket(end + 1), _i + 1);
}
END_TEST

START_TEST(no_bucket_is_wider_than_a_quarter_of_its_beginning)
{
    apr_interval_time_t begin = wlm_histogram_end(_i - 1), end = wlm_histogram_end(_i);

    ck_assert_int_gt(end, begin);
    ck_assert_int_le(end - begin, begin / 4);
}
END_TEST

START_TEST(ends_of_no_bucket_are_those_of_the_first_and_the_last)
{
    ck_assert_int_eq(wlm_histogram_end(-1), 100);
    ck_assert_int_eq(wlm_histogram_end(WLM_HISTOGRAM_BUCKETS - 1), 1000 * SEC);
    ck_assert_int_eq(wlm_histogram_end(WLM_HISTOGRAM_BUCKETS), 1000 * SEC);
}
END_TEST

/* what objectives name */
static const apr_interval_time_t objectives[] = {
    5 * MS, 10 * MS, 25 * MS, 50 * MS, 75 * MS, 100 * MS, 250 * MS, 500 * MS, SEC, 5 * SEC / 2, 5 * SEC, 10 * SEC,
    30 * SEC, 60 * SEC, 300 * SEC
};

START_TEST(an_objective_is_an_end)
{
    ck_assert_int_eq(wlm_histogram_end(wlm_histogram_bucket(objectives[_i])), objectives[_i]);
}
END_TEST

/* times of `from` to `to` in so many steps, evenly; the quantile, and by what part of it it may be off */
static const struct {
    apr_interval_time_t from, to;
    int n;
    double share;
    apr_interval_time_t time;
    double off;
} spread[] = {
    { 0, 0, 0, 0.5, 0, 0 },
    { 0, SEC, 10000, 0.01, 10 * MS, 0.01 }, { 0, SEC, 10000, 0.25, 250 * MS, 0.01 },
    { 0, SEC, 10000, 0.5, 500 * MS, 0.01 }, { 0, SEC, 10000, 0.9, 900 * MS, 0.01 },
    { 0, SEC, 10000, 0.99, 990 * MS, 0.01 }, { 0, SEC, 10000, 1, SEC, 0 },
    { 0, 60 * SEC, 60000, 0.5, 30 * SEC, 0.01 }, { 0, 60 * SEC, 60000, 0.95, 57 * SEC, 0.01 },
    { 20 * MS, 20 * MS, 100, 0.5, 20 * MS, 0.2 }, { 24 * MS, 24 * MS, 100, 0.99, 24 * MS, 0.2 },
    { 200 * SEC, 200 * SEC, 10, 0.99, 200 * SEC, 0.25 },
    { 1100 * SEC, 9000 * SEC, 10, 0.5, 1000 * SEC, 0 }, /* all that is known is that they took longer */
};

START_TEST(quantiles)
{
    uint64_t counts[WLM_HISTOGRAM_BUCKETS] = { 0 };
    apr_interval_time_t time;
    double off;
    int i;

    for (i = 0; i < spread[_i].n; ++i) {
        counts[wlm_histogram_bucket(spread[_i].from + (spread[_i].to - spread[_i].from) / spread[_i].n * i)]++;
    }
    time = wlm_histogram_quantile(counts, spread[_i].share);
    off = (double)(time > spread[_i].time ? time - spread[_i].time : spread[_i].time - time);
    ck_assert_msg(off <= spread[_i].off * (double)spread[_i].time, "%d us", (int)time);
}
END_TEST

/* -- samples -------------------------------------------------------------------------------------- */

static _Atomic uint64_t times[WLM_HISTOGRAM_BUCKETS];
static uint64_t requests[WLM_SAMPLES], failures[WLM_SAMPLES], errors[WLM_SAMPLES], kept[WLM_SAMPLES],
    recent[WLM_HISTOGRAM_BUCKETS];

static wlm_samples_counters_t counts_of(uint64_t n)
{
    return (wlm_samples_counters_t){ .requests = n, .failures = n / 10, .errors = n / 5, .kept = n / 2,
                                     .times = times };
}

START_TEST(before_the_first_sample_there_is_nothing)
{
    wlm_samples_t samples = { 0 };
    wlm_samples_counters_t counts = counts_of(1000);
    int i;

    wlm_samples_read(&samples, &counts, requests, failures, errors, kept);
    for (i = 0; i < WLM_SAMPLES; ++i) {
        ck_assert_uint_eq(requests[i], 0);
    }
}
END_TEST

/* 100 requests more in each interval, for an hour */
START_TEST(each_interval_has_what_came_in_it)
{
    wlm_samples_t samples = { 0 };
    wlm_samples_counters_t counts;
    int i;

    for (i = 0; i <= 120; ++i) {
        counts = counts_of((uint64_t)i * 100);
        wlm_samples_note(&samples, &counts, T0 + i * 30 * SEC);
        counts = counts_of((uint64_t)i * 100 + 50);
        wlm_samples_note(&samples, &counts, T0 + i * 30 * SEC + 10 * SEC); /* not time yet */
    }
    wlm_samples_read(&samples, &counts, requests, failures, errors, kept);
    ck_assert_uint_eq(requests[WLM_SAMPLES - 1], 50);
    for (i = 0; i < WLM_SAMPLES - 1; ++i) {
        ck_assert_uint_eq(requests[i], 100);
        ck_assert_uint_eq(failures[i], 10);
        ck_assert_uint_eq(errors[i], 20);
        ck_assert_uint_eq(kept[i], 50);
    }
    ck_assert_uint_eq(wlm_samples_sum(requests, 1), 50);
    ck_assert_uint_eq(wlm_samples_sum(requests, 10), 50 + 9 * 100);
    ck_assert_uint_eq(wlm_samples_sum(requests, WLM_SAMPLES), 50 + (WLM_SAMPLES - 1) * 100);
}
END_TEST

START_TEST(intervals_that_nobody_noted_are_empty)
{
    wlm_samples_t samples = { 0 };
    wlm_samples_counters_t counts = counts_of(0);

    wlm_samples_note(&samples, &counts, T0);
    counts = counts_of(100);
    wlm_samples_note(&samples, &counts, T0 + 4 * 30 * SEC);
    wlm_samples_read(&samples, &counts, requests, failures, errors, kept);
    ck_assert_uint_eq(requests[WLM_SAMPLES - 1] + requests[WLM_SAMPLES - 2] + requests[WLM_SAMPLES - 3]
                      + requests[WLM_SAMPLES - 4], 0);
    ck_assert_uint_eq(requests[WLM_SAMPLES - 5], 100);
    counts = counts_of(200);
    wlm_samples_note(&samples, &counts, T0 + 3600 * SEC); /* nothing of before is left */
    wlm_samples_read(&samples, &counts, requests, failures, errors, kept);
    ck_assert_uint_eq(requests[0] + requests[WLM_SAMPLES - 1], 0);
}
END_TEST

START_TEST(counters_that_go_back_are_no_requests)
{
    wlm_samples_t samples = { 0 };
    wlm_samples_counters_t counts = counts_of(1000);

    wlm_samples_note(&samples, &counts, T0);
    counts = counts_of(0);
    wlm_samples_read(&samples, &counts, requests, failures, errors, kept);
    ck_assert_uint_eq(requests[WLM_SAMPLES - 1], 0);
    ck_assert_uint_eq(errors[WLM_SAMPLES - 1], 0);
}
END_TEST

START_TEST(errors_that_pass_32_bits_go_on)
{
    wlm_samples_t samples = { 0 };
    wlm_samples_counters_t counts = { .errors = UINT32_MAX, .kept = UINT32_MAX, .times = times };

    wlm_samples_note(&samples, &counts, T0);
    counts.errors += 7;
    counts.kept += 5;
    wlm_samples_read(&samples, &counts, requests, failures, errors, kept);
    ck_assert_uint_eq(errors[WLM_SAMPLES - 1], 7);
    ck_assert_uint_eq(kept[WLM_SAMPLES - 1], 5);
}
END_TEST

START_TEST(recent_times_are_those_of_the_last_minutes)
{
    wlm_samples_t samples = { 0 };
    wlm_samples_counters_t counts = counts_of(0);
    int minute;

    memset((void *)times, 0, sizeof(times));
    for (minute = 0; minute < 60; ++minute) {
        wlm_samples_note(&samples, &counts, T0 + minute * 60 * SEC);
        atomic_fetch_add(&times[minute < 40 ? 3 : 7], 10);
    }
    wlm_samples_recent(&samples, &counts, recent);
    ck_assert_uint_eq(recent[3], 0);
    ck_assert_uint_ge(recent[7], 50);
    ck_assert_uint_le(recent[7], 100);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("shared/samples");
    TCase *tc = unit_case(s, "samples");

    tcase_add_loop_test(tc, a_time_has_a_bucket, 0, UNIT_COUNT(buckets));
    tcase_add_loop_test(tc, each_end_is_the_last_time_of_its_bucket, 0, WLM_HISTOGRAM_BUCKETS - 1);
    tcase_add_loop_test(tc, no_bucket_is_wider_than_a_quarter_of_its_beginning, 1, WLM_HISTOGRAM_BUCKETS - 1);
    tcase_add_test(tc, ends_of_no_bucket_are_those_of_the_first_and_the_last);
    tcase_add_loop_test(tc, an_objective_is_an_end, 0, UNIT_COUNT(objectives));
    tcase_add_loop_test(tc, quantiles, 0, UNIT_COUNT(spread));
    tcase_add_test(tc, before_the_first_sample_there_is_nothing);
    tcase_add_test(tc, each_interval_has_what_came_in_it);
    tcase_add_test(tc, intervals_that_nobody_noted_are_empty);
    tcase_add_test(tc, counters_that_go_back_are_no_requests);
    tcase_add_test(tc, errors_that_pass_32_bits_go_on);
    tcase_add_test(tc, recent_times_are_those_of_the_last_minutes);
    return s;
}

UNIT_MAIN(suite)

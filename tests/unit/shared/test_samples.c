/* Response times in a histogram, and what happened in the last quarter of an hour. */
#include "unit.h"
#include "shared/samples.h"

#define SEC APR_USEC_PER_SEC
#define T0  (3000000 * SEC)        /* a multiple of all intervals */

/* -- times ------------------------------------------------------------------------------------ */

static const struct { apr_interval_time_t time; int bucket; } buckets[] = {
    { -5, 0 }, { 0, 0 }, { 127, 0 }, { 128, 1 }, { 159, 1 }, { 160, 2 }, { 191, 2 }, { 192, 3 }, { 224, 4 }, { 255, 4 },
    { 256, 5 }, { 319, 5 }, { 320, 6 }, { 134217727, 80 }, { 134217728, 81 },
    { APR_TIME_C(2147483647), 96 }, { APR_TIME_C(2147483648), 97 }, { APR_INT64_MAX, 97 },
};

START_TEST(a_time_has_a_bucket)
{
    ck_assert_int_eq(wlm_histogram_bucket(buckets[_i].time), buckets[_i].bucket);
}
END_TEST

START_TEST(buckets_lie_side_by_side)
{
    int i;

    for (i = 0; i < WLM_HISTOGRAM_BUCKETS - 1; ++i) {
        ck_assert_int_eq(wlm_histogram_bucket(wlm_histogram_end(i) - 1), i);
        ck_assert_int_eq(wlm_histogram_bucket(wlm_histogram_end(i)), i + 1);
    }
}
END_TEST

START_TEST(quantiles)
{
    uint64_t counts[WLM_HISTOGRAM_BUCKETS] = { 0 };
    apr_interval_time_t time;
    int i;

    ck_assert_int_eq(wlm_histogram_quantile(counts, 0.5), 0);
    for (i = 1; i <= 10000; ++i) {
        counts[wlm_histogram_bucket(i * 100)]++; /* 0.1 ms to 1 s, evenly */
    }
    for (i = 1; i < 100; ++i) {
        time = wlm_histogram_quantile(counts, i / 100.0);
        ck_assert_msg(time > i * 10000 * 0.8 && time < i * 10000 * 1.2, "%d%%: %d us", i, (int)time);
    }
    ck_assert_int_le(wlm_histogram_quantile(counts, 1.0), wlm_histogram_end(wlm_histogram_bucket(1000000)));
    memset(counts, 0, sizeof(counts));
    counts[WLM_HISTOGRAM_BUCKETS - 1] = 1;
    ck_assert_int_eq(wlm_histogram_quantile(counts, 0.5), wlm_histogram_end(WLM_HISTOGRAM_BUCKETS - 1));
}
END_TEST

/* -- samples -------------------------------------------------------------------------------------- */

static _Atomic uint64_t times[WLM_HISTOGRAM_BUCKETS];
static uint64_t requests[WLM_SAMPLES], failures[WLM_SAMPLES], errors[WLM_SAMPLES], recent[WLM_HISTOGRAM_BUCKETS];

static wlm_samples_counters_t counts_of(uint64_t n)
{
    return (wlm_samples_counters_t){ .requests = n, .failures = n / 10, .errors = n / 5, .times = times };
}

START_TEST(before_the_first_sample_there_is_nothing)
{
    wlm_samples_t samples = { 0 };
    wlm_samples_counters_t counts = counts_of(1000);
    int i;

    wlm_samples_read(&samples, &counts, requests, failures, errors);
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
    wlm_samples_read(&samples, &counts, requests, failures, errors);
    ck_assert_uint_eq(requests[WLM_SAMPLES - 1], 50);
    for (i = 0; i < WLM_SAMPLES - 1; ++i) {
        ck_assert_uint_eq(requests[i], 100);
        ck_assert_uint_eq(failures[i], 10);
        ck_assert_uint_eq(errors[i], 20);
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
    wlm_samples_read(&samples, &counts, requests, failures, errors);
    ck_assert_uint_eq(requests[WLM_SAMPLES - 1] + requests[WLM_SAMPLES - 2] + requests[WLM_SAMPLES - 3]
                      + requests[WLM_SAMPLES - 4], 0);
    ck_assert_uint_eq(requests[WLM_SAMPLES - 5], 100);
    counts = counts_of(200);
    wlm_samples_note(&samples, &counts, T0 + 3600 * SEC); /* nothing of before is left */
    wlm_samples_read(&samples, &counts, requests, failures, errors);
    ck_assert_uint_eq(requests[0] + requests[WLM_SAMPLES - 1], 0);
}
END_TEST

START_TEST(counters_that_go_back_are_no_requests)
{
    wlm_samples_t samples = { 0 };
    wlm_samples_counters_t counts = counts_of(1000);

    wlm_samples_note(&samples, &counts, T0);
    counts = counts_of(0);
    wlm_samples_read(&samples, &counts, requests, failures, errors);
    ck_assert_uint_eq(requests[WLM_SAMPLES - 1], 0);
    ck_assert_uint_eq(errors[WLM_SAMPLES - 1], 0);
}
END_TEST

START_TEST(errors_that_pass_32_bits_go_on)
{
    wlm_samples_t samples = { 0 };
    wlm_samples_counters_t counts = { .errors = UINT32_MAX, .times = times };

    wlm_samples_note(&samples, &counts, T0);
    counts.errors += 7;
    wlm_samples_read(&samples, &counts, requests, failures, errors);
    ck_assert_uint_eq(errors[WLM_SAMPLES - 1], 7);
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
    tcase_add_test(tc, buckets_lie_side_by_side);
    tcase_add_test(tc, quantiles);
    tcase_add_test(tc, before_the_first_sample_there_is_nothing);
    tcase_add_test(tc, each_interval_has_what_came_in_it);
    tcase_add_test(tc, intervals_that_nobody_noted_are_empty);
    tcase_add_test(tc, counters_that_go_back_are_no_requests);
    tcase_add_test(tc, errors_that_pass_32_bits_go_on);
    tcase_add_test(tc, recent_times_are_those_of_the_last_minutes);
    return s;
}

UNIT_MAIN(suite)

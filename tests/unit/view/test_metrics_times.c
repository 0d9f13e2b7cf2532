/* Response times in the metrics: their buckets, and the texts of these. */
#include <stdlib.h>
#include "unit.h"
#include "shared/histogram.h"
#include "view/metrics_times.h"

static char text[1 << 14];
static size_t length;

static void append(void *to, const char *data, apr_size_t n)
{
    (void)to;
    ck_assert_uint_lt(length + n, sizeof(text));
    memcpy(text + length, data, n);
    length += n;
    text[length] = '\0';
}

static wlm_out_t out_of_test(void)
{
    length = 0;
    return (wlm_out_t){ .write = append, .p = unit_pool };
}

START_TEST(edges_are_ends_of_buckets_and_rise)
{
    apr_interval_time_t edge, before = 0;
    int n;

    for (n = 0; (edge = wlm_metrics_times_edge(n)) > 0; before = edge, ++n) {
        ck_assert_int_gt(edge, before);
        ck_assert_int_eq(wlm_histogram_end(wlm_histogram_bucket(edge)), edge);
    }
    ck_assert_int_gt(n, 20);
}
END_TEST

/* The number of the series with this end. @return -1: there is none */
static long count_in(const char *le)
{
    const char *at = strstr(text, apr_pstrcat(unit_pool, "t_bucket{a=\"b\",le=\"", le, "\"} ", NULL));

    return at ? strtol(strchr(at, ' ') + 1, NULL, 10) : -1;
}

/* how a rule names an edge, and what it is in microseconds */
static const struct { const char *le; apr_interval_time_t edge; } names[] = {
    { "0.0005", 500 }, { "0.001", 1000 }, { "0.005", 5000 }, { "0.01", 10000 }, { "0.025", 25000 }, { "0.05", 50000 },
    { "0.1", 100000 }, { "0.25", 250000 }, { "0.5", 500000 }, { "1.0", 1000000 }, { "2.5", 2500000 },
    { "5.0", 5000000 }, { "10.0", 10000000 }, { "60.0", 60000000 }, { "600.0", 600000000 },
};

START_TEST(what_took_as_long_as_an_edge_is_in_it_and_no_more)
{
    const apr_interval_time_t at[] = { names[_i].edge - 1, names[_i].edge, names[_i].edge + 1 };
    uint64_t times[WLM_HISTOGRAM_BUCKETS] = { 0 };
    wlm_out_t out = out_of_test();
    size_t i;

    for (i = 0; i < UNIT_COUNT(at); ++i) {
        times[wlm_histogram_bucket(at[i])]++;
    }
    wlm_metrics_times_histogram(&out, "t", "a=\"b\"", times, 0.5);
    ck_assert_int_eq(count_in(names[_i].le), 2);
    ck_assert_int_eq(count_in("+Inf"), 3);
    ck_assert_ptr_nonnull(strstr(text, "\nt_sum{a=\"b\"} 0.500000\nt_count{a=\"b\"} 3\n"));
}
END_TEST

START_TEST(numbers_never_fall)
{
    uint64_t times[WLM_HISTOGRAM_BUCKETS];
    wlm_out_t out = out_of_test();
    const char *at;
    long before = 0, now, lines = 0;
    int i;

    for (i = 0; i < WLM_HISTOGRAM_BUCKETS; ++i) {
        times[i] = 1;
    }
    wlm_metrics_times_histogram(&out, "t", "a=\"b\"", times, 0);
    for (at = text; strncmp(at, "t_bucket", 8) == 0; at = strchr(at, '\n') + 1, before = now, ++lines) {
        now = strtol(strchr(at, ' ') + 1, NULL, 10);
        ck_assert_int_gt(now, before);
    }
    ck_assert_int_eq(before, WLM_HISTOGRAM_BUCKETS);
    ck_assert_int_eq(wlm_metrics_times_edge((int)lines - 1), 0); /* +Inf is one more */
    ck_assert_int_gt(wlm_metrics_times_edge((int)lines - 2), 0);
}
END_TEST

START_TEST(without_buckets)
{
    uint64_t times[WLM_HISTOGRAM_BUCKETS] = { 1, 2, [WLM_HISTOGRAM_BUCKETS - 1] = 4 };
    wlm_out_t out = out_of_test();

    wlm_metrics_times_sum(&out, "t", "a=\"b\"", times, 12.25);
    ck_assert_str_eq(text, "t_sum{a=\"b\"} 12.250000\nt_count{a=\"b\"} 7\n");
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("view/metrics_times");
    TCase *tc = unit_case(s, "times");

    tcase_add_test(tc, edges_are_ends_of_buckets_and_rise);
    tcase_add_loop_test(tc, what_took_as_long_as_an_edge_is_in_it_and_no_more, 0, UNIT_COUNT(names));
    tcase_add_test(tc, numbers_never_fall);
    tcase_add_test(tc, without_buckets);
    return s;
}

UNIT_MAIN(suite)

/* The rules by which a member's limit is found: when a window says something, and the bounds. Whole stories are in
 * test_found_limit.c. */
#include "unit.h"
#include "balance/concurrency.h"

static const struct {
    uint64_t responses;
    int ms, seconds, is_complete;
} windows[] = {
    { 1000, 1, 0, 0 }, { 24, 1, 1, 0 }, { 25, 1, 1, 1 }, { 25, 3000, 2, 0 }, { 25, 3000, 3, 1 }, { 10, 1, 9, 0 },
    { 10, 1, 10, 1 }, { 9, 1, 10, -1 }, { 0, 0, 10, -1 },
};

START_TEST(a_window_needs_responses)
{
    ck_assert_int_eq(wlm_concurrency_is_complete(windows[_i].responses, apr_time_from_msec(windows[_i].ms),
                                                 apr_time_from_sec(windows[_i].seconds)), windows[_i].is_complete);
}
END_TEST

START_TEST(the_bounds_hold)
{
    static const wlm_concurrency_bounds_t narrow = { 10, 20 };
    wlm_concurrency_t known = { .limit = 5, .usual = 1000 };
    const wlm_concurrency_window_t fast = { .time = 1000, .in_flight = 20, .rate = 100 };
    int i;

    ck_assert_int_eq(wlm_concurrency_limit(&known, &narrow), 10);
    for (i = 0; i < 100; ++i) {
        wlm_concurrency_learn(&known, &narrow, &fast);
        ck_assert(known.limit >= 10 && known.limit <= 20);
    }
    ck_assert_int_eq(wlm_concurrency_limit(&(wlm_concurrency_t){ 0 }, &narrow), 20); /* nothing is known */
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("balance/concurrency");
    TCase *tc = unit_case(s, "concurrency");

    tcase_add_loop_test(tc, a_window_needs_responses, 0, UNIT_COUNT(windows));
    tcase_add_test(tc, the_bounds_hold);
    return s;
}

UNIT_MAIN(suite)

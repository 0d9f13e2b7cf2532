/* The clock that is never set, and its times as times of day. */
#include <unistd.h>
#include "unit.h"
#include "base/clock.h"

START_TEST(it_goes_on_from_after_its_start)
{
    apr_time_t first = wlm_now(), second;

    usleep(2000);
    second = wlm_now();
    ck_assert(first > WLM_CLOCK_START);
    ck_assert(second - first >= 2000 && second - first < apr_time_from_sec(60));
}
END_TEST

#define MAX UINT64_MAX

static const struct {
    uint64_t at;
    apr_interval_time_t by;
    uint64_t moved;
} moves[] = {
    { 0, 0, 0 }, { 0, 5000, 0 }, { 0, -5000, 0 }, { 7, 0, 7 }, { 7, 5000, 12 }, { 7, -5000, 2 }, { 7, -7000, 1 },
    { 7, -8000, 1 }, { 7, -APR_INT64_MAX, 1 }, { MAX, 0, MAX }, { MAX, 1000, MAX }, { MAX - 1, 5000, MAX },
    { MAX - 9, 5000, MAX - 4 }, { MAX, -1000, MAX - 1 }, { 1, APR_INT64_MAX, 1 + APR_INT64_MAX / 1000 },
};

START_TEST(a_time_that_is_moved_stays_one)
{
    ck_assert_uint_eq(wlm_clock_move(moves[_i].at, moves[_i].by), moves[_i].moved);
}
END_TEST

#define S(n) apr_time_from_sec(n)
#define MS(n) apr_time_from_msec(n)

static const struct {
    wlm_moment_t moment;
    uint64_t at, day;              /* ms */
} days[] = {
    { { S(1000), S(5000) }, 0, 0 },
    { { S(1000), S(5000) }, 1000000, 5000000 },
    { { S(1000), S(5000) }, 999500, 4999500 },
    { { S(1000), S(5000) + 7 }, 999500, 4999500 }, /* read a little later */
    { { S(1000), S(5000) + MS(99) }, 999500, 4999500 },
    { { S(5000), S(1000) }, 5001000, 1001000 },
    { { S(5000), S(1000) + 7 }, 5001000, 1001000 },
    { { S(5000), S(1000) }, 1, 1 },
};

START_TEST(a_time_is_told_as_a_time_of_day)
{
    ck_assert_uint_eq(wlm_clock_day(days[_i].at, &days[_i].moment), days[_i].day);
}
END_TEST

START_TEST(a_start_of_the_machine_has_one_name)
{
    char first[WLM_CLOCK_BOOT_SIZE], second[WLM_CLOCK_BOOT_SIZE];

    wlm_clock_boot(first);
    wlm_clock_boot(second);
    ck_assert_str_eq(first, second);
    ck_assert_ptr_null(strpbrk(first, " \n"));
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("base/clock");
    TCase *tc = unit_case(s, "clock");

    tcase_add_test(tc, it_goes_on_from_after_its_start);
    tcase_add_loop_test(tc, a_time_that_is_moved_stays_one, 0, UNIT_COUNT(moves));
    tcase_add_loop_test(tc, a_time_is_told_as_a_time_of_day, 0, UNIT_COUNT(days));
    tcase_add_test(tc, a_start_of_the_machine_has_one_name);
    return s;
}

UNIT_MAIN(suite)

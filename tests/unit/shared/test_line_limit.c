/* Lines of a log in a second, and how many were left out. */
#include "unit.h"
#include "shared/line_limit.h"

#define SEC APR_USEC_PER_SEC
#define MOST 3

static wlm_line_limit_t limit;

static void setup(void)
{
    unit_setup();
    limit = (wlm_line_limit_t){ 0 };
}

/* @return how many of so many lines may be */
static int take(int n, apr_time_t now, uint64_t *pleft_out)
{
    uint64_t left_out = 0;
    int taken = 0;

    *pleft_out = 0;
    while (n-- > 0) {
        if (wlm_line_limit_take(&limit, MOST, now, &left_out)) {
            ++taken;
            *pleft_out += left_out;
        }
    }
    return taken;
}

static const struct {
    apr_time_t begin;              /* s */
    int first;                     /* lines at that time */
    apr_time_t later;              /* us after that */
    int second, taken, told;
} storms[] = {
    { 1000000,    2, 1,           2, 1, 0 },
    { 1000000,    3, SEC - 1,     2, 0, 0 },
    { 1000000, 1000, SEC - 1,     2, 0, 0 },
    { 1000000, 1000, SEC,         1, 1, 997 },
    { 1000000, 1000, SEC,        10, 3, 997 },
    { 1000000, 1000, 86400 * SEC, 1, 1, 997 },
    { (apr_time_t)UINT32_MAX, 5, SEC, 1, 1, 2 },
};

START_TEST(so_many_in_a_second_and_the_next_one_tells)
{
    apr_time_t begin = storms[_i].begin * SEC;
    uint64_t told;

    ck_assert_int_eq(take(storms[_i].first, begin, &told), storms[_i].first < MOST ? storms[_i].first : MOST);
    ck_assert_uint_eq(told, 0);
    ck_assert_int_eq(take(storms[_i].second, begin + storms[_i].later, &told), storms[_i].taken);
    ck_assert_uint_eq(told, (unsigned)storms[_i].told);
}
END_TEST

static const struct { apr_time_t age; int rest; } rests[] = { { 0, 0 }, { 1, 0 }, { 2, 7 }, { 3600, 7 } };

START_TEST(the_rest_is_told_once_when_no_line_has)
{
    apr_time_t begin = (apr_time_t)UINT32_MAX * SEC, now = begin + rests[_i].age * SEC;
    uint64_t told;

    take(10, begin, &told);
    ck_assert_uint_eq(wlm_line_limit_rest(&limit, now), (unsigned)rests[_i].rest);
    ck_assert_uint_eq(wlm_line_limit_rest(&limit, now + 10 * SEC), 7 - (unsigned)rests[_i].rest);
    ck_assert_uint_eq(wlm_line_limit_rest(&limit, now + 20 * SEC), 0);
    ck_assert_int_eq(take(1, now + 20 * SEC, &told), 1);
    ck_assert_uint_eq(told, 0);
}
END_TEST

START_TEST(where_nothing_was_left_out_there_is_no_rest)
{
    uint64_t told;

    ck_assert_uint_eq(wlm_line_limit_rest(&limit, 1000000 * SEC), 0);
    take(MOST, 1000000 * SEC, &told);
    ck_assert_uint_eq(wlm_line_limit_rest(&limit, 1000010 * SEC), 0);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("shared/line_limit");
    TCase *tc = tcase_create("lines");

    suite_add_tcase(s, tc);
    tcase_add_checked_fixture(tc, setup, unit_teardown);
    tcase_add_loop_test(tc, so_many_in_a_second_and_the_next_one_tells, 0, UNIT_COUNT(storms));
    tcase_add_loop_test(tc, the_rest_is_told_once_when_no_line_has, 0, UNIT_COUNT(rests));
    tcase_add_test(tc, where_nothing_was_left_out_there_is_no_rest);
    return s;
}

UNIT_MAIN(suite)

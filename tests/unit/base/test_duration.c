/* What is a time, and how long it is. */
#include "unit.h"
#include "base/duration.h"

static const struct {
    const char *text, *unit;
    apr_interval_time_t ms;        /* -1: it is none */
} times[] = {
    { "30", "s", 30000 }, { "30", "ms", 30 }, { "0", "s", 0 }, { "007", "s", 7000 },
    { "500ms", "s", 500 }, { "30s", "ms", 30000 }, { "30m", "s", 1800000 }, { "30min", "s", 1800000 },
    { "1h", "s", 3600000 }, { "2d", "s", 2 * 24 * 3600000 },
    { "500MS", "s", -1 }, { "30S", "s", -1 }, { "30M", "s", -1 }, { "1H", "s", -1 },
    { "3650d", "s", 3650LL * 24 * 3600000 }, { "3651d", "s", -1 }, { "87601h", "s", -1 },
    { "99999999999999999999", "s", -1 }, { "99999999999999999999ms", "s", -1 }, { "18446744073709551617", "s", -1 },
    { "", "s", -1 }, { "s", "s", -1 }, { "ms", "s", -1 }, { "-1", "s", -1 }, { "+1", "s", -1 }, { " 1", "s", -1 },
    { "1 ", "s", -1 }, { "1 s", "s", -1 }, { "1.5s", "s", -1 }, { "1,5s", "s", -1 }, { "0x10", "s", -1 },
    { "1e3", "s", -1 },
    { "5x", "s", -1 }, { "5mi", "s", -1 }, { "5sec", "s", -1 }, { "5mins", "s", -1 }, { "1h30m", "s", -1 },
    { "5w", "s", -1 },
};

START_TEST(times_are_read_or_refused)
{
    apr_interval_time_t duration = 4711;
    int is_one = wlm_duration_parse(&duration, times[_i].text, times[_i].unit);

    ck_assert_msg(is_one == (times[_i].ms >= 0), "%s", times[_i].text);
    ck_assert_msg(duration == (is_one ? times[_i].ms * 1000 : 4711), "%s: %ld", times[_i].text, (long)duration);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("base/duration");
    TCase *tc = unit_case(s, "duration");

    tcase_add_loop_test(tc, times_are_read_or_refused, 0, UNIT_COUNT(times));
    return s;
}
UNIT_MAIN(suite)

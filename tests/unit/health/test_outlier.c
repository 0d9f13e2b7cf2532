/* Failures in a row and in a window, and how many members may be out. Active checks: rise and fall. */
#include "unit.h"
#include "health/check_state.h"
#include "health/outlier.h"

#define SEC APR_USEC_PER_SEC
#define T0  (1000000 * SEC)

static const wlm_outlier_rule_t half = { .percent = 50, .min_requests = 4, .window = 10, .max_percent = 50 };

/* one letter a request: '.' good, 'x' failed, a digit: so many seconds pass */
static wlm_outlier_t after(const char *story, const wlm_outlier_rule_t *rule)
{
    apr_time_t now = T0;
    wlm_outlier_t window = 0;

    for (; *story; ++story) {
        if (*story >= '0' && *story <= '9') {
            now += (*story - '0') * SEC;
        }
        else {
            window = wlm_outlier_after(window, *story == 'x', now, rule);
        }
    }
    return window;
}

static const struct {
    const char *story;
    int reached;
} windows[] = {
    { "", 0 },
    { "xxx", 0 },           /* too few requests */
    { "xxxx", 1 },
    { "..xx", 1 },
    { "...xx", 0 },
    { "x....x.xxx", 1 },
    { "xx99xx", 0 },        /* the window is over: it begins anew */
    { "xx9xx", 1 },
    { "....99xxxx", 1 },
};

START_TEST(the_share_of_a_window)
{
    ck_assert_msg(wlm_outlier_is_reached(after(windows[_i].story, &half), &half) == windows[_i].reached, "%s",
                  windows[_i].story);
}
END_TEST

START_TEST(a_window_with_very_many_requests_keeps_its_share)
{
    wlm_outlier_t window = 0;
    int i;

    for (i = 0; i < 300000; ++i) {
        window = wlm_outlier_after(window, i % 10 >= 6, T0, &half);
        ck_assert(!wlm_outlier_is_reached(window, &half));
    }
    for (i = 0; i < 300000; ++i) {
        window = wlm_outlier_after(window, 1, T0, &half);
    }
    ck_assert(wlm_outlier_is_reached(window, &half));
}
END_TEST

static const struct {
    int members, out, max_percent, may;
} limits[] = {
    { 1, 0, 100, 0 },       /* never the only one */
    { 2, 0, 10, 1 },        /* one always */
    { 2, 1, 100, 0 },       /* never the last one */
    { 3, 1, 50, 0 },
    { 3, 1, 67, 1 },
    { 4, 1, 50, 1 },
    { 4, 2, 50, 0 },
    { 10, 4, 50, 1 },
    { 10, 9, 100, 0 },
};

START_TEST(how_many_may_be_out)
{
    wlm_outlier_rule_t rule = half;

    rule.max_percent = limits[_i].max_percent;
    ck_assert_int_eq(wlm_outlier_may_leave_out(limits[_i].members, limits[_i].out, &rule), limits[_i].may);
}
END_TEST

static const struct {
    const char *story;      /* '.' a good check, 'x' a failed one */
    int out, risen;
} checks[] = {
    { "", 0, 0 }, { ".", 0, 0 }, { "..", 0, 1 }, { "x", 0, 0 }, { "xx", 0, 0 }, { "xxx", 1, 0 }, { "xx.x", 0, 0 },
    { "xxx.", 1, 0 }, { "xxx..", 0, 1 }, { "xxx.x.", 1, 0 }, { "xxx.x..", 0, 1 }, { "..xx", 0, 0 }, { "..xxx", 1, 0 },
};

START_TEST(checks_rise_and_fall)
{
    const char *story = checks[_i].story;
    wlm_check_state_t check = 0;

    for (; *story; ++story) {
        check = wlm_check_state_after(check, *story == '.', 2, 3);
    }
    ck_assert_msg(wlm_check_state_is_out(check) == checks[_i].out, "%s", checks[_i].story);
    ck_assert_msg(wlm_check_state_has_risen(check, 2) == checks[_i].risen, "%s", checks[_i].story);
}
END_TEST

START_TEST(very_many_checks)
{
    wlm_check_state_t check = 0;
    int i;

    for (i = 0; i < 200000; ++i) {
        check = wlm_check_state_after(check, 1, 2, 65535);
    }
    ck_assert(wlm_check_state_has_risen(check, 65535));
    for (i = 0; i < 65534; ++i) {
        check = wlm_check_state_after(check, 0, 2, 65535);
    }
    ck_assert(!wlm_check_state_is_out(check));
    ck_assert(wlm_check_state_is_out(wlm_check_state_after(check, 0, 2, 65535)));
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("health/outlier");
    TCase *tc = unit_case(s, "outlier");

    tcase_add_loop_test(tc, the_share_of_a_window, 0, UNIT_COUNT(windows));
    tcase_add_test(tc, a_window_with_very_many_requests_keeps_its_share);
    tcase_add_loop_test(tc, how_many_may_be_out, 0, UNIT_COUNT(limits));
    tc = unit_case(s, "check");
    tcase_add_loop_test(tc, checks_rise_and_fall, 0, UNIT_COUNT(checks));
    tcase_add_test(tc, very_many_checks);
    return s;
}

UNIT_MAIN(suite)

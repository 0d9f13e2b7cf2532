/* Which checks are one and the same, and when each is due, in simulated time. */
#include "unit.h"
#include "health/check_schedule.h"

#define SEC APR_USEC_PER_SEC
#define MS  1000
#define T0  (1000000 * SEC)

/* -- one and the same ------------------------------------------------------------------------------------ */

#define RULE(method, path, host, min, max, expr, expr_text, interval, timeout, rise, fall) \
    { method, path, host, min, max, expr, expr_text, interval, timeout, rise, fall }

static const int tree, another_tree;
static const wlm_check_rule_t usual = RULE("GET", "/", NULL, 200, 399, &tree, "true", 10 * SEC, 5 * SEC, 2, 3);

static const struct {
    const char *what;
    wlm_check_rule_t rule;
    int same;
} rules[] = {
    { "nothing", RULE("GET", "/", NULL, 200, 399, &tree, "true", 10 * SEC, 5 * SEC, 2, 3), 1 },
    { "rise", RULE("GET", "/", NULL, 200, 399, &tree, "true", 10 * SEC, 5 * SEC, 5, 3), 1 },
    { "fall", RULE("GET", "/", NULL, 200, 399, &tree, "true", 10 * SEC, 5 * SEC, 2, 1), 1 },
    /* an expression that is written in two clusters is read twice */
    { "tree", RULE("GET", "/", NULL, 200, 399, &another_tree, "true", 10 * SEC, 5 * SEC, 2, 3), 1 },
    { "method", RULE("HEAD", "/", NULL, 200, 399, &tree, "true", 10 * SEC, 5 * SEC, 2, 3), 0 },
    { "path", RULE("GET", "/health", NULL, 200, 399, &tree, "true", 10 * SEC, 5 * SEC, 2, 3), 0 },
    { "host", RULE("GET", "/", "shop", 200, 399, &tree, "true", 10 * SEC, 5 * SEC, 2, 3), 0 },
    { "least status", RULE("GET", "/", NULL, 201, 399, &tree, "true", 10 * SEC, 5 * SEC, 2, 3), 0 },
    { "largest status", RULE("GET", "/", NULL, 200, 400, &tree, "true", 10 * SEC, 5 * SEC, 2, 3), 0 },
    { "expression", RULE("GET", "/", NULL, 200, 399, &tree, "false", 10 * SEC, 5 * SEC, 2, 3), 0 },
    { "no expression", RULE("GET", "/", NULL, 200, 399, NULL, NULL, 10 * SEC, 5 * SEC, 2, 3), 0 },
    { "interval", RULE("GET", "/", NULL, 200, 399, &tree, "true", 10 * SEC + 1, 5 * SEC, 2, 3), 0 },
    { "timeout", RULE("GET", "/", NULL, 200, 399, &tree, "true", 10 * SEC, 5 * SEC - 1, 2, 3), 0 },
};

START_TEST(what_makes_another_check)
{
    const char *key = wlm_check_schedule_key(&rules[_i].rule, unit_pool);
    int same = strcmp(wlm_check_schedule_key(&usual, unit_pool), key) == 0;

    ck_assert_msg(same == rules[_i].same, "%s", rules[_i].what);
}
END_TEST

/* -- when each is due ------------------------------------------------------------------------------------- */

static const struct {
    uint64_t number;
    apr_interval_time_t interval;
    apr_time_t at, due;            /* from the origin */
} dues[] = {
    { 0, 10 * SEC, 0, 0 },         /* the first one at once */
    { 0, 10 * SEC, 1, 10 * SEC },
    { 0, 10 * SEC, 10 * SEC, 10 * SEC },
    { 0, 10 * SEC, 10 * SEC + 1, 20 * SEC },
    { 0, 10 * SEC, 25 * SEC, 30 * SEC }, /* what was missed is not made up for */
    { 1, 10 * SEC, 0, 6180339 },   /* by the golden ratio */
    { 1, 10 * SEC, 6180340, 16180339 },
    { 2, 10 * SEC, 0, 2360679 },
    { 3, 10 * SEC, 0, 8541019 },
    { 1, 100 * MS, 0, 61803 },
    { 1, 100 * MS, 3 * SEC, 3061803 },
    { UINT64_C(1) << 63, 10 * SEC, 0, 5 * SEC },
    { 1, INT64_C(100000) * SEC, 0, INT64_C(61803398863) }, /* longer than 32 bits */
};

START_TEST(due_times)
{
    ck_assert_int_eq(wlm_check_schedule_due(dues[_i].number, T0, dues[_i].interval, T0 + dues[_i].at),
                     T0 + dues[_i].due);
}
END_TEST

/* Checks first .. first+n-1, with an interval of 1 s: in each tenth of it about a tenth of them */
static const struct {
    int first, n;
} ranges[] = { { 0, 1 }, { 0, 3 }, { 0, 10 }, { 0, 300 }, { 7, 100 }, { 150, 150 }, { 100000, 1000 } };

START_TEST(checks_are_spread_over_the_interval)
{
    int i, tenths[10] = { 0 }, n = ranges[_i].n;

    for (i = 0; i < n; ++i) {
        apr_time_t due = wlm_check_schedule_due((uint64_t)(ranges[_i].first + i), T0, SEC, T0);

        ck_assert(due >= T0 && due < T0 + SEC);
        tenths[(due - T0) / (100 * MS)]++;
    }
    for (i = 0; i < 10; ++i) {
        ck_assert_msg(tenths[i] >= n / 10 - 2 && tenths[i] <= n / 10 + 3, "%d of %d in tenth %d", tenths[i], n, i);
    }
}
END_TEST

#define MEMBERS 300
#define INTERVAL (2 * SEC)
#define FALL 3

/* Of 300 members each second one hangs until the timeout. @return how often the others were checked */
static int play(apr_interval_time_t timeout, apr_interval_time_t time, apr_time_t *out_at)
{
    wlm_check_state_t state = 0;
    apr_time_t now;
    int m, checks = 0;

    for (m = 0; m < MEMBERS; ++m, state = 0) {
        for (now = T0; (now = wlm_check_schedule_due((uint64_t)m, T0, INTERVAL, now)) < T0 + time; ++now) {
            checks += !(m % 2);
            now += m % 2 ? timeout : 0;
            state = wlm_check_state_after(state, !(m % 2), 2, FALL);
            if (wlm_check_state_is_out(state) && !out_at[m]) {
                out_at[m] = now;
            }
        }
    }
    return checks;
}

static const apr_interval_time_t timeouts[] = { 100 * MS, SEC, 2 * SEC, 5 * SEC };

START_TEST(members_that_hang_are_out_in_time_and_delay_no_other)
{
    apr_interval_time_t longest = FALL * (INTERVAL + timeouts[_i]);
    apr_time_t out_at[MEMBERS] = { 0 };
    int m, checks = play(timeouts[_i], 10 * INTERVAL + longest, out_at);

    ck_assert_int_ge(checks, MEMBERS / 2 * 10);
    for (m = 0; m < MEMBERS; ++m) {
        ck_assert_msg(m % 2 ? out_at[m] && out_at[m] <= T0 + longest : !out_at[m], "member %d: out after %ld us", m,
                      (long)(out_at[m] - T0));
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("health/check_schedule");
    TCase *tc = unit_case(s, "same");

    tcase_add_loop_test(tc, what_makes_another_check, 0, UNIT_COUNT(rules));
    tc = unit_case(s, "due");
    tcase_add_loop_test(tc, due_times, 0, UNIT_COUNT(dues));
    tcase_add_loop_test(tc, checks_are_spread_over_the_interval, 0, UNIT_COUNT(ranges));
    tcase_add_loop_test(tc, members_that_hang_are_out_in_time_and_delay_no_other, 0, UNIT_COUNT(timeouts));
    return s;
}

UNIT_MAIN(suite)

/* The circuit breaker: when it opens, who probes, and what closes it. */
#include "unit.h"
#include "base/breaker.h"

#define T0 apr_time_from_sec(1000000000)
#define SEC APR_USEC_PER_SEC

static wlm_breaker_t breaker;

static void setup(void)
{
    unit_setup();
    breaker = (wlm_breaker_t){ 0 };
}

static void open_it(void)
{
    ck_assert_int_eq(wlm_breaker_failed(&breaker, T0), 0);
    ck_assert_int_eq(wlm_breaker_failed(&breaker, T0), 0);
    ck_assert_int_eq(wlm_breaker_may(&breaker, T0), WLM_BREAKER_ASK);
    ck_assert_int_eq(wlm_breaker_failed(&breaker, T0), 1);
}

START_TEST(failures_in_succession_open_it_once)
{
    open_it();
    ck_assert_int_eq(wlm_breaker_failed(&breaker, T0), 0); /* of one that had asked before */
    ck_assert_int_eq(wlm_breaker_may(&breaker, T0), WLM_BREAKER_LEAVE);
    ck_assert_int_eq(wlm_breaker_due(&breaker), T0 + WLM_BREAKER_PAUSE);
}
END_TEST

START_TEST(a_success_between_them_does_not_let_it_open)
{
    int i;

    for (i = 0; i < 10; ++i) {
        ck_assert_int_eq(wlm_breaker_failed(&breaker, T0), 0);
        ck_assert_int_eq(wlm_breaker_failed(&breaker, T0), 0);
        ck_assert_int_eq(wlm_breaker_succeeded(&breaker), 0);
    }
    ck_assert_int_eq(wlm_breaker_may(&breaker, T0), WLM_BREAKER_ASK);
    ck_assert_int_eq(wlm_breaker_due(&breaker), 0);
}
END_TEST

START_TEST(one_caller_probes_when_the_pause_is_over)
{
    open_it();
    ck_assert_int_eq(wlm_breaker_may(&breaker, T0 + WLM_BREAKER_PAUSE - 1), WLM_BREAKER_LEAVE);
    ck_assert_int_eq(wlm_breaker_may(&breaker, T0 + WLM_BREAKER_PAUSE), WLM_BREAKER_PROBE);
    ck_assert_int_eq(wlm_breaker_may(&breaker, T0 + WLM_BREAKER_PAUSE), WLM_BREAKER_LEAVE);
    ck_assert_int_eq(wlm_breaker_succeeded(&breaker), 1);
    ck_assert_int_eq(wlm_breaker_succeeded(&breaker), 0);
    ck_assert_int_eq(wlm_breaker_may(&breaker, T0 + WLM_BREAKER_PAUSE), WLM_BREAKER_ASK);
}
END_TEST

START_TEST(pauses_grow_while_probes_fail_or_never_end)
{
    static const int pauses[] = { 5, 10, 20, 40, 60, 60 };
    apr_time_t now = T0;
    size_t i;

    open_it();
    for (i = 0; i < sizeof(pauses) / sizeof(*pauses); ++i) {
        ck_assert_int_eq(wlm_breaker_due(&breaker) - now, pauses[i] * SEC);
        now = wlm_breaker_due(&breaker);
        ck_assert_int_eq(wlm_breaker_may(&breaker, now), WLM_BREAKER_PROBE);
        if (i % 2) {
            ck_assert_int_eq(wlm_breaker_failed(&breaker, now), 0);
        }
    }
    ck_assert_int_eq(wlm_breaker_succeeded(&breaker), 1);
    open_it();
    ck_assert_int_eq(wlm_breaker_due(&breaker), T0 + WLM_BREAKER_PAUSE); /* as at first */
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("base/breaker");
    TCase *tc = tcase_create("breaker");

    tcase_add_checked_fixture(tc, setup, unit_teardown);
    tcase_add_test(tc, failures_in_succession_open_it_once);
    tcase_add_test(tc, a_success_between_them_does_not_let_it_open);
    tcase_add_test(tc, one_caller_probes_when_the_pause_is_over);
    tcase_add_test(tc, pauses_grow_while_probes_fail_or_never_end);
    suite_add_tcase(s, tc);
    return s;
}

UNIT_MAIN(suite)

/* The average time to a response: rises, falls, errors, decay; and that processes lose nothing of each other's. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include "unit.h"
#include "balance/peak_average.h"

#define SEC APR_USEC_PER_SEC
#define MS  1000
#define T0  (1000000 * SEC)

/* one letter an event: a time in ms of the table `times`, 'x' an error at once, 'w' a wait of 1 s in vain, '.' a second
 * passes */
static const struct {
    const char *story;
    uint32_t from, to;             /* us */
} stories[] = {
    { "", 0, 0 },
    { "a", 10 * MS, 10 * MS },                  /* the first one counts as it is */
    { "aaaa", 10 * MS, 10 * MS },
    { "ac", 57500, 57500 },                     /* a quarter of the way up */
    { "ca", 176250, 176250 },                   /* an eighth of the way down */
    { "caaaaaaaa", 70 * MS, 80 * MS },
    { "cc....", 200 * MS, 200 * MS },           /* 4 s without a response do not matter */
    { "c.....", 50 * MS, 50 * MS },             /* behind these it halves each 500 ms */
    { "c......", 12500, 12500 },
    { "c...........", 12, 13 },
    { "c................................................", 1, 1 },
    { "c.......a", 10 * MS, 10 * MS },          /* decayed, but not below the time that it takes now */
    { "c.....a", 45 * MS, 45 * MS },
    { "a.......c", 57500, 57500 },        /* a longer one than before counts as it does without a pause */
    { "a.......a", 10 * MS, 10 * MS },          /* few requests are no reason to look better */
    { "ax", 15 * MS, 15 * MS },                 /* an error at once is slow */
    { "axxx", 33750, 33750 },
    { "axxxxxxxxxxxxxxxxxxxxx", SEC, SEC },     /* up to a second */
    { "x", SEC, SEC },
    { "dx", 3 * SEC, 3 * SEC },                 /* what is longer stays */
    { "aaaaaaaaaxaaaaaaaaaxaaaaaaaaaxaaaaaaaaa", 10 * MS, 13 * MS }, /* one of ten does not matter */
    { "axaaxaaxaaxaaxaaxaaxaaxaaxaaxaaxaaxaa", 100 * MS, SEC },      /* one of three does */
    { "aw", 257500, 257500 },               /* waited in vain: it takes that long at least */
    { "dw", 3 * SEC, 3 * SEC },
};

static apr_interval_time_t time_of(char letter)
{
    return letter == 'a' ? 10 * MS : letter == 'c' ? 200 * MS : 3 * SEC;
}

START_TEST(a_story)
{
    _Atomic uint64_t average = 0;
    apr_time_t now = T0;
    const char *s;
    uint32_t found;

    for (s = stories[_i].story; *s; ++s) {
        switch (*s) {
        case '.':
            now += SEC;
            break;
        case 'x':
            wlm_peak_average_add_error(&average, 0, now);
            break;
        case 'w':
            wlm_peak_average_add_wait(&average, SEC, now);
            break;
        default:
            wlm_peak_average_add(&average, time_of(*s), now);
        }
    }
    found = wlm_peak_average_now(average, now);
    ck_assert_msg(found >= stories[_i].from && found <= stories[_i].to, "%s: %u", stories[_i].story, found);
}
END_TEST

static wlm_peak_average_t average_of(apr_interval_time_t time, apr_time_t now)
{
    _Atomic uint64_t average = 0;

    wlm_peak_average_add(&average, time, now);
    return average;
}

START_TEST(beside_another_one_it_decays_to_that_and_no_further)
{
    wlm_peak_average_t slow = average_of(200 * MS, T0), quick = average_of(10 * MS, T0);

    ck_assert_uint_eq(wlm_peak_average_beside(slow, quick, T0 + SEC), 200 * MS);
    ck_assert_uint_eq(wlm_peak_average_beside(slow, quick, T0 + 6 * SEC), 12500);
    ck_assert_uint_eq(wlm_peak_average_beside(slow, quick, T0 + 600 * SEC), 10 * MS);
    ck_assert_uint_eq(wlm_peak_average_beside(quick, slow, T0 + 600 * SEC), 10 * MS);
    ck_assert_uint_eq(wlm_peak_average_beside(0, quick, T0), 10 * MS); /* not known: as the other one */
    ck_assert_uint_eq(wlm_peak_average_beside(slow, 0, T0), 200 * MS);
    ck_assert_uint_eq(wlm_peak_average_beside(0, 0, T0), 1);
}
END_TEST

START_TEST(a_clock_that_has_gone_round_or_is_a_little_behind_does_no_harm)
{
    apr_time_t round = apr_time_from_msec(INT64_C(1) << 31);
    wlm_peak_average_t average = average_of(200 * MS, T0);

    ck_assert_uint_eq(wlm_peak_average_now(average, T0 - SEC), 200 * MS);
    ck_assert_uint_eq(wlm_peak_average_now(average, T0 + round), 200 * MS);
    ck_assert_uint_eq(wlm_peak_average_now(average_of(INT64_C(9000) * SEC, T0), T0), UINT32_MAX);
    ck_assert_uint_eq(wlm_peak_average_now(average_of(-5, T0), T0), 1); /* known, if that is all that is known */
}
END_TEST

START_TEST(the_last_one_may_be_an_error)
{
    _Atomic uint64_t average = 0;

    ck_assert_int_eq(wlm_peak_average_is_error(average), 0);
    wlm_peak_average_add_error(&average, 0, T0);
    ck_assert_int_eq(wlm_peak_average_is_error(average), 1);
    wlm_peak_average_add(&average, 10 * MS, T0);
    ck_assert_int_eq(wlm_peak_average_is_error(average), 0);
}
END_TEST

#define AVERAGES 100000            /* so many that two threads sometimes change one at the same moment ... */
#define TOGETHER 50                /* ... which they begin again after so many */
#define ERRORS   8                 /* of each thread; all of them raise it, and not yet to the most that they can */

static _Atomic uint64_t together[AVERAGES];
static atomic_int come;

static void add_errors(_Atomic uint64_t *average)
{
    int i;

    for (i = 0; i < ERRORS; ++i) {
        wlm_peak_average_add_error(average, 0, T0);
    }
}

/* More exactly than by a barrier, behind which the other thread has to wake up first */
static void meet(int round)
{
    atomic_fetch_add(&come, 1);
    while (atomic_load(&come) < 2 * (round + 1)) {
        sched_yield();
    }
}

static void *add_errors_to_all(void *unused)
{
    int i;

    for (i = 0; i < AVERAGES; ++i) {
        if (i % TOGETHER == 0) {
            meet(i / TOGETHER);
        }
        add_errors(&together[i]);
    }
    return unused;
}

START_TEST(changes_of_many_at_once_all_count)
{
    _Atomic uint64_t alone = average_of(MS, T0);
    pthread_t threads[2];
    int i;

    for (i = 0; i < AVERAGES; ++i) {
        together[i] = alone;
    }
    for (i = 0; i < 2; ++i) {
        pthread_create(&threads[i], NULL, add_errors_to_all, NULL);
        add_errors(&alone);
    }
    for (i = 0; i < 2; ++i) {
        pthread_join(threads[i], NULL);
    }
    for (i = 0; i < AVERAGES; ++i) {
        ck_assert_uint_eq(together[i], alone);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("balance/peak_average");
    TCase *tc = unit_case(s, "average");

    tcase_add_loop_test(tc, a_story, 0, sizeof(stories) / sizeof(stories[0]));
    tcase_add_test(tc, beside_another_one_it_decays_to_that_and_no_further);
    tcase_add_test(tc, a_clock_that_has_gone_round_or_is_a_little_behind_does_no_harm);
    tcase_add_test(tc, the_last_one_may_be_an_error);
    tcase_add_test(tc, changes_of_many_at_once_all_count);
    return s;
}

UNIT_MAIN(suite)

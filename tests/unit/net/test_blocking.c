/* Calls that block: none waits for another as long as there are threads, and each is freed once, wanted or not. */
#include <pthread.h>
#include <sched.h>
#include "unit.h"
#include "net/blocking.h"

typedef struct work_t {
    int number;                    /* becomes twice itself */
    int blocks;
} work_t;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int running, cleared, may_go_on; /* calls in their work; calls that were freed */

/* All tests may run in one process */
static void reset(void)
{
    running = cleared = may_go_on = 0;
}

static void count(int *what, int by)
{
    pthread_mutex_lock(&mutex);
    *what += by;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&mutex);
}

static void wait_for(const int *what, int value)
{
    pthread_mutex_lock(&mutex);
    while (*what != value) {
        pthread_cond_wait(&changed, &mutex);
    }
    pthread_mutex_unlock(&mutex);
}

static void work(void *data)
{
    work_t *its = data;

    count(&running, 1);
    if (its->blocks) {
        wait_for(&may_go_on, 1);
    }
    its->number *= 2;
    count(&running, -1);
}

static void clear(void *data)
{
    (void)data;
    count(&cleared, 1);
}

static const wlm_blocking_call_t call = { sizeof(work_t), work, clear };

static wlm_blocking_t *begin(int number, int blocks)
{
    work_t its = { number, blocks };
    wlm_blocking_t *blocking = wlm_blocking_begin(&call, &its);

    ck_assert_ptr_nonnull(blocking);
    return blocking;
}

static const work_t *result_of(wlm_blocking_t *blocking)
{
    const work_t *result;

    while ((result = wlm_blocking_result(blocking)) == NULL) {
        sched_yield();
    }
    return result;
}

START_TEST(one_that_blocks_delays_no_other)
{
    wlm_blocking_t *slow = begin(1, 1), *quick;
    int i;

    for (i = 1; i <= 100; ++i) {
        quick = begin(i, 0);
        ck_assert_int_eq(result_of(quick)->number, 2 * i);
        wlm_blocking_end(quick);
    }
    ck_assert_ptr_null(wlm_blocking_result(slow));
    count(&may_go_on, 1);
    ck_assert_int_eq(result_of(slow)->number, 2);
    wlm_blocking_end(slow);
    wait_for(&cleared, 101);
}
END_TEST

START_TEST(those_above_the_limit_wait_in_their_order)
{
    wlm_blocking_t *all[WLM_BLOCKING_MAX], *next, *last;
    int i;

    for (i = 0; i < WLM_BLOCKING_MAX; ++i) {
        all[i] = begin(i, 1);
    }
    wait_for(&running, WLM_BLOCKING_MAX);
    next = begin(100, 0);
    last = begin(200, 0);
    ck_assert_ptr_null(wlm_blocking_result(next));
    wlm_blocking_end(next);        /* not wanted any more: its work is not done */
    count(&may_go_on, 1);
    ck_assert_int_eq(result_of(last)->number, 400);
    wlm_blocking_end(last);
    for (i = 0; i < WLM_BLOCKING_MAX; ++i) {
        ck_assert_int_eq(result_of(all[i])->number, 2 * i);
        wlm_blocking_end(all[i]);
    }
    wait_for(&cleared, WLM_BLOCKING_MAX + 2);
}
END_TEST

START_TEST(what_nobody_wants_is_freed_when_it_is_over)
{
    wlm_blocking_t *slow = begin(1, 1);

    wait_for(&running, 1);
    wlm_blocking_end(slow);
    ck_assert_int_eq(cleared, 0);
    count(&may_go_on, 1);
    wait_for(&cleared, 1);
    wlm_blocking_end(NULL);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("net/blocking");
    TCase *tc = unit_case(s, "blocking");

    tcase_add_checked_fixture(tc, reset, NULL);
    tcase_add_test(tc, one_that_blocks_delays_no_other);
    tcase_add_test(tc, those_above_the_limit_wait_in_their_order);
    tcase_add_test(tc, what_nobody_wants_is_freed_when_it_is_over);
    return s;
}

UNIT_MAIN(suite)

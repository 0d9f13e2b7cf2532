/* The queue: order, slots that are left in the middle, processes that die in it and under its lock. */
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "unit.h"
#include "base/futex.h"
#include "shared/queue.h"

static wlm_queue_t *make(int capacity)
{
    wlm_queue_t *queue = mmap(NULL, wlm_queue_size(capacity), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
                              0);

    ck_assert_ptr_ne(queue, MAP_FAILED);
    wlm_queue_make(queue, capacity);
    return queue;
}

START_TEST(first_come_first_served)
{
    wlm_queue_t *queue = make(3);
    uint32_t a, b, c, d;

    ck_assert(wlm_queue_enter(queue, &a, 1, 100) && wlm_queue_enter(queue, &b, 1, 100)
              && wlm_queue_enter(queue, &c, 2, 100));
    ck_assert(!wlm_queue_enter(queue, &d, 1, 100));
    ck_assert_uint_eq(wlm_queue_waiting(queue), 3);
    ck_assert(wlm_queue_is_first(queue, a) && !wlm_queue_is_first(queue, b));
    wlm_queue_leave(queue, a);
    ck_assert(wlm_queue_is_first(queue, b));
    ck_assert(wlm_queue_enter(queue, &d, 1, 100));
    wlm_queue_leave(queue, c); /* in the middle */
    ck_assert_uint_eq(wlm_queue_waiting(queue), 2);
    wlm_queue_leave(queue, b);
    ck_assert(wlm_queue_is_first(queue, d));
    wlm_queue_leave(queue, d);
    ck_assert_uint_eq(wlm_queue_waiting(queue), 0);
}
END_TEST

START_TEST(random_comings_and_goings)
{
    enum { CAPACITY = 7 };
    wlm_queue_t *queue = make(CAPACITY);
    uint32_t inside[CAPACITY], slot, i;
    int n = 0, step;

    srand(5);
    for (step = 0; step < 20000; ++step) {
        if (rand() % 2 && wlm_queue_enter(queue, &slot, 1, 100)) {
            for (i = 0; i < (uint32_t)n; ++i) {
                ck_assert_uint_ne(inside[i], slot);
            }
            inside[n++] = slot;
        }
        else if (n > 0) {
            i = (uint32_t)(rand() % n);
            wlm_queue_leave(queue, inside[i]);
            memmove(&inside[i], &inside[i + 1], sizeof(inside[0]) * (size_t)(n - 1 - (int)i));
            --n;
        }
        ck_assert_uint_eq(wlm_queue_waiting(queue), (uint32_t)n);
        ck_assert(n == 0 || wlm_queue_is_first(queue, inside[0]));
    }
}
END_TEST

START_TEST(the_places_of_a_dead_process_are_freed)
{
    wlm_queue_t *queue = make(4);
    uint32_t a, b, c, d;

    wlm_queue_enter(queue, &a, 1, 100);
    wlm_queue_enter(queue, &b, 2, 100);
    wlm_queue_enter(queue, &c, 1, 100);
    wlm_queue_enter(queue, &d, 3, 100);
    wlm_queue_reclaim(queue, 1);
    ck_assert_uint_eq(wlm_queue_waiting(queue), 2);
    ck_assert(wlm_queue_is_first(queue, b));
    wlm_queue_reclaim(queue, 2);
    wlm_queue_reclaim(queue, 3);
    ck_assert_uint_eq(wlm_queue_waiting(queue), 0);
    ck_assert(wlm_queue_enter(queue, &a, 1, 100));
}
END_TEST

START_TEST(a_process_that_dies_under_the_lock_harms_nobody)
{
    wlm_queue_t *queue = make(4);
    uint32_t slot;
    pid_t child = fork();

    if (child == 0) {
        wlm_queue_enter(queue, &slot, (uint32_t)getpid(), 100);
        pthread_mutex_lock(&queue->lock);
        atomic_fetch_add(&queue->waiting, 5); /* in the middle of something */
        kill(getpid(), SIGKILL);
    }
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
    ck_assert(wlm_queue_enter(queue, &slot, 1, 100)); /* takes the lock over */
    ck_assert_uint_eq(wlm_queue_waiting(queue), 2);
    wlm_queue_reclaim(queue, (uint32_t)child);
    ck_assert(wlm_queue_is_first(queue, slot));
}
END_TEST

/* Otherwise it would be a slot without a waiter as soon as the ring comes to it */
START_TEST(one_that_died_while_it_entered_leaves_no_name)
{
    wlm_queue_t *queue = make(4);
    uint32_t slot;

    wlm_queue_enter(queue, &slot, 1, 100);
    atomic_store(&queue->slots[1].pid, 2); /* its first write, and its last one */
    wlm_queue_reclaim(queue, 2);
    ck_assert_uint_eq(atomic_load(&queue->slots[1].pid), 0);
}
END_TEST

/* A wake between looking and waiting is not lost; one from another process arrives */
START_TEST(a_waiter_is_woken)
{
    wlm_queue_t *queue = make(2);
    apr_time_t start = apr_time_now();
    uint32_t slot, seen;
    pid_t child;

    wlm_queue_enter(queue, &slot, 1, 100);
    seen = atomic_load(wlm_queue_signal(queue, slot));
    wlm_queue_wake(queue);
    wlm_futex_wait(wlm_queue_signal(queue, slot), seen, 10 * APR_USEC_PER_SEC);

    seen = atomic_load(wlm_queue_signal(queue, slot));
    child = fork();
    if (child == 0) {
        wlm_queue_wake(queue);
        _exit(0);
    }
    while (atomic_load(wlm_queue_signal(queue, slot)) == seen) {
        wlm_futex_wait(wlm_queue_signal(queue, slot), seen, 10 * APR_USEC_PER_SEC);
    }
    waitpid(child, NULL, 0);
    ck_assert_int_lt(apr_time_now() - start, 5 * APR_USEC_PER_SEC);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("shared/queue");
    TCase *tc = unit_case(s, "queue");

    tcase_add_test(tc, first_come_first_served);
    tcase_add_test(tc, random_comings_and_goings);
    tcase_add_test(tc, the_places_of_a_dead_process_are_freed);
    tcase_add_test(tc, a_process_that_dies_under_the_lock_harms_nobody);
    tcase_add_test(tc, one_that_died_while_it_entered_leaves_no_name);
    tcase_add_test(tc, a_waiter_is_woken);
    return s;
}

UNIT_MAIN(suite)

/* The queue: order, slots that are left in the middle, processes that die in it and under its lock. */
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "unit.h"
#include "base/futex.h"
#include "shared/queue.h"

#define T0 apr_time_from_sec(1000)

static wlm_queue_t *make(int capacity, int lanes)
{
    wlm_queue_t *queue = mmap(NULL, wlm_queue_size(capacity, lanes), PROT_READ | PROT_WRITE,
                              MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    ck_assert_ptr_ne(queue, MAP_FAILED);
    wlm_queue_make(queue, capacity, lanes);
    return queue;
}

START_TEST(first_come_first_served)
{
    wlm_queue_t *queue = make(3, 1);
    uint32_t a, b, c, d;

    ck_assert(wlm_queue_enter(queue, &a, 1, 0, 100, T0) && wlm_queue_enter(queue, &b, 1, 0, 100, T0)
              && wlm_queue_enter(queue, &c, 2, 0, 100, T0));
    ck_assert(!wlm_queue_enter(queue, &d, 1, 0, 100, T0));
    ck_assert_uint_eq(wlm_queue_waiting(queue), 3);
    ck_assert(wlm_queue_is_next(queue, a, T0) && !wlm_queue_is_next(queue, b, T0));
    wlm_queue_leave(queue, a, 1);
    ck_assert(wlm_queue_is_next(queue, b, T0));
    ck_assert(wlm_queue_enter(queue, &d, 1, 0, 100, T0));
    wlm_queue_leave(queue, c, 1); /* in the middle */
    ck_assert_uint_eq(wlm_queue_waiting(queue), 2);
    wlm_queue_leave(queue, b, 1);
    ck_assert(wlm_queue_is_next(queue, d, T0));
    wlm_queue_leave(queue, d, 1);
    ck_assert_uint_eq(wlm_queue_waiting(queue), 0);
}
END_TEST

START_TEST(random_comings_and_goings)
{
    enum { CAPACITY = 7 };
    wlm_queue_t *queue = make(CAPACITY, 1);
    uint32_t inside[CAPACITY], slot, next, i;
    int n = 0, step;

    srand(5);
    for (step = 0; step < 20000; ++step) {
        if (rand() % 2) {
            ck_assert_int_eq(wlm_queue_enter(queue, &slot, 1, 0, 100, T0), n < CAPACITY);
            if (n == CAPACITY) {
                continue;
            }
            for (i = 0; i < (uint32_t)n; ++i) {
                ck_assert_uint_ne(inside[i], slot);
            }
            inside[n++] = slot;
        }
        else if (n > 0) {
            i = (uint32_t)(rand() % n);
            wlm_queue_leave(queue, inside[i], 1);
            memmove(&inside[i], &inside[i + 1], sizeof(inside[0]) * (size_t)(n - 1 - (int)i));
            --n;
        }
        ck_assert_uint_eq(wlm_queue_waiting(queue), (uint32_t)n);
        next = wlm_queue_next(queue, T0);
        for (i = 0; i < (uint32_t)n && inside[i] != next; ++i) {
        }
        ck_assert(n == 0 || i < (uint32_t)n); /* never a place that nobody has */
    }
}
END_TEST

/* Capital letters leave; then the digits come, and all that are left are served in this order. The capacity is 4 */
static const struct {
    const char *come, *then, *served;
} left_places[] = {
    { "aBcd", "1", "a1cd" },       /* behind nobody is a place: one that was left between others */
    { "aBCd", "12", "a21d" },      /* the last one first: it overtakes the fewest */
    { "aBc", "1", "ac1" },         /* there is a place behind all others */
    { "aBc", "12", "a2c1" },
    { "ABcd", "12", "cd12" },      /* those that came first have left */
    { "abCD", "12", "ab12" },
    { "ABCD", "1234", "1234" },
    { "AbCd", "12", "b2d1" },
};

START_TEST(a_place_that_was_left_is_free_at_once)
{
    wlm_queue_t *queue = make(4, 1);
    uint32_t slots[128], slot;
    const char *c;

    for (c = left_places[_i].come; *c; ++c) {
        ck_assert(wlm_queue_enter(queue, &slots[(int)*c], 1, 0, 4, T0));
    }
    for (c = left_places[_i].come; *c; ++c) {
        if (*c < 'a') {
            wlm_queue_leave(queue, slots[(int)*c], 0);
        }
    }
    for (c = left_places[_i].then; *c; ++c) {
        ck_assert(wlm_queue_enter(queue, &slots[(int)*c], 1, 0, 4, T0));
    }
    if (strlen(left_places[_i].served) == 4) {
        ck_assert(!wlm_queue_enter(queue, &slot, 1, 0, 4, T0));
    }
    for (c = left_places[_i].served; *c; ++c) {
        ck_assert_msg(wlm_queue_is_next(queue, slots[(int)*c], T0), "%s: not %c", left_places[_i].served, *c);
        wlm_queue_leave(queue, slots[(int)*c], 1);
    }
}
END_TEST

START_TEST(the_places_of_a_dead_process_are_freed)
{
    wlm_queue_t *queue = make(4, 1);
    uint32_t a, b, c, d;

    wlm_queue_enter(queue, &a, 1, 0, 100, T0);
    wlm_queue_enter(queue, &b, 2, 0, 100, T0);
    wlm_queue_enter(queue, &c, 1, 0, 100, T0);
    wlm_queue_enter(queue, &d, 3, 0, 100, T0);
    wlm_queue_reclaim(queue, 1);
    ck_assert_uint_eq(wlm_queue_waiting(queue), 2);
    ck_assert(wlm_queue_is_next(queue, b, T0));
    wlm_queue_reclaim(queue, 2);
    wlm_queue_reclaim(queue, 3);
    ck_assert_uint_eq(wlm_queue_waiting(queue), 0);
    ck_assert(wlm_queue_enter(queue, &a, 1, 0, 100, T0));
}
END_TEST

START_TEST(a_process_that_dies_under_the_lock_harms_nobody)
{
    wlm_queue_t *queue = make(4, 1);
    uint32_t slot;
    pid_t child = fork();

    if (child == 0) {
        wlm_queue_enter(queue, &slot, (uint32_t)getpid(), 0, 100, T0);
        pthread_mutex_lock(&queue->lock);
        atomic_fetch_add(&queue->waiting, 5); /* in the middle of something */
        kill(getpid(), SIGKILL);
    }
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
    ck_assert(wlm_queue_enter(queue, &slot, 1, 0, 100, T0)); /* takes the lock over */
    ck_assert_uint_eq(wlm_queue_waiting(queue), 2);
    wlm_queue_reclaim(queue, (uint32_t)child);
    ck_assert(wlm_queue_is_next(queue, slot, T0));
}
END_TEST

/* The letters come in, one after the other: a capital one into the urgent lane. They are served in this order */
static const struct {
    const char *come, *served;
} lanes[] = {
    { "abc", "abc" },
    { "aBc", "Bac" },
    { "abCD", "CDab" },
    { "ABCDEFGHIJxy", "ABCDEFGxHIJy" }, /* the eighth turn */
    { "xABCDEFGHIJKLMNOPy", "ABCDEFGxHIJKLMNOPy" }, /* the sixteenth is the urgent lane's own */
};

START_TEST(the_urgent_come_first_but_not_for_ever)
{
    wlm_queue_t *queue = make(20, 2);
    uint32_t slots[26 * 2], i, j, n = (uint32_t)strlen(lanes[_i].come);

    for (i = 0; i < n; ++i) {
        ck_assert(wlm_queue_enter(queue, &slots[i], 1, lanes[_i].come[i] < 'a', 20, T0));
    }
    for (i = 0; i < n; ++i) {
        j = (uint32_t)(strchr(lanes[_i].come, lanes[_i].served[i]) - lanes[_i].come);
        ck_assert_msg(wlm_queue_is_next(queue, slots[j], T0), "%s: not %c", lanes[_i].come, lanes[_i].served[i]);
        wlm_queue_leave(queue, slots[j], 1);
    }
    ck_assert_uint_eq(wlm_queue_waiting(queue), 0);
}
END_TEST

/* A turn that was not used does not count; and those who can wait take no place of those who cannot */
START_TEST(the_urgent_find_a_place)
{
    wlm_queue_t *queue = make(3, 2);
    uint32_t slot;
    int i;

    for (i = 0; i < 3; ++i) {
        ck_assert(wlm_queue_enter(queue, &slot, 1, 0, 3, T0));
    }
    ck_assert(!wlm_queue_enter(queue, &slot, 1, 0, 3, T0));
    for (i = 0; i < 20; ++i) {
        ck_assert(wlm_queue_enter(queue, &slot, 1, 1, 3, T0) && wlm_queue_is_next(queue, slot, T0));
        ck_assert_uint_eq(wlm_queue_waiting_in(queue, 1), 1);
        wlm_queue_leave(queue, slot, 0);
    }
    ck_assert(wlm_queue_enter(queue, &slot, 1, 7, 3, T0)); /* a lane that it does not have is the last one */
    ck_assert_uint_eq(wlm_queue_waiting_in(queue, 1), 1);
    ck_assert(!wlm_queue_enter(queue, &slot, 1, 0, 3, T0));
}
END_TEST

START_TEST(a_lane_that_is_never_empty_serves_the_newest)
{
    const apr_time_t later = T0 + apr_time_from_msec(500);
    wlm_queue_t *queue = make(4, 2);
    uint32_t a, b, c;

    wlm_queue_enter(queue, &a, 1, 0, 4, T0);
    wlm_queue_enter(queue, &b, 1, 0, 4, T0 + apr_time_from_msec(499));
    ck_assert(!wlm_queue_is_overloaded(queue, 0, later)); /* it was not told after what time */
    wlm_queue_serve_newest_after(queue, apr_time_from_msec(500));
    ck_assert(!wlm_queue_is_overloaded(queue, 0, later - 1000) && wlm_queue_is_next(queue, a, later - 1000));
    ck_assert(wlm_queue_is_overloaded(queue, 0, later) && wlm_queue_is_next(queue, b, later));
    wlm_queue_leave(queue, b, 1);
    ck_assert(wlm_queue_is_next(queue, a, later));
    wlm_queue_enter(queue, &c, 1, 1, 4, later);
    ck_assert(!wlm_queue_is_overloaded(queue, 1, later) && wlm_queue_is_next(queue, c, later));
    wlm_queue_leave(queue, c, 1);
    wlm_queue_leave(queue, a, 1);
    wlm_queue_enter(queue, &a, 1, 0, 4, later); /* it was empty */
    ck_assert(!wlm_queue_is_overloaded(queue, 0, later));
}
END_TEST

/* Otherwise it would be a slot without a waiter as soon as the ring comes to it */
START_TEST(one_that_died_while_it_entered_leaves_no_name)
{
    wlm_queue_t *queue = make(4, 1);
    wlm_queue_slot_t *slots = (wlm_queue_slot_t *)(void *)&queue->lanes[1];
    uint32_t slot;

    wlm_queue_enter(queue, &slot, 1, 0, 100, T0);
    atomic_store(&slots[1].pid, 2); /* its first write, and its last one */
    wlm_queue_reclaim(queue, 2);
    ck_assert_uint_eq(atomic_load(&slots[1].pid), 0);
}
END_TEST

/* A wake between looking and waiting is not lost; one from another process arrives */
START_TEST(a_waiter_is_woken)
{
    wlm_queue_t *queue = make(2, 1);
    apr_time_t start = apr_time_now();
    uint32_t slot, seen;
    pid_t child;

    wlm_queue_enter(queue, &slot, 1, 0, 100, T0);
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
    tcase_add_loop_test(tc, a_place_that_was_left_is_free_at_once, 0, UNIT_COUNT(left_places));
    tcase_add_loop_test(tc, the_urgent_come_first_but_not_for_ever, 0, UNIT_COUNT(lanes));
    tcase_add_test(tc, the_urgent_find_a_place);
    tcase_add_test(tc, a_lane_that_is_never_empty_serves_the_newest);
    tcase_add_test(tc, the_places_of_a_dead_process_are_freed);
    tcase_add_test(tc, a_process_that_dies_under_the_lock_harms_nobody);
    tcase_add_test(tc, one_that_died_while_it_entered_leaves_no_name);
    tcase_add_test(tc, a_waiter_is_woken);
    return s;
}

UNIT_MAIN(suite)

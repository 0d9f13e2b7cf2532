/* What a step waits for, and the driver that waits in poll(). */
#include <unistd.h>
#include "unit.h"
#include "base/clock.h"
#include "net/wait.h"

#define SEC APR_USEC_PER_SEC

START_TEST(a_limit_counts_from_the_first_time)
{
    wlm_wait_t wait;
    apr_time_t until;

    wlm_wait_init(&wait);
    ck_assert(APR_STATUS_IS_EAGAIN(wlm_wait_for(&wait, -1, 0, 20000)));
    until = wait.until;
    ck_assert(until > wlm_now() && until <= wlm_now() + 20000);
    wlm_wait_poll(&wait);
    ck_assert(wlm_now() >= until);
    ck_assert(APR_STATUS_IS_TIMEUP(wlm_wait_for(&wait, -1, 0, 10 * SEC)));
    ck_assert_int_eq(wait.until, until);
    wlm_wait_end(&wait);
    ck_assert(APR_STATUS_IS_EAGAIN(wlm_wait_for(&wait, -1, 0, 10 * SEC)));
    ck_assert(wait.until > until);
}
END_TEST

START_TEST(without_a_limit_there_is_none)
{
    wlm_wait_t wait;

    wlm_wait_init(&wait);
    ck_assert(APR_STATUS_IS_EAGAIN(wlm_wait_for(&wait, -1, 0, 0)));
    ck_assert_int_eq(wlm_wait_due(&wait), 0);
}
END_TEST

static const struct {
    apr_time_t until, wake, due;
} dues[] = {
    { 0, 0, 0 }, { 5, 0, 5 }, { 0, 7, 7 }, { 5, 7, 5 }, { 7, 5, 5 }, { 5, 5, 5 },
};

START_TEST(the_earlier_of_two_times_counts)
{
    wlm_wait_t wait = { .until = dues[_i].until, .wake = dues[_i].wake };

    ck_assert_int_eq(wlm_wait_due(&wait), dues[_i].due);
}
END_TEST

static const struct {
    apr_time_t at[2], wake;
} wakes[] = { { { 5, 0 }, 5 }, { { 5, 7 }, 5 }, { { 7, 5 }, 5 } };

START_TEST(the_waiting_driver_ends_for_a_check)
{
    wlm_wait_t wait;
    apr_time_t begun = wlm_now();

    wlm_wait_init(&wait);
    wlm_wait_for(&wait, -1, 0, 0);
    wait.check = begun + 20000;
    ck_assert_int_eq(wlm_wait_due(&wait), 0);
    wlm_wait_poll(&wait);
    ck_assert(wlm_now() >= begun + 20000);
    wlm_wait_for(&wait, -1, 0, 0);
    ck_assert_int_eq(wait.check, 0);
}
END_TEST

START_TEST(the_earlier_call_counts_for_one_wait)
{
    wlm_wait_t wait;
    int i;

    wlm_wait_init(&wait);
    wlm_wait_for(&wait, -1, 0, SEC);
    for (i = 0; i < 2 && wakes[_i].at[i]; ++i) {
        wlm_wait_wake(&wait, wakes[_i].at[i]);
    }
    ck_assert_int_eq(wait.wake, wakes[_i].wake);
    wlm_wait_for(&wait, -1, 0, SEC);
    ck_assert_int_eq(wait.wake, 0);
}
END_TEST

/* Which of two pipes has something to read is seen at the right one; one without events is not looked at */
static const struct {
    int written;                   /* bit 0: the member's, bit 1: the client's */
    short member, client;          /* events */
    int member_came, client_came;
} arrivals[] = {
    { 1, POLLIN, POLLIN, 1, 0 }, { 2, POLLIN, POLLIN, 0, 1 }, { 3, POLLIN, POLLIN, 1, 1 },
    { 3, POLLIN, 0, 1, 0 }, { 3, 0, POLLIN, 0, 1 },
};

START_TEST(what_has_come_is_seen)
{
    int member[2], client[2];
    wlm_wait_t wait;

    ck_assert(pipe(member) == 0 && pipe(client) == 0);
    ck_assert(!(arrivals[_i].written & 1) || write(member[1], "x", 1) == 1);
    ck_assert(!(arrivals[_i].written & 2) || write(client[1], "x", 1) == 1);
    wlm_wait_init(&wait);
    wlm_wait_for(&wait, member[0], arrivals[_i].member, 10 * SEC);
    wait.client = (struct pollfd){ client[0], arrivals[_i].client, 0 };
    wlm_wait_poll(&wait);
    ck_assert_int_eq(wait.member.revents, arrivals[_i].member_came ? POLLIN : 0);
    ck_assert_int_eq(wait.client.revents, arrivals[_i].client_came ? POLLIN : 0);
    close(member[0]);
    close(member[1]);
    close(client[0]);
    close(client[1]);
}
END_TEST

/* Another process has changed the word before the wait begins, or wakes it */
START_TEST(a_word_that_has_changed_ends_the_wait)
{
    static _Atomic uint32_t word = 2;
    wlm_wait_t wait;
    apr_time_t begun = wlm_now();

    wlm_wait_init(&wait);
    wlm_wait_for(&wait, -1, 0, 10 * SEC);
    wait.word = &word;
    wait.seen = 1;
    wlm_wait_poll(&wait);
    ck_assert(wlm_now() - begun < 5 * SEC);
    wait.seen = 2;
    wait.wake = wlm_now() + 20000;
    wlm_wait_poll(&wait);
    ck_assert(wlm_now() >= wait.wake);
}
END_TEST

/* Of two attempts: the earlier time, both members, the client of either */
static const struct {
    apr_time_t until[2], wake[2], check[2];
    apr_time_t due, check_at;
} pairs[] = {
    { { 0, 0 }, { 0, 0 }, { 0, 0 }, 0, 0 }, { { 5, 7 }, { 0, 0 }, { 0, 0 }, 5, 0 },
    { { 7, 5 }, { 0, 0 }, { 0, 9 }, 5, 9 }, { { 7, 0 }, { 0, 6 }, { 9, 8 }, 6, 8 },
    { { 0, 7 }, { 8, 0 }, { 8, 0 }, 7, 8 },
};

START_TEST(two_waits_become_one)
{
    wlm_wait_t first = { .member = { 3, POLLIN, 0 }, .client = { 5, POLLRDHUP, 0 }, .until = pairs[_i].until[0],
                         .wake = pairs[_i].wake[0], .check = pairs[_i].check[0] };
    wlm_wait_t second = { .member = { 4, POLLOUT, 0 }, .client = { -1, 0, 0 }, .until = pairs[_i].until[1],
                          .wake = pairs[_i].wake[1], .check = pairs[_i].check[1] };
    wlm_wait_t both;

    wlm_wait_both(&both, &first, &second);
    ck_assert_int_eq(wlm_wait_due(&both), pairs[_i].due);
    ck_assert_int_eq(both.check, pairs[_i].check_at);
    ck_assert(both.member.fd == 3 && both.member.events == POLLIN);
    ck_assert(both.second.fd == 4 && both.second.events == POLLOUT);
    ck_assert(both.client.fd == 5 && both.client.events == POLLRDHUP);
    wlm_wait_both(&both, &second, &first);
    ck_assert_int_eq(wlm_wait_due(&both), pairs[_i].due);
    ck_assert(both.client.fd == 5 && both.client.events == POLLRDHUP);
}
END_TEST

START_TEST(what_has_come_goes_to_the_one_that_waits_for_it)
{
    int a[2], b[2], client[2];
    wlm_wait_t first, second, both;

    ck_assert(pipe(a) == 0 && pipe(b) == 0 && pipe(client) == 0);
    ck_assert(!(_i & 1) || write(a[1], "x", 1) == 1);
    ck_assert(!(_i & 2) || write(b[1], "x", 1) == 1);
    ck_assert(!(_i & 4) || write(client[1], "x", 1) == 1);
    wlm_wait_init(&first);
    wlm_wait_init(&second);
    wlm_wait_for(&first, a[0], POLLIN, 10 * SEC);
    wlm_wait_for(&second, b[0], POLLIN, 10 * SEC);
    first.client = second.client = (struct pollfd){ client[0], POLLIN, 0 };
    wlm_wait_both(&both, &first, &second);
    wlm_wait_poll(&both);
    wlm_wait_divide(&first, &second, &both);
    ck_assert_int_eq(first.member.revents, _i & 1 ? POLLIN : 0);
    ck_assert_int_eq(second.member.revents, _i & 2 ? POLLIN : 0);
    ck_assert_int_eq(first.client.revents, _i & 4 ? POLLIN : 0);
    ck_assert_int_eq(second.client.revents, _i & 4 ? POLLIN : 0);
    wlm_wait_for(&both, -1, 0, 0);
    ck_assert_int_eq(both.second.events, 0);
    close(a[0]);
    close(a[1]);
    close(b[0]);
    close(b[1]);
    close(client[0]);
    close(client[1]);
}
END_TEST

/* The word is not lost behind the descriptor, nor the descriptor behind the word */
static const struct {
    int is_written;
    uint32_t word;
} words[] = { { 1, 1 }, { 0, 2 }, { 1, 2 }, { 0, 1 } };

START_TEST(a_word_and_a_client_are_waited_for)
{
    static _Atomic uint32_t word;
    int client[2];
    wlm_wait_t wait;

    atomic_store(&word, words[_i].word);
    ck_assert(pipe(client) == 0);
    ck_assert(!words[_i].is_written || write(client[1], "x", 1) == 1);
    wlm_wait_init(&wait);
    wlm_wait_for(&wait, -1, 0, 0);
    wait.word = &word;
    wait.seen = 1;
    wait.client = (struct pollfd){ client[0], POLLIN, 0 };
    wait.wake = words[_i].is_written || words[_i].word != 1 ? 0 : wlm_now() + 50000; /* in vain: it is due */
    wlm_wait_poll(&wait);
    ck_assert_int_eq(wait.client.revents, words[_i].is_written ? POLLIN : 0);
    ck_assert(wlm_now() >= wait.wake);
    close(client[0]);
    close(client[1]);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("net/wait");
    TCase *tc = unit_case(s, "wait");

    tcase_add_test(tc, a_limit_counts_from_the_first_time);
    tcase_add_test(tc, without_a_limit_there_is_none);
    tcase_add_loop_test(tc, the_earlier_of_two_times_counts, 0, UNIT_COUNT(dues));
    tcase_add_test(tc, the_waiting_driver_ends_for_a_check);
    tcase_add_loop_test(tc, the_earlier_call_counts_for_one_wait, 0, UNIT_COUNT(wakes));
    tcase_add_loop_test(tc, what_has_come_is_seen, 0, UNIT_COUNT(arrivals));
    tcase_add_test(tc, a_word_that_has_changed_ends_the_wait);
    tcase_add_loop_test(tc, two_waits_become_one, 0, UNIT_COUNT(pairs));
    tcase_add_loop_test(tc, what_has_come_goes_to_the_one_that_waits_for_it, 1, 8);
    tcase_add_loop_test(tc, a_word_and_a_client_are_waited_for, 0, UNIT_COUNT(words));
    return s;
}

UNIT_MAIN(suite)

/* The table behind a store: what is asked, remembered and stored, and a store that fails, is slow or hangs. */
#include "unit.h"
#include <pthread.h>
#include <string.h>
#include <unistd.h>
#include "base/clock.h"
#include "shared/remote.h"

#define TIMEOUT apr_time_from_sec(30) /* an answer of these stores that comes at all is in time */

/* A store: what it answers, and what it was asked. It hangs while `hangs` is set */
typedef struct store_t {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    int hangs, hanging;
    wlm_remote_answer_t answer;
    int can_store;
    int gets, puts, changes, is_open;
    char last[WLM_REMOTE_NAME_SIZE];
    wlm_remote_record_t record;
} store_t;

#define TESTS_MAX 32

/* One for each test, since threads of the test before may still come back where all are of one process */
static store_t stores[TESTS_MAX], *store = stores;
static wlm_remote_t *remote;

static void come_in(store_t *it)
{
    pthread_mutex_lock(&it->mutex);
    ++it->hanging;
    pthread_cond_broadcast(&it->changed);
    while (it->hangs) {
        pthread_cond_wait(&it->changed, &it->mutex);
    }
    --it->hanging;
}

static wlm_remote_answer_t get(void *data, const unsigned char *key, char *name)
{
    store_t *it = data;
    wlm_remote_answer_t answer;

    (void)key;
    come_in(it);
    ++it->gets;
    answer = it->answer;
    strcpy(name, answer == WLM_REMOTE_FOUND ? "s1" : "");
    pthread_cond_broadcast(&it->changed);
    pthread_mutex_unlock(&it->mutex);
    return answer;
}

static int put(void *data, const unsigned char *key, const char *name, apr_interval_time_t expiry)
{
    store_t *it = data;
    int ok;

    (void)key;
    (void)expiry;
    come_in(it);
    ++it->puts;
    ok = it->can_store;
    strcpy(it->last, name);
    pthread_cond_broadcast(&it->changed);
    pthread_mutex_unlock(&it->mutex);
    return ok;
}

static void changed(void *data, int is_open)
{
    store_t *it = data;

    pthread_mutex_lock(&it->mutex);
    ++it->changes;
    it->is_open = is_open;
    pthread_cond_broadcast(&it->changed);
    pthread_mutex_unlock(&it->mutex);
}

static void set_hangs(int hangs)
{
    pthread_mutex_lock(&store->mutex);
    store->hangs = hangs;
    pthread_cond_broadcast(&store->changed);
    pthread_mutex_unlock(&store->mutex);
}

/* Until a number of the store is that */
static void wait_for(const int *number, int value)
{
    pthread_mutex_lock(&store->mutex);
    while (*number != value) {
        pthread_cond_wait(&store->changed, &store->mutex);
    }
    pthread_mutex_unlock(&store->mutex);
}

static void setup(void)
{
    static const wlm_remote_calls_t calls = { get, put, changed };

    unit_setup();
    ck_assert_ptr_ne(++store, stores + TESTS_MAX);
    pthread_mutex_init(&store->mutex, NULL);
    pthread_cond_init(&store->changed, NULL);
    store->can_store = 1;
    store->answer = WLM_REMOTE_UNKNOWN;
    remote = wlm_remote_make(&store->record, &calls, store, TIMEOUT, apr_time_from_sec(60));
}

static void teardown(void)
{
    set_hangs(0);
    unit_teardown();
}

static const unsigned char *key_of(uint64_t number)
{
    static unsigned char key[WLM_REMOTE_KEY_SIZE];
    uint64_t mixed = (number + 1) * UINT64_C(0x9e3779b97f4a7c15);

    memcpy(key, &mixed, sizeof(mixed));
    memcpy(key + sizeof(mixed), &number, sizeof(number));
    return key;
}

static wlm_remote_question_t *ask(uint64_t number)
{
    return wlm_remote_ask(remote, key_of(number));
}

static void wait_for_answer(const wlm_remote_question_t *question)
{
    while (!atomic_load(wlm_remote_word(question))) {
        usleep(1000);              /* between two looks at the condition */
    }
}

START_TEST(what_the_store_knows_is_found_and_remembered)
{
    wlm_remote_question_t *question, *again;

    store->answer = WLM_REMOTE_FOUND;
    ck_assert_ptr_nonnull(question = ask(1));
    wait_for_answer(question);
    ck_assert_str_eq(wlm_remote_name(question), "s1");
    ck_assert_ptr_eq(again = ask(1), question);
    wlm_remote_end(remote, again, 1);
    wlm_remote_end(remote, question, 1);
    ck_assert_int_eq(store->gets, 1);
    ck_assert_uint_eq(store->record.asked, 1);
    ck_assert_uint_eq(store->record.found, 1);
    ck_assert_uint_eq(store->record.timed_out, 0);
}
END_TEST

START_TEST(an_unknown_value_is_asked_for_once_for_a_while)
{
    wlm_remote_question_t *question = ask(1);

    wait_for_answer(question);
    ck_assert_ptr_null(wlm_remote_name(question));
    wlm_remote_end(remote, question, 1);
    ck_assert_ptr_null(ask(1));
    ck_assert_uint_eq(store->record.unknown, 1);
    ck_assert_int_eq(store->gets, 1);
}
END_TEST

START_TEST(requests_with_the_same_value_wait_for_one_answer)
{
    wlm_remote_question_t *first, *second;

    store->answer = WLM_REMOTE_FOUND;
    set_hangs(1);
    first = ask(1);
    wait_for(&store->hanging, 1);
    second = ask(1);
    ck_assert_ptr_eq(first, second);
    ck_assert_ptr_null(wlm_remote_name(first));
    set_hangs(0);
    wait_for_answer(first);
    ck_assert_str_eq(wlm_remote_name(second), "s1");
    ck_assert_int_eq(store->gets, 1);
}
END_TEST

START_TEST(a_store_that_hangs_is_left_after_three_that_have_waited)
{
    int i;

    set_hangs(1);
    for (i = 0; i < 3; ++i) {
        wlm_remote_question_t *question = ask((uint64_t)i);

        ck_assert_ptr_nonnull(question);
        wait_for(&store->hanging, i + 1); /* each hangs in a thread of its own */
        wlm_remote_end(remote, question, 1);
    }
    ck_assert_int_eq(store->is_open, 1);
    ck_assert_ptr_null(ask(7));
    ck_assert_uint_eq(store->record.not_asked, 1);
    ck_assert_uint_eq(store->record.timed_out, 3);
    ck_assert_uint_eq(store->record.opened, 1);
    set_hangs(0);                  /* an answer, even if it is none, in time: what was asked before */
    wait_for(&store->gets, 3);
    ck_assert_ptr_null(ask(0));    /* which says nothing while the breaker is open, but is remembered */
}
END_TEST

START_TEST(who_leaves_early_is_no_failure_and_is_not_asked_for)
{
    wlm_remote_question_t *hanging, *left;
    int i;

    set_hangs(1);
    for (i = 0; i < WLM_REMOTE_THREADS; ++i) {
        hanging = ask((uint64_t)i);
        ck_assert_ptr_nonnull(hanging);
        wait_for(&store->hanging, i + 1);
    }
    ck_assert_ptr_nonnull(left = ask(100));
    wlm_remote_end(remote, left, 0);
    ck_assert_uint_eq(store->record.timed_out, 0);
    ck_assert_int_eq(store->changes, 0);
    set_hangs(0);
    wait_for_answer(hanging);
    wlm_remote_tell(remote, key_of(1), "s2"); /* behind it in the queue */
    wait_for(&store->puts, 1);
    wait_for(&store->gets, WLM_REMOTE_THREADS);
    ck_assert_uint_eq(store->record.asked, WLM_REMOTE_THREADS);
}
END_TEST

START_TEST(bots_cannot_make_the_queues_longer_than_they_may_be)
{
    int i, waiting = 0;

    set_hangs(1);
    for (i = 0; i < WLM_REMOTE_THREADS; ++i) {
        ask((uint64_t)i);
        wait_for(&store->hanging, i + 1);
    }
    for (i = 0; i < 10000; ++i) {
        waiting += ask(1000 + (uint64_t)i) != NULL;
    }
    ck_assert_int_le(waiting, WLM_REMOTE_ASKED_MAX);
    ck_assert_int_ge(waiting, WLM_REMOTE_ASKED_MAX / 2);
    ck_assert_uint_eq(store->record.not_asked_full, (unsigned)(10000 - waiting));
    for (i = 0; i < WLM_REMOTE_TOLD_MAX + 10; ++i) {
        wlm_remote_tell(remote, key_of((uint64_t)i), "s1");
    }
    ck_assert_uint_eq(store->record.dropped, 10);
    set_hangs(0);
    wait_for(&store->puts, WLM_REMOTE_TOLD_MAX);
}
END_TEST

START_TEST(bindings_are_stored_in_their_order)
{
    int i;

    for (i = 0; i < 500; ++i) {
        wlm_remote_tell(remote, key_of(1), i % 2 ? "s1" : "s2");
    }
    wlm_remote_tell(remote, key_of(1), "newest");
    wait_for(&store->puts, 501);
    ck_assert_str_eq(store->last, "newest");
    wlm_remote_end_process(remote, apr_time_from_sec(30));
    ck_assert_uint_eq(store->record.stored, 501);
}
END_TEST

START_TEST(that_it_knows_nothing_is_not_believed_after_a_failure)
{
    int i;

    store->answer = WLM_REMOTE_FAILED;
    wait_for_answer(ask(0));
    wait_for(&store->gets, 1);
    while (!atomic_load(&store->record.breaker.failures)) {
        usleep(1000);
    }
    store->answer = WLM_REMOTE_UNKNOWN;
    store->can_store = 0;          /* as httpd's providers do it for a server that is gone */
    for (i = 1; !wlm_breaker_due(&store->record.breaker); ++i) {
        wlm_remote_question_t *question = ask((uint64_t)i);

        if (question) {
            wait_for_answer(question);
            wlm_remote_end(remote, question, 1);
        }
    }
    ck_assert_uint_eq(store->record.unknown, 0);
    ck_assert_uint_eq(store->record.opened, 1);
}
END_TEST

START_TEST(a_thread_that_comes_back_when_the_process_ends_touches_nothing)
{
    wlm_remote_question_t *question;

    set_hangs(1);
    question = ask(1);
    wait_for(&store->hanging, 1);
    wlm_remote_end_process(remote, apr_time_from_sec(30));
    set_hangs(0);
    wait_for(&store->gets, 1);
    ck_assert_ptr_null(ask(2));
    wlm_remote_end(remote, question, 1);
    ck_assert_uint_eq(store->record.unknown, 0);
    ck_assert_uint_eq(store->record.breaker.failures, 0);
    ck_assert_uint_eq(atomic_load(wlm_remote_word(question)), 0);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("shared/remote");
    TCase *tc = tcase_create("remote");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, what_the_store_knows_is_found_and_remembered);
    tcase_add_test(tc, an_unknown_value_is_asked_for_once_for_a_while);
    tcase_add_test(tc, requests_with_the_same_value_wait_for_one_answer);
    tcase_add_test(tc, a_store_that_hangs_is_left_after_three_that_have_waited);
    tcase_add_test(tc, who_leaves_early_is_no_failure_and_is_not_asked_for);
    tcase_add_test(tc, bots_cannot_make_the_queues_longer_than_they_may_be);
    tcase_add_test(tc, bindings_are_stored_in_their_order);
    tcase_add_test(tc, that_it_knows_nothing_is_not_believed_after_a_failure);
    tcase_add_test(tc, a_thread_that_comes_back_when_the_process_ends_touches_nothing);
    suite_add_tcase(s, tc);
    return s;
}

UNIT_MAIN(suite)

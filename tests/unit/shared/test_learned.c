/* The table of learned sessions: what it knows, for how long, and who has to go when it is full. */
#include "unit.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/cache_line.h"
#include "shared/learned.h"

#define MIB ((size_t)1 << 20)
#define HOUR apr_time_from_sec(3600)
#define T0 apr_time_from_sec(1000000000)

static const unsigned char secret[16] = "0123456789abcde";

static wlm_learned_t *make(size_t bytes)
{
    size_t size = (wlm_learned_size(bytes) + WLM_CACHE_LINE - 1) / WLM_CACHE_LINE * WLM_CACHE_LINE;
    wlm_learned_t *table = aligned_alloc(WLM_CACHE_LINE, size);

    memset(table, 0, size);
    wlm_learned_make(table, bytes, secret);
    return table;
}

static uint64_t hash_of(const wlm_learned_t *table, const char *kind, long number)
{
    char value[40];
    int len = snprintf(value, sizeof(value), "%s-%ld", kind, number);

    return wlm_learned_hash(table, 7, value, (size_t)len);
}

START_TEST(a_session_is_found_until_it_is_not_used_for_too_long)
{
    wlm_learned_t *table = make(MIB);
    uint64_t hash = hash_of(table, "s", 1);

    ck_assert_int_eq(wlm_learned_find(table, hash, T0, HOUR, NULL), -1);
    ck_assert_int_eq(wlm_learned_put(table, hash, 1048575, T0, HOUR), WLM_LEARNED_NEW);
    ck_assert_int_eq(wlm_learned_put(table, hash, 1048575, T0, HOUR), WLM_LEARNED_KNOWN);
    ck_assert_int_eq(wlm_learned_find(table, hash, T0, HOUR, NULL), 1048575);
    ck_assert_int_eq(wlm_learned_find(table, hash, T0 + HOUR, HOUR, NULL), 1048575);       /* which is a use */
    ck_assert_int_eq(wlm_learned_find(table, hash, T0 + 2 * HOUR, HOUR, NULL), 1048575);
    ck_assert_int_eq(wlm_learned_find(table, hash, T0 + 3 * HOUR + apr_time_from_sec(32), HOUR, NULL), -1);
    ck_assert_int_eq(wlm_learned_put(table, hash, 0, T0 + 4 * HOUR, HOUR), WLM_LEARNED_NEW);
    ck_assert_int_eq(wlm_learned_put(table, hash, 5, T0 + 4 * HOUR, HOUR), WLM_LEARNED_NEW); /* it has moved */
    ck_assert_int_eq(wlm_learned_find(table, hash, T0 + 4 * HOUR, HOUR, NULL), 5);
    ck_assert_int_eq(wlm_learned_count(table), 1);
    free(table);
}
END_TEST

START_TEST(values_of_other_scopes_and_keys_are_others)
{
    wlm_learned_t *table = make(MIB), *other = make(MIB);

    wlm_learned_make(other, MIB, (const unsigned char *)"another key than");
    ck_assert_uint_ne(wlm_learned_hash(table, 1, "x", 1), wlm_learned_hash(table, 2, "x", 1));
    ck_assert_uint_ne(wlm_learned_hash(table, 1, "x", 1), wlm_learned_hash(other, 1, "x", 1));
    ck_assert_uint_ne(wlm_learned_hash(table, 1, "x", 1), wlm_learned_hash(table, 1, "x", 0));
    free(table);
    free(other);
}
END_TEST

/* More than the 50,000 in a MiB that are promised */
START_TEST(a_mib_has_room_for_90000)
{
    wlm_learned_t *table = make(MIB);
    long i, evicted = 0, wrong = 0;

    for (i = 0; i < 90000; ++i) {
        evicted += wlm_learned_put(table, hash_of(table, "s", i), (uint32_t)i, T0, HOUR) == WLM_LEARNED_EVICTED;
    }
    ck_assert_int_eq(evicted, 0);
    for (i = 0; i < 90000; ++i) {
        wrong += wlm_learned_find(table, hash_of(table, "s", i), T0, HOUR, NULL) != i;
    }
    ck_assert_int_le(wrong, 1); /* two hashes may be the same by chance */
    free(table);
}
END_TEST

START_TEST(requests_alone_evict_nothing_and_bind_to_nobody)
{
    wlm_learned_t *table = make(MIB);
    long i, lost = 0, bound = 0;

    for (i = 0; i < 50000; ++i) {
        wlm_learned_put(table, hash_of(table, "s", i), (uint32_t)i, T0, HOUR);
    }
    for (i = 0; i < 1000000; ++i) {
        bound += wlm_learned_find(table, hash_of(table, "bot", i), T0, HOUR, NULL) >= 0;
    }
    for (i = 0; i < 50000; ++i) {
        lost += wlm_learned_find(table, hash_of(table, "s", i), T0, HOUR, NULL) < 0;
    }
    ck_assert_int_eq(lost, 0);
    ck_assert_int_le(bound, 2);
    free(table);
}
END_TEST

/* Bots that get a session with each request, and never come back */
START_TEST(sessions_that_are_used_outlive_a_flood_of_those_that_are_not)
{
    wlm_learned_t *table = make(MIB);
    long i, lost = 0, evicted = 0;

    for (i = 0; i < 20000; ++i) {
        wlm_learned_put(table, hash_of(table, "s", i), (uint32_t)i, T0, HOUR);
        wlm_learned_find(table, hash_of(table, "s", i), T0, HOUR, NULL);
    }
    for (i = 0; i < 1000000; ++i) {
        evicted += wlm_learned_put(table, hash_of(table, "bot", i), 1, T0 + apr_time_from_sec(60), HOUR)
                   == WLM_LEARNED_EVICTED;
    }
    for (i = 0; i < 20000; ++i) {
        lost += wlm_learned_find(table, hash_of(table, "s", i), T0 + apr_time_from_sec(60), HOUR, NULL) < 0;
    }
    ck_assert_int_eq(lost, 0);
    ck_assert_int_gt(evicted, 800000);
    free(table);
}
END_TEST

START_TEST(what_has_expired_goes_first)
{
    wlm_learned_t *table = make(128); /* two buckets: 16 words */
    long i;

    for (i = 0; i < 15; ++i) {
        wlm_learned_put(table, hash_of(table, "s", i), (uint32_t)i, T0 + HOUR, HOUR);
        wlm_learned_find(table, hash_of(table, "s", i), T0 + HOUR, HOUR, NULL);
    }
    wlm_learned_put(table, hash_of(table, "old", 0), 99, T0, HOUR);
    ck_assert_int_eq(wlm_learned_count(table), 16);
    ck_assert_int_eq(wlm_learned_put(table, hash_of(table, "new", 0), 20, T0 + HOUR + HOUR / 2, HOUR), WLM_LEARNED_NEW);
    ck_assert_int_eq(wlm_learned_put(table, hash_of(table, "new", 1), 21, T0 + HOUR + HOUR / 2, HOUR),
                     WLM_LEARNED_EVICTED); /* "new 0", which nobody has used */
    ck_assert_int_eq(wlm_learned_find(table, hash_of(table, "new", 0), T0 + HOUR, HOUR, NULL), -1);
    ck_assert_int_eq(wlm_learned_find(table, hash_of(table, "new", 1), T0 + HOUR + HOUR / 2, HOUR, NULL), 21);
    free(table);
}
END_TEST

START_TEST(sweeping_removes_what_has_expired)
{
    wlm_learned_t *table = make(MIB);
    long i;

    for (i = 0; i < 1000; ++i) {
        wlm_learned_put(table, hash_of(table, "s", i), 1, i % 2 ? T0 : T0 + HOUR, HOUR);
    }
    for (i = 0; i < 512; ++i) {
        wlm_learned_sweep(table, T0 + HOUR + apr_time_from_sec(60), HOUR);
    }
    ck_assert_int_eq(wlm_learned_count(table), 500);
    free(table);
}
END_TEST

START_TEST(times_of_another_start_of_the_machine_are_moved)
{
    wlm_learned_t *table = make(MIB);
    uint64_t hash = hash_of(table, "s", 1);

    wlm_learned_put(table, hash, 3, T0, HOUR);
    wlm_learned_shift(table, -100 * HOUR);
    ck_assert_int_eq(wlm_learned_find(table, hash, T0 - 100 * HOUR + HOUR / 2, HOUR, NULL), 3);
    ck_assert_int_eq(wlm_learned_find(table, hash, T0 - 98 * HOUR, HOUR, NULL), -1);
    ck_assert(wlm_learned_is_valid(table, wlm_learned_size(MIB), MIB));
    ck_assert(!wlm_learned_is_valid(table, wlm_learned_size(MIB) - 1, MIB));
    ck_assert(!wlm_learned_is_valid(table, wlm_learned_size(2 * MIB), 2 * MIB));
    free(table);
}
END_TEST

START_TEST(a_large_table_is_not_counted_as_a_whole)
{
    wlm_learned_t *table = make(8 * MIB);
    long i, count;

    ck_assert_int_eq(wlm_learned_count(table), 0);
    for (i = 0; i < 400000; ++i) {
        wlm_learned_put(table, hash_of(table, "s", i), 1, T0, HOUR);
    }
    count = (long)wlm_learned_count(table);
    ck_assert_msg(labs(count - 400000) < 400000 / 50, "%ld", count); /* the hashes are always the same */
    free(table);
}
END_TEST

START_TEST(whoever_saves_it_hears_of_changes)
{
    wlm_learned_t *table = make(MIB);
    uint64_t hash = hash_of(table, "s", 1), other = hash_of(table, "s", 2);
    int i;

    ck_assert(!wlm_learned_take_changed(table));
    wlm_learned_put(table, hash, 3, T0, HOUR);
    ck_assert(wlm_learned_take_changed(table) && !wlm_learned_take_changed(table));
    wlm_learned_find(table, hash, T0, HOUR, NULL); /* its first use */
    ck_assert(wlm_learned_take_changed(table));
    wlm_learned_find(table, hash, T0, HOUR, NULL);
    wlm_learned_find(table, other, T0, HOUR, NULL);
    wlm_learned_put(table, hash, 3, T0, HOUR);
    ck_assert(!wlm_learned_take_changed(table));
    wlm_learned_put(table, hash, 4, T0, HOUR);
    ck_assert(wlm_learned_take_changed(table));
    for (i = 0; i < 512; ++i) {
        wlm_learned_sweep(table, T0, HOUR);
    }
    ck_assert(!wlm_learned_take_changed(table));
    for (i = 0; i < 512; ++i) {
        wlm_learned_sweep(table, T0 + 2 * HOUR, HOUR);
    }
    ck_assert(wlm_learned_take_changed(table));
    free(table);
}
END_TEST

#define THREADS 4
#define ROUNDS 20000
#define SHARED 200                 /* sessions that all threads use */

static wlm_learned_t *common;

/* Of each session all threads learn the same member; it is evicted by no one, as there is room. A look-up finds that
 * member, or nothing as long as no thread has learned it. @return NULL; another pointer: it was not so */
static void *learn_and_find(void *thread)
{
    long i, first = (long)(size_t)thread;

    for (i = 0; i < ROUNDS; ++i) {
        long number = (i * 7919 + first) % SHARED;
        uint64_t hash = hash_of(common, "s", number);
        int code = wlm_learned_find(common, hash, T0 + i, HOUR, NULL);

        if (code != -1 && code != number) {
            return &common;
        }
        wlm_learned_put(common, hash, (uint32_t)number, T0 + i, HOUR);
        if (wlm_learned_find(common, hash, T0 + i, HOUR, NULL) != number) {
            return &common;
        }
    }
    return NULL;
}

START_TEST(threads_learn_and_find_at_a_time)
{
    pthread_t threads[THREADS];
    void *wrong;
    int i;

    common = make(MIB);
    for (i = 0; i < THREADS; ++i) {
        ck_assert_int_eq(pthread_create(&threads[i], NULL, learn_and_find, (void *)(size_t)i), 0);
    }
    for (i = 0; i < THREADS; ++i) {
        pthread_join(threads[i], &wrong);
        ck_assert_ptr_null(wrong);
    }
    ck_assert_int_le(wlm_learned_count(common), SHARED * 2); /* two threads may insert the same at a time */
    free(common);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("shared/learned");
    TCase *tc = unit_case(s, "learned");

    tcase_add_test(tc, a_session_is_found_until_it_is_not_used_for_too_long);
    tcase_add_test(tc, values_of_other_scopes_and_keys_are_others);
    tcase_add_test(tc, a_mib_has_room_for_90000);
    tcase_add_test(tc, requests_alone_evict_nothing_and_bind_to_nobody);
    tcase_add_test(tc, sessions_that_are_used_outlive_a_flood_of_those_that_are_not);
    tcase_add_test(tc, what_has_expired_goes_first);
    tcase_add_test(tc, sweeping_removes_what_has_expired);
    tcase_add_test(tc, threads_learn_and_find_at_a_time);
    tcase_add_test(tc, times_of_another_start_of_the_machine_are_moved);
    tcase_add_test(tc, whoever_saves_it_hears_of_changes);
    tcase_add_test(tc, a_large_table_is_not_counted_as_a_whole);
    return s;
}

UNIT_MAIN(suite)

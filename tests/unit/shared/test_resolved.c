/* What is known of a host name: by all processes, and how a process asks. */
#include <netdb.h>
#include <pthread.h>
#include <unistd.h>
#include "unit.h"
#include "net/lookup.h"
#include "shared/resolved.h"

#define HOST 4711u
#define PORT 9080

static wlm_resolved_t resolved;

static void setup(void)
{
    unit_setup();
    memset((void *)&resolved, 0, sizeof(resolved));
}

static wlm_address_t addresses(const char *const *literals, int n, int port)
{
    wlm_address_t all = { .n = 0 }, one;
    int i;

    for (i = 0; i < n; ++i) {
        ck_assert(wlm_address_read(&one, literals[i], port));
        all.at[all.n++] = one.at[0];
    }
    return all;
}

static const char *const literals[] = {
    "10.0.0.1", "::1", "fe80::1%1", "2001:db8::ffff:1", "255.255.255.255", "0.0.0.0", "::", "192.0.2.7"
};

START_TEST(what_one_has_learnt_all_have)
{
    wlm_address_t published = addresses(literals, _i, 0), wanted = addresses(literals, _i, PORT), found;
    int why = 0, i;

    wlm_resolved_put(&resolved, HOST, &published, 0);
    ck_assert_int_eq(wlm_resolved_get(&resolved, HOST, PORT, &found, &why), WLM_RESOLVED_FOUND);
    ck_assert_int_eq(found.n, _i);
    for (i = 0; i < _i; ++i) { /* in the order in which they are tried */
        ck_assert_mem_eq(&found.at[i], &wanted.at[i], sizeof(found.at[i]));
    }
    ck_assert(wlm_address_same(&found, &wanted) && !wlm_address_same(&found, &published));
}
END_TEST

START_TEST(of_another_host_nothing_is_known)
{
    wlm_address_t published = addresses(literals, 2, 0), found;
    int why;

    ck_assert_int_eq(wlm_resolved_get(&resolved, HOST, PORT, &found, &why), WLM_RESOLVED_NOTHING);
    ck_assert_int_eq(wlm_resolved_get(&resolved, 0, PORT, &found, &why), WLM_RESOLVED_NOTHING);
    wlm_resolved_put(&resolved, HOST, &published, 0);
    ck_assert_int_eq(wlm_resolved_get(&resolved, HOST + 1, PORT, &found, &why), WLM_RESOLVED_NOTHING);
    wlm_resolved_clear(&resolved);
    ck_assert_int_eq(wlm_resolved_get(&resolved, HOST, PORT, &found, &why), WLM_RESOLVED_NOTHING);
}
END_TEST

static const int reasons[] = { EAI_NONAME, EAI_AGAIN, EAI_FAIL, EAI_MEMORY, WLM_RESOLVED_SILENT };

START_TEST(a_reason_is_known_to_all)
{
    wlm_address_t found;
    int why = 0;

    wlm_resolved_put(&resolved, HOST, NULL, reasons[_i]);
    ck_assert_int_eq(wlm_resolved_get(&resolved, HOST, PORT, &found, &why), WLM_RESOLVED_FAILED);
    ck_assert_int_eq(why, reasons[_i]);
    ck_assert_str_ne(wlm_resolved_why(why), "");
    ck_assert_str_ne(wlm_resolved_why(why), "Unknown error");
}
END_TEST

/* A writer that has died after any number of words, over any others, and a mixture of two writers */
START_TEST(what_is_not_whole_is_not_believed)
{
    wlm_address_t one = addresses(literals, 8, 0), two = addresses(literals + 3, 2, 0), found;
    wlm_resolved_t first, second;
    int i, why, k;

    memset((void *)&first, 0, sizeof(first));
    memset((void *)&second, 0, sizeof(second));
    wlm_resolved_put(&first, HOST, &one, 0);
    wlm_resolved_put(&second, HOST, &two, 0);
    for (k = 1; k < WLM_RESOLVED_WORDS; ++k) {
        for (i = 0; i < WLM_RESOLVED_WORDS; ++i) {
            atomic_store(&resolved.words[i], atomic_load(i < k ? &second.words[i] : &first.words[i]));
        }
        if (wlm_resolved_get(&resolved, HOST, PORT, &found, &why) != WLM_RESOLVED_NOTHING) {
            ck_assert_int_eq(memcmp((void *)&resolved, (void *)&second, sizeof(second)), 0); /* the rest was the same */
        }
    }
}
END_TEST

static _Atomic int under_way;

static void *write_in_turn(void *data)
{
    wlm_address_t published = addresses(literals + *(int *)data, 3, 0);

    while (atomic_load(&under_way)) {
        wlm_resolved_put(&resolved, HOST, &published, 0);
    }
    return NULL;
}

START_TEST(two_writers_and_a_reader)
{
    wlm_address_t a = addresses(literals, 3, PORT), b = addresses(literals + 3, 3, PORT), found;
    int i, why, from[2] = { 0, 3 };
    pthread_t threads[2];

    atomic_store(&under_way, 1);
    for (i = 0; i < 2; ++i) {
        ck_assert_int_eq(pthread_create(&threads[i], NULL, write_in_turn, &from[i]), 0);
    }
    for (i = 0; i < 200000; ++i) {
        if (wlm_resolved_get(&resolved, HOST, PORT, &found, &why) == WLM_RESOLVED_FOUND) {
            ck_assert(wlm_address_same(&found, &a) || wlm_address_same(&found, &b));
        }
    }
    atomic_store(&under_way, 0);
    for (i = 0; i < 2; ++i) {
        pthread_join(threads[i], NULL);
    }
}
END_TEST

/* -- asking ------------------------------------------------------------------------------------- */

static int await(wlm_lookup_t *lookup, wlm_address_t *found)
{
    int error = 0, i;

    for (i = 0; !wlm_lookup_is_over(lookup, found, &error); ++i) {
        ck_assert_int_lt(i, 5000);
        usleep(2000);
    }
    wlm_lookup_end(lookup);
    return error;
}

/* a label may have 63 characters: the resolver says so without asking a server */
#define NO_NAME "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.invalid"

START_TEST(questions_are_answered)
{
    wlm_address_t found;
    wlm_lookup_t *many[2 * WLM_BLOCKING_MAX];
    int i;

    ck_assert_int_ne(await(wlm_lookup_begin(NO_NAME), &found), 0);
    for (i = 0; i < 2 * WLM_BLOCKING_MAX; ++i) {
        many[i] = wlm_lookup_begin(i % 2 ? "127.0.0.1" : "::1");
        ck_assert_ptr_nonnull(many[i]);
    }
    for (i = 0; i < 2 * WLM_BLOCKING_MAX; ++i) {
        if (i % 3 == 0) {
            wlm_lookup_end(many[i]); /* over or not */
            continue;
        }
        ck_assert_int_eq(await(many[i], &found), 0);
        ck_assert_int_eq(found.n, 1);
        ck_assert_int_eq(found.at[0].sa.ss_family, i % 2 ? AF_INET : AF_INET6);
    }
    wlm_lookup_end(NULL);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("shared/resolved");
    TCase *tc = tcase_create("resolved");

    tcase_add_checked_fixture(tc, setup, unit_teardown);
    suite_add_tcase(s, tc);
    tcase_add_loop_test(tc, what_one_has_learnt_all_have, 1, UNIT_COUNT(literals) + 1);
    tcase_add_test(tc, of_another_host_nothing_is_known);
    tcase_add_loop_test(tc, a_reason_is_known_to_all, 0, UNIT_COUNT(reasons));
    tcase_add_test(tc, what_is_not_whole_is_not_believed);
    tcase_add_test(tc, two_writers_and_a_reader);
    tcase_add_test(tc, questions_are_answered);
    return s;
}

UNIT_MAIN(suite)

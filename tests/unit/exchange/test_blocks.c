/* The blocks that all responses of a process share. */
#include <pthread.h>
#include <string.h>
#include "unit.h"
#include "exchange/blocks.h"

#define MANY (WLM_BLOCKS_KEPT + 24)

START_TEST(so_many_are_kept_and_the_last_comes_first)
{
    void *blocks[MANY];
    int i;

    for (i = 0; i < MANY; ++i) {
        blocks[i] = wlm_blocks_acquire();
        memset(blocks[i], i, WLM_BLOCKS_SIZE);
    }
    for (i = 0; i < MANY; ++i) {
        wlm_blocks_release(blocks[i]);
    }
    for (i = WLM_BLOCKS_KEPT; i > 0; --i) {
        ck_assert_ptr_eq(wlm_blocks_acquire(), blocks[i - 1]);
    }
    for (i = 0; i < WLM_BLOCKS_KEPT; ++i) {
        wlm_blocks_release(blocks[i]);
    }
}
END_TEST

static void *use(void *data)
{
    int *mark = data, i;

    for (i = 0; i < 2000; ++i) {
        int *first = wlm_blocks_acquire(), *second = wlm_blocks_acquire();

        *first = *second = *mark;
        ck_assert_ptr_ne(first, second);
        ck_assert_int_eq(*first, *mark);
        wlm_blocks_release(first);
        ck_assert_int_eq(*second, *mark);
        wlm_blocks_release(second);
    }
    return NULL;
}

START_TEST(threads_share_them)
{
    int marks[4] = { 1, 2, 3, 4 }, i;
    pthread_t threads[4];

    for (i = 0; i < 4; ++i) {
        ck_assert_int_eq(pthread_create(&threads[i], NULL, use, &marks[i]), 0);
    }
    for (i = 0; i < 4; ++i) {
        pthread_join(threads[i], NULL);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("exchange/blocks");
    TCase *tc = unit_case(s, "blocks");

    tcase_add_test(tc, so_many_are_kept_and_the_last_comes_first);
    tcase_add_test(tc, threads_share_them);
    return s;
}

UNIT_MAIN(suite)

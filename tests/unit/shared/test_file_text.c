/* A text in shared memory: whole or not there, also when a writer dies. */
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "unit.h"
#include "shared/file_text.h"

enum { LONGEST = 8 * 1024 * 1024 };

static wlm_file_text_t *make(void)
{
    wlm_file_text_t *text = mmap(NULL, wlm_file_text_size(LONGEST), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
                                 -1, 0);

    ck_assert_ptr_ne(text, MAP_FAILED);
    wlm_file_text_make(text, LONGEST);
    return text;
}

START_TEST(what_was_put_last_is_there)
{
    wlm_file_text_t *text = make();
    uint64_t signature;
    size_t length;

    ck_assert_ptr_null(wlm_file_text_get(text, &signature, &length, unit_pool));
    wlm_file_text_put(text, 7, "long text", 9);
    wlm_file_text_put(text, 8, "short", 5);
    ck_assert_str_eq(wlm_file_text_get(text, &signature, &length, unit_pool), "short");
    ck_assert(signature == 8 && length == 5);
    wlm_file_text_put(text, 9, "", 0);
    ck_assert_str_eq(wlm_file_text_get(text, &signature, &length, unit_pool), "");
    ck_assert(signature == 9 && length == 0);
}
END_TEST

static void write_for_ever(wlm_file_text_t *text)
{
    char *bytes = malloc(LONGEST);
    uint64_t i;

    for (i = 1;; ++i) {
        memset(bytes, 'a' + (int)(i % 26), LONGEST);
        wlm_file_text_put(text, i, bytes, LONGEST);
        usleep(3000); /* so that it is not always killed while it writes */
    }
}

/* Killed at any point, it leaves a whole text with its signature */
START_TEST(a_writer_that_dies_leaves_no_half_text)
{
    wlm_file_text_t *text = make();
    int round;

    for (round = 0; round < 40; ++round) {
        apr_pool_t *p;
        pid_t pid = fork();
        uint64_t signature;
        size_t length, i;
        const char *copy;

        if (!pid) {
            write_for_ever(text);
        }
        while (!wlm_file_text_signature(text)) { /* from the first one on there is always one */
            usleep(100);
        }
        usleep((useconds_t)(round * 700));
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        apr_pool_create(&p, unit_pool);
        copy = wlm_file_text_get(text, &signature, &length, p);
        ck_assert_ptr_nonnull(copy);
        for (i = 0; i < length; i += 4093) {
            ck_assert_int_eq(copy[i], 'a' + (int)(signature % 26));
        }
        apr_pool_destroy(p);
    }
    wlm_file_text_put(text, 1, "x", 1); /* the lock is not lost */
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("shared/file_text");
    TCase *tc = unit_case(s, "text");

    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, what_was_put_last_is_there);
    tcase_add_test(tc, a_writer_that_dies_leaves_no_half_text);
    return s;
}

UNIT_MAIN(suite)

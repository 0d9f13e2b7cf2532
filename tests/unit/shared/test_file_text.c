/* A text in shared memory: whole or not there, also when a writer dies. */
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "unit.h"
#include "shared/file_text.h"

enum { LONGEST = 8 * 1024 * 1024, SLOTS = 5 };

static wlm_file_text_t *make(void)
{
    wlm_file_text_t *text = mmap(NULL, wlm_file_text_size(LONGEST, SLOTS), PROT_READ | PROT_WRITE,
                                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    ck_assert_ptr_ne(text, MAP_FAILED);
    wlm_file_text_make(text, LONGEST, SLOTS);
    return text;
}

/* After the one that is there. @return the generation; 0: it was not put */
static uint32_t put(wlm_file_text_t *text, uint64_t signature, const char *bytes, size_t length)
{
    static const int clusters[] = { 4 }, members[] = { 0, 2, 1 };
    wlm_published_t version = { .generation = wlm_file_text_generation(text), .signature = signature, .text = bytes,
        .length = length, .slots = { clusters, members }, .nslots = { 1, (int)(signature % 4) } };

    return wlm_file_text_put(text, &version) ? version.generation : 0;
}

START_TEST(what_was_put_last_is_there)
{
    unsigned char used[SLOTS] = { 0 };
    wlm_file_text_t *text = make();
    wlm_published_t got;

    ck_assert(!wlm_file_text_get(text, &got, unit_pool));
    ck_assert(wlm_file_text_signature(text) == 0 && wlm_file_text_generation(text) == 0);
    ck_assert_uint_eq(put(text, 7, "long text", 9), 1);
    ck_assert_uint_eq(put(text, 6, "short", 5), 2);
    ck_assert(wlm_file_text_get(text, &got, unit_pool));
    ck_assert_str_eq(got.text, "short");
    ck_assert(got.signature == 6 && got.length == 5 && got.generation == 2);
    ck_assert(got.nslots[WLM_SLOT_CLUSTERS] == 1 && got.slots[WLM_SLOT_CLUSTERS][0] == 4);
    ck_assert(got.nslots[WLM_SLOT_MEMBERS] == 2 && got.slots[WLM_SLOT_MEMBERS][1] == 2);
    wlm_file_text_mark(text, WLM_SLOT_MEMBERS, used);
    ck_assert(used[0] && !used[1] && used[2] && !used[4]);
    wlm_file_text_mark(text, WLM_SLOT_CLUSTERS, used);
    ck_assert(used[4] && !used[1]);
    put(text, 4, "", 0);
    ck_assert(wlm_file_text_get(text, &got, unit_pool));
    ck_assert(got.signature == 4 && got.length == 0 && got.text[0] == '\0' && got.nslots[WLM_SLOT_MEMBERS] == 0);
}
END_TEST

START_TEST(only_the_one_that_it_is_to_replace_is_replaced)
{
    wlm_file_text_t *text = make();
    wlm_published_t slow = { .signature = 9, .text = "slow", .length = 4 }, got;

    put(text, 8, "fast", 4);
    ck_assert(!wlm_file_text_put(text, &slow) && slow.generation == 0);
    ck_assert(wlm_file_text_get(text, &got, unit_pool) && strcmp(got.text, "fast") == 0);
    slow.generation = 1;
    ck_assert(wlm_file_text_put(text, &slow) && slow.generation == 2);
}
END_TEST

static void write_for_ever(wlm_file_text_t *text)
{
    char *bytes = malloc(LONGEST);
    uint64_t i;

    for (i = 1;; ++i) {
        memset(bytes, 'a' + (int)(i % 26), LONGEST);
        put(text, i, bytes, LONGEST);
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
        wlm_published_t got;
        size_t i;

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
        ck_assert(wlm_file_text_get(text, &got, p));
        ck_assert_int_eq(got.nslots[WLM_SLOT_MEMBERS], (int)(got.signature % 4));
        for (i = 0; i < got.length; i += 4093) {
            ck_assert_int_eq(got.text[i], 'a' + (int)(got.signature % 26));
        }
        apr_pool_destroy(p);
    }
    ck_assert(put(text, 1, "x", 1)); /* the lock is not lost */
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("shared/file_text");
    TCase *tc = unit_case(s, "text");

    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, what_was_put_last_is_there);
    tcase_add_test(tc, only_the_one_that_it_is_to_replace_is_replaced);
    tcase_add_test(tc, a_writer_that_dies_leaves_no_half_text);
    return s;
}

UNIT_MAIN(suite)

/* A number that processes share: its limit, what a dead process leaves, and that it is made anew while others change
 * it. */
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "unit.h"
#include "shared/process_counts.h"
#include "shared/tally.h"

enum { PROCESSES = 3, RECOUNTS = 1000, CHANGES = 200000, MOST = 2 };

typedef struct memory_t {
    wlm_tally_t tally;
    wlm_part_t parts[PROCESSES];
    _Atomic uint32_t inside, too_many, changes, is_over;
} memory_t;

static memory_t *m;
static wlm_process_counts_t rows;

static void setup(void)
{
    unit_setup();
    m = mmap(NULL, sizeof(*m), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(m, MAP_FAILED);
    rows = (wlm_process_counts_t){ m->parts, sizeof(m->parts[0]), PROCESSES };
}

static void teardown(void)
{
    munmap(m, sizeof(*m));
    unit_teardown();
}

START_TEST(there_are_no_more_than_the_most)
{
    ck_assert(wlm_tally_add(&m->tally, &m->parts[0], MOST) && wlm_tally_add(&m->tally, &m->parts[1], MOST));
    ck_assert(!wlm_tally_add(&m->tally, &m->parts[0], MOST) && !wlm_tally_add(&m->tally, NULL, 0));
    ck_assert_uint_eq(wlm_tally_number(&m->tally), MOST);
    ck_assert_uint_eq(wlm_process_counts_sum(&rows), MOST); /* nothing is under way */
    wlm_tally_remove(&m->tally, &m->parts[1]);
    ck_assert(wlm_tally_add(&m->tally, NULL, MOST));
    wlm_tally_remove(&m->tally, NULL);
    wlm_tally_remove(&m->tally, &m->parts[0]);
    ck_assert(wlm_tally_number(&m->tally) == 0 && wlm_process_counts_sum(&rows) == 0);
    wlm_tally_remove(&m->tally, NULL); /* never below 0: that would be full for ever */
    ck_assert_uint_eq(wlm_tally_number(&m->tally), 0);
}
END_TEST

START_TEST(the_part_of_a_dead_process_is_taken_back)
{
    int needs_recount = 0;

    wlm_tally_add(&m->tally, &m->parts[0], 10);
    wlm_tally_add(&m->tally, &m->parts[1], 10);
    wlm_tally_add(&m->tally, &m->parts[1], 10);
    ck_assert_uint_eq(wlm_tally_reclaim(&m->tally, &m->parts[1], &needs_recount), 2);
    ck_assert(!needs_recount && wlm_tally_number(&m->tally) == 1);
    atomic_fetch_add(&m->parts[2], WLM_PART_UNDER_WAY); /* it died here */
    ck_assert(!wlm_tally_recount(&m->tally, &rows)); /* it may be alive, for all that is known */
    ck_assert_uint_eq(wlm_tally_reclaim(&m->tally, &m->parts[2], &needs_recount), 0);
    ck_assert(needs_recount && wlm_tally_recount(&m->tally, &rows));
    ck_assert_uint_eq(wlm_tally_number(&m->tally), 1);
}
END_TEST

static void change_often(wlm_part_t *part)
{
    int i;

    for (i = 0; !atomic_load(&m->is_over); ++i) {
        if (!wlm_tally_add(&m->tally, part, MOST)) {
            continue;
        }
        if (atomic_fetch_add(&m->inside, 1) >= MOST) {
            atomic_fetch_add(&m->too_many, 1);
        }
        if (i % 100 == 0) {
            usleep(1); /* so that others come while it is inside, also on one processor */
        }
        atomic_fetch_sub(&m->inside, 1);
        atomic_fetch_add(&m->changes, 1);
        wlm_tally_remove(&m->tally, part);
    }
    _exit(0);
}

/* In the beginning a dead process' change is in it, so that there seems to be no room */
START_TEST(it_is_made_anew_while_others_change_it)
{
    int i, exact = 0;

    ck_assert(wlm_tally_add(&m->tally, NULL, MOST) && wlm_tally_add(&m->tally, NULL, MOST));
    for (i = 0; i < PROCESSES; ++i) {
        if (fork() == 0) {
            change_often(&m->parts[i]);
        }
    }
    while (exact < RECOUNTS || atomic_load(&m->changes) < CHANGES) {
        exact += wlm_tally_recount(&m->tally, &rows);
    }
    atomic_store(&m->is_over, 1);
    while (wait(NULL) > 0) {
    }
    ck_assert_uint_eq(atomic_load(&m->too_many), 0);
    ck_assert(wlm_tally_number(&m->tally) == 0 && wlm_process_counts_sum(&rows) == 0);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("shared/tally");
    TCase *tc = tcase_create("tally");

    suite_add_tcase(s, tc);
    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, there_are_no_more_than_the_most);
    tcase_add_test(tc, the_part_of_a_dead_process_is_taken_back);
    tcase_add_test(tc, it_is_made_anew_while_others_change_it);
    return s;
}

UNIT_MAIN(suite)

/* Records that are found by name, and exist as long as a process uses them; also when a user dies. */
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "unit.h"
#include "base/hash.h"
#include "shared/slots.h"

enum { CAPACITY = 3 };

static wlm_slots_t make(void)
{
    size_t size = wlm_slots_size(CAPACITY) + CAPACITY * sizeof(uint64_t);
    char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    wlm_slots_t slots = { (wlm_slot_table_t *)memory, memory + wlm_slots_size(CAPACITY), sizeof(uint64_t), { 0 } };

    ck_assert_ptr_ne(memory, MAP_FAILED);
    wlm_slots_make(slots.table, CAPACITY);
    return slots;
}

static int take(wlm_slots_t *slots, const char *name, int *pnew)
{
    return wlm_slots_acquire(slots, wlm_hash_key(name), NULL, pnew);
}

static uint64_t *record(wlm_slots_t *slots, int index)
{
    return wlm_slots_record(slots, index);
}

START_TEST(a_name_has_one_record)
{
    wlm_slots_t slots = make();
    int is_new, a = take(&slots, "a", &is_new), b;

    ck_assert(is_new);
    *record(&slots, a) = 7;
    b = take(&slots, "b", &is_new);
    ck_assert(is_new && a != b && *record(&slots, b) == 0);
    ck_assert_int_eq(take(&slots, "a", &is_new), a);
    ck_assert(!is_new && *record(&slots, a) == 7);
    ck_assert_int_eq(wlm_slots_used(&slots), 2);
}
END_TEST

START_TEST(a_record_goes_with_its_last_user)
{
    wlm_slots_t slots = make();
    int is_new, a = take(&slots, "a", NULL);

    take(&slots, "a", NULL);
    *record(&slots, a) = 7;
    wlm_slots_release(&slots, a, NULL);
    take(&slots, "a", &is_new);
    ck_assert(!is_new);
    wlm_slots_release(&slots, a, NULL);
    wlm_slots_release(&slots, a, NULL);
    ck_assert_int_eq(wlm_slots_used(&slots), 0);
    ck_assert_int_eq(take(&slots, "b", &is_new), a);
    ck_assert(is_new && *record(&slots, a) == 0); /* nothing is left of the one before */
}
END_TEST

START_TEST(there_are_so_many_and_no_more)
{
    wlm_slots_t slots = make();

    take(&slots, "a", NULL);
    take(&slots, "b", NULL);
    take(&slots, "c", NULL);
    ck_assert_int_eq(take(&slots, "d", NULL), -1);
    wlm_slots_release(&slots, take(&slots, "b", NULL), NULL);
    ck_assert_int_eq(take(&slots, "d", NULL), -1);
    wlm_slots_release(&slots, take(&slots, "b", NULL), NULL);
    wlm_slots_release(&slots, take(&slots, "b", NULL), NULL);
}
END_TEST

START_TEST(what_a_dead_process_used_is_given_back)
{
    wlm_slots_t slots = make();
    _Atomic uint32_t *process_uses = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pid_t child;

    slots.uses = (wlm_process_counts_t){ process_uses, CAPACITY * sizeof(*process_uses), 1 };
    take(&slots, "a", NULL);
    child = fork();
    if (child == 0) {
        wlm_slots_acquire(&slots, wlm_hash_key("a"), process_uses, NULL);
        wlm_slots_acquire(&slots, wlm_hash_key("b"), process_uses, NULL);
        wlm_slots_acquire(&slots, wlm_hash_key("b"), process_uses, NULL);
        pthread_mutex_lock(&slots.table->lock);
        kill(getpid(), SIGKILL);
    }
    waitpid(child, NULL, 0);
    ck_assert_int_eq(wlm_slots_used(&slots), 2); /* takes the lock over */
    wlm_slots_reclaim(&slots, process_uses);
    ck_assert_int_eq(wlm_slots_used(&slots), 1);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("shared/slots");
    TCase *tc = unit_case(s, "slots");

    tcase_add_test(tc, a_name_has_one_record);
    tcase_add_test(tc, a_record_goes_with_its_last_user);
    tcase_add_test(tc, there_are_so_many_and_no_more);
    tcase_add_test(tc, what_a_dead_process_used_is_given_back);
    return s;
}

UNIT_MAIN(suite)

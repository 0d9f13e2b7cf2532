/* Slots: in use as long as a process or a published version uses them, one for each member, also when a user dies. */
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "unit.h"
#include "base/hash.h"
#include "shared/slots.h"

enum { CAPACITY = 3, ROWS = 2, MOST = 4 };

static wlm_slots_t slots;
static _Atomic uint32_t *rows[ROWS];
static wlm_file_text_t *text;
static int needed;                 /* new ones, by the last acquire() */

static void *shared(size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    ck_assert_ptr_ne(memory, MAP_FAILED);
    return memory;
}

static void setup(void)
{
    char *memory = shared(wlm_slots_size(CAPACITY) + CAPACITY * sizeof(uint64_t));
    int i;

    unit_setup();
    text = shared(wlm_file_text_size(8, MOST));
    wlm_file_text_make(text, 8, MOST);
    rows[0] = shared(ROWS * 64);
    for (i = 1; i < ROWS; ++i) {
        rows[i] = rows[0] + i * 16;
    }
    slots = (wlm_slots_t){ .table = (wlm_slot_table_t *)(void *)memory, .records = memory + wlm_slots_size(CAPACITY),
        .record_size = sizeof(uint64_t), .kind = WLM_SLOT_MEMBERS,
        .uses = { .first = rows[0], .step = 64, .n = ROWS }, .texts = (char *)text, .ntexts = 1 };
    wlm_slots_make(slots.table, CAPACITY);
}

/* Each letter is a name. @param earlier  the slot that it goes on with: a digit, or '-'; NULL: none has one
 * @return the slots, a digit for each, in capitals A.. for new ones: "0B" is slot 0, and slot 1, new; NULL: no room */
static const char *acquire(int row, const char *names, const char *earlier)
{
    wlm_slot_wish_t wishes[MOST];
    char *got = apr_pcalloc(unit_pool, MOST + 1);
    int i, n = (int)strlen(names);

    for (i = 0; i < n; ++i) {
        wishes[i] = (wlm_slot_wish_t){ .key = wlm_hash_key(apr_pstrndup(unit_pool, names + i, 1)),
            .earlier = earlier && earlier[i] != '-' ? earlier[i] - '0' : -1 };
    }
    if (!wlm_slots_acquire(&slots, wishes, n, row < 0 ? NULL : rows[row], &needed, unit_pool)) {
        return NULL;
    }
    for (i = 0; i < n; ++i) {
        got[i] = (char)((wishes[i].is_new ? 'A' : '0') + wishes[i].slot);
    }
    return got;
}

static int n_of(const char *list)
{
    return (int)strlen(list);
}

static const int *list_of(const char *digits)
{
    int *list = apr_pcalloc(unit_pool, sizeof(*list) * (MOST + 1)), i;

    for (i = 0; digits[i]; ++i) {
        list[i] = digits[i] - '0';
    }
    return list;
}

static void release(int row, const char *list)
{
    wlm_slots_release(&slots, list_of(list), n_of(list), rows[row]);
}

static void publish(const char *list)
{
    wlm_published_t version = { .generation = wlm_file_text_generation(text), .signature = 1, .text = "x", .length = 1,
        .slots = { NULL, list_of(list) }, .nslots = { 0, n_of(list) } };

    ck_assert(wlm_file_text_put(text, &version));
}

static int used(void)
{
    int n;

    wlm_slots_used(&slots, &n, unit_pool);
    return n;
}

static uint64_t *record(int index)
{
    return wlm_slots_record(&slots, index);
}

START_TEST(a_name_has_one_record)
{
    ck_assert_str_eq(acquire(0, "ab", NULL), "AB");
    *record(0) = 7;
    ck_assert_str_eq(acquire(1, "ca", NULL), "C0");
    ck_assert(*record(0) == 7 && *record(1) == 0);
    ck_assert_int_eq(used(), 3);
}
END_TEST

START_TEST(a_record_goes_with_its_last_user)
{
    acquire(0, "a", NULL);
    acquire(0, "a", NULL);
    acquire(1, "a", NULL);
    *record(0) = 7;
    release(0, "0");
    release(1, "0");
    ck_assert_str_eq(acquire(1, "a", NULL), "0");
    release(1, "0");
    release(0, "0");
    ck_assert_int_eq(used(), 0);
    ck_assert_str_eq(acquire(1, "a", NULL), "A");
    ck_assert_uint_eq(*record(0), 0); /* nothing is left of the one before */
}
END_TEST

START_TEST(all_or_none)
{
    acquire(0, "ab", NULL);
    ck_assert_ptr_null(acquire(1, "acd", NULL));
    ck_assert_int_eq(needed, 2);
    ck_assert_int_eq(used(), 2);
    release(0, "01"); /* a was not counted for the one that was refused */
    ck_assert_int_eq(used(), 0);
    ck_assert_str_eq(acquire(1, "acd", NULL), "ABC");
    ck_assert_ptr_null(acquire(0, "e", NULL));
}
END_TEST

/* Whoever made it, and whether a process has it or not */
START_TEST(a_published_version_has_its_slots_until_the_next_one)
{
    ck_assert_str_eq(acquire(-1, "ab", NULL), "AB");
    publish("01");
    ck_assert_int_eq(used(), 2);
    ck_assert_int_eq(wlm_slots_published(&slots, unit_pool), 2);
    acquire(0, "c", NULL);
    ck_assert_ptr_null(acquire(0, "d", NULL));
    publish("2");
    ck_assert_int_eq(used(), 1);
    ck_assert_str_eq(acquire(0, "d", NULL), "A");
}
END_TEST

START_TEST(only_the_published_version_is_adopted)
{
    acquire(0, "ab", NULL);
    publish("01");
    ck_assert(wlm_slots_adopt(&slots, list_of("01"), 2, rows[1], text, 1));
    acquire(0, "c", NULL);
    publish("2");
    ck_assert(!wlm_slots_adopt(&slots, list_of("01"), 2, rows[1], text, 1));
    release(0, "01");
    ck_assert_int_eq(used(), 3); /* of the first adoption */
    release(1, "01");
    ck_assert_int_eq(used(), 1);
}
END_TEST

/* Names of the slots in use are a, b, c */
static const struct {
    const char *names, *earlier, *got;
} successions[] = {
    { "abc", "012", "012" }, { "cab", NULL, "201" },
    { "xbc", "012", "012" },       /* a has another name now */
    { "bac", "012", "012" },       /* names have been swapped, and state is what the caller says that it is */
    { "xa", "0-", NULL },          /* x goes on as a, and a is another one: it may not have the same slot */
    { "ax", "-0", NULL },          /* in either order */
    { "xy", "00", NULL },          /* two successors of one */
    { "xyb", "01-", NULL },        /* b's slot has gone to y */
};

START_TEST(two_members_never_share_a_slot)
{
    acquire(0, "abc", NULL);
    publish("012");
    if (successions[_i].got) {
        ck_assert_str_eq(acquire(0, successions[_i].names, successions[_i].earlier), successions[_i].got);
    }
    else {
        ck_assert_ptr_null(acquire(0, successions[_i].names, successions[_i].earlier));
        ck_assert_int_eq(needed, 1);
    }
}
END_TEST

START_TEST(a_slot_has_the_name_of_the_newest_version)
{
    wlm_slot_wish_t wish = { .key = wlm_hash_key("b"), .slot = 0 };

    acquire(0, "ab", NULL);
    publish("0");
    wlm_slots_rename(&slots, &wish, 1, text, 2, unit_pool); /* not published yet, or not any more */
    ck_assert_uint_eq(slots.table->slots[0].key, wlm_hash_key("a"));
    wlm_slots_rename(&slots, &wish, 1, text, 1, unit_pool);
    ck_assert_uint_eq(wlm_slots_key_of(&slots, record(0)), wlm_hash_key("b"));
    ck_assert_uint_eq(slots.table->slots[1].key, 0); /* what was b is not found by it */
    ck_assert_str_eq(acquire(0, "b", NULL), "0");
}
END_TEST

START_TEST(what_a_dead_process_used_is_free)
{
    pid_t child;

    acquire(0, "a", NULL);
    child = fork();
    if (child == 0) {
        acquire(1, "ab", NULL);
        acquire(1, "b", NULL);
        pthread_mutex_lock(&slots.table->lock);
        kill(getpid(), SIGKILL);
    }
    waitpid(child, NULL, 0);
    ck_assert_int_eq(used(), 2); /* takes the lock over */
    wlm_slots_reclaim(&slots, rows[1]);
    ck_assert_int_eq(used(), 1);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("shared/slots");
    TCase *tc = tcase_create("slots");

    tcase_add_checked_fixture(tc, setup, unit_teardown);
    suite_add_tcase(s, tc);
    tcase_add_test(tc, a_name_has_one_record);
    tcase_add_test(tc, a_record_goes_with_its_last_user);
    tcase_add_test(tc, all_or_none);
    tcase_add_test(tc, a_published_version_has_its_slots_until_the_next_one);
    tcase_add_test(tc, only_the_published_version_is_adopted);
    tcase_add_loop_test(tc, two_members_never_share_a_slot, 0, (int)(sizeof(successions) / sizeof(successions[0])));
    tcase_add_test(tc, a_slot_has_the_name_of_the_newest_version);
    tcase_add_test(tc, what_a_dead_process_used_is_free);
    return s;
}

UNIT_MAIN(suite)

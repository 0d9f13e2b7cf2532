/* A child process is killed after each single write to shared memory, in each operation that changes a count. What the
 * parent does then must leave exactly what the living have.
 *
 * The victim goes step by step (ptrace), an instruction at a time; when the memory differs from what it was before,
 * that was a write. So nothing depends on where the source says that it writes, and no write is missed.
 */
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>
#include "balance/cluster.h"
#include "balance/member.h"
#include "balance/retry_budget.h"
#include "base/cache_line.h"
#include "base/hash.h"
#include "cluster_unit.h"
#include "shared/children.h"
#include "shared/close_orders.h"
#include "shared/file_text.h"
#include "shared/learned.h"

enum { MEMBERS = 2, LIMITED = 0, UNLIMITED = 1, LIMIT = 3, SLOTS = 3, PLACES = 3, PROCESSES = 3, ME = 1, LONGEST = 16,
       LEARNED = 128, MOST_STEPS = 2000000 };

/* All that processes share; the records of members and clusters lie where the tables of slots have them */
typedef struct memory_t {
    wlm_shared_work_t work;
    wlm_shared_member_t members[SLOTS];
    wlm_shared_cluster_t clusters[SLOTS];
    wlm_close_orders_t hangups;
    uint32_t place;                /* in the queue, of the living */
    _Alignas(WLM_CACHE_LINE) char learned[256]; /* two buckets */
    _Alignas(WLM_CACHE_LINE) char tables[2][256], rows[PROCESSES][256], queues[SLOTS][256], text[512];
} memory_t;

static struct {
    memory_t *memory, *before;
    wlm_children_t children;
    wlm_slots_t members, clusters;
    wlm_cluster_t *cluster;
    wlm_queue_t *queue;
    wlm_file_text_t *text;
    wlm_retries_t mine, its;       /* of a request of the living, and of the victim's */
    wlm_shared_child_t *row;       /* of this process */
    uint32_t hers;                 /* the victim's place in the queue */
    int slot;                      /* a slot that the victim uses */
} w;

/* -- a small world: one process that lives, and has one of everything ----------------------------- */

static void take_part(uint32_t pid)
{
    w.row = wlm_children_add(&w.children, pid);
    ck_assert(!wlm_children_is_common(&w.children, w.row));
    w.cluster->members[LIMITED].process_in_flight = wlm_children_count(&w.children, w.row, WLM_CHILD_LIMITED, LIMITED);
    w.cluster->members[UNLIMITED].process_in_flight =
        wlm_children_count(&w.children, w.row, WLM_CHILD_UNLIMITED, UNLIMITED);
    w.cluster->members[UNLIMITED].unlimited = wlm_children_counts(&w.children, WLM_CHILD_UNLIMITED, UNLIMITED);
    w.cluster->members[LIMITED].process_tunnels = wlm_children_count(&w.children, w.row, WLM_CHILD_TUNNELS, LIMITED);
    w.cluster->process_retrying = wlm_children_count(&w.children, w.row, WLM_CHILD_RETRYING, 0);
    atomic_fetch_add(&w.row->load[WLM_LOAD_KEPT], 1);
}

static int use(wlm_slots_t *slots, const char *name, wlm_child_count_t what, int *pnew)
{
    wlm_slot_wish_t wish = { .key = wlm_hash_key(name), .earlier = -1 };
    int needed;

    if (!wlm_slots_acquire(slots, &wish, 1, wlm_children_count(&w.children, w.row, what, 0), &needed, unit_pool)) {
        return -1;
    }
    if (pnew) {
        *pnew = wish.is_new;
    }
    return wish.slot;
}

static void make_children(void)
{
    w.members = (wlm_slots_t){ .table = (wlm_slot_table_t *)(void *)w.memory->tables[0],
        .records = (char *)w.memory->members, .record_size = sizeof(w.memory->members[0]), .kind = WLM_SLOT_MEMBERS,
        .texts = w.memory->text, .ntexts = 1 };
    w.clusters = (wlm_slots_t){ .table = (wlm_slot_table_t *)(void *)w.memory->tables[1],
        .records = (char *)w.memory->clusters, .record_size = sizeof(w.memory->clusters[0]), .kind = WLM_SLOT_CLUSTERS,
        .texts = w.memory->text, .ntexts = 1 };
    w.children = (wlm_children_t){ .rows = (char *)w.memory->rows, .row_size = sizeof(w.memory->rows[0]),
                                   .n = PROCESSES,
        .members = &w.members, .clusters = &w.clusters, .max_members = SLOTS, .max_clusters = SLOTS,
        .work = &w.memory->work, .queues = (char *)w.memory->queues, .queue_size = sizeof(w.memory->queues[0]) };
    ck_assert_uint_le(wlm_children_row_size(SLOTS, SLOTS), w.children.row_size);
    ck_assert_uint_le(wlm_slots_size(SLOTS), sizeof(w.memory->tables[0]));
    ck_assert_uint_le(wlm_queue_size(PLACES, 2), w.children.queue_size);
    wlm_slots_make(w.members.table, SLOTS);
    wlm_slots_make(w.clusters.table, SLOTS);
    w.members.uses = wlm_children_counts(&w.children, WLM_CHILD_MEMBERS, 0);
    w.clusters.uses = wlm_children_counts(&w.children, WLM_CHILD_CLUSTERS, 0);
}

static void make_cluster(void)
{
    static const member_spec_t specs[] = { { "limited", "A", 1, P, LIMIT }, { "unlimited", "B", 1, P, 0 }, END };
    wlm_shared_member_t *records[] = { &w.memory->members[LIMITED], &w.memory->members[UNLIMITED] };
    wlm_options_t *options = unit_options();

    w.cluster = wlm_cluster_make(make_cfg(specs), options, &w.memory->clusters[0], records, unit_pool);
    w.queue = wlm_children_queue(&w.children, 0);
    wlm_queue_make(w.queue, PLACES, 2);
    w.text = (wlm_file_text_t *)(void *)w.memory->text;
    ck_assert_uint_le(wlm_file_text_size(LONGEST, SLOTS), sizeof(w.memory->text));
    wlm_file_text_make(w.text, LONGEST, SLOTS);
    ck_assert_uint_le(wlm_learned_size(LEARNED), sizeof(w.memory->learned));
    wlm_learned_make((wlm_learned_t *)(void *)w.memory->learned, LEARNED, (const unsigned char *)"0123456789abcde");
}

static void put(uint64_t signature, const char *bytes)
{
    static const int slots[] = { LIMITED, UNLIMITED, 0 };
    wlm_published_t version = { .generation = wlm_file_text_generation(w.text), .signature = signature, .text = bytes,
        .length = strlen(bytes), .slots = { &slots[2], slots }, .nslots = { 1, signature == 8 ? 1 : 2 } };

    ck_assert(wlm_file_text_put(w.text, &version));
}

static void setup(void)
{
    unit_setup();
    w.memory = shared(sizeof(*w.memory));
    w.before = malloc(sizeof(*w.before));
    make_children();
    make_cluster();
    take_part(ME);
    ck_assert_int_eq(use(&w.members, "limited", WLM_CHILD_MEMBERS, NULL), LIMITED);
    ck_assert_int_eq(use(&w.members, "unlimited", WLM_CHILD_MEMBERS, NULL), UNLIMITED);
    ck_assert_int_eq(use(&w.clusters, "c", WLM_CHILD_CLUSTERS, NULL), 0);
    ck_assert(wlm_member_acquire(&w.cluster->members[LIMITED]) && wlm_member_acquire(&w.cluster->members[UNLIMITED]));
    w.mine = w.its = (wlm_retries_t){ .sent = 0 };
    ck_assert_int_eq(wlm_retry_budget_ask(w.cluster, &w.mine, T0), WLM_RETRY_GRANTED);
    ck_assert(wlm_queue_enter(w.queue, &w.memory->place, ME, 0, PLACES, T0));
    put(7, "the old one");
    wlm_event_ring_add(&w.memory->members[0].events, 1, "an old event");
    wlm_member_begin_tunnel(&w.cluster->members[LIMITED]);
    serve(w.cluster, &no_session); /* so that there is a schedule in this process */
}

static void teardown(void)
{
    munmap(w.memory, sizeof(*w.memory));
    free(w.before);
    unit_teardown();
}

/* -- what the victim does ------------------------------------------------------------------------------ */

static void nothing(void)
{
}

static void acquire(void)
{
    wlm_member_acquire(&w.cluster->members[LIMITED]);
}

static void acquire_all(void)
{
    acquire();
    acquire();
}

static void release(void)
{
    wlm_member_release(&w.cluster->members[LIMITED]);
}

static void acquire_unlimited(void)
{
    wlm_member_acquire(&w.cluster->members[UNLIMITED]);
}

static void release_unlimited(void)
{
    wlm_member_release(&w.cluster->members[UNLIMITED]);
}

static void begin_tunnel(void)
{
    wlm_member_begin_tunnel(&w.cluster->members[LIMITED]);
}

static void end_tunnel(void)
{
    wlm_member_end_tunnel(&w.cluster->members[LIMITED]);
}

static void begin_retry(void)
{
    wlm_retry_budget_ask(w.cluster, &w.its, T0);
}

static void end_retry(void)
{
    wlm_retry_budget_end(w.cluster, &w.its);
}

static void enter(void)
{
    wlm_queue_enter(w.queue, &w.hers, (uint32_t)getpid(), 0, PLACES, T0);
}

static void leave(void)
{
    wlm_queue_leave(w.queue, w.hers, 1);
}

/* so that hers is the first, or in the middle */
static void enter_alone(void)
{
    wlm_queue_leave(w.queue, w.memory->place, 1);
    enter();
    wlm_queue_enter(w.queue, &w.memory->place, ME, 0, PLACES, T0);
}

static void enter_urgent(void)
{
    wlm_queue_enter(w.queue, &w.hers, (uint32_t)getpid(), 1, PLACES, T0);
}

static void enter_twice(void)
{
    uint32_t other;

    enter();
    wlm_queue_enter(w.queue, &other, (uint32_t)getpid(), 0, PLACES, T0);
}

static void leave_the_middle(void)
{
    enter_twice();
    leave();
}

static void wake(void)
{
    wlm_queue_wake(w.queue);
}

static void take_new(void)
{
    w.slot = use(&w.members, "new", WLM_CHILD_MEMBERS, NULL);
}

static void take_old(void)
{
    w.slot = use(&w.members, "unlimited", WLM_CHILD_MEMBERS, NULL);
}

static void take_cluster(void)
{
    use(&w.clusters, "c", WLM_CHILD_CLUSTERS, NULL);
    use(&w.clusters, "d", WLM_CHILD_CLUSTERS, NULL);
}

static void give(void)
{
    wlm_slots_release(&w.members, &w.slot, 1, wlm_children_count(&w.children, w.row, WLM_CHILD_MEMBERS, 0));
}

static void hold_leases(void)
{
    wlm_lease_hold(&w.memory->work.check, (uint32_t)getpid(), T0);
    wlm_lease_hold(&w.memory->work.reload, (uint32_t)getpid(), T0);
}

static void put_text(void)
{
    put(8, "new");
}

static void adopt(void)
{
    wlm_slots_adopt(&w.members, &w.slot, 1, wlm_children_count(&w.children, w.row, WLM_CHILD_MEMBERS, 0), w.text,
                    wlm_file_text_generation(w.text));
}

static void rename_slot(void)
{
    wlm_slot_wish_t wish = { .key = wlm_hash_key("limited anew"), .slot = LIMITED };

    wlm_slots_rename(&w.members, &wish, 1, w.text, wlm_file_text_generation(w.text), unit_pool);
}

static void order(void)
{
    wlm_close_orders_order(&w.memory->hangups, (uint64_t)1 << 16);
}

static void note(void)
{
    wlm_event_ring_add(&w.memory->members[0].events, 2, "a new event");
}

static wlm_learned_t *table(void)
{
    return (wlm_learned_t *)(void *)w.memory->learned;
}

static wlm_learned_put_t learn_as(const char *value, uint32_t code)
{
    return wlm_learned_put(table(), wlm_learned_hash(table(), 1, value, strlen(value)), code, T0, 60 * SEC);
}

static int learned(const char *value)
{
    return wlm_learned_find(table(), wlm_learned_hash(table(), 1, value, strlen(value)), T0, 60 * SEC, NULL);
}

static void learn(void)
{
    learn_as("session", 1);
}

static void learn_anew(void)
{
    learn_as("session", 2);
}

static void use_learned(void)
{
    learned("session");
}

static void fill(void)
{
    char value[] = "other  ";
    int i;

    for (i = 0; i < 26; ++i) {
        value[sizeof(value) - 2] = (char)('a' + i);
        learn_as(value, 3);
    }
}

/* Of a parked request */
static void park(void)
{
    atomic_fetch_add(&w.row->load[WLM_LOAD_CONNECTIONS], 1);
    atomic_fetch_add(&w.row->load[WLM_LOAD_PARKED], 1);
}

/* A member's state changes while a request is with one */
static void ask(void)
{
    acquire_unlimited();
}

static void go_down(void)
{
    mark_down(w.cluster, LIMITED, T0);
}

static void ask_one_that_is_down(void)
{
    ask();
    go_down();
}

static void check_one_that_is_down(void)
{
    hold_leases();
    go_down();
}

static void come_back(void)
{
    mark_up(w.cluster, LIMITED);
}

static const struct {
    const char *name;
    void (*prepare)(void), (*act)(void);
    int writes;                    /* at the least: so that the test sees them */
} operations[] = {
    { "acquire", nothing, acquire, 3 }, { "acquire another one", acquire, acquire, 3 },
    { "acquire, where there is no room", acquire_all, acquire, 0 },
    { "release", acquire, release, 3 }, { "release one of two", acquire_all, release, 3 },
    { "acquire without a limit", nothing, acquire_unlimited, 1 }, { "release without a limit", acquire_unlimited,
                                                                    release_unlimited, 1 },
    { "begin a tunnel", acquire, begin_tunnel, 3 }, { "end a tunnel", begin_tunnel, end_tunnel, 3 },
    { "begin a retry", nothing, begin_retry, 3 }, { "end a retry", begin_retry, end_retry, 3 },
    { "enter the queue", nothing, enter, 3 }, { "enter a full queue", enter_twice, enter, 0 },
    { "enter between others", leave_the_middle, enter, 3 },
    { "enter the queue's urgent lane", nothing, enter_urgent, 5 }, { "leave it", enter_urgent, leave, 5 },
    { "leave the queue's end", enter, leave, 3 }, { "leave the queue's middle", enter_twice, leave, 3 },
    { "leave the queue's beginning", enter_alone, leave, 3 }, { "wake the first", nothing, wake, 1 },
    { "take a new slot", nothing, take_new, 2 }, { "take a slot that is in use", nothing, take_old, 1 },
    { "take slots of clusters", nothing, take_cluster, 2 },
    { "adopt a slot", nothing, adopt, 1 }, { "rename a slot", nothing, rename_slot, 1 },
    { "give a slot as its last user", take_new, give, 2 }, { "give a slot that others use", take_old, give, 1 },
    { "hold leases", nothing, hold_leases, 2 }, { "renew leases", hold_leases, hold_leases, 0 },
    { "put a text", nothing, put_text, 5 }, { "put a text after another", put_text, put_text, 5 },
    { "order a hangup", nothing, order, 2 }, { "note an event", nothing, note, 4 },
    { "learn a session", nothing, learn, 1 }, { "learn that it has moved", learn, learn_anew, 1 },
    { "use a learned session", learn, use_learned, 1 }, { "learn in place of another", fill, learn, 1 },
    { "park a request", nothing, park, 2 }, { "park another one", park, park, 2 },
    { "mark down", ask, go_down, 4 }, { "mark up", ask_one_that_is_down, come_back, 4 },
    { "mark up by a check", check_one_that_is_down, come_back, 4 },
};

/* -- killing it ------------------------------------------------------------------------------------------- */

static void be_the_victim(int operation)
{
    w.row = NULL;
    take_part((uint32_t)getpid());
    operations[operation].prepare();
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0) {
        _exit(1);
    }
    raise(SIGSTOP);
    operations[operation].act();
    raise(SIGSTOP);
    _exit(2);
}

/* Goes on until the victim has written. @return 1: it has; 0: it is done */
static int next_write(pid_t victim)
{
    int status, steps;

    memcpy(w.before, w.memory, sizeof(*w.before));
    for (steps = 0; steps < MOST_STEPS; ++steps) {
        ck_assert_int_eq(ptrace(PTRACE_SINGLESTEP, victim, NULL, NULL), 0);
        ck_assert_int_eq(waitpid(victim, &status, 0), victim);
        ck_assert_msg(WIFSTOPPED(status), "the victim has ended by itself, status %d", status);
        if (WSTOPSIG(status) == SIGSTOP) {
            return 0;
        }
        if (memcmp(w.before, w.memory, sizeof(*w.before)) != 0) {
            return 1;
        }
    }
    ck_abort_msg("it does not come to an end");
    return 0;
}

/* @return how many writes it has done: so many, or less when it was done before */
static int kill_after(int operation, int writes)
{
    pid_t victim = fork();
    int status, n = 0, needs_recount = 0;

    if (victim == 0) {
        be_the_victim(operation);
    }
    ck_assert_int_eq(waitpid(victim, &status, 0), victim);
    ck_assert_msg(WIFSTOPPED(status), "ptrace() is not permitted here; in a container it may take "
                  "--cap-add SYS_PTRACE");
    serve(w.cluster, &no_session); /* this process knows by its schedule what the victim has prepared */
    while (n < writes && next_write(victim)) {
        ++n;
    }
    kill(victim, SIGKILL);
    ck_assert_int_eq(waitpid(victim, &status, 0), victim);
    wlm_children_reclaim(&w.children, (uint32_t)victim, &needs_recount);
    ck_assert(!needs_recount || wlm_children_recount(&w.children));
    return n;
}

/* -- what must be left -------------------------------------------------------------------------------------- */

static void expect_counts(void)
{
    wlm_member_t *limited = &w.cluster->members[LIMITED];
    int i;

    ck_assert_uint_eq(wlm_member_in_flight(limited), 1);
    ck_assert_uint_eq(wlm_member_in_flight(&w.cluster->members[UNLIMITED]), 1);
    ck_assert_uint_eq(wlm_member_working_on(limited), 0);
    ck_assert_uint_eq(wlm_tally_number(&limited->shared->tunnels), 1);
    ck_assert_uint_eq(wlm_tally_number(&w.memory->clusters[0].retrying), 1);
    for (i = 1; i < LIMIT; ++i) {
        ck_assert(wlm_member_acquire(limited));
    }
    ck_assert(!wlm_member_acquire(limited));
    wlm_retry_budget_end(w.cluster, &w.mine);
    ck_assert_uint_eq(wlm_tally_number(&w.memory->clusters[0].retrying), 0);
    for (i = 0; i < LIMIT; ++i) {
        wlm_member_release(limited);
    }
    ck_assert_uint_eq(wlm_member_in_flight(limited), 0);
}

/* The place of the living is the only one, and there is room for others */
static void expect_queue(void)
{
    uint32_t place, last;
    int i;

    ck_assert_uint_eq(wlm_queue_waiting(w.queue), 1);
    ck_assert(wlm_queue_is_next(w.queue, w.memory->place, T0));
    for (i = 1; i < PLACES; ++i) {
        ck_assert(wlm_queue_enter(w.queue, &place, ME, 0, PLACES, T0));
        last = place;
    }
    ck_assert(!wlm_queue_enter(w.queue, &place, ME, 0, PLACES, T0));
    wlm_queue_leave(w.queue, w.memory->place, 1);
    wlm_queue_leave(w.queue, last, 1);
    ck_assert_uint_eq(wlm_queue_waiting(w.queue), PLACES - 2);
}

static void expect_loads(void)
{
    ck_assert_uint_eq(wlm_children_load(&w.children, WLM_LOAD_PARKED), 0);
    ck_assert_uint_eq(wlm_children_load(&w.children, WLM_LOAD_CONNECTIONS), 0);
    ck_assert_uint_eq(wlm_children_load(&w.children, WLM_LOAD_KEPT), 1);
    ck_assert_uint_eq(wlm_children_load_of(&w.children, ME, WLM_LOAD_KEPT), 1);
}

static void expect_slots(void)
{
    int is_new, n;

    wlm_slots_used(&w.members, &n, unit_pool);
    ck_assert_int_eq(n, MEMBERS);
    wlm_slots_used(&w.clusters, &n, unit_pool);
    ck_assert_int_eq(n, 1);
    w.memory->members[SLOTS - 1].requests = 5; /* of the process that had used it before */
    ck_assert_int_eq(use(&w.members, "new", WLM_CHILD_MEMBERS, &is_new), SLOTS - 1);
    ck_assert(is_new && w.memory->members[SLOTS - 1].requests == 0);
    ck_assert_int_eq(use(&w.members, "fourth", WLM_CHILD_MEMBERS, NULL), -1);
    ck_assert(use(&w.members, "unlimited", WLM_CHILD_MEMBERS, &is_new) == UNLIMITED && !is_new);
}

static void expect_texts(void)
{
    uint64_t at, seen = wlm_close_orders_now(&w.memory->hangups);
    char line[WLM_SHARED_TEXT_SIZE];
    wlm_published_t got;

    ck_assert(wlm_file_text_get(w.text, &got, unit_pool));
    ck_assert_str_eq(got.text, got.signature == 7 ? "the old one" : "new");
    ck_assert_int_eq(got.nslots[WLM_SLOT_MEMBERS], got.signature == 7 ? 2 : 1);
    put(9, "newer");
    ck_assert(wlm_file_text_get(w.text, &got, unit_pool));
    ck_assert_str_eq(got.text, "newer");

    wlm_close_orders_order(&w.memory->hangups, (uint64_t)2 << 16);
    ck_assert(wlm_close_orders_concern(&w.memory->hangups, (uint64_t)2 << 16, &seen));

    wlm_event_ring_add(&w.memory->members[0].events, 3, "the newest event");
    ck_assert(wlm_event_ring_get(&w.memory->members[0].events, 0, &at, line) && strcmp(line, "the newest event") == 0);
}

/* Each word is as it was or as it was to become */
static void expect_learned(void)
{
    int code = learned("session");

    ck_assert(code == -1 || code == 1 || code == 2);
    ck_assert_uint_le(wlm_learned_count(table()), 16);
    learn_as("newer", 4);
    ck_assert_int_eq(learned("newer"), 4);
}

/* All processes select by the member's state; the scan for due members is not late, and down_since is set only while
 * the member is not up */
static void expect_schedule(void)
{
    wlm_shared_member_t *member = &w.memory->members[LIMITED];
    int is_up = wlm_health_state(atomic_load(&member->health)) == WLM_UP, i, served = 0;

    for (i = 0; i < 20; ++i) {
        served += serve_at(w.cluster, &no_session, T0 + SEC) == LIMITED;
    }
    ck_assert_int_eq(served, is_up ? 10 : 0);
    ck_assert(!is_up || atomic_load(&member->down_since) == 0);
    served = 0;
    for (i = 0; i < 2; ++i) {
        served += serve_at(w.cluster, &no_session, T0 + (INTERVAL + 1) * SEC) == LIMITED;
    }
    ck_assert_int_ge(served, 1);
}

START_TEST(killed_after_each_write)
{
    int writes = 0, done;

    do {
        if (writes > 0) {
            teardown();
            setup();
        }
        done = kill_after(_i, writes);
        ck_assert(wlm_lease_hold(&w.memory->work.check, ME, T0) && wlm_lease_hold(&w.memory->work.reload, ME, T0));
        expect_queue();
        expect_counts();
        expect_loads();
        expect_slots();
        expect_texts();
        expect_learned();
        expect_schedule();
    } while (done == writes++);
    ck_assert_msg(done >= operations[_i].writes, "%s: only %d writes were seen", operations[_i].name, done);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("shared/death");
    TCase *tc = tcase_create("death");

    suite_add_tcase(s, tc);
    tcase_set_timeout(tc, 120);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, killed_after_each_write, 0, UNIT_COUNT(operations));
    return s;
}

UNIT_MAIN(suite)

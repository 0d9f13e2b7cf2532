/* Which member gets a request: shares, limits, and many processes at once. */
#include <sys/wait.h>
#include <unistd.h>
#include "balance/member.h"
#include "balance/pick.h"
#include "cluster_unit.h"

START_TEST(shares_follow_the_weights_and_who_is_there)
{
    static const member_spec_t one_two[] = { { "a", "A", 1, P, 0 }, { "b", "B", 2, P, 0 }, END };
    static const double thirds[] = { 1.0 / 3, 2.0 / 3 }, all[] = { 0.25, 0.5, 0.25 }, rest[] = { 0, 2.0 / 3, 1.0 / 3 };
    wlm_cluster_t *cluster = make(one_two);
    int round;

    expect_shares(cluster, 100, thirds, 2);
    cluster = make(one_two_one);
    expect_shares(cluster, 101, all, 2);
    for (round = 0; round < 20; ++round) { /* whatever the place at which members come and go */
        mark_down(cluster, 0, T0);
        expect_shares(cluster, 31 + round, rest, 2);
        mark_up(cluster, 0);
        expect_shares(cluster, 17 + round, all, 2);
    }
}
END_TEST

START_TEST(equal_weights_take_turns)
{
    static const member_spec_t equal[] = { { "a", 0, 20, P, 0 }, { "b", 0, 20, P, 0 }, { "c", 0, 20, P, 0 }, END };
    wlm_cluster_t *cluster = make(equal);
    int first[3], i;

    for (i = 0; i < 3; ++i) {
        first[i] = serve(cluster, &no_session);
    }
    ck_assert(first[0] != first[1] && first[1] != first[2] && first[0] != first[2]);
    for (i = 0; i < 30; ++i) {
        ck_assert_int_eq(serve(cluster, &no_session), first[i % 3]);
    }
}
END_TEST

START_TEST(random_follows_the_weights_roughly)
{
    static const double all[] = { 0.25, 0.5, 0.25 };
    plugin_cfg_cluster_t *cfg = make_cfg(one_two_one);

    cfg->load_balance = PLUGIN_CFG_RANDOM;
    expect_shares(cluster_of(cfg), 10000, all, 250); /* 5 standard deviations */
}
END_TEST

START_TEST(weight_0_serves_its_sessions_only)
{
    static const member_spec_t specs[] = { { "a", "A", 0, P, 0 }, { "b", "B", 2, P, 0 }, END };
    static const double shares[] = { 0, 1 };
    wlm_cluster_t *cluster = make(specs);
    wlm_affinity_t a = session("A", NULL);
    wlm_pick_t pick = { .now = T0 };

    expect_shares(cluster, 20, shares, 0);
    ck_assert_int_eq(serve(cluster, &a), 0);
    mark_down(cluster, 1, T0);
    ck_assert_int_eq(serve(cluster, &no_session), 1); /* as a last resort, still not a */

    cluster = make(&specs[0] + 2 /* none */);
    ck_assert_int_eq(wlm_pick_member(&pick, cluster, &no_session), WLM_PICK_EMPTY);
}
END_TEST

/* -- limits ---------------------------------------------------------------------------- */

START_TEST(a_full_member_is_skipped_and_not_marked_down)
{
    static const member_spec_t specs[] = { { "a", "A", 1, P, 1 }, { "b", "B", 1, P, 2 }, END };
    wlm_cluster_t *cluster = make(specs);
    wlm_affinity_t a = session("A", NULL);
    wlm_pick_t picks[4];
    int i, counts[2] = { 0 };

    memset(picks, 0, sizeof(picks));
    for (i = 0; i < 3; ++i) {
        picks[i].now = T0;
        ck_assert_int_eq(wlm_pick_member(&picks[i], cluster, i == 0 ? &a : &no_session), WLM_PICK_OK);
        counts[picks[i].member->index]++;
    }
    ck_assert_int_eq(counts[0], 1);
    ck_assert_int_eq(counts[1], 2);
    picks[3].now = T0;
    ck_assert_int_eq(wlm_pick_member(&picks[3], cluster, &no_session), WLM_PICK_FULL);
    ck_assert_int_eq(wlm_pick_member(&picks[3], cluster, &a), WLM_PICK_FULL);
    ck_assert_int_eq(wlm_health_state(cluster->members[0].shared->health), WLM_UP);
    wlm_member_release(picks[0].member);
    ck_assert_int_eq(wlm_pick_member(&picks[3], cluster, &no_session), WLM_PICK_OK);
    ck_assert_int_eq(picks[3].member->index, 0);
}
END_TEST

/* Two processes have a row, a third has none. A limit counts for all three. */
START_TEST(requests_in_flight_are_counted_once_wherever)
{
    static const member_spec_t specs[] = { { "limited", 0, 1, P, 2 }, { "unlimited", 0, 1, P, 0 }, END };
    wlm_cluster_t *cluster = make(specs);
    _Atomic uint32_t rows[3] = { 0 };
    int m, i;

    for (m = 0; m < 2; ++m) {
        wlm_member_t *member = &cluster->members[m];
        wlm_member_t processes[3] = { *member, *member, *member };
        /* the limit is reached */
        static const struct { int process, takes; } steps[] = { { 0, 1 }, { 2, 1 }, { 1, 0 } };

        memset((void *)rows, 0, sizeof(rows));
        for (i = 0; i < 3; ++i) {
            processes[i].process_in_flight = i < 2 ? &rows[2 * i] : NULL;
            processes[i].unlimited = (wlm_process_counts_t){ m == 1 ? rows : NULL, 2 * sizeof(rows[0]), 2 };
        }
        for (i = 0; i < 3; ++i) {
            ck_assert_int_eq(wlm_member_acquire(&processes[steps[i].process]), steps[i].takes || m == 1);
        }
        ck_assert_uint_eq(wlm_member_in_flight(&processes[2]), m == 1 ? 3 : 2);
        /* without a limit that of the process without a row */
        ck_assert_uint_eq(wlm_tally_number(&member->shared->in_flight), m == 1 ? 1 : 2);
        ck_assert_uint_eq(rows[0], 1);
        wlm_member_release(&processes[0]);
        wlm_member_release(&processes[2]);
        ck_assert_uint_eq(wlm_member_in_flight(&processes[0]), m == 1 ? 1 : 0);
        ck_assert_int_eq(wlm_member_acquire(&processes[1]), 1);
        ck_assert_uint_eq(rows[1], 0);
    }
}
END_TEST

/* -- many processes ------------------------------------------------------------------------ */

#define PROCESSES 3
#define REQUESTS  20000
#define MEMBERS   3

static void one_child(wlm_cluster_t *cluster, _Atomic uint32_t *counts, _Atomic uint32_t *row)
{
    int i;

    for (i = 0; i < MEMBERS; ++i) {
        cluster->members[i].process_in_flight = &row[i];
    }
    for (i = 0; i < REQUESTS; ++i) {
        int m = serve(cluster, &no_session);
        if (m >= 0) {
            atomic_fetch_add(&counts[m], 1);
        }
        if (i % 1000 == 500) {
            usleep(1); /* let others run, so that they interleave also on one processor */
        }
    }
    _exit(0);
}

static void run_children(wlm_cluster_t *cluster, _Atomic uint32_t *counts, _Atomic uint32_t *rows)
{
    int i, status;
    pid_t pid;

    for (i = 0; i < PROCESSES; ++i) {
        pid = fork();
        ck_assert_int_ge(pid, 0);
        if (pid == 0) {
            one_child(cluster, counts, rows + i * MEMBERS);
        }
    }
    for (i = 0; i < PROCESSES; ++i) {
        ck_assert_int_gt(wait(&status), 0);
        ck_assert_int_eq(status, 0);
    }
}

START_TEST(processes_together_are_exact)
{
    static const member_spec_t specs[] = { { "a", 0, 1, P, 0 }, { "b", 0, 2, P, 0 }, { "c", 0, 4, P, 0 }, END };
    wlm_cluster_t *cluster = make(specs);
    _Atomic uint32_t *counts = shared(sizeof(*counts) * MEMBERS);
    _Atomic uint32_t *rows = shared(sizeof(*rows) * MEMBERS * PROCESSES);
    double total = PROCESSES * REQUESTS;
    int i;

    run_children(cluster, counts, rows);
    for (i = 0; i < MEMBERS; ++i) {
        double off = counts[i] - total * specs[i].weight / 7;
        ck_assert_msg(off < 2 && off > -2, "member %d is off by %f", i, off);
        cluster->members[i].unlimited = (wlm_process_counts_t){ &rows[i], sizeof(*rows) * MEMBERS, PROCESSES };
        ck_assert_uint_eq(wlm_member_in_flight(&cluster->members[i]), 0);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("balance/cluster");
    TCase *tc = unit_case(s, "shares");

    tcase_add_test(tc, shares_follow_the_weights_and_who_is_there);
    tcase_add_test(tc, equal_weights_take_turns);
    tcase_add_test(tc, random_follows_the_weights_roughly);
    tcase_add_test(tc, weight_0_serves_its_sessions_only);
    tc = unit_case(s, "limits");
    tcase_add_test(tc, a_full_member_is_skipped_and_not_marked_down);
    tcase_add_test(tc, requests_in_flight_are_counted_once_wherever);
    tc = unit_case(s, "processes");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, processes_together_are_exact);
    return s;
}

UNIT_MAIN(suite)

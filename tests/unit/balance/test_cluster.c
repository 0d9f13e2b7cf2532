/* Which member gets a request: shares, tiers, affinity, probes, limits, and many processes at once. */
#include <sys/wait.h>
#include <unistd.h>
#include "balance/availability.h"
#include "balance/member.h"
#include "balance/pick.h"
#include "balance/transition.h"
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

/* -- affinity ---------------------------------------------------------------------- */

/* A backup may have the clone id of the primary that it stands in for: the session is its, as long as that one is
 * away */
static const struct {
    const char *name;
    member_spec_t specs[5];
    int order[4];                  /* by the session "A", when those before are down; -1: any other */
} twins[] = {
    { "a backup of its own", { { "a", "A", 1, P, 0 }, { "b", "B", 1, B, 0 }, { "c", "A", 1, B, 0 }, END },
      { 0, 2, -1 } },
    { "the backup stands first", { { "c", "A", 1, B, 0 }, { "b", "B", 1, B, 0 }, { "a", "A", 1, P, 0 }, END },
      { 2, 0, -1 } },
    { "beside other primaries", { { "a", "A", 1, P, 0 }, { "d", "D", 9, P, 0 }, { "c", "A", 1, B, 0 }, END },
      { 0, 2, -1 } },
    { "two primaries, one backup", { { "a", "A", 1, P, 0 }, { "c", "A", 1, B, 0 }, { "e", "A", 1, P, 0 },
                                     { "d", "D", 1, P, 0 }, END },
      { 0, 2, 1, -1 } },
};

START_TEST(who_has_the_same_clone_id_has_the_session)
{
    wlm_cluster_t *cluster = make(twins[_i].specs);
    wlm_affinity_t a = session("A", NULL);
    const int *next;
    wlm_pick_t pick;

    for (next = twins[_i].order; *next >= 0; ++next) {
        memset(&pick, 0, sizeof(pick));
        pick.now = T0;
        pick.strict = 1;
        ck_assert_int_eq(wlm_pick_member(&pick, cluster, &a), WLM_PICK_OK);
        ck_assert_msg(pick.member->index == *next, "%s: %d instead of %d", twins[_i].name, pick.member->index, *next);
        ck_assert_int_eq(pick.session, WLM_SESSION_KEPT);
        ck_assert_int_eq(pick.failed_over, next != twins[_i].order);
        wlm_member_release(pick.member);
        mark_down(cluster, *next, T0);
    }
    memset(&pick, 0, sizeof(pick));
    pick.now = T0;
    pick.strict = 1;
    ck_assert_int_eq(wlm_pick_member(&pick, cluster, &a), WLM_PICK_SESSION_LOST);
}
END_TEST

/* The client's connection has a login on c: requests without a session go there as long as it can be used */
START_TEST(a_login_leads_to_its_member)
{
    static const struct { const char *id; int down, to; wlm_session_t session; } cases[] = {
        { NULL, -1, 2, WLM_SESSION_NEW }, { "X", -1, 2, WLM_SESSION_MOVED }, { "A", -1, 0, WLM_SESSION_KEPT },
        { NULL, 2, -1, WLM_SESSION_NEW },
    };
    wlm_cluster_t *cluster = make(one_two_one);
    wlm_affinity_t affinity = cases[_i].id ? session(cases[_i].id, NULL) : no_session;
    wlm_pick_t pick;
    int i;

    if (cases[_i].down >= 0) {
        mark_down(cluster, cases[_i].down, T0);
    }
    for (i = 0; i < 20; ++i) {
        memset(&pick, 0, sizeof(pick));
        pick.now = T0;
        pick.bound = &cluster->members[2];
        ck_assert_int_eq(wlm_pick_member(&pick, cluster, &affinity), WLM_PICK_OK);
        ck_assert(cases[_i].to >= 0 ? pick.member->index == cases[_i].to : pick.member->index != cases[_i].down);
        ck_assert_int_eq(pick.session, cases[_i].session);
        wlm_member_release(pick.member);
    }
}
END_TEST

START_TEST(a_session_stays_and_moves_only_when_it_must)
{
    wlm_cluster_t *cluster = make(one_two_one);
    wlm_affinity_t b = session("B", NULL), cb = session("C", "B"), unknown = session("X", NULL);
    wlm_pick_t pick;
    int i, counts[3] = { 0 };

    for (i = 0; i < 10; ++i) {
        ck_assert_int_eq(serve(cluster, &b), 1);
        ck_assert_int_eq(serve(cluster, &cb), 2);
    }
    mark_down(cluster, 2, T0);
    memset(&pick, 0, sizeof(pick));
    pick.now = T0;
    ck_assert_int_eq(wlm_pick_member(&pick, cluster, &cb), WLM_PICK_OK);
    ck_assert_int_eq(pick.member->index, 1); /* the next in the session's list */
    ck_assert_int_eq(pick.session, WLM_SESSION_KEPT);
    ck_assert(pick.failed_over);

    mark_down(cluster, 1, T0);
    memset(&pick, 0, sizeof(pick));
    pick.now = T0;
    ck_assert_int_eq(wlm_pick_member(&pick, cluster, &b), WLM_PICK_OK);
    ck_assert_int_eq(pick.member->index, 0);
    ck_assert_int_eq(pick.session, WLM_SESSION_MOVED);
    ck_assert(pick.failed_over);

    mark_up(cluster, 1);
    mark_up(cluster, 2);
    memset(&pick, 0, sizeof(pick));
    pick.now = T0;
    ck_assert_int_eq(wlm_pick_member(&pick, cluster, &unknown), WLM_PICK_OK);
    ck_assert_int_eq(pick.session, WLM_SESSION_MOVED);
    ck_assert(!pick.failed_over); /* no member here has a copy that could be old */

    mark_down(cluster, 1, T0); /* its sessions spread over the others by weight */
    for (i = 0; i < 100; ++i) {
        counts[serve(cluster, &b)]++;
    }
    ck_assert_int_eq(counts[0], 50);
    ck_assert_int_eq(counts[2], 50);
}
END_TEST

START_TEST(strict_affinity_rather_fails)
{
    wlm_cluster_t *cluster = make(one_two_one);
    wlm_affinity_t b = session("B", NULL), unknown = session("X", NULL);
    wlm_pick_t pick = { .now = T0, .strict = 1 };

    mark_down(cluster, 1, T0);
    ck_assert_int_eq(wlm_pick_member(&pick, cluster, &b), WLM_PICK_SESSION_LOST);
    ck_assert_ptr_null(pick.member);
    ck_assert_int_eq(wlm_pick_member(&pick, cluster, &unknown), WLM_PICK_OK);
}
END_TEST

START_TEST(affinity_requests_count_only_when_they_shall)
{
    static const member_spec_t equal[] = { { "a", "A", 1, P, 0 }, { "b", "B", 1, P, 0 }, END };
    plugin_cfg_cluster_t *cfg = make_cfg(equal);
    wlm_affinity_t a = session("A", NULL);
    wlm_cluster_t *cluster;
    int i, counts[2] = { 0 };

    cluster = cluster_of(cfg);
    for (i = 0; i < 100; ++i) {
        serve(cluster, &a);
        counts[serve(cluster, &no_session)]++;
    }
    ck_assert_int_eq(counts[0], 50);

    cfg->ignore_affinity_requests = 0;
    cluster = cluster_of(cfg);
    counts[0] = counts[1] = 0;
    for (i = 0; i < 100; ++i) {
        serve(cluster, &a);
        counts[serve(cluster, &no_session)]++;
    }
    ck_assert_int_le(counts[0], 1); /* 100 requests each: b gets all that are new */
}
END_TEST

/* -- tiers ---------------------------------------------------------------------------- */

START_TEST(backups_serve_in_their_order_while_no_primary_can)
{
    static const member_spec_t specs[] = {
        { "a", "A", 1, P, 0 }, { "b", "B", 1, P, 0 }, { "x", "X", 9, B, 0 }, { "y", "Y", 9, B, 0 }, END
    };
    wlm_cluster_t *cluster = make(specs);
    wlm_affinity_t y = session("Y", NULL);
    int i;

    for (i = 0; i < 10; ++i) {
        ck_assert_int_lt(serve(cluster, &no_session), 2);
    }
    ck_assert_int_eq(serve(cluster, &y), 3);
    mark_down(cluster, 0, T0);
    mark_down(cluster, 1, T0);
    for (i = 0; i < 10; ++i) {
        ck_assert_int_eq(serve(cluster, &no_session), 2);
    }
    mark_down(cluster, 2, T0);
    ck_assert_int_eq(serve(cluster, &no_session), 3);
    mark_up(cluster, 1);
    ck_assert_int_eq(serve(cluster, &no_session), 1);
}
END_TEST

/* -- failing and coming back ------------------------------------------------------------ */

START_TEST(a_failed_member_is_not_tried_twice_by_a_request)
{
    wlm_cluster_t *cluster = make(one_two_one);
    wlm_pick_t pick = { .now = T0 };
    int i, seen = 0;

    for (i = 0; i < 3; ++i) {
        ck_assert_int_eq(wlm_pick_member(&pick, cluster, &no_session), WLM_PICK_OK);
        ck_assert(!(seen & (1 << pick.member->index)));
        seen |= 1 << pick.member->index;
        wlm_member_release(pick.member); /* without an event: still up, but tried */
    }
    ck_assert_int_eq(wlm_pick_member(&pick, cluster, &no_session), WLM_PICK_EXHAUSTED);
}
END_TEST

START_TEST(one_request_probes_and_ends_the_outage)
{
    static const member_spec_t equal[] = { { "a", "A", 1, P, 0 }, { "b", "B", 1, P, 0 }, END };
    wlm_cluster_t *cluster = make(equal);
    apr_time_t due = T0 + INTERVAL * SEC;
    wlm_pick_t probe = { .now = due };
    int i;

    mark_down(cluster, 0, T0);
    for (i = 0; i < 10; ++i) {
        ck_assert_int_eq(serve_at(cluster, &no_session, due - SEC), 1);
    }
    ck_assert_int_eq(wlm_pick_member(&probe, cluster, &no_session), WLM_PICK_OK);
    ck_assert_int_eq(probe.member->index, 0);
    ck_assert(probe.probe);
    for (i = 0; i < 10; ++i) { /* meanwhile the others go elsewhere */
        ck_assert_int_eq(serve_at(cluster, &no_session, due), 1);
    }
    wlm_transition_event(probe.member, WLM_EVENT_ALIVE, due, NULL);
    wlm_member_release(probe.member);
    ck_assert_int_ne(serve_at(cluster, &no_session, due), serve_at(cluster, &no_session, due));
}
END_TEST

START_TEST(a_session_of_a_down_member_may_be_its_probe)
{
    wlm_cluster_t *cluster = make(one_two_one);
    wlm_affinity_t b = session("B", NULL);
    wlm_pick_t pick = { .now = T0 + INTERVAL * SEC };

    mark_down(cluster, 1, T0);
    ck_assert_int_ne(serve(cluster, &b), 1);
    ck_assert_int_eq(wlm_pick_member(&pick, cluster, &b), WLM_PICK_OK);
    ck_assert_int_eq(pick.member->index, 1);
    ck_assert(pick.probe);
}
END_TEST

START_TEST(a_probe_without_verdict_is_repeated_at_once)
{
    wlm_cluster_t *cluster = make(one_two_one);
    apr_time_t due = T0 + INTERVAL * SEC;
    wlm_pick_t first = { .now = due }, second = { .now = due };

    mark_down(cluster, 0, T0);
    wlm_pick_member(&first, cluster, &no_session);
    ck_assert(first.probe);
    wlm_transition_event(first.member, WLM_EVENT_UNDECIDED, due, NULL);
    wlm_member_release(first.member);
    wlm_pick_member(&second, cluster, &no_session);
    ck_assert_int_eq(second.member->index, 0);
    ck_assert(second.probe);
}
END_TEST

START_TEST(when_all_are_down_the_one_that_failed_first_is_tried)
{
    wlm_cluster_t *cluster = make(one_two_one);
    wlm_pick_t pick = { .now = T0 + 3 * SEC };
    int order[3] = { 2, 0, 1 }, i;

    for (i = 0; i < 3; ++i) {
        mark_down(cluster, order[i], T0 + i * SEC);
    }
    for (i = 0; i < 3; ++i) {
        ck_assert_int_eq(wlm_pick_member(&pick, cluster, &no_session), WLM_PICK_OK);
        ck_assert_int_eq(pick.member->index, order[i]);
        wlm_member_release(pick.member);
    }
    ck_assert_int_eq(wlm_pick_member(&pick, cluster, &no_session), WLM_PICK_EXHAUSTED);
}
END_TEST

START_TEST(after_a_connect_time_out_no_further_down_member_is_tried)
{
    wlm_cluster_t *cluster = make(one_two_one);
    wlm_pick_t pick = { .now = T0 };
    int i;

    for (i = 0; i < 3; ++i) {
        mark_down(cluster, i, T0);
    }
    ck_assert_int_eq(wlm_pick_member(&pick, cluster, &no_session), WLM_PICK_OK);
    pick.stop_last_resort = 1;
    ck_assert_int_eq(wlm_pick_member(&pick, cluster, &no_session), WLM_PICK_EXHAUSTED);
}
END_TEST

START_TEST(the_only_member_is_never_shut_out)
{
    static const member_spec_t lone[] = { { "a", "A", 1, P, 0 }, END };
    wlm_cluster_t *cluster = make(lone);
    wlm_affinity_t a = session("A", NULL);
    wlm_pick_t pick = { .now = T0 };

    mark_down(cluster, 0, T0);
    ck_assert_int_eq(wlm_pick_member(&pick, cluster, &a), WLM_PICK_OK);
    ck_assert_int_eq(pick.session, WLM_SESSION_KEPT);
    ck_assert(!pick.failed_over);
    ck_assert_int_eq(wlm_availability_next_retry(cluster, T0), T0 + INTERVAL * SEC);
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
    tc = unit_case(s, "affinity");
    tcase_add_loop_test(tc, who_has_the_same_clone_id_has_the_session, 0, UNIT_COUNT(twins));
    tcase_add_loop_test(tc, a_login_leads_to_its_member, 0, 4);
    tcase_add_test(tc, a_session_stays_and_moves_only_when_it_must);
    tcase_add_test(tc, strict_affinity_rather_fails);
    tcase_add_test(tc, affinity_requests_count_only_when_they_shall);
    tc = unit_case(s, "tiers and failing");
    tcase_add_test(tc, backups_serve_in_their_order_while_no_primary_can);
    tcase_add_test(tc, a_failed_member_is_not_tried_twice_by_a_request);
    tcase_add_test(tc, one_request_probes_and_ends_the_outage);
    tcase_add_test(tc, a_session_of_a_down_member_may_be_its_probe);
    tcase_add_test(tc, a_probe_without_verdict_is_repeated_at_once);
    tcase_add_test(tc, when_all_are_down_the_one_that_failed_first_is_tried);
    tcase_add_test(tc, after_a_connect_time_out_no_further_down_member_is_tried);
    tcase_add_test(tc, the_only_member_is_never_shut_out);
    tcase_add_test(tc, a_full_member_is_skipped_and_not_marked_down);
    tcase_add_test(tc, requests_in_flight_are_counted_once_wherever);
    tc = unit_case(s, "processes");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, processes_together_are_exact);
    return s;
}

UNIT_MAIN(suite)

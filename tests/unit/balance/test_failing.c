/* Which member gets a request while some are down: backups, probes, the last resort. */
#include "balance/availability.h"
#include "balance/member.h"
#include "balance/pick.h"
#include "balance/transition.h"
#include "cluster_unit.h"

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

static Suite *suite(void)
{
    Suite *s = suite_create("balance/failing");
    TCase *tc = unit_case(s, "failing");

    tcase_add_test(tc, backups_serve_in_their_order_while_no_primary_can);
    tcase_add_test(tc, a_failed_member_is_not_tried_twice_by_a_request);
    tcase_add_test(tc, one_request_probes_and_ends_the_outage);
    tcase_add_test(tc, a_session_of_a_down_member_may_be_its_probe);
    tcase_add_test(tc, a_probe_without_verdict_is_repeated_at_once);
    tcase_add_test(tc, when_all_are_down_the_one_that_failed_first_is_tried);
    tcase_add_test(tc, after_a_connect_time_out_no_further_down_member_is_tried);
    tcase_add_test(tc, the_only_member_is_never_shut_out);
    return s;
}

UNIT_MAIN(suite)

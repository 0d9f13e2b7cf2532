/* A member that did not answer is in doubt: which requests it still gets, and when it is marked down. */
#include "balance/availability.h"
#include "balance/member.h"
#include "balance/pick.h"
#include "balance/transition.h"
#include "cluster_unit.h"

static const member_spec_t three[] = {
    { "a", "ca", 1, P, 0 }, { "b", "cb", 1, P, 0 }, { "c", "cc", 1, P, 0 }, END
};

START_TEST(a_request_that_is_repeated_is_no_other_one)
{
    wlm_cluster_t *cluster = make(three);
    wlm_member_t *a = &cluster->members[0], *b = &cluster->members[1];

    ck_assert(wlm_transition_is_new_doubt(a, 1) && !wlm_transition_is_new_doubt(a, 1));
    ck_assert(wlm_transition_is_new_doubt(b, 1));
    ck_assert(wlm_transition_is_new_doubt(a, 2) && wlm_transition_is_new_doubt(a, 1));
}
END_TEST

/* Of N requests that could not be repeated. @return how many the first member got */
static int pick_unrepeatable(wlm_cluster_t *cluster, const wlm_affinity_t *affinity, apr_time_t now, int n)
{
    int first = 0, i;

    for (i = 0; i < n; ++i) {
        wlm_pick_t pick = { .now = now, .random = (uint64_t)i + 1, .unrepeatable = 1 };

        ck_assert_int_eq(wlm_pick_member(&pick, cluster, affinity), WLM_PICK_OK);
        wlm_member_release(pick.member);
        first += pick.member->index == 0;
    }
    return first;
}

static const member_spec_t two[] = { { "a", "A", 1, P, 0 }, { "b", "B", 1, P, 0 }, { "s", "S", 1, B, 0 }, END };

/* What it does not answer is lost there: until the doubt is over, or answered, another one gets it */
START_TEST(what_cannot_be_repeated_goes_to_no_doubted_member_as_long_as_there_is_another)
{
    wlm_cluster_t *cluster = make(two);
    wlm_affinity_t its = session("A", NULL);

    ck_assert_int_eq(pick_unrepeatable(cluster, &no_session, T0, 100), 50);
    wlm_transition_event(&cluster->members[0], WLM_EVENT_DOUBT, T0, NULL);
    ck_assert_int_eq(pick_unrepeatable(cluster, &no_session, T0, 100), 0);
    ck_assert_int_eq(pick_unrepeatable(cluster, &its, T0, 10), 10);
    ck_assert_int_eq(pick_unrepeatable(cluster, &no_session, T0 + INTERVAL * SEC, 100), 0);
    wlm_transition_event(&cluster->members[0], WLM_EVENT_ALIVE, T0 + SEC, NULL);
    ck_assert_int_eq(pick_unrepeatable(cluster, &no_session, T0 + SEC, 100), 50);
}
END_TEST

/* One tries it after each interval: so it is cleared or marked down also where no other requests come */
START_TEST(a_doubted_member_is_tried_by_one_such_request)
{
    wlm_cluster_t *cluster = make(two);
    wlm_member_t *a = &cluster->members[0];
    apr_time_t now = T0;
    int i;

    for (i = 1; i < WLM_HEALTH_DOUBTS; ++i) {
        ck_assert_int_eq(wlm_transition_event(a, WLM_EVENT_DOUBT, now, NULL), WLM_UP);
        ck_assert_int_eq(pick_unrepeatable(cluster, &no_session, now + INTERVAL * SEC, 100), 0);
        now += INTERVAL * SEC + SEC / 100;
        ck_assert_int_eq(pick_unrepeatable(cluster, &no_session, now, 100), 1);
        ck_assert_int_eq(pick_unrepeatable(cluster, &no_session, now + INTERVAL * SEC, 100), 0);
    }
    ck_assert_int_eq(wlm_transition_event(a, WLM_EVENT_DOUBT, now, NULL), WLM_DOWN);
}
END_TEST

/* ... all primaries count then, not the backup */
START_TEST(when_all_are_doubted_all_count)
{
    wlm_cluster_t *cluster = make(two);
    int first;

    wlm_transition_event(&cluster->members[0], WLM_EVENT_DOUBT, T0, NULL);
    wlm_transition_event(&cluster->members[1], WLM_EVENT_DOUBT, T0, NULL);
    first = pick_unrepeatable(cluster, &no_session, T0, 1000);
    ck_assert_msg(first > 400 && first < 600, "%d of 1000", first);
    mark_down(cluster, 1, T0);
    ck_assert_int_eq(pick_unrepeatable(cluster, &no_session, T0, 10), 10);
}
END_TEST

/* Doubts change nothing for the requests that can be repeated, until they mark the member down */
START_TEST(a_doubted_member_is_used_as_before)
{
    wlm_cluster_t *cluster = make(three);
    wlm_member_t *a = &cluster->members[0];
    uint64_t turn = atomic_load(&cluster->shared->turn);
    int changed, i;

    for (i = 1; i < WLM_HEALTH_DOUBTS; ++i) {
        ck_assert_int_eq(wlm_transition_event(a, WLM_EVENT_DOUBT, T0, &changed), WLM_UP);
        ck_assert(!changed && wlm_availability_of(a, T0) == WLM_MEMBER_USABLE
                  && atomic_load(&cluster->shared->turn) == turn);
    }
    ck_assert_int_eq(wlm_transition_event(a, WLM_EVENT_DOUBT, T0, &changed), WLM_DOWN);
    ck_assert(changed && wlm_availability_of(a, T0) == WLM_MEMBER_DOWN && atomic_load(&cluster->shared->turn) != turn);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("balance/doubt");
    TCase *tc = unit_case(s, "doubt");

    tcase_add_test(tc, a_request_that_is_repeated_is_no_other_one);
    tcase_add_test(tc, a_doubted_member_is_used_as_before);
    tcase_add_test(tc, what_cannot_be_repeated_goes_to_no_doubted_member_as_long_as_there_is_another);
    tcase_add_test(tc, a_doubted_member_is_tried_by_one_such_request);
    tcase_add_test(tc, when_all_are_doubted_all_count);
    return s;
}

UNIT_MAIN(suite)

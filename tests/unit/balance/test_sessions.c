/* Which member gets a request of a session: clone ids, logins, strict affinity, and how its requests count. */
#include "balance/member.h"
#include "balance/pick.h"
#include "cluster_unit.h"
#include "route/binding_rule.h"
#include "route/seal.h"

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

/* A member that is full has the session, and will have room again; no other member that the session names is better */
START_TEST(strict_affinity_tells_full_from_gone)
{
    static const member_spec_t specs[] = { { "a", "A", 1, P, 1 }, { "b", "B", 1, P, 1 }, { "c", "C", 1, P, 0 }, END };
    wlm_cluster_t *cluster = make(specs);
    wlm_affinity_t a = session("A", NULL), ba = session("B", "A");
    wlm_pick_t pick = { .now = T0, .strict = 1 };

    ck_assert_int_eq(wlm_pick_member(&pick, cluster, &a), WLM_PICK_OK);
    ck_assert_int_eq(pick.member->index, 0);
    pick = (wlm_pick_t){ .now = T0, .strict = 1 };
    ck_assert_int_eq(wlm_pick_member(&pick, cluster, &a), WLM_PICK_SESSION_FULL);
    ck_assert_ptr_null(pick.member);
    mark_down(cluster, 1, T0);
    ck_assert_int_eq(wlm_pick_member(&pick, cluster, &ba), WLM_PICK_SESSION_FULL);
    mark_down(cluster, 0, T0);
    ck_assert_int_eq(wlm_pick_member(&pick, cluster, &ba), WLM_PICK_SESSION_LOST);
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

/* -- the owner that another member names --------------------------------------------------- */

static const struct {
    const char *id;
    int down, full;                /* -1: none */
    int to;                        /* -1: it cannot go there */
    wlm_pick_result_t why_not;
} owners[] = {
    { "B", -1, -1, 1, 0 }, { "b", -1, -1, 1, 0 }, { "x", -1, -1, 3, 0 },
    { "B", 1, -1, 2, 0 }, { "B", -1, 1, 2, 0 }, /* the backup with its clone id */
    { "x", 3, -1, -1, WLM_PICK_SESSION_LOST },
    { "x", -1, 3, -1, WLM_PICK_SESSION_FULL },
    { "B", 2, 1, -1, WLM_PICK_SESSION_FULL },
    { "B", 1, 2, -1, WLM_PICK_SESSION_FULL },
    { "A", -1, -1, -1, WLM_PICK_EXHAUSTED }, /* the request has been there */
};

static const char *const not_owners[] = { "X", "" };

START_TEST(a_member_names_the_owner)
{
    member_spec_t specs[] = {
        { "a", "A", 1, P, 0 }, { "b", "B", 1, P, 0 }, { "b2", "B", 1, B, 0 }, { "x", NULL, 1, P, 0 }, END
    };
    wlm_options_t *options = unit_options();
    apr_array_header_t *rules = apr_array_make(unit_pool, 1, sizeof(wlm_binding_rule_t));
    apr_array_header_t *keys = apr_array_make(unit_pool, 1, sizeof(wlm_seal_key_t));
    wlm_affinity_t a = session("A", NULL);
    wlm_pick_t pick = { .now = T0 };
    wlm_cluster_t *cluster;
    wlm_member_t *owner;
    apr_size_t i;

    if (owners[_i].full >= 0) {
        specs[owners[_i].full].max_connections = 1;
    }
    memset(apr_array_push(rules), 0, sizeof(wlm_binding_rule_t));
    memset(apr_array_push(keys), 0, sizeof(wlm_seal_key_t));
    options->affinity = rules;
    options->affinity_keys = keys;
    cluster = cluster_with(make_cfg(specs), options);
    if (owners[_i].down >= 0) {
        mark_down(cluster, owners[_i].down, T0);
    }
    if (owners[_i].full >= 0) {
        ck_assert(wlm_member_acquire(&cluster->members[owners[_i].full]));
    }
    ck_assert_int_eq(wlm_pick_member(&pick, cluster, &a), WLM_PICK_OK);
    wlm_member_release(pick.member);
    pick.failed_over = 1;
    owner = wlm_cluster_owner(cluster, owners[_i].id);
    ck_assert_ptr_nonnull(owner);
    ck_assert_int_eq(wlm_pick_owner(&pick, owner), owners[_i].to >= 0 ? WLM_PICK_OK : owners[_i].why_not);
    for (i = 0; i < sizeof(not_owners) / sizeof(not_owners[0]); ++i) {
        ck_assert_ptr_null(wlm_cluster_owner(cluster, not_owners[i]));
    }
    if (owners[_i].to >= 0) {
        ck_assert_int_eq(pick.member->index, owners[_i].to);
        ck_assert_int_eq(pick.session, WLM_SESSION_KEPT);
        ck_assert(!pick.failed_over);
        ck_assert_int_eq(wlm_member_in_flight(pick.member), 1);
    }
}
END_TEST

START_TEST(without_affinity_nobody_is_an_owner)
{
    ck_assert_ptr_null(wlm_cluster_owner(make(one_two_one), "A"));
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("balance/sessions");
    TCase *tc = unit_case(s, "sessions");

    tcase_add_loop_test(tc, who_has_the_same_clone_id_has_the_session, 0, UNIT_COUNT(twins));
    tcase_add_loop_test(tc, a_login_leads_to_its_member, 0, 4);
    tcase_add_test(tc, a_session_stays_and_moves_only_when_it_must);
    tcase_add_test(tc, strict_affinity_rather_fails);
    tcase_add_test(tc, strict_affinity_tells_full_from_gone);
    tcase_add_test(tc, affinity_requests_count_only_when_they_shall);
    tcase_add_loop_test(tc, a_member_names_the_owner, 0, UNIT_COUNT(owners));
    tcase_add_test(tc, without_affinity_nobody_is_an_owner);
    return s;
}

UNIT_MAIN(suite)

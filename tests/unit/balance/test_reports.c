/* Weights follow what members report; an agent takes a member out, drains it, limits it; an administrator decides. */
#include "balance/availability.h"
#include "balance/reports.h"
#include "cluster_unit.h"

static const member_spec_t three[] = {
    { "a", "ca", 1, P, 0 }, { "b", "cb", 1, P, 0 }, { "c", "cc", 1, P, 4 }, END
};

static wlm_cluster_t *make_with(const member_spec_t *specs, wlm_reported_kind_t kind)
{
    wlm_options_t *options = unit_options();

    options->load_report = (wlm_reported_rule_t){ .kind = kind, .expiry = 30 * SEC };
    return cluster_with(make_cfg(specs), options);
}

static void update(wlm_cluster_t *cluster, apr_time_t now)
{
    wlm_reports_news_t news[3];

    wlm_reports_update(cluster, news, now, unit_pool);
}

static wlm_reports_change_t say(wlm_cluster_t *cluster, int member, const char *line, apr_time_t now)
{
    wlm_reported_answer_t answer;
    wlm_reports_change_t change;

    ck_assert(wlm_reported_answer_read(&answer, line, strlen(line)));
    change = wlm_reports_note_answer(&cluster->members[member], &answer, now);
    update(cluster, now);
    return change;
}

static void report(wlm_cluster_t *cluster, double a, double b, double c, apr_time_t now)
{
    wlm_reports_note_load(&cluster->members[0], a, now);
    wlm_reports_note_load(&cluster->members[1], b, now);
    wlm_reports_note_load(&cluster->members[2], c, now);
    update(cluster, now);
}

static uint32_t epoch(const wlm_cluster_t *cluster)
{
    return (uint32_t)(atomic_load(&cluster->shared->turn) >> 32);
}

START_TEST(shares_are_the_inverse)
{
    wlm_cluster_t *cluster = make_with(three, WLM_REPORTED_ORCA);
    const double shares[] = { 4 / 7.0, 2 / 7.0, 1 / 7.0 }, even[] = { 1 / 3.0, 1 / 3.0, 1 / 3.0 };

    expect_shares(cluster, 300, even, 2);
    report(cluster, 0.1, 0.2, 0.4, T0);
    expect_shares(cluster, 700, shares, 2);
    update(cluster, T0 + 31 * SEC); /* expired */
    expect_shares(cluster, 300, even, 2);
}
END_TEST

/* A new schedule costs each process something */
START_TEST(equal_reports_make_no_new_schedule)
{
    wlm_cluster_t *cluster = make_with(three, WLM_REPORTED_ORCA);
    uint32_t before;
    int i;

    report(cluster, 0.1, 0.2, 0.4, T0);
    before = epoch(cluster);
    for (i = 1; i < 100; ++i) {
        report(cluster, 0.1, 0.2, 0.4, T0 + i * SEC);
    }
    ck_assert_uint_eq(epoch(cluster), before);
    report(cluster, 0.1, 0.2, 0.8, T0 + 101 * SEC);
    report(cluster, 0.1, 0.2, 0.8, T0 + 102 * SEC);
    ck_assert_uint_eq(epoch(cluster), before + 2); /* one each */
}
END_TEST

START_TEST(a_weight_of_0_stays_0)
{
    static const member_spec_t specs[] = {
        { "a", "ca", 0, P, 0 }, { "b", "cb", 2, P, 0 }, { "c", "cc", 1, P, 0 }, END
    };
    wlm_cluster_t *cluster = make_with(specs, WLM_REPORTED_ORCA);
    const double shares[] = { 0, 2 / 3.0, 1 / 3.0 }, scaled[] = { 0, 0.8, 0.2 };

    report(cluster, 0.01, 0.5, 0.5, T0);
    expect_shares(cluster, 300, shares, 2);
    report(cluster, 0.01, 0.2, 0.4, T0 + 31 * SEC);
    expect_shares(cluster, 500, scaled, 2);
}
END_TEST

START_TEST(an_administrator_decides)
{
    wlm_cluster_t *cluster = make_with(three, WLM_REPORTED_AGENT);
    wlm_member_t *a = &cluster->members[0];
    const double set[] = { 0.6, 0.2, 0.2 }, drained[] = { 0, 0.5, 0.5 };

    say(cluster, 0, "10% drain", T0);
    expect_shares(cluster, 200, drained, 2);
    wlm_transition_admin(a, wlm_admin_state_make(WLM_ENABLED, 3, 0), T0);
    expect_shares(cluster, 500, set, 2);
    wlm_transition_admin(a, wlm_admin_state_make(WLM_DRAINING, WLM_ADMIN_STATE_AS_CONFIGURED, 0), T0);
    say(cluster, 0, "ready up 100%", T0 + SEC);
    expect_shares(cluster, 200, drained, 2);
    wlm_transition_admin(a, wlm_admin_state_make(WLM_DISABLED, WLM_ADMIN_STATE_AS_CONFIGURED, 0), T0);
    ck_assert_int_eq(wlm_availability_of(a, T0 + SEC), WLM_MEMBER_DISABLED);
    wlm_transition_admin(a, 0, T0);
    say(cluster, 0, "down", T0 + 2 * SEC);
    ck_assert_int_eq(wlm_availability_of(a, T0 + 2 * SEC), WLM_MEMBER_REPORTED_OUT);
    wlm_transition_mark_up(a, T0 + 2 * SEC);
    ck_assert_int_eq(wlm_availability_of(a, T0 + 2 * SEC), WLM_MEMBER_USABLE);
}
END_TEST

START_TEST(an_agent_scales_the_weight)
{
    wlm_cluster_t *cluster = make_with(three, WLM_REPORTED_AGENT);
    const double half[] = { 0.2, 0.4, 0.4 }, none[] = { 0, 0.5, 0.5 }, even[] = { 1 / 3.0, 1 / 3.0, 1 / 3.0 };
    wlm_reported_answer_t answer;

    ck_assert_int_eq(say(cluster, 0, "50%", T0), WLM_REPORTS_SAME);
    expect_shares(cluster, 500, half, 2);
    ck_assert_int_eq(say(cluster, 0, "0%", T0 + SEC), WLM_REPORTS_DRAINS);
    expect_shares(cluster, 200, none, 2);
    ck_assert_int_eq(say(cluster, 0, "50%", T0 + 2 * SEC), WLM_REPORTS_DRAINS_NO_MORE);
    expect_shares(cluster, 500, half, 2);
    update(cluster, T0 + 33 * SEC);
    expect_shares(cluster, 300, even, 2);
    ck_assert_int_eq(say(cluster, 0, "0%", T0 + 40 * SEC), WLM_REPORTS_DRAINS);
    update(cluster, T0 + 71 * SEC);
    expect_shares(cluster, 300, even, 2);
    say(cluster, 0, "0%", T0 + 72 * SEC);
    ck_assert(wlm_reported_answer_read(&answer, "50%", 3));
    wlm_reports_note_answer(&cluster->members[0], &answer, T0 + 73 * SEC);
    ck_assert_uint_gt(wlm_member_scaled_weight(&cluster->members[0]), 0); /* before the update of that second */
}
END_TEST

START_TEST(a_drained_member_keeps_its_sessions)
{
    wlm_cluster_t *cluster = make_with(three, WLM_REPORTED_AGENT);
    wlm_affinity_t its = session("ca", NULL);
    const double shares[] = { 0, 0.5, 0.5 };

    ck_assert_int_eq(say(cluster, 0, "drain", T0), WLM_REPORTS_DRAINS);
    expect_shares(cluster, 200, shares, 2);
    ck_assert_int_eq(serve(cluster, &its), 0);
    update(cluster, T0 + 40 * SEC); /* a silent agent has not ended it */
    expect_shares(cluster, 200, shares, 2);
    ck_assert_int_eq(say(cluster, 0, "ready", T0 + 41 * SEC), WLM_REPORTS_DRAINS_NO_MORE);
    ck_assert_int_eq(say(cluster, 0, "ready", T0 + 43 * SEC), WLM_REPORTS_SAME);
}
END_TEST

static const struct {
    const char *out, *not_yet, *back;
} states[] = {
    { "maint", "up", "ready" }, { "down", "ready", "up" }, { "fail", "ready", "up" },
    { "stopped#for good", "75%", "up" }
};

START_TEST(out_by_the_agent)
{
    wlm_cluster_t *cluster = make_with(three, WLM_REPORTED_AGENT);
    wlm_affinity_t its = session("ca", NULL);
    const double shares[] = { 0, 0.5, 0.5 }, even[] = { 1 / 3.0, 1 / 3.0, 1 / 3.0 };

    ck_assert_int_eq(say(cluster, 0, states[_i].out, T0), WLM_REPORTS_OUT);
    ck_assert_int_eq(wlm_availability_of(&cluster->members[0], T0), WLM_MEMBER_REPORTED_OUT);
    expect_shares(cluster, 200, shares, 2);
    ck_assert_int_ne(serve(cluster, &its), 0);
    ck_assert_int_eq(say(cluster, 0, states[_i].not_yet, T0 + SEC), WLM_REPORTS_SAME);
    update(cluster, T0 + 40 * SEC);
    ck_assert_int_eq(wlm_availability_of(&cluster->members[0], T0 + 40 * SEC), WLM_MEMBER_REPORTED_OUT);
    ck_assert_int_eq(say(cluster, 0, states[_i].back, T0 + 41 * SEC), WLM_REPORTS_BACK);
    ck_assert_int_eq(wlm_availability_of(&cluster->members[0], T0 + 41 * SEC), WLM_MEMBER_USABLE);
    say(cluster, 0, "100%", T0 + 80 * SEC);
    expect_shares(cluster, 300, even, 2);
}
END_TEST

/* When all are out: one that is down is tried, one in maintenance is not */
static const struct {
    const char *line;
    int is_tried;
} resorts[] = { { "down", 1 }, { "stopped", 1 }, { "maint", 0 }, { "drain down", 0 } };

START_TEST(the_last_resort)
{
    wlm_cluster_t *cluster = make_with(three, WLM_REPORTED_AGENT);
    int m;

    for (m = 0; m < 3; ++m) {
        say(cluster, m, resorts[_i].line, T0);
    }
    ck_assert_msg((serve(cluster, &no_session) >= 0) == resorts[_i].is_tried, "%s", resorts[_i].line);
}
END_TEST

/* c has MaxConnections 4 */
static const struct {
    const char *line;
    int limits[3];
} limits[] = {
    { "up", { 0, 0, 4 } }, { "maxconn:2", { 2, 2, 2 } }, { "maxconn:9", { 9, 9, 4 } }, { "maxconn:0", { 0, 0, 4 } }
};

START_TEST(an_agent_limits_requests)
{
    wlm_cluster_t *cluster = make_with(three, WLM_REPORTED_AGENT);
    int m;

    for (m = 0; m < 3; ++m) {
        wlm_member_t *member = &cluster->members[m];
        int limit = limits[_i].limits[m], n = limit ? limit : 20, i;

        say(cluster, m, limits[_i].line, T0);
        ck_assert_int_eq(wlm_member_limit(member), limit);
        for (i = 0; i < n; ++i) {
            ck_assert(!wlm_member_is_full(member) && wlm_member_acquire(member));
        }
        ck_assert_int_eq(wlm_member_is_full(member), limit != 0);
        ck_assert_int_eq(wlm_member_acquire(member), limit == 0);
        ck_assert_uint_eq(wlm_member_in_flight(member), (uint32_t)(limit ? n : n + 1));
        update(cluster, T0 + 31 * SEC);
        ck_assert_int_eq(wlm_member_limit(member), m == 2 ? 4 : 0);
    }
}
END_TEST

/* What is in the record from before, when the directive has gone */
START_TEST(without_the_directive_nothing_counts)
{
    wlm_cluster_t *cluster = make_with(three, WLM_REPORTED_OFF);
    const double even[] = { 1 / 3.0, 1 / 3.0, 1 / 3.0 };
    wlm_shared_member_t *shared = cluster->members[0].shared;
    int much;

    atomic_store(&shared->reported_state, (uint64_t)WLM_REPORTED_DOWN << 2 | WLM_REPORTED_DRAIN | 3 << 16);
    atomic_store(&shared->reported_scale, wlm_reported_scale_after(0, 10, &much));
    expect_shares(cluster, 300, even, 2);
    ck_assert_int_eq(wlm_member_limit(&cluster->members[0]), 0);
    ck_assert_uint_eq(wlm_member_scaled_weight(&cluster->members[0]), 1);
}
END_TEST

static const char *told(const wlm_reports_news_t *news)
{
    return news->expired && news->much ? "expired, much" : news->expired ? "expired" : news->much ? "much" : "";
}

START_TEST(what_is_told)
{
    wlm_cluster_t *cluster = make_with(three, WLM_REPORTED_ORCA);
    wlm_reports_news_t news[3];
    apr_time_t now = T0;

    wlm_reports_note_load(&cluster->members[0], 0.1, now);
    wlm_reports_note_load(&cluster->members[1], 0.2, now);
    wlm_reports_note_load(&cluster->members[2], 0.22, now);
    wlm_reports_update(cluster, news, now, unit_pool);
    ck_assert_str_eq(told(&news[0]), "much");
    ck_assert_uint_eq(news[0].percent, 200);
    ck_assert_str_eq(told(&news[1]), "");
    ck_assert_str_eq(told(&news[2]), "");
    wlm_reports_update(cluster, news, now + SEC, unit_pool);
    ck_assert_str_eq(told(&news[0]), "");
    wlm_reports_update(cluster, news, now + 31 * SEC, unit_pool);
    ck_assert_str_eq(told(&news[0]), "expired, much");
    ck_assert_str_eq(told(&news[1]), "expired");
    wlm_reports_update(cluster, news, now + 32 * SEC, unit_pool);
    ck_assert_str_eq(told(&news[0]), "");
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("balance/reports");
    TCase *tc = unit_case(s, "reports");

    tcase_add_test(tc, shares_are_the_inverse);
    tcase_add_test(tc, equal_reports_make_no_new_schedule);
    tcase_add_test(tc, a_weight_of_0_stays_0);
    tcase_add_test(tc, an_administrator_decides);
    tcase_add_test(tc, an_agent_scales_the_weight);
    tcase_add_test(tc, a_drained_member_keeps_its_sessions);
    tcase_add_loop_test(tc, out_by_the_agent, 0, UNIT_COUNT(states));
    tcase_add_loop_test(tc, the_last_resort, 0, UNIT_COUNT(resorts));
    tcase_add_loop_test(tc, an_agent_limits_requests, 0, UNIT_COUNT(limits));
    tcase_add_test(tc, without_the_directive_nothing_counts);
    tcase_add_test(tc, what_is_told);
    return s;
}

UNIT_MAIN(suite)

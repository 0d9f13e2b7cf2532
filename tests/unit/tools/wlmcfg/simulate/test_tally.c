/* What a simulation counts: sums over parts of the time, shares, deviations and runs; and the order of its events. */
#include "unit.h"
#include "plugin_cfg_unit.h"
#include "balance/transition.h"
#include "tools/wlmcfg/config_xml.h"
#include "tools/wlmcfg/simulate/count.h"
#include "tools/wlmcfg/simulate/events.h"
#include "tools/wlmcfg/simulate/simulation.h"
#include "tools/wlmcfg/simulate/tally.h"

char tool_name[] = "wlmcfg";       /* stands in its main()'s file */

#define MEMBERS 3

/* -- shares --------------------------------------------------------------------------------------------- */

static const struct {
    uint64_t got[MEMBERS];
    double wanted[MEMBERS];
    double shares[MEMBERS], wanted_shares[MEMBERS];
    double imbalance;
} share_cases[] = {
    { { 0, 0, 0 }, { 0, 0, 0 }, { 0, 0, 0 }, { 0, 0, 0 }, 0 },
    { { 4, 0, 0 }, { 4, 0, 0 }, { 100, 0, 0 }, { 100, 0, 0 }, 0 },
    { { 6, 2, 0 }, { 6, 2, 0 }, { 75, 25, 0 }, { 75, 25, 0 }, 0 },
    /* too many of one are too few of another */
    { { 7, 1, 0 }, { 6, 2, 0 }, { 87.5, 12.5, 0 }, { 75, 25, 0 }, 12.5 },
    { { 1, 3, 4 }, { 4, 2, 2 }, { 12.5, 37.5, 50 }, { 50, 25, 25 }, 37.5 },
    { { 0, 4, 0 }, { 2, 1, 1 }, { 0, 100, 0 }, { 50, 25, 25 }, 75 },
};

START_TEST(shares_are_parts_of_what_was_balanced)
{
    sim_count_t counts[MEMBERS] = { { .got = 0 } };
    double got[MEMBERS], wanted[MEMBERS];
    uint64_t sum = 0;
    int m;

    for (m = 0; m < MEMBERS; ++m) {
        counts[m].got = share_cases[_i].got[m];
        counts[m].wanted = share_cases[_i].wanted[m];
        sum += counts[m].got;
    }
    ck_assert_int_eq(wlmcfg_simulate_shares(counts, MEMBERS, got, wanted), sum > 0);
    for (m = 0; m < MEMBERS; ++m) {
        ck_assert_double_eq_tol(got[m], share_cases[_i].shares[m], 1e-9);
        ck_assert_double_eq_tol(wanted[m], share_cases[_i].wanted_shares[m], 1e-9);
    }
    ck_assert_double_eq_tol(wlmcfg_simulate_imbalance(counts, MEMBERS), share_cases[_i].imbalance, 1e-9);
}
END_TEST

/* -- sums ------------------------------------------------------------------------------------------------ */

#define SLICES (2 * SIM_SLICES_OF_INTERVAL)

/* Slice s of member m counts 100 * m + s + 1, each number by a factor of its own */
static sim_tally_t numbered(void)
{
    static const char *const states[] = { "0", "1", "2", "3", "4", "5", "6", "7" };
    sim_tally_t tally = { .nmembers = MEMBERS, .intervals = 2, .slices = SLICES };
    int s, m;

    tally.counts = apr_pcalloc(unit_pool, sizeof(*tally.counts) * SLICES * MEMBERS);
    for (s = 0; s < SLICES; ++s) {
        for (m = 0; m < MEMBERS; ++m) {
            uint64_t n = (uint64_t)(100 * m + s + 1);
            tally.counts[s * MEMBERS + m] = (sim_count_t){ n, 2 * n, 3 * n, 4 * n, 5 * n, 6.0 * (double)n, states[s],
                                                          s, s };
        }
    }
    return tally;
}

static void check_count(const sim_count_t *count, uint64_t n, const char *state)
{
    ck_assert_uint_eq(count->sessions, n);
    ck_assert_uint_eq(count->moved, 2 * n);
    ck_assert_uint_eq(count->requests, 3 * n);
    ck_assert_uint_eq(count->failures, 4 * n);
    ck_assert_uint_eq(count->got, 5 * n);
    ck_assert_double_eq_tol(count->wanted, 6.0 * (double)n, 1e-9);
    ck_assert_pstr_eq(count->state, state);
}

static const struct {
    int first, n;
    uint64_t sums[MEMBERS];
    const char *state;
} sum_cases[] = {
    { 0, 1, { 1, 101, 201 }, "0" },
    { 7, 1, { 8, 108, 208 }, "7" },
    { 0, 4, { 10, 410, 810 }, "3" },
    { 4, 4, { 26, 426, 826 }, "7" },
    { 0, 8, { 36, 836, 1636 }, "7" },
};

START_TEST(slices_are_summed_member_by_member)
{
    sim_tally_t tally = numbered();
    sim_count_t counts[MEMBERS];
    int m;

    wlmcfg_simulate_slices(&tally, sum_cases[_i].first, sum_cases[_i].n, counts);
    for (m = 0; m < MEMBERS; ++m) {
        check_count(&counts[m], sum_cases[_i].sums[m], sum_cases[_i].state);
    }
}
END_TEST

START_TEST(an_interval_has_its_slices_and_a_sum_all_members)
{
    sim_tally_t tally = numbered();
    sim_count_t counts[MEMBERS], sum;

    wlmcfg_simulate_interval(&tally, 1, counts);
    check_count(&counts[0], 26, "7");
    check_count(&counts[2], 826, "7");
    sum = wlmcfg_simulate_sum(counts, MEMBERS);
    check_count(&sum, 26 + 426 + 826, NULL);
}
END_TEST

/* Class c counts c * 100 + 1 more in each slice, each number by a factor of its own */
START_TEST(a_class_is_summed_by_itself)
{
    sim_tally_t tally = { .nclasses = 2, .slices = 3 };
    sim_class_count_t sum;
    uint64_t i;

    tally.classes = apr_pcalloc(unit_pool, sizeof(*tally.classes) * 6);
    for (i = 0; i < 6; ++i) {
        uint64_t n = i % 2 * 100 + i / 2 + 1;
        tally.classes[i] = (sim_class_count_t){ n, 2 * n, 3 * n, 4 * n, 5 * n, 6 * n, 7 * n, 8 * n, { [3] = n } };
    }
    sum = wlmcfg_simulate_class(&tally, 1, 1, 2);
    ck_assert_uint_eq(sum.requests, 205);
    ck_assert_uint_eq(sum.given_up, 6 * 205);
    ck_assert_uint_eq(sum.hedged, 7 * 205);
    ck_assert_uint_eq(sum.hedges_won, 8 * 205);
    ck_assert_uint_eq(sum.times[3], 205);
    ck_assert_uint_eq(wlmcfg_simulate_class(&tally, 0, 0, 3).hedged, 7 * 6);
}
END_TEST

/* -- counting -------------------------------------------------------------------------------------------- */

#define WEIGHTS(s, t) CLUSTER("a", "", SERVER("s", "LoadBalanceWeight='" s "'", "h") \
                              SERVER("t", "LoadBalanceWeight='" t "'", "i"))

#define THREE CLUSTER("a", "", SERVER("s", "", "h") SERVER("t", "", "i") SERVER("u", "", "j"))

static sim_t *simulation_of(int web_servers, const char *cluster, apr_interval_time_t duration)
{
    plugin_cfg_t *cfg = cfg_read_text(apr_pstrcat(unit_pool, "<Config>", cluster, "</Config>", NULL));
    sim_plan_t *plan = apr_pcalloc(unit_pool, sizeof(*plan));
    sim_t *sim = apr_pcalloc(unit_pool, sizeof(*sim));

    plan->cfg = APR_ARRAY_IDX(cfg->clusters, 0, plugin_cfg_cluster_t *);
    plan->sessions = plan->requests = 1;
    plan->web_servers = web_servers;
    plan->duration = duration;
    plan->changes = apr_array_make(unit_pool, 1, sizeof(sim_change_t));
    wlmcfg_simulate_make(sim, plan, unit_pool);
    return sim;
}

static sim_t *simulation(const char *cluster, apr_interval_time_t duration)
{
    return simulation_of(1, cluster, duration);
}

static const struct {
    const char *cluster;
    const char *members;           /* s, t or u for each balanced request */
    double wanted;                 /* of s, in the end */
    double deviation;              /* ... the largest of all */
    int deviating, run, running;   /* member; length and member of the longest run */
} count_cases[] = {
    { WEIGHTS("1", "1"), "", 0, 0, 0, 0, -1 },
    { WEIGHTS("1", "1"), "s", 0.5, 0.5, 0, 1, 0 },
    { WEIGHTS("1", "1"), "st", 1, 0.5, 0, 1, 0 },
    { WEIGHTS("1", "1"), "sstt", 2, 1, 0, 2, 0 },
    { WEIGHTS("1", "1"), "tttt", 2, 2, 1, 4, 1 },
    { WEIGHTS("3", "1"), "ssts", 3, 0.5, 0, 2, 0 },
    { WEIGHTS("3", "1"), "tsss", 3, 0.75, 1, 3, 0 },
    { WEIGHTS("1", "0"), "ss", 2, 0, 0, 2, 0 },
    /* s is furthest behind, further than any is ahead */
    { THREE, "tutu", 4.0 / 3, 4.0 / 3, 0, 1, 1 },
};

START_TEST(balanced_requests_are_compared_with_the_weights)
{
    sim_t *sim = simulation(count_cases[_i].cluster, 60 * APR_USEC_PER_SEC);
    const sim_tally_t *tally = &sim->tally;
    const char *c;

    for (c = count_cases[_i].members; *c; ++c) {
        wlmcfg_simulate_count_before(sim);
        wlmcfg_simulate_count_balanced(sim, *c - 's');
    }
    wlmcfg_simulate_count_end(sim);
    ck_assert_double_eq_tol(tally->totals[0].wanted, count_cases[_i].wanted, 1e-9);
    ck_assert_uint_eq(wlmcfg_simulate_sum(tally->totals, tally->nmembers).got, strlen(count_cases[_i].members));
    ck_assert_double_eq_tol(tally->deviation.by < 0 ? -tally->deviation.by : tally->deviation.by,
                            count_cases[_i].deviation, 1e-9);
    ck_assert_int_eq(tally->deviation.member, count_cases[_i].deviating);
    ck_assert_uint_eq(tally->longest_run.length, (uint64_t)count_cases[_i].run);
    ck_assert_int_eq(tally->longest_run.member, count_cases[_i].running);
    ck_assert_str_eq(tally->totals[0].state, "up");
}
END_TEST

/* What the first web server has found out changes its own balance only */
START_TEST(each_web_server_has_its_own_view)
{
    sim_t *sim = simulation_of(3, THREE, 60 * APR_USEC_PER_SEC);
    const sim_count_t *totals;
    int web, i;

    wlm_transition_admin(&sim->webs[0].cluster->members[2],
                         wlm_admin_state_make(WLM_DISABLED, WLM_ADMIN_STATE_AS_CONFIGURED, 0), sim->now);
    for (web = 0; web < 3; ++web) {
        wlmcfg_simulate_act_as(sim, web);
        for (i = 0; i < 6; ++i) {
            wlmcfg_simulate_count_before(sim);
            wlmcfg_simulate_count_balanced(sim, web ? i % 3 : i % 2);
        }
        wlmcfg_simulate_count_failure(sim, web);
    }
    wlmcfg_simulate_count_end(sim);
    totals = sim->tally.totals;
    ck_assert_double_eq_tol(totals[0].wanted, 3 + 2 + 2, 1e-9);
    ck_assert_double_eq_tol(totals[2].wanted, 0 + 2 + 2, 1e-9);
    ck_assert_double_eq_tol(wlmcfg_simulate_imbalance(totals, 3), 0, 1e-9);
    ck_assert_str_eq(totals[0].state, "up");
    ck_assert_int_eq(totals[0].up_at, 3);
    ck_assert_str_eq(totals[2].state, "disabled");
    ck_assert_int_eq(totals[2].up_at, 2);
    for (web = 0; web < 3; ++web) {
        ck_assert_uint_eq(totals[web].failures, 1);
        ck_assert_uint_eq(sim->tally.views[web].failures, 1);
    }
}
END_TEST

/* One alone begins with the first member; of several not all do */
START_TEST(web_servers_begin_at_different_places)
{
    const sim_t *sim = simulation_of(8, THREE, 60 * APR_USEC_PER_SEC);
    int i, others = 0;

    ck_assert_uint_eq((uint32_t)atomic_load(&sim->webs[0].cluster->shared->turn), 0);
    for (i = 1; i < 8; ++i) {
        others += (uint32_t)atomic_load(&sim->webs[i].cluster->shared->turn) % 3 != 0;
    }
    ck_assert_int_ge(others, 1);
}
END_TEST

static const struct {
    int seconds, intervals;
} interval_cases[] = {
    /* 12 to 20, so that they begin at whole seconds where that is possible */
    { 600, 15 }, { 60, 15 }, { 24, 12 }, { 20, 20 }, { 16, 16 }, { 18, 18 }, { 14, 14 }, { 13, 13 }, { 17, 17 }, { 19,
      19 },
    { 1, 15 }, { 23, 15 },
};

START_TEST(intervals_begin_at_whole_seconds)
{
    sim_t *sim = simulation(WEIGHTS("1", "1"), interval_cases[_i].seconds * APR_USEC_PER_SEC);

    ck_assert_int_eq(sim->tally.intervals, interval_cases[_i].intervals);
    ck_assert_int_eq(sim->tally.slices, interval_cases[_i].intervals * SIM_SLICES_OF_INTERVAL);
}
END_TEST

static const struct {
    int seconds, slice;            /* of 60 s in 60 slices */
} clock_cases[] = { { 0, 0 }, { 1, 1 }, { 30, 30 }, { 59, 59 }, { 60, 59 }, { 90, 59 } };

START_TEST(the_clock_moves_on_to_its_slice)
{
    sim_t *sim = simulation(WEIGHTS("1", "1"), 60 * APR_USEC_PER_SEC);

    sim->now = SIM_START + clock_cases[_i].seconds * APR_USEC_PER_SEC;
    wlmcfg_simulate_count_clock(sim);
    wlmcfg_simulate_count_of(sim, 1)->requests++;
    ck_assert_uint_eq(sim->tally.counts[clock_cases[_i].slice * 2 + 1].requests, 1);
    wlmcfg_simulate_count_end(sim);
    ck_assert_uint_eq(sim->tally.totals[1].requests, 1);
}
END_TEST

/* -- events ---------------------------------------------------------------------------------------------- */

static const struct {
    const char *pushed, *popped;   /* times, a digit each */
} event_cases[] = {
    { "", "" }, { "5", "5" }, { "12345", "12345" }, { "54321", "12345" }, { "3141592653", "1123345569" },
};

START_TEST(events_come_by_time_then_in_their_order)
{
    sim_events_t events = { .pool = unit_pool };
    const char *c;
    sim_event_t event;
    uint32_t last = 0;

    for (c = event_cases[_i].pushed; *c; ++c) {
        wlmcfg_simulate_push(&events, (sim_event_t){ .at = *c - '0', .index = (uint32_t)(c - event_cases[_i].pushed) });
    }
    for (c = event_cases[_i].popped; *c; ++c) {
        ck_assert(wlmcfg_simulate_pop(&events, &event));
        ck_assert_int_eq(event.at, *c - '0');
        if (c > event_cases[_i].popped && c[-1] == *c) {
            ck_assert_uint_gt(event.index, last);
        }
        last = event.index;
    }
    ck_assert(!wlmcfg_simulate_pop(&events, &event));
}
END_TEST

START_TEST(many_events_are_kept)
{
    sim_events_t events = { .pool = unit_pool };
    sim_event_t event;
    int i;

    for (i = 0; i < 5000; ++i) {
        wlmcfg_simulate_push(&events, (sim_event_t){ .at = i * 7919 % 5000 });
    }
    for (i = 0; i < 5000; ++i) {
        ck_assert(wlmcfg_simulate_pop(&events, &event));
        ck_assert_int_eq(event.at, i);
    }
}
END_TEST

START_TEST(responses_of_a_dead_member_break_off_now)
{
    sim_events_t events = { .pool = unit_pool };
    wlm_member_t members[2] = { { .index = 0 }, { .index = 1 } };
    sim_request_t requests[2] = { { .pick = { .member = &members[0] } }, { .pick = { .member = &members[1] } } };
    sim_event_t event;

    wlmcfg_simulate_push(&events, (sim_event_t){ .at = 2, .kind = SIM_EVENT_REQUEST });
    wlmcfg_simulate_push(&events, (sim_event_t){ .at = 3, .kind = SIM_EVENT_RESPONSE, .request = &requests[1] });
    wlmcfg_simulate_push(&events, (sim_event_t){ .at = 9, .kind = SIM_EVENT_RESPONSE, .request = &requests[0] });
    wlmcfg_simulate_break(&events, 0, 1);
    ck_assert(wlmcfg_simulate_pop(&events, &event));
    ck_assert(event.kind == SIM_EVENT_BREAK && event.at == 1 && event.request == &requests[0]);
    ck_assert(wlmcfg_simulate_pop(&events, &event));
    ck_assert(event.kind == SIM_EVENT_REQUEST && event.at == 2);
    ck_assert(wlmcfg_simulate_pop(&events, &event));
    ck_assert(event.kind == SIM_EVENT_RESPONSE && event.at == 3 && event.request == &requests[1]);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("tools/wlmcfg/simulate/tally");
    TCase *tc = unit_case(s, "sums");

    tcase_add_loop_test(tc, shares_are_parts_of_what_was_balanced, 0, UNIT_COUNT(share_cases));
    tcase_add_loop_test(tc, slices_are_summed_member_by_member, 0, UNIT_COUNT(sum_cases));
    tcase_add_test(tc, an_interval_has_its_slices_and_a_sum_all_members);
    tcase_add_test(tc, a_class_is_summed_by_itself);
    tc = unit_case(s, "counts");
    tcase_add_loop_test(tc, balanced_requests_are_compared_with_the_weights, 0, UNIT_COUNT(count_cases));
    tcase_add_test(tc, each_web_server_has_its_own_view);
    tcase_add_test(tc, web_servers_begin_at_different_places);
    tcase_add_loop_test(tc, intervals_begin_at_whole_seconds, 0, UNIT_COUNT(interval_cases));
    tcase_add_loop_test(tc, the_clock_moves_on_to_its_slice, 0, UNIT_COUNT(clock_cases));
    tc = unit_case(s, "events");
    tcase_add_loop_test(tc, events_come_by_time_then_in_their_order, 0, UNIT_COUNT(event_cases));
    tcase_add_test(tc, many_events_are_kept);
    tcase_add_test(tc, responses_of_a_dead_member_break_off_now);
    return s;
}

UNIT_MAIN(suite)

/* What members report: smoothed numbers, an agent's lines, the percentages of weights, and whether they settle. */
#include "unit.h"
#include "base/random.h"
#include "health/reported.h"

#define SEC APR_USEC_PER_SEC
#define MS  1000
#define T0  (1000000 * SEC)

static const wlm_reported_rule_t orca = { .kind = WLM_REPORTED_ORCA, .expiry = 30 * SEC };
static const wlm_reported_rule_t agent = { .kind = WLM_REPORTED_AGENT, .expiry = 30 * SEC };

static int is_near(double one, double other, double percent)
{
    return one >= other * (1 - percent / 100) && one <= other * (1 + percent / 100);
}

/* -- load -------------------------------------------------------------------------------------------- */

START_TEST(the_first_report_counts_at_once)
{
    wlm_reported_load_t load = wlm_reported_load_after(0, 0.4, T0, &orca);

    ck_assert(wlm_reported_load_value(0, T0, &orca) < 0);
    ck_assert(is_near(wlm_reported_load_value(load, T0, &orca), 0.4, 0.001));
    ck_assert_int_eq(wlm_reported_load_time(load, T0 + SEC, &orca), T0);
}
END_TEST

START_TEST(reports_are_smoothed)
{
    wlm_reported_load_t load = wlm_reported_load_after(0, 0.2, T0, &orca);
    double last = 0.2;
    int i;

    ck_assert(wlm_reported_load_after(load, 0.8, T0 + 99 * MS, &orca) == load); /* ten in a second */
    for (i = 1; i <= 300; ++i) {
        double value;

        load = wlm_reported_load_after(load, 0.8, T0 + i * 100 * MS, &orca);
        value = wlm_reported_load_value(load, T0 + i * 100 * MS, &orca);
        ck_assert(value >= last && value <= 0.8000001);
        last = value;
        if (i == 10) {
            ck_assert(value < 0.35);
        }
    }
    ck_assert(is_near(last, 0.8, 0.001)); /* exactly, and not only nearly */
}
END_TEST

/* One report in half a minute, which follows from what the last one has caused, counts by a half */
START_TEST(seldom_reports_are_smoothed_too)
{
    wlm_reported_load_t load = wlm_reported_load_after(0, 0.2, T0, &orca);

    load = wlm_reported_load_after(load, 0.8, T0 + 29 * SEC, &orca);
    ck_assert(is_near(wlm_reported_load_value(load, T0 + 29 * SEC, &orca), 0.5, 0.001));
}
END_TEST

START_TEST(old_reports_do_not_count)
{
    wlm_reported_load_t load = wlm_reported_load_after(0, 0.2, T0, &orca);

    ck_assert(wlm_reported_load_value(load, T0 + 30 * SEC, &orca) > 0);
    ck_assert(wlm_reported_load_value(load, T0 + 30 * SEC + 100 * MS, &orca) < 0);
    ck_assert_int_eq(wlm_reported_load_time(load, T0 + 31 * SEC, &orca), 0);
    load = wlm_reported_load_after(load, 0.8, T0 + 31 * SEC, &orca);
    ck_assert(is_near(wlm_reported_load_value(load, T0 + 31 * SEC, &orca), 0.8, 0.001));
}
END_TEST

/* Before a restart that changed the directive */
START_TEST(reports_of_the_other_kind_do_not_count)
{
    wlm_reported_load_t load = wlm_reported_load_after(0, 0.2, T0, &orca);

    ck_assert(wlm_reported_load_value(load, T0, &agent) < 0);
    load = wlm_reported_load_after(load, 75, T0 + SEC, &agent);
    ck_assert(is_near(wlm_reported_load_value(load, T0 + SEC, &agent), 75, 0.001));
    ck_assert(wlm_reported_load_value(load, T0 + SEC, &orca) < 0);
    ck_assert(wlm_reported_load_value(wlm_reported_load_move(load, SEC), T0 + 2 * SEC, &agent) > 0);
}
END_TEST

/* Another process has read the clock later */
START_TEST(a_report_of_the_past_changes_nothing)
{
    wlm_reported_load_t load = wlm_reported_load_after(0, 0.2, T0 + SEC, &orca);

    ck_assert(wlm_reported_load_after(load, 0.8, T0, &orca) == load);
    ck_assert(wlm_reported_load_value(load, T0, &orca) > 0);
}
END_TEST

START_TEST(utilisations_have_bounds)
{
    ck_assert(is_near(wlm_reported_load_value(wlm_reported_load_after(0, 1e-9, T0, &orca), T0, &orca), 0.01, 0.001));
    ck_assert(is_near(wlm_reported_load_value(wlm_reported_load_after(0, 1e99, T0, &orca), T0, &orca), 10, 0.001));
    ck_assert(is_near(wlm_reported_load_value(wlm_reported_load_after(0, 5000, T0, &agent), T0, &agent), 1000, 0.001));
}
END_TEST

START_TEST(another_origin_of_the_clock)
{
    wlm_reported_load_t load = wlm_reported_load_move(wlm_reported_load_after(0, 0.2, T0, &orca), 50 * SEC);

    ck_assert_int_eq(wlm_reported_load_time(load, T0 + 50 * SEC, &orca), T0 + 50 * SEC);
    ck_assert(wlm_reported_load_move(0, 50 * SEC) == 0);
}
END_TEST

/* What no function has written */
START_TEST(damaged_words)
{
    static const wlm_reported_load_t words[] = {
        UINT64_MAX, 0x7fc0000000000001, 0x7f80000000000001, 0xbf80000000000001, 1
    };
    wlm_reported_rule_t rule = { .kind = WLM_REPORTED_ORCA, .expiry = 86400 * SEC };
    size_t i;

    for (i = 0; i < UNIT_COUNT(words); ++i) {
        double value = wlm_reported_load_value(words[i], 100 * MS, &rule);

        ck_assert(value == 0 || value == -1);
    }
}
END_TEST

/* -- an agent's line ------------------------------------------------------------------------------------ */

#define NOT WLM_REPORTED_NOT_SAID
#define NOTHING { NOT, NOT, NOT, NOT }

static const struct {
    const char *line;
    int known;
    wlm_reported_answer_t answer;  /* percent, maxconn, wanted, is */
} lines[] = {
    { "75%", 1, { 75, NOT, NOT, NOT } },
    { "0%", 1, { 0, NOT, NOT, NOT } },
    { "100%", 1, { 100, NOT, NOT, NOT } },
    { "250%", 1, { 250, NOT, NOT, NOT } },
    { "99999999999999999999%", 1, { 1000, NOT, NOT, NOT } },
    { "up", 1, { NOT, NOT, NOT, WLM_REPORTED_UP } },
    { "DOWN", 1, { NOT, NOT, NOT, WLM_REPORTED_DOWN } },
    { "fail", 1, { NOT, NOT, NOT, WLM_REPORTED_FAIL } },
    { "stopped", 1, { NOT, NOT, NOT, WLM_REPORTED_STOPPED } },
    { "ready", 1, { NOT, NOT, WLM_REPORTED_READY, NOT } },
    { "drain", 1, { NOT, NOT, WLM_REPORTED_DRAIN, NOT } },
    { "Maint", 1, { NOT, NOT, WLM_REPORTED_MAINT, NOT } },
    { "maxconn:30", 1, { NOT, 30, NOT, NOT } },
    { "MAXCONN:0", 1, { NOT, 0, NOT, NOT } },
    { "maxconn:99999999999", 1, { NOT, 1000000, NOT, NOT } },
    { "ready up 75% maxconn:30", 1, { 75, 30, WLM_REPORTED_READY, WLM_REPORTED_UP } },
    { " up,\tready,, 75% ", 1, { 75, NOT, WLM_REPORTED_READY, WLM_REPORTED_UP } },
    { "down#no database up", 1, { NOT, NOT, NOT, WLM_REPORTED_DOWN } },
    { "fail # 75%", 1, { NOT, NOT, NOT, WLM_REPORTED_FAIL } },
    /* contradicting: the last one */
    { "up down", 1, { NOT, NOT, NOT, WLM_REPORTED_DOWN } },
    { "drain ready", 1, { NOT, NOT, WLM_REPORTED_READY, NOT } },
    { "75% 50%", 1, { 50, NOT, NOT, NOT } },
    /* unknown words say nothing */
    { "hello up", 1, { NOT, NOT, NOT, WLM_REPORTED_UP } },
    { "", 0, NOTHING }, { "   ", 0, NOTHING }, { "# up", 0, NOTHING }, { "hello", 0, NOTHING }, { "75", 0, NOTHING },
    { "-5%", 0, NOTHING }, { "7.5%", 0, NOTHING }, { "%", 0, NOTHING }, { "x%", 0, NOTHING },
    { "maxconn:", 0, NOTHING },
    { "maxconn:-1", 0, NOTHING }, { "maxconn: 30", 0, NOTHING }, { "uptime", 0, NOTHING }, { "u", 0, NOTHING },
    { "nan%", 0, NOTHING }, { "HTTP/1.1 400 Bad Request", 0, NOTHING },
};

START_TEST(lines_of_agents)
{
    wlm_reported_answer_t answer;
    char *text = apr_pmemdup(unit_pool, lines[_i].line, strlen(lines[_i].line)); /* without an end */
    int known = wlm_reported_answer_read(&answer, text, strlen(lines[_i].line));

    ck_assert_msg(known == lines[_i].known, "%s", lines[_i].line);
    ck_assert_msg(memcmp(&answer, &lines[_i].answer, sizeof(answer)) == 0, "%s", lines[_i].line);
}
END_TEST

START_TEST(a_nul_in_a_line)
{
    wlm_reported_answer_t answer;

    ck_assert(wlm_reported_answer_read(&answer, "up\0down", 7));
    ck_assert_int_eq(answer.is, WLM_REPORTED_DOWN);
}
END_TEST

static const struct {
    const char *said[4];
    int is_out, drains, percent, maxconn;
    const char *name;
} stories[] = {
    { { "up" }, 0, 0, 100, 0, "ready" },
    { { "50%" }, 0, 0, 50, 0, "ready" },
    { { "50%", "up" }, 0, 0, 50, 0, "ready" },           /* what is not said stays */
    { { "0%" }, 0, 1, 0, 0, "drain" },
    { { "0%", "50%" }, 0, 0, 50, 0, "ready" },
    { { "0%", "ready" }, 0, 1, 0, 0, "drain" },          /* a weight is no drain */
    { { "drain" }, 0, 1, 100, 0, "drain" },
    { { "drain", "100%" }, 0, 1, 100, 0, "drain" },
    { { "drain", "up" }, 0, 1, 100, 0, "drain" },
    { { "drain", "ready" }, 0, 0, 100, 0, "ready" },
    { { "maint" }, 1, 1, 100, 0, "maint" },
    { { "maint", "up" }, 1, 1, 100, 0, "maint" },        /* two things that do not depend on each other */
    { { "maint", "ready" }, 0, 0, 100, 0, "ready" },
    { { "maint", "drain" }, 0, 1, 100, 0, "drain" },
    { { "down" }, 1, 0, 100, 0, "down" },
    { { "down", "ready" }, 1, 0, 100, 0, "down" },
    { { "down", "up" }, 0, 0, 100, 0, "ready" },
    { { "stopped" }, 1, 0, 100, 0, "stopped" },
    { { "fail", "maint", "up" }, 1, 1, 100, 0, "maint" },
    { { "fail", "maint", "up", "ready" }, 0, 0, 100, 0, "ready" },
    { { "maxconn:30" }, 0, 0, 100, 30, "ready" },
    { { "maxconn:30 75%", "drain" }, 0, 1, 75, 30, "drain" },
    { { "maxconn:30", "maxconn:0" }, 0, 0, 100, 0, "ready" },
    { { "maxconn:1000000 1000%" }, 0, 0, 1000, 1000000, "ready" },
};

static wlm_reported_state_t told(const char *const *said, size_t n)
{
    wlm_reported_state_t state = 0;
    size_t i;

    for (i = 0; i < n && said[i]; ++i) {
        wlm_reported_answer_t answer;

        ck_assert(wlm_reported_answer_read(&answer, said[i], strlen(said[i])));
        state = wlm_reported_state_after(state, &answer);
    }
    return state;
}

START_TEST(what_an_agent_says_holds)
{
    wlm_reported_state_t state = told(stories[_i].said, 4);
    const char *what = stories[_i].said[0];

    ck_assert_msg(wlm_reported_state_is_out(state) == stories[_i].is_out, "%s", what);
    ck_assert_msg(wlm_reported_state_drains(state) == stories[_i].drains, "%s", what);
    ck_assert_msg(wlm_reported_state_percent(state) == stories[_i].percent, "%s", what);
    ck_assert_msg((int)wlm_reported_state_maxconn(state) == stories[_i].maxconn, "%s", what);
    ck_assert_str_eq(wlm_reported_state_name(state), stories[_i].name);
}
END_TEST

/* Only the agent may end what it has said of states; numbers are of the past */
START_TEST(a_silent_agent)
{
    static const char *const down[] = { "down maint 50% maxconn:3" }, *const zero[] = { "0% maxconn:3" };
    wlm_reported_state_t state = wlm_reported_state_expired(told(down, 1));

    ck_assert(wlm_reported_state_is_out(state));
    ck_assert_int_eq(wlm_reported_state_is(state), WLM_REPORTED_DOWN);
    ck_assert_int_eq(wlm_reported_state_wanted(state), WLM_REPORTED_MAINT);
    ck_assert_int_eq(wlm_reported_state_percent(state), 100);
    ck_assert_int_eq(wlm_reported_state_maxconn(state), 0);
    ck_assert(wlm_reported_state_expired(told(zero, 1)) == 0);
}
END_TEST

/* -- scale ---------------------------------------------------------------------------------------------- */

#define NONE (-1.0)
#define MANY 5

static const struct {
    wlm_reported_kind_t kind;
    int n;
    double values[MANY];
    uint32_t percents[MANY];
} scales[] = {
    { WLM_REPORTED_ORCA, 3, { 0.1, 0.2, 0.4 }, { 200, 100, 50 } },
    { WLM_REPORTED_ORCA, 3, { 0.4, 0.1, 0.2 }, { 50, 200, 100 } },
    { WLM_REPORTED_ORCA, 3, { 0.3, 0.3, 0.3 }, { 100, 100, 100 } },
    { WLM_REPORTED_ORCA, 2, { 0.2, 0.8 }, { 250, 63 } },
    { WLM_REPORTED_ORCA, 4, { 0.1, 0.2, 0.4, NONE }, { 200, 100, 50, 100 } }, /* without a report: as the one between */
    { WLM_REPORTED_ORCA, 2, { 0.7, NONE }, { 100, 100 } },
    { WLM_REPORTED_ORCA, 2, { NONE, NONE }, { 100, 100 } },
    { WLM_REPORTED_ORCA, 1, { 0.7 }, { 100 } },
    { WLM_REPORTED_ORCA, 3, { 0.01, 0.5, 0.5 }, { 1000, 100, 100 } },         /* who reports too little */
    { WLM_REPORTED_ORCA, 3, { 10, 0.5, 0.5 }, { 10, 100, 100 } },             /* too much */
    { WLM_REPORTED_ORCA, 3, { 0, 0.5, 0.5 }, { 100, 100, 100 } },             /* a damaged word */
    { WLM_REPORTED_AGENT, 4, { 75, 0, 250, NONE }, { 75, 1, 250, 100 } },
    { WLM_REPORTED_AGENT, 2, { 1, 1000 }, { 1, 1000 } },
};

START_TEST(percentages_by_reports)
{
    double sorted[MANY];
    uint32_t percents[MANY];
    int i;

    wlm_reported_scale_wanted(percents, scales[_i].values, sorted, scales[_i].n, scales[_i].kind);
    for (i = 0; i < scales[_i].n; ++i) {
        ck_assert_msg(percents[i] == scales[_i].percents[i], "row %d, member %d: %u", _i, i, percents[i]);
    }
}
END_TEST

static const struct {
    uint32_t now[2], wanted[2];
    int seconds, due;
} changes[] = {
    { { 100, 100 }, { 100, 100 }, 60, 0 }, { { 100, 100 }, { 103, 100 }, 1, 0 }, { { 100, 100 }, { 100, 104 }, 1, 1 },
    { { 100, 100 }, { 97, 100 }, 1, 0 },   { { 100, 100 }, { 96, 100 }, 1, 1 },  { { 100, 100 }, { 101, 100 }, 9, 0 },
    { { 100, 100 }, { 101, 100 }, 10, 1 }, { { 0, 100 }, { 1, 100 }, 1, 1 },     { { 10, 10 }, { 11, 10 }, 1, 1 },
};

START_TEST(small_changes_wait)
{
    ck_assert_msg(wlm_reported_scale_is_due(changes[_i].now, changes[_i].wanted, 2, changes[_i].seconds * SEC)
                  == changes[_i].due, "row %d", _i);
}
END_TEST

/* A long schedule takes time */
START_TEST(large_clusters_change_seldom)
{
    enum { N = 1000 };
    static double values[N], sorted[N];
    static uint32_t now[N], wanted[N];
    int i;

    for (i = 0; i < N; ++i) {
        values[i] = i ? 0.5 : 0.47;
        now[i] = 100;
    }
    wlm_reported_scale_wanted(wanted, values, sorted, N, WLM_REPORTED_ORCA);
    ck_assert_uint_eq(wanted[0], 105);
    ck_assert_uint_eq(wanted[1], 100);
    ck_assert(!wlm_reported_scale_is_due(now, wanted, N, 9 * SEC));
    ck_assert(wlm_reported_scale_is_due(now, wanted, N, 10 * SEC));
}
END_TEST

/* A letter for each percentage: '!' much, '.' not */
START_TEST(events_tell_of_large_changes)
{
    static const uint32_t percents[] = { 90, 76, 61, 59, 80, 98, 99, 100, 1, 2, 65535 };
    static const char much[] = "...!..!.!!!";
    wlm_reported_scale_t scale = 0;
    size_t i;

    for (i = 0; i < UNIT_COUNT(percents); ++i) {
        int is_much;

        scale = wlm_reported_scale_after(scale, percents[i], &is_much);
        ck_assert_msg(is_much == (much[i] == '!'), "%u", percents[i]);
        ck_assert_uint_eq(wlm_reported_scale_percent(scale), percents[i] < 65535 ? percents[i] : 65534);
    }
    ck_assert_uint_eq(wlm_reported_scale_percent(0), 100);
}
END_TEST

/* -- do weights settle? ----------------------------------------------------------------------------------- */

#define MEMBERS 3

/* A cluster in simulated time: members whose utilisation follows from their share, as an average over some time, and
 * that report it in some interval */
typedef struct simulated_t {
    double capacity[MEMBERS];
    apr_interval_time_t interval;  /* of reports */
    double average;                /* s: over which the members average what they report */
    double noise;                  /* part of the value */
} simulated_t;

static const simulated_t clusters[] = {
    { { 4, 2, 1 }, 100 * MS, 0, 0 },
    { { 4, 2, 1 }, 1 * SEC, 0, 0 },
    { { 4, 2, 1 }, 1 * SEC, 5, 0 },        /* as slow as the smoothing: the least stable */
    { { 4, 2, 1 }, 1 * SEC, 15, 0 },
    { { 4, 2, 1 }, 5 * SEC, 0, 0 },
    { { 4, 2, 1 }, 10 * SEC, 10, 0 },
    { { 4, 2, 1 }, 25 * SEC, 0, 0 },
    { { 1, 1, 1 }, 100 * MS, 0, 0.1 },
    { { 4, 2, 1 }, 100 * MS, 0, 0.1 },
    { { 16, 4, 1 }, 1 * SEC, 5, 0 },
};

/* The largest part by which a share differs from its average, from 90 s to 300 s; and the average utilisations */
static double swing(const simulated_t *cluster, double *averages)
{
    wlm_reported_load_t loads[MEMBERS] = { 0 };
    uint32_t percents[MEMBERS] = { 100, 100, 100 }, wanted[MEMBERS];
    double used[MEMBERS] = { 0 }, least[MEMBERS], most[MEMBERS], values[MEMBERS], sorted[MEMBERS], worst = 0;
    apr_time_t now, changed = T0;
    uint64_t random = 1;
    int m;

    for (m = 0; m < MEMBERS; ++m) {
        least[m] = 1;
        most[m] = 0;
        averages[m] = 0;
    }
    for (now = T0; now < T0 + 300 * SEC; now += 100 * MS) {
        double sum = percents[0] + percents[1] + percents[2];

        for (m = 0; m < MEMBERS; ++m) {
            double share = percents[m] / sum, is = share / cluster->capacity[m];
            double noise = cluster->noise * ((double)(wlm_random_next(&random) >> 33) / (1u << 30) - 1);

            used[m] = cluster->average > 0 && now > T0 ? used[m] + (is - used[m]) * 0.1 / (cluster->average + 0.1) : is;
            if ((now - T0 + m * 100 * MS) % cluster->interval == 0) {
                loads[m] = wlm_reported_load_after(loads[m], used[m] * (1 + noise), now, &orca);
            }
            if (now >= T0 + 90 * SEC) {
                least[m] = share < least[m] ? share : least[m];
                most[m] = share > most[m] ? share : most[m];
                averages[m] += share / 2100;
            }
            values[m] = wlm_reported_load_value(loads[m], now, &orca);
        }
        wlm_reported_scale_wanted(wanted, values, sorted, MEMBERS, WLM_REPORTED_ORCA);
        if ((now - T0) % SEC == 0 && wlm_reported_scale_is_due(percents, wanted, MEMBERS, now - changed)) {
            memcpy(percents, wanted, sizeof(percents));
            changed = now;
        }
    }
    for (m = 0; m < MEMBERS; ++m) {
        double off = most[m] / averages[m] - 1 > 1 - least[m] / averages[m] ? most[m] / averages[m] - 1
                                                                          : 1 - least[m] / averages[m];
        worst = off > worst ? off : worst;
    }
    return worst;
}

START_TEST(weights_settle)
{
    double shares[MEMBERS], swings = swing(&clusters[_i], shares);
    const double *capacity = clusters[_i].capacity;

    ck_assert_msg(swings <= 0.1, "row %d: a share swings by %.1f %%", _i, 100 * swings);
    /* in between: as the root of the capacities */
    ck_assert_msg(is_near(shares[0] * shares[0] / (shares[2] * shares[2]), capacity[0] / capacity[2], 15),
                  "row %d: %.3f %.3f %.3f", _i, shares[0], shares[1], shares[2]);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("health/reported");
    TCase *tc = unit_case(s, "load");

    tcase_add_test(tc, the_first_report_counts_at_once);
    tcase_add_test(tc, reports_are_smoothed);
    tcase_add_test(tc, seldom_reports_are_smoothed_too);
    tcase_add_test(tc, old_reports_do_not_count);
    tcase_add_test(tc, reports_of_the_other_kind_do_not_count);
    tcase_add_test(tc, a_report_of_the_past_changes_nothing);
    tcase_add_test(tc, utilisations_have_bounds);
    tcase_add_test(tc, another_origin_of_the_clock);
    tcase_add_test(tc, damaged_words);
    tc = unit_case(s, "agent");
    tcase_add_loop_test(tc, lines_of_agents, 0, UNIT_COUNT(lines));
    tcase_add_test(tc, a_nul_in_a_line);
    tcase_add_loop_test(tc, what_an_agent_says_holds, 0, UNIT_COUNT(stories));
    tcase_add_test(tc, a_silent_agent);
    tc = unit_case(s, "scale");
    tcase_add_loop_test(tc, percentages_by_reports, 0, UNIT_COUNT(scales));
    tcase_add_loop_test(tc, small_changes_wait, 0, UNIT_COUNT(changes));
    tcase_add_test(tc, large_clusters_change_seldom);
    tcase_add_test(tc, events_tell_of_large_changes);
    tcase_add_loop_test(tc, weights_settle, 0, UNIT_COUNT(clusters));
    return s;
}

UNIT_MAIN(suite)

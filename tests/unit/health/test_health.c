/* The state machine of a member: table of (state, event, time) -> state, and the race for a probe. */
#include "unit.h"
#include "health/health.h"

#define SEC      APR_USEC_PER_SEC
#define INTERVAL (60 * SEC)
#define T0       (1000000 * SEC)

static const wlm_retry_rule_t fixed = { INTERVAL, 0, 0 };

static wlm_health_t at_state(wlm_health_state_t state, unsigned faults)
{
    wlm_health_t h = 0;
    unsigned i;

    for (i = 0; i < faults; ++i) {
        h = wlm_health_after(h, WLM_EVENT_CLAIM, T0 + INTERVAL, &fixed, 0); /* of those that are down */
        h = wlm_health_after(h, WLM_EVENT_FAULT, T0, &fixed, 0);
    }
    return state == WLM_PROBING ? wlm_health_after(h, WLM_EVENT_CLAIM, T0 + INTERVAL, &fixed, 0) : h;
}

static const struct {
    const char *name;
    wlm_health_state_t from;
    unsigned faults;
    wlm_health_event_t event;
    apr_interval_time_t later;     /* when the event comes, after T0 (the time of the mark-down) */
    wlm_health_state_t to;
    unsigned faults_then;
    apr_interval_time_t retry;     /* retry time after T0, 0 when up */
} cases[] = {
    { "up stays up when alive",            WLM_UP, 0, WLM_EVENT_ALIVE, 0, WLM_UP, 0, 0 },
    { "up stays up when nothing is known", WLM_UP, 0, WLM_EVENT_NONE, 0, WLM_UP, 0, 0 },
    { "up cannot be claimed",              WLM_UP, 0, WLM_EVENT_CLAIM, 0, WLM_UP, 0, 0 },
    { "up ignores an undecided probe",     WLM_UP, 0, WLM_EVENT_UNDECIDED, 0, WLM_UP, 0, 0 },
    { "a fault marks down",                WLM_UP, 0, WLM_EVENT_FAULT, 0, WLM_DOWN, 1, INTERVAL },
    { "down is not claimed early",         WLM_DOWN, 1, WLM_EVENT_CLAIM, 59 * SEC, WLM_DOWN, 1, INTERVAL },
    { "down is claimed in time",           WLM_DOWN, 1, WLM_EVENT_CLAIM, INTERVAL, WLM_PROBING, 1, 2 * INTERVAL },
    { "a response asked for before ends it", WLM_DOWN, 1, WLM_EVENT_ALIVE, SEC, WLM_UP, 0, 0 },
    { "a response that was complete before is no news", WLM_DOWN, 1, WLM_EVENT_ALIVE, -SEC / 500, WLM_DOWN, 1,
      INTERVAL },
    { "... nor after several mark-downs, whatever the jitter was", WLM_DOWN, 3, WLM_EVENT_ALIVE, -13 * SEC, WLM_DOWN,
      3, 54 * SEC },
    { "one at the same time is",           WLM_DOWN, 1, WLM_EVENT_ALIVE, 0, WLM_UP, 0, 0 },
    { "where checks decide, none is",      WLM_DOWN, 1, WLM_EVENT_ANSWERED, SEC, WLM_DOWN, 1, INTERVAL },
    { "... nor that of a probe from before", WLM_PROBING, 1, WLM_EVENT_ANSWERED, 61 * SEC, WLM_PROBING, 1,
      2 * INTERVAL },
    { "checks and persons always are",     WLM_DOWN, 1, WLM_EVENT_UP, -SEC / 500, WLM_UP, 0, 0 },
    { "another fault counts from now",     WLM_DOWN, 1, WLM_EVENT_FAULT, 10 * SEC, WLM_DOWN, 1, 70 * SEC },
    { "down ignores an undecided probe",   WLM_DOWN, 1, WLM_EVENT_UNDECIDED, SEC, WLM_DOWN, 1, INTERVAL },
    { "a probe that succeeds",             WLM_PROBING, 3, WLM_EVENT_ALIVE, 61 * SEC, WLM_UP, 0, 0 },
    { "a probe that fails",                WLM_PROBING, 3, WLM_EVENT_FAULT, 61 * SEC, WLM_DOWN, 4,
      (61 + 54) * SEC }, /* the least that 10 percent of jitter leave */
    { "a probe without verdict: at once again", WLM_PROBING, 1, WLM_EVENT_UNDECIDED, 61 * SEC, WLM_DOWN, 1, 61 * SEC },
    { "a probe is not claimed twice",      WLM_PROBING, 1, WLM_EVENT_CLAIM, 61 * SEC, WLM_PROBING, 1, 2 * INTERVAL },
    { "a lost probe is claimed when its lease is over", WLM_PROBING, 1, WLM_EVENT_CLAIM, 2 * INTERVAL, WLM_PROBING, 1,
      3 * INTERVAL },
};

/* With jitter, too, no response after the mark-down is taken for one before */
START_TEST(a_response_after_the_mark_down_brings_back)
{
    const wlm_retry_rule_t rule = { 10 * SEC, 40 * SEC, 50 };
    wlm_health_t h = 0;
    uint64_t random;
    int faults;

    for (random = 0; random < 20; ++random) {
        for (faults = 0, h = 0; faults < 4; ++faults) {
            h = wlm_health_after(h, WLM_EVENT_CLAIM, T0 + INTERVAL * 100, &rule, 0);
            h = wlm_health_after(h, WLM_EVENT_FAULT, T0, &rule, random * SEC);
            ck_assert_int_eq(wlm_health_state(wlm_health_after(h, WLM_EVENT_ALIVE, T0, &rule, 0)), WLM_UP);
            ck_assert_int_eq(wlm_health_state(wlm_health_after(h, WLM_EVENT_ALIVE, T0 - INTERVAL, &rule, 0)), WLM_DOWN);
        }
    }
}
END_TEST

/* What is known of a member that is up, as a word: D doubt, A answer (a where checks decide), B doubt confirmed, P
 * doubt withdrawn, F fault, U undecided, w a wait */
static const struct {
    const char *name, *events;
    wlm_health_state_t state;
    unsigned doubts;
} doubts[] = {
    { "one",                                    "D",        WLM_UP,   1 },
    { "two",                                    "DD",       WLM_UP,   2 },
    { "several agree",                          "DDD",      WLM_DOWN, 0 },
    { "an answer ends them",                    "DDA",      WLM_UP,   0 },
    { "in a row means without an answer",       "DDADD",    WLM_UP,   2 },
    { "then they count again",                  "DDADDD",   WLM_DOWN, 0 },
    { "old ones do not count",                  "DDwD",     WLM_UP,   1 },
    { "blame",                                  "DB",       WLM_DOWN, 0 },
    { "blame of one that has answered since",   "DAB",      WLM_UP,   0 },
    { "confirmed without a doubt",                  "B",        WLM_UP,   0 },
    { "pardon",                                 "DP",       WLM_UP,   0 },
    { "pardon of one request of two",           "DDP",      WLM_UP,   1 },
    { "withdrawn without a doubt",                 "P",        WLM_UP,   0 },
    { "pardon of one that has answered since",  "DAP",      WLM_UP,   0 },
    { "requests that are pardoned never agree", "DPDPDPDP", WLM_UP,   0 },
    { "pardon comes too late",                  "DDDP",     WLM_DOWN, 0 },
    { "a fault needs no doubt",                 "DF",       WLM_DOWN, 0 },
    { "a doubt of one that is down is a fault", "FD",       WLM_DOWN, 0 },
    { "blame of one that is down",              "FB",       WLM_DOWN, 0 },
    { "where checks decide an answer ends them, too", "Da", WLM_UP, 0 },
    { "an undecided request says nothing",      "DU",       WLM_UP,   1 },
};

static wlm_health_event_t event_of(char letter)
{
    switch (letter) {
    case 'D': return WLM_EVENT_DOUBT;
    case 'A': return WLM_EVENT_ALIVE;
    case 'a': return WLM_EVENT_ANSWERED;
    case 'B': return WLM_EVENT_DOUBT_CONFIRMED;
    case 'P': return WLM_EVENT_DOUBT_WITHDRAWN;
    case 'F': return WLM_EVENT_FAULT;
    default:  return WLM_EVENT_UNDECIDED;
    }
}

START_TEST(a_doubt_is_the_request_s_or_the_member_s)
{
    apr_time_t now = T0;
    wlm_health_t h = 0;
    const char *event;

    for (event = doubts[_i].events; *event; ++event, now += SEC) {
        if (*event == 'w') {
            now += 2 * INTERVAL;
        }
        else {
            h = wlm_health_after(h, event_of(*event), now, &fixed, 0);
        }
    }
    ck_assert_msg(wlm_health_state(h) == doubts[_i].state, "%s: state %d", doubts[_i].name, wlm_health_state(h));
    ck_assert_msg(wlm_health_doubts(h) == doubts[_i].doubts, "%s: %u doubts", doubts[_i].name, wlm_health_doubts(h));
    ck_assert_uint_eq(wlm_health_faults(h), doubts[_i].state == WLM_DOWN);
    ck_assert(doubts[_i].state == WLM_DOWN || (!wlm_health_retry_at(h) && !wlm_health_is_due(h, now)));
}
END_TEST

START_TEST(state_follows_the_table)
{
    wlm_health_t before = at_state(cases[_i].from, cases[_i].faults);
    wlm_health_t after = wlm_health_after(before, cases[_i].event, T0 + cases[_i].later, &fixed, 0);

    ck_assert_int_eq(wlm_health_state(before), cases[_i].from);
    ck_assert_msg(wlm_health_state(after) == cases[_i].to, "%s: state %d", cases[_i].name, wlm_health_state(after));
    ck_assert_uint_eq(wlm_health_faults(after), cases[_i].faults_then);
    ck_assert_int_eq(wlm_health_retry_at(after), cases[_i].retry ? T0 + cases[_i].retry : 0);
}
END_TEST

START_TEST(zeroed_memory_is_a_member_that_is_up)
{
    ck_assert_int_eq(wlm_health_state(0), WLM_UP);
    ck_assert_int_eq(wlm_health_retry_at(0), 0);
    ck_assert(!wlm_health_is_due(0, T0));
}
END_TEST

START_TEST(faults_do_not_overflow)
{
    ck_assert_uint_eq(wlm_health_faults(at_state(WLM_DOWN, 70000)), 65535);
    ck_assert_int_eq(wlm_health_state(at_state(WLM_DOWN, 70000)), WLM_DOWN);
}
END_TEST

START_TEST(an_interval_of_zero_still_gives_one_prober)
{
    const wlm_retry_rule_t at_once = { 0, 0, 0 };
    wlm_health_t h = wlm_health_after(0, WLM_EVENT_FAULT, T0, &at_once, 0);
    wlm_health_t claimed = wlm_health_after(h, WLM_EVENT_CLAIM, T0, &at_once, 0);

    ck_assert_int_eq(wlm_health_state(claimed), WLM_PROBING);
    ck_assert(wlm_health_after(claimed, WLM_EVENT_CLAIM, T0 + SEC / 2, &at_once, 0) == claimed);
}
END_TEST

START_TEST(one_of_many_wins_the_claim)
{
    _Atomic wlm_health_t health = 0;
    wlm_health_t before, after;
    int i, won = 0;

    wlm_health_apply(&health, NULL, WLM_EVENT_FAULT, T0, &fixed, 0);
    for (i = 0; i < 10; ++i) {
        after = wlm_health_apply(&health, &before, WLM_EVENT_CLAIM, T0 + INTERVAL, &fixed, 0);
        won += after != before;
    }
    ck_assert_int_eq(won, 1);
}
END_TEST

static const struct {
    wlm_retry_rule_t rule;
    unsigned faults;
    uint64_t random;
    apr_interval_time_t interval;
} intervals[] = {
    { { 60 * SEC, 0, 0 },           1, 0, 60 * SEC },
    { { 60 * SEC, 0, 0 },           1, 7 * SEC, 60 * SEC },
    /* after a failed probe at least 10 percent shorter or longer */
    { { 60 * SEC, 0, 0 },           2, 0, 54 * SEC },
    { { 60 * SEC, 0, 0 },          99, 6 * SEC, 60 * SEC },
    { { 60 * SEC, 0, 0 },          99, 12 * SEC, 66 * SEC },
    { { 60 * SEC, 0, 0 },          99, 12 * SEC + 1, 54 * SEC },
    { { 60 * SEC, 0, 5 },           1, 0, 57 * SEC },
    { { 60 * SEC, 0, 5 },           2, 0, 54 * SEC },
    { { 60 * SEC, 0, 20 },          2, 0, 48 * SEC },
    { { 10 * SEC, 60 * SEC, 0 },    1, 0, 10 * SEC },
    { { 10 * SEC, 60 * SEC, 0 },    2, 2 * SEC, 20 * SEC },
    { { 10 * SEC, 60 * SEC, 0 },    3, 4 * SEC, 40 * SEC },
    { { 10 * SEC, 60 * SEC, 0 },    4, 6 * SEC, 60 * SEC },
    { { 10 * SEC, 60 * SEC, 0 }, 65535, 6 * SEC, 60 * SEC },
    { { 60 * SEC, 10 * SEC, 0 },    5, 6 * SEC, 60 * SEC }, /* a maximum below the interval does not shorten it */
    { { 0, 60 * SEC, 0 },           9, 0, 0 },
    { { 10 * SEC, 0, 20 },          1, 0, 8 * SEC },
    { { 10 * SEC, 0, 20 },          1, 4 * SEC, 12 * SEC },
    { { 10 * SEC, 0, 20 },          1, 4 * SEC + 1, 8 * SEC },
    { { 10 * SEC, 40 * SEC, 50 },   3, 0, 20 * SEC },
};

START_TEST(the_interval_grows_and_is_jittered)
{
    ck_assert_int_eq(wlm_retry_interval(&intervals[_i].rule, intervals[_i].faults, intervals[_i].random),
                     intervals[_i].interval);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("health/health");
    TCase *tc = unit_case(s, "health");

    tcase_add_loop_test(tc, state_follows_the_table, 0, UNIT_COUNT(cases));
    tcase_add_loop_test(tc, a_doubt_is_the_request_s_or_the_member_s, 0, UNIT_COUNT(doubts));
    tcase_add_loop_test(tc, the_interval_grows_and_is_jittered, 0, UNIT_COUNT(intervals));
    tcase_add_test(tc, a_response_after_the_mark_down_brings_back);
    tcase_add_test(tc, zeroed_memory_is_a_member_that_is_up);
    tcase_add_test(tc, faults_do_not_overflow);
    tcase_add_test(tc, an_interval_of_zero_still_gives_one_prober);
    tcase_add_test(tc, one_of_many_wins_the_claim);
    return s;
}

UNIT_MAIN(suite)

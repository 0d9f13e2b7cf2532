/* The truth table of outcomes: what each means for the member, and where the request may go. */
#include "unit.h"
#include "wlm_outcome.h"

enum { KEPT = 1, SENT = 2, PASSED_ON = 4, TIMED_OUT = 8, NEGATIVE = 16, REPEATABLE = 32 };

static const struct {
    const char *name;
    wlm_outcome_t outcome;
    int facts;
    wlm_health_event_t event;
    wlm_next_t next;
} cases[] = {
    { "refused",                        WLM_NOT_CONNECTED, 0, WLM_EVENT_FAULT, WLM_NEXT_OTHER },
    { "refused, body not repeatable",   WLM_NOT_CONNECTED, 0, WLM_EVENT_FAULT, WLM_NEXT_OTHER },
    { "connect time-out",               WLM_NOT_CONNECTED, TIMED_OUT, WLM_EVENT_FAULT, WLM_NEXT_OTHER },
    { "broken before a byte went",      WLM_NOTHING_SENT, 0, WLM_EVENT_FAULT, WLM_NEXT_OTHER },
    { "kept connection, nothing sent",  WLM_NOTHING_SENT, KEPT, WLM_EVENT_NONE, WLM_NEXT_SAME_FRESH },
    { "closed without answer, GET",     WLM_NO_RESPONSE, SENT | REPEATABLE, WLM_EVENT_FAULT, WLM_NEXT_OTHER },
    { "closed without answer, streamed POST", WLM_NO_RESPONSE, SENT, WLM_EVENT_FAULT, WLM_NEXT_DONE },
    { "kept connection closed, GET",    WLM_NO_RESPONSE, KEPT | SENT | REPEATABLE, WLM_EVENT_NONE,
      WLM_NEXT_SAME_FRESH },
    { "kept connection closed, streamed POST", WLM_NO_RESPONSE, KEPT | SENT, WLM_EVENT_NONE, WLM_NEXT_DONE },
    { "time-out, positive",             WLM_TIMED_OUT, SENT | TIMED_OUT | REPEATABLE, WLM_EVENT_NONE, WLM_NEXT_OTHER },
    { "time-out, negative",             WLM_TIMED_OUT, SENT | TIMED_OUT | NEGATIVE | REPEATABLE, WLM_EVENT_FAULT,
      WLM_NEXT_OTHER },
    { "time-out, streamed POST",        WLM_TIMED_OUT, SENT | TIMED_OUT, WLM_EVENT_NONE, WLM_NEXT_DONE },
    { "time-out on a kept connection is the member's", WLM_TIMED_OUT, KEPT | SENT | TIMED_OUT | NEGATIVE | REPEATABLE,
      WLM_EVENT_FAULT, WLM_NEXT_OTHER },
    { "not HTTP",                       WLM_NOT_HTTP, SENT | REPEATABLE, WLM_EVENT_FAULT, WLM_NEXT_OTHER },
    { "not HTTP, streamed POST",        WLM_NOT_HTTP, SENT, WLM_EVENT_FAULT, WLM_NEXT_DONE },
    { "bad head",                       WLM_HEAD_REFUSED, SENT | REPEATABLE, WLM_EVENT_NONE, WLM_NEXT_OTHER },
    { "bad head, streamed POST",        WLM_HEAD_REFUSED, SENT, WLM_EVENT_NONE, WLM_NEXT_DONE },
    { "503",                            WLM_BUSY, SENT | REPEATABLE, WLM_EVENT_ALIVE, WLM_NEXT_OTHER },
    { "503, streamed POST",             WLM_BUSY, SENT, WLM_EVENT_ALIVE, WLM_NEXT_DONE },
    { "broken off, client has seen some", WLM_BROKEN, SENT | PASSED_ON | REPEATABLE, WLM_EVENT_NONE, WLM_NEXT_DONE },
    { "broken off, client has seen nothing", WLM_BROKEN, SENT | REPEATABLE, WLM_EVENT_NONE, WLM_NEXT_OTHER },
    { "broken off by a negative time-out", WLM_BROKEN, SENT | PASSED_ON | TIMED_OUT | NEGATIVE, WLM_EVENT_FAULT,
      WLM_NEXT_DONE },
    { "delivered",                      WLM_DELIVERED, SENT | PASSED_ON | REPEATABLE, WLM_EVENT_ALIVE, WLM_NEXT_DONE },
    { "client gone",                    WLM_CLIENT_GONE, SENT | REPEATABLE, WLM_EVENT_NONE, WLM_NEXT_DONE },
};

START_TEST(outcome_means_what_the_table_says)
{
    int facts = cases[_i].facts;
    wlm_attempt_t attempt = {
        .outcome = cases[_i].outcome, .kept_connection = facts & KEPT, .sent = facts & SENT,
        .response_passed_on = facts & PASSED_ON, .timed_out = facts & TIMED_OUT,
        .time_out_marks_down = facts & NEGATIVE, .cause = ""
    };

    ck_assert_msg(wlm_outcome_event(&attempt, 0) == cases[_i].event, "%s: event %d", cases[_i].name,
                  wlm_outcome_event(&attempt, 0));
    ck_assert_msg(wlm_outcome_next(&attempt, facts & REPEATABLE) == cases[_i].next, "%s: next %d", cases[_i].name,
                  wlm_outcome_next(&attempt, facts & REPEATABLE));
}
END_TEST

/* whatever the facts: what has reached the client, or was sent and cannot be repeated, is never sent again */
START_TEST(nothing_is_ever_repeated_unsafely)
{
    int outcome, facts;

    for (outcome = WLM_NOT_CONNECTED; outcome <= WLM_CLIENT_GONE; ++outcome) {
        for (facts = 0; facts < 64; ++facts) {
            wlm_attempt_t attempt = {
                .outcome = (wlm_outcome_t)outcome, .kept_connection = facts & KEPT, .sent = facts & SENT,
                .response_passed_on = facts & PASSED_ON, .timed_out = facts & TIMED_OUT, .cause = ""
            };
            if (outcome > WLM_NOTHING_SENT && (facts & SENT) && !(facts & REPEATABLE)) {
                ck_assert_int_eq(wlm_outcome_next(&attempt, 0), WLM_NEXT_DONE);
            }
            if (outcome == WLM_BROKEN && (facts & PASSED_ON)) {
                ck_assert_int_eq(wlm_outcome_next(&attempt, facts & REPEATABLE), WLM_NEXT_DONE);
            }
        }
    }
}
END_TEST

START_TEST(a_probe_always_comes_to_a_verdict)
{
    int outcome;

    for (outcome = WLM_NOT_CONNECTED; outcome <= WLM_CLIENT_GONE; ++outcome) {
        wlm_attempt_t attempt = { .outcome = (wlm_outcome_t)outcome, .sent = 1, .cause = "" };
        wlm_health_event_t wanted = outcome == WLM_DELIVERED || outcome == WLM_BUSY ? WLM_EVENT_ALIVE
                                  : outcome == WLM_CLIENT_GONE ? WLM_EVENT_UNDECIDED : WLM_EVENT_FAULT;
        ck_assert_msg(wlm_outcome_event(&attempt, 1) == wanted, "%s", wlm_outcome_name((wlm_outcome_t)outcome));
    }
}
END_TEST

START_TEST(every_outcome_has_a_name_and_a_status)
{
    int outcome;

    for (outcome = WLM_NOT_CONNECTED; outcome <= WLM_CLIENT_GONE; ++outcome) {
        ck_assert_ptr_nonnull(wlm_outcome_name((wlm_outcome_t)outcome));
        ck_assert_int_ge(wlm_outcome_status((wlm_outcome_t)outcome), 200);
    }
    ck_assert_int_eq(wlm_outcome_status(WLM_TIMED_OUT), 504);
    ck_assert_int_eq(wlm_outcome_status(WLM_NOT_CONNECTED), 503);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("wlm_outcome");
    TCase *tc = unit_case(s, "outcome");

    tcase_add_loop_test(tc, outcome_means_what_the_table_says, 0, UNIT_COUNT(cases));
    tcase_add_test(tc, nothing_is_ever_repeated_unsafely);
    tcase_add_test(tc, a_probe_always_comes_to_a_verdict);
    tcase_add_test(tc, every_outcome_has_a_name_and_a_status);
    return s;
}

UNIT_MAIN(suite)

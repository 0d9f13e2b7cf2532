/* The truth table of outcomes: what each means for the member, and where the request may go. */
#include "unit.h"
#include "balance/outcome.h"

enum {
    KEPT = 1, SENT = 2, BODY_SENT = 4, PASSED_ON = 8, TIMED_OUT = 16, NEGATIVE = 32, /* facts of the attempt */
    BODY_KEPT = 64, IDEMPOTENT = 128, KEY = 256,                                     /* facts of the request */
    ALL_FACTS = 511
};

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
    { "closed without answer, GET",     WLM_NO_RESPONSE, SENT | BODY_KEPT, WLM_EVENT_DOUBT, WLM_NEXT_OTHER },
    { "closed without answer, streamed POST", WLM_NO_RESPONSE, SENT | BODY_SENT, WLM_EVENT_DOUBT, WLM_NEXT_DONE },
    { "kept connection closed, GET",    WLM_NO_RESPONSE, KEPT | SENT | BODY_KEPT, WLM_EVENT_NONE,
      WLM_NEXT_SAME_FRESH },
    { "kept connection closed, streamed POST", WLM_NO_RESPONSE, KEPT | SENT | BODY_SENT, WLM_EVENT_NONE,
      WLM_NEXT_DONE },
    { "time-out, positive",             WLM_TIMED_OUT, SENT | TIMED_OUT | BODY_KEPT, WLM_EVENT_NONE, WLM_NEXT_OTHER },
    { "time-out, negative",             WLM_TIMED_OUT, SENT | TIMED_OUT | NEGATIVE | BODY_KEPT, WLM_EVENT_DOUBT,
      WLM_NEXT_OTHER },
    { "time-out, streamed POST",        WLM_TIMED_OUT, SENT | BODY_SENT | TIMED_OUT, WLM_EVENT_NONE, WLM_NEXT_DONE },
    { "time-out on a kept connection is the member's", WLM_TIMED_OUT, KEPT | SENT | TIMED_OUT | NEGATIVE | BODY_KEPT,
      WLM_EVENT_DOUBT, WLM_NEXT_OTHER },
    { "time-out of a handshake, negative", WLM_NOTHING_SENT, TIMED_OUT | NEGATIVE | BODY_KEPT, WLM_EVENT_FAULT,
      WLM_NEXT_OTHER },
    { "not HTTP",                       WLM_NOT_HTTP, SENT | BODY_KEPT, WLM_EVENT_DOUBT, WLM_NEXT_OTHER },
    { "not HTTP, streamed POST",        WLM_NOT_HTTP, SENT | BODY_SENT, WLM_EVENT_DOUBT, WLM_NEXT_DONE },
    { "not HTTP on a kept connection, GET", WLM_NOT_HTTP, KEPT | SENT | BODY_KEPT, WLM_EVENT_NONE,
      WLM_NEXT_SAME_FRESH },
    { "not HTTP on a kept connection, streamed POST", WLM_NOT_HTTP, KEPT | SENT | BODY_SENT, WLM_EVENT_NONE,
      WLM_NEXT_DONE },
    { "bad head on a kept connection is the member's", WLM_HEAD_REFUSED, KEPT | SENT | BODY_KEPT, WLM_EVENT_NONE,
      WLM_NEXT_OTHER },
    { "bad head",                       WLM_HEAD_REFUSED, SENT | BODY_KEPT, WLM_EVENT_NONE, WLM_NEXT_OTHER },
    { "bad head, streamed POST",        WLM_HEAD_REFUSED, SENT | BODY_SENT, WLM_EVENT_NONE, WLM_NEXT_DONE },
    { "503",                            WLM_BUSY, SENT | BODY_KEPT, WLM_EVENT_ALIVE, WLM_NEXT_OTHER },
    { "503, streamed POST",             WLM_BUSY, SENT | BODY_SENT, WLM_EVENT_ALIVE, WLM_NEXT_DONE },
    { "broken off, client has seen some", WLM_BROKEN, SENT | PASSED_ON | BODY_KEPT, WLM_EVENT_NONE, WLM_NEXT_DONE },
    { "broken off, client has seen nothing", WLM_BROKEN, SENT | BODY_KEPT, WLM_EVENT_NONE, WLM_NEXT_OTHER },
    { "broken off by a negative time-out", WLM_BROKEN, SENT | PASSED_ON | TIMED_OUT | NEGATIVE, WLM_EVENT_DOUBT,
      WLM_NEXT_DONE },
    { "delivered",                      WLM_DELIVERED, SENT | PASSED_ON | BODY_KEPT, WLM_EVENT_ALIVE, WLM_NEXT_DONE },
    { "client gone",                    WLM_CLIENT_GONE, SENT | BODY_KEPT, WLM_EVENT_NONE, WLM_NEXT_DONE },
    { "another member was first",       WLM_SUPERSEDED, SENT | BODY_KEPT, WLM_EVENT_NONE, WLM_NEXT_DONE },
    { "another was, kept connection",   WLM_SUPERSEDED, KEPT | SENT | BODY_KEPT, WLM_EVENT_NONE, WLM_NEXT_DONE },
    { "421",                            WLM_MISDIRECTED, SENT | BODY_KEPT, WLM_EVENT_ALIVE, WLM_NEXT_OTHER },
    { "421, on a kept connection",      WLM_MISDIRECTED, KEPT | SENT | BODY_KEPT, WLM_EVENT_ALIVE, WLM_NEXT_OTHER },
    { "421, streamed POST",             WLM_MISDIRECTED, SENT | BODY_SENT, WLM_EVENT_ALIVE, WLM_NEXT_DONE },
    { "421, before its body was sent",  WLM_MISDIRECTED, SENT, WLM_EVENT_ALIVE, WLM_NEXT_OTHER },
    { "httpd is short",                 WLM_HTTPD_SHORT, BODY_KEPT | IDEMPOTENT, WLM_EVENT_NONE, WLM_NEXT_DONE },
};

static wlm_attempt_t attempt_of(wlm_outcome_t outcome, int facts)
{
    return (wlm_attempt_t){
        .outcome = outcome, .kept_connection = facts & KEPT, .sent = facts & SENT, .body_sent = facts & BODY_SENT,
        .response_passed_on = facts & PASSED_ON, .timed_out = facts & TIMED_OUT,
        .time_out_marks_down = facts & NEGATIVE, .cause = ""
    };
}

static wlm_repeat_t request_of(wlm_retry_policy_t policy, int facts)
{
    return (wlm_repeat_t){ policy, facts & BODY_KEPT, facts & IDEMPOTENT, facts & KEY };
}

START_TEST(outcome_means_what_the_table_says)
{
    wlm_attempt_t attempt = attempt_of(cases[_i].outcome, cases[_i].facts);
    wlm_repeat_t repeat = request_of(WLM_RETRY_ORIGINAL, cases[_i].facts);

    ck_assert_msg(wlm_outcome_event(&attempt, 0) == cases[_i].event, "%s: event %d", cases[_i].name,
                  wlm_outcome_event(&attempt, 0));
    ck_assert_msg(wlm_outcome_next(&attempt, &repeat) == cases[_i].next, "%s: next %d", cases[_i].name,
                  wlm_outcome_next(&attempt, &repeat));
}
END_TEST

static const struct {
    const char *name;
    wlm_retry_policy_t policy;
    wlm_outcome_t outcome;
    int facts;
    int again;
} policy_cases[] = {
    { "original, POST that was sent",           WLM_RETRY_ORIGINAL,   WLM_NO_RESPONSE, SENT | BODY_SENT | BODY_KEPT,
      1 },
    { "original, POST whose body is gone",      WLM_RETRY_ORIGINAL,   WLM_NO_RESPONSE, SENT | BODY_SENT, 0 },
    { "original, head sent, body intact",       WLM_RETRY_ORIGINAL,   WLM_NO_RESPONSE, SENT, 1 },
    { "idempotent, POST that was sent",         WLM_RETRY_IDEMPOTENT, WLM_NO_RESPONSE, SENT | BODY_SENT | BODY_KEPT,
      0 },
    { "idempotent, POST of which the head was sent", WLM_RETRY_IDEMPOTENT, WLM_NO_RESPONSE, SENT | BODY_KEPT, 0 },
    { "idempotent, POST that was not sent",     WLM_RETRY_IDEMPOTENT, WLM_NOT_CONNECTED, 0, 1 },
    { "idempotent, POST with a key",            WLM_RETRY_IDEMPOTENT, WLM_NO_RESPONSE, SENT | BODY_KEPT | KEY, 0 },
    { "idempotent, PUT",                        WLM_RETRY_IDEMPOTENT, WLM_NO_RESPONSE,
      SENT | BODY_SENT | BODY_KEPT | IDEMPOTENT, 1 },
    { "idempotent, PUT whose body is gone",     WLM_RETRY_IDEMPOTENT, WLM_TIMED_OUT, SENT | BODY_SENT | IDEMPOTENT, 0 },
    { "idempotent, POST that met a 503",        WLM_RETRY_IDEMPOTENT, WLM_BUSY, SENT | BODY_SENT | BODY_KEPT, 0 },
    { "idempotent, GET that met a 503",         WLM_RETRY_IDEMPOTENT, WLM_BUSY, SENT | BODY_KEPT | IDEMPOTENT, 1 },
    { "idempotent, POST that met a 421",        WLM_RETRY_IDEMPOTENT, WLM_MISDIRECTED,
      SENT | BODY_SENT | BODY_KEPT, 1 },
    { "idempotent, POST that met a 421 and whose body is gone", WLM_RETRY_IDEMPOTENT, WLM_MISDIRECTED,
      SENT | BODY_SENT, 0 },
    { "key, POST with one",                     WLM_RETRY_IDEMPOTENCY_KEY, WLM_NO_RESPONSE,
      SENT | BODY_SENT | BODY_KEPT | KEY, 1 },
    { "key, POST without one",                  WLM_RETRY_IDEMPOTENCY_KEY, WLM_NO_RESPONSE,
      SENT | BODY_SENT | BODY_KEPT, 0 },
    { "key, GET",                               WLM_RETRY_IDEMPOTENCY_KEY, WLM_TIMED_OUT,
      SENT | BODY_KEPT | IDEMPOTENT, 1 },
    { "out of time",                            WLM_RETRY_ORIGINAL,   WLM_OUT_OF_TIME, BODY_KEPT | IDEMPOTENT, 0 },
};

START_TEST(the_policy_decides_what_is_sent_again)
{
    wlm_attempt_t attempt = attempt_of(policy_cases[_i].outcome, policy_cases[_i].facts);
    wlm_repeat_t repeat = request_of(policy_cases[_i].policy, policy_cases[_i].facts);

    ck_assert_msg((wlm_outcome_next(&attempt, &repeat) != WLM_NEXT_DONE) == policy_cases[_i].again, "%s",
                  policy_cases[_i].name);
}
END_TEST

/* Whatever the facts: what has reached the client, or has no body any more, or may have been executed and is not
 * allowed to be twice, is never sent again; what was not sent, and has its body, always is. A member that says 421 has
 * executed nothing. */
START_TEST(nothing_is_ever_repeated_unsafely)
{
    int outcome = _i, facts, policy, may_be_executed = outcome != WLM_MISDIRECTED;

    for (policy = WLM_RETRY_ORIGINAL; policy <= WLM_RETRY_IDEMPOTENCY_KEY; ++policy) {
        for (facts = 0; facts <= ALL_FACTS; ++facts) {
            wlm_attempt_t attempt = attempt_of((wlm_outcome_t)outcome, facts);
            wlm_repeat_t repeat = request_of((wlm_retry_policy_t)policy, facts);
            int again = wlm_outcome_next(&attempt, &repeat) != WLM_NEXT_DONE;

            if ((facts & BODY_SENT) && !(facts & BODY_KEPT)) {
                ck_assert(!again);
            }
            if (may_be_executed && policy == WLM_RETRY_IDEMPOTENT && (facts & SENT) && !(facts & IDEMPOTENT)) {
                ck_assert(!again);
            }
            if (may_be_executed && policy == WLM_RETRY_IDEMPOTENCY_KEY && (facts & SENT)
                && !(facts & (IDEMPOTENT | KEY))) {
                ck_assert(!again);
            }
            if (outcome == WLM_BROKEN && (facts & PASSED_ON)) {
                ck_assert(!again);
            }
            if (outcome <= WLM_NOTHING_SENT && !(facts & (SENT | BODY_SENT))) {
                ck_assert(again);
            }
        }
    }
}
END_TEST

/* What may go on a kept connection, which may prove to have ended when the head, or all of the request, has been
 * sent */
START_TEST(what_is_repeatable_is_sent_again_after_a_kept_connection_ended)
{
    int policy, facts, body_sent;

    for (policy = WLM_RETRY_ORIGINAL; policy <= WLM_RETRY_IDEMPOTENCY_KEY; ++policy) {
        for (facts = 0; facts <= ALL_FACTS; ++facts) {
            for (body_sent = 0; body_sent <= 1; ++body_sent) {
                wlm_attempt_t attempt = attempt_of(WLM_NO_RESPONSE, KEPT | SENT | (body_sent ? BODY_SENT : 0));
                wlm_repeat_t repeat = request_of((wlm_retry_policy_t)policy, facts);

                ck_assert_int_eq(wlm_outcome_is_repeatable(&repeat, body_sent),
                                 wlm_outcome_next(&attempt, &repeat) == WLM_NEXT_SAME_FRESH);
            }
        }
    }
}
END_TEST

START_TEST(a_probe_always_comes_to_a_verdict)
{
    int outcome;

    for (outcome = WLM_NOT_CONNECTED; outcome <= WLM_SUPERSEDED; ++outcome) {
        wlm_attempt_t attempt = { .outcome = (wlm_outcome_t)outcome, .sent = 1, .cause = "" };
        wlm_health_event_t wanted = outcome == WLM_DELIVERED || outcome == WLM_BUSY || outcome == WLM_MISDIRECTED
                                    ? WLM_EVENT_ALIVE
                                  : outcome == WLM_CLIENT_GONE || outcome == WLM_OUT_OF_TIME
                                    || outcome == WLM_HTTPD_SHORT || outcome == WLM_SUPERSEDED
                                    ? WLM_EVENT_UNDECIDED : WLM_EVENT_FAULT;
        ck_assert_msg(wlm_outcome_event(&attempt, 1) == wanted, "%s", wlm_outcome_name((wlm_outcome_t)outcome));
    }
}
END_TEST

START_TEST(every_outcome_has_a_name_and_a_status)
{
    int outcome;

    for (outcome = WLM_NOT_CONNECTED; outcome <= WLM_SUPERSEDED; ++outcome) {
        ck_assert_ptr_nonnull(wlm_outcome_name((wlm_outcome_t)outcome));
        ck_assert_int_ge(wlm_outcome_status((wlm_outcome_t)outcome), 200);
    }
    ck_assert_int_eq(wlm_outcome_status(WLM_TIMED_OUT), 504);
    ck_assert_int_eq(wlm_outcome_status(WLM_NOT_CONNECTED), 503);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("balance/outcome");
    TCase *tc = unit_case(s, "outcome");

    tcase_add_loop_test(tc, outcome_means_what_the_table_says, 0, UNIT_COUNT(cases));
    tcase_add_loop_test(tc, the_policy_decides_what_is_sent_again, 0, UNIT_COUNT(policy_cases));
    tcase_add_loop_test(tc, nothing_is_ever_repeated_unsafely, WLM_NOT_CONNECTED, WLM_SUPERSEDED + 1);
    tcase_add_test(tc, what_is_repeatable_is_sent_again_after_a_kept_connection_ended);
    tcase_add_test(tc, a_probe_always_comes_to_a_verdict);
    tcase_add_test(tc, every_outcome_has_a_name_and_a_status);
    return s;
}

UNIT_MAIN(suite)

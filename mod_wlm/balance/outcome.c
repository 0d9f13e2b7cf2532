/* The table of outcomes, and the decisions that follow from it. Pure; runs on the threads that serve requests. */
#include "balance/outcome.h"

enum elsewhere { NEVER, REPEATABLE, BEFORE_CLIENT, INTACT };

static const struct {
    const char *name;
    wlm_health_event_t event;
    int fault;
    enum elsewhere elsewhere;
    int status;
} wlm_outcome_table[] = {
    [WLM_NOT_CONNECTED] = { "not-connected", WLM_EVENT_FAULT, 1, REPEATABLE,    503 },
    [WLM_NOTHING_SENT]  = { "nothing-sent",  WLM_EVENT_FAULT, 1, REPEATABLE,    502 },
    [WLM_NO_RESPONSE]   = { "no-response",   WLM_EVENT_DOUBT, 1, REPEATABLE,    502 },
    [WLM_TIMED_OUT]     = { "timed-out",     WLM_EVENT_NONE,  1, REPEATABLE,    504 },
    [WLM_NOT_HTTP]      = { "not-http",      WLM_EVENT_DOUBT, 1, REPEATABLE,    502 },
    [WLM_HEAD_REFUSED]  = { "head-refused",  WLM_EVENT_NONE,  1, REPEATABLE,    502 },
    [WLM_BUSY]          = { "busy",          WLM_EVENT_ALIVE, 0, REPEATABLE,    503 },
    [WLM_BROKEN]        = { "broken",        WLM_EVENT_NONE,  1, BEFORE_CLIENT, 502 },
    [WLM_OUT_OF_TIME]   = { "out-of-time",   WLM_EVENT_NONE,  0, NEVER,         504 },
    [WLM_DELIVERED]     = { "delivered",     WLM_EVENT_ALIVE, 0, NEVER,         200 },
    [WLM_CLIENT_GONE]   = { "client-gone",   WLM_EVENT_NONE,  0, NEVER,         400 },
    [WLM_HTTPD_SHORT]   = { "httpd-short",   WLM_EVENT_NONE,  0, NEVER,         503 },
    [WLM_MISDIRECTED]   = { "misdirected",   WLM_EVENT_ALIVE, 0, INTACT,        421 },
    [WLM_SUPERSEDED]    = { "superseded",    WLM_EVENT_NONE,  0, NEVER,         200 },
};

const char *wlm_outcome_name(wlm_outcome_t outcome)
{
    return wlm_outcome_table[outcome].name;
}

/* A fault of a kept connection: the member had closed it, or it broke, or bytes of an earlier exchange were left on it.
 * This says nothing about the member */
static int is_stale_connection(const wlm_attempt_t *attempt)
{
    return attempt->kept_connection
           && (attempt->outcome == WLM_NOTHING_SENT || attempt->outcome == WLM_NO_RESPONSE
               || attempt->outcome == WLM_NOT_HTTP);
}

int wlm_outcome_is_fault(const wlm_attempt_t *attempt)
{
    return wlm_outcome_table[attempt->outcome].fault;
}

wlm_health_event_t wlm_outcome_event(const wlm_attempt_t *attempt, int probe)
{
    wlm_health_event_t event = wlm_outcome_table[attempt->outcome].event;

    if (is_stale_connection(attempt)) {
        event = WLM_EVENT_NONE;
    }
    else if (attempt->timed_out && attempt->time_out_marks_down) {
        event = attempt->sent ? WLM_EVENT_DOUBT : WLM_EVENT_FAULT;
    }
    if (probe && (event == WLM_EVENT_NONE || event == WLM_EVENT_DOUBT)) {
        /* a probe that was not answered shows that the member is still down */
        event = wlm_outcome_is_fault(attempt) ? WLM_EVENT_FAULT : WLM_EVENT_UNDECIDED;
    }
    return event;
}

static int policy_allows(const wlm_repeat_t *repeat)
{
    return repeat->policy == WLM_RETRY_ORIGINAL || repeat->idempotent
           || (repeat->policy == WLM_RETRY_IDEMPOTENCY_KEY && repeat->has_key);
}

int wlm_outcome_is_repeatable(const wlm_repeat_t *repeat, int body_sent)
{
    return (repeat->body_kept || !body_sent) && policy_allows(repeat);
}

wlm_next_t wlm_outcome_next(const wlm_attempt_t *attempt, const wlm_repeat_t *repeat)
{
    enum elsewhere elsewhere = wlm_outcome_table[attempt->outcome].elsewhere;
    int body_intact = repeat->body_kept || !attempt->body_sent;

    if (elsewhere == NEVER || !body_intact || (elsewhere != INTACT && attempt->sent && !policy_allows(repeat))
        || (elsewhere == BEFORE_CLIENT && attempt->response_passed_on)) {
        return WLM_NEXT_DONE;
    }
    return is_stale_connection(attempt) ? WLM_NEXT_SAME_FRESH : WLM_NEXT_OTHER;
}

int wlm_outcome_status(wlm_outcome_t outcome)
{
    return wlm_outcome_table[outcome].status;
}

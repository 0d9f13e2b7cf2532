/* The state machine of a member's health. Pure, except wlm_health_apply(), which changes a word in shared memory; any
 * thread of any process. */
#include "base/clock.h"
#include "health/health.h"

#define STATE_BITS  WLM_HEALTH_STATE_BITS
#define FAULT_BITS  16
#define FAULTS_MAX  ((1u << FAULT_BITS) - 1)
#define TIME_SHIFT  (STATE_BITS + FAULT_BITS)
#define TIME_MAX    (UINT64_MAX >> TIME_SHIFT)

static wlm_health_t pack(wlm_health_state_t state, unsigned faults, apr_time_t at)
{
    return ((uint64_t)apr_time_as_msec(at) << TIME_SHIFT) | ((uint64_t)faults << STATE_BITS) | (uint64_t)state;
}

static unsigned count_of(wlm_health_t health)
{
    return (unsigned)(health >> STATE_BITS) & FAULTS_MAX;
}

static apr_time_t time_of(wlm_health_t health)
{
    return apr_time_from_msec(health >> TIME_SHIFT);
}

unsigned wlm_health_faults(wlm_health_t health)
{
    return wlm_health_state(health) == WLM_UP ? 0 : count_of(health);
}

unsigned wlm_health_doubts(wlm_health_t health)
{
    return wlm_health_state(health) == WLM_UP ? count_of(health) : 0;
}

apr_time_t wlm_health_retry_at(wlm_health_t health)
{
    return wlm_health_state(health) == WLM_UP ? 0 : time_of(health);
}

wlm_health_t wlm_health_move(wlm_health_t health, apr_interval_time_t by)
{
    uint64_t at = wlm_clock_move(health >> TIME_SHIFT, by);

    return (at < TIME_MAX ? at : TIME_MAX) << TIME_SHIFT | (health & (((uint64_t)1 << TIME_SHIFT) - 1));
}

int wlm_health_is_due(wlm_health_t health, apr_time_t now)
{
    return wlm_health_state(health) != WLM_UP && now >= wlm_health_retry_at(health);
}

/* Several requests may fail on a member at the same time: only the first one marks it down. The others, and requests
 * that are sent to it as a last resort, extend the time until the next retry. */
static wlm_health_t after_fault(wlm_health_t health, apr_time_t now, const wlm_retry_rule_t *rule, uint64_t random)
{
    unsigned faults = wlm_health_faults(health);

    if (wlm_health_state(health) != WLM_DOWN && faults < FAULTS_MAX) {
        ++faults;
    }
    return pack(WLM_DOWN, faults, now + wlm_retry_interval(rule, faults, random));
}

static apr_interval_time_t at_least_a_second(apr_interval_time_t interval)
{
    return interval > apr_time_from_sec(1) ? interval : apr_time_from_sec(1);
}

/* Doubts older than an interval say nothing about the member now */
int wlm_health_is_doubted(wlm_health_t health, apr_time_t now, const wlm_retry_rule_t *rule)
{
    return wlm_health_doubts(health) && now - time_of(health) <= at_least_a_second(rule->interval);
}

static wlm_health_t after_doubt(wlm_health_t health, apr_time_t now, const wlm_retry_rule_t *rule, uint64_t random)
{
    unsigned doubts = wlm_health_is_doubted(health, now, rule) ? wlm_health_doubts(health) + 1 : 1;

    return wlm_health_state(health) != WLM_UP || doubts >= WLM_HEALTH_DOUBTS ? after_fault(health, now, rule, random)
                                                                              : pack(WLM_UP, doubts, now);
}

/* The doubt keeps its count and holds for another interval, so that one request at a time tries the member */
static wlm_health_t after_trial(wlm_health_t health, apr_time_t now, const wlm_retry_rule_t *rule)
{
    unsigned doubts = wlm_health_doubts(health);

    return doubts && !wlm_health_is_doubted(health, now, rule) ? pack(WLM_UP, doubts, now) : health;
}

static wlm_health_t after_withdrawal(wlm_health_t health)
{
    unsigned doubts = wlm_health_doubts(health);

    return doubts == 0 ? health : doubts == 1 ? 0 : pack(WLM_UP, doubts - 1, time_of(health));
}

/* The claim is a lease: a probe whose process dies blocks the member for one more retry interval only */
static wlm_health_t after_claim(wlm_health_t health, apr_time_t now, const wlm_retry_rule_t *rule)
{
    return !wlm_health_is_due(health, now) ? health
         : pack(WLM_PROBING, wlm_health_faults(health), now + at_least_a_second(rule->interval));
}

/* The earliest time at which it may have been marked down; the jitter that was used is not known */
static apr_time_t down_since(wlm_health_t health, const wlm_retry_rule_t *rule)
{
    return time_of(health) - wlm_retry_interval_most(rule, wlm_health_faults(health));
}

/* A response that was complete before the mark-down but is reported after it says nothing about the member now */
static wlm_health_t after_answer(wlm_health_t health, apr_time_t now, const wlm_retry_rule_t *rule)
{
    return wlm_health_state(health) == WLM_DOWN && now < down_since(health, rule) ? health : 0;
}

wlm_health_t wlm_health_after(wlm_health_t health, wlm_health_event_t event, apr_time_t now,
                              const wlm_retry_rule_t *rule, uint64_t random)
{
    switch (event) {
    case WLM_EVENT_ALIVE:
        return after_answer(health, now, rule);
    case WLM_EVENT_ANSWERED:
        return wlm_health_state(health) == WLM_UP ? 0 : health;
    case WLM_EVENT_UP:
        return 0;
    case WLM_EVENT_FAULT:
        return after_fault(health, now, rule, random);
    case WLM_EVENT_DOUBT:
        return after_doubt(health, now, rule, random);
    case WLM_EVENT_DOUBT_CONFIRMED:
        return wlm_health_doubts(health) ? after_fault(health, now, rule, random) : health;
    case WLM_EVENT_DOUBT_WITHDRAWN:
        return after_withdrawal(health);
    case WLM_EVENT_DOUBT_TRIED:
        return after_trial(health, now, rule);
    case WLM_EVENT_CLAIM:
        return after_claim(health, now, rule);
    case WLM_EVENT_UNDECIDED:
        return wlm_health_state(health) == WLM_PROBING ? pack(WLM_DOWN, wlm_health_faults(health), now) : health;
    case WLM_EVENT_NONE:
        break;
    }
    return health;
}

wlm_health_t wlm_health_apply(_Atomic wlm_health_t *health, wlm_health_t *pbefore, wlm_health_event_t event,
                              apr_time_t now, const wlm_retry_rule_t *rule, uint64_t random)
{
    wlm_health_t before = atomic_load(health);
    wlm_health_t after;

    do {
        after = wlm_health_after(before, event, now, rule, random);
    } while (after != before && !atomic_compare_exchange_weak(health, &before, after));

    if (pbefore) {
        *pbefore = before;
    }
    return after;
}

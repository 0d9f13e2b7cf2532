#include "wlm_health.h"

#define STATE_BITS  2
#define FAULT_BITS  16
#define FAULTS_MAX  ((1u << FAULT_BITS) - 1)
#define TIME_SHIFT  (STATE_BITS + FAULT_BITS)

static wlm_health_t pack(wlm_health_state_t state, unsigned faults, apr_time_t at)
{
    return ((uint64_t)apr_time_as_msec(at) << TIME_SHIFT) | ((uint64_t)faults << STATE_BITS) | (uint64_t)state;
}

wlm_health_state_t wlm_health_state(wlm_health_t health)
{
    return (wlm_health_state_t)(health & ((1u << STATE_BITS) - 1));
}

unsigned wlm_health_faults(wlm_health_t health)
{
    return (unsigned)(health >> STATE_BITS) & FAULTS_MAX;
}

apr_time_t wlm_health_retry_at(wlm_health_t health)
{
    return apr_time_from_msec(health >> TIME_SHIFT);
}

int wlm_health_is_due(wlm_health_t health, apr_time_t now)
{
    return wlm_health_state(health) != WLM_UP && now >= wlm_health_retry_at(health);
}

wlm_health_t wlm_health_after(wlm_health_t health, wlm_health_event_t event, apr_time_t now,
                              apr_interval_time_t retry_interval)
{
    unsigned faults = wlm_health_faults(health);

    switch (event) {
    case WLM_EVENT_ALIVE:
        return 0;
    case WLM_EVENT_FAULT:
        return pack(WLM_DOWN, faults < FAULTS_MAX ? faults + 1 : faults, now + retry_interval);
    case WLM_EVENT_CLAIM:
        /* the claim is a lease: a prober that dies blocks the member no longer than a retry interval more */
        return wlm_health_is_due(health, now)
               ? pack(WLM_PROBING, faults, now + (retry_interval > apr_time_from_sec(1) ? retry_interval
                                                                                        : apr_time_from_sec(1)))
               : health;
    case WLM_EVENT_UNDECIDED:
        return wlm_health_state(health) == WLM_PROBING ? pack(WLM_DOWN, faults, now) : health;
    case WLM_EVENT_NONE:
        break;
    }
    return health;
}

wlm_health_t wlm_health_apply(wlm_shared_member_t *member, wlm_health_t *pbefore, wlm_health_event_t event,
                              apr_time_t now, apr_interval_time_t retry_interval)
{
    wlm_health_t before = atomic_load(&member->health);
    wlm_health_t after;

    do {
        after = wlm_health_after(before, event, now, retry_interval);
    } while (after != before && !atomic_compare_exchange_weak(&member->health, &before, after));

    if (pbefore) {
        *pbefore = before;
    }
    return after;
}

/* A circuit breaker of two words. Any thread of any process. */
#include "base/breaker.h"

/* After so many failures in succession */
static apr_interval_time_t pause_after(uint32_t failures)
{
    uint32_t doubled = failures > WLM_BREAKER_FAILURES ? failures - WLM_BREAKER_FAILURES : 0;
    apr_interval_time_t pause = WLM_BREAKER_PAUSE << (doubled < 4 ? doubled : 4);

    return pause < WLM_BREAKER_PAUSE_MAX ? pause : WLM_BREAKER_PAUSE_MAX;
}

/* A probe counts as failed until it has succeeded, since it may never end */
wlm_breaker_may_t wlm_breaker_may(wlm_breaker_t *breaker, apr_time_t now)
{
    uint64_t at = atomic_load(&breaker->probe_at);
    uint64_t next = (uint64_t)(now + pause_after(atomic_load(&breaker->failures) + 1));

    if (!at) {
        return WLM_BREAKER_ASK;
    }
    if ((uint64_t)now < at || !atomic_compare_exchange_strong(&breaker->probe_at, &at, next)) {
        return WLM_BREAKER_LEAVE;
    }
    atomic_fetch_add(&breaker->failures, 1);
    return WLM_BREAKER_PROBE;
}

apr_time_t wlm_breaker_due(const wlm_breaker_t *breaker)
{
    return (apr_time_t)atomic_load(&breaker->probe_at);
}

int wlm_breaker_succeeded(wlm_breaker_t *breaker)
{
    if (atomic_load(&breaker->failures)) { /* usually not: then nothing is written */
        atomic_store(&breaker->failures, 0);
    }
    return atomic_load(&breaker->probe_at) && atomic_exchange(&breaker->probe_at, 0);
}

int wlm_breaker_failed(wlm_breaker_t *breaker, apr_time_t now)
{
    uint64_t at = atomic_load(&breaker->probe_at);

    return !at && atomic_fetch_add(&breaker->failures, 1) + 1 >= WLM_BREAKER_FAILURES
           && atomic_compare_exchange_strong(&breaker->probe_at, &at, (uint64_t)(now + WLM_BREAKER_PAUSE));
}

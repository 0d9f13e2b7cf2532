/* How long to wait after failures. Pure. */
#include "base/random.h"
#include "tools/discover/backoff.h"

apr_interval_time_t discover_backoff(int failures, uint64_t *random)
{
    apr_interval_time_t pause = DISCOVER_BACKOFF_MIN;

    for (; failures > 1 && pause < DISCOVER_BACKOFF_MAX; --failures) {
        pause *= 2;
    }
    pause = pause < DISCOVER_BACKOFF_MAX ? pause : DISCOVER_BACKOFF_MAX;
    return pause - (apr_interval_time_t)(wlm_random_next(random) % (uint64_t)(pause / 2 + 1));
}

/* How long to wait. Pure. */
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

apr_interval_time_t discover_pace_next(discover_pace_t *pace, discover_look_t look, int is_new,
                                       apr_interval_time_t interval)
{
    apr_interval_time_t pause;

    pace->failures = look < DISCOVER_LOOK_REFUSED ? 0
                   : look == DISCOVER_LOOK_REFUSED && is_new ? 1 : pace->failures + 1;
    pace->settling = look != DISCOVER_LOOK_CHANGED ? 0
                   : pace->settling && !is_new ? 2 * pace->settling : DISCOVER_BACKOFF_MIN;
    if (look >= DISCOVER_LOOK_REFUSED) {
        pause = discover_backoff(pace->failures, &pace->random);
        return look == DISCOVER_LOOK_FAILED || pause > interval ? pause : interval;
    }
    pace->settling = pace->settling < interval ? pace->settling : interval;
    return pace->settling ? pace->settling : interval;
}

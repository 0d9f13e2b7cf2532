/* The time until a marked-down member is tried again. Pure; any thread. */
#include <stdint.h>
#include "health/retry_interval.h"

apr_interval_time_t wlm_retry_interval(const wlm_retry_rule_t *rule, unsigned faults, uint64_t random)
{
    apr_interval_time_t interval = rule->interval;
    apr_interval_time_t spread;

    for (; faults > 1 && interval > 0 && interval < rule->max; --faults) {
        interval = interval < rule->max / 2 ? interval * 2 : rule->max;
    }
    spread = interval / 100 * rule->jitter;
    return spread > 0 ? interval - spread + (apr_interval_time_t)(random % (uint64_t)(2 * spread + 1)) : interval;
}

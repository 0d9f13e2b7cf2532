/* The time until a marked-down member is tried again. Pure; any thread. */
#include <stdint.h>
#include "health/retry_interval.h"

#define LATER_JITTER 10            /* percent; docs/directives.md has it, too */

static apr_interval_time_t without_jitter(const wlm_retry_rule_t *rule, unsigned faults)
{
    apr_interval_time_t interval = rule->interval;

    for (; faults > 1 && interval > 0 && interval < rule->max; --faults) {
        interval = interval < rule->max / 2 ? interval * 2 : rule->max;
    }
    return interval;
}

/* Web servers that have found out together would otherwise go on to probe together */
static int jitter_of(const wlm_retry_rule_t *rule, unsigned faults)
{
    return faults > 1 && rule->jitter < LATER_JITTER ? LATER_JITTER : rule->jitter;
}

apr_interval_time_t wlm_retry_interval(const wlm_retry_rule_t *rule, unsigned faults, uint64_t random)
{
    apr_interval_time_t interval = without_jitter(rule, faults), spread = interval / 100 * jitter_of(rule, faults);

    return spread > 0 ? interval - spread + (apr_interval_time_t)(random % (uint64_t)(2 * spread + 1)) : interval;
}

apr_interval_time_t wlm_retry_interval_most(const wlm_retry_rule_t *rule, unsigned faults)
{
    apr_interval_time_t interval = without_jitter(rule, faults);

    return interval + interval / 100 * jitter_of(rule, faults);
}

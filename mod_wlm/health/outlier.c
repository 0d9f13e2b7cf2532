/* Packs the counts of a window into a word. Pure; any thread. */
#include "health/outlier.h"

#define COUNT_MAX 0xffffu

static wlm_outlier_t pack(uint32_t begin, uint32_t requests, uint32_t failures)
{
    return (uint64_t)begin << 32 | requests << 16 | failures;
}

static uint32_t failures_of(wlm_outlier_t window)
{
    return (uint32_t)(window & COUNT_MAX);
}

static uint32_t requests_of(wlm_outlier_t window)
{
    return (uint32_t)(window >> 16 & COUNT_MAX);
}

int wlm_outlier_is_on(const wlm_outlier_rule_t *rule)
{
    return rule->failures_in_row > 0 || rule->percent > 0;
}

wlm_outlier_t wlm_outlier_after(wlm_outlier_t window, int failed, apr_time_t now, const wlm_outlier_rule_t *rule)
{
    uint32_t begin = (uint32_t)(window >> 32), requests = requests_of(window), failures = failures_of(window);
    uint32_t second = (uint32_t)apr_time_sec(now);

    if (!begin || second - begin >= (uint32_t)rule->window) {
        begin = second;
        requests = failures = 0;
    }
    if (requests == COUNT_MAX) { /* the share stays the same */
        requests /= 2;
        failures /= 2;
    }
    return pack(begin, requests + 1, failures + !!failed);
}

int wlm_outlier_is_reached(wlm_outlier_t window, const wlm_outlier_rule_t *rule)
{
    uint32_t requests = requests_of(window);

    return rule->percent > 0 && requests >= (uint32_t)rule->min_requests
           && failures_of(window) * 100u >= requests * (uint32_t)rule->percent;
}

int wlm_outlier_may_leave_out(int members, int out, const wlm_outlier_rule_t *rule)
{
    return out + 1 < members && (out == 0 || (out + 1) * 100 <= members * rule->max_percent);
}

/* health/retry_interval.h: the time until a marked-down member is tried again. Pure; any thread. */
#ifndef WLM_HEALTH_RETRY_INTERVAL_H
#define WLM_HEALTH_RETRY_INTERVAL_H

#include <stdint.h>
#include <apr_time.h>

/** The rule for the times of retries. */
typedef struct wlm_retry_rule_t {
    apr_interval_time_t interval;  /* after the first mark-down: RetryInterval */
    apr_interval_time_t max;       /* twice as long after each failed probe, up to this; not above interval: fixed */
    int jitter;                    /* percent by which it is shorter or longer at random; after a failed probe at least
                                    * 10, so that web servers do not go on to probe at the same moment */
} wlm_retry_rule_t;

/** How long a member stays down that was marked down for the `faults`-th time in a row. Pure. @param random  any
 * number */
apr_interval_time_t wlm_retry_interval(const wlm_retry_rule_t *rule, unsigned faults, uint64_t random);
/** The longest that this may be. Pure. */
apr_interval_time_t wlm_retry_interval_most(const wlm_retry_rule_t *rule, unsigned faults);

#endif

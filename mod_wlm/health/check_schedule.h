/* health/check_schedule.h: which active checks are one and the same, and when each is due. Pure; any thread. */
#ifndef WLM_HEALTH_CHECK_SCHEDULE_H
#define WLM_HEALTH_CHECK_SCHEDULE_H

#include <stdint.h>
#include <apr_pools.h>
#include <apr_time.h>
#include "health/check_state.h"

/**
 * The part of a rule that decides what is sent, when, and what a good answer is: checks of one address with equal texts
 * are one check, which serves all of them. `rise` and `fall` are not in it, since each member counts results itself.
 * @return in p
 */
const char *wlm_check_schedule_key(const wlm_check_rule_t *rule, apr_pool_t *p);

/**
 * When a check is due. Checks 0, 1, 2, ... with an equal interval are spread evenly over it, whichever of them there
 * are: their places are multiples of the golden ratio (Weyl's sequence; by the three-distance theorem of Sós no gap
 * between neighbours is more than 2.7 times another one). A check that took longer than its interval is due at its next
 * place, so checks are never made up for.
 * @param number    of the check
 * @param origin    when check 0 was due first; not after `at`
 * @param interval  greater than 0
 * @return its first place at or after `at`, which is less than an interval away
 */
apr_time_t wlm_check_schedule_due(uint64_t number, apr_time_t origin, apr_interval_time_t interval, apr_time_t at);

#endif

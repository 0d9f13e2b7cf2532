/* balance/by_weight.h: random selection by weight among the members that a request may go to. Used by the policy
 * Random, and by other policies for repeated requests and for the share of members that are not allowed. Any thread; no
 * lock except when a new schedule is made (balance/schedule_cache.h).
 */
#ifndef WLM_BALANCE_BY_WEIGHT_H
#define WLM_BALANCE_BY_WEIGHT_H

#include "balance/limits.h"

/** @return a member that `limits` allow; NULL: there is none */
wlm_member_t *wlm_by_weight_select(wlm_cluster_t *cluster, const wlm_tried_t *tried, wlm_limits_t *limits,
                                   apr_time_t now, uint64_t *random);

#endif

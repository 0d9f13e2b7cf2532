/* balance/left_out.h: outlier detection (WLMOutlier): a member that fails too often is left out for RetryInterval. Any
 * thread of any process; the thread that decides about one more member of a cluster holds a lease, and no thread waits
 * for it.
 */
#ifndef WLM_BALANCE_LEFT_OUT_H
#define WLM_BALANCE_LEFT_OUT_H

#include "balance/model.h"

/**
 * Count a request for outlier detection (does nothing when that is off).
 * @return the time until which the member is left out because of this request, 0: it is not
 */
apr_time_t wlm_left_out_count(wlm_member_t *member, int failed, apr_time_t now);

#endif

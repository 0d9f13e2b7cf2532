/* balance/member.h: a member as it is made, and its requests in flight. Whether it may be used: balance/availability.h.
 *
 * Counting may be done by any thread of any process, and takes no lock.
 */
#ifndef WLM_BALANCE_MEMBER_H
#define WLM_BALANCE_MEMBER_H

#include "balance/model.h"

/** Make the member at an index of cluster->cfg->members. */
void wlm_member_make(wlm_member_t *member, wlm_cluster_t *cluster, int index, wlm_shared_member_t *shared, apr_pool_t *p);

/** Requests that are with it now, all processes together. */
uint32_t wlm_member_in_flight(const wlm_member_t *member);
/** One request more. @return 0: it has as many as it may have */
int wlm_member_acquire(wlm_member_t *member);
/** One request less; wakes requests that wait in the cluster's queue. */
void wlm_member_release(wlm_member_t *member);

#endif

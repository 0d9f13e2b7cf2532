/* balance/member.h: a member as it is made, its weight, and its requests in flight. Whether it may be used:
 * balance/availability.h.
 *
 * Counting may be done by any thread of any process, and takes no lock.
 */
#ifndef WLM_BALANCE_MEMBER_H
#define WLM_BALANCE_MEMBER_H

#include "balance/model.h"
#include "balance/transports.h"

/** Make the member at an index of cluster->cfg->members. */
void wlm_member_make(wlm_member_t *member, wlm_cluster_t *cluster, int index, wlm_shared_member_t *shared,
                     apr_pool_t *p);

/** Its weight as it counts now: 0 while it drains or is disabled, otherwise what an administrator has set, or the
 * configured one. */
int wlm_member_weight(const wlm_member_t *member);

/** Is a member meant for new sessions in the primary tier (whatever its health)? */
static inline int wlm_member_accepts_new(const wlm_member_t *member)
{
    return wlm_transports_is_reachable(member) && member->cfg->tier == PLUGIN_CFG_PRIMARY
           && wlm_member_weight(member) > 0;
}

/** Is a member meant for new sessions in any tier (whatever its health), and for such clients?
 *  @param secure  they come by https */
static inline int wlm_member_serves(const wlm_member_t *member, int secure)
{
    return wlm_transports_for(member, secure) && wlm_member_weight(member) > 0;
}

/** Are there active checks of it? Then only they, or an administrator, bring it back; no request probes it. */
int wlm_member_is_checked(const wlm_member_t *member);

/** Requests that are with it now, all processes together. */
uint32_t wlm_member_in_flight(const wlm_member_t *member);
/** Has it as many requests as it may have (MaxConnections)? */
static inline int wlm_member_is_full(const wlm_member_t *member)
{
    return member->limit > 0 && wlm_tally_number(&member->shared->in_flight) >= (uint32_t)member->limit;
}
/** One request more. @return 0: it has as many as it may have */
int wlm_member_acquire(wlm_member_t *member);
/** One request less; wakes requests that wait in the cluster's queue. */
void wlm_member_release(wlm_member_t *member);

#endif

/* balance/member.h: making a member, its weight, and its requests in flight. Whether it may be used is in
 * balance/availability.h.
 *
 * Any thread of any process may count; no lock.
 */
#ifndef WLM_BALANCE_MEMBER_H
#define WLM_BALANCE_MEMBER_H

#include "balance/model.h"
#include "balance/transports.h"

/** Make the member at an index of cluster->cfg->members. */
void wlm_member_make(wlm_member_t *member, wlm_cluster_t *cluster, int index, wlm_shared_member_t *shared,
                     apr_pool_t *p);

/** The current weight: 0 while the member drains or is disabled, otherwise the one that an administrator has set, or
 *  the configured one. */
int wlm_member_weight(const wlm_member_t *member);

/** Does a member accept new sessions in the primary tier, whatever its health? */
static inline int wlm_member_accepts_new(const wlm_member_t *member)
{
    return wlm_transports_is_reachable(member) && member->cfg->tier == PLUGIN_CFG_PRIMARY
           && wlm_member_weight(member) > 0;
}

/** Does a member accept new sessions of such clients in any tier, whatever its health?
 *  @param secure  the clients come by https */
static inline int wlm_member_serves(const wlm_member_t *member, int secure)
{
    return wlm_transports_for(member, secure) && wlm_member_weight(member) > 0;
}

/** Has the cluster active checks? Then only these or an administrator bring the member back; no request probes it. */
int wlm_member_is_checked(const wlm_member_t *member);

/** Its requests in flight, over all processes. */
uint32_t wlm_member_in_flight(const wlm_member_t *member);
/** Has it reached its limit of requests in flight (MaxConnections)? */
static inline int wlm_member_is_full(const wlm_member_t *member)
{
    return member->limit > 0 && wlm_tally_number(&member->shared->in_flight) >= (uint32_t)member->limit;
}
/** Count one request in flight more. @return 0: the limit is reached */
int wlm_member_acquire(wlm_member_t *member);
/** Count one request in flight less; wakes the first request in the cluster's queue. */
void wlm_member_release(wlm_member_t *member);

#endif

/* balance/cluster_private.h: what the files of the cluster share among themselves. */
#ifndef WLM_BALANCE_CLUSTER_PRIVATE_H
#define WLM_BALANCE_CLUSTER_PRIVATE_H

#include "balance/cluster.h"

/** Is a member meant for new sessions in the primary tier (whatever its health)? */
static inline int wlm_member_takes_new(const wlm_member_t *member)
{
    return wlm_member_is_reachable(member) && member->cfg->tier == PLUGIN_CFG_PRIMARY && wlm_member_weight(member) > 0;
}

/** Sets a member's ways from its transports. */
void wlm_member_make_transports(wlm_member_t *member, apr_pool_t *p);

/** A member is down: look for it then at the latest. */
void wlm_cluster_retry_not_after(wlm_cluster_t *cluster, apr_time_t at);

/** Called once, when the cluster is made. */
void wlm_cluster_schedule_init(wlm_cluster_t *cluster, apr_pool_t *p);

#endif

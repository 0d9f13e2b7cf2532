/* balance/cluster.h: makes a cluster from its configuration and its shared records, while a version is made.
 * On the thread that makes the version, in any process. */
#ifndef WLM_BALANCE_CLUSTER_H
#define WLM_BALANCE_CLUSTER_H

#include "balance/model.h"

/**
 * Make a cluster.
 * @param options  set by directives
 * @param shared   record of the cluster
 * @param members  cfg->members->nelts records, one for each member in that order
 * @param p        holds it; cfg, the options and the records must live as long
 */
wlm_cluster_t *wlm_cluster_make(const plugin_cfg_cluster_t *cfg, const wlm_options_t *options,
                                wlm_shared_cluster_t *shared, wlm_shared_member_t *const *members, apr_pool_t *p);

/** The member with this clone id, or else with this name; as a member calls another one (WLMAffinityOwner).
 *  @return NULL: the cluster has none, or no WLMAffinity */
wlm_member_t *wlm_cluster_owner(const wlm_cluster_t *cluster, const char *id);

#endif

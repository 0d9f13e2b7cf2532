/* balance/snapshot.h: a configuration in use: the model, the index of its routes, and its clusters bound to the shared
 * records. Immutable once made, except the records and caches; any thread may read it.
 */
#ifndef WLM_BALANCE_SNAPSHOT_H
#define WLM_BALANCE_SNAPSHOT_H

#include "balance/model.h"
#include "route/route.h"

typedef struct wlm_snapshot_t {
    const plugin_cfg_t *cfg;
    wlm_route_index_t *routes;
    wlm_cluster_t **clusters;      /* in the order of cfg->clusters */
    int nclusters;
    int nmembers;                  /* of all clusters */
    apr_hash_t *by_cfg;            /* plugin_cfg_cluster_t * -> wlm_cluster_t * */
} wlm_snapshot_t;

/** The number of members of all clusters of a configuration. */
int wlm_snapshot_count_members(const plugin_cfg_t *cfg);

/**
 * Make a snapshot.
 * @param options   set by directives; NULL: the defaults
 * @param clusters  cfg->clusters->nelts records, in the order of the file
 * @param members   wlm_snapshot_count_members() records: those of the first cluster, of the second, ...
 * @param p         holds it; cfg and the records must live as long
 */
wlm_snapshot_t *wlm_snapshot_make(const plugin_cfg_t *cfg, const wlm_options_set_t *options,
                                  wlm_shared_cluster_t *const *clusters, wlm_shared_member_t *const *members,
                                  apr_pool_t *p);

/** The cluster that a route leads to; never NULL for a route of this configuration. */
wlm_cluster_t *wlm_snapshot_cluster(const wlm_snapshot_t *snapshot, const plugin_cfg_route_t *route);

#endif

/* Makes a snapshot. Runs on the thread that makes a version. */
#include "balance/cluster.h"
#include "balance/snapshot.h"

int wlm_snapshot_count_members(const plugin_cfg_t *cfg)
{
    int i, n = 0;

    for (i = 0; i < cfg->clusters->nelts; ++i) {
        n += APR_ARRAY_IDX(cfg->clusters, i, plugin_cfg_cluster_t *)->members->nelts;
    }
    return n;
}

wlm_snapshot_t *wlm_snapshot_make(const plugin_cfg_t *cfg, const wlm_options_set_t *options,
                                  wlm_shared_cluster_t *const *clusters, wlm_shared_member_t *const *members,
                                  apr_pool_t *p)
{
    wlm_snapshot_t *snapshot = apr_pcalloc(p, sizeof(*snapshot));
    int i;

    snapshot->cfg = cfg;
    snapshot->routes = wlm_route_index_make(cfg, p);
    snapshot->by_cfg = apr_hash_make(p);
    snapshot->nclusters = cfg->clusters->nelts;
    snapshot->clusters = apr_pcalloc(p, sizeof(*snapshot->clusters) * (apr_size_t)(snapshot->nclusters + 1));
    for (i = 0; i < snapshot->nclusters; ++i) {
        plugin_cfg_cluster_t *const *cluster = &APR_ARRAY_IDX(cfg->clusters, i, plugin_cfg_cluster_t *);

        snapshot->clusters[i] = wlm_cluster_make(*cluster, wlm_options_for(options, (*cluster)->name, p), clusters[i],
                                                 &members[snapshot->nmembers], p);
        snapshot->nmembers += (*cluster)->members->nelts;
        apr_hash_set(snapshot->by_cfg, cluster, sizeof(*cluster), snapshot->clusters[i]);
    }
    return snapshot;
}

wlm_cluster_t *wlm_snapshot_cluster(const wlm_snapshot_t *snapshot, const plugin_cfg_route_t *route)
{
    return apr_hash_get(snapshot->by_cfg, &route->cluster, sizeof(route->cluster));
}

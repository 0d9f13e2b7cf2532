/* `wlmcfg diff`, the members by their clone ids. On main()'s thread. */
#include <apr_strings.h>
#include "tools/wlmcfg/diff/compare.h"
#include "tools/wlmcfg/diff/model.h"

static apr_hash_t *find_clones(const plugin_cfg_cluster_t *cluster, apr_pool_t *p)
{
    apr_hash_t *clones = apr_hash_make(p);
    int i;

    for (i = cluster->members->nelts - 1; i >= 0; --i) { /* of two with one id the first is written last */
        const plugin_cfg_server_t *server = APR_ARRAY_IDX(cluster->members, i, plugin_cfg_server_t *);
        if (server->clone_id) {
            apr_hash_set(clones, server->clone_id, APR_HASH_KEY_STRING, server);
        }
    }
    return clones;
}

apr_hash_t *wlmcfg_diff_clones(const diff_t *diff, const plugin_cfg_cluster_t *cluster)
{
    apr_hash_t *clones = apr_hash_get(diff->clones, &cluster, sizeof(cluster));

    if (!clones) {
        apr_pool_t *p = apr_hash_pool_get(diff->clones);
        clones = find_clones(cluster, p);
        apr_hash_set(diff->clones, apr_pmemdup(p, &cluster, sizeof(cluster)), sizeof(cluster), clones);
    }
    return clones;
}

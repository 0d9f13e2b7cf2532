/* `wlmcfg diff`, the model: questions about it that several files have. On main()'s thread. */
#include "tools/wlmcfg/diff/model.h"

int wlmcfg_diff_is_empty(const diff_t *diff)
{
    return !diff->settings->nelts && !diff->clusters->nelts && !diff->routes->nelts && !diff->sessions->nelts;
}

int wlmcfg_diff_is_same_cluster(const diff_t *diff, const plugin_cfg_cluster_t *from, const plugin_cfg_cluster_t *to)
{
    return from && to ? wlm_pairs_later_cluster(diff->pairs, from) == to : from == to;
}

/* `wlmcfg diff`: the comparison of two files, part by part. On main()'s thread. */
#include "tools/wlmcfg/diff/compare.h"
#include "tools/wlmcfg/diff/model.h"
#include "tools/wlmcfg/diff/settings.h"

void wlmcfg_diff_compare(diff_t *diff, apr_pool_t *p)
{
    diff->clones = apr_hash_make(p);
    diff->pairs = wlm_pairs_make(diff->from, diff->to, p);
    diff->settings = apr_array_make(p, 4, sizeof(change_t));
    wlmcfg_diff_attributes(diff->settings, "Config", diff->from, diff->to);
    diff->clusters = wlmcfg_diff_clusters(diff, p);
    wlmcfg_diff_routes(diff, p);
    wlmcfg_diff_sessions(diff, p);
}

/* The review of a whole file: its parts one behind the other. On main()'s thread. */
#include "tools/wlmcfg/check/review_private.h"

void wlm_review(plugin_cfg_t *cfg, apr_pool_t *ptemp)
{
    wlm_review_routes(cfg, ptemp);
    wlm_review_sessions(cfg, ptemp);
    wlm_review_servers(cfg, ptemp);
    wlm_review_clusters(cfg, ptemp);
    plugin_cfg_sort_findings(cfg, ptemp);
}

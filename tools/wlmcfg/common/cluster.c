/* Builds a wlm_cluster_t on private memory, so that wlmcfg can call the module's selection code. On main()'s thread. */
#include <stdlib.h>
#include "balance/cluster.h"
#include "base/cache_line.h"
#include "tools/common/call.h"
#include "tools/wlmcfg/common/cluster.h"

static apr_status_t free_records(void *memory)
{
    free(memory);
    return APR_SUCCESS;
}

/* Records as they lie in shared memory: all zero, on a cache line of their own. From calloc(), which does not touch the
 * pages: of the records of many members most have a page that is never used. */
static void *records(apr_size_t size, int n, apr_pool_t *p)
{
    char *memory = calloc(1, size * (apr_size_t)n + WLM_CACHE_LINE);

    if (!memory) {
        exit(tool_failure("out of memory"));
    }
    apr_pool_cleanup_register(p, memory, free_records, apr_pool_cleanup_null);
    return (void *)APR_ALIGN((uintptr_t)memory, WLM_CACHE_LINE);
}

wlm_cluster_t *wlmcfg_cluster_make(const plugin_cfg_cluster_t *cfg, const wlm_options_t *options, apr_pool_t *p)
{
    int i, n = cfg->members->nelts;
    wlm_shared_member_t *all = records(sizeof(*all), n, p);
    wlm_shared_member_t **members = apr_palloc(p, sizeof(*members) * (apr_size_t)(n + 1));

    for (i = 0; i < n; ++i) {
        members[i] = &all[i];
    }
    return wlm_cluster_make(cfg, options, records(sizeof(wlm_shared_cluster_t), 1, p), members, p);
}

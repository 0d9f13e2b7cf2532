/* tools/wlmcfg/common/cluster.h: a cluster as the module makes it, for those that ask it what it would do.
 * On main()'s thread. */
#ifndef WLMCFG_COMMON_CLUSTER_H
#define WLMCFG_COMMON_CLUSTER_H
#include "balance/model.h"


/**
 * Make a cluster whose records, all members up, are in private memory.
 * @param options  must live as long
 * @param p        holds it; cfg must live as long
 */
wlm_cluster_t *wlmcfg_cluster_make(const plugin_cfg_cluster_t *cfg, const wlm_options_t *options, apr_pool_t *p);

#endif

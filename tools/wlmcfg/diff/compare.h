/* tools/wlmcfg/diff/compare.h: the comparisons of which a diff consists. On main()'s thread. */
#ifndef WLMCFG_DIFF_COMPARE_H
#define WLMCFG_DIFF_COMPARE_H

#include <apr_hash.h>
#include "tools/wlmcfg/diff/model.h"

/** Sets all of the diff but from and to. */
void wlmcfg_diff_compare(diff_t *diff, apr_pool_t *p);

/** @return item_t: clusters of the second file in their order, then those that are in the first only (clusters.c) */
apr_array_header_t *wlmcfg_diff_clusters(const diff_t *diff, apr_pool_t *p);

/** Sets routes and successions (routes.c). */
void wlmcfg_diff_routes(diff_t *diff, apr_pool_t *p);

/** Sets sessions (sessions.c). */
void wlmcfg_diff_sessions(diff_t *diff, apr_pool_t *p);

/** The members of a cluster by their clone ids, of two with one id the first (clones.c). They are found once for each
 *  cluster. @return clone id -> plugin_cfg_server_t * */
apr_hash_t *wlmcfg_diff_clones(const diff_t *diff, const plugin_cfg_cluster_t *cluster);

#endif

/* tools/wlmcfg/check/review_private.h: what the files of the review share. Each of its parts looks at the whole
 * file. On main()'s thread. */
#ifndef WLMCFG_CHECK_REVIEW_PRIVATE_H
#define WLMCFG_CHECK_REVIEW_PRIVATE_H

#include "route/affinity.h"
#include "tools/wlmcfg/check/review.h"

/* -- tools/wlmcfg/check/review_finding.c -- */

/** @return "", " and 1 more", " and 2 more", ...: behind the first of n */
const char *wlm_review_more(int n, apr_pool_t *p);

/** Do both rules look for sessions under the same names? */
int wlm_review_has_same_names(const wlm_affinity_rule_t *a, const wlm_affinity_rule_t *b);

/* -- the parts -- */

/** tools/wlmcfg/check/review_routes.c: routes and URIs that get no requests, because others win. */
void wlm_review_routes(plugin_cfg_t *cfg, apr_pool_t *ptemp);

/** tools/wlmcfg/check/review_sessions.c: names under which sessions are looked for, and clone ids of different
 *  clusters. */
void wlm_review_sessions(plugin_cfg_t *cfg, apr_pool_t *ptemp);

/** tools/wlmcfg/check/review_servers.c: addresses and names that several servers have. */
void wlm_review_servers(plugin_cfg_t *cfg, apr_pool_t *ptemp);

/** tools/wlmcfg/check/review_clusters.c: weights and times. */
void wlm_review_clusters(plugin_cfg_t *cfg, apr_pool_t *ptemp);

#endif

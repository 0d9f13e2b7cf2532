/* route/nearest.h: explains why a request has no route, by the route that comes nearest to it. Pure, any thread. */
#ifndef WLM_ROUTE_NEAREST_H
#define WLM_ROUTE_NEAREST_H

#include "plugin-cfg/plugin_cfg.h"

/**
 * The nearest to a request that no route matches: a route that has no effect (plugin_cfg_lost_route_t); else a URI that
 * matches the path, but for other hosts; else one for this host that differs only by the case of its letters; else the
 * one with the longest beginning in common. Compares every URI of the file, so it is too slow for every request. Pure,
 * any thread.
 *
 * @param host  as for wlm_route_find(); port and path as well
 * @return a sentence with the URI and its line; in p or static
 */
const char *wlm_route_nearest(const plugin_cfg_t *cfg, const char *host, int port, const char *path, apr_pool_t *p);

/** Would a route that has no effect match? A group that it names and the file does not have counts as matching
 *  everything. Pure, any thread. */
int wlm_route_lost_matches(const plugin_cfg_lost_route_t *lost, const char *host, int port, const char *path,
                           apr_pool_t *p);

#endif

/* compare/loss.h: the losses of a changed plugin-cfg.xml: routes and members that only the file before has. Worded as
 * in `wlmcfg diff`, which prints all differences. Pure, any thread.
 */
#ifndef WLM_COMPARE_LOSS_H
#define WLM_COMPARE_LOSS_H

#include "route/route.h"

/** The most URIs, hosts or members that a line names. */
#define WLM_LOSS_MAX_NAMES 20

/**
 * Find what is lost.
 *
 * A member is kept when its cluster has a member with its name or with one of its addresses; or, when the cluster is
 * gone, when any cluster has a member with one of its addresses (the cluster may have been renamed). A URI is lost on a
 * host when a request that represents all requests of the two had a route and has none now; a route to another cluster
 * is no loss.
 *
 * Pure, any thread. Takes time in proportion to the pairs of URI and host in all routes, and of members.
 *
 * @param from, to            the model before, and now
 * @param from_index, to_index  the indexes of their routes
 * @return const char *, a line each: "cluster shop: removed", "cluster shop, member b: removed",
 *         "routes: cluster shop -> nowhere, hosts www:80 www:443: /shop/cart /shop/list"; in p
 */
apr_array_header_t *wlm_loss_find(const plugin_cfg_t *from, const wlm_route_index_t *from_index, const plugin_cfg_t *to,
                                  const wlm_route_index_t *to_index, apr_pool_t *p);

#endif

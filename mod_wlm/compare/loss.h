/* compare/loss.h: what a changed plugin-cfg.xml takes away: routes and members that the one before has. In the words of
 * `wlmcfg diff`, which prints everything that differs.
 */
#ifndef WLM_COMPARE_LOSS_H
#define WLM_COMPARE_LOSS_H

#include "route/route.h"

/** A line names so many URIs, hosts or members. */
#define WLM_LOSS_MAX_NAMES 20

/**
 * Find what is lost.
 *
 * A member is there still when its cluster has one of its name, or one at one of its addresses; when the cluster is not
 * there, when any cluster has one at its addresses (it has another name now). A URI is lost on a host when a request
 * that stands for all that the two match had a route and has none now; one that goes to another cluster is not lost.
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

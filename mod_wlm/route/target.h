/* route/target.h: from a request's host, port and path to its route, or to the reason why it has none.
 * Pure, any thread. */
#ifndef WLM_ROUTE_TARGET_H
#define WLM_ROUTE_TARGET_H

#include "route/route.h"

typedef enum {
    WLM_TARGET_FOUND,
    WLM_TARGET_NONE,               /* no route, or an invalid path: httpd serves the request itself */
    WLM_TARGET_AMBIGUOUS           /* a member could resolve the path differently: the request is refused with 400 */
} wlm_target_t;

/**
 * Find the route of a request. Pure, any thread.
 *
 * @param match    set when FOUND
 * @param ppath    set when FOUND: the path in the form that was matched (wlm_path_canonical)
 * @param host     as for wlm_route_find(); port as well
 * @param encoded  normalised, percent-encoded path, without query
 * @param p        for the path in the form that is matched
 */
wlm_target_t wlm_target_find(wlm_route_match_t *match, const char **ppath, const wlm_route_index_t *routes,
                             const char *host, int port, const char *encoded, apr_pool_t *p);

#endif

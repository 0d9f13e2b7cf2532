/* From host, port and path to a route, or to the reason why there is none. Pure; any thread. */
#include "http/path.h"
#include "route/target.h"

wlm_target_t wlm_target_find(wlm_route_match_t *match, const char **ppath, const wlm_route_index_t *routes,
                             const char *host, int port, const char *encoded, apr_pool_t *p)
{
    const char *resolved;
    wlm_path_result_t result = wlm_path_canonical(ppath, &resolved, encoded, p);
    wlm_route_match_t other;
    int found;

    if (result == WLM_PATH_INVALID) {
        return WLM_TARGET_NONE;
    }
    found = wlm_route_find(match, routes, host, port, *ppath);
    if (result == WLM_PATH_AMBIGUOUS && (found || wlm_route_find(&other, routes, host, port, resolved))) {
        return WLM_TARGET_AMBIGUOUS;
    }
    return found ? WLM_TARGET_FOUND : WLM_TARGET_NONE;
}

/* route/route.h: from host, port and path to a route of plugin-cfg.xml. Pure, any thread.
 *
 * All routes compete. A route takes part when a virtual host of its group matches host and port and a
 * URI of its group matches the path. Of those the winner has, in this order,
 *   1. the longest URI (number of literal characters of the pattern, '*' not counted),
 *   2. an exact URI before one with a wildcard,
 *   3. the more exact virtual host: host:port, host:*, *:port, *:*, no virtual host group at all,
 *   4. the earlier position in the file (of the Route, then of the Uri in its group).
 * URI patterns are case sensitive, hosts are not. '*' stands for any number of characters, also none,
 * also '/'; several in a row are one. A pattern that ends in "/" and '*' ("/app/" + "*") also matches a path
 * that lacks only that slash ("/app"), then with a literal length that is less by one and as a wildcard, so
 * that an exact "/app" wins; it may have other wildcards, too. A pattern that begins neither with '/' nor
 * with '*' matches nothing.
 * A route without URI group matches every path with literal length 0.
 *
 * The index is built once per configuration. A look-up costs time in proportion to the path's length, not
 * to the number of routes, hosts or URIs, and allocates nothing. (For patterns with a '*' elsewhere than at the
 * very end or the very beginning it may be the path's length times that of the longest literal between two
 * stars. Patterns with more than 16 stars are tried one by one.) The index takes memory for each pair of URI and
 * virtual host in a route, about 50 bytes.
 */
#ifndef WLM_ROUTE_ROUTE_H
#define WLM_ROUTE_ROUTE_H

#include "plugin-cfg/plugin_cfg.h"
#include "route/rank.h"

typedef struct wlm_route_index_t wlm_route_index_t;

typedef struct wlm_route_match_t {
    const plugin_cfg_route_t *route;
    const plugin_cfg_uri_t *uri;           /* the URI that won; NULL when the route has no URI group */
    const plugin_cfg_virtual_host_t *host; /* the host that won; NULL when the route has no host group */
} wlm_route_match_t;

/**
 * Build the index of a configuration.
 * @param p  holds the index; it points into cfg, which must live as long
 */
wlm_route_index_t *wlm_route_index_make(const plugin_cfg_t *cfg, apr_pool_t *p);

/** A pattern with every run of stars made one: two patterns are the same when these texts are.
 *  @return in pool p, or the text itself */
const char *wlm_route_pattern_text(const char *pattern, apr_pool_t *p);

/**
 * A path that represents all paths that a pattern matches: another pattern that matches it matches all of them (except
 * "/app" for the pattern "/app/" + "*"). Each '*' is replaced by a character that no URI and no XML text contains.
 * @return in p; it begins without '/' when the pattern matches nothing
 */
const char *wlm_route_sample(const char *pattern, apr_pool_t *p);

/**
 * Find the route of a request. Pure, any thread, no allocation.
 *
 * @param match  set when found
 * @param host   host name without port, any case, IPv6 without brackets; NULL or "" when the client sent none
 *               (then only '*' hosts match)
 * @param port   1..65535; 0: one that no virtual host names (then only '*' ports match)
 * @param path   canonical path (wlm_path_canonical)
 * @return 1 found; 0 no route: the module declines the request
 */
int wlm_route_find(wlm_route_match_t *match, const wlm_route_index_t *index,
                   const char *host, int port, const char *path);

/** The same, with the criteria by which the route has won. @param rank  set when found */
int wlm_route_find_rank(wlm_route_match_t *match, wlm_route_rank_t *rank, const wlm_route_index_t *index,
                        const char *host, int port, const char *path);

#endif

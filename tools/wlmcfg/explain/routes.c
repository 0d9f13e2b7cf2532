/* `wlmcfg explain`, the routes: which one wins, and which match too but lose. On main()'s thread.
 *
 * The index of routes finds the winner only. So each URI of each route is tried alone, in an index of its own: first
 * for every host, which few URIs pass, then for the hosts of its group, to know whether it is they that do not match.
 */
#include <stdlib.h>
#include <apr_strings.h>
#include "http/path.h"
#include "http/request.h"
#include "route/nearest.h"
#include "tools/wlmcfg/explain/explain.h"
#include "tools/wlmcfg/explain/request.h"

typedef struct search_t {
    explained_t *e;
    int order;
    apr_pool_t *ptemp;             /* for one index */
} search_t;

static apr_array_header_t *list_of(const void *element, apr_pool_t *p)
{
    apr_array_header_t *list = apr_array_make(p, 1, sizeof(element));

    APR_ARRAY_PUSH(list, const void *) = element;
    return list;
}

static int matches_alone(rival_t *rival, const search_t *s, const plugin_cfg_virtual_host_group_t *hosts)
{
    const plugin_cfg_route_t *route = rival->match.route;
    const request_t *request = &s->e->request;
    plugin_cfg_uri_group_t uris = { .uris = list_of(rival->match.uri, s->ptemp) };
    plugin_cfg_route_t alone = { route->cluster, rival->match.uri ? &uris : NULL, hosts, route->line };
    plugin_cfg_t cfg = { .routes = list_of(&alone, s->ptemp) };
    const wlm_route_index_t *index = wlm_route_index_make(&cfg, s->ptemp);
    wlm_route_match_t match;

    if (!wlm_route_find_rank(&match, &rival->rank, index, request->host, request->port, s->e->path)) {
        return 0;
    }
    rival->match.host = match.host;
    return 1;
}

static void try_alone(search_t *s, const plugin_cfg_route_t *route, const plugin_cfg_uri_t *uri)
{
    rival_t rival = { .match = { route, uri, NULL } };

    apr_pool_clear(s->ptemp);
    if (matches_alone(&rival, s, NULL)) {
        rival.matches_host = matches_alone(&rival, s, route->virtual_host_group);
        rival.rank.order = s->order;
        APR_ARRAY_PUSH(s->e->rivals, rival_t) = rival;
    }
    ++s->order;
}

static int by_rank(const void *a, const void *b)
{
    const rival_t *x = a, *y = b;
    wlm_route_reason_t reason;

    return x->matches_host != y->matches_host ? y->matches_host - x->matches_host
                                              : -wlm_route_compare(&reason, &x->rank, &y->rank);
}

static void find_lost(explained_t *e, apr_pool_t *p)
{
    int i;

    e->lost = apr_array_make(p, 1, sizeof(const plugin_cfg_lost_route_t *));
    for (i = 0; i < e->cfg->lost_routes->nelts; ++i) {
        const plugin_cfg_lost_route_t *lost = APR_ARRAY_IDX(e->cfg->lost_routes, i, plugin_cfg_lost_route_t *);
        if (wlm_route_lost_matches(lost, e->request.host, e->request.port, e->path, p)) {
            APR_ARRAY_PUSH(e->lost, const plugin_cfg_lost_route_t *) = lost;
        }
    }
}

static void find_rivals(explained_t *e, apr_pool_t *p)
{
    search_t s = { .e = e };
    int i, k;

    find_lost(e, p);
    e->rivals = apr_array_make(p, 4, sizeof(rival_t));
    apr_pool_create(&s.ptemp, p);
    for (i = 0; i < e->cfg->routes->nelts; ++i) {
        const plugin_cfg_route_t *route = APR_ARRAY_IDX(e->cfg->routes, i, plugin_cfg_route_t *);

        if (!route->uri_group) {
            try_alone(&s, route, NULL);
        }
        for (k = 0; route->uri_group && k < route->uri_group->uris->nelts; ++k) {
            try_alone(&s, route, APR_ARRAY_IDX(route->uri_group->uris, k, plugin_cfg_uri_t *));
        }
    }
    apr_pool_destroy(s.ptemp);
    qsort(e->rivals->elts, (size_t)e->rivals->nelts, sizeof(rival_t), by_rank);
    e->has_winner = e->rivals->nelts && APR_ARRAY_IDX(e->rivals, 0, rival_t).matches_host;
}

/* Of an ambiguous path the reading that has a route */
static void find_rivals_of_path(explained_t *e, apr_pool_t *p)
{
    const char *resolved;

    if (wlm_path_canonical(&e->path, &resolved, e->request.encoded, p) == WLM_PATH_INVALID) {
        e->path = NULL;
        return;
    }
    find_rivals(e, p);
    if (!e->has_winner && resolved != e->path) {
        e->path = resolved;
        find_rivals(e, p);
    }
}

void wlmcfg_explain_routes(explained_t *e, apr_pool_t *p)
{
    const wlm_route_index_t *index = wlm_route_index_make(e->cfg, p);
    const request_t *request = &e->request;
    wlm_route_match_t match;
    const char *path;

    e->verdict = DECLINED;
    if (!wlm_http_method_is_forwarded(request->method)) {
        e->why = apr_psprintf(p, "%s is never for a member", request->method);
        return;
    }
    if (!request->encoded) {
        e->verdict = REFUSED;
        e->why = "httpd itself refuses the path: it has a bad escape, or leads above /";
        return;
    }
    find_rivals_of_path(e, p);
    switch (wlm_target_find(&match, &path, index, request->host, request->port, request->encoded, p)) {
    case WLM_TARGET_FOUND:
        e->verdict = SERVED;
        break;
    case WLM_TARGET_AMBIGUOUS:
        e->verdict = REFUSED;
        e->why = "the path is ambiguous: behind path parameters or escapes it has dot segments, which some servers "
                 "resolve and others do not; the answer is 400";
        break;
    case WLM_TARGET_NONE:
        e->why = apr_pstrcat(p, e->path && e->rivals->nelts ? "no route for this host matches: " : "no route matches: ",
                             wlm_route_nearest(e->cfg, request->host, request->port,
                                               e->path ? e->path : request->encoded, p), NULL);
        break;
    }
}

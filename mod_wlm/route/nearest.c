/* Finds the route that comes nearest to a request without one. Runs on the thread that logs such a request, and in
 * wlmcfg explain. */
#include <ctype.h>
#include <string.h>
#include <strings.h>
#include <apr_strings.h>
#include "base/host.h"
#include "route/nearest.h"
#include "route/private.h"

typedef enum { NOTHING, BEGINNING, CASE, OTHER_HOST } kind_t; /* the nearest last */

typedef struct nearest_t {
    kind_t kind;
    apr_size_t len;                /* characters: of the URI, of BEGINNING those in common */
    const plugin_cfg_route_t *route;
    const plugin_cfg_uri_t *uri;   /* NULL: every one */
} nearest_t;

static int is_for_host(const plugin_cfg_virtual_host_group_t *group, const char *host, int port)
{
    char address[WLM_HOST_SIZE];
    int i;

    host = host ? wlm_host_canonical(host, address) : NULL;
    for (i = 0; group && i < group->hosts->nelts; ++i) {
        const plugin_cfg_virtual_host_t *candidate = APR_ARRAY_IDX(group->hosts, i, plugin_cfg_virtual_host_t *);

        if ((!candidate->port || candidate->port == port)
            && (!candidate->host || (host && strcasecmp(candidate->host, host) == 0))) {
            return 1;
        }
    }
    return !group;
}

static int matches(const char *pattern, const char *path, apr_pool_t *p)
{
    apr_size_t len = strlen(pattern);

    return wlm_route_glob_matches(pattern, path)
           || (len > 2 && strcmp(pattern + len - 2, "/*") == 0
               && wlm_route_glob_matches(apr_pstrmemdup(p, pattern, len - 2), path));
}

static int matches_any(const plugin_cfg_uri_group_t *group, const char *path, apr_pool_t *p)
{
    int i;

    for (i = 0; group && i < group->uris->nelts; ++i) {
        const plugin_cfg_uri_t *uri = APR_ARRAY_IDX(group->uris, i, plugin_cfg_uri_t *);
        if (matches(wlm_route_pattern_text(uri->name, p), path, p)) {
            return 1;
        }
    }
    return !group;
}

int wlm_route_lost_matches(const plugin_cfg_lost_route_t *lost, const char *host, int port, const char *path,
                           apr_pool_t *p)
{
    return is_for_host(lost->virtual_host_group, host, port) && matches_any(lost->uri_group, path, p);
}

/* @return NULL: none */
static const plugin_cfg_lost_route_t *find_lost(const plugin_cfg_t *cfg, const char *host, int port, const char *path,
                                                apr_pool_t *p)
{
    int i;

    for (i = 0; i < cfg->lost_routes->nelts; ++i) {
        const plugin_cfg_lost_route_t *lost = APR_ARRAY_IDX(cfg->lost_routes, i, plugin_cfg_lost_route_t *);
        if (wlm_route_lost_matches(lost, host, port, path, p)) {
            return lost;
        }
    }
    return NULL;
}

static char *lower(const char *text, apr_pool_t *p)
{
    char *copy = apr_pstrdup(p, text), *c;

    for (c = copy; *c; ++c) {
        *c = (char)tolower((unsigned char)*c);
    }
    return copy;
}

static apr_size_t in_common(const char *pattern, const char *path)
{
    apr_size_t n = 0;

    while (pattern[n] && pattern[n] != '*' && tolower((unsigned char)pattern[n]) == tolower((unsigned char)path[n])) {
        ++n;
    }
    return n;
}

static void consider(nearest_t *best, const plugin_cfg_route_t *route, const plugin_cfg_uri_t *uri, int for_host,
                     const char *path, apr_pool_t *p)
{
    const char *pattern = wlm_route_pattern_text(uri ? uri->name : "*", p);
    nearest_t found = { NOTHING, strlen(pattern), route, uri };

    if (!for_host) {
        found.kind = matches(pattern, path, p) ? OTHER_HOST : NOTHING;
    }
    else if (matches(lower(pattern, p), lower(path, p), p)) {
        found.kind = CASE;
    }
    else {
        found.len = in_common(pattern, path);
        found.kind = found.len > 1 ? BEGINNING : NOTHING; /* all of them begin with a slash */
    }
    if (found.kind > best->kind || (found.kind == best->kind && found.len > best->len)) {
        *best = found;
    }
}

static void find(nearest_t *best, const plugin_cfg_t *cfg, const char *host, int port, const char *path, apr_pool_t *p)
{
    int i, k;

    for (i = 0; i < cfg->routes->nelts; ++i) {
        const plugin_cfg_route_t *route = APR_ARRAY_IDX(cfg->routes, i, plugin_cfg_route_t *);
        int for_host = is_for_host(route->virtual_host_group, host, port);

        if (!route->uri_group) {
            consider(best, route, NULL, for_host, path, p);
        }
        for (k = 0; route->uri_group && k < route->uri_group->uris->nelts; ++k) {
            consider(best, route, APR_ARRAY_IDX(route->uri_group->uris, k, plugin_cfg_uri_t *), for_host, path, p);
        }
    }
}

#define HOSTS_LISTED 5

static const char *hosts_of(const plugin_cfg_route_t *route, apr_pool_t *p)
{
    const apr_array_header_t *hosts = route->virtual_host_group->hosts;
    apr_array_header_t *names = apr_array_make(p, HOSTS_LISTED + 1, sizeof(const char *));
    int i;

    for (i = 0; i < hosts->nelts && i < HOSTS_LISTED; ++i) {
        APR_ARRAY_PUSH(names, const char *) = APR_ARRAY_IDX(hosts, i, plugin_cfg_virtual_host_t *)->name;
    }
    if (hosts->nelts > HOSTS_LISTED) {
        APR_ARRAY_PUSH(names, const char *) = "...";
    }
    return apr_array_pstrcat(p, names, ' ');
}

const char *wlm_route_nearest(const plugin_cfg_t *cfg, const char *host, int port, const char *path, apr_pool_t *p)
{
    nearest_t best = { NOTHING, 0, NULL, NULL };
    const plugin_cfg_lost_route_t *lost = find_lost(cfg, host, port, path, p);
    const char *uri;

    if (lost) {
        return apr_psprintf(p, "the route in line %d would match, but has no effect: %s", lost->line, lost->why);
    }
    find(&best, cfg, host, port, path, p);
    if (best.kind == NOTHING) {
        return cfg->routes->nelts ? "no URI is like it"
             : cfg->lost_routes->nelts ? "no route of the file has an effect" : "the file has no routes";
    }
    uri = best.uri ? apr_psprintf(p, "URI %s (line %d)", best.uri->name, best.uri->line)
                   : apr_psprintf(p, "every URI of the route in line %d", best.route->line);
    return best.kind == OTHER_HOST
         ? apr_psprintf(p, "%s matches, but is for hosts %s only", uri, hosts_of(best.route, p))
         : best.kind == CASE ? apr_psprintf(p, "%s differs by upper and lower case", uri)
                             : apr_psprintf(p, "%s has the longest beginning in common", uri);
}

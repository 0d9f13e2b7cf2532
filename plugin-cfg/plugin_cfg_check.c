/* What can be said only when the whole file has been read. */
#include <string.h>
#include <apr_strings.h>
#include "plugin_cfg_private.h"

/* the first whose name (the first field of all three kinds) this is */
static void *find_by_name(const apr_array_header_t *items, const char *name)
{
    int i;

    for (i = 0; i < items->nelts; ++i) {
        if (strcmp(*APR_ARRAY_IDX(items, i, const char **), name) == 0) {
            return APR_ARRAY_IDX(items, i, void *);
        }
    }
    return NULL;
}

/* A route with a name that nothing has must not become a route for everything */
static void *resolve(plugin_cfg_reader_t *reader, const apr_array_header_t *items, const char *element,
                     const char *name, int line)
{
    void *found = find_by_name(items, name);

    if (!found) {
        plugin_cfg_add_finding(reader, PLUGIN_CFG_WARNING, line, "dangling-route",
                               "Route names %s \"%s\", which is not in the file; the route has no effect: correct the name, "
                               "or remove the route", element, name);
    }
    return found;
}

static void resolve_route(plugin_cfg_reader_t *reader, const plugin_cfg_route_names_t *names)
{
    plugin_cfg_t *cfg = reader->cfg;
    plugin_cfg_route_t *route = apr_pcalloc(reader->p, sizeof(*route));

    route->line = names->line;
    route->cluster = resolve(reader, cfg->clusters, "ServerCluster", names->cluster, names->line);
    if (names->uri_group) {
        route->uri_group = resolve(reader, cfg->uri_groups, "UriGroup", names->uri_group, names->line);
    }
    if (names->virtual_host_group) {
        route->virtual_host_group = resolve(reader, cfg->virtual_host_groups, "VirtualHostGroup",
                                            names->virtual_host_group, names->line);
    }
    if (route->cluster && (route->uri_group || !names->uri_group)
        && (route->virtual_host_group || !names->virtual_host_group)) {
        APR_ARRAY_PUSH(cfg->routes, plugin_cfg_route_t *) = route;
    }
}

static int has_route(const plugin_cfg_t *cfg, const plugin_cfg_cluster_t *cluster)
{
    int i;

    for (i = 0; i < cfg->routes->nelts; ++i) {
        if (APR_ARRAY_IDX(cfg->routes, i, plugin_cfg_route_t *)->cluster == cluster) {
            return 1;
        }
    }
    return 0;
}

static void check_members(plugin_cfg_reader_t *reader)
{
    int i;

    for (i = 0; i < reader->cfg->clusters->nelts; ++i) {
        const plugin_cfg_cluster_t *cluster = APR_ARRAY_IDX(reader->cfg->clusters, i, plugin_cfg_cluster_t *);
        int routed = has_route(reader->cfg, cluster);

        if (!cluster->members->nelts) {
            plugin_cfg_add_finding(reader, routed ? PLUGIN_CFG_ERROR : PLUGIN_CFG_WARNING, cluster->line,
                                   "cluster-without-member", "cluster \"%s\" has no member that can be reached%s; add a "
                                   "server with a transport", cluster->name,
                                   routed ? ", but a route leads to it" : "");
        }
    }
}

/* -- https ------------------------------------------------------------------------------------ */

typedef void (*visit_t)(void *state, const plugin_cfg_server_t *server);

static void each_member(const plugin_cfg_t *cfg, visit_t visit, void *state)
{
    int i, k;

    for (i = 0; i < cfg->clusters->nelts; ++i) {
        const apr_array_header_t *members = APR_ARRAY_IDX(cfg->clusters, i, plugin_cfg_cluster_t *)->members;
        for (k = 0; k < members->nelts; ++k) {
            visit(state, APR_ARRAY_IDX(members, k, plugin_cfg_server_t *));
        }
    }
}

typedef struct https_t {
    int only, without_keyring;     /* how many servers have https only; how many https transports have no keyring */
    const plugin_cfg_server_t *first_only;
    const plugin_cfg_transport_t *first_without;
} https_t;

static void look_at_https(void *state, const plugin_cfg_server_t *server)
{
    https_t *https = state;
    int i, http = 0;

    for (i = 0; i < server->transports->nelts; ++i) {
        const plugin_cfg_transport_t *transport = APR_ARRAY_IDX(server->transports, i, plugin_cfg_transport_t *);
        http += transport->protocol == PLUGIN_CFG_HTTP;
        if (transport->protocol == PLUGIN_CFG_HTTPS && !transport->keyring && !https->without_keyring++) {
            https->first_without = transport;
        }
    }
    if (!http && !https->only++) {
        https->first_only = server;
    }
}

/* once for the file: a generator writes all servers alike */
static void check_https(plugin_cfg_reader_t *reader)
{
    https_t https = { 0, 0, NULL, NULL };

    each_member(reader->cfg, look_at_https, &https);
    if (https.only) {
        plugin_cfg_add_finding(reader, PLUGIN_CFG_WARNING, https.first_only->line, "https-only",
                               "%d server(s), \"%s\" first, have only https transports, which are not supported yet: they "
                               "get no requests; add an http transport", https.only, https.first_only->name);
    }
    if (https.without_keyring) {
        plugin_cfg_add_finding(reader, PLUGIN_CFG_NOTE, https.first_without->line, "https-without-keyring",
                               "%d https transport(s), this one first, have no keyring Property, so the server's "
                               "certificate could not be verified", https.without_keyring);
    }
}

void plugin_cfg_check(plugin_cfg_reader_t *reader)
{
    int i;

    if (plugin_cfg_has_errors(reader->cfg)) {
        return; /* what is missing is perhaps only what was wrong */
    }
    for (i = 0; i < reader->routes->nelts; ++i) {
        resolve_route(reader, &APR_ARRAY_IDX(reader->routes, i, plugin_cfg_route_names_t));
    }
    if (!reader->cfg->routes->nelts) {
        plugin_cfg_add_finding(reader, PLUGIN_CFG_NOTE, 0, "no-routes",
                               "the file has no route to a cluster, so no request goes to any; that is how it looks "
                               "before an application is installed");
    }
    check_members(reader);
    check_https(reader);
}

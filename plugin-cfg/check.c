/* What can be said only when the whole file has been read. On the thread that reads the file. */
#include <string.h>
#include <apr_strings.h>
#include "plugin-cfg/keyring.h"
#include "plugin-cfg/private.h"

/* Liberty names its cluster in the route, too, when it has none to write because its HTTP endpoint is not there */
static const char *remedy_for(const plugin_cfg_reader_t *reader, const char *element, apr_hash_t *items)
{
    return apr_hash_count(items) ? "correct the name, or remove the route"
         : apr_psprintf(reader->scratch, "there is no %s at all; Liberty writes such a file while its HTTP endpoint is "
                        "not there: generate it anew", element);
}

/* A route with a name that nothing has must not become a route for everything */
static void *resolve(plugin_cfg_reader_t *reader, apr_hash_t *items, const char *element, const char *name,
                     plugin_cfg_lost_route_t *lost)
{
    void *found = apr_hash_get(items, name, APR_HASH_KEY_STRING);

    if (!found) {
        plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_DANGLING_ROUTE, lost->line,
                               "Route names %s \"%s\", which is not in the file; the route has no effect: %s", element,
                               name, remedy_for(reader, element, items));
        lost->why = lost->why ? lost->why : apr_psprintf(reader->p, "%s \"%s\" is not in the file", element, name);
    }
    return found;
}

static void check_group(plugin_cfg_reader_t *reader, const char *element, const char *name, const char *child,
                        int items, int line)
{
    if (!items && !plugin_cfg_has_errors(reader->cfg)) {
        plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_EMPTY_GROUP, line,
                               "Route names %s \"%s\", which has no %s; the route matches no request: add "
                               "one, or remove the route", element, name, child);
    }
}

/* What the file says of a route, as long as it is not known whether it has an effect */
static plugin_cfg_lost_route_t *make_lost(plugin_cfg_reader_t *reader, const plugin_cfg_route_names_t *names)
{
    plugin_cfg_lost_route_t *lost = apr_pcalloc(reader->p, sizeof(*lost));

    lost->cluster = names->cluster;
    lost->uri_group_name = names->uri_group;
    lost->virtual_host_group_name = names->virtual_host_group;
    lost->line = names->line;
    return lost;
}

/* When an error has kept servers out of a cluster, that error is enough; one that gets servers from elsewhere may be
 * without any for a while */
static int is_empty(const plugin_cfg_reader_t *reader, const plugin_cfg_cluster_t *cluster)
{
    return !cluster->members->nelts && !cluster->from
           && !apr_hash_get(reader->incomplete, cluster->name, APR_HASH_KEY_STRING);
}

/* A cluster without a member is as good as none: the same rule for both */
static const plugin_cfg_cluster_t *resolve_cluster(plugin_cfg_reader_t *reader, plugin_cfg_lost_route_t *lost)
{
    const plugin_cfg_cluster_t *cluster = resolve(reader, reader->clusters, "ServerCluster", lost->cluster, lost);

    if (cluster && is_empty(reader, cluster)) {
        lost->why = apr_psprintf(reader->p, "cluster \"%s\" has no member that can be reached", cluster->name);
    }
    return cluster;
}

static void resolve_route(plugin_cfg_reader_t *reader, const plugin_cfg_route_names_t *names)
{
    plugin_cfg_route_t *route = apr_pcalloc(reader->p, sizeof(*route));
    plugin_cfg_lost_route_t *lost = make_lost(reader, names);

    route->line = names->line;
    route->cluster = resolve_cluster(reader, lost);
    if (names->uri_group
        && (lost->uri_group = resolve(reader, reader->uri_groups, "UriGroup", names->uri_group, lost))) {
        check_group(reader, "UriGroup", lost->uri_group->name, "Uri", lost->uri_group->uris->nelts, names->line);
    }
    if (names->virtual_host_group
        && (lost->virtual_host_group = resolve(reader, reader->virtual_host_groups, "VirtualHostGroup",
                                               names->virtual_host_group, lost))) {
        check_group(reader, "VirtualHostGroup", lost->virtual_host_group->name, "VirtualHost",
                    lost->virtual_host_group->hosts->nelts, names->line);
    }
    if (lost->why) {
        APR_ARRAY_PUSH(reader->cfg->lost_routes, plugin_cfg_lost_route_t *) = lost;
        return;
    }
    route->uri_group = lost->uri_group;
    route->virtual_host_group = lost->virtual_host_group;
    APR_ARRAY_PUSH(reader->cfg->routes, plugin_cfg_route_t *) = route;
}

/* -- clusters that a route uses --------------------------------------------------------------- */

static apr_hash_t *used_names(const plugin_cfg_reader_t *reader, apr_size_t which)
{
    apr_hash_t *used = apr_hash_make(reader->scratch);
    int i;

    for (i = 0; i < reader->routes->nelts; ++i) {
        const char *name = *(const char **)((char *)APR_ARRAY_IDX(reader->routes, i, plugin_cfg_route_names_t *)
                                            + which);
        if (name) {
            apr_hash_set(used, name, APR_HASH_KEY_STRING, name);
        }
    }
    return used;
}

static void report_unused(plugin_cfg_reader_t *reader, apr_hash_t *used, const char *element, const char *name,
                          int line)
{
    if (!apr_hash_get(used, name, APR_HASH_KEY_STRING)) {
        plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_UNUSED, line,
                               "no Route names %s \"%s\", so it has no effect; add a Route, or remove it", element,
                               name);
    }
}

static void check_unused(plugin_cfg_reader_t *reader)
{
    const plugin_cfg_t *cfg = reader->cfg;
    apr_hash_t *used = used_names(reader, offsetof(plugin_cfg_route_names_t, cluster));
    int i;

    for (i = 0; i < cfg->clusters->nelts; ++i) {
        const plugin_cfg_cluster_t *cluster = APR_ARRAY_IDX(cfg->clusters, i, plugin_cfg_cluster_t *);
        report_unused(reader, used, "ServerCluster", cluster->name, cluster->line);
    }
    used = used_names(reader, offsetof(plugin_cfg_route_names_t, uri_group));
    for (i = 0; i < cfg->uri_groups->nelts; ++i) {
        const plugin_cfg_uri_group_t *group = APR_ARRAY_IDX(cfg->uri_groups, i, plugin_cfg_uri_group_t *);
        report_unused(reader, used, "UriGroup", group->name, group->line);
    }
    used = used_names(reader, offsetof(plugin_cfg_route_names_t, virtual_host_group));
    for (i = 0; i < cfg->virtual_host_groups->nelts; ++i) {
        const plugin_cfg_virtual_host_group_t *group = APR_ARRAY_IDX(cfg->virtual_host_groups, i,
                                                                     plugin_cfg_virtual_host_group_t *);
        report_unused(reader, used, "VirtualHostGroup", group->name, group->line);
    }
}

/* ", and Routes to it have no effect (line 7, 9)"; "" when there is none */
static const char *routes_to(const plugin_cfg_reader_t *reader, const plugin_cfg_cluster_t *cluster)
{
    apr_array_header_t *lines = apr_array_make(reader->scratch, 4, sizeof(const char *));
    int i;

    for (i = 0; i < reader->routes->nelts; ++i) {
        const plugin_cfg_route_names_t *names = APR_ARRAY_IDX(reader->routes, i, plugin_cfg_route_names_t *);
        if (strcmp(names->cluster, cluster->name) == 0) {
            APR_ARRAY_PUSH(lines, const char *) = apr_psprintf(reader->scratch, "%s%d", lines->nelts ? ", " : "",
                                                               names->line);
        }
    }
    return lines->nelts ? apr_psprintf(reader->scratch, ", and Routes to it have no effect (line %s)",
                                       apr_array_pstrcat(reader->scratch, lines, 0)) : "";
}

static void check_members(plugin_cfg_reader_t *reader)
{
    int i;

    for (i = 0; i < reader->cfg->clusters->nelts; ++i) {
        const plugin_cfg_cluster_t *cluster = APR_ARRAY_IDX(reader->cfg->clusters, i, plugin_cfg_cluster_t *);

        if (is_empty(reader, cluster)) {
            plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_CLUSTER_WITHOUT_MEMBER, cluster->line,
                                   "cluster \"%s\" has no member that can be reached%s; add a Server with a Transport",
                                   cluster->name, routes_to(reader, cluster));
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
    int without_keyring, kdb;      /* how many https transports have none, or one of GSKit */
    const plugin_cfg_transport_t *first_without, *first_kdb;
} https_t;

static void count_https(void *state, const plugin_cfg_server_t *server)
{
    https_t *https = state;
    int i;

    for (i = 0; i < server->transports->nelts; ++i) {
        const plugin_cfg_transport_t *transport = APR_ARRAY_IDX(server->transports, i, plugin_cfg_transport_t *);
        if (transport->protocol != PLUGIN_CFG_HTTPS || !transport->port) {
            continue;
        }
        if (!transport->keyring && !https->without_keyring++) {
            https->first_without = transport;
        }
        if (transport->keyring && plugin_cfg_keyring_is_kdb(transport->keyring) && !https->kdb++) {
            https->first_kdb = transport;
        }
    }
}

/* once for the file: a generator writes all servers alike */
static void check_https(plugin_cfg_reader_t *reader)
{
    https_t https = { 0 };

    each_member(reader->cfg, count_https, &https);
    if (https.kdb) {
        plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_KEYRING_KDB, https.first_kdb->line,
                               "keyring \"%s\" is a key file of GSKit, which OpenSSL cannot read (%d such, this one "
                               "first): the file beside it of the same name with the ending .pem or .p12 is read; "
                               "convert it by gskcapicmd and openssl pkcs12, if that is not done, or give WLMTLSTrust",
                               https.first_kdb->keyring, https.kdb);
    }
    if (https.without_keyring) {
        plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_HTTPS_WITHOUT_KEYRING, https.first_without->line,
                               "https transports without a keyring Property (%d, this one first): whose certificates "
                               "are trusted says WLMTLSTrust, otherwise the operating system", https.without_keyring);
    }
}

void plugin_cfg_check(plugin_cfg_reader_t *reader)
{
    int i;

    for (i = 0; i < reader->routes->nelts; ++i) {
        resolve_route(reader, APR_ARRAY_IDX(reader->routes, i, plugin_cfg_route_names_t *));
    }
    if (reader->routes->nelts) {
        check_unused(reader);
    }
    else if (!plugin_cfg_has_errors(reader->cfg)) {
        plugin_cfg_add_graded_finding(reader->cfg, PLUGIN_CFG_FINDING_NO_ROUTES, !reader->has_management, 0,
                                      "the file has no Route, so no request goes to a cluster; %s",
                                      reader->has_management
                                      ? "its routes come by IntelligentManagement, which has no effect here: have a "
                                        "file generated that has them"
                                      : "that is how it looks before an application is installed");
    }
    check_members(reader);
    check_https(reader);
}

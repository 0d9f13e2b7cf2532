/* `wlmcfg show`: a file's meaning as a tree: what comes in (hosts, URIs) leads to a cluster, and that to members.
 * On main()'s thread. */
#include <string.h>
#include <apr_hash.h>
#include <apr_strings.h>
#include "balance/options.h"
#include "balance/options_text.h"
#include "balance/transports.h"
#include "base/count.h"
#include "tools/wlmcfg/wlmcfg.h"
#include "tools/wlmcfg/common/directives.h"
#include "tools/wlmcfg/common/member.h"
#include "tools/wlmcfg/show/show.h"

/* -- members ---------------------------------------------------------------------------- */

static const char *share_of(const plugin_cfg_server_t *server, const wlmcfg_shares_t *shares)
{
    return server->tier == PLUGIN_CFG_BACKUP ? "while no primary can serve"
                                             : wlmcfg_share_text(server, shares, " of new sessions");
}

static void show_transport(const plugin_cfg_transport_t *transport, int is_first, apr_pool_t *p)
{
    printf("            %s://%s%s\n", transport->protocol == PLUGIN_CFG_HTTPS ? "https" : "http",
           wlmcfg_address(transport, p), !is_first ? " (not used)" : wlmcfg_is_usable(transport, p) ? ""
           : apr_psprintf(p, " (not used, for OpenSSL cannot read the keyring %s, unless WLMTLSTrust is given)",
                          transport->keyring));
}

static void show_member(const plugin_cfg_server_t *server, const wlmcfg_shares_t *shares, apr_pool_t *p)
{
    int i;

    printf("        %s: %s, weight %d, %s, %s%s\n", server->name,
           wlmcfg_tier(server), server->weight, share_of(server, shares),
           server->clone_id ? "clone id " : "no clone id", server->clone_id ? server->clone_id : "");
    for (i = 0; i < server->transports->nelts; ++i) {
        const plugin_cfg_transport_t *transport =
            APR_ARRAY_IDX(server->transports, i, plugin_cfg_transport_t *);
        show_transport(transport, transport == wlm_transports_by(server, transport->protocol), p);
    }
}

/* Without httpd's configuration: what the cluster has where that says nothing, and with its one line for the original's
 * ways */
static void show_settings(const plugin_cfg_cluster_t *cluster, apr_pool_t *p)
{
    wlm_options_set_t *set = wlm_options_make(p);
    wlm_defaults_t defaults;

    puts("    without a directive of httpd's configuration");
    for (defaults = WLM_DEFAULTS_ROBUST; defaults <= WLM_DEFAULTS_ORIGINAL; ++defaults) {
        wlm_options_use_defaults(set, defaults);
        printf("        WLMDefaults %s: %s\n", wlm_options_text_defaults(defaults),
               wlm_options_text_of(&set->all, cluster->post_buffer_size, p));
    }
}

/* What was given of that */
static void show_directives(const plugin_cfg_cluster_t *cluster, const wlmcfg_directives_t *directives, apr_pool_t *p)
{
    const apr_array_header_t *lines =
        wlmcfg_directives_text(wlmcfg_directives_for(directives, cluster->name, p), p);
    int i;

    puts("    by the directives that were given");
    for (i = 0; i < lines->nelts; ++i) {
        printf("        %s\n", APR_ARRAY_IDX(lines, i, const char *));
    }
}

/* -- routes ------------------------------------------------------------------------------- */

static void show_hosts(const plugin_cfg_virtual_host_group_t *group)
{
    int i;

    if (!group) {
        puts("        every host");
        return;
    }
    printf("        hosts (%s):", group->name);
    for (i = 0; i < group->hosts->nelts; ++i) {
        printf(" %s", APR_ARRAY_IDX(group->hosts, i, plugin_cfg_virtual_host_t *)->name);
    }
    puts("");
}

static void show_uris(const plugin_cfg_uri_group_t *group)
{
    int i;

    if (!group) {
        puts("        every URI");
        return;
    }
    printf("        URIs (%s):\n", group->name);
    for (i = 0; i < group->uris->nelts; ++i) {
        const plugin_cfg_uri_t *uri = APR_ARRAY_IDX(group->uris, i, plugin_cfg_uri_t *);
        printf("            %s", uri->name);
        if (strcmp(uri->affinity_cookie, "JSESSIONID") != 0
            || strcmp(uri->affinity_url_identifier, "jsessionid") != 0) {
            printf("  sessions: cookie %s, path ;%s=", uri->affinity_cookie, uri->affinity_url_identifier);
        }
        puts("");
    }
}

/* @return cluster -> array of const plugin_cfg_route_t *, as in the file */
static apr_hash_t *routes_by_cluster(const plugin_cfg_t *cfg, apr_pool_t *p)
{
    apr_hash_t *by_cluster = apr_hash_make(p);
    int i;

    for (i = 0; i < cfg->routes->nelts; ++i) {
        const plugin_cfg_route_t *route = APR_ARRAY_IDX(cfg->routes, i, const plugin_cfg_route_t *);
        apr_array_header_t *routes = apr_hash_get(by_cluster, &route->cluster, sizeof(route->cluster));
        if (!routes) {
            routes = apr_array_make(p, 1, sizeof(const plugin_cfg_route_t *));
            apr_hash_set(by_cluster, &route->cluster, sizeof(route->cluster), routes);
        }
        APR_ARRAY_PUSH(routes, const plugin_cfg_route_t *) = route;
    }
    return by_cluster;
}

/* @param routes  NULL: none leads to the cluster */
static void show_routes(const apr_array_header_t *routes)
{
    int i;

    for (i = 0; routes && i < routes->nelts; ++i) {
        const plugin_cfg_route_t *route = APR_ARRAY_IDX(routes, i, const plugin_cfg_route_t *);
        printf("    route (line %d)\n", route->line);
        show_hosts(route->virtual_host_group);
        show_uris(route->uri_group);
    }
    if (!routes) {
        puts("    no route leads here");
    }
}

static void show_cluster(const plugin_cfg_t *cfg, const plugin_cfg_cluster_t *cluster, const apr_array_header_t *routes,
                         const wlmcfg_directives_t *directives, apr_pool_t *p)
{
    wlmcfg_shares_t shares = wlmcfg_shares_of(cluster, cfg, p);
    int i;

    printf("\ncluster %s (line %d)\n", cluster->name, cluster->line);
    show_routes(routes);
    printf("    members: %s, a member that is down is tried again after %d s\n",
           plugin_cfg_load_balance_name(cluster->load_balance), cluster->retry_interval);
    for (i = 0; i < cluster->members->nelts; ++i) {
        show_member(APR_ARRAY_IDX(cluster->members, i, plugin_cfg_server_t *), &shares, p);
    }
    if (!cluster->members->nelts) {
        puts("        none that can be reached");
    }
    show_settings(cluster, p);
    if (directives->options) {
        show_directives(cluster, directives, p);
    }
}

static const char *missing(const char *element, const char *name, apr_pool_t *p)
{
    return apr_psprintf(p, "        %s %s, which is not in the file", element, name);
}

/* Routes without effect: what they were meant for, as far as it is known */
static void show_lost(const plugin_cfg_lost_route_t *lost, apr_pool_t *p)
{
    printf("    to cluster %s (line %d): %s\n", lost->cluster, lost->line, lost->why);
    if (lost->virtual_host_group_name && !lost->virtual_host_group) {
        puts(missing("hosts of VirtualHostGroup", lost->virtual_host_group_name, p));
    }
    else {
        show_hosts(lost->virtual_host_group);
    }
    if (lost->uri_group_name && !lost->uri_group) {
        puts(missing("URIs of UriGroup", lost->uri_group_name, p));
    }
    else {
        show_uris(lost->uri_group);
    }
}

static void show_text(const plugin_cfg_t *cfg, const wlmcfg_directives_t *directives, apr_pool_t *p)
{
    apr_hash_t *routes = routes_by_cluster(cfg, p);
    int i;

    printf("%s: %s, %s%s\n", cfg->file, wlm_count_text(cfg->clusters->nelts, "cluster", p),
           wlm_count_text(cfg->routes->nelts, "route", p),
           cfg->lost_routes->nelts ? apr_psprintf(p, ", %d more without effect", cfg->lost_routes->nelts) : "");
    for (i = 0; i < cfg->clusters->nelts; ++i) {
        const plugin_cfg_cluster_t *cluster = APR_ARRAY_IDX(cfg->clusters, i, plugin_cfg_cluster_t *);
        show_cluster(cfg, cluster, apr_hash_get(routes, &cluster, sizeof(cluster)), directives, p);
    }
    for (i = 0; i < cfg->lost_routes->nelts; ++i) {
        fputs(i ? "" : "\nroutes without effect\n", stdout);
        show_lost(APR_ARRAY_IDX(cfg->lost_routes, i, plugin_cfg_lost_route_t *), p);
    }
}

int wlmcfg_run_show(int argc, char **argv, apr_pool_t *p)
{
    int json = 0;
    wlmcfg_directives_t directives = wlmcfg_directives_make(p);
    const tool_option_t options[] = {
        { .name = "json", .flag = &json }, WLMCFG_DIRECTIVES_OPTIONS(directives), { .name = NULL }
    };
    plugin_cfg_t *cfg;
    apr_status_t rv;
    char **files;
    int n = tool_read_call(argc, argv, options, &files);

    if (n != 1) {
        return n < 0 ? WLMCFG_MISUSE : tool_misuse("show", "name one file");
    }
    if (!wlmcfg_directives_read(&directives, p)) {
        return WLMCFG_MISUSE;
    }
    rv = wlmcfg_read(&cfg, files[0], p);
    if (json) {
        if (!wlmcfg_show_json(cfg, rv == APR_SUCCESS, &directives)) {
            return tool_failure("out of memory, or the output cannot be written");
        }
    }
    else if (rv == APR_SUCCESS) {
        show_text(cfg, &directives, p);
    }
    if (rv != APR_SUCCESS) {
        wlmcfg_print_findings(stderr, cfg, 0);
        return WLMCFG_ERRORS;
    }
    return WLMCFG_FINE;
}

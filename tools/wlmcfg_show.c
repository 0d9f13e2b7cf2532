/* A file's meaning as a tree: what comes in (hosts, URIs) leads to a cluster, and that to members. */
#include <string.h>
#include <apr_strings.h>
#include "wlm_cluster.h"
#include "wlmcfg.h"
#include "wlmcfg_member.h"

/* -- members ---------------------------------------------------------------------------- */

static const char *share_of(const plugin_cfg_server_t *server, double sum, apr_pool_t *p)
{
    if (server->tier == PLUGIN_CFG_BACKUP) {
        return "while no primary can serve";
    }
    return apr_psprintf(p, "%.1f %% of new sessions", wlmcfg_share(server, sum));
}

static void show_transport(const plugin_cfg_transport_t *transport, int is_used, apr_pool_t *p)
{
    printf("            %s://%s%s\n", transport->protocol == PLUGIN_CFG_HTTPS ? "https" : "http",
           wlmcfg_address(transport, p), is_used ? "" : " (not used)");
}

static void show_member(const plugin_cfg_server_t *server, double sum, apr_pool_t *p)
{
    int i;

    printf("        %s: %s, weight %d, %s, %s%s\n", server->name,
           wlmcfg_tier(server), server->weight, share_of(server, sum, p),
           server->clone_id ? "clone id " : "no clone id", server->clone_id ? server->clone_id : "");
    for (i = 0; i < server->transports->nelts; ++i) {
        const plugin_cfg_transport_t *transport =
            APR_ARRAY_IDX(server->transports, i, plugin_cfg_transport_t *);
        show_transport(transport, transport == wlm_transport_by(server, transport->protocol), p);
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

static void show_routes_to(const plugin_cfg_t *cfg, const plugin_cfg_cluster_t *cluster)
{
    int i, n = 0;

    for (i = 0; i < cfg->routes->nelts; ++i) {
        const plugin_cfg_route_t *route = APR_ARRAY_IDX(cfg->routes, i, plugin_cfg_route_t *);
        if (route->cluster == cluster) {
            printf("    route (line %d)\n", route->line);
            show_hosts(route->virtual_host_group);
            show_uris(route->uri_group);
            ++n;
        }
    }
    if (!n) {
        puts("    no route leads here");
    }
}

static void show_cluster(const plugin_cfg_t *cfg, const plugin_cfg_cluster_t *cluster, apr_pool_t *p)
{
    double sum = wlmcfg_sum_of_weights(cluster);
    int i;

    printf("\ncluster %s (line %d)\n", cluster->name, cluster->line);
    show_routes_to(cfg, cluster);
    printf("    members: %s, a member that is down is tried again after %d s\n",
           cluster->load_balance == PLUGIN_CFG_RANDOM ? "Random" : "Round Robin", cluster->retry_interval);
    for (i = 0; i < cluster->members->nelts; ++i) {
        show_member(APR_ARRAY_IDX(cluster->members, i, plugin_cfg_server_t *), sum, p);
    }
}

static void show_text(const plugin_cfg_t *cfg, apr_pool_t *p)
{
    int i;

    printf("%s: %d %s, %d %s\n", cfg->file,
           cfg->clusters->nelts, cfg->clusters->nelts == 1 ? "cluster" : "clusters",
           cfg->routes->nelts, cfg->routes->nelts == 1 ? "route" : "routes");
    for (i = 0; i < cfg->clusters->nelts; ++i) {
        show_cluster(cfg, APR_ARRAY_IDX(cfg->clusters, i, plugin_cfg_cluster_t *), p);
    }
}

int wlmcfg_run_show(int argc, char **argv, apr_pool_t *p)
{
    int json = 0;
    const tool_option_t options[] = { { .name = "json", .flag = &json }, { .name = NULL } };
    plugin_cfg_t *cfg;
    apr_status_t rv;
    char **files;
    int n = tool_read_call(argc, argv, options, &files);

    if (n != 1) {
        return n < 0 ? WLMCFG_MISUSE : tool_misuse("show", "name one file");
    }
    rv = wlmcfg_read(&cfg, files[0], p);
    if (json) {
        if (!wlmcfg_show_json(cfg, rv == APR_SUCCESS)) {
            return tool_failure("out of memory, or the output cannot be written");
        }
    }
    else if (rv == APR_SUCCESS) {
        show_text(cfg, p);
    }
    if (rv != APR_SUCCESS) {
        wlmcfg_print_findings(stderr, cfg, 0);
        return WLMCFG_ERRORS;
    }
    return WLMCFG_FINE;
}

/* What holds for every model that the reader makes. On the thread of the test. */
#include "base/host.h"
#include "plugin_cfg_truth.h"

static int plugin_cfg_is_one_line(const char *text)
{
    for (; *text; ++text) {
        if ((unsigned char)*text < ' ' || *text == 0x7f) {
            return 0;
        }
    }
    return 1;
}

int plugin_cfg_has(const apr_array_header_t *array, const void *item)
{
    int i;

    for (i = 0; i < array->nelts; ++i) {
        if (APR_ARRAY_IDX(array, i, const void *) == item) {
            return 1;
        }
    }
    return 0;
}

/* @return NULL, or what is wrong */
static const char *plugin_cfg_findings_contradiction(const plugin_cfg_t *cfg, int *perrors)
{
    int i, line = 0;

    *perrors = 0;
    for (i = 0; i < cfg->findings->nelts; ++i) {
        const plugin_cfg_finding_t *finding = APR_ARRAY_IDX(cfg->findings, i, plugin_cfg_finding_t *);

        if (strcmp(finding->file, cfg->file) != 0 || finding->line < line || !*finding->id || !*finding->message) {
            return "a finding without place, id or message, or not in the order of lines";
        }
        if (strlen(finding->message) > PLUGIN_CFG_LONGEST_MESSAGE || !plugin_cfg_is_one_line(finding->message)) {
            return "a message that is too long, or not one line";
        }
        *perrors += finding->severity == PLUGIN_CFG_ERROR;
        line = finding->line;
    }
    return NULL;
}

static const char *plugin_cfg_server_contradiction(const plugin_cfg_server_t *server)
{
    int i;

    if (!*server->name || server->weight < 0 || server->weight > 65535 || !server->transports->nelts) {
        return "a member without name or transport, or of an impossible weight";
    }
    for (i = 0; i < server->transports->nelts; ++i) {
        const plugin_cfg_transport_t *transport = APR_ARRAY_IDX(server->transports, i, plugin_cfg_transport_t *);

        if (!*transport->host || (transport->port < 1) != (wlm_host_socket_path(transport->host) != NULL)
            || transport->port < 0 || transport->port > 65535 || transport->connection_ttl < 0) {
            return "a transport without host, or of an impossible port or time";
        }
    }
    return NULL;
}

static const char *plugin_cfg_cluster_contradiction(const plugin_cfg_cluster_t *cluster)
{
    const char *wrong = NULL;
    int i;

    if (!*cluster->name || cluster->members->nelts != cluster->primaries->nelts + cluster->backups->nelts) {
        return "a cluster without name, or with a member that is neither primary nor backup";
    }
    for (i = 0; i < cluster->members->nelts && !wrong; ++i) {
        const plugin_cfg_server_t *server = APR_ARRAY_IDX(cluster->members, i, plugin_cfg_server_t *);
        const apr_array_header_t *tier = server->tier == PLUGIN_CFG_PRIMARY ? cluster->primaries : cluster->backups;

        wrong = plugin_cfg_has(tier, server) ? plugin_cfg_server_contradiction(server)
                : "a member that is not in its tier";
    }
    return wrong;
}

const char *plugin_cfg_contradiction(const plugin_cfg_t *cfg, apr_status_t rv)
{
    int i, errors;
    const char *wrong = plugin_cfg_findings_contradiction(cfg, &errors);

    if (wrong || (rv != APR_SUCCESS) != (errors > 0)) {
        return wrong ? wrong : "it is refused without an error, or accepted with one";
    }
    for (i = 0; i < cfg->clusters->nelts && !errors && !wrong; ++i) {
        wrong = plugin_cfg_cluster_contradiction(APR_ARRAY_IDX(cfg->clusters, i, plugin_cfg_cluster_t *));
    }
    for (i = 0; i < cfg->routes->nelts && !errors && !wrong; ++i) {
        const plugin_cfg_route_t *route = APR_ARRAY_IDX(cfg->routes, i, plugin_cfg_route_t *);

        if (!plugin_cfg_has(cfg->clusters, route->cluster)
            || (route->uri_group && !plugin_cfg_has(cfg->uri_groups, route->uri_group))
            || (route->virtual_host_group && !plugin_cfg_has(cfg->virtual_host_groups, route->virtual_host_group))) {
            wrong = "a route to something that is not in the file";
        }
        else if (!route->cluster->members->nelts) {
            wrong = "a route to a cluster without a member";
        }
    }
    for (i = 0; i < cfg->lost_routes->nelts && !wrong; ++i) {
        const plugin_cfg_lost_route_t *lost = APR_ARRAY_IDX(cfg->lost_routes, i, plugin_cfg_lost_route_t *);
        wrong = lost->why && lost->cluster && lost->line ? NULL : "a route without effect, and without reason or place";
    }
    return wrong;
}

/* Reads texts as plugin-cfg.xml, and prints what the reader made of them. On the thread of the test. */
#include "unit.h"
#include "plugin_cfg_unit.h"

const char *cfg_findings(const plugin_cfg_t *cfg)
{
    const char *text = "";
    int i;

    for (i = 0; i < cfg->findings->nelts; ++i) {
        const plugin_cfg_finding_t *finding = APR_ARRAY_IDX(cfg->findings, i, plugin_cfg_finding_t *);
        text = apr_psprintf(unit_pool, "%s%s%d %s %s", text, i ? ", " : "", finding->line,
                            plugin_cfg_severity_name(finding->severity), finding->id);
    }
    return text;
}

static const char *cfg_dump_servers(const char *text, const apr_array_header_t *servers)
{
    int i, k;

    for (i = 0; i < servers->nelts; ++i) {
        const plugin_cfg_server_t *server = APR_ARRAY_IDX(servers, i, plugin_cfg_server_t *);
        text = apr_psprintf(unit_pool, "%s %s(%s", text, server->name, server->clone_id ? server->clone_id : "-");
        for (k = 0; k < server->transports->nelts; ++k) {
            const plugin_cfg_transport_t *transport = APR_ARRAY_IDX(server->transports, k, plugin_cfg_transport_t *);
            text = apr_psprintf(unit_pool, "%s %s %s %d", text,
                                transport->protocol == PLUGIN_CFG_HTTPS ? "https" : "http", transport->host,
                                transport->port);
        }
        text = apr_pstrcat(unit_pool, text, ")", NULL);
    }
    return text;
}

const char *cfg_clusters(const plugin_cfg_t *cfg)
{
    const char *text = "";
    int i;

    for (i = 0; i < cfg->clusters->nelts; ++i) {
        const plugin_cfg_cluster_t *cluster = APR_ARRAY_IDX(cfg->clusters, i, plugin_cfg_cluster_t *);
        ck_assert_int_eq(cluster->members->nelts, cluster->primaries->nelts + cluster->backups->nelts);
        text = apr_psprintf(unit_pool, "%s%s%s:", text, i ? "; " : "", cluster->name);
        text = cfg_dump_servers(text, cluster->primaries);
        if (cluster->backups->nelts) {
            text = cfg_dump_servers(apr_pstrcat(unit_pool, text, " | backup:", NULL), cluster->backups);
        }
    }
    return text;
}

const char *cfg_routes(const plugin_cfg_t *cfg)
{
    const char *text = "";
    int i, k;

    for (i = 0; i < cfg->routes->nelts; ++i) {
        const plugin_cfg_route_t *route = APR_ARRAY_IDX(cfg->routes, i, plugin_cfg_route_t *);
        text = apr_pstrcat(unit_pool, text, i ? "; " : "", route->virtual_host_group ? "" : "all ", NULL);
        for (k = 0; route->virtual_host_group && k < route->virtual_host_group->hosts->nelts; ++k) {
            const plugin_cfg_virtual_host_t *host = APR_ARRAY_IDX(route->virtual_host_group->hosts, k,
                                                                  plugin_cfg_virtual_host_t *);
            text = apr_psprintf(unit_pool, "%s%s %d ", text, host->host ? host->host : "*", host->port);
        }
        text = apr_pstrcat(unit_pool, text, route->uri_group ? "/ " : "/ all ", NULL);
        for (k = 0; route->uri_group && k < route->uri_group->uris->nelts; ++k) {
            text = apr_pstrcat(unit_pool, text, APR_ARRAY_IDX(route->uri_group->uris, k, plugin_cfg_uri_t *)->name, " ",
                               NULL);
        }
        text = apr_pstrcat(unit_pool, text, "-> ", route->cluster->name, NULL);
    }
    return text;
}

void cfg_check_invariants(const plugin_cfg_t *cfg, apr_status_t rv)
{
    const char *wrong = plugin_cfg_contradiction(cfg, rv);

    ck_assert_msg(!wrong, "%s: %s", cfg->file, wrong);
}

plugin_cfg_t *cfg_read_bytes(const char *bytes, apr_size_t len)
{
    plugin_cfg_t *cfg = NULL;
    apr_status_t rv = plugin_cfg_read_memory(&cfg, bytes, len, "test.xml", unit_pool);

    ck_assert_ptr_nonnull(cfg);
    cfg_check_invariants(cfg, rv);
    return cfg;
}

plugin_cfg_t *cfg_read_text(const char *text)
{
    return cfg_read_bytes(text, strlen(text));
}

plugin_cfg_t *cfg_read_file(const char *folder, const char *name)
{
    plugin_cfg_t *cfg = NULL;
    apr_status_t rv = plugin_cfg_read(&cfg, apr_pstrcat(unit_pool, folder, "/", name, NULL), unit_pool);

    ck_assert_ptr_nonnull(cfg);
    cfg_check_invariants(cfg, rv);
    return cfg;
}

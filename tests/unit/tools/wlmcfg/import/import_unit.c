/* Runs an import in memory, and prints its result. On the thread of the test. */
#include "unit.h"
#include "plugin_cfg_unit.h"
#include "temp_folder.h"
#include "tools/wlmcfg/import/import_unit.h"

import_t *import_make(void)
{
    import_t *import = apr_pcalloc(unit_pool, sizeof(*import));

    import->p = unit_pool;
    import->ports = apr_array_make(unit_pool, 4, sizeof(const char *));
    import->uris = apr_array_make(unit_pool, 4, sizeof(const char *));
    import->defines = apr_hash_make(unit_pool);
    wlmcfg_import_make_model(import);
    return import;
}

/* The result as the module's reader has it. @return NULL: there are errors, so there is none */
static plugin_cfg_t *import_result(import_t *import)
{
    const char *bytes;
    apr_size_t len;

    if (!plugin_cfg_has_errors(import->cfg)) {
        wlmcfg_import_complete_clusters(import);
        wlmcfg_import_route(import);
    }
    wlmcfg_import_sort(import);
    if (plugin_cfg_has_errors(import->cfg)) {
        return NULL;
    }
    bytes = wlmcfg_import_bytes(import, "test", &len);
    ck_assert_ptr_nonnull(bytes);
    return cfg_read_bytes(bytes, len);
}

imported_t import_files(import_t *import, int (*read)(import_t *import, char **words, int n),
                                      char **words, int n)
{
    imported_t imported;

    APR_ARRAY_PUSH(import->ports, const char *) = "8009=80";
    ck_assert(read(import, words, n));
    imported.cfg = import_result(import);
    imported.findings = cfg_findings(import->cfg);
    return imported;
}

/* A member as "name clone-id http://host:port weight connect/io", with what it has beyond that behind it; - for none */
static const char *import_server(const plugin_cfg_server_t *server)
{
    const char *text = apr_psprintf(unit_pool, "%s %s", server->name, server->clone_id ? server->clone_id : "-");
    int i;

    for (i = 0; i < server->transports->nelts; ++i) {
        const plugin_cfg_transport_t *transport = APR_ARRAY_IDX(server->transports, i, plugin_cfg_transport_t *);
        text =
            apr_psprintf(unit_pool, "%s %s://%s:%d", text, transport->protocol == PLUGIN_CFG_HTTPS ? "https" : "http",
                         transport->host, transport->port);
        if (transport->connection_ttl != 28) {
            text = apr_psprintf(unit_pool, "%s(ttl %d)", text, transport->connection_ttl);
        }
    }
    text = apr_psprintf(unit_pool, "%s %d %d/%d", text, server->weight, server->connect_timeout,
                        server->server_io_timeout);
    if (server->max_connections != -1) {
        text = apr_psprintf(unit_pool, "%s max %d", text, server->max_connections);
    }
    return apr_pstrcat(unit_pool, text, server->extended_handshake ? " handshake" : "",
                       server->wait_for_continue ? " continue" : "", NULL);
}

static const char *import_servers(const apr_array_header_t *servers)
{
    apr_array_header_t *texts = apr_array_make(unit_pool, 4, sizeof(const char *));
    int i;

    for (i = 0; i < servers->nelts; ++i) {
        APR_ARRAY_PUSH(texts, const char *) = import_server(APR_ARRAY_IDX(servers, i, plugin_cfg_server_t *));
    }
    return servers->nelts ? apr_pstrcat(unit_pool, apr_array_pstrcat(unit_pool, texts, ','), NULL) : "";
}

const char *import_clusters(const plugin_cfg_t *cfg)
{
    const char *text = "";
    int i;

    for (i = 0; i < cfg->clusters->nelts; ++i) {
        const plugin_cfg_cluster_t *cluster = APR_ARRAY_IDX(cfg->clusters, i, plugin_cfg_cluster_t *);
        text = apr_pstrcat(
            unit_pool, text, i ? "; " : "", cluster->name,
            cluster->retry_interval == 60 ? "" : apr_psprintf(unit_pool, "(retry %d)", cluster->retry_interval), ": ",
            import_servers(cluster->primaries), cluster->backups->nelts ? " | " : "", import_servers(cluster->backups),
            NULL);
    }
    return text;
}

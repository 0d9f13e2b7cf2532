/* `wlmcfg import`: the model without anything in it. On main()'s thread. */
#include "tools/wlmcfg/import/common/model.h"

void wlmcfg_import_make_model(import_t *import)
{
    plugin_cfg_t *cfg = apr_pcalloc(import->p, sizeof(*cfg));

    cfg->findings = apr_array_make(import->p, 16, sizeof(plugin_cfg_finding_t *));
    cfg->clusters = apr_array_make(import->p, 4, sizeof(plugin_cfg_cluster_t *));
    cfg->virtual_host_groups = apr_array_make(import->p, 4, sizeof(plugin_cfg_virtual_host_group_t *));
    cfg->uri_groups = apr_array_make(import->p, 4, sizeof(plugin_cfg_uri_group_t *));
    cfg->routes = apr_array_make(import->p, 4, sizeof(plugin_cfg_route_t *));
    cfg->lost_routes = apr_array_make(import->p, 1, sizeof(plugin_cfg_lost_route_t *));
    import->cfg = cfg;
    import->clusters = apr_array_make(import->p, 4, sizeof(import_cluster_t *));
    import->names = apr_hash_make(import->p);
    import->hosts = apr_hash_make(import->p);
    import->rules = apr_array_make(import->p, 16, sizeof(import_rule_t *));
    import->comments = apr_hash_make(import->p);
    import->reported = apr_hash_make(import->p);
}

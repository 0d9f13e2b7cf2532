/* Config and those of its children that are neither groups nor clusters. */
#include "plugin-cfg/private.h"

static void build_property(plugin_cfg_reader_t *reader, const xmlNode *node)
{
    plugin_cfg_read_property(reader, node, "Config/Property", NULL);
}

static void build_log(plugin_cfg_reader_t *reader, const xmlNode *node)
{
    plugin_cfg_read_attributes(reader, node, "Log", reader->cfg);
}

/* An empty name is the name of nothing; no name means all */
static void keep_empty(const char **pname, const xmlNode *node, const char *attribute)
{
    if (!*pname && plugin_cfg_find_attribute(node, attribute)) {
        *pname = "";
    }
}

static void build_route(plugin_cfg_reader_t *reader, const xmlNode *node)
{
    plugin_cfg_route_names_t *names = apr_pcalloc(reader->scratch, sizeof(*names));

    names->line = plugin_cfg_line_of(node);
    if (plugin_cfg_read_attributes(reader, node, "Route", names)) {
        keep_empty(&names->uri_group, node, "UriGroup");
        keep_empty(&names->virtual_host_group, node, "VirtualHostGroup");
        APR_ARRAY_PUSH(reader->routes, plugin_cfg_route_names_t *) = names;
    }
}

static void build_trusted_proxies(plugin_cfg_reader_t *reader, const xmlNode *node)
{
    const xmlNode *child;

    plugin_cfg_read_attributes(reader, node, "TrustedProxyGroup", NULL);
    PLUGIN_CFG_EACH(child, node, "TrustedProxy") {
        plugin_cfg_property_t proxy = { NULL, NULL };
        if (plugin_cfg_read_attributes(reader, child, "TrustedProxy", &proxy)) {
            APR_ARRAY_PUSH(reader->cfg->trusted_proxies, const char *) = proxy.name;
        }
    }
}

static void build_intelligent_management(plugin_cfg_reader_t *reader, const xmlNode *node)
{
    reader->has_management = 1;
    plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_INTELLIGENT_MANAGEMENT, plugin_cfg_line_of(node),
                           "IntelligentManagement has no effect: its protocol is not documented; only the clusters and "
                           "routes of this file count");
}

static const struct {
    const char *key;
    void (*build)(plugin_cfg_reader_t *reader, const xmlNode *node);
} builders[] = {
    { "Log", build_log },
    { "Config/Property", build_property },
    { "VirtualHostGroup", plugin_cfg_build_virtual_host_group },
    { "TrustedProxyGroup", build_trusted_proxies },
    { "ServerCluster", plugin_cfg_build_cluster },
    { "UriGroup", plugin_cfg_build_uri_group },
    { "Route", build_route },
    { "RequestMetrics", plugin_cfg_build_request_metrics },
    { "IntelligentManagement", build_intelligent_management },
};

static void build_child(plugin_cfg_reader_t *reader, const xmlNode *node)
{
    apr_size_t i;

    for (i = 0; i < sizeof(builders) / sizeof(builders[0]); ++i) {
        if (plugin_cfg_is(node, builders[i].key)) {
            builders[i].build(reader, node);
            return;
        }
    }
}

void plugin_cfg_build(plugin_cfg_reader_t *reader, const xmlNode *root)
{
    const xmlNode *child;

    plugin_cfg_check_tree(reader, root);
    if (!plugin_cfg_is(root, "Config")) {
        return;
    }
    plugin_cfg_remember(reader, reader->cfg, root);
    plugin_cfg_read_attributes(reader, root, "Config", reader->cfg);
    for (child = root->children; child; child = child->next) {
        build_child(reader, child);
    }
}

/* `wlmcfg import`: the model as XML. Which attributes there are, and their defaults, is in the reader's schema.
 * On main()'s thread. */
#include <stdlib.h>
#include <string.h>
#include <apr_strings.h>
#include "plugin-cfg/schema.h"
#include "tools/wlmcfg/common/output.h"
#include "tools/wlmcfg/import/common/model.h"
#include "tools/wlmcfg/import/common/xml.h"

/* Attributes that are written also where they have the default, because they are often changed */
static const char *const always[] = { "LoadBalance", "RetryInterval", "LoadBalanceWeight", "Protocol", NULL };

static int number_of(const plugin_cfg_attribute_t *attribute, const char *text)
{
    switch (attribute->type) {
    case PLUGIN_CFG_TYPE_INT:
        return atoi(text);
    case PLUGIN_CFG_TYPE_BOOL:
        return strcmp(text, "true") == 0;
    case PLUGIN_CFG_TYPE_CHOICE:
    case PLUGIN_CFG_TYPE_STRING:
        break;
    }
    return 0;                      /* the first choice is the default everywhere */
}

void wlmcfg_import_set_defaults(const char *element, void *model)
{
    const plugin_cfg_attribute_t *attribute;

    for (attribute = plugin_cfg_schema_first(element); attribute; attribute = plugin_cfg_schema_next(attribute)) {
        if (attribute->fallback && attribute->offset >= 0) {
            char *at = (char *)model + attribute->offset;
            if (attribute->type == PLUGIN_CFG_TYPE_STRING) {
                memcpy(at, &attribute->fallback, sizeof(attribute->fallback));
            }
            else {
                int number = number_of(attribute, attribute->fallback);
                memcpy(at, &number, sizeof(number));
            }
        }
    }
}

/* @return NULL when there is none */
static const char *value_of(const plugin_cfg_attribute_t *attribute, const void *model, apr_pool_t *p)
{
    const char *at = (const char *)model + attribute->offset, *text;
    int number;

    if (attribute->type == PLUGIN_CFG_TYPE_STRING) {
        memcpy(&text, at, sizeof(text));
        return text;
    }
    memcpy(&number, at, sizeof(number));
    switch (attribute->type) {
    case PLUGIN_CFG_TYPE_BOOL:
        return number ? "true" : "false";
    case PLUGIN_CFG_TYPE_CHOICE:
        return attribute->choices[number];
    case PLUGIN_CFG_TYPE_INT:
    case PLUGIN_CFG_TYPE_STRING:
        break;
    }
    /* a socket has no port */
    return number || attribute->is_required != PLUGIN_CFG_REQUIRED_FOR_HOST ? apr_itoa(p, number) : NULL;
}

static int is_worth_it(const plugin_cfg_attribute_t *attribute, const char *value)
{
    int i;

    for (i = 0; always[i]; ++i) {
        if (strcmp(attribute->name, always[i]) == 0) {
            return 1;
        }
    }
    return !attribute->fallback || strcmp(value, attribute->fallback) != 0;
}

/* An element with its attributes and, before it, its comment
 * @param model  the struct that the schema's offsets are for */
static xmlNode *add_model(import_t *import, xmlNode *parent, const char *element, const void *model)
{
    const apr_array_header_t *comments = apr_hash_get(import->comments, &model, sizeof(model));
    const plugin_cfg_attribute_t *attribute;
    xmlNode *node;

    if (comments) {
        wlmcfg_output_comment(parent, apr_array_pstrcat(import->p, comments, 0), import->p);
    }
    node = wlmcfg_output_element(parent, element);
    for (attribute = plugin_cfg_schema_first(element); attribute; attribute = plugin_cfg_schema_next(attribute)) {
        if (attribute->offset >= 0) {
            const char *value = value_of(attribute, model, import->p);
            if (value && is_worth_it(attribute, value)) {
                wlmcfg_output_set(node, attribute->name, value);
            }
        }
    }
    return node;
}

/* -- the parts --------------------------------------------------------------------------------- */

static void add_tier(xmlNode *parent, const char *element, const apr_array_header_t *servers)
{
    xmlNode *list = wlmcfg_output_element(parent, element);
    int i;

    for (i = 0; i < servers->nelts; ++i) {
        wlmcfg_output_set(wlmcfg_output_element(list, "Server"), "Name",
                          APR_ARRAY_IDX(servers, i, plugin_cfg_server_t *)->name);
    }
}

static void add_cluster(import_t *import, xmlNode *root, const plugin_cfg_cluster_t *cluster)
{
    xmlNode *node = add_model(import, root, "ServerCluster", cluster);
    int i, k;

    for (i = 0; i < cluster->members->nelts; ++i) {
        const plugin_cfg_server_t *server = APR_ARRAY_IDX(cluster->members, i, plugin_cfg_server_t *);
        xmlNode *member = add_model(import, node, "Server", server);
        for (k = 0; k < server->transports->nelts; ++k) {
            add_model(import, member, "Transport", APR_ARRAY_IDX(server->transports, k, plugin_cfg_transport_t *));
        }
    }
    add_tier(node, "PrimaryServers", cluster->primaries);
    if (cluster->backups->nelts) {
        add_tier(node, "BackupServers", cluster->backups);
    }
}

static void add_hosts(import_t *import, xmlNode *root, const plugin_cfg_virtual_host_group_t *group)
{
    xmlNode *node = add_model(import, root, "VirtualHostGroup", group);
    int i;

    for (i = 0; i < group->hosts->nelts; ++i) {
        add_model(import, node, "VirtualHost", APR_ARRAY_IDX(group->hosts, i, plugin_cfg_virtual_host_t *));
    }
}

static void add_uris(import_t *import, xmlNode *root, const plugin_cfg_uri_group_t *group)
{
    xmlNode *node = add_model(import, root, "UriGroup", group);
    int i;

    for (i = 0; i < group->uris->nelts; ++i) {
        add_model(import, node, "Uri", APR_ARRAY_IDX(group->uris, i, plugin_cfg_uri_t *));
    }
}

static void add_route(xmlNode *root, const plugin_cfg_route_t *route)
{
    xmlNode *node = wlmcfg_output_element(root, "Route");

    wlmcfg_output_set(node, "ServerCluster", route->cluster->name);
    wlmcfg_output_set(node, "UriGroup", route->uri_group->name);
    if (route->virtual_host_group) {
        wlmcfg_output_set(node, "VirtualHostGroup", route->virtual_host_group->name);
    }
}

static void add_all(import_t *import, xmlNode *root)
{
    const plugin_cfg_t *cfg = import->cfg;
    int i;

    for (i = 0; i < cfg->virtual_host_groups->nelts; ++i) {
        add_hosts(import, root, APR_ARRAY_IDX(cfg->virtual_host_groups, i, plugin_cfg_virtual_host_group_t *));
    }
    for (i = 0; i < cfg->clusters->nelts; ++i) {
        add_cluster(import, root, APR_ARRAY_IDX(cfg->clusters, i, plugin_cfg_cluster_t *));
    }
    for (i = 0; i < cfg->uri_groups->nelts; ++i) {
        add_uris(import, root, APR_ARRAY_IDX(cfg->uri_groups, i, plugin_cfg_uri_group_t *));
    }
    for (i = 0; i < cfg->routes->nelts; ++i) {
        add_route(root, APR_ARRAY_IDX(cfg->routes, i, plugin_cfg_route_t *));
    }
}

const char *wlmcfg_import_bytes(import_t *import, const char *title, apr_size_t *plen)
{
    xmlDoc *doc = xmlNewDoc(BAD_CAST "1.0");
    xmlNode *root = doc ? xmlNewDocNode(doc, NULL, BAD_CAST "Config", NULL) : NULL;
    const char *bytes = NULL;

    if (root) {
        wlmcfg_output_comment((xmlNode *)doc, title, import->p);
        xmlAddChild((xmlNode *)doc, root);
        add_all(import, root);
        bytes = wlmcfg_output_bytes(plen, doc, import->p);
    }
    xmlFreeDoc(doc);
    return bytes;
}

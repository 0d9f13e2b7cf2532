/* Config and its children, but for clusters: elements -> model. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <apr_strings.h>
#include "plugin_cfg_private.h"

int plugin_cfg_is_element(plugin_cfg_reader_t *reader, const xmlNode *node, const char *name)
{
    if (strcmp((const char *)node->name, name) == 0) {
        return 1;
    }
    if (strcasecmp((const char *)node->name, name) != 0) {
        return 0;
    }
    plugin_cfg_add_finding(reader, PLUGIN_CFG_NOTE, plugin_cfg_line_of(reader, node), "name-case",
                           "element %s is taken as %s; write it so", (const char *)node->name, name);
    return 1;
}

void plugin_cfg_unknown_element(plugin_cfg_reader_t *reader, const xmlNode *node)
{
    plugin_cfg_add_finding(reader, PLUGIN_CFG_WARNING, plugin_cfg_line_of(reader, node), "unknown-element",
                           "element %s is not known in %s and has no effect; look for a typing error, or remove it",
                           (const char *)node->name, (const char *)node->parent->name);
}

#define EACH_ELEMENT(child, node) \
    for (child = (node)->children; child; child = child->next) \
        if (child->type == XML_ELEMENT_NODE)

/* -- virtual hosts ------------------------------------------------------------------------- */

static int parse_port(int *pport, const char *text)
{
    char *end;
    long port = strtol(text, &end, 10);

    *pport = (int)port;
    if (strcmp(text, "*") == 0) {
        *pport = 0;
        return 1;
    }
    return isdigit((unsigned char)*text) && !*end && port >= 1 && port <= 65535;
}

/* "host:port" -> host and port text; "[::1]:80" loses its brackets. The port is NULL when there is none. */
static void split_host(char *name, char **phost, const char **pport)
{
    char *colon = strrchr(name, ':'), *bracket = strrchr(name, ']');

    *phost = name;
    *pport = NULL;
    if (colon && (!bracket || colon > bracket)) {
        *colon = '\0';
        *pport = colon + 1;
    }
    if (*name == '[' && bracket) {
        *bracket = '\0';
        *phost = name + 1;
    }
}

static void lower(char *text)
{
    for (; *text; ++text) {
        *text = (char)tolower((unsigned char)*text);
    }
}

/* @return 0 when the name is of no use */
static int parse_virtual_host(plugin_cfg_reader_t *reader, plugin_cfg_virtual_host_t *vhost)
{
    char *host;
    const char *port;

    split_host(apr_pstrdup(reader->p, vhost->name), &host, &port);
    if (!port) {
        plugin_cfg_add_finding(reader, PLUGIN_CFG_WARNING, vhost->line, "host-without-port",
                               "VirtualHost \"%s\" has no port and matches every port; write \"%s:*\", or the port",
                               vhost->name, vhost->name);
    }
    else if (!parse_port(&vhost->port, port)) {
        plugin_cfg_add_finding(reader, PLUGIN_CFG_ERROR, vhost->line, "bad-host",
                               "VirtualHost \"%s\": \"%s\" is no port; it takes a number from 1 to 65535, or *",
                               vhost->name, port);
        return 0;
    }
    lower(host);
    vhost->host = strcmp(host, "*") == 0 ? NULL : host;
    if (!*host) {
        plugin_cfg_add_finding(reader, PLUGIN_CFG_ERROR, vhost->line, "bad-host",
                               "VirtualHost \"%s\" has no host; write * for every host", vhost->name);
        return 0;
    }
    if (vhost->host && strchr(host, '*')) {
        plugin_cfg_add_finding(reader, PLUGIN_CFG_WARNING, vhost->line, "host-wildcard",
                               "VirtualHost \"%s\": * is a wildcard only for a whole host or port, so this matches "
                               "nothing; write the hosts one by one, or *", vhost->name);
    }
    return 1;
}

static int has_virtual_host(const plugin_cfg_virtual_host_group_t *group, const plugin_cfg_virtual_host_t *vhost)
{
    int i;

    for (i = 0; i < group->hosts->nelts; ++i) {
        const plugin_cfg_virtual_host_t *other = APR_ARRAY_IDX(group->hosts, i, plugin_cfg_virtual_host_t *);
        if (other->port == vhost->port
            && strcmp(other->host ? other->host : "*", vhost->host ? vhost->host : "*") == 0) {
            return 1;
        }
    }
    return 0;
}

static void build_virtual_host(plugin_cfg_reader_t *reader, const xmlNode *node, plugin_cfg_virtual_host_group_t *group)
{
    plugin_cfg_virtual_host_t *vhost = apr_pcalloc(reader->p, sizeof(*vhost));

    vhost->line = plugin_cfg_line_of(reader, node);
    if (!plugin_cfg_read_attributes(reader, node, "VirtualHost", vhost) || !parse_virtual_host(reader, vhost)) {
        return;
    }
    if (has_virtual_host(group, vhost)) {
        plugin_cfg_add_finding(reader, PLUGIN_CFG_NOTE, vhost->line, "duplicate-host",
                               "VirtualHost \"%s\" is in group \"%s\" already; remove one", vhost->name, group->name);
        return;
    }
    APR_ARRAY_PUSH(group->hosts, plugin_cfg_virtual_host_t *) = vhost;
}

static int has_name(const apr_array_header_t *groups, const char *name)
{
    int i;

    for (i = 0; i < groups->nelts; ++i) {
        /* the name is the first member of both kinds of group */
        if (strcmp(*APR_ARRAY_IDX(groups, i, const char **), name) == 0) {
            return 1;
        }
    }
    return 0;
}

static int is_duplicate_group(plugin_cfg_reader_t *reader, const apr_array_header_t *groups, const char *element,
                              const char *name, int line)
{
    if (!has_name(groups, name)) {
        return 0;
    }
    plugin_cfg_add_finding(reader, PLUGIN_CFG_WARNING, line, "duplicate-group",
                           "%s \"%s\" is there already and this one has no effect; rename one, or put both into one",
                           element, name);
    return 1;
}

static void build_virtual_host_group(plugin_cfg_reader_t *reader, const xmlNode *node)
{
    plugin_cfg_virtual_host_group_t *group = apr_pcalloc(reader->p, sizeof(*group));
    apr_array_header_t *groups = reader->cfg->virtual_host_groups;
    const xmlNode *child;

    group->line = plugin_cfg_line_of(reader, node);
    group->hosts = apr_array_make(reader->p, 4, sizeof(plugin_cfg_virtual_host_t *));
    if (!plugin_cfg_read_attributes(reader, node, "VirtualHostGroup", group)
        || is_duplicate_group(reader, groups, "VirtualHostGroup", group->name, group->line)) {
        return;
    }
    EACH_ELEMENT(child, node) {
        if (plugin_cfg_is_element(reader, child, "VirtualHost")) {
            build_virtual_host(reader, child, group);
        }
        else {
            plugin_cfg_unknown_element(reader, child);
        }
    }
    APR_ARRAY_PUSH(groups, plugin_cfg_virtual_host_group_t *) = group;
}

/* -- URIs -------------------------------------------------------------------------------------- */

static int has_uri(const plugin_cfg_uri_group_t *group, const char *name)
{
    int i;

    for (i = 0; i < group->uris->nelts; ++i) {
        if (strcmp(APR_ARRAY_IDX(group->uris, i, plugin_cfg_uri_t *)->name, name) == 0) {
            return 1;
        }
    }
    return 0;
}

static void build_uri(plugin_cfg_reader_t *reader, const xmlNode *node, plugin_cfg_uri_group_t *group)
{
    plugin_cfg_uri_t *uri = apr_pcalloc(reader->p, sizeof(*uri));

    uri->line = plugin_cfg_line_of(reader, node);
    if (!plugin_cfg_read_attributes(reader, node, "Uri", uri)) {
        return;
    }
    if (has_uri(group, uri->name)) {
        plugin_cfg_add_finding(reader, PLUGIN_CFG_WARNING, uri->line, "duplicate-uri",
                               "Uri \"%s\" is in group \"%s\" already and this one has no effect; remove one",
                               uri->name, group->name);
        return;
    }
    if (uri->name[0] != '/' && uri->name[0] != '*') {
        plugin_cfg_add_finding(reader, PLUGIN_CFG_WARNING, uri->line, "uri-without-slash",
                               "Uri \"%s\" matches no path, because paths begin with /; write \"/%s\"", uri->name,
                               uri->name);
    }
    APR_ARRAY_PUSH(group->uris, plugin_cfg_uri_t *) = uri;
}

static void build_uri_group(plugin_cfg_reader_t *reader, const xmlNode *node)
{
    plugin_cfg_uri_group_t *group = apr_pcalloc(reader->p, sizeof(*group));
    const xmlNode *child;

    group->line = plugin_cfg_line_of(reader, node);
    group->uris = apr_array_make(reader->p, 8, sizeof(plugin_cfg_uri_t *));
    if (!plugin_cfg_read_attributes(reader, node, "UriGroup", group)
        || is_duplicate_group(reader, reader->cfg->uri_groups, "UriGroup", group->name, group->line)) {
        return;
    }
    EACH_ELEMENT(child, node) {
        if (plugin_cfg_is_element(reader, child, "Uri")) {
            build_uri(reader, child, group);
        }
        else {
            plugin_cfg_unknown_element(reader, child);
        }
    }
    APR_ARRAY_PUSH(reader->cfg->uri_groups, plugin_cfg_uri_group_t *) = group;
}

/* -- the rest ------------------------------------------------------------------------------------ */

static void build_route(plugin_cfg_reader_t *reader, const xmlNode *node)
{
    plugin_cfg_route_names_t names;

    if (plugin_cfg_read_attributes(reader, node, "Route", NULL)) {
        names.cluster = plugin_cfg_text_of(reader, node, "ServerCluster");
        names.uri_group = plugin_cfg_text_of(reader, node, "UriGroup");
        names.virtual_host_group = plugin_cfg_text_of(reader, node, "VirtualHostGroup");
        names.line = plugin_cfg_line_of(reader, node);
        APR_ARRAY_PUSH(reader->routes, plugin_cfg_route_names_t) = names;
    }
}

static void build_trusted_proxies(plugin_cfg_reader_t *reader, const xmlNode *node)
{
    const xmlNode *child;

    plugin_cfg_read_attributes(reader, node, "TrustedProxyGroup", NULL);
    EACH_ELEMENT(child, node) {
        if (!plugin_cfg_is_element(reader, child, "TrustedProxy")) {
            plugin_cfg_unknown_element(reader, child);
        }
        else if (plugin_cfg_read_attributes(reader, child, "TrustedProxy", NULL)) {
            APR_ARRAY_PUSH(reader->cfg->trusted_proxies, const char *) = plugin_cfg_text_of(reader, child, "Name");
        }
    }
}

static void build_request_metrics(plugin_cfg_reader_t *reader, const xmlNode *node)
{
    const char *enabled = plugin_cfg_text_of(reader, node, "rmEnabled");

    plugin_cfg_read_attributes(reader, node, "RequestMetrics", NULL);
    if (enabled && strcasecmp(enabled, "true") == 0) {
        plugin_cfg_add_finding(reader, PLUGIN_CFG_NOTE, plugin_cfg_line_of(reader, node), "request-metrics",
                               "RequestMetrics has no effect; use an access log with %%{WLM_MEMBER}e and %%D");
    }
}

static void build_child(plugin_cfg_reader_t *reader, const xmlNode *node)
{
    if (plugin_cfg_is_element(reader, node, "VirtualHostGroup")) {
        build_virtual_host_group(reader, node);
    }
    else if (plugin_cfg_is_element(reader, node, "ServerCluster")
             || plugin_cfg_is_element(reader, node, "ServerGroup")) { /* its name in WebSphere 4.0 */
        plugin_cfg_build_cluster(reader, node);
    }
    else if (plugin_cfg_is_element(reader, node, "UriGroup")) {
        build_uri_group(reader, node);
    }
    else if (plugin_cfg_is_element(reader, node, "Route")) {
        build_route(reader, node);
    }
    else if (plugin_cfg_is_element(reader, node, "Property")) {
        plugin_cfg_read_property(reader, node, "Config/Property", NULL);
    }
    else if (plugin_cfg_is_element(reader, node, "Log")) {
        plugin_cfg_read_attributes(reader, node, "Log", reader->cfg);
    }
    else if (plugin_cfg_is_element(reader, node, "TrustedProxyGroup")) {
        build_trusted_proxies(reader, node);
    }
    else if (plugin_cfg_is_element(reader, node, "RequestMetrics")) {
        build_request_metrics(reader, node);
    }
    else if (plugin_cfg_is_element(reader, node, "IntelligentManagement")) {
        plugin_cfg_add_finding(reader, PLUGIN_CFG_WARNING, plugin_cfg_line_of(reader, node), "intelligent-management",
                               "IntelligentManagement has no effect: its protocol is not documented; the routes must be "
                               "in this file");
    }
    else {
        plugin_cfg_unknown_element(reader, node);
    }
}

static int is_too_deep(const xmlNode *node, int depth)
{
    const xmlNode *child;

    if (depth > PLUGIN_CFG_MAX_DEPTH) {
        return 1;
    }
    EACH_ELEMENT(child, node) {
        if (is_too_deep(child, depth + 1)) {
            return 1;
        }
    }
    return 0;
}

void plugin_cfg_build(plugin_cfg_reader_t *reader, const xmlNode *root)
{
    const xmlNode *child;

    if (!plugin_cfg_is_element(reader, root, "Config")) {
        plugin_cfg_add_finding(reader, PLUGIN_CFG_ERROR, plugin_cfg_line_of(reader, root), "not-a-plugin-cfg",
                               "the root element is %s, not Config; this is not a plugin-cfg.xml",
                               (const char *)root->name);
        return;
    }
    if (is_too_deep(root, 1)) {
        plugin_cfg_add_finding(reader, PLUGIN_CFG_ERROR, plugin_cfg_line_of(reader, root), "too-deep",
                               "elements are nested more than %d deep; the format needs 5", PLUGIN_CFG_MAX_DEPTH);
        return;
    }
    plugin_cfg_read_attributes(reader, root, "Config", reader->cfg);
    EACH_ELEMENT(child, root) {
        build_child(reader, child);
    }
}

/* VirtualHostGroup and UriGroup. */
#include <string.h>
#include <apr_strings.h>
#include "plugin_cfg_private.h"

/* A second group of one name: which of the two a Route means cannot be known, and to merge them would open more than
 * either does. The first counts. */
static int is_duplicate(plugin_cfg_reader_t *reader, apr_hash_t *groups, const char *element, const char *name, int line)
{
    if (!apr_hash_get(groups, name, APR_HASH_KEY_STRING)) {
        return 0;
    }
    plugin_cfg_add_finding(reader, PLUGIN_CFG_WARNING, line, "duplicate-group",
                           "%s \"%s\" is there already and this one has no effect; rename one, or put both into one",
                           element, name);
    return 1;
}

/* @return 1 the first time */
static int add_once(apr_hash_t *names, const char *name)
{
    if (apr_hash_get(names, name, APR_HASH_KEY_STRING)) {
        return 0;
    }
    apr_hash_set(names, name, APR_HASH_KEY_STRING, name);
    return 1;
}

/* -- virtual hosts ------------------------------------------------------------------------- */

static void build_virtual_host(plugin_cfg_reader_t *reader, const xmlNode *node, plugin_cfg_virtual_host_group_t *group,
                               apr_hash_t *names)
{
    plugin_cfg_virtual_host_t *vhost = apr_pcalloc(reader->p, sizeof(*vhost));

    plugin_cfg_remember(reader, vhost, node);
    vhost->line = plugin_cfg_line_of(node);
    if (!plugin_cfg_read_attributes(reader, node, "VirtualHost", vhost)
        || !plugin_cfg_parse_virtual_host(reader, vhost)) {
        return;
    }
    if (!add_once(names, apr_psprintf(reader->p, "%s %d", vhost->host ? vhost->host : "*", vhost->port))) {
        plugin_cfg_add_finding(reader, PLUGIN_CFG_NOTE, vhost->line, "duplicate-host",
                               "VirtualHost \"%s\" is in group \"%s\" already; remove one", vhost->name, group->name);
        return;
    }
    APR_ARRAY_PUSH(group->hosts, plugin_cfg_virtual_host_t *) = vhost;
}

void plugin_cfg_build_virtual_host_group(plugin_cfg_reader_t *reader, const xmlNode *node)
{
    plugin_cfg_virtual_host_group_t *group = apr_pcalloc(reader->p, sizeof(*group));
    apr_hash_t *names = apr_hash_make(reader->p);
    const xmlNode *child;

    plugin_cfg_remember(reader, group, node);
    group->line = plugin_cfg_line_of(node);
    group->hosts = apr_array_make(reader->p, 4, sizeof(plugin_cfg_virtual_host_t *));
    if (!plugin_cfg_read_attributes(reader, node, "VirtualHostGroup", group)
        || is_duplicate(reader, reader->virtual_host_groups, "VirtualHostGroup", group->name, group->line)) {
        return;
    }
    PLUGIN_CFG_EACH(child, node, "VirtualHost") {
        build_virtual_host(reader, child, group, names);
    }
    APR_ARRAY_PUSH(reader->cfg->virtual_host_groups, plugin_cfg_virtual_host_group_t *) = group;
    apr_hash_set(reader->virtual_host_groups, group->name, APR_HASH_KEY_STRING, group);
}

/* -- URIs -------------------------------------------------------------------------------------- */

static void build_uri(plugin_cfg_reader_t *reader, const xmlNode *node, plugin_cfg_uri_group_t *group, apr_hash_t *names)
{
    plugin_cfg_uri_t *uri = apr_pcalloc(reader->p, sizeof(*uri));

    plugin_cfg_remember(reader, uri, node);
    uri->line = plugin_cfg_line_of(node);
    if (!plugin_cfg_read_attributes(reader, node, "Uri", uri)) {
        return;
    }
    if (!add_once(names, uri->name)) {
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
    else if (strchr(uri->name, '?')) {
        plugin_cfg_add_finding(reader, PLUGIN_CFG_WARNING, uri->line, "uri-with-query",
                               "Uri \"%s\" is compared with paths, which have no query; remove what begins with ?",
                               uri->name);
    }
    APR_ARRAY_PUSH(group->uris, plugin_cfg_uri_t *) = uri;
}

void plugin_cfg_build_uri_group(plugin_cfg_reader_t *reader, const xmlNode *node)
{
    plugin_cfg_uri_group_t *group = apr_pcalloc(reader->p, sizeof(*group));
    apr_hash_t *names = apr_hash_make(reader->p);
    const xmlNode *child;

    plugin_cfg_remember(reader, group, node);
    group->line = plugin_cfg_line_of(node);
    group->uris = apr_array_make(reader->p, 8, sizeof(plugin_cfg_uri_t *));
    if (!plugin_cfg_read_attributes(reader, node, "UriGroup", group)
        || is_duplicate(reader, reader->uri_groups, "UriGroup", group->name, group->line)) {
        return;
    }
    PLUGIN_CFG_EACH(child, node, "Uri") {
        build_uri(reader, child, group, names);
    }
    APR_ARRAY_PUSH(reader->cfg->uri_groups, plugin_cfg_uri_group_t *) = group;
    apr_hash_set(reader->uri_groups, group->name, APR_HASH_KEY_STRING, group);
}

/* VirtualHostGroup and UriGroup. On the thread that reads the file. */
#include <ctype.h>
#include <string.h>
#include <apr_strings.h>
#include "plugin-cfg/private.h"

/* A second group of one name: which of the two a Route means cannot be known, and to merge them would open more than
 * either does. The first counts. */
static int is_duplicate(plugin_cfg_reader_t *reader, apr_hash_t *groups, const char *element, const char *name,
                        int line)
{
    if (!apr_hash_get(groups, name, APR_HASH_KEY_STRING)) {
        return 0;
    }
    plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_DUPLICATE_GROUP, line,
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

/* At least as many elements as there are in it */
static int count(const xmlNode *group)
{
    const xmlNode *child;
    int n = 0;

    for (child = group->children; child; child = child->next) {
        n += child->type == XML_ELEMENT_NODE;
    }
    return n;
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
    if (!add_once(names, apr_psprintf(reader->scratch, "%s %d", vhost->host ? vhost->host : "*", vhost->port))) {
        plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_DUPLICATE_HOST, vhost->line,
                               "VirtualHost \"%s\" is in group \"%s\" already; remove one", vhost->name, group->name);
        return;
    }
    APR_ARRAY_PUSH(group->hosts, plugin_cfg_virtual_host_t *) = vhost;
}

void plugin_cfg_build_virtual_host_group(plugin_cfg_reader_t *reader, const xmlNode *node)
{
    plugin_cfg_virtual_host_group_t *group = apr_pcalloc(reader->p, sizeof(*group));
    apr_hash_t *names = apr_hash_make(reader->scratch);
    const xmlNode *child;

    plugin_cfg_remember(reader, group, node);
    group->line = plugin_cfg_line_of(node);
    group->hosts = apr_array_make(reader->p, count(node), sizeof(plugin_cfg_virtual_host_t *));
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

/* Of "^/shop/.*$" what is meant: "/shop/ *". @return NULL when it cannot be said without the regular expression */
static const char *without_regex(const char *text, apr_pool_t *p)
{
    char *pattern = apr_palloc(p, strlen(text) + 1), *to = pattern;

    for (text += *text == '^'; *text; ++text) {
        if (strncmp(text, ".*", 2) == 0 || strncmp(text, ".+", 2) == 0) {
            *to++ = '*';
            ++text;
        }
        else if (*text == '\\' && text[1] && ispunct((unsigned char)text[1])) {
            *to++ = *++text;
        }
        else if (*text == '$' && !text[1]) {
            break;
        }
        else if (strchr("\\^$|()[]{}+?", *text)) {
            return NULL;
        }
        else {
            *to++ = *text;
        }
    }
    *to = '\0';
    return *pattern == '/' || *pattern == '*' ? pattern : NULL;
}

/* All of these are possible in a path, but hardly meant */
static int is_regex(const char *name)
{
    apr_size_t len = strlen(name);

    return *name == '^' || strchr(name, '\\') || strstr(name, "(.") || strstr(name, "[^") || strstr(name, ".*$")
           || (len > 2 && strcmp(name + len - 3, "/.*") == 0);
}

/* The remedy for a name that begins neither with / nor with *: "www.example.com/shop/" is not meant as a path */
static const char *meant_path(const char *name, apr_pool_t *p)
{
    const char *scheme = strstr(name, "://"), *rest = scheme ? scheme + 3 : name, *slash = strchr(rest, '/');
    int is_host = scheme || (slash && memchr(rest, '.', (apr_size_t)(slash - rest)));

    if (is_host) {
        return apr_psprintf(p, "\"%s\", and the host as a VirtualHost", slash ? slash : "/*");
    }
    return apr_psprintf(p, *name == '.' ? "\"*%s\"" : "\"/%s\"", name);
}

static void check_uri(plugin_cfg_reader_t *reader, const plugin_cfg_uri_t *uri)
{
    int is_path = uri->name[0] == '/' || uri->name[0] == '*';

    if (is_regex(uri->name)) {
        const char *pattern = without_regex(uri->name, reader->scratch);
        plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_URI_AS_REGEX, uri->line,
                               "Uri \"%s\" looks like a regular expression, and is taken as it stands%s: the "
                               "only wildcard is *, which stands for any characters; write %s", uri->name,
                               is_path ? "" : ", so it matches no path", pattern
                               ? apr_psprintf(reader->scratch, "\"%s\"", pattern) : "it with *, such as \"/shop/*\"");
    }
    else if (!is_path) {
        plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_URI_WITHOUT_SLASH, uri->line,
                               "Uri \"%s\" matches no path, because paths begin with /; write %s", uri->name,
                               meant_path(uri->name, reader->scratch));
    }
    else if (strchr(uri->name, '?')) {
        plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_URI_WITH_QUERY, uri->line,
                               "Uri \"%s\" is compared with paths, which have no query; remove what begins with ?",
                               uri->name);
    }
}

static void build_uri(plugin_cfg_reader_t *reader, const xmlNode *node, plugin_cfg_uri_group_t *group,
                      apr_hash_t *names)
{
    plugin_cfg_uri_t *uri = apr_pcalloc(reader->p, sizeof(*uri));

    plugin_cfg_remember(reader, uri, node);
    uri->line = plugin_cfg_line_of(node);
    if (!plugin_cfg_read_attributes(reader, node, "Uri", uri)) {
        return;
    }
    if (!add_once(names, uri->name)) {
        plugin_cfg_add_finding(reader->cfg, PLUGIN_CFG_FINDING_DUPLICATE_URI, uri->line,
                               "Uri \"%s\" is in group \"%s\" already and this one has no effect; remove one",
                               uri->name, group->name);
        return;
    }
    check_uri(reader, uri);
    APR_ARRAY_PUSH(group->uris, plugin_cfg_uri_t *) = uri;
}

void plugin_cfg_build_uri_group(plugin_cfg_reader_t *reader, const xmlNode *node)
{
    plugin_cfg_uri_group_t *group = apr_pcalloc(reader->p, sizeof(*group));
    apr_hash_t *names = apr_hash_make(reader->scratch);
    const xmlNode *child;

    plugin_cfg_remember(reader, group, node);
    group->line = plugin_cfg_line_of(node);
    group->uris = apr_array_make(reader->p, count(node), sizeof(plugin_cfg_uri_t *));
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

/* `wlmcfg import tomcat`: Hosts, Aliases and Contexts. On main()'s thread. */
#include <string.h>
#include <strings.h>
#include <apr_strings.h>
#include "tools/wlmcfg/import/common/members.h"
#include "tools/wlmcfg/import/common/model.h"
#include "tools/wlmcfg/import/common/report.h"
#include "tools/wlmcfg/import/common/rules.h"
#include "tools/wlmcfg/import/common/text.h"
#include "tools/wlmcfg/import/tomcat/tomcat.h"

static const char *text_of(const xmlNode *node, apr_pool_t *p)
{
    xmlChar *raw = xmlNodeGetContent(node);
    const char *text = raw ? wlmcfg_import_trim((const char *)raw, strlen((const char *)raw), p) : "";

    xmlFree(raw);
    return text;
}

/* -- hosts ------------------------------------------------------------------------------------------ */

static void add_host(tomcat_t *tomcat, plugin_cfg_virtual_host_group_t *group, const xmlNode *node, const char *name)
{
    if (!*name || strchr(name, '*')) {
        wlmcfg_import_add_finding(tomcat->import, PLUGIN_CFG_WARNING, wlmcfg_tomcat_source_line(tomcat, node),
                                  "not-carried-over",
                                  "host \"%s\" is left out: a host of plugin-cfg.xml has no wildcard; add a "
                                  "VirtualHost for each that is meant",
                                  name);
        return;
    }
    wlmcfg_import_add_host(tomcat->import, group, apr_pstrcat(tomcat->import->p, name, ":*", NULL));
}

static int has_several_hosts(const xmlNode *engine)
{
    const xmlNode *host;
    int n = 0;

    TOMCAT_EACH(host, engine, "Host") {
        if (++n == 2) {
            return 1;
        }
    }
    return 0;
}

/* The default host also serves hosts that no Host names, so its rules are for every host
 * @return the group of the others; NULL for the default host */
static plugin_cfg_virtual_host_group_t *hosts_of(tomcat_t *tomcat, const xmlNode *engine, const xmlNode *host)
{
    const char *name = wlmcfg_tomcat_get(tomcat, host, "name"), *usual = wlmcfg_tomcat_get(tomcat, engine,
                                                                                           "defaultHost");
    plugin_cfg_virtual_host_group_t *group;
    const xmlNode *alias;

    if (!name || !has_several_hosts(engine) || (usual && strcasecmp(name, usual) == 0)) {
        return NULL;
    }
    group = apr_hash_get(tomcat->hosts, name, APR_HASH_KEY_STRING);
    if (!group) {
        group = wlmcfg_import_make_hosts(tomcat->import, apr_pstrcat(tomcat->import->p, name, "_hosts", NULL));
        apr_hash_set(tomcat->hosts, name, APR_HASH_KEY_STRING, group);
    }
    add_host(tomcat, group, host, name);
    TOMCAT_EACH(alias, host, "Alias") {
        const char *text = wlmcfg_import_resolve(tomcat->import, wlmcfg_tomcat_source_line(tomcat, alias),
                                                 text_of(alias, tomcat->import->p), '{', NULL);
        if (text) {
            add_host(tomcat, group, alias, text);
        }
    }
    return group;
}

/* -- URIs ------------------------------------------------------------------------------------------- */

/* @return 1: it has become a rule */
static int add_context(tomcat_t *tomcat, const xmlNode *context, import_cluster_t *cluster,
                       plugin_cfg_virtual_host_group_t *hosts)
{
    const char *path = wlmcfg_tomcat_get(tomcat, context, "path");
    source_line_t at = wlmcfg_tomcat_source_line(tomcat, context);
    import_rule_t *rule;

    if (!path) {
        wlmcfg_import_add_finding(tomcat->import, PLUGIN_CFG_WARNING, at, "not-carried-over",
                                  "this Context has no path that is known here; name its URI with --uri");
        return 0;
    }
    if (strcmp(path, "/") == 0) {
        path = "";
    }
    if ((*path && *path != '/') || strchr(path, '*')) {
        wlmcfg_import_add_finding(tomcat->import, PLUGIN_CFG_ERROR, at, "bad-value",
                                  "path=\"%s\" is not valid; it begins with / and has no *", path);
        return 0;
    }
    rule = wlmcfg_import_add_rule(tomcat->import, at, apr_pstrcat(tomcat->import->p, path, "/*", NULL), cluster, hosts);
    rule->cookie = rule->url_identifier = wlmcfg_tomcat_get(tomcat, context, "sessionCookieName");
    return 1;
}

static void add_uris(tomcat_t *tomcat, const xmlNode *host, import_cluster_t *cluster,
                     plugin_cfg_virtual_host_group_t *hosts)
{
    const apr_array_header_t *uris = tomcat->import->uris;
    source_line_t at = wlmcfg_tomcat_source_line(tomcat, host);
    const xmlNode *context;
    int i, n = 0;

    TOMCAT_EACH(context, host, "Context") {
        n += add_context(tomcat, context, cluster, hosts);
    }
    for (i = 0; i < uris->nelts; ++i) {
        wlmcfg_import_add_rule(tomcat->import, at, APR_ARRAY_IDX(uris, i, const char *), cluster, hosts);
    }
    if (!n && !uris->nelts) {
        wlmcfg_import_add_rule(tomcat->import, at, "/*", cluster, hosts);
    }
    else if (!uris->nelts) {
        wlmcfg_import_add_finding(tomcat->import, PLUGIN_CFG_NOTE, at, "contexts",
                                  "URIs are those of the Contexts here; name those of applications that are deployed "
                                  "otherwise, as in webapps, with --uri");
    }
}

void wlmcfg_tomcat_add_rules(tomcat_t *tomcat, const xmlNode *engine, import_cluster_t *cluster)
{
    const xmlNode *host;
    int n = 0;

    TOMCAT_EACH(host, engine, "Host") {
        add_uris(tomcat, host, cluster, hosts_of(tomcat, engine, host));
        ++n;
    }
    if (!n) {
        add_uris(tomcat, engine, cluster, NULL);
    }
}

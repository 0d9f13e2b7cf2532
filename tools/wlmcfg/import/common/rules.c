/* `wlmcfg import`: URI groups and Routes out of rules. On main()'s thread.
 *
 * The sources try their rules in an order; mod_wlm takes the longest URI. So each rule is compared with those that the
 * source tries before it: one that never won is left out, and where another one would win now there is a warning.
 */
#include <ctype.h>
#include <string.h>
#include <apr_strings.h>
#include "tools/wlmcfg/import/common/earlier.h"
#include "tools/wlmcfg/import/common/model.h"
#include "tools/wlmcfg/import/common/report.h"
#include "tools/wlmcfg/import/common/rules.h"
#include "tools/wlmcfg/import/common/xml.h"

/* -- what must not be routed -------------------------------------------------------------------- */

static const char *regex_of(const char *pattern, apr_pool_t *p)
{
    char *regex = apr_palloc(p, 2 * strlen(pattern) + 3), *to = regex;

    for (*to++ = '^'; *pattern; ++pattern) {
        if (*pattern == '*') {
            *to++ = '.';
        }
        else if (!isalnum((unsigned char)*pattern) && !strchr("/_-", *pattern)) {
            *to++ = '\\';
        }
        *to++ = *pattern;
    }
    *to++ = '$';
    *to = '\0';
    return regex;
}

const char *wlmcfg_import_exclusion(import_t *import, const char *pattern)
{
    size_t len = strlen(pattern);

    if (len >= 2 && strcmp(pattern + len - 2, "/*") == 0 && strchr(pattern, '*') == pattern + len - 1) {
        return apr_psprintf(import->p, "<Location \"%s\">, WLMEnable Off, </Location>",
                            len == 2 ? "/" : apr_pstrmemdup(import->p, pattern, len - 2));
    }
    return apr_psprintf(import->p, "<LocationMatch \"%s\">, WLMEnable Off, </LocationMatch>",
                        regex_of(pattern, import->p));
}

/* -- order ------------------------------------------------------------------------------------- */

static void report_overtaken(import_t *import, const import_earlier_t *earlier, const import_rule_t *rule,
                             apr_pool_t *ptemp)
{
    const apr_array_header_t *overtaken = wlmcfg_import_earlier_overtaken(earlier, rule, ptemp);
    int i;

    for (i = 0; i < overtaken->nelts; ++i) {
        const import_rule_t *other = APR_ARRAY_IDX(overtaken, i, const import_rule_t *);
        wlmcfg_import_add_finding(import, PLUGIN_CFG_WARNING, rule->at, "order",
                                  "\"%s\" and \"%s\" (line %d) match the same paths; so far the latter won, but "
                                  "mod_wlm takes the longer URI: look at both with wlmcfg explain",
                                  rule->pattern, other->pattern, other->at.line);
    }
    if (overtaken->nelts == IMPORT_OVERTAKEN_MOST) {
        wlmcfg_import_add_finding(import, PLUGIN_CFG_WARNING, rule->at, "order",
                                  "\"%s\" may match paths of more lines than the %d that are named here", rule->pattern,
                                  IMPORT_OVERTAKEN_MOST);
    }
    apr_pool_clear(ptemp);
}

/* @param cover  the earlier rule that takes all of its requests; NULL: none  @return 1: the rule becomes a Uri */
static int judge(import_t *import, const import_earlier_t *earlier, const import_rule_t *rule,
                 const import_rule_t *cover, apr_pool_t *ptemp)
{
    if (cover && cover->cluster != rule->cluster) {
        wlmcfg_import_add_finding(import, PLUGIN_CFG_WARNING, rule->at, "order",
                                  "\"%s\" is left out: \"%s\" (line %d) goes before it and takes all of its requests",
                                  rule->pattern, cover->pattern, cover->at.line);
        return 0;
    }
    if (!rule->cluster) {
        if (!cover) {
            wlmcfg_import_add_finding(import, PLUGIN_CFG_WARNING, rule->at, "exclusion",
                                      "\"%s\" is excluded, which plugin-cfg.xml cannot say; put these three lines into "
                                      "the httpd configuration: %s",
                                      rule->pattern, wlmcfg_import_exclusion(import, rule->pattern));
        }
        return 0;
    }
    if (!rule->cluster->members->nelts) {
        return 0;
    }
    report_overtaken(import, earlier, rule, ptemp);
    return 1;
}

/* -- groups ------------------------------------------------------------------------------------ */

typedef struct groups_t {
    apr_hash_t *routes;            /* name of the UriGroup -> plugin_cfg_route_t * */
    apr_hash_t *uri_groups;        /* name -> plugin_cfg_uri_group_t *, to which is added */
    apr_hash_t *uris;              /* "group pattern" */
    apr_hash_t *hosts;             /* name -> plugin_cfg_virtual_host_group_t * */
} groups_t;

static plugin_cfg_uri_group_t *add_route(import_t *import, groups_t *groups, const import_rule_t *rule,
                                         const char *name)
{
    plugin_cfg_uri_group_t *group = apr_pcalloc(import->p, sizeof(*group));
    plugin_cfg_route_t *route = apr_pcalloc(import->p, sizeof(*route));

    group->name = name;
    group->uris = apr_array_make(import->p, 4, sizeof(plugin_cfg_uri_t *));
    APR_ARRAY_PUSH(import->cfg->uri_groups, plugin_cfg_uri_group_t *) = group;
    apr_hash_set(groups->uri_groups, name, APR_HASH_KEY_STRING, group);
    route->cluster = rule->cluster->cluster;
    route->uri_group = group;
    route->virtual_host_group = rule->hosts;
    APR_ARRAY_PUSH(import->cfg->routes, plugin_cfg_route_t *) = route;
    if (rule->hosts && !apr_hash_get(groups->hosts, rule->hosts->name, APR_HASH_KEY_STRING)) {
        apr_hash_set(groups->hosts, rule->hosts->name, APR_HASH_KEY_STRING, rule->hosts);
        APR_ARRAY_PUSH(import->cfg->virtual_host_groups, plugin_cfg_virtual_host_group_t *) = rule->hosts;
    }
    return group;
}

static void choose_name(const char **pname, const char *of_cluster, const char *of_rule)
{
    *pname = of_rule ? of_rule : of_cluster ? of_cluster : *pname;
}

static void add_uri(import_t *import, groups_t *groups, const import_rule_t *rule)
{
    const char *name = apr_pstrcat(import->p, rule->hosts ? rule->hosts->name : "", rule->hosts ? "_" : "",
                                   rule->cluster->cluster->name, "_URIs", NULL);
    const char *key = apr_pstrcat(import->p, name, " ", rule->pattern, NULL);
    plugin_cfg_uri_group_t *group = apr_hash_get(groups->uri_groups, name, APR_HASH_KEY_STRING);
    plugin_cfg_uri_t *uri;

    if (!group) {
        group = add_route(import, groups, rule, name);
    }
    if (apr_hash_get(groups->uris, key, APR_HASH_KEY_STRING)) {
        return;
    }
    uri = apr_pcalloc(import->p, sizeof(*uri));
    wlmcfg_import_set_defaults("Uri", uri);
    uri->name = rule->pattern;
    choose_name(&uri->affinity_cookie, rule->cluster->cookie, rule->cookie);
    choose_name(&uri->affinity_url_identifier, rule->cluster->url_identifier, rule->url_identifier);
    APR_ARRAY_PUSH(group->uris, plugin_cfg_uri_t *) = uri;
    apr_hash_set(groups->uris, key, APR_HASH_KEY_STRING, uri);
}

import_rule_t *wlmcfg_import_add_rule(import_t *import, source_line_t at, const char *pattern,
                                      import_cluster_t *cluster, plugin_cfg_virtual_host_group_t *hosts)
{
    import_rule_t *rule = apr_pcalloc(import->p, sizeof(*rule));

    rule->pattern = pattern;
    rule->cluster = cluster;
    rule->hosts = hosts;
    rule->at = at;
    APR_ARRAY_PUSH(import->rules, import_rule_t *) = rule;
    return rule;
}

void wlmcfg_import_route(import_t *import)
{
    groups_t groups = { apr_hash_make(import->p), apr_hash_make(import->p), apr_hash_make(import->p),
                        apr_hash_make(import->p) };
    apr_pool_t *pearlier, *ptemp;
    import_earlier_t *earlier;
    int i;

    apr_pool_create(&pearlier, import->p);
    apr_pool_create(&ptemp, import->p);
    earlier = wlmcfg_import_earlier_make(pearlier);
    for (i = 0; i < import->rules->nelts; ++i) {
        const import_rule_t *rule = APR_ARRAY_IDX(import->rules, i, import_rule_t *);
        const import_rule_t *cover = wlmcfg_import_earlier_cover(earlier, rule);
        if (judge(import, earlier, rule, cover, ptemp)) {
            add_uri(import, &groups, rule);
        }
        if (!cover) { /* else it never wins, and what covers it also covers what it does */
            wlmcfg_import_earlier_add(earlier, rule);
        }
    }
    apr_pool_destroy(ptemp);
    apr_pool_destroy(pearlier);
}

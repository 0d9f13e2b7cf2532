/* `wlmcfg import`: URI groups and Routes out of rules. On main()'s thread.
 *
 * The sources try their rules in an order; mod_wlm takes the longest URI. So each rule is compared with those that the
 * source tries before it: one that never won is left out, and where another one would win now there is a warning.
 */
#include <ctype.h>
#include <string.h>
#include <apr_strings.h>
#include "route/route.h"
#include "tools/wlmcfg/import/common/model.h"
#include "tools/wlmcfg/import/common/report.h"
#include "tools/wlmcfg/import/common/rules.h"
#include "tools/wlmcfg/import/common/xml.h"

/* -- patterns ---------------------------------------------------------------------------------- */

/* Does a pattern match everything that another one matches? (Not found for all that do: then it is treated as one
 * that does not.) */
static int covers(const char *a, const char *b)
{
    const char *star = NULL, *resume = NULL;

    while (*b) {
        if (*a == '*') {
            star = a++;
            resume = b;
        }
        else if (*a == *b && *b != '*') {
            ++a;
            ++b;
        }
        else if (star) {
            a = star + 1;
            b = ++resume;
        }
        else {
            return 0;
        }
    }
    return a[strspn(a, "*")] == '\0';
}

/* Is there a path that both match? Row by row: row[k] is 1 when b from k on and a from here on have one in
 * common */
static int overlap(const char *a, const char *b, apr_pool_t *p)
{
    size_t len = strlen(b), k, i = strlen(a);
    char *row = apr_palloc(p, len + 1), *below = apr_palloc(p, len + 1);

    for (;;) {
        for (k = len + 1; k-- > 0;) {
            row[k] = !a[i] && !b[k] ? 1
                     : a[i] == '*' ? below[k] || (b[k] && row[k + 1])
                     : b[k] == '*' ? row[k + 1] || (a[i] && below[k])
                     : a[i] && a[i] == b[k] && below[k + 1];
        }
        if (i-- == 0) {
            return row[0];
        }
        memcpy(below, row, len + 1);
    }
}

static void rank(wlm_route_rank_t *made, const import_rule_t *rule)
{
    const char *c;

    memset(made, 0, sizeof(*made));
    for (c = rule->pattern; *c; ++c) {
        made->literal_len += *c != '*';
    }
    made->is_exact = strchr(rule->pattern, '*') == NULL;
    made->host_rank = rule->hosts ? 0 : 4;
}

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

static int meet(const import_rule_t *a, const import_rule_t *b)
{
    return a->hosts == b->hosts || !a->hosts || !b->hosts;
}

/* The earlier rule that wins in the source wherever this one matches; NULL: none */
static const import_rule_t *find_cover(const import_t *import, int index)
{
    const import_rule_t *rule = APR_ARRAY_IDX(import->rules, index, import_rule_t *);
    int i;

    for (i = 0; i < index; ++i) {
        const import_rule_t *earlier = APR_ARRAY_IDX(import->rules, i, import_rule_t *);
        if ((earlier->hosts == rule->hosts || !earlier->hosts) && covers(earlier->pattern, rule->pattern)) {
            return earlier;
        }
    }
    return NULL;
}

static void report_overtaken(import_t *import, int index, apr_pool_t *ptemp)
{
    const import_rule_t *rule = APR_ARRAY_IDX(import->rules, index, import_rule_t *);
    wlm_route_rank_t own, other;
    wlm_route_reason_t reason;
    int i;

    rank(&own, rule);
    for (i = 0; i < index; ++i) {
        const import_rule_t *earlier = APR_ARRAY_IDX(import->rules, i, import_rule_t *);
        if (earlier->cluster && earlier->cluster != rule->cluster && meet(earlier, rule)) {
            rank(&other, earlier);
            if (wlm_route_compare(&reason, &own, &other) >= 0 && overlap(earlier->pattern, rule->pattern, ptemp)) {
                wlmcfg_import_add_finding(import, PLUGIN_CFG_WARNING, rule->at, "order",
                                          "\"%s\" and \"%s\" (line %d) match the same paths; so far the latter won, "
                                          "but mod_wlm takes the longer URI: look at both with wlmcfg explain",
                                          rule->pattern, earlier->pattern, earlier->at.line);
            }
            apr_pool_clear(ptemp);
        }
    }
}

/* @return 1: the rule becomes a Uri */
static int judge(import_t *import, int index, apr_pool_t *ptemp)
{
    const import_rule_t *rule = APR_ARRAY_IDX(import->rules, index, import_rule_t *);
    const import_rule_t *cover = find_cover(import, index);

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
    report_overtaken(import, index, ptemp);
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
    apr_pool_t *ptemp;
    int i;

    apr_pool_create(&ptemp, import->p);
    for (i = 0; i < import->rules->nelts; ++i) {
        if (judge(import, i, ptemp)) {
            add_uri(import, &groups, APR_ARRAY_IDX(import->rules, i, import_rule_t *));
        }
    }
}

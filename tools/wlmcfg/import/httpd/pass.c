/* `wlmcfg import mod_proxy_balancer`: ProxyPass, ProxyPassMatch, and RewriteRule with [P]. On main()'s thread. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <apr_strings.h>
#include "tools/wlmcfg/import/common/model.h"
#include "tools/wlmcfg/import/common/report.h"
#include "tools/wlmcfg/import/common/rules.h"
#include "tools/wlmcfg/import/httpd/directives.h"
#include "tools/wlmcfg/import/httpd/members.h"
#include "tools/wlmcfg/import/httpd/model.h"
#include "tools/wlmcfg/import/httpd/pass.h"
#include "tools/wlmcfg/import/httpd/regex.h"

/* httpd tries rewriting first, then <Location>s from the last one, then the main server's lines, then the host's */
#define RANGE 1000000000L

static httpd_pass_t *add_pass(httpd_t *httpd, source_line_t at, const char *from, const char *to)
{
    httpd_pass_t *pass = apr_pcalloc(httpd->import->p, sizeof(*pass));

    pass->from = from;
    pass->to = to;
    pass->scope = httpd->scope;
    pass->at = at;
    pass->params = apr_array_make(httpd->import->p, 4, sizeof(httpd_param_t));
    pass->order = ++httpd->number + (httpd->scope->hosts ? RANGE : 0);
    APR_ARRAY_PUSH(httpd->passes, httpd_pass_t *) = pass;
    httpd->scope->has_passes = 1;
    return pass;
}

/* -- directives -------------------------------------------------------------------------------------- */

static const httpd_section_t *location_of(const httpd_t *httpd)
{
    const httpd_section_t *location = wlmcfg_httpd_section(httpd, "location");

    return location ? location : wlmcfg_httpd_section(httpd, "locationmatch");
}

void wlmcfg_httpd_parse_pass(httpd_t *httpd, const httpd_directive_t *directive)
{
    const httpd_section_t *location = location_of(httpd);
    const char *const *words = directive->words;
    int is_regex = strcasecmp(directive->name, "ProxyPassMatch") == 0;
    const char *from = words[0];
    httpd_pass_t *pass;

    if (location && location->words->nelts) {
        is_regex = location->words->nelts > 1 || strcmp(location->name, "locationmatch") == 0;
        from = APR_ARRAY_IDX(location->words, location->words->nelts - 1, const char *);
    }
    else {
        ++words;
    }
    if (!*words) {
        wlmcfg_import_add_finding(httpd->import, PLUGIN_CFG_ERROR, directive->at, "bad-line",
                                  "%s takes a path and a URL; try httpd -t", directive->name);
        return;
    }
    pass = add_pass(httpd, directive->at, from, words[0]);
    pass->is_regex = is_regex;
    pass->order = location ? -RANGE - httpd->number : pass->order;
    wlmcfg_httpd_add_params(httpd, pass->params, words + 1, directive->at);
}

int wlmcfg_httpd_has_flag(const char *flags, const char *letter, const char *name)
{
    const char *at;

    for (at = flags + strspn(flags, "[, "); *at && *at != ']'; at += strspn(at, ", ")) {
        size_t n = strcspn(at, ",] ");
        if ((n == strlen(letter) && strncasecmp(at, letter, n) == 0)
            || (n == strlen(name) && strncasecmp(at, name, n) == 0)) {
            return 1;
        }
        at += n;
    }
    return 0;
}

void wlmcfg_httpd_parse_rewrite(httpd_t *httpd, const httpd_directive_t *directive)
{
    int has_condition = httpd->scope->has_condition;
    const char *flags = directive->n > 2 ? directive->words[2] : "";
    httpd_pass_t *pass;

    httpd->scope->has_condition = 0;
    if (directive->n < 2 || !wlmcfg_httpd_has_flag(flags, "P", "proxy")) {
        return;
    }
    if (has_condition || *directive->words[0] == '!' || wlmcfg_httpd_has_flag(flags, "NC", "nocase")) {
        wlmcfg_import_add_finding(httpd->import, PLUGIN_CFG_WARNING, directive->at, "not-carried-over",
                                  "RewriteRule %s: %s; add a Uri and a Route, or leave it to mod_proxy with WLMEnable "
                                  "Off in its Location",
                                  directive->words[0],
                                  has_condition ? "its RewriteCond cannot be said in plugin-cfg.xml"
                                                : "URIs are compared with case, and never with not");
        return;
    }
    pass = add_pass(httpd, directive->at, directive->words[0], directive->words[1]);
    pass->is_regex = pass->is_rewrite = 1;
    pass->order = httpd->number - 3 * RANGE;
}

/* -- where it goes ------------------------------------------------------------------------------------ */

static int by_order(const void *a, const void *b)
{
    const httpd_pass_t *one = *(httpd_pass_t *const *)a, *other = *(httpd_pass_t *const *)b;

    return (one->order > other->order) - (one->order < other->order);
}

static int is_exclusion(const httpd_pass_t *pass)
{
    return strcmp(pass->to, "!") == 0;
}

httpd_balancer_t **wlmcfg_httpd_find_destinations(httpd_t *httpd)
{
    httpd_balancer_t **made = apr_pcalloc(httpd->import->p, sizeof(*made) * (apr_size_t)(httpd->passes->nelts + 1));
    httpd_url_t url;
    int i;

    qsort(httpd->passes->elts, (size_t)httpd->passes->nelts, sizeof(httpd_pass_t *), by_order);
    for (i = 0; i < httpd->passes->nelts; ++i) {
        const httpd_pass_t *pass = APR_ARRAY_IDX(httpd->passes, i, httpd_pass_t *);
        if (is_exclusion(pass)) {
            continue;
        }
        if (wlmcfg_httpd_parse_url(&url, pass->to, httpd->import->p)) {
            made[i] = wlmcfg_httpd_destination(httpd, pass, &url);
        }
        else {
            wlmcfg_import_add_finding(httpd->import, PLUGIN_CFG_ERROR, pass->at, "bad-value",
                                      "\"%s\" is no URL that can be passed to", pass->to);
        }
    }
    return made;
}

/* -- paths --------------------------------------------------------------------------------------------- */

/* A path without its last slashes, and what is below it */
static const char *below(const char *path, apr_pool_t *p)
{
    size_t len = strlen(path);

    while (len > 0 && path[len - 1] == '/') {
        --len;
    }
    return apr_pstrcat(p, apr_pstrmemdup(p, path, len), "/*", NULL);
}

/* What a destination's $1, $0 and %{REQUEST_URI} become. @return NULL: there is something else */
static const char *fill(const char *text, const char *const groups[HTTPD_GROUPS], apr_pool_t *p)
{
    static const char uri[] = "%{REQUEST_URI}";
    apr_array_header_t *parts = apr_array_make(p, 8, sizeof(const char *));

    while (*text) {
        size_t len = strcspn(text, "$%");
        APR_ARRAY_PUSH(parts, const char *) = apr_pstrmemdup(p, text, len);
        text += len;
        if (*text == '$' && text[1] >= '0' && text[1] <= '9' && groups[text[1] - '0']) {
            APR_ARRAY_PUSH(parts, const char *) = groups[text[1] - '0'];
            text += 2;
        }
        else if (strncmp(text, uri, sizeof(uri) - 1) == 0) {
            APR_ARRAY_PUSH(parts, const char *) = groups[0];
            text += sizeof(uri) - 1;
        }
        else if (*text) {
            return NULL;
        }
    }
    return apr_array_pstrcat(p, parts, '\0');
}

/* The pattern, and the one that the path is changed to. @return NULL: no pattern matches the same; *pto NULL: it is
 * not known */
static const char *patterns_of(const httpd_pass_t *pass, const char *path, const char **pto, apr_pool_t *p)
{
    const char *groups[HTTPD_GROUPS], *pattern;

    if (!pass->is_regex) {
        *pto = strchr(path, '?') ? NULL : below(path, p);
        return *pass->from == '/' && !strchr(pass->from, '*') ? below(pass->from, p) : NULL;
    }
    pattern = wlmcfg_httpd_pattern(pass->from, groups, p);
    if (!pattern) {
        return NULL;
    }
    /* a ProxyPassMatch without $1 means the whole path */
    *pto = pass->is_rewrite || strchr(path, '$') ? fill(path, groups, p) : apr_pstrcat(p, path, pattern, NULL);
    return *pattern == '/' || *pattern == '*' ? pattern : NULL;
}

static int is_same_path(const char *a, const char *b)
{
    while (*a && *a == *b) {
        size_t n = *a == '/' ? strspn(a, "/") : 1, m = *b == '/' ? strspn(b, "/") : 1;
        a += n;
        b += m;
    }
    return !*a && !*b;
}

/* mod_wlm sends the path as it is. @param to  as patterns_of() has it */
static void check_path(httpd_t *httpd, const httpd_pass_t *pass, const httpd_balancer_t *balancer, const char *pattern,
                       const char *to)
{
    apr_pool_t *p = httpd->import->p;
    int i;

    for (i = 0; i < balancer->prefixes->nelts; ++i) {
        const char *prefix = APR_ARRAY_IDX(balancer->prefixes, i, const char *);
        const char *sent = to ? apr_pstrcat(p, prefix, "/", to, NULL) : NULL;
        if (!sent || !is_same_path(apr_pstrcat(p, "/", pattern, NULL), apr_pstrcat(p, "/", sent, NULL))) {
            wlmcfg_import_add_finding(httpd->import, PLUGIN_CFG_WARNING, pass->at, "path",
                                      "\"%s\": members got another path (%s%s), but mod_wlm sends paths as they are: "
                                      "give the application the same context root, or rewrite the path with a "
                                      "RewriteRule that has [PT], and write the new path into the Uri",
                                      pattern, prefix, to ? to : pass->to);
            return;
        }
    }
}

/* -- rules ---------------------------------------------------------------------------------------------- */

static void add_rules_of_pass(httpd_t *httpd, const httpd_pass_t *pass, httpd_balancer_t *balancer)
{
    import_t *import = httpd->import;
    const char *pattern, *to;
    httpd_url_t url = { .path = "" };

    if (!is_exclusion(pass)) {
        wlmcfg_httpd_parse_url(&url, pass->to, import->p);
    }
    pattern = patterns_of(pass, url.path, &to, import->p);
    if (!pattern) {
        wlmcfg_import_add_finding(import, PLUGIN_CFG_WARNING, pass->at, "not-carried-over",
                                  "\"%s\" is left out: in plugin-cfg.xml the only wildcard is *; %s", pass->from,
                                  is_exclusion(pass) ? "put WLMEnable Off into a LocationMatch for it"
                                                     : "add a Uri for each path that is meant");
        return;
    }
    if (balancer) {
        check_path(httpd, pass, balancer, pattern, to);
    }
    wlmcfg_import_add_rule(import, pass->at, pattern, balancer ? balancer->cluster : NULL, pass->scope->hosts);
}

void wlmcfg_httpd_add_rules_of_passes(httpd_t *httpd, httpd_balancer_t **destinations)
{
    int i;

    for (i = 0; i < httpd->passes->nelts; ++i) {
        const httpd_pass_t *pass = APR_ARRAY_IDX(httpd->passes, i, httpd_pass_t *);
        if (destinations[i] || is_exclusion(pass)) {
            add_rules_of_pass(httpd, pass, destinations[i]);
        }
    }
}

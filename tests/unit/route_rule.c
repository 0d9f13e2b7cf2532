/* Which route wins, by the rule, without an index. On the thread of the test. */
#include "route_rule.h"

static void *route_rule_host(const char *text, apr_pool_t *p)
{
    plugin_cfg_virtual_host_t *host = apr_pcalloc(p, sizeof(*host));
    const char *colon = strrchr(text, ':');
    char *name = apr_pstrmemdup(p, text, colon ? (apr_size_t)(colon - text) : strlen(text)), *c;

    for (c = name; *c; ++c) {
        *c = (char)tolower((unsigned char)*c);
    }
    host->name = text;
    host->host = !*name || strcmp(name, "*") == 0 ? NULL : name; /* plugin-cfg.xml has no empty names */
    host->port = colon ? atoi(colon + 1) & 0xffff : 0; /* "*" is 0 */
    return host;
}

static void *route_rule_uri(const char *text, apr_pool_t *p)
{
    plugin_cfg_uri_t *uri = apr_pcalloc(p, sizeof(*uri));

    uri->name = text;
    return uri;
}

static apr_array_header_t *route_rule_list(const char *text, void *(*make)(const char *, apr_pool_t *),
                                                  apr_pool_t *p)
{
    apr_array_header_t *items = apr_array_make(p, 4, sizeof(void *));
    char *rest = apr_pstrdup(p, text), *last, *item;

    for (; (item = apr_strtok(rest, ",", &last)) != NULL; rest = NULL) {
        APR_ARRAY_PUSH(items, void *) = make(item, p);
    }
    return items;
}

/* @return NULL: the text is none */
static plugin_cfg_route_t *route_rule_route(const char *text, apr_pool_t *p)
{
    plugin_cfg_route_t *route = apr_pcalloc(p, sizeof(*route));
    plugin_cfg_cluster_t *cluster = apr_pcalloc(p, sizeof(*cluster));
    plugin_cfg_virtual_host_group_t *host_group = apr_pcalloc(p, sizeof(*host_group));
    plugin_cfg_uri_group_t *uri_group = apr_pcalloc(p, sizeof(*uri_group));
    char *hosts = apr_pstrdup(p, text), *uris = strchr(hosts, '|'), *name = uris ? strchr(uris, '>') : NULL;

    if (!name) {
        return NULL;
    }
    *uris++ = '\0';
    *name++ = '\0';
    cluster->name = name;
    route->cluster = cluster;
    if (*hosts) {
        host_group->hosts = route_rule_list(hosts, route_rule_host, p);
        route->virtual_host_group = host_group;
    }
    if (*uris) {
        uri_group->uris = route_rule_list(uris, route_rule_uri, p);
        route->uri_group = uri_group;
    }
    return route;
}

plugin_cfg_t *route_rule_cfg(const char *const *texts, apr_pool_t *p)
{
    plugin_cfg_t *cfg = apr_pcalloc(p, sizeof(*cfg));

    cfg->routes = apr_array_make(p, 4, sizeof(plugin_cfg_route_t *));
    cfg->lost_routes = apr_array_make(p, 1, sizeof(plugin_cfg_lost_route_t *));
    for (; *texts; ++texts) {
        plugin_cfg_route_t *route = route_rule_route(*texts, p);
        if (route) {
            APR_ARRAY_PUSH(cfg->routes, plugin_cfg_route_t *) = route;
        }
    }
    return cfg;
}

/* Does the pattern match, all of it? reached[i]: what has been looked at of the pattern matches the first i
 * characters */
static int route_rule_glob(const char *pattern, apr_size_t len, const char *path, apr_pool_t *p)
{
    apr_size_t n = strlen(path), i, k;
    char *reached = apr_pcalloc(p, n + 1);

    reached[0] = 1;
    for (k = 0; k < len; ++k) {
        for (i = 1; i <= n && pattern[k] == '*'; ++i) {
            reached[i] |= reached[i - 1];
        }
        for (i = n; i > 0 && pattern[k] != '*'; --i) {
            reached[i] = reached[i - 1] && path[i - 1] == pattern[k];
        }
        reached[0] = reached[0] && pattern[k] == '*';
    }
    return reached[n];
}

/* @return literal length * 2 + exact, -1 when it does not match */
static int route_rule_uri_score(const char *pattern, const char *path, apr_pool_t *p)
{
    int literal = 0, exact = !strchr(pattern, '*');
    apr_size_t len = strlen(pattern), before_stars = len;
    const char *c;

    for (c = pattern; *c; ++c) {
        literal += *c != '*';
    }
    if (route_rule_glob(pattern, len, path, p)) {
        return literal * 2 + exact;
    }
    while (before_stars > 0 && pattern[before_stars - 1] == '*') {
        --before_stars;
    }
    if (before_stars > 1 && before_stars < len && pattern[before_stars - 1] == '/'
        && route_rule_glob(pattern, before_stars - 1, path, p)) {
        return (literal - 1) * 2;
    }
    return -1;
}

/* @param host  in lower case, "" when there is none */
static int route_rule_is_host(const plugin_cfg_virtual_host_t *h, const char *host, int port)
{
    int is_name = !h->host || (*host && strcmp(h->host, host) == 0 && strlen(host) <= ROUTE_RULE_HOST_MAX);

    return is_name && (!h->port || h->port == port);
}

/* @return the more, the more exact; -1 when none of the group matches */
static int route_rule_host_score(const plugin_cfg_virtual_host_t **phost,
                                        const plugin_cfg_virtual_host_group_t *group, const char *host, int port)
{
    int i, best = -1;

    *phost = NULL;
    for (i = 0; group && i < group->hosts->nelts; ++i) {
        const plugin_cfg_virtual_host_t *h = APR_ARRAY_IDX(group->hosts, i, plugin_cfg_virtual_host_t *);
        int score = 1 + (h->host ? 2 : 0) + (h->port ? 1 : 0);

        if (score > best && route_rule_is_host(h, host, port)) {
            best = score;
            *phost = h;
        }
    }
    return group ? best : 0;
}

wlm_route_match_t route_rule_find(const plugin_cfg_t *cfg, const char *host, int port, const char *path,
                                                apr_pool_t *p)
{
    wlm_route_match_t best = { NULL, NULL, NULL };
    int best_uri = -1, best_host = -1, i, k;

    for (i = 0; i < cfg->routes->nelts; ++i) {
        const plugin_cfg_route_t *route = APR_ARRAY_IDX(cfg->routes, i, plugin_cfg_route_t *);
        wlm_route_match_t match = { route, NULL, NULL };
        int host_score = route_rule_host_score(&match.host, route->virtual_host_group, host, port);
        const apr_array_header_t *uris = route->uri_group ? route->uri_group->uris : NULL;

        for (k = 0; host_score >= 0 && k < (uris ? uris->nelts : 1); ++k) {
            int uri_score;

            match.uri = uris ? APR_ARRAY_IDX(uris, k, plugin_cfg_uri_t *) : NULL;
            uri_score = route_rule_uri_score(match.uri ? match.uri->name : "*", path, p);
            if (uri_score > best_uri || (uri_score >= 0 && uri_score == best_uri && host_score > best_host)) {
                best = match;
                best_uri = uri_score;
                best_host = host_score;
            }
        }
    }
    return best;
}

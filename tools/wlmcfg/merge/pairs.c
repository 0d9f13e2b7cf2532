/* `wlmcfg merge`, the pairs of host and URI, and the clusters that each of them leads to. On main()'s thread. */
#include <string.h>
#include <apr_strings.h>
#include "tools/wlmcfg/merge/model.h"
#include "tools/wlmcfg/merge/pairs.h"
#include "tools/wlmcfg/merge/report.h"

const char *wlmcfg_merge_application(const char *name)
{
    static const char cell[] = "/cell/", application[] = "/application/";
    const char *found = strncmp(name, cell, strlen(cell)) == 0 ? strstr(name, application) : NULL;

    return found && found[strlen(application)] ? found + strlen(application) : NULL;
}

static const char *match_key_of(const merge_source_t *source, apr_pool_t *p)
{
    const plugin_cfg_virtual_host_t *host = source->host;

    return wlmcfg_merge_match_key(source->uri, host ? host->host : NULL, host ? host->port : -1, p);
}

/* Two sources with the same key are one pair */
static const char *key_of(const merge_t *m, const merge_source_t *source, const char *match_key)
{
    const plugin_cfg_route_t *route = source->route;
    const char *group = "", *application = NULL;

    if (m->by_group && route->virtual_host_group) {
        group = route->virtual_host_group->name;
    }
    if (m->by_application && route->uri_group) {
        application = wlmcfg_merge_application(route->uri_group->name);
    }
    return apr_pstrcat(m->p, match_key, "\n", group, "\n", application ? application : "", NULL);
}

/* With --sort and --app two pairs can be different although the same requests find both */
static void report_hidden(merge_t *m, const merge_source_t *source, const merge_pair_t *other)
{
    const merge_source_t *first = &MERGE_FIRST(other);

    wlmcfg_merge_report(m, source->input, source->route->line, PLUGIN_CFG_WARNING,
                        "a URI and host of this Route are in the one of %s:%d, too, and the names there keep them "
                        "apart, so that one gets the requests for them; without --sort and --app both would lead to "
                        "the servers of both",
                        first->input->cfg->file, first->route->line);
}

static void add_pair(merge_t *m, apr_hash_t *pairs, const merge_source_t *source)
{
    const char *match_key = match_key_of(source, m->p), *key = key_of(m, source, match_key);
    merge_pair_t *pair = apr_hash_get(pairs, key, APR_HASH_KEY_STRING), *other;
    const merge_source_t *last;

    if (!pair) {
        pair = apr_pcalloc(m->p, sizeof(*pair));
        pair->sources = apr_array_make(m->p, 2, sizeof(merge_source_t));
        APR_ARRAY_PUSH(pair->sources, merge_source_t) = *source;
        APR_ARRAY_PUSH(m->pairs, merge_pair_t *) = pair;
        apr_hash_set(pairs, key, APR_HASH_KEY_STRING, pair);
        if ((other = apr_hash_get(m->by_match_key, match_key, APR_HASH_KEY_STRING)) != NULL) {
            report_hidden(m, source, other);
        }
        else {
            apr_hash_set(m->by_match_key, match_key, APR_HASH_KEY_STRING, pair);
        }
        return;
    }
    last = &APR_ARRAY_IDX(pair->sources, pair->sources->nelts - 1, merge_source_t);
    if (last->input == source->input || m->first_only) {
        return; /* in one file the first route counts */
    }
    if (MERGE_FIRST(pair).uri && source->uri) {
        wlmcfg_merge_compare(m, "Uri", MERGE_FIRST(pair).input, MERGE_FIRST(pair).uri, source->input, source->uri);
    }
    APR_ARRAY_PUSH(pair->sources, merge_source_t) = *source;
}

static void add_uri(merge_t *m, apr_hash_t *pairs, const merge_source_t *of_uri)
{
    const plugin_cfg_virtual_host_group_t *hosts = of_uri->route->virtual_host_group;
    merge_source_t source = *of_uri;
    int i;

    if (!hosts) {
        add_pair(m, pairs, &source);
    }
    for (i = 0; hosts && i < hosts->hosts->nelts; ++i) {
        source.host = APR_ARRAY_IDX(hosts->hosts, i, plugin_cfg_virtual_host_t *);
        add_pair(m, pairs, &source);
    }
}

static void add_input(merge_t *m, apr_hash_t *pairs, const merge_input_t *input)
{
    int i, k;

    for (i = 0; i < input->cfg->routes->nelts; ++i) {
        merge_source_t source = { input, APR_ARRAY_IDX(input->cfg->routes, i, plugin_cfg_route_t *), NULL, NULL };
        const plugin_cfg_uri_group_t *uris = source.route->uri_group;

        if (!uris) {
            add_uri(m, pairs, &source);
        }
        for (k = 0; uris && k < uris->uris->nelts; ++k) {
            source.uri = APR_ARRAY_IDX(uris->uris, k, plugin_cfg_uri_t *);
            add_uri(m, pairs, &source);
        }
    }
}

/* Pairs that lead to the same clusters lead to the same cluster of the merged file */
static void find_cluster(merge_t *m, apr_hash_t *clusters, merge_pair_t *pair)
{
    const char *key = "";
    int i;

    for (i = 0; i < pair->sources->nelts; ++i) {
        const merge_source_t *source = &APR_ARRAY_IDX(pair->sources, i, merge_source_t);
        key = apr_psprintf(m->p, "%s%d %s\n", key, source->input->number, source->route->cluster->name);
    }
    pair->cluster = apr_hash_get(clusters, key, APR_HASH_KEY_STRING);
    if (!pair->cluster) {
        pair->cluster = apr_pcalloc(m->p, sizeof(*pair->cluster));
        pair->cluster->sources = pair->sources;
        APR_ARRAY_PUSH(m->clusters, merge_cluster_t *) = pair->cluster;
        apr_hash_set(clusters, key, APR_HASH_KEY_STRING, pair->cluster);
    }
}

void wlmcfg_merge_pairs(merge_t *m)
{
    apr_hash_t *pairs = apr_hash_make(m->p), *clusters = apr_hash_make(m->p);
    int i;

    m->pairs = apr_array_make(m->p, 32, sizeof(merge_pair_t *));
    m->by_match_key = apr_hash_make(m->p);
    m->clusters = apr_array_make(m->p, 8, sizeof(merge_cluster_t *));
    for (i = 0; i < m->inputs->nelts; ++i) {
        add_input(m, pairs, APR_ARRAY_IDX(m->inputs, i, merge_input_t *));
    }
    for (i = 0; i < m->pairs->nelts; ++i) {
        find_cluster(m, clusters, APR_ARRAY_IDX(m->pairs, i, merge_pair_t *));
    }
}

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

/* The number of the names that keep pairs of this route apart from others */
static int names_of(const merge_t *m, const plugin_cfg_route_t *route)
{
    const char *group = "", *application = NULL;

    if (m->by_group && route->virtual_host_group) {
        group = route->virtual_host_group->name;
    }
    if (m->by_application && route->uri_group) {
        application = wlmcfg_merge_application(route->uri_group->name);
    }
    return wlmcfg_merge_number(m->names_numbers, apr_pstrcat(m->p, group, "\n", application ? application : "", NULL));
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

static void add_new_pair(merge_t *m, const merge_key_t *key, const merge_source_t *source)
{
    merge_pair_t *pair = apr_pcalloc(m->p, sizeof(*pair)), *other;

    pair->key = *key;
    pair->sources = apr_array_make(m->p, m->inputs->nelts > 1 && !m->first_only ? 2 : 1, sizeof(merge_source_t));
    APR_ARRAY_PUSH(pair->sources, merge_source_t) = *source;
    APR_ARRAY_PUSH(m->pairs, merge_pair_t *) = pair;
    apr_hash_set(m->by_key, &pair->key, sizeof(pair->key), pair);
    if ((other = apr_hash_get(m->by_match_key, &pair->key, MERGE_MATCH_KEY_SIZE)) != NULL) {
        report_hidden(m, source, other);
    }
    else {
        apr_hash_set(m->by_match_key, &pair->key, MERGE_MATCH_KEY_SIZE, pair);
    }
}

/* The attributes of a URI are the same for all of its hosts */
static void compare_uris(merge_t *m, const merge_source_t *kept, const merge_source_t *lost)
{
    if (kept->uri && lost->uri && (m->compared[0] != kept->uri || m->compared[1] != lost->uri)) {
        wlmcfg_merge_compare(m, "Uri", kept->input, kept->uri, lost->input, lost->uri);
        m->compared[0] = kept->uri;
        m->compared[1] = lost->uri;
    }
}

static void add_pair(merge_t *m, const merge_key_t *key, const merge_source_t *source)
{
    merge_pair_t *pair = apr_hash_get(m->by_key, key, sizeof(*key));
    const merge_source_t *last;

    if (!pair) {
        add_new_pair(m, key, source);
        return;
    }
    last = &APR_ARRAY_IDX(pair->sources, pair->sources->nelts - 1, merge_source_t);
    if (last->input == source->input || m->first_only) {
        return; /* in one file the first route counts */
    }
    compare_uris(m, &MERGE_FIRST(pair), source);
    APR_ARRAY_PUSH(pair->sources, merge_source_t) = *source;
}

static void add_uri(merge_t *m, int names, const merge_source_t *of_uri)
{
    const plugin_cfg_virtual_host_group_t *group = of_uri->route->virtual_host_group;
    const apr_array_header_t *numbers = group ? wlmcfg_merge_host_numbers(m, group) : NULL;
    merge_key_t key = { wlmcfg_merge_uri_number(m, of_uri->uri), MERGE_NO_NUMBER, names };
    merge_source_t source = *of_uri;
    int i;

    if (!group) {
        key.host = wlmcfg_merge_every_host_number(m);
        add_pair(m, &key, &source);
    }
    for (i = 0; group && i < group->hosts->nelts; ++i) {
        key.host = APR_ARRAY_IDX(numbers, i, int);
        source.host = APR_ARRAY_IDX(group->hosts, i, plugin_cfg_virtual_host_t *);
        add_pair(m, &key, &source);
    }
}

static void add_input(merge_t *m, const merge_input_t *input)
{
    int i, k;

    for (i = 0; i < input->cfg->routes->nelts; ++i) {
        merge_source_t source = { input, APR_ARRAY_IDX(input->cfg->routes, i, plugin_cfg_route_t *), NULL, NULL };
        const plugin_cfg_uri_group_t *uris = source.route->uri_group;
        int names = names_of(m, source.route);

        if (!uris) {
            add_uri(m, names, &source);
        }
        for (k = 0; uris && k < uris->uris->nelts; ++k) {
            source.uri = APR_ARRAY_IDX(uris->uris, k, plugin_cfg_uri_t *);
            add_uri(m, names, &source);
        }
    }
}

/* Pairs that lead to the same clusters lead to the same cluster of the merged file.
 * @param led_to  plugin_cfg_cluster_t *: has room for those of one pair */
static void find_cluster(merge_t *m, apr_hash_t *clusters, merge_pair_t *pair, apr_array_header_t *led_to)
{
    apr_ssize_t size;
    int i;

    led_to->nelts = 0;
    for (i = 0; i < pair->sources->nelts; ++i) {
        APR_ARRAY_PUSH(led_to, const plugin_cfg_cluster_t *) = APR_ARRAY_IDX(pair->sources, i, merge_source_t)
                                                                 .route->cluster;
    }
    size = (apr_ssize_t)sizeof(const plugin_cfg_cluster_t *) * led_to->nelts;
    pair->cluster = apr_hash_get(clusters, led_to->elts, size);
    if (!pair->cluster) {
        pair->cluster = apr_pcalloc(m->p, sizeof(*pair->cluster));
        pair->cluster->sources = pair->sources;
        APR_ARRAY_PUSH(m->clusters, merge_cluster_t *) = pair->cluster;
        apr_hash_set(clusters, apr_pmemdup(m->p, led_to->elts, (apr_size_t)size), size, pair->cluster);
    }
}

static void make_tables(merge_t *m)
{
    m->by_match_key = apr_hash_make(m->p);
    m->by_key = apr_hash_make(m->p);
    m->uri_numbers = apr_hash_make(m->p);
    m->host_numbers = apr_hash_make(m->p);
    m->names_numbers = apr_hash_make(m->p);
    m->group_hosts = apr_hash_make(m->p);
}

void wlmcfg_merge_pairs(merge_t *m)
{
    apr_array_header_t *led_to = apr_array_make(m->p, m->inputs->nelts, sizeof(const plugin_cfg_cluster_t *));
    apr_hash_t *clusters = apr_hash_make(m->p);
    int i;

    make_tables(m);
    m->pairs = apr_array_make(m->p, 32, sizeof(merge_pair_t *));
    m->clusters = apr_array_make(m->p, 8, sizeof(merge_cluster_t *));
    for (i = 0; i < m->inputs->nelts; ++i) {
        add_input(m, APR_ARRAY_IDX(m->inputs, i, merge_input_t *));
    }
    for (i = 0; i < m->pairs->nelts; ++i) {
        find_cluster(m, clusters, APR_ARRAY_IDX(m->pairs, i, merge_pair_t *), led_to);
    }
}

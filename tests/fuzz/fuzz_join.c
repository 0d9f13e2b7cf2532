/* Two plugin-cfg.xml in one. Input: two texts, with a line "====" between them. When both can be used, so can what they
 * are together: it has every cluster and member of the first, and of the second what does not clash. */
#include <string.h>
#include "fuzz.h"
#include "plugin-cfg/join.h"
#include "plugin-cfg/plugin_cfg.h"

#define BETWEEN "\n====\n"

/* @return NULL: it cannot be used */
static plugin_cfg_t *read_text(const char *text, apr_pool_t *p)
{
    plugin_cfg_t *cfg;

    return plugin_cfg_read_memory(&cfg, text, strlen(text), "input", p) == APR_SUCCESS ? cfg : NULL;
}

static const plugin_cfg_cluster_t *cluster_at(const plugin_cfg_t *cfg, int i)
{
    return APR_ARRAY_IDX(cfg->clusters, i, const plugin_cfg_cluster_t *);
}

static const plugin_cfg_cluster_t *find_cluster(const plugin_cfg_t *cfg, const char *name)
{
    int i;

    for (i = 0; i < cfg->clusters->nelts; ++i) {
        if (strcmp(cluster_at(cfg, i)->name, name) == 0) {
            return cluster_at(cfg, i);
        }
    }
    return NULL;
}

static int has_member(const plugin_cfg_cluster_t *cluster, const char *name)
{
    int i;

    for (i = 0; i < cluster->members->nelts; ++i) {
        if (strcmp(APR_ARRAY_IDX(cluster->members, i, const plugin_cfg_server_t *)->name, name) == 0) {
            return 1;
        }
    }
    return 0;
}

static int has_clash(const apr_array_header_t *clashes, const char *cluster, const char *server)
{
    int i;

    for (i = 0; i < clashes->nelts; ++i) {
        const plugin_cfg_clash_t *clash = &APR_ARRAY_IDX(clashes, i, const plugin_cfg_clash_t);
        if (strcmp(clash->cluster, cluster) == 0
            && (!clash->server || (server && strcmp(clash->server, server) == 0))) {
            return 1;
        }
    }
    return 0;
}

/* @param clashes  NULL: nothing may be left out */
static void check_has(const plugin_cfg_t *all, const plugin_cfg_t *part, const apr_array_header_t *clashes)
{
    int c, m;

    for (c = 0; c < part->clusters->nelts; ++c) {
        const plugin_cfg_cluster_t *cluster = cluster_at(part, c), *its = find_cluster(all, cluster->name);

        FUZZ_ASSERT(its || (clashes && has_clash(clashes, cluster->name, NULL)));
        for (m = 0; its && m < cluster->members->nelts; ++m) {
            const char *name = APR_ARRAY_IDX(cluster->members, m, const plugin_cfg_server_t *)->name;
            FUZZ_ASSERT(has_member(its, name) || (clashes && has_clash(clashes, cluster->name, name)));
        }
    }
}

void fuzz_one(const char *data, size_t size, apr_pool_t *p)
{
    fuzz_input_t input = { data, size };
    char *first = fuzz_rest(&input, p), *second = strstr(first, BETWEEN);
    apr_array_header_t *clashes = apr_array_make(p, 4, sizeof(plugin_cfg_clash_t));
    plugin_cfg_t *cfg, *other, *all;
    const char *joined;

    if (!second) {
        return;
    }
    *second = '\0';
    second += strlen(BETWEEN);
    cfg = read_text(first, p);
    other = cfg ? read_text(second, p) : NULL;
    joined = plugin_cfg_join(clashes, first, second, p);
    if (!cfg || !other) {
        return;
    }
    FUZZ_ASSERT(joined);
    all = read_text(joined, p);
    FUZZ_ASSERT(all);
    check_has(all, cfg, NULL);
    check_has(all, other, clashes);
}

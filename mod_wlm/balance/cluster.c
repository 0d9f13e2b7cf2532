/* Makes a cluster; runs when a version of the configuration is made, on the thread that makes it. */
#include <apr_fnmatch.h>
#include <apr_strings.h>
#include "balance/cluster.h"
#include "balance/member.h"
#include "balance/policies.h"
#include "balance/schedule_cache.h"
#include "balance/transports.h"
#include "base/hash.h"
#include "shared/learned.h"

static wlm_member_t *member_of(const wlm_cluster_t *cluster, const plugin_cfg_server_t *server)
{
    int i;

    for (i = 0; i < cluster->nmembers; ++i) {
        if (cluster->members[i].cfg == server) {
            return &cluster->members[i];
        }
    }
    return NULL;
}

/* Of members with the same clone id the first one gets the sessions; the others while it is not usable. (plugin-cfg/
 * has warned of it.) */
static void index_clone_id(wlm_cluster_t *cluster, wlm_member_t *member)
{
    const char *id = member->cfg->clone_id;
    wlm_member_t *first;

    if (!id) {
        return;
    }
    if (!cluster->by_clone_id) {
        cluster->by_clone_id = apr_hash_make(cluster->pool);
    }
    first = apr_hash_get(cluster->by_clone_id, id, APR_HASH_KEY_STRING);
    if (!first) {
        apr_hash_set(cluster->by_clone_id, id, APR_HASH_KEY_STRING, member);
        return;
    }
    while (first->next_same_id) {
        first = first->next_same_id;
    }
    first->next_same_id = member;
}

/* Primaries come first, in whatever order the file has them: sessions begin on a backup only while no primary is
 * usable */
static void index_clone_ids(wlm_cluster_t *cluster)
{
    int i;

    for (i = 0; i < cluster->nmembers; ++i) {
        if (cluster->members[i].cfg->tier == PLUGIN_CFG_PRIMARY) {
            index_clone_id(cluster, &cluster->members[i]);
        }
    }
    for (i = 0; i < cluster->nmembers; ++i) {
        if (cluster->members[i].cfg->tier != PLUGIN_CFG_PRIMARY) {
            index_clone_id(cluster, &cluster->members[i]);
        }
    }
}

/* By name, so that a session's member is known after a change of plugin-cfg.xml. Of 100 members two have the same hash
 * in one of 200 clusters: the second of them gets the next number. */
static void find_codes(wlm_cluster_t *cluster)
{
    uint32_t *codes = apr_palloc(cluster->pool, sizeof(*codes) * (apr_size_t)(cluster->nmembers + 1));
    int i;

    cluster->by_code = apr_hash_make(cluster->pool);
    cluster->scope = wlm_hash_key(cluster->cfg->name);
    for (i = 0; i < cluster->nmembers; ++i) {
        const char *name = cluster->members[i].cfg->name;

        for (codes[i] = (uint32_t)(wlm_hash_key(name) % WLM_LEARNED_CODES);
             apr_hash_get(cluster->by_code, &codes[i], sizeof(codes[i]));
             codes[i] = (codes[i] + 1) % WLM_LEARNED_CODES) {
        }
        apr_hash_set(cluster->by_code, &codes[i], sizeof(codes[i]), name);
    }
    cluster->codes = codes;
}

/* For WLMAffinity, which binds sessions to members that may have no clone id */
static void index_names(wlm_cluster_t *cluster)
{
    const char **names = apr_palloc(cluster->pool, sizeof(*names) * (apr_size_t)(cluster->nmembers + 1));
    int i;

    cluster->by_name = apr_hash_make(cluster->pool);
    for (i = 0; i < cluster->nmembers; ++i) {
        names[i] = cluster->members[i].cfg->name;
        apr_hash_set(cluster->by_name, names[i], APR_HASH_KEY_STRING, &cluster->members[i]);
    }
    cluster->seals = wlm_seals_make(cluster->options->affinity_keys, cluster->cfg->name, names, cluster->nmembers,
                                    cluster->pool);
    find_codes(cluster);
}

static int has_host(const wlm_member_t *member, const char *pattern)
{
    int i;

    for (i = 0; i < WLM_TRANSPORTS; ++i) {
        if (member->transports[i].cfg
            && apr_fnmatch(pattern, member->transports[i].cfg->host, APR_FNM_CASE_BLIND) == APR_SUCCESS) {
            return 1;
        }
    }
    return 0;
}

static void mark_local(wlm_cluster_t *cluster, wlm_member_t *member)
{
    const apr_array_header_t *patterns = cluster->options->local;
    int i;

    for (i = 0; patterns && wlm_transports_is_reachable(member) && i < patterns->nelts; ++i) {
        const char *pattern = APR_ARRAY_IDX(patterns, i, const char *);
        if (apr_fnmatch(pattern, member->cfg->name, 0) == APR_SUCCESS || has_host(member, pattern)) {
            member->is_local = 1;
            cluster->has_local = 1;
        }
    }
}

wlm_cluster_t *wlm_cluster_make(const plugin_cfg_cluster_t *cfg, const wlm_options_t *options,
                                wlm_shared_cluster_t *shared, wlm_shared_member_t *const *members, apr_pool_t *p)
{
    wlm_cluster_t *cluster = apr_pcalloc(p, sizeof(*cluster));
    int i;

    cluster->cfg = cfg;
    cluster->options = options;
    cluster->policy = wlm_policies_of(options->policy, cfg->load_balance);
    cluster->shared = shared;
    cluster->retry.interval = apr_time_from_sec(cfg->retry_interval);
    cluster->retry.max = options->backoff.max;
    cluster->retry.jitter = options->backoff.jitter;
    cluster->pool = p;
    cluster->nmembers = cfg->members->nelts;
    cluster->members = apr_pcalloc(p, sizeof(*cluster->members) * (cluster->nmembers + 1));
    for (i = 0; i < cluster->nmembers; ++i) {
        wlm_member_make(&cluster->members[i], cluster, i, members[i], p);
        mark_local(cluster, &cluster->members[i]);
    }
    index_clone_ids(cluster);
    if (wlm_options_has_affinity(options)) {
        index_names(cluster);
    }
    cluster->nbackups = cfg->backups->nelts;
    cluster->backups = apr_pcalloc(p, sizeof(*cluster->backups) * (cluster->nbackups + 1));
    for (i = 0; i < cluster->nbackups; ++i) {
        cluster->backups[i] = member_of(cluster, APR_ARRAY_IDX(cfg->backups, i, plugin_cfg_server_t *));
    }
    wlm_schedule_cache_init(cluster, p);
    return cluster;
}

wlm_member_t *wlm_cluster_owner(const wlm_cluster_t *cluster, const char *id)
{
    wlm_member_t *member = cluster->by_name && cluster->by_clone_id
                           ? apr_hash_get(cluster->by_clone_id, id, APR_HASH_KEY_STRING) : NULL;

    return member || !cluster->by_name ? member : apr_hash_get(cluster->by_name, id, APR_HASH_KEY_STRING);
}

/* Making and freeing a version of a file: clusters and members get their records in shared memory, by their names, and
 * their connections in this process. */
#include <ap_mpm.h>
#include <apr_strings.h>
#include "balance/counters.h"
#include "balance/transports.h"
#include "httpd/mod_wlm.h"
#include "httpd/runtime/segment.h"

/* -- records ---------------------------------------------------------------------------- */

static uint64_t cluster_key(const wlm_file_t *file, const plugin_cfg_cluster_t *cluster, apr_pool_t *p)
{
    return wlm_slots_key(apr_pstrcat(p, file->path, "\n", cluster->name, NULL));
}

static uint64_t member_key(const wlm_file_t *file, const plugin_cfg_cluster_t *cluster, const plugin_cfg_server_t *server,
                           apr_pool_t *p)
{
    return wlm_slots_key(apr_pstrcat(p, file->path, "\n", cluster->name, "\n", server->name, NULL));
}

/* One that is new in a running httpd comes as one that is back: with slow start, if that is on */
static void greet(wlm_shared_member_t *member, uint64_t key, int is_own)
{
    wlm_counts_t counts;

    if (is_own || !wlm_state_file_restore(key, member)) {
        atomic_store(&member->up_since, (uint64_t)apr_time_as_msec(wlm_now()));
    }
    counts = wlm_counters_sample(member);
    wlm_samples_note(&member->samples, &counts, wlm_now()); /* from here on */
}

static int take_members(wlm_version_t *version, const plugin_cfg_cluster_t *cluster, int *pn, const char **pwhy)
{
    _Atomic uint32_t *own = version->is_own ? wlm_segment_own(WLM_OWN_MEMBERS, 0) : NULL;
    int m, slot, is_new;

    for (m = 0; m < cluster->members->nelts; ++m) {
        uint64_t key = member_key(version->file, cluster, APR_ARRAY_IDX(cluster->members, m, plugin_cfg_server_t *),
                                  version->pool);
        slot = wlm_slots_take(&wlm_segment.members, key, own, &is_new);
        if (slot < 0) {
            *pwhy = apr_psprintf(version->pool, "all %d slots for members are in use; give WLMSlots a larger number",
                                 wlm_segment.max_members);
            return 0;
        }
        version->member_slots[(*pn)++] = slot;
        if (is_new) {
            greet(wlm_slots_record(&wlm_segment.members, slot), key, version->is_own);
        }
    }
    return 1;
}

static int take_records(wlm_version_t *version, const char **pwhy)
{
    const apr_array_header_t *clusters = version->cfg->clusters;
    _Atomic uint32_t *own = version->is_own ? wlm_segment_own(WLM_OWN_CLUSTERS, 0) : NULL;
    int c, slot, n = 0;

    for (c = 0; c < clusters->nelts; ++c) {
        const plugin_cfg_cluster_t *cluster = APR_ARRAY_IDX(clusters, c, plugin_cfg_cluster_t *);

        slot = wlm_slots_take(&wlm_segment.clusters, cluster_key(version->file, cluster, version->pool), own, NULL);
        if (slot < 0) {
            *pwhy = apr_psprintf(version->pool, "all %d slots for clusters are in use; give WLMSlots a larger number",
                                 wlm_segment.max_clusters);
            return 0;
        }
        version->cluster_slots[c] = slot;
        if (!take_members(version, cluster, &n, pwhy)) {
            return 0;
        }
    }
    return 1;
}

/* What the parent has taken stays taken, as long as its configuration: new children begin with it */
static void give_records(wlm_version_t *version)
{
    int i;

    if (!version->is_own) {
        return;
    }
    for (i = 0; version->member_slots[i] >= 0; ++i) {
        wlm_slots_give(&wlm_segment.members, version->member_slots[i], wlm_segment_own(WLM_OWN_MEMBERS, 0));
    }
    for (i = 0; version->cluster_slots[i] >= 0; ++i) {
        wlm_slots_give(&wlm_segment.clusters, version->cluster_slots[i], wlm_segment_own(WLM_OWN_CLUSTERS, 0));
    }
}

/* -- members ------------------------------------------------------------------------------ */

static const char *without_https(const wlm_member_t *member)
{
    return !wlm_transports_is_reachable(member) ? "it gets no requests"
         : !wlm_transports_for(member, 1) ? "it gets no requests of https clients"
         : "requests of https clients go there by http (UseInsecure)";
}

/* Nor do files that are not there: the member does without its https transport */
static void prepare_https(wlm_member_t *member, int slot, int use_insecure, server_rec *s)
{
    wlm_member_transport_t *way = &member->transports[PLUGIN_CFG_HTTPS];
    const wlm_options_t *options = member->cluster->options;
    const char *why;
    wlm_certificates_use_t *tls = wlm_certificates_take(options, way->transport, &why, member->cluster->pool);

    if (tls) {
        way->link = wlm_endpoints_take(slot, way->transport, tls,
                                   options->tls_server_name ? options->tls_server_name : way->transport->host);
        wlm_certificates_give(tls);
        return;
    }
    wlm_transports_disable_https(member, use_insecure);
    ap_log_error(APLOG_MARK, APLOG_ERR, 0, s, WLMNO(0080) "the https transport of member %s (%s) of cluster %s cannot be used, "
                 "and %s: %s", member->cfg->name, way->host_port, member->cluster->cfg->name, without_https(member), why);
}

static void prepare_member(wlm_member_t *member, int slot, int use_insecure, server_rec *s)
{
    wlm_member_transport_t *http = &member->transports[PLUGIN_CFG_HTTP];

    if (http->transport) {
        http->link = wlm_endpoints_take(slot, http->transport, NULL, NULL);
    }
    if (member->transports[PLUGIN_CFG_HTTPS].transport) {
        prepare_https(member, slot, use_insecure, s);
    }
}

/* What one member may take of httpd's workers, so that the others have the rest when it hangs */
static int limit_by_share(const wlm_cluster_t *cluster)
{
    int daemons = 1, threads = 1, limit;

    if (cluster->options->member_share >= 100) {
        return 0;
    }
    ap_mpm_query(AP_MPMQ_MAX_DAEMONS, &daemons);
    ap_mpm_query(AP_MPMQ_MAX_THREADS, &threads);
    limit = (int)((apr_int64_t)daemons * (threads > 0 ? threads : 1) * cluster->options->member_share / 100);
    return limit > 0 ? limit : 1;
}

static void prepare_cluster(wlm_cluster_t *cluster, int slot, const int *member_slots, int use_insecure, server_rec *s)
{
    int m, limit = limit_by_share(cluster);

    cluster->queue = cluster->options->queue.length > 0 ? wlm_segment_queue(slot) : NULL;
    for (m = 0; m < cluster->nmembers; ++m) {
        wlm_member_t *member = &cluster->members[m];

        prepare_member(member, member_slots[m], use_insecure, s);
        if (!cluster->options->check.method) {
            atomic_store(&member->shared->check, 0); /* what checks have found before a restart that turned them off */
        }
        if (limit && (!member->limit || member->limit > limit)) {
            member->limit = limit;
        }
    }
}

/* In the process that uses it: its own part of the counts */
void wlm_version_bind(wlm_version_t *version)
{
    int c, m, n = 0;

    for (c = 0; c < version->snapshot->nclusters; ++c) {
        wlm_cluster_t *cluster = version->snapshot->clusters[c];

        cluster->own_retrying = wlm_segment_own(WLM_OWN_RETRYING, version->cluster_slots[c]);
        for (m = 0; m < cluster->nmembers; ++m) {
            wlm_member_t *member = &cluster->members[m];
            int slot = version->member_slots[n++];

            member->own_in_flight = wlm_segment_own(member->limit > 0 ? WLM_OWN_LIMITED : WLM_OWN_UNLIMITED, slot);
            member->unlimited = wlm_segment_rows(WLM_OWN_UNLIMITED, slot);
            member->idle = wlm_segment_rows(WLM_OWN_IDLE, slot);
        }
    }
}

/* -- the whole ------------------------------------------------------------------------------- */

static int *no_slots(int n, apr_pool_t *p)
{
    int *slots = apr_palloc(p, sizeof(*slots) * (apr_size_t)(n + 1));

    memset(slots, 0xff, sizeof(*slots) * (apr_size_t)(n + 1)); /* -1 */
    return slots;
}

static void make_snapshot(wlm_version_t *version, server_rec *s)
{
    int i, n = 0, nclusters = version->cfg->clusters->nelts, nmembers = wlm_snapshot_count_members(version->cfg);
    wlm_shared_cluster_t **clusters = apr_palloc(version->pool, sizeof(*clusters) * (apr_size_t)(nclusters + 1));
    wlm_shared_member_t **members = apr_palloc(version->pool, sizeof(*members) * (apr_size_t)(nmembers + 1));

    for (i = 0; i < nclusters; ++i) {
        clusters[i] = wlm_slots_record(&wlm_segment.clusters, version->cluster_slots[i]);
    }
    for (i = 0; i < nmembers; ++i) {
        members[i] = wlm_slots_record(&wlm_segment.members, version->member_slots[i]);
    }
    version->snapshot = wlm_snapshot_make(version->cfg, wlm_options(), clusters, members, version->pool);
    for (i = 0; i < nclusters; ++i) {
        prepare_cluster(version->snapshot->clusters[i], version->cluster_slots[i], &version->member_slots[n],
                        version->cfg->use_insecure, s);
        n += version->snapshot->clusters[i]->nmembers;
    }
}

/* A name that cannot be resolved is not trusted, and keeps nothing from working */
static wlm_trusted_peers_t *find_trusted(const plugin_cfg_t *cfg, apr_pool_t *p, server_rec *s)
{
    wlm_trusted_peers_t *trusted = cfg->trusted_proxy_enable ? wlm_trusted_peers_make(p) : NULL;
    int i;

    for (i = 0; trusted && i < cfg->trusted_proxies->nelts; ++i) {
        const char *name = APR_ARRAY_IDX(cfg->trusted_proxies, i, const char *), *wrong = wlm_trusted_peers_add(trusted, name, p);
        if (wrong) {
            ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s, WLMNO(0059) "%s: TrustedProxy \"%s\" is not trusted: %s", cfg->file,
                         name, wrong);
        }
    }
    return trusted;
}

wlm_version_t *wlm_version_make(wlm_file_t *file, plugin_cfg_t *cfg, uint64_t signature, apr_pool_t *pool, server_rec *s,
                                const char **pwhy)
{
    wlm_version_t *version = apr_pcalloc(pool, sizeof(*version));

    version->file = file;
    version->cfg = cfg;
    version->pool = pool;
    version->signature = signature;
    version->is_own = wlm_segment.own != NULL;
    version->cluster_slots = no_slots(cfg->clusters->nelts, pool);
    version->member_slots = no_slots(wlm_snapshot_count_members(cfg), pool);
    if (!take_records(version, pwhy)) {
        give_records(version);
        return NULL;
    }
    make_snapshot(version, s);
    version->trusted = find_trusted(cfg, pool, s);
    if (version->is_own) {
        wlm_version_bind(version);
    }
    return version;
}

static void give_links(const wlm_member_t *member)
{
    int i;

    for (i = 0; i < WLM_TRANSPORTS; ++i) {
        if (member->transports[i].link) {
            wlm_endpoints_give(member->transports[i].link);
        }
    }
}

void wlm_version_free(wlm_version_t *version)
{
    int c, m;

    for (c = 0; c < version->snapshot->nclusters; ++c) {
        const wlm_cluster_t *cluster = version->snapshot->clusters[c];

        for (m = 0; m < cluster->nmembers; ++m) {
            give_links(&cluster->members[m]);
        }
    }
    give_records(version);
    apr_pool_destroy(version->pool);
}

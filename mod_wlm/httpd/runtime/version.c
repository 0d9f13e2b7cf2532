/* Makes, uses and frees a version of a file: its clusters and members with their records in shared memory and their
 * endpoints in this process. Made in the parent before there are children, or in a child that adopts a change; used by
 * all threads. */
#include <ap_mpm.h>
#include <apr_allocator.h>
#include <apr_strings.h>
#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include "balance/snapshot.h"
#include "balance/transports.h"
#include "balance/waiting.h"
#include "health/check_state.h"
#include "httpd/context/context.h"
#include "httpd/context/files.h"
#include "httpd/context/options.h"
#include "httpd/runtime/certificates.h"
#include "httpd/runtime/endpoints.h"
#include "httpd/runtime/records.h"
#include "httpd/runtime/segment.h"
#include "httpd/runtime/version.h"
#include "net/trusted_peers.h"

/* -- members ------------------------------------------------------------------------------ */

static const char *without_https(const wlm_member_t *member)
{
    return !wlm_transports_is_reachable(member) ? "it gets no requests"
         : !wlm_transports_for(member, 1) ? "it gets no requests of https clients"
         : "requests of https clients go there by http (UseInsecure)";
}

/* Unreadable TLS files do not stop the start either: the https transport is disabled (WLM0080) */
static void prepare_https(wlm_member_t *member, int slot, int use_insecure, server_rec *s)
{
    wlm_member_transport_t *transport = &member->transports[PLUGIN_CFG_HTTPS];
    const wlm_options_t *options = member->cluster->options;
    const char *why;
    wlm_certificates_t *tls = wlm_certificates_acquire(options, transport->cfg, &why, member->cluster->pool);

    if (tls) {
        transport->endpoint = wlm_endpoints_acquire(slot, transport->cfg, tls,
                                   options->tls_server_name ? options->tls_server_name : transport->cfg->host);
        wlm_certificates_release(tls);
        return;
    }
    wlm_transports_disable_https(member, use_insecure);
    ap_log_error(APLOG_MARK, APLOG_ERR, 0, s, WLMNO(0080) "the https transport of member %s (%s) of cluster %s cannot "
                 "be used, and %s: %s", member->cfg->name, transport->host_port, member->cluster->cfg->name,
                 without_https(member), why);
}

static void prepare_member(wlm_member_t *member, int slot, int use_insecure, server_rec *s)
{
    wlm_member_transport_t *http = &member->transports[PLUGIN_CFG_HTTP];

    if (http->cfg) {
        http->endpoint = wlm_endpoints_acquire(slot, http->cfg, NULL, NULL);
    }
    if (member->transports[PLUGIN_CFG_HTTPS].cfg) {
        prepare_https(member, slot, use_insecure, s);
    }
}

/* The most requests in flight of one member by WLMMemberShare, so that a member that hangs does not occupy all
 * workers */
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

    wlm_waiting_prepare(cluster, wlm_segment_queue(slot));
    for (m = 0; m < cluster->nmembers; ++m) {
        wlm_member_t *member = &cluster->members[m];

        prepare_member(member, member_slots[m], use_insecure, s);
        if (!cluster->options->check.method) {
            /* a result from before a restart that turned checks off */
            atomic_fetch_and(&member->shared->check, (uint64_t)WLM_CHECK_SILENT);
        }
        if (wlm_config_global()->registry_silence.max <= 0) {
            atomic_fetch_and(&member->shared->check, ~(uint64_t)WLM_CHECK_SILENT);
            atomic_store(&member->shared->heartbeat, 0);
        }
        if (cluster->options->load_report.kind != WLM_REPORTED_AGENT || !cluster->options->load_report.port) {
            atomic_store(&member->shared->reported_state, 0);
        }
        if (cluster->options->load_report.kind == WLM_REPORTED_OFF) {
            atomic_store(&member->shared->reported_load, 0);
            atomic_store(&member->shared->reported_scale, 0);
        }
        if (limit && (!member->limit || member->limit > limit)) {
            member->limit = limit;
        }
    }
}

/* -- the whole ------------------------------------------------------------------------------- */

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

/* A name that cannot be resolved is not trusted; this is logged, and is no error */
static wlm_trusted_peers_t *find_trusted(const plugin_cfg_t *cfg, apr_pool_t *p, server_rec *s)
{
    wlm_trusted_peers_t *trusted = cfg->trusted_proxy_enable ? wlm_trusted_peers_make(p) : NULL;
    int i;

    for (i = 0; trusted && i < cfg->trusted_proxies->nelts; ++i) {
        const char *name = APR_ARRAY_IDX(cfg->trusted_proxies, i, const char *);
        const char *wrong = wlm_trusted_peers_add(trusted, name, p);

        if (wrong) {
            ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s, WLMNO(0059) "%s: TrustedProxy \"%s\" is not trusted: %s",
                         cfg->file, name, wrong);
        }
    }
    return trusted;
}

/* -- memory ---------------------------------------------------------------------------------- */

static _Atomic int trim_is_due;

/* Not from the allocator that all pools without a parent share: that one keeps all blocks that it ever had, in pieces
 * that fit the next version as badly as they come. */
apr_pool_t *wlm_version_pool(void)
{
    apr_allocator_t *allocator;
    apr_thread_mutex_t *mutex;
    apr_pool_t *p;

    if (apr_allocator_create(&allocator) != APR_SUCCESS) {
        apr_pool_create(&p, NULL);
        return p;
    }
    apr_allocator_max_free_set(allocator, 1);
    apr_pool_create_ex(&p, NULL, NULL, allocator);
    apr_allocator_owner_set(allocator, p);
    if (apr_thread_mutex_create(&mutex, APR_THREAD_MUTEX_DEFAULT, p) == APR_SUCCESS) {
        apr_allocator_mutex_set(allocator, mutex); /* requests make pools of it: balance/schedule_cache.c */
    }
    return p;
}

/* malloc() has an arena for each of several threads, and any of them may load a version: what one has freed, below what
 * is still in use, stays with the process otherwise. */
void wlm_version_trim(void)
{
#ifdef __GLIBC__
    if (atomic_exchange(&trim_is_due, 0)) {
        malloc_trim(0);
    }
#endif
}

wlm_version_t *wlm_version_make(wlm_file_t *file, plugin_cfg_t *cfg, uint64_t signature, apr_pool_t *pool)
{
    wlm_version_t *version = apr_pcalloc(pool, sizeof(*version));

    version->file = file;
    version->cfg = cfg;
    version->pool = pool;
    version->signature = signature;
    return version;
}

void wlm_version_complete(wlm_version_t *version, server_rec *s)
{
    make_snapshot(version, s);
    version->trusted = find_trusted(version->cfg, version->pool, s);
    if (wlm_segment.row) {
        wlm_records_bind(version);
    }
}

static void release_endpoints(const wlm_member_t *member)
{
    int i;

    for (i = 0; i < WLM_TRANSPORTS; ++i) {
        if (member->transports[i].endpoint) {
            wlm_endpoints_release(member->transports[i].endpoint);
        }
    }
}

void wlm_version_free(wlm_version_t *version)
{
    int c, m;

    for (c = 0; version->snapshot && c < version->snapshot->nclusters; ++c) {
        const wlm_cluster_t *cluster = version->snapshot->clusters[c];

        for (m = 0; m < cluster->nmembers; ++m) {
            release_endpoints(&cluster->members[m]);
        }
    }
    wlm_records_release(version);
    apr_pool_destroy(version->pool);
    atomic_store(&trim_is_due, 1);
}

/* -- use ------------------------------------------------------------------------------- */

static _Atomic unsigned changes;

unsigned wlm_version_changes(void)
{
    return atomic_load(&changes);
}

static void release(wlm_version_t *version)
{
    int users;

    apr_thread_mutex_lock(version->file->lock);
    users = --version->users;
    apr_thread_mutex_unlock(version->file->lock);
    if (!users) {
        wlm_version_free(version);
    }
}

static apr_status_t release_version(void *version)
{
    release(version);
    return APR_SUCCESS;
}

wlm_version_t *wlm_version_use(wlm_file_t *file, apr_pool_t *pool)
{
    wlm_version_t *version;

    apr_thread_mutex_lock(file->lock);
    version = file->current;
    version->users++;
    apr_thread_mutex_unlock(file->lock);
    apr_pool_cleanup_register(pool, version, release_version, apr_pool_cleanup_null);
    return version;
}

void wlm_version_leave(wlm_version_t *version, apr_pool_t *pool)
{
    apr_pool_cleanup_run(pool, version, release_version);
}

void wlm_version_install(wlm_file_t *file, wlm_version_t *version)
{
    wlm_version_t *before;

    apr_thread_mutex_lock(file->lock);
    before = file->current;
    version->users = 1;
    file->current = version;
    apr_thread_mutex_unlock(file->lock);
    atomic_fetch_add(&changes, 1);
    atomic_store(&trim_is_due, 1);
    if (before) {
        release(before);
    }
}

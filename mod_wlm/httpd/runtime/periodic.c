/* Periodic work, in threads of mod_watchdog in each child: close idle connections, update certificates and
 * addresses, adopt changed files; in the child that holds the lease, also the health checks
 * (httpd/runtime/checks.c). */
#include <apr_optional.h>
#include <unistd.h>
#include "balance/counters.h"
#include "balance/found_limit.h"
#include "balance/outcome.h"
#include "balance/serving.h"
#include "httpd/context/context.h"
#include "httpd/context/files.h"
#include "httpd/context/options.h"
#include "httpd/runtime/certificates.h"
#include "httpd/runtime/checks.h"
#include "httpd/runtime/endpoints.h"
#include "httpd/runtime/load_reports.h"
#include "httpd/runtime/loader.h"
#include "httpd/runtime/names.h"
#include "httpd/runtime/periodic.h"
#include "httpd/runtime/reload.h"
#include "httpd/runtime/sampling.h"
#include "httpd/runtime/segment.h"
#include "httpd/runtime/version.h"
#include "net/conn_pool.h"
#include "net/shortage.h"

#define MAINTAIN_INTERVAL   apr_time_from_sec(1)
#define LOOK_AT_ALL_INTERVAL apr_time_from_sec(10)
#define FOLLOW_INTERVAL apr_time_from_msec(200)
#define CHECK_INTERVAL  apr_time_from_msec(100)

/* -- the watchdogs ---------------------------------------------------------------------- */

#define AHEAD 8                    /* members whose memory is on its way while one is looked at */

/* What the next but some members need of memory; their records and endpoints lie anywhere */
static void fetch_ahead(const wlm_cluster_t *cluster, int m, int is_leader)
{
    const wlm_member_t *far = m + 2 * AHEAD < cluster->nmembers ? &cluster->members[m + 2 * AHEAD] : NULL,
                       *near = m + AHEAD < cluster->nmembers ? &cluster->members[m + AHEAD] : NULL;
    int i;

    if (near && is_leader) {
        __builtin_prefetch(&near->shared->health);
        __builtin_prefetch(&near->shared->requests);
    }
    for (i = 0; i < WLM_TRANSPORTS; ++i) {
        if (far && far->transports[i].endpoint) {
            __builtin_prefetch(far->transports[i].endpoint);
        }
        if (near && near->transports[i].endpoint) {
            __builtin_prefetch(near->transports[i].endpoint->connections);
        }
    }
}

/* @return 1: there is something to follow: idle connections, which are added, a name or certificates */
static int maintain_transport(unsigned *pidle, wlm_member_t *member, const wlm_member_transport_t *transport,
                              int is_leader, server_rec *s, apr_time_t now, apr_pool_t *p)
{
    unsigned idle;
    int has_name;

    wlm_conn_pool_reap(transport->endpoint->connections, now, apr_time_from_sec(transport->cfg->connection_ttl));
    if (transport->endpoint->peer) {
        wlm_certificates_update(member, transport, is_leader, s, now, p);
    }
    has_name = wlm_names_update(member, transport, is_leader, now);
    idle = wlm_conn_pool_count(transport->endpoint->connections);
    *pidle += idle;
    return has_name || transport->endpoint->peer || idle;
}

/* @return 1: there is something to follow */
static int maintain_member(wlm_member_t *member, int slot, int is_leader, server_rec *s, apr_time_t now, apr_pool_t *p)
{
    _Atomic uint32_t *process_idle = wlm_segment_count(WLM_CHILD_IDLE, slot);
    unsigned idle = 0;
    int i, follows = 0;

    if (is_leader) {
        wlm_sampling_look(member, slot, s, now);
    }
    for (i = 0; i < WLM_TRANSPORTS; ++i) {
        follows |= member->transports[i].endpoint
                   && maintain_transport(&idle, member, &member->transports[i], is_leader, s, now, p);
    }
    if (process_idle && atomic_load(process_idle) != idle) {
        atomic_store(process_idle, idle);
    }
    return follows;
}

/* Failed attempts that the log does not have, when no later one has counted them (httpd/request/attempt_log.c) */
static void report_left_out(wlm_cluster_t *cluster, server_rec *s, apr_time_t now)
{
    uint64_t n;
    int i;

    for (i = 0; i < WLM_OUTCOMES; ++i) {
        if (!(n = wlm_line_limit_rest(&cluster->shared->failure_lines[i], now))) {
            continue;
        }
        if (i == WLM_MISDIRECTED) {
            ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s, WLMNO(0266) "%" APR_UINT64_T_FMT " more requests for cluster "
                         "%s that got 421 did not go to the member that was named, which only level info has",
                         (apr_uint64_t)n, cluster->cfg->name);
        }
        else {
            ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s, WLMNO(0223) "%" APR_UINT64_T_FMT " more attempts with "
                         "members of cluster %s have failed, which only level info has: %s", (apr_uint64_t)n,
                         cluster->cfg->name, wlm_outcome_name((wlm_outcome_t)i));
        }
    }
}

/* Of the watchdog's thread. What requests of earlier versions of a file keep does not wake the clusters of the current
 * one, so all members are looked at now and then */
static int looks_at_all;

static void begin_look(apr_time_t now)
{
    static apr_time_t last;

    looks_at_all = now - last >= LOOK_AT_ALL_INTERVAL;
    last = looks_at_all ? now : last;
}

static void maintain_cluster(wlm_cluster_t *cluster, const int *slots, server_rec *s, apr_time_t now, apr_pool_t *p)
{
    wlm_activity_counts_t unserved = wlm_counters_unserved(cluster);
    const wlm_moment_t moment = wlm_moment();
    int m, follows = 0, is_leader = wlm_lease_hold(&wlm_segment.work->reload, (uint32_t)getpid(), now);

    if (is_leader) {
        wlm_activity_look(&cluster->shared->activity, &unserved, now);
        wlm_serving_look(cluster, &moment, p);
        report_left_out(cluster, s, now);
    }
    if (is_leader && cluster->options->load_report.kind != WLM_REPORTED_OFF) {
        wlm_load_reports_update(cluster, s, now, p);
    }
    if (!is_leader && !looks_at_all && atomic_load(&cluster->is_quiet)) {
        return;
    }
    atomic_store(&cluster->is_quiet, 1); /* first: a connection may be kept behind the look at its member */
    for (m = 0; m < cluster->nmembers; ++m) {
        fetch_ahead(cluster, m, is_leader);
        follows |= maintain_member(&cluster->members[m], slots[m], is_leader, s, now, p);
    }
    if (follows) {
        atomic_store(&cluster->is_quiet, 0);
    }
}

/* @param slots  of the cluster's members */
typedef void visit_t(wlm_cluster_t *cluster, const int *slots, server_rec *s, apr_time_t now, apr_pool_t *p);

/* All clusters of all files; a version is in use as long as its clusters are visited */
static void visit_clusters(visit_t *visit, server_rec *s, apr_time_t now, apr_pool_t *p)
{
    wlm_version_t *version;
    apr_pool_t *in_use;
    int f, c, n;

    for (f = 0; f < wlm_files()->nelts; ++f) {
        apr_pool_create(&in_use, p);
        version = wlm_version_use(APR_ARRAY_IDX(wlm_files(), f, wlm_file_t *), in_use);
        for (c = n = 0; c < version->snapshot->nclusters; n += version->snapshot->clusters[c++]->nmembers) {
            visit(version->snapshot->clusters[c], &version->member_slots[n], s, now, p);
        }
        apr_pool_destroy(in_use);
    }
}

static void count_descriptors(void)
{
    if (wlm_segment.row) {
        atomic_store(&wlm_segment.row->load[WLM_LOAD_DESCRIPTORS], (uint32_t)wlm_shortage_files());
        atomic_store(&wlm_segment.row->load[WLM_LOAD_DESCRIPTORS_MAX], (uint32_t)wlm_shortage_files_max());
    }
}

static apr_status_t maintain(int state, void *data, apr_pool_t *p)
{
    if (state == AP_WATCHDOG_STATE_RUNNING) {
        apr_time_t now = wlm_now();

        count_descriptors();
        begin_look(now);
        if (wlm_lease_hold(&wlm_segment.work->reload, (uint32_t)getpid(), now)) {
            wlm_sampling_begin(now);
        }
        visit_clusters(maintain_cluster, data, now, p);
    }
    return APR_SUCCESS;
}

static void look_for_limits(wlm_cluster_t *cluster, const int *slots, server_rec *s, apr_time_t now, apr_pool_t *p)
{
    int m;

    (void)slots;
    (void)s;
    (void)p;
    for (m = 0; cluster->options->concurrency.max > 0 && m < cluster->nmembers; ++m) {
        wlm_found_limit_look(&cluster->members[m], now);
    }
}

/* Only in the process that holds the reload lease */
static apr_status_t find_limits(int state, void *data, apr_pool_t *p)
{
    apr_time_t now = wlm_now();

    if (state == AP_WATCHDOG_STATE_RUNNING && wlm_lease_hold(&wlm_segment.work->reload, (uint32_t)getpid(), now)) {
        visit_clusters(look_for_limits, data, now, p);
    }
    return APR_SUCCESS;
}

static apr_status_t follow_files(int state, void *data, apr_pool_t *p)
{
    int f;

    (void)p;
    for (f = 0; state == AP_WATCHDOG_STATE_RUNNING && f < wlm_files()->nelts; ++f) {
        wlm_reload_run(APR_ARRAY_IDX(wlm_files(), f, wlm_file_t *), data, wlm_now());
    }
    if (state == AP_WATCHDOG_STATE_STOPPING) {
        wlm_loader_end();
    }
    wlm_version_trim(); /* requests free versions, too */
    return APR_SUCCESS;
}

static apr_status_t run_checks(int state, void *data, apr_pool_t *p)
{
    (void)p;
    if (state == AP_WATCHDOG_STATE_RUNNING) {
        wlm_checks_run(data);
    }
    else if (state == AP_WATCHDOG_STATE_STOPPING) {
        wlm_checks_stop();
    }
    return APR_SUCCESS;
}

apr_status_t wlm_periodic_add(const char *name, apr_interval_time_t every, ap_watchdog_callback_fn_t *work,
                              server_rec *s, apr_pool_t *pconf)
{
    APR_OPTIONAL_FN_TYPE(ap_watchdog_get_instance) *get = APR_RETRIEVE_OPTIONAL_FN(ap_watchdog_get_instance);
    APR_OPTIONAL_FN_TYPE(ap_watchdog_register_callback) *add = APR_RETRIEVE_OPTIONAL_FN(ap_watchdog_register_callback);
    ap_watchdog_t *watchdog;
    apr_status_t rv = get && add ? get(&watchdog, name, 0, 0, pconf) : APR_ENOTIMPL;

    return rv == APR_SUCCESS ? add(watchdog, every, s, work) : rv;
}

apr_status_t wlm_periodic_register(apr_pool_t *pconf, server_rec *s)
{
    apr_status_t rv = wlm_periodic_add("_wlm_maintain_", MAINTAIN_INTERVAL, maintain, s, pconf);

    if (rv == APR_SUCCESS) {
        rv = wlm_periodic_add("_wlm_follow_", FOLLOW_INTERVAL, follow_files, s, pconf);
    }
    if (rv == APR_SUCCESS && wlm_options_has_concurrency(wlm_options())) {
        rv = wlm_periodic_add("_wlm_limits_", WLM_FOUND_LIMIT_INTERVAL, find_limits, s, pconf);
    }
    if (rv != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, rv, s, WLMNO(0015) "mod_watchdog is not loaded or does not work: a "
                     "changed plugin-cfg.xml is not loaded, idle connections stay open, and names of members are "
                     "not resolved again");
    }
    if (!wlm_checks_are_on()) {
        return APR_SUCCESS;
    }
    rv = wlm_periodic_add("_wlm_check_", CHECK_INTERVAL, run_checks, s, pconf);
    if (rv != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_EMERG, rv, s, WLMNO(0016) "WLMHealthCheck and WLMLoadReport Agent need "
                     "mod_watchdog; add \"LoadModule watchdog_module modules/mod_watchdog.so\" to the configuration");
    }
    return rv;
}

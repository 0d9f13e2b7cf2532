/* Periodic work in threads of mod_watchdog: each child looks after its idle connections and the addresses of its members,
 * and follows changes of the configuration; one of all children does the health checks (mod_wlm_check.c). A thread each,
 * because names can take long to resolve. */
#include <apr_optional.h>
#include <mod_watchdog.h>
#include <unistd.h>
#include "mod_wlm_state.h"

#define TIDY_EVERY   apr_time_from_sec(1)
#define FOLLOW_EVERY apr_time_from_msec(200)
#define CHECK_EVERY  apr_time_from_msec(100)
#define RETIRE_AFTER apr_time_from_sec(600) /* an address that is used to connect is not used for longer */

/* -- addresses ----------------------------------------------------------------------- */

/* Addresses that were replaced may still be in use in other threads */
typedef struct retired_t {
    apr_pool_t *pool;
    apr_time_t since;
    struct retired_t *next;
} retired_t;

static retired_t *retired;         /* of this process; only the watchdog's thread touches it */

static void retire(apr_pool_t *pool, apr_time_t now)
{
    retired_t *one = apr_palloc(pool, sizeof(*one));

    one->pool = pool;
    one->since = now;
    one->next = retired;
    retired = one;
}

static void free_retired(apr_time_t now)
{
    retired_t **at = &retired;

    while (*at) {
        retired_t *one = *at;
        if (now - one->since < RETIRE_AFTER) {
            at = &one->next;
        }
        else {
            *at = one->next;
            apr_pool_destroy(one->pool);
        }
    }
}

static wlm_address_t *resolve(const wlm_way_t *way, const char **pwhy, apr_pool_t **pp)
{
    wlm_address_t *address;

    apr_pool_create(pp, NULL);
    if (wlm_address_resolve(&address, pwhy, way->transport->host, way->transport->port, *pp) == APR_SUCCESS) {
        return address;
    }
    apr_pool_destroy(*pp);
    return NULL;
}

const wlm_address_t *wlm_watch_address(const wlm_way_t *way, const char **pwhy)
{
    wlm_address_t *address = atomic_load(&way->link->address), *nobody = NULL;
    apr_pool_t *p;

    if (address || !(address = resolve(way, pwhy, &p))) {
        return address;
    }
    if (!atomic_compare_exchange_strong(&way->link->address, &nobody, address)) {
        apr_pool_destroy(p); /* another thread was faster */
        address = nobody;
    }
    return address;
}

/* A name that cannot be resolved now keeps its addresses: they may well be right */
static void resolve_again(const wlm_member_t *member, const wlm_way_t *way, server_rec *s, apr_time_t now, apr_pool_t *ptemp)
{
    wlm_address_t *was = atomic_load(&way->link->address), *is;
    const char *why;
    apr_pool_t *p;

    if (!was || wlm_address_is_literal(way->transport->host) || !(is = resolve(way, &why, &p))) {
        return;
    }
    if (wlm_address_same(was, is)) {
        apr_pool_destroy(p);
        return;
    }
    ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, s, WLMNO(0041) "member %s of cluster %s: %s is now %s", member->cfg->name,
                 member->cluster->cfg->name, way->transport->host, wlm_address_text(is, ptemp));
    atomic_store(&way->link->address, is);
    wlm_connpool_clear(way->link->connections);
    if (was->pool) {
        retire(was->pool, now);
    }
}

/* -- the watchdogs ---------------------------------------------------------------------- */

/* Of all processes, the one that looks for changed files does this */
static void look_after(wlm_member_t *member, server_rec *s, apr_time_t now)
{
    wlm_counts_t counts = wlm_member_counts(member->shared);

    wlm_samples_note(&member->shared->samples, &counts, now);
    if (wlm_member_end_steer(member, now)) {
        wlm_member_note_event(member, "as configured again: the time is over");
        ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, s, WLMNO(0057) "member %s of cluster %s is as configured again: the time that "
                     "it was steered for is over", member->cfg->name, member->cluster->cfg->name);
    }
}

/* @return how many connections idle */
static unsigned tidy_way(const wlm_member_t *member, const wlm_way_t *way, int resolves, int looks_after, server_rec *s,
                         apr_time_t now, apr_pool_t *p)
{
    wlm_connpool_reap(way->link->connections, now, apr_time_from_sec(way->transport->connection_ttl));
    if (way->link->peer) {
        wlm_tls_tidy(member, way, looks_after, s, now, p);
    }
    if (resolves) {
        resolve_again(member, way, s, now, p);
    }
    return wlm_connpool_count(way->link->connections);
}

static void tidy_cluster(wlm_cluster_t *cluster, const int *slots, server_rec *s, apr_time_t now, apr_pool_t *p)
{
    apr_interval_time_t every = cluster->options->resolve_interval;
    int resolves = every > 0 && now >= cluster->resolve_at;
    unsigned idle;
    int m, i, looks_after = wlm_lease_hold(&wlm_state.work->look, (uint32_t)getpid(), now);

    if (resolves) {
        cluster->resolve_at = now + every;
    }
    for (m = 0; m < cluster->nmembers; ++m) {
        wlm_member_t *member = &cluster->members[m];
        _Atomic uint32_t *own_idle = wlm_state_own(WLM_OWN_IDLE, slots[m]);

        if (looks_after) {
            look_after(member, s, now);
        }
        for (i = 0, idle = 0; i < WLM_WAYS; ++i) {
            idle += member->ways[i].link ? tidy_way(member, &member->ways[i], resolves, looks_after, s, now, p) : 0;
        }
        if (own_idle) {
            atomic_store(own_idle, idle);
        }
    }
}

static apr_status_t tidy(int state, void *data, apr_pool_t *p)
{
    apr_time_t now = wlm_now();
    wlm_version_t *version;
    int f, c, n;

    if (state == AP_WATCHDOG_STATE_RUNNING) {
        free_retired(now);
        for (f = 0; f < wlm_config_files()->nelts; ++f) {
            version = wlm_live_use(APR_ARRAY_IDX(wlm_config_files(), f, wlm_file_t *));
            for (c = n = 0; c < version->snapshot->nclusters; n += version->snapshot->clusters[c++]->nmembers) {
                tidy_cluster(version->snapshot->clusters[c], &version->member_slots[n], data, now, p);
            }
            wlm_live_leave(version);
        }
    }
    return APR_SUCCESS;
}

static apr_status_t follow(int state, void *data, apr_pool_t *p)
{
    int f;

    for (f = 0; state == AP_WATCHDOG_STATE_RUNNING && f < wlm_config_files()->nelts; ++f) {
        wlm_live_run(APR_ARRAY_IDX(wlm_config_files(), f, wlm_file_t *), data, wlm_now(), p);
    }
    return APR_SUCCESS;
}

static apr_status_t check(int state, void *data, apr_pool_t *p)
{
    (void)p;
    if (state == AP_WATCHDOG_STATE_RUNNING) {
        wlm_check_run(data);
    }
    else if (state == AP_WATCHDOG_STATE_STOPPING) {
        wlm_check_stop();
    }
    return APR_SUCCESS;
}

static apr_status_t start(const char *name, apr_interval_time_t every, ap_watchdog_callback_fn_t *work,
                          server_rec *s, apr_pool_t *pconf)
{
    APR_OPTIONAL_FN_TYPE(ap_watchdog_get_instance) *get = APR_RETRIEVE_OPTIONAL_FN(ap_watchdog_get_instance);
    APR_OPTIONAL_FN_TYPE(ap_watchdog_register_callback) *add = APR_RETRIEVE_OPTIONAL_FN(ap_watchdog_register_callback);
    ap_watchdog_t *watchdog;
    apr_status_t rv = get && add ? get(&watchdog, name, 0, 0, pconf) : APR_ENOTIMPL;

    return rv == APR_SUCCESS ? add(watchdog, every, s, work) : rv;
}

apr_status_t wlm_watch_register(apr_pool_t *pconf, server_rec *s)
{
    apr_status_t rv = start("_wlm_tidy_", TIDY_EVERY, tidy, s, pconf);

    if (rv == APR_SUCCESS) {
        rv = start("_wlm_follow_", FOLLOW_EVERY, follow, s, pconf);
    }
    if (rv != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, rv, s, WLMNO(0015) "mod_watchdog is not loaded or does not work: a changed "
                     "plugin-cfg.xml is not taken up, idle connections stay open, and names of members are not resolved "
                     "again");
    }
    if (!wlm_check_is_on()) {
        return APR_SUCCESS;
    }
    rv = start("_wlm_check_", CHECK_EVERY, check, s, pconf);
    if (rv != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_EMERG, rv, s, WLMNO(0016) "WLMHealthCheck needs mod_watchdog; add "
                     "\"LoadModule watchdog_module modules/mod_watchdog.so\" to the configuration");
    }
    return rv;
}

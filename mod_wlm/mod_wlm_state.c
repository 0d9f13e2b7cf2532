/* The shared memory: one piece from mod_slotmem_shm for each configuration, laid out as wlm_shared.h draws it. */
#include <ap_mpm.h>
#include <ap_provider.h>
#include <ap_slotmem.h>
#include <unistd.h>
#include "mod_wlm.h"

static struct {
    wlm_shared_cluster_t *clusters;
    wlm_shared_member_t *members;
    int nmembers;                  /* of all files */
    char *children;                /* rows of wlm_shared_child_t, `row_size` bytes each */
    apr_size_t row_size;
    int nrows;
    wlm_shared_child_t *own;       /* this process' row, NULL in the parent */
} state;

static apr_size_t align(apr_size_t size)
{
    return (size + WLM_CACHE_LINE - 1) & ~(apr_size_t)(WLM_CACHE_LINE - 1);
}

static wlm_shared_child_t *row(int i)
{
    return (wlm_shared_child_t *)(state.children + state.row_size * (apr_size_t)i);
}

static const ap_slotmem_provider_t *slotmem_provider(void)
{
    return ap_lookup_provider(AP_SLOTMEM_PROVIDER_GROUP, "shm", AP_SLOTMEM_PROVIDER_VERSION);
}

apr_status_t wlm_state_check(server_rec *s)
{
    if (!slotmem_provider()) {
        ap_log_error(APLOG_MARK, APLOG_EMERG | APLOG_STARTUP, 0, s, WLMNO(0002) "mod_slotmem_shm is not loaded; add "
                     "\"LoadModule slotmem_shm_module modules/mod_slotmem_shm.so\" to the configuration");
        return APR_EGENERAL;
    }
    return APR_SUCCESS;
}

/* One slot that holds everything: the records are aligned to cache lines, which slots of their own would not be */
static apr_status_t allocate(void **pmemory, apr_size_t size, apr_pool_t *pconf, server_rec *s)
{
    const ap_slotmem_provider_t *slotmem = slotmem_provider();
    ap_slotmem_instance_t *instance;
    apr_status_t rv;
    void *memory;

    rv = slotmem->create(&instance, "wlm", size + WLM_CACHE_LINE, 1, AP_SLOTMEM_TYPE_PREGRAB, pconf);
    if (rv == APR_SUCCESS) {
        rv = slotmem->dptr(instance, 0, &memory);
    }
    if (rv != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_EMERG, rv, s, WLMNO(0003) "cannot get %" APR_SIZE_T_FMT " bytes of shared "
                     "memory; is the directory of DefaultRuntimeDir writable?", size);
        return rv;
    }
    *pmemory = (void *)align((apr_size_t)memory);
    memset(*pmemory, 0, size);
    return APR_SUCCESS;
}

static int count_clusters(void)
{
    int i, n = 0;

    for (i = 0; i < wlm_config_files()->nelts; ++i) {
        n += APR_ARRAY_IDX(wlm_config_files(), i, wlm_file_t *)->cfg->clusters->nelts;
    }
    return n;
}

static int count_members(void)
{
    int i, n = 0;

    for (i = 0; i < wlm_config_files()->nelts; ++i) {
        n += wlm_snapshot_count_members(APR_ARRAY_IDX(wlm_config_files(), i, wlm_file_t *)->cfg);
    }
    return n;
}

/* An unresolvable name does not keep the web server from starting: the member is down until its name resolves */
static void prepare_member(wlm_member_t *member, apr_pool_t *pconf, server_rec *s)
{
    wlm_address_t *address;
    const char *why;

    if (!member->transport) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s, WLMNO(0004) "member %s of cluster %s has no http transport and "
                     "gets no requests: https transports are not supported yet", member->cfg->name,
                     member->cluster->cfg->name);
        return;
    }
    wlm_connpool_make(&member->connections, pconf);
    if (wlm_address_resolve(&address, &why, member->transport->host, member->transport->port, pconf) != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s, WLMNO(0005) "member %s of cluster %s: host name %s cannot be "
                     "resolved (%s); it is asked for again when a request is to go there", member->cfg->name,
                     member->cluster->cfg->name, member->transport->host, why);
        return;
    }
    atomic_store(&member->address, address);
}

static void prepare_snapshot(wlm_snapshot_t *snapshot, apr_pool_t *pconf, server_rec *s)
{
    int c, m;

    for (c = 0; c < snapshot->nclusters; ++c) {
        for (m = 0; m < snapshot->clusters[c]->nmembers; ++m) {
            prepare_member(&snapshot->clusters[c]->members[m], pconf, s);
        }
    }
}

/* the memory goes with its configuration; children of that generation may end after that */
static apr_status_t forget(void *unused)
{
    (void)unused;
    memset(&state, 0, sizeof(state));
    return APR_SUCCESS;
}

apr_status_t wlm_state_create(apr_pool_t *pconf, server_rec *s)
{
    apr_size_t clusters_size = sizeof(wlm_shared_cluster_t) * (apr_size_t)count_clusters();
    apr_size_t members_size = sizeof(wlm_shared_member_t) * (apr_size_t)count_members();
    wlm_shared_cluster_t *cluster;
    wlm_shared_member_t *member;
    apr_status_t rv;
    char *memory;
    int i;

    apr_pool_cleanup_register(pconf, NULL, forget, apr_pool_cleanup_null);
    state.nmembers = count_members();
    state.row_size = align(sizeof(wlm_shared_child_t) + sizeof(uint32_t) * (apr_size_t)state.nmembers);
    ap_mpm_query(AP_MPMQ_HARD_LIMIT_DAEMONS, &state.nrows);
    rv = allocate((void **)&memory, clusters_size + members_size + state.row_size * (apr_size_t)state.nrows, pconf, s);
    if (rv != APR_SUCCESS) {
        return rv;
    }
    cluster = state.clusters = (wlm_shared_cluster_t *)memory;
    member = state.members = (wlm_shared_member_t *)(memory + clusters_size);
    state.children = memory + clusters_size + members_size;
    for (i = 0; i < wlm_config_files()->nelts; ++i) {
        wlm_file_t *file = APR_ARRAY_IDX(wlm_config_files(), i, wlm_file_t *);

        file->snapshot = wlm_snapshot_make(file->cfg, wlm_options(), cluster, member, pconf);
        cluster += file->snapshot->nclusters;
        member += file->snapshot->nmembers;
        prepare_snapshot(file->snapshot, pconf, s);
    }
    return APR_SUCCESS;
}

/* -- in-flight counts by child process --------------------------------------- */

static void bind_members(wlm_shared_child_t *own)
{
    int f, c, m;

    for (f = 0; f < wlm_config_files()->nelts; ++f) {
        wlm_snapshot_t *snapshot = APR_ARRAY_IDX(wlm_config_files(), f, wlm_file_t *)->snapshot;
        for (c = 0; c < snapshot->nclusters; ++c) {
            for (m = 0; m < snapshot->clusters[c]->nmembers; ++m) {
                wlm_member_t *member = &snapshot->clusters[c]->members[m];
                member->own_in_flight = &own->in_flight[member->shared - state.members];
            }
        }
    }
}

void wlm_state_child_init(server_rec *s)
{
    int i;

    for (i = 0; i < state.nrows; ++i) {
        uint32_t nobody = 0;
        if (atomic_compare_exchange_strong(&row(i)->pid, &nobody, (uint32_t)getpid())) {
            state.own = row(i);
            bind_members(state.own);
            return;
        }
    }
    ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s, WLMNO(0006) "no row for the in-flight counts of this process among "
                 "%d; should it be killed, its requests stay counted as in flight", state.nrows);
}

static void subtract(_Atomic uint32_t *count, uint32_t n)
{
    uint32_t was = atomic_load(count);

    while (!atomic_compare_exchange_weak(count, &was, was > n ? was - n : 0)) {
    }
}

void wlm_state_child_ended(server_rec *s, pid_t pid)
{
    int i, m;

    for (i = 0; i < state.nrows; ++i) {
        wlm_shared_child_t *child = row(i);
        uint32_t total = 0;

        if (atomic_load(&child->pid) != (uint32_t)pid) {
            continue;
        }
        for (m = 0; m < state.nmembers; ++m) {
            uint32_t left = atomic_exchange(&child->in_flight[m], 0);
            if (left) {
                subtract(&state.members[m].in_flight, left);
                total += left;
            }
        }
        atomic_store(&child->pid, 0);
        if (total) {
            ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, s, WLMNO(0007) "child process %" APR_PID_T_FMT " ended with %u "
                         "requests in flight; they are not counted any more", pid, total);
        }
    }
}

/* The shared memory: one piece from mod_slotmem_shm for each configuration, laid out as wlm_shared.h draws it. */
#include <ap_mpm.h>
#include <ap_provider.h>
#include <ap_slotmem.h>
#include <unistd.h>
#include "mod_wlm.h"

static struct {
    wlm_shared_work_t *work;
    wlm_shared_cluster_t *clusters;
    wlm_shared_member_t *members;
    int nmembers, nclusters;       /* of all files */
    char *children;                /* rows of wlm_shared_child_t, `row_size` bytes each */
    apr_size_t row_size;
    int nrows;
    pid_t parent;                  /* who made all this */
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
    address->pool = NULL; /* it lives as long as the configuration */
    atomic_store(&member->address, address);
}

/* the memory goes with its configuration; children of that generation may end after that */
static apr_status_t forget(void *pconf)
{
    if (getpid() != state.parent) {
        return APR_SUCCESS; /* a child that exits runs the cleanups of its parent's pools, too */
    }
    wlm_carry_save(pconf);
    memset(&state, 0, sizeof(state));
    return APR_SUCCESS;
}

/* What one member may take of httpd's workers, so that the others have the rest when it hangs */
static void limit_members(wlm_cluster_t *cluster)
{
    int daemons = 1, threads = 1, limit, m;

    if (cluster->options->member_share >= 100) {
        return;
    }
    ap_mpm_query(AP_MPMQ_MAX_DAEMONS, &daemons);
    ap_mpm_query(AP_MPMQ_MAX_THREADS, &threads);
    limit = (int)((apr_int64_t)daemons * (threads > 0 ? threads : 1) * cluster->options->member_share / 100);
    limit = limit > 0 ? limit : 1;
    for (m = 0; m < cluster->nmembers; ++m) {
        wlm_member_t *member = &cluster->members[m];
        if (!member->limit || member->limit > limit) {
            member->limit = limit;
        }
    }
}

static apr_size_t queue_size(const char *cluster, apr_pool_t *p)
{
    int length = wlm_options_for(wlm_options(), cluster, p)->queue.length;

    return length > 0 ? wlm_queue_size(length) : 0;
}

static apr_size_t queues_size(apr_pool_t *p)
{
    apr_size_t size = 0;
    int f, c;

    for (f = 0; f < wlm_config_files()->nelts; ++f) {
        const plugin_cfg_t *cfg = APR_ARRAY_IDX(wlm_config_files(), f, wlm_file_t *)->cfg;
        for (c = 0; c < cfg->clusters->nelts; ++c) {
            size += queue_size(APR_ARRAY_IDX(cfg->clusters, c, plugin_cfg_cluster_t *)->name, p);
        }
    }
    return size;
}

static void prepare_cluster(wlm_cluster_t *cluster, char **pqueues, apr_pool_t *pconf, server_rec *s)
{
    int m;

    for (m = 0; m < cluster->nmembers; ++m) {
        prepare_member(&cluster->members[m], pconf, s);
    }
    limit_members(cluster);
    if (cluster->options->queue.length > 0) {
        cluster->queue = (wlm_queue_t *)*pqueues;
        wlm_queue_make(cluster->queue, cluster->options->queue.length);
        *pqueues += wlm_queue_size(cluster->options->queue.length);
    }
}

/* The records of all files, one file behind the other */
static void make_snapshots(char *queues, apr_pool_t *pconf, server_rec *s)
{
    wlm_shared_cluster_t *cluster = state.clusters;
    wlm_shared_member_t *member = state.members;
    int i, c;

    for (i = 0; i < wlm_config_files()->nelts; ++i) {
        wlm_file_t *file = APR_ARRAY_IDX(wlm_config_files(), i, wlm_file_t *);

        file->snapshot = wlm_snapshot_make(file->cfg, wlm_options(), cluster, member, pconf);
        cluster += file->snapshot->nclusters;
        member += file->snapshot->nmembers;
        for (c = 0; c < file->snapshot->nclusters; ++c) {
            prepare_cluster(file->snapshot->clusters[c], &queues, pconf, s);
        }
    }
}

apr_status_t wlm_state_create(apr_pool_t *pconf, server_rec *s)
{
    apr_size_t clusters_size, members_size, children_size;
    apr_status_t rv;
    char *memory;

    state.parent = getpid();
    state.nmembers = count_members();
    state.nclusters = count_clusters();
    state.row_size = align(sizeof(wlm_shared_child_t)
                           + sizeof(uint32_t) * (apr_size_t)(state.nmembers + state.nclusters));
    ap_mpm_query(AP_MPMQ_HARD_LIMIT_DAEMONS, &state.nrows);
    state.nrows *= 2; /* one that is recycled may still end its requests when the next one has begun */
    clusters_size = sizeof(wlm_shared_cluster_t) * (apr_size_t)state.nclusters;
    members_size = sizeof(wlm_shared_member_t) * (apr_size_t)state.nmembers;
    children_size = state.row_size * (apr_size_t)state.nrows;
    rv = allocate((void **)&memory, sizeof(*state.work) + clusters_size + members_size + children_size + queues_size(pconf),
                  pconf, s);
    if (rv != APR_SUCCESS) {
        return rv;
    }
    state.work = (wlm_shared_work_t *)memory;
    memory += sizeof(*state.work);
    state.clusters = (wlm_shared_cluster_t *)memory;
    state.members = (wlm_shared_member_t *)(memory + clusters_size);
    state.children = memory + clusters_size + members_size;
    make_snapshots(state.children + children_size, pconf, s);
    wlm_carry_restore(pconf);
    apr_pool_pre_cleanup_register(pconf, pconf, forget); /* while the memory is still mapped */
    return APR_SUCCESS;
}

wlm_lease_t *wlm_state_check_lease(void)
{
    return &state.work->check;
}

/* -- in-flight counts by child process --------------------------------------- */

static void bind_cluster(wlm_cluster_t *cluster, wlm_shared_child_t *own)
{
    int m;

    cluster->own_retrying = &own->counts[state.nmembers + (cluster->shared - state.clusters)];
    for (m = 0; m < cluster->nmembers; ++m) {
        cluster->members[m].own_in_flight = &own->counts[cluster->members[m].shared - state.members];
    }
}

static void bind_all(wlm_shared_child_t *own)
{
    int f, c;

    for (f = 0; f < wlm_config_files()->nelts; ++f) {
        wlm_snapshot_t *snapshot = APR_ARRAY_IDX(wlm_config_files(), f, wlm_file_t *)->snapshot;
        for (c = 0; c < snapshot->nclusters; ++c) {
            bind_cluster(snapshot->clusters[c], own);
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
            bind_all(state.own);
            return;
        }
    }
    ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s, WLMNO(0006) "no row for the in-flight counts of this process among "
                 "%d; should it be killed, its requests stay counted as in flight", state.nrows);
}

/* Take back what a child had of a shared count. @return how much that was */
static uint32_t take_back(_Atomic uint32_t *shared, _Atomic uint32_t *own)
{
    uint32_t n = atomic_exchange(own, 0), was = atomic_load(shared);

    while (n > 0 && !atomic_compare_exchange_weak(shared, &was, was > n ? was - n : 0)) {
    }
    return n;
}

/* Its requests are not with members any more, nor do they wait for one. @return how many there were */
static uint32_t forget_child(wlm_shared_child_t *child, pid_t pid)
{
    uint32_t total = 0;
    int f, c, k;

    wlm_lease_release(&state.work->check, (uint32_t)pid);
    for (k = 0; k < state.nmembers; ++k) {
        total += take_back(&state.members[k].in_flight, &child->counts[k]);
    }
    for (k = 0; k < state.nclusters; ++k) {
        take_back(&state.clusters[k].retrying, &child->counts[state.nmembers + k]);
    }
    for (f = 0; f < wlm_config_files()->nelts; ++f) {
        wlm_snapshot_t *snapshot = APR_ARRAY_IDX(wlm_config_files(), f, wlm_file_t *)->snapshot;
        for (c = 0; c < snapshot->nclusters; ++c) {
            if (snapshot->clusters[c]->queue) {
                wlm_queue_forget(snapshot->clusters[c]->queue, (uint32_t)pid);
            }
        }
    }
    return total;
}

void wlm_state_child_ended(server_rec *s, pid_t pid)
{
    uint32_t total;
    int i;

    for (i = 0; i < state.nrows; ++i) {
        wlm_shared_child_t *child = row(i);

        if (atomic_load(&child->pid) != (uint32_t)pid) {
            continue;
        }
        total = forget_child(child, pid);
        atomic_store(&child->pid, 0);
        if (total) {
            ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, s, WLMNO(0007) "child process %" APR_PID_T_FMT " ended with %u "
                         "requests in flight; they are not counted any more", pid, total);
        }
    }
}

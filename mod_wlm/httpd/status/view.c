/* Makes the view of all files and clusters (view/view.h), for each answer, on the thread that answers. */
#include <apr_strings.h>
#include <http_core.h>
#include <http_main.h>
#include <http_protocol.h>
#include "balance/options_text.h"
#include "balance/snapshot.h"
#include "base/duration.h"
#include "httpd/context/config.h"
#include "httpd/context/files.h"
#include "httpd/context/options.h"
#include "httpd/engine/capacity.h"
#include "httpd/engine/engine.h"
#include "httpd/runtime/endpoints.h"
#include "httpd/runtime/learning.h"
#include "httpd/runtime/remote_table.h"
#include "httpd/runtime/retained.h"
#include "httpd/runtime/segment.h"
#include "httpd/runtime/version.h"
#include "httpd/status/view.h"

static void fill_file(wlm_view_file_t *view, const wlm_file_t *file, const wlm_version_t *version, apr_pool_t *p)
{
    const wlm_shared_file_t *shared = &wlm_segment.files[file->number];

    view->path = file->path;
    view->generation = atomic_load(&shared->generation);
    view->loaded = atomic_load(&shared->loaded);
    view->findings = version->cfg->findings;
    if (atomic_load(&shared->refused)) {
        view->refused = apr_pstrdup(p, shared->why);
        view->refused_since = atomic_load(&shared->refused_since);
    }
}

static int count_clusters(wlm_version_t *const *versions, int n)
{
    int f, sum = 0;

    for (f = 0; f < n; ++f) {
        sum += versions[f]->snapshot->nclusters;
    }
    return sum;
}

static uint64_t used_of(wlm_slots_t *slots, apr_pool_t *p)
{
    int n;

    wlm_slots_used(slots, &n, p);
    return (uint64_t)n;
}

static void count_slots(wlm_view_t *view, apr_pool_t *p)
{
    view->member_slots = used_of(&wlm_segment.members, p);
    view->member_slots_max = (uint64_t)wlm_segment.max_members;
    view->cluster_slots = used_of(&wlm_segment.clusters, p);
    view->cluster_slots_max = (uint64_t)wlm_segment.max_clusters;
}

static uint64_t earlier_load(wlm_child_load_t what)
{
    return wlm_earlier_loads_sum(wlm_retained_earlier_loads(), &wlm_segment.children, what);
}

static uint64_t load(wlm_child_load_t what)
{
    return wlm_children_load(&wlm_segment.children, what) + earlier_load(what);
}

static void fill_engine(wlm_view_engine_t *view)
{
    wlm_capacity_use_t processes = wlm_capacity_use(&wlm_segment.children);

    view->why = wlm_engine_hindrance(ap_server_conf);
    view->driver = view->why ? "threads" : "engine";
    view->parked = load(WLM_LOAD_PARKED);
    view->parked_earlier = earlier_load(WLM_LOAD_PARKED);
    view->tunnels = load(WLM_LOAD_TUNNELS);
    view->owned = load(WLM_LOAD_CONNECTIONS);
    view->kept = load(WLM_LOAD_KEPT);
    view->ending = (uint64_t)processes.ending;
    view->process_slots = (uint64_t)processes.slots;
    view->threads = load(WLM_LOAD_THREADS);
    view->threads_busy = load(WLM_LOAD_BUSY_THREADS);
    view->descriptors = wlm_children_load_most(&wlm_segment.children, WLM_LOAD_DESCRIPTORS);
    view->descriptors_max = wlm_children_load_most(&wlm_segment.children, WLM_LOAD_DESCRIPTORS_MAX);
    if (!view->why) {
        wlm_capacity_t capacity = wlm_capacity_read();

        view->connections = (uint64_t)processes.connections;
        view->connections_max = (uint64_t)capacity.all;
        view->worker_factor = (uint64_t)capacity.factor;
    }
}

static void fill_memory(wlm_view_memory_t *view)
{
    view->records = wlm_segment.size;
    view->texts = wlm_segment.texts_size;
    if (wlm_learning_table) {
        view->learned = wlm_learned_size(wlm_learned_bytes(wlm_learning_table));
        view->learned_sessions = wlm_learned_count(wlm_learning_table);
        view->learned_sessions_max = wlm_learned_capacity(wlm_learning_table);
    }
}

static void fill_store(wlm_view_store_t *view, apr_pool_t *p)
{
    const wlm_affinity_store_setting_t *setting = &wlm_config_global()->affinity_store;
    wlm_remote_record_t *record = wlm_segment.remote;

    if (!wlm_remote_table) {
        return;
    }
    view->name = apr_pstrcat(p, setting->provider, ":", setting->argument, NULL);
    view->pausing = wlm_breaker_due(&record->breaker) != 0;
    view->pauses = atomic_load(&record->opened);
    view->asked = atomic_load(&record->asked);
    view->found = atomic_load(&record->found);
    view->unknown = atomic_load(&record->unknown);
    view->failed = atomic_load(&record->failed);
    view->timed_out = atomic_load(&record->timed_out);
    view->not_asked = atomic_load(&record->not_asked);
    view->not_asked_full = atomic_load(&record->not_asked_full);
    view->stored = atomic_load(&record->stored);
    view->not_stored = atomic_load(&record->not_stored);
    view->dropped = atomic_load(&record->dropped);
}

static void fill_work(wlm_view_work_t *view, apr_time_t now)
{
    view->reload_age = wlm_lease_age(&wlm_segment.work->reload, now);
    view->checks_age = wlm_lease_age(&wlm_segment.work->check, now);
}

static const char *name_of_tls(uint32_t version)
{
    return version == WLM_TLS_1_2_VERSION ? "TLSv1.2" : version == WLM_TLS_1_3_VERSION ? "TLSv1.3" : NULL;
}

/* Add the state of a member's https transport, which net/ has */
static void add_tls(wlm_view_member_t *view, const wlm_member_t *member)
{
    const wlm_endpoint_t *endpoint = member->transports[PLUGIN_CFG_HTTPS].endpoint;
    apr_time_t expires = endpoint ? wlm_tls_expires(wlm_tls_peer_tls(endpoint->peer)) : 0;

    view->tls = name_of_tls(atomic_load(&member->shared->tls_version));
    view->tls_own_expires = (uint64_t)apr_time_as_msec(expires);
}

static void fill_cluster(wlm_view_cluster_t *view, wlm_cluster_t *cluster, const char *file, uint64_t since,
                         const wlm_moment_t *moment, apr_pool_t *p)
{
    int m;

    wlm_view_read_cluster(view, cluster, file, since, moment, p);
    for (m = 0; m < cluster->nmembers; ++m) {
        add_tls(&view->members[m], &cluster->members[m]);
    }
}

wlm_view_t *wlm_status_view_make(uint64_t since, apr_pool_t *p)
{
    const apr_array_header_t *files = wlm_files();
    wlm_version_t **versions = apr_palloc(p, sizeof(*versions) * (apr_size_t)(files->nelts + 1));
    wlm_view_t *view = apr_pcalloc(p, sizeof(*view));
    wlm_moment_t moment = wlm_moment();
    int f, c;

    view->version = WLM_VERSION;
    view->defaults = wlm_options_text_defaults(wlm_options()->defaults);
    view->now = (uint64_t)apr_time_as_msec(moment.day);
    if (!wlm_segment.work) {
        return view;
    }
    view->files = apr_pcalloc(p, sizeof(*view->files) * (apr_size_t)(files->nelts + 1));
    for (f = 0; f < files->nelts; ++f) {
        wlm_file_t *file = APR_ARRAY_IDX(files, f, wlm_file_t *);
        versions[f] = wlm_version_use(file, p);
        fill_file(&view->files[view->nfiles], file, versions[f], p);
        view->files[view->nfiles].nevents = wlm_view_read_events(
            &view->files[view->nfiles].events, &wlm_segment.files[file->number].events, since, p);
        ++view->nfiles;
    }
    view->clusters = apr_palloc(p, sizeof(*view->clusters) * (apr_size_t)(count_clusters(versions, f) + 1));
    for (f = 0; f < files->nelts; ++f) {
        for (c = 0; c < versions[f]->snapshot->nclusters; ++c) {
            fill_cluster(&view->clusters[view->nclusters++], versions[f]->snapshot->clusters[c],
                         versions[f]->file->path, since, &moment, p);
        }
    }
    wlm_view_sum(view);
    fill_engine(&view->engine);
    fill_memory(&view->memory);
    fill_store(&view->store, p);
    fill_work(&view->work, moment.now);
    count_slots(view, p);
    return view;
}

int wlm_status_view_since(uint64_t *psince, const char *text)
{
    apr_interval_time_t since;

    *psince = 0;
    if (!text || !*text) {
        return 1;
    }
    if (!wlm_duration_parse(&since, text, "s")) {
        return 0;
    }
    *psince = wlm_clock_today() - (uint64_t)apr_time_as_msec(since);
    return 1;
}

/* -- writing to a client --------------------------------------------------------------------------------- */

static void write_to_client(void *to, const char *data, apr_size_t length)
{
    ap_rwrite(data, (int)length, to);
}

wlm_out_t wlm_status_view_out(request_rec *r)
{
    return (wlm_out_t){ .write = write_to_client, .to = r, .p = r->pool };
}

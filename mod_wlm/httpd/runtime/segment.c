/* Allocates the shared memory of a configuration from mod_slotmem_shm, with the layout of shared/records.h. Runs in the
 * parent before there are children. */
#include <ap_mpm.h>
#include <ap_provider.h>
#include <ap_slotmem.h>
#include <apr_shm.h>
#include <unistd.h>
#include "balance/snapshot.h"
#include "base/cache_line.h"
#include "httpd/context/context.h"
#include "httpd/context/files.h"
#include "httpd/context/options.h"
#include "httpd/runtime/segment.h"
#include "httpd/runtime/shm_room.h"

wlm_segment_t wlm_segment;

static const ap_slotmem_provider_t *slotmem_provider(void)
{
    return ap_lookup_provider(AP_SLOTMEM_PROVIDER_GROUP, "shm", AP_SLOTMEM_PROVIDER_VERSION);
}

apr_status_t wlm_segment_check(server_rec *s)
{
    if (!slotmem_provider()) {
        ap_log_error(APLOG_MARK, APLOG_EMERG | APLOG_STARTUP, 0, s, WLMNO(0002) "mod_slotmem_shm is not loaded; add "
                     "\"LoadModule slotmem_shm_module modules/mod_slotmem_shm.so\" to the configuration");
        return APR_EGENERAL;
    }
    return APR_SUCCESS;
}

static apr_size_t most_slots(void)
{
    return (apr_size_t)(wlm_segment.max_clusters + wlm_segment.max_members);
}

static apr_size_t text_size(void)
{
    return wlm_cache_line_round(wlm_file_text_size(PLUGIN_CFG_MAX_SIZE, most_slots()));
}

wlm_file_text_t *wlm_segment_text(const wlm_file_t *file)
{
    return (wlm_file_text_t *)(wlm_segment.texts + text_size() * (apr_size_t)file->number);
}

/* One slot for everything, in which the records are aligned to cache lines; slots of mod_slotmem_shm are not */
static apr_status_t allocate(void **pmemory, apr_size_t size, apr_pool_t *pconf, server_rec *s)
{
    const ap_slotmem_provider_t *slotmem = slotmem_provider();
    ap_slotmem_instance_t *instance;
    apr_status_t rv;
    void *memory;

    if (!wlm_shm_room_is_there(size + WLM_CACHE_LINE, s)) {
        return APR_ENOSPC;
    }
    rv = slotmem->create(&instance, "wlm", size + WLM_CACHE_LINE, 1, AP_SLOTMEM_TYPE_PREGRAB, pconf);
    if (rv == APR_SUCCESS) {
        rv = slotmem->dptr(instance, 0, &memory);
    }
    if (rv != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_EMERG, rv, s, WLMNO(0003) "cannot get %" APR_SIZE_T_FMT " bytes of shared "
                     "memory; is the directory of DefaultRuntimeDir writable?", size);
        return rv;
    }
    *pmemory = (void *)wlm_cache_line_round((apr_size_t)memory);
    memset(*pmemory, 0, size);
    return APR_SUCCESS;
}

/* Each as large as the largest file that is accepted: pages that are never written use no memory */
static apr_status_t allocate_texts(apr_pool_t *pconf, server_rec *s)
{
    apr_size_t i, n = (apr_size_t)wlm_files()->nelts;
    apr_status_t rv;
    apr_shm_t *shm;

    rv = apr_shm_create(&shm, text_size() * n, NULL, pconf);
    if (rv != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_EMERG, rv, s, WLMNO(0049) "cannot reserve %" APR_SIZE_T_FMT " bytes of shared "
                     "memory for the texts of configuration files", text_size() * n);
        return rv;
    }
    wlm_segment.texts = apr_shm_baseaddr_get(shm);
    for (i = 0; i < n; ++i) {
        wlm_file_text_make((wlm_file_text_t *)(wlm_segment.texts + text_size() * i), PLUGIN_CFG_MAX_SIZE,
                           most_slots());
    }
    return APR_SUCCESS;
}

/* -- capacities ------------------------------------------------------------------- */

static int count(int members)
{
    int i, n = 0;

    for (i = 0; i < wlm_files()->nelts; ++i) {
        const plugin_cfg_t *cfg = APR_ARRAY_IDX(wlm_files(), i, wlm_file_t *)->cfg;
        n += members ? wlm_snapshot_count_members(cfg) : cfg->clusters->nelts;
    }
    return n;
}

/* Too small a number in WLMSlots does not stop a start or a restart: plugin-cfg.xml may have grown since it was set. It
 * counts as none then, for with as many slots as there are members no changed file could be loaded.
 * @param n  what WLMSlots says; 0: nothing */
static int slots_for(const char *what, int there, int n, int by_default, server_rec *s)
{
    if (n && n < there) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s, WLMNO(0173) "WLMSlots has %d for %s, and the files have %d: "
                     "there are %d now, as without the directive; give it a larger number, or remove it", n, what,
                     there, by_default);
        return by_default;
    }
    return n ? n : by_default;
}

/* Slots for the clusters and members of all files, and for those that changed files may add */
static void find_capacities(server_rec *s)
{
    const wlm_global_conf_t *conf = wlm_config_global();
    int members = count(1), clusters = count(0);
    int more = wlm_files_registry() || conf->members ? 8 : 1; /* there may be none of them as yet */

    wlm_segment.max_members = slots_for("members", members, conf->slots.members, 2 * members + 64 * more, s);
    wlm_segment.max_clusters = slots_for("clusters", clusters, conf->slots.clusters, 2 * clusters + 16 * more, s);
    wlm_segment.queue_length = wlm_options_longest_queue(wlm_options());
}

/* Of each queue */
static int lanes(void)
{
    return 1 + wlm_options_most_classes(wlm_options());
}

static void find_rows(void)
{
    wlm_children_t *children = &wlm_segment.children;

    ap_mpm_query(AP_MPMQ_HARD_LIMIT_DAEMONS, &children->n);
    children->n = children->n * 2 + 1; /* one that is recycled may still end its requests when the next one has begun */
    children->row_size = wlm_children_row_size(wlm_segment.max_members, wlm_segment.max_clusters);
    children->max_members = wlm_segment.max_members;
    children->max_clusters = wlm_segment.max_clusters;
    children->members = &wlm_segment.members;
    children->clusters = &wlm_segment.clusters;
    children->queue_size = wlm_segment.queue_length ? wlm_queue_size(wlm_segment.queue_length, lanes()) : 0;
}

wlm_queue_t *wlm_segment_queue(int cluster_slot)
{
    return wlm_children_queue(&wlm_segment.children, cluster_slot);
}

/* -- layout ------------------------------------------------------------------------------ */

static char *carve(char **pmemory, apr_size_t size)
{
    char *part = *pmemory;

    *pmemory += wlm_cache_line_round(size);
    return part;
}

static apr_size_t size_of_all(void)
{
    return wlm_cache_line_round(sizeof(wlm_shared_work_t))
           + wlm_cache_line_round(sizeof(wlm_shared_file_t) * (apr_size_t)wlm_files()->nelts)
           + wlm_cache_line_round(sizeof(wlm_remote_record_t))
           + wlm_slots_size(wlm_segment.max_clusters) + wlm_slots_size(wlm_segment.max_members)
           + wlm_cache_line_round(sizeof(wlm_shared_cluster_t) * (apr_size_t)wlm_segment.max_clusters)
           + wlm_cache_line_round(sizeof(wlm_shared_member_t) * (apr_size_t)wlm_segment.max_members)
           + wlm_segment.children.row_size * (apr_size_t)wlm_segment.children.n
           + wlm_segment.children.queue_size * (apr_size_t)wlm_segment.max_clusters;
}

static void set_slots(wlm_slots_t *slots, wlm_slot_kind_t kind, wlm_child_count_t uses, int capacity)
{
    wlm_slots_make(slots->table, capacity);
    slots->kind = kind;
    slots->uses = wlm_segment_counts(uses, 0);
    slots->texts = wlm_segment.texts;
    slots->text_size = text_size();
    slots->ntexts = wlm_files()->nelts;
}

static void set_layout(char *memory)
{
    int i, nlanes = lanes();

    wlm_segment.work = (wlm_shared_work_t *)carve(&memory, sizeof(wlm_shared_work_t));
    wlm_segment.files = (wlm_shared_file_t *)carve(&memory, sizeof(wlm_shared_file_t) * (apr_size_t)wlm_files()->nelts);
    wlm_segment.remote = (wlm_remote_record_t *)carve(&memory, sizeof(wlm_remote_record_t));
    wlm_segment.clusters.table = (wlm_slot_table_t *)carve(&memory, wlm_slots_size(wlm_segment.max_clusters));
    wlm_segment.members.table = (wlm_slot_table_t *)carve(&memory, wlm_slots_size(wlm_segment.max_members));
    wlm_segment.clusters.record_size = sizeof(wlm_shared_cluster_t);
    wlm_segment.clusters.records = carve(&memory, sizeof(wlm_shared_cluster_t) * (apr_size_t)wlm_segment.max_clusters);
    wlm_segment.members.record_size = sizeof(wlm_shared_member_t);
    wlm_segment.members.records = carve(&memory, sizeof(wlm_shared_member_t) * (apr_size_t)wlm_segment.max_members);
    wlm_segment.children.rows = carve(&memory, wlm_segment.children.row_size * (apr_size_t)wlm_segment.children.n);
    wlm_segment.children.queues = memory;
    wlm_segment.children.work = wlm_segment.work;
    set_slots(&wlm_segment.clusters, WLM_SLOT_CLUSTERS, WLM_CHILD_CLUSTERS, wlm_segment.max_clusters);
    set_slots(&wlm_segment.members, WLM_SLOT_MEMBERS, WLM_CHILD_MEMBERS, wlm_segment.max_members);
    for (i = 0; wlm_segment.queue_length && i < wlm_segment.max_clusters; ++i) {
        wlm_queue_make(wlm_segment_queue(i), wlm_segment.queue_length, nlanes);
    }
}

apr_status_t wlm_segment_create(apr_pool_t *pconf, server_rec *s)
{
    apr_status_t rv;
    void *memory;

    wlm_segment.parent = getpid();
    find_capacities(s);
    find_rows();
    wlm_segment.size = size_of_all();
    wlm_segment.texts_size = text_size() * (apr_size_t)wlm_files()->nelts;
    rv = allocate(&memory, wlm_segment.size, pconf, s);
    if (rv != APR_SUCCESS || (rv = allocate_texts(pconf, s)) != APR_SUCCESS) {
        return rv;
    }
    set_layout(memory);
    apr_generate_random_bytes(wlm_segment.secret, sizeof(wlm_segment.secret));
    return APR_SUCCESS;
}

/* -- access ------------------------------------------------------------------------- */

uint64_t wlm_segment_key(const wlm_shared_member_t *member)
{
    return wlm_slots_key_of(&wlm_segment.members, member);
}

wlm_lease_t *wlm_segment_check_lease(void)
{
    return &wlm_segment.work->check;
}

_Atomic uint32_t *wlm_segment_count(wlm_child_count_t what, int slot)
{
    return wlm_children_count(&wlm_segment.children, wlm_segment.row, what, slot);
}

wlm_process_counts_t wlm_segment_counts(wlm_child_count_t what, int slot)
{
    return wlm_children_counts(&wlm_segment.children, what, slot);
}

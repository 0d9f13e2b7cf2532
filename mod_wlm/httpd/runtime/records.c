/* Finds the records of a version's clusters and members in shared memory, by their names. Runs in the parent before
 * there are children, and in each child that loads a version itself. */
#include <apr_strings.h>
#include "base/clock.h"
#include "base/hash.h"
#include "balance/counters.h"
#include "balance/snapshot.h"
#include "httpd/context/files.h"
#include "httpd/runtime/records.h"
#include "httpd/runtime/segment.h"
#include "httpd/runtime/state_file.h"

static uint64_t cluster_key(const wlm_file_t *file, const plugin_cfg_cluster_t *cluster, apr_pool_t *p)
{
    return wlm_hash_key(apr_pstrcat(p, file->path, "\n", cluster->name, NULL));
}

static uint64_t member_key(const wlm_file_t *file, const plugin_cfg_cluster_t *cluster,
                           const plugin_cfg_server_t *server, apr_pool_t *p)
{
    return wlm_hash_key(apr_pstrcat(p, file->path, "\n", cluster->name, "\n", server->name, NULL));
}

/* A member that is new in a running httpd begins like one that has come back: with slow start, if that is enabled */
static void init_new_member(wlm_shared_member_t *member, uint64_t key, int made_in_child)
{
    wlm_samples_counters_t counts;

    if (made_in_child || !wlm_state_file_restore(key, member)) {
        atomic_store(&member->up_since, (uint64_t)apr_time_as_msec(wlm_now()));
    }
    counts = wlm_counters_sample(member);
    wlm_samples_note(&member->samples, &counts, wlm_now()); /* from here on */
}

static int acquire_members(wlm_version_t *version, const plugin_cfg_cluster_t *cluster, int *pn, const char **pwhy)
{
    _Atomic uint32_t *process_uses = version->made_in_child ? wlm_segment_count(WLM_CHILD_MEMBERS, 0) : NULL;
    int m, slot, is_new;

    for (m = 0; m < cluster->members->nelts; ++m) {
        uint64_t key = member_key(version->file, cluster, APR_ARRAY_IDX(cluster->members, m, plugin_cfg_server_t *),
                                  version->pool);
        slot = wlm_slots_acquire(&wlm_segment.members, key, process_uses, &is_new);
        if (slot < 0) {
            *pwhy = apr_psprintf(version->pool, "all %d slots for members are in use; give WLMSlots a larger number",
                                 wlm_segment.max_members);
            return 0;
        }
        version->member_slots[(*pn)++] = slot;
        if (is_new) {
            init_new_member(wlm_slots_record(&wlm_segment.members, slot), key, version->made_in_child);
        }
    }
    return 1;
}

static int *no_slots(int n, apr_pool_t *p)
{
    int *slots = apr_palloc(p, sizeof(*slots) * (apr_size_t)(n + 1));

    memset(slots, 0xff, sizeof(*slots) * (apr_size_t)(n + 1)); /* -1 */
    return slots;
}

int wlm_records_acquire(wlm_version_t *version, const char **pwhy)
{
    const apr_array_header_t *clusters = version->cfg->clusters;
    _Atomic uint32_t *process_uses = version->made_in_child ? wlm_segment_count(WLM_CHILD_CLUSTERS, 0) : NULL;
    int c, slot, n = 0;

    version->cluster_slots = no_slots(clusters->nelts, version->pool);
    version->member_slots = no_slots(wlm_snapshot_count_members(version->cfg), version->pool);
    for (c = 0; c < clusters->nelts; ++c) {
        const plugin_cfg_cluster_t *cluster = APR_ARRAY_IDX(clusters, c, plugin_cfg_cluster_t *);

        slot = wlm_slots_acquire(&wlm_segment.clusters, cluster_key(version->file, cluster, version->pool),
                                 process_uses, NULL);
        if (slot < 0) {
            *pwhy = apr_psprintf(version->pool, "all %d slots for clusters are in use; give WLMSlots a larger number",
                                 wlm_segment.max_clusters);
            return 0;
        }
        version->cluster_slots[c] = slot;
        if (!acquire_members(version, cluster, &n, pwhy)) {
            return 0;
        }
    }
    return 1;
}

void wlm_records_release(wlm_version_t *version)
{
    int i;

    if (!version->made_in_child) {
        return;
    }
    for (i = 0; version->member_slots[i] >= 0; ++i) {
        wlm_slots_release(&wlm_segment.members, version->member_slots[i], wlm_segment_count(WLM_CHILD_MEMBERS, 0));
    }
    for (i = 0; version->cluster_slots[i] >= 0; ++i) {
        wlm_slots_release(&wlm_segment.clusters, version->cluster_slots[i], wlm_segment_count(WLM_CHILD_CLUSTERS, 0));
    }
}

void wlm_records_bind(wlm_version_t *version)
{
    int c, m, n = 0;

    for (c = 0; c < version->snapshot->nclusters; ++c) {
        wlm_cluster_t *cluster = version->snapshot->clusters[c];

        cluster->process_retrying = wlm_segment_count(WLM_CHILD_RETRYING, version->cluster_slots[c]);
        for (m = 0; m < cluster->nmembers; ++m) {
            wlm_member_t *member = &cluster->members[m];
            int slot = version->member_slots[n++];

            member->process_in_flight =
                wlm_segment_count(member->limit > 0 ? WLM_CHILD_LIMITED : WLM_CHILD_UNLIMITED, slot);
            member->unlimited = wlm_segment_counts(WLM_CHILD_UNLIMITED, slot);
            member->idle = wlm_segment_counts(WLM_CHILD_IDLE, slot);
        }
    }
}

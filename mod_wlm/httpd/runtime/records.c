/* Finds the records of a version's clusters and members in shared memory, by those of the version before and by their
 * names. Runs in the parent before there are children, and in each child that loads a version itself. */
#include <apr_strings.h>
#include "base/clock.h"
#include "base/count.h"
#include "base/hash.h"
#include "balance/counters.h"
#include "balance/member.h"
#include "balance/serving.h"
#include "balance/snapshot.h"
#include "compare/pairs.h"
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

/* -- what is whose successor -------------------------------------------------------------------- */

/* The slots of a version, by its clusters and servers */
static apr_hash_t *slots_by_element(const wlm_version_t *version, apr_pool_t *p)
{
    apr_hash_t *slots = apr_hash_make(p);
    int c, m, n = 0;

    for (c = 0; c < version->snapshot->nclusters; ++c) {
        const wlm_cluster_t *cluster = version->snapshot->clusters[c];

        apr_hash_set(slots, &cluster->cfg, sizeof(cluster->cfg), &version->cluster_slots[c]);
        for (m = 0; m < cluster->nmembers; ++m) {
            apr_hash_set(slots, &cluster->members[m].cfg, sizeof(cluster->members[m].cfg), &version->member_slots[n++]);
        }
    }
    return slots;
}

/* @param element  of the version before, NULL: none */
static int slot_of(apr_hash_t *slots, const void *element)
{
    const int *slot = element ? apr_hash_get(slots, &element, sizeof(element)) : NULL;

    return slot ? *slot : -1;
}

/* A name makes a member the same one wherever it is, as it always did; an address without a name only together with
 * the clone id, for it may be that of another application server that has taken over the port */
static const plugin_cfg_server_t *earlier_of(const wlm_pairs_t *pairs, const plugin_cfg_server_t *server)
{
    const plugin_cfg_server_t *earlier = pairs ? wlm_pairs_earlier_member(pairs, server) : NULL;

    return !earlier || strcmp(earlier->name, server->name) == 0
           || (earlier->clone_id && server->clone_id ? strcmp(earlier->clone_id, server->clone_id) == 0
                                                     : earlier->clone_id == server->clone_id) ? earlier : NULL;
}

wlm_records_plan_t *wlm_records_plan(const wlm_file_t *file, const plugin_cfg_t *cfg, const wlm_version_t *before,
                                     apr_pool_t *p)
{
    const wlm_pairs_t *pairs = before ? wlm_pairs_make(before->cfg, cfg, p) : NULL;
    apr_hash_t *slots = before ? slots_by_element(before, p) : NULL;
    wlm_records_plan_t *plan = apr_pcalloc(p, sizeof(*plan));
    wlm_slot_wish_t *member;
    int c, m;

    plan->nwishes[WLM_SLOT_CLUSTERS] = cfg->clusters->nelts;
    plan->nwishes[WLM_SLOT_MEMBERS] = wlm_snapshot_count_members(cfg);
    plan->wishes[WLM_SLOT_CLUSTERS] = apr_pcalloc(p, sizeof(wlm_slot_wish_t) * (apr_size_t)(cfg->clusters->nelts + 1));
    plan->wishes[WLM_SLOT_MEMBERS] = member =
        apr_pcalloc(p, sizeof(wlm_slot_wish_t) * (apr_size_t)(plan->nwishes[WLM_SLOT_MEMBERS] + 1));
    for (c = 0; c < cfg->clusters->nelts; ++c) {
        const plugin_cfg_cluster_t *cluster = APR_ARRAY_IDX(cfg->clusters, c, plugin_cfg_cluster_t *);

        plan->wishes[WLM_SLOT_CLUSTERS][c] = (wlm_slot_wish_t){ .key = cluster_key(file, cluster, p),
            .earlier = pairs ? slot_of(slots, wlm_pairs_earlier_cluster(pairs, cluster)) : -1 };
        for (m = 0; m < cluster->members->nelts; ++m) {
            const plugin_cfg_server_t *server = APR_ARRAY_IDX(cluster->members, m, plugin_cfg_server_t *);

            *member++ = (wlm_slot_wish_t){ .key = member_key(file, cluster, server, p),
                .earlier = pairs ? slot_of(slots, earlier_of(pairs, server)) : -1 };
        }
    }
    return plan;
}

/* -- slots -------------------------------------------------------------------------------------------- */

static wlm_slots_t *table_of(wlm_slot_kind_t kind)
{
    return kind == WLM_SLOT_MEMBERS ? &wlm_segment.members : &wlm_segment.clusters;
}

/* In the row of this process; NULL in the parent */
static _Atomic uint32_t *uses_of(wlm_slot_kind_t kind)
{
    return wlm_segment_count(kind == WLM_SLOT_MEMBERS ? WLM_CHILD_MEMBERS : WLM_CHILD_CLUSTERS, 0);
}

/* A member that is new in a running httpd begins like one that has come back: with slow start, if that is enabled */
static void init_new_member(wlm_shared_member_t *member, uint64_t key)
{
    wlm_samples_counters_t counts;

    if (wlm_segment.row || !wlm_state_file_restore(key, member)) {
        atomic_store(&member->up_since, (uint64_t)apr_time_as_msec(wlm_now()));
    }
    counts = wlm_counters_sample(member);
    wlm_samples_note(&member->samples, &counts, wlm_now()); /* from here on */
}

/* At a random place of its rotation, since several web servers that are started at once would otherwise all send their
 * first request to the same member. By an addition: another process may have raised the epoch already. */
static void begin_rotation(wlm_shared_cluster_t *cluster)
{
    uint32_t place;

    apr_generate_random_bytes((unsigned char *)&place, sizeof(place));
    atomic_fetch_add(&cluster->turn, place >> 1); /* half of the numbers are left until it carries into the epoch */
}

static void init_new_cluster(wlm_shared_cluster_t *cluster, uint64_t key)
{
    begin_rotation(cluster);
    if (!wlm_segment.row) {
        wlm_state_file_restore_events(key, &cluster->events);
        wlm_serving_resume(cluster);
    }
}

static void init_new(wlm_slot_kind_t kind, const wlm_records_plan_t *plan)
{
    int i;

    for (i = 0; i < plan->nwishes[kind]; ++i) {
        const wlm_slot_wish_t *wish = &plan->wishes[kind][i];
        void *record = wlm_slots_record(table_of(kind), wish->slot);

        if (wish->is_new && kind == WLM_SLOT_MEMBERS) {
            init_new_member(record, wish->key);
        }
        else if (wish->is_new) {
            init_new_cluster(record, wish->key);
        }
    }
}

static void set_slots(wlm_version_t *version, wlm_slot_kind_t kind, const int *slots, int n)
{
    int **to = kind == WLM_SLOT_MEMBERS ? &version->member_slots : &version->cluster_slots;

    *to = apr_pmemdup(version->pool, slots, sizeof(*slots) * (apr_size_t)n);
}

static void release(wlm_slot_kind_t kind, const int *slots, int n)
{
    if (uses_of(kind)) {
        wlm_slots_release(table_of(kind), slots, n, uses_of(kind));
    }
}

static const int *chosen_by(const wlm_records_plan_t *plan, wlm_slot_kind_t kind, apr_pool_t *p)
{
    int *slots = apr_palloc(p, sizeof(*slots) * (apr_size_t)(plan->nwishes[kind] + 1)), i;

    for (i = 0; i < plan->nwishes[kind]; ++i) {
        slots[i] = plan->wishes[kind][i].slot;
    }
    return slots;
}

static int acquire(wlm_records_plan_t *plan, wlm_slot_kind_t kind, wlm_records_shortage_t *shortage, apr_pool_t *ptemp)
{
    wlm_slots_t *table = table_of(kind);
    int used, is_room = wlm_slots_acquire(table, plan->wishes[kind], plan->nwishes[kind], uses_of(kind),
                                          &shortage->needed, ptemp);

    if (!is_room) {
        wlm_slots_used(table, &used, ptemp);
        shortage->kind = kind;
        shortage->most = (int)table->table->capacity;
        shortage->free = shortage->most - used;
        shortage->published = wlm_slots_published(table, ptemp);
    }
    return is_room;
}

int wlm_records_acquire(wlm_version_t *version, wlm_records_plan_t *plan, wlm_records_shortage_t *shortage,
                        apr_pool_t *ptemp)
{
    const int *clusters, *members;

    if (!acquire(plan, WLM_SLOT_CLUSTERS, shortage, ptemp)) {
        return 0;
    }
    clusters = chosen_by(plan, WLM_SLOT_CLUSTERS, ptemp);
    if (!acquire(plan, WLM_SLOT_MEMBERS, shortage, ptemp)) {
        release(WLM_SLOT_CLUSTERS, clusters, plan->nwishes[WLM_SLOT_CLUSTERS]);
        return 0;
    }
    members = chosen_by(plan, WLM_SLOT_MEMBERS, ptemp);
    set_slots(version, WLM_SLOT_CLUSTERS, clusters, plan->nwishes[WLM_SLOT_CLUSTERS]);
    set_slots(version, WLM_SLOT_MEMBERS, members, plan->nwishes[WLM_SLOT_MEMBERS]);
    version->is_counted = wlm_segment.row != NULL;
    init_new(WLM_SLOT_CLUSTERS, plan);
    init_new(WLM_SLOT_MEMBERS, plan);
    return 1;
}

const char *wlm_records_shortage_text(const wlm_records_shortage_t *shortage, apr_pool_t *p)
{
    const char *noun = shortage->kind == WLM_SLOT_MEMBERS ? "member" : "cluster";
    int earlier = shortage->most - shortage->published - shortage->free;

    if (!wlm_records_may_be_freed(shortage)) {
        return apr_psprintf(p, "%s %s new, and of %d slots for %ss the files in use have %d: a larger number in "
                            "WLMSlots and a graceful restart make room", wlm_count_text(shortage->needed, noun, p),
                            wlm_count_word(shortage->needed, "is", "are"), shortage->most, noun, shortage->published);
    }
    return apr_psprintf(p, "%s %s new, and of %d slots for %ss %d are free; requests that began with earlier versions "
                        "of files have %d. When enough of them have ended the file is loaded at the next look "
                        "(RefreshInterval) or reload; a larger number in WLMSlots and a graceful restart make room, "
                        "too", wlm_count_text(shortage->needed, noun, p),
                        wlm_count_word(shortage->needed, "is", "are"), shortage->most, noun, shortage->free, earlier);
}

int wlm_records_fit(const wlm_version_t *version, const wlm_published_t *published)
{
    return published->nslots[WLM_SLOT_CLUSTERS] == version->cfg->clusters->nelts
           && published->nslots[WLM_SLOT_MEMBERS] == wlm_snapshot_count_members(version->cfg);
}

int wlm_records_adopt(wlm_version_t *version, const wlm_published_t *published)
{
    const wlm_file_text_t *text = wlm_segment_text(version->file);
    int kind;

    for (kind = 0; kind < WLM_SLOT_KINDS; ++kind) {
        if (!wlm_slots_adopt(table_of(kind), published->slots[kind], published->nslots[kind], uses_of(kind), text,
                             published->generation)) {
            if (kind == WLM_SLOT_MEMBERS) {
                release(WLM_SLOT_CLUSTERS, published->slots[WLM_SLOT_CLUSTERS], published->nslots[WLM_SLOT_CLUSTERS]);
            }
            return 0;
        }
        set_slots(version, kind, published->slots[kind], published->nslots[kind]);
    }
    version->generation = published->generation;
    version->is_counted = 1;
    return 1;
}

int wlm_records_publish(wlm_version_t *version, const wlm_records_plan_t *plan, apr_pool_t *ptemp)
{
    wlm_published_t published = { .generation = version->generation, .signature = version->signature,
        .text = version->cfg->text, .length = version->cfg->length,
        .slots = { version->cluster_slots, version->member_slots },
        .nslots = { plan->nwishes[WLM_SLOT_CLUSTERS], plan->nwishes[WLM_SLOT_MEMBERS] } };
    wlm_file_text_t *text = wlm_segment_text(version->file);
    int kind;

    if (!wlm_file_text_put(text, &published)) {
        return 0;
    }
    version->generation = published.generation;
    for (kind = 0; kind < WLM_SLOT_KINDS; ++kind) {
        wlm_slots_rename(table_of(kind), plan->wishes[kind], plan->nwishes[kind], text, published.generation, ptemp);
    }
    return 1;
}

void wlm_records_release(wlm_version_t *version)
{
    if (version->is_counted) {
        release(WLM_SLOT_MEMBERS, version->member_slots, wlm_snapshot_count_members(version->cfg));
        release(WLM_SLOT_CLUSTERS, version->cluster_slots, version->cfg->clusters->nelts);
        version->is_counted = 0;
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
                wlm_segment_count(wlm_member_is_limited(member) ? WLM_CHILD_LIMITED : WLM_CHILD_UNLIMITED, slot);
            member->process_tunnels = wlm_segment_count(WLM_CHILD_TUNNELS, slot);
            member->unlimited = wlm_segment_counts(WLM_CHILD_UNLIMITED, slot);
            member->idle = wlm_segment_counts(WLM_CHILD_IDLE, slot);
        }
    }
}

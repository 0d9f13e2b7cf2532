/* The counts of each child process, and what is reclaimed when it has ended. Rows are added in the child that begins;
 * the rest runs in the parent. */
#include <sched.h>
#include "base/cache_line.h"
#include "shared/children.h"
#include "health/health.h"

#define TRIES 100              /* to find a moment at which no process changes a tally: each change takes nanoseconds */

/* -- rows -------------------------------------------------------------------------------- */

size_t wlm_children_row_size(int max_members, int max_clusters)
{
    size_t counts = WLM_CHILD_RETRYING * (size_t)max_members + 2 * (size_t)max_clusters;

    return wlm_cache_line_round(sizeof(wlm_shared_child_t) + sizeof(uint32_t) * counts);
}

static wlm_shared_child_t *row_at(const wlm_children_t *children, int i)
{
    return (wlm_shared_child_t *)(void *)(children->rows + children->row_size * (size_t)i);
}

_Atomic uint32_t *wlm_children_count(const wlm_children_t *children, wlm_shared_child_t *row, wlm_child_count_t what,
                                     int slot)
{
    int of_members = what < WLM_CHILD_RETRYING ? (int)what : WLM_CHILD_RETRYING;

    return row ? &row->counts[of_members * children->max_members + ((int)what - of_members) * children->max_clusters
                              + slot]
               : NULL;
}

wlm_process_counts_t wlm_children_counts(const wlm_children_t *children, wlm_child_count_t what, int slot)
{
    return (wlm_process_counts_t){ .first = wlm_children_count(children, row_at(children, 0), what, slot),
                         .step = children->row_size, .n = children->n };
}

uint64_t wlm_children_load(const wlm_children_t *children, wlm_child_load_t what)
{
    uint64_t sum = 0;
    int i;

    for (i = 0; i < children->n; ++i) {
        sum += atomic_load(&row_at(children, i)->load[what]);
    }
    return sum;
}

uint32_t wlm_children_load_most(const wlm_children_t *children, wlm_child_load_t what)
{
    uint32_t most = 0, load;
    int i;

    for (i = 0; i < children->n; ++i) {
        load = atomic_load(&row_at(children, i)->load[what]);
        most = load > most ? load : most;
    }
    return most;
}

uint32_t wlm_children_load_of(const wlm_children_t *children, uint32_t pid, wlm_child_load_t what)
{
    uint32_t sum = 0;
    int i;

    for (i = 0; i < children->n - 1; ++i) {
        sum += atomic_load(&row_at(children, i)->pid) == pid ? atomic_load(&row_at(children, i)->load[what]) : 0;
    }
    return sum;
}

int wlm_children_has(const wlm_children_t *children, uint32_t pid)
{
    int i;

    for (i = 0; i < children->n - 1; ++i) {
        if (atomic_load(&row_at(children, i)->pid) == pid) {
            return 1;
        }
    }
    return 0;
}

wlm_queue_t *wlm_children_queue(const wlm_children_t *children, int cluster_slot)
{
    return (wlm_queue_t *)(void *)(children->queues + children->queue_size * (size_t)cluster_slot);
}

wlm_shared_child_t *wlm_children_add(const wlm_children_t *children, uint32_t pid)
{
    int i;

    for (i = 0; i < children->n - 1; ++i) {
        uint32_t free_row = 0;
        if (atomic_compare_exchange_strong(&row_at(children, i)->pid, &free_row, pid)) {
            break;
        }
    }
    return row_at(children, i);
}

/* -- one that has ended ------------------------------------------------------------------ */

/* A change of a member's state writes the state first, then down_since; where the process died in between the latter
 * is missing */
static void follow_state(wlm_shared_member_t *member)
{
    uint64_t since = atomic_load(&member->down_since);

    if (since && wlm_health_state(atomic_load(&member->health)) == WLM_UP) {
        atomic_compare_exchange_strong(&member->down_since, &since, 0);
    }
}

static uint32_t reclaim_members(const wlm_children_t *children, wlm_shared_child_t *row, int *pneeds_recount)
{
    uint32_t total = 0;
    int i;

    for (i = 0; i < children->max_members; ++i) {
        wlm_shared_member_t *member = wlm_slots_record(children->members, i);

        total += wlm_tally_reclaim(&member->in_flight, wlm_children_count(children, row, WLM_CHILD_LIMITED, i),
                                   pneeds_recount);
        total += atomic_exchange(wlm_children_count(children, row, WLM_CHILD_UNLIMITED, i), 0);
        wlm_tally_reclaim(&member->tunnels, wlm_children_count(children, row, WLM_CHILD_TUNNELS, i), pneeds_recount);
        atomic_store(wlm_children_count(children, row, WLM_CHILD_IDLE, i), 0);
        follow_state(member);
    }
    return total;
}

static void reclaim_clusters(const wlm_children_t *children, wlm_shared_child_t *row, uint32_t pid, int *pneeds_recount)
{
    int i;

    for (i = 0; i < children->max_clusters; ++i) {
        wlm_shared_cluster_t *cluster = wlm_slots_record(children->clusters, i);

        wlm_tally_reclaim(&cluster->retrying, wlm_children_count(children, row, WLM_CHILD_RETRYING, i), pneeds_recount);
        if (children->queue_size) {
            wlm_queue_reclaim(wlm_children_queue(children, i), pid);
        }
    }
}

static void invalidate_schedules(const wlm_children_t *children)
{
    int i;

    for (i = 0; i < children->max_clusters; ++i) {
        wlm_shared_cluster_t *cluster = wlm_slots_record(children->clusters, i);

        atomic_store(&cluster->next_retry, 0);
        wlm_shared_cluster_schedule(cluster);
    }
}

/* A member's state is changed by requests and by the holder of a lease: if the process was one of these, its last
 * change may have been left without a new schedule */
static uint32_t reclaim_row(const wlm_children_t *children, wlm_shared_child_t *row, uint32_t pid, int *pneeds_recount)
{
    uint32_t total = reclaim_members(children, row, pneeds_recount);
    int was_at_work = total > 0, i;

    for (i = 0; i < WLM_LOADS; ++i) {
        atomic_store(&row->load[i], 0);
    }
    reclaim_clusters(children, row, pid, pneeds_recount);
    wlm_slots_reclaim(children->members, wlm_children_count(children, row, WLM_CHILD_MEMBERS, 0));
    wlm_slots_reclaim(children->clusters, wlm_children_count(children, row, WLM_CHILD_CLUSTERS, 0));
    was_at_work |= wlm_lease_release(&children->work->check, pid);
    was_at_work |= wlm_lease_release(&children->work->reload, pid);
    if (was_at_work || *pneeds_recount) {
        invalidate_schedules(children);
    }
    atomic_store(&row->pid, 0);
    return total;
}

uint32_t wlm_children_reclaim(const wlm_children_t *children, uint32_t pid, int *pneeds_recount)
{
    uint32_t total = 0;
    int i;

    for (i = 0; i < children->n - 1; ++i) {
        if (atomic_load(&row_at(children, i)->pid) == pid) {
            total += reclaim_row(children, row_at(children, i), pid, pneeds_recount);
        }
    }
    return total;
}

/* -- tallies, counted anew ------------------------------------------------------------------- */

static int recount(wlm_tally_t *tally, wlm_process_counts_t parts)
{
    int i, exact = 0;

    for (i = 0; !exact && i < TRIES; ++i) {
        exact = wlm_tally_recount(tally, &parts);
        if (!exact) {
            sched_yield();
        }
    }
    return exact;
}

int wlm_children_recount(const wlm_children_t *children)
{
    int i, exact = 1;

    for (i = 0; i < children->max_members; ++i) {
        wlm_shared_member_t *member = wlm_slots_record(children->members, i);
        exact &= recount(&member->in_flight, wlm_children_counts(children, WLM_CHILD_LIMITED, i));
        exact &= recount(&member->tunnels, wlm_children_counts(children, WLM_CHILD_TUNNELS, i));
    }
    for (i = 0; i < children->max_clusters; ++i) {
        wlm_shared_cluster_t *cluster = wlm_slots_record(children->clusters, i);

        exact &= recount(&cluster->retrying, wlm_children_counts(children, WLM_CHILD_RETRYING, i));
        if (children->queue_size) {
            wlm_queue_wake(wlm_children_queue(children, i)); /* a member may have room now */
        }
    }
    return exact;
}

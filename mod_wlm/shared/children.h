/* shared/children.h: each child process' part of the shared counts, and how the parent reclaims it when the process has
 * ended.
 *
 * A child may be killed between any two of its writes. What it had is in its row. What it may have left half done is
 * computed anew: tallies from the rows of the living processes (shared/tally.h), retry hints and schedules from the
 * members' states.
 */
#ifndef WLM_SHARED_CHILDREN_H
#define WLM_SHARED_CHILDREN_H

#include "shared/process_counts.h"
#include "shared/queue.h"
#include "shared/records.h"
#include "shared/slots.h"

/** What a row counts for its process, by member slot or by cluster slot; in the order of the row. */
typedef enum {
    WLM_CHILD_LIMITED,             /* part of a member's in_flight (wlm_part_t) */
    WLM_CHILD_UNLIMITED,           /* requests in flight that the member's in_flight does not count */
    WLM_CHILD_TUNNELS,             /* part of a member's tunnels (wlm_part_t) */
    WLM_CHILD_MEMBERS,             /* uses of a member slot */
    WLM_CHILD_IDLE,                /* idle connections; as of a second ago */
    WLM_CHILD_RETRYING,            /* part of a cluster's `retrying` (wlm_part_t) */
    WLM_CHILD_CLUSTERS             /* uses of a cluster slot */
} wlm_child_count_t;

/** Where the rows and the records lie in this process' address space. Rows and queues begin as zeroed shared memory. */
typedef struct wlm_children_t {
    char *rows;                    /* wlm_shared_child_t; the last one is shared by all processes that find no other */
    size_t row_size;               /* wlm_children_row_size() */
    int n;
    wlm_slots_t *clusters, *members;
    int max_clusters, max_members; /* slots */
    wlm_shared_work_t *work;
    char *queues;                  /* one wlm_queue_t for each cluster slot */
    size_t queue_size;             /* 0: there are none */
} wlm_children_t;

/** Bytes of a row. */
size_t wlm_children_row_size(int max_members, int max_clusters);

/** A process' count. @param row  NULL: it has none @return NULL without a row */
_Atomic uint32_t *wlm_children_count(const wlm_children_t *children, wlm_shared_child_t *row, wlm_child_count_t what,
                                     int slot);

/** The same count of all processes. */
wlm_process_counts_t wlm_children_counts(const wlm_children_t *children, wlm_child_count_t what, int slot);

/** How many of these all processes have now. */
uint64_t wlm_children_load(const wlm_children_t *children, wlm_child_load_t what);
/** How many one process has; 0 also when it has no row. */
uint32_t wlm_children_load_of(const wlm_children_t *children, uint32_t pid, wlm_child_load_t what);
/** How many the process has that has the most of them. */
uint32_t wlm_children_load_most(const wlm_children_t *children, wlm_child_load_t what);
/** Does this process have a row of its own? */
int wlm_children_has(const wlm_children_t *children, uint32_t pid);

/** The queue of a cluster; only where queue_size is not 0. */
wlm_queue_t *wlm_children_queue(const wlm_children_t *children, int cluster_slot);

/**
 * A child process begins: find a free row for it.
 * @return the last row when there is no other: counts in it are never reclaimed
 */
wlm_shared_child_t *wlm_children_add(const wlm_children_t *children, uint32_t pid);

/** Is this the last row, which several processes may share? */
static inline int wlm_children_is_common(const wlm_children_t *children, const wlm_shared_child_t *row)
{
    return (const char *)row == children->rows + children->row_size * (size_t)(children->n - 1);
}

/**
 * In the parent, when a child has ended: remove its requests from the counts and queues, release its slots and leases.
 * Does nothing for a process without a row.
 * @param pneeds_recount  set to 1 when it died in the middle of a change: wlm_children_recount() is due
 * @return how many requests it had in flight
 */
uint32_t wlm_children_reclaim(const wlm_children_t *children, uint32_t pid, int *pneeds_recount);

/** In the parent: count the tallies anew from the rows. @return 0: some were being changed; call it again later */
int wlm_children_recount(const wlm_children_t *children);

#endif

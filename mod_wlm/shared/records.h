/* shared/records.h: the records that all httpd child processes share, as they lie in shared memory.
 *
 * The records hold no pointers. Every field has a fixed width; it is set once by the parent before there are children,
 * or changed by lock-free atomic operations only (except the queues). All-zero bytes are a valid record of a member
 * that is up and has never been used. Times are of base/clock.h, unless they say "since 1970". What outlives a start of
 * httpd is text (shared/saved_state.h), so the layout may change between versions. The module gets the memory from
 * mod_slotmem_shm, unit tests from calloc().
 *
 *     +--------------------+
 *     | leases             |   which process does the health checks, and reloads files (wlm_shared_work_t)
 *     | files              |   why a newer version of a file is not in use (wlm_shared_file_t)
 *     +--------------------+
 *     | wlm_slot_table_t   | name -> record: one table for clusters, one for members
 *     +--------------------+ one wlm_shared_cluster_t for each cluster
 *     | turn, next_retry   |   line 1: every request without affinity writes it
 *     | retrying           |   line 2: written only when members fail
 *     +--------------------+
 *     | health, admin ...  | one wlm_shared_member_t for each member of each cluster
 *     | in_flight, debt ...|   lines 1 and 2: what selection and health read and write
 *     |   - - - - - - -    |
 *     | counters           |   line 3..: what only the status reads
 *     +--------------------+
 *     | pid, load, counts  | one row for each child process that can exist (wlm_shared_child_t)
 *     +--------------------+
 *     | wlm_queue_t        | one for each cluster with a queue (shared/queue.h)
 *     +--------------------+
 */
#ifndef WLM_SHARED_RECORDS_H
#define WLM_SHARED_RECORDS_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include "base/cache_line.h"
#include "shared/child_record.h"
#include "shared/lease.h"
#include "shared/member_record.h"
#include "shared/tally.h"

_Static_assert(ATOMIC_LLONG_LOCK_FREE == 2 && ATOMIC_INT_LOCK_FREE == 2,
               "atomics in shared memory must be lock-free: a lock would belong to one process");

/** Work that one process does for all. */
typedef struct wlm_shared_work_t {
    _Alignas(WLM_CACHE_LINE)
    wlm_lease_t check;             /* health checks */
    wlm_lease_t reload;            /* checks for changed files, samples, ends of admin states, name look-ups */
} wlm_shared_work_t;

/** The state of a plugin-cfg.xml; the text of the version in use lies in a wlm_file_text_t. */
typedef struct wlm_shared_file_t {
    _Alignas(WLM_CACHE_LINE)
    _Atomic uint64_t generation;   /* how many versions have been in use */
    _Atomic uint64_t loaded;       /* ms since 1970 when the last one was loaded */
    _Atomic uint64_t refused;      /* signature of the file that cannot be used; 0: none */
    _Atomic uint64_t refused_since; /* ms since 1970 */
    char why[1024];                /* the first error; written before `refused` */
} wlm_shared_file_t;

typedef struct wlm_shared_cluster_t {
    _Alignas(WLM_CACHE_LINE)
    _Atomic uint64_t turn;         /* epoch << 32 | position: see balance/schedule.h */
    _Atomic uint64_t next_retry;   /* hint, ms: no marked-down member is due before; 0: not known, scan the members */
    _Alignas(WLM_CACHE_LINE)
    wlm_tally_t retrying;          /* repeated requests in flight (WLMRetryBudget) */
    wlm_lease_t leaving;           /* of the thread that decides whether one more member is left out (WLMOutlier) */
} wlm_shared_cluster_t;

#endif

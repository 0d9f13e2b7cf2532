/* shared/records.h: the records that all httpd child processes share, as they lie in shared memory.
 *
 * The records hold no pointers; every field has a fixed width and is either set once by the parent before children
 * exist, or touched only by lock-free atomic operations (but for the queues). The processes of one start share them;
 * what outlives it is text (shared/saved_state.h), so that the layout may change. The memory belongs to whoever maps it
 * (the module: mod_slotmem_shm; unit tests: calloc); all-zero bytes are a valid record of a member that is up and has
 * never been used. Times are of base/clock.h, which no correction of the time of day moves; those that are for people
 * only say "since 1970".
 *
 *     +--------------------+
 *     | check lease        |   which process does the health checks (wlm_shared_work_t)
 *     | files              |   why a newer version of a file is not at work (wlm_shared_file_t)
 *     +--------------------+
 *     | wlm_slot_table_t   | which of the following records is whose: one table for clusters, one for members
 *     +--------------------+ one wlm_shared_cluster_t for each cluster
 *     | turn, next_retry   |   line 1: every request without affinity writes it
 *     | retrying           |   line 2: written only when members fail
 *     +--------------------+
 *     | health, steer ...  | one wlm_shared_member_t for each member of each cluster
 *     | in_flight, debt ...|   lines 1 and 2: what selection and health read and write
 *     |   - - - - - - -    |
 *     | counters           |   line 3..: what only the status page reads
 *     +--------------------+
 *     | pid, counts[]      | one row for each child process that can exist (wlm_shared_child_t)
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
#include "shared/counter_table.h"
#include "shared/lease.h"
#include "shared/event_ring.h"
#include "shared/resolved.h"
#include "shared/samples.h"
#include "shared/tally.h"

#define WLM_OUTCOMES       12      /* ways in which an attempt can end: wlm_outcome_t */

_Static_assert(ATOMIC_LLONG_LOCK_FREE == 2 && ATOMIC_INT_LOCK_FREE == 2,
               "atomics in shared memory must be lock-free: a lock would belong to one process");

typedef struct wlm_shared_work_t {
    _Alignas(WLM_CACHE_LINE)
    wlm_lease_t check;             /* health checks */
    wlm_lease_t reload;            /* looking for changed files */
} wlm_shared_work_t;

/** Of a plugin-cfg.xml; what is at work of it lies in a wlm_file_text_t. */
typedef struct wlm_shared_file_t {
    _Alignas(WLM_CACHE_LINE)
    _Atomic uint64_t generation;   /* how many versions have been at work */
    _Atomic uint64_t loaded;       /* ms since 1970 when the last one was loaded */
    _Atomic uint64_t refused;      /* signature of the file that cannot be used; 0: none */
    _Atomic uint64_t refused_since; /* ms since 1970 */
    char why[1024];                /* the first error; written before `refused` */
} wlm_shared_file_t;

typedef struct wlm_shared_cluster_t {
    _Alignas(WLM_CACHE_LINE)
    _Atomic uint64_t turn;         /* epoch << 32 | position: see balance/schedule.h */
    _Atomic uint64_t next_retry;   /* hint, ms: no marked-down member is due before; 0: check */
    _Alignas(WLM_CACHE_LINE)
    wlm_tally_t retrying;          /* requests in flight that are being repeated (WLMRetryBudget) */
    wlm_lease_t leaving;           /* of the thread that decides whether one more member may be left out (WLMOutlier) */
} wlm_shared_cluster_t;

typedef struct wlm_shared_member_t {
    /* line 1: every choice reads it, it is written when the state changes; any child, atomically */
    _Alignas(WLM_CACHE_LINE)
    _Atomic uint64_t health;       /* wlm_health_t, see health/health.h */
    _Atomic uint64_t admin;        /* wlm_admin_state_t: an administrator's decision, see health/admin_state.h */
    _Atomic uint64_t check;        /* wlm_check_state_t: what active checks found, see health/check_state.h */
    _Atomic uint64_t out_until;    /* ms: no requests before (outlier detection) */
    _Atomic uint64_t busy_until;   /* ms: no new sessions before (it said that it is busy) */
    _Atomic uint64_t up_since;     /* ms when it came back; 0: was never away (slow start) */
    _Atomic uint64_t down_since;   /* ms of the mark-down that still holds; 0: is up */
    /* line 2: written by each request where a directive wants it; any child, atomically */
    _Alignas(WLM_CACHE_LINE)
    wlm_tally_t in_flight;         /* requests that are now with the member, where it has a limit, and those of
                                      processes without a row (balance/model.h) */
    _Atomic uint64_t window;       /* wlm_outlier_t: successes and failures of late, see health/outlier.h */
    _Atomic uint32_t debt;         /* affinity requests to be set off against new ones
                                      (IgnoreAffinityRequests="false") */
    _Atomic uint32_t streak;       /* failures in a row (outlier detection) */
    /* line 3: counters that every request writes; any child, atomically; wrap at 2^64 */
    _Alignas(WLM_CACHE_LINE)
    WLM_COUNTERS(WLM_COUNTER_OF_EACH_REQUEST)
    _Atomic uint64_t times_sum;    /* microseconds that complete responses took */
    _Atomic uint64_t answered;     /* ms of the last complete response */
    /* line 4..: the other counters */
    _Alignas(WLM_CACHE_LINE)
    _Atomic uint64_t times[WLM_HISTOGRAM_BUCKETS]; /* complete responses by their time, see shared/histogram.h */
    WLM_COUNTERS(WLM_COUNTER_OTHER)
    _Atomic uint64_t doubted_by;   /* the request that was the last to doubt it: wlm_transition_is_new_doubt() */
    /* of its https transport, as the last handshakes have shown it */
    _Atomic uint64_t tls_expires;  /* ms since 1970: when its certificate expires; 0: not known */
    _Atomic uint32_t tls_version;  /* as in net/tls.h */
    wlm_resolved_t resolved[2];    /* addresses of its host names: of the http transport, the https one */
    /* the history: written twice a minute, or when something has changed */
    wlm_samples_t samples;
    wlm_shared_text_t error;              /* the last fault */
    wlm_shared_text_t note;               /* the comment of the person who set `steer` */
    wlm_event_ring_t events;             /* changes of state */
} wlm_shared_member_t;

_Static_assert(offsetof(wlm_shared_member_t, in_flight) == WLM_CACHE_LINE
               && offsetof(wlm_shared_member_t, requests) == 2 * WLM_CACHE_LINE
               && offsetof(wlm_shared_member_t, times) == 3 * WLM_CACHE_LINE,
               "selection and health have two lines, what every request counts has one");
_Static_assert(sizeof(wlm_shared_member_t) <= 8704, "a member's record is at most 8.5 KiB");

/** A child's own part of the counts, so that it can be subtracted when the child has ended (shared/children.h). */
typedef struct wlm_shared_child_t {
    _Alignas(WLM_CACHE_LINE)
    _Atomic uint32_t pid;          /* 0: the row is free */
    _Atomic uint32_t counts[];     /* by wlm_child_count_t and slot */
} wlm_shared_child_t;

#endif

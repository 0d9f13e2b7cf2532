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
 *     | remote table       |   whether WLMAffinityStore is asked, and counters of it (wlm_remote_record_t)
 *     +--------------------+
 *     | wlm_slot_table_t   | name -> record: one table for clusters, one for members
 *     +--------------------+ one wlm_shared_cluster_t for each cluster
 *     | turn, next_retry   |   line 1: every request without affinity writes it
 *     | retrying ...       |   behind it: what failures, queues, load reports and classes of requests write
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
#include "shared/activity.h"
#include "shared/child_record.h"
#include "shared/file_text.h"
#include "shared/lease.h"
#include "shared/line_limit.h"
#include "shared/member_record.h"
#include "shared/remote.h"
#include "shared/tally.h"

_Static_assert(ATOMIC_LLONG_LOCK_FREE == 2 && ATOMIC_INT_LOCK_FREE == 2,
               "atomics in shared memory must be lock-free: a lock would belong to one process");

/** Work that one process does for all. */
typedef struct wlm_shared_work_t {
    _Alignas(WLM_CACHE_LINE)
    wlm_lease_t check;             /* health checks */
    wlm_lease_t reload;            /* checks for changed files, samples, ends of admin states, name look-ups */
    _Atomic uint64_t clashes;      /* hash of what registry and WLMRegistryStatic both have, as it was logged last */
} wlm_shared_work_t;

/** The state of a plugin-cfg.xml; the text of the version in use lies in a wlm_file_text_t. */
typedef struct wlm_shared_file_t {
    _Alignas(WLM_CACHE_LINE)
    _Atomic uint64_t generation;   /* how many versions have been in use */
    _Atomic uint64_t loaded;       /* ms since 1970 when the last one was loaded */
    _Atomic uint64_t refused;      /* signature of the file that cannot be used; 0: none */
    _Atomic uint64_t refused_since; /* ms since 1970 */
    _Atomic uint32_t needs_slots[WLM_SLOT_KINDS]; /* free ones, without which it was refused; 0: for another reason */
    char why[1024];                /* the first error; written before `refused` */
    wlm_event_ring_t events;       /* versions that were loaded or refused */
} wlm_shared_file_t;

/** Why a request got 502, 503 or 504 of the module. */
typedef enum {
    WLM_REFUSED_NO_PLACE,          /* as many wait as may */
    WLM_REFUSED_WAITED,            /* it has waited for as long as it may */
    WLM_REFUSED_OVERLOAD,          /* more requests come than members can answer, and this one was not served soon */
    WLM_REFUSED_SESSION_LOST,      /* the one member that may serve it is not usable: strict affinity, 421 */
    WLM_REFUSED_NO_MEMBER,         /* no member takes such requests: no transport, or all weights are 0 */
    WLM_REFUSED_DOWN,              /* all are marked down */
    WLM_REFUSED_FAILED,            /* it failed on each member that was tried */
    WLM_REFUSED_NOT_REPEATABLE,    /* it had been sent, and may not be sent again */
    WLM_REFUSED_TIMEOUTS,          /* ServerIOTimeoutRetry is reached */
    WLM_REFUSED_BUDGET,            /* WLMRetryBudget allows no other attempt */
    WLM_REFUSED_OUT_OF_TIME,       /* WLMTotalTimeout was over */
    WLM_REFUSED_HTTPD_SHORT,       /* httpd itself could open no connection */
    WLM_REFUSALS
} wlm_refusal_t;

#define WLM_SHARED_CLASSES 9       /* those of WLMClass, and requests without a class */

/** Requests of a class; from the last (re)start on. */
typedef struct wlm_shared_class_t {
    _Atomic uint64_t requests;
    _Atomic uint64_t in_time;      /* of these, answered by a member within the goal; without one, answered */
    _Atomic uint64_t refused[WLM_REFUSALS];
} wlm_shared_class_t;

/** What is left of a budget: balance/request_budget.h. */
typedef struct wlm_shared_budget_t {
    _Atomic uint64_t used;         /* hundredths of a token, less what has been earned since */
    _Atomic uint64_t earned_at;    /* ms: until when that has been earned; 0: nothing has */
    _Atomic uint64_t requests;     /* of the cluster, up to then */
} wlm_shared_budget_t;

/** Of WLMHedge: balance/hedge.h. */
typedef struct wlm_shared_hedge_t {
    wlm_shared_budget_t budget;
    _Atomic uint64_t delay;        /* microseconds: the percentile of `times`; 0: they are too few */
    _Atomic uint64_t measured_at;  /* ms: when that was taken */
    _Atomic uint64_t refused;      /* requests that the budget kept from a second member; from the last (re)start on */
    _Atomic uint64_t times[WLM_HISTOGRAM_BUCKETS]; /* to the heads of responses, see shared/histogram.h */
} wlm_shared_hedge_t;

typedef struct wlm_shared_cluster_t {
    _Alignas(WLM_CACHE_LINE)
    _Atomic uint64_t turn;         /* epoch << 32 | position: see balance/schedule_cache.c */
    _Atomic uint64_t next_retry;   /* hint, ms: no marked-down member is due before; 0: not known, scan the members */
    _Alignas(WLM_CACHE_LINE)
    wlm_tally_t retrying;          /* repeated requests in flight */
    wlm_shared_budget_t budget;    /* of WLMRetryBudget */
    _Atomic uint64_t retries_refused; /* requests that WLMRetryBudget kept from another attempt; from the last (re)start
                                         on */
    wlm_line_limit_t failure_lines[WLM_OUTCOMES]; /* in the log, of failed attempts, by outcome */
    _Atomic uint64_t unserved;     /* requests that got 502, 503 or 504 from the module; from the last (re)start on */
    _Atomic uint64_t weighed;      /* ms when weights followed what members report the last time (WLMLoadReport) */
    _Atomic uint64_t retries;      /* attempts beyond the first one of a request; from the last (re)start on */
    _Atomic uint64_t queued, queue_time; /* requests that have waited for room, and their microseconds; the same */
    _Atomic uint64_t refusal_told; /* ms: when the log was told of refusals last */
    wlm_activity_t activity;       /* of the unserved requests */
    /* who gets new sessions, wlm_serving_t + 1; 0: nobody has looked yet. By the process with the lease */
    _Atomic uint64_t serving, serving_since; /* as seen last, and ms since when */
    _Atomic uint64_t serving_noted; /* as the last event says */
    wlm_event_ring_t events;       /* changes of that, and refusals */
    /* of complete responses, from the last (re)start on: not the sum over members, which come, go and are reset, but a
     * number that only grows */
    _Atomic uint64_t times[WLM_HISTOGRAM_BUCKETS];
    _Atomic uint64_t times_sum;    /* microseconds */
    wlm_shared_class_t classes[WLM_SHARED_CLASSES]; /* by their number (balance/classes.h) */
    wlm_lease_t leaving;           /* of the thread that decides whether one more member is left out (WLMOutlier) */
    wlm_shared_hedge_t hedge;
} wlm_shared_cluster_t;

/** Have all processes make a new schedule of the cluster. What it depends on, states and weights of members, has been
 *  written before. */
static inline void wlm_shared_cluster_schedule(wlm_shared_cluster_t *cluster)
{
    atomic_fetch_add(&cluster->turn, (uint64_t)1 << 32);
}

#endif

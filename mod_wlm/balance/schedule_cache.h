/* balance/schedule_cache.h: this process' copy of a cluster's schedule (balance/schedule.h), for policies. It is made
 * anew when the set of usable members has changed. Any thread may call all functions. Reading takes no lock; one thread
 * of a process at a time makes a new schedule (pure computation, no system call).
 */
#ifndef WLM_BALANCE_SCHEDULE_CACHE_H
#define WLM_BALANCE_SCHEDULE_CACHE_H

#include <stdatomic.h>
#include <stdint.h>
#include <apr_thread_mutex.h>

typedef struct wlm_cluster_t wlm_cluster_t;
typedef struct wlm_member_t wlm_member_t;

/** Private to schedule_cache.c: the index of the member in each slot */
typedef struct wlm_schedule_slots_t {
    struct wlm_schedule_slots_t *before;   /* a shorter one, which other threads may still read */
    uint32_t capacity;
    _Atomic uint16_t at[];
} wlm_schedule_slots_t;

/** One thread fills it while others read: a sequence lock. */
typedef struct wlm_schedule_cache_t {
    apr_thread_mutex_t *fill;      /* held by the thread that makes a new schedule */
    _Atomic uint32_t sequence;     /* odd while slots are being written */
    _Atomic uint32_t epoch;        /* the epoch of `turn` that the slots are for */
    _Atomic uint32_t length;
    _Atomic uint64_t inverse;      /* wlm_schedule_inverse(length) */
    _Atomic uint32_t least;        /* the smallest weight in it; 0: it is empty */
    _Atomic(wlm_schedule_slots_t *) slots; /* NULL until it is filled for the first time */
} wlm_schedule_cache_t;

/** Called once, when the cluster is made. */
void wlm_schedule_cache_init(wlm_cluster_t *cluster, apr_pool_t *p);

/**
 * The member in a slot of the schedule; NULL when no primary is usable.
 * @param epoch  upper half of shared->turn: the schedule is at least as new as this
 * @param slot  any number, taken modulo the schedule's length
 */
wlm_member_t *wlm_schedule_cache_member(wlm_cluster_t *cluster, uint32_t epoch, uint32_t slot);

/** The smallest weight of the members in the schedule, at least 1; while a new one is made it may be that of the one
 *  before. */
static inline uint32_t wlm_schedule_cache_least(const wlm_schedule_cache_t *cache)
{
    uint32_t least = atomic_load_explicit(&cache->least, memory_order_relaxed);

    return least ? least : 1;
}

/**
 * The weights by which new sessions are distributed now: those of usable primaries, 0 for all others.
 * @param weights  cluster->nmembers entries; where members report their load (WLMLoadReport) in hundredths
 * @return their sum
 */
uint64_t wlm_schedule_cache_weights(const wlm_cluster_t *cluster, uint32_t *weights);

#endif

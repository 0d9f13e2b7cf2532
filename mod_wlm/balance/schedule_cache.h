/* balance/schedule_cache.h: this process' copy of a cluster's schedule (balance/schedule.h), for policies. It is made
 * anew when the set of usable members has changed. Any thread may call all functions. Reading takes no lock; one thread
 * of a process at a time makes a new schedule (pure computation, no system call).
 */
#ifndef WLM_BALANCE_SCHEDULE_CACHE_H
#define WLM_BALANCE_SCHEDULE_CACHE_H

#include "balance/model.h"

/** Called once, when the cluster is made. */
void wlm_schedule_cache_init(wlm_cluster_t *cluster, apr_pool_t *p);

/**
 * The member in a slot of the schedule; NULL when no primary is usable.
 * @param epoch  upper half of shared->turn: the schedule is at least as new as this
 * @param slot  any number, taken modulo the schedule's length
 */
wlm_member_t *wlm_schedule_cache_member(wlm_cluster_t *cluster, uint32_t epoch, uint32_t slot);

/**
 * The weights by which new sessions are distributed now: those of usable primaries, 0 for all others.
 * @param weights  cluster->nmembers entries
 * @return their sum
 */
uint64_t wlm_schedule_cache_weights(const wlm_cluster_t *cluster, uint32_t *weights);

#endif

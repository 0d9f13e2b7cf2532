/* balance/serving.h: which members a cluster's new requests go to at this moment, for the status. It asks the functions
 * that balance/pick.c asks (balance/limits.h, balance/member.h), in the same order, but chooses nothing.
 *
 * New: without a session, by http or https, on its first attempt. The single requests that probe a member are not
 * counted. Any thread of any process; takes no lock and changes nothing.
 */
#ifndef WLM_BALANCE_SERVING_H
#define WLM_BALANCE_SERVING_H

#include "balance/model.h"
#include "base/clock.h"

/** Who gets the new requests of a cluster; the first that applies. */
typedef enum {
    WLM_SERVING_PRIMARY,           /* primaries */
    WLM_SERVING_BACKUP,            /* no primary takes one: the first backup that does */
    WLM_SERVING_FULL,              /* all that are up have as many as they may have: they wait, or get 503 */
    WLM_SERVING_LAST_RESORT,       /* no member is usable: one that is not, by WLMAllDown */
    WLM_SERVING_NONE               /* nobody */
} wlm_serving_t;

/**
 * Find out who gets them.
 * @param parts  cluster->nmembers entries: the part of them that each member gets, 0: none. While a member warms up
 *               (WLMSlowStart) its part is less than its weight.
 * @param psum   the sum of the parts; 0 with FULL, LAST_RESORT and NONE
 * @param p      for what it needs meanwhile
 */
wlm_serving_t wlm_serving_find(const wlm_cluster_t *cluster, apr_time_t now, uint64_t *parts, uint64_t *psum,
                               apr_pool_t *p);

/** How many requests without a session the cluster can have at a time. */
typedef struct wlm_serving_capacity_t {
    int is_limited;                /* 0: one of the members that they may go to has no limit */
    uint64_t limit;                /* what these members can have together */
    uint64_t left;                 /* of it, beyond what they have */
} wlm_serving_capacity_t;

/** Find it out: of all members that are up and take such requests, backups among them, since these get what primaries
 *  have no room for. The queue is not counted. */
wlm_serving_capacity_t wlm_serving_capacity(const wlm_cluster_t *cluster, apr_time_t now);

/** For people: who gets new sessions, where it is not the primaries; "" for these. */
const char *wlm_serving_text(wlm_serving_t serving);

/**
 * Look whether that has changed, and add an event to the cluster's ring when the change has lasted for two seconds. A
 * cluster that is full for moments is no change. One process at a time, about each second.
 * @param p  for what it needs meanwhile
 */
void wlm_serving_look(wlm_cluster_t *cluster, const wlm_moment_t *moment, apr_pool_t *p);

/** Go on from the newest such event of before a restart, so that it comes no second time, and that its end is told.
 *  Before there are other processes. */
void wlm_serving_resume(wlm_shared_cluster_t *shared);

/** @return "primary", "backup", "full", "last-resort" or "none" */
const char *wlm_serving_name(wlm_serving_t serving);

#endif

/* balance/cluster.h: which member of a cluster gets a request.
 *
 * wlm_cluster_pick() asks, in this order:
 *   1. affinity: the members that the session names, in its order, those that are usable; where it names none, the one on
 *      which the client's connection has a login
 *   2. a marked-down primary whose retry time has come: this request probes it (one request, over all processes)
 *   3. the usable primaries with a weight, by the policy of the cluster (Round Robin, Random); with WLMPreferLocal
 *      those that are local, as long as there is one
 *   4. the backups, in file order
 *   5. when none is usable, by WLMAllDown: the one that is to be tried next (a request goes on down this list as long
 *      as members answer at once that they are not there; a connect time-out ends it); or any by weight; or none
 * Usable: wlm_member_obstacle() finds none, or it is due for a probe that this request claims; not full; not tried by
 * this request yet; and it has a way for such requests (wlm_member_transport()).
 *
 * A picked member is acquired: its in-flight count is one higher until wlm_member_release() (balance/member.h).
 *
 * A cluster and its members are made once per configuration and immutable, but for what the shared records hold and
 * for the cached schedule. All functions may be called by any thread; they take no lock, except that one thread of a
 * process makes a new schedule when the set of usable members has changed (pure computation, no system call).
 */
#ifndef WLM_BALANCE_CLUSTER_H
#define WLM_BALANCE_CLUSTER_H

#include <apr_hash.h>
#include <apr_thread_mutex.h>
#include "route/affinity.h"
#include "balance/member.h"
#include "balance/options.h"
#include "shared/queue.h"

/** A request is tried on so many members at the most. */
#define WLM_TRIED_MAX 32 /* the bits of a uint32_t */

/* of a schedule: the index of a member at each */
typedef struct wlm_places_t {
    struct wlm_places_t *before;   /* a shorter one, which others may still read */
    uint32_t capacity;
    _Atomic uint16_t at[];
} wlm_places_t;

/* one thread fills it, others read it meanwhile: a sequence lock */
typedef struct wlm_schedule_cache_t {
    apr_thread_mutex_t *fill;      /* held by the thread that makes a new schedule */
    _Atomic uint32_t sequence;     /* odd while places are being written */
    _Atomic uint32_t epoch;        /* the epoch of `turn` that the places are for */
    _Atomic uint32_t length;
    _Atomic uint64_t inverse;      /* wlm_schedule_inverse(length) */
    _Atomic(wlm_places_t *) places; /* NULL until it is filled for the first time */
} wlm_schedule_cache_t;

typedef struct wlm_policy_t wlm_policy_t;

struct wlm_cluster_t {
    const plugin_cfg_cluster_t *cfg;
    const wlm_options_t *options;
    const wlm_policy_t *policy;
    wlm_shared_cluster_t *shared;
    wlm_member_t *members;         /* in the order of cfg->members */
    int nmembers;
    wlm_member_t **backups;        /* in the order in which they are tried */
    int nbackups;
    apr_hash_t *by_clone_id;       /* clone id -> the first wlm_member_t * with it; NULL when no member has one */
    wlm_retry_rule_t retry;
    int has_local;                 /* a member is local */
    wlm_queue_t *queue;            /* in shared memory; NULL: requests do not wait. Set by whoever has the memory */
    wlm_part_t *own_retrying;      /* this process' part of shared->retrying; NULL where nobody needs it */
    wlm_schedule_cache_t schedule;
    apr_pool_t *pool;
};

/** How a member is drawn for a request without affinity. One file for each policy. */
struct wlm_policy_t {
    const char *name;
    /** @return a member by weight, or NULL when no primary is usable; may be one that the request cannot take */
    wlm_member_t *(*draw)(wlm_cluster_t *cluster, uint64_t *random);
};
extern const wlm_policy_t wlm_policy_round_robin;
extern const wlm_policy_t wlm_policy_random;

/** What became of the session that a request belongs to; the words of WLM_AFFINITY. */
typedef enum {
    WLM_SESSION_NONE,              /* the cluster keeps no sessions (no clone ids) */
    WLM_SESSION_NEW,               /* the request has no session, or one that names no member */
    WLM_SESSION_KEPT,              /* it went to a member that its session names */
    WLM_SESSION_MOVED              /* it has a session, and went to a member that the session does not name */
} wlm_session_t;

typedef enum {
    WLM_PICK_OK,
    WLM_PICK_EMPTY,                /* no member is meant for such requests (no members, or all weights 0) */
    WLM_PICK_FULL,                 /* all that are up have reached their limit of requests */
    WLM_PICK_EXHAUSTED,            /* every member that could be tried has been tried by this request */
    WLM_PICK_SESSION_LOST          /* strict affinity: the session's member is known, but not usable */
} wlm_pick_result_t;

/** A request's way through a cluster; zeroed at first, then kept over all its attempts. */
typedef struct wlm_pick_t {
    /* set by the caller before each pick */
    apr_time_t now;
    uint64_t random;               /* state of the random source; seed it, never reset it */
    int strict;                    /* strict affinity */
    int secure;                    /* the client has come by https */
    wlm_member_t *bound;           /* the client's connection has a login there; NULL: nowhere */
    int in_turn;                   /* it has waited in the cluster's queue, and is the first there */
    int stop_last_resort;          /* an attempt on a marked-down member ended in a connect time-out */
    /* the choice */
    wlm_member_t *member;          /* acquired */
    wlm_session_t session;
    int failed_over;               /* not the first member that the session names: its copy of the session may be old */
    int probe;                     /* the request holds the probe of this member */
    /* what was tried */
    int ntried;
    uint16_t tried[WLM_TRIED_MAX];
} wlm_pick_t;

/**
 * Make a cluster.
 * @param options  what directives say about it
 * @param shared   record of the cluster
 * @param members  cfg->members->nelts records, one for each member in that order
 * @param p        holds it; cfg, the options and the records must live as long
 */
wlm_cluster_t *wlm_cluster_make(const plugin_cfg_cluster_t *cfg, const wlm_options_t *options,
                                wlm_shared_cluster_t *shared, wlm_shared_member_t *const *members, apr_pool_t *p);

/**
 * Choose a member for a request, and acquire it. The member is noted in pick->tried.
 * @param pick      in and out; ->member is NULL when the result is not OK
 * @param affinity  what wlm_affinity_read() found
 */
wlm_pick_result_t wlm_cluster_pick(wlm_pick_t *pick, wlm_cluster_t *cluster, const wlm_affinity_t *affinity);

/**
 * The weights of those primaries that are usable now, 0 for all others: what new sessions are shared by.
 * @param weights  cluster->nmembers entries
 * @return their sum
 */
uint64_t wlm_cluster_weights(const wlm_cluster_t *cluster, uint32_t *weights);

/** When will the next member that is not usable now be tried again? 0 when all are usable. */
apr_time_t wlm_cluster_next_retry(const wlm_cluster_t *cluster, apr_time_t now);

/**
 * A request is about to be repeated: may it, by the cluster's retry budget?
 * @return 1: it counts until wlm_cluster_end_retry(); 0: the budget is used up
 */
int wlm_cluster_begin_retry(wlm_cluster_t *cluster);
void wlm_cluster_end_retry(wlm_cluster_t *cluster);

/**
 * For policies: the member at a place of the schedule; NULL when no primary is usable.
 * @param epoch  upper half of shared->turn: the schedule used is at least so new
 * @param place  any number, taken modulo the schedule's length
 */
wlm_member_t *wlm_cluster_place(wlm_cluster_t *cluster, uint32_t epoch, uint32_t place);

/** @return "new", "kept", "moved" or "none" */
const char *wlm_session_name(wlm_session_t session);

/** Next number of a random source (splitmix64). */
uint64_t wlm_random_next(uint64_t *random);

#endif

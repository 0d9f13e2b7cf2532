/* wlm_cluster.h: which member of a cluster gets a request.
 *
 * wlm_cluster_pick() asks, in this order:
 *   1. affinity: the members that the session names, in its order, those that are usable
 *   2. a marked-down primary whose retry time has come: this request probes it (one request, over all processes)
 *   3. the usable primaries with a weight, by the policy of the cluster (Round Robin, Random)
 *   4. the backups, in file order
 *   5. when all are marked down: the one whose last fault is longest ago. A request goes on down this list
 *      as long as members answer at once that they are not there; a connect time-out ends it.
 * Usable: up, or due for a probe that this request claims; below MaxConnections; not tried by this request yet.
 *
 * A picked member is acquired: its in-flight count is one higher until wlm_member_release().
 *
 * A cluster and its members are made once per configuration and immutable, but for what the shared records hold and
 * for the cached schedule. All functions may be called by any thread; they take no lock, except that one thread of a
 * process makes a new schedule when the set of usable members has changed (pure computation, no system call).
 */
#ifndef WLM_CLUSTER_H
#define WLM_CLUSTER_H

#include <apr_hash.h>
#include <apr_thread_mutex.h>
#include "plugin_cfg.h"
#include "wlm_affinity.h"
#include "wlm_health.h"
#include "wlm_options.h"

/** A request is tried on so many members at the most. */
#define WLM_TRIED_MAX 32

typedef struct wlm_cluster_t wlm_cluster_t;
typedef struct wlm_connpool_t wlm_connpool_t;
typedef struct wlm_address_t wlm_address_t;

typedef struct wlm_member_t {
    const plugin_cfg_server_t *cfg;
    wlm_cluster_t *cluster;
    int index;                     /* in cluster->members */
    wlm_shared_member_t *shared;
    const plugin_cfg_transport_t *transport; /* the one that is used; NULL: none that can be used */
    wlm_connpool_t *connections;   /* kept connections of this process; set by whoever makes connections */
    _Atomic(wlm_address_t *) address; /* of the transport; NULL while its name cannot be resolved */
    const char *was;               /* "host:port", for access logs */
    _Atomic uint32_t *own_in_flight; /* this process' part of shared->in_flight; NULL where nobody needs it */
} wlm_member_t;

/* one thread fills it, others read it meanwhile: a sequence lock */
typedef struct wlm_schedule_cache_t {
    apr_thread_mutex_t *fill;      /* held by the thread that makes a new schedule */
    _Atomic uint32_t sequence;     /* odd while places are being written */
    _Atomic uint32_t epoch;        /* the epoch of `turn` that the places are for */
    _Atomic uint32_t length;
    _Atomic uint16_t *places;
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
    apr_hash_t *by_clone_id;       /* clone id -> wlm_member_t *; NULL when no member has one */
    apr_interval_time_t retry_interval;
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
    WLM_PICK_FULL,                 /* all that are up have reached MaxConnections */
    WLM_PICK_EXHAUSTED,            /* every member that could be tried has been tried by this request */
    WLM_PICK_SESSION_LOST          /* strict affinity: the session's member is known, but not usable */
} wlm_pick_result_t;

/** A request's way through a cluster; zeroed at first, then kept over all its attempts. */
typedef struct wlm_pick_t {
    /* set by the caller before each pick */
    apr_time_t now;
    uint64_t random;               /* state of the random source; seed it, never reset it */
    int strict;                    /* strict affinity */
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

/** The transport by which a server is reached: its first with protocol http. @return NULL when it has none: it cannot be
 *  used yet */
const plugin_cfg_transport_t *wlm_transport_of(const plugin_cfg_server_t *server);

/**
 * Make a cluster.
 * @param options  what directives say about it
 * @param shared   record of the cluster
 * @param members  cfg->members->nelts records, one for each member in that order
 * @param p        holds it; cfg, the options and the records must live as long
 */
wlm_cluster_t *wlm_cluster_make(const plugin_cfg_cluster_t *cfg, const wlm_options_t *options,
                                wlm_shared_cluster_t *shared, wlm_shared_member_t *members, apr_pool_t *p);

/**
 * Choose a member for a request, and acquire it. The member is noted in pick->tried.
 * @param pick      in and out; ->member is NULL when the result is not OK
 * @param affinity  what wlm_affinity_read() found
 */
wlm_pick_result_t wlm_cluster_pick(wlm_pick_t *pick, wlm_cluster_t *cluster, const wlm_affinity_t *affinity);

/** Give an acquired member back. */
void wlm_member_release(wlm_member_t *member);

/**
 * Tell what an attempt says about its member. When that makes it usable or unusable all processes go over to a
 * new schedule.
 * @param pchanged  may be NULL; set to 1 when the member went from up to down or the other way round
 * @return its state now
 */
wlm_health_state_t wlm_member_event(wlm_member_t *member, wlm_health_event_t event, apr_time_t now, int *pchanged);

/** When will the next marked-down member be tried again? 0 when none is marked down. */
apr_time_t wlm_cluster_next_retry(const wlm_cluster_t *cluster);

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

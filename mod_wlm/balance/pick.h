/* balance/pick.h: selects the member of a cluster for a request.
 *
 * wlm_pick_member() considers, in this order:
 *   1. affinity: the usable members that the session names, in its order; where it names none, the member on which
 *      the client's connection has a login
 *   2. a marked-down primary whose retry time has come: this request probes it (one request, over all processes)
 *   3. the usable primaries with a weight, by the policy of the cluster (balance/policies.h); with WLMPreferLocal
 *      only the local ones, as long as there is one
 *   4. the backups, in file order. With backups_only there are no other members
 *   5. when none is usable, by WLMAllDown: the member whose retry time comes first (the request goes on to the next one
 *      as long as members refuse connections at once; a connect time-out ends it); or any by weight; or none
 * Usable: wlm_availability_of() is USABLE, or the member is due for a probe that this request claims; it is not full;
 * the request has not been tried on it; and it has a transport for such clients (wlm_transports_for()).
 *
 * A picked member is acquired: its in-flight count is one higher until wlm_member_release() (balance/member.h).
 *
 * May be called by any thread; takes no lock, except that one thread of a process makes a new schedule when the set of
 * usable members has changed (balance/schedule_cache.h).
 */
#ifndef WLM_BALANCE_PICK_H
#define WLM_BALANCE_PICK_H

#include "balance/limits.h"
#include "route/affinity.h"

/** What happened to the request's session; the values of WLM_AFFINITY. */
typedef enum {
    WLM_SESSION_NONE,              /* the cluster has no affinity: no clone ids, no WLMAffinity */
    WLM_SESSION_NEW,               /* the request has no session, or one that names no member */
    WLM_SESSION_KEPT,              /* it went to a member that its session names */
    WLM_SESSION_MOVED              /* it has a session, and went to a member that the session does not name */
} wlm_session_t;

typedef enum {
    WLM_PICK_OK,
    WLM_PICK_EMPTY,                /* no member accepts such requests: no members, or all weights are 0 */
    WLM_PICK_FULL,                 /* all members that are up have reached their limit of requests */
    WLM_PICK_EXHAUSTED,            /* the request has been tried on every member that could be tried */
    /* strict affinity, or a session whose owner another member has named: */
    WLM_PICK_SESSION_FULL,         /* its member has reached its limit of requests */
    WLM_PICK_SESSION_LOST          /* its member is known, but not usable */
} wlm_pick_result_t;

/** The state of a request's selections; zeroed at first, then kept over all its attempts. */
typedef struct wlm_pick_t {
    /* set by the caller before each pick */
    apr_time_t now;
    uint64_t random;               /* state of the random source; seed it, never reset it */
    int strict;                    /* strict affinity */
    int unrepeatable;              /* once sent, it may not be sent to another member */
    int secure;                    /* the client has come by https */
    wlm_member_t *bound;           /* the member on which the client's connection has a login; NULL: none */
    int backups_only;              /* primaries have had their attempts (balance/retry_budget.h) */
    int in_turn;                   /* the request is the first in the cluster's queue */
    int stop_last_resort;          /* an attempt on a marked-down member ended in a connect time-out */
    /* the result */
    wlm_member_t *member;          /* acquired */
    wlm_session_t session;
    int failed_over;               /* not the first member that the session names: its copy of the session may be old */
    int probe;                     /* the request holds the probe of this member */
    wlm_tried_t tried;
} wlm_pick_t;

/**
 * Select a member for a request, and acquire it. The member is added to pick->tried.
 * @param pick      in and out; ->member is NULL when the result is not OK
 * @param affinity  what wlm_affinity_read() found
 */
wlm_pick_result_t wlm_pick_member(wlm_pick_t *pick, wlm_cluster_t *cluster, const wlm_affinity_t *affinity);

/**
 * Acquire the member that another one has named as the owner of the request's session, if it is usable; or one with
 * the same clone id that stands in for it.
 * @return WLM_PICK_OK, SESSION_FULL or SESSION_LOST; EXHAUSTED: the request has been tried on it
 */
wlm_pick_result_t wlm_pick_owner(wlm_pick_t *pick, wlm_member_t *owner);

/**
 * Acquire a second member for a request that its first one does not answer: one that is up, not in doubt and not full,
 * by the policy, and only while no request waits in the cluster's queue. It is added to pick->tried.
 * @return 1: pick->member is it; 0: there is none, and pick is as before
 */
int wlm_pick_second(wlm_pick_t *pick, wlm_cluster_t *cluster);

/** @return "new", "kept", "moved" or "none" */
const char *wlm_pick_session_name(wlm_session_t session);

#endif

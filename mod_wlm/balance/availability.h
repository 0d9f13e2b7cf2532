/* balance/availability.h: may a member be used now?
 *
 * The reasons against it are in several fields of its record, each of which is written for one reason only:
 *
 *   health       down or probing, after faults of requests (health/health.h); single requests probe it
 *   check        out, by active checks (health/check_state.h); only checks bring it back
 *                out, too, while its node says nothing and does not answer (health/heartbeat.h)
 *   reported_state  out, by what its agent says (health/reported.h); only the agent or an administrator brings it back
 *   out_until    left out for a time, by outlier detection (health/outlier.h)
 *   busy_until   left out for a time for requests without a session, after it answered that it is busy
 *   admin        disabled by an administrator (health/admin_state.h); a draining member has weight 0
 *
 * All functions may be called by any thread of any process, take no lock and change nothing.
 */
#ifndef WLM_BALANCE_AVAILABILITY_H
#define WLM_BALANCE_AVAILABILITY_H

#include "balance/model.h"

/** Why a member gets no requests: the first reason that applies, in this order. */
typedef enum {
    WLM_MEMBER_USABLE,             /* up */
    WLM_MEMBER_DISABLED,           /* by an administrator */
    WLM_MEMBER_UNUSABLE,           /* has no transport that can be used for any request */
    WLM_MEMBER_CHECKED_OUT,        /* by active checks */
    WLM_MEMBER_SILENT,             /* its node has fallen silent */
    WLM_MEMBER_REPORTED_OUT,       /* by its agent */
    WLM_MEMBER_DOWN,
    WLM_MEMBER_PROBING,
    WLM_MEMBER_LEFT_OUT,           /* outlier detection */
    WLM_MEMBER_BUSY,               /* only for requests without a session */
    WLM_AVAILABILITIES
} wlm_availability_t;

/** The availability by all fields. */
wlm_availability_t wlm_availability_of(const wlm_member_t *member, apr_time_t now);
/** The same without the administrator's decision. */
wlm_availability_t wlm_availability_without_admin(const wlm_member_t *member, apr_time_t now);
/** @return "up", "disabled", "unusable", "checked-out", "reported-out", "down",
 *  "probing", "left-out", "busy" or "silent" */
const char *wlm_availability_name(wlm_availability_t availability);

/** Does its agent say that it gets no requests? */
int wlm_availability_is_reported_out(const wlm_member_t *member);

/** The share of its normal requests that a member gets while it warms up (WLMSlowStart), 1 to 1000; 1000: all. */
int wlm_availability_warmth(const wlm_member_t *member, apr_interval_time_t slow_start, apr_time_t now);

/** When a member that is not available may be tried; 0: now. For CHECKED_OUT, SILENT and REPORTED_OUT an
 *  estimate: in one RetryInterval. */
apr_time_t wlm_availability_back_at(const wlm_member_t *member, apr_time_t now);

/** Has it given a complete response since then? */
int wlm_availability_has_answered_since(const wlm_member_t *member, apr_time_t since);

/** When the next one of the members that are not usable will be tried again; 0: all are usable. */
apr_time_t wlm_availability_next_retry(const wlm_cluster_t *cluster, apr_time_t now);

#endif

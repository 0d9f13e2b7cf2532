/* balance/transition.h: what changes a member's state: outcomes of requests, active checks, an administrator.
 *
 * Each change is written to the member's shared record by one atomic operation. One that makes the member usable, or
 * not usable any more, then raises the epoch of the cluster's schedule (balance/schedule_cache.h), so that all
 * processes go over to a new one. All functions may be called by any thread of any process, and take no lock. Where a
 * state is next due is kept in the cluster's record: shared->next_retry.
 */
#ifndef WLM_BALANCE_TRANSITION_H
#define WLM_BALANCE_TRANSITION_H

#include "balance/model.h"
#include "health/admin_state.h"
#include "health/check_state.h"

/** Claim the probe of a member that is due. @return 0: another request has it */
int wlm_transition_claim(wlm_member_t *member, apr_time_t now);

/** Before a request that must not meet a doubted member goes to this one: it may when the member is in no doubt, and
 *  when its doubt is an interval old; that doubt is then tried by this request alone. @return 0: it may not, since
 *  another request tries it */
int wlm_transition_try_doubted(wlm_member_t *member, apr_time_t now);

/**
 * Apply what an attempt says about its member.
 * @param pchanged  may be NULL; set to 1 when the member went from up to down or the other way round
 * @return its state now
 */
wlm_health_state_t wlm_transition_event(wlm_member_t *member, wlm_health_event_t event, apr_time_t now, int *pchanged);

/** Is the request that doubts it another one than the last that did, of all processes?
 *  @param request  a number of it: what has the same one is the same request, repeated */
int wlm_transition_is_new_doubt(wlm_member_t *member, uint64_t request);

/** It has said that it is busy: no new sessions until then. */
void wlm_transition_busy_until(wlm_member_t *member, apr_time_t until);

typedef enum { WLM_CHECK_SAME, WLM_CHECK_TAKEN_OUT, WLM_CHECK_BROUGHT_BACK } wlm_check_result_t;
/** Apply the result of an active check. @return what has changed */
wlm_check_result_t wlm_transition_check(wlm_member_t *member, int good, int rise, int fall, apr_time_t now);

/** Carry out what an administrator has decided. */
void wlm_transition_admin(wlm_member_t *member, wlm_admin_state_t state, apr_time_t now);
/** End a decision whose time is over. @return 1: that has been done now, by this call */
int wlm_transition_end_admin(wlm_member_t *member, apr_time_t now);
/** An administrator says that it is up, whatever is known of it. */
void wlm_transition_mark_up(wlm_member_t *member, apr_time_t now);

/** Note a change of state, in words, with the time of day; see shared/event_ring.h for how long they may be. */
void wlm_transition_note(wlm_member_t *member, const char *text);

/** Lower shared->next_retry, so that members that are due are looked for no later than at that time. */
void wlm_transition_retry_by(wlm_cluster_t *cluster, apr_time_t at);

#endif

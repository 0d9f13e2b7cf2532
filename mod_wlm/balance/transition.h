/* balance/transition.h: changes of a member's state by outcomes of requests, active checks and administrators; those
 * by what members report are in balance/reports.h.
 *
 * Each change is written to the member's shared record by one atomic operation. A change of what the schedule depends
 * on then increments the epoch of the cluster's schedule (balance/schedule_cache.h), so that all processes compute a
 * new one. Any thread of any process may call all functions; they take no lock. The time at which the next marked-down
 * member is due is a hint in the cluster's record: shared->next_retry.
 */
#ifndef WLM_BALANCE_TRANSITION_H
#define WLM_BALANCE_TRANSITION_H

#include "balance/model.h"
#include "health/admin_state.h"
#include "health/check_state.h"

/** Claim the probe of a member that is due. @return 0: another request has claimed it */
int wlm_transition_claim(wlm_member_t *member, apr_time_t now);

/** May a request that must avoid doubted members go to this one? Yes without a doubt, and when the doubt is an interval
 *  old: then this request alone tries whether the doubt still holds. @return 0: no */
int wlm_transition_try_doubted(wlm_member_t *member, apr_time_t now);

/**
 * Apply an event to a member's health.
 * @param pchanged  may be NULL; set to 1 when the member went from up to down or the other way round
 * @return its state now
 */
wlm_health_state_t wlm_transition_event(wlm_member_t *member, wlm_health_event_t event, apr_time_t now, int *pchanged);

/** Record the request that doubts the member. @return 1: the last doubt, over all processes, came from another request
 *  @param request  its number, which a repeated request keeps */
int wlm_transition_is_new_doubt(wlm_member_t *member, uint64_t request);

/** The member answered that it is busy: it gets no new sessions until then. @return 1: that begins now */
int wlm_transition_busy_until(wlm_member_t *member, apr_time_t until, apr_time_t now);

/** Keep the result of an active check for the status. @param why  it failed; NULL: it was good  @param time  it took */
void wlm_transition_note_check(wlm_member_t *member, const char *why, apr_interval_time_t time, apr_time_t now);

typedef enum { WLM_CHECK_SAME, WLM_CHECK_TAKEN_OUT, WLM_CHECK_BROUGHT_BACK } wlm_check_result_t;
/** Apply the result of an active check. @return the change of the member's availability */
wlm_check_result_t wlm_transition_check(wlm_member_t *member, int good, int rise, int fall, apr_time_t now);

/** The member has become usable, or has ceased to be, or its share has changed; that has been written: all processes
 *  make a new schedule. @param is_back  it was away, and comes back with slow start */
void wlm_transition_schedule(wlm_member_t *member, int is_back, apr_time_t now);

/** Set an administrator's decision. */
void wlm_transition_admin(wlm_member_t *member, wlm_admin_state_t state, apr_time_t now);
/** Remove a decision whose time is over. @return 1: this call has removed it */
int wlm_transition_end_admin(wlm_member_t *member, apr_time_t now);
/** An administrator marks the member up: removes the reasons of requests, checks, its agent, outlier
 *  detection, and the silence of its node. */
void wlm_transition_mark_up(wlm_member_t *member, apr_time_t now);

/** Add an event to the member's ring, with the time of day; the text is truncated at WLM_SHARED_TEXT_SIZE. */
void wlm_transition_note(wlm_member_t *member, const char *text);

/** Lower shared->next_retry, so that the scan for members that are due runs no later than `at`. */
void wlm_transition_retry_by(wlm_cluster_t *cluster, apr_time_t at);

#endif

/* httpd/request/attempt_log.h: log lines about an attempt, and the event of a member whose health it has changed.
 * On the thread that has the request. */
#ifndef WLM_HTTPD_REQUEST_ATTEMPT_LOG_H
#define WLM_HTTPD_REQUEST_ATTEMPT_LOG_H

#include "httpd/request/journey.h"

/** How an attempt on a member ended. */
void wlm_attempt_log_outcome(const wlm_journey_t *journey, const wlm_member_t *member);
/** A member says 421 and names another one, but the request does not go there. */
void wlm_attempt_log_misdirected(const wlm_journey_t *journey, const wlm_member_t *member, const char *why_not);
/** A member has been marked down; its event says why, too. */
void wlm_attempt_log_down(const wlm_journey_t *journey, wlm_member_t *member, const char *why);
/** The last attempt has changed the member's health to `state`. */
void wlm_attempt_log_transition(const wlm_journey_t *journey, wlm_member_t *member, wlm_health_state_t state);
/** Outcome and cause in words. In `p`. */
const char *wlm_attempt_log_text(const wlm_attempt_t *attempt, apr_pool_t *p);

#endif

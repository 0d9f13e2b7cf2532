/* httpd/request/choice.h: a member for a request's next attempt. On the thread that has the request. */
#ifndef WLM_HTTPD_REQUEST_CHOICE_H
#define WLM_HTTPD_REQUEST_CHOICE_H

#include "balance/pick.h"
#include "exchange/base.h"
#include "httpd/request/journey.h"

/**
 * A step: choose a member and acquire it. Where all are full it waits in the cluster's queue until it is this request's
 * turn and one has room, as long as WLMQueue allows.
 * @param presult  with DONE: WLM_PICK_OK, journey->held and journey->pick.member are set; or why there is none (also
 *                 journey->stop)
 */
wlm_step_t wlm_choice_step(wlm_journey_t *journey, wlm_pick_result_t *presult);
/** The same without waiting. */
wlm_pick_result_t wlm_choice_now(wlm_journey_t *journey);
/** Acquire the member that another one has named as the session's owner, without waiting. */
wlm_pick_result_t wlm_choice_owner(wlm_journey_t *journey, wlm_member_t *owner);
/** The request waits in no queue any more. Harmless when it does not. */
void wlm_choice_leave_queue(wlm_journey_t *journey);

#endif

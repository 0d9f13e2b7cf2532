/* httpd/request/hedging.h: a request that its member does not answer goes to a second one, too (WLMHedge). Which of the
 * two attempts the functions of this room speak of says journey->exchange; the other one is journey->hedge.rival.
 * On the thread that has the request; nothing here waits.
 */
#ifndef WLM_HTTPD_REQUEST_HEDGING_H
#define WLM_HTTPD_REQUEST_HEDGING_H

#include "httpd/request/journey.h"

/** The attempt begins: note when a second member would get the request. */
void wlm_hedging_begin(wlm_journey_t *journey);

/** A step of the attempt, and of the second one where there is one, up to the head of a response that counts. With DONE
 *  and FAILED there is one attempt left, which journey->exchange, held and pick.member are of; what became of the other
 *  one has been recorded. */
wlm_step_t wlm_hedging_step(wlm_journey_t *journey);

/** The request ends in the midst of it: the second attempt ends, too, without a record. */
void wlm_hedging_discard(wlm_journey_t *journey);

#endif

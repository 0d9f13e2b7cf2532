/* httpd/request/record.h: what an attempt means for others: environment, counters, log, and the member's health.
 * On the thread that has the request. */
#ifndef WLM_HTTPD_REQUEST_RECORD_H
#define WLM_HTTPD_REQUEST_RECORD_H

#include "httpd/request/journey.h"

/** A member has been picked: environment and counters. */
void wlm_record_pick(wlm_journey_t *journey);
/** The picked member is the request's only one again: environment. */
void wlm_record_member(wlm_journey_t *journey);
/** A second member has been picked: counters. */
void wlm_record_hedge(const wlm_journey_t *journey);
/** The head of a final response is there: how long it took, for policies that go by that. */
void wlm_record_head(const wlm_journey_t *journey);
/** The attempt of journey->exchange has ended: counters, log, the member's health. */
void wlm_record_outcome(wlm_journey_t *journey);
/** A tunnel that the attempt has become has ended. @param end  what wlm_tunnel_step() has returned */
void wlm_record_tunnel(const wlm_journey_t *journey, const char *end);

#endif

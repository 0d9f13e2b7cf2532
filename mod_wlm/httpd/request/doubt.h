/* httpd/request/doubt.h: whose fault was it, the member's or the request's? On the thread that has the request. */
#ifndef WLM_HTTPD_REQUEST_DOUBT_H
#define WLM_HTTPD_REQUEST_DOUBT_H

#include "httpd/request/journey.h"

/** An attempt has ended with this event for the picked member. */
void wlm_doubt_note(wlm_journey_t *journey, wlm_health_event_t event);
/** A member answers the request: those that did not are at fault. */
void wlm_doubt_confirm(wlm_journey_t *journey);
/** The request has ended. When no member has answered it, decide about those that took it. */
void wlm_doubt_decide(wlm_journey_t *journey);

#endif

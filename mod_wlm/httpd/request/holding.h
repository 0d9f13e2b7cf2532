/* httpd/request/holding.h: the member that a request has acquired (journey->held). On the thread that has the
 * request. */
#ifndef WLM_HTTPD_REQUEST_HOLDING_H
#define WLM_HTTPD_REQUEST_HOLDING_H

#include "httpd/request/journey.h"

/** The member is free for others. Harmless when none is held. */
void wlm_holding_release(wlm_journey_t *journey);
/** The attempt of journey->exchange has ended: what it shows is recorded, then its member is released. */
void wlm_holding_end_attempt(wlm_journey_t *journey);

#endif

/* httpd/request/response_end.h: the end of a response towards the client, after wlm_response_step(). On the
 * thread that has the request. */
#ifndef WLM_HTTPD_REQUEST_RESPONSE_END_H
#define WLM_HTTPD_REQUEST_RESPONSE_END_H

#include "httpd/request/journey.h"

/** Pass on the end of a delivered response. @return what the handler returns */
int wlm_response_end_finish(wlm_journey_t *journey);

/** A response has begun and broken off: make sure that the client can see that. @return what the handler returns */
int wlm_response_end_break_off(wlm_journey_t *journey);

#endif

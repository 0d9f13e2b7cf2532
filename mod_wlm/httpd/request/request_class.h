/* httpd/request/request_class.h: the class of a request (WLMClass), and what is counted of it. On the thread that has
 * the request. */
#ifndef WLM_HTTPD_REQUEST_REQUEST_CLASS_H
#define WLM_HTTPD_REQUEST_REQUEST_CLASS_H

#include "httpd/request/journey.h"

/** Find the first class whose expression is true: journey->class_number, and the variable WLM_CLASS. */
void wlm_request_class_find(wlm_journey_t *journey);

/** The request has ended: was it answered by a member, within its class' goal? */
void wlm_request_class_count(const wlm_journey_t *journey);

#endif

/* httpd/request/response_head.h: what httpd's request record says of the response. On the thread that has the
 * request. */
#ifndef WLM_HTTPD_REQUEST_RESPONSE_HEAD_H
#define WLM_HTTPD_REQUEST_RESPONSE_HEAD_H

#include "httpd/request/journey.h"

/** From here on the request is answered by this response: status and fields go into the request record. Once. */
void wlm_response_head_commit(wlm_journey_t *journey);
/** Close the client's connection at the end when a part of the request's body will not be read from it: the member has
 *  answered without wanting that. */
void wlm_response_head_close_if_unread(wlm_journey_t *journey);

/** Pass on a 1xx response, as wlm_exchange_head_copy() has left it. */
void wlm_response_head_send_interim(wlm_journey_t *journey);

#endif

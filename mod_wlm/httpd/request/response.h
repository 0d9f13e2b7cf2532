/* httpd/request/response.h: the second half of an attempt: the response goes to the client. */
#ifndef WLM_HTTPD_REQUEST_RESPONSE_H
#define WLM_HTTPD_REQUEST_RESPONSE_H

#include "httpd/request/exchange_base.h"

/**
 * Pass the response on, but for its end, which is left in x->bb: so the member is free before the last bytes are
 * written to a slow client. Sets attempt.outcome to DELIVERED, BROKEN or CLIENT_GONE; the connection is released or
 * closed.
 */
void wlm_response_deliver(wlm_exchange_t *x);

#endif

/* httpd/request/response.h: the second half of an attempt: the response goes to the client. */
#ifndef WLM_HTTPD_REQUEST_RESPONSE_H
#define WLM_HTTPD_REQUEST_RESPONSE_H

#include "httpd/request/exchange_base.h"

/**
 * Pass the response on, but for its end, which is left in x->bb: so the member is free before the last bytes are
 * written to a slow client. Sets attempt.outcome to DELIVERED, BROKEN or CLIENT_GONE; the connection is given back or
 * closed.
 */
void wlm_exchange_deliver(wlm_exchange_t *x);

/** Pass on the end of a delivered response. @return what the handler returns */
int wlm_exchange_finish(wlm_exchange_t *x);

/** A response has begun and broken off: make sure that the client can tell. @return what the handler returns */
int wlm_exchange_break_off(wlm_exchange_t *x);

#endif

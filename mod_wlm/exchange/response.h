/* exchange/response.h: the second half of an attempt: the response goes to the client. On the thread that has the
 * request. */
#ifndef WLM_EXCHANGE_RESPONSE_H
#define WLM_EXCHANGE_RESPONSE_H

#include "exchange/base.h"

/** The head has been read. */
void wlm_response_begin(wlm_exchange_t *exchange);
/**
 * A step: pass the response on, but for its end, which is left in exchange->bb: so the member is free before the last
 * bytes are written to a slow client.
 * @return DONE: attempt.outcome is DELIVERED, BROKEN or CLIENT_GONE, the connection has been released or closed
 */
wlm_step_t wlm_response_step(wlm_exchange_t *exchange);

#endif

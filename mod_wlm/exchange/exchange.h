/* exchange/exchange.h: one attempt to have a request answered by a member, in steps: connect, send the request,
 * read the response head. On the thread that has the request; none of it waits. */
#ifndef WLM_EXCHANGE_EXCHANGE_H
#define WLM_EXCHANGE_EXCHANGE_H

#include "exchange/base.h"

/** An attempt begins: member, transport and attempt.begun are set. */
void wlm_exchange_begin(wlm_exchange_t *exchange);
/**
 * A step: send the request and read the response head, on a kept connection or a new one; when a kept one turns out to
 * have ended, on a new one then.
 * @return DONE: a final response head is there (attempt.outcome is BUSY for 503, otherwise DELIVERED so far), or that
 *         of a 101 (`upgraded`): then the tunnel comes next; FAILED: attempt.outcome says how it ended
 */
wlm_step_t wlm_exchange_step(wlm_exchange_t *exchange);

/** Between two steps: the attempt is not wanted any more (another member shall answer, the client has left). Closes the
 *  connection, in whatever state it is. */
void wlm_exchange_discard(wlm_exchange_t *exchange);

#endif

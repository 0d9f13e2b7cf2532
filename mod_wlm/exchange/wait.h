/* exchange/wait.h: what an exchange waits for, and its limits. On the thread that has the request. */
#ifndef WLM_EXCHANGE_WAIT_H
#define WLM_EXCHANGE_WAIT_H

#include "exchange/base.h"

/** A limit that does not reach beyond the request's deadline. In microseconds.
 *  @param timeout  0: no limit. @return 0: there is none */
apr_interval_time_t wlm_exchange_wait_limit(const wlm_exchange_t *exchange, apr_interval_time_t timeout);
/** Besides what exchange->wait says: wait for the client to leave, where that ends the request. */
void wlm_exchange_wait_client(wlm_exchange_t *exchange);
/**
 * A step cannot go on before the member's connection can be read or written, or the client has left. The limit is
 * ServerIOTimeout, or what is left until the deadline.
 * @param wanted  WLM_CONN_READ, WLM_CONN_WRITE or both
 * @return APR_EAGAIN: the step waits; APR_TIMEUP: the limit is over; APR_SUCCESS: it can be read already
 */
apr_status_t wlm_exchange_wait_for(wlm_exchange_t *exchange, int wanted);
/** Which of the wanted has come, since the step said that it waits for it? */
int wlm_exchange_wait_came(wlm_exchange_t *exchange, int wanted);
/** Has the client closed its connection while the step waited for the member? */
int wlm_exchange_wait_client_left(const wlm_exchange_t *exchange);

#endif

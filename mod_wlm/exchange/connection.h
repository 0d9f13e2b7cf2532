/* exchange/connection.h: the connection of an attempt (exchange->conn). On the thread that has the request. */
#ifndef WLM_EXCHANGE_CONNECTION_H
#define WLM_EXCHANGE_CONNECTION_H

#include "exchange/base.h"

/** A kept one, when there is one that the request may use; otherwise a new one is to be opened.
 *  @param fresh  a new one in any case */
void wlm_exchange_connection_begin(wlm_exchange_t *exchange, int fresh);
/** Open a new one, after the one that the attempt had was closed. */
void wlm_exchange_connection_renew(wlm_exchange_t *exchange);
/** How long may it take to reach the member? @return 0: no limit */
apr_interval_time_t wlm_exchange_connection_timeout(const wlm_exchange_t *exchange);
/** A step: the connection is open. Takes ConnectTimeout at most. */
wlm_step_t wlm_exchange_connection_open(wlm_exchange_t *exchange);
/** The member has done its part: back into the pool, to the client's connection when it is bound to it, or closed.
 *  Sets attempt.elapsed. @param reusable  the response has been read to its end, and says where that is */
void wlm_exchange_connection_release(wlm_exchange_t *exchange, int reusable);
/** Close it, whatever is still to come on it, also while it is being opened. Harmless without one. */
void wlm_exchange_connection_close(wlm_exchange_t *exchange);

#endif

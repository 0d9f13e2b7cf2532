/* httpd/request/exchange_connection.h: the connection of an attempt (x->conn). */
#ifndef WLM_HTTPD_REQUEST_EXCHANGE_CONNECTION_H
#define WLM_HTTPD_REQUEST_EXCHANGE_CONNECTION_H

#include "httpd/request/exchange_base.h"

/** A kept one, when there is one that the request may use, otherwise a new one. Waits for ConnectTimeout at most.
 *  @param fresh  a new one in any case. @return 1, or 0 with the outcome set */
int wlm_exchange_connection_open(wlm_exchange_t *x, int fresh);
/** ExtendedHandshake: does a member answer on it? Opens another one when the member closes it after its answer.
 *  @return 1, or 0 with the outcome set */
int wlm_exchange_connection_probe(wlm_exchange_t *x);
/** The member has done its part: back into the pool, to the client's connection when it is bound to it, or closed.
 *  Sets attempt.elapsed. @param reusable  the response has been read to its end, and says where that is */
void wlm_exchange_connection_release(wlm_exchange_t *x, int reusable);
/** Close it, whatever is still to come on it. */
void wlm_exchange_connection_close(wlm_exchange_t *x);

#endif

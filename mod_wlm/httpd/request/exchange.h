/* httpd/request/exchange.h: one attempt to have a request answered by a member: connect, send the request, read the
 * response head. Blocks the worker thread of the request, which waits here for client and member. */
#ifndef WLM_HTTPD_REQUEST_EXCHANGE_H
#define WLM_HTTPD_REQUEST_EXCHANGE_H

#include "httpd/request/exchange_base.h"

/**
 * Send the request and read the response head, on a kept connection or a new one; when a kept one turns out to have
 * ended, on a new one then.
 * @return 1: a final response head is there (attempt.outcome is BUSY for 503, otherwise DELIVERED so far), or that of a
 *         101 (`upgraded`): then wlm_tunnel_run() comes next; 0: not, attempt.outcome says how it ended
 */
int wlm_exchange_begin(wlm_exchange_t *x);

/** The response is not wanted (another member shall answer): give the connection back or close it. */
void wlm_exchange_discard(wlm_exchange_t *x);

#endif

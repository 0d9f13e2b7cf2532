/* httpd/request/tunnel.h: the connection after status 101: bytes go both ways until one side ends. On the
 * thread that has the request, but for wlm_tunnel_must_check(). */
#ifndef WLM_HTTPD_REQUEST_TUNNEL_H
#define WLM_HTTPD_REQUEST_TUNNEL_H

#include "httpd/request/journey.h"

/** Pass the 101 on. Counts bytes in journey->exchange->attempt from 0. */
void wlm_tunnel_begin(wlm_journey_t *journey);
/**
 * A step: pass bytes between client and member until one of them ends or keeps the other waiting for too long, or an
 * order closes the member's connections, or its process is to end and occupies the slot of a new one. Closes the
 * connection to the member then.
 * @return NULL: journey->exchange->wait says what it waits for; or which of these ended it: "client", "member",
 *         "client-timeout", "member-timeout", "idle", "closed" or "restart"
 */
const char *wlm_tunnel_step(wlm_journey_t *journey);

/** Of each process, on one thread of it: may a tunnel have to end that moves nothing? Either an order has come since
 *  the last call, or the process is to end. */
int wlm_tunnel_must_check(void);

#endif

/* httpd/request/tunnel.h: the connection after status 101: bytes go both ways until one side ends. */
#ifndef WLM_HTTPD_REQUEST_TUNNEL_H
#define WLM_HTTPD_REQUEST_TUNNEL_H

#include "httpd/request/exchange_base.h"

/**
 * Pass the 101 on, then bytes between client and member until one of them ends or keeps the other waiting for too long,
 * or somebody wants the member's connections closed, or its process is to end and takes the place of a new one. Closes
 * that to the member; counts bytes in x->attempt, from 0.
 * @return which of these it was: "client", "member", "client-timeout", "member-timeout", "idle", "closed" or "restart"
 */
const char *wlm_tunnel_run(wlm_exchange_t *x);

#endif

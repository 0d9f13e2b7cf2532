/* httpd/request/handler.h: serves a request: chooses a member, exchanges, decides what follows. Called by
 * httpd on the thread that has the request. */
#ifndef WLM_HTTPD_REQUEST_HANDLER_H
#define WLM_HTTPD_REQUEST_HANDLER_H

#include <httpd.h>

/** Serve a request that has a route, unless another module has given it another handler since (RewriteRule in a
 * <Location>). */
int wlm_handler(request_rec *r);

#endif

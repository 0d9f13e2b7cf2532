/* httpd/request/handler.h: serves a request: picks a member, exchanges, decides what follows. On the worker thread of
 * the request. */
#ifndef WLM_HTTPD_REQUEST_HANDLER_H
#define WLM_HTTPD_REQUEST_HANDLER_H

#include <httpd.h>

/** Serve a request that has a route, unless another module has given it another handler since (RewriteRule in a
 * <Location>). */
int wlm_handler(request_rec *r);
/** In a new child process. */
void wlm_handler_child_init(void);

#endif

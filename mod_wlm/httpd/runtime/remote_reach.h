/* httpd/runtime/remote_reach.h: whether the servers of WLMAffinityStore can be reached, for whoever starts httpd. */
#ifndef WLM_HTTPD_RUNTIME_REMOTE_REACH_H
#define WLM_HTTPD_RUNTIME_REMOTE_REACH_H

#include <httpd.h>

/** In the parent, when httpd starts, and in `httpd -t`: log each server of the store that does not accept a connection,
 *  or whose name nobody knows. It may be there later, so that is no error. Waits for the name service, and for each
 *  server as long as httpd's providers do, a second.
 *  @param flags  0, or APLOG_STARTUP: on the terminal, with s NULL */
void wlm_remote_reach_check(int flags, const server_rec *s, apr_pool_t *ptemp);

#endif

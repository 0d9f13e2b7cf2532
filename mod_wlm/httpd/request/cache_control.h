/* httpd/request/cache_control.h: WLMCacheControl: mod_cache goes by a targeted field of a member's response (RFC
 * 9213), and the client gets the member's own Cache-Control, Expires and Pragma. And cookies for one client, which
 * mod_cache does not store. On the thread that sends the response. */
#ifndef WLM_HTTPD_REQUEST_CACHE_CONTROL_H
#define WLM_HTTPD_REQUEST_CACHE_CONTROL_H

#include <httpd.h>

/** Give the client this cookie (a value of Set-Cookie that lives as long as r) without mod_cache storing it. Before the
 *  response is passed on. Other filters (mod_headers) do not see it. @return 0: mod_cache does not get the response */
int wlm_cache_control_add_cookie(request_rec *r, const char *cookie);

/** Register the filters, and the hook that inserts them. */
void wlm_cache_control_register(void);

#endif

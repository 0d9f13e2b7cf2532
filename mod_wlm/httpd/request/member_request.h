/* httpd/request/member_request.h: the request as the member shall see it: request target and the fields that this
 * module sets. On the thread that has the request. */
#ifndef WLM_HTTPD_REQUEST_MEMBER_REQUEST_H
#define WLM_HTTPD_REQUEST_MEMBER_REQUEST_H

#include <httpd.h>
#include "http/request.h"
#include "httpd/request/routed.h"

/** "https" or "http": how the client has come, by what a trusted proxy says, the environment, or its connection. */
const char *wlm_member_request_scheme(request_rec *r, const wlm_routed_t *request);
/** This server's part of a Via field, NULL when none is to be added. In p. */
const char *wlm_member_request_via(request_rec *r, int major, int minor, apr_pool_t *p);
/** Set the module's own fields: $WS..., X-Forwarded-..., Via, Host. What the client has sent in their names and is not
 *  trusted is taken out of r->headers_in; so they are the same for each attempt.
 *  @param was  the member's host and port */
void wlm_member_request_fields(wlm_http_request_t *out, request_rec *r, const wlm_routed_t *request, const char *was,
                               int failed_over);
/** What stands in the request line: path and query. In p, or as long as r. */
const char *wlm_member_request_target(const request_rec *r, const wlm_routed_t *request, apr_pool_t *p);

#endif

/* httpd/request/member_request.h: the request as the member shall see it: request target and the fields that this
 * module sets. On the thread that has the request. */
#ifndef WLM_HTTPD_REQUEST_MEMBER_REQUEST_H
#define WLM_HTTPD_REQUEST_MEMBER_REQUEST_H

#include <httpd.h>
#include "httpd/request/routed.h"

/** This server's part of a Via field, NULL when none is to be added. In r->pool. */
const char *wlm_member_request_via(request_rec *r, int major, int minor);
/** Has the client come to this server by https? (Whether TLS has ended before it is another question.) */
int wlm_member_request_is_secure(const request_rec *r);
/** The fields that the module itself sets: $WS..., X-Forwarded-..., Via, Host. In r->pool.
 *  @param was  the member's host and port */
apr_table_t *wlm_member_request_fields(request_rec *r, const wlm_routed_t *request, const char *was, int failed_over);
/** What stands in the request line: path and query. In r->pool. */
const char *wlm_member_request_target(const request_rec *r, const wlm_routed_t *request);

#endif

/* httpd/request/client_body_keep.h: what is kept of a request's body so that it can be sent again. On the
 * thread that has the request. */
#ifndef WLM_HTTPD_REQUEST_CLIENT_BODY_KEEP_H
#define WLM_HTTPD_REQUEST_CLIENT_BODY_KEEP_H

#include "httpd/request/client_body_base.h"

/** Would a body of `size` bytes be kept? */
int wlm_client_body_keep_fits(const wlm_client_body_t *body, apr_int64_t size);
/** Can the whole body be sent (again)? There is none, or all of it is kept. */
int wlm_client_body_keep_is_whole(const wlm_client_body_t *body);
/** Keep the bytes that wlm_client_body_read_bucket() has returned. */
void wlm_client_body_keep_in_memory(wlm_client_body_t *body, const char *data, apr_size_t len);
/** Likewise; where that fails the body streams from there on, and the log says why. */
void wlm_client_body_keep_in_file(wlm_client_body_t *body, const char *data, apr_size_t len);

#endif

/* httpd/request/linger.h: the worker thread stays with a client's connection for a moment when that pays (WLMStay). */
#ifndef WLM_HTTPD_REQUEST_LINGER_H
#define WLM_HTTPD_REQUEST_LINGER_H

#include <httpd.h>

/** In a new child process. */
void wlm_linger_child_init(void);
/** A request begins. @return do this client's requests follow each other quickly? One that comes late is forgiven. */
int wlm_linger_begin(request_rec *r);
/** The response has been passed on, with its end. When the worker will wait for the client's next request, the client
 * gets now what httpd still holds of it. Once for each response.
 *  @param bb  empty, and again when this returns
 *  @param body_bytes  of the response */
void wlm_linger_prepare(request_rec *r, apr_bucket_brigade *bb, apr_uint64_t body_bytes);
/** Hook log_transaction, behind all others: the request has ended. */
int wlm_linger_end(request_rec *r);

#endif

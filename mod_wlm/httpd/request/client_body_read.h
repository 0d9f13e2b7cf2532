/* httpd/request/client_body_read.h: reads a request's body from httpd's filters. On the thread that
 * has the request. */
#ifndef WLM_HTTPD_REQUEST_CLIENT_BODY_READ_H
#define WLM_HTTPD_REQUEST_CLIENT_BODY_READ_H

#include "httpd/request/client_body_base.h"
#include "net/wait.h"

/** Read more into body->bb. @return also APR_EAGAIN when it shall not block */
apr_status_t wlm_client_body_read(wlm_client_body_t *body, apr_read_type_e block);
/** What is there without waiting. @return also APR_EAGAIN */
apr_status_t wlm_client_body_read_available(wlm_client_body_t *body);
/** Must a read wait for the body, because no descriptor shows when there is more of it? Filters of other modules are
 *  written for reads that wait, and not every connection can be polled. */
int wlm_client_body_read_waits(const wlm_client_body_t *body);
/** Nothing is there right now: wait for the client, besides what *wait says already. */
void wlm_client_body_read_wait(const wlm_client_body_t *body, wlm_wait_t *wait);
/** Remove the next bucket with bytes from body->bb; sets body->complete at the body's end.
 *  @param pdata  valid until wlm_client_body_read_drop(). @param plen  0: there is none */
apr_status_t wlm_client_body_read_bucket(wlm_client_body_t *body, const char **pdata, apr_size_t *plen);
/** What wlm_client_body_read_bucket() has returned last, all but its first `used` bytes, is returned again. */
void wlm_client_body_read_undo(wlm_client_body_t *body, apr_size_t used);
/** What it has returned last is not needed any more. */
void wlm_client_body_read_drop(wlm_client_body_t *body);

#endif

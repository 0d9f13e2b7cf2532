/* httpd/request/client_body_read.h: reads a request's body from httpd's filters. */
#ifndef WLM_HTTPD_REQUEST_CLIENT_BODY_READ_H
#define WLM_HTTPD_REQUEST_CLIENT_BODY_READ_H

#include "httpd/request/client_body_base.h"

#define WLM_CLIENT_BODY_READ_SIZE 65536 /* bytes at once */

/** Read more into body->bb. @return also APR_EAGAIN when it shall not block */
apr_status_t wlm_client_body_read(wlm_client_body_t *body, apr_read_type_e block);
/** Remove the next bucket with bytes from body->bb; sets body->complete at the body's end.
 *  @param pdata  valid until wlm_client_body_read_drop(). @param plen  0: there is none */
apr_status_t wlm_client_body_read_bucket(wlm_client_body_t *body, const char **pdata, apr_size_t *plen);
/** What wlm_client_body_read_bucket() has returned last, all but its first `used` bytes, is returned again. */
void wlm_client_body_read_undo(wlm_client_body_t *body, apr_size_t used);
/** What it has returned last is not needed any more. */
void wlm_client_body_read_drop(wlm_client_body_t *body);

#endif

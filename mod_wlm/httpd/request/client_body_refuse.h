/* httpd/request/client_body_refuse.h: which request bodies are not accepted. The log says why. On the
 * thread that has the request. */
#ifndef WLM_HTTPD_REQUEST_CLIENT_BODY_REFUSE_H
#define WLM_HTTPD_REQUEST_CLIENT_BODY_REFUSE_H

#include "httpd/request/client_body_base.h"

/** Before anything is read: an unknown coding, a body that another module has read, one that is too large.
 *  @return OK, or the status for the client */
int wlm_client_body_refuse_at_once(const wlm_client_body_t *body);
/** Is it larger than PostSizeLimit, as far as that is known? */
int wlm_client_body_refuse_is_too_large(const wlm_client_body_t *body);
/** @return the status for the client */
int wlm_client_body_refuse_too_large(const wlm_client_body_t *body);
/** Reading has failed. @return the status for the client */
int wlm_client_body_refuse_broken(wlm_client_body_t *body, apr_status_t rv);
/** The body is complete: its trailers go with it. @return OK, or the status for the client when they are too many */
int wlm_client_body_refuse_trailers(wlm_client_body_t *body);

#endif

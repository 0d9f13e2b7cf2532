/* httpd/request/client_body.h: the request's body: read from the client once, kept as far as it may have to be sent
 * again. In r->pool; one thread at a time has it. */
#ifndef WLM_HTTPD_REQUEST_CLIENT_BODY_H
#define WLM_HTTPD_REQUEST_CLIENT_BODY_H

#include "balance/model.h"
#include "httpd/request/client_body_base.h"
#include "net/wait.h"

/** Nothing is read yet. */
void wlm_client_body_init(wlm_client_body_t *body, wlm_client_body_source_t *source, request_rec *r,
                          const wlm_cluster_t *cluster);

/** A step: read as much of the body as is to be kept. A client that waits for 100 Continue gets it, unless nothing is
 *  to come. @return OK; the status for the client; SUSPENDED: call it again when what *wait says has come */
int wlm_client_body_prefetch(wlm_client_body_t *body, wlm_wait_t *wait);

#endif

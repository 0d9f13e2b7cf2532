/* httpd/request/client_body.h: the request's body: read from the client once, kept as far as it may have to be sent
 * again. In r->pool; for the worker thread of the request. */
#ifndef WLM_HTTPD_REQUEST_CLIENT_BODY_H
#define WLM_HTTPD_REQUEST_CLIENT_BODY_H

#include "balance/model.h"
#include "httpd/request/client_body_base.h"

/** Nothing is read yet. */
void wlm_client_body_init(wlm_client_body_t *body, request_rec *r, const wlm_cluster_t *cluster);

/** Read as much of the body as is to be kept. Waits for the client; one that waits for 100 Continue gets it, unless
 *  nothing is to come. @return OK, or the status for the client */
int wlm_client_body_prefetch(wlm_client_body_t *body);

#endif

/* httpd/request/client_body_stream.h: the part of a request's body that is not kept. On the thread
 * that has the request. */
#ifndef WLM_HTTPD_REQUEST_CLIENT_BODY_STREAM_H
#define WLM_HTTPD_REQUEST_CLIENT_BODY_STREAM_H

#include "exchange/client.h"
#include "httpd/request/client_body_base.h"

/**
 * The next bytes behind those in memory and in the file. Only filters of other modules, and a client that cannot be
 * polled, are waited for.
 * @param pdata    valid until the next call
 * @param pstatus  with FAILED, which the log explains: for the client
 */
wlm_client_body_result_t wlm_client_body_stream_next(wlm_client_body_t *body, const char **pdata, apr_size_t *plen,
                                              int *pstatus);

#endif

/* httpd/request/client_body_stream.h: the part of a request's body that is not kept. */
#ifndef WLM_HTTPD_REQUEST_CLIENT_BODY_STREAM_H
#define WLM_HTTPD_REQUEST_CLIENT_BODY_STREAM_H

#include "httpd/request/client_body_base.h"
#include "net/conn.h"
#include "net/wait.h"

typedef enum {
    WLM_CLIENT_BODY_BYTES,                /* here are some */
    WLM_CLIENT_BODY_END,                  /* there are no more */
    WLM_CLIENT_BODY_MEMBER_READABLE,        /* the member sends something: read that first */
    WLM_CLIENT_BODY_FAILED,               /* the client is gone, or its body is not acceptable; *pstatus */
    WLM_CLIENT_BODY_WAITS                 /* for client or member, as *wait says: call it again then */
} wlm_client_body_next_t;

/**
 * The next bytes behind those in memory and in the file. A step: only filters of other modules, and a client that
 * cannot be polled, are waited for.
 * @param pdata  valid until the next call
 */
wlm_client_body_next_t wlm_client_body_stream_next(wlm_client_body_t *body, wlm_conn_t *conn, wlm_wait_t *wait,
                                                   const char **pdata, apr_size_t *plen, int *pstatus);

#endif

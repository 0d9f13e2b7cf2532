/* net/simple_request.h: a small exchange with a member of our own, on nobody's behalf: is there a server, and what does
 * it say? */
#ifndef WLM_NET_SIMPLE_REQUEST_H
#define WLM_NET_SIMPLE_REQUEST_H

#include "net/conn.h"
#include "http/head.h"

#define WLM_SIMPLE_REQUEST_BODY_KEPT 65536    /* bytes of the answer's body that are kept */
#define WLM_SIMPLE_REQUEST_BODY_MAX  1048576  /* a longer one is no small exchange */

typedef struct wlm_simple_answer_t {
    wlm_http_head_t head;          /* of the final response; its texts live in the pool */
    char *body;                    /* the first WLM_SIMPLE_REQUEST_BODY_KEPT bytes, with a terminator; NULL: no body */
    apr_size_t body_len;
    int reusable;                  /* the connection can carry another request */
} wlm_simple_answer_t;

/**
 * Send a request without a body, and read the whole answer. Blocks; the caller closes the connection or goes on with
 * it.
 * @param pwhy      what is wrong, when it fails; static or in p
 * @param question  the whole request, short: a few KiB
 * @param no_body   it is a HEAD
 * @param timeout   for all of it, greater than 0
 * @param p         holds the answer
 * @return APR_SUCCESS when there is a complete, sound HTTP response; APR_TIMEUP; otherwise another error
 */
apr_status_t wlm_simple_request(wlm_simple_answer_t *answer, const char **pwhy, wlm_conn_t *conn, const char *question,
                                int no_body,
                     apr_interval_time_t timeout, apr_pool_t *p);

#endif

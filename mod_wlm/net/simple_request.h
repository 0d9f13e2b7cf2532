/* net/simple_request.h: a small exchange with a member that belongs to no request: is there a server, and what does it
 * answer? In steps. One thread uses a wlm_simple_request_t at a time. */
#ifndef WLM_NET_SIMPLE_REQUEST_H
#define WLM_NET_SIMPLE_REQUEST_H

#include "net/conn.h"
#include "net/wait.h"
#include "http/body.h"
#include "http/head.h"

#define WLM_SIMPLE_REQUEST_BODY_KEPT 65536    /* bytes of the answer's body that are kept */
#define WLM_SIMPLE_REQUEST_BODY_MAX  1048576  /* a longer one is no small exchange */

typedef struct wlm_simple_answer_t {
    wlm_http_head_t head;          /* of the final response; its texts live in the pool */
    char *body;                    /* the first WLM_SIMPLE_REQUEST_BODY_KEPT bytes, with a terminator; NULL: no body */
    apr_size_t body_len;
    int reusable;                  /* the connection can carry another request */
} wlm_simple_answer_t;

/* In the caller's memory */
typedef struct wlm_simple_request_t {
    const char *why;               /* what is wrong, after an error; static or in the pool */
    /* private to simple_request.c */
    enum { WLM_SIMPLE_REQUEST_SEND, WLM_SIMPLE_REQUEST_HEAD, WLM_SIMPLE_REQUEST_BODY, WLM_SIMPLE_REQUEST_OVER } stage;
    wlm_simple_answer_t *answer;
    wlm_conn_t *conn;
    const char *unsent;            /* of the question */
    int no_body;
    apr_time_t deadline;
    apr_pool_t *p;
    apr_size_t scan;               /* of the head: as wlm_http_head_parse() has it */
    int interim;                   /* responses before the final one */
    wlm_http_body_t body;
    apr_size_t total;              /* bytes of the body, as they have come */
} wlm_simple_request_t;

/**
 * Begin to send a request without a body, and to read the whole answer. Sends nothing yet. The caller may end it at any
 * time, and closes the connection or goes on with it.
 * @param answer    holds it, when it is complete
 * @param question  the whole request, short: a few KiB; stays where it is until the end
 * @param no_body   it is a HEAD
 * @param timeout   for all of it, from now on; greater than 0
 * @param p         holds the answer
 */
void wlm_simple_request_begin(wlm_simple_request_t *request, wlm_simple_answer_t *answer, wlm_conn_t *conn,
                              const char *question, int no_body, apr_interval_time_t timeout, apr_pool_t *p);

/**
 * Go on as far as possible (net/wait.h).
 * @param wait  the same for all steps; nothing is waited for any more when it is over
 * @return APR_EAGAIN: waits; APR_SUCCESS when there is a complete, sound HTTP response; APR_TIMEUP; otherwise another
 *         error
 */
apr_status_t wlm_simple_request_step(wlm_simple_request_t *request, wlm_wait_t *wait);

#endif

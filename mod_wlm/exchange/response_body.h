/* exchange/response_body.h: a response's body, from the member to the client. On the thread that has the request. */
#ifndef WLM_EXCHANGE_RESPONSE_BODY_H
#define WLM_EXCHANGE_RESPONSE_BODY_H

#include <apr_buckets.h>
#include "exchange/base.h"
#include "http/body.h"

typedef enum {
    WLM_RESPONSE_GOING_ON,
    WLM_RESPONSE_COMPLETE,
    WLM_RESPONSE_BROKEN_OFF,       /* by the member; attempt.cause says why */
    WLM_RESPONSE_CLIENT_LOST,      /* the client, or a filter of httpd, takes no more; likewise */
    WLM_RESPONSE_WAITS             /* exchange->wait says for what: go on then */
} wlm_response_progress_t;

typedef struct wlm_response_body_t {
    wlm_exchange_t *exchange;
    wlm_http_body_t framing;
    apr_size_t block;              /* size of the next direct read */
    apr_size_t block_max;
    apr_size_t pending;            /* bytes in exchange->bb */
    int unflushed;                 /* bytes have been passed on that httpd may still hold */
    int discards;                  /* the client has left: what comes is read, and not passed on */
    int is_small;                  /* it is passed on when it is complete, or after a moment */
    apr_time_t paused;             /* when the member paused first; 0: it has not */
    wlm_response_progress_t progress; /* of the last step */
} wlm_response_body_t;

/** The head has been read. */
void wlm_response_body_begin(wlm_response_body_t *body, wlm_exchange_t *exchange);
/** The bytes that lie behind the head in the connection's buffer. */
wlm_response_progress_t wlm_response_body_use_buffer(wlm_response_body_t *body);
/** A step: one read. The response is passed on as it must be. */
wlm_response_progress_t wlm_response_body_go_on(wlm_response_body_t *body);
/** It is complete: trailers go on where httpd can send them. */
void wlm_response_body_copy_trailers(wlm_response_body_t *body);

#endif

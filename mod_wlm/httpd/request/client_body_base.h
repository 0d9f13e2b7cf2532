/* httpd/request/client_body_base.h: where a request's body comes from. In r->pool; one thread at a time has it. */
#ifndef WLM_HTTPD_REQUEST_CLIENT_BODY_BASE_H
#define WLM_HTTPD_REQUEST_CLIENT_BODY_BASE_H

#include <httpd.h>
#include <apr_buckets.h>
#include "exchange/body.h"

/** Where it comes from, and what of it is to be kept. */
typedef struct wlm_client_body_source_t {
    request_rec *r;
    apr_bucket_brigade *bb;
    apr_bucket *current;           /* of which wlm_client_body_stream_next() returned bytes last */
    int filtered;                  /* other modules' filters make of it what they like */
    int uncertain;                 /* its length is known only when it is complete */
    int lost;                      /* another module has read from it */
    apr_int64_t limit;             /* PostSizeLimit in bytes, -1: none */
    apr_int64_t kept_max;          /* PostBufferSize in bytes, -1: no limit */
    apr_int64_t spool_max;         /* WLMBodySpool, -1: none */
} wlm_client_body_source_t;

#endif

/* httpd/request/client_body_base.h: the state of a request's body. In r->pool; for the worker thread of the request. */
#ifndef WLM_HTTPD_REQUEST_CLIENT_BODY_BASE_H
#define WLM_HTTPD_REQUEST_CLIENT_BODY_BASE_H

#include <httpd.h>
#include <apr_buckets.h>
#include <apr_file_io.h>

typedef struct wlm_client_body_block_t {
    struct wlm_client_body_block_t *next;
    apr_size_t len, size;
    char data[];
} wlm_client_body_block_t;

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

typedef struct wlm_client_body_t {
    wlm_client_body_source_t *source;
    apr_pool_t *pool;
    int present;                   /* the request has a body (perhaps an empty one) */
    int gone;                      /* the fields speak of one that belongs to the request before this redirect */
    int complete;                  /* all of it has been read from the client */
    apr_int64_t length;            /* Content-Length, -1 when it is not known */
    apr_int64_t total;             /* bytes read from the client so far */
    wlm_client_body_block_t *kept, *last; /* the first bytes, kept for another try; NULL: none */
    apr_size_t kept_len;           /* in all blocks */
    apr_file_t *spool;             /* the bytes behind the kept ones; gone with the request */
    apr_int64_t spooled;           /* bytes in it */
    char *spool_block;             /* for reading them */
    const char *trailers;          /* behind a complete body (wlm_http_request_trailers()) */
} wlm_client_body_t;

#endif

/* httpd/request/client_body.h: the request's body: read from the client once, kept as far as it may have to be sent again. In r->pool;
 * for the worker thread of the request. */
#ifndef WLM_HTTPD_REQUEST_CLIENT_BODY_H
#define WLM_HTTPD_REQUEST_CLIENT_BODY_H

#include <poll.h>
#include <httpd.h>
#include <apr_buckets.h>
#include "balance/model.h"
#include "net/conn.h"

typedef struct wlm_client_body_block_t {
    struct wlm_client_body_block_t *next;
    apr_size_t len, size;
    char data[];
} wlm_client_body_block_t;

typedef struct wlm_client_body_t {
    request_rec *r;
    apr_bucket_brigade *bb;
    int present;                   /* the request has a body (perhaps an empty one) */
    int gone;                      /* the fields speak of one that belongs to the request before this redirect */
    int filtered;                  /* other modules' filters make of it what they like */
    int uncertain;                 /* its length is known only when it is complete */
    int lost;                      /* another module has read from it */
    int complete;                  /* all of it has been read from the client */
    apr_int64_t length;            /* Content-Length, -1 when it is not known */
    apr_int64_t total;             /* bytes read from the client so far */
    apr_int64_t limit;             /* PostSizeLimit in bytes, -1: none */
    wlm_client_body_block_t *kept, *last; /* the first bytes, kept for another try; NULL: none */
    apr_size_t kept_len;           /* in all blocks */
    apr_int64_t kept_max;          /* PostBufferSize in bytes, -1: no limit */
    apr_file_t *spool;             /* the bytes behind the kept ones; gone with the request */
    apr_int64_t spooled;           /* bytes in it */
    apr_int64_t spool_max;         /* WLMBodySpool, -1: none */
    char *spool_block;             /* for reading them */
    const char *trailers;          /* behind a complete body (wlm_http_request_trailers()) */
    apr_bucket *current;           /* of which wlm_client_body_next() gave the bytes last */
} wlm_client_body_t;

/** Nothing is read yet. */
void wlm_client_body_init(wlm_client_body_t *body, request_rec *r, const wlm_cluster_t *cluster);

/** Read as much of the body as is to be kept. Waits for the client; one that waits for 100 Continue gets it, unless
 *  nothing is to come. @return OK, or the status for the client */
int wlm_client_body_prefetch(wlm_client_body_t *body);

typedef enum {
    WLM_CLIENT_BODY_BYTES,                /* here are some */
    WLM_CLIENT_BODY_END,                  /* there are no more */
    WLM_CLIENT_BODY_MEMBER_SPEAKS,        /* the member sends something, look at that first */
    WLM_CLIENT_BODY_FAILED                /* the client is gone, or its body is not acceptable; *pstatus */
} wlm_client_body_next_t;

/**
 * The next bytes behind those in memory and in the file. Waits for the client, and at the same time for the member.
 * @param pdata  valid until the next call
 */
wlm_client_body_next_t wlm_client_body_next(wlm_client_body_t *body, wlm_conn_t *conn, const char **pdata, apr_size_t *plen, int *pstatus);

/**
 * Some of the bytes that are in the temporary file.
 * @param at     offset in the file, less than body->spooled
 * @param pdata  valid until the next call
 */
apr_status_t wlm_client_body_read_spooled(wlm_client_body_t *body, apr_int64_t at, const char **pdata, apr_size_t *plen);

/** What to poll for input of a client's connection, without events. @return 0: that cannot be polled */
int wlm_client_body_pollfd(struct pollfd *pollfd, conn_rec *c);

/** Can the whole body be sent (again)? There is none, or all of it is kept. */
int wlm_client_body_is_kept(const wlm_client_body_t *body);

#endif

/* exchange/body.h: what is known and kept of the body of a request. In the request's pool; one thread
 * at a time has it. */
#ifndef WLM_EXCHANGE_BODY_H
#define WLM_EXCHANGE_BODY_H

#include <apr_file_io.h>
#include <apr_pools.h>

#define WLM_CLIENT_BODY_READ_SIZE 65536 /* bytes at once */

typedef struct wlm_client_body_block_t {
    struct wlm_client_body_block_t *next;
    apr_size_t len, size;
    char data[];
} wlm_client_body_block_t;

typedef struct wlm_client_body_t {
    struct wlm_client_body_source_t *source; /* where it is read from; private to the reader */
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

/**
 * Some of the bytes that are in the temporary file.
 * @param at     offset in the file, less than body->spooled
 * @param pdata  valid until the next call
 */
apr_status_t wlm_exchange_body_read_spooled(wlm_client_body_t *body, apr_int64_t at, const char **pdata,
                                            apr_size_t *plen);

#endif

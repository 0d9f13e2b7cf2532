/* body_unit.h: a body that is decoded whole or in pieces, for the tests of http/body.c. Needs unit.h before it. */
#ifndef BODY_UNIT_H
#define BODY_UNIT_H

#include "http/body.h"
#include "http/exact_unit.h"

#define SIZE_LINE WLM_HTTP_CHUNK_LINE_MAX
#define TRAILERS WLM_HTTP_TRAILERS_MAX

/** The result of decoding a body that was fed in one way of cutting */
typedef struct decoded_t {
    wlm_http_body_result_t result;
    char *data;
    apr_pool_t *pool;              /* of the trailers */
    apr_size_t data_len, used;
    int eof;                       /* what the end of input means there */
    wlm_http_body_t body;
} decoded_t;

void start(decoded_t *t, wlm_http_framing_t framing, apr_int64_t length, apr_size_t room);
/** Feed one piece until it is used up or the body has ended */
void feed(decoded_t *t, const char *text, apr_size_t len);
/** most: largest piece, 0: all at once */
void take(decoded_t *t, wlm_http_framing_t framing, apr_int64_t length, const char *text, apr_size_t len,
          unsigned most);
void done(decoded_t *t);

#endif

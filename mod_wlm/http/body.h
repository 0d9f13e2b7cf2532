/* http/body.h: the body of an HTTP/1.x message, decoded from its framing piece by piece.
 *
 *     wlm_http_body_init(&body, head.framing, head.content_length, pool);
 *     do {
 *         result = wlm_http_body_feed(&body, buf, len, &used, &data, &data_len);
 *         pass on data[0..data_len), go on behind `used`; get more bytes when none are left
 *     } while (result == WLM_HTTP_BODY_MORE);
 *     at end of input: wlm_http_body_eof(&body)
 *
 * The decoder keeps no bytes of the body; data points into the caller's buffer. The result does not depend on how the
 * input is cut into pieces. One thread at a time for one wlm_http_body_t.
 *
 * Strict (RFC 9112 7.1): a chunk size has 1 to 16 hexadecimal digits without sign or overflow, with nothing before
 * them, and only extensions, begun by ";", behind them (blanks may precede it). Extensions are skipped up to a bound.
 * Lines of the trailer section are checked like header fields. Every line ends in CRLF; a bare LF or CR is invalid,
 * because implementations differ about it.
 */
#ifndef WLM_HTTP_BODY_H
#define WLM_HTTP_BODY_H

#include <apr.h>
#include <apr_pools.h>
#include "http/field_line.h"
#include "http/framing.h"

#define WLM_HTTP_CHUNK_LINE_MAX 4096  /* bytes of a chunk-size line with extensions and its end */
#define WLM_HTTP_TRAILERS_MAX   16384 /* bytes of a trailer section without its final empty line */

typedef enum {
    WLM_HTTP_BODY_MORE,            /* the body goes on: feed the rest of the input, or more */
    WLM_HTTP_BODY_DONE,            /* the body has ended; bytes behind *pused are not part of it */
    WLM_HTTP_BODY_INVALID          /* invalid framing; ->error says why. The connection must be closed */
} wlm_http_body_result_t;

typedef struct wlm_http_body_t {
    wlm_http_framing_t framing;
    apr_int64_t left;              /* LENGTH: bytes to come; CHUNKED: bytes to come of this chunk */
    int state;                     /* CHUNKED only, private */
    int line_len;                  /* CHUNKED only, private: bytes of the current line or trailer section */
    apr_pool_t *pool;              /* for the trailer section; NULL: it is skipped */
    char *trailers;                /* WLM_HTTP_TRAILERS_MAX bytes, from its first byte on; NULL: there was none */
    apr_size_t trailers_len;       /* complete only when DONE */
    const char *error;             /* static text when INVALID or broken off, otherwise NULL */
} wlm_http_body_t;

/**
 * @param content_length  not negative; used with framing LENGTH only
 * @param pool  for the trailer section without its final empty line, when there is one; it must live as long as body.
 *              NULL: the section is skipped (it is still checked)
 */
void wlm_http_body_init(wlm_http_body_t *body, wlm_http_framing_t framing, apr_int64_t content_length,
                        apr_pool_t *pool);

/**
 * Decode input. Returns at the latest with one contiguous piece of data, so *pdata_len may be 0 and *pused < len: call
 * again with the rest as long as it returns MORE and input is left. It never returns MORE without having used a byte,
 * unless len is 0. With framing NO_BODY, or LENGTH 0, the first call (also with len 0) returns DONE. After DONE or
 * INVALID it returns the same again and uses nothing. With INVALID no data comes; *pused is where the invalid byte is.
 */
wlm_http_body_result_t wlm_http_body_feed(wlm_http_body_t *body, const char *buf, apr_size_t len, apr_size_t *pused,
                                          const char **pdata, apr_size_t *pdata_len);

/** The connection was closed in order (with TLS by a close_notify; one that broke must not be reported here when the
 *  framing is UNTIL_CLOSE). @return 1: the message is complete (UNTIL_CLOSE, or DONE before); 0: it was broken off */
int wlm_http_body_eof(wlm_http_body_t *body);

/** Bytes that may be read directly as data (LENGTH: what is left; UNTIL_CLOSE: no limit; else 0) and are then reported
 *  by wlm_http_body_skip(), which returns DONE when that was the end, otherwise MORE. */
apr_int64_t wlm_http_body_direct(const wlm_http_body_t *body);
wlm_http_body_result_t wlm_http_body_skip(wlm_http_body_t *body, apr_size_t len);

/**
 * Parse the trailer section's fields, after DONE. Changes body->trailers in place, so it can be called once.
 * @param fields  receives them in order; names and values point into body->trailers
 * @param max     size of fields
 * @return their number; 0 when there are none or none were collected; -1 when there are more than max
 */
int wlm_http_body_trailers(wlm_http_body_t *body, wlm_http_field_t *fields, int max);

#endif

/* wlm_http_body.h: the body of an HTTP/1.x message, taken out of its framing piece by piece.
 *
 *     wlm_http_body_init(&body, head.framing, head.content_length);
 *     while (have bytes) {
 *         result = wlm_http_body_feed(&body, buf, len, &used, &data, &data_len);
 *         pass on data[0..data_len), go on behind `used`
 *     }
 *     at end of input: wlm_http_body_eof(&body)
 *
 * The decoder keeps no bytes of the body; data points into the caller's buffer. Strict as RFC 9112 7.1:
 * chunk sizes are hexadecimal without sign, at most 16 digits and no overflow; extensions are skipped up
 * to a bound; a line ends in CRLF (a bare LF or CR is invalid here, because readers differ about it).
 */
#ifndef WLM_HTTP_BODY_H
#define WLM_HTTP_BODY_H

#include <apr.h>
#include "wlm_http_head.h"

/** Longest chunk-size line with extensions, and longest trailer section, in bytes. */
#define WLM_HTTP_CHUNK_LINE_MAX 4096
#define WLM_HTTP_TRAILERS_MAX   16384

typedef enum {
    WLM_BODY_MORE,                 /* all input used, more is needed */
    WLM_BODY_DONE,                 /* the body has ended; bytes behind *pused are not part of it */
    WLM_BODY_INVALID               /* broken framing; ->error says why. The connection must be closed */
} wlm_body_result_t;

typedef struct wlm_http_body_t {
    wlm_http_framing_t framing;
    apr_int64_t left;              /* LENGTH: bytes to come; CHUNKED: bytes to come of this chunk */
    int state;                     /* CHUNKED only, private */
    int line_len;                  /* CHUNKED only, private: bytes of the current line or trailer section */
    char *trailers;                /* NULL, or the caller's buffer of WLM_HTTP_TRAILERS_MAX bytes: receives the
                                      trailer section without its final empty line */
    apr_size_t trailers_len;
    const char *error;             /* static text when INVALID */
} wlm_http_body_t;

/** @param trailers  buffer for the trailer section, or NULL when it is to be skipped (it is still checked) */
void wlm_http_body_init(wlm_http_body_t *body, wlm_http_framing_t framing, apr_int64_t content_length,
                        char *trailers);

/**
 * Take body bytes out of the input. Returns at the latest when one contiguous piece of data was found, so
 * *pdata_len may be 0 and *pused < len: call again with the rest as long as it returns MORE and input is left.
 * With framing NO_BODY, or LENGTH 0, the first call (also with len 0) returns DONE.
 */
wlm_body_result_t wlm_http_body_feed(wlm_http_body_t *body, const char *buf, apr_size_t len,
                                     apr_size_t *pused, const char **pdata, apr_size_t *pdata_len);

/** The connection ended. @return 1 when the message is complete (UNTIL_CLOSE, or DONE before), 0 when it broke off */
int wlm_http_body_eof(wlm_http_body_t *body);

/** How many bytes may be read at once directly as data (LENGTH: what is left; UNTIL_CLOSE: no limit; else 0).
 *  The caller that reads so tells it with wlm_http_body_skip(). */
apr_int64_t wlm_http_body_direct(const wlm_http_body_t *body);
/** @return DONE when that was the end, otherwise MORE */
wlm_body_result_t wlm_http_body_skip(wlm_http_body_t *body, apr_size_t len);

#endif

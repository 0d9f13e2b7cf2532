/* http/head.h: the head of an HTTP/1.x response, read strictly (RFC 9112). Pure, any thread.
 *
 * The input is bytes from a server that may be broken or hostile. Whatever gives the length of the message two readings
 * is rejected, never repaired: several or malformed Content-Length fields, Content-Length together with
 * Transfer-Encoding, a transfer coding other than "chunked", a folded line, white space before the colon, a bare CR, a
 * NUL. A bare LF as line end is accepted (RFC 9112 2.2 allows it), because it has one reading only.
 * head.c has the table of what is INVALID and what is not.
 */
#ifndef WLM_HTTP_HEAD_H
#define WLM_HTTP_HEAD_H

#include <apr.h>
#include "http/field_line.h"
#include "http/framing.h"

/** Fields that a head can have at most, whatever the configured limit. */
#define WLM_HTTP_FIELDS_MAX 1000

typedef enum {
    WLM_HEAD_COMPLETE,
    WLM_HEAD_INCOMPLETE,           /* more bytes are needed */
    WLM_HEAD_NOT_HTTP,             /* does not begin with "HTTP/1." and a digit; returned as soon as that is known */
    WLM_HEAD_INVALID,              /* HTTP, but not to be trusted; ->error says why */
    WLM_HEAD_TOO_LARGE             /* more bytes or fields than allowed; ->error says which */
} wlm_head_result_t;

typedef struct wlm_http_head_t {
    int minor;                     /* HTTP/1.<minor>; higher than 1 counts as 1 */
    int status;                    /* 100..999 */
    const char *reason;            /* NUL-terminated, may be "" */
    int nfields;
    wlm_http_field_t *fields;      /* the caller's array; names and values point into the buffer */
    int fields_max;                /* its size */
    wlm_http_framing_t framing;
    apr_int64_t content_length;    /* -1 when absent. With WLM_HTTP_NO_BODY: what the field said */
    int keep_alive;                /* the connection may carry another request after this message. For an interim
                                      response (1xx) not meaningful */
    apr_size_t size;               /* bytes of the head, with the empty line */
    const char *error;             /* static text for INVALID, TOO_LARGE and NOT_HTTP, otherwise NULL */
} wlm_http_head_t;

/**
 * How many lines end in a part of a head, so that its caller can make room for its fields: there are fewer of them.
 * @param from  where the part begins in buf, which has len bytes; what follows the end of the head is not counted when
 *              the line end before it is in the part, too
 * Pure, any thread.
 */
int wlm_http_head_lines(const char *buf, apr_size_t len, apr_size_t from);

/**
 * Parse a response head at the beginning of a buffer.
 *
 * Nothing is written to the buffer before the head is complete, so the caller appends what it has read and calls again
 * (the buffer may have moved; the head must be at its beginning). Pure otherwise, any thread. At the end of input
 * INCOMPLETE means that the head was broken off.
 *
 * @param head      result; the caller has set fields and fields_max. With any result but COMPLETE only error is set
 * @param buf       bytes read so far. When COMPLETE, and when a complete head is INVALID or has too many fields, the
 *                  bytes of the head are changed; bytes behind it never are
 * @param len       their number
 * @param max_size  a head that has not ended after so many bytes is TOO_LARGE
 * @param to_head_request the request was HEAD, so there is no body whatever the fields say
 * @param pscan     in/out, 0 at first: how far earlier calls have searched for the end (so that a head
 *                  that trickles in byte by byte costs linear time). It is 0 again after every result but
 *                  INCOMPLETE, ready for the next head
 */
wlm_head_result_t wlm_http_head_parse(wlm_http_head_t *head, char *buf, apr_size_t len,
                                      apr_size_t max_size, int to_head_request, apr_size_t *pscan);

/** The value of the first field of that name (any case), or NULL. */
const char *wlm_http_head_get(const wlm_http_head_t *head, const char *name);

#endif

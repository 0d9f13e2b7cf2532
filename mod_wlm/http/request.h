/* http/request.h: the head of a request to a member. */
#ifndef WLM_HTTP_REQUEST_H
#define WLM_HTTP_REQUEST_H

#include <apr_tables.h>

#define WLM_HTTP_CHUNKED_LENGTH (-1)  /* the body's length is not known: it goes out chunked */
#define WLM_HTTP_NO_LENGTH      (-2)  /* there is no body */
#define WLM_HTTP_GONE_LENGTH    (-3)  /* there is none, and the fields speak of one that is not this request's */

#define WLM_HTTP_REQUEST_TRAILERS_MAX 100 /* fields that a request may have behind its body */

typedef struct wlm_http_request_t {
    const char *method;
    const char *target;            /* origin form, with query */
    const apr_table_t *fields;     /* the client's. Per-hop and private ones, and those that Connection names, are left
                                      out, and those that `own` has; with WLM_HTTP_GONE_LENGTH also those that
                                      describe a body */
    const apr_table_t *own;        /* ours */
    apr_int64_t length;            /* of the body, or one of the above */
} wlm_http_request_t;

/** Is the method idempotent? Those that the IANA registry of HTTP methods says are; any other is not. Case counts. */
int wlm_http_method_is_idempotent(const char *method);

/** Do requests with this method go to members? TRACE is httpd's own, and a CONNECT is none for an origin server. */
int wlm_http_method_is_forwarded(const char *method);

/** Does one of a request's fields Connection name this one? Case does not count. */
int wlm_http_request_nominates(const apr_table_t *fields, const char *name);

/**
 * Make the head, with its empty line. Pure.
 *
 * Bytes of the target that may not stand in a path or query (RFC 3986 3.3, 3.4) are percent-encoded: blanks, control
 * characters, "<>[]{}|\^` and those above 127. A field
 * whose name or value could break out of its line is left out; httpd does not let such a one through, this is the
 * second lock.
 * @param plen  its length
 */
char *wlm_http_request_head(apr_size_t *plen, const wlm_http_request_t *request, apr_pool_t *p);

/**
 * The client's trailers as the trailer section of a chunked body: those that may trail. Pure.
 * @return e.g. "X-Sum: 5\r\n", "" when there are none; in p. NULL: more than WLM_HTTP_REQUEST_TRAILERS_MAX fields, or
 *         WLM_HTTP_TRAILERS_MAX bytes
 */
const char *wlm_http_request_trailers(const apr_table_t *fields, apr_pool_t *p);

#endif

/* http/request.h: the head and the trailers of a request to a member. Pure; any thread. */
#ifndef WLM_HTTP_REQUEST_H
#define WLM_HTTP_REQUEST_H

#include <apr_tables.h>

#define WLM_HTTP_CHUNKED_LENGTH (-1)  /* the body's length is not known: it is sent chunked */
#define WLM_HTTP_NO_LENGTH      (-2)  /* there is no body */
#define WLM_HTTP_GONE_LENGTH    (-3)  /* there is no body any more, and the fields that describe it are dropped */

#define WLM_HTTP_REQUEST_TRAILERS_MAX 100 /* trailer fields of a request */
#define WLM_HTTP_REQUEST_OWN_MAX 40 /* fields that the module sets */

/** Lasts until the head is made: a request that waits does not keep it. */
typedef struct wlm_http_request_t {
    apr_pool_t *pool;              /* for what the caller makes for it */
    const char *method;
    const char *target;            /* origin form, with query */
    const apr_table_t *fields;     /* the client's. Dropped are per-hop and private fields, those that Connection names
                                      and those that `own` has; with WLM_HTTP_GONE_LENGTH also those that describe a
                                      body */
    apr_int64_t length;            /* of the body, or one of the above */
    int nown;
    struct {
        const char *name, *value;
    } own[WLM_HTTP_REQUEST_OWN_MAX]; /* fields that the module sets, each once */
} wlm_http_request_t;

/** Set a field of the module's own, which no call before has set. Neither text is copied. There must be room.
 *  @param value  NULL: the member gets no such field */
void wlm_http_request_set(wlm_http_request_t *request, const char *name, const char *value);

/** Is the method idempotent by the IANA registry of HTTP methods? An unknown one is not. Case sensitive. */
int wlm_http_method_is_idempotent(const char *method);

/** Are requests with this method sent to members? Not TRACE, which httpd answers, and CONNECT, which is for proxies. */
int wlm_http_method_is_forwarded(const char *method);

/** Does one of a request's fields Connection name this field? In any case. */
int wlm_http_request_nominates(const apr_table_t *fields, const char *name);

/** Room that the head takes at most, in bytes. */
apr_size_t wlm_http_request_head_max(const wlm_http_request_t *request);

/**
 * Make the head, with its empty line. Pure.
 *
 * Bytes of the target that a path or query may not have (RFC 3986 3.3, 3.4) are percent-encoded: blanks, control
 * characters, "<>[]{}|\^` and those above 127. A field whose name or value contains a line end is dropped; httpd
 * refuses such fields, too, so this is a second defence.
 * @param head  room for it
 * @return its length
 */
apr_size_t wlm_http_request_head(char *head, const wlm_http_request_t *request);

/**
 * The trailer section of a chunked body, of those of the client's trailers that may be forwarded. Pure.
 * @return e.g. "X-Sum: 5\r\n", "" when there are none; in p. NULL: more than WLM_HTTP_REQUEST_TRAILERS_MAX fields, or
 *         WLM_HTTP_TRAILERS_MAX bytes
 */
const char *wlm_http_request_trailers(const apr_table_t *fields, apr_pool_t *p);

#endif

/* The request's body: read from the client once, kept in memory as far as PostBufferSize allows. */
#include "mod_wlm.h"

#define READ_SIZE   65536
#define KEPT_FIRST  8192

/* HTTP/1 says in the head whether there is a body; other protocols only when it has ended */
static int has_body(request_rec *r)
{
    return apr_table_get(r->headers_in, "Content-Length") || apr_table_get(r->headers_in, "Transfer-Encoding")
           || (r->connection->master && ap_request_has_body(r));
}

static apr_int64_t length_of(request_rec *r)
{
    const char *text = apr_table_get(r->headers_in, "Content-Length");
    apr_off_t length;

    /* httpd has refused what is no number, and dropped a length beside a transfer coding */
    return text && ap_parse_strict_length(&length, text) ? (apr_int64_t)length : -1;
}

void wlm_body_init(wlm_body_t *body, request_rec *r, int buffer_kib, int limit_kib)
{
    memset(body, 0, sizeof(*body));
    body->r = r;
    body->present = has_body(r);
    body->length = body->present ? length_of(r) : 0;
    body->complete = !body->present || body->length == 0;
    body->limit = limit_kib < 0 ? -1 : (apr_int64_t)limit_kib * 1024;
    body->kept_max = buffer_kib < 0 ? -1 : (apr_int64_t)buffer_kib * 1024;
}

int wlm_body_is_repeatable(const wlm_body_t *body)
{
    return body->complete && (apr_int64_t)body->kept_len == body->total;
}

/* -- reading ------------------------------------------------------------------- */

/* Read some of the body. @return APR_SUCCESS, APR_EAGAIN, or an error */
static apr_status_t read_some(wlm_body_t *body, apr_read_type_e block)
{
    apr_status_t rv;

    if (!body->bb) {
        body->bb = apr_brigade_create(body->r->pool, body->r->connection->bucket_alloc);
    }
    rv = ap_get_brigade(body->r->input_filters, body->bb, AP_MODE_READBYTES, block, READ_SIZE);
    if (rv == APR_SUCCESS && APR_BRIGADE_EMPTY(body->bb)) {
        rv = APR_EAGAIN;
    }
    return rv;
}

/* Take the next bucket with bytes out of what was read; sets complete at the end of the body */
static apr_status_t take_bucket(wlm_body_t *body, const char **pdata, apr_size_t *plen)
{
    apr_status_t rv;

    *plen = 0;
    while (!APR_BRIGADE_EMPTY(body->bb)) {
        apr_bucket *b = APR_BRIGADE_FIRST(body->bb);
        if (APR_BUCKET_IS_EOS(b)) {
            body->complete = 1;
        }
        else if (!APR_BUCKET_IS_METADATA(b)) {
            rv = apr_bucket_read(b, pdata, plen, APR_BLOCK_READ);
            if (rv != APR_SUCCESS) {
                return rv;
            }
        }
        if (*plen > 0) {
            APR_BUCKET_REMOVE(b);
            body->current = b;
            body->total += (apr_int64_t)*plen;
            return APR_SUCCESS;
        }
        apr_bucket_delete(b);
    }
    return APR_SUCCESS;
}

static void drop_current(wlm_body_t *body)
{
    if (body->current) {
        apr_bucket_destroy(body->current);
        body->current = NULL;
    }
}

static int is_too_large(const wlm_body_t *body)
{
    return body->limit >= 0 && (body->total > body->limit || body->length > body->limit);
}

static int refuse_too_large(const wlm_body_t *body)
{
    ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, body->r, WLMNO(0010) "request body is larger than PostSizeLimit (%"
                  APR_INT64_T_FMT " bytes); answered with 413", body->limit);
    return HTTP_REQUEST_ENTITY_TOO_LARGE;
}

static int failed(wlm_body_t *body, apr_status_t rv)
{
    ap_log_rerror(APLOG_MARK, APLOG_INFO, rv, body->r, WLMNO(0011) "the client's request body ended early or is not "
                  "acceptable, after %" APR_INT64_T_FMT " bytes", body->total);
    return ap_map_http_request_error(rv, HTTP_BAD_REQUEST);
}

/* -- keeping --------------------------------------------------------------------- */

/* Grow the kept part to hold `len` bytes more; blocks of the request's pool, at most twice what is needed */
static void reserve(wlm_body_t *body, apr_size_t len)
{
    apr_size_t need = body->kept_len + len, size = body->kept_size ? body->kept_size : KEPT_FIRST;
    char *larger;

    if (need <= body->kept_size) {
        return;
    }
    if (!body->kept_size && body->length > 0 && (body->kept_max < 0 || body->length <= body->kept_max)) {
        size = (apr_size_t)body->length; /* known, and all of it is to be kept */
    }
    while (size < need) {
        size *= 2;
    }
    larger = apr_palloc(body->r->pool, size);
    if (body->kept_len) {
        memcpy(larger, body->kept, body->kept_len);
    }
    body->kept = larger;
    body->kept_size = size;
}

int wlm_body_prefetch(wlm_body_t *body)
{
    const char *data;
    apr_size_t len;
    apr_status_t rv;

    if (is_too_large(body)) {
        return refuse_too_large(body);
    }
    /* a body that is known not to fit cannot be sent again anyway: it streams from its first byte */
    if (body->kept_max >= 0 && body->length > body->kept_max) {
        return OK;
    }
    while (!body->complete && (body->kept_max < 0 || (apr_int64_t)body->kept_len < body->kept_max)) {
        rv = body->bb && !APR_BRIGADE_EMPTY(body->bb) ? APR_SUCCESS : read_some(body, APR_BLOCK_READ);
        if (rv == APR_SUCCESS) {
            rv = take_bucket(body, &data, &len);
        }
        if (rv != APR_SUCCESS) {
            return failed(body, rv);
        }
        if (is_too_large(body)) {
            return refuse_too_large(body);
        }
        if (len) {
            reserve(body, len);
            memcpy(body->kept + body->kept_len, data, len);
            body->kept_len += len;
            drop_current(body);
        }
    }
    return OK;
}

/* -- streaming ------------------------------------------------------------------ */

static int client_fd(const request_rec *r)
{
    apr_os_sock_t fd = -1;
    apr_socket_t *socket = r->connection->master ? NULL : ap_get_conn_socket(r->connection);

    return socket && apr_os_sock_get(&fd, socket) == APR_SUCCESS ? (int)fd : -1;
}

/* Nothing to read from the client right now. @return what came first: the client (BYTES), the member, or a failure */
static wlm_body_next_t wait_for_either(wlm_body_t *body, wlm_conn_t *conn, int *pstatus)
{
    int fd = client_fd(body->r), ready = 0;
    apr_status_t rv;

    if (fd < 0) { /* HTTP/2: no descriptor of its own; wait for the client alone */
        rv = read_some(body, APR_BLOCK_READ);
    }
    else {
        rv = wlm_conn_wait(conn, WLM_CONN_READ, fd, body->r->server->timeout, &ready);
    }
    if (ready) {
        return WLM_BODY_MEMBER_SPEAKS;
    }
    if (rv != APR_SUCCESS) {
        *pstatus = failed(body, rv);
        return WLM_BODY_FAILED;
    }
    return WLM_BODY_BYTES;
}

wlm_body_next_t wlm_body_next(wlm_body_t *body, wlm_conn_t *conn, const char **pdata, apr_size_t *plen, int *pstatus)
{
    wlm_body_next_t came;
    apr_status_t rv;

    drop_current(body);
    *plen = 0;
    while (!body->complete) {
        if (wlm_conn_is_readable(conn)) {
            return WLM_BODY_MEMBER_SPEAKS;
        }
        rv = body->bb && !APR_BRIGADE_EMPTY(body->bb) ? APR_SUCCESS : read_some(body, APR_NONBLOCK_READ);
        if (APR_STATUS_IS_EAGAIN(rv)) {
            if ((came = wait_for_either(body, conn, pstatus)) != WLM_BODY_BYTES) {
                return came;
            }
            continue;
        }
        if (rv == APR_SUCCESS) {
            rv = take_bucket(body, pdata, plen);
        }
        if (rv != APR_SUCCESS) {
            *pstatus = failed(body, rv);
            return WLM_BODY_FAILED;
        }
        if (is_too_large(body)) {
            *pstatus = refuse_too_large(body);
            return WLM_BODY_FAILED;
        }
        if (*plen) {
            return WLM_BODY_BYTES;
        }
    }
    return WLM_BODY_END;
}

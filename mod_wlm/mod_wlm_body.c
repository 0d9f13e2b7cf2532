/* The request's body: read from the client once; kept in memory as far as PostBufferSize allows, and beyond that, where
 * WLMBodySpool allows it, in a temporary file. */
#include <apr_file_io.h>
#include <apr_portable.h>
#include <apr_strings.h>
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

static apr_int64_t bytes_of(int kib)
{
    return kib < 0 ? -1 : (apr_int64_t)kib * 1024;
}

void wlm_body_init(wlm_body_t *body, request_rec *r, const wlm_cluster_t *cluster)
{
    const plugin_cfg_cluster_t *cfg = cluster->cfg;
    const wlm_options_t *options = cluster->options;
    int raised = options->post_buffer_kib < 0 || cfg->post_buffer_size < 0 ? -1
               : options->post_buffer_kib > cfg->post_buffer_size ? options->post_buffer_kib : cfg->post_buffer_size;

    memset(body, 0, sizeof(*body));
    body->r = r;
    body->present = has_body(r);
    body->length = body->present ? length_of(r) : 0;
    body->complete = !body->present || body->length == 0;
    body->limit = bytes_of(cfg->post_size_limit);
    body->kept_max = bytes_of(raised);
    body->spool_max = options->spool_max > 0 ? options->spool_max : -1;
}

static int may_be_kept(const wlm_body_t *body, apr_int64_t size)
{
    return body->kept_max < 0 || size <= body->kept_max || size <= body->spool_max;
}

int wlm_body_is_kept(const wlm_body_t *body)
{
    return body->complete && (apr_int64_t)body->kept_len + body->spooled == body->total
           && may_be_kept(body, body->total);
}

/* -- reading ------------------------------------------------------------------- */

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

/* What is there without waiting. Of a body without a length mod_http2 makes chunks, and says once behind each that there is
 * nothing, although it has more; and its descriptor tells only of what comes when it has nothing. */
static apr_status_t read_available(wlm_body_t *body)
{
    apr_status_t rv = read_some(body, APR_NONBLOCK_READ);

    return APR_STATUS_IS_EAGAIN(rv) && body->r->connection->master ? read_some(body, APR_NONBLOCK_READ) : rv;
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
            body->complete = body->total == body->length;
            return APR_SUCCESS;
        }
        apr_bucket_delete(b);
    }
    return APR_SUCCESS;
}

/* What has been read and not been used yet, all but its first `used` bytes, is read again */
static void put_back_current(wlm_body_t *body, apr_size_t used)
{
    apr_bucket *b = body->current;

    body->current = NULL;
    body->total -= (apr_int64_t)(b->length - used);
    body->complete = 0;
    APR_BRIGADE_INSERT_HEAD(body->bb, b);
    if (used > 0) {
        apr_bucket_split(b, used); /* of bytes in memory: cannot fail */
        apr_bucket_delete(b);
    }
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

/* -- keeping in memory ------------------------------------------------------------ */

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

static void keep_in_memory(wlm_body_t *body, const char *data, apr_size_t len)
{
    reserve(body, len);
    memcpy(body->kept + body->kept_len, data, len);
    body->kept_len += len;
    drop_current(body);
}

/* -- keeping in a file --------------------------------------------------------------- */

/* The file has no name from the beginning, so nothing is left of it when the process dies */
static apr_status_t open_spool(wlm_body_t *body)
{
    apr_pool_t *p = body->r->pool;
    const char *folder;
    char *name;
    apr_status_t rv = apr_temp_dir_get(&folder, p);

    if (rv == APR_SUCCESS) {
        name = apr_pstrcat(p, folder, "/wlm-body.XXXXXX", NULL);
        rv = apr_file_mktemp(&body->spool, name, APR_FOPEN_CREATE | APR_FOPEN_EXCL | APR_FOPEN_READ | APR_FOPEN_WRITE
                             | APR_FOPEN_BINARY, p);
    }
    return rv == APR_SUCCESS ? apr_file_remove(name, p) : rv;
}

/* A body that cannot be spooled streams from here on: it is served, but cannot be sent again */
static void spool(wlm_body_t *body, const char *data, apr_size_t len)
{
    apr_status_t rv = body->spool ? APR_SUCCESS : open_spool(body);
    apr_size_t written = 0;

    if (rv == APR_SUCCESS) {
        rv = apr_file_write_full(body->spool, data, len, &written);
        body->spooled += (apr_int64_t)written;
    }
    if (rv == APR_SUCCESS) {
        drop_current(body);
        return;
    }
    ap_log_rerror(APLOG_MARK, APLOG_WARNING, rv, body->r, WLMNO(0012) "cannot keep a request body in a temporary file: "
                  "it is sent to one member only; is there room in the temporary directory (TMPDIR)?");
    body->spool_max = -1;
    put_back_current(body, written);
}

apr_status_t wlm_body_read_spooled(wlm_body_t *body, apr_int64_t at, const char **pdata, apr_size_t *plen)
{
    apr_int64_t left = body->spooled - at;
    apr_off_t offset = (apr_off_t)at;
    apr_status_t rv;

    *plen = left < READ_SIZE ? (apr_size_t)left : READ_SIZE;
    if (!body->spool_block) {
        body->spool_block = apr_palloc(body->r->pool, READ_SIZE);
    }
    *pdata = body->spool_block;
    rv = apr_file_seek(body->spool, APR_SET, &offset);
    return rv != APR_SUCCESS ? rv : apr_file_read_full(body->spool, body->spool_block, *plen, NULL);
}

/* -- before a member is chosen ------------------------------------------------------ */

typedef enum { IN_MEMORY, IN_FILE, NOT_AT_ALL } place_t;

/* Where do the next bytes of the body go? A body that is known not to fit streams from its first byte, because it
 * cannot be sent again anyway. */
static place_t place_of_next(const wlm_body_t *body)
{
    if (!may_be_kept(body, body->length >= 0 ? body->length : body->total)) {
        return NOT_AT_ALL;
    }
    if (body->kept_max < 0 || (body->kept_max > 0 && body->total <= body->kept_max)) {
        return IN_MEMORY;
    }
    return body->total <= body->spool_max ? IN_FILE : NOT_AT_ALL;
}

/* httpd takes every list of codings that ends in chunked. The member gets the body in a framing of our own, so that of
 * another coding it would not learn: RFC 9112 6.1, 501. */
static int refuse_coding(const wlm_body_t *body)
{
    const char *coding = apr_table_get(body->r->headers_in, "Transfer-Encoding");

    if (!coding || ap_cstr_casecmp(coding, "chunked") == 0) {
        return OK;
    }
    ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, body->r, WLMNO(0017) "refused: the request's body has the transfer coding \"%s\"; "
                  "only chunked is known", coding);
    body->r->connection->keepalive = AP_CONN_CLOSE;
    return HTTP_NOT_IMPLEMENTED;
}

int wlm_body_prefetch(wlm_body_t *body)
{
    const char *data;
    apr_size_t len;
    apr_status_t rv;
    place_t place;

    if (refuse_coding(body) != OK) {
        return HTTP_NOT_IMPLEMENTED;
    }
    if (is_too_large(body)) {
        return refuse_too_large(body);
    }
    while (!body->complete && (place = place_of_next(body)) != NOT_AT_ALL) {
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
        if (len && place == IN_MEMORY) {
            keep_in_memory(body, data, len);
        }
        else if (len) {
            spool(body, data, len);
        }
    }
    return OK;
}

/* -- streaming ------------------------------------------------------------------ */

int wlm_body_pollfd(struct pollfd *pollfd, conn_rec *c)
{
    apr_pollfd_t client;
    apr_os_sock_t fd = -1;
    apr_os_file_t file = -1;

    memset(&client, 0, sizeof(client));
    if (ap_get_pollfd_from_conn(c, &client, NULL) != APR_SUCCESS) {
        return 0;
    }
    if (client.desc_type == APR_POLL_SOCKET && apr_os_sock_get(&fd, client.desc.s) == APR_SUCCESS) {
        *pollfd = (struct pollfd){ (int)fd, 0, 0 };
    }
    else if (client.desc_type == APR_POLL_FILE && apr_os_file_get(&file, client.desc.f) == APR_SUCCESS) {
        *pollfd = (struct pollfd){ (int)file, 0, 0 };
    }
    return fd >= 0 || file >= 0;
}

/* Nothing to read from the client right now. @return what came first: the client (BYTES), the member, or a failure */
static wlm_body_next_t wait_for_either(wlm_body_t *body, wlm_conn_t *conn, int *pstatus)
{
    struct pollfd client;
    apr_status_t rv;
    int ready = 0;

    if (!wlm_body_pollfd(&client, body->r->connection)) {
        rv = read_some(body, APR_BLOCK_READ); /* wait for the client alone */
    }
    else {
        client.events = POLLIN;
        rv = wlm_conn_wait(conn, WLM_CONN_READ, &client, body->r->server->timeout, &ready);
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
        rv = body->bb && !APR_BRIGADE_EMPTY(body->bb) ? APR_SUCCESS : read_available(body);
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

/* The request's body: read from the client once; kept in memory as far as PostBufferSize allows, and beyond that, where
 * WLMBodySpool allows it, in a temporary file. */
#include "httpd/request/client_body.h"
#include <httpd.h>
#include <apr_file_io.h>
#include <apr_portable.h>
#include <apr_strings.h>
#include <http_core.h>
#include <http_log.h>
#include <http_protocol.h>
#include <mod_core.h>
#include <util_filter.h>
#include "balance/model.h"
#include "balance/options.h"
#include "base/clock.h"
#include "http/body.h"
#include "http/request.h"
#include "httpd/context/context.h"
#include "net/conn.h"

#define READ_SIZE   65536
#define BLOCK_FIRST 8000
#define BLOCK_MAX   (1024 * 1024)

/* -- whose body it is, and how long ------------------------------------------------- */

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

/* httpd's own reader takes out of the connection what the head declares, and not a byte more. NULL: there is none.
 * @param pothers  filters of other modules stand before it: what they make of a body has any length */
static const ap_filter_t *find_reader(const request_rec *r, int *pothers)
{
    const ap_filter_t *f = r->input_filters;

    *pothers = 0;
    for (; f && f->frec != ap_http_input_filter_handle; f = f->next) {
        *pothers = 1;
    }
    return f;
}

/* An internal redirect has the fields of the request before it. Its body it has only when nobody has begun to read
 * that; and the request for an error document is a new one, about another resource. What of the body is still to come
 * httpd reads away at the end. (mod_request's kept body is one that was read, and is to be had again.) */
static int is_of_another_request(const request_rec *r, const ap_filter_t *reader)
{
    return r->prev && !r->kept_body && (!ap_is_HTTP_SUCCESS(r->status) || (reader && reader->ctx));
}

static void find_length(wlm_client_body_t *body)
{
    const ap_filter_t *reader = find_reader(body->r, &body->filtered);
    int begun = reader && reader->ctx; /* what it knows of a body it notes at the first read */

    body->gone = is_of_another_request(body->r, reader);
    body->present = !body->gone && has_body(body->r);
    body->uncertain = body->present && (body->filtered || !reader || begun);
    body->lost = body->present && begun && !body->filtered && length_of(body->r) != 0;
    body->length = !body->present ? 0 : body->uncertain ? -1 : length_of(body->r);
    body->complete = !body->present || body->length == 0;
}

static apr_int64_t bytes_of(int kib)
{
    return kib < 0 ? -1 : (apr_int64_t)kib * 1024;
}

void wlm_client_body_init(wlm_client_body_t *body, request_rec *r, const wlm_cluster_t *cluster)
{
    const plugin_cfg_cluster_t *cfg = cluster->cfg;
    const wlm_options_t *options = cluster->options;
    int raised = options->post_buffer_kib < 0 || cfg->post_buffer_size < 0 ? -1
               : options->post_buffer_kib > cfg->post_buffer_size ? options->post_buffer_kib : cfg->post_buffer_size;

    memset(body, 0, sizeof(*body));
    body->r = r;
    body->trailers = "";
    find_length(body);
    body->limit = bytes_of(cfg->post_size_limit);
    body->kept_max = bytes_of(raised);
    body->spool_max = options->spool_max > 0 ? options->spool_max : -1;
}

static int may_be_kept(const wlm_client_body_t *body, apr_int64_t size)
{
    return body->kept_max < 0 || size <= body->kept_max || size <= body->spool_max;
}

int wlm_client_body_is_kept(const wlm_client_body_t *body)
{
    return body->complete && (apr_int64_t)body->kept_len + body->spooled == body->total
           && may_be_kept(body, body->total);
}

/* -- reading ------------------------------------------------------------------- */

/* A reader that finds a broken body answers the client itself. It may say success then, and when asked again, that the
 * body has ended. Where the answer has begun it would end that as if it were complete: so it gets no way to the client. */
static apr_status_t read_some(wlm_client_body_t *body, apr_read_type_e block)
{
    request_rec *r = body->r;
    ap_filter_t *to_client = r->output_filters;
    apr_status_t rv;

    if (!body->bb) {
        body->bb = apr_brigade_create(r->pool, r->connection->bucket_alloc);
    }
    if (r->sent_bodyct) {
        r->output_filters = NULL;
    }
    rv = ap_get_brigade(r->input_filters, body->bb, AP_MODE_READBYTES, block, READ_SIZE);
    r->output_filters = to_client;
    return rv == APR_SUCCESS && r->eos_sent ? AP_FILTER_ERROR : rv;
}

/* What is there without waiting. Of a body without a length mod_http2 makes chunks, and says once behind each that there is
 * nothing, although it has more; and its descriptor tells only of what comes when it has nothing. */
static apr_status_t read_available(wlm_client_body_t *body)
{
    apr_status_t rv = read_some(body, APR_NONBLOCK_READ);

    if (APR_STATUS_IS_EAGAIN(rv) && body->r->connection->master) {
        rv = read_some(body, APR_NONBLOCK_READ);
    }
    return rv == APR_SUCCESS && APR_BRIGADE_EMPTY(body->bb) ? APR_EAGAIN : rv;
}

/* The body has ended where it should, or where the client's framing says. More than was declared: a filter has come in
 * between. */
static void look_for_end(wlm_client_body_t *body)
{
    apr_bucket *next = APR_BRIGADE_FIRST(body->bb);

    if (body->length >= 0 && body->total > body->length) {
        body->length = -1;
    }
    body->complete = body->total == body->length || (next != APR_BRIGADE_SENTINEL(body->bb) && APR_BUCKET_IS_EOS(next));
}

/* Take the next bucket with bytes out of what was read; sets complete at the end of the body */
static apr_status_t take_bucket(wlm_client_body_t *body, const char **pdata, apr_size_t *plen)
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
            look_for_end(body);
            return APR_SUCCESS;
        }
        apr_bucket_delete(b);
    }
    return APR_SUCCESS;
}

/* What has been read and not been used yet, all but its first `used` bytes, is read again */
static void put_back_current(wlm_client_body_t *body, apr_size_t used)
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

static void drop_current(wlm_client_body_t *body)
{
    if (body->current) {
        apr_bucket_destroy(body->current);
        body->current = NULL;
    }
}

static int is_too_large(const wlm_client_body_t *body)
{
    return body->limit >= 0 && (body->total > body->limit || body->length > body->limit);
}

static int refuse_too_large(const wlm_client_body_t *body)
{
    ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, body->r, WLMNO(0010) "request body is larger than PostSizeLimit (%"
                  APR_INT64_T_FMT " bytes); answered with 413", body->limit);
    return HTTP_REQUEST_ENTITY_TOO_LARGE;
}

static int failed(wlm_client_body_t *body, apr_status_t rv)
{
    ap_log_rerror(APLOG_MARK, APLOG_INFO, rv, body->r, WLMNO(0011) "the client's request body ended early or is not "
                  "acceptable, after %" APR_INT64_T_FMT " bytes", body->total);
    return ap_map_http_request_error(rv, HTTP_BAD_REQUEST);
}

/* All of the body is there: what stands behind it goes with it */
static int finish(wlm_client_body_t *body)
{
    body->trailers = wlm_http_request_trailers(body->r->trailers_in, body->r->pool);
    if (body->trailers) {
        return OK;
    }
    ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, body->r, WLMNO(0102) "refused: behind the request's body stand more than "
                  "%d trailer fields or %d bytes of them", WLM_HTTP_REQUEST_TRAILERS_MAX, WLM_HTTP_TRAILERS_MAX);
    body->r->connection->keepalive = AP_CONN_CLOSE;
    return HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE;
}

/* -- keeping in memory ------------------------------------------------------------ */

/* How large a block comes behind those that are there? What has come says that, not what the client has promised: only
 * for the first one, so that a small body lies in one piece. */
static apr_size_t next_size(const wlm_client_body_t *body)
{
    apr_size_t size = body->kept_len < BLOCK_FIRST ? BLOCK_FIRST
                    : body->kept_len < BLOCK_MAX ? body->kept_len : BLOCK_MAX;

    if (body->length > 0 && body->kept_len == 0) {
        size = READ_SIZE;
    }
    return body->length > 0 && body->length - (apr_int64_t)body->kept_len < (apr_int64_t)size
           ? (apr_size_t)(body->length - (apr_int64_t)body->kept_len) : size;
}

static wlm_client_body_block_t *add_block(wlm_client_body_t *body)
{
    apr_size_t size = next_size(body);
    wlm_client_body_block_t *block = apr_palloc(body->r->pool, sizeof(*block) + size);

    *block = (wlm_client_body_block_t){ .size = size };
    *(body->last ? &body->last->next : &body->kept) = block;
    body->last = block;
    return block;
}

static void keep_in_memory(wlm_client_body_t *body, const char *data, apr_size_t len)
{
    while (len > 0) {
        wlm_client_body_block_t *block = body->last && body->last->len < body->last->size ? body->last : add_block(body);
        apr_size_t n = block->size - block->len < len ? block->size - block->len : len;

        memcpy(block->data + block->len, data, n);
        block->len += n;
        body->kept_len += n;
        data += n;
        len -= n;
    }
    drop_current(body);
}

/* -- keeping in a file --------------------------------------------------------------- */

/* The file has no name from the beginning, so nothing is left of it when the process dies */
static apr_status_t open_spool(wlm_client_body_t *body)
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
static void spool(wlm_client_body_t *body, const char *data, apr_size_t len)
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

apr_status_t wlm_client_body_read_spooled(wlm_client_body_t *body, apr_int64_t at, const char **pdata, apr_size_t *plen)
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
 * cannot be sent again anyway. Of one that filters make something of the first bytes are read in any case: with them
 * the filters change the fields that describe it. */
static place_t place_of_next(const wlm_client_body_t *body)
{
    if (body->uncertain && body->total == 0) {
        return IN_MEMORY;
    }
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
static int refuse_coding(const wlm_client_body_t *body)
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

/* Somebody has read from the body who keeps it for nobody. What is left, perhaps nothing, is not what the client has
 * sent. */
static int refuse_lost(const wlm_client_body_t *body)
{
    ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, body->r, WLMNO(0101) "another module has read the body of this request, so "
                  "that no member can get it; answered with 500. Let that module keep it (KeptBodySize), or leave this "
                  "path out");
    return HTTP_INTERNAL_SERVER_ERROR;
}

/* The client waits to be told to send its body. httpd's reader does that when somebody waits for the body, which a body
 * that streams is not. */
static void send_continue(const wlm_client_body_t *body)
{
    request_rec *r = body->r;
    int status = r->status;
    const char *status_line = r->status_line;

    if (body->complete || !r->expecting_100) {
        return;
    }
    r->status = HTTP_CONTINUE;
    r->status_line = NULL;
    ap_send_interim_response(r, 0);
    r->status = status;
    r->status_line = status_line;
}

static int refuse_at_once(const wlm_client_body_t *body)
{
    return refuse_coding(body) != OK ? HTTP_NOT_IMPLEMENTED
         : body->lost ? refuse_lost(body)
         : is_too_large(body) ? refuse_too_large(body) : OK;
}

int wlm_client_body_prefetch(wlm_client_body_t *body)
{
    const char *data;
    apr_size_t len;
    apr_status_t rv;
    place_t place;
    int status = refuse_at_once(body);

    if (status != OK) {
        return status;
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
    send_continue(body);
    return body->present && body->complete ? finish(body) : OK; /* without a body trailers are another request's */
}

/* -- streaming ------------------------------------------------------------------ */

int wlm_client_body_pollfd(struct pollfd *pollfd, conn_rec *c)
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

/* mod_reqtimeout, which bounds the time for a body, can only tell when it is asked */
#define READ_EVERY apr_time_from_sec(1)

/* Nothing to read from the client right now. @return what came first: the client (BYTES; also when it is time to ask
 * its filters again), the member, or a failure */
static wlm_client_body_next_t wait_for_either(wlm_client_body_t *body, wlm_conn_t *conn, apr_time_t until, int *pstatus)
{
    apr_interval_time_t left = until - wlm_now();
    struct pollfd client;
    apr_status_t rv;
    int ready = 0;

    if (!wlm_client_body_pollfd(&client, body->r->connection)) {
        rv = read_some(body, APR_BLOCK_READ); /* wait for the client alone */
    }
    else {
        client.events = POLLIN;
        rv = wlm_conn_wait(conn, WLM_CONN_READ, &client, left <= 0 ? 1 : left < READ_EVERY ? left : READ_EVERY, &ready);
        rv = APR_STATUS_IS_TIMEUP(rv) && left > READ_EVERY ? APR_SUCCESS : rv;
    }
    if (ready) {
        return WLM_CLIENT_BODY_MEMBER_SPEAKS;
    }
    if (rv != APR_SUCCESS) {
        *pstatus = failed(body, rv);
        return WLM_CLIENT_BODY_FAILED;
    }
    return WLM_CLIENT_BODY_BYTES;
}

/* Filters of other modules are written for reads that wait: what such a one holds no descriptor tells of */
static apr_status_t read_next(wlm_client_body_t *body)
{
    return body->filtered ? read_some(body, APR_BLOCK_READ) : read_available(body);
}

wlm_client_body_next_t wlm_client_body_next(wlm_client_body_t *body, wlm_conn_t *conn, const char **pdata, apr_size_t *plen, int *pstatus)
{
    wlm_client_body_next_t came;
    apr_time_t until = 0;
    apr_status_t rv;

    drop_current(body);
    *plen = 0;
    while (!body->complete) {
        if (wlm_conn_is_readable(conn)) {
            return WLM_CLIENT_BODY_MEMBER_SPEAKS;
        }
        rv = body->bb && !APR_BRIGADE_EMPTY(body->bb) ? APR_SUCCESS : read_next(body);
        if (APR_STATUS_IS_EAGAIN(rv)) {
            until = until ? until : wlm_now() + body->r->server->timeout;
            if ((came = wait_for_either(body, conn, until, pstatus)) != WLM_CLIENT_BODY_BYTES) {
                return came;
            }
            continue;
        }
        if (rv == APR_SUCCESS) {
            rv = take_bucket(body, pdata, plen);
        }
        if (rv != APR_SUCCESS) {
            *pstatus = failed(body, rv);
            return WLM_CLIENT_BODY_FAILED;
        }
        if (is_too_large(body)) {
            *pstatus = refuse_too_large(body);
            return WLM_CLIENT_BODY_FAILED;
        }
        if (*plen) {
            return WLM_CLIENT_BODY_BYTES;
        }
    }
    *pstatus = finish(body);
    return *pstatus == OK ? WLM_CLIENT_BODY_END : WLM_CLIENT_BODY_FAILED;
}

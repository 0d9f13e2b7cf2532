/* The second half of an attempt: the response goes to the client, in pieces as they come and in constant memory. */
#include "httpd/request/response.h"
#include <httpd.h>
#include <apr_strings.h>
#include <http_connection.h>
#include <http_protocol.h>
#include <http_request.h>
#include <util_filter.h>
#include "balance/outcome.h"
#include "base/clock.h"
#include "http/body.h"
#include "http/fields.h"
#include "http/head.h"
#include "httpd/context/context.h"
#include "httpd/request/broken_off.h"
#include "httpd/request/exchange_base.h"
#include "httpd/request/exchange_connection.h"
#include "httpd/request/exchange_wait.h"
#include "httpd/request/linger.h"
#include "httpd/request/member_request.h"
#include "httpd/request/upload.h"
#include "net/conn.h"

#define BLOCK_FIRST 8000           /* bytes read at once; doubled while reads fill it, up to ResponseChunkSize */
#define PENDING_MAX 131072         /* bytes that are collected before they are passed on */
/* How long a response that has begun waits, from the member's first pause on; shorter than any ServerIOTimeout */
#define BODY_WAIT apr_time_from_msec(500) /* ... for all of a small body with a length */
#define HEAD_WAIT apr_time_from_msec(50)  /* ... for the first byte of another one */

/* -- the head ------------------------------------------------------------------------ */

static void set_via(request_rec *r, int minor)
{
    const char *own = wlm_member_request_via(r, 1, minor);

    if (own) {
        apr_table_mergen(r->headers_out, "Via", own);
    }
    else if (wlm_config_via(wlm_config_of(r->server)) == WLM_VIA_BLOCK) {
        apr_table_unset(r->headers_out, "Via");
    }
}

/* Has the member answered without wanting the rest of the request body? Nobody will read that from the client. */
static void close_if_unread(wlm_exchange_t *x)
{
    if (!wlm_upload_is_complete(x) && !wlm_upload_goes_on(x)) {
        x->r->connection->keepalive = AP_CONN_CLOSE;
    }
}

/* Where a connection is to be closed, or a client was not told to go on, httpd sends a response without a length up to
 * the close, also to a client that knows chunks: which could not tell a whole one from one that breaks off. */
static void delimit(request_rec *r)
{
    const conn_rec *c = r->connection;
    int has_length = apr_table_get(r->headers_out, "Content-Length") && r->output_filters == r->proto_output_filters;

    if ((c->keepalive == AP_CONN_CLOSE || r->expecting_100) && r->proto_num >= HTTP_VERSION(1, 1) && !has_length
        && !c->master && !r->header_only && !AP_STATUS_IS_HEADER_ONLY(r->status)) {
        r->chunked = 1;
    }
}

/* A member that was asked for a range has decided what it answers (RFC 9110 14.2): httpd cuts nothing out of it. (A
 * member that mod_cache has asked for the whole was not asked for one.) */
static void leave_ranges_to_member(request_rec *r)
{
    if (!r->main && (apr_table_get(r->headers_in, "Range") || apr_table_get(r->headers_in, "Request-Range"))) {
        ap_remove_output_filter_byhandle(r->output_filters, "BYTERANGE");
    }
}

/* From here on the request is answered by this response */
static void commit(wlm_exchange_t *x)
{
    request_rec *r = x->r;

    r->status = x->head.status;
    r->status_line = x->status_line;
    r->headers_out = apr_table_overlay(r->pool, r->headers_out, x->fields);
    r->content_encoding = NULL; /* what mod_mime may have guessed from the path's ending */
    r->content_languages = NULL;
    ap_set_content_type(r, x->content_type);
    if (x->head.content_length >= 0 && x->head.framing != WLM_HTTP_CHUNKED) {
        ap_set_content_length(r, x->head.content_length);
    }
    set_via(r, x->head.minor);
    close_if_unread(x);
    delimit(r);
    leave_ranges_to_member(r);
}

/* -- the body ------------------------------------------------------------------------ */

typedef struct stream_t {
    wlm_exchange_t *x;
    wlm_http_body_t body;
    apr_bucket_alloc_t *ba;
    apr_size_t block;              /* size of the next direct read */
    apr_size_t block_max;
    apr_size_t pending;            /* bytes in x->bb */
    int unflushed;                 /* bytes have been passed on that httpd may still hold */
    int is_small;                  /* it is passed on when it is complete, or after BODY_WAIT */
    apr_time_t paused;             /* when the member paused first; 0: it has not */
} stream_t;

typedef enum { GOING_ON, COMPLETE, BROKEN_OFF, CLIENT_LOST } progress_t;

static progress_t pass_on(stream_t *s, int flush)
{
    wlm_exchange_t *x = s->x;
    apr_status_t rv;

    if (!x->attempt.response_passed_on) {
        commit(x);
        x->attempt.response_passed_on = 1;
    }
    if (flush) {
        APR_BRIGADE_INSERT_TAIL(x->bb, apr_bucket_flush_create(s->ba));
    }
    rv = ap_pass_brigade(x->r->output_filters, x->bb);
    apr_brigade_cleanup(x->bb);
    s->pending = 0;
    s->unflushed = !flush;
    if (rv == APR_SUCCESS && !x->r->connection->aborted) {
        return GOING_ON;
    }
    x->filter_answered = rv == AP_FILTER_ERROR;
    x->attempt.cause = x->r->connection->aborted ? "the client did not read on"
                                                 : "one of httpd's filters did not take the response";
    return CLIENT_LOST;
}

static progress_t broken(stream_t *s, const char *cause)
{
    s->x->attempt.cause = cause;
    return BROKEN_OFF;
}

/* Body bytes that are in the connection's buffer; the buckets point into it */
static progress_t use_buffer(stream_t *s)
{
    wlm_conn_t *conn = s->x->conn;
    wlm_http_body_result_t result;

    do {
        apr_size_t used, len;
        const char *data;

        result = wlm_http_body_feed(&s->body, conn->buffer + conn->start, conn->end - conn->start, &used, &data, &len);
        conn->start += used;
        if (len > 0) {
            APR_BRIGADE_INSERT_TAIL(s->x->bb, apr_bucket_transient_create(data, len, s->ba));
            s->pending += len;
            s->x->attempt.bytes_received += len;
        }
        if (result == WLM_HTTP_BODY_INVALID) {
            return broken(s, s->body.error);
        }
    } while (result == WLM_HTTP_BODY_MORE && conn->start < conn->end);
    return result == WLM_HTTP_BODY_DONE ? COMPLETE : GOING_ON;
}

/* Read body bytes into a bucket of their own; no copy */
static apr_status_t read_direct(stream_t *s, apr_int64_t most, progress_t *pprogress)
{
    apr_size_t size = most < (apr_int64_t)s->block ? (apr_size_t)most : s->block, n;
    char *block = apr_bucket_alloc(size, s->ba);
    apr_status_t rv = wlm_conn_read(s->x->conn, block, size, &n);

    if (rv != APR_SUCCESS) {
        apr_bucket_free(block);
        return rv;
    }
    APR_BRIGADE_INSERT_TAIL(s->x->bb, apr_bucket_heap_create(block, n, apr_bucket_free, s->ba));
    s->pending += n;
    s->x->attempt.bytes_received += n;
    if (n == s->block && s->block * 2 <= s->block_max) {
        s->block *= 2;
    }
    if (wlm_http_body_skip(&s->body, n) == WLM_HTTP_BODY_DONE) {
        *pprogress = COMPLETE;
    }
    return APR_SUCCESS;
}

/* One read, without waiting. @return what the connection said: SUCCESS, EAGAIN, EOF, ... */
static apr_status_t read_some(stream_t *s, progress_t *pprogress)
{
    apr_int64_t most = wlm_http_body_direct(&s->body);
    apr_status_t rv;

    if (most > 0) {
        return read_direct(s, most, pprogress);
    }
    /* the buffer is about to be overwritten: what points into it must be on its way */
    if (s->pending && (*pprogress = pass_on(s, 0)) != GOING_ON) {
        return APR_SUCCESS;
    }
    rv = wlm_conn_fill(s->x->conn, s->x->conn->size);
    if (rv == APR_SUCCESS) {
        *pprogress = use_buffer(s);
    }
    return rv;
}

static progress_t at_end(stream_t *s, apr_status_t rv)
{
    char text[WLM_CONN_WHY_SIZE];

    if (APR_STATUS_IS_TIMEUP(rv)) {
        s->x->attempt.timed_out = 1;
        return broken(s, "no more of the response within ServerIOTimeout");
    }
    if (!APR_STATUS_IS_EOF(rv)) {
        return broken(s, apr_pstrdup(s->x->r->pool, wlm_conn_error(s->x->conn, rv, text)));
    }
    return wlm_http_body_eof(&s->body) ? COMPLETE : broken(s, "connection closed in the middle of the response");
}

/* The member pauses. How long may the response wait for more, before it goes on as far as it has come? Until then it
 * can be had from another member. A client that is still sending its request may wait for the head: it is not held
 * back. */
static apr_interval_time_t may_hold(stream_t *s)
{
    apr_interval_time_t most = s->is_small ? BODY_WAIT : s->pending ? 0 : HEAD_WAIT;
    apr_time_t now;

    if (!most || s->x->attempt.response_passed_on || wlm_upload_goes_on(s->x)) {
        return 0;
    }
    now = wlm_now();
    if (!s->paused) {
        s->paused = now;
    }
    return s->paused + most > now ? s->paused + most - now : 0;
}

/* It may wait for more of the request: then that goes on until the member speaks again. */
static apr_status_t wait_for_more(stream_t *s, apr_interval_time_t patience, progress_t *pprogress)
{
    int ready;

    if (wlm_upload_goes_on(s->x)) {
        switch (wlm_upload_run(s->x)) {
        case WLM_UPLOAD_SPOKEN:
            return APR_SUCCESS;
        case WLM_UPLOAD_TIMED_OUT:
            return APR_TIMEUP;
        case WLM_UPLOAD_CLIENT_GONE:
            s->x->attempt.cause = "the request body did not arrive";
            *pprogress = CLIENT_LOST;
            return APR_SUCCESS;
        case WLM_UPLOAD_SENT:
            break;
        }
    }
    return wlm_conn_wait(s->x->conn, WLM_CONN_READ, NULL, patience, &ready);
}

static apr_status_t pause_for_more(stream_t *s, progress_t *pprogress)
{
    apr_interval_time_t hold = may_hold(s);
    apr_status_t rv;

    if (hold) {
        rv = wait_for_more(s, hold, pprogress);
        return APR_STATUS_IS_TIMEUP(rv) ? APR_SUCCESS : rv; /* it is not held back any longer */
    }
    if (!s->x->attempt.response_passed_on || s->pending || s->unflushed) {
        *pprogress = pass_on(s, 1);
    }
    return *pprogress == GOING_ON ? wait_for_more(s, wlm_exchange_wait_timeout(s->x), pprogress) : APR_SUCCESS;
}

static progress_t go_on(stream_t *s)
{
    progress_t progress = GOING_ON;
    apr_status_t rv = read_some(s, &progress);

    if (progress == GOING_ON && APR_STATUS_IS_EAGAIN(rv)) {
        rv = pause_for_more(s, &progress);
    }
    if (progress == GOING_ON && rv != APR_SUCCESS) {
        return at_end(s, rv);
    }
    if (progress == GOING_ON && s->pending >= PENDING_MAX) {
        return pass_on(s, 0);
    }
    return progress;
}

/* Trailers go on where httpd can send them: HTTP/2. The head's fields have been copied, so their room is free. */
static void take_trailers(stream_t *s)
{
    wlm_exchange_t *x = s->x;
    int i, n = wlm_http_body_trailers(&s->body, x->head.fields, x->head.fields_max);

    for (i = 0; i < n; ++i) {
        if (wlm_http_field_may_trail(x->head.fields[i].name)) {
            apr_table_add(x->r->trailers_out, x->head.fields[i].name, x->head.fields[i].value);
        }
    }
}

/* -- the end of the connection's part --------------------------------------------------- */

/* Buckets that point into the connection's buffer get bytes of their own, before the connection serves others */
static apr_status_t detach(apr_bucket_brigade *bb, apr_pool_t *p)
{
    apr_bucket *b;
    apr_status_t rv = APR_SUCCESS;

    for (b = APR_BRIGADE_FIRST(bb); b != APR_BRIGADE_SENTINEL(bb) && rv == APR_SUCCESS; b = APR_BUCKET_NEXT(b)) {
        if (APR_BUCKET_IS_TRANSIENT(b)) {
            rv = apr_bucket_setaside(b, p);
        }
    }
    return rv;
}

static void stream_setup(stream_t *s, wlm_exchange_t *x)
{
    apr_size_t chunk = (apr_size_t)x->request->version->cfg->response_chunk_size * 1024;

    memset(s, 0, sizeof(*s));
    s->x = x;
    s->ba = x->r->connection->bucket_alloc;
    s->block = BLOCK_FIRST;
    s->block_max = chunk > BLOCK_FIRST ? chunk : BLOCK_FIRST;
    /* As the original, which reads a response with a length up to ResponseChunkSize before it passes it on: until then
     * nothing has gone to the client, so a response that breaks off can still be had from another member. */
    s->is_small = x->head.framing == WLM_HTTP_LENGTH && x->head.content_length <= (apr_int64_t)chunk
                  && x->head.content_length <= PENDING_MAX;
    x->bb = apr_brigade_create(x->r->pool, s->ba);
    wlm_http_body_init(&s->body, x->head.framing, x->head.content_length,
                       x->head.framing == WLM_HTTP_CHUNKED ? apr_palloc(x->r->pool, WLM_HTTP_TRAILERS_MAX) : NULL);
}

void wlm_exchange_deliver(wlm_exchange_t *x)
{
    progress_t progress;
    stream_t s;

    stream_setup(&s, x);
    progress = use_buffer(&s);
    while (progress == GOING_ON) {
        progress = go_on(&s);
    }
    if (progress == COMPLETE) {
        x->attempt.outcome = WLM_DELIVERED;
        if (s.body.trailers) {
            take_trailers(&s);
        }
        if (!wlm_upload_is_complete(x)) {
            wlm_upload_stop(x); /* the whole response has come: the rest of the request is not needed */
            close_if_unread(x);
        }
        detach(x->bb, x->r->pool);
        wlm_exchange_connection_release(x, x->head.framing != WLM_HTTP_UNTIL_CLOSE);
        return;
    }
    x->attempt.outcome = progress == BROKEN_OFF ? WLM_BROKEN : WLM_CLIENT_GONE;
    if (x->attempt.response_passed_on && s.pending) {
        detach(x->bb, x->r->pool); /* the client gets what came before the end */
    }
    else {
        apr_brigade_cleanup(x->bb);
    }
    wlm_exchange_connection_release(x, 0);
}

/* No cache may keep it as a whole one */
static void forbid_caching(request_rec *r)
{
    r->no_cache = 1;
    if (r->main) {
        r->main->no_cache = 1; /* of which this is a part */
    }
}

int wlm_exchange_break_off(wlm_exchange_t *x)
{
    request_rec *r = x->r;
    apr_bucket_alloc_t *ba = r->connection->bucket_alloc;

    forbid_caching(r);
    if (x->filter_answered) {
        return AP_FILTER_ERROR;
    }
    if (x->attempt.outcome == WLM_BROKEN) {
        /* First what has come: httpd's filter for errors drops all data that is in a brigade with an EOC bucket. A head
         * that a filter has held back until now must not say that the connection closes: no chunks would follow. */
        APR_BRIGADE_INSERT_TAIL(x->bb, apr_bucket_flush_create(ba));
        ap_pass_brigade(r->output_filters, x->bb);
        apr_brigade_cleanup(x->bb);
        wlm_broken_off_flush(r->connection, x->bb);
    }
    apr_brigade_cleanup(x->bb);
    r->connection->keepalive = AP_CONN_CLOSE;
    if (!r->main && !r->sent_bodyct) {
        return AP_FILTER_ERROR; /* a filter did not let the head through: httpd answers with 500 */
    }
    /* the error bucket keeps the chunk filter from writing a last chunk, and makes HTTP/2 reset the stream */
    APR_BRIGADE_INSERT_TAIL(x->bb, ap_bucket_error_create(HTTP_BAD_GATEWAY, NULL, r->pool, ba));
    APR_BRIGADE_INSERT_TAIL(x->bb, ap_bucket_eoc_create(ba));
    ap_pass_brigade(r->output_filters, x->bb);
    apr_brigade_cleanup(x->bb);
    return DONE;
}

/* httpd sends them over HTTP/2 only */
static int has_trailers_to_send(const request_rec *r)
{
    return r->connection->master && !apr_is_empty_table(r->trailers_out);
}

int wlm_exchange_finish(wlm_exchange_t *x)
{
    apr_status_t rv;

    if (!x->attempt.response_passed_on) {
        commit(x);
        x->attempt.response_passed_on = 1;
    }
    if (has_trailers_to_send(x->r)) {
        /* httpd would give a response that comes in one piece a Content-Length: some clients read no further */
        APR_BRIGADE_INSERT_TAIL(x->bb, apr_bucket_flush_create(x->bb->bucket_alloc));
        ap_pass_brigade(x->r->output_filters, x->bb);
        apr_brigade_cleanup(x->bb);
    }
    APR_BRIGADE_INSERT_TAIL(x->bb, apr_bucket_eos_create(x->bb->bucket_alloc));
    rv = ap_pass_brigade(x->r->output_filters, x->bb);
    apr_brigade_cleanup(x->bb);
    if (rv != APR_SUCCESS && !x->r->connection->aborted) {
        x->filter_answered = rv == AP_FILTER_ERROR;
        return wlm_exchange_break_off(x);
    }
    wlm_linger_prepare(x->r, x->bb, x->attempt.bytes_received);
    return OK; /* also when the client is gone: httpd notices that itself, and the request was answered */
}

/* A response's body: read from the member and passed on in pieces as they come, in constant memory. On the thread that
 * has the request. Where httpd's filters do not wait for a slow client, the body does, before it reads on. */
#include "httpd/request/response_body.h"
#include <httpd.h>
#include <apr_strings.h>
#include <stdlib.h>
#include <util_filter.h>
#include "base/clock.h"
#include "http/body.h"
#include "http/fields.h"
#include "http/head.h"
#include "httpd/engine/output.h"
#include "httpd/request/client_poll.h"
#include "httpd/request/exchange_base.h"
#include "httpd/request/exchange_wait.h"
#include "httpd/request/response_head.h"
#include "httpd/request/upload.h"
#include "net/conn.h"
#include "net/wait.h"

#define BLOCK_FIRST 8000           /* bytes read at once; doubled while reads fill it, up to ResponseChunkSize */
#define PENDING_MAX 131072         /* bytes that are collected before they are passed on */
/* How long a response that has begun waits, from the member's first pause on; shorter than any ServerIOTimeout */
#define BODY_WAIT apr_time_from_msec(500) /* ... for all of a small body with a length */
#define HEAD_WAIT apr_time_from_msec(50)  /* ... for the first byte of another one */

static apr_status_t free_buffer(void *buffer)
{
    free(buffer);
    return APR_SUCCESS;
}

/* A filter that fails may have kept buckets which point into the connection's buffer, and pass them on at the request's
 * end: the buffer lasts as long */
static void keep_buffer(wlm_exchange_t *x)
{
    wlm_conn_t *conn = x->conn;

    if (conn->buffer) {
        apr_pool_cleanup_register(x->r->pool, conn->buffer, free_buffer, apr_pool_cleanup_null);
        conn->buffer = NULL;
        conn->size = conn->start = conn->end = 0;
    }
}

static wlm_response_progress_t pass_on(wlm_response_body_t *s, int flush)
{
    wlm_exchange_t *x = s->x;
    apr_status_t rv;

    if (!x->attempt.response_passed_on) {
        wlm_response_head_commit(x);
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
        return WLM_RESPONSE_GOING_ON;
    }
    keep_buffer(x);
    x->filter_answered = rv == AP_FILTER_ERROR;
    x->attempt.cause = x->r->connection->aborted ? "the client did not read on"
                                                 : "one of httpd's filters did not take the response";
    return WLM_RESPONSE_CLIENT_LOST;
}

static wlm_response_progress_t broken(wlm_response_body_t *s, const char *cause)
{
    s->x->attempt.cause = cause;
    return WLM_RESPONSE_BROKEN_OFF;
}

/* Body bytes that are in the connection's buffer; the buckets point into it */
wlm_response_progress_t wlm_response_body_use_buffer(wlm_response_body_t *s)
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
    return result == WLM_HTTP_BODY_DONE ? WLM_RESPONSE_COMPLETE : WLM_RESPONSE_GOING_ON;
}

/* Read body bytes into a bucket of their own; no copy */
static apr_status_t read_direct(wlm_response_body_t *s, apr_int64_t most, wlm_response_progress_t *pprogress)
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
        *pprogress = WLM_RESPONSE_COMPLETE;
    }
    return APR_SUCCESS;
}

/* One read, without waiting. @return what the connection said: SUCCESS, EAGAIN, EOF, ... */
static apr_status_t read_some(wlm_response_body_t *s, wlm_response_progress_t *pprogress)
{
    apr_int64_t most = wlm_http_body_direct(&s->body);
    apr_status_t rv;

    if (most > 0) {
        return read_direct(s, most, pprogress);
    }
    /* the buffer is about to be overwritten: what points into it must be on its way */
    if (s->pending && (*pprogress = pass_on(s, 0)) != WLM_RESPONSE_GOING_ON) {
        return APR_SUCCESS;
    }
    rv = wlm_conn_fill(s->x->conn, WLM_CONN_BUFFER_SIZE);
    if (rv == APR_SUCCESS) {
        *pprogress = wlm_response_body_use_buffer(s);
    }
    return rv;
}

static wlm_response_progress_t at_end(wlm_response_body_t *s, apr_status_t rv)
{
    char text[WLM_CONN_WHY_SIZE];

    if (APR_STATUS_IS_TIMEUP(rv)) {
        s->x->attempt.timed_out = 1;
        return broken(s, "no more of the response within ServerIOTimeout");
    }
    if (!APR_STATUS_IS_EOF(rv)) {
        return broken(s, apr_pstrdup(s->x->r->pool, wlm_conn_error(s->x->conn, rv, text)));
    }
    return wlm_http_body_eof(&s->body) ? WLM_RESPONSE_COMPLETE
                                       : broken(s, "connection closed in the middle of the response");
}

/* The member pauses. Until when may the response wait for more, before it goes on as far as it has come? Until then it
 * can be had from another member. A client that is still sending its request may wait for the head: it is not held
 * back. @return 0: it goes on now */
static apr_time_t held_until(wlm_response_body_t *s)
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
    return s->paused + most > now ? s->paused + most : 0;
}

/* @param again  call the step again then, whatever has come; 0: not needed */
static apr_status_t wait_for_member(wlm_response_body_t *s, apr_time_t again, wlm_response_progress_t *pprogress)
{
    apr_status_t rv = wlm_exchange_wait_for(s->x, WLM_CONN_READ);

    if (APR_STATUS_IS_EAGAIN(rv)) {
        if (again) {
            wlm_wait_wake(s->x->wait, again);
        }
        *pprogress = WLM_RESPONSE_WAITS;
    }
    return rv;
}

/* It may wait for more of the request: then that goes on until the member speaks again. */
static apr_status_t wait_for_more(wlm_response_body_t *s, apr_time_t again, wlm_response_progress_t *pprogress)
{
    if (wlm_upload_goes_on(s->x)) {
        switch (wlm_upload_run(s->x)) {
        case WLM_UPLOAD_MEMBER_READABLE:
            return APR_SUCCESS;
        case WLM_UPLOAD_TIMED_OUT:
            return APR_TIMEUP;
        case WLM_UPLOAD_CLIENT_GONE:
            s->x->attempt.cause = "the request body did not arrive";
            *pprogress = WLM_RESPONSE_CLIENT_LOST;
            return APR_SUCCESS;
        case WLM_UPLOAD_WAITS:
            *pprogress = WLM_RESPONSE_WAITS;
            return APR_EAGAIN;
        case WLM_UPLOAD_SENT:
            break;
        }
    }
    return wait_for_member(s, again, pprogress);
}

/* As httpd's core filter does it: nothing more goes to the client */
static wlm_response_progress_t client_lost(wlm_response_body_t *s)
{
    s->x->r->connection->aborted = 1;
    s->x->attempt.cause = "the client did not read on";
    return WLM_RESPONSE_CLIENT_LOST;
}

/* Where passing on does not wait for a slow client, it is waited for here, before the member is read again */
static wlm_response_progress_t wait_for_client(wlm_response_body_t *s)
{
    wlm_exchange_t *x = s->x;
    conn_rec *c = x->r->connection;

    if (!c->data_in_output_filters || wlm_output_waits(c)) {
        return WLM_RESPONSE_GOING_ON;
    }
    if (wlm_output_write(c) != APR_SUCCESS || c->aborted) {
        return client_lost(s);
    }
    if (!c->data_in_output_filters) {
        wlm_wait_end(x->wait);
        return WLM_RESPONSE_GOING_ON;
    }
    if (x->wait->client.events != POLLOUT || x->wait->client.revents) {
        wlm_wait_end(x->wait); /* the time was the member's, or the client has taken something */
    }
    if (APR_STATUS_IS_TIMEUP(wlm_wait_for(x->wait, -1, 0, x->r->server->timeout))) {
        return client_lost(s);
    }
    if (wlm_client_poll_fd(&x->wait->client, c)) {
        x->wait->client.events = POLLOUT;
    }
    return WLM_RESPONSE_WAITS;
}

static apr_status_t pause_for_more(wlm_response_body_t *s, wlm_response_progress_t *pprogress)
{
    apr_time_t again = held_until(s);

    if (!again && (!s->x->attempt.response_passed_on || s->pending || s->unflushed)) {
        *pprogress = pass_on(s, 1);
    }
    if (*pprogress == WLM_RESPONSE_GOING_ON) {
        *pprogress = wait_for_client(s); /* it gets all of it, however long the member pauses */
    }
    return *pprogress == WLM_RESPONSE_GOING_ON ? wait_for_more(s, again, pprogress) : APR_SUCCESS;
}

/* What the member has to say now, if anything */
static wlm_response_progress_t read_member(wlm_response_body_t *s)
{
    wlm_response_progress_t progress = WLM_RESPONSE_GOING_ON;
    apr_status_t rv = read_some(s, &progress);

    if (progress == WLM_RESPONSE_GOING_ON && APR_STATUS_IS_EAGAIN(rv)) {
        rv = pause_for_more(s, &progress);
    }
    else if (rv == APR_SUCCESS) {
        wlm_wait_end(s->x->wait);
    }
    if (progress == WLM_RESPONSE_GOING_ON && rv != APR_SUCCESS) {
        return at_end(s, rv);
    }
    if (progress == WLM_RESPONSE_GOING_ON && s->pending >= PENDING_MAX) {
        return pass_on(s, 0);
    }
    return progress;
}

wlm_response_progress_t wlm_response_body_go_on(wlm_response_body_t *s)
{
    wlm_response_progress_t progress = wait_for_client(s);

    return progress == WLM_RESPONSE_GOING_ON ? read_member(s) : progress;
}

/* Trailers go on where httpd can send them: HTTP/2. The head's fields have been copied, so their room is free. */
void wlm_response_body_copy_trailers(wlm_response_body_t *s)
{
    wlm_exchange_t *x = s->x;
    int i, n = wlm_http_body_trailers(&s->body, x->head.fields, x->head.fields_max);

    for (i = 0; i < n; ++i) {
        if (wlm_http_field_may_trail(x->head.fields[i].name)) {
            apr_table_add(x->r->trailers_out, x->head.fields[i].name, x->head.fields[i].value);
        }
    }
}

void wlm_response_body_begin(wlm_response_body_t *s, wlm_exchange_t *x)
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

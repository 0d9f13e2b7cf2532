/* A response's body: read from the member and passed on in pieces as they come, in constant memory. On the thread that
 * has the request. Where httpd's filters do not wait for a slow client, the body does, before it reads on. */
#include "exchange/response_body.h"
#include <apr_buckets.h>
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "exchange/base.h"
#include "exchange/blocks.h"
#include "exchange/head.h"
#include "exchange/upload.h"
#include "exchange/wait.h"
#include "http/body.h"
#include "http/fields.h"
#include "http/head.h"
#include "http/load_report.h"
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
static void keep_buffer(wlm_exchange_t *exchange)
{
    wlm_conn_t *conn = exchange->conn;

    if (conn->buffer) {
        apr_pool_cleanup_register(exchange->pool, conn->buffer, free_buffer, apr_pool_cleanup_null);
        conn->buffer = NULL;
        conn->size = conn->start = conn->end = 0;
    }
}

/* The client takes no more of the response; where the application is to run to its end it is read on all the same */
static wlm_response_progress_t client_lost(wlm_response_body_t *body)
{
    body->exchange->attempt.cause = "the client did not read on";
    body->discards = body->exchange->finishes;
    return body->discards ? WLM_RESPONSE_GOING_ON : WLM_RESPONSE_CLIENT_LOST;
}

static wlm_response_progress_t discard(wlm_response_body_t *body)
{
    apr_brigade_cleanup(body->exchange->bb);
    body->pending = 0;
    body->unflushed = 0;
    return WLM_RESPONSE_GOING_ON;
}

static wlm_response_progress_t pass_on(wlm_response_body_t *body, int flush)
{
    wlm_exchange_t *exchange = body->exchange;
    apr_status_t rv;

    if (body->discards) {
        return discard(body);
    }
    if (flush) {
        APR_BRIGADE_INSERT_TAIL(exchange->bb, apr_bucket_flush_create(exchange->ba));
    }
    rv = exchange->client->pass_on(exchange->client_data, exchange->bb);
    exchange->attempt.response_passed_on = 1;
    apr_brigade_cleanup(exchange->bb);
    body->pending = 0;
    body->unflushed = !flush;
    if (rv == APR_SUCCESS) {
        return WLM_RESPONSE_GOING_ON;
    }
    keep_buffer(exchange);
    if (rv == APR_ECONNABORTED) {
        return client_lost(body);
    }
    exchange->attempt.cause = "one of httpd's filters did not take the response";
    return WLM_RESPONSE_CLIENT_LOST;
}

static wlm_response_progress_t broken(wlm_response_body_t *body, const char *cause)
{
    body->exchange->attempt.cause = cause;
    return WLM_RESPONSE_BROKEN_OFF;
}

/* Body bytes that are in the connection's buffer; the buckets point into it */
wlm_response_progress_t wlm_response_body_use_buffer(wlm_response_body_t *body)
{
    wlm_conn_t *conn = body->exchange->conn;
    wlm_http_body_result_t result;

    do {
        apr_size_t used, len;
        const char *data;

        result =
            wlm_http_body_feed(&body->framing, conn->buffer + conn->start, conn->end - conn->start, &used, &data, &len);
        conn->start += used;
        if (len > 0) {
            APR_BRIGADE_INSERT_TAIL(body->exchange->bb, apr_bucket_transient_create(data, len, body->exchange->ba));
            body->pending += len;
            body->exchange->attempt.bytes_received += len;
        }
        if (result == WLM_HTTP_BODY_INVALID) {
            return broken(body, body->framing.error);
        }
    } while (result == WLM_HTTP_BODY_MORE && conn->start < conn->end);
    return result == WLM_HTTP_BODY_DONE ? WLM_RESPONSE_COMPLETE : WLM_RESPONSE_GOING_ON;
}

/* Read body bytes into a bucket of their own; no copy */
static apr_status_t read_direct(wlm_response_body_t *body, apr_int64_t most, wlm_response_progress_t *pprogress)
{
    apr_size_t size = most < (apr_int64_t)body->block ? (apr_size_t)most : body->block, n;
    int is_shared = size > BLOCK_FIRST && size <= WLM_BLOCKS_SIZE;
    void (*free_block)(void *) = is_shared ? wlm_blocks_release : apr_bucket_free;
    char *block = is_shared ? wlm_blocks_acquire() : apr_bucket_alloc(size, body->exchange->ba);
    apr_status_t rv = block ? wlm_conn_read(body->exchange->conn, block, size, &n) : APR_ENOMEM;

    if (rv != APR_SUCCESS) {
        if (block) {
            free_block(block);
        }
        return rv;
    }
    APR_BRIGADE_INSERT_TAIL(body->exchange->bb, apr_bucket_heap_create(block, n, free_block, body->exchange->ba));
    body->pending += n;
    body->exchange->attempt.bytes_received += n;
    if (n == body->block && body->block * 2 <= body->block_max) {
        body->block *= 2;
    }
    if (wlm_http_body_skip(&body->framing, n) == WLM_HTTP_BODY_DONE) {
        *pprogress = WLM_RESPONSE_COMPLETE;
    }
    return APR_SUCCESS;
}

/* One read, without waiting. @return what the connection said: SUCCESS, EAGAIN, EOF, ... */
static apr_status_t read_some(wlm_response_body_t *body, wlm_response_progress_t *pprogress)
{
    apr_int64_t most = wlm_http_body_direct(&body->framing);
    apr_status_t rv;

    if (most > 0) {
        return read_direct(body, most, pprogress);
    }
    /* the buffer is about to be overwritten: what points into it must be on its way */
    if (body->pending && (*pprogress = pass_on(body, 0)) != WLM_RESPONSE_GOING_ON) {
        return APR_SUCCESS;
    }
    rv = wlm_conn_fill(body->exchange->conn, WLM_CONN_BUFFER_SIZE);
    if (rv == APR_SUCCESS) {
        *pprogress = wlm_response_body_use_buffer(body);
    }
    return rv;
}

static wlm_response_progress_t at_end(wlm_response_body_t *body, apr_status_t rv)
{
    char text[WLM_CONN_WHY_SIZE];

    if (APR_STATUS_IS_TIMEUP(rv)) {
        body->exchange->attempt.timed_out = 1;
        return broken(body, "no more of the response within ServerIOTimeout");
    }
    if (!APR_STATUS_IS_EOF(rv)) {
        return broken(body, apr_pstrdup(body->exchange->pool, wlm_conn_error(body->exchange->conn, rv, text)));
    }
    return wlm_http_body_eof(&body->framing) ? WLM_RESPONSE_COMPLETE
                                             : broken(body, "connection closed in the middle of the response");
}

/* The member pauses. Until when may the response wait for more, before it goes on as far as it has come? Until then it
 * can be had from another member. A client that is still sending its request may wait for the head: it is not held
 * back. @return 0: it goes on now */
static apr_time_t held_until(wlm_response_body_t *body)
{
    apr_interval_time_t most = body->is_small ? BODY_WAIT : body->pending ? 0 : HEAD_WAIT;
    apr_time_t now;

    if (!most || body->exchange->attempt.response_passed_on || wlm_upload_goes_on(body->exchange)) {
        return 0;
    }
    now = wlm_now();
    if (!body->paused) {
        body->paused = now;
    }
    return body->paused + most > now ? body->paused + most : 0;
}

/* @param again  call the step again then, whatever has come; 0: not needed */
static apr_status_t wait_for_member(wlm_response_body_t *body, apr_time_t again, wlm_response_progress_t *pprogress)
{
    apr_status_t rv = wlm_exchange_wait_for(body->exchange, WLM_CONN_READ);

    if (APR_STATUS_IS_EAGAIN(rv)) {
        if (again) {
            wlm_wait_wake(body->exchange->wait, again);
        }
        *pprogress = WLM_RESPONSE_WAITS;
    }
    return rv;
}

/* It may wait for more of the request: then that goes on until the member speaks again. */
static apr_status_t wait_for_more(wlm_response_body_t *body, apr_time_t again, wlm_response_progress_t *pprogress)
{
    if (wlm_upload_goes_on(body->exchange)) {
        switch (wlm_upload_run(body->exchange)) {
        case WLM_UPLOAD_MEMBER_READABLE:
            return APR_SUCCESS;
        case WLM_UPLOAD_TIMED_OUT:
            return APR_TIMEUP;
        case WLM_UPLOAD_CLIENT_GONE:
            body->exchange->attempt.cause = "the request body did not arrive";
            *pprogress = WLM_RESPONSE_CLIENT_LOST;
            return APR_SUCCESS;
        case WLM_UPLOAD_WAITS:
            *pprogress = WLM_RESPONSE_WAITS;
            return APR_EAGAIN;
        case WLM_UPLOAD_SENT:
            break;
        }
    }
    return wait_for_member(body, again, pprogress);
}

static wlm_response_progress_t end_slow_client(wlm_response_body_t *body)
{
    body->exchange->client->give_up(body->exchange->client_data);
    wlm_wait_end(body->exchange->wait); /* the time was the client's */
    return client_lost(body);
}

/* Where passing on does not wait for a slow client, it is waited for here, before the member is read again */
static wlm_response_progress_t wait_for_client(wlm_response_body_t *body)
{
    wlm_exchange_t *exchange = body->exchange;
    apr_status_t rv = body->discards ? APR_SUCCESS : exchange->client->write_on(exchange->client_data);
    int has_waited = exchange->wait->client.events == POLLOUT;

    if (rv == APR_SUCCESS) {
        if (has_waited) {
            wlm_wait_end(exchange->wait);
        }
        return WLM_RESPONSE_GOING_ON;
    }
    if (!APR_STATUS_IS_EAGAIN(rv)) {
        return end_slow_client(body);
    }
    if (!has_waited || exchange->wait->client.revents) {
        wlm_wait_end(exchange->wait); /* the time was the member's, or the client has taken something */
    }
    if (APR_STATUS_IS_TIMEUP(wlm_wait_for(exchange->wait, -1, 0, exchange->client_timeout))) {
        return end_slow_client(body);
    }
    exchange->client->await(exchange->client_data, exchange->wait, POLLOUT);
    return WLM_RESPONSE_WAITS;
}

static apr_status_t pause_for_more(wlm_response_body_t *body, wlm_response_progress_t *pprogress)
{
    apr_time_t again = held_until(body);

    if (!again && (!body->exchange->attempt.response_passed_on || body->pending || body->unflushed)) {
        *pprogress = pass_on(body, 1);
    }
    if (*pprogress == WLM_RESPONSE_GOING_ON) {
        *pprogress = wait_for_client(body); /* it gets all of it, however long the member pauses */
    }
    return *pprogress == WLM_RESPONSE_GOING_ON ? wait_for_more(body, again, pprogress) : APR_SUCCESS;
}

/* What the member has to say now, if anything */
static wlm_response_progress_t read_member(wlm_response_body_t *body)
{
    wlm_response_progress_t progress = WLM_RESPONSE_GOING_ON;
    apr_status_t rv = read_some(body, &progress);

    if (progress == WLM_RESPONSE_GOING_ON && APR_STATUS_IS_EAGAIN(rv)) {
        rv = pause_for_more(body, &progress);
    }
    else if (rv == APR_SUCCESS) {
        wlm_wait_end(body->exchange->wait);
    }
    if (progress == WLM_RESPONSE_GOING_ON && rv != APR_SUCCESS) {
        return at_end(body, rv);
    }
    if (progress == WLM_RESPONSE_GOING_ON && body->pending >= PENDING_MAX) {
        return pass_on(body, 0);
    }
    return progress;
}

wlm_response_progress_t wlm_response_body_go_on(wlm_response_body_t *body)
{
    wlm_response_progress_t progress = wait_for_client(body);

    return progress == WLM_RESPONSE_GOING_ON ? read_member(body) : progress;
}

/* Trailers go on where httpd can send them: HTTP/2 */
void wlm_response_body_copy_trailers(wlm_response_body_t *body)
{
    wlm_exchange_t *exchange = body->exchange;
    int max = exchange->head.fields_max, drops_load, i, n;
    wlm_http_field_t *fields = apr_palloc(exchange->pool, sizeof(*fields) * (apr_size_t)max);

    n = wlm_http_body_trailers(&body->framing, fields, max);
    drops_load = wlm_exchange_head_note_load(exchange->member, fields, n);
    for (i = 0; i < n; ++i) {
        if (wlm_http_field_may_trail(fields[i].name)
            && !(drops_load && wlm_http_load_report_field(fields[i].name) != WLM_HTTP_LOAD_REPORT_NO)) {
            apr_table_add(exchange->trailers, fields[i].name, fields[i].value);
        }
    }
}

void wlm_response_body_begin(wlm_response_body_t *body, wlm_exchange_t *exchange)
{
    memset(body, 0, sizeof(*body));
    body->exchange = exchange;
    body->block = BLOCK_FIRST;
    body->block_max = exchange->chunk > BLOCK_FIRST ? exchange->chunk : BLOCK_FIRST;
    /* As the original, which reads a response with a length up to ResponseChunkSize before it passes it on: until then
     * nothing has gone to the client, so a response that breaks off can still be had from another member. */
    body->is_small = exchange->head.framing == WLM_HTTP_LENGTH
                  && exchange->head.content_length <= (apr_int64_t)exchange->chunk
                  && exchange->head.content_length <= PENDING_MAX;
    exchange->bb = apr_brigade_create(exchange->pool, exchange->ba);
    wlm_http_body_init(&body->framing, exchange->head.framing, exchange->head.content_length, exchange->pool);
}

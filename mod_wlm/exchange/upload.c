/* The request on its way to the member: head, kept part of the body, then the rest as it comes from the client. It
 * can be interrupted wherever the member begins to speak, and go on from there: a member may answer while it still
 * reads. On the thread that has the request; none of it waits, but for filters of other modules.
 */
#include "exchange/upload.h"
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>
#include "exchange/base.h"
#include "exchange/body.h"
#include "exchange/client.h"
#include "exchange/wait.h"
#include "http/request.h"
#include "net/conn.h"
#include "net/wait.h"

typedef enum { HEAD, AWAIT_CONTINUE, KEPT_PART, SPOOLED_PART, REST, LAST_CHUNK, ALL_SENT, STOPPED } stage_t;

#define PIECES_MAX 3

struct wlm_upload_t {
    stage_t stage;                 /* what is to be sent when `pieces` are out */
    apr_pool_t *pool;              /* of this attempt's head; at the first attempt the request's */
    int chunked;
    apr_int64_t length;            /* of the body, as in wlm_http_request_t */
    apr_int64_t body_put;          /* bytes of the body that have become pieces */
    char *head;                    /* malloc'ed; NULL: all that has become pieces is out, or it is in the pool */
    apr_size_t head_left;          /* bytes of the head that are not out yet */
    const wlm_client_body_block_t *block; /* of the kept part, that is to be sent next */
    apr_int64_t spool_at;          /* how much of the temporary file has become pieces */
    struct iovec pieces[PIECES_MAX];
    int first, end;                /* those of the pieces that are not out yet */
    char chunk_size[24];
};

static void put(struct wlm_upload_t *up, const char *data, apr_size_t len)
{
    if (len > 0) {
        up->pieces[up->end].iov_base = (char *)data;
        up->pieces[up->end++].iov_len = len;
    }
}

/* A part of the body, as a chunk where the body is chunked */
static void put_body(struct wlm_upload_t *up, const char *data, apr_size_t len)
{
    if (up->chunked && len > 0) {
        put(up, up->chunk_size, (apr_size_t)apr_snprintf(up->chunk_size, sizeof(up->chunk_size),
                                                         "%" APR_UINT64_T_HEX_FMT "\r\n", (apr_uint64_t)len));
    }
    put(up, data, len);
    if (up->chunked && len > 0) {
        put(up, "\r\n", 2);
    }
    up->body_put += (apr_int64_t)len;
}

static apr_int64_t body_length(const wlm_exchange_t *exchange)
{
    const wlm_client_body_t *body = exchange->body;

    if (!body->present || exchange->upgrade) {
        return body->gone ? WLM_HTTP_GONE_LENGTH : WLM_HTTP_NO_LENGTH;
    }
    if (body->trailers[0] || (!body->complete && body->length < 0)) {
        return WLM_HTTP_CHUNKED_LENGTH;
    }
    return body->complete ? body->total : body->length;
}

static apr_status_t free_head(void *data)
{
    struct wlm_upload_t *up = data;

    free(up->head);
    up->head = NULL;
    return APR_SUCCESS;
}

/* Not in the pool, which would keep it while the request waits for the member */
static char *room_for_head(struct wlm_upload_t *up, apr_size_t size)
{
    up->head = malloc(size);
    return up->head ? up->head : apr_palloc(up->pool, size);
}

/* A request that is sent to many members does not need memory for each of them */
static void renew_pool(struct wlm_upload_t *up, apr_pool_t *p)
{
    if (up->pool == p) {
        apr_pool_create(&up->pool, p);
    }
    else {
        apr_pool_clear(up->pool);
    }
}

void wlm_upload_begin(wlm_exchange_t *exchange)
{
    if (exchange->upload) {
        free_head(exchange->upload);
        renew_pool(exchange->upload, exchange->pool);
    }
    else {
        exchange->upload = apr_pcalloc(exchange->pool, sizeof(*exchange->upload));
        exchange->upload->pool = exchange->pool;
        apr_pool_cleanup_register(exchange->pool, exchange->upload, free_head, apr_pool_cleanup_null);
    }
    exchange->upload->stage = HEAD;
    exchange->upload->length = body_length(exchange);
    exchange->upload->chunked = exchange->upload->length == WLM_HTTP_CHUNKED_LENGTH;
    exchange->upload->first = exchange->upload->end = 0;
    exchange->upload->block = exchange->body->kept;
    exchange->upload->body_put = exchange->upload->spool_at = 0;
}

/* -- writing -------------------------------------------------------------------------- */

static void drop_written(struct wlm_upload_t *up, apr_size_t n)
{
    while (up->first < up->end && n >= up->pieces[up->first].iov_len) {
        n -= up->pieces[up->first++].iov_len;
    }
    if (up->first < up->end) {
        up->pieces[up->first].iov_base = (char *)up->pieces[up->first].iov_base + n;
        up->pieces[up->first].iov_len -= n;
    }
    else {
        up->first = up->end = 0;
        free_head(up);
    }
}

static void note_sent(wlm_exchange_t *exchange, apr_size_t n)
{
    struct wlm_upload_t *up = exchange->upload;

    exchange->attempt.sent |= n > 0;
    exchange->attempt.bytes_sent += n;
    exchange->attempt.body_sent |= n > up->head_left;
    up->head_left -= n < up->head_left ? n : up->head_left;
}

static wlm_upload_result_t member_readable(wlm_exchange_t *exchange)
{
    wlm_wait_end(exchange->wait);
    return WLM_UPLOAD_MEMBER_READABLE;
}

static wlm_upload_result_t wait_for_member(wlm_exchange_t *exchange, int wanted)
{
    apr_status_t rv = wlm_exchange_wait_for(exchange, wanted);

    return rv == APR_SUCCESS          ? member_readable(exchange)
           : APR_STATUS_IS_EAGAIN(rv) ? WLM_UPLOAD_WAITS
                                      : WLM_UPLOAD_TIMED_OUT;
}

/* Write the pieces; when the member does not take them, wait until it does or until it says something */
static wlm_upload_result_t write_pieces(wlm_exchange_t *exchange)
{
    struct wlm_upload_t *up = exchange->upload;
    apr_size_t n;
    apr_status_t rv;

    if (up->first < up->end && wlm_exchange_wait_came(exchange, WLM_CONN_READ) & WLM_CONN_READ) {
        return member_readable(exchange);
    }
    while (up->first < up->end) {
        rv = wlm_conn_write(exchange->conn, &up->pieces[up->first], up->end - up->first, &n);
        if (APR_STATUS_IS_EAGAIN(rv)) {
            return wait_for_member(exchange, WLM_CONN_READ | WLM_CONN_WRITE);
        }
        if (rv != APR_SUCCESS) {
            return member_readable(exchange); /* closed, perhaps after an answer: that is found by reading */
        }
        wlm_wait_end(exchange->wait);
        note_sent(exchange, n);
        drop_written(up, n);
    }
    return WLM_UPLOAD_SENT;
}

/* -- what comes next ---------------------------------------------------------------------- */

/* Behind the part of the body that is kept */
static stage_t after_kept(const wlm_exchange_t *exchange)
{
    return exchange->upload->spool_at < exchange->body->spooled ? SPOOLED_PART
         : !exchange->body->complete ? REST
         : exchange->upload->chunked ? LAST_CHUNK : ALL_SENT;
}

static void next_is_kept_part(wlm_exchange_t *exchange)
{
    struct wlm_upload_t *up = exchange->upload;

    if (up->block) {
        put_body(up, up->block->data, up->block->len);
        up->block = up->block->next;
    }
    up->stage = up->block ? KEPT_PART : after_kept(exchange);
}

static wlm_upload_result_t refuse_body(wlm_exchange_t *exchange, wlm_client_body_fault_t fault, apr_status_t rv)
{
    exchange->client_status = exchange->client->refuse_body(exchange->client_data, fault, rv);
    return WLM_UPLOAD_CLIENT_GONE;
}

static wlm_upload_result_t next_is_spooled_part(wlm_exchange_t *exchange)
{
    const char *data;
    apr_size_t len;
    apr_status_t rv = wlm_exchange_body_read_spooled(exchange->body, exchange->upload->spool_at, &data, &len);

    if (rv != APR_SUCCESS) {
        return refuse_body(exchange, WLM_CLIENT_BODY_UNREADABLE, rv);
    }
    put_body(exchange->upload, data, len);
    exchange->upload->spool_at += (apr_int64_t)len;
    exchange->upload->stage = after_kept(exchange);
    return WLM_UPLOAD_SENT;
}

static void next_is_head(wlm_exchange_t *exchange)
{
    wlm_http_request_t request = { .pool = exchange->upload->pool, .length = exchange->upload->length };
    int asks = exchange->member->cfg->wait_for_continue && exchange->body->present && exchange->upload->length != 0;
    apr_size_t len;
    char *head;

    exchange->client->describe(exchange->client_data, &request);
    if (asks) {
        wlm_http_request_set(&request, "Expect", "100-continue");
    }
    if (exchange->upgrade) {
        wlm_http_request_set(&request, "Connection", "Upgrade");
        wlm_http_request_set(&request, "Upgrade", exchange->upgrade);
    }
    exchange->is_head = strcmp(request.method, "HEAD") == 0;
    head = room_for_head(exchange->upload, wlm_http_request_head_max(&request));
    len = wlm_http_request_head(head, &request);

    put(exchange->upload, head, len);
    exchange->upload->head_left = len;
    exchange->upload->stage = asks ? AWAIT_CONTINUE : KEPT_PART;
    if (!asks && !exchange->upload->chunked) {
        next_is_kept_part(exchange); /* one write for a small request */
    }
}

/* What is sent must be what was declared, or the member takes the rest for the next request, or that for the rest. The
 * length was certain, so this is the second lock: a filter has come in between. */
static wlm_upload_result_t length_differs(wlm_exchange_t *exchange, apr_int64_t came)
{
    exchange->client_status =
        exchange->client->refuse_length(exchange->client_data, exchange->upload->length, came);
    return WLM_UPLOAD_CLIENT_GONE;
}

/* Nothing more of the body has come: wait for the client, or for the member to say something */
static wlm_upload_result_t wait_for_either(wlm_exchange_t *exchange)
{
    apr_status_t rv = wlm_conn_wait_for(exchange->conn, WLM_CONN_READ, exchange->client_timeout, exchange->wait);

    if (!APR_STATUS_IS_EAGAIN(rv)) {
        return refuse_body(exchange, WLM_CLIENT_BODY_TIMED_OUT, rv);
    }
    exchange->client->await(exchange->client_data, exchange->wait, POLLIN);
    return WLM_UPLOAD_WAITS;
}

/* What has come from the client, behind that which is kept */
static wlm_client_body_result_t read_rest(wlm_exchange_t *exchange, const char **pdata, apr_size_t *plen)
{
    wlm_client_body_result_t result =
        exchange->client->read_body(exchange->client_data, pdata, plen, &exchange->client_status);

    if (result != WLM_CLIENT_BODY_NONE_YET) {
        wlm_wait_end(exchange->wait);
    }
    return result;
}

static wlm_upload_result_t next_is_rest(wlm_exchange_t *exchange)
{
    struct wlm_upload_t *up = exchange->upload;
    const char *data;
    apr_size_t len;

    if (!exchange->body->complete && wlm_conn_is_readable(exchange->conn)) {
        return member_readable(exchange);
    }
    switch (read_rest(exchange, &data, &len)) {
    case WLM_CLIENT_BODY_BYTES:
        if (!up->chunked && up->body_put + (apr_int64_t)len > up->length) {
            return length_differs(exchange, up->body_put + (apr_int64_t)len);
        }
        put_body(up, data, len);
        break;
    case WLM_CLIENT_BODY_END:
        if (!up->chunked && up->body_put != up->length) {
            return length_differs(exchange, up->body_put);
        }
        up->stage = up->chunked ? LAST_CHUNK : ALL_SENT;
        break;
    case WLM_CLIENT_BODY_FAILED:
        return WLM_UPLOAD_CLIENT_GONE;
    case WLM_CLIENT_BODY_NONE_YET:
        return wait_for_either(exchange);
    }
    return WLM_UPLOAD_SENT;
}

static void next_is_last_chunk(wlm_exchange_t *exchange)
{
    const char *end = apr_pstrcat(exchange->upload->pool, "0\r\n", exchange->body->trailers, "\r\n", NULL);

    put(exchange->upload, end, strlen(end));
    exchange->upload->stage = ALL_SENT;
}

wlm_upload_result_t wlm_upload_run(wlm_exchange_t *exchange)
{
    wlm_upload_result_t result;

    for (;;) {
        result = write_pieces(exchange);
        if (result != WLM_UPLOAD_SENT) {
            return result;
        }
        switch (exchange->upload->stage) {
        case HEAD:
            next_is_head(exchange);
            break;
        case AWAIT_CONTINUE:
            /* it may have come together with another 1xx response */
            return wlm_conn_is_readable(exchange->conn) ? member_readable(exchange)
                                                        : wait_for_member(exchange, WLM_CONN_READ);
        case KEPT_PART:
            next_is_kept_part(exchange);
            break;
        case SPOOLED_PART:
        case REST:
            result = exchange->upload->stage == REST ? next_is_rest(exchange) : next_is_spooled_part(exchange);
            if (result != WLM_UPLOAD_SENT) {
                return result;
            }
            break;
        case LAST_CHUNK:
            next_is_last_chunk(exchange);
            break;
        case ALL_SENT:
        case STOPPED:
            return WLM_UPLOAD_SENT;
        }
    }
}

void wlm_upload_continue(wlm_exchange_t *exchange)
{
    if (exchange->upload->stage == AWAIT_CONTINUE) {
        exchange->upload->stage = KEPT_PART;
    }
}

int wlm_upload_awaits_continue(const wlm_exchange_t *exchange)
{
    return exchange->upload->stage == AWAIT_CONTINUE;
}

int wlm_upload_is_complete(const wlm_exchange_t *exchange)
{
    return exchange->upload->stage == ALL_SENT && exchange->upload->first == exchange->upload->end;
}

void wlm_upload_stop(wlm_exchange_t *exchange)
{
    exchange->upload->stage = STOPPED;
    exchange->upload->first = exchange->upload->end = 0;
    free_head(exchange->upload);
}

int wlm_upload_goes_on(const wlm_exchange_t *exchange)
{
    return exchange->upload->stage != STOPPED && !wlm_upload_is_complete(exchange);
}

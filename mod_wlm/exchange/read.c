/* Reads response heads from the member, those of 1xx responses, too. On the thread that has the request. */
#include "exchange/read.h"
#include <apr_pools.h>
#include "balance/outcome.h"
#include "base/clock.h"
#include "exchange/base.h"
#include "exchange/end.h"
#include "exchange/head.h"
#include "exchange/upload.h"
#include "exchange/wait.h"
#include "http/head.h"
#include "http/login.h"
#include "http/upgrade.h"
#include "net/conn.h"
#include "net/wait.h"

#define HEAD_MAX      (256 * 1024) /* bytes of a response head */
#define CONTINUE      100          /* status */
#define SWITCHING_PROTOCOLS 101
#define INTERIM_MAX   32           /* 1xx responses to one request */
#define FIELDS_FIRST  24           /* fields for which there is room at first */

static wlm_step_t end_incomplete(wlm_exchange_t *exchange, apr_size_t have, apr_status_t rv)
{
    if (have > 0) {
        /* it has answered on this connection: that was not an old one that had ended */
        exchange->attempt.kept_connection = 0;
    }
    if (have == 0 || APR_STATUS_IS_TIMEUP(rv)) {
        return wlm_exchange_end_without_response(exchange, rv);
    }
    if (APR_STATUS_IS_ENOSPC(rv)) {
        return wlm_exchange_end_with(exchange, WLM_HEAD_REFUSED, "response head is too large");
    }
    return wlm_exchange_end_with(exchange, WLM_NO_RESPONSE, "connection ended in the middle of the response head");
}

/* More bytes of the head. The first ones are waited for before they are read: a member that has just got the request
 * has not answered yet, so that the read would find nothing. */
static wlm_step_t read_more(wlm_exchange_t *exchange)
{
    apr_size_t have = exchange->conn->end - exchange->conn->start;
    apr_status_t rv = exchange->was_waited_for ? wlm_conn_fill(exchange->conn, HEAD_MAX) : APR_EAGAIN;

    if (APR_STATUS_IS_EAGAIN(rv)) {
        exchange->was_waited_for = 1;
        rv = wlm_exchange_wait_for(exchange, WLM_CONN_READ);
        if (APR_STATUS_IS_EAGAIN(rv)) {
            return WLM_STEP_WAITS;
        }
    }
    wlm_wait_end(exchange->wait);
    if (rv != APR_SUCCESS) {
        return end_incomplete(exchange, have, rv);
    }
    if (have == 0) {
        exchange->attempt.first_byte = wlm_now() - exchange->attempt.begun; /* after a 1xx response once more */
    }
    return WLM_STEP_DONE;
}

/* Room for as many fields as lines have come. (As many as a head may have would take more memory than all the rest of a
 * small request, and many requests wait for the first line.) */
static void make_room(wlm_exchange_t *exchange, const char *head, apr_size_t len)
{
    int lines = wlm_http_head_lines(head, len, exchange->scanned);

    exchange->lines = exchange->scanned ? exchange->lines + lines : lines;
    if (exchange->lines > exchange->fields_room) {
        exchange->fields_room = exchange->lines > FIELDS_FIRST ? exchange->lines * 2 : FIELDS_FIRST;
        exchange->head.fields =
            apr_palloc(exchange->pool, sizeof(*exchange->head.fields) * (apr_size_t)exchange->fields_room);
    }
}

static wlm_head_result_t parse(wlm_exchange_t *exchange)
{
    char *head = exchange->conn->buffer + exchange->conn->start;
    apr_size_t len = exchange->conn->end - exchange->conn->start;

    if (len == 0) {
        return WLM_HEAD_INCOMPLETE;
    }
    make_room(exchange, head, len);
    return wlm_http_head_parse(&exchange->head, head, len, HEAD_MAX, exchange->is_head, &exchange->scanned);
}

static wlm_step_t read_one_head(wlm_exchange_t *exchange)
{
    wlm_step_t step;

    for (;;) {
        switch (parse(exchange)) {
        case WLM_HEAD_COMPLETE:
            exchange->conn->start += exchange->head.size;
            exchange->scanned = 0;
            exchange->attempt.kept_connection = 0; /* it has answered, if only by a 1xx response */
            return WLM_STEP_DONE;
        case WLM_HEAD_INCOMPLETE:
            step = read_more(exchange);
            if (step != WLM_STEP_DONE) {
                return step;
            }
            break;
        case WLM_HEAD_NOT_HTTP:
            return wlm_exchange_end_with(exchange, WLM_NOT_HTTP, exchange->head.error);
        case WLM_HEAD_INVALID:
        case WLM_HEAD_TOO_LARGE:
            return wlm_exchange_end_with(exchange, WLM_HEAD_REFUSED, exchange->head.error);
        }
    }
}

/* The member goes over to another protocol */
static int accept_upgrade(wlm_exchange_t *exchange)
{
    const char *error = wlm_http_upgrade_error(&exchange->head, exchange->upgrade);

    if (error) {
        return wlm_exchange_end_with(exchange, WLM_HEAD_REFUSED, error);
    }
    wlm_exchange_head_copy(exchange);
    exchange->deadline = 0;
    exchange->upgraded = 1;
    return 1;
}

wlm_exchange_read_t wlm_exchange_read(wlm_exchange_t *exchange)
{
    wlm_step_t step = read_one_head(exchange);

    if (step != WLM_STEP_DONE) {
        return step == WLM_STEP_WAITS ? WLM_EXCHANGE_READ_WAITS : WLM_EXCHANGE_READ_FAILED;
    }
    if (exchange->head.status >= 200) {
        exchange->deadline = 0;
        exchange->conn->is_bound = exchange->conn->is_bound || wlm_http_login_is_asked(&exchange->head);
        wlm_exchange_head_copy(exchange);
        return WLM_EXCHANGE_READ_FINAL;
    }
    if (exchange->head.status == SWITCHING_PROTOCOLS) {
        return accept_upgrade(exchange) ? WLM_EXCHANGE_READ_FINAL : WLM_EXCHANGE_READ_FAILED;
    }
    if (++exchange->interim > INTERIM_MAX) {
        wlm_exchange_end_with(exchange, WLM_HEAD_REFUSED, "too many 1xx responses");
        return WLM_EXCHANGE_READ_FAILED;
    }
    if (exchange->head.status == CONTINUE) {
        wlm_upload_continue(exchange);
    }
    else { /* goes to the client at once (RFC 9110 15.2) */
        wlm_exchange_head_copy(exchange);
        exchange->client->send_interim(exchange->client_data);
    }
    return WLM_EXCHANGE_READ_INTERIM;
}

void wlm_exchange_read_begin(wlm_exchange_t *exchange)
{
    exchange->was_waited_for = 0;
    exchange->interim = 0;
    exchange->scanned = 0;
    exchange->head.fields_max = exchange->max_fields;
    if (exchange->head.fields_max <= 0 || exchange->head.fields_max > WLM_HTTP_FIELDS_MAX) {
        exchange->head.fields_max = WLM_HTTP_FIELDS_MAX;
    }
}

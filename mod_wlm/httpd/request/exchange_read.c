/* Reads response heads from the member, those of 1xx responses, too. On the thread that has the request. */
#include "httpd/request/exchange_read.h"
#include <httpd.h>
#include "balance/outcome.h"
#include "base/clock.h"
#include "http/head.h"
#include "http/login.h"
#include "http/upgrade.h"
#include "httpd/request/exchange_base.h"
#include "httpd/request/exchange_end.h"
#include "httpd/request/exchange_head.h"
#include "httpd/request/exchange_wait.h"
#include "httpd/request/upload.h"
#include "net/conn.h"
#include "net/wait.h"

#define HEAD_MAX      (256 * 1024) /* bytes of a response head */
#define INTERIM_MAX   32           /* 1xx responses to one request */

static wlm_step_t end_incomplete(wlm_exchange_t *x, apr_size_t have, apr_status_t rv)
{
    if (have > 0) {
        x->attempt.kept_connection = 0; /* it has answered on this connection: that was not an old one that had ended */
    }
    if (have == 0 || APR_STATUS_IS_TIMEUP(rv)) {
        return wlm_exchange_end_without_response(x, rv);
    }
    if (APR_STATUS_IS_ENOSPC(rv)) {
        return wlm_exchange_end_with(x, WLM_HEAD_REFUSED, "response head is too large");
    }
    return wlm_exchange_end_with(x, WLM_NO_RESPONSE, "connection ended in the middle of the response head");
}

/* More bytes of the head */
static wlm_step_t read_more(wlm_exchange_t *x)
{
    apr_size_t have = x->conn->end - x->conn->start;
    apr_status_t rv = wlm_conn_fill(x->conn, HEAD_MAX);

    if (APR_STATUS_IS_EAGAIN(rv)) {
        rv = wlm_exchange_wait_for(x, WLM_CONN_READ);
        if (APR_STATUS_IS_EAGAIN(rv)) {
            return WLM_STEP_WAITS;
        }
    }
    wlm_wait_end(x->wait);
    if (rv != APR_SUCCESS) {
        return end_incomplete(x, have, rv);
    }
    if (have == 0) {
        x->attempt.first_byte = wlm_now() - x->attempt.begun; /* after a 1xx response once more */
    }
    return WLM_STEP_DONE;
}

/* Room for the fields only when bytes have come: many requests wait for that */
static wlm_head_result_t parse(wlm_exchange_t *x)
{
    int to_head = strcmp(x->r->method, "HEAD") == 0; /* as it was sent; header_only may speak of the request before */

    if (x->conn->start == x->conn->end) {
        return WLM_HEAD_INCOMPLETE;
    }
    if (!x->head.fields) {
        x->head.fields = apr_palloc(x->r->pool, sizeof(*x->head.fields) * (apr_size_t)x->head.fields_max);
    }
    return wlm_http_head_parse(&x->head, x->conn->buffer + x->conn->start, x->conn->end - x->conn->start, HEAD_MAX,
                               to_head, &x->scanned);
}

static wlm_step_t read_one_head(wlm_exchange_t *x)
{
    wlm_step_t step;

    for (;;) {
        switch (parse(x)) {
        case WLM_HEAD_COMPLETE:
            x->conn->start += x->head.size;
            x->scanned = 0;
            x->attempt.kept_connection = 0; /* it has answered, if only by a 1xx response */
            return WLM_STEP_DONE;
        case WLM_HEAD_INCOMPLETE:
            step = read_more(x);
            if (step != WLM_STEP_DONE) {
                return step;
            }
            break;
        case WLM_HEAD_NOT_HTTP:
            return wlm_exchange_end_with(x, WLM_NOT_HTTP, x->head.error);
        case WLM_HEAD_INVALID:
        case WLM_HEAD_TOO_LARGE:
            return wlm_exchange_end_with(x, WLM_HEAD_REFUSED, x->head.error);
        }
    }
}

/* A 1xx response other than 100 goes to the client at once (RFC 9110 15.2); HTTP/1.0 clients know none */
static void pass_on_interim(wlm_exchange_t *x)
{
    request_rec *r = x->r;
    apr_table_t *fields_out = r->headers_out;
    int status = r->status;
    const char *status_line = r->status_line;

    if (r->proto_num < HTTP_VERSION(1, 1)) {
        return;
    }
    wlm_exchange_head_copy(x);
    wlm_exchange_head_send_interim(x);
    r->headers_out = fields_out;
    r->status = status;
    r->status_line = status_line;
}

/* The member goes over to another protocol */
static int accept_upgrade(wlm_exchange_t *x)
{
    const char *error = wlm_http_upgrade_error(&x->head, x->upgrade);

    if (error) {
        return wlm_exchange_end_with(x, WLM_HEAD_REFUSED, error);
    }
    wlm_exchange_head_copy(x);
    x->deadline = 0;
    x->upgraded = 1;
    return 1;
}

wlm_exchange_read_t wlm_exchange_read(wlm_exchange_t *x)
{
    wlm_step_t step = read_one_head(x);

    if (step != WLM_STEP_DONE) {
        return step == WLM_STEP_WAITS ? WLM_EXCHANGE_READ_WAITS : WLM_EXCHANGE_READ_FAILED;
    }
    if (x->head.status >= 200) {
        x->deadline = 0;
        x->conn->is_bound = x->conn->is_bound || wlm_http_login_is_asked(&x->head);
        wlm_exchange_head_copy(x);
        return WLM_EXCHANGE_READ_FINAL;
    }
    if (x->head.status == HTTP_SWITCHING_PROTOCOLS) {
        return accept_upgrade(x) ? WLM_EXCHANGE_READ_FINAL : WLM_EXCHANGE_READ_FAILED;
    }
    if (++x->interim > INTERIM_MAX) {
        wlm_exchange_end_with(x, WLM_HEAD_REFUSED, "too many 1xx responses");
        return WLM_EXCHANGE_READ_FAILED;
    }
    if (x->head.status == HTTP_CONTINUE) {
        wlm_upload_continue(x);
    }
    else {
        pass_on_interim(x);
    }
    return WLM_EXCHANGE_READ_INTERIM;
}

void wlm_exchange_read_begin(wlm_exchange_t *x)
{
    x->interim = 0;
    x->scanned = 0;
    x->head.fields_max = x->request->version->cfg->http_max_headers;
    if (x->head.fields_max <= 0 || x->head.fields_max > WLM_HTTP_FIELDS_MAX) {
        x->head.fields_max = WLM_HTTP_FIELDS_MAX;
    }
}

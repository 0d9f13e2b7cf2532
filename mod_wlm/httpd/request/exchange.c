/* One attempt to have a request answered: connect, have it sent, read the response head. What happened is noted as facts in
 * x->attempt; what follows from them is decided elsewhere (balance/outcome.h).
 */
#include "httpd/request/exchange.h"
#include <httpd.h>
#include <apr_strings.h>
#include <http_log.h>
#include <http_protocol.h>
#include "balance/model.h"
#include "balance/options.h"
#include "balance/outcome.h"
#include "base/address.h"
#include "base/clock.h"
#include "http/head.h"
#include "http/login.h"
#include "http/upgrade.h"
#include "httpd/context/context.h"
#include "httpd/request/bound_connection.h"
#include "httpd/request/response.h"
#include "httpd/request/upload.h"
#include "httpd/runtime/endpoints.h"
#include "httpd/runtime/names.h"
#include "net/conn.h"
#include "net/shortage.h"
#include "net/simple_request.h"
#include "net/tls.h"

#define HEAD_MAX      (256 * 1024) /* bytes of a response head */
#define INTERIM_MAX   32           /* 1xx responses to one request */
#define HANDSHAKE_MAX apr_time_from_sec(60) /* where neither ConnectTimeout nor ServerIOTimeout says anything */

static int end_with(wlm_exchange_t *x, wlm_outcome_t outcome, const char *cause)
{
    x->attempt.outcome = outcome;
    x->attempt.cause = cause;
    return 0;
}

/* Which of the limits was it? */
static int end_timed_out(wlm_exchange_t *x, wlm_outcome_t outcome, const char *cause)
{
    if (x->deadline && wlm_now() >= x->deadline) {
        return end_with(x, WLM_OUT_OF_TIME, "no answer within WLMTotalTimeout");
    }
    x->attempt.timed_out = 1;
    return end_with(x, outcome, cause);
}

/* An error or the end of a connection on which nothing has come back yet */
static int end_without_response(wlm_exchange_t *x, apr_status_t rv)
{
    char text[WLM_CONN_WHY_SIZE];

    if (APR_STATUS_IS_TIMEUP(rv)) {
        return end_timed_out(x, WLM_TIMED_OUT, "no answer within ServerIOTimeout");
    }
    if (rv == WLM_TLS_REFUSED) {
        x->attempt.sent = 0; /* it was, but the member has not looked at it */
    }
    return end_with(x, x->attempt.sent ? WLM_NO_RESPONSE : WLM_NOTHING_SENT,
                    APR_STATUS_IS_EOF(rv) ? "connection closed without an answer"
                                          : apr_pstrdup(x->r->pool, wlm_conn_error(x->conn, rv, text)));
}

/* @param timeout  0: no limit. @return one that does not reach beyond the deadline */
static apr_interval_time_t until_deadline(const wlm_exchange_t *x, apr_interval_time_t timeout)
{
    apr_interval_time_t left;

    if (!x->deadline) {
        return timeout;
    }
    left = x->deadline - wlm_now();
    return left <= 0 ? 1 : timeout > 0 && timeout < left ? timeout : left;
}

/* -- connecting ------------------------------------------------------------------ */

/* How long may it take to reach a member? A request whose whole time is short keeps half of it for another member; that it may be
 * too short for one that is slow is said by who sets WLMTotalTimeout. @return 0: no limit */
static apr_interval_time_t connect_patience(const wlm_exchange_t *x)
{
    apr_interval_time_t configured = apr_time_from_sec(x->member->cfg->connect_timeout);
    apr_interval_time_t half = x->member->cluster->options->total_timeout / 2;

    return half > 0 && (configured <= 0 || half < configured) ? half : configured;
}

static int end_without_connection(wlm_exchange_t *x, apr_status_t rv, const char *what)
{
    const char *limit = connect_patience(x) == apr_time_from_sec(x->member->cfg->connect_timeout)
                        ? " within ConnectTimeout" : " within half of WLMTotalTimeout";

    return APR_STATUS_IS_TIMEUP(rv) ? end_timed_out(x, WLM_NOT_CONNECTED, apr_pstrcat(x->r->pool, what, limit, NULL))
                                    : end_with(x, WLM_NOT_CONNECTED, apr_pstrdup(x->r->pool, what));
}

static apr_status_t find_and_open(wlm_exchange_t *x, char why[WLM_CONN_WHY_SIZE])
{
    apr_interval_time_t patience = until_deadline(x, connect_patience(x));
    apr_time_t until = patience > 0 ? wlm_now() + patience : 0;
    wlm_address_t address;
    apr_status_t rv = wlm_names_address(&address, why, x->member, x->way, until);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    if (until && (patience = until - wlm_now()) <= 0) {
        patience = 1;
    }
    return wlm_conn_open(&x->conn, why, &address, x->way->endpoint->peer, patience);
}

static int connect_fresh(wlm_exchange_t *x)
{
    wlm_endpoint_t *link = x->way->endpoint;
    unsigned generation = wlm_conn_pool_generation(link->connections); /* before the address and the certificates are looked at */
    apr_time_t begun = wlm_now();
    apr_status_t rv;
    int closed = 0;
    char text[WLM_CONN_WHY_SIZE];

    x->attempt.kept_connection = 0;
    wlm_conn_pool_begin_open(link->connections);
    do {
        rv = find_and_open(x, text);
    } while (wlm_shortage_is(rv) && closed++ < WLM_SHORTAGE_CLOSE_MAX && wlm_endpoints_close_idle());
    wlm_conn_pool_end_open(link->connections);
    x->attempt.connect += wlm_now() - begun;
    if (rv == APR_SUCCESS) {
        wlm_conn_pool_adopt(link->connections, x->conn, generation);
        return 1;
    }
    if (wlm_shortage_is(rv)) {
        x->attempt.shortage = rv;
        return end_with(x, WLM_HTTPD_SHORT, apr_pstrdup(x->r->pool, text));
    }
    return end_without_connection(x, rv, text);
}

/* A kept connection may end in the very moment in which a request is sent on it. A request that could not be sent again
 * then gets a connection of its own, unless the member shows first that the kept one is alive: by its answer to the extended
 * handshake, or by the 100 that the body waits for. */
static int may_use_kept(const wlm_exchange_t *x)
{
    const plugin_cfg_server_t *cfg = x->member->cfg;

    return cfg->extended_handshake || wlm_outcome_is_repeatable(x->repeat, !(cfg->wait_for_continue && x->body->present));
}

/* One that is bound to the client's connection first of all, whatever may be repeated: the login holds nowhere else */
static wlm_conn_t *take_kept(wlm_exchange_t *x)
{
    apr_interval_time_t idle_max = apr_time_from_sec(x->way->transport->connection_ttl);
    wlm_conn_t *conn = wlm_bound_take(x->r, x->way->endpoint, x->attempt.begun, idle_max);

    return conn || !may_use_kept(x) ? conn : wlm_conn_pool_take(x->way->endpoint->connections, x->attempt.begun, idle_max);
}

static int connect_any(wlm_exchange_t *x, int fresh)
{
    if (!fresh && (x->conn = take_kept(x)) != NULL) {
        x->attempt.kept_connection = 1;
        return 1;
    }
    return connect_fresh(x);
}

static void hang_up(wlm_exchange_t *x)
{
    wlm_conn_close(x->conn);
    x->conn = NULL;
}

/* ExtendedHandshake: some firewalls accept connections for members that are dead. A small exchange shows whether there
 * is one, while nothing of the request has been sent, so that it can still go anywhere. The member need not know the
 * method: any response will do. */
static int shake_hands(wlm_exchange_t *x)
{
    const char *question = apr_psprintf(x->r->pool, "OPTIONS * HTTP/1.1\r\nHost: %s\r\n\r\n", x->way->host_port), *why;
    apr_interval_time_t patience = connect_patience(x);
    wlm_simple_answer_t answer;
    apr_status_t rv;

    patience = until_deadline(x, patience > 0 ? patience : x->io_timeout);
    rv = wlm_simple_request(&answer, &why, x->conn, question, 0, patience > 0 ? patience : HANDSHAKE_MAX, x->r->pool);
    if (rv == APR_SUCCESS && answer.reusable) {
        x->attempt.kept_connection = 0; /* as good as a new one */
        return 1;
    }
    hang_up(x);
    if (rv == APR_SUCCESS) {
        return connect_fresh(x); /* it lives, but closes after each response */
    }
    why = apr_pstrcat(x->r->pool, "extended handshake: ", why, NULL);
    return APR_STATUS_IS_TIMEUP(rv) ? end_timed_out(x, WLM_NOTHING_SENT, why) : end_with(x, WLM_NOTHING_SENT, why);
}

/* -- the response head ------------------------------------------------------------ */

apr_interval_time_t wlm_exchange_patience(const wlm_exchange_t *x)
{
    return until_deadline(x, x->io_timeout);
}

apr_status_t wlm_exchange_wait_read(wlm_exchange_t *x)
{
    int ready;

    return wlm_conn_wait(x->conn, WLM_CONN_READ, NULL, wlm_exchange_patience(x), &ready);
}

/* More bytes of the head. @return 1, or 0 with the outcome set */
static int read_more(wlm_exchange_t *x)
{
    apr_size_t have = x->conn->end - x->conn->start;
    apr_status_t rv;

    while (APR_STATUS_IS_EAGAIN(rv = wlm_conn_fill(x->conn, HEAD_MAX))) {
        rv = wlm_exchange_wait_read(x);
        if (rv != APR_SUCCESS) {
            break;
        }
    }
    if (rv == APR_SUCCESS) {
        if (have == 0) {
            x->attempt.first_byte = wlm_now() - x->attempt.begun; /* after a 1xx response once more */
        }
        return 1;
    }
    if (have > 0) {
        x->attempt.kept_connection = 0; /* it has answered on this connection: that was not an old one that had ended */
    }
    if (have == 0 || APR_STATUS_IS_TIMEUP(rv)) {
        return end_without_response(x, rv);
    }
    return APR_STATUS_IS_ENOSPC(rv) ? end_with(x, WLM_HEAD_REFUSED, "response head is too large")
                                    : end_with(x, WLM_NO_RESPONSE, "connection ended in the middle of the response head");
}

static int read_one_head(wlm_exchange_t *x)
{
    int to_head = strcmp(x->r->method, "HEAD") == 0; /* as it was sent; header_only may speak of the request before */
    apr_size_t scan = 0;

    for (;;) {
        switch (wlm_http_head_parse(&x->head, x->conn->buffer + x->conn->start, x->conn->end - x->conn->start, HEAD_MAX,
                                    to_head, &scan)) {
        case WLM_HEAD_COMPLETE:
            x->conn->start += x->head.size;
            x->attempt.kept_connection = 0; /* it has answered, if only by a 1xx response */
            return 1;
        case WLM_HEAD_INCOMPLETE:
            if (!read_more(x)) {
                return 0;
            }
            break;
        case WLM_HEAD_NOT_HTTP:
            return end_with(x, WLM_NOT_HTTP, x->head.error);
        case WLM_HEAD_INVALID:
        case WLM_HEAD_TOO_LARGE:
            return end_with(x, WLM_HEAD_REFUSED, x->head.error);
        }
    }
}

void wlm_exchange_send_interim(wlm_exchange_t *x)
{
    x->r->headers_out = x->fields;
    x->r->status = x->head.status;
    x->r->status_line = x->status_line;
    ap_send_interim_response(x->r, 1);
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
    wlm_exchange_take_head(x);
    wlm_exchange_send_interim(x);
    r->headers_out = fields_out;
    r->status = status;
    r->status_line = status_line;
}

/* The member goes over to another protocol */
static int take_upgrade(wlm_exchange_t *x)
{
    const char *error = wlm_http_upgrade_error(&x->head, x->upgrade);

    if (error) {
        return end_with(x, WLM_HEAD_REFUSED, error);
    }
    wlm_exchange_take_head(x);
    x->deadline = 0;
    x->upgraded = 1;
    return 1;
}

typedef enum { INTERIM, FINAL, NOTHING } heard_t; /* NOTHING: the outcome says why */

/* Read one response head */
static heard_t hear(wlm_exchange_t *x)
{
    if (!read_one_head(x)) {
        return NOTHING;
    }
    if (x->head.status >= 200) {
        x->deadline = 0;
        x->conn->is_bound = x->conn->is_bound || wlm_http_login_is_asked(&x->head);
        wlm_exchange_take_head(x);
        return FINAL;
    }
    if (x->head.status == HTTP_SWITCHING_PROTOCOLS) {
        return take_upgrade(x) ? FINAL : NOTHING;
    }
    if (++x->interim > INTERIM_MAX) {
        end_with(x, WLM_HEAD_REFUSED, "too many 1xx responses");
        return NOTHING;
    }
    if (x->head.status == HTTP_CONTINUE) {
        wlm_upload_continue(x);
    }
    else {
        pass_on_interim(x);
    }
    return INTERIM;
}

static int hear_final(wlm_exchange_t *x)
{
    heard_t heard;

    while ((heard = hear(x)) == INTERIM) {
    }
    return heard == FINAL;
}

static void expect_head(wlm_exchange_t *x)
{
    x->interim = 0;
    x->head.fields_max = x->request->version->cfg->http_max_headers;
    if (x->head.fields_max <= 0 || x->head.fields_max > WLM_HTTP_FIELDS_MAX) {
        x->head.fields_max = WLM_HTTP_FIELDS_MAX;
    }
    if (!x->head.fields) {
        x->head.fields = apr_palloc(x->r->pool, sizeof(*x->head.fields) * (apr_size_t)x->head.fields_max);
    }
}

/* -- the attempt --------------------------------------------------------------------- */

/* A member that answers before it has read the request: an error, a goodbye, or an answer although it was asked whether
 * it wants the body, means that it does not want the rest. Otherwise it answers while it reads, and wants it all. */
static void take_early_answer(wlm_exchange_t *x)
{
    if (!wlm_upload_is_complete(x)
        && (x->head.status >= 300 || !x->head.keep_alive || wlm_upload_awaits_continue(x))) {
        wlm_upload_stop(x);
    }
}

/* Send the request and listen meanwhile. @return 1 when the final head is there */
static int exchange_heads(wlm_exchange_t *x)
{
    heard_t heard;

    expect_head(x);
    wlm_upload_begin(x);
    do {
        switch (wlm_upload_run(x)) {
        case WLM_UPLOAD_SENT:
            return hear_final(x);
        case WLM_UPLOAD_TIMED_OUT:
            return end_without_response(x, APR_TIMEUP);
        case WLM_UPLOAD_CLIENT_GONE:
            return end_with(x, WLM_CLIENT_GONE, "the request body did not arrive");
        case WLM_UPLOAD_SPOKEN:
            break;
        }
        heard = hear(x);
    } while (heard == INTERIM);
    take_early_answer(x);
    return heard == FINAL;
}

static int try_once(wlm_exchange_t *x, int fresh)
{
    x->attempt = (wlm_attempt_t){
        .cause = "", .time_out_marks_down = x->member->cfg->server_io_timeout < 0, .begun = x->attempt.begun
    };
    x->upgraded = 0;
    if (!connect_any(x, fresh)) {
        return 0;
    }
    /* on a bound one it would come between the messages of a login */
    if (x->member->cfg->extended_handshake && !x->conn->is_bound && !shake_hands(x)) {
        return 0;
    }
    x->conn->is_bound = x->conn->is_bound || wlm_bound_is_asked_by(x->r);
    if (!exchange_heads(x)) {
        hang_up(x);
        return 0;
    }
    x->attempt.outcome = wlm_options_is_busy(x->member->cluster->options, x->head.status) ? WLM_BUSY : WLM_DELIVERED;
    return 1;
}

/* On a kept connection first, if there is one */
static int try_member(wlm_exchange_t *x)
{
    x->io_timeout = apr_time_from_sec(abs(x->member->cfg->server_io_timeout));
    if (try_once(x, 0)) {
        return 1;
    }
    if (wlm_outcome_next(&x->attempt, x->repeat) != WLM_NEXT_SAME_FRESH) {
        return 0;
    }
    ap_log_rerror(APLOG_MARK, APLOG_DEBUG, 0, x->r, WLMNO(0020) "a kept connection to member %s had ended (%s); "
                  "trying a new one", x->member->cfg->name, x->attempt.cause);
    return try_once(x, 1);
}

int wlm_exchange_begin(wlm_exchange_t *x)
{
    int answered = try_member(x);

    if (x->attempt.outcome != WLM_DELIVERED || x->upgraded) {
        x->attempt.elapsed = wlm_now() - x->attempt.begun; /* of that one wlm_exchange_deliver() sees the end */
    }
    return answered;
}

void wlm_exchange_discard(wlm_exchange_t *x)
{
    /* reading on to save the connection would wait for a member that has just said that it is busy */
    hang_up(x);
}

/* The connection of an attempt: a kept one or a new one, a question whether the member lives (ExtendedHandshake), and
 * back into the pool or closed. Blocks the worker thread of the request while it opens one. */
#include "httpd/request/exchange_connection.h"
#include <httpd.h>
#include <apr_strings.h>
#include "balance/outcome.h"
#include "base/address.h"
#include "base/clock.h"
#include "httpd/request/bound_connection.h"
#include "httpd/request/exchange_base.h"
#include "httpd/request/exchange_end.h"
#include "httpd/request/exchange_wait.h"
#include "httpd/request/upload.h"
#include "httpd/runtime/endpoints.h"
#include "httpd/runtime/names.h"
#include "net/conn.h"
#include "net/shortage.h"
#include "net/simple_request.h"

#define HANDSHAKE_MAX apr_time_from_sec(60) /* where neither ConnectTimeout nor ServerIOTimeout says anything */

/* How long may it take to reach a member? A request whose whole time is short keeps half of it for another member;
 * whoever sets WLMTotalTimeout decides whether that is enough for a slow one. @return 0: no limit */
static apr_interval_time_t connect_timeout(const wlm_exchange_t *x)
{
    apr_interval_time_t configured = apr_time_from_sec(x->member->cfg->connect_timeout);
    apr_interval_time_t half = x->member->cluster->options->total_timeout / 2;

    return half > 0 && (configured <= 0 || half < configured) ? half : configured;
}

static int end_without_connection(wlm_exchange_t *x, apr_status_t rv, const char *what)
{
    const char *limit = connect_timeout(x) == apr_time_from_sec(x->member->cfg->connect_timeout)
                        ? " within ConnectTimeout" : " within half of WLMTotalTimeout";

    if (APR_STATUS_IS_TIMEUP(rv)) {
        return wlm_exchange_end_timed_out(x, WLM_NOT_CONNECTED, apr_pstrcat(x->r->pool, what, limit, NULL));
    }
    return wlm_exchange_end_with(x, WLM_NOT_CONNECTED, apr_pstrdup(x->r->pool, what));
}

static apr_status_t find_and_open(wlm_exchange_t *x, char why[WLM_CONN_WHY_SIZE])
{
    apr_interval_time_t timeout = wlm_exchange_wait_limit(x, connect_timeout(x));
    apr_time_t until = timeout > 0 ? wlm_now() + timeout : 0;
    wlm_address_t address;
    apr_status_t rv = wlm_names_address(&address, why, x->member, x->transport, until);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    if (until && (timeout = until - wlm_now()) <= 0) {
        timeout = 1;
    }
    return wlm_conn_open(&x->conn, why, &address, x->transport->endpoint->peer, timeout);
}

static int open_new(wlm_exchange_t *x)
{
    wlm_endpoint_t *endpoint = x->transport->endpoint;
    /* before the address and the certificates are looked up */
    unsigned generation = wlm_conn_pool_generation(endpoint->connections);
    apr_time_t begun = wlm_now();
    apr_status_t rv;
    int closed = 0;
    char text[WLM_CONN_WHY_SIZE];

    x->attempt.kept_connection = 0;
    wlm_conn_pool_begin_open(endpoint->connections);
    do {
        rv = find_and_open(x, text);
    } while (wlm_shortage_is(rv) && closed++ < WLM_SHORTAGE_CLOSE_MAX && wlm_endpoints_close_idle());
    wlm_conn_pool_end_open(endpoint->connections);
    x->attempt.connect += wlm_now() - begun;
    if (rv == APR_SUCCESS) {
        wlm_conn_pool_adopt(endpoint->connections, x->conn, generation);
        return 1;
    }
    if (wlm_shortage_is(rv)) {
        x->attempt.shortage = rv;
        return wlm_exchange_end_with(x, WLM_HTTPD_SHORT, apr_pstrdup(x->r->pool, text));
    }
    return end_without_connection(x, rv, text);
}

/* A kept connection may end in the very moment in which a request is sent on it. A request that could not be sent again
 * then gets a connection of its own, unless the member shows first that the kept one is alive: by its answer to the
 * extended handshake, or by the 100 that the body waits for. */
static int may_use_kept(const wlm_exchange_t *x)
{
    const plugin_cfg_server_t *cfg = x->member->cfg;

    return cfg->extended_handshake
           || wlm_outcome_is_repeatable(x->repeat, !(cfg->wait_for_continue && x->body->present));
}

/* One that is bound to the client's connection first of all, whatever may be repeated: the login holds nowhere else */
static wlm_conn_t *acquire_kept(wlm_exchange_t *x)
{
    apr_interval_time_t idle_max = apr_time_from_sec(x->transport->cfg->connection_ttl);
    wlm_conn_t *conn = wlm_bound_connection_acquire(x->r, x->transport->endpoint, x->attempt.begun, idle_max);

    if (conn || !may_use_kept(x)) {
        return conn;
    }
    return wlm_conn_pool_acquire(x->transport->endpoint->connections, x->attempt.begun, idle_max);
}

int wlm_exchange_connection_open(wlm_exchange_t *x, int fresh)
{
    if (!fresh && (x->conn = acquire_kept(x)) != NULL) {
        x->attempt.kept_connection = 1;
        return 1;
    }
    return open_new(x);
}

void wlm_exchange_connection_close(wlm_exchange_t *x)
{
    wlm_conn_close(x->conn);
    x->conn = NULL;
}

/* ExtendedHandshake: some firewalls accept connections for members that are dead. A small exchange shows whether there
 * is one, while nothing of the request has been sent, so that it can still go anywhere. The member need not know the
 * method: any response will do. */
int wlm_exchange_connection_probe(wlm_exchange_t *x)
{
    const char *question = apr_psprintf(x->r->pool, "OPTIONS * HTTP/1.1\r\nHost: %s\r\n\r\n",
                                        x->transport->host_port), *why;
    apr_interval_time_t timeout = connect_timeout(x);
    wlm_simple_answer_t answer;
    apr_status_t rv;

    timeout = wlm_exchange_wait_limit(x, timeout > 0 ? timeout : x->io_timeout);
    rv = wlm_simple_request(&answer, &why, x->conn, question, 0, timeout > 0 ? timeout : HANDSHAKE_MAX, x->r->pool);
    if (rv == APR_SUCCESS && answer.reusable) {
        x->attempt.kept_connection = 0; /* as good as a new one */
        return 1;
    }
    wlm_exchange_connection_close(x);
    if (rv == APR_SUCCESS) {
        return open_new(x); /* it lives, but closes after each response */
    }
    why = apr_pstrcat(x->r->pool, "extended handshake: ", why, NULL);
    return APR_STATUS_IS_TIMEUP(rv) ? wlm_exchange_end_timed_out(x, WLM_NOTHING_SENT, why)
                                    : wlm_exchange_end_with(x, WLM_NOTHING_SENT, why);
}

void wlm_exchange_connection_release(wlm_exchange_t *x, int reusable)
{
    apr_time_t now = wlm_now();
    apr_interval_time_t idle_max = apr_time_from_sec(x->transport->cfg->connection_ttl);

    x->attempt.elapsed = now - x->attempt.begun;
    if (reusable && x->head.keep_alive && wlm_upload_is_complete(x) && x->conn->is_bound) {
        wlm_bound_connection_release(x->r, x->transport->endpoint, x->conn, now);
    }
    else if (reusable && x->head.keep_alive && wlm_upload_is_complete(x)) {
        wlm_conn_pool_release(x->transport->endpoint->connections, x->conn, now, idle_max);
    }
    else {
        wlm_conn_close(x->conn);
    }
    x->conn = NULL;
}

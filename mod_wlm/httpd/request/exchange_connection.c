/* The connection of an attempt: a kept one or a new one, and back into the pool or closed. On the thread that has the
 * request. */
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
#include "net/conn_open.h"
#include "net/shortage.h"
#include "net/wait.h"

/* A request whose whole time is short keeps half of it for another member; whoever sets WLMTotalTimeout decides whether
 * that is enough for a slow one. */
apr_interval_time_t wlm_exchange_connection_timeout(const wlm_exchange_t *x)
{
    apr_interval_time_t configured = apr_time_from_sec(x->member->cfg->connect_timeout);
    apr_interval_time_t half = x->member->cluster->options->total_timeout / 2;

    return half > 0 && (configured <= 0 || half < configured) ? half : configured;
}

static wlm_step_t end_without_connection(wlm_exchange_t *x, apr_status_t rv, const char *what)
{
    const char *limit = wlm_exchange_connection_timeout(x) == apr_time_from_sec(x->member->cfg->connect_timeout)
                        ? " within ConnectTimeout" : " within half of WLMTotalTimeout";

    if (APR_STATUS_IS_TIMEUP(rv)) {
        return wlm_exchange_end_timed_out(x, WLM_NOT_CONNECTED, apr_pstrcat(x->r->pool, what, limit, NULL));
    }
    return wlm_exchange_end_with(x, WLM_NOT_CONNECTED, apr_pstrdup(x->r->pool, what));
}

/* A connection that is being opened. In r->pool; the same for all attempts of a request. */
struct wlm_exchange_opening_t {
    int is_begun;                  /* it counts in the pool of the member's connections as one to come */
    enum { LOOK_UP, CONNECT } stage;
    unsigned generation;           /* of that pool, from before the address and the certificates were looked up */
    apr_time_t begun, until;       /* until: for the look-up and all addresses; 0: no limit */
    int closed;                    /* idle connections that were closed to make room for it */
    wlm_conn_open_t open;
};

static void begin_look_up(wlm_exchange_t *x)
{
    apr_interval_time_t timeout = wlm_exchange_wait_limit(x, wlm_exchange_connection_timeout(x));

    x->opening->stage = LOOK_UP;
    x->opening->until = timeout > 0 ? wlm_now() + timeout : 0;
}

void wlm_exchange_connection_renew(wlm_exchange_t *x)
{
    wlm_conn_pool_t *pool = x->transport->endpoint->connections;

    if (!x->opening) {
        x->opening = apr_palloc(x->r->pool, sizeof(*x->opening));
    }
    x->opening->is_begun = 1;
    x->opening->generation = wlm_conn_pool_generation(pool);
    x->opening->begun = wlm_now();
    x->opening->closed = 0;
    x->attempt.kept_connection = 0;
    begin_look_up(x);
    wlm_conn_pool_begin_open(pool);
}

static void end_open(wlm_exchange_t *x)
{
    x->opening->is_begun = 0;
    wlm_conn_pool_end_open(x->transport->endpoint->connections);
    x->attempt.connect += wlm_now() - x->opening->begun;
}

/* @return also APR_EAGAIN: it waits */
static apr_status_t find_and_open(wlm_exchange_t *x)
{
    struct wlm_exchange_opening_t *opening = x->opening;
    apr_interval_time_t left = 0;
    wlm_address_t address;
    apr_status_t rv;

    if (opening->stage == LOOK_UP) {
        rv = wlm_names_find(&address, opening->open.why, x->member, x->transport, opening->until, x->wait);
        if (rv != APR_SUCCESS) {
            return rv;
        }
        if (opening->until && (left = opening->until - wlm_now()) <= 0) {
            left = 1;
        }
        wlm_conn_open_begin(&opening->open, &address, x->transport->endpoint->peer, left);
        opening->stage = CONNECT;
    }
    return wlm_conn_open_step(&opening->open, &x->conn, x->wait);
}

/* Is the shortage of descriptors or ports one that closing an idle connection may end? */
static int make_room(wlm_exchange_t *x, apr_status_t rv)
{
    int has_room = wlm_shortage_is(rv) && x->opening->closed++ < WLM_SHORTAGE_CLOSE_MAX && wlm_endpoints_close_idle();

    if (has_room) {
        begin_look_up(x);
    }
    return has_room;
}

static wlm_step_t open_new(wlm_exchange_t *x)
{
    apr_status_t rv;

    do {
        rv = find_and_open(x);
        if (APR_STATUS_IS_EAGAIN(rv)) {
            wlm_exchange_wait_client(x);
            return WLM_STEP_WAITS;
        }
    } while (make_room(x, rv));
    wlm_wait_end(x->wait);
    end_open(x);
    if (rv == APR_SUCCESS) {
        wlm_conn_pool_adopt(x->transport->endpoint->connections, x->conn, x->opening->generation);
        return WLM_STEP_DONE;
    }
    if (wlm_shortage_is(rv)) {
        x->attempt.shortage = rv;
        return wlm_exchange_end_with(x, WLM_HTTPD_SHORT, apr_pstrdup(x->r->pool, x->opening->open.why));
    }
    return end_without_connection(x, rv, x->opening->open.why);
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

void wlm_exchange_connection_begin(wlm_exchange_t *x, int fresh)
{
    x->conn = fresh ? NULL : acquire_kept(x);
    if (x->conn) {
        x->attempt.kept_connection = 1;
    }
    else {
        wlm_exchange_connection_renew(x);
    }
}

wlm_step_t wlm_exchange_connection_open(wlm_exchange_t *x)
{
    return x->conn ? WLM_STEP_DONE : open_new(x);
}

void wlm_exchange_connection_close(wlm_exchange_t *x)
{
    if (x->opening && x->opening->is_begun) {
        if (x->opening->stage == CONNECT) {
            wlm_conn_open_cancel(&x->opening->open);
        }
        end_open(x);
    }
    wlm_conn_close(x->conn);
    x->conn = NULL;
    x->probe = NULL;
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

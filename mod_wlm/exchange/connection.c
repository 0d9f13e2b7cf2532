/* The connection of an attempt: a kept one or a new one, and back into the pool or closed. On the thread that has the
 * request. */
#include "exchange/connection.h"
#include <apr_strings.h>
#include <stdlib.h>
#include "balance/outcome.h"
#include "base/address.h"
#include "base/clock.h"
#include "exchange/base.h"
#include "exchange/end.h"
#include "exchange/upload.h"
#include "exchange/wait.h"
#include "net/conn.h"
#include "net/conn_open.h"
#include "net/conn_pool.h"
#include "net/shortage.h"
#include "net/wait.h"

/* A request whose whole time is short keeps half of it for another member; the value of WLMTotalTimeout decides whether
 * that is enough for a slow one. */
apr_interval_time_t wlm_exchange_connection_timeout(const wlm_exchange_t *exchange)
{
    apr_interval_time_t configured = apr_time_from_sec(exchange->member->cfg->connect_timeout);
    apr_interval_time_t half = exchange->member->cluster->options->total_timeout / 2;

    return half > 0 && (configured <= 0 || half < configured) ? half : configured;
}

static wlm_step_t end_without_connection(wlm_exchange_t *exchange, apr_status_t rv, const char *what)
{
    const char *limit =
        wlm_exchange_connection_timeout(exchange) == apr_time_from_sec(exchange->member->cfg->connect_timeout)
            ? " within ConnectTimeout"
            : " within half of WLMTotalTimeout";

    if (APR_STATUS_IS_TIMEUP(rv)) {
        return wlm_exchange_end_timed_out(exchange, WLM_NOT_CONNECTED,
                                          apr_pstrcat(exchange->pool, what, limit, NULL));
    }
    return wlm_exchange_end_with(exchange, WLM_NOT_CONNECTED, what);
}

/* A connection that is being opened, which counts in the pool of the member's connections as one to come. malloc'ed,
 * and freed when it is open or given up: the request's pool would keep it while the request waits for the member. */
struct wlm_exchange_opening_t {
    enum { LOOK_UP, CONNECT } stage;
    unsigned generation;           /* of that pool, from before the address and the certificates were looked up */
    apr_time_t begun, until;       /* until: for the look-up and all addresses; 0: no limit */
    int closed;                    /* idle connections that were closed to make room for it */
    wlm_conn_open_t open;
};

static void begin_look_up(wlm_exchange_t *exchange)
{
    apr_interval_time_t timeout = wlm_exchange_wait_limit(exchange, wlm_exchange_connection_timeout(exchange));

    exchange->opening->stage = LOOK_UP;
    exchange->opening->until = timeout > 0 ? wlm_now() + timeout : 0;
}

void wlm_exchange_connection_renew(wlm_exchange_t *exchange)
{
    exchange->attempt.kept_connection = 0;
    exchange->opening = malloc(sizeof(*exchange->opening));
    if (!exchange->opening) {
        return; /* wlm_exchange_connection_open() says so */
    }
    exchange->opening->generation = wlm_conn_pool_generation(exchange->connections);
    exchange->opening->begun = wlm_now();
    exchange->opening->closed = 0;
    begin_look_up(exchange);
    wlm_conn_pool_begin_open(exchange->connections);
}

static void end_open(wlm_exchange_t *exchange)
{
    wlm_conn_pool_end_open(exchange->connections);
    exchange->attempt.connect += wlm_now() - exchange->opening->begun;
    free(exchange->opening);
    exchange->opening = NULL;
}

static wlm_step_t end_short(wlm_exchange_t *exchange, apr_status_t rv, const char *what)
{
    exchange->attempt.shortage = rv;
    return wlm_exchange_end_with(exchange, WLM_HTTPD_SHORT, what);
}

/* @return also APR_EAGAIN: it waits */
static apr_status_t find_and_open(wlm_exchange_t *exchange)
{
    struct wlm_exchange_opening_t *opening = exchange->opening;
    apr_interval_time_t left = 0;
    wlm_address_t address;
    apr_status_t rv;

    if (opening->stage == LOOK_UP) {
        rv = exchange->client->find_address(&address, opening->open.why, exchange->member, exchange->transport,
                                            opening->until, exchange->wait);
        if (rv != APR_SUCCESS) {
            return rv;
        }
        if (opening->until && (left = opening->until - wlm_now()) <= 0) {
            left = 1;
        }
        wlm_conn_open_begin(&opening->open, &address, exchange->peer, left);
        opening->stage = CONNECT;
    }
    return wlm_conn_open_step(&opening->open, &exchange->conn, exchange->wait);
}

/* Is the shortage of descriptors or ports one that closing an idle connection may end? */
static int make_room(wlm_exchange_t *exchange, apr_status_t rv)
{
    int has_room =
        wlm_shortage_is(rv) && exchange->opening->closed++ < WLM_SHORTAGE_CLOSE_MAX && exchange->client->close_idle();

    if (has_room) {
        begin_look_up(exchange);
    }
    return has_room;
}

static wlm_step_t end_opened(wlm_exchange_t *exchange, apr_status_t rv)
{
    unsigned generation = exchange->opening->generation;
    const char *why = rv == APR_SUCCESS ? NULL : apr_pstrdup(exchange->pool, exchange->opening->open.why);

    wlm_wait_end(exchange->wait);
    end_open(exchange);
    if (rv == APR_SUCCESS) {
        wlm_conn_pool_adopt(exchange->connections, exchange->conn, generation);
        return WLM_STEP_DONE;
    }
    return wlm_shortage_is(rv) ? end_short(exchange, rv, why) : end_without_connection(exchange, rv, why);
}

static wlm_step_t open_new(wlm_exchange_t *exchange)
{
    apr_status_t rv;

    if (!exchange->opening) {
        return end_short(exchange, APR_ENOMEM, "no memory for a connection");
    }
    do {
        rv = find_and_open(exchange);
        if (APR_STATUS_IS_EAGAIN(rv)) {
            wlm_exchange_wait_client(exchange);
            return WLM_STEP_WAITS;
        }
    } while (make_room(exchange, rv));
    return end_opened(exchange, rv);
}

/* A kept connection may end in the very moment in which a request is sent on it. A request that could not be sent again
 * then gets a connection of its own, unless the member shows first that the kept one is alive: by its answer to the
 * extended handshake, or by the 100 that the body waits for. */
static int may_use_kept(const wlm_exchange_t *exchange)
{
    const plugin_cfg_server_t *cfg = exchange->member->cfg;

    return cfg->extended_handshake
           || wlm_outcome_is_repeatable(exchange->repeat, !(cfg->wait_for_continue && exchange->body->present));
}

/* One that is bound to the client's connection first of all, whatever may be repeated: the login holds nowhere else */
static wlm_conn_t *acquire_kept(wlm_exchange_t *exchange)
{
    apr_interval_time_t idle_max = apr_time_from_sec(exchange->transport->cfg->connection_ttl);
    wlm_conn_t *conn = exchange->client->acquire_bound(exchange->client_data, exchange->attempt.begun, idle_max);

    if (conn || !may_use_kept(exchange)) {
        return conn;
    }
    return wlm_conn_pool_acquire(exchange->connections, exchange->attempt.begun, idle_max);
}

void wlm_exchange_connection_begin(wlm_exchange_t *exchange, int fresh)
{
    exchange->conn = fresh ? NULL : acquire_kept(exchange);
    if (exchange->conn) {
        exchange->attempt.kept_connection = 1;
    }
    else {
        wlm_exchange_connection_renew(exchange);
    }
}

wlm_step_t wlm_exchange_connection_open(wlm_exchange_t *exchange)
{
    return exchange->conn ? WLM_STEP_DONE : open_new(exchange);
}

void wlm_exchange_connection_close(wlm_exchange_t *exchange)
{
    if (exchange->opening) {
        if (exchange->opening->stage == CONNECT) {
            wlm_conn_open_cancel(&exchange->opening->open);
        }
        end_open(exchange);
    }
    wlm_conn_close(exchange->conn);
    exchange->conn = NULL;
    exchange->probe = NULL;
}

/* Written once a second at most, so that its cache line stays in all processors' caches */
static void wake_periodic_work(wlm_cluster_t *cluster)
{
    if (atomic_load(&cluster->is_quiet)) {
        atomic_store(&cluster->is_quiet, 0);
    }
}

void wlm_exchange_connection_release(wlm_exchange_t *exchange, int reusable)
{
    apr_time_t now = wlm_now();
    apr_interval_time_t idle_max = apr_time_from_sec(exchange->transport->cfg->connection_ttl);

    exchange->attempt.elapsed = now - exchange->attempt.begun;
    if (reusable && exchange->head.keep_alive && wlm_upload_is_complete(exchange) && exchange->conn->is_bound) {
        exchange->client->release_bound(exchange->client_data, exchange->conn, now);
    }
    else if (reusable && exchange->head.keep_alive && wlm_upload_is_complete(exchange)) {
        wlm_conn_pool_release(exchange->connections, exchange->conn, now, idle_max);
        wake_periodic_work(exchange->member->cluster);
    }
    else {
        wlm_conn_close(exchange->conn);
    }
    exchange->conn = NULL;
}

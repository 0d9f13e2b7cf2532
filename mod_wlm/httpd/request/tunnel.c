/* A connection after status 101 (RFC 9110 7.8), such as a WebSocket: bytes go both ways until one side ends.
 *
 * Each direction goes on by itself: nothing is read from a side while the other one has not taken what was read
 * before, and a side that takes nothing does not keep the other direction waiting. On the thread that has the request.
 */
#include "httpd/request/tunnel.h"
#include <httpd.h>
#include <ap_mpm.h>
#include <http_protocol.h>
#include <poll.h>
#include <scoreboard.h>
#include <stdatomic.h>
#include <util_filter.h>
#include "base/clock.h"
#include "exchange/base.h"
#include "exchange/connection.h"
#include "httpd/engine/grace.h"
#include "httpd/engine/output.h"
#include "httpd/request/binding.h"
#include "httpd/request/client_poll.h"
#include "httpd/request/journey.h"
#include "httpd/request/marker_bucket.h"
#include "httpd/request/response_head.h"
#include "httpd/runtime/retained.h"
#include "httpd/runtime/segment.h"
#include "net/conn.h"
#include "net/wait.h"
#include "shared/close_orders.h"

#define BLOCK    16384             /* bytes that are read from the client at once */
#define POLL_INTERVAL apr_time_from_sec(1) /* whether the member's connections are to be closed */
#define YIELD_AFTER apr_time_from_sec(3) /* others that are about to end may make room */

typedef struct wlm_tunnel_t {
    wlm_exchange_t *exchange;
    request_rec *r;
    conn_rec *c;
    struct pollfd client;
    apr_bucket_brigade *in, *out;  /* from the client, to it */
    apr_bucket *bucket;            /* of `in`, of which bytes are on their way to the member */
    const char *data;              /* these */
    apr_size_t left;
    int client_ended;              /* it will send nothing more */
    uint64_t close_orders_seen;
    apr_time_t moved;              /* when a byte moved last */
    apr_time_t next_check;         /* for orders to end */
    apr_time_t blocks_since;         /* since when its process occupies a slot that a new one needs; 0: it does not */
    const char *end;               /* why it has ended; NULL: it has not */
} wlm_tunnel_t;

/* -- what goes to the client ------------------------------------------------------------------------- */

/* Has the client taken everything? */
static int client_is_free(wlm_tunnel_t *t)
{
    if (!t->c->data_in_output_filters) {
        return 1;
    }
    if (wlm_output_write(t->c) != APR_SUCCESS || t->c->aborted) {
        t->end = "client";
    }
    return !t->c->data_in_output_filters;
}

static void pass_to_client(wlm_tunnel_t *t, const char *data, apr_size_t len)
{
    apr_bucket_alloc_t *ba = t->c->bucket_alloc;

    APR_BRIGADE_INSERT_TAIL(t->out, apr_bucket_transient_create(data, len, ba));
    /* Filters hold small pieces back until something comes that is no data. A FLUSH would be that, but waits for the
     * client. Another protocol's secondary connection has no descriptor to wait for: it is one of many, and must
     * flush. */
    APR_BRIGADE_INSERT_TAIL(t->out, t->c->master ? apr_bucket_flush_create(ba) : wlm_marker_bucket_create(NULL, ba));
    if (ap_pass_brigade(t->c->output_filters, t->out) != APR_SUCCESS || t->c->aborted) {
        t->end = "client";
    }
    apr_brigade_cleanup(t->out);
    t->r->bytes_sent += (apr_off_t)len;
    t->exchange->attempt.bytes_received += len;
}

/* @return 1: bytes have moved */
static int from_member(wlm_tunnel_t *t)
{
    wlm_conn_t *conn = t->exchange->conn;
    apr_size_t len;
    apr_status_t rv;

    if (!client_is_free(t)) {
        return 0;
    }
    if (conn->start == conn->end) {
        rv = wlm_conn_fill(conn, WLM_CONN_BUFFER_SIZE);
        if (APR_STATUS_IS_EAGAIN(rv)) {
            return 0;
        }
        if (rv != APR_SUCCESS) {
            t->end = "member";
            return 0;
        }
    }
    len = conn->end - conn->start;
    pass_to_client(t, conn->buffer + conn->start, len);
    conn->start = conn->end; /* that was all that had come, or more comes in the next step: see wlm_conn_fill() */
    return 1;
}

/* -- what goes to the member ------------------------------------------------------------------------- */

/* @return 1: the connection is not only at its end in one direction; perhaps httpd itself has closed it, because it
 * stops */
static int is_client_gone(const wlm_tunnel_t *t)
{
    struct pollfd client = { t->client.fd, 0, 0 };

    return t->c->aborted || (!t->c->master && poll(&client, 1, 0) > 0); /* POLLHUP, POLLERR or POLLNVAL */
}

/* @param rv  APR_EOF: it sends nothing more, but may want to receive the rest; anything else: it is gone */
static void end_client(wlm_tunnel_t *t, apr_status_t rv)
{
    t->client_ended = 1;
    wlm_conn_end_writing(t->exchange->conn);
    if (!APR_STATUS_IS_EOF(rv) || is_client_gone(t)) {
        t->end = "client";
    }
}

/* Take the next bytes of what was read. @return 1: there are some */
static int next_bucket(wlm_tunnel_t *t)
{
    apr_status_t rv;
    apr_bucket *b;

    while (!APR_BRIGADE_EMPTY(t->in) && !t->client_ended) {
        b = APR_BRIGADE_FIRST(t->in);
        rv = APR_BUCKET_IS_EOS(b) ? APR_EOF
           : APR_BUCKET_IS_METADATA(b) ? APR_SUCCESS : apr_bucket_read(b, &t->data, &t->left, APR_BLOCK_READ);
        if (rv != APR_SUCCESS) {
            end_client(t, rv);
            return 0;
        }
        if (t->left) {
            t->bucket = b;
            return 1;
        }
        apr_bucket_delete(b);
    }
    return 0;
}

static int read_client(wlm_tunnel_t *t)
{
    apr_status_t rv;

    if (t->client_ended || next_bucket(t)) {
        return !t->client_ended;
    }
    rv = t->client_ended ? APR_EAGAIN
                         : ap_get_brigade(t->c->input_filters, t->in, AP_MODE_READBYTES, APR_NONBLOCK_READ, BLOCK);
    if (rv != APR_SUCCESS && !APR_STATUS_IS_EAGAIN(rv)) {
        end_client(t, rv);
    }
    return rv == APR_SUCCESS && next_bucket(t);
}

/* @return 1: bytes have moved */
static int from_client(wlm_tunnel_t *t)
{
    struct iovec piece;
    apr_status_t rv;
    apr_size_t n;

    if (!t->left && !read_client(t)) {
        return 0;
    }
    piece = (struct iovec){ (char *)t->data, t->left };
    rv = wlm_conn_write(t->exchange->conn, &piece, 1, &n);
    if (rv != APR_SUCCESS) {
        t->end = APR_STATUS_IS_EAGAIN(rv) ? t->end : "member";
        return 0;
    }
    t->data += n;
    t->left -= n;
    t->exchange->attempt.bytes_sent += n;
    if (!t->left) {
        apr_bucket_delete(t->bucket);
    }
    return 1;
}

/* -- waiting ------------------------------------------------------------------------------------------- */

/* Longest allowed silence, and the name of the timeout that ends it. A client that has ended waits for its last
 * answer. */
static apr_interval_time_t longest_silence(const wlm_tunnel_t *t, const char **pend)
{
    const plugin_cfg_server_t *cfg = t->exchange->member->cfg;
    int seconds = abs(cfg->ws_server_io_timeout ? cfg->ws_server_io_timeout : cfg->server_io_timeout);
    apr_interval_time_t idle = apr_time_from_sec(cfg->ws_server_idle_timeout);
    apr_interval_time_t limit = 0;

    if (t->left && seconds) {
        *pend = "member-timeout";
        limit = apr_time_from_sec(seconds);
    }
    else if (t->c->data_in_output_filters || t->client_ended) {
        *pend = "client-timeout";
        limit = t->r->server->timeout;
    }
    if (idle && (!limit || idle < limit)) {
        *pend = "idle";
        limit = idle;
    }
    return limit;
}

/* In an MPM without threads a process that is to end has one client, which takes no more from others than before */
static int is_process_to_end(void)
{
    int state, threaded;

    return ap_mpm_query(AP_MPMQ_MPM_STATE, &state) == APR_SUCCESS && state == AP_MPMQ_STOPPING
           && ap_mpm_query(AP_MPMQ_IS_THREADED, &threaded) == APR_SUCCESS && threaded != AP_MPMQ_NOT_SUPPORTED;
}

static int has_dead_thread(int slot)
{
    int i, threads = 0;

    ap_mpm_query(AP_MPMQ_MAX_THREADS, &threads);
    for (i = 0; i < threads; ++i) {
        if (ap_get_scoreboard_worker_from_indexes(slot, i)->status == SERVER_DEAD) {
            return 1;
        }
    }
    return 0;
}

/* MPMs but event give the slot of a process that only ends its requests to a new one. The worker MPM does so only if
 * one of its threads is dead, and those that end before their process is said to end never are
 * (perform_idle_server_maintenance() and worker_thread() of httpd's server/mpm/worker/worker.c). */
static int has_room_for_one(int slot)
{
    const process_score *process = ap_get_scoreboard_process(slot);
    int is_async = 0;

    ap_mpm_query(AP_MPMQ_IS_ASYNC, &is_async);
    return !process || !process->pid || (process->quiescing && !is_async && has_dead_thread(slot));
}

/* Do those that serve have fewer processes than they may have, and is there no slot for one more? */
static int is_process_missing(void)
{
    int i, slots = 0, most = 0, serving = 0;

    ap_mpm_query(AP_MPMQ_HARD_LIMIT_DAEMONS, &slots);
    ap_mpm_query(AP_MPMQ_MAX_DAEMONS, &most);
    for (i = 0; i < slots; ++i) {
        const process_score *process = ap_get_scoreboard_process(i);

        if (has_room_for_one(i)) {
            return 0;
        }
        serving += process->generation == ap_get_scoreboard_global()->running_generation && !process->quiescing;
    }
    return serving < most;
}

/* A process that would have ended, but for its tunnels, is no reason why there cannot be a new one */
static int must_yield(wlm_tunnel_t *t, apr_time_t now)
{
    if (!is_process_to_end() || !is_process_missing()) {
        t->blocks_since = 0;
    }
    else if (!t->blocks_since) {
        t->blocks_since = now;
    }
    return t->blocks_since && now - t->blocks_since >= YIELD_AFTER;
}

/* Is it to end, whatever client and member want? Also while bytes move all the time. */
static void check_orders(wlm_tunnel_t *t)
{
    apr_time_t now = wlm_now();

    if (now < t->next_check) {
        return;
    }
    t->next_check = now + POLL_INTERVAL;
    t->end = wlm_close_orders_concern(wlm_retained_close_orders(), wlm_segment_key(t->exchange->member->shared),
                                      &t->close_orders_seen) ? "closed"
           : wlm_grace_is_over() || must_yield(t, now) ? "restart" : NULL;
}

int wlm_tunnel_must_check(void)
{
    static uint64_t seen;
    uint64_t now = wlm_close_orders_now(wlm_retained_close_orders());
    int has_changed = now != seen;

    seen = now;
    return has_changed || is_process_to_end();
}

/* Nothing can be moved now: say what is waited for */
static void wait_for_either(wlm_tunnel_t *t)
{
    const char *end = NULL;
    apr_interval_time_t limit = longest_silence(t, &end);
    int reads = !t->left && !t->client_ended, writes = t->c->data_in_output_filters;
    apr_time_t now = wlm_now();

    if (limit && now - t->moved >= limit) {
        t->end = end;
        return;
    }
    wlm_conn_wait_for(t->exchange->conn, (writes ? 0 : WLM_CONN_READ) | (t->left ? WLM_CONN_WRITE : 0), 0,
                      t->exchange->wait);
    if (reads || writes) {
        t->exchange->wait->client =
            (struct pollfd){ t->client.fd, (short)((reads ? POLLIN : 0) | (writes ? POLLOUT : 0)), 0 };
    }
    if (limit) {
        wlm_wait_wake(t->exchange->wait, t->moved + limit);
    }
    t->exchange->wait->check = now + POLL_INTERVAL;
    t->next_check = 0;
}

/* -- from the beginning to the end ------------------------------------------------------------------------ */

/* The connection carries no requests any more, so that no filter but its own has to do with it */
static void remove_request_filters(request_rec *r)
{
    conn_rec *c = r->connection;

    r->output_filters = r->proto_output_filters = c->output_filters;
    r->input_filters = r->proto_input_filters = c->input_filters;
    ap_remove_input_filter_byhandle(c->input_filters, "reqtimeout");
    c->keepalive = AP_CONN_CLOSE;
    r->sent_bodyct = 1; /* for the access log: what follows counts as the response's body */
}

static apr_status_t count_end(void *counter)
{
    atomic_fetch_sub((_Atomic uint32_t *)counter, 1);
    return APR_SUCCESS;
}

static void count_until_end(const request_rec *r)
{
    _Atomic uint32_t *tunnels = &wlm_segment.row->load[WLM_LOAD_TUNNELS];

    atomic_fetch_add(tunnels, 1);
    apr_pool_cleanup_register(r->pool, tunnels, count_end, apr_pool_cleanup_null);
}

void wlm_tunnel_begin(wlm_journey_t *journey)
{
    wlm_exchange_t *exchange = journey->exchange;
    wlm_tunnel_t *t = journey->tunnel = apr_pcalloc(journey->r->pool, sizeof(*t));

    count_until_end(journey->r);
    t->exchange = exchange;
    t->r = journey->r;
    t->c = t->r->connection;
    t->in = apr_brigade_create(t->r->pool, t->c->bucket_alloc);
    t->out = apr_brigade_create(t->r->pool, t->c->bucket_alloc);
    t->close_orders_seen = wlm_close_orders_now(wlm_retained_close_orders());
    t->moved = wlm_now();
    exchange->attempt.bytes_sent = exchange->attempt.bytes_received = 0;
    wlm_wait_end(exchange->wait);
    wlm_binding_change_response(journey);
    wlm_response_head_send_interim(journey);
    remove_request_filters(t->r);
    if (!wlm_client_poll_fd(&t->client, t->c)) {
        t->end = "client";
    }
}

/* Move what can be moved. @return 1: it waits */
static int move(wlm_tunnel_t *t)
{
    int down = from_member(t), up = t->end ? 0 : from_client(t);

    if (down || up) {
        t->moved = wlm_now();
        return 0;
    }
    if (!t->end) {
        wait_for_either(t);
    }
    return !t->end;
}

const char *wlm_tunnel_step(wlm_journey_t *journey)
{
    wlm_tunnel_t *t = journey->tunnel;
    int waits = 0;

    while (!t->end && !waits) {
        check_orders(t);
        waits = t->end ? 0 : move(t);
    }
    if (t->end) {
        wlm_exchange_connection_close(t->exchange);
        wlm_wait_end(t->exchange->wait);
    }
    return t->end;
}

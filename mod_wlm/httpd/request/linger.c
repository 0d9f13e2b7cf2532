/* After a response, the worker thread stays with the client's connection for a moment, when requests have followed
 * each other quickly on it. httpd's event MPM would hand the connection over to its listener and back to another
 * worker, which costs about a third of what a small request costs altogether: for each request of a client that is a
 * proxy or a program.
 *
 * The worker stays after two requests in a row that came sooner than the time for which it may wait. After a wait that
 * timed out more of them are needed. At most half of a process' workers wait, so that there are always others for other
 * connections; and after a number of requests each connection goes back to the listener, and queues for a worker with
 * those that have none.
 *
 * Where the engine is in use that is only done for connections that it does not own, and while nothing else goes on in
 * it (httpd/engine/owned_stay.c).
 */
#include "httpd/request/linger.h"
#include <httpd.h>
#include <stdatomic.h>
#include <ap_mpm.h>
#include <http_protocol.h>
#include <poll.h>
#include <scoreboard.h>
#include <util_filter.h>
#include "base/clock.h"
#include "httpd/context/connection.h"
#include "httpd/context/context.h"
#include "httpd/engine/owned.h"
#include "httpd/request/client_poll.h"

#define QUICK_ENOUGH 2             /* requests in a row */
/* Requests in a row; measured: as cheap as no limit, and a shorter wait for others */
#define LINGERS_MAX 64
#define LATE_MAX 1                 /* in a row, of a client that is quick all the same */
#define AFTER_FAILURE (-8)         /* where counting them begins after a wait that timed out */
/* Bytes of a response that the client is given at once: it must be able to ask again */
#define SMALL 65536

/* Of a client's connection; one thread has it at a time */
typedef struct wlm_linger_t {
    apr_time_t answered;           /* when the last response had been passed on; 0: none */
    int quick;                     /* requests in a row that came soon after that */
    int late;                      /* requests in a row that came later */
    int count;                     /* requests in a row after which a worker has stayed */
    const apr_pool_t *wanted;      /* of the request after which to stay, also after internal redirects; NULL: none */
} linger_t;

static int lingering_max;          /* 0: this MPM's workers stay anyway, or have nothing to gain */
static _Atomic int lingering;

void wlm_linger_child_init(void)
{
    int is_async = 0, threads = 0;

    ap_mpm_query(AP_MPMQ_IS_ASYNC, &is_async);
    ap_mpm_query(AP_MPMQ_MAX_THREADS, &threads);
    lingering_max = is_async ? threads / 2 : 0;
    atomic_store(&lingering, 0);
}

static linger_t *linger_of(const conn_rec *c)
{
    const wlm_connection_t *connection = wlm_connection_find(c);

    return connection && !wlm_owned_is_owned(c) ? connection->linger : NULL;
}

static apr_interval_time_t time_of(const request_rec *r)
{
    return lingering_max ? wlm_config_of(r->server)->stay : 0;
}

int wlm_linger_begin(request_rec *r)
{
    conn_rec *c = r->connection;
    linger_t *linger = linger_of(c);
    int is_soon;

    if (c->master || wlm_owned_is_owned(c) || time_of(r) <= 0) {
        return 0;
    }
    if (!linger) {
        linger = apr_pcalloc(c->pool, sizeof(*linger));
        wlm_connection_of(c)->linger = linger;
        return 0;
    }
    is_soon = linger->answered && wlm_now() - linger->answered < time_of(r);
    linger->quick = is_soon ? linger->quick + 1 : linger->quick < 0 ? linger->quick : 0;
    linger->late = is_soon ? 0 : linger->late + 1;
    linger->answered = 0;
    return linger->late <= LATE_MAX;
}

static int may_linger(linger_t *linger, const request_rec *r, apr_uint64_t body_bytes)
{
    const conn_rec *c = r->connection;

    if (!linger || linger->quick < QUICK_ENOUGH || body_bytes > SMALL || c->keepalive != AP_CONN_KEEPALIVE
        || c->aborted || !wlm_owned_may_stay(c)) {
        return 0;
    }
    linger->wanted = linger->count < LINGERS_MAX ? r->pool : NULL; /* after many in a row: no */
    linger->count = linger->wanted ? linger->count + 1 : 0;
    return linger->wanted != NULL;
}

/* The FLUSH goes to the connection's filters, behind the end of the response: those of a response without a body let
 * none through. */
void wlm_linger_prepare(request_rec *r, apr_bucket_brigade *bb, apr_uint64_t body_bytes)
{
    conn_rec *c = r->connection;

    if (may_linger(linger_of(c), r, body_bytes)) {
        APR_BRIGADE_INSERT_TAIL(bb, apr_bucket_flush_create(c->bucket_alloc));
        ap_pass_brigade(c->output_filters, bb);
        apr_brigade_cleanup(bb);
    }
}

/* Will httpd read the next request when this one's end has been handled? Where the end waits until the client has
 * taken the response, httpd has read before: what was read from the client now would lie in a filter that is not
 * read. */
static int is_read_by_httpd(const conn_rec *c)
{
    return c->cs && c->cs->state == CONN_STATE_HANDLER;
}

/* Has the next request come together with the one that has just been answered (pipelining)? Then it lies in httpd's
 * filters, and the socket has nothing to read. */
static int has_request(request_rec *r)
{
    conn_rec *c = r->connection;
    apr_bucket_brigade *bb = apr_brigade_create(r->pool, c->bucket_alloc);
    int has = ap_get_brigade(c->input_filters, bb, AP_MODE_SPECULATIVE, APR_NONBLOCK_READ, 1) == APR_SUCCESS
              && !APR_BRIGADE_EMPTY(bb);

    apr_brigade_destroy(bb);
    return has;
}

static void wait_for_request(linger_t *linger, request_rec *r, apr_interval_time_t time)
{
    struct pollfd pollfd;

    if (atomic_fetch_add(&lingering, 1) < lingering_max && !has_request(r)
        && wlm_client_poll_fd(&pollfd, r->connection)) {
        ap_update_child_status(r->connection->sbh, SERVER_BUSY_KEEPALIVE, NULL);
        pollfd.events = POLLIN;
        if (poll(&pollfd, 1, (int)apr_time_as_msec(time)) == 0) {
            linger->quick = AFTER_FAILURE;
        }
    }
    atomic_fetch_sub(&lingering, 1);
}

int wlm_linger_end(request_rec *r)
{
    conn_rec *c = r->connection;
    linger_t *linger = linger_of(c);

    if (!linger) {
        return DECLINED;
    }
    linger->answered = wlm_now();
    if (linger->wanted == r->pool) { /* and not a request before, whose end was held back */
        linger->wanted = NULL;
        if (c->keepalive == AP_CONN_KEEPALIVE && !c->aborted && is_read_by_httpd(c) && wlm_owned_may_stay(c)) {
            wait_for_request(linger, r, time_of(r));
        }
    }
    return DECLINED;
}

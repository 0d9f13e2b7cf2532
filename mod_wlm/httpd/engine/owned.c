/* The life of a client's connection that the engine owns; it does what httpd's event MPM does for the connections that
 * it has (process_socket(), process_lingering_close()), by public functions. On the engine's threads; its beginning on
 * threads of the MPM. One thread has a connection at a time (net/poller.h).
 */
#include "httpd/engine/owned.h"
#include <ap_mpm.h>
#include <apr_portable.h>
#include <http_connection.h>
#include <http_core.h>
#include <http_protocol.h>
#include <http_request.h>
#include <limits.h>
#include <mpm_common.h>
#include <scoreboard.h>
#include <stdatomic.h>
#include <stdlib.h>
#include "base/clock.h"
#include "httpd/context/context.h"
#include "httpd/engine/output.h"

/* httpd's own times, connection.c */
#define LINGER       apr_time_from_sec(30)
#define LINGER_SHORT apr_time_from_sec(2)
#define DISCARD_SIZE 32768
#define DISCARD_MAX  16            /* reads in a row, so that others have their turn */

#define QUEUE_INTERVAL apr_time_from_msec(20)
#define STAY_MAX       apr_time_from_msec(5) /* of a thread of the MPM with a request that waits */
#define STAY_THREADS   8           /* that a process has at least, when one of them may stay */
#define LEAVE_INTERVAL apr_time_from_msec(1)
#define LEAVE_MAX      apr_time_from_sec(2)

/* What a parked connection waits for */
typedef enum {
    SERVING,                       /* its task */
    WRITING,                       /* the client to take the response */
    KEEPING,                       /* the next request */
    QUEUED,                        /* a thread that another module may hold up, see process() */
    READING,                       /* what a protocol has asked for: CONN_STATE_ASYNC_WAITIO */
    DRAINING,                      /* the client to take the rest before it is closed */
    LINGERING,                     /* the client to close */
    LEAVING                        /* the MPM's thread to be out of it */
} phase_t;

/* A thread of the MPM */
typedef struct mpm_thread_t {
    _Atomic unsigned begun;        /* connections that it has taken up */
} mpm_thread_t;

struct wlm_owned_t {
    conn_rec *c;
    const server_rec *server;      /* of the last request, for times */
    wlm_output_t *output;
    wlm_poller_entry_t *entry;     /* NULL: the MPM owns the connection */
    wlm_task_t *task;              /* of the request that is suspended; NULL */
    int has_ended;                 /* that task; the request is still to be finished */
    phase_t phase;
    wlm_wait_t wait;               /* of phases that have no task */
    apr_time_t close_by;           /* 0: it has not begun to close */
    long mpm_id;                   /* c->id while the MPM had it: the number of its thread */
    const mpm_thread_t *thread;    /* that has suspended it, and may still touch it; NULL */
    unsigned begun;                /* of that thread, then */
    apr_time_t suspended;          /* when */
};

static wlm_poller_t *poller;       /* NULL: no connection is owned */
static _Atomic int stopping;
static int thread_limit = 1, child_limit = 1;
static _Atomic int processing;     /* threads that may be held up */
static int processing_max;
static int stays;                  /* threads of the MPM may stay with a request that waits */

static wlm_owned_t *owned_of(const conn_rec *c)
{
    return ap_get_module_config(c->conn_config, &wlm_module);
}

/* -- threads of the MPM that have suspended a connection ------------------------------------------------------ */
/* The MPM's thread runs the hooks of suspend_connection, and then still writes into the connection's memory
 * (notify_suspend()). An engine's thread may be done with the connection sooner, and must not free it before. That the
 * MPM's thread is out of it shows when it takes up another connection, or is idle. */

static _Thread_local mpm_thread_t *this_thread;

static void note_begin(void)
{
    if (this_thread) {
        atomic_fetch_add(&this_thread->begun, 1);
    }
}

static void note_suspended(wlm_owned_t *owned)
{
    static const mpm_thread_t unknown;

    if (!this_thread) {
        this_thread = calloc(1, sizeof(*this_thread)); /* as long as the process: one a thread */
    }
    owned->thread = this_thread ? this_thread : &unknown;
    owned->begun = atomic_load(&owned->thread->begun);
    owned->suspended = wlm_now();
}

/* In a child that is to end the scoreboard says nothing about it */
static int is_idle(long mpm_id)
{
    const worker_score *score = ap_get_scoreboard_worker_from_indexes((int)(mpm_id / thread_limit),
                                                                      (int)(mpm_id % thread_limit));

    return score && !atomic_load(&stopping) && score->status == SERVER_READY;
}

static int has_left(wlm_owned_t *owned)
{
    if (owned->thread && (atomic_load(&owned->thread->begun) != owned->begun || is_idle(owned->mpm_id)
                          || wlm_now() - owned->suspended > LEAVE_MAX)) {
        owned->thread = NULL;
    }
    return !owned->thread;
}

/* -- waiting ---------------------------------------------------------------------------------------------------- */

/* From here on another thread may have it */
static void park_task(wlm_owned_t *owned)
{
    owned->phase = SERVING;
    if (owned->has_ended) {
        wlm_wait_init(&owned->wait);
        owned->wait.wake = 1; /* at once */
    }
    wlm_poller_park(owned->entry, owned->has_ended ? &owned->wait : &owned->task->wait, 0);
}

static void park(wlm_owned_t *owned, phase_t phase, short events, apr_time_t until)
{
    owned->phase = phase;
    wlm_wait_init(&owned->wait);
    owned->wait.client = (struct pollfd){ 0, events, 0 };
    owned->wait.until = until;
    wlm_poller_park(owned->entry, &owned->wait, phase == KEEPING || (phase == LINGERING && !atomic_load(&stopping)));
}

static int is_due(const wlm_owned_t *owned)
{
    return !owned->wait.client.revents;
}

/* -- the end of a connection ------------------------------------------------------------------------------------ */

static void leave_poller(wlm_owned_t *owned)
{
    if (owned->entry) {
        wlm_poller_leave(owned->entry);
        owned->entry = NULL;
    }
}

static apr_status_t leave_at_end(void *data)
{
    leave_poller(data);
    return APR_SUCCESS;
}

static void destroy(wlm_owned_t *owned)
{
    conn_rec *c = owned->c;

    if (!has_left(owned)) {
        park(owned, LEAVING, 0, wlm_now() + LEAVE_INTERVAL);
        return;
    }
    leave_poller(owned);
    c->cs->state = CONN_STATE_SUSPENDED; /* the MPM has counted it as such */
    apr_pool_destroy(c->pool);           /* closes the socket */
}

/* Read what the client still sends, so that it reads our last bytes before the connection is reset */
static void linger(wlm_owned_t *owned)
{
    apr_socket_t *socket = ap_get_conn_socket(owned->c);
    char discarded[DISCARD_SIZE];
    apr_status_t rv = APR_SUCCESS;
    apr_size_t len;
    int i;

    for (i = 0; i < DISCARD_MAX && rv == APR_SUCCESS; ++i) {
        len = sizeof(discarded);
        rv = apr_socket_recv(socket, discarded, &len);
    }
    if ((rv == APR_SUCCESS || APR_STATUS_IS_EAGAIN(rv)) && wlm_now() < owned->close_by) {
        park(owned, LINGERING, POLLIN, owned->close_by);
    }
    else {
        destroy(owned);
    }
}

/* What the client has not taken by now it does not get */
static void start_lingering(wlm_owned_t *owned)
{
    conn_rec *c = owned->c;
    apr_socket_t *socket = ap_get_conn_socket(c);
    int is_short = apr_table_get(c->notes, "short-lingering-close") != NULL || atomic_load(&stopping);

    apr_socket_timeout_set(socket, 0);
    if (ap_start_lingering_close(c)) {
        destroy(owned);
        return;
    }
    owned->close_by = wlm_now() + (is_short ? LINGER_SHORT : LINGER);
    linger(owned);
}

/* First the client is to take what is left, if it does so soon */
static void drain(wlm_owned_t *owned)
{
    conn_rec *c = owned->c;

    if (!c->aborted && wlm_output_write(c) == APR_SUCCESS && c->data_in_output_filters
        && wlm_now() < owned->close_by) {
        park(owned, DRAINING, POLLOUT, owned->close_by);
    }
    else {
        start_lingering(owned);
    }
}

static void end(wlm_owned_t *owned)
{
    owned->c->cs->state = CONN_STATE_LINGER;
    owned->close_by = wlm_now() + LINGER_SHORT;
    drain(owned);
}

/* -- between requests --------------------------------------------------------------------------------------------- */

static int wants_to_read(conn_rec *c, int by_default)
{
    int sense = c->cs->sense;

    c->cs->sense = CONN_SENSE_DEFAULT;
    return sense == CONN_SENSE_DEFAULT ? by_default : sense == CONN_SENSE_WANT_READ;
}

static void park_io(wlm_owned_t *owned, phase_t phase, int by_default)
{
    park(owned, phase, wants_to_read(owned->c, by_default) ? POLLIN : POLLOUT,
         wlm_now() + owned->server->timeout);
}

/* The response has been passed on. @return 0: parked */
static int complete(wlm_owned_t *owned)
{
    conn_rec *c = owned->c;

    if (wlm_output_write(c) != APR_SUCCESS || c->aborted) {
        c->cs->state = CONN_STATE_LINGER;
    }
    else if (c->data_in_output_filters || c->cs->sense == CONN_SENSE_WANT_READ) {
        park_io(owned, WRITING, 0);
        return 0;
    }
    else if (c->keepalive != AP_CONN_KEEPALIVE) {
        c->cs->state = CONN_STATE_LINGER;
    }
    else if (c->data_in_input_filters) {
        c->cs->state = CONN_STATE_READ_REQUEST_LINE;
    }
    else if (atomic_load(&stopping)) {
        c->cs->state = CONN_STATE_LINGER;
    }
    else {
        c->cs->sense = CONN_SENSE_DEFAULT;
        park(owned, KEEPING, POLLIN, wlm_now() + owned->server->keep_alive_timeout);
        return 0;
    }
    return 1;
}

static int is_known(conn_state_e state)
{
    return state == CONN_STATE_WRITE_COMPLETION || state == CONN_STATE_SUSPENDED
#if AP_MODULE_MAGIC_AT_LEAST(20120211, 135)
           || state == CONN_STATE_ASYNC_WAITIO
#endif
           || state == CONN_STATE_CHECK_REQUEST_LINE_READABLE;
}

/* Any handler runs to its end here, or suspends the request. Reading the request's head, and handlers of other modules,
 * may hold the thread up; requests that run must not wait for that, so one thread is always left for them.
 * @return 0: parked, until another one has ended */
static int process(wlm_owned_t *owned)
{
    conn_rec *c = owned->c;
    int rc;

    if (atomic_fetch_add(&processing, 1) >= processing_max) {
        atomic_fetch_sub(&processing, 1);
        park(owned, QUEUED, 0, wlm_now() + QUEUE_INTERVAL);
        return 0;
    }
    rc = ap_run_process_connection(c);
    atomic_fetch_sub(&processing, 1);
    if ((rc != OK && rc != DONE) || !is_known(c->cs->state)) {
        c->cs->state = CONN_STATE_LINGER;
    }
    return 1;
}

/* Until it is parked, or gone */
static void go_on(wlm_owned_t *owned)
{
    conn_rec *c = owned->c;

    for (;;) {
        switch (c->cs->state) {
        case CONN_STATE_READ_REQUEST_LINE:
            if (!process(owned)) {
                return;
            }
            break;
        case CONN_STATE_WRITE_COMPLETION:
        case CONN_STATE_CHECK_REQUEST_LINE_READABLE:
            if (!complete(owned)) {
                return;
            }
            break;
        case CONN_STATE_SUSPENDED:
            if (owned->task) {
                park_task(owned);
            }
            else {
                leave_poller(owned); /* it belongs to the module that has suspended it */
            }
            return;
#if AP_MODULE_MAGIC_AT_LEAST(20120211, 135)
        case CONN_STATE_ASYNC_WAITIO:
            park_io(owned, READING, 1);
            return;
#endif
        default:
            end(owned);
            return;
        }
    }
}

/* -- a request that is suspended ---------------------------------------------------------------------------------- */

/* As ap_process_async_request() does it with what a handler has returned. The request's own status must not be taken
 * for an earlier error. */
static void respond(request_rec *r, int status)
{
    int before = r->status;

    if (status == OK || status == DONE) {
        ap_finalize_request_protocol(r);
        return;
    }
    r->status = HTTP_OK;
    ap_die(status, r);
    if (r->status == HTTP_OK) {
        r->status = before;
    }
}

static void finish(wlm_owned_t *owned)
{
    wlm_task_t *task = owned->task;
    request_rec *r = task->r;
    int before = wlm_output_never_wait(owned->output, 1);

    owned->task = NULL;
    owned->has_ended = 0;
    respond(r, task->status);
    wlm_output_never_wait(owned->output, 1); /* see on_insert_filter() */
    ap_process_request_after_handler(r); /* r may be gone from here on */
    wlm_output_never_wait(owned->output, before);
}

static apr_status_t step(wlm_owned_t *owned, wlm_task_t *task)
{
    int before = wlm_output_never_wait(owned->output, 1);
    apr_status_t rv = task->step(task);

    wlm_output_never_wait(owned->output, before);
    return rv;
}

static void serve(wlm_owned_t *owned)
{
    apr_thread_mutex_t *mutex = owned->task->r->invoke_mtx;
    apr_status_t rv = APR_SUCCESS;

    if (!owned->has_ended) {
        apr_thread_mutex_lock(mutex);
        rv = step(owned, owned->task);
        apr_thread_mutex_unlock(mutex);
    }
    if (APR_STATUS_IS_EAGAIN(rv)) {
        park_task(owned);
        return;
    }
    finish(owned);
    go_on(owned);
}

/* -- parked connections go on ------------------------------------------------------------------------------------- */

/* The client has sent the next request, or its time is over */
static void resume_kept(wlm_owned_t *owned)
{
    if (is_due(owned)) {
        apr_table_setn(owned->c->notes, "short-lingering-close", "1");
        end(owned);
        return;
    }
    owned->c->cs->state = CONN_STATE_READ_REQUEST_LINE;
    go_on(owned);
}

/* The client takes more of the response, or has not done so for too long */
static void resume_writing(wlm_owned_t *owned)
{
    if (is_due(owned)) {
        owned->c->cs->state = CONN_STATE_LINGER;
        start_lingering(owned);
        return;
    }
    if (owned->c->clogging_input_filters) { /* a protocol that reads where it seems to write (mod_http2) */
        owned->c->cs->state = CONN_STATE_READ_REQUEST_LINE;
    }
    go_on(owned);
}

static void resume_reading(wlm_owned_t *owned)
{
    owned->c->cs->state = is_due(owned) ? CONN_STATE_LINGER : CONN_STATE_READ_REQUEST_LINE;
    go_on(owned);
}

/* Also when the child stops: then it has no more than the shorter time */
static void resume_lingering(wlm_owned_t *owned)
{
    apr_time_t at_last = wlm_now() + LINGER_SHORT;

    if (atomic_load(&stopping) && at_last < owned->close_by) {
        owned->close_by = at_last;
    }
    linger(owned);
}

void wlm_owned_run(void *data, apr_thread_t *thread)
{
    wlm_owned_t *owned = data;

    owned->c->sbh = NULL; /* it is the MPM's thread's, which may not have come to clear it */
    owned->c->current_thread = thread;
    switch (owned->phase) {
    case SERVING:
        serve(owned);
        break;
    case WRITING:
        resume_writing(owned);
        break;
    case KEEPING:
        resume_kept(owned);
        break;
    case QUEUED:
        go_on(owned);
        break;
    case READING:
        resume_reading(owned);
        break;
    case DRAINING:
        drain(owned);
        break;
    case LINGERING:
        resume_lingering(owned);
        break;
    case LEAVING:
        destroy(owned);
        break;
    }
}

/* -- the beginning, on a thread of the MPM ------------------------------------------------------------------------ */

/* Requests that httpd's own asynchronous processing has begun, and nobody else expects to be complete: no subrequest,
 * no internal redirect, no stream of HTTP/2 */
wlm_owned_t *wlm_owned_of(const request_rec *r)
{
    const conn_rec *c = r->connection;

    return poller && !c->master && c->cs && c->cs->state == CONN_STATE_HANDLER && !c->clogging_input_filters
           && !r->main && !r->prev && !c->aborted ? owned_of(c) : NULL;
}

/* A handler that returns SUSPENDED is obeyed only by ap_process_async_request(). Where another caller has ended the
 * request nothing of it is left. */
static apr_status_t forget(void *data)
{
    wlm_task_t *task = data;
    wlm_owned_t *owned = owned_of(task->r->connection);

    if (owned->task == task) {
        owned->task = NULL;
        owned->has_ended = 0;
    }
    return APR_SUCCESS;
}

/* The MPM numbers a connection by the thread that has it, so this one's number is another connection's as soon as the
 * thread takes one up. Other modules rely on it: mod_cgid by that number ends the script of a request that has ended,
 * mod_unique_id makes ids with it. This one is unique among all processes, as the MPM's are. */
static long make_id(long mpm_id)
{
    static _Atomic unsigned count;
    long first = (long)child_limit * thread_limit;
    unsigned max = (unsigned)((INT_MAX - first) / child_limit);

    return first + (long)(atomic_fetch_add(&count, 1) % max) * child_limit + mpm_id / thread_limit;
}

static int enter(wlm_owned_t *owned)
{
    apr_os_sock_t fd;

    if (!owned->entry && apr_os_sock_get(&fd, ap_get_conn_socket(owned->c)) == APR_SUCCESS) {
        owned->entry = wlm_poller_enter(poller, fd, owned);
        if (!owned->entry) {
            return 0;
        }
        apr_pool_cleanup_register(owned->c->pool, owned, leave_at_end, apr_pool_cleanup_null);
        owned->mpm_id = owned->c->id;
        owned->c->id = make_id(owned->mpm_id);
    }
    return owned->entry != NULL;
}

/* As long as nothing else is going on, a thread of the MPM that waits itself is cheaper than one of the engine that
 * takes the request up: measured, half as much processor time with one client. But the MPM closes its kept connections
 * when all its threads are busy, so of few threads none stays. */
static apr_status_t stay(wlm_owned_t *owned, wlm_task_t *task)
{
    static _Atomic int staying;
    apr_time_t end = wlm_now() + STAY_MAX;
    apr_status_t rv = APR_EAGAIN;
    int others = atomic_fetch_add(&staying, 1);

    while (APR_STATUS_IS_EAGAIN(rv) && !others && !wlm_poller_parked(poller) && wlm_now() < end) {
        wlm_wait_wake(&task->wait, end);
        wlm_wait_poll(&task->wait);
        rv = step(owned, task);
    }
    atomic_fetch_sub(&staying, 1);
    return rv;
}

int wlm_owned_begin(wlm_owned_t *owned, wlm_task_t *task, apr_status_t *prv)
{
    *prv = step(owned, task);
    if (APR_STATUS_IS_EAGAIN(*prv) && stays && !owned->entry) {
        *prv = stay(owned, task);
    }
    if ((!APR_STATUS_IS_EAGAIN(*prv) && !wlm_output_is_holding(owned->output)) || owned->c->aborted
        || !enter(owned)) {
        return 0;
    }
    owned->task = task;
    owned->has_ended = !APR_STATUS_IS_EAGAIN(*prv);
    apr_pool_cleanup_register(task->r->pool, task, forget, apr_pool_cleanup_null);
    return 1;
}

static int on_pre_connection(conn_rec *c, void *socket)
{
    wlm_owned_t *owned;

    (void)socket;
    note_begin();
    if (poller && !c->master && c->cs && !c->outgoing) {
        owned = apr_pcalloc(c->pool, sizeof(*owned));
        owned->c = c;
        owned->server = c->base_server;
        owned->output = wlm_output_insert(c);
        ap_set_module_config(c->conn_config, &wlm_module, owned);
    }
    return OK;
}

/* As the MPM does it: times are of the request's virtual host only where it has a KeepAliveTimeout of its own */
static int on_post_read_request(request_rec *r)
{
    wlm_owned_t *owned = poller && !r->connection->master ? owned_of(r->connection) : NULL;

    if (owned) {
        owned->server = r->server->keep_alive_timeout_set ? r->server : r->connection->base_server;
    }
    return DECLINED;
}

/* The answer to a request that has ended may be an error document, which another handler makes: it may send more than
 * should be kept here, and waits for the client. */
static void on_insert_filter(request_rec *r)
{
    wlm_owned_t *owned = poller && r->prev && !r->connection->master ? owned_of(r->connection) : NULL;

    if (owned) {
        wlm_output_never_wait(owned->output, 0);
    }
}

/* The MPM's thread is about to leave it. An engine's thread may have it from here on. */
static void on_suspend(conn_rec *c, request_rec *r)
{
    wlm_owned_t *owned = poller && !c->master ? owned_of(c) : NULL;

    (void)r;
    if (owned && owned->task && c->cs->state == CONN_STATE_SUSPENDED) {
        note_suspended(owned);
        park_task(owned);
    }
}

static void on_resume(conn_rec *c, request_rec *r)
{
    (void)c;
    (void)r;
    note_begin();
}

static void on_child_stopping(apr_pool_t *p, int graceful)
{
    (void)p;
    if (poller) {
        atomic_store(&stopping, 1);
        if (graceful) {
            wlm_poller_end_idle(poller);
        }
    }
}

void wlm_owned_register(void)
{
    ap_hook_pre_connection(on_pre_connection, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_post_read_request(on_post_read_request, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_insert_filter(on_insert_filter, NULL, NULL, APR_HOOK_LAST);
    ap_hook_suspend_connection(on_suspend, NULL, NULL, APR_HOOK_REALLY_LAST);
    ap_hook_resume_connection(on_resume, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_child_stopping(on_child_stopping, NULL, NULL, APR_HOOK_MIDDLE);
}

void wlm_owned_child_init(wlm_poller_t *p, int held_up_max)
{
    int threads = 0;

    processing_max = held_up_max;
    ap_mpm_query(AP_MPMQ_HARD_LIMIT_THREADS, &thread_limit);
    ap_mpm_query(AP_MPMQ_HARD_LIMIT_DAEMONS, &child_limit);
    ap_mpm_query(AP_MPMQ_MAX_THREADS, &threads);
    stays = threads >= STAY_THREADS;
    poller = p;
}

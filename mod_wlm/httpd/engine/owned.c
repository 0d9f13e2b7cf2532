/* The life of a client's connection that the engine owns; it does what httpd's event MPM does for the connections that
 * it has, by public functions. On the engine's threads, the hooks on all. One thread has a connection at a time
 * (net/poller.h).
 */
#include "httpd/engine/owned_private.h"
#include <ap_mpm.h>
#include <http_connection.h>
#include <http_protocol.h>
#include <http_request.h>
#include <mpm_common.h>
#include "base/clock.h"
#include "httpd/context/connection.h"

/* -- parked connections go on ------------------------------------------------------------------------------------- */

/* The client has sent the next request, or its time is over */
static void resume_kept(wlm_owned_t *owned)
{
    wlm_owned_count(WLM_LOAD_KEPT, -1);
    if (wlm_owned_is_due(owned)) {
        apr_table_setn(owned->c->notes, "short-lingering-close", "1");
        wlm_owned_end(owned);
        return;
    }
    owned->c->cs->state = CONN_STATE_READ_REQUEST_LINE;
    wlm_owned_go_on(owned);
}

/* The client takes more of the response, or has not done so for too long */
static void resume_writing(wlm_owned_t *owned)
{
    if (wlm_owned_is_due(owned)) {
        owned->c->cs->state = CONN_STATE_LINGER;
        wlm_owned_start_lingering(owned);
        return;
    }
    if (owned->c->clogging_input_filters) { /* a protocol that reads where it seems to write (mod_http2) */
        owned->c->cs->state = CONN_STATE_READ_REQUEST_LINE;
    }
    wlm_owned_go_on(owned);
}

static void resume_reading(wlm_owned_t *owned)
{
    owned->c->cs->state = wlm_owned_is_due(owned) ? CONN_STATE_LINGER : CONN_STATE_READ_REQUEST_LINE;
    wlm_owned_go_on(owned);
}

/* Also when the child stops: then it has no more than the shorter time */
static void resume_lingering(wlm_owned_t *owned)
{
    apr_time_t at_last = wlm_now() + WLM_LINGER_SHORT;

    if (atomic_load(&wlm_owned_child.stopping) && at_last < owned->close_by) {
        owned->close_by = at_last;
    }
    wlm_owned_linger(owned);
}

static void go_on_from_phase(wlm_owned_t *owned)
{
    switch (owned->phase) {
    case SERVING:
        wlm_owned_serve(owned);
        break;
    case WRITING:
        resume_writing(owned);
        break;
    case KEEPING:
        resume_kept(owned);
        break;
    case QUEUED:
        wlm_owned_leave_queue();
        wlm_owned_go_on(owned);
        break;
    case READING:
        resume_reading(owned);
        break;
    case DRAINING:
        wlm_owned_drain(owned);
        break;
    case LINGERING:
        resume_lingering(owned);
        break;
    }
}

void wlm_owned_run(void *data, apr_thread_t *thread)
{
    wlm_owned_t *owned = data;
    int slot, child = owned->child;

    wlm_owned_await_mpm(owned);
    slot = wlm_score_acquire(owned->c, owned->sbh, child);
    wlm_owned_resume(owned);
    owned->c->current_thread = thread;
    go_on_from_phase(owned);
    wlm_score_release(slot, child);
}

/* -- hooks ------------------------------------------------------------------------------------------------------- */

static int on_pre_connection(conn_rec *c, void *socket)
{
    wlm_owned_t *owned;

    (void)socket;
    wlm_owned_note_begin();
    if (wlm_owned_child.poller && !c->master && c->cs && !c->outgoing) {
        owned = apr_pcalloc(c->pool, sizeof(*owned));
        owned->c = c;
        owned->server = c->base_server;
        owned->input = wlm_input_insert(c);
        owned->output = wlm_output_insert(c);
        wlm_connection_of(c)->owned = owned;
    }
    return OK;
}

static apr_status_t forget_request(void *r)
{
    wlm_owned_t *owned = wlm_owned_of_connection(((request_rec *)r)->connection);

    owned->r = owned->r == r ? NULL : owned->r;
    return APR_SUCCESS;
}

/* As the MPM does it: times are of the request's virtual host only where it has a KeepAliveTimeout of its own */
static int on_post_read_request(request_rec *r)
{
    wlm_owned_t *owned = wlm_owned_of_connection(r->connection);

    if (owned && !r->prev) {
        owned->r = r;
        apr_pool_cleanup_register(r->pool, r, forget_request, apr_pool_cleanup_null);
    }
    if (owned) {
        owned->server = r->server->keep_alive_timeout_set ? r->server : r->connection->base_server;
    }
    return DECLINED;
}

/* The answer to a request that has ended may be an error document, which another handler makes: it may send more than
 * should be kept here, and waits for the client. */
static void on_insert_filter(request_rec *r)
{
    wlm_owned_t *owned = r->prev ? wlm_owned_of_connection(r->connection) : NULL;

    if (owned) {
        wlm_output_never_wait(owned->output, 0);
    }
}

/* The MPM's thread is about to leave it. An engine's thread may have it from here on. */
static void on_suspend(conn_rec *c, request_rec *r)
{
    wlm_owned_t *owned = wlm_owned_of_connection(c);

    (void)r;
    if (owned && !owned->is_resumed && owned->task && c->cs->state == CONN_STATE_SUSPENDED) {
        wlm_owned_note_suspended(owned);
        owned->task->wait.member_quiet = 0; /* a thread that waits for events already would be late with this one */
        wlm_owned_park_task(owned);
    }
}

static void on_resume(conn_rec *c, request_rec *r)
{
    (void)c;
    (void)r;
    wlm_owned_note_begin();
}

static void on_child_stopping(apr_pool_t *p, int graceful)
{
    (void)p;
    if (wlm_owned_child.poller) {
        atomic_store(&wlm_owned_child.stopping, 1);
        if (graceful) {
            wlm_poller_end_idle(wlm_owned_child.poller);
        }
    }
}

void wlm_owned_register(void)
{
    wlm_owned_head_register();
    wlm_owned_redirect_register();
    ap_hook_pre_connection(on_pre_connection, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_post_read_request(on_post_read_request, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_insert_filter(on_insert_filter, NULL, NULL, APR_HOOK_LAST);
    ap_hook_suspend_connection(on_suspend, NULL, NULL, APR_HOOK_REALLY_LAST);
    ap_hook_resume_connection(on_resume, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_child_stopping(on_child_stopping, NULL, NULL, APR_HOOK_MIDDLE);
}

void wlm_owned_child_init(wlm_poller_t *poller, int held_up_max, _Atomic uint32_t *load)
{
    wlm_owned_child_t *child = &wlm_owned_child;
    int threads = 0;

    child->load = load;
    child->processing_max = held_up_max;
    ap_mpm_query(AP_MPMQ_HARD_LIMIT_THREADS, &child->thread_limit);
    ap_mpm_query(AP_MPMQ_HARD_LIMIT_DAEMONS, &child->child_limit);
    ap_mpm_query(AP_MPMQ_MAX_THREADS, &threads);
    wlm_owned_stay_init(threads);
    child->poller = poller;
}

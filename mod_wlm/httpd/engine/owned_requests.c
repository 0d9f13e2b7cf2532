/* From one request of a connection to the next, as process_socket() of httpd's event MPM does it */
#include "httpd/engine/owned_private.h"
#include <ap_mpm.h>
#include <http_connection.h>
#include <http_core.h>
#include <http_ssl.h>
#include "base/clock.h"

static int wants_to_read(conn_rec *c, int by_default)
{
    int sense = c->cs->sense;

    c->cs->sense = CONN_SENSE_DEFAULT;
    return sense == CONN_SENSE_DEFAULT ? by_default : sense == CONN_SENSE_WANT_READ;
}

static void park_io(wlm_owned_t *owned, wlm_owned_phase_t phase, int by_default)
{
    wlm_owned_park(owned, phase, wants_to_read(owned->c, by_default) ? POLLIN : POLLOUT,
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
    else if (atomic_load(&wlm_owned_child.stopping)) {
        c->cs->state = CONN_STATE_LINGER;
    }
    else {
        c->cs->sense = CONN_SENSE_DEFAULT;
        wlm_owned_park(owned, KEEPING, POLLIN, wlm_now() + owned->server->keep_alive_timeout);
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
 * may hold the thread up; requests that run must not wait for that, so one thread is always left for them. Of the rest
 * one is left for requests whose heads have come, so that heads that do not come can hold up only each other. Without
 * TLS a head is not read ahead but for the last place: it costs more than reading it once.
 * @return 0: parked, there is no place for it. A head that has begun goes on when more of it has come */
static int take_place(wlm_owned_t *owned)
{
    int max = wlm_owned_child.processing_max;
    wlm_owned_head_t head = WLM_HEAD_UNKNOWN;

    if (wlm_owned_try_place(max - (max > 1))) {
        return 1;
    }
    if (max > 1) {
        head = wlm_owned_look_at_head(owned);
        if (head == WLM_HEAD_COMPLETE && wlm_owned_try_place(max)) {
            return 1;
        }
    }
    wlm_owned_queue(owned, QUEUED, head == WLM_HEAD_BEGUN ? POLLIN : 0);
    return 0;
}

/* @return 0: parked, until another one has ended, or more has come */
static int process(wlm_owned_t *owned)
{
    conn_rec *c = owned->c;
    int rc;

    if (ap_ssl_conn_is_ssl(c) && wlm_owned_look_at_head(owned) == WLM_HEAD_NOT_BEGUN) {
        wlm_owned_park(owned, READING, POLLIN,
                       owned->phase == READING ? owned->wait.until : wlm_now() + owned->server->timeout);
        return 0;
    }
    if (!take_place(owned)) {
        return 0;
    }
    owned->phase = SERVING; /* the time for reading ends */
    rc = ap_run_process_connection(c);
    wlm_owned_give_place_back();
    if ((rc != OK && rc != DONE) || !is_known(c->cs->state)) {
        c->cs->state = CONN_STATE_LINGER;
    }
    return 1;
}

/* Until it is parked, or gone */
void wlm_owned_go_on(wlm_owned_t *owned)
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
                wlm_owned_park_task(owned);
            }
            else {
                wlm_owned_leave_to_module(owned);
            }
            return;
#if AP_MODULE_MAGIC_AT_LEAST(20120211, 135)
        case CONN_STATE_ASYNC_WAITIO:
            park_io(owned, READING, 1);
            return;
#endif
        default:
            wlm_owned_end(owned);
            return;
        }
    }
}

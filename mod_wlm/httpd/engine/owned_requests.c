/* From one request of a connection to the next, as process_socket() of httpd's event MPM does it */
#include "httpd/engine/owned_private.h"
#include <ap_mpm.h>
#include <apr_portable.h>
#include <http_connection.h>
#include <http_core.h>
#include <http_protocol.h>
#include <string.h>
#include <sys/socket.h>
#include "base/clock.h"

#define PEEK_SIZE 8192             /* a longer head counts as a whole one */

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

/* @return 1: a blank line ends the head, or more has come than the peek holds, so that is not known */
static int has_blank_line(const char *at, const char *end)
{
    if (end - at >= PEEK_SIZE) {
        return 1;
    }
    while (at < end && (*at == '\r' || *at == '\n')) { /* httpd skips them before a request */
        ++at;
    }
    while ((at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        at += end - at > 1 && at[1] == '\r' ? 2 : 1;
        if (at < end && *at == '\n') {
            return 1;
        }
    }
    return 0;
}

/* Looked at in the kernel: what filters read is counted by some of them, such as mod_logio.
 * @return 0: httpd may have to wait for the rest of the head, or it cannot be known: with TLS, or in the midst of what
 * a filter has */
static int is_head_complete(conn_rec *c)
{
    apr_os_sock_t fd;
    char head[PEEK_SIZE];
    ssize_t len;

    if (c->data_in_input_filters || strcmp(ap_get_protocol(c), AP_PROTOCOL_HTTP1) != 0
        || apr_os_sock_get(&fd, ap_get_conn_socket(c)) != APR_SUCCESS) {
        return 0;
    }
    len = recv(fd, head, sizeof(head), MSG_PEEK | MSG_DONTWAIT);
    return len == 0 || (len > 0 && has_blank_line(head, head + len));
}

/* Any handler runs to its end here, or suspends the request. Reading the request's head, and handlers of other modules,
 * may hold the thread up; requests that run must not wait for that, so one thread is always left for them. Of the rest
 * one is left for requests whose heads have come, so that heads that do not come can hold up only each other.
 * @return 0: parked, until another one has ended */
static int process(wlm_owned_t *owned)
{
    conn_rec *c = owned->c;
    int rc, max = wlm_owned_child.processing_max;

    max -= max > 1 && !is_head_complete(c);
    if (!wlm_owned_take_place(owned, QUEUED, max)) {
        return 0;
    }
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

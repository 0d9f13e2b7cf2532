/* The end of a connection, as process_lingering_close() of httpd's event MPM does it */
#include "httpd/engine/owned_private.h"
#include <http_connection.h>
#include <http_core.h>
#include "base/clock.h"

#define LINGER       apr_time_from_sec(30) /* as httpd, connection.c */
#define DISCARD_SIZE 32768
#define DISCARD_MAX  16            /* reads in a row, so that others have their turn */

void wlm_owned_destroy(wlm_owned_t *owned)
{
    conn_rec *c = owned->c;

    wlm_owned_leave_poller(owned);
    wlm_owned_suspend(owned);            /* the MPM resumes it at the end of its pool */
    c->cs->state = CONN_STATE_SUSPENDED; /* the MPM has counted it as such */
    wlm_owned_free(owned);               /* closes the socket */
}

/* Read what the client still sends, so that it reads our last bytes before the connection is reset */
void wlm_owned_linger(wlm_owned_t *owned)
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
        wlm_owned_park(owned, LINGERING, POLLIN, owned->close_by);
    }
    else {
        wlm_owned_destroy(owned);
    }
}

/* What the client has not taken by now it does not get */
void wlm_owned_start_lingering(wlm_owned_t *owned)
{
    conn_rec *c = owned->c;
    apr_socket_t *socket = ap_get_conn_socket(c);
    int is_short = apr_table_get(c->notes, "short-lingering-close") != NULL || atomic_load(&wlm_owned_child.stopping);

    apr_socket_timeout_set(socket, 0);
    if (ap_start_lingering_close(c)) {
        wlm_owned_destroy(owned);
        return;
    }
    owned->close_by = wlm_now() + (is_short ? WLM_LINGER_SHORT : LINGER);
    wlm_owned_linger(owned);
}

/* First the client is to take what is left, if it does so soon */
void wlm_owned_drain(wlm_owned_t *owned)
{
    conn_rec *c = owned->c;

    if (!c->aborted && wlm_output_write(c) == APR_SUCCESS && c->data_in_output_filters
        && wlm_now() < owned->close_by) {
        wlm_owned_park(owned, DRAINING, POLLOUT, owned->close_by);
    }
    else {
        wlm_owned_start_lingering(owned);
    }
}

void wlm_owned_end(wlm_owned_t *owned)
{
    owned->c->cs->state = CONN_STATE_LINGER;
    owned->close_by = wlm_now() + WLM_LINGER_SHORT;
    wlm_owned_drain(owned);
}

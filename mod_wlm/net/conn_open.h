/* net/conn_open.h: a connection to a member is opened, in steps that never wait (net/wait.h), with the TLS handshake
 * where there is one. One thread uses a wlm_conn_open_t at a time.
 *
 *     wlm_conn_open_begin(&open, &address, tls, timeout);
 *     rv = wlm_conn_open_step(&open, &conn, &wait);       again and again, while it is APR_EAGAIN
 */
#ifndef WLM_NET_CONN_OPEN_H
#define WLM_NET_CONN_OPEN_H

#include <apr_time.h>
#include "base/address.h"
#include "net/conn.h"
#include "net/tls.h"
#include "net/wait.h"

typedef struct wlm_conn_open_t {
    char why[WLM_CONN_WHY_SIZE];   /* after an error: what is wrong with the last address; with APR_TIMEUP: what has
                                      not come about in time */
    /* private to conn_open.c */
    wlm_address_t address;
    wlm_tls_peer_t *tls;
    apr_time_t deadline;           /* of all addresses together; 0: none */
    int at;                        /* the address that is tried now; address.n: it is over */
    enum { WLM_CONN_OPEN_BEGIN, WLM_CONN_OPEN_CONNECT, WLM_CONN_OPEN_HANDSHAKE } stage; /* of that address */
    wlm_conn_t *conn;              /* half open; NULL: none */
    apr_interval_time_t again;     /* when a socket whose backlog is full is asked the next time */
    apr_status_t rv;               /* of the address before, or of all */
} wlm_conn_open_t;

/**
 * The addresses are tried in their order, and share the time: when its turn comes, each has as much of what is left
 * as those after it. Opens nothing yet.
 * @param address  copied
 * @param tls      NULL: without TLS; otherwise lives as long as the connection
 * @param timeout  for all of them together, from now on; 0: for each the operating system's own limit, and
 *                 WLM_CONN_HANDSHAKE_MAX or, for a Unix domain socket, WLM_CONN_BACKLOG_MAX
 */
void wlm_conn_open_begin(wlm_conn_open_t *open, const wlm_address_t *address, wlm_tls_peer_t *tls,
                         apr_interval_time_t timeout);

/**
 * Go on as far as possible.
 * @param pconn  set with APR_SUCCESS; end with wlm_conn_close() or wlm_conn_pool_release()
 * @param wait   the same for all steps. Each address has its own socket: those before are closed, and the next may have
 *               the same number. Nothing is waited for any more when it is over
 * @return APR_EAGAIN: waits; APR_SUCCESS; APR_TIMEUP; otherwise the error of the last address (e.g. APR_ECONNREFUSED);
 *         what wlm_shortage_is() says nothing about the member
 */
apr_status_t wlm_conn_open_step(wlm_conn_open_t *open, wlm_conn_t **pconn, wlm_wait_t *wait);

/** Close what is half open, after any step; harmless when it is over. */
void wlm_conn_open_cancel(wlm_conn_open_t *open);

#endif

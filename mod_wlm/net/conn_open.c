/* Opening a connection to a member: socket, connect, TLS handshake, address by address, in steps that never wait. On
 * the thread that drives the steps. */
#include "net/conn_open.h"
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include <apr_errno.h>
#include <apr_strings.h>
#include "base/clock.h"
#include "net/shortage.h"

#define AGAIN_FIRST apr_time_from_msec(1)
#define AGAIN_MAX   apr_time_from_msec(64)

void wlm_conn_open_begin(wlm_conn_open_t *open, const wlm_address_t *address, wlm_tls_peer_t *tls,
                         apr_interval_time_t timeout)
{
    open->address = *address;
    open->tls = tls;
    open->deadline = timeout > 0 ? wlm_now() + timeout : 0;
    open->at = 0;
    open->stage = WLM_CONN_OPEN_BEGIN;
    open->conn = NULL;
    open->rv = APR_EGENERAL;
    apr_cpystrn(open->why, "it has no address", sizeof(open->why));
}

/* A silent address must not use up the time of those after it; one that refuses leaves them its part.
 * @return 0: there is no limit */
static apr_interval_time_t share_of_address(const wlm_conn_open_t *open)
{
    apr_interval_time_t left;

    if (!open->deadline) {
        return 0;
    }
    left = (open->deadline - wlm_now()) / (open->address.n - open->at);
    return left > 0 ? left : 1;
}

static apr_status_t make_socket(wlm_conn_open_t *open)
{
    int on = 1, fd = socket(open->address.at[open->at].sa.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0) {
        return (apr_status_t)errno;
    }
    open->conn = calloc(1, sizeof(*open->conn));
    if (!open->conn) {
        close(fd);
        return APR_ENOMEM;
    }
    open->conn->fd = fd;
    /* every message goes out in as few writes as possible, so waiting for more to send only costs time. (A Unix domain
     * socket does not wait, and knows no such option.) */
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
    open->stage = WLM_CONN_OPEN_CONNECT;
    return APR_SUCCESS;
}

static apr_status_t prepare_connected(wlm_conn_open_t *open)
{
    wlm_conn_t *conn = open->conn;

    conn->tls = open->tls ? wlm_tls_conn_make(open->tls, conn->fd) : NULL;
    if (open->tls && !conn->tls) {
        return APR_ENOMEM;
    }
    open->stage = WLM_CONN_OPEN_HANDSHAKE;
    return APR_SUCCESS;
}

/* A Unix domain socket whose backlog is full says so at once, and nothing tells when it has room again. Over TCP the
 * kernel asks again by itself; here it is done more and more seldom, so that a burst costs some ms, and many requests
 * that wait for a member that hangs cost next to nothing. */
static apr_status_t wait_for_backlog(wlm_conn_open_t *open, wlm_wait_t *wait)
{
    apr_interval_time_t share = share_of_address(open);
    apr_status_t rv = wlm_wait_for(wait, -1, 0, share ? share : WLM_CONN_BACKLOG_MAX);

    open->again = open->again < AGAIN_MAX ? 2 * open->again : AGAIN_MAX;
    wlm_wait_wake(wait, wlm_now() + open->again);
    return rv;
}

/* connect() says again and again what has become of it, so a step that comes too early does no harm */
static apr_status_t step_connect(wlm_conn_open_t *open, wlm_wait_t *wait)
{
    const struct sockaddr *sa = (const struct sockaddr *)&open->address.at[open->at].sa;
    socklen_t len = open->address.at[open->at].len;
    int error = connect(open->conn->fd, sa, len) == 0 ? 0 : errno;

    switch (error) {
    case 0:
        return prepare_connected(open);
    case EINPROGRESS:
    case EALREADY:
        return wlm_wait_for(wait, open->conn->fd, POLLOUT, share_of_address(open));
    case ETIMEDOUT:
        return APR_TIMEUP;
    case EADDRNOTAVAIL:
        return wlm_shortage_is_unreachable(sa, len) ? ENETUNREACH : EADDRNOTAVAIL;
    case EAGAIN: /* connect(2): a socket's backlog is full; or of routing entries or ports there are no more, and
                    nothing that could be waited for */
        return sa->sa_family == AF_UNIX ? wait_for_backlog(open, wait) : ENOBUFS;
    default:
        return (apr_status_t)error;
    }
}

/* In the time of the address; where that has no limit, in one of its own */
static apr_status_t step_handshake(wlm_conn_open_t *open, wlm_wait_t *wait)
{
    wlm_tls_conn_t *tls = open->conn->tls;
    apr_status_t rv = tls ? wlm_tls_conn_handshake(tls) : APR_SUCCESS;

    return !APR_STATUS_IS_EAGAIN(rv) ? rv
           : wlm_wait_for(wait, open->conn->fd, wlm_tls_conn_read_events(tls),
                          open->deadline ? share_of_address(open) : WLM_CONN_HANDSHAKE_MAX);
}

/* @return APR_SUCCESS: it is open */
static apr_status_t step_address(wlm_conn_open_t *open, wlm_wait_t *wait)
{
    apr_status_t rv = APR_SUCCESS;

    if (open->stage == WLM_CONN_OPEN_BEGIN) {
        wlm_wait_end(wait);
        open->again = AGAIN_FIRST;
        rv = make_socket(open);
    }
    if (rv == APR_SUCCESS && open->stage == WLM_CONN_OPEN_CONNECT) {
        rv = step_connect(open, wait);
    }
    if (rv == APR_SUCCESS && open->stage == WLM_CONN_OPEN_HANDSHAKE) {
        rv = step_handshake(open, wait);
    }
    return rv;
}

static void end_address(wlm_conn_open_t *open, apr_status_t rv)
{
    int in_handshake = open->stage == WLM_CONN_OPEN_HANDSHAKE;
    int is_socket = open->address.at[open->at].sa.ss_family == AF_UNIX;

    if (APR_STATUS_IS_TIMEUP(rv)) {
        apr_cpystrn(open->why, in_handshake ? "no TLS handshake"
                    : is_socket ? "its backlog is full: no connection" : "no connection", sizeof(open->why));
    }
    else if (is_socket && rv == EACCES) {
        apr_snprintf(open->why, sizeof(open->why), "Permission denied for httpd's User (uid %u)", (unsigned)geteuid());
    }
    else if (in_handshake) {
        apr_cpystrn(open->why, wlm_tls_conn_why(open->conn->tls), sizeof(open->why));
    }
    else {
        apr_strerror(rv, open->why, sizeof(open->why));
    }
    wlm_conn_close(open->conn);
    open->conn = NULL;
    open->rv = rv;
    open->stage = WLM_CONN_OPEN_BEGIN;
    open->at++;
}

static void return_connection(wlm_conn_open_t *open, wlm_conn_t **pconn)
{
    *pconn = open->conn;
    open->conn = NULL;
    open->rv = APR_SUCCESS;
    open->at = open->address.n;
}

apr_status_t wlm_conn_open_step(wlm_conn_open_t *open, wlm_conn_t **pconn, wlm_wait_t *wait)
{
    apr_status_t rv;

    while (open->at < open->address.n) {
        rv = step_address(open, wait);
        if (APR_STATUS_IS_EAGAIN(rv)) {
            return rv;
        }
        if (rv == APR_SUCCESS) {
            return_connection(open, pconn);
        }
        else {
            end_address(open, rv);
        }
    }
    wlm_wait_end(wait);
    return open->rv;
}

void wlm_conn_open_cancel(wlm_conn_open_t *open)
{
    wlm_conn_close(open->conn);
    open->conn = NULL;
    open->at = open->address.n;
}

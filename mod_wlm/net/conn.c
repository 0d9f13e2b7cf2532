#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <apr_errno.h>
#include <apr_strings.h>
#include "net/conn.h"
#include "net/shortage.h"

static int poll_ms(apr_interval_time_t timeout)
{
    apr_int64_t ms = (timeout + 999) / 1000;

    return timeout <= 0 ? -1 : ms > APR_INT32_MAX ? APR_INT32_MAX : (int)ms;
}

/* poll() that goes on after a signal, with what is left of the time */
static apr_status_t poll_until(struct pollfd *fds, nfds_t nfds, apr_interval_time_t timeout)
{
    apr_time_t deadline = timeout > 0 ? wlm_now() + timeout : 0;
    int rc;

    while ((rc = poll(fds, nfds, poll_ms(timeout))) < 0 && errno == EINTR) {
        if (deadline && (timeout = deadline - wlm_now()) <= 0) {
            return APR_TIMEUP;
        }
    }
    return rc > 0 ? APR_SUCCESS : rc == 0 ? APR_TIMEUP : (apr_status_t)errno;
}

/* a non-blocking connect that was begun: how did it end? */
static apr_status_t finish_connect(int fd, apr_interval_time_t timeout)
{
    struct pollfd pfd = { fd, POLLOUT, 0 };
    int error = 0;
    socklen_t len = sizeof(error);
    apr_status_t rv = poll_until(&pfd, 1, timeout);

    if (rv == APR_SUCCESS && getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0) {
        error = errno;
    }
    return rv != APR_SUCCESS ? rv : (apr_status_t)error;
}

static apr_status_t connect_one(int *pfd, const struct sockaddr_storage *sa, socklen_t len,
                                apr_interval_time_t timeout)
{
    int on = 1, fd = socket(sa->ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    apr_status_t rv = APR_SUCCESS;

    if (fd < 0) {
        return (apr_status_t)errno;
    }
    /* every message goes out in as few writes as possible, so waiting for more to send only costs time */
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
    if (connect(fd, (const struct sockaddr *)sa, len) != 0) {
        rv = errno == EINPROGRESS ? finish_connect(fd, timeout) : (apr_status_t)errno;
    }
    if (rv != APR_SUCCESS) {
        close(fd);
        return rv == ETIMEDOUT ? APR_TIMEUP
             : rv == EADDRNOTAVAIL && wlm_shortage_is_no_way((const struct sockaddr *)sa, len) ? ENETUNREACH : rv;
    }
    *pfd = fd;
    return APR_SUCCESS;
}

static apr_status_t shake_hands(wlm_tls_conn_t *tls, int fd, apr_time_t deadline)
{
    struct pollfd pfd = { fd, 0, 0 };
    apr_status_t rv;

    while (APR_STATUS_IS_EAGAIN(rv = wlm_tls_conn_handshake(tls))) {
        apr_interval_time_t left = deadline - wlm_now();

        pfd.events = wlm_tls_conn_read_events(tls);
        if (left <= 0 || poll_until(&pfd, 1, left) != APR_SUCCESS) {
            return APR_TIMEUP;
        }
    }
    return rv;
}

int wlm_conn_make_buffer(wlm_conn_t *conn)
{
    conn->size = WLM_CONN_BUFFER_SIZE;
    conn->buffer = malloc(conn->size);
    return conn->buffer != NULL;
}

void wlm_conn_free_buffer(wlm_conn_t *conn)
{
    free(conn->buffer);
    conn->buffer = NULL;
    conn->size = conn->start = conn->end = 0;
}

static wlm_conn_t *make_conn(int fd, wlm_tls_peer_t *peer)
{
    wlm_conn_t *conn = calloc(1, sizeof(*conn));

    if (!conn) {
        close(fd);
        return NULL;
    }
    conn->fd = fd;
    conn->tls = peer ? wlm_tls_conn_make(peer, fd) : NULL;
    if (!wlm_conn_make_buffer(conn) || (peer && !conn->tls)) {
        wlm_conn_close(conn);
        return NULL;
    }
    return conn;
}

static apr_status_t open_one(wlm_conn_t **pconn, char why[WLM_CONN_WHY_SIZE], const struct sockaddr_storage *sa,
                             socklen_t len, wlm_tls_peer_t *peer, apr_interval_time_t timeout)
{
    apr_time_t begun = wlm_now();
    int fd = -1;
    wlm_conn_t *conn;
    apr_status_t rv = connect_one(&fd, sa, len, timeout);

    if (rv == APR_SUCCESS && !(conn = make_conn(fd, peer))) {
        rv = APR_ENOMEM;
    }
    if (APR_STATUS_IS_TIMEUP(rv)) {
        apr_cpystrn(why, "no connection", WLM_CONN_WHY_SIZE);
        return rv;
    }
    if (rv != APR_SUCCESS) {
        apr_strerror(rv, why, WLM_CONN_WHY_SIZE);
        return rv;
    }
    rv = peer ? shake_hands(conn->tls, fd, begun + (timeout > 0 ? timeout : WLM_CONN_HANDSHAKE_MAX)) : APR_SUCCESS;
    if (rv != APR_SUCCESS) {
        apr_cpystrn(why, APR_STATUS_IS_TIMEUP(rv) ? "no TLS handshake" : wlm_tls_conn_why(conn->tls),
                    WLM_CONN_WHY_SIZE);
        wlm_conn_close(conn);
        return rv;
    }
    *pconn = conn;
    return APR_SUCCESS;
}

/* One that is silent must not take the time of all that come after it; one that refuses leaves them its part.
 * @param deadline  0: there is none */
static apr_interval_time_t share_of(apr_time_t deadline, int addresses)
{
    apr_interval_time_t left;

    if (!deadline) {
        return 0;
    }
    left = (deadline - wlm_now()) / addresses;
    return left > 0 ? left : 1;
}

apr_status_t wlm_conn_open(wlm_conn_t **pconn, char why[WLM_CONN_WHY_SIZE], const wlm_address_t *address,
                           wlm_tls_peer_t *tls, apr_interval_time_t timeout)
{
    apr_time_t deadline = timeout > 0 ? wlm_now() + timeout : 0;
    apr_status_t rv = APR_EGENERAL;
    int i;

    apr_cpystrn(why, "it has no address", WLM_CONN_WHY_SIZE);
    for (i = 0; i < address->n && rv != APR_SUCCESS; ++i) {
        rv = open_one(pconn, why, &address->at[i].sa, address->at[i].len, tls, share_of(deadline, address->n - i));
    }
    return rv;
}

void wlm_conn_close(wlm_conn_t *conn)
{
    if (conn) {
        if (conn->leave) {
            conn->leave(conn);
        }
        wlm_tls_conn_free(conn->tls);
        close(conn->fd);
        free(conn->buffer);
        free(conn);
    }
}

/* -- waiting ------------------------------------------------------------------------------------ */

static short events_for(const wlm_conn_t *conn, int wanted)
{
    short for_read = conn->tls ? wlm_tls_conn_read_events(conn->tls) : POLLIN;
    short for_write = conn->tls ? wlm_tls_conn_write_events(conn->tls) : POLLOUT;

    return (short)((wanted & WLM_CONN_READ ? for_read : 0) | (wanted & WLM_CONN_WRITE ? for_write : 0));
}

/* What a poll has found, of what is wanted. A TLS record that is no data makes the socket readable, but there is
 * nothing to read: who took it for an answer would wait for the rest of it. */
static int readiness(wlm_conn_t *conn, int wanted, short revents)
{
    int ready = 0;

    if (revents & (POLLERR | POLLHUP | POLLNVAL)) {
        return wanted; /* who reads or writes next learns what it is */
    }
    if (wanted & WLM_CONN_READ && revents & events_for(conn, WLM_CONN_READ)) {
        ready |= conn->tls && APR_STATUS_IS_EAGAIN(wlm_tls_conn_peek(conn->tls)) ? 0 : WLM_CONN_READ;
    }
    if (wanted & WLM_CONN_WRITE && revents & events_for(conn, WLM_CONN_WRITE)) {
        ready |= WLM_CONN_WRITE;
    }
    return ready;
}

apr_status_t wlm_conn_wait(wlm_conn_t *conn, int wanted, struct pollfd *other, apr_interval_time_t timeout, int *pready)
{
    struct pollfd fds[2] = { { wanted ? conn->fd : -1, 0, 0 }, { -1, 0, 0 } };
    apr_time_t deadline = wlm_now() + timeout;
    apr_status_t rv;

    *pready = 0;
    if (other) {
        fds[1] = *other;
        other->revents = 0;
    }
    if (conn->tls && wanted & WLM_CONN_READ && wlm_tls_conn_has_pending(conn->tls)) {
        *pready = WLM_CONN_READ;
        return APR_SUCCESS;
    }
    for (;;) {
        fds[0].events = events_for(conn, wanted);
        rv = poll_until(fds, 2, timeout);
        if (rv != APR_SUCCESS || (*pready = readiness(conn, wanted, fds[0].revents)) || fds[1].revents) {
            break;
        }
        if (timeout > 0 && (timeout = deadline - wlm_now()) <= 0) {
            return APR_TIMEUP;
        }
    }
    if (other) {
        other->revents = fds[1].revents;
    }
    return rv;
}

int wlm_conn_is_readable(wlm_conn_t *conn)
{
    struct pollfd pfd = { conn->fd, POLLIN, 0 };

    if (conn->start < conn->end) {
        return 1;
    }
    return conn->tls ? !APR_STATUS_IS_EAGAIN(wlm_tls_conn_peek(conn->tls)) : poll(&pfd, 1, 0) != 0;
}

const char *wlm_conn_error(const wlm_conn_t *conn, apr_status_t rv, char text[WLM_CONN_WHY_SIZE])
{
    return rv == WLM_TLS_BROKEN || rv == WLM_TLS_REFUSED ? wlm_tls_conn_why(conn->tls)
                                                         : apr_strerror(rv, text, WLM_CONN_WHY_SIZE);
}

/* -- reading and writing ------------------------------------------------------------------------ */

apr_status_t wlm_conn_write(wlm_conn_t *conn, const struct iovec *iov, int niov, apr_size_t *pwritten)
{
    struct msghdr msg;
    ssize_t n;

    if (conn->tls) {
        return wlm_tls_conn_write(conn->tls, iov, niov, pwritten);
    }
    memset(&msg, 0, sizeof(msg));
    msg.msg_iov = (struct iovec *)iov;
    msg.msg_iovlen = (size_t)niov;
    do {
        n = sendmsg(conn->fd, &msg, MSG_NOSIGNAL);
    } while (n < 0 && errno == EINTR);
    *pwritten = n > 0 ? (apr_size_t)n : 0;
    return n >= 0 ? APR_SUCCESS : APR_STATUS_IS_EAGAIN(errno) ? APR_EAGAIN : (apr_status_t)errno;
}

apr_status_t wlm_conn_read(wlm_conn_t *conn, char *into, apr_size_t len, apr_size_t *pread)
{
    ssize_t n;

    if (conn->tls) {
        return wlm_tls_conn_read(conn->tls, into, len, pread);
    }
    do {
        n = recv(conn->fd, into, len, 0);
    } while (n < 0 && errno == EINTR);
    *pread = n > 0 ? (apr_size_t)n : 0;
    return n > 0 ? APR_SUCCESS : n == 0 ? APR_EOF : APR_STATUS_IS_EAGAIN(errno) ? APR_EAGAIN : (apr_status_t)errno;
}

void wlm_conn_end_writing(wlm_conn_t *conn)
{
    if (conn->tls) {
        wlm_tls_conn_end_writing(conn->tls);
    }
    shutdown(conn->fd, SHUT_WR);
}

apr_status_t wlm_conn_fill(wlm_conn_t *conn, apr_size_t max)
{
    apr_size_t have = conn->end - conn->start, n, size;
    apr_status_t rv;
    char *larger;

    if (conn->start > 0 && (have == 0 || conn->end == conn->size)) {
        memmove(conn->buffer, conn->buffer + conn->start, have);
        conn->start = 0;
        conn->end = have;
    }
    if (conn->end == conn->size) {
        if (conn->size >= max) {
            return APR_ENOSPC;
        }
        size = conn->size * 2 < max ? conn->size * 2 : max;
        larger = realloc(conn->buffer, size);
        if (!larger) {
            return APR_ENOMEM;
        }
        conn->buffer = larger;
        conn->size = size;
    }
    rv = wlm_conn_read(conn, conn->buffer + conn->end, conn->size - conn->end, &n);
    conn->end += n;
    return rv;
}

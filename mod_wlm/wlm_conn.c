#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <apr_errno.h>
#include "wlm_conn.h"

static int poll_ms(apr_interval_time_t timeout)
{
    apr_int64_t ms = (timeout + 999) / 1000;

    return timeout <= 0 ? -1 : ms > APR_INT32_MAX ? APR_INT32_MAX : (int)ms;
}

/* poll() that goes on after a signal, with what is left of the time */
static apr_status_t poll_until(struct pollfd *fds, nfds_t nfds, apr_interval_time_t timeout)
{
    apr_time_t deadline = timeout > 0 ? apr_time_now() + timeout : 0;
    int rc;

    while ((rc = poll(fds, nfds, poll_ms(timeout))) < 0 && errno == EINTR) {
        if (deadline && (timeout = deadline - apr_time_now()) <= 0) {
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
        return rv == ETIMEDOUT ? APR_TIMEUP : rv;
    }
    *pfd = fd;
    return APR_SUCCESS;
}

apr_status_t wlm_conn_open(wlm_conn_t **pconn, const wlm_address_t *address, apr_interval_time_t timeout)
{
    apr_status_t rv = APR_EGENERAL;
    wlm_conn_t *conn;
    int i, fd = -1;

    for (i = 0; i < address->n && fd < 0; ++i) {
        rv = connect_one(&fd, &address->at[i].sa, address->at[i].len, timeout);
    }
    if (fd < 0) {
        return rv;
    }
    conn = calloc(1, sizeof(*conn));
    if (conn && !(conn->buffer = malloc(WLM_CONN_BUFFER_SIZE))) {
        free(conn);
        conn = NULL;
    }
    if (!conn) {
        close(fd);
        return APR_ENOMEM;
    }
    conn->fd = fd;
    conn->size = WLM_CONN_BUFFER_SIZE;
    *pconn = conn;
    return APR_SUCCESS;
}

void wlm_conn_close(wlm_conn_t *conn)
{
    if (conn) {
        close(conn->fd);
        free(conn->buffer);
        free(conn);
    }
}

apr_status_t wlm_conn_wait(wlm_conn_t *conn, int wanted, int other_fd, apr_interval_time_t timeout, int *pready)
{
    struct pollfd fds[2] = { { conn->fd, 0, 0 }, { other_fd, POLLIN, 0 } };
    apr_status_t rv;

    fds[0].events = (short)((wanted & WLM_CONN_READ ? POLLIN : 0) | (wanted & WLM_CONN_WRITE ? POLLOUT : 0));
    rv = poll_until(fds, other_fd >= 0 ? 2 : 1, timeout);
    *pready = 0;
    if (fds[0].revents & POLLIN) {
        *pready |= WLM_CONN_READ;
    }
    if (fds[0].revents & POLLOUT) {
        *pready |= WLM_CONN_WRITE;
    }
    if (fds[0].revents & (POLLERR | POLLHUP | POLLNVAL)) {
        *pready |= wanted;
    }
    return rv;
}

int wlm_conn_is_readable(wlm_conn_t *conn)
{
    struct pollfd pfd = { conn->fd, POLLIN, 0 };

    return conn->start < conn->end || poll(&pfd, 1, 0) != 0;
}

apr_status_t wlm_conn_write(wlm_conn_t *conn, const struct iovec *iov, int niov, apr_size_t *pwritten)
{
    struct msghdr msg;
    ssize_t n;

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

    do {
        n = recv(conn->fd, into, len, 0);
    } while (n < 0 && errno == EINTR);
    *pread = n > 0 ? (apr_size_t)n : 0;
    return n > 0 ? APR_SUCCESS : n == 0 ? APR_EOF : APR_STATUS_IS_EAGAIN(errno) ? APR_EAGAIN : (apr_status_t)errno;
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

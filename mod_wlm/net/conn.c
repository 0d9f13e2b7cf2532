/* One connection to a member: what is read, written and waited for, with TLS in between or not. On the thread that has
 * the connection at the time. */
#include "net/conn.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <apr_errno.h>
#include "base/clock.h"

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

short wlm_conn_events(const wlm_conn_t *conn, int wanted)
{
    short for_read = conn->tls ? wlm_tls_conn_read_events(conn->tls) : POLLIN;
    short for_write = conn->tls ? wlm_tls_conn_write_events(conn->tls) : POLLOUT;

    return (short)((wanted & WLM_CONN_READ ? for_read : 0) | (wanted & WLM_CONN_WRITE ? for_write : 0));
}

/* Bytes, or an end, that OpenSSL has read already, and poll() does not see */
static int has_pending(const wlm_conn_t *conn, int wanted)
{
    return wanted & WLM_CONN_READ && conn->tls && wlm_tls_conn_has_pending(conn->tls);
}

/* A TLS record that is no data makes the socket readable, but there is nothing to read. A caller that took it for the
 * beginning of an answer would wait for the rest of it. */
int wlm_conn_ready(wlm_conn_t *conn, int wanted, short revents)
{
    int ready = 0;

    if (revents & (POLLERR | POLLHUP | POLLNVAL)) {
        return wanted; /* the next read or write finds what it is */
    }
    if (wanted & WLM_CONN_READ && revents & wlm_conn_events(conn, WLM_CONN_READ)) {
        ready |= conn->tls && APR_STATUS_IS_EAGAIN(wlm_tls_conn_peek(conn->tls)) ? 0 : WLM_CONN_READ;
    }
    else if (has_pending(conn, wanted)) {
        ready |= WLM_CONN_READ;
    }
    if (wanted & WLM_CONN_WRITE && revents & wlm_conn_events(conn, WLM_CONN_WRITE)) {
        ready |= WLM_CONN_WRITE;
    }
    return ready;
}

apr_status_t wlm_conn_wait_for(wlm_conn_t *conn, int wanted, apr_interval_time_t timeout, wlm_wait_t *wait)
{
    int is_there = has_pending(conn, wanted); /* before the events, which it may change */
    apr_status_t rv = wlm_wait_for(wait, conn->fd, wlm_conn_events(conn, wanted), timeout);

    wait->member_quiet = conn->is_quiet && wanted == WLM_CONN_READ ? conn->number : 0;
    if (is_there) {
        wlm_wait_wake(wait, wlm_now());
    }
    return is_there ? APR_EAGAIN : rv;
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

    conn->is_quiet = 0;
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

/* -- the buffer ---------------------------------------------------------------------------------- */
/* While nothing is in it there is none: many connections wait for a response, or idle, and the next one that has bytes
 * gets memory that has just been used, in the processor's cache. */

static int make_buffer(wlm_conn_t *conn)
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

apr_status_t wlm_conn_fill(wlm_conn_t *conn, apr_size_t max)
{
    apr_size_t have = conn->end - conn->start, n, size;
    apr_status_t rv;
    char *larger;

    if (!conn->buffer && !make_buffer(conn)) {
        return APR_ENOMEM;
    }
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
    if (conn->start == conn->end) {
        wlm_conn_free_buffer(conn);
    }
    return rv;
}

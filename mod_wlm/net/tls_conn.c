/* TLS on one connection; the interface is in net/tls_conn.h. On the thread that has the connection at the time. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/err.h>
#include <apr_errno.h>
#include <apr_strings.h>
#include "net/tls_private.h"

#define RECORD_MAX 16384           /* bytes of data in one record (RFC 8446 5.1) */

/* -- how it ended ------------------------------------------------------------------------------------ */

static apr_status_t end_with(wlm_tls_conn_t *conn, apr_status_t rv, const char *why)
{
    conn->end = rv;
    apr_cpystrn(conn->why, why, sizeof(conn->why));
    return rv;
}

/* An alert by which a server ends the handshake, because of the client's certificate or its absence (RFC 8446 6.2)? */
static int is_refusal(unsigned long error)
{
    switch (ERR_GET_LIB(error) == ERR_LIB_SSL ? ERR_GET_REASON(error) - SSL_AD_REASON_OFFSET : -1) {
    case SSL_AD_HANDSHAKE_FAILURE:
    case SSL_AD_BAD_CERTIFICATE:
    case SSL_AD_UNSUPPORTED_CERTIFICATE:
    case SSL_AD_CERTIFICATE_REVOKED:
    case SSL_AD_CERTIFICATE_EXPIRED:
    case SSL_AD_CERTIFICATE_UNKNOWN:
    case SSL_AD_UNKNOWN_CA:
    case SSL_AD_ACCESS_DENIED:
    case SSL_AD_DECRYPT_ERROR:
    case SSL_AD_CERTIFICATE_REQUIRED:
        return 1;
    default:
        return 0;
    }
}

static apr_status_t end_by_protocol(wlm_tls_conn_t *conn)
{
    unsigned long error = ERR_peek_error();
    char text[WLM_TLS_WHY_SIZE], reason[WLM_TLS_WHY_SIZE];

    if (ERR_GET_LIB(error) == ERR_LIB_SSL && ERR_GET_REASON(error) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
        ERR_clear_error();
        return end_with(conn, WLM_TLS_BROKEN, conn->ready ? "TLS: connection closed without close_notify"
                                                          : "TLS handshake: the member has closed the connection");
    }
    if (conn->why[0]) {
        ERR_clear_error();
        return conn->end = WLM_TLS_BROKEN; /* the check of the certificate has said why */
    }
    apr_snprintf(text, sizeof(text), "TLS%s: %s", conn->ready ? "" : " handshake",
                 wlm_tls_reason(reason, sizeof(reason)));
    return end_with(conn, !conn->has_read && is_refusal(error) ? WLM_TLS_REFUSED : WLM_TLS_BROKEN, text);
}

static apr_status_t end_by_system(wlm_tls_conn_t *conn, int error)
{
    char text[120];

    ERR_clear_error();
    apr_strerror(error ? error : APR_EOF, text, sizeof(text));
    return end_with(conn, error ? error : WLM_TLS_BROKEN, text);
}

/* An operation has not succeeded. @param pevents  set to what it waits for */
static apr_status_t after(wlm_tls_conn_t *conn, int rc, short *pevents)
{
    int error = errno;

    switch (SSL_get_error(conn->ssl, rc)) {
    case SSL_ERROR_WANT_READ:
        *pevents = POLLIN;
        return APR_EAGAIN;
    case SSL_ERROR_WANT_WRITE:
        *pevents = POLLOUT;
        return APR_EAGAIN;
    case SSL_ERROR_ZERO_RETURN:
        return end_with(conn, APR_EOF, "closed");
    case SSL_ERROR_SYSCALL:
        return end_by_system(conn, error);
    default:
        return end_by_protocol(conn);
    }
}

/* What the socket says to a write does not end the connection: the peer may have said something before, which a read
 * finds */
static apr_status_t after_write(wlm_tls_conn_t *conn, int rc)
{
    int error = errno;

    if (SSL_get_error(conn->ssl, rc) == SSL_ERROR_SYSCALL) {
        ERR_clear_error();
        return error ? error : EPIPE;
    }
    return after(conn, rc, &conn->write_events);
}

/* -- the operations ------------------------------------------------------------------------------------ */

wlm_tls_conn_t *wlm_tls_conn_make(wlm_tls_peer_t *peer, int fd)
{
    wlm_tls_conn_t *conn = calloc(1, sizeof(*conn));
    SSL_CTX *ctx;

    if (!conn) {
        return NULL;
    }
    ctx = wlm_tls_ctx(peer->tls, &conn->generation);
    conn->ssl = SSL_new(ctx);
    SSL_CTX_free(ctx);
    conn->peer = peer;
    conn->read_events = POLLIN;
    conn->write_events = POLLOUT;
    if (!conn->ssl || !SSL_set_fd(conn->ssl, fd) || !wlm_tls_peer_prepare(conn)) {
        ERR_clear_error();
        wlm_tls_conn_free(conn);
        return NULL;
    }
    return conn;
}

void wlm_tls_conn_end_writing(wlm_tls_conn_t *conn)
{
    if (conn->ready && (conn->end == APR_SUCCESS || conn->end == APR_EOF)
        && !(SSL_get_shutdown(conn->ssl) & SSL_SENT_SHUTDOWN)) {
        ERR_clear_error();
        SSL_shutdown(conn->ssl);
        ERR_clear_error();
    }
}

void wlm_tls_conn_free(wlm_tls_conn_t *conn)
{
    if (!conn) {
        return;
    }
    wlm_tls_conn_end_writing(conn);
    SSL_free(conn->ssl);
    free(conn);
}

apr_status_t wlm_tls_conn_handshake(wlm_tls_conn_t *conn)
{
    apr_status_t rv;
    int rc;

    if (conn->end != APR_SUCCESS) {
        return conn->end;
    }
    ERR_clear_error();
    errno = 0;
    rc = SSL_connect(conn->ssl);
    if (rc != 1) {
        rv = after(conn, rc, &conn->read_events);
        if (!APR_STATUS_IS_EAGAIN(rv)) {
            wlm_tls_peer_drop_session(conn->peer); /* perhaps it was the session */
        }
        return rv;
    }
    conn->read_events = POLLIN;
    conn->ready = 1;
    wlm_tls_peer_learn(conn);
    return APR_SUCCESS;
}

/* One call of SSL_read() or SSL_peek() */
static apr_status_t read_once(wlm_tls_conn_t *conn, int peeks, char *into, apr_size_t len, apr_size_t *pread)
{
    int rc;

    *pread = 0;
    if (conn->end != APR_SUCCESS) {
        return conn->end;
    }
    ERR_clear_error();
    errno = 0;
    rc = peeks ? SSL_peek_ex(conn->ssl, into, len, pread) : SSL_read_ex(conn->ssl, into, len, pread);
    if (rc != 1) {
        return after(conn, rc, &conn->read_events);
    }
    conn->read_events = POLLIN;
    conn->has_read = 1;
    return APR_SUCCESS;
}

apr_status_t wlm_tls_conn_read(wlm_tls_conn_t *conn, char *into, apr_size_t len, apr_size_t *pread)
{
    apr_status_t rv = APR_SUCCESS;
    apr_size_t n;

    *pread = 0;
    /* record by record; what ends it is found again by the next call */
    while (*pread < len && (rv = read_once(conn, 0, into + *pread, len - *pread, &n)) == APR_SUCCESS) {
        *pread += n;
    }
    return *pread ? APR_SUCCESS : rv;
}

apr_status_t wlm_tls_conn_peek(wlm_tls_conn_t *conn)
{
    apr_size_t n;
    char byte;

    return read_once(conn, 1, &byte, 1, &n);
}

int wlm_tls_conn_has_pending(wlm_tls_conn_t *conn)
{
    /* OpenSSL may have read more than a record, and that may be less than another one */
    return conn->end != APR_SUCCESS || (SSL_has_pending(conn->ssl) && !APR_STATUS_IS_EAGAIN(wlm_tls_conn_peek(conn)));
}

int wlm_tls_conn_is_in_record(const wlm_tls_conn_t *conn)
{
    return SSL_has_pending(conn->ssl);
}

/* The first bytes of all pieces, as many as a record holds. Called again with the same pieces, the result is the same:
 * a write that was begun goes on with them. */
static const char *gather(char *buffer, const struct iovec *iov, int niov, apr_size_t *plen)
{
    apr_size_t n;
    int i;

    if (niov == 1 || iov[0].iov_len >= RECORD_MAX) {
        *plen = iov[0].iov_len < RECORD_MAX ? iov[0].iov_len : RECORD_MAX;
        return iov[0].iov_base;
    }
    for (i = 0, *plen = 0; i < niov && *plen < RECORD_MAX; ++i) {
        n = iov[i].iov_len < RECORD_MAX - *plen ? iov[i].iov_len : RECORD_MAX - *plen;
        memcpy(buffer + *plen, iov[i].iov_base, n);
        *plen += n;
    }
    return buffer;
}

apr_status_t wlm_tls_conn_write(wlm_tls_conn_t *conn, const struct iovec *iov, int niov, apr_size_t *pwritten)
{
    char buffer[RECORD_MAX];
    const char *data;
    apr_size_t len;
    int rc;

    *pwritten = 0;
    if (conn->end != APR_SUCCESS) {
        return conn->end;
    }
    data = gather(buffer, iov, niov, &len);
    if (len == 0) {
        return APR_SUCCESS;
    }
    ERR_clear_error();
    errno = 0;
    rc = SSL_write_ex(conn->ssl, data, len, pwritten);
    if (rc != 1) {
        return after_write(conn, rc);
    }
    conn->write_events = POLLOUT;
    return APR_SUCCESS;
}

short wlm_tls_conn_read_events(const wlm_tls_conn_t *conn)
{
    return conn->read_events;
}

short wlm_tls_conn_write_events(const wlm_tls_conn_t *conn)
{
    return conn->write_events;
}

const char *wlm_tls_conn_why(const wlm_tls_conn_t *conn)
{
    return conn->why;
}

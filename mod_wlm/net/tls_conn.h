/* net/tls_conn.h: TLS on one connection, over a non-blocking socket that belongs to the caller (net/conn.c). One thread
 * uses it at a time.
 */
#ifndef WLM_NET_TLS_CONN_H
#define WLM_NET_TLS_CONN_H

#include <apr_errno.h>
#include <sys/uio.h>
#include "net/tls.h"

/** What a connection can end by, beside the operating system's errors; wlm_tls_conn_why() has the words. */
#define WLM_TLS_BROKEN    (APR_OS_START_USERERR + 1)
/** ... by an alert that ends the handshake: the server has read nothing of what was sent. (TLS 1.3: a client has sent
 *  already when the server refuses the client's certificate.) */
#define WLM_TLS_REFUSED   (APR_OS_START_USERERR + 2)

typedef struct wlm_tls_conn_t wlm_tls_conn_t;

/** Begin on a connected non-blocking socket. @return NULL: no memory */
wlm_tls_conn_t *wlm_tls_conn_make(wlm_tls_peer_t *peer, int fd);

/** Send close_notify where that makes sense, without waiting, and free. The socket stays open. NULL is fine. */
void wlm_tls_conn_free(wlm_tls_conn_t *conn);

/** Go on with the handshake. @return APR_SUCCESS, APR_EAGAIN, or an error */
apr_status_t wlm_tls_conn_handshake(wlm_tls_conn_t *conn);

/**
 * As those of net/conn.h. A connection that ends without the peer's close_notify ends with WLM_TLS_BROKEN, not with
 * APR_EOF: an attacker in between could have cut it.
 */
apr_status_t wlm_tls_conn_read(wlm_tls_conn_t *conn, char *into, apr_size_t len, apr_size_t *pread);
apr_status_t wlm_tls_conn_write(wlm_tls_conn_t *conn, const struct iovec *iov, int niov, apr_size_t *pwritten);

/** Send close_notify; the peer can still be read from. */
void wlm_tls_conn_end_writing(wlm_tls_conn_t *conn);

/** Would a read find bytes (SUCCESS), nothing yet (EAGAIN), or the end? Processes what is no data, such as session
 *  tickets. */
apr_status_t wlm_tls_conn_peek(wlm_tls_conn_t *conn);

/** Are there bytes, or an end, that a poll of the socket does not find? */
int wlm_tls_conn_has_pending(wlm_tls_conn_t *conn);

/** After a peek that found nothing yet: has a part of a record come, whose kind is not known yet? */
int wlm_tls_conn_is_in_record(const wlm_tls_conn_t *conn);

/** What to poll the socket for (POLLIN, POLLOUT), before the handshake can go on; before a read, a write can. */
short wlm_tls_conn_read_events(const wlm_tls_conn_t *conn);
short wlm_tls_conn_write_events(const wlm_tls_conn_t *conn);

/** After an error: what has happened. As long as the connection. */
const char *wlm_tls_conn_why(const wlm_tls_conn_t *conn);

#endif

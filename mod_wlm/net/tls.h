/* net/tls.h: TLS to members, by OpenSSL. Three things, each of which needs the one before:
 *
 *   wlm_tls_t       what files and settings say: whom to trust, who we are. Members with equal settings share it
 *   wlm_tls_peer_t  one member: the name that its certificate must have, the session that is resumed
 *   wlm_tls_conn_t  one connection, over a non-blocking socket that belongs to somebody else (net/conn.c)
 *
 * The first two may be used by any thread, a connection by one at a time. The process ignores SIGPIPE, as httpd does.
 */
#ifndef WLM_NET_TLS_H
#define WLM_NET_TLS_H

#include <stdint.h>
#include <apr_pools.h>
#include <apr_time.h>
#include <sys/uio.h>
#include "net/tls_settings.h"

/** What a connection can end by, beside the operating system's errors; wlm_tls_conn_why() has the words. */
#define WLM_TLS_BROKEN    (APR_OS_START_USERERR + 1)
/** ... by an alert that ends the handshake: nothing that was sent has been looked at. (TLS 1.3: a client has sent
 *  already when the server refuses the client's certificate.) */
#define WLM_TLS_REFUSED   (APR_OS_START_USERERR + 2)

#define WLM_TLS_1_2_VERSION 0x0303 /* protocols, on the wire */
#define WLM_TLS_1_3_VERSION 0x0304

/* -- settings ---------------------------------------------------------------------------------------- */

typedef struct wlm_tls_t wlm_tls_t;

/**
 * Read the files.
 * @param settings  copied
 * @param pwhy      what is wrong, with the file's name; in p
 * @param p         holds it; ends it
 */
apr_status_t wlm_tls_make(wlm_tls_t **ptls, const wlm_tls_settings_t *settings, const char **pwhy, apr_pool_t *p);

/** Are they the same? */
int wlm_tls_settings_same(const wlm_tls_settings_t *a, const wlm_tls_settings_t *b);
const wlm_tls_settings_t *wlm_tls_settings(const wlm_tls_t *tls);

typedef enum { WLM_TLS_SAME, WLM_TLS_RENEWED, WLM_TLS_UNUSABLE } wlm_tls_refresh_t;
/**
 * Have the files changed? Then take them up; when they cannot be used, what was there before stays. For one thread,
 * again and again: a change counts when two calls in a row see the same files. More calls with the same `now` find
 * nothing.
 * @param pwhy  with UNUSABLE, which is told once for a change; in ptemp
 */
wlm_tls_refresh_t wlm_tls_refresh(wlm_tls_t *tls, apr_time_t now, const char **pwhy, apr_pool_t *ptemp);

/** Rises with each change that was taken up. */
unsigned wlm_tls_generation(const wlm_tls_t *tls);

/** When our own certificate expires. @return 0: there is none */
apr_time_t wlm_tls_expires(const wlm_tls_t *tls);

/* -- a member ---------------------------------------------------------------------------------------- */

typedef struct wlm_tls_peer_t wlm_tls_peer_t;

/** @param name  host name, or an address: what its certificate must have, and, a host name, what it is asked for
 *  (SNI) */
wlm_tls_peer_t *wlm_tls_peer_make(wlm_tls_t *tls, const char *name, apr_pool_t *p);

wlm_tls_t *wlm_tls_peer_tls(const wlm_tls_peer_t *peer);

/**
 * What was learnt by a handshake since the last call?
 * @param pversion  the protocol: WLM_TLS_1_2_VERSION or WLM_TLS_1_3_VERSION
 * @param pexpires  when the member's certificate expires
 * @return 0: there was none
 */
int wlm_tls_peer_news(wlm_tls_peer_t *peer, unsigned *pversion, apr_time_t *pexpires);

/* -- a connection -------------------------------------------------------------------------------------- */

typedef struct wlm_tls_conn_t wlm_tls_conn_t;

/** Begin on a connected non-blocking socket. @return NULL: no memory */
wlm_tls_conn_t *wlm_tls_conn_make(wlm_tls_peer_t *peer, int fd);

/** Say goodbye where that makes sense, without waiting, and free. The socket stays open. NULL is fine. */
void wlm_tls_conn_free(wlm_tls_conn_t *conn);

/** Go on with the handshake. @return APR_SUCCESS, APR_EAGAIN, or an error */
apr_status_t wlm_tls_conn_handshake(wlm_tls_conn_t *conn);

/**
 * As those of net/conn.h. A connection that ends without the peer's goodbye (close_notify) ends with WLM_TLS_BROKEN,
 * not with APR_EOF: somebody in between could have cut it.
 */
apr_status_t wlm_tls_conn_read(wlm_tls_conn_t *conn, char *into, apr_size_t len, apr_size_t *pread);
apr_status_t wlm_tls_conn_write(wlm_tls_conn_t *conn, const struct iovec *iov, int niov, apr_size_t *pwritten);

/** Say goodbye; the peer can still be read from. */
void wlm_tls_conn_end_writing(wlm_tls_conn_t *conn);

/** Would a read find bytes (SUCCESS), nothing yet (EAGAIN), or the end? Takes up what is no data, such as session
 *  tickets. */
apr_status_t wlm_tls_conn_peek(wlm_tls_conn_t *conn);

/** Are there bytes, or an end, that a poll of the socket does not see? */
int wlm_tls_conn_has_pending(wlm_tls_conn_t *conn);

/** After a peek that found nothing yet: has a part of a record come, of which nobody knows what it will be? */
int wlm_tls_conn_is_in_record(const wlm_tls_conn_t *conn);

/** What to poll the socket for (POLLIN, POLLOUT), before the handshake can go on; before a read, a write can. */
short wlm_tls_conn_read_events(const wlm_tls_conn_t *conn);
short wlm_tls_conn_write_events(const wlm_tls_conn_t *conn);

/** After an error: what has happened. As long as the connection. */
const char *wlm_tls_conn_why(const wlm_tls_conn_t *conn);

#endif

/* net/tls_private.h: what the files of net/tls.h and net/tls_conn.h share among themselves.
 * Any thread; what a lock protects is said at its field. */
#ifndef WLM_NET_TLS_PRIVATE_H
#define WLM_NET_TLS_PRIVATE_H

#include <stdatomic.h>
#include <openssl/ssl.h>
#include <apr_thread_mutex.h>
#include "net/tls_conn.h"

#define WLM_TLS_WHY_SIZE 400

struct wlm_tls_t {
    wlm_tls_settings_t settings;
    apr_thread_mutex_t *lock;      /* of the next two */
    SSL_CTX *ctx;
    apr_time_t expires;            /* of our own certificate, 0: there is none */
    _Atomic unsigned generation;
    const char *trusts;            /* what, for messages */
    /* for the thread that checks the files */
    apr_time_t checked_at;
    uint64_t loaded, seen, refused; /* signatures of the files */
};

struct wlm_tls_peer_t {
    wlm_tls_t *tls;
    const char *name;
    int is_address;                /* the name is one */
    apr_thread_mutex_t *lock;      /* of the next three */
    SSL_SESSION *session;          /* to be resumed; NULL */
    unsigned session_generation;   /* of tls, that it was made by */
    apr_time_t expires;            /* the member's certificate */
    _Atomic unsigned version;      /* of the last handshake that wlm_tls_peer_news() has not reported yet; 0 */
};

struct wlm_tls_conn_t {
    SSL *ssl;
    wlm_tls_peer_t *peer;
    unsigned generation;           /* of tls, that it was made by */
    short read_events, write_events;
    int ready;                     /* the handshake is done */
    int has_read;                  /* data has come */
    apr_status_t end;              /* what it has ended by; APR_SUCCESS: it has not */
    char why[WLM_TLS_WHY_SIZE];
};

/** The context as it is now, with a reference that is the caller's, and its generation. */
SSL_CTX *wlm_tls_ctx(wlm_tls_t *tls, unsigned *pgeneration);

/* -- net/tls_words.c ---------------------------------------------------------------------------------- */

/** OpenSSL's words for the first of this thread's errors, all of which are forgotten. Static text or in the buffer. */
const char *wlm_tls_reason(char *text, apr_size_t size);

/** A time of a certificate, as time of day. @return 0: it is not valid */
apr_time_t wlm_tls_time_of(const ASN1_TIME *time);

/* -- net/tls_peer.c ---------------------------------------------------------------------------------- */

/** Before the handshake: name and session. @return 0: it does not work */
int wlm_tls_peer_prepare(wlm_tls_conn_t *conn);
/** After it: what it has shown. */
void wlm_tls_peer_learn(wlm_tls_conn_t *conn);
/** The session is not resumed again. */
void wlm_tls_peer_drop_session(wlm_tls_peer_t *peer);
/** Callbacks for OpenSSL, on the thread of the handshake or read: verify a certificate; keep a session. */
int wlm_tls_on_verify(int ok, X509_STORE_CTX *store);
int wlm_tls_on_session(SSL *ssl, SSL_SESSION *session);

#endif

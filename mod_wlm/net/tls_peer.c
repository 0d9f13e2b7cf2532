/* What is known of a member over its connections: the interface is in net/tls.h. Any thread. */
#include <string.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <apr_strings.h>
#include "base/address.h"
#include "net/tls_private.h"

static apr_status_t free_session(void *data)
{
    wlm_tls_peer_drop_session(data);
    return APR_SUCCESS;
}

wlm_tls_peer_t *wlm_tls_peer_make(wlm_tls_t *tls, const char *name, apr_pool_t *p)
{
    wlm_tls_peer_t *peer = apr_pcalloc(p, sizeof(*peer));

    peer->tls = tls;
    peer->name = apr_pstrdup(p, name);
    peer->is_address = wlm_address_is_literal(name);
    apr_thread_mutex_create(&peer->lock, APR_THREAD_MUTEX_DEFAULT, p);
    apr_pool_cleanup_register(p, peer, free_session, apr_pool_cleanup_null); /* runs before that of the mutex */
    return peer;
}

wlm_tls_t *wlm_tls_peer_tls(const wlm_tls_peer_t *peer)
{
    return peer->tls;
}

/* -- the session that is resumed ----------------------------------------------------------------------- */

static void set_session(wlm_tls_peer_t *peer, SSL_SESSION *session, unsigned generation)
{
    SSL_SESSION *before;

    apr_thread_mutex_lock(peer->lock);
    before = peer->session;
    peer->session = session;
    peer->session_generation = generation;
    apr_thread_mutex_unlock(peer->lock);
    SSL_SESSION_free(before);
}

void wlm_tls_peer_drop_session(wlm_tls_peer_t *peer)
{
    set_session(peer, NULL, 0);
}

int wlm_tls_on_session(SSL *ssl, SSL_SESSION *session)
{
    wlm_tls_conn_t *conn = SSL_get_app_data(ssl);

    set_session(conn->peer, session, conn->generation);
    return 1; /* the reference to it has been taken over */
}

/* One that was made by the same files: a resumption does not check certificates again, so they must be good still */
static SSL_SESSION *session_for(const wlm_tls_conn_t *conn)
{
    wlm_tls_peer_t *peer = conn->peer;
    SSL_SESSION *session = NULL;

    apr_thread_mutex_lock(peer->lock);
    if (peer->session && peer->session_generation == conn->generation && apr_time_now() < peer->expires) {
        session = peer->session;
        SSL_SESSION_up_ref(session);
    }
    apr_thread_mutex_unlock(peer->lock);
    return session;
}

/* -- the handshake --------------------------------------------------------------------------------------- */

static int set_name(SSL *ssl, const wlm_tls_peer_t *peer)
{
    X509_VERIFY_PARAM *param = SSL_get0_param(ssl);

    if (!peer->is_address && !SSL_set_tlsext_host_name(ssl, peer->name)) {
        return 0;
    }
    if (peer->tls->settings.verify != WLM_TLS_FULL) {
        return 1;
    }
    X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS
                                           | (peer->tls->settings.common_name ? 0
                                              : X509_CHECK_FLAG_NEVER_CHECK_SUBJECT));
    return peer->is_address ? X509_VERIFY_PARAM_set1_ip_asc(param, peer->name)
                            : X509_VERIFY_PARAM_set1_host(param, peer->name, 0);
}

int wlm_tls_peer_prepare(wlm_tls_conn_t *conn)
{
    SSL_SESSION *session = session_for(conn);
    int ok;

    SSL_set_app_data(conn->ssl, conn);
    ok = set_name(conn->ssl, conn->peer) && (!session || SSL_set_session(conn->ssl, session));
    SSL_SESSION_free(session);
    return ok;
}

void wlm_tls_peer_learn(wlm_tls_conn_t *conn)
{
    wlm_tls_peer_t *peer = conn->peer;
    X509 *certificate = SSL_get0_peer_certificate(conn->ssl);

    apr_thread_mutex_lock(peer->lock);
    peer->expires = certificate ? wlm_tls_time_of(X509_get0_notAfter(certificate)) : 0;
    apr_thread_mutex_unlock(peer->lock);
    atomic_store(&peer->version, (unsigned)SSL_version(conn->ssl));
}

int wlm_tls_peer_news(wlm_tls_peer_t *peer, unsigned *pversion, apr_time_t *pexpires)
{
    *pversion = atomic_exchange(&peer->version, 0);
    if (!*pversion) {
        return 0;
    }
    apr_thread_mutex_lock(peer->lock);
    *pexpires = peer->expires;
    apr_thread_mutex_unlock(peer->lock);
    return 1;
}

/* -- a certificate that is not accepted -------------------------------------------------------------------- */

static const char *name_of(X509 *certificate, char *text, size_t size)
{
    BIO *memory = certificate ? BIO_new(BIO_s_mem()) : NULL;
    int n = 0;

    if (memory && X509_NAME_print_ex(memory, X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253) > 0) {
        n = BIO_read(memory, text, (int)size - 1);
    }
    BIO_free(memory);
    text[n > 0 ? n : 0] = '\0';
    return text;
}

/* RFC 9525 6.2: the CN is no name of a server. Old certificates of WebSphere have no other one. */
static const char *remedy(int error, X509 *certificate, const wlm_tls_peer_t *peer)
{
    return error == X509_V_ERR_HOSTNAME_MISMATCH && !peer->tls->settings.common_name
           && X509_check_host(certificate, peer->name, 0, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, NULL) == 1
           ? ": only its CN is that name, which counts with WLMTLSCommonName On; better is a certificate with "
           "subjectAltName" : "";
}

int wlm_tls_on_verify(int ok, X509_STORE_CTX *store)
{
    SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    wlm_tls_conn_t *conn = SSL_get_app_data(ssl);
    X509 *certificate = X509_STORE_CTX_get_current_cert(store);
    int error = X509_STORE_CTX_get_error(store);
    char name[120];

    if (!ok) {
        apr_snprintf(conn->why, sizeof(conn->why),
                     "TLS: the member's certificate \"%s\" is not accepted: %s%s (wanted: %s; trusted: %s)",
                     name_of(certificate, name, sizeof(name)), X509_verify_cert_error_string(error),
                     remedy(error, certificate, conn->peer), conn->peer->name, conn->peer->tls->trusts);
    }
    return ok;
}

/* What TLS is configured by: settings and files become an SSL_CTX, which is made anew when the files change.
 * On the thread that reads a configuration, or checks the files for changes. */
#include <string.h>
#include <time.h>
#include <openssl/err.h>
#include <apr_file_info.h>
#include <apr_strings.h>
#include "base/hash.h"
#include "net/tls_files.h"
#include "net/tls_private.h"

static int same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

int wlm_tls_settings_same(const wlm_tls_settings_t *a, const wlm_tls_settings_t *b)
{
    return same_text(a->keyring, b->keyring) && same_text(a->password_file, b->password_file)
           && same_text(a->label, b->label) && same_text(a->trust, b->trust)
           && same_text(a->certificate, b->certificate)
           && same_text(a->key, b->key) && same_text(a->ciphers, b->ciphers) && same_text(a->suites, b->suites)
           && a->verify == b->verify && a->common_name == b->common_name && a->protocols == b->protocols;
}

static wlm_tls_settings_t copy_settings(const wlm_tls_settings_t *from, apr_pool_t *p)
{
    wlm_tls_settings_t to = *from;

    to.keyring = apr_pstrdup(p, from->keyring);
    to.password_file = apr_pstrdup(p, from->password_file);
    to.label = apr_pstrdup(p, from->label);
    to.trust = apr_pstrdup(p, from->trust);
    to.certificate = apr_pstrdup(p, from->certificate);
    to.key = apr_pstrdup(p, from->key);
    to.ciphers = apr_pstrdup(p, from->ciphers);
    to.suites = apr_pstrdup(p, from->suites);
    return to;
}

/* -- the context ---------------------------------------------------------------------------------------------- */

static int set_protocols(SSL_CTX *ctx, const wlm_tls_settings_t *settings)
{
    int min = settings->protocols & WLM_TLS_1_2 ? TLS1_2_VERSION : TLS1_3_VERSION;
    int max = settings->protocols & WLM_TLS_1_3 ? TLS1_3_VERSION : TLS1_2_VERSION;

    return SSL_CTX_set_min_proto_version(ctx, min) && SSL_CTX_set_max_proto_version(ctx, max)
           && (!settings->ciphers || SSL_CTX_set_cipher_list(ctx, settings->ciphers))
           && (!settings->suites || SSL_CTX_set_ciphersuites(ctx, settings->suites));
}

static void set_behaviour(SSL_CTX *ctx, const wlm_tls_settings_t *settings)
{
    static const unsigned char protocols[] = "\x08http/1.1";

    SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
                     | SSL_MODE_RELEASE_BUFFERS);
    /* two records with one system call: measured, a large response costs a fifth less of the processor's time */
    SSL_CTX_set_read_ahead(ctx, 1);
    SSL_CTX_set_default_read_buffer_len(ctx, 2 * SSL3_RT_MAX_PLAIN_LENGTH);
    SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_alpn_protos(ctx, protocols, sizeof(protocols) - 1);
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(ctx, wlm_tls_on_session);
    SSL_CTX_set_verify(ctx, settings->verify == WLM_TLS_OFF ? SSL_VERIFY_NONE : SSL_VERIFY_PEER,
                       settings->verify == WLM_TLS_OFF ? NULL : wlm_tls_on_verify);
    /* a certificate that is in the file is trusted, whatever its issuer */
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(ctx), X509_V_FLAG_PARTIAL_CHAIN);
}

/* @return NULL, with *pwhy in p */
static SSL_CTX *make_ctx(const wlm_tls_settings_t *settings, apr_time_t *pexpires, const char **ptrusts,
                         const char **pwhy, apr_pool_t *p)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
    char text[WLM_TLS_WHY_SIZE];

    *pwhy = NULL;
    if (!ctx || !set_protocols(ctx, settings)) {
        *pwhy = apr_pstrcat(p, "TLS cannot be set up: ", wlm_tls_reason(text, sizeof(text)), NULL);
    }
    else {
        set_behaviour(ctx, settings);
        *pwhy = wlm_tls_files_load(ctx, settings, pexpires, ptrusts, p);
    }
    ERR_clear_error();
    if (*pwhy) {
        SSL_CTX_free(ctx);
        return NULL;
    }
    return ctx;
}

static apr_status_t free_ctx(void *data)
{
    SSL_CTX_free(((wlm_tls_t *)data)->ctx);
    return APR_SUCCESS;
}

static uint64_t signature_of(const wlm_tls_settings_t *settings, apr_pool_t *p)
{
    const char *const files[] = {
        settings->keyring, settings->password_file, settings->trust, settings->certificate, settings->key
    };
    const char *text = "";
    apr_finfo_t info;
    size_t i;

    for (i = 0; i < sizeof(files) / sizeof(files[0]); ++i) {
        if (files[i] && apr_stat(&info, files[i], APR_FINFO_MTIME | APR_FINFO_SIZE | APR_FINFO_IDENT,
                                 p) == APR_SUCCESS) {
            text = apr_psprintf(p, "%s%" APR_SIZE_T_FMT " %" APR_TIME_T_FMT " %" APR_OFF_T_FMT " %lu\n", text, i,
                                info.mtime, info.size, (unsigned long)info.inode);
        }
    }
    return wlm_hash_key(text);
}

apr_status_t wlm_tls_make(wlm_tls_t **ptls, const wlm_tls_settings_t *settings, const char **pwhy, apr_pool_t *p)
{
    wlm_tls_t *tls = apr_pcalloc(p, sizeof(*tls));

    tls->settings = copy_settings(settings, p);
    tls->loaded = tls->seen = signature_of(settings, p); /* first: a change meanwhile is found later */
    tls->ctx = make_ctx(&tls->settings, &tls->expires, &tls->trusts, pwhy, p);
    if (!tls->ctx) {
        return APR_EGENERAL;
    }
    apr_thread_mutex_create(&tls->lock, APR_THREAD_MUTEX_DEFAULT, p);
    apr_pool_cleanup_register(p, tls, free_ctx, apr_pool_cleanup_null);
    *ptls = tls;
    return APR_SUCCESS;
}

/* -- a change of the files -------------------------------------------------------------------------------------- */

static wlm_tls_refresh_t adopt(wlm_tls_t *tls, uint64_t signature, const char **pwhy, apr_pool_t *ptemp)
{
    const char *trusts;
    apr_time_t expires;
    SSL_CTX *ctx = make_ctx(&tls->settings, &expires, &trusts, pwhy, ptemp), *before;

    if (!ctx) {
        tls->refused = signature;
        return WLM_TLS_UNUSABLE;
    }
    apr_thread_mutex_lock(tls->lock);
    before = tls->ctx;
    tls->ctx = ctx;
    tls->expires = expires;
    atomic_fetch_add(&tls->generation, 1);
    apr_thread_mutex_unlock(tls->lock);
    SSL_CTX_free(before); /* connections that use it have references of their own */
    tls->loaded = signature;
    tls->refused = 0;
    return WLM_TLS_RENEWED;
}

wlm_tls_refresh_t wlm_tls_refresh(wlm_tls_t *tls, apr_time_t now, const char **pwhy, apr_pool_t *ptemp)
{
    uint64_t signature, seen = tls->seen;

    if (tls->checked_at == now) {
        return WLM_TLS_SAME;
    }
    tls->checked_at = now;
    signature = tls->seen = signature_of(&tls->settings, ptemp);
    return signature != seen || signature == tls->loaded || signature == tls->refused ? WLM_TLS_SAME
         : adopt(tls, signature, pwhy, ptemp);
}

/* -- queries --------------------------------------------------------------------------------------------- */

SSL_CTX *wlm_tls_ctx(wlm_tls_t *tls, unsigned *pgeneration)
{
    SSL_CTX *ctx;

    apr_thread_mutex_lock(tls->lock);
    ctx = tls->ctx;
    SSL_CTX_up_ref(ctx);
    *pgeneration = atomic_load(&tls->generation);
    apr_thread_mutex_unlock(tls->lock);
    return ctx;
}

const wlm_tls_settings_t *wlm_tls_settings(const wlm_tls_t *tls)
{
    return &tls->settings;
}

unsigned wlm_tls_generation(const wlm_tls_t *tls)
{
    return atomic_load(&tls->generation);
}

apr_time_t wlm_tls_expires(const wlm_tls_t *tls)
{
    apr_time_t expires;

    apr_thread_mutex_lock(tls->lock);
    expires = tls->expires;
    apr_thread_mutex_unlock(tls->lock);
    return expires;
}

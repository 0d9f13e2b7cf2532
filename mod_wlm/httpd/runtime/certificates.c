/* Certificates and keys for https to members: the files of a transport, their reload, and warnings of expiry. Runs in
 * the parent before there are children; then in threads of each child, under a lock. */
#include <apr_strings.h>
#include "base/expiry.h"
#include "httpd/context/context.h"
#include "httpd/context/options.h"
#include "httpd/runtime/certificates.h"
#include "httpd/runtime/endpoints.h"
#include "httpd/runtime/segment.h"
#include "net/conn_pool.h"
#include "plugin-cfg/keyring.h"

#define WARN_EVERY apr_time_from_sec(86400)

static wlm_certificates_t *uses;   /* of this process */
static apr_thread_mutex_t *lock;   /* protects `uses` and their users */

void wlm_certificates_init(apr_pool_t *pconf)
{
    uses = NULL;
    apr_thread_mutex_create(&lock, APR_THREAD_MUTEX_DEFAULT, pconf);
}

/* -- which files ------------------------------------------------------------------------------------------- */

static int ends_with(const char *path, const char *ending)
{
    apr_size_t len = strlen(path), n = strlen(ending);

    return len > n && ap_cstr_casecmp(path + len - n, ending) == 0;
}

/* Find the file to read for a keyring. @return 0: it is a key file of GSKit, and there are no other settings */
static int find_keyring(wlm_tls_settings_t *settings, const wlm_options_t *options,
                        const plugin_cfg_transport_t *transport, const char **pwhy, apr_pool_t *p)
{
    const char *keyring = transport->keyring ? ap_server_root_relative(p, transport->keyring) : NULL;

    settings->keyring = keyring ? plugin_cfg_keyring(keyring, p) : NULL;
    if (keyring && !settings->keyring && !options->is_set.tls_trust) {
        *pwhy = apr_psprintf(p, "its keyring %s is a key file of GSKit, which OpenSSL cannot read; convert it by "
                             "gskcapicmd and openssl pkcs12 (docs/operations.md) to a PEM file of the same name with "
                             "the ending .pem, or say by WLMTLSTrust whom to trust", keyring);
        return 0;
    }
    /* a .sth file has the format of GSKit */
    if (settings->keyring && transport->stashfile && !ends_with(transport->stashfile, ".sth")) {
        settings->password_file = ap_server_root_relative(p, transport->stashfile);
    }
    return 1;
}

static int find_settings(wlm_tls_settings_t *settings, const wlm_options_t *options,
                         const plugin_cfg_transport_t *transport, const char **pwhy, apr_pool_t *p)
{
    *settings = (wlm_tls_settings_t){
        .label = transport->cert_label, .trust = options->tls_trust, .certificate = options->tls_certificate.file,
        .key = options->tls_certificate.key, .verify = options->tls_verify, .common_name = options->tls_common_name,
        .protocols = options->tls_protocols, .ciphers = options->tls_ciphers.list, .suites = options->tls_ciphers.suites
    };
    return find_keyring(settings, options, transport, pwhy, p);
}

/* -- shared by equal settings ------------------------------------------------------------------ */

static wlm_certificates_t *find(const wlm_tls_settings_t *settings)
{
    wlm_certificates_t *use = uses;

    while (use && !wlm_tls_settings_same(wlm_tls_settings(use->tls), settings)) {
        use = use->next;
    }
    return use;
}

static wlm_certificates_t *make(const wlm_tls_settings_t *settings, const char **pwhy, apr_pool_t *p)
{
    wlm_certificates_t *use;
    apr_pool_t *pool;

    apr_pool_create(&pool, NULL);
    use = apr_pcalloc(pool, sizeof(*use));
    use->pool = pool;
    if (wlm_tls_make(&use->tls, settings, pwhy, pool) != APR_SUCCESS) {
        *pwhy = apr_pstrdup(p, *pwhy);
        apr_pool_destroy(pool);
        return NULL;
    }
    use->next = uses;
    uses = use;
    return use;
}

wlm_certificates_t *wlm_certificates_acquire(const wlm_options_t *options, const plugin_cfg_transport_t *transport,
                                             const char **pwhy, apr_pool_t *p)
{
    wlm_tls_settings_t settings;
    wlm_certificates_t *use;

    if (!find_settings(&settings, options, transport, pwhy, p)) {
        return NULL;
    }
    apr_thread_mutex_lock(lock);
    use = find(&settings);
    if (use || (use = make(&settings, pwhy, p)) != NULL) {
        use->users++;
    }
    apr_thread_mutex_unlock(lock);
    return use;
}

void wlm_certificates_add_user(wlm_certificates_t *use)
{
    apr_thread_mutex_lock(lock);
    use->users++;
    apr_thread_mutex_unlock(lock);
}

void wlm_certificates_release(wlm_certificates_t *use)
{
    wlm_certificates_t **at = &uses;
    int users;

    apr_thread_mutex_lock(lock);
    users = --use->users;
    if (!users) {
        while (*at != use) {
            at = &(*at)->next;
        }
        *at = use->next;
    }
    apr_thread_mutex_unlock(lock);
    if (!users) {
        apr_pool_destroy(use->pool);
    }
}

/* -- reload and expiry ------------------------------------------------------------------------- */

static const char *files_of(const wlm_tls_t *tls, apr_pool_t *p)
{
    const wlm_tls_settings_t *settings = wlm_tls_settings(tls);
    const char *const files[] = { settings->keyring, settings->trust, settings->certificate };
    const char *text = NULL;
    size_t i;

    for (i = 0; i < sizeof(files) / sizeof(files[0]); ++i) {
        if (files[i]) {
            text = text ? apr_pstrcat(p, text, ", ", files[i], NULL) : files[i];
        }
    }
    return text ? text : "no files";
}

static void load_changed(wlm_tls_t *tls, int logs, server_rec *s, apr_time_t now, apr_pool_t *p)
{
    const char *why;

    switch (wlm_tls_refresh(tls, now, &why, p)) {
    case WLM_TLS_SAME:
        break;
    case WLM_TLS_RENEWED:
        ap_log_error(APLOG_MARK, logs ? APLOG_NOTICE : APLOG_DEBUG, 0, s, WLMNO(0081) "certificates and keys have "
                     "changed and are loaded: %s", files_of(tls, p));
        break;
    case WLM_TLS_UNUSABLE:
        ap_log_error(APLOG_MARK, logs ? APLOG_ERR : APLOG_DEBUG, 0, s, WLMNO(0082) "certificates and keys have "
                     "changed and cannot be used; those before stay in use: %s", why);
        break;
    }
}

/* @return 1: a warning of this certificate is due; *pwarn_at is then the time of the next one */
static int expires_soon(apr_time_t expires, apr_time_t *pwarn_at, apr_time_t now)
{
    if (!expires || expires - apr_time_now() > apr_time_from_sec(WLM_EXPIRES_SOON_SECONDS) || now < *pwarn_at) {
        return 0;
    }
    *pwarn_at = now + WARN_EVERY;
    return 1;
}

static const char *day_of(apr_time_t time, apr_pool_t *p)
{
    apr_time_exp_t t;

    apr_time_exp_gmt(&t, time);
    return apr_psprintf(p, "%04d-%02d-%02d", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday);
}

static void warn_of_expiry(const wlm_member_t *member, const wlm_member_transport_t *transport, server_rec *s,
                           apr_time_t now, apr_pool_t *p)
{
    wlm_certificates_t *use = transport->endpoint->tls;
    apr_time_t expires = apr_time_from_msec((apr_time_t)atomic_load(&member->shared->tls_expires));

    if (expires_soon(expires, &transport->endpoint->warn_at, now)) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s, WLMNO(0083) "the certificate of member %s (%s) of cluster %s "
                     "expires on %s", member->cfg->name, transport->host_port, member->cluster->cfg->name,
                     day_of(expires, p));
    }
    expires = wlm_tls_expires(use->tls);
    if (expires_soon(expires, &use->warn_at, now)) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s, WLMNO(0084) "the certificate that is shown to members expires "
                     "on %s: %s", day_of(expires, p), files_of(use->tls, p));
    }
}

void wlm_certificates_update(const wlm_member_t *member, const wlm_member_transport_t *transport, int logs,
                             server_rec *s, apr_time_t now, apr_pool_t *ptemp)
{
    wlm_endpoint_t *endpoint = transport->endpoint;
    apr_time_t expires;
    unsigned version, generation;

    load_changed(endpoint->tls->tls, logs, s, now, ptemp);
    generation = wlm_tls_generation(endpoint->tls->tls);
    if (generation != endpoint->tls_generation) {
        endpoint->tls_generation = generation;
        wlm_conn_pool_clear(endpoint->connections);
    }
    if (wlm_tls_peer_news(endpoint->peer, &version, &expires)) {
        atomic_store(&member->shared->tls_version, version);
        atomic_store(&member->shared->tls_expires, (uint64_t)apr_time_as_msec(expires));
    }
    if (logs) {
        warn_of_expiry(member, transport, s, now, ptemp);
    }
}

/* -- unsafe settings ------------------------------------------------------------------------------------ */

static void warn_of_no_verification(const wlm_options_t *options, const char *where, server_rec *s)
{
    if (options->tls_verify == WLM_TLS_OFF && options->is_set.tls_verify) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, s, WLMNO(0085) "WLMTLSVerify Off%s: members' certificates are NOT "
                     "verified; who is between httpd and a member can read and change what goes over https", where);
    }
}

void wlm_certificates_log_findings(server_rec *s)
{
    apr_hash_index_t *i;

    warn_of_no_verification(&wlm_options()->all, "", s);
    for (i = apr_hash_first(s->process->pool, wlm_options()->by_cluster); i; i = apr_hash_next(i)) {
        warn_of_no_verification(apr_hash_this_val(i),
                                apr_pstrcat(s->process->pool, " for cluster ", apr_hash_this_key(i), NULL), s);
    }
}

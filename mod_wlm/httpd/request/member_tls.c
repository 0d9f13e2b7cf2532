/* What a member is told of a client's TLS connection: cipher, session, certificate. On the thread that has the
 * request. */
#include "httpd/request/member_tls.h"
#include <httpd.h>
#include <http_log.h>
#include <http_protocol.h>
#include <apr_optional.h>
#include <apr_strings.h>
#include <mod_ssl.h>
#include <string.h>
#include "http/client_cert.h"
#include "httpd/context/context.h"

#define CERT_MAX  16384            /* bytes of a field: more than any sound certificate has */
#define CHAIN_MAX 32768
#define CHAIN_CERTS_MAX 10         /* more than stand between a client and its authority */

int wlm_member_tls_is_used(const request_rec *r)
{
    return strcmp(ap_http_scheme(r), "https") == 0;
}

/* @return NULL when it has none */
static const char *value_of(request_rec *r, const char *name, apr_pool_t *p)
{
    APR_OPTIONAL_FN_TYPE(ssl_var_lookup) *lookup = APR_RETRIEVE_OPTIONAL_FN(ssl_var_lookup);
    const char *value = lookup ? lookup(p, r->server, r->connection, r, apr_pstrdup(p, name)) : NULL;

    return value && *value ? value : NULL;
}

static const char *certificate_of(request_rec *r, const char *name, apr_pool_t *p)
{
    const char *pem = value_of(r, name, p);

    return pem ? wlm_http_client_cert_base64(pem, p) : NULL;
}

void wlm_member_tls_set_private(wlm_http_request_t *out, request_rec *r)
{
    const char *value;

    if ((value = value_of(r, "SSL_CIPHER", out->pool)) != NULL) {
        wlm_http_request_set(out, "$WSCS", value);
    }
    if ((value = value_of(r, "SSL_SESSION_ID", out->pool)) != NULL) {
        wlm_http_request_set(out, "$WSSI", value);
    }
    if ((value = certificate_of(r, "SSL_CLIENT_CERT", out->pool)) != NULL) {
        wlm_http_request_set(out, "$WSCC", value);
    }
}

/* -- Client-Cert ------------------------------------------------------------------------------------- */

static void remove_said(request_rec *r, int is_trusted)
{
    int i;

    for (i = 0; wlm_http_client_cert_names[i]; ++i) {
        if (!is_trusted || strchr(wlm_http_client_cert_names[i], '_')) {
            apr_table_unset(r->headers_in, wlm_http_client_cert_names[i]);
        }
    }
}

/* A client may show what nobody has issued, where mod_ssl is told to take it (optional_no_ca) */
static int is_verified(request_rec *r, apr_pool_t *p)
{
    const char *verified = value_of(r, "SSL_CLIENT_VERIFY", p);

    return verified && strcmp(verified, "SUCCESS") == 0;
}

/* A connection's certificates are those of all its requests, and a request may be sent more than once: is this the
 * first line about that field? */
static int is_first_report(request_rec *r, const char *field)
{
    const char *key = strcmp(field, "Client-Cert") == 0 ? "wlm-client-cert" : "wlm-client-cert-chain";

    if (apr_table_get(r->connection->notes, key)) {
        return 0;
    }
    apr_table_setn(r->connection->notes, key, "reported");
    return 1;
}

static void report_too_large(request_rec *r, const char *field, apr_size_t size, apr_size_t max)
{
    if (is_first_report(r, field)) {
        ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, r, WLMNO(0200) "%s has %" APR_SIZE_T_FMT " bytes, and is not sent: %"
                      APR_SIZE_T_FMT " are the most", field, size, max);
    }
}

static void report_too_many(request_rec *r)
{
    if (is_first_report(r, "Client-Cert-Chain")) {
        ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, r, WLMNO(0211) "Client-Cert-Chain has more than %d certificates, "
                      "and is not sent", CHAIN_CERTS_MAX);
    }
}

/* Those that the client has sent with its own, in its order. All of them or none: a member could not tell that some are
 * missing */
static void set_chain(wlm_http_request_t *out, request_rec *r)
{
    const char *chain = NULL, *base64;
    int i;

    for (i = 0;; ++i) {
        base64 = certificate_of(r, apr_psprintf(out->pool, "SSL_CLIENT_CERT_CHAIN_%d", i), out->pool);
        if (!base64) {
            break;
        }
        if (i == CHAIN_CERTS_MAX) {
            report_too_many(r);
            return;
        }
        base64 = wlm_http_client_cert_item(base64, out->pool);
        chain = chain ? apr_pstrcat(out->pool, chain, ", ", base64, NULL) : base64;
        if (strlen(chain) > CHAIN_MAX) {
            report_too_large(r, "Client-Cert-Chain", strlen(chain), CHAIN_MAX);
            return;
        }
    }
    if (chain) {
        wlm_http_request_set(out, "Client-Cert-Chain", chain);
    }
}

void wlm_member_tls_set_client_cert(wlm_http_request_t *out, request_rec *r, wlm_client_cert_t how, int is_trusted)
{
    const char *base64;

    remove_said(r, is_trusted);
    if (how == WLM_CLIENT_CERT_OFF || is_trusted || !wlm_member_tls_is_used(r) || !is_verified(r, out->pool)) {
        return;
    }
    base64 = certificate_of(r, "SSL_CLIENT_CERT", out->pool);
    if (!base64) {
        return;
    }
    if (strlen(base64) > CERT_MAX) {
        report_too_large(r, "Client-Cert", strlen(base64), CERT_MAX);
        return;
    }
    wlm_http_request_set(out, "Client-Cert", wlm_http_client_cert_item(base64, out->pool));
    if (how == WLM_CLIENT_CERT_CHAIN) {
        set_chain(out, r);
    }
}

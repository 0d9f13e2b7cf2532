/* Certificates for a test, and OpenSSL's server side. On the thread of the test. */
#include "unit.h"
#include "tls_unit.h"

const char *path_of(const char *name)
{
    return apr_pstrcat(unit_pool, temp_folder, "/", name, NULL);
}

static void add_names(X509 *certificate, const char *names)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, names);

    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

const char *make_pem(const char *name, const char *names)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    FILE *file = fopen(path_of(name), "w");

    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), (long)strlen(name));
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
    X509_set_pubkey(certificate, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC, (const unsigned char *)name, -1,
                               -1, 0);
    X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
    add_names(certificate, names);
    X509_sign(certificate, key, EVP_sha256());
    ck_assert(PEM_write_X509(file, certificate) && PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL));
    fclose(file);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return path_of(name);
}

const char *make_trust(const char *name, const char *const *files)
{
    FILE *to = fopen(path_of(name), "w"), *from;
    X509 *certificate;

    for (; *files; ++files) {
        from = fopen(*files, "r");
        certificate = PEM_read_X509(from, NULL, NULL, NULL);
        PEM_write_X509(to, certificate);
        X509_free(certificate);
        fclose(from);
    }
    fclose(to);
    return path_of(name);
}

SSL_CTX *make_server_ctx(const char *pem)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

    ck_assert(SSL_CTX_use_certificate_file(ctx, pem, SSL_FILETYPE_PEM));
    ck_assert(SSL_CTX_use_PrivateKey_file(ctx, pem, SSL_FILETYPE_PEM));
    SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_session_id_context(ctx, (const unsigned char *)"x", 1);
    return ctx;
}

wlm_tls_settings_t trusting(const char *file)
{
    return (wlm_tls_settings_t){ .trust = file, .protocols = WLM_TLS_1_2 | WLM_TLS_1_3 };
}

wlm_tls_peer_t *make_peer(SSL_CTX **pserver_ctx)
{
    const char *pem = make_pem("server", "DNS:app.example"), *why = NULL;
    wlm_tls_settings_t settings = trusting(make_trust("trust", (const char *const[]){ pem, NULL }));
    wlm_tls_t *tls;

    *pserver_ctx = make_server_ctx(pem);
    ck_assert_msg(wlm_tls_make(&tls, &settings, &why, unit_pool) == APR_SUCCESS, "%s", why);
    return wlm_tls_peer_make(tls, "app.example", unit_pool);
}

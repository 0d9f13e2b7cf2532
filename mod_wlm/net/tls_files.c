/* PEM and PKCS#12 files become an SSL_CTX: trust, certificate, key. On the thread that reads a configuration, or checks
 * the files for changes. */
#include "net/tls_files.h"
#include <stdio.h>
#include <string.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/store.h>
#include <openssl/ui.h>
#include <apr_file_info.h>
#include <apr_file_io.h>
#include <apr_strings.h>
#include "base/count.h"
#include "net/tls_private.h"

/* What a file has, in its order */
typedef struct objects_t {
    STACK_OF(X509) *certificates;
    EVP_PKEY *keys[16];
    int nkeys;
} objects_t;

static void free_objects(objects_t *objects)
{
    sk_X509_pop_free(objects->certificates, X509_free);
    while (objects->nkeys > 0) {
        EVP_PKEY_free(objects->keys[--objects->nkeys]);
    }
}

static const char *fail(const char *path, apr_pool_t *p)
{
    char text[WLM_TLS_WHY_SIZE];

    return apr_psprintf(p, "%s: %s", path, wlm_tls_reason(text, sizeof(text)));
}

/* -- reading ------------------------------------------------------------------------------------------------ */

/* The first line of a file. @return NULL, or what is wrong */
static const char *read_password(const char **ppassword, const char *path, apr_pool_t *p)
{
    char line[1024], text[120];
    apr_file_t *file;
    apr_status_t rv = apr_file_open(&file, path, APR_FOPEN_READ, APR_FPROT_OS_DEFAULT, p);

    if (rv == APR_SUCCESS) {
        rv = apr_file_gets(line, sizeof(line), file);
        apr_file_close(file);
    }
    if (rv != APR_SUCCESS) {
        return apr_psprintf(p, "%s: %s", path, apr_strerror(rv, text, sizeof(text)));
    }
    line[strcspn(line, "\r\n")] = '\0';
    *ppassword = apr_pstrdup(p, line);
    return NULL;
}

static int on_password(char *buffer, int size, int for_writing, void *password)
{
    int len = password ? (int)strlen(password) : -1;

    (void)for_writing;
    if (len > size) {
        return -1;
    }
    if (len > 0) {
        memcpy(buffer, password, (size_t)len);
    }
    return len;
}

static void acquire_object(objects_t *objects, const OSSL_STORE_INFO *info)
{
    switch (OSSL_STORE_INFO_get_type(info)) {
    case OSSL_STORE_INFO_CERT:
        sk_X509_push(objects->certificates, OSSL_STORE_INFO_get1_CERT(info));
        break;
    case OSSL_STORE_INFO_PKEY:
        if (objects->nkeys < (int)(sizeof(objects->keys) / sizeof(objects->keys[0]))) {
            objects->keys[objects->nkeys++] = OSSL_STORE_INFO_get1_PKEY(info);
        }
        break;
    default:
        break;
    }
}

/* @return NULL, or what is wrong */
static const char *read_store(objects_t *objects, OSSL_STORE_CTX *store, const char *path, apr_pool_t *p)
{
    OSSL_STORE_INFO *info;

    ERR_clear_error();
    while ((info = OSSL_STORE_load(store)) != NULL) {
        acquire_object(objects, info);
        OSSL_STORE_INFO_free(info);
    }
    /* the end of a PEM file, too, is an error to it, but one without a reason */
    return ERR_peek_error() ? fail(path, p) : NULL;
}

/* PEM or PKCS#12. @return NULL, or what is wrong */
static const char *read_objects(objects_t *objects, const char *path, const char *password, apr_pool_t *p)
{
    UI_METHOD *ui = UI_UTIL_wrap_read_pem_callback(on_password, 0);
    BIO *file = BIO_new_file(path, "rb");
    OSSL_STORE_CTX *store = file ? OSSL_STORE_attach(file, "file", NULL, NULL, ui, (void *)password, NULL, NULL, NULL)
                            : NULL;
    const char *wrong;

    memset(objects, 0, sizeof(*objects));
    objects->certificates = sk_X509_new_null();
    wrong = store ? read_store(objects, store, path, p) : fail(path, p);
    if (!wrong && !sk_X509_num(objects->certificates) && !objects->nkeys) {
        wrong = apr_psprintf(p, "%s: there is neither a certificate nor a key in it; PEM or PKCS#12 is needed", path);
    }
    OSSL_STORE_close(store);
    BIO_free(file);
    UI_destroy_method(ui);
    ERR_clear_error();
    return wrong;
}

/* -- our own certificate --------------------------------------------------------------------------------------- */

static int has_label(X509 *certificate, const char *label)
{
    char name[256];
    int len;
    const unsigned char *alias = X509_alias_get0(certificate, &len); /* PKCS#12: friendlyName */

    if (alias && (int)strlen(label) == len && memcmp(alias, label, (size_t)len) == 0) {
        return 1;
    }
    return X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name, sizeof(name)) > 0
           && strcmp(name, label) == 0;
}

typedef struct own_t {
    X509 *certificate;
    EVP_PKEY *key;
    int n;                         /* how many certificates have a key */
} own_t;

/* The certificate with this label of those with keys; without one, the first; also if it is the only one */
static own_t find_own(const objects_t *objects, const char *label)
{
    own_t own = { NULL, NULL, 0 };
    int i, k, labelled = 0;

    for (i = 0; i < sk_X509_num(objects->certificates); ++i) {
        X509 *certificate = sk_X509_value(objects->certificates, i);

        for (k = 0; k < objects->nkeys; ++k) {
            if (X509_check_private_key(certificate, objects->keys[k])) {
                int fits = label && !labelled && has_label(certificate, label);
                if (!own.n++ || fits) {
                    own.certificate = certificate;
                    own.key = objects->keys[k];
                }
                labelled |= fits;
            }
        }
    }
    if (own.n > 1 && label && !labelled) {
        own.certificate = NULL;
    }
    ERR_clear_error();
    return own;
}

static int use_own(SSL_CTX *ctx, const own_t *own, apr_time_t *pexpires)
{
    *pexpires = wlm_tls_time_of(X509_get0_notAfter(own->certificate));
    return SSL_CTX_use_certificate(ctx, own->certificate) && SSL_CTX_use_PrivateKey(ctx, own->key);
}

/* @return NULL, or what is wrong */
static const char *load_key(SSL_CTX *ctx, const char *path, apr_pool_t *p)
{
    objects_t objects;
    const char *wrong = read_objects(&objects, path, NULL, p);

    if (!wrong && !objects.nkeys) {
        wrong = apr_psprintf(p, "%s: there is no private key in it", path);
    }
    if (!wrong && !SSL_CTX_use_PrivateKey(ctx, objects.keys[0])) {
        wrong = fail(path, p); /* also when it is another certificate's */
    }
    free_objects(&objects);
    return wrong;
}

/* A certificate with those that have signed it, and its key, perhaps in a file of its own */
static const char *load_certificate(SSL_CTX *ctx, const wlm_tls_settings_t *settings, apr_time_t *pexpires,
                                    apr_pool_t *p)
{
    objects_t objects;
    const char *wrong = read_objects(&objects, settings->certificate, NULL, p);
    X509 *own = sk_X509_value(objects.certificates, 0);
    int i;

    if (!wrong && !own) {
        wrong = apr_psprintf(p, "%s: there is no certificate in it", settings->certificate);
    }
    if (!wrong && !SSL_CTX_use_certificate(ctx, own)) {
        wrong = fail(settings->certificate, p);
    }
    for (i = 1; !wrong && i < sk_X509_num(objects.certificates); ++i) {
        SSL_CTX_add1_chain_cert(ctx, sk_X509_value(objects.certificates, i));
    }
    if (!wrong) {
        *pexpires = wlm_tls_time_of(X509_get0_notAfter(own));
        wrong = load_key(ctx, settings->key ? settings->key : settings->certificate, p);
    }
    free_objects(&objects);
    return wrong;
}

/* -- trusted certificates ----------------------------------------------------------------------------------------- */

/* All certificates but our own. @return how many */
static int trust_objects(SSL_CTX *ctx, const objects_t *objects, const X509 *own)
{
    int i, n = 0;

    for (i = 0; i < sk_X509_num(objects->certificates); ++i) {
        X509 *certificate = sk_X509_value(objects->certificates, i);
        n += certificate != own && X509_STORE_add_cert(SSL_CTX_get_cert_store(ctx), certificate);
    }
    return n;
}

static const char *load_trust(SSL_CTX *ctx, const wlm_tls_settings_t *settings, const char **ptrusts, apr_pool_t *p)
{
    const char *path = settings->trust;
    apr_finfo_t info;
    int is_folder;

    if (settings->verify == WLM_TLS_OFF) {
        *ptrusts = "any certificate";
        return NULL;
    }
    if (!path) {
        *ptrusts = "the authorities of the operating system";
        return SSL_CTX_set_default_verify_paths(ctx) ? NULL : fail("the operating system's certificates", p);
    }
    *ptrusts = path;
    is_folder = apr_stat(&info, path, APR_FINFO_TYPE, p) == APR_SUCCESS && info.filetype == APR_DIR;
    return (is_folder ? SSL_CTX_load_verify_dir(ctx, path) : SSL_CTX_load_verify_file(ctx, path)) ? NULL
           : fail(path, p);
}

/* -- all of it ------------------------------------------------------------------------------------ */

/* @param phas  what it had: trust, an own certificate */
static const char *load_keyring(SSL_CTX *ctx, const wlm_tls_settings_t *settings, int *ptrusts, apr_time_t *pexpires,
                                apr_pool_t *p)
{
    const char *wrong = NULL, *password = NULL;
    objects_t objects;
    own_t own;

    if (settings->password_file && (wrong = read_password(&password, settings->password_file, p)) != NULL) {
        return wrong;
    }
    if (!(wrong = read_objects(&objects, settings->keyring, password, p))) {
        own = find_own(&objects, settings->label);
        if (own.n && !own.certificate) {
            wrong = apr_psprintf(p, "%s: none of its certificates with keys (%d) has the certLabel \"%s\"",
                                 settings->keyring, own.n, settings->label);
        }
        else if (own.n && !use_own(ctx, &own, pexpires)) {
            wrong = fail(settings->keyring, p);
        }
        *ptrusts = trust_objects(ctx, &objects, own.certificate);
    }
    free_objects(&objects);
    return wrong;
}

const char *wlm_tls_files_load(SSL_CTX *ctx, const wlm_tls_settings_t *settings, apr_time_t *pexpires,
                               const char **ptrusts, apr_pool_t *p)
{
    const char *wrong = NULL;
    int trusts = 0;

    *pexpires = 0;
    *ptrusts = settings->keyring;
    if (settings->keyring) {
        wrong = load_keyring(ctx, settings, &trusts, pexpires, p);
    }
    if (!wrong && !*pexpires && settings->certificate) {
        wrong = load_certificate(ctx, settings, pexpires, p);
    }
    return wrong || trusts ? wrong : load_trust(ctx, settings, ptrusts, p);
}

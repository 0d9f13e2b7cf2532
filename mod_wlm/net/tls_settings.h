/* net/tls_settings.h: what can be set for TLS to members; net/tls.h makes it work. Needs no OpenSSL. For any thread.
 *
 * Plain values. The texts belong to the caller that fills the record in; wlm_tls_make() copies them. */
#ifndef WLM_NET_TLS_SETTINGS_H
#define WLM_NET_TLS_SETTINGS_H

typedef enum {
    WLM_TLS_FULL,                  /* chain and host name are verified */
    WLM_TLS_CHAIN,                 /* chain is verified, host name is not */
    WLM_TLS_OFF                    /* nothing is verified */
} wlm_tls_verify_t;

#define WLM_TLS_1_2 1              /* in a set of them */
#define WLM_TLS_1_3 2

typedef struct wlm_tls_settings_t {
    const char *keyring;           /* PEM or PKCS#12: certificates that are trusted, and perhaps a private key with its
                                      certificate; NULL */
    const char *password_file;     /* of that: its first line; NULL */
    const char *label;             /* of the certificate, if the keyring has several with keys; NULL: the first */
    const char *trust;             /* file, or folder as by `openssl rehash`, for where the keyring has no certificate
                                      to trust; NULL: what the operating system trusts */
    const char *certificate, *key; /* for where the keyring has no key: PEM; NULL */
    wlm_tls_verify_t verify;
    int common_name;               /* a certificate without alternative names counts for its subject's CN */
    int protocols;                 /* WLM_TLS_1_2, WLM_TLS_1_3 or both */
    const char *ciphers, *suites;  /* of TLS 1.2, 1.3; OpenSSL's words. NULL: its defaults */
} wlm_tls_settings_t;

#endif

/* balance/option_table_tls.h: the directives about https to members, for what a transport of plugin-cfg.xml does not
 * say: rows as in balance/option_table.h. They become wlm_tls_settings_t (net/tls_settings.h).
 * Read in the parent, while httpd reads its configuration. */
#ifndef WLM_BALANCE_OPTION_TABLE_TLS_H
#define WLM_BALANCE_OPTION_TABLE_TLS_H

#define WLM_OPTIONS_FOR_TLS(ROW) \
    ROW(tls_trust, "WLMTLSTrust", \
        WORDS(const char *, 1, 1, wlm_values_tls_trust, "a file or folder of certificates, or System"), NULL, \
        "https to members: whose certificates are trusted where a transport has no keyring: a PEM file, a folder, or " \
        "System (default)") \
    ROW(tls_certificate, "WLMTLSCertificate", \
        WORDS(wlm_certificate_files_t, 1, 2, wlm_values_tls_certificate, \
              "a PEM file with a certificate, and one with its key"), \
        WLM_VALUES(NULL, NULL), "https to members: the certificate that they are shown where a keyring has none, and " \
        "its key: PEM files") \
    ROW(tls_verify, "WLMTLSVerify", CHOICE(wlm_tls_verify_t, "Full", "Chain", "Off"), WLM_TLS_FULL, \
        "https to members: Full (default): their certificates are trusted and for their names; Chain: trusted; Off: " \
        "any") \
    ROW(tls_common_name, "WLMTLSCommonName", FLAG, 0, \
        "https to members: On: a certificate without subjectAltName is accepted by its subject's CN; default Off") \
    ROW(tls_protocols, "WLMTLSProtocols", \
        WORDS(int, 1, 2, wlm_values_tls_protocols, "TLSv1.2, TLSv1.3 or both"), WLM_TLS_1_2 | WLM_TLS_1_3, \
        "https to members: TLSv1.2, TLSv1.3 or both (default)") \
    ROW(tls_ciphers, "WLMTLSCiphers", \
        WORDS(wlm_cipher_lists_t, 1, 2, wlm_values_tls_ciphers, \
              "OpenSSL's list of ciphers for TLS 1.2, and the suites of TLS 1.3"), \
        WLM_VALUES(NULL, NULL), "https to members: OpenSSL's list of ciphers for TLS 1.2, and the suites of TLS 1.3; " \
        "default: OpenSSL's") \
    ROW(tls_server_name, "WLMTLSServerName", \
        WORDS(const char *, 1, 1, wlm_values_tls_server_name, "a host name or an address, without a port"), NULL, \
        "https to members: the name that is asked for (SNI), and that certificates must have; default: the " \
        "transport's host")

#endif

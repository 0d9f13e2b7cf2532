/* net/tls_files.h: certificates and keys out of files, into an SSL_CTX.
 * On the thread that makes or refreshes the settings. */
#ifndef WLM_NET_TLS_FILES_H
#define WLM_NET_TLS_FILES_H

#include <openssl/ssl.h>
#include "net/tls.h"

/**
 * Load the trusted certificates, and our own. Nothing has to be there but what the settings name.
 * @param pexpires  when our own certificate expires; 0: there is none
 * @param ptrusts   what is trusted, for messages; as long-lived as the settings
 * @param p         for what is wrong
 * @return NULL, or what is wrong
 */
const char *wlm_tls_files_load(SSL_CTX *ctx, const wlm_tls_settings_t *settings, apr_time_t *pexpires,
                               const char **ptrusts, apr_pool_t *p);

#endif

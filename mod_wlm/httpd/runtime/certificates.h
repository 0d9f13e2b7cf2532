/* httpd/runtime/certificates.h: certificates and keys for https to members. Any thread, but for
 * wlm_certificates_init(). */
#ifndef WLM_HTTPD_RUNTIME_CERTIFICATES_H
#define WLM_HTTPD_RUNTIME_CERTIFICATES_H

#include <httpd.h>
#include "balance/model.h"
#include "net/tls.h"

/** Certificates and keys that were read from files (net/tls.h). Transports with equal settings share them; freed by the
 *  last user, so they may outlive a configuration. */
typedef struct wlm_certificates_t {
    wlm_tls_t *tls;
    apr_pool_t *pool;
    int users;
    apr_time_t warn_at;            /* no warning of the module's own certificate's expiry before */
    struct wlm_certificates_t *next;
} wlm_certificates_t;

/** In the parent. */
void wlm_certificates_init(apr_pool_t *pconf);
/**
 * Acquire the certificates of an https transport: existing ones with equal settings, or read from its files.
 * @param pwhy  what is wrong, in p
 * @return NULL: the transport cannot be used
 */
wlm_certificates_t *wlm_certificates_acquire(const wlm_options_t *options, const plugin_cfg_transport_t *transport,
                                             const char **pwhy, apr_pool_t *p);
/** One more user. */
void wlm_certificates_add_user(wlm_certificates_t *use);
/** The last user frees it. */
void wlm_certificates_release(wlm_certificates_t *use);
/** Once a second in each child process: load changed files, warn of expiry.
 *  @param logs  this process logs for all, because all find the same */
void wlm_certificates_update(const wlm_member_t *member, const wlm_member_transport_t *transport, int logs,
                             server_rec *s, apr_time_t now, apr_pool_t *ptemp);
/** Warn of unsafe settings. */
void wlm_certificates_log_findings(server_rec *s);

#endif

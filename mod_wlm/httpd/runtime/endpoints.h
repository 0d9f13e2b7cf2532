/* httpd/runtime/endpoints.h: connections and addresses, which outlive the configuration that they were made for. */
#ifndef WLM_HTTPD_RUNTIME_ENDPOINTS_H
#define WLM_HTTPD_RUNTIME_ENDPOINTS_H

#include "net/conn.h"
#include "plugin-cfg/plugin_cfg.h"

struct wlm_certificates_use_t;

/** In the parent: room for the links of so many member slots. */
void wlm_endpoints_init(int max_members, apr_pool_t *pconf);
/**
 * The link of a member, in this process: the one that is there, or a new one when it has another transport.
 * @param tls   what wlm_certificates_take() gave; NULL: without TLS. The link has a reference of its own
 * @param name  that the member's certificate must have
 */
wlm_endpoint_t *wlm_endpoints_take(int slot, const plugin_cfg_transport_t *transport, struct wlm_certificates_use_t *tls, const char *name);
/** Use it no more; who is the last closes its connections. */
void wlm_endpoints_give(wlm_endpoint_t *link);
/** One user more, of a link that is in use. */
void wlm_endpoints_hold(wlm_endpoint_t *link);

/** httpd itself is short of descriptors or ports: close a connection of this process, to any member, that idles.
 *  @return 0: there is none */
int wlm_endpoints_close_idle(void);

#endif

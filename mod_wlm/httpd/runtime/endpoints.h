/* httpd/runtime/endpoints.h: connections and addresses of this process, which outlive the configuration
 * that they were made for. An endpoint is freed by its last user. */
#ifndef WLM_HTTPD_RUNTIME_ENDPOINTS_H
#define WLM_HTTPD_RUNTIME_ENDPOINTS_H

#include "balance/model.h"
#include "base/patience.h"
#include "httpd/runtime/certificates.h"
#include "net/conn_pool.h"
#include "plugin-cfg/plugin_cfg.h"

/** One transport of a member, in this process. */
struct wlm_endpoint_t {
    wlm_conn_pool_t *connections;
    wlm_tls_peer_t *peer;          /* NULL: without TLS */
    struct {                       /* private to names.c */
        uint64_t key;              /* 0: the host is no name, and its address never changes */
        wlm_address_t address;     /* the last one that is known */
        int why;                   /* that it has none, as in shared/resolved.h; 0: nothing is known */
        struct wlm_blocking_t *lookup; /* of this process, under way; NULL */
        apr_time_t lookup_begun, next_lookup; /* when the last look-up began; no other one before */
    } known;
    wlm_patience_t patience;       /* of threads that wait for its answers */
    apr_pool_t *pool;
    const char *host, *name;       /* what it connects to; what the certificate must be for */
    int port;
    wlm_certificates_t *tls;       /* what `peer` is configured by */
    unsigned tls_generation;       /* of tls, when the kept connections were opened */
    apr_time_t warn_at;            /* do not warn of the certificate's expiry before */
    int slot, protocol;            /* the member's, and plugin_cfg_protocol_t */
    int users;
};

/** In the parent: space for the endpoints of so many member slots; and wlm_certificates_init(). */
void wlm_endpoints_init(int max_members, apr_pool_t *pconf);
/**
 * The endpoint of a member: the current one, or a new one when the transport is another one.
 * @param tls   NULL: without TLS. The endpoint becomes a user of its own
 * @param name  that the member's certificate must have
 */
wlm_endpoint_t *wlm_endpoints_acquire(int slot, const plugin_cfg_transport_t *transport, wlm_certificates_t *tls,
                                      const char *name);
/** The last user closes its connections and frees it. */
void wlm_endpoints_release(wlm_endpoint_t *endpoint);
/** One user more, of a endpoint that is in use. */
void wlm_endpoints_add_user(wlm_endpoint_t *endpoint);

/** httpd itself is short of descriptors or ports: close a connection of this process, to any member, that idles.
 *  @return 0: there is none */
int wlm_endpoints_close_idle(void);

/** This process ends, perhaps only with its last tunnel: close all connections that idle now, and those in use when
 *  they are released. mod_watchdog, which closes what idles for too long, has ended before. */
void wlm_endpoints_clear(void);

#endif

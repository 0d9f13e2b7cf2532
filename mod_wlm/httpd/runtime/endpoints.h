/* httpd/runtime/endpoints.h: connections and addresses, which outlive the configuration that they were made for. */
#ifndef WLM_HTTPD_RUNTIME_ENDPOINTS_H
#define WLM_HTTPD_RUNTIME_ENDPOINTS_H

#include "balance/model.h"
#include "httpd/runtime/certificates.h"
#include "net/conn.h"
#include "plugin-cfg/plugin_cfg.h"

/** How a process reaches a member. */
struct wlm_endpoint_t {
    wlm_conn_pool_t *connections;
    wlm_tls_peer_t *peer;          /* NULL: without TLS */
    /* the rest belongs to who keeps links over changes of the configuration, and to who asks for addresses */
    struct {
        uint64_t key;              /* 0: the host is no name, and its address never changes */
        wlm_address_t address;     /* the last one that is known */
        int why;                   /* that it has none, as in shared/resolved.h; 0: nothing is known */
        struct wlm_lookup_t *lookup; /* what this process asks just now; NULL */
        apr_time_t asked, ask_at;  /* when it has begun to; not again before */
    } known;
    apr_pool_t *pool;
    const char *host, *name;       /* what it connects to; what the certificate must be for */
    int port;
    wlm_certificates_t *tls;     /* what `peer` is configured by */
    unsigned tls_generation;       /* of that, of the kept connections */
    apr_time_t warn_at;            /* that the member's certificate expires: not before */
    int slot, protocol;            /* the member's, and plugin_cfg_protocol_t */
    int users;
};

/** In the parent: room for the links of so many member slots. */
void wlm_endpoints_init(int max_members, apr_pool_t *pconf);
/**
 * The link of a member, in this process: the one that is there, or a new one when it has another transport.
 * @param tls   what wlm_certificates_acquire() gave; NULL: without TLS. The link has a reference of its own
 * @param name  that the member's certificate must have
 */
wlm_endpoint_t *wlm_endpoints_acquire(int slot, const plugin_cfg_transport_t *transport, wlm_certificates_t *tls, const char *name);
/** Use it no more; who is the last closes its connections. */
void wlm_endpoints_release(wlm_endpoint_t *link);
/** One user more, of a link that is in use. */
void wlm_endpoints_add_user(wlm_endpoint_t *link);

/** httpd itself is short of descriptors or ports: close a connection of this process, to any member, that idles.
 *  @return 0: there is none */
int wlm_endpoints_close_idle(void);

#endif

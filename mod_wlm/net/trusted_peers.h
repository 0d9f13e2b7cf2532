/* net/trusted_peers.h: the peers that are believed what they say about the client: TrustedProxyGroup and
 * WLMTrustedProxies. Made while httpd reads its configuration or a thread loads a file, then immutable, for any thread.
 */
#ifndef WLM_NET_TRUSTED_PEERS_H
#define WLM_NET_TRUSTED_PEERS_H

#include <apr_network_io.h>
#include <apr_tables.h>

typedef struct wlm_trusted_peers_t {
    apr_array_header_t *subnets;   /* apr_ipsubnet_t * */
} wlm_trusted_peers_t;

/** Make an empty list. */
wlm_trusted_peers_t *wlm_trusted_peers_make(apr_pool_t *p);

/**
 * Trust one more: an address (an IPv6 one may stand in brackets), a network such as 10.0.0.0/8, or a host name, which
 * is resolved now and may block for as long as the resolver does.
 * @return NULL, or what is wrong with it; in p or static
 */
const char *wlm_trusted_peers_add(wlm_trusted_peers_t *trusted, const char *name, apr_pool_t *p);

/** Is a peer trusted? Any thread. @param trusted  NULL: no peer is */
int wlm_trusted_peers_has(const wlm_trusted_peers_t *trusted, apr_sockaddr_t *peer);

#endif

/* tools/wlmcfg/common/member.h: what several commands print about a member. On main()'s thread. */
#ifndef WLMCFG_COMMON_MEMBER_H
#define WLMCFG_COMMON_MEMBER_H

#include "plugin-cfg/plugin_cfg.h"

/** Can a transport be used without WLMTLSTrust? Not with a keyring that OpenSSL cannot read.
 *  @param transport  NULL: yes */
int wlmcfg_is_usable(const plugin_cfg_transport_t *transport, apr_pool_t *p);

/** What the members of a cluster take part with when new sessions are balanced: the sums of their weights. */
typedef struct wlmcfg_shares_t {
    const plugin_cfg_t *cfg;
    double sums[2];                /* of the members that serve clients of http, of https */
    apr_pool_t *p;
} wlmcfg_shares_t;

/** The sums for a cluster of a file. @param p  kept for the calls below */
wlmcfg_shares_t wlmcfg_shares_of(const plugin_cfg_cluster_t *cluster, const plugin_cfg_t *cfg, apr_pool_t *p);

/** A member's part of the new sessions of these clients, in percent, while all primaries that can be reached are up.
 *  @param secure  1: clients that come by https */
double wlmcfg_share(const plugin_cfg_server_t *server, const wlmcfg_shares_t *shares, int secure);

/** The same for people: "75.0 %", or "75.0 % of http clients, 0.0 % of https clients".
 *  @param what  such as " of new sessions" */
const char *wlmcfg_share_text(const plugin_cfg_server_t *server, const wlmcfg_shares_t *shares, const char *what);

/** @return "host:port", an IPv6 address in brackets */
const char *wlmcfg_address(const plugin_cfg_transport_t *transport, apr_pool_t *p);

/** @return "primary" or "backup" */
const char *wlmcfg_tier(const plugin_cfg_server_t *server);

#endif

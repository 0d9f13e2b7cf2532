/* wlmcfg_member.h: what several commands tell of a member. */
#ifndef WLMCFG_MEMBER_H
#define WLMCFG_MEMBER_H

#include "plugin_cfg.h"

/** The sum of what the members of a cluster take part with when new sessions are balanced. */
double wlmcfg_sum_of_weights(const plugin_cfg_cluster_t *cluster);

/** A member's part of the new sessions, in percent, while all primaries that can be reached are up.
 *  @param sum  wlmcfg_sum_of_weights() of its cluster */
double wlmcfg_share(const plugin_cfg_server_t *server, double sum);

/** @return "host:port", an IPv6 address in brackets */
const char *wlmcfg_address(const plugin_cfg_transport_t *transport, apr_pool_t *p);

/** @return "primary" or "backup" */
const char *wlmcfg_tier(const plugin_cfg_server_t *server);

#endif

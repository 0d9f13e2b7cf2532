/* balance/transports.h: which of its transports a member is reached by. wlm_transports_make() and
 * wlm_transports_disable_https() run while a version is made, before other threads have it; the other functions read
 * immutable data, on any thread.
 */
#ifndef WLM_BALANCE_TRANSPORTS_H
#define WLM_BALANCE_TRANSPORTS_H

#include "balance/model.h"

/** A server's first transport with a protocol. @return NULL: it has none */
const plugin_cfg_transport_t *wlm_transports_by(const plugin_cfg_server_t *server, plugin_cfg_protocol_t protocol);

/** The transport of a server for requests of http clients: http, or https if it has no other. */
const plugin_cfg_transport_t *wlm_transports_default(const plugin_cfg_server_t *server);

/** Sets a member's transports from its configuration. @param p  the version's */
void wlm_transports_make(wlm_member_t *member, apr_pool_t *p);

/**
 * While the version is made: its https transport cannot be used. Requests of https clients then do not go to this
 * member: what came encrypted is not sent on in clear text unless the configuration says so (reference 1.2).
 * @param use_insecure  UseInsecure="true": they go there by its http transport, if it has one
 */
void wlm_transports_disable_https(wlm_member_t *member, int use_insecure);

/**
 * The transport for a request to a member, as the original plug-in selects it (reference 1.10): the one with the
 * client's scheme if the member has one, otherwise the other one.
 * @param secure  the client has come by https
 * @return NULL: such requests do not go to this member
 */
static inline const wlm_member_transport_t *wlm_transports_for(const wlm_member_t *member, int secure)
{
    return member->for_client[secure != 0];
}

/** The Host field of a request to a member that has none of a client: of a health check, for example. */
static inline const char *wlm_transports_host_field(const wlm_member_transport_t *transport)
{
    return transport->cfg->port ? transport->host_port : "localhost"; /* a socket has no name of its own */
}

/** Has the member a transport for any request? */
static inline int wlm_transports_is_reachable(const wlm_member_t *member)
{
    return member->for_client[0] || member->for_client[1];
}

#endif

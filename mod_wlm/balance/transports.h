/* balance/transports.h: by which of its transports a member is reached. All functions are pure or read what is
 * immutable, but for wlm_transports_make() and wlm_transports_disable_https(), which run while a version is made,
 * before other threads see it.
 */
#ifndef WLM_BALANCE_TRANSPORTS_H
#define WLM_BALANCE_TRANSPORTS_H

#include "balance/model.h"

/** A server's first transport with a protocol. @return NULL: it has none */
const plugin_cfg_transport_t *wlm_transports_by(const plugin_cfg_server_t *server, plugin_cfg_protocol_t protocol);

/** The transport by which requests from http clients go to a server: http, or https where it has nothing else. */
const plugin_cfg_transport_t *wlm_transports_default(const plugin_cfg_server_t *server);

/** Sets a member's transports from its configuration. @param p  the version's */
void wlm_transports_make(wlm_member_t *member, apr_pool_t *p);

/**
 * When the version is made: its https transport cannot be used. Requests of https clients then do not go there, for
 * what came encrypted does not go on in the clear unasked (reference 1.2).
 * @param use_insecure  UseInsecure="true": they do, if there is an http transport
 */
void wlm_transports_disable_https(wlm_member_t *member, int use_insecure);

/**
 * The transport for a request to a member. As the original plug-in chooses it (reference 1.10): a client's own scheme,
 * if the member has a transport for it, otherwise what it has.
 * @param secure  the client has come by https
 * @return NULL: such requests do not go there
 */
static inline const wlm_member_transport_t *wlm_transports_for(const wlm_member_t *member, int secure)
{
    return member->for_client[secure != 0];
}

/** Is there one for any request? */
static inline int wlm_transports_is_reachable(const wlm_member_t *member)
{
    return member->for_client[0] || member->for_client[1];
}

#endif

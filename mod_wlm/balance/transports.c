/* Which of its transports a member is reached by. Runs while a version is made. On its thread, in any process. */
#include <string.h>
#include <apr_strings.h>
#include "base/host.h"
#include "balance/transports.h"

const plugin_cfg_transport_t *wlm_transports_by(const plugin_cfg_server_t *server, plugin_cfg_protocol_t protocol)
{
    int i;

    for (i = 0; i < server->transports->nelts; ++i) {
        const plugin_cfg_transport_t *transport = APR_ARRAY_IDX(server->transports, i, plugin_cfg_transport_t *);
        if (transport->protocol == protocol) {
            return transport;
        }
    }
    return NULL;
}

const plugin_cfg_transport_t *wlm_transports_default(const plugin_cfg_server_t *server)
{
    const plugin_cfg_transport_t *transport = wlm_transports_by(server, PLUGIN_CFG_HTTP);

    return transport ? transport : wlm_transports_by(server, PLUGIN_CFG_HTTPS);
}

void wlm_transports_make(wlm_member_t *member, apr_pool_t *p)
{
    int i;

    for (i = 0; i < WLM_TRANSPORTS; ++i) {
        wlm_member_transport_t *transport = &member->transports[i];
        const plugin_cfg_transport_t *cfg = wlm_transports_by(member->cfg, (plugin_cfg_protocol_t)i);

        transport->cfg = cfg;
        if (cfg) {
            transport->host_port = wlm_host_port_text(cfg->host, cfg->port, p);
            member->for_client[i] = transport;
        }
    }
    for (i = 0; i < WLM_TRANSPORTS; ++i) {
        if (!member->for_client[i]) {
            member->for_client[i] = member->for_client[WLM_TRANSPORTS - 1 - i];
        }
    }
    member->host_port = member->for_client[0] ? member->for_client[0]->host_port : "-";
}

void wlm_transports_disable_https(wlm_member_t *member, int use_insecure)
{
    const wlm_member_transport_t *http = &member->transports[PLUGIN_CFG_HTTP];

    member->for_client[0] = http->cfg ? http : NULL;
    member->for_client[1] = use_insecure ? member->for_client[0] : NULL;
}

/* Shares, addresses and tiers of members, as all commands of wlmcfg print them. On main()'s thread. */
#include <string.h>
#include <apr_strings.h>
#include "balance/transports.h"
#include "base/host.h"
#include "plugin-cfg/keyring.h"
#include "tools/wlmcfg/common/member.h"

int wlmcfg_is_usable(const plugin_cfg_transport_t *transport, apr_pool_t *p)
{
    return !transport || transport->protocol != PLUGIN_CFG_HTTPS || !transport->keyring
           || plugin_cfg_keyring(transport->keyring, p);
}

/* As wlm_transports_for() and wlm_transports_disable_https() have it */
static int serves(const plugin_cfg_server_t *server, const wlmcfg_shares_t *shares, int secure)
{
    int has_http = wlm_transports_by(server, PLUGIN_CFG_HTTP) != NULL;

    return wlmcfg_is_usable(wlm_transports_by(server, PLUGIN_CFG_HTTPS), shares->p)
           || (has_http && (!secure || shares->cfg->use_insecure));
}

static int weight_of(const plugin_cfg_server_t *server, const wlmcfg_shares_t *shares, int secure)
{
    return server->tier == PLUGIN_CFG_PRIMARY && serves(server, shares, secure) ? server->weight : 0;
}

wlmcfg_shares_t wlmcfg_shares_of(const plugin_cfg_cluster_t *cluster, const plugin_cfg_t *cfg, apr_pool_t *p)
{
    wlmcfg_shares_t shares = { .cfg = cfg, .p = p };
    int i, secure;

    for (i = 0; i < cluster->members->nelts; ++i) {
        for (secure = 0; secure < 2; ++secure) {
            shares.sums[secure] += weight_of(APR_ARRAY_IDX(cluster->members, i, plugin_cfg_server_t *), &shares,
                                             secure);
        }
    }
    return shares;
}

double wlmcfg_share(const plugin_cfg_server_t *server, const wlmcfg_shares_t *shares, int secure)
{
    double sum = shares->sums[secure];

    return sum > 0 ? 100.0 * weight_of(server, shares, secure) / sum : 0.0;
}

const char *wlmcfg_share_text(const plugin_cfg_server_t *server, const wlmcfg_shares_t *shares, const char *what)
{
    double by_http = wlmcfg_share(server, shares, 0), by_https = wlmcfg_share(server, shares, 1);

    return by_http == by_https ? apr_psprintf(shares->p, "%.1f %%%s", by_http, what)
         : apr_psprintf(shares->p, "%.1f %%%s of http clients, %.1f %% of https clients", by_http, what, by_https);
}

const char *wlmcfg_address(const plugin_cfg_transport_t *transport, apr_pool_t *p)
{
    return wlm_host_port_text(transport->host, transport->port, p);
}

const char *wlmcfg_tier(const plugin_cfg_server_t *server)
{
    return server->tier == PLUGIN_CFG_BACKUP ? "backup" : "primary";
}

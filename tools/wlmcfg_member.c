#include <string.h>
#include <apr_strings.h>
#include "wlm_cluster.h"
#include "wlmcfg_member.h"

static int weight_of(const plugin_cfg_server_t *server)
{
    return server->tier == PLUGIN_CFG_PRIMARY ? server->weight : 0;
}

double wlmcfg_sum_of_weights(const plugin_cfg_cluster_t *cluster)
{
    double sum = 0;
    int i;

    for (i = 0; i < cluster->members->nelts; ++i) {
        sum += weight_of(APR_ARRAY_IDX(cluster->members, i, plugin_cfg_server_t *));
    }
    return sum;
}

double wlmcfg_share(const plugin_cfg_server_t *server, double sum)
{
    return sum > 0 ? 100.0 * weight_of(server) / sum : 0.0;
}

const char *wlmcfg_address(const plugin_cfg_transport_t *transport, apr_pool_t *p)
{
    return apr_psprintf(p, strchr(transport->host, ':') ? "[%s]:%d" : "%s:%d", transport->host, transport->port);
}

const char *wlmcfg_tier(const plugin_cfg_server_t *server)
{
    return server->tier == PLUGIN_CFG_BACKUP ? "backup" : "primary";
}

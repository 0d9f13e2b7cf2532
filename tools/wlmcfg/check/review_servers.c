/* What should be one server's alone, and is several servers': an address in a cluster, a name in the file.
 * On main()'s thread. */
#include <string.h>
#include <apr_hash.h>
#include <apr_strings.h>
#include "balance/transports.h"
#include "base/host.h"
#include "compare/pairs.h"
#include "tools/wlmcfg/check/review_private.h"

typedef struct member_t {
    const plugin_cfg_cluster_t *cluster;
    const plugin_cfg_server_t *server;
} member_t;

/* The first two that have something in common, and how many have, beside the first ones */
typedef struct twins_t {
    member_t one, other;
    int n;
} twins_t;

static void note(twins_t *twins, const member_t *one, const member_t *other)
{
    if (!twins->n++) {
        twins->one = *one;
        twins->other = *other;
    }
}

static const char *address_of(const plugin_cfg_server_t *server, apr_pool_t *p)
{
    const plugin_cfg_transport_t *transport = wlm_transports_default(server);

    return wlm_host_port_text(transport->host, transport->port, p);
}

/* -- an address in a cluster ------------------------------------------------------------------------ */

/* @return the first server that was seen with one of the addresses; NULL: none, and now this one is */
static const member_t *seen_at(apr_hash_t *addresses, const member_t *member, apr_pool_t *p)
{
    const apr_array_header_t *transports = member->server->transports;
    const member_t *seen = NULL;
    int i;

    for (i = 0; i < transports->nelts; ++i) {
        const char *address = wlm_pairs_address(APR_ARRAY_IDX(transports, i, plugin_cfg_transport_t *), p);
        const member_t *known = apr_hash_get(addresses, address, APR_HASH_KEY_STRING);

        if (!known) {
            apr_hash_set(addresses, address, APR_HASH_KEY_STRING, apr_pmemdup(p, member, sizeof(*member)));
        }
        else if (!seen && known->server != member->server) {
            seen = known;
        }
    }
    return seen;
}

static void review_addresses(plugin_cfg_t *cfg, const plugin_cfg_cluster_t *cluster, apr_pool_t *p)
{
    apr_hash_t *addresses = apr_hash_make(p);
    twins_t twins = { .n = 0 };
    int i;

    for (i = 0; i < cluster->members->nelts; ++i) {
        member_t member = { cluster, APR_ARRAY_IDX(cluster->members, i, plugin_cfg_server_t *) };
        const member_t *seen = seen_at(addresses, &member, p);
        if (seen) {
            note(&twins, seen, &member);
        }
    }
    if (twins.n) {
        plugin_cfg_add_finding(cfg, PLUGIN_CFG_FINDING_SHARED_ADDRESS, twins.other.server->line,
                               "server \"%s\"%s of cluster \"%s\" has an address of server \"%s\" (line %d), %s: it "
                               "gets the requests of both, and a fault of it is found twice; give it its own address, "
                               "or remove one of the two", twins.other.server->name, wlm_review_more(twins.n, p),
                               cluster->name, twins.one.server->name, twins.one.server->line,
                               address_of(twins.one.server, p));
    }
}

/* -- a name in the file ----------------------------------------------------------------------------- */

/* Each is compared with the first of its name: what is reported is true, and for a note that is enough */
static void find_name(twins_t *twins, apr_hash_t *names, const member_t *member, apr_pool_t *p)
{
    const char *name = member->server->name;
    const member_t *first = apr_hash_get(names, name, APR_HASH_KEY_STRING);

    if (!first) {
        apr_hash_set(names, name, APR_HASH_KEY_STRING, apr_pmemdup(p, member, sizeof(*member)));
    }
    else if (!wlm_pairs_share_address(first->server, member->server)) {
        note(twins, first, member);
    }
}

/* once for the file: a file that numbers the servers of one cell does so in all */
static void review_names(plugin_cfg_t *cfg, apr_pool_t *p)
{
    apr_hash_t *names = apr_hash_make(p);
    twins_t twins = { .n = 0 };
    int i, k;

    for (i = 0; i < cfg->clusters->nelts; ++i) {
        member_t member = { .cluster = APR_ARRAY_IDX(cfg->clusters, i, plugin_cfg_cluster_t *) };
        for (k = 0; k < member.cluster->members->nelts; ++k) {
            member.server = APR_ARRAY_IDX(member.cluster->members, k, plugin_cfg_server_t *);
            find_name(&twins, names, &member, p);
        }
    }
    if (twins.n) {
        plugin_cfg_add_finding(cfg, PLUGIN_CFG_FINDING_SHARED_SERVER_NAME, twins.other.server->line,
                               "server \"%s\" is at %s in cluster \"%s\", but in cluster \"%s\" (line %d) at %s%s: "
                               "these are different servers, and who names one to wlmctl without its cluster means "
                               "all of them; name the cluster, too, or give each its own name",
                               twins.other.server->name, address_of(twins.other.server, p), twins.other.cluster->name,
                               twins.one.cluster->name, twins.one.server->line, address_of(twins.one.server, p),
                               twins.n > 1 ? apr_psprintf(p, " (and so for %d more)", twins.n - 1) : "");
    }
}

void wlm_review_servers(plugin_cfg_t *cfg, apr_pool_t *ptemp)
{
    int i;

    for (i = 0; i < cfg->clusters->nelts; ++i) {
        review_addresses(cfg, APR_ARRAY_IDX(cfg->clusters, i, plugin_cfg_cluster_t *), ptemp);
    }
    review_names(cfg, ptemp);
}

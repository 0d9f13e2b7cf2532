/* `wlmcfg import`: clusters, their members, and the tiers and weights of these. On main()'s thread. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <apr_strings.h>
#include "tools/wlmcfg/import/common/members.h"
#include "tools/wlmcfg/import/common/model.h"
#include "tools/wlmcfg/import/common/report.h"
#include "tools/wlmcfg/import/common/text.h"
#include "tools/wlmcfg/import/common/xml.h"

#define WEIGHT_MAX 65535           /* the largest that plugin-cfg.xml takes */

/* -- making ------------------------------------------------------------------------------------ */

/* @param names  name -> int *, the number that the next one of that name gets
 * @return the name, with a number behind it when there is one of that name */
static const char *unique_name(apr_hash_t *names, const char *name, apr_pool_t *p)
{
    int *next = apr_hash_get(names, name, APR_HASH_KEY_STRING);
    const char *base = name;

    while (apr_hash_get(names, name, APR_HASH_KEY_STRING)) {
        name = apr_psprintf(p, "%s_%d", base, (*next)++);
    }
    next = apr_palloc(p, sizeof(*next));
    *next = 2;
    apr_hash_set(names, name, APR_HASH_KEY_STRING, next);
    return name;
}

import_cluster_t *wlmcfg_import_add_cluster(import_t *import, source_line_t at, const char *name)
{
    import_cluster_t *made = apr_pcalloc(import->p, sizeof(*made));

    made->at = at;
    made->members = apr_array_make(import->p, 4, sizeof(import_member_t *));
    made->names = apr_hash_make(import->p);
    made->cluster = apr_pcalloc(import->p, sizeof(*made->cluster));
    wlmcfg_import_set_defaults("ServerCluster", made->cluster);
    made->cluster->name = unique_name(import->names, name, import->p);
    made->cluster->members = apr_array_make(import->p, 4, sizeof(plugin_cfg_server_t *));
    made->cluster->primaries = apr_array_make(import->p, 4, sizeof(plugin_cfg_server_t *));
    made->cluster->backups = apr_array_make(import->p, 4, sizeof(plugin_cfg_server_t *));
    APR_ARRAY_PUSH(import->clusters, import_cluster_t *) = made;
    return made;
}

plugin_cfg_transport_t *wlmcfg_import_add_transport(import_t *import, import_member_t *member)
{
    plugin_cfg_transport_t *transport = apr_pcalloc(import->p, sizeof(*transport));

    wlmcfg_import_set_defaults("Transport", transport);
    APR_ARRAY_PUSH(member->server->transports, plugin_cfg_transport_t *) = transport;
    return transport;
}

import_member_t *wlmcfg_import_add_member(import_t *import, import_cluster_t *cluster, source_line_t at,
                                          const char *name)
{
    import_member_t *made = apr_pcalloc(import->p, sizeof(*made));

    made->at = at;
    made->load = 100;
    made->retry_interval = -1;
    made->server = apr_pcalloc(import->p, sizeof(*made->server));
    wlmcfg_import_set_defaults("Server", made->server);
    made->server->name = unique_name(cluster->names, name, import->p);
    made->server->transports = apr_array_make(import->p, 2, sizeof(plugin_cfg_transport_t *));
    made->transport = wlmcfg_import_add_transport(import, made);
    made->number = cluster->members->nelts;
    APR_ARRAY_PUSH(cluster->members, import_member_t *) = made;
    return made;
}

void wlmcfg_import_drop_member(import_cluster_t *cluster)
{
    import_member_t *const *last = apr_array_pop(cluster->members);

    apr_hash_set(cluster->names, (*last)->server->name, APR_HASH_KEY_STRING, NULL);
}

plugin_cfg_virtual_host_group_t *wlmcfg_import_make_hosts(import_t *import, const char *name)
{
    plugin_cfg_virtual_host_group_t *hosts = apr_pcalloc(import->p, sizeof(*hosts));

    hosts->name = name;
    hosts->hosts = apr_array_make(import->p, 4, sizeof(plugin_cfg_virtual_host_t *));
    return hosts;
}

void wlmcfg_import_add_host(import_t *import, plugin_cfg_virtual_host_group_t *hosts, const char *name)
{
    const char *key = apr_psprintf(import->p, "%pp %s", (void *)hosts, wlmcfg_import_lower(name, import->p));
    plugin_cfg_virtual_host_t *host;

    if (apr_hash_get(import->hosts, key, APR_HASH_KEY_STRING)) {
        return;
    }
    host = apr_pcalloc(import->p, sizeof(*host));
    apr_hash_set(import->hosts, key, APR_HASH_KEY_STRING, host);
    host->name = name;
    APR_ARRAY_PUSH(hosts->hosts, plugin_cfg_virtual_host_t *) = host;
}

/* -- AJP --------------------------------------------------------------------------------------- */

/* @return the HTTP port that --port gives for an AJP port, that of the host first; 0: none */
static int find_port(const import_t *import, const char *host, int port)
{
    const char *keys[] = { apr_psprintf(import->p, "%s:%d=", host, port), apr_psprintf(import->p, "%d=", port) };
    size_t k;
    int i;

    for (k = 0; k < 2; ++k) {
        for (i = 0; i < import->ports->nelts; ++i) {
            const char *given = APR_ARRAY_IDX(import->ports, i, const char *);
            if (strncasecmp(given, keys[k], strlen(keys[k])) == 0) {
                return atoi(given + strlen(keys[k]));
            }
        }
    }
    return 0;
}

void wlmcfg_import_set_ajp(import_t *import, import_member_t *member, const char *host, int port)
{
    int http = find_port(import, host, port);

    member->transport->host = host;
    member->transport->port = http ? http : port;
    if (!http) {
        wlmcfg_import_comment(import, member->server,
                              apr_psprintf(import->p, "%d is the port for AJP: write that of the "
                                           "HTTP connector", port));
        wlmcfg_import_add_finding(import, PLUGIN_CFG_WARNING, member->at, "ajp-port",
                                  "member \"%s\": %d is the port for AJP, but mod_wlm speaks HTTP: find the port of "
                                  "the HTTP connector, and give it with --port %d=HTTPPORT, or --port %s:%d=HTTPPORT "
                                  "for this host alone",
                                  member->server->name, port, port, host, port);
    }
}

/* -- completing -------------------------------------------------------------------------------- */

static void report_equal_backups(import_t *import, const apr_array_header_t *sorted)
{
    int i;

    for (i = 1; i < sorted->nelts; ++i) {
        const import_member_t *one = APR_ARRAY_IDX(sorted, i - 1, import_member_t *);
        const import_member_t *other = APR_ARRAY_IDX(sorted, i, import_member_t *);
        if (one->server->tier == PLUGIN_CFG_BACKUP && one->tier == other->tier) {
            wlmcfg_import_add_finding(import, PLUGIN_CFG_WARNING, other->at, "changed",
                                      "backups \"%s\" and \"%s\" were balanced with each other; BackupServers are used "
                                      "one by one, in their order",
                                      one->server->name, other->server->name);
            return;
        }
    }
}

/* Those of one tier stay in the source's order, which qsort() does not promise */
static int by_tier(const void *a, const void *b)
{
    const import_member_t *one = *(import_member_t *const *)a, *other = *(import_member_t *const *)b;

    return one->tier != other->tier ? (one->tier > other->tier) - (one->tier < other->tier)
                                    : one->number - other->number;
}

static void set_tiers(import_t *import, import_cluster_t *cluster)
{
    apr_array_header_t *sorted = apr_array_copy(import->p, cluster->members);
    int i;

    qsort(sorted->elts, (size_t)sorted->nelts, sizeof(import_member_t *), by_tier);
    for (i = 0; i < sorted->nelts; ++i) {
        import_member_t *member = APR_ARRAY_IDX(sorted, i, import_member_t *);
        int is_primary = member->tier == APR_ARRAY_IDX(sorted, 0, import_member_t *)->tier;
        member->server->tier = is_primary ? PLUGIN_CFG_PRIMARY : PLUGIN_CFG_BACKUP;
        APR_ARRAY_PUSH(is_primary ? cluster->cluster->primaries : cluster->cluster->backups, plugin_cfg_server_t *)
            = member->server;
    }
    report_equal_backups(import, sorted);
}

static int divides_all(const import_cluster_t *cluster, int divisor)
{
    int i;

    for (i = 0; i < cluster->members->nelts; ++i) {
        if (APR_ARRAY_IDX(cluster->members, i, import_member_t *)->load % divisor) {
            return 0;
        }
    }
    return 1;
}

/* Whole numbers stay as they are; 1.5 and 1 become 3 and 2; what is too large is divided */
static void set_weights(import_t *import, import_cluster_t *cluster)
{
    int i, divisor = 100, largest = 1;

    while (!divides_all(cluster, divisor)) {
        --divisor;
    }
    for (i = 0; i < cluster->members->nelts; ++i) {
        int weight = APR_ARRAY_IDX(cluster->members, i, import_member_t *)->load / divisor;
        largest = weight > largest ? weight : largest;
    }
    for (i = 0; i < cluster->members->nelts; ++i) {
        const import_member_t *member = APR_ARRAY_IDX(cluster->members, i, import_member_t *);
        int weight = member->load / divisor;
        if (largest > WEIGHT_MAX && weight) {
            weight = (int)((long long)weight * WEIGHT_MAX / largest);
            weight = weight ? weight : 1;
        }
        member->server->weight = weight;
    }
    if (largest > WEIGHT_MAX) {
        wlmcfg_import_add_finding(import, PLUGIN_CFG_NOTE, cluster->at, "changed",
                                  "weights of \"%s\" are made smaller: the largest that plugin-cfg.xml takes is %d",
                                  cluster->cluster->name, WEIGHT_MAX);
    }
}

/* One for the cluster, where the source has one for each member: the shortest tries no member later than before */
static void set_retry_interval(import_t *import, import_cluster_t *cluster)
{
    const import_member_t *other = NULL;
    int i, shortest = -1;

    for (i = 0; i < cluster->members->nelts; ++i) {
        const import_member_t *member = APR_ARRAY_IDX(cluster->members, i, import_member_t *);
        int own = member->retry_interval < 0 ? cluster->cluster->retry_interval : member->retry_interval;
        other = shortest >= 0 && own != shortest ? member : other;
        shortest = shortest < 0 || own < shortest ? own : shortest;
    }
    cluster->cluster->retry_interval = shortest >= 0 ? shortest : cluster->cluster->retry_interval;
    if (other) {
        wlmcfg_import_add_finding(import, PLUGIN_CFG_NOTE, other->at, "changed",
                                  "retry times of cluster \"%s\" differ: RetryInterval is one for all, the shortest",
                                  cluster->cluster->name);
    }
}

void wlmcfg_import_complete_clusters(import_t *import)
{
    int i, k;

    for (i = 0; i < import->clusters->nelts; ++i) {
        import_cluster_t *cluster = APR_ARRAY_IDX(import->clusters, i, import_cluster_t *);
        if (!cluster->members->nelts) {
            wlmcfg_import_add_finding(import, PLUGIN_CFG_WARNING, cluster->at, "no-member",
                                      "cluster \"%s\" has no member that can be used, and is left out with its rules",
                                      cluster->cluster->name);
            continue;
        }
        for (k = 0; k < cluster->members->nelts; ++k) {
            APR_ARRAY_PUSH(cluster->cluster->members, plugin_cfg_server_t *)
                = APR_ARRAY_IDX(cluster->members, k, import_member_t *)->server;
        }
        set_tiers(import, cluster);
        set_weights(import, cluster);
        set_retry_interval(import, cluster);
        APR_ARRAY_PUSH(import->cfg->clusters, plugin_cfg_cluster_t *) = cluster->cluster;
    }
}

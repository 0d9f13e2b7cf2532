/* `wlmcfg diff`, the clusters and members: which ones are added, removed, renamed or changed. A renamed one is another
 * one to the module, whose records go by names; a person knows it as the same. On main()'s thread. */
#include <string.h>
#include <apr_hash.h>
#include <apr_strings.h>
#include "balance/transports.h"
#include "tools/wlmcfg/common/member.h"
#include "tools/wlmcfg/diff/compare.h"
#include "tools/wlmcfg/diff/model.h"
#include "tools/wlmcfg/diff/settings.h"

/* a cluster on both sides; NULL where it is not there */
typedef struct both_t {
    const wlm_pairs_t *pairs;
    const wlmcfg_directives_t *directives;
    const plugin_cfg_cluster_t *from, *to;
    const plugin_cfg_t *files[2];  /* from, to */
    apr_hash_t *addresses[2];      /* address -> "cluster c, as member s", the first in the file */
    wlmcfg_shares_t from_shares, to_shares;
} both_t;

/* Clusters, or members */
typedef struct kind_t {
    const void *(*is)(const wlm_pairs_t *pairs, const void *was);
    const void *(*was)(const wlm_pairs_t *pairs, const void *is);
    /* what differs between two elements, one of which may be NULL */
    void (*compare)(item_t *item, const void *from, const void *to, const both_t *clusters);
} kind_t;

/* Clusters and servers begin with their name */
static const char *name_of(const void *element)
{
    return *(const char *const *)element;
}

/* -- addresses: a file that was merged may have a server in another cluster ---------------- */

static void note_addresses(apr_hash_t *addresses, const plugin_cfg_cluster_t *cluster,
                           const plugin_cfg_server_t *server)
{
    apr_pool_t *p = apr_hash_pool_get(addresses);
    const char *where = apr_psprintf(p, "cluster %s, as member %s", cluster->name, server->name);
    int i;

    for (i = 0; i < server->transports->nelts; ++i) {
        const char *address = wlm_pairs_address(APR_ARRAY_IDX(server->transports, i, plugin_cfg_transport_t *), p);
        if (!apr_hash_get(addresses, address, APR_HASH_KEY_STRING)) {
            apr_hash_set(addresses, address, APR_HASH_KEY_STRING, where);
        }
    }
}

static apr_hash_t *addresses_of(const plugin_cfg_t *cfg, apr_pool_t *p)
{
    apr_hash_t *addresses = apr_hash_make(p);
    int i, k;

    for (i = 0; i < cfg->clusters->nelts; ++i) {
        const plugin_cfg_cluster_t *cluster = APR_ARRAY_IDX(cfg->clusters, i, plugin_cfg_cluster_t *);
        for (k = 0; k < cluster->members->nelts; ++k) {
            note_addresses(addresses, cluster, APR_ARRAY_IDX(cluster->members, k, plugin_cfg_server_t *));
        }
    }
    return addresses;
}

static const char *find_address(apr_hash_t *addresses, const plugin_cfg_server_t *server, apr_pool_t *p)
{
    const char *where = NULL;
    int i;

    for (i = 0; i < server->transports->nelts && !where; ++i) {
        const char *address = wlm_pairs_address(APR_ARRAY_IDX(server->transports, i, plugin_cfg_transport_t *), p);
        where = apr_hash_get(addresses, address, APR_HASH_KEY_STRING);
    }
    return where;
}

/* -- items ------------------------------------------------------------------------------- */

static void add_item(apr_array_header_t *items, const void *from, const void *to, const kind_t *kind,
                     const both_t *clusters)
{
    item_t item = { .name = name_of(to ? to : from), .changes = apr_array_make(items->pool, 4, sizeof(change_t)) };

    item.status = !from ? ITEM_ADDED : !to ? ITEM_REMOVED
                : strcmp(name_of(from), name_of(to)) != 0 ? ITEM_RENAMED : ITEM_CHANGED;
    item.was = item.status == ITEM_RENAMED ? name_of(from) : NULL;
    kind->compare(&item, from, to, clusters);
    if (!item.members && (!from || !to)) {
        item.elsewhere = find_address(clusters->addresses[!to], from ? from : to, items->pool);
    }
    if (item.status != ITEM_CHANGED || item.changes->nelts || (item.members && item.members->nelts)) {
        APR_ARRAY_PUSH(items, item_t) = item;
    }
}

static apr_array_header_t *compare_lists(const apr_array_header_t *from, const apr_array_header_t *to,
                                         const kind_t *kind, const both_t *clusters, apr_pool_t *p)
{
    apr_array_header_t *items = apr_array_make(p, 4, sizeof(item_t));
    int i;

    for (i = 0; to && i < to->nelts; ++i) {
        const void *element = APR_ARRAY_IDX(to, i, const void *);
        add_item(items, from ? kind->was(clusters->pairs, element) : NULL, element, kind, clusters);
    }
    for (i = 0; from && i < from->nelts; ++i) {
        const void *element = APR_ARRAY_IDX(from, i, const void *);
        if (!to || !kind->is(clusters->pairs, element)) {
            add_item(items, element, NULL, kind, clusters);
        }
    }
    return items;
}

/* -- members ----------------------------------------------------------------------------- */

static const plugin_cfg_transport_t *transport_of(const plugin_cfg_server_t *server, plugin_cfg_protocol_t protocol)
{
    return server ? wlm_transports_by(server, protocol) : NULL;
}

static value_t address_of(const plugin_cfg_transport_t *transport, apr_pool_t *p)
{
    return wlmcfg_diff_text_value(transport ? wlmcfg_address(transport, p) : NULL);
}

static value_t tier_of(const plugin_cfg_server_t *server)
{
    return wlmcfg_diff_text_value(server ? wlmcfg_tier(server) : NULL);
}

/* The share of http clients; https clients have another one only where a keyring cannot be used */
static value_t share_of(const plugin_cfg_server_t *server, const wlmcfg_shares_t *shares, apr_pool_t *p)
{
    return server ? wlmcfg_diff_percent_value(wlmcfg_share(server, shares, 0), p) : wlmcfg_diff_text_value(NULL);
}

static void compare_member(item_t *item, const void *from, const void *to, const both_t *clusters)
{
    const plugin_cfg_server_t *was = from, *is = to;
    apr_pool_t *p = item->changes->pool;
    plugin_cfg_protocol_t protocol;

    wlmcfg_diff_change(item->changes, "address", address_of(transport_of(was, PLUGIN_CFG_HTTP), p),
                       address_of(transport_of(is, PLUGIN_CFG_HTTP), p));
    wlmcfg_diff_change(item->changes, "https address", address_of(transport_of(was, PLUGIN_CFG_HTTPS), p),
                       address_of(transport_of(is, PLUGIN_CFG_HTTPS), p));
    wlmcfg_diff_change(item->changes, "tier", tier_of(was), tier_of(is));
    wlmcfg_diff_change(item->changes, "share", share_of(was, &clusters->from_shares, p),
                       share_of(is, &clusters->to_shares, p));
    wlmcfg_diff_attributes(item->changes, "Server", was, is);
    for (protocol = PLUGIN_CFG_HTTP; protocol <= PLUGIN_CFG_HTTPS; ++protocol) {
        wlmcfg_diff_attributes(item->changes, "Transport", transport_of(was, protocol), transport_of(is, protocol));
    }
    wlmcfg_diff_attributes(item->changes, "Transport/Property", transport_of(was, PLUGIN_CFG_HTTPS),
                           transport_of(is, PLUGIN_CFG_HTTPS));
}

/* -- clusters ---------------------------------------------------------------------------- */

/* The backups that both files have, in the order of one file. @param other  their side of a pair
 * @param is_named  by their own names, not by those of the others */
static value_t order_of(const apr_array_header_t *backups, const wlm_pairs_t *pairs,
                        const void *(*other)(const wlm_pairs_t *, const void *), int is_named, apr_pool_t *p)
{
    apr_array_header_t *names = apr_array_make(p, backups->nelts, sizeof(const char *));
    int i;

    for (i = 0; i < backups->nelts; ++i) {
        const plugin_cfg_server_t *server = APR_ARRAY_IDX(backups, i, plugin_cfg_server_t *);
        const plugin_cfg_server_t *twin = other(pairs, server);
        if (twin && twin->tier == PLUGIN_CFG_BACKUP) {
            APR_ARRAY_PUSH(names, const char *) = is_named ? server->name : twin->name;
        }
    }
    return wlmcfg_diff_names_value(names, p);
}

static const void *member_is(const wlm_pairs_t *pairs, const void *was)
{
    return wlm_pairs_later_member(pairs, was);
}

static const void *member_was(const wlm_pairs_t *pairs, const void *is)
{
    return wlm_pairs_earlier_member(pairs, is);
}

static const kind_t members = { member_is, member_was, compare_member };

/* May the file's LoadBalance decide? Not where WLMPolicy was given for it */
static int has_load_balance(const plugin_cfg_cluster_t *cluster, const both_t *clusters, apr_pool_t *p)
{
    return cluster
           && wlmcfg_directives_for(clusters->directives, cluster->name, p)->policy == WLM_POLICY_LOAD_BALANCE;
}

static void compare_cluster(item_t *item, const void *from, const void *to, const both_t *clusters)
{
    both_t both = { .pairs = clusters->pairs, .directives = clusters->directives, .from = from, .to = to,
                    .addresses = { clusters->addresses[0], clusters->addresses[1] } };
    apr_pool_t *p = item->changes->pool;

    if (from) {
        both.from_shares = wlmcfg_shares_of(from, clusters->files[0], p);
    }
    if (to) {
        both.to_shares = wlmcfg_shares_of(to, clusters->files[1], p);
    }
    wlmcfg_diff_attributes(item->changes, "ServerCluster", from, to);
    if (!has_load_balance(from, clusters, p) && !has_load_balance(to, clusters, p)) {
        wlmcfg_diff_drop(item->changes, "LoadBalance");
    }
    if (from && to) {
        wlmcfg_diff_change(item->changes, "BackupServers", order_of(both.from->backups, both.pairs, member_is, 0, p),
                           order_of(both.to->backups, both.pairs, member_was, 1, p));
    }
    item->members = compare_lists(from ? both.from->members : NULL, to ? both.to->members : NULL, &members, &both, p);
}

static const void *cluster_is(const wlm_pairs_t *pairs, const void *was)
{
    return wlm_pairs_later_cluster(pairs, was);
}

static const void *cluster_was(const wlm_pairs_t *pairs, const void *is)
{
    return wlm_pairs_earlier_cluster(pairs, is);
}

static const kind_t clusters_kind = { cluster_is, cluster_was, compare_cluster };

apr_array_header_t *wlmcfg_diff_clusters(const diff_t *diff, apr_pool_t *p)
{
    both_t whole = { .pairs = diff->pairs, .directives = diff->directives, .files = { diff->from, diff->to },
                     .addresses = { addresses_of(diff->from, p), addresses_of(diff->to, p) } };

    return compare_lists(diff->from->clusters, diff->to->clusters, &clusters_kind, &whole, p);
}

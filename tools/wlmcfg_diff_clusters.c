/* Clusters and members that come, go or change. They are found by name: one with another name is another one, for the
 * module too. */
#include <string.h>
#include "wlm_member.h"
#include "wlmcfg_diff.h"
#include "wlmcfg_member.h"

/* a cluster on both sides; NULL where it is not there */
typedef struct both_t {
    const plugin_cfg_cluster_t *from, *to;
    double from_sum, to_sum;       /* of the weights */
} both_t;

/* What differs between two elements, one of which may be NULL. @param context  what compare_lists() was given */
typedef void (*compare_t)(item_t *item, const void *from, const void *to, const void *context);

/* Clusters and servers begin with their name */
static const char *name_of(const void *element)
{
    return *(const char *const *)element;
}

static const void *find(const apr_array_header_t *list, const char *name)
{
    int i;

    for (i = 0; list && i < list->nelts; ++i) {
        const void *element = APR_ARRAY_IDX(list, i, const void *);
        if (strcmp(name_of(element), name) == 0) {
            return element;
        }
    }
    return NULL;
}

static void add_item(apr_array_header_t *items, const void *from, const void *to, compare_t compare, const void *context)
{
    item_t item = { .name = name_of(to ? to : from),
                    .status = !from ? ITEM_ADDED : !to ? ITEM_REMOVED : ITEM_CHANGED,
                    .changes = apr_array_make(items->pool, 4, sizeof(change_t)) };

    compare(&item, from, to, context);
    if (item.status != ITEM_CHANGED || item.changes->nelts || (item.members && item.members->nelts)) {
        APR_ARRAY_PUSH(items, item_t) = item;
    }
}

static apr_array_header_t *compare_lists(const apr_array_header_t *from, const apr_array_header_t *to, compare_t compare,
                                         const void *context, apr_pool_t *p)
{
    apr_array_header_t *items = apr_array_make(p, 4, sizeof(item_t));
    int i;

    for (i = 0; to && i < to->nelts; ++i) {
        const void *element = APR_ARRAY_IDX(to, i, const void *);
        add_item(items, find(from, name_of(element)), element, compare, context);
    }
    for (i = 0; from && i < from->nelts; ++i) {
        const void *element = APR_ARRAY_IDX(from, i, const void *);
        if (!find(to, name_of(element))) {
            add_item(items, element, NULL, compare, context);
        }
    }
    return items;
}

/* -- members ----------------------------------------------------------------------------- */

static const plugin_cfg_transport_t *transport_of(const plugin_cfg_server_t *server, plugin_cfg_protocol_t protocol)
{
    return server ? wlm_transport_by(server, protocol) : NULL;
}

static value_t address_of(const plugin_cfg_transport_t *transport, apr_pool_t *p)
{
    return wlmcfg_diff_text_value(transport ? wlmcfg_address(transport, p) : NULL);
}

static value_t tier_of(const plugin_cfg_server_t *server)
{
    return wlmcfg_diff_text_value(server ? wlmcfg_tier(server) : NULL);
}

static value_t share_of(const plugin_cfg_server_t *server, double sum, apr_pool_t *p)
{
    return server ? wlmcfg_diff_percent_value(wlmcfg_share(server, sum), p) : wlmcfg_diff_text_value(NULL);
}

static void compare_member(item_t *item, const void *from, const void *to, const void *context)
{
    const plugin_cfg_server_t *was = from, *is = to;
    apr_pool_t *p = item->changes->pool;
    const both_t *clusters = context;
    plugin_cfg_protocol_t protocol;

    wlmcfg_diff_change(item->changes, "address", address_of(transport_of(was, PLUGIN_CFG_HTTP), p),
                       address_of(transport_of(is, PLUGIN_CFG_HTTP), p));
    wlmcfg_diff_change(item->changes, "https address", address_of(transport_of(was, PLUGIN_CFG_HTTPS), p),
                       address_of(transport_of(is, PLUGIN_CFG_HTTPS), p));
    wlmcfg_diff_change(item->changes, "tier", tier_of(was), tier_of(is));
    wlmcfg_diff_change(item->changes, "share", share_of(was, clusters->from_sum, p), share_of(is, clusters->to_sum, p));
    wlmcfg_diff_attributes(item->changes, "Server", was, is);
    for (protocol = PLUGIN_CFG_HTTP; protocol <= PLUGIN_CFG_HTTPS; ++protocol) {
        wlmcfg_diff_attributes(item->changes, "Transport", transport_of(was, protocol), transport_of(is, protocol));
    }
    wlmcfg_diff_attributes(item->changes, "Transport/Property", transport_of(was, PLUGIN_CFG_HTTPS),
                           transport_of(is, PLUGIN_CFG_HTTPS));
}

/* -- clusters ---------------------------------------------------------------------------- */

/* The names of the backups that both have, in one's order */
static value_t order_of(const apr_array_header_t *backups, const apr_array_header_t *others, apr_pool_t *p)
{
    apr_array_header_t *names = apr_array_make(p, backups->nelts, sizeof(const char *));
    int i;

    for (i = 0; i < backups->nelts; ++i) {
        const char *name = name_of(APR_ARRAY_IDX(backups, i, const void *));
        if (find(others, name)) {
            APR_ARRAY_PUSH(names, const char *) = name;
        }
    }
    return wlmcfg_diff_names_value(names, p);
}

static void compare_cluster(item_t *item, const void *from, const void *to, const void *context)
{
    both_t both = { .from = from, .to = to };
    apr_pool_t *p = item->changes->pool;

    (void)context;
    both.from_sum = from ? wlmcfg_sum_of_weights(both.from) : 0;
    both.to_sum = to ? wlmcfg_sum_of_weights(both.to) : 0;
    wlmcfg_diff_attributes(item->changes, "ServerCluster", from, to);
    if (from && to) {
        wlmcfg_diff_change(item->changes, "BackupServers", order_of(both.from->backups, both.to->backups, p),
                           order_of(both.to->backups, both.from->backups, p));
    }
    item->members = compare_lists(from ? both.from->members : NULL, to ? both.to->members : NULL, compare_member, &both,
                                  p);
}

apr_array_header_t *wlmcfg_diff_clusters(const plugin_cfg_t *from, const plugin_cfg_t *to, apr_pool_t *p)
{
    return compare_lists(from->clusters, to->clusters, compare_cluster, NULL, p);
}

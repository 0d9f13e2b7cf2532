/* `wlmcfg diff`, the printer for people. On main()'s thread. */
#include <string.h>
#include <apr_hash.h>
#include <apr_strings.h>
#include "balance/transports.h"
#include "tools/wlmcfg/common/member.h"
#include "tools/wlmcfg/diff/model.h"
#include "tools/wlmcfg/diff/print.h"
#include "tools/wlmcfg/diff/settings.h"

/* -- settings, clusters and members ------------------------------------------------------ */

/* @param is_kept  the module has the record of it that it had before */
static void print_change(const change_t *change, item_status_t status, int is_kept, const char *indent)
{
    const char *name = strcmp(change->name, "share") == 0 ? "share of new sessions" : change->name;
    const char *from = change->from.kind == VALUE_NONE ? "none" : change->from.text;
    const char *to = change->to.kind == VALUE_NONE ? "none" : change->to.text;

    switch (status) {
    case ITEM_ADDED:
        printf("%s%s: %s\n", indent, name, to);
        break;
    case ITEM_REMOVED:
        printf("%s%s: %s\n", indent, name, from);
        break;
    case ITEM_CHANGED:
    case ITEM_RENAMED:
        printf("%s%s: %s -> %s%s\n", indent, name, from, to,
               is_kept && strcmp(name, "address") == 0 ? " (its health and counters stay, its connections do not)"
               : "");
        break;
    }
}

static void print_changes(const apr_array_header_t *changes, item_status_t status, int is_kept, const char *indent)
{
    int i;

    for (i = 0; i < changes->nelts; ++i) {
        print_change(&APR_ARRAY_IDX(changes, i, change_t), status, is_kept, indent);
    }
}

static const char *end_of(const item_t *item, int are_kept, apr_pool_t *p)
{
    switch (item->status) {
    case ITEM_RENAMED:
        return apr_psprintf(p, ": was %s%s", item->was, !are_kept ? "" : item->members
                            ? " (its members' health and counters begin anew)"
                            : " (its health and counters begin anew)");
    case ITEM_ADDED:
        return item->elsewhere ? apr_psprintf(p, ": added (the first file has its address in %s)", item->elsewhere)
                               : ": added";
    case ITEM_REMOVED:
        return item->elsewhere ? apr_psprintf(p, ": removed (the second file has its address in %s)", item->elsewhere)
                               : ": removed";
    case ITEM_CHANGED:
        break;
    }
    return "";
}

/* What is in a cluster with another name is new to the module, whatever its own name */
static void print_items(const apr_array_header_t *items, const char *what, int are_kept, const char *indent,
                        apr_pool_t *p)
{
    const char *deeper = apr_pstrcat(p, indent, "    ", NULL);
    int i;

    for (i = 0; i < items->nelts; ++i) {
        const item_t *item = &APR_ARRAY_IDX(items, i, item_t);
        int is_kept = are_kept && item->status == ITEM_CHANGED;

        printf("%s%s %s%s\n", indent, what, item->name, end_of(item, are_kept, p));
        print_changes(item->changes, item->status, is_kept, deeper);
        if (item->members) {
            print_items(item->members, "member", is_kept, deeper, p);
        }
    }
}

/* -- routes ------------------------------------------------------------------------------ */

static const char *hosts_of(const route_change_t *change, apr_pool_t *p)
{
    return !change->hosts ? "every host" : apr_pstrcat(p, change->hosts->nelts > 1 ? "hosts " : "host ",
                                                       apr_array_pstrcat(p, change->hosts, ' '), NULL);
}

static const char *goal_name(const plugin_cfg_cluster_t *cluster, apr_pool_t *p)
{
    return cluster ? apr_pstrcat(p, "cluster ", cluster->name, NULL) : "nowhere";
}

/* The line above the URIs whose requests go from one cluster to another one; NULL: they stay in their cluster */
static const char *heading_of(const diff_t *diff, const route_change_t *change, apr_pool_t *p)
{
    const plugin_cfg_cluster_t *from = change->from.cluster, *to = change->to.cluster;

    return wlmcfg_diff_is_same_cluster(diff, from, to) ? NULL
         : apr_pstrcat(p, goal_name(from, p), " -> ", goal_name(to, p), ", ", hosts_of(change, p), NULL);
}

static void print_routes(const diff_t *diff, apr_pool_t *p)
{
    apr_array_header_t *headings = apr_array_make(p, 4, sizeof(const char *)); /* in the order in which they are met */
    apr_hash_t *uris = apr_hash_make(p);                                   /* by heading: the lines below it */
    int i;

    for (i = 0; i < diff->routes->nelts; ++i) {
        const route_change_t *change = &APR_ARRAY_IDX(diff->routes, i, route_change_t);
        const char *heading = heading_of(diff, change, p);
        apr_array_header_t *list = heading ? apr_hash_get(uris, heading, APR_HASH_KEY_STRING) : NULL;

        if (heading && !list) {
            list = apr_array_make(p, 4, sizeof(const char *));
            apr_hash_set(uris, heading, APR_HASH_KEY_STRING, list);
            APR_ARRAY_PUSH(headings, const char *) = heading;
        }
        if (list) {
            APR_ARRAY_PUSH(list, const char *) = apr_pstrcat(p, "        ", change->uri, NULL);
        }
    }
    for (i = 0; i < headings->nelts; ++i) {
        const char *heading = APR_ARRAY_IDX(headings, i, const char *);

        printf("%s    %s\n%s\n", i ? "" : "routes\n", heading,
               apr_array_pstrcat(p, apr_hash_get(uris, heading, APR_HASH_KEY_STRING), '\n'));
    }
}

/* -- sessions ---------------------------------------------------------------------------- */

static void print_name(const route_change_t *route, const change_t *change, apr_pool_t *p)
{
    printf("    %s, %s: %s %s -> %s: sessions that have begun are not found by it\n", route->uri, hosts_of(route, p),
           change->name, change->from.text, change->to.text);
}

static void print_elsewhere(const diff_t *diff, const session_change_t *change, apr_pool_t *p)
{
    const plugin_cfg_server_t *was = change->was, *is = change->is;

    printf("%s %s member %s at %s instead of %s at %s: %s\n", change->is_bound ? "WLMAffinity" : "clone id",
           change->is_bound ? "names" : apr_pstrcat(p, change->clone_id, " names", NULL), is->name,
           wlmcfg_address(wlm_transports_default(is), p), was->name, wlmcfg_address(wlm_transports_default(was), p),
           wlm_pairs_later_member(diff->pairs, was) == is
           ? "its sessions are there only if the server itself has moved" : "its sessions go to a wrong server");
}

static void print_loss(const diff_t *diff, const session_change_t *change, apr_pool_t *p)
{
    const plugin_cfg_server_t *was = change->was;

    switch (change->loss) {
    case SESSION_CLUSTER:
        puts("WLMAffinity knows members by the names of cluster and member: the sessions that it binds are not found");
        break;
    case SESSION_KEPT:
        printf("WLMAffinity goes on to name member %s, whatever its clone id: its sessions stay\n", was->name);
        break;
    case SESSION_SEPARATOR:
        printf("clone ids are separated by %s, so those of sessions that have begun are not found\n",
               change->clusters.to->clone_separator_change ? "+ instead of :" : ": instead of +");
        break;
    case SESSION_GONE:
        printf(change->is_bound ? "%s %s is gone, the sessions that WLMAffinity binds to it go where new ones go\n"
                                : "clone id %s of member %s is gone, its sessions go where new ones go\n",
               change->is_bound ? "member" : change->clone_id, was->name);
        break;
    case SESSION_ELSEWHERE:
        print_elsewhere(diff, change, p);
        break;
    }
}

static void print_sessions(const diff_t *diff, apr_pool_t *p)
{
    int i, k, n = 0;

    for (i = 0; i < diff->routes->nelts; ++i) {
        const route_change_t *route = &APR_ARRAY_IDX(diff->routes, i, route_change_t);
        for (k = 0; k < route->names->nelts; ++k) {
            fputs(n++ ? "" : "sessions\n", stdout);
            print_name(route, &APR_ARRAY_IDX(route->names, k, change_t), p);
        }
    }
    for (i = 0; i < diff->sessions->nelts; ++i) {
        const session_change_t *change = &APR_ARRAY_IDX(diff->sessions, i, session_change_t);
        const char *from = change->clusters.from->name, *to = change->clusters.to->name;

        fputs(n++ ? "" : "sessions\n", stdout);
        printf(strcmp(from, to) == 0 ? "    cluster %s: " : "    cluster %s, now %s: ", from, to);
        print_loss(diff, change, p);
    }
}

void wlmcfg_diff_print(const diff_t *diff, apr_pool_t *p)
{
    if (wlmcfg_diff_is_empty(diff)) {
        puts("no change");
    }
    if (diff->settings->nelts) {
        puts("Config");
        print_changes(diff->settings, ITEM_CHANGED, 0, "    ");
    }
    print_items(diff->clusters, "cluster", 1, "", p);
    print_routes(diff, p);
    print_sessions(diff, p);
}

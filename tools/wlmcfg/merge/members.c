/* `wlmcfg merge`, the members of a cluster that is made from several: a server that two files have is one of them, and
 * what differs is reported. On main()'s thread. */
#include <stdlib.h>
#include <string.h>
#include <apr_strings.h>
#include "base/host.h"
#include "compare/pairs.h"
#include "tools/wlmcfg/merge/members.h"
#include "tools/wlmcfg/merge/names.h"
#include "tools/wlmcfg/merge/report.h"

struct merge_members_t {
    merge_t *m;
    apr_array_header_t *list;      /* merge_member_t * */
    merge_names_t names;
    apr_hash_t *by_name, *by_clone_id, *by_address; /* -> merge_member_t *[]: by the server's */
    int has_primary;               /* a file that is not for backup */
};

merge_members_t *wlmcfg_merge_members_make(merge_t *m, const merge_cluster_t *cluster)
{
    merge_members_t *all = apr_pcalloc(m->p, sizeof(*all));
    int i;

    *all = (merge_members_t){ .m = m, .list = apr_array_make(m->p, 8, sizeof(merge_member_t *)),
                              .names = wlmcfg_merge_names(m->p), .by_name = apr_hash_make(m->p),
                              .by_clone_id = apr_hash_make(m->p), .by_address = apr_hash_make(m->p) };
    for (i = 0; i < cluster->sources->nelts; ++i) {
        all->has_primary |= !APR_ARRAY_IDX(cluster->sources, i, merge_source_t).input->is_backup;
    }
    return all;
}

const apr_array_header_t *wlmcfg_merge_members_list(const merge_members_t *all)
{
    return all->list;
}

/* -- comparison --------------------------------------------------------------------------------- */

static int is_same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static int has_same_transports(const plugin_cfg_server_t *a, const plugin_cfg_server_t *b)
{
    int i;

    for (i = 0; i < a->transports->nelts && i < b->transports->nelts; ++i) {
        const plugin_cfg_transport_t *x = APR_ARRAY_IDX(a->transports, i, plugin_cfg_transport_t *);
        const plugin_cfg_transport_t *y = APR_ARRAY_IDX(b->transports, i, plugin_cfg_transport_t *);
        if (x->protocol != y->protocol || x->port != y->port || !wlm_host_same(x->host, y->host)) {
            return 0;
        }
    }
    return a->transports->nelts == b->transports->nelts;
}

/* A server that two files have: under the same name, with the same clone id, at the same address */
static int is_same_server(const plugin_cfg_server_t *a, const plugin_cfg_server_t *b)
{
    return strcmp(a->name, b->name) == 0 && is_same_text(a->clone_id, b->clone_id) && has_same_transports(a, b);
}

static const char *tier_name(plugin_cfg_tier_t tier)
{
    return tier == PLUGIN_CFG_BACKUP ? "a backup" : "a primary";
}

/* The Properties of a Transport are in the model; its attributes are compared in the tree */
static void compare_transports(merge_t *m, const merge_member_t *kept, const merge_member_t *lost)
{
    int i;

    for (i = 0; i < kept->server->transports->nelts; ++i) {
        const plugin_cfg_transport_t *x = APR_ARRAY_IDX(kept->server->transports, i, plugin_cfg_transport_t *);
        const plugin_cfg_transport_t *y = APR_ARRAY_IDX(lost->server->transports, i, plugin_cfg_transport_t *);

        wlmcfg_merge_compare(m, "Transport", kept->input, x, lost->input, y);
        if (!is_same_text(x->keyring, y->keyring) || !is_same_text(x->stashfile, y->stashfile)
            || !is_same_text(x->cert_label, y->cert_label)) {
            wlmcfg_merge_report(m, lost->input, y->line, PLUGIN_CFG_WARNING,
                                "Transport of server \"%s\" has other keys (keyring, stashfile, certLabel); the merged "
                                "file has those of %s:%d",
                                lost->server->name, kept->input->cfg->file, x->line);
        }
    }
}

static void compare_servers(merge_t *m, const merge_member_t *kept, const merge_member_t *lost)
{
    wlmcfg_merge_compare(m, "Server", kept->input, kept->server, lost->input, lost->server);
    compare_transports(m, kept, lost);
    if (kept->tier != lost->tier) {
        wlmcfg_merge_report(m, lost->input, lost->server->line, PLUGIN_CFG_WARNING,
                            "server \"%s\" is %s; in the merged file it is %s, as %s:%d has it", lost->server->name,
                            tier_name(lost->tier), tier_name(kept->tier), kept->input->cfg->file, kept->server->line);
    }
}

static void report_clone_id(merge_t *m, const merge_member_t *first, const merge_member_t *second)
{
    if (first->server->clone_id && is_same_text(first->server->clone_id, second->server->clone_id)) {
        wlmcfg_merge_report(m, second->input, second->server->line, PLUGIN_CFG_WARNING,
                            "server \"%s\" has CloneID \"%s\", as has server \"%s\" of %s:%d, so the sessions of both "
                            "go to that one; give each its own, or, if they are one server, the same name and "
                            "transports",
                            second->server->name, second->server->clone_id, first->server->name,
                            first->input->cfg->file, first->server->line);
    }
}

/* A file and an older one of the same server: both are put in, because which of them is right cannot be known */
static void report_same_address(merge_t *m, const merge_member_t *first, const merge_member_t *second)
{
    const plugin_cfg_server_t *was = first->server, *is = second->server;

    if (!wlm_pairs_share_address(was, is) || (is->clone_id && is_same_text(was->clone_id, is->clone_id))) {
        return;
    }
    wlmcfg_merge_report(m, second->input, is->line, PLUGIN_CFG_WARNING,
                        "server \"%s\" with %s%s is at the address of server \"%s\" of %s:%d with %s%s; are these two "
                        "generations of one server? The merged file has it twice, so it gets the requests of two, and "
                        "sessions of one of the clone ids are lost: leave the older file out",
                        is->name, is->clone_id ? "CloneID " : "no CloneID", is->clone_id ? is->clone_id : "", was->name,
                        first->input->cfg->file, was->line, was->clone_id ? "CloneID " : "no CloneID",
                        was->clone_id ? was->clone_id : "");
}

/* -- search ------------------------------------------------------------------------------------- */

static void note(apr_hash_t *table, const char *key, merge_member_t *member)
{
    apr_array_header_t *members = apr_hash_get(table, key, APR_HASH_KEY_STRING);

    if (!members) {
        members = apr_array_make(apr_hash_pool_get(table), 1, sizeof(merge_member_t *));
        apr_hash_set(table, key, APR_HASH_KEY_STRING, members);
    }
    APR_ARRAY_PUSH(members, merge_member_t *) = member;
}

static const char *address_at(const plugin_cfg_server_t *server, int i, apr_pool_t *p)
{
    return wlm_pairs_address(APR_ARRAY_IDX(server->transports, i, plugin_cfg_transport_t *), p);
}

static void note_member(merge_members_t *all, merge_member_t *member)
{
    const plugin_cfg_server_t *server = member->server;
    int i;

    note(all->by_name, server->name, member);
    if (server->clone_id) {
        note(all->by_clone_id, server->clone_id, member);
    }
    for (i = 0; i < server->transports->nelts; ++i) {
        note(all->by_address, address_at(server, i, all->m->p), member);
    }
}

static const merge_member_t *find_same(const merge_members_t *all, const merge_input_t *input,
                                       const plugin_cfg_server_t *server)
{
    const apr_array_header_t *members = apr_hash_get(all->by_name, server->name, APR_HASH_KEY_STRING);
    int i;

    for (i = 0; members && i < members->nelts; ++i) {
        const merge_member_t *other = APR_ARRAY_IDX(members, i, const merge_member_t *);
        if (other->input != input && is_same_server(other->server, server)) {
            return other;
        }
    }
    return NULL;
}

static void collect(apr_array_header_t *members, apr_hash_t *table, const char *key)
{
    const apr_array_header_t *found = key ? apr_hash_get(table, key, APR_HASH_KEY_STRING) : NULL;

    if (found) {
        apr_array_cat(members, found);
    }
}

static int compare_numbers(const void *a, const void *b)
{
    return (*(const merge_member_t *const *)a)->number - (*(const merge_member_t *const *)b)->number;
}

/* @return merge_member_t *: those with the clone id or an address of a server, in their order; some more than once */
static apr_array_header_t *find_similar(const merge_members_t *all, const plugin_cfg_server_t *server)
{
    apr_array_header_t *members = apr_array_make(all->m->p, 4, sizeof(merge_member_t *));
    int i;

    collect(members, all->by_clone_id, server->clone_id);
    for (i = 0; i < server->transports->nelts; ++i) {
        collect(members, all->by_address, address_at(server, i, all->m->p));
    }
    qsort(members->elts, (size_t)members->nelts, sizeof(merge_member_t *), compare_numbers);
    return members;
}

static void report_similar(const merge_members_t *all, const merge_member_t *member)
{
    const apr_array_header_t *members = find_similar(all, member->server);
    int i;

    for (i = 0; i < members->nelts; ++i) {
        const merge_member_t *other = APR_ARRAY_IDX(members, i, const merge_member_t *);
        if (other->input != member->input) { /* within one file the reader has a finding */
            report_clone_id(all->m, other, member);
            report_same_address(all->m, other, member);
        }
    }
}

/* -- members ------------------------------------------------------------------------------------ */

static void add_member(merge_members_t *all, const merge_input_t *input, const plugin_cfg_server_t *server)
{
    int is_backup = server->tier == PLUGIN_CFG_BACKUP || (input->is_backup && all->has_primary);
    merge_member_t *member = apr_pcalloc(all->m->p, sizeof(*member));
    const merge_member_t *same = find_same(all, input, server);

    *member = (merge_member_t){ all->list->nelts, input, server, server->name,
                          is_backup ? PLUGIN_CFG_BACKUP : PLUGIN_CFG_PRIMARY };
    if (same) {
        compare_servers(all->m, same, member);
        return;
    }
    report_similar(all, member);
    if (all->m->numbered) {
        member->name = apr_psprintf(all->m->p, "%s_%d", server->name, input->number);
    }
    member->name = wlmcfg_merge_name(&all->names, member->name, 0);
    APR_ARRAY_PUSH(all->list, merge_member_t *) = member;
    note_member(all, member);
}

void wlmcfg_merge_members_add(merge_members_t *all, const merge_source_t *source)
{
    const plugin_cfg_cluster_t *cluster = source->route->cluster;
    int i;

    for (i = 0; i < cluster->primaries->nelts; ++i) {
        add_member(all, source->input, APR_ARRAY_IDX(cluster->primaries, i, plugin_cfg_server_t *));
    }
    for (i = 0; i < cluster->backups->nelts; ++i) {
        add_member(all, source->input, APR_ARRAY_IDX(cluster->backups, i, plugin_cfg_server_t *));
    }
}

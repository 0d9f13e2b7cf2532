/* `wlmcfg merge`, the clusters of the merged file: their names, and the servers in them. On main()'s thread.
 *
 * A cluster of one file is copied as it is. One of several has the attributes of the first and the members of all.
 */
#include <string.h>
#include <strings.h>
#include <apr_strings.h>
#include "compare/pairs.h"
#include "tools/wlmcfg/common/output.h"
#include "tools/wlmcfg/merge/model.h"
#include "tools/wlmcfg/merge/report.h"
#include "tools/wlmcfg/merge/tree.h"

/* A member of a cluster that is made from several */
typedef struct member_t {
    const merge_input_t *input;
    const plugin_cfg_server_t *server;
    const char *name;
    plugin_cfg_tier_t tier;
} member_t;

/* Such a cluster while it is made */
typedef struct draft_t {
    merge_t *m;
    const merge_cluster_t *cluster;
    xmlNode *node;
    apr_array_header_t *members;   /* member_t *: in the order in which they are to stand in the lists */
    apr_hash_t *names;
    int has_primary;               /* a file that is not for backup */
} draft_t;

/* -- names ------------------------------------------------------------------------------------- */

const char *wlmcfg_merge_name(apr_hash_t *used, const char *base, int is_counted, apr_pool_t *p)
{
    const char *name = is_counted ? NULL : base;
    int n;

    for (n = is_counted ? 0 : 2; !name || apr_hash_get(used, name, APR_HASH_KEY_STRING); ++n) {
        name = apr_psprintf(p, "%s_%d", base, n);
    }
    apr_hash_set(used, name, APR_HASH_KEY_STRING, name);
    return name;
}

static void name_cluster(const merge_t *m, merge_cluster_t *cluster, apr_hash_t *used)
{
    const merge_source_t *first = &MERGE_FIRST(cluster);
    const char *base = first->route->cluster->name;
    int is_shared = cluster->sources->nelts > 1;

    if (m->numbered) {
        base = is_shared ? apr_psprintf(m->p, "Shared_%d_Cluster", m->inputs->nelts)
                         : apr_psprintf(m->p, "%s_%d", base, first->input->number);
    }
    cluster->name = wlmcfg_merge_name(used, base, m->numbered && is_shared, m->p);
}

/* Clusters of one file get their names first: these keep their members, and directives of httpd name them */
static void name_clusters(merge_t *m)
{
    apr_hash_t *used = apr_hash_make(m->p);
    int pass, i;

    for (pass = 0; pass < 2; ++pass) {
        for (i = 0; i < m->clusters->nelts; ++i) {
            merge_cluster_t *cluster = APR_ARRAY_IDX(m->clusters, i, merge_cluster_t *);
            if ((cluster->sources->nelts > 1) == pass) {
                name_cluster(m, cluster, used);
            }
        }
    }
}

/* -- members ------------------------------------------------------------------------------------ */

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
        if (x->protocol != y->protocol || x->port != y->port || strcasecmp(x->host, y->host) != 0) {
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
static void compare_transports(merge_t *m, const member_t *kept, const member_t *lost)
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

static void compare_servers(merge_t *m, const member_t *kept, const member_t *lost)
{
    wlmcfg_merge_compare(m, "Server", kept->input, kept->server, lost->input, lost->server);
    compare_transports(m, kept, lost);
    if (kept->tier != lost->tier) {
        wlmcfg_merge_report(m, lost->input, lost->server->line, PLUGIN_CFG_WARNING,
                            "server \"%s\" is %s; in the merged file it is %s, as %s:%d has it", lost->server->name,
                            tier_name(lost->tier), tier_name(kept->tier), kept->input->cfg->file, kept->server->line);
    }
}

static void report_clone_id(merge_t *m, const member_t *first, const member_t *second)
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
static void report_same_address(merge_t *m, const member_t *first, const member_t *second)
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

static void add_member(draft_t *draft, const merge_input_t *input, const plugin_cfg_server_t *server)
{
    int is_backup = server->tier == PLUGIN_CFG_BACKUP || (input->is_backup && draft->has_primary), i;
    member_t *member = apr_pcalloc(draft->m->p, sizeof(*member));

    *member = (member_t){ input, server, server->name, is_backup ? PLUGIN_CFG_BACKUP : PLUGIN_CFG_PRIMARY };
    for (i = 0; i < draft->members->nelts; ++i) {
        const member_t *other = APR_ARRAY_IDX(draft->members, i, member_t *);
        if (other->input != input && is_same_server(other->server, server)) {
            compare_servers(draft->m, other, member);
            return;
        }
    }
    for (i = 0; i < draft->members->nelts; ++i) {
        const member_t *other = APR_ARRAY_IDX(draft->members, i, member_t *);
        if (other->input != input) { /* within one file the reader has a finding */
            report_clone_id(draft->m, other, member);
            report_same_address(draft->m, other, member);
        }
    }
    if (draft->m->numbered) {
        member->name = apr_psprintf(draft->m->p, "%s_%d", server->name, input->number);
    }
    member->name = wlmcfg_merge_name(draft->names, member->name, 0, draft->m->p);
    APR_ARRAY_PUSH(draft->members, member_t *) = member;
}

static void add_members(draft_t *draft, const merge_source_t *source)
{
    const plugin_cfg_cluster_t *cluster = source->route->cluster;
    int i;

    for (i = 0; i < cluster->primaries->nelts; ++i) {
        add_member(draft, source->input, APR_ARRAY_IDX(cluster->primaries, i, plugin_cfg_server_t *));
    }
    for (i = 0; i < cluster->backups->nelts; ++i) {
        add_member(draft, source->input, APR_ARRAY_IDX(cluster->backups, i, plugin_cfg_server_t *));
    }
}

/* -- writing ------------------------------------------------------------------------------------- */

static int is_member_element(const xmlNode *node)
{
    return plugin_cfg_is(node, "Server") || plugin_cfg_is(node, "PrimaryServers")
           || plugin_cfg_is(node, "BackupServers");
}

/* Copy other elements of a cluster from the first file; report those of the other files */
static void copy_other_elements(draft_t *draft, const merge_source_t *source, int is_first)
{
    const xmlNode *child = plugin_cfg_document_node(source->input->document, source->route->cluster)->children;

    for (; child; child = child->next) {
        if (child->type != XML_ELEMENT_NODE || is_member_element(child)) {
            continue;
        }
        if (is_first) {
            xmlNode *copy = xmlDocCopyNode((xmlNode *)child, draft->m->doc, 1);
            draft->m->is_complete &= copy && draft->node && xmlAddChild(draft->node, copy);
        }
        else {
            wlmcfg_merge_report(
                draft->m, source->input, plugin_cfg_line_of(child), PLUGIN_CFG_WARNING,
                "%s of ServerCluster \"%s\" is not in the merged file, where it is one with that of %s:%d",
                (const char *)child->name, source->route->cluster->name, MERGE_FIRST(draft->cluster).input->cfg->file,
                MERGE_FIRST(draft->cluster).route->cluster->line);
        }
    }
}

static void write_list(draft_t *draft, const char *element, plugin_cfg_tier_t tier)
{
    xmlNode *list = NULL;
    int i;

    for (i = 0; i < draft->members->nelts; ++i) {
        const member_t *member = APR_ARRAY_IDX(draft->members, i, member_t *);
        if (member->tier == tier) {
            list = list ? list : wlmcfg_output_element(draft->node, element);
            wlmcfg_merge_set(draft->m, wlmcfg_output_element(list, "Server"), "Name", member->name);
        }
    }
}

static void write_shared(merge_t *m, const merge_cluster_t *cluster, xmlNode *into)
{
    const merge_source_t *first = &MERGE_FIRST(cluster);
    draft_t draft = { m, cluster, NULL, apr_array_make(m->p, 8, sizeof(member_t *)), apr_hash_make(m->p), 0 };
    int i;

    draft.node = wlmcfg_merge_set(m, wlmcfg_merge_copy(m, into, first->input, first->route->cluster, 0), "Name",
                                  cluster->name);
    for (i = 0; i < cluster->sources->nelts; ++i) {
        draft.has_primary |= !APR_ARRAY_IDX(cluster->sources, i, merge_source_t).input->is_backup;
    }
    for (i = 0; i < cluster->sources->nelts; ++i) {
        const merge_source_t *source = &APR_ARRAY_IDX(cluster->sources, i, merge_source_t);
        if (i) {
            wlmcfg_merge_compare(m, "ServerCluster", first->input, first->route->cluster, source->input,
                                 source->route->cluster);
        }
        copy_other_elements(&draft, source, i == 0);
        add_members(&draft, source);
    }
    for (i = 0; i < draft.members->nelts; ++i) {
        const member_t *member = APR_ARRAY_IDX(draft.members, i, member_t *);
        wlmcfg_merge_set(m, wlmcfg_merge_copy(m, draft.node, member->input, member->server, 1), "Name", member->name);
    }
    write_list(&draft, "PrimaryServers", PLUGIN_CFG_PRIMARY);
    write_list(&draft, "BackupServers", PLUGIN_CFG_BACKUP);
}

void wlmcfg_merge_clusters(merge_t *m, xmlNode *into)
{
    int i;

    name_clusters(m);
    for (i = 0; i < m->clusters->nelts; ++i) {
        const merge_cluster_t *cluster = APR_ARRAY_IDX(m->clusters, i, merge_cluster_t *);
        const merge_source_t *first = &MERGE_FIRST(cluster);

        if (cluster->sources->nelts > 1) {
            write_shared(m, cluster, into);
        }
        else {
            wlmcfg_merge_set(m, wlmcfg_merge_copy(m, into, first->input, first->route->cluster, 1), "Name",
                             cluster->name);
        }
    }
}

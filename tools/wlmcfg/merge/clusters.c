/* `wlmcfg merge`, the clusters of the merged file: their names, and what is in them. On main()'s thread.
 *
 * A cluster of one file is copied as it is. One of several has the attributes of the first and the members of all.
 */
#include <apr_strings.h>
#include "tools/wlmcfg/common/output.h"
#include "tools/wlmcfg/merge/members.h"
#include "tools/wlmcfg/merge/model.h"
#include "tools/wlmcfg/merge/names.h"
#include "tools/wlmcfg/merge/report.h"
#include "tools/wlmcfg/merge/tree.h"

/* A cluster of several files while it is written */
typedef struct draft_t {
    merge_t *m;
    const merge_cluster_t *cluster;
    xmlNode *node;
    merge_members_t *members;
} draft_t;

/* -- names ------------------------------------------------------------------------------------- */

static void name_cluster(const merge_t *m, merge_cluster_t *cluster, const merge_names_t *names)
{
    const merge_source_t *first = &MERGE_FIRST(cluster);
    const char *base = first->route->cluster->name;
    int is_shared = cluster->sources->nelts > 1;

    if (m->numbered) {
        base = is_shared ? apr_psprintf(m->p, "Shared_%d_Cluster", m->inputs->nelts)
                         : apr_psprintf(m->p, "%s_%d", base, first->input->number);
    }
    cluster->name = wlmcfg_merge_name(names, base, m->numbered && is_shared);
}

/* Clusters of one file get their names first: these keep their members, and directives of httpd name them */
static void name_clusters(merge_t *m)
{
    const merge_names_t names = wlmcfg_merge_names(m->p);
    int pass, i;

    for (pass = 0; pass < 2; ++pass) {
        for (i = 0; i < m->clusters->nelts; ++i) {
            merge_cluster_t *cluster = APR_ARRAY_IDX(m->clusters, i, merge_cluster_t *);
            if ((cluster->sources->nelts > 1) == pass) {
                name_cluster(m, cluster, &names);
            }
        }
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
    const apr_array_header_t *members = wlmcfg_merge_members_list(draft->members);
    xmlNode *list = NULL;
    int i;

    for (i = 0; i < members->nelts; ++i) {
        const merge_member_t *member = APR_ARRAY_IDX(members, i, merge_member_t *);
        if (member->tier == tier) {
            list = list ? list : wlmcfg_output_element(draft->node, element);
            wlmcfg_merge_set(draft->m, wlmcfg_output_element(list, "Server"), "Name", member->name);
        }
    }
}

static void write_shared(merge_t *m, const merge_cluster_t *cluster, xmlNode *into)
{
    const merge_source_t *first = &MERGE_FIRST(cluster);
    draft_t draft = { m, cluster, NULL, wlmcfg_merge_members_make(m, cluster) };
    const apr_array_header_t *members;
    int i;

    draft.node = wlmcfg_merge_set(m, wlmcfg_merge_copy(m, into, first->input, first->route->cluster, 0), "Name",
                                  cluster->name);
    for (i = 0; i < cluster->sources->nelts; ++i) {
        const merge_source_t *source = &APR_ARRAY_IDX(cluster->sources, i, merge_source_t);
        if (i) {
            wlmcfg_merge_compare(m, "ServerCluster", first->input, first->route->cluster, source->input,
                                 source->route->cluster);
        }
        copy_other_elements(&draft, source, i == 0);
        wlmcfg_merge_members_add(draft.members, source);
    }
    members = wlmcfg_merge_members_list(draft.members);
    for (i = 0; i < members->nelts; ++i) {
        const merge_member_t *member = APR_ARRAY_IDX(members, i, merge_member_t *);
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

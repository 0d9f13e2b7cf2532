/* `wlmcfg merge`, the document of the merged file: that of the first file, but for clusters, groups and routes.
 * On main()'s thread. */
#include <apr_lib.h>
#include <apr_strings.h>
#include "tools/wlmcfg/common/output.h"
#include "tools/wlmcfg/merge/model.h"
#include "tools/wlmcfg/merge/report.h"
#include "tools/wlmcfg/merge/tree.h"

/* The elements of one kind, until they go where they belong */
typedef struct section_t {
    const char *heading;
    xmlNode *elements;
} section_t;

enum { CLUSTERS, HOSTS, URIS, ROUTES, SECTIONS };

static const char *list_of_files(const merge_t *m)
{
    const char *text = "";
    int i;

    for (i = 0; i < m->inputs->nelts; ++i) {
        const merge_input_t *input = APR_ARRAY_IDX(m->inputs, i, merge_input_t *);
        text = apr_pstrcat(m->p, text, i ? ", " : "", apr_filepath_name_get(input->cfg->file),
                           input->is_backup ? " (backup)" : "", NULL);
    }
    return text;
}

/* a ServerCluster may also have its old name, ServerGroup */
static int is_merged(const xmlNode *node)
{
    return plugin_cfg_is(node, "ServerCluster") || plugin_cfg_is(node, "VirtualHostGroup")
           || plugin_cfg_is(node, "UriGroup") || plugin_cfg_is(node, "Route");
}

static void copy_other_elements(merge_t *m, xmlNode *root)
{
    const merge_input_t *first = APR_ARRAY_IDX(m->inputs, 0, merge_input_t *);
    const xmlNode *child = plugin_cfg_document_node(first->document, first->cfg)->children;

    for (; child; child = child->next) {
        if (child->type == XML_ELEMENT_NODE && !is_merged(child)) {
            xmlNode *copy = xmlDocCopyNode((xmlNode *)child, m->doc, 1);
            m->is_complete &= copy && xmlAddChild(root, copy);
        }
    }
}

static void append_section(merge_t *m, xmlNode *root, const section_t *section)
{
    xmlNode *child;

    if (section->elements && section->elements->children) {
        m->is_complete &= wlmcfg_output_comment(root, section->heading, m->p);
    }
    while (section->elements && (child = section->elements->children) != NULL) {
        xmlUnlinkNode(child);
        xmlAddChild(root, child);
    }
    xmlFreeNode(section->elements);
}

static void compare_configs(merge_t *m)
{
    const merge_input_t *first = APR_ARRAY_IDX(m->inputs, 0, merge_input_t *);
    int i;

    for (i = 1; i < m->inputs->nelts; ++i) {
        const merge_input_t *input = APR_ARRAY_IDX(m->inputs, i, merge_input_t *);
        wlmcfg_merge_compare(m, "Config", first, first->cfg, input, input->cfg);
    }
}

int wlmcfg_merge_tree(merge_t *m)
{
    const merge_input_t *first = APR_ARRAY_IDX(m->inputs, 0, merge_input_t *);
    section_t sections[SECTIONS] = {
        { " Server Clusters ", NULL }, { " Virtual Host Groups ", NULL }, { " URI Groups ", NULL }, { " Routes ", NULL }
    };
    xmlNode *root;
    int i;

    m->is_complete = 1;
    m->doc = xmlNewDoc(BAD_CAST "1.0");
    if (!m->doc) {
        return 0;
    }
    for (i = 0; i < SECTIONS; ++i) {
        sections[i].elements = xmlNewDocNode(m->doc, NULL, BAD_CAST "Config", NULL);
    }
    compare_configs(m);
    wlmcfg_merge_clusters(m, sections[CLUSTERS].elements);
    wlmcfg_merge_routes(m, sections[HOSTS].elements, sections[URIS].elements, sections[ROUTES].elements);
    m->is_complete &= wlmcfg_output_comment((xmlNode *)m->doc, apr_psprintf(m->p, " Merged by wlmcfg from %s ",
                                                                          list_of_files(m)), m->p);
    root = wlmcfg_merge_copy(m, (xmlNode *)m->doc, first, first->cfg, 0);
    if (root) {
        copy_other_elements(m, root);
    }
    for (i = 0; i < SECTIONS; ++i) {
        append_section(m, root, &sections[i]);
    }
    return m->is_complete;
}

/* The tree of a file, kept beside its model for wlmcfg merge and import. On the thread of the reader. */
#include <apr_strings.h>
#include "plugin-cfg/private.h"

void plugin_cfg_remember(plugin_cfg_reader_t *reader, const void *model, const xmlNode *node)
{
    if (reader->document) {
        apr_hash_set(reader->document->nodes, apr_pmemdup(reader->p, &model, sizeof(model)), sizeof(model), node);
    }
}

const xmlNode *plugin_cfg_document_node(const plugin_cfg_document_t *document, const void *model)
{
    return apr_hash_get(document->nodes, &model, sizeof(model));
}

static apr_status_t free_tree(void *doc)
{
    xmlFreeDoc(doc);
    return APR_SUCCESS;
}

void plugin_cfg_keep_tree(plugin_cfg_reader_t *reader, xmlDoc *doc)
{
    if (reader->document) {
        reader->document->doc = doc;
        apr_pool_cleanup_register(reader->p, doc, free_tree, apr_pool_cleanup_null);
    }
    else {
        xmlFreeDoc(doc);
    }
}

/* `wlmcfg merge`, single elements of the merged file, copied from those of the inputs. On main()'s thread. */
#include "tools/wlmcfg/common/output.h"
#include "tools/wlmcfg/merge/model.h"
#include "tools/wlmcfg/merge/tree.h"

xmlNode *wlmcfg_merge_copy(merge_t *m, xmlNode *into, const merge_input_t *input, const void *model, int is_deep)
{
    const xmlNode *node = plugin_cfg_document_node(input->document, model);
    /* 2: the attributes, but not what is in it */
    xmlNode *copy = into ? xmlDocCopyNode((xmlNode *)node, m->doc, is_deep ? 1 : 2) : NULL;

    if (!copy || !xmlAddChild(into, copy)) {
        m->is_complete = 0;
        return NULL;
    }
    return copy;
}

xmlNode *wlmcfg_merge_set(merge_t *m, xmlNode *node, const char *name, const char *value)
{
    m->is_complete &= wlmcfg_output_set(node, name, value);
    return node;
}

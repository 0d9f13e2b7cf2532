/* From a tree to bytes; tools/wlmcfg/common/output.c writes them. On main()'s thread. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <apr_strings.h>
#include <apr_tables.h>
#include <libxml/xmlsave.h>
#include <libxml/xmlstring.h>
#include "tools/wlmcfg/common/output.h"

/* -- what is put in ------------------------------------------------------------------------- */

xmlNode *wlmcfg_output_element(xmlNode *parent, const char *name)
{
    return parent ? xmlNewChild(parent, NULL, BAD_CAST name, NULL) : NULL;
}

int wlmcfg_output_set(xmlNode *node, const char *name, const char *value)
{
    xmlAttr *attr, *next;

    if (!node || !value) {
        return node != NULL;
    }
    for (attr = node->properties; attr; attr = next) {
        next = attr->next;
        if (strcasecmp((const char *)attr->name, name) == 0) {
            xmlRemoveProp(attr);
        }
    }
    return xmlNewProp(node, BAD_CAST name, BAD_CAST value) != NULL;
}

int wlmcfg_output_comment(xmlNode *parent, const char *text, apr_pool_t *p)
{
    char *safe = apr_pstrdup(p, text), *c;
    int is_utf8 = xmlCheckUTF8(BAD_CAST text);
    xmlNode *node = xmlNewDocComment(parent ? parent->doc : NULL, NULL);

    for (c = safe; *c; ++c) {
        if ((unsigned char)*c < ' ' || *c == 127 || (!is_utf8 && (unsigned char)*c > 127)) {
            *c = '?';
        }
        else if (*c == '-' && (!c[1] || (c > safe && c[-1] == '-'))) {
            *c = '_'; /* "--" and a "-" at the end are not allowed */
        }
    }
    if (!node || !parent || !xmlAddChild(parent, node)) {
        xmlFreeNode(node);
        return 0;
    }
    xmlNodeSetContent(node, BAD_CAST safe);
    return node->content != NULL;
}

/* -- the same tree, the same bytes ------------------------------------------------------------ */

static int by_name(const void *a, const void *b)
{
    const xmlAttr *x = *(xmlAttr *const *)a, *y = *(xmlAttr *const *)b;
    int order = strcmp((const char *)x->name, (const char *)y->name);

    return order ? order : xmlStrcmp(x->ns ? x->ns->prefix : NULL, y->ns ? y->ns->prefix : NULL);
}

static void sort_attributes(xmlNode *node, apr_pool_t *p)
{
    apr_array_header_t *list = apr_array_make(p, 16, sizeof(xmlAttr *));
    xmlAttr *attr, **sorted;
    int i;

    for (attr = node->properties; attr; attr = attr->next) {
        APR_ARRAY_PUSH(list, xmlAttr *) = attr;
    }
    sorted = (xmlAttr **)list->elts;
    qsort(sorted, (size_t)list->nelts, sizeof(*sorted), by_name);
    for (i = 0; i < list->nelts; ++i) {
        sorted[i]->prev = i ? sorted[i - 1] : NULL;
        sorted[i]->next = i + 1 < list->nelts ? sorted[i + 1] : NULL;
    }
    node->properties = list->nelts ? sorted[0] : NULL;
}

/* libxml2 indents only what has no text beside it. The depth is bounded: by the reader, or by the writer's own code */
static void tidy(xmlNode *node, apr_pool_t *p)
{
    xmlNode *child, *next;

    sort_attributes(node, p);
    for (child = node->children; child; child = next) {
        next = child->next;
        if (child->type == XML_ELEMENT_NODE) {
            tidy(child, p);
        }
        else if (xmlIsBlankNode(child)) {
            xmlUnlinkNode(child);
            xmlFreeNode(child);
        }
    }
}

const char *wlmcfg_output_bytes(apr_size_t *plen, xmlDoc *doc, apr_pool_t *p)
{
    xmlNode *root = xmlDocGetRootElement(doc);
    xmlBuffer *buffer = xmlBufferCreate();
    xmlSaveCtxt *save = buffer ? xmlSaveToBuffer(buffer, "UTF-8", XML_SAVE_FORMAT) : NULL;
    const char *bytes = NULL;

    if (root) {
        tidy(root, p);
    }
    if (save && xmlSaveDoc(save, doc) >= 0 && xmlSaveClose(save) >= 0) {
        *plen = (apr_size_t)xmlBufferLength(buffer);
        bytes = apr_pstrmemdup(p, (const char *)xmlBufferContent(buffer), *plen);
    }
    if (buffer) {
        xmlBufferFree(buffer);
    }
    return bytes;
}

/* plugin-cfg/document.h: the model together with the XML that it was made from, for tools that write such files.
 *
 * The model says what a file means; what it has left out or never looked at (unknown attributes, comments, opaque
 * elements) is only in the tree. plugin_cfg_document_node() leads from a part of the model to its element.
 *
 *     plugin_cfg_document_t *document;
 *     if (plugin_cfg_read_document(&document, "plugin-cfg.xml", p) == APR_SUCCESS) {
 *         cluster = APR_ARRAY_IDX(document->cfg->clusters, 0, plugin_cfg_cluster_t *);
 *         node = plugin_cfg_document_node(document, cluster);
 *
 * The tree is to be read, not changed: it is freed with the pool. One thread at a time.
 */
#ifndef PLUGIN_CFG_DOCUMENT_H
#define PLUGIN_CFG_DOCUMENT_H

#include <apr_hash.h>
#include <libxml/tree.h>
#include "plugin-cfg/plugin_cfg.h"

typedef struct plugin_cfg_document_t {
    plugin_cfg_t *cfg;             /* never NULL */
    xmlDoc *doc;                   /* NULL when the file is not well-formed */
    apr_hash_t *nodes;             /* a part of the model -> its element */
} plugin_cfg_document_t;

/** As plugin_cfg_read(), and keeps the tree. @param pdocument  never NULL afterwards; lives in the pool */
apr_status_t plugin_cfg_read_document(plugin_cfg_document_t **pdocument, const char *file, apr_pool_t *p);

/** @param model  the plugin_cfg_t, or a cluster, server, transport, group, virtual host or Uri in it
 *  @return its element */
const xmlNode *plugin_cfg_document_node(const plugin_cfg_document_t *document, const void *model);

/** The attribute that the model has its value from: the first of that name in whatever case. @return NULL: none */
const xmlAttr *plugin_cfg_find_attribute(const xmlNode *node, const char *name);

/** The line on which an element or attribute begins. */
int plugin_cfg_line_of(const xmlNode *node);
/** The same for an attribute. */
int plugin_cfg_attr_line_of(const xmlAttr *attr);

/** Is this an element in its place, and that of this key in the schema? */
int plugin_cfg_is(const xmlNode *node, const char *key);
/** All children of a node that are elements of that key. */
#define PLUGIN_CFG_EACH(child, node, key) \
    for (child = (node)->children; child; child = child->next) \
        if (plugin_cfg_is(child, key))

#endif

/* plugin-cfg/tree.h: from bytes to a tree of elements that are known, for the files of the reader. On its thread.
 */
#ifndef PLUGIN_CFG_TREE_H
#define PLUGIN_CFG_TREE_H

#include "plugin-cfg/document.h"
#include "plugin-cfg/schema.h"

typedef struct plugin_cfg_reader_t plugin_cfg_reader_t;

/* -- plugin-cfg/text.c -- */

/** The first character beyond ASCII that cannot be seen, as <U+200B>. @return NULL: there is none */
const char *plugin_cfg_find_invisible(const char *text, apr_pool_t *p);

/* -- plugin-cfg/parse.c: bytes -> tree -- */

/** @param first_line  the number of data's first line
 *  @return the document, to be freed with xmlFreeDoc(); NULL when there is a finding that says why not */
xmlDoc *plugin_cfg_parse(plugin_cfg_reader_t *reader, const char *data, apr_size_t len, int first_line);
/* -- plugin-cfg/malformed.c: why bytes are no XML -- */

/** @param data  with a NUL at data[len]  @param first_line  the number of its first line
 *  @return what is wrong on line *pline and what to do; NULL: nothing that is known here */
const char *plugin_cfg_why_malformed(int *pline, const char *data, apr_size_t len, int first_line, apr_pool_t *p);
/** @return the line on which an HTML page begins; 0: it is none */
int plugin_cfg_html_line(const char *data, apr_size_t len, int first_line);

/* -- plugin-cfg/parse.c, again -- */

/** Does the value reach over several lines? XML has made blanks of the line breaks. */
int plugin_cfg_attr_is_broken(const xmlAttr *attr);

/** Where plugin-cfg/tree.c keeps what an element is. @return NULL for a node that has no such place */
const plugin_cfg_element_t **plugin_cfg_element_of(const xmlNode *node);

/* -- plugin-cfg/tree.c: the elements that are known and in their place -- */

/** Look at the whole tree; what is unknown, misplaced or repeated becomes a finding and is not seen by the others. */
void plugin_cfg_check_tree(plugin_cfg_reader_t *reader, const xmlNode *root);
/**
 * Report an attribute or Property that is not known where it stands, but may be elsewhere.
 * @param place  the element that it stands in
 * @param what   "attribute" or "Property"
 * @param id     the finding when it is known nowhere
 */
void plugin_cfg_report_unknown(plugin_cfg_reader_t *reader, const xmlNode *place, const char *what, const char *name,
                             int line, plugin_cfg_finding_id_t id);

#endif

/* plugin-cfg/private.h: what the reader's files share. A reader lives for one call of plugin_cfg_read().
 *
 * The way of a file: bytes (plugin-cfg/read.c), a tree whose nodes know their lines (plugin-cfg/parse.c), elements
 * that are known and in their place (plugin-cfg/tree.c), the model (plugin-cfg/build.c, _group.c, _cluster.c,
 * _server.c, _metrics.c, values by _value.c), and last what only the whole file can tell (plugin-cfg/check.c). What is
 * found goes through plugin-cfg/finding.c; _text.c makes it readable.
 */
#ifndef PLUGIN_CFG_PRIVATE_H
#define PLUGIN_CFG_PRIVATE_H

#include "plugin-cfg/document.h"
#include "plugin-cfg/schema.h"

typedef struct plugin_cfg_reader_t {
    plugin_cfg_t *cfg;
    plugin_cfg_document_t *document; /* NULL: the tree is not kept */
    apr_array_header_t *routes;    /* plugin_cfg_route_names_t *, resolved when everything is read */
    apr_hash_t *clusters;          /* name -> plugin_cfg_cluster_t *, and so on */
    apr_hash_t *uri_groups;
    apr_hash_t *virtual_host_groups;
    apr_hash_t *incomplete;        /* plugin_cfg_cluster_t * -> itself: an error has kept servers out of it */
    apr_hash_t *told;              /* what is told once for a file */
    int has_management;            /* there is an IntelligentManagement */
    apr_pool_t *p;
} plugin_cfg_reader_t;

/** A Route before its names are resolved. */
typedef struct plugin_cfg_route_names_t {
    const char *cluster, *uri_group, *virtual_host_group;
    int line;
} plugin_cfg_route_names_t;

/** A Property, or an element that has only a name. */
typedef struct plugin_cfg_property_t {
    const char *name, *value;
} plugin_cfg_property_t;

/** RequestMetrics, and filters or filterValues, as in the file; which choice is which: plugin-cfg/metrics.c. */
typedef struct plugin_cfg_metrics_t {
    int is_on, logs, level;
} plugin_cfg_metrics_t;
typedef struct plugin_cfg_filter_t {
    int is_on, type;
    const char *value;
} plugin_cfg_filter_t;

/* -- plugin-cfg/finding.c -- */

/** Once for a file: a generator writes all elements of a kind alike. @return 1 the first time that this is asked */
int plugin_cfg_is_first(plugin_cfg_reader_t *reader, const char *what);

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
 * Tell of an attribute or Property that is not known where it stands, but may be elsewhere.
 * @param place  the element that it stands in
 * @param what   "attribute" or "Property"
 * @param id     the finding when it is known nowhere
 */
void plugin_cfg_tell_unknown(plugin_cfg_reader_t *reader, const xmlNode *place, const char *what, const char *name,
                             int line, plugin_cfg_finding_id_t id);

/* -- plugin-cfg/document.c: for those who want the tree, too -- */

/** From now on plugin_cfg_document_node() finds the element of this part of the model. */
void plugin_cfg_remember(plugin_cfg_reader_t *reader, const void *model, const xmlNode *node);
/** The model is complete: keep the tree, or free it. */
void plugin_cfg_keep_tree(plugin_cfg_reader_t *reader, xmlDoc *doc);

/* -- plugin-cfg/value.c -- */

/**
 * Take all attributes of an element into the model: defaults first, then what is there. Unknown, wrong and missing
 * ones become findings.
 * @param element  a key of the schema
 * @param model    the struct that the schema's offsets are for; NULL when nothing is stored
 * @return 1, or 0 when a required attribute is missing or wrong
 */
int plugin_cfg_read_attributes(plugin_cfg_reader_t *reader, const xmlNode *node, const char *element, void *model);
/** The same for a Property element, whose name and value are attributes. */
void plugin_cfg_read_property(plugin_cfg_reader_t *reader, const xmlNode *node, const char *element, void *model);

/* -- the tree -> the model -- */

void plugin_cfg_build(plugin_cfg_reader_t *reader, const xmlNode *root);
void plugin_cfg_build_virtual_host_group(plugin_cfg_reader_t *reader, const xmlNode *node);
void plugin_cfg_build_uri_group(plugin_cfg_reader_t *reader, const xmlNode *node);
void plugin_cfg_build_request_metrics(plugin_cfg_reader_t *reader, const xmlNode *node);
void plugin_cfg_build_cluster(plugin_cfg_reader_t *reader, const xmlNode *node);
/** @return NULL when it cannot be used; *is_complete 0 when an error kept it or a transport from being read */
plugin_cfg_server_t *plugin_cfg_build_server(plugin_cfg_reader_t *reader, const xmlNode *node, int *is_complete);
/** Take the brackets from a transport's host, and tell when it can be none. */
void plugin_cfg_check_transport_host(plugin_cfg_reader_t *reader, plugin_cfg_transport_t *transport);
/** Host and port of a virtual host from its name. @return 0 when the name is of no use; a finding says why */
int plugin_cfg_parse_virtual_host(plugin_cfg_reader_t *reader, plugin_cfg_virtual_host_t *vhost);

/* -- plugin-cfg/check.c: what can be said when everything is read -- */

/** Resolve the routes, and look at the file as a whole. */
void plugin_cfg_check(plugin_cfg_reader_t *reader);

#endif

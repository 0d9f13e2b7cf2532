/* plugin_cfg_private.h: what the reader's files share. A reader lives for one call of plugin_cfg_read(). */
#ifndef PLUGIN_CFG_PRIVATE_H
#define PLUGIN_CFG_PRIVATE_H

#include <apr_hash.h>
#include <libxml/tree.h>
#include "plugin_cfg.h"
#include "plugin_cfg_schema.h"

typedef struct plugin_cfg_reader_t {
    plugin_cfg_t *cfg;
    int line_offset;               /* lines that were left out before the XML declaration */
    apr_array_header_t *routes;    /* plugin_cfg_route_names_t, resolved when everything is read */
    apr_pool_t *p;
} plugin_cfg_reader_t;

/** A Route before its names are resolved. */
typedef struct plugin_cfg_route_names_t {
    const char *cluster, *uri_group, *virtual_host_group;
    int line;
} plugin_cfg_route_names_t;

/* -- plugin_cfg_finding.c -- */

void plugin_cfg_add_finding(plugin_cfg_reader_t *reader, plugin_cfg_severity_t severity, int line, const char *id,
                            const char *format, ...) __attribute__((format(printf, 5, 6)));
/** By line; those of one line stay in the order in which they were found. */
void plugin_cfg_sort_findings(plugin_cfg_t *cfg);
int plugin_cfg_has_errors(const plugin_cfg_t *cfg);

/* -- plugin_cfg_value.c -- */

int plugin_cfg_line_of(const plugin_cfg_reader_t *reader, const xmlNode *node);
/** The value of an attribute, its name compared without case, trimmed; NULL when it is absent. */
const char *plugin_cfg_text_of(const plugin_cfg_reader_t *reader, const xmlNode *node, const char *name);
/**
 * Take all attributes of an element into the model: defaults first, then what is there. Unknown, wrong and missing
 * ones become findings.
 * @param element  as in the schema
 * @param model    the struct that the schema's offsets are for; NULL when nothing is stored
 * @return 1, or 0 when a required attribute is missing or wrong
 */
int plugin_cfg_read_attributes(plugin_cfg_reader_t *reader, const xmlNode *node, const char *element, void *model);
/** The same for a Property element, whose name and value are attributes. */
void plugin_cfg_read_property(plugin_cfg_reader_t *reader, const xmlNode *node, const char *element, void *model);

/* -- plugin_cfg_build.c: the tree of elements -> the model -- */

void plugin_cfg_build(plugin_cfg_reader_t *reader, const xmlNode *root);
/** Is this the element `name`? Another case is accepted with a note. */
int plugin_cfg_is_element(plugin_cfg_reader_t *reader, const xmlNode *node, const char *name);
void plugin_cfg_unknown_element(plugin_cfg_reader_t *reader, const xmlNode *node);

/* -- plugin_cfg_cluster.c: ServerCluster and what is in it -- */

void plugin_cfg_build_cluster(plugin_cfg_reader_t *reader, const xmlNode *node);

/* -- plugin_cfg_check.c: what can be said when everything is read -- */

/** Resolve the routes, and look at the file as a whole. */
void plugin_cfg_check(plugin_cfg_reader_t *reader);

#endif

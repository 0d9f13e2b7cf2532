/* plugin-cfg/xml.h: elements of a plugin-cfg.xml by name, for who changes a file's tree. One thread at a time.
 */
#ifndef PLUGIN_CFG_XML_H
#define PLUGIN_CFG_XML_H

#include <apr_pools.h>
#include <libxml/tree.h>

/** The tree of a text. @return NULL: it is no XML */
xmlDoc *plugin_cfg_xml_parse(const char *text);
/** Its element Config. @param doc  may be NULL @return NULL: it has none */
xmlNode *plugin_cfg_xml_config(xmlDoc *doc);
/** An element as text, in p. */
const char *plugin_cfg_xml_print(xmlDoc *doc, xmlNode *node, apr_pool_t *p);

/** Is the node an element of that name, in whatever case? */
int plugin_cfg_xml_is(const xmlNode *node, const char *name);
/** An attribute, in whatever case, as the reader has it. In p. @return NULL: there is none */
const char *plugin_cfg_xml_value(const xmlNode *node, const char *name, apr_pool_t *p);
/** Replace an attribute, in whatever case it is there. @param value  NULL: remove it */
void plugin_cfg_xml_set(xmlNode *node, const char *name, const char *value);

/** The first child of a kind. @return NULL: there is none */
xmlNode *plugin_cfg_xml_first(const xmlNode *in, const char *element);
/** The child of a kind with that Name. @return NULL: there is none */
xmlNode *plugin_cfg_xml_find(const xmlNode *in, const char *element, const char *name, apr_pool_t *p);
/** Add a reference to a server to PrimaryServers or BackupServers. */
void plugin_cfg_xml_list(xmlNode *tier, const char *server);

#endif

/* plugin-cfg/private.h: what the reader's files share. A reader lives for one call of plugin_cfg_read().
 * It belongs to the thread of that call.
 *
 * The way of a file: bytes (plugin-cfg/read.c), a tree whose nodes know their lines (plugin-cfg/parse.c), elements
 * that are known and in their place (plugin-cfg/tree.c), the model (plugin-cfg/build.c, group.c, cluster.c,
 * server.c, metrics.c, values by value.c), and last what only the whole file can tell (plugin-cfg/check.c). What is
 * found goes through plugin-cfg/finding.c; text.c makes it readable.
 */
#ifndef PLUGIN_CFG_PRIVATE_H
#define PLUGIN_CFG_PRIVATE_H

#include "plugin-cfg/document.h"
#include "plugin-cfg/properties.h"
#include "plugin-cfg/schema.h"
#include "plugin-cfg/tree.h"

struct plugin_cfg_reader_t {
    plugin_cfg_t *cfg;
    plugin_cfg_document_t *document; /* NULL: the tree is not kept */
    apr_array_header_t *routes;    /* plugin_cfg_route_names_t *, resolved when everything is read */
    apr_hash_t *clusters;          /* name -> plugin_cfg_cluster_t *, and so on */
    apr_hash_t *uri_groups;
    apr_hash_t *virtual_host_groups;
    apr_hash_t *incomplete;        /* plugin_cfg_cluster_t * -> itself: an error has kept servers out of it */
    apr_hash_t *reported;          /* what is reported once for a file */
    apr_hash_t *texts;             /* of the model, each once: text -> itself */
    int has_management;            /* there is an IntelligentManagement */
    apr_pool_t *p;                 /* of the model, and of nothing else */
    apr_pool_t *scratch;           /* of all that is not needed any more when the file was read */
};

/** A Route before its names are resolved. */
typedef struct plugin_cfg_route_names_t {
    const char *cluster, *uri_group, *virtual_host_group;
    int line;
} plugin_cfg_route_names_t;

/* -- plugin-cfg/finding.c -- */

/** Once for a file: a generator writes all elements of a kind alike. @return 1 the first time that this is asked */
int plugin_cfg_is_first(plugin_cfg_reader_t *reader, const char *what);

/* -- plugin-cfg/document.c: for callers that need the tree, too -- */

/** From now on plugin_cfg_document_node() finds the element of this part of the model. */
void plugin_cfg_remember(plugin_cfg_reader_t *reader, const void *model, const xmlNode *node);
/** The model is complete: keep the tree, or free it. */
void plugin_cfg_keep_tree(plugin_cfg_reader_t *reader, xmlDoc *doc);

/* -- plugin-cfg/text.c -- */

/** A text for the model: the same ones are one. */
const char *plugin_cfg_keep_text(plugin_cfg_reader_t *reader, const char *text);

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

/* -- the tree -> the model: each takes an element, and what is below it; what is wrong becomes a finding -- */

void plugin_cfg_build(plugin_cfg_reader_t *reader, const xmlNode *root);
void plugin_cfg_build_virtual_host_group(plugin_cfg_reader_t *reader, const xmlNode *node);
void plugin_cfg_build_uri_group(plugin_cfg_reader_t *reader, const xmlNode *node);
void plugin_cfg_build_request_metrics(plugin_cfg_reader_t *reader, const xmlNode *node);
void plugin_cfg_build_cluster(plugin_cfg_reader_t *reader, const xmlNode *node);
/** @return NULL when it cannot be used; *is_complete 0 when an error kept it or a transport from being read */
plugin_cfg_server_t *plugin_cfg_build_server(plugin_cfg_reader_t *reader, const xmlNode *node, int *is_complete);
/** Does a Hostname begin as that of a socket, which then needs no Port, whether it can be used or not? */
int plugin_cfg_is_meant_as_socket(const char *host);
/** Remove the brackets from a transport's host; add a finding when it can be neither a host nor a socket. */
void plugin_cfg_check_transport_host(plugin_cfg_reader_t *reader, plugin_cfg_transport_t *transport);
/** Host and port of a virtual host from its name. @return 0 when the name is of no use; a finding says why */
int plugin_cfg_parse_virtual_host(plugin_cfg_reader_t *reader, plugin_cfg_virtual_host_t *vhost);

/** What a cluster or server is from (plugin-cfg/given.h). @return NULL: the file */
const char *plugin_cfg_read_origin(plugin_cfg_reader_t *reader, const xmlNode *node);

/* -- plugin-cfg/check.c: what can be said when everything is read -- */

/** Resolve the routes, and look at the file as a whole. */
void plugin_cfg_check(plugin_cfg_reader_t *reader);

#endif

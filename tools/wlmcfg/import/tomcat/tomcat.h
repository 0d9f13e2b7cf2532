/* tools/wlmcfg/import/tomcat/tomcat.h: what the files of `wlmcfg import tomcat` share. On main()'s thread. */
#ifndef WLMCFG_IMPORT_TOMCAT_TOMCAT_H
#define WLMCFG_IMPORT_TOMCAT_TOMCAT_H

#include <libxml/tree.h>
#include "tools/wlmcfg/import/common/model.h"

/** Services of one name, over all files, are one cluster. */
typedef struct tomcat_t {
    import_t *import;
    apr_hash_t *clusters;          /* name of the Service -> import_cluster_t * */
    apr_hash_t *hosts;             /* name of a Host -> plugin_cfg_virtual_host_group_t * */
    /* of the present file */
    const char *file;
    const char *host;              /* on which it is, by the command line; NULL: not given */
    int port_offset;
} tomcat_t;

/** @param words  "HOST=server.xml" or "server.xml"  @return 0 when the call is wrong; the reason is on standard
 *  error */
int wlmcfg_import_tomcat(import_t *import, char **words, int n);

/* -- tools/wlmcfg/import/tomcat/read.c -- */

/** The line of an element. */
source_line_t wlmcfg_tomcat_source_line(const tomcat_t *tomcat, const xmlNode *node);
/** An attribute, its variables replaced. @return NULL: it is not there, or there is a finding about its value */
const char *wlmcfg_tomcat_get(const tomcat_t *tomcat, const xmlNode *node, const char *name);
/** All children that are elements of that name. */
#define TOMCAT_EACH(child, node, element) \
    for (child = (node)->children; child; child = child->next) \
        if (child->type == XML_ELEMENT_NODE && strcmp((const char *)child->name, element) == 0)

/* -- tools/wlmcfg/import/tomcat/member.c, rules.c -- */

/** Add a Service as a member. @return the cluster; NULL: there is none, and a finding says why */
import_cluster_t *wlmcfg_tomcat_add_member(tomcat_t *tomcat, const xmlNode *service, const xmlNode *engine);
/** Add the Hosts and Contexts of an Engine as rules. */
void wlmcfg_tomcat_add_rules(tomcat_t *tomcat, const xmlNode *engine, import_cluster_t *cluster);

#endif

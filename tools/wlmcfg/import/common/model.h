/* tools/wlmcfg/import/common/model.h: what `wlmcfg import` makes of a configuration before it writes plugin-cfg.xml.
 * On main()'s thread.
 *
 * A reader of one format (import/jk/, import/httpd/, import/tomcat/) makes clusters, members and rules of it, or lines
 * of httpd's configuration, and findings about what cannot be carried over; members.c sets tiers and weights, rules.c
 * makes URI groups and Routes, xml.c the file. Servers, clusters and groups are those of the reader of plugin-cfg.xml,
 * so its schema says how they are written.
 */
#ifndef WLMCFG_IMPORT_COMMON_MODEL_H
#define WLMCFG_IMPORT_COMMON_MODEL_H

#include <apr_hash.h>
#include "plugin-cfg/plugin_cfg.h"

/** The line of a source file that something comes from. */
typedef struct source_line_t {
    const char *file;
    int line;
} source_line_t;

/** A member to be: the server, and what decides about its tier and weight. */
typedef struct import_member_t {
    plugin_cfg_server_t *server;
    plugin_cfg_transport_t *transport; /* its first one */
    int load;                      /* hundredths of the weight that the source gives it; 0: no new sessions */
    int number;                    /* of the cluster's, from 0 */
    int tier;                      /* the least one is primary; the others are backups in this order */
    int retry_interval;            /* seconds, -1: not given */
    source_line_t at;
} import_member_t;

typedef struct import_cluster_t {
    plugin_cfg_cluster_t *cluster;
    apr_array_header_t *members;   /* import_member_t * */
    apr_hash_t *names;             /* of these: as that of import_t */
    const char *cookie, *url_identifier; /* of its sessions; NULL: the usual ones */
    source_line_t at;
} import_cluster_t;

/** "Requests for this pattern go to that cluster", or, without a cluster, to none. */
typedef struct import_rule_t {
    const char *pattern;           /* as in a Uri */
    import_cluster_t *cluster;
    plugin_cfg_virtual_host_group_t *hosts; /* NULL: every host */
    const char *cookie, *url_identifier; /* of its sessions; NULL: those of the cluster */
    source_line_t at;
} import_rule_t;

typedef struct import_t {
    plugin_cfg_t *cfg;             /* what will be written; ->findings: about the source */
    apr_array_header_t *clusters;  /* import_cluster_t * */
    apr_hash_t *names;             /* of clusters -> int *, the number that the next one of that name gets */
    apr_hash_t *hosts;             /* "group host" of those that groups of hosts have */
    apr_array_header_t *rules;     /* import_rule_t *, the one that the source tries first is first */
    apr_hash_t *reported;          /* findings, to add each once: a template is read for every worker that has it */
    apr_hash_t *comments;          /* a part of cfg -> array of const char *, parts of the comment before it */
    /* from the command line */
    apr_array_header_t *ports;     /* const char *: "AJP=HTTP" or "HOST:AJP=HTTP" */
    apr_array_header_t *uris;      /* const char * */
    apr_hash_t *defines;           /* name -> value */
    const char *cluster_name;      /* NULL: as the source has it */
    /* the result, when it is not a plugin-cfg.xml: lines of httpd's configuration; NULL: it is one */
    const char *text;
    apr_pool_t *p;
} import_t;

/** Make what is empty at the start: all but what is from the command line. ->p is set. */
void wlmcfg_import_make_model(import_t *import);

#endif

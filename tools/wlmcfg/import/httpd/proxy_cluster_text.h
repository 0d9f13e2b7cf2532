/* tools/wlmcfg/import/httpd/proxy_cluster_text.h: what `wlmcfg import mod_proxy_cluster` has kept of the source, and
 * the lines that are made of it. On main()'s thread. */
#ifndef WLMCFG_IMPORT_HTTPD_PROXY_CLUSTER_TEXT_H
#define WLMCFG_IMPORT_HTTPD_PROXY_CLUSTER_TEXT_H

#include "tools/wlmcfg/import/httpd/directives.h"

/** The registry's file in the result. */
#define PROXY_CLUSTER_REGISTRY "/var/lib/mod_wlm/registry/nodes.xml"

typedef enum {
    KEPT_MESSAGES, /* the host receives messages of nodes */
    KEPT_STATUS, /* the section shows the nodes */
    KEPT_REQUIRE, /* who has access there */
    KEPT_LINE /* a directive of no concern, which stays as it is */
} kept_kind_t;

typedef struct kept_t {
    kept_kind_t kind;
    const httpd_scope_t *scope; /* where it stands */
    const char *section; /* and in which section of it, as "Location /x"; NULL: in none */
    source_line_t section_at;
    const char *text; /* the line */
    source_line_t at;
} kept_t;

typedef struct proxy_cluster_t {
    httpd_t httpd; /* the first field, so one is found by the other */
    apr_array_header_t *kept; /* kept_t */
    apr_array_header_t *settings; /* const char *: lines for the whole of httpd, each with its remark */
    int receives_messages; /* some host does */
    int has_config_by_host; /* the registry serves some virtual hosts only */
    int allows_commands; /* on the status page */
} proxy_cluster_t;

/** A remark with the place of something, in p. */
const char *wlmcfg_proxy_cluster_remark(source_line_t at, apr_pool_t *p);

/** The result, in import->p. */
const char *wlmcfg_proxy_cluster_text(const proxy_cluster_t *cluster);

/** Where a host receives messages, for a node's list of proxies: "10.0.0.1:6666". */
const char *wlmcfg_proxy_cluster_address(const httpd_scope_t *scope);

#endif

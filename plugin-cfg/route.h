/* plugin-cfg/route.h: the part of the model that says which requests go to which cluster. See plugin-cfg/plugin_cfg.h.
 * Immutable once it was read, for any thread.
 */
#ifndef PLUGIN_CFG_ROUTE_H
#define PLUGIN_CFG_ROUTE_H

#include <apr_tables.h>
#include "plugin-cfg/cluster.h"

typedef struct plugin_cfg_virtual_host_t {
    const char *name;              /* as in the file, "host:port" */
    const char *host;              /* lower case, IPv6 without brackets; NULL for "*" */
    int port;                      /* 0 for "*" */
    int line;
} plugin_cfg_virtual_host_t;

typedef struct plugin_cfg_virtual_host_group_t {
    const char *name;
    apr_array_header_t *hosts;     /* plugin_cfg_virtual_host_t * */
    int line;
} plugin_cfg_virtual_host_group_t;

typedef struct plugin_cfg_uri_t {
    const char *name;              /* the pattern; '*' is the only wildcard */
    const char *affinity_cookie;   /* default JSESSIONID */
    const char *affinity_url_identifier; /* default jsessionid */
    int line;
} plugin_cfg_uri_t;

typedef struct plugin_cfg_uri_group_t {
    const char *name;
    apr_array_header_t *uris;      /* plugin_cfg_uri_t * */
    int line;
} plugin_cfg_uri_group_t;

/** A route that has an effect: its names all exist, and its cluster has a member. */
typedef struct plugin_cfg_route_t {
    const plugin_cfg_cluster_t *cluster;
    const plugin_cfg_uri_group_t *uri_group;             /* NULL: every URI */
    const plugin_cfg_virtual_host_group_t *virtual_host_group; /* NULL: every host */
    int line;
} plugin_cfg_route_t;

/** A route that has none. Which requests it was meant for is known only as far as its groups are there. */
typedef struct plugin_cfg_lost_route_t {
    const char *cluster;           /* as in the file, as the names of the groups; those: NULL when absent */
    const char *uri_group_name, *virtual_host_group_name;
    const plugin_cfg_uri_group_t *uri_group;             /* NULL: not named, or not there */
    const plugin_cfg_virtual_host_group_t *virtual_host_group; /* likewise */
    const char *why;               /* "ServerCluster "c" is not in the file" */
    int line;
} plugin_cfg_lost_route_t;

#endif

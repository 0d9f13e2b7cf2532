/* tools/wlmcfg/import/common/members.h: clusters and their members. On main()'s thread. */
#ifndef WLMCFG_IMPORT_COMMON_MEMBERS_H
#define WLMCFG_IMPORT_COMMON_MEMBERS_H

#include "tools/wlmcfg/import/common/model.h"

/** Add a cluster with the defaults of the schema. @param name  gets a number when there is one of that name already */
import_cluster_t *wlmcfg_import_add_cluster(import_t *import, source_line_t at, const char *name);
/** Add a member with one transport, whose host and port are to be set. */
import_member_t *wlmcfg_import_add_member(import_t *import, import_cluster_t *cluster, source_line_t at,
                                          const char *name);
/** Take the member away that was added last. */
void wlmcfg_import_drop_member(import_cluster_t *cluster);
/** Add a transport with the defaults of the schema to a member. */
plugin_cfg_transport_t *wlmcfg_import_add_transport(import_t *import, import_member_t *member);

/** Make a group without hosts. @param name  is not copied */
plugin_cfg_virtual_host_group_t *wlmcfg_import_make_hosts(import_t *import, const char *name);
/** Add a host, unless the group has it. @param name  "host:port" */
void wlmcfg_import_add_host(import_t *import, plugin_cfg_virtual_host_group_t *hosts, const char *name);

/** Set host and port of a member that the source reaches by AJP: the port is that of --port; without it the AJP port
 *  stays, with a warning that the HTTP port must be given. */
void wlmcfg_import_set_ajp(import_t *import, import_member_t *member, const char *host, int port);

/** Set tiers, weights and RetryInterval of all clusters, and put these into import->cfg. */
void wlmcfg_import_complete_clusters(import_t *import);

#endif

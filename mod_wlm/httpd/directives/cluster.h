/* httpd/directives/cluster.h: the directives about clusters (balance/option_table.h): for all of them, or in
 * <WLMCluster NAME> for one; and those about the memory that all clusters share.
 */
#ifndef WLM_HTTPD_DIRECTIVES_CLUSTER_H
#define WLM_HTTPD_DIRECTIVES_CLUSTER_H

#include "balance/options.h"
#include "httpd/directives/kinds.h"

WLM_OPTIONS(WLM_PARSER)

/** For each row of WLM_OPTIONS; cmd->info is its wlm_directive_t. */
const char *wlm_directives_option(cmd_parms *cmd, void *dir, int n, char *const words[]);
/** WLMSlots MEMBERS [CLUSTERS] */
const char *wlm_directives_slots(cmd_parms *cmd, void *dir, const char *members, const char *clusters);
/** WLMRefuseEmpty On|Off */
const char *wlm_directives_refuse_empty(cmd_parms *cmd, void *dir, int on);
/** WLMStateFile PATH */
const char *wlm_directives_state_file(cmd_parms *cmd, void *dir, const char *path);
/** <WLMCluster NAME> */
const char *wlm_directives_section(cmd_parms *cmd, void *dir, const char *args);
/** Before the configuration is read (again). */
void wlm_directives_reset(apr_pool_t *pconf);
/** Warn of sections for clusters that no file has. */
void wlm_directives_log_findings(server_rec *s);

#endif

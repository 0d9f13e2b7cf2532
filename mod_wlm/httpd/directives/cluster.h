/* httpd/directives/cluster.h: the directives about clusters (balance/option_table.h): for all of them, or in
 * <WLMCluster NAME> for one. In the parent, while httpd reads its configuration.
 */
#ifndef WLM_HTTPD_DIRECTIVES_CLUSTER_H
#define WLM_HTTPD_DIRECTIVES_CLUSTER_H

#include "balance/options.h"
#include "httpd/directives/kinds.h"

WLM_OPTIONS(WLM_PARSER)

/** For each row of WLM_OPTIONS; cmd->info is its wlm_directive_t. */
const char *wlm_directives_option(cmd_parms *cmd, void *dir, int n, char *const words[]);
/** <WLMCluster NAME> */
const char *wlm_directives_section(cmd_parms *cmd, void *dir, const char *args);
/** Before the configuration is read (again). */
void wlm_directives_reset(apr_pool_t *pconf);
/** Warn of sections for clusters that no file has. */
void wlm_directives_log_findings(server_rec *s);

#endif

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
/** The configuration has been read: WLMDefaults counts wherever no directive has set an option, whatever came first; a
 *  random key where there is none of WLMAffinityKey. */
void wlm_directives_complete(apr_pool_t *pconf);
/** Log which defaults are at work, and what that means. @param flags  0, or APLOG_STARTUP: on the terminal */
void wlm_directives_log_defaults(int flags, const server_rec *s, apr_pool_t *p);
/** Warn of sections for clusters that no file has and of other directives without effect, and say what it means where
 *  WLMAffinity has no key. @param flags  0, or APLOG_STARTUP: on the terminal, with s NULL */
void wlm_directives_log_findings(int flags, const server_rec *s, apr_pool_t *ptemp);

#endif

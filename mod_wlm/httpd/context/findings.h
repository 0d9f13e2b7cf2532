/* httpd/context/findings.h: logs the findings of plugin-cfg.xml files.
 * In the parent, or on the thread that reloads a file. */
#ifndef WLM_HTTPD_CONTEXT_FINDINGS_H
#define WLM_HTTPD_CONTEXT_FINDINGS_H

#include <httpd.h>
#include "plugin-cfg/plugin_cfg.h"

/** Log one finding. @param flags  0, or APLOG_STARTUP: on the terminal */
void wlm_findings_log_one(const plugin_cfg_finding_t *finding, int flags, const server_rec *s, apr_pool_t *ptemp);
/** Log the findings of a file that are at least so severe. */
void wlm_findings_log(const plugin_cfg_t *cfg, plugin_cfg_severity_t least, int flags, const server_rec *s);
/** Log the findings of all files. */
void wlm_findings_log_all(server_rec *s);
/** Before httpd starts, after it has read the configuration for the first time: can all files be used? Errors are
 *  logged on the terminal. (Reading the configuration must not fail because of them: `httpd -k stop` does it, too.) */
int wlm_findings_allow_start(server_rec *s);

#endif

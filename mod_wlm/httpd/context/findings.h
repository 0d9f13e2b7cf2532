/* httpd/context/findings.h: what is wrong with plugin-cfg.xml files, in the error log. */
#ifndef WLM_HTTPD_CONTEXT_FINDINGS_H
#define WLM_HTTPD_CONTEXT_FINDINGS_H

#include <httpd.h>
#include "plugin-cfg/plugin_cfg.h"

/** A finding about a file, in the error log. @param flags  0, or APLOG_STARTUP: on the terminal */
void wlm_findings_log_one(const plugin_cfg_finding_t *finding, int flags, const server_rec *s, apr_pool_t *ptemp);
/** Log the findings of a file that are at least so severe. */
void wlm_findings_log(const plugin_cfg_t *cfg, plugin_cfg_severity_t least, int flags, const server_rec *s);
/** Log the findings of all files. */
void wlm_findings_log_all(server_rec *s);
/** httpd is about to start, after its first reading of the configuration: can all files be used? What is wrong is
 *  logged on the terminal. (That reading itself must not fail by them: `httpd -k stop` makes it, too.) */
int wlm_findings_allow_start(server_rec *s);

#endif

/* httpd/runtime/log.h: the module's messages in a file of their own (WLMLog).
 * Opened in the parent, written by any thread of any process. */
#ifndef WLM_HTTPD_RUNTIME_LOG_H
#define WLM_HTTPD_RUNTIME_LOG_H

#include <httpd.h>
#include <http_core.h>

/** In the parent, when the configuration is complete, for this configuration: open the file, set the level. What does
 *  not work is logged, and no error of the start. */
void wlm_log_open(apr_pool_t *pconf, server_rec *s);
/** Hook error_log. */
void wlm_log_write(const ap_errorlog_info *info, const char *message);

#endif

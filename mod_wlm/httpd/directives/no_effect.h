/* httpd/directives/no_effect.h: what the configuration says without effect, or to the harm of applications, or what
 * it lacks, although each line is right by itself. In the parent, when the configuration has been read.
 */
#ifndef WLM_HTTPD_DIRECTIVES_NO_EFFECT_H
#define WLM_HTTPD_DIRECTIVES_NO_EFFECT_H

#include <httpd.h>

/** Warn of each such directive, and say what it means where one is not there.
 *  @param flags  0, or APLOG_STARTUP: on the terminal, with s NULL */
void wlm_directives_log_no_effect(int flags, const server_rec *s, apr_pool_t *p);

#endif

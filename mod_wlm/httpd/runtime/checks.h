/* httpd/runtime/checks.h: active health checks. */
#ifndef WLM_HTTPD_RUNTIME_CHECKS_H
#define WLM_HTTPD_RUNTIME_CHECKS_H

#include <httpd.h>

/** Active health checks: called again and again in each child process; one of them does the checks. */
void wlm_checks_run(server_rec *s);
/** The process ends: wait for the checks that are under way, and let another process go on. */
void wlm_checks_stop(void);
/** Is one of the clusters checked? */
int wlm_checks_are_on(void);

#endif

/* httpd/runtime/checks.h: active health checks. They run in the child process that holds the lease. */
#ifndef WLM_HTTPD_RUNTIME_CHECKS_H
#define WLM_HTTPD_RUNTIME_CHECKS_H

#include <httpd.h>

/** Called every 100 ms in each child process: the lease holder starts the checks that are due. */
void wlm_checks_run(server_rec *s);
/** When the process ends: wait for the checks under way, and release the lease. */
void wlm_checks_stop(void);
/** Do directives turn checks on for any cluster? */
int wlm_checks_are_on(void);

#endif

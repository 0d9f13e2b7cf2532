/* httpd/runtime/checks.h: active health checks, and questions to members' agents. They run in the child process that
 * holds the lease. */
#ifndef WLM_HTTPD_RUNTIME_CHECKS_H
#define WLM_HTTPD_RUNTIME_CHECKS_H

#include <httpd.h>

/** Called every 100 ms in each child process: the lease holder has the checks of the current versions run. */
void wlm_checks_run(server_rec *s);
/** When the process ends: nothing is concluded from checks that are under way; release the lease. */
void wlm_checks_stop(void);
/** Do directives turn checks on for any cluster, or give its members agents? */
int wlm_checks_are_on(void);

#endif

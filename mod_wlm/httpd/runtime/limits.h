/* httpd/runtime/limits.h: the limit of open files. */
#ifndef WLM_HTTPD_RUNTIME_LIMITS_H
#define WLM_HTTPD_RUNTIME_LIMITS_H

#include <httpd.h>

/** In the parent, when the configuration is complete: warn when a process may open fewer files than it may need. */
void wlm_limits_check(server_rec *s);

#endif

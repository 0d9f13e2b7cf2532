/* httpd/runtime/periodic.h: periodic work in threads of mod_watchdog. */
#ifndef WLM_HTTPD_RUNTIME_PERIODIC_H
#define WLM_HTTPD_RUNTIME_PERIODIC_H

#include <httpd.h>

/** After wlm_life_begin(), in the parent. @return APR_SUCCESS, or an error that keeps httpd from starting */
apr_status_t wlm_periodic_register(apr_pool_t *pconf, server_rec *s);

#endif

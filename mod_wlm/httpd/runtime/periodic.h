/* httpd/runtime/periodic.h: periodic work in threads of mod_watchdog. */
#ifndef WLM_HTTPD_RUNTIME_PERIODIC_H
#define WLM_HTTPD_RUNTIME_PERIODIC_H

#include <httpd.h>
#include <mod_watchdog.h>

/** After wlm_life_begin(), in the parent. @return APR_SUCCESS, or an error that keeps httpd from starting */
apr_status_t wlm_periodic_register(apr_pool_t *pconf, server_rec *s);
/** Have more work done in each child, in a thread of its own. In the parent.
 *  @param name  the watchdog's  @param s  its data */
apr_status_t wlm_periodic_add(const char *name, apr_interval_time_t every, ap_watchdog_callback_fn_t *work,
                              server_rec *s, apr_pool_t *pconf);

#endif

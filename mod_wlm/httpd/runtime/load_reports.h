/* httpd/runtime/load_reports.h: the weights of a cluster follow what its members report (balance/reports.h), and the
 * log tells of it. In the process that has the lease, on the watchdog's thread. */
#ifndef WLM_HTTPD_RUNTIME_LOAD_REPORTS_H
#define WLM_HTTPD_RUNTIME_LOAD_REPORTS_H

#include <httpd.h>
#include "balance/model.h"

/** Once a second. @param p  scratch */
void wlm_load_reports_update(wlm_cluster_t *cluster, server_rec *s, apr_time_t now, apr_pool_t *p);

#endif

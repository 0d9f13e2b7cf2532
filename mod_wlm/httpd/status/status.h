/* httpd/status/status.h: the section in mod_status' page, and the handler wlm-status.
 * Runs on the thread that answers the request. */
#ifndef WLM_HTTPD_STATUS_STATUS_H
#define WLM_HTTPD_STATUS_STATUS_H

#include <httpd.h>

/** Add the section to mod_status' page. */
void wlm_status_register(apr_pool_t *p);
/** The handler wlm-status. @return OK, DECLINED or an HTTP status */
int wlm_status_handler(request_rec *r);

#endif

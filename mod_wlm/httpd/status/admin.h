/* httpd/status/admin.h: administrative actions by POST on the handler wlm-status: permission, form and answer.
 * Runs on the thread that answers the request. */
#ifndef WLM_HTTPD_STATUS_ADMIN_H
#define WLM_HTTPD_STATUS_ADMIN_H

#include <httpd.h>

/** Handle a POST request. @return OK or an HTTP status */
int wlm_admin_post(request_rec *r);
/** Log a request for an action by another method than POST, which is not carried out. */
void wlm_admin_log_other_method(request_rec *r);
/** The value of the field "token" in the page's forms. In r->pool. @return NULL: this user may not administer members
 *  */
const char *wlm_admin_token(const request_rec *r);

#endif

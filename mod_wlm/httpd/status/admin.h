/* httpd/status/admin.h: administrative actions by POST on the handler wlm-status: who may, and the answer. */
#ifndef WLM_HTTPD_STATUS_ADMIN_H
#define WLM_HTTPD_STATUS_ADMIN_H

#include <httpd.h>

/** A POST request to the handler. @return OK or an HTTP status */
int wlm_admin_post(request_rec *r);
/** A request asks for an action by another method than POST: that is logged, and nothing is done. */
void wlm_admin_log_other_method(request_rec *r);
/** What the page's forms have as field "token". In r->pool. @return NULL: this request may not steer */
const char *wlm_admin_token(const request_rec *r);
/** What the previous action has done, for the page that the browser is redirected to.
 *  @param query  that of the request, decoded
 *  @return NULL: the query has no such text, or one that is not signed by this server */
const char *wlm_admin_result(request_rec *r, apr_table_t *query);

#endif

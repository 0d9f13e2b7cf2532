/* httpd/status/view.h: the view of all files and clusters, for one answer.
 * Runs on the thread that answers the request. */
#ifndef WLM_HTTPD_STATUS_VIEW_H
#define WLM_HTTPD_STATUS_VIEW_H

#include <httpd.h>
#include "view/out.h"
#include "view/view.h"

/** Make the view. @param events  with the members' events  @param p  holds it; the versions are in use as long as p */
wlm_view_t *wlm_status_view_make(int events, apr_pool_t *p);

/** Output to the request's client. */
wlm_out_t wlm_status_view_out(request_rec *r);

#endif

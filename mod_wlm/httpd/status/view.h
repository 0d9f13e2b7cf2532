/* httpd/status/view.h: the view of all files and clusters, for one answer.
 * Runs on the thread that answers the request. */
#ifndef WLM_HTTPD_STATUS_VIEW_H
#define WLM_HTTPD_STATUS_VIEW_H

#include <httpd.h>
#include "view/out.h"
#include "view/view.h"

/** Make the view. @param since  with the events from then on, ms since 1970; 0: all; WLM_VIEW_NO_EVENTS: none
 *  @param p  holds it; the versions are in use as long as p */
wlm_view_t *wlm_status_view_make(uint64_t since, apr_pool_t *p);

/**
 * The moment that a parameter `since` means: so long ago, such as "1h".
 * @param psince  ms since 1970; 0: all
 * @param text    NULL or "": all
 * @return 0: it is no such time, and *psince is 0
 */
int wlm_status_view_since(uint64_t *psince, const char *text);

/** Output to the request's client. */
wlm_out_t wlm_status_view_out(request_rec *r);

#endif

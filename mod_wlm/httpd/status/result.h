/* httpd/status/result.h: the result of an action, from the answer to a form to the page to which the browser is sent.
 * It is in a cookie, not in the URL, so that the page shows it once, and not again when it is loaded again.
 * On the thread that answers the request. */
#ifndef WLM_HTTPD_STATUS_RESULT_H
#define WLM_HTTPD_STATUS_RESULT_H

#include <httpd.h>

/** Give it to the browser. One that is too long is cut. */
void wlm_result_keep(request_rec *r, const char *result);

/** Take it back. @return NULL: there is none, or it is not signed by this server; in r->pool */
const char *wlm_result_take(request_rec *r);

#endif

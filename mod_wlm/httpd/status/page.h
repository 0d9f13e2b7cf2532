/* httpd/status/page.h: the page of the handler wlm-status. Runs on the thread that answers the request. */
#ifndef WLM_HTTPD_STATUS_PAGE_H
#define WLM_HTTPD_STATUS_PAGE_H

#include <httpd.h>

/** Answer with the page (view/page.h). */
void wlm_status_page_answer(request_rec *r);

#endif

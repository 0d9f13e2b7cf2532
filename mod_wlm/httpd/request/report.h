/* httpd/request/report.h: what is reported of a request when it has ended. On the thread that has the request. */
#ifndef WLM_HTTPD_REQUEST_REPORT_H
#define WLM_HTTPD_REQUEST_REPORT_H

#include "httpd/request/journey.h"

/** The request has ended, whether a member was found or not: environment, and a line in the log where RequestMetrics
 * wants one. @param status  what the handler returns */
void wlm_report_request(const wlm_journey_t *journey, int status);

/** The word for how it has ended, for WLM_OUTCOME: that of its last attempt, or no-member. Static. */
const char *wlm_report_outcome(const wlm_journey_t *journey);

#endif

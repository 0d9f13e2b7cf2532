/* httpd/request/span.h: the span of a client's request (WLMSpans): what happens to it, until its line is written. One
 * for the client's request, its subrequests and internal redirects together. On the thread that has the request. */
#ifndef WLM_HTTPD_REQUEST_SPAN_H
#define WLM_HTTPD_REQUEST_SPAN_H

#include "httpd/request/journey.h"

/** Before the first attempt: the request's trace context, and journey->span where there is a line to be written. */
void wlm_span_begin(wlm_journey_t *journey);

/* All of these do nothing without a span */
/** An attempt has ended. */
void wlm_span_note_attempt(const wlm_journey_t *journey);
/** The request has waited in its cluster's queue. @param waited  how long */
void wlm_span_note_queue(const wlm_journey_t *journey, apr_interval_time_t waited);
/** Its tunnel has ended. @param end  who has ended it, for WLM_TUNNEL */
void wlm_span_note_tunnel(const wlm_journey_t *journey, const char *end);
/** The journey is over. */
void wlm_span_end(const wlm_journey_t *journey);

/** Hook log_transaction: the client has got its answer, the line is written. */
int wlm_span_log(request_rec *r);

#endif

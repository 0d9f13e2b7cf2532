/* httpd/request/trace.h: W3C Trace Context of a request. On the thread that has the request. */
#ifndef WLM_HTTPD_REQUEST_TRACE_H
#define WLM_HTTPD_REQUEST_TRACE_H

#include <httpd.h>

/** Before the first attempt: give the request a trace context where it has none and WLMTraceparent says so; the
 * trace-id goes into the environment. */
void wlm_trace_begin(request_rec *r);

#endif

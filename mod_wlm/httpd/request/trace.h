/* httpd/request/trace.h: W3C Trace Context of a request. On the thread that has the request. */
#ifndef WLM_HTTPD_REQUEST_TRACE_H
#define WLM_HTTPD_REQUEST_TRACE_H

#include <httpd.h>

/** Before the first attempt: give the request a trace context where it has none and WLMTraceparent says so; the
 * trace-id goes into the environment. */
void wlm_trace_begin(request_rec *r);

/** The same for a request that may have a span of its own (WLMSpans): one that its caller samples gets an id of our own
 *  as its parent-id; without a caller it gets a new trace, whatever WLMTraceparent says but Unsampled.
 *  @param percent  of new traces are sampled
 *  @param pparent  the caller's field; NULL: the trace begins here
 *  @return the field that members get; NULL: there are no random numbers */
const char *wlm_trace_begin_span(request_rec *r, int percent, const char **pparent);

/** Another request on behalf of the same client (a subrequest, an error document) gets this field, too.
 *  @param is_new  the trace begins here: a tracestate is that of another one */
void wlm_trace_pass_on(request_rec *r, const char *field, int is_new);

#endif

/* W3C Trace Context: one for a request that has none. The field is the request's own from then on: all its attempts
 * carry the same, and %{traceparent}i logs it. On the thread that has the request. */
#include "httpd/request/trace.h"
#include <httpd.h>
#include <apr_general.h>
#include <apr_strings.h>
#include <http_log.h>
#include "http/trace_context.h"
#include "httpd/context/context.h"

static const char *make(request_rec *r, wlm_traceparent_t traceparent)
{
    unsigned char random[WLM_TRACE_CONTEXT_RANDOM];
    char *field = apr_palloc(r->pool, WLM_TRACE_CONTEXT_LENGTH + 1);
    apr_status_t rv = apr_generate_random_bytes(random, sizeof(random));

    if (rv != APR_SUCCESS) {
        ap_log_rerror(APLOG_MARK, APLOG_WARNING, rv, r, WLMNO(0060)
                      "no random numbers for a trace context; the request goes on without one");
        return NULL;
    }
    wlm_trace_context_make(field, random, traceparent == WLM_TRACEPARENT_ON);
    return field;
}

void wlm_trace_begin(request_rec *r)
{
    wlm_traceparent_t traceparent = wlm_config_of(r->server)->traceparent;
    const char *field = apr_table_get(r->headers_in, "traceparent"), *id = wlm_trace_context_id(field);

    if (!id && traceparent != WLM_TRACEPARENT_OFF && (field = make(r, traceparent)) != NULL) {
        apr_table_setn(r->headers_in, "traceparent", field);
        apr_table_unset(r->headers_in, "tracestate"); /* of a trace that is not known (3.3) */
        id = wlm_trace_context_id(field);
    }
    if (id) {
        apr_table_setn(r->subprocess_env, "WLM_TRACE_ID", apr_pstrmemdup(r->pool, id, WLM_TRACE_CONTEXT_ID_LENGTH));
    }
}

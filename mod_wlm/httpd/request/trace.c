/* W3C Trace Context: one for a request that has none, and a span's own id for members. The field is the request's own
 * from then on: all its attempts carry the same, and %{traceparent}i logs it. On the thread that has the request. */
#include "httpd/request/trace.h"
#include <httpd.h>
#include <apr_general.h>
#include <apr_strings.h>
#include <http_log.h>
#include "http/trace_context.h"
#include "httpd/context/context.h"

/* @return 0: there are none */
static int fill_random(request_rec *r, unsigned char *random, apr_size_t n)
{
    apr_status_t rv = apr_generate_random_bytes(random, n);

    if (rv != APR_SUCCESS) {
        ap_log_rerror(APLOG_MARK, APLOG_WARNING, rv, r, WLMNO(0060)
                      "no random numbers for a trace context; the request goes on without one");
    }
    return rv == APR_SUCCESS;
}

/* @param percent  of new traces are sampled, where WLMTraceparent does not say Unsampled */
static const char *make(request_rec *r, int percent)
{
    unsigned char random[WLM_TRACE_CONTEXT_RANDOM];
    char *field = apr_palloc(r->pool, WLM_TRACE_CONTEXT_LENGTH + 1);

    if (!fill_random(r, random, sizeof(random))) {
        return NULL;
    }
    wlm_trace_context_make(field, random, wlm_config_of(r->server)->traceparent != WLM_TRACEPARENT_UNSAMPLED
                                          && wlm_trace_context_is_chosen(random, percent));
    return field;
}

static const char *make_child(request_rec *r, const char *parent)
{
    unsigned char random[WLM_TRACE_CONTEXT_CHILD_RANDOM];
    char *field = apr_palloc(r->pool, WLM_TRACE_CONTEXT_LENGTH + 1);

    if (!fill_random(r, random, sizeof(random))) {
        return NULL;
    }
    wlm_trace_context_make_child(field, parent, random);
    return field;
}

static void note_id(request_rec *r, const char *id)
{
    apr_table_setn(r->subprocess_env, "WLM_TRACE_ID", apr_pstrmemdup(r->pool, id, WLM_TRACE_CONTEXT_ID_LENGTH));
}

void wlm_trace_pass_on(request_rec *r, const char *field, int is_new)
{
    apr_table_setn(r->headers_in, "traceparent", field);
    if (is_new) {
        apr_table_unset(r->headers_in, "tracestate"); /* of a trace that is not known (3.3) */
    }
    note_id(r, wlm_trace_context_id(field));
}

void wlm_trace_begin(request_rec *r)
{
    const char *field = apr_table_get(r->headers_in, "traceparent"), *id = wlm_trace_context_id(field);

    if (id) {
        note_id(r, id);
    }
    else if (wlm_config_of(r->server)->traceparent != WLM_TRACEPARENT_OFF && (field = make(r, 100)) != NULL) {
        wlm_trace_pass_on(r, field, 1);
    }
}

const char *wlm_trace_begin_span(request_rec *r, int percent, const char **pparent)
{
    const char *caller = apr_table_get(r->headers_in, "traceparent"), *field = caller;

    *pparent = wlm_trace_context_id(caller) ? caller : NULL;
    if (!*pparent) {
        field = make(r, percent);
    }
    else if (wlm_trace_context_is_sampled(caller)) {
        field = make_child(r, caller);
    }
    if (field) {
        wlm_trace_pass_on(r, field, !*pparent);
    }
    return field;
}

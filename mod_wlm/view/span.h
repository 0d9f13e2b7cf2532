/* view/span.h: a client's request as a span of OpenTelemetry, and its line for WLMSpans: an ExportTraceServiceRequest
 * with this one span in OTLP/JSON (https://opentelemetry.io/docs/specs/otlp/, JSON Protobuf Encoding). Names of
 * attributes are those of the semantic conventions for HTTP servers, and our own (wlm.). Made and printed on the thread
 * that has the request.
 */
#ifndef WLM_VIEW_SPAN_H
#define WLM_VIEW_SPAN_H

#include <apr_pools.h>
#include <apr_time.h>

/** The bytes of a line at most, with its end. What Linux writes to a pipe at once (PIPE_BUF): lines of several
 *  processes do not mix. Long texts are cut, then the last events are left out, and counted. */
#define WLM_SPAN_LINE_MAX 4096
/** Events of a span that are kept; more would not fit into a line. */
#define WLM_SPAN_EVENTS_MAX 16

/** What has happened to the request at a moment. Texts may be NULL, and numbers 0: there is no such attribute. */
typedef struct wlm_span_event_t {
    const char *name;              /* wlm.attempt, wlm.queue, wlm.tunnel */
    apr_time_t at;                 /* time of day */
    const char *cluster, *member;
    const char *outcome;           /* of an attempt */
    const char *tunnel;            /* who ended it */
    int status;                    /* of the member's response */
    apr_interval_time_t connect, first_byte, total;
} wlm_span_event_t;

/** What is the same in all lines. */
typedef struct wlm_span_source_t {
    const char *service;           /* service.name */
    const char *host;              /* host.name */
    const char *version;           /* of this module */
} wlm_span_source_t;

/** The span. Ids are hexadecimal, as in traceparent, and not NUL-terminated. Texts may be NULL, numbers 0. */
typedef struct wlm_span_t {
    const char *trace_id;          /* 32 characters */
    const char *span_id;           /* 16 characters */
    const char *parent_id;         /* 16 characters; NULL: the trace begins here */
    apr_time_t begun, ended;       /* time of day */
    const char *method, *route, *path, *scheme, *host, *client, *user_agent, *protocol;
    int port;
    int status;                    /* as the access log has it */
    const char *cluster, *member, *clone_id, *affinity, *outcome;
    int attempts;
    const char *error;             /* error.type; NULL: none */
    int failed;                    /* the span's status is "error" */
    wlm_span_event_t events[WLM_SPAN_EVENTS_MAX];
    int nevents;                   /* that have happened, also more than are kept */
} wlm_span_t;

/**
 * Print the line. Pure: allocates nothing.
 * @return its bytes, with the line end; 0: it did not fit, which texts of any length do not cause
 */
apr_size_t wlm_span_print(char line[WLM_SPAN_LINE_MAX], const wlm_span_t *span, const wlm_span_source_t *source);

#endif

/* A span as a line of OTLP/JSON: its head is bounded, then come as many events as fit. On the thread that has the
 * request. */
#include <string.h>
#include <apr_strings.h>
#include "view/json_text.h"
#include "view/span.h"

#define KIND_SERVER 2
#define STATUS_ERROR 2
#define OTHER_METHOD "_OTHER"      /* the conventions' word for what they do not know */
/* Bytes of texts, escaped */
#define NAME_MAX_BYTES 96
#define METHOD_MAX 32
#define ROUTE_MAX 192
#define PATH_MAX_BYTES 512
#define AGENT_MAX 256
#define TAIL_MAX 64                /* what stands behind the events */

typedef struct writer_t {
    char *at, *end;
    int is_full;                   /* something did not fit */
} writer_t;

static void put_bytes(writer_t *out, const char *text, apr_size_t length)
{
    if (length > (apr_size_t)(out->end - out->at)) {
        out->is_full = 1;
        return;
    }
    memcpy(out->at, text, length);
    out->at += length;
}

static void put(writer_t *out, const char *text)
{
    put_bytes(out, text, strlen(text));
}

static void put_number(writer_t *out, apr_int64_t number)
{
    char text[24];

    apr_snprintf(text, sizeof(text), "%" APR_INT64_T_FMT, number);
    put(out, text);
}

/* As much of it as may be, in whole characters */
static void put_text(writer_t *out, const char *text, apr_size_t max)
{
    apr_size_t room = (apr_size_t)(out->end - out->at);

    out->is_full |= room < max && room < strlen(text) * WLM_JSON_TEXT_MAX;
    out->at += wlm_json_text_put(out->at, room < max ? room : max, text);
}

/* Nanoseconds since 1970; 64 bits are a text in this JSON */
static void put_time(writer_t *out, const char *name, apr_time_t time)
{
    put(out, "\"");
    put(out, name);
    put(out, "\":\"");
    put_number(out, time);
    put(out, "000\",");
}

/* -- attributes ------------------------------------------------------------------------------------ */

static void begin_attribute(writer_t *out, const char *key, const char *type)
{
    put(out, out->at[-1] == '[' ? "{\"key\":\"" : ",{\"key\":\"");
    put(out, key);
    put(out, "\",\"value\":{\"");
    put(out, type);
    put(out, "\":\"");
}

static void put_attribute(writer_t *out, const char *key, const char *text, apr_size_t max)
{
    if (text) {
        begin_attribute(out, key, "stringValue");
        put_text(out, text, max);
        put(out, "\"}}");
    }
}

static void put_count(writer_t *out, const char *key, apr_int64_t number)
{
    begin_attribute(out, key, "intValue");
    put_number(out, number);
    put(out, "\"}}");
}

static void put_known(writer_t *out, const char *key, apr_int64_t number)
{
    if (number) {
        put_count(out, key, number);
    }
}

/* The values of http.request.method have a limit: a client may send any */
static const char *known_method(const char *method)
{
    static const char *const names[] = {
        "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "QUERY", NULL
    };
    int i;

    for (i = 0; names[i]; ++i) {
        if (strcmp(method, names[i]) == 0) {
            return names[i];
        }
    }
    return NULL;
}

static void put_http(writer_t *out, const wlm_span_t *span)
{
    const char *known = known_method(span->method);

    put_attribute(out, "http.request.method", known ? known : OTHER_METHOD, METHOD_MAX);
    put_attribute(out, "http.request.method_original", known ? NULL : span->method, METHOD_MAX);
    put_attribute(out, "http.route", span->route, ROUTE_MAX);
    put_attribute(out, "url.path", span->path, PATH_MAX_BYTES);
    put_attribute(out, "url.scheme", span->scheme, METHOD_MAX);
    put_known(out, "http.response.status_code", span->status);
    put_attribute(out, "server.address", span->host, NAME_MAX_BYTES);
    put_known(out, "server.port", span->port);
    put_attribute(out, "client.address", span->client, NAME_MAX_BYTES);
    put_attribute(out, "network.protocol.version", span->protocol, METHOD_MAX);
    put_attribute(out, "user_agent.original", span->user_agent, AGENT_MAX);
    put_attribute(out, "error.type", span->error, METHOD_MAX);
}

static void put_own(writer_t *out, const wlm_span_t *span)
{
    put_attribute(out, "wlm.cluster", span->cluster, NAME_MAX_BYTES);
    put_attribute(out, "wlm.member", span->member, NAME_MAX_BYTES);
    put_attribute(out, "wlm.clone_id", span->clone_id, NAME_MAX_BYTES);
    put_attribute(out, "wlm.affinity", span->affinity, METHOD_MAX);
    put_attribute(out, "wlm.outcome", span->outcome, METHOD_MAX);
    put_count(out, "wlm.attempts", span->attempts);
}

/* -- events ------------------------------------------------------------------------------------------ */

static void put_event(writer_t *out, const wlm_span_event_t *event)
{
    put(out, out->at[-1] == '[' ? "{" : ",{");
    put_time(out, "timeUnixNano", event->at);
    put(out, "\"name\":\"");
    put(out, event->name);
    put(out, "\",\"attributes\":[");
    put_attribute(out, "wlm.cluster", event->cluster, NAME_MAX_BYTES);
    put_attribute(out, "wlm.member", event->member, NAME_MAX_BYTES);
    put_attribute(out, "wlm.outcome", event->outcome, METHOD_MAX);
    put_attribute(out, "wlm.tunnel", event->tunnel, METHOD_MAX);
    put_known(out, "http.response.status_code", event->status);
    put_known(out, "wlm.time.connect", event->connect);
    put_known(out, "wlm.time.first_byte", event->first_byte);
    put_count(out, "wlm.time.total", event->total);
    put(out, "]}");
}

/* @return how many were left out */
static int put_events(writer_t *out, const wlm_span_t *span)
{
    int i;

    for (i = 0; i < span->nevents && i < WLM_SPAN_EVENTS_MAX; ++i) {
        char *before = out->at;

        put_event(out, &span->events[i]);
        if (out->is_full) {
            out->at = before;
            out->is_full = 0;
            break;
        }
    }
    return span->nevents - i;
}

/* -- the line ------------------------------------------------------------------------------------------ */

static void put_source(writer_t *out, const wlm_span_source_t *source)
{
    put(out, "{\"resourceSpans\":[{\"resource\":{\"attributes\":[");
    put_attribute(out, "service.name", source->service, NAME_MAX_BYTES);
    put_attribute(out, "host.name", source->host, NAME_MAX_BYTES);
    put(out, "]},\"scopeSpans\":[{\"scope\":{\"name\":\"mod_wlm\",\"version\":\"");
    put_text(out, source->version, METHOD_MAX);
    put(out, "\"},\"spans\":[{");
}

static void put_id(writer_t *out, const char *name, const char *id, apr_size_t length)
{
    if (id) {
        put(out, "\"");
        put(out, name);
        put(out, "\":\"");
        put_bytes(out, id, length);
        put(out, "\",");
    }
}

/* The conventions: method and route, never the path; HTTP where the method is none that they know */
static void put_name(writer_t *out, const wlm_span_t *span)
{
    const char *known = known_method(span->method);

    put(out, "\"name\":\"");
    put(out, known ? known : "HTTP");
    if (span->route) {
        put(out, " ");
        put_text(out, span->route, ROUTE_MAX);
    }
    put(out, "\",\"kind\":");
    put_number(out, KIND_SERVER);
    put(out, ",");
}

apr_size_t wlm_span_print(char line[WLM_SPAN_LINE_MAX], const wlm_span_t *span, const wlm_span_source_t *source)
{
    writer_t out = { line, line + WLM_SPAN_LINE_MAX - TAIL_MAX, 0 };
    int left_out;

    put_source(&out, source);
    put_id(&out, "traceId", span->trace_id, 32);
    put_id(&out, "spanId", span->span_id, 16);
    put_id(&out, "parentSpanId", span->parent_id, 16);
    put_name(&out, span);
    put_time(&out, "startTimeUnixNano", span->begun);
    put_time(&out, "endTimeUnixNano", span->ended);
    put(&out, "\"status\":{");
    if (span->failed) {
        put(&out, "\"code\":");
        put_number(&out, STATUS_ERROR);
    }
    put(&out, "},\"attributes\":[");
    put_http(&out, span);
    put_own(&out, span);
    put(&out, "],\"events\":[");
    if (out.is_full) {
        return 0;
    }
    left_out = put_events(&out, span);
    out.end += TAIL_MAX;
    put(&out, "],\"droppedEventsCount\":");
    put_number(&out, left_out);
    put(&out, "}]}]}]}\n");
    return (apr_size_t)(out.at - line);
}

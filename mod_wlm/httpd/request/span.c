/* The span of a client's request. Times are taken from the clock that is never set, and become time of day by one
 * moment at the beginning: a span and its events are as long as they were, whatever happens to the time of day
 * meanwhile. On the thread that has the request; what is kept is in the pool of the client's request.
 */
#include "httpd/request/span.h"
#include <httpd.h>
#include <apr_strings.h>
#include <http_core.h>
#include <http_protocol.h>
#include "balance/outcome.h"
#include "base/clock.h"
#include "http/path.h"
#include "http/trace_context.h"
#include "httpd/context/context.h"
#include "httpd/request/report.h"
#include "httpd/request/routed.h"
#include "httpd/request/trace.h"
#include "httpd/runtime/span_log.h"

#define KEY "wlm_span"             /* of the request's pool */

struct wlm_request_span_t {
    wlm_span_t span;
    const wlm_spans_t *spans;      /* where the line goes */
    apr_pool_t *pool;              /* of the client's request; a subrequest's ends before */
    const char *field;             /* traceparent to members; NULL: there are no random numbers */
    int is_new;                    /* the trace begins here */
    int is_sampled;                /* a line is written */
    const wlm_journey_t *owner;    /* the first of the client's request, until it has ended: what the span says of
                                      members is said of it */
    wlm_moment_t begun;
};

static const char *keep(const wlm_request_span_t *record, const char *text)
{
    return text ? apr_pstrdup(record->pool, text) : NULL;
}

static apr_time_t day_of(const wlm_request_span_t *record, apr_time_t at)
{
    return record->begun.day + (at - record->begun.now);
}

/* -- the beginning --------------------------------------------------------------------------------------- */

static wlm_request_span_t *find(const request_rec *client)
{
    void *record = NULL;

    apr_pool_userdata_get(&record, KEY, client->pool);
    return record;
}

static const char *protocol_of(const request_rec *r)
{
    return r->proto_num >= HTTP_VERSION(2, 0)
           ? apr_itoa(r->pool, HTTP_VERSION_MAJOR(r->proto_num))
           : apr_psprintf(r->pool, "%d.%d", HTTP_VERSION_MAJOR(r->proto_num), HTTP_VERSION_MINOR(r->proto_num));
}

/* What the client has asked for; its session id is no part of that, nor are secrets in a query */
static void describe_client(wlm_span_t *span, request_rec *client)
{
    const char *path = client->parsed_uri.path;

    span->method = client->method;
    span->path = path ? wlm_path_without_parameters(path, client->pool) : NULL;
    span->scheme = ap_http_scheme(client);
    span->client = client->useragent_ip;
    span->user_agent = apr_table_get(client->headers_in, "User-Agent");
    span->protocol = protocol_of(client);
}

static void describe_route(wlm_request_span_t *record, const wlm_journey_t *journey)
{
    const wlm_routed_t *request = journey->request;
    wlm_span_t *span = &record->span;

    span->route = request->match.uri ? keep(record, request->match.uri->name) : NULL;
    span->host = keep(record, request->host && *request->host ? request->host : ap_get_server_name(journey->r));
    span->port = request->port;
    span->cluster = keep(record, request->cluster->cfg->name);
}

static wlm_request_span_t *make(const wlm_journey_t *journey, request_rec *client, const wlm_spans_t *spans)
{
    wlm_request_span_t *record = apr_pcalloc(client->pool, sizeof(*record));
    const char *parent, *field = wlm_trace_begin_span(journey->r, spans->percent, &parent);

    apr_pool_userdata_setn(record, KEY, NULL, client->pool);
    record->spans = spans;
    record->pool = client->pool;
    record->field = keep(record, field);
    record->is_new = !parent;
    record->is_sampled = field && wlm_trace_context_is_sampled(field);
    if (record->is_sampled) {
        record->owner = journey;
        record->begun = wlm_moment();
        record->span.trace_id = wlm_trace_context_id(record->field);
        record->span.span_id = wlm_trace_context_parent(record->field);
        record->span.parent_id = parent ? wlm_trace_context_parent(keep(record, parent)) : NULL;
        record->span.begun = client->request_time < record->begun.day ? client->request_time : record->begun.day;
        describe_client(&record->span, client);
        describe_route(record, journey);
    }
    return record;
}

void wlm_span_begin(wlm_journey_t *journey)
{
    const wlm_spans_t *spans = wlm_config_of(journey->r->server)->spans;
    request_rec *client;
    wlm_request_span_t *record;

    if (!spans || !spans->log) {
        wlm_trace_begin(journey->r);
        return;
    }
    client = wlm_routed_client_request(journey->r);
    record = find(client);
    if (!record) {
        record = make(journey, client, spans);
    }
    else if (record->field) {
        wlm_trace_pass_on(journey->r, record->field, record->is_new);
    }
    journey->span = record->is_sampled ? record : NULL;
}

/* -- what happens ------------------------------------------------------------------------------------------ */

/* @return NULL: there are enough */
static wlm_span_event_t *add_event(const wlm_journey_t *journey, const char *name, apr_time_t at)
{
    wlm_request_span_t *record = journey->span;
    wlm_span_event_t *event;

    if (record->span.nevents++ >= WLM_SPAN_EVENTS_MAX) {
        return NULL;
    }
    event = &record->span.events[record->span.nevents - 1];
    event->name = name;
    event->at = day_of(record, at);
    event->cluster = journey == record->owner ? NULL : keep(record, journey->request->cluster->cfg->name);
    return event;
}

static int has_status(const wlm_attempt_t *attempt)
{
    return attempt->outcome == WLM_DELIVERED || attempt->outcome == WLM_BUSY || attempt->outcome == WLM_BROKEN
           || attempt->outcome == WLM_MISDIRECTED;
}

void wlm_span_note_attempt(const wlm_journey_t *journey)
{
    const wlm_attempt_t *attempt = &journey->exchange->attempt;
    wlm_span_event_t *event = journey->span ? add_event(journey, "wlm.attempt", attempt->begun) : NULL;

    if (event) {
        event->member = keep(journey->span, journey->exchange->member->cfg->name);
        event->outcome = wlm_outcome_name(attempt->outcome);
        event->status = has_status(attempt) ? journey->exchange->head.status : 0;
        event->connect = attempt->connect;
        event->first_byte = attempt->first_byte;
        event->total = attempt->elapsed;
    }
}

void wlm_span_note_queue(const wlm_journey_t *journey, apr_interval_time_t waited)
{
    wlm_span_event_t *event = journey->span ? add_event(journey, "wlm.queue", wlm_now() - waited) : NULL;

    if (event) {
        event->total = waited;
    }
}

void wlm_span_note_tunnel(const wlm_journey_t *journey, const char *end)
{
    apr_time_t begun = journey->exchange->attempt.begun + journey->exchange->attempt.elapsed;
    wlm_span_event_t *event = journey->span ? add_event(journey, "wlm.tunnel", begun) : NULL;

    if (event) {
        event->tunnel = end;
        event->total = wlm_now() - begun;
    }
}

/* -- the end ------------------------------------------------------------------------------------------------ */

void wlm_span_end(const wlm_journey_t *journey)
{
    wlm_request_span_t *record = journey->span;
    wlm_span_t *span;

    if (!record || record->owner != journey) {
        return;
    }
    record->owner = NULL;          /* the memory of a subrequest may become that of another one */
    span = &record->span;
    span->attempts = journey->attempts;
    if (journey->attempts) {
        span->member = keep(record, journey->exchange->member->cfg->name);
        span->clone_id = keep(record, journey->exchange->member->cfg->clone_id);
        span->affinity = wlm_pick_session_name(journey->pick.session);
    }
    if (journey->stage == WLM_JOURNEY_ENDED) {
        span->outcome = wlm_report_outcome(journey);
    }
}

/* The conventions want the status of the response, where there is nothing better. What a client has done is no failure
 * of the server's. */
static void find_error(wlm_span_t *span, apr_pool_t *p)
{
    const char *good = wlm_outcome_name(WLM_DELIVERED);

    if (span->outcome && strcmp(span->outcome, good) != 0) {
        span->error = span->outcome;
    }
    else if (span->status >= HTTP_INTERNAL_SERVER_ERROR) {
        span->error = apr_itoa(p, span->status);
    }
    span->failed = span->error && strcmp(span->error, wlm_outcome_name(WLM_CLIENT_GONE)) != 0;
}

/* As the access log has it (%>s) */
static int last_status(const request_rec *r)
{
    while (r->next) {
        r = r->next;
    }
    return r->status;
}

int wlm_span_log(request_rec *r)
{
    wlm_request_span_t *record = wlm_span_log_is_open() ? find(r) : NULL;
    char line[WLM_SPAN_LINE_MAX];
    apr_size_t length;

    if (record && record->is_sampled) {
        record->span.status = last_status(r);
        record->span.ended = day_of(record, wlm_now());
        find_error(&record->span, r->pool);
        length = wlm_span_print(line, &record->span, wlm_span_log_source());
        wlm_span_log_write(record->spans, r, line, length);
    }
    return DECLINED;
}

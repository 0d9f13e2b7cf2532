/* The line of a span: OTLP/JSON, of a bounded length whatever the texts are. */
#include <string.h>
#include "json_unit.h"
#include "view/span.h"

#define TRACE  "0af7651916cd43dd8448eb211c80319c"
#define ID     "b7ad6b7169203331"
#define PARENT "00f067aa0ba902b7"
#define BEGUN  1700000000000001

static const wlm_span_source_t source = { "httpd", "web1", "0.2.0" };

static wlm_span_t plain(void)
{
    return (wlm_span_t){ .trace_id = TRACE "-", .span_id = ID "-01", .begun = BEGUN, .ended = BEGUN + 2500,
                         .method = "GET" };
}

static const char *printed(const wlm_span_t *span)
{
    char *line = malloc(WLM_SPAN_LINE_MAX); /* of that size, so that the sanitizer sees a byte behind it */
    size_t n = wlm_span_print(line, span, &source);
    const char *text;

    ck_assert_uint_gt(n, 0);
    ck_assert_uint_le(n, WLM_SPAN_LINE_MAX);
    text = apr_pstrmemdup(unit_pool, line, n);
    ck_assert_uint_eq(strlen(text), n);
    ck_assert_ptr_eq(strchr(text, '\n'), text + n - 1);
    free(line);
    return text;
}

#define HEAD "{'resourceSpans':[{'resource':{'attributes':[" TEXT("service.name", "httpd") "," \
    TEXT("host.name", "web1") "]},'scopeSpans':[{'scope':{'name':'mod_wlm','version':'0.2.0'},'spans':[{'traceId':'" \
    TRACE "','spanId':'" ID "',"
#define TIMES "'startTimeUnixNano':'1700000000000001000','endTimeUnixNano':'1700000000002501000',"
#define TEXT(key, value)  "{'key':'" key "','value':{'stringValue':'" value "'}}"
#define COUNT(key, value) "{'key':'" key "','value':{'intValue':'" value "'}}"

START_TEST(what_is_not_known_is_left_out)
{
    const wlm_span_t span = plain();

    ck_assert_str_eq(printed(&span), json_quoted(
        HEAD "'name':'GET','kind':2," TIMES "'status':{},'attributes':[" TEXT("http.request.method", "GET") ","
        COUNT("wlm.attempts", "0") "],'events':[],'droppedEventsCount':0}]}]}]}\n"));
}
END_TEST

START_TEST(all_of_it)
{
    wlm_span_t span = plain();

    span.parent_id = PARENT "-00";
    span.route = "/app/*";
    span.path = "/app/page";
    span.scheme = "https";
    span.status = 503;
    span.host = "www.example.com";
    span.port = 8443;
    span.client = "2001:db8::1";
    span.protocol = "1.1";
    span.user_agent = "curl/8 \"x\"";
    span.error = "not-connected";
    span.cluster = "c";
    span.member = "m";
    span.clone_id = "id1";
    span.affinity = "moved";
    span.outcome = "not-connected";
    span.attempts = 1;
    span.failed = 1;
    span.nevents = 2;
    span.events[0] = (wlm_span_event_t){ .name = "wlm.queue", .at = BEGUN + 1, .total = 7 };
    span.events[1] = (wlm_span_event_t){ .name = "wlm.attempt", .at = BEGUN + 8, .cluster = "c", .member = "m",
                                         .outcome = "not-connected", .status = 200, .connect = 5, .first_byte = 6,
                                         .total = 9 };
    ck_assert_str_eq(printed(&span), json_quoted(
        HEAD "'parentSpanId':'" PARENT "','name':'GET /app/*','kind':2," TIMES "'status':{'code':2},'attributes':["
        TEXT("http.request.method", "GET") "," TEXT("http.route", "/app/*") "," TEXT("url.path", "/app/page") ","
        TEXT("url.scheme", "https") "," COUNT("http.response.status_code", "503") ","
        TEXT("server.address", "www.example.com") "," COUNT("server.port", "8443") ","
        TEXT("client.address", "2001:db8::1") "," TEXT("network.protocol.version", "1.1") ","
        TEXT("user_agent.original", "curl/8 \\u0022x\\u0022") "," TEXT("error.type", "not-connected") ","
        TEXT("wlm.cluster", "c") "," TEXT("wlm.member", "m") "," TEXT("wlm.clone_id", "id1") ","
        TEXT("wlm.affinity", "moved") "," TEXT("wlm.outcome", "not-connected") "," COUNT("wlm.attempts", "1")
        "],'events':[{'timeUnixNano':'1700000000000002000','name':'wlm.queue','attributes':["
        COUNT("wlm.time.total", "7") "]},{'timeUnixNano':'1700000000000009000','name':'wlm.attempt','attributes':["
        TEXT("wlm.cluster", "c") "," TEXT("wlm.member", "m") "," TEXT("wlm.outcome", "not-connected") ","
        COUNT("http.response.status_code", "200") "," COUNT("wlm.time.connect", "5") ","
        COUNT("wlm.time.first_byte", "6") "," COUNT("wlm.time.total", "9") "]}],'droppedEventsCount':0}]}]}]}\n"));
}
END_TEST

/* -- methods -------------------------------------------------------------------------------------------- */

static const struct {
    const char *method, *name, *attributes;
} methods[] = {
    { "POST", "'name':'POST /a'", TEXT("http.request.method", "POST") "," TEXT("http.route", "/a") },
    { "QUERY", "'name':'QUERY /a'", TEXT("http.request.method", "QUERY") "," TEXT("http.route", "/a") },
    /* methods are case-sensitive */
    { "get", "'name':'HTTP /a'", TEXT("http.request.method", "_OTHER") ","
      TEXT("http.request.method_original", "get") "," TEXT("http.route", "/a") },
    { "PROPFIND", "'name':'HTTP /a'", TEXT("http.request.method", "_OTHER") ","
      TEXT("http.request.method_original", "PROPFIND") },
    { "GETGETGETGETGETGETGETGETGETGETGETGET", "'name':'HTTP /a'", TEXT("http.request.method", "_OTHER") ","
      TEXT("http.request.method_original", "GETGETGETGETGETGETGETGETGETGETGE") },
};

START_TEST(a_method)
{
    wlm_span_t span = plain();
    const char *line;

    span.method = methods[_i].method;
    span.route = "/a";
    line = printed(&span);
    ck_assert_ptr_nonnull(strstr(line, json_quoted(methods[_i].name)));
    if (strlen(methods[_i].method) <= 32) {
        ck_assert_ptr_nonnull(strstr(line, json_quoted(methods[_i].attributes)));
    }
    else {
        ck_assert_ptr_null(strstr(line, methods[_i].method));
    }
}
END_TEST

/* -- bounds ---------------------------------------------------------------------------------------------- */

static json_t *span_of(const char *line, json_t *document)
{
    json_t *resource = json_array_get(json_object_get(document, "resourceSpans"), 0);
    json_t *scope = json_array_get(json_object_get(resource, "scopeSpans"), 0);
    json_t *span = json_array_get(json_object_get(scope, "spans"), 0);

    ck_assert_msg(span != NULL, "%s", line);
    return span;
}

/* Bytes that texts of any length are made of: plain, escaped, of several bytes, not UTF-8 */
static const char *const bytes[] = { "a", "\"", "\x01", "\xf0\x9f\x98\x80", "\xff", "a\xe2" };

static wlm_span_t largest(const char *text)
{
    wlm_span_t span = plain();
    int i;

    span.parent_id = PARENT;
    span.begun = span.ended = INT64_MAX / 1000;
    span.method = span.route = span.path = span.scheme = span.host = span.client = span.user_agent = text;
    span.protocol = text;
    span.cluster = span.member = span.clone_id = span.affinity = span.outcome = span.error = text;
    span.port = 65535;
    span.status = 999;
    span.attempts = INT32_MAX;
    span.failed = 1;
    span.nevents = WLM_SPAN_EVENTS_MAX + 100;
    for (i = 0; i < WLM_SPAN_EVENTS_MAX; ++i) {
        span.events[i] = (wlm_span_event_t){ .name = "wlm.attempt", .at = INT64_MAX / 1000, .cluster = text,
                                             .member = text, .outcome = "not-connected", .status = 999,
                                             .connect = INT64_MAX, .first_byte = INT64_MAX, .total = INT64_MAX };
    }
    return span;
}

START_TEST(texts_of_any_length)
{
    char *text = apr_pcalloc(unit_pool, 8000);
    wlm_span_t span;
    const char *line;
    json_t *document, *printed_span;
    size_t events;
    int i;

    for (i = 0; i < 1000; ++i) {
        strcat(text, bytes[_i]);
    }
    span = largest(text);
    line = printed(&span);
    document = json_loads(line, 0, NULL);
    ck_assert_msg(document != NULL, "no JSON: %s", line);
    printed_span = span_of(line, document);
    events = json_array_size(json_object_get(printed_span, "events"));
    ck_assert_uint_ge(events, 1);
    ck_assert_int_eq(json_integer_value(json_object_get(printed_span, "droppedEventsCount")),
                     span.nevents - (int)events);
    json_decref(document);
}
END_TEST

START_TEST(as_many_events_as_fit)
{
    wlm_span_t span = largest("a");
    const char *line = printed(&span);
    json_t *document = json_loads(line, 0, NULL);

    ck_assert_ptr_nonnull(document);
    ck_assert_uint_ge(json_array_size(json_object_get(span_of(line, document), "events")), 4);
    json_decref(document);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("view/span");
    TCase *tc = unit_case(s, "line");

    tcase_add_test(tc, what_is_not_known_is_left_out);
    tcase_add_test(tc, all_of_it);
    tcase_add_loop_test(tc, a_method, 0, UNIT_COUNT(methods));
    tcase_add_loop_test(tc, texts_of_any_length, 0, UNIT_COUNT(bytes));
    tcase_add_test(tc, as_many_events_as_fit);
    return s;
}

UNIT_MAIN(suite)

/* The request head as a member gets it: what goes on, what stops, what cannot break out of its line. */
#include <apr_tables.h>
#include "unit.h"
#include "http/fields.h"
#include "http/body.h"
#include "http/request.h"

static const struct {
    const char *name;
    const char *target;
    const char *fields[16];        /* name, value, name, value, ... of the client */
    const char *own[8];            /* ours */
    apr_int64_t length;
    const char *head;
} heads[] = {
    { "plain", "/a?b=c", { "Accept", "x" }, { "Host", "h" }, WLM_HTTP_NO_LENGTH,
      "GET /a?b=c HTTP/1.1\r\nAccept: x\r\nHost: h\r\n\r\n" },
    { "our fields replace the client's", "/", { "host", "evil", "A", "1" }, { "Host", "h" }, WLM_HTTP_NO_LENGTH,
      "GET / HTTP/1.1\r\nA: 1\r\nHost: h\r\n\r\n" },
    { "a length", "/", { NULL }, { NULL }, 12, "GET / HTTP/1.1\r\nContent-Length: 12\r\n\r\n" },
    { "fields of a body that is not this request's stop", "/", { "Content-Length", "9", "content-TYPE", "x",
      "Content-Encoding", "gzip", "Digest", "x", "Repr-Digest", "y", "Accept", "*/*", "Transfer-Encoding", "chunked" },
      { NULL }, WLM_HTTP_GONE_LENGTH,
      "GET / HTTP/1.1\r\nAccept: */*\r\n\r\n" },
    { "without a body they may be there", "/", { "Content-Type", "x" }, { NULL }, WLM_HTTP_NO_LENGTH,
      "GET / HTTP/1.1\r\nContent-Type: x\r\n\r\n" },
    { "the length is ours, not the client's", "/", { "Content-Length", "99" }, { NULL }, 0,
      "GET / HTTP/1.1\r\nContent-Length: 0\r\n\r\n" },
    { "chunked is ours, too", "/", { "Transfer-Encoding", "gzip, chunked" }, { NULL }, WLM_HTTP_CHUNKED_LENGTH,
      "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" },
    { "per-hop fields stop", "/", { "Connection", "close", "Keep-Alive", "5", "TE", "trailers", "Upgrade", "x",
      "Expect", "100-continue" }, { NULL }, WLM_HTTP_NO_LENGTH, "GET / HTTP/1.1\r\n\r\n" },
    { "what Connection names stops", "/", { "Connection", "X-One, x-two", "X-One", "1", "X-TWO", "2", "X-Three", "3",
      "connection", "x-three" }, { NULL }, WLM_HTTP_NO_LENGTH, "GET / HTTP/1.1\r\n\r\n" },
    { "what Connection names is still ours to set", "/", { "Connection", "$WSRA, Host" }, { "$WSRA", "1.2.3.4" },
      WLM_HTTP_NO_LENGTH, "GET / HTTP/1.1\r\n$WSRA: 1.2.3.4\r\n\r\n" },
    { "private fields of the client stop", "/", { "$WSRA", "6.6.6.6", "$wsis", "true", "$WSXX", "1",
      "_ws_haprt_wlmversion", "3", "Surrogate-Control", "x" }, { NULL }, WLM_HTTP_NO_LENGTH, "GET / HTTP/1.1\r\n\r\n" },
    { "cookies stay apart", "/", { "Cookie", "a=1", "Cookie", "b=2" }, { NULL }, WLM_HTTP_NO_LENGTH,
      "GET / HTTP/1.1\r\nCookie: a=1\r\nCookie: b=2\r\n\r\n" },
    { "a target cannot end its line", "/a b\r\nX: y\x7f", { NULL }, { NULL }, WLM_HTTP_NO_LENGTH,
      "GET /a%20b%0D%0AX:%20y%7F HTTP/1.1\r\n\r\n" },
    { "what may stand in a URI stays", "/-._~!$&'()*+,;=:@/%2f%zz?-._~!$&'()*+,;=:@/?%", { NULL }, { NULL },
      WLM_HTTP_NO_LENGTH, "GET /-._~!$&'()*+,;=:@/%2f%zz?-._~!$&'()*+,;=:@/?% HTTP/1.1\r\n\r\n" },
    { "what may not is encoded, in path and query", "/\"<>?#[]{}|\\^`\x80\xff", { NULL }, { NULL }, WLM_HTTP_NO_LENGTH,
      "GET /%22%3C%3E?%23%5B%5D%7B%7D%7C%5C%5E%60%80%FF HTTP/1.1\r\n\r\n" },
    { "a value cannot end its line", "/", { "A", "1\r\nB: 2", "C", "3\n", "D E", "4", "F:", "5", "", "6" }, { NULL },
      WLM_HTTP_NO_LENGTH, "GET / HTTP/1.1\r\n\r\n" },
};

static apr_table_t *table_of(const char *const *pairs)
{
    apr_table_t *table = apr_table_make(unit_pool, 4);

    for (; *pairs; pairs += 2) {
        apr_table_add(table, pairs[0], pairs[1]);
    }
    return table;
}

START_TEST(head_is_as_in_the_table)
{
    wlm_http_request_t request = { .method = "GET", .target = heads[_i].target,
                                   .fields = table_of(heads[_i].fields), .length = heads[_i].length };
    const char *const *own;
    apr_size_t len;
    char *head;

    for (own = heads[_i].own; *own; own += 2) {
        wlm_http_request_set(&request, own[0], own[1]);
    }
    head = apr_pcalloc(unit_pool, wlm_http_request_head_max(&request) + 1);
    len = wlm_http_request_head(head, &request);
    ck_assert_msg(strcmp(head, heads[_i].head) == 0, "%s: %s", heads[_i].name, head);
    ck_assert_uint_eq(len, strlen(head));
    ck_assert_uint_le(len, wlm_http_request_head_max(&request));
}
END_TEST

static const struct {
    const char *name;
    int per_hop, is_private, may_trail;
} fields[] = {
    { "connection", 1, 0, 0 }, { "Transfer-Encoding", 1, 0, 0 }, { "content-length", 1, 0, 0 }, { "TE", 1, 0, 0 },
    { "Host", 0, 0, 0 }, { "Content-Type", 0, 0, 0 }, { "Set-Cookie", 0, 0, 0 }, { "$WSEP", 0, 1, 0 },
    { "$wspt", 0, 1, 0 }, { "$W", 0, 0, 1 }, { "Surrogate-Control", 0, 1, 0 }, { "_WS_HAPRT_WLMVERSION", 0, 1, 0 },
    { "X-Checksum", 0, 0, 1 }, { "Server-Timing", 0, 0, 1 }, { "", 0, 0, 1 },
};

START_TEST(fields_are_told_apart)
{
    ck_assert_msg(!wlm_http_field_is_per_hop(fields[_i].name) == !fields[_i].per_hop, "%s", fields[_i].name);
    ck_assert_msg(!wlm_http_field_is_private(fields[_i].name) == !fields[_i].is_private, "%s", fields[_i].name);
    ck_assert_msg(!wlm_http_field_may_trail(fields[_i].name) == !fields[_i].may_trail, "%s", fields[_i].name);
}
END_TEST

START_TEST(trailers_are_bounded)
{
    apr_table_t *trailers = apr_table_make(unit_pool, 4);
    char *value = apr_pcalloc(unit_pool, WLM_HTTP_TRAILERS_MAX);
    int i;

    ck_assert_str_eq(wlm_http_request_trailers(trailers, unit_pool), "");
    for (i = 0; i < WLM_HTTP_REQUEST_TRAILERS_MAX; ++i) {
        apr_table_addn(trailers, "A", "b");
    }
    ck_assert_uint_eq(strlen(wlm_http_request_trailers(trailers, unit_pool)), 6 * WLM_HTTP_REQUEST_TRAILERS_MAX);
    apr_table_addn(trailers, "A", "b");
    ck_assert_ptr_null(wlm_http_request_trailers(trailers, unit_pool));

    apr_table_clear(trailers);
    memset(value, 'x', WLM_HTTP_TRAILERS_MAX - 5); /* "A: " and CRLF */
    apr_table_addn(trailers, "A", value);
    ck_assert_uint_eq(strlen(wlm_http_request_trailers(trailers, unit_pool)), WLM_HTTP_TRAILERS_MAX);
    value[WLM_HTTP_TRAILERS_MAX - 5] = 'x';
    ck_assert_ptr_null(wlm_http_request_trailers(trailers, unit_pool));
}
END_TEST

START_TEST(trailers_that_may_trail_do)
{
    static const char *const pairs[] = { "X-Sum", "5", "Content-Length", "3", "Host", "evil", "X-Bad", "1\r\nY: 2",
                                         "X-Two", "2", NULL };

    ck_assert_str_eq(wlm_http_request_trailers(table_of(pairs), unit_pool), "X-Sum: 5\r\nX-Two: 2\r\n");
}
END_TEST

START_TEST(which_methods_are_idempotent)
{
    static const struct {
        const char *name;
        int idempotent;
    } methods[] = {
        { "GET", 1 }, { "HEAD", 1 }, { "OPTIONS", 1 }, { "PUT", 1 }, { "DELETE", 1 }, { "PROPFIND", 1 },
        { "POST", 0 }, { "PATCH", 0 }, { "LOCK", 0 }, { "get", 0 }, { "GETS", 0 }, { "", 0 },
    };
    int i;

    for (i = 0; i < UNIT_COUNT(methods); ++i) {
        ck_assert_msg(wlm_http_method_is_idempotent(methods[i].name) == methods[i].idempotent, "%s", methods[i].name);
    }
}
END_TEST

START_TEST(which_methods_are_forwarded)
{
    ck_assert(wlm_http_method_is_forwarded("GET") && wlm_http_method_is_forwarded("OPTIONS"));
    ck_assert(!wlm_http_method_is_forwarded("TRACE") && !wlm_http_method_is_forwarded("CONNECT"));
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("http/request");
    TCase *tc = unit_case(s, "request");

    tcase_add_loop_test(tc, head_is_as_in_the_table, 0, UNIT_COUNT(heads));
    tcase_add_loop_test(tc, fields_are_told_apart, 0, UNIT_COUNT(fields));
    tcase_add_test(tc, trailers_that_may_trail_do);
    tcase_add_test(tc, trailers_are_bounded);
    tcase_add_test(tc, which_methods_are_idempotent);
    tcase_add_test(tc, which_methods_are_forwarded);
    return s;
}

UNIT_MAIN(suite)

/* The bounds of chunked bodies, their trailers, and the other framings. */
#include <stdio.h>
#include "unit.h"
#include "http/body_unit.h"

/* -- bounds ---------------------------------------------------------------------------------- */

/* prefix, then n times a fill, then suffix */
static wlm_http_body_result_t take_filled(const char *prefix, const char *fill, apr_size_t n, const char *suffix,
                                     unsigned most, apr_size_t *ptrailers_len)
{
    apr_size_t a = strlen(prefix), f = strlen(fill), c = strlen(suffix), i;
    char *text = malloc(a + n * f + c);
    decoded_t t;

    ck_assert_ptr_nonnull(text);
    memcpy(text, prefix, a);
    for (i = 0; i < n; ++i) {
        memcpy(text + a + i * f, fill, f);
    }
    memcpy(text + a + n * f, suffix, c);
    take(&t, WLM_HTTP_CHUNKED, -1, text, a + n * f + c, most);
    *ptrailers_len = t.body.trailers_len;
    done(&t);
    free(text);
    return t.result;
}

START_TEST(test_bounds)
{
    static const unsigned most[] = { 0, 1, 1000 };
    apr_size_t len;
    int i;

    for (i = 0; i < UNIT_COUNT(most); ++i) {
        /* "0;" and CRLF count, too */
        ck_assert_int_eq(take_filled("0;", "x", SIZE_LINE - 4, "\r\n\r\n", most[i], &len), WLM_HTTP_BODY_DONE);
        ck_assert_int_eq(take_filled("0;", "x", SIZE_LINE - 3, "\r\n\r\n", most[i], &len), WLM_HTTP_BODY_INVALID);
        ck_assert_int_eq(take_filled("0", " ", SIZE_LINE, ";\r\n\r\n", most[i], &len), WLM_HTTP_BODY_INVALID);
        /* "X:" and CRLF count, the empty line does not */
        ck_assert_int_eq(take_filled("0\r\nX:", "y", TRAILERS - 4, "\r\n\r\n", most[i], &len), WLM_HTTP_BODY_DONE);
        ck_assert_uint_eq(len, TRAILERS);
        ck_assert_int_eq(take_filled("0\r\nX:", "y", TRAILERS - 3, "\r\n\r\n", most[i], &len),
                         WLM_HTTP_BODY_INVALID);
        ck_assert_int_eq(take_filled("0\r\n", "a:\r\n", TRAILERS / 4, "\r\n", most[i], &len), WLM_HTTP_BODY_DONE);
        ck_assert_int_eq(take_filled("0\r\n", "a:\r\n", TRAILERS / 4, "b", most[i], &len), WLM_HTTP_BODY_INVALID);
    }
}
END_TEST

/* The bound is one of each line: many chunks may have long extensions */
START_TEST(test_bound_of_a_line_begins_anew)
{
    apr_size_t len;

    ck_assert_int_eq(take_filled("", "1;aaaaaaaaaaaaaaaaaaa\r\nx\r\n", 1000, "0\r\n\r\n", 100, &len),
                     WLM_HTTP_BODY_DONE);
}
END_TEST

START_TEST(test_largest_chunk)
{
    static const char text[] = "7fffffffffffffff\r\nabc";
    wlm_http_body_t body;
    apr_size_t used, data_len;
    const char *data;

    wlm_http_body_init(&body, WLM_HTTP_CHUNKED, -1, NULL);
    ck_assert_int_eq(wlm_http_body_feed(&body, text, sizeof(text) - 1, &used, &data, &data_len),
                     WLM_HTTP_BODY_MORE);
    ck_assert_uint_eq(data_len, 3);
    ck_assert_int_eq(body.left, APR_INT64_MAX - 3);
    ck_assert_int_eq(wlm_http_body_direct(&body), 0);
}
END_TEST

/* -- trailers as fields ------------------------------------------------------------------------- */

START_TEST(test_trailers)
{
    static const char text[] = "0\r\nX-Sum:  1 2 \r\nEmpty:\r\nx-sum: 3\r\n\r\n";
    wlm_http_field_t fields[3];
    decoded_t t;

    take(&t, WLM_HTTP_CHUNKED, -1, text, sizeof(text) - 1, 1);
    ck_assert_int_eq(wlm_http_body_trailers(&t.body, fields, 3), 3);
    ck_assert_str_eq(fields[0].name, "X-Sum");
    ck_assert_str_eq(fields[0].value, "1 2");
    ck_assert_str_eq(fields[1].value, "");
    ck_assert_str_eq(fields[2].name, "x-sum");
    ck_assert_str_eq(fields[2].value, "3");
    done(&t);
    take(&t, WLM_HTTP_CHUNKED, -1, text, sizeof(text) - 1, 0);
    ck_assert_int_eq(wlm_http_body_trailers(&t.body, fields, 2), -1);
    done(&t);
}
END_TEST

/* -- the other framings -------------------------------------------------------------------------- */

static const struct {
    const char *name;
    wlm_http_framing_t framing;
    apr_int64_t length;
    const char *text;
    wlm_http_body_result_t result;
    apr_size_t used;
    int eof;
} plain[] = {
    { "no body", WLM_HTTP_NO_BODY, -1, "HTTP/1.1", WLM_HTTP_BODY_DONE, 0, 1 },
    { "no body, but a length", WLM_HTTP_NO_BODY, 5, "HTTP/1.1", WLM_HTTP_BODY_DONE, 0, 1 },
    { "length 0", WLM_HTTP_LENGTH, 0, "HTTP/1.1", WLM_HTTP_BODY_DONE, 0, 1 },
    { "length 0, no input", WLM_HTTP_LENGTH, 0, "", WLM_HTTP_BODY_DONE, 0, 1 },
    { "length, all there", WLM_HTTP_LENGTH, 4, "abcd", WLM_HTTP_BODY_DONE, 4, 1 },
    { "length, more there", WLM_HTTP_LENGTH, 4, "abcdHTTP/1.1", WLM_HTTP_BODY_DONE, 4, 1 },
    { "length, less there", WLM_HTTP_LENGTH, 4, "abc", WLM_HTTP_BODY_MORE, 3, 0 },
    { "length, nothing there", WLM_HTTP_LENGTH, 4, "", WLM_HTTP_BODY_MORE, 0, 0 },
    { "length, very large", WLM_HTTP_LENGTH, APR_INT64_MAX, "abc", WLM_HTTP_BODY_MORE, 3, 0 },
    { "until close", WLM_HTTP_UNTIL_CLOSE, -1, "abc", WLM_HTTP_BODY_MORE, 3, 1 },
    { "until close, nothing", WLM_HTTP_UNTIL_CLOSE, -1, "", WLM_HTTP_BODY_MORE, 0, 1 },
};

START_TEST(test_plain)
{
    apr_size_t len = strlen(plain[_i].text);
    unsigned most;

    for (most = 0; most < 5; ++most) {
        decoded_t t;

        take(&t, plain[_i].framing, plain[_i].length, plain[_i].text, len, most);
        ck_assert_msg(t.result == plain[_i].result, "%s: result %d", plain[_i].name, t.result);
        ck_assert_msg(t.used == plain[_i].used && t.data_len == t.used, "%s: used", plain[_i].name);
        ck_assert_msg(t.eof == plain[_i].eof, "%s: eof", plain[_i].name);
        ck_assert_mem_eq(t.data, plain[_i].text, t.data_len);
        done(&t);
    }
}
END_TEST

START_TEST(test_direct)
{
    wlm_http_body_t body;

    wlm_http_body_init(&body, WLM_HTTP_LENGTH, 10, NULL);
    ck_assert_int_eq(wlm_http_body_direct(&body), 10);
    ck_assert_int_eq(wlm_http_body_skip(&body, 4), WLM_HTTP_BODY_MORE);
    ck_assert_int_eq(wlm_http_body_direct(&body), 6);
    ck_assert_int_eq(wlm_http_body_eof(&body), 0);
    ck_assert_int_eq(wlm_http_body_skip(&body, 6), WLM_HTTP_BODY_DONE);
    ck_assert_int_eq(wlm_http_body_direct(&body), 0);
    wlm_http_body_init(&body, WLM_HTTP_UNTIL_CLOSE, -1, NULL);
    ck_assert_int_eq(wlm_http_body_direct(&body), APR_INT64_MAX);
    ck_assert_int_eq(wlm_http_body_skip(&body, 1000), WLM_HTTP_BODY_MORE);
    ck_assert_int_eq(wlm_http_body_direct(&body), APR_INT64_MAX);
    wlm_http_body_init(&body, WLM_HTTP_NO_BODY, 10, NULL);
    ck_assert_int_eq(wlm_http_body_direct(&body), 0);
    wlm_http_body_init(&body, WLM_HTTP_CHUNKED, -1, NULL);
    ck_assert_int_eq(wlm_http_body_direct(&body), 0);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("http/body_bounds");
    TCase *tc = unit_case(s, "bounds");

    tcase_add_test(tc, test_bounds);
    tcase_add_test(tc, test_bound_of_a_line_begins_anew);
    tcase_add_test(tc, test_largest_chunk);
    tcase_add_test(tc, test_trailers);
    tcase_add_loop_test(tc, test_plain, 0, UNIT_COUNT(plain));
    tcase_add_test(tc, test_direct);
    return s;
}

UNIT_MAIN(suite)

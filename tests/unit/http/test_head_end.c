/* Where a request's head ends, however its bytes are cut into pieces. */
#include "unit.h"
#include <string.h>
#include "http/head_end.h"

static const struct {
    const char *text;
    int ends_at;                   /* the bytes after which it is whole; -1: it is not */
} heads[] = {
    { "",                                       -1 },
    { "\r\n",                                   -1 },
    { "\r\n\r\n",                               -1 },
    { "\n\n\n",                                 -1 },
    { "GET / HTTP/1.1",                         -1 },
    { "GET / HTTP/1.1\r\n",                     -1 },
    { "GET / HTTP/1.1\r\n\r",                   -1 },
    { "GET / HTTP/1.1\r\n\r\n",                 18 },
    { "GET / HTTP/1.1\n\n",                     16 },
    { "GET / HTTP/1.1\r\n\n",                   17 },
    { "GET / HTTP/1.1\n\r\n",                   17 },
    { "GET / HTTP/1.1\r\nHost: h\r\n",          -1 },
    { "GET / HTTP/1.1\r\nHost: h\r\n\r\n",      27 },
    { "GET / HTTP/1.1\r\nHost: h\r\n\r\nbody",  27 },
    { "GET / HTTP/1.1\nHost: h\n\nbody\n\n",    24 },
    { "\r\nGET / HTTP/1.1\r\n\r\n",             20 },
    { "\n\r\n\nGET / HTTP/1.1\r\n",             -1 },
    { "\n\r\n\nGET / HTTP/1.1\r\n\r\n",         22 },
    { "G\r\r\n",                                -1 },
    { "G\r\n\r\r\n",                            -1 }, /* a line with a CR in it is not blank */
    { "G\r\n\r\r\n\r\n",                         8 },
    { "G\r\n \r\n",                             -1 },
    { "G\r\n\rX\r\n\r\n",                        9 },
    { "\rG\r\n\r\n",                             6 },
};

START_TEST(a_head_in_two_pieces)
{
    const char *text = heads[_i].text;
    int len = (int)strlen(text), n;

    for (n = 0; n <= len; ++n) { /* two pieces */
        wlm_http_head_end_t end = { WLM_HTTP_HEAD_BEFORE };
        int first = wlm_http_head_end_feed(&end, text, (apr_size_t)n);

        ck_assert_msg(first == (heads[_i].ends_at >= 0 && n >= heads[_i].ends_at), "%s: %d bytes", text, n);
        ck_assert_msg(wlm_http_head_end_feed(&end, text + n, (apr_size_t)(len - n)) == (heads[_i].ends_at >= 0),
                      "%s: cut at %d", text, n);
    }
}
END_TEST

START_TEST(a_head_byte_by_byte)
{
    const char *text = heads[_i].text;
    wlm_http_head_end_t end = { WLM_HTTP_HEAD_BEFORE };
    int n, at = -1;

    for (n = 0; text[n] && at < 0; ++n) {
        at = wlm_http_head_end_feed(&end, text + n, 1) ? n + 1 : -1;
    }
    ck_assert_msg(at == heads[_i].ends_at, "%s: ends at %d", text, at);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("http/head_end");
    TCase *tc = unit_case(s, "head_end");

    tcase_add_loop_test(tc, a_head_in_two_pieces, 0, UNIT_COUNT(heads));
    tcase_add_loop_test(tc, a_head_byte_by_byte, 0, UNIT_COUNT(heads));
    return s;
}

UNIT_MAIN(suite)

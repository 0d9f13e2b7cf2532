/* Heads of responses that are accepted: whole, byte by byte, truncated, and damaged. */
#include "unit.h"
#include "http/head_unit.h"

/* -- heads that are fine ------------------------------------------------------- */

#define NB WLM_HTTP_NO_BODY
#define LEN WLM_HTTP_LENGTH
#define CHK WLM_HTTP_CHUNKED
#define UC WLM_HTTP_UNTIL_CLOSE

static const struct {
    const char *name, *text;
    int to_head, minor, status, nfields;
    wlm_http_framing_t framing;
    apr_int64_t length;
    int keep_alive;
    const char *reason;
} good[] = {
    { "plain", OK "Content-Length: 5\r\n\r\n", 0, 1, 200, 1, LEN, 5, 1, "OK" },
    { "length 0", OK "Content-Length: 0\r\n\r\n", 0, 1, 200, 1, LEN, 0, 1, "OK" },
    { "length with zeros before", OK "Content-Length: 007\r\n\r\n", 0, 1, 200, 1, LEN, 7, 1, "OK" },
    { "largest length",
      OK "Content-Length: 9223372036854775807\r\n\r\n", 0, 1, 200, 1, LEN, APR_INT64_MAX, 1, "OK" },
    { "any case", OK "cOnTent-LENGTH:3\r\n\r\n", 0, 1, 200, 1, LEN, 3, 1, "OK" },
    { "white space around", OK "Content-Length: \t 3 \t \r\n\r\n", 0, 1, 200, 1, LEN, 3, 1, "OK" },
    { "no fields", OK "\r\n", 0, 1, 200, 0, UC, -1, 0, "OK" },
    { "no reason", "HTTP/1.1 200\r\n\r\n", 0, 1, 200, 0, UC, -1, 0, "" },
    { "empty reason", "HTTP/1.1 200 \r\n\r\n", 0, 1, 200, 0, UC, -1, 0, "" },
    { "long reason", "HTTP/1.1 404 No such\tth\xefng\r\n\r\n", 0, 1, 404, 0, UC, -1, 0, "No such\tth\xefng" },
    { "bare LF", "HTTP/1.1 200 OK\nContent-Length: 1\n\n", 0, 1, 200, 1, LEN, 1, 1, "OK" },
    { "LF and CRLF mixed", "HTTP/1.1 200\nContent-Length: 1\r\n\n", 0, 1, 200, 1, LEN, 1, 1, "" },
    { "LF, then CRLF", "HTTP/1.1 200\n\r\n", 0, 1, 200, 0, UC, -1, 0, "" },
    { "HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n", 0, 0, 200, 1, LEN, 1, 0, "OK" },
    { "HTTP/1.0 kept", "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 1\r\n\r\n",
      0, 0, 200, 2, LEN, 1, 1, "OK" },
    { "HTTP/1.0 kept without a length", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n",
      0, 0, 200, 1, UC, -1, 0, "OK" },
    { "HTTP/1.0 both options",
      "HTTP/1.0 200 OK\r\nConnection: keep-alive, close\r\nContent-Length: 1\r\n\r\n",
      0, 0, 200, 2, LEN, 1, 0, "OK" },
    { "higher minor version", "HTTP/1.9 200 OK\r\nContent-Length: 1\r\n\r\n", 0, 1, 200, 1, LEN, 1, 1, "OK" },
    { "close", OK "Connection: close\r\nContent-Length: 1\r\n\r\n", 0, 1, 200, 2, LEN, 1, 0, "OK" },
    { "close in a list",
      OK "Connection: foo ,\tCLOSE\r\nContent-Length: 1\r\n\r\n", 0, 1, 200, 2, LEN, 1, 0, "OK" },
    { "close in a later field", OK "Connection: keep-alive\r\nContent-Length: 1\r\nconnection: close\r\n\r\n",
      0, 1, 200, 3, LEN, 1, 0, "OK" },
    { "close before keep-alive",
      OK "Connection: close\r\nContent-Length: 1\r\nconnection: keep-alive\r\n\r\n",
      0, 1, 200, 3, LEN, 1, 0, "OK" },
    { "closed is not close", OK "Connection: closed, xclose\r\nContent-Length: 1\r\n\r\n",
      0, 1, 200, 2, LEN, 1, 1, "OK" },
    { "chunked", OK "Transfer-Encoding: chunked\r\n\r\n", 0, 1, 200, 1, CHK, -1, 1, "OK" },
    { "chunked any case", OK "transfer-encoding:\tChunKED \r\n\r\n", 0, 1, 200, 1, CHK, -1, 1, "OK" },
    { "chunked and close", OK "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n",
      0, 1, 200, 2, CHK, -1, 0, "OK" },
    { "HEAD with length", OK "Content-Length: 99\r\n\r\n", 1, 1, 200, 1, NB, 99, 1, "OK" },
    { "HEAD with coding", OK "Transfer-Encoding: chunked\r\n\r\n", 1, 1, 200, 1, NB, -1, 1, "OK" },
    { "HEAD without either", OK "\r\n", 1, 1, 200, 0, NB, -1, 1, "OK" },
    { "HEAD and HTTP/1.0", "HTTP/1.0 200 OK\r\n\r\n", 1, 0, 200, 0, NB, -1, 0, "OK" },
    { "304", "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n", 0, 1, 304, 1, NB, -1, 1, "Not Modified" },
    { "304 with length", "HTTP/1.1 304 x\r\nContent-Length: 7\r\n\r\n", 0, 1, 304, 1, NB, 7, 1, "x" },
    { "304 with coding",
      "HTTP/1.1 304 x\r\nTransfer-Encoding: chunked\r\n\r\n", 0, 1, 304, 1, NB, -1, 1, "x" },
    { "204", "HTTP/1.1 204 No Content\r\n\r\n", 0, 1, 204, 0, NB, -1, 1, "No Content" },
    { "204 with length 0", "HTTP/1.1 204 x\r\nContent-Length: 0\r\n\r\n", 0, 1, 204, 1, NB, 0, 1, "x" },
    { "204 with length 5: not kept",
      "HTTP/1.1 204 x\r\nContent-Length: 5\r\n\r\n", 0, 1, 204, 1, NB, 5, 0, "x" },
    { "204 with coding: not kept", "HTTP/1.1 204 x\r\nTransfer-Encoding: chunked\r\n\r\n",
      0, 1, 204, 1, NB, -1, 0, "x" },
    { "205 with length 0", "HTTP/1.1 205 x\r\nContent-Length: 0\r\n\r\n", 0, 1, 205, 1, LEN, 0, 1, "x" },
    { "100", "HTTP/1.1 100 Continue\r\n\r\n", 0, 1, 100, 0, NB, -1, 1, "Continue" },
    { "103 with fields", "HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n",
      0, 1, 103, 1, NB, -1, 1, "Early Hints" },
    { "103 with length 0", "HTTP/1.1 103 x\r\nContent-Length: 0\r\n\r\n", 0, 1, 103, 1, NB, 0, 1, "x" },
    { "101 is not kept", "HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
      0, 1, 101, 2, NB, -1, 0, "Switching" },
    { "unknown status", "HTTP/1.1 999 \r\nContent-Length: 1\r\n\r\n", 0, 1, 999, 1, LEN, 1, 1, "" },
    { "empty value", OK "X:\r\nContent-Length:1\r\n\r\n", 0, 1, 200, 2, LEN, 1, 1, "OK" },
    { "odd names", OK "!#$%&'*+-.^_`|~0Az: x\r\n$WSEP: \r\nContent-Length: 1\r\n\r\n",
      0, 1, 200, 3, LEN, 1, 1, "OK" },
    { "colons and 8 bit in a value", OK "X: a:b: \xc3\xa4 \"\r\nContent-Length: 1\r\n\r\n",
      0, 1, 200, 2, LEN, 1, 1, "OK" },
    { "only beginning like the known names",
      OK "Content-Length2: x\r\nTransfer-Encodings: gzip\r\nConnect: close\r\n"
      "Content-Length: 1\r\n\r\n", 0, 1, 200, 4, LEN, 1, 1, "OK" },
    { "Keep-Alive and Proxy-Connection mean nothing",
      OK "Keep-Alive: timeout=5\r\nProxy-Connection: close\r\n"
      "Content-Length: 1\r\n\r\n", 0, 1, 200, 3, LEN, 1, 1, "OK" },
};

static void check_good(int i, wlm_head_result_t result, const wlm_http_head_t *head, const char *data)
{
    ck_assert_msg(result == WLM_HEAD_COMPLETE, "%s: result %d, %s", good[i].name, result, head->error);
    ck_assert_msg(head->minor == good[i].minor, "%s: minor", good[i].name);
    ck_assert_msg(head->status == good[i].status, "%s: status %d", good[i].name, head->status);
    ck_assert_msg(head->nfields == good[i].nfields, "%s: %d fields", good[i].name, head->nfields);
    ck_assert_msg(head->framing == good[i].framing, "%s: framing %d", good[i].name, head->framing);
    ck_assert_msg(head->content_length == good[i].length, "%s: length", good[i].name);
    ck_assert_msg(head->keep_alive == good[i].keep_alive, "%s: keep_alive", good[i].name);
    ck_assert_msg(head->size == strlen(good[i].text), "%s: size", good[i].name);
    ck_assert_str_eq(head->reason, good[i].reason);
    ck_assert(head->reason >= data && head->reason < data + head->size); /* who moves the head moves this, too */
}

START_TEST(test_good)
{
    wlm_http_head_t head;
    wlm_head_result_t result;
    apr_size_t len = strlen(good[_i].text);
    char *buf = exact(good[_i].text, len);

    result = parse(&head, buf, len, good[_i].to_head);
    check_good(_i, result, &head, buf);
    free(buf);
}
END_TEST

START_TEST(test_good_byte_by_byte)
{
    wlm_http_head_t head;
    wlm_head_result_t result;
    apr_size_t len = strlen(good[_i].text);
    char *buf;
    int round;

    result = parse_in_pieces(&head, &buf, good[_i].text, len, good[_i].to_head, 1);
    check_good(_i, result, &head, buf);
    free(buf);
    for (round = 0; round < 20; ++round) {
        result = parse_in_pieces(&head, &buf, good[_i].text, len, good[_i].to_head, 30);
        check_good(_i, result, &head, buf);
        free(buf);
    }
}
END_TEST

START_TEST(test_truncated_is_incomplete_and_untouched)
{
    apr_size_t len = strlen(good[_i].text), n;

    for (n = 0; n < len; ++n) {
        wlm_http_head_t head;
        char *buf = exact(good[_i].text, n);

        ck_assert_msg(parse(&head, buf, n, good[_i].to_head) == WLM_HEAD_INCOMPLETE, "%s: cut to %u bytes",
                      good[_i].name, (unsigned)n);
        ck_assert_mem_eq(buf, good[_i].text, n);
        free(buf);
    }
}
END_TEST

START_TEST(test_what_follows_is_left_alone)
{
    static const char rest[] = "HTTP/1.1 500 next\r\nA: b\r\n\r\n";
    wlm_http_head_t head;
    wlm_head_result_t result;
    char *both = apr_pstrcat(unit_pool, good[_i].text, rest, NULL);
    apr_size_t len = strlen(both);
    char *buf = exact(both, len);

    result = parse(&head, buf, len, good[_i].to_head);
    check_good(_i, result, &head, buf);
    ck_assert_mem_eq(buf + head.size, rest, sizeof(rest) - 1);
    free(buf);
}
END_TEST

/* -- damage: change, drop or double single bytes; whatever comes out must hold together -------- */

static void check_holds_together(const wlm_http_head_t *head, const char *buf, apr_size_t len)
{
    int i;

    ck_assert_uint_le(head->size, len);
    ck_assert_int_ge(head->status, 100);
    ck_assert_int_le(head->nfields, FIELDS);
    ck_assert(!(head->framing == WLM_HTTP_LENGTH && head->content_length < 0));
    ck_assert(!(head->framing == WLM_HTTP_UNTIL_CLOSE && head->keep_alive));
    for (i = 0; i < head->nfields; ++i) {
        const wlm_http_field_t *f = &head->fields[i];
        ck_assert(f->name >= buf && f->value > f->name && f->value + strlen(f->value) < buf + head->size);
        ck_assert_ptr_null(strpbrk(f->value, "\r\n"));
    }
}

START_TEST(test_damaged)
{
    apr_size_t len = strlen(good[_i].text);
    int round;

    srand(20260101u + (unsigned)_i);
    for (round = 0; round < 300; ++round) {
        char *text = exact(good[_i].text, len), *whole, *pieces;
        wlm_http_head_t head;
        wlm_head_result_t result;
        int times = 1 + rand() % 3;

        while (times--) {
            static const char likely[] = "\r\n\0 \t:,;059HTCchunked\177\x80";
            text[(apr_size_t)rand() % len] = likely[(apr_size_t)rand() % sizeof(likely)];
        }
        whole = exact(text, len);
        result = parse(&head, whole, len, 0);
        if (result == WLM_HEAD_COMPLETE) {
            check_holds_together(&head, whole, len);
        }
        ck_assert_int_eq(parse_in_pieces(&head, &pieces, text, len, 0, 1), result);
        free(pieces);
        free(whole);
        free(text);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("http/head");
    TCase *tc = unit_case(s, "good");

    tcase_add_loop_test(tc, test_good, 0, UNIT_COUNT(good));
    tcase_add_loop_test(tc, test_good_byte_by_byte, 0, UNIT_COUNT(good));
    tcase_add_loop_test(tc, test_truncated_is_incomplete_and_untouched, 0, UNIT_COUNT(good));
    tcase_add_loop_test(tc, test_what_follows_is_left_alone, 0, UNIT_COUNT(good));
    tcase_add_loop_test(tc, test_damaged, 0, UNIT_COUNT(good));
    return s;
}

UNIT_MAIN(suite)

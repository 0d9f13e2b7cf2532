/* Heads of responses that are rejected, and at which byte. */
#include "unit.h"
#include "http/head_unit.h"

/* -- heads that are refused ----------------------------------------------------- */

#define NOT WLM_HEAD_NOT_HTTP
#define INV WLM_HEAD_INVALID

static const struct {
    const char *name, *text;
    apr_size_t len;
    wlm_head_result_t result;
    const char *error;             /* a part of it */
} bad[] = {
    { "nothing of HTTP", BYTES("\x15\x03\x01"), NOT, "not an HTTP/1" },
    { "an empty line first", BYTES("\r\nHTTP/1.1 200 OK\r\n\r\n"), NOT, "" },
    { "an LF first", BYTES("\nHTTP/1.1 200 OK\r\n\r\n"), NOT, "" },
    { "a blank first", BYTES(" HTTP/1.1 200 OK\r\n\r\n"), NOT, "" },
    { "lower case", BYTES("http/1.1 200 OK\r\n\r\n"), NOT, "" },
    { "HTTP/2", BYTES("HTTP/2.0 200 OK\r\n\r\n"), NOT, "" },
    { "HTTP/0.9", BYTES("HTTP/0.9 200 OK\r\n\r\n"), NOT, "" },
    { "HTTP/1 only", BYTES("HTTP/1 200 OK\r\n\r\n"), NOT, "" },
    { "HTTP/1.x", BYTES("HTTP/1.x 200 OK\r\n\r\n"), NOT, "" },
    { "HTTP/11.1", BYTES("HTTP/11.1 200 OK\r\n\r\n"), NOT, "" },
    { "shoutcast", BYTES("ICY 200 OK\r\n\r\n"), NOT, "" },
    { "a request", BYTES("GET / HTTP/1.1\r\n\r\n"), NOT, "" },
    { "HTML", BYTES("<html>"), NOT, "" },
    { "NUL", BYTES("\0"), NOT, "" },
    { "minor with two digits", BYTES("HTTP/1.10 200 OK\r\n\r\n"), INV, "status line" },
    { "no status", BYTES("HTTP/1.1\r\n\r\n"), INV, "status line" },
    { "no status but a blank", BYTES("HTTP/1.1 \r\n\r\n"), INV, "status line" },
    { "two blanks", BYTES("HTTP/1.1  200 OK\r\n\r\n"), INV, "status line" },
    { "tab", BYTES("HTTP/1.1\t200 OK\r\n\r\n"), INV, "status line" },
    { "status 099", BYTES("HTTP/1.1 099 OK\r\n\r\n"), INV, "below 100" },
    { "status 0", BYTES("HTTP/1.1 000\r\n\r\n"), INV, "below 100" },
    { "status 1000", BYTES("HTTP/1.1 1000 OK\r\n\r\n"), INV, "status line" },
    { "status 20", BYTES("HTTP/1.1 20 OK\r\n\r\n"), INV, "status line" },
    { "status abc", BYTES("HTTP/1.1 abc\r\n\r\n"), INV, "status line" },
    { "status -20", BYTES("HTTP/1.1 -20\r\n\r\n"), INV, "status line" },
    { "status 2x0", BYTES("HTTP/1.1 2x0\r\n\r\n"), INV, "status line" },
    { "status 200OK", BYTES("HTTP/1.1 200OK\r\n\r\n"), INV, "status line" },
    { "status then NUL", BYTES("HTTP/1.1 200\0\r\n\r\n"), INV, "status line" },
    { "status then tab", BYTES("HTTP/1.1 200\tOK\r\n\r\n"), INV, "status line" },
    { "NUL in the reason", BYTES("HTTP/1.1 200 O\0K\r\n\r\n"), INV, "status line" },
    { "bare CR in the reason", BYTES("HTTP/1.1 200 O\rK\r\n\r\n"), INV, "status line" },
    { "bare CR behind the status", BYTES("HTTP/1.1 200\rX: y\r\n\r\n"), INV, "status line" },
    { "CR CR LF behind the status", BYTES("HTTP/1.1 200\r\r\n\r\n"), INV, "status line" },
    { "escape in the reason", BYTES("HTTP/1.1 200 \033[1m\r\n\r\n"), INV, "status line" },
    { "DEL in the reason", BYTES("HTTP/1.1 200 \177\r\n\r\n"), INV, "status line" },
    { "no colon", BYTES(OK "Foo\r\n\r\n"), INV, "without a colon" },
    { "a second status line", BYTES(OK "HTTP/1.1 200 OK\r\n\r\n"), INV, "not allowed in a field name" },
    { "empty name", BYTES(OK ": x\r\n\r\n"), INV, "an empty field name" },
    { "blank before the colon", BYTES(OK "Content-Length : 5\r\n\r\n"), INV, "white space" },
    { "tab before the colon", BYTES(OK "Content-Length\t: 5\r\n\r\n"), INV, "white space" },
    { "blank in a name", BYTES(OK "Content Length: 5\r\n\r\n"), INV, "white space" },
    { "folded with a blank", BYTES(OK "X: a\r\n b\r\n\r\n"), INV, "folded" },
    { "folded with a tab", BYTES(OK "X: a\r\n\tContent-Length: 5\r\n\r\n"), INV, "folded" },
    { "folded first line", BYTES(OK " X: a\r\n\r\n"), INV, "folded" },
    { "line of blanks only", BYTES(OK "X: a\r\n  \r\n\r\n"), INV, "folded" },
    { "NUL in a name", BYTES(OK "X\0: a\r\n\r\n"), INV, "field name" },
    { "8 bit in a name", BYTES(OK "X\xe4: a\r\n\r\n"), INV, "field name" },
    { "slash in a name", BYTES(OK "X/Y: a\r\n\r\n"), INV, "field name" },
    { "quote in a name", BYTES(OK "\"X\": a\r\n\r\n"), INV, "field name" },
    { "CR in a name", BYTES(OK "X\rY: a\r\n\r\n"), INV, "field name" },
    { "NUL in a value", BYTES(OK "X: a\0b\r\n\r\n"), INV, "control character" },
    { "bare CR in a value", BYTES(OK "X: a\rSet-Cookie: b\r\n\r\n"), INV, "control character" },
    { "CR CR LF at a field's end", BYTES(OK "X: a\r\r\n\r\n"), INV, "control character" },
    { "CR CR LF as empty line", BYTES(OK "X: a\r\n\r\r\n\r\n"), INV, "field name" },
    { "escape in a value", BYTES(OK "X: \033\r\n\r\n"), INV, "control character" },
    { "DEL in a value", BYTES(OK "X: \177\r\n\r\n"), INV, "control character" },
    { "form feed in a value", BYTES(OK "X: \f\r\n\r\n"), INV, "control character" },
    { "length: empty", BYTES(OK "Content-Length:\r\n\r\n"), INV, "without a number" },
    { "length: plus", BYTES(OK "Content-Length: +5\r\n\r\n"), INV, "not a number" },
    { "length: minus", BYTES(OK "Content-Length: -5\r\n\r\n"), INV, "not a number" },
    { "length: minus zero", BYTES(OK "Content-Length: -0\r\n\r\n"), INV, "not a number" },
    { "length: blank inside", BYTES(OK "Content-Length: 1 2\r\n\r\n"), INV, "not a number" },
    { "length: a list of equals", BYTES(OK "Content-Length: 1, 1\r\n\r\n"), INV, "not a number" },
    { "length: hexadecimal", BYTES(OK "Content-Length: 0x5\r\n\r\n"), INV, "not a number" },
    { "length: hexadecimal digit", BYTES(OK "Content-Length: A\r\n\r\n"), INV, "not a number" },
    { "length: fraction", BYTES(OK "Content-Length: 5.0\r\n\r\n"), INV, "not a number" },
    { "length: exponent", BYTES(OK "Content-Length: 1e3\r\n\r\n"), INV, "not a number" },
    { "length: other digits", BYTES(OK "Content-Length: \xd9\xa3\r\n\r\n"), INV, "not a number" },
    { "length: one too many", BYTES(OK "Content-Length: 9223372036854775808\r\n\r\n"), INV, "too large" },
    { "length: wraps to 0", BYTES(OK "Content-Length: 18446744073709551616\r\n\r\n"), INV, "too large" },
    { "length: very long", BYTES(OK "Content-Length: 99999999999999999999999999\r\n\r\n"), INV, "too large" },
    { "length twice, equal",
      BYTES(OK "Content-Length: 5\r\nContent-Length: 5\r\n\r\n"), INV, "more than one" },
    { "length twice", BYTES(OK "Content-Length: 5\r\ncontent-length: 6\r\n\r\n"), INV, "more than one" },
    { "length twice in 304",
      BYTES("HTTP/1.1 304 x\r\nContent-Length: 5\r\ncontent-length: 6\r\n\r\n"), INV, "more" },
    { "coding: identity", BYTES(OK "Transfer-Encoding: identity\r\n\r\n"), INV, "other than chunked" },
    { "coding: gzip", BYTES(OK "Transfer-Encoding: gzip\r\n\r\n"), INV, "other than chunked" },
    { "coding: gzip, chunked",
      BYTES(OK "Transfer-Encoding: gzip, chunked\r\n\r\n"), INV, "other than chunked" },
    { "coding: chunked, gzip",
      BYTES(OK "Transfer-Encoding: chunked, gzip\r\n\r\n"), INV, "other than chunked" },
    { "coding: chunked twice",
      BYTES(OK "Transfer-Encoding: chunked, chunked\r\n\r\n"), INV, "other than chunked" },
    { "coding: empty", BYTES(OK "Transfer-Encoding:\r\n\r\n"), INV, "other than chunked" },
    { "coding: comma behind", BYTES(OK "Transfer-Encoding: chunked,\r\n\r\n"), INV, "other than chunked" },
    { "coding: with parameter",
      BYTES(OK "Transfer-Encoding: chunked;q=1\r\n\r\n"), INV, "other than chunked" },
    { "coding: quoted", BYTES(OK "Transfer-Encoding: \"chunked\"\r\n\r\n"), INV, "other than chunked" },
    { "coding: xchunked", BYTES(OK "Transfer-Encoding: xchunked\r\n\r\n"), INV, "other than chunked" },
    { "coding: vertical tab", BYTES(OK "Transfer-Encoding: \vchunked\r\n\r\n"), INV, "control character" },
    { "two codings",
      BYTES(OK "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"), INV, "more than" },
    { "coding, then length",
      BYTES(OK "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"), INV, "both" },
    { "length 0, then coding",
      BYTES(OK "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n"), INV, "both" },
    { "coding in HTTP/1.0", BYTES("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"), INV, "HTTP/1.0" },
    { "100 with length", BYTES("HTTP/1.1 100 x\r\nContent-Length: 5\r\n\r\n"), INV, "interim" },
    { "103 with coding", BYTES("HTTP/1.1 103 x\r\nTransfer-Encoding: chunked\r\n\r\n"), INV, "interim" },
    { "101 with coding", BYTES("HTTP/1.1 101 x\r\nTransfer-Encoding: chunked\r\n\r\n"), INV, "interim" },
};

static void check_bad(int i, wlm_head_result_t result, const wlm_http_head_t *head)
{
    ck_assert_msg(result == bad[i].result, "%s: result %d", bad[i].name, result);
    ck_assert_msg(head->error && strstr(head->error, bad[i].error), "%s: %s", bad[i].name, head->error);
}

START_TEST(test_bad)
{
    wlm_http_head_t head;
    char *buf = exact(bad[_i].text, bad[_i].len);

    check_bad(_i, parse(&head, buf, bad[_i].len, 0), &head);
    free(buf);
}
END_TEST

START_TEST(test_bad_byte_by_byte)
{
    wlm_http_head_t head;
    char *buf;
    int round;

    check_bad(_i, parse_in_pieces(&head, &buf, bad[_i].text, bad[_i].len, 0, 1), &head);
    free(buf);
    for (round = 0; round < 20; ++round) {
        check_bad(_i, parse_in_pieces(&head, &buf, bad[_i].text, bad[_i].len, 0, 12), &head);
        free(buf);
    }
}
END_TEST

/* A request by HEAD does not make a malformed or ambiguous head acceptable */
START_TEST(test_bad_for_head_too)
{
    wlm_http_head_t head;
    char *buf = exact(bad[_i].text, bad[_i].len);

    check_bad(_i, parse(&head, buf, bad[_i].len, 1), &head);
    free(buf);
}
END_TEST

START_TEST(test_told_at_the_first_wrong_byte)
{
    static const char start[] = "HTTP/1.1 200 ";
    apr_size_t at;

    for (at = 0; at < sizeof(start) - 1; ++at) {
        wlm_http_head_t head;
        char *buf = exact(start, at + 1);

        ck_assert_int_eq(parse(&head, buf, at + 1, 0), WLM_HEAD_INCOMPLETE);
        buf[at] = 'x';
        ck_assert_int_eq(parse(&head, buf, at + 1, 0), at < 8 ? WLM_HEAD_NOT_HTTP : WLM_HEAD_INVALID);
        free(buf);
    }
}
END_TEST

/* -- every byte ---------------------------------------------------------------------- */

START_TEST(test_every_byte_in_name_and_value)
{
    static const char marks[] = "!#$%&'*+-.^_`|~";
    int c;

    for (c = 0; c < 256; ++c) {
        int is_alnum = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        int is_name = is_alnum || (c && strchr(marks, c));
        int is_value = c == '\t' || (c >= ' ' && c != 0x7f);
        char name[] = "a?b:v#", value[] = "ab:c?d#";
        wlm_http_field_t field;

        name[1] = value[4] = (char)c;
        ck_assert_msg((wlm_http_field_parse(&field, name, 5) == NULL) == (is_name || c == ':'),
                      "name with byte %d", c);
        ck_assert_msg((wlm_http_field_parse(&field, value, 6) == NULL) == is_value,
                      "value with byte %d", c);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("http/head_bad");
    TCase *tc = unit_case(s, "bad");

    tcase_add_loop_test(tc, test_bad, 0, UNIT_COUNT(bad));
    tcase_add_loop_test(tc, test_bad_byte_by_byte, 0, UNIT_COUNT(bad));
    tcase_add_loop_test(tc, test_bad_for_head_too, 0, UNIT_COUNT(bad));
    tcase_add_test(tc, test_told_at_the_first_wrong_byte);
    tcase_add_test(tc, test_every_byte_in_name_and_value);
    return s;
}

UNIT_MAIN(suite)

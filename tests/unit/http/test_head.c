/* Heads of responses: what is accepted, what is rejected and why, whole and byte by byte. */
#include "unit.h"
#include "http/head.h"

#define FIELDS 20
#define MAX_SIZE 4096
#define OK "HTTP/1.1 200 OK\r\n"
#define BYTES(text) text, sizeof(text) - 1

#define MOST WLM_HTTP_FIELDS_MAX

static wlm_http_field_t fields[MOST + 10];

static void set_up_head(wlm_http_head_t *head)
{
    memset(head, 0x55, sizeof(*head));
    head->fields = fields;
    head->fields_max = FIELDS;
}

/* In a block of exactly that size, so that the sanitizer sees a byte too far */
static char *exact(const char *text, apr_size_t len)
{
    char *copy = malloc(len ? len : 1);

    ck_assert_ptr_nonnull(copy);
    memcpy(copy, text, len);
    return copy;
}

static wlm_head_result_t parse(wlm_http_head_t *head, char *buf, apr_size_t len, int to_head)
{
    apr_size_t scan = 0;
    wlm_head_result_t result;

    set_up_head(head);
    result = wlm_http_head_parse(head, buf, len, MAX_SIZE, to_head, &scan);
    ck_assert_uint_eq(scan == 0 || result == WLM_HEAD_INCOMPLETE, 1);
    ck_assert_int_eq(head->error != NULL, result != WLM_HEAD_COMPLETE && result != WLM_HEAD_INCOMPLETE);
    return result;
}

/* Feed in growing pieces, each time from a fresh block as if the buffer had moved */
static wlm_head_result_t parse_in_pieces(wlm_http_head_t *head, char **pbuf, const char *text, apr_size_t len,
                                         int to_head, unsigned most)
{
    apr_size_t scan = 0, have = 0;
    wlm_head_result_t result = WLM_HEAD_INCOMPLETE;

    *pbuf = NULL;
    set_up_head(head);
    while (result == WLM_HEAD_INCOMPLETE && have < len) {
        apr_size_t step = most == 1 ? 1 : 1 + (apr_size_t)rand() % most;
        have = have + step < len ? have + step : len;
        free(*pbuf);
        *pbuf = exact(text, have);
        result = wlm_http_head_parse(head, *pbuf, have, MAX_SIZE, to_head, &scan);
    }
    return result;
}

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

/* -- limits ------------------------------------------------------------------------------ */

static wlm_head_result_t parse_limited(const char *text, apr_size_t max, const char **perror)
{
    wlm_http_head_t head;
    apr_size_t scan = 0, len = strlen(text);
    char *buf = exact(text, len);
    wlm_head_result_t result;

    set_up_head(&head);
    result = wlm_http_head_parse(&head, buf, len, max, 0, &scan);
    *perror = head.error;
    free(buf);
    return result;
}

START_TEST(test_size_limit)
{
    static const char text[] = OK "X: 123456789\r\n\r\n";
    apr_size_t len = sizeof(text) - 1;
    const char *error;

    ck_assert_int_eq(parse_limited(text, len, &error), WLM_HEAD_COMPLETE);
    ck_assert_int_eq(parse_limited(text, len - 1, &error), WLM_HEAD_TOO_LARGE);
    ck_assert_str_eq(error, "the head is too large");
    ck_assert_int_eq(parse_limited(OK, sizeof(OK) - 1, &error), WLM_HEAD_TOO_LARGE);
    ck_assert_int_eq(parse_limited(OK, sizeof(OK), &error), WLM_HEAD_INCOMPLETE);
    ck_assert_int_eq(parse_limited("<", 1, &error), WLM_HEAD_NOT_HTTP);
}
END_TEST

static wlm_head_result_t parse_fields(int n, int max, wlm_http_head_t *head)
{
    char *text = apr_pstrdup(unit_pool, OK);
    apr_size_t scan = 0, len = strlen(text);
    int i;

    text = apr_palloc(unit_pool, len + (apr_size_t)n * 4 + 2);
    memcpy(text, OK, len);
    for (i = 0; i < n; ++i, len += 4) {
        memcpy(text + len, "a:\r\n", 4);
    }
    memcpy(text + len, "\r\n", 2);
    set_up_head(head);
    head->fields_max = max;
    return wlm_http_head_parse(head, text, len + 2, 100000, 0, &scan);
}

START_TEST(test_field_limit)
{
    wlm_http_head_t head;

    ck_assert_int_eq(parse_fields(5, 5, &head), WLM_HEAD_COMPLETE);
    ck_assert_int_eq(head.nfields, 5);
    ck_assert_int_eq(parse_fields(6, 5, &head), WLM_HEAD_TOO_LARGE);
    ck_assert_str_eq(head.error, "too many header fields");
    ck_assert_int_eq(parse_fields(0, 0, &head), WLM_HEAD_COMPLETE);
    ck_assert_int_eq(parse_fields(1, 0, &head), WLM_HEAD_TOO_LARGE);
    ck_assert_int_eq(parse_fields(MOST, UNIT_COUNT(fields), &head), WLM_HEAD_COMPLETE);
    ck_assert_int_eq(parse_fields(MOST + 1, UNIT_COUNT(fields), &head), WLM_HEAD_TOO_LARGE);
}
END_TEST

static const struct {
    const char *text;
    int lines;
} line_counts[] = {
    { "", 0 }, { "HTTP/1.1 200 OK", 0 }, { OK, 1 }, { OK "\r\n", 1 }, { OK "a: b\r\n\r\n", 2 },
    { "HTTP/1.1 200 OK\na: b\n\n", 2 }, { OK "a: b\r\nc: d\r\n", 3 }, { OK "a: b\r\nc: d\r\n\r", 3 },
    { OK "a: b\r\n\r\none\ntwo\nthree\n", 2 }, { OK "\r\n\n\n\n", 1 }, { OK "\rx\r\n\r\n", 2 },
};

/* Whole, and in two parts that are counted one after the other: never fewer than the lines of the head */
START_TEST(test_lines)
{
    const char *text = line_counts[_i].text;
    apr_size_t len = strlen(text), first;

    ck_assert_int_eq(wlm_http_head_lines(text, len, 0), line_counts[_i].lines);
    for (first = 0; first <= len; ++first) {
        int lines = wlm_http_head_lines(text, first, 0) + wlm_http_head_lines(text, len, first);

        ck_assert_int_ge(lines, line_counts[_i].lines);
    }
    ck_assert_int_eq(wlm_http_head_lines(text, len, len + 1), 0);
}
END_TEST

/* A megabyte that comes byte by byte: with a search from the start each time this would take minutes */
START_TEST(test_trickling_is_linear)
{
    apr_size_t len = 1 << 20, have, scan = 0, wrong = 0;
    char *buf = malloc(len);
    wlm_http_head_t head;

    ck_assert_ptr_nonnull(buf);
    memset(buf, 'x', len);
    memcpy(buf, OK "X:", sizeof(OK "X:") - 1);
    set_up_head(&head);
    for (have = 0; have < len; ++have) {
        wrong += wlm_http_head_parse(&head, buf, have, len, 0, &scan) != WLM_HEAD_INCOMPLETE || scan != have;
    }
    ck_assert_uint_eq(wrong, 0);
    free(buf);
}
END_TEST

/* -- what is found in a head -------------------------------------------------------------- */

START_TEST(test_fields)
{
    static const char text[] = OK "Content-Length:\t12  \r\nX-Empty:   \r\n"
                                  "x-TWO:  a  b \t\r\nX-Two: c\r\n\r\n";
    wlm_http_head_t head;
    char *buf = exact(text, sizeof(text) - 1);

    ck_assert_int_eq(parse(&head, buf, sizeof(text) - 1, 0), WLM_HEAD_COMPLETE);
    ck_assert_str_eq(wlm_http_head_get(&head, "CONTENT-LENGTH"), "12");
    ck_assert_str_eq(wlm_http_head_get(&head, "x-empty"), "");
    ck_assert_str_eq(wlm_http_head_get(&head, "X-Two"), "a  b");
    ck_assert_ptr_null(wlm_http_head_get(&head, "X"));
    ck_assert_str_eq(head.fields[2].name, "x-TWO");
    ck_assert_str_eq(head.fields[3].value, "c");
    free(buf);
}
END_TEST

static const struct {
    const char *list, *token;
    int has;
} lists[] = {
    { "close", "close", 1 }, { "CLOSE", "close", 1 }, { "close", "CLOSE", 1 }, { " close\t", "close", 1 },
    { "a, close", "close", 1 }, { "close,a", "close", 1 }, { "a ,\tclose ,b", "close", 1 },
    { ",,close,,", "close", 1 },
    { "", "close", 0 }, { NULL, "close", 0 }, { ",", "close", 0 }, { " , ", "close", 0 },
    { "clos", "close", 0 }, { "closed", "close", 0 }, { "x close", "close", 0 }, { "close x", "close", 0 },
    { "close;q=1", "close", 0 }, { "\"close\"", "close", 0 }, { "a;close", "close", 0 },
    { "c,lose", "close", 0 }, { "closeclose", "close", 0 }, { "closed, close", "close", 1 },
};

START_TEST(test_list_has)
{
    int has = wlm_http_list_has(lists[_i].list, lists[_i].token);

    ck_assert_msg(has == lists[_i].has, "\"%s\"", lists[_i].list);
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
    tc = unit_case(s, "bad");
    tcase_add_loop_test(tc, test_bad, 0, UNIT_COUNT(bad));
    tcase_add_loop_test(tc, test_bad_byte_by_byte, 0, UNIT_COUNT(bad));
    tcase_add_loop_test(tc, test_bad_for_head_too, 0, UNIT_COUNT(bad));
    tcase_add_test(tc, test_told_at_the_first_wrong_byte);
    tcase_add_test(tc, test_every_byte_in_name_and_value);
    tcase_add_loop_test(tc, test_damaged, 0, UNIT_COUNT(good));
    tc = unit_case(s, "limits");
    tcase_add_test(tc, test_size_limit);
    tcase_add_test(tc, test_field_limit);
    tcase_add_loop_test(tc, test_lines, 0, UNIT_COUNT(line_counts));
    tcase_add_test(tc, test_trickling_is_linear);
    tc = unit_case(s, "content");
    tcase_add_test(tc, test_fields);
    tcase_add_loop_test(tc, test_list_has, 0, UNIT_COUNT(lists));
    return s;
}

UNIT_MAIN(suite)

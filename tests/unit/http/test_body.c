/* Bodies in every framing, cut into pieces in all ways, and what is refused. */
#include <stdio.h>
#include "unit.h"
#include "http/body.h"

#define SIZE_LINE WLM_HTTP_CHUNK_LINE_MAX
#define TRAILERS WLM_HTTP_TRAILERS_MAX
#define BYTES(text) text, sizeof(text) - 1

/* The result of decoding a body that was fed in one way of cutting */
typedef struct decoded_t {
    wlm_http_body_result_t result;
    char *data;
    apr_pool_t *pool;              /* of the trailers */
    apr_size_t data_len, used;
    int eof;                       /* what the end of input means there */
    wlm_http_body_t body;
} decoded_t;

/* In a block of exactly that size, so that the sanitizer sees a byte too far */
static char *exact(const char *text, apr_size_t len)
{
    char *copy = malloc(len ? len : 1);

    ck_assert_ptr_nonnull(copy);
    memcpy(copy, text, len);
    return copy;
}

static void start(decoded_t *t, wlm_http_framing_t framing, apr_int64_t length, apr_size_t room)
{
    t->result = WLM_HTTP_BODY_MORE;
    t->data = malloc(room + 1);
    ck_assert_ptr_nonnull(t->data);
    apr_pool_create(&t->pool, unit_pool);
    t->data_len = t->used = 0;
    wlm_http_body_init(&t->body, framing, length, t->pool);
}

/* Feed one piece until it is used up or the body has ended */
static void feed(decoded_t *t, const char *text, apr_size_t len)
{
    char *piece = exact(text, len);
    apr_size_t at = 0, wrong = 0;

    do {
        apr_size_t used, data_len;
        const char *data;

        t->result = wlm_http_body_feed(&t->body, piece + at, len - at, &used, &data, &data_len);
        wrong += used > len - at || (data_len && (data < piece + at || data + data_len != piece + at + used))
                 || (used == 0 && len > at && t->result == WLM_HTTP_BODY_MORE);
        memcpy(t->data + t->data_len, data, data_len);
        t->data_len += data_len;
        at += used;
    } while (t->result == WLM_HTTP_BODY_MORE && at < len && !wrong);
    ck_assert_uint_eq(wrong, 0);
    t->used += at;
    free(piece);
}

/* most: largest piece, 0: all at once */
static void take(decoded_t *t, wlm_http_framing_t framing, apr_int64_t length, const char *text, apr_size_t len,
                 unsigned most)
{
    apr_size_t at = 0;

    start(t, framing, length, len);
    do {
        apr_size_t step = most == 0 ? len : most == 1 ? 1 : 1 + (apr_size_t)rand() % most;
        if (step > len - at) {
            step = len - at;
        }
        feed(t, text + at, step);
        at += step;
    } while (t->result == WLM_HTTP_BODY_MORE && at < len);
    t->eof = wlm_http_body_eof(&t->body);
    ck_assert_int_eq(t->body.error != NULL, !t->eof);
}

static void done(decoded_t *t)
{
    free(t->data);
    apr_pool_destroy(t->pool);
}

/* -- chunked bodies that are fine: data, and how many bytes they are long -------------- */

static const struct {
    const char *name, *text;
    apr_size_t len, rest;          /* bytes of the text; how many of them are not part of the body */
    const char *data, *trailers;
} good[] = {
    { "empty", BYTES("0\r\n\r\n"), 0, "", "" },
    { "one chunk", BYTES("5\r\nhello\r\n0\r\n\r\n"), 0, "hello", "" },
    { "three chunks", BYTES("1\r\na\r\n2\r\nbc\r\n3\r\ndef\r\n0\r\n\r\n"), 0, "abcdef", "" },
    { "hexadecimal, both cases", BYTES("a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n"), 0,
      "01234567890123456789", "" },
    { "zeros before", BYTES("0000000000000001\r\nx\r\n000\r\n\r\n"), 0, "x", "" },
    { "data that looks like framing", BYTES("7\r\n0\r\n\r\n1\r\r\n0\r\n\r\n"), 0, "0\r\n\r\n1\r", "" },
    { "extension", BYTES("1;a\r\nx\r\n0;b=c\r\n\r\n"), 0, "x", "" },
    { "extension, quoted", BYTES("1;a=\"b;c \\\" \xe4\"\r\nx\r\n0\r\n\r\n"), 0, "x", "" },
    { "extension, blanks before", BYTES("1 \t; a = b ;c\r\nx\r\n0 ;d\r\n\r\n"), 0, "x", "" },
    { "extension, empty", BYTES("1;\r\nx\r\n0;;\r\n\r\n"), 0, "x", "" },
    { "extension that looks like a size", BYTES("1;5\r\nx\r\n0\r\n\r\n"), 0, "x", "" },
    { "trailer", BYTES("1\r\nx\r\n0\r\nX-T: y\r\n\r\n"), 0, "x", "X-T: y\r\n" },
    { "trailers", BYTES("0\r\nA:\r\nB:\tb c \xe4\r\n\r\n"), 0, "", "A:\r\nB:\tb c \xe4\r\n" },
    { "a response behind", BYTES("1\r\nx\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"), 19, "x", "" },
    { "a line end behind", BYTES("0\r\nA: b\r\n\r\n\r\n"), 2, "", "A: b\r\n" },
};

static void check_good(int i, decoded_t *t, const char *how)
{
    const char *name = good[i].name;

    ck_assert_msg(t->result == WLM_HTTP_BODY_DONE, "%s, %s: result %d, %s", name, how, t->result, t->body.error);
    ck_assert_msg(t->used == good[i].len - good[i].rest, "%s, %s: used %u", name, how, (unsigned)t->used);
    ck_assert_msg(t->data_len == strlen(good[i].data) && !memcmp(t->data, good[i].data, t->data_len),
                  "%s, %s: data", name, how);
    ck_assert_int_eq(t->body.trailers != NULL, good[i].trailers[0] != '\0'); /* room only when there are some */
    ck_assert_msg(t->body.trailers_len == strlen(good[i].trailers)
                  && !memcmp(t->body.trailers ? t->body.trailers : "", good[i].trailers, t->body.trailers_len),
                  "%s, %s: trailers", name, how);
    ck_assert_int_eq(t->eof, 1);
    done(t);
}

START_TEST(test_good)
{
    decoded_t t;
    int round;

    take(&t, WLM_HTTP_CHUNKED, -1, good[_i].text, good[_i].len, 0);
    check_good(_i, &t, "at once");
    take(&t, WLM_HTTP_CHUNKED, -1, good[_i].text, good[_i].len, 1);
    check_good(_i, &t, "byte by byte");
    for (round = 0; round < 50; ++round) {
        take(&t, WLM_HTTP_CHUNKED, -1, good[_i].text, good[_i].len, 2 + (unsigned)round % 8);
        check_good(_i, &t, "in pieces");
    }
}
END_TEST

START_TEST(test_good_split_once_everywhere)
{
    apr_size_t at;

    for (at = 0; at <= good[_i].len; ++at) {
        decoded_t t;

        start(&t, WLM_HTTP_CHUNKED, -1, good[_i].len);
        feed(&t, good[_i].text, at);
        if (t.result == WLM_HTTP_BODY_MORE) {
            feed(&t, good[_i].text + at, good[_i].len - at);
        }
        t.eof = wlm_http_body_eof(&t.body);
        check_good(_i, &t, "split once");
    }
}
END_TEST

START_TEST(test_good_without_room_for_trailers)
{
    wlm_http_body_t body;
    wlm_http_body_result_t result;
    apr_size_t at = 0, used, data_len;
    const char *data;

    wlm_http_body_init(&body, WLM_HTTP_CHUNKED, -1, NULL);
    do {
        result = wlm_http_body_feed(&body, good[_i].text + at, good[_i].len - at, &used, &data, &data_len);
        at += used;
    } while (result == WLM_HTTP_BODY_MORE);
    ck_assert_int_eq(result, WLM_HTTP_BODY_DONE);
    ck_assert_uint_eq(at, good[_i].len - good[_i].rest);
    ck_assert_uint_eq(body.trailers_len, 0);
    ck_assert_int_eq(wlm_http_body_trailers(&body, NULL, 0), 0);
}
END_TEST

START_TEST(test_truncated_is_never_done)
{
    apr_size_t n;

    for (n = 0; n < good[_i].len - good[_i].rest; ++n) {
        decoded_t t;

        take(&t, WLM_HTTP_CHUNKED, -1, good[_i].text, n, 0);
        ck_assert_msg(t.result == WLM_HTTP_BODY_MORE && t.used == n && !t.eof, "%s: cut to %u", good[_i].name,
                      (unsigned)n);
        ck_assert_str_eq(t.body.error, "the body was broken off");
        done(&t);
    }
}
END_TEST

/* -- chunked bodies that are refused, and at which byte ------------------------------------ */

static const struct {
    const char *name, *text;
    apr_size_t len, at;
    const char *error;             /* a part of it */
} bad[] = {
    { "empty line", BYTES("\r\n"), 0, "without a size" },
    { "line end before a size", BYTES("1\r\nx\r\n\r\n0\r\n\r\n"), 6, "without a size" },
    { "no size but an extension", BYTES(";a\r\n"), 0, "without a size" },
    { "blank first", BYTES(" 1\r\n"), 0, "without a size" },
    { "plus", BYTES("+1\r\n"), 0, "without a size" },
    { "minus", BYTES("-1\r\n"), 0, "without a size" },
    { "0x", BYTES("0x1\r\n"), 1, "malformed" },
    { "h", BYTES("1h\r\n"), 1, "malformed" },
    { "underscore", BYTES("1_0\r\n"), 1, "malformed" },
    { "character before 0", BYTES("1/\r\n"), 1, "malformed" },
    { "character behind 9", BYTES("1:\r\n"), 1, "malformed" },
    { "at sign", BYTES("@\r\n"), 0, "without a size" },
    { "grave accent", BYTES("`\r\n"), 0, "without a size" },
    { "control character that maps to a digit", BYTES("\001\r\n"), 0, "without a size" },
    { "g", BYTES("g\r\n"), 0, "without a size" },
    { "NUL", BYTES("1\0\r\n"), 1, "malformed" },
    { "high bit", BYTES("\xb1\r\n"), 0, "without a size" },
    { "comma", BYTES("1,1\r\n"), 1, "malformed" },
    { "blank and nothing", BYTES("1 \r\nx"), 2, "malformed" },
    { "blank and a digit", BYTES("1 1\r\nx"), 2, "malformed" },
    { "17 digits", BYTES("00000000000000001\r\nx"), 16, "16 digits" },
    { "overflow to negative", BYTES("8000000000000000\r\n"), 15, "too large" },
    { "overflow", BYTES("ffffffffffffffff\r\n"), 15, "too large" },
    { "bare LF behind a size", BYTES("1\nx\r\n"), 1, "malformed" },
    { "bare CR behind a size", BYTES("1\rx\r\n"), 2, "CRLF" },
    { "CR CR LF behind a size", BYTES("1\r\r\nx\r\n"), 2, "CRLF" },
    { "bare LF in an extension", BYTES("1;a\nx\r\n"), 3, "control character" },
    { "bare CR in an extension", BYTES("1;a\rb\r\nx\r\n"), 4, "CRLF" },
    { "quoted line end in an extension", BYTES("1;a=\"\r\n\"\r\nx\r\n"), 10, "without a size" },
    { "NUL in an extension", BYTES("1;\0\r\n"), 2, "control character" },
    { "DEL in an extension", BYTES("1;\177\r\n"), 2, "control character" },
    { "more data than said", BYTES("1\r\nxy\r\n"), 4, "longer" },
    { "less data than said", BYTES("3\r\nx\r\n0\r\n\r\n"), 6, "longer" },
    { "bare LF behind data", BYTES("1\r\nx\n0\r\n\r\n"), 4, "longer" },
    { "bare CR behind data", BYTES("1\r\nx\r0\r\n\r\n"), 5, "longer" },
    { "no line end behind data", BYTES("1\r\nx0\r\n\r\n"), 4, "longer" },
    { "bare LF as end", BYTES("0\r\n\n"), 3, "without a name" },
    { "bare CR as end", BYTES("0\r\n\rx"), 4, "CRLF" },
    { "response where the empty line is missing", BYTES("0\r\nHTTP/1.1 200 OK\r\n\r\n"), 7, "name" },
    { "trailer without colon", BYTES("0\r\nX\r\n\r\n"), 4, "name" },
    { "trailer with empty name", BYTES("0\r\n: x\r\n\r\n"), 3, "without a name" },
    { "trailer with a blank before the colon", BYTES("0\r\nX : y\r\n\r\n"), 4, "name" },
    { "trailer, folded", BYTES("0\r\nX: y\r\n z\r\n\r\n"), 9, "without a name" },
    { "trailer with a bare LF", BYTES("0\r\nX: y\n\r\n"), 7, "control character" },
    { "trailer with a bare CR", BYTES("0\r\nX: y\rz\r\n\r\n"), 8, "CRLF" },
    { "trailer with NUL", BYTES("0\r\nX: \0\r\n\r\n"), 6, "control character" },
    { "trailer with 8 bit in its name", BYTES("0\r\nX\xe4: y\r\n\r\n"), 4, "name" },
};

static void check_bad(int i, decoded_t *t, const char *how)
{
    ck_assert_msg(t->result == WLM_HTTP_BODY_INVALID, "%s, %s: result %d", bad[i].name, how, t->result);
    ck_assert_msg(t->used == bad[i].at, "%s, %s: at %u", bad[i].name, how, (unsigned)t->used);
    ck_assert_msg(strstr(t->body.error, bad[i].error) != NULL, "%s, %s: %s", bad[i].name, how, t->body.error);
    ck_assert_int_eq(t->eof, 0);
    feed(t, "0\r\n\r\n", 5);
    ck_assert_msg(t->result == WLM_HTTP_BODY_INVALID && t->used == bad[i].at, "%s: does not recover", bad[i].name);
    done(t);
}

START_TEST(test_bad)
{
    decoded_t t;
    int round;

    take(&t, WLM_HTTP_CHUNKED, -1, bad[_i].text, bad[_i].len, 0);
    check_bad(_i, &t, "at once");
    take(&t, WLM_HTTP_CHUNKED, -1, bad[_i].text, bad[_i].len, 1);
    check_bad(_i, &t, "byte by byte");
    for (round = 0; round < 20; ++round) {
        take(&t, WLM_HTTP_CHUNKED, -1, bad[_i].text, bad[_i].len, 4);
        check_bad(_i, &t, "in pieces");
    }
}
END_TEST

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

/* -- properties ------------------------------------------------------------------------------------ */

/* Random data in random chunks comes back whole, however it is fed, and nothing of what follows is used */
START_TEST(test_random_chunks_come_back)
{
    apr_size_t room = 20000, len = 0, data_len = 0, n;
    char *text = malloc(room * 2), *data = malloc(room);
    int chunks;
    decoded_t t;

    ck_assert(text && data);
    srand(77u + (unsigned)_i);
    for (chunks = rand() % 30; chunks > 0; --chunks) {
        apr_size_t size = 1 + (apr_size_t)rand() % (rand() % 4 ? 20 : 600);
        len += (apr_size_t)sprintf(text + len, rand() % 2 ? "%x" : "%04X", (unsigned)size);
        len += (apr_size_t)sprintf(text + len, "%s\r\n", rand() % 3 ? "" : ";e=\"1\"");
        for (n = 0; n < size; ++n) {
            data[data_len++] = text[len++] = "\r\n0;a\0\xff"[rand() % 7];
        }
        memcpy(text + len, "\r\n", 2);
        len += 2;
    }
    len += (apr_size_t)sprintf(text + len, "0\r\n\r\nnext");
    take(&t, WLM_HTTP_CHUNKED, -1, text, len, (unsigned)(_i % 50));
    ck_assert_int_eq(t.result, WLM_HTTP_BODY_DONE);
    ck_assert_uint_eq(t.used, len - 4);
    ck_assert_uint_eq(t.data_len, data_len);
    ck_assert_mem_eq(t.data, data, data_len);
    done(&t);
    free(text);
    free(data);
}
END_TEST

/* Damaged input: the pieces in which it comes change neither verdict, data, nor where it stops */
START_TEST(test_damage_is_seen_alike)
{
    static const char text[] = "5\r\nhello\r\n1;a=\"b\"\r\nx\r\n00a \t;c\r\n0123456789\r\n"
                               "0\r\nX-T: y\r\nZ:\r\n\r\nrest";
    static const char likely[] = "\r\n\0 \t:;019afFgX\177\x80-+";
    apr_size_t len = sizeof(text) - 1;
    int round;

    srand(4711u + (unsigned)_i);
    for (round = 0; round < 100; ++round) {
        char *damaged = exact(text, len);
        int times = 1 + rand() % 2;
        decoded_t whole, pieces;

        while (times--) {
            damaged[(apr_size_t)rand() % len] = likely[(apr_size_t)rand() % sizeof(likely)];
        }
        take(&whole, WLM_HTTP_CHUNKED, -1, damaged, len, 0);
        take(&pieces, WLM_HTTP_CHUNKED, -1, damaged, len, 1 + (unsigned)round % 9);
        ck_assert(whole.result == pieces.result && whole.used == pieces.used && whole.eof == pieces.eof);
        ck_assert(whole.data_len == pieces.data_len && whole.body.trailers_len == pieces.body.trailers_len);
        ck_assert_mem_eq(whole.data, pieces.data, whole.data_len);
        ck_assert(!whole.body.trailers_len
                  || !memcmp(whole.body.trailers, pieces.body.trailers, whole.body.trailers_len));
        done(&whole);
        done(&pieces);
        free(damaged);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("http/body");
    TCase *tc = unit_case(s, "chunked");

    tcase_add_loop_test(tc, test_good, 0, UNIT_COUNT(good));
    tcase_add_loop_test(tc, test_good_split_once_everywhere, 0, UNIT_COUNT(good));
    tcase_add_loop_test(tc, test_good_without_room_for_trailers, 0, UNIT_COUNT(good));
    tcase_add_loop_test(tc, test_truncated_is_never_done, 0, UNIT_COUNT(good));
    tcase_add_loop_test(tc, test_bad, 0, UNIT_COUNT(bad));
    tcase_add_test(tc, test_bounds);
    tcase_add_test(tc, test_bound_of_a_line_begins_anew);
    tcase_add_test(tc, test_largest_chunk);
    tcase_add_test(tc, test_trailers);
    tc = unit_case(s, "other framings");
    tcase_add_loop_test(tc, test_plain, 0, UNIT_COUNT(plain));
    tcase_add_test(tc, test_direct);
    tc = unit_case(s, "properties");
    tcase_add_loop_test(tc, test_random_chunks_come_back, 0, 100);
    tcase_add_loop_test(tc, test_damage_is_seen_alike, 0, 20);
    return s;
}

UNIT_MAIN(suite)

/* Chunked bodies, cut into pieces in all ways: what is accepted, and what is refused at which byte. */
#include <stdio.h>
#include "unit.h"
#include "http/body_unit.h"

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
    tcase_add_loop_test(tc, test_random_chunks_come_back, 0, 100);
    tcase_add_loop_test(tc, test_damage_is_seen_alike, 0, 20);
    return s;
}

UNIT_MAIN(suite)

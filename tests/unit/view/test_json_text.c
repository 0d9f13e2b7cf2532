/* Texts in JSON: what is escaped, and where a text is cut. */
#include "json_unit.h"
#include "view/json_text.h"

static const struct {
    const char *text;
    size_t room;
    const char *put;
} texts[] = {
    { "", 10, "" },
    { "plain", 10, "plain" },
    { "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", 10, "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80" },
    { "\"\\<\x7f", 100, "\\u0022\\u005c\\u003c\\u007f" },
    { "\x01\n\x1f ", 100, "\\u0001\\u000a\\u001f " },
    /* not UTF-8: a byte alone, one too few, half of a pair, longer than need be, beyond the last character */
    { "a\x80" "b", 100, "a\\ufffdb" },
    { "\xe2\x82", 100, "\\ufffd\\ufffd" },
    { "\xed\xa0\x80", 100, "\\ufffd\\ufffd\\ufffd" },
    { "\xc0\xaf", 100, "\\ufffd\\ufffd" },
    { "\xf5\x80\x80\x80", 100, "\\ufffd\\ufffd\\ufffd\\ufffd" },
    /* cut between characters, never within one */
    { "abc", 3, "abc" },
    { "abc", 2, "ab" },
    { "abc", 0, "" },
    { "a\xe2\x82\xac", 4, "a\xe2\x82\xac" },
    { "a\xe2\x82\xac", 3, "a" },
    { "a\"", 7, "a\\u0022" },
    { "a\"b", 6, "a" },
    { "\xff", 5, "" },
};

/* into a block of exactly that size, so that the sanitizer sees a byte behind it */
START_TEST(a_text)
{
    char *to = malloc(texts[_i].room + 1);
    size_t n = wlm_json_text_put(to, texts[_i].room, texts[_i].text);

    ck_assert_uint_le(n, texts[_i].room);
    to[n] = '\0';
    ck_assert_str_eq(to, texts[_i].put);
    json_decref(json_of(apr_pstrcat(unit_pool, "[\"", to, "\"]", NULL)));
    free(to);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("view/json_text");

    tcase_add_loop_test(unit_case(s, "texts"), a_text, 0, UNIT_COUNT(texts));
    return s;
}

UNIT_MAIN(suite)

/* Texts for lines of a terminal: their width, where they are cut, and what could steer the terminal. */
#include "unit.h"
#include "tools/common/text.h"

static const struct {
    const char *text;
    int width, max;
    const char *cut;
} cases[] = {
    { "", 0, 1, "" },
    { "abc", 3, 4, "abc" },
    { "abc", 3, 3, "abc" },
    { "abc", 3, 2, "a\xe2\x80\xa6" },
    { "abc", 3, 1, "\xe2\x80\xa6" },
    /* characters of two and of three bytes are one column each, and stay whole */
    { "\xc3\xa4\xc3\xb6\xc3\xbc", 3, 3, "\xc3\xa4\xc3\xb6\xc3\xbc" },
    { "\xc3\xa4\xc3\xb6\xc3\xbc", 3, 2, "\xc3\xa4\xe2\x80\xa6" },
    { "\xe2\x82\xac" "5", 2, 1, "\xe2\x80\xa6" },
    { "a\xc2\xa0z", 3, 9, "a\xc2\xa0z" },
    /* control characters, of one byte and of two */
    { "a\033[31mb", 7, 9, "a?[31mb" },
    { "a\tb\n", 4, 9, "a?b?" },
    { "\x7f", 1, 9, "?" },
    { "a\xc2\x9b" "31m", 5, 9, "a?31m" },
    { "\xc2\x80\xc2\x9f", 2, 2, "??" },
    { "\033\033\033", 3, 2, "?\xe2\x80\xa6" },
    /* what is cut off within a character is no UTF-8, and is not read beyond its end */
    { "a\xc2", 2, 9, "a\xc2" },
};

START_TEST(a_text_has_its_width)
{
    ck_assert_int_eq(tool_text_width(cases[_i].text), cases[_i].width);
}
END_TEST

START_TEST(a_text_is_cut_between_characters_and_steers_no_terminal)
{
    ck_assert_str_eq(tool_text_cut(cases[_i].text, cases[_i].max, unit_pool), cases[_i].cut);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("tools/common/text");
    TCase *tc = unit_case(s, "text");

    tcase_add_loop_test(tc, a_text_has_its_width, 0, UNIT_COUNT(cases));
    tcase_add_loop_test(tc, a_text_is_cut_between_characters_and_steers_no_terminal, 0, UNIT_COUNT(cases));
    return s;
}

UNIT_MAIN(suite)

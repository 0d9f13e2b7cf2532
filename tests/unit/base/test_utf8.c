/* UTF-8: the first and last character of each length, and what is none. */
#include "unit.h"
#include "base/utf8.h"

static const struct {
    const char *text;
    int length;
} characters[] = {
    { "", 1 }, { "a", 1 }, { "\x7f", 1 },
    { "\xc2\x80", 2 }, { "\xdf\xbf", 2 }, { "\xc3\xa9tude", 2 },
    { "\xe0\xa0\x80", 3 }, { "\xed\x9f\xbf", 3 }, { "\xee\x80\x80", 3 }, { "\xef\xbf\xbf", 3 },
    { "\xf0\x90\x80\x80", 4 }, { "\xf4\x8f\xbf\xbf", 4 },
    /* no first bytes */
    { "\x80", 0 }, { "\xbf", 0 }, { "\xc0\x80", 0 }, { "\xc1\xbf", 0 }, { "\xf5\x80\x80\x80", 0 }, { "\xff", 0 },
    /* longer than need be, half of a pair, beyond the last character */
    { "\xe0\x9f\xbf", 0 }, { "\xed\xa0\x80", 0 }, { "\xf0\x8f\xbf\xbf", 0 }, { "\xf4\x90\x80\x80", 0 },
    /* cut off */
    { "\xc3", 0 }, { "\xc3z", 0 }, { "\xc3\xc3", 0 }, { "\xe2\x80", 0 }, { "\xe2\x80z", 0 }, { "\xf0\x90\x80", 0 },
    { "\xf0\x90\x80z", 0 }, { "\xe0", 0 }, { "\xed", 0 }, { "\xf0", 0 }, { "\xf4", 0 },
};

START_TEST(a_character_has_its_length)
{
    ck_assert_int_eq(wlm_utf8_length(characters[_i].text), characters[_i].length);
}
END_TEST

static const struct {
    const char *text;
    int length;
    unsigned code;
} codes[] = {
    { "", 1, 0 }, { "a", 1, 'a' }, { "\x7f", 1, 0x7f }, { "\xc2\x80", 2, 0x80 }, { "\xdf\xbf", 2, 0x7ff },
    { "\xe0\xa0\x80", 3, 0x800 }, { "\xe2\x80\x8b", 3, 0x200b }, { "\xef\xbf\xbf", 3, 0xffff },
    { "\xf0\x90\x80\x80", 4, 0x10000 }, { "\xf4\x8f\xbf\xbf", 4, 0x10ffff },
    { "\xe9t", 0, 0xe9 }, { "\x80", 0, 0x80 }, { "\xed\xa0\x80", 0, 0xed }, { "\xff", 0, 0xff }, { "\xc3", 0, 0xc3 },
};

static const struct {
    const char *text;
    size_t max, length;
} cuts[] = {
    { "", 0, 0 }, { "", 3, 0 }, { "abc", 0, 0 }, { "abc", 2, 2 }, { "abc", 3, 3 }, { "abc", 9, 3 },
    { "a\xc3\xa9", 1, 1 }, { "a\xc3\xa9", 2, 1 }, { "a\xc3\xa9", 3, 3 }, { "a\xc3\xa9z", 3, 3 },
    { "\xe2\x80\xa6z", 1, 0 }, { "\xe2\x80\xa6z", 2, 0 }, { "\xe2\x80\xa6z", 3, 3 },
    { "a\xf0\x90\x80\x80", 4, 1 }, { "a\xf0\x90\x80\x80", 5, 5 }, { "\xf0\x90\x80\x80", 3, 0 },
    { "a\xc3\xa9\xe2\x80\xa6", 5, 3 },
    /* no UTF-8: a character has at most three bytes behind its first */
    { "\x80\x80\x80", 2, 2 }, { "a\x80\x80\x80\x80\x80", 3, 0 }, { "a\x80\x80\x80\x80\x80", 4, 4 },
    { "a\x80\x80\x80\x80\x80", 5, 5 },
};

START_TEST(a_character_is_what_its_bytes_mean)
{
    unsigned code;

    ck_assert_int_eq(wlm_utf8_decode(&code, codes[_i].text), codes[_i].length);
    ck_assert_uint_eq(code, codes[_i].code);
}
END_TEST

START_TEST(a_text_is_cut_between_characters)
{
    ck_assert_uint_eq(wlm_utf8_fitting(cuts[_i].text, cuts[_i].max), cuts[_i].length);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("base/utf8");
    TCase *tc = unit_case(s, "utf8");

    tcase_add_loop_test(tc, a_character_has_its_length, 0, UNIT_COUNT(characters));
    tcase_add_loop_test(tc, a_character_is_what_its_bytes_mean, 0, UNIT_COUNT(codes));
    tcase_add_loop_test(tc, a_text_is_cut_between_characters, 0, UNIT_COUNT(cuts));
    return s;
}

UNIT_MAIN(suite)

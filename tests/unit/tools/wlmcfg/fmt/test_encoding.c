/* Which encoding a file is taken for, and what cannot be XML in it. */
#include "unit.h"
#include "tools/wlmcfg/fmt/encoding.h"

#define BYTES(text) text, sizeof(text) - 1

static const struct {
    const char *bytes;
    apr_size_t len;
    const char *encoding;
    int is_markup;                 /* of the bytes converted to UTF-8 */
} cases[] = {
    { BYTES("<A/>"), "UTF-8", 1 },
    { BYTES("\xef\xbb\xbf\n<A/>"), "UTF-8", 1 },
    { BYTES("<?xml version='1.0' encoding='ISO-8859-1'?><A b='\xe9'/>"), "ISO-8859-1", 1 },
    { BYTES("\n <?xml version='1.0' encoding=\"Shift_JIS\"?><A/>"), "Shift_JIS", 1 },
    { BYTES("\xff\xfe<\0A\0/\0>\0"), "UTF-16LE", 1 },
    { BYTES("\xfe\xff\0<\0A\0/\0>"), "UTF-16BE", 1 },
    { BYTES("<\0A\0/\0>\0"), "UTF-16LE", 1 },
    { BYTES("\0<\0A\0/\0>"), "UTF-16BE", 1 },
    /* UTF-32: what it is taken for has NULs */
    { BYTES("\0\0\0<\0\0\0A\0\0\0/\0\0\0>"), "UTF-8", 0 },
    { BYTES("\0\0\xfe\xff\0\0\0<\0\0\0A\0\0\0/\0\0\0>"), "UTF-8", 0 },
    { BYTES("<\0\0\0A\0\0\0/\0\0\0>\0\0\0"), "UTF-16LE", 0 },
    { BYTES("\xff\xfe\0\0<\0\0\0A\0\0\0/\0\0\0>\0\0\0"), "UTF-16LE", 0 },
    /* EBCDIC: its `<` is L */
    { BYTES("\x4c\xc1\x61\x6e"), "UTF-8", 0 },
    { BYTES(""), "UTF-8", 0 },
    { BYTES("\xef\xbb\xbf"), "UTF-8", 0 },
    { BYTES("<A/>\0"), "UTF-8", 0 },
};

START_TEST(an_encoding_is_recognized_or_its_text_is_no_markup)
{
    const char *encoding = wlmcfg_fmt_encoding(cases[_i].bytes, cases[_i].len, unit_pool), *text = cases[_i].bytes;
    apr_size_t len = cases[_i].len;

    ck_assert_str_eq(encoding, cases[_i].encoding);
    if (strcmp(encoding, "UTF-8") != 0) {
        text = wlmcfg_fmt_convert(cases[_i].bytes, cases[_i].len, encoding, "UTF-8", &len, unit_pool);
    }
    ck_assert_ptr_nonnull(text);
    ck_assert_int_eq(wlmcfg_fmt_is_markup(text, len), cases[_i].is_markup);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("tools/wlmcfg/fmt/encoding");

    tcase_add_loop_test(unit_case(s, "encoding"), an_encoding_is_recognized_or_its_text_is_no_markup, 0,
                        UNIT_COUNT(cases));
    return s;
}

UNIT_MAIN(suite)

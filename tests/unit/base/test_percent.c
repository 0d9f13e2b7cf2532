/* Percent-encoding: single escapes, whole texts, and what cannot be decoded. */
#include "unit.h"
#include "base/percent.h"

static const struct {
    const char *at;
    size_t len;
    int byte;
} escapes[] = {
    { "%41", 3, 'A' }, { "%2f", 3, '/' }, { "%2F", 9, '/' }, { "%00", 3, 0 }, { "%ff", 3, 0xff }, { "%41", 2, -1 },
    { "%4", 9, -1 }, { "%", 9, -1 }, { "", 9, -1 }, { "%4g", 3, -1 }, { "%g4", 3, -1 }, { "%%41", 4, -1 },
    { "41%", 3, -1 }, { "%+4", 3, -1 }, { "% 4", 3, -1 },
};

START_TEST(an_escape_is_a_byte)
{
    ck_assert_int_eq(wlm_percent_byte(escapes[_i].at, escapes[_i].len), escapes[_i].byte);
}
END_TEST

START_TEST(every_byte_is_what_was_written)
{
    char text[4] = "";

    ck_assert_ptr_eq(wlm_percent_put(text, (char)_i), text + 3);
    ck_assert_int_eq(wlm_percent_byte(text, 3), _i);
    ck_assert(text[0] == '%' && strspn(text + 1, "0123456789ABCDEF") == 2);
}
END_TEST

static const struct {
    const char *text;
    int is_valid;
    const char *decoded;
} texts[] = {
    { "", 1, "" }, { "abc", 1, "abc" }, { "%41bc", 1, "Abc" }, { "a%2Fb%2fc", 1, "a/b/c" }, { "%25%32%35", 1, "%25" },
    { "a+b", 1, "a+b" }, { "%e2%82%ac", 1, "\xe2\x82\xac" }, { "%", 0, "%" }, { "a%", 0, "a%" }, { "a%4", 0, "a%4" },
    { "%zz%41", 0, "%zzA" }, { "%%41", 0, "%A" }, { "a%00b", 0, "a" }, { "%41%4", 0, "A%4" },
};

START_TEST(a_text_is_decoded)
{
    size_t len = strlen(texts[_i].text);
    char *to = malloc(len + 1);    /* so that a byte too many is found by the sanitizers */

    ck_assert_int_eq(wlm_percent_is_valid(texts[_i].text, len), texts[_i].is_valid);
    wlm_percent_decode(to, len + 1, texts[_i].text, len);
    ck_assert_str_eq(to, texts[_i].decoded);
    memcpy(to, texts[_i].text, len + 1);
    wlm_percent_decode(to, len + 1, to, len);
    ck_assert_str_eq(to, texts[_i].decoded);
    free(to);
}
END_TEST

static const struct {
    const char *text;
    size_t len, room;
    const char *decoded;
} cuts[] = {
    { "abc", 3, 4, "abc" }, { "abc", 3, 3, "ab" }, { "abc", 3, 1, "" }, { "a%41b", 5, 3, "aA" }, { "a%41b", 5, 2, "a" },
    { "a%41b", 3, 9, "a%4" }, { "a%41b", 4, 9, "aA" }, { "a%41b", 0, 9, "" },
};

START_TEST(what_has_no_room_is_cut_off)
{
    char *to = malloc(cuts[_i].room);

    ck_assert_uint_eq(wlm_percent_decode(to, cuts[_i].room, cuts[_i].text, cuts[_i].len), strlen(cuts[_i].decoded));
    ck_assert_str_eq(to, cuts[_i].decoded);
    free(to);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("base/percent");
    TCase *tc = unit_case(s, "percent");

    tcase_add_loop_test(tc, an_escape_is_a_byte, 0, UNIT_COUNT(escapes));
    tcase_add_loop_test(tc, every_byte_is_what_was_written, 0, 256);
    tcase_add_loop_test(tc, a_text_is_decoded, 0, UNIT_COUNT(texts));
    tcase_add_loop_test(tc, what_has_no_room_is_cut_off, 0, UNIT_COUNT(cuts));
    return s;
}

UNIT_MAIN(suite)

/* Values of settings, which are parsed strictly, and variables and lines of files. */
#include "unit.h"
#include "plugin_cfg_unit.h"
#include "temp_folder.h"
#include "tools/wlmcfg/import/import_unit.h"
#include "tools/wlmcfg/import/common/text.h"
#include "tools/wlmcfg/import/common/values.h"

static const source_line_t line = { "f", 7 };

#define NONE (-99)                 /* of a value that is not set */

/* -- numbers, times, on and off ---------------------------------------------------------------------------- */

static const struct {
    const char *text;
    int min, max, value;           /* NONE: an error */
} number_cases[] = {
    { "0", 0, 9, 0 }, { "9", 0, 9, 9 }, { "007", 0, 9, 7 }, { "2147483647", 0, 2147483647, 2147483647 },
    { "10", 0, 9, NONE }, { "0", 1, 9, NONE }, { "", 0, 9, NONE }, { "-1", -5, 9, NONE }, { "+1", 0, 9, NONE },
    { " 1", 0, 9, NONE }, { "1 ", 0, 9, NONE }, { "1x", 0, 9, NONE }, { "0x1", 0, 9, NONE }, { "1.0", 0, 9, NONE },
    { "2147483648", 0, 2147483647, NONE }, { "99999999999999999999", 0, 2147483647, NONE },
};

START_TEST(a_number_is_digits_in_its_range)
{
    import_t *import = import_make();
    int value = NONE, is_error = number_cases[_i].value == NONE;

    ck_assert_int_eq(wlmcfg_import_number(import, line, "n", number_cases[_i].text, number_cases[_i].min,
                                          number_cases[_i].max, &value), !is_error);
    ck_assert_int_eq(value, number_cases[_i].value);
    ck_assert_str_eq(cfg_findings(import->cfg), is_error ? "7 error bad-value" : "");
}
END_TEST

static const struct {
    const char *text, *units;
    int seconds;                   /* NONE: an error */
    int is_rounded;
} time_cases[] = {
    { "0", "s", 0, 0 },
    { "30", "s", 30, 0 },
    { "2147483", "s", 2147483, 0 },
    { "0", "ms", 0, 0 },
    { "1000", "ms", 1, 0 },
    { "1001", "ms", 2, 1 },
    { "1", "ms", 1, 1 },
    { "999", "ms", 1, 1 },
    { "2147483000", "ms", 2147483, 0 },
    /* a unit only where there may be one */
    { "30", "s?", 30, 0 },
    { "30s", "s?", 30, 0 },
    { "2500ms", "s?", 3, 1 },
    { "2mi", "s?", 120, 0 },
    { "2min", "s?", 120, 0 },
    { "1h", "s?", 3600, 0 },
    { "1H", "s?", 3600, 0 },
    { "2", "ms?", 1, 1 },
    { "2s", "ms?", 2, 0 },
    { "30s", "s", NONE, 0 },
    { "30ms", "ms", NONE, 0 },
    { "30m", "s?", NONE, 0 },
    { "1d", "s?", NONE, 0 },
    { "", "s", NONE, 0 },
    { "s", "s?", NONE, 0 },
    { "-1", "s", NONE, 0 },
    { "1.5", "s", NONE, 0 },
    { "1 s", "s?", NONE, 0 },
    { "2147484", "s", NONE, 0 },
    { "2147483001", "ms", NONE, 0 },
    { "597h", "s?", NONE, 0 },
    { "9223372036854775807", "ms", NONE, 0 },
    { "9223372036854775808", "s", NONE, 0 },
};

START_TEST(a_time_is_whole_seconds)
{
    import_t *import = import_make();
    int value = NONE, is_error = time_cases[_i].seconds == NONE;

    ck_assert_int_eq(wlmcfg_import_seconds(import, line, "t", time_cases[_i].text, time_cases[_i].units, &value),
                     !is_error);
    ck_assert_int_eq(value, time_cases[_i].seconds);
    ck_assert_str_eq(cfg_findings(import->cfg),
                     is_error ? "7 error bad-value" : time_cases[_i].is_rounded ? "7 note changed" : "");
}
END_TEST

static const struct {
    const char *text;
    int value;                     /* NONE: an error */
} boolean_cases[] = {
    { "on", 1 }, { "On", 1 }, { "true", 1 }, { "yes", 1 }, { "1", 1 }, { "t", 1 },
    { "off", 0 }, { "OFF", 0 }, { "false", 0 }, { "no", 0 }, { "0", 0 }, { "f", 0 },
    { "", NONE }, { "2", NONE }, { "o", NONE }, { "on ", NONE }, { "maybe", NONE },
};

START_TEST(a_boolean_is_on_or_off)
{
    import_t *import = import_make();
    int value, is_error = boolean_cases[_i].value == NONE;

    ck_assert_int_eq(wlmcfg_import_boolean(import, line, "b", boolean_cases[_i].text, &value), !is_error);
    if (!is_error) {
        ck_assert_int_eq(value, boolean_cases[_i].value);
    }
    ck_assert_str_eq(cfg_findings(import->cfg), is_error ? "7 error bad-value" : "");
}
END_TEST

static const struct {
    const char *text;
    int is_text;
} text_cases[] = {
    { "", 1 }, { "a b\t\r\n", 1 }, { "\xc3\xa4", 1 }, { "\xe4", 0 }, { "\x01", 0 }, { "a\x1f", 0 }, { "\xc3", 0 },
};

START_TEST(a_text_can_be_in_an_xml_file)
{
    import_t *import = import_make();

    ck_assert_int_eq(wlmcfg_import_is_text(import, line, text_cases[_i].text), text_cases[_i].is_text);
    ck_assert_str_eq(cfg_findings(import->cfg), text_cases[_i].is_text ? "" : "7 error bad-line");
}
END_TEST

/* -- variables --------------------------------------------------------------------------------------------- */

static const struct {
    const char *text;
    char bracket;
    const char *expanded, *missing;
} variable_cases[] = {
    { "a", '(', "a", NULL },
    { "", '(', "", NULL },
    { "$(own)", '(', "1", NULL },
    { "x$(own)y$(own)z", '(', "x1y1z", NULL },
    /* --define goes before the file's own */
    { "$(both)", '(', "defined", NULL },
    { "${both}", '{', "defined", NULL },
    { "$(none)", '(', "$(none)", "none" },
    { "$(none)$(other)", '(', "$(none)$(other)", "none" },
    { "$(none)$(own)", '(', "$(none)1", "none" },
    /* only in its own brackets, only when they are closed */
    { "${own}", '(', "${own}", NULL },
    { "$(own)", '{', "$(own)", NULL },
    { "$(own", '(', "$(own", NULL },
    { "$own", '(', "$own", NULL },
    /* a default, in braces */
    { "${own:-2}", '{', "1", NULL },
    { "${none:-2}", '{', "2", NULL },
    { "${none:-}", '{', "", NULL },
    { "$(none:-2)", '(', "$(none:-2)", "none:-2" },
    /* what is put in is not expanded */
    { "$(self)", '(', "$(self)", NULL },
    { "$(nested)", '(', "$(own)", NULL },
};

static apr_hash_t *variables(void)
{
    apr_hash_t *own = apr_hash_make(unit_pool);

    apr_hash_set(own, "own", APR_HASH_KEY_STRING, "1");
    apr_hash_set(own, "both", APR_HASH_KEY_STRING, "own");
    apr_hash_set(own, "self", APR_HASH_KEY_STRING, "$(self)");
    apr_hash_set(own, "nested", APR_HASH_KEY_STRING, "$(own)");
    return own;
}

START_TEST(variables_are_replaced_once)
{
    const char *text = variable_cases[_i].text, *missing = variable_cases[_i].missing, *found;
    import_t *import = import_make();

    apr_hash_set(import->defines, "both", APR_HASH_KEY_STRING, "defined");
    ck_assert_str_eq(wlmcfg_import_expand(import, text, variable_cases[_i].bracket, variables(), &found),
                     variable_cases[_i].expanded);
    ck_assert_pstr_eq(found, missing);
    ck_assert_pstr_eq(wlmcfg_import_resolve(import, line, text, variable_cases[_i].bracket, variables()),
                      missing ? NULL : variable_cases[_i].expanded);
    ck_assert_str_eq(cfg_findings(import->cfg), missing ? "7 error undefined" : "");
}
END_TEST

START_TEST(variables_fill_no_memory)
{
    import_t *import = import_make();
    char *value = apr_palloc(unit_pool, 40001);
    const char *missing;

    memset(value, 'x', 40000);
    value[40000] = '\0';
    apr_hash_set(import->defines, "v", APR_HASH_KEY_STRING, value);
    ck_assert_ptr_nonnull(wlmcfg_import_expand(import, "$(v)", '(', NULL, &missing));
    ck_assert_ptr_null(wlmcfg_import_expand(import, "$(v)$(v)", '(', NULL, &missing));
    ck_assert_ptr_null(wlmcfg_import_resolve(import, line, "$(v)$(v)", '(', NULL));
    ck_assert_str_eq(cfg_findings(import->cfg), "7 error bad-line");
}
END_TEST

/* -- lines ------------------------------------------------------------------------------------------------- */

static const struct {
    const char *text;
    char comment;
    const char *lines;             /* "number text|..." with + behind the number of a joined line */
} line_cases[] = {
    { "", '#', "" }, { "a\nb\n", '#', "1 a|2 b" }, { "a\nb", '#', "1 a|2 b" }, { "\n \t\na\n\n", '#', "3 a" },
    { "  a b \t\n", '#', "1 a b" }, { "a\r\nb\r\n", '#', "1 a|2 b" },
    { "a # b\n#c\nd", '#', "1 a|3 d" }, { "a # b\n", '\0', "1 a # b" },
    { "a\\\nb\nc", '#', "1+ ab|3 c" }, { "a\\\r\nb\nc", '#', "1+ ab|3 c" }, { "a \\\n b", '#', "1+ a  b" },
    { "a\\", '#', "1 a" }, { "\\\n\\\nc\nd", '#', "1+ c|4 d" }, { "a\\b\n", '#', "1 a\\b" },
};

static const char *lines_text(const apr_array_header_t *lines)
{
    const char *text = "";
    int i;

    for (i = 0; i < lines->nelts; ++i) {
        const import_line_t *at = &APR_ARRAY_IDX(lines, i, import_line_t);
        ck_assert_str_eq(at->at.file, "f");
        text =
            apr_psprintf(unit_pool, "%s%s%d%s %s", text, i ? "|" : "", at->at.line, at->is_joined ? "+" : "", at->text);
    }
    return text;
}

START_TEST(a_file_is_read_line_by_line)
{
    import_t *import = import_make();

    temp_folder_write("f", line_cases[_i].text);
    ck_assert_str_eq(lines_text(wlmcfg_import_lines(import, "f", line_cases[_i].comment)), line_cases[_i].lines);
    ck_assert_str_eq(cfg_findings(import->cfg), "");
}
END_TEST

START_TEST(what_is_no_file_of_lines_is_an_error)
{
    import_t *import = import_make();
    FILE *file = fopen("f", "w");

    ck_assert_uint_eq(fwrite("a\n\0b\n", 1, 5, file), 5);
    fclose(file);
    ck_assert_str_eq(lines_text(wlmcfg_import_lines(import, "f", '#')), "1 a");
    ck_assert_str_eq(cfg_findings(import->cfg), "2 error bad-line");
    ck_assert_ptr_null(wlmcfg_import_lines(import, "none", '#'));
    ck_assert_ptr_null(wlmcfg_import_lines(import, ".", '#'));
    ck_assert_ptr_null(wlmcfg_import_lines(import, "/dev/null", '#'));
    ck_assert_str_eq(cfg_findings(import->cfg),
                     "2 error bad-line, 0 error unreadable, 0 error unreadable, 0 error unreadable");
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("tools/wlmcfg/import/values");
    TCase *tc = unit_case(s, "values");

    tcase_add_loop_test(tc, a_number_is_digits_in_its_range, 0, UNIT_COUNT(number_cases));
    tcase_add_loop_test(tc, a_time_is_whole_seconds, 0, UNIT_COUNT(time_cases));
    tcase_add_loop_test(tc, a_boolean_is_on_or_off, 0, UNIT_COUNT(boolean_cases));
    tcase_add_loop_test(tc, a_text_can_be_in_an_xml_file, 0, UNIT_COUNT(text_cases));
    tcase_add_loop_test(tc, variables_are_replaced_once, 0, UNIT_COUNT(variable_cases));
    tcase_add_test(tc, variables_fill_no_memory);
    tc = unit_case(s, "lines");
    tcase_add_checked_fixture(tc, temp_folder_setup, temp_folder_teardown);
    tcase_add_loop_test(tc, a_file_is_read_line_by_line, 0, UNIT_COUNT(line_cases));
    tcase_add_test(tc, what_is_no_file_of_lines_is_an_error);
    return s;
}

UNIT_MAIN(suite)

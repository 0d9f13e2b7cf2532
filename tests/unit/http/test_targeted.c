/* Targeted cache control fields: which dictionaries there are, and what of them counts. */
#include "unit.h"
#include "http/targeted.h"

static const struct {
    const char *value, *directives; /* NULL: it is ignored */
} rows[] = {
    { "max-age=60", "max-age=60" }, { " max-age=60 ", "max-age=60" },
    { "max-age=60 ,\tno-cache", "max-age=60, no-cache" },
    { "no-store", "no-store" }, { "no-store=?1", "no-store" }, { "no-store=?0", "" }, { "no-store=5", "no-store" },
    { "no-store=\"x\"", "no-store" }, { "private=\"Set-Cookie\"", "private=\"Set-Cookie\"" },
    { "private=1.5", "private" },
    { "no-cache=(a b)", "no-cache" }, { "max-age=60;a;b=1;c=\"x\", s-maxage=30", "max-age=60, s-maxage=30" },
    { "max-age=60, max-age=30", "max-age=30" }, { "max-age=60, b, max-age=?0", "b" },
    { "max-age=-1", "" }, { "max-age=1.5", "" }, { "max-age=\"60\"", "" }, { "max-age=x", "" }, { "max-age", "" },
    { "max-age=999999999999999", "max-age=999999999999999" }, { "x=:YQ==:", "" }, { "x=a/b:c", "x=a/b:c" },
    { "x=\"a\\\"b\\\\\"", "x=\"a\\\"b\\\\\"" }, { "*a.b_c-d", "*a.b_c-d" }, { "x=()", "" }, { "x=(1 \"a\";b c)", "" },
    { "", NULL }, { "  ", NULL }, { ",", NULL }, { "a,", NULL }, { "a, ,b", NULL }, { "a b", NULL }, { "a;", NULL },
    { "Max-Age=60", NULL }, { "max-age=", NULL }, { "max-age =60", NULL }, { "max-age= 60", NULL },
    { "max-age=60s", NULL },
    { "max-age=1000000000000000", NULL }, { "a=1.", NULL }, { "a=1.2345", NULL }, { "a=1234567890123.1", NULL },
    { "a=-", NULL }, { "a=\"x", NULL }, { "a=\"\\x\"", NULL }, { "a=\"\t\"", NULL }, { "a=\"\\", NULL },
    { "a=:YQ==", NULL },
    { "a=:Y!:", NULL }, { "a=?2", NULL }, { "a=?", NULL }, { "a=(1", NULL }, { "a=(1 ", NULL }, { "a=(1,2)", NULL },
    { "a=(\"a\"\"b\")", NULL }, { "a=b;C", NULL }, { "a=b;c=", NULL }, { "a=@1", NULL }, { "\ta", NULL },
    { "a\xc3\xa4", NULL },
};

START_TEST(a_dictionary_becomes_directives_or_is_ignored)
{
    const char *directives = wlm_http_targeted_directives(rows[_i].value, unit_pool);

    ck_assert_msg(!directives == !rows[_i].directives && (!directives || strcmp(directives, rows[_i].directives) == 0),
                  "\"%s\": %s", rows[_i].value, directives ? directives : "ignored");
}
END_TEST

START_TEST(too_many_are_ignored)
{
    const char *value = "a0";
    int i;

    for (i = 1; i < WLM_HTTP_TARGETED_MAX; ++i) {
        value = apr_psprintf(unit_pool, "%s, a%d", value, i);
    }
    ck_assert_ptr_nonnull(wlm_http_targeted_directives(value, unit_pool));
    ck_assert_ptr_nonnull(wlm_http_targeted_directives(apr_pstrcat(unit_pool, value, ", a0=5", NULL), unit_pool));
    ck_assert_ptr_null(wlm_http_targeted_directives(apr_pstrcat(unit_pool, value, ", b", NULL), unit_pool));
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("http/targeted");
    TCase *tc = unit_case(s, "targeted");

    tcase_add_loop_test(tc, a_dictionary_becomes_directives_or_is_ignored, 0, UNIT_COUNT(rows));
    tcase_add_test(tc, too_many_are_ignored);
    return s;
}

UNIT_MAIN(suite)

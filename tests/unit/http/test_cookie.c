/* Which cookies a field has, and what is left of it when some of them change: tables. */
#include "unit.h"
#include <string.h>
#include <apr_strings.h>
#include "http/cookie.h"

static const struct {
    const char *field;
    const char *values;            /* of the cookie S, with '|' behind each */
    const char *dropped;           /* the field without them */
    const char *replaced;          /* with their values in angle brackets */
} rows[] = {
    { "", "", "", "" },
    { "a=b", "", "a=b", "a=b" },
    { "S=x", "x|", "", "S=<x>" },
    { "S=", "|", "", "S=<>" },
    { "S", "", "S", "S" },
    { "a=b; S=x; c=d", "x|", "a=b; c=d", "a=b; S=<x>; c=d" },
    { "S=x; c=d", "x|", "c=d", "S=<x>; c=d" },
    { "a=b; S=x", "x|", "a=b", "a=b; S=<x>" },
    { "a=b;S=x;c=d", "x|", "a=b;c=d", "a=b;S=<x>;c=d" },
    { "S=x; S=y; c=d", "x|y|", "c=d", "S=<x>; S=<y>; c=d" },
    { "S=x; c=d; S=y", "x|y|", "c=d", "S=<x>; c=d; S=<y>" },
    { "S=x, c=d", "x|", "c=d", "S=<x>, c=d" },
    { "a=b, S=x", "x|", "a=b", "a=b, S=<x>" },
    { "a=b, S=x, c=d", "x|", "a=b, c=d", "a=b, S=<x>, c=d" },
    { "a=b, S=x; c=d", "x|", "a=b; c=d", "a=b, S=<x>; c=d" },   /* not "a=b, c=d": c may be taken for a part of a */
    { "a=b , S=x; S=y, c=d", "x|y|", "a=b ; c=d", "a=b , S=<x>; S=<y>, c=d" },
    { "a=b; S=x, c=d", "x|", "a=b; c=d", "a=b; S=<x>, c=d" },
    { "S=\"x\"; c=d", "x|", "c=d", "S=\"<x>\"; c=d" },
    { " S = x ; c=d", "x|", "c=d", " S = <x> ; c=d" },
    { "S=x=y; c=d", "x=y|", "c=d", "S=<x=y>; c=d" },
    { "XS=x; c=d", "", "XS=x; c=d", "XS=x; c=d" },
    { "SX=x; c=d", "", "SX=x; c=d", "SX=x; c=d" },
    { "s=x", "", "s=x", "s=x" },
    { "a=S=x; c=d", "", "a=S=x; c=d", "a=S=x; c=d" },
    { "a=\"; S=x\"", "x\"|", "a=\"", "a=\"; S=<x\">" },   /* a cookie ends at ';', also inside quotes */
    { ";;S=x;;", "x|", "", ";;S=<x>;;" },
};

static const char *embrace(const void *data, const char *value, apr_size_t len, apr_pool_t *p)
{
    (void)data;
    return apr_pstrcat(p, "<", apr_pstrmemdup(p, value, len), ">", NULL);
}

START_TEST(cookies_are_found_and_changed)
{
    const char *field = rows[_i].field, *values = "", *changed;
    wlm_http_cookie_t cookie = { .end = field };

    while (wlm_http_cookie_next(&cookie, cookie.end, field, "S")) {
        apr_size_t len = (apr_size_t)(cookie.value_end - cookie.value);

        values = apr_pstrcat(unit_pool, values, apr_pstrmemdup(unit_pool, cookie.value, len), "|", NULL);
    }
    ck_assert_str_eq(values, rows[_i].values);
    changed = wlm_http_cookie_rewrite(field, "S", NULL, NULL, unit_pool);
    ck_assert_str_eq(changed, rows[_i].dropped);
    ck_assert_int_eq(changed == field, !*values);
    ck_assert_str_eq(wlm_http_cookie_rewrite(field, "S", embrace, NULL, unit_pool), rows[_i].replaced);
}
END_TEST

static const char *lengthen(const void *data, const char *value, apr_size_t len, apr_pool_t *p)
{
    (void)value;
    (void)len;
    (void)p;
    return data;
}

START_TEST(values_may_grow)
{
    char longer[1000];
    const char *field = "S=1; a=b", *changed;
    int i;

    memset(longer, 'x', sizeof(longer) - 1);
    longer[sizeof(longer) - 1] = '\0';
    for (i = 0; i < 5; ++i) {
        field = apr_pstrcat(unit_pool, field, "; S=1", NULL);
    }
    changed = wlm_http_cookie_rewrite(field, "S", lengthen, longer, unit_pool);
    ck_assert_int_eq(strlen(changed), strlen(field) + 6 * (sizeof(longer) - 2));
    ck_assert_ptr_nonnull(strstr(changed, "x; a=b; S=x"));
}
END_TEST

static const struct {
    const char *field, *value;     /* NULL: it has another name */
    const char *behind;            /* ->end */
} responses[] = {
    { "S=x", "x", "" },
    { "S=x; Path=/", "x", "; Path=/" },
    { "S=; Max-Age=0", "", "; Max-Age=0" },
    { "S=a,b; Path=/", "a,b", "; Path=/" },
    { " S = \"x\" ;Path=/", "x", ";Path=/" },
    { "S", NULL, NULL },
    { "", NULL, NULL },
    { "SX=x", NULL, NULL },
    { "XS=x", NULL, NULL },
    { "s=x", NULL, NULL },
    { "a=b; S=x", NULL, NULL },
};

START_TEST(a_response_sets_one_cookie)
{
    wlm_http_cookie_t cookie;
    const char *field = responses[_i].field;

    ck_assert_int_eq(wlm_http_cookie_of_response(&cookie, field, "S"), responses[_i].value != NULL);
    if (responses[_i].value) {
        ck_assert_str_eq(apr_pstrmemdup(unit_pool, cookie.value, (apr_size_t)(cookie.value_end - cookie.value)),
                         responses[_i].value);
        ck_assert_str_eq(cookie.end, responses[_i].behind);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("http/cookie");
    TCase *tc = unit_case(s, "cookie");

    tcase_add_loop_test(tc, cookies_are_found_and_changed, 0, UNIT_COUNT(rows));
    tcase_add_test(tc, values_may_grow);
    tcase_add_loop_test(tc, a_response_sets_one_cookie, 0, UNIT_COUNT(responses));
    return s;
}

UNIT_MAIN(suite)

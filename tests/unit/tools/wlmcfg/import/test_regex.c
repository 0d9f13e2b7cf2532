/* Which regular expressions become a pattern of plugin-cfg.xml, and which have none that matches the same. */
#include "unit.h"
#include "tools/wlmcfg/import/httpd/regex.h"

static const struct {
    const char *regex, *pattern, *first, *second; /* the groups; NULL: none */
} cases[] = {
    { "^/app$", "/app", NULL, NULL },
    { "^/app", "/app*", NULL, NULL },
    { "/app$", "*/app", NULL, NULL },
    { "app", "*app*", NULL, NULL },
    { "^/app/.*$", "/app/*", NULL, NULL },
    { "^/app/.*", "/app/*", NULL, NULL },
    { "^/a.*.*b$", "/a*b", NULL, NULL },
    { "^/(.*)$", "/*", "*", NULL },
    { "^/(a)/(.*)$", "/a/*", "a", "*" },
    { "^/(a(b))$", "/ab", "ab", "b" },
    { "^/(?:a)/(b)$", "/a/b", "b", NULL },
    { "^/app(/.*)?$", "/app/*", "/*", NULL },
    { "^/x\\.do$", "/x.do", NULL, NULL },
    /* a pattern cannot say these */
    { "^/a.b$", NULL, NULL, NULL },
    { "^/a|/b$", NULL, NULL, NULL },
    { "^/[ab]$", NULL, NULL, NULL },
    { "^/ab?$", NULL, NULL, NULL },
    { "^/a+$", NULL, NULL, NULL },
    { "^/a{2}$", NULL, NULL, NULL },
    { "^/.+$", NULL, NULL, NULL },
    { "^/.*?$", NULL, NULL, NULL },
    { "^/(a)?$", NULL, NULL, NULL },
    { "^/(a)*$", NULL, NULL, NULL },
    { "^/app(/.*)?/x$", NULL, NULL, NULL },
    { "^/(?i)a$", NULL, NULL, NULL },
    { "^/\\d$", NULL, NULL, NULL },
    { "^/\\*$", NULL, NULL, NULL },
    { "^/a\\", NULL, NULL, NULL },
    { "^/(a$", NULL, NULL, NULL },
    { "^/a)$", NULL, NULL, NULL },
    { "^/a$b", NULL, NULL, NULL },
    { "^$", NULL, NULL, NULL },
    { "^(1)(2)(3)(4)(5)(6)(7)(8)(9)$", "123456789", "1", "2" },
    { "^(1)(2)(3)(4)(5)(6)(7)(8)(9)(0)$", NULL, NULL, NULL },
};

START_TEST(a_pattern_matches_the_same_or_there_is_none)
{
    const char *groups[HTTPD_GROUPS];
    const char *pattern = wlmcfg_httpd_pattern(cases[_i].regex, groups, unit_pool);

    ck_assert_pstr_eq(pattern, cases[_i].pattern);
    if (pattern) {
        ck_assert_str_eq(groups[0], pattern);
        ck_assert_pstr_eq(groups[1], cases[_i].first);
        ck_assert_pstr_eq(groups[2], cases[_i].second);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("tools/regex");

    tcase_add_loop_test(unit_case(s, "patterns"), a_pattern_matches_the_same_or_there_is_none, 0, UNIT_COUNT(cases));
    return s;
}

UNIT_MAIN(suite)

/* Values in URLs: tables. */
#include "unit.h"
#include <string.h>
#include <apr_strings.h>
#include "http/url_value.h"

static const struct {
    const char *url;
    const char *first, *second, *s; /* its segments, and the parameter s; "": none */
} rows[] = {
    { "", "", "", "" },
    { "/", "", "", "" },
    { "/a", "a", "", "" },
    { "/a/b", "a", "b", "" },
    { "/a/b/c", "a", "b", "" },
    { "/a/", "a", "", "" },
    { "//a", "", "", "" },                                /* a host */
    { "//host/a/b?s=1", "a", "b", "1" },
    { "/a;x=1/b;y", "a", "b", "" },
    { "/a?s=1", "a", "", "1" },
    { "/a?x=1&s=2&s=3#s=4", "a", "", "2" },
    { "/a?s=&b", "a", "", "" },
    { "/a?s", "a", "", "" },
    { "/a?xs=1&sx=2", "a", "", "" },
    { "/a#?s=1", "a", "", "" },
    { "/a/b%2Fc?s=%20", "a", "b%2Fc", "%20" },
    { "https://host/a/b", "a", "b", "" },
    { "https://host:8443/a/b?s=1", "a", "b", "1" },
    { "https://host?s=1", "", "", "1" },
    { "https://host", "", "", "" },
    { "relative/b?s=1", "", "", "1" },
    { "/a?u=http://x/y", "a", "", "" },
};

static const char *text(wlm_url_value_t value)
{
    return value.len ? apr_pstrmemdup(unit_pool, value.at, value.len) : "";
}

START_TEST(values_are_found)
{
    const char *path = wlm_url_path(rows[_i].url);

    ck_assert_str_eq(text(wlm_url_segment(path, 1)), rows[_i].first);
    ck_assert_str_eq(text(wlm_url_segment(path, 2)), rows[_i].second);
    ck_assert_str_eq(text(wlm_url_parameter(wlm_url_query(rows[_i].url), "s")), rows[_i].s);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("http/url_value");
    TCase *tc = unit_case(s, "url_value");

    tcase_add_loop_test(tc, values_are_found, 0, UNIT_COUNT(rows));
    return s;
}

UNIT_MAIN(suite)

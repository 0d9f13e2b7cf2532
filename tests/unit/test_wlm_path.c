/* The form in which paths are matched, and the ways in which people try to hide from it. */
#include "unit.h"
#include "wlm_path.h"

static const struct {
    const char *encoded;
    wlm_path_result_t result;
    const char *match;
    const char *resolved;          /* NULL: as match */
} paths[] = {
    { "/",                         WLM_PATH_OK, "/", NULL },
    { "/app",                      WLM_PATH_OK, "/app", NULL },
    { "/app/",                     WLM_PATH_OK, "/app/", NULL },
    { "/app/x.y/..z/.w/v.",        WLM_PATH_OK, "/app/x.y/..z/.w/v.", NULL },
    { "/...",                      WLM_PATH_OK, "/...", NULL },
    /* escapes are decoded once */
    { "/%61pp",                    WLM_PATH_OK, "/app", NULL },
    { "/a%2Fb",                    WLM_PATH_OK, "/a/b", NULL },
    { "/%2561pp",                  WLM_PATH_OK, "/%61pp", NULL },
    { "/%252e%252e/x",             WLM_PATH_OK, "/%2e%2e/x", NULL },
    { "/a%5cb\\c",                 WLM_PATH_OK, "/a\\b\\c", NULL },
    { "/%c3%a9",                   WLM_PATH_OK, "/\xc3\xa9", NULL },
    /* parameters are dropped, an encoded semicolon is none */
    { "/app;jsessionid=0000x:s1",  WLM_PATH_OK, "/app", NULL },
    { "/app;v=1/page;w;u=2",       WLM_PATH_OK, "/app/page", NULL },
    { "/app%3Bv=1/page",           WLM_PATH_OK, "/app;v=1/page", NULL },
    { "/app;a=%2Fsecret",          WLM_PATH_OK, "/app", NULL },
    { "/;x",                       WLM_PATH_OK, "/", NULL },
    { "/;x/app",                   WLM_PATH_OK, "/app", NULL },
    /* slashes are merged, also those that appear by decoding or dropping */
    { "//app///x",                 WLM_PATH_OK, "/app/x", NULL },
    { "/a/;x/b",                   WLM_PATH_OK, "/a/b", NULL },
    { "/a%2f%2fb/%2Fc",            WLM_PATH_OK, "/a/b/c", NULL },
    /* dot segments that httpd could not see */
    { "/app/..;/admin",            WLM_PATH_AMBIGUOUS, "/app/../admin", "/admin" },
    { "/app/.;x/admin",            WLM_PATH_AMBIGUOUS, "/app/./admin", "/app/admin" },
    { "/app/..;x=1",               WLM_PATH_AMBIGUOUS, "/app/..", "/" },
    { "/app/..%2fadmin",           WLM_PATH_AMBIGUOUS, "/app/../admin", "/admin" },
    { "/app%2f..%2fadmin",         WLM_PATH_AMBIGUOUS, "/app/../admin", "/admin" },
    { "/a/%2e%2e/b",               WLM_PATH_AMBIGUOUS, "/a/../b", "/b" },
    { "/a/b/..;/..;/c",            WLM_PATH_AMBIGUOUS, "/a/b/../../c", "/c" },
    { "/..;/..;/x",                WLM_PATH_AMBIGUOUS, "/../../x", "/x" },
    { "/a/.%2e;x/b/.;/c/",         WLM_PATH_AMBIGUOUS, "/a/../b/./c/", "/b/c/" },
    { "/a/..",                     WLM_PATH_AMBIGUOUS, "/a/..", "/" },
    /* no path at all */
    { "",                          WLM_PATH_INVALID, NULL, NULL },
    { "*",                         WLM_PATH_INVALID, NULL, NULL },
    { "http://h/app",              WLM_PATH_INVALID, NULL, NULL },
    { "/%00",                      WLM_PATH_INVALID, NULL, NULL },
    { "/app%zz",                   WLM_PATH_INVALID, NULL, NULL },
    { "/app%",                     WLM_PATH_INVALID, NULL, NULL },
    { "/app%4",                    WLM_PATH_INVALID, NULL, NULL },
};

START_TEST(path_is_as_in_the_table)
{
    const char *match = NULL, *resolved = NULL;
    wlm_path_result_t result = wlm_path_canonical(&match, &resolved, paths[_i].encoded, unit_pool);

    ck_assert_msg(result == paths[_i].result, "%s: result %d", paths[_i].encoded, result);
    if (result != WLM_PATH_INVALID) {
        ck_assert_str_eq(match, paths[_i].match);
        ck_assert_str_eq(resolved, paths[_i].resolved ? paths[_i].resolved : paths[_i].match);
    }
}
END_TEST

START_TEST(a_plain_path_is_not_copied)
{
    const char *path = "/app/page", *match, *resolved;

    wlm_path_canonical(&match, &resolved, path, unit_pool);
    ck_assert_ptr_eq(match, path);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("wlm_path");
    TCase *tc = unit_case(s, "path");

    tcase_add_loop_test(tc, path_is_as_in_the_table, 0, UNIT_COUNT(paths));
    tcase_add_test(tc, a_plain_path_is_not_copied);
    return s;
}

UNIT_MAIN(suite)

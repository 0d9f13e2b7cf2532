/* The form in which paths are matched, and the ways in which people try to hide from it. */
#include "unit.h"
#include "http/path.h"

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
    { "/a%253Bx",                  WLM_PATH_OK, "/a%3Bx", NULL },
    { "/a/..%5c..%5cb",            WLM_PATH_OK, "/a/..\\..\\b", NULL },
    { "/a%20b%2a",                 WLM_PATH_OK, "/a b*", NULL },
    { "/a%5cb\\c",                 WLM_PATH_OK, "/a\\b\\c", NULL },
    { "/%c3%a9",                   WLM_PATH_OK, "/\xc3\xa9", NULL },
    /* parameters are dropped, an encoded semicolon is none */
    { "/app;jsessionid=0000x:s1",  WLM_PATH_OK, "/app", NULL },
    { "/app;v=1/page;w;u=2",       WLM_PATH_OK, "/app/page", NULL },
    { "/app%3Bv=1/page",           WLM_PATH_OK, "/app;v=1/page", NULL },
    { "/app;a=%2Fsecret",          WLM_PATH_OK, "/app", NULL },
    { "/app;a=..",                 WLM_PATH_OK, "/app", NULL },
    { "/app;",                     WLM_PATH_OK, "/app", NULL },
    { "/app;x/",                   WLM_PATH_OK, "/app/", NULL },
    { "/app/;x",                   WLM_PATH_OK, "/app/", NULL },
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
    { "/a/%2E/b",                  WLM_PATH_AMBIGUOUS, "/a/./b", "/a/b" },
    { "/a/;x/../b",                WLM_PATH_AMBIGUOUS, "/a/../b", "/b" },
    { "/app/%2e%2e;v=1/admin",     WLM_PATH_AMBIGUOUS, "/app/../admin", "/admin" },
    { "/app/..;",                  WLM_PATH_AMBIGUOUS, "/app/..", "/" },
    { "/app/.",                    WLM_PATH_AMBIGUOUS, "/app/.", "/app/" },
    /* dot segments for servers that decode first */
    { "/app/..%3B/admin",          WLM_PATH_AMBIGUOUS, "/app/..;/admin", "/admin" },
    { "/app/..%3bx=1%2fadmin",     WLM_PATH_AMBIGUOUS, "/app/..;x=1/admin", "/admin" },
    { "/app;%2F..%2Fadmin",        WLM_PATH_AMBIGUOUS, "/app", "/admin" },
    { "/app;v=%2f../admin",        WLM_PATH_AMBIGUOUS, "/app/admin", "/admin" },
    /* no path at all */
    { "",                          WLM_PATH_INVALID, NULL, NULL },
    { "*",                         WLM_PATH_INVALID, NULL, NULL },
    { "http://h/app",              WLM_PATH_INVALID, NULL, NULL },
    { "/%00",                      WLM_PATH_INVALID, NULL, NULL },
    { "/app%zz",                   WLM_PATH_INVALID, NULL, NULL },
    { "/app%",                     WLM_PATH_INVALID, NULL, NULL },
    { "/app%4",                    WLM_PATH_INVALID, NULL, NULL },
    { "/app%4g",                   WLM_PATH_INVALID, NULL, NULL },
    { "/app%%41",                  WLM_PATH_INVALID, NULL, NULL },
    { "/app;v=%zz/x",              WLM_PATH_INVALID, NULL, NULL },
    { "/app;v=%00/x",              WLM_PATH_INVALID, NULL, NULL },
    { "%2fapp",                    WLM_PATH_INVALID, NULL, NULL },
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

/* Whatever comes in: OK is clean, and the resolved path never has a dot segment or a double slash */
START_TEST(random_paths_keep_the_promise)
{
    static const char *const pieces[] = {
        "/", ".", "..", ";", "a", "%2f", "%2e", "%3b", "%3B", "%252e", "%5c", "//", "/..", ";/", "b"
    };
    unsigned state = 3;
    int round, i;

    for (round = 0; round < 20000; ++round) {
        char encoded[64] = "/";
        const char *match, *resolved;
        wlm_path_result_t result;
        size_t len;

        for (i = 0; i < 8; ++i) {
            state = state * 1103515245u + 12345u;
            strcat(encoded, pieces[(state >> 16) % (unsigned)UNIT_COUNT(pieces)]);
        }
        result = wlm_path_canonical(&match, &resolved, encoded, unit_pool);
        ck_assert_int_ne(result, WLM_PATH_INVALID);
        ck_assert_int_eq(match[0], '/');
        ck_assert_int_eq(resolved[0], '/');
        len = strlen(resolved);
        ck_assert_msg(!strstr(resolved, "//") && !strstr(resolved, "/./") && !strstr(resolved, "/../")
                      && !(len >= 2 && strcmp(resolved + len - 2, "/.") == 0)
                      && !(len >= 3 && strcmp(resolved + len - 3, "/..") == 0), "%s: %s", encoded, resolved);
        ck_assert_msg(result == WLM_PATH_AMBIGUOUS || match == resolved, "%s", encoded);
    }
}
END_TEST

static const struct {
    const char *path;
    const char *normal;            /* NULL: refused */
} sent[] = {
    { "/",                         "/" },
    { "/app/page;v=1",             "/app/page;v=1" },
    /* escapes of unreserved characters only, once */
    { "/%61%2d%2E%5f%7e",          "/a-._~" },
    { "/a%2Fb%3Bc%25d%20%c3%a9",   "/a%2Fb%3Bc%25d%20%c3%a9" },
    { "/%2561",                    "/%2561" },
    /* slashes */
    { "//a///b//",                 "/a/b/" },
    /* dot segments, also when they were escaped */
    { "/./a/./b/.",                "/a/b/" },
    { "/a/../b",                   "/b" },
    { "/a/..",                     "/" },
    { "/a/b/..",                   "/a/" },
    { "/a/b/../",                  "/a/" },
    { "/a//../b",                  "/b" },
    { "/a/%2e%2e/%2E/b",           "/b" },
    { "/.../..a/.b",               "/.../..a/.b" },
    { "/a/..;/b",                  "/a/..;/b" },
    { "/a/..%2fb",                 "/a/..%2fb" },
    /* what httpd refuses */
    { "",                          NULL },
    { "a",                         NULL },
    { "*",                         NULL },
    { "/..",                       NULL },
    { "/a/../../b",                NULL },
    { "//..//a",                   NULL },
    { "/a/../../b/c/d",            NULL },
    { "/%",                        NULL },
    { "/%4g",                      NULL },
    { "/%00",                      NULL },
};

START_TEST(a_sent_path_is_normalised_as_in_the_table)
{
    const char *normal = wlm_path_normalise(sent[_i].path, unit_pool);

    ck_assert_pstr_eq(normal, sent[_i].normal);
}
END_TEST

static const struct {
    const char *path, *original;
    int keeps_slashes;
    const char *encoded;           /* NULL: it has two readings */
} rewritten[] = {
    { "/app/x",            "/old/x",              0, "/app/x" },
    { "/app/a b\"<>?#[]{}|\\^`%\xc3\xa9", "/old", 0, "/app/a%20b%22%3C%3E%3F%23%5B%5D%7B%7D%7C%5C%5E%60%25%C3%A9" },
    { "/app/-._~!$&'()*+,=:@", "/old",             0, "/app/-._~!$&'()*+,=:@" },
    /* a semicolon is what it was; one of the rule itself begins a parameter */
    { "/app/x;v=1/y",      "/old/x;v=1/y",        0, "/app/x;v=1/y" },
    { "/app/x;v=1/y",      "/old/x%3Bv=1/y",      0, "/app/x%3Bv=1/y" },
    { "/app/x;v=1/y",      "/old/x%3bv=1/y",      1, "/app/x%3Bv=1/y" },
    { "/app/x;v=1",        "/old/x",              0, "/app/x;v=1" },
    { "/app/x;v=1/y;z",    "/old/x;v=1/y%3bz",    0, NULL },
    { "/app/z",            "/old/x;v=1/y%3bz",    0, "/app/z" },
    { "/app/x%3By",        "/old/x%253By",        0, "/app/x%253By" },
    /* %2F that httpd has not decoded is an escape, unless it was a text */
    { "/app/x%2Fy",        "/old/x%2Fy",          1, "/app/x%2Fy" },
    { "/app/x%2fy",        "/old/x%2fy",          1, "/app/x%2fy" },
    { "/app/x%2Fy",        "/old/x%252Fy",        1, "/app/x%252Fy" },
    { "/app/x%2Fy%2f",     "/old/x%252Fy%2f",     1, NULL },
    { "/app/x%2Fy",        "/old/x%252Fy",        0, "/app/x%252Fy" },
    { "/app/x%y%2",        "/old/x%25y%252",      1, "/app/x%25y%252" },
};

START_TEST(a_rewritten_path_is_encoded_as_in_the_table)
{
    const char *encoded = wlm_path_encode_rewritten(rewritten[_i].path, rewritten[_i].original,
                                                    rewritten[_i].keeps_slashes, unit_pool);

    ck_assert_pstr_eq(encoded, rewritten[_i].encoded);
}
END_TEST

START_TEST(what_is_encoded_is_matched_as_it_was)
{
    const char *path = "/a;b/%2F%3b c?\xff", *match, *resolved;

    ck_assert_int_eq(wlm_path_canonical(&match, &resolved, wlm_path_encode(path, unit_pool), unit_pool), WLM_PATH_OK);
    ck_assert_str_eq(match, path);
}
END_TEST

static const struct {
    const char *path, *without;
} parameters[] = {
    { "/app/page", "/app/page" },
    { "/app/page;jsessionid=0000secret:s1", "/app/page" },
    { "/app;jsessionid=0000secret/x;v=1/y", "/app/x/y" },
    { ";x", "" },
    { "", "" },
    { "*", "*" },
    { "/%zz//../%3Bno;x", "/%zz//../%3Bno" },
};

START_TEST(a_path_without_parameters)
{
    ck_assert_str_eq(wlm_path_without_parameters(parameters[_i].path, unit_pool), parameters[_i].without);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("http/path");
    TCase *tc = unit_case(s, "path");

    tcase_add_loop_test(tc, path_is_as_in_the_table, 0, UNIT_COUNT(paths));
    tcase_add_loop_test(tc, a_sent_path_is_normalised_as_in_the_table, 0, UNIT_COUNT(sent));
    tcase_add_loop_test(tc, a_rewritten_path_is_encoded_as_in_the_table, 0, UNIT_COUNT(rewritten));
    tcase_add_loop_test(tc, a_path_without_parameters, 0, UNIT_COUNT(parameters));
    tcase_add_test(tc, what_is_encoded_is_matched_as_it_was);
    tcase_add_test(tc, a_plain_path_is_not_copied);
    tcase_add_test(tc, random_paths_keep_the_promise);
    return s;
}

UNIT_MAIN(suite)

/* Which responses shared caches may store: a table. */
#include "unit.h"
#include "http/storable.h"

static const struct {
    const char *method, *name, *value, *more, *value2; /* one field or two */
    int storable;
} rows[] = {
    { "GET", NULL, NULL, NULL, NULL, 0 },
    { "GET", "Cache-Control", "public", NULL, NULL, 1 },
    { "GET", "cache-control", "Public, must-revalidate", NULL, NULL, 1 },
    { "POST", "Cache-Control", "public", NULL, NULL, 1 },
    { "GET", "Cache-Control", "max-age=60", NULL, NULL, 1 },
    { "GET", "Cache-Control", "max-age=\"60\"", NULL, NULL, 1 },
    { "GET", "Cache-Control", "max-age=060", NULL, NULL, 1 },
    { "GET", "Cache-Control", "max-age=0", NULL, NULL, 0 },
    { "GET", "Cache-Control", "max-age=000", NULL, NULL, 0 },
    { "GET", "Cache-Control", "max-age=-1", NULL, NULL, 0 },
    { "GET", "Cache-Control", "max-age", NULL, NULL, 0 },
    { "GET", "Cache-Control", "no-cache,s-maxage=1", NULL, NULL, 1 },
    { "GET", "Cache-Control", "no-cache", NULL, NULL, 0 },
    { "GET", "Cache-Control", "no-store, max-age=60", NULL, NULL, 0 },
    { "GET", "Cache-Control", "max-age=60, private", NULL, NULL, 0 },
    { "GET", "Cache-Control", "max-age=60, private=\"Set-Cookie\"", NULL, NULL, 1 },
    { "GET", "Cache-Control", "publicly, xmax-age=60", NULL, NULL, 0 },
    { "GET", "Cache-Control", "max-age=60", "Cache-Control", "private", 0 },
    { "GET", "CDN-Cache-Control", "max-age=60", "Cache-Control", "no-cache", 1 },
    { "GET", "Surrogate-Control", "max-age=60", NULL, NULL, 1 },
    { "GET", "Expires", "Thu, 01 Jan 2099 00:00:00 GMT", NULL, NULL, 1 },
    { "GET", "Expires", "0", "Cache-Control", "no-cache", 0 },
    { "GET", "Last-Modified", "Thu, 01 Jan 2015 00:00:00 GMT", NULL, NULL, 1 },
    { "HEAD", "Last-Modified", "Thu, 01 Jan 2015 00:00:00 GMT", NULL, NULL, 1 },
    { "POST", "Last-Modified", "Thu, 01 Jan 2015 00:00:00 GMT", NULL, NULL, 0 },
    { "GET", "Last-Modified", "Thu, 01 Jan 2015 00:00:00 GMT", "Cache-Control", "no-cache", 0 },
};

START_TEST(what_caches_may_store)
{
    apr_table_t *fields = apr_table_make(unit_pool, 2);

    if (rows[_i].name) {
        apr_table_addn(fields, rows[_i].name, rows[_i].value);
    }
    if (rows[_i].more) {
        apr_table_addn(fields, rows[_i].more, rows[_i].value2);
    }
    ck_assert_msg(wlm_http_is_storable(rows[_i].method, fields) == rows[_i].storable, "row %d: %s", _i,
                  rows[_i].value ? rows[_i].value : "no field");
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("http/storable");
    TCase *tc = unit_case(s, "storable");

    tcase_add_loop_test(tc, what_caches_may_store, 0, UNIT_COUNT(rows));
    return s;
}

UNIT_MAIN(suite)

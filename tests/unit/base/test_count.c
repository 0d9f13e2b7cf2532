/* Numbers of things in words. */
#include "unit.h"
#include "base/count.h"

static const struct {
    apr_int64_t n;
    const char *text;
} counts[] = {
    { 0, "0 members" }, { 1, "1 member" }, { 2, "2 members" }, { 11, "11 members" }, { 21, "21 members" },
    { -1, "-1 members" }, { APR_INT64_C(5000000001), "5000000001 members" },
};

START_TEST(one_is_not_many)
{
    ck_assert_str_eq(wlm_count_text(counts[_i].n, "member", unit_pool), counts[_i].text);
    ck_assert_str_eq(wlm_count_word(counts[_i].n, "gets", "get"), counts[_i].n == 1 ? "gets" : "get");
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("base/count");
    TCase *tc = unit_case(s, "count");

    tcase_add_loop_test(tc, one_is_not_many, 0, UNIT_COUNT(counts));
    return s;
}

UNIT_MAIN(suite)

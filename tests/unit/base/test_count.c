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

static const struct {
    int n;
    const char *text;              /* of lines 1 to n, of which 2 are kept */
} cuts[] = {
    { 0, "" }, { 1, "1" }, { 2, "1,2" }, { 3, "1,2,3" }, { 4, "1,2,2 more" }, { 9, "1,2,7 more" },
};

START_TEST(of_many_lines_the_others_are_counted)
{
    apr_array_header_t *lines = apr_array_make(unit_pool, 2, sizeof(const char *));
    int i;

    for (i = 1; i <= cuts[_i].n; ++i) {
        APR_ARRAY_PUSH(lines, const char *) = apr_itoa(unit_pool, i);
    }
    wlm_count_cut(lines, 2, "more", unit_pool);
    ck_assert_str_eq(apr_array_pstrcat(unit_pool, lines, ','), cuts[_i].text);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("base/count");
    TCase *tc = unit_case(s, "count");

    tcase_add_loop_test(tc, one_is_not_many, 0, UNIT_COUNT(counts));
    tcase_add_loop_test(tc, of_many_lines_the_others_are_counted, 0, UNIT_COUNT(cuts));
    return s;
}

UNIT_MAIN(suite)

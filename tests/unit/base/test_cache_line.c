/* Sizes in whole cache lines. */
#include "unit.h"
#include "base/cache_line.h"

static const struct {
    size_t size, rounded;
} sizes[] = {
    { 0, 0 }, { 1, WLM_CACHE_LINE }, { WLM_CACHE_LINE - 1, WLM_CACHE_LINE }, { WLM_CACHE_LINE, WLM_CACHE_LINE },
    { WLM_CACHE_LINE + 1, 2 * WLM_CACHE_LINE }, { 1000 * WLM_CACHE_LINE, 1000 * WLM_CACHE_LINE },
};

START_TEST(a_size_is_rounded_up)
{
    ck_assert_uint_eq(wlm_cache_line_round(sizes[_i].size), sizes[_i].rounded);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("base/cache_line");

    tcase_add_loop_test(unit_case(s, "cache_line"), a_size_is_rounded_up, 0, UNIT_COUNT(sizes));
    return s;
}

UNIT_MAIN(suite)

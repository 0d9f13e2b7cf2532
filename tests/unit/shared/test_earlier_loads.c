/* What processes of earlier configurations have. */
#include "unit.h"
#include "shared/earlier_loads.h"

static wlm_earlier_loads_t *loads;
static wlm_children_t children;

static void setup(void)
{
    unit_setup();
    loads = apr_pcalloc(unit_pool, sizeof(*loads));
    children = (wlm_children_t){ .n = 3, .row_size = wlm_children_row_size(1, 1), .max_members = 1, .max_clusters = 1 };
    children.rows = apr_pcalloc(unit_pool, 3 * children.row_size + WLM_CACHE_LINE);
    children.rows += WLM_CACHE_LINE - (uintptr_t)children.rows % WLM_CACHE_LINE;
}

static void put(uint32_t pid, uint32_t parked, uint32_t kept)
{
    _Atomic uint32_t load[WLM_LOADS] = { [WLM_LOAD_PARKED] = parked, [WLM_LOAD_KEPT] = kept };

    wlm_earlier_loads_put(loads, pid, load);
}

static uint64_t sum(wlm_child_load_t what)
{
    return wlm_earlier_loads_sum(loads, &children, what);
}

START_TEST(processes_without_a_row_count)
{
    ck_assert_uint_eq(sum(WLM_LOAD_PARKED), 0);
    put(10, 3, 1);
    put(11, 5, 0);
    put(10, 4, 2); /* a second later */
    ck_assert_uint_eq(sum(WLM_LOAD_PARKED), 9);
    ck_assert_uint_eq(sum(WLM_LOAD_KEPT), 2);
    wlm_children_add(&children, 11);
    ck_assert_uint_eq(sum(WLM_LOAD_PARKED), 4);
    wlm_earlier_loads_remove(loads, 10);
    wlm_earlier_loads_remove(loads, 12);
    ck_assert_uint_eq(sum(WLM_LOAD_PARKED), 0);
}
END_TEST

START_TEST(more_than_there_is_room_for)
{
    uint32_t pid;

    for (pid = 1; pid <= WLM_EARLIER_LOADS_MAX + 5; ++pid) {
        put(pid, 1, 0);
    }
    ck_assert_uint_eq(sum(WLM_LOAD_PARKED), WLM_EARLIER_LOADS_MAX);
    wlm_earlier_loads_remove(loads, 7);
    put(pid, 1, 0);
    ck_assert_uint_eq(sum(WLM_LOAD_PARKED), WLM_EARLIER_LOADS_MAX);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("shared/earlier_loads");
    TCase *tc = tcase_create("loads");

    suite_add_tcase(s, tc);
    tcase_add_checked_fixture(tc, setup, unit_teardown);
    tcase_add_test(tc, processes_without_a_row_count);
    tcase_add_test(tc, more_than_there_is_room_for);
    return s;
}

UNIT_MAIN(suite)

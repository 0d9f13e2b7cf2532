/* Which options hold for a cluster: its own, those for all, the defaults. */
#include "unit.h"
#include "balance/options.h"

START_TEST(without_directives_the_defaults_hold)
{
    const wlm_options_t *options = wlm_options_for(NULL, "c", unit_pool);

    ck_assert_int_eq(options->retry_policy, WLM_RETRY_ORIGINAL);
    ck_assert_int_eq(options->post_buffer_kib, 0);
    ck_assert_int_eq(options->spool_max, 0);
}
END_TEST

START_TEST(an_option_of_its_own_beats_the_one_for_all)
{
    wlm_options_set_t *set = wlm_options_make(unit_pool);
    wlm_options_t *own = wlm_options_of_cluster(set, "c");
    const wlm_options_t *options;

    own->retry_policy = WLM_RETRY_ORIGINAL; /* the default, but given on purpose */
    own->set = 1u << WLM_OPTION_RETRY_POLICY;
    set->all.retry_policy = WLM_RETRY_IDEMPOTENT; /* the order of the directives does not count */
    set->all.spool_max = 4096;

    options = wlm_options_for(set, "c", unit_pool);
    ck_assert_int_eq(options->retry_policy, WLM_RETRY_ORIGINAL);
    ck_assert_int_eq(options->spool_max, 4096);
    ck_assert_int_eq(wlm_options_for(set, "other", unit_pool)->retry_policy, WLM_RETRY_IDEMPOTENT);
}
END_TEST

START_TEST(two_sections_for_a_cluster_are_one)
{
    wlm_options_set_t *set = wlm_options_make(unit_pool);

    ck_assert_ptr_eq(wlm_options_of_cluster(set, "c"), wlm_options_of_cluster(set, "c"));
    ck_assert_ptr_ne(wlm_options_of_cluster(set, "c"), wlm_options_of_cluster(set, "C"));
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("balance/options");
    TCase *tc = unit_case(s, "options");

    tcase_add_test(tc, without_directives_the_defaults_hold);
    tcase_add_test(tc, an_option_of_its_own_beats_the_one_for_all);
    tcase_add_test(tc, two_sections_for_a_cluster_are_one);
    return s;
}

UNIT_MAIN(suite)

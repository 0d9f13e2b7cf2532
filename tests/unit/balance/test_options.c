/* Which options hold for a cluster: its own, those for all, the defaults. For each row of balance/option_table.h. */
#include "unit.h"
#include <string.h>
#include "balance/options.h"

#define SETTING(name, directive, kind, value, help) { directive, WLM_SETTING(wlm_options_t, name) },

static const struct {
    const char *directive;
    wlm_setting_t setting;
} rows[] = { WLM_OPTIONS(SETTING) };

#define N_ROWS ((int)(sizeof(rows) / sizeof(*rows)))

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
    own->is_set.retry_policy = 1;
    set->all.retry_policy = WLM_RETRY_IDEMPOTENT; /* the order of the directives does not count */
    set->all.spool_max = 4096;

    options = wlm_options_for(set, "c", unit_pool);
    ck_assert_int_eq(options->retry_policy, WLM_RETRY_ORIGINAL);
    ck_assert_int_eq(options->spool_max, 4096);
    ck_assert_int_eq(wlm_options_for(set, "other", unit_pool)->retry_policy, WLM_RETRY_IDEMPOTENT);
}
END_TEST

/* Are all bytes of the setting in the record like this? */
static int is_filled(const void *record, const wlm_setting_t *setting, int byte)
{
    const unsigned char *value = (const unsigned char *)record + setting->value;
    size_t i;

    for (i = 0; i < setting->size && value[i] == byte; ++i) {
    }
    return i == setting->size;
}

START_TEST(each_option_is_merged_by_itself)
{
    const wlm_setting_t *given = &rows[_i].setting;
    wlm_options_set_t *set = wlm_options_make(unit_pool);
    wlm_options_t *own = wlm_options_of_cluster(set, "c");
    const wlm_options_t *options;
    int i;

    memset(&set->all, 0x5a, sizeof(set->all));
    memset(&set->all.is_set, 0, sizeof(set->all.is_set));
    memset((char *)own + given->value, 0xa5, given->size);
    ((unsigned char *)own)[given->is_set] = 1;

    options = wlm_options_for(set, "c", unit_pool);
    for (i = 0; i < N_ROWS; ++i) {
        ck_assert_msg(is_filled(options, &rows[i].setting, i == _i ? 0xa5 : 0x5a), "%s, when %s is given for the "
                      "cluster", rows[i].directive, rows[_i].directive);
        ck_assert_int_eq(((const unsigned char *)options)[rows[i].setting.is_set], i == _i);
    }
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
    tcase_add_loop_test(tc, each_option_is_merged_by_itself, 0, N_ROWS);
    tcase_add_test(tc, two_sections_for_a_cluster_are_one);
    return s;
}

UNIT_MAIN(suite)

/* Which options hold for a cluster: its own, those for all, the defaults. For each row of balance/option_table.h. */
#include "unit.h"
#include <string.h>
#include <apr_strings.h>
#include "balance/options.h"
#include "balance/options_text.h"

#define SETTING(name, directive, kind, value, help) { directive, WLM_SETTING(wlm_options_t, name) },

static const struct {
    const char *directive;
    wlm_setting_t setting;
} rows[] = { WLM_OPTIONS(SETTING) };

#define N_ROWS ((int)(sizeof(rows) / sizeof(*rows)))

START_TEST(without_directives_the_defaults_hold)
{
    const wlm_options_t *options = wlm_options_for(NULL, "c", unit_pool);

    ck_assert_int_eq(options->retry_policy, WLM_RETRY_IDEMPOTENCY_KEY);
    ck_assert_int_eq(options->post_buffer_kib, 64);
    ck_assert_int_eq(options->spool_max, 32 << 20);
    ck_assert_int_eq(options->outlier.failures_in_row, 5);
    ck_assert_int_eq(options->outlier.percent, 50);
    ck_assert_int_eq(options->slow_start, apr_time_from_sec(30));
}
END_TEST

/* In the order of wlm_defaults_t */
static const char *const texts[] = {
    "WLMRetryPolicy IdempotencyKey, WLMRetryBudget 20 10 attempts=3, WLMPostBufferSize 64, WLMBodySpool 32M, "
    "WLMOutlier failures=5 share=50 requests=20 window=10 max=50, "
    "WLMSlowStart 30",
    "WLMRetryPolicy Original, WLMRetryBudget 100 attempts=32, WLMPostBufferSize 0, "
    "WLMBodySpool 0, WLMOutlier Off, WLMSlowStart 0"
};

START_TEST(the_defaults_can_be_those_of_the_original)
{
    wlm_options_set_t *set = wlm_options_make(unit_pool);

    wlm_options_use_defaults(set, (wlm_defaults_t)_i);
    ck_assert_int_eq(set->defaults, _i);
    ck_assert_str_eq(wlm_options_text_of(wlm_options_for(set, "c", unit_pool), 0, unit_pool), texts[_i]);
    ck_assert_int_eq(set->all.outlier.min_requests, 20); /* for keys that WLMOutlier does not name */
    ck_assert_int_eq(set->all.is_set.retry_policy, 0);
    ck_assert_int_eq(set->all.member_share, 100);        /* no matter of WLMDefaults */
    wlm_options_use_defaults(set, WLM_DEFAULTS_ROBUST);  /* the last one counts */
    ck_assert_str_eq(wlm_options_text_of(&set->all, 0, unit_pool), texts[WLM_DEFAULTS_ROBUST]);
}
END_TEST

START_TEST(a_directive_beats_the_defaults)
{
    wlm_options_set_t *set = wlm_options_make(unit_pool);
    wlm_options_t *own = wlm_options_of_cluster(set, "c");

    set->all.spool_max = 1536;
    set->all.is_set.spool_max = 1;
    set->all.slow_start = apr_time_from_msec(1500);
    set->all.is_set.slow_start = 1;
    own->outlier.percent = 20;
    own->is_set.outlier = 1;
    wlm_options_use_defaults(set, WLM_DEFAULTS_ORIGINAL);

    ck_assert_str_eq(wlm_options_text_of(wlm_options_for(set, "other", unit_pool), 0, unit_pool),
                     "WLMRetryPolicy Original, WLMRetryBudget 100 attempts=32, WLMPostBufferSize 0, "
                     "WLMBodySpool 1536, WLMOutlier Off, "
                     "WLMSlowStart 1500ms");
    ck_assert_int_eq(wlm_options_for(set, "c", unit_pool)->outlier.percent, 20);
    ck_assert_int_eq(wlm_options_for(set, "c", unit_pool)->spool_max, 1536);
    ck_assert_int_eq(set->all.is_set.spool_max, 1);
}
END_TEST

static const struct {
    int directive, file, kept;
} buffers[] = {
    { 64, 0, 64 }, { 64, 64, 64 }, { 64, 100, 100 }, { 0, 0, 0 }, { 0, 10, 10 }, { -1, 0, -1 }, { 64, -1, -1 }
};

START_TEST(of_a_body_the_larger_buffer_is_kept)
{
    wlm_options_t options = *wlm_options_for(NULL, "c", unit_pool);
    const char *said;

    options.post_buffer_kib = buffers[_i].directive;
    said = apr_psprintf(unit_pool, "WLMPostBufferSize %d,", buffers[_i].kept);
    ck_assert_int_eq(wlm_options_kept_kib(&options, buffers[_i].file), buffers[_i].kept);
    ck_assert_ptr_nonnull(strstr(wlm_options_text_of(&options, buffers[_i].file, unit_pool), said));
}
END_TEST

static const struct {
    apr_int64_t size;
    const char *text;
} sizes[] = {
    { 0, "WLMBodySpool 0," }, { 1023, "WLMBodySpool 1023," }, { 1024, "WLMBodySpool 1K," },
    { 3 << 20, "WLMBodySpool 3M," }, { APR_INT64_C(1) << 40, "WLMBodySpool 1024G," }
};

START_TEST(sizes_are_written_as_directives_take_them)
{
    wlm_options_t options = *wlm_options_for(NULL, "c", unit_pool);

    options.spool_max = sizes[_i].size;
    ck_assert_ptr_nonnull(strstr(wlm_options_text_of(&options, 0, unit_pool), sizes[_i].text));
}
END_TEST

static const struct {
    wlm_outlier_rule_t rule;
    const char *text;
} outliers[] = {
    { { .min_requests = 20, .window = 10, .max_percent = 50 }, "WLMOutlier Off, " },
    { { .failures_in_row = 3, .min_requests = 20, .window = 10, .max_percent = 50 }, "WLMOutlier failures=3 max=50, " },
    { { .percent = 40, .min_requests = 7, .window = 5, .max_percent = 0 },
      "WLMOutlier share=40 requests=7 window=5 max=0, " },
    { { .failures_in_row = 3, .percent = 40, .min_requests = 7, .window = 5, .status_5xx = 1, .max_percent = 9 },
      "WLMOutlier failures=3 share=40 requests=7 window=5 5xx=on max=9, " },
};

START_TEST(all_that_leaves_members_out_is_told)
{
    wlm_options_t options = *wlm_options_for(NULL, "c", unit_pool);

    options.outlier = outliers[_i].rule;
    ck_assert_ptr_nonnull(strstr(wlm_options_text_of(&options, 0, unit_pool), outliers[_i].text));
}
END_TEST

START_TEST(an_option_of_its_own_beats_the_one_for_all)
{
    wlm_options_set_t *set = wlm_options_make(unit_pool);
    wlm_options_t *own = wlm_options_of_cluster(set, "c");
    const wlm_options_t *options;

    own->retry_policy = WLM_RETRY_IDEMPOTENCY_KEY; /* the default, but given on purpose */
    own->is_set.retry_policy = 1;
    set->all.retry_policy = WLM_RETRY_IDEMPOTENT; /* the order of the directives does not count */
    set->all.spool_max = 4096;

    options = wlm_options_for(set, "c", unit_pool);
    ck_assert_int_eq(options->retry_policy, WLM_RETRY_IDEMPOTENCY_KEY);
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
    tcase_add_loop_test(tc, the_defaults_can_be_those_of_the_original, 0, 2);
    tcase_add_test(tc, a_directive_beats_the_defaults);
    tcase_add_loop_test(tc, of_a_body_the_larger_buffer_is_kept, 0, (int)(sizeof(buffers) / sizeof(*buffers)));
    tcase_add_loop_test(tc, sizes_are_written_as_directives_take_them, 0, (int)(sizeof(sizes) / sizeof(*sizes)));
    tcase_add_test(tc, an_option_of_its_own_beats_the_one_for_all);
    tcase_add_loop_test(tc, all_that_leaves_members_out_is_told, 0, UNIT_COUNT(outliers));
    tcase_add_loop_test(tc, each_option_is_merged_by_itself, 0, N_ROWS);
    tcase_add_test(tc, two_sections_for_a_cluster_are_one);
    return s;
}

UNIT_MAIN(suite)
